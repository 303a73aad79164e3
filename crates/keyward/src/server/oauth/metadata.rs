// SPDX-License-Identifier: Apache-2.0

//! What an authorisation server offers, as the homeserver tells it (RFC 8414). Read leniently where nothing depends on
//! it, and strictly where a password, a code or a token goes.

use ruma::api::client::discovery::get_authorization_server_metadata;
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use url::Url;

use crate::{
    error::{RequestError, ServerError},
    server::{Server, may_be_opened},
};

/// The grants that are used here, by their names.
const CODE: &str = "authorization_code";
const DEVICE_CODE: &str = "urn:ietf:params:oauth:grant-type:device_code";

/// An authorisation server. All of its addresses are encrypted, or on this machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct AuthorizationServer {
    pub(crate) issuer: Url,
    pub(crate) token_endpoint: Url,
    pub(crate) revocation_endpoint: Url,
    pub(crate) registration_endpoint: Option<Url>,
    /// The page for the code grant; `None` where it has none for us.
    pub(crate) authorization_endpoint: Option<Url>,
    /// For the device code grant (RFC 8628); `None` where it is not offered.
    pub(crate) device_authorization_endpoint: Option<Url>,
    /// Whether it says that it can make a new account on the way (`prompt=create`).
    pub(crate) creates_accounts: bool,
}

#[derive(Deserialize)]
struct Metadata {
    issuer: Url,
    token_endpoint: Url,
    revocation_endpoint: Url,
    registration_endpoint: Option<Url>,
    authorization_endpoint: Option<Url>,
    device_authorization_endpoint: Option<Url>,
    #[serde(default, deserialize_with = "names")]
    grant_types_supported: Option<Vec<String>>,
    #[serde(default, deserialize_with = "names")]
    code_challenge_methods_supported: Option<Vec<String>>,
    #[serde(default, deserialize_with = "names")]
    prompt_values_supported: Option<Vec<String>>,
}

/// A list of names; `None` for anything else.
fn names<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Vec<String>>, D::Error> {
    Ok(serde_json::from_value(Value::deserialize(deserializer)?).ok())
}

impl AuthorizationServer {
    /// The server that the homeserver names; `None` where it keeps its accounts itself.
    ///
    /// # Errors
    /// [`RequestError`]; [`ServerError::NotUnderstood`] for metadata that cannot be used safely.
    pub(crate) async fn of(homeserver: &Server) -> Result<Option<Self>, RequestError> {
        let request = get_authorization_server_metadata::v1::Request::new();
        match homeserver.send(request).await {
            Ok(response) => Ok(Some(Self::read(response.metadata.json().get())?)),
            Err(error) if error.is_not_found() => Ok(None),
            Err(error) => Err(error),
        }
    }

    pub(crate) fn read(metadata: &str) -> Result<Self, ServerError> {
        let metadata: Metadata = serde_json::from_str(metadata).map_err(|_| ServerError::NotUnderstood)?;
        // Without a list, those of RFC 8414 count.
        let grants = metadata.grant_types_supported.unwrap_or_else(|| vec![CODE.to_owned()]);
        let offers = |grant: &str| grants.iter().any(|name| name == grant);
        let has = |list: &Option<Vec<String>>, name: &str| list.iter().flatten().any(|found| found == name);
        let proves_keys = has(&metadata.code_challenge_methods_supported, "S256");
        let server = Self {
            issuer: metadata.issuer,
            token_endpoint: metadata.token_endpoint,
            revocation_endpoint: metadata.revocation_endpoint,
            registration_endpoint: metadata.registration_endpoint,
            authorization_endpoint: metadata.authorization_endpoint.filter(|_| offers(CODE) && proves_keys),
            device_authorization_endpoint: metadata.device_authorization_endpoint.filter(|_| offers(DEVICE_CODE)),
            creates_accounts: has(&metadata.prompt_values_supported, "create"),
        };
        if server.addresses().all(is_for_secrets) {
            Ok(server)
        } else {
            tracing::warn!("the authorisation server's addresses are not safe to use");
            Err(ServerError::NotUnderstood)
        }
    }

    fn addresses(&self) -> impl Iterator<Item = &Url> {
        [&self.issuer, &self.token_endpoint, &self.revocation_endpoint]
            .into_iter()
            .chain(&self.registration_endpoint)
            .chain(&self.authorization_endpoint)
            .chain(&self.device_authorization_endpoint)
    }
}

/// Whether a secret may go there.
fn is_for_secrets(url: &Url) -> bool {
    may_be_opened(url) && url.fragment().is_none()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn metadata() -> Value {
        json!({
            "issuer": "https://account.example.org/",
            "authorization_endpoint": "https://account.example.org/authorize",
            "token_endpoint": "https://account.example.org/oauth2/token",
            "revocation_endpoint": "https://account.example.org/oauth2/revoke",
            "registration_endpoint": "https://account.example.org/oauth2/registration",
            "device_authorization_endpoint": "https://account.example.org/oauth2/device",
            "grant_types_supported": [CODE, "refresh_token", DEVICE_CODE],
            "code_challenge_methods_supported": ["plain", "S256"],
            "prompt_values_supported": ["create"],
            "jwks_uri": 7,
        })
    }

    fn with(name: &str, value: Value) -> Result<AuthorizationServer, ServerError> {
        let mut metadata = metadata();
        metadata[name] = value;
        AuthorizationServer::read(&metadata.to_string())
    }

    #[test]
    fn what_is_offered_is_read() {
        let server = AuthorizationServer::read(&metadata().to_string()).expect("all is there");
        assert!(server.authorization_endpoint.is_some() && server.device_authorization_endpoint.is_some());
        assert!(server.creates_accounts);
        for (name, value, code, device) in [
            ("grant_types_supported", json!([CODE]), true, false),
            ("grant_types_supported", json!([DEVICE_CODE]), false, true),
            ("grant_types_supported", json!(null), true, false),
            ("grant_types_supported", json!("everything"), true, false),
            // Without a proof of the key, a code that somebody else sees on its way would be theirs.
            ("code_challenge_methods_supported", json!(["plain"]), false, true),
            ("code_challenge_methods_supported", json!(null), false, true),
            ("device_authorization_endpoint", json!(null), true, false),
            ("prompt_values_supported", json!({}), true, true),
        ] {
            let server = with(name, value.clone()).expect("it can be used");
            let found = (
                server.authorization_endpoint.is_some(),
                server.device_authorization_endpoint.is_some(),
            );
            assert_eq!(found, (code, device), "{name}: {value}");
        }
    }

    #[test]
    fn an_address_that_is_not_safe_is_refused() {
        let endpoints = [
            "issuer",
            "token_endpoint",
            "revocation_endpoint",
            "registration_endpoint",
            "authorization_endpoint",
            "device_authorization_endpoint",
        ];
        let addresses = [
            "http://account.example.org/x",
            "ftp://account.example.org/x",
            "https://account.example.org@evil.example/x",
            "https://account.example.org/x#fragment",
            "no address",
        ];
        for endpoint in endpoints {
            for address in addresses {
                assert_eq!(
                    with(endpoint, json!(address)),
                    Err(ServerError::NotUnderstood),
                    "{endpoint}: {address}"
                );
            }
            assert!(with(endpoint, json!("http://127.0.0.1:8080/x")).is_ok());
        }
        for endpoint in ["issuer", "token_endpoint", "revocation_endpoint"] {
            assert_eq!(
                with(endpoint, json!(null)),
                Err(ServerError::NotUnderstood),
                "{endpoint}"
            );
        }
    }
}
