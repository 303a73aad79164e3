// SPDX-License-Identifier: Apache-2.0

//! User-interactive authorisation (UIA). The reset and the sign-out of sessions both use it.
//!
//! It sends a request, reads the server's [`Challenge`], and answers it. After a wrong answer the challenge stays
//! valid, so that the person can try again. [`Challenge::answerable_by_password`] alone decides which stages can be
//! answered here; every other stage is named with the page where a browser can do it.
//!
//! Specification: Client-Server API, "User-Interactive Authentication API".

use std::{
    fmt,
    time::{Duration, Instant},
};

use ruma::api::{
    client::uiaa::{AuthData, AuthType, MatrixUserIdentifier, Password as PasswordData, UiaaInfo, UserIdentifier},
    error::ErrorKind,
};
use url::Url;

use crate::{
    error::{FlowError, Remedy, RequestError, ServerError, error_code, wraps_a_request_error},
    secret::Password,
    server::Answer,
    text::clean,
};

/// One step that the server asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stage {
    /// `m.login.password`.
    Password,
    /// A stage that this version cannot do by itself.
    Unsupported(UnsupportedStage),
}

/// A stage that this version cannot do by itself, and where a browser can.
#[derive(Clone, PartialEq, Eq)]
pub struct UnsupportedStage {
    /// The stage's name, for instance `m.login.sso`.
    pub name: String,
    /// The server's fallback page for it. `None` if the server's challenge has no `session` id yet.
    pub fallback_url: Option<String>,
}

impl fmt::Debug for UnsupportedStage {
    /// Leaves the page out: its address contains the challenge's `session` id.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UnsupportedStage")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

/// What the server wants before it does what was asked.
#[derive(Clone, PartialEq, Eq)]
pub struct Challenge {
    /// The ways to get through, each with the stages that are still to do.
    pub flows: Vec<Vec<Stage>>,
    session: Option<String>,
}

impl fmt::Debug for Challenge {
    /// Leaves the `session` id out: whoever knows it can take part in the authorisation.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Challenge")
            .field("flows", &self.flows)
            .finish_non_exhaustive()
    }
}

/// The most stages in a challenge, completed ones included, and the most flows. Servers have a handful.
const MOST: usize = 100;
/// The longest name of a stage and the longest `session` id, in bytes.
const LONGEST: usize = 1024;

impl Challenge {
    /// `None` for a challenge that nobody can answer, or that is larger than any that a server needs: each stage gets a page
    /// with the `session` id in it.
    pub(crate) fn new(info: &UiaaInfo, homeserver: &Url) -> Option<Self> {
        let stages = || info.flows.iter().flat_map(|flow| &flow.stages).chain(&info.completed);
        let mut texts = stages().map(AuthType::as_str).chain(info.session.as_deref());
        if info.flows.len() > MOST || stages().count() > MOST || texts.any(|text| text.len() > LONGEST) {
            return None;
        }
        let stage = |kind: &AuthType| match kind {
            AuthType::Password => Stage::Password,
            other => Stage::Unsupported(UnsupportedStage {
                name: clean(other.as_str()),
                fallback_url: info
                    .session
                    .as_deref()
                    .map(|session| fallback_url(homeserver, other.as_str(), session)),
            }),
        };
        let flows: Vec<Vec<Stage>> = info
            .flows
            .iter()
            .map(|flow| {
                flow.stages
                    .iter()
                    .filter(|kind| !info.completed.contains(kind))
                    .map(stage)
                    .collect()
            })
            .collect();
        let is_answerable = flows.iter().any(|stages| !stages.is_empty());
        is_answerable.then(|| Self {
            flows,
            session: info.session.clone(),
        })
    }

    /// Whether the account password is all that is missing.
    pub fn answerable_by_password(&self) -> bool {
        self.flows.iter().any(|stages| stages == &[Stage::Password])
    }

    /// The stages that this version cannot do, each once.
    pub fn unsupported(&self) -> Vec<UnsupportedStage> {
        let mut found = Vec::new();
        for stage in self.flows.iter().flatten() {
            if let Stage::Unsupported(stage) = stage
                && !found.contains(stage)
            {
                found.push(stage.clone());
            }
        }
        found
    }
}

