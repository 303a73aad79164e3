// SPDX-License-Identifier: Apache-2.0

//! What keys and events do to the page, without a terminal and without a server.

use keyward::{
    auth::AuthError,
    error::ServerError,
    facts::IdentityStatus,
    sessions::{Push, SignOutConsequences, Trust},
    verification::CancelReason,
};

use super::*;
use crate::commands::sessions::words::samples::{NOW, new_login, snapshot};

fn page() -> Page {
    let mut page = Page::new("@alice:example.org", false, Filter::All, NOW);
    page.handle(Event::Listed(Box::new(snapshot())));
    page
}

/// Presses keys one after another; gives what all of them led to, as words.
fn press(page: &mut Page, keys: &[Key]) -> Vec<String> {
    keys.iter()
        .flat_map(|key| page.handle(Event::Key(*key)))
        .map(|effect| in_short(&effect))
        .collect()
}

fn type_in(page: &mut Page, text: &str) {
    text.chars().for_each(|c| {
        page.handle(Event::Key(Key::Char(c)));
    });
}

fn in_short(effect: &Effect) -> String {
    match effect {
        Effect::Rename(session, name) => format!("rename {} {name}", session.device_id),
        Effect::SetPush(session, on) => format!("push {} {on}", session.device_id),
        Effect::Authorise(password) => format!("authorise {}", password.reveal()),
        other => format!("{other:?}"),
    }
}

fn consequences(current: bool) -> SignOutConsequences {
    SignOutConsequences {
        current,
        last_session: false,
        unsaved_room_keys: 0,
        trust_unknown: false,
        verified: Vec::new(),
        seen_in_last_day: Vec::new(),
    }
}

const C: fn(char) -> Key = Key::Char;

#[test]
fn keys_move_and_stay_inside() {
    for (keys, row) in [
        (vec![], 0),
        (vec![Key::Up], 0),
        (vec![Key::Down, C('j'), C('k')], 1),
        (vec![Key::End], 5),
        (vec![Key::End, Key::Down, Key::PageDown], 5),
        (vec![Key::End, Key::PageUp], 0),
        (vec![Key::End, Key::Home, Key::Down], 1),
    ] {
        let mut page = page();
        assert_eq!(press(&mut page, &keys), Vec::<String>::new());
        assert_eq!(page.row, row, "{keys:?}");
    }
}

#[test]
fn the_account_is_examined_at_first_and_when_the_list_shows_another_trust() {
    let mut page = Page::new("@alice:example.org", false, Filter::All, NOW);
    let mut listed = |snapshot: Snapshot| {
        let effects = page.handle(Event::Listed(Box::new(snapshot)));
        effects.iter().any(|effect| matches!(effect, Effect::Examine))
    };
    assert!(listed(snapshot()));
    assert!(!listed(snapshot()));
    let mut changed = snapshot();
    changed.list.others[0].last_seen_ts = Some(NOW);
    assert!(
        !listed(changed),
        "the time of a session's last activity changes nothing"
    );
    let mut changed = snapshot();
    changed.list.current.trust = Trust::Unverified;
    assert!(listed(changed));
    assert_eq!(press(&mut page, &[C('g')]), ["Refresh", "Examine"]);
}

#[test]
fn filters_go_around_and_recommendations_have_keys_of_their_own() {
    for (keys, filter, rows) in [
        (vec![Key::Tab], Filter::Verified, 3),
        (vec![Key::Right, Key::Tab], Filter::Unverified, 3),
        (vec![Key::BackTab], Filter::Unverifiable, 2),
        (vec![Key::Left, Key::Right], Filter::All, 6),
        (vec![C('u')], Filter::Unverified, 3),
        (vec![C('i')], Filter::Inactive, 2),
    ] {
        let mut page = page();
        press(&mut page, &keys);
        assert_eq!((page.filter, page.rows().len()), (filter, rows), "{keys:?}");
    }
}

#[test]
fn every_way_out_leaves() {
    for keys in [
        vec![C('q')],
        vec![Key::Escape],
        vec![Key::Interrupt],
        vec![C('?'), Key::Interrupt],
        vec![C('r'), Key::Interrupt],
    ] {
        assert_eq!(press(&mut page(), &keys), ["Quit"], "{keys:?}");
    }
    assert_eq!(press(&mut page(), &[C('?'), C('q')]), Vec::<String>::new());
}

