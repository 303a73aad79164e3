// SPDX-License-Identifier: Apache-2.0

//! The fakes of the Swift package: the data that drive them, as Swift, and the proof that they call nothing native.
//!
//! The data are literals in a source and no resource of SwiftPM's, so that they are there wherever the package is linked,
//! without a bundle beside the program.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, ensure};
use xshell::cmd;

use super::folder;
use crate::workspace;

/// Writes `bindings/fakes` as a Swift source, which Git ignores.
pub(crate) fn write_data() -> Result<()> {
    let data = workspace::root().join("bindings/fakes");
    let mut files = Vec::new();
    for name in files_below(&data, Path::new(""))? {
        let text = fs::read_to_string(data.join(&name))?;
        files.push((name.to_string_lossy().replace('\\', "/"), text));
    }
    let target = folder().join("Sources/KeywardFakes/FakeData.swift");
    let source = source(&files)?;
    // Left alone if it is the same, so that nothing is compiled anew.
    if fs::read_to_string(&target).is_ok_and(|present| present == source) {
        return Ok(());
    }
    fs::write(&target, source).with_context(|| format!("cannot write {}", target.display()))
}

/// The JSON files, sorted.
fn files_below(folder: &Path, name: &Path) -> Result<Vec<PathBuf>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder.join(name))? {
        let name = name.join(entry?.file_name());
        if folder.join(&name).is_dir() {
            names.extend(files_below(folder, &name)?);
        } else if name.extension().is_some_and(|extension| extension == "json") {
            names.push(name);
        }
    }
    names.sort();
    Ok(names)
}

fn source(files: &[(String, String)]) -> Result<String> {
    let mut swift = "// SPDX-License-Identifier: Apache-2.0\n\n// Written by `cargo xtask codegen` from bindings/fakes.\n\n/// The \
                     files that the core's tests have written for the fakes.\nenum FakeData {\n    static func json(_ name: \
                     String) -> String? {\n        switch name {\n"
        .to_owned();
    for (name, text) in files {
        ensure!(
            !text.contains("\"\"\"#"),
            "{name} has what ends a literal of Swift: take a longer delimiter in xtask/src/swift/fakes.rs"
        );
        swift.push_str(&format!(
            "        case \"{name}\":\n#\"\"\"\n{}\n\"\"\"#\n",
            text.trim_end()
        ));
    }
    swift.push_str("        default: nil\n        }\n    }\n}\n");
    Ok(swift)
}

/// Builds a library that has every function of the real one, each of which ends the program. Loaded first, it takes their
/// place: a test that runs with it has called nothing native.
pub(super) fn stub() -> Result<PathBuf> {
    let header = fs::read_to_string(folder().join("Sources/KeywardFFI/KeywardFFI.h"))?;
    let names = functions(&header);
    ensure!(
        !names.is_empty(),
        "KeywardFFI.h declares no functions in the form that is known"
    );
    let out = workspace::target_dir()?.join("swift-stub");
    fs::create_dir_all(&out)?;
    let source = out.join("stub.rs");
    let functions: String = names
        .iter()
        .map(|name| {
            format!(
                "#[unsafe(no_mangle)]\npub extern \"C\" fn {name}() {{\n    eprintln!(\"{name} was called\");\n    \
                 std::process::abort()\n}}\n"
            )
        })
        .collect();
    fs::write(&source, functions)?;
    let library = out.join("libkeyward_stub.so");
    let shell = workspace::shell()?;
    cmd!(shell, "rustc --edition 2024 --crate-type cdylib -o {library} {source}")
        .quiet()
        .run()?;
    Ok(library)
}

/// The functions that a header of UniFFI's declares, each once, in the order of the alphabet.
pub(crate) fn functions(header: &str) -> Vec<&str> {
    let declared = header
        .split("\n")
        .filter_map(|line| line.split_once('(').map(|(before, _)| before));
    let names = declared.filter_map(|before| before.rsplit([' ', '*']).next());
    let mut names: Vec<&str> = names
        .filter(|name| name.starts_with("uniffi_keyward_ffi_") || name.starts_with("ffi_keyward_ffi_"))
        .collect();
    names.sort_unstable();
    names.dedup();
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_file_is_a_case_of_its_own() {
        let files = [("a/b.json".to_owned(), "{\"c\": \"\\n\"}\n".to_owned())];
        let swift = source(&files).expect("no delimiter in it");
        assert!(
            swift.contains("case \"a/b.json\":\n#\"\"\"\n{\"c\": \"\\n\"}\n\"\"\"#\n"),
            "{swift}"
        );
        assert!(source(&[("a".to_owned(), "\"\"\"#".to_owned())]).is_err());
    }

    #[test]
    fn the_functions_of_a_header_are_found_once_each() {
        let header = "uint64_t uniffi_keyward_ffi_fn_clone_account(uint64_t handle, RustCallStatus *out);\nvoid \
                      ffi_keyward_ffi_rust_future_free_u8(uint64_t handle\n);\nvoid \
                      ffi_keyward_ffi_rust_future_free_u8(uint64_t handle);\ntypedef void (*Callback)(uint64_t);\n";
        assert_eq!(
            functions(header),
            [
                "ffi_keyward_ffi_rust_future_free_u8",
                "uniffi_keyward_ffi_fn_clone_account"
            ]
        );
    }
}
