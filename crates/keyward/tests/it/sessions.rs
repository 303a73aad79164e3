// SPDX-License-Identifier: Apache-2.0

//! The list of sessions, and what can be done with them, where the server has a say. The rules themselves are tables in
//! `src/sessions`.

use std::collections::{BTreeMap, BTreeSet};

use crate::common::{self, Keyward, LIMIT, Person, always, new_user, now, other_client, password, proxy};
use keyward::{
    account::Account,
    auth::AuthError,
    doctor::Code,
    error::{FlowError as _, RequestError, ServerError},
    facts::IdentityStatus,
    logout::{LogoutError, UnsavedRoomKeys},
    secret::Password,
    sessions::{
        ClientInformation, DeviceKind, Filter, INACTIVE_AFTER_MS, LabelSource, Push, PushError, Recommendations,
        RenameError, Session, SessionList, SignOut, SignOutConsequences, SignOutError, SignOutLinks, Trust,
    },
};
use keyward_testing::{
    proxy::{Fault, FaultProxy, RecordedRequest, Rule},
    synapse::Synapse,
    user::{PlainSession, User},
};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use tokio::{join, task::yield_now, time::timeout};

/// A user with Keyward behind a proxy and a plain session that watches.
async fn behind_a_proxy() -> (User, PlainSession, FaultProxy, Keyward) {
    let user = new_user().await;
    let observer = plain(&user, "Observer").await;
    let (keyward, proxy) = Keyward::behind_a_proxy(&user).await;
    (user, observer, proxy, keyward)
}

async fn plain(user: &User, name: &str) -> PlainSession {
    common::plain(user, Some(name)).await
}

async fn list(account: &Account) -> SessionList {
    account.sessions().await.expect("a list")
}

fn find<'a>(list: &'a SessionList, device_id: &str) -> &'a Session {
    let mut sessions = list.others.iter().chain([&list.current]);
    sessions
        .find(|session| session.device_id == device_id)
        .expect("it is in the list")
}

fn shown(list: &SessionList, filter: Filter) -> BTreeSet<&str> {
    list.others_shown(filter)
        .map(|session| session.device_id.as_str())
        .collect()
}

/// The server says from now on that a session was last seen then.
async fn last_seen(asking: &PlainSession, device_id: &str, milliseconds: u64) {
    let synapse = Synapse::shared().await;
    let set = synapse.set_last_seen(asking, device_id, milliseconds).await;
    set.expect("set in the database");
}

/// Writes account data as another client does.
async fn set(session: &PlainSession, event_type: &str, content: &Value) {
    let set = session.set_account_data(event_type, content).await;
    set.expect("written");
}

/// A sign-out that the server wants the password for.
async fn challenged<Id: ToString>(account: &Account, selected: impl IntoIterator<Item = Id>) -> SignOut {
    let selected: Vec<_> = selected.into_iter().map(|id| id.to_string()).collect();
    let mut sign_out = account.sign_out(&selected).expect("a selection");
    sign_out.begin().await.expect("a reply").expect("a challenge");
    sign_out
}

/// What a server says that does not know an endpoint.
fn unrecognized() -> Fault {
    let reply = json!({"errcode": "M_UNRECOGNIZED", "error": "Unrecognized request"});
    Fault::Reply(StatusCode::NOT_FOUND, reply)
}

fn assert_nothing_is_put(proxy: &FaultProxy) {
    let requests = requests(proxy);
    let put = requests.iter().any(|request| request.starts_with("PUT"));
    assert!(!put, "{requests:?}");
}

/// All requests, each as method and the end of its path template.
fn requests(proxy: &FaultProxy) -> Vec<String> {
    proxy.requests().iter().map(short).collect()
}

fn short(request: &RecordedRequest) -> String {
    let path = request.path.trim_start_matches("/_matrix/client/");
    format!("{} {path}", request.method)
}

fn client_information(device_id: &str) -> String {
    format!("io.element.matrix_client_information.{device_id}")
}

// ---- the list ----

#[tokio::test(flavor = "multi_thread")]
async fn the_list_takes_two_round_trips_at_most_after_a_restart_and_synchronises_no_room() {
    let (user, observer, proxy, keyward) = behind_a_proxy().await;
    let room = observer
        .request_ok(Method::POST, "/v3/createRoom", Some(&json!({})))
        .await;
    room.expect("a room");
    let keyward = keyward.restart().await;
    proxy.reset();
    // One round trip for the versions, and one for all of these: none is answered before the last is asked.
    let list_requests = ["GET v3/devices", "GET v3/pushers", "GET v3/sync", "POST v3/keys/query"];
    let at_once = ["/devices", "/pushers", "/sync", "/keys/query"];
    let hold = Rule::new(Fault::HoldBefore).on(move |_, path| at_once.iter().any(|end| path.ends_with(end)));
    proxy.arm(hold.for_ever());
    let all_asked = async {
        while !list_requests
            .iter()
            .all(|path| requests(&proxy).iter().any(|sent| sent == path))
        {
            yield_now().await;
        }
        proxy.release();
    };
    let (sessions, asked) = join!(list(&keyward.account), timeout(LIMIT, all_asked));
    asked.expect("no request waits for another one's reply");
    assert_eq!(shown(&sessions, Filter::All), [observer.device_id.as_str()].into());
    // By itself and beside the list, matrix-sdk looks for secret storage after it has restored a session.
    let mut sent = proxy.requests();
    sent.retain(|request| !request.path.ends_with("/m.secret_storage.default_key"));
    let mut paths: Vec<_> = sent.iter().map(short).collect();
    paths.retain(|path| path != "GET versions");
    paths.sort();
    assert_eq!(paths, list_requests);

    // The one sync leaves out every room: the very same request of another session brings none.
    let sync = sent
        .iter()
        .find(|request| request.path.ends_with("/sync"))
        .expect("one");
    let other = plain(&user, "Asks the same").await;
    let path = sync.raw_path.trim_start_matches("/_matrix/client");
    let reply = other.get(path).await.expect("the same reply");
    assert_eq!(reply["rooms"].as_object().map_or(0, |rooms| rooms.len()), 0, "{reply}");
}

