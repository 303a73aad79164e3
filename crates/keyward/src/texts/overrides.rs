// SPDX-License-Identifier: Apache-2.0

//! An app's own words in place of ours: checked when they are given, so that no screen lacks a text later.

use std::collections::{BTreeMap, BTreeSet};

use fluent_bundle::{FluentResource, FluentValue, concurrent::FluentBundle};
use fluent_syntax::ast::{CallArguments, Entry, Expression, InlineExpression, Message, Pattern, PatternElement};

use super::{Texts, catalogue, languages::ENGLISH};
use crate::{
    error::{Argument, FlowError, Remedy},
    text::clean,
};

/// Why an app's own words cannot be used. Nothing of them is.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OverrideError {
    /// They are not Fluent.
    #[error("The texts are not in the form of Fluent: {reason}.")]
    Syntax {
        /// What the parser says.
        reason: String,
    },
    /// There is no message of that name that could be replaced.
    #[error("There is no text named {id}.")]
    Unknown {
        /// The name.
        id: String,
    },
    /// A message refers to something that is not there.
    #[error("The text {id} refers to something that is not there.")]
    Unusable {
        /// The message.
        id: String,
    },
    /// A message uses an argument that it is not given.
    #[error("The text {id} is given no argument {argument}.")]
    NoSuchArgument {
        /// The message.
        id: String,
        /// The argument.
        argument: String,
    },
}

impl FlowError for OverrideError {
    fn advice(&self) -> (&'static str, Remedy) {
        match self {
            Self::Syntax { .. } => ("texts.syntax", Remedy::ReportBug),
            Self::Unknown { .. } => ("texts.unknown", Remedy::ReportBug),
            Self::Unusable { .. } => ("texts.unusable", Remedy::ReportBug),
            Self::NoSuchArgument { .. } => ("texts.no_such_argument", Remedy::ReportBug),
        }
    }

    fn arguments(&self) -> Vec<(&'static str, Argument)> {
        match self {
            Self::Syntax { reason } => vec![("reason", reason.clone().into())],
            Self::Unknown { id } | Self::Unusable { id } => vec![("id", id.clone().into())],
            Self::NoSuchArgument { id, argument } => {
                vec![("id", id.clone().into()), ("argument", argument.clone().into())]
            }
        }
    }
}

impl Texts {
    /// With an app's own words for some of the messages, in [Fluent](https://projectfluent.org)'s form; the names are those of
    /// `texts/en.ftl`. They are for the language of these texts.
    ///
    /// # Errors
    /// [`OverrideError`]
    pub fn with_overrides(mut self, fluent: &str) -> Result<Self, OverrideError> {
        let resource = FluentResource::try_new(fluent.to_owned()).map_err(|(_, errors)| OverrideError::Syntax {
            reason: errors
                .first()
                .map_or_else(String::new, |error| clean(&error.to_string())),
        })?;
        let english = FluentResource::try_new(ENGLISH.catalogue()).unwrap_or_else(|(resource, _)| resource);
        let known: BTreeMap<_, _> = messages(&english)
            .map(|(id, message)| (id, arguments(message)))
            .collect();
        let names = check(&resource, &known)?;
        // In one bundle with ours: what refers to another message finds the app's.
        let mut bundle = catalogue::bundle(self.language.tag, self.language.catalogue());
        bundle.add_resource_overriding(resource);
        for (id, arguments) in names {
            if !can_be_said(&bundle, &id, arguments) {
                return Err(OverrideError::Unusable { id });
            }
        }
        self.catalogue.put_first(bundle);
        Ok(self)
    }
}

/// Whether there are such messages, with such arguments: each with those that it is given.
fn check<'k>(
    resource: &FluentResource,
    known: &'k BTreeMap<&str, BTreeSet<&'k str>>,
) -> Result<Vec<(String, &'k BTreeSet<&'k str>)>, OverrideError> {
    let given = messages(resource).map(|(id, message)| {
        let Some(given) = known.get(id) else {
            return Err(OverrideError::Unknown { id: id.to_owned() });
        };
        match arguments(message).difference(given).next() {
            None => Ok((id.to_owned(), given)),
            Some(argument) => Err(OverrideError::NoSuchArgument {
                id: id.to_owned(),
                argument: (*argument).to_owned(),
            }),
        }
    });
    given.collect()
}

