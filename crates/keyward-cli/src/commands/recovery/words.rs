// SPDX-License-Identifier: Apache-2.0

//! What a new key means, what it did, and what a key opens: the core's words, and the commands that go with them.

use keyward::{
    recovery::{KeyCheck, RecoveryOutcome},
    texts::{CheckView, RecoveryView},
};

use crate::{
    language::{say, texts},
    terminal::{screen, text::paragraph},
};

/// What making a new key means for this account. `opens_backup` as in the outcome, as far as it is known before.
pub(super) fn meaning(user_id: &str, opens_backup: Option<bool>, width: usize) -> String {
    let means = texts().recovery(&RecoveryView::Begin {
        user_id,
        opens_backup,
        // A command asks for the old key by itself.
        attached: false,
    });
    let hint = "reset-hint-unlock";
    with(
        screen::lines(&means, width),
        (opens_backup == Some(false)).then_some(hint),
        width,
    )
}

/// What was made.
pub(super) fn outcome(outcome: &RecoveryOutcome, width: usize) -> String {
    screen::lines(&texts().recovery(&RecoveryView::Done(outcome)), width)
}

/// What a key opens.
pub(super) fn check(check: &KeyCheck, attached: bool, width: usize) -> String {
    let opened = texts().key_check(&CheckView { check, attached });
    let is_whole = check.does_not_open.is_empty() && check.missing.is_empty();
    let hint = match (check.default, is_whole, attached) {
        (false, true, _) => Some("recovery-waiting-one"),
        (_, false, false) => Some("next-new-key-none"),
        _ => None,
    };
    with(screen::lines(&opened, width), hint, width)
}

/// With a hint, which is a message.
fn with(text: String, hint: Option<&str>, width: usize) -> String {
    match hint {
        Some(hint) => format!("{text}{}\n", paragraph(&say!(hint), width)),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use keyward::secret::RecoveryKey;

    use super::*;

    const SECRETS: [&str; 4] = [
        "m.cross_signing.master",
        "m.cross_signing.self_signing",
        "m.cross_signing.user_signing",
        BACKUP,
    ];
    const BACKUP: &str = "m.megolm_backup.v1";
    const DEHYDRATED: &str = "org.matrix.msc3814";

    fn all_but(missing: &[&str]) -> Vec<String> {
        let all = SECRETS.iter().filter(|name| !missing.contains(name));
        all.map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn the_digital_identity_is_one_thing_unless_its_keys_differ() {
        let said = |missing: &[&str]| {
            let opened = KeyCheck {
                opens: all_but(missing),
                does_not_open: Vec::new(),
                missing: Vec::new(),
                default: true,
            };
            check(&opened, false, 500)
        };
        assert!(said(&[]).contains("  - Digital identity\n  - Key storage: your encrypted messages\n"));
        assert!(said(&[SECRETS[0]]).contains("  - Digital identity: the key that verifies your sessions\n"));
    }

    #[test]
    fn a_key_that_does_not_open_everything_leads_to_a_new_one() {
        let whole = KeyCheck {
            opens: all_but(&[]),
            does_not_open: Vec::new(),
            missing: Vec::new(),
            default: true,
        };
        let said = check(&whole, false, 500);
        assert!(
            said.contains("It opens everything.") && !said.contains("recovery new"),
            "{said}"
        );
        let without_backup = KeyCheck {
            opens: all_but(&[BACKUP]),
            missing: vec![BACKUP.to_owned()],
            ..whole.clone()
        };
        assert!(check(&without_backup, false, 500).contains("`keyward recovery new`"));
        let there = check(&without_backup, true, 500);
        assert!(
            there.contains("in the program whose session") && !there.contains("`keyward"),
            "{there}"
        );
        let not_default = KeyCheck {
            default: false,
            ..whole
        };
        assert!(check(&not_default, false, 500).contains("not the one that apps ask for"));
    }

    #[test]
    fn what_only_the_old_key_opens_is_told_in_words_and_it_is_not_thrown_away() {
        let said = |opens_backup, old_key_opens: &[&str]| {
            let done = RecoveryOutcome {
                recovery_key: RecoveryKey::new("EsT1 aaaa"),
                opens_backup,
                old_key_opens: old_key_opens.iter().map(|name| (*name).to_owned()).collect(),
            };
            outcome(&done, 500)
        };
        let nothing = said(Some(true), &[]);
        assert!(
            nothing.contains("Throw it away") && !nothing.contains("EsT1"),
            "{nothing}"
        );
        assert!(!nothing.contains("Only the old key opens"), "{nothing}");
        let old = said(Some(true), &[BACKUP, DEHYDRATED, "org.example.\u{1b}[2J"]);
        for expected in [
            "keep it",
            "An earlier key storage",
            "while you are offline",
            "another program (org.example.",
        ] {
            assert!(old.contains(expected), "{expected:?} is not in\n{old}");
        }
        assert!(!old.contains('\u{1b}') && !old.contains("Throw it away"), "{old}");
        for (old_key_opens, is_kept) in [(&[][..], false), (&[BACKUP], true)] {
            let closed = said(Some(false), old_key_opens);
            assert!(closed.contains("the new Security Key does not open it"), "{closed}");
            assert_eq!(closed.contains("keep it"), is_kept, "{closed}");
            assert_eq!(
                closed.contains("The key storage, or an earlier one"),
                is_kept,
                "{closed}"
            );
        }
    }

    #[test]
    fn what_it_means_names_what_stays_and_warns_of_a_key_storage_that_stays_closed() {
        let said = meaning("@alice:example.org", Some(true), 500);
        for expected in [
            "@alice:example.org",
            "Nobody loses trust",
            "No password is needed",
            "can cancel at any moment",
        ] {
            assert!(said.contains(expected), "{expected:?} is not in\n{said}");
        }
        assert!(!said.contains("unlock"), "{said}");
        assert!(meaning("@a:b", Some(false), 500).contains("`keyward unlock` verifies"));
        assert!(!meaning("@a:b", None, 500).contains("Key storage"));
    }
}
