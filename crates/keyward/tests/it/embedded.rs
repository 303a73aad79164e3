// SPDX-License-Identifier: Apache-2.0

//! Keyward in a Rust app's own client (`keyward-embed`): the app synchronises, and every flow works.

use std::{path::Path, time::Duration};

use futures_util::join;

use keyward::{
    account::{Account, FolderLock, OpenError, Resumed},
    facts::{IdentityStatus, KeyBackupStatus},
    logout::UnsavedRoomKeys,
    reset::{OldBackup, ResetOptions},
    secret::StoreKey,
    sessions::{Snapshot, Trust},
    verification::VerificationState as State,
};
use keyward_embed::{EmbedError, Settings, embed};
use keyward_testing::{
    other_client::SentMessage,
    proxy::{Fault, FaultProxy, Rule},
    synapse::Synapse,
    user::User,
};
use matrix_sdk::{
    Client, HttpError,
    authentication::matrix::MatrixSession,
    config::{RequestConfig, SyncSettings},
    deserialized_responses::TimelineEventKind,
    ruma::{OwnedEventId, RoomId},
    store::RoomLoadSettings,
};
use reqwest::StatusCode;
use serde_json::json;
use tempfile::TempDir;
use tokio::{
    task::{JoinHandle, yield_now},
    time::timeout,
};

use crate::{
    common::{
        LIMIT, Person, assert_matches, assert_opens, finish, key, new_user, other_client, plain, proxy, state,
        until_challenge,
    },
    verification::{self, comparing, other_compares},
};

/// By which the proxy knows the app's own requests.
const APP: &str = "app";

/// An app with Keyward in it. It synchronises all the time, until it is closed.
pub(crate) struct App {
    pub(crate) client: Client,
    pub(crate) account: Account,
    pub(crate) key: StoreKey,
    pub(crate) dir: TempDir,
    url: String,
    syncing: JoinHandle<()>,
}

impl App {
    /// Logs in through a proxy, which sees Keyward's requests alone.
    pub(crate) async fn log_in(proxy: &FaultProxy, user: &User) -> Self {
        proxy.overlook(APP);
        let (dir, key) = (tempfile::tempdir().expect("a folder"), StoreKey::generate());
        let log_in = async |client: &Client| {
            let login = client.matrix_auth().login_username(&user.user_id, &user.password);
            login.request_refresh_token().await.map(drop)
        };
        Self::open(dir, key, proxy.url(), log_in).await.expect("an app")
    }

    async fn open(
        dir: TempDir,
        key: StoreKey,
        url: &str,
        log_in: impl AsyncFnOnce(&Client) -> matrix_sdk::Result<()>,
    ) -> Result<Self, EmbedError> {
        let builder = Client::builder()
            .homeserver_url(url)
            .user_agent(APP)
            .request_config(RequestConfig::new().retry_limit(3))
            .handle_refresh_tokens();
        let (client, account) = embed(builder, Settings::new(dir.path(), &key), log_in).await?;
        let syncing = tokio::spawn({
            let client = client.clone();
            async move {
                // Ends with the session, or is aborted.
                let settings = SyncSettings::new().timeout(Duration::from_secs(5));
                loop {
                    match client.sync_once(settings.clone()).await {
                        Ok(_) => {}
                        Err(error) if error.client_api_error_kind().is_some() => return,
                        Err(matrix_sdk::Error::Http(error)) if matches!(*error, HttpError::RefreshToken(_)) => return,
                        // A busy machine.
                        Err(_) => {}
                    }
                }
            }
        });
        Ok(Self {
            client,
            account,
            key,
            dir,
            url: url.to_owned(),
            syncing,
        })
    }

    fn session(&self) -> MatrixSession {
        self.client.matrix_auth().session().expect("it is logged in")
    }

    /// Ends the app. Its folder, its key and its session are left.
    pub(crate) async fn close(self) -> Closed {
        let session = self.session();
        assert!(!self.syncing.is_finished(), "the app has stopped to synchronise");
        self.syncing.abort();
        // It is aborted, or the session was over.
        let _ = self.syncing.await;
        self.account.close().await.expect("closed");
        drop((self.client, self.account));
        until_free(self.dir.path()).await;
        Closed {
            session,
            key: self.key,
            dir: self.dir,
            url: self.url,
        }
    }

