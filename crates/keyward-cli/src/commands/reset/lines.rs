// SPDX-License-Identifier: Apache-2.0

//! What `keyward --json reset` prints beside the new key, one object a line. Scripts rely on it.

use keyward::reset::{OldBackup, Outcome, Step};
use serde::Serialize;

/// One line.
#[derive(Serialize)]
#[serde(tag = "status", rename_all = "snake_case")]
pub(super) enum Line<'a> {
    /// How far a step is; only with `--progress`.
    Progress { step: &'static str, done: u64, total: u64 },
    /// The program whose session this is has to take the new key over.
    HandOver {
        recovery_key: &'a str,
        backup_version: Option<&'a str>,
    },
    /// The reset is done.
    Done {
        recovery_key: &'a str,
        untrusted_sessions: &'a [String],
        old_backup: OldBackup,
        room_keys_backed_up: u64,
    },
    /// The reset is undone.
    Cancelled,
}

impl<'a> Line<'a> {
    pub(super) fn progress(step: Step, done: u64, total: u64) -> Self {
        let step = match step {
            Step::FetchOldBackup => "fetch_old_backup",
            Step::Export => "export",
            Step::MakeKeys => "make_keys",
            Step::Stage => "stage",
            Step::Bind => "bind",
            Step::BackUp => "back_up",
            Step::CleanUp => "clean_up",
        };
        Self::Progress { step, done, total }
    }

    pub(super) fn done(outcome: &'a Outcome) -> Self {
        Self::Done {
            recovery_key: outcome.recovery_key.reveal(),
            untrusted_sessions: &outcome.untrusted_sessions,
            old_backup: outcome.old_backup,
            room_keys_backed_up: outcome.room_keys_backed_up,
        }
    }
}

#[cfg(test)]
mod tests {
    use keyward::secret::RecoveryKey;

    use super::*;

    #[test]
    fn lines_have_the_form_that_scripts_rely_on() {
        let outcome = Outcome {
            recovery_key: RecoveryKey::new("EsT1 aaaa"),
            new_identity: "identity".to_owned(),
            untrusted_sessions: vec!["PHONE".to_owned()],
            old_backup: OldBackup::Drained,
            room_keys_backed_up: 7,
        };
        for (line, expected) in [
            (
                Line::done(&outcome),
                concat!(
                    r#"{"status":"done","recovery_key":"EsT1 aaaa","untrusted_sessions":["PHONE"],"#,
                    r#""old_backup":"drained","room_keys_backed_up":7}"#
                ),
            ),
            (
                Line::progress(Step::BackUp, 1, 2),
                r#"{"status":"progress","step":"back_up","done":1,"total":2}"#,
            ),
            (
                Line::HandOver {
                    recovery_key: "EsT1 aaaa",
                    backup_version: Some("7"),
                },
                r#"{"status":"hand_over","recovery_key":"EsT1 aaaa","backup_version":"7"}"#,
            ),
            (Line::Cancelled, r#"{"status":"cancelled"}"#),
        ] {
            assert_eq!(serde_json::to_string(&line).unwrap(), expected);
        }
        for (old_backup, expected) in [
            (OldBackup::Kept, "kept"),
            (OldBackup::NotThere, "none"),
            (OldBackup::Deleted, "deleted"),
            (OldBackup::InTheWay, "in_the_way"),
        ] {
            assert_eq!(serde_json::to_value(old_backup).unwrap(), expected);
        }
    }
}
