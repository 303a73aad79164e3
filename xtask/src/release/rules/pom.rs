// SPDX-License-Identifier: Apache-2.0

//! Reads a POM, and says what Central would say of it.

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use roxmltree::{Document, Node};

use super::Purpose;

/// What Central wants to be there, by the names of the elements on the way.
const WANTED: [&str; 12] = [
    "groupId",
    "artifactId",
    "version",
    "name",
    "description",
    "url",
    "licenses/license/name",
    "licenses/license/url",
    "developers/developer/name",
    "scm/connection",
    "scm/developerConnection",
    "scm/url",
];

/// What stands for something that only a release knows.
const PLACEHOLDER: &str = "example.invalid";

/// The text of each element of a POM.
pub(super) struct Read {
    /// The first of each, by the names on the way.
    texts: BTreeMap<String, String>,
    dependencies: Vec<BTreeMap<String, String>>,
}

impl Read {
    pub(super) fn parse(xml: &str) -> Result<Self> {
        let document = Document::parse(xml).context("the POM is no XML")?;
        let mut texts = BTreeMap::new();
        collect(document.root_element(), "", &mut texts);
        let is_dependency = |node: &Node<'_, '_>| {
            let parent = node.parent_element();
            node.tag_name().name() == "dependency"
                && parent.is_some_and(|node| node.tag_name().name() == "dependencies")
        };
        let dependencies = document
            .descendants()
            .filter(is_dependency)
            .map(|node| {
                let mut texts = BTreeMap::new();
                collect(node, "", &mut texts);
                texts
            })
            .collect();
        Ok(Self { texts, dependencies })
    }

    /// What an element says; nothing if it is not there.
    pub(super) fn text(&self, path: &str) -> &str {
        self.texts.get(path).map_or("", String::as_str)
    }

    /// What the artifact is, and what its file's name ends in.
    pub(super) fn packaging(&self) -> &str {
        match self.text("packaging") {
            "" => "jar",
            packaging => packaging,
        }
    }

    /// What is against the rules.
    pub(super) fn objections(&self, purpose: Purpose) -> Vec<String> {
        let mut findings: Vec<String> = WANTED
            .iter()
            .filter(|path| self.text(path).is_empty())
            .map(|path| format!("the POM has no {path}"))
            .collect();
        if self.text("version").ends_with("-SNAPSHOT") {
            findings.push("a SNAPSHOT is no release".to_owned());
        }
        if purpose == Purpose::Release {
            let placeholders = self.texts.iter().filter(|(_, text)| text.contains(PLACEHOLDER));
            findings.extend(placeholders.map(|(path, _)| format!("{path} in the POM says `{PLACEHOLDER}`")));
        }
        for dependency in &self.dependencies {
            let text = |name: &str| dependency.get(name).map_or("", String::as_str);
            let (artifact, version) = (text("artifactId"), text("version"));
            let is_release =
                !version.is_empty() && !version.ends_with("-SNAPSHOT") && !version.contains(['[', '(', '$', ',']);
            if !is_release {
                findings.push(format!("the version `{version}` of {artifact} is no release"));
            }
            if self.packaging() == "aar" {
                if artifact.ends_with("-desktop") || artifact.contains("-jvm-") {
                    findings.push(format!("{artifact} is nothing for Android"));
                }
                if artifact == "jna" && text("type") != "aar" {
                    findings.push("JNA's jar has no library for Android: its aar has".to_owned());
                }
            }
        }
        findings
    }
}

/// The texts of the elements in `node`, the first of each path.
fn collect(node: Node<'_, '_>, path: &str, texts: &mut BTreeMap<String, String>) {
    for child in node.children().filter(Node::is_element) {
        let name = child.tag_name().name();
        let path = if path.is_empty() {
            name.to_owned()
        } else {
            format!("{path}/{name}")
        };
        let text = child.text().unwrap_or_default().trim().to_owned();
        texts.entry(path.clone()).or_insert(text);
        collect(child, &path, texts);
    }
}