/// Whether every text of a message can be said, whatever the numbers in it.
fn can_be_said(bundle: &FluentBundle<FluentResource>, id: &str, arguments: &BTreeSet<&str>) -> bool {
    let Some(message) = bundle.get_message(id) else {
        return false;
    };
    let patterns = message.value().into_iter();
    let patterns: Vec<_> = patterns
        .chain(message.attributes().map(|attribute| attribute.value()))
        .collect();
    (0..=100_u64).all(|number| {
        let values = arguments
            .iter()
            .map(|name| (*name, FluentValue::from(number)))
            .collect();
        patterns.iter().all(|pattern| {
            let mut errors = Vec::new();
            bundle.format_pattern(pattern, Some(&values), &mut errors);
            errors.is_empty()
        })
    })
}

/// The messages of a catalogue, by their names.
pub(super) fn messages(resource: &FluentResource) -> impl Iterator<Item = (&str, &Message<&str>)> {
    resource.entries().filter_map(|entry| match entry {
        Entry::Message(message) => Some((message.id.name, message)),
        _ => None,
    })
}

/// The arguments that a message uses.
pub(super) fn arguments<'a>(message: &'a Message<&'a str>) -> BTreeSet<&'a str> {
    let mut found = BTreeSet::new();
    let attributes = message.attributes.iter().map(|attribute| &attribute.value);
    for pattern in message.value.iter().chain(attributes) {
        arguments_of(pattern, &mut found);
    }
    found
}

fn arguments_of<'a>(pattern: &'a Pattern<&'a str>, found: &mut BTreeSet<&'a str>) {
    for element in &pattern.elements {
        let PatternElement::Placeable { expression } = element else {
            continue;
        };
        match expression {
            Expression::Inline(inline) => arguments_within(inline, found),
            Expression::Select { selector, variants } => {
                arguments_within(selector, found);
                variants.iter().for_each(|variant| arguments_of(&variant.value, found));
            }
        }
    }
}

fn arguments_within<'a>(inline: &'a InlineExpression<&'a str>, found: &mut BTreeSet<&'a str>) {
    match inline {
        InlineExpression::VariableReference { id } => {
            found.insert(id.name);
        }
        InlineExpression::FunctionReference {
            arguments: CallArguments { positional, .. },
            ..
        } => positional.iter().for_each(|argument| arguments_within(argument, found)),
        InlineExpression::Placeable { expression } => match &**expression {
            Expression::Inline(inline) => arguments_within(inline, found),
            Expression::Select { selector, variants } => {
                arguments_within(selector, found);
                variants.iter().for_each(|variant| arguments_of(&variant.value, found));
            }
        },
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_apps_own_words_take_the_place_of_ours_and_no_other() {
        let texts = Texts::for_languages(&["de"]);
        let before = texts.say("action-cancel");
        let texts = texts
            .with_overrides("action-close = Weg damit\nroom-keys = { $count } Stück\n")
            .expect("they are in order");
        assert_eq!(texts.say("action-close"), "Weg damit");
        assert_eq!(texts.count("room-keys", 3), "3 Stück");
        assert_eq!(texts.say("action-cancel"), before);
    }

    #[test]
    fn what_refers_to_a_text_finds_the_apps_own_and_numbers_may_be_functions() {
        let own = "error-recovery-weak_passphrase = Zu leicht\nroom-keys = { NUMBER($count) ->\n    [one] ein\n   *[other] viele\n}\n";
        let texts = Texts::for_languages(&["de"]).with_overrides(own).expect("in order");
        assert_eq!(texts.say("error-reset-weak_passphrase"), "Zu leicht");
        assert_eq!(
            (texts.count("room-keys", 1), texts.count("room-keys", 2)),
            ("ein".into(), "viele".into())
        );
        for fluent in [
            "action-close = { -brand }",
            "action-close = { nothing }",
            "action-close = { action-close }",
        ] {
            let error = Texts::english().with_overrides(fluent).expect_err("refused");
            assert!(matches!(error, OverrideError::Unusable { .. }), "{fluent}: {error}");
        }
    }

    #[test]
    fn words_that_a_screen_could_not_use_are_refused_when_they_are_given() {
        let refused = |fluent: &str| Texts::english().with_overrides(fluent).expect_err("refused");
        assert!(matches!(refused("= nothing"), OverrideError::Syntax { .. }));
        assert_eq!(
            refused("action-clsoe = Close"),
            OverrideError::Unknown {
                id: "action-clsoe".to_owned()
            }
        );
        for fluent in [
            "room-keys = { $number } keys",
            "room-keys = { $count ->\n    [one] { $number } key\n   *[other] keys\n}",
            "room-keys = { NUMBER($number) } keys",
            "room-keys = { { $count ->\n    [one] { $number }\n   *[other] x\n} }",
            "field-password = Password\n    .hint = For { $number }",
        ] {
            let error = refused(fluent);
            assert!(
                matches!(&error, OverrideError::NoSuchArgument { argument, .. } if argument == "number"),
                "{fluent}: {error}"
            );
        }
    }
}
