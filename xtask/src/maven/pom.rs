// SPDX-License-Identifier: Apache-2.0

//! The POMs that are published. They name what an app needs, and not what builds the library: that is in
//! `bindings/kotlin/pom.xml`, from which the versions come.

use std::fmt::Write;

use anyhow::{Context, Result};

use super::{ANDROID, CLASSES, COMPOSE, FAKES, GROUP, VERSION, native};
use crate::kotlin;

/// Who publishes: what Central wants to know besides, and what no source file says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Publisher {
    /// The project's page.
    pub(crate) url: String,
    /// Where the source code can be read.
    pub(crate) repository: String,
    pub(crate) developers: Vec<String>,
}

/// What an artifact is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Pom {
    pub(crate) artifact: String,
    pub(crate) version: String,
    /// `jar` or `aar`.
    pub(crate) packaging: &'static str,
    name: String,
    description: String,
    dependencies: Vec<Dependency>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Dependency {
    group: &'static str,
    artifact: &'static str,
    version: String,
    /// What of it is asked for, where that is no jar.
    kind: Option<&'static str>,
    /// Whoever depends on us does not get it by that.
    optional: bool,
}

impl Dependency {
    fn new(group: &'static str, artifact: &'static str, version: String) -> Self {
        Self {
            group,
            artifact,
            version,
            kind: None,
            optional: false,
        }
    }

    fn ours() -> Self {
        Self::new(GROUP, CLASSES, VERSION.to_owned())
    }

    /// The oldest that the library is tested with: an app's own may be newer, and is not lifted by ours.
    fn stdlib() -> Result<Self> {
        let consumers = kotlin::property("kotlin.consumers")?;
        let oldest = consumers.split_whitespace().next().context("no Kotlin of consumers")?;
        Ok(Self::new("org.jetbrains.kotlin", "kotlin-stdlib", oldest.to_owned()))
    }

    fn coroutines() -> Result<Self> {
        let version = kotlin::property("coroutines.version")?;
        Ok(Self::new(
            "org.jetbrains.kotlinx",
            "kotlinx-coroutines-core-jvm",
            version,
        ))
    }

    fn jna() -> Result<Self> {
        Ok(Self::new("net.java.dev.jna", "jna", kotlin::property("jna.version")?))
    }
}

/// The classes. JNA is what they call; who brings it is the artifact of the platform.
pub(crate) fn classes() -> Result<Pom> {
    Ok(Pom {
        artifact: CLASSES.to_owned(),
        version: VERSION.to_owned(),
        packaging: "jar",
        name: "Keyward".to_owned(),
        description:
            "Account security for Matrix: sessions, verification, and the reset of a digital identity without losing \
                      the message history."
                .to_owned(),
        dependencies: vec![
            Dependency::stdlib()?,
            Dependency::coroutines()?,
            Dependency {
                optional: true,
                ..Dependency::jna()?
            },
        ],
    })
}

/// Fakes for previews and UI tests.
pub(crate) fn fakes() -> Result<Pom> {
    Ok(Pom {
        artifact: FAKES.to_owned(),
        version: VERSION.to_owned(),
        packaging: "jar",
        name: "Keyward's fakes".to_owned(),
        description:
            "Accounts, resets and sessions for previews and UI tests, without a homeserver and without the native \
                      library."
                .to_owned(),
        dependencies: vec![Dependency::ours(), Dependency::stdlib()?, Dependency::coroutines()?],
    })
}

/// The screens in Compose for desktops. On Android the same sources need Android's artifacts of Compose.
pub(crate) fn compose() -> Result<Pom> {
    let version = kotlin::property("compose.version")?;
    Ok(Pom {
        artifact: COMPOSE.to_owned(),
        version: VERSION.to_owned(),
        packaging: "jar",
        name: "Keyward's screens".to_owned(),
        description:
            "The reset, the sessions and what belongs to them as screens in Compose, Material 3, for desktops."
                .to_owned(),
        dependencies: vec![
            Dependency::ours(),
            Dependency::stdlib()?,
            Dependency::coroutines()?,
            Dependency::new("org.jetbrains.compose.material3", "material3-desktop", version),
        ],
    })
}

/// The native library for the JVM of this platform.
pub(crate) fn native(platform: &str) -> Result<Pom> {
    Ok(Pom {
        artifact: native::artifact(platform),
        version: VERSION.to_owned(),
        packaging: "jar",
        name: format!("Keyward's native library for {platform}"),
        description: format!("What org.keyward:keyward calls on a JVM on {platform}."),
        dependencies: vec![Dependency::ours(), Dependency::jna()?],
    })
}

/// Android's native libraries. JNA's own archive has its native libraries for Android; its jar has none.
pub(crate) fn android(version: String) -> Result<Pom> {
    Ok(Pom {
        artifact: ANDROID.to_owned(),
        version,
        packaging: "aar",
        name: "Keyward for Android".to_owned(),
        description: "What org.keyward:keyward calls on Android.".to_owned(),
        dependencies: vec![
            Dependency::ours(),
            Dependency {
                kind: Some("aar"),
                ..Dependency::jna()?
            },
        ],
    })
}

