// SPDX-License-Identifier: Apache-2.0

//! OAuth 2.0 with the server that a homeserver leaves its accounts to: what it offers, and the requests for tokens.
//!
//! The crate `oauth2` makes the requests and reads the replies; they go through this door, with its limits. This module
//! decides what a reply means for the session: only `invalid_grant` ends one.
//!
//! Specification: Client-Server API, "OAuth 2.0 API".

mod client;
mod metadata;
mod tokens;

pub(crate) use self::{
    client::{OAuth, Registered},
    metadata::AuthorizationServer,
    tokens::{DeviceCode, Grant, NoTokens, Tokens},
};
