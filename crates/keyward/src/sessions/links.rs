// SPDX-License-Identifier: Apache-2.0

//! Signing out on servers with OAuth. They have no `POST /delete_devices`; sessions are signed out on the server's
//! account page, with one link for each. Listing the sessions again shows which links are done.
//!
//! Specification: Client-Server API, "OAuth 2.0 API: Account management"; MSC4191, MSC2965.

use std::collections::{HashSet, VecDeque};

use ruma::api::client::discovery::get_authorization_server_metadata;
use serde::Deserialize;
use serde_json::Value;
use url::Url;

use crate::{
    account::Handle,
    error::{RequestError, ServerError},
    server::may_be_opened,
    sessions::rules::SessionList,
};

/// The actions of the page that are used here, each with the specification's name first and then the older one.
const SIGN_OUT: [&str; 2] = ["org.matrix.device_delete", "org.matrix.session_end"];
const VIEW: [&str; 2] = ["org.matrix.device_view", "org.matrix.session_view"];
const LIST: [&str; 2] = ["org.matrix.devices_list", "org.matrix.sessions_list"];
const PROFILE: [&str; 1] = ["org.matrix.profile"];

/// The server's page where an account's sessions are managed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountManagement {
    page: Url,
    /// The actions that the server advertises, of those above.
    actions: Vec<&'static str>,
}

/// The part of the metadata that is used here. All other fields may be missing or have any form.
#[derive(Deserialize)]
struct Metadata {
    account_management_uri: Option<String>,
    #[serde(default)]
    account_management_actions_supported: Value,
}

impl AccountManagement {
    /// `None` where the server has no such page.
    ///
    /// # Errors
    /// [`ServerError::NotUnderstood`] for what is not to be opened in a browser.
    pub(crate) fn read(metadata: &str) -> Result<Option<Self>, ServerError> {
        let metadata: Metadata = serde_json::from_str(metadata).map_err(|_| ServerError::NotUnderstood)?;
        let Some(page) = metadata.account_management_uri else {
            return Ok(None);
        };
        let page = Url::parse(&page).ok().filter(may_be_opened);
        let actions = metadata.account_management_actions_supported;
        let advertised = |action: &&str| {
            let actions = actions.as_array();
            actions.is_some_and(|actions| actions.iter().any(|name| name == action))
        };
        let known = SIGN_OUT.into_iter().chain(VIEW).chain(LIST).chain(PROFILE);
        Ok(Some(Self {
            page: page.ok_or(ServerError::NotUnderstood)?,
            actions: known.filter(advertised).collect(),
        }))
    }

    /// The page itself.
    pub fn page(&self) -> &str {
        self.page.as_str()
    }

    /// Where a browser signs `device_id` out. This and the next three are the page with an action that the server advertises, else
    /// the page itself.
    pub fn sign_out_link(&self, device_id: &str) -> String {
        self.link(&SIGN_OUT, Some(device_id))
    }

    /// Where a browser shows the session `device_id`.
    pub fn session_link(&self, device_id: &str) -> String {
        self.link(&VIEW, Some(device_id))
    }

    /// Where a browser lists the sessions.
    pub fn sessions_link(&self) -> String {
        self.link(&LIST, None)
    }

    /// Where a browser shows the account itself: its name, addresses, password.
    pub fn profile_link(&self) -> String {
        self.link(&PROFILE, None)
    }

    fn link(&self, names: &[&str], device_id: Option<&str>) -> String {
        let mut url = self.page.clone();
        if let Some(action) = names.iter().find(|name| self.actions.contains(name)) {
            let mut query = url.query_pairs_mut();
            query.append_pair("action", action);
            if let Some(device_id) = device_id {
                query.append_pair("device_id", device_id);
            }
        }
        url.into()
    }
}

impl Handle {
    /// The page where this account's sessions are managed, on servers that use one for this (OAuth). `None` on all
    /// other servers, where [`Account::sign_out`] works.
    ///
    /// # Errors
    /// [`RequestError`]; [`ServerError::NotUnderstood`] also if the page is not reached through HTTPS.
    pub async fn account_management(&self) -> Result<Option<AccountManagement>, RequestError> {
        // ruma takes the unstable path of MSC2965 where the server does not have Matrix 1.15 yet.
        let request = get_authorization_server_metadata::v1::Request::new();
        match self.send(request).await {
            Ok(response) => Ok(AccountManagement::read(response.metadata.json().get())?),
            Err(error) if error.is_not_found() => Ok(None),
            Err(error) => Err(error),
        }
    }
}

