// SPDX-License-Identifier: Apache-2.0

//! Accounts without a password: logging in at an authorisation server (OAuth 2.0) or through a provider (SSO), and the
//! session that it brings.

use keyward::{
    account::{Account, OpenError},
    error::{FlowError as _, Remedy, RequestError, ServerError},
    login::{BrowserLogin, BrowserMethod, ClientDescription, DeviceLogin, Login, LoginError, LoginMethod},
    logout::{LogoutError, UnsavedRoomKeys},
    secret::{Password, StoreKey},
    server::Homeserver,
};
use keyward_testing::{
    browser::Browser,
    deployment::Deployment,
    proxy::{Fault, FaultProxy, RecordedRequest, Rule},
    synapse::Synapse,
};
use reqwest::StatusCode;
use serde_json::json;
use tempfile::TempDir;

use crate::common::{Keyward, always, assert_matches};

/// Where the browser comes back to. Nobody listens there: the stand-in for a browser only says where it was led.
const LOOPBACK: &str = "http://127.0.0.1:4711/";
pub(crate) const OAUTH: BrowserMethod = BrowserMethod::OAuth { create_account: false };
pub(crate) const SSO: BrowserMethod = BrowserMethod::Sso { provider: None };

pub(crate) fn client() -> ClientDescription {
    ClientDescription {
        name: "Keyward test".to_owned(),
        uri: "https://keyward.example/".to_owned(),
        redirect_uris: ["http://127.0.0.1/", "http://[::1]/", "example.keyward:/callback"]
            .map(str::to_owned)
            .to_vec(),
        logo_uri: None,
        tos_uri: Some("https://keyward.example/terms".to_owned()),
        policy_uri: None,
    }
}

/// A folder in which somebody logs in.
pub(crate) struct Folder {
    pub(crate) dir: TempDir,
    pub(crate) key: StoreKey,
    homeserver: Homeserver,
}

impl Folder {
    pub(crate) async fn new(url: &str) -> Self {
        Self::of(tempfile::tempdir().expect("a folder"), url).await
    }

    pub(crate) async fn of(dir: TempDir, url: &str) -> Self {
        Self {
            dir,
            key: StoreKey::generate(),
            homeserver: Homeserver::discover(url).await.expect("a homeserver"),
        }
    }

    async fn begin(&self, method: &BrowserMethod, redirect_uri: &str) -> Result<BrowserLogin, LoginError> {
        let (dir, key) = (self.dir.path(), &self.key);
        BrowserLogin::begin(
            &self.homeserver,
            method,
            &client(),
            redirect_uri,
            "Keyward test",
            dir,
            key,
        )
        .await
    }

    async fn finish(&self, answer: &str) -> Result<Account, LoginError> {
        BrowserLogin::finish(self.dir.path(), &self.key, answer).await
    }

    /// A login that was begun, and what the browser of `who` comes back with.
    async fn answered(&self, who: &str) -> String {
        let login = self.begin(&OAUTH, LOOPBACK).await.expect("begun");
        allowed(who, login.page()).await
    }

    async fn begin_device(&self) -> Result<DeviceLogin, LoginError> {
        DeviceLogin::begin(&self.homeserver, &client(), "Keyward test", self.dir.path(), &self.key).await
    }

    pub(crate) async fn restore(&self) -> Result<Account, OpenError> {
        Account::restore(self.dir.path(), &self.key).await
    }

    /// Logs `who` in with a browser.
    pub(crate) async fn log_in(&self, method: &BrowserMethod, who: &str) -> Account {
        let login = self.begin(method, LOOPBACK).await.expect("begun");
        let answer = allowed(who, login.page()).await;
        self.finish(&answer).await.expect("a login")
    }

    /// The same, for tests that go on with what has no part in the login.
    pub(crate) async fn keyward(self, method: &BrowserMethod, who: &str) -> Keyward {
        let account = self.log_in(method, who).await;
        Keyward {
            account,
            key: self.key,
            dir: self.dir,
        }
    }

    /// Nothing is left of a login.
    async fn assert_empty(&self) {
        assert_matches!(self.restore().await, Err(OpenError::NotLoggedIn));
        let waiting = BrowserLogin::waiting(self.dir.path(), &self.key).await;
        assert!(waiting.expect("known").is_none());
    }
}

