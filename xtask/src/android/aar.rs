// SPDX-License-Identifier: Apache-2.0

//! Writes an AAR: a zip in which the same contents always make the same bytes. Without resources nothing in it needs
//! Android's own build tools.

use std::{
    collections::BTreeMap,
    io::{Cursor, Read, Write},
};

use anyhow::{Context, Result, ensure};
use zip::{CompressionMethod, DateTime, ZipArchive, ZipWriter, write::SimpleFileOptions};

use super::plan::LIBRARY;
use crate::kotlin;

/// A file that only a stand-in has, in its first folder.
pub(super) const STAND_IN_FILE: &str = "NOT-FOR-ANDROID.txt";

/// An entry of the manifest that only a stand-in has.
pub(super) const STAND_IN_ENTRY: &str = "org.keyward.host_stand_in";

const STAND_IN_TEXT: &str = "The native libraries in this package are those of the computer it was built on. No Android can \
    load them: it was made to check the rest of the package.\n";

/// Whether Android can load it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// For apps.
    Release,
    /// With the library of the machine it was built on in place of Android's, to check everything else.
    HostStandIn,
}

impl Kind {
    /// The version that the package has.
    pub(super) fn version(self) -> String {
        match self {
            Self::Release => env!("CARGO_PKG_VERSION").to_owned(),
            Self::HostStandIn => format!("{}-host-stand-in", env!("CARGO_PKG_VERSION")),
        }
    }

    /// What its files are called, up to the ending.
    pub(super) fn file_stem(self) -> String {
        format!("keyward-android-{}", self.version())
    }
}

/// What goes into an AAR.
#[derive(Debug, Clone)]
pub(super) struct Aar {
    pub(super) kind: Kind,
    pub(super) manifest: String,
    /// The rules for R8 in the app that uses the package.
    pub(super) proguard: String,
    /// The library for the JVM, of which only the classes are used.
    pub(super) library_jar: Vec<u8>,
    /// By the name of their ABI.
    pub(super) libraries: BTreeMap<&'static str, Vec<u8>>,
}

impl Aar {
    pub(super) fn to_bytes(&self) -> Result<Vec<u8>> {
        let mut files = BTreeMap::from([
            ("AndroidManifest.xml".to_owned(), self.manifest_of_kind()?.into_bytes()),
            ("R.txt".to_owned(), Vec::new()),
            ("classes.jar".to_owned(), classes(&self.library_jar)?),
            ("proguard.txt".to_owned(), self.proguard.clone().into_bytes()),
        ]);
        for (abi, library) in &self.libraries {
            files.insert(format!("jni/{abi}/{LIBRARY}"), library.clone());
        }
        if self.kind == Kind::HostStandIn {
            files.insert(STAND_IN_FILE.to_owned(), STAND_IN_TEXT.as_bytes().to_vec());
        }
        pack(&files)
    }

    fn manifest_of_kind(&self) -> Result<String> {
        match self.kind {
            Kind::Release => Ok(self.manifest.clone()),
            Kind::HostStandIn => {
                let (inside, end) = self
                    .manifest
                    .rsplit_once("</manifest>")
                    .context("AndroidManifest.xml has no end")?;
                let entry = format!("<meta-data android:name=\"{STAND_IN_ENTRY}\" android:value=\"true\" />");
                Ok(format!(
                    "{inside}    <application>{entry}</application>\n</manifest>{end}"
                ))
            }
        }
    }
}

/// Whether a file of the JVM library belongs into `classes.jar`: its classes, and the metadata of top-level functions
/// for Kotlin's compiler. Its native library does not.
pub(super) fn is_class_file(name: &str) -> bool {
    let is_class = name.starts_with("org/keyward/") && name.ends_with(".class");
    let is_module = name.starts_with("META-INF/") && name.ends_with(".kotlin_module");
    is_class || is_module
}

fn classes(library_jar: &[u8]) -> Result<Vec<u8>> {
    let mut files = unpack(library_jar)?;
    files.retain(|name, _| is_class_file(name));
    ensure!(!files.is_empty(), "the library for the JVM has no class of ours");
    pack(&files)
}

