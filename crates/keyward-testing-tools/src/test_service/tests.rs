// SPDX-License-Identifier: Apache-2.0

use std::path::Path;

use base64::{Engine, engine::general_purpose::STANDARD};
use keyward_testing::{
    oracle::DeviceState,
    other_client::OtherClient,
    user::{LogsIn, User},
};
use reqwest::Client;
use tempfile::TempDir;
use tokio::join;

use super::*;

/// The service, as a test in another language sees it.
struct Api {
    http: Client,
    service: TestService,
}

impl Api {
    async fn start() -> Self {
        Self {
            http: Client::builder().no_proxy().build().expect("a client"),
            service: TestService::start(Synapse::shared().await).expect("a service"),
        }
    }

    async fn post(&self, path: &str, body: Value) -> (u16, Value) {
        let url = format!("{}{path}", self.service.url());
        let reply = self.http.post(url).json(&body).send().await.expect("a reply");
        (reply.status().as_u16(), reply.json().await.expect("JSON"))
    }

    async fn ok(&self, path: &str, body: Value) -> Value {
        let (status, reply) = self.post(path, body).await;
        assert_eq!(status, 200, "{path}: {reply}");
        reply
    }

    async fn error(&self, path: &str, body: Value) -> String {
        let (status, reply) = self.post(path, body).await;
        assert_eq!(status, 500, "{path}: {reply}");
        text(&reply["error"]).to_owned()
    }

    async fn person(&self, history: &str) -> Value {
        self.ok("/people", json!({ "history": history })).await
    }

    /// Another session of this user or person.
    async fn login(&self, user: &Value, more: Value) -> Value {
        let mut body = json!({ "user_id": user["user_id"], "password": user["password"] });
        body.as_object_mut()
            .expect("an object")
            .extend(more.as_object().expect("an object").clone());
        self.ok("/sessions/login", body).await
    }

    async fn proxy(&self) -> (String, String) {
        let proxy = self.ok("/proxies", json!({})).await;
        (
            text(&proxy["url"]).to_owned(),
            format!("/proxies/{}", text(&proxy["id"])),
        )
    }

    async fn get(&self, url: &str) -> Result<(u16, Value), reqwest::Error> {
        let reply = self.http.get(url).send().await?;
        Ok((reply.status().as_u16(), reply.json().await?))
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("no text: {value}"))
}

#[tokio::test]
async fn users_log_in_and_their_sessions_make_any_request() {
    let api = Api::start().await;
    let user = api.ok("/users", json!({})).await;
    assert_eq!(user["homeserver"], Synapse::shared().await.url());
    let first = api.login(&user, json!({ "name": "First" })).await;
    let second = api
        .ok(
            "/sessions/login",
            json!({ "user_id": user["localpart"], "password": user["password"], "name": "Second", "with_encryption": true }),
        )
        .await;
    let id = text(&first["id"]);
    let request = |method: &str, path: &str| json!({ "method": method, "path": path });
    let devices = api
        .ok(&format!("/sessions/{id}/request"), request("GET", "/v3/devices"))
        .await;
    assert_eq!(devices["status"], 200);
    let mut names: Vec<_> = devices["body"]["devices"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|device| text(&device["display_name"]))
        .collect();
    names.sort_unstable();
    assert_eq!(names, ["First", "Second"]);
    let missing = api
        .ok(&format!("/sessions/{id}/request"), request("GET", "/v3/devices/NONE"))
        .await;
    assert_eq!(
        (&missing["status"], &missing["body"]["errcode"]),
        (&json!(404), &json!("M_NOT_FOUND"))
    );

    let account_data = format!("/sessions/{id}/account_data");
    let nothing = api.ok(&account_data, json!({ "type": "org.keyward.test" })).await;
    assert_eq!(nothing, json!({ "content": null }));
    let content = json!({ "a": 1 });
    let written = json!({ "type": "org.keyward.test", "content": content });
    assert_eq!(api.ok(&account_data, written).await["content"], content);

    let seen = json!({ "milliseconds": 12345, "device_id": second["device_id"] });
    api.ok(&format!("/sessions/{id}/seen"), seen).await;
    let device = format!("/v3/devices/{}", text(&second["device_id"]));
    let device = api
        .ok(&format!("/sessions/{id}/request"), request("GET", &device))
        .await;
    assert_eq!(device["body"]["last_seen_ts"], 12345);

    let second = format!("/sessions/{}/logout", text(&second["id"]));
    api.ok(&second, json!({})).await;
    let devices = api
        .ok(&format!("/sessions/{id}/request"), request("GET", "/v3/devices"))
        .await;
    assert_eq!(devices["body"]["devices"].as_array().map(Vec::len), Some(1));
    assert!(api.error(&second, json!({})).await.starts_with("there is no session-"));
}

