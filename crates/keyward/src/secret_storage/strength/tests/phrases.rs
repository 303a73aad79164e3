// SPDX-License-Identifier: Apache-2.0

//! The phrases that the rule is judged by: what people choose, badly and well. They are put together from the word lists
//! beside this file, the same on every run.

use std::{collections::BTreeSet, sync::LazyLock};

/// Phrases of one kind.
pub(super) struct Family {
    pub(super) name: &'static str,
    /// Whether somebody who chooses so takes care: several words, sentences, generated passwords.
    pub(super) is_careful: bool,
    pub(super) phrases: Vec<String>,
}

const LOWER: &str = "abcdefghijklmnopqrstuvwxyz";
const UPPER: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const DIGITS: &str = "0123456789";
const SIGNS: &str = "!\"#$%&'()*+,-./:;<=>?@[]^_{|}~";

/// The lines of a list, without its comments.
fn lines(list: &'static str) -> Vec<&'static str> {
    list.lines().filter(|line| !line.starts_with('#')).collect()
}

/// Passwords that everybody knows to be common.
pub(super) static PASSWORDS: LazyLock<Vec<&str>> = LazyLock::new(|| lines(include_str!("passwords.txt")));
/// Names of people and places.
pub(super) static NAMES: LazyLock<Vec<&str>> = LazyLock::new(|| {
    lines(include_str!("names.txt"))
        .into_iter()
        .flat_map(str::split_whitespace)
        .collect()
});
/// Words, one list for each language.
pub(super) static WORDS: LazyLock<Vec<Vec<&str>>> = LazyLock::new(|| {
    let languages = lines(include_str!("words.txt")).into_iter();
    languages
        .map(|line| line.split_whitespace().skip(1).collect())
        .collect()
});
/// From here on the languages have an alphabet of their own, or none.
const OTHER_SCRIPTS: usize = 10;
static SENTENCES: LazyLock<Vec<&str>> = LazyLock::new(|| lines(include_str!("sentences.txt")));

/// All phrases. None is in two families.
pub(super) fn all() -> Vec<Family> {
    let careless = vec![
        listed("common passwords", &PASSWORDS, str::to_owned),
        made("common and decorated", 600, |dice| dice.decorated(&PASSWORDS)),
        made("word and decorated", 900, |dice| {
            let words = dice.pick(&WORDS);
            dice.decorated(words)
        }),
        made("name and decorated", 600, |dice| dice.decorated(&NAMES)),
        made("dates", 500, Dice::date),
        made("walks", 500, |dice| {
            dice.walk() + &*dice.maybe(Dice::walk) + &*dice.maybe(Dice::ending)
        }),
        made("repeated", 500, |dice| dice.repeated() + &*dice.maybe(Dice::ending)),
        made("sequences", 400, |dice| {
            dice.sequence() + &*dice.maybe(Dice::sequence) + &*dice.maybe(Dice::ending)
        }),
        made("disguised", 700, |dice| {
            let word = dice.pair_or_word();
            dice.disguise(&word) + &*dice.maybe(Dice::ending)
        }),
        made("backwards", 300, |dice| {
            let word: String = dice.pair_or_word().chars().rev().collect();
            word + &*dice.maybe(Dice::ending)
        }),
        made("two words", 900, |dice| {
            let separator = *dice.pick(&["", "", "", " ", "-", ".", "_", "1", "&"]);
            dice.words(2).join(separator) + &*dice.maybe(Dice::ending)
        }),
        made("two names", 400, |dice| {
            let separator = *dice.pick(&["", "", " ", "+", ".", "_"]);
            [*dice.pick(&NAMES), *dice.pick(&NAMES)].join(separator) + &*dice.maybe(Dice::ending)
        }),
        made("short and random", 600, |dice| {
            let length = dice.below(10) + 1;
            dice.random(length)
        }),
        made("like the user ID", 400, Dice::like_user_id),
        made("other scripts, short", 300, |dice| {
            let words = dice.pick(&WORDS[OTHER_SCRIPTS..]);
            (*dice.pick(words)).to_owned() + &*dice.ending()
        }),
    ];
    let careful = vec![
        made("words apart", 2000, |dice| {
            let count = dice.below(5) + 3;
            let separator = *dice.pick(&[" ", " ", " ", "-", ".", "_", ", ", "/"]);
            dice.words(count).join(separator) + &*dice.maybe(Dice::ending)
        }),
        made("words of two languages", 300, |dice| {
            [dice.words(2), dice.words(2)].concat().join(" ")
        }),
        made("words together", 400, |dice| {
            let count = dice.below(3) + 4;
            dice.words(count).concat() + &*dice.maybe(Dice::ending)
        }),
        made("Words In Capitals", 300, |dice| {
            let count = dice.below(3) + 4;
            let words: String = dice.words(count).into_iter().map(capitalised).collect();
            words + &*dice.maybe(Dice::ending)
        }),
        listed("sentences", &SENTENCES, str::to_owned),
        listed("sentences without spaces", &SENTENCES, |sentence| {
            sentence.replace(' ', "")
        }),
        made("random", 1200, |dice| {
            let length = *dice.pick(&[12, 14, 15, 16, 16, 18, 20, 20, 24, 32]);
            dice.random(length)
        }),
        made("password manager", 800, Dice::generated),
    ];
    let careful = careful.into_iter().map(|family| Family {
        is_careful: true,
        ..family
    });
    let mut families: Vec<Family> = careless.into_iter().chain(careful).collect();
    let mut seen = BTreeSet::new();
    for family in &mut families {
        family.phrases.retain(|phrase| seen.insert(phrase.clone()));
    }
    families
}

/// A family of phrases that are written down.
fn listed(name: &'static str, phrases: &[&str], form: impl Fn(&str) -> String) -> Family {
    Family {
        name,
        is_careful: false,
        phrases: phrases.iter().map(|phrase| form(phrase)).collect(),
    }
}

/// A family of so many phrases that are made up.
fn made(name: &'static str, count: usize, make: impl Fn(&mut Dice) -> String) -> Family {
    let mut dice = Dice(name.bytes().map(u64::from).sum());
    Family {
        name,
        is_careful: false,
        phrases: (0..count).map(|_| make(&mut dice)).collect(),
    }
}

/// The word with a capital first letter.
pub(super) fn capitalised(word: &str) -> String {
    let mut chars = word.chars();
    chars
        .next()
        .map(|first| first.to_uppercase().chain(chars).collect())
        .unwrap_or_default()
}

/// The same throws on every run: SplitMix64.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ mixed >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ mixed >> 31) % end as u64) as usize
    }

    fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }

    fn maybe(&mut self, make: impl FnOnce(&mut Self) -> String) -> String {
        if self.below(3) == 0 { make(self) } else { String::new() }
    }

    /// So many characters of one of the usual alphabets.
    fn random(&mut self, length: usize) -> String {
        let alphabets: [&[&str]; 8] = [
            &[LOWER, UPPER, DIGITS, SIGNS],
            &[LOWER, UPPER, DIGITS, SIGNS],
            &[LOWER, UPPER, DIGITS, SIGNS],
            &[LOWER, UPPER, DIGITS],
            &[LOWER, UPPER, DIGITS],
            &[LOWER, UPPER, DIGITS],
            &[LOWER, DIGITS],
            &[LOWER],
        ];
        let alphabet = self.pick(&alphabets).concat();
        self.of(&alphabet, length)
    }

    fn of(&mut self, alphabet: &str, length: usize) -> String {
        let alphabet: Vec<char> = alphabet.chars().collect();
        (0..length).map(|_| *self.pick(&alphabet)).collect()
    }

    /// Words of one language.
    fn words(&mut self, count: usize) -> Vec<&'static str> {
        let language = self.pick(&WORDS);
        (0..count).map(|_| *self.pick(language)).collect()
    }

    fn pair_or_word(&mut self) -> String {
        let list = self.pick(&WORDS);
        match self.below(3) {
            0 => (*self.pick(&PASSWORDS)).to_owned(),
            1 => (*self.pick(list)).to_owned(),
            _ => [*self.pick(list), *self.pick(list)].concat(),
        }
    }

    fn year(&mut self) -> usize {
        1940 + self.below(95)
    }

    /// What people put behind a word.
    fn ending(&mut self) -> String {
        match self.below(9) {
            0 => self.year().to_string(),
            1 => self.year().to_string() + "!",
            2 => "!".to_owned(),
            3 => "123".to_owned(),
            4 => "1!".to_owned(),
            5 => self.of("!?.#*$", 2),
            length => self.of(DIGITS, length - 5),
        }
    }

    fn decorated(&mut self, words: &[&str]) -> String {
        let word = *self.pick(words);
        let word = match self.below(4) {
            0 => word.to_lowercase(),
            1 => word.to_uppercase(),
            2 => capitalised(word),
            _ => word.to_owned(),
        };
        let beginning = self.maybe(Self::ending);
        beginning + &*word + &*self.ending()
    }

    fn date(&mut self) -> String {
        let (day, month, year) = (self.below(31) + 1, self.below(12) + 1, self.year());
        let separator = *self.pick(&["", ".", "/", "-", " "]);
        let [d, m] = if self.below(2) == 0 {
            [format!("{day:02}"), format!("{month:02}")]
        } else {
            [day, month].map(|n| n.to_string())
        };
        let y = if self.below(3) == 0 {
            format!("{:02}", year % 100)
        } else {
            year.to_string()
        };
        let date = match self.below(3) {
            0 => [d, m, y],
            1 => [m, d, y],
            _ => [y, m, d],
        }
        .join(separator);
        let name = self.maybe(|dice| (*dice.pick(&NAMES)).to_owned());
        name + &*date + &*self.maybe(Self::date) + &*self.maybe(Self::ending)
    }

    /// From key to key on a QWERTY keyboard.
    fn walk(&mut self) -> String {
        let rows = *self.pick(&[
            ["1234567890-=", "qwertyuiop[]", "asdfghjkl;'#", "zxcvbnm,./<>"],
            ["!@#$%^&*()_+", "QWERTYUIOP{}", "ASDFGHJKL:\"~", "ZXCVBNM<>?.,"],
        ]);
        let key = |row: usize, column: usize| rows[row].as_bytes()[column] as char;
        let (mut row, mut column) = (self.below(4), self.below(12));
        let mut walk = String::from(key(row, column));
        for _ in 0..self.below(3) + 1 {
            let (down, right) = *self.pick(&[(0, 1), (0, 11), (1, 0), (3, 0), (1, 11), (3, 1)]);
            for _ in 0..self.below(6) + 1 {
                (row, column) = ((row + down) % 4, (column + right) % 12);
                walk.push(key(row, column));
            }
        }
        walk
    }

    fn repeated(&mut self) -> String {
        let length = self.below(5) + 1;
        let what = match self.below(3) {
            0 => self.pair_or_word(),
            1 => self.of("😀🌵🐢🎻", length.min(2)),
            _ => self.random(length),
        };
        what.repeat(self.below(5) + 2)
    }

    fn sequence(&mut self) -> String {
        let first = *self.pick(&['a', 'A', 'b', 'g', '0', '1', '5', 'α', 'а', 'あ']);
        let step = self.below(3) as u32 + 1;
        let length = self.below(12) as u32 + 3;
        let up: Vec<char> = (0..length)
            .filter_map(|at| char::from_u32(first as u32 + at * step))
            .collect();
        if self.below(3) == 0 {
            up.iter().rev().collect()
        } else {
            up.iter().collect()
        }
    }

    fn disguise(&mut self, word: &str) -> String {
        const FOR: [(char, &str); 10] = [
            ('a', "4@"),
            ('b', "8"),
            ('e', "3"),
            ('g', "69"),
            ('i', "1!"),
            ('l', "1|"),
            ('o', "0"),
            ('s', "$5"),
            ('t', "7+"),
            ('z', "2"),
        ];
        word.chars()
            .map(|c| match FOR.iter().find(|(letter, _)| *letter == c) {
                Some((_, signs)) if self.below(3) > 0 => *self.pick(&signs.chars().collect::<Vec<_>>()),
                _ => c,
            })
            .collect()
    }

    fn like_user_id(&mut self) -> String {
        let own = [
            "@alice:example.org",
            "alice:example.org",
            "alice",
            "Alice",
            "ALICE",
            "example.org",
            "example",
            "matrix",
            "Element",
            "keyward",
        ];
        let word = (*self.pick(&own)).to_owned();
        let word = match self.below(4) {
            0 => self.disguise(&word),
            1 => word.chars().rev().collect(),
            _ => word,
        };
        word + &*self.maybe(|dice| (*dice.pick(&own)).to_owned())
            + &*self.maybe(Self::ending)
            + &*self.maybe(|dice| dice.words(1).concat())
    }

    /// As password managers and systems generate them.
    fn generated(&mut self) -> String {
        let alphanumeric = [LOWER, UPPER, DIGITS].concat();
        let groups = |dice: &mut Self, alphabet: &str, count: usize, length: usize, separator: &str| {
            (0..count)
                .map(|_| dice.of(alphabet, length))
                .collect::<Vec<_>>()
                .join(separator)
        };
        match self.below(7) {
            0 => groups(self, &[LOWER, LOWER, LOWER, UPPER, DIGITS].concat(), 3, 6, "-"),
            1 => groups(self, "ABCDEFGHJKLMNPQRSTUVWXYZ23456789", 5, 5, "-"),
            2 => groups(self, "23456789abcdefghjkmnpqrstuvwxyz", 4, 4, " "),
            3 => groups(self, "0123456789abcdef", 1, 32, ""),
            4 => groups(self, &alphanumeric, 2, 10, "_"),
            5 => {
                let words: Vec<_> = self.words(4).into_iter().map(capitalised).collect();
                words.join("-") + &*self.of(DIGITS, 1)
            }
            _ => {
                // A word of syllables, as it can be read out.
                let syllables: String = (0..7)
                    .map(|_| self.of("bdfgklmnprstvz", 1) + &*self.of("aeiou", 1))
                    .collect();
                capitalised(&syllables) + &*self.of(DIGITS, 2) + &*self.of(SIGNS, 1)
            }
        }
    }
}
