// SPDX-License-Identifier: Apache-2.0

//! The flows against a real Synapse, in one program: every further one would link matrix-sdk again.

// That the matrix's tasks are `Send` is shown through the clients' deep futures.
#![recursion_limit = "256"]

mod account;
mod adversity;
mod after_care;
mod attached;
mod attached_matrix;
mod attached_reset;
mod bad_input;
mod browser_reset;
mod common;
mod dialects;
mod disk;
mod doctor;
mod embedded;
mod embedded_matrix;
mod endurance;
mod fault_matrix;
mod hostile;
mod large;
mod lies;
mod live;
mod oauth;
mod old_copies;
mod one_at_a_time;
mod pausing;
mod recovery;
mod recovery_matrix;
mod released_stores;
mod repair_matrix;
mod reset;
mod secrets;
mod sessions;
mod variants;
mod verification;
