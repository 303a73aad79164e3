// SPDX-License-Identifier: Apache-2.0

//! The program as `cargo xtask` runs it.

use std::{
    io::{BufRead as _, BufReader},
    net::TcpStream,
    path::Path,
    process::{Command, Stdio},
};

#[test]
fn a_server_names_its_addresses_and_ends_with_its_input() {
    let mut server = Command::new(env!("CARGO_BIN_EXE_keyward-testing-tools"))
        .arg("serve")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("a process");
    let mut line = String::new();
    BufReader::new(server.stdout.take().expect("it is piped"))
        .read_line(&mut line)
        .expect("a line");
    let environment: serde_json::Value = serde_json::from_str(&line).expect("JSON");
    let text = |name: &str| environment[name].as_str().expect(name).to_owned();
    for name in ["KEYWARD_TEST_SYNAPSE", "KEYWARD_TEST_SERVICE"] {
        TcpStream::connect(text(name).trim_start_matches("http://")).expect(name);
    }
    let database = text("KEYWARD_TEST_SYNAPSE_DATABASE");
    assert!(Path::new(&database).is_file(), "{database}");

    drop(server.stdin.take());
    assert!(server.wait().expect("it ends").success());
    assert!(!Path::new(&database).exists(), "{database} is left");
}
