// SPDX-License-Identifier: Apache-2.0

//! The flows, and the accounts that the fakes show.

use matrix_sdk_crypto::matrix_sdk_qrcode::{
    QrVerificationData,
    qrcode::{Color, QrCode},
};
use serde_json::{Value, json};

use super::{
    super::{NOW, REASONS, choices, consequences, errors},
    Entries,
};
use crate::{
    doctor::{Asked, Consequence, Finding, Report, sample_facts},
    error::Argument,
    facts::{Facts, IdentityStatus, SecretStorageFacts},
    identity::INACTIVE_AFTER_MS,
    recovery::{self, KeyCheck},
    reset::{self, Consequences, Foreseen, OldBackup, Outcome, ResetChoices},
    secret::RecoveryKey,
    secret_storage::SECRETS,
    sessions::{
        DeviceKind, Filter, LONGEST_NAME, LedgerEntry, LoginAlert, NewLogin, Push, Recommendations, Rename, Session,
        SessionList, Trust,
    },
    texts::Problem,
    verification::{self, Emoji},
};

const HOUR: u64 = 3_600_000;
const DAY: u64 = 24 * HOUR;

/// The new key of every fake. It opens nothing.
pub(super) const KEY: &str = "EsTK y3Ex amp1 e4ke yD0n 0tUs eItA nywh ereE 1seT han1 nTes";

/// The transitions of each flow.
pub(super) fn flows() -> Entries {
    [
        ("reset", reset::table::of(false)),
        ("reset_attached", reset::table::of(true)),
        ("recovery", recovery::table::of()),
    ]
    .map(|(name, table)| (name.to_owned(), table))
    .into()
}

/// An account that a reset may be made of, and what comes of it.
pub(super) struct Sample {
    pub(super) name: &'static str,
    pub(super) means: Consequences,
    pub(super) attached: bool,
}

pub(super) fn accounts() -> [Sample; 4] {
    let own = consequences();
    let attached = Consequences {
        room_keys_here: None,
        verified_contacts: None,
        backup_readable: false,
        ..own.clone()
    };
    let opened = Consequences {
        backup_readable: true,
        ..attached.clone()
    };
    let first = Consequences {
        old_identity: None,
        other_sessions: 0,
        verified_sessions: 0,
        sessions_without_encryption: 0,
        verified_contacts: Some(0),
        room_keys_in_backup: None,
        backup_readable: false,
        has_secret_storage: false,
        ..own.clone()
    };
    let of = |name, means, attached| Sample { name, means, attached };
    [
        of("own", own, false),
        of("first", first, false),
        of("attached", attached, true),
        of("attached_opened", opened, true),
    ]
}

impl Sample {
    pub(super) fn outcome(&self, old_backup: OldBackup) -> Outcome {
        let untrusted = match self.means.verified_sessions {
            0 => Vec::new(),
            _ => vec!["PHONE".to_owned(), "LAPTOP".to_owned()],
        };
        let room_keys = self.means.room_keys_in_backup.or(self.means.room_keys_here);
        Outcome {
            recovery_key: RecoveryKey::new(KEY),
            new_identity: "Nn6T8Kb4m1vQ9sXw2ZyR5cJ7dLf0hGpAe3uViOtEkMI".to_owned(),
            untrusted_sessions: untrusted,
            old_backup,
            room_keys_backed_up: room_keys.unwrap_or_default(),
        }
    }

    /// What becomes of the old key backup: as it was foreseen, and as an app does that takes the new key over.
    fn old_backup(&self, choices: ResetChoices) -> OldBackup {
        match self.means.old_backup(choices) {
            Foreseen::NotThere => OldBackup::NotThere,
            Foreseen::Moved | Foreseen::MovedByTheApp => OldBackup::Drained,
            Foreseen::Kept => OldBackup::Kept,
            Foreseen::DeletedUnread => OldBackup::Deleted,
        }
    }