impl Pom {
    /// The file. Without a publisher it is for this machine, and Central would not take it.
    pub(crate) fn to_xml(&self, publisher: Option<&Publisher>) -> String {
        let mut xml = format!(
            r#"<?xml version="1.0" encoding="UTF-8"?>
<project xmlns="http://maven.apache.org/POM/4.0.0"
         xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
         xsi:schemaLocation="http://maven.apache.org/POM/4.0.0 http://maven.apache.org/xsd/maven-4.0.0.xsd">
    <modelVersion>4.0.0</modelVersion>
    <groupId>{GROUP}</groupId>
    <artifactId>{}</artifactId>
    <version>{}</version>
    <packaging>{}</packaging>
    <name>{}</name>
    <description>{}</description>
"#,
            escaped(&self.artifact),
            escaped(&self.version),
            self.packaging,
            escaped(&self.name),
            escaped(&self.description)
        );
        if let Some(publisher) = publisher {
            let _ = writeln!(xml, "    <url>{}</url>", escaped(&publisher.url));
        }
        xml.push_str(
            r"    <licenses>
        <license>
            <name>Apache-2.0</name>
            <url>https://www.apache.org/licenses/LICENSE-2.0</url>
            <distribution>repo</distribution>
        </license>
    </licenses>
",
        );
        if let Some(publisher) = publisher {
            xml.push_str("    <developers>\n");
            for developer in &publisher.developers {
                let _ = writeln!(
                    xml,
                    "        <developer>\n            <name>{}</name>\n        </developer>",
                    escaped(developer)
                );
            }
            let repository = escaped(&publisher.repository);
            let _ = writeln!(
                xml,
                "    </developers>\n    <scm>\n        <connection>scm:git:{repository}</connection>\n        \
                 <developerConnection>scm:git:{repository}</developerConnection>\n        \
                 <url>{repository}</url>\n    </scm>"
            );
        }
        xml.push_str("    <dependencies>\n");
        for dependency in &self.dependencies {
            let Dependency {
                group,
                artifact,
                version,
                kind,
                optional,
            } = dependency;
            let _ = writeln!(
                xml,
                "        <dependency>\n            <groupId>{group}</groupId>\n            \
                 <artifactId>{artifact}</artifactId>\n            <version>{version}</version>"
            );
            if let Some(kind) = kind {
                let _ = writeln!(xml, "            <type>{kind}</type>");
            }
            xml.push_str("            <scope>compile</scope>\n");
            if *optional {
                xml.push_str("            <optional>true</optional>\n");
            }
            xml.push_str("        </dependency>\n");
        }
        xml.push_str("    </dependencies>\n</project>\n");
        xml
    }
}

/// A text as XML says it.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(xml: &str, path: &[&str]) -> Vec<String> {
        let document = roxmltree::Document::parse(xml).expect("XML");
        document
            .descendants()
            .filter(|node| {
                let names: Vec<&str> = node
                    .ancestors()
                    .filter(roxmltree::Node::is_element)
                    .map(|node| node.tag_name().name())
                    .collect();
                node.is_element() && names.iter().rev().skip(1).eq(path)
            })
            .map(|node| node.text().unwrap_or_default().to_owned())
            .collect()
    }

    const DEPENDENCY: [&str; 2] = ["dependencies", "dependency"];

    fn of_dependencies(xml: &str, name: &'static str) -> Vec<String> {
        let [first, second] = DEPENDENCY;
        texts(xml, &[first, second, name])
    }

    #[test]
    fn a_platform_brings_the_classes_and_jna_in_its_own_form() {
        let classes = classes().expect("a POM").to_xml(None);
        assert_eq!(
            of_dependencies(&classes, "artifactId"),
            ["kotlin-stdlib", "kotlinx-coroutines-core-jvm", "jna"]
        );
        assert_eq!(of_dependencies(&classes, "optional"), ["true"]);
        let native = native("linux-x86-64").expect("a POM").to_xml(None);
        assert_eq!(texts(&native, &["artifactId"]), ["keyward-jvm-linux-x86-64"]);
        assert_eq!(of_dependencies(&native, "artifactId"), ["keyward", "jna"]);
        assert_eq!(of_dependencies(&native, "type"), [""; 0]);
        let android = android("1".to_owned()).expect("a POM").to_xml(None);
        assert_eq!(texts(&android, &["packaging"]), ["aar"]);
        assert_eq!(of_dependencies(&android, "artifactId"), ["keyward", "jna"]);
        assert_eq!(of_dependencies(&android, "type"), ["aar"]);
    }

    #[test]
    fn the_publisher_is_named_and_escaped() {
        let publisher = Publisher {
            url: "https://example.org/?a&b".to_owned(),
            repository: "https://example.org/git".to_owned(),
            developers: vec!["A <a> & B".to_owned(), "C".to_owned()],
        };
        let xml = classes().expect("a POM").to_xml(Some(&publisher));
        assert_eq!(texts(&xml, &["url"]), ["https://example.org/?a&b"]);
        assert_eq!(texts(&xml, &["developers", "developer", "name"]), ["A <a> & B", "C"]);
        assert_eq!(texts(&xml, &["scm", "connection"]), ["scm:git:https://example.org/git"]);
    }

    #[test]
    fn what_builds_the_library_asks_for_the_same() {
        let pom = std::fs::read_to_string(kotlin::folder().join("pom.xml")).expect("pom.xml");
        let document = roxmltree::Document::parse(&pom).expect("XML");
        let project = document.root_element();
        let list = project
            .children()
            .find(|node| node.tag_name().name() == "dependencies")
            .expect("dependencies");
        let named: Vec<String> = list
            .children()
            .filter(|node| node.is_element())
            .filter(|node| child_text(*node, "scope").is_none())
            .filter_map(|node| child_text(node, "artifactId"))
            .collect();
        assert_eq!(
            named,
            of_dependencies(&classes().expect("a POM").to_xml(None), "artifactId")
        );
    }

    fn child_text(node: roxmltree::Node<'_, '_>, name: &str) -> Option<String> {
        let child = node.children().find(|child| child.tag_name().name() == name)?;
        child.text().map(str::to_owned)
    }
}
