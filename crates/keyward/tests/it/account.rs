// SPDX-License-Identifier: Apache-2.0

//! Finding a homeserver, logging in, restoring, refreshing, logging out: what works, and each thing that can be wrong.

use std::{path::Path, sync::Arc, time::Duration};

use crate::common::{
    Keyward, Person, always, finish, is_alone_with, key, login, new_user, nobody, plain, start, until_challenge,
};
use keyward::{
    account::{Account, OpenError},
    error::{FlowError as _, RequestError, ServerError},
    login::{Login, LoginError},
    logout::{LogoutError, UnsavedRoomKeys},
    reset::{OldBackup, ResetOptions},
    secret::{Password, StoreKey},
    server::{DiscoveryError, Homeserver},
};
use keyward_testing::{
    proxy::{Fault, FaultProxy, Rule},
    store_fault,
    synapse::{Synapse, SynapseOptions},
};
use matrix_sdk_crypto::store::CryptoStore;
use matrix_sdk_sqlite::{SqliteCryptoStore, SqliteStoreConfig};
use reqwest::{Method, StatusCode};
use rustls::{ServerConfig, pki_types::PrivateKeyDer};
use serde_json::json;
use sha2::{Digest, Sha256};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use wiremock::{Mock, MockServer, ResponseTemplate, matchers};

/// Every file of a folder with a digest of its bytes, to prove that nothing was touched.
fn files(dir: &Path) -> Vec<(String, String)> {
    let mut files: Vec<_> = std::fs::read_dir(dir)
        .expect("a folder")
        .map(|entry| entry.expect("an entry"))
        // The lock comes and goes, and so do SQLite's log, empty once the store is closed, and its index.
        .filter(|entry| {
            let name = entry.file_name().to_string_lossy().into_owned();
            !["keyward.lock"].contains(&name.as_str()) && !name.ends_with("-wal") && !name.ends_with("-shm")
        })
        .map(|entry| {
            (
                entry.file_name().to_string_lossy().into_owned(),
                format!("{:x}", Sha256::digest(std::fs::read(entry.path()).expect("a file"))),
            )
        })
        .collect();
    files.sort();
    files
}

fn names(dir: &Path) -> Vec<String> {
    files(dir).into_iter().map(|(name, _)| name).collect()
}

/// How often the tokens were refreshed.
fn refreshes(proxy: &FaultProxy) -> usize {
    let requests = proxy.requests();
    requests
        .iter()
        .filter(|request| request.path.ends_with("/refresh"))
        .count()
}

async fn serve(server: &MockServer, path: &str, response: ResponseTemplate) {
    let mock = Mock::given(matchers::path(path)).respond_with(response);
    mock.mount(server).await;
}

/// What a domain says about where its homeserver is.
fn well_known(homeserver: &str) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_json(json!({"m.homeserver": {"base_url": homeserver}}))
}

async fn sign_everyone_out(person: &Person) {
    let body = json!({});
    let signed_out = person
        .observer
        .request_ok(Method::POST, "/v3/logout/all", Some(&body))
        .await;
    signed_out.expect("everyone is signed out");
}

