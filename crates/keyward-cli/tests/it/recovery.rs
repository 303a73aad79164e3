// SPDX-License-Identifier: Apache-2.0

//! `keyward recovery`: a new Security Key without a reset, as scripts and people make it, and what a key opens.

use std::{
    io::{BufRead as _, BufReader},
    sync::{Arc, Mutex, OnceLock, mpsc},
};

use keyward_testing::{
    other_client::OtherClient,
    person::reads_all,
    proxy::{Fault, FaultProxy, Rule},
    server_state::{Allowed, ServerState, readable},
    synapse::Synapse,
};
use serde_json::{Value, json};

use crate::{
    attach::{TOKEN, describe_with_key},
    common::{App, Person, Run, other_client},
    flows::{run_and_tell, terminate},
};

const NEW: &[&str] = &["--json", "recovery", "new", "--acknowledge"];
const RESUME: &[&str] = &["--json", "recovery", "new", "--resume"];
const CHECK: &[&str] = &["--json", "recovery", "check"];
const PHRASE: &str = "four green elephants dance a waltz";

/// Every secret that a key of a whole account opens.
const ALL: [&str; 4] = [
    "m.cross_signing.master",
    "m.cross_signing.self_signing",
    "m.cross_signing.user_signing",
    "m.megolm_backup.v1",
];

/// The key comes first, the end last, and both are the same key. Returns it.
#[track_caller]
fn expect_done(run: &Run) -> String {
    run.expect_exit(0);
    assert_eq!(run.stderr, "");
    let lines = run.lines();
    let statuses: Vec<_> = lines.iter().map(|line| line["status"].as_str().unwrap()).collect();
    assert_eq!(statuses, ["key", "done"], "{run:#?}");
    assert_eq!(lines[0]["recovery_key"], lines[1]["recovery_key"]);
    lines[0]["recovery_key"].as_str().unwrap().to_owned()
}

fn check(app: &App, variable: &str, key: &str) -> Run {
    app.run_with(CHECK, &[(variable, key)])
}

/// The key opens everything, and every client asks for it.
#[track_caller]
fn expect_opens_everything(run: &Run) {
    run.expect_exit(0);
    let expected = json!({"opens": ALL, "does_not_open": [], "missing": [], "default": true});
    assert_eq!(run.lines(), [expected]);
}

/// Nothing but secret storage is another than before.
#[track_caller]
fn expect_only_secret_storage_changed(before: &ServerState, after: &ServerState) {
    let differences = before.diff(after, Allowed::SecretStorage);
    assert!(differences.is_empty(), "{}", readable(&differences));
    assert_ne!(before.default_key_id(), after.default_key_id());
}

/// What `status` says of a new key that waits.
fn waiting(app: &App) -> Value {
    app.status()["pending"].clone()
}

fn is_switch(method: &str, path: &str) -> bool {
    method == "PUT" && path.ends_with("/m.secret_storage.default_key")
}

/// A person whose app talks through a proxy, and is unlocked.
async fn behind_a_proxy() -> (Person, App, FaultProxy) {
    let person = Person::new().await;
    let (app, proxy) = App::behind_a_proxy(&person.user).await;
    app.unlock(&person.recovery_key);
    proxy.reset();
    (person, app, proxy)
}

/// The app, attached to the session of the person's phone, whose token is needed for all that it does.
async fn attached() -> (Person, App, String) {
    let person = Person::new().await;
    let (app, token) = (App::new(), person.phone.plain().access_token);
    let describe = describe_with_key(&person.phone, Synapse::shared().await.url()).await;
    let describe: Vec<&str> = describe.iter().map(String::as_str).collect();
    app.json(&describe, &[(TOKEN, &token)]);
    (person, app, token)
}

