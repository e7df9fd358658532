//! Which connections may still be used: those that were opened after the last failure.
//!
//! A server that hangs, has moved or has become read only leaves connections that look whole: they answer nothing, or refuse every write, for
//! as long as they live. So when a connection has failed none that was opened before is used again, and none of them is waited for.
//! Not here: who finds that one has failed (`answer`, the writer of the log).
//! Invariant: a connection that is given up never goes back into its pool, so it takes nobody else's place there.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

/// Shared by the pools of one database.
#[derive(Debug, Clone, Default)]
pub(crate) struct Trust(Arc<Mutex<Option<Instant>>>);

impl Trust {
    /// Nothing that is open now is used again.
    pub fn end(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
    }

    /// Whether a connection of this age may be used.
    pub fn holds(&self, age: Duration) -> bool {
        let ended = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        ended.is_none_or(|ended| ended.elapsed() > age)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_opened_after_the_last_failure_is_used() {
        let (trust, opened) = (Trust::default(), Instant::now());
        assert!(trust.holds(opened.elapsed()));
        std::thread::sleep(Duration::from_millis(2));
        trust.end();
        assert!(!trust.holds(opened.elapsed()) && !trust.clone().holds(opened.elapsed()));
        std::thread::sleep(Duration::from_millis(2));
        let later = Instant::now();
        assert!(trust.holds(later.elapsed()));
        trust.end();
        assert!(!trust.holds(later.elapsed()));
    }
}
