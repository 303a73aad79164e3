// SPDX-License-Identifier: Apache-2.0

//! What Cargo and Git know of this workspace: where it lies, its packages, its files.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, ensure};
use serde_json::Value;
use xshell::{Shell, cmd};

/// The folder of the root `Cargo.toml`.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("xtask lies in the workspace's folder")
}

/// A shell that stands in [`root`].
pub(crate) fn shell() -> Result<Shell> {
    let shell = Shell::new()?;
    shell.change_dir(root());
    Ok(shell)
}

/// Cargo, called in [`root`] as from a shell. The variables that Cargo has set for this program are removed: build
/// scripts depend on them (ring's, for example), and much would be compiled again whenever Cargo is called directly.
pub(crate) fn cargo() -> Command {
    let mut cargo = Command::new("cargo");
    cargo.current_dir(root());
    for (name, _) in std::env::vars_os() {
        let told = name
            .to_str()
            .is_some_and(|name| name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_"));
        if told {
            cargo.env_remove(name);
        }
    }
    cargo
}

/// What Cargo is told, in its environment, to keep the folders of this machine out of what is published for `target`: others
/// who build the same then get the same. Flags that `.cargo/config.toml` has for the system stay.
pub(crate) fn without_folders(target: &str) -> Result<(String, String)> {
    let (cargo, sources) = folders()?;
    let name = format!("CARGO_TARGET_{}_RUSTFLAGS", target.to_uppercase().replace('-', "_"));
    let remap = [(cargo, "/cargo"), (sources, "/keyward")]
        .map(|(folder, name)| format!("--remap-path-prefix={}={name}", folder.display()));
    Ok((name, remap.join(" ")))
}

/// The folders of this machine that Rust puts into what it builds: those of Cargo and of the sources.
pub(crate) fn folders() -> Result<(PathBuf, PathBuf)> {
    let cargo = match std::env::var_os("CARGO_HOME") {
        Some(folder) => PathBuf::from(folder),
        None => std::env::home_dir().context("there is no home folder")?.join(".cargo"),
    };
    Ok((cargo, root().to_owned()))
}

/// Runs a command to its end; anything but success is an error.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let name = command.get_program().display().to_string();
    let status = command.status().with_context(|| format!("cannot run {name}"))?;
    ensure!(status.success(), "{name} failed ({status})");
    Ok(())
}

/// Where Cargo builds, and where the tools of this workspace are installed.
pub(crate) fn target_dir() -> Result<PathBuf> {
    let metadata = metadata()?;
    Ok(PathBuf::from(
        metadata["target_directory"]
            .as_str()
            .context("cargo metadata names no target directory")?,
    ))
}

/// One package of the workspace.
#[derive(Debug, Clone)]
pub(crate) struct Package {
    pub(crate) name: String,
    pub(crate) dependencies: Vec<Dependency>,
}

/// One line of a package's `[dependencies]`, `[dev-dependencies]` or `[build-dependencies]`.
#[derive(Debug, Clone)]
pub(crate) struct Dependency {
    pub(crate) name: String,
    /// As Cargo writes it: `^1.2`, `=0.18.0`.
    pub(crate) requirement: String,
    pub(crate) dev: bool,
}

/// The packages of the workspace with their direct dependencies.
pub(crate) fn packages() -> Result<Vec<Package>> {
    let metadata = metadata()?;
    let list = |value: &Value| {
        value
            .as_array()
            .cloned()
            .context("cargo metadata has another form than expected")
    };
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    list(&metadata["packages"])?
        .iter()
        .map(|package| {
            let dependencies = list(&package["dependencies"])?
                .iter()
                .map(|dependency| Dependency {
                    name: text(&dependency["name"]),
                    requirement: text(&dependency["req"]),
                    dev: dependency["kind"] == "dev",
                })
                .collect();
            Ok(Package {
                name: text(&package["name"]),
                dependencies,
            })
        })
        .collect()
}

/// The paths, relative to [`root`], of all files that are in Git or about to be: everything but what it ignores.
pub(crate) fn files() -> Result<Vec<String>> {
    let shell = shell()?;
    let listed = cmd!(shell, "git ls-files --cached --others --exclude-standard --deduplicate")
        .quiet()
        .read()?;
    // A deleted file stays listed until the deletion is committed.
    Ok(listed
        .lines()
        .filter(|path| root().join(path).is_file())
        .map(str::to_owned)
        .collect())
}

fn metadata() -> Result<Value> {
    let shell = shell()?;
    let json = cmd!(shell, "cargo metadata --no-deps --locked --format-version 1")
        .quiet()
        .read()?;
    Ok(serde_json::from_str(&json)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_program_is_compiled_without_what_takes_minutes() {
        let shell = shell().expect("a shell");
        let tree = cmd!(
            shell,
            "cargo tree --locked --offline --package xtask --edges normal,build --prefix none"
        )
        .quiet()
        .read()
        .expect("the tree of its dependencies");
        assert!(tree.starts_with("xtask ") && tree.contains("\nclap "), "{tree}");
        let heavy = ["keyward", "matrix-sdk", "ruma", "uniffi", "tokio", "axum", "reqwest"];
        let found: Vec<&str> = tree
            .lines()
            .filter(|line| heavy.iter().any(|name| line.starts_with(name)))
            .collect();
        assert!(
            found.is_empty(),
            "it belongs into a crate that is built when it is needed: {found:?}"
        );
    }
}
