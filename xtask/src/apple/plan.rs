// SPDX-License-Identifier: Apache-2.0

//! What is done to make the XCFramework, in order, as data: so it can be shown and tested where there is no Xcode.

use std::{
    fmt,
    path::{Path, PathBuf},
};

use super::{hide, sqlite};

/// The Cargo profile: small, because it is part of every app's download.
const PROFILE: &str = "mobile";

/// A static library: an app then has one program and nothing to embed and sign.
pub(super) const LIBRARY: &str = "libkeyward_ffi.a";

/// What a release publishes of it.
pub(super) const ARCHIVE: &str = "KeywardFFI.xcframework.zip";

pub(super) const HEADER: &str = "KeywardFFI.h";

/// What `Package.swift` names as well.
pub(super) const OLDEST_SYSTEMS: [(&str, &str); 2] = [
    ("IPHONEOS_DEPLOYMENT_TARGET", OLDEST_IOS),
    ("MACOSX_DEPLOYMENT_TARGET", OLDEST_MACOS),
];

const OLDEST_IOS: &str = "15.0";
const OLDEST_MACOS: &str = "12.0";

/// One library of the framework, for one system, with all its processors.
pub(super) struct Slice {
    pub(super) name: &'static str,
    pub(super) targets: &'static [&'static str],
    /// As `xcrun` calls its headers and libraries.
    pub(super) sdk: &'static str,
    /// As the linker calls the system.
    pub(super) platform: &'static str,
}

impl Slice {
    /// The oldest version of the system.
    pub(super) fn oldest(&self) -> &'static str {
        if self.platform == "macos" {
            OLDEST_MACOS
        } else {
            OLDEST_IOS
        }
    }
}

