// SPDX-License-Identifier: Apache-2.0

//! Numbers for apps: `Int`, as everything in Kotlin and Swift counts. UniFFI hands on what Rust says (`ULong`, `UInt64`), which
//! neither compares with a plain number nor goes into a loop or a list without being converted.
//!
//! All that crosses is a count, a number of days, an index or a status. What an `Int` cannot hold, which no account has, is its
//! greatest value. A negative number of an app's, or one that is too great, is a mistake in the app, as it was before: the call
//! throws, or in Swift the program ends.

use anyhow::{Result, ensure};

const CHANGED: &str = "UniFFI writes numbers in another way than before: mend crates/keyward-bindgen/src/numbers.rs";

/// How Kotlin calls the type, what crosses, and how that becomes an `Int`.
const KOTLIN: [(&str, &str, &str); 4] = [
    ("UByte", "Byte", "value.toInt() and 0xFF"),
    ("UShort", "Short", "value.toInt() and 0xFFFF"),
    ("UInt", "Int", "if (value < 0) Int.MAX_VALUE else value"),
    (
        "ULong",
        "Long",
        "if (value !in 0..Int.MAX_VALUE) Int.MAX_VALUE else value.toInt()",
    ),
];

/// Kotlin in which every number is an `Int`.
pub(crate) fn in_kotlin(generated: &str) -> Result<String> {
    let mut kotlin = generated.to_owned();
    for (unsigned, crosses, lifted) in KOTLIN {
        let head = format!("public object FfiConverter{unsigned}: FfiConverter<{unsigned}, {crosses}> {{\n");
        // What is not used is not generated.
        if let Some(begin) = kotlin.find(&head) {
            let body = &kotlin[begin..];
            let end = begin + body.find("\n}\n").map_or(body.len(), |end| end + 1);
            let converter = kotlin_converter(unsigned, crosses, lifted, &kotlin[begin..end])?;
            kotlin.replace_range(begin..end, &converter);
        }
        kotlin = kotlin.replace(&format!("kotlin.{unsigned}"), "kotlin.Int");
    }
    ensure!(kotlin != generated && !kotlin.contains("kotlin.U"), "{CHANGED}");
    Ok(kotlin)
}

fn kotlin_converter(unsigned: &str, crosses: &str, lifted: &str, generated: &str) -> Result<String> {
    let greatest = match crosses {
        "Byte" | "Short" => format!("{unsigned}.MAX_VALUE.toInt()"),
        _ => "Int.MAX_VALUE".to_owned(),
    };
    let mut mended = generated.to_owned();
    let changes = [
        (
            format!("FfiConverter<{unsigned}, {crosses}>"),
            format!("FfiConverter<Int, {crosses}>"),
        ),
        (
            format!("lift(value: {crosses}): {unsigned} {{\n        return value.to{unsigned}()"),
            format!("lift(value: {crosses}): Int {{\n        return {lifted}"),
        ),
        (
            format!("read(buf: ByteBuffer): {unsigned}"),
            "read(buf: ByteBuffer): Int".to_owned(),
        ),
        (
            format!("lower(value: {unsigned}): {crosses} {{\n        return value.to{crosses}()"),
            format!(
                "lower(value: Int): {crosses} {{\n        require(value in 0..{greatest}) {{ \"$value\" }}\n        return \
                 value.to{crosses}()"
            ),
        ),
        (
            format!("allocationSize(value: {unsigned})"),
            "allocationSize(value: Int)".to_owned(),
        ),
        (format!("write(value: {unsigned},"), "write(value: Int,".to_owned()),
        (format!("(value.to{crosses}())"), "(lower(value))".to_owned()),
    ];
    for (before, after) in changes {
        ensure!(mended.matches(&before).count() == 1, "{CHANGED}");
        mended = mended.replace(&before, &after);
    }
    // Of what comes back from an app's own objects, of which there are none.
    let callbacks = format!("    fun lift(value: Int): {unsigned} {{\n        return value.to{unsigned}()\n    }}\n\n");
    Ok(mended.replace(&callbacks, ""))
}

/// Swift in which every number is an `Int`.
pub(crate) fn in_swift(generated: &str) -> Result<String> {
    const UNSIGNED: [&str; 4] = ["UInt8", "UInt16", "UInt32", "UInt64"];
    let mut swift = generated.to_owned();
    for unsigned in UNSIGNED {
        let head = format!("fileprivate struct FfiConverter{unsigned}: FfiConverterPrimitive {{\n");
        if let Some(begin) = swift.find(&head) {
            let body = &swift[begin..];
            let end = begin + body.find("\n}\n").map_or(body.len(), |end| end + 3);
            swift.replace_range(begin..end, &swift_converter(unsigned));
        }
    }
    let mut out = String::with_capacity(swift.len());
    for line in swift.lines() {
        let code = line.trim_start();
        let is_for_apps = ["*/", "public let ", "open func ", "func "]
            .iter()
            .any(|start| code.starts_with(start));
        // Handles of objects stay what they are; they are in none of these.
        let mended = UNSIGNED.iter().fold(line.to_owned(), |line, unsigned| {
            let optional = line.replace(&format!("{unsigned}?"), "Int?");
            match is_for_apps && !code.contains("andle") && !code.starts_with("func insert(") {
                true => word_replaced(&optional, unsigned),
                false => optional,
            }
        });
        // A sequence of bytes is `Data`, so this is a list of numbers.
        out.push_str(&mended.replace("[UInt16]", "[Int]"));
        out.push('\n');
    }
    ensure!(out != generated && !out.contains("SwiftType = UInt"), "{CHANGED}");
    Ok(out)
}

