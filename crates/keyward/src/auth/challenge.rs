// SPDX-License-Identifier: Apache-2.0

//! What a server wants before it does what was asked, and which of it a person can do.

use std::fmt;

use ruma::api::client::uiaa::{AuthType, UiaaInfo};
use serde::Deserialize;
use serde_json::Value;
use url::Url;

use crate::{server::may_be_opened, text::clean};

/// One step that the server asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stage {
    /// `m.login.password`.
    Password,
    /// A step that a person does in a browser, on a page of the server: approving a reset on the account page (`m.oauth`),
    /// single sign-on, or one that this library does not know.
    Browser(BrowserStage),
    /// A step that nobody can do here: it has no page, or one that is not safe to open. By its name.
    Unsupported(String),
}

/// A step that a person does in a browser.
#[derive(Clone, PartialEq, Eq)]
pub struct BrowserStage {
    /// The step's name, for instance `m.oauth` or `m.login.sso`.
    pub name: String,
    /// The page to open. It is not for logs.
    pub page: String,
}

impl fmt::Debug for BrowserStage {
    /// Leaves the page out: its address may contain the challenge's `session` id.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BrowserStage")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

/// What the server wants before it does what was asked.
#[derive(Clone, PartialEq, Eq)]
pub struct Challenge {
    /// The ways to get through, each with the stages that are still to do, in their order.
    pub flows: Vec<Vec<Stage>>,
    /// Whether the step in the browser was done for another account: the person has to do it again as this one.
    pub other_account: bool,
    pub(super) session: Option<String>,
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

/// The names of the approval of a reset on the account page: MSC4312's, and the one before it.
const APPROVAL: [&str; 2] = ["m.oauth", "org.matrix.cross_signing_reset"];

impl Challenge {
    /// `None` for a challenge that nobody can answer, or that is larger than any that a server needs: each stage gets a page
    /// with the `session` id in it.
    pub(crate) fn new(info: &UiaaInfo, homeserver: &Url) -> Option<Self> {
        let stages = || info.flows.iter().flat_map(|flow| &flow.stages).chain(&info.completed);
        let mut texts = stages().map(AuthType::as_str).chain(info.session.as_deref());
        if info.flows.len() > MOST || stages().count() > MOST || texts.any(|text| text.len() > LONGEST) {
            return None;
        }
        let to_do = |kind: &&AuthType| !info.completed.contains(kind);
        let stage = |kind: &AuthType| stage(kind, info, homeserver);
        let flows = info.flows.iter();
        let flows: Vec<Vec<_>> = flows
            .map(|flow| flow.stages.iter().filter(to_do).map(stage).collect())
            .collect();
        let is_answerable = flows.iter().any(|stages| !stages.is_empty());
        is_answerable.then(|| Self {
            flows,
            other_account: false,
            session: info.session.clone(),
        })
    }

    /// What can be done next: the first stage of each flow that can be completed, each once.
    pub fn next_stages(&self) -> Vec<&Stage> {
        let is_possible = |stage: &Stage| !matches!(stage, Stage::Unsupported(_));
        let mut found = Vec::new();
        for stages in self.flows.iter().filter(|stages| stages.iter().all(is_possible)) {
            if let Some(stage) = stages.first()
                && !found.contains(&stage)
            {
                found.push(stage);
            }
        }
        found
    }

    /// Whether the account password is one of the ways to go on.
    pub fn answerable_by_password(&self) -> bool {
        self.next_stages().contains(&&Stage::Password)
    }

    /// The pages with which a person can go on in a browser, each once.
    pub fn pages(&self) -> Vec<&BrowserStage> {
        let next = self.next_stages();
        let pages = next.into_iter().filter_map(|stage| match stage {
            Stage::Browser(stage) => Some(stage),
            _ => None,
        });
        pages.collect()
    }

    /// The names of the stages that nobody can do here, each once.
    pub fn unsupported(&self) -> Vec<&str> {
        let mut found = Vec::new();
        for stage in self.flows.iter().flatten() {
            if let Stage::Unsupported(name) = stage
                && !found.contains(&name.as_str())
            {
                found.push(name.as_str());
            }
        }
        found
    }
}

fn stage(kind: &AuthType, info: &UiaaInfo, homeserver: &Url) -> Stage {
    if *kind == AuthType::Password {
        return Stage::Password;
    }
    let name = clean(kind.as_str());
    let page = match APPROVAL.contains(&kind.as_str()) {
        true => approval_page(info),
        false => info
            .session
            .as_deref()
            .map(|session| fallback_page(homeserver, kind.as_str(), session)),
    };
    match page {
        Some(page) => Stage::Browser(BrowserStage { name, page }),
        None => Stage::Unsupported(name),
    }
}

/// The page for approving a reset. The stage's two names mean the same, and its parameters may be under either. `None` for an
/// address that is not safe to open.
///
/// Specification: Client-Server API, "OAuth authentication" (`m.oauth`); MSC4312.
fn approval_page(info: &UiaaInfo) -> Option<String> {
    #[derive(Deserialize)]
    struct Parameters {
        url: String,
    }
    let params: Value = serde_json::from_str(info.params.as_deref()?.get()).ok()?;
    let page = APPROVAL
        .iter()
        .find_map(|name| Parameters::deserialize(params.get(name)?).ok())?
        .url;
    Url::parse(&page).ok().filter(may_be_opened).map(Into::into)
}

/// The page of the homeserver where a browser does `stage`.
///
/// Specification: Client-Server API, "Fallback".
fn fallback_page(homeserver: &Url, stage: &str, session: &str) -> String {
    let mut url = homeserver.clone();
    if let Ok(mut segments) = url.path_segments_mut() {
        segments
            .pop_if_empty()
            .extend(["_matrix", "client", "v3", "auth", stage, "fallback", "web"]);
    }
    url.query_pairs_mut().append_pair("session", session);
    url.into()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(info: &Value) -> Option<Challenge> {
        let info: UiaaInfo = serde_json::from_value(info.clone()).expect("a challenge");
        Challenge::new(&info, &Url::parse("https://matrix.example.org/").expect("a URL"))
    }

    #[test]
    fn a_challenge_that_nobody_can_answer_is_none() {
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
            assert_eq!(read(&info), None, "{info}");
        }
        let either = read(&json!({"flows": [{"stages": []}, {"stages": ["m.login.password"]}], "params": {}}));
        assert!(either.expect("one to answer").answerable_by_password());
    }

