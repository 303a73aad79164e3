// SPDX-License-Identifier: Apache-2.0

//! The requests for tokens, and their end.

use std::time::Duration;

use http::{Request, header};
use oauth2::{
    AuthUrl, AuthorizationCode, ClientId, CsrfToken, DeviceAuthorizationUrl, DeviceCodeErrorResponseType,
    PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, RefreshToken, RequestTokenError, Scope,
    StandardDeviceAuthorizationResponse, TokenResponse as _, TokenUrl,
    basic::{BasicClient, BasicTokenResponse},
};
use url::Url;

use super::{AuthorizationServer, OAuth, Registered};
use crate::{
    error::{RequestError, ServerError},
    secret::Secret,
};

/// What a session may do, and its device. Servers take this name and the stable one; Element uses this one.
const SCOPE: &str = "urn:matrix:org.matrix.msc2967.client:";
/// The longest pause between two questions about a device code, whatever the server asks for.
const LONGEST_INTERVAL: Duration = Duration::from_secs(60);
/// The shortest one.
const SHORTEST_INTERVAL: Duration = Duration::from_secs(1);
/// The longest life of a device code, whatever the server says.
const LONGEST_WAIT: Duration = Duration::from_secs(60 * 60);

/// Tokens as they were given out.
#[derive(Clone, Debug)]
pub(crate) struct Tokens {
    pub(crate) access: Secret,
    pub(crate) refresh: Option<Secret>,
}

impl From<BasicTokenResponse> for Tokens {
    fn from(reply: BasicTokenResponse) -> Self {
        Self {
            access: Secret::new(reply.access_token().secret()),
            refresh: reply.refresh_token().map(|token| Secret::new(token.secret())),
        }
    }
}

/// A code grant that was begun: what has to be kept until the browser comes back.
pub(crate) struct Grant {
    /// The page to open.
    pub(crate) url: Url,
    /// Comes back in the answer, and tells it from another one.
    pub(crate) state: Secret,
    /// Proves that who has the code is who asked for it (PKCE).
    pub(crate) verifier: Secret,
}

impl Grant {
    /// The authorisation page for a new session with this device id. `None` where the server has no such page.
    ///
    /// # Errors
    /// [`ServerError::NotUnderstood`] for a redirect address that is none.
    pub(crate) fn begin(
        server: &AuthorizationServer,
        client_id: &str,
        redirect_uri: &str,
        device_id: &str,
        create: bool,
    ) -> Result<Option<Self>, ServerError> {
        let Some(page) = &server.authorization_endpoint else {
            return Ok(None);
        };
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let redirect = RedirectUrl::new(redirect_uri.to_owned()).map_err(|_| ServerError::NotUnderstood)?;
        let client = BasicClient::new(ClientId::new(client_id.to_owned()))
            .set_auth_uri(AuthUrl::from_url(page.clone()))
            .set_redirect_uri(redirect);
        let mut request = client
            .authorize_url(CsrfToken::new_random)
            .add_scopes(scopes(device_id))
            .set_pkce_challenge(challenge)
            .add_extra_param("response_mode", "query");
        if create {
            request = request.add_extra_param("prompt", "create");
        }
        let (url, state) = request.url();
        Ok(Some(Self {
            url,
            state: Secret::new(state.secret()),
            verifier: Secret::new(verifier.secret()),
        }))
    }
}

fn scopes(device_id: &str) -> [Scope; 2] {
    [
        Scope::new(format!("{SCOPE}api:*")),
        Scope::new(format!("{SCOPE}device:{device_id}")),
    ]
}

/// A device code: the person enters it on another device.
pub(crate) struct DeviceCode(StandardDeviceAuthorizationResponse);

impl DeviceCode {
    /// The page where the code is entered.
    pub(crate) fn page(&self) -> &str {
        self.0.verification_uri()
    }

    /// The same with the code in it, where the server has such a page.
    pub(crate) fn page_with_code(&self) -> Option<&str> {
        self.0.verification_uri_complete().map(|page| page.secret().as_str())
    }

    pub(crate) fn user_code(&self) -> &str {
        self.0.user_code().secret()
    }

    /// How long the code can be entered, from when it was made.
    pub(crate) fn expires_in(&self) -> Duration {
        self.0.expires_in().min(LONGEST_WAIT)
    }
}

/// How waiting for a device code ended without tokens.
#[derive(Debug)]
pub(crate) enum NoTokens {
    /// The person said no.
    Denied,
    /// Nobody entered the code in time.
    Expired,
    /// It could not be found out.
    Request(RequestError),
}

