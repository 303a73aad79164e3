// SPDX-License-Identifier: Apache-2.0

//! Push notifications of a session: its pushers (MSC3881), else its local setting in account data (MSC3890).
//!
//! ruma's own `Pusher` loses MSC3881's fields and all unknown ones. Switching a pusher means sending all of its fields
//! again, so this module keeps them as the server gave them.

use std::collections::BTreeMap;

use futures_util::future::{try_join, try_join_all};
use ruma::api::FeatureFlag;
use serde_json::{Map, Value, json};

use crate::{
    account::{Handle, NOTIFICATION_SETTINGS},
    error::{FlowError, Remedy, RequestError, wraps_a_request_error},
    sessions::rules::Push,
};

/// The feature of MSC3881 among the server's `unstable_features`.
const FEATURE: &str = "org.matrix.msc3881";
/// MSC3881's fields of a pusher: `device_id` and `enabled` as they are while the proposal is open.
const UNSTABLE_FIELDS: [&str; 2] = ["org.matrix.msc3881.device_id", "org.matrix.msc3881.enabled"];
/// The same fields once the proposal is part of the specification.
const STABLE_FIELDS: [&str; 2] = ["device_id", "enabled"];

/// Why push notifications were not switched.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PushError {
    /// The session has neither a pusher that can be switched from here nor a setting.
    #[error("Push notifications of that session cannot be switched from here.")]
    Unsupported,
    /// The server could not be used. Of several pushers, some may be switched: call again.
    #[error(transparent)]
    Request(#[from] RequestError),
}

impl FlowError for PushError {
    fn advice(&self) -> (&'static str, Remedy) {
        match self {
            Self::Unsupported => ("push.unsupported", Remedy::Nothing),
            Self::Request(error) => error.advice(),
        }
    }

    fn wrapped(&self) -> Option<&dyn FlowError> {
        match self {
            Self::Request(error) => Some(error),
            _ => None,
        }
    }
}

wraps_a_request_error!(PushError);

impl Handle {
    /// Switches the push notifications of a session, this one or another: all its pushers if it has any, else its local
    /// setting if it has one. Sends nothing if they are in that state already.
    ///
    /// # Errors
    /// [`PushError`]
    #[tracing::instrument(skip_all)]
    pub async fn set_push(&self, device_id: &str, on: bool) -> Result<(), PushError> {
        let mut pushers = self.pushers().await?;
        pushers.retain(|pusher| pusher.device_id == device_id);
        if pushers.is_empty() {
            return self.set_local_notifications(device_id, on).await;
        }
        let changed = pushers.into_iter().filter(|pusher| pusher.enabled != on);
        try_join_all(changed.map(|pusher| async move {
            let pusher = pusher.switched(on);
            self.send(set_pusher::Request { pusher }).await
        }))
        .await?;
        Ok(())
    }

    async fn set_local_notifications(&self, device_id: &str, on: bool) -> Result<(), PushError> {
        let [unstable, stable] = NOTIFICATION_SETTINGS.map(|prefix| format!("{prefix}{device_id}"));
        let fetch = |name| self.fetch(name);
        let (first, second) = try_join(fetch(&unstable), fetch(&stable)).await?;
        // If the setting exists, the session reads it. If it does not, it must not be created.
        let there = is_silenced(second.as_ref()).is_some();
        if !there && is_silenced(first.as_ref()).is_none() {
            return Err(PushError::Unsupported);
        }
        // The session may read either name, so an existing stable setting gets the same value.
        let writes = [(&unstable, &first, first.is_some() || there), (&stable, &second, there)];
        for (name, content, wanted) in writes {
            if wanted && is_silenced(content.as_ref()) != Some(!on) {
                let mut content = content.clone().filter(Value::is_object).unwrap_or_else(|| json!({}));
                content["is_silenced"] = json!(!on);
                self.put(name, &content).await?;
            }
        }
        Ok(())
    }

    /// Whether the pushers of each session are on, by device id.
    pub(super) async fn pushers_by_device(&self) -> Result<BTreeMap<String, bool>, RequestError> {
        Ok(by_device(&self.pushers().await?))
    }

