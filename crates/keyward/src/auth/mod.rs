// SPDX-License-Identifier: Apache-2.0

//! User-interactive authorisation (UIA). The reset and the sign-out of sessions both use it.
//!
//! It sends a request, reads the server's [`Challenge`], and answers it: with the password here, or by asking again while
//! a person does the rest in a browser. After a wrong answer the challenge stays valid, so that the person can try again.
//! The challenge alone decides what can be done, never the kind of the session: a server with OAuth asks a session with a
//! password for the same.
//!
//! Specification: Client-Server API, "User-Interactive Authentication API".

mod browser;
mod challenge;
mod waiting;

use std::time::{Duration, Instant};

use ruma::api::{
    client::uiaa::{AuthData, FallbackAcknowledgement, MatrixUserIdentifier, Password as PasswordData, UserIdentifier},
    error::ErrorKind,
};
use url::Url;

pub(crate) use self::browser::{Browser, Then};
pub use self::challenge::{BrowserStage, Challenge, Stage};
use crate::{
    error::{Argument, FlowError, Remedy, RequestError, ServerError, error_code, wraps_a_request_error},
    secret::{Password, Secret},
    server::Answer,
};

/// Why the server did not authorise. Nothing was done, unless the reply was lost ([`AuthError::Request`]).
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AuthError {
    /// The password is wrong. Ask again: the server keeps waiting.
    #[error("That password is wrong. Try again.")]
    WrongPassword,
    /// The server wants something that a person does in a browser, at one of the pages.
    #[error("This homeserver wants this to be authorised in a browser.")]
    BrowserNeeded {
        /// What can be done there.
        pages: Vec<BrowserStage>,
    },
    /// Nobody authorised it in the browser in time, or the approval has lapsed. Try again.
    #[error("Nobody has authorised it in the browser yet, or the approval has lapsed. Try again.")]
    NotApproved,
    /// The server wants something that nobody can do here.
    #[error("This homeserver asks for an authorisation that is not supported: {}.", names(.stages))]
    Unsupported {
        /// The names of the stages.
        stages: Vec<String>,
    },
    /// The server could not be used. Try again.
    #[error(transparent)]
    Request(#[from] RequestError),
}

wraps_a_request_error!(AuthError);

impl AuthError {
    /// How long the server asks to wait.
    pub(crate) fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Request(error) => error.retry_after(),
            _ => None,
        }
    }

    /// Whether the server may have done what was asked, although there is no answer that says so.
    pub(crate) fn may_have_acted(&self) -> bool {
        use ServerError::{Failing, NotUnderstood, Unreachable};
        matches!(
            self,
            Self::Request(RequestError::Server(Unreachable | Failing { .. } | NotUnderstood))
        )
    }
}

fn names(stages: &[String]) -> String {
    // A server chooses these names; only what looks like one is repeated.
    let is_sane =
        |name: &str| name.len() <= 64 && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b));
    let shown = |name: &String| {
        if is_sane(name) {
            name.clone()
        } else {
            "an unnamed one".to_owned()
        }
    };
    stages.iter().map(shown).collect::<Vec<_>>().join(", ")
}

impl FlowError for AuthError {
    fn advice(&self) -> (&'static str, Remedy) {
        match self {
            Self::WrongPassword => ("auth.wrong_password", Remedy::AskAgain),
            Self::BrowserNeeded { .. } => ("auth.browser_needed", Remedy::UseBrowser),
            Self::NotApproved => ("auth.not_approved", Remedy::Retry),
            Self::Unsupported { .. } => ("auth.unsupported", Remedy::Nothing),
            Self::Request(error) => error.advice(),
        }
    }

    fn pages(&self) -> Vec<&str> {
        match self {
            Self::BrowserNeeded { pages } => pages.iter().map(|stage| stage.page.as_str()).collect(),
            _ => Vec::new(),
        }
    }

