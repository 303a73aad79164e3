// SPDX-License-Identifier: Apache-2.0

//! Logging in with a browser of this device: OAuth's code grant (RFC 6749 with PKCE), and SSO.
//!
//! Between the beginning and the end there is a browser, and on a phone this program may be gone meanwhile. So all that the
//! end needs is in the encrypted store before the page is opened, and the end needs nothing in memory.
//!
//! Specification: Client-Server API, "OAuth 2.0 API: Authorization code grant", "SSO client login".

use std::{fmt, path::Path, sync::Arc};

use rand::distr::{Alphanumeric, SampleString as _};
use ruma::{
    OwnedDeviceId,
    api::client::{
        account::whoami,
        device::update_device,
        session::login::v3::{LoginInfo, Token},
    },
};
use url::Url;

use super::{
    ClientDescription, LoginError, door, give_up, open,
    password::{request, session},
    pending::{CodeGrant, Kind, Pending},
    take_up,
};
use crate::{
    account::{Account, OpenError, Session, Store, is_token},
    error::{RequestError, ServerError, sane_code},
    secret::{Secret, StoreKey},
    server::{
        Homeserver,
        oauth::{AuthorizationServer, Grant, OAuth, Registered, Tokens},
    },
};

/// The length of a new session's device id, which consists of capital letters and digits. Homeservers make such ids, and
/// authorisation servers want ten characters or more.
const DEVICE_ID_LENGTH: usize = 10;
/// The length of the random text that tells the answer to a login from others.
const STATE_LENGTH: usize = 32;
/// The longest answer of a browser that is read, in bytes.
const LONGEST_ANSWER: usize = 16 * 1024;

/// How to log in with a browser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BrowserMethod {
    /// OAuth 2.0.
    OAuth {
        /// Begin with making a new account.
        create_account: bool,
    },
    /// `m.login.sso`.
    Sso {
        /// One of the providers that the homeserver names; `None` leaves the choice to its page.
        provider: Option<String>,
    },
}

/// A login that waits for a browser. It is in the folder's store, so it may be finished by another process.
#[derive(Clone)]
pub struct BrowserLogin(Arc<Pending>);

impl fmt::Debug for BrowserLogin {
    /// Leaves everything out: it contains what tells the answer from a forged one.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BrowserLogin").finish_non_exhaustive()
    }
}

impl BrowserLogin {
    /// Begins a login in the folder `dir`, whose store is encrypted with `key`. A login that waited there is replaced.
    ///
    /// `redirect_uri`: where the browser comes back to. It is one of the description's, on this machine with the port that
    /// the program listens at. `session_name`: the session's public name.
    ///
    /// # Errors
    /// [`LoginError`]. A folder that holds a login, another key's store or a damaged one is left alone.
    pub async fn begin(
        homeserver: &Homeserver,
        method: &BrowserMethod,
        client: &ClientDescription,
        redirect_uri: &str,
        session_name: &str,
        dir: &Path,
        key: &StoreKey,
    ) -> Result<Self, LoginError> {
        let store = open(dir, key).await?;
        let earlier = Pending::load(&store).await?;
        let begun = async {
            let pending = match method {
                BrowserMethod::OAuth { create_account } => {
                    begin_oauth(homeserver.url(), client, redirect_uri, session_name, *create_account).await?
                }
                BrowserMethod::Sso { provider } => {
                    begin_sso(homeserver.url(), provider.as_deref(), redirect_uri, session_name)?
                }
            };
            pending.save(&store).await?;
            Ok(pending)
        };
        let begun = begun.await;
        match begun {
            Ok(pending) => {
                if let Some(earlier) = earlier {
                    discard(&earlier).await;
                }
                store.close().await?;
                Ok(Self(Arc::new(pending)))
            }
            Err(error) => {
                // One that waited before may still be finished.
                give_up(&store).await?;
                Err(error)
            }
        }
    }

    /// The login that waits in `dir`, for a program that has started anew. `None` where there is none.
    ///
    /// # Errors
    /// [`OpenError`]; the files are left as they are.
    pub async fn waiting(dir: &Path, key: &StoreKey) -> Result<Option<Self>, OpenError> {
        let store = match Store::open(dir, key, false).await {
            Err(OpenError::NotLoggedIn) => return Ok(None),
            store => store?,
        };
        let waiting = match store.session().await? {
            Some(_) => None,
            None => Pending::load(&store).await?.map(|pending| Self(Arc::new(pending))),
        };
        store.close().await?;
        Ok(waiting)
    }

