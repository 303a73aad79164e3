// SPDX-License-Identifier: Apache-2.0

//! From facts to findings. Pure. Nothing is found twice under two names, and a reset is the last remedy wherever a smaller one
//! helps.

use std::cmp::Reverse;

use super::{Asked, Code, Consequence, Decides, Finding, Remedy, RemedyCode, Severity};
use crate::{
    after_care::WhyVerify,
    facts::{Facts, Finds, GivenKey, KeyFlow, PendingReset},
    identity::{
        IdentityStatus, RawDevice, Trust,
        devices::{dehydrated_device, is_inactive},
    },
    secret_storage::BACKUP,
};

/// A session that was seen within this time can be asked to verify this one, or for its keys: 30 days, in milliseconds.
const LATELY_MS: u64 = 30 * 24 * 60 * 60 * 1000;
/// How many sessions are named as those to verify with.
const MOST_NAMED: usize = 3;

pub(super) fn findings(facts: &Facts, asked: Asked) -> Vec<Finding> {
    let examined = Examined::of(facts, asked);
    let mut findings = Vec::new();
    findings.extend(examined.flows());
    findings.extend(examined.identity());
    if facts.identity_is_gone {
        // What else such a server shows is worth nothing.
        return findings;
    }
    findings.extend(examined.session());
    findings.extend(examined.secret_storage());
    if asked.lost_key {
        findings.push(examined.lost_key());
    }
    findings.extend(examined.backup());
    findings.extend(examined.dehydrated());
    findings.extend(examined.sessions());
    findings.extend(examined.contacts());
    findings.extend(examined.server());
    findings
}

/// Facts, and what several rules derive from them.
struct Examined<'a> {
    facts: &'a Facts,
    asked: Asked,
    /// Sessions other than this one, without the dehydrated device.
    others: Vec<(&'a RawDevice, Trust)>,
    /// How many other sessions the identity that is shown has signed. They may lie in a drawer.
    signed: u64,
    /// Device ids of those that were seen lately.
    helpers: Vec<String>,
}

fn finding(code: Code, severity: Severity, remedies: Vec<Remedy>) -> Finding {
    Finding {
        code,
        severity,
        sessions: Vec::new(),
        contacts: Vec::new(),
        count: None,
        names: Vec::new(),
        remedies,
    }
}

fn remedy(code: RemedyCode, consequences: Vec<Consequence>) -> Remedy {
    Remedy {
        code,
        decides: Decides::Person,
        sessions: Vec::new(),
        consequences,
    }
}

impl<'a> Examined<'a> {
    fn of(facts: &'a Facts, asked: Asked) -> Self {
        let dehydrated = dehydrated_device(&facts.devices);
        let others = facts
            .devices
            .iter()
            .filter(|device| device.device_id != facts.device_id && dehydrated != Some(device.device_id.as_str()));
        let others: Vec<_> = others
            .map(|device| (device, Trust::of(facts.identity, device.keys.as_ref())))
            .collect();
        // Without a trusted identity nobody knows which are verified; the identity that is shown has signed these.
        let is_signed = |device: &&RawDevice| device.keys.as_ref().is_some_and(|keys| keys.signed && !keys.dehydrated);
        let is_recent = |device: &&RawDevice| {
            let seen = device.last_seen_ts;
            seen.is_some_and(|seen| facts.now.saturating_sub(seen) <= LATELY_MS)
        };
        let signed: Vec<_> = others.iter().map(|(device, _)| *device).filter(is_signed).collect();
        let mut recent: Vec<_> = signed.iter().copied().filter(is_recent).collect();
        recent.sort_by_key(|device| Reverse(device.last_seen_ts));
        let helpers = recent.into_iter().take(MOST_NAMED);
        let helpers = helpers.map(|device| device.device_id.clone());
        Self {
            facts,
            asked,
            helpers: helpers.collect(),
            signed: signed.len() as u64,
            others,
        }
    }

    fn is_attached(&self) -> bool {
        self.facts.local.is_none()
    }

    /// Whether this session holds the private keys, as far as that is known here.
    fn has_private_keys(&self) -> bool {
        let is_trusted = self.facts.identity == IdentityStatus::Ours && self.facts.identity_is_sound;
        is_trusted && self.facts.local.is_some_and(|local| local.private_keys)
    }

    fn in_other_program(&self) -> Remedy {
        remedy(RemedyCode::InOtherProgram, vec![Consequence::NothingIsLost])
    }

    /// Not with a key that was just seen not to open what this needs.
    fn unlock(&self) -> Option<Remedy> {
        let unlock = remedy(RemedyCode::Unlock, vec![Consequence::NothingIsLost]);
        let is_possible = self.facts.storage.opens_identity() && !self.asked.lost_key && !self.is_attached();
        (is_possible && self.facts.given_key.is_none_or(|key| key.opens_identity())).then_some(unlock)
    }

    /// Whether something under the present Security Key can be reached: not with another one.
    fn is_present_key_at_hand(&self) -> bool {
        !self.asked.lost_key && self.facts.given_key.is_none_or(|key| key.is_default)
    }

    fn by_session(&self, code: RemedyCode) -> Option<Remedy> {
        (self.signed > 0 && !self.is_attached()).then(|| Remedy {
            sessions: self.helpers.clone(),
            ..remedy(code, vec![Consequence::NothingIsLost])
        })
    }

    fn new_key(&self) -> Remedy {
        let mut consequences = vec![Consequence::NothingIsLost];
        if let Some(backup) = self
            .facts
            .backup
            .as_ref()
            .filter(|backup| backup.key_is_here == Some(false))
        {
            consequences = vec![Consequence::RoomKeysNeedOldKey(backup.count)];
        }
        remedy(RemedyCode::NewRecoveryKey, consequences)
    }

    fn reset(&self) -> Remedy {
        // A session that is not verified cannot say whose signature it is, and it is lost all the same, as the reset's plan says.
        let mut consequences = vec![
            Consequence::Authorisation,
            Consequence::SessionsLoseTrust(self.signed),
            Consequence::ContactsVerifyAgain,
        ];
        if let Some(backup) = self
            .facts
            .backup
            .as_ref()
            .filter(|backup| backup.key_is_here != Some(true))
        {
            consequences.push(Consequence::RoomKeysNeedOldKey(backup.count));
        }
        remedy(RemedyCode::Reset, consequences)
    }

