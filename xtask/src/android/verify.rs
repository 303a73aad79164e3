// SPDX-License-Identifier: Apache-2.0

//! Reads a package back and checks that it is one: what is in it, for which processors, and what its POM asks for.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use anyhow::{Context, Result, bail};

use super::{
    aar::{Kind, STAND_IN_ENTRY, STAND_IN_FILE},
    elf::Library,
    plan::{ABIS, API_LEVEL, LIBRARY},
};
use crate::maven::{self, archive::unpack, classes};

/// Checks the AAR, its POM and the classes that go with it in `folder`, says how large the package is, and fails with
/// all that is wrong.
pub(super) fn folder(folder: &Path, kind: Kind) -> Result<()> {
    let stem = kind.file_stem();
    let read = |ending: &str| {
        let file = folder.join(format!("{stem}{ending}"));
        fs::read(&file).with_context(|| format!("there is no {}", file.display()))
    };
    let (aar, pom) = (read(".aar")?, read(".pom")?);
    let library = format!("{}-{}.jar", maven::CLASSES, maven::VERSION);
    let jar = fs::read(folder.join(&library)).with_context(|| format!("there is no {library}"))?;
    let mut findings = check_aar(&aar, kind);
    findings.extend(check_pom(&String::from_utf8_lossy(&pom), kind));
    let in_classes = classes::objections(&jar).into_iter();
    findings.extend(in_classes.map(|finding| format!("{library}: {finding}")));
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
            classes::CLASSES_JAR => check_no_classes(contents),
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

fn check_no_classes(jar: &[u8]) -> Vec<String> {
    match classes::classes(jar) {
        Ok(classes) if classes.is_empty() => Vec::new(),
        Ok(_) => vec![format!(
            "it has classes, which are those of {}: an app would have them twice",
            maven::CLASSES
        )],
        Err(error) => vec![format!("no zip that can be read: {error:#}")],
    }
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
        format!(
            "<artifactId>{}</artifactId>\n    <version>{}</version>",
            maven::ANDROID,
            kind.version()
        ),
        "<packaging>aar</packaging>".to_owned(),
    ] {
        if !pom.contains(&part) {
            findings.push(format!("the POM has no {part}"));
        }
    }
    let dependency = |name: &str| {
        pom.split("<dependency>")
            .skip(1)
            .find(|dependency| dependency.contains(&format!("<artifactId>{name}</artifactId>")))
    };
    if !dependency("jna").is_some_and(|dependency| dependency.contains("<type>aar</type>")) {
        findings.push("the POM does not ask for JNA's AAR: its jar has no library for Android".to_owned());
    }
    if dependency(maven::CLASSES).is_none() {
        findings.push("the POM does not ask for the classes".to_owned());
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        android::{
            aar::{Aar, tests::sample},
            elf::tests::tiny_library,
        },
        maven::{archive::tests::jar, classes::tests::classes_jar, pom},
    };

    fn findings(aar: &Aar, kind: Kind) -> String {
        check_aar(&aar.to_bytes().expect("an AAR"), kind).join("\n")
    }

    fn pom_of(kind: Kind) -> String {
        pom::android(kind.version()).expect("a POM").to_xml(None)
    }

    #[test]
    fn a_package_as_it_should_be_passes() {
        for kind in [Kind::Release, Kind::HostStandIn] {
            assert_eq!(findings(&sample(kind), kind), "", "{kind:?}");
            assert_eq!(check_pom(&pom_of(kind), kind), [""; 0], "{kind:?}");
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
        assert!(!check_pom(&pom_of(Kind::HostStandIn), Kind::Release).is_empty());
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
    fn classes_in_the_archive_are_found() {
        assert_eq!(check_no_classes(&jar(&[])), [""; 0]);
        let found = check_no_classes(&classes_jar()).join("\n");
        assert!(found.contains("an app would have them twice"), "{found}");
        assert!(check_no_classes(b"no zip")[0].contains("no zip"));
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
        let pom = pom_of(Kind::Release).replace("<type>aar</type>", "");
        assert_eq!(
            check_pom(&pom, Kind::Release),
            ["the POM does not ask for JNA's AAR: its jar has no library for Android"]
        );
    }

    #[test]
    fn a_pom_without_the_classes_is_found() {
        let pom = pom_of(Kind::Release).replace("<artifactId>keyward</artifactId>", "<artifactId>other</artifactId>");
        assert_eq!(check_pom(&pom, Kind::Release), ["the POM does not ask for the classes"]);
    }

    #[test]
    fn a_folder_is_checked_as_a_whole() {
        let directory = tempfile::tempdir().expect("a folder");
        let stem = Kind::Release.file_stem();
        let write = |ending: &str, contents: &[u8]| {
            fs::write(directory.path().join(format!("{stem}{ending}")), contents).expect("it is written");
        };
        write(".aar", &sample(Kind::Release).to_bytes().expect("an AAR"));
        write(".pom", pom_of(Kind::Release).as_bytes());
        let error = folder(directory.path(), Kind::Release).expect_err("no classes");
        assert!(error.to_string().contains("keyward-"), "{error}");
        let library = format!("{}-{}.jar", maven::CLASSES, maven::VERSION);
        fs::write(directory.path().join(library), classes_jar()).expect("it is written");
        folder(directory.path(), Kind::Release).expect("all is there");
        write(".aar", b"no zip");
        let error = folder(directory.path(), Kind::Release).expect_err("no zip");
        assert!(error.to_string().contains("no zip that can be read"), "{error}");
    }
}
