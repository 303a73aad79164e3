// SPDX-License-Identifier: Apache-2.0

//! The library's log for the platform's log: a stream of records that is pulled. Only this file uses tracing's
//! subscriber.
//!
//! No secret is ever logged (`SECURITY.md`). Details from the libraries below are still left out, unless `Trace` was
//! asked for.

use std::{
    collections::VecDeque,
    fmt::{self, Write},
    mem,
    sync::{self, Arc, Once, PoisonError, RwLock},
    time::SystemTime,
};

use tokio::sync::{Mutex, Notify};
use tokio_util::sync::CancellationToken;
use tracing::{
    Event, Level, Subscriber,
    field::{Field, Visit},
    level_filters::LevelFilter,
    subscriber::Interest,
};
use tracing_subscriber::{Layer, layer::Context, prelude::*};

/// Records that may wait for a slow reader; beyond that the oldest are dropped, and a record says how many.
const WAITING: usize = 1024;

/// The streams that are open.
static STREAMS: RwLock<Vec<Arc<Queue>>> = RwLock::new(Vec::new());

static INSTALL: Once = Once::new();

/// The most detailed level that an open stream asks for.
fn level() -> LevelFilter {
    let streams = STREAMS.read().unwrap_or_else(PoisonError::into_inner);
    let levels = streams.iter().map(|stream| stream.level.into());
    levels.max().unwrap_or(LevelFilter::OFF)
}

/// Opens and ends streams. The callsites learn the new level at once, so that records nobody asked for cost nothing.
fn change_streams(change: impl FnOnce(&mut Vec<Arc<Queue>>)) {
    change(&mut STREAMS.write().unwrap_or_else(PoisonError::into_inner));
    tracing::callsite::rebuild_interest_cache();
}

/// How important a record is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, uniffi::Enum)]
pub enum LogLevel {
    /// Something is broken.
    Error,
    /// Something went wrong and was dealt with.
    Warn,
    /// What an app does.
    Info,
    /// How it does it.
    Debug,
    /// Everything, also of the libraries below.
    Trace,
}

impl From<LogLevel> for LevelFilter {
    fn from(level: LogLevel) -> Self {
        match level {
            LogLevel::Error => Self::ERROR,
            LogLevel::Warn => Self::WARN,
            LogLevel::Info => Self::INFO,
            LogLevel::Debug => Self::DEBUG,
            LogLevel::Trace => Self::TRACE,
        }
    }
}

impl From<&Level> for LogLevel {
    fn from(level: &Level) -> Self {
        match *level {
            Level::ERROR => Self::Error,
            Level::WARN => Self::Warn,
            Level::INFO => Self::Info,
            Level::DEBUG => Self::Debug,
            Level::TRACE => Self::Trace,
        }
    }
}

/// One line of the log.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct LogRecord {
    /// When.
    pub time: SystemTime,
    /// How important.
    pub level: LogLevel,
    /// Which part of the library: `keyward::reset`, `matrix_sdk_crypto`.
    pub target: String,
    /// What happened, then the details as `name=value`.
    pub text: String,
}

/// The log from now on, down to `level`. Up to `Debug` it has Keyward's own records, and of the libraries below what went
/// wrong; with `Trace` it has all of theirs. Read one stream for as long as the app runs and hand its records to the
/// platform's log.
#[uniffi::export]
pub fn open_log(level: LogLevel) -> Arc<LogStream> {
    INSTALL.call_once(|| {
        // Fails if a Rust program has set a subscriber of its own. The records then go there.
        let _ = tracing_subscriber::registry().with(Records).try_init();
    });
    let queue = Arc::new(Queue {
        level,
        waiting: sync::Mutex::default(),
        news: Notify::new(),
    });
    change_streams(|streams| streams.push(queue.clone()));
    Arc::new(LogStream {
        queue,
        reading: Mutex::default(),
        stopped: CancellationToken::new(),
    })
}

/// Records of the log, as they are made.
#[derive(uniffi::Object)]
pub struct LogStream {
    queue: Arc<Queue>,
    /// One reader at a time: `news` wakes one.
    reading: Mutex<()>,
    stopped: CancellationToken,
}