#[tokio::test]
async fn what_is_wrong_is_said() {
    let api = Api::start().await;
    for (path, body, expected) in [
        ("/nowhere", json!({}), "there is no endpoint /nowhere"),
        ("/people", json!({}), "missing field `history`"),
        ("/people", json!({ "history": "sad" }), "unknown variant `sad`"),
        ("/people", json!({ "history": "none", "x": 1 }), "unknown field `x`"),
        ("/users", json!({ "deployment": "ldap" }), "unknown variant `ldap`"),
        (
            "/proxies",
            json!({ "upstream": "http://127.0.0.1:9", "deployment": "sso" }),
            "`upstream` or `deployment`",
        ),
        ("/people/person-0/sync", json!({}), "there is no person-0"),
        ("/dogs/person-0/sync", json!({}), "under /dogs"),
        (
            "/proxies/proxy-0/arm",
            json!({ "fault": "garbage" }),
            "there is no proxy-0",
        ),
        (
            "/stores/break",
            json!({ "directory": "/nowhere" }),
            "there is no /nowhere/matrix-sdk",
        ),
    ] {
        let error = api.error(path, body).await;
        assert!(error.contains(expected), "{path}: {error}");
    }
    let user = api.ok("/users", json!({})).await;
    let plain = api.login(&user, json!({})).await;
    let id = text(&plain["id"]);
    let error = api
        .error(&format!("/sessions/{id}/verification/accept"), json!({}))
        .await;
    assert_eq!(error, "this session does not support encryption");
}

#[tokio::test]
async fn a_person_has_a_past_that_their_key_opens() {
    let api = Api::start().await;
    let (nobody, short, long) = join!(api.person("none"), api.person("short"), api.person("long"));
    for (person, devices) in [(&nobody, 2), (&short, 2), (&long, 2)] {
        assert_eq!(person["device_ids"].as_array().map(Vec::len), Some(devices));
        assert_eq!(person["device_ids"][0], person["device_id"]);
        let observer = text(&person["observer"]);
        let signed = json!({ "device_id": person["device_id"] });
        let signed = api.ok(&format!("/sessions/{observer}/is_signed"), signed).await;
        assert_eq!(signed["signed"], true);
    }
    let versions = format!("/sessions/{}/request", text(&long["observer"]));
    let versions = api
        .ok(&versions, json!({ "method": "GET", "path": "/v3/room_keys/version" }))
        .await;
    assert_eq!(versions["body"]["version"], "2");

    let id = text(&short["id"]);
    let sent = api
        .ok(&format!("/people/{id}/send_messages"), json!({ "count": 2 }))
        .await;
    assert_eq!(sent["messages"].as_array().map(Vec::len), Some(2));
    api.ok(&format!("/people/{id}/wait_for_backup"), json!({})).await;
    let reads = format!("/people/{id}/reads_history");
    let readable = api.ok(&reads, json!({ "recovery_key": short["recovery_key"] })).await;
    assert_eq!(readable, json!({ "readable": true, "because": null }));
    let wrong = api.ok(&reads, json!({ "recovery_key": long["recovery_key"] })).await;
    assert_eq!(wrong["readable"], false);

    // Another client of theirs resets.
    let laptop = api.login(&short, json!({ "with_encryption": true })).await;
    let laptop = format!("/sessions/{}", text(&laptop["id"]));
    let new = api.ok(&format!("{laptop}/reset_identity"), json!({})).await;
    assert_ne!(new["recovery_key"], short["recovery_key"]);
    let old = api.ok(&reads, json!({ "recovery_key": short["recovery_key"] })).await;
    assert_eq!(old["readable"], false);
    let event = json!({
        "room_id": sent["messages"][0]["room_id"], "event_id": sent["messages"][0]["event_id"]
    });
    let read = api.ok(&format!("{laptop}/can_decrypt"), event).await;
    assert_eq!(read, json!({ "body": null }), "it was reset without the key");
}

