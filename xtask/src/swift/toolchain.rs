// SPDX-License-Identifier: Apache-2.0

//! The Swift toolchain: the one on `PATH` or, as root on Debian, one that is installed under `target/`.
//!
//! Debian has Swift since trixie. So that older releases can use it and keep their packages, it lives in a Debian tree
//! of its own; the machine gets debootstrap and what that needs. Its commands run in a mount namespace that shows them
//! the workspace at its usual path, and in a process namespace: whatever ends them, no mount and no process is left.

use std::{
    fs,
    fs::File,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Instant,
};

use anyhow::{Context, Result, bail, ensure};
use console::style;
use xshell::{Shell, cmd};

use crate::{apt, workspace};

/// The oldest version that has Swift Testing and language mode 6.
const OLDEST: (u32, u32) = (6, 0);

/// The first Debian release with Swift (6.0.3).
const SUITE: &str = "trixie";

/// What building and testing packages needs. `swiftlang` depends on a C compiler, which does not bring the C headers.
const PACKAGES: &str = "swiftlang,libc6-dev";

/// The file in the tree that is written last. It tells what was installed.
const MARKER: &str = "keyward-installed";

/// `swift` leads into the first of these; the others have what Swift itself runs, and `unshare` and `chroot`.
const TREE_PATH: &str = "/usr/libexec/swift/bin:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin";

/// Runs in namespaces of its own: shows the tree what it needs of the machine, then runs the command in it.
///
/// The shell remains process 1 of the namespace. Process 1 ignores Ctrl-C; its child does not.
const ENTER: &str = r#"
tree=$1 root=$2 target=$3 dir=$4; shift 4
for folder in /tmp "$root" "$target"; do
    mkdir -p "$tree$folder"
    mount --rbind "$folder" "$tree$folder"
done
for file in /etc/hosts /etc/resolv.conf; do
    if [ -e "$file" ]; then
        : >> "$tree$file"
        mount --bind "$file" "$tree$file"
    fi
done
mount --rbind /dev "$tree/dev"
mount -t proc proc "$tree/proc"
chroot "$tree" /bin/sh -c 'cd "$1"; shift; exec "$@"' sh "$dir" "$@"
exit
"#;

/// Runs in namespaces of its own, for what debootstrap mounts. debootstrap does not read apt's proxies and certificate
/// authorities; wget, which it calls, takes them from the environment.
const BOOTSTRAP: &str = r#"
eval "$(apt-config shell http_proxy Acquire::http::Proxy https_proxy Acquire::https::Proxy ca Acquire::https::CaInfo)"
if [ -n "${http_proxy:-}" ]; then export http_proxy; fi
if [ -n "${https_proxy:-}" ]; then export https_proxy; fi
if [ -n "${ca:-}" ]; then
    echo "ca_certificate = $ca" > "$5"
    export WGETRC="$5"
fi
mount -t proc proc /proc
debootstrap --variant=minbase "--include=$1" "$2" "$3" "$4"
exit
"#;

/// A Swift that can be run.
#[derive(Debug)]
pub(crate) struct Toolchain {
    version: String,
    tree: Option<Tree>,
}

/// A Debian tree with Swift in it, and the folders of the machine that its commands see.
#[derive(Debug)]
struct Tree {
    path: PathBuf,
    target: PathBuf,
}

impl Toolchain {
    /// Finds Swift where it is already, and installs nothing.
    pub(crate) fn already() -> Result<Option<Self>> {
        let shell = workspace::shell()?;
        if let Some(version) = on_path(&shell).filter(|version| is_new_enough(version)) {
            return Ok(Some(Self { version, tree: None }));
        }
        let tree = Tree::place()?;
        Ok(tree.installed().map(|version| Self {
            version,
            tree: Some(tree),
        }))
    }

