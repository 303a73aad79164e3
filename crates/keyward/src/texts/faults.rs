// SPDX-License-Identifier: Apache-2.0

//! What is wrong with catalogues, for the tests of whoever writes some.

use std::collections::{BTreeMap, BTreeSet};

use fluent_bundle::FluentResource;
use fluent_syntax::ast::{Expression, Message, Pattern, PatternElement, VariantKey};
use intl_pluralrules::{PluralCategory, PluralRuleType, PluralRules};
use unic_langid::LanguageIdentifier;

use super::{
    catalogue::id,
    overrides::{arguments, messages},
};

/// What is wrong with the languages of a [`Catalogue`](super::Catalogue), a line each: a tag that is none, what cannot be
/// read, a message that another language than the first lacks or has besides, other arguments or attributes than the first
/// has, and a selection by a number without a plural class of its language; for a test. It does not follow references.
pub fn faults(languages: &[(&'static str, &str)]) -> Vec<String> {
    let mut found = Vec::new();
    let mut read = Vec::new();
    for (tag, fluent) in languages {
        if tag.parse::<LanguageIdentifier>().is_err() {
            found.push(format!("{tag}: is no BCP 47 tag"));
        }
        match FluentResource::try_new((*fluent).to_owned()) {
            Ok(resource) => read.push((*tag, resource)),
            Err((_, errors)) => found.extend(errors.iter().map(|error| format!("{tag}: {error}"))),
        }
    }
    // Without the first there is nothing to compare with.
    let Some((_, first)) = read
        .first()
        .filter(|(tag, _)| languages.first().is_some_and(|(first, _)| first == tag))
    else {
        return found;
    };
    let original: BTreeMap<_, _> = messages(first).collect();
    for (tag, resource) in &read {
        let mut seen = BTreeSet::new();
        let classes = classes(tag);
        for (id, message) in messages(resource) {
            if !seen.insert(id) {
                found.push(format!("{tag}: {id} is there twice"));
            }
            match original.get(id) {
                None => found.push(format!("{tag}: {id} is in no other language")),
                Some(original) if arguments(message) != arguments(original) => {
                    found.push(format!("{tag}: {id} has other arguments"));
                }
                Some(original) if parts(message) != parts(original) => {
                    found.push(format!("{tag}: {id} has other attributes"));
                }
                Some(_) => {}
            }
            for selected in selected(message) {
                let missing = classes.iter().filter(|class| !selected.contains(**class));
                found.extend(missing.map(|class| format!("{tag}: {id} lacks [{class}]")));
            }
        }
        let missing = original.keys().filter(|id| !seen.contains(**id));
        found.extend(missing.map(|id| format!("{tag}: {id} is missing")));
    }
    found
}

/// Whether it has a text of its own, and the names of its further ones.
fn parts<'a>(message: &'a Message<&'a str>) -> (bool, BTreeSet<&'a str>) {
    let names = message.attributes.iter().map(|attribute| attribute.id.name);
    (message.value.is_some(), names.collect())
}

/// The names of the messages of a catalogue, in their order; for a test that finds out which of them nobody says.
pub fn message_ids(fluent: &str) -> Vec<String> {
    let resource = FluentResource::try_new(fluent.to_owned()).unwrap_or_else(|(resource, _)| resource);
    messages(&resource).map(|(id, _)| id.to_owned()).collect()
}

/// The plural classes that whole numbers have in a language. `other` of whole numbers may be none of its own (Polish),
/// and every selection has it.
pub(super) fn classes(tag: &str) -> BTreeSet<&'static str> {
    let Ok(rules) = PluralRules::create(id(tag), PluralRuleType::CARDINAL) else {
        return BTreeSet::new();
    };
    let of = |number: u64| match rules.select(number) {
        Ok(PluralCategory::ZERO) => "zero",
        Ok(PluralCategory::ONE) => "one",
        Ok(PluralCategory::TWO) => "two",
        Ok(PluralCategory::FEW) => "few",
        Ok(PluralCategory::MANY) => "many",
        Ok(PluralCategory::OTHER) | Err(_) => "other",
    };
    (0..1000).map(of).collect()
}

/// The classes that each selection of a message tells apart.
fn selected(message: &Message<&str>) -> Vec<BTreeSet<String>> {
    let attributes = message.attributes.iter().map(|attribute| &attribute.value);
    let of = |pattern: &Pattern<&str>| {
        let selections = pattern.elements.iter().filter_map(|element| match element {
            PatternElement::Placeable {
                expression: Expression::Select { variants, .. },
            } => Some(variants),
            _ => None,
        });
        let keys = selections.map(|variants| {
            variants.iter().filter_map(|variant| match &variant.key {
                VariantKey::Identifier { name } => Some((*name).to_owned()),
                VariantKey::NumberLiteral { .. } => None,
            })
        });
        keys.map(Iterator::collect).collect::<Vec<_>>()
    };
    message.value.iter().chain(attributes).flat_map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_fault_is_found() {
        const ENGLISH: (&str, &str) = ("en", "a = { $name }\nb = { $count ->\n    [one] x\n   *[other] y\n}\n");
        for (polish, expected) in [
            (
                "a = { $name }\nb = { $count ->\n    [one] x\n    [few] x\n    [many] x\n   *[other] y\n}\n",
                &[][..],
            ),
            ("a = { $name }\n", &["pl: b is missing"]),
            ("a = x\nb = { $count }\n", &["pl: a has other arguments"]),
            (
                "a = { $name }\n    .hint = x\nb = { $count }\n",
                &["pl: a has other attributes"],
            ),
            (
                "a = { $name }\na = { $name }\nb = { $count }\n",
                &["pl: a is there twice"],
            ),
            (
                "a = { $name }\nb = { $count }\nc = x\n",
                &["pl: c is in no other language"],
            ),
            (
                "a = { $name }\nb = { $count ->\n    [one] x\n    [few] x\n   *[other] y\n}\n",
                &["pl: b lacks [many]"],
            ),
        ] {
            assert_eq!(faults(&[ENGLISH, ("pl", polish)]), expected, "{polish}");
        }
        assert_eq!(faults(&[ENGLISH, ("pl", "a = {")]).len(), 1);
        assert_eq!(
            faults(&[("en", "a = {"), ("pl", "b = x\n")]).len(),
            1,
            "the first cannot be read"
        );
        let no_tag = faults(&[ENGLISH, ("pl_PL.UTF-8", "a = { $name }\nb = { $count }\n")]);
        assert_eq!(no_tag, ["pl_PL.UTF-8: is no BCP 47 tag"]);
    }

    #[test]
    fn languages_differ_in_their_plural_classes() {
        let count = |tag: &str| classes(tag).len();
        assert_eq!((count("en"), count("pl"), count("ar")), (2, 3, 6));
    }
}
