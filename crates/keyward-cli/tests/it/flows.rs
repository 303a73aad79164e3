// SPDX-License-Identifier: Apache-2.0

//! Whole flows as a script runs them, against a real Synapse: JSON on standard output, exit codes, nothing asked.

use std::{
    fs,
    io::{BufRead, BufReader, Read},
    process::Command,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicUsize, Ordering},
    },
    time::Instant,
};

use crate::common::{self, App, Person, Run, new_user, other_client, script};
use keyward_testing::{
    proxy::{Fault, Rule},
    synapse::Synapse,
    user::User,
};
use reqwest::StatusCode;
use serde_json::{Value, json};

const RESET: &[&str] = &["--json", "reset", "--acknowledge"];

#[tokio::test(flavor = "multi_thread")]
async fn a_script_logs_in_resets_and_logs_out() {
    let (person, app) = (Person::new().await, App::new());
    let url = Synapse::shared().await.url();
    let phone = person.phone.device_id();
    let password = [("KEYWARD_PASSWORD", person.user.password.as_str())];

    let status = app.login(url, &person.user);
    assert_eq!(status["user_id"], person.user.user_id);
    let device_id = status["device_id"].as_str().unwrap().to_owned();
    for (field, expected) in [
        ("verified", json!(false)),
        ("identity", json!("not_ours")),
        ("secret_storage", json!("ready")),
        ("pending_reset", Value::Null),
    ] {
        assert_eq!(status[field], expected, "{field}");
    }
    assert_eq!(app.status(), status);

    // The store opens with its key alone.
    let again = app.run_with(&["--json", "login", "--homeserver", url, "--user", "x"], &password);
    again.expect_error(1, "login.already_logged_in");

    let unlocked = app.unlock(&person.recovery_key);
    assert_eq!(unlocked, json!({"verified": true, "key_backup": true}));
    let status = app.status();
    assert_eq!(
        [&status["verified"], &status["identity"]],
        [&json!(true), &json!("ours")]
    );
    assert_eq!(status["key_backup"], "enabled");

    let sessions = app.json(&["sessions"], &[]);
    assert_eq!(sessions["current"]["device_id"], device_id.as_str());
    assert_eq!(sessions["recommendations"], json!({"unverified": 0, "inactive": 0}));
    let others = sessions["others"].as_array().unwrap();
    assert_eq!(others.len(), 1);
    assert_eq!(others[0]["device_id"], phone);
    assert_eq!(
        app.json(&["sessions", "--filter", "unverified"], &[])["others"],
        json!([])
    );

    let plan = app.json(&["reset", "--plan"], &[]);
    assert_eq!(
        [&plan["verified_sessions"], &plan["backup_readable"]],
        [&json!(1), &json!(true)]
    );

    let run = app.run_with(RESET, &password);
    run.expect_exit(0);
    assert_eq!(run.stderr, "");
    let key = expect_done(&run);
    let done = &run.lines()[1];
    assert_eq!(done["untrusted_sessions"], json!([phone]));
    assert_eq!(done["old_backup"], "drained");
    assert!(done["room_keys_backed_up"].as_u64().unwrap() >= 1, "{done}");

    let status = app.status();
    for (field, expected) in [
        ("verified", json!(true)),
        ("identity", json!("ours")),
        ("secret_storage", json!("ready")),
        ("key_backup", json!("enabled")),
        ("pending_reset", Value::Null),
    ] {
        assert_eq!(status[field], expected, "{field}");
    }
    person.expect_history_opens_with(&key).await;

    app.json(&["logout"], &[]);
    assert!(!app.data_dir().exists(), "logging out leaves files behind");
    let run = app.run(&["--json", "status"]);
    run.expect_error(1, "store.not_logged_in");
    assert!(!person.on_server().await.devices.contains_key(&device_id));
}

