// SPDX-License-Identifier: Apache-2.0

//! The bill of materials of the native library in the form of CycloneDX. `cargo-cyclonedx` writes it, of more than is
//! linked: it counts macros and features of other crates of the workspace. What is not linked is taken out again.

use std::{collections::BTreeSet, fs, path::Path};

use anyhow::{Context, Result, ensure};
use serde_json::Value;
use xshell::cmd;

use super::inventory::Crate;
use crate::{tools, workspace};

const OUR_CRATE: &str = "keyward-ffi";

const FORM: [&str; 4] = ["--format", "json", "--spec-version", "1.5"];

/// The bill, written by way of `scratch`, which is removed again.
pub(super) fn of(crates: &[Crate], scratch: &Path) -> Result<String> {
    let shell = workspace::shell()?;
    let program = tools::cargo_cyclonedx(&shell)?;
    // It writes beside each manifest, so it gets manifests of its own.
    copy_manifests(scratch)?;
    let manifest = scratch.join(format!("crates/{OUR_CRATE}/Cargo.toml"));
    let commit_time = cmd!(shell, "git show --no-patch --format=%ct HEAD").quiet().read()?;
    cmd!(
        shell,
        "{program} cyclonedx --quiet --manifest-path {manifest} {FORM...} --no-build-deps --target all"
    )
    .quiet()
    .ignore_stderr()
    // The same commit has the same bill.
    .env("SOURCE_DATE_EPOCH", commit_time)
    .run()?;
    let written = fs::read_to_string(manifest.with_file_name(format!("{OUR_CRATE}.cdx.json")))?;
    fs::remove_dir_all(scratch)?;
    let folder = format!("path+file://{}/", scratch.display());
    let bill = only(
        serde_json::from_str(&written.replace(&folder, "path+file:///"))?,
        crates,
    )?;
    Ok(serde_json::to_string_pretty(&bill)?)
}

/// Copies what Cargo reads to know the dependencies, with empty sources.
fn copy_manifests(to: &Path) -> Result<()> {
    let root = workspace::root();
    for path in workspace::files()? {
        let is_manifest = path.ends_with("Cargo.toml") || path == "Cargo.lock" || path == "rust-toolchain.toml";
        let is_source = path.ends_with(".rs");
        if !is_manifest && !is_source {
            continue;
        }
        let file = to.join(&path);
        fs::create_dir_all(file.parent().context("a file lies in a folder")?)?;
        if is_manifest {
            fs::copy(root.join(&path), file)?;
        } else {
            fs::write(file, "")?;
        }
    }
    Ok(())
}

/// Takes out of the bill what is not among these.
fn only(mut bill: Value, crates: &[Crate]) -> Result<Value> {
    let wanted: BTreeSet<(&str, &str)> = crates
        .iter()
        .map(|one| (one.name.as_str(), one.version.as_str()))
        .collect();
    let components = bill["components"]
        .as_array_mut()
        .context("the bill has no components")?;
    components.retain(|component| {
        let text = |name: &str| component[name].as_str().unwrap_or_default();
        wanted.contains(&(text("name"), text("version")))
    });
    // The library itself is what the bill is of.
    ensure!(
        components.len() + 1 == wanted.len(),
        "the bill has {} of {} crates",
        components.len() + 1,
        wanted.len()
    );
    let mut kept: BTreeSet<String> = components
        .iter()
        .filter_map(|component| Some(component["bom-ref"].as_str()?.to_owned()))
        .collect();
    kept.extend(bill["metadata"]["component"]["bom-ref"].as_str().map(str::to_owned));
    let is_kept = |value: &Value| value.as_str().is_some_and(|name| kept.contains(name));
    let dependencies = bill["dependencies"]
        .as_array_mut()
        .context("the bill has no dependencies")?;
    dependencies.retain(|dependency| is_kept(&dependency["ref"]));
    for dependency in dependencies {
        if let Some(on) = dependency.get_mut("dependsOn").and_then(Value::as_array_mut) {
            on.retain(is_kept);
        }
    }
    Ok(bill)
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use serde_json::json;

    use super::*;
    use crate::release::inventory::tests::a_crate;

    #[test]
    fn what_is_not_linked_is_taken_out() {
        let component = |name: &str| json!({ "bom-ref": format!("r#{name}"), "name": name, "version": "1.2.3" });
        let bill = json!({
            "metadata": { "component": component("keyward-ffi") },
            "components": [component("aes"), component("syn")],
            "dependencies": [
                { "ref": "r#keyward-ffi", "dependsOn": ["r#aes", "r#syn"] },
                { "ref": "r#aes" },
                { "ref": "r#syn", "dependsOn": ["r#aes"] },
            ],
        });
        let crates =
            |names: &[&str]| -> Vec<Crate> { names.iter().map(|name| a_crate(name, "MIT", PathBuf::new())).collect() };
        let filtered = only(bill.clone(), &crates(&["keyward-ffi", "aes"])).expect("a bill");
        assert_eq!(filtered["components"], json!([component("aes")]));
        assert_eq!(
            filtered["dependencies"],
            json!([{ "ref": "r#keyward-ffi", "dependsOn": ["r#aes"] }, { "ref": "r#aes" }])
        );
        let error = only(bill, &crates(&["keyward-ffi", "aes", "ring"])).expect_err("one is missing");
        assert!(error.to_string().contains("2 of 3"), "{error}");
    }
}
