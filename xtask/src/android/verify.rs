// SPDX-License-Identifier: Apache-2.0

//! Reads a package back and checks that it is one: what is in it, for which processors, and what its POM asks for.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use anyhow::{Context, Result, bail};

use super::{
    aar::{Kind, STAND_IN_ENTRY, STAND_IN_FILE, is_class_file, unpack},
    elf::Library,
    plan::{ABIS, API_LEVEL, LIBRARY},
};

/// Java 8, which every Android build reads.
const NEWEST_CLASS_FILE: u16 = 52;

/// Checks the AAR, the POM and the sources in `folder`, says how large the package is, and fails with all that is wrong.
pub(super) fn folder(folder: &Path, kind: Kind) -> Result<()> {
    let stem = kind.file_stem();
    let read = |ending: &str| {
        let file = folder.join(format!("{stem}{ending}"));
        fs::read(&file).with_context(|| format!("there is no {}", file.display()))
    };
    let (aar, pom, sources) = (read(".aar")?, read(".pom")?, read("-sources.jar")?);
    let mut findings = check_aar(&aar, kind);
    findings.extend(check_pom(&String::from_utf8_lossy(&pom), kind));
    findings.extend(check_sources(&sources));
    if !findings.is_empty() {
        bail!("{stem} is not as it should be:\n{}", findings.join("\n"));
    }
    println!("  {stem}.aar: {:.1} MB", aar.len() as f64 / 1e6);
    Ok(())
}

fn check_aar(bytes: &[u8], kind: Kind) -> Vec<String> {
    let files = match unpack(bytes) {
        Ok(files) => files,
        Err(error) => return vec![format!("the AAR is no zip that can be read: {error:#}")],
    };
    let mut findings = check_names(&files, kind);
    for (name, contents) in &files {
        let in_file = match name.as_str() {
            "AndroidManifest.xml" => check_manifest(&String::from_utf8_lossy(contents), kind),
            "classes.jar" => check_classes(contents),
            "proguard.txt" => check_rules(&String::from_utf8_lossy(contents)),
            _ => Vec::new(),
        };
        findings.extend(in_file.into_iter().map(|finding| format!("{name}: {finding}")));
    }
    for abi in &ABIS {
        let name = library_name(abi.folder);
        if let Some(contents) = files.get(&name) {
            let objections = match (Library::read(contents), kind) {
                (Err(error), _) => vec![format!("{error:#}")],
                (Ok(library), Kind::Release) => library.objections_on(abi),
                (Ok(library), Kind::HostStandIn) => library.objections(),
            };
            findings.extend(objections.into_iter().map(|objection| format!("{name}: {objection}")));
        }
    }
    findings
}

fn library_name(abi: &str) -> String {
    format!("jni/{abi}/{LIBRARY}")
}

fn check_names(files: &BTreeMap<String, Vec<u8>>, kind: Kind) -> Vec<String> {
    let mut expected: BTreeSet<String> = ["AndroidManifest.xml", "R.txt", "classes.jar", "proguard.txt"]
        .map(str::to_owned)
        .into();
    expected.extend(ABIS.iter().map(|abi| library_name(abi.folder)));
    if kind == Kind::HostStandIn {
        expected.insert(STAND_IN_FILE.to_owned());
    }
    let found: BTreeSet<String> = files.keys().cloned().collect();
    let missing = expected.difference(&found).map(|name| format!("{name} is missing"));
    let surplus = found
        .difference(&expected)
        .map(|name| format!("{name} does not belong there"));
    missing.chain(surplus).collect()
}

fn check_manifest(manifest: &str, kind: Kind) -> Vec<String> {
    let mut findings = Vec::new();
    for part in [
        "package=\"org.keyward\"".to_owned(),
        format!("android:minSdkVersion=\"{API_LEVEL}\""),
        "android.permission.INTERNET".to_owned(),
    ] {
        if !manifest.contains(&part) {
            findings.push(format!("it has no {part}"));
        }
    }
    if manifest.contains(STAND_IN_ENTRY) != (kind == Kind::HostStandIn) {
        findings.push(format!("{STAND_IN_ENTRY} belongs into a stand-in, and nowhere else"));
    }
    findings
}