    fn wrapped(&self) -> Option<&dyn FlowError> {
        match self {
            Self::Request(error) => Some(error),
            _ => None,
        }
    }

    fn arguments(&self) -> Vec<(&'static str, Argument)> {
        match self {
            Self::Unsupported { stages } => vec![("stages", names(stages).into())],
            Self::Request(error) => error.arguments(),
            _ => Vec::new(),
        }
    }
}

/// The outcome of a request that may have to be authorised.
#[derive(Debug)]
pub(crate) enum Attempt<T> {
    /// The server did what was asked.
    Done(T),
    /// The server wants an answer to this first.
    Challenged(Challenge),
}

/// The authorisation of one request.
pub(crate) struct Authorisation {
    homeserver: Url,
    user_id: String,
    challenge: Option<Challenge>,
    /// When the server has sent it; `None` if the server may have used it up or forgotten it.
    challenged_at: Option<Instant>,
    /// The session of a challenge of which a part is done, or is being done in a browser: only with it the server knows of
    /// that.
    under_way: Option<Secret>,
}

/// For so long no server forgets a challenge.
const KEPT_AT_LEAST: Duration = Duration::from_secs(60);

impl Authorisation {
    pub(crate) fn new(homeserver: Url, user_id: &str) -> Self {
        Self {
            homeserver,
            user_id: user_id.to_owned(),
            challenge: None,
            challenged_at: None,
            under_way: None,
        }
    }

    /// One that was left in a browser, by its session.
    pub(crate) fn take_up(&mut self, session: Option<Secret>) {
        self.under_way = session;
    }

    /// What the server wants, as far as it was asked.
    pub(crate) fn challenge(&self) -> Option<&Challenge> {
        self.challenge.as_ref()
    }

    /// A person goes on in a browser.
    ///
    /// # Errors
    /// [`AuthError::Unsupported`] if there is nothing to do in a browser.
    pub(crate) fn use_browser(&mut self) -> Result<Browser, AuthError> {
        let challenge = self.challenge.as_ref();
        let Some(challenge) = challenge.filter(|challenge| !challenge.pages().is_empty()) else {
            return Err(unsupported(challenge));
        };
        self.under_way = challenge.session.as_deref().map(Secret::new);
        Ok(Browser::new(challenge.clone()))
    }

    /// The session of a challenge of which a part is done, or is being done in a browser. It has to be kept for later.
    pub(crate) fn session_under_way(&self) -> Option<&Secret> {
        self.under_way.as_ref()
    }

    /// Sends the request without an answer of ours: some requests need none, and others may be authorised by now in a
    /// browser. Otherwise the server replies with a challenge.
    pub(crate) async fn begin<T, S>(&mut self, send: impl Fn(Option<AuthData>) -> S) -> Result<Attempt<T>, AuthError>
    where
        S: Future<Output = Result<Answer<T>, RequestError>>,
    {
        let acknowledged = self.under_way.as_ref().map(|session| {
            let session = session.reveal().to_owned();
            AuthData::FallbackAcknowledgement(FallbackAcknowledgement::new(session))
        });
        let has_session = acknowledged.is_some();
        match self.attempt(&send, acknowledged).await {
            Ok(Ok(done)) => Ok(Attempt::Done(done)),
            Ok(Err(_)) => Ok(self.challenged()),
            Err(AuthError::Request(RequestError::Server(ServerError::Refused { status, .. }))) if has_session => {
                match &mut self.challenge {
                    // Somebody else has done it in the browser. The right one still can, with the same page.
                    Some(challenge) if status == 403 => {
                        challenge.other_account = true;
                        Ok(self.challenged())
                    }
                    // A server that has forgotten the session begins another one.
                    _ => {
                        self.under_way = None;
                        match self.attempt(&send, None).await? {
                            Ok(done) => Ok(Attempt::Done(done)),
                            Err(_) => Ok(self.challenged()),
                        }
                    }
                }
            }
            Err(error) => Err(error),
        }
    }

