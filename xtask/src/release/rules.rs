// SPDX-License-Identifier: Apache-2.0

//! What Maven Central asks of what it publishes, and what we ask besides: no class twice, and nothing for a desktop
//! in what Android gets. Central says no only after the upload; this says it before.

mod pom;

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};

use self::pom::Read;
use super::signatures::Signed;
use crate::{
    maven::{
        archive, classes,
        repository::{CHECKSUMS, SIGNATURE, published, with_ending},
    },
    workspace,
};

/// What a repository is checked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    /// To see whether a release can be made: placeholders stand for what only a release knows.
    DryRun,
    Release,
}

impl Purpose {
    pub(super) fn of(dry_run: bool) -> Self {
        if dry_run { Self::DryRun } else { Self::Release }
    }
}

/// All that is against the rules in the repository at `root`.
pub(super) fn check(root: &Path, signed: Signed, purpose: Purpose) -> Result<Vec<String>> {
    let mut folders: BTreeMap<PathBuf, Vec<PathBuf>> = BTreeMap::new();
    for file in published(root)? {
        let folder = file.parent().context("a file lies in a folder")?.to_owned();
        folders.entry(folder).or_default().push(file);
    }
    let mut findings = Vec::new();
    let mut archives = Vec::new();
    for (folder, files) in &folders {
        let shown = folder.strip_prefix(root)?.display().to_string();
        let mut found = Vec::new();
        match artifact(folder, files, purpose) {
            Ok((in_artifact, archive)) => {
                found.extend(in_artifact);
                archives.extend(archive);
            }
            Err(error) => found.push(format!("{error:#}")),
        }
        for file in files {
            found.extend(additions(file, signed)?);
            if purpose == Purpose::Release {
                found.extend(folders_in(file, &[workspace::folders()?.0, workspace::folders()?.1])?);
            }
        }
        findings.extend(found.into_iter().map(|finding| format!("{shown}: {finding}")));
    }
    let mut classes_of = Vec::new();
    for archive in &archives {
        classes_of.push((name(archive), fs::read(archive)?));
    }
    let pairs = classes_of.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice()));
    match classes::twice(pairs) {
        Ok(twice) => findings.extend(twice),
        Err(error) => findings.push(format!("{error:#}")),
    }
    Ok(findings)
}

