// SPDX-License-Identifier: Apache-2.0

//! Maven and the JDK it runs on.

use std::path::{Path, PathBuf};

use anyhow::{Result, bail};
use xshell::{Shell, cmd};

const OLDEST_JAVA: u32 = 17;

const HOW_TO_GET_IT: &str = "the Kotlin library is built with Maven 3.6.3 or newer on a JDK 17 or newer (Debian: `apt \
    install maven openjdk-17-jdk-headless`, macOS: `brew install maven`; JAVA_HOME chooses among several)";

/// The programs that build and inspect the Kotlin library.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Toolchain {
    pub(super) maven: PathBuf,
    pub(super) java: PathBuf,
    pub(super) javap: PathBuf,
    /// Which they are, for whoever wants to build the same.
    pub(super) versions: Vec<String>,
}

/// Finds them, or says in one sentence what is missing and how to get it.
pub(super) fn find() -> Result<Toolchain> {
    let maven = PathBuf::from("mvn");
    let shell = Shell::new()?;
    // Maven knows best which Java it runs on.
    let Ok(printed) = cmd!(shell, "{maven} --batch-mode --version")
        .quiet()
        .ignore_stderr()
        .read()
    else {
        bail!("there is no Maven that runs: {HOW_TO_GET_IT}");
    };
    let Some(java) = Java::of(&printed) else {
        bail!("Maven does not say which Java it runs on: {HOW_TO_GET_IT}");
    };
    if java.version < OLDEST_JAVA {
        bail!("Maven runs on Java {}: {HOW_TO_GET_IT}", java.version);
    }
    let program = |name: &str| Path::new(&java.home).join("bin").join(name);
    let (java, javap) = (program("java"), program("javap"));
    if !javap.is_file() {
        bail!("Maven runs on a Java without development tools: {HOW_TO_GET_IT}");
    }
    Ok(Toolchain {
        maven,
        java,
        javap,
        versions: versions(&printed),
    })
}

/// What `mvn --version` prints of versions, without what it prints of this machine.
fn versions(printed: &str) -> Vec<String> {
    let is_one = |line: &&str| line.starts_with("Apache Maven ") || line.starts_with("Java version: ");
    let without_folder = |line: &str| line.split(", runtime:").next().unwrap_or_default().to_owned();
    // Debian's Maven prints its own line in bold, whatever it is told.
    let plain = console::strip_ansi_codes(printed);
    plain.lines().filter(is_one).map(without_folder).collect()
}

#[derive(Debug, PartialEq, Eq)]
struct Java {
    version: u32,
    home: String,
}

impl Java {
    /// Reads what `mvn --version` prints, whose line about Java is
    /// `Java version: 17.0.15, vendor: Debian, runtime: /usr/lib/jvm/java-17-openjdk-amd64`.
    fn of(printed: &str) -> Option<Self> {
        let line = printed.lines().find_map(|line| line.strip_prefix("Java version: "))?;
        let (version, rest) = line.split_once(',')?;
        let (_, home) = rest.split_once("runtime: ")?;
        // Up to Java 8 the number came second: 1.8.0_402.
        let mut numbers = version.split(['.', '-', '+', '_']).map(str::parse::<u32>);
        let version = match numbers.next()?.ok()? {
            1 => numbers.next()?.ok()?,
            number => number,
        };
        Some(Self {
            version,
            home: home.trim().to_owned(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn java(line: &str) -> Option<Java> {
        Java::of(&format!(
            "Apache Maven 3.8.7\nMaven home: /usr/share/maven\n{line}\nDefault locale: en"
        ))
    }

    #[test]
    fn java_is_read_from_what_maven_prints() {
        for (version, number) in [("17.0.15", 17), ("21", 21), ("25-ea", 25), ("1.8.0_402", 8)] {
            let line = format!("Java version: {version}, vendor: Some One, Inc., runtime: /opt/a jdk");
            assert_eq!(
                java(&line),
                Some(Java {
                    version: number,
                    home: "/opt/a jdk".to_owned()
                }),
                "{version}"
            );
        }
    }

    #[test]
    fn versions_say_nothing_of_the_machine() {
        let printed = "Apache Maven 3.8.7\nMaven home: /usr/share/maven\n\
                       Java version: 17.0.15, vendor: Debian, runtime: /opt/jdk\nOS name: \"linux\"";
        assert_eq!(
            versions(printed),
            ["Apache Maven 3.8.7", "Java version: 17.0.15, vendor: Debian"]
        );
    }

    #[test]
    fn something_else_is_no_java() {
        for line in ["", "Java version: unknown", "Java version: x, runtime: /opt"] {
            assert_eq!(java(line), None, "{line}");
        }
    }
}
