// SPDX-License-Identifier: Apache-2.0

//! What a reset means and what it did, in Element's words: Security Key, Digital identity, Key storage, Session.

use keyward::{
    doctor::RemedyCode,
    reset::{Consequences, OldBackup, Outcome},
};

use super::{Arguments, drive::old_backup_words};
use crate::terminal::text::{Sections, clean, count, groups_of_four};

/// What was asked for, as far as it changes the consequences.
#[derive(Clone, Copy, Default)]
pub(super) struct Wishes {
    compromised: bool,
    keep_old_backup: bool,
    turn_on_key_storage: bool,
}

impl From<&Arguments> for Wishes {
    fn from(arguments: &Arguments) -> Self {
        Self {
            compromised: arguments.compromised,
            keep_old_backup: arguments.keep_old_backup,
            turn_on_key_storage: arguments.turn_on_key_storage,
        }
    }
}

fn sessions(number: u64) -> String {
    count(number, "session", "sessions")
}

fn room_keys(number: u64) -> String {
    count(number, "room key", "room keys")
}

/// What a reset means for this account.
pub(super) fn consequences(consequences: &Consequences, wishes: &Wishes, width: usize) -> String {
    let first_time = consequences.old_identity.is_none();
    let intro = match first_time {
        true => format!(
            "{} has no digital identity yet. This sets one up:",
            clean(&consequences.user_id)
        ),
        false => format!(
            "This resets cross-signing of {}. It means:",
            clean(&consequences.user_id)
        ),
    };
    let mut sections = Sections::after(&intro, width);
    sections.add("Digital identity", identity_points(consequences));
    sections.add("Security Key", security_key_points(consequences, wishes));
    sections.add("Key storage", key_storage_points(consequences, wishes));
    let mut session = vec!["This session stays signed in, and is verified afterwards.".to_owned()];
    if consequences.room_keys_here.is_none() {
        session.push(
            "In the end you give the new Security Key to its app, as you would give it any Security Key.".to_owned(),
        );
    }
    if consequences.dehydrated_device {
        session
            .push("The device that receives messages while you are offline is removed; clients make a new one.".into());
    }
    sections.add("Session", session);
    let promise = "Nothing is replaced until the homeserver has accepted the new digital identity. Until then you can \
                   cancel at any moment.";
    sections.say(promise);
    sections.text
}

fn identity_points(consequences: &Consequences) -> Vec<String> {
    let mut points = Vec::new();
    if consequences.old_identity.is_some() {
        points.push("You get a new digital identity. The old one cannot be brought back.".to_owned());
    }
    if consequences.other_sessions > 0 {
        let verified = match consequences.verified_sessions {
            0 => String::new(),
            1 => " 1 of them is verified now and loses that.".to_owned(),
            verified => format!(" {verified} of them are verified now and lose that."),
        };
        let verb = if consequences.other_sessions == 1 {
            "has"
        } else {
            "have"
        };
        let others = count(consequences.other_sessions, "other session", "other sessions");
        points.push(format!(
            "{others} {verb} to be verified afterwards, or signed out.{verified}"
        ));
    }
    if consequences.sessions_without_encryption > 0 {
        let others = sessions(consequences.sessions_without_encryption);
        points.push(format!("Nothing changes for {others} without encryption."));
    }
    match consequences.verified_contacts {
        Some(0) => {}
        Some(number) => {
            let verb = if number == 1 { "has" } else { "have" };
            let contacts = count(number, "verified contact", "verified contacts");
            points.push(format!(
                "{contacts} {verb} to be verified again. They see that your identity has changed."
            ));
        }
        None if consequences.old_identity.is_none() => {}
        None => points.push(
            "Contacts whom you have verified have to be verified again. They see that your identity has changed."
                .to_owned(),
        ),
    }
    points
}

