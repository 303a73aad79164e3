// SPDX-License-Identifier: Apache-2.0

//! Compresses the catalogues of texts: as they are they would be 0.4 MB of every app's download, and an app reads two of
//! them at most.

use std::{
    env, fs,
    io::Write as _,
    path::{Path, PathBuf},
};

use flate2::{Compression, write::DeflateEncoder};

fn main() -> std::io::Result<()> {
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("Cargo says where it goes"));
    let texts = Path::new("texts");
    println!("cargo::rerun-if-changed={}", texts.display());
    for entry in fs::read_dir(texts)? {
        let source = entry?.path();
        let name = source.file_name().expect("a file has a name").to_string_lossy();
        let file = fs::File::create(out.join(format!("{name}.deflate")))?;
        let mut encoder = DeflateEncoder::new(file, Compression::best());
        encoder.write_all(&fs::read(&source)?)?;
        encoder.finish()?;
    }
    Ok(())
}