#[test]
fn space_selects_others_but_never_this_session() {
    let mut page = page();
    press(&mut page, &[C(' '), C(' '), C(' '), Key::Up, Key::Up, C(' ')]);
    assert_eq!(page.selected, BTreeSet::from(["WEBWEBWEBW".to_owned()]));
    press(&mut page, &[Key::Home, C(' ')]);
    assert!(
        page.notice
            .as_deref()
            .is_some_and(|notice| notice.contains("keyward logout"))
    );
    assert!(!page.selected.contains("KWCURRENT1"));
}

#[test]
fn what_needs_another_programs_keys_is_done_there() {
    let mut page = Page {
        attached: true,
        ..page()
    };
    let unverified = [Key::Down, Key::Down, C('v')];
    assert_eq!(press(&mut page, &unverified), Vec::<String>::new());
    assert!(page.dialog.is_none());
    assert!(
        page.notice
            .as_deref()
            .is_some_and(|notice| notice.contains("other program"))
    );
    assert_eq!(press(&mut page, &[Key::Enter, C('v')]).len(), 1, "its history alone");
    press(&mut page, &[Key::Escape, Key::Home, C(' ')]);
    assert!(
        page.notice
            .as_deref()
            .is_some_and(|notice| notice.contains("program that keeps it"))
    );
    // Everything else is as ever.
    assert_eq!(press(&mut page, &[Key::Down, C('s')]).len(), 1);
}

#[test]
fn a_selects_all_shown_and_then_none_of_them() {
    let mut page = page();
    press(&mut page, &[C('i'), C('a')]);
    assert_eq!(page.selected.len(), 1);
    press(&mut page, &[C('u'), C('a')]);
    assert_eq!(page.selected.len(), 2);
    press(&mut page, &[C('i'), C('a')]);
    assert_eq!(page.selected, BTreeSet::from(["WEBWEBWEBW".to_owned()]));
}

#[test]
fn the_cursor_and_the_selection_stay_with_their_sessions() {
    let mut page = page();
    press(&mut page, &[Key::Down, Key::Down, C(' '), Key::Up]);
    assert_eq!(page.rows()[page.row].device_id, "WEBWEBWEBW");
    let mut changed = snapshot();
    changed.list.others.remove(0);
    changed.list.others.reverse();
    page.handle(Event::Listed(Box::new(changed)));
    assert_eq!(page.rows()[page.row].device_id, "WEBWEBWEBW");
    assert_eq!(page.selected.len(), 1);
    let mut gone = snapshot();
    gone.list.others.truncate(1);
    page.handle(Event::Listed(Box::new(gone)));
    assert_eq!(page.row, 1, "the cursor is inside the shorter list");
    assert!(page.selected.is_empty(), "a session that is gone is not selected");
}

#[test]
fn a_wrong_password_keeps_selection_and_challenge() {
    let mut page = page();
    press(&mut page, &[C('u'), C('a'), Key::Home]);
    let both = vec!["WEBWEBWEBW".to_owned(), "OLDLAPTOPX".to_owned()];
    assert_eq!(press(&mut page, &[C('s')]), [format!("Weigh({both:?})")]);
    assert_eq!(
        press(&mut page, &[Key::Enter]),
        Vec::<String>::new(),
        "not before they are known"
    );
    page.handle(Event::Weighed(both.clone(), Ok(consequences(false))));
    assert_eq!(press(&mut page, &[Key::Enter]), [format!("SignOut({both:?})")]);
    // The challenge itself has no public constructor; what follows it is the prompt.
    page.ask_password(None);
    assert_eq!(
        press(&mut page, &[Key::Enter]),
        Vec::<String>::new(),
        "nothing was typed"
    );
    type_in(&mut page, "wrong");
    assert_eq!(press(&mut page, &[Key::Enter]), ["authorise wrong"]);
    assert_eq!(
        press(&mut page, &[Key::Enter, Key::Escape]),
        Vec::<String>::new(),
        "it is under way"
    );

    let effects = page.handle(Event::SignedOut(Err(AuthError::WrongPassword.into())));
    assert!(effects.is_empty(), "the sign-out is kept: {effects:?}");
    assert_eq!(page.selected.len(), 2);
    let Some(Dialog::SignOut {
        device_ids,
        stage: SignOutStage::Password { input, complaint, busy },
    }) = &page.dialog
    else {
        panic!("{:?}", page.dialog)
    };
    assert_eq!(*device_ids, both);
    assert_eq!((input.text(), *busy), ("", false));
    assert!(
        complaint
            .as_deref()
            .is_some_and(|complaint| complaint.contains("wrong"))
    );

    type_in(&mut page, "right");
    assert_eq!(press(&mut page, &[Key::Enter]), ["authorise right"]);
    let effects = page.handle(Event::SignedOut(Ok(None)));
    assert_eq!(
        effects.iter().map(in_short).collect::<Vec<_>>(),
        ["AbandonSignOut", "Refresh"]
    );
    assert_eq!(page.notice.as_deref(), Some("Signed out of 2 sessions."));
    assert!(page.selected.is_empty() && page.dialog.is_none());
}

