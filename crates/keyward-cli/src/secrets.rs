// SPDX-License-Identifier: Apache-2.0

//! Secrets come from the environment or from a prompt, never from an argument: arguments show up in process lists and
//! in the shell's history.

use std::env::VarError;

use keyward::secret::Secret;

use crate::output::Failure;

/// The account password.
pub(crate) const PASSWORD: &str = "KEYWARD_PASSWORD";
/// The Security Phrase that the new Security Key is derived from.
pub(crate) const NEW_PASSPHRASE: &str = "KEYWARD_NEW_PASSPHRASE";
/// Encrypts or opens a file of room keys.
pub(crate) const EXPORT_PASSPHRASE: &str = "KEYWARD_EXPORT_PASSPHRASE";
/// The present Security Key (recovery key).
pub(crate) const RECOVERY_KEY: &str = "KEYWARD_RECOVERY_KEY";
/// The present Security Phrase.
pub(crate) const PASSPHRASE: &str = "KEYWARD_PASSPHRASE";

/// The secret in an environment variable. An empty one counts as missing.
pub(crate) fn from_environment(variable: &str) -> Result<Option<Secret>, Failure> {
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
