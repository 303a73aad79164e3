// SPDX-License-Identifier: Apache-2.0

//! The `sessions` commands as scripts run them, against a real Synapse.

use std::{
    io::{BufRead, BufReader},
    process::{Child, ChildStdout},
    time::UNIX_EPOCH,
};

use crate::common::{App, Person, script};
use keyward_testing::{synapse::Synapse, user::PlainSession};
use reqwest::Method;
use serde_json::{Value, json};

/// Somebody, the program unlocked for them, and its device id.
async fn unlocked() -> (Person, App, String) {
    let (person, app) = Person::with_unlocked_app().await;
    let own = app.device_id();
    (person, app, own)
}

/// The names of an object's fields.
fn fields(value: &Value) -> Vec<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}

const SESSION: &[&str] = &[
    "client",
    "device_id",
    "inactive",
    "last_seen_ip",
    "last_seen_ts",
    "name",
    "push",
    "trust",
    "unlisted",
];

#[tokio::test(flavor = "multi_thread")]
async fn the_list_has_what_scripts_rely_on_and_nothing_else() {
    let (person, app, own) = unlocked().await;
    let bot = script(&person.user, "Bot").await;
    let list = app.json(&["sessions"], &[]);
    assert_eq!(fields(&list), ["current", "others", "recommendations"]);
    assert_eq!(list["recommendations"], json!({"unverified": 0, "inactive": 0}));
    assert_eq!(list["current"]["device_id"], own.as_str());
    for session in [&list["current"], &list["others"][0], &list["others"][1]] {
        assert_eq!(fields(session), SESSION);
    }
    for (filter, expected) in [
        ("all", vec![person.phone.device_id(), bot.device_id.clone()]),
        ("verified", vec![person.phone.device_id()]),
        ("unverified", vec![]),
        ("inactive", vec![]),
        ("unverifiable", vec![bot.device_id.clone()]),
    ] {
        let list = app.json(&["sessions", "--filter", filter], &[]);
        let mut found: Vec<&str> = list["others"]
            .as_array()
            .unwrap()
            .iter()
            .map(|session| session["device_id"].as_str().unwrap())
            .collect();
        let mut expected: Vec<&str> = expected.iter().map(String::as_str).collect();
        found.sort_unstable();
        expected.sort_unstable();
        assert_eq!(found, expected, "{filter}");
        assert_eq!(list["recommendations"], json!({"unverified": 0, "inactive": 0}));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn lines_and_json_have_the_same_numbers() {
    let (person, app) = Person::with_app().await;
    let json = app.json(&["sessions"], &[]);
    assert_eq!(
        json["recommendations"]["unverified"], 1,
        "an unverified session trusts nobody"
    );
    let said = app.run(&["sessions"]);
    said.expect_exit(0);
    for expected in [
        "This session is not verified: other people and your other sessions",
        "Verify this session with the Security Key or Phrase.",
        "    `keyward unlock`\n",
        "1 unverified session, as far as this one can tell.",
        "keyward sessions --filter unverified",
        "Other sessions (1)",
        &person.phone.device_id(),
    ] {
        assert!(
            said.stdout.contains(expected),
            "{expected:?} is not in\n{}",
            said.stdout
        );
    }
    assert!(!said.stdout.contains('\u{1b}'), "{}", said.stdout);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_login_says_which_client_it_is() {
    let (person, app, own) = unlocked().await;
    let client = json!({"name": "Keyward", "version": env!("CARGO_PKG_VERSION")});
    let event_type = format!("io.element.matrix_client_information.{own}");
    assert_eq!(
        person.phone.plain().account_data(&event_type).await.unwrap(),
        Some(client)
    );
    let current = &app.json(&["sessions"], &[])["current"];
    assert_eq!(current["client"]["name"], "Keyward");
}

#[tokio::test(flavor = "multi_thread")]
async fn show_has_everything_and_the_history() {
    let (person, app, own) = unlocked().await;
    let phone = person.phone.device_id();
    let shown = app.json(&["sessions", "show", &phone], &[]);
    let mut expected = [
        SESSION,
        &["current", "fingerprint", "history", "kind", "label", "label_source"],
    ]
    .concat();
    expected.sort_unstable();
    assert_eq!(fields(&shown), expected);
    assert_eq!(
        [&shown["current"], &shown["trust"]],
        [&json!(false), &json!("verified")]
    );
    let key = person.phone.client().encryption().ed25519_key().await.unwrap();
    assert_eq!(shown["fingerprint"].as_str().unwrap().replace(' ', ""), key);
    assert_eq!(shown["history"]["alert"], "none", "it was there before");
    assert_eq!(app.json(&["sessions", "show", &own], &[])["current"], true);

    let nameless = PlainSession::login(Synapse::shared().await.url(), &person.user, None)
        .await
        .unwrap();
    let shown = app.json(&["sessions", "show", &nameless.device_id], &[]);
    assert_eq!(
        [&shown["label"], &shown["label_source"]],
        [&json!(nameless.device_id), &json!("device_id")]
    );
    assert_eq!(
        [&shown["fingerprint"], &shown["trust"]],
        [&Value::Null, &json!("unverifiable")]
    );
    assert_eq!(shown["history"]["alert"], "reported", "it is new");

    let said = app.run(&["sessions", "show", &nameless.device_id]);
    said.expect_exit(0);
    assert!(
        said.stdout.contains("It has no name; this is its ID"),
        "{}",
        said.stdout
    );

    let unknown = app.run(&["--json", "sessions", "show", "NOBODY"]);
    unknown.expect_error(1, "sessions.unknown");
}

#[tokio::test(flavor = "multi_thread")]
async fn rename_changes_what_others_see() {
    let (person, app, own) = unlocked().await;
    let phone = person.phone.device_id();
    for (id, name) in [(&phone, "Kitchen 📱"), (&own, "Terminal"), (&phone, "Hall")] {
        let done = app.json(&["sessions", "rename", id, name], &[]);
        assert_eq!(done, json!({"device_id": id, "name": name}));
        assert_eq!(person.phone.plain().devices().await.unwrap()[id]["display_name"], name);
    }
    let history = &app.json(&["sessions", "show", &phone], &[])["history"];
    let names: Vec<&Value> = history["renames"]
        .as_array()
        .unwrap()
        .iter()
        .map(|rename| &rename["to"])
        .collect();
    assert_eq!(names, ["Kitchen 📱", "Hall"]);

    let too_long = app.run(&["--json", "sessions", "rename", &phone, &"x".repeat(101)]);
    too_long.expect_error(2, "rename.too_long");
    let unknown = app.run(&["--json", "sessions", "rename", "NOBODY", "x"]);
    unknown.expect_error(1, "sessions.unknown");
    assert_eq!(
        person.phone.plain().devices().await.unwrap()[&phone]["display_name"],
        "Hall"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn push_is_switched_where_it_can_be() {
    let (person, app, own) = unlocked().await;
    let phone = person.phone.device_id();
    let plain = person.phone.plain();
    let setting = format!("org.matrix.msc3890.local_notification_settings.{phone}");
    plain
        .set_account_data(&setting, &json!({"is_silenced": false}))
        .await
        .unwrap();
    for (state, silenced) in [("off", true), ("off", true), ("on", false)] {
        let done = app.json(&["sessions", "push", &phone, state], &[]);
        assert_eq!(done, json!({"device_id": phone, "push": state}));
        let there = plain.account_data(&setting).await.unwrap();
        assert_eq!(there, Some(json!({"is_silenced": silenced})));
        assert_eq!(app.json(&["sessions", "show", &phone], &[])["push"], state);
    }
    let refused = app.run(&["--json", "sessions", "push", &own, "off"]);
    refused.expect_error(1, "push.unsupported");
    app.run(&["--json", "sessions", "push", &own, "maybe"]).expect_exit(2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_login_is_reported_until_it_is_acknowledged() {
    let (person, app, _) = unlocked().await;
    assert!(!app.run(&["sessions"]).stdout.contains("New login"));
    let bot = script(&person.user, "Bot").await;
    for _ in 0..2 {
        let said = app.run(&["sessions"]).stdout;
        let expected = format!("New login: Bot ({}), just now. Was it you?", bot.device_id);
        assert!(said.starts_with(&expected), "{said}");
        assert!(
            said.contains(&format!("keyward sessions acknowledge {}", bot.device_id)),
            "{said}"
        );
    }
    let unknown = app.run(&["--json", "sessions", "acknowledge", &bot.device_id, "NOBODY"]);
    unknown.expect_exit(1);
    assert!(app.run(&["sessions"]).stdout.contains("New login"), "all or none");
    let done = app.json(&["sessions", "acknowledge", &bot.device_id], &[]);
    assert_eq!(done, json!({"acknowledged": [bot.device_id]}));
    assert!(!app.run(&["sessions"]).stdout.contains("New login"));
    let shown = app.json(&["sessions", "show", &bot.device_id], &[]);
    assert_eq!(shown["history"]["alert"], "acknowledged");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_verification_without_a_terminal_says_so_and_asks_nobody() {
    let (person, app, _) = unlocked().await;
    for arguments in [
        &["--json", "sessions", "verify"][..],
        &["--json", "sessions", "verify", &person.phone.device_id()],
    ] {
        let run = app.run(arguments);
        run.expect_error(2, "usage");
        run.expect_said("no terminal");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn this_session_is_not_signed_out_by_the_list() {
    let (person, app, own) = unlocked().await;
    let run = app.run_with(
        &[
            "--json",
            "sessions",
            "sign-out",
            "--yes",
            &person.phone.device_id(),
            &own,
        ],
        &[("KEYWARD_PASSWORD", &person.user.password)],
    );
    run.expect_error(1, "sign_out.current_session");
    run.expect_said("keyward logout");
    assert_eq!(person.on_server().await.devices.len(), 2, "nobody is signed out");
}

/// A program that is killed when the test ends, whichever way.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn watching(app: &App, arguments: &[&str]) -> (Running, BufReader<ChildStdout>) {
    let mut child = app.command(arguments).spawn().unwrap();
    let output = BufReader::new(child.stdout.take().unwrap());
    (Running(child), output)
}

/// Reads on to a line with this; gives it.
#[track_caller]
fn line_with(output: &mut impl BufRead, text: &str) -> String {
    let mut read = String::new();
    loop {
        let mut line = String::new();
        assert_ne!(
            output.read_line(&mut line).unwrap(),
            0,
            "it ended before {text:?}:\n{read}"
        );
        if line.contains(text) {
            return line;
        }
        read.push_str(&line);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn changes_are_followed_as_lines() {
    let (person, app, _) = unlocked().await;
    let (_running, mut output) = watching(&app, &["sessions", "--watch"]);
    line_with(&mut output, "Other sessions (1)");
    line_with(&mut output, &person.phone.device_id());
    let bot = script(&person.user, "Bot").await;
    line_with(
        &mut output,
        &format!("New login: Bot ({}), just now. Was it you?", bot.device_id),
    );
    let path = format!("/v3/devices/{}", bot.device_id);
    let name = json!({"display_name": "Robot"});
    bot.request_ok(Method::PUT, &path, Some(&name)).await.unwrap();
    line_with(
        &mut output,
        &format!("Renamed: Bot is called Robot ({}) now", bot.device_id),
    );
    let id = bot.device_id.clone();
    bot.logout().await.unwrap();
    line_with(&mut output, &format!("Signed out: Robot ({id})"));
}

#[tokio::test(flavor = "multi_thread")]
async fn changes_are_followed_as_json() {
    let (person, app, _) = unlocked().await;
    let (_running, mut output) = watching(&app, &["--json", "sessions", "--watch"]);
    let parse = |line: String| serde_json::from_str::<Value>(&line).unwrap();
    let first = parse(line_with(&mut output, "{"));
    assert_eq!(first["others"].as_array().unwrap().len(), 1);
    let bot = script(&person.user, "Bot").await;
    let second = parse(line_with(&mut output, &bot.device_id));
    assert_eq!(fields(&second), ["current", "others", "recommendations"]);
    assert_eq!(second["others"].as_array().unwrap().len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_are_proposed_by_the_rules_that_are_given_and_stay() {
    const DAY_MS: u64 = 24 * 60 * 60 * 1000;
    let (person, app, _) = unlocked().await;
    let old = script(&person.user, "Old laptop").await;
    assert_eq!(app.json(&["sessions", "propose"], &[])["proposals"], json!([]));
    let now: u64 = UNIX_EPOCH.elapsed().unwrap().as_millis().try_into().unwrap();
    let synapse = Synapse::shared().await;
    let phone = person.phone.plain();
    let seen = now - 100 * DAY_MS - DAY_MS / 2;
    synapse.set_last_seen(&phone, &old.device_id, seen).await.unwrap();
    let proposed = |days: &str| app.json(&["sessions", "propose", "--inactive-days", days], &[])["proposals"].clone();
    let expected = json!([{"device_id": old.device_id, "inactive_days": 100}]);
    assert_eq!(proposed("99"), expected);
    assert_eq!(proposed("101"), json!([]));
    let said = app.run(&["sessions", "propose"]);
    said.expect_exit(0);
    let command = format!("keyward sessions sign-out {}", old.device_id);
    assert!(said.stdout.contains(&command), "{}", said.stdout);
    let list = app.json(&["sessions"], &[]);
    assert_eq!(list["others"].as_array().unwrap().len(), 2, "nobody is signed out");
}
