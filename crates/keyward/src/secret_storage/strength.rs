// SPDX-License-Identifier: Apache-2.0

//! Whether a Security Phrase could be guessed. Pure.
//!
//! # The rule
//!
//! An attacker tries *known pieces* first: words, names and common passwords, also backwards, in capitals and with
//! digits for letters; sequences (`abcd`); walks over a keyboard (`qwer`); dates; the person's own user ID; and
//! repetitions of all of these. A phrase is weak
//!
//! * if it has fewer than nine characters,
//! * if it is one known piece or two,
//! * if it is one known piece with at most five other characters before or after it.
//!
//! # Why it is on the safe side
//!
//! The measure is score 3 of [zxcvbn](https://github.com/dropbox/zxcvbn): at least 10^8 guesses. The crate of that name
//! contains word lists and a regex engine, more than 2 MB in an app. This rule accepts nothing that the crate refuses.
//! zxcvbn splits a phrase into pieces in the way that is cheapest for an attacker. It estimates `a` guesses for
//! a phrase of one piece, `2ab + 10^4` for two pieces and always more than 10^8 for three. Characters that belong to no
//! pattern count 10 guesses each, and a pattern of two characters or more inside a phrase counts at least 50. So nine
//! other characters are enough (10^9), and so is a known piece with six (2 × 50 × 10^6 + 10^4). What zxcvbn refuses is
//! therefore always one of the three cases above, and each of them is refused here without asking how rare a word is.
//!
//! What remains is to know every piece that zxcvbn knows. Sequences, walks, dates and repetitions are found by rules
//! that find at least as much. Of its 94 000 words we keep not the words, but which four characters may follow one
//! another in them ([`WORDS`]). That makes a word of everything that is one in zxcvbn, and of few other strings. The
//! tests make the table anew from zxcvbn's lists, and let zxcvbn judge everything that is accepted.
//!
//! In one point this rule is stricter. zxcvbn knows no letters but a to z; here a run of up to twelve letters with any
//! other among them counts as a word. Scripts without capital letters are taken as zxcvbn takes them: 10 guesses each.

#[cfg(test)]
mod tests;

use std::{ops::Range, slice};

use zeroize::Zeroizing;

/// So much of a phrase is looked at. What it cannot show, more will not, and the time stays bounded.
const LOOKED_AT: usize = 100;
/// Fewer characters are always weak.
const FEWEST: usize = 9;
/// So many other characters do not make a known piece strong.
const BESIDE_A_PIECE: usize = 5;
/// The length of zxcvbn's longest word.
const LONGEST_WORD: usize = 23;
/// The length up to which letters that we know no words of could be one.
const LONGEST_FOREIGN_WORD: usize = 12;

/// The groups of four characters that words have: one bit for each, at the place that [`place`] computes. Two groups
/// can share a place, which makes more strings look like words, never fewer.
///
/// `tests.rs` makes this file.
const WORDS: &[u8; 1 << 15] = include_bytes!("strength/words.bin");

/// The signs that occur in words, besides letters and digits.
const SIGNS: &str = "!$%'(*+-./;=?@[\\]_`|";
/// Stands before and after a word in the groups. No word has it.
const EDGE: u8 = b' ';
/// Stands for a letter that we know no words of.
const FOREIGN: u8 = 0xff;
/// Stands for a character that is in no word.
const NO_LETTER: u8 = 0;

/// The digits and signs that people write for letters.
const DISGUISES: [(char, &str); 12] = [
    ('a', "4@"),
    ('b', "8"),
    ('c', "({[<"),
    ('e', "3"),
    ('g', "69"),
    ('i', "1!|"),
    ('l', "1|7"),
    ('o', "0"),
    ('s', "$5"),
    ('t', "+7"),
    ('x', "%"),
    ('z', "2"),
];

/// Keyboards, row by row, without and with Shift: QWERTY, Dvorak, and two keypads. A blank fills a gap.
const KEYBOARDS: [&[[&str; 2]]; 4] = [
    &[
        ["`1234567890-=", "~!@#$%^&*()_+"],
        [" qwertyuiop[]\\", " QWERTYUIOP{}|"],
        [" asdfghjkl;'", " ASDFGHJKL:\""],
        [" zxcvbnm,./", " ZXCVBNM<>?"],
    ],
    &[
        ["`1234567890[]", "~!@#$%^&*(){}"],
        [" ',.pyfgcrl/=\\", " \"<>PYFGCRL?+|"],
        [" aoeuidhtns-", " AOEUIDHTNS_"],
        [" ;qjkxbmwvz", " :QJKXBMWVZ"],
    ],
    &[[" /*-", ""], ["789+", ""], ["456", ""], ["123", ""], [" 0.", ""]],
    &[[" =/*", ""], ["789-", ""], ["456+", ""], ["123", ""], [" 0.", ""]],
];

