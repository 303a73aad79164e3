// SPDX-License-Identifier: Apache-2.0

//! `THIRD-PARTY-NOTICES`: who wrote what is linked, and under which licence. The texts are those in the crates' own
//! packages; of a crate that has none, the text of its licence as SPDX has it, with the crate's authors.

use std::{collections::BTreeMap, fmt::Write, fs, path::Path};

use anyhow::{Context, Result, bail};
use spdx::{Expression, LicenseItem, ParseMode};
use walkdir::WalkDir;
use xshell::cmd;

use super::inventory::Crate;
use crate::workspace;

/// What the name of a file with a licence or a notice begins with.
const BEGINNINGS: [&str; 5] = ["LICENSE", "LICENCE", "COPYING", "COPYRIGHT", "NOTICE"];

/// Rust's own list of what is in its standard library.
const OF_RUST: &str = "COPYRIGHT-library.html";

/// The file. `jars` has a line for each jar that the classes depend on.
pub(super) fn of(crates: &[Crate], jars: &str) -> Result<String> {
    let mut text =
        "What Keyward's native library links besides Keyward's own code, and under which licences. The Kotlin classes \
                    contain nothing of others; what they depend on is listed at the end.\n\n"
            .to_owned();
    let mut users: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for one in crates.iter().filter(|one| !one.is_ours) {
        let named = format!("{} {}", one.name, one.version);
        // Some licences want to be told where the source code is.
        let _ = writeln!(text, "{named}: {}; its source code: {}", one.license, one.repository);
        for license in texts(one).with_context(|| named.clone())? {
            users.entry(license).or_default().push(named.clone());
        }
    }
    let shell = workspace::shell()?;
    let rust = cmd!(shell, "rustc --version").quiet().read()?;
    let _ = writeln!(
        text,
        "The standard library of {rust}: MIT OR Apache-2.0, with parts of others ({OF_RUST})\n\n\
         What the Kotlin classes depend on, and no artifact of Keyward contains:\n{}",
        jars.trim_end()
    );
    for (license, names) in users {
        let line = "-".repeat(80);
        let _ = writeln!(text, "\n{line}\n{}\n{line}\n\n{license}", names.join(", "));
    }
    Ok(text)
}

/// Copies Rust's own list beside it.
pub(super) fn copy_of_rust(folder: &Path) -> Result<()> {
    let shell = workspace::shell()?;
    let sysroot = cmd!(shell, "rustc --print sysroot").quiet().read()?;
    let list = Path::new(&sysroot).join("share/doc/rust").join(OF_RUST);
    fs::copy(&list, folder.join(OF_RUST))
        .with_context(|| format!("there is no {} (`rustup component add rustc`)", list.display()))?;
    Ok(())
}

/// The licences and notices of a crate, and of what it has from others in its folders.
fn texts(one: &Crate) -> Result<Vec<String>> {
    let files = WalkDir::new(&one.folder).sort_by_file_name().into_iter();
    let files = files
        .filter_map(Result::ok)
        .filter(|entry| entry.file_type().is_file() && is_notice(entry.path()));
    let mut texts = Vec::new();
    for file in files {
        let bytes = fs::read(file.path())?;
        texts.push(tidied(&String::from_utf8_lossy(&bytes)));
    }
    if texts.is_empty() {
        texts = of_spdx(one)?;
    }
    Ok(texts)
}

fn is_notice(file: &Path) -> bool {
    let name = file.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let upper = name.to_uppercase();
    BEGINNINGS.iter().any(|beginning| upper.starts_with(beginning)) && !upper.ends_with(".RS")
}

/// The same text has the same bytes, so that it is there once.
fn tidied(text: &str) -> String {
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    lines.join("\n").trim_matches('\n').to_owned()
}

fn of_spdx(one: &Crate) -> Result<Vec<String>> {
    // Some write `/` for OR, and `MPL-2.0+`.
    let mode = ParseMode {
        allow_postfix_plus_on_gpl: true,
        ..ParseMode::LAX
    };
    let written = one.license.replace("MPL-2.0+", "MPL-2.0");
    let expression = Expression::parse_mode(&written, mode).map_err(|error| anyhow::anyhow!("{error}"))?;
    let mut texts = Vec::new();
    for requirement in expression.requirements() {
        match &requirement.req.license {
            LicenseItem::Spdx { id, .. } => texts.push(format!(
                "{} (this crate's package has no text of its own; its authors: {})\n\n{}",
                id.full_name,
                one.authors.join(", "),
                tidied(id.text())
            )),
            LicenseItem::Other { .. } => bail!("SPDX does not know {}", one.license),
        }
    }
    Ok(texts)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::release::inventory::tests::a_crate;

    #[test]
    fn a_crate_s_own_texts_are_taken_and_else_those_of_spdx() {
        let folder = tempfile::tempdir().expect("a folder");
        let one = |license: &str| a_crate("aes", license, folder.path().to_owned());
        let texts_of = |license: &str| texts(&one(license)).expect("texts");
        let [mit, apache] = texts_of("MIT/Apache-2.0").try_into().expect("two texts");
        assert!(mit.contains("MIT License") && mit.contains("A. Author"), "{mit}");
        assert!(mit.contains("Permission is hereby granted") && apache.contains("Apache License"));
        assert_eq!(texts_of("MPL-2.0+").len(), 1);
        assert!(texts(&one("LicenseRef-Own")).is_err() && texts(&one("")).is_err());

        for (name, text) in [
            ("LICENSE-MIT", "Copyright A\r\nMIT  \r\n"),
            ("NOTICE", "said\n"),
            ("license.rs", "code"),
        ] {
            fs::write(folder.path().join(name), text).expect("a file");
        }
        assert_eq!(texts_of("MIT"), ["Copyright A\nMIT", "said"]);
    }
}
