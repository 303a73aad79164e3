// SPDX-License-Identifier: Apache-2.0

//! The guides for app developers, `docs/android.md` and `docs/ios.md`, and the quick starts beside them. Their code is compiled as it stands there, by
//! `cargo xtask kotlin` and `cargo xtask swift`; their tables name every state and every error.

use std::{fs, path::Path};

use anyhow::{Context, Result, ensure};

use crate::workspace;

/// A guide whose code is one program.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Guide {
    /// In the workspace.
    pub(crate) path: &'static str,
    /// What its blocks of code are marked with.
    language: &'static str,
}

pub(crate) const ANDROID: Guide = Guide {
    path: "docs/android.md",
    language: "kotlin",
};

pub(crate) const IOS: Guide = Guide {
    path: "docs/ios.md",
    language: "swift",
};

/// One page each. That for Rust is compiled by the tests of `keyward-embed`.
pub(crate) const QUICK_START_ANDROID: Guide = Guide {
    path: "docs/quick-start/android.md",
    language: "kotlin",
};

pub(crate) const QUICK_START_IOS: Guide = Guide {
    path: "docs/quick-start/ios.md",
    language: "swift",
};

/// What a guide may show besides its code.
const NOT_COMPILED: &[&str] = &["gradle", "sh", "xml"];

impl Guide {
    /// Writes the code to `file`, on the same lines as in the guide, so that the compiler's messages point at the
    /// guide.
    pub(crate) fn write_code(self, file: &Path) -> Result<()> {
        let code = self.code(&fs::read_to_string(workspace::root().join(self.path))?)?;
        fs::create_dir_all(file.parent().context("the code lies in a folder")?)?;
        Ok(fs::write(file, code)?)
    }

