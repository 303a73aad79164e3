// SPDX-License-Identifier: Apache-2.0

//! The dialogues, through a pseudo-terminal, against a real Synapse.

use std::process::Command;

use crate::{
    attach::{TOKEN, describe_with_key},
    common::{App, PATIENCE, Person, new_user, screen::Screen},
};
use keyward_testing::{
    proxy::{Fault, Rule},
    synapse::Synapse,
};
use rexpect::{
    process::{Signal, WaitStatus},
    reader::Options,
    session::{PtySession, spawn_with_options},
};
use serde_json::json;

/// A recovery key as people see it.
const KEY: &str = "Es[1-9A-HJ-NP-Za-km-z]{2}( [1-9A-HJ-NP-Za-km-z]{4}){11}";

/// The program in a window of 80 by 24.
pub(crate) struct Window {
    session: PtySession,
}

impl Window {
    pub(crate) fn open(app: &App, arguments: &[&str]) -> Self {
        Self::open_with(app, arguments, &[])
    }

    pub(crate) fn open_with(app: &App, arguments: &[&str], environment: &[(&str, &str)]) -> Self {
        let mut command = Command::new("sh");
        app.prepare(&mut command);
        command
            .args([
                "-c",
                "stty rows 24 cols 80; exec \"$0\" \"$@\"",
                env!("CARGO_BIN_EXE_keyward"),
            ])
            .args(arguments)
            .env("TERM", "xterm-256color")
            .env("NO_COLOR", "1")
            .envs(environment.iter().copied());
        let options = Options::new()
            .timeout_ms(Some(PATIENCE.as_millis() as u64))
            .strip_ansi_escape_codes(true);
        Self {
            session: spawn_with_options(command, options).unwrap(),
        }
    }

    /// Waits until the window shows this.
    #[track_caller]
    pub(crate) fn see(&mut self, text: &str) {
        self.session
            .exp_string(text)
            .unwrap_or_else(|error| panic!("{text:?} does not appear: {error}"));
    }

    /// Waits until the window shows a key, and gives it.
    #[track_caller]
    pub(crate) fn see_key(&mut self) -> String {
        self.session
            .exp_regex(KEY)
            .unwrap_or_else(|error| panic!("no key appears: {error}"))
            .1
    }

    /// Waits for a question, and answers it.
    #[track_caller]
    pub(crate) fn answer(&mut self, question: &str, answer: &str) {
        self.see(question);
        self.enter(answer);
    }

    /// Types this and presses Enter.
    pub(crate) fn enter(&mut self, text: &str) {
        self.press(&format!("{text}\r"));
    }

    pub(crate) fn press(&mut self, keys: &str) {
        self.session.send(keys).unwrap();
        self.session.flush().unwrap();
    }

    pub(crate) fn press_ctrl_c(&mut self) {
        self.press("\u{3}");
    }

    /// Waits for the end, which has this exit code. Gives what was shown since the last look.
    #[track_caller]
    pub(crate) fn end_with(mut self, expected: i32) -> String {
        let rest = self.session.exp_eof().unwrap();
        let ended = self.session.process().wait().unwrap();
        assert!(
            matches!(ended, WaitStatus::Exited(_, code) if code == expected),
            "{ended:?}: {rest}"
        );
        rest
    }

    /// The same of a cancel, which says that nothing was changed.
    #[track_caller]
    pub(crate) fn end_unchanged(self) {
        let rest = self.end_with(4);
        assert!(rest.contains("Nothing was changed."), "{rest}");
    }

    /// Answers everything up to the key of a usual reset.
    #[track_caller]
    fn go_to_the_key(&mut self) -> String {
        self.answer("Go on?", "y");
        self.answer("Save them to a file first?", "n");
        self.answer("What shall open your secret storage?", "");
        self.see("Your new Security Key");
        let key = self.see_key();
        self.see("Type the key again");
        key
    }
}

