// SPDX-License-Identifier: Apache-2.0

//! `cargo xtask screens`: the sample of the screens in a window, and the pictures of them.

use std::process::Command;

use anyhow::{Context, Result};

use super::{Module, WITHOUT_TESTS, compose, fakes, package, toolchain};
use crate::{
    built::{Built, Server},
    workspace,
};

/// Takes the present pictures of every state as those that the tests compare with.
pub(crate) fn approve_screens() -> Result<()> {
    let toolchain = toolchain::find()?;
    let package = package(&Built::everything()?)?;
    let fakes = fakes::package(&toolchain, &package.classes)?;
    compose::approve(&toolchain, &package.classes, &fakes)
}

/// Starts the sample with a homeserver and an account of its own.
pub(crate) fn show_screens() -> Result<()> {
    let built = Built::everything()?;
    let toolchain = toolchain::find()?;
    let package = package(&built)?;
    let fakes = fakes::package(&toolchain, &package.classes)?;
    let screens = compose::package(&toolchain, &package.classes, &fakes)?;
    let module = Module {
        name: "screens-sample",
        artifact: "screens-sample",
        settings: vec![
            format!("-Dkeyward.jar={}", package.classes.display()),
            format!("-Dkeyward.screens={}", screens.display()),
        ],
        environment: Vec::new(),
    };
    let jar = module.build(&toolchain, &WITHOUT_TESTS, None)?;
    let server = Server::start(&built)?;
    let natives = workspace::target_dir()?.join("bindings/natives");
    let lib = jar.with_file_name("lib");
    let class_path = std::env::join_paths([jar, lib.join("*"), package.classes, screens, natives])?;
    workspace::run(
        Command::new(&toolchain.java)
            .arg("-cp")
            .arg(class_path)
            .arg("org.keyward.sample.MainKt")
            .envs(&server.environment),
    )
    .context("the window has ended with an error; it needs a desktop")
}