    /// The app in a new process.
    pub(crate) async fn restart(self) -> Self {
        self.close().await.open().await
    }

    /// Whether the app reads all of these messages.
    async fn reads(&self, messages: &[SentMessage]) -> bool {
        for message in messages {
            let room = self
                .client
                .get_room(<&RoomId>::try_from(message.room_id.as_str()).expect("a room id"));
            let id = OwnedEventId::try_from(message.event_id.as_str()).expect("an event id");
            let event = room.expect("a known room").event(&id, None).await.expect("the event");
            if !matches!(event.kind, TimelineEventKind::Decrypted(_)) {
                return false;
            }
        }
        true
    }

    /// Looks after each synchronisation of the app's whether it is so.
    async fn until(&self, is_so: impl AsyncFn() -> bool) {
        let looking = async {
            while !is_so().await {
                self.account.sync_once(Duration::from_secs(5)).await.expect("it waits");
            }
        };
        timeout(LIMIT, looking).await.expect("it comes");
    }

    /// Waits until the app's own client knows that it is verified and has the private keys.
    async fn is_verified(&self) {
        let encryption = self.client.encryption();
        let is_verified = async || {
            let own = encryption.get_own_device().await.expect("known").expect("there");
            let status = encryption.cross_signing_status().await.expect("known");
            own.is_cross_signed_by_owner() && status.is_complete() && encryption.backups().are_enabled().await
        };
        self.until(is_verified).await;
    }
}

/// Waits until nobody has the store in the folder open any more: tasks of matrix-sdk's own hold the client a moment longer.
async fn until_free(folder: &Path) {
    let free = async {
        while FolderLock::take(folder).is_err() {
            yield_now().await;
        }
    };
    timeout(LIMIT, free).await.expect("it is free");
}

/// An app that is not running.
pub(crate) struct Closed {
    session: MatrixSession,
    pub(crate) key: StoreKey,
    pub(crate) dir: TempDir,
    url: String,
}

impl Closed {
    pub(crate) fn device_id(&self) -> String {
        self.session.meta.device_id.to_string()
    }

    pub(crate) async fn open(self) -> App {
        let Self { session, key, dir, url } = self;
        let log_in = async |client: &Client| {
            let settings = RoomLoadSettings::default();
            client.matrix_auth().restore_session(session, settings).await
        };
        App::open(dir, key, &url, log_in).await.expect("the app again")
    }
}

/// An app with Keyward that the old key has unlocked.
async fn unlocked(person: &Person, proxy: &FaultProxy) -> App {
    let app = App::log_in(proxy, &person.user).await;
    let unlocked = app.account.unlock(&key(&person.old_key)).await;
    assert!(unlocked.expect("unlocked").key_backup);
    app
}