impl OAuth {
    /// The tokens for a code. Asked once: a code that is shown twice may end the session that it brought.
    ///
    /// # Errors
    /// [`RequestError`]; `invalid_grant` for a code that was used or is too old.
    pub(crate) async fn exchange(
        &self,
        client: &Registered,
        code: &str,
        redirect_uri: &str,
        verifier: &Secret,
    ) -> Result<Tokens, RequestError> {
        let http = self.sending_once();
        let redirect = RedirectUrl::new(redirect_uri.to_owned()).map_err(|_| ServerError::NotUnderstood)?;
        let oauth = BasicClient::new(ClientId::new(client.client_id.clone()))
            .set_token_uri(TokenUrl::from_url(client.token_endpoint.clone()))
            .set_redirect_uri(redirect);
        let reply = oauth
            .exchange_code(AuthorizationCode::new(code.to_owned()))
            .set_pkce_verifier(PkceCodeVerifier::new(verifier.reveal().to_owned()))
            .request_async(&http)
            .await;
        reply.map(Tokens::from).map_err(|error| http.explain(error))
    }

    /// New tokens for a refresh token. The old refresh token is good until one of the new tokens is used, so that this may
    /// be repeated after a lost reply.
    ///
    /// # Errors
    /// [`RequestError`]; `invalid_grant` if the session is over, and nothing else says that.
    pub(crate) async fn refresh(&self, client: &Registered, refresh_token: &Secret) -> Result<Tokens, RequestError> {
        let http = self.sending();
        let oauth = BasicClient::new(ClientId::new(client.client_id.clone()))
            .set_token_uri(TokenUrl::from_url(client.token_endpoint.clone()));
        let token = RefreshToken::new(refresh_token.reveal().to_owned());
        let reply = oauth.exchange_refresh_token(&token).request_async(&http).await;
        reply.map(Tokens::from).map_err(|error| http.explain(error))
    }

    /// A device code for a new session. `None` where the server has none.
    ///
    /// # Errors
    /// [`RequestError`]
    pub(crate) async fn device_code(
        &self,
        server: &AuthorizationServer,
        client: &Registered,
        device_id: &str,
    ) -> Result<Option<DeviceCode>, RequestError> {
        let Some(endpoint) = &server.device_authorization_endpoint else {
            return Ok(None);
        };
        let http = self.sending();
        let oauth = BasicClient::new(ClientId::new(client.client_id.clone()))
            .set_device_authorization_url(DeviceAuthorizationUrl::from_url(endpoint.clone()));
        let reply = oauth
            .exchange_device_code()
            .add_scopes(scopes(device_id))
            .request_async(&http)
            .await;
        match reply {
            // `oauth2` adds to it, and would panic.
            Ok(code) if code.interval() > LONGEST_WAIT => Err(ServerError::NotUnderstood.into()),
            Ok(code) => Ok(Some(DeviceCode(code))),
            Err(error) => Err(http.explain(error)),
        }
    }

    /// Waits until the person has entered the code, asking as often as the server wants. A network that fails does not end
    /// it.
    ///
    /// # Errors
    /// [`NoTokens`]
    pub(crate) async fn wait_for(&self, client: &Registered, code: &DeviceCode) -> Result<Tokens, NoTokens> {
        let http = self.sending_once();
        let oauth = BasicClient::new(ClientId::new(client.client_id.clone()))
            .set_token_uri(TokenUrl::from_url(client.token_endpoint.clone()));
        let sleep = |interval: Duration| tokio::time::sleep(interval.clamp(SHORTEST_INTERVAL, LONGEST_INTERVAL));
        let reply = oauth
            .exchange_device_access_token(&code.0)
            .request_async(&http, sleep, Some(code.expires_in()))
            .await;
        reply.map(Tokens::from).map_err(|error| match &error {
            RequestTokenError::ServerResponse(refusal) => match refusal.error() {
                DeviceCodeErrorResponseType::AccessDenied => NoTokens::Denied,
                DeviceCodeErrorResponseType::ExpiredToken => NoTokens::Expired,
                _ => NoTokens::Request(http.explain(error)),
            },
            _ => NoTokens::Request(http.explain(error)),
        })
    }

    /// Ends the session of these tokens (RFC 7009). The refresh token is the one to give: the end of an access token that
    /// has expired is granted and ends nothing.
    ///
    /// By hand, because `oauth2` has no request to this machine without TLS.
    ///
    /// # Errors
    /// [`RequestError`]
    pub(crate) async fn revoke(&self, client: &Registered, tokens: &Tokens) -> Result<(), RequestError> {
        let (token, hint) = match &tokens.refresh {
            Some(token) => (token, "refresh_token"),
            None => (&tokens.access, "access_token"),
        };
        let form = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("token", token.reveal())
            .append_pair("token_type_hint", hint)
            .append_pair("client_id", &client.client_id)
            .finish();
        let request = Request::post(client.revocation_endpoint.as_str())
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(form.into_bytes())
            .map_err(|_| ServerError::NotUnderstood)?;
        let status = self.several(request).await?.status();
        match status.is_success() {
            true => Ok(()),
            false => Err(ServerError::Refused {
                status: status.as_u16(),
                code: "the session was not revoked".to_owned(),
            }
            .into()),
        }
    }
}
