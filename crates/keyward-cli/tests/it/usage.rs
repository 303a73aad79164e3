// SPDX-License-Identifier: Apache-2.0

//! What the program says before it talks to any server: help, wrong usage, missing secrets, an unusable store.

use std::fs;

use crate::common::{self, App};
use tokio::net::TcpSocket;

const COMMANDS: &[&[&str]] = &[
    &[],
    &["login"],
    &["status"],
    &["unlock"],
    &["sessions"],
    &["sessions", "show"],
    &["sessions", "rename"],
    &["sessions", "push"],
    &["sessions", "verify"],
    &["sessions", "acknowledge"],
    &["sessions", "sign-out"],
    &["reset"],
    &["recovery"],
    &["recovery", "new"],
    &["recovery", "check"],
    &["keys"],
    &["keys", "export"],
    &["keys", "import"],
    &["keys", "recover"],
    &["doctor"],
    &["logout"],
    &["attach"],
    &["detach"],
];

#[test]
fn every_command_explains_itself_on_standard_output() {
    let app = App::new();
    for command in COMMANDS {
        let run = app.run(&[command, &["--help"][..]].concat());
        run.expect_exit(0);
        assert!(run.stdout.contains("Usage: keyward"), "{command:?}: {}", run.stdout);
        assert!(run.stdout.contains("--data-dir"), "{command:?}: {}", run.stdout);
        assert_eq!(run.stderr, "", "{command:?}");
        for line in run.stdout.lines() {
            assert!(line.chars().count() <= 100, "{command:?}: {line}");
        }
    }
}

#[test]
fn help_names_every_environment_variable_and_every_exit_code() {
    let help = App::new().run(&["--help"]).stdout;
    for expected in [
        "KEYWARD_DATA_DIR",
        "KEYWARD_PASSWORD",
        "KEYWARD_RECOVERY_KEY",
        "KEYWARD_PASSPHRASE",
        "KEYWARD_NEW_PASSPHRASE",
        "KEYWARD_EXPORT_PASSPHRASE",
        "KEYWARD_OLD_RECOVERY_KEY",
        "KEYWARD_ACCESS_TOKEN",
        "KEYWARD_NO_KEYRING",
        "KEYWARD_PLAIN",
        "KEYWARD_LANGUAGE",
        "KEYWARD_LOG",
        "0 done, 1 failed, 2 wrong usage, 3 authorisation refused, 4 cancelled, 5 findings",
    ] {
        assert!(help.contains(expected), "{expected} is not in\n{help}");
    }
}

#[test]
fn help_never_shows_a_secret_that_is_set() {
    let app = App::new();
    for command in COMMANDS {
        let mut process = app.command(&[command, &["--help"][..]].concat());
        for variable in common::SECRETS {
            process.env(variable, "hunter2-hunter2");
        }
        let run = common::finish(process);
        assert!(!run.stdout.contains("hunter2"), "{command:?}: {}", run.stdout);
    }
}

#[test]
fn no_option_takes_a_secret() {
    let app = App::new();
    for command in COMMANDS {
        for option in [
            "--password",
            "--recovery-key",
            "--new-passphrase",
            "--export-passphrase",
            "--access-token",
        ] {
            let run = app.run(&[command, &[option, "hunter2"][..]].concat());
            run.expect_exit(2);
        }
    }
}

#[test]
fn wrong_usage_is_exit_code_2_in_text_and_in_json() {
    let app = App::new();
    for arguments in [
        &["no-such-command"][..],
        &["--no-such-option"],
        &["sessions", "--filter", "nonsense"],
        &["sessions", "show"],
        &["sessions", "rename", "DEVICE"],
        &["sessions", "push", "DEVICE", "perhaps"],
        &["sessions", "acknowledge"],
        &["sessions", "--watch", "show", "DEVICE"],
        &["sessions", "sign-out"],
        &["sessions", "sign-out", "--others", "--inactive"],
        &["sessions", "sign-out", "DEVICE", "--others"],
        &["reset", "--plan", "--resume"],
        &["reset", "--resume", "--compromised"],
        &["reset", "--compromised", "--keep-old-backup"],
        &["reset", "--force"],
        &["recovery"],
        &["recovery", "new", "--resume", "--cancel"],
        &["recovery", "new", "--resume", "--passphrase"],
        &["recovery", "new", "--cancel", "--passphrase"],
        &["recovery", "check", "EsTj"],
        &["keys", "export"],
        &["keys"],
    ] {
        let run = app.run(arguments);
        run.expect_exit(2);
        assert_eq!(run.stdout, "", "{arguments:?}");
        assert!(run.stderr.contains("--help"), "{arguments:?}: {}", run.stderr);

        let run = app.run(&[&["--json"], arguments].concat());
        run.expect_exit(2);
        assert_eq!(run.stdout, "", "{arguments:?}");
        assert_eq!(run.error()["kind"], "usage", "{arguments:?}");
    }
}

