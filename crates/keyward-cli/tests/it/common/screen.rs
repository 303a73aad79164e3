// SPDX-License-Identifier: Apache-2.0

//! The program in a terminal of its own, of which the tests see what a person sees.

use std::{
    fs::File,
    io::{Read, Write},
    num::NonZeroU16,
    process::Command,
    sync::mpsc::{self, Receiver, RecvTimeoutError},
    time::Instant,
};

use rexpect::process::{PtyProcess, Signal, WaitStatus};
use rustix::termios::{LocalModes, tcgetattr};

use super::{App, PATIENCE};

const ROWS: NonZeroU16 = NonZeroU16::new(24).unwrap();
const COLUMNS: NonZeroU16 = NonZeroU16::new(80).unwrap();

/// A terminal of 80 by 24.
pub(crate) struct Screen {
    process: PtyProcess,
    keyboard: File,
    output: Receiver<Vec<u8>>,
    parser: vt100::Parser,
    /// The last bytes, for marks that come in two pieces.
    tail: Vec<u8>,
    /// Between the marks around a drawing: part of it is not there yet.
    drawing: bool,
}

impl Screen {
    pub(crate) fn open(app: &App, arguments: &[&str]) -> Self {
        Self::open_with(app, arguments, &[])
    }

    pub(crate) fn open_with(app: &App, arguments: &[&str], environment: &[(&str, &str)]) -> Self {
        let mut command = Command::new("sh");
        app.prepare(&mut command);
        command
            .args([
                "-c",
                "stty rows 24 cols 80 echo; exec \"$0\" \"$@\"",
                env!("CARGO_BIN_EXE_keyward"),
            ])
            .args(arguments)
            .env("TERM", "xterm-256color")
            .env("TZ", "UTC")
            .envs(environment.iter().copied());
        let process = PtyProcess::new(command).unwrap();
        let keyboard = process.get_file_handle().unwrap();
        let mut output = process.get_file_handle().unwrap();
        let (sender, receiver) = mpsc::channel();
        std::thread::spawn(move || {
            let mut buffer = [0; 4096];
            // The end of the program is an error here, not an end of file.
            while let Ok(length @ 1..) = output.read(&mut buffer) {
                if sender.send(buffer[..length].to_vec()).is_err() {
                    return;
                }
            }
        });
        Self {
            process,
            keyboard,
            output: receiver,
            parser: vt100::Parser::new(ROWS, COLUMNS, 1000),
            tail: Vec::new(),
            drawing: false,
        }
    }

    /// What is on the screen.
    pub(crate) fn contents(&self) -> String {
        row_by_row(self.parser.screen())
    }

    pub(crate) fn screen(&self) -> &vt100::Screen {
        self.parser.screen()
    }

    /// Waits until the screen is as it should be; gives what is on it then.
    #[track_caller]
    pub(crate) fn wait(&mut self, what: &str, is_so: impl Fn(&str) -> bool) -> String {
        let end = Instant::now() + PATIENCE;
        loop {
            let contents = self.contents();
            if !self.drawing && is_so(&contents) {
                return contents;
            }
            match self.output.recv_timeout(end.saturating_duration_since(Instant::now())) {
                Ok(bytes) => self.take(&bytes),
                Err(RecvTimeoutError::Timeout) => panic!("{what} does not appear:\n{contents}"),
                Err(RecvTimeoutError::Disconnected) => panic!("the program ended before {what} appeared:\n{contents}"),
            }
        }
    }

    fn take(&mut self, bytes: &[u8]) {
        const BEGIN: &[u8] = b"\x1b[?2026h";
        const END: &[u8] = b"\x1b[?2026l";
        self.parser.process(bytes);
        self.tail.extend_from_slice(bytes);
        for window in self.tail.windows(BEGIN.len()) {
            match window {
                BEGIN => self.drawing = true,
                END => self.drawing = false,
                _ => {}
            }
        }
        self.tail.drain(..self.tail.len().saturating_sub(BEGIN.len() - 1));
    }

