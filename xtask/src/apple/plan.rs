// SPDX-License-Identifier: Apache-2.0

//! What is done to make the XCFramework, in order, as data: so it can be shown and tested where there is no Xcode.

use std::{
    fmt,
    path::{Path, PathBuf},
};

/// The Cargo profile: small, because it is part of every app's download.
const PROFILE: &str = "mobile";

/// A static library: an app then has one program and nothing to embed and sign.
const LIBRARY: &str = "libkeyward_ffi.a";

/// What a release publishes of it.
pub(super) const ARCHIVE: &str = "KeywardFFI.xcframework.zip";

pub(super) const HEADER: &str = "KeywardFFI.h";

/// What `Package.swift` names as well.
pub(super) const OLDEST_SYSTEMS: [(&str, &str); 2] = [
    ("IPHONEOS_DEPLOYMENT_TARGET", "15.0"),
    ("MACOSX_DEPLOYMENT_TARGET", "12.0"),
];

/// One library of the framework, for one system, with all its processors.
pub(super) struct Slice {
    pub(super) name: &'static str,
    pub(super) targets: &'static [&'static str],
}

/// All that the framework has.
pub(super) const SLICES: [Slice; 3] = [
    Slice {
        name: "ios",
        targets: &["aarch64-apple-ios"],
    },
    Slice {
        name: "ios-simulator",
        targets: &["aarch64-apple-ios-sim", "x86_64-apple-ios"],
    },
    Slice {
        name: "macos",
        targets: &["aarch64-apple-darwin", "x86_64-apple-darwin"],
    },
];

/// The steps in their order.
pub(super) struct Plan {
    pub(super) steps: Vec<Step>,
}

#[derive(Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// Build this machine's library and generate the bindings from it.
    Codegen,
    /// Copy the C header and make a module of it.
    Headers { from: PathBuf, to: PathBuf },
    /// Make a folder for what comes next.
    Folder { path: PathBuf },
    /// Remove what was made before.
    Remove { path: PathBuf },
    /// Run a program.
    Run {
        purpose: String,
        program: &'static str,
        arguments: Vec<String>,
    },
}

impl Plan {
    /// With Cargo's folder `target` and the folder of the Swift package `package`.
    pub(super) fn new(target: &Path, package: &Path) -> Self {
        let folder = target.join("apple");
        let headers = folder.join("headers");
        let framework = package.join("KeywardFFI.xcframework");
        let archive = folder.join(ARCHIVE);

        let mut steps = vec![
            Step::Codegen,
            Step::Headers {
                from: package.join("Sources/KeywardFFI"),
                to: headers.join("KeywardFFI"),
            },
        ];
        steps.extend(
            SLICES
                .iter()
                .flat_map(|slice| slice.targets)
                .map(|target| build(target)),
        );
        steps.push(Step::Remove {
            path: framework.clone(),
        });
        let mut create = vec!["-create-xcframework".to_owned()];
        for slice in &SLICES {
            let built: Vec<String> = slice.targets.iter().map(|name| library(target, name)).collect();
            let library = match built.as_slice() {
                [only] => only.clone(),
                several => {
                    let folder = folder.join(slice.name);
                    let joined = folder.join(LIBRARY).display().to_string();
                    steps.push(Step::Folder { path: folder });
                    steps.push(join(slice.name, several, &joined));
                    joined
                }
            };
            create.extend([
                "-library".to_owned(),
                library,
                "-headers".to_owned(),
                headers.display().to_string(),
            ]);
        }
        create.extend(["-output".to_owned(), framework.display().to_string()]);
        steps.push(Step::Run {
            purpose: "Make one framework of them".to_owned(),
            program: "xcodebuild",
            arguments: create,
        });
        steps.push(Step::Remove { path: archive.clone() });
        let archive = archive.display().to_string();
        steps.push(Step::Run {
            purpose: "Pack it for a release".to_owned(),
            program: "ditto",
            arguments: ["-c", "-k", "--keepParent", &framework.display().to_string(), &archive]
                .map(str::to_owned)
                .to_vec(),
        });
        steps.push(Step::Run {
            purpose: "Say the checksum that a package which downloads it has to name".to_owned(),
            program: "swift",
            arguments: ["package", "compute-checksum", &archive].map(str::to_owned).to_vec(),
        });
        Self { steps }
    }
}