    fn challenged<T>(&self) -> Attempt<T> {
        Attempt::Challenged(self.challenge.clone().expect("a refusal without error leaves one"))
    }

    /// Sends the request with the password. After a wrong one the challenge stays valid. Where the password is not all, the
    /// rest comes back as a challenge.
    pub(crate) async fn answer_password<T, S>(
        &mut self,
        password: &Password,
        send: impl Fn(Option<AuthData>) -> S,
    ) -> Result<Attempt<T>, AuthError>
    where
        S: Future<Output = Result<Answer<T>, RequestError>>,
    {
        // Twice: a server that has forgotten the challenge (after a restart, or after hours) sends a new one.
        for last in [false, true] {
            if self.challenge.is_none()
                && let Attempt::Done(done) = self.begin(&send).await?
            {
                return Ok(Attempt::Done(done));
            }
            let challenge = self.challenge.clone().expect("begin leaves one");
            if !challenge.answerable_by_password() {
                return Err(unsupported(Some(&challenge)));
            }
            let user = UserIdentifier::Matrix(MatrixUserIdentifier::new(self.user_id.clone()));
            let mut data = PasswordData::new(user, password.reveal().to_owned());
            data.session = challenge.session;
            match self.attempt(&send, Some(AuthData::Password(data))).await {
                Ok(Ok(done)) => return Ok(Attempt::Done(done)),
                Ok(Err(Refusal::WrongAnswer)) => return Err(AuthError::WrongPassword),
                Ok(Err(Refusal::MoreToDo)) => {
                    let session = self
                        .challenge
                        .as_ref()
                        .and_then(|challenge| challenge.session.as_deref());
                    self.under_way = session.map(Secret::new);
                    return Ok(self.challenged());
                }
                Err(AuthError::Request(RequestError::Server(ServerError::Refused { status: 400, .. }))) if !last => {
                    self.challenge = None;
                }
                // Dendrite refuses a wrong password like this, Conduit a challenge that it has forgotten.
                Err(AuthError::Request(error)) if error.is("M_FORBIDDEN") => {
                    self.challenge = None;
                    if last || self.challenged_at.is_some_and(|at| at.elapsed() < KEPT_AT_LEAST) {
                        return Err(AuthError::WrongPassword);
                    }
                }
                Err(error) => {
                    // The server may have used the challenge up.
                    if error.may_have_acted() {
                        self.challenged_at = None;
                    }
                    return Err(error);
                }
            }
        }
        unreachable!("the second round returns")
    }

    async fn attempt<T, S>(
        &mut self,
        send: impl Fn(Option<AuthData>) -> S,
        auth: Option<AuthData>,
    ) -> Result<Result<T, Refusal>, AuthError>
    where
        S: Future<Output = Result<Answer<T>, RequestError>>,
    {
        let info = match send(auth).await? {
            Answer::Done(done) => return Ok(Ok(done)),
            Answer::Challenged(info) => info,
        };
        let challenge = Challenge::new(&info, &self.homeserver);
        self.challenge = Some(challenge.ok_or(ServerError::NotUnderstood)?);
        self.challenged_at = Some(Instant::now());
        match &info.auth_error {
            None => Ok(Err(Refusal::MoreToDo)),
            Some(error) if matches!(error.kind, ErrorKind::LimitExceeded(_)) => {
                Err(ServerError::RateLimited { retry_after: None }.into())
            }
            // Homeservers answer a wrong password with `M_FORBIDDEN`; `M_UNAUTHORIZED` is the specification's other
            // code for a failed login. Another password does not help against any other error (a locked account, a
            // policy).
            Some(error) if matches!(error.kind, ErrorKind::Forbidden | ErrorKind::Unauthorized) => {
                Ok(Err(Refusal::WrongAnswer))
            }
            Some(error) => Err(ServerError::Refused {
                status: 401,
                code: error_code(&error.kind),
            }
            .into()),
        }
    }
}

