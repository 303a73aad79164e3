// SPDX-License-Identifier: Apache-2.0

//! The library's log, for the platform's: a stream of records, pulled. The only place that touches tracing's subscriber.
//!
//! Nothing secret is ever logged (`SECURITY.md`). What the libraries below say in detail is left out all the same, unless
//! everything was asked for.

use std::{
    fmt::{self, Write},
    sync::{Arc, LazyLock, Once, PoisonError, RwLock},
    time::SystemTime,
};

use tokio::sync::{Mutex, broadcast};
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

static RECORDS: LazyLock<broadcast::Sender<LogRecord>> = LazyLock::new(|| broadcast::channel(WAITING).0);

/// The most detailed level that any stream asked for.
static LEVEL: RwLock<LevelFilter> = RwLock::new(LevelFilter::OFF);

static INSTALL: Once = Once::new();

fn level() -> LevelFilter {
    *LEVEL.read().unwrap_or_else(PoisonError::into_inner)
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
    let stream = LogStream {
        level,
        records: Mutex::new(RECORDS.subscribe()),
        stopped: CancellationToken::new(),
    };
    {
        let mut most = LEVEL.write().unwrap_or_else(PoisonError::into_inner);
        *most = (*most).max(level.into());
    }
    INSTALL.call_once(|| {
        // Fails where a Rust program has a log of its own: then that has the records.
        let _ = tracing_subscriber::registry().with(Records).try_init();
    });
    tracing::callsite::rebuild_interest_cache();
    Arc::new(stream)
}

/// Records of the log, as they are made.
#[derive(uniffi::Object)]
pub struct LogStream {
    level: LogLevel,
    records: Mutex<broadcast::Receiver<LogRecord>>,
    stopped: CancellationToken,
}

#[uniffi::export]
impl LogStream {
    /// The next record. Absent after `stop`. Of a reader who is far behind the oldest are dropped, and a record says how
    /// many.
    pub async fn next(&self) -> Option<LogRecord> {
        let mut records = self.records.lock().await;
        loop {
            let record = tokio::select! {
                biased;
                () = self.stopped.cancelled() => return None,
                record = records.recv() => record,
            };
            match record {
                Ok(record) if is_shown(self.level.into(), record.level.into(), &record.target) => return Some(record),
                Ok(_) => {}
                Err(broadcast::error::RecvError::Lagged(count)) => {
                    return Some(LogRecord {
                        time: SystemTime::now(),
                        level: LogLevel::Warn,
                        target: module_path!().to_owned(),
                        text: format!("{count} records were dropped, because nobody read them in time"),
                    });
                }
                Err(broadcast::error::RecvError::Closed) => return None,
            }
        }
    }

    /// Ends this stream, and the call that waits for it.
    pub fn stop(&self) {
        self.stopped.cancel();
    }
}

/// Whether a stream of `asked` shows a record of `level` from `target`.
fn is_shown(asked: LevelFilter, level: LevelFilter, target: &str) -> bool {
    let ours = target.split("::").next().is_some_and(|name| name.starts_with("keyward"));
    let most = if ours || asked == LevelFilter::TRACE {
        asked
    } else {
        asked.min(LevelFilter::WARN)
    };
    level <= most
}

/// Sends what somebody may read.
struct Records;

impl<S: Subscriber> Layer<S> for Records {
    fn register_callsite(&self, metadata: &'static tracing::Metadata<'static>) -> Interest {
        // `sometimes`, not `always`: the level may be asked for later.
        if metadata.is_event() {
            Interest::sometimes()
        } else {
            Interest::never()
        }
    }

    fn enabled(&self, metadata: &tracing::Metadata<'_>, _: Context<'_, S>) -> bool {
        metadata.is_event() && is_shown(level(), (*metadata.level()).into(), metadata.target())
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        Some(level())
    }

    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let mut text = Text::default();
        event.record(&mut text);
        // Nobody may be reading.
        let _ = RECORDS.send(LogRecord {
            time: SystemTime::now(),
            level: event.metadata().level().into(),
            target: event.metadata().target().to_owned(),
            text: format!("{}{}", text.message, text.fields),
        });
    }
}

#[derive(Default)]
struct Text {
    message: String,
    fields: String,
}

impl Visit for Text {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        let written = if field.name() == "message" {
            write!(self.message, "{value:?}")
        } else {
            write!(self.fields, " {}={value:?}", field.name())
        };
        written.expect("a string takes everything");
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.record_debug(field, &value);
    }
}
