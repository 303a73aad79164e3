// SPDX-License-Identifier: Apache-2.0

//! Where the screens of an account begin.

use super::{ActionId, Role, Screen, Texts};

impl Texts {
    /// What there is to look at and to do. The reset is the last of it, and says itself what is smaller
    /// ([`ResetView::Begin`](super::ResetView::Begin)).
    pub fn overview(&self, user_id: &str) -> Screen {
        self.screen(self.say("overview-title"))
            .paragraph(self.name(user_id))
            .action(ActionId::LookAtSessions, Role::Primary)
            .action(ActionId::Examine, Role::Secondary)
            .action(ActionId::StartRecovery, Role::Secondary)
            .action(ActionId::StartReset, Role::Secondary)
            .action(ActionId::Close, Role::Secondary)
            .done()
    }
}
