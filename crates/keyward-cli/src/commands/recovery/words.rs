// SPDX-License-Identifier: Apache-2.0

//! What a new key means, what it did, and what a key opens, in Element's words.

use keyward::recovery::{KeyCheck, RecoveryOutcome};

use crate::terminal::text::{Sections, clean};

/// The secrets of an identity by event type, and what each is for.
const IDENTITY: [(&str, &str); 3] = [
    ("m.cross_signing.master", "Digital identity: the main key"),
    (
        "m.cross_signing.self_signing",
        "Digital identity: the key that verifies your sessions",
    ),
    (
        "m.cross_signing.user_signing",
        "Digital identity: the key that verifies contacts",
    ),
];
const BACKUP: &str = "m.megolm_backup.v1";
const DEHYDRATED: &str = "org.matrix.msc3814";

/// What making a new key means for this account. `opens_backup` as in the outcome, as far as it is known before.
pub(super) fn meaning(user_id: &str, opens_backup: Option<bool>, width: usize) -> String {
    let intro = format!(
        "This makes a new Security Key (recovery key) for {}. It means:",
        clean(user_id)
    );
    let mut sections = Sections::after(&intro, width);
    sections.add(
        "Security Key",
        vec![
            "You get a new one. Afterwards the old one, and the old Security Phrase, are of no use any more."
                .to_owned(),
        ],
    );
    sections.add(
        "Digital identity",
        vec!["It stays. Nobody loses trust: no session and no contact has to be verified again.".to_owned()],
    );
    let key_storage = match opens_backup {
        None => None,
        Some(true) => Some("It stays, with everything in it."),
        Some(false) => Some(
            "It stays, but this session does not have its key, so the new Security Key will not open it. If you have the old \
             one, stop here and use `keyward unlock` first.",
        ),
    };
    sections.add("Key storage", key_storage.into_iter().map(str::to_owned).collect());
    sections.say(
        "No password is needed. The old key stays in force until you have saved the new one; until then you can cancel at any \
         moment.",
    );
    sections.text
}

/// What was made.
pub(super) fn outcome(outcome: &RecoveryOutcome, width: usize) -> String {
    let mut sections = Sections::after("Done. Your new Security Key is in force.", width);
    let mut security_key = vec!["The key that you saved opens your secret storage from now on.".to_owned()];
    let without_backup = outcome.opens_backup == Some(false);
    security_key.push(match outcome.old_key_opens.is_empty() {
        true => "The old one is of no use any more. Throw it away, so that nobody mixes them up.".to_owned(),
        false => "Should the old one turn up, keep it: it alone opens what is named below.".to_owned(),
    });
    sections.add("Security Key", security_key);
    let only_old = outcome.old_key_opens.iter();
    sections.add(
        "Only the old key opens",
        only_old.map(|name| old_secret(name, without_backup)).collect(),
    );
    let closed = "This session does not have its key, so the new Security Key does not open it, and new room keys of this session \
                  do not go there.";
    sections.add(
        "Key storage",
        without_backup.then(|| closed.to_owned()).into_iter().collect(),
    );
    sections.add(
        "Digital identity",
        vec!["As before: whoever was verified still is.".to_owned()],
    );
    sections.text
}

/// A secret that only the old key opens, by its event type.
fn old_secret(name: &str, without_backup: bool) -> String {
    match name {
        // Nobody can see of which one the key is.
        BACKUP if without_backup => "The key storage, or an earlier one".to_owned(),
        BACKUP => "An earlier key storage".to_owned(),
        DEHYDRATED => "The device that receives messages while you are offline".to_owned(),
        name => format!("A secret of another program ({})", clean(name)),
    }
}

/// What a key opens.
pub(super) fn check(check: &KeyCheck, attached: bool, width: usize) -> String {
    let intro = match check.default {
        true => "This is the account's Security Key, the one that every app asks for.",
        false => {
            "This is a key of this account, but not the one that apps ask for: it is not in force yet, or not any more."
        }
    };
    let mut sections = Sections::after(intro, width);
    sections.add("It opens", names(&check.opens));
    sections.add("It does not open", names(&check.does_not_open));
    sections.add("Not in secret storage", names(&check.missing));
    let is_whole = check.does_not_open.is_empty() && check.missing.is_empty();
    sections.say(match (check.default, is_whole, attached) {
        (true, true, _) => "It opens everything. Keep it in a safe place.",
        (false, true, _) => "It opens everything. `keyward status` says whether a new key waits to be finished.",
        (_, false, false) => {
            "It does not open everything. `keyward recovery new`, in a verified session that has the private keys, makes a \
             key that does."
        }
        (_, false, true) => {
            "It does not open everything. Make a new Security Key in the program whose session this is."
        }
    });
    sections.text
}

/// Secrets as people know them. The three of the digital identity are one thing for them, unless they differ.
fn names(secrets: &[String]) -> Vec<String> {
    let has = |name: &str| secrets.iter().any(|secret| secret == name);
    let mut names = Vec::new();
    match IDENTITY.iter().all(|(name, _)| has(name)) {
        true => names.push("Digital identity".to_owned()),
        false => names.extend(
            IDENTITY
                .iter()
                .filter(|(name, _)| has(name))
                .map(|(_, words)| (*words).to_owned()),
        ),
    }
    if has(BACKUP) {
        names.push("Key storage: your encrypted messages".to_owned());
    }
    names
}

#[cfg(test)]
mod tests {
    use keyward::secret::RecoveryKey;

    use super::*;

    fn all_but(missing: &[&str]) -> Vec<String> {
        let all = IDENTITY.iter().map(|(name, _)| *name).chain([BACKUP]);
        all.filter(|name| !missing.contains(name)).map(str::to_owned).collect()
    }

    #[test]
    fn the_digital_identity_is_one_thing_unless_its_keys_differ() {
        assert_eq!(
            names(&all_but(&[])),
            ["Digital identity", "Key storage: your encrypted messages"]
        );
        assert_eq!(names(&all_but(&[BACKUP])), ["Digital identity"]);
        let partly = names(&all_but(&[IDENTITY[0].0, BACKUP]));
        assert_eq!(partly, [IDENTITY[1].1, IDENTITY[2].1]);
        assert!(names(&[]).is_empty());
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
        assert!(meaning("@a:b", Some(false), 500).contains("`keyward unlock` first"));
        assert!(!meaning("@a:b", None, 500).contains("Key storage"));
    }
}
