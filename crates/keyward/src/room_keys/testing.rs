// SPDX-License-Identifier: Apache-2.0

//! A crypto store with room keys, for the tests of this module.

use std::{io::Write, path::Path};

use matrix_sdk_crypto::{
    OlmMachine,
    olm::ExportedRoomKey,
    types::{EventEncryptionAlgorithm, SigningKeys},
};
use matrix_sdk_sqlite::SqliteCryptoStore;
use ruma::{DeviceKeyAlgorithm, RoomId, device_id, user_id};
use vodozemac::{
    Curve25519PublicKey, Curve25519SecretKey, Ed25519Keypair,
    megolm::{GroupSession, InboundGroupSession, SessionConfig},
};

use super::{
    StoreFiles,
    format::{Encoder, FileKey},
};
use crate::secret::{Passphrase, StoreKey};

pub(super) fn store_files(folder: &Path) -> StoreFiles {
    StoreFiles {
        crypto_database: folder.join("matrix-sdk-crypto.sqlite3"),
        key: StoreKey::new([7; 32]),
    }
}

pub(super) async fn open_store(folder: &Path) -> SqliteCryptoStore {
    SqliteCryptoStore::open_with_key(folder, Some(&[7; 32])).await.unwrap()
}

/// The machine of the same account every time it is opened.
pub(super) async fn open_machine(folder: &Path) -> OlmMachine {
    let store = open_store(folder).await;
    OlmMachine::with_store(user_id!("@alice:example.org"), device_id!("ALICE"), store, None)
        .await
        .unwrap()
}

/// Opens a store that holds these keys.
pub(super) async fn machine_with(folder: &Path, keys: Vec<ExportedRoomKey>) -> OlmMachine {
    let machine = open_machine(folder).await;
    let count = keys.len();
    let result = machine
        .store()
        .import_exported_room_keys(keys, |_, _| {})
        .await
        .unwrap();
    assert_eq!(result.imported_count, count);
    machine
}

pub(super) fn new_room_keys(count: usize) -> Vec<ExportedRoomKey> {
    (0..count)
        .map(|i| new_room_key(&format!("!room{}:example.org", i % 20)))
        .collect()
}

pub(super) fn new_room_key(room: &str) -> ExportedRoomKey {
    room_key_at_index(&mut new_session(), room, 0)
}

pub(super) fn new_session() -> InboundGroupSession {
    InboundGroupSession::new(
        &GroupSession::new(SessionConfig::version_1()).session_key(),
        SessionConfig::version_1(),
    )
}

pub(super) fn room_key_at_index(session: &mut InboundGroupSession, room: &str, index: u32) -> ExportedRoomKey {
    ExportedRoomKey {
        algorithm: EventEncryptionAlgorithm::MegolmV1AesSha2,
        room_id: RoomId::parse(room).unwrap(),
        sender_key: Curve25519PublicKey::from(&Curve25519SecretKey::new()),
        session_id: session.session_id(),
        session_key: session.export_at(index).unwrap(),
        sender_claimed_keys: SigningKeys::from([(
            DeviceKeyAlgorithm::Ed25519,
            Ed25519Keypair::new().public_key().into(),
        )]),
        forwarding_curve25519_key_chain: Vec::new(),
        shared_history: false,
    }
}

/// An export file of this content, with the passphrase "passphrase".
pub(super) fn encrypted(content: &[u8]) -> Vec<u8> {
    let mut encoder = Encoder::new(Vec::new(), &FileKey::generate(&Passphrase::new("passphrase"), 1));
    encoder.write_all(content).unwrap();
    encoder.finish().unwrap()
}