    /// The account's pushers that belong to a session and can be switched.
    async fn pushers(&self) -> Result<Vec<Pusher>, RequestError> {
        let pushers = async {
            match self.send(get_pushers::Request {}).await {
                Ok(response) => Ok(response.pushers),
                // A server without push notifications still has sessions.
                Err(error) if error.is_not_found() => Ok(Vec::new()),
                Err(error) => Err(error),
            }
        };
        // Known already: every request needs the server's versions.
        let features = self.server().supported();
        let (pushers, features) = try_join(pushers, features).await?;
        let supported = features.features.contains(&FeatureFlag::from(FEATURE));
        let read = |fields| Pusher::read(fields, supported);
        Ok(pushers.into_iter().filter_map(read).collect())
    }
}

/// A pusher that belongs to a session.
#[derive(Debug)]
struct Pusher {
    device_id: String,
    enabled: bool,
    /// What `enabled` is called there.
    enabled_field: &'static str,
    /// All of it, as the server gave it.
    fields: Map<String, Value>,
}

impl Pusher {
    /// `None` if it does not name its session, or if the server does not support MSC3881 under the name used.
    fn read(fields: Map<String, Value>, unstable_is_supported: bool) -> Option<Self> {
        let names = [(STABLE_FIELDS, true), (UNSTABLE_FIELDS, unstable_is_supported)];
        let ([device_id, enabled_field], _) = names
            .into_iter()
            .find(|([device_id, _], supported)| *supported && fields.get(*device_id).is_some_and(Value::is_string))?;
        Some(Self {
            device_id: fields.get(device_id)?.as_str()?.to_owned(),
            // MSC3881: missing means on.
            enabled: fields.get(enabled_field).and_then(Value::as_bool).unwrap_or(true),
            enabled_field,
            fields,
        })
    }

    /// What to send to switch it: the same pusher. Pushers of other accounts with that app and device are kept.
    fn switched(self, on: bool) -> Map<String, Value> {
        let mut fields = self.fields;
        fields.insert(self.enabled_field.to_owned(), json!(on));
        fields.insert("append".to_owned(), json!(true));
        fields
    }
}

/// If a session has several pushers, it counts as on when one of them is on.
fn by_device(pushers: &[Pusher]) -> BTreeMap<String, bool> {
    let mut by_device = BTreeMap::new();
    for pusher in pushers {
        *by_device.entry(pusher.device_id.clone()).or_insert(false) |= pusher.enabled;
    }
    by_device
}

/// The state of the push notifications of `device_id`: its pushers decide (MSC3881), else its local setting (MSC3890).
pub(super) fn state(
    device_id: &str,
    pushers: &BTreeMap<String, bool>,
    account_data: &BTreeMap<String, String>,
) -> Push {
    let local = || {
        NOTIFICATION_SETTINGS.iter().find_map(|prefix| {
            let text = account_data.get(&format!("{prefix}{device_id}"))?;
            is_silenced(serde_json::from_str(text).ok().as_ref()).map(|silenced| !silenced)
        })
    };
    match pushers.get(device_id).copied().or_else(local) {
        Some(true) => Push::On,
        Some(false) => Push::Off,
        None => Push::Unsupported,
    }
}

fn is_silenced(content: Option<&Value>) -> Option<bool> {
    content?.get("is_silenced")?.as_bool()
}

/// `GET /_matrix/client/v3/pushers`
mod get_pushers {
    use ruma::{
        api::{auth_scheme::AccessToken, request, response},
        metadata,
    };
    use serde_json::{Map, Value};

    metadata! {
        method: GET,
        rate_limited: false,
        authentication: AccessToken,
        history: {
            1.1 => "/_matrix/client/v3/pushers",
        }
    }

    #[request]
    #[derive(Default)]
    pub(super) struct Request {}

    #[response]
    pub(super) struct Response {
        pub pushers: Vec<Map<String, Value>>,
    }
}

/// `POST /_matrix/client/v3/pushers/set`
mod set_pusher {
    use ruma::{
        api::{auth_scheme::AccessToken, request, response},
        metadata,
    };
    use serde_json::{Map, Value};

    metadata! {
        method: POST,
        rate_limited: true,
        authentication: AccessToken,
        history: {
            1.1 => "/_matrix/client/v3/pushers/set",
        }
    }

    #[request]
    pub(super) struct Request {
        #[ruma_api(body)]
        pub pusher: Map<String, Value>,
    }

    #[response]
    #[derive(Default)]
    pub(super) struct Response {}
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pusher(fields: Value) -> Option<Pusher> {
        Pusher::read(fields.as_object().expect("an object").clone(), true)
    }