fn name(file: &Path) -> String {
    file.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// Checks one folder, and says which file an app gets of it.
fn artifact(folder: &Path, files: &[PathBuf], purpose: Purpose) -> Result<(Vec<String>, Option<PathBuf>)> {
    let is_pom = |file: &&PathBuf| file.extension().is_some_and(|ending| ending == "pom");
    let pom = files.iter().find(is_pom).context("it has no POM")?;
    let pom = Read::parse(&fs::read_to_string(pom)?)?;
    let mut findings = pom.objections(purpose);
    let (artifact, version) = (pom.text("artifactId"), pom.text("version"));
    let place = PathBuf::from(pom.text("groupId").replace('.', "/"))
        .join(artifact)
        .join(version);
    if !folder.ends_with(&place) {
        findings.push(format!("the POM is one for {}", place.display()));
    }
    let stem = format!("{artifact}-{version}");
    for file in files {
        if !name(file).starts_with(&stem) {
            findings.push(format!("{} does not belong there", name(file)));
        }
    }
    let main = folder.join(format!("{stem}.{}", pom.packaging()));
    for (what, file) in [
        ("what the POM is of", main.clone()),
        ("sources", folder.join(format!("{stem}-sources.jar"))),
        ("documentation", folder.join(format!("{stem}-javadoc.jar"))),
    ] {
        if !file.is_file() {
            findings.push(format!("it has no {what}: {}", name(&file)));
        }
    }
    let main = main.is_file().then_some(main);
    Ok((findings, main))
}

/// Checks the signature and the checksums of a file.
fn additions(file: &Path, signed: Signed) -> Result<Vec<String>> {
    let mut findings = Vec::new();
    let bytes = fs::read(file)?;
    for (ending, sum) in CHECKSUMS {
        match fs::read_to_string(with_ending(file, ending)) {
            Ok(text) if text == sum(&bytes) => {}
            Ok(_) => findings.push(format!("the {ending} of {} is that of other bytes", name(file))),
            Err(_) => findings.push(format!("{} has no {ending}", name(file))),
        }
    }
    if signed == Signed::Yes {
        let text = fs::read_to_string(with_ending(file, SIGNATURE)).unwrap_or_default();
        if !text.starts_with("-----BEGIN PGP SIGNATURE-----") {
            findings.push(format!("{} has no signature", name(file)));
        }
    }
    Ok(findings)
}

/// Which of these folders of this machine an archive names: others would learn who built it, and nobody could build the same.
fn folders_in(file: &Path, folders: &[PathBuf]) -> Result<Vec<String>> {
    let Ok(entries) = archive::unpack(&fs::read(file)?) else {
        return Ok(Vec::new());
    };
    let mut findings = Vec::new();
    for folder in folders {
        let named = folder.display().to_string();
        let mut holders = entries
            .iter()
            .filter(|(_, contents)| memchr::memmem::find(contents, named.as_bytes()).is_some());
        if let Some((holder, _)) = holders.next() {
            findings.push(format!("{holder} in {} names {named}", name(file)));
        }
    }
    Ok(findings)
}

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::*;
    use crate::maven::{
        VERSION,
        archive::{self, tests::jar},
        classes::tests::classes_jar,
        pom::{self, Pom, Publisher},
        repository::{self, Artifact, Contents},
    };

    fn artifact(pom: Pom, main: Vec<u8>) -> Artifact {
        let note = || Contents::Bytes(archive::note("a text").expect("a jar"));
        let ending = if pom.packaging == "aar" { ".aar" } else { ".jar" };
        Artifact {
            pom,
            files: vec![
                (ending, Contents::Bytes(main)),
                ("-sources.jar", note()),
                ("-javadoc.jar", note()),
            ],
        }
    }

    fn publisher() -> Publisher {
        Publisher {
            url: "https://keyward.test".to_owned(),
            repository: "https://keyward.test/git".to_owned(),
            developers: vec!["Somebody".to_owned()],
        }
    }

    /// A repository that keeps all rules, for tests to spoil.
    fn good() -> TempDir {
        let root = tempfile::tempdir().expect("a folder");
        let native = jar(&[("linux-x86-64/libkeyward_ffi.so", b"\x7fELF")]);
        let aar = jar(&[
            (classes::CLASSES_JAR, &jar(&[])),
            ("AndroidManifest.xml", b"<manifest/>"),
        ]);
        let artifacts = vec![
            artifact(pom::classes().expect("a POM"), classes_jar()),
            artifact(pom::native("linux-x86-64").expect("a POM"), native),
            artifact(pom::android(VERSION.to_owned()).expect("a POM"), aar),
        ];
        repository::stage(root.path(), artifacts, Some(&publisher())).expect("staged");
        for file in published(root.path()).expect("files") {
            let signature = "-----BEGIN PGP SIGNATURE-----\n";
            fs::write(with_ending(&file, SIGNATURE), signature).expect("a file");
        }
        repository::write_checksums(root.path()).expect("checksums");
        root
    }

    fn found(root: &TempDir, purpose: Purpose) -> String {
        check(root.path(), Signed::Yes, purpose).expect("checked").join("\n")
    }

    fn at(root: &TempDir, artifact: &str, ending: &str) -> PathBuf {
        repository::folder(root.path(), artifact, VERSION).join(format!("{artifact}-{VERSION}{ending}"))
    }

    /// What is found if the file says this in place of that.
    fn with_change(artifact: &str, from: &str, to: &str) -> String {
        let root = good();
        let pom = at(&root, artifact, ".pom");
        let text = fs::read_to_string(&pom).expect("a POM");
        assert!(text.contains(from), "{from}: {text}");
        fs::write(&pom, text.replacen(from, to, 1)).expect("written");
        repository::write_checksums(root.path()).expect("checksums");
        found(&root, Purpose::Release)
    }

    #[test]
    fn a_folder_of_this_machine_in_an_archive_is_found() {
        let folder = TempDir::new().expect("a folder");
        let file = folder.path().join("library.jar");
        fs::write(&file, jar(&[("a.so", b"..\0/somebody/.cargo/registry/x.rs\0..")])).expect("written");
        let found = |named: &str| folders_in(&file, &[PathBuf::from(named)]).expect("it can be read");
        assert_eq!(
            found("/somebody/.cargo"),
            ["a.so in library.jar names /somebody/.cargo"]
        );
        assert!(found("/nobody").is_empty());
    }

    #[test]
    fn a_repository_that_keeps_all_rules_is_left_in_peace() {
        assert_eq!(found(&good(), Purpose::Release), "");
    }

    #[test]
    fn everything_that_central_asks_of_a_pom_is_asked() {
        for (from, to, complaint) in [
            ("<name>Keyward</name>", "", "the POM has no name"),
            ("<name>Keyward</name>", "<name> </name>", "the POM has no name"),
            ("<description>", "<description></description><x>", "the POM"),
            ("<url>https://keyward.test</url>", "", "the POM has no url"),
            ("<name>Apache-2.0</name>", "", "licenses/license/name"),
            ("<name>Somebody</name>", "", "developers/developer/name"),
            ("<connection>", "<x>", "the POM"),
            ("scm:git:https://keyward.test/git", "", "scm/connection"),
            ("<url>https://keyward.test/git</url>", "", "scm/url"),
            (
                "<artifactId>keyward</artifactId>",
                "<artifactId>other</artifactId>",
                "the POM is one for org/keyward/other",
            ),
            (
                "<groupId>org.keyward</groupId>",
                "<groupId>org.other</groupId>",
                "the POM is one for org/other",
            ),
            (
                "<packaging>jar</packaging>",
                "<packaging>war</packaging>",
                "it has no what the POM is of",
            ),
            (
                "<version>2.2.21</version>",
                "<version>2.2.21-SNAPSHOT</version>",
                "kotlin-stdlib is no release",
            ),
            (
                "<version>2.2.21</version>",
                "<version>[2,3)</version>",
                "kotlin-stdlib is no release",
            ),
            ("<version>2.2.21</version>", "", "kotlin-stdlib is no release"),
            (
                "<version>2.2.21</version>",
                "<version>${kotlin}</version>",
                "kotlin-stdlib is no release",
            ),
        ] {
            let found = with_change("keyward", from, to);
            assert!(found.contains(complaint), "{from}: {complaint}: {found}");
        }
        let snapshot = format!("<version>{VERSION}-SNAPSHOT</version>");
        let found = with_change("keyward", &format!("<version>{VERSION}</version>"), &snapshot);
        assert!(found.contains("a SNAPSHOT is no release"), "{found}");
    }

    #[test]
    fn android_gets_nothing_of_a_desktop() {
        for (from, to) in [
            (
                "<artifactId>keyward</artifactId>",
                "<artifactId>keyward-compose-desktop</artifactId>",
            ),
            (
                "<artifactId>keyward</artifactId>",
                "<artifactId>keyward-jvm-linux-x86-64</artifactId>",
            ),
            ("<type>aar</type>", ""),
        ] {
            let found = with_change("keyward-android", from, to);
            assert!(found.contains("Android"), "{to}: {found}");
        }
    }

    #[test]
    fn placeholders_are_for_a_dry_run_only() {
        let placeholder = format!("<url>{}</url>", crate::release::PLACEHOLDER);
        let found = with_change("keyward", "<url>https://keyward.test</url>", &placeholder);
        assert!(found.contains("says `example.invalid`"), "{found}");
    }

    #[test]
    fn missing_files_are_found() {
        for (ending, complaint) in [
            ("-sources.jar", "it has no sources"),
            ("-javadoc.jar", "it has no documentation"),
            (".jar", "it has no what the POM is of"),
            (".pom", "it has no POM"),
            (".jar.asc", "keyward-0.1.0.jar has no signature"),
            (".pom.md5", "keyward-0.1.0.pom has no md5"),
            (".jar.sha1", "keyward-0.1.0.jar has no sha1"),
            ("-sources.jar.sha256", "has no sha256"),
            ("-javadoc.jar.sha512", "has no sha512"),
        ] {
            let root = good();
            fs::remove_file(at(&root, "keyward", ending)).expect("it was there");
            let found = found(&root, Purpose::Release);
            let complaint = complaint.replace("0.1.0", VERSION);
            assert!(found.contains(&complaint), "{ending}: {found}");
        }
    }

    #[test]
    fn without_gpg_only_the_signatures_may_be_missing() {
        let root = good();
        fs::remove_file(at(&root, "keyward", ".jar.asc")).expect("it was there");
        let found = check(root.path(), Signed::NotHere, Purpose::DryRun).expect("checked");
        assert_eq!(found, [""; 0]);
    }

    #[test]
    fn checksums_of_other_bytes_and_foreign_files_are_found() {
        let root = good();
        fs::write(at(&root, "keyward", "-sources.jar"), "other").expect("written");
        let stray = at(&root, "keyward", ".jar").with_file_name("notes.txt");
        fs::write(stray, "x").expect("written");
        let found = found(&root, Purpose::Release);
        assert!(
            found.contains("sha256 of keyward-") && found.contains("is that of other bytes"),
            "{found}"
        );
        assert!(found.contains("notes.txt does not belong there"), "{found}");
    }

    #[test]
    fn a_class_in_two_artifacts_is_found() {
        let root = good();
        fs::write(at(&root, "keyward-jvm-linux-x86-64", ".jar"), classes_jar()).expect("written");
        repository::write_checksums(root.path()).expect("checksums");
        let found = found(&root, Purpose::Release);
        assert!(found.starts_with("org/keyward/Account.class is in keyward-"), "{found}");
    }
}
