// SPDX-License-Identifier: Apache-2.0

//! Sessions (the specification says devices): the list, and signing others out.

mod list;
mod rules;
mod sign_out;

pub use self::{
    list::SessionsError,
    rules::{ClientInformation, Filter, INACTIVE_AFTER_MS, Push, Recommendations, Session, SessionList, Trust},
    sign_out::{SignOut, SignOutError},
};