/// Whether `phrase` could be guessed by somebody who knows the person's `own` words.
pub(crate) fn is_weak(phrase: &str, own: &[&str]) -> bool {
    let phrase = Phrase::new(phrase, own);
    phrase.is_weak(0..phrase.chars.len())
}

/// A phrase, and what each of its characters could mean. Its parts are ranges of characters.
struct Phrase {
    chars: Zeroizing<Vec<char>>,
    /// What each character is in a word, in small letters.
    plain: Zeroizing<Vec<u8>>,
    /// What each character is in a word that is disguised.
    disguised: Vec<Zeroizing<Vec<u8>>>,
    own: Vec<Vec<char>>,
}

impl Phrase {
    fn new(phrase: &str, own: &[&str]) -> Self {
        // With all the room at once: a vector that grows leaves its characters behind in memory.
        let mut chars = Zeroizing::new(Vec::with_capacity(LOOKED_AT));
        chars.extend(phrase.chars().take(LOOKED_AT));
        let mut plain = Zeroizing::new(Vec::with_capacity(LOOKED_AT));
        plain.extend(chars.iter().map(|&c| letter(c)));
        Self {
            disguised: chars.iter().map(|&c| undisguise(c, &chars)).collect(),
            own: own.iter().map(|word| word.to_lowercase().chars().collect()).collect(),
            chars,
            plain,
        }
    }

    /// The rule.
    fn is_weak(&self, part: Range<usize>) -> bool {
        if part.len() < FEWEST || self.is_known(part.clone()) {
            return true;
        }
        (part.start + 1..part.end).any(|cut| {
            let (left, right) = (part.start..cut, cut..part.end);
            left.len() <= BESIDE_A_PIECE && self.is_known(right.clone())
                || self.is_known(left) && (right.len() <= BESIDE_A_PIECE || self.is_known(right))
        })
    }

    /// Whether a part is one known piece.
    fn is_known(&self, part: Range<usize>) -> bool {
        let chars = &self.chars[part.clone()];
        // One character alone counts no less than any other.
        chars.len() > 1
            && (is_sequence(chars)
                || is_walk(chars)
                || is_date(chars)
                || self.own.iter().any(|word| is_word(chars, word))
                || period(chars).is_some_and(|period| self.is_weak(part.start..part.start + period))
                || self.could_be_word(part))
    }

    /// Whether a part could be one of zxcvbn's words: forwards or backwards, plain or disguised, all its groups of four
    /// are groups of words of about its length.
    fn could_be_word(&self, part: Range<usize>) -> bool {
        let length = part.len();
        let is_foreign = self.plain[part.clone()].contains(&FOREIGN);
        if length > if is_foreign { LONGEST_FOREIGN_WORD } else { LONGEST_WORD } {
            return false;
        }
        let ways = [(false, false), (false, true), (true, false), (true, true)];
        ways.into_iter().any(|(backwards, disguised)| {
            // The letters at a place of the word, counted from 1: its edges are at 0 and behind the last.
            let letters = |at: usize| match at {
                at if at == 0 || at > length => slice::from_ref(&EDGE),
                at => {
                    let at = if backwards { part.end - at } else { part.start + at - 1 };
                    if disguised {
                        self.disguised[at].as_slice()
                    } else {
                        slice::from_ref(&self.plain[at])
                    }
                }
            };
            (0..length - 1).all(|at| {
                let [first, second, third, fourth] = [0, 1, 2, 3].map(|next| letters(at + next));
                first.iter().any(|&a| {
                    second.iter().any(|&b| {
                        third
                            .iter()
                            .any(|&c| fourth.iter().any(|&d| is_group([a, b, c, d], length)))
                    })
                })
            })
        })
    }
}

/// What a character is in a word, in small letters.
fn letter(c: char) -> u8 {
    let small = lower(c);
    if small.is_ascii_alphanumeric() || SIGNS.contains(small) {
        u8::try_from(small).unwrap_or(NO_LETTER)
    } else if small.is_lowercase() {
        FOREIGN
    } else {
        NO_LETTER
    }
}