    #[test]
    fn a_pusher_says_whose_it_is_and_missing_enabled_means_on() {
        for (fields, expected) in [
            (
                json!({"org.matrix.msc3881.device_id": "A", "org.matrix.msc3881.enabled": false}),
                Some(("A", false)),
            ),
            (json!({"org.matrix.msc3881.device_id": "A"}), Some(("A", true))),
            (json!({"device_id": "A", "enabled": false}), Some(("A", false))),
            (
                json!({"org.matrix.msc3881.device_id": "A", "org.matrix.msc3881.enabled": "no"}),
                Some(("A", true)),
            ),
            (
                json!({"org.matrix.msc3881.device_id": null, "org.matrix.msc3881.enabled": true}),
                None,
            ),
            (json!({"pushkey": "k"}), None),
        ] {
            let read = pusher(fields.clone());
            let read = read.as_ref().map(|pusher| (pusher.device_id.as_str(), pusher.enabled));
            assert_eq!(read, expected, "{fields}");
        }
    }

    #[test]
    fn unstable_fields_count_only_where_the_server_has_the_feature() {
        let unstable = json!({"org.matrix.msc3881.device_id": "A"});
        let stable = json!({"device_id": "A"});
        for (fields, supported, expected) in [
            (&unstable, true, true),
            (&unstable, false, false),
            (&stable, true, true),
            (&stable, false, true),
        ] {
            let fields = fields.as_object().expect("an object").clone();
            let read = Pusher::read(fields.clone(), supported);
            assert_eq!(read.is_some(), expected, "{fields:?} {supported}");
        }
    }

    #[test]
    fn switching_keeps_every_field_and_appends() {
        for (device_id, enabled) in [UNSTABLE_FIELDS, STABLE_FIELDS].map(|[device_id, enabled]| (device_id, enabled)) {
            let given = json!({
                device_id: "A", enabled: true, "pushkey": "k", "app_id": "a", "kind": "http", "profile_tag": "t",
                "data": {"url": "u", "format": "event_id_only", "org.example": [1]}, "org.example.unknown": {"x": null},
            });
            let mut expected = given.clone();
            expected[enabled] = json!(false);
            expected["append"] = json!(true);
            let sent = pusher(given).expect("a pusher").switched(false);
            assert_eq!(Value::Object(sent), expected);
        }
    }

    #[test]
    fn a_pusher_decides_before_the_local_setting_and_one_that_is_on_before_one_that_is_off() {
        let both = |enabled: &[bool]| -> Vec<Pusher> {
            let given = |enabled: &bool| {
                pusher(json!({"org.matrix.msc3881.device_id": "A", "org.matrix.msc3881.enabled": enabled}))
            };
            enabled.iter().filter_map(given).collect()
        };
        const UNSTABLE: &str = "org.matrix.msc3890.local_notification_settings.A";
        const STABLE: &str = "m.local_notification_settings.A";
        let (silenced, loud) = (r#"{"is_silenced": true}"#, r#"{"is_silenced": false}"#);
        for (pushers, settings, expected) in [
            (&[true][..], &[(UNSTABLE, silenced)][..], Push::On),
            (&[false], &[(UNSTABLE, loud)], Push::Off),
            (&[false, true], &[], Push::On),
            (&[true, false], &[], Push::On),
            (&[false, false], &[], Push::Off),
            (&[], &[(UNSTABLE, silenced)], Push::Off),
            (&[], &[(UNSTABLE, loud)], Push::On),
            (&[], &[(STABLE, silenced)], Push::Off),
            (&[], &[(UNSTABLE, loud), (STABLE, silenced)], Push::On),
            (&[], &[(UNSTABLE, "{}"), (STABLE, silenced)], Push::Off),
            (&[], &[(UNSTABLE, r#"{"is_silenced": 1}"#)], Push::Unsupported),
            (&[], &[("m.local_notification_settings.B", silenced)], Push::Unsupported),
            (&[], &[], Push::Unsupported),
        ] {
            let account_data = settings
                .iter()
                .map(|(name, content)| ((*name).to_owned(), (*content).to_owned()))
                .collect();
            let found = state("A", &by_device(&both(pushers)), &account_data);
            assert_eq!(found, expected, "{pushers:?} {settings:?}");
        }
    }
}
