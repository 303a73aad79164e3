// SPDX-License-Identifier: Apache-2.0

//! From facts to findings. Pure. Nothing is found twice under two names, and a reset is the last remedy wherever a smaller one
//! helps.

use std::cmp::Reverse;

use super::{Asked, Code, Consequence, Decides, Finding, Remedy, RemedyCode, Severity};
use crate::{
    facts::{Facts, KeyFlow, PendingReset},
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
    findings.extend(examined.session());
    findings.extend(examined.secret_storage());
    if asked.lost_key {
        findings.push(examined.lost_key());
    }
    findings.extend(examined.backup());
    findings.extend(examined.dehydrated());
    findings.extend(examined.sessions());
    findings
}

/// Facts, and what several rules derive from them.
struct Examined<'a> {
    facts: &'a Facts,
    asked: Asked,
    /// Sessions other than this one, without the dehydrated device.
    others: Vec<(&'a RawDevice, Trust)>,
    /// Whether there is another verified session. It may lie in a drawer.
    has_helper: bool,
    /// Device ids of those that were seen lately.
    helpers: Vec<String>,
}

fn finding(code: Code, severity: Severity, remedies: Vec<Remedy>) -> Finding {
    Finding {
        code,
        severity,
        sessions: Vec::new(),
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
            has_helper: !signed.is_empty(),
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

    fn unlock(&self) -> Option<Remedy> {
        let unlock = remedy(RemedyCode::Unlock, vec![Consequence::NothingIsLost]);
        (self.facts.storage.opens_identity() && !self.asked.lost_key && !self.is_attached()).then_some(unlock)
    }

    fn by_session(&self, code: RemedyCode) -> Option<Remedy> {
        (self.has_helper && !self.is_attached()).then(|| Remedy {
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
        let lose_trust = self
            .others
            .iter()
            .filter(|(_, trust)| *trust == Trust::Verified)
            .count() as u64;
        let mut consequences = vec![
            Consequence::Authorisation,
            Consequence::SessionsLoseTrust(lose_trust),
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
            return vec![self.in_other_program(), self.reset()];
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
                // The backup's key may be another session's alone.
                let can_write = missing.iter().all(|name| match *name {
                    BACKUP => self.holds_backup_key(),
                    _ => self.has_private_keys(),
                });
                let write = can_write.then(|| remedy(RemedyCode::WriteSecretStorage, vec![Consequence::NothingIsLost]));
                let remedies = write.into_iter().chain(self.towards_a_key()).collect();
                findings.push(Finding {
                    names: missing,
                    ..finding(Code::SecretStorageIncomplete, Severity::Warning, remedies)
                });
            }
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

    fn holds_backup_key(&self) -> bool {
        self.facts
            .backup
            .as_ref()
            .is_some_and(|backup| backup.key_is_here == Some(true))
    }

    fn lost_key(&self) -> Finding {
        let remedies = match self.facts.identity {
            IdentityStatus::NotSetUp => vec![remedy(RemedyCode::SetUp, vec![Consequence::NothingIsLost])],
            _ => self.towards_a_key(),
        };
        finding(Code::RecoveryKeyLost, Severity::Warning, remedies)
    }

    fn backup(&self) -> Vec<Finding> {
        let facts = self.facts;
        if facts.identity == IdentityStatus::NotSetUp || self.is_in_the_middle() {
            return Vec::new();
        }
        let mut findings = Vec::new();
        let make = || match (self.is_attached(), self.has_private_keys()) {
            (true, _) => vec![self.in_other_program()],
            // Its key goes into secret storage, under a Security Key. What is there of another backup is not overwritten.
            (false, true) if !facts.storage.is_described => vec![self.new_key()],
            (false, true) if facts.backup.is_none() && facts.storage.has_backup_key() => vec![self.new_key()],
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
        let open = || self.unlock().filter(|_| facts.storage.has_backup_key());
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
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{
        facts::{BackupFacts, LocalFacts, PendingFlow, SecretStorageFacts},
        identity::RawKeys,
    };

    const NOW: u64 = 1_000 * LATELY_MS;
    const KEY: &str = "jxHzr7AAfL0Lp1ooJ2SBjqKbcYOGdwGTmkyOz4vJ0dU";

    fn device(device_id: &str, keys: Option<bool>) -> RawDevice {
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
    fn whole() -> Facts {
        Facts {
            device_id: "THIS".to_owned(),
            device_key: Some(KEY.to_owned()),
            now: NOW,
            identity: IdentityStatus::Ours,
            identity_is_sound: true,
            devices: vec![device("THIS", Some(true)), device("PHONE", Some(true))],
            storage: under("default"),
            backup: Some(BackupFacts {
                version: "1".to_owned(),
                count: 7,
                is_trusted: true,
                key_is_here: Some(true),
            }),
            older_backups: Vec::new(),
            backup_wanted: None,
            dehydrated: None,
            pending: Vec::new(),
            local: Some(LocalFacts {
                private_keys: true,
                room_keys: 7,
                backed_up: 7,
                tokens_exposed: false,
            }),
        }
    }

    fn backup(facts: &mut Facts) -> &mut BackupFacts {
        facts.backup.as_mut().expect("there is one")
    }

    fn local(facts: &mut Facts) -> &mut LocalFacts {
        facts.local.as_mut().expect("it is known")
    }

    fn unverified(facts: &mut Facts) {
        facts.devices[0] = device("THIS", Some(false));
        local(facts).private_keys = false;
        backup(facts).key_is_here = Some(false);
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
            (C::BackupMissing, &[R::NewRecoveryKey], |facts| facts.backup = None),
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
        let backup = (
            prop::option::of(any::<[bool; 2]>()),
            prop::option::of(any::<bool>()),
            any::<bool>(),
        );
        (identities, session, storage, backup, any::<[bool; 4]>()).prop_map(
            |(identity, (flags, other, seen), (default, stored, dead), (backup, wanted, older), more)| {
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
                let key_opens = facts.storage.opens_identity() && !lost;
                let helps = others || key_opens;
                prop_assert!(!is_alone || !facts.identity_is_sound || !helps, "{:?} {:?}", finding, facts);
            }
        }
    }
}
