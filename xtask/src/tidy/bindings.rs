// SPDX-License-Identifier: Apache-2.0

//! The rules that keep the generated Kotlin and Swift compiling and readable, and that make every change of them
//! visible.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

use super::{
    Finding,
    source::{code_of, line_of, occurrences},
};
use crate::listing;

/// Words in keyward-ffi's code from which UniFFI 0.32 generates broken code. Words that contain a type count only in
/// public items.
const NAMES: &[(&str, &str)] = &[
    (
        "async fn close(",
        "Kotlin's objects have a `close` of their own: `shut_down` or `stop`",
    ),
    (
        "async fn destroy(",
        "Kotlin's objects have a `destroy` of their own: `shut_down` or `stop`",
    ),
    (
        "message:",
        "an exception of Kotlin has a `message` of its own: call the field `reason`",
    ),
    ("Vec<Arc<", "nobody closes the objects in a list: give records"),
    ("&[u8]", "Kotlin would have to pass a direct buffer: take `Vec<u8>`"),
    (
        "async_runtime",
        "it runs our code on the app's threads: `runtime.rs` has the runtime",
    ),
];

/// One file of keyward-ffi.
pub(super) fn check_surface(path: &str, text: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut report = |line, message: String| {
        findings.push(Finding {
            rule: "surface",
            path: path.to_owned(),
            line,
            message,
        });
    };
    let code = code_of(text);
    for (word, why) in NAMES {
        for at in occurrences(&code, word) {
            let line = code[..at].rsplit('\n').next().unwrap_or_default();
            if word.contains(['<', '&']) && !line.trim_start().starts_with("pub ") {
                continue;
            }
            report(line_of(text, at), format!("`{word}`: {why}"));
        }
    }
    for (number, line) in text.lines().enumerate() {
        let line = line.trim_start();
        if !line.starts_with("///") && !line.starts_with("//!") {
            continue;
        }
        if line.contains("/*") || line.contains("*/") {
            report(
                number + 1,
                "a comment in a doc comment: Kotlin does not compile".to_owned(),
            );
        }
        if line.contains("[`") || line.contains("[Self") {
            report(
                number + 1,
                "a link of rustdoc: Kotlin and Swift show it as it is".to_owned(),
            );
        }
    }
    findings
}

/// The changelog names what app developers can call, so that a change of it has an entry.
pub(super) fn check_changelog(files: &BTreeMap<String, String>) -> Vec<Finding> {
    if !listing::ALL.iter().any(|listing| files.contains_key(listing.path)) {
        return Vec::new();
    }
    let fingerprint = fingerprint(files);
    let changelog = files.get("CHANGELOG.md").map_or("", String::as_str);
    let unreleased = changelog.split("\n## ").nth(1).unwrap_or_default();
    if unreleased.contains(&fingerprint) {
        return Vec::new();
    }
    vec![Finding {
        rule: "changelog",
        path: "CHANGELOG.md".to_owned(),
        line: 1,
        message: format!(
            "what Kotlin and Swift can call has changed: say under the newest heading what app developers have to do, \
             and write `{fingerprint}` there"
        ),
    }]
}

/// Twelve digits that stand for all listings.
fn fingerprint(files: &BTreeMap<String, String>) -> String {
    let mut hash = Sha256::new();
    for listing in listing::ALL {
        hash.update(files.get(listing.path).map_or("", String::as_str));
        hash.update([0]);
    }
    let digits: String = hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    format!("API {}", &digits[..12])
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "crates/keyward-ffi/src/a.rs";

    #[test]
    fn what_the_generators_stumble_over_is_found() {
        for (text, expected) in [
            ("pub async fn close(&self) {}", 1),
            ("pub async fn destroy(&self) {}", 1),
            ("pub async fn shut_down(&self) {}", 0),
            ("enum E { A { message: String } }", 1),
            ("enum E { A { reason: String } }", 0),
            ("    pub all: Vec<Arc<Session>>,", 1),
            ("    all: Vec<Arc<Session>>,", 0),
            ("pub fn scan(&self, bytes: &[u8]) {}", 1),
            ("#[uniffi::export(async_runtime = \"tokio\")]", 1),
            ("/// Uploads keys/*/all.\nfn f() {}", 1),
            ("/// As [`Session::label`].\nfn f() {}", 1),
            ("// As [`Session::label`], and /* here.\nfn f() {}", 0),
        ] {
            assert_eq!(check_surface(FILE, text).len(), expected, "{text}");
        }
    }

    #[test]
    fn a_change_of_a_listing_needs_an_entry_under_the_newest_heading() {
        let mut files: BTreeMap<String, String> = listing::ALL
            .iter()
            .map(|listing| (listing.path.to_owned(), "a\n".to_owned()))
            .collect();
        let now = fingerprint(&files);
        let changelog = |text: &str| ("CHANGELOG.md".to_owned(), text.to_owned());
        files.extend([changelog(&format!(
            "# Changelog\n\n## Unreleased\n\n- New ({now}).\n\n## 0.1.0\n"
        ))]);
        assert_eq!(check_changelog(&files), []);
        files.extend([changelog(&format!(
            "# Changelog\n\n## Unreleased\n\n## 0.1.0\n\n- New ({now}).\n"
        ))]);
        assert_eq!(check_changelog(&files).len(), 1);
        for path in listing::ALL.map(|listing| listing.path) {
            let mut changed = files.clone();
            changed.insert(path.to_owned(), "b\n".to_owned());
            changed.extend([changelog(&format!("# Changelog\n\n## Unreleased\n\n- New ({now}).\n"))]);
            assert_eq!(check_changelog(&changed).len(), 1, "{path}");
        }
    }
}
