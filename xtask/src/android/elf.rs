// SPDX-License-Identifier: Apache-2.0

//! What an ELF file says of itself, as far as it decides whether Android can load it.

use anyhow::{Context, Result};
use goblin::elf::{Elf, header::ET_DYN, program_header::PT_LOAD};

use super::plan::Abi;

/// Android 15 runs on phones whose pages have this size, where 64-bit libraries aligned for less do not load.
const PAGE: u64 = 16 * 1024;

/// What every Android has for native code; anything else would have to be in the package.
const SYSTEM_LIBRARIES: &[&str] = &["libc.so", "libdl.so", "liblog.so", "libm.so"];

/// By this function UniFFI's Kotlin code knows that it has found its library.
pub(super) const CONTRACT: &str = "ffi_keyward_ffi_uniffi_contract_version";

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Library {
    pub(super) machine: u16,
    pub(super) is_64_bit: bool,
    pub(super) is_shared: bool,
    /// The smallest alignment of what is loaded into memory, in bytes.
    pub(super) alignment: u64,
    pub(super) needs: Vec<String>,
    /// Has what only a debugger reads.
    pub(super) has_symbols: bool,
    pub(super) has_contract: bool,
}

impl Library {
    pub(super) fn read(bytes: &[u8]) -> Result<Self> {
        let elf = Elf::parse(bytes).context("it is no ELF file")?;
        let loaded = elf.program_headers.iter().filter(|header| header.p_type == PT_LOAD);
        Ok(Self {
            machine: elf.header.e_machine,
            is_64_bit: elf.is_64,
            is_shared: elf.header.e_type == ET_DYN,
            alignment: loaded.map(|header| header.p_align).min().context("it loads nothing")?,
            needs: elf.libraries.iter().map(|&name| name.to_owned()).collect(),
            has_symbols: !elf.syms.is_empty(),
            // Names of exported functions stand in the file as they are.
            has_contract: bytes
                .windows(CONTRACT.len())
                .any(|window| window == CONTRACT.as_bytes()),
        })
    }

    /// Why no Android could load it, whatever its processor: nothing if it could.
    pub(super) fn objections(&self) -> Vec<String> {
        let mut objections = Vec::new();
        if !self.is_shared {
            objections.push("it is no shared library".to_owned());
        }
        if self.has_symbols {
            objections.push("it is not stripped".to_owned());
        }
        if !self.has_contract {
            objections.push(format!("it has no {CONTRACT}, so it is not Keyward's"));
        }
        objections
    }

    /// Why a phone with this processor could not load it: nothing if it could.
    pub(super) fn objections_on(&self, abi: &Abi) -> Vec<String> {
        let mut objections = self.objections();
        if (self.machine, self.is_64_bit) != (abi.machine, abi.is_64_bit) {
            objections.push(format!("it is for another processor (ELF machine {})", self.machine));
        }
        if self.is_64_bit && self.alignment < PAGE {
            objections.push(format!(
                "it is aligned for pages of {} bytes, not {PAGE}",
                self.alignment
            ));
        }
        for name in &self.needs {
            if !SYSTEM_LIBRARIES.contains(&name.as_str()) {
                objections.push(format!("it needs {name}, which Android does not have"));
            }
        }
        objections
    }
}

#[cfg(test)]
pub(super) mod tests {
    use goblin::elf::header::EM_X86_64;

    use super::*;
    use crate::android::plan::ABIS;

    /// The smallest shared library there is: a header, one segment, and the name that ours is known by.
    pub(in crate::android) fn tiny_library(machine: u16, is_64_bit: bool, alignment: u32) -> Vec<u8> {
        let half = |value: u16| value.to_le_bytes().to_vec();
        let word = |value: u32| value.to_le_bytes().to_vec();
        let address = |value: u32| {
            let mut bytes = word(value);
            if is_64_bit {
                bytes.extend([0; 4]);
            }
            bytes
        };
        let (header, segment) = if is_64_bit { (64, 56) } else { (52, 32) };
        let mut parts = vec![
            b"\x7fELF".to_vec(),
            vec![if is_64_bit { 2 } else { 1 }, 1, 1, 0],
            vec![0; 8],
            half(ET_DYN),
            half(machine),
            word(1),
            address(0),
            // The segments follow at once; there are no sections.
            address(header.into()),
            address(0),
            word(0),
            half(header),
            half(segment),
            half(1),
            half(0),
            half(0),
            half(0),
        ];
        let flags = word(5);
        parts.push(word(PT_LOAD));
        if is_64_bit {
            parts.push(flags.clone());
        }
        // Offset, two addresses, two sizes.
        parts.extend([address(0), address(0), address(0), address(0), address(0)]);
        if !is_64_bit {
            parts.push(flags);
        }
        parts.push(address(alignment));
        parts.push(CONTRACT.as_bytes().to_vec());
        parts.concat()
    }

    #[test]
    fn a_library_of_each_abi_passes_on_its_own_abi_only() {
        for built in ABIS {
            let library = Library::read(&tiny_library(built.machine, built.is_64_bit, 0x4000)).expect("an ELF file");
            for abi in &ABIS {
                let objections = library.objections_on(abi);
                assert_eq!(objections.is_empty(), *abi == built, "{built:?} {abi:?} {objections:?}");
            }
        }
    }

    #[test]
    fn pages_of_16_kib_are_asked_of_64_bit_libraries() {
        for abi in ABIS {
            let library = Library::read(&tiny_library(abi.machine, abi.is_64_bit, 0x1000)).expect("an ELF file");
            let objections = library.objections_on(&abi);
            if abi.is_64_bit {
                assert_eq!(objections, ["it is aligned for pages of 4096 bytes, not 16384"]);
            } else {
                assert_eq!(objections, [""; 0]);
            }
        }
    }

    #[test]
    fn what_android_does_not_have_is_named() {
        let [.., abi, _] = ABIS;
        let good = Library::read(&tiny_library(EM_X86_64, true, 0x4000)).expect("an ELF file");
        assert_eq!(good.objections_on(&abi), [""; 0]);
        let bad = Library {
            is_shared: false,
            needs: vec!["libc.so".to_owned(), "libc++_shared.so".to_owned()],
            has_symbols: true,
            has_contract: false,
            ..good
        };
        let objections = bad.objections_on(&abi).join("; ");
        for part in ["no shared library", "not stripped", CONTRACT, "libc++_shared.so"] {
            assert!(objections.contains(part), "{part}: {objections}");
        }
        assert_eq!(bad.objections_on(&abi).len(), 4, "{objections}");
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn a_real_file_is_read() {
        let this_test = std::fs::read(std::env::current_exe().expect("it runs")).expect("it can be read");
        let library = Library::read(&this_test).expect("an ELF file");
        assert_eq!(library.is_64_bit, cfg!(target_pointer_width = "64"));
        assert!(library.has_symbols && library.alignment >= 0x1000, "{library:?}");
        assert!(
            library.needs.iter().any(|name| name.starts_with("libc.so")),
            "{library:?}"
        );
    }

    #[test]
    fn something_else_is_no_library() {
        assert!(Library::read(b"PK\x03\x04 and so on").is_err());
        assert!(Library::read(&[]).is_err());
    }
}
