// SPDX-License-Identifier: Apache-2.0

//! Puts what is published for Kotlin into a Maven repository: each artifact with its POM, sources and documentation.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use anyhow::Result;

use super::Texts;
use crate::{
    android,
    kotlin::{ForRelease, compose, fakes},
    maven::{
        VERSION, archive, native,
        pom::{self, Publisher},
        repository::{self, Artifact, Contents},
    },
    workspace,
};

/// What the sources and the documentation of an artifact without classes say.
const NOTE: &str = "This artifact is a native library, built of the Rust crate keyward-ffi. Its source code is in the \
                    project's repository (the POM names it) at the tag of this version; its API is that of \
                    org.keyward:keyward.\n";

/// What the documentation of the fakes says.
const NOTE_OF_FAKES: &str = "The fakes have the API of org.keyward:keyward. What a script can say to them stands in their \
                             sources, which are published beside this archive.\n";

/// What the documentation of the screens says.
const NOTE_OF_SCREENS: &str = "KeywardSecurity shows all screens of an account. What each is and is given stands in the sources, which \
                               are published beside this archive.\n";

/// An artifact of classes, with what they are compiled from.
fn with_sources(pom: pom::Pom, jar: &Path, folder: &Path, documentation: &str) -> Result<Artifact> {
    let sources = jar.with_extension("sources.jar");
    archive::pack_folder(folder, folder, &sources)?;
    Ok(Artifact {
        pom,
        files: vec![
            (".jar", Contents::File(jar.to_owned())),
            ("-sources.jar", Contents::File(sources)),
            ("-javadoc.jar", Contents::Bytes(archive::note(documentation)?)),
        ],
    })
}

/// Makes the repository at `root`, without signatures and checksums. Says whether Android's artifact is in it.
pub(super) fn stage(root: &Path, made: &ForRelease, texts: &Texts, publisher: &Publisher) -> Result<bool> {
    let (package, documentation) = (&made.package, &made.documentation);
    let javadoc = documentation.with_extension("jar");
    archive::pack_folder(documentation, documentation, &javadoc)?;
    let platform = native::platform()?;
    let license = fs::read(workspace::root().join("LICENSE"))?;
    let with_library: [(&str, &[u8]); 3] = [
        ("LICENSE", &license),
        ("THIRD-PARTY-NOTICES", texts.notices.as_bytes()),
        ("sbom.cdx.json", texts.sbom.as_bytes()),
    ];
    let native_jar = native::jar(&platform, &package.native, &with_library)?;
    package.check(&native_jar)?;
    let mut artifacts = vec![
        Artifact {
            pom: pom::classes()?,
            files: vec![
                (".jar", Contents::File(package.classes.clone())),
                ("-sources.jar", Contents::File(package.sources.clone())),
                ("-javadoc.jar", Contents::File(javadoc)),
            ],
        },
        with_sources(pom::fakes()?, &made.fakes, &fakes::sources(), NOTE_OF_FAKES)?,
        with_sources(pom::compose()?, &made.screens, &compose::sources(), NOTE_OF_SCREENS)?,
        Artifact {
            pom: pom::native(&platform)?,
            files: vec![
                (".jar", Contents::Bytes(native_jar)),
                ("-sources.jar", Contents::Bytes(note(&with_library)?)),
                ("-javadoc.jar", Contents::Bytes(archive::note(NOTE)?)),
            ],
        },
    ];
    let aar = android::archive(&workspace::target_dir()?);
    let has_android = aar.is_file();
    if has_android {
        artifacts.push(Artifact {
            pom: pom::android(VERSION.to_owned())?,
            files: vec![
                (
                    ".aar",
                    Contents::Bytes(with_texts(archive::unpack(&fs::read(aar)?)?, &with_library)?),
                ),
                ("-sources.jar", Contents::Bytes(note(&with_library)?)),
                ("-javadoc.jar", Contents::Bytes(archive::note(NOTE)?)),
            ],
        });
    }
    repository::stage(root, artifacts, Some(publisher))?;
    Ok(has_android)
}

/// Where the artifact of a platform is in the repository.
pub(super) fn native_jar(root: &Path, platform: &str) -> PathBuf {
    let artifact = native::artifact(platform);
    repository::folder(root, &artifact, VERSION).join(format!("{artifact}-{VERSION}.jar"))
}

/// The sources of an artifact without classes.
fn note(texts: &[(&str, &[u8])]) -> Result<Vec<u8>> {
    let readme = BTreeMap::from([("README.txt".to_owned(), NOTE.as_bytes().to_vec())]);
    with_texts(readme, texts)
}

/// An archive of these files, with what goes with every copy of the library.
fn with_texts(mut files: BTreeMap<String, Vec<u8>>, texts: &[(&str, &[u8])]) -> Result<Vec<u8>> {
    for (name, text) in texts {
        files.insert(format!("META-INF/{name}"), text.to_vec());
    }
    archive::pack(&files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_archive_with_a_library_says_whose_it_is() {
        let archive = BTreeMap::from([("jni/x86_64/libkeyward_ffi.so".to_owned(), b"code".to_vec())]);
        let packed = with_texts(archive, &[("THIRD-PARTY-NOTICES", b"of others")]).expect("an archive");
        let files = archive::unpack(&packed).expect("an archive");
        assert_eq!(files["META-INF/THIRD-PARTY-NOTICES"], b"of others");
        assert_eq!(files["jni/x86_64/libkeyward_ffi.so"], b"code");
    }
}