    /// One finding for all of them: they wait for the same decision.
    fn flows(&self) -> Option<Finding> {
        let mut severity = Severity::Info;
        let mut remedies = Vec::new();
        for pending in &self.facts.pending {
            let (resume, cancel) = match pending.flow {
                KeyFlow::Reset => (RemedyCode::ResumeReset, RemedyCode::CancelReset),
                KeyFlow::Recovery => (RemedyCode::ResumeRecovery, RemedyCode::CancelRecovery),
            };
            match pending.state {
                PendingReset::Staged => {
                    severity = severity.max(Severity::Warning);
                    remedies.push(remedy(resume, Vec::new()));
                    remedies.push(remedy(cancel, vec![Consequence::NothingIsLost]));
                }
                // What is in force can only be finished. The other program's part takes a person.
                PendingReset::Committed => {
                    severity = Severity::Critical;
                    remedies.push(Remedy {
                        decides: Decides::Auto,
                        ..remedy(resume, vec![Consequence::NothingIsLost])
                    });
                }
                PendingReset::HandingOver => {
                    severity = Severity::Critical;
                    remedies.push(remedy(resume, Vec::new()));
                }
            }
        }
        (!remedies.is_empty()).then(|| finding(Code::FlowPending, severity, remedies))
    }

    /// A reset that waits explains whatever its half of the work looks like. A new key changes secret storage alone.
    fn is_in_the_middle(&self) -> bool {
        self.facts.pending.iter().any(|pending| pending.flow == KeyFlow::Reset)
    }

    /// Whether secret storage is in the middle of something.
    fn is_key_in_the_middle(&self) -> bool {
        !self.facts.pending.is_empty()
    }

    fn identity(&self) -> Option<Finding> {
        let facts = self.facts;
        if facts.identity_is_gone {
            let remedy = match self.is_attached() {
                true => self.in_other_program(),
                false => remedy(RemedyCode::LogInAgain, Vec::new()),
            };
            return Some(finding(Code::IdentityGone, Severity::Critical, vec![remedy]));
        }
        match facts.identity {
            // The work of a reset from here does not count as replaced.
            IdentityStatus::Replaced => {}
            _ if self.is_in_the_middle() => return None,
            _ => {}
        }
        match facts.identity {
            IdentityStatus::NotSetUp => {
                let set_up = remedy(RemedyCode::SetUp, vec![Consequence::NothingIsLost]);
                Some(finding(Code::IdentityMissing, Severity::Critical, vec![set_up]))
            }
            _ if !facts.identity_is_sound => {
                Some(finding(Code::IdentityInvalid, Severity::Critical, vec![self.reset()]))
            }
            IdentityStatus::Replaced => {
                // Who has signed which session is not known to be the person, so none is named.
                let by = self.by_session(RemedyCode::VerifyBySession).map(|by| Remedy {
                    sessions: Vec::new(),
                    consequences: vec![Consequence::ContactsVerifyAgain],
                    ..by
                });
                let smaller: Vec<_> = match self.is_attached() {
                    true => vec![self.in_other_program()],
                    false => self.unlock().into_iter().chain(by).collect(),
                };
                let remedies = smaller.into_iter().chain([self.reset()]).collect();
                Some(finding(Code::IdentityReplaced, Severity::Critical, remedies))
            }
            IdentityStatus::Ours | IdentityStatus::NotOurs => None,
        }
    }

    fn session(&self) -> Vec<Finding> {
        let facts = self.facts;
        let mut findings = Vec::new();
        let shown = facts.this_session().and_then(|session| session.keys.as_ref());
        let differs = shown
            .zip(facts.device_key.as_ref())
            .is_some_and(|(shown, known)| shown.ed25519 != *known);
        if differs {
            let remedy = match self.is_attached() {
                true => self.in_other_program(),
                false => remedy(RemedyCode::LogInAgain, Vec::new()),
            };
            findings.push(finding(Code::SessionDeviceKeysDiffer, Severity::Critical, vec![remedy]));
        }
        let has_identity = matches!(facts.identity, IdentityStatus::Ours | IdentityStatus::NotOurs);
        let can_be_verified = has_identity && facts.identity_is_sound && !differs && !self.is_in_the_middle();
        if can_be_verified && !facts.is_verified() && self.has_private_keys() {
            let sign = Remedy {
                decides: Decides::Auto,
                ..remedy(RemedyCode::SignThisSession, vec![Consequence::NothingIsLost])
            };
            findings.push(finding(Code::SessionUnverified, Severity::Critical, vec![sign]));
        } else if can_be_verified && !facts.is_verified() {
            let smaller: Vec<_> = match self.is_attached() {
                true => vec![self.in_other_program()],
                false => self
                    .unlock()
                    .into_iter()
                    .chain(self.by_session(RemedyCode::VerifyBySession))
                    .collect(),
            };
            let remedies = smaller.into_iter().chain([self.reset()]).collect();
            findings.push(finding(Code::SessionUnverified, Severity::Critical, remedies));
        } else if can_be_verified && facts.local.is_some_and(|local| !local.private_keys) {
            let ask = self.by_session(RemedyCode::AskOtherSessions);
            let remedies = ask.into_iter().chain(self.unlock()).chain([self.reset()]).collect();
            findings.push(finding(Code::SessionKeysMissing, Severity::Warning, remedies));
        }
        if facts.local.is_some_and(|local| local.tokens_exposed) {
            let again = remedy(RemedyCode::LogInAgain, Vec::new());
            findings.push(finding(Code::SessionTokensExposed, Severity::Warning, vec![again]));
        }
        findings
    }

