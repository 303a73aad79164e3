// SPDX-License-Identifier: Apache-2.0

//! Attached to a session that an app has already. The app is the person's phone on plain matrix-sdk: it synchronises and
//! keeps its keys, and Keyward works for its very session.

use std::{
    collections::BTreeSet,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use keyward::{
    account::{Account, Attached, HostSession, OpenError, TokenRequests, UnfinishedReset},
    error::{FlowError as _, RequestError, ServerError, StoreError},
    facts::{IdentityStatus, KeyBackupStatus, SecretStorageStatus},
    secret::{Secret, StoreKey},
    sessions::{Filter, LoginAlert, SignOutError, Trust},
};
use keyward_testing::{
    other_client::OtherClient,
    proxy::{Fault, FaultProxy, RecordedRequest, Rule},
    synapse::Synapse,
};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::time::timeout;

use crate::common::{Keyward, LIMIT, Person, always, other_client, password, plain};

/// Every endpoint that the attached flows may ask, as `METHOD path`; see `Endpoints::ATTACHED`.
const ALLOWED: [&str; 18] = [
    "GET /_matrix/client/versions",
    "GET /_matrix/client/v3/account/whoami",
    "GET /_matrix/client/v3/devices",
    "GET /_matrix/client/v3/pushers",
    "GET /_matrix/client/v3/sync",
    "GET /_matrix/client/v3/room_keys/version",
    "GET /_matrix/client/v3/user/{userId}/account_data/",
    "POST /_matrix/client/v3/delete_devices",
    "POST /_matrix/client/v3/keys/query",
    "PUT /_matrix/client/v3/devices/{deviceId}",
    "PUT /_matrix/client/v3/user/{userId}/account_data/io.element.matrix_client_information.{deviceId}",
    "PUT /_matrix/client/v3/user/{userId}/account_data/io.element.matrix_client_information.",
    "PUT /_matrix/client/v3/user/{userId}/account_data/m.local_notification_settings.",
    "PUT /_matrix/client/v3/user/{userId}/account_data/org.matrix.msc3890.local_notification_settings.",
    "GET /_matrix/client/unstable/org.matrix.msc3814.v1/dehydrated_device",
    "GET /_matrix/client/v1/auth_metadata",
    "GET /_matrix/client/unstable/org.matrix.msc2965/auth_metadata",
    "POST /_matrix/client/v3/pushers/set",
];

/// The app's answers to the requests for tokens.
#[derive(Clone, Default)]
pub(crate) struct Tokens {
    /// What it answers; `None`: nothing.
    token: Arc<Mutex<Option<String>>>,
    /// Whether each request so far said that the last token was refused.
    asked: Arc<Mutex<Vec<bool>>>,
}

impl Tokens {
    fn set(&self, token: Option<&str>) {
        *self.token.lock().expect("no panic") = token.map(str::to_owned);
    }

    pub(crate) fn take_asked(&self) -> Vec<bool> {
        std::mem::take(&mut self.asked.lock().expect("no panic"))
    }

    pub(crate) fn serve(&self, mut requests: TokenRequests) {
        let tokens = self.clone();
        tokio::spawn(async move {
            while let Some(request) = requests.next().await {
                tokens.asked.lock().expect("no panic").push(request.is_refused());
                let token = tokens.token.lock().expect("no panic").clone();
                if let Some(token) = token {
                    request.answer(Secret::new(token));
                }
            }
        });
    }
}

/// A person whose phone has an app that Keyward is attached to, through a proxy.
pub(crate) struct Scene {
    pub(crate) person: Person,
    pub(crate) proxy: FaultProxy,
    pub(crate) host: HostSession,
    pub(crate) dir: TempDir,
    pub(crate) key: StoreKey,
    pub(crate) tokens: Tokens,
    pub(crate) account: Account<Attached>,
}

/// How an app describes its session.
async fn describe(phone: &OtherClient, homeserver: &str) -> HostSession {
    let plain = phone.plain();
    let device_key = phone.client().encryption().ed25519_key().await;
    HostSession {
        homeserver: homeserver.to_owned(),
        user_id: plain.user_id,
        device_id: plain.device_id,
        device_key: device_key.expect("the app has keys"),
        master_key: None,
    }
}

impl Scene {
    pub(crate) async fn new() -> Self {
        Self::of(Person::with_history().await).await
    }

    pub(crate) async fn of(person: Person) -> Self {
        let proxy = FaultProxy::start(Synapse::shared().await.url()).expect("a proxy");
        let host = describe(&person.phone, proxy.url()).await;
        let (dir, key, tokens) = (
            TempDir::new().expect("a folder"),
            StoreKey::generate(),
            Tokens::default(),
        );
        tokens.set(Some(&person.phone.plain().access_token));
        let (account, requests) = Account::attach(&host, dir.path(), &key).await.expect("attached");
        tokens.serve(requests);
        Self {
            person,
            proxy,
            host,
            dir,
            key,
            tokens,
            account,
        }
    }

    /// Attached once more, in a folder of its own: as if nothing had been before.
    pub(crate) async fn anew(self) -> Self {
        drop(self.account);
        let dir = TempDir::new().expect("a folder");
        let (account, requests) = Account::attach(&self.host, dir.path(), &self.key)
            .await
            .expect("attached");
        self.tokens.serve(requests);
        self.proxy.reset();
        Self { account, dir, ..self }
    }

    /// The same in a new "process".
    pub(crate) async fn restart(self) -> Self {
        drop(self.account);
        let (account, requests) = Account::attach(&self.host, self.dir.path(), &self.key)
            .await
            .expect("attached again");
        self.tokens.serve(requests);
        Self { account, ..self }
    }

    /// Requests so far, without what belongs to one account.
    pub(crate) fn requests(&self) -> BTreeSet<String> {
        let requests = self.proxy.requests().into_iter();
        let named = requests.map(|request| format!("{} {}", request.method, request.path));
        named.collect()
    }

    /// Everything that was sent may be sent, by every attached flow or by this one.
    pub(crate) fn assert_only_what_is_allowed(&self, by_this: &[&str]) {
        for request in self.proxy.requests() {
            let name = format!("{} {}", request.method, request.path);
            let is_allowed = ALLOWED
                .iter()
                .chain(by_this)
                .any(|allowed| match allowed.ends_with(['/', '.']) {
                    true => name.starts_with(allowed),
                    false => name == *allowed,
                });
            assert!(is_allowed, "{name}");
            assert!(!request.raw_path.contains("since="), "{}", request.raw_path);
        }
    }
}

/// What waits for the app on the server: messages to its device, and its one-time keys.
pub(crate) async fn waiting_for_the_app(phone: &OtherClient) -> (Value, Value) {
    static ASKED: AtomicU32 = AtomicU32::new(0);
    // Synapse repeats its reply to a first sync where the request is the same.
    let number = ASKED.fetch_add(1, Ordering::Relaxed);
    let path = format!("/v3/sync?filter=%7B%22account_data%22:%7B%22not_types%22:[%22test.{number}%22]%7D%7D");
    let sync = phone.plain().get(&path).await.expect("a sync");
    (
        sync["to_device"]["events"].clone(),
        sync["device_one_time_keys_count"].clone(),
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_of_sessions_works_and_leaves_the_app_its_messages_and_keys() {
    let scene = Scene::new().await;
    let (person, account) = (&scene.person, &scene.account);
    let tablet = other_client(&person.user).await;
    let message = json!({"messages": {&person.user.user_id: {&scene.host.device_id: {"body": "for the app"}}}});
    let path = "/v3/sendToDevice/org.example.message/1";
    person
        .observer
        .request_ok(Method::PUT, path, Some(&message))
        .await
        .expect("sent");
    let before = waiting_for_the_app(&person.phone).await;
    assert_eq!(before.0.as_array().map(Vec::len), Some(1), "{before:?}");

    let list = account.sessions().await.expect("a list");
    assert_eq!(list.identity, IdentityStatus::Ours);
    assert_eq!(list.current.device_id, scene.host.device_id);
    assert_eq!(list.current.trust, Trust::Verified);
    let trust = |id: &str| {
        let session = list.others.iter().find(|session| session.device_id == id);
        session.expect("it is listed").trust
    };
    assert_eq!(trust(&tablet.device_id()), Trust::Unverified);
    assert_eq!(trust(&person.observer.device_id), Trust::Unverifiable);

    // A login that comes later is new, also after a restart; renaming and signing out are as ever.
    let scripts = plain(&person.user, Some("Script")).await;
    let scene = scene.restart().await;
    let (person, account) = (&scene.person, &scene.account);
    account
        .rename_session(&scripts.device_id, "Kitchen")
        .await
        .expect("renamed");
    let list = account.sessions().await.expect("a list");
    let found = list
        .others
        .iter()
        .find(|session| session.device_id == scripts.device_id);
    assert_eq!(found.and_then(|session| session.name.as_deref()), Some("Kitchen"));
    let history = account.session_history().await.expect("a history");
    let alert = |id: &str| {
        history
            .iter()
            .find(|entry| entry.device_id == id)
            .map(|entry| entry.alert)
    };
    assert_eq!(alert(&scripts.device_id), Some(LoginAlert::New));
    assert_eq!(alert(&tablet.device_id()), Some(LoginAlert::Old));
    account
        .acknowledge_login(&scripts.device_id)
        .await
        .expect("acknowledged");
    assert!(account.set_push(&scripts.device_id, true).await.is_err(), "it has none");

    let snapshot = account.session_snapshot().await.expect("a snapshot");
    assert!(snapshot.new_logins.is_empty(), "it was acknowledged");
    let status = account.status().await.expect("a status");
    assert_eq!((status.verified, status.identity), (true, IdentityStatus::Ours));
    assert_eq!(status.secret_storage, SecretStorageStatus::Ready);
    assert_eq!(
        status.key_backup,
        KeyBackupStatus::Disabled,
        "the identity has signed it"
    );

    let unverified = list.to_sign_out(Filter::Unverified).expect("this session is verified");
    assert_eq!(unverified, [tablet.device_id()]);
    let mut sign_out = account
        .sign_out(&[unverified, vec![scripts.device_id.clone()]].concat())
        .expect("others");
    assert!(sign_out.begin().await.expect("a challenge").is_some());
    let wrong = sign_out.authorise(&Secret::new("wrong")).await;
    assert_eq!(wrong.expect_err("it is wrong").code(), "auth.wrong_password");
    let done = sign_out.authorise(&password(&person.user)).await;
    assert_eq!(done.expect("signed out"), None);
    let own = account.sign_out(std::slice::from_ref(&scene.host.device_id)).map(drop);
    assert_eq!(own, Err(SignOutError::CurrentSession));
    assert_eq!(account.account_management().await.expect("an answer"), None);

    assert_eq!(waiting_for_the_app(&person.phone).await, before);
    for request in scene.requests() {
        println!("{request}");
    }
    scene.assert_only_what_is_allowed(&[]);
    person.phone.sync_once().await.expect("the app goes on");
    let read = keyward_testing::person::reads_all(&person.phone, &person.history).await;
    assert!(read.expect("the events"));
}

#[tokio::test(flavor = "multi_thread")]
async fn without_an_anchor_nothing_is_verified_and_a_name_is_one() {
    let scene = Scene::new().await;
    // The server leaves the app's signature on the identity out.
    let host = scene.host.clone();
    proxy_without_signature(&scene.proxy, host);
    let list = scene.account.sessions().await.expect("a list");
    assert_eq!(list.identity, IdentityStatus::NotOurs);
    assert_ne!(list.current.trust, Trust::Verified);
    assert!(list.to_sign_out(Filter::Unverified).is_err());

    let query = json!({"device_keys": {&scene.host.user_id: []}});
    let keys = scene
        .person
        .observer
        .request_ok(Method::POST, "/v3/keys/query", Some(&query))
        .await
        .expect("keys");
    let master = &keys["master_keys"][&scene.host.user_id]["keys"];
    let name = master
        .as_object()
        .and_then(|keys| keys.values().next()?.as_str().map(str::to_owned));
    let scene = Scene {
        host: HostSession {
            master_key: name,
            ..scene.host.clone()
        },
        ..scene
    };
    let scene = scene.restart().await;
    let list = scene.account.sessions().await.expect("a list");
    assert_eq!(
        (list.identity, list.current.trust),
        (IdentityStatus::Ours, Trust::Verified)
    );

    // From now on another identity is a replaced one, and none is not believed.
    scene
        .person
        .phone
        .reset_identity()
        .await
        .expect("the app resets by itself");
    let list = scene.account.sessions().await.expect("a list");
    assert_eq!(list.identity, IdentityStatus::Replaced, "its signature is left out");
    scene.proxy.disarm();
    let list = scene.account.sessions().await.expect("a list");
    assert_eq!(
        list.identity,
        IdentityStatus::Ours,
        "the app's own device has signed it"
    );
    scene
        .proxy
        .arm(always("/keys/query", Fault::Reply(StatusCode::OK, json!({}))));
    let hidden = scene.account.sessions().await.map(drop);
    assert_eq!(hidden, Err(ServerError::NotUnderstood.into()));
}

/// No reply has the signature of the app's device on the identity.
fn proxy_without_signature(proxy: &FaultProxy, host: HostSession) {
    proxy.arm(always(
        "/keys/query",
        Fault::change(move |reply| {
            let signatures = &mut reply["master_keys"][&host.user_id]["signatures"][&host.user_id];
            if let Some(signatures) = signatures.as_object_mut() {
                signatures.remove(&format!("ed25519:{}", host.device_id));
            }
        }),
    ));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_used_only_if_it_is_this_session_s_and_one_that_expires_costs_nothing() {
    let scene = Scene::new().await;
    let expired: RequestError = ServerError::TokenExpired.into();
    let list = async || scene.account.sessions().await.map(drop);

    let stranger = Person::with_history().await;
    for other in [
        &scene.person.observer.access_token,
        &stranger.phone.plain().access_token,
    ] {
        scene.tokens.set(Some(other));
        assert_eq!(list().await, Err(ServerError::OtherSession.into()));
    }
    let asked = scene.requests();
    let only = ["GET /_matrix/client/v3/account/whoami", "GET /_matrix/client/versions"];
    assert!(
        asked.iter().all(|request| only.contains(&request.as_str())),
        "{asked:?}"
    );

    for none in [None, Some("no token"), Some(""), Some("nonsense")] {
        scene.tokens.set(none);
        assert_eq!(list().await, Err(expired.clone()), "{none:?}");
    }
    // The first token is an old one: the app is told, and gives a new one.
    assert_eq!(scene.tokens.take_asked().last(), Some(&true));
    let good = scene.person.phone.plain().access_token;
    scene.tokens.set(Some(&good));
    list().await.expect("a list");
    scene.tokens.take_asked();
    list().await.expect("a list");
    assert!(scene.tokens.take_asked().is_empty(), "it is kept as long as it is good");

    // It expires at each request of the list, and the app has no other one.
    let unknown = json!({"errcode": "M_UNKNOWN_TOKEN", "error": "expired", "soft_logout": true});
    for path in ["/devices", "/keys/query", "/sync", "/pushers"] {
        let refused = Rule::new(Fault::Reply(StatusCode::UNAUTHORIZED, unknown.clone()));
        let refused = refused.on(move |_, asked| asked.ends_with(path));
        // Always: a request of the list before may still be on its way.
        scene.proxy.arm(refused.for_ever());
        assert_eq!(list().await, Err(expired.clone()), "{path}");
        let asked = scene.tokens.take_asked();
        assert!(asked.contains(&true), "{path}: {asked:?}");
        scene.proxy.disarm();
    }
    // The app has a new one.
    list().await.expect("it is good again");
    let body = json!({
        "type": "m.login.password", "identifier": {"type": "m.id.user", "user": scene.person.user.user_id},
        "password": scene.person.user.password, "device_id": scene.host.device_id,
    });
    let login = scene
        .person
        .observer
        .request_ok(Method::POST, "/v3/login", Some(&body))
        .await;
    let newer = login.expect("logged in")["access_token"]
        .as_str()
        .expect("a token")
        .to_owned();
    assert_ne!(newer, good);
    scene.tokens.set(Some(&newer));
    scene.tokens.take_asked();
    let refused = Rule::new(Fault::Reply(StatusCode::UNAUTHORIZED, unknown));
    let refused = refused.on(|_, asked| asked.ends_with("/keys/query"));
    scene.proxy.arm(refused.for_ever());
    let whoami = Rule::new(Fault::HoldBefore).on(|_, asked| asked.ends_with("/whoami"));
    scene.proxy.arm(whoami);
    let (goes_on, ()) = tokio::join!(list(), async {
        // The app has answered by then.
        scene.proxy.held().await;
        scene.proxy.disarm();
        scene.proxy.release();
    });
    goes_on.expect("the list goes on");
    assert!(scene.tokens.take_asked().contains(&true));
    scene.assert_only_what_is_allowed(&[]);
}

/// Anybody who has an access token of the account can upload such keys, and homeservers take them.
#[tokio::test(flavor = "multi_thread")]
async fn a_session_with_keys_that_nobody_understands_hides_no_other() {
    let scene = Scene::new().await;
    let person = &scene.person;
    let keyward = Keyward::unlocked(person).await;
    for (name, keys) in [
        ("Long", json!("A".repeat(44))),
        ("Odd", json!(format!("{}=", "A".repeat(42)))),
        ("Number", json!("no base64")),
    ] {
        let session = plain(&person.user, Some(name)).await;
        let (user, id) = (&session.user_id, &session.device_id);
        let body = json!({"device_keys": {
            "user_id": user, "device_id": id, "algorithms": ["m.olm.v1.curve25519-aes-sha2", "m.megolm.v1.aes-sha2"],
            "keys": {format!("ed25519:{id}"): keys, format!("curve25519:{id}"): "A".repeat(43)},
            "signatures": {user: {format!("ed25519:{id}"): "A".repeat(86)}},
        }});
        let uploaded = session.request_ok(Method::POST, "/v3/keys/upload", Some(&body)).await;
        uploaded.expect("the homeserver takes them");
        for list in [
            scene.account.sessions().await.expect("a list"),
            keyward.account.sessions().await.expect("a list"),
        ] {
            let odd = list.others.iter().find(|session| session.device_id == *id);
            assert_ne!(odd.expect("it is listed").trust, Trust::Verified, "{name}");
            assert_eq!(list.identity, IdentityStatus::Ours);
        }
        keyward.account.sync_once(Duration::ZERO).await.expect("a sync");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_watch_looks_when_the_app_has_heard_of_something_and_tells_what_has_changed() {
    let scene = Scene::new().await;
    let mut watch = scene.account.watch_sessions(None);
    let refresher = watch.refresher();
    let first = watch.next().await.expect("the first");
    assert_eq!(first.new_logins, []);
    let lists = |requests: &[RecordedRequest]| {
        let is_list = |request: &&RecordedRequest| request.path.ends_with("/v3/devices");
        requests.iter().filter(is_list).count()
    };
    let before = lists(&scene.proxy.requests());
    tokio::select! {
        snapshot = watch.next() => panic!("nothing has changed: {snapshot:?}"),
        () = async {
            for number in 1..=2 {
                refresher.refresh();
                scene.proxy.until(|requests| lists(requests) >= before + number).await;
            }
        } => {}
    }
    let script = plain(&scene.person.user, Some("Script")).await;
    refresher.refresh();
    let next = timeout(LIMIT, watch.next())
        .await
        .expect("in time")
        .expect("a snapshot");
    assert_eq!(next.new_logins.len(), 1, "{next:?}");
    assert_eq!(
        (&next.new_logins[0].device_id, next.new_logins[0].reported),
        (&script.device_id, false)
    );

    let acknowledged = scene.account.acknowledge_login(&script.device_id).await;
    acknowledged.expect("acknowledged");
    let next = timeout(LIMIT, watch.next())
        .await
        .expect("in time")
        .expect("a snapshot");
    assert_eq!(next.new_logins, []);

    scene.proxy.arm(always(
        "/v3/devices",
        Fault::Reply(StatusCode::FORBIDDEN, json!({"errcode": "M_FORBIDDEN"})),
    ));
    refresher.refresh();
    assert!(watch.next().await.is_err());
    scene.proxy.disarm();
    let next = timeout(LIMIT, watch.next()).await.expect("it tries again by itself");
    assert_eq!(next.expect("a snapshot").new_logins, []);

    // An app that hears of nothing has the list requested now and then.
    let mut watch = scene.account.watch_sessions(Some(Duration::ZERO));
    watch.next().await.expect("the first");
    let another = plain(&scene.person.user, Some("Another")).await;
    let next = timeout(LIMIT, watch.next())
        .await
        .expect("in time")
        .expect("a snapshot");
    assert_eq!(next.new_logins[0].device_id, another.device_id);
    scene.assert_only_what_is_allowed(&[]);
}

#[tokio::test(flavor = "multi_thread")]
async fn detaching_removes_the_documents_and_nothing_else() {
    let scene = Scene::new().await;
    std::fs::write(scene.dir.path().join("the app's"), "mine").expect("written");
    scene.account.sessions().await.expect("a list");
    let second = Account::attach(&scene.host, scene.dir.path(), &scene.key).await;
    assert_eq!(second.map(drop), Err(OpenError::InUse.into()));
    let before = scene.person.observer.devices().await.expect("devices");
    let detached = scene.account.detach(UnfinishedReset::Keep).await;
    detached.expect("detached");
    let late = scene.account.sessions().await.map(drop);
    assert_eq!(late, Err(StoreError.into()), "nothing is written again");
    let left: Vec<_> = std::fs::read_dir(scene.dir.path()).expect("readable").collect();
    assert_eq!(left.len(), 1, "{left:?}");
    let after = scene.person.observer.devices().await.expect("devices");
    assert_eq!(before.keys().collect::<Vec<_>>(), after.keys().collect::<Vec<_>>());
    scene.assert_only_what_is_allowed(&[]);
}
