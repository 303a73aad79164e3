// SPDX-License-Identifier: Apache-2.0

//! `cargo xtask swift`: the Swift package (`bindings/swift`), built, tested and packed.

mod api;
mod fakes;
mod guide;
mod package;
mod release;
mod toolchain;

use std::{collections::BTreeMap, fs, path::PathBuf, time::Duration};

use anyhow::{Context, Result, bail, ensure};
use wait_timeout::ChildExt;

use self::toolchain::Toolchain;
pub(crate) use self::{
    fakes::{functions, write_data},
    release::{Released, release},
};
use crate::{
    built::{Built, Server},
    codegen, listing, workspace,
};

/// Far more than a run takes.
const LONGEST: Duration = Duration::from_secs(20 * 60);

/// Names the folder of the library to `Package.swift`.
const LIBRARY_FOLDER_VARIABLE: &str = "KEYWARD_LIBRARY_FOLDER";

/// Makes sure that there is a Swift, which takes minutes where it has to be installed.
pub(crate) fn install() -> Result<()> {
    Toolchain::ready().map(drop)
}

/// Builds the package and runs its tests, or those whose suite or function matches one of `filters`, against a Synapse of
/// its own.
pub(crate) fn run(filters: &[String]) -> Result<()> {
    let built = Built::everything()?;
    test(filters, &built, &Server::start(&built)?)
}

/// As [`run`], against this Synapse. Then, unless there are filters, the tests of the fakes run without the native library, the
/// public API is compared with its dump, the code of the guide is compiled, and a program outside the workspace is built with
/// the packed library.
pub(crate) fn test(filters: &[String], built: &Built, server: &Server) -> Result<()> {
    let package = Package::generate(built)?;
    println!("Swift {}", package.toolchain.version());
    // One runner, Swift Testing's: the package has no XCTests.
    let mut arguments = vec!["test".to_owned(), "--disable-xctest".to_owned()];
    for filter in filters {
        arguments.extend(["--filter".to_owned(), filter.clone()]);
    }
    package
        .swift(&arguments, &server.environment)
        .context("the Swift package does not build or not all its tests passed")?;
    if !filters.is_empty() {
        return Ok(());
    }
    package.prove_fakes()?;
    for (listing, api) in package.apis()? {
        listing.check(&api)?;
    }
    guide::compile(&package.toolchain, &folder(), &package.scratch)?;
    let archive = package::pack(&folder(), &package.library)?;
    package::prove(&archive, &package.toolchain)?;
    println!("A program outside the workspace works with {}.", archive.display());
    Ok(())
}

/// Writes the dump of the public API anew.
pub(crate) fn write_api() -> Result<()> {
    for (listing, api) in Package::generate(&Built::everything()?)?.apis()? {
        listing.write(&api)?;
    }
    Ok(())
}

/// The package of SwiftPM.
fn folder() -> PathBuf {
    workspace::root().join("bindings/swift")
}

/// The package with everything that it is built of.
struct Package {
    toolchain: Toolchain,
    /// Of this machine, with its symbols.
    library: PathBuf,
    /// Where SwiftPM builds.
    scratch: PathBuf,
}

impl Package {
    fn generate(built: &Built) -> Result<Self> {
        codegen::generate(built)?;
        Ok(Self {
            toolchain: Toolchain::ready()?,
            library: built.library(),
            scratch: workspace::target_dir()?.join("swift"),
        })
    }

    /// Runs `swift` in the package's folder.
    fn swift(&self, arguments: &[String], environment: &BTreeMap<String, String>) -> Result<()> {
        let (subcommand, arguments) = arguments.split_first().context("a subcommand of swift")?;
        let mut command = self.toolchain.command(&folder(), "swift");
        command
            .arg(subcommand)
            .arg("--scratch-path")
            .arg(&self.scratch)
            .args(arguments)
            .env(
                LIBRARY_FOLDER_VARIABLE,
                self.library.parent().context("the library lies in a folder")?,
            );
        command.envs(environment);
        if let Some(certificates) = self.certificates()? {
            command.env(CERTIFICATES_VARIABLE, certificates);
        }
        let mut swift = command.spawn().context("cannot run swift")?;
        // Swift Testing has a time limit of its own on newer systems only, and a test that waits for ever says nothing.
        let Some(status) = swift.wait_timeout(LONGEST)? else {
            swift.kill()?;
            bail!(
                "swift {subcommand} was stopped after {} minutes",
                LONGEST.as_secs() / 60
            )
        };
        ensure!(status.success(), "swift {subcommand} failed ({status})");
        Ok(())
    }

    /// Runs the tests of the fakes, and of the models on them, once more without the native library: each of its functions ends
    /// the program. A Mac links it statically, so that nothing can take its place there.
    fn prove_fakes(&self) -> Result<()> {
        if cfg!(target_os = "macos") {
            return Ok(());
        }
        let stub = fakes::stub()?;
        let mut arguments = vec!["test", "--disable-xctest", "--skip-build"];
        for target in WITHOUT_NATIVE {
            arguments.extend(["--filter", target]);
        }
        let arguments: Vec<String> = arguments.into_iter().map(str::to_owned).collect();
        let stub = stub.to_str().context("the path is not UTF-8")?.to_owned();
        let environment = BTreeMap::from(["LD_PRELOAD", STUB_VARIABLE].map(|name| (name.to_owned(), stub.clone())));
        self.swift(&arguments, &environment)
            .context("the fakes, or the models on them, need the native library")
    }

    /// The public API of each module that apps import.
    fn apis(&self) -> Result<Vec<(&'static listing::Listing, String)>> {
        let arguments = [
            "package",
            "dump-symbol-graph",
            "--minimum-access-level",
            "public",
            "--skip-synthesized-members",
        ];
        self.swift(&arguments.map(str::to_owned), &BTreeMap::new())?;
        // In the folder of the machine's triple, of which there is one.
        for entry in fs::read_dir(&self.scratch)? {
            let graphs = entry?.path().join("symbolgraph");
            if graphs.is_dir() {
                let dumps = api::MODULES.iter();
                return dumps
                    .map(|(listing, modules)| Ok((listing, api::dump(&graphs, modules)?)))
                    .collect();
            }
        }
        bail!("swift wrote no symbol graph into {}", self.scratch.display())
    }

    /// A copy of this machine's certificate authorities, without which the library makes no connection, not even a
    /// plain one. A toolchain in a Debian tree of its own sees only the workspace's folders of the machine.
    fn certificates(&self) -> Result<Option<PathBuf>> {
        let named = std::env::var_os(CERTIFICATES_VARIABLE).map(PathBuf::from);
        let of_debian = PathBuf::from("/etc/ssl/certs/ca-certificates.crt");
        let Some(found) = named.into_iter().chain([of_debian]).find(|file| file.is_file()) else {
            return Ok(None);
        };
        fs::create_dir_all(&self.scratch)?;
        let copy = self.scratch.join("certificates.pem");
        fs::copy(found, &copy)?;
        Ok(Some(copy))
    }
}

/// The tests that call nothing native.
const WITHOUT_NATIVE: [&str; 2] = ["KeywardFakesTests", "KeywardModelsTests"];

/// Tells those tests which library has to have taken the place of the native one.
const STUB_VARIABLE: &str = "KEYWARD_STUB";

/// Where OpenSSL, and like it rustls, looks for certificate authorities first.
const CERTIFICATES_VARIABLE: &str = "SSL_CERT_FILE";