    /// Forgets the login that waits in `dir`; no error where there is none.
    ///
    /// # Errors
    /// [`OpenError`]
    pub async fn cancel(dir: &Path, key: &StoreKey) -> Result<(), OpenError> {
        let store = match Store::open(dir, key, false).await {
            Err(OpenError::NotLoggedIn) => return Ok(()),
            store => store?,
        };
        let waiting = match store.session().await? {
            Some(_) => None,
            None => Pending::load(&store).await?,
        };
        let Some(pending) = waiting else {
            return Ok(store.close().await?);
        };
        discard(&pending).await;
        Ok(store.remove().await?)
    }

    /// The page to open in a browser. It is not for logs.
    pub fn page(&self) -> &str {
        &self.0.page
    }

    /// Where the browser comes back to.
    pub fn redirect_uri(&self) -> &str {
        &self.0.redirect_uri
    }

    /// Whether an address that a browser came to is the answer to this login. A program that listens for it may get requests
    /// of anybody on its machine.
    pub fn is_answer(&self, address: &str) -> bool {
        Answer::read(address, &self.0).is_ok()
    }

    /// Finishes the login that waits in `dir`. `answer` is the address that the browser came back to, whole.
    ///
    /// # Errors
    /// [`LoginError`]. While the login may still be finished, with this answer or another one, it goes on waiting:
    /// [`LoginError::OtherAnswer`], and a server that cannot be reached. After [`LoginError::Denied`] and
    /// [`LoginError::Expired`] it is over.
    pub async fn finish(dir: &Path, key: &StoreKey, answer: &str) -> Result<Account, LoginError> {
        let store = match Store::open(dir, key, false).await {
            Err(OpenError::NotLoggedIn) => return Err(LoginError::NotBegun),
            store => store?,
        };
        if let Some(existing) = store.session().await? {
            return Err(LoginError::AlreadyLoggedIn {
                user_id: existing.user_id.to_string(),
            });
        }
        let Some(mut pending) = Pending::load(&store).await? else {
            return Err(LoginError::NotBegun);
        };
        let answer = Answer::read(answer, &pending)?;
        let name = pending.session_name.clone();
        let session = match answer {
            Answer::Code(code) => exchange(&store, &mut pending, &code).await,
            Answer::Token(token) => redeem(&pending, token).await,
            Answer::Error(code) if code == "access_denied" => Err(LoginError::Denied),
            Answer::Error(code) => Err(LoginError::Ended { code }),
        };
        let session = match session {
            Ok(session) => session,
            Err(error) => {
                if is_over(&error) {
                    store.remove().await?;
                }
                return Err(error);
            }
        };
        let has_name = session.oauth.is_none();
        let account = take_up(store, session).await?;
        if !has_name {
            name_session(&account, name).await;
        }
        Ok(account)
    }
}

/// Whether the login cannot be finished any more.
fn is_over(error: &LoginError) -> bool {
    matches!(
        error,
        LoginError::Denied | LoginError::Ended { .. } | LoginError::Expired
    )
}

async fn begin_oauth(
    homeserver: &Url,
    client: &ClientDescription,
    redirect_uri: &str,
    session_name: &str,
    create_account: bool,
) -> Result<Pending, LoginError> {
    let (server, registered) = register(homeserver, client).await?;
    let device_id = new_device_id();
    let grant = Grant::begin(
        &server,
        &registered.client_id,
        redirect_uri,
        device_id.as_str(),
        create_account,
    )?;
    let grant = grant.ok_or(LoginError::NotOffered)?;
    let kind = Kind::OAuth(Box::new(CodeGrant::new(registered, device_id, &grant.verifier)));
    Ok(Pending::new(
        homeserver.clone(),
        &grant.url,
        redirect_uri,
        &grant.state,
        session_name,
        kind,
    ))
}

/// The homeserver's authorisation server, and this program as its client.
pub(super) async fn register(
    homeserver: &Url,
    client: &ClientDescription,
) -> Result<(AuthorizationServer, Registered), LoginError> {
    let server = AuthorizationServer::of(&door(homeserver, None)?).await?;
    let server = server.ok_or(LoginError::NotOffered)?;
    match OAuth::new(homeserver)?.register(&server, &client.metadata()).await {
        Ok(registered) => Ok((server, registered)),
        Err(RequestError::Server(ServerError::Refused { code, .. })) => Err(LoginError::ClientRefused { code }),
        Err(error) => Err(error.into()),
    }
}

