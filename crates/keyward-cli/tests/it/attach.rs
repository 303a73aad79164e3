// SPDX-License-Identifier: Apache-2.0

//! `keyward attach`: for a session of another program, which is the person's phone on plain matrix-sdk here.

use std::io::{BufRead as _, BufReader};

use keyward_testing::{deployment::Deployment, other_client::OtherClient, person::reads_all, synapse::Synapse};
use serde_json::{Value, json};

use crate::{
    browser::{Running, log_in},
    common::{App, Person, Run, script},
};

pub(crate) const TOKEN: &str = "KEYWARD_ACCESS_TOKEN";

/// The arguments that describe the phone's session, without its key.
async fn describe(phone: &OtherClient, url: &str) -> Vec<String> {
    let phone = phone.plain();
    [
        "attach",
        "--homeserver",
        url,
        "--user",
        &phone.user_id,
        "--device",
        &phone.device_id,
    ]
    .map(str::to_owned)
    .to_vec()
}

/// The same with it.
pub(crate) async fn describe_with_key(phone: &OtherClient, url: &str) -> Vec<String> {
    let key = phone.client().encryption().ed25519_key().await.unwrap();
    [describe(phone, url).await, vec!["--device-key".to_owned(), key]].concat()
}

fn json(app: &App, token: &str, arguments: &[impl AsRef<str>]) -> Value {
    let arguments: Vec<&str> = arguments.iter().map(AsRef::as_ref).collect();
    app.json(&arguments, &[(TOKEN, token)])
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_of_another_program_is_attached_worked_for_and_let_go() {
    let person = Person::new().await;
    let script = script(&person.user, "Script").await;
    let (app, token) = (App::new(), person.phone.plain().access_token);
    let status = json(
        &app,
        &token,
        &describe_with_key(&person.phone, Synapse::shared().await.url()).await,
    );
    assert_eq!(status["attached"], true);
    assert_eq!(status["device_id"], json!(person.phone.device_id()));
    for (field, expected) in [
        ("verified", json!(true)),
        ("identity", json!("ours")),
        ("secret_storage", json!("ready")),
        ("key_backup", json!("disabled")),
        ("pending_reset", Value::Null),
    ] {
        assert_eq!(status[field], expected, "{field}");
    }
    assert_eq!(json(&app, &token, &["status"]), status);

    let list = json(&app, &token, &["sessions"]);
    assert_eq!(list["current"]["device_id"], json!(person.phone.device_id()));
    assert_eq!(list["current"]["trust"], "verified");
    json(&app, &token, &["sessions", "rename", &script.device_id, "Kitchen"]);
    let shown = json(&app, &token, &["sessions", "show", &script.device_id]);
    assert_eq!(shown["name"], "Kitchen");
    let sign_out = ["sessions", "sign-out", &script.device_id, "--yes"];
    let password = person.user.password.as_str();
    let signed_out = app.json(&sign_out, &[(TOKEN, &token), ("KEYWARD_PASSWORD", password)]);
    assert_eq!(signed_out, json!({"signed_out": [script.device_id]}));

    let mut watch = app.command(&["--json", "sessions", "--watch"]);
    let mut watch = watch.env(TOKEN, &token).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(watch.stdout.take().unwrap())
        .read_line(&mut line)
        .unwrap();
    watch.kill().unwrap();
    watch.wait().unwrap();
    let first: Value = serde_json::from_str(&line).unwrap();
    assert_eq!(first["current"]["device_id"], json!(person.phone.device_id()));

    // What needs the other program's keys is said to be its own.
    for command in [&["unlock"][..], &["logout"], &["keys", "export", "file"]] {
        let run = app.run_with(&[&["--json"], command].concat(), &[(TOKEN, &token)]);
        run.expect_error(1, "attach.other_program");
    }
    let login = ["--json", "login", "--homeserver", Synapse::shared().await.url()];
    app.run(&login).expect_error(1, "attach.other_program");
    app.run(&["--json", "status"]).expect_error(2, "usage");

    app.run(&["--json", "detach"]).expect_exit(0);
    assert!(!app.data_dir().exists(), "nothing is left");
    app.run(&["--json", "detach"]).expect_error(1, "attach.not_attached");
    person.phone.sync_once().await.unwrap();
    assert!(reads_all(&person.phone, &person.history).await.unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_of_another_session_attaches_nothing() {
    let person = Person::new().await;
    let other = script(&person.user, "Script").await;
    let app = App::new();
    let attach = [
        vec!["--json".to_owned()],
        describe_with_key(&person.phone, Synapse::shared().await.url()).await,
    ]
    .concat();
    for (token, kind) in [
        (other.access_token.as_str(), "server.other_session"),
        ("syt_nonsense", "server.token_expired"),
    ] {
        app.run_with(&attach, &[(TOKEN, token)]).expect_error(1, kind);
        assert!(!app.data_dir().exists(), "nothing is left");
    }
    app.run(&attach).expect_error(2, "usage");
    let without_key = [
        vec!["--json".to_owned()],
        describe(&person.phone, Synapse::shared().await.url()).await,
    ]
    .concat();
    let token = person.phone.plain().access_token;
    app.run_with(&without_key, &[(TOKEN, &token)]).expect_error(2, "usage");
    assert!(!app.data_dir().exists(), "nothing is left");

    // A folder with a login of its own is no place for it, and stays as it is.
    app.login(Synapse::shared().await.url(), &person.user);
    app.run_with(&attach, &[(TOKEN, &token)])
        .expect_error(1, "login.already_logged_in");
    assert_eq!(app.status()["attached"], false);
}

/// Each key of a store belongs to what was made with it.
#[tokio::test(flavor = "multi_thread")]
async fn the_rest_of_a_login_and_what_is_attached_already_keep_their_key() {
    let person = Person::new().await;
    let token = person.phone.plain().access_token;
    let attach = [
        vec!["--json".to_owned()],
        describe_with_key(&person.phone, Synapse::shared().await.url()).await,
    ]
    .concat();

    let deployment = Deployment::oauth().await;
    let (user, waiting) = (deployment.new_user(), App::new());
    let mut login = Running::start(&waiting, &["login", "--homeserver", deployment.synapse.url()]);
    login.page("open");
    login.kill();
    waiting
        .run_with(&attach, &[(TOKEN, &token)])
        .expect_error(1, "login.already_logged_in");
    waiting
        .run(&["--json", "detach"])
        .expect_error(1, "attach.not_attached");
    let status = log_in(&waiting, deployment.synapse.url(), &user).await;
    assert_eq!(status["user_id"], json!(user.user_id));

    let app = App::new();
    app.run_with(&attach, &[(TOKEN, &token)]).expect_exit(0);
    let mut other = attach.clone();
    let at = other.iter().position(|argument| argument == "--device").unwrap();
    other[at + 1] = "ANOTHER".to_owned();
    let refused = app.run_with(&other, &[(TOKEN, &token)]);
    refused.expect_error(1, "store.other_account");
    assert!(refused.error()["message"].as_str().unwrap().contains("detach"));
    app.run_with(&attach, &[(TOKEN, "syt_nonsense")])
        .expect_error(1, "server.token_expired");
    assert_eq!(json(&app, &token, &["status"])["verified"], true, "it is still there");
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn in_a_terminal_the_key_that_the_homeserver_shows_is_compared() {
    use crate::common::screen::Screen;

    let person = Person::new().await;
    let (app, attach) = (App::new(), describe(&person.phone, Synapse::shared().await.url()).await);
    let attach: Vec<&str> = attach.iter().map(String::as_str).collect();
    let key = person.phone.client().encryption().ed25519_key().await.unwrap();
    let token = person.phone.plain().access_token;
    for (answer, code) in [("n\r", 4), ("y\r", 0)] {
        let mut screen = Screen::open(&app, &attach);
        screen.see("Access token:");
        screen.press(&format!("{token}\r"));
        let shown = screen.see("Is it the same?");
        assert!(shown.contains(&key) && !shown.contains(&token), "{shown}");
        screen.press(answer);
        let shown = screen.end_with(code);
        assert_eq!(shown.contains("trusted by this session"), code == 0, "{shown}");
        assert_eq!(app.data_dir().exists(), code == 0);
    }
}

/// The password, and the old key if the person has it.
fn reset(app: &App, person: &Person, old_key: Option<&str>, arguments: &[&str]) -> Run {
    let token = person.phone.plain().access_token;
    let mut environment = vec![(TOKEN, token.as_str()), ("KEYWARD_PASSWORD", &person.user.password)];
    environment.extend(old_key.map(|key| ("KEYWARD_RECOVERY_KEY", key)));
    app.run_with(&[&["--json", "reset"], arguments].concat(), &environment)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_attached_reset_is_handed_over_by_a_second_command() {
    let person = Person::new().await;
    let (app, token) = (App::new(), person.phone.plain().access_token);
    json(
        &app,
        &token,
        &describe_with_key(&person.phone, Synapse::shared().await.url()).await,
    );
    let plan = json(&app, &token, &["reset", "--plan"]);
    assert_eq!(
        (&plan["room_keys_here"], &plan["backup_readable"]),
        (&Value::Null, &json!(false))
    );
    let wrong = reset(&app, &person, Some("not a key"), &["--acknowledge"]);
    wrong.expect_error(1, "secret_storage.mistyped_key");
    let token = [
        (TOKEN, token.as_str()),
        ("KEYWARD_EXPORT_PASSPHRASE", "several unrelated words"),
    ];
    let export = ["--json", "reset", "--acknowledge", "--export", "file"];
    app.run_with(&export, &token).expect_error(1, "reset.no_room_keys");
    let token = token[0].1;
    reset(&app, &person, None, &["--handed-over"]).expect_error(1, "reset.nothing_pending");
    reset(&app, &person, None, &["--keep-old"]).expect_error(2, "usage");

    let run = reset(&app, &person, Some(&person.recovery_key), &["--acknowledge"]);
    run.expect_exit(0);
    let lines = run.lines();
    let statuses: Vec<_> = lines.iter().map(|line| line["status"].as_str().unwrap()).collect();
    assert_eq!(statuses, ["key", "hand_over"]);
    assert_eq!(lines[0]["recovery_key"], lines[1]["recovery_key"]);
    let version = person.phone.plain().get("/v3/room_keys/version").await.unwrap();
    assert_eq!(lines[1]["backup_version"], version["version"]);
    assert_eq!(json(&app, token, &["status"])["pending_reset"], "handing_over");
    reset(&app, &person, None, &["--cancel"]).expect_error(1, "reset.already_committed");
    app.run(&["--json", "detach"]).expect_error(1, "attach.reset_pending");
    reset(&app, &person, None, &["--acknowledge"]).expect_error(1, "reset.pending");

    let key = lines[0]["recovery_key"].as_str().unwrap();
    person.phone.sync_once().await.unwrap();
    person.phone.recover(key).await.unwrap();
    let done = reset(&app, &person, None, &["--handed-over"]);
    done.expect_exit(0);
    let done = done.lines();
    assert_eq!(done.len(), 1, "{done:?}");
    assert_eq!(
        (&done[0]["status"], &done[0]["old_backup"]),
        (&json!("done"), &json!("drained"))
    );
    let status = json(&app, token, &["status"]);
    assert_eq!(
        (&status["verified"], &status["pending_reset"]),
        (&json!(true), &Value::Null)
    );
    assert!(reads_all(&person.phone, &person.history).await.unwrap());
    reset(&app, &person, None, &["--handed-over"]).expect_error(1, "reset.nothing_pending");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_app_that_does_not_take_the_key_is_not_waited_for_twice() {
    let person = Person::new().await;
    let (app, token) = (App::new(), person.phone.plain().access_token);
    json(
        &app,
        &token,
        &describe_with_key(&person.phone, Synapse::shared().await.url()).await,
    );
    reset(&app, &person, None, &["--acknowledge"]).expect_exit(0);
    reset(&app, &person, None, &["--handed-over"]).expect_error(1, "reset.not_taken_over");
    assert_eq!(json(&app, &token, &["status"])["pending_reset"], "handing_over");
    let again = reset(&app, &person, None, &["--resume"]);
    again.expect_exit(0);
    assert_eq!(again.lines().pop().unwrap()["status"], "hand_over");
    let kept = reset(&app, &person, None, &["--handed-over", "--keep-old"]);
    kept.expect_exit(0);
    assert_eq!(kept.lines().pop().unwrap()["old_backup"], "kept");
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn in_a_terminal_the_steps_lead_to_the_hand_over_which_may_wait() {
    use crate::common::screen::Screen;

    let person = Person::new().await;
    let (app, token) = (App::new(), person.phone.plain().access_token);
    let url = Synapse::shared().await.url();
    json(&app, &token, &describe_with_key(&person.phone, url).await);
    let mut screen = Screen::open_with(&app, &["reset"], &[(TOKEN, &token)]);
    for (question, answer) in [
        ("Go on?", "y"),
        ("Do you have the old one?", "n"),
        ("What shall open your secret storage?", ""),
        ("Type the key again", "saved"),
        ("Account password:", &person.user.password),
    ] {
        screen.see(question);
        screen.press(&format!("{answer}\r"));
    }
    let shown = screen.see("How does it stand?");
    // What the app holds is not counted here, so there is no step of filling the new key storage.
    for line in [
        "> What shall open your secret storage? A generated Security Key (recommended)\n",
        "Step 5 of 7: Putting the new digital identity in force … done\n",
        "Step 6 of 7: Give the new Security Key to your app\n",
    ] {
        assert!(shown.contains(line), "{line:?} is not in\n{shown}");
    }
    assert!(!shown.contains("Asking the homeserver"), "{shown}");
    // The third choice.
    screen.press("\u{1b}[B\u{1b}[B\r");
    let shown = screen.end_with(0);
    assert!(
        shown.contains("`keyward reset --handed-over` finishes the reset."),
        "{shown}"
    );
    assert_eq!(json(&app, &token, &["status"])["pending_reset"], "handing_over");
    let kept = reset(&app, &person, None, &["--handed-over", "--keep-old"]);
    kept.expect_exit(0);
    assert_eq!(kept.lines().pop().unwrap()["old_backup"], "kept");
}
