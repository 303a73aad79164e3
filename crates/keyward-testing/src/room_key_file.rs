// SPDX-License-Identifier: Apache-2.0

//! Files of exported room keys, right and wrong ones (Matrix specification, "Key export format").

use std::num::NonZeroU32;

use aes::{
    Aes256,
    cipher::{KeyIvInit as _, StreamCipher as _},
};
use anyhow::Result;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use hmac::{Hmac, Mac as _};
use matrix_sdk::ruma::OwnedRoomId;
use ring::pbkdf2;
use sha2::Sha256;

use crate::other_client::synthetic_room_key;

/// The only version there is.
pub const VERSION: u8 = 1;

/// The content of a file with so many room keys that nobody ever used, in rooms that do not exist.
///
/// # Errors
/// Never, unless matrix-sdk's formats have changed.
pub fn content(room_keys: usize) -> Result<String> {
    let room_id = OwnedRoomId::try_from("!room:localhost")?;
    let keys = (0..room_keys)
        .map(|_| synthetic_room_key(&room_id))
        .collect::<Result<Vec<_>>>()?;
    Ok(serde_json::to_string(&keys)?)
}

/// A larger number is written into the file but not performed: readers refuse such files without deriving a key.
const MOST_ROUNDS: u32 = 10_000_000;

/// The text of a file with this content, encrypted. Version and rounds may be ones that nobody accepts.
pub fn encrypt(content: &str, passphrase: &str, version: u8, rounds: u32) -> String {
    let (salt, mut iv): ([u8; 16], [u8; 16]) = (rand::random(), rand::random());
    iv[8] &= 0x7f;
    let mut keys = [0; 64];
    let done = NonZeroU32::new(rounds).filter(|rounds| rounds.get() <= MOST_ROUNDS);
    let done = done.unwrap_or(NonZeroU32::MIN);
    pbkdf2::derive(
        pbkdf2::PBKDF2_HMAC_SHA512,
        done,
        &salt,
        passphrase.as_bytes(),
        &mut keys,
    );
    let (aes_key, mac_key) = keys.split_at(32);

    let mut payload = [&[version][..], &salt, &iv, &rounds.to_be_bytes(), content.as_bytes()].concat();
    let encrypted = payload.len() - content.len();
    let mut cipher = ctr::Ctr128BE::<Aes256>::new(aes_key.into(), &iv.into());
    cipher.apply_keystream(&mut payload[encrypted..]);
    let mut mac = Hmac::<Sha256>::new_from_slice(mac_key).expect("HMAC takes keys of any length");
    mac.update(&payload);
    payload.extend_from_slice(&mac.finalize().into_bytes());

    let base64 = STANDARD.encode(payload);
    format!("-----BEGIN MEGOLM SESSION DATA-----\n{base64}\n-----END MEGOLM SESSION DATA-----\n")
}

#[cfg(test)]
mod tests {
    use matrix_sdk_crypto::decrypt_room_key_export;

    use super::*;

    #[test]
    fn matrix_sdk_reads_the_file() {
        let file = encrypt(&content(3).expect("keys"), "a phrase", VERSION, 10);
        let keys = decrypt_room_key_export(file.as_bytes(), "a phrase").expect("it is right");
        assert_eq!(keys.len(), 3);
        assert!(decrypt_room_key_export(file.as_bytes(), "another").is_err());
    }

    #[test]
    fn wrong_versions_and_rounds_are_written_as_told() {
        let file = encrypt("[]", "a phrase", 2, 4_000_000_000);
        let base64 = file.lines().nth(1).expect("three lines");
        let payload = STANDARD.decode(base64).expect("base64");
        assert_eq!(
            (payload[0], &payload[33..37]),
            (2, &4_000_000_000_u32.to_be_bytes()[..])
        );
    }
}
