// SPDX-License-Identifier: Apache-2.0

//! Giving a session another public name.

use ruma::{OwnedDeviceId, api::client::device::update_device};

use crate::{
    account::Handle,
    error::{Argument, FlowError, Remedy, RequestError, wraps_a_request_error},
};

/// How long a public name may be, in characters. Synapse and Element Web both have this limit.
pub const LONGEST_NAME: usize = 100;

/// Why a session has its old name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RenameError {
    /// The name is too long.
    #[error("A session's name has {most} characters at most.")]
    TooLong {
        /// How many characters there may be.
        most: usize,
    },
    /// The session was signed out meanwhile.
    #[error("That session is gone: it was signed out meanwhile.")]
    NotFound,
    /// The server could not be used.
    #[error(transparent)]
    Request(#[from] RequestError),
}

impl FlowError for RenameError {
    fn advice(&self) -> (&'static str, Remedy) {
        match self {
            Self::TooLong { .. } => ("rename.too_long", Remedy::AskAgain),
            Self::NotFound => ("rename.not_found", Remedy::LookAgain),
            Self::Request(error) => error.advice(),
        }
    }

    fn wrapped(&self) -> Option<&dyn FlowError> {
        match self {
            Self::Request(error) => Some(error),
            _ => None,
        }
    }

    fn arguments(&self) -> Vec<(&'static str, Argument)> {
        match self {
            Self::TooLong { most } => vec![("most", (*most as u64).into())],
            Self::Request(error) => error.arguments(),
            Self::NotFound => Vec::new(),
        }
    }
}

wraps_a_request_error!(RenameError);

impl Handle {
    /// Gives a session, this one or another, a public name. Other people can see it. An empty one takes the name away.
    ///
    /// # Errors
    /// [`RenameError`]
    pub async fn rename_session(&self, device_id: &str, name: &str) -> Result<(), RenameError> {
        if name.chars().count() > LONGEST_NAME {
            return Err(RenameError::TooLong { most: LONGEST_NAME });
        }
        let mut request = update_device::v3::Request::new(OwnedDeviceId::from(device_id));
        request.display_name = Some(name.to_owned());
        match self.send(request).await {
            Ok(_) => Ok(()),
            // Dendrite says so with another code.
            Err(error) if error.is_not_found() => Err(RenameError::NotFound),
            Err(error) => Err(error.into()),
        }
    }
}
