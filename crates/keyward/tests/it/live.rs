// SPDX-License-Identifier: Apache-2.0

//! The list of sessions as it changes, against a real Synapse with a second real client and through a proxy that counts.

use std::{collections::BTreeMap, time::Duration};

use crate::common::{Keyward, LIMIT, always, key, new_user, now, other_client, plain};
use keyward::{
    error::{FlowError as _, RequestError, ServerError},
    sessions::{LedgerEntry, LoginAlert, Push, Session, SessionsWatch, Snapshot, Trust},
};
use keyward_testing::{
    other_client::OtherClient,
    proxy::{Fault, FaultProxy, RecordedRequest, Rule},
    synapse::Synapse,
    user::{PlainSession, User},
};
use reqwest::{Method, StatusCode};
use serde_json::json;
use tokio::{
    sync::mpsc::{UnboundedReceiver, unbounded_channel},
    time::timeout,
};

/// Somebody with a phone that has an identity, and Keyward logged in through a proxy.
struct Scene {
    user: User,
    phone: OtherClient,
    recovery_key: String,
    proxy: FaultProxy,
    keyward: Keyward,
}

impl Scene {
    async fn new() -> Self {
        let user = new_user().await;
        let phone = other_client(&user).await;
        let recovery_key = phone.bootstrap().await.expect("an identity");
        let (keyward, proxy) = Keyward::behind_a_proxy(&user).await;
        Self {
            user,
            phone,
            recovery_key,
            proxy,
            keyward,
        }
    }

    /// A scene in which Keyward is verified and a first synchronisation behind us, and its watch after the first
    /// snapshot. Nothing that the server has to say is outstanding.
    async fn watched() -> (Self, SessionsWatch) {
        let scene = Self::new().await;
        let account = &scene.keyward.account;
        account.unlock(&key(&scene.recovery_key)).await.expect("unlocked");
        account.sync_once(Duration::ZERO).await.expect("a sync");
        let mut watch = account.watch_sessions();
        let first = next(&mut watch).await;
        assert_eq!(first.list.current.device_id, account.device_id());
        assert_eq!(first.list.current.trust, Trust::Verified);
        assert_eq!(ids(&first), [scene.phone.device_id()]);
        assert_eq!(first.new_logins, [], "what is there at first is the baseline");
        (scene, watch)
    }

    /// A session without encryption.
    async fn script(&self) -> PlainSession {
        plain(&self.user, Some("Script")).await
    }

    /// How often the list was requested.
    fn lists(&self) -> usize {
        let requests = self.proxy.requests();
        requests.iter().filter(|request| is_list(request)).count()
    }

    /// The next snapshot, which nothing but the list may come before once the server has said that there is news.
    async fn next_at_once(&self, watch: &mut SessionsWatch) -> Snapshot {
        let snapshot = next(watch).await;
        let requests = self.proxy.requests();
        let news = requests.iter().rfind(|request| is_sync(request)).expect("a sync");
        assert!(news.end.is_some(), "the watch waits already: {news}");
        snapshot
    }

    async fn rename(&self, device_id: &str, name: &str) {
        let (path, name) = (format!("/v3/devices/{device_id}"), json!({ "display_name": name }));
        let renamed = self.phone.plain().request_ok(Method::PUT, &path, Some(&name)).await;
        renamed.expect("renamed");
    }
}

fn is_list(request: &RecordedRequest) -> bool {
    request.method == "GET" && request.path.ends_with("/devices")
}

/// A synchronisation, and not the request for all account data.
fn is_sync(request: &RecordedRequest) -> bool {
    request.path.ends_with("/sync") && request.raw_path.contains("since=")
}

async fn next(watch: &mut SessionsWatch) -> Snapshot {
    next_result(watch).await.expect("a snapshot")
}

async fn next_result(watch: &mut SessionsWatch) -> Result<Snapshot, RequestError> {
    timeout(LIMIT, watch.next()).await.expect("something comes in time")
}

