// SPDX-License-Identifier: Apache-2.0

//! The Swift package that a release publishes: a manifest for apps at its root, which names the native library by
//! address and checksum, and the sources, the generated ones included. It belongs into a repository of its own,
//! because SwiftPM finds a package only at the root of one.

use std::{fs, path::Path};

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;
use sha2::Sha256;

use super::{Toolchain, folder, package};
use crate::{apple, maven::repository::hex, workspace};

/// The manifest, with words in the place of the address and the checksum.
const MANIFEST: &str = "Package.release.swift";
const URL: &str = "FRAMEWORK_URL";
const CHECKSUM: &str = "FRAMEWORK_CHECKSUM";

/// What apps compile.
const SOURCES: [&str; 4] = ["Keyward", "KeywardBindings", "KeywardModels", "KeywardFakes"];

/// What was made.
pub(crate) struct Released {
    /// What is to be said of it.
    pub(crate) verdict: String,
}

/// Writes the package into the folder `to`. In a dry run the framework may be missing, and so may Swift.
pub(crate) fn release(to: &Path, url: &str, dry_run: bool) -> Result<Released> {
    let framework = apple::archive(&workspace::target_dir()?);
    let checksum = match fs::read(&framework) {
        // What `swift package compute-checksum` computes.
        Ok(bytes) => Some(hex::<Sha256>(&bytes)),
        Err(_) if dry_run => None,
        Err(_) => bail!("there is no {}: `cargo xtask apple` makes it", framework.display()),
    };
    write(to, url, checksum.as_deref().unwrap_or(&"0".repeat(64)))?;
    let toolchain = Toolchain::already()?;
    if let Some(toolchain) = &toolchain {
        compile(toolchain, to)?;
    }
    let verdict = [
        if checksum.is_some() {
            "with the framework that was built".to_owned()
        } else {
            "the framework was not built here (`cargo xtask apple`, on a Mac): zeros stand for its checksum".to_owned()
        },
        match toolchain {
            Some(toolchain) => format!("Swift {} compiles the manifest", toolchain.version()),
            None => {
                "the manifest was not compiled, because Swift is not here (`cargo xtask swift` installs it)".to_owned()
            }
        },
    ];
    Ok(Released {
        verdict: verdict.join("; "),
    })
}

fn write(to: &Path, url: &str, checksum: &str) -> Result<()> {
    for name in SOURCES {
        package::copy(&folder().join("Sources").join(name), &to.join("Sources").join(name))?;
    }
    fs::copy(workspace::root().join("LICENSE"), to.join("LICENSE"))?;
    let manifest = fs::read_to_string(folder().join(MANIFEST))?;
    fs::write(to.join("Package.swift"), filled(&manifest, url, checksum)?)?;
    Ok(())
}

/// The manifest with the address and the checksum.
fn filled(manifest: &str, url: &str, checksum: &str) -> Result<String> {
    for word in [URL, CHECKSUM] {
        ensure!(
            manifest.matches(&format!("\"{word}\"")).count() == 1,
            "{MANIFEST} names {word} not exactly once"
        );
    }
    ensure!(
        !url.contains(['"', '\\']) && url.ends_with(".zip"),
        "SwiftPM takes no library from {url}: the address of a zip is needed"
    );
    Ok(manifest.replace(URL, url).replace(CHECKSUM, checksum))
}