/// The key comes first, the end last, and both are the same key. Returns it.
#[track_caller]
fn expect_done(run: &Run) -> String {
    let lines = run.lines();
    assert_eq!(lines.len(), 2, "{run:#?}");
    assert_eq!(lines[0]["status"], "key");
    assert_eq!(lines[1]["status"], "done");
    assert_eq!(lines[0]["recovery_key"], lines[1]["recovery_key"]);
    let key = lines[0]["recovery_key"].as_str().unwrap();
    assert!(key.starts_with("Es"), "{run:#?}");
    key.to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_keeps_the_reset_which_is_then_resumed() {
    let (person, app) = Person::with_app().await;
    let before = person.on_server().await;

    let run = app.run_with(RESET, &[("KEYWARD_PASSWORD", "wrong")]);
    run.expect_exit(3);
    let key = run.lines()[0].clone();
    assert_eq!(key["status"], "key", "the key comes before the password is tried");
    assert_eq!(run.error()["kind"], "auth.wrong_password");
    for command in ["keyward reset --resume", "keyward reset --cancel"] {
        run.expect_said(command);
    }
    assert_eq!(person.on_server().await.public_keys(), before.public_keys());
    assert_eq!(app.status()["pending_reset"], "staged");

    let second = app.run_with(RESET, &[("KEYWARD_PASSWORD", &person.user.password)]);
    second.expect_error(1, "reset.pending");
    for command in ["keyward reset --resume", "keyward reset --cancel"] {
        second.expect_said(command);
    }
    assert_eq!(second.stdout, "");

    // An interrupted reset would go away with the files.
    let logout = app.run(&["--json", "logout", "--discard-keys"]);
    logout.expect_error(1, "reset.pending");

    let nobody_to_ask = app.run(&["--json", "reset", "--resume"]);
    nobody_to_ask.expect_exit(2);
    assert_eq!(nobody_to_ask.lines(), std::slice::from_ref(&key));
    assert!(
        nobody_to_ask.stderr.contains("KEYWARD_PASSWORD"),
        "{}",
        nobody_to_ask.stderr
    );

    let run = app.run_with(
        &["--json", "reset", "--resume"],
        &[("KEYWARD_PASSWORD", &person.user.password)],
    );
    run.expect_exit(0);
    expect_done(&run);
    assert_eq!(run.lines()[0], key, "the key that was printed before");
    assert_eq!(run.lines()[1]["old_backup"], "kept", "this session was never unlocked");
    assert_ne!(person.on_server().await.public_keys(), before.public_keys());

    let nothing = app.run(&["--json", "reset", "--resume"]);
    nothing.expect_error(1, "reset.nothing_pending");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_reset_leaves_the_account_as_it_was() {
    let (person, app) = Person::with_app().await;
    let before = person.on_server().await;

    app.run_with(RESET, &[("KEYWARD_PASSWORD", "wrong")]).expect_exit(3);
    assert_eq!(app.json(&["reset", "--cancel"], &[]), json!({"status": "cancelled"}));
    assert_eq!(app.status()["pending_reset"], Value::Null);
    person.expect_unharmed(&before).await;

    let nothing = app.run(&["--json", "reset", "--cancel"]);
    nothing.expect_error(1, "reset.nothing_pending");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_missing_password_is_noticed_before_anything_happens() {
    let (person, app) = Person::with_app().await;
    let before = person.on_server().await;
    let run = app.run(RESET);
    run.expect_exit(2);
    run.expect_said("KEYWARD_PASSWORD");
    assert_eq!(run.stdout, "");
    assert_eq!(person.on_server().await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_weak_phrase_changes_nothing_and_a_strong_one_opens_everything() {
    let (person, app) = Person::with_unlocked_app().await;
    let before = person.on_server().await;
    let with_phrase = |phrase| {
        let environment = [
            ("KEYWARD_PASSWORD", person.user.password.as_str()),
            ("KEYWARD_NEW_PASSPHRASE", phrase),
        ];
        app.run_with(&[RESET, &["--passphrase"]].concat(), &environment)
    };
    let run = with_phrase("password1");
    run.expect_error(1, "reset.weak_passphrase");
    assert_eq!(person.on_server().await, before);

    let phrase = "four green elephants dance a waltz";
    with_phrase(phrase).expect_exit(0);
    person.expect_history_opens_with(phrase).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_without_identity_needs_no_password_for_its_first_reset() {
    let synapse = Synapse::shared().await;
    let (user, app) = (new_user().await, App::new());
    assert_eq!(app.login(synapse.url(), &user)["identity"], "none");
    let run = app.run(RESET);
    run.expect_exit(0);
    let key = expect_done(&run);
    assert_eq!(run.lines()[1]["old_backup"], "none");
    other_client(&user).await.recover(&key).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_first_reset_that_stops_after_the_commit_says_that_it_is_in_force() {
    let user = new_user().await;
    let (app, proxy) = App::behind_a_proxy(&user).await;
    let binds = |method: &str, path: &str| method == "PUT" && path.ends_with("/m.secret_storage.default_key");
    proxy.arm(Rule::new(Fault::CutBefore).on(binds).for_ever());
    let run = app.run(RESET);
    run.expect_error(1, "server.unreachable");
    run.expect_said("The new digital identity is in force");
    proxy.disarm();
    app.run(&["--json", "reset", "--resume"]).expect_exit(0);
}

#[tokio::test(flavor = "multi_thread")]
async fn progress_comes_in_lines_of_its_own_if_it_is_wanted() {
    let (person, app) = Person::with_app().await;
    let run = app.run_with(
        &[RESET, &["--progress"]].concat(),
        &[("KEYWARD_PASSWORD", &person.user.password)],
    );
    run.expect_exit(0);
    let lines = run.lines();
    let steps: Vec<_> = lines
        .iter()
        .filter(|line| line["status"] == "progress")
        .map(|line| line["step"].as_str().unwrap())
        .collect();
    assert!(
        steps.contains(&"make_keys") && steps.contains(&"bind") && steps.contains(&"clean_up"),
        "{steps:?}"
    );
    let others: Vec<_> = lines
        .iter()
        .filter(|line| line["status"] != "progress")
        .map(|line| &line["status"])
        .collect();
    assert_eq!(others, ["key", "done"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signal_before_the_commit_undoes_everything() {
    let person = Person::new().await;
    let (app, proxy) = App::behind_a_proxy(&person.user).await;
    let before = person.on_server().await;

    // The first upload is the one that asks what the server wants.
    let process = Arc::new(OnceLock::new());
    proxy.arm(Rule::new(Fault::kill_before(terminate(&process))).on(is_commit));
    let run = run_and_tell(&mut reset(&app, &person), &process);
    run.expect_exit(4);
    assert_eq!(run.lines().len(), 1, "{run:#?}");
    assert_eq!(run.error()["kind"], "cancelled");
    run.expect_said("Nothing was changed");
    assert_eq!(app.status()["pending_reset"], Value::Null);
    person.expect_unharmed(&before).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_signal_ends_at_once_and_the_rest_can_be_undone_later() {
    let person = Person::new().await;
    let (app, proxy) = App::behind_a_proxy(&person.user).await;
    let before = person.on_server().await;

    // The second write of this secret is the one that takes the staged entry back.
    let is_secret = |method: &str, path: &str| method == "PUT" && path.ends_with("/m.cross_signing.master");
    let process = Arc::new(OnceLock::new());
    proxy.arm(Rule::new(Fault::kill_before(terminate(&process))).on(is_commit));
    proxy.arm(
        Rule::new(Fault::kill_before(terminate(&process)))
            .on(is_secret)
            .number(2),
    );
    let run = run_and_tell(&mut reset(&app, &person), &process);
    run.expect_error(4, "interrupted");
    for command in ["keyward reset --cancel", "keyward reset --resume"] {
        run.expect_said(command);
    }
    proxy.disarm();
    assert_eq!(app.status()["pending_reset"], "staged");
    app.json(&["reset", "--cancel"], &[]);
    person.expect_unharmed(&before).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signal_after_the_commit_says_how_to_finish() {
    let person = Person::new().await;
    let (app, proxy) = App::behind_a_proxy(&person.user).await;

    let process = Arc::new(OnceLock::new());
    proxy.arm(
        Rule::new(Fault::kill_after(terminate(&process)))
            .on(is_commit)
            .number(2),
    );
    let run = run_and_tell(&mut reset(&app, &person), &process);
    run.expect_error(4, "interrupted");
    run.expect_said("keyward reset --resume");
    let key = run.lines()[0]["recovery_key"].as_str().unwrap().to_owned();
    assert_eq!(app.status()["pending_reset"], "committed");

    let cancel = app.run(&["--json", "reset", "--cancel"]);
    cancel.expect_error(1, "reset.already_committed");

    // The server has the identity, so it asks for no password any more.
    let run = app.run(&["--json", "reset", "--resume"]);
    run.expect_exit(0);
    assert_eq!(expect_done(&run), key);
    assert_eq!(app.status()["verified"], true);
}

fn is_commit(method: &str, path: &str) -> bool {
    method == "POST" && path.ends_with("/keys/device_signing/upload")
}

fn reset(app: &App, person: &Person) -> Command {
    let mut command = app.command(RESET);
    command.env("KEYWARD_PASSWORD", &person.user.password);
    command
}

/// Asks the process to end, as `kill` does, as soon as its id is known.
pub(crate) fn terminate(process: &Arc<OnceLock<u32>>) -> impl Fn() + Send + Sync + 'static {
    let process = process.clone();
    move || {
        let status = Command::new("kill")
            .args(["-TERM", &process.wait().to_string()])
            .status()
            .unwrap();
        assert!(status.success());
    }
}

/// Runs it, and tells its process id.
pub(crate) fn run_and_tell(command: &mut Command, process: &OnceLock<u32>) -> Run {
    let mut child = command.spawn().unwrap();
    process.set(child.id()).unwrap();
    let mut stdout = String::new();
    child.stdout.take().unwrap().read_to_string(&mut stdout).unwrap();
    let mut stderr = String::new();
    child.stderr.take().unwrap().read_to_string(&mut stderr).unwrap();
    Run {
        status: child.wait().unwrap(),
        stdout,
        stderr,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_key_is_out_before_the_server_is_asked_to_accept_anything() {
    let person = Person::new().await;
    let (app, proxy) = App::behind_a_proxy(&person.user).await;
    proxy.reset();

    // Whatever the program waits for, the line is there: a reader gets it while no upload has been answered.
    let (read, wait) = std::sync::mpsc::channel::<()>();
    let wait = std::sync::Mutex::new(wait);
    let hook = move || wait.lock().unwrap().recv().unwrap();
    proxy.arm(Rule::new(Fault::kill_before(hook)).on(is_commit));
    let mut command = app.command(RESET);
    let mut child = command.env("KEYWARD_PASSWORD", &person.user.password).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let first: Value = serde_json::from_str(&lines.next().unwrap().unwrap()).unwrap();
    assert_eq!(first["status"], "key");
    assert!(
        proxy
            .requests()
            .iter()
            .all(|request| !is_commit(&request.method, &request.path) || request.end.is_none())
    );
    read.send(()).unwrap();
    let last: Value = serde_json::from_str(&lines.last().unwrap().unwrap()).unwrap();
    assert_eq!(
        [&last["status"], &last["recovery_key"]],
        [&json!("done"), &first["recovery_key"]]
    );
    assert!(child.wait().unwrap().success());
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_reader_for_the_key_nothing_is_committed() {
    let (person, app) = Person::with_app().await;
    let before = person.on_server().await;
    let mut command = app.command(RESET);
    let mut child = command.env("KEYWARD_PASSWORD", &person.user.password).spawn().unwrap();
    drop(child.stdout.take());
    let mut stderr = String::new();
    child.stderr.take().unwrap().read_to_string(&mut stderr).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(1), "{stderr}");
    assert!(stderr.contains(r#""kind":"output""#), "{stderr}");
    assert_eq!(person.on_server().await.public_keys(), before.public_keys());
    assert_eq!(app.status()["pending_reset"], "staged");
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_are_signed_out_with_the_password_and_not_without() {
    let (person, app) = Person::with_app().await;
    let current = app.device_id();
    let plain = script(&person.user, "Script").await;
    let laptop = other_client(&person.user).await;
    let password = [("KEYWARD_PASSWORD", person.user.password.as_str())];
    let sign_out = |arguments: &[&str], environment: &[(&str, &str)]| {
        app.run_with(
            &[&["--json", "sessions", "sign-out", "--yes"], arguments].concat(),
            environment,
        )
    };

    let run = sign_out(&[&plain.device_id], &[("KEYWARD_PASSWORD", "wrong")]);
    run.expect_error(3, "auth.wrong_password");
    let run = sign_out(&[&plain.device_id], &[]);
    run.expect_exit(2);
    run.expect_said("KEYWARD_PASSWORD");
    let run = sign_out(&["NOSUCHID"], &password);
    run.expect_error(1, "sessions.unknown");
    let run = sign_out(&[&current], &password);
    run.expect_error(1, "sign_out.current_session");
    assert_eq!(person.on_server().await.devices.len(), 4);

    let run = sign_out(&[&plain.device_id], &password);
    run.expect_exit(0);
    assert_eq!(run.lines(), [json!({"signed_out": [plain.device_id]})]);

    let run = sign_out(&["--unverified"], &password);
    run.expect_error(1, "sign_out.not_verified");

    // To an unlocked session the laptop is unverified, and the phone is not.
    app.unlock(&person.recovery_key);
    let run = sign_out(&["--unverified"], &password);
    run.expect_exit(0);
    assert_eq!(run.lines(), [json!({"signed_out": [laptop.device_id()]})]);
    let run = sign_out(&["--inactive"], &[]);
    run.expect_exit(0);
    assert_eq!(run.lines(), [json!({"signed_out": []})]);

    let run = sign_out(&["--others"], &password);
    run.expect_exit(0);
    assert_eq!(run.lines(), [json!({"signed_out": [person.phone.device_id()]})]);
    assert_eq!(app.json(&["sessions"], &[])["others"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_key_does_not_unlock_and_says_why() {
    let (person, app) = Person::with_app().await;
    let mistyped = person.recovery_key.replacen(|c: char| c.is_ascii_digit(), "z", 1);
    for (variable, value, kind) in [
        ("KEYWARD_RECOVERY_KEY", "nonsense", "secret_storage.mistyped_key"),
        ("KEYWARD_RECOVERY_KEY", mistyped.as_str(), "secret_storage.mistyped_key"),
        ("KEYWARD_PASSPHRASE", "some phrase", "secret_storage.no_passphrase"),
    ] {
        let run = app.run_with(&["--json", "unlock"], &[(variable, value)]);
        run.expect_error(1, kind);
        assert!(!run.stderr.contains(value), "{}", run.stderr);
    }
    let run = app.run(&["--json", "unlock"]);
    run.expect_exit(2);
    let both = [("KEYWARD_RECOVERY_KEY", "a"), ("KEYWARD_PASSPHRASE", "b")];
    app.run_with(&["--json", "unlock"], &both).expect_exit(2);
    assert_eq!(app.status()["verified"], false);
}

#[tokio::test(flavor = "multi_thread")]
async fn room_keys_leave_an_expired_session_and_enter_another_without_network() {
    let person = Person::new().await;
    let (app, proxy) = App::behind_a_proxy(&person.user).await;
    app.unlock(&person.recovery_key);
    let other = App::of(&person.user).await;
    let device_id = app.device_id();
    let passphrase = [("KEYWARD_EXPORT_PASSPHRASE", "between us")];
    let file = app.path("room-keys.txt");
    let file = file.to_str().unwrap();

    // A reset's export brings the history here, and its cancel leaves the file.
    let environment = [passphrase[0], ("KEYWARD_PASSWORD", "wrong")];
    app.run_with(&[RESET, &["--export", file]].concat(), &environment)
        .expect_exit(3);
    app.json(&["reset", "--cancel"], &[]);
    let in_file = other.json(&["keys", "import", file], &passphrase);
    assert!(in_file["imported"].as_u64().unwrap() >= 1, "{in_file}");
    assert_eq!(
        [&in_file["imported"], &in_file["malformed"]],
        [&in_file["total"], &json!(0)]
    );
    let again = other.json(&["keys", "import", file], &passphrase);
    assert_eq!([&again["imported"], &again["total"]], [&json!(0), &in_file["total"]]);
    let wrong = other.run_with(
        &["--json", "keys", "import", file],
        &[("KEYWARD_EXPORT_PASSPHRASE", "wrong")],
    );
    wrong.expect_error(1, "import.wrong_passphrase");

    let run = other.run_with(
        &["--json", "sessions", "sign-out", "--yes", &device_id],
        &[("KEYWARD_PASSWORD", &person.user.password)],
    );
    run.expect_exit(0);
    let expired = app.run(&["--json", "status"]);
    expired.expect_error(1, "server.session_expired");
    expired.expect_said("keyward keys export");

    proxy.arm(Rule::new(Fault::CutBefore).for_ever());
    let second = app.path("second.txt");
    let exported = app.json(&["keys", "export", second.to_str().unwrap()], &passphrase);
    assert_eq!(exported["exported"], in_file["total"]);
    app.json(&["keys", "import", second.to_str().unwrap()], &passphrase);
    let force = ["keys", "export", "--force", second.to_str().unwrap()];
    assert_eq!(app.json(&force, &passphrase), exported);

    proxy.disarm();
    app.json(&["logout", "--discard-keys"], &[]);
    assert!(!app.data_dir().exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn logging_out_does_not_lose_room_keys_unasked() {
    let person = Person::new().await;
    let source = App::unlocked(&person).await;
    let file = source.path("room-keys.txt");
    let file = file.to_str().unwrap();
    let environment = [("KEYWARD_EXPORT_PASSPHRASE", "p"), ("KEYWARD_PASSWORD", "wrong")];
    source
        .run_with(&[RESET, &["--export", file]].concat(), &environment)
        .expect_exit(3);

    let app = App::of(&person.user).await;
    app.json(&["keys", "import", file], &[("KEYWARD_EXPORT_PASSPHRASE", "p")]);
    let run = app.run(&["--json", "logout"]);
    run.expect_exit(2);
    let error = run.error();
    assert_eq!(error["kind"], "logout.unsaved_room_keys");
    assert!(error["message"].as_str().unwrap().contains("--discard-keys"), "{error}");
    app.status();
    app.json(&["logout", "--discard-keys"], &[]);
    assert!(!app.data_dir().exists());
}

fn login_arguments<'a>(url: &'a str, user: &'a User) -> [&'a str; 6] {
    ["--json", "login", "--homeserver", url, "--user", &user.localpart]
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_login_leaves_nothing_behind() {
    let synapse = Synapse::shared().await;
    let (user, app) = (new_user().await, App::new());
    let arguments = login_arguments(synapse.url(), &user);
    let run = app.run_with(&arguments, &[("KEYWARD_PASSWORD", "wrong")]);
    run.expect_error(3, "login.wrong_password");
    assert!(!app.data_dir().exists());
    app.run(&arguments).expect_exit(2);
    assert!(!app.data_dir().exists());
    app.login(synapse.url(), &user);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_login_that_is_killed_at_any_moment_can_be_done_again() {
    const MOMENTS: u32 = 25;
    let synapse = Synapse::shared().await;
    let user = new_user().await;
    let started = Instant::now();
    App::of(&user).await;
    let whole = started.elapsed();
    let arguments = login_arguments(synapse.url(), &user);
    for moment in 0..MOMENTS {
        let app = App::new();
        let mut login = app.command(&arguments);
        login.env("KEYWARD_PASSWORD", &user.password);
        let mut login = login.spawn().expect("the terminal app runs");
        // Any moment will do, so it need not be the same on every machine.
        let until = Instant::now() + whole * moment / MOMENTS;
        while Instant::now() < until && login.try_wait().expect("a process").is_none() {
            std::thread::yield_now();
        }
        login.kill().expect("killed");
        login.wait().expect("it ended");
        let again = app.run_with(&arguments, &[("KEYWARD_PASSWORD", &user.password)]);
        if again.status.success() {
            continue;
        }
        again.expect_error(1, "login.already_logged_in");
        app.status();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_without_its_key_is_left_as_it_is() {
    let synapse = Synapse::shared().await;
    let (user, app) = (new_user().await, App::new());
    let before = app.login(synapse.url(), &user);
    let (key, hidden) = (app.data_dir().join("store.key"), app.path("hidden"));
    fs::rename(&key, &hidden).unwrap();
    let login = ["login", "--homeserver", synapse.url(), "--user", &user.localpart];
    for arguments in [&["status"][..], &["logout", "--discard-keys"], &login] {
        let run = app.run_with(
            &[&["--json"], arguments].concat(),
            &[("KEYWARD_PASSWORD", &user.password)],
        );
        run.expect_error(1, "store_key_missing");
        assert!(!key.exists(), "{arguments:?} made another key");
    }
    // Another store's key opens nothing either.
    fs::write(&key, [1; 32]).unwrap();
    common::make_private(&key);
    let run = app.run(&["--json", "status"]);
    run.expect_error(1, "store.wrong_key");

    fs::rename(&hidden, &key).unwrap();
    assert_eq!(app.status(), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn secrets_can_come_through_file_descriptors() {
    let (person, app) = (Person::new().await, App::new());
    let synapse = Synapse::shared().await;
    let login = [
        &login_arguments(synapse.url(), &person.user)[..],
        &["--password-fd", "7"],
    ]
    .concat();
    app.run_with_line(&login, 7, &person.user.password).expect_exit(0);
    app.run_with_line(&["unlock", "--recovery-key-fd", "3"], 3, &person.recovery_key)
        .expect_exit(0);
    assert_eq!(app.status()["verified"], true);
    let reset = ["--json", "reset", "--acknowledge", "--password-fd", "3"];
    let run = app.run_with_line(&reset, 3, "wrong");
    run.expect_error(3, "auth.wrong_password");
    let resume = ["--json", "reset", "--resume", "--password-fd", "3"];
    app.run_with_line(&resume, 3, &person.user.password).expect_exit(0);
}

/// The token is unknown right after the upload: nobody knows then whether the new identity is in force.
#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_found_out_is_said_so() {
    let person = Person::new().await;
    let (app, proxy) = App::behind_a_proxy(&person.user).await;
    app.unlock(&person.recovery_key);
    proxy.reset();
    let unknown = json!({"errcode": "M_UNKNOWN_TOKEN", "error": "", "soft_logout": false});
    let before = person.on_server().await;
    // Every look after the upload with the password, which is the second one. How many come before it depends on the machine.
    let uploads = AtomicUsize::new(0);
    let late_looks = move |_: &str, path: &str| {
        let is_upload = path.ends_with("/keys/device_signing/upload");
        let uploads = uploads.fetch_add(usize::from(is_upload), Ordering::Relaxed);
        path.ends_with("/keys/query") && uploads >= 2
    };
    let refused = Rule::new(Fault::Reply(StatusCode::UNAUTHORIZED, unknown.clone()));
    proxy.arm(refused.on(late_looks).for_ever());
    let refresh = Rule::new(Fault::Reply(StatusCode::UNAUTHORIZED, unknown));
    proxy.arm(refresh.on(|_, path| path.ends_with("/refresh")).for_ever());
    let run = app.run_with(RESET, &[("KEYWARD_PASSWORD", &person.user.password)]);
    run.expect_error(1, "server.session_expired");
    run.expect_said("cannot be found out now");
    assert_ne!(
        person.on_server().await.public_keys(),
        before.public_keys(),
        "it is in force"
    );
    proxy.disarm();
    let run = app.run_with(
        &["--json", "reset", "--resume"],
        &[("KEYWARD_PASSWORD", &person.user.password)],
    );
    run.expect_exit(0);
}

/// One of them makes the store, and the others say why not.
#[tokio::test(flavor = "multi_thread")]
async fn five_processes_on_one_folder_make_one_login() {
    let synapse = Synapse::shared().await;
    let (user, app) = (new_user().await, App::new());
    let five = |arguments: &[&str]| -> Vec<Run> {
        let start = || {
            let mut command = app.command(arguments);
            command.env("KEYWARD_PASSWORD", &user.password).spawn().unwrap()
        };
        let processes: Vec<_> = (0..5).map(|_| start()).collect();
        processes.into_iter().map(common::ended).collect()
    };
    let kind = |run: &Run| -> String {
        let error: Value = serde_json::from_str(&run.stderr).unwrap_or_default();
        error["error"]["kind"].as_str().unwrap_or("none").to_owned()
    };
    let logins = five(&login_arguments(synapse.url(), &user));
    let done = logins.iter().filter(|run| run.status.success()).count();
    assert_eq!(done, 1, "{logins:#?}");
    for run in logins.iter().filter(|run| !run.status.success()) {
        let kind = kind(run);
        let expected = ["store.in_use", "login.already_logged_in", "store"].contains(&kind.as_str());
        assert!(expected, "{run:#?}");
    }
    let before = app.status();
    for _ in 0..4 {
        for run in five(&["--json", "status"]) {
            assert!(run.status.success() || kind(&run) == "store.in_use", "{run:#?}");
        }
    }
    assert_eq!(app.status(), before);
    let logouts = five(&["--json", "logout", "--discard-keys"]);
    assert!(logouts.iter().any(|run| run.status.success()), "{logouts:#?}");
    app.run(&["--json", "status"]).expect_error(1, "store.not_logged_in");
    app.login(synapse.url(), &user);
}

/// A folder in which SQLite has begun a database, or another program has made one.
#[tokio::test(flavor = "multi_thread")]
async fn an_empty_database_is_no_login_and_gets_no_key_that_nobody_keeps() {
    let synapse = Synapse::shared().await;
    let (user, app) = (new_user().await, App::new());
    let database = app.data_dir().join("matrix-sdk-crypto.sqlite3");
    fs::create_dir_all(app.data_dir()).unwrap();
    for sql in [
        "PRAGMA user_version = 1;",
        "CREATE TABLE kv (key TEXT PRIMARY KEY NOT NULL, value BLOB NOT NULL);",
        "PRAGMA journal_mode = wal;",
    ] {
        let _ = fs::remove_file(&database);
        rusqlite::Connection::open(&database)
            .unwrap()
            .execute_batch(sql)
            .unwrap();
        assert!(fs::metadata(&database).unwrap().len() > 0);
        app.run(&["--json", "status"]).expect_error(1, "store.not_logged_in");
    }
    app.login(synapse.url(), &user);
}

#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn a_desktop_bus_that_hangs_delays_the_login_and_no_more() {
    use std::os::unix::net::UnixListener;
    let synapse = Synapse::shared().await;
    let (user, app) = (new_user().await, App::new());
    let bus = app.path("bus");
    // Takes connections and never says a word.
    let _bus = UnixListener::bind(&bus).unwrap();
    let run = |arguments: &[&str]| {
        let mut command = app.command(&[&["--json", "-v"], arguments].concat());
        command
            .env_remove("KEYWARD_NO_KEYRING")
            .env("DBUS_SESSION_BUS_ADDRESS", format!("unix:path={}", bus.display()))
            .env("KEYWARD_PASSWORD", &user.password);
        common::finish(command)
    };
    let login = run(&["login", "--homeserver", synapse.url(), "--user", &user.localpart]);
    login.expect_exit(0);
    assert!(
        login.stderr.contains("the store's key goes into a file"),
        "{}",
        login.stderr
    );
    assert!(app.data_dir().join("store.key").exists());
    // With a file nobody asks the bus.
    let status = run(&["status"]);
    status.expect_exit(0);
    assert_eq!(status.stderr, "");
    run(&["logout"]).expect_exit(0);
    assert!(!app.data_dir().exists());
}