    /// Finds Swift, or installs it under `target/` if this is Debian and we are root.
    pub(crate) fn ready() -> Result<Self> {
        if let Some(found) = Self::already()? {
            return Ok(found);
        }
        let shell = workspace::shell()?;
        let on_path = on_path(&shell);
        let found = on_path.map_or("not on PATH".to_owned(), |version| format!("older on PATH ({version})"));
        ensure!(
            apt::can_install(&shell),
            "Swift {}.{} or newer is needed and {found}: install Xcode (macOS) or the toolchain of swift.org (Linux), \
             or run this as root on Debian, where it installs itself under target/",
            OLDEST.0,
            OLDEST.1,
        );
        let tree = Tree::place()?;
        let version = tree.install(&shell)?;
        Ok(Self {
            version,
            tree: Some(tree),
        })
    }

    /// As Swift says it: `6.0.3`.
    pub(crate) fn version(&self) -> &str {
        &self.version
    }

    /// A command of the toolchain (`swift`, `swiftc`, `docc`, `swift-api-digester` …), to be run in `dir`, which lies
    /// in the workspace, in its target folder or in `/tmp`. It has this process's environment and network. In a tree
    /// it has a home folder of its own, and of the machine's folders only those three and `/dev`.
    pub(crate) fn command(&self, dir: &Path, program: &str) -> Command {
        let mut command = match &self.tree {
            None => {
                let mut command = Command::new(program);
                command.current_dir(dir);
                command
            }
            Some(tree) => tree.command(dir, program),
        };
        // Cargo's own, of no use to Swift; callers set theirs.
        command.env_remove("LD_LIBRARY_PATH");
        command
    }
}

/// The version of the Swift on `PATH`.
fn on_path(shell: &Shell) -> Option<String> {
    let printed = cmd!(shell, "swift --version").quiet().ignore_stderr().read();
    version_in(&printed.ok()?)
}

/// What the marker of a whole tree begins with.
fn wanted() -> String {
    format!("{SUITE}: {PACKAGES}")
}

impl Tree {
    /// Where it is, or will be.
    fn place() -> Result<Self> {
        let target = workspace::target_dir()?;
        Ok(Self {
            path: target.join("tools").join(format!("swift-{SUITE}")),
            target,
        })
    }

    /// Its version of Swift, if it is whole and has what is wanted now.
    fn installed(&self) -> Option<String> {
        let marker = fs::read_to_string(self.path.join(MARKER)).ok()?;
        let (packages, version) = marker.split_once('\n')?;
        (packages == wanted()).then(|| version.to_owned())
    }

    fn command(&self, dir: &Path, program: &str) -> Command {
        let mut command = in_namespaces(ENTER);
        command
            .arg(&self.path)
            .arg(workspace::root())
            .arg(&self.target)
            .arg(dir)
            .arg(program)
            .env("PATH", TREE_PATH)
            .env("HOME", "/root")
            .env("LC_ALL", "C.UTF-8")
            .env_remove("TMPDIR");
        command
    }

    /// Makes sure that the tree is there, and returns its version of Swift.
    ///
    /// It is made beside its place and moved there when it is complete, so that a half one is never taken for whole;
    /// the next call removes it. A lock lets one process install while others wait.
    fn install(&self, shell: &Shell) -> Result<String> {
        let tree = &self.path;
        let parent = tree.parent().context("the tree has no parent folder")?;
        fs::create_dir_all(parent)?;
        let lock = File::create(tree.with_extension("lock"))?;
        lock.lock().context("cannot lock the installation of Swift")?;

        if let Some(version) = self.installed() {
            return Ok(version);
        }

        println!(
            "Installing Swift from Debian {SUITE} into {}, once: one to three minutes, 0.6 GB to download, 2.5 GB on \
             disk …",
            tree.display()
        );
        let start = Instant::now();
        let status = in_namespaces("mount -t proc proc /proc").status();
        ensure!(
            status.is_ok_and(|status| status.success()),
            "Swift runs in a Debian tree of its own, for which unshare and mount must be allowed: a container needs \
             the capability SYS_ADMIN"
        );
        let part = tree.with_extension("part");
        // What was mounted there went with its namespace; never follow what somebody mounted by hand.
        cmd!(shell, "rm -rf --one-file-system {part} {tree}").quiet().run()?;
        progress("debootstrap and Debian's keys, with apt-get");
        let mirror = prepare_apt(shell)?;
        bootstrap(&mirror, &part)?;

        // Of use to apt or to readers only, or a copy of this machine's.
        for folder in [
            "var/cache/apt",
            "var/lib/apt/lists",
            "usr/share/doc",
            "usr/share/locale",
            "usr/share/man",
        ] {
            fs::remove_dir_all(part.join(folder)).with_context(|| format!("cannot remove {folder}"))?;
        }
        for file in ["etc/apt/sources.list", "etc/resolv.conf", "etc/hostname"] {
            let path = part.join(file);
            if path.exists() {
                fs::remove_file(path)?;
            }
        }
        // As every later command runs, which proves that they can.
        let half = Self {
            path: part.clone(),
            target: self.target.clone(),
        };
        let output = half.command(workspace::root(), "swift").arg("--version").output()?;
        let printed = String::from_utf8_lossy(&output.stdout);
        let version = version_in(&printed)
            .filter(|version| is_new_enough(version))
            .with_context(|| {
                let errors = String::from_utf8_lossy(&output.stderr);
                format!("the Swift of Debian {SUITE} is not as expected: {printed}{errors}")
            })?;
        fs::write(part.join(MARKER), format!("{}\n{version}", wanted()))?;
        fs::rename(&part, tree)?;
        progress(&format!(
            "Swift {version} is ready after {} s",
            start.elapsed().as_secs()
        ));
        Ok(version)
    }
}

