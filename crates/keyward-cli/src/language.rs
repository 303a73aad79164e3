// SPDX-License-Identifier: Apache-2.0

//! The language in which the program speaks to people. What the flows say is in the catalogues of the core; what only
//! this program says is in its own, in `texts/`, and [`say!`] says it.

use std::sync::OnceLock;

use keyward::{
    error::Argument,
    texts::{Catalogue, Texts},
};

/// The same languages as the core's, English first: it is complete.
const CATALOGUES: [(&str, &str); 6] = [
    ("en", include_str!("../texts/en.ftl")),
    ("de", include_str!("../texts/de.ftl")),
    ("fr", include_str!("../texts/fr.ftl")),
    ("es", include_str!("../texts/es.ftl")),
    ("pl", include_str!("../texts/pl.ftl")),
    ("ar", include_str!("../texts/ar.ftl")),
];

/// All that can be said in one language. Without marks for the direction of names: that is the terminal's business.
struct Spoken {
    texts: Texts,
    words: Catalogue,
}

impl Spoken {
    fn of(wanted: &[&str]) -> Self {
        Self {
            texts: Texts::for_languages(wanted).without_isolates(),
            words: Catalogue::for_languages(&CATALOGUES, wanted).without_isolates(),
        }
    }
}

static SPOKEN: OnceLock<Spoken> = OnceLock::new();

/// Chooses the language, once, before anything is said: the one that was asked for, else that of the locale. Scripts
/// read what goes out as JSON, so there the locale, which differs from machine to machine, chooses nothing.
pub(crate) fn choose(asked_for: Option<&str>, json: bool) {
    let wanted = match asked_for.filter(|language| !language.is_empty()) {
        Some(language) => vec![language.to_owned()],
        None if json => Vec::new(),
        None => of_the_locale(|name| std::env::var(name).ok()),
    };
    let wanted: Vec<&str> = wanted.iter().map(String::as_str).collect();
    SPOKEN.get_or_init(|| Spoken::of(&wanted));
}

/// The languages of the locale, the most wanted first: POSIX's variables in their order, and GNU gettext's list if
/// there is a locale at all.
///
/// POSIX.1-2017, 8.2; GNU gettext, "The LANGUAGE variable".
fn of_the_locale(variable: impl Fn(&str) -> Option<String>) -> Vec<String> {
    let set = |name: &&str| variable(name).filter(|value| !value.is_empty());
    let Some(locale) = ["LC_ALL", "LC_MESSAGES", "LANG"].iter().find_map(set) else {
        return Vec::new();
    };
    // With a character set, too: C.UTF-8.
    let is_nobodys = |locale: &str| matches!(locale.split('.').next(), Some("C" | "POSIX"));
    if is_nobodys(&locale) || !is_in_unicode(&locale) {
        return Vec::new();
    }
    match set(&"LANGUAGE") {
        Some(list) => {
            let list = list.split(':').take_while(|language| !is_nobodys(language));
            list.map(str::to_owned).collect()
        }
        None => vec![locale],
    }
}

/// Whether a terminal of this locale shows what is written in UTF-8. In another character set English alone can be read.
fn is_in_unicode(locale: &str) -> bool {
    let character_set = locale.split('@').next().and_then(|locale| locale.split_once('.'));
    character_set.is_none_or(|(_, set)| matches!(set.to_ascii_lowercase().as_str(), "utf8" | "utf-8"))
}

/// What `--language` names, if it is there. An empty one leaves the choice to the locale.
pub(crate) fn named(language: &str) -> Result<String, String> {
    match language.is_empty() || Texts::best_language(&[language]).is_some() {
        true => Ok(language.to_owned()),
        false => {
            let all: Vec<&str> = Texts::languages().collect();
            Err(format!("there is no such language here; there are {}", all.join(", ")))
        }
    }
}

fn spoken() -> &'static Spoken {
    #[cfg(test)]
    if let Some(spoken) = tests::IN_THIS_TEST.get() {
        return spoken;
    }
    SPOKEN.get_or_init(|| Spoken::of(&[]))
}

/// What the flows say.
pub(crate) fn texts() -> &'static Texts {
    &spoken().texts
}

/// What this program says; mostly by [`say!`].
pub(crate) fn words() -> &'static Catalogue {
    &spoken().words
}

/// What a server, another person or a person's other program chose, to be put into a sentence: nothing in it steers the
/// terminal.
pub(crate) fn name(text: &str) -> Argument {
    Argument::Name(text.to_owned())
}

