// SPDX-License-Identifier: Apache-2.0

//! Verifying this session.

mod unlock;

pub use unlock::{UnlockError, Unlocked};