/// The number in what `swift --version` prints, on Linux and on macOS. (OpenStack has a program of the same name.)
fn version_in(printed: &str) -> Option<String> {
    let (_, rest) = printed.split_once("Swift version ")?;
    rest.split_whitespace().next().map(str::to_owned)
}

fn is_new_enough(version: &str) -> bool {
    let mut numbers = version.split('.').map_while(|part| part.parse::<u32>().ok());
    numbers
        .next()
        .is_some_and(|major| (major, numbers.next().unwrap_or(0)) >= OLDEST)
}

/// A shell with `script` as process 1 of a process namespace and in a mount namespace of its own; the script's
/// arguments are still to be added. It dies with everything that it started when `unshare` is killed.
fn in_namespaces(script: &str) -> Command {
    let mut command = Command::new("unshare");
    command
        .args(["--mount", "--pid", "--fork", "--kill-child"])
        .args(["sh", "-euc", script, "sh"]);
    command
}

fn progress(text: &str) {
    println!("  {} {text}", style("·").dim());
}

/// Installs debootstrap and the newest of Debian's keys (an old release learns of a new one's by update), and asks apt
/// which mirror this machine uses.
fn prepare_apt(shell: &Shell) -> Result<String> {
    apt::install(shell, &["debootstrap", "debian-archive-keyring", "gpgv"])?;
    // apt itself reads its sources, of whatever format, and knows which of them are signed as Debian's.
    let format = "$(ORIGIN)\t$(LABEL)\t$(COMPONENT)\t$(REPO_URI)";
    let targets = cmd!(shell, "apt-get indextargets --format {format} 'Created-By: Packages'")
        .quiet()
        .read()?;
    mirror_in(&targets).context(
        "apt knows no mirror of Debian (http, https or file) on this machine: add one to its sources, or install Swift",
    )
}

/// The first mirror of Debian's main archive among apt's index targets.
fn mirror_in(targets: &str) -> Option<String> {
    targets.lines().find_map(|line| {
        let fields: Vec<&str> = line.split('\t').collect();
        let [origin, label, component, uri] = fields[..] else {
            return None;
        };
        let readable = ["http://", "https://", "file:/"]
            .iter()
            .any(|scheme| uri.starts_with(scheme));
        // debootstrap knows `file` with slashes only.
        let uri = match uri.strip_prefix("file:/") {
            Some(path) => format!("file:///{}", path.trim_start_matches('/')),
            None => uri.to_owned(),
        };
        (origin == "Debian" && label == "Debian" && component == "main" && readable).then_some(uri)
    })
}

