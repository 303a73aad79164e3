// SPDX-License-Identifier: Apache-2.0

//! The doctor's rules over 10 000 sessions: our own time, without the signatures, which are checked while the facts are read.

use std::time::Instant;

use anyhow::{Result, ensure};
use keyward::{
    doctor::{Asked, Report},
    facts::{BackupFacts, Facts, IdentityStatus, Lacks, LocalFacts, SecretStorageFacts},
    identity::{INACTIVE_AFTER_MS, RawDevice, RawKeys},
};
use serde_json::{Value, json};

use crate::verdict;

const SESSIONS: u64 = 10_000;
/// The one in the middle counts.
const RUNS: usize = 9;
const AIM_MS: f64 = 100.0;

pub(crate) fn run() -> Result<Value> {
    let facts = facts();
    let mut times = Vec::new();
    for _ in 0..RUNS {
        let start = Instant::now();
        let report = Report::of(&facts, Asked { lost_key: true });
        times.push(start.elapsed().as_secs_f64() * 1000.0);
        ensure!(report.findings.len() > 3, "{report:?}");
    }
    times.sort_by(f64::total_cmp);
    let middle = times[RUNS / 2];
    println!("\nThe doctor's rules over {SESSIONS} sessions: {middle:.1} ms.");
    println!("  Aim: less than {AIM_MS} ms: {}.", verdict(middle < AIM_MS));
    Ok(json!({"sessions": SESSIONS, "rules_ms": middle, "met": middle < AIM_MS}))
}

/// A third is verified, a third is not, a third has no keys; every seventh is inactive.
fn facts() -> Facts {
    let now = 10 * INACTIVE_AFTER_MS;
    let device = |number: u64| RawDevice {
        device_id: format!("DEVICE{number}"),
        name: Some(format!("Session {number}")),
        last_seen_ts: Some(if number.is_multiple_of(7) {
            now - 2 * INACTIVE_AFTER_MS
        } else {
            now - number
        }),
        last_seen_ip: None,
        keys: (number % 3 != 2).then(|| RawKeys {
            ed25519: "jxHzr7AAfL0Lp1ooJ2SBjqKbcYOGdwGTmkyOz4vJ0dU".to_owned(),
            signed: number.is_multiple_of(3),
            dehydrated: false,
        }),
        unlisted: false,
    };
    Facts {
        device_id: "DEVICE0".to_owned(),
        device_key: None,
        now,
        identity: IdentityStatus::Ours,
        identity_is_sound: true,
        identity_is_gone: false,
        devices: (0..SESSIONS).map(device).collect(),
        storage: SecretStorageFacts::default(),
        given_key: None,
        backup: Some(BackupFacts {
            version: "1".to_owned(),
            count: 20_000,
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
            room_keys: 20_000,
            backed_up: 19_000,
            backup_begun: false,
            tokens_exposed: false,
        }),
    }
}