#[test]
fn without_a_terminal_what_is_missing_is_named() {
    let app = App::new();
    for (arguments, named) in [
        (&["login"][..], "--homeserver"),
        (&["login", "--homeserver", "example.org", "--password"], "--user"),
        (&["reset"], "--acknowledge"),
        (&["reset", "--acknowledge", "--passphrase"], "KEYWARD_NEW_PASSPHRASE"),
        (
            &["reset", "--acknowledge", "--export", "keys.txt"],
            "KEYWARD_EXPORT_PASSPHRASE",
        ),
        (&["recovery", "new"], "--acknowledge"),
        (&["recovery", "new", "--passphrase"], "--acknowledge"),
        (
            &["recovery", "new", "--acknowledge", "--passphrase"],
            "KEYWARD_NEW_PASSPHRASE",
        ),
        (&["sessions", "sign-out", "--others"], "--yes"),
        (&["sessions", "verify", "DEVICE"], "no terminal"),
    ] {
        for json in [false, true] {
            let run = app.run(&[if json { &["--json"][..] } else { &[] }, arguments].concat());
            run.expect_exit(2);
            assert!(run.stderr.contains(named), "{arguments:?}: {}", run.stderr);
            assert_eq!(run.stdout, "", "{arguments:?}");
        }
    }
}

#[test]
fn without_a_login_every_command_says_how_to_log_in() {
    let app = App::new();
    for arguments in [
        &["status"][..],
        &["unlock"],
        &["sessions"],
        &["sessions", "--watch"],
        &["sessions", "show", "DEVICE"],
        &["sessions", "rename", "DEVICE", "NAME"],
        &["sessions", "push", "DEVICE", "on"],
        &["sessions", "acknowledge", "DEVICE"],
        &["sessions", "sign-out", "--others", "--yes"],
        &["reset", "--plan"],
        &["reset", "--acknowledge"],
        &["reset", "--resume"],
        &["reset", "--cancel"],
        &["recovery", "new", "--acknowledge"],
        &["recovery", "new", "--resume"],
        &["recovery", "new", "--cancel"],
        &["recovery", "check"],
        &["keys", "export", "keys.txt"],
        &["keys", "import", "keys.txt"],
        &["logout"],
    ] {
        let run = app.run(&[&["--json"], arguments].concat());
        run.expect_exit(1);
        let error = run.error();
        assert_eq!(error["kind"], "store.not_logged_in", "{arguments:?}");
        assert!(
            error["message"].as_str().unwrap().contains("keyward login"),
            "{arguments:?}: {error}"
        );
        assert!(!app.data_dir().exists(), "{arguments:?} made a folder");
    }
}

#[test]
fn a_login_that_finds_no_homeserver_leaves_nothing_behind() {
    let app = App::new();
    // It has the port, and does not listen.
    let nobody = TcpSocket::new_v4().unwrap();
    nobody.bind(([127, 0, 0, 1], 0).into()).unwrap();
    for (homeserver, kind, exit) in [
        (
            format!("http://{}", nobody.local_addr().unwrap()),
            "discovery.unreachable",
            1,
        ),
        ("http://example.org".to_owned(), "discovery.insecure", 2),
        ("two words".to_owned(), "discovery.not_a_server_name", 2),
    ] {
        let run = app.run_with(
            &["--json", "login", "--homeserver", &homeserver, "--user", "alice"],
            &[("KEYWARD_PASSWORD", "secret")],
        );
        run.expect_exit(exit);
        assert_eq!(run.error()["kind"], kind, "{homeserver}");
        assert!(!app.data_dir().exists(), "{homeserver}");
    }
}

