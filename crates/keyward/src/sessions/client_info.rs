// SPDX-License-Identifier: Apache-2.0

//! What clients say about themselves in account data. It is read for all sessions, written for this one, and emptied
//! for sessions that are gone, because homeservers delete no account data.
//!
//! The format is Element Web's: `io.element.matrix_client_information.<device_id>`, `{"name", "version", "url"}`.

use std::collections::{BTreeMap, HashSet};

use futures_util::{StreamExt, TryStreamExt, stream};
use ruma::api::client::device::get_devices;
use serde::Serialize;
use serde_json::{Value, json};

use crate::{
    account::{CLIENT_INFORMATION, Handle},
    error::RequestError,
    text::clean_name,
};

/// How many entries are pruned at the same time.
const AT_A_TIME: usize = 8;

/// What a client says of itself (`io.element.matrix_client_information.<device_id>`).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ClientInformation {
    /// Name of the client.
    pub name: Option<String>,
    /// Its version.
    pub version: Option<String>,
    /// Where it runs, for a web client.
    pub url: Option<String>,
}

impl ClientInformation {
    /// The information about `device_id` in the account data. Fields that are no text, or of which nothing can be seen, are
    /// left out; an entry without any text counts as missing.
    pub(super) fn find(account_data: &BTreeMap<String, String>, device_id: &str) -> Option<Self> {
        let text = account_data.get(&event_type(device_id))?;
        Self::read(&serde_json::from_str(text).ok()?)
    }

    fn read(content: &Value) -> Option<Self> {
        let text = |name: &str| content.get(name).and_then(Value::as_str).and_then(clean_name);
        let information = Self {
            name: text("name"),
            version: text("version"),
            url: text("url"),
        };
        (information != Self::default()).then_some(information)
    }

    fn content(&self) -> Value {
        let mut content = json!({});
        for (name, value) in [("name", &self.name), ("version", &self.version), ("url", &self.url)] {
            if let Some(value) = value {
                content[name] = json!(value);
            }
        }
        content
    }
}

impl Handle {
    /// Tells the person's other sessions which client this session is. Writes nothing if the same is there already.
    ///
    /// # Errors
    /// [`RequestError`]
    pub async fn announce_client(&self, client: &ClientInformation) -> Result<(), RequestError> {
        let name = event_type(self.device_id());
        let there = self.fetch(&name).await?;
        let there = there.as_ref().and_then(ClientInformation::read).unwrap_or_default();
        if there == *client {
            return Ok(());
        }
        self.put(&name, &client.content()).await
    }

    /// Empties the client information of sessions that are gone. [`SignOut`](crate::sessions::SignOut) does this by
    /// itself. Call it after sessions were signed out elsewhere, for instance through
    /// [`SignOutLinks`](crate::sessions::SignOutLinks).
    ///
    /// # Errors
    /// [`RequestError`]; entries that could not be emptied are emptied by the next call.
    pub async fn prune_client_information(&self) -> Result<(), RequestError> {
        // In this order: a session that logs in meanwhile may have an entry, but then it is also among the devices.
        let account_data = self.account_data().await?;
        let devices = self.send(get_devices::v3::Request::new()).await?.devices;
        let present = devices.iter().map(|device| device.device_id.as_str()).collect();
        stream::iter(left_behind(&account_data, &present))
            .map(|name| async move { self.put(&name, &json!({})).await })
            .buffer_unordered(AT_A_TIME)
            .try_collect()
            .await
    }
}

/// The types of the entries that are not empty and whose session is gone.
fn left_behind(account_data: &BTreeMap<String, String>, present: &HashSet<&str>) -> Vec<String> {
    account_data
        .iter()
        .filter(|(name, content)| {
            name.strip_prefix(CLIENT_INFORMATION)
                .is_some_and(|device_id| !present.contains(device_id))
                && !is_empty(content)
        })
        .map(|(name, _)| name.clone())
        .collect()
}

fn is_empty(content: &str) -> bool {
    matches!(serde_json::from_str(content), Ok(Value::Object(fields)) if fields.is_empty())
}

/// Device ids may contain dots, so everything after the prefix is the id.
fn event_type(device_id: &str) -> String {
    format!("{CLIENT_INFORMATION}{device_id}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn account_data(entries: &[(&str, &str)]) -> BTreeMap<String, String> {
        let entry = |(name, content): &(&str, &str)| ((*name).to_owned(), (*content).to_owned());
        entries.iter().map(entry).collect()
    }

    #[test]
    fn what_is_not_text_is_left_out() {
        let client = |name: Option<&str>, url: Option<&str>| ClientInformation {
            name: name.map(str::to_owned),
            version: None,
            url: url.map(str::to_owned),
        };
        for (content, expected) in [
            (
                r#"{"name": "Element", "url": "app.element.io"}"#,
                Some(client(Some("Element"), Some("app.element.io"))),
            ),
            (
                r#"{"name": "Element", "version": 7, "url": null}"#,
                Some(client(Some("Element"), None)),
            ),
            ("{}", None),
            ("[]", None),
            ("7", None),
            ("not JSON", None),
        ] {
            let data = account_data(&[("io.element.matrix_client_information.A.B", content)]);
            assert_eq!(ClientInformation::find(&data, "A.B"), expected, "{content}");
            assert_eq!(ClientInformation::find(&data, "B"), None);
        }
    }

    #[test]
    fn only_entries_of_sessions_that_are_gone_are_pruned() {
        let data = account_data(&[
            ("io.element.matrix_client_information.HERE", r#"{"name": "a"}"#),
            ("io.element.matrix_client_information.GONE", r#"{"name": "a"}"#),
            ("io.element.matrix_client_information.GONE.HERE", r#"{"name": "a"}"#),
            ("io.element.matrix_client_information.EMPTIED", "{ }"),
            ("io.element.matrix_client_information.ODD", "[]"),
            ("m.direct", r#"{"name": "a"}"#),
        ]);
        assert_eq!(
            left_behind(&data, &HashSet::from(["HERE"])),
            [
                "io.element.matrix_client_information.GONE",
                "io.element.matrix_client_information.GONE.HERE",
                "io.element.matrix_client_information.ODD",
            ]
        );
    }

    #[test]
    fn what_is_not_known_is_not_written() {
        let client = ClientInformation {
            name: Some("Keyward".to_owned()),
            version: Some("1".to_owned()),
            url: None,
        };
        assert_eq!(client.content(), json!({"name": "Keyward", "version": "1"}));
        assert_eq!(ClientInformation::read(&client.content()), Some(client));
    }
}
