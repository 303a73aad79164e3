// SPDX-License-Identifier: Apache-2.0

//! Kotlin as UniFFI generates it, and what is mended in it.

use std::{fs, path::Path};

use anyhow::{Context, Result, ensure};
use uniffi_bindgen::bindings::TargetLanguage;

/// Writes the sources into `out`.
pub(crate) fn write(out: &Path, generate: impl Fn(TargetLanguage, &Path) -> Result<()>) -> Result<()> {
    generate(TargetLanguage::Kotlin, out)?;
    let file = out.join("org/keyward/keyward.kt");
    let generated = fs::read_to_string(&file).with_context(|| format!("{} was not generated", file.display()))?;
    let mended = with_arguments_held(&with_messages_for_people(&generated)?)?;
    fs::write(&file, with_jna_prepared(&mended)?)?;
    Ok(())
}

/// UniFFI's Kotlin makes an exception's `message` of its fields (`reason=…, problem=…`). Apps and crash reports show it, so
/// it has to be the text, which is what the exception's `toString()` gives.
fn with_messages_for_people(kotlin: &str) -> Result<String> {
    let mut out = String::with_capacity(kotlin.len());
    let (mut in_message, mut mended) = (false, 0);
    for line in kotlin.lines() {
        let code = line.trim_start();
        if in_message && code.starts_with("get() = \"") {
            out.push_str(&line[..line.len() - code.len()]);
            out.push_str("get() = toString()");
            mended += 1;
        } else {
            out.push_str(line);
        }
        out.push('\n');
        in_message = code == "override val message";
    }
    ensure!(
        mended > 0 && mended == kotlin.matches("override val message").count(),
        "UniFFI writes exceptions in another way than before: mend crates/keyward-bindgen/src/kotlin.rs"
    );
    Ok(out)
}

/// UniFFI's Kotlin passes an object on by its bare handle, although it may have been closed, or the garbage collector may
/// free it at that very moment: nothing refers to an argument any more once its handle is read. Either would use freed
/// memory. `callWithHandle`, which methods go through, refuses what is closed and holds the object meanwhile.
fn with_arguments_held(kotlin: &str) -> Result<String> {
    const BARE: &str = "return value.uniffiCloneHandle()";
    let objects = kotlin.matches("fun uniffiCloneHandle(): Long").count();
    ensure!(
        objects > 0 && kotlin.matches(BARE).count() == objects,
        "UniFFI passes objects on in another way than before: mend crates/keyward-bindgen/src/kotlin.rs"
    );
    Ok(kotlin.replace(BARE, "return value.callWithHandle { it }"))
}

/// JNA deadlocks if two threads use a library for the first time at the same moment: one prepares its types, under the
/// locks of a class and of the layouts, the other lays a structure out and takes them in the other order (jna#1681, in
/// another place). So its types are prepared before the first structure, which every call makes.
fn with_jna_prepared(kotlin: &str) -> Result<String> {
    const BEFORE: &str = "    companion object {\n        fun create(code: Byte, errorBuf: RustBuffer.ByValue)";
    ensure!(
        kotlin.matches(BEFORE).count() == 1,
        "UniffiRustCallStatus is written in another way than before: mend crates/keyward-bindgen/src/kotlin.rs"
    );
    let (head, create) = (
        "    companion object {\n",
        BEFORE.split_once('\n').map_or("", |(_, create)| create),
    );
    let prepared = format!(
        "{head}        init {{\n            Class.forName(\"com.sun.jna.Structure\\$FFIType\")\n        }}\n\n{create}"
    );
    Ok(kotlin.replace(BEFORE, &prepared))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn jna_is_prepared_before_the_first_structure() {
        let generated = "class S : Structure() {\n    companion object {\n        fun create(code: Byte, errorBuf: \
                         RustBuffer.ByValue): S {\n";
        let mended = with_jna_prepared(generated).expect("the form that is known");
        let init =
            "    companion object {\n        init {\n            Class.forName(\"com.sun.jna.Structure\\$FFIType\")\n";
        assert!(mended.contains(init), "{mended}");
        assert!(mended.contains("        fun create(code: Byte"), "{mended}");
        assert!(with_jna_prepared(&mended).is_err());
        assert!(with_jna_prepared("").is_err());
    }

    #[test]
    fn the_message_of_an_exception_is_its_text() {
        let generated = "class Server(val `problem`: P) : E() {\n    override val message\n        get() = \"problem=${ \
                         `problem` }\"\n}\n";
        let mended = with_messages_for_people(generated).expect("the form that is known");
        assert!(
            mended.contains("override val message\n        get() = toString()\n"),
            "{mended}"
        );
        assert!(with_messages_for_people("override val message = \"\"").is_err());
        assert!(with_messages_for_people("class E").is_err());
    }

    #[test]
    fn an_object_is_held_while_it_is_passed_on() {
        let generated = "fun uniffiCloneHandle(): Long {\n}\nlower(value: A): Long {\n    return \
                         value.uniffiCloneHandle()\n}\n";
        let mended = with_arguments_held(generated).expect("the form that is known");
        assert!(mended.contains("return value.callWithHandle { it }"), "{mended}");
        assert!(with_arguments_held(&mended).is_err());
        assert!(with_arguments_held("").is_err());
    }
}