/// A server whose access tokens expire after some seconds, with Keyward logged in through a proxy. A busy machine must not
/// need as long for a refresh and the request after it.
pub(crate) async fn with_short_lived_tokens() -> (Synapse, FaultProxy, Keyward) {
    let options = SynapseOptions::default().access_token_lifetime(Duration::from_secs(3));
    let synapse = Synapse::start(options).await.expect("a server");
    let user = synapse.new_user().await.expect("a user");
    let proxy = FaultProxy::start(synapse.url()).expect("a proxy");
    let keyward = Keyward::login(proxy.url(), &user).await;
    (synapse, proxy, keyward)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_login_survives_a_restart_and_the_session_supports_encryption() {
    let user = new_user().await;
    let keyward = Keyward::of(&user).await.restart().await;
    assert_eq!(keyward.account.user_id(), user.user_id);
    keyward.account.sync_once(Duration::ZERO).await.expect("a sync");
    let list = keyward.account.sessions().await.expect("a list");
    assert_eq!(list.current.device_id, keyward.account.device_id());
    assert_eq!(list.current.name.as_deref(), Some("Keyward test"));
    assert_eq!(
        list.current.trust,
        keyward::sessions::Trust::Unverified,
        "it has device keys and no identity yet"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_leaves_nothing_behind() {
    let synapse = Synapse::shared().await;
    let user = new_user().await;
    let dir = tempfile::tempdir().expect("a folder");
    let store = dir.path().join("store");
    let homeserver = Homeserver::discover(synapse.url()).await.expect("a homeserver");
    let wrong = Login {
        password: Password::new("wrong"),
        ..login(&user)
    };
    let refused = Account::login(&homeserver, wrong, &store, &StoreKey::generate()).await;
    assert_eq!(refused.err(), Some(LoginError::WrongPassword));
    assert!(!store.exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_with_a_login_is_not_overwritten() {
    let synapse = Synapse::shared().await;
    let (first, second) = (new_user().await, new_user().await);
    let Keyward { account, key, dir } = Keyward::of(&first).await;
    let homeserver = Homeserver::discover(synapse.url()).await.expect("a homeserver");
    let busy = Account::login(&homeserver, login(&second), dir.path(), &key).await;
    assert_eq!(busy.err(), Some(LoginError::Open(OpenError::InUse)));
    drop(account);
    let refused = Account::login(&homeserver, login(&second), dir.path(), &key).await;
    assert_eq!(
        refused.err(),
        Some(LoginError::AlreadyLoggedIn {
            user_id: first.user_id.clone()
        })
    );
    let account = Account::restore(dir.path(), &key)
        .await
        .expect("the first login is whole");
    assert_eq!(account.user_id(), first.user_id);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_key_a_missing_file_a_damaged_file_and_a_newer_version_each_have_their_error() {
    let user = new_user().await;
    let (key, dir) = Keyward::of(&user).await.close().await;
    let before = files(dir.path());
    let error = async |key: &StoreKey| Account::restore(dir.path(), key).await.err();

    assert_eq!(error(&StoreKey::generate()).await, Some(OpenError::WrongKey));
    assert_eq!(files(dir.path()), before, "nothing overwritten");

    let crypto = dir.path().join(CRYPTO_DATABASE);
    let good = std::fs::read(&crypto).expect("a file");
    std::fs::remove_file(&crypto).expect("removed");
    assert_eq!(error(&key).await, Some(OpenError::Damaged));
    assert!(!crypto.exists(), "no empty database in its place");

    std::fs::write(&crypto, vec![0x5a; 8192]).expect("written");
    assert_eq!(error(&key).await, Some(OpenError::Damaged));
    assert_eq!(
        std::fs::read(&crypto).expect("a file"),
        vec![0x5a; 8192],
        "the damaged file is left for the rescuer"
    );
    std::fs::write(&crypto, &good).expect("written");

    let newer = br#"{"format": 4711, "whatever": true}"#.to_vec();
    store_fault::set_custom_value(dir.path(), key.reveal(), "keyward.session", newer.clone())
        .await
        .expect("written");
    assert_eq!(error(&key).await, Some(OpenError::NewerVersion));
    let url = Synapse::shared().await.url();
    let homeserver = Homeserver::discover(url).await.expect("a homeserver");
    let refused = Account::login(&homeserver, login(&user), dir.path(), &key).await;
    assert_eq!(refused.err(), Some(LoginError::Open(OpenError::NewerVersion)));
    assert_eq!(session_value(dir.path(), &key).await, Some(newer), "it is untouched");

    std::fs::write(&crypto, good).expect("written");
    assert_eq!(error(&key).await, None, "and with its own file back it opens");

    let empty = tempfile::tempdir().expect("a folder");
    assert_eq!(
        Account::restore(empty.path(), &key).await.err(),
        Some(OpenError::NotLoggedIn)
    );
    assert_eq!(files(empty.path()), []);
}

/// matrix-sdk-sqlite's names for its databases.
const CRYPTO_DATABASE: &str = "matrix-sdk-crypto.sqlite3";
const STATE_DATABASE: &str = "matrix-sdk-state.sqlite3";

/// The crypto store in `dir`, for a look.
pub(crate) async fn crypto_store(dir: &Path, key: &StoreKey) -> SqliteCryptoStore {
    let config = SqliteStoreConfig::with_low_memory_config(dir).key(Some(key.reveal()));
    SqliteCryptoStore::open_with_config(&config).await.expect("the store")
}

/// The session as it lies in the store.
async fn session_value(dir: &Path, key: &StoreKey) -> Option<Vec<u8>> {
    let store = crypto_store(dir, key).await;
    let value = store.get_custom_value("keyward.session").await.expect("read");
    store.close().await.expect("closed");
    value
}

#[tokio::test(flavor = "multi_thread")]
async fn a_login_adds_nothing_to_a_folder_that_holds_a_part_of_another() {
    let synapse = Synapse::shared().await;
    let user = new_user().await;
    let (key, dir) = Keyward::of(&user).await.close().await;
    let homeserver = Homeserver::discover(synapse.url()).await.expect("a homeserver");
    let error = async || Account::login(&homeserver, login(&user), dir.path(), &key).await.err();

    // A state database alone: half of a store of version 0.1.
    let (crypto, state) = (dir.path().join(CRYPTO_DATABASE), dir.path().join(STATE_DATABASE));
    std::fs::rename(&crypto, &state).expect("moved");
    let half = files(dir.path());
    assert_eq!(error().await, Some(LoginError::Open(OpenError::Damaged)));
    assert_eq!(files(dir.path()), half, "no empty database beside it");
    std::fs::rename(&state, &crypto).expect("moved back");

    // Device keys without a session.
    let store = crypto_store(dir.path(), &key).await;
    store.remove_custom_value("keyward.session").await.expect("removed");
    store.close().await.expect("closed");
    // SQLite may rewrite its statistics whenever a database is opened, so the keys are compared, not the bytes.
    let device_keys = async || {
        let store = crypto_store(dir.path(), &key).await;
        let account = store.load_account().await.expect("read").expect("an account");
        store.close().await.expect("closed");
        account.identity_keys()
    };
    let (before, keys_before) = (names(dir.path()), device_keys().await);
    assert_eq!(error().await, Some(LoginError::Open(OpenError::Damaged)));
    assert_eq!(names(dir.path()), before, "nothing removed");
    assert_eq!(device_keys().await, keys_before, "the device keys are as they were");
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn only_the_owner_can_read_a_store_and_one_of_another_user_is_refused() {
    use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};

    let synapse = Synapse::shared().await;
    let user = new_user().await;
    let Keyward { account, key, dir } = Keyward::of(&user).await;
    let lax = || -> Vec<String> {
        let entries = std::fs::read_dir(dir.path()).expect("a folder");
        let paths = entries
            .map(|entry| entry.expect("an entry").path())
            .chain([dir.path().to_owned()]);
        let others = |path: &std::path::PathBuf| std::fs::metadata(path).expect("it is there").mode() & 0o077 != 0;
        paths.filter(others).map(|path| path.display().to_string()).collect()
    };
    assert!(
        dir.path().join(format!("{CRYPTO_DATABASE}-wal")).exists(),
        "while the store is open"
    );
    assert_eq!(lax(), Vec::<String>::new());
    account.close().await.expect("closed");
    drop(account);
    for path in [dir.path().to_owned(), dir.path().join(CRYPTO_DATABASE)] {
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).expect("set");
    }
    let account = Account::restore(dir.path(), &key).await.expect("restored");
    assert_eq!(lax(), Vec::<String>::new(), "lax modes are mended");
    drop(account);

    // Whoever may give files away does so; everybody else finds a folder of the system's.
    let (nobody, given) = (65_534, dir.path().join(CRYPTO_DATABASE));
    let homeserver = Homeserver::discover(synapse.url()).await.expect("a homeserver");
    let refused = if chown(&given, Some(nobody), None).is_ok() {
        Account::restore(dir.path(), &key).await.err().map(LoginError::Open)
    } else {
        Account::login(&homeserver, login(&user), Path::new("/"), &key)
            .await
            .err()
    };
    assert_eq!(refused, Some(LoginError::Open(OpenError::Foreign)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_redirect_takes_the_password_nowhere() {
    let (homeserver, elsewhere) = (MockServer::start().await, MockServer::start().await);
    Mock::given(matchers::any())
        .respond_with(ResponseTemplate::new(200))
        .mount(&elsewhere)
        .await;
    let versions = json!({"versions": ["v1.1", "v1.11"]});
    serve(
        &homeserver,
        "/_matrix/client/versions",
        ResponseTemplate::new(200).set_body_json(versions),
    )
    .await;
    let login_path = "/_matrix/client/v3/login";
    let flows = json!({"flows": [{"type": "m.login.password"}]});
    Mock::given(matchers::method("GET"))
        .and(matchers::path(login_path))
        .respond_with(ResponseTemplate::new(200).set_body_json(flows))
        .mount(&homeserver)
        .await;
    let target = format!("{}{login_path}", elsewhere.uri());
    Mock::given(matchers::method("POST"))
        .and(matchers::path(login_path))
        .respond_with(ResponseTemplate::new(307).insert_header("location", target))
        .expect(1..)
        .mount(&homeserver)
        .await;
    let found = Homeserver::discover(&homeserver.uri()).await.expect("a homeserver");
    let person = Login {
        user: "alice".to_owned(),
        password: Password::new("hunter2"),
        session_name: "Keyward test".to_owned(),
    };
    let dir = tempfile::tempdir().expect("a folder");
    let refused = Account::login(&found, person, &dir.path().join("store"), &StoreKey::generate()).await;
    assert_eq!(
        refused.err(),
        Some(LoginError::Request(ServerError::NotUnderstood.into()))
    );
    let delivered = elsewhere.received_requests().await.expect("recorded");
    assert!(delivered.is_empty(), "{delivered:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_well_known_file_may_be_elsewhere_but_not_over_plain_http_and_nothing_else_may() {
    let synapse = Synapse::shared().await;
    let (web, host, moved) = (
        MockServer::start().await,
        MockServer::start().await,
        MockServer::start().await,
    );
    let redirect = |to: String| ResponseTemplate::new(302).insert_header("location", to);
    serve(&host, "/hosted", well_known(synapse.url())).await;
    let path = "/.well-known/matrix/client";
    serve(&web, path, redirect(format!("{}/hosted", host.uri()))).await;
    let homeserver = Homeserver::discover(&web.uri()).await.expect("a homeserver");
    assert_eq!(homeserver.url().as_str().trim_end_matches('/'), synapse.url());

    web.reset().await;
    serve(&web, path, redirect("http://192.0.2.1/".to_owned())).await;
    assert_eq!(
        Homeserver::discover(&web.uri()).await.err(),
        Some(DiscoveryError::NotMatrix)
    );

    let versions = "/_matrix/client/versions";
    let target = format!("{}{versions}", synapse.url());
    serve(&moved, versions, redirect(target)).await;
    assert_eq!(
        Homeserver::discover(&moved.uri()).await.err(),
        Some(DiscoveryError::NotMatrix)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_expired_session_says_so_and_its_room_keys_can_still_be_exported() {
    let person = Person::with_history().await;
    let keyward = Keyward::unlocked(&person).await;
    sign_everyone_out(&person).await;

    let refused = keyward.account.status().await.err().map(|error| error.code());
    assert_eq!(refused, Some("server.session_expired"));
    let refused = keyward.account.plan_reset().await.err().map(|error| error.code());
    assert_eq!(refused, Some("server.session_expired"));
    assert_eq!(
        keyward.account.sync_once(Duration::ZERO).await,
        Err(RequestError::Server(ServerError::SessionExpired))
    );
    let keyward = keyward.restart().await;
    let file = keyward.dir.path().join("keys.txt");
    let phrase = Password::new("a phrase");
    let exported = keyward.account.export_room_keys(&file, &phrase, |_| {}).await;
    exported.expect("exported");
    let logged_out = keyward.account.log_out(UnsavedRoomKeys::Discard).await;
    logged_out.expect("a session that is gone counts as signed out");
    assert_eq!(names(keyward.dir.path()), ["keys.txt"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens_are_refreshed_and_the_new_ones_survive_a_restart() {
    let (_synapse, proxy, mut keyward) = with_short_lived_tokens().await;
    let refreshes = || refreshes(&proxy);
    // Each round lasts until the server has let another token expire.
    for round in 1..=2 {
        while refreshes() < round {
            keyward.account.status().await.expect("a refresh is not an error");
        }
        keyward = keyward.restart().await;
    }
    let latest = keyward.account.status().await;
    latest.expect("the stored tokens are the latest");
}

#[tokio::test(flavor = "multi_thread")]
async fn new_tokens_are_saved_before_they_are_used_even_if_nobody_waits_for_them() {
    let (_synapse, proxy, keyward) = with_short_lived_tokens().await;
    let before = session_value(keyward.dir.path(), &keyward.key).await;
    let refreshes = || refreshes(&proxy);
    // The caller is dropped as soon as its refresh is on its way.
    while refreshes() == 0 {
        tokio::select! {
            status = keyward.account.status() => drop(status),
            () = async { while refreshes() == 0 { tokio::task::yield_now().await } } => {}
        }
    }
    let closed = keyward.account.close().await;
    closed.expect("closed when the new tokens are saved");
    assert_ne!(session_value(keyward.dir.path(), &keyward.key).await, before);
    // The stored tokens are the latest.
    keyward.restart().await.status().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_that_the_server_refuses_is_the_end_of_the_session() {
    let (_synapse, proxy, keyward) = with_short_lived_tokens().await;
    let refused = json!({"errcode": "M_UNKNOWN_TOKEN", "error": "invalid refresh token"});
    proxy.arm(always("/refresh", Fault::Reply(StatusCode::UNAUTHORIZED, refused)));
    let error = loop {
        if let Err(error) = keyward.account.status().await {
            break error;
        }
    };
    assert_eq!(error, RequestError::Server(ServerError::SessionExpired));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_that_does_not_get_through_is_not_the_end_of_the_session() {
    let (_synapse, proxy, keyward) = with_short_lived_tokens().await;
    proxy.arm(always("/refresh", Fault::CutBefore));
    let error = loop {
        if let Err(error) = keyward.account.status().await {
            break error;
        }
    };
    assert_eq!(error.code(), "server.unreachable");
    proxy.disarm();
    keyward.account.status().await.expect("the session goes on");
}

#[tokio::test(flavor = "multi_thread")]
async fn logging_out_removes_the_session_and_the_files() {
    let user = new_user().await;
    let observer = plain(&user, None).await;
    let keyward = Keyward::of(&user).await;
    let device_id = keyward.account.device_id().to_owned();
    let logged_out = keyward.account.log_out(UnsavedRoomKeys::Keep).await;
    logged_out.expect("logged out");
    assert!(!keyward.dir.path().exists());
    assert!(!observer.devices().await.expect("devices").contains_key(&device_id));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_files_stay_as_long_as_the_server_lists_the_session() {
    let user = new_user().await;
    let (keyward, proxy) = Keyward::behind_a_proxy(&user).await;
    proxy.arm(always("/logout", Fault::Reply(StatusCode::OK, json!({}))));
    let logged_out = keyward.account.log_out(UnsavedRoomKeys::Keep).await;
    assert_eq!(logged_out, Err(LogoutError::StillSignedIn));
    proxy.disarm();
    keyward.status().await;
    let logged_out = keyward.account.log_out(UnsavedRoomKeys::Keep).await;
    logged_out.expect("logged out");
    assert!(!keyward.dir.path().exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn ids_that_steer_a_terminal_are_no_login() {
    let user = new_user().await;
    let proxy = FaultProxy::start(Synapse::shared().await.url()).expect("a proxy");
    let homeserver = Homeserver::discover(proxy.url()).await.expect("a homeserver");
    for (field, id) in [
        ("user_id", "@a\u{1b}[2J:localhost".to_owned()),
        ("device_id", "A\u{202e}B".to_owned()),
        ("device_id", "A\nVerified".to_owned()),
        ("device_id", "A".repeat(300)),
    ] {
        let (dir, id) = (tempfile::tempdir().expect("a folder"), id.clone());
        proxy.arm(
            Rule::new(Fault::change(move |reply| reply[field] = json!(id)))
                .on(|method, path| method == "POST" && path.ends_with("/login")),
        );
        let refused = Account::login(&homeserver, login(&user), dir.path(), &StoreKey::generate()).await;
        let not_understood = RequestError::Server(ServerError::NotUnderstood);
        assert_eq!(refused.err(), Some(LoginError::Request(not_understood)), "{field}");
    }
    let observer = plain(&user, None).await;
    assert_eq!(
        observer.devices().await.expect("a list").len(),
        1,
        "they are signed out"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn logging_out_stops_for_room_keys_that_are_nowhere_else() {
    let person = Person::with_history().await;
    let keyward = Keyward::of(&person.user).await;
    keyward.receive_a_room_key(&person).await;
    let refused = keyward.account.log_out(UnsavedRoomKeys::Keep).await;
    assert_eq!(refused, Err(LogoutError::UnsavedRoomKeys { count: 1 }));
    // It is still signed in.
    keyward.status().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn room_keys_count_as_saved_only_while_the_server_has_the_backup_that_they_are_in() {
    let person = Person::with_history().await;
    let (keyward, proxy) = Keyward::behind_a_proxy(&person.user).await;
    let unsaved = async || keyward.account.unsaved_room_keys().await.expect("a number");
    keyward.account.unlock(&key(&person.old_key)).await.expect("unlocked");
    keyward.receive_a_room_key(&person).await;
    assert_eq!(unsaved().await, 0);

    let version = Rule::new(Fault::CutBefore).on(|_, path| path.contains("/room_keys/version"));
    proxy.arm(version.for_ever());
    assert_eq!(unsaved().await, 1, "nobody can tell");
    proxy.disarm();
    assert_eq!(unsaved().await, 0);

    let version = person.observer.create_backup_version().await;
    version.expect("another client replaces the backup");
    assert_eq!(unsaved().await, 1, "they are not in the new one");
    let refused = keyward.account.log_out(UnsavedRoomKeys::Keep).await;
    assert_eq!(refused, Err(LogoutError::UnsavedRoomKeys { count: 1 }));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_with_a_key_under_another_sessions_id_does_not_count_as_read() {
    let person = Person::with_history().await;
    let keyward = Keyward::of(&person.user).await;
    let version = person.observer.get("/v3/room_keys/version").await.expect("a backup")["version"].clone();
    let path = format!("/v3/room_keys/keys?version={}", version.as_str().expect("a version"));
    let mut keys = person.observer.get(&path).await.expect("keys");
    let sessions = keys["rooms"][&person.room]["sessions"].as_object_mut();
    let sessions = sessions.expect("sessions");
    let (_, data) = sessions.iter().next().expect("a key");
    *sessions = [("anotherSession".to_owned(), data.clone())].into_iter().collect();
    let put = person.observer.request_ok(Method::PUT, &path, Some(&keys)).await;
    put.expect("put there");
    keyward.account.unlock(&key(&person.old_key)).await.expect("unlocked");
    let outcome = keyward.reset(&person.user, ResetOptions::default()).await;
    assert_eq!(outcome.old_backup, OldBackup::Kept);
    assert!(
        person.reads_history_with(outcome.recovery_key.reveal()).await,
        "the real key came along"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn logging_out_stops_for_a_reset_that_is_not_finished() {
    let person = Person::with_history().await;
    let (keyward, proxy) = Keyward::behind_a_proxy(&person.user).await;
    let log_out = async |unsaved| keyward.account.log_out(unsaved).await;
    let mut reset = start(&keyward.account).await;
    let refused = log_out(UnsavedRoomKeys::Discard).await;
    assert_eq!(refused, Err(LogoutError::ResetRunning));
    until_challenge(&mut reset).await;
    drop(reset);
    let refused = log_out(UnsavedRoomKeys::Keep).await;
    assert_eq!(refused, Err(LogoutError::ResetPending));

    let mut reset = keyward.resume_reset().await;
    // The new identity is in force, and then the connection breaks.
    proxy.arm(always("/keys/signatures/upload", Fault::CutBefore));
    finish(&mut reset, &person.user).await.expect_err("no connection");
    assert!(reset.is_committed());
    drop(reset);
    proxy.disarm();
    for unsaved in [UnsavedRoomKeys::Keep, UnsavedRoomKeys::Discard] {
        assert_eq!(log_out(unsaved).await, Err(LogoutError::ResetPending), "{unsaved:?}");
    }
    sign_everyone_out(&person).await;
    let logged_out = log_out(UnsavedRoomKeys::Discard).await;
    logged_out.expect("nothing can be finished any more");
    assert!(!keyward.dir.path().exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_staged_reset_can_be_let_go_with_the_session() {
    let person = Person::with_history().await;
    let keyward = Keyward::of(&person.user).await;
    let mut reset = start(&keyward.account).await;
    until_challenge(&mut reset).await;
    drop(reset);
    let logged_out = keyward.account.log_out(UnsavedRoomKeys::Discard).await;
    logged_out.expect("logged out");
    assert!(
        person.reads_history_with(&person.old_key).await,
        "the old identity is unharmed"
    );
}

/// A server with a certificate that no authority has signed. Returns its address.
async fn signed_by_nobody() -> String {
    let signed = rcgen::generate_simple_self_signed(["localhost".to_owned()]).expect("a certificate");
    let key = PrivateKeyDer::try_from(signed.signing_key.serialize_der()).expect("a key");
    let config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_no_client_auth()
        .with_single_cert(vec![signed.cert.der().clone()], key)
        .expect("a server");
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    tokio::spawn(async move {
        let acceptor = TlsAcceptor::from(Arc::new(config));
        while let Ok((stream, _)) = listener.accept().await {
            // The client ends it.
            let _ = acceptor.accept(stream).await;
        }
    });
    format!("https://localhost:{port}")
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_homeserver_is_told_apart() {
    let unproven = signed_by_nobody().await;
    let (_nobody, unreachable) = nobody();
    let web = MockServer::start().await;
    Mock::given(matchers::any())
        .respond_with(ResponseTemplate::new(200).set_body_string("<html>"))
        .mount(&web)
        .await;
    let traitor = MockServer::start().await;
    serve(&traitor, "/.well-known/matrix/client", well_known("http://192.0.2.1/")).await;
    for (input, expected) in [
        ("", DiscoveryError::NotAServerName),
        ("two words", DiscoveryError::NotAServerName),
        ("http://example.org", DiscoveryError::Insecure),
        (unreachable.as_str(), DiscoveryError::Unreachable),
        (unproven.as_str(), DiscoveryError::Certificate),
        (web.uri().as_str(), DiscoveryError::NotMatrix),
        (traitor.uri().as_str(), DiscoveryError::Insecure),
    ] {
        assert_eq!(Homeserver::discover(input).await, Err(expected), "{input}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proxy_of_the_environment_is_not_asked_for_this_machine() {
    let test = "account::a_proxy_of_the_environment_is_not_asked_for_this_machine";
    // Nobody answers there, so whatever goes that way fails.
    let (_nobody, proxy) = nobody();
    if !is_alone_with(test, "HTTP_PROXY", &proxy).await {
        return;
    }
    let homeserver = Homeserver::discover(Synapse::shared().await.url()).await;
    let homeserver = homeserver.expect("found without the proxy");
    let dir = tempfile::tempdir().expect("a folder");
    let nobody = Login {
        user: "nobody".to_owned(),
        password: Password::new("wrong"),
        session_name: "Keyward test".to_owned(),
    };
    let refused = Account::login(&homeserver, nobody, dir.path(), &StoreKey::generate()).await;
    assert_eq!(refused.err(), Some(LoginError::WrongPassword));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_well_known_file_leads_to_the_homeserver() {
    let synapse = Synapse::shared().await;
    let web = MockServer::start().await;
    serve(&web, "/.well-known/matrix/client", well_known(synapse.url())).await;
    let homeserver = Homeserver::discover(&web.uri()).await.expect("a homeserver");
    assert_eq!(homeserver.url().as_str().trim_end_matches('/'), synapse.url());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_that_fails_is_named_and_not_taken_for_a_bad_reply() {
    let Keyward { account, dir: _dir, .. } = Keyward::of(&new_user().await).await;
    account.close().await.expect("closed");
    assert_eq!(
        account.sync_once(Duration::ZERO).await.unwrap_err().code(),
        "store.failed"
    );
    assert_eq!(account.status().await.unwrap_err().code(), "store.failed");
    assert_eq!(account.sessions().await.unwrap_err().code(), "store.failed");
    assert_eq!(account.plan_reset().await.unwrap_err().code(), "store.failed");
}