/// A message of this program's catalogues, with its arguments: `say!("keys-saved", count = 3, file =
/// name("keys.txt"))`.
macro_rules! say {
    ($id:expr) => {
        $crate::language::words().say($id)
    };
    ($id:expr, $($argument:ident = $value:expr),+ $(,)?) => {
        $crate::language::words().say_with($id, &[$((stringify!($argument), ::keyward::error::Argument::from($value))),+])
    };
}
pub(crate) use say;

#[cfg(test)]
pub(crate) mod tests {
    use std::{cell::Cell, collections::BTreeMap, fs, path::Path};

    use keyward::texts::{faults, message_ids};

    use super::*;

    thread_local! {
        /// Tests share the process, and each has a thread of its own.
        pub(super) static IN_THIS_TEST: Cell<Option<&'static Spoken>> = const { Cell::new(None) };
    }

    /// Does something in this language, on this thread.
    pub(crate) fn in_language<T>(tag: &'static str, work: impl FnOnce() -> T) -> T {
        IN_THIS_TEST.set(Some(Box::leak(Box::new(Spoken::of(&[tag])))));
        let done = work();
        IN_THIS_TEST.set(None);
        done
    }

    #[test]
    fn the_locale_is_looked_up_as_posix_and_gettext_do() {
        for (environment, expected) in [
            (&[][..], &[][..]),
            (&[("LANG", "de_DE.UTF-8")], &["de_DE.UTF-8"]),
            (&[("LANG", "de_DE.UTF-8"), ("LC_MESSAGES", "pl_PL")], &["pl_PL"]),
            (&[("LANG", "de"), ("LC_MESSAGES", "pl"), ("LC_ALL", "fr")], &["fr"]),
            (&[("LANG", "de"), ("LC_MESSAGES", ""), ("LC_ALL", "")], &["de"]),
            (&[("LANG", "de"), ("LC_ALL", "C")], &[]),
            (&[("LANG", "C.UTF-8"), ("LANGUAGE", "de")], &[]),
            (&[("LANG", "POSIX"), ("LANGUAGE", "de")], &[]),
            (&[("LANGUAGE", "de")], &[]),
            (&[("LANG", "en_GB.UTF-8"), ("LANGUAGE", "nl:de")], &["nl", "de"]),
            (&[("LANG", "en_GB.UTF-8"), ("LANGUAGE", "nl:C:de")], &["nl"]),
            (&[("LANG", "es_ES"), ("LANGUAGE", "")], &["es_ES"]),
            (&[("LANG", "pl_PL.ISO-8859-2")], &[]),
            (&[("LANG", "de_DE.utf8@euro")], &["de_DE.utf8@euro"]),
            (&[("LC_CTYPE", "de_DE.UTF-8")], &[]),
        ] {
            let value = |name: &str| {
                let found = environment.iter().find(|(variable, _)| *variable == name);
                found.map(|(_, value)| (*value).to_owned())
            };
            assert_eq!(of_the_locale(value), expected, "{environment:?}");
        }
    }

    #[test]
    fn an_unknown_locale_is_english_and_an_unknown_language_is_refused_with_those_that_there_are() {
        assert_eq!(Spoken::of(&["xx_XX.UTF-8"]).words.language(), "en");
        for language in ["de", "de-AT", "pl_PL.UTF-8", "AR", ""] {
            assert_eq!(named(language).as_deref(), Ok(language));
        }
        for language in ["xx", "deutsch", "C", "-", "%"] {
            let refused = named(language).expect_err("it is not there");
            assert!(refused.contains("en, de, fr, es, pl, ar"), "{refused}");
        }
    }

    #[test]
    fn every_language_of_the_core_says_everything_with_the_same_arguments_and_all_its_plural_classes() {
        assert_eq!(faults(&CATALOGUES), Vec::<String>::new());
        assert!(Texts::languages().eq(CATALOGUES.iter().map(|(tag, _)| *tag)));
    }

