// SPDX-License-Identifier: Apache-2.0

//! The classes in jars and Android's archives: which there are, and which are there twice. An app that finds a class
//! twice is not built (Android) or takes the one that comes first (Java).

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result};

use super::archive::unpack;

/// Java 8, which every Android build reads.
const NEWEST_CLASS_FILE: u16 = 52;

/// Android's archives have their classes in a jar inside.
pub(crate) const CLASSES_JAR: &str = "classes.jar";

/// The names of the classes in a jar or in Android's archive (`org/keyward/Account.class`).
pub(crate) fn classes(archive: &[u8]) -> Result<BTreeSet<String>> {
    let files = unpack(archive)?;
    let mut found: BTreeSet<String> = files.keys().filter(|name| name.ends_with(".class")).cloned().collect();
    if let Some(inner) = files.get(CLASSES_JAR) {
        found.extend(classes(inner).context(CLASSES_JAR)?);
    }
    Ok(found)
}

/// A line for each class that several of these archives have, by the archives' names.
pub(crate) fn twice<'a>(archives: impl IntoIterator<Item = (&'a str, &'a [u8])>) -> Result<Vec<String>> {
    let mut places: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for (name, bytes) in archives {
        for class in classes(bytes).with_context(|| name.to_owned())? {
            places.entry(class).or_default().push(name);
        }
    }
    Ok(places
        .into_iter()
        .filter(|(_, names)| names.len() > 1)
        .map(|(class, names)| format!("{class} is in {}", names.join(" and in ")))
        .collect())
}

/// Whether a file belongs into the artifact of the classes: a class of ours, or the metadata of top-level functions for
/// Kotlin's compiler.
fn is_class_file(name: &str) -> bool {
    let is_class = name.starts_with("org/keyward/") && name.ends_with(".class");
    let is_module = name.starts_with("META-INF/") && name.ends_with(".kotlin_module");
    is_class || is_module
}

/// What is wrong with the jar of the classes.
pub(crate) fn objections(jar: &[u8]) -> Vec<String> {
    let files = match unpack(jar) {
        Ok(files) => files,
        Err(error) => return vec![format!("no zip that can be read: {error:#}")],
    };
    let mut findings = Vec::new();
    for (name, contents) in &files {
        if ["META-INF/MANIFEST.MF", "META-INF/LICENSE"].contains(&name.as_str()) {
            continue;
        }
        if !is_class_file(name) {
            findings.push(format!("{name} does not belong there"));
        } else if name.ends_with(".class") {
            match contents.as_slice() {
                [0xca, 0xfe, 0xba, 0xbe, _, _, high, low, ..] => {
                    let version = u16::from_be_bytes([*high, *low]);
                    if version > NEWEST_CLASS_FILE {
                        findings.push(format!(
                            "{name} is of version {version}, newer than {NEWEST_CLASS_FILE}"
                        ));
                    }
                }
                _ => findings.push(format!("{name} is no class file")),
            }
        }
    }
    if !files.keys().any(|name| name.ends_with(".class")) {
        findings.push("it has no class".to_owned());
    }
    if !files.keys().any(|name| name.ends_with(".kotlin_module")) {
        findings.push("it has no Kotlin module, so nobody finds its top-level functions".to_owned());
    }
    findings
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::maven::archive::tests::jar;

    /// The beginning of a class file of this version; 52 is Java 8.
    pub(crate) fn class_file(version: u8) -> Vec<u8> {
        vec![0xca, 0xfe, 0xba, 0xbe, 0, 0, 0, version]
    }

    /// A jar of classes as it should be.
    pub(crate) fn classes_jar() -> Vec<u8> {
        jar(&[
            ("META-INF/MANIFEST.MF", b"Manifest-Version: 1.0\n"),
            ("META-INF/keyward.kotlin_module", b"module"),
            ("org/keyward/Account.class", &class_file(52)),
        ])
    }

    #[test]
    fn a_class_in_two_archives_is_found_also_inside_of_androids() {
        let library = classes_jar();
        let native = jar(&[("linux-x86-64/libkeyward_ffi.so", b"\x7fELF")]);
        let aar = jar(&[(CLASSES_JAR, &library), ("AndroidManifest.xml", b"<manifest/>")]);
        let named = |last: (&'static str, &[u8])| {
            twice([("keyward", library.as_slice()), ("native", &native), last]).expect("zips")
        };
        assert_eq!(named(("other", &native)), [""; 0]);
        let found = "org/keyward/Account.class is in keyward and in android";
        assert_eq!(named(("android", &aar)), [found]);
        assert_eq!(named(("android", &library)), [found]);
        assert!(twice([("text", b"text".as_slice())]).is_err());
    }

    #[test]
    fn classes_for_newer_javas_and_foreign_files_are_found() {
        assert_eq!(objections(&classes_jar()), [""; 0]);
        let spoilt = jar(&[
            ("META-INF/keyward.kotlin_module", b"module"),
            ("org/keyward/New.class", &class_file(61)),
            ("org/keyward/Text.class", b"text"),
            ("com/sun/jna/Native.class", &class_file(52)),
            ("linux-x86-64/libkeyward_ffi.so", b"\x7fELF"),
        ]);
        let found = objections(&spoilt).join("\n");
        for part in [
            "org/keyward/New.class is of version 61, newer than 52",
            "org/keyward/Text.class is no class file",
            "com/sun/jna/Native.class does not belong there",
            "linux-x86-64/libkeyward_ffi.so does not belong there",
        ] {
            assert!(found.contains(part), "{part}: {found}");
        }
        assert_eq!(objections(&jar(&[])).len(), 2);
    }
}
