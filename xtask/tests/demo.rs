// SPDX-License-Identifier: Apache-2.0

//! The tour is the first thing that people see of the project, so it is tested like the rest.

use std::process::{Command, Stdio};

#[test]
fn the_tour_runs_through_without_a_person_and_its_claims_hold() {
    let output = Command::new(env!("CARGO_BIN_EXE_xtask"))
        .args(["demo", "--yes"])
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let (said, complaint) = (
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
    assert!(output.status.success(), "{}\n{said}\n{complaint}", output.status);
    for claim in [
        "the old recovery key opens nothing",
        "the new key opens secret storage",
        "from before the reset can be read",
    ] {
        assert!(said.contains(claim), "the tour did not claim that {claim}:\n{said}");
    }
}