#[uniffi::export]
impl LogStream {
    /// The next record. Absent after `stop`. Of a reader who is far behind the oldest are dropped, and a record says how
    /// many.
    pub async fn next(&self) -> Option<LogRecord> {
        let _reading = self.reading.lock().await;
        loop {
            if self.stopped.is_cancelled() {
                return None;
            }
            if let Some(record) = self.queue.take() {
                return Some(record);
            }
            tokio::select! {
                () = self.stopped.cancelled() => {}
                () = self.queue.news.notified() => {}
            }
        }
    }

    /// Ends this stream, and the call that waits for it.
    pub fn stop(&self) {
        self.stopped.cancel();
        change_streams(|streams| streams.retain(|stream| !Arc::ptr_eq(stream, &self.queue)));
    }
}

impl Drop for LogStream {
    fn drop(&mut self) {
        self.stop();
    }
}

/// What waits for the reader of one stream.
struct Queue {
    level: LogLevel,
    waiting: sync::Mutex<Waiting>,
    news: Notify,
}

#[derive(Default)]
struct Waiting {
    records: VecDeque<LogRecord>,
    /// How many are missing before them.
    dropped: u64,
}

impl Queue {
    fn shows(&self, level: Level, target: &str) -> bool {
        is_shown(self.level.into(), level.into(), target)
    }

    fn put(&self, record: LogRecord) {
        {
            let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
            if waiting.records.len() == WAITING {
                waiting.records.pop_front();
                waiting.dropped += 1;
            }
            waiting.records.push_back(record);
        }
        self.news.notify_one();
    }

    fn take(&self) -> Option<LogRecord> {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        match mem::take(&mut waiting.dropped) {
            0 => waiting.records.pop_front(),
            count => Some(LogRecord {
                time: SystemTime::now(),
                // A stream of errors has nothing below.
                level: LogLevel::Warn.min(self.level),
                target: module_path!().to_owned(),
                text: format!("{count} records were dropped, because nobody read them in time"),
            }),
        }
    }
}

/// Whether a stream with the level `asked` shows a record of `level` from `target`.
fn is_shown(asked: LevelFilter, level: LevelFilter, target: &str) -> bool {
    let ours = target
        .split("::")
        .next()
        .is_some_and(|name| name.starts_with("keyward"));
    let most = if ours || asked == LevelFilter::TRACE {
        asked
    } else {
        asked.min(LevelFilter::WARN)
    };
    level <= most
}

/// Sends the records to the open streams.
struct Records;

impl<S: Subscriber> Layer<S> for Records {
    fn register_callsite(&self, metadata: &'static tracing::Metadata<'static>) -> Interest {
        // `sometimes`, not `always`: the level may be asked for later.
        if !metadata.is_span() {
            Interest::sometimes()
        } else {
            Interest::never()
        }
    }

    fn enabled(&self, metadata: &tracing::Metadata<'_>, _: Context<'_, S>) -> bool {
        let shown = |stream: &Arc<Queue>| stream.shows(*metadata.level(), metadata.target());
        !metadata.is_span() && STREAMS.read().unwrap_or_else(PoisonError::into_inner).iter().any(shown)
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        Some(level())
    }

    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let (level, target) = (event.metadata().level(), event.metadata().target());
        let mut text = Text::default();
        event.record(&mut text);
        let record = LogRecord {
            time: SystemTime::now(),
            level: level.into(),
            target: target.to_owned(),
            text: format!("{}{}", text.sentence, text.fields),
        };
        let shown = |stream: &&Arc<Queue>| stream.shows(*level, target);
        let streams: Vec<_> = {
            let streams = STREAMS.read().unwrap_or_else(PoisonError::into_inner);
            streams.iter().filter(shown).cloned().collect()
        };
        // The lock is released first: sending wakes a reader, which may stop its stream at once.
        for stream in streams {
            stream.put(record.clone());
        }
    }
}

#[derive(Default)]
struct Text {
    sentence: String,
    fields: String,
}

impl Visit for Text {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        let written = if field.name() == "message" {
            write!(self.sentence, "{value:?}")
        } else {
            write!(self.fields, " {}={value:?}", field.name())
        };
        written.expect("a string takes everything");
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        if field.name() == "message" {
            self.sentence.push_str(value);
        } else {
            self.record_debug(field, &value);
        }
    }
}
