// SPDX-License-Identifier: Apache-2.0

//! Signatures of what is published, made by gpg: with the release's key or, in a dry run, with one that is made for
//! it and thrown away.

use std::{
    fs::{self, Permissions},
    os::unix::fs::PermissionsExt,
    path::Path,
};

use anyhow::{Context, Result};
use tempfile::TempDir;
use xshell::cmd;

use crate::{
    maven::repository::{SIGNATURE, published, with_ending},
    workspace,
};

/// Whether what is published is signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Signed {
    Yes,
    /// There is no gpg here; the release's key signs.
    NotHere,
}

/// Who signs.
pub(super) enum Signer {
    /// The person's own gpg has the key.
    Release {
        key: String,
    },
    /// A key in a folder of its own.
    ThrowAway {
        home: TempDir,
    },
    Nobody,
}

impl Signer {
    pub(super) fn new(key: Option<&str>) -> Result<Self> {
        if let Some(key) = key {
            return Ok(Self::Release { key: key.to_owned() });
        }
        let shell = workspace::shell()?;
        let has_gpg = cmd!(shell, "gpg --version")
            .quiet()
            .ignore_stdout()
            .ignore_stderr()
            .run();
        if has_gpg.is_err() {
            return Ok(Self::Nobody);
        }
        // A short path: gpg's agent listens at a socket in it.
        let nobody_else = Permissions::from_mode(0o700);
        let home = tempfile::Builder::new()
            .prefix("kw-gpg-")
            .permissions(nobody_else)
            .tempdir()?;
        let (path, name) = (home.path(), "Dry run, thrown away");
        cmd!(
            shell,
            "gpg --homedir {path} --batch --quiet --passphrase '' --quick-generate-key {name} ed25519 sign 1d"
        )
        .quiet()
        .ignore_stderr()
        .run()
        .context("gpg makes no key")?;
        Ok(Self::ThrowAway { home })
    }

    /// Signs all that is published in `root`, and lets gpg check it.
    pub(super) fn sign(&self, root: &Path) -> Result<Signed> {
        let shell = workspace::shell()?;
        let chosen: Vec<String> = match self {
            Self::Nobody => return Ok(Signed::NotHere),
            Self::Release { key } => vec!["--local-user".to_owned(), key.clone()],
            Self::ThrowAway { home } => vec!["--homedir".to_owned(), home.path().display().to_string()],
        };
        for file in published(root)? {
            let signature = with_ending(&file, SIGNATURE);
            let chosen = &chosen;
            cmd!(
                shell,
                "gpg {chosen...} --batch --yes --quiet --armor --output {signature} --detach-sign {file}"
            )
            .quiet()
            .run()
            .with_context(|| format!("gpg does not sign {}", file.display()))?;
            let home: &[String] = match self {
                Self::ThrowAway { .. } => chosen,
                _ => &[],
            };
            cmd!(shell, "gpg {home...} --batch --quiet --verify {signature} {file}")
                .quiet()
                .ignore_stderr()
                .run()
                .with_context(|| format!("the signature of {} does not fit", file.display()))?;
        }
        Ok(Signed::Yes)
    }

    /// What is to be said of it.
    pub(super) fn verdict(&self) -> String {
        match self {
            Self::Release { key } => format!("Central's rules are kept; signed with {key}."),
            Self::ThrowAway { .. } => "Central's rules are kept; signed with a key that is thrown away.".to_owned(),
            Self::Nobody => {
                "Central's rules are kept but for the signatures: by the release's key, not in a dry run without \
                             gpg."
                    .to_owned()
            }
        }
    }
}

impl Drop for Signer {
    fn drop(&mut self) {
        if let Self::ThrowAway { home } = self {
            // gpg's agent stays behind otherwise.
            let path = home.path();
            if let Ok(shell) = workspace::shell() {
                let _ = cmd!(shell, "gpgconf --homedir {path} --kill all")
                    .quiet()
                    .ignore_stderr()
                    .run();
            }
            let _ = fs::remove_dir_all(path);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_is_signed_or_it_is_said() {
        let root = tempfile::tempdir().expect("a folder");
        let file = root.path().join("keyward.jar");
        fs::write(&file, "jar").expect("a file");
        let signer = Signer::new(None).expect("a signer");
        match signer.sign(root.path()).expect("signed, or not") {
            Signed::Yes => {
                let signature = fs::read_to_string(with_ending(&file, SIGNATURE)).expect("a signature");
                assert!(signature.starts_with("-----BEGIN PGP SIGNATURE-----"), "{signature}");
                assert!(signer.verdict().contains("thrown away"));
            }
            Signed::NotHere => assert!(signer.verdict().contains("not in a dry run")),
        }
    }
}