/// What the browser of `who` comes back with, who allows it.
async fn allowed(who: &str, page: &str) -> String {
    let led = Browser::of(who).allow(page).await.expect("pages");
    led.expect("it leads back to the program")
}

/// Somebody at the OAuth deployment, and a folder to log in in, through a proxy before both servers.
async fn somebody() -> (&'static Deployment, FaultProxy, Folder, String) {
    let deployment = Deployment::oauth().await;
    let proxy = FaultProxy::start_before(deployment).expect("a proxy");
    let folder = Folder::new(proxy.url()).await;
    (deployment, proxy, folder, deployment.new_user().localpart)
}

/// A new account at the OAuth deployment, logged in through a proxy before both servers.
async fn behind_a_proxy() -> (&'static Deployment, FaultProxy, Folder, Account, String) {
    let (deployment, proxy, folder, who) = somebody().await;
    let account = folder.log_in(&OAUTH, &who).await;
    (deployment, proxy, folder, account, who)
}

/// The same with access tokens that live for some seconds.
async fn with_short_lived_tokens() -> (&'static Deployment, FaultProxy, Folder, Account, String) {
    let deployment = Deployment::oauth().await;
    let proxy = FaultProxy::start_before(deployment).expect("a proxy");
    let who = deployment.new_user().localpart;
    let lives = deployment.auth.set_token_lifetime(&who, 3).await;
    lives.expect("short-lived tokens");
    let folder = Folder::new(proxy.url()).await;
    let account = folder.log_in(&OAUTH, &who).await;
    (deployment, proxy, folder, account, who)
}

/// How many requests had this end.
fn count(proxy: &FaultProxy, end: &str) -> usize {
    let requests = proxy.requests();
    requests.iter().filter(|request| request.path.ends_with(end)).count()
}

/// Uses the account until its token was renewed `times` times. A request fails only with what `may` allows.
async fn use_until_renewed(account: &Account, proxy: &FaultProxy, times: usize) {
    let before = count(proxy, "/oauth2/token");
    while count(proxy, "/oauth2/token") < before + times {
        account.status().await.expect("a renewal is not an error");
    }
}

// ---- which ways there are ----

