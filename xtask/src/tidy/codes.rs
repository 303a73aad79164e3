// SPDX-License-Identifier: Apache-2.0

//! The codes of the core's errors: one meaning each, in one shape, because scripts and apps keep them.

use std::collections::BTreeMap;

use super::{Finding, source::line_of};

const CORE: &str = "crates/keyward/src/";

/// Whether each code is said once, as `place.what`.
pub(super) fn check(files: &BTreeMap<String, String>) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut known = BTreeMap::new();
    for (path, text) in files.iter().filter(|(path, _)| path.starts_with(CORE)) {
        for (at, code) in codes(text) {
            let mut find = |message| {
                findings.push(Finding {
                    rule: "codes",
                    path: path.clone(),
                    line: line_of(text, at),
                    message,
                });
            };
            if !is_code(code) {
                find(format!("`{code}` is not of the form place.what"));
            }
            if let Some(first) = known.insert(code, path) {
                find(format!("`{code}` is a code in {first} already"));
            }
        }
    }
    findings
}

/// Every `("code", Remedy::…`, with its place.
fn codes(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.match_indices("\", Remedy::").filter_map(|(end, _)| {
        let start = text[..end].rfind("(\"")? + 2;
        Some((start, &text[start..end]))
    })
}

fn is_code(code: &str) -> bool {
    let is_word = |word: &str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
    code.split_once('.')
        .is_some_and(|(place, what)| is_word(place) && is_word(what))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_said_once_and_has_its_form() {
        let file = |name: &str, text: &str| (format!("{CORE}{name}"), text.to_owned());
        let good = r#"Self::A => ("reset.a", Remedy::Retry),"#;
        let found = |files: &[(String, String)]| check(&files.iter().cloned().collect()).len();
        assert_eq!(found(&[file("a.rs", good)]), 0);
        assert_eq!(found(&[file("a.rs", good), file("b.rs", good)]), 1);
        for bad in ["reset", "Reset.a", "reset.a.b", ".a", "reset."] {
            let text = format!(r#"Self::A => ("{bad}", Remedy::Retry),"#);
            assert_eq!(found(&[file("a.rs", &text)]), 1, "{bad}");
        }
    }
}