#[test]
fn a_refusal_or_a_broken_connection_is_said_and_the_selection_stays() {
    for (error, asks_again) in [
        (
            SignOutError::Auth(AuthError::Request(ServerError::Unreachable.into())),
            true,
        ),
        (SignOutError::Auth(AuthError::Unsupported { stages: Vec::new() }), false),
    ] {
        let mut page = page();
        press(&mut page, &[C('u'), C('a'), C('s')]);
        page.ask_password(None);
        page.handle(Event::SignedOut(Err(error)));
        assert_eq!(page.dialog.is_some(), asks_again);
        assert_eq!(page.notice.is_some(), !asks_again);
        assert_eq!(page.selected.len(), 2);
    }
}

#[test]
fn escape_at_the_password_forgets_the_challenge_and_keeps_the_selection() {
    let mut page = page();
    press(&mut page, &[C('u'), C('a'), C('s')]);
    page.ask_password(None);
    assert_eq!(press(&mut page, &[Key::Escape]), ["AbandonSignOut"]);
    assert_eq!((page.selected.len(), page.dialog.is_none()), (2, true));
}

#[test]
fn this_session_is_not_signed_out_from_here() {
    let mut page = page();
    press(&mut page, &[C('s')]);
    page.handle(Event::Weighed(vec!["KWCURRENT1".to_owned()], Ok(consequences(true))));
    assert_eq!(press(&mut page, &[Key::Enter, C('y')]), Vec::<String>::new());
    press(&mut page, &[Key::Escape]);
    assert!(page.dialog.is_none());
}

#[test]
fn consequences_of_another_selection_are_not_shown() {
    let mut page = page();
    press(&mut page, &[Key::Down, C('s')]);
    page.handle(Event::Weighed(vec!["WEBWEBWEBW".to_owned()], Ok(consequences(false))));
    assert!(matches!(
        page.dialog,
        Some(Dialog::SignOut {
            stage: SignOutStage::Weighing,
            ..
        })
    ));
}

#[test]
fn rename_keeps_what_was_typed_when_it_fails() {
    let mut page = page();
    press(&mut page, &[Key::Down, C('r'), Key::ClearLine]);
    page.handle(Event::Paste("My\u{1b} phone\n".to_owned()));
    assert_eq!(press(&mut page, &[Key::Enter]), ["rename PHONEPHONE My phone"]);
    assert_eq!(
        press(&mut page, &[Key::Enter, C('x')]),
        Vec::<String>::new(),
        "it is under way"
    );
    page.handle(Event::Renamed(Err("too long".to_owned())));
    let Some(Dialog::Rename {
        input,
        complaint,
        busy: false,
        ..
    }) = &page.dialog
    else {
        panic!("{:?}", page.dialog)
    };
    assert_eq!((input.text(), complaint.as_deref()), ("My phone", Some("too long")));
    press(&mut page, &[Key::Enter]);
    assert!(matches!(page.handle(Event::Renamed(Ok(())))[..], [Effect::Refresh]));
    assert!(page.dialog.is_none());
}