    /// What can be done next, in short.
    fn next(info: &Value) -> Vec<String> {
        let challenge = read(info).expect("one to answer");
        let next = challenge.next_stages().into_iter().map(|stage| match stage {
            Stage::Password => "password".to_owned(),
            Stage::Browser(stage) => format!("{} {}", stage.name, stage.page),
            Stage::Unsupported(name) => panic!("{name} cannot be done"),
        });
        next.collect()
    }

    #[test]
    fn whoever_can_go_on_is_shown_how() {
        let base = "https://matrix.example.org/_matrix/client/v3/auth";
        let page = "https://account.example.org/?action=org.matrix.cross_signing_reset";
        for (info, expected) in [
            (
                json!({"flows": [{"stages": ["m.login.password"]}], "params": {}}),
                vec!["password".to_owned()],
            ),
            // Synapse with an account service: both names, the parameters under either.
            (
                json!({"flows": [{"stages": ["m.oauth"]}, {"stages": ["org.matrix.cross_signing_reset"]}],
                    "params": {"m.oauth": {"url": page}}, "session": "dummy"}),
                vec![format!("m.oauth {page}")],
            ),
            (
                json!({"flows": [{"stages": ["org.matrix.cross_signing_reset"]}],
                    "params": {"org.matrix.cross_signing_reset": {"url": page}}, "session": "dummy"}),
                vec![format!("m.oauth {page}")],
            ),
            // Either of two ways, in their order.
            (
                json!({"flows": [{"stages": ["m.login.sso"]}, {"stages": ["m.login.password"]}],
                    "params": {}, "session": "a b&c"}),
                vec![
                    format!("m.login.sso {base}/m.login.sso/fallback/web?session=a+b%26c"),
                    "password".to_owned(),
                ],
            ),
            // One after the other.
            (
                json!({"flows": [{"stages": ["m.login.password", "org.example/../x?y"]}], "params": {}, "session": "s"}),
                vec!["password".to_owned()],
            ),
            (
                json!({"flows": [{"stages": ["m.login.password", "org.example/../x?y"]}], "params": {}, "session": "s",
                    "completed": ["m.login.password"]}),
                vec![format!(
                    "org.example/../x?y {base}/org.example%2F..%2Fx%3Fy/fallback/web?session=s"
                )],
            ),
            // A way that ends at a step that nobody can do is none.
            (
                json!({"flows": [{"stages": ["m.login.password", "m.oauth"]}, {"stages": ["m.login.sso"]}],
                    "params": {}, "session": "s"}),
                vec![format!("m.login.sso {base}/m.login.sso/fallback/web?session=s")],
            ),
            (json!({"flows": [{"stages": ["m.login.sso"]}], "params": {}}), vec![]),
        ] {
            assert_eq!(next(&info), expected, "{info}");
        }
    }

    #[test]
    fn a_page_that_is_not_safe_to_open_is_none() {
        for page in [
            json!("http://account.example.org/"),
            json!("javascript:alert(1)"),
            json!("https://account.example.org@evil.example/"),
            json!("no address"),
            json!(7),
        ] {
            let info =
                json!({"flows": [{"stages": ["m.oauth"]}], "params": {"m.oauth": {"url": page}}, "session": "s"});
            let challenge = read(&info).expect("one to answer");
            assert!(challenge.next_stages().is_empty(), "{page}");
            assert_eq!(challenge.unsupported(), ["m.oauth"]);
        }
    }

    #[test]
    fn nothing_in_a_page_can_steer_a_terminal() {
        let hostile = "https://a\u{fc}c.example.org/\u{202e}x?\u{1b}[2J\u{9b}2J#\u{7f}";
        for info in [
            json!({"flows": [{"stages": ["m.oauth"]}], "params": {"m.oauth": {"url": hostile}}, "session": "s"}),
            json!({"flows": [{"stages": ["m.x\u{1b}[2J\u{202e}"]}], "params": {}, "session": "\u{9b}2J\u{202e}"}),
        ] {
            let challenge = read(&info).expect("one to answer");
            let page = &challenge.pages()[0].page;
            assert!(page.bytes().all(|byte| byte.is_ascii_graphic()), "{page:?}");
        }
    }

    #[test]
    fn no_session_is_in_a_log() {
        let info = json!({"flows": [{"stages": ["m.login.sso"]}], "params": {}, "session": "a b&c"});
        let shown = format!("{:?}", read(&info).expect("one to answer"));
        assert!(
            shown.contains("m.login.sso") && !shown.contains("a b&c") && !shown.contains("session="),
            "{shown}"
        );
    }
}