/// What to say to a person who cannot go on with a password here.
fn unsupported(challenge: Option<&Challenge>) -> AuthError {
    let Some(challenge) = challenge else {
        return AuthError::Unsupported { stages: Vec::new() };
    };
    let pages = challenge.pages();
    if pages.is_empty() {
        let stages = challenge.unsupported();
        return AuthError::Unsupported {
            stages: stages.into_iter().map(str::to_owned).collect(),
        };
    }
    AuthError::BrowserNeeded {
        pages: pages.into_iter().cloned().collect(),
    }
}

/// A challenge as a reply.
enum Refusal {
    /// Stages are left.
    MoreToDo,
    /// The answer was not accepted.
    WrongAnswer,
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use serde_json::json;

    use super::*;

    /// Dendrite has no challenge in its answer to a wrong password, and Conduit says the same of a challenge that it has
    /// forgotten.
    #[tokio::test]
    async fn a_wrong_password_is_told_from_a_forgotten_challenge_by_a_new_one() {
        let sent = Mutex::new(Vec::new());
        let send = async |auth: Option<AuthData>| -> Result<Answer<()>, RequestError> {
            let (password, session) = match auth {
                Some(AuthData::Password(data)) => (data.password.clone(), data.session.clone()),
                _ => {
                    let mut sent = sent.lock().expect("no panic");
                    sent.push("asked");
                    let session = format!("s{}", sent.len());
                    let info = json!({"flows": [{"stages": ["m.login.password"]}], "params": {}, "session": session});
                    return Ok(Answer::Challenged(serde_json::from_value(info).expect("a challenge")));
                }
            };
            let mut sent = sent.lock().expect("no panic");
            if password == "right" && session.as_deref() != Some("s1") {
                sent.push("right");
                return Ok(Answer::Done(()));
            }
            sent.push("refused");
            Err(ServerError::Refused {
                status: 403,
                code: "M_FORBIDDEN".to_owned(),
            }
            .into())
        };
        let send = |auth| Box::pin(send(auth));
        let take = || std::mem::take(&mut *sent.lock().expect("no panic"));
        let url = Url::parse("https://matrix.example.org/").expect("a URL");
        let mut authorisation = Authorisation::new(url, "@alice:example.org");
        authorisation.begin(send).await.expect("a challenge");
        assert_eq!(take(), ["asked"]);
        sent.lock().expect("no panic").push("");
        // It is hours later.
        authorisation.challenged_at = None;
        let right = authorisation.answer_password(&Password::new("right"), send).await;
        assert!(matches!(right, Ok(Attempt::Done(()))), "{right:?}");
        assert_eq!(take(), ["", "refused", "asked", "right"]);
        for _ in 0..2 {
            let wrong = authorisation.answer_password(&Password::new("wrong"), send).await;
            assert_eq!(wrong.err(), Some(AuthError::WrongPassword));
        }
        assert_eq!(take(), ["refused", "asked", "refused"], "each wrong one is sent once");
    }

    #[tokio::test]
    async fn only_a_wrong_password_is_called_one() {
        let refused = |code| {
            ServerError::Refused {
                status: 401,
                code: String::from(code),
            }
            .into()
        };
        for (code, expected) in [
            ("M_FORBIDDEN", AuthError::WrongPassword),
            ("M_UNAUTHORIZED", AuthError::WrongPassword),
            ("M_USER_LOCKED", refused("M_USER_LOCKED")),
            ("M_UNKNOWN", refused("M_UNKNOWN")),
            (
                "M_LIMIT_EXCEEDED",
                ServerError::RateLimited { retry_after: None }.into(),
            ),
        ] {
            let send = async |auth: Option<AuthData>| -> Result<Answer<()>, RequestError> {
                let mut info = json!({"flows": [{"stages": ["m.login.password"]}], "params": {}, "session": "s"});
                if auth.is_some() {
                    info["errcode"] = code.into();
                    info["error"] = "no".into();
                }
                let info = serde_json::from_value(info).expect("a challenge");
                Ok(Answer::Challenged(info))
            };
            let url = Url::parse("https://matrix.example.org/").expect("a URL");
            let mut authorisation = Authorisation::new(url, "@alice:example.org");
            let send = |auth| Box::pin(send(auth));
            let answer = authorisation.answer_password(&Password::new("hunter2"), send).await;
            assert_eq!(answer.err(), Some(expected), "{code}");
        }
    }

