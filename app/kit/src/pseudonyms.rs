//! pseudonyms
