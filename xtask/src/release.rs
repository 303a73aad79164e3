// SPDX-License-Identifier: Apache-2.0

//! `cargo xtask release`: everything that a release publishes, in one folder, checked. Nothing is uploaded: that is a
//! person's, as `RELEASING.md` says. A dry run needs no key and no account, and shows that the next release can be
//! made.

mod inventory;
mod notices;
mod provenance;
mod rules;
mod sbom;
mod signatures;
mod staging;
mod symbols;

use std::{
    fs,
    path::{Path, PathBuf},
    time::Instant,
};

use anyhow::{Result, bail};
use clap::Args;
use xshell::cmd;

use self::signatures::Signer;
use crate::{
    android,
    built::{Built, Server},
    kotlin::{self, Package},
    maven::{VERSION, native, pom::Publisher, repository},
    swift, workspace,
};

/// What a release is told.
#[derive(Args)]
pub(crate) struct Options {
    /// Try the release: with the debug library (as the tests have it), a key that is thrown away, and placeholders
    /// for what is not given; into target/release-dry-run
    #[arg(long)]
    dry_run: bool,
    /// Take the small library of a release in a dry run, too, which takes minutes to compile
    #[arg(long, requires = "dry_run")]
    mobile: bool,
    /// Leave out the programs outside the workspace that use what was made, and with them the homeserver
    #[arg(long, requires = "dry_run")]
    without_consumers: bool,
    /// The page of the project
    #[arg(long, required_unless_present = "dry_run")]
    url: Option<String>,
    /// Where the source code can be read, as an address for Git
    #[arg(long, required_unless_present = "dry_run")]
    repository: Option<String>,
    /// Who answers for it; again for each one
    #[arg(long = "developer", value_name = "NAME", required_unless_present = "dry_run")]
    developers: Vec<String>,
    /// Where the packed framework for Apple's systems will be downloaded from
    #[arg(long, value_name = "URL", required_unless_present = "dry_run")]
    framework_url: Option<String>,
    /// The key that signs, as gpg names it
    #[arg(long, required_unless_present = "dry_run", conflicts_with = "dry_run")]
    key: Option<String>,
}

/// Nobody's host (RFC 2606).
const INVALID: &str = "example.invalid";

/// What a dry run says in the place of what it was not told. `rules` lets no release have it.
const PLACEHOLDER: &str = "https://example.invalid/to-be-given-by-the-release";

impl Options {
    fn publisher(&self) -> Publisher {
        let or_placeholder = |value: &Option<String>| value.clone().unwrap_or_else(|| PLACEHOLDER.to_owned());
        let mut developers = self.developers.clone();
        if developers.is_empty() {
            developers.push(PLACEHOLDER.to_owned());
        }
        Publisher {
            url: or_placeholder(&self.url),
            repository: or_placeholder(&self.repository),
            developers,
        }
    }

    /// What only shows later, in an app or at Central.
    fn refuse_what_is_no_release(&self) -> Result<()> {
        let told = [&self.url, &self.repository, &self.framework_url];
        let told = told.into_iter().flatten().chain(&self.developers);
        if let Some(placeholder) = told.clone().find(|text| text.contains(INVALID)) {
            bail!("{placeholder} is no address of a release");
        }
        let shell = workspace::shell()?;
        let changed = cmd!(shell, "git status --porcelain").quiet().read()?;
        if !changed.is_empty() {
            bail!("a release is made of a commit, and these files differ from it:\n{changed}");
        }
        Ok(())
    }

    fn framework_url(&self) -> String {
        let placeholder = || format!("{PLACEHOLDER}/KeywardFFI.xcframework.zip");
        self.framework_url.clone().unwrap_or_else(placeholder)
    }
}

/// The texts that go with every copy of the native library.
struct Texts {
    notices: String,
    sbom: String,
}

