// SPDX-License-Identifier: Apache-2.0

//! What a reset does to the server and to the store; one file for each job. Every step can be repeated from its
//! beginning.

mod adopt;
mod authorise;
mod back_up;
mod bind;
mod cancel;
mod clean_up;
mod drain;
mod finished_elsewhere;
mod make_way;
mod stage;
mod take_over;
mod version;

use std::time::Duration;

pub(super) use self::{
    authorise::{answer_password, ask_for_authorisation},
    back_up::back_up,
    bind::bind,
    cancel::{cancel, give_way},
    clean_up::clean_up,
    drain::{drain, drain_again, has_grown},
    finished_elsewhere::end_if_finished_elsewhere,
    stage::stage,
    take_over::prepare_hand_over,
};

/// The longest time that the server may ask to wait without the person being told.
const SHORT_WAIT: Duration = Duration::from_secs(2);