pub(super) fn new_device_id() -> OwnedDeviceId {
    Alphanumeric
        .sample_string(&mut rand::rng(), DEVICE_ID_LENGTH)
        .to_ascii_uppercase()
        .into()
}

/// SSO has no state of its own, so it goes into the address to come back to, which the server leaves as it is.
fn begin_sso(
    homeserver: &Url,
    provider: Option<&str>,
    redirect_uri: &str,
    session_name: &str,
) -> Result<Pending, LoginError> {
    let state = Secret::new(Alphanumeric.sample_string(&mut rand::rng(), STATE_LENGTH));
    let mut redirect = Url::parse(redirect_uri).map_err(|_| ServerError::NotUnderstood)?;
    redirect.query_pairs_mut().append_pair("state", state.reveal());
    let mut page = homeserver.clone();
    if let Ok(mut segments) = page.path_segments_mut() {
        segments
            .pop_if_empty()
            .extend(["_matrix", "client", "v3", "login", "sso", "redirect"])
            .extend(provider);
    }
    page.query_pairs_mut()
        .append_pair("redirectUrl", redirect.as_str())
        // MSC3824: a server with an account service of its own shows the right page.
        .append_pair("action", "login");
    Ok(Pending::new(
        homeserver.clone(),
        &page,
        redirect_uri,
        &state,
        session_name,
        Kind::Sso,
    ))
}

/// What a browser came back with.
#[derive(Debug)]
enum Answer {
    Code(Secret),
    Token(Secret),
    Error(String),
}

impl Answer {
    /// Reads the address that the browser came back to.
    ///
    /// # Errors
    /// [`LoginError::OtherAnswer`] for one that does not belong to this login.
    fn read(answer: &str, pending: &Pending) -> Result<Self, LoginError> {
        let other = LoginError::OtherAnswer;
        let answer = Some(answer).filter(|answer| answer.len() <= LONGEST_ANSWER);
        let answer = answer
            .and_then(|answer| Url::parse(answer.trim()).ok())
            .ok_or(other.clone())?;
        let expected = Url::parse(&pending.redirect_uri).map_err(|_| other.clone())?;
        let place = |url: &Url| {
            let mut url = url.clone();
            url.set_query(None);
            url.set_fragment(None);
            url
        };
        if place(&answer) != place(&expected) {
            return Err(other);
        }
        // What stands there twice is nothing that a server says.
        let only = |name: &str| {
            let mut found = answer.query_pairs().filter(|(found, _)| found == name);
            let first = found.next().map(|(_, value)| value.into_owned());
            first.filter(|_| found.next().is_none())
        };
        if !only("state").is_some_and(|state| pending.has_state(&state)) {
            return Err(other);
        }
        if let Some(code) = only("error") {
            return Ok(Self::Error(sane_code(&code)));
        }
        // The issuer, where a server names it (RFC 9207): an answer of another server is not for this one.
        if let (Kind::OAuth(grant), Some(issuer)) = (&pending.kind, only("iss"))
            && Url::parse(&issuer).ok().as_ref() != Some(&grant.client.issuer)
        {
            return Err(other);
        }
        let found = match pending.kind {
            Kind::OAuth(_) => only("code").map(|code| Self::Code(Secret::new(code))),
            Kind::Sso => only("loginToken").map(|token| Self::Token(Secret::new(token))),
        };
        found.ok_or(other)
    }
}

/// Tokens for the code, and the session that they belong to. The tokens are kept before they are used: whose they are can
/// be asked again after a failure, and the code works only once.
async fn exchange(store: &Store, pending: &mut Pending, code: &Secret) -> Result<Session, LoginError> {
    let redirect_uri = pending.redirect_uri.clone();
    let homeserver = pending.homeserver.clone();
    let oauth = OAuth::new(&homeserver)?;
    let Kind::OAuth(grant) = &mut pending.kind else {
        return Err(LoginError::OtherAnswer);
    };
    let (client, device_id) = (grant.client.clone(), grant.device_id.clone());
    let tokens = match grant.tokens() {
        Some(tokens) => tokens,
        None => {
            let verifier = grant.verifier();
            let tokens = oauth.exchange(&client, code.reveal(), &redirect_uri, &verifier).await;
            let tokens = tokens.map_err(expired)?;
            grant.set_tokens(&tokens);
            if let Err(error) = pending.save(store).await {
                give_back(&oauth, &client, &tokens).await;
                return Err(error.into());
            }
            tokens
        }
    };
    match session_of(&homeserver, &client, &device_id, &tokens).await {
        // The tokens may have waited for longer than they live.
        Err(LoginError::Request(error)) if error.is_session_expired() => {}
        session => return session,
    }
    let Some(refresh_token) = &tokens.refresh else {
        return Err(LoginError::Expired);
    };
    let renewed = oauth.refresh(&client, refresh_token).await.map_err(expired)?;
    let tokens = Tokens {
        refresh: renewed.refresh.or_else(|| tokens.refresh.clone()),
        access: renewed.access,
    };
    if let Kind::OAuth(grant) = &mut pending.kind {
        grant.set_tokens(&tokens);
    }
    // Before they are used: the old refresh token is of no use after that.
    pending.save(store).await?;
    session_of(&homeserver, &client, &device_id, &tokens).await
}