fn security_key_points(consequences: &Consequences, wishes: &Wishes) -> Vec<String> {
    let mut points = vec![match consequences.has_secret_storage {
        true => "You get a new Security Key (recovery key). The old one, and the old Security Phrase, open nothing any more.",
        false => "You get a Security Key (recovery key), to be saved in a safe place.",
    }
    .to_owned()];
    if consequences.other_secrets > 0 {
        let secrets = count(
            consequences.other_secrets,
            "secret of another program",
            "secrets of other programs",
        );
        points.push(match wishes.compromised {
            false => format!("{secrets} can be read with the old Security Key only, as before."),
            true => format!("{secrets} can never be read again."),
        });
    }
    points
}

fn key_storage_points(consequences: &Consequences, wishes: &Wishes) -> Vec<String> {
    if consequences.key_storage_off && !wishes.turn_on_key_storage {
        return vec![
            "Key storage is switched off for this account and stays off. --turn-on-key-storage changes that.".into(),
        ];
    }
    let mut points = match consequences.room_keys_here {
        Some(here) => points_of_own_keys(consequences, here, wishes),
        None => points_of_the_apps_keys(consequences, wishes),
    };
    if consequences.older_backups > 0 {
        let older = count(consequences.older_backups, "older key storage", "older key storages");
        points.push(match wishes.compromised && consequences.room_keys_here.is_some() {
            false => format!("{older} on the homeserver cannot be read from here and stay as they are."),
            true => format!("{older} on the homeserver cannot be read from here and are deleted."),
        });
    }
    points
}

/// Where another program holds the room keys.
fn points_of_the_apps_keys(consequences: &Consequences, wishes: &Wishes) -> Vec<String> {
    let then = "The app puts its own room keys there once it has the new Security Key.";
    let Some(stored) = consequences.room_keys_in_backup else {
        return vec![format!("A new key storage is made. {then}")];
    };
    let stored = room_keys(stored);
    match (consequences.backup_readable, wishes.keep_old_backup) {
        (true, true) => vec![
            format!("A new key storage gets the {stored} of the old one. {then}"),
            "The old key storage is kept.".to_owned(),
        ],
        (true, false) => vec![
            format!("A new key storage gets the {stored} of the old one. {then}"),
            "Then the old key storage is deleted.".to_owned(),
        ],
        (false, true) => vec![
            format!("A new key storage is made. {then}"),
            format!("The old key storage ({stored}) is kept."),
        ],
        (false, false) => vec![
            format!("A new key storage is made. {then}"),
            format!(
                "The old key storage ({stored}) is deleted only if the app has put all of it into the new one. Otherwise it \
                 is kept, and the old Security Key still opens it. If you have that key, give it first: then nothing stays \
                 behind."
            ),
        ],
    }
}

/// Where the room keys are here.
fn points_of_own_keys(consequences: &Consequences, here: u64, wishes: &Wishes) -> Vec<String> {
    let mut points = Vec::new();
    let lacks = here > 0;
    let here = room_keys(here);
    match consequences.room_keys_in_backup {
        None => points.push(format!("A new key storage gets the {here} of this session.")),
        Some(stored) if consequences.backup_readable => {
            let stored = room_keys(stored);
            let lacking = match lacks {
                false => String::new(),
                true => format!(", and whatever it lacks of the {here} of this session"),
            };
            points.push(format!(
                "A new key storage gets the {stored} of the old one{lacking}. Your message history stays readable."
            ));
            points.push(match wishes.keep_old_backup {
                true => "The old key storage is kept.".to_owned(),
                false => "Then the old key storage is deleted.".to_owned(),
            });
        }
        Some(stored) => {
            points.push(format!("A new key storage gets the {here} of this session."));
            let stored = room_keys(stored);
            points.push(match wishes.compromised {
                false => format!(
                    "This session cannot read the old key storage ({stored}). It is kept, and the old Security Key still \
                     opens it. If you have that key, stop here and use `keyward unlock` first: then nothing stays behind."
                ),
                true => format!(
                    "This session cannot read the old key storage ({stored}), and --compromised deletes it. Messages that \
                     need its keys can then only be read where they can be read now."
                ),
            });
        }
    }
    points
}