#[test]
fn push_is_switched_to_the_other_state_where_it_can_be() {
    let mut page = page();
    assert_eq!(press(&mut page, &[C('p')]), Vec::<String>::new());
    assert!(
        page.notice
            .as_deref()
            .is_some_and(|notice| notice.contains("cannot be switched"))
    );
    assert_eq!(press(&mut page, &[Key::Down, C('p')]), ["push PHONEPHONE false"]);
    let mut off = snapshot();
    off.list.others[0].push = Push::Off;
    page.handle(Event::Listed(Box::new(off)));
    assert_eq!(press(&mut page, &[C('p')]), ["push PHONEPHONE true"]);
}

#[test]
fn a_new_login_is_acknowledged_or_signed_out() {
    let mut page = page();
    assert_eq!(
        press(&mut page, &[C('y'), C('n')]),
        Vec::<String>::new(),
        "nothing is new"
    );
    let mut new = snapshot();
    new.new_logins = vec![new_login("WEBWEBWEBW", "Web")];
    page.handle(Event::Listed(Box::new(new)));
    assert_eq!(press(&mut page, &[C('y')]), ["Acknowledge([\"WEBWEBWEBW\"])"]);
    press(&mut page, &[Key::Down, C(' ')]);
    assert_eq!(press(&mut page, &[C('n')]), ["Weigh([\"WEBWEBWEBW\"])"], "it alone");
}

#[test]
fn details_close_when_their_session_goes() {
    let mut page = page();
    assert_eq!(press(&mut page, &[Key::Down, Key::Enter]), ["History(\"PHONEPHONE\")"]);
    let mut gone = snapshot();
    gone.list.others.remove(0);
    page.handle(Event::Listed(Box::new(gone)));
    assert!(page.dialog.is_none());
    assert!(page.notice.as_deref().is_some_and(|notice| notice.contains("gone")));
}

#[test]
fn details_lead_to_every_action() {
    for (key, expected) in [('s', "Weigh([\"WEBWEBWEBW\"])"), ('v', "Verify(Some(\"WEBWEBWEBW\"))")] {
        let mut page = page();
        press(&mut page, &[Key::Down, Key::Down, Key::Enter]);
        assert_eq!(press(&mut page, &[C(key)]), [expected]);
    }
    let mut page = page();
    press(&mut page, &[Key::Down, Key::Enter]);
    assert_eq!(press(&mut page, &[C('p')]), ["push PHONEPHONE false"]);
}

#[test]
fn a_verification_by_emoji_goes_from_question_to_done() {
    let mut page = page();
    assert_eq!(
        press(&mut page, &[Key::Down, Key::Down, C('v')]),
        ["Verify(Some(\"WEBWEBWEBW\"))"]
    );
    let ready = VerificationState::Ready {
        emoji: true,
        show_qr: false,
        scan_qr: false,
    };
    for (state, key, expected) in [
        (ready, C('e'), vec!["Verification(Emoji)"]),
        (VerificationState::Waiting, C('y'), vec![]),
        (VerificationState::Decimals { decimals: [1, 2, 3] }, C('x'), vec![]),
        (
            VerificationState::Decimals { decimals: [1, 2, 3] },
            C('y'),
            vec!["Verification(Confirm)"],
        ),
        (VerificationState::Confirmed, C('y'), vec![]),
        (VerificationState::Done, C('x'), vec!["EndVerification", "Refresh"]),
    ] {
        page.handle(Event::Verification(Ok(state.clone())));
        assert_eq!(press(&mut page, &[key]), expected, "{state:?}");
    }
    assert!(page.dialog.is_none());
    assert_eq!(page.notice.as_deref(), Some("Verified."));
}

#[test]
fn every_question_of_a_verification_has_its_answers() {
    let decimals = VerificationState::Decimals { decimals: [1, 2, 3] };
    for (state, key, expected) in [
        (VerificationState::Requested, C('v'), "Verification(Accept)"),
        (VerificationState::Requested, C('n'), "Verification(Cancel)"),
        (decimals.clone(), C('n'), "Verification(Mismatch)"),
        (decimals, Key::Escape, "Verification(Cancel)"),
        (VerificationState::Scanned, C('y'), "Verification(Confirm)"),
        (VerificationState::Scanned, C('n'), "Verification(Cancel)"),
        (VerificationState::Waiting, Key::Escape, "Verification(Cancel)"),
    ] {
        let mut page = page();
        page.handle(Event::Asked(Some("WEBWEBWEBW".to_owned())));
        page.handle(Event::Verification(Ok(state.clone())));
        assert_eq!(press(&mut page, &[key]), [expected], "{state:?}");
        let again = press(&mut page, &[key]);
        assert!(
            again.is_empty() || key == Key::Escape || key == C('n'),
            "once is enough: {again:?}"
        );
    }
}