/// The page of the server where a browser does `stage`.
///
/// Specification: Client-Server API, "Fallback".
fn fallback_url(homeserver: &Url, stage: &str, session: &str) -> String {
    let mut url = homeserver.clone();
    if let Ok(mut segments) = url.path_segments_mut() {
        segments
            .pop_if_empty()
            .extend(["_matrix", "client", "v3", "auth", stage, "fallback", "web"]);
    }
    url.query_pairs_mut().append_pair("session", session);
    url.into()
}

/// Why the server did not authorise. Nothing was done, unless the reply was lost ([`AuthError::Request`]).
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AuthError {
    /// The password is wrong. Ask again: the server keeps waiting.
    #[error("That password is wrong. Try again.")]
    WrongPassword,
    /// The server wants something that this version cannot do. A browser can, at the pages named.
    #[error("This homeserver asks for an authorisation that is not supported yet: {}.", names(.stages))]
    Unsupported {
        /// The stages, with the server's pages for them.
        stages: Vec<UnsupportedStage>,
    },
    /// The server could not be used. Try again.
    #[error(transparent)]
    Request(#[from] RequestError),
}

wraps_a_request_error!(AuthError);

impl AuthError {
    /// Whether the server may have done what was asked, although there is no answer that says so.
    pub(crate) fn may_have_acted(&self) -> bool {
        use ServerError::{Failing, NotUnderstood, Unreachable};
        matches!(
            self,
            Self::Request(RequestError::Server(Unreachable | Failing { .. } | NotUnderstood))
        )
    }
}

fn names(stages: &[UnsupportedStage]) -> String {
    // A server chooses these names; only what looks like one is repeated.
    let sane = |name: &str| name.len() <= 64 && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b));
    let names: Vec<_> = stages
        .iter()
        .map(|stage| {
            if sane(&stage.name) {
                stage.name.as_str()
            } else {
                "an unnamed one"
            }
        })
        .collect();
    names.join(", ")
}

impl FlowError for AuthError {
    fn advice(&self) -> (&'static str, Remedy) {
        match self {
            Self::WrongPassword => ("auth.wrong_password", Remedy::AskAgain),
            Self::Unsupported { .. } => ("auth.unsupported", Remedy::UseBrowser),
            Self::Request(error) => error.advice(),
        }
    }

    fn pages(&self) -> Vec<&str> {
        match self {
            Self::Unsupported { stages } => stages
                .iter()
                .filter_map(|stage| stage.fallback_url.as_deref())
                .collect(),
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
        }
    }

    /// Sends the request without authorisation: some requests need none; for the others the server replies with a
    /// challenge.
    pub(crate) async fn begin<T, S>(&mut self, send: impl Fn(Option<AuthData>) -> S) -> Result<Attempt<T>, AuthError>
    where
        S: Future<Output = Result<Answer<T>, RequestError>>,
    {
        match self.attempt(&send, None).await? {
            Ok(done) => Ok(Attempt::Done(done)),
            Err(_) => Ok(Attempt::Challenged(
                self.challenge.clone().expect("a refusal without error leaves one"),
            )),
        }
    }

