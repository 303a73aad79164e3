// SPDX-License-Identifier: Apache-2.0

//! The list of 10 000 sessions of an attached account, with real signatures: our own time for checking them, and for
//! everything else. The homeserver is a made-up one in this process, so that it costs next to nothing.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use keyward::{
    account::{Account, HostSession},
    secret::{Secret, StoreKey},
    sessions::{Filter, Trust},
};
use keyward_testing::user::PlainSession;
use reqwest::Method;
use ruma::canonical_json::to_canonical_value;
use serde_json::{Map, Value, json};
use vodozemac::Ed25519SecretKey;
use wiremock::{
    Mock, MockServer, ResponseTemplate,
    matchers::{method, path},
};

use crate::verdict;

const SESSIONS: usize = 10_000;
const USER: &str = "@alice:example.org";
/// The session that the app has.
const HOST: &str = "DEVICE00000";
/// One whose signature by the identity is forged.
const FORGED: &str = "DEVICE07777";
/// Of our own time, without checking signatures.
const AIM: Duration = Duration::from_millis(100);

fn name(key: &Ed25519SecretKey) -> String {
    key.public_key().to_base64()
}

fn sign(object: &mut Value, by: &str, key: &Ed25519SecretKey) {
    let mut signed = object.clone();
    if let Some(signed) = signed.as_object_mut() {
        signed.remove("signatures");
    }
    let canonical = to_canonical_value(signed).expect("a canonical form").to_string();
    object["signatures"][USER][format!("ed25519:{by}")] = key.sign(canonical.as_bytes()).to_base64().into();
}

fn identity_key(usage: &str, key: &Ed25519SecretKey) -> Value {
    json!({"user_id": USER, "usage": [usage], "keys": {format!("ed25519:{}", name(key)): name(key)}})
}

/// The homeserver's replies, and the public key of the app's session.
async fn homeserver() -> (MockServer, String) {
    let [master, signer, stranger, host] = std::array::from_fn(|_| Ed25519SecretKey::new());
    let mut devices = Map::new();
    for number in 0..SESSIONS {
        let id = format!("DEVICE{number:05}");
        let own = Ed25519SecretKey::new();
        let key = if id == HOST { &host } else { &own };
        let mut keys = json!({
            "user_id": USER, "device_id": id,
            "algorithms": ["m.olm.v1.curve25519-aes-sha2", "m.megolm.v1.aes-sha2"],
            "keys": {format!("ed25519:{id}"): name(key), format!("curve25519:{id}"): name(&Ed25519SecretKey::new())},
        });
        sign(&mut keys, &id, key);
        sign(
            &mut keys,
            &name(&signer),
            if id == FORGED { &stranger } else { &signer },
        );
        devices.insert(id, keys);
    }
    let (mut master_key, mut self_signing) = (identity_key("master", &master), identity_key("self_signing", &signer));
    sign(&mut master_key, HOST, &host);
    sign(&mut self_signing, &name(&master), &master);
    let keys = json!({
        "device_keys": {USER: devices}, "master_keys": {USER: master_key}, "self_signing_keys": {USER: self_signing},
        "failures": {},
    });
    let listed: Vec<Value> = (0..SESSIONS)
        .map(|number| {
            let name = format!("app.element.io: Firefox on Ubuntu {}", number % 97);
            json!({"device_id": format!("DEVICE{number:05}"), "display_name": name, "last_seen_ts": 1_700_000_000_000_u64})
        })
        .collect();
    let server = MockServer::start().await;
    for (verb, at, reply) in [
        ("GET", "/_matrix/client/versions", json!({"versions": ["v1.11"]})),
        (
            "GET",
            "/_matrix/client/v3/account/whoami",
            json!({"user_id": USER, "device_id": HOST}),
        ),
        ("GET", "/_matrix/client/v3/devices", json!({"devices": listed})),
        ("POST", "/_matrix/client/v3/keys/query", keys),
        (
            "GET",
            "/_matrix/client/v3/sync",
            json!({"next_batch": "1", "account_data": {"events": []}}),
        ),
        ("GET", "/_matrix/client/v3/pushers", json!({"pushers": []})),
    ] {
        let reply = ResponseTemplate::new(200).set_body_raw(reply.to_string(), "application/json");
        Mock::given(method(verb))
            .and(path(at))
            .respond_with(reply)
            .mount(&server)
            .await;
    }
    (server, name(&host))
}

pub(crate) async fn run() -> Result<Value> {
    println!("\nThe list of {SESSIONS} sessions of an attached account");
    let (server, device_key) = homeserver().await;
    let dir = tempfile::tempdir()?;
    let host = HostSession {
        homeserver: server.uri(),
        user_id: USER.to_owned(),
        device_id: HOST.to_owned(),
        device_key,
        master_key: None,
    };
    let (account, mut requests) = Account::attach(&host, dir.path(), &StoreKey::generate()).await?;
    tokio::spawn(async move {
        while let Some(request) = requests.next().await {
            request.answer(Secret::new("token"));
        }
    });
    account.status().await.ok();
    // The replies alone: what they cost to receive and to read, whoever asks.
    let received = receive(&server).await?;
    let first = Instant::now();
    let list = account.sessions().await?;
    let first = first.elapsed();
    let trust = |id: &str| {
        list.others
            .iter()
            .find(|session| session.device_id == id)
            .map(|session| session.trust)
    };
    ensure!(
        trust(FORGED) == Some(Trust::Unverified),
        "the forged one is taken for verified"
    );
    let verified = list
        .others
        .iter()
        .filter(|session| session.trust == Trust::Verified)
        .count();
    ensure!(verified == SESSIONS - 2, "{verified} are verified");

    let again = Instant::now();
    let list = account.sessions().await?;
    let again = again.elapsed();
    let shown = Instant::now();
    let filters = [
        Filter::All,
        Filter::Verified,
        Filter::Unverified,
        Filter::Inactive,
        Filter::Unverifiable,
    ];
    let count: usize = filters
        .into_iter()
        .map(|filter| list.others_shown(filter).count())
        .sum();
    let shown = shown.elapsed();
    ensure!(count > SESSIONS, "the filters show something");

    // Each device's own signature, and the identity's.
    let per_signature = first.saturating_sub(again) / (2 * SESSIONS as u32);
    let rest = again.saturating_sub(received) + shown;
    println!("  the first list                     {first:>10.0?}");
    println!("  the list again, nothing changed    {again:>10.0?}   ({received:.0?} of it for receiving the replies)");
    println!("  checking signatures                {per_signature:>10.1?}   each");
    println!(
        "  joining, sorting, filtering        {rest:>10.0?}   {}",
        verdict(rest <= AIM)
    );
    Ok(json!({
        "first_ms": first.as_millis(), "again_ms": again.as_millis(), "received_ms": received.as_millis(),
        "signature_us": per_signature.as_micros(), "rest_ms": rest.as_millis(),
    }))
}

/// How long it takes to receive and parse the same replies without doing anything with them.
async fn receive(server: &MockServer) -> Result<Duration> {
    let session = PlainSession::from_token(&server.uri(), USER, HOST, "token");
    let start = Instant::now();
    let query = json!({});
    let keys = session.request_ok(Method::POST, "/v3/keys/query", Some(&query));
    let received = futures_util::try_join!(keys, session.get("/v3/devices"))?;
    let took = start.elapsed();
    ensure!(received.1["devices"].as_array().map(Vec::len) == Some(SESSIONS));
    Ok(took)
}
