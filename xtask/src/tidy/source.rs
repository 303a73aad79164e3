// SPDX-License-Identifier: Apache-2.0

//! Reads Rust text just well enough for rules about words: what is code, and which part of it is test code.

/// The text with every comment and the inside of every string and character literal blanked out. Line numbers and byte
/// offsets stay those of `text`, so that a finding points at the real place.
pub(super) fn code_of(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut code = bytes.to_vec();
    let mut at = 0;
    while at < bytes.len() {
        let end = match bytes[at] {
            b'/' if bytes[at..].starts_with(b"//") => line_end(bytes, at),
            b'/' if bytes[at..].starts_with(b"/*") => block_comment_end(bytes, at),
            b'"' => string_end(bytes, at),
            b'r' => raw_string_end(bytes, at).unwrap_or(at),
            b'\'' => character_end(bytes, at).unwrap_or(at),
            _ => at,
        };
        for byte in &mut code[at..end] {
            if *byte != b'\n' {
                *byte = b' ';
            }
        }
        at = end.max(at + 1);
    }
    String::from_utf8(code).expect("whole literals and comments are replaced by spaces")
}

/// Where the test code begins: at the first `#[cfg(test)]` that stands before a module, which by the project's habit is
/// the last item of its file. `code` is what [`code_of`] made.
pub(super) fn test_code_start(code: &str) -> usize {
    let marker = "#[cfg(test)]";
    code.match_indices(marker)
        .find(|(at, _)| {
            let next = code[at + marker.len()..].trim_start();
            next.starts_with("mod ") || next.starts_with("pub(crate) mod ")
        })
        .map_or(code.len(), |(at, _)| at)
}

/// The places in `code` where `word` stands and is not a part of a longer identifier.
pub(super) fn occurrences<'a>(code: &'a str, word: &'a str) -> impl Iterator<Item = usize> + 'a {
    let part_of_name = |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
    let (first, last) = (word.as_bytes().first(), word.as_bytes().last());
    code.match_indices(word).map(|(at, _)| at).filter(move |at| {
        let before = at.checked_sub(1).and_then(|before| code.as_bytes().get(before));
        let after = code.as_bytes().get(at + word.len());
        !(part_of_name(first) && part_of_name(before) || part_of_name(last) && part_of_name(after))
    })
}

/// The text after the opening bracket at `open` up to the closing one that matches it; up to the end if none does.
pub(super) fn inside_brackets(code: &str, open: usize) -> &str {
    let mut depth = 0;
    for (offset, byte) in code[open..].bytes().enumerate() {
        match byte {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return &code[open + 1..open + offset.max(1)];
        }
    }
    &code[open + 1..]
}

/// The line number, counted from 1, of the byte at `offset`.
pub(super) fn line_of(text: &str, offset: usize) -> usize {
    text.as_bytes()[..offset].iter().filter(|byte| **byte == b'\n').count() + 1
}

fn line_end(bytes: &[u8], start: usize) -> usize {
    bytes[start..]
        .iter()
        .position(|byte| *byte == b'\n')
        .map_or(bytes.len(), |length| start + length)
}

fn block_comment_end(bytes: &[u8], start: usize) -> usize {
    let (mut at, mut depth) = (start, 0);
    while at < bytes.len() {
        if bytes[at..].starts_with(b"/*") {
            depth += 1;
            at += 2;
        } else if bytes[at..].starts_with(b"*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += 1;
        }
    }
    at
}

fn string_end(bytes: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at += 2,
            b'"' => return at + 1,
            _ => at += 1,
        }
    }
    bytes.len()
}

/// `None` if the `r` at `start` begins no raw string: it is a part of a name, or a raw identifier.
fn raw_string_end(bytes: &[u8], start: usize) -> Option<usize> {
    // `br"…"` and `cr"…"` have one letter before the `r`; any longer name is no prefix.
    let name_start = bytes[..start]
        .iter()
        .rposition(|b| !b.is_ascii_alphanumeric() && *b != b'_')
        .map_or(0, |at| at + 1);
    if !matches!(&bytes[name_start..start], b"" | b"b" | b"c") {
        return None;
    }
    let hashes = bytes[start + 1..].iter().take_while(|byte| **byte == b'#').count();
    let open = start + 1 + hashes;
    if bytes.get(open) != Some(&b'"') {
        return None;
    }
    let closing = [b"\"".as_slice(), &b"#".repeat(hashes)].concat();
    let length = bytes[open + 1..]
        .windows(closing.len())
        .position(|window| window == closing);
    Some(length.map_or(bytes.len(), |length| open + 1 + length + closing.len()))
}

/// `None` if the quote at `start` begins a lifetime.
fn character_end(bytes: &[u8], start: usize) -> Option<usize> {
    if bytes.get(start + 1) == Some(&b'\\') {
        // The escaped character itself may be a quote.
        let length = bytes.get(start + 3..)?.iter().position(|byte| *byte == b'\'')?;
        return Some(start + 3 + length + 1);
    }
    let character = std::str::from_utf8(&bytes[start + 1..bytes.len().min(start + 5)]);
    let valid = match character {
        Ok(text) => text,
        Err(error) => std::str::from_utf8(&bytes[start + 1..start + 1 + error.valid_up_to()]).ok()?,
    };
    let end = start + 1 + valid.chars().next()?.len_utf8();
    (bytes.get(end) == Some(&b'\'')).then_some(end + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_literals_are_no_code() {
        for (text, code) in [
            ("a // todo!\nb", "a         \nb"),
            ("a /* x /* y */ z */ b", "a                   b"),
            ("f(\"a\\\"b\", c)", "f(      , c)"),
            ("r#\"a\" todo!\"# + b", "              + b"),
            ("br\"a\" + b", "b     + b"),
            ("for\"a\"", "for   "),
            ("r#type + b", "r#type + b"),
            ("'\"' + \"'\" + b", "    +     + b"),
            ("'\\'' + b", "     + b"),
            ("'\\u{1F511}' + b", "            + b"),
            ("'ä' + b", "     + b"),
            ("fn f<'a>(x: &'a str)", "fn f<'a>(x: &'a str)"),
            ("\"never closed", "             "),
        ] {
            assert_eq!(code_of(text), code, "{text}");
        }
    }

    #[test]
    fn test_code_begins_at_the_test_module() {
        let code = "#[cfg(test)]\nuse a;\nfn f() {}\n#[cfg(test)]\nmod tests {}\n";
        assert_eq!(&code[test_code_start(code)..], "#[cfg(test)]\nmod tests {}\n");
        assert_eq!(test_code_start("fn f() {}"), "fn f() {}".len());
    }

    #[test]
    fn a_word_is_not_found_inside_a_longer_one() {
        let places = |code, word| occurrences(code, word).collect::<Vec<_>>();
        assert_eq!(places("rand::random(); brand; rand_core; (rand)", "rand"), [0, 35]);
        assert_eq!(places("base_client(x); my_base_client(x)", "base_client("), [0]);
    }

    #[test]
    fn brackets_are_matched() {
        assert_eq!(inside_brackets("a(b[c](d))e", 1), "b[c](d)");
        assert_eq!(inside_brackets("()", 0), "");
        assert_eq!(inside_brackets("(a", 0), "a");
    }
}
