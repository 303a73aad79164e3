// SPDX-License-Identifier: Apache-2.0

//! The terminal app in the language of its locale, or in the one that was asked for.

use crate::common::{App, Person, screen::Screen};

const GERMAN: (&str, &str) = ("LANG", "de_DE.UTF-8");
const ENGLISH: &str = include_str!("../../texts/en.ftl");

/// Nothing that the catalogue says in English, in two words or more, is in this.
#[track_caller]
fn expect_no_english(said: &str) {
    let texts = ENGLISH.lines().filter_map(|line| line.split_once(" = "));
    let sentences = texts.filter(|(id, text)| !id.starts_with('#') && !text.contains('{') && text.contains(' '));
    let found: Vec<&str> = sentences
        .map(|(_, text)| text)
        .filter(|text| said.contains(text))
        .collect();
    assert!(found.is_empty(), "{found:?} in\n{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_locale_chooses_the_language_and_the_option_overrides_it() {
    let (person, app) = Person::with_unlocked_app().await;
    let german = app.run_with(&["status"], &[GERMAN]);
    german.expect_exit(0);
    for expected in [
        "Digitale Identität",
        "vertraut, und diese Sitzung hat ihre Schlüssel",
        "Alles ist in Ordnung.",
    ] {
        assert!(
            german.stdout.contains(expected),
            "{expected:?} is not in\n{}",
            german.stdout
        );
    }
    expect_no_english(&german.stdout);
    // The values are below each other, however long the names are.
    let column = |value: &str| {
        let line = german.stdout.lines().find(|line| line.ends_with(value));
        let line = line.unwrap_or_else(|| panic!("{value:?} is not in\n{}", german.stdout));
        line.chars().count() - value.chars().count()
    };
    assert_eq!(column(&person.user.user_id), column("bereit"));

    let polish = app.run_with(&["--language", "pl", "sessions"], &[GERMAN]);
    polish.expect_exit(0);
    for expected in [
        "Bieżąca sesja",
        "Pozostałe sesje (1)",
        "Zweryfikowana",
        "ostatnia aktywność",
    ] {
        assert!(
            polish.stdout.contains(expected),
            "{expected:?} is not in\n{}",
            polish.stdout
        );
    }
    expect_no_english(&polish.stdout);

    let variable = app.run_with(&["status"], &[GERMAN, ("KEYWARD_LANGUAGE", "fr-CA")]);
    assert!(variable.stdout.contains("Identité numérique"), "{}", variable.stdout);
    let unknown = app.run_with(&["status"], &[("LANG", "xx_XX.UTF-8")]);
    assert!(unknown.stdout.contains("Digital identity"), "{}", unknown.stdout);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reset_asks_in_the_language_of_the_terminal_and_takes_its_yes_and_no() {
    let (person, app) = Person::with_unlocked_app().await;
    let before = person.on_server().await;
    let mut german = Screen::open_with(&app, &["reset"], &[GERMAN]);
    let shown = german.see("Fortfahren? (j/N)");
    assert!(shown.contains("Bis dahin können Sie jederzeit abbrechen."), "{shown}");
    expect_no_english(&shown);
    german.press("j\r");
    german.see("Zuerst in einer Datei speichern? (j/N)");
    german.press("nein\r");
    german.see("Was soll Ihren Geheimnisspeicher öffnen?");
    german.press("\r");
    let shown = german.see("Geben Sie den Schlüssel noch einmal ein oder `gespeichert`:");
    assert!(shown.contains("Ihr neuer Sicherheitsschlüssel"), "{shown}");
    expect_no_english(&shown);
    german.press("\u{3}");
    let said = german.end_with(4);
    assert!(said.contains("Abgebrochen. Es wurde nichts geändert."), "{said}");

    let mut polish = Screen::open_with(&app, &["--language", "pl", "--plain", "reset"], &[GERMAN]);
    let shown = polish.see("Kontynuować? [t/N]");
    expect_no_english(&shown);
    // English answers are understood everywhere.
    polish.press("no\r");
    let said = polish.end_with(4);
    assert!(said.contains("Anulowano."), "{said}");
    person.expect_unharmed(&before).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_of_sessions_speaks_german() {
    let (person, app) = Person::with_unlocked_app().await;
    let mut page = Screen::open_with(&app, &["sessions"], &[GERMAN]);
    let shown = page.see("[Alle 1]");
    for expected in [
        format!("Sitzungen von {}", person.user.user_id).as_str(),
        "Letzte Aktivität",
        "Verifizierung",
        "(diese)",
        "s abmelden",
    ] {
        assert!(shown.contains(expected), "{expected:?} is not in\n{shown}");
    }
    expect_no_english(&shown);
    page.press("?");
    let shown = page.see("die Sitzung umbenennen");
    expect_no_english(&shown);
    page.press("\u{1b}");
    page.see_no_more("die Sitzung umbenennen");
    page.press("\u{1b}[B");
    page.press("s");
    let shown = page.see("1 Sitzung abmelden?");
    expect_no_english(&shown);
    page.press("n");
    page.see_no_more("1 Sitzung abmelden?");
    page.quit();
}

#[tokio::test(flavor = "multi_thread")]
async fn scripts_get_english_whatever_the_locale_is_unless_they_ask_for_another_language() {
    let app = App::new();
    let message = |arguments: &[&str]| {
        let run = app.run_with(arguments, &[GERMAN]);
        run.expect_exit(1);
        run.error()["message"].as_str().unwrap_or_default().to_owned()
    };
    assert!(message(&["--json", "status"]).starts_with("Nobody is logged in here."));
    assert!(message(&["--json", "--language", "de", "status"]).starts_with("Hier ist niemand angemeldet."));
    let people = app.run_with(&["status"], &[GERMAN]);
    people.expect_exit(1);
    people.expect_said("Fehler: Hier ist niemand angemeldet. Melden Sie sich zuerst an. Das tut `keyward login");
}

#[test]
fn a_language_that_is_not_there_is_wrong_usage_and_those_that_are_there_are_named() {
    let app = App::new();
    let run = app.run(&["--language", "xx", "status"]);
    run.expect_exit(2);
    run.expect_said("en, de, fr, es, pl, ar");
    app.run_with(&["status"], &[("KEYWARD_LANGUAGE", "xx")]).expect_exit(2);
    // An empty variable is as none.
    app.run_with(&["status"], &[("KEYWARD_LANGUAGE", "")]).expect_exit(1);
}
