// SPDX-License-Identifier: Apache-2.0

//! The common file format of exported room keys, in constant memory.
//!
//! Specification: Client-Server API, "Key exports". Between two marker lines stands, in base64:
//!
//! ```text
//! version 0x01 │ salt (16) │ IV (16) │ rounds (u32, big-endian) │ AES-256-CTR ciphertext │ HMAC-SHA-256 (32)
//! ```
//!
//! PBKDF2-HMAC-SHA-512 makes 64 bytes of the passphrase: the cipher's key, then the MAC's. The MAC covers all before
//! it.
//!
//! The MAC is at the end of the file, so reading takes two passes: [`VerifiedFile::open`] checks it over the whole
//! file, [`VerifiedFile::plaintext`] decrypts. Somebody may change the file between the two; unchecked bytes must not
//! be returned. The first pass therefore keeps the running MAC after every [`BLOCK`], and the second returns a block
//! only if its running MAC is the same.

use std::{
    io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Write},
    num::NonZeroU32,
    slice,
};

use aes::Aes256;
use base64::{
    Engine, alphabet,
    engine::{DecodePaddingMode, GeneralPurpose, general_purpose},
    read::DecoderReader,
};
use ctr::{
    Ctr128BE,
    cipher::{KeyIvInit, StreamCipher},
};
use hmac::{Hmac, Mac};
use ring::pbkdf2;
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::secret::Passphrase;

/// What Element Web and matrix-sdk write; the specification asks for at least 100 000.
pub(super) const ROUNDS: u32 = 500_000;

/// The most rounds a file may ask for. The number stands in the file, and a hostile one can ask for hours of work. This
/// is twenty times what clients write, seconds on a computer and less than a minute on a slow phone.
pub(super) const MAX_ROUNDS: u32 = 10_000_000;

const HEADER: &[u8] = b"-----BEGIN MEGOLM SESSION DATA-----";
const FOOTER: &[u8] = b"-----END MEGOLM SESSION DATA-----";
const VERSION: u8 = 1;
const SALT: usize = 16;
const IV: usize = 16;
const PREAMBLE: usize = 1 + SALT + IV + size_of::<u32>();
const TAG: usize = 32;
const KEY: usize = 32;

/// Bytes in a line: 72 give the 96 characters that Element writes.
const LINE: usize = 72;

/// Bytes that are encrypted, authenticated and released together.
const BLOCK: usize = 1024 * LINE;

/// Padded, as Element writes it. Reading accepts both: matrix-sdk writes no padding.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    general_purpose::PAD.with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

type HmacSha256 = Hmac<Sha256>;
type Tag = [u8; TAG];

/// Why a file cannot be read. Travels through [`io::Error`] where a reader is wrapped in another.
#[derive(Debug, thiserror::Error)]
pub(super) enum FormatError {
    #[error("no marker line at the beginning")]
    NotAnExport,
    #[error("no marker line at the end")]
    Truncated,
    #[error("the armour is damaged")]
    Damaged,
    #[error("version {0} of the format")]
    Version(u8),
    #[error("{0} key-derivation rounds")]
    Rounds(u32),
    #[error("the authentication code is wrong")]
    Mac,
    #[error("the file changed between two passes")]
    Changed,
    #[error(transparent)]
    Io(io::Error),
}

impl From<FormatError> for io::Error {
    fn from(error: FormatError) -> Self {
        match error {
            FormatError::Io(error) => error,
            error => io::Error::new(io::ErrorKind::InvalidData, error),
        }
    }
}

impl From<io::Error> for FormatError {
    fn from(error: io::Error) -> Self {
        match error.downcast::<FormatError>() {
            Ok(error) => error,
            // The base64 reader has no other way to report text that is not base64.
            Err(error) if error.get_ref().is_some_and(|inner| inner.is::<base64::DecodeError>()) => Self::Damaged,
            Err(error) => Self::Io(error),
        }
    }
}

/// What a passphrase becomes: the cipher's key and the MAC's.
pub(super) struct FileKey {
    salt: [u8; SALT],
    rounds: u32,
    bytes: Zeroizing<Vec<u8>>,
}