/// Lets the watch run, and expects it to give nothing, until `end`.
async fn nothing_until(watch: &mut SessionsWatch, end: impl Future<Output = ()>) {
    tokio::select! {
        snapshot = watch.next() => panic!("nothing has changed: {snapshot:?}"),
        reached = timeout(LIMIT, end) => reached.expect("it comes in time"),
    }
}

/// The requests that reach the proxy from now on, one by one.
struct Arrivals<'a> {
    proxy: &'a FaultProxy,
    arrived: UnboundedReceiver<()>,
    number: usize,
}

impl<'a> Arrivals<'a> {
    fn of(proxy: &'a FaultProxy) -> Self {
        proxy.reset();
        let (sender, arrived) = unbounded_channel();
        // A rule that hits nothing sees everything.
        proxy.arm(Rule::new(Fault::CutBefore).on(move |_, _| {
            // Nobody listens once the test has seen enough.
            let _ = sender.send(());
            false
        }));
        Self {
            proxy,
            arrived,
            number: 0,
        }
    }

    /// Waits for the next synchronisation, with which the watch says that it is done with the one before.
    async fn sync(&mut self) {
        loop {
            self.arrived.recv().await.expect("the rule is armed");
            self.number += 1;
            if is_sync(&self.proxy.requests()[self.number - 1]) {
                return;
            }
        }
    }
}

fn ids(snapshot: &Snapshot) -> Vec<&str> {
    let others = snapshot.list.others.iter();
    others.map(|session| session.device_id.as_str()).collect()
}

fn session<'a>(snapshot: &'a Snapshot, device_id: &str) -> &'a Session {
    let mut others = snapshot.list.others.iter();
    others
        .find(|session| session.device_id == device_id)
        .unwrap_or_else(|| panic!("{device_id} is not there: {snapshot:?}"))
}

/// Device ids of the new logins, and whether they were reported before.
fn logins(snapshot: &Snapshot) -> BTreeMap<&str, bool> {
    let logins = snapshot.new_logins.iter();
    logins.map(|login| (login.device_id.as_str(), login.reported)).collect()
}

#[tokio::test]
async fn every_change_by_another_client_comes_as_a_snapshot_after_one_list() {
    let (scene, mut watch) = Scene::watched().await;
    let mut before = scene.lists();
    let mut lists = || {
        let now = scene.lists();
        now - std::mem::replace(&mut before, now)
    };

    let url = Synapse::shared().await.url();
    let tablet = OtherClient::login_without_sync(url, &scene.user).await;
    let tablet = tablet.expect("a tablet");
    let id = tablet.device_id();
    let snapshot = scene.next_at_once(&mut watch).await;
    assert_eq!(session(&snapshot, &id).trust, Trust::Unverifiable);
    assert_eq!(logins(&snapshot), [(id.as_str(), false)].into());
    assert_eq!(snapshot.new_logins[0].label, "Other client");
    assert_eq!(lists(), 2, "a login without device keys is looked at twice");

    tablet.sync_once().await.expect("a sync");
    let snapshot = scene.next_at_once(&mut watch).await;
    assert_eq!(session(&snapshot, &id).trust, Trust::Unverified);
    assert_eq!(logins(&snapshot), [(id.as_str(), true)].into());
    assert_eq!(lists(), 1);

    scene.rename(&id, "Tablet").await;
    let snapshot = scene.next_at_once(&mut watch).await;
    assert_eq!(session(&snapshot, &id).name.as_deref(), Some("Tablet"));
    assert_eq!(snapshot.new_logins[0].label, "Tablet");
    assert_eq!(lists(), 1);

    let plain = tablet.plain();
    for (kind, content) in [
        ("io.element.matrix_client_information", json!({ "name": "Element" })),
        (
            "org.matrix.msc3890.local_notification_settings",
            json!({ "is_silenced": true }),
        ),
    ] {
        let set = plain.set_account_data(&format!("{kind}.{id}"), &content).await;
        set.expect("account data");
        let snapshot = scene.next_at_once(&mut watch).await;
        let tablet = session(&snapshot, &id);
        assert_eq!(
            tablet.client.as_ref().and_then(|client| client.name.as_deref()),
            Some("Element")
        );
        let push = if kind.starts_with("io.element") {
            Push::Unsupported
        } else {
            Push::Off
        };
        assert_eq!(tablet.push, push);
        assert_eq!(lists(), 1);
    }

    tablet.recover(&scene.recovery_key).await.expect("verified");
    let snapshot = scene.next_at_once(&mut watch).await;
    assert_eq!(session(&snapshot, &id).trust, Trust::Verified);
    assert_eq!(
        logins(&snapshot),
        [(id.as_str(), true)].into(),
        "verified is not acknowledged"
    );
    assert_eq!(lists(), 1);

    tablet.logout().await.expect("signed out");
    let snapshot = scene.next_at_once(&mut watch).await;
    assert_eq!(ids(&snapshot), [scene.phone.device_id()]);
    assert_eq!(snapshot.new_logins, []);
    assert_eq!(lists(), 1);
}