/// All that the framework has.
pub(super) const SLICES: [Slice; 3] = [
    Slice {
        name: "ios",
        targets: &["aarch64-apple-ios"],
        sdk: "iphoneos",
        platform: "ios",
    },
    Slice {
        name: "ios-simulator",
        targets: &["aarch64-apple-ios-sim", "x86_64-apple-ios"],
        sdk: "iphonesimulator",
        platform: "ios-simulator",
    },
    Slice {
        name: "macos",
        targets: &["aarch64-apple-darwin", "x86_64-apple-darwin"],
        sdk: "macosx",
        platform: "macos",
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
    /// List the functions of the C header.
    Names { from: PathBuf, to: PathBuf },
    /// Take the object files out of a library that these names need, and list them.
    Objects {
        from: PathBuf,
        names: PathBuf,
        to: PathBuf,
        list: PathBuf,
    },
    /// See that a library has these names and no others.
    Check { library: PathBuf, names: PathBuf },
    /// Make a folder for what comes next.
    Folder { path: PathBuf },
    /// Remove what was made before.
    Remove { path: PathBuf },
    /// Run a program.
    Run {
        purpose: String,
        program: &'static str,
        arguments: Vec<String>,
        /// What it is told in its environment.
        environment: Vec<(&'static str, String)>,
    },
}

impl Step {
    pub(super) fn run(purpose: &str, program: &'static str, arguments: &[&str]) -> Self {
        Self::Run {
            purpose: purpose.to_owned(),
            program,
            arguments: arguments.iter().map(|&argument| argument.to_owned()).collect(),
            environment: Vec::new(),
        }
    }
}

impl Plan {
    /// With Cargo's folder `target` and the folder of the Swift package `package`.
    pub(super) fn new(target: &Path, package: &Path) -> Self {
        let folder = target.join("apple");
        let headers = folder.join("headers");
        let framework = package.join("KeywardFFI.xcframework");
        let archive = folder.join(ARCHIVE);

        let names = folder.join("names.txt");
        let generated = package.join("Sources/KeywardFFI");

        let mut steps = vec![
            Step::Codegen,
            Step::Headers {
                from: generated.clone(),
                to: headers.join("KeywardFFI"),
            },
            Step::Names {
                from: generated.join(HEADER),
                to: names.clone(),
            },
        ];
        for slice in &SLICES {
            for name in slice.targets {
                steps.push(build(name));
                let built = target.join(name).join(PROFILE).join(LIBRARY);
                steps.extend(hide::steps(slice, name, &built, &names, &folder.join(name)));
            }
        }
        steps.push(Step::Remove {
            path: framework.clone(),
        });
        let mut create = vec!["-create-xcframework".to_owned()];
        for slice in &SLICES {
            let built: Vec<String> = slice.targets.iter().map(|name| library(&folder, name)).collect();
            let library = match built.as_slice() {
                [only] => only.clone(),
                several => {
                    let joined = library(&folder, slice.name);
                    steps.push(Step::Folder {
                        path: folder.join(slice.name),
                    });
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
        let create: Vec<&str> = create.iter().map(String::as_str).collect();
        steps.push(Step::run("Make one framework of them", "xcodebuild", &create));
        steps.push(Step::Remove { path: archive.clone() });
        let archive = archive.display().to_string();
        steps.push(Step::run(
            "Pack it for a release",
            "ditto",
            &["-c", "-k", "--keepParent", &framework.display().to_string(), &archive],
        ));
        steps.push(Step::run(
            "Say the checksum that a package which downloads it has to name",
            "swift",
            &["package", "compute-checksum", &archive],
        ));
        Self { steps }
    }
}

fn library(folder: &Path, name: &str) -> String {
    folder.join(name).join(LIBRARY).display().to_string()
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
        environment: vec![(sqlite::VARIABLE, sqlite::flags())],
    }
}

fn join(name: &str, built: &[String], joined: &str) -> Step {
    let mut arguments = vec!["lipo", "-create"];
    arguments.extend(built.iter().map(String::as_str));
    arguments.extend(["-output", joined]);
    Step::run(
        &format!("Join the processors of {name} in one library"),
        "xcrun",
        &arguments,
    )
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Codegen => write!(f, "Generate the bindings"),
            Self::Headers { from, to } => {
                write!(f, "Copy the C header\n  {} → {}", from.display(), to.display())
            }
            Self::Names { from, to } => {
                write!(
                    f,
                    "List the functions of the C header\n  {} → {}",
                    from.display(),
                    to.display()
                )
            }
            Self::Objects { from, to, .. } => {
                write!(
                    f,
                    "Take the object files out of it\n  {} → {}",
                    from.display(),
                    to.display()
                )
            }
            Self::Check { library, names } => write!(
                f,
                "See that it has the functions of the header and no others\n  {}, {}",
                library.display(),
                names.display()
            ),
            Self::Folder { path } => write!(f, "Make a folder\n  {}", path.display()),
            Self::Remove { path } => write!(f, "Remove what was made before\n  {}", path.display()),
            Self::Run {
                purpose,
                program,
                arguments,
                environment,
            } => {
                write!(f, "{purpose}\n  ")?;
                for (name, value) in environment {
                    write!(f, "{name}='{value}' ")?;
                }
                write!(f, "{program} {}", arguments.join(" "))
            }
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
                let built = format!("target/apple/{target}/libkeyward_ffi.a");
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

    /// The steps from this target's build to the next one's.
    fn of(target: &str) -> Vec<Step> {
        let plan = Plan::new(Path::new("target"), Path::new("bindings/swift"));
        let is_build = |step: &Step| matches!(step, Step::Run { program: "cargo", .. });
        let mut steps = plan
            .steps
            .into_iter()
            .skip_while(|step| !shows(step, &format!("--target {target}")));
        let build = steps.next().expect("it is built");
        std::iter::once(build)
            .chain(steps.take_while(|step| !is_build(step)))
            .collect()
    }

    fn shows(step: &Step, text: &str) -> bool {
        step.to_string().ends_with(text)
    }

    #[test]
    fn each_library_shares_only_our_functions_before_the_processors_are_joined() {
        for (target, sdk, architecture, system) in [
            ("aarch64-apple-ios", "iphoneos", "arm64", "ios 15.0 15.0"),
            (
                "aarch64-apple-ios-sim",
                "iphonesimulator",
                "arm64",
                "ios-simulator 15.0 15.0",
            ),
            (
                "x86_64-apple-ios",
                "iphonesimulator",
                "x86_64",
                "ios-simulator 15.0 15.0",
            ),
            ("aarch64-apple-darwin", "macosx", "arm64", "macos 12.0 12.0"),
            ("x86_64-apple-darwin", "macosx", "x86_64", "macos 12.0 12.0"),
        ] {
            let steps = of(target);
            let folder = format!("target/apple/{target}");
            let expected = [
                format!("  target/{target}/mobile/libkeyward_ffi.a → {folder}/objects"),
                format!(
                    "  xcrun --sdk {sdk} ld -r -arch {architecture} -platform_version {system} -S -exported_symbols_list \
                     target/apple/names.txt -filelist {folder}/objects.txt -o {folder}/keyward.o"
                ),
                format!("  xcrun libtool -static -D -o {folder}/libkeyward_ffi.a {folder}/keyward.o"),
                format!("  {folder}/libkeyward_ffi.a, target/apple/names.txt"),
            ];
            for (step, expected) in steps[1..].iter().zip(&expected) {
                assert!(shows(step, expected), "{step}\n{expected}");
            }
            assert!(steps.len() > expected.len(), "{target}");
        }
    }

    #[test]
    fn what_becomes_local_is_decided_by_the_header_that_is_copied() {
        let plan = Plan::new(Path::new("target"), Path::new("bindings/swift"));
        let names = plan.steps.iter().position(|step| matches!(step, Step::Names { .. }));
        let build = plan
            .steps
            .iter()
            .position(|step| matches!(step, Step::Run { program: "cargo", .. }));
        assert!(names.is_some() && names < build);
        assert!(
            shown().contains("  bindings/swift/Sources/KeywardFFI/KeywardFFI.h → target/apple/names.txt\n"),
            "{}",
            shown()
        );
    }

    #[test]
    fn sqlite_does_not_look_for_file_systems_of_others() {
        let plan = Plan::new(Path::new("target"), Path::new("bindings/swift"));
        let mut builds = 0;
        for step in &plan.steps {
            if let Step::Run {
                program, environment, ..
            } = step
            {
                let told: Vec<&str> = environment.iter().map(|(name, _)| *name).collect();
                assert_eq!(
                    told,
                    if *program == "cargo" {
                        vec!["LIBSQLITE3_FLAGS"]
                    } else {
                        vec![]
                    },
                    "{step}"
                );
                builds += told.len();
            }
        }
        assert_eq!(builds, 5);
        let shown = shown();
        assert_eq!(
            shown.matches(" -DSQLITE_ENABLE_LOCKING_STYLE=0' cargo rustc").count(),
            5,
            "{shown}"
        );
    }
}