fn library(target: &Path, name: &str) -> String {
    target.join(name).join(PROFILE).join(LIBRARY).display().to_string()
}

fn build(target: &str) -> Step {
    let arguments = [
        "rustc",
        "--locked",
        "--profile",
        PROFILE,
        "--package",
        "keyward-ffi",
        "--lib",
        "--crate-type",
        "staticlib",
        "--target",
        target,
    ];
    Step::Run {
        purpose: format!("Build the library for {target}"),
        program: "cargo",
        arguments: arguments.map(str::to_owned).to_vec(),
    }
}

fn join(name: &str, built: &[String], joined: &str) -> Step {
    let mut arguments = vec!["lipo".to_owned(), "-create".to_owned()];
    arguments.extend(built.iter().cloned());
    arguments.extend(["-output".to_owned(), joined.to_owned()]);
    Step::Run {
        purpose: format!("Join the processors of {name} in one library"),
        program: "xcrun",
        arguments,
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Codegen => write!(f, "Generate the bindings"),
            Self::Headers { from, to } => {
                write!(f, "Copy the C header\n  {} → {}", from.display(), to.display())
            }
            Self::Folder { path } => write!(f, "Make a folder\n  {}", path.display()),
            Self::Remove { path } => write!(f, "Remove what was made before\n  {}", path.display()),
            Self::Run {
                purpose,
                program,
                arguments,
            } => write!(f, "{purpose}\n  {program} {}", arguments.join(" ")),
        }
    }
}

impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.steps
            .iter()
            .enumerate()
            .try_for_each(|(index, step)| writeln!(f, "{}. {step}", index + 1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown() -> String {
        Plan::new(Path::new("target"), Path::new("bindings/swift")).to_string()
    }

    #[test]
    fn every_target_is_built_and_ends_up_in_the_framework() {
        let shown = shown();
        let create = shown
            .lines()
            .find(|line| line.contains("-create-xcframework"))
            .expect("the framework is made");
        assert_eq!(create.matches("-library ").count(), SLICES.len(), "{create}");
        assert_eq!(
            create.matches("-headers target/apple/headers").count(),
            SLICES.len(),
            "{create}"
        );
        for slice in &SLICES {
            for target in slice.targets {
                let built = format!("target/{target}/mobile/libkeyward_ffi.a");
                assert!(
                    shown.contains(&format!("--crate-type staticlib --target {target}\n")),
                    "{shown}"
                );
                let joined = format!("target/apple/{}/libkeyward_ffi.a", slice.name);
                let joins = format!("-output {joined}");
                if slice.targets.len() == 1 {
                    assert!(create.contains(&built), "{create}");
                } else {
                    let line = shown
                        .lines()
                        .find(|line| line.contains(&joins))
                        .expect("they are joined");
                    assert!(line.contains(&built) && create.contains(&joined), "{line}\n{create}");
                }
            }
        }
    }

    #[test]
    fn the_package_finds_the_framework_and_names_the_same_systems() {
        assert!(
            shown().contains("-output bindings/swift/KeywardFFI.xcframework"),
            "{}",
            shown()
        );
        let manifest = std::fs::read_to_string(crate::workspace::root().join("bindings/swift/Package.swift"))
            .expect("Package.swift");
        for part in [".iOS(.v15)", ".macOS(.v12)", "\"KeywardFFI.xcframework\""] {
            assert!(manifest.contains(part), "{part}: {manifest}");
        }
    }

    #[test]
    fn what_was_made_before_is_removed_before_it_is_made_anew() {
        let shown = shown();
        let at = |text: &str| shown.find(text).unwrap_or_else(|| panic!("{text}: {shown}"));
        assert!(at("bindings/swift/KeywardFFI.xcframework\n") < at("-create-xcframework"));
        assert!(at("target/apple/KeywardFFI.xcframework.zip\n") < at("ditto"));
        assert!(shown.ends_with("swift package compute-checksum target/apple/KeywardFFI.xcframework.zip\n"));
    }
}