/// Makes the tree. debootstrap checks Debian's signature.
fn bootstrap(mirror: &str, part: &Path) -> Result<()> {
    let settings = tempfile::NamedTempFile::new()?;
    let mut child = in_namespaces(BOOTSTRAP)
        .args([PACKAGES, SUITE])
        .arg(part)
        .arg(mirror)
        .arg(settings.path())
        // Cargo's own, not meant for the programs of a distribution.
        .env_remove("LD_LIBRARY_PATH")
        .env("LC_ALL", "C.UTF-8")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .context("cannot run unshare")?;
    let output = child.stdout.take().context("debootstrap has no output")?;
    let mut said = Vec::new();
    let mut phase = None;
    for line in BufReader::new(output).lines() {
        let line = line?;
        let now = phase_of(&line).or(phase);
        if now != phase
            && let Some(text) = now
        {
            progress(text);
        }
        phase = now;
        said.push(line);
    }
    let status = child.wait()?;
    if !status.success() {
        let log = fs::read_to_string(part.join("debootstrap/debootstrap.log")).unwrap_or_default();
        let tail = |lines: Vec<&str>| lines[lines.len().saturating_sub(10)..].join("\n");
        bail!(
            "debootstrap failed ({status}):\n{}\n{}",
            tail(said.iter().map(String::as_str).collect()),
            tail(log.lines().collect())
        );
    }
    Ok(())
}

/// What debootstrap begins with the line that it printed; `None` if it goes on with what it was doing.
fn phase_of(line: &str) -> Option<&'static str> {
    match line.strip_prefix("I: ")? {
        "Checking Release signature" => Some("the signed list of packages"),
        line if line.starts_with("Checking component") => Some("about 150 packages to download"),
        line if line.starts_with("Extracting") => Some("the base system"),
        line if line.starts_with("Unpacking the base") => Some("unpacking Swift, the longest part"),
        line if line.starts_with("Configuring the base") => Some("setting it up"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_is_read_on_linux_and_on_macos() {
        let linux = "Swift version 6.0.3 (swift-6.0.3-RELEASE)\nTarget: x86_64-pc-linux-gnu";
        let mac = "swift-driver version: 1.115 Apple Swift version 6.1.2 (swiftlang-6.1.2.1.2 clang-1700.0.13.5)";
        assert_eq!(version_in(linux).as_deref(), Some("6.0.3"));
        assert_eq!(version_in(mac).as_deref(), Some("6.1.2"));
    }

    #[test]
    fn the_swift_of_openstack_is_not_taken_for_a_compiler() {
        assert_eq!(version_in("python-swiftclient 4.6.0"), None);
    }

    #[test]
    fn a_swift_without_language_mode_6_is_too_old() {
        for (version, expected) in [
            ("5.10.1", false),
            ("6.0", true),
            ("6.0.3", true),
            ("6", true),
            ("10.1", true),
        ] {
            assert_eq!(is_new_enough(version), expected, "{version}");
        }
        assert!(!is_new_enough("unknown"));
    }

    #[test]
    fn the_mirror_is_the_one_that_is_signed_as_debian_s_main_archive() {
        let targets = "Artifactory\tArtifactory\tmain\thttps://packages.test/vendor/\n\
                       Debian\tDebian-Security\tmain\thttp://mirror.test/debian-security/\n\
                       Debian\tDebian\tcontrib\thttp://mirror.test/contrib-only/\n\
                       $(ORIGIN)\t$(LABEL)\tmain\thttp://mirror.test/unsigned/\n\
                       Debian\tDebian\tmain\tmirror+file:/etc/apt/mirrors\n\
                       Debian\tDebian\tmain\thttps://mirror.test/debian/\n\
                       Debian\tDebian\tmain\thttps://other.test/debian/\n";
        assert_eq!(mirror_in(targets).as_deref(), Some("https://mirror.test/debian/"));
    }

    #[test]
    fn a_machine_that_is_not_debian_has_no_mirror_of_it() {
        assert_eq!(mirror_in("Ubuntu\tUbuntu\tmain\thttp://mirror.test/ubuntu/\n"), None);
        assert_eq!(mirror_in(""), None);
    }

    #[test]
    fn a_mirror_in_a_folder_is_named_as_debootstrap_wants_it() {
        for uri in ["file:/srv/debian/", "file:///srv/debian/"] {
            let targets = format!("Debian\tDebian\tmain\t{uri}");
            assert_eq!(mirror_in(&targets).as_deref(), Some("file:///srv/debian/"));
        }
    }
}