/// One session and the link that signs it out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignOutLink {
    /// The session.
    pub device_id: String,
    /// What to open in a browser.
    pub url: String,
}

/// Sessions to sign out one after the other in a browser. Open [`SignOutLinks::next`], list the sessions again when the
/// person is back, pass that list to [`SignOutLinks::update`], and repeat until [`SignOutLinks::is_done`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignOutLinks {
    links: VecDeque<SignOutLink>,
    total: usize,
}

impl SignOutLinks {
    /// The queue for `device_ids`. It contains only other sessions that are in `list`: this session signs itself out.
    pub fn new(management: &AccountManagement, list: &SessionList, device_ids: &[String]) -> Self {
        let others: HashSet<&str> = list.others.iter().map(|session| session.device_id.as_str()).collect();
        let mut seen = HashSet::new();
        let links: VecDeque<_> = device_ids
            .iter()
            .filter(|id| others.contains(id.as_str()) && seen.insert(id.as_str()))
            .map(|id| SignOutLink {
                device_id: id.clone(),
                url: management.sign_out_link(id),
            })
            .collect();
        let total = links.len();
        Self { links, total }
    }

    /// The link to open now. `None` when done.
    pub fn next(&self) -> Option<&SignOutLink> {
        self.links.front()
    }

    /// Moves the present link to the end, for a person who wants to decide about it later.
    pub fn postpone(&mut self) {
        if !self.links.is_empty() {
            self.links.rotate_left(1);
        }
    }

    /// Removes the links of sessions that are signed out: those that are not in `list` any more.
    pub fn update(&mut self, list: &SessionList) {
        let present: HashSet<&str> = list.others.iter().map(|session| session.device_id.as_str()).collect();
        self.links.retain(|link| present.contains(link.device_id.as_str()));
    }

    /// How many are signed out, and of how many.
    pub fn progress(&self) -> (usize, usize) {
        (self.total - self.links.len(), self.total)
    }