    /// What gives the person a Security Key that opens everything, the smallest first: by this session, else by one that has
    /// the private keys.
    fn towards_a_key(&self) -> Vec<Remedy> {
        if self.has_private_keys() {
            return vec![self.new_key()];
        }
        if self.is_attached() {
            // What a key opens here goes under the new one.
            let with_key = self.facts.given_key.filter(GivenKey::opens_identity);
            let new_key = with_key.map(|_| self.new_key());
            return new_key
                .into_iter()
                .chain([self.in_other_program(), self.reset()])
                .collect();
        }
        let code = match self.facts.is_verified() {
            true => RemedyCode::AskOtherSessions,
            false => RemedyCode::VerifyBySession,
        };
        let smaller = self.unlock().into_iter().chain(self.by_session(code));
        smaller.chain([self.reset()]).collect()
    }

    /// Only of an account with an identity: whoever has none sets everything up.
    fn secret_storage(&self) -> Vec<Finding> {
        let facts = self.facts;
        if facts.identity == IdentityStatus::NotSetUp || self.is_key_in_the_middle() {
            return Vec::new();
        }
        let (storage, has_backup) = (&facts.storage, facts.backup.is_some());
        let mut findings = Vec::new();
        // What is said of secret storage itself is not said of the key once more.
        let mut said: Vec<&str> = Vec::new();
        if storage.is_empty() {
            findings.push(finding(
                Code::SecretStorageMissing,
                Severity::Warning,
                self.towards_a_key(),
            ));
        } else if storage.default_key.is_none() || !storage.is_described {
            findings.push(finding(
                Code::SecretStorageNoDefault,
                Severity::Warning,
                self.towards_a_key(),
            ));
        } else {
            let missing = storage.missing(has_backup);
            if !missing.is_empty() {
                let write = self.write_secret_storage(&missing);
                let remedies = write.into_iter().chain(self.towards_a_key()).collect();
                said.clone_from(&missing);
                findings.push(Finding {
                    names: missing,
                    ..finding(Code::SecretStorageIncomplete, Severity::Warning, remedies)
                });
            }
        }
        if let Some(key) = &facts.given_key {
            findings.extend(self.wrong_key(key, &said));
        }
        let dead = storage.dead_keys().len() as u64;
        if dead > 0 {
            findings.push(Finding {
                count: Some(dead),
                ..finding(Code::SecretStorageStale, Severity::Info, Vec::new())
            });
        }
        findings
    }

    /// What a key that was given should open and does not; `said`: what is found to be missing under the default key already.
    fn wrong_key(&self, key: &GivenKey, said: &[&str]) -> Option<Finding> {
        let (storage, has_backup) = (&self.facts.storage, self.facts.backup.is_some());
        let names = key.does_not_open(has_backup);
        let names: Vec<_> = names
            .into_iter()
            .filter(|name| !(key.is_default && said.contains(name)))
            .collect();
        // Other apps ask for the default key, whatever this one opens.
        let is_replaced = !key.is_default && storage.is_described && !storage.is_empty();
        if names.is_empty() && !is_replaced {
            return None;
        }
        // An entry that the key opens stays: it may be the way into an older backup, or of an identity that comes into force.
        let is_closed = names.iter().all(|name| key.finds(name) == Finds::Closed);
        let write = self
            .write_secret_storage(&names)
            .filter(|_| is_closed && !names.is_empty());
        let remedies = write.into_iter().chain(self.towards_a_key()).collect();
        Some(Finding {
            names,
            ..finding(Code::SecretStorageWrongKey, Severity::Warning, remedies)
        })
    }

    /// Writing these secrets under the present Security Key, if this session has them and the person that key. The backup's key
    /// may be another session's alone.
    fn write_secret_storage(&self, names: &[&str]) -> Option<Remedy> {
        let has_all = names.iter().all(|name| match *name {
            BACKUP => self.holds_backup_key(),
            _ => self.has_private_keys(),
        });
        let write = remedy(RemedyCode::WriteSecretStorage, vec![Consequence::NothingIsLost]);
        (has_all && self.is_present_key_at_hand()).then_some(write)
    }

    fn holds_backup_key(&self) -> bool {
        self.facts
            .backup
            .as_ref()
            .is_some_and(|backup| backup.key_is_here == Some(true))
    }

    fn has_begun_backup(&self) -> bool {
        self.facts.local.is_some_and(|local| local.backup_begun)
    }

    fn lost_key(&self) -> Finding {
        let remedies = match self.facts.identity {
            IdentityStatus::NotSetUp => vec![remedy(RemedyCode::SetUp, vec![Consequence::NothingIsLost])],
            _ => self.towards_a_key(),
        };
        finding(Code::RecoveryKeyLost, Severity::Warning, remedies)
    }