/// `key` with one character changed, in the group with this number.
pub(crate) fn with_a_mistake(key: &str, group: usize) -> String {
    let mut groups: Vec<String> = key.split(' ').map(str::to_owned).collect();
    let changed = if groups[group - 1].starts_with('x') { 'y' } else { 'x' };
    groups[group - 1].replace_range(0..1, &changed.to_string());
    groups.join(" ")
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_ends_the_program_takes_the_key_off_the_terminal() {
    let (_person, app) = Person::with_unlocked_app().await;
    for signal in [Signal::SIGHUP, Signal::SIGQUIT, Signal::SIGTERM, Signal::SIGINT] {
        let mut screen = Screen::open(&app, &["reset"]);
        for (question, answer) in [
            ("Go on?", "y\r"),
            ("Save them to a file first?", "n\r"),
            ("What shall open your secret storage", "\r"),
        ] {
            screen.see(question);
            screen.press(answer);
        }
        let shown = screen.see("Type the key again");
        assert!(shown.contains("Your new Security Key") && screen.screen().alternate_screen());
        screen.signal(signal);
        let left = screen.end_with(4);
        assert!(!left.contains("Your new Security Key"), "{signal:?}: {left}");
        assert!(left.contains("Nothing was changed."), "{signal:?}: {left}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_resets_with_a_mistyped_key_and_a_wrong_password_on_the_way() {
    let (person, app) = Person::with_unlocked_app().await;

    let mut window = Window::open(&app, &["reset"]);
    window.see("1 other session has to be verified afterwards, or signed out.");
    let key = window.go_to_the_key();
    window.enter(&with_a_mistake(&key, 7));
    window.see("group 7 of 12 is different");
    window.answer("Type the key again", &key);
    window.see("Confirm that it is you");
    window.answer("Account password:", "not the password");
    window.see("That password is wrong");
    window.answer("Account password:", &person.user.password);
    window.see("Step 7 of 8: Filling the new key storage");
    window.see("Your new digital identity is in force");
    window.see("Fingerprint before:");
    window.see("Fingerprint now:");
    window.see("All message keys of the old key storage are in the new one");
    window.answer("Sign out of some of them now?", "");
    let rest = window.end_with(0);
    assert!(rest.contains("Nobody was signed out"), "{rest}");
    person.expect_history_opens_with(&key).await;
    assert_eq!(app.status()["verified"], true);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_signs_the_untrusted_sessions_out_with_the_same_password() {
    let (person, app) = Person::with_unlocked_app().await;
    let phone = person.phone.device_id();

    let mut window = Window::open(&app, &["reset"]);
    window.go_to_the_key();
    window.enter("Saved");
    window.answer("Account password:", &person.user.password);
    window.see("Sign out of some of them now?");
    window.see(&phone);
    // Right selects all.
    window.press("\u{1b}[C");
    window.answer("[x]", "");
    window.see("Signed out of 1 session.");
    window.end_with(0);
    assert_eq!(app.json(&["sessions"], &[])["others"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_phrase_is_asked_for_until_it_is_strong_and_twice_the_same() {
    let (person, app) = Person::with_unlocked_app().await;
    let file = app.path("room-keys.txt");
    let phrase = "four green elephants dance a waltz";

    let mut window = Window::open(&app, &["reset", "--acknowledge"]);
    window.answer("Save them to a file first?", "y");
    window.answer("File:", app.path("no/such/folder/room-keys.txt").to_str().unwrap());
    window.see("The folder of the file does not exist.");
    window.answer("File:", file.to_str().unwrap());
    window.answer("Passphrase for the file:", "for the file");
    window.answer("The same passphrase again:", "for the file");
    window.see("What shall open your secret storage?");
    // Down: the phrase.
    window.press("\u{1b}[B\r");
    window.answer("New Security Phrase:", "password1");
    window.answer("The same phrase again:", "password1");
    window.see("too easy to guess");
    window.answer("New Security Phrase:", phrase);
    window.answer("The same phrase again:", "something else altogether");
    window.see("The two are not the same");
    window.answer("New Security Phrase:", phrase);
    window.answer("The same phrase again:", phrase);
    window.see_key();
    window.answer("Type the key again", "saved");
    window.answer("Account password:", &person.user.password);
    window.see("Sign out of some of them now?");
    // Escape: nobody.
    window.press("\u{1b}");
    window.end_with(0);
    person.expect_history_opens_with(phrase).await;
    let passphrase = [("KEYWARD_EXPORT_PASSPHRASE", "for the file")];
    let imported = app.json(&["keys", "import", file.to_str().unwrap()], &passphrase);
    assert!(imported["total"].as_u64().unwrap() >= 1, "{imported}");
}

#[tokio::test(flavor = "multi_thread")]
async fn no_is_a_cancel_and_changes_nothing() {
    let (person, app) = Person::with_unlocked_app().await;
    let before = person.on_server().await;
    let mut window = Window::open(&app, &["reset"]);
    window.answer("Go on?", "");
    window.end_unchanged();
    assert_eq!(person.on_server().await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn ctrl_c_at_the_key_undoes_everything() {
    let (person, app) = Person::with_unlocked_app().await;
    let before = person.on_server().await;
    let mut window = Window::open(&app, &["reset"]);
    window.go_to_the_key();
    window.press_ctrl_c();
    window.end_unchanged();
    assert_eq!(app.status()["pending_reset"], json!(null));
    person.expect_unharmed(&before).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn ctrl_c_or_escape_at_the_password_undoes_everything_even_after_a_wrong_one() {
    let (person, app) = Person::with_unlocked_app().await;
    let before = person.on_server().await;
    for keys in ["\u{3}", "\u{1b}"] {
        let mut window = Window::open(&app, &["reset"]);
        let key = window.go_to_the_key();
        window.enter(&key);
        window.answer("Account password:", "wrong");
        window.see("That password is wrong");
        window.see("Account password:");
        window.press(keys);
        window.end_unchanged();
        assert_eq!(app.status()["pending_reset"], json!(null));
    }
    person.expect_unharmed(&before).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_reset_finds_the_store_in_use_while_the_first_waits() {
    let (person, app) = Person::with_unlocked_app().await;
    let mut window = Window::open(&app, &["reset"]);
    window.see("Go on?");
    let run = app.run_with(
        &["--json", "reset", "--acknowledge"],
        &[("KEYWARD_PASSWORD", &person.user.password)],
    );
    run.expect_error(1, "store.in_use");
    window.press_ctrl_c();
    window.end_with(4);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_resumed_reset_shows_the_key_again_first() {
    let (person, app) = Person::with_unlocked_app().await;
    let run = app.run_with(&["--json", "reset", "--acknowledge"], &[("KEYWARD_PASSWORD", "wrong")]);
    run.expect_exit(3);
    let key = run.lines()[0]["recovery_key"].clone();

    let mut window = Window::open(&app, &["reset"]);
    window.see("keyward reset --resume");
    window.end_with(1);

    let mut window = Window::open(&app, &["reset", "--resume"]);
    assert_eq!(window.see_key(), key.as_str().unwrap());
    window.answer("Type the key again", "saved");
    window.answer("Account password:", &person.user.password);
    window.answer("Sign out of some of them now?", "");
    window.end_with(0);
    person.expect_history_opens_with(key.as_str().unwrap()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_tries_again_goes_on_where_it_stopped_and_whoever_does_not_hears_how_it_stands() {
    let person = Person::new().await;
    let (app, proxy) = App::behind_a_proxy(&person.user).await;
    app.unlock(&person.recovery_key);
    let is_cut = |what: &'static str| {
        let writes = move |method: &str, path: &str| method == "PUT" && path.contains(what);
        Rule::new(Fault::CutBefore).on(writes).for_ever()
    };

    proxy.arm(is_cut("m.secret_storage.key"));
    let mut window = Window::open(&app, &["reset"]);
    window.answer("Go on?", "y");
    window.answer("Save them to a file first?", "n");
    window.answer("What shall open your secret storage?", "");
    window.answer("Try again?", "n");
    let rest = window.end_with(1);
    let said = rest.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(said.contains("is not in force, and the reset waits"), "{rest}");

    let mut window = Window::open(&app, &["reset", "--resume"]);
    let key = window.see_key();
    window.answer("Type the key again", "saved");
    window.see("Try again?");
    proxy.disarm();
    window.enter("y");
    window.see("Account password:");
    proxy.arm(is_cut("m.secret_storage.default_key"));
    window.enter(&person.user.password);
    window.answer("Try again?", "n");
    let rest = window.end_with(1);
    assert!(rest.contains("digital identity is in force"), "{rest}");

    let mut window = Window::open(&app, &["reset", "--resume"]);
    assert_eq!(window.see_key(), key);
    window.answer("Type the key again", "saved");
    window.see("Try again?");
    proxy.disarm();
    window.enter("y");
    window.answer("Sign out of some of them now?", "");
    window.end_with(0);
    person.expect_history_opens_with(&key).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plain_terminal_gets_lines_and_no_cursor_movement() {
    let (person, app) = Person::with_unlocked_app().await;
    let mut window = Window::open_with(&app, &["reset"], &[("TERM", "dumb")]);
    window.answer("Go on? [y/N]", "y");
    window.answer("Save them to a file first?", "");
    window.answer("A number from 1 to 2:", "7");
    window.answer("That is not one of the numbers.", "1");
    let key = window.see_key();
    window.answer("Type the key again", &key);
    window.answer("Account password: (not shown)", "wrong");
    window.see("That password is wrong");
    window.answer("Account password: (not shown)", &person.user.password);
    window.see("Your new digital identity is in force");
    window.answer("Numbers with commas between them", "all");
    window.see("Signed out of 1 session.");
    window.end_with(0);
    person.expect_history_opens_with(&key).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn ctrl_c_at_a_plain_question_is_a_cancel_as_well() {
    let (person, app) = Person::with_unlocked_app().await;
    let before = person.on_server().await;
    let mut window = Window::open(&app, &["--plain", "reset", "--acknowledge"]);
    window.answer("Save them to a file first?", "n");
    window.answer("A number from 1 to 2:", "1");
    window.answer("Type the key again", "saved");
    window.see("Account password: (not shown)");
    window.press_ctrl_c();
    window.end_unchanged();
    person.expect_unharmed(&before).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_login_asks_for_what_is_missing_and_again_after_a_wrong_password() {
    let synapse = Synapse::shared().await;
    let (user, app) = (new_user().await, App::new());
    let mut window = Window::open(&app, &["login"]);
    window.answer("Homeserver:", synapse.url());
    window.answer("User name:", &user.localpart);
    window.answer("Account password:", "wrong");
    window.see("User name or password is wrong");
    window.answer("Account password:", &user.password);
    window.see(&format!("Logged in as {}", user.user_id));
    window.see("`keyward reset`");
    window.end_with(0);
    assert_eq!(app.status()["user_id"], user.user_id);
}

#[tokio::test(flavor = "multi_thread")]
async fn unlocking_asks_again_after_a_mistyped_key_and_shows_nothing_of_it() {
    let (person, app) = Person::with_app().await;
    let mut window = Window::open(&app, &["unlock"]);
    window.answer("What do you want to verify this session with?", "");
    window.see("Security Key:");
    let wrong = with_a_mistake(&person.recovery_key, 3);
    window.enter(&wrong);
    let shown = window
        .session
        .exp_string("What do you want to verify this session with?")
        .unwrap();
    assert!(shown.contains("a character is wrong or missing"), "{shown}");
    assert!(!shown.contains(&wrong[..4]), "{shown}");
    window.enter("");
    window.answer("Security Key:", &person.recovery_key);
    window.see("This session is verified.");
    window.end_with(0);
}

#[tokio::test(flavor = "multi_thread")]
async fn logging_out_offers_to_save_the_room_keys() {
    let person = Person::new().await;
    let source = App::unlocked(&person).await;
    let file = source.path("room-keys.txt");
    let arguments = ["--json", "reset", "--acknowledge", "--export", file.to_str().unwrap()];
    let environment = [("KEYWARD_EXPORT_PASSPHRASE", "p"), ("KEYWARD_PASSWORD", "wrong")];
    source.run_with(&arguments, &environment).expect_exit(3);
    let app = App::of(&person.user).await;
    app.json(
        &["keys", "import", file.to_str().unwrap()],
        &[("KEYWARD_EXPORT_PASSPHRASE", "p")],
    );

    let mut window = Window::open(&app, &["logout"]);
    window.see("in no key storage");
    window.see("What shall happen to them?");
    window.press_ctrl_c();
    window.end_with(4);

    let saved = app.path("saved.txt");
    let mut window = Window::open(&app, &["logout"]);
    window.answer("What shall happen to them?", "");
    window.answer("File:", saved.to_str().unwrap());
    window.answer("Passphrase for the file:", "secret");
    window.answer("The same passphrase again:", "secret");
    window.see("Logged out.");
    window.end_with(0);
    assert!(!app.data_dir().exists());
    let imported = source.json(
        &["keys", "import", saved.to_str().unwrap()],
        &[("KEYWARD_EXPORT_PASSPHRASE", "secret")],
    );
    assert!(imported["total"].as_u64().unwrap() >= 1, "{imported}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_gives_the_new_key_to_the_app_that_keeps_the_session() {
    let person = Person::new().await;
    let (app, token) = (App::new(), person.phone.plain().access_token);
    let describe = describe_with_key(&person.phone, Synapse::shared().await.url()).await;
    let describe: Vec<&str> = describe.iter().map(String::as_str).collect();
    app.json(&describe, &[(TOKEN, &token)]);
    let mut window = Window::open_with(&app, &["reset"], &[(TOKEN, &token)]);
    window.see("you give the new Security Key to its app");
    window.answer("Go on?", "y");
    window.answer("Do you have the old one?", "y");
    window.answer("What opens the old key storage?", "");
    window.answer("Security Key:", "EsTj 3yST");
    window.see("That is not a Security Key");
    window.answer("Do you have the old one?", "y");
    window.answer("What opens the old key storage?", "");
    window.answer("Security Key:", &person.recovery_key);
    window.answer("What shall open your secret storage?", "");
    window.see("Your new Security Key");
    let key = window.see_key();
    window.answer("Type the key again", &key);
    window.answer("Account password:", &person.user.password);
    window.see("Give the new Security Key to your app");
    window.see("How does it stand?");
    // Ctrl-C undoes nothing, and says how to go on.
    window.press_ctrl_c();
    let rest = window.end_with(4);
    assert!(rest.contains("keyward reset --handed-over"), "{rest}");

    person.phone.sync_once().await.unwrap();
    person.phone.recover(&key).await.unwrap();
    let mut window = Window::open_with(&app, &["reset", "--resume"], &[(TOKEN, &token)]);
    window.see("belongs to it");
    window.answer("Type the key again", &key);
    window.answer("How does it stand?", "");
    window.see("All message keys of the old key storage are in the new one");
    window.end_with(0);
}