/// What a reset did. `before` is what it was made for, unless that was another run of the program.
pub(super) fn outcome(outcome: &Outcome, before: Option<&Consequences>, attached: bool, width: usize) -> String {
    let mut sections = Sections::after("Done. Your new digital identity is in force.", width);
    let mut identity = Vec::new();
    if let Some(old) = before.and_then(|before| before.old_identity.as_deref()) {
        identity.push(format!("Fingerprint before: {}", groups_of_four(old)));
    }
    identity.push(format!("Fingerprint now: {}", groups_of_four(&outcome.new_identity)));
    match before.and_then(|before| before.verified_contacts) {
        None if before.is_some_and(|before| before.old_identity.is_none()) => {}
        None => identity.push("Contacts whom you had verified have to be verified again.".to_owned()),
        Some(0) => {}
        Some(contacts) => identity.push(format!(
            "To be verified again: {}.",
            count(contacts, "contact", "contacts")
        )),
    }
    sections.add("Digital identity", identity);
    let mut security_key = vec!["The key that you saved opens everything from now on.".to_owned()];
    if matches!(outcome.old_backup, OldBackup::Kept | OldBackup::InTheWay) {
        security_key.push("Should the old one turn up, keep it: it alone opens the old key storage.".to_owned());
    } else if before.is_none_or(|before| before.has_secret_storage) {
        security_key.push("The old one is of no use any more. Throw it away, so that nobody mixes them up.".to_owned());
    }
    sections.add("Security Key", security_key);
    sections.add(
        "Key storage",
        vec![
            format!("{} in the new key storage.", room_keys(outcome.room_keys_backed_up)),
            old_backup_words(outcome.old_backup, attached).to_owned(),
        ],
    );
    let untrusted = &outcome.untrusted_sessions;
    let mut session = vec!["This session is verified.".to_owned()];
    if !untrusted.is_empty() {
        let ids: Vec<_> = untrusted.iter().map(|id| clean(id)).collect();
        session.push(format!(
            "{} to be verified again with the new Security Key, or signed out: {}.",
            sessions(untrusted.len() as u64),
            ids.join(", ")
        ));
    }
    sections.add("Session", session);
    sections.text
}

/// What a person should know before a reset that they may not need.
pub(super) fn smaller(remedy: Option<RemedyCode>) -> Option<&'static str> {
    Some(match remedy? {
        RemedyCode::NewRecoveryKey => {
            "You may not need a reset. If you have lost the Security Key, `keyward recovery new` makes another one: this session \
             has the private keys, so nothing is lost and nobody has to verify you again."
        }
        RemedyCode::VerifyBySession => {
            "You may not need a reset. If one of your other verified sessions is at hand, `keyward sessions verify` verifies \
             this one by it; then `keyward recovery new` makes another Security Key, and nothing is lost."
        }
        RemedyCode::AskOtherSessions => {
            "You may not need a reset. If one of your other verified sessions is at hand, `keyward doctor --fix \
             session.keys_missing` gets the private keys from it; then `keyward recovery new` makes another Security Key."
        }
        RemedyCode::InOtherProgram => {
            "You may not need a reset. If you have lost the Security Key, the program whose session this is can make another \
             one while it has the private keys, and nothing is lost."
        }
        _ => return None,
    })
}

#[cfg(test)]
pub(super) mod tests {
    use keyward::secret::RecoveryKey;

    use super::*;

    pub(in super::super) fn consequences() -> Consequences {
        Consequences {
            user_id: "@alice:example.org".to_owned(),
            device_id: "DEVICE".to_owned(),
            old_identity: Some("oldoldol".to_owned()),
            other_sessions: 4,
            verified_sessions: 2,
            sessions_without_encryption: 1,
            verified_contacts: Some(3),
            room_keys_here: Some(12),
            room_keys_in_backup: Some(20_000),
            backup_readable: true,
            older_backups: 0,
            key_storage_off: false,
            has_secret_storage: true,
            other_secrets: 0,
            dehydrated_device: false,
        }
    }

