// SPDX-License-Identifier: Apache-2.0

//! What the fakes of Kotlin and Swift are driven by and say (`bindings/fakes/`): the transitions of the flows, sample
//! accounts, and every text of them in each language. It is written here and compared with what is committed, so that a fake
//! cannot do or say what the real one never does.
//!
//! Names of variants are those of Rust; Kotlin and Swift write them in their own way.

mod samples;
mod screens;

use std::{collections::BTreeMap, fs, path::PathBuf};

use serde_json::Value;

use super::{Texts, everybody};
use crate::verification;

/// With this in the environment the files are written, and not compared.
const WRITE: &str = "KEYWARD_WRITE_FAKES";

/// An entry a line, so that a change of one is read as such.
type Entries = BTreeMap<String, Value>;

#[test]
fn the_fakes_do_and_say_what_the_core_does_and_says() {
    let mut transitions = samples::flows();
    transitions.extend(verification::table::all().map(|(methods, table)| (format!("verification/{methods}"), table)));
    let mut files = vec![("flows.json".to_owned(), transitions)];
    files.push(("samples.json".to_owned(), samples::samples()));
    files.extend(everybody().map(|texts| (format!("screens/{}.json", texts.language()), screens::of(&texts))));
    let folder = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../bindings/fakes"));
    for (name, entries) in files {
        let file = folder.join(&name);
        if std::env::var_os(WRITE).is_some() {
            fs::write(&file, text(&entries)).expect("a file that can be written");
        }
        let committed = fs::read_to_string(&file).unwrap_or_default();
        let committed: Entries = serde_json::from_str(&committed).unwrap_or_default();
        let keys = entries.keys().chain(committed.keys());
        let other: Vec<_> = keys.filter(|key| entries.get(*key) != committed.get(*key)).collect();
        assert!(
            other.is_empty(),
            "bindings/fakes/{name} is not what the core says: {other:?}. With {WRITE}=1 this test writes it; then see \
             that the fakes' tests pass (`cargo xtask kotlin`)"
        );
    }
}

#[test]
fn a_step_that_can_be_cancelled_is_one_of_a_phase_that_can_be() {
    let texts = Texts::english();
    let said = screens::of(&texts);
    for (flow, table) in samples::flows() {
        let flow = flow.split('_').next().expect("a name");
        for row in table["rows"].as_array().expect("rows") {
            for work in row["works"].as_array().expect("steps") {
                let key = format!("{flow}/Working/{}", work["step"].as_str().expect("a step"));
                let actions = said[&key]["actions"].as_array().expect("actions");
                let cancel = actions.iter().find(|action| action["id"] == "Cancel");
                assert_eq!(
                    cancel.map(|cancel| &cancel["enabled"]),
                    Some(&row["may_cancel"]),
                    "{key}"
                );
            }
        }
    }
}

fn text(entries: &Entries) -> String {
    let lines: Vec<String> = entries
        .iter()
        .map(|(key, value)| format!("{}: {value}", Value::from(key.as_str())))
        .collect();
    format!("{{\n{}\n}}\n", lines.join(",\n"))
}
