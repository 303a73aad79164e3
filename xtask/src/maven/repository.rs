// SPDX-License-Identifier: Apache-2.0

//! A Maven repository in a folder: each artifact in the place that Maven looks for it, with the checksums of its files.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail};
use md5::Md5;
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha512};
use walkdir::WalkDir;

use super::{
    GROUP,
    pom::{Pom, Publisher},
};

/// What is in one of its folders.
pub(crate) struct Artifact {
    pub(crate) pom: Pom,
    /// The files by what their names end in (`.jar`, `-sources.jar`).
    pub(crate) files: Vec<(&'static str, Contents)>,
}

/// Where the bytes of a file come from.
pub(crate) enum Contents {
    File(PathBuf),
    Bytes(Vec<u8>),
}

/// A checksum as files have it: the ending of their names, and what computes the text in them.
pub(crate) type Checksum = (&'static str, fn(&[u8]) -> String);

/// All that Central knows.
pub(crate) const CHECKSUMS: [Checksum; 4] = [
    ("md5", hex::<Md5>),
    ("sha1", hex::<Sha1>),
    ("sha256", hex::<Sha256>),
    ("sha512", hex::<Sha512>),
];

/// The ending of a signature's name.
pub(crate) const SIGNATURE: &str = "asc";

/// A checksum of these bytes as files have it.
pub(crate) fn hex<D: Digest>(bytes: &[u8]) -> String {
    D::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The folder of an artifact in the repository at `root`.
pub(crate) fn folder(root: &Path, artifact: &str, version: &str) -> PathBuf {
    root.join(GROUP.replace('.', "/")).join(artifact).join(version)
}

/// Puts the artifacts into the repository at `root`, which is made anew, without checksums.
pub(crate) fn stage(root: &Path, artifacts: Vec<Artifact>, publisher: Option<&Publisher>) -> Result<()> {
    if root.exists() {
        fs::remove_dir_all(root)?;
    }
    for Artifact { pom, files } in artifacts {
        let folder = folder(root, &pom.artifact, &pom.version);
        fs::create_dir_all(&folder)?;
        let stem = format!("{}-{}", pom.artifact, pom.version);
        fs::write(folder.join(format!("{stem}.pom")), pom.to_xml(publisher))?;
        for (ending, contents) in files {
            let file = folder.join(format!("{stem}{ending}"));
            match contents {
                Contents::Bytes(bytes) => fs::write(file, bytes)?,
                Contents::File(from) => {
                    fs::copy(&from, file).with_context(|| format!("there is no {}", from.display()))?;
                }
            }
        }
    }
    Ok(())
}

/// What the name of a file ends in, if it is a checksum or a signature of another.
fn addition(file: &Path) -> Option<&str> {
    let ending = file.extension()?.to_str()?;
    let is_addition = ending == SIGNATURE || CHECKSUMS.iter().any(|(name, _)| *name == ending);
    is_addition.then_some(ending)
}

/// The files that are published in the repository at `root`, sorted: without their checksums and signatures.
pub(crate) fn published(root: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in WalkDir::new(root).sort_by_file_name() {
        let entry = entry?;
        if entry.file_type().is_file() && addition(entry.path()).is_none() {
            files.push(entry.into_path());
        }
    }
    if files.is_empty() {
        bail!("nothing is published in {}", root.display());
    }
    Ok(files)
}

/// The name of a file with one more ending.
pub(crate) fn with_ending(file: &Path, ending: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".");
    name.push(ending);
    name.into()
}

/// Writes the checksums of all that is published, and of its signatures as Maven does itself.
pub(crate) fn write_checksums(root: &Path) -> Result<()> {
    for file in published(root)? {
        for of in [file.clone(), with_ending(&file, SIGNATURE)] {
            if !of.is_file() {
                continue;
            }
            let bytes = fs::read(&of)?;
            for (ending, sum) in CHECKSUMS {
                fs::write(with_ending(&of, ending), sum(&bytes))?;
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::maven::pom;

    #[test]
    fn checksums_are_those_of_the_standards() {
        let sums: Vec<String> = CHECKSUMS.iter().map(|(_, sum)| sum(b"abc")).collect();
        assert_eq!(sums[0], "900150983cd24fb0d6963f7d28e17f72");
        assert_eq!(sums[1], "a9993e364706816aba3e25717850c26c9cd0d89d");
        assert_eq!(
            sums[2],
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
        assert!(sums[3].starts_with("ddaf35a193617abacc417349ae204131") && sums[3].len() == 128);
    }

    #[test]
    fn every_file_lies_where_maven_looks_for_it() {
        let root = tempfile::tempdir().expect("a folder");
        let old = root.path().join("old");
        fs::write(&old, "").expect("a file");
        let artifact = Artifact {
            pom: pom::native("linux-x86-64").expect("a POM"),
            files: vec![
                (".jar", Contents::Bytes(b"jar".to_vec())),
                ("-sources.jar", Contents::File(kotlin_pom())),
            ],
        };
        stage(root.path(), vec![artifact], None).expect("staged");
        write_checksums(root.path()).expect("checksums");
        assert!(!old.exists(), "what was there before is gone");
        let stem = format!(
            "org/keyward/keyward-jvm-linux-x86-64/{0}/keyward-jvm-linux-x86-64-{0}",
            crate::maven::VERSION
        );
        let at = |ending: &str| root.path().join(format!("{stem}{ending}"));
        assert_eq!(
            published(root.path()).expect("files"),
            [at("-sources.jar"), at(".jar"), at(".pom")]
        );
        assert_eq!(
            fs::read_to_string(at(".jar.md5")).expect("a checksum"),
            hex::<Md5>(b"jar")
        );
        assert!(at(".pom.sha512").is_file() && !at(".jar.md5.md5").exists());
    }

    fn kotlin_pom() -> PathBuf {
        crate::kotlin::folder().join("pom.xml")
    }

    #[test]
    fn an_empty_repository_is_none() {
        let root = tempfile::tempdir().expect("a folder");
        assert!(published(root.path()).is_err());
    }
}