    /// What can become of it at all; in an attached session a person may keep it in the end.
    pub(super) fn old_backups(&self) -> Vec<OldBackup> {
        let mut all = Vec::new();
        let kept = self.attached.then_some(OldBackup::Kept);
        for old_backup in choices().map(|choices| self.old_backup(choices)).chain(kept) {
            if !all.contains(&old_backup) {
                all.push(old_backup);
            }
        }
        all
    }

    fn to_json(&self) -> Value {
        let means = &self.means;
        let outcome = self.outcome(OldBackup::NotThere);
        let old_backups = choices().map(|choices| {
            let old_backup = format!("{:?}", self.old_backup(choices));
            (name_of(choices), Value::from(old_backup))
        });
        json!({
            "consequences": {
                "user_id": means.user_id, "device_id": means.device_id, "old_identity": means.old_identity,
                "other_sessions": means.other_sessions, "verified_sessions": means.verified_sessions,
                "sessions_without_encryption": means.sessions_without_encryption,
                "verified_contacts": means.verified_contacts, "room_keys_here": means.room_keys_here,
                "room_keys_in_backup": means.room_keys_in_backup, "backup_readable": means.backup_readable,
                "older_backups": means.older_backups, "key_storage_off": means.key_storage_off,
                "has_secret_storage": means.has_secret_storage, "other_secrets": means.other_secrets,
                "dehydrated_device": means.dehydrated_device,
            },
            "new_identity": outcome.new_identity,
            "untrusted_sessions": outcome.untrusted_sessions,
            "room_keys_backed_up": outcome.room_keys_backed_up,
            "old_backups": old_backups.collect::<serde_json::Map<_, _>>(),
        })
    }
}

/// Compromised, kept, turned on: a digit each.
pub(super) fn name_of(choices: ResetChoices) -> String {
    digits(&[
        choices.compromised,
        choices.keep_old_backup,
        choices.turn_on_key_storage,
    ])
}

pub(super) fn digits(bits: &[bool]) -> String {
    bits.iter().map(|is_so| if *is_so { '1' } else { '0' }).collect()
}

pub(super) fn samples() -> Entries {
    let mut all: Entries = accounts()
        .iter()
        .map(|sample| (format!("account/{}", sample.name), sample.to_json()))
        .collect();
    all.extend(errors().iter().map(|error| {
        let problem = Problem::from(&**error);
        (format!("error/{}", problem.code), problem_to_json(&problem))
    }));
    all.extend(reports().into_iter().map(|(name, report)| {
        let findings: Vec<Value> = report.findings.iter().map(finding_to_json).collect();
        let report = json!({ "healthy": report.is_healthy(), "findings": findings });
        (format!("report/{name}"), report)
    }));
    let list = sessions();
    all.insert("key".to_owned(), Value::from(KEY));
    all.insert("now".to_owned(), Value::from(NOW));
    all.insert(
        "sessions".to_owned(),
        json!({
            "current": session_to_json(&list.current),
            "others": list.others.iter().map(session_to_json).collect::<Vec<_>>(),
            "unverified": list.recommendations.unverified,
            "inactive": list.recommendations.inactive,
            "identity": format!("{:?}", list.identity),
        }),
    );
    all.insert("new_logins".to_owned(), json!([new_login_to_json(&new_login())]));
    let history: Vec<Value> = history().iter().map(entry_to_json).collect();
    all.insert("history".to_owned(), history.into());
    all.insert("longest_name".to_owned(), LONGEST_NAME.into());
    let emoji = EMOJI
        .iter()
        .map(|emoji| json!({ "symbol": emoji.symbol, "description": emoji.description, "index": emoji.index }));
    all.insert("emoji".to_owned(), emoji.collect::<Vec<_>>().into());
    all.insert("decimals".to_owned(), json!(DECIMALS));
    all.insert("cancel_reasons".to_owned(), verification::table::reasons(&REASONS));
    all.insert("qr_code".to_owned(), qr_code_to_json(&qr_code(*b"ours")));
    all.insert("other_qr_code".to_owned(), json!(qr_code(*b"them")));
    all.extend(key_checks().into_iter().map(|(name, check)| {
        let check = json!({
            "opens": check.opens, "does_not_open": check.does_not_open, "missing": check.missing,
            "is_default": check.default,
        });
        (format!("key_check/{name}"), check)
    }));
    all
}