    /// Waits until the screen shows this; gives all that it shows then.
    #[track_caller]
    pub(crate) fn see(&mut self, text: &str) -> String {
        self.wait(&format!("{text:?}"), |contents| contents.contains(text))
    }

    /// Waits until the screen does not show this any more.
    #[track_caller]
    pub(crate) fn see_no_more(&mut self, text: &str) -> String {
        self.wait(&format!("a screen without {text:?}"), |contents| {
            !contents.contains(text)
        })
    }

    pub(crate) fn press(&mut self, keys: &str) {
        self.keyboard.write_all(keys.as_bytes()).unwrap();
    }

    /// Whether the terminal hands over lines and shows what is typed, as a shell needs it.
    pub(crate) fn is_as_a_shell_needs_it(&self) -> bool {
        let modes = tcgetattr(&self.keyboard).unwrap().local_modes;
        modes.contains(LocalModes::ICANON | LocalModes::ECHO | LocalModes::ISIG)
    }

    /// Leaves the page.
    #[track_caller]
    pub(crate) fn quit(mut self) {
        self.press("q");
        self.end_with(0);
    }

    pub(crate) fn signal(&mut self, signal: Signal) {
        self.process.signal(signal).unwrap();
    }

    /// Waits for the end, which has this exit code; gives what is on the screen then. The terminal is as it was before.
    #[track_caller]
    pub(crate) fn end_with(mut self, expected: i32) -> String {
        let end = Instant::now() + PATIENCE;
        loop {
            match self.output.recv_timeout(end.saturating_duration_since(Instant::now())) {
                Ok(bytes) => self.take(&bytes),
                Err(RecvTimeoutError::Disconnected) => break,
                Err(RecvTimeoutError::Timeout) => panic!("the program does not end:\n{}", self.contents()),
            }
        }
        let ended = self.process.wait().unwrap();
        let screen = self.parser.screen();
        let contents = row_by_row(screen);
        assert!(
            matches!(ended, WaitStatus::Exited(_, code) if code == expected),
            "{ended:?}:\n{contents}"
        );
        assert!(!screen.alternate_screen(), "the page is still there");
        assert!(!screen.hide_cursor(), "the cursor is hidden");
        assert!(!screen.bracketed_paste(), "pasting is marked");
        assert!(self.is_as_a_shell_needs_it(), "the terminal is in another mode");
        contents
    }
}

/// `vt100`'s own `contents` joins rows that it takes for one long line.
fn row_by_row(screen: &vt100::Screen) -> String {
    let rows: Vec<String> = screen
        .rows(0, COLUMNS.get())
        .map(|row| row.trim_end().to_owned())
        .collect();
    rows.join("\n")
}

/// What a camera that is pointed at the screen reads.
pub(crate) fn photographed(shown: &str) -> Vec<u8> {
    const SCALE: usize = 4;
    // The light margin is drawn.
    let of_code: Vec<&str> = shown.lines().filter(|line| line.starts_with(['█', '▀'])).collect();
    // The last line says how wide it all is.
    let last = of_code.last().unwrap_or_else(|| panic!("there is no code:\n{shown}"));
    let columns = last.chars().take_while(|c| *c == '▀').count();
    assert!(columns > 20, "there is no code:\n{shown}");
    let mut modules = Vec::new();
    for line in of_code {
        let line: Vec<char> = line.chars().chain(std::iter::repeat(' ')).take(columns).collect();
        modules.push(line.iter().map(|c| matches!(c, ' ' | '▄')).collect::<Vec<bool>>());
        modules.push(line.iter().map(|c| matches!(c, ' ' | '▀')).collect());
    }
    modules.truncate(columns);
    let size = columns * SCALE;
    let is_dark = |x: usize, y: usize| modules[y / SCALE][x / SCALE];
    let mut image = rqrr::PreparedImage::prepare_from_greyscale(size, size, |x, y| if is_dark(x, y) { 0 } else { 255 });
    let codes = image.detect_grids();
    assert_eq!(codes.len(), 1, "{shown}");
    let mut bytes = Vec::new();
    codes[0].decode_to(&mut bytes).unwrap();
    bytes
}