/// Makes and checks everything.
pub(crate) fn run(options: &Options) -> Result<()> {
    let started = Instant::now();
    if !options.dry_run {
        options.refuse_what_is_no_release()?;
    }
    let folder = workspace::target_dir()?.join(if options.dry_run {
        "release-dry-run"
    } else {
        "release-bundle"
    });
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    fs::create_dir_all(&folder)?;

    title("The library and its classes");
    let built = Built::everything()?;
    let built = if options.dry_run && !options.mobile {
        built
    } else {
        built.with_mobile_library()?
    };
    let made = kotlin::for_release(&built)?;
    let package = &made.package;

    title("What is in them, and whose it is");
    let crates = inventory::linked()?;
    let texts = Texts {
        notices: notices::of(&crates, &made.licences)?,
        sbom: sbom::of(&crates, &folder.join("manifests"))?,
    };
    fs::write(folder.join("THIRD-PARTY-NOTICES"), &texts.notices)?;
    notices::copy_of_rust(&folder)?;
    fs::write(folder.join("sbom.cdx.json"), &texts.sbom)?;
    println!("{} crates are linked.", crates.len());
    let symbols = symbols::keep(&built.library(), &package.native, &folder.join("symbols"))?;

    title("The Maven repository");
    let maven = folder.join("maven");
    let has_android = staging::stage(&maven, &made, &texts, &options.publisher())?;
    if !has_android && !options.dry_run {
        bail!("a release has keyward-android, which `cargo xtask android` makes");
    }
    let signer = Signer::new(options.key.as_deref())?;
    let signed = signer.sign(&maven)?;
    repository::write_checksums(&maven)?;
    let findings = rules::check(&maven, signed, rules::Purpose::of(options.dry_run))?;
    if !findings.is_empty() {
        bail!("Central would not take {}:\n{}", maven.display(), findings.join("\n"));
    }
    println!("{}", signer.verdict());

    title("The Swift package");
    let swift = swift::release(&folder.join("swift"), &options.framework_url(), options.dry_run)?;
    fs::write(folder.join("swift/THIRD-PARTY-NOTICES"), &texts.notices)?;

    fs::write(
        folder.join("provenance.json"),
        provenance::of(&folder, &built, &symbols, &made.tools)?,
    )?;
    if !options.without_consumers {
        title("Programs of others");
        kotlin::consume(&maven, &built, &Server::start(&built)?)?;
    }
    summary(&folder, package, &symbols, has_android, &swift)?;
    println!(
        "{} in {:.0} s: {}",
        if options.dry_run { "A dry run" } else { "Made" },
        started.elapsed().as_secs_f64(),
        folder.display()
    );
    Ok(())
}

fn title(part: &str) {
    println!("\n{}", console::style(format!("── {part} ──")).bold());
}

/// What it weighs, and what is not in it.
fn summary(
    folder: &Path,
    package: &Package,
    symbols: &symbols::Kept,
    has_android: bool,
    swift: &swift::Released,
) -> Result<()> {
    title(&format!("Keyward {VERSION}"));
    let size = |file: &PathBuf| fs::metadata(file).map(|data| data.len() as f64 / 1e6);
    println!("{:<34} {:>9.2} MB", "classes", size(&package.classes)?);
    let platform = native::platform()?;
    println!(
        "{:<34} {:>9.2} MB, compressed {:.2} MB ({}, build id {})",
        platform,
        size(&package.native)?,
        size(&staging::native_jar(&folder.join("maven"), &platform))?,
        symbols.profile,
        symbols.build_id.as_deref().unwrap_or("none")
    );
    if has_android {
        for (abi, bytes, packed) in android::sizes(&workspace::target_dir()?)? {
            println!(
                "{abi:<34} {:>9.2} MB, compressed {:.2} MB",
                bytes as f64 / 1e6,
                packed as f64 / 1e6
            );
        }
    } else {
        let missing = android::missing().unwrap_or_else(|| "`cargo xtask android` makes it".to_owned());
        println!("keyward-android: not built here: {missing}");
    }
    println!(
        "keyward-compose: not built here: its sources are those of the desktop's, which a test holds to what Android has as well"
    );
    println!("Swift: {}", swift.verdict);
    Ok(())
}