/// Whether a brand-new session gets in with this key.
async fn opens(person: &Person, key: &str) -> bool {
    let session: OtherClient = other_client(&person.user).await;
    let recovered = session.recover(key).await;
    session.logout().await.unwrap();
    recovered.is_ok()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_script_makes_a_new_key_and_nothing_else_changes() {
    let (person, app) = Person::with_unlocked_app().await;
    let (old, before) = (person.recovery_key.as_str(), person.on_server().await);
    expect_opens_everything(&check(&app, "KEYWARD_RECOVERY_KEY", old));

    let run = app.run(NEW);
    let key = expect_done(&run);
    assert!(key.starts_with("Es") && key != old, "{key}");
    let done = &run.lines()[1];
    assert_eq!(
        (&done["opens_backup"], &done["old_key_opens"]),
        (&json!(true), &json!([]))
    );

    expect_only_secret_storage_changed(&before, &person.on_server().await);
    expect_opens_everything(&check(&app, "KEYWARD_RECOVERY_KEY", &key));
    check(&app, "KEYWARD_RECOVERY_KEY", old).expect_error(1, "secret_storage.wrong_key");
    assert!(!opens(&person, old).await, "the old key still opens something");
    person.expect_history_opens_with(&key).await;
    let status = app.status();
    assert_eq!(
        (&status["verified"], &status["secret_storage"], &status["pending"]),
        (&json!(true), &json!("ready"), &json!([]))
    );
    assert!(reads_all(&person.phone, &person.history).await.unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_key_is_out_before_it_is_put_in_force() {
    let (_person, app, proxy) = behind_a_proxy().await;
    // Whatever the program waits for, the line is there while the commit is not.
    let (read, wait) = mpsc::channel::<()>();
    let wait = Mutex::new(wait);
    let hook = move || wait.lock().unwrap().recv().unwrap();
    proxy.arm(Rule::new(Fault::kill_before(hook)).on(is_switch));
    let mut child = app.command(NEW).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let first: Value = serde_json::from_str(&lines.next().unwrap().unwrap()).unwrap();
    assert_eq!(first["status"], "key");
    let switched = |proxy: &FaultProxy| {
        let requests = proxy.requests();
        requests
            .iter()
            .any(|request| is_switch(&request.method, &request.path) && request.end.is_some())
    };
    assert!(!switched(&proxy));
    read.send(()).unwrap();
    let last: Value = serde_json::from_str(&lines.last().unwrap().unwrap()).unwrap();
    assert_eq!(
        [&last["status"], &last["recovery_key"]],
        [&json!("done"), &first["recovery_key"]]
    );
    assert!(switched(&proxy), "otherwise this has shown nothing");
    assert!(child.wait().unwrap().success());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_weak_phrase_makes_no_key_and_a_strong_one_opens_everything() {
    let (person, app) = Person::with_unlocked_app().await;
    let before = person.on_server().await;
    let with_phrase = |phrase| {
        app.run_with(
            &[NEW, &["--passphrase"]].concat(),
            &[("KEYWARD_NEW_PASSPHRASE", phrase)],
        )
    };
    let weak = with_phrase("password1");
    weak.expect_error(1, "recovery.weak_passphrase");
    assert_eq!(weak.stdout, "");
    assert_eq!(person.on_server().await, before);
    assert_eq!(waiting(&app), json!([]));

    let key = expect_done(&with_phrase(PHRASE));
    expect_opens_everything(&check(&app, "KEYWARD_PASSPHRASE", PHRASE));
    expect_opens_everything(&check(&app, "KEYWARD_RECOVERY_KEY", &key));
    person.expect_history_opens_with(PHRASE).await;

    // "Change phrase" is the same once more.
    let other = "seven blue teapots whisper at noon";
    expect_done(&with_phrase(other));
    check(&app, "KEYWARD_PASSPHRASE", PHRASE).expect_error(1, "secret_storage.wrong_key");
    expect_opens_everything(&check(&app, "KEYWARD_PASSPHRASE", other));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_interrupted_key_is_cancelled_or_resumed_and_nothing_else_goes_on_before() {
    let (person, app, proxy) = behind_a_proxy().await;
    let before = person.on_server().await;
    app.run(RESUME).expect_error(1, "recovery.nothing_pending");

    let writes = |method: &str, path: &str| method == "PUT" && path.ends_with("/m.cross_signing.master");
    proxy.arm(Rule::new(Fault::CutBefore).on(writes).for_ever());
    let stopped = app.run(NEW);
    stopped.expect_error(1, "server.unreachable");
    assert_eq!(stopped.stdout, "", "a key that is not written is not handed out");
    for command in ["keyward recovery new --resume", "keyward recovery new --cancel"] {
        stopped.expect_said(command);
    }
    proxy.disarm();
    assert_eq!(waiting(&app), json!([{"flow": "recovery", "state": "staged"}]));

    let password = [("KEYWARD_PASSWORD", person.user.password.as_str())];
    for (arguments, kind) in [
        (NEW, "recovery.pending"),
        (&["--json", "reset", "--acknowledge"], "reset.other_pending"),
        (&["--json", "logout"], "logout.recovery_pending"),
    ] {
        let refused = app.run_with(arguments, &password);
        refused.expect_error(1, kind);
        assert_eq!(refused.stdout, "", "{arguments:?}");
        refused.expect_said("keyward recovery new --resume");
    }
    let in_words = app.run(&["status"]).stdout;
    for expected in ["New Security Key  interrupted", "`keyward recovery new --cancel`"] {
        assert!(in_words.contains(expected), "{expected:?} is not in\n{in_words}");
    }
    let cancelled = app.json(&["recovery", "new", "--cancel"], &[]);
    assert_eq!(cancelled, json!({"status": "cancelled"}));
    assert_eq!(waiting(&app), json!([]));
    person.expect_unharmed(&before).await;
    app.run(&["--json", "recovery", "new", "--cancel"])
        .expect_error(1, "recovery.nothing_pending");

    // The fourth look at the default key is the last one before the commit.
    let looks = |method: &str, path: &str| method == "GET" && path.ends_with("/m.secret_storage.default_key");
    proxy.arm(Rule::new(Fault::CutBefore).on(looks).number(4).for_ever());
    let stopped = app.run(NEW);
    stopped.expect_error(1, "server.unreachable");
    let key = stopped.lines()[0]["recovery_key"].as_str().unwrap().to_owned();
    stopped.expect_said("The old Security Key is in force");
    proxy.disarm();
    assert_eq!(waiting(&app), json!([{"flow": "recovery", "state": "staged"}]));
    let staged = check(&app, "KEYWARD_RECOVERY_KEY", &key);
    staged.expect_exit(0);
    assert_eq!(staged.lines()[0]["default"], false, "it is not in force");
    expect_opens_everything(&check(&app, "KEYWARD_RECOVERY_KEY", &person.recovery_key));

    assert_eq!(expect_done(&app.run(RESUME)), key);
    expect_only_secret_storage_changed(&before, &person.on_server().await);
    person.expect_history_opens_with(&key).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn from_the_commit_on_there_is_no_cancel() {
    let (person, app, proxy) = behind_a_proxy().await;
    proxy.arm(Rule::new(Fault::CutBefore).on(is_switch).for_ever());
    let stopped = app.run(NEW);
    stopped.expect_error(1, "server.unreachable");
    stopped.expect_said("may be in force already");
    let key = stopped.lines()[0]["recovery_key"].as_str().unwrap().to_owned();
    assert_eq!(waiting(&app), json!([{"flow": "recovery", "state": "committed"}]));
    proxy.disarm();
    let refused = app.run(&["--json", "recovery", "new", "--cancel"]);
    refused.expect_error(1, "recovery.already_committed");
    refused.expect_said("keyward recovery new --resume");
    assert_eq!(expect_done(&app.run(RESUME)), key);
    person.expect_history_opens_with(&key).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signal_undoes_a_new_key_before_the_commit_and_says_how_to_finish_it_after() {
    let (person, app, proxy) = behind_a_proxy().await;
    let before = person.on_server().await;
    let writes = |method: &str, path: &str| method == "PUT" && path.ends_with("/m.megolm_backup.v1");
    let process = Arc::new(OnceLock::new());
    proxy.arm(Rule::new(Fault::kill_after(terminate(&process))).on(writes));
    let run = run_and_tell(&mut app.command(NEW), &process);
    run.expect_error(4, "cancelled");
    run.expect_said("Nothing was changed.");
    proxy.disarm();
    assert_eq!(waiting(&app), json!([]));
    person.expect_unharmed(&before).await;

    let process = Arc::new(OnceLock::new());
    proxy.arm(Rule::new(Fault::kill_after(terminate(&process))).on(is_switch));
    let run = run_and_tell(&mut app.command(NEW), &process);
    run.expect_error(4, "interrupted");
    run.expect_said("keyward recovery new --resume");
    proxy.disarm();
    let key = run.lines()[0]["recovery_key"].as_str().unwrap().to_owned();
    assert_eq!(expect_done(&app.run(RESUME)), key);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_only_the_old_key_opens_stays_and_is_named() {
    let (person, app) = Person::with_unlocked_app().await;
    let plain = person.phone.plain();
    let before = person.on_server().await;
    let old_id = before.default_key_id().unwrap();
    let secret = json!({"encrypted": {old_id: {"iv": "a", "ciphertext": "b", "mac": "c"}}});
    plain.set_account_data("org.example.secret", &secret).await.unwrap();

    let run = app.run(&["recovery", "new", "--acknowledge"]);
    run.expect_exit(0);
    for expected in [
        "Your new Security Key (recovery key): Es",
        "Only the old key opens",
        "A secret of another program (org.example.secret)",
        "keep it",
    ] {
        assert!(run.stdout.contains(expected), "{expected:?} is not in\n{}", run.stdout);
    }
    assert_eq!(plain.account_data("org.example.secret").await.unwrap(), Some(secret));
    let after = person.on_server().await;
    assert!(
        after.key_descriptions().contains_key(old_id),
        "its key is still described"
    );

    // The key that has come after it does not open it.
    let done = app.run(NEW);
    expect_done(&done);
    assert_eq!(done.lines()[1]["old_key_opens"], json!([]));
}

/// Another client has made a new key storage, and put its key nowhere.
#[tokio::test(flavor = "multi_thread")]
async fn a_key_storage_whose_key_is_nowhere_stays_closed_and_the_old_one_keeps_its_key() {
    let (person, app) = Person::with_unlocked_app().await;
    person.phone.plain().create_backup_version().await.unwrap();
    let closed = check(&app, "KEYWARD_RECOVERY_KEY", &person.recovery_key);
    assert_eq!(closed.lines()[0]["does_not_open"], json!([ALL[3]]));
    let run = app.run(NEW);
    expect_done(&run);
    let done = &run.lines()[1];
    assert_eq!(
        (&done["opens_backup"], &done["old_key_opens"]),
        (&json!(false), &json!([ALL[3]]))
    );
    let in_words = app.run(&["recovery", "new", "--acknowledge"]);
    in_words.expect_exit(0);
    let said = in_words.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
    for expected in [
        "the new Security Key does not open it",
        "Only the old key opens",
        "keep it",
    ] {
        assert!(said.contains(expected), "{expected:?} is not in\n{said}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_is_not_verified_makes_no_key() {
    let (person, app) = Person::with_app().await;
    let before = person.on_server().await;
    let run = app.run(NEW);
    run.expect_error(1, "recovery.not_verified");
    run.expect_said("keyward unlock");
    assert_eq!(run.stdout, "");
    assert_eq!(person.on_server().await, before);
    assert_eq!(waiting(&app), json!([]));
    // What a key opens can be looked at from here, too.
    expect_opens_everything(&check(&app, "KEYWARD_RECOVERY_KEY", &person.recovery_key));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_of_somebody_else_opens_nothing_and_looking_changes_nothing() {
    let (person, app) = Person::with_unlocked_app().await;
    let somebody = Person::new().await;
    let before = person.on_server().await;
    check(&app, "KEYWARD_RECOVERY_KEY", &somebody.recovery_key).expect_error(1, "secret_storage.wrong_key");
    check(&app, "KEYWARD_RECOVERY_KEY", "EsTj 3yST").expect_error(1, "secret_storage.mistyped_key");
    check(&app, "KEYWARD_PASSPHRASE", PHRASE).expect_error(1, "secret_storage.no_passphrase");
    let nothing = app.run(CHECK);
    nothing.expect_error(2, "usage");
    nothing.expect_said("KEYWARD_RECOVERY_KEY");
    expect_opens_everything(&check(&app, "KEYWARD_RECOVERY_KEY", &person.recovery_key));
    assert_eq!(person.on_server().await, before);
    let in_words = app.run_with(
        &["recovery", "check"],
        &[("KEYWARD_RECOVERY_KEY", &person.recovery_key)],
    );
    in_words.expect_exit(0);
    for expected in [
        "every app asks for",
        "Digital identity",
        "Key storage",
        "It opens everything.",
    ] {
        assert!(in_words.stdout.contains(expected), "{expected:?}: {}", in_words.stdout);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_missing_in_secret_storage_is_named_and_a_new_key_mends_it() {
    let (person, app) = Person::with_unlocked_app().await;
    let plain = person.phone.plain();
    let blank = json!({});
    plain.set_account_data("m.megolm_backup.v1", &blank).await.unwrap();
    let old = check(&app, "KEYWARD_RECOVERY_KEY", &person.recovery_key);
    old.expect_exit(0);
    let expected = json!({"opens": ALL[..3], "does_not_open": [], "missing": [ALL[3]], "default": true});
    assert_eq!(old.lines(), [expected]);
    let said = app.run(&["status"]).stdout;
    assert!(said.contains("`keyward recovery new`"), "{said}");

    let key = expect_done(&app.run(NEW));
    expect_opens_everything(&check(&app, "KEYWARD_RECOVERY_KEY", &key));
    assert_eq!(app.status()["secret_storage"], "ready");
    person.expect_history_opens_with(&key).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_attached_session_makes_a_new_key_with_the_old_one() {
    let (person, app, token) = attached().await;
    let before = person.on_server().await;
    let with = |arguments: &[&str], key: Option<&str>| {
        let mut environment = vec![(TOKEN, token.as_str())];
        environment.extend(key.map(|key| ("KEYWARD_RECOVERY_KEY", key)));
        app.run_with(arguments, &environment)
    };
    let without_key = with(NEW, None);
    without_key.expect_error(2, "usage");
    without_key.expect_said("KEYWARD_RECOVERY_KEY");
    without_key.expect_said("the program whose session this is has to make the new key");
    let wrong = with(NEW, Some(&Person::new().await.recovery_key));
    wrong.expect_error(1, "secret_storage.wrong_key");
    wrong.expect_said("the program whose session this is has to make the new key");
    assert_eq!(wrong.stdout, "");
    assert_eq!(person.on_server().await, before);

    expect_opens_everything(&with(CHECK, Some(&person.recovery_key)));
    let run = with(NEW, Some(&person.recovery_key));
    let key = expect_done(&run);
    let done = &run.lines()[1];
    assert_eq!(
        (&done["opens_backup"], &done["old_key_opens"]),
        (&json!(true), &json!([]))
    );
    expect_only_secret_storage_changed(&before, &person.on_server().await);
    expect_opens_everything(&with(CHECK, Some(&key)));
    with(CHECK, Some(&person.recovery_key)).expect_error(1, "secret_storage.wrong_key");
    assert!(!opens(&person, &person.recovery_key).await);
    person.expect_history_opens_with(&key).await;
    assert!(reads_all(&person.phone, &person.history).await.unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_attached_session_does_not_let_a_waiting_key_go_unasked() {
    let person = Person::new().await;
    let (app, token) = (App::new(), person.phone.plain().access_token);
    let proxy = FaultProxy::start(Synapse::shared().await.url()).unwrap();
    let describe = describe_with_key(&person.phone, proxy.url()).await;
    let describe: Vec<&str> = describe.iter().map(String::as_str).collect();
    app.json(&describe, &[(TOKEN, &token)]);
    let before = person.on_server().await;
    let environment = [
        (TOKEN, token.as_str()),
        ("KEYWARD_RECOVERY_KEY", &person.recovery_key),
        ("KEYWARD_PASSWORD", &person.user.password),
    ];
    let writes = |method: &str, path: &str| method == "PUT" && path.ends_with("/m.cross_signing.master");
    proxy.arm(Rule::new(Fault::CutBefore).on(writes).for_ever());
    app.run_with(NEW, &environment).expect_error(1, "server.unreachable");
    proxy.disarm();
    let status = app.json(&["status"], &environment);
    assert_eq!(status["pending"], json!([{"flow": "recovery", "state": "staged"}]));
    let in_words = app.run_with(&["status"], &environment).stdout;
    assert!(in_words.contains("`keyward recovery new --cancel`"), "{in_words}");
    app.run(&["--json", "detach"]).expect_error(1, "attach.reset_pending");
    let reset = app.run_with(&["--json", "reset", "--acknowledge"], &environment);
    reset.expect_error(1, "reset.other_pending");
    app.json(&["recovery", "new", "--cancel"], &environment);
    person.expect_unharmed(&before).await;
    app.json(&["detach"], &[]);
}

#[cfg(unix)]
mod in_a_terminal {
    use super::*;
    use crate::terminal::{Window, with_a_mistake};

    /// Answers everything up to the key.
    #[track_caller]
    fn go_to_the_key(window: &mut Window) -> String {
        window.see("No password is needed.");
        window.answer("Go on?", "");
        window.answer("What shall open your secret storage?", "");
        window.see("Step 3 of 5: Save your new Security Key");
        let key = window.see_key();
        window.see("Type the key again");
        key
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_person_mistypes_the_new_key_once_and_keeps_everybody_s_trust() {
        let (person, app) = Person::with_unlocked_app().await;
        let before = person.on_server().await;
        let mut window = Window::open(&app, &["recovery", "new"]);
        window.see(&format!("new Security Key (recovery key) for {}", person.user.user_id));
        window.see("Nobody loses trust");
        let key = go_to_the_key(&mut window);
        assert_eq!(
            person.on_server().await.default_key_id(),
            before.default_key_id(),
            "the key is not saved yet"
        );
        window.enter(&with_a_mistake(&key, 7));
        window.see("group 7 of 12 is different");
        window.answer("Type the key again", &key);
        window.see("Your new Security Key is in force");
        let rest = window.end_with(0);
        assert!(rest.contains("The old one is of no use any more."), "{rest}");
        expect_only_secret_storage_changed(&before, &person.on_server().await);
        person.expect_history_opens_with(&key).await;

        let mut window = Window::open(&app, &["recovery", "check"]);
        window.answer("What do you want to check?", "");
        window.answer("Security Key:", &with_a_mistake(&key, 2));
        window.see("a character is wrong or missing");
        window.answer("What do you want to check?", "");
        window.answer("Security Key:", &key);
        window.see("every app asks for");
        let rest = window.end_with(0);
        assert!(rest.contains("It opens everything."), "{rest}");
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn no_and_ctrl_c_at_the_new_key_change_nothing() {
        let (person, app) = Person::with_unlocked_app().await;
        let before = person.on_server().await;
        let mut window = Window::open(&app, &["recovery", "new"]);
        window.answer("Go on?", "n");
        window.end_unchanged();
        assert_eq!(person.on_server().await, before);

        let mut window = Window::open(&app, &["recovery", "new"]);
        go_to_the_key(&mut window);
        assert_ne!(person.on_server().await, before, "it is written beside the old one");
        window.press_ctrl_c();
        window.end_unchanged();
        assert_eq!(waiting(&app), json!([]));
        person.expect_unharmed(&before).await;
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_new_phrase_is_asked_for_until_it_is_strong_and_twice_the_same() {
        let (person, app) = Person::with_unlocked_app().await;
        let mut window = Window::open(&app, &["recovery", "new", "--passphrase", "--acknowledge"]);
        window.see("Several unrelated words");
        window.answer("New Security Phrase:", "password1");
        window.answer("The same phrase again:", "password1");
        window.see("too easy to guess");
        window.answer("New Security Phrase:", PHRASE);
        window.answer("The same phrase again:", "something else altogether");
        window.see("The two are not the same");
        window.answer("New Security Phrase:", PHRASE);
        window.answer("The same phrase again:", PHRASE);
        window.see_key();
        window.see("Phrase opens the same; the key is for the day");
        window.answer("Type the key again", "saved");
        window.see("Your new Security Key is in force");
        window.end_with(0);
        person.expect_history_opens_with(PHRASE).await;
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn whoever_does_not_try_again_hears_how_the_key_stands_and_gets_it_again_later() {
        let (person, app, proxy) = behind_a_proxy().await;
        proxy.arm(Rule::new(Fault::CutBefore).on(is_switch).for_ever());
        let mut window = Window::open(&app, &["recovery", "new"]);
        let key = go_to_the_key(&mut window);
        window.enter("saved");
        window.answer("Try again?", "y");
        window.answer("Try again?", "n");
        let rest = window.end_with(1);
        let said = rest.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(
            said.contains("may be in force already; `keyward recovery new --resume`"),
            "{rest}"
        );

        // Before anything is asked.
        let mut window = Window::open(&app, &["recovery", "new"]);
        window.see("is waiting to be finished");
        window.end_with(1);
        let mut window = Window::open(&app, &["reset"]);
        window.see("keyward recovery new --resume");
        window.end_with(1);
        let mut window = Window::open(&app, &["logout"]);
        window.see("keyward recovery new --resume");
        window.end_with(1);

        let mut window = Window::open(&app, &["recovery", "new", "--resume"]);
        assert_eq!(window.see_key(), key);
        window.see("cannot be undone any more");
        window.answer("Type the key again", &key);
        window.see("Try again?");
        proxy.disarm();
        window.enter("y");
        window.see("Your new Security Key is in force");
        window.end_with(0);
        person.expect_history_opens_with(&key).await;
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn the_old_key_of_an_attached_session_is_asked_for_until_it_opens() {
        let (person, app, token) = attached().await;
        let mut window = Window::open_with(&app, &["recovery", "new"], &[(TOKEN, &token)]);
        window.answer("Go on?", "");
        window.see("If it is lost, the program whose session this is has to make");
        window.answer("What opens secret storage until now?", "");
        window.answer("Security Key:", &with_a_mistake(&person.recovery_key, 3));
        window.see("a character is wrong or missing");
        window.answer("What opens secret storage until now?", "");
        window.answer("Security Key:", &person.recovery_key);
        window.answer("What shall open your secret storage?", "");
        let key = window.see_key();
        window.answer("Type the key again", &key);
        window.see("Your new Security Key is in force");
        window.end_with(0);
        person.expect_history_opens_with(&key).await;
    }
}