#[tokio::test]
async fn people_without_a_password_have_the_same_past() {
    let api = Api::start().await;
    for deployment in ["oauth", "sso"] {
        let person = api
            .ok("/people", json!({ "history": "short", "deployment": deployment }))
            .await;
        assert_eq!(person["password"], "");
        let reads = format!("/people/{}/reads_history", text(&person["id"]));
        let readable = api.ok(&reads, json!({ "recovery_key": person["recovery_key"] })).await;
        assert_eq!(readable, json!({ "readable": true, "because": null }));
        let tablet = api
            .login(
                &person,
                json!({ "deployment": deployment, "name": "Tablet", "with_encryption": true }),
            )
            .await;
        let devices = format!("/sessions/{}/request", text(&person["observer"]));
        let path = format!("/v3/devices/{}", text(&tablet["device_id"]));
        let device = api.ok(&devices, json!({ "method": "GET", "path": path })).await;
        assert_eq!(device["body"]["display_name"], "Tablet");
        // They reset in a browser.
        let tablet = format!("/sessions/{}", text(&tablet["id"]));
        let new = api.ok(&format!("{tablet}/reset_identity"), json!({})).await;
        assert_ne!(new["recovery_key"], person["recovery_key"]);
        api.ok(&format!("{tablet}/logout"), json!({})).await;
        let device = api.ok(&devices, json!({ "method": "GET", "path": path })).await;
        assert_eq!(device["status"], 404);
    }
}

#[tokio::test]
async fn browsers_say_where_they_were_led() {
    const CLIENT: &str = "example.keyward:/callback";
    let api = Api::start().await;
    let visit = async |user: &Value, page: &str, more: Value| {
        let mut body = json!({ "localpart": user["localpart"], "page": page });
        body.as_object_mut()
            .expect("an object")
            .extend(more.as_object().expect("an object").clone());
        api.ok("/browser", body).await["led_to"].clone()
    };

    let user = api.ok("/users", json!({ "deployment": "sso" })).await;
    let page = format!(
        "{}/_matrix/client/v3/login/sso/redirect?redirectUrl={CLIENT}",
        text(&user["homeserver"])
    );
    let led_to = visit(&user, &page, json!({})).await;
    assert!(text(&led_to).starts_with(&format!("{CLIENT}?loginToken=")), "{led_to}");

    let proxy = api.ok("/proxies", json!({ "deployment": "oauth" })).await;
    let proxy = text(&proxy["url"]);
    let user = api.ok("/users", json!({ "deployment": "oauth" })).await;
    let (_, metadata) = api
        .get(&format!("{proxy}/_matrix/client/v1/auth_metadata"))
        .await
        .expect("metadata");
    let endpoint = |name: &str| text(&metadata[name]).to_owned();
    assert!(endpoint("issuer").starts_with(proxy), "both servers are behind it");
    let client = json!({
        "client_name": "Test",
        "client_uri": "https://keyward.example/",
        "application_type": "native",
        "redirect_uris": [CLIENT],
        "grant_types": ["authorization_code", "refresh_token", "urn:ietf:params:oauth:grant-type:device_code"],
        "response_types": ["code"],
        "token_endpoint_auth_method": "none",
    });
    let registered = api.http.post(endpoint("registration_endpoint")).json(&client);
    let registered: Value = registered.send().await.expect("a reply").json().await.expect("JSON");
    let client_id = text(&registered["client_id"]);
    let scope = "urn:matrix:client:api:* urn:matrix:client:device:ABCDEFGHIJ";
    let page = format!(
        "{}?response_type=code&client_id={client_id}&redirect_uri={CLIENT}&scope={}&state=s&code_challenge={}&\
         code_challenge_method=S256",
        endpoint("authorization_endpoint"),
        scope.replace(' ', "+"),
        "A".repeat(43),
    );
    let led_to = visit(&user, &page, json!({})).await;
    assert!(text(&led_to).contains("code="), "{led_to}");
    let led_to = visit(&user, &page, json!({ "deny": true })).await;
    assert!(text(&led_to).contains("error=access_denied"), "{led_to}");

    let form = [("client_id", client_id), ("scope", scope)];
    let device = api.http.post(endpoint("device_authorization_endpoint")).form(&form);
    let device: Value = device.send().await.expect("a reply").json().await.expect("JSON");
    let code = json!({ "user_code": device["user_code"] });
    assert_eq!(visit(&user, text(&device["verification_uri"]), code).await, Value::Null);
}