impl FileKey {
    /// Derives the key of a new file. Takes a good part of a second.
    pub(super) fn generate(passphrase: &Passphrase, rounds: u32) -> Self {
        Self::derive(passphrase, rand::random(), rounds)
    }

    fn derive(passphrase: &Passphrase, salt: [u8; SALT], rounds: u32) -> Self {
        let mut bytes = Zeroizing::new(vec![0; 2 * KEY]);
        // A file with 0 rounds is refused when it is read.
        let times = NonZeroU32::new(rounds).unwrap_or(NonZeroU32::MIN);
        let secret = passphrase.reveal().as_bytes();
        pbkdf2::derive(pbkdf2::PBKDF2_HMAC_SHA512, times, &salt, secret, &mut bytes);
        Self { salt, rounds, bytes }
    }

    fn cipher(&self, iv: &[u8; IV]) -> Ctr128BE<Aes256> {
        Ctr128BE::new_from_slices(&self.bytes[..KEY], iv).expect("both have the cipher's lengths")
    }

    fn mac(&self) -> HmacSha256 {
        HmacSha256::new_from_slice(&self.bytes[KEY..]).expect("a MAC key may have any length")
    }
}

/// Writes plaintext as an export file. [`Encoder::finish`] completes it; without that the file is truncated.
pub(super) struct Encoder<W: Write> {
    out: W,
    cipher: Ctr128BE<Aes256>,
    mac: HmacSha256,
    /// Ciphertext that is not encoded as base64 yet.
    pending: Vec<u8>,
    text: String,
}

impl<W: Write> Encoder<W> {
    pub(super) fn new(out: W, key: &FileKey) -> Self {
        let mut iv: [u8; IV] = rand::random();
        // "Bit 63" of the specification: some implementations count with 64 bits, and would overflow sooner than
        // others.
        iv[8] &= 0x7f;
        Self::with_iv(out, key, iv)
    }

    fn with_iv(out: W, key: &FileKey, iv: [u8; IV]) -> Self {
        let mut pending = Vec::with_capacity(BLOCK + TAG);
        pending.push(VERSION);
        pending.extend_from_slice(&key.salt);
        pending.extend_from_slice(&iv);
        pending.extend_from_slice(&key.rounds.to_be_bytes());
        let mut mac = key.mac();
        mac.update(&pending);
        let mut text = String::with_capacity(2 * BLOCK);
        push_line(&mut text, HEADER);
        Self {
            out,
            cipher: key.cipher(&iv),
            mac,
            pending,
            text,
        }
    }

    /// Writes the authentication code and the marker line, and gives the writer back.
    pub(super) fn finish(mut self) -> io::Result<W> {
        let tag = self.mac.clone().finalize().into_bytes();
        self.pending.extend_from_slice(&tag);
        self.armour();
        push_line(&mut self.text, FOOTER);
        self.write_text()?;
        self.out.flush()?;
        Ok(self.out)
    }

    fn armour(&mut self) {
        for line in self.pending.chunks(LINE) {
            BASE64.encode_string(line, &mut self.text);
            self.text.push('\n');
        }
        self.pending.clear();
    }

    fn write_text(&mut self) -> io::Result<()> {
        self.out.write_all(self.text.as_bytes())?;
        self.text.clear();
        Ok(())
    }
}

fn push_line(text: &mut String, marker: &[u8]) {
    text.extend(marker.iter().copied().map(char::from));
    text.push('\n');
}

impl<W: Write> Write for Encoder<W> {
    fn write(&mut self, plaintext: &[u8]) -> io::Result<usize> {
        if self.pending.len() == BLOCK {
            self.armour();
            self.write_text()?;
        }
        let start = self.pending.len();
        let taken = plaintext.len().min(BLOCK - start);
        self.pending.extend_from_slice(&plaintext[..taken]);
        let fresh = &mut self.pending[start..];
        self.cipher.apply_keystream(fresh);
        self.mac.update(fresh);
        Ok(taken)
    }