/// Has Swift compile the manifest, and looks for what apps need in what it says.
fn compile(toolchain: &Toolchain, package: &Path) -> Result<()> {
    let output = toolchain
        .command(package, "swift")
        .args(["package", "dump-package"])
        .output()?;
    ensure!(
        output.status.success(),
        "the manifest of the release does not compile: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    let dumped = serde_json::from_slice(&output.stdout).context("swift dumped no JSON")?;
    let missing = missing(&dumped);
    ensure!(missing.is_empty(), "the manifest has no {}", missing.join(", no "));
    Ok(())
}

/// What an app would miss in the manifest.
fn missing(dumped: &Value) -> Vec<String> {
    let has = |list: &str, name: &str, kind: &str| {
        let wanted = |one: &Value| one["name"] == name && (kind.is_empty() || one["type"].to_string().contains(kind));
        dumped[list].as_array().is_some_and(|list| list.iter().any(wanted))
    };
    [
        ("products", "Keyward", "automatic"),
        ("products", "KeywardDynamic", "dynamic"),
        ("products", "KeywardModels", "automatic"),
        ("products", "KeywardFakes", "automatic"),
        ("targets", "Keyward", "regular"),
        ("targets", "KeywardBindings", "regular"),
        ("targets", "KeywardModels", "regular"),
        ("targets", "KeywardFakes", "regular"),
        ("targets", "KeywardFFI", "binary"),
    ]
    .iter()
    .filter(|(list, name, kind)| !has(list, name, kind))
    .map(|(list, name, kind)| format!("{kind} {name} among its {list}"))
    .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use xshell::cmd;

    use super::*;

    fn manifest(name: &str) -> String {
        fs::read_to_string(folder().join(name)).expect("a manifest")
    }

    #[test]
    fn address_and_checksum_take_the_place_of_the_words() {
        let text = filled(&manifest(MANIFEST), "https://keyward.test/a.zip", &"ab".repeat(32)).expect("filled");
        assert!(text.contains("url: \"https://keyward.test/a.zip\""), "{text}");
        assert!(text.contains(&format!("checksum: \"{}\"", "ab".repeat(32))), "{text}");
        assert!(!text.contains("FRAMEWORK_"), "{text}");
        assert!(filled("no words", "https://keyward.test", "ab").is_err());
        for url in ["a\"b.zip", "https://keyward.test/framework"] {
            assert!(filled(&manifest(MANIFEST), url, "ab").is_err(), "{url}");
        }
    }

    #[test]
    fn apps_get_the_same_systems_and_products_as_the_tests_have() {
        let (own, release) = (manifest("Package.swift"), manifest(MANIFEST));
        for line in [
            "// swift-tools-version: 6.0",
            "platforms: [.iOS(.v15), .macOS(.v12)]",
            ".library(name: \"Keyward\", targets: [\"Keyward\"])",
            ".library(name: \"KeywardDynamic\", type: .dynamic, targets: [\"Keyward\", \"KeywardModels\"])",
            ".library(name: \"KeywardModels\", targets: [\"KeywardModels\"])",
            ".library(name: \"KeywardFakes\", targets: [\"KeywardFakes\"])",
            "swiftSettings: [.swiftLanguageMode(.v5)]",
            "PrivacyInfo.xcprivacy",
        ] {
            assert!(own.contains(line) && release.contains(line), "{line}");
        }
    }

    #[test]
    fn what_an_app_would_miss_is_named() {
        let target = |name: &str, kind: &str| json!({ "name": name, "type": kind });
        let mut dumped = json!({
            "products": [
                { "name": "Keyward", "type": { "library": ["automatic"] } },
                { "name": "KeywardDynamic", "type": { "library": ["dynamic"] } },
                { "name": "KeywardModels", "type": { "library": ["automatic"] } },
                { "name": "KeywardFakes", "type": { "library": ["automatic"] } },
            ],
            "targets": [
                target("Keyward", "regular"),
                target("KeywardBindings", "regular"),
                target("KeywardFFI", "binary"),
                target("KeywardModels", "regular"),
                target("KeywardFakes", "regular"),
            ],
        });
        assert_eq!(missing(&dumped), [""; 0]);
        dumped["targets"][2]["type"] = json!("system");
        dumped["products"][1]["type"] = json!({ "library": ["automatic"] });
        assert_eq!(
            missing(&dumped),
            [
                "dynamic KeywardDynamic among its products",
                "binary KeywardFFI among its targets"
            ]
        );
    }

    #[test]
    fn the_privacy_manifest_is_a_property_list_that_tracks_nobody() {
        let shell = workspace::shell().expect("a shell");
        let file = folder().join("Sources/Keyward/PrivacyInfo.xcprivacy");
        let program = "import json, plistlib, sys; print(json.dumps(plistlib.load(open(sys.argv[1], 'rb'))))";
        let read = cmd!(shell, "python3 -c {program} {file}")
            .quiet()
            .read()
            .expect("a property list");
        let list: Value = serde_json::from_str(&read).expect("JSON");
        assert_eq!(list["NSPrivacyTracking"], json!(false));
        assert_eq!(list["NSPrivacyTrackingDomains"], json!([]));
        for one in list["NSPrivacyCollectedDataTypes"].as_array().expect("a list") {
            assert_eq!(one["NSPrivacyCollectedDataTypeTracking"], json!(false), "{one}");
        }
        let declared = fs::read_to_string(workspace::root().join("docs/store-declarations.md")).expect("a document");
        for one in list["NSPrivacyAccessedAPITypes"].as_array().expect("a list") {
            let reasons = one["NSPrivacyAccessedAPITypeReasons"].as_array().expect("reasons");
            assert!(!reasons.is_empty(), "{one}");
            for reason in reasons {
                let reason = reason.as_str().expect("a word");
                assert!(
                    declared.contains(reason),
                    "store-declarations.md does not say why: {reason}"
                );
            }
        }
    }
}
