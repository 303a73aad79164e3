// SPDX-License-Identifier: Apache-2.0

//! How the account and this session stand, read once for everybody: from the server and from the store, in as few round
//! trips as possible.

mod next_step;
mod status;
mod waiting;

pub(crate) use self::waiting::Waiting;
pub use self::{
    next_step::NextStep,
    status::{KeyBackupStatus, SecretStorageStatus, Status},
    waiting::PendingReset,
};
pub use crate::identity::IdentityStatus;