#[tokio::test]
async fn a_session_without_encryption_comes_and_goes() {
    let (scene, mut watch) = Scene::watched().await;
    let script = scene.script().await;
    let id = script.device_id.clone();
    let snapshot = next(&mut watch).await;
    assert_eq!(session(&snapshot, &id).trust, Trust::Unverifiable);
    assert_eq!(logins(&snapshot), [(id.as_str(), false)].into());
    script.logout().await.expect("signed out");
    let snapshot = next(&mut watch).await;
    assert_eq!(ids(&snapshot), [scene.phone.device_id()]);
    assert_eq!(snapshot.new_logins, []);
}

#[tokio::test]
async fn the_list_is_not_requested_while_nothing_happens_to_it() {
    let (scene, mut watch) = Scene::watched().await;
    let mut arrivals = Arrivals::of(&scene.proxy);
    let plain = scene.phone.plain();
    let five_times = async {
        arrivals.sync().await;
        for number in 1..=5 {
            // Each ends a synchronisation, and has nothing to do with sessions.
            let content = json!({ "number": number });
            let set = plain.set_account_data("org.example.nothing", &content).await;
            set.expect("account data");
            arrivals.sync().await;
        }
    };
    nothing_until(&mut watch, five_times).await;
    assert_eq!(scene.lists(), 0, "{:#?}", scene.proxy.requests());
}

#[tokio::test]
async fn activity_alone_is_no_change_and_comes_with_the_next_one() {
    let (scene, mut watch) = Scene::watched().await;
    // It is never used, so that the server does not set the time itself.
    let idle = scene.script().await.device_id;
    next(&mut watch).await;
    let an_hour_before = now() - 3_600_000;
    let synapse = Synapse::shared().await;
    let set = synapse.set_last_seen(&scene.phone.plain(), &idle, an_hour_before).await;
    set.expect("the time is set");
    let mut arrivals = Arrivals::of(&scene.proxy);
    watch.refresh();
    nothing_until(&mut watch, arrivals.sync()).await;
    assert_eq!(scene.lists(), 1);

    scene.rename(&idle, "Other name").await;
    let snapshot = next(&mut watch).await;
    let idle = session(&snapshot, &idle);
    assert_eq!(idle.name.as_deref(), Some("Other name"));
    assert_eq!(idle.last_seen_ts, Some(an_hour_before));
}

#[tokio::test]
async fn what_changes_before_the_first_synchronisation_is_not_missed() {
    let scene = Scene::new().await;
    let mut watch = scene.keyward.account.watch_sessions();
    next(&mut watch).await;
    // The first synchronisation begins after this, and will not say that anything has changed.
    scene.rename(&scene.phone.device_id(), "Phone").await;
    let snapshot = next(&mut watch).await;
    let phone = session(&snapshot, &scene.phone.device_id());
    assert_eq!(phone.name.as_deref(), Some("Phone"));
}

