// SPDX-License-Identifier: Apache-2.0

//! `cargo xtask tidy`: the rules of ARCHITECTURE.md that a program can check. The rules are pure functions over paths,
//! texts and manifests; everything else is up to reviewers.

mod bindings;
mod codes;
mod floors;
mod source;

use std::{collections::BTreeMap, fmt, fs};

use anyhow::{Result, bail};

use self::source::{code_of, inside_brackets, line_of, occurrences, test_code_start};
use crate::workspace::{self, Package};

/// One breach of one rule.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Finding {
    rule: &'static str,
    path: String,
    /// Counted from 1.
    line: usize,
    message: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {} [{}]", self.path, self.line, self.message, self.rule)
    }
}

/// All exceptions: the path (a folder if it ends with a slash), the rule, and the reason. An exception that excuses
/// nothing is reported.
const EXCEPTIONS: &[(&str, &str, &str)] = &[
    (
        "crates/keyward-testing/",
        "sleep",
        "servers and processes tell nobody when they are ready: bounded polling",
    ),
    (
        "xtask/src/tidy.rs",
        "local",
        "the list of what to look for, and its tests",
    ),
];

/// Checks every file that Git has, and says what it found.
pub(crate) fn run() -> Result<()> {
    let files = read_files()?;
    let findings = check(&files, &workspace::packages()?, EXCEPTIONS);
    for finding in &findings {
        eprintln!("{finding}");
    }
    match findings.len() {
        0 => println!("tidy: {} files, nothing to say", files.len()),
        count => bail!("tidy: {count} findings"),
    }
    Ok(())
}

/// The text files; others have nothing that a rule could read.
fn read_files() -> Result<BTreeMap<String, String>> {
    let mut files = BTreeMap::new();
    for path in workspace::files()? {
        if let Ok(text) = String::from_utf8(fs::read(workspace::root().join(&path))?) {
            files.insert(path, text);
        }
    }
    Ok(files)
}

fn check(
    files: &BTreeMap<String, String>,
    packages: &[Package],
    exceptions: &[(&'static str, &'static str, &str)],
) -> Vec<Finding> {
    let mut findings = check_packages(packages);
    findings.extend(check_hidden_calls(files));
    findings.extend(bindings::check_changelog(files));
    findings.extend(floors::check(files));
    findings.extend(codes::check(files));
    for (path, text) in files {
        findings.extend(check_text(path, text));
        if path.ends_with(".rs") {
            findings.extend(check_rust(path, text));
        }
        if in_ffi(path) && path.ends_with(".rs") {
            findings.extend(bindings::check_surface(path, text));
        }
    }

    for (place, rule, _) in exceptions {
        let excused = |finding: &Finding| {
            finding.rule == *rule && (finding.path == *place || place.ends_with('/') && finding.path.starts_with(place))
        };
        let before = findings.len();
        findings.retain(|finding| !excused(finding));
        if findings.len() == before {
            findings.push(Finding {
                rule: "exception",
                path: "xtask/src/tidy.rs".to_owned(),
                line: 1,
                message: format!("the exception from `{rule}` for {place} excuses nothing any more"),
            });
        }
    }
    findings
}

// ---- manifests ----

/// Which crates may depend on which.
fn check_packages(packages: &[Package]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for package in packages {
        for dependency in &package.dependencies {
            if let Some(message) = objection(package, dependency) {
                let folder = if package.name == "xtask" {
                    "xtask".into()
                } else {
                    format!("crates/{}", package.name)
                };
                let path = format!("{folder}/Cargo.toml");
                findings.push(Finding {
                    rule: "dependency",
                    path,
                    line: 1,
                    message,
                });
            }
        }
    }
    findings
}

/// The rules about dependencies that `deny.toml` cannot express.
fn objection(package: &Package, dependency: &workspace::Dependency) -> Option<String> {
    let name = dependency.name.as_str();
    let is_of_tests = name == "keyward-testing" && package.name != "keyward-testing-tools";
    if is_of_tests && !dependency.dev {
        return Some("keyward-testing may only be a dev-dependency, or one of keyward-testing-tools".to_owned());
    }
    let is_loose = name.starts_with("matrix-sdk") && !dependency.requirement.starts_with('=');
    is_loose.then(|| format!("{name}: its behaviour is relied on, so it is pinned with `=` (docs/adr/0002)"))
}

