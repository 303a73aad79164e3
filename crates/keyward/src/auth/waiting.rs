// SPDX-License-Identifier: Apache-2.0

//! How to wait for a person who authorises a request in a browser: when to ask the server again, and when to give up. No
//! I/O and no clock: the caller says how much time has passed.
//!
//! Nothing tells when the person is done, on no kind of server, so the request is sent again and again.

use std::time::Duration;

/// So long a person is waited for. An approval is worth as long on servers with OAuth.
const PATIENCE: Duration = Duration::from_secs(10 * 60);

/// The longest pause after a failure.
const LONGEST_PAUSE: Duration = Duration::from_secs(15);
/// The longest pause that a server may ask for. Somebody who is done in the browser waits for the next question.
const LONGEST_ASKED: Duration = Duration::from_secs(60);
/// The pause where the server asks for one and does not say how long.
const UNKNOWN_PAUSE: Duration = Duration::from_secs(5);

/// What came of a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reply {
    /// The person is not done yet.
    NotYet,
    /// No answer, or a server's own error.
    Failure,
    /// The server asks to wait, for so long if it says so.
    Limited(Option<Duration>),
}

/// One wait for a person.
#[derive(Debug, Default)]
pub(super) struct Waiting {
    failures: u32,
}

impl Waiting {
    /// The pause before the next question, `elapsed` after the first one. `None`: nobody came in time.
    pub(super) fn pause(&mut self, reply: Reply, elapsed: Duration) -> Option<Duration> {
        self.failures = match reply {
            Reply::Failure => self.failures.saturating_add(1),
            Reply::NotYet | Reply::Limited(_) => 0,
        };
        let seconds = Duration::from_secs;
        let pause = match reply {
            Reply::NotYet if elapsed < seconds(30) => seconds(1),
            Reply::NotYet if elapsed < seconds(120) => seconds(2),
            Reply::NotYet => seconds(5),
            Reply::Failure => seconds(1 << (self.failures - 1).min(6)).min(LONGEST_PAUSE),
            Reply::Limited(asked) => asked.unwrap_or(UNKNOWN_PAUSE).clamp(seconds(1), LONGEST_ASKED),
        };
        (elapsed + pause <= PATIENCE).then_some(pause)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_with_the_time_and_with_failures() {
        let seconds = Duration::from_secs;
        let mut waiting = Waiting::default();
        for (elapsed, reply, expected) in [
            (0, Reply::NotYet, 1),
            (29, Reply::NotYet, 1),
            (30, Reply::NotYet, 2),
            (120, Reply::NotYet, 5),
            (125, Reply::Failure, 1),
            (126, Reply::Failure, 2),
            (128, Reply::Failure, 4),
            (132, Reply::Failure, 8),
            (140, Reply::Failure, 15),
            (155, Reply::Failure, 15),
            // An answer ends the series.
            (170, Reply::NotYet, 5),
            (175, Reply::Failure, 1),
            (180, Reply::Limited(None), 5),
            (185, Reply::Limited(Some(seconds(0))), 1),
            (186, Reply::Limited(Some(seconds(30))), 30),
            (216, Reply::Limited(Some(seconds(86_400))), 60),
            (276, Reply::Failure, 1),
        ] {
            let pause = waiting.pause(reply, seconds(elapsed));
            assert_eq!(pause, Some(seconds(expected)), "{reply:?} after {elapsed} s");
        }
    }

    #[test]
    fn nobody_is_waited_for_for_ever() {
        for reply in [Reply::NotYet, Reply::Failure, Reply::Limited(Some(Duration::MAX))] {
            let (mut waiting, mut elapsed, mut questions) = (Waiting::default(), Duration::ZERO, 0);
            while let Some(pause) = waiting.pause(reply, elapsed) {
                assert!(pause >= Duration::from_secs(1));
                elapsed += pause;
                questions += 1;
            }
            assert!(
                elapsed <= PATIENCE && questions < 300,
                "{reply:?}: {questions} questions in {elapsed:?}"
            );
        }
    }
}
