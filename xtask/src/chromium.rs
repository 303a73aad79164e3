// SPDX-License-Identifier: Apache-2.0

//! A real browser for the tests: Chromium with its WebDriver.

use anyhow::{Result, bail};
use xshell::{Shell, cmd};

use crate::{apt, workspace};

/// Debian's packages, which have the names of their programs.
const PROGRAMS: [&str; 2] = ["chromium", "chromedriver"];
const PACKAGES: [&str; 2] = ["chromium", "chromium-driver"];

/// Makes sure that both programs are there.
pub(crate) fn install() -> Result<()> {
    let shell = workspace::shell()?;
    if PROGRAMS.iter().all(|program| runs(&shell, program)) {
        return Ok(());
    }
    if !apt::can_install(&shell) {
        bail!(
            "a test needs Chromium and its WebDriver; on Debian: `apt install {}`",
            PACKAGES.join(" ")
        );
    }
    println!("Installing Chromium with apt-get, once: half a minute, 0.1 GB to download …");
    apt::install(&shell, &PACKAGES)
}

fn runs(shell: &Shell, program: &str) -> bool {
    cmd!(shell, "{program} --version")
        .quiet()
        .ignore_stdout()
        .ignore_stderr()
        .run()
        .is_ok()
}