// ---- all text files ----

/// Rejects traces of the machine on which a file was written: hosts of registries or mirrors, paths below a home
/// folder.
fn check_text(path: &str, text: &str) -> Vec<Finding> {
    const HOSTS: &[&str] = &[
        "crates.io/api",
        "deb.debian.org",
        "files.pythonhosted.org",
        "index.crates.io",
        "pypi.org",
        "registry.npmjs.org",
        "repo.maven.apache.org",
        "repo1.maven.org",
        "static.crates.io",
    ];
    const FOLDERS: &[&str] = &["/root/", "/home/", "/Users/", "/work/", "C:\\Users\\"];

    let mut findings = Vec::new();
    let mut report = |at, message: String| {
        findings.push(Finding {
            rule: "local",
            path: path.to_owned(),
            line: line_of(text, at),
            message,
        });
    };
    for host in HOSTS {
        for (at, _) in text.match_indices(host) {
            report(at, format!("`{host}`: no host of a registry belongs into a file"));
        }
    }
    for folder in FOLDERS {
        for (at, _) in text.match_indices(folder) {
            // A longer path or address that merely contains the word is not meant.
            let before = text[..at].chars().next_back();
            if before.is_none_or(|c| !c.is_alphanumeric() && !"._-~/}*".contains(c)) {
                report(
                    at,
                    format!("`{folder}`: no absolute path of one machine belongs into a file"),
                );
            }
        }
    }
    findings
}

// ---- Rust files, one at a time ----

/// Which part of a file a rule is about.
#[derive(Clone, Copy)]
enum Part {
    All,
    Product,
    Test,
}

/// Words that may not stand in some code.
struct Forbidden {
    rule: &'static str,
    applies_to: fn(&str) -> bool,
    part: Part,
    words: &'static [&'static str],
    why: &'static str,
}

const FORBIDDEN: &[Forbidden] = &[
    Forbidden {
        rule: "ignored",
        applies_to: |_| true,
        part: Part::All,
        words: &["#[ignore"],
        why: "a test runs, or it is not there",
    },
    Forbidden {
        rule: "sleep",
        applies_to: |_| true,
        part: Part::Test,
        words: &["sleep(", "sleep_until("],
        why: "a test waits for a condition, not for a time",
    },
    Forbidden {
        rule: "pure",
        applies_to: |path| in_core(path) && (path.ends_with("/state.rs") || path.ends_with("/rules.rs")),
        part: Part::All,
        words: &[
            "async",
            "await",
            "SystemTime",
            "Instant",
            "rand",
            "tokio",
            "reqwest",
            "matrix_sdk",
            "std::fs",
            "std::net",
            "std::time::SystemTime",
        ],
        why: "it is pure: no I/O, no clock, no randomness; flow.rs performs what it decides",
    },
    Forbidden {
        rule: "reveal",
        applies_to: |path| in_core(path) && path != "crates/keyward/src/secret.rs",
        part: Part::All,
        words: &["fn reveal", "expose_secret", "expose_secret_mut"],
        why: "only secret.rs reveals a secret",
    },
    Forbidden {
        rule: "runtime",
        applies_to: in_core,
        part: Part::Product,
        words: &["Runtime::new", "new_current_thread", "new_multi_thread"],
        why: "the runtime belongs to whoever embeds the core",
    },
    Forbidden {
        rule: "runtime",
        applies_to: |path| in_ffi(path) && path != "crates/keyward-ffi/src/runtime.rs",
        part: Part::Product,
        words: &["Runtime::new", "new_current_thread", "new_multi_thread"],
        why: "only runtime.rs makes a runtime",
    },
    Forbidden {
        rule: "log",
        applies_to: |path| in_ffi(path) && path != "crates/keyward-ffi/src/log.rs",
        part: Part::Product,
        words: &["tracing_subscriber"],
        why: "only log.rs touches the log's subscriber",
    },
];

fn in_ffi(path: &str) -> bool {
    path.starts_with("crates/keyward-ffi/src/")
}

