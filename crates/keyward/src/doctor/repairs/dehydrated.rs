// SPDX-License-Identifier: Apache-2.0

//! Removing a dehydrated device that is not one of this identity (MSC3814).

use ruma::api::client::dehydrated_device::delete_dehydrated_device;

use super::{RepairError, begin};
use crate::{account::Account, doctor::Code};

impl Account {
    /// Removes the dehydrated device, after another look: only if it is not signed by the identity, which is trusted here.
    ///
    /// # Errors
    /// [`RepairError::Changed`] where it is another by now, or none; [`RepairError`]
    #[tracing::instrument(skip_all)]
    pub async fn remove_dehydrated_device(&self) -> Result<(), RepairError> {
        let (_alone, _) = begin(self).await?;
        let (_, report) = self.status_and_report().await?;
        if !report
            .findings
            .iter()
            .any(|finding| finding.code == Code::DehydratedForeign)
        {
            return Err(RepairError::Changed);
        }
        self.send(delete_dehydrated_device::unstable::Request::new()).await?;
        Ok(())
    }
}