/// What only the app may do: synchronise, upload keys, and ask for new tokens. `/sync` without `since` acknowledges nothing.
fn assert_the_apps_part_was_left_to_it(proxy: &FaultProxy) {
    for request in proxy.requests() {
        let synchronises = request.path.ends_with("/sync") && request.raw_path.contains("since=");
        let is_the_apps = ["/refresh", "/keys/upload"]
            .iter()
            .any(|end| request.path.ends_with(end));
        assert!(!synchronises && !is_the_apps, "{request}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reset_leaves_the_app_verified_with_all_its_messages() {
    let (person, proxy) = (Person::with_history().await, proxy().await);
    let app = unlocked(&person, &proxy).await;
    app.is_verified().await;
    let status = app.account.status().await.expect("a status");
    assert_eq!(
        (status.verified, status.identity, status.key_backup),
        (true, IdentityStatus::Ours, KeyBackupStatus::Enabled)
    );
    let old = state(&person).await;
    let plan = app.account.plan_reset().await.expect("a plan");
    let mut reset = app
        .account
        .start_reset(&plan, ResetOptions::default())
        .await
        .expect("begun");
    until_challenge(&mut reset).await;
    // Something is written in the middle of it.
    person.phone.catch_up().await.expect("it knows the app");
    let during = person.phone.send_messages(&person.room, 2).await.expect("sent");
    let outcome = finish(&mut reset, &person.user).await.expect("done");
    drop(reset);
    assert_eq!(outcome.old_backup, OldBackup::Drained);
    app.is_verified().await;
    let now = state(&person).await;
    assert_ne!(old.public_keys()[0], now.public_keys()[0]);
    assert_opens(&person.user, outcome.recovery_key.reveal()).await;
    assert!(person.reads_history_with(outcome.recovery_key.reveal()).await);
    // The app has what was written before, in the middle and afterwards.
    let after = person.phone.send_messages(&person.room, 1).await.expect("sent");
    for messages in [&during, &after] {
        app.until(async || app.reads(messages).await).await;
    }
    let app = app.restart().await;
    app.is_verified().await;
    assert!(app.reads(&after).await);
    let list = app.account.sessions().await.expect("a list");
    assert_eq!(list.current.trust, Trust::Verified);
    assert_the_apps_part_was_left_to_it(&proxy);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_list_follows_what_the_app_hears_of() {
    let (person, proxy) = (Person::with_history().await, proxy().await);
    let app = unlocked(&person, &proxy).await;
    let mut watch = app.account.watch_sessions();
    let first = timeout(LIMIT, watch.next()).await.expect("at once").expect("a list");
    let before = first.list.others.len();
    let tablet = other_client(&person.user).await;
    let there = |snapshot: &Snapshot| {
        let mut others = snapshot.list.others.iter();
        others.any(|session| session.device_id == tablet.device_id())
    };
    let mut next = timeout(LIMIT, watch.next()).await.expect("heard of").expect("a list");
    while !there(&next) {
        next = timeout(LIMIT, watch.next()).await.expect("heard of").expect("a list");
    }
    assert_eq!(next.list.others.len(), before + 1);
    // One without keys, of which matrix-sdk says nothing.
    let script = plain(&person.user, Some("Script")).await;
    let is_listed = |next: &Snapshot| {
        next.list
            .others
            .iter()
            .any(|session| session.device_id == script.device_id)
    };
    while !is_listed(&next) {
        next = timeout(LIMIT, watch.next()).await.expect("looked for").expect("a list");
    }
    let gone = tablet.device_id();
    tablet.logout().await.expect("gone");
    while next.list.others.iter().any(|session| session.device_id == gone) {
        next = timeout(LIMIT, watch.next()).await.expect("heard of").expect("a list");
    }
    assert_the_apps_part_was_left_to_it(&proxy);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_session_is_verified_by_emoji_while_the_app_synchronises() {
    let (person, proxy) = (Person::with_history().await, proxy().await);
    let app = unlocked(&person, &proxy).await;
    let tablet = other_client(&person.user).await;
    let request = tablet.ask_to_verify(app.account.device_id()).await.expect("asked");
    let verification = timeout(LIMIT, app.account.next_verification_request()).await;
    let mut verification = verification.expect("it comes").expect("a request");
    let (shown, _) = join!(
        verification::person(&mut verification, comparing(true)),
        other_compares(&tablet, &request, false)
    );
    assert_eq!(shown.expect("verified").last(), Some(&State::Done));
    let list = app.account.sessions().await.expect("a list");
    let other = list
        .others
        .iter()
        .find(|session| session.device_id == tablet.device_id());
    assert_eq!(other.expect("listed").trust, Trust::Verified);
    assert_the_apps_part_was_left_to_it(&proxy);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_is_refused_is_renewed_by_the_app() {
    let (person, proxy) = (Person::with_history().await, proxy().await);
    let app = App::log_in(&proxy, &person.user).await;
    let before = app.client.access_token().expect("a token");
    let unknown = json!({"errcode": "M_UNKNOWN_TOKEN", "error": "expired", "soft_logout": true});
    proxy.arm(
        Rule::new(Fault::Reply(StatusCode::UNAUTHORIZED, unknown.clone())).on(|_, path| path.ends_with("/devices")),
    );
    app.account.sessions().await.expect("with the new token");
    let after = app.client.access_token().expect("a token");
    assert_ne!(before, after);
    assert_the_apps_part_was_left_to_it(&proxy);
    // Keyward wrote none of them down.
    let app = app.restart().await;
    app.account.sessions().await.expect("with the app's token");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_at_a_time_and_never_somebody_elses_session() {
    let (person, proxy) = (Person::with_history().await, proxy().await);
    let app = App::log_in(&proxy, &person.user).await;
    // A second account of the same folder, in this process or another.
    let second = Account::restore(app.dir.path(), &app.key).await.map(drop);
    assert_matches!(second, Err(OpenError::InUse));
    let builder = Client::builder().homeserver_url(proxy.url());
    let never = async |_: &Client| panic!("nobody logs in");
    let second = embed(builder, Settings::new(app.dir.path(), &app.key), never).await;
    assert_matches!(second.map(drop), Err(EmbedError::Open(OpenError::InUse)));
    let closed = app.close().await;
    // Keyward has no session of its own there.
    let alone = Account::restore(closed.dir.path(), &closed.key).await.map(drop);
    assert_matches!(alone, Err(OpenError::NotLoggedIn));
    let another = StoreKey::generate();
    let builder = Client::builder().homeserver_url(proxy.url());
    let wrong = embed(builder, Settings::new(closed.dir.path(), &another), async |_| Ok(())).await;
    assert_matches!(wrong.map(drop), Err(EmbedError::Client(_)));
    let builder = Client::builder().homeserver_url(proxy.url());
    let nobody = embed(builder, Settings::new(closed.dir.path(), &closed.key), async |_| Ok(())).await;
    assert_matches!(nobody.map(drop), Err(EmbedError::NotLoggedIn));
    let app = closed.open().await;
    assert!(app.account.status().await.expect("a status").identity == IdentityStatus::NotOurs);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_out_ends_the_session_and_leaves_the_files_to_the_app() {
    let (person, proxy) = (Person::with_history().await, proxy().await);
    let app = unlocked(&person, &proxy).await;
    let device = app.account.device_id().to_owned();
    app.account.log_out(UnsavedRoomKeys::Discard).await.expect("signed out");
    assert!(!state(&person).await.devices.contains_key(&device));
    let database = "matrix-sdk-crypto.sqlite3";
    assert!(app.dir.path().join(database).exists());
    // The app removes its own files, and another session may begin there.
    let App {
        client,
        account,
        key,
        dir,
        syncing,
        ..
    } = app;
    timeout(LIMIT, syncing)
        .await
        .expect("the session is over")
        .expect("no panic");
    drop((client, account));
    until_free(dir.path()).await;
    for file in std::fs::read_dir(dir.path()).expect("readable") {
        let path = file.expect("readable").path();
        // A database that is being closed removes its log itself.
        if path.display().to_string().contains("matrix-sdk-") && std::fs::remove_file(&path).is_err() {
            assert!(!path.exists(), "{}", path.display());
        }
    }
    let another = Person::with_history().await;
    let log_in = async |client: &Client| {
        let login = client
            .matrix_auth()
            .login_username(&another.user.user_id, &another.user.password);
        login.await.map(drop)
    };
    App::open(dir, key, proxy.url(), log_in).await.expect("somebody else");
}

#[path = "../../../keyward-embed/examples/report.rs"]
mod report;

#[tokio::test(flavor = "multi_thread")]
async fn the_example_works() {
    let person = Person::with_history().await;
    let folder = tempfile::tempdir().expect("a folder");
    let url = Synapse::shared().await.url();
    let said = report::report(url, &person.user.user_id, &person.user.password, folder.path()).await;
    let said = said.expect("a report");
    assert!(
        said.contains(&person.user.user_id) && said.contains("2 other sessions"),
        "{said}"
    );
}

/// The store is the app's: a pause of the account leaves it open.
#[tokio::test(flavor = "multi_thread")]
async fn a_pause_is_the_app_s_matter() {
    let proxy = proxy().await;
    let app = App::log_in(&proxy, &new_user().await).await;
    app.account.pause().await.expect("nothing to do");
    assert_matches!(FolderLock::take(app.dir.path()).map(drop), Err(OpenError::InUse));
    app.account.sessions().await.expect("it works as before");
    let resumed = app.account.resume().await.expect("nothing to do");
    assert_matches!(resumed, Resumed::Unchanged);
}