/// What a character of `phrase` is in a word that is disguised. A disguise is taken off throughout; but of two for the
/// same letter zxcvbn takes off only one at a time, and the other stays what it is.
fn undisguise(c: char, phrase: &[char]) -> Zeroizing<Vec<u8>> {
    let mut letters = Zeroizing::new(Vec::with_capacity(3));
    let mut stays = true;
    let mut has_rival = false;
    for (hidden, signs) in DISGUISES.iter().filter(|(_, signs)| signs.contains(c)) {
        letters.push(letter(*hidden));
        stays = false;
        has_rival |= phrase.iter().any(|&other| other != c && signs.contains(other));
    }
    if stays || has_rival {
        letters.push(letter(c));
    }
    letters
}

/// Whether words of about this length have the group. Of words with foreign letters we know that they have no signs.
fn is_group(letters: [u8; 4], length: usize) -> bool {
    let place = place(letters, length);
    if letters.contains(&FOREIGN) {
        letters
            .iter()
            .all(|&l| l == FOREIGN || l == EDGE || l.is_ascii_alphanumeric())
    } else {
        !letters.contains(&NO_LETTER) && WORDS[place / 8] >> (place % 8) & 1 == 1
    }
}

/// The place of a group's bit. Long words have few groups, so groups of longer and shorter words have places of their own.
fn place(letters: [u8; 4], length: usize) -> usize {
    let class = u64::from(length > 8) + u64::from(length > 11);
    let key = class << 32 | u64::from(u32::from_be_bytes(letters));
    // Multiplicative hashing: the upper bits of the product with 2^64 divided by the golden ratio are well mixed.
    (key.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 46) as usize
}

/// Whether the characters are the word, forwards or backwards, in capitals or disguised.
fn is_word(chars: &[char], word: &[char]) -> bool {
    let is = |(&c, &letter): (&char, &char)| {
        lower(c) == letter
            || DISGUISES
                .iter()
                .any(|(hidden, signs)| *hidden == letter && signs.contains(c))
    };
    chars.len() == word.len() && (chars.iter().zip(word).all(is) || chars.iter().rev().zip(word).all(is))
}

/// A small letter for a capital.
fn lower(c: char) -> char {
    c.to_lowercase().next().unwrap_or(c)
}

/// Whether each character is the same few places behind the one before it (`abcd`, `8642`). The first may be repeated.
fn is_sequence(chars: &[char]) -> bool {
    let mut steps = chars
        .windows(2)
        .map(|pair| i64::from(u32::from(pair[1])) - i64::from(u32::from(pair[0])))
        .skip_while(|&step| step == 0);
    steps
        .next()
        .is_some_and(|first| first.abs() <= if chars.len() > 2 { 5 } else { 1 } && steps.all(|step| step == first))
}

/// Whether each character's key is beside that of the one before it.
fn is_walk(chars: &[char]) -> bool {
    chars.len() > 2
        && KEYBOARDS.iter().any(|rows| {
            let key = |c: char| {
                rows.iter().enumerate().find_map(|(row, keys)| {
                    let column = keys
                        .iter()
                        .find_map(|keys| keys.chars().position(|key| key == c && key != ' '))?;
                    Some((row, column))
                })
            };
            chars.windows(2).all(|pair| match (key(pair[0]), key(pair[1])) {
                (Some(from), Some(to)) => from != to && from.0.abs_diff(to.0) <= 1 && from.1.abs_diff(to.1) <= 1,
                _ => false,
            })
        })
}

/// Whether the characters could be a date or a year: four to ten digits and separators. Without separators seven digits
/// or more have the year in full, at their beginning or end.
fn is_date(chars: &[char]) -> bool {
    let is_year = |digits: &[char]| {
        let year = digits
            .iter()
            .filter_map(|c| c.to_digit(10))
            .fold(0, |year, digit| year * 10 + digit);
        matches!(year, 0..=99 | 1000..=2050)
    };
    let is_digit = char::is_ascii_digit;
    let length = chars.len();
    (4..=10).contains(&length)
        && chars
            .iter()
            .all(|c| is_digit(c) || c.is_whitespace() || "/\\_.-".contains(*c))
        && match length {
            _ if !chars.iter().all(is_digit) => true,
            ..=6 => true,
            7 | 8 => is_year(&chars[..4]) || is_year(&chars[length - 4..]),
            _ => false,
        }
}

/// The length of what the characters repeat, if they are a repetition.
fn period(chars: &[char]) -> Option<usize> {
    let length = chars.len();
    (1..=length / 2).find(|&period| length.is_multiple_of(period) && chars[period..] == chars[..length - period])
}