    /// Where the server keeps none, that is all there is to say.
    fn backup(&self) -> Vec<Finding> {
        let facts = self.facts;
        if facts.identity == IdentityStatus::NotSetUp || self.is_in_the_middle() || facts.lacks.key_backup {
            return Vec::new();
        }
        let mut findings = Vec::new();
        let make = || match (self.is_attached(), self.has_private_keys()) {
            (true, _) => vec![self.in_other_program()],
            // Its key goes into secret storage, under a Security Key. What is there of another backup is not overwritten.
            (false, true) if !facts.storage.is_described || !self.is_present_key_at_hand() => vec![self.new_key()],
            // That of one which was begun here is gone on with.
            (false, true) if facts.backup.is_none() && facts.storage.has_backup_key() && !self.has_begun_backup() => {
                vec![self.new_key()]
            }
            (false, true) => {
                let count = facts.local.map_or(0, |local| local.room_keys);
                vec![remedy(
                    RemedyCode::MakeBackup,
                    vec![Consequence::RoomKeysUploaded(count)],
                )]
            }
            // An unverified session is verified first, and this follows from it.
            (false, false) => Vec::new(),
        };
        // What the person's own key opens is theirs.
        let is_opened = |key: GivenKey| key.finds(BACKUP) == Finds::Present;
        let opens = facts.storage.has_backup_key() && facts.given_key.is_none_or(is_opened);
        let open = || self.unlock().filter(|_| opens);
        match (&facts.backup, facts.backup_wanted) {
            (None, Some(false)) => findings.push(finding(Code::BackupOff, Severity::Info, make())),
            (None, _) => findings.push(finding(Code::BackupMissing, Severity::Warning, make())),
            (Some(backup), wanted) => {
                let can_judge = facts.is_verified() && facts.identity_is_sound;
                let is_ours = backup.is_trusted || backup.key_is_here == Some(true);
                if can_judge && !is_ours {
                    // It may be an attacker's: it is never signed and never written to.
                    let severity = match self.is_attached() {
                        // The other program may well have its key.
                        true => Severity::Warning,
                        false => Severity::Critical,
                    };
                    findings.push(Finding {
                        count: Some(backup.count),
                        ..finding(
                            Code::BackupUntrusted,
                            severity,
                            open().into_iter().chain(make()).collect(),
                        )
                    });
                } else if can_judge && backup.key_is_here == Some(false) {
                    let remedies = open().map_or_else(make, |open| vec![open]);
                    findings.push(Finding {
                        count: Some(backup.count),
                        ..finding(Code::BackupKeyElsewhere, Severity::Warning, remedies)
                    });
                }
                if let Some(local) = facts.local.filter(|_| backup.key_is_here == Some(true)) {
                    let behind = local.room_keys.saturating_sub(local.backed_up);
                    if behind > 0 {
                        let upload = Remedy {
                            decides: Decides::Auto,
                            ..remedy(RemedyCode::UploadRoomKeys, vec![Consequence::RoomKeysUploaded(behind)])
                        };
                        findings.push(Finding {
                            count: Some(behind),
                            ..finding(Code::BackupBehind, Severity::Warning, vec![upload])
                        });
                    }
                }
                // Nobody is called to a foreign one.
                if wanted == Some(false) && is_ours {
                    let say = match self.is_attached() {
                        true => self.in_other_program(),
                        false => remedy(RemedyCode::SayBackupIsWanted, vec![Consequence::NothingIsLost]),
                    };
                    findings.push(finding(Code::BackupFlagContradicts, Severity::Warning, vec![say]));
                }
            }
        }
        if !facts.older_backups.is_empty() {
            let recover = remedy(RemedyCode::RecoverRoomKeys, vec![Consequence::NothingIsLost]);
            let remedies = (!self.is_attached() && facts.is_verified()).then_some(recover);
            findings.push(Finding {
                count: Some(facts.older_backups.len() as u64),
                ..finding(Code::BackupOldLeft, Severity::Info, remedies.into_iter().collect())
            });
        }
        findings
    }

    /// A dehydrated device that the identity has not signed receives messages that nobody will read, or that somebody else
    /// reads.
    fn dehydrated(&self) -> Option<Finding> {
        let facts = self.facts;
        let kept = facts.dehydrated.as_ref()?;
        let is_judged = facts.identity == IdentityStatus::Ours && facts.identity_is_sound && !self.is_in_the_middle();
        let is_ours = facts.devices.iter().any(|device| {
            device.device_id == *kept && device.keys.as_ref().is_some_and(|keys| keys.signed && keys.dehydrated)
        });
        let remove = match self.is_attached() {
            true => self.in_other_program(),
            false => remedy(
                RemedyCode::RemoveDehydratedDevice,
                vec![Consequence::NoMessagesWhileOffline],
            ),
        };
        (is_judged && !is_ours).then(|| Finding {
            sessions: vec![kept.clone()],
            ..finding(Code::DehydratedForeign, Severity::Warning, vec![remove])
        })
    }

    fn sessions(&self) -> Vec<Finding> {
        let now = self.facts.now;
        let mut findings = Vec::new();
        let mut add = |code, severity, found: Vec<&RawDevice>| {
            if found.is_empty() {
                return;
            }
            findings.push(Finding {
                count: Some(found.len() as u64),
                sessions: found.into_iter().map(|device| device.device_id.clone()).collect(),
                ..finding(code, severity, vec![remedy(RemedyCode::LookAtSessions, Vec::new())])
            });
        };
        let with = |trust: Trust| {
            let found = self.others.iter().filter(move |(_, found)| *found == trust);
            found.map(|(device, _)| *device).collect::<Vec<_>>()
        };
        // Only whoever is verified can tell.
        if self.facts.is_verified() {
            add(Code::SessionsUnverified, Severity::Warning, with(Trust::Unverified));
        }
        add(Code::SessionsKeyless, Severity::Info, with(Trust::Unverifiable));
        let inactive = self
            .others
            .iter()
            .filter(|(device, _)| is_inactive(device.last_seen_ts, now));
        add(
            Code::SessionsInactive,
            Severity::Info,
            inactive.map(|(device, _)| *device).collect(),
        );
        let unlisted = self.others.iter().filter(|(device, _)| device.unlisted);
        add(
            Code::SessionsUnlisted,
            Severity::Critical,
            unlisted.map(|(device, _)| *device).collect(),
        );
        findings
    }

    /// What the server cannot do, and nobody here can mend.
    fn server(&self) -> Vec<Finding> {
        let lacks = self.facts.lacks;
        let codes = [
            (lacks.key_backup, Code::ServerNoKeyBackup),
            (lacks.account_data_list, Code::ServerNoAccountDataList),
        ];
        let lacking = codes.into_iter().filter(|(lacks, _)| *lacks);
        lacking
            .map(|(_, code)| finding(code, Severity::Info, Vec::new()))
            .collect()
    }