#[tokio::test]
async fn what_no_synchronisation_tells_of_comes_after_a_refresh() {
    let (scene, mut watch) = Scene::watched().await;
    let pusher = json!({
        "app_id": "org.example.app",
        "app_display_name": "App",
        "device_display_name": "Phone",
        "pushkey": "key",
        "kind": "http",
        "lang": "en",
        "data": { "url": "http://127.0.0.1:9/_matrix/push/v1/notify" },
    });
    let plain = scene.phone.plain();
    let set = plain.request_ok(Method::POST, "/v3/pushers/set", Some(&pusher)).await;
    set.expect("a pusher");
    watch.refresh();
    let snapshot = next(&mut watch).await;
    assert_eq!(session(&snapshot, &scene.phone.device_id()).push, Push::On);
}

#[tokio::test]
async fn the_plain_list_is_a_baseline_too_and_leaves_the_report_to_the_watch() {
    let scene = Scene::new().await;
    let account = &scene.keyward.account;
    account.sessions().await.expect("a list");
    let script = scene.script().await;
    account.sessions().await.expect("a list");
    let snapshot = next(&mut account.watch_sessions()).await;
    assert_eq!(logins(&snapshot), [(script.device_id.as_str(), false)].into());
    let entry = |noted: &LedgerEntry| noted.device_id == script.device_id && noted.first_seen_ts < noted.last_seen_ts;
    assert!(account.session_history().await.expect("a ledger").iter().any(entry));
}

#[tokio::test]
async fn a_new_login_stays_reported_over_restarts_until_it_is_acknowledged_or_gone() {
    let (mut scene, mut watch) = Scene::watched().await;
    let script = scene.script().await;
    let script = script.device_id.as_str();
    assert_eq!(logins(&next(&mut watch).await), [(script, false)].into());
    scene.rename(&scene.phone.device_id(), "Phone").await;
    assert_eq!(logins(&next(&mut watch).await), [(script, true)].into());

    // A second one comes while the app is closed.
    drop(watch);
    let before = &scene.keyward.account.session_history().await.expect("a ledger");
    let second_session = scene.script().await;
    let second = second_session.device_id.as_str();
    scene.keyward = scene.keyward.restart().await;
    let account = &scene.keyward.account;
    assert_eq!(&account.session_history().await.expect("a ledger"), before);
    let mut watch = account.watch_sessions();
    assert_eq!(
        logins(&next(&mut watch).await),
        [(script, true), (second, false)].into()
    );

    // The first synchronisation catches up, the second one waits for news.
    let mut arrivals = Arrivals::of(&scene.proxy);
    let quiet = async {
        arrivals.sync().await;
        arrivals.sync().await;
    };
    nothing_until(&mut watch, quiet).await;

    // Acknowledging needs no request, and the watch shows it.
    let lists = scene.lists();
    account.acknowledge_login(script).await.expect("noted");
    assert_eq!(logins(&next(&mut watch).await), [(second, true)].into());
    assert_eq!(scene.lists(), lists);
    account.acknowledge_login(script).await.expect("twice is no error");
    let stranger = account.acknowledge_login("NOBODY").await;
    stranger.expect("a stranger is no error");

    drop(watch);
    scene.keyward = scene.keyward.restart().await;
    let account = &scene.keyward.account;
    let mut watch = account.watch_sessions();
    let snapshot = next(&mut watch).await;
    assert_eq!(logins(&snapshot), [(second, true)].into());
    session(&snapshot, script);
    second_session.clone().logout().await.expect("signed out");
    let snapshot = next(&mut watch).await;
    assert_eq!(logins(&snapshot), BTreeMap::new());

    let history = account.session_history().await.expect("a ledger");
    let entry = |id: &str| history.iter().find(|entry| entry.device_id == id).expect("noted");
    assert_eq!(history.len(), 4);
    assert_eq!(entry(account.device_id()).alert, LoginAlert::Old);
    let phone = entry(&scene.phone.device_id());
    assert_eq!((phone.alert, phone.name.as_deref()), (LoginAlert::Old, Some("Phone")));
    assert_eq!(phone.renames.len(), 1);
    assert_eq!(phone.renames[0].from.as_deref(), Some("Other client"));
    assert_eq!(entry(script).alert, LoginAlert::Acknowledged);
    let second = entry(second);
    assert_eq!(second.alert, LoginAlert::Reported);
    assert_eq!(second, history.last().expect("four"), "what is gone comes last");
    assert!(second.first_seen_ts <= second.last_seen_ts);
    assert!(second.removed_ts.is_some_and(|removed| second.last_seen_ts <= removed));
}

