// SPDX-License-Identifier: Apache-2.0

//! What is read from outside or from a disk, as functions of bytes: each must return, whatever the bytes are. The test
//! below runs them over a committed corpus (`tests/corpus`) and a fixed number of changes to it; cargo-fuzz can call them
//! where it is to be had (it sets `cfg(fuzzing)`).

use http::Response;
use matrix_sdk_crypto::matrix_sdk_qrcode::QrVerificationData;
use ruma::{
    api::{
        IncomingResponse as _,
        client::{backup::get_latest_backup_info, keys::get_keys, uiaa::UiaaInfo},
    },
    user_id,
};
use url::Url;

use crate::{
    account::{Header, Session},
    auth::Challenge,
    identity::query::shown_master_key,
    key_backup::{BackupVersion, is_version},
    reset::journal::Journal,
    room_keys::format,
    secret::Passphrase,
    secret_storage::{self, open},
    server::oauth::AuthorizationServer,
    sessions::ledger::Ledger,
    text,
};

/// A reader of bytes, by its name. It says whether it has understood them.
pub type Target = (&'static str, fn(&[u8]) -> bool);

/// All of them. The name is that of the folder in the corpus.
pub const TARGETS: [Target; 11] = [
    ("journal", journal),
    ("session", session),
    ("ledger", ledger),
    ("identity", identity),
    ("key_description", key_description),
    ("backup", backup),
    ("room_key_file", room_key_file),
    ("qr_code", qr_code),
    ("challenge", challenge),
    ("authorization_server", authorization_server),
    ("text", shown_text),
];

fn journal(bytes: &[u8]) -> bool {
    let header = Header::read(bytes);
    let Ok(journal) = Journal::read(bytes) else {
        return false;
    };
    header.is_some() && journal.give_way_to(&journal.keys.master_key).is_some()
}

fn session(bytes: &[u8]) -> bool {
    Session::read(bytes).is_ok()
}

fn ledger(bytes: &[u8]) -> bool {
    Ledger::read(bytes).is_ok()
}

fn identity(bytes: &[u8]) -> bool {
    let reply = get_keys::v3::Response::try_from_http_response(Response::new(bytes));
    reply.is_ok_and(|reply| shown_master_key(&reply, user_id!("@alice:example.org")).is_ok())
}

fn key_description(bytes: &[u8]) -> bool {
    let description = serde_json::from_slice(bytes).ok();
    let _ = secret_storage::require_shape(description.as_ref());
    secret_storage::default_key_id(description.as_ref()).is_some() || open::parse("id", description.as_ref()).is_ok()
}

fn backup(bytes: &[u8]) -> bool {
    let reply = get_latest_backup_info::v3::Response::try_from_http_response(Response::new(bytes));
    reply.is_ok_and(|reply| {
        let version = BackupVersion::new(reply.version, reply.count.into(), reply.etag, &reply.algorithm);
        is_version(&version.version) && version.public_key().is_some()
    })
}

fn room_key_file(bytes: &[u8]) -> bool {
    format::reads(bytes, &Passphrase::new("passphrase"))
}

fn qr_code(bytes: &[u8]) -> bool {
    QrVerificationData::from_bytes(bytes).is_ok()
}

fn challenge(bytes: &[u8]) -> bool {
    let homeserver = Url::parse("https://example.org").expect("a URL");
    let info = serde_json::from_slice::<UiaaInfo>(bytes).ok();
    let challenge = info.and_then(|info| Challenge::new(&info, &homeserver));
    challenge.is_some_and(|challenge| !challenge.next_stages().is_empty() || !challenge.unsupported().is_empty())
}

fn authorization_server(bytes: &[u8]) -> bool {
    AuthorizationServer::read(&String::from_utf8_lossy(bytes)).is_ok()
}

fn shown_text(bytes: &[u8]) -> bool {
    let shown = text::clean(&String::from_utf8_lossy(bytes));
    assert!(!shown.contains(text::steers) && shown.chars().count() <= 256);
    assert_eq!(text::clean(&shown), shown, "what is clean stays as it is");
    !shown.is_empty()
}

#[cfg(test)]
mod tests {
    use std::{fs, path::Path};

    use proptest::{
        collection::vec,
        prelude::*,
        test_runner::{Config, TestRunner},
    };

    use super::*;

    /// How often each target reads changed bytes.
    const CASES: u32 = 2000;

    #[derive(Clone, Debug)]
    enum Change {
        Set(prop::sample::Index, u8),
        Insert(prop::sample::Index, Vec<u8>),
        Remove(prop::sample::Index, usize),
        Repeat(prop::sample::Index, usize),
    }

    fn change() -> impl Strategy<Value = Change> {
        let at = any::<prop::sample::Index>;
        prop_oneof![
            (at(), any::<u8>()).prop_map(|(at, byte)| Change::Set(at, byte)),
            (at(), vec(any::<u8>(), 1..9)).prop_map(|(at, bytes)| Change::Insert(at, bytes)),
            (at(), 1..40_usize).prop_map(|(at, length)| Change::Remove(at, length)),
            (at(), 1..40_usize).prop_map(|(at, length)| Change::Repeat(at, length)),
        ]
    }

    fn apply(bytes: &mut Vec<u8>, change: &Change) {
        if bytes.is_empty() {
            return;
        }
        match change {
            Change::Set(at, byte) => {
                let at = at.index(bytes.len());
                bytes[at] = *byte;
            }
            Change::Insert(at, inserted) => {
                let at = at.index(bytes.len());
                bytes.splice(at..at, inserted.iter().copied());
            }
            Change::Remove(at, length) => {
                let at = at.index(bytes.len());
                bytes.drain(at..bytes.len().min(at + length));
            }
            Change::Repeat(at, length) => {
                let at = at.index(bytes.len());
                let part = bytes[at..bytes.len().min(at + length)].to_vec();
                bytes.splice(at..at, part);
            }
        }
    }

    #[test]
    fn every_reader_returns_whatever_it_reads() {
        let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus");
        for (name, target) in TARGETS {
            let folder = fs::read_dir(corpus.join(name)).expect("a folder of the corpus");
            let mut files: Vec<_> = folder.map(|entry| entry.expect("an entry").path()).collect();
            files.sort();
            let files: Vec<Vec<u8>> = files.iter().map(|path| fs::read(path).expect("a file")).collect();
            assert!(!files.is_empty(), "{name} has no corpus");
            assert!(
                files.iter().all(|file| target(file)),
                "{name}: the corpus is not understood"
            );
            let cases = (any::<prop::sample::Index>(), vec(change(), 1..6));
            let mut runner = TestRunner::new(Config {
                failure_persistence: None,
                ..Config::with_cases(CASES)
            });
            let ran = runner.run(&cases, |(file, changes)| {
                let mut bytes = file.get(&files).clone();
                changes.iter().for_each(|change| apply(&mut bytes, change));
                target(&bytes);
                Ok(())
            });
            ran.unwrap_or_else(|error| panic!("{name}: {error}"));
        }
    }
}
