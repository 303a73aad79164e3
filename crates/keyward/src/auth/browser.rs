// SPDX-License-Identifier: Apache-2.0

//! Waiting for a person who authorises a request in a browser: what follows from each answer of the server.

use std::time::{Duration, Instant};

use super::{
    Attempt, AuthError, BrowserStage, Challenge,
    waiting::{Reply, Waiting},
};
use crate::error::{FlowError, Remedy};

/// A wait under way.
#[derive(Debug)]
pub(crate) struct Browser {
    waiting: Waiting,
    since: Instant,
    /// What the person was shown last.
    shown: Challenge,
    /// How long to wait before the next question, after the person was told something.
    pause: Option<Duration>,
}

/// What follows from an answer.
#[derive(Debug)]
pub(crate) enum Then<T> {
    /// The server did what was asked.
    Done(T),
    /// The person has to see this: another page, or that it was done for another account.
    Show(Challenge),
    /// Ask again after this pause.
    Pause(Duration),
}

impl Browser {
    pub(super) fn new(shown: Challenge) -> Self {
        Self {
            waiting: Waiting::default(),
            since: Instant::now(),
            shown,
            pause: None,
        }
    }

    /// How long to wait before the next question. Whoever asks for it again asks at once.
    pub(crate) fn take_pause(&mut self) -> Option<Duration> {
        self.pause.take()
    }

    /// `asked`: how long the server asks to wait, of an error that says so.
    ///
    /// # Errors
    /// Why it is of no use to wait any longer.
    pub(crate) fn after<T, E: FlowError + From<AuthError>>(
        &mut self,
        answer: Result<Attempt<T>, E>,
        asked: impl Fn(&E) -> Option<Duration>,
    ) -> Result<Then<T>, E> {
        let (reply, otherwise) = match answer {
            Ok(Attempt::Done(done)) => return Ok(Then::Done(done)),
            Ok(Attempt::Challenged(challenge)) if is_news(&self.shown, &challenge) => {
                // A server may have news each time, so these questions have their pauses and their end, too.
                self.pause = self.waiting.pause(Reply::NotYet, self.since.elapsed());
                self.shown = challenge.clone();
                return match self.pause {
                    Some(_) => Ok(Then::Show(challenge)),
                    None => Err(AuthError::NotApproved.into()),
                };
            }
            Ok(Attempt::Challenged(challenge)) => {
                self.shown.other_account = challenge.other_account;
                (Reply::NotYet, AuthError::NotApproved.into())
            }
            Err(error) => match error.remedy() {
                Remedy::Wait => (Reply::Limited(asked(&error)), error),
                Remedy::Retry => (Reply::Failure, error),
                _ => return Err(error),
            },
        };
        let pause = self.waiting.pause(reply, self.since.elapsed());
        pause.map(Then::Pause).ok_or(otherwise)
    }
}

/// Whether the person, who knows `shown`, has to be told of `now`.
fn is_news(shown: &Challenge, now: &Challenge) -> bool {
    let pages = |challenge: &Challenge| challenge.pages().into_iter().cloned().collect::<Vec<BrowserStage>>();
    pages(shown) != pages(now) || now.other_account && !shown.other_account
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use url::Url;

    use super::*;

    fn challenge(session: &str) -> Challenge {
        let info = json!({"flows": [{"stages": ["m.login.sso"]}], "params": {}, "session": session});
        let info = serde_json::from_value(info).expect("a challenge");
        Challenge::new(&info, &Url::parse("https://matrix.example.org").expect("a URL")).expect("one to answer")
    }

    /// A server that has another page at each question is asked no faster than one that has none.
    #[test]
    fn news_are_shown_once_and_followed_by_a_pause() {
        let asked = |_: &AuthError| None;
        let mut browser = Browser::new(challenge("a"));
        let mut same = challenge("a");
        let then = browser.after(Ok::<_, AuthError>(Attempt::<()>::Challenged(same.clone())), asked);
        assert!(matches!(then, Ok(Then::Pause(_))), "{then:?}");
        same.other_account = true;
        for news in [same, challenge("b"), challenge("c")] {
            let then = browser.after(Ok(Attempt::<()>::Challenged(news.clone())), asked);
            assert!(matches!(&then, Ok(Then::Show(shown)) if *shown == news), "{then:?}");
            assert!(
                browser
                    .take_pause()
                    .is_some_and(|pause| pause >= Duration::from_secs(1))
            );
            assert_eq!(browser.take_pause(), None, "whoever asks again asks at once");
            let again = browser.after(Ok(Attempt::<()>::Challenged(news)), asked);
            assert!(matches!(again, Ok(Then::Pause(_))), "{again:?}");
        }
    }
}
