// SPDX-License-Identifier: Apache-2.0

//! The core's floors: a module imports lower floors only, so there are no circular imports between folders. This table
//! is the authoritative one; the table in ARCHITECTURE.md is compared with it.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Finding,
    source::{code_of, line_of, test_code_start},
};

/// Every module of the core and its floor.
const FLOORS: &[(&str, u8)] = &[
    ("error", 0),
    ("ed25519", 0),
    ("secret", 0),
    ("text", 0),
    ("server", 1),
    ("account", 2),
    ("auth", 3),
    ("secret_storage", 3),
    ("room_keys", 3),
    ("identity", 4),
    ("after_care", 5),
    ("key_backup", 5),
    ("facts", 6),
    ("flow", 6),
    ("sync", 6),
    ("doctor", 7),
    ("login", 7),
    ("logout", 7),
    ("recovery", 7),
    ("reset", 7),
    ("verification", 7),
    ("sessions", 7),
    ("texts", 8),
    ("fuzz", 8),
];

const CORE: &str = "crates/keyward/src/";
const PAGE: &str = "ARCHITECTURE.md";

fn floor_of(module: &str) -> Option<u8> {
    FLOORS.iter().find(|(name, _)| *name == module).map(|(_, floor)| *floor)
}

/// The module of a file of the core: the first part of its path.
fn module_of(path: &str) -> Option<&str> {
    let rest = path.strip_prefix(CORE)?;
    let module = rest.split('/').next()?;
    Some(module.strip_suffix(".rs").unwrap_or(module)).filter(|module| *module != "lib")
}

/// Whether the imports of all files keep to the floors, and whether ARCHITECTURE.md says the same.
pub(super) fn check(files: &BTreeMap<String, String>) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut modules = BTreeSet::new();
    for (path, text) in files.iter().filter(|(path, _)| path.ends_with(".rs")) {
        let Some(module) = module_of(path) else { continue };
        modules.insert(module);
        findings.extend(check_file(path, module, text));
    }
    if let Some(page) = files.get(PAGE) {
        findings.extend(check_page(page));
    }
    for (module, _) in FLOORS
        .iter()
        .filter(|(module, _)| !modules.is_empty() && !modules.contains(module))
    {
        findings.push(finding(PAGE, 1, format!("`{module}` has a floor and does not exist")));
    }
    findings
}

fn check_file(path: &str, module: &str, text: &str) -> Vec<Finding> {
    let Some(floor) = floor_of(module) else {
        return vec![finding(
            path,
            1,
            format!("`{module}` has no floor (xtask/src/tidy/floors.rs)"),
        )];
    };
    let code = code_of(text);
    let product = &code[..test_code_start(&code).min(code.len())];
    let mut findings = Vec::new();
    for (at, import) in imports(product) {
        match floor_of(import) {
            Some(other) if import != module && other >= floor => findings.push(finding(
                path,
                line_of(text, at),
                format!(
                    "`{module}` (floor {floor}) imports `{import}` (floor {other}): only lower floors may be imported"
                ),
            )),
            _ => {}
        }
    }
    findings
}

/// The modules named after `crate::`, also in a list in braces, each with its place.
fn imports(code: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    for (at, _) in code.match_indices("crate::") {
        let rest = &code[at + "crate::".len()..];
        if !rest.starts_with('{') {
            found.push((at, word(rest)));
            continue;
        }
        let mut depth = 0;
        let mut expects = false;
        for (offset, c) in rest.char_indices() {
            match c {
                '{' => {
                    depth += 1;
                    expects = depth == 1;
                }
                '}' => {
                    depth -= 1;
                    if depth == 0 {
                        break;
                    }
                }
                ',' => expects = depth == 1,
                _ if expects && (c.is_alphabetic() || c == '_') => {
                    found.push((at, word(&rest[offset..])));
                    expects = false;
                }
                _ => {}
            }
        }
    }
    found
}

fn word(text: &str) -> &str {
    let end = text
        .find(|c: char| !c.is_alphanumeric() && c != '_')
        .unwrap_or(text.len());
    &text[..end]
}

/// The rows of the page's table, `` | `module` | floor | … |``, are those of the table here.
fn check_page(page: &str) -> Vec<Finding> {
    let row = |line: &str| -> Option<(String, u8)> {
        let mut cells = line.strip_prefix("| `")?.split('|');
        let module = cells.next()?.trim().trim_end_matches('`').to_owned();
        Some((module, cells.next()?.trim().parse().ok()?))
    };
    let written: BTreeSet<_> = page.lines().filter_map(row).collect();
    let meant: BTreeSet<_> = FLOORS
        .iter()
        .map(|(module, floor)| ((*module).to_owned(), *floor))
        .collect();
    let differences = written.symmetric_difference(&meant);
    differences
        .map(|(module, floor)| {
            let where_it_is = if written.contains(&(module.clone(), *floor)) {
                "here"
            } else {
                "xtask/src/tidy/floors.rs"
            };
            finding(
                PAGE,
                1,
                format!("only {where_it_is} says that `{module}` is on floor {floor}"),
            )
        })
        .collect()
}

fn finding(path: &str, line: usize, message: String) -> Finding {
    Finding {
        rule: "floors",
        path: path.to_owned(),
        line,
        message,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn core(path: &str, text: &str) -> Vec<String> {
        let path = format!("{CORE}{path}");
        let module = module_of(&path).expect("a module").to_owned();
        let findings = check_file(&path, &module, text);
        findings.into_iter().map(|finding| finding.message).collect()
    }

    #[test]
    fn a_module_imports_lower_floors_only() {
        for (path, text, expected) in [
            ("reset/plan.rs", "use crate::account::Account;", 0),
            ("reset/plan.rs", "use crate::reset::state;", 0),
            (
                "reset/plan.rs",
                "use crate::{account::Account, sessions::{Session, rules}};",
                1,
            ),
            ("reset/plan.rs", "fn a() { crate::sessions::b() }", 1),
            (
                "account/mod.rs",
                "use crate::{\n    error::{A, B},\n    key_backup,\n    server::Server,\n};",
                1,
            ),
            ("facts/status.rs", "use crate::sync::Seen;", 1),
            ("auth/mod.rs", "// crate::reset is told\nuse crate::server::Answer;", 0),
            (
                "auth/mod.rs",
                "use crate::server::Answer;\n#[cfg(test)]\nmod tests {\n    use crate::reset::Reset;\n}",
                0,
            ),
            ("new_one/mod.rs", "", 1),
        ] {
            let findings = core(path, text);
            assert_eq!(findings.len(), expected, "{path} {text}: {findings:?}");
        }
    }

    #[test]
    fn the_page_says_the_same() {
        let rows: String = FLOORS
            .iter()
            .map(|(module, floor)| format!("| `{module}` | {floor} | what it is |\n"))
            .collect();
        assert_eq!(check_page(&rows), []);
        assert_eq!(check_page(&rows.replace("| `sync` | 6 |", "| `sync` | 5 |")).len(), 2);
        assert_eq!(check_page(&rows.replace("| `sync` | 6 | what it is |\n", "")).len(), 1);
    }
}
