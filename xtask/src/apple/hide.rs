// SPDX-License-Identifier: Apache-2.0

//! What is done to a static library so that it shares nothing with other Rust code but the functions of its header.
//!
//! A static library is a heap of object files, and what one of them wants of another is open to the whole program. So the
//! files are made into one, in which all other names become local. The names of Rust's own library, of SQLite and of ring
//! then meet nobody else's: what an app has of them beside ours is neither refused ("duplicate symbol") nor, worse, taken for
//! ours.
//!
//! The price: ring's assembly may not be cut into functions, and what is one file with it neither, so an app's linker takes all
//! of the file. Little of it is for nobody, because the compiler has seen the whole program of the library before.
//!
//! Once `-Z staticlib-rename-internal-symbols` of the compiler is stable, it can take the place of this.

use std::path::Path;

use super::plan::{LIBRARY, Slice, Step};

/// The steps for one target of `slice`. They end with `to`, which has only the names in the file `names`.
pub(super) fn steps(slice: &Slice, target: &str, library: &Path, names: &Path, to: &Path) -> Vec<Step> {
    let (objects, list) = (to.join("objects"), to.join("objects.txt"));
    let (merged, hidden) = (to.join("keyward.o").display().to_string(), to.join(LIBRARY));
    let architecture = if target.starts_with("aarch64-") {
        "arm64"
    } else {
        "x86_64"
    };
    let oldest = slice.oldest();
    let link = [
        "--sdk",
        slice.sdk,
        "ld",
        "-r",
        "-arch",
        architecture,
        // The linker of Xcode 15 and later wants it even here.
        "-platform_version",
        slice.platform,
        oldest,
        oldest,
        // Instead of what debuggers read there would be the paths of this machine. It is kept, beside Cargo's library.
        "-S",
        "-exported_symbols_list",
        &names.display().to_string(),
        "-filelist",
        &list.display().to_string(),
        "-o",
        &merged,
    ];
    // Without dates and people: who builds the same gets the same.
    let pack = ["libtool", "-static", "-D", "-o", &hidden.display().to_string(), &merged];
    vec![
        Step::Objects {
            from: library.to_owned(),
            names: names.to_owned(),
            to: objects,
            list,
        },
        Step::run(
            &format!("Make one object file for {target}, of which only our functions are seen"),
            "xcrun",
            &link,
        ),
        Step::run("Make a library of it", "xcrun", &pack),
        Step::Check {
            library: hidden,
            names: names.to_owned(),
        },
    ]
}