#[cfg(unix)]
#[test]
fn a_store_key_that_others_can_read_is_refused_and_left_alone() {
    use std::os::unix::fs::PermissionsExt;
    let app = App::new();
    fs::create_dir(app.data_dir()).unwrap();
    let file = app.data_dir().join("store.key");
    fs::write(&file, [7; 32]).unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).unwrap();
    for arguments in [
        &["status"][..],
        &["logout"],
        &["login", "--homeserver", "http://127.0.0.1:9", "--user", "alice"],
    ] {
        let run = app.run_with(&[&["--json"], arguments].concat(), &[("KEYWARD_PASSWORD", "secret")]);
        run.expect_error(1, "store_key_permissions");
        run.expect_said("chmod 600");
    }
    assert_eq!(fs::read(&file).unwrap(), [7; 32]);
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o644);
}

#[test]
fn a_damaged_store_key_is_refused() {
    let app = App::new();
    fs::create_dir(app.data_dir()).unwrap();
    let file = app.data_dir().join("store.key");
    fs::write(&file, b"not a key").unwrap();
    common::make_private(&file);
    let run = app.run(&["--json", "status"]);
    run.expect_error(1, "store_key_damaged");
}

#[test]
fn an_existing_file_is_not_replaced_without_force() {
    let app = App::new();
    let file = app.path("keys.txt");
    fs::write(&file, "precious").unwrap();
    let run = app.run_with(
        &["--json", "keys", "export", file.to_str().unwrap()],
        &[("KEYWARD_EXPORT_PASSPHRASE", "x")],
    );
    run.expect_exit(2);
    run.expect_said("--force");
    assert_eq!(fs::read_to_string(&file).unwrap(), "precious");
}

#[test]
fn a_file_descriptor_that_gives_no_secret_is_wrong_usage() {
    let app = App::new();
    for (arguments, line, expected) in [
        (&["unlock", "--recovery-key-fd", "5"][..], "", "it is empty"),
        (
            &["unlock", "--recovery-key-fd", "5"],
            "two\nlines",
            "it has several lines",
        ),
        (
            &["unlock", "--recovery-key-fd", "65000"],
            "key",
            "No secret can be read from file descriptor 65000",
        ),
        (
            &["unlock", "--recovery-key-fd", "5", "--passphrase-fd", "5"],
            "key",
            "named for two secrets",
        ),
    ] {
        let run = app.run_with_line(arguments, 5, line);
        run.expect_exit(2);
        assert!(run.stderr.contains(expected), "{arguments:?}: {}", run.stderr);
    }
    let mut process = app.command(&["unlock", "--recovery-key-fd", "0"]);
    process.env("KEYWARD_RECOVERY_KEY", "key");
    let run = common::finish(process);
    run.expect_exit(2);
    assert!(
        run.stderr.contains("is set, and a file descriptor is named"),
        "{}",
        run.stderr
    );
}

#[cfg(target_os = "linux")]
#[test]
fn no_core_is_dumped_with_secrets_in_it() {
    let app = App::new();
    let mut process = app.command(&["unlock", "--recovery-key-fd", "0"]);
    // It waits for the line.
    let mut waiting = process.stdin(std::process::Stdio::piped()).spawn().unwrap();
    let limits = format!("/proc/{}/limits", waiting.id());
    let core = || {
        let limits = fs::read_to_string(&limits).unwrap();
        let line = limits
            .lines()
            .find(|line| line.starts_with("Max core file size"))
            .unwrap();
        line.split_whitespace()
            .skip(4)
            .take(2)
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    let end = std::time::Instant::now() + common::PATIENCE;
    while core() != ["0", "0"] {
        assert!(std::time::Instant::now() < end, "{:?}", core());
        std::thread::yield_now();
    }
    drop(waiting.stdin.take());
    assert_eq!(waiting.wait().unwrap().code(), Some(2));
}