    /// Whether all of them are signed out.
    pub fn is_done(&self) -> bool {
        self.links.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde_json::json;

    use super::*;
    use crate::{
        facts::IdentityStatus,
        sessions::{RawDevice, RawList},
    };

    fn read(metadata: Value) -> Result<Option<AccountManagement>, ServerError> {
        AccountManagement::read(&metadata.to_string())
    }

    fn list(others: &[&str]) -> SessionList {
        let device = |id: &&str| RawDevice {
            device_id: (*id).to_owned(),
            name: None,
            last_seen_ts: None,
            last_seen_ip: None,
            unlisted: false,
            keys: None,
        };
        let raw = RawList {
            own_device_id: "CURRENT".to_owned(),
            identity: IdentityStatus::NotSetUp,
            devices: [&["CURRENT"], others].concat().iter().map(device).collect(),
            account_data: BTreeMap::new(),
            pushers: BTreeMap::new(),
        };
        SessionList::new(raw, 0).expect("this session is among them")
    }

    #[test]
    fn a_link_has_the_best_action_that_is_advertised() {
        let page = "https://account.example.org/sessions?lang=en";
        for (actions, expected) in [
            (
                json!(["org.matrix.session_end", "org.matrix.device_delete"]),
                "&action=org.matrix.device_delete&device_id=A%26B+C",
            ),
            (
                json!(["org.matrix.session_end"]),
                "&action=org.matrix.session_end&device_id=A%26B+C",
            ),
            (json!(["org.matrix.devices_list", 7]), ""),
            (json!([]), ""),
            (json!("org.matrix.device_delete"), ""),
            (Value::Null, ""),
        ] {
            let metadata = json!({
                "account_management_uri": page, "account_management_actions_supported": actions, "issuer": 7,
            });
            let management = read(metadata).expect("understood").expect("a page");
            assert_eq!(
                management.sign_out_link("A&B C"),
                format!("{page}{expected}"),
                "{actions}"
            );
            assert_eq!(management.page(), page);
        }
        let bare = read(json!({"account_management_uri": page}))
            .expect("understood")
            .expect("a page");
        assert_eq!(bare.sign_out_link("A"), page);
    }

    #[test]
    fn each_thing_to_look_at_has_its_own_link() {
        let page = "https://account.example.org/";
        let links = |actions: Value| {
            let metadata = json!({"account_management_uri": page, "account_management_actions_supported": actions});
            let management = read(metadata).expect("understood").expect("a page");
            [
                management.session_link("A"),
                management.sessions_link(),
                management.profile_link(),
            ]
        };
        let new = json!([
            "org.matrix.device_view",
            "org.matrix.devices_list",
            "org.matrix.profile"
        ]);
        let expected = ["device_view&device_id=A", "devices_list", "profile"];
        assert_eq!(
            links(new),
            expected.map(|action| format!("{page}?action=org.matrix.{action}"))
        );
        let old = json!(["org.matrix.session_view", "org.matrix.sessions_list"]);
        let expected = [
            "?action=org.matrix.session_view&device_id=A",
            "?action=org.matrix.sessions_list",
            "",
        ];
        assert_eq!(links(old), expected.map(|rest| format!("{page}{rest}")));
    }

    #[test]
    fn only_pages_that_are_safe_to_open_are_accepted() {
        for (page, accepted) in [
            ("https://account.example.org/", true),
            ("http://127.0.0.1:8080/account", true),
            ("http://localhost/account", true),
            ("http://[::1]/account", true),
            ("http://account.example.org/", false),
            ("http://localhost.example.org/", false),
            ("javascript:alert(1)", false),
            ("file:///etc/passwd", false),
            ("data:text/html,x", false),
            ("element://account", false),
            ("https://example.org@evil.example/", false),
            ("https://:secret@evil.example/", false),
            ("/account", false),
            ("", false),
        ] {
            let found = read(json!({"account_management_uri": page}));
            match accepted {
                true => assert!(matches!(found, Ok(Some(_))), "{page}"),
                false => assert_eq!(found, Err(ServerError::NotUnderstood), "{page}"),
            }
        }
        assert_eq!(read(json!({})), Ok(None), "the server has no page");
        for odd in [json!([]), json!({"account_management_uri": 7}), json!("x")] {
            assert_eq!(read(odd), Err(ServerError::NotUnderstood));
        }
    }

    fn queue(device_ids: &[&str]) -> SignOutLinks {
        let metadata = json!({
            "account_management_uri": "https://a.example/",
            "account_management_actions_supported": ["org.matrix.device_delete"],
        });
        let management = read(metadata).expect("understood").expect("a page");
        let device_ids: Vec<String> = device_ids.iter().map(|id| (*id).to_owned()).collect();
        SignOutLinks::new(&management, &list(&["A", "B", "C"]), &device_ids)
    }

    #[test]
    fn the_queue_goes_on_when_a_session_is_gone_and_not_before() {
        let mut links = queue(&["B", "A", "C"]);
        assert_eq!(
            links.next(),
            Some(&SignOutLink {
                device_id: "B".to_owned(),
                url: "https://a.example/?action=org.matrix.device_delete&device_id=B".to_owned(),
            })
        );
        let steps: [(&[&str], Option<&str>, usize); 4] = [
            (&["A", "B", "C"], Some("B"), 0),
            (&["A", "C"], Some("A"), 1),
            // Another than the one that was open.
            (&["A", "NEW"], Some("A"), 2),
            (&["NEW"], None, 3),
        ];
        for (present, next, gone) in steps {
            links.update(&list(present));
            assert_eq!(links.next().map(|link| link.device_id.as_str()), next, "{present:?}");
            assert_eq!(links.progress(), (gone, 3), "{present:?}");
            assert_eq!(links.is_done(), next.is_none(), "{present:?}");
        }
    }

    #[test]
    fn a_postponed_link_comes_last() {
        let mut links = queue(&["A", "B"]);
        links.postpone();
        assert_eq!(links.next().map(|link| link.device_id.as_str()), Some("B"));
        links.postpone();
        assert_eq!(links.next().map(|link| link.device_id.as_str()), Some("A"));
        links.update(&list(&[]));
        links.postpone();
        assert!(links.is_done());
    }

    #[test]
    fn each_other_session_that_is_there_gets_one_link() {
        let links = queue(&["A", "A", "CURRENT", "GONE"]);
        assert_eq!(links.progress(), (0, 1));
        assert!(queue(&[]).is_done());
        assert!(queue(&["CURRENT"]).is_done());
    }
}