#[tokio::test]
async fn a_device_id_that_comes_back_is_a_new_login_although_it_was_acknowledged() {
    let (scene, mut watch) = Scene::watched().await;
    let log_in = async || {
        let body = json!({
            "type": "m.login.password",
            "identifier": { "type": "m.id.user", "user": scene.user.user_id },
            "password": scene.user.password,
            "device_id": "REUSED",
        });
        let plain = scene.phone.plain();
        let reply = plain.request_ok(Method::POST, "/v3/login", Some(&body)).await;
        let reply = reply.expect("logged in");
        let token = reply["access_token"].as_str().expect("a token");
        PlainSession::from_token(Synapse::shared().await.url(), &scene.user.user_id, "REUSED", token)
    };
    let session = log_in().await;
    assert_eq!(logins(&next(&mut watch).await), [("REUSED", false)].into());
    scene.keyward.account.acknowledge_login("REUSED").await.expect("noted");
    assert_eq!(logins(&next(&mut watch).await), BTreeMap::new());
    session.logout().await.expect("signed out");
    assert_eq!(ids(&next(&mut watch).await), [scene.phone.device_id()]);
    log_in().await;
    assert_eq!(logins(&next(&mut watch).await), [("REUSED", false)].into());
    let history = scene.keyward.account.session_history().await.expect("a ledger");
    let lives = history.iter().filter(|entry| entry.device_id == "REUSED");
    let lives: Vec<_> = lives.map(|entry| (entry.alert, entry.removed_ts.is_some())).collect();
    assert_eq!(lives, [(LoginAlert::Reported, false), (LoginAlert::Acknowledged, true)]);
}

#[tokio::test]
async fn a_dehydrated_device_is_no_login() {
    let (scene, mut watch) = Scene::watched().await;
    // The watch hears of it before it has keys, and looks again when it has them, however long that takes.
    scene
        .proxy
        .arm(Rule::new(Fault::HoldAfter).on(|_, path| path.ends_with("/devices")));
    let create = async {
        scene.phone.create_dehydrated_device().await.expect("a device");
        scene.rename(&scene.phone.device_id(), "Phone").await;
        scene.proxy.release();
    };
    let (snapshot, ()) = tokio::join!(next(&mut watch), create);
    let phone = session(&snapshot, &scene.phone.device_id());
    assert_eq!(phone.name.as_deref(), Some("Phone"));
    assert_eq!(ids(&snapshot), [scene.phone.device_id()]);
    assert_eq!(snapshot.new_logins, []);
}

#[tokio::test]
async fn two_watches_both_see_a_login_and_one_of_them_is_the_first_to_report_it() {
    let (scene, mut watch) = Scene::watched().await;
    let mut other = scene.keyward.account.watch_sessions();
    next(&mut other).await;
    let script = scene.script().await;
    let other = tokio::spawn(async move { next(&mut other).await });
    let (a, b) = (next(&mut watch).await, other.await.expect("no panic"));
    let mut reported = [a, b].map(|snapshot| logins(&snapshot)[script.device_id.as_str()]);
    reported.sort_unstable();
    assert_eq!(reported, [false, true]);
}