    /// Flushes the writer below. A line that is not full stays here until it is full or the file is finished.
    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// A file whose authentication code has been checked with the passphrase.
pub(super) struct VerifiedFile<R> {
    input: R,
    preamble: [u8; PREAMBLE],
    key: FileKey,
    /// The running MAC after every block.
    proofs: Vec<Tag>,
}

impl<R: Read + Seek> VerifiedFile<R> {
    /// Reads the whole file once and checks it. Uses no byte of plaintext.
    pub(super) fn open(mut input: R, passphrase: &Passphrase) -> Result<Self, FormatError> {
        let mut payload = Payload::start(&mut input)?;
        let preamble = payload.preamble;
        let [version, rest @ ..] = preamble;
        if version != VERSION {
            return Err(FormatError::Version(version));
        }
        let salt = *rest.first_chunk().expect("the preamble begins with version and salt");
        let rounds = u32::from_be_bytes(*rest.last_chunk().expect("the preamble ends with the rounds"));
        if !(1..=MAX_ROUNDS).contains(&rounds) {
            return Err(FormatError::Rounds(rounds));
        }
        let key = FileKey::derive(passphrase, salt, rounds);

        let mut mac = key.mac();
        mac.update(&preamble);
        let mut proofs = Vec::new();
        while let Some(block) = payload.next_block()? {
            mac.update(block);
            proofs.push(mac.clone().finalize().into_bytes().into());
        }
        mac.verify_slice(payload.tag()).map_err(|_| FormatError::Mac)?;
        Ok(Self {
            input,
            preamble,
            key,
            proofs,
        })
    }

    /// Decrypts from the beginning, as often as it is called.
    pub(super) fn plaintext(&mut self) -> Result<Plaintext<'_, R>, FormatError> {
        let payload = Payload::start(&mut self.input)?;
        if payload.preamble != self.preamble {
            return Err(FormatError::Changed);
        }
        let mut mac = self.key.mac();
        mac.update(&self.preamble);
        let iv = *self.preamble[1 + SALT..]
            .first_chunk()
            .expect("the preamble holds the IV after the salt");
        Ok(Plaintext {
            payload,
            cipher: self.key.cipher(&iv),
            mac,
            proofs: self.proofs.iter(),
            position: 0,
            end: 0,
        })
    }
}

/// The decrypted content. Ends only where the checked content ended.
pub(super) struct Plaintext<'a, R: Read> {
    payload: Payload<&'a mut R>,
    cipher: Ctr128BE<Aes256>,
    mac: HmacSha256,
    proofs: slice::Iter<'a, Tag>,
    /// Where the unread part of the block in `payload` begins.
    position: usize,
    end: usize,
}

impl<R: Read> Plaintext<'_, R> {
    fn next_block(&mut self) -> Result<(), FormatError> {
        // Until the block is checked there is nothing to read, even for a caller that goes on reading after an error.
        (self.position, self.end) = (0, 0);
        match (self.payload.next_block()?, self.proofs.next()) {
            (Some(block), Some(proof)) => {
                self.mac.update(block);
                self.mac
                    .clone()
                    .verify(proof.into())
                    .map_err(|_| FormatError::Changed)?;
                self.cipher.apply_keystream(block);
                self.end = block.len();
                Ok(())
            }
            (None, None) => Ok(()),
            _ => Err(FormatError::Changed),
        }
    }
}

impl<R: Read> Read for Plaintext<'_, R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.position == self.end && !out.is_empty() {
            self.next_block()?;
        }
        let taken = out.len().min(self.end - self.position);
        out[..taken].copy_from_slice(&self.payload.buffer[self.position..self.position + taken]);
        self.position += taken;
        Ok(taken)
    }
}

/// The bytes inside the armour, block by block. The authentication code at the end is held back.
struct Payload<R: Read> {
    bytes: DecoderReader<'static, GeneralPurpose, Armour<BufReader<R>>>,
    preamble: [u8; PREAMBLE],
    /// Becomes plaintext in place.
    buffer: Zeroizing<Vec<u8>>,
    /// Length of the current block; behind it, up to `filled`, is what may be the authentication code.
    block: usize,
    filled: usize,
}