/// The files of a zip by their names, without its folders.
pub(super) fn unpack(bytes: &[u8]) -> Result<BTreeMap<String, Vec<u8>>> {
    let mut archive = ZipArchive::new(Cursor::new(bytes))?;
    ensure!(!archive.has_duplicate_names(), "a name occurs twice in it");
    let mut files = BTreeMap::new();
    for index in 0..archive.len() {
        let mut file = archive.by_index(index)?;
        if !file.is_dir() {
            let mut contents = Vec::new();
            file.read_to_end(&mut contents)?;
            files.insert(file.name()?.into_owned(), contents);
        }
    }
    Ok(files)
}

fn pack(files: &BTreeMap<String, Vec<u8>>) -> Result<Vec<u8>> {
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        // The first moment that a zip can name.
        .last_modified_time(DateTime::default())
        .unix_permissions(0o644);
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, contents) in files {
        archive.start_file(name, options)?;
        archive.write_all(contents)?;
    }
    Ok(archive.finish()?.into_inner())
}

/// What an app needs besides, in the versions that the library for the JVM is tested with.
#[derive(Debug, Clone)]
pub(super) struct Dependencies {
    pub(super) kotlin: String,
    pub(super) coroutines: String,
    pub(super) jna: String,
}

impl Dependencies {
    pub(super) fn of_kotlin() -> Result<Self> {
        Ok(Self {
            kotlin: kotlin::property("kotlin.version")?,
            coroutines: kotlin::property("coroutines.version")?,
            jna: kotlin::property("jna.version")?,
        })
    }
}