#[tokio::test(flavor = "multi_thread")]
async fn each_server_says_how_to_log_in() {
    let of = async |url: &str| {
        let homeserver = Homeserver::discover(url).await.expect("a homeserver");
        homeserver.login_methods().await.expect("its ways")
    };
    assert_eq!(of(Synapse::shared().await.url()).await, [LoginMethod::Password]);
    let oauth = Deployment::oauth().await;
    let expected = [LoginMethod::OAuth {
        browser: true,
        device_code: true,
        create_account: true,
    }];
    assert_eq!(
        of(oauth.synapse.url()).await,
        expected,
        "Synapse has no logins of its own then"
    );
    let proxy = FaultProxy::start_before(oauth).expect("a proxy");
    assert_eq!(
        of(proxy.url()).await,
        expected,
        "those for programs that know no OAuth are left out"
    );
    let sso = of(Deployment::sso().await.synapse.url()).await;
    let [LoginMethod::Password, LoginMethod::Sso { providers }] = sso.as_slice() else {
        panic!("{sso:?}");
    };
    assert_eq!((providers.len(), providers[0].name.as_str()), (1, "Test"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_way_that_is_not_offered_is_not_begun() {
    let password = Folder::new(Synapse::shared().await.url()).await;
    assert_matches!(password.begin(&OAUTH, LOOPBACK).await, Err(LoginError::NotOffered));
    assert_matches!(password.begin_device().await, Err(LoginError::NotOffered));
    password.assert_empty().await;
    let oauth = Folder::new(Deployment::oauth().await.synapse.url()).await;
    let login = Login {
        user: "alice".to_owned(),
        password: Password::new("secret"),
        session_name: "Keyward test".to_owned(),
    };
    let refused = Account::login(&oauth.homeserver, login, oauth.dir.path(), &oauth.key).await;
    assert_matches!(refused, Err(LoginError::PasswordNotOffered));
}

// ---- logging in ----

#[tokio::test(flavor = "multi_thread")]
async fn a_login_with_a_browser_survives_restarts_and_renewals() {
    let (deployment, proxy, folder, account, who) = with_short_lived_tokens().await;
    assert_eq!(account.user_id(), format!("@{who}:localhost"));
    let list = account.sessions().await.expect("a list");
    assert_eq!(
        list.current.name.as_deref(),
        Some("Keyward test"),
        "not the server's name"
    );
    use_until_renewed(&account, &proxy, 2).await;
    account.close().await.expect("closed");
    drop(account);
    let account = folder.restore().await.expect("the session is there");
    use_until_renewed(&account, &proxy, 1).await;
    assert_eq!(
        count(&proxy, "/refresh"),
        0,
        "its tokens come from the authorisation server"
    );
    let sessions = deployment.auth.sessions(&who).await.expect("known");
    assert_eq!(sessions, [account.device_id()]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_program_may_be_gone_when_the_browser_comes_back() {
    let deployment = Deployment::oauth().await;
    let who = deployment.new_user().localpart;
    let folder = Folder::new(deployment.synapse.url()).await;
    let begun = folder.begin(&OAUTH, "example.keyward:/callback").await.expect("begun");
    assert_matches!(
        folder.restore().await,
        Err(OpenError::NotLoggedIn),
        "a login that waits is no login"
    );
    let answer = allowed(&who, begun.page()).await;
    assert!(answer.starts_with("example.keyward:/callback?"), "{answer}");
    // In a new process there is nothing but the folder and its key.
    let waiting = BrowserLogin::waiting(folder.dir.path(), &folder.key).await;
    let waiting = waiting.expect("known").expect("it waits");
    assert_eq!(waiting.page(), begun.page());
    assert!(waiting.is_answer(&answer) && !waiting.is_answer("example.keyward:/callback?code=x&state=y"));
    let account = folder.finish(&answer).await.expect("a login");
    assert_eq!(account.user_id(), format!("@{who}:localhost"));
    drop(account);
    assert_matches!(
        folder.finish(&answer).await,
        Err(LoginError::AlreadyLoggedIn { .. }),
        "once is enough"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_login_with_a_code_on_another_device() {
    let (_, proxy, folder, who) = somebody().await;
    let login = folder.begin_device().await.expect("a code");
    assert_eq!(login.page_with_code(), None, "this server has no such page");
    let (page, code) = (login.page().to_owned(), login.user_code());
    let waiting = tokio::spawn(login.wait());
    // It is asked, and asked again although a request is cut: nothing but an answer ends it.
    proxy.arm(Rule::new(Fault::CutBefore).on(|_, path| path.ends_with("/oauth2/token")));
    let is_asked =
        |requests: &[RecordedRequest]| requests.iter().filter(|it| it.path.ends_with("/oauth2/token")).count() >= 3;
    proxy.until(is_asked).await;
    Browser::of(&who).enter_code(&page, &code, true).await.expect("entered");
    let account = waiting.await.expect("a task").expect("a login");
    assert_eq!(account.user_id(), format!("@{who}:localhost"));
    let list = account.sessions().await.expect("a list");
    assert_eq!(list.current.name.as_deref(), Some("Keyward test"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_that_is_denied_or_too_late_leaves_nothing_behind() {
    let deployment = Deployment::start_oauth().await.expect("a deployment of its own");
    let who = deployment.new_user().localpart;
    let folder = Folder::new(deployment.synapse.url()).await;
    let login = folder.begin_device().await.expect("a code");
    let entered = Browser::of(&who)
        .enter_code(login.page(), &login.user_code(), false)
        .await;
    entered.expect("entered");
    assert_matches!(login.wait().await.map(drop), Err(LoginError::Denied));
    folder.assert_empty().await;
    deployment
        .auth
        .set_device_code_lifetime(1)
        .await
        .expect("short-lived codes");
    let login = folder.begin_device().await.expect("a code");
    assert_matches!(login.wait().await.map(drop), Err(LoginError::Expired));
    folder.assert_empty().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_login_through_a_provider() {
    let deployment = Deployment::sso().await;
    let who = deployment.new_user().localpart;
    let folder = Folder::new(deployment.synapse.url()).await;
    let account = folder.log_in(&SSO, &who).await;
    assert_eq!(account.user_id(), format!("@{who}:localhost"));
    let list = account.sessions().await.expect("a list");
    assert_eq!(list.current.name.as_deref(), Some("Keyward test"));
    drop(account);
    let account = folder.restore().await.expect("the session is there");
    account.log_out(UnsavedRoomKeys::Keep).await.expect("signed out");
    folder.assert_empty().await;
    // The provider may be chosen here, too.
    let provider = Some("oidc-test".to_owned());
    let account = folder.log_in(&BrowserMethod::Sso { provider }, &who).await;
    assert_eq!(account.user_id(), format!("@{who}:localhost"));
}

// ---- what is not the answer ----

#[tokio::test(flavor = "multi_thread")]
async fn only_the_answer_to_the_login_that_waits_is_taken() {
    let deployment = Deployment::oauth().await;
    let who = deployment.new_user().localpart;
    let folder = Folder::new(deployment.synapse.url()).await;
    assert_matches!(folder.finish(LOOPBACK).await, Err(LoginError::NotBegun));
    let first = folder.begin(&OAUTH, LOOPBACK).await.expect("begun");
    let old = allowed(&who, first.page()).await;
    // A new login takes the place of one that waits.
    let second = folder.begin(&OAUTH, LOOPBACK).await.expect("begun");
    for other in [
        old.as_str(),
        "http://127.0.0.1:4711/?code=guessed&state=guessed",
        LOOPBACK,
    ] {
        let refused = folder.finish(other).await.expect_err("not this login's");
        assert_eq!(
            (refused.code(), refused.remedy()),
            ("login.other_answer", Remedy::AskAgain)
        );
    }
    let answer = allowed(&who, second.page()).await;
    folder.finish(&answer).await.expect("the right one is still taken");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_is_good_once() {
    let (_, proxy, folder, who) = somebody().await;
    let answer = folder.answered(&who).await;
    // The reply with the tokens is lost, and nobody can have them any more.
    proxy.arm(Rule::new(Fault::CutAfter).on(|_, path| path.ends_with("/oauth2/token")));
    assert_matches!(
        folder.finish(&answer).await.map(drop),
        Err(LoginError::Request(RequestError::Server(ServerError::Unreachable)))
    );
    assert_eq!(
        count(&proxy, "/oauth2/token"),
        1,
        "a code that is shown twice may end a session"
    );
    assert_matches!(folder.finish(&answer).await.map(drop), Err(LoginError::Expired));
    folder.assert_empty().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens_are_kept_before_it_is_known_whose_they_are() {
    let (_, proxy, folder, who) = somebody().await;
    let answer = folder.answered(&who).await;
    proxy.arm(always("/whoami", Fault::CutBefore));
    assert_matches!(
        folder.finish(&answer).await.map(drop),
        Err(LoginError::Request(RequestError::Server(ServerError::Unreachable)))
    );
    proxy.disarm();
    let account = folder.finish(&answer).await.expect("with the tokens from before");
    assert_eq!(account.user_id(), format!("@{who}:localhost"));
    assert_eq!(count(&proxy, "/oauth2/token"), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_login_that_is_given_up_or_replaced_signs_out_what_it_has_brought() {
    let (deployment, proxy, folder, who) = somebody().await;
    for is_replaced in [false, true] {
        let answer = folder.answered(&who).await;
        proxy.arm(always("/whoami", Fault::CutBefore));
        assert!(
            folder.finish(&answer).await.is_err(),
            "whose tokens they are is not known"
        );
        proxy.disarm();
        let sessions = async || deployment.auth.sessions(&who).await.expect("known").len();
        assert_eq!(sessions().await, 1);
        if is_replaced {
            folder.begin(&OAUTH, LOOPBACK).await.expect("begun");
        } else {
            let cancelled = BrowserLogin::cancel(folder.dir.path(), &folder.key).await;
            cancelled.expect("cancelled");
        }
        assert_eq!(sessions().await, 0, "replaced: {is_replaced}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens_that_are_renewed_during_a_login_are_kept_before_they_are_used() {
    let (_, proxy, folder, who) = somebody().await;
    let answer = folder.answered(&who).await;
    let unknown = json!({"errcode": "M_UNKNOWN_TOKEN", "error": "Token is not active", "soft_logout": false});
    let whoami = |fault, number| Rule::new(fault).on(|_, path| path.ends_with("/whoami")).number(number);
    let expired = || whoami(Fault::Reply(StatusCode::UNAUTHORIZED, unknown.clone()), 1);
    // The token has expired. The next question, with the renewed one, arrives, and its answer is lost: the old refresh token
    // is of no use from then on.
    proxy.arm(expired());
    for (fault, number) in [(Fault::CutAfter, 2), (Fault::CutBefore, 3), (Fault::CutBefore, 4)] {
        proxy.arm(whoami(fault, number));
    }
    assert_matches!(
        folder.finish(&answer).await.map(drop),
        Err(LoginError::Request(RequestError::Server(ServerError::Unreachable)))
    );
    proxy.disarm();
    // The renewed one has expired, too.
    proxy.arm(expired());
    let account = folder.finish(&answer).await.expect("with the renewed tokens");
    assert_eq!(account.user_id(), format!("@{who}:localhost"));
    assert_eq!(count(&proxy, "/oauth2/token"), 3, "a code and two renewals");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_devices_tokens_that_cannot_be_kept_are_given_back() {
    let (deployment, proxy, folder, who) = somebody().await;
    let login = folder.begin_device().await.expect("a code");
    proxy.arm(always("/whoami", Fault::CutBefore));
    let entered = Browser::of(&who)
        .enter_code(login.page(), &login.user_code(), true)
        .await;
    entered.expect("entered");
    assert_matches!(
        login.wait().await.map(drop),
        Err(LoginError::Request(RequestError::Server(ServerError::Unreachable)))
    );
    let left = deployment.auth.sessions(&who).await.expect("known");
    assert!(left.is_empty(), "{left:?}");
    folder.assert_empty().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_of_somebody_elses_device_is_given_back() {
    let (deployment, proxy, folder, who) = somebody().await;
    let answer = folder.answered(&who).await;
    proxy.arm(always(
        "/whoami",
        Fault::change(|reply| reply["device_id"] = json!("ANOTHERONE")),
    ));
    assert_matches!(
        folder.finish(&answer).await.map(drop),
        Err(LoginError::Request(RequestError::Server(ServerError::NotUnderstood)))
    );
    let sessions = deployment.auth.sessions(&who).await.expect("known");
    assert!(sessions.is_empty(), "{sessions:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_who_says_no_has_not_logged_in() {
    let deployment = Deployment::oauth().await;
    let folder = Folder::new(deployment.synapse.url()).await;
    let login = folder.begin(&OAUTH, LOOPBACK).await.expect("begun");
    let answer = Browser::of(&deployment.new_user().localpart).deny(login.page()).await;
    let answer = answer.expect("pages").expect("it leads back");
    assert_matches!(folder.finish(&answer).await.map(drop), Err(LoginError::Denied));
    folder.assert_empty().await;
    // Whoever changes their mind before that has left nothing, too.
    folder.begin(&OAUTH, LOOPBACK).await.expect("begun");
    let cancelled = BrowserLogin::cancel(folder.dir.path(), &folder.key).await;
    cancelled.expect("cancelled");
    folder.assert_empty().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_has_no_room_for_the_session_says_so_on_its_page() {
    let deployment = Deployment::oauth().await;
    let who = deployment.new_user().localpart;
    let folder = Folder::new(deployment.synapse.url()).await;
    let login = folder.begin(&OAUTH, LOOPBACK).await.expect("begun");
    deployment.auth.set_too_many_sessions(&who, true).await.expect("full");
    let refused = Browser::of(&who).allow(login.page()).await;
    assert!(refused.is_err_and(|error| error.to_string().contains("too many sessions")));
    // The login goes on waiting: the person signs a session out there, and comes back.
    deployment.auth.set_too_many_sessions(&who, false).await.expect("room");
    let answer = allowed(&who, login.page()).await;
    folder.finish(&answer).await.expect("a login");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_refuses_this_program_is_named() {
    let deployment = Deployment::oauth().await;
    let proxy = FaultProxy::start_before(deployment).expect("a proxy");
    let folder = Folder::new(proxy.url()).await;
    let refusal = json!({"error": "invalid_client_metadata", "error_description": "\u{1b}[2J"});
    for (fault, expected) in [
        (
            Fault::Reply(StatusCode::BAD_REQUEST, refusal),
            LoginError::ClientRefused {
                code: "invalid_client_metadata".to_owned(),
            },
        ),
        (
            Fault::Reply(StatusCode::FORBIDDEN, json!({"error": "go to http://evil.example"})),
            LoginError::ClientRefused {
                code: "an unknown error code".to_owned(),
            },
        ),
        (Fault::Garbage, ServerError::NotUnderstood.into()),
        (Fault::Status500, ServerError::Failing { status: 500 }.into()),
    ] {
        let shown = format!("{fault:?}");
        proxy.arm(always("/oauth2/registration", fault));
        assert_eq!(folder.begin(&OAUTH, LOOPBACK).await.err(), Some(expected), "{shown}");
        folder.assert_empty().await;
        proxy.disarm();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn metadata_that_lead_elsewhere_are_not_followed() {
    let deployment = Deployment::oauth().await;
    let proxy = FaultProxy::start_before(deployment).expect("a proxy");
    let folder = Folder::new(proxy.url()).await;
    for (field, value) in [
        ("token_endpoint", json!("http://192.0.2.1/token")),
        ("authorization_endpoint", json!("javascript:alert(1)")),
        ("issuer", json!("http://account.example.org/")),
        ("revocation_endpoint", json!(null)),
        ("registration_endpoint", json!("https://good.example@evil.example/")),
    ] {
        let lie = value.clone();
        proxy.arm(always(
            "/auth_metadata",
            Fault::change(move |reply| reply[field] = lie.clone()),
        ));
        let refused = folder.begin(&OAUTH, LOOPBACK).await;
        assert_eq!(
            refused.err(),
            Some(ServerError::NotUnderstood.into()),
            "{field}: {value}"
        );
        folder.assert_empty().await;
        proxy.disarm();
    }
    // The page for the code is on the server that the homeserver named.
    proxy.arm(always(
        "/oauth2/device",
        Fault::change(|reply| reply["verification_uri"] = json!("https://evil.example/")),
    ));
    assert_matches!(
        folder.begin_device().await,
        Err(LoginError::Request(RequestError::Server(ServerError::NotUnderstood)))
    );
}

// ---- the session's tokens ----

#[tokio::test(flavor = "multi_thread")]
async fn a_renewal_that_fails_does_not_end_the_session() {
    let (_, proxy, folder, account, _) = with_short_lived_tokens().await;
    let html = "<!doctype html><title>Bad gateway</title>";
    let failures = [
        Fault::CutBefore,
        Fault::Status500,
        Fault::Raw(StatusCode::BAD_GATEWAY, Vec::new(), html.into()),
        Fault::Raw(StatusCode::FORBIDDEN, Vec::new(), html.into()),
        Fault::Garbage,
        Fault::Reply(StatusCode::BAD_REQUEST, json!({"error": "invalid_client"})),
        Fault::Reply(StatusCode::UNAUTHORIZED, json!({"error": "invalid_client"})),
        Fault::Reply(StatusCode::OK, json!({})),
    ];
    for fault in failures {
        let name = format!("{fault:?}");
        proxy.arm(always("/oauth2/token", fault));
        let failed = loop {
            if let Err(error) = account.sessions().await {
                break error;
            }
        };
        assert!(
            !matches!(failed, RequestError::Server(ServerError::SessionExpired)),
            "{name}: {failed:?}"
        );
        proxy.disarm();
        account.sessions().await.expect("the session lives");
    }
    drop(account);
    folder.restore().await.expect("and its store is there");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_renewal_whose_reply_is_lost_is_asked_again() {
    let (_, proxy, folder, account, _) = with_short_lived_tokens().await;
    proxy.arm(Rule::new(Fault::CutAfter).on(|_, path| path.ends_with("/oauth2/token")));
    use_until_renewed(&account, &proxy, 2).await;
    account.sessions().await.expect("with the tokens of the second reply");
    drop(account);
    let account = folder.restore().await.expect("the session is there");
    use_until_renewed(&account, &proxy, 1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_is_refused_right_after_its_renewal_is_renewed_again() {
    let (_, proxy, _folder, account, _) = behind_a_proxy().await;
    let unknown = json!({"errcode": "M_UNKNOWN_TOKEN", "error": "Token is not active", "soft_logout": false});
    for number in [1, 2] {
        let refused = Fault::Reply(StatusCode::UNAUTHORIZED, unknown.clone());
        proxy.arm(
            Rule::new(refused)
                .on(|_, path| path.ends_with("/pushers"))
                .number(number),
        );
    }
    account.sessions().await.expect("the third token is taken");
    proxy.disarm();
    // One that refuses every token has not ended the session: whoever gives the tokens out says that it lives.
    proxy.arm(always("/devices", Fault::Reply(StatusCode::UNAUTHORIZED, unknown)));
    let refused = account.sessions().await.expect_err("no token is taken");
    let expected = ServerError::Refused {
        status: 401,
        code: "M_UNKNOWN_TOKEN".to_owned(),
    };
    assert_eq!(refused, expected.into());
}

#[tokio::test(flavor = "multi_thread")]
async fn only_a_refused_refresh_token_ends_the_session() {
    let (deployment, _proxy, folder, account, who) = with_short_lived_tokens().await;
    let ended = deployment.auth.end_session(&who, account.device_id()).await;
    ended.expect("ended on the account page");
    let over = loop {
        if let Err(error) = account.sessions().await {
            break error;
        }
    };
    assert_eq!(over, ServerError::SessionExpired.into());
    // Its files go only when the person says so.
    drop(account);
    let account = folder.restore().await.expect("the store is there");
    account
        .log_out(UnsavedRoomKeys::Discard)
        .await
        .expect("it is signed out already");
    folder.assert_empty().await;
}

// ---- signing out ----

#[tokio::test(flavor = "multi_thread")]
async fn signing_out_leaves_no_session_at_the_authorisation_server() {
    for expired in [false, true] {
        let (deployment, proxy, folder, account, who) = behind_a_proxy().await;
        if expired {
            // As after a night: access tokens live for minutes.
            deployment.auth.expire_access_tokens(&who).await.expect("expired");
        }
        account.log_out(UnsavedRoomKeys::Keep).await.expect("signed out");
        let left = deployment.auth.sessions(&who).await.expect("known");
        assert!(left.is_empty(), "{left:?}, expired: {expired}");
        assert_eq!(
            count(&proxy, "/logout"),
            0,
            "that is for sessions of the homeserver itself"
        );
        folder.assert_empty().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_is_over_can_be_left_where_nothing_is_revoked() {
    let (deployment, proxy, folder, account, who) = behind_a_proxy().await;
    let gone = json!({"errcode": "M_UNRECOGNIZED", "error": "Unrecognized request"});
    proxy.arm(always("/oauth2/revoke", Fault::Reply(StatusCode::NOT_FOUND, gone)));
    let failed = account.log_out(UnsavedRoomKeys::Keep).await;
    assert_matches!(
        failed,
        Err(LogoutError::Request(RequestError::Server(ServerError::Refused {
            status: 404,
            ..
        })))
    );
    let ended = deployment.auth.end_session(&who, account.device_id()).await;
    ended.expect("ended on the account page");
    account.log_out(UnsavedRoomKeys::Keep).await.expect("it is over");
    folder.assert_empty().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn files_go_only_when_the_session_is_certainly_over() {
    let (deployment, proxy, folder, account, who) = behind_a_proxy().await;
    deployment.auth.set_keeps_sessions(&who, true).await.expect("it lies");
    let said = account.log_out(UnsavedRoomKeys::Keep).await;
    assert_eq!(said, Err(LogoutError::StillSignedIn));
    deployment
        .auth
        .set_keeps_sessions(&who, false)
        .await
        .expect("it does not");
    for end in ["/oauth2/revoke", "/oauth2/token"] {
        for fault in [Fault::Garbage, Fault::CutBefore, Fault::Status500, Fault::CutAfter] {
            let name = format!("{end} {fault:?}");
            // What the revocation says is looked at again, so that a wrong word in it is no harm.
            let is_harmless = end == "/oauth2/revoke" && matches!(fault, Fault::Garbage);
            proxy.arm(always(end, fault));
            let failed = account.log_out(UnsavedRoomKeys::Keep).await.expect_err(&name);
            assert_eq!(is_harmless, failed == LogoutError::StillSignedIn, "{name}: {failed:?}");
            proxy.disarm();
            assert!(folder.dir.path().join("keyward.lock").exists(), "{name}");
        }
    }
    account.log_out(UnsavedRoomKeys::Keep).await.expect("signed out");
    let left = deployment.auth.sessions(&who).await.expect("known");
    assert!(left.is_empty(), "{left:?}");
    folder.assert_empty().await;
}
