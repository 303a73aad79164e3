// SPDX-License-Identifier: Apache-2.0

//! The object files of a static library, for a linker that makes one of them.
//!
//! Apple's linker does not get the library as it is: with `-force_load` and `-r`, the one of Xcode 15 and later makes even
//! those names local that it is told to keep. Of single files it does what it is told.

use std::{
    collections::{HashMap, HashSet},
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, ensure};
use goblin::{
    archive::Archive,
    elf::{Elf, header::ELFMAG, sym::STB_LOCAL},
    mach::{MachO, load_command::CommandVariant},
};
use memchr::memmem;

/// The function that reads, while a panic unwinds, what the compiler wrote of each function. Rust gives it one name in all
/// libraries.
const PERSONALITY: &[u8] = b"\0_rust_eh_personality\0";

/// What it is called in ours. Apple's linker before Xcode 15 (`-ld_classic` since) does not find such a function if it is
/// local ("Undefined symbols: _rust_eh_personality"), so it stays open to all, under a name that no other library has. That is
/// as long as the other, so that the names behind it stay where they are.
pub(super) const OWN_PERSONALITY: &str = "_keyward_personality";

/// The names that an object file shares with others.
#[derive(Default)]
struct Names {
    defined: Vec<String>,
    /// What others have to define.
    undefined: Vec<String>,
}

/// Writes those object files of `library` into `folder` that a program takes which needs the names in `wanted`, chosen as a
/// linker would, and returns their paths. In what is written the personality has its other name.
pub(super) fn unpack(library: &Path, wanted: &[String], folder: &Path) -> Result<Vec<PathBuf>> {
    let bytes = fs::read(library).with_context(|| format!("cannot read {}", library.display()))?;
    let objects: Vec<Vec<u8>> = objects(&bytes)?.into_iter().map(with_own_personality).collect();
    let names = objects.iter().map(|object| names(object)).collect::<Result<Vec<_>>>()?;
    let mut definitions = HashMap::new();
    for (index, names) in names.iter().enumerate() {
        for name in &names.defined {
            definitions.entry(name.as_str()).or_insert(index);
        }
    }

    let mut taken = HashSet::new();
    let mut open = Vec::new();
    for name in wanted {
        let index = definitions.get(name.as_str());
        open.push(*index.with_context(|| format!("{} has no {name}", library.display()))?);
    }
    while let Some(index) = open.pop() {
        if taken.insert(index) {
            let needed = names[index].undefined.iter();
            open.extend(needed.filter_map(|name| definitions.get(name.as_str())));
        }
    }

    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    fs::create_dir_all(folder)?;
    let mut paths = Vec::new();
    for (index, object) in objects.iter().enumerate().filter(|(index, _)| taken.contains(index)) {
        // Numbers, because a library may have two files of one name.
        let path = folder.join(format!("{index}.o"));
        fs::write(&path, object)?;
        paths.push(path);
    }
    Ok(paths)
}

/// The names that a static library offers to a program, each once, in the order of the alphabet.
pub(super) fn offered(library: &[u8]) -> Result<Vec<String>> {
    let mut offered = Vec::new();
    for object in objects(library)? {
        offered.extend(names(object)?.defined);
    }
    offered.sort_unstable();
    offered.dedup();
    Ok(offered)
}

/// The names that an object file wants of others.
#[cfg(test)]
pub(super) fn undefined(object: &[u8]) -> Vec<String> {
    names(object).expect("an object file").undefined
}

/// The object files of a static library.
fn objects(library: &[u8]) -> Result<Vec<&[u8]>> {
    let archive = Archive::parse(library)?;
    let mut objects = Vec::new();
    for index in 0..archive.len() {
        let member = archive.get_at(index).context("an archive has all its members")?;
        let range = member.offset as usize..member.offset as usize + member.size();
        let bytes = library.get(range).context("the library ends too early")?;
        // Rust adds a file of its own, with what only the compiler reads.
        if !member.extended_name().ends_with(".rmeta") {
            objects.push(bytes);
        }
    }
    Ok(objects)
}

fn names(object: &[u8]) -> Result<Names> {
    let mut names = Names::default();
    // What this machine's linker reads, where that is not Apple's: the tests go both ways.
    if object.starts_with(ELFMAG) {
        let elf = Elf::parse(object)?;
        for symbol in elf.syms.iter().filter(|symbol| symbol.st_bind() != STB_LOCAL) {
            let name = elf.strtab.get_at(symbol.st_name).unwrap_or_default();
            names.add(name, symbol.st_shndx == 0);
        }
    } else {
        for symbol in MachO::parse(object, 0)?.symbols() {
            let (name, symbol) = symbol?;
            if symbol.is_global() && !symbol.is_stab() {
                // C has variables that whoever comes first makes room for; the number is their size.
                names.add(name, symbol.is_undefined() && symbol.n_value == 0);
            }
        }
    }
    Ok(names)
}

