// SPDX-License-Identifier: Apache-2.0

//! The judges themselves, in one program: every further one would link matrix-sdk again.

mod common;
mod deployment;
mod oracle;
mod other_client;
mod proxy;
mod server_state;
mod synapse;
