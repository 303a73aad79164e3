// SPDX-License-Identifier: Apache-2.0

//! The artifact of one machine's native library, without any class: a jar in which JNA finds it.

use std::{collections::BTreeMap, fs, path::Path};

use anyhow::{Context, Result, bail};

use super::archive;

/// What JNA calls this machine: the folder in which it looks for a library, and in the names of artifacts the platform.
pub(crate) fn platform() -> Result<String> {
    let system = match std::env::consts::OS {
        "macos" => "darwin",
        "linux" => "linux",
        other => bail!("JNA has no name for {other} here"),
    };
    let processor = match std::env::consts::ARCH {
        "x86_64" => "x86-64",
        other => other,
    };
    Ok(format!("{system}-{processor}"))
}

/// The artifact of a platform.
pub(crate) fn artifact(platform: &str) -> String {
    format!("keyward-jvm-{platform}")
}

/// A jar with this library for this platform, and with `texts` by their names: what goes with every copy of it.
pub(crate) fn jar(platform: &str, library: &Path, texts: &[(&str, &[u8])]) -> Result<Vec<u8>> {
    let name = library
        .file_name()
        .and_then(|name| name.to_str())
        .context("the library has no name")?;
    let contents = fs::read(library).with_context(|| format!("there is no {}", library.display()))?;
    let module = format!("org.keyward.jvm.{}", platform.replace('-', "_"));
    let mut files = BTreeMap::from([
        ("META-INF/MANIFEST.MF".to_owned(), archive::manifest(&module)),
        (format!("{platform}/{name}"), contents),
    ]);
    for (name, text) in texts {
        files.insert(format!("META-INF/{name}"), text.to_vec());
    }
    archive::pack(&files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn jna_finds_the_library_and_java_a_name_for_the_module() {
        let folder = tempfile::tempdir().expect("a folder");
        let library = folder.path().join("libkeyward_ffi.so");
        fs::write(&library, b"\x7fELF").expect("a file");
        let jar = jar("linux-x86-64", &library, &[("NOTICES", b"whose")]).expect("a jar");
        let files = archive::unpack(&jar).expect("a zip");
        let names: Vec<&str> = files.keys().map(String::as_str).collect();
        assert_eq!(
            names,
            [
                "META-INF/MANIFEST.MF",
                "META-INF/NOTICES",
                "linux-x86-64/libkeyward_ffi.so"
            ]
        );
        let manifest = String::from_utf8_lossy(&files["META-INF/MANIFEST.MF"]);
        assert!(
            manifest.contains("Automatic-Module-Name: org.keyward.jvm.linux_x86_64\r\n"),
            "{manifest}"
        );
    }

    #[test]
    fn a_missing_library_is_named() {
        let error = jar("linux-x86-64", Path::new("none/lib.so"), &[]).expect_err("none");
        assert!(error.to_string().contains("none/lib.so"), "{error}");
    }
}
