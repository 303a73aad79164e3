// SPDX-License-Identifier: Apache-2.0

//! Keyward beside other Rust code in one program. Two static libraries, each with the whole of Rust's library
//! optimised into it as our profile `mobile` does, do not link together: both have functions of one name. A library
//! of its own has its names to itself, so the Swift package has a dynamic product for such apps.

use std::{fs, path::Path, process::Command};

use crate::workspace;

/// A library of two functions, which prove that unwinding and memory work in it.
const LIBRARY: &str = r#"
fn lengths(n: u32) -> usize {
    (0..n).map(|number| format!("{number}").len()).sum()
}

#[unsafe(no_mangle)]
pub extern "C" fn NAME_lengths(n: u32) -> usize {
    lengths(n)
}

#[unsafe(no_mangle)]
pub extern "C" fn NAME_catches() -> bool {
    std::panic::set_hook(Box::new(|_| ()));
    std::panic::catch_unwind(|| panic!("caught")).is_err()
}
"#;

const PROGRAM: &str = r"
#include <stdbool.h>
#include <stddef.h>
size_t first_lengths(unsigned), second_lengths(unsigned);
bool first_catches(void), second_catches(void);
int main(void) {
    bool right = first_lengths(11) == 12 && second_lengths(12) == 14;
    return right && first_catches() && second_catches() ? 0 : 1;
}
";

/// Compiles the library of this name into `folder`.
fn compile(folder: &Path, name: &str, kind: &str, lto: &str) {
    let source = folder.join(format!("{name}.rs"));
    fs::write(&source, LIBRARY.replace("NAME", name)).expect("a file");
    let compiled = Command::new("rustc")
        .current_dir(workspace::root())
        .args([
            "--edition",
            "2024",
            "--crate-type",
            kind,
            "-C",
            "opt-level=z",
            "-C",
            lto,
        ])
        .args(["-C", "codegen-units=1", "--out-dir"])
        .args([folder, &source])
        .status();
    assert!(compiled.expect("rustc runs").success(), "{name} compiles");
}

/// Whether the program links with both libraries; if it does, it has to work.
fn link(folder: &Path) -> bool {
    let source = folder.join("main.c");
    fs::write(&source, PROGRAM).expect("a file");
    let program = folder.join("main");
    let mut linker = Command::new("cc");
    linker
        .arg(&source)
        .arg("-L")
        .arg(folder)
        .args(["-lfirst", "-lsecond", "-o"])
        .arg(&program);
    if cfg!(target_os = "linux") {
        linker.args(["-lpthread", "-ldl", "-lm", "-lgcc_s"]);
    }
    let linked = linker.arg(format!("-Wl,-rpath,{}", folder.display())).output();
    let is_linked = linked.expect("cc runs").status.success();
    if is_linked {
        let ran = Command::new(program).status().expect("it runs");
        assert!(ran.success(), "the program does what it should");
    }
    is_linked
}

#[test]
fn two_rust_libraries_live_in_one_program_if_one_is_dynamic() {
    let folder = tempfile::tempdir().expect("a folder");
    compile(folder.path(), "first", "cdylib", "lto=fat");
    compile(folder.path(), "second", "staticlib", "lto=fat");
    assert!(link(folder.path()));
}

#[test]
fn two_static_ones_link_only_as_long_as_neither_has_all_of_rust_optimised_into_it() {
    for (lto, links) in [("lto=off", true), ("lto=fat", false)] {
        let folder = tempfile::tempdir().expect("a folder");
        for name in ["first", "second"] {
            compile(folder.path(), name, "staticlib", lto);
        }
        // The day that this fails, the dynamic product can go.
        assert_eq!(link(folder.path()), links, "{lto}");
    }
}