fn check_classes(jar: &[u8]) -> Vec<String> {
    let files = match unpack(jar) {
        Ok(files) => files,
        Err(error) => return vec![format!("no zip that can be read: {error:#}")],
    };
    let mut findings = Vec::new();
    for (name, contents) in &files {
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

fn check_rules(rules: &str) -> Vec<String> {
    ["-keep class com.sun.jna.** { *; }", "-keep class org.keyward.** { *; }"]
        .iter()
        .filter(|rule| !rules.lines().any(|line| line == **rule))
        .map(|rule| format!("it has no `{rule}`"))
        .collect()
}

fn check_pom(pom: &str, kind: Kind) -> Vec<String> {
    let mut findings = Vec::new();
    for part in [
        "<artifactId>keyward-android</artifactId>".to_owned(),
        format!("<version>{}</version>", kind.version()),
        "<packaging>aar</packaging>".to_owned(),
    ] {
        if !pom.contains(&part) {
            findings.push(format!("the POM has no {part}"));
        }
    }
    let jna = pom
        .split("<dependency>")
        .skip(1)
        .find(|dependency| dependency.contains("<artifactId>jna</artifactId>"));
    if !jna.is_some_and(|dependency| dependency.contains("<type>aar</type>")) {
        findings.push("the POM does not ask for JNA's AAR: its jar has no library for Android".to_owned());
    }
    findings
}

fn check_sources(jar: &[u8]) -> Vec<String> {
    match unpack(jar) {
        Ok(files) if files.keys().any(|name| name.ends_with(".kt")) => Vec::new(),
        Ok(_) => vec!["the sources have no Kotlin file".to_owned()],
        Err(error) => vec![format!("the sources are no zip that can be read: {error:#}")],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::android::{
        aar::{
            self, Aar, Dependencies,
            tests::{class_file, jar, sample},
        },
        elf::tests::tiny_library,
    };

    fn findings(aar: &Aar, kind: Kind) -> String {
        check_aar(&aar.to_bytes().expect("an AAR"), kind).join("\n")
    }

    fn dependencies() -> Dependencies {
        Dependencies::of_kotlin().expect("the versions in pom.xml")
    }

    #[test]
    fn a_package_as_it_should_be_passes() {
        for kind in [Kind::Release, Kind::HostStandIn] {
            assert_eq!(findings(&sample(kind), kind), "", "{kind:?}");
            assert_eq!(check_pom(&aar::pom(kind, &dependencies()), kind), [""; 0], "{kind:?}");
        }
    }

    #[test]
    fn a_stand_in_is_no_release_and_a_release_no_stand_in() {
        let found = findings(&sample(Kind::HostStandIn), Kind::Release);
        for part in [
            "NOT-FOR-ANDROID.txt does not belong there",
            "belongs into a stand-in, and nowhere else",
            "jni/arm64-v8a/libkeyward_ffi.so: it is for another processor",
            "jni/x86_64/libkeyward_ffi.so: it is aligned for pages of 4096 bytes",
        ] {
            assert!(found.contains(part), "{part}: {found}");
        }
        let found = findings(&sample(Kind::Release), Kind::HostStandIn);
        assert!(found.contains("NOT-FOR-ANDROID.txt is missing"), "{found}");
        assert!(!check_pom(&aar::pom(Kind::HostStandIn, &dependencies()), Kind::Release).is_empty());
    }

    #[test]
    fn libraries_in_each_others_folders_are_found() {
        let mut aar = sample(Kind::Release);
        let arm = aar.libraries["arm64-v8a"].clone();
        aar.libraries.insert("x86", arm);
        assert_eq!(
            findings(&aar, Kind::Release),
            "jni/x86/libkeyward_ffi.so: it is for another processor (ELF machine 183)"
        );
    }

    #[test]
    fn a_missing_abi_and_one_too_many_are_found() {
        let mut aar = sample(Kind::Release);
        aar.libraries.remove("x86");
        aar.libraries.insert("mips", tiny_library(8, false, 0x4000));
        assert_eq!(
            findings(&aar, Kind::Release),
            "jni/x86/libkeyward_ffi.so is missing\njni/mips/libkeyward_ffi.so does not belong there"
        );
    }

    #[test]
    fn small_pages_are_found() {
        let mut aar = sample(Kind::Release);
        aar.libraries
            .insert("arm64-v8a", tiny_library(goblin::elf::header::EM_AARCH64, true, 0x1000));
        assert!(findings(&aar, Kind::Release).contains("aligned for pages of 4096 bytes, not 16384"));
    }

    #[test]
    fn classes_for_newer_javas_and_foreign_files_are_found() {
        let classes = jar(&[
            ("META-INF/keyward.kotlin_module", b"module"),
            ("org/keyward/New.class", &class_file(61)),
            ("org/keyward/Text.class", b"text"),
            ("com/sun/jna/Native.class", &class_file(52)),
            ("linux-x86-64/libkeyward_ffi.so", b"\x7fELF"),
        ]);
        let found = check_classes(&classes).join("\n");
        for part in [
            "org/keyward/New.class is of version 61, newer than 52",
            "org/keyward/Text.class is no class file",
            "com/sun/jna/Native.class does not belong there",
            "linux-x86-64/libkeyward_ffi.so does not belong there",
        ] {
            assert!(found.contains(part), "{part}: {found}");
        }
        assert_eq!(check_classes(&jar(&[])).len(), 2);
    }

    #[test]
    fn missing_rules_for_r8_are_found() {
        let mut aar = sample(Kind::Release);
        aar.proguard = aar.proguard.replace("-keep class org.keyward.** { *; }", "# none");
        assert_eq!(
            findings(&aar, Kind::Release),
            "proguard.txt: it has no `-keep class org.keyward.** { *; }`"
        );
    }

    #[test]
    fn a_pom_with_the_jar_of_jna_is_found() {
        let pom = aar::pom(Kind::Release, &dependencies()).replace("<type>aar</type>", "");
        assert_eq!(
            check_pom(&pom, Kind::Release),
            ["the POM does not ask for JNA's AAR: its jar has no library for Android"]
        );
    }

    #[test]
    fn a_folder_is_checked_as_a_whole() {
        let directory = tempfile::tempdir().expect("a folder");
        let stem = Kind::Release.file_stem();
        let write = |ending: &str, contents: &[u8]| {
            fs::write(directory.path().join(format!("{stem}{ending}")), contents).expect("it is written");
        };
        write(".aar", &sample(Kind::Release).to_bytes().expect("an AAR"));
        write(".pom", aar::pom(Kind::Release, &dependencies()).as_bytes());
        let error = folder(directory.path(), Kind::Release).expect_err("no sources");
        assert!(error.to_string().contains("-sources.jar"), "{error}");
        write("-sources.jar", &jar(&[("org/keyward/Account.kt", b"class Account")]));
        folder(directory.path(), Kind::Release).expect("all is there");
        write(".aar", b"no zip");
        let error = folder(directory.path(), Kind::Release).expect_err("no zip");
        assert!(error.to_string().contains("no zip that can be read"), "{error}");
    }
}
