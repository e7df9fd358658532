//! The one place that reads the clock for dates. Deadlines and sessions use real time, whatever the clock says.

use jiff::{Timestamp, Zoned};
use samsyn_domain::time::sweden;

/// The clock that dates on the page come from.
#[derive(Debug, Clone)]
pub enum Clock {
    /// The machine's.
    System,
    /// Always this moment; for the demo and for tests.
    Frozen(Zoned),
}

impl Clock {
    /// Now, in Swedish local time.
    pub fn now(&self) -> Zoned {
        match self {
            Self::System => real_now().to_zoned(sweden()),
            Self::Frozen(moment) => moment.with_time_zone(sweden()),
        }
    }
}

/// Real time, for sessions and expiry.
pub fn real_now() -> Timestamp {
    Timestamp::now()
}