/// `invalid_grant`: the code was used, or is too old.
fn expired(error: RequestError) -> LoginError {
    match error.is("invalid_grant") {
        true => LoginError::Expired,
        false => error.into(),
    }
}

/// A session that cannot be kept is signed out again.
pub(super) async fn give_back(oauth: &OAuth, client: &Registered, tokens: &Tokens) {
    if let Err(error) = oauth.revoke(client, tokens).await {
        tracing::warn!(%error, "a session that could not be kept is still signed in");
    }
}

/// Nobody takes this login up any more: a session that it has brought already is signed out.
async fn discard(pending: &Pending) {
    let Kind::OAuth(grant) = &pending.kind else { return };
    if let (Some(tokens), Ok(oauth)) = (grant.tokens(), OAuth::new(&pending.homeserver)) {
        give_back(&oauth, &grant.client, &tokens).await;
    }
}

/// The session that tokens belong to, as the homeserver says. Its device has to be the one that was asked for.
///
/// # Errors
/// [`LoginError`]; tokens that cannot be used, or of another device, are given back.
pub(super) async fn session_of(
    homeserver: &Url,
    client: &Registered,
    device_id: &OwnedDeviceId,
    tokens: &Tokens,
) -> Result<Session, LoginError> {
    let owner = match is_token(&tokens.access) && tokens.refresh.as_ref().is_none_or(is_token) {
        true => {
            let server = door(homeserver, Some(tokens.access.clone()))?;
            Some(server.send(whoami::v3::Request::new()).await?)
        }
        false => None,
    };
    let Some(owner) = owner.filter(|owner| owner.device_id.as_ref() == Some(device_id)) else {
        give_back(&OAuth::new(homeserver)?, client, tokens).await;
        return Err(ServerError::NotUnderstood.into());
    };
    Ok(Session {
        homeserver: homeserver.clone(),
        user_id: owner.user_id,
        device_id: device_id.clone(),
        access_token: tokens.access.clone(),
        refresh_token: tokens.refresh.clone(),
        oauth: Some(client.clone()),
        exposed: false,
    })
}

/// A session for SSO's token, which works once and for two minutes.
async fn redeem(pending: &Pending, token: Secret) -> Result<Session, LoginError> {
    let server = door(&pending.homeserver, None)?;
    let info = LoginInfo::Token(Token::new(token.reveal().to_owned()));
    // Once: a token that was used is refused, which would hide that the first request may have arrived.
    match server.send_once(request(info, pending.session_name.clone())).await {
        Err(error) if error.is("M_FORBIDDEN") => Err(LoginError::Expired),
        reply => Ok(session(&pending.homeserver, reply?)),
    }
}

