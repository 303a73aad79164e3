// SPDX-License-Identifier: Apache-2.0

//! zxcvbn judges the rule: what it refuses is never accepted, and what it calls very strong is seldom refused.

mod phrases;

use std::{env, fs, path::Path, process::Command, thread};

use proptest::{prelude::*, sample::select};
use serde_json::Value;
use zxcvbn::Score;

use self::phrases::{NAMES, PASSWORDS, WORDS as LISTS, capitalised};
use super::{EDGE, WORDS, is_weak, letter, place};

const USER: [&str; 7] = [
    "@alice:example.org",
    "alice:example.org",
    "alice",
    "example.org",
    "matrix",
    "element",
    "keyward",
];

/// The largest part of the careful phrases with zxcvbn's best score that may be refused.
const REFUSED: f64 = 0.05;

fn score(phrase: &str) -> Score {
    let beginning: String = phrase.chars().take(100).collect();
    zxcvbn::zxcvbn(&beginning, &USER).score()
}

/// The word lists of the crate zxcvbn, which it keeps to itself: from its source, where cargo has it.
fn words_of_zxcvbn() -> Vec<String> {
    let run = |command: &mut Command| {
        let output = command.output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    let host = run(Command::new("rustc").args(["--print", "host-tuple"]));
    // Without the packages of other platforms, which need not have been fetched.
    let metadata = run(Command::new(env!("CARGO"))
        .args([
            "metadata",
            "--format-version",
            "1",
            "--locked",
            "--offline",
            "--filter-platform",
            host.trim(),
        ])
        .current_dir(env!("CARGO_MANIFEST_DIR")));
    let metadata: Value = serde_json::from_str(&metadata).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    let manifest = packages.iter().find(|package| package["name"] == "zxcvbn").unwrap()["manifest_path"]
        .as_str()
        .unwrap();
    let source = fs::read_to_string(Path::new(manifest).with_file_name("src").join("frequency_lists.rs")).unwrap();

    let lists = source
        .lines()
        .filter_map(|line| line.split_once(": &str = \"")?.1.strip_suffix("\";"));
    let words: Vec<String> = lists
        .flat_map(|list| list.split(','))
        .map(|word| word.replace("\\'", "'"))
        .collect();
    assert!(
        words.len() > 90_000,
        "{} words: has the source another form?",
        words.len()
    );
    words
}

#[test]
fn the_table_has_the_groups_of_all_words_of_zxcvbn() {
    let words = words_of_zxcvbn();
    let mut table = vec![0_u8; WORDS.len()];
    for word in &words {
        let mut letters = vec![EDGE];
        letters.extend(word.chars().map(letter));
        letters.push(EDGE);
        for group in letters.windows(4) {
            let place = place(group.try_into().unwrap(), word.chars().count());
            table[place / 8] |= 1 << (place % 8);
        }
    }
    if env::var_os("KEYWARD_WRITE_WORDS").is_some() {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/secret_storage/strength/words.bin");
        fs::write(file, &table).unwrap();
    }
    assert!(
        table == WORDS,
        "words.bin is not what zxcvbn's lists give; KEYWARD_WRITE_WORDS=1 writes it anew"
    );
    for (at, word) in words.iter().enumerate() {
        let form = match at % 4 {
            0 => word.to_uppercase(),
            1 => capitalised(word),
            2 => word.chars().rev().collect(),
            _ => word.clone(),
        };
        // Five characters more, of which no two are a piece, do not help.
        assert!(
            is_weak(&format!("{form}\u{30c4}\u{5b57}\u{263a}\u{2603}\u{1f335}"), &USER),
            "{form}"
        );
    }
}

/// How zxcvbn and the rule see some phrases.
#[derive(Default)]
struct Tally {
    phrases: usize,
    /// With a score of 4, and refused all the same.
    strong: usize,
    strong_refused: usize,
    good: usize,
    good_refused: usize,
    /// Refused by zxcvbn.
    weak: usize,
    weak_accepted: Vec<String>,
}

impl Tally {
    fn count(&mut self, phrase: &str, score: Score, refused: bool) {
        self.phrases += 1;
        match score {
            Score::Four => {
                self.strong += 1;
                self.strong_refused += usize::from(refused);
            }
            Score::Three => {
                self.good += 1;
                self.good_refused += usize::from(refused);
            }
            _ => {
                self.weak += 1;
                if !refused {
                    self.weak_accepted.push(phrase.to_owned());
                }
            }
        }
    }

    fn print(&self, name: &str) {
        println!(
            "{name:28} {:6} phrases; score 4: {:5}, refused {:4} ({:4.1} %); score 3: {:5}, refused {:4}; weaker: {:5}, accepted {}",
            self.phrases,
            self.strong,
            self.strong_refused,
            100.0 * self.strong_refused as f64 / self.strong.max(1) as f64,
            self.good,
            self.good_refused,
            self.weak,
            self.weak_accepted.len(),
        );
    }
}

/// Which half of the phrases one belongs to: FNV-1a.
fn is_held_out(phrase: &str) -> bool {
    let hash = phrase.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    hash >> 63 == 1
}

#[test]
fn nothing_that_zxcvbn_refuses_is_accepted_and_little_of_the_best_is_refused() {
    let families = phrases::all();
    let phrases: Vec<&String> = families.iter().flat_map(|family| &family.phrases).collect();
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let scores: Vec<Score> = thread::scope(|scope| {
        let judges: Vec<_> = phrases
            .chunks(phrases.len().div_ceil(threads))
            .map(|chunk| scope.spawn(|| chunk.iter().map(|phrase| score(phrase)).collect::<Vec<_>>()))
            .collect();
        judges.into_iter().flat_map(|judge| judge.join().unwrap()).collect()
    });

    // The rule was tuned on one half. The other was looked at when it stood.
    let mut halves = [("tuned on", Tally::default()), ("held out", Tally::default())];
    let mut careful_halves = [
        ("tuned on, careful", Tally::default()),
        ("held out, careful", Tally::default()),
    ];
    let mut scores = scores.into_iter();
    for family in &families {
        let mut tally = Tally::default();
        for (phrase, score) in family.phrases.iter().zip(scores.by_ref()) {
            let refused = is_weak(phrase, &USER);
            let half = usize::from(is_held_out(phrase));
            tally.count(phrase, score, refused);
            halves[half].1.count(phrase, score, refused);
            if family.is_careful {
                careful_halves[half].1.count(phrase, score, refused);
            }
        }
        tally.print(family.name);
    }
    for (name, half) in &halves {
        half.print(name);
        assert!(half.weak > 1000, "{name}: too few phrases to judge by");
        assert_eq!(half.weak_accepted, Vec::<String>::new(), "{name}");
    }
    // Of phrases that nobody took care with some have the best score, because zxcvbn knows only English ("KerzeTasche1987").
    for (name, half) in &careful_halves {
        half.print(name);
        assert!(half.strong > 1000, "{name}: too few phrases to judge by");
        assert!(half.strong_refused as f64 <= REFUSED * half.strong as f64, "{name}");
    }
}

/// What weak phrases are made of.
fn piece() -> impl Strategy<Value = String> {
    let word = prop_oneof![
        select(PASSWORDS.clone()),
        select(NAMES.clone()),
        select(LISTS[0].clone()),
        select(USER.to_vec()),
    ];
    let word = word.prop_map(str::to_owned).boxed();
    let cased = (word.clone(), 0..4).prop_map(|(word, form)| match form {
        0 => word.to_uppercase(),
        1 => capitalised(&word),
        2 => word.chars().rev().collect(),
        _ => word,
    });
    let disguised = (word.clone(), proptest::collection::vec(any::<bool>(), 30)).prop_map(|(word, put_on)| {
        let disguise = |(c, put_on): (char, bool)| match "aeiolstbgz".find(c.to_ascii_lowercase()) {
            Some(at) if put_on => "4310157862".as_bytes()[at] as char,
            _ => c,
        };
        word.chars().zip(put_on).map(disguise).collect()
    });
    let walk = (
        select(vec![
            "1234567890",
            "qwertyuiop",
            "asdfghjkl;",
            "zxcvbnm,./",
            "1qaz2wsx3edc",
            "QWERTYUIOP",
        ]),
        0_usize..8,
        3_usize..9,
    )
        .prop_map(|(keys, from, length)| keys.chars().skip(from).take(length).collect());
    let run = (any::<char>(), 0_u32..4, 1_u32..12).prop_map(|(first, step, length)| {
        (0..length)
            .filter_map(|at| char::from_u32(first as u32 + at * step))
            .collect()
    });
    let repeated = ("[a-z0-9!]{1,4}", 2_usize..6).prop_map(|(what, times)| what.repeat(times));
    prop_oneof![
        4 => cased,
        2 => disguised,
        2 => "[0-9]{1,4}",
        1 => "(19|20)[0-9]{2}",
        1 => "[0-3]?[0-9][./-]?[01]?[0-9][./-]?(19|20)?[0-9]{2}",
        1 => walk,
        1 => run,
        1 => repeated,
        1 => "[ !?.*#_-]{1,2}",
        1 => "[a-z0-9]{1,6}",
    ]
}

/// Not too long for zxcvbn: its time grows with every disguise that a text could be.
fn any_text() -> impl Strategy<Value = String> {
    proptest::collection::vec(any::<char>(), 0..24).prop_map(|chars| chars.into_iter().collect())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn whatever_is_accepted_has_at_least_score_three(pieces in proptest::collection::vec(piece(), 1..4)) {
        let phrase = pieces.concat();
        prop_assert!(is_weak(&phrase, &USER) || score(&phrase) >= Score::Three, "{phrase:?}");
    }

    #[test]
    fn any_text_is_judged_without_a_panic(phrase in any_text()) {
        prop_assert!(is_weak(&phrase, &USER) || score(&phrase) >= Score::Three, "{phrase:?}");
    }
}

#[test]
fn what_a_person_would_call_guessable_is_weak() {
    for weak in [
        "",
        "a",
        "password",
        "P4$$w0rd",
        "drowssap",
        "Tr0ub4dor",
        "aaaaaaaaaaaaaaaaaaaa",
        "abcabcabcabcabc",
        "qwertzuiop",
        "1qaz2wsx3edc",
        "01.02.1990",
        "Summer2024!",
        "alice:example.org",
        "al1ce@example.org",
        "gro.elpmaxe:ecila",
        "пароль123456",
        "любимая1987",
        "hunter2hunter2hunter2",
        "aaaaab",
        "0000abcdefgh",
    ] {
        assert!(is_weak(weak, &USER), "{weak:?}");
    }
}

#[test]
fn what_a_person_would_call_strong_is_not() {
    for strong in [
        "correct horse battery staple",
        "correcthorsebatterystaple",
        "vier grüne Elefanten tanzen Walzer",
        "правильная лошадь батарея скрепка",
        "四十只疲惫的企鹅在等错误的公交车",
        "kX9vTq2mWz7RbN4p",
        "fehmof-Ricte4-gyhrot",
        "we met at the old harbour",
    ] {
        assert!(!is_weak(strong, &USER), "{strong:?}");
    }
}

#[test]
fn only_the_beginning_of_a_long_phrase_counts() {
    assert!(is_weak(&("a".repeat(100) + "kX9vTq2mWz7RbN4p"), &USER));
    assert!(!is_weak(&"mule canyon ".repeat(50), &USER));
}
