// SPDX-License-Identifier: Apache-2.0

//! How a program introduces itself to an authorisation server (RFC 7591).

use serde_json::{Value, json};

/// A program as people see it when they allow a login. The app that embeds this library describes itself.
///
/// Specification: Client-Server API, "OAuth 2.0 API: Client registration", client metadata.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientDescription {
    /// Its name.
    pub name: String,
    /// Its home page: an `https` address. Servers want the addresses below on the same host.
    pub uri: String,
    /// Where a browser may lead after a login: a scheme of the app's own, which begins with the reversed host of `uri` and
    /// has a single slash (`org.example.app:/callback`), or an address of this machine without its port
    /// (`http://127.0.0.1/`).
    pub redirect_uris: Vec<String>,
    /// A picture of it.
    pub logo_uri: Option<String>,
    /// Its terms of service.
    pub tos_uri: Option<String>,
    /// Its privacy policy.
    pub policy_uri: Option<String>,
}

impl ClientDescription {
    /// The client metadata. All grants in one, because a server gives a program that it knows its old id again.
    pub(super) fn metadata(&self) -> Value {
        let mut metadata = json!({
            "client_name": self.name,
            "client_uri": self.uri,
            "application_type": "native",
            "redirect_uris": self.redirect_uris,
            "response_types": ["code"],
            "grant_types": [
                "authorization_code",
                "refresh_token",
                "urn:ietf:params:oauth:grant-type:device_code",
            ],
            // A program on somebody's device can keep no secret of its own.
            "token_endpoint_auth_method": "none",
        });
        let links = [
            ("logo_uri", &self.logo_uri),
            ("tos_uri", &self.tos_uri),
            ("policy_uri", &self.policy_uri),
        ];
        for (name, link) in links {
            if let Some(link) = link {
                metadata[name] = json!(link);
            }
        }
        metadata
    }
}
