// SPDX-License-Identifier: Apache-2.0

//! Which files this process has open, as Linux tells it.

use std::path::Path;

/// The files of a folder that this process has open, by their paths.
///
/// # Panics
///
/// Where there is no `/proc/self/fd`, or no such folder.
pub fn open_files(dir: &Path) -> Vec<String> {
    let descriptors = std::fs::read_dir("/proc/self/fd").expect("this system's files");
    let targets = descriptors.filter_map(|entry| std::fs::read_link(entry.ok()?.path()).ok());
    let dir = dir.canonicalize().expect("a folder");
    targets
        .filter(|target| target.starts_with(&dir))
        .map(|target| target.display().to_string())
        .collect()
}