    /// All blocks of code, with an empty line for every other line.
    fn code(self, guide: &str) -> Result<String> {
        let mut code = String::new();
        let mut block: Option<&str> = None;
        let mut blocks = 0;
        for (number, line) in guide.lines().enumerate() {
            let place = || format!("{}:{}", self.path, number + 1);
            let fence = line.trim_start().strip_prefix("```").map(str::trim_end);
            match (block, fence) {
                (None, Some(language)) => {
                    ensure!(
                        !line.starts_with(' '),
                        "{}: a block of code may not be indented",
                        place()
                    );
                    ensure!(
                        language == self.language || NOT_COMPILED.contains(&language),
                        "{}: nobody would compile a block of `{language}`",
                        place()
                    );
                    blocks += usize::from(language == self.language);
                    block = Some(language);
                }
                (Some(_), Some("")) => block = None,
                (Some(language), _) if language == self.language => code.push_str(line),
                _ => {}
            }
            code.push('\n');
        }
        ensure!(block.is_none(), "{}: the last block of code has no end", self.path);
        ensure!(blocks > 0, "{}: there is no code in it", self.path);
        Ok(code)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::*;

    /// Types that have a table without being an error.
    const STATES: &[&str] = &[
        "LoginMethod",
        "RecoveryState",
        "ResetState",
        "ServerProblem",
        "SessionsUpdate",
        "VerificationState",
    ];

    /// The same, of names alone: in Kotlin they are constants.
    const CONSTANTS: &[&str] = &["Remedy", "RemedyCode"];

    fn read(path: &str) -> String {
        fs::read_to_string(workspace::root().join(path)).expect(path)
    }

    #[test]
    fn every_block_of_code_is_found_in_its_line() {
        let guide = "# A\n\n```kotlin\nval a = 1\n```\n\n```sh\nls\n```\n```kotlin\nval b = `c`\n\nval d = 2\n```\n";
        let code = ANDROID.code(guide).expect("code");
        assert_eq!(code, "\n\n\nval a = 1\n\n\n\n\n\n\nval b = `c`\n\nval d = 2\n\n");
    }

    #[test]
    fn no_block_of_code_escapes_the_compiler() {
        for (guide, complaint) in [
            ("text", "docs/ios.md: there is no code in it"),
            ("```sh\nls\n```", "docs/ios.md: there is no code in it"),
            ("```swift\nlet a = 1", "docs/ios.md: the last block of code has no end"),
            (
                "a\n\n```Swift\nlet a = 1\n```",
                "docs/ios.md:3: nobody would compile a block of `Swift`",
            ),
            (
                "```\nlet a = 1\n```",
                "docs/ios.md:1: nobody would compile a block of ``",
            ),
            (
                "* a\n  ```swift\n  let a = 1\n  ```",
                "docs/ios.md:2: a block of code may not be indented",
            ),
        ] {
            let error = IOS.code(guide).expect_err(guide);
            assert_eq!(error.to_string(), complaint, "{guide}");
        }
    }

    #[test]
    fn both_guides_have_the_code_of_a_whole_app() {
        for (guide, words) in [
            (
                ANDROID,
                [
                    "import org.keyward.Keyward",
                    "class StoreKeys",
                    "class ResetScreen",
                    "class DoctorScreen",
                    "fun forwardLogs",
                ],
            ),
            (
                IOS,
                [
                    "import Keyward",
                    "struct StoreKeys",
                    "class ResetScreen",
                    "class DoctorScreen",
                    "func forwardLogs",
                ],
            ),
        ] {
            let text = read(guide.path);
            let code = guide.code(&text).expect("code");
            assert_eq!(code.lines().count(), text.lines().count());
            for word in words {
                assert!(code.contains(word), "{}: {word}", guide.path);
            }
        }
    }

    /// The variants of each enum and error in the listing of what crosses.
    fn variants(surface: &str) -> BTreeMap<String, BTreeSet<String>> {
        let mut all = BTreeMap::new();
        let mut name = None;
        for line in surface.lines() {
            let Some(member) = line.strip_prefix("    ") else {
                let is_one = |kind| line.strip_prefix(kind);
                name = is_one("enum ").or_else(|| is_one("error "));
                continue;
            };
            let variant = member.split('(').next().unwrap_or_default();
            let is_variant = variant.starts_with(char::is_uppercase) && variant != "Display";
            if let (Some(name), true) = (name, is_variant) {
                let of: &mut BTreeSet<String> = all.entry(name.to_owned()).or_default();
                of.insert(variant.to_owned());
            }
        }
        all
    }

    /// What stands in backticks in the first cell of a row of a table.
    fn first_cell(row: &str) -> Option<Vec<String>> {
        let (cell, _) = row.strip_prefix('|')?.split_once('|')?;
        Some(cell.split('`').skip(1).step_by(2).map(str::to_owned).collect())
    }

    /// The rows of the one table that is headed by this name.
    fn rows(guide: &str, head: &str) -> BTreeSet<String> {
        let is_head = |line: &&str| first_cell(line).is_some_and(|names| names == [head]) && line.ends_with('|');
        let mut heads = guide.lines().enumerate().filter(|(_, line)| is_head(line));
        let (at, _) = heads.next().unwrap_or_else(|| panic!("no table of {head}"));
        assert_eq!(heads.next(), None, "two tables of {head}");
        let rows = guide.lines().skip(at + 2).map_while(first_cell);
        let names: Vec<String> = rows.flatten().collect();
        let set: BTreeSet<String> = names.iter().cloned().collect();
        assert_eq!(set.len(), names.len(), "{head}: something stands there twice");
        set
    }

    fn lower_camel(name: &str) -> String {
        let mut letters = name.chars();
        letters
            .next()
            .map(|first| first.to_ascii_lowercase().to_string() + letters.as_str())
            .unwrap_or_default()
    }

    fn upper_snake(name: &str) -> String {
        let mut snake = String::new();
        for letter in name.chars() {
            if letter.is_uppercase() && !snake.is_empty() {
                snake.push('_');
            }
            snake.push(letter.to_ascii_uppercase());
        }
        snake
    }

    #[test]
    fn the_listing_and_the_tables_are_read() {
        let surface = "enum A\n    On\n    Off(why: String)\n    shows(a: B) -> Boolean\n\nerror E\n    No(reason: String)\n    \
                       Display\n\nrecord R\n    Field: String\n";
        let set = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect::<BTreeSet<_>>();
        let expected = [("A", set(&["On", "Off"])), ("E", set(&["No"]))];
        assert_eq!(
            variants(surface),
            expected.map(|(name, names)| (name.to_owned(), names)).into()
        );
        let guide = "| `A` | do |\n| --- | --- |\n| `On`, `Off` | x |\n| `C` | `D` |\n\n| `E` | do |\n";
        assert_eq!(rows(guide, "A"), set(&["On", "Off", "C"]));
        assert_eq!(
            (lower_camel("LogInAgain"), upper_snake("LogInAgain")),
            ("logInAgain".to_owned(), "LOG_IN_AGAIN".to_owned())
        );
    }

    #[test]
    fn every_state_and_every_error_has_its_line_in_both_guides() {
        let variants = variants(&read("crates/keyward-ffi/api/surface.txt"));
        let (android, ios) = (read(ANDROID.path), read(IOS.path));
        let wanted: Vec<_> = variants
            .iter()
            .filter(|(name, _)| {
                let name = name.as_str();
                name.ends_with("Error") || STATES.contains(&name) || CONSTANTS.contains(&name)
            })
            .collect();
        assert!(wanted.len() > STATES.len() + CONSTANTS.len() + 10, "{wanted:?}");
        for (name, names) in wanted {
            let kotlin = match name.strip_suffix("Error") {
                Some(flow) => format!("{flow}Exception"),
                None => name.clone(),
            };
            let in_kotlin = match CONSTANTS.contains(&name.as_str()) {
                true => names.iter().map(|name| upper_snake(name)).collect(),
                false => names.clone(),
            };
            assert_eq!(rows(&android, &kotlin), in_kotlin, "{}: {kotlin}", ANDROID.path);
            let swift = if name.ends_with("Error") {
                names.clone()
            } else {
                names.iter().map(|name| lower_camel(name)).collect()
            };
            assert_eq!(rows(&ios, name), swift, "{}: {name}", IOS.path);
        }
    }
}
