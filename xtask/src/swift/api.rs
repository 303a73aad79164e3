// SPDX-License-Identifier: Apache-2.0

//! The public API of the Swift package, as the compiler's symbol graphs have it. What UniFFI adds for itself is left out.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::listing::{self, Listing};

/// What an app can import, and the modules that it sees then.
pub(super) static MODULES: [(Listing, &[&str]); 3] = [
    (
        listing::SWIFT,
        &["Keyward", "Keyward@KeywardBindings", "KeywardBindings"],
    ),
    (listing::SWIFT_MODELS, &["KeywardModels"]),
    (listing::SWIFT_FAKES, &["KeywardFakes", "KeywardFakes@KeywardModels"]),
];

/// The public API of these modules, sorted, of the symbol graphs in `folder`.
pub(super) fn dump(folder: &Path, modules: &[&str]) -> Result<String> {
    let mut graphs = Vec::new();
    for module in modules {
        let file = folder.join(format!("{module}.symbols.json"));
        let text = fs::read_to_string(&file).with_context(|| format!("there is no {}", file.display()))?;
        graphs.push(serde_json::from_str(&text)?);
    }
    let dump = digest(&graphs);
    ensure!(!dump.is_empty(), "the compiler found no public API");
    Ok(dump)
}

/// One line for each symbol: the type that it belongs to, a colon, and how it is declared. A type's own line ends with what
/// it conforms to.
fn digest(graphs: &[Value]) -> String {
    let mut conformances: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for relationship in elements(graphs, "relationships") {
        if relationship["kind"] == "conformsTo"
            && let (Some(source), Some(target)) = (relationship["source"].as_str(), target_of(relationship, graphs))
        {
            conformances.entry(source).or_default().insert(target);
        }
    }
    let mut lines = BTreeSet::new();
    for symbol in elements(graphs, "symbols") {
        let path: Vec<&str> = texts(&symbol["pathComponents"]).collect();
        let Some((_, owners)) = path.split_last() else {
            continue;
        };
        if path.iter().any(|name| is_machinery(name)) {
            continue;
        }
        let declaration: String = elements_of(symbol, "declarationFragments")
            .filter_map(|fragment| fragment["spelling"].as_str())
            .collect();
        let mut line = match owners {
            [] => declaration,
            owners => format!("{}: {declaration}", owners.join(".")),
        };
        let identifier = symbol["identifier"]["precise"].as_str().unwrap_or_default();
        if let Some(conformances) = conformances.get(identifier) {
            let names: Vec<&str> = conformances.iter().copied().collect();
            line.extend([" : ", &names.join(", ")]);
        }
        lines.insert(line);
    }
    lines.into_iter().map(|line| line + "\n").collect()
}

/// The protocol's name: `Sendable`. Not those that every type has, and UniFFI's, which are there for mock objects.
fn target_of<'a>(relationship: &'a Value, graphs: &'a [Value]) -> Option<&'a str> {
    let name = match relationship["targetFallback"].as_str() {
        Some(name) => name.rsplit('.').next()?,
        None => {
            let symbol =
                elements(graphs, "symbols").find(|symbol| symbol["identifier"]["precise"] == relationship["target"])?;
            texts(&symbol["pathComponents"]).last()?
        }
    };
    let is_everywhere = ["Copyable", "Escapable", "SendableMetatype"].contains(&name);
    (!is_everywhere && !is_machinery(name)).then_some(name)
}

/// Whether UniFFI's generated code has this name for itself. It hides most of them from documentation by itself.
fn is_machinery(name: &str) -> bool {
    // A protocol of every object's methods, for mock objects.
    let is_mock = name.ends_with("Protocol") && name != "Protocol";
    is_mock
        || ["uniffi", "FfiConverter", "RustBuffer"]
            .iter()
            .any(|prefix| name.starts_with(prefix))
}

fn elements<'a>(graphs: &'a [Value], name: &'a str) -> impl Iterator<Item = &'a Value> {
    graphs.iter().flat_map(move |graph| elements_of(graph, name))
}

fn elements_of<'a>(value: &'a Value, name: &str) -> impl Iterator<Item = &'a Value> + use<'a> {
    value[name].as_array().into_iter().flatten()
}

fn texts(array: &Value) -> impl Iterator<Item = &str> {
    array.as_array().into_iter().flatten().filter_map(Value::as_str)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn symbol(id: &str, path: &[&str], declaration: &[&str]) -> Value {
        let fragments: Vec<Value> = declaration.iter().map(|text| json!({ "spelling": text })).collect();
        json!({ "identifier": { "precise": id }, "pathComponents": path, "declarationFragments": fragments })
    }

    fn graph() -> Value {
        json!({
            "symbols": [
                symbol("r", &["Reset"], &["class", " ", "Reset"]),
                symbol("p", &["ResetProtocol"], &["protocol ResetProtocol"]),
                symbol("pc", &["ResetProtocol", "cancel()"], &["func cancel()"]),
                symbol("c", &["Reset", "cancel()"], &["func ", "cancel", "() ", "async throws"]),
                symbol("u", &["uniffiEnsureKeywardFfiInitialized()"], &["func uniffiEnsureKeywardFfiInitialized()"]),
                symbol("l", &["discover(_:)"], &["func discover(_ address: String)"]),
            ],
            "relationships": [
                { "kind": "conformsTo", "source": "r", "target": "p" },
                { "kind": "conformsTo", "source": "r", "target": "s:s8SendableP", "targetFallback": "Swift.Sendable" },
                { "kind": "conformsTo", "source": "r", "target": "s:s8CopyableP", "targetFallback": "Swift.Copyable" },
                { "kind": "memberOf", "source": "c", "target": "r" },
            ],
        })
    }

    #[test]
    fn the_dump_is_sorted_and_has_nothing_of_the_machinery() {
        assert_eq!(
            digest(&[graph()]),
            "Reset: func cancel() async throws\nclass Reset : Sendable\nfunc discover(_ address: String)\n"
        );
    }
}