#[tokio::test]
async fn an_account_can_be_set_up_step_by_step() {
    let api = Api::start().await;
    let user = api.ok("/users", json!({})).await;
    let first = api.login(&user, json!({ "with_encryption": true })).await;
    let first = format!("/sessions/{}", text(&first["id"]));
    let key = api
        .ok(&format!("{first}/bootstrap"), json!({ "passphrase": "a phrase" }))
        .await;
    let second = api.login(&user, json!({ "with_encryption": true })).await;
    let id = second["device_id"].clone();
    let second = format!("/sessions/{}", text(&second["id"]));
    let signed = async || api.ok(&format!("{first}/is_signed"), json!({ "device_id": id })).await["signed"] == true;
    assert!(!signed().await);
    for key in ["a phrase", text(&key["recovery_key"])] {
        api.ok(&format!("{second}/recover"), json!({ "recovery_key": key }))
            .await;
        assert!(signed().await);
    }

    // A new identity, with which secret storage is out of date.
    let third = api.login(&user, json!({ "with_encryption": true })).await;
    let third = format!("/sessions/{}", text(&third["id"]));
    api.ok(&format!("{third}/bootstrap_identity"), json!({})).await;
    api.ok(&format!("{first}/sync"), json!({})).await;
    assert!(!signed().await);
}

/// A person's phone and a tablet of theirs, each as the beginning of paths.
async fn phone_and_tablet(api: &Api) -> (Value, String, String, String) {
    let person = api.person("none").await;
    let phone = format!("/people/{}", text(&person["id"]));
    let tablet = api.login(&person, json!({ "with_encryption": true })).await;
    let device_id = text(&tablet["device_id"]).to_owned();
    // matrix-sdk ignores requests of sessions that it hears of in the same sync.
    api.ok(&format!("{phone}/sync"), json!({})).await;
    let tablet = format!("/sessions/{}", text(&tablet["id"]));
    (person, phone, tablet, device_id)
}