#[tokio::test]
async fn a_watch_that_is_dropped_at_any_time_still_reports_each_login_once() {
    let (scene, mut watch) = Scene::watched().await;
    let script = scene.script().await;
    let impatient = async {
        let mut patience = Duration::from_millis(1);
        loop {
            match timeout(patience, watch.next()).await {
                Ok(snapshot) => return snapshot.expect("a snapshot"),
                Err(_) => patience = patience.mul_f64(1.1),
            }
        }
    };
    let snapshot = timeout(LIMIT, impatient).await.expect("patience suffices in time");
    assert_eq!(logins(&snapshot), [(script.device_id.as_str(), false)].into());
    scene.rename(&script.device_id, "Other name").await;
    assert_eq!(
        logins(&next(&mut watch).await),
        [(script.device_id.as_str(), true)].into()
    );
}

#[tokio::test]
async fn after_an_error_the_watch_pauses_by_itself_and_goes_on_where_it_was() {
    let (scene, mut watch) = Scene::watched().await;
    let refused = |path: &'static str| {
        let reply = json!({ "errcode": "M_FORBIDDEN", "error": "no" });
        Rule::new(Fault::Reply(StatusCode::FORBIDDEN, reply)).on(move |_, found| found.ends_with(path))
    };
    let is_refusal = |result: Result<Snapshot, RequestError>| {
        matches!(
            &result,
            Err(RequestError::Server(ServerError::Refused { status: 403, .. }))
        )
    };
    // Of the synchronisation, for which the watch asks again without end.
    scene.proxy.reset();
    scene.proxy.arm(refused("/sync").for_ever());
    for _ in 0..2 {
        assert!(is_refusal(next_result(&mut watch).await));
    }
    scene.proxy.disarm();
    scene.proxy.arm(always(
        "/sync",
        Fault::Status429 {
            retry_after_ms: 600_000,
        },
    ));
    let limited = next_result(&mut watch).await.expect_err("ten minutes");
    assert_eq!(limited.code(), "server.rate_limited");
    let syncs = scene.proxy.requests();
    assert_eq!(syncs.len(), 3, "{syncs:#?}");
    let pause = |index: usize| syncs[index].start - syncs[index - 1].end.expect("it was answered");
    assert!(pause(1) >= Duration::from_secs(1) && pause(2) >= Duration::from_secs(2));

    // Of the list: the change is not lost, and the network's return ends the pause (ten minutes by now).
    scene.proxy.reset();
    scene.proxy.arm(refused("/devices"));
    scene.rename(&scene.phone.device_id(), "Phone").await;
    watch.refresh();
    assert!(is_refusal(next_result(&mut watch).await));
    let snapshot = next(&mut watch).await;
    let phone = session(&snapshot, &scene.phone.device_id());
    assert_eq!(phone.name.as_deref(), Some("Phone"));
    assert_eq!(scene.lists(), 2);

    // Whoever shows a failure hears that it is over, although nothing has changed.
    scene.proxy.arm(refused("/sync"));
    assert!(is_refusal(next_result(&mut watch).await));
    let again = next(&mut watch).await;
    assert_eq!(session(&again, &scene.phone.device_id()).name.as_deref(), Some("Phone"));
    assert_eq!(scene.lists(), 3);
}

#[tokio::test]
async fn a_session_that_is_signed_out_learns_of_it() {
    let (scene, mut watch) = Scene::watched().await;
    let path = format!("/v3/devices/{}", scene.keyward.account.device_id());
    let plain = scene.phone.plain();
    let challenge = plain.request(Method::DELETE, &path, Some(&json!({}))).await;
    let (_, challenge) = challenge.expect("a challenge");
    let body = json!({ "auth": {
        "type": "m.login.password",
        "identifier": { "type": "m.id.user", "user": scene.user.user_id },
        "password": scene.user.password,
        "session": challenge["session"],
    } });
    let signed_out = plain.request_ok(Method::DELETE, &path, Some(&body)).await;
    signed_out.expect("signed out");
    for _ in 0..2 {
        let result = next_result(&mut watch).await;
        assert_eq!(result, Err(RequestError::Server(ServerError::SessionExpired)));
    }
}