impl<R: Read + Seek> Payload<R> {
    fn start(mut input: R) -> Result<Self, FormatError> {
        input.seek(SeekFrom::Start(0))?;
        let mut text = BufReader::with_capacity(BLOCK, input);
        read_header(&mut text)?;
        let mut bytes = DecoderReader::new(Armour { text, ended: false }, &BASE64);
        let mut preamble = [0; PREAMBLE];
        if read_full(&mut bytes, &mut preamble)? < PREAMBLE {
            return Err(FormatError::Damaged);
        }
        Ok(Self {
            bytes,
            preamble,
            buffer: Zeroizing::new(vec![0; BLOCK + TAG]),
            block: 0,
            filled: 0,
        })
    }
}

impl<R: Read> Payload<R> {
    /// The next block, `None` at the end.
    fn next_block(&mut self) -> Result<Option<&mut [u8]>, FormatError> {
        self.buffer.copy_within(self.block..self.filled, 0);
        self.filled -= self.block;
        self.block = 0;
        self.filled += read_full(&mut self.bytes, &mut self.buffer[self.filled..])?;
        self.block = self.filled.checked_sub(TAG).ok_or(FormatError::Damaged)?;
        Ok((self.block > 0).then(|| &mut self.buffer[..self.block]))
    }

    /// The authentication code, once there is no block left.
    fn tag(&self) -> &[u8] {
        &self.buffer[self.block..self.filled]
    }
}

/// Base64 text up to the marker line at the end, without the white space: wrapped at any width or not at all.
struct Armour<R: BufRead> {
    text: R,
    ended: bool,
}

impl<R: BufRead> Read for Armour<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.ended {
            return Ok(0);
        }
        skip_whitespace(&mut self.text)?;
        let text = self.text.fill_buf()?;
        match text.first() {
            None => Err(FormatError::Truncated.into()),
            Some(b'-') => {
                read_footer(&mut self.text)?;
                self.ended = true;
                Ok(0)
            }
            Some(_) => {
                let run = text
                    .iter()
                    .take(out.len())
                    .take_while(|byte| !byte.is_ascii_whitespace() && **byte != b'-');
                let taken = run.count();
                out[..taken].copy_from_slice(&text[..taken]);
                self.text.consume(taken);
                Ok(taken)
            }
        }
    }
}

fn read_header(text: &mut impl BufRead) -> Result<(), FormatError> {
    skip_whitespace(text)?;
    let mut marker = [0; HEADER.len() + 1];
    let length = read_full(text, &mut marker)?;
    match marker[..length].split_at_checked(HEADER.len()) {
        Some((HEADER, after)) if after.iter().all(u8::is_ascii_whitespace) => Ok(()),
        None if length > 0 && HEADER.starts_with(&marker[..length]) => Err(FormatError::Truncated),
        _ => Err(FormatError::NotAnExport),
    }
}

fn read_footer(text: &mut impl BufRead) -> Result<(), FormatError> {
    let mut marker = [0; FOOTER.len()];
    let length = read_full(text, &mut marker)?;
    if length < FOOTER.len() && FOOTER.starts_with(&marker[..length]) {
        return Err(FormatError::Truncated);
    }
    // If a second file was appended to this one, that is an error: its keys must not be skipped silently.
    skip_whitespace(text)?;
    if marker == FOOTER && text.fill_buf()?.is_empty() {
        Ok(())
    } else {
        Err(FormatError::Damaged)
    }
}

fn skip_whitespace(text: &mut impl BufRead) -> io::Result<()> {
    loop {
        let buffer = text.fill_buf()?;
        let blank = buffer.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
        if blank == 0 {
            return Ok(());
        }
        text.consume(blank);
    }
}

