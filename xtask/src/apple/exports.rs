// SPDX-License-Identifier: Apache-2.0

//! The names that our static library shares with the app: the functions of the C header, and nothing else.

use std::{fs, path::Path};

use anyhow::{Context, Result, ensure};

use super::objects::OWN_PERSONALITY;
use crate::swift;

/// Writes the list for Apple's linker, in which each name begins with an underscore.
pub(super) fn write(header: &Path, to: &Path) -> Result<()> {
    let text = fs::read_to_string(header).with_context(|| format!("there is no {}", header.display()))?;
    let declared = swift::functions(&text);
    ensure!(!declared.is_empty(), "{} declares no function", header.display());
    let lines: String = declared.iter().map(|name| format!("_{name}\n")).collect();
    fs::create_dir_all(to.parent().context("a file lies in a folder")?)?;
    Ok(fs::write(to, lines + OWN_PERSONALITY + "\n")?)
}

/// The list that was written.
pub(super) fn read(list: &Path) -> Result<Vec<String>> {
    let text = fs::read_to_string(list).with_context(|| format!("cannot read {}", list.display()))?;
    Ok(text.lines().map(str::to_owned).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_has_the_names_as_apples_linker_knows_them() {
        let folder = tempfile::tempdir().expect("a folder");
        let (header, list) = (folder.path().join("X.h"), folder.path().join("apple/list"));
        let text = "typedef void (*Callback)(uint64_t);\nRustBuffer uniffi_keyward_ffi_fn_text(void\n\n);\nvoid \
                    ffi_keyward_ffi_free(uint64_t handle\n);\n";
        fs::write(&header, text).expect("a file");
        write(&header, &list).expect("written");
        assert_eq!(
            read(&list).expect("read"),
            ["_ffi_keyward_ffi_free", "_uniffi_keyward_ffi_fn_text", OWN_PERSONALITY]
        );
        fs::write(&header, "// nothing\n").expect("a file");
        assert!(write(&header, &list).is_err());
    }
}
