// SPDX-License-Identifier: Apache-2.0

//! Swift as UniFFI generates it, and what is mended in it: the cancellation of tasks.
//!
//! UniFFI's Swift goes on waiting when its task is cancelled, although its Rust side can be told to let a call go
//! (`rust_future_cancel`), which is what its Kotlin amounts to. All asynchronous calls lead through one function; here it
//! learns to tell Rust and to throw `CancellationError`. As in Kotlin only the waiting stops: what was begun goes on.
//!
//! Calls that cannot throw wait as before: they are the streams', which have `stop`.

use std::{fs, path::Path};

use anyhow::{Context, Result, ensure};
use uniffi_bindgen::bindings::TargetLanguage;

/// Writes into the folder of the package's sources, where SwiftPM wants them; Git ignores these.
pub(crate) fn write(sources: &Path, generate: impl Fn(TargetLanguage, &Path) -> Result<()>) -> Result<()> {
    let bindings = sources.join("KeywardBindings");
    generate(TargetLanguage::Swift, &bindings)?;
    let file = bindings.join("KeywardBindings.swift");
    let generated = fs::read_to_string(&file).with_context(|| format!("{} was not generated", file.display()))?;
    fs::write(&file, with_cancellation(&generated)?)?;
    let module = sources.join("KeywardFFI");
    fs::create_dir_all(&module)?;
    fs::rename(bindings.join("KeywardFFI.h"), module.join("KeywardFFI.h"))?;
    fs::remove_file(bindings.join("KeywardFFI.modulemap"))?;
    // Says what to link, which the generated one does not.
    fs::write(
        module.join("module.modulemap"),
        "module KeywardFFI {\n    header \"KeywardFFI.h\"\n    link \"keyward_ffi\"\n    export *\n}\n",
    )?;
    Ok(())
}

/// What UniFFI writes, once, and what stands there instead.
const ONCE: [(&str, &str); 4] = [
    (
        "    freeFunc: (UInt64) -> (),\n",
        "    freeFunc: (UInt64) -> (),\n    cancelFunc: ((UInt64) -> ())? = nil,\n",
    ),
    (
        "    var pollResult: Int8;\n    repeat {\n",
        "    // A function of C, which any thread may call.\n    nonisolated(unsafe) let cancelFunc = cancelFunc\n    // The \
         handler has returned before this does, thus before the future is freed.\n    await withTaskCancellationHandler \
         {\n    var pollResult: Int8;\n    repeat {\n",
    ),
    (
        "    } while pollResult != UNIFFI_RUST_FUTURE_POLL_READY\n",
        "    } while pollResult != UNIFFI_RUST_FUTURE_POLL_READY\n    } onCancel: {\n        cancelFunc?(rustFuture)\n    }\n",
    ),
    (
        "            fatalError(\"Cancellation not supported yet\")\n",
        "            throw CancellationError()\n",
    ),
];

/// How UniFFI begins a call that can throw.
const THROWING: &str = "try  await uniffiRustCallAsync(\n";

const CALL: &str = "await uniffiRustCallAsync(\n";

/// What names the function that frees the future of a call; that which cancels it is named alike.
const FREE: &str = "            freeFunc: ffi_keyward_ffi_rust_future_free_";

/// Generated Swift whose calls end when their task is cancelled.
fn with_cancellation(generated: &str) -> Result<String> {
    let mut swift = generated.to_owned();
    for (before, after) in ONCE {
        ensure!(swift.matches(before).count() == 1, "{CHANGED}");
        swift = swift.replace(before, after);
    }
    let mut out = String::with_capacity(swift.len());
    let (mut throwing, mut calls, mut mended) = (false, 0, 0);
    for line in swift.split_inclusive('\n') {
        out.push_str(line);
        if line.ends_with(CALL) {
            throwing = line.ends_with(THROWING);
            calls += usize::from(throwing);
        } else if throwing && let Some(kind) = line.strip_prefix(FREE) {
            out.push_str("            cancelFunc: ffi_keyward_ffi_rust_future_cancel_");
            out.push_str(kind);
            mended += 1;
        }
    }
    ensure!(calls > 0 && calls == mended, "{CHANGED}");
    Ok(out)
}

const CHANGED: &str =
    "UniFFI writes asynchronous calls in another way than before: mend crates/keyward-bindgen/src/swift.rs";

#[cfg(test)]
mod tests {
    use super::*;

    const CALLS: &str = "        try  await uniffiRustCallAsync(\n            \
                         freeFunc: ffi_keyward_ffi_rust_future_free_void,\n        try!  await uniffiRustCallAsync(\n            \
                         freeFunc: ffi_keyward_ffi_rust_future_free_u64,\n";

    fn generated() -> String {
        ONCE.map(|(before, _)| before).concat() + CALLS
    }

    #[test]
    fn calls_that_throw_are_cancelled_and_others_are_not() {
        let mended = with_cancellation(&generated()).expect("the form that is known");
        assert!(mended.contains("free_void,\n            cancelFunc: ffi_keyward_ffi_rust_future_cancel_void,\n"));
        assert!(!mended.contains("rust_future_cancel_u64"));
        assert!(mended.contains("throw CancellationError()") && mended.contains("withTaskCancellationHandler"));
    }

    #[test]
    fn another_form_of_uniffi_s_code_is_an_error() {
        for (before, _) in ONCE {
            assert!(with_cancellation(&generated().replace(before, "")).is_err());
        }
        assert!(with_cancellation(&generated().replace("freeFunc: ffi", "free: ffi")).is_err());
        assert!(with_cancellation("").is_err());
    }
}
