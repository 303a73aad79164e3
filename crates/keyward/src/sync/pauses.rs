// SPDX-License-Identifier: Apache-2.0

//! The pauses between attempts that are repeated automatically. Each failure in a row makes the next pause longer.

use std::time::Duration;

use tokio::time::{Instant, sleep_until};

use crate::error::{RequestError, ServerError};

/// The pause after the first failure; it doubles with each further one.
const FIRST: Duration = Duration::from_secs(1);
/// The longest pause if no person waits.
pub(crate) const IN_BACKGROUND: Duration = Duration::from_secs(60);
/// The longest pause if a person waits, whose network may be back soon.
pub(crate) const BEFORE_A_PERSON: Duration = Duration::from_secs(4);
/// The limit if a server asks for a longer pause.
const LONGEST_ON_REQUEST: Duration = Duration::from_secs(600);

/// How often it has failed in a row, and until when to wait.
#[derive(Debug)]
pub(crate) struct Pauses {
    longest: Duration,
    failures: u32,
    not_before: Option<Instant>,
}

impl Pauses {
    /// `longest` unless a server asks for more.
    pub(crate) fn up_to(longest: Duration) -> Self {
        Self {
            longest,
            failures: 0,
            not_before: None,
        }
    }

    /// Waits until it is time for the next attempt. Dropping the future is safe.
    pub(crate) async fn wait(&self) {
        if let Some(time) = self.not_before {
            sleep_until(time).await;
        }
    }

    /// Whether the last attempt has failed.
    pub(crate) fn is_pausing(&self) -> bool {
        self.not_before.is_some()
    }

    /// The next attempt may come at once.
    pub(crate) fn end(&mut self) {
        *self = Self::up_to(self.longest);
    }

    /// The next attempt has to wait. `asked` is what the server said, if it did.
    pub(crate) fn failed(&mut self, asked: Option<Duration>) {
        self.not_before = Some(Instant::now() + pause(self.failures, self.longest, asked));
        self.failures = self.failures.saturating_add(1);
    }
}

/// The pause that the server asks for, if the error is a rate limit.
pub(crate) fn asked(error: &RequestError) -> Option<Duration> {
    match error {
        RequestError::Server(ServerError::RateLimited { retry_after }) => *retry_after,
        _ => None,
    }
}

/// The pause after a failure that follows `failures` others in a row.
fn pause(failures: u32, longest: Duration, asked: Option<Duration>) -> Duration {
    let pause = FIRST.saturating_mul(2_u32.saturating_pow(failures)).min(longest);
    asked.map_or(pause, |asked| pause.max(asked.min(LONGEST_ON_REQUEST)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_and_follow_what_the_server_asks_within_limits() {
        let seconds = Duration::from_secs;
        for (failures, asked, expected) in [
            (0, None, 1),
            (1, None, 2),
            (5, None, 32),
            (6, None, 60),
            (u32::MAX, None, 60),
            (0, Some(seconds(20)), 20),
            (6, Some(seconds(20)), 60),
            (0, Some(Duration::MAX), 600),
        ] {
            let found = pause(failures, IN_BACKGROUND, asked);
            assert_eq!(found, seconds(expected), "{failures} {asked:?}");
        }
        assert_eq!(pause(9, BEFORE_A_PERSON, None), BEFORE_A_PERSON);
    }

    #[test]
    fn an_attempt_that_goes_well_ends_the_pauses() {
        let mut pauses = Pauses::up_to(IN_BACKGROUND);
        let start = Instant::now();
        pauses.failed(None);
        pauses.failed(None);
        assert!(pauses.not_before >= Some(start + Duration::from_secs(2)));
        pauses.end();
        assert_eq!((pauses.failures, pauses.not_before), (0, None));
    }
}