#[test]
fn only_what_is_unverified_can_be_verified() {
    let mut page = page();
    for (row, says) in [
        (0, "verified already"),
        (1, "verified already"),
        (4, "does not support encryption"),
    ] {
        page.go_to(row);
        assert_eq!(press(&mut page, &[C('v')]), Vec::<String>::new());
        assert!(
            page.notice.as_deref().is_some_and(|notice| notice.contains(says)),
            "{row}"
        );
    }
    let mut unverified = snapshot();
    unverified.list.current.trust = Trust::Unverified;
    unverified.list.identity = IdentityStatus::NotOurs;
    page.handle(Event::Listed(Box::new(unverified)));
    assert_eq!(press(&mut page, &[Key::Home, C('v')]), ["Verify(None)"]);
}

#[test]
fn a_request_waits_until_nothing_else_is_on_the_screen() {
    let mut page = page();
    press(&mut page, &[C('u'), C('a'), C('s')]);
    page.ask_password(None);
    type_in(&mut page, "half");
    page.handle(Event::Asked(Some("PHONEPHONE".to_owned())));
    assert!(matches!(page.dialog, Some(Dialog::SignOut { .. })), "nothing is lost");
    press(&mut page, &[Key::Escape]);
    let Some(Dialog::Verify { other, state, .. }) = &page.dialog else {
        panic!("{:?}", page.dialog)
    };
    assert_eq!(
        (other.as_str(), state),
        ("Element X on Pixel", &VerificationState::Requested)
    );
}

#[test]
fn a_request_that_ended_before_it_was_seen_is_not_asked() {
    let mut page = page();
    press(&mut page, &[C('?')]);
    page.handle(Event::Asked(None));
    let cancelled = VerificationState::Cancelled {
        by_us: false,
        reason: CancelReason::TimedOut,
    };
    let effects = page.handle(Event::Verification(Ok(cancelled)));
    assert!(matches!(effects[..], [Effect::EndVerification]), "{effects:?}");
    press(&mut page, &[C('x')]);
    assert!(page.dialog.is_none());
}

#[test]
fn what_somebody_types_on_the_list_accepts_no_request_that_comes_up_meanwhile() {
    let mut page = page();
    page.handle(Event::Asked(None));
    assert!(press(&mut page, &[C('y'), Key::Enter, C(' '), C('a'), C('s')]).is_empty());
    assert!(matches!(page.dialog, Some(Dialog::Verify { .. })));
}

#[test]
fn a_failed_step_can_be_tried_again() {
    let mut page = page();
    page.handle(Event::Asked(None));
    assert_eq!(press(&mut page, &[C('v')]), ["Verification(Accept)"]);
    page.handle(Event::Verification(Err("unreachable".to_owned())));
    assert_eq!(press(&mut page, &[C('v')]), ["Verification(Accept)"]);
    page.handle(Event::NotVerifying("gone".to_owned()));
    assert_eq!((page.dialog.is_none(), page.notice.as_deref()), (true, Some("gone")));
}

#[test]
fn what_comes_after_the_end_of_a_verification_changes_nothing() {
    let mut page = page();
    page.handle(Event::Asked(None));
    page.handle(Event::Verification(Ok(VerificationState::Done)));
    page.handle(Event::Verification(Err("not at this step".to_owned())));
    let Some(Dialog::Verify { state, complaint, .. }) = &page.dialog else {
        panic!("it is shown")
    };
    assert_eq!((state, complaint), (&VerificationState::Done, &None));
}

#[test]
fn a_list_ends_the_trouble() {
    let mut page = page();
    page.handle(Event::Trouble("unreachable".to_owned()));
    assert!(page.trouble.is_some());
    page.handle(Event::Listed(Box::new(snapshot())));
    assert!(page.trouble.is_none());
}