fn in_core(path: &str) -> bool {
    path.starts_with("crates/keyward/src/")
}

/// Files that hold nothing but test code.
fn is_test_file(path: &str) -> bool {
    path.starts_with("crates/keyward-testing/") || path.contains("/tests/") || path.ends_with("/tests.rs")
}

fn check_rust(path: &str, text: &str) -> Vec<Finding> {
    let code = code_of(text);
    let test_start = if is_test_file(path) { 0 } else { test_code_start(&code) };
    let mut findings = Vec::new();
    let mut report = |rule, at, message| {
        findings.push(Finding {
            rule,
            path: path.to_owned(),
            line: line_of(text, at),
            message,
        });
    };

    if text.lines().next() != Some("// SPDX-License-Identifier: Apache-2.0") {
        report("licence", 0, "the first line is not the SPDX line".to_owned());
    }
    for forbidden in FORBIDDEN.iter().filter(|forbidden| (forbidden.applies_to)(path)) {
        let range = match forbidden.part {
            Part::All => 0..code.len(),
            Part::Product => 0..test_start,
            Part::Test => test_start..code.len(),
        };
        for word in forbidden.words {
            for at in occurrences(&code[range.clone()], word) {
                report(forbidden.rule, range.start + at, format!("`{word}`: {}", forbidden.why));
            }
        }
    }
    if in_core(path) {
        for (at, name) in foreign_types_in_errors(&code) {
            report(
                "errors",
                at,
                format!("`{name}`: no type of matrix-sdk, ruma or SQLite in a public error"),
            );
        }
    }
    findings
}

/// The names of types of matrix-sdk, ruma, reqwest and rusqlite that stand in a public error type, with their places.
fn foreign_types_in_errors(code: &str) -> Vec<(usize, String)> {
    const CRATES: &[&str] = &["matrix_sdk", "ruma", "reqwest", "rusqlite"];
    let is_foreign = |path: &str| CRATES.iter().any(|name| path.trim_start().starts_with(name));
    let identifiers = |text: &str| -> Vec<String> {
        let words = text
            .split(|c: char| !c.is_alphanumeric() && c != '_')
            .filter(|word| !word.is_empty());
        words.map(str::to_owned).collect()
    };

    // Types that a `use` brought in; modules are found by the name of the crate they are reached through.
    let mut foreign: Vec<String> = CRATES.iter().map(|name| (*name).to_owned()).collect();
    for at in occurrences(code, "use ") {
        let path = code[at + "use ".len()..].split(';').next().unwrap_or_default();
        if is_foreign(path) {
            let types = identifiers(path)
                .into_iter()
                .filter(|word| word.starts_with(char::is_uppercase));
            foreign.extend(types);
        }
    }
    foreign.sort();
    foreign.dedup();

    let mut found = Vec::new();
    for keyword in ["pub enum ", "pub struct "] {
        for at in occurrences(code, keyword) {
            let rest = &code[at + keyword.len()..];
            let name_length = rest
                .find(|c: char| !c.is_alphanumeric() && c != '_')
                .unwrap_or(rest.len());
            let body = rest.find(['{', '(', ';']).map(|open| at + keyword.len() + open);
            if let (true, Some(open)) = (rest[..name_length].ends_with("Error"), body) {
                let fields = inside_brackets(code, open);
                for name in &foreign {
                    // `matrix_sdk` also stands for matrix_sdk_base and its other neighbours.
                    let places: Vec<usize> = if CRATES.contains(&name.as_str()) {
                        fields.match_indices(name.as_str()).map(|(place, _)| place).collect()
                    } else {
                        occurrences(fields, name).collect()
                    };
                    found.extend(places.into_iter().map(|place| (open + 1 + place, name.clone())));
                }
            }
        }
    }
    found
}

// ---- Rust files, all together ----

