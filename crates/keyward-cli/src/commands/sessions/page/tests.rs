// SPDX-License-Identifier: Apache-2.0

//! What the page looks like: snapshots of whole windows, beside this file in `snapshots/`, and the README's picture.
//! `INSTA_UPDATE=always cargo test --package keyward-cli page::tests` draws all of them anew.

use std::{fs, path::Path};

use keyward::{
    doctor::{Code as FindingCode, RemedyCode},
    facts::IdentityStatus,
    sessions::{Filter, LedgerEntry, LoginAlert, Rename, SignOutConsequences, Snapshot, Trust},
    verification::{CancelReason, Emoji, VerificationState},
};
use ratatui::{
    Terminal,
    backend::TestBackend,
    buffer::Buffer,
    style::{Color, Modifier},
};

use super::{
    picture,
    state::{Dialog, Event, Key, Page, SignOutStage},
    view::{self, Look},
};
use unicode_width::UnicodeWidthStr;

use crate::{
    commands::sessions::words::samples::{DAY, NOW, new_login, report, session, snapshot},
    language::{say, tests::in_language, texts},
    terminal::{input::Input, qr::Code, text::date},
};

fn page_of(snapshot: Snapshot) -> Page {
    let mut page = Page::new("@alice:example.org", false, Filter::All, NOW);
    page.handle(Event::Listed(Box::new(snapshot)));
    page
}

fn page() -> Page {
    page_of(snapshot())
}

fn press(page: &mut Page, keys: &[Key]) {
    for key in keys {
        page.handle(Event::Key(*key));
    }
}

fn drawn(page: &Page, (columns, rows): (u16, u16), colour: bool) -> Buffer {
    let mut terminal = Terminal::new(TestBackend::new(columns, rows)).expect("a test backend works");
    let mut look = Look::new(colour);
    terminal
        .draw(|frame| view::draw(frame, page, &mut look))
        .expect("a test backend works");
    terminal.backend().buffer().clone()
}

const USUAL: (u16, u16) = (80, 24);
const LARGE: (u16, u16) = (120, 40);