/// Fills `out` unless the input ends before. Gives the number of bytes.
fn read_full(input: &mut impl Read, out: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while filled < out.len() {
        match input.read(&mut out[filled..]) {
            Ok(0) => break,
            Ok(length) => filled += length,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}

/// Whether a whole file can be read, for the fuzzer.
#[cfg(any(test, fuzzing))]
pub(crate) fn reads(file: &[u8], passphrase: &Passphrase) -> bool {
    let opened = VerifiedFile::open(io::Cursor::new(file), passphrase);
    opened.is_ok_and(|mut file| {
        let plaintext = file.plaintext();
        plaintext.is_ok_and(|mut plaintext| io::copy(&mut plaintext, &mut io::sink()).is_ok())
    })
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use matrix_sdk_crypto::{decrypt_room_key_export, encrypt_room_key_export};
    use proptest::{collection::vec, prelude::*, sample::Index};

    use super::*;
    use crate::room_keys::testing::new_room_key;

    fn encode(plaintext: &[u8], chunk: usize) -> Vec<u8> {
        let mut encoder = Encoder::new(Vec::new(), &FileKey::generate(&Passphrase::new("passphrase"), 1));
        for part in plaintext.chunks(chunk) {
            encoder.write_all(part).unwrap();
        }
        encoder.finish().unwrap()
    }

    fn decode(file: &[u8], passphrase: &str) -> Result<Vec<u8>, FormatError> {
        let mut file = VerifiedFile::open(Cursor::new(file), &Passphrase::new(passphrase))?;
        let mut plaintext = Vec::new();
        file.plaintext()?.read_to_end(&mut plaintext)?;
        Ok(plaintext)
    }

    fn armoured(payload: &[u8]) -> String {
        format!(
            "-----BEGIN MEGOLM SESSION DATA-----\n{}\n-----END MEGOLM SESSION DATA-----\n",
            BASE64.encode(payload)
        )
    }

    /// A payload with a preamble of choice and the rest empty.
    fn preamble(version: u8, rounds: u32) -> String {
        let mut payload = vec![version];
        payload.extend([7; SALT + IV]);
        payload.extend(rounds.to_be_bytes());
        payload.extend([0; TAG]);
        armoured(&payload)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn what_is_written_is_read(plaintext in vec(any::<u8>(), 0..2000), chunk in 1..300_usize) {
            prop_assert_eq!(decode(&encode(&plaintext, chunk), "passphrase").unwrap(), plaintext);
        }

        #[test]
        fn a_changed_byte_never_gives_other_content(
            plaintext in vec(any::<u8>(), 0..400), at: Index, flip in 1..=255_u8,
        ) {
            let mut file = encode(&plaintext, 100);
            let at = at.index(file.len());
            let before = file[at];
            file[at] ^= flip;
            match decode(&file, "passphrase") {
                Err(_) => {}
                // White space and padding carry no content.
                Ok(read) => {
                    prop_assert!((before.is_ascii_whitespace() || before == b'=') && file[at].is_ascii_whitespace());
                    prop_assert_eq!(read, plaintext);
                }
            }
        }

        #[test]
        fn a_truncated_file_is_called_truncated(plaintext in vec(any::<u8>(), 0..400), at: Index) {
            let file = encode(&plaintext, 100);
            // Without the line break at the end it is still whole.
            let at = at.index(file.len() - 1);
            let error = decode(&file[..at], "passphrase").unwrap_err();
            match at {
                0 => prop_assert!(matches!(error, FormatError::NotAnExport)),
                _ => prop_assert!(matches!(error, FormatError::Truncated), "{error:?} at {at}"),
            }
        }

        #[test]
        fn a_wrong_passphrase_is_refused(plaintext in vec(any::<u8>(), 0..400), passphrase in ".*") {
            prop_assume!(passphrase != "passphrase");
            let error = decode(&encode(&plaintext, 100), &passphrase).unwrap_err();
            prop_assert!(matches!(error, FormatError::Mac));
        }

        #[test]
        fn arbitrary_text_never_panics(text in vec(any::<u8>(), 0..400), payload in vec(any::<u8>(), 0..400)) {
            prop_assert!(decode(&text, "passphrase").is_err());
            let mut payload = payload;
            // Keep the rounds small: key derivation is not what is tested here.
            if let Some(rounds) = payload.get_mut(1 + SALT + IV..PREAMBLE) {
                rounds.copy_from_slice(&1_u32.to_be_bytes());
            }
            prop_assert!(decode(armoured(&payload).as_bytes(), "passphrase").is_err());
        }
    }

    #[test]
    fn content_around_the_size_of_a_block_survives() {
        for length in [
            BLOCK - PREAMBLE - 1,
            BLOCK - PREAMBLE,
            BLOCK - TAG,
            BLOCK - 1,
            BLOCK,
            BLOCK + 1,
            3 * BLOCK,
        ] {
            let plaintext: Vec<u8> = (0..length).map(|i| (i % 251) as u8).collect();
            assert!(
                decode(&encode(&plaintext, 10_000), "passphrase").unwrap() == plaintext,
                "{length} bytes"
            );
        }
    }

    /// From the time of matrix-js-sdk's own implementation; also in the tests of the old Android SDK.
    #[test]
    fn the_old_clients_test_vector_is_read_and_written() {
        let file = "-----BEGIN MEGOLM SESSION DATA-----\n\
            AXNhbHRzYWx0c2FsdHNhbHSIiIiIiIiIiIiIiIiIiIiIAAAACmIRUW2OjZ3L2l6j9h0lHlV3M2dx\n\
            cissyYBxjsfsAndErh065A8=\n\
            -----END MEGOLM SESSION DATA-----";
        assert_eq!(decode(file.as_bytes(), "password").unwrap(), b"plain");

        let key = FileKey::derive(&Passphrase::new("password"), *b"saltsaltsaltsalt", 10);
        let mut encoder = Encoder::with_iv(Vec::new(), &key, [0x88; IV]);
        encoder.write_all(b"plain").unwrap();
        let ours = String::from_utf8(encoder.finish().unwrap()).unwrap();
        let unwrapped = |text: &str| text.split_whitespace().collect::<String>();
        assert_eq!(unwrapped(&ours), unwrapped(file));
    }

    #[test]
    fn lines_and_markers_are_those_of_element() {
        let file = String::from_utf8(encode(&[1; 1000], 1000)).unwrap();
        let lines: Vec<_> = file.lines().collect();
        let (first, rest) = lines.split_first().unwrap();
        let (last, body) = rest.split_last().unwrap();
        assert_eq!((first.as_bytes(), last.as_bytes()), (HEADER, FOOTER));
        let (short, full) = body.split_last().unwrap();
        assert!(full.iter().all(|line| line.len() == 96), "{file}");
        assert!(short.len() <= 96 && short.len() % 4 == 0, "{file}");
    }

    #[test]
    fn a_new_file_has_its_own_salt_and_iv_with_bit_63_clear() {
        let mut preambles = Vec::new();
        for _ in 0..32 {
            let file = encode(b"[]", 10);
            let payload = Payload::start(Cursor::new(file)).unwrap();
            assert_eq!(payload.preamble[1 + SALT + 8] & 0x80, 0);
            preambles.push(payload.preamble);
        }
        preambles.sort();
        preambles.dedup();
        assert_eq!(preambles.len(), 32);
    }

    #[test]
    fn matrix_sdk_reads_ours_and_we_read_matrix_sdks() {
        let keys: Vec<_> = (0..20).map(|_| new_room_key("!room:example.org")).collect();
        let json = serde_json::to_vec(&keys).unwrap();

        let theirs = encrypt_room_key_export(&keys, "passphrase", 10).unwrap();
        assert!(decode(theirs.as_bytes(), "passphrase").unwrap() == json);

        let read = decrypt_room_key_export(Cursor::new(encode(&json, 100)), "passphrase").unwrap();
        assert!(serde_json::to_vec(&read).unwrap() == json);
    }

    #[test]
    fn white_space_around_and_line_breaks_of_every_kind_are_accepted() {
        let file = String::from_utf8(encode(&[7; 500], 100)).unwrap();
        let body = file.lines().filter(|line| !line.starts_with('-')).collect::<String>();
        let (header, footer) = (str::from_utf8(HEADER).unwrap(), str::from_utf8(FOOTER).unwrap());
        for variant in [
            file.replace('\n', "\r\n"),
            format!("\n \t{}\n\n  ", file.replace('\n', " \n ")),
            format!("{header}\n{body}\n{footer}"),
            format!("{header}\n{}\n{footer}", body.trim_end_matches('=')),
            format!(
                "{header}\n{}{footer}",
                body.chars().map(|c| format!("{c}\n")).collect::<String>()
            ),
        ] {
            assert_eq!(decode(variant.as_bytes(), "passphrase").unwrap(), [7; 500], "{variant}");
        }
    }

    #[test]
    fn what_is_no_export_file_says_so() {
        for text in [
            "",
            "  \n",
            "[]",
            "-----BEGIN PGP MESSAGE-----\n",
            "-----BEGIN MEGOLM SESSION DATA-----AXNh",
        ] {
            assert!(
                matches!(decode(text.as_bytes(), "p"), Err(FormatError::NotAnExport)),
                "{text}"
            );
        }
    }

    #[test]
    fn damage_is_told_from_truncation() {
        let file = String::from_utf8(encode(b"[]", 10)).unwrap();
        let without_tag = BASE64.decode(preamble(VERSION, 1).lines().nth(1).unwrap()).unwrap();
        for damaged in [
            armoured(b"short"),
            armoured(&without_tag[..PREAMBLE]),
            armoured(&without_tag[..PREAMBLE + TAG - 1]),
            file.replacen("\nA", "\n!", 1),
            file.replacen("\nA", "\n-", 1),
            file.replace("-----END", "----=END"),
            format!("{file}{file}"),
        ] {
            assert!(
                matches!(decode(damaged.as_bytes(), "passphrase"), Err(FormatError::Damaged)),
                "{damaged}"
            );
        }
    }

    #[test]
    fn an_unknown_version_is_named() {
        assert!(matches!(
            decode(preamble(2, 1).as_bytes(), "p"),
            Err(FormatError::Version(2))
        ));
    }

    /// Were one of the large numbers tried, this test would take minutes.
    #[test]
    fn unreasonable_rounds_are_refused_before_any_work() {
        for rounds in [0, MAX_ROUNDS + 1, u32::MAX] {
            let error = decode(preamble(VERSION, rounds).as_bytes(), "p").unwrap_err();
            assert!(matches!(error, FormatError::Rounds(asked) if asked == rounds));
        }
    }

    #[test]
    fn a_huge_line_without_an_end_is_a_truncated_file() {
        let mut file = HEADER.to_vec();
        file.push(b'\n');
        file.extend(
            preamble(VERSION, 1)
                .lines()
                .nth(1)
                .unwrap()
                .trim_end_matches('=')
                .bytes(),
        );
        file.resize(8 * 1024 * 1024, b'A');
        assert!(matches!(decode(&file, "p"), Err(FormatError::Truncated)));
    }

    #[test]
    fn a_file_that_changes_between_the_passes_gives_no_byte_of_the_change() {
        let plaintext = vec![b'a'; 3 * BLOCK];
        let original = encode(&plaintext, 10_000);
        let middle = original.len() / 2;
        let mut changed = original.clone();
        changed[middle] = if changed[middle] == b'A' { b'B' } else { b'A' };
        let other = encode(&plaintext, 10_000);

        let mut file = VerifiedFile::open(Cursor::new(original.clone()), &Passphrase::new("passphrase")).unwrap();
        file.input = Cursor::new(changed);
        let mut read = Vec::new();
        let error = file.plaintext().unwrap().read_to_end(&mut read).unwrap_err();
        assert!(matches!(error.into(), FormatError::Changed));
        assert_eq!(read.len(), BLOCK);
        assert!(plaintext.starts_with(&read));

        file.input = Cursor::new(other);
        assert!(matches!(file.plaintext(), Err(FormatError::Changed)));

        file.input = Cursor::new(original);
        let mut read = Vec::new();
        file.plaintext().unwrap().read_to_end(&mut read).unwrap();
        assert!(read == plaintext);
    }
}
