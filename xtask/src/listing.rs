// SPDX-License-Identifier: Apache-2.0

//! What app developers can call, in files that Git keeps, so that reviews see every change. The command that generates
//! or builds the API writes the file, and the tests compare it; `tidy` wants an entry in the changelog for a change.

use std::{fs, path::PathBuf};

use anyhow::{Context, Result, bail};

use crate::workspace;

/// One of the files.
pub(crate) struct Listing {
    /// Relative to the root.
    pub(crate) path: &'static str,
    /// What writes it.
    command: &'static str,
}

/// What crosses to Kotlin and Swift.
pub(crate) const SURFACE: Listing = Listing {
    path: "crates/keyward-ffi/api/surface.txt",
    command: "cargo xtask codegen",
};

/// The classes of the Kotlin library.
pub(crate) const KOTLIN: Listing = Listing {
    path: "bindings/kotlin/api/keyward.api",
    command: "cargo xtask kotlin --write-api",
};

/// The symbols of the Swift package.
pub(crate) const SWIFT: Listing = Listing {
    path: "bindings/swift/api/keyward.api",
    command: "cargo xtask swift --write-api",
};

/// The symbols of the models of screens.
pub(crate) const SWIFT_MODELS: Listing = Listing {
    path: "bindings/swift/api/keyward-models.api",
    command: SWIFT.command,
};

/// The symbols of the fakes.
pub(crate) const SWIFT_FAKES: Listing = Listing {
    path: "bindings/swift/api/keyward-fakes.api",
    command: SWIFT.command,
};

pub(crate) const ALL: [Listing; 5] = [KOTLIN, SWIFT, SWIFT_MODELS, SWIFT_FAKES, SURFACE];

impl Listing {
    fn file(&self) -> PathBuf {
        workspace::root().join(self.path)
    }

    /// Fails if the file says something else than `now`, and names the lines.
    pub(crate) fn check(&self, now: &str) -> Result<()> {
        let kept = fs::read_to_string(self.file()).unwrap_or_default();
        if kept == now {
            return Ok(());
        }
        bail!(
            "what app developers can call is not what {} says. If that is meant, run `{}` and say in CHANGELOG.md what \
             they have to do:\n{}",
            self.path,
            self.command,
            difference(&kept, now).join("\n")
        );
    }

    pub(crate) fn write(&self, now: &str) -> Result<()> {
        let file = self.file();
        fs::create_dir_all(file.parent().context("the file lies in a folder")?)?;
        fs::write(&file, now)?;
        println!("Wrote {}.", self.path);
        Ok(())
    }
}

/// The lines that went and came, each with what it belongs to.
fn difference(before: &str, after: &str) -> Vec<String> {
    let (before, after) = (with_owners(before), with_owners(after));
    let only = |these: &[String], those: &[String], sign: char| -> Vec<String> {
        let missing = these.iter().filter(|line| !those.contains(line));
        missing.map(|line| format!("{sign} {line}")).collect()
    };
    [only(&before, &after, '-'), only(&after, &before, '+')].concat()
}

/// An indented line belongs to the one before that is not.
fn with_owners(listing: &str) -> Vec<String> {
    let mut owner = "";
    let mut lines = Vec::new();
    for line in listing.lines().filter(|line| !matches!(*line, "" | "}")) {
        let line = line.trim_end_matches(" {");
        match line.strip_prefix(' ') {
            Some(member) => lines.push(format!("{owner}: {}", member.trim_start())),
            None => {
                owner = line;
                lines.push(line.to_owned());
            }
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_difference_names_what_went_and_what_came_and_whose_it_is() {
        let kotlin =
            "public class Account {\n  public void close();\n}\n\npublic class Reset {\n  public void close();\n}\n";
        let changed = kotlin.replacen("close", "stop", 1);
        assert_eq!(
            difference(kotlin, &changed),
            [
                "- public class Account: public void close();",
                "+ public class Account: public void stop();"
            ]
        );
        let surface = "object Account\n    status() async\n";
        assert_eq!(
            difference(surface, "object Account\n"),
            ["- object Account: status() async"]
        );
        assert_eq!(
            difference("Account: func a()\n", "Account: func b()\n"),
            ["- Account: func a()", "+ Account: func b()"]
        );
    }

    #[test]
    fn a_listing_that_has_changed_says_what_to_do() {
        let kept = fs::read_to_string(SURFACE.file()).expect("it is committed");
        SURFACE.check(&kept).expect("it is the same");
        let error = SURFACE
            .check(&kept.replacen("object Account\n", "object Login\n", 1))
            .expect_err("it has changed")
            .to_string();
        for part in [
            "cargo xtask codegen",
            "CHANGELOG.md",
            "\n- object Account\n",
            "\n+ object Login\n",
        ] {
            assert!(error.contains(part), "{part}: {error}");
        }
    }
}
