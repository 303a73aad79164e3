// SPDX-License-Identifier: Apache-2.0

//! What goes wrong only after long use: many resets of one account, and files that a disk has damaged.

use std::{fs, path::Path, time::Duration};

use keyward::{
    account::Account,
    error::FlowError as _,
    logout::UnsavedRoomKeys,
    reset::{OldBackup, ResetError, ResetOptions},
};
use keyward_testing::{oracle::Oracle, part::part};
use rand::{Rng as _, SeedableRng as _, rngs::StdRng};
use tokio::time::timeout;

use crate::common::{Keyward, LIMIT, Person, assert_opens, start, state, until_challenge};

/// How many resets of one account a run that is not whole makes, of a hundred.
const RESETS: usize = 12;
/// How many of ten damages of each kind to each file it tries.
const DAMAGES: usize = 2;

/// Each backs up what the one before has backed up, and leaves nothing of it.
#[tokio::test(flavor = "multi_thread")]
async fn resets_on_end_leave_as_much_as_one() {
    let person = Person::with_history().await;
    let keyward = Keyward::unlocked(&person).await;
    let device_id = keyward.account.device_id().to_owned();
    let (key, dir) = keyward.close().await;
    let oracle = Oracle::new(person.observer.clone(), &device_id, dir.path(), *key.reveal()).await;
    let room_keys = person.history.iter().map(|message| message.room_key());
    let oracle = oracle.expect("a look").with_room_keys(room_keys);
    let mut account = Account::restore(dir.path(), &key).await.expect("restored");
    let mut newest = String::new();
    for number in part("resets on end", vec![(0..100).collect::<Vec<_>>()], RESETS) {
        let outcome = crate::common::reset(&account, &person.user, ResetOptions::default()).await;
        let outcome = outcome.unwrap_or_else(|error| panic!("reset {number}: {error:?}"));
        assert_eq!(outcome.old_backup, OldBackup::Drained, "reset {number}");
        newest = outcome.recovery_key.reveal().to_owned();
        account.close().await.expect("closed");
        drop(account);
        oracle
            .assert_done(&newest)
            .await
            .unwrap_or_else(|error| panic!("reset {number}: {error:#}"));
        account = Account::restore(dir.path(), &key).await.expect("restored");
    }
    assert_opens(&person.user, &newest).await;
    let after = state(&person).await;
    assert_eq!(after.backups.len(), 1);
    let described = after.account_data.iter().filter(|(name, content)| {
        name.starts_with("m.secret_storage.key.") && content.as_object().is_some_and(|fields| !fields.is_empty())
    });
    assert_eq!(described.count(), 1, "keys of secret storage that open something");
    for secret in ["m.cross_signing.master", "m.megolm_backup.v1"] {
        let entries = after.account_data[secret]["encrypted"].as_object().expect("entries");
        assert_eq!(entries.len(), 1, "{secret}");
    }
}

/// What becomes of a file.
#[derive(Clone, Copy, Debug)]
enum Damage {
    /// One bit is another.
    Flip,
    /// The end is gone.
    Truncate,
    /// A page is empty.
    Blank,
    /// A page is noise.
    Noise,
    /// The file is gone.
    Delete,
}

const FILES: [&str; 4] = [
    "matrix-sdk-crypto.sqlite3",
    "matrix-sdk-crypto.sqlite3-wal",
    "keyward.lock",
    "matrix-sdk-state.sqlite3",
];

fn damage(path: &Path, damage: Damage, rng: &mut StdRng) {
    let Ok(mut bytes) = fs::read(path) else {
        // It is not there: then there is one of noise.
        return fs::write(path, [7; 100]).expect("written");
    };
    if bytes.is_empty() {
        bytes.push(0);
    }
    let at = rng.random_range(0..bytes.len());
    let page = at - at % 4096..bytes.len().min(at - at % 4096 + 4096);
    match damage {
        Damage::Flip => bytes[at] ^= 1 << rng.random_range(0..8),
        Damage::Truncate => bytes.truncate(at),
        Damage::Blank => bytes[page].fill(0),
        Damage::Noise => rng.fill(&mut bytes[page]),
        Damage::Delete => return fs::remove_file(path).expect("removed"),
    }
    fs::write(path, bytes).expect("written");
}

/// Nothing panics or hangs, and what is said is that the store is damaged, or what damage may look like.
#[tokio::test(flavor = "multi_thread")]
async fn a_store_that_a_disk_has_damaged_is_called_so_or_works() {
    const SAID: [&str; 7] = [
        "store.damaged",
        "store.wrong_key",
        "store.failed",
        "store.not_logged_in",
        "store.other_account",
        "store.newer_version",
        "reset.unknown_journal",
    ];
    let person = Person::with_history().await;
    let keyward = Keyward::unlocked(&person).await;
    let mut reset = start(&keyward.account).await;
    until_challenge(&mut reset).await;
    drop(reset);
    // A copy of the open store, as a power cut leaves it.
    let whole = tempfile::tempdir().expect("a folder");
    for entry in fs::read_dir(keyward.dir.path()).expect("a folder") {
        let entry = entry.expect("an entry");
        fs::copy(entry.path(), whole.path().join(entry.file_name())).expect("copied");
    }
    let kinds = [
        Damage::Flip,
        Damage::Truncate,
        Damage::Blank,
        Damage::Noise,
        Damage::Delete,
    ];
    let rows = FILES
        .iter()
        .flat_map(|file| kinds.map(|kind| (0..10_u64).map(|seed| (*file, kind, seed)).collect()));
    for (file, kind, seed) in part("damaged stores", rows.collect(), DAMAGES) {
        let what = format!("{kind:?} of {file}, {seed}");
        let copy = tempfile::tempdir().expect("a folder");
        for entry in fs::read_dir(whole.path()).expect("a folder") {
            let entry = entry.expect("an entry");
            fs::copy(entry.path(), copy.path().join(entry.file_name())).expect("copied");
        }
        damage(&copy.path().join(file), kind, &mut StdRng::seed_from_u64(seed));
        let opened = timeout(LIMIT, Account::restore(copy.path(), &keyward.key)).await;
        let codes = match opened.unwrap_or_else(|_| panic!("{what}: it hangs")) {
            Err(error) => vec![error.code()],
            Ok(account) => {
                let pending = timeout(LIMIT, account.pending_reset()).await.expect("it hangs");
                let status = timeout(LIMIT, account.status()).await.expect("it hangs");
                let synced = timeout(LIMIT, account.sync_once(Duration::ZERO))
                    .await
                    .expect("it hangs");
                let gone = timeout(LIMIT, account.unsaved_room_keys()).await.expect("it hangs");
                let errors = [
                    pending.err().map(|error| error.code()),
                    status.err().map(|error| error.code()),
                    synced.err().map(|error| error.code()),
                    gone.err().map(|error| error.code()),
                ];
                errors.into_iter().flatten().collect()
            }
        };
        for code in codes {
            assert!(SAID.contains(&code), "{what}: {code}");
        }
    }
    // The store itself is as it was, and its reset waits.
    let keyward = keyward.restart().await;
    keyward.account.cancel_reset().await.expect("undone");
    let again = keyward.account.cancel_reset().await;
    assert!(matches!(again, Err(ResetError::NothingPending)), "{again:?}");
    keyward
        .account
        .log_out(UnsavedRoomKeys::Discard)
        .await
        .expect("logged out");
}
