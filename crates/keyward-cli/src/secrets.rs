// SPDX-License-Identifier: Apache-2.0

//! Secrets come from a prompt, from a file descriptor or from the environment, never from an argument: arguments show up in
//! process lists and in the shell's history.

use std::{
    collections::BTreeMap,
    env::VarError,
    fs::File,
    io::{self, Read},
};

use clap::Args;
use keyward::secret::Secret;
use zeroize::Zeroizing;

use crate::output::Failure;

/// The account password.
pub(crate) const PASSWORD: &str = "KEYWARD_PASSWORD";
/// The Security Phrase that the new Security Key is derived from.
pub(crate) const NEW_PASSPHRASE: &str = "KEYWARD_NEW_PASSPHRASE";
/// Encrypts or opens a file of room keys.
pub(crate) const EXPORT_PASSPHRASE: &str = "KEYWARD_EXPORT_PASSPHRASE";
/// The present Security Key (recovery key).
pub(crate) const RECOVERY_KEY: &str = "KEYWARD_RECOVERY_KEY";
/// The Security Key of a key storage that an earlier reset has kept.
pub(crate) const OLD_RECOVERY_KEY: &str = "KEYWARD_OLD_RECOVERY_KEY";
/// The present Security Phrase.
pub(crate) const PASSPHRASE: &str = "KEYWARD_PASSPHRASE";

/// The access token of an attached session.
pub(crate) const ACCESS_TOKEN: &str = "KEYWARD_ACCESS_TOKEN";

/// No secret is longer, in bytes.
const LONGEST: usize = 64 * 1024;

/// Where scripts hand secrets over: unlike the environment, nobody sees there what has been read.
#[derive(Args, Debug)]
#[command(next_help_heading = "Secrets from a file descriptor, one line each, rather than from the environment")]
pub(crate) struct Descriptors {
    /// The account password.
    #[arg(long, global = true, value_name = "FD")]
    password_fd: Option<u16>,

    /// The Security Key.
    #[arg(long, global = true, value_name = "FD")]
    recovery_key_fd: Option<u16>,

    /// The Security Key of a key storage that an earlier reset has kept.
    #[arg(long, global = true, value_name = "FD")]
    old_recovery_key_fd: Option<u16>,

    /// The Security Phrase.
    #[arg(long, global = true, value_name = "FD")]
    passphrase_fd: Option<u16>,

    /// The new Security Phrase.
    #[arg(long, global = true, value_name = "FD")]
    new_passphrase_fd: Option<u16>,

    /// The passphrase of a room-key file.
    #[arg(long, global = true, value_name = "FD")]
    export_passphrase_fd: Option<u16>,

    /// The access token of an attached session.
    #[arg(long, global = true, value_name = "FD")]
    access_token_fd: Option<u16>,
}

/// The secrets that nobody has to be asked for, by the name of their variable.
pub(crate) struct Secrets(BTreeMap<&'static str, Secret>);

impl Secrets {
    /// Reads each descriptor that was named to its end.
    pub(crate) fn read(descriptors: &Descriptors) -> Result<Self, Failure> {
        let named = [
            (PASSWORD, descriptors.password_fd),
            (RECOVERY_KEY, descriptors.recovery_key_fd),
            (OLD_RECOVERY_KEY, descriptors.old_recovery_key_fd),
            (PASSPHRASE, descriptors.passphrase_fd),
            (NEW_PASSPHRASE, descriptors.new_passphrase_fd),
            (EXPORT_PASSPHRASE, descriptors.export_passphrase_fd),
            (ACCESS_TOKEN, descriptors.access_token_fd),
        ];
        let mut secrets = BTreeMap::new();
        let mut used = Vec::new();
        for (variable, descriptor) in named {
            let Some(descriptor) = descriptor else { continue };
            if used.contains(&descriptor) {
                return Err(Failure::usage(format!(
                    "File descriptor {descriptor} is named for two secrets. Each needs one of its own."
                )));
            }
            if in_environment(variable)?.is_some() {
                return Err(Failure::usage(format!(
                    "{variable} is set, and a file descriptor is named for the same secret. Use one of them."
                )));
            }
            used.push(descriptor);
            secrets.insert(variable, line_from(descriptor)?);
        }
        Ok(Self(secrets))
    }

    /// The secret of this variable, if it was handed over.
    pub(crate) fn get(&self, variable: &'static str) -> Result<Option<Secret>, Failure> {
        match self.0.get(variable) {
            Some(secret) => Ok(Some(secret.clone())),
            None => in_environment(variable),
        }
    }
}

/// One line, without its end.
fn line_from(descriptor: u16) -> Result<Secret, Failure> {
    let unusable = |why: &str| {
        Failure::usage(format!(
            "No secret can be read from file descriptor {descriptor}: {why}."
        ))
    };
    // Large enough from the start: a buffer that grows leaves copies behind.
    let mut bytes = Zeroizing::new(Vec::with_capacity(LONGEST + 1));
    let limit = LONGEST as u64 + 1;
    let read = match descriptor {
        0 => io::stdin().take(limit).read_to_end(&mut bytes),
        _ => File::open(format!("/dev/fd/{descriptor}")).and_then(|file| file.take(limit).read_to_end(&mut bytes)),
    };
    read.map_err(|error| unusable(&error.kind().to_string()))?;
    if bytes.len() > LONGEST {
        return Err(unusable("it is too long"));
    }
    let line = bytes.strip_suffix(b"\n").unwrap_or(&bytes);
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    let text = str::from_utf8(line).map_err(|_| unusable("it is not valid UTF-8"))?;
    match text {
        "" => Err(unusable("it is empty")),
        text if text.contains('\n') => Err(unusable("it has several lines")),
        text => Ok(Secret::new(text)),
    }
}

/// The secret in an environment variable. An empty one counts as missing.
fn in_environment(variable: &str) -> Result<Option<Secret>, Failure> {
    match std::env::var(variable) {
        Ok(text) => Ok(Some(Secret::new(text)).filter(|secret| !secret.is_empty())),
        Err(VarError::NotPresent) => Ok(None),
        Err(VarError::NotUnicode(_)) => Err(Failure::usage(format!("{variable} is not valid UTF-8."))),
    }
}

/// The complaint where nobody can be asked: `what` is missing, for instance "The account password".
pub(crate) fn missing(what: &str, variable: &str) -> Failure {
    Failure::usage(format!(
        "{what} is missing, and there is no terminal to ask for it. Set {variable}."
    ))
}