fn word_replaced(line: &str, word: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(at) = rest.find(word) {
        let (before, after) = (&rest[..at], &rest[at + word.len()..]);
        let is_part = before.ends_with(char::is_alphanumeric) || after.starts_with(char::is_alphanumeric);
        out.push_str(before);
        out.push_str(if is_part { word } else { "Int" });
        rest = after;
    }
    out + rest
}

fn swift_converter(unsigned: &str) -> String {
    format!(
        "fileprivate struct FfiConverter{unsigned}: FfiConverter {{
    typealias FfiType = {unsigned}
    typealias SwiftType = Int

    public static func lift(_ value: {unsigned}) throws -> Int {{
        return Int(clamping: value)
    }}

    public static func lower(_ value: Int) -> {unsigned} {{
        return {unsigned}(value)
    }}

    public static func read(from buf: inout (data: Data, offset: Data.Index)) throws -> Int {{
        return try lift(readInt(&buf))
    }}

    public static func write(_ value: Int, into buf: inout [UInt8]) {{
        writeInt(&buf, lower(value))
    }}
}}
"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const KOTLIN: &str = "public object FfiConverterUShort: FfiConverter<UShort, Short> {\n    override fun lift(value: Short): UShort \
                          {\n        return value.toUShort()\n    }\n\n    fun lift(value: Int): UShort {\n        return \
                          value.toUShort()\n    }\n\n    override fun read(buf: ByteBuffer): UShort {\n        return \
                          lift(buf.getShort())\n    }\n\n    override fun lower(value: UShort): Short {\n        return \
                          value.toShort()\n    }\n\n    override fun allocationSize(value: UShort) = 2UL\n\n    override fun \
                          write(value: UShort, buf: ByteBuffer) {\n        buf.putShort(value.toShort())\n    }\n}\nval \
                          `decimals`: List<kotlin.UShort>\nfun alloc(size: ULong)\n";

    #[test]
    fn numbers_are_plain_in_kotlin() {
        let mended = in_kotlin(KOTLIN).expect("the form that is known");
        assert!(
            mended.contains("List<kotlin.Int>") && mended.contains("fun alloc(size: ULong)"),
            "{mended}"
        );
        assert!(
            mended.contains("lift(value: Short): Int {\n        return value.toInt() and 0xFFFF\n"),
            "{mended}"
        );
        assert!(
            mended.contains("require(value in 0..UShort.MAX_VALUE.toInt()) {"),
            "{mended}"
        );
        assert!(
            mended.contains("buf.putShort(lower(value))") && mended.contains("allocationSize(value: Int) = 2UL"),
            "{mended}"
        );
        assert!(!mended.contains("toUShort"), "{mended}");
        assert!(in_kotlin(&mended).is_err());
        assert!(in_kotlin(&KOTLIN.replace("value.toShort()", "value.short()")).is_err());
    }

    #[test]
    fn numbers_are_plain_in_swift_and_handles_stay() {
        let generated = "fileprivate struct FfiConverterUInt64: FfiConverterPrimitive {\n    typealias SwiftType = UInt64\n}\n    \
                         public let count: UInt64?\n         */decimals: [UInt16]\nopen func done() -> UInt64  {\n    return try!  \
                         FfiConverterUInt64.lift(try! rustCall() {\n    func insert(obj: T) -> UInt64 {\n    public func \
                         uniffiCloneHandle() -> UInt64 {\n    typealias SwiftType = UInt64?\n    var bytes: [UInt8]\n";
        let mended = in_swift(generated).expect("the form that is known");
        for line in [
            "    public let count: Int?",
            "         */decimals: [Int]",
            "open func done() -> Int  {",
            "    return try!  FfiConverterUInt64.lift(try! rustCall() {",
            "    func insert(obj: T) -> UInt64 {",
            "    public func uniffiCloneHandle() -> UInt64 {",
            "    typealias SwiftType = Int?",
            "    var bytes: [UInt8]",
            "        return UInt64(value)",
        ] {
            assert!(mended.lines().any(|mended| mended == line), "{line}\n{mended}");
        }
        assert!(in_swift("").is_err());
        assert!(in_swift(&generated.replace("FfiConverterPrimitive {", "Primitive {")).is_err());
    }
}