/// Authorisation servers name a new session after the program. People chose another name for it.
pub(super) async fn name_session(account: &Account, name: String) {
    let mut request = update_device::v3::Request::new(account.own_device().to_owned());
    request.display_name = Some(name);
    if let Err(error) = account.send(request).await {
        tracing::warn!(%error, "the new session has the name that the server gave it");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pending(redirect_uri: &str, kind: Kind) -> Pending {
        let homeserver = Url::parse("https://matrix.example.org").expect("a URL");
        let state = Secret::new("right");
        Pending::new(homeserver.clone(), &homeserver, redirect_uri, &state, "Phone", kind)
    }

    fn oauth() -> Kind {
        let url = |text| Url::parse(text).expect("a URL");
        let client = Registered {
            client_id: "client".to_owned(),
            issuer: url("https://a.example/"),
            token_endpoint: url("https://a.example/t"),
            revocation_endpoint: url("https://a.example/r"),
        };
        Kind::OAuth(Box::new(CodeGrant::new(
            client,
            "DEVICE".into(),
            &Secret::new("verifier"),
        )))
    }

    /// What an answer says: the code or token, an error as `error:CODE`, or nothing for this login.
    fn said(answer: &str, pending: &Pending) -> Option<String> {
        match Answer::read(answer, pending) {
            Ok(Answer::Code(secret) | Answer::Token(secret)) => Some(secret.reveal().to_owned()),
            Ok(Answer::Error(code)) => Some(format!("error:{code}")),
            Err(LoginError::OtherAnswer) => None,
            Err(other) => panic!("{other:?}"),
        }
    }

    #[test]
    fn only_the_answer_to_this_login_is_taken() {
        let loopback = pending("http://127.0.0.1:4711/", oauth());
        let app = pending("example.keyward:/callback", oauth());
        let sso = pending("http://127.0.0.1:4711/", Kind::Sso);
        for (answer, login, expected) in [
            ("http://127.0.0.1:4711/?code=x&state=right", &loopback, Some("x")),
            (" http://127.0.0.1:4711/?state=right&code=x#y \n", &loopback, Some("x")),
            ("example.keyward:/callback?code=x&state=right", &app, Some("x")),
            ("http://127.0.0.1:4711/?loginToken=t&state=right", &sso, Some("t")),
            (
                "http://127.0.0.1:4711/?error=access_denied&state=right",
                &loopback,
                Some("error:access_denied"),
            ),
            (
                "http://127.0.0.1:4711/?error=%1b%5b2J&state=right",
                &loopback,
                Some("error:an unknown error code"),
            ),
            (
                "http://127.0.0.1:4711/?code=x&state=right&iss=https://a.example/",
                &loopback,
                Some("x"),
            ),
            // Another login's, a forged one, one of another server.
            ("http://127.0.0.1:4711/?code=x&state=wrong", &loopback, None),
            ("http://127.0.0.1:4711/?code=x", &loopback, None),
            (
                "http://127.0.0.1:4711/?error=access_denied&state=wrong",
                &loopback,
                None,
            ),
            ("http://127.0.0.1:4711/?error=access_denied", &loopback, None),
            (
                "http://127.0.0.1:4711/?code=x&state=right&iss=https://b.example/",
                &loopback,
                None,
            ),
            ("http://127.0.0.1:4711/?code=x&code=y&state=right", &loopback, None),
            ("http://127.0.0.1:4711/?code=x&state=right&state=wrong", &loopback, None),
            ("http://127.0.0.1:4712/?code=x&state=right", &loopback, None),
            ("http://127.0.0.1:4711/other?code=x&state=right", &loopback, None),
            ("https://127.0.0.1:4711/?code=x&state=right", &loopback, None),
            ("other.keyward:/callback?code=x&state=right", &app, None),
            ("http://127.0.0.1:4711/?state=right", &loopback, None),
            // The kinds are not mixed up.
            ("http://127.0.0.1:4711/?loginToken=t&state=right", &loopback, None),
            ("http://127.0.0.1:4711/?code=x&state=right", &sso, None),
            ("code", &loopback, None),
            ("", &loopback, None),
        ] {
            assert_eq!(said(answer, login).as_deref(), expected, "{answer}");
        }
        let long = format!("http://127.0.0.1:4711/?code={}&state=right", "x".repeat(LONGEST_ANSWER));
        assert_eq!(said(&long, &loopback), None);
    }

    #[test]
    fn sso_gets_its_state_back_whatever_the_address() {
        let homeserver = Url::parse("https://matrix.example.org/sub/").expect("a URL");
        for redirect_uri in [
            "http://127.0.0.1:4711/",
            "example.keyward:/callback",
            "http://127.0.0.1:4711/?a=b",
        ] {
            let pending = begin_sso(&homeserver, Some("a/b"), redirect_uri, "Phone").expect("it begins");
            let page = Url::parse(&pending.page).expect("a URL");
            assert_eq!(page.path(), "/sub/_matrix/client/v3/login/sso/redirect/a%2Fb");
            let (_, back) = page
                .query_pairs()
                .find(|(name, _)| name == "redirectUrl")
                .expect("it is there");
            // The server adds its token there.
            assert_eq!(said(&format!("{back}&loginToken=t"), &pending).as_deref(), Some("t"));
        }
    }

    #[test]
    fn nothing_of_a_waiting_login_is_in_a_log() {
        let login = BrowserLogin(Arc::new(pending("http://127.0.0.1:4711/", oauth())));
        assert_eq!(format!("{login:?}"), "BrowserLogin { .. }");
    }
}