    #[test]
    fn commands_options_and_variables_are_the_same_in_every_language() {
        let copied = |text: &str| {
            let in_backquotes = text.split('`').skip(1).step_by(2);
            let words = text.split(|c: char| c.is_whitespace() || "`.,;:()،؛".contains(c));
            let options = words.filter(|word| word.starts_with("--") || word.starts_with("KEYWARD_"));
            let mut found: Vec<String> = in_backquotes.chain(options).map(str::to_owned).collect();
            found.sort();
            found.dedup();
            found
        };
        let said = |fluent: &str| {
            let mut messages: BTreeMap<String, String> = BTreeMap::new();
            let mut last = String::new();
            for line in fluent.lines().filter(|line| !line.starts_with('#')) {
                match line.split_once(" = ").filter(|_| !line.starts_with(' ')) {
                    Some((id, text)) => {
                        last = id.to_owned();
                        messages.insert(last.clone(), text.to_owned());
                    }
                    None => messages.entry(last.clone()).or_default().push_str(line),
                }
            }
            messages
        };
        let english = said(CATALOGUES[0].1);
        for (tag, fluent) in CATALOGUES {
            for (id, text) in said(fluent) {
                let english = english.get(&id).map(|text| copied(text));
                assert_eq!(Some(copied(&text)), english, "{tag}: {id}");
            }
        }
    }

    #[test]
    fn no_text_is_left_over() {
        let code: String = sources().into_iter().map(|(_, code)| code).collect();
        for id in message_ids(CATALOGUES[0].1) {
            assert!(code.contains(&format!("\"{id}\"")), "nothing says {id}");
        }
    }

    /// What people read is in the catalogues. In the code are only what goes to scripts, what clap says, the log, and
    /// what should not happen.
    #[test]
    fn no_sentence_is_in_the_code() {
        let mut found = Vec::new();
        for (file, code) in sources() {
            for (line, text) in sentences(&code) {
                found.push(format!("{file}:{line}: {text}"));
            }
        }
        assert!(found.is_empty(), "say them with say!:\n{}", found.join("\n"));
    }

    /// Where one of these is in the same line, or in the one before it, a sentence is not for a catalogue.
    const ENGLISH_BY_INTENT: [&str; 12] = [
        "Failure::usage(",
        "Failure::internal(",
        "Self::new(\"internal\"",
        "missing(",
        "unusable(",
        "expect(",
        "help = ",
        "reason = ",
        "next_help_heading = ",
        "tracing::",
        "Err(format!(",
        "ok_or_else(|| ",
    ];

    /// Texts in the code that read like a sentence: two words of small letters beside each other, at least. Commands
    /// are none.
    fn sentences(code: &str) -> Vec<(usize, String)> {
        let is_word = |word: &str| word.len() > 1 && word.chars().all(|c| c.is_ascii_lowercase());
        let reads = |text: &str| {
            let words: Vec<bool> = text.split(' ').map(is_word).collect();
            words.windows(2).any(|pair| pair[0] && pair[1]) && !text.contains("keyward ")
        };
        let mut found = Vec::new();
        let mut before = "";
        for (number, line) in code.lines().enumerate() {
            let is_comment = line.trim().starts_with("//");
            let by_intent = |intent: &&str| line.contains(*intent) || before.contains(*intent);
            if !is_comment && !ENGLISH_BY_INTENT.iter().any(by_intent) {
                let texts = line.split('"').skip(1).step_by(2).filter(|text| reads(text));
                found.extend(texts.map(|text| (number + 1, text.to_owned())));
            }
            before = line;
        }
        found
    }

    #[test]
    fn a_sentence_in_the_code_is_found() {
        assert_eq!(sentences("let a = f(\"Try it again\");").len(), 1);
        for fine in [
            "// \"Try it again\"",
            "Failure::usage(\"Try it again\")",
            "Failure::usage(\n    \"Try it again\",",
            "say!(\"try-again\")",
        ] {
            assert_eq!(sentences(fine), [], "{fine}");
        }
    }

    /// The files of this program without their tests, by name.
    fn sources() -> Vec<(String, String)> {
        fn below(folder: &Path, found: &mut Vec<(String, String)>) {
            for entry in fs::read_dir(folder).expect("a folder") {
                let path = entry.expect("an entry").path();
                let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
                if path.is_dir() {
                    below(&path, found);
                } else if !["tests.rs", "picture.rs"].contains(&name.as_str()) && name.ends_with(".rs") {
                    let code = fs::read_to_string(&path).expect("a file");
                    let code = code.split("#[cfg(test)]\nmod").next().unwrap_or_default();
                    let code = code.split("#[cfg(test)]\npub").next().unwrap_or_default();
                    found.push((name, code.to_owned()));
                }
            }
        }
        let mut found = Vec::new();
        below(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut found);
        found
    }
}