/// The window's text, without what is empty at the end of lines.
fn text(buffer: &Buffer) -> String {
    let mut text = String::new();
    for row in buffer.content().chunks(usize::from(buffer.area.width)) {
        let mut line = String::new();
        let mut covered = 0;
        for cell in row {
            // A wide character covers the cell after it.
            if covered == 0 {
                line.push_str(cell.symbol());
                covered = cell.symbol().width().saturating_sub(1);
            } else {
                covered -= 1;
            }
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

/// Where the window is styled, and how: line, first column, text, style.
fn styles(buffer: &Buffer) -> String {
    let mut runs: Vec<(u16, u16, String, String)> = Vec::new();
    for (index, cell) in buffer.content().iter().enumerate() {
        let (column, line) = buffer.pos_of(index);
        let mut style = Vec::new();
        if cell.fg != Color::Reset {
            style.push(format!("{}", cell.fg).to_lowercase());
        }
        if cell.bg != Color::Reset {
            style.push(format!("on {}", cell.bg).to_lowercase());
        }
        if !cell.modifier.is_empty() {
            style.push(format!("{:?}", cell.modifier).to_lowercase());
        }
        let style = style.join(" ");
        match runs.last_mut() {
            Some((before, _, text, same)) if *before == line && *same == style => text.push_str(cell.symbol()),
            _ => runs.push((line, column, cell.symbol().to_owned(), style)),
        }
    }
    runs.into_iter()
        .filter(|(_, _, text, style)| !style.is_empty() && !text.trim().is_empty())
        .map(|(line, column, text, style)| format!("{line:>2}:{column:<3} {style:<20} {}\n", text.trim_end()))
        .collect()
}

#[track_caller]
fn expect(name: &str, page: &Page, size: (u16, u16)) {
    insta::assert_snapshot!(name, text(&drawn(page, size, false)));
}

fn alerted() -> Snapshot {
    let mut snapshot = snapshot();
    snapshot.new_logins = vec![new_login("WEBWEBWEBW", "Element Web: Firefox")];
    snapshot
}

#[test]
fn the_list_in_a_usual_window() {
    let mut page = page_of(alerted());
    press(&mut page, &[Key::Down, Key::Down, Key::Char(' ')]);
    expect("list", &page, USUAL);
}

#[test]
fn the_list_in_a_large_window_with_colours() {
    let mut page = page();
    press(&mut page, &[Key::Down, Key::Char(' ')]);
    let buffer = drawn(&page, LARGE, true);
    insta::assert_snapshot!("list-large", format!("{}\n{}", text(&buffer), styles(&buffer)));
}

#[test]
fn colour_says_nothing_that_words_do_not() {
    for page in all_pages() {
        for size in [USUAL, LARGE] {
            let (with, without) = (drawn(&page, size, true), drawn(&page, size, false));
            assert_eq!(text(&with), text(&without));
            let coloured = |cell: &&ratatui::buffer::Cell| cell.fg != Color::Reset || cell.bg != Color::Reset;
            assert_eq!(without.content().iter().find(coloured), None);
        }
    }
}

/// One page of each sort.
fn all_pages() -> Vec<Page> {
    let mut pages = vec![
        page_of(alerted()),
        Page::new("@alice:example.org", false, Filter::All, NOW),
        verifying(emoji()),
    ];
    for keys in [
        vec![Key::Char('?')],
        vec![Key::Enter],
        vec![Key::Char('r')],
        vec![Key::Char('s')],
        vec![Key::Down, Key::Down, Key::Char('v')],
    ] {
        let mut page = page();
        press(&mut page, &keys);
        pages.push(page);
    }
    pages
}

const LANGUAGES: [&str; 6] = ["en", "de", "fr", "es", "pl", "ar"];

/// How many columns there are before this, in the line that has it.
#[track_caller]
fn column_of(text: &str, line: usize, what: &str) -> usize {
    let line = text.lines().nth(line).unwrap_or_default();
    let at = line.find(what).unwrap_or_else(|| panic!("{what:?} is not in {line:?}"));
    line[..at].width()
}

#[test]
fn columns_stay_below_their_names_in_every_language() {
    for language in LANGUAGES {
        in_language(language, || {
            let page = page();
            for size in [USUAL, LARGE] {
                let shown = text(&drawn(&page, size, false));
                let activity = say!("page-head-activity");
                let head = shown.lines().position(|line| line.contains(&activity));
                let head = head.unwrap_or_else(|| panic!("{language}: {activity:?} is not in\n{shown}"));
                let seen = texts().ago(NOW, NOW);
                let below = column_of(&shown, head + 1, &seen);
                assert_eq!(column_of(&shown, head, &activity), below, "{language}\n{shown}");
                let id = say!("page-head-id");
                let below = column_of(&shown, head + 1, "KWCURRENT1");
                assert_eq!(
                    column_of(&shown, head, &format!(" {id}")) + 1,
                    below,
                    "{language}\n{shown}"
                );
                // The name keeps room.
                assert!(shown.contains("Keyw"), "{language}\n{shown}");
            }
        });
    }
}

#[test]
fn the_help_fits_a_usual_window_in_every_language() {
    for language in LANGUAGES {
        in_language(language, || {
            let mut page = page();
            press(&mut page, &[Key::Char('?')]);
            let shown = text(&drawn(&page, USUAL, false));
            let is_cut = shown.lines().any(|line| line.starts_with('│') && line.contains('…'));
            assert!(!is_cut && shown.contains(&say!("page-any-key")), "{language}\n{shown}");
        });
    }
}

#[test]
fn what_is_recommended_is_said_to_its_end_in_every_language() {
    for language in LANGUAGES {
        in_language(language, || {
            let shown = text(&drawn(&page(), USUAL, false));
            for (advice, _) in texts().advice(&snapshot().list) {
                let last = advice.split_whitespace().next_back().unwrap_or_default();
                assert!(shown.contains(last), "{language}: {advice}\n{shown}");
            }
        });
    }
}

#[test]
fn every_filter_is_there_with_its_number_in_every_language() {
    let mut many = snapshot();
    many.list.others = (0..120)
        .map(|number| session(&format!("SESSION{number:03}"), "Phone", Trust::Unverifiable, Some(NOW)))
        .collect();
    for language in LANGUAGES {
        in_language(language, || {
            let shown = text(&drawn(&page_of(many.clone()), USUAL, false));
            for (filter, count) in [(Filter::All, 120), (Filter::Unverified, 0), (Filter::Unverifiable, 120)] {
                let tab = format!("{} {count}", texts().filter(filter));
                assert!(shown.contains(&tab), "{language}: {tab}\n{shown}");
            }
        });
    }
}

#[test]
fn every_dialog_can_be_drawn_in_every_language_at_every_size() {
    for language in LANGUAGES {
        in_language(language, || {
            for page in all_pages() {
                for size in [(39, 11), (40, 12), (72, 20), USUAL, LARGE] {
                    drawn(&page, size, true);
                }
            }
        });
    }
}

#[test]
fn the_page_of_another_programs_session_offers_no_verification() {
    let mut snapshot = snapshot();
    snapshot.list.identity = IdentityStatus::NotOurs;
    snapshot.list.current.trust = Trust::Unverified;
    let mut page = Page::new("@alice:example.org", true, Filter::All, NOW);
    page.handle(Event::Listed(Box::new(snapshot)));
    let elsewhere = report(FindingCode::SessionUnverified, &[RemedyCode::InOtherProgram]);
    page.handle(Event::Examined(elsewhere));
    let shown = text(&drawn(&page, USUAL, false));
    assert!(
        shown.contains("in the program whose session this is") && !shown.contains("v verify"),
        "{shown}"
    );
    press(&mut page, &[Key::Enter]);
    let shown = text(&drawn(&page, USUAL, false));
    assert!(shown.contains("s sign out") && !shown.contains("v verify"), "{shown}");
}

#[test]
fn no_window_is_too_small_to_say_so() {
    for page in all_pages() {
        for columns in [1, 2, 20, 39, 40, 41, 59, 60, 79, 80, 109, 110, 111] {
            for rows in [1, 2, 3, 11, 12, 13, 20, 24] {
                drawn(&page, (columns, rows), false);
            }
        }
    }
    let said = text(&drawn(&page(), (38, 12), false));
    assert!(said.contains("too small"), "{said}");
}

#[test]
fn nothing_to_recommend_and_nobody_else() {
    let mut alone = snapshot();
    alone.list.others.clear();
    (
        alone.list.recommendations.unverified,
        alone.list.recommendations.inactive,
    ) = (0, 0);
    expect("alone", &page_of(alone), USUAL);
}

#[test]
fn an_unverified_session_says_why_all_look_unverified() {
    let mut unverified = snapshot();
    unverified.list.identity = IdentityStatus::NotOurs;
    unverified.list.current.trust = Trust::Unverified;
    for session in &mut unverified.list.others {
        session.trust = Trust::Unverified;
    }
    let mut page = page_of(unverified);
    let remedies = [RemedyCode::Unlock, RemedyCode::VerifyBySession, RemedyCode::Reset];
    page.handle(Event::Examined(report(FindingCode::SessionUnverified, &remedies)));
    expect("unverified", &page, USUAL);
}

#[test]
fn many_sessions_scroll_with_the_cursor() {
    let mut many = snapshot();
    many.list.others = (0..100)
        .map(|number| {
            session(
                &format!("SESSION{number:03}"),
                &format!("Session {number}"),
                Trust::Verified,
                Some(NOW),
            )
        })
        .collect();
    let mut page = page_of(many);
    let mut terminal = Terminal::new(TestBackend::new(80, 24)).expect("a test backend works");
    let mut look = Look::new(false);
    let mut see = |page: &Page| {
        terminal
            .draw(|frame| view::draw(frame, page, &mut look))
            .expect("a test backend works");
        text(terminal.backend().buffer())
    };
    // The key, where the cursor is then, and the first and last session in the window.
    for (keys, at, first, last) in [
        (vec![], "(this one)", 0, 12),
        (vec![Key::Down; 14], "Session 13", 1, 13),
        (vec![Key::Down], "Session 14", 2, 14),
        (vec![Key::Up; 3], "Session 11", 2, 14),
        (vec![Key::Up; 11], "Session 0", 0, 12),
        (vec![Key::End], "Session 99", 87, 99),
        (vec![Key::PageUp], "Session 89", 87, 99),
        (vec![Key::Home], "(this one)", 0, 12),
    ] {
        press(&mut page, &keys);
        let said = see(&page);
        assert!(said.contains("No encryption 0"), "large numbers fit:\n{said}");
        let here = said.lines().find(|line| line.starts_with('>')).unwrap_or_default();
        assert!(here.contains(&format!("{at} ")), "{keys:?}\n{said}");
        let shown: Vec<&str> = said.lines().filter(|line| line.contains("SESSION")).collect();
        assert!(shown[0].contains(&format!("Session {first} ")), "{keys:?}\n{said}");
        assert!(
            shown[shown.len() - 1].contains(&format!("Session {last} ")),
            "{keys:?}\n{said}"
        );
    }
}

#[test]
fn what_others_chose_cannot_steer_the_terminal() {
    let mut hostile = alerted();
    let evil = "\u{1b}[2J\u{9b}evil\u{202e}\r\n";
    for session in &mut hostile.list.others {
        session.name = Some(evil.to_owned());
        session.device_id = evil.to_owned();
        session.last_seen_ip = Some(evil.to_owned());
    }
    hostile.new_logins[0].label = evil.to_owned();
    hostile.new_logins[0].device_id = evil.to_owned();
    for keys in [
        vec![],
        vec![Key::Down, Key::Enter],
        vec![Key::Down, Key::Char('r')],
        vec![Key::Down, Key::Char('s')],
        vec![Key::Down, Key::Down, Key::Char('v')],
    ] {
        let mut page = page_of(hostile.clone());
        press(&mut page, &keys);
        for size in [USUAL, LARGE] {
            let said = text(&drawn(&page, size, false));
            assert!(said.contains("evil"), "{said}");
            let steers = |c: char| c != '\n' && (c.is_control() || c == '\u{202e}');
            assert!(!said.contains(steers), "{keys:?}: {said:?}");
        }
    }
}

#[test]
fn help() {
    let mut page = page();
    press(&mut page, &[Key::Char('?')]);
    expect("help", &page, USUAL);
}

#[test]
fn details_with_history() {
    let mut page = page();
    press(&mut page, &[Key::Down, Key::Enter]);
    page.handle(Event::History(Some(LedgerEntry {
        device_id: "PHONEPHONE".to_owned(),
        name: Some("Element X on Pixel".to_owned()),
        first_seen_ts: NOW - 30 * DAY,
        last_seen_ts: NOW,
        removed_ts: None,
        renames: vec![Rename {
            ts: NOW - 10 * DAY,
            from: None,
            to: Some("Element X on Pixel".to_owned()),
        }],
        alert: LoginAlert::Acknowledged,
        unverified_since_ts: None,
    })));
    // Dates are in this machine's time zone.
    let mut said = text(&drawn(&page, USUAL, false));
    for time in [NOW - DAY / 24, NOW - 30 * DAY, NOW - 10 * DAY] {
        assert!(said.contains(&date(time)), "{said}");
        said = said.replace(&date(time), "YYYY-MM-DD HH:MM");
    }
    insta::assert_snapshot!("details", said);
}

#[test]
fn rename_with_a_complaint() {
    let mut page = page();
    press(&mut page, &[Key::Down, Key::Char('r'), Key::Char('!'), Key::Enter]);
    page.handle(Event::Renamed(Err(
        "A session's name has 100 characters at most.".to_owned()
    )));
    expect("rename", &page, USUAL);
}

#[test]
fn a_long_name_shows_the_part_around_the_cursor() {
    let mut page = page();
    press(&mut page, &[Key::Down, Key::Char('r'), Key::ClearLine]);
    page.handle(Event::Paste(format!("{}the end", "日本".repeat(40))));
    let said = text(&drawn(&page, USUAL, false));
    assert!(said.contains("the end"), "{said}");
}

fn signing_out(stage: SignOutStage) -> Page {
    let mut page = page();
    press(&mut page, &[Key::Char('a'), Key::Char('s')]);
    let Some(Dialog::SignOut { stage: shown, .. }) = &mut page.dialog else {
        panic!("{:?}", page.dialog)
    };
    *shown = stage;
    page
}

#[test]
fn sign_out_with_its_consequences() {
    let page = signing_out(SignOutStage::Consequences(SignOutConsequences {
        current: false,
        last_session: false,
        unsaved_room_keys: 0,
        trust_unknown: false,
        verified: vec!["PHONEPHONE".to_owned(), "TABLETTABL".to_owned()],
        seen_in_last_day: vec!["PHONEPHONE".to_owned()],
    }));
    expect("sign-out", &page, USUAL);
}

#[test]
fn what_is_said_below_the_list_is_said_to_its_end() {
    let mut page = page();
    // The last one but one is a script, which has no encryption.
    press(&mut page, &[Key::End, Key::Up, Key::Char('v')]);
    let shown = text(&drawn(&page, USUAL, false));
    assert!(shown.contains("do not know it."), "{shown}");
}

#[test]
fn sign_out_of_this_session_names_the_command() {
    let mut page = page();
    press(&mut page, &[Key::Char('s')]);
    page.handle(Event::Weighed(
        vec!["KWCURRENT1".to_owned()],
        Ok(SignOutConsequences {
            current: true,
            last_session: true,
            unsaved_room_keys: 1234,
            trust_unknown: false,
            verified: Vec::new(),
            seen_in_last_day: Vec::new(),
        }),
    ));
    expect("sign-out-current", &page, USUAL);
}

#[test]
fn a_password_is_masked_and_a_wrong_one_is_said() {
    let page = signing_out(SignOutStage::Password {
        input: Input::new("secret"),
        complaint: Some("That password is wrong. Try again.".to_owned()),
        busy: false,
    });
    let buffer = drawn(&page, USUAL, true);
    assert!(!text(&buffer).contains("secret"));
    expect("password", &page, USUAL);
}

fn verifying(state: VerificationState) -> Page {
    let mut page = page();
    press(&mut page, &[Key::Down, Key::Down, Key::Char('v')]);
    page.handle(Event::Verification(Ok(state)));
    page
}

fn emoji() -> VerificationState {
    let emoji = |symbol, description, index| Emoji {
        symbol,
        description,
        index,
    };
    VerificationState::Emoji {
        emoji: [
            emoji("🐶", "Dog", 0),
            emoji("🐱", "Cat", 1),
            emoji("🦁", "Lion", 2),
            emoji("☁️", "Cloud", 21),
            emoji("❤️", "Heart", 29),
            emoji("🔑", "Key", 47),
            emoji("📌", "Pin", 63),
        ],
        decimals: [1111, 2222, 3333],
    }
}

#[test]
fn verification_by_emoji() {
    expect("emoji", &verifying(emoji()), USUAL);
}

#[test]
fn verification_step_by_step() {
    let ready = VerificationState::Ready {
        emoji: true,
        show_qr: true,
        scan_qr: false,
    };
    let steps = [
        VerificationState::Waiting,
        VerificationState::Requested,
        ready,
        VerificationState::Decimals {
            decimals: [1111, 2222, 3333],
        },
        VerificationState::Scanned,
        VerificationState::Confirmed,
        VerificationState::Done,
        VerificationState::Cancelled {
            by_us: false,
            reason: CancelReason::TimedOut,
        },
    ];
    let dialogs: Vec<String> = steps
        .into_iter()
        .map(|state| {
            let drawn = text(&drawn(&verifying(state), USUAL, false));
            let inside = |line: &&str| line.contains(['┌', '└', '│']);
            drawn.lines().filter(inside).collect::<Vec<_>>().join("\n")
        })
        .collect();
    insta::assert_snapshot!("verification", dialogs.join("\n\n"));
}

fn showing_a_code(size: usize) -> Page {
    let mut page = verifying(VerificationState::Ready {
        emoji: true,
        show_qr: true,
        scan_qr: true,
    });
    let code = Code::new(size, |x, y| (x * 7 + y * 3 + x * y) % 5 < 2);
    page.handle(Event::QrCode(Ok(Some(code))));
    page
}

#[test]
fn a_code_fills_a_usual_window_with_the_words_beside_it() {
    expect("qr-code", &showing_a_code(45), USUAL);
}

#[test]
fn a_code_that_does_not_fit_is_not_drawn_by_halves() {
    let said = text(&drawn(&showing_a_code(49), USUAL, false));
    assert!(said.contains("too small for the QR code"), "{said}");
    assert!(!said.contains('▀'), "{said}");
}

#[test]
fn the_cursor_is_where_people_type() {
    let mut page = page();
    press(&mut page, &[Key::Down, Key::Char('r'), Key::Home]);
    let mut terminal = Terminal::new(TestBackend::new(80, 24)).expect("a test backend works");
    terminal
        .draw(|frame| view::draw(frame, &page, &mut Look::new(false)))
        .expect("a test backend works");
    let cursor = terminal.get_cursor_position().expect("a test backend works");
    let buffer = terminal.backend().buffer();
    assert_eq!(buffer[(cursor.x, cursor.y)].symbol(), "E");
    assert!(!buffer[(cursor.x, cursor.y)].modifier.contains(Modifier::REVERSED));
}

#[test]
fn the_picture_in_the_readme_is_of_this_page() {
    let mut snapshot = alerted();
    // Not every machine that shows the picture has the characters of the last one.
    snapshot.list.others.pop();
    let mut page = page_of(snapshot);
    press(&mut page, &[Key::End, Key::Up, Key::Char(' '), Key::Up, Key::Up]);
    let svg = picture::svg(&drawn(&page, (90, 20), true), "keyward sessions");
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/sessions-page.svg");
    if std::env::var_os("INSTA_UPDATE").is_some_and(|update| update == "always") {
        fs::write(&file, &svg).expect("the picture can be written");
    }
    let there = fs::read_to_string(&file).unwrap_or_default();
    assert!(
        there == svg,
        "docs/sessions-page.svg is of an older page: INSTA_UPDATE=always cargo test --package keyward-cli page::tests"
    );
}
