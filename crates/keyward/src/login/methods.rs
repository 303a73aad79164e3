// SPDX-License-Identifier: Apache-2.0

//! Which ways to log in a homeserver offers, as data.
//!
//! Specification: Client-Server API, "Authentication API discovery"; MSC3824 for servers that offer both kinds.

use futures_util::try_join;
use ruma::api::client::session::get_login_types::v3::{self as get_login_types, LoginType};

use super::door;
use crate::{
    error::RequestError,
    server::{Homeserver, oauth::AuthorizationServer},
    text::clean,
};

/// A way to log in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LoginMethod {
    /// At the homeserver's account service, in a browser (OAuth 2.0).
    OAuth {
        /// In a browser of this device.
        browser: bool,
        /// In a browser of another device, with a code that the person enters there.
        device_code: bool,
        /// Whether the page can make a new account.
        create_account: bool,
    },
    /// With the account password.
    Password,
    /// In a browser, through a provider that the homeserver trusts (`m.login.sso`).
    Sso {
        /// Those that it names. Where there is none, the homeserver's page asks.
        providers: Vec<SsoProvider>,
    },
}

/// A provider for SSO.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SsoProvider {
    /// Its id, for [`BrowserMethod::Sso`](super::BrowserMethod::Sso).
    pub id: String,
    /// Its name, fit to be shown.
    pub name: String,
    /// Its brand, for a picture of the app's own: `google`, `apple`, or another one that the specification names.
    pub brand: Option<String>,
}

impl Homeserver {
    /// The ways to log in, the best one first. Empty where it offers none that this version has.
    ///
    /// # Errors
    /// [`RequestError`]
    pub async fn login_methods(&self) -> Result<Vec<LoginMethod>, RequestError> {
        let server = door(self.url(), None)?;
        let flows = async {
            match server.send(get_login_types::Request::new()).await {
                Ok(reply) => Ok(reply.flows),
                // A server that leaves its accounts to another one may not have this at all.
                Err(error) if error.is_not_found() => Ok(Vec::new()),
                Err(error) => Err(error),
            }
        };
        let (authorisation, flows) = try_join!(AuthorizationServer::of(&server), flows)?;
        Ok(methods(authorisation.as_ref(), &flows))
    }
}

/// The rule. An account service with OAuth shows its SSO only for programs that know no OAuth.
fn methods(authorisation: Option<&AuthorizationServer>, flows: &[LoginType]) -> Vec<LoginMethod> {
    let mut methods = Vec::new();
    if let Some(server) = authorisation {
        let (browser, device_code) = (
            server.authorization_endpoint.is_some(),
            server.device_authorization_endpoint.is_some(),
        );
        if browser || device_code {
            methods.push(LoginMethod::OAuth {
                browser,
                device_code,
                create_account: server.creates_accounts,
            });
        }
    }
    if flows.iter().any(|flow| matches!(flow, LoginType::Password(_))) {
        methods.push(LoginMethod::Password);
    }
    let has_oauth = matches!(methods.first(), Some(LoginMethod::OAuth { .. }));
    let sso = flows.iter().find_map(|flow| match flow {
        LoginType::Sso(sso) if !has_oauth => Some(sso),
        _ => None,
    });
    if let Some(sso) = sso {
        let provider = |provider: &get_login_types::IdentityProvider| SsoProvider {
            id: provider.id.clone(),
            name: clean(&provider.name),
            brand: provider.brand.as_ref().map(|brand| clean(brand.as_str())),
        };
        methods.push(LoginMethod::Sso {
            providers: sso.identity_providers.iter().map(provider).collect(),
        });
    }
    methods
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn flows(flows: Value) -> Vec<LoginType> {
        serde_json::from_value(flows).expect("login types")
    }

    fn authorisation() -> AuthorizationServer {
        let metadata = json!({
            "issuer": "https://a.example/", "token_endpoint": "https://a.example/t",
            "revocation_endpoint": "https://a.example/r", "authorization_endpoint": "https://a.example/a",
            "code_challenge_methods_supported": ["S256"],
        });
        AuthorizationServer::read(&metadata.to_string()).expect("metadata")
    }

    #[test]
    fn the_best_way_comes_first() {
        let all = flows(json!([
            {"type": "m.login.sso", "identity_providers": [{"id": "x", "name": "Cor\u{202e}p", "brand": "google"}]},
            {"type": "m.login.token"},
            {"type": "m.login.password"},
            {"type": "org.example.magic"},
        ]));
        let oauth = LoginMethod::OAuth {
            browser: true,
            device_code: false,
            create_account: false,
        };
        let sso = LoginMethod::Sso {
            providers: vec![SsoProvider {
                id: "x".to_owned(),
                name: clean("Cor\u{202e}p"),
                brand: Some("google".to_owned()),
            }],
        };
        assert_eq!(methods(None, &all), [LoginMethod::Password, sso]);
        // What is for programs that know no OAuth is left out.
        assert_eq!(
            methods(Some(&authorisation()), &all),
            [oauth.clone(), LoginMethod::Password]
        );
        assert_eq!(methods(Some(&authorisation()), &[]), [oauth]);
        let useless = AuthorizationServer {
            authorization_endpoint: None,
            ..authorisation()
        };
        let sso = flows(json!([{"type": "m.login.sso"}]));
        assert_eq!(
            methods(Some(&useless), &sso),
            [LoginMethod::Sso { providers: Vec::new() }]
        );
        assert_eq!(methods(None, &flows(json!([{"type": "org.example.magic"}]))), []);
    }
}