    /// Sends the request with the password. After a wrong one the challenge stays valid.
    pub(crate) async fn answer_password<T, S>(
        &mut self,
        password: &Password,
        send: impl Fn(Option<AuthData>) -> S,
    ) -> Result<T, AuthError>
    where
        S: Future<Output = Result<Answer<T>, RequestError>>,
    {
        // Twice: a server that has forgotten the challenge (after a restart, or after hours) sends a new one.
        for last in [false, true] {
            if self.challenge.is_none()
                && let Attempt::Done(done) = self.begin(&send).await?
            {
                return Ok(done);
            }
            let challenge = self.challenge.clone().expect("begin leaves one");
            if !challenge.answerable_by_password() {
                return Err(AuthError::Unsupported {
                    stages: challenge.unsupported(),
                });
            }
            let user = UserIdentifier::Matrix(MatrixUserIdentifier::new(self.user_id.clone()));
            let mut data = PasswordData::new(user, password.reveal().to_owned());
            data.session = challenge.session;
            match self.attempt(&send, Some(AuthData::Password(data))).await {
                Ok(Ok(done)) => return Ok(done),
                Ok(Err(Refusal::WrongAnswer)) => return Err(AuthError::WrongPassword),
                Ok(Err(Refusal::MoreToDo)) => {
                    let stages = self.challenge.as_ref().map(Challenge::unsupported).unwrap_or_default();
                    return Err(AuthError::Unsupported { stages });
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

    fn challenge(info: serde_json::Value) -> Challenge {
        let info: UiaaInfo = serde_json::from_value(info).expect("a challenge");
        Challenge::new(&info, &Url::parse("https://matrix.example.org/").expect("a URL")).expect("one to answer")
    }

    #[test]
    fn a_challenge_that_nobody_can_answer_is_none() {
        let url = Url::parse("https://matrix.example.org/").expect("a URL");
        let long = "x".repeat(LONGEST + 1);
        let many = vec!["m.login.password"; MOST + 1];
        for info in [
            json!({"flows": [], "params": {}}),
            json!({"flows": [{"stages": []}], "params": {}}),
            json!({"flows": [{"stages": ["m.login.password"]}], "completed": ["m.login.password"], "params": {}}),
            json!({"flows": [{"stages": many}], "params": {}}),
            json!({"flows": vec![json!({"stages": ["m.login.password"]}); MOST + 1], "params": {}}),
            json!({"flows": [{"stages": ["m.login.password"]}], "completed": many, "params": {}}),
            json!({"flows": [{"stages": [long]}], "params": {}}),
            json!({"flows": [{"stages": ["m.login.password"]}], "session": long, "params": {}}),
        ] {
            let read = serde_json::from_value(info.clone()).expect("a challenge");
            assert_eq!(Challenge::new(&read, &url), None, "{info}");
        }
        let either = challenge(json!({"flows": [{"stages": []}, {"stages": ["m.login.password"]}], "params": {}}));
        assert!(either.answerable_by_password());
    }

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
        assert_eq!((right, take()), (Ok(()), vec!["", "refused", "asked", "right"]));
        for _ in 0..2 {
            let wrong = authorisation.answer_password(&Password::new("wrong"), send).await;
            assert_eq!(wrong, Err(AuthError::WrongPassword));
        }
        assert_eq!(take(), ["refused", "asked", "refused"], "each wrong one is sent once");
    }

    #[test]
    fn a_password_alone_is_enough_only_where_no_other_stage_is_left() {
        for (info, expected) in [
            (
                json!({"flows": [{"stages": ["m.login.password"]}], "params": {}, "session": "s"}),
                true,
            ),
            (
                json!({"flows": [{"stages": ["m.login.sso"]}, {"stages": ["m.login.password"]}], "params": {}}),
                true,
            ),
            (
                json!({"flows": [{"stages": ["m.login.password", "m.login.terms"]}], "params": {}}),
                false,
            ),
            (
                json!({"flows": [{"stages": ["m.login.terms", "m.login.password"]}],
                    "completed": ["m.login.terms"], "params": {}}),
                true,
            ),
            (json!({"flows": [{"stages": ["m.oauth"]}], "params": {}}), false),
        ] {
            assert_eq!(challenge(info.clone()).answerable_by_password(), expected, "{info}");
        }
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

    #[test]
    fn every_other_stage_is_named_with_its_fallback_page() {
        let challenge = challenge(json!({
            "flows": [{"stages": ["m.login.sso"]}, {"stages": ["m.login.sso"]}, {"stages": ["org.example/../x?y"]}],
            "params": {}, "session": "a b&c"
        }));
        let urls: Vec<_> = challenge
            .unsupported()
            .into_iter()
            .filter_map(|stage| stage.fallback_url)
            .collect();
        assert_eq!(
            urls,
            [
                "https://matrix.example.org/_matrix/client/v3/auth/m.login.sso/fallback/web?session=a+b%26c",
                "https://matrix.example.org/_matrix/client/v3/auth/org.example%2F..%2Fx%3Fy/fallback/web?session=a+b%26c",
            ]
        );
        let error = AuthError::Unsupported {
            stages: challenge.unsupported(),
        };
        let shown = format!("{challenge:?} {error:?}");
        assert!(
            shown.contains("m.login.sso") && !shown.contains("a b&c") && !shown.contains("session="),
            "{shown}"
        );
        assert_eq!(
            error.to_string(),
            "This homeserver asks for an authorisation that is not supported yet: m.login.sso, an unnamed one."
        );
    }
}
