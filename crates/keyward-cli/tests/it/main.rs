// SPDX-License-Identifier: Apache-2.0

//! The terminal app as scripts and people run it, in one program: every further one would link matrix-sdk again.
#![allow(clippy::unwrap_used, reason = "a panic is how a test says what it found")]

mod attach;
mod browser;
mod chromium;
mod common;
mod doctor;
mod flows;
mod kill_matrix;
#[cfg(unix)]
mod language;
mod recovery;
mod repair_kills;
mod sessions;
#[cfg(unix)]
mod sessions_page;
#[cfg(unix)]
mod terminal;
mod usage;
