// SPDX-License-Identifier: Apache-2.0

//! Kotlin as UniFFI generates it, and what is mended in it.

use std::{fs, path::Path};

use anyhow::{Context, Result, ensure};
use uniffi_bindgen::bindings::TargetLanguage;

use crate::numbers;

/// Writes the sources into `out`.
pub(crate) fn write(out: &Path, generate: impl Fn(TargetLanguage, &Path) -> Result<()>) -> Result<()> {
    generate(TargetLanguage::Kotlin, out)?;
    let file = out.join("org/keyward/keyward.kt");
    let generated = fs::read_to_string(&file).with_context(|| format!("{} was not generated", file.display()))?;
    let mended = with_arguments_held(&with_messages_for_people(&generated)?)?;
    let mended = with_fakes_that_say_so(&with_advice_at_hand(&mended)?)?;
    fs::write(
        &file,
        numbers::in_kotlin(&with_one_door(&with_jna_prepared(&mended)?)?)?,
    )?;
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

/// UniFFI's Kotlin asks Rust for an exception's advice and text, which the exception holds itself: `advice` is a field of
/// each of our errors, and its `reason` is the text. Read from there they need no native library, so that a fake can throw
/// what the real one throws.
fn with_advice_at_hand(kotlin: &str) -> Result<String> {
    const ADVICE: &str = "fun `advice`(): Advice {";
    const TEXT: &str = "override fun toString(): String {";
    let mut out = String::with_capacity(kotlin.len());
    let mut errors: Option<Vec<&str>> = None;
    let (mut in_body, mut mended) = (false, 0);
    for line in kotlin.lines() {
        if in_body {
            in_body = line != "    )";
            continue;
        }
        out.push_str(line);
        out.push('\n');
        if line.starts_with("sealed class ") && line.ends_with(": kotlin.Exception() {") {
            errors = Some(Vec::new());
        }
        let Some(variants) = &mut errors else { continue };
        if let Some(variant) = line.strip_prefix("    class ").and_then(|rest| rest.strip_suffix('(')) {
            variants.push(variant);
        } else if line.ends_with(ADVICE) {
            out.push_str("        return when (this) {\n");
            for variant in variants {
                out.push_str(&format!("            is {variant} -> this.`advice`\n"));
            }
            out.push_str("        }\n");
            (in_body, mended) = (true, mended + 1);
        } else if line.trim_start() == TEXT {
            out.push_str("        return this.`advice`().reason\n");
            // What follows is not the error's any more.
            (in_body, errors) = (true, None);
        }
    }
    ensure!(
        mended > 0 && mended == kotlin.matches(ADVICE).count() && !in_body,
        "UniFFI writes an error's methods in another way than before: mend crates/keyward-bindgen/src/kotlin.rs"
    );
    Ok(out)
}

/// A fake has no handle. What it does not do itself ends here, and has to say what is the matter.
fn with_fakes_that_say_so(kotlin: &str) -> Result<String> {
    const BEFORE: &str = "throw InternalException(\"uniffiCloneHandle() called on NoHandle object\");";
    const AFTER: &str = "throw InternalException(\"${this.javaClass.simpleName} is a fake, and does not do this\")";
    ensure!(
        kotlin.contains(BEFORE),
        "UniFFI refuses fakes in another way than before: mend crates/keyward-bindgen/src/kotlin.rs"
    );
    Ok(kotlin.replace(BEFORE, AFTER))
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

/// What the façade has in its own words (`Keyward.login`), with files for paths. An app should find one of them.
const BEHIND_THE_FACADE: [&str; 11] = [
    "`attach`(",
    "`begin`(`homeserver`",
    "`cancelBrowserLogin`(",
    "`discover`(",
    "`finishLogin`(",
    "`login`(",
    "`openLog`(",
    "`restore`(",
    "`useNetwork`(",
    "`versions`(",
    "`waitingBrowserLogin`(",
];

fn with_one_door(kotlin: &str) -> Result<String> {
    let mut kotlin = kotlin.to_owned();
    for call in BEHIND_THE_FACADE {
        let forms = ["suspend fun ", "*/ fun ", "::class) fun "].map(|before| format!("{before}{call}"));
        ensure!(
            forms.iter().any(|form| kotlin.contains(form)),
            "UniFFI does not write {call} any more: mend crates/keyward-bindgen/src/kotlin.rs"
        );
        for form in forms {
            let hidden = match form.strip_prefix("suspend ") {
                Some(rest) => format!("internal suspend {rest}"),
                None => form.replacen(" fun ", " internal fun ", 1),
            };
            kotlin = kotlin.replace(&form, &hidden);
        }
    }
    Ok(kotlin)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_facade_has_is_not_offered_twice() {
        let all: String = BEHIND_THE_FACADE
            .iter()
            .map(|call| format!("     suspend fun {call})\n"))
            .collect();
        let generated = format!(
            "{all}     */ fun `openLog`()\n    @Throws(E::class) fun `useNetwork`()\n    suspend fun `begin`()\n"
        );
        let mended = with_one_door(&generated).expect("the form that is known");
        assert_eq!(
            mended.matches("     internal suspend fun `").count(),
            BEHIND_THE_FACADE.len(),
            "{mended}"
        );
        assert!(mended.contains("*/ internal fun `openLog`()"), "{mended}");
        assert!(mended.contains("::class) internal fun `useNetwork`()"), "{mended}");
        assert!(mended.contains("    suspend fun `begin`()"), "{mended}");
        assert!(with_one_door(&generated.replace("`attach`", "`other`")).is_err());
    }

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
    fn an_error_reads_its_advice_from_itself() {
        let generated = "sealed class AException: kotlin.Exception() {\n    class B(\n        ) : AException() {\n    }\n         */ \
                         fun `advice`(): Advice {\n            return lift(\n    call()\n    )\n    }\n    override fun toString(): \
                         String {\n        return lift(\n    call()\n    )\n    }\n}\n";
        let mended = with_advice_at_hand(generated).expect("the form that is known");
        assert_eq!(
            mended,
            "sealed class AException: kotlin.Exception() {\n    class B(\n        ) : AException() {\n    }\n         */ fun \
             `advice`(): Advice {\n        return when (this) {\n            is B -> this.`advice`\n        }\n    }\n    \
             override fun toString(): String {\n        return this.`advice`().reason\n    }\n}\n"
        );
        assert!(with_advice_at_hand("").is_err());
        assert!(with_advice_at_hand(&generated.replace("sealed", "open")).is_err());
    }

    #[test]
    fn a_fake_says_that_it_is_one() {
        let generated = "throw InternalException(\"uniffiCloneHandle() called on NoHandle object\");";
        let mended = with_fakes_that_say_so(generated).expect("the form that is known");
        assert!(mended.contains("is a fake"), "{mended}");
        assert!(with_fakes_that_say_so(&mended).is_err());
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
