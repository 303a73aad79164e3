// SPDX-License-Identifier: Apache-2.0

//! Sessions (the specification says devices): the list and its rules, renaming, push notifications, signing out, and
//! watching the list for changes.

mod attached;
mod client_info;
mod consequences;
mod kind;
pub(crate) mod ledger;
mod links;
mod list;
mod live;
mod policy;
mod push;
mod rename;
mod rules;
mod sign_out;

pub use self::{
    attached::{AttachedSessionsWatch, Refresh},
    client_info::ClientInformation,
    consequences::SignOutConsequences,
    kind::DeviceKind,
    ledger::{LedgerEntry, LoginAlert, NewLogin, Rename},
    links::{AccountManagement, SignOutLink, SignOutLinks},
    live::{SessionsWatch, Snapshot},
    policy::{Policy, Proposal},
    push::PushError,
    rename::{LONGEST_NAME, RenameError},
    rules::{Filter, LabelSource, Push, RawList, Recommendations, Session, SessionList},
    sign_out::{SignOut, SignOutError},
};
pub use crate::identity::{INACTIVE_AFTER_MS, RawDevice, RawKeys, Trust};