#[tokio::test(flavor = "multi_thread")]
async fn two_sessions_compare_emoji_or_numbers() {
    let api = Api::start().await;
    for only_decimals in [false, true] {
        let (_, phone, tablet, tablet_id) = phone_and_tablet(&api).await;
        let step = async |who: &str, step: &str, body: Value| api.ok(&format!("{who}/verification/{step}"), body).await;
        let none = || json!({});
        let asked = step(&phone, "ask", json!({ "device_id": tablet_id })).await;
        assert_eq!(step(&tablet, "accept", none()).await, asked);
        step(&phone, "ready", none()).await;
        step(&phone, "start", none()).await;
        let (here, there) = join!(
            step(&phone, "emoji", none()),
            step(&tablet, "emoji", json!({ "only_decimals": only_decimals }))
        );
        assert_eq!(here, there);
        let emoji = here["emoji"].as_array().expect("a list");
        assert_eq!(emoji.len(), if only_decimals { 0 } else { 7 });
        assert!(
            emoji
                .iter()
                .all(|emoji| emoji.as_array().is_some_and(|pair| pair.len() == 2))
        );
        assert_eq!(here["decimals"].as_array().map(Vec::len), Some(3));
        step(&phone, "confirm", none()).await;
        step(&tablet, "confirm", none()).await;
        join!(step(&phone, "done", none()), step(&tablet, "done", none()));
        let signed = json!({ "device_id": tablet_id });
        let signed = api.ok(&format!("{}/is_signed", tablet), signed).await;
        assert_eq!(signed["signed"], true);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_sessions_show_and_scan_a_code() {
    let api = Api::start().await;
    let (_, phone, tablet, tablet_id) = phone_and_tablet(&api).await;
    let step = async |who: &str, step: &str, body: Value| api.ok(&format!("{who}/verification/{step}"), body).await;
    let none = || json!({});
    step(&tablet, "ask", none()).await;
    step(&phone, "accept", none()).await;
    let code = step(&phone, "show_qr", none()).await;
    step(&tablet, "scan_qr", code).await;
    step(&phone, "scanned", none()).await;
    step(&phone, "confirm", none()).await;
    join!(step(&phone, "done", none()), step(&tablet, "done", none()));
    let signed = api
        .ok(&format!("{tablet}/is_signed"), json!({ "device_id": tablet_id }))
        .await;
    assert_eq!(signed["signed"], true);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_verification_is_declined_or_ends_with_a_mismatch() {
    let api = Api::start().await;
    let (_, phone, tablet, tablet_id) = phone_and_tablet(&api).await;
    let step = async |who: &str, step: &str, body: Value| api.ok(&format!("{who}/verification/{step}"), body).await;
    let none = || json!({});
    let ask = || json!({ "device_id": tablet_id });
    step(&phone, "ask", ask()).await;
    step(&tablet, "asked", none()).await;
    step(&tablet, "cancel", none()).await;
    let expected = json!({ "code": "m.user", "by_other_client": false });
    assert_eq!(step(&phone, "cancelled", none()).await, expected);
    let error = api.error(&format!("{phone}/verification/ready"), none()).await;
    assert_eq!(error, "the verification is cancelled: m.user");

    step(&phone, "ask", ask()).await;
    step(&tablet, "accept", none()).await;
    step(&phone, "start", none()).await;
    join!(step(&phone, "emoji", none()), step(&tablet, "emoji", none()));
    step(&phone, "mismatch", none()).await;
    let mine = json!({ "code": "m.mismatched_sas", "by_other_client": true });
    let theirs = json!({ "code": "m.mismatched_sas", "by_other_client": false });
    assert_eq!(step(&phone, "cancelled", none()).await, mine);
    assert_eq!(step(&tablet, "cancelled", none()).await, theirs);
    let error = api.error(&format!("{phone}/verification/dance"), none()).await;
    assert_eq!(error, "a verification has no step dance");
}

#[tokio::test]
async fn proxies_break_what_they_are_told_to_break() {
    let api = Api::start().await;
    let (url, proxy) = api.proxy().await;
    let versions = format!("{url}/_matrix/client/versions");
    let status = async || api.get(&versions).await.ok().map(|(status, _)| status);
    assert_eq!(status().await, Some(200));
    for (fault, expected) in [
        (json!({ "fault": "cut_before" }), None),
        (json!({ "fault": "cut_after" }), None),
        (json!({ "fault": "status_500" }), Some(500)),
        (json!({ "fault": "rate_limited", "milliseconds": 100 }), Some(429)),
        (json!({ "fault": "garbage" }), None),
        (json!({ "fault": "wrong_json" }), Some(200)),
        (json!({ "fault": "delay", "milliseconds": 1 }), Some(200)),
        (json!({ "fault": "reply", "status": 418 }), Some(418)),
    ] {
        api.ok(&format!("{proxy}/arm"), fault.clone()).await;
        assert_eq!(status().await, expected, "{fault}");
        assert_eq!(status().await, Some(200), "{fault}, once only");
    }
    let rule = json!({
        "method": "GET", "path_ends_with": "/versions", "path_contains": "client", "number": 2, "for_ever": true,
        "status": 401, "body": { "errcode": "M_UNKNOWN_TOKEN" },
    });
    api.ok(&format!("{proxy}/reply"), rule).await;
    assert_eq!(status().await, Some(200));
    for _ in 0..2 {
        let (status, body) = api.get(&versions).await.expect("a reply");
        assert_eq!((status, &body["errcode"]), (401, &json!("M_UNKNOWN_TOKEN")));
    }
    let other = api
        .get(&format!("{url}/_matrix/client/v3/login"))
        .await
        .expect("a reply");
    assert_eq!(other.0, 200, "another path");
    api.ok(&format!("{proxy}/disarm"), json!({})).await;
    assert_eq!(status().await, Some(200));

    api.ok(&format!("{proxy}/latency"), json!({ "milliseconds": 1 })).await;
    api.ok(&format!("{proxy}/reset"), json!({})).await;
    assert_eq!(status().await, Some(200));
    let requests = api.ok(&format!("{proxy}/requests"), json!({})).await;
    let expected = json!({ "method": "GET", "path": "/_matrix/client/versions", "status": 200 });
    assert_eq!(requests, json!({ "requests": [expected] }));

    api.ok(&format!("{proxy}/stop"), json!({})).await;
    assert_eq!(status().await, None);
    let error = api.error(&format!("{proxy}/arm"), json!({ "fault": "delay" })).await;
    assert!(error.starts_with("there is no proxy-"), "{error}");
}

#[tokio::test]
async fn a_request_that_is_held_waits_for_its_release() {
    let api = Api::start().await;
    let (url, proxy) = api.proxy().await;
    let versions = format!("{url}/_matrix/client/versions");
    for fault in ["hold_before", "hold_after"] {
        let hold = json!({ "path_contains": "versions", "fault": fault });
        api.ok(&format!("{proxy}/hold"), hold).await;
        let release = async {
            api.ok(&format!("{proxy}/held"), json!({})).await;
            let requests = api.ok(&format!("{proxy}/requests"), json!({})).await;
            assert_eq!(requests["requests"][0]["status"], Value::Null, "it has no answer yet");
            api.ok(&format!("{proxy}/release"), json!({})).await;
        };
        let (answer, ()) = join!(api.get(&versions), release);
        assert_eq!(answer.expect("a reply").0, 200);
        api.ok(&format!("{proxy}/reset"), json!({})).await;
    }
}

/// A store as Keyward's is: matrix-sdk's files in a folder.
async fn a_store(user: &User) -> (OtherClient, TempDir) {
    let client = OtherClient::login(Synapse::shared().await.url(), user)
        .await
        .expect("a login");
    let copy = tempfile::tempdir().expect("a folder");
    for file in std::fs::read_dir(client.store_path()).expect("a folder") {
        let file = file.expect("an entry");
        std::fs::copy(file.path(), copy.path().join(file.file_name())).expect("a copy");
    }
    (client, copy)
}

fn base64(key: &[u8]) -> String {
    STANDARD.encode(key)
}

#[tokio::test]
async fn stores_break_and_are_mended() {
    let api = Api::start().await;
    let user = Synapse::shared().await.new_user().await.expect("a user");
    let (client, dir) = a_store(&user).await;
    let key = client.store_key();
    let read = async |dir: &Path| DeviceState::read(dir, &key).await.map(drop);
    read(dir.path()).await.expect("it is whole");
    let directory = json!({ "directory": dir.path() });
    api.ok("/stores/break", directory.clone()).await;
    read(dir.path()).await.expect_err("it is broken");
    api.ok("/stores/mend", directory).await;
    read(dir.path()).await.expect("it is mended");

    let value = json!({
        "directory": dir.path(), "store_key": base64(&key), "name": "keyward.reset", "value": "{}"
    });
    api.ok("/stores/custom_value", value).await;
    let wrong = json!({
        "directory": dir.path(), "store_key": base64(&[0; 32]), "name": "keyward.reset", "value": "{}"
    });
    api.error("/stores/custom_value", wrong).await;
    api.ok(
        "/stores/schema_version",
        json!({ "directory": dir.path(), "version": 1 }),
    )
    .await;
    // matrix-sdk now tries to add what is there.
    read(dir.path()).await.expect_err("it is not of that version");
}

#[tokio::test]
async fn room_key_files_are_written_as_told() {
    let api = Api::start().await;
    let dir = tempfile::tempdir().expect("a folder");
    let path = dir.path().join("keys.txt");
    let file = json!({ "path": path, "passphrase": "a phrase", "room_keys": 3, "rounds": 10 });
    api.ok("/room_key_files", file).await;
    let payload = || {
        let text = std::fs::read_to_string(&path).expect("a file");
        let lines: Vec<_> = text.lines().collect();
        let [begin, base64, end] = lines[..] else {
            panic!("{text}")
        };
        assert_eq!(begin, "-----BEGIN MEGOLM SESSION DATA-----");
        assert_eq!(end, "-----END MEGOLM SESSION DATA-----");
        STANDARD.decode(base64).expect("base64")
    };
    let with_keys = payload();
    let file =
        json!({ "path": path, "passphrase": "a phrase", "content": "[]", "version": 9, "rounds": 4_000_000_000_u32 });
    api.ok("/room_key_files", file).await;
    let empty = payload();
    // Version, salt (16), IV (16), rounds (4), content, authentication code (32).
    assert_eq!((with_keys[0], &with_keys[33..37]), (1, &10_u32.to_be_bytes()[..]));
    assert_eq!((empty[0], &empty[33..37]), (9, &4_000_000_000_u32.to_be_bytes()[..]));
    assert_eq!(empty.len(), 37 + 2 + 32);
    assert!(with_keys.len() > empty.len() + 1000, "keys are in it");
}

#[tokio::test]
async fn the_oracle_sees_harm() {
    let api = Api::start().await;
    let person = api.person("short").await;
    let user = User {
        user_id: text(&person["user_id"]).to_owned(),
        localpart: text(&person["localpart"]).to_owned(),
        password: text(&person["password"]).to_owned(),
        logs_in: LogsIn::WithPassword,
    };
    let (client, _) = a_store(&user).await;
    client.recover(text(&person["recovery_key"])).await.expect("verified");
    let oracle = json!({
        "observer": person["observer"],
        "device_id": client.device_id(),
        "directory": client.store_path(),
        "store_key": base64(&client.store_key()),
        "recovery_key": person["recovery_key"],
    });
    let oracle = api.ok("/oracles", oracle).await;
    let oracle = format!("/oracles/{}", text(&oracle["id"]));
    for assertion in ["assert_unharmed", "assert_cancelled", "assert_safe"] {
        api.ok(&format!("{oracle}/{assertion}"), json!({})).await;
    }
    let done = json!({ "new_key": person["recovery_key"] });
    api.error(&format!("{oracle}/assert_done"), done).await;
    let blank = json!({ "type": "m.cross_signing.master", "content": {} });
    let observer = text(&person["observer"]);
    api.ok(&format!("/sessions/{observer}/account_data"), blank).await;
    let error = api.error(&format!("{oracle}/assert_unharmed"), json!({})).await;
    assert!(error.starts_with("I1"), "{error}");
}

#[tokio::test]
async fn the_end_of_the_service_does_not_wait_for_a_step() {
    let api = Api::start().await;
    let person = api.person("none").await;
    let url = format!(
        "{}/people/{}/verification/asked",
        api.service.url(),
        text(&person["id"])
    );
    let waiting = tokio::spawn(api.http.post(url).send());
    // Once it answers this, it has the other request, too.
    api.ok(&format!("/people/{}/sync", text(&person["id"])), json!({}))
        .await;
    let Api { service, .. } = api;
    tokio::task::spawn_blocking(move || drop(service))
        .await
        .expect("no panic");
    // The step itself would say that nobody asks, after a minute.
    if let Ok(reply) = waiting.await.expect("no panic") {
        let reply: Value = reply.json().await.expect("JSON");
        assert_eq!(reply, json!({ "error": "the test service ends" }));
    }
}