/// What both sides of a verification compare.
pub(super) const EMOJI: [Emoji; 7] = [
    emoji("🐶", "Dog", 0),
    emoji("🦋", "Butterfly", 14),
    emoji("🌳", "Tree", 16),
    emoji("🌙", "Moon", 20),
    emoji("🍕", "Pizza", 27),
    emoji("🎁", "Gift", 40),
    emoji("🚲", "Bicycle", 52),
];

const fn emoji(symbol: &'static str, description: &'static str, index: u8) -> Emoji {
    Emoji {
        symbol,
        description,
        index,
    }
}

const DECIMALS: [u16; 3] = [1234, 5678, 9012];

/// What a code contains that a session shows which trusts the identity. It belongs to a verification that nobody began.
fn qr_code(flow: [u8; 4]) -> Vec<u8> {
    const TRUSTS_ITS_IDENTITY: u8 = 1;
    // A point of the curve, as keys have to be.
    let mut key = [0x66; 32];
    key[0] = 0x58;
    let mut bytes = b"MATRIX\x02".to_vec();
    bytes.push(TRUSTS_ITS_IDENTITY);
    bytes.extend((flow.len() as u16).to_be_bytes());
    bytes.extend(flow);
    bytes.extend([key, key].concat());
    bytes.extend(b"a shared secret!");
    bytes
}

fn qr_code_to_json(bytes: &[u8]) -> Value {
    let code: QrCode = QrVerificationData::from_bytes(bytes)
        .expect("a code of Matrix")
        .to_qr_code()
        .expect("it is short");
    let dark = |module: &Color| if *module == Color::Dark { '1' } else { '0' };
    let rows = code.to_colors();
    let rows = rows
        .chunks(code.width())
        .map(|row| row.iter().map(dark).collect::<String>());
    json!({ "bytes": bytes, "modules": rows.collect::<Vec<_>>() })
}

