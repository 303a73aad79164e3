// SPDX-License-Identifier: Apache-2.0

//! The account's digital identity and its devices, as the server shows them and as this session knows them: whose
//! identity it is, which devices it has signed, which device is dehydrated, and how this session signs.
//!
//! Specification: Client-Server API, "Cross-signing".

mod adopt;
mod attached;
pub(crate) mod dehydrated;
pub(crate) mod devices;
mod own;
pub(crate) mod query;
mod shown;
mod sign;
pub(crate) mod signed_json;

pub(crate) use self::{
    adopt::AdoptError,
    query::OwnKeys,
    shown::{Shown, ShownDevice, ShowsIdentity, shown_identity},
    sign::SignError,
};
pub use self::{
    devices::{INACTIVE_AFTER_MS, RawDevice, RawKeys, Trust},
    own::IdentityStatus,
    shown::KnowsIdentity,
};
