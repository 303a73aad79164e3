// SPDX-License-Identifier: Apache-2.0

//! What a person reads of a finding: what is so, and what it means. What to do is the remedy's, in the words of each program.

use super::{Code, Consequence, Finding};
use crate::secret_storage::BACKUP;

impl Finding {
    /// What is so and what it means, in two or three sentences for a person. Safe to log.
    pub fn message(&self) -> String {
        let count = self.count.unwrap_or_default();
        let one = count == 1;
        match self.code {
            Code::SessionUnverified => "This session is not verified: other people and your other sessions cannot know that it \
                                        is yours, and many apps refuse to work with such sessions. Your account itself is not \
                                        harmed."
                .into(),
            Code::SessionKeysMissing => "This session is verified, but it does not hold the private keys of your digital \
                                         identity. It works, and it cannot verify other sessions or make a new Security Key."
                .into(),
            Code::SessionDeviceKeysDiffer => "The homeserver shows other keys for this session than it has. Either this \
                                              session was restored from an old copy, or the homeserver is not honest. \
                                              Messages to this session cannot be read here."
                .into(),
            Code::SessionTokensExposed => "An earlier version left this session's access tokens unencrypted on this disk, and \
                                           the homeserver offers no way to replace them."
                .into(),
            Code::IdentityMissing => {
                "Your account has no digital identity yet, so no session can be verified and there is no Security Key.".into()
            }
            Code::IdentityInvalid => "The digital identity that the homeserver shows is damaged: its signatures do not hold, so \
                                      nobody can rely on it."
                .into(),
            Code::IdentityReplaced => "Your digital identity is another than the one that this session has verified. If you \
                                       reset it on another device, verify this session again. If you did not, somebody else \
                                       did: change your password first, and look at your sessions."
                .into(),
            Code::SecretStorageMissing => "Your account has no secret storage, so there is no Security Key: if you lose your \
                                           sessions, your history and your digital identity are lost with them."
                .into(),
            Code::SecretStorageNoDefault => "Secret storage is there, but it names no Security Key, so no app can open it. An \
                                             app that began a reset and did not finish it leaves it so."
                .into(),
            Code::SecretStorageIncomplete => format!(
                "Your Security Key does not open everything: {} not under it. A new login would not get it back.",
                missing(&self.names)
            ),
            Code::SecretStorageStale => format!(
                "Secret storage has entries of {} that no longer {}. They open nothing and do no harm.",
                if one { "an old key".to_owned() } else { format!("{count} old keys") },
                if one { "exists" } else { "exist" }
            ),
            Code::RecoveryKeyLost => "You have lost your Security Key. Nothing is lost with it as long as one of your sessions \
                                      is verified; make a new one before you lose that."
                .into(),
            Code::BackupMissing => "Your messages' keys are not backed up: a new session cannot read your history, and if you \
                                    lose your sessions, it is lost."
                .into(),
            Code::BackupOff => "Key storage is turned off, so a new session cannot read your history. If you want it so, \
                                nothing is wrong."
                .into(),
            Code::BackupKeyElsewhere => "There is a key storage, but this session has no key for it: the keys of this \
                                         session's messages do not go there."
                .into(),
            Code::BackupBehind => format!(
                "{count} message {} of this session {} not in the key storage yet.",
                if one { "key" } else { "keys" },
                if one { "is" } else { "are" }
            ),
            Code::BackupFlagContradicts => "There is a key storage, and your account's settings say that you want none. Apps \
                                            do not agree on which of the two counts, and may stop backing up."
                .into(),
            Code::BackupUntrusted => "Nobody whom this session trusts has signed the key storage on the homeserver. If it is \
                                      not yours, whoever made it would read what is put there, so this session puts nothing \
                                      there."
                .into(),
            Code::BackupOldLeft => format!(
                "{} key storage of yours {} still there. With the Security Key of that time, what it holds can be moved into \
                 the present one.",
                if one { "An older".to_owned() } else { format!("{count} older versions of the") },
                if one { "is" } else { "are" }
            ),
            Code::DehydratedForeign => "A device that should receive your messages while you are offline is not signed by your \
                                        digital identity. It is a leftover, or somebody else's, and you cannot read what it \
                                        receives."
                .into(),
            Code::SessionsUnverified => format!(
                "{count} other {} not verified. If {} yours, verify {}; if you do not know {}, sign {} out and change your \
                 password.",
                if one { "session is" } else { "sessions are" },
                if one { "it is" } else { "they are" },
                them(one),
                them(one),
                them(one)
            ),
            Code::SessionsInactive => format!(
                "{count} other {} not been active for 90 days. What you do not use any more can be signed out.",
                if one { "session has" } else { "sessions have" }
            ),
            Code::SessionsKeyless => format!(
                "{count} other {} not support encryption.",
                if one { "session does" } else { "sessions do" }
            ),
            Code::SessionsUnlisted => format!(
                "The homeserver shows the keys of {count} {} that it does not list among your sessions. That is a fault of \
                 the homeserver, or somebody hides a session.",
                if one { "session" } else { "sessions" }
            ),
            Code::FlowPending => "A reset or a new Security Key was interrupted and waits. Until it is finished or cancelled, \
                                  nothing else that changes keys can be begun."
                .into(),
        }
    }
}

fn them(one: bool) -> &'static str {
    if one { "it" } else { "them" }
}

/// The secrets that are missing, in the words that people know.
fn missing(names: &[&str]) -> &'static str {
    let backup = names.contains(&BACKUP);
    match (backup, names.len() > usize::from(backup)) {
        (true, true) => "your digital identity and the key of the key storage are",
        (true, false) => "the key of the key storage is",
        (false, _) => "your digital identity is",
    }
}

impl Consequence {
    /// What it means, as a sentence for a person.
    pub fn message(self) -> String {
        let keys = |count: u64| {
            if count == 1 {
                "1 message key".to_owned()
            } else {
                format!("{count} message keys")
            }
        };
        match self {
            Self::NothingIsLost => "Nothing is lost, and nobody has to verify you again.".into(),
            Self::SessionsLoseTrust(0) => "No other session of yours is verified now.".into(),
            Self::SessionsLoseTrust(1) => "1 other session has to be verified again.".into(),
            Self::SessionsLoseTrust(count) => format!("{count} other sessions have to be verified again."),
            Self::RoomKeysUploaded(count) => format!("{} go into the key storage.", keys(count)),
            Self::RoomKeysNeedOldKey(count) => {
                format!("{} in the present key storage need the old Security Key.", keys(count))
            }
            Self::Authorisation => "Your password, or an approval in the browser, is needed.".into(),
            Self::ContactsVerifyAgain => "People who have verified you have to do it again.".into(),
            Self::NoMessagesWhileOffline => {
                "Until an app makes a new one, nothing receives your messages while you are offline.".into()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::Severity;

    #[test]
    fn every_finding_is_said_in_whole_sentences_for_one_and_for_many() {
        for code in Code::ALL {
            for count in [None, Some(1), Some(3)] {
                let finding = Finding {
                    code: *code,
                    severity: Severity::Info,
                    sessions: Vec::new(),
                    count,
                    names: vec![BACKUP],
                    remedies: Vec::new(),
                };
                let message = finding.message();
                assert!(message.ends_with('.') && message.len() > 40, "{message}");
                assert!(!message.contains("  "), "{message}");
                let needs_plural = count == Some(3) && message.contains('3');
                assert!(!needs_plural || !message.contains("session is"), "{message}");
            }
        }
    }
}
