// SPDX-License-Identifier: Apache-2.0

//! Swift as UniFFI generates it, and what is mended in it: the cancellation of tasks, and what fakes need.
//!
//! UniFFI's Swift goes on waiting when its task is cancelled, although its Rust side can be told to let a call go
//! (`rust_future_cancel`), which is what its Kotlin amounts to. All asynchronous calls lead through one function; here it
//! learns to tell Rust and to throw `CancellationError`. As in Kotlin only the waiting stops: what was begun goes on.
//!
//! Calls that cannot throw wait as before: they are the streams', which have `stop`.

use std::{fs, path::Path};

use anyhow::{Context, Result, ensure};
use uniffi_bindgen::bindings::TargetLanguage;

use crate::numbers;

/// Writes into the folder of the package's sources, where SwiftPM wants them; Git ignores these.
pub(crate) fn write(sources: &Path, generate: impl Fn(TargetLanguage, &Path) -> Result<()>) -> Result<()> {
    let bindings = sources.join("KeywardBindings");
    generate(TargetLanguage::Swift, &bindings)?;
    let file = bindings.join("KeywardBindings.swift");
    let generated = fs::read_to_string(&file).with_context(|| format!("{} was not generated", file.display()))?;
    let mended = with_fakes_that_say_so(&with_advice_at_hand(&with_cancellation(&generated)?)?)?;
    fs::write(
        &file,
        numbers::in_swift(&with_one_door(&with_descriptions_of_fakes(&mended))?)?,
    )?;
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

/// UniFFI's Swift asks Rust for an error's advice and text, which the error holds itself: `advice` is a field of each of our
/// errors, and its `reason` is the text. Read from there they need no native library, so that a fake can throw what the real
/// one throws.
fn with_advice_at_hand(swift: &str) -> Result<String> {
    const ADVICE: &str = "public func advice() -> Advice  {";
    const TEXT: &str = "public var description: String {";
    let mut out = String::with_capacity(swift.len());
    let mut error: Option<&str> = None;
    let (mut in_body, mut mended) = (false, 0);
    let mut lines = swift.lines().peekable();
    while let Some(line) = lines.next() {
        // A brace before a bracket is that of the call to Rust.
        if in_body && (line != "}" || lines.peek() == Some(&"    )")) {
            continue;
        }
        in_body = false;
        out.push_str(line);
        out.push('\n');
        if let Some(head) = line.strip_prefix("enum ") {
            error = head.split_once(": Swift.Error").map(|(name, _)| name);
        }
        let Some(name) = error else { continue };
        if line == ADVICE {
            out.push_str("    switch self {\n");
            for pattern in patterns(swift, name) {
                out.push_str(&format!("    {pattern} return advice\n"));
            }
            out.push_str("    }\n");
            (in_body, mended) = (true, mended + 1);
        } else if line == TEXT {
            out.push_str("    return advice().reason\n");
            // What follows is not the error's any more.
            (in_body, error) = (true, None);
        }
    }
    ensure!(
        mended > 0 && mended == swift.matches(ADVICE).count() && !in_body,
        "UniFFI writes an error's methods in another way than before: mend crates/keyward-bindgen/src/swift.rs"
    );
    Ok(out)
}

/// How each case of an error is matched for its advice: `case let .BrowserNeeded(_,advice):`. The generated code matches them
/// all where it writes the error.
fn patterns(swift: &str, error: &str) -> Vec<String> {
    let begin = format!("    public static func write(_ value: {error}, into buf: inout [UInt8]) {{");
    let body = swift
        .lines()
        .skip_while(|line| *line != begin)
        .take_while(|line| *line != "    }");
    let cases = body.filter_map(|line| line.trim_start().strip_prefix("case let .")?.strip_suffix("):"));
    let with_advice = cases.filter_map(|case| case.split_once('('));
    with_advice
        .map(|(case, fields)| {
            let fields = fields
                .split(',')
                .map(|field| if field == "advice" { field } else { "_" });
            format!("case let .{case}({}):", fields.collect::<Vec<_>>().join(","))
        })
        .collect()
}

/// A fake has no handle. What it does not do itself ends here, and has to say what is the matter.
fn with_fakes_that_say_so(swift: &str) -> Result<String> {
    const BEFORE: &str = "    public func uniffiCloneHandle() -> UInt64 {\n";
    const AFTER: &str = "        precondition(handle != 0, \"\\(type(of: self)) is a fake, and does not do this\")\n";
    ensure!(
        swift.contains(BEFORE),
        "UniFFI passes objects on in another way than before: mend crates/keyward-bindgen/src/swift.rs"
    );
    Ok(swift.replace(BEFORE, &format!("{BEFORE}{AFTER}")))
}

/// Whoever prints a state prints the objects in it, fakes as well: a fake has to be able to describe itself.
fn with_descriptions_of_fakes(swift: &str) -> String {
    const DESCRIPTION: &str = "public var description: String {";
    let mut out = String::with_capacity(swift.len());
    let mut in_class = false;
    for line in swift.lines() {
        if line.starts_with("open class ") {
            in_class = true;
        } else if ["struct ", "enum ", "public struct "]
            .iter()
            .any(|kind| line.starts_with(kind))
        {
            in_class = false;
        }
        match in_class && line == DESCRIPTION {
            true => out.push_str(&line.replacen("public", "open", 1)),
            false => out.push_str(line),
        }
        out.push('\n');
    }
    out
}

/// What the façade has in its own words (`Keyward.login`), with URLs for paths. An app should find one of them; the façade is in
/// the same package.
const BEHIND_THE_FACADE: [&str; 9] = [
    "func cancelBrowserLogin(folder: String",
    "func openLog(",
    "func waitingBrowserLogin(folder: String",
    "static func attach(host:",
    "static func begin(homeserver:",
    "static func discover(address:",
    "static func finishLogin(folder: String",
    "static func login(homeserver:",
    "static func restore(folder: String",
];

fn with_one_door(swift: &str) -> Result<String> {
    let mut swift = swift.to_owned();
    for call in BEHIND_THE_FACADE {
        let offered = format!("public {call}");
        ensure!(
            swift.contains(&offered),
            "UniFFI does not write `{call}` any more: mend crates/keyward-bindgen/src/swift.rs"
        );
        swift = swift.replace(&offered, &format!("package {call}"));
    }
    Ok(swift)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_facade_has_is_not_offered_twice() {
        let generated: String = BEHIND_THE_FACADE
            .iter()
            .map(|call| format!("public {call}\n"))
            .collect();
        let mended = with_one_door(&format!("{generated}public func versions(\n")).expect("the form that is known");
        assert_eq!(mended.matches("package ").count(), BEHIND_THE_FACADE.len(), "{mended}");
        assert!(mended.contains("public func versions("), "{mended}");
        assert!(with_one_door("public func versions(").is_err());
    }

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

    #[test]
    fn an_error_reads_its_advice_from_itself() {
        let generated = "enum AError: Swift.Error, Equatable {\n    case B(\n    )\npublic func advice() -> Advice  {\n    return \
                         lift(\n    call()\n)\n}\npublic var description: String {\n    return lift(\n}\n    )\n}\n}\n    public \
                         static func write(_ value: AError, into buf: inout [UInt8]) {\n        case let .B(advice):\n        \
                         case let .C(pages,advice):\n    }\n";
        let mended = with_advice_at_hand(generated).expect("the form that is known");
        let expected = "public func advice() -> Advice  {\n    switch self {\n    case let .B(advice): return advice\n    case \
                        let .C(_,advice): return advice\n    }\n}\npublic var description: String {\n    return \
                        advice().reason\n}\n}\n";
        assert!(mended.contains(expected), "{mended}");
        assert!(with_advice_at_hand("").is_err());
        assert!(with_advice_at_hand(&generated.replace("enum", "struct")).is_err());
    }

    #[test]
    fn a_fake_says_that_it_is_one_and_can_describe_itself() {
        let generated = "open class A: AProtocol {\n    public func uniffiCloneHandle() -> UInt64 {\n        return 1\n    \
                         }\npublic var description: String {\n}\nenum B {\npublic var description: String {\n";
        let mended = with_fakes_that_say_so(generated).expect("the form that is known");
        assert!(
            mended.contains("-> UInt64 {\n        precondition(handle != 0, \""),
            "{mended}"
        );
        assert!(with_fakes_that_say_so("").is_err());
        let described = with_descriptions_of_fakes(generated);
        assert_eq!(described.matches("open var description").count(), 1, "{described}");
        assert_eq!(described.matches("public var description").count(), 1, "{described}");
    }
}
