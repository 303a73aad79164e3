// SPDX-License-Identifier: Apache-2.0

//! Writes an AAR: a zip in which the same contents always make the same bytes. Without resources nothing in it needs
//! Android's own build tools.

use std::collections::BTreeMap;

use anyhow::{Context, Result};

use super::plan::LIBRARY;
use crate::maven::{self, archive, classes::CLASSES_JAR};

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
            Self::Release => maven::VERSION.to_owned(),
            Self::HostStandIn => format!("{}-host-stand-in", maven::VERSION),
        }
    }

    /// What its files are called, up to the ending.
    pub(super) fn file_stem(self) -> String {
        format!("{}-{}", maven::ANDROID, self.version())
    }
}

/// What goes into an AAR.
#[derive(Debug, Clone)]
pub(super) struct Aar {
    pub(super) kind: Kind,
    pub(super) manifest: String,
    /// The rules for R8 in the app that uses the package.
    pub(super) proguard: String,
    /// By the name of their ABI.
    pub(super) libraries: BTreeMap<&'static str, Vec<u8>>,
}

impl Aar {
    pub(super) fn to_bytes(&self) -> Result<Vec<u8>> {
        let mut files = BTreeMap::from([
            ("AndroidManifest.xml".to_owned(), self.manifest_of_kind()?.into_bytes()),
            ("R.txt".to_owned(), Vec::new()),
            // Android's tools want the file. The classes are those of the artifact that the POM names: a second copy
            // would end every build that has both.
            (CLASSES_JAR.to_owned(), archive::pack(&BTreeMap::new())?),
            ("proguard.txt".to_owned(), self.proguard.clone().into_bytes()),
        ]);
        for (abi, library) in &self.libraries {
            files.insert(format!("jni/{abi}/{LIBRARY}"), library.clone());
        }
        if self.kind == Kind::HostStandIn {
            files.insert(STAND_IN_FILE.to_owned(), STAND_IN_TEXT.as_bytes().to_vec());
        }
        archive::pack(&files)
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

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::{
        android::{elf::tests::tiny_library, plan::ABIS},
        kotlin,
        maven::archive::unpack,
    };

    /// A package as it should be, for other tests to spoil.
    pub(in crate::android) fn sample(kind: Kind) -> Aar {
        let android = kotlin::folder().join("android");
        let read = |name: &str| std::fs::read_to_string(android.join(name)).expect("a file of this repository");
        let host = goblin::elf::header::EM_X86_64;
        Aar {
            kind,
            manifest: read("AndroidManifest.xml"),
            proguard: read("proguard.txt"),
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
    fn it_has_every_abi_and_no_class() {
        let files = unpack(&sample(Kind::Release).to_bytes().expect("an AAR")).expect("a zip");
        assert_eq!(
            files.keys().collect::<Vec<_>>(),
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
        assert!(unpack(&files["classes.jar"]).expect("a zip").is_empty());
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