    /// What a server with SSO does with a session, by what became of it in the browser.
    #[tokio::test]
    async fn a_session_in_a_browser_is_shown_to_the_server_until_it_has_forgotten_it() {
        let sent = Mutex::new(Vec::new());
        let state = Mutex::new("open");
        let send = async |auth: Option<AuthData>| -> Result<Answer<()>, RequestError> {
            let session = match auth {
                Some(AuthData::FallbackAcknowledgement(data)) => Some(data.session.clone()),
                None => None,
                other => panic!("{other:?}"),
            };
            let mut sent = sent.lock().expect("no panic");
            sent.push(session.clone().unwrap_or_default());
            let refused = |status, code: &str| {
                Err(ServerError::Refused {
                    status,
                    code: code.to_owned(),
                }
                .into())
            };
            match (session, *state.lock().expect("no panic")) {
                (Some(_), "done") => Ok(Answer::Done(())),
                (Some(_), "somebody else") => refused(403, "M_FORBIDDEN"),
                (Some(_), "forgotten") => refused(400, "M_UNKNOWN"),
                (session, _) => {
                    let session = session.unwrap_or_else(|| format!("s{}", sent.len()));
                    let info = json!({"flows": [{"stages": ["m.login.sso"]}], "params": {}, "session": session});
                    Ok(Answer::Challenged(serde_json::from_value(info).expect("a challenge")))
                }
            }
        };
        let send = |auth| Box::pin(send(auth));
        let take = || std::mem::take(&mut *sent.lock().expect("no panic"));
        let now = |now| *state.lock().expect("no panic") = now;
        let url = Url::parse("https://matrix.example.org/").expect("a URL");
        let mut authorisation = Authorisation::new(url, "@alice:example.org");
        assert!(
            matches!(authorisation.use_browser(), Err(AuthError::Unsupported { .. })),
            "nothing was asked yet"
        );
        authorisation.begin(send).await.expect("a challenge");
        authorisation.use_browser().expect("there is a page");
        let session = authorisation.session_under_way().expect("and a session");
        assert_eq!((session.reveal(), take()), ("s1", vec![String::new()]));
        for (state, expected, other_account) in [
            ("open", vec!["s1"], false),
            ("somebody else", vec!["s1"], true),
            ("open", vec!["s1"], false),
        ] {
            now(state);
            let attempt = authorisation.begin(send).await;
            let Ok(Attempt::Challenged(challenge)) = attempt else {
                panic!("{attempt:?}")
            };
            assert_eq!(
                (take(), challenge.other_account),
                (expected.into_iter().map(str::to_owned).collect(), other_account)
            );
        }
        now("forgotten");
        authorisation.begin(send).await.expect("another challenge");
        assert_eq!(take(), ["s1", ""]);
        now("done");
        authorisation.use_browser().expect("there is a page");
        let done = authorisation.begin(send).await;
        assert!(matches!(done, Ok(Attempt::Done(()))), "{done:?}");
    }

    #[test]
    fn a_server_cannot_write_into_the_text_of_an_error() {
        let error = AuthError::Unsupported {
            stages: vec!["m.login.sso".to_owned(), "go to evil.example/".to_owned()],
        };
        assert_eq!(
            error.to_string(),
            "This homeserver asks for an authorisation that is not supported: m.login.sso, an unnamed one."
        );
    }
}