/// Calls that matrix-sdk hides and may take away stand in one file of a crate, where the reason is written.
fn check_hidden_calls(files: &BTreeMap<String, String>) -> Vec<Finding> {
    let mut first_use: BTreeMap<&str, &str> = BTreeMap::new();
    let mut findings = Vec::new();
    for (path, text) in files.iter().filter(|(path, _)| path.ends_with(".rs")) {
        let crate_folder = path
            .split("/src/")
            .next()
            .unwrap_or(path)
            .split("/tests/")
            .next()
            .unwrap_or(path);
        let code = code_of(text);
        for at in occurrences(&code, ".base_client(") {
            let first = *first_use.entry(crate_folder).or_insert(path);
            if first != path {
                let message = format!("`base_client(`: a hidden call of matrix-sdk, and {first} has it already");
                findings.push(Finding {
                    rule: "hidden",
                    path: path.clone(),
                    line: line_of(text, at),
                    message,
                });
            }
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace::Dependency;

    #[test]
    fn the_tree_is_tidy() {
        let findings = check(&read_files().unwrap(), &workspace::packages().unwrap(), EXCEPTIONS);
        assert!(
            findings.is_empty(),
            "{}",
            findings
                .iter()
                .map(|finding| format!("\n{finding}"))
                .collect::<String>()
        );
    }

    fn rules(findings: &[Finding]) -> Vec<(&'static str, usize)> {
        findings.iter().map(|finding| (finding.rule, finding.line)).collect()
    }

    #[test]
    fn each_rule_about_rust_text_finds_the_bad_and_passes_the_good() {
        const CORE: &str = "crates/keyward/src/a.rs";
        for (path, text, expected) in [
            (CORE, "#[test]\n#[ignore = \"slow\"]\nfn f() {}", vec![("ignored", 3)]),
            (
                "crates/keyward/tests/a.rs",
                "fn f() { thread::sleep(d) }",
                vec![("sleep", 2)],
            ),
            (
                CORE,
                "fn f() { sleep(d) }\n#[cfg(test)]\nmod tests {\n fn g() { sleep(d) } }",
                vec![("sleep", 5)],
            ),
            (
                CORE,
                "fn f() { sleeper(d) }\n#[cfg(test)]\nmod tests { fn g() { oversleep(d) } }",
                vec![],
            ),
            (
                "crates/keyward/src/reset/state.rs",
                "fn f() { Instant::now() }",
                vec![("pure", 2)],
            ),
            (
                "crates/keyward/src/sessions/rules.rs",
                "async fn f() {}",
                vec![("pure", 2)],
            ),
            (
                "crates/keyward/src/sessions/rules.rs",
                "/// Not async, knows no Instant.\nfn f() {}",
                vec![],
            ),
            (
                "crates/keyward/src/reset/flow.rs",
                "async fn f() { Instant::now() }",
                vec![],
            ),
            (CORE, "impl A { fn reveal(&self) {} }", vec![("reveal", 2)]),
            (CORE, "fn f(a: A) { a.reveal() }", vec![]),
            (
                "crates/keyward/src/secret.rs",
                "impl A { fn reveal(&self) { self.0.expose_secret() } }",
                vec![],
            ),
            ("crates/keyward/src/sessions/list.rs", "use crate::auth::Stage;", vec![]),
            (CORE, "fn f() { Runtime::new() }", vec![("runtime", 2)]),
            (
                "crates/keyward-ffi/src/account.rs",
                "fn f() { Builder::new_multi_thread() }",
                vec![("runtime", 2)],
            ),
            (
                "crates/keyward-ffi/src/runtime.rs",
                "fn f() { Builder::new_multi_thread() }",
                vec![],
            ),
            (
                "crates/keyward-ffi/src/runtime.rs",
                "use tracing_subscriber::Layer;",
                vec![("log", 2)],
            ),
            (CORE, "#[cfg(test)]\nmod tests { fn f() { Runtime::new() } }", vec![]),
        ] {
            let text = format!("// SPDX-License-Identifier: Apache-2.0\n{text}");
            assert_eq!(rules(&check_rust(path, &text)), expected, "{path}\n{text}");
        }
        assert_eq!(rules(&check_rust(CORE, "//! A module.\n")), [("licence", 1)]);
        assert_eq!(rules(&check_rust(CORE, "")), [("licence", 1)]);
    }

    #[test]
    fn a_foreign_type_in_a_public_error_is_found_however_it_is_named() {
        for (code, expected) in [
            ("pub enum ResetError { A(matrix_sdk::Error) }", vec!["matrix_sdk"]),
            ("pub struct StoreError { a: Box<rusqlite::Error> }", vec!["rusqlite"]),
            (
                "use matrix_sdk_base::{a::{CryptoStoreError}};\npub enum E1Error { A(CryptoStoreError) }",
                vec!["CryptoStoreError"],
            ),
            ("use matrix_sdk::HttpError;\nenum PrivateError { A(HttpError) }", vec![]),
            (
                "use matrix_sdk::HttpError;\npub enum LoginError { A(MyHttpError), B { c: String } }",
                vec![],
            ),
            ("pub struct Reset { client: matrix_sdk::Client }", vec![]),
            ("pub struct NoSuchError;\nuse ruma::UserId;", vec![]),
        ] {
            let names: Vec<String> = foreign_types_in_errors(code)
                .into_iter()
                .map(|(_, name)| name)
                .collect();
            assert_eq!(names, expected, "{code}");
        }
    }

    #[test]
    fn paths_and_hosts_of_one_machine_are_found() {
        for (text, expected) in [
            ("see /root/x", 1),
            ("a\nb = \"/home/me/x\"", 1),
            ("file:///Users/me", 0),
            ("(/Users/me)", 1),
            ("the folder crates/work/src", 0),
            ("~/work/x, ./home/x, $HOME/work/", 0),
            ("https://pypi.org/simple", 1),
            ("http://127.0.0.1:8008", 0),
            ("registry+https://github.com/rust-lang/crates.io-index", 0),
        ] {
            assert_eq!(check_text("README.md", text).len(), expected, "{text}");
        }
    }

    #[test]
    fn a_hidden_call_stays_in_one_file_of_a_crate() {
        let files = |paths: &[&str]| -> BTreeMap<String, String> {
            paths
                .iter()
                .map(|path| ((*path).to_owned(), "a\n.base_client(b)".to_owned()))
                .collect()
        };
        assert_eq!(
            check_hidden_calls(&files(&["crates/a/src/x.rs", "crates/b/src/x.rs"])),
            []
        );
        let twice = check_hidden_calls(&files(&["crates/a/src/x.rs", "crates/a/src/y/z.rs"]));
        assert_eq!(rules(&twice), [("hidden", 2)]);
        assert_eq!(twice[0].path, "crates/a/src/y/z.rs");
    }

    #[test]
    fn dependencies_point_one_way() {
        let dependency = |text: &str, dev| {
            let (name, requirement) = text.split_once(' ').unwrap_or((text, "*"));
            Dependency {
                name: name.to_owned(),
                requirement: requirement.to_owned(),
                dev,
            }
        };
        for (package, on, dev, allowed) in [
            ("keyward", "keyward-testing", true, true),
            ("keyward", "keyward-testing", false, false),
            ("keyward-testing-tools", "keyward-testing", false, true),
            ("keyward", "matrix-sdk =0.18.0", false, true),
            ("keyward", "matrix-sdk ^0.18.0", false, false),
        ] {
            let package = Package {
                name: package.to_owned(),
                dependencies: vec![dependency(on, dev)],
            };
            let found = check_packages(std::slice::from_ref(&package));
            assert_eq!(
                found.is_empty(),
                allowed,
                "{} on {on} (dev: {dev}): {found:?}",
                package.name
            );
        }
    }

    #[test]
    fn an_exception_excuses_its_place_and_is_reported_when_it_excuses_nothing() {
        let text = "// SPDX-License-Identifier: Apache-2.0\nfn f() { sleep(d) }".to_owned();
        let files = BTreeMap::from([("crates/a/tests/x.rs".to_owned(), text)]);
        assert_eq!(check(&files, &[], &[("crates/a/", "sleep", "")]), []);
        assert_eq!(rules(&check(&files, &[], &[])), [("sleep", 2)]);
        let unused = check(
            &files,
            &[],
            &[("crates/a/tests/x.rs", "sleep", ""), ("crates/b/", "sleep", "")],
        );
        assert_eq!(rules(&unused), [("exception", 1)]);
    }
}
