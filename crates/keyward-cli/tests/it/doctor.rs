// SPDX-License-Identifier: Apache-2.0

//! `keyward doctor`, as scripts and people use it, `keyward keys recover`, and `keyward` alone.

use serde_json::{Value, json};

use crate::{
    common::{App, Person, Run},
    terminal::Window,
};

const DOCTOR: &[&str] = &["--json", "doctor"];
const RESET: &[&str] = &["--json", "reset", "--acknowledge"];

/// The report, which is the last line.
#[track_caller]
fn report(run: &Run) -> Value {
    run.lines().pop().expect("a report")
}

/// The codes of the findings above a note.
#[track_caller]
fn codes(report: &Value) -> Vec<String> {
    let findings = report["findings"].as_array().expect("findings").iter();
    let grave = findings.filter(|finding| finding["severity"] != "info");
    grave
        .map(|finding| finding["code"].as_str().expect("a code").to_owned())
        .collect()
}

async fn blank_default_key(person: &Person) {
    let session = person.phone.plain();
    let blank = json!({});
    let written = session.set_account_data("m.secret_storage.default_key", &blank);
    written.await.expect("blank");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_script_is_told_what_is_wrong_and_what_mends_it() {
    let (person, app) = Person::with_unlocked_app().await;
    let run = app.run(DOCTOR);
    run.expect_exit(0);
    assert_eq!(report(&run)["healthy"], true);

    blank_default_key(&person).await;
    let run = app.run(DOCTOR);
    run.expect_exit(5);
    assert_eq!(run.stderr, "", "the report says all");
    let report = report(&run);
    assert_eq!(
        (&report["healthy"], codes(&report)),
        (&json!(false), vec!["secret_storage.no_default".to_owned()])
    );
    let finding = report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .find(|it| it["code"] == "secret_storage.no_default");
    let remedies = &finding.unwrap()["remedies"];
    assert_eq!(remedies[0]["code"], "new_recovery_key");
    assert_eq!(remedies[0]["command"], "keyward recovery new");
    assert!(
        remedies[0]["consequences"][0]
            .as_str()
            .unwrap()
            .contains("Nothing is lost"),
        "{remedies}"
    );
    assert_eq!(remedies.as_array().unwrap().len(), 1, "no reset");

    let run = app.run(&["doctor"]);
    run.expect_exit(5);
    assert!(run.stdout.contains("`keyward recovery new`"), "{}", run.stdout);
    assert!(!run.stdout.contains("`keyward reset`"), "{}", run.stdout);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_script_has_mended_what_it_names_and_a_second_run_changes_nothing() {
    let (person, app) = Person::with_unlocked_app().await;
    blank_default_key(&person).await;
    let fix = &[
        "--json",
        "doctor",
        "--fix",
        "secret_storage.no_default",
        "--acknowledge",
    ];
    // Nobody has decided on a new key.
    let run = app.run(&["--json", "doctor", "--fix", "--acknowledge"]);
    run.expect_exit(5);
    assert_eq!(run.lines().len(), 1, "{run:#?}");

    let run = app.run(fix);
    run.expect_exit(0);
    let statuses: Vec<_> = run.lines().iter().map(|line| line["status"].clone()).collect();
    assert_eq!(
        statuses,
        [json!("key"), json!("done"), json!("fixed"), Value::Null],
        "{run:#?}"
    );
    assert_eq!(report(&run)["healthy"], true);
    let key = run.lines()[0]["recovery_key"].as_str().unwrap().to_owned();
    person.expect_history_opens_with(&key).await;
    let before = person.on_server().await;
    app.run(fix).expect_exit(0);
    assert_eq!(person.on_server().await.account_data, before.account_data);

    app.run(&["--json", "doctor", "--fix"]).expect_error(2, "usage");
    app.run(&["--json", "doctor", "--fix", "no.such_code", "--acknowledge"])
        .expect_error(2, "usage");
    app.run(&["--json", "doctor", "--acknowledge"]).expect_error(2, "usage");
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_has_lost_the_key_hears_what_to_do_and_a_report_for_others_names_nobody() {
    let person = Person::new().await;
    let app = App::of(&person.user).await;
    let run = app.run(&["--json", "doctor", "--lost-key"]);
    run.expect_exit(5);
    let report = report(&run);
    let lost = report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .find(|it| it["code"] == "recovery_key.lost")
        .unwrap();
    assert_eq!(lost["remedies"][0]["command"], "keyward sessions verify");
    assert_eq!(lost["remedies"][0]["sessions"], json!([person.phone.device_id()]));

    let redacted = app.run(&["--json", "doctor", "--redacted"]);
    assert!(run.stdout.contains(&person.phone.device_id()));
    for secret in [person.phone.device_id(), app.device_id(), person.user.user_id.clone()] {
        assert!(!redacted.stdout.contains(&secret), "{}", redacted.stdout);
    }
    assert!(redacted.stdout.contains("session-1"), "{}", redacted.stdout);
}

#[tokio::test(flavor = "multi_thread")]
async fn room_keys_of_a_storage_that_a_reset_kept_come_back_with_the_old_key() {
    let person = Person::new().await;
    let app = App::of(&person.user).await;
    let password = [("KEYWARD_PASSWORD", person.user.password.as_str())];
    let reset = app.run_with(RESET, &password);
    reset.expect_exit(0);
    let done = reset.lines().pop().unwrap();
    assert_eq!(done["old_backup"], "kept");
    let new = done["recovery_key"].as_str().unwrap().to_owned();
    let recover = &["--json", "keys", "recover"];
    app.run(recover).expect_error(2, "usage");
    let run = app.run_with(recover, &[("KEYWARD_OLD_RECOVERY_KEY", &person.recovery_key)]);
    run.expect_exit(0);
    let done = run.lines().pop().unwrap();
    assert_eq!(done["status"], "done");
    assert!(done["room_keys_recovered"].as_u64().unwrap() > 0, "{done}");
    person.expect_history_opens_with(&new).await;
    let wrong = app.run_with(recover, &[("KEYWARD_OLD_RECOVERY_KEY", "EsTT wrong")]);
    wrong.expect_error(1, "secret_storage.mistyped_key");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_is_led_through_what_was_found() {
    let (person, app) = Person::with_unlocked_app().await;
    blank_default_key(&person).await;
    let mut window = Window::open(&app, &["--plain", "doctor", "--fix"]);
    window.see("Warning: Secret storage is there");
    window.see("1");
    window.see("Make a new Security Key");
    window.answer("A number from 1 to 2:", "2");
    let rest = window.end_with(5);
    assert!(rest.contains("keyward recovery new"), "{rest}");

    // Alone, in a terminal, it says how the account stands.
    let mut window = Window::open(&app, &["--plain"]);
    window.see("Secret storage");
    window.see("keyward recovery new");
    window.end_with(0);
    let run = app.run(&[] as &[&str]);
    run.expect_exit(2);
    assert!(run.stderr.contains("Usage: keyward"), "{}", run.stderr);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_was_lost_is_not_lost_any_more_when_there_is_a_new_one() {
    let (person, app) = Person::with_unlocked_app().await;
    let fix = &[
        "--json",
        "doctor",
        "--lost-key",
        "--fix",
        "recovery_key.lost",
        "--acknowledge",
    ];
    let run = app.run(fix);
    run.expect_exit(0);
    assert_eq!(report(&run)["healthy"], true, "{run:#?}");
    let key = run.lines()[0]["recovery_key"].as_str().unwrap().to_owned();
    person.expect_history_opens_with(&key).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_wants_a_reset_hears_of_what_is_smaller() {
    let (person, app) = Person::with_unlocked_app().await;
    let mut window = Window::open(&app, &["reset"]);
    window.see("keyward recovery new");
    window.see("Go on?");
    window.press("n\r");
    window.end_with(4);
    let plan = app.run(&["reset", "--plan"]);
    assert!(plan.stdout.contains("`keyward recovery new`"), "{}", plan.stdout);
    let compromised = app.run(&["reset", "--plan", "--compromised"]);
    assert!(!compromised.stdout.contains("recovery new"), "{}", compromised.stdout);

    let other = App::of(&person.user).await;
    let plan = other.run(&["reset", "--plan"]);
    assert!(plan.stdout.contains("`keyward sessions verify`"), "{}", plan.stdout);
    drop(person);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_at_hand_is_judged_and_one_that_does_not_open_anything_is_not_asked_for() {
    let (person, app) = Person::with_unlocked_app().await;
    let with_key: &[&str] = &["--json", "doctor", "--with-key"];
    let old = person.recovery_key.as_str();
    app.run(with_key).expect_error(2, "usage");
    let right = app.run_with(with_key, &[("KEYWARD_RECOVERY_KEY", old)]);
    right.expect_exit(0);

    app.run(&["--json", "recovery", "new", "--acknowledge"]).expect_exit(0);
    let run = app.run_with(with_key, &[("KEYWARD_RECOVERY_KEY", old)]);
    run.expect_exit(5);
    let report = report(&run);
    assert_eq!(codes(&report), ["secret_storage.wrong_key"]);
    let finding = &report["findings"][0];
    assert_eq!(finding["secrets"].as_array().expect("secrets").len(), 4, "{finding}");
    assert_eq!(finding["remedies"][0]["code"], "new_recovery_key", "{finding}");
    assert!(!run.stdout.contains("keyward unlock"), "{}", run.stdout);
    app.run(DOCTOR).expect_exit(0);
}