#[tokio::test(flavor = "multi_thread")]
async fn ninety_days_are_ninety_days_to_the_millisecond() {
    let user = new_user().await;
    let observer = plain(&user, "Observer").await;
    let quiet = plain(&user, "Quiet").await;
    let keyward = Keyward::of(&user).await;
    let seen = now() - INACTIVE_AFTER_MS / 2;
    last_seen(&observer, &quiet.device_id, seen).await;
    let raw = keyward.account.raw_sessions().await.expect("what the server says");
    for (at, inactive) in [
        (seen, false),
        (seen + INACTIVE_AFTER_MS - 1, false),
        (seen + INACTIVE_AFTER_MS, false),
        (seen + INACTIVE_AFTER_MS + 1, true),
    ] {
        let list = SessionList::new(raw.clone(), at).expect("a list");
        let quiet = find(&list, &quiet.device_id);
        assert_eq!((quiet.last_seen_ts, quiet.inactive), (Some(seen), inactive), "{at}");
    }

    // And by the clock on the wall: it becomes inactive between two looks, and not before its time.
    let seen = now() + 500 - INACTIVE_AFTER_MS;
    last_seen(&observer, &quiet.device_id, seen).await;
    loop {
        let before = now();
        let inactive = find(&list(&keyward.account).await, &quiet.device_id).inactive;
        let after = now();
        if inactive {
            assert!(after > seen + INACTIVE_AFTER_MS, "too early");
            break;
        }
        assert!(before <= seen + INACTIVE_AFTER_MS, "too late");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn trust_filters_and_recommendations_are_element_webs() {
    let person = Person::with_history().await;
    let keyward = Keyward::unlocked(&person).await;
    let stranger = other_client(&person.user).await;
    let forgotten = plain(&person.user, "Forgotten").await;
    let dehydrated = person.phone.create_dehydrated_device().await;
    let dehydrated = dehydrated.expect("a dehydrated device");
    for device_id in [&forgotten.device_id, keyward.account.device_id()] {
        last_seen(&person.observer, device_id, 1).await;
    }
    let devices = person.observer.devices().await.expect("devices");
    assert!(devices.contains_key(&dehydrated), "the server has it among the devices");

    let list = list(&keyward.account).await;
    let (phone, stranger) = (person.phone.device_id(), stranger.device_id());
    let observer = person.observer.device_id.as_str();
    assert_eq!(list.identity, IdentityStatus::Ours);
    assert_eq!((list.current.trust, list.current.inactive), (Trust::Verified, true));
    for (filter, expected) in [
        (Filter::Verified, vec![phone.as_str()]),
        (Filter::Unverified, vec![&stranger]),
        (Filter::Unverifiable, vec![observer, &forgotten.device_id]),
        (Filter::Inactive, vec![&forgotten.device_id]),
        (
            Filter::All,
            vec![phone.as_str(), &stranger, observer, &forgotten.device_id],
        ),
    ] {
        assert_eq!(shown(&list, filter), expected.into_iter().collect(), "{filter:?}");
    }
    assert_eq!(
        list.recommendations,
        Recommendations {
            unverified: 1,
            inactive: 2
        },
        "this session is counted among the inactive"
    );
    assert_eq!(
        list.others.last().map(|session| session.device_id.as_str()),
        Some(forgotten.device_id.as_str())
    );
    let times: Vec<_> = list.others.iter().map(|session| session.last_seen_ts).collect();
    assert!(times.is_sorted_by(|a, b| a >= b), "{times:?}");

    // The server's Ed25519 key, as people compare it.
    let query = json!({"device_keys": {&person.user.user_id: []}});
    let reply = person
        .observer
        .request_ok(Method::POST, "/v3/keys/query", Some(&query))
        .await;
    let reply = reply.expect("keys");
    let key = &reply["device_keys"][&person.user.user_id][&phone]["keys"][format!("ed25519:{phone}")];
    let fingerprint = find(&list, &phone).fingerprint.as_deref().expect("it has keys");
    assert_eq!(Some(fingerprint.replace(' ', "").as_str()), key.as_str());
    assert!(fingerprint.split(' ').all(|group| group.len() <= 4), "{fingerprint}");
    assert_eq!(find(&list, observer).fingerprint, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_is_not_verified_says_why_nothing_is() {
    let person = Person::with_history().await;
    let keyward = Keyward::of(&person.user).await;
    let seen = list(&keyward.account).await;
    assert_eq!(seen.identity, IdentityStatus::NotOurs);
    assert_eq!(find(&seen, &person.phone.device_id()).trust, Trust::Unverified);
    assert_eq!(find(&seen, &person.observer.device_id).trust, Trust::Unverifiable);
    assert_eq!(seen.current.trust, Trust::Unverified);

    let user = new_user().await;
    let keyward = Keyward::of(&user).await;
    let seen = list(&keyward.account).await;
    assert_eq!(
        (seen.identity, seen.current.trust),
        (IdentityStatus::NotSetUp, Trust::Unverified)
    );
}

// ---- client information ----

#[tokio::test(flavor = "multi_thread")]
async fn client_information_is_written_for_this_session_and_read_for_all() {
    let (user, observer, proxy, keyward) = behind_a_proxy().await;
    let account = &keyward.account;
    let us = ClientInformation {
        name: Some("Keyward".to_owned()),
        version: Some("0.1.0".to_owned()),
        url: None,
    };
    account.announce_client(&us).await.expect("written");
    let name = client_information(account.device_id());
    assert_eq!(
        observer.account_data(&name).await.expect("read"),
        Some(json!({"name": "Keyward", "version": "0.1.0"}))
    );
    proxy.reset();
    account.announce_client(&us).await.expect("nothing to write");
    assert_nothing_is_put(&proxy);
    let newer = ClientInformation {
        version: Some("0.2.0".to_owned()),
        ..us.clone()
    };
    account.announce_client(&newer).await.expect("written");

    let nameless = common::plain(&user, None).await;
    let web = json!({"name": "Element", "version": "1.12", "url": "app.element.io"});
    set(&observer, &client_information(&nameless.device_id), &web).await;
    let list = list(account).await;
    assert_eq!(list.current.client, Some(newer));
    let web = find(&list, &nameless.device_id);
    assert_eq!(
        (web.label(), web.label_source(), web.kind),
        ("Element".to_owned(), LabelSource::Client, DeviceKind::Web)
    );
    assert_eq!(find(&list, &observer.device_id).client, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_out_prunes_the_client_information_of_all_that_are_gone_and_no_other() {
    let (user, observer, proxy, keyward) = behind_a_proxy().await;
    let (leaving, left) = (plain(&user, "Leaving").await, plain(&user, "Left long ago").await);
    let content = json!({"name": "Element"});
    let with_dots = format!("{}.with.dots", observer.device_id);
    let ids = [
        keyward.account.device_id(),
        &observer.device_id,
        &leaving.device_id,
        &left.device_id,
        &with_dots,
    ];
    for id in ids {
        set(&observer, &client_information(id), &content).await;
    }
    let left_id = left.device_id.clone();
    left.logout().await.expect("signed out by itself");

    let mut sign_out = challenged(&keyward.account, [&leaving.device_id]).await;
    sign_out.authorise(&password(&user)).await.expect("signed out");
    let read = async |id: &str| {
        let content = observer.account_data(&client_information(id)).await.expect("read");
        content.expect("it was written once")
    };
    for id in [&leaving.device_id, &left_id, &with_dots] {
        assert_eq!(read(id).await, json!({}), "{id}");
    }
    for id in [keyward.account.device_id(), &observer.device_id] {
        assert_eq!(read(id).await, content, "{id}");
    }

    // What is empty is not emptied again, and a failure to prune is no failure to sign out.
    let another = plain(&user, "Another").await;
    let mut sign_out = challenged(&keyward.account, [&another.device_id]).await;
    proxy.reset();
    sign_out.authorise(&password(&user)).await.expect("signed out");
    assert_nothing_is_put(&proxy);
    let last = plain(&user, "Last").await;
    let mut sign_out = challenged(&keyward.account, [&last.device_id]).await;
    let refused = json!({"errcode": "M_FORBIDDEN", "error": "no"});
    proxy.arm(
        Rule::new(Fault::Reply(StatusCode::FORBIDDEN, refused))
            .on(|method, path| method == "GET" && path.ends_with("/sync"))
            .for_ever(),
    );
    let signed_out = sign_out.authorise(&password(&user)).await;
    signed_out.expect("signed out all the same");
    assert!(!observer.devices().await.expect("devices").contains_key(&last.device_id));
}

// ---- rename ----

#[tokio::test(flavor = "multi_thread")]
async fn sessions_are_renamed_within_the_limit() {
    let (user, observer, proxy, keyward) = behind_a_proxy().await;
    let account = &keyward.account;
    let name_there = async |id: &str| observer.devices().await.expect("devices")[id]["display_name"].clone();

    let before = list(account).await;
    let (us, other) = (&before.current, find(&before, &observer.device_id));
    proxy.reset();
    let longest = "é".repeat(100);
    for (session, name) in [(other, "Kitchen"), (us, "Terminal"), (other, &longest), (other, "")] {
        account.rename_session(&session.device_id, name).await.expect("renamed");
        assert_eq!(name_there(&session.device_id).await, name);
    }
    assert_eq!(requests(&proxy), ["PUT v3/devices/{deviceId}"; 4]);
    assert_eq!(
        find(&list(account).await, &observer.device_id).label_source(),
        LabelSource::DeviceId
    );

    proxy.reset();
    assert_eq!(
        account.rename_session(&other.device_id, &"é".repeat(101)).await,
        Err(RenameError::TooLong { most: 100 })
    );
    assert_eq!(requests(&proxy), Vec::<String>::new());

    let gone = plain(&user, "Gone").await;
    let gone_id = gone.device_id.clone();
    gone.logout().await.expect("signed out");
    let refused = account.rename_session(&gone_id, "x").await;
    assert_eq!(refused, Err(RenameError::NotFound));
    assert_eq!(refused.expect_err("refused").code(), "rename.not_found");
}

// ---- push ----

fn pusher(key: &str, enabled: bool) -> Value {
    json!({
        "kind": "http", "app_id": "org.example.app", "pushkey": key, "app_display_name": "App",
        "device_display_name": "Phone", "lang": "en", "profile_tag": "tag", "append": true,
        "data": {"url": "http://127.0.0.1:9/_matrix/push/v1/notify", "format": "event_id_only", "org.example": [1]},
        "org.matrix.msc3881.enabled": enabled,
    })
}

async fn set_pusher(session: &PlainSession, key: &str, enabled: bool) {
    let pusher = pusher(key, enabled);
    let set = session.request_ok(Method::POST, "/v3/pushers/set", Some(&pusher)).await;
    set.expect("a pusher");
}

/// All pushers by push key.
async fn pushers(session: &PlainSession) -> BTreeMap<String, Value> {
    let reply = session.get("/v3/pushers").await.expect("pushers");
    let pushers = reply["pushers"].as_array().expect("a list").clone();
    let key = |pusher: &Value| pusher["pushkey"].as_str().expect("a key").to_owned();
    pushers.into_iter().map(|pusher| (key(&pusher), pusher)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn all_pushers_of_a_session_are_switched_and_keep_everything_else() {
    let (user, observer, proxy, keyward) = behind_a_proxy().await;
    let account = &keyward.account;
    let stranger = new_user().await;
    let stranger = plain(&stranger, "A stranger's phone").await;
    let phone = plain(&user, "Phone").await;
    // Two accounts in one app on one phone share app and push key.
    for (session, key, enabled) in [
        (&stranger, "one", true),
        (&phone, "one", true),
        (&phone, "two", false),
        (&observer, "three", true),
    ] {
        set_pusher(session, key, enabled).await;
    }
    let before = pushers(&observer).await;
    assert_eq!(before["two"]["org.matrix.msc3881.enabled"], false);

    // Each with the number of requests that switch something.
    for (on, changed) in [(false, 1), (false, 0), (true, 2), (true, 0), (false, 2)] {
        let sessions = list(account).await;
        let session = find(&sessions, &phone.device_id);
        proxy.reset();
        account.set_push(&session.device_id, on).await.expect("switched");
        let sent = requests(&proxy);
        assert_eq!(
            sent.iter().filter(|request| *request == "POST v3/pushers/set").count(),
            changed,
            "{sent:?}"
        );
        let sessions = list(account).await;
        assert_eq!(
            find(&sessions, &phone.device_id).push,
            if on { Push::On } else { Push::Off }
        );
        let mut expected = before.clone();
        for key in ["one", "two"] {
            expected.get_mut(key).expect("a pusher")["org.matrix.msc3881.enabled"] = json!(on);
        }
        assert_eq!(pushers(&observer).await, expected, "nothing else changed");
    }
    let sessions = list(account).await;
    assert_eq!(find(&sessions, &observer.device_id).push, Push::On);
    assert_eq!(
        account.set_push(&sessions.current.device_id, false).await,
        Err(PushError::Unsupported)
    );
    assert_eq!(
        pushers(&stranger).await.len(),
        1,
        "another account's pusher is still there"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn one_of_several_pushers_that_is_on_means_on() {
    let (user, observer, _proxy, keyward) = behind_a_proxy().await;
    let phone = plain(&user, "Phone").await;
    for (enabled, expected) in [
        ([true, false], Push::On),
        ([false, true], Push::On),
        ([false, false], Push::Off),
    ] {
        for (key, enabled) in ["one", "two"].into_iter().zip(enabled) {
            set_pusher(&phone, key, enabled).await;
        }
        let list = list(&keyward.account).await;
        assert_eq!(find(&list, &phone.device_id).push, expected, "{enabled:?}");
        assert_eq!(find(&list, &observer.device_id).push, Push::Unsupported);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_without_pushers_still_has_sessions() {
    let (_user, observer, proxy, keyward) = behind_a_proxy().await;
    proxy.arm(always("/pushers", unrecognized()));
    let list = list(&keyward.account).await;
    assert_eq!(find(&list, &observer.device_id).push, Push::Unsupported);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_pusher_the_local_setting_is_switched_where_there_is_one() {
    let (user, observer, proxy, keyward) = behind_a_proxy().await;
    let account = &keyward.account;
    let unstable = |id: &str| format!("org.matrix.msc3890.local_notification_settings.{id}");
    let stable = |id: &str| format!("m.local_notification_settings.{id}");
    let (web, future) = (plain(&user, "Web").await, plain(&user, "Future").await);
    let setting = json!({"is_silenced": false, "org.example": 1});
    set(&web, &unstable(&web.device_id), &setting).await;
    set(&future, &stable(&future.device_id), &setting).await;
    let read = async |name: &str| observer.account_data(name).await.expect("read");

    for on in [false, true] {
        let silenced = json!({"is_silenced": !on, "org.example": 1});
        for session in [&web, &future] {
            let sessions = list(account).await;
            let session = find(&sessions, &session.device_id);
            account.set_push(&session.device_id, on).await.expect("switched");
            let sessions = list(account).await;
            let expected = if on { Push::On } else { Push::Off };
            assert_eq!(find(&sessions, &session.device_id).push, expected);
        }
        assert_eq!(read(&unstable(&web.device_id)).await, Some(silenced.clone()));
        assert_eq!(read(&stable(&web.device_id)).await, None, "not made up");
        assert_eq!(
            read(&unstable(&future.device_id)).await,
            Some(json!({"is_silenced": !on})),
            "the name that clients write"
        );
        assert_eq!(read(&stable(&future.device_id)).await, Some(silenced));
    }

    proxy.reset();
    let switched = account.set_push(&web.device_id, true).await;
    switched.expect("it is on");
    let refused = account.set_push(&observer.device_id, true).await;
    assert_eq!(refused, Err(PushError::Unsupported));
    assert_nothing_is_put(&proxy);
    assert_eq!(read(&unstable(&observer.device_id)).await, None, "not made up");
}

// ---- signing out ----

/// How often the sessions were asked to be deleted, with the statuses.
fn deletions(proxy: &FaultProxy) -> Vec<Option<u16>> {
    let is_deletion = |request: &&RecordedRequest| request.path.ends_with("/delete_devices");
    proxy
        .requests()
        .iter()
        .filter(is_deletion)
        .map(|request| request.status)
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn any_selection_is_one_request_and_a_wrong_password_keeps_it_and_the_challenge() {
    let (user, observer, proxy, keyward) = behind_a_proxy().await;
    let mut selected = Vec::new();
    for number in 0..12 {
        selected.push(plain(&user, &format!("Session {number}")).await.device_id);
    }
    // One never was, and one was picked twice.
    selected.push("NEVER_WAS".to_owned());
    selected.push(selected[3].clone());
    let mut sign_out = keyward.account.sign_out(&selected).expect("a selection");
    assert_eq!(sign_out.device_ids(), &selected[..13]);
    proxy.reset();
    let challenge = sign_out.begin().await.expect("a reply").expect("a challenge");
    assert!(challenge.answerable_by_password());
    for _ in 0..2 {
        let refused = sign_out.authorise(&Password::new("wrong")).await;
        assert_eq!(refused, Err(SignOutError::Auth(AuthError::WrongPassword)));
        assert_eq!(sign_out.device_ids(), &selected[..13]);
    }
    let devices = observer.devices().await.expect("devices");
    assert_eq!(devices.len(), 14, "nobody was signed out");
    let signed_out = sign_out.authorise(&password(&user)).await;
    signed_out.expect("the challenge is still good");
    assert_eq!(
        deletions(&proxy),
        [Some(401), Some(401), Some(401), Some(200)],
        "one that deletes, and none to get another challenge"
    );
    let list = list(&keyward.account).await;
    assert_eq!(shown(&list, Filter::All), [observer.device_id.as_str()].into());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_vanished_meanwhile_is_no_error() {
    let (user, observer, _proxy, keyward) = behind_a_proxy().await;
    let (first, second) = (plain(&user, "First").await, plain(&user, "Second").await);
    let mut sign_out = challenged(&keyward.account, [&first.device_id, &second.device_id]).await;
    first.logout().await.expect("gone by itself");
    sign_out.authorise(&password(&user)).await.expect("signed out");

    // And all of them: gone before anything was asked.
    let third = plain(&user, "Third").await;
    let selected = [third.device_id.clone()];
    third.logout().await.expect("gone by itself");
    let mut sign_out = challenged(&keyward.account, &selected).await;
    sign_out.authorise(&password(&user)).await.expect("nothing to do");
    assert_eq!(
        shown(&list(&keyward.account).await, Filter::All),
        [observer.device_id.as_str()].into()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_still_signed_in_is_seen_in_the_list_and_not_in_the_answer() {
    let (user, observer, proxy, keyward) = behind_a_proxy().await;
    let deletion = |fault| Rule::new(fault).on(|_, path| path.ends_with("/delete_devices"));
    let phone = plain(&user, "Phone").await.device_id;

    // The server only says that it did it.
    let mut sign_out = challenged(&keyward.account, [&phone]).await;
    proxy.arm(deletion(Fault::Reply(StatusCode::OK, json!({}))));
    let still_there = SignOutError::StillThere {
        device_ids: vec![phone.clone()],
    };
    assert_eq!(sign_out.authorise(&password(&user)).await, Err(still_there));
    proxy.disarm();

    // It did it, and its answer is lost, or no answer.
    sign_out.authorise(&password(&user)).await.expect("signed out");
    for fault in [Fault::CutAfter, Fault::change(|reply| *reply = json!("nonsense"))] {
        let tablet = plain(&user, "Tablet").await.device_id;
        let mut sign_out = challenged(&keyward.account, [&tablet]).await;
        proxy.reset();
        proxy.arm(deletion(fault));
        sign_out.authorise(&password(&user)).await.expect("signed out");
        assert_eq!(deletions(&proxy).len(), 1, "it is not sent twice");
        proxy.disarm();
    }
    // It did not do it, and says nothing.
    let mut sign_out = challenged(&keyward.account, [&observer.device_id]).await;
    proxy.arm(deletion(Fault::CutBefore));
    let lost = sign_out.authorise(&password(&user)).await;
    let unreachable = AuthError::Request(ServerError::Unreachable.into());
    assert_eq!(lost, Err(SignOutError::Auth(unreachable)));
    proxy.disarm();
    let left = shown(&list(&keyward.account).await, Filter::All).len();
    assert_eq!(left, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_the_server_hides_is_listed_by_its_keys() {
    let person = Person::with_history().await;
    let (keyward, proxy) = Keyward::behind_a_proxy(&person.user).await;
    let unlocked = keyward.account.unlock(&common::key(&person.old_key)).await;
    unlocked.expect("unlocked");
    let phone = person.phone.device_id();
    let listed = |list: &SessionList| find(list, &phone).unlisted;
    assert!(!listed(&list(&keyward.account).await));

    let hidden = phone.clone();
    let hide = Fault::change(move |reply| {
        let devices = reply["devices"].as_array_mut().expect("a list");
        devices.retain(|device| device["device_id"] != hidden.as_str());
    });
    // A session that logs in between the two replies is in the second one.
    proxy.arm(Rule::new(hide.clone()).on(|_, path| path.ends_with("/devices")));
    assert!(!listed(&list(&keyward.account).await));

    proxy.arm(always("/devices", hide));
    let seen = list(&keyward.account).await;
    assert!(listed(&seen));
    let session = find(&seen, &phone);
    assert_eq!((session.trust, &session.name), (Trust::Verified, &None));
    assert_eq!(seen.others.len(), 2, "the observer has no keys, and is in the list");

    // It is not signed out because it is not listed: the answer is lost before the server sees the request.
    let mut sign_out = challenged(&keyward.account, [&phone]).await;
    proxy.arm(Rule::new(Fault::CutBefore).on(|_, path| path.ends_with("/delete_devices")));
    let unreachable = AuthError::Request(ServerError::Unreachable.into());
    let lost = sign_out.authorise(&password(&person.user)).await;
    assert_eq!(lost, Err(SignOutError::Auth(unreachable)));
    sign_out.authorise(&password(&person.user)).await.expect("signed out");
    assert!(!person.observer.devices().await.expect("devices").contains_key(&phone));
}

/// A session knows its own keys, whatever a server leaves out.
#[tokio::test(flavor = "multi_thread")]
async fn a_session_whose_keys_the_server_leaves_out_is_verified_as_before() {
    let person = Person::with_history().await;
    let (keyward, proxy) = Keyward::behind_a_proxy(&person.user).await;
    let unlocked = keyward.account.unlock(&common::key(&person.old_key)).await;
    unlocked.expect("unlocked");
    let before = list(&keyward.account).await.current;
    assert_eq!(before.trust, Trust::Verified);
    let (user, own) = (person.user.user_id.clone(), before.device_id.clone());
    let leave_out = Fault::change(move |reply| {
        let devices = reply["device_keys"][&user].as_object_mut().expect("devices");
        assert!(devices.remove(&own).is_some());
    });
    proxy.arm(always("/keys/query", leave_out));
    let now = list(&keyward.account).await.current;
    assert_eq!((now.trust, now.fingerprint), (before.trust, before.fingerprint));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_identity_that_is_replaced_behind_a_session_that_trusted_it_is_an_alarm() {
    let person = Person::with_history().await;
    let keyward = Keyward::unlocked(&person).await;
    assert_eq!(keyward.status().await.identity, IdentityStatus::Ours);
    let laptop = other_client(&person.user).await;
    let new_key = laptop.reset_identity().await.expect("the laptop resets");
    let (status, report) = keyward.account.status_and_report().await.expect("known");
    assert_eq!(
        (status.identity, report.findings[0].code),
        (IdentityStatus::Replaced, Code::IdentityReplaced)
    );
    let keyward = keyward.restart().await;
    assert_eq!(list(&keyward.account).await.identity, IdentityStatus::Replaced);
    // It was the person, who verifies this session again.
    let unlocked = keyward.account.unlock(&common::key(&new_key)).await;
    unlocked.expect("the new key unlocks");
    assert_eq!(keyward.status().await.identity, IdentityStatus::Ours);
}

#[tokio::test(flavor = "multi_thread")]
async fn all_others_all_unverified_and_all_inactive_are_signed_out_by_their_filter() {
    let person = Person::with_history().await;
    let keyward = Keyward::unlocked(&person).await;
    let stranger = other_client(&person.user).await;
    let forgotten = plain(&person.user, "Forgotten").await;
    last_seen(&person.observer, &forgotten.device_id, 1).await;
    for (filter, going) in [
        (Filter::Unverified, vec![stranger.device_id()]),
        (Filter::Inactive, vec![forgotten.device_id.clone()]),
        (
            Filter::All,
            vec![person.observer.device_id.clone(), person.phone.device_id()],
        ),
    ] {
        let before = list(&keyward.account).await;
        let ids: Vec<String> = before
            .others_shown(filter)
            .map(|session| session.device_id.clone())
            .collect();
        assert_eq!(BTreeSet::from_iter(&ids), BTreeSet::from_iter(&going), "{filter:?}");
        let mut sign_out = challenged(&keyward.account, &ids).await;
        sign_out.authorise(&password(&person.user)).await.expect("signed out");
        let after = list(&keyward.account).await;
        assert_eq!(after.others.len(), before.others.len() - going.len(), "{filter:?}");
        assert_eq!(after.others_shown(filter).count(), 0, "{filter:?}");
    }
    let mut nobody = keyward.account.sign_out(&[]).expect("an empty selection");
    assert_eq!(nobody.begin().await, Ok(None));
    assert_eq!(nobody.authorise(&Password::new("any")).await, Ok(None));
    let own = [keyward.account.device_id().to_owned()];
    assert_eq!(keyward.account.sign_out(&own).err(), Some(SignOutError::CurrentSession));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_consequences_are_known_before_and_room_keys_without_a_backup_stop_the_logout() {
    let person = Person::with_history().await;
    let keyward = Keyward::unlocked(&person).await;
    let account = &keyward.account;
    keyward.receive_a_room_key(&person).await;

    // Any use of it makes the server say that it was seen.
    person.observer.devices().await.expect("devices");
    let sessions = list(account).await;
    let (phone, observer, own) = (
        person.phone.device_id(),
        person.observer.device_id.clone(),
        account.device_id().to_owned(),
    );
    let consequences = async |selected: &[&String]| {
        let selected: Vec<String> = selected.iter().map(|id| (*id).clone()).collect();
        let consequences = account.sign_out_consequences(&sessions, &selected).await;
        consequences.expect("consequences")
    };
    let harmless = SignOutConsequences {
        current: false,
        last_session: false,
        unsaved_room_keys: 0,
        trust_unknown: false,
        verified: Vec::new(),
        seen_in_last_day: Vec::new(),
    };
    assert_eq!(consequences(&[]).await, harmless);
    let others = consequences(&[&phone, &observer]).await;
    assert_eq!(others.verified, [phone.as_str()]);
    assert_eq!(others.seen_in_last_day.len(), 2, "{others:?}");
    assert!(!others.current && !others.last_session);
    let mine = consequences(&[&own]).await;
    assert_eq!(
        (mine.current, mine.last_session, mine.unsaved_room_keys),
        (true, false, 0),
        "the backup has the key"
    );

    let version = person.observer.create_backup_version().await;
    version.expect("another client replaces the backup");
    let all = consequences(&[&own, &phone]).await;
    assert_eq!(
        (all.current, all.last_session, all.unsaved_room_keys),
        (true, true, 1),
        "the observer does not support encryption"
    );
    assert_eq!(
        account.log_out(UnsavedRoomKeys::Keep).await,
        Err(LogoutError::UnsavedRoomKeys { count: 1 })
    );
    assert_eq!(list(account).await.current.device_id, own, "still signed in");
    let logged_out = account.log_out(UnsavedRoomKeys::Discard).await;
    logged_out.expect("the person said so");
    let devices = person.observer.devices().await.expect("devices");
    assert!(!devices.contains_key(&own));
}

// ---- servers with OAuth ----

/// Makes the server behind `proxy` one that has moved sessions to `page`.
fn with_account_management(proxy: &FaultProxy, page: &str, actions: &Value) {
    proxy.arm(always("/delete_devices", unrecognized()));
    let metadata = json!({
        "issuer": "https://account.example.org/",
        "authorization_endpoint": "https://account.example.org/authorize",
        "token_endpoint": "https://account.example.org/token",
        "revocation_endpoint": "https://account.example.org/revoke",
        "response_types_supported": ["code"],
        "response_modes_supported": ["query", "fragment"],
        "grant_types_supported": ["authorization_code", "refresh_token"],
        "code_challenge_methods_supported": ["S256"],
        "account_management_uri": page,
        "account_management_actions_supported": actions,
    });
    proxy.arm(always("/auth_metadata", Fault::Reply(StatusCode::OK, metadata)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_moved_sessions_to_a_page_says_so_and_the_queue_ends_when_they_are_gone() {
    let (user, observer, proxy, keyward) = behind_a_proxy().await;
    let account = &keyward.account;
    assert_eq!(account.account_management().await, Ok(None), "not this one");
    let (first, second) = (plain(&user, "First").await, plain(&user, "Second").await);
    let information = client_information(&first.device_id);
    set(&observer, &information, &json!({"name": "Element"})).await;
    let actions = json!(["org.matrix.device_view", "org.matrix.device_delete"]);
    with_account_management(&proxy, "https://account.example.org/sessions", &actions);

    let selected = [first.device_id.clone(), second.device_id.clone()];
    let mut sign_out = account.sign_out(&selected).expect("a selection");
    let refused = sign_out.begin().await.expect_err("not here");
    assert_eq!(refused.code(), "sign_out.account_management");
    let SignOutError::AccountManagement(management) = refused else {
        panic!("{refused:?}");
    };
    assert_eq!(
        account.account_management().await,
        Ok(Some(management.clone())),
        "and before anything was tried"
    );

    let mut links = SignOutLinks::new(&management, &list(account).await, &selected);
    for (done, session) in [first, second].into_iter().enumerate() {
        assert_eq!(links.progress(), (done, 2));
        let link = links.next().expect("one to do").clone();
        assert_eq!(link.device_id, session.device_id);
        assert_eq!(
            link.url,
            format!(
                "https://account.example.org/sessions?action=org.matrix.device_delete&device_id={}",
                session.device_id
            )
        );
        links.update(&list(account).await);
        assert_eq!(links.next(), Some(&link), "not done because it was opened");
        session.logout().await.expect("signed out on the page");
        links.update(&list(account).await);
    }
    assert!(links.is_done());
    account.prune_client_information().await.expect("pruned");
    let left = observer.account_data(&information).await.expect("read");
    assert_eq!(left, Some(json!({})));
    assert_eq!(
        shown(&list(account).await, Filter::All),
        [observer.device_id.as_str()].into()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_page_that_must_not_be_opened_is_never_handed_out() {
    let (user, _observer, proxy, keyward) = behind_a_proxy().await;
    let other = plain(&user, "Other").await;
    for page in [
        "javascript:alert(1)",
        "http://account.example.org/",
        "file:///etc/passwd",
    ] {
        proxy.reset();
        with_account_management(&proxy, page, &json!([]));
        assert_eq!(
            keyward.account.account_management().await,
            Err(ServerError::NotUnderstood.into()),
            "{page}"
        );
        let selected = [other.device_id.clone()];
        let mut sign_out = keyward.account.sign_out(&selected).expect("a selection");
        let refused = sign_out.begin().await;
        assert_eq!(
            refused,
            Err(SignOutError::Auth(AuthError::Request(RequestError::Server(
                ServerError::NotUnderstood
            )))),
            "{page}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_with_neither_endpoint_nor_page_refuses_plainly() {
    let (user, _observer, proxy, keyward) = behind_a_proxy().await;
    let other = plain(&user, "Other").await;
    proxy.arm(always("/delete_devices", unrecognized()));
    let selected = [other.device_id.clone()];
    let mut sign_out = keyward.account.sign_out(&selected).expect("a selection");
    let refused = ServerError::Refused {
        status: 404,
        code: "M_UNRECOGNIZED".to_owned(),
    };
    assert_eq!(
        sign_out.begin().await,
        Err(SignOutError::Auth(AuthError::Request(RequestError::Server(refused))))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_metadata_is_asked_for_where_the_servers_version_has_it() {
    for (version, expected) in [
        ("v1.11", "GET unstable/org.matrix.msc2965/auth_metadata"),
        ("v1.15", "GET v1/auth_metadata"),
    ] {
        let user = new_user().await;
        let proxy = proxy().await;
        let versions = json!({"versions": ["v1.1", version], "unstable_features": {}});
        proxy.arm(always("/versions", Fault::Reply(StatusCode::OK, versions)));
        let keyward = Keyward::login(proxy.url(), &user).await;
        with_account_management(
            &proxy,
            "https://account.example.org/",
            &json!(["org.matrix.session_end"]),
        );
        let management = keyward.account.account_management().await.expect("a reply");
        let management = management.expect("a page");
        assert_eq!(
            management.sign_out_link("A"),
            "https://account.example.org/?action=org.matrix.session_end&device_id=A"
        );
        let asked = requests(&proxy);
        let asked: Vec<_> = asked
            .iter()
            .filter(|request| request.ends_with("auth_metadata"))
            .collect();
        assert_eq!(asked, [expected], "{version}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_verified_session_whose_keys_were_exchanged_is_not_verified_any_more() {
    let person = Person::with_history().await;
    let keyward = Keyward::unlocked(&person).await;
    let phone = person.phone.device_id();
    let seen = async || {
        let list = list(&keyward.account).await;
        let phone = list.others.into_iter().find(|session| session.device_id == phone);
        let phone = phone.expect("the phone");
        (phone.trust, phone.fingerprint.expect("keys"))
    };
    let (trust, fingerprint) = seen().await;
    assert_eq!(trust, Trust::Verified);
    // What somebody does who logs in under the phone's device id.
    let ed25519 = vodozemac::Ed25519SecretKey::new().public_key().to_base64();
    let curve25519 = vodozemac::Curve25519PublicKey::from(&vodozemac::Curve25519SecretKey::new()).to_base64();
    let keys = json!({"device_keys": {
        "user_id": person.user.user_id,
        "device_id": phone,
        "algorithms": ["m.olm.v1.curve25519-aes-sha2", "m.megolm.v1.aes-sha2"],
        "keys": {format!("ed25519:{phone}"): ed25519, format!("curve25519:{phone}"): curve25519},
        "signatures": {},
    }});
    let phones = person.phone.plain();
    let uploaded = phones.request_ok(Method::POST, "/v3/keys/upload", Some(&keys)).await;
    uploaded.expect("uploaded");
    let (trust, other_fingerprint) = seen().await;
    assert_eq!(trust, Trust::Unverified);
    assert_ne!(other_fingerprint, fingerprint);
    assert_eq!(other_fingerprint.replace(' ', ""), ed25519);
}
