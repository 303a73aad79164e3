// SPDX-License-Identifier: Apache-2.0

//! The live page of `keyward sessions`, in a terminal, against a real Synapse.

use crate::{
    attach::{TOKEN, describe_with_key},
    browser::{self, Running},
    common::{
        App, PATIENCE, Person,
        screen::{Screen, photographed},
        script,
    },
};
use keyward_testing::{
    browser::Browser,
    deployment::Deployment,
    proxy::{Fault, FaultProxy, RecordedRequest, Rule},
    synapse::Synapse,
    user::PlainSession,
};
use reqwest::{Method, StatusCode};
use rexpect::process::Signal;
use serde_json::json;
use vt100::Color;

const ENTER: &str = "\r";
const ESCAPE: &str = "\u{1b}";
const DOWN: &str = "\u{1b}[B";
const SHIFT_TAB: &str = "\u{1b}[Z";
const CTRL_C: &str = "\u{3}";
const CTRL_U: &str = "\u{15}";

/// As [`App::unlocked`], with a proxy before the server.
async fn behind_a_proxy(person: &Person) -> (App, FaultProxy) {
    let (app, proxy) = App::behind_a_proxy(&person.user).await;
    app.unlock(&person.recovery_key);
    (app, proxy)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_login_appears_is_acknowledged_and_its_end_appears_as_well() {
    let (person, app) = Person::with_unlocked_app().await;
    let mut page = Screen::open(&app, &["sessions"]);
    let shown = page.see("[All 1]");
    for expected in [
        format!("Sessions of {}", person.user.user_id).as_str(),
        "(this one)",
        &person.phone.device_id(),
        "Verified 1",
    ] {
        assert!(shown.contains(expected), "{expected:?} is not in\n{shown}");
    }
    assert!(
        !shown.contains("Security recommendations"),
        "nothing is to recommend:\n{shown}"
    );
    assert!(!shown.contains("New login"), "{shown}");
    assert!(page.screen().alternate_screen() && !page.is_as_a_shell_needs_it());

    let thief = script(&person.user, "Thief's laptop").await;
    let shown = page.see(&format!("New login: Thief's laptop ({})", thief.device_id));
    assert!(
        shown.contains("[All 2]") && shown.contains("No encryption 1"),
        "{shown}"
    );
    page.press("y");
    page.see_no_more("New login");
    page.see("Noted: it was you.");
    thief.logout().await.unwrap();
    let shown = page.see("[All 1]");
    assert!(!shown.contains("Thief's laptop"), "{shown}");
    page.quit();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_of_another_programs_session_lists_renames_and_signs_out() {
    let person = Person::new().await;
    let script = script(&person.user, "Script").await;
    let (app, token) = (App::new(), person.phone.plain().access_token);
    let describe = describe_with_key(&person.phone, Synapse::shared().await.url()).await;
    let describe: Vec<&str> = describe.iter().map(String::as_str).collect();
    app.json(&describe, &[(TOKEN, &token)]);
    let mut page = Screen::open_with(&app, &["sessions"], &[(TOKEN, &token)]);
    let shown = page.see("[All 1]");
    for expected in [person.phone.device_id().as_str(), "(this one)", "Script", "Verified"] {
        assert!(shown.contains(expected), "{expected:?} is not in\n{shown}");
    }
    assert!(!shown.contains("v verify"), "{shown}");
    page.press(&format!("{DOWN}r{CTRL_U}Kitchen{ENTER}"));
    page.see("Kitchen");
    // Nobody tells of a change here: it is asked for.
    let thief = crate::common::script(&person.user, "Thief's laptop").await;
    page.press("g");
    page.see(&format!("New login: Thief's laptop ({})", thief.device_id));
    page.press("y");
    page.see_no_more("New login");
    page.press("as");
    page.see("Sign out of 2 sessions?");
    page.press(ENTER);
    page.see("Account password:");
    page.press(&format!("{}{ENTER}", person.user.password));
    page.see("Signed out of 2 sessions.");
    page.see("[All 0]");
    let left = person.on_server().await.devices;
    assert!(!left.contains_key(&script.device_id) && !left.contains_key(&thief.device_id));
    assert!(left.contains_key(&person.phone.device_id()));
    page.quit();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_keeps_selection_and_challenge_and_the_right_one_signs_out() {
    let person = Person::new().await;
    let (app, proxy) = behind_a_proxy(&person).await;
    let first = script(&person.user, "First script").await;
    let second = script(&person.user, "Second script").await;
    let mut page = Screen::open(&app, &["sessions"]);
    page.see("[All 3]");
    page.press(&format!("{SHIFT_TAB}a"));
    page.see("[No encryption 2]");
    page.see("2 selected");
    page.press("s");
    page.see("Sign out of 2 sessions?");
    page.press(ENTER);
    page.see("Account password:");
    page.press(&format!("not it{ENTER}"));
    let shown = page.see("That password is wrong.");
    assert!(
        shown.contains("First script") && shown.contains("Second script"),
        "{shown}"
    );
    assert!(
        shown.contains("Account password:") && !shown.contains("not it"),
        "{shown}"
    );
    assert_eq!(person.on_server().await.devices.len(), 4, "nobody is signed out");
    page.press(&person.user.password);
    let stars = "*".repeat(person.user.password.chars().count());
    let shown = page.see(&format!("Account password: {stars}"));
    assert!(!shown.contains(&person.user.password), "{shown}");
    page.press(ENTER);
    page.see("Signed out of 2 sessions.");
    page.see("All 1 ");
    let asked = proxy.requests();
    let asked = asked.iter().filter(|request| request.path.ends_with("/delete_devices"));
    assert_eq!(asked.count(), 3, "the challenge, the wrong password, the right one");
    let left = person.on_server().await.devices;
    assert!(!left.contains_key(&first.device_id) && !left.contains_key(&second.device_id));
    assert_eq!(left.len(), 2);
    page.press(CTRL_C);
    page.end_with(0);
}

#[tokio::test(flavor = "multi_thread")]
async fn escape_at_the_password_keeps_everybody_signed_in_and_selected() {
    let (person, app) = Person::with_unlocked_app().await;
    script(&person.user, "Script").await;
    let mut page = Screen::open(&app, &["sessions", "--filter", "unverifiable"]);
    page.see("[No encryption 1]");
    page.press("as");
    page.see("Sign out of 1 session?");
    page.press("y");
    page.see("Account password:");
    page.press(ESCAPE);
    page.see("Nobody was signed out. The selection is kept.");
    page.see("[x] Script");
    page.quit();
    assert_eq!(person.on_server().await.devices.len(), 3);
}

/// Where the dialog says that something is done, in one piece: it breaks addresses.
fn address_in(shown: &str) -> String {
    let lines = shown.lines().map(|line| line.trim_matches([' ', '│']));
    let is_text = |line: &&str| !line.is_empty() && !line.contains(' ');
    let address = lines.skip_while(|line| !line.starts_with("http")).take_while(is_text);
    address.collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_out_is_confirmed_in_the_browser_and_ends_with_the_dialog() {
    let deployment = Deployment::sso().await;
    let person = keyward_testing::person::Person::without_password(deployment, 1)
        .await
        .unwrap();
    let app = browser::logged_in(deployment.synapse.url(), &person.user).await;
    let sessions = async || person.observer.devices().await.unwrap().len();
    let before = sessions().await;
    let mut page = Screen::open(&app, &["sessions", "--filter", "unverifiable"]);
    page.see("[No encryption 1]");
    page.press("as");
    page.see("Sign out of 1 session?");
    page.press("y");
    let first = address_in(&page.see("This notices it by itself."));
    page.press(ESCAPE);
    page.see("Stopped.");
    // What is done in the browser after that is for nobody: in the time of some questions of somebody else nothing happens.
    Browser::of(&person.user.localpart).allow(&first).await.unwrap();
    let proxy = FaultProxy::start(deployment.synapse.url()).unwrap();
    let another = browser::logged_in(proxy.url(), &person.user).await;
    let sign_out = ["sessions", "sign-out", &person.observer.device_id, "--yes"];
    let mut asking = Running::start(&another, &sign_out);
    asking.page("authorise");
    let is_question = |request: &&RecordedRequest| request.path.ends_with("/delete_devices");
    proxy
        .until(|requests| requests.iter().filter(is_question).count() >= 5)
        .await;
    asking.kill();
    assert_eq!(sessions().await, before + 1, "nobody is signed out");
    page.press("s");
    page.see("Sign out of 1 session?");
    page.press("y");
    let second = address_in(&page.see("This notices it by itself."));
    assert_ne!(first, second);
    Browser::of(&person.user.localpart).allow(&second).await.unwrap();
    page.see("Signed out of 1 session.");
    page.quit();
    assert_eq!(person.phone.plain().devices().await.unwrap().len(), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_gets_another_name_and_its_details_tell_both() {
    let (person, app) = Person::with_unlocked_app().await;
    let mut page = Screen::open(&app, &["sessions"]);
    page.see("[All 1]");
    page.press(&format!("{DOWN}r"));
    page.see("New name:");
    page.press(&format!("{CTRL_U}Phone of the kitchen 📱{ENTER}"));
    page.see("Renamed.");
    page.see("[ ] Phone of the kitchen 📱");
    let there = person.phone.plain().devices().await.unwrap();
    assert_eq!(
        there[&person.phone.device_id()]["display_name"],
        "Phone of the kitchen 📱"
    );
    page.press(ENTER);
    let shown = page.see("now: Phone of the");
    assert!(
        shown.contains("Fingerprint") && shown.contains("First listed here"),
        "{shown}"
    );
    page.press(ESCAPE);
    page.see_no_more("Fingerprint");
    page.quit();
}

#[tokio::test(flavor = "multi_thread")]
async fn this_session_is_signed_out_by_its_own_command_only() {
    let (person, app) = Person::with_unlocked_app().await;
    let mut page = Screen::open(&app, &["sessions"]);
    page.see("[All 1]");
    page.press("s");
    page.see("leave and run `keyward logout`");
    page.press(ENTER);
    page.press("?");
    page.press(ESCAPE);
    page.see_no_more("keyward logout");
    page.quit();
    assert!(person.on_server().await.devices.contains_key(&app.device_id()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signal_restores_the_terminal() {
    let (_person, app) = Person::with_unlocked_app().await;
    let mut page = Screen::open(&app, &["sessions"]);
    page.see("[All 1]");
    page.press("r");
    page.see("New name:");
    page.signal(Signal::SIGTERM);
    let shown = page.end_with(4);
    assert!(!shown.contains("New name:"), "{shown}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_with_an_account_page_gets_links_that_are_tracked_to_their_end() {
    let person = Person::new().await;
    let (app, proxy) = behind_a_proxy(&person).await;
    let first = script(&person.user, "First script").await;
    let second = script(&person.user, "Second script").await;
    let information = format!("io.element.matrix_client_information.{}", first.device_id);
    first
        .set_account_data(&information, &json!({"name": "Script"}))
        .await
        .unwrap();
    let unrecognised = json!({"errcode": "M_UNRECOGNIZED", "error": "no"});
    let metadata = json!({
        "account_management_uri": "https://account.example.org/",
        "account_management_actions_supported": ["org.matrix.device_delete"],
    });
    for (path, status, reply) in [
        ("/delete_devices", StatusCode::NOT_FOUND, unrecognised),
        ("/auth_metadata", StatusCode::OK, metadata),
    ] {
        let rule = Rule::new(Fault::Reply(status, reply)).on(move |_, asked| asked.ends_with(path));
        proxy.arm(rule.for_ever());
    }
    let mut page = Screen::open(&app, &["sessions", "--filter", "unverifiable"]);
    page.see("[No encryption 2]");
    page.press("as");
    page.see("Sign out of 2 sessions?");
    page.press(ENTER);
    let shown = page.see("0 of 2 signed out");
    let link = |session: &PlainSession| format!("action=org.matrix.device_delete&device_id={}", session.device_id);
    let (now, later) = match shown.contains(&link(&first)) {
        true => (first, second),
        false => (second, first),
    };
    assert!(shown.contains(&link(&now)) && !shown.contains(&link(&later)), "{shown}");
    now.logout().await.unwrap();
    let shown = page.see("1 of 2 signed out");
    assert!(shown.contains(&link(&later)), "{shown}");
    later.logout().await.unwrap();
    page.see("Signed out of 2 sessions.");
    let phone = person.phone.plain();
    let pruned = async { while phone.account_data(&information).await.unwrap() != Some(json!({})) {} };
    let pruned = tokio::time::timeout(PATIENCE, pruned).await;
    pruned.expect("what the client said of itself goes");
    page.quit();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failing_server_is_said_until_it_is_back() {
    let person = Person::new().await;
    let (app, proxy) = behind_a_proxy(&person).await;
    let mut page = Screen::open(&app, &["sessions"]);
    page.see("[All 1]");
    proxy.arm(
        Rule::new(Fault::Status500)
            .on(|_, path| path.ends_with("/devices"))
            .for_ever(),
    );
    page.press("g");
    page.see("Not up to date: The homeserver has a problem of its own");
    proxy.disarm();
    page.see_no_more("Not up to date");
    page.quit();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_ends_when_this_session_is_signed_out_elsewhere() {
    let (person, app) = Person::with_unlocked_app().await;
    let own = app.device_id();
    let mut page = Screen::open(&app, &["sessions"]);
    page.see("[All 1]");
    let mut request = json!({
        "devices": [own],
        "auth": {
            "type": "m.login.password",
            "identifier": {"type": "m.id.user", "user": person.user.user_id},
            "password": person.user.password,
        },
    });
    let phone = person.phone.plain();
    let (status, challenge) = phone
        .request(Method::POST, "/v3/delete_devices", Some(&json!({"devices": [own]})))
        .await
        .unwrap();
    assert_eq!(status, StatusCode::UNAUTHORIZED, "{challenge}");
    request["auth"]["session"] = challenge["session"].clone();
    phone
        .request_ok(Method::POST, "/v3/delete_devices", Some(&request))
        .await
        .unwrap();
    let shown = page.end_with(1);
    assert!(shown.contains("This session was signed out."), "{shown}");
    assert!(shown.contains("keyward keys export"), "{shown}");
}

#[tokio::test(flavor = "multi_thread")]
async fn there_are_colours_unless_nobody_wants_them() {
    let (_person, app) = Person::with_unlocked_app().await;
    for (environment, expected) in [(&[][..], true), (&[("NO_COLOR", "1")][..], false)] {
        let mut page = Screen::open_with(&app, &["sessions"], environment);
        page.see("[All 1]");
        let mut cells = (0..24).flat_map(|row| (0..80).map(move |column| (row, column)));
        let screen = page.screen();
        let coloured = cells.any(|(row, column)| {
            screen
                .cell(row, column)
                .is_some_and(|cell| cell.fgcolor() != Color::Default || cell.bgcolor() != Color::Default)
        });
        assert_eq!(coloured, expected, "{environment:?}");
        page.quit();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plain_terminal_gets_the_list_in_lines() {
    let (person, app) = Person::with_unlocked_app().await;
    for (arguments, environment) in [
        (&["sessions", "--plain"][..], &[][..]),
        (&["sessions"], &[("TERM", "dumb")]),
        (&["sessions"], &[("KEYWARD_PLAIN", "1")]),
    ] {
        let page = Screen::open_with(&app, arguments, environment);
        let shown = page.end_with(0);
        assert!(
            shown.contains("Other sessions (1)") && shown.contains(&person.phone.device_id()),
            "{shown}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_out_by_command_shows_the_consequences_first() {
    let (person, app) = Person::with_unlocked_app().await;
    let mut screen = Screen::open(&app, &["--plain", "sessions", "sign-out", "--others"]);
    let shown = screen.see("Sign out? [y/N]");
    assert!(shown.contains("! It is verified, so it is likely your own."), "{shown}");
    assert!(shown.contains("! It was active within the last 24 hours"), "{shown}");
    screen.press("n\r");
    screen.end_with(4);
    assert_eq!(person.on_server().await.devices.len(), 2);
}

/// The names of the seven emoji that a screen shows, in order.
fn emoji_on(shown: &str) -> Vec<String> {
    let name = |number: u8| {
        let mark = format!(" {number}. ");
        let line = shown.lines().find_map(|line| line.split_once(&mark));
        let (_, emoji) = line.unwrap_or_else(|| panic!("there is no emoji {number}:\n{shown}"));
        let (_, name) = emoji.split_once("  ").unwrap();
        name.trim_matches([' ', '│']).to_owned()
    };
    (1..=7).map(name).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn two_terminals_verify_each_other_by_emoji() {
    let (person, app) = Person::with_unlocked_app().await;
    let fresh = App::of(&person.user).await;
    assert_eq!(fresh.status()["verified"], false);
    let own = app.device_id();

    let mut page = Screen::open(&app, &["sessions"]);
    page.see("1 unverified session: verify");
    let mut terminal = Screen::open(&fresh, &["sessions", "verify", &own]);
    page.see("asks to verify.");
    page.press("v");
    terminal.see("Type e to compare emoji, c to show a QR code");
    page.see("How do you want to compare?");
    terminal.press("e\r");
    let here = page.see("Are these the emoji");
    let there = terminal.see("As numbers:");
    let (here, there) = (emoji_on(&here), emoji_on(&there));
    assert_eq!(here, there);
    page.press("y");
    terminal.see("Type y for yes");
    terminal.press("y\r");
    page.see("Verified. The signature is on the homeserver.");
    let shown = terminal.end_with(0);
    assert!(
        shown.contains("Verified. The signature is on the homeserver."),
        "{shown}"
    );
    page.press(ENTER);
    page.see("Verified 2");
    page.quit();
    assert_eq!(fresh.status()["verified"], true);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_verification_is_said_on_both_sides() {
    let (person, app) = Person::with_unlocked_app().await;
    let fresh = App::of(&person.user).await;
    let own = app.device_id();
    let mut page = Screen::open(&app, &["sessions"]);
    page.see("1 unverified session: verify");
    let terminal = Screen::open(&fresh, &["sessions", "verify", &own]);
    page.see("asks to verify.");
    page.press("n");
    page.see("Not verified.");
    let shown = terminal.end_with(4);
    assert!(shown.contains("Not verified."), "{shown}");
    page.press(ENTER);
    page.see_no_more("Not verified.");

    // Now the page asks, and the one who asks leaves.
    let mut terminal = Screen::open(&fresh, &["sessions"]);
    terminal.see("This session is not verified");
    page.press("u");
    page.see("[Unverified 1]");
    page.press(&format!("{DOWN}v"));
    terminal.see("asks to verify.");
    page.press(ESCAPE);
    page.see("Not verified.");
    terminal.see("Not verified. The verification was cancelled.");
    terminal.press(ENTER);
    terminal.quit();
    page.press(ENTER);
    page.quit();
    assert_eq!(fresh.status()["verified"], false);
}

/// The request has arrived, and its answer is still on the way back.
#[tokio::test(flavor = "multi_thread")]
async fn a_verification_that_is_cancelled_while_it_is_begun_ends_at_the_other_side_too() {
    let person = Person::new().await;
    let (app, proxy) = App::behind_a_proxy(&person.user).await;
    app.unlock(&person.recovery_key);
    let fresh = App::of(&person.user).await;
    let mut page = Screen::open(&app, &["sessions"]);
    let mut terminal = Screen::open(&fresh, &["sessions"]);
    terminal.see("This session is not verified");
    page.press("u");
    page.see("[Unverified 1]");
    let request = Rule::new(Fault::HoldAfter);
    proxy.arm(request.on(|_, path| path.contains("/sendToDevice/m.key.verification.request")));
    page.press(&format!("{DOWN}v"));
    terminal.see("asks to verify.");
    page.press(ESCAPE);
    page.see("Not verified.");
    proxy.release();
    terminal.see("Not verified. The verification was cancelled.");
    terminal.press(ENTER);
    terminal.quit();
    page.press(ENTER);
    page.quit();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_phone_scans_the_code_on_the_screen_and_verifies_this_session() {
    let (person, app) = Person::with_app().await;
    let mut page = Screen::open(&app, &["sessions"]);
    page.see("This session is not verified");
    page.press("v");
    page.see("Waiting for one of your other sessions.");
    let request = person.phone.accept_verification().await.unwrap();
    page.see("How do you want to compare?");
    page.press("c");
    let shown = page.see("Scan this with");
    let code = photographed(&shown);
    assert!(code.starts_with(b"MATRIX"), "{code:?}");
    let scanned = request.scan_qr_code(code.try_into().unwrap()).await.unwrap().unwrap();
    page.see("Does it say that it worked?");
    page.press("y");
    let done = async || scanned.is_done().then_some(());
    person.phone.sync_until(done).await.unwrap();
    page.see("Verified. The signature is on the homeserver.");
    page.press(ENTER);
    let shown = page.see("Verified 1");
    assert!(!shown.contains("This session is not verified"), "{shown}");
    page.quit();
    assert_eq!(app.status()["verified"], true);
}