impl Names {
    fn add(&mut self, name: &str, is_undefined: bool) {
        if is_undefined {
            self.undefined.push(name.to_owned());
        } else {
            self.defined.push(name.to_owned());
        }
    }
}

/// The same object file, in which the function has the other name. In ELF it may be local and keeps its own.
fn with_own_personality(object: &[u8]) -> Vec<u8> {
    let mut bytes = object.to_vec();
    let Ok(binary) = MachO::parse(object, 0) else {
        return bytes;
    };
    let table = binary.load_commands.iter().find_map(|command| match command.command {
        CommandVariant::Symtab(table) => Some(table.stroff as usize..(table.stroff + table.strsize) as usize),
        _ => None,
    });
    let Some(strings) = table.and_then(|table| bytes.get_mut(table)) else {
        return bytes;
    };
    if let Some(at) = memmem::find(strings, PERSONALITY) {
        strings[at + 1..at + 1 + OWN_PERSONALITY.len()].copy_from_slice(OWN_PERSONALITY.as_bytes());
    }
    bytes
}

/// Fails if the library offers anything else than these names, or not all of them: whatever else a future linker does, it is
/// seen where the framework is built and not where an app is.
pub(super) fn check(library: &Path, names: &[String]) -> Result<()> {
    let offered = offered(&fs::read(library)?)?;
    let missing: Vec<_> = names.iter().filter(|name| !offered.contains(name)).collect();
    let others: Vec<_> = offered.iter().filter(|name| !names.contains(name)).collect();
    ensure!(
        missing.is_empty() && others.is_empty(),
        "{} does not offer {missing:?}, and offers {others:?}, which belong to nobody else",
        library.display()
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    #[test]
    fn the_other_name_is_as_long_and_nobody_elses() {
        assert_eq!(OWN_PERSONALITY.len() + 2, PERSONALITY.len());
        assert!(OWN_PERSONALITY.starts_with("_keyward_"));
    }

    /// A static library for an iPhone, whose code needs no other: none is needed here for that, and no linker either.
    fn for_an_iphone(folder: &Path) -> PathBuf {
        let source = folder.join("tiny.rs");
        fs::write(&source, TINY).expect("a file");
        let compiled = Command::new("rustc")
            .current_dir(crate::workspace::root())
            // What has no library needs features that only the compiler's own library may use.
            .env("RUSTC_BOOTSTRAP", "1")
            .args(["--edition", "2024", "--crate-type", "staticlib", "-C", "panic=abort"])
            .args(["--target", "aarch64-apple-ios", "--out-dir"])
            .args([folder, &source])
            .status();
        assert!(compiled.expect("rustc runs").success(), "it compiles");
        folder.join("libtiny.a")
    }

    const TINY: &str = r#"
#![feature(no_core, lang_items)]
#![no_core]
#![allow(internal_features)]
#[lang = "pointee_sized"] trait PointeeSized {}
#[lang = "meta_sized"] trait MetaSized: PointeeSized {}
#[lang = "sized"] trait Sized: MetaSized {}
unsafe extern "C" { fn outside(); }
#[unsafe(no_mangle)] pub extern "C" fn rust_eh_personality() {}
#[unsafe(no_mangle)] pub unsafe extern "C" fn api() { unsafe { outside() } }
"#;

    #[test]
    fn an_object_file_of_apple_gets_the_other_name_and_nothing_else_changes() {
        let folder = tempfile::tempdir().expect("a folder");
        let library = for_an_iphone(folder.path());
        let bytes = fs::read(&library).expect("a library");
        assert_eq!(offered(&bytes).expect("names"), ["_api", "_rust_eh_personality"]);
        let before = objects(&bytes).expect("objects")[0];
        assert_eq!(names(before).expect("names").undefined, ["_outside"]);

        let wanted = ["_api", OWN_PERSONALITY].map(str::to_owned);
        let taken = unpack(&library, &wanted, &folder.path().join("objects")).expect("objects");
        assert_eq!(taken.len(), 1);
        let after = fs::read(&taken[0]).expect("an object file");
        let mut names = names(&after).expect("names");
        names.defined.sort_unstable();
        assert_eq!(names.defined, wanted);
        assert_eq!(names.undefined, ["_outside"]);
        assert_eq!(after.len(), before.len());
        let changed = before.iter().zip(&after).filter(|(before, after)| before != after);
        assert!((1..OWN_PERSONALITY.len()).contains(&changed.count()));
    }
}