    /// Only a person can tell whether somebody is who they were, by comparing emoji with them.
    fn contacts(&self) -> impl Iterator<Item = Finding> {
        let kinds = [
            (Code::ContactsChanged, WhyVerify::Changed),
            (Code::ContactsVerifiedLost, WhyVerify::VerifiedLost),
        ];
        kinds.into_iter().filter_map(|(code, why)| {
            let named = self.facts.contacts.iter().filter(|contact| contact.why == why);
            let contacts: Vec<String> = named.map(|contact| contact.user_id.clone()).collect();
            let remedies = [RemedyCode::VerifyContactsAgain, RemedyCode::DismissContacts];
            let remedies = remedies.map(|code| remedy(code, Vec::new())).into();
            (!contacts.is_empty()).then(|| Finding {
                count: Some(contacts.len() as u64),
                contacts,
                ..finding(code, Severity::Warning, remedies)
            })
        })
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{
        after_care::ContactToVerify,
        facts::{BackupFacts, Lacks, LocalFacts, PendingFlow, SecretStorageFacts},
        identity::RawKeys,
    };

    const NOW: u64 = 1_000 * LATELY_MS;
    const KEY: &str = "jxHzr7AAfL0Lp1ooJ2SBjqKbcYOGdwGTmkyOz4vJ0dU";

    pub(crate) fn device(device_id: &str, keys: Option<bool>) -> RawDevice {
        RawDevice {
            device_id: device_id.to_owned(),
            name: None,
            last_seen_ts: Some(NOW),
            last_seen_ip: None,
            keys: keys.map(|signed| RawKeys {
                ed25519: KEY.to_owned(),
                signed,
                dehydrated: false,
            }),
            unlisted: false,
        }
    }

    fn under(key: &str) -> SecretStorageFacts {
        SecretStorageFacts {
            default_key: Some(key.to_owned()),
            is_described: true,
            described: Some([key.to_owned()].into()),
            secrets: std::array::from_fn(|_| [key.to_owned()].into()),
        }
    }

    /// An account with nothing to find: this session and another, both verified.
    pub(crate) fn whole() -> Facts {
        Facts {
            device_id: "THIS".to_owned(),
            device_key: Some(KEY.to_owned()),
            now: NOW,
            identity: IdentityStatus::Ours,
            identity_is_sound: true,
            identity_is_gone: false,
            devices: vec![device("THIS", Some(true)), device("PHONE", Some(true))],
            storage: under("default"),
            given_key: None,
            backup: Some(BackupFacts {
                version: "1".to_owned(),
                count: 7,
                is_trusted: true,
                key_is_here: Some(true),
            }),
            older_backups: Vec::new(),
            backup_wanted: None,
            dehydrated: None,
            lacks: Lacks::default(),
            pending: Vec::new(),
            contacts: Vec::new(),
            local: Some(LocalFacts {
                private_keys: true,
                room_keys: 7,
                backed_up: 7,
                backup_begun: false,
                tokens_exposed: false,
            }),
        }
    }

    fn backup(facts: &mut Facts) -> &mut BackupFacts {
        facts.backup.as_mut().expect("there is one")
    }

    pub(crate) fn local(facts: &mut Facts) -> &mut LocalFacts {
        facts.local.as_mut().expect("it is known")
    }

    fn gives(facts: &mut Facts, is_default: bool, finds: [Finds; 4]) {
        facts.given_key = Some(GivenKey { is_default, finds });
    }

    pub(crate) fn unverified(facts: &mut Facts) {
        facts.devices[0] = device("THIS", Some(false));
        local(facts).private_keys = false;
        backup(facts).key_is_here = Some(false);
    }

    fn to_verify(user_id: &str, why: WhyVerify) -> ContactToVerify {
        ContactToVerify {
            user_id: user_id.to_owned(),
            why,
            since: NOW,
        }
    }

    fn waits(facts: &mut Facts, flow: KeyFlow, state: PendingReset) {
        facts.pending = vec![PendingFlow { flow, state }];
    }

    type Change = fn(&mut Facts);

    #[test]
    fn each_code_is_found_alone_with_its_remedies_the_smallest_first() {
        use Code as C;
        use RemedyCode as R;
        let cases: &[(C, &[R], Change)] = &[
            (
                C::SessionUnverified,
                &[R::Unlock, R::VerifyBySession, R::Reset],
                unverified,
            ),
            (C::SessionUnverified, &[R::Unlock, R::Reset], |facts| {
                unverified(facts);
                facts.devices.truncate(1);
            }),
            (C::SessionUnverified, &[R::SignThisSession], |facts| {
                facts.devices[0] = device("THIS", Some(false));
            }),
            (C::SessionUnverified, &[R::InOtherProgram, R::Reset], |facts| {
                unverified(facts);
                facts.local = None;
                backup(facts).key_is_here = None;
            }),
            (
                C::SessionKeysMissing,
                &[R::AskOtherSessions, R::Unlock, R::Reset],
                |facts| {
                    local(facts).private_keys = false;
                },
            ),
            (C::SessionDeviceKeysDiffer, &[R::LogInAgain], |facts| {
                facts.device_key = Some("other".to_owned())
            }),
            (C::SessionTokensExposed, &[R::LogInAgain], |facts| {
                local(facts).tokens_exposed = true
            }),
            (C::IdentityMissing, &[R::SetUp], |facts| {
                facts.identity = IdentityStatus::NotSetUp;
                facts.storage = SecretStorageFacts::default();
                facts.backup = None;
            }),
            (C::IdentityGone, &[R::LogInAgain], |facts| {
                facts.identity = IdentityStatus::NotSetUp;
                facts.identity_is_gone = true;
                facts.devices.clear();
            }),
            (C::IdentityInvalid, &[R::Reset], |facts| facts.identity_is_sound = false),
            (
                C::IdentityReplaced,
                &[R::Unlock, R::VerifyBySession, R::Reset],
                |facts| {
                    facts.identity = IdentityStatus::Replaced;
                },
            ),
            (C::SecretStorageMissing, &[R::NewRecoveryKey], |facts| {
                facts.storage = SecretStorageFacts::default();
            }),
            (C::SecretStorageNoDefault, &[R::NewRecoveryKey], |facts| {
                facts.storage.default_key = None;
                facts.storage.is_described = false;
            }),
            (C::SecretStorageNoDefault, &[R::NewRecoveryKey], |facts| {
                facts.storage.is_described = false
            }),
            (
                C::SecretStorageIncomplete,
                &[R::WriteSecretStorage, R::NewRecoveryKey],
                |facts| {
                    facts.storage.secrets[3].clear();
                },
            ),
            (C::SecretStorageStale, &[], |facts| {
                facts.storage.secrets[0].insert("dead".to_owned());
            }),
            // A key that was replaced, and one of somebody else.
            (C::SecretStorageWrongKey, &[R::NewRecoveryKey], |facts| {
                gives(facts, false, [Finds::Present; 4])
            }),
            (C::SecretStorageWrongKey, &[R::NewRecoveryKey], |facts| {
                gives(facts, false, [Finds::Closed; 4])
            }),
            (
                C::SecretStorageWrongKey,
                &[R::WriteSecretStorage, R::NewRecoveryKey],
                |facts| {
                    gives(
                        facts,
                        true,
                        [Finds::Present, Finds::Closed, Finds::Present, Finds::Present],
                    )
                },
            ),
            // What it opens may be the way to something.
            (C::SecretStorageWrongKey, &[R::NewRecoveryKey], |facts| {
                gives(
                    facts,
                    true,
                    [Finds::Present, Finds::Present, Finds::Present, Finds::Another],
                )
            }),
            (
                C::SecretStorageWrongKey,
                &[R::NewRecoveryKey, R::InOtherProgram, R::Reset],
                |facts| {
                    facts.local = None;
                    backup(facts).key_is_here = None;
                    gives(facts, false, [Finds::Present; 4]);
                },
            ),
            (C::SecretStorageWrongKey, &[R::InOtherProgram, R::Reset], |facts| {
                facts.local = None;
                backup(facts).key_is_here = None;
                gives(facts, false, [Finds::Closed; 4]);
            }),
            (C::BackupMissing, &[R::NewRecoveryKey], |facts| facts.backup = None),
            (C::BackupMissing, &[R::MakeBackup], |facts| {
                facts.backup = None;
                local(facts).backup_begun = true;
            }),
            (C::BackupMissing, &[R::MakeBackup], |facts| {
                facts.backup = None;
                facts.storage.secrets[3].clear();
            }),
            (C::BackupOff, &[R::MakeBackup], |facts| {
                facts.backup = None;
                facts.storage.secrets[3].clear();
                facts.backup_wanted = Some(false);
            }),
            (C::BackupKeyElsewhere, &[R::Unlock], |facts| {
                backup(facts).key_is_here = Some(false);
            }),
            (C::BackupBehind, &[R::UploadRoomKeys], |facts| {
                local(facts).backed_up = 5
            }),
            (C::BackupFlagContradicts, &[R::SayBackupIsWanted], |facts| {
                facts.backup_wanted = Some(false)
            }),
            (C::BackupUntrusted, &[R::Unlock, R::MakeBackup], |facts| {
                backup(facts).is_trusted = false;
                backup(facts).key_is_here = Some(false);
            }),
            (C::BackupOldLeft, &[R::RecoverRoomKeys], |facts| {
                facts.older_backups = vec!["0".to_owned()]
            }),
            (C::DehydratedForeign, &[R::RemoveDehydratedDevice], |facts| {
                facts.dehydrated = Some("SLEEPER".to_owned());
            }),
            (C::SessionsUnverified, &[R::LookAtSessions], |facts| {
                facts.devices.push(device("TABLET", Some(false)))
            }),
            (C::SessionsKeyless, &[R::LookAtSessions], |facts| {
                facts.devices.push(device("BOT", None))
            }),
            (C::SessionsInactive, &[R::LookAtSessions], |facts| {
                facts.devices[1].last_seen_ts = Some(NOW - crate::identity::INACTIVE_AFTER_MS - 1);
            }),
            (C::SessionsUnlisted, &[R::LookAtSessions], |facts| {
                facts.devices[1].unlisted = true
            }),
            (C::ServerNoKeyBackup, &[], |facts| {
                facts.lacks.key_backup = true;
                facts.backup = None;
            }),
            (C::ServerNoAccountDataList, &[], |facts| {
                facts.lacks.account_data_list = true;
                facts.storage.described = None;
            }),
            (
                C::ContactsChanged,
                &[R::VerifyContactsAgain, R::DismissContacts],
                |facts| facts.contacts = vec![to_verify("@bob:example.org", WhyVerify::Changed)],
            ),
            (
                C::ContactsVerifiedLost,
                &[R::VerifyContactsAgain, R::DismissContacts],
                |facts| facts.contacts = vec![to_verify("@bob:example.org", WhyVerify::VerifiedLost)],
            ),
            (C::FlowPending, &[R::ResumeReset, R::CancelReset], |facts| {
                waits(facts, KeyFlow::Reset, PendingReset::Staged);
            }),
            (C::FlowPending, &[R::ResumeReset], |facts| {
                waits(facts, KeyFlow::Reset, PendingReset::Committed)
            }),
            (C::FlowPending, &[R::ResumeRecovery, R::CancelRecovery], |facts| {
                waits(facts, KeyFlow::Recovery, PendingReset::Staged);
            }),
        ];
        for (code, remedies, change) in cases {
            let mut facts = whole();
            change(&mut facts);
            let found = findings(&facts, Asked::default());
            assert_eq!(found.len(), 1, "{code:?}: {found:#?}");
            assert_eq!(found[0].code, *code);
            let codes: Vec<R> = found[0].remedies.iter().map(|remedy| remedy.code).collect();
            assert_eq!(codes, *remedies, "{code:?}");
        }
        let covered = |code: &&C| cases.iter().any(|(found, ..)| found == *code) || **code == C::RecoveryKeyLost;
        assert!(C::ALL.iter().all(|code| covered(&code)), "a code without a case");
    }

    #[test]
    fn contacts_are_named_by_what_became_of_them() {
        let mut facts = whole();
        facts.contacts = vec![
            to_verify("@bob:example.org", WhyVerify::VerifiedLost),
            to_verify("@carol:example.org", WhyVerify::Changed),
            to_verify("@dave:example.org", WhyVerify::VerifiedLost),
        ];
        let found = findings(&facts, Asked::default());
        let found: Vec<_> = found
            .iter()
            .map(|finding| (finding.code, finding.count, finding.contacts.as_slice()))
            .collect();
        let (carol, others) = (
            ["@carol:example.org".to_owned()],
            ["@bob:example.org".to_owned(), "@dave:example.org".to_owned()],
        );
        let expected: [(Code, Option<u64>, &[String]); 2] = [
            (Code::ContactsChanged, Some(1), &carol),
            (Code::ContactsVerifiedLost, Some(2), &others),
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn a_key_that_does_not_open_the_identity_is_not_asked_for() {
        let mut facts = whole();
        unverified(&mut facts);
        facts.storage.is_described = false;
        facts.storage.described = Some(Default::default());
        let found = findings(&facts, Asked::default());
        let codes: Vec<Code> = found.iter().map(|finding| finding.code).collect();
        assert_eq!(codes, [Code::SessionUnverified, Code::SecretStorageNoDefault]);
        for finding in &found {
            let remedies: Vec<_> = finding.remedies.iter().map(|remedy| remedy.code).collect();
            assert_eq!(remedies, [RemedyCode::VerifyBySession, RemedyCode::Reset]);
        }
        // A blank default key is no reason for it: the person's key is still described.
        facts.storage = under("old");
        facts.storage.default_key = None;
        facts.storage.is_described = false;
        let found = findings(&facts, Asked::default());
        let remedies: Vec<_> = found[0].remedies.iter().map(|remedy| remedy.code).collect();
        assert_eq!(
            remedies,
            [RemedyCode::Unlock, RemedyCode::VerifyBySession, RemedyCode::Reset]
        );
    }

    #[test]
    fn a_key_that_was_just_seen_to_open_nothing_is_asked_for_nowhere() {
        let mut facts = whole();
        unverified(&mut facts);
        gives(&mut facts, false, [Finds::Closed; 4]);
        let found = findings(&facts, Asked::default());
        let codes: Vec<Code> = found.iter().map(|finding| finding.code).collect();
        assert_eq!(codes, [Code::SessionUnverified, Code::SecretStorageWrongKey]);
        for finding in &found {
            let remedies: Vec<_> = finding.remedies.iter().map(|remedy| remedy.code).collect();
            assert_eq!(remedies, [RemedyCode::VerifyBySession, RemedyCode::Reset]);
        }
        assert_eq!(found[1].names, crate::secret_storage::SECRETS);
        // The one that opens everything is.
        gives(&mut facts, true, [Finds::Present; 4]);
        let found = findings(&facts, Asked::default());
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(found[0].remedies[0].code, RemedyCode::Unlock);
        // It is not if it opens no backup, and that is what is wrong.
        let mut facts = whole();
        backup(&mut facts).key_is_here = Some(false);
        gives(
            &mut facts,
            true,
            [Finds::Present, Finds::Present, Finds::Present, Finds::Another],
        );
        let found = findings(&facts, Asked::default());
        let elsewhere = found.iter().find(|finding| finding.code == Code::BackupKeyElsewhere);
        let remedies = &elsewhere.expect("it is found").remedies;
        assert!(
            remedies.iter().all(|remedy| remedy.code != RemedyCode::Unlock),
            "{remedies:?}"
        );
    }

    #[test]
    fn what_is_missing_under_the_default_key_is_not_found_once_more_with_that_key() {
        let mut facts = whole();
        facts.storage.secrets[3].clear();
        facts.storage.secrets[3].insert("elsewhere".to_owned());
        facts.storage.described = None;
        gives(
            &mut facts,
            true,
            [Finds::Present, Finds::Present, Finds::Present, Finds::Closed],
        );
        let found = findings(&facts, Asked::default());
        let codes: Vec<Code> = found.iter().map(|finding| finding.code).collect();
        assert_eq!(codes, [Code::SecretStorageIncomplete]);
        // With another key nothing can be written under the present one.
        gives(&mut facts, false, [Finds::Closed; 4]);
        for finding in findings(&facts, Asked::default()) {
            assert_eq!(finding.remedies.len(), 1, "{finding:?}");
            assert_eq!(finding.remedies[0].code, RemedyCode::NewRecoveryKey);
        }
    }

    #[test]
    fn a_reset_costs_the_trust_of_sessions_that_this_one_cannot_judge() {
        let mut facts = whole();
        unverified(&mut facts);
        facts.identity = IdentityStatus::NotOurs;
        let found = findings(&facts, Asked::default());
        let reset = found[0].remedies.last().expect("the last remedy");
        assert_eq!(reset.code, RemedyCode::Reset);
        assert!(
            reset.consequences.contains(&Consequence::SessionsLoseTrust(1)),
            "{reset:?}"
        );
    }

    #[test]
    fn a_session_in_a_drawer_helps_and_is_not_named() {
        let mut facts = whole();
        unverified(&mut facts);
        facts.devices[1].last_seen_ts = Some(NOW - LATELY_MS - 1);
        let found = findings(&facts, Asked { lost_key: true });
        for finding in found.iter().filter(|finding| finding.severity == Severity::Critical) {
            assert_eq!(finding.remedies[0].code, RemedyCode::VerifyBySession);
            assert_eq!(finding.remedies[0].sessions, [] as [String; 0]);
        }
    }

    #[test]
    fn a_new_key_that_waits_hides_no_thief() {
        let mut facts = whole();
        facts.identity = IdentityStatus::Replaced;
        waits(&mut facts, KeyFlow::Recovery, PendingReset::Staged);
        let found = findings(&facts, Asked::default());
        assert!(
            found.iter().any(|finding| finding.code == Code::IdentityReplaced),
            "{found:?}"
        );
        facts = whole();
        waits(&mut facts, KeyFlow::Recovery, PendingReset::Staged);
        backup(&mut facts).is_trusted = false;
        backup(&mut facts).key_is_here = Some(false);
        let found = findings(&facts, Asked::default());
        assert!(
            found.iter().any(|finding| finding.code == Code::BackupUntrusted),
            "{found:?}"
        );
    }

    #[test]
    fn nothing_is_found_where_nothing_is_wrong() {
        assert_eq!(findings(&whole(), Asked::default()), []);
        let mut attached = whole();
        attached.local = None;
        backup(&mut attached).key_is_here = None;
        assert_eq!(findings(&attached, Asked::default()), []);
        let mut sleeping = whole();
        let mut sleeper = device("SLEEPER", Some(true));
        sleeper.last_seen_ts = None;
        sleeper.keys.as_mut().expect("keys").dehydrated = true;
        sleeping.devices.push(sleeper);
        sleeping.dehydrated = Some("SLEEPER".to_owned());
        assert_eq!(findings(&sleeping, Asked::default()), []);
    }

    #[test]
    fn whoever_has_lost_the_key_is_not_sent_into_a_reset_while_a_session_has_the_private_keys() {
        use RemedyCode as R;
        let asked = Asked { lost_key: true };
        let remedies = |change: Change| -> Vec<R> {
            let mut facts = whole();
            change(&mut facts);
            let found = findings(&facts, asked);
            let lost = found.iter().find(|finding| finding.code == Code::RecoveryKeyLost);
            let all = found.iter().flat_map(|finding| &finding.remedies);
            assert!(
                all.clone().all(|remedy| remedy.code != R::Unlock),
                "with the key that is lost"
            );
            lost.expect("asked for")
                .remedies
                .iter()
                .map(|remedy| remedy.code)
                .collect()
        };
        assert_eq!(remedies(|_| ()), [R::NewRecoveryKey]);
        assert_eq!(remedies(unverified), [R::VerifyBySession, R::Reset]);
        assert_eq!(
            remedies(|facts| local(facts).private_keys = false),
            [R::AskOtherSessions, R::Reset]
        );
        assert_eq!(
            remedies(|facts| {
                unverified(facts);
                facts.devices.truncate(1);
            }),
            [R::Reset]
        );
    }

    fn any_facts() -> impl Strategy<Value = (Facts, bool)> {
        let identities = prop::sample::select(vec![
            IdentityStatus::Ours,
            IdentityStatus::NotOurs,
            IdentityStatus::Replaced,
            IdentityStatus::NotSetUp,
        ]);
        let session = (any::<[bool; 6]>(), prop::option::of(any::<bool>()), 0u64..3);
        let storage = (prop::option::of(any::<bool>()), any::<[bool; 4]>(), any::<bool>());
        let finds = prop::sample::select(vec![Finds::Present, Finds::Another, Finds::Closed, Finds::Nothing]);
        let given = prop::option::of((any::<bool>(), prop::array::uniform4(finds)));
        let backup = (
            prop::option::of(any::<[bool; 2]>()),
            prop::option::of(any::<bool>()),
            any::<bool>(),
        );
        (identities, session, storage, given, backup, any::<[bool; 4]>()).prop_map(
            |(identity, (flags, other, seen), (default, stored, dead), given, (backup, wanted, older), more)| {
                let [signed, private_keys, sound, lost, attached, other_key] = flags;
                let mut facts = whole();
                facts.identity = identity;
                facts.identity_is_sound = sound;
                facts.devices = vec![device("THIS", Some(signed))];
                if let Some(other) = other {
                    let mut device = device("PHONE", Some(other));
                    device.last_seen_ts = Some(NOW - seen * LATELY_MS);
                    facts.devices.push(device);
                }
                facts.storage.default_key = default.map(|_| "default".to_owned());
                facts.storage.is_described = default == Some(true);
                for (secret, stored) in facts.storage.secrets.iter_mut().zip(stored) {
                    if !stored {
                        secret.clear();
                    }
                    if dead {
                        secret.insert("dead".to_owned());
                    }
                }
                facts.backup = backup.map(|[is_trusted, key_is_here]| BackupFacts {
                    is_trusted,
                    key_is_here: Some(key_is_here),
                    version: "2".to_owned(),
                    count: 3,
                });
                facts.backup_wanted = wanted;
                facts.older_backups = older.then(|| "1".to_owned()).into_iter().collect();
                if let Some((is_default, finds)) = given {
                    gives(&mut facts, is_default, finds);
                }
                facts.dehydrated = more[0].then(|| "SLEEPER".to_owned());
                if more[1] {
                    waits(
                        &mut facts,
                        KeyFlow::Reset,
                        if more[2] {
                            PendingReset::Staged
                        } else {
                            PendingReset::Committed
                        },
                    );
                }
                if other_key {
                    facts.device_key = Some("other".to_owned());
                }
                local(&mut facts).private_keys = private_keys && identity == IdentityStatus::Ours;
                if attached {
                    facts.local = None;
                    if let Some(backup) = &mut facts.backup {
                        backup.key_is_here = None;
                    }
                }
                (facts, lost)
            },
        )
    }

    proptest! {
        #[test]
        fn a_reset_is_the_last_remedy_and_never_there_for_whoever_has_the_private_keys((facts, lost) in any_facts()) {
            let found = findings(&facts, Asked { lost_key: lost });
            let mut codes: Vec<Code> = found.iter().map(|finding| finding.code).collect();
            let count = codes.len();
            codes.dedup();
            prop_assert_eq!(codes.len(), count, "nothing is found twice");
            let wrong_key = found.iter().find(|finding| finding.code == Code::SecretStorageWrongKey);
            prop_assert!(wrong_key.is_none() || facts.given_key.is_some());
            let is_of_use = facts.given_key.is_none_or(|key| key.opens_identity());
            let mut remedies = found.iter().flat_map(|finding| &finding.remedies);
            prop_assert!(is_of_use || remedies.all(|remedy| remedy.code != RemedyCode::Unlock));
            let has_keys = facts.local.is_some_and(|local| local.private_keys) && facts.identity_is_sound;
            for finding in &found {
                let at = finding.remedies.iter().position(|remedy| remedy.code == RemedyCode::Reset);
                let Some(at) = at else { continue };
                prop_assert_eq!(at, finding.remedies.len() - 1, "{:?}", finding);
                prop_assert!(!has_keys, "{:?}", finding);
                // Alone only where the identity is of no use, or no session and no key leads to it.
                let is_alone = finding.remedies.len() == 1;
                let others = facts.devices.iter().skip(1).any(|device| {
                    device.keys.as_ref().is_some_and(|keys| keys.signed)
                });
                let given_opens = facts.given_key.is_none_or(|key| key.opens_identity());
                let key_opens = facts.storage.opens_identity() && given_opens && !lost;
                let helps = others || key_opens;
                prop_assert!(!is_alone || !facts.identity_is_sound || !helps, "{:?} {:?}", finding, facts);
            }
        }
    }
}
