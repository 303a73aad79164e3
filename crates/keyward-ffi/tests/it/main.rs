// SPDX-License-Identifier: Apache-2.0

//! What crosses to Kotlin and Swift against a real Synapse, in one program: every further one would link matrix-sdk
//! again.

mod common;
mod doctor;
mod drop;
mod log;
mod pause;
mod recovery;
mod reset;
mod shutdown;
mod verification;
