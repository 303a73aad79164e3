// SPDX-License-Identifier: Apache-2.0

//! Keyward beside other Rust code in one program. Two static libraries, each with the whole of Rust's library optimised into
//! it as our profile `mobile` does, do not link together: both have functions of one name. Ours hides its own (see `hide`),
//! and then lives beside one that does not as well as beside one that does.

use std::{fs, path::Path, process::Command, sync::OnceLock};

use tempfile::TempDir;

use super::objects;
use crate::workspace;

/// A library whose functions prove that unwinding, memory, threads and what belongs to a thread work in it.
const LIBRARY: &str = r#"
use std::{cell::Cell, ffi::{CString, c_char}};

thread_local! {
    static COUNT: Cell<u32> = const { Cell::new(0) };
}

#[unsafe(no_mangle)]
pub extern "C" fn NAME_lengths(n: u32) -> usize {
    (0..n).map(|number| format!("{number}").len()).sum()
}

#[unsafe(no_mangle)]
pub extern "C" fn NAME_catches() -> bool {
    std::panic::set_hook(Box::new(|_| ()));
    std::panic::catch_unwind(|| panic!("caught")).is_err()
}

#[unsafe(no_mangle)]
pub extern "C" fn NAME_makes(n: u32) -> *mut c_char {
    CString::new("NAME".repeat(n as usize)).unwrap().into_raw()
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn NAME_frees(text: *mut c_char) {
    drop(unsafe { CString::from_raw(text) });
}

#[unsafe(no_mangle)]
pub extern "C" fn NAME_counts() -> u32 {
    let other = std::thread::spawn(|| {
        COUNT.set(COUNT.get() + 1);
        COUNT.get()
    });
    COUNT.set(COUNT.get() + 10);
    COUNT.get() + other.join().unwrap()
}
"#;

const FUNCTIONS: [&str; 5] = ["lengths", "catches", "makes", "frees", "counts"];

const PROGRAM: &str = r#"
#include <stdbool.h>
#include <stddef.h>
#include <string.h>
size_t first_lengths(unsigned), second_lengths(unsigned);
bool first_catches(void), second_catches(void);
char *first_makes(unsigned), *second_makes(unsigned);
void first_frees(char *), second_frees(char *);
unsigned first_counts(void), second_counts(void);
int main(void) {
    char *one = first_makes(1000), *two = second_makes(3);
    bool right = strlen(one) == 5000 && strcmp(two, "secondsecondsecond") == 0;
    first_frees(one);
    one = first_makes(1);
    right = right && first_catches() && second_catches() && first_catches();
    right = right && first_lengths(11) == 12 && second_lengths(12) == 14 && strcmp(one, "first") == 0;
    second_frees(two);
    first_frees(one);
    right = right && first_counts() == 11 && first_counts() == 21 && second_counts() == 11;
    return right ? 0 : 1;
}
"#;

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

/// A folder with both libraries as an app's developer has them: static, with all of Rust in each.
fn optimised() -> TempDir {
    static COMPILED: OnceLock<TempDir> = OnceLock::new();
    let compiled = COMPILED.get_or_init(|| {
        let folder = tempfile::tempdir().expect("a folder");
        for name in ["first", "second"] {
            compile(folder.path(), name, "staticlib", "lto=fat");
        }
        folder
    });
    let folder = tempfile::tempdir().expect("a folder");
    for name in ["libfirst.a", "libsecond.a"] {
        fs::copy(compiled.path().join(name), folder.path().join(name)).expect("copied");
    }
    folder
}

/// Does to the library of this name what is done to ours.
fn hide(folder: &Path, name: &str) {
    let library = folder.join(format!("lib{name}.a"));
    let underscore = if cfg!(target_os = "macos") { "_" } else { "" };
    let mut wanted: Vec<String> = FUNCTIONS
        .iter()
        .map(|function| format!("{underscore}{name}_{function}"))
        .collect();
    wanted.sort_unstable();
    let to = folder.join(name);
    fs::create_dir_all(&to).expect("a folder");
    let names = to.join("names.txt");
    if cfg!(target_os = "macos") {
        hide_as_apple(&library, &mut wanted, &names, &to);
    } else {
        fs::write(&names, wanted.join("\n")).expect("a file");
        hide_as_linux(&library, &wanted, &names, &to);
    }
    assert_eq!(
        objects::offered(&fs::read(&library).expect("a library")).expect("names"),
        wanted
    );
    assert_eq!(offered_says_nm(&library), wanted);
}

/// The steps of the plan.
fn hide_as_apple(library: &Path, wanted: &mut Vec<String>, names: &Path, to: &Path) {
    wanted.push(objects::OWN_PERSONALITY.to_owned());
    wanted.sort_unstable();
    fs::write(names, wanted.join("\n")).expect("a file");
    let target = format!("{}-apple-darwin", std::env::consts::ARCH);
    let macos = super::SLICES.last().expect("slices");
    for step in super::hide::steps(macos, &target, library, names, to) {
        super::perform(&step, &[]).expect("it is done");
    }
    fs::copy(to.join(super::plan::LIBRARY), library).expect("copied");
}

/// The same with the linker of Linux: it chooses the object files in the same way.
fn hide_as_linux(library: &Path, wanted: &[String], names: &Path, to: &Path) {
    let paths = objects::unpack(library, wanted, &to.join("objects")).expect("objects");
    let (merged, hidden) = (to.join("merged.o"), to.join("hidden.o"));
    // What is there once for the whole program, whoever brings it, is ours alone from here on: a table that leads to the
    // personality would otherwise be dropped beside that of another library.
    run(Command::new("ld")
        .args(["-r", "--force-group-allocation", "-o"])
        .arg(&merged)
        .args(&paths));
    let mut keep = Command::new("objcopy");
    keep.arg(format!("--keep-global-symbols={}", names.display()));
    // What the compiler left for itself, which not every `ar` can read.
    keep.args(["--remove-section=.llvmbc", "--remove-section=.llvmcmd"]);
    run(keep.arg(&merged).arg(&hidden));
    fs::remove_file(library).expect("removed");
    run(Command::new("ar").arg("rcsD").arg(library).arg(&hidden));
}

fn run(command: &mut Command) {
    workspace::run(command).expect("it is there and works");
}

/// What another program than ours says that a library offers.
fn offered_says_nm(library: &Path) -> Vec<String> {
    let output = Command::new("nm").arg("-gP").arg(library).output().expect("nm runs");
    let lines = String::from_utf8(output.stdout).expect("text");
    let mut names: Vec<String> = lines
        .lines()
        .filter_map(|line| {
            let mut words = line.split(' ');
            let (name, kind) = (words.next()?, words.next()?);
            (!["U", "v", "w"].contains(&kind)).then(|| name.to_owned())
        })
        .collect();
    names.sort_unstable();
    names
}

#[test]
#[cfg(target_os = "linux")]
fn two_static_libraries_live_in_one_program_if_both_hide_what_they_do_not_offer() {
    let folder = optimised();
    hide(folder.path(), "first");
    hide(folder.path(), "second");
    assert!(link(folder.path()));
}

#[test]
fn it_is_enough_if_one_of_them_does_whichever_the_linker_sees_first() {
    for name in ["first", "second"] {
        let folder = optimised();
        hide(folder.path(), name);
        assert!(link(folder.path()), "{name}");
    }
}

#[test]
fn one_that_offers_more_or_less_is_not_published() {
    let folder = optimised();
    let library = folder.path().join("libfirst.a");
    let offered = objects::offered(&fs::read(&library).expect("a library")).expect("names");
    objects::check(&library, &offered).expect("that is what it offers");
    let error = objects::check(&library, &offered[1..]).expect_err("it offers more");
    assert!(error.to_string().contains(&offered[0]), "{error}");
    let mut more = offered;
    more.push("first_misses".to_owned());
    let error = objects::check(&library, &more).expect_err("it offers less");
    assert!(error.to_string().contains("first_misses"), "{error}");
    assert!(objects::unpack(&library, &more, &folder.path().join("objects")).is_err());
}

#[test]
fn only_what_a_program_would_take_is_taken_and_all_of_it() {
    let folder = tempfile::tempdir().expect("a folder");
    // Each crate of Rust's library is a file then.
    compile(folder.path(), "first", "staticlib", "lto=off");
    let library = folder.path().join("libfirst.a");
    let underscore = if cfg!(target_os = "macos") { "_" } else { "" };
    let wanted = [format!("{underscore}first_catches")];
    let taken = objects::unpack(&library, &wanted, &folder.path().join("objects")).expect("objects");
    let all = Command::new("ar").arg("t").arg(&library).output().expect("ar runs");
    let all = String::from_utf8(all.stdout).expect("text").lines().count();
    // The compiler's own functions are hundreds of files.
    assert!(taken.len() * 2 < all, "{} of {all}", taken.len());

    let merged = folder.path().join("merged.o");
    run(Command::new("ld").args(["-r", "-o"]).arg(&merged).args(&taken));
    let undefined = objects::undefined(&fs::read(&merged).expect("an object file"));
    let mangled = format!("{underscore}_R");
    let of_rust: Vec<_> = undefined
        .iter()
        .filter(|name| name.starts_with(&mangled) || name.contains("rust"))
        .collect();
    let malloc = format!("{underscore}malloc");
    assert!(undefined.contains(&malloc) && of_rust.is_empty(), "{of_rust:?}");
}

#[test]
fn two_rust_libraries_live_in_one_program_if_one_is_dynamic() {
    let folder = optimised();
    fs::remove_file(folder.path().join("libfirst.a")).expect("removed");
    compile(folder.path(), "first", "cdylib", "lto=fat");
    assert!(link(folder.path()));
}

#[test]
fn two_static_ones_link_only_as_long_as_neither_has_all_of_rust_optimised_into_it() {
    let folder = tempfile::tempdir().expect("a folder");
    for name in ["first", "second"] {
        compile(folder.path(), name, "staticlib", "lto=off");
    }
    assert!(link(folder.path()));
    // The day that this fails, nothing has to be hidden any more.
    assert!(!link(optimised().path()));
}
