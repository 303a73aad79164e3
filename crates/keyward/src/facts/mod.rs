// SPDX-License-Identifier: Apache-2.0

//! The state of the account and of this session, read from the server and the store in as few round trips as possible.
//! All callers share it.

mod account;
mod attached;
mod given_key;
mod status;
mod storage;
mod waiting;

pub(crate) use self::account::Extent;
pub(crate) use self::waiting::{Waiting, waiting_flows, waiting_recovery, waiting_reset};
pub use self::{
    account::{BackupFacts, Facts, Lacks, LocalFacts},
    attached::AttachedStatus,
    given_key::{CheckError, Finds, GivenKey, KeyCheck},
    status::{KeyBackupStatus, Status},
    storage::{SecretStorageFacts, SecretStorageStatus},
    waiting::{KeyFlow, PendingFlow, PendingReset},
};
pub use crate::identity::IdentityStatus;
