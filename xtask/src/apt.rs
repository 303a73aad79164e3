// SPDX-License-Identifier: Apache-2.0

//! Packages of Debian's, installed on this machine.

use anyhow::{Context, Result};
use xshell::{Shell, cmd};

/// Whether this is Debian or a relative of it and we are root.
pub(crate) fn can_install(shell: &Shell) -> bool {
    let root = cmd!(shell, "id -u").quiet().ignore_stderr().read();
    cfg!(target_os = "linux")
        && root.is_ok_and(|id| id == "0")
        && cmd!(shell, "apt-get --version")
            .quiet()
            .ignore_stdout()
            .ignore_stderr()
            .run()
            .is_ok()
}

/// Installs packages, or their updates.
pub(crate) fn install(shell: &Shell, packages: &[&str]) -> Result<()> {
    cmd!(shell, "apt-get update -qq").quiet().run()?;
    cmd!(shell, "apt-get install -qq --no-install-recommends {packages...}")
        .quiet()
        .ignore_stdout()
        .env("DEBIAN_FRONTEND", "noninteractive")
        .run()
        .with_context(|| format!("cannot install {} with apt-get", packages.join(", ")))
}
