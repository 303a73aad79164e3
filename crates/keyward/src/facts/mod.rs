// SPDX-License-Identifier: Apache-2.0

//! The state of the account and of this session, read from the server and the store in as few round trips as possible.
//! All callers share it.

mod attached;
mod next_step;
mod status;
mod waiting;

pub(crate) use self::waiting::{Waiting, waiting_reset};
pub use self::{
    attached::AttachedStatus,
    next_step::NextStep,
    status::{KeyBackupStatus, SecretStorageStatus, Status},
    waiting::PendingReset,
};
pub use crate::identity::IdentityStatus;
