// SPDX-License-Identifier: Apache-2.0
#![doc = include_str!("../README.md")]

pub mod auth_server;
pub mod browser;
pub mod chromium;
pub mod deployment;
pub mod dialect;
pub mod open_files;
pub mod oracle;
pub mod other_client;
pub mod part;
pub mod person;
pub mod proxy;
pub mod room_key_file;
pub mod server_state;
pub mod store_fault;
pub mod synapse;
pub mod user;
pub mod verifier;

mod http;
mod python;