/// What a key opens: everything, and it is the one that clients ask for; everything, and it is not; without the key backup.
pub(super) fn key_checks() -> [(&'static str, KeyCheck); 3] {
    let names = |secrets: &[&str]| secrets.iter().map(|&name| name.to_owned()).collect::<Vec<_>>();
    let of = |opened: usize, default| KeyCheck {
        opens: names(&SECRETS[..opened]),
        does_not_open: names(&SECRETS[opened..]),
        missing: Vec::new(),
        default,
    };
    [
        ("whole", of(SECRETS.len(), true)),
        ("not_default", of(SECRETS.len(), false)),
        ("without_backup", of(SECRETS.len() - 1, true)),
    ]
}

fn problem_to_json(problem: &Problem) -> Value {
    let arguments = problem.arguments.iter().map(|(name, argument)| match argument {
        Argument::Number(number) => json!({ "name": name, "number": number }),
        Argument::Text(words) => json!({ "name": name, "words": words }),
        Argument::Name(chosen) => json!({ "name": name, "chosen": chosen }),
    });
    json!({
        "remedy": format!("{:?}", problem.remedy),
        "reason": problem.english,
        "arguments": arguments.collect::<Vec<_>>(),
        // Of an error of a reset that tells: whether it comes after the commit.
        "committed": reset::is_committed_after(&problem.code),
    })
}

pub(super) fn sessions() -> SessionList {
    let of = |device_id: &str, name: &str, trust, seen: u64, kind| Session {
        device_id: device_id.to_owned(),
        name: Some(name.to_owned()),
        unlisted: false,
        trust,
        inactive: seen > 90 * DAY,
        last_seen_ts: Some(NOW - seen),
        last_seen_ip: Some("203.0.113.7".to_owned()),
        push: Push::On,
        client: None,
        kind,
        fingerprint: (trust != Trust::Unverifiable)
            .then(|| "jxHz r7AA fL0L p1oo J2SB jqKb cYOG dwGT mkyO z4vJ 0dU".to_owned()),
    };
    SessionList {
        current: of(
            "DEVICE",
            "Example app on this phone",
            Trust::Verified,
            0,
            DeviceKind::Mobile,
        ),
        others: vec![
            of(
                "PHONE",
                "Element on Pixel",
                Trust::Verified,
                2 * HOUR,
                DeviceKind::Mobile,
            ),
            of(
                "BROWSER",
                "Element in Firefox",
                Trust::Unverified,
                3 * HOUR,
                DeviceKind::Web,
            ),
            of("BRIDGE", "A bot", Trust::Unverifiable, 3 * DAY, DeviceKind::Unknown),
            of(
                "LAPTOP",
                "Element on a laptop",
                Trust::Verified,
                120 * DAY,
                DeviceKind::Desktop,
            ),
        ],
        recommendations: Recommendations {
            unverified: 1,
            inactive: 1,
        },
        identity: IdentityStatus::Ours,
    }
}

/// Every list that the fakes can come to: sessions are signed out, verified, or lose their trust by a reset; and this one may
/// not be verified.
pub(super) fn lists() -> Vec<SessionList> {
    let list = sessions();
    let mut choices: Vec<Vec<Session>> = vec![Vec::new()];
    for session in &list.others {
        // It is signed out, or trusted in one of the ways.
        let mut next = choices.clone();
        for trust in trusts_of(session.trust) {
            for others in &choices {
                let mut others = others.clone();
                others.push(Session {
                    trust: *trust,
                    ..session.clone()
                });
                next.push(others);
            }
        }
        choices = next;
    }
    let mut lists = Vec::new();
    for (identity, trust) in [
        (IdentityStatus::Ours, Trust::Verified),
        (IdentityStatus::NotOurs, Trust::Unverified),
    ] {
        for others in &choices {
            // To a session that is not verified itself every other one looks unverified.
            let is_any_verified = others.iter().any(|session| session.trust == Trust::Verified);
            if is_any_verified && identity != IdentityStatus::Ours {
                continue;
            }
            lists.push(SessionList {
                current: Session {
                    trust,
                    ..list.current.clone()
                },
                recommendations: recommendations(others),
                others: others.clone(),
                identity,
            });
        }
    }
    lists
}

fn recommendations(others: &[Session]) -> Recommendations {
    let count = |filter: Filter| others.iter().filter(|session| filter.shows(session)).count();
    Recommendations {
        unverified: count(Filter::Unverified),
        inactive: count(Filter::Inactive),
    }
}

/// How a session may be trusted that is like this one in the beginning.
pub(super) fn trusts_of(trust: Trust) -> &'static [Trust] {
    match trust {
        Trust::Unverifiable => &[Trust::Unverifiable],
        _ => &[Trust::Verified, Trust::Unverified],
    }
}

fn session_to_json(session: &Session) -> Value {
    json!({
        "device_id": session.device_id, "label": session.label(),
        "label_source": format!("{:?}", session.label_source()), "name": session.name, "unlisted": session.unlisted,
        "trust": format!("{:?}", session.trust), "inactive": session.inactive, "last_seen": session.last_seen_ts,
        "last_seen_ip": session.last_seen_ip, "push": format!("{:?}", session.push),
        "kind": format!("{:?}", session.kind), "fingerprint": session.fingerprint,
    })
}

pub(super) fn new_login() -> NewLogin {
    NewLogin {
        device_id: "BROWSER".to_owned(),
        label: "Element in Firefox".to_owned(),
        first_seen_ts: NOW - 3 * HOUR,
        reported: true,
    }
}

fn new_login_to_json(login: &NewLogin) -> Value {
    json!({
        "device_id": login.device_id, "label": login.label, "first_seen": login.first_seen_ts,
        "reported": login.reported,
    })
}