/// The POM beside the AAR. JNA's own AAR has its native libraries for Android; its jar has none.
pub(super) fn pom(kind: Kind, dependencies: &Dependencies) -> String {
    let Dependencies {
        kotlin,
        coroutines,
        jna,
    } = dependencies;
    let version = kind.version();
    format!(
        r#"<?xml version="1.0" encoding="UTF-8"?>
<project xmlns="http://maven.apache.org/POM/4.0.0"
         xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
         xsi:schemaLocation="http://maven.apache.org/POM/4.0.0 http://maven.apache.org/xsd/maven-4.0.0.xsd">
    <modelVersion>4.0.0</modelVersion>
    <groupId>org.keyward</groupId>
    <artifactId>keyward-android</artifactId>
    <version>{version}</version>
    <packaging>aar</packaging>
    <name>Keyward for Android</name>
    <description>Account security for Matrix: sessions, verification, and the reset of a digital identity without losing
        the message history.</description>
    <licenses>
        <license>
            <name>Apache-2.0</name>
            <url>https://www.apache.org/licenses/LICENSE-2.0</url>
            <distribution>repo</distribution>
        </license>
    </licenses>
    <dependencies>
        <dependency>
            <groupId>org.jetbrains.kotlin</groupId>
            <artifactId>kotlin-stdlib</artifactId>
            <version>{kotlin}</version>
            <scope>compile</scope>
        </dependency>
        <dependency>
            <groupId>org.jetbrains.kotlinx</groupId>
            <artifactId>kotlinx-coroutines-core-jvm</artifactId>
            <version>{coroutines}</version>
            <scope>compile</scope>
        </dependency>
        <dependency>
            <groupId>net.java.dev.jna</groupId>
            <artifactId>jna</artifactId>
            <version>{jna}</version>
            <type>aar</type>
            <scope>compile</scope>
        </dependency>
    </dependencies>
</project>
"#
    )
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::android::{elf::tests::tiny_library, plan::ABIS};

    /// A package as it should be, for other tests to spoil.
    pub(in crate::android) fn sample(kind: Kind) -> Aar {
        let android = kotlin::folder().join("android");
        let read = |name: &str| std::fs::read_to_string(android.join(name)).expect("a file of this repository");
        let host = goblin::elf::header::EM_X86_64;
        Aar {
            kind,
            manifest: read("AndroidManifest.xml"),
            proguard: read("proguard.txt"),
            library_jar: jar(&[
                ("META-INF/MANIFEST.MF", b"Manifest-Version: 1.0\n"),
                ("META-INF/keyward.kotlin_module", b"module"),
                ("linux-x86-64/libkeyward_ffi.so", b"\x7fELF"),
                ("org/keyward/Account.class", &class_file(52)),
            ]),
            libraries: ABIS
                .iter()
                .map(|abi| {
                    let library = match kind {
                        Kind::Release => tiny_library(abi.machine, abi.is_64_bit, 0x4000),
                        Kind::HostStandIn => tiny_library(host, true, 0x1000),
                    };
                    (abi.folder, library)
                })
                .collect(),
        }
    }

    /// The beginning of a class file of this version; 52 is Java 8.
    pub(in crate::android) fn class_file(version: u8) -> Vec<u8> {
        vec![0xca, 0xfe, 0xba, 0xbe, 0, 0, 0, version]
    }

    pub(in crate::android) fn jar(files: &[(&str, &[u8])]) -> Vec<u8> {
        let files = files
            .iter()
            .map(|(name, contents)| ((*name).to_owned(), contents.to_vec()));
        pack(&files.collect()).expect("a zip")
    }

    #[test]
    fn the_same_contents_make_the_same_bytes() {
        for kind in [Kind::Release, Kind::HostStandIn] {
            assert_eq!(
                sample(kind).to_bytes().expect("an AAR"),
                sample(kind).to_bytes().expect("an AAR"),
                "{kind:?}"
            );
        }
    }

    #[test]
    fn names_are_sorted_and_times_fixed() {
        let bytes = sample(Kind::Release).to_bytes().expect("an AAR");
        let mut archive = ZipArchive::new(Cursor::new(bytes)).expect("a zip");
        let mut names = Vec::new();
        for index in 0..archive.len() {
            let file = archive.by_index(index).expect("a file");
            assert_eq!(file.last_modified(), Some(DateTime::default()));
            names.push(file.name().expect("a name").into_owned());
        }
        assert_eq!(
            names,
            [
                "AndroidManifest.xml",
                "R.txt",
                "classes.jar",
                "jni/arm64-v8a/libkeyward_ffi.so",
                "jni/armeabi-v7a/libkeyward_ffi.so",
                "jni/x86/libkeyward_ffi.so",
                "jni/x86_64/libkeyward_ffi.so",
                "proguard.txt",
            ]
        );
    }

    #[test]
    fn classes_jar_has_the_classes_and_no_native_library() {
        let files = unpack(&sample(Kind::Release).to_bytes().expect("an AAR")).expect("a zip");
        let classes = unpack(&files["classes.jar"]).expect("a zip");
        assert_eq!(
            classes.keys().collect::<Vec<_>>(),
            ["META-INF/keyward.kotlin_module", "org/keyward/Account.class"]
        );
    }

    #[test]
    fn a_jar_without_classes_makes_no_package() {
        let mut aar = sample(Kind::Release);
        aar.library_jar = jar(&[("linux-x86-64/libkeyward_ffi.so", b"\x7fELF")]);
        let error = aar.to_bytes().expect_err("no classes");
        assert!(error.to_string().contains("no class"), "{error}");
    }

    #[test]
    fn a_stand_in_says_so_in_name_manifest_and_a_file() {
        assert!(Kind::HostStandIn.file_stem().ends_with("-host-stand-in"));
        let files = unpack(&sample(Kind::HostStandIn).to_bytes().expect("an AAR")).expect("a zip");
        let text = |name: &str| String::from_utf8(files[name].clone()).expect("text");
        assert!(text("AndroidManifest.xml").contains(STAND_IN_ENTRY));
        assert!(text("AndroidManifest.xml").trim_end().ends_with("</manifest>"));
        assert!(text(STAND_IN_FILE).contains("No Android can load them"));
    }
}