    /// Without the line breaks that the width of the window made.
    fn unwrapped(text: &str) -> String {
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    fn said(change: impl FnOnce(&mut Consequences, &mut Wishes)) -> String {
        let (mut numbers, mut wishes) = (consequences(), Wishes::default());
        change(&mut numbers, &mut wishes);
        unwrapped(&super::consequences(&numbers, &wishes, 80))
    }

    #[test]
    fn consequences_have_the_accounts_numbers() {
        let text = said(|_, _| {});
        for expected in [
            "4 other sessions have to be verified afterwards, or signed out. 2 of them are verified now",
            "1 session without encryption",
            "3 verified contacts have to be verified again",
            "gets the 20 000 room keys of the old one, and whatever it lacks of the 12 room keys of this session",
            "the old key storage is deleted",
        ] {
            assert!(text.contains(expected), "{expected:?} is not in\n{text}");
        }
    }

    #[test]
    fn a_key_storage_that_cannot_be_read_is_kept_unless_the_account_was_compromised() {
        let kept = said(|numbers, _| numbers.backup_readable = false);
        assert!(
            kept.contains("It is kept") && kept.contains("`keyward unlock` first"),
            "{kept}"
        );
        let deleted = said(|numbers, wishes| {
            numbers.backup_readable = false;
            wishes.compromised = true;
        });
        assert!(deleted.contains("--compromised deletes it"), "{deleted}");
    }

    #[test]
    fn an_attached_session_s_room_keys_are_its_app_s() {
        let attached = |readable: bool| {
            said(|numbers, _| {
                (numbers.room_keys_here, numbers.verified_contacts) = (None, None);
                numbers.backup_readable = readable;
            })
        };
        let unread = attached(false);
        for expected in [
            "deleted only if the app has put all of it into the new one",
            "you give the new Security Key to its app",
            "Contacts whom you have verified",
        ] {
            assert!(unread.contains(expected), "{expected:?} is not in\n{unread}");
        }
        let read = attached(true);
        assert!(
            read.contains("gets the 20 000 room keys of the old one. The app puts"),
            "{read}"
        );
        assert!(!read.contains("of this session."), "{read}");
    }

    #[test]
    fn what_does_not_concern_the_account_is_not_mentioned() {
        let text = said(|numbers, _| {
            numbers.old_identity = None;
            numbers.has_secret_storage = false;
            numbers.other_sessions = 0;
            numbers.verified_sessions = 0;
            numbers.sessions_without_encryption = 0;
            numbers.verified_contacts = Some(0);
            numbers.room_keys_in_backup = None;
            numbers.backup_readable = false;
        });
        assert!(text.contains("has no digital identity yet"), "{text}");
        for unwanted in ["old", "verified again", "signed out", "contacts"] {
            assert!(!text.contains(unwanted), "{unwanted:?} is in\n{text}");
        }
    }

    #[test]
    fn key_storage_that_is_off_stays_off_unless_told_otherwise() {
        assert!(said(|numbers, _| numbers.key_storage_off = true).contains("stays off"));
        let on = said(|numbers, wishes| {
            numbers.key_storage_off = true;
            wishes.turn_on_key_storage = true;
        });
        assert!(on.contains("A new key storage gets"), "{on}");
    }

    #[test]
    fn the_outcome_shows_fingerprints_and_sessions_and_not_the_key() {
        let done = Outcome {
            recovery_key: RecoveryKey::new("EsT1 aaaa"),
            new_identity: "newnewne".to_owned(),
            untrusted_sessions: vec!["PHONE".to_owned(), "LAPTOP".to_owned()],
            old_backup: OldBackup::Kept,
            room_keys_backed_up: 1234,
        };
        let text = unwrapped(&outcome(&done, Some(&consequences()), false, 80));
        for expected in [
            "Fingerprint before: oldo ldol",
            "Fingerprint now: newn ewne",
            "1 234 room keys",
            "still on the homeserver",
            "PHONE, LAPTOP",
            "3 contacts",
        ] {
            assert!(text.contains(expected), "{expected:?} is not in\n{text}");
        }
        assert!(!text.contains("EsT1"), "{text}");
    }
}