/// Of every session that is there.
pub(super) fn history() -> Vec<LedgerEntry> {
    let list = sessions();
    let all = std::iter::once(&list.current).chain(&list.others);
    let of = |session: &Session| {
        let (first_seen_ts, alert) = match session.device_id.as_str() {
            "BROWSER" => (NOW - 3 * HOUR, LoginAlert::Reported),
            _ => (NOW - 200 * DAY, LoginAlert::Old),
        };
        let renames = match session.device_id.as_str() {
            "PHONE" => vec![Rename {
                ts: NOW - 20 * DAY,
                from: Some("Element".to_owned()),
                to: session.name.clone(),
            }],
            _ => Vec::new(),
        };
        LedgerEntry {
            device_id: session.device_id.clone(),
            name: session.name.clone(),
            first_seen_ts,
            last_seen_ts: NOW,
            removed_ts: None,
            renames,
            alert,
            unverified_since_ts: None,
        }
    };
    all.map(of).collect()
}

fn entry_to_json(entry: &LedgerEntry) -> Value {
    let renames = entry.renames.iter();
    let renames = renames.map(|rename| json!({ "time": rename.ts, "from": rename.from, "to": rename.to }));
    json!({
        "device_id": entry.device_id, "name": entry.name, "first_seen": entry.first_seen_ts,
        "last_seen": entry.last_seen_ts, "removed": entry.removed_ts, "renames": renames.collect::<Vec<_>>(),
        "alert": format!("{:?}", entry.alert),
    })
}

/// What a doctor says: nothing; of a session that is not verified, also when its person has lost the key; of a key backup that
/// lags behind; of a key that is lost while this session is verified; of an identity that somebody has replaced; of an account
/// that was never set up. The rules say it.
pub(super) fn reports() -> [(&'static str, Report); 7] {
    let report = |change: fn(&mut Facts), lost_key| {
        let mut facts = sample_facts::whole();
        facts.devices.push(sample_facts::device("LAPTOP", Some(true)));
        change(&mut facts);
        Report::of(&facts, Asked { lost_key })
    };
    let behind = |facts: &mut Facts| {
        sample_facts::local(facts).room_keys += 12;
        facts.devices[2].last_seen_ts = Some(facts.now - INACTIVE_AFTER_MS - 1);
    };
    let not_set_up = |facts: &mut Facts| {
        facts.identity = IdentityStatus::NotSetUp;
        facts.storage = SecretStorageFacts::default();
        facts.backup = None;
    };
    [
        ("healthy", report(|_| (), false)),
        ("locked_out", report(sample_facts::unverified, false)),
        ("locked_out_key_lost", report(sample_facts::unverified, true)),
        ("backup_behind", report(behind, false)),
        ("key_lost", report(|_| (), true)),
        (
            "identity_replaced",
            report(|facts| facts.identity = IdentityStatus::Replaced, false),
        ),
        ("not_set_up", report(not_set_up, false)),
    ]
}

fn finding_to_json(finding: &Finding) -> Value {
    let remedies = finding.remedies.iter().map(|remedy| {
        let consequences = remedy.consequences.iter().map(|consequence| {
            let (name, count) = named(*consequence);
            json!({ "name": name, "count": count })
        });
        json!({
            "code": format!("{:?}", remedy.code), "code_name": remedy.code.name(),
            "decides": format!("{:?}", remedy.decides), "sessions": remedy.sessions,
            "consequences": consequences.collect::<Vec<_>>(),
        })
    });
    json!({
        "code": format!("{:?}", finding.code), "code_name": finding.code.name(),
        "severity": format!("{:?}", finding.severity), "sessions": finding.sessions, "contacts": finding.contacts,
        "count": finding.count, "secrets": finding.names, "remedies": remedies.collect::<Vec<_>>(),
    })
}

/// A consequence, and how many there are of what it is about.
pub(super) fn named(consequence: Consequence) -> (&'static str, Option<u64>) {
    match consequence {
        Consequence::NothingIsLost => ("NothingIsLost", None),
        Consequence::SessionsLoseTrust(count) => ("SessionsLoseTrust", Some(count)),
        Consequence::RoomKeysUploaded(count) => ("RoomKeysUploaded", Some(count)),
        Consequence::RoomKeysNeedOldKey(count) => ("RoomKeysNeedOldKey", Some(count)),
        Consequence::Authorisation => ("Authorisation", None),
        Consequence::ContactsVerifyAgain => ("ContactsVerifyAgain", None),
        Consequence::NoMessagesWhileOffline => ("NoMessagesWhileOffline", None),
    }
}
