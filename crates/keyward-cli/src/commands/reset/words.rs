// SPDX-License-Identifier: Apache-2.0

//! What a reset means and what it did: the core's words, and the options and commands that go with them.

use keyward::{
    doctor::{Code, RemedyCode},
    reset::{Consequences, OldBackup, Outcome, ResetChoices},
    texts::{ActionId, FieldId, ResetView},
};

use super::Arguments;
use crate::{
    commands::doctor,
    language::{say, texts},
    terminal::{
        screen,
        text::{clean, paragraph, wrap},
    },
};

/// What was asked for, as far as it changes the consequences.
pub(super) fn choices(arguments: &Arguments) -> ResetChoices {
    ResetChoices {
        compromised: arguments.compromised,
        keep_old_backup: arguments.keep_old_backup,
        turn_on_key_storage: arguments.turn_on_key_storage,
    }
}

/// What a reset means for this account, and which options and commands change that.
pub(super) fn consequences(consequences: &Consequences, choices: ResetChoices, width: usize) -> String {
    let means = texts().reset(&ResetView::Begin {
        consequences,
        choices,
        smaller: None,
    });
    let has = |id| means.fields.iter().any(|field| field.id == id);
    let offers = |id| means.actions.iter().any(|action| action.id == id);
    let hints = [
        (
            has(FieldId::TurnOnKeyStorage) && !choices.turn_on_key_storage,
            "reset-hint-turn-on",
        ),
        (offers(ActionId::Unlock), "reset-hint-unlock"),
    ];
    let hints = hints.into_iter().filter(|(applies, _)| *applies);
    hints.fold(screen::lines(&means, width), |text, (_, hint)| {
        format!("{text}\n{}\n", paragraph(&say!(hint), width))
    })
}

/// What a reset did. `before` is what it was made for, unless that was another run of the program.
pub(super) fn outcome(outcome: &Outcome, before: Option<&Consequences>, attached: bool, width: usize) -> String {
    let done = texts().reset(&ResetView::Done {
        outcome,
        before,
        attached,
    });
    let mut text = screen::lines(&done, width);
    let untrusted = &outcome.untrusted_sessions;
    if !untrusted.is_empty() {
        let ids: Vec<_> = untrusted.iter().map(|id| clean(id)).collect();
        text.push_str(&format!(
            "    {}\n",
            wrap(&ids.join(", "), width.saturating_sub(4)).replace('\n', "\n    ")
        ));
    }
    if outcome.old_backup == OldBackup::InTheWay && !attached {
        let export = paragraph(&say!("reset-hint-export"), width);
        text.push_str(&format!("\n{export}\n"));
    }
    text
}

/// What a person should know before a reset that they may not need, and the command for it.
pub(super) fn smaller(remedy: Option<RemedyCode>) -> Option<String> {
    let remedy = remedy?;
    let text = texts().smaller_than_a_reset(remedy)?;
    let new_key = || doctor::command(RemedyCode::NewRecoveryKey, Code::RecoveryKeyLost);
    let first = match remedy {
        RemedyCode::NewRecoveryKey => None,
        remedy => Some(doctor::command(remedy, Code::SessionKeysMissing)),
    };
    Some(match (first, new_key()) {
        (None, Some(command)) => say!("reset-smaller-command", text = text, command = command),
        (Some(Some(first)), Some(then)) => say!("reset-smaller-commands", text = text, first = first, then = then),
        _ => text,
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

    fn said(change: impl FnOnce(&mut Consequences, &mut ResetChoices)) -> String {
        let (mut numbers, mut choices) = (consequences(), ResetChoices::default());
        change(&mut numbers, &mut choices);
        unwrapped(&super::consequences(&numbers, choices, 80))
    }

    #[test]
    fn consequences_have_the_accounts_numbers() {
        let text = said(|_, _| {});
        for expected in [
            "4 other sessions have to be verified afterwards, or signed out. - 2 of them are verified now",
            "Nothing changes for 1 session without encryption",
            "3 verified contacts have to be verified again",
            "gets the 20 000 message keys of the old one. - It also gets whatever it lacks of the 12 message keys of this session",
            "the old key storage is deleted",
            "open nothing any more.",
        ] {
            assert!(text.contains(expected), "{expected:?} is not in\n{text}");
        }
    }

    #[test]
    fn a_key_storage_that_cannot_be_read_is_kept_unless_the_account_was_compromised() {
        let kept = said(|numbers, _| numbers.backup_readable = false);
        assert!(
            kept.contains("It is kept") && kept.contains("`keyward unlock` verifies"),
            "{kept}"
        );
        assert!(kept.contains("needed only for what is named below"), "{kept}");
        let deleted = said(|numbers, choices| {
            numbers.backup_readable = false;
            choices.compromised = true;
        });
        assert!(
            deleted.contains("and it is deleted because somebody else") && !deleted.contains("unlock"),
            "{deleted}"
        );
        assert!(deleted.contains("open nothing any more."), "{deleted}");
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
            "needed only for what is named below",
        ] {
            assert!(unread.contains(expected), "{expected:?} is not in\n{unread}");
        }
        let read = attached(true);
        assert!(
            read.contains("gets the 20 000 message keys of the old one. - The app puts"),
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
        let off = said(|numbers, _| numbers.key_storage_off = true);
        assert!(off.contains("stays off."), "{off}");
        assert!(off.contains("--turn-on-key-storage turns"), "{off}");
        let on = said(|numbers, choices| {
            numbers.key_storage_off = true;
            choices.turn_on_key_storage = true;
        });
        assert!(on.contains("A new key storage gets"), "{on}");
    }

    #[test]
    fn what_is_smaller_than_a_reset_is_named_with_its_command() {
        let said = |remedy| smaller(Some(remedy));
        let new_key = said(RemedyCode::NewRecoveryKey).expect("smaller");
        assert!(new_key.contains("The command: `keyward recovery new`."), "{new_key}");
        let ask = said(RemedyCode::AskOtherSessions).expect("smaller");
        assert!(
            ask.contains("`keyward doctor --fix session.keys_missing`, then `keyward recovery new`"),
            "{ask}"
        );
        assert!(!said(RemedyCode::InOtherProgram).expect("smaller").contains('`'));
        assert_eq!(said(RemedyCode::Unlock), None);
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
            "1 234 message keys are in the new key storage",
            "still on the homeserver",
            "PHONE, LAPTOP",
            "3 contacts",
        ] {
            assert!(text.contains(expected), "{expected:?} is not in\n{text}");
        }
        assert!(!text.contains("EsT1"), "{text}");
    }
}
