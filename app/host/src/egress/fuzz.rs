//! Fuzz targets of the way out, each against a second opinion.
//!
//! `target` paths and links against the WHATWG parser, against the parser that writes the request, and against a server that decodes too often ·
//! `address` against a table of ranges written from the registries · `header` against a list of what frames a message · `reply` a decoded
//! reply against what was encoded · `wire` any bytes a source may send, through a real connection.
//! Not here: how inputs are made (`samsyn_fuzz`); corpora are in `tests/corpus`.
//! Invariant: a target judges what is accepted **and** that what is plainly fine is not refused.

mod address;
mod header;
mod reply;
mod target;
mod wire;
