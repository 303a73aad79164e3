// SPDX-License-Identifier: Apache-2.0
//! The Python that the test servers run in: a virtual environment in Cargo's target directory, installed once.

use std::{
    env, fs,
    fs::File,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::{Context as _, Result, bail};

use crate::synapse::SYNAPSE_VERSION;

/// Synapse with what it needs for SSO, and the parts of the authorisation server. Synapse uses a part of authlib that
/// version 2 does not have.
fn packages() -> [String; 3] {
    [
        format!("matrix-synapse[oidc]=={SYNAPSE_VERSION}"),
        "authlib==1.9.10".to_owned(),
        "flask==3.1.3".to_owned(),
    ]
}

/// The interpreter, installed with its packages if need be.
pub(crate) async fn interpreter() -> Result<PathBuf> {
    tokio::task::spawn_blocking(|| install("python3", &target_dir().join("synapse-venv"))).await?
}

/// Cargo's target directory, of which this crate uses `synapse-venv/` and `synapse/`.
pub(crate) fn target_dir() -> PathBuf {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    // Tests run in the folder of their crate, but a relative CARGO_TARGET_DIR was meant from where Cargo was started.
    workspace.join(env::var_os("CARGO_TARGET_DIR").unwrap_or_else(|| "target".into()))
}

/// Makes sure that `venv` has the pinned packages, made with the given Python, and returns its own interpreter.
///
/// Test processes start together on a fresh machine, so a lock lets one install while the others wait, and a marker
/// that is written last tells a finished installation from one that was cut short.
fn install(python3: &str, venv: &Path) -> Result<PathBuf> {
    let parent = venv.parent().context("the virtual environment has no parent folder")?;
    fs::create_dir_all(parent)?;
    // Absolute, because the server runs in a folder of its own.
    let venv = parent
        .canonicalize()?
        .join(venv.file_name().context("the virtual environment has no name")?);
    let python = venv.join("bin/python");
    let marker = venv.join("keyward-installed");
    let wanted = packages();
    let listed = wanted.join(" ");
    let installed = || fs::read_to_string(&marker).is_ok_and(|text| text == listed);
    if installed() {
        return Ok(python);
    }

    let lock = File::create(venv.with_extension("lock"))?;
    lock.lock().context("cannot lock the installation of Synapse")?;
    if installed() {
        return Ok(python);
    }
    let venv_advice = "Synapse, which the tests run against, needs Python 3.10 or newer with its venv module: \
                       install the packages python3 and python3-venv (their names on Debian and Ubuntu)";
    run(Command::new(python3).args(["-m", "venv", "--clear"]).arg(&venv)).context(venv_advice)?;
    run(Command::new(&python)
        .args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"])
        .args(&wanted))
    .with_context(|| format!("cannot install {listed} with pip; is its package index within reach?"))?;
    fs::write(&marker, &listed)?;
    Ok(python)
}

fn run(command: &mut Command) -> Result<()> {
    let shown = format!("{command:?}");
    let output = command
        .stdin(Stdio::null())
        .output()
        .with_context(|| format!("cannot run {shown}"))?;
    if !output.status.success() {
        let text = [output.stdout, output.stderr].concat();
        bail!(
            "{shown} failed ({}):\n{}",
            output.status,
            String::from_utf8_lossy(&text)
        );
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_machine_without_python_is_told_what_to_install() {
        let folder = tempfile::tempdir().expect("there is room");
        let error = install("no-such-python", &folder.path().join("venv")).expect_err("there is no such program");
        let text = format!("{error:#}");
        assert!(text.contains("install the packages python3 and python3-venv"), "{text}");
        assert!(text.contains("cannot run \"no-such-python\""), "{text}");
    }

    #[test]
    fn a_python_without_venv_is_told_what_to_install() {
        let folder = tempfile::tempdir().expect("there is room");
        // A program that fails at `-m venv`, as Debian's Python without the package python3-venv does.
        let error = install("false", &folder.path().join("venv")).expect_err("it fails");
        assert!(
            format!("{error:#}").contains("install the packages python3 and python3-venv"),
            "{error:#}"
        );
        assert!(!folder.path().join("venv/keyward-installed").exists());
    }
}
