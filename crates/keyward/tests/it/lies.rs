// SPDX-License-Identifier: Apache-2.0

//! Replies that no honest homeserver gives, each to one request of a flow: what the flow says, that it changes nothing, and
//! that it works again once the replies are honest. What needs a whole reset is in `hostile.rs`.

use std::time::Duration;

use crate::common::{Keyward, Person, key, login, new_user, password, plain, proxy};
use keyward::{account::Account, error::FlowError, secret::StoreKey, server::Homeserver, text::steers};
use keyward_testing::{
    oracle::Oracle,
    proxy::{Fault, Rule},
};
use reqwest::{
    StatusCode,
    header::{CONTENT_ENCODING, HeaderName, LOCATION},
};
use serde_json::{Value, json};

/// What is done while the server lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Op {
    Login,
    Status,
    List,
    Unlock,
    Plan,
    SignOut,
    Sync,
}

/// One lie: method and end of the path, and the reply.
struct Case(Op, &'static str, &'static str, Fault, &'static str);

const NOT_UNDERSTOOD: &str = "server.not_understood";
const UNREACHABLE: &str = "server.unreachable";
const DEFAULT_KEY: &str = "/m.secret_storage.default_key";
const MASTER: &str = "/m.cross_signing.master";
const VERSION: &str = "/room_keys/version";

fn says(status: u16, body: Value) -> Fault {
    Fault::Reply(StatusCode::from_u16(status).expect("a status"), body)
}

fn change(change: impl Fn(&mut Value) + Send + Sync + 'static) -> Fault {
    Fault::change(change)
}

fn raw(status: u16, headers: &[(HeaderName, &str)], body: impl Into<Vec<u8>>) -> Fault {
    let headers = headers.iter().map(|(name, value)| (name.clone(), (*value).to_owned()));
    Fault::Raw(
        StatusCode::from_u16(status).expect("a status"),
        headers.collect(),
        body.into().into(),
    )
}

/// The only value of an object, whatever its name.
fn only(object: &mut Value) -> &mut Value {
    let fields = object.as_object_mut().expect("an object");
    fields.values_mut().next().expect("a field")
}

/// A few bytes that a decoder would make 64 MiB of.
fn bomb() -> Vec<u8> {
    use flate2::{Compression, write::GzEncoder};
    use std::io::Write as _;
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    for _ in 0..64 {
        encoder.write_all(&[b' '; 1 << 20]).expect("memory");
    }
    encoder.finish().expect("memory")
}

fn many_headers() -> Vec<(HeaderName, &'static str)> {
    let name = |number: u32| format!("x-{number}").parse().expect("a name");
    (0..5000).map(|number| (name(number), "x")).collect()
}

fn cases() -> Vec<Case> {
    use Op::{List, Login, Plan, SignOut, Status, Sync, Unlock};
    let forbidden = json!({"errcode": "M_FORBIDDEN", "error": "\u{1b}[2Jvisit http://evil.example"});
    let limited = json!({"errcode": "M_LIMIT_EXCEEDED", "error": "", "retry_after_ms": 3_600_000});
    let stages = json!({"flows": [{"stages": vec!["x"; 20_000]}], "params": {}, "session": "s"});
    vec![
        Case(
            Login,
            "GET",
            "/client/versions",
            says(200, json!({})),
            "discovery.not_matrix",
        ),
        Case(
            Login,
            "GET",
            "/client/versions",
            says(200, json!([])),
            "discovery.not_matrix",
        ),
        Case(
            Login,
            "GET",
            "/v3/login",
            says(200, json!({"flows": [{"type": "m.login.sso"}]})),
            "login.password_not_offered",
        ),
        Case(
            Login,
            "GET",
            "/v3/login",
            says(200, json!({"flows": 3})),
            NOT_UNDERSTOOD,
        ),
        Case(Login, "POST", "/v3/login", says(200, json!({})), NOT_UNDERSTOOD),
        Case(
            Login,
            "POST",
            "/v3/login",
            says(403, forbidden.clone()),
            "login.wrong_password",
        ),
        Case(
            Login,
            "POST",
            "/v3/login",
            says(429, limited.clone()),
            "server.rate_limited",
        ),
        Case(
            Login,
            "POST",
            "/v3/login",
            change(|reply| reply["access_token"] = json!("a\nb")),
            NOT_UNDERSTOOD,
        ),
        Case(
            Login,
            "POST",
            "/v3/login",
            change(|reply| reply["access_token"] = json!("")),
            NOT_UNDERSTOOD,
        ),
        Case(
            Login,
            "POST",
            "/v3/login",
            change(|reply| reply["device_id"] = json!("A\u{1b}[2J")),
            NOT_UNDERSTOOD,
        ),
        Case(
            Login,
            "POST",
            "/v3/login",
            change(|reply| reply["user_id"] = json!("@a\u{202e}:localhost")),
            NOT_UNDERSTOOD,
        ),
        Case(
            Login,
            "POST",
            "/v3/login",
            raw(302, &[(LOCATION, "http://127.0.0.1:9/")], ""),
            NOT_UNDERSTOOD,
        ),
        Case(
            Login,
            "POST",
            "/v3/login",
            change(|reply| {
                reply["well_known"] = json!({"m.homeserver": {"base_url": "http://127.0.0.1:9"}});
            }),
            "in",
        ),
        Case(
            Status,
            "POST",
            "/keys/query",
            change(|reply| reply["master_keys"] = json!({})),
            NOT_UNDERSTOOD,
        ),
        Case(
            Status,
            "POST",
            "/keys/query",
            change(|reply| only(&mut reply["master_keys"])["user_id"] = json!("@b:c")),
            NOT_UNDERSTOOD,
        ),
        Case(
            Status,
            "POST",
            "/keys/query",
            change(|reply| only(&mut reply["master_keys"])["keys"]["ed25519:b"] = json!("b")),
            NOT_UNDERSTOOD,
        ),
        Case(
            Status,
            "POST",
            "/keys/query",
            change(|reply| only(&mut reply["master_keys"])["usage"] = json!([])),
            NOT_UNDERSTOOD,
        ),
        Case(
            Status,
            "POST",
            "/keys/query",
            change(|reply| {
                let signatures = only(&mut only(&mut reply["self_signing_keys"])["signatures"]);
                *only(signatures) = json!("A".repeat(86));
            }),
            "ours ready enabled",
        ),
        Case(Status, "POST", "/keys/query", says(200, json!([])), NOT_UNDERSTOOD),
        Case(
            Status,
            "POST",
            "/keys/query",
            says(200, json!({"device_keys": 5})),
            NOT_UNDERSTOOD,
        ),
        Case(
            Status,
            "GET",
            DEFAULT_KEY,
            says(200, json!({"key": 7})),
            "ours not_set_up enabled",
        ),
        Case(
            Status,
            "GET",
            DEFAULT_KEY,
            says(200, json!([])),
            "ours not_set_up enabled",
        ),
        Case(
            Status,
            "GET",
            DEFAULT_KEY,
            says(200, json!({"key": "x".repeat(5 << 20)})),
            NOT_UNDERSTOOD,
        ),
        Case(
            Status,
            "GET",
            MASTER,
            says(200, json!("text")),
            "ours incomplete enabled",
        ),
        Case(Status, "GET", MASTER, says(200, json!({})), "ours incomplete enabled"),
        Case(
            Status,
            "GET",
            VERSION,
            change(|reply| reply["auth_data"]["public_key"] = json!("A".repeat(43))),
            "ours ready untrusted",
        ),
        Case(
            Status,
            "GET",
            VERSION,
            change(|reply| reply["algorithm"] = json!("org.example.rot13")),
            "ours ready untrusted",
        ),
        Case(
            Status,
            "GET",
            VERSION,
            change(|reply| reply["count"] = json!(-1)),
            NOT_UNDERSTOOD,
        ),
        Case(
            Status,
            "GET",
            VERSION,
            raw(302, &[(LOCATION, "http://127.0.0.1:9/")], ""),
            NOT_UNDERSTOOD,
        ),
        Case(
            Status,
            "GET",
            VERSION,
            raw(200, &[(CONTENT_ENCODING, "gzip")], bomb()),
            NOT_UNDERSTOOD,
        ),
        Case(
            Status,
            "GET",
            VERSION,
            raw(400, &[], vec![b'['; 1 << 21]),
            NOT_UNDERSTOOD,
        ),
        Case(Status, "GET", VERSION, raw(200, &many_headers(), "{}"), UNREACHABLE),
        Case(Status, "GET", VERSION, raw(500, &[], "<html>"), "server.failing"),
        Case(
            Status,
            "GET",
            VERSION,
            says(401, json!({"flows": [{"stages": ["m.login.password"]}], "params": {}})),
            "server.refused",
        ),
        Case(
            Status,
            "GET",
            VERSION,
            says(403, json!({"errcode": "\u{1b}[2J", "error": ""})),
            "server.refused",
        ),
        Case(
            Status,
            "GET",
            VERSION,
            says(401, json!({"errcode": "M_UNKNOWN_TOKEN", "error": ""})),
            // Whoever gives the tokens out says that the session lives.
            "server.refused",
        ),
        Case(Status, "GET", VERSION, Fault::CutInBody, UNREACHABLE),
        Case(
            List,
            "GET",
            "/v3/devices",
            change(|reply| reply["devices"] = json!([])),
            "server.session_expired",
        ),
        Case(List, "GET", "/v3/devices", says(200, json!({})), NOT_UNDERSTOOD),
        Case(
            List,
            "GET",
            "/v3/devices",
            change(|reply| reply["devices"][0]["last_seen_ts"] = json!(-1)),
            NOT_UNDERSTOOD,
        ),
        Case(
            List,
            "GET",
            "/v3/devices",
            change(|reply| {
                for device in reply["devices"].as_array_mut().expect("a list") {
                    device["display_name"] = json!("Phone\n    Verified\u{1b}[2J\u{202e}");
                    device["last_seen_ip"] = json!("1.2.3.4\u{9b}2J");
                }
            }),
            "3 sessions",
        ),
        Case(
            List,
            "GET",
            "/v3/devices",
            change(|reply| {
                let twice = reply["devices"][0].clone();
                reply["devices"].as_array_mut().expect("a list").push(twice);
            }),
            "3 sessions",
        ),
        Case(List, "GET", "/sync", says(200, json!({})), NOT_UNDERSTOOD),
        Case(
            List,
            "GET",
            "/sync",
            change(|reply| reply["account_data"]["events"] = json!([7, {}, {"type": 5}])),
            "3 sessions",
        ),
        Case(
            List,
            "GET",
            "/pushers",
            says(200, json!({"pushers": {}})),
            NOT_UNDERSTOOD,
        ),
        Case(
            List,
            "GET",
            "/pushers",
            says(200, json!({"pushers": [5, {}]})),
            NOT_UNDERSTOOD,
        ),
        Case(
            List,
            "POST",
            "/keys/query",
            change(|reply| {
                for device in only(&mut reply["device_keys"])
                    .as_object_mut()
                    .expect("devices")
                    .values_mut()
                {
                    device["keys"] = json!({});
                }
            }),
            "3 sessions",
        ),
        Case(
            Unlock,
            "GET",
            DEFAULT_KEY,
            // The person's key opens the identity, whichever key is said to be the default.
            says(404, json!({"errcode": "M_NOT_FOUND", "error": ""})),
            "unlocked",
        ),
        Case(
            Unlock,
            "GET",
            DEFAULT_KEY,
            says(200, json!({"key": "../../x"})),
            "unlocked",
        ),
        Case(
            Unlock,
            "GET",
            "m.secret_storage.key",
            says(200, json!({})),
            "secret_storage.key_not_described",
        ),
        Case(
            Unlock,
            "GET",
            "m.secret_storage.key",
            says(200, json!({"algorithm": "org.example.rot13"})),
            "secret_storage.unsupported",
        ),
        Case(
            Unlock,
            "GET",
            "m.secret_storage.key",
            change(|reply| reply["mac"] = json!("A".repeat(43))),
            "secret_storage.wrong_key",
        ),
        Case(
            Unlock,
            "GET",
            "m.secret_storage.key",
            change(|reply| reply["iv"] = json!("AA")),
            "secret_storage.unsupported",
        ),
        Case(
            Unlock,
            "GET",
            MASTER,
            change(|reply| only(&mut reply["encrypted"])["mac"] = json!("A".repeat(43))),
            "secret_storage.damaged_secret",
        ),
        Case(
            Unlock,
            "GET",
            MASTER,
            says(200, json!({"encrypted": {}})),
            "unlock.incomplete_secret_storage",
        ),
        Case(
            Unlock,
            "GET",
            VERSION,
            change(|reply| reply["auth_data"]["public_key"] = json!("A".repeat(43))),
            "unlocked without backup",
        ),
        Case(Unlock, "GET", VERSION, says(200, json!({})), NOT_UNDERSTOOD),
        Case(
            Unlock,
            "POST",
            "/signatures/upload",
            says(200, json!({"failures": {"@a:b": {"D": {"errcode": "M_FORBIDDEN"}}}})),
            "unlocked",
        ),
        Case(
            Unlock,
            "POST",
            "/keys/query",
            change(|reply| only(&mut reply["master_keys"])["keys"] = json!({"ed25519:x": "y"})),
            NOT_UNDERSTOOD,
        ),
        Case(
            Plan,
            "GET",
            VERSION,
            says(404, json!({"errcode": "M_NOT_FOUND", "error": ""})),
            NOT_UNDERSTOOD,
        ),
        Case(Plan, "GET", MASTER, says(200, json!({"encrypted": []})), NOT_UNDERSTOOD),
        Case(
            Plan,
            "GET",
            "/m.megolm_backup.v1",
            says(200, json!("nonsense")),
            NOT_UNDERSTOOD,
        ),
        Case(
            Plan,
            "POST",
            "/keys/query",
            change(|reply| reply["master_keys"] = json!({})),
            NOT_UNDERSTOOD,
        ),
        Case(
            Plan,
            "GET",
            "/v3/devices",
            says(200, json!({"devices": 3})),
            NOT_UNDERSTOOD,
        ),
        Case(
            SignOut,
            "POST",
            "/delete_devices",
            says(200, json!({})),
            "sign_out.still_there",
        ),
        Case(
            SignOut,
            "POST",
            "/delete_devices",
            says(401, json!({"flows": [], "params": {}, "session": "s"})),
            NOT_UNDERSTOOD,
        ),
        Case(SignOut, "POST", "/delete_devices", says(401, stages), NOT_UNDERSTOOD),
        Case(
            SignOut,
            "POST",
            "/delete_devices",
            says(401, json!({"flows": [{"stages": ["m.login.sso"]}], "params": {}})),
            "auth.unsupported",
        ),
        Case(
            SignOut,
            "POST",
            "/delete_devices",
            says(429, limited),
            "server.rate_limited",
        ),
        Case(
            SignOut,
            "POST",
            "/delete_devices",
            says(403, forbidden),
            "server.refused",
        ),
        Case(
            Sync,
            "GET",
            "/sync",
            says(200, json!({"next_batch": 5})),
            NOT_UNDERSTOOD,
        ),
        Case(
            Sync,
            "GET",
            "/sync",
            change(|reply| {
                reply["to_device"] =
                    json!({"events": [5, {}, {"type": "m.room.encrypted", "sender": "x", "content": []}]});
            }),
            "synchronised",
        ),
        Case(
            Sync,
            "GET",
            "/sync",
            change(|reply| {
                reply["device_one_time_keys_count"] = json!({"signed_curve25519": 4_000_000_000_u64});
            }),
            "synchronised",
        ),
    ]
}

/// What came of it: the code of the error, or in a few words what it says.
async fn perform(op: Op, url: &str, keyward: &Keyward, person: &Person) -> Result<String, Refused> {
    let account = &keyward.account;
    Ok(match op {
        Op::Login => {
            let user = new_user().await;
            let dir = tempfile::tempdir().expect("a folder");
            let homeserver = Homeserver::discover(url).await.map_err(refused)?;
            let logged_in = Account::login(
                &homeserver,
                login(&user),
                &dir.path().join("new"),
                &StoreKey::generate(),
            )
            .await;
            if logged_in.is_err() {
                assert!(!dir.path().join("new").exists(), "nothing is left of it");
            }
            logged_in.map_err(refused)?;
            "in".to_owned()
        }
        Op::Status => {
            let status = account.status().await.map_err(refused)?;
            let word = |value: Value| value.as_str().expect("a word").to_owned();
            [
                word(json!(status.identity)),
                word(json!(status.secret_storage)).replace("none", "not_set_up"),
                word(json!(status.key_backup)),
            ]
            .join(" ")
        }
        Op::List => {
            let list = account.sessions().await.map_err(refused)?;
            let shown: String = list
                .others
                .iter()
                .flat_map(|session| [Some(session.label()), session.last_seen_ip.clone()])
                .flatten()
                .collect();
            assert!(!shown.contains(steers), "{shown:?}");
            format!("{} sessions", list.others.len() + 1)
        }
        Op::Unlock => match account.unlock(&key(&person.old_key)).await.map_err(refused)?.key_backup {
            true => "unlocked".to_owned(),
            false => "unlocked without backup".to_owned(),
        },
        Op::Plan => {
            account.plan_reset().await.map_err(refused)?;
            "planned".to_owned()
        }
        Op::SignOut => {
            let script = plain(&person.user, None).await.device_id;
            let mut sign_out = account.sign_out(&[script]).expect("a selection");
            if sign_out.begin().await.map_err(refused)?.is_some() {
                sign_out.authorise(&password(&person.user)).await.map_err(refused)?;
            }
            "signed out".to_owned()
        }
        Op::Sync => {
            account.sync_once(Duration::ZERO).await.map_err(refused)?;
            "synchronised".to_owned()
        }
    })
}

/// An error: its code and its text.
struct Refused(&'static str, String);

fn refused(error: impl FlowError) -> Refused {
    Refused(error.code(), error.to_string())
}

#[tokio::test(flavor = "multi_thread")]
async fn each_lie_is_told_for_what_it_is_and_changes_nothing() {
    let person = Person::with_history().await;
    let proxy = proxy().await;
    let keyward = Keyward::login(proxy.url(), &person.user).await;
    let unlocked = keyward.account.unlock(&key(&person.old_key)).await;
    assert!(unlocked.expect("unlocked").key_backup);
    let device_id = keyward.account.device_id().to_owned();
    let cases = cases();
    assert!(cases.len() >= 60, "{}", cases.len());
    let mut wrong = Vec::new();
    for Case(op, method, end, fault, expected) in cases {
        let lie = format!("{op:?}: {method} {end} {fault:?}")
            .chars()
            .take(300)
            .collect::<String>();
        let is_it = move |of: &str, path: &str| {
            of == method && (path.ends_with(end) || (!end.starts_with('/') && path.contains(end)))
        };
        proxy.arm(Rule::new(fault).on(is_it).for_ever());
        let came = match perform(op, proxy.url(), &keyward, &person).await {
            Ok(what) => what,
            Err(Refused(code, text)) => {
                assert!(!text.contains("evil") && !text.contains(steers), "{lie}: {text:?}");
                code.to_owned()
            }
        };
        if came != expected {
            wrong.push(format!("{lie}\n   expected {expected}, and it was {came}"));
        }
        proxy.disarm();
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    // Nothing of it has stuck.
    let status = keyward.status().await;
    assert!(status.verified && status.private_keys && !status.tokens_exposed);
    let (key, dir) = keyward.close().await;
    let oracle = Oracle::new(person.observer.clone(), &device_id, dir.path(), *key.reveal())
        .await
        .expect("a look");
    let oracle = oracle.with_old_key(&person.old_key).expect("it opens as before");
    let room_keys = person.history.iter().map(|message| message.room_key());
    let safe = oracle.with_room_keys(room_keys).assert_safe(None).await;
    safe.expect("all that was there is there");
    let account = Account::restore(dir.path(), &key).await.expect("the store opens");
    assert_eq!(account.pending_reset().await.expect("known"), None);
}
