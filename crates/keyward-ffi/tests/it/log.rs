// SPDX-License-Identifier: Apache-2.0

//! The log as streams. One test, in a process of its own, because the log is the process's.

use std::sync::Arc;

use crate::common::is_alone;
use futures_executor::block_on;
use keyward_ffi::{LogLevel, LogRecord, LogStream, open_log};

/// As many as a stream lets wait.
const WAITING: u64 = 1024;

fn next(stream: &LogStream) -> LogRecord {
    block_on(stream.next()).expect("a record")
}

/// Reads up to the record with this text.
fn up_to(stream: &LogStream, last: &str) -> Vec<LogRecord> {
    let mut records = Vec::new();
    loop {
        let record = next(stream);
        let is_last = record.text == last;
        records.push(record);
        if is_last {
            return records;
        }
    }
}

fn texts(records: &[LogRecord]) -> Vec<&str> {
    records.iter().map(|record| record.text.as_str()).collect()
}

/// One record of each level, of ours and of a library below.
fn say() {
    tracing::trace!(target: "keyward::reset", "our trace");
    tracing::debug!(target: "keyward::reset", "our debug");
    tracing::info!(target: "keyward::reset", number = 1, name = "two", "our info");
    tracing::warn!(target: "keyward_ffi::log", "our warning");
    tracing::trace!(target: "matrix_sdk", "their trace");
    tracing::debug!(target: "matrix_sdk", "their debug");
    tracing::info!(target: "matrix_sdk::http", "their info");
    tracing::warn!(target: "keywardly", "almost our name");
    tracing::error!(target: "matrix_sdk_crypto", "their error");
    tracing::error!(target: "keyward", "our error");
}

#[test]
fn each_stream_has_what_it_asked_for() {
    if !is_alone("log::each_stream_has_what_it_asked_for") {
        return;
    }
    // Before there is a stream: nothing is asked for, and what is said is nobody's.
    say();
    assert!(!tracing::enabled!(target: "keyward", tracing::Level::ERROR));

    let streams = [LogLevel::Error, LogLevel::Info, LogLevel::Debug, LogLevel::Trace].map(open_log);
    say();
    let expected: [&[&str]; 4] = [
        &["their error", "our error"],
        &[
            "our info number=1 name=\"two\"",
            "our warning",
            "almost our name",
            "their error",
            "our error",
        ],
        &[
            "our debug",
            "our info number=1 name=\"two\"",
            "our warning",
            "almost our name",
            "their error",
            "our error",
        ],
        &[
            "our trace",
            "our debug",
            "our info number=1 name=\"two\"",
            "our warning",
            "their trace",
            "their debug",
            "their info",
            "almost our name",
            "their error",
            "our error",
        ],
    ];
    for (stream, expected) in streams.iter().zip(expected) {
        let records = up_to(stream, "our error");
        assert_eq!(texts(&records), expected);
    }

    let [errors, info, debug, trace] = streams;
    tracing::info!(target: "keyward::reset", "a target and a level");
    let record = next(&info);
    assert_eq!(
        (record.level, record.target.as_str()),
        (LogLevel::Info, "keyward::reset")
    );

    // What one stream is flooded with takes no room in another, and who is far behind is told.
    tracing::error!(target: "keyward", "before the flood");
    for number in 0..WAITING {
        tracing::trace!(target: "matrix_sdk", number);
    }
    assert_eq!(texts(&up_to(&info, "before the flood")), ["before the flood"]);
    let notice = next(&trace);
    // The two records before the flood.
    assert_eq!(notice.level, LogLevel::Warn);
    assert_eq!(notice.text, "2 records were dropped, because nobody read them in time");
    assert_eq!(next(&trace).text.trim(), "number=0", "the oldest that is left");
    up_to(&trace, &format!(" number={}", WAITING - 1));

    // Also in a stream of errors nothing is below an error.
    for number in 0..WAITING + 5 {
        tracing::error!(target: "keyward", number);
    }
    let notice = next(&errors);
    assert_eq!(notice.level, LogLevel::Error);
    assert!(notice.text.starts_with("6 records were dropped"), "{notice:?}");

    // A stream that was stopped costs nothing more, and the others go on.
    assert!(tracing::enabled!(target: "matrix_sdk", tracing::Level::TRACE));
    trace.stop();
    assert!(block_on(trace.next()).is_none());
    assert!(block_on(trace.next()).is_none());
    assert!(!tracing::enabled!(target: "matrix_sdk", tracing::Level::TRACE));
    assert!(tracing::enabled!(target: "keyward", tracing::Level::DEBUG));
    drop(debug);
    assert!(!tracing::enabled!(target: "keyward", tracing::Level::DEBUG));
    assert!(tracing::enabled!(target: "keyward", tracing::Level::INFO));
    // What was asked for before is asked for again.
    let again = open_log(LogLevel::Trace);
    say();
    assert_eq!(texts(&up_to(&again, "our error")), expected[3]);

    // Who waits is woken by a record, and by the end.
    up_to(&info, "our error");
    let waiting = {
        let info = Arc::clone(&info);
        std::thread::spawn(move || block_on(info.next()).map(|record| record.text))
    };
    tracing::info!(target: "keyward", "what was waited for");
    assert_eq!(
        waiting.join().expect("no panic").as_deref(),
        Some("what was waited for")
    );
    let waiting = {
        let info = Arc::clone(&info);
        std::thread::spawn(move || block_on(info.next()))
    };
    info.stop();
    assert_eq!(waiting.join().expect("no panic"), None);
    errors.stop();
    again.stop();
    assert!(
        !tracing::enabled!(target: "keyward", tracing::Level::ERROR),
        "nobody asks for anything"
    );
}
