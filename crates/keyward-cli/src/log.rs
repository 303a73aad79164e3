// SPDX-License-Identifier: Apache-2.0

//! The log: off by default, on standard error if asked for.

use std::io;

use tracing_subscriber::EnvFilter;

/// Names what is logged, in the syntax of `tracing-subscriber`'s filters; goes before `-v`.
pub(crate) const VARIABLE: &str = "KEYWARD_LOG";

/// Whether this run writes a log, which moving progress bars would tear apart.
pub(crate) fn is_on(verbose: u8) -> bool {
    verbose > 0 || wanted().is_some()
}

/// Starts logging as `-v` (given `verbose` times) or [`VARIABLE`] says.
pub(crate) fn start(verbose: u8) {
    let filter = match (wanted(), verbose) {
        (Some(filter), _) => filter,
        (None, 0) => return,
        // matrix-sdk calls every 404 an error, and most of them only mean that something is not set up.
        (None, 1) => "warn,keyward=info,matrix_sdk::http_client=off".to_owned(),
        (None, 2) => "info,keyward=debug,matrix_sdk=debug,matrix_sdk_crypto=debug".to_owned(),
        (None, _) => "trace".to_owned(),
    };
    tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::new(filter))
        .with_writer(io::stderr)
        .with_ansi(console::colors_enabled_stderr())
        .init();
}

fn wanted() -> Option<String> {
    std::env::var(VARIABLE).ok().filter(|filter| !filter.is_empty())
}
