// SPDX-License-Identifier: Apache-2.0

//! A drawn window as an SVG file, for the README.

use std::fmt::Write;

use ratatui::{
    buffer::{Buffer, Cell},
    style::{Color, Modifier},
};
use unicode_width::UnicodeWidthStr;

/// A character's size, in pixels.
const WIDTH: u16 = 9;
const HEIGHT: u16 = 19;
/// Around the text; the title is above.
const MARGIN: u16 = 14;
const TITLE: u16 = 34;

const BACKGROUND: &str = "#1d2127";
const FOREGROUND: &str = "#d7dce2";

pub(super) fn svg(buffer: &Buffer, title: &str) -> String {
    let (columns, rows) = (buffer.area.width, buffer.area.height);
    let (width, height) = (columns * WIDTH + 2 * MARGIN, rows * HEIGHT + TITLE + MARGIN);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" \
         role=\"img\" aria-label=\"{}\">\n\
         <rect width=\"{width}\" height=\"{height}\" rx=\"9\" fill=\"{BACKGROUND}\"/>\n\
         <g font-family=\"ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace\" font-size=\"15\" \
         fill=\"{FOREGROUND}\" xml:space=\"preserve\">\n\
         <text x=\"{}\" y=\"22\" text-anchor=\"middle\" opacity=\".6\">{}</text>\n",
        escape(title),
        width / 2,
        escape(title)
    );
    for row in 0..rows {
        for (column, cells, text) in runs(buffer, row) {
            draw(&mut svg, &buffer[(column, row)], (column, row), cells, &text);
        }
    }
    svg.push_str("</g>\n</svg>\n");
    svg
}

/// Neighbours that look the same: the first column, how many columns, and the text.
fn runs(buffer: &Buffer, row: u16) -> Vec<(u16, u16, String)> {
    let mut runs: Vec<(u16, u16, String)> = Vec::new();
    let mut column = 0;
    while column < buffer.area.width {
        let cell = &buffer[(column, row)];
        let cells = u16::try_from(cell.symbol().width()).unwrap_or(1).max(1);
        match runs.last_mut() {
            // Wide characters stand alone: fonts do not agree on how wide they are.
            Some((start, length, text))
                if cells == 1
                    && *length == text.width() as u16
                    && is_like(&buffer[(*start, row)], cell)
                    && text.is_ascii()
                    && cell.symbol().is_ascii() =>
            {
                *length += 1;
                text.push_str(cell.symbol());
            }
            _ => runs.push((column, cells, cell.symbol().to_owned())),
        }
        column += cells;
    }
    runs
}

fn is_like(a: &Cell, b: &Cell) -> bool {
    (a.fg, a.bg, a.modifier) == (b.fg, b.bg, b.modifier)
}

fn draw(svg: &mut String, cell: &Cell, (column, row): (u16, u16), cells: u16, text: &str) {
    let reversed = cell.modifier.contains(Modifier::REVERSED);
    let (x, y) = (MARGIN + column * WIDTH, TITLE + row * HEIGHT);
    let length = cells * WIDTH;
    let colour = colour(cell.fg);
    if reversed {
        // Writing to a string does not fail.
        let _ = writeln!(
            svg,
            "<rect x=\"{x}\" y=\"{y}\" width=\"{length}\" height=\"{HEIGHT}\" fill=\"{colour}\"/>"
        );
    }
    if text.trim().is_empty() {
        return;
    }
    let mut style = String::new();
    match (reversed, colour) {
        (true, _) => style.push_str(&format!(" fill=\"{BACKGROUND}\"")),
        (false, FOREGROUND) => {}
        (false, colour) => style.push_str(&format!(" fill=\"{colour}\"")),
    }
    if cell.modifier.contains(Modifier::BOLD) {
        style.push_str(" font-weight=\"bold\"");
    }
    if cell.modifier.contains(Modifier::DIM) {
        style.push_str(" opacity=\".6\"");
    }
    let _ = writeln!(
        svg,
        "<text x=\"{x}\" y=\"{}\" textLength=\"{length}\"{style}>{}</text>",
        y + 14,
        escape(text)
    );
}

/// In the window's colours, which are light on dark.
fn colour(colour: Color) -> &'static str {
    match colour {
        Color::Green => "#8bd49c",
        Color::Red => "#f0868b",
        Color::Yellow => "#e8c66e",
        Color::Cyan => "#7fc8d8",
        _ => FOREGROUND,
    }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
