//! How often one person may open a patient, or see again what was shown of one.
//!
//! Counted per person and never per address: a whole county can sit behind one. Each node counts for itself. Not here: the
//! limit (`service::limits`). Invariant: whoever is refused has asked nobody and opened nothing.

use std::num::NonZeroU32;

use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use samsyn_domain::viewer::Viewer;

/// People who have not opened anything for a while are forgotten when there are more than this.
const REMEMBERED: usize = 10_000;

/// Counts openings.
pub struct Openings(DefaultKeyedRateLimiter<String>);

impl Openings {
    /// That many a minute, which may also come at once.
    pub fn per_minute(most: u32) -> Self {
        Self(RateLimiter::keyed(Quota::per_minute(NonZeroU32::new(most).unwrap_or(NonZeroU32::MIN))))
    }

    /// Whether this person may open one more now.
    pub fn admit(&self, viewer: &Viewer) -> bool {
        if self.0.len() > REMEMBERED {
            self.0.retain_recent();
        }
        self.0.check_key(&viewer.user_id).is_ok()
    }
}
