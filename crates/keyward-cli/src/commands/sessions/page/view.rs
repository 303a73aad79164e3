// SPDX-License-Identifier: Apache-2.0

//! Draws a [`Page`]. Colour only repeats what the words say, and is left out where it is not wanted.

use keyward::{
    sessions::{DeviceKind, Filter, Push, Session, Trust},
    verification::VerificationState,
};
use ratatui::{
    Frame,
    layout::{Constraint, Layout, Margin, Position, Rect},
    style::{Color, Modifier, Style},
    text::{Line, Span, Text},
    widgets::{Block, Clear, HighlightSpacing, Paragraph, Row, Table, TableState, Wrap},
};
use unicode_width::UnicodeWidthStr;

use super::state::{Dialog, Page, SignOutStage};
use crate::{
    commands::sessions::words::{self, FILTERS},
    language::{name, say, texts},
    terminal::{
        input::Input,
        qr::Code,
        text::{clean, column, fit, pad, wrap},
    },
};

/// Below this nothing useful can be drawn.
const SMALLEST: (u16, u16) = (40, 12);
/// From here on there is room for more columns.
const WIDE: u16 = 110;
/// And below this for fewer.
const NARROW: u16 = 72;
/// And from here on for empty lines.
const ROOMY: u16 = 20;
/// Longer lines are hard to read.
const WIDEST_DIALOG: u16 = 80;
/// So many sessions of a selection are named; the others are counted.
const NAMED: usize = 8;

/// How the page looks, apart from what is on it.
pub(super) struct Look {
    pub(super) colour: bool,
    /// How many of the other sessions are above the window.
    scroll: usize,
}

impl Look {
    pub(super) fn new(colour: bool) -> Self {
        Self { colour, scroll: 0 }
    }

    fn coloured(&self, colour: Color) -> Style {
        if self.colour {
            Style::new().fg(colour)
        } else {
            Style::new()
        }
    }

    fn trust(&self, trust: Trust) -> Style {
        match trust {
            Trust::Verified => self.coloured(Color::Green),
            Trust::Unverified => self.coloured(Color::Red),
            Trust::Unverifiable => Style::new(),
        }
    }

    fn warning(&self) -> Style {
        self.coloured(Color::Yellow).add_modifier(Modifier::BOLD)
    }
}

const BOLD: Style = Style::new().add_modifier(Modifier::BOLD);
const DIM: Style = Style::new().add_modifier(Modifier::DIM);

pub(super) fn draw(frame: &mut Frame<'_>, page: &Page, look: &mut Look) {
    let area = frame.area();
    if area.width < SMALLEST.0 || area.height < SMALLEST.1 {
        let (columns, rows) = SMALLEST;
        let text = say!("page-too-small", columns = u64::from(columns), rows = u64::from(rows));
        frame.render_widget(Paragraph::new(text).wrap(Wrap { trim: true }), area);
        return;
    }
    // A code needs the whole window.
    if let Some(Dialog::Verify {
        code: Some(code),
        other,
        ..
    }) = &page.dialog
    {
        return draw_code(frame, code, other, look);
    }
    let is_roomy = area.height >= ROOMY;
    let mut top = top(page, usize::from(area.width), is_roomy, look);
    if !top.is_empty() && is_roomy {
        top.push(Line::default());
    }
    let filters = tabs(page, usize::from(area.width), is_roomy, look);
    let keys = keys(page, usize::from(area.width));
    let said = notice(page, usize::from(area.width), look);
    let [title, head, current, tabs, others, notice, foot] = Layout::vertical([
        Constraint::Length(1),
        Constraint::Length(u16::try_from(top.len()).unwrap_or(u16::MAX)),
        Constraint::Length(if page.snapshot.is_some() { 2 } else { 0 }),
        Constraint::Length(u16::try_from(filters.len()).unwrap_or(u16::MAX)),
        Constraint::Min(3),
        Constraint::Length(u16::try_from(said.len()).unwrap_or(u16::MAX)),
        Constraint::Length(u16::try_from(keys.len()).unwrap_or(u16::MAX)),
    ])
    .areas(area);
    frame.render_widget(self::title(page, title.width), title);
    frame.render_widget(Text::from(top), head);
    frame.render_widget(Text::from(filters), tabs);
    draw_current(frame, page, current, look);
    draw_others(frame, page, others, look);
    frame.render_widget(Text::from(said), notice);
    frame.render_widget(Text::from(keys).style(DIM), foot);
    if let Some(dialog) = &page.dialog {
        draw_dialog(frame, page, dialog, look);
    }
}

// ---- the list ----

fn title(page: &Page, width: u16) -> Line<'static> {
    let help = say!("page-title-keys");
    let room = usize::from(width).saturating_sub(help.width() + 2);
    let left = fit(&say!("page-title", user = name(&page.user_id)), room);
    let gap = usize::from(width).saturating_sub(left.width() + help.width());
    Line::from(vec![
        Span::styled(left, BOLD),
        Span::raw(" ".repeat(gap)),
        Span::styled(help, DIM),
    ])
}

/// New logins and recommendations, whole if there is room; nothing where there are none.
fn top(page: &Page, width: usize, is_roomy: bool, look: &Look) -> Vec<Line<'static>> {
    let Some(snapshot) = &page.snapshot else {
        return Vec::new();
    };
    let mut lines = Vec::new();
    if let Some(login) = snapshot.new_logins.first() {
        let text = format!("! {}", texts().new_login(login, page.now));
        lines.extend(wrapped(&text, width, look.warning()));
        let answers = match snapshot.new_logins.len() as u64 - 1 {
            0 => say!("page-answer-login"),
            more => say!("page-answer-login-more", more = more),
        };
        lines.push(Line::raw(fit(&format!("  {answers}"), width)));
    }
    if let Some(about) = page.report.as_ref().and_then(words::about_this_session_shortly) {
        lines.extend(wrapped(&about, width, look.coloured(Color::Yellow)));
    }
    let advice = texts().advice(&snapshot.list);
    if !advice.is_empty() {
        lines.push(Line::styled(say!("sessions-recommendations"), BOLD));
        for (advice, filter) in advice {
            let view = match filter {
                Filter::Inactive => say!("page-view-inactive"),
                Filter::Unverified => say!("page-view-unverified"),
                _ => String::new(),
            };
            let room = width.saturating_sub(view.width() + 2);
            let text = match is_roomy {
                true => wrap(&advice, room.saturating_sub(4)),
                false => advice,
            };
            let mut text = text.lines();
            let first = fit(&format!("  {}", text.next().unwrap_or_default()), room);
            let gap = width.saturating_sub(first.width() + view.width());
            // One span: letters that join to one sign are drawn one by one, and a gap of its own would be drawn over
            // the last.
            lines.push(Line::from(vec![
                Span::raw(format!("{first}{}", " ".repeat(gap))),
                Span::styled(view, BOLD),
            ]));
            lines.extend(text.map(|line| Line::raw(fit(&format!("    {line}"), width))));
        }
    }
    lines
}

fn wrapped(text: &str, width: usize, style: Style) -> Vec<Line<'static>> {
    let lines = wrap(text, width);
    lines.lines().map(|line| Line::styled(line.to_owned(), style)).collect()
}

/// The filters. In a second line, too, if there is no room beside each other and some below.
fn tabs(page: &Page, width: usize, is_roomy: bool, look: &Look) -> Vec<Line<'static>> {
    let Some(snapshot) = &page.snapshot else {
        let text = match &page.trouble {
            Some(trouble) => trouble.clone(),
            None => say!("page-asking"),
        };
        return vec![Line::raw(fit(&text, width))];
    };
    let tab = |filter: Filter| {
        let count = snapshot.list.others_shown(filter).count();
        (filter == page.filter, format!("{} {count}", texts().filter(filter)))
    };
    let tabs: Vec<(bool, String)> = FILTERS.into_iter().map(tab).collect();
    let heading = say!("page-others");
    // Brackets or spaces around each, and two spaces between: if there is room.
    let roomy = heading.width() + tabs.iter().map(|(_, tab)| tab.width() + 4).sum::<usize>();
    let (gap, around) = if roomy <= width { ("  ", " ") } else { (" ", "") };
    let indent = " ".repeat(heading.width());
    let mut lines = vec![Line::from(Span::styled(heading, BOLD))];
    let mut used = indent.width();
    for (is_chosen, tab) in tabs {
        let tab = match is_chosen {
            true => Span::styled(
                format!("[{tab}]"),
                look.coloured(Color::Cyan).add_modifier(Modifier::BOLD),
            ),
            false => Span::raw(format!("{around}{tab}{around}")),
        };
        if is_roomy && used + gap.width() + tab.width() > width && used > indent.width() {
            lines.push(Line::raw(indent.clone()));
            used = indent.width();
        }
        used += gap.width() + tab.width();
        let line = lines.last_mut().expect("there is one from the start");
        line.push_span(Span::raw(gap));
        line.push_span(tab);
    }
    lines
}

/// This session, below the names of the columns.
fn draw_current(frame: &mut Frame<'_>, page: &Page, area: Rect, look: &Look) {
    let columns = Columns::new(area.width);
    let header = columns.shown([
        String::new(),
        say!("page-head-session"),
        fit(&say!("page-head-verification"), columns.trust),
        fit(&say!("page-head-activity"), columns.activity),
        say!("page-head-id"),
        say!("page-head-address"),
        say!("page-head-push"),
        say!("page-head-kind"),
    ]);
    let current = page.rows().into_iter().take(1);
    let table = columns.table(current.map(|session| row(page, session, true, &columns, look)));
    let mut state = TableState::default().with_selected((page.row == 0).then_some(0));
    frame.render_stateful_widget(table.header(header.style(DIM)), area, &mut state);
}

fn draw_others(frame: &mut Frame<'_>, page: &Page, area: Rect, look: &mut Look) {
    let columns = Columns::new(area.width);
    let rows = page.rows();
    let others = rows.get(1..).unwrap_or_default();
    if others.is_empty() && page.snapshot.is_some() {
        let text = match page.filter {
            Filter::All => say!("page-no-others"),
            _ => say!("page-no-others-of-filter"),
        };
        frame.render_widget(Paragraph::new(format!("      {text}")), area);
        return;
    }
    // Only what is visible is made, however many there are.
    let (height, here) = (usize::from(area.height), page.row.checked_sub(1));
    let highest = here.map_or(0, |here| (here + 1).saturating_sub(height));
    let lowest = here.unwrap_or(0).min(others.len().saturating_sub(height));
    look.scroll = look.scroll.clamp(highest.min(lowest), lowest);
    let visible = others.iter().skip(look.scroll).take(height);
    let table = columns.table(visible.map(|session| row(page, session, false, &columns, look)));
    let mut state = TableState::default().with_selected(here.map(|here| here - look.scroll));
    frame.render_stateful_widget(table, area, &mut state);
}

/// How wide two columns are in English.
const TRUST: u16 = 20;
const ACTIVITY: u16 = 14;
/// No language makes them wider: what does not fit is cut, and the name keeps some room.
const WIDEST_COLUMN: u16 = 28;

/// How wide the columns are that have words of a language in them: verification, last activity, push, kind.
fn widths_of_words() -> [u16; 4] {
    const DAY: u64 = 86_400_000;
    let trust = [Trust::Verified, Trust::Unverified].map(|trust| trusted(trust, true));
    let ago = [DAY / 24 - 1, DAY - 1, 999 * DAY].map(|past| texts().ago(0, past));
    let push = [Push::On, Push::Off].map(push);
    let kinds = [
        DeviceKind::Desktop,
        DeviceKind::Mobile,
        DeviceKind::Web,
        DeviceKind::Unknown,
    ]
    .map(kind);
    let wide = |head: String, words: &[String], usual: u16| {
        let widest = words.iter().chain([&head]).map(|word| word.width()).max();
        let widest = u16::try_from(widest.unwrap_or_default()).unwrap_or(u16::MAX);
        widest.clamp(usual, WIDEST_COLUMN)
    };
    [
        wide(say!("page-head-verification"), &trust, TRUST),
        wide(say!("page-head-activity"), &ago, ACTIVITY),
        wide(say!("page-head-push"), &push, 4),
        wide(say!("page-head-kind"), &kinds, 7),
    ]
}

fn trusted(trust: Trust, inactive: bool) -> String {
    match inactive {
        true => say!("sessions-trust-inactive", trust = texts().trust(trust)),
        false => texts().trust(trust),
    }
}

fn push(push: Push) -> String {
    match push {
        Push::On => say!("page-push-on"),
        Push::Off => say!("page-push-off"),
        Push::Unsupported => "-".to_owned(),
    }
}

fn kind(kind: DeviceKind) -> String {
    match kind {
        DeviceKind::Desktop => say!("page-kind-desktop"),
        DeviceKind::Mobile => say!("page-kind-mobile"),
        DeviceKind::Web => say!("page-kind-web"),
        DeviceKind::Unknown => say!("page-kind-unknown"),
    }
}

/// Which columns there are, and how wide. Everything but the name has a width of its own.
struct Columns {
    widths: Vec<Constraint>,
    name: usize,
    trust: usize,
    activity: usize,
}

impl Columns {
    fn new(window: u16) -> Self {
        const MARK: u16 = 3;
        let [mut trust, mut activity, push, kind] = widths_of_words();
        if window < NARROW {
            // The name is worth more than the end of a long word.
            (trust, activity) = (trust.min(TRUST), activity.min(ACTIVITY));
        }
        let all = [trust, activity, 10, 16, push, kind];
        let fixed = match window {
            ..NARROW => &all[..2],
            NARROW..WIDE => &all[..3],
            WIDE.. => &all,
        };
        // The cursor's two columns, and one between each two.
        let others: u16 = 2 + MARK + 1 + fixed.iter().map(|width| width + 1).sum::<u16>();
        let mut widths = vec![Constraint::Length(MARK), Constraint::Fill(1)];
        widths.extend(fixed.iter().map(|width| Constraint::Length(*width)));
        Self {
            widths,
            name: usize::from(window.saturating_sub(others)),
            trust: usize::from(trust),
            activity: usize::from(activity),
        }
    }

    /// Those of a row's cells that there is room for.
    fn shown<'a>(&self, cells: [impl Into<Text<'a>>; 8]) -> Row<'a> {
        Row::new(cells.into_iter().take(self.widths.len()).map(Into::into))
    }

    fn table<'a>(&self, rows: impl Iterator<Item = Row<'a>>) -> Table<'a> {
        // Reversed red or green would shout.
        let here = Style::new().fg(Color::Reset).add_modifier(Modifier::REVERSED);
        Table::new(rows, self.widths.clone())
            .column_spacing(1)
            .highlight_symbol("> ")
            .highlight_spacing(HighlightSpacing::Always)
            .row_highlight_style(here)
    }
}

fn row(page: &Page, session: &Session, is_current: bool, columns: &Columns, look: &Look) -> Row<'static> {
    let mark = match (is_current, page.selected.contains(&session.device_id)) {
        (true, _) => "   ",
        (false, true) => "[x]",
        (false, false) => "[ ]",
    };
    let label = words::label(session);
    let label = match is_current {
        true => {
            let this_one = say!("page-this-one");
            let room = columns.name.saturating_sub(this_one.width() + 1);
            format!("{} {this_one}", fit(&label, room))
        }
        false => fit(&label, columns.name),
    };
    let ip = session
        .last_seen_ip
        .as_deref()
        .map_or_else(|| say!("page-unknown"), clean);
    columns.shown([
        Text::raw(mark),
        Text::styled(label, if is_current { BOLD } else { Style::new() }),
        Text::styled(
            fit(&trusted(session.trust, session.inactive), columns.trust),
            look.trust(session.trust),
        ),
        Text::raw(fit(&words::seen(session, page.now), columns.activity)),
        Text::raw(fit(&clean(&session.device_id), 10)),
        Text::raw(fit(&ip, 16)),
        Text::raw(push(session.push)),
        Text::raw(kind(session.kind)),
    ])
}

/// What the person has to know now, or how many sessions are selected. One line at least.
fn notice(page: &Page, width: usize, look: &Look) -> Vec<Line<'static>> {
    const MOST: usize = 3;
    let (text, style) = if let Some(other) = page.asked.as_ref().filter(|_| page.dialog.is_some()) {
        (say!("page-asks-to-verify", other = other.as_str()), look.warning())
    } else if let Some(notice) = &page.notice {
        (notice.clone(), BOLD)
    } else if let (Some(trouble), Some(_)) = (&page.trouble, &page.snapshot) {
        (say!("not-up-to-date", trouble = trouble.as_str()), look.warning())
    } else {
        match page.selected.len() {
            0 => return vec![Line::default()],
            selected => (say!("page-selected", count = selected as u64), BOLD),
        }
    };
    let text = wrap(&text, width);
    let lines: Vec<&str> = text.lines().collect();
    let (shown, rest) = lines.split_at(lines.len().min(MOST - 1));
    let last = (!rest.is_empty()).then(|| rest.join(" "));
    let lines = shown.iter().map(|line| (*line).to_owned()).chain(last);
    lines.map(|line| Line::styled(fit(&line, width), style)).collect()
}

fn keys(page: &Page, width: usize) -> Vec<Line<'static>> {
    const VERIFY: &str = "page-keys-verify";
    const KEYS: [&str; 9] = [
        "page-keys-move",
        "page-keys-select",
        "page-keys-all",
        "page-keys-filter",
        "page-keys-details",
        "page-keys-rename",
        "page-keys-push",
        "page-keys-sign-out",
        VERIFY,
    ];
    let mut lines = vec![String::new()];
    if page.snapshot.is_some() {
        for key in KEYS.into_iter().filter(|key| !page.attached || *key != VERIFY) {
            let key = say!(key);
            let last = lines.last_mut().expect("there is one from the start");
            if last.is_empty() {
                last.push_str(&key);
            } else if last.width() + 2 + key.width() <= width {
                last.push_str("  ");
                last.push_str(&key);
            } else {
                lines.push(key);
            }
        }
    }
    lines.into_iter().map(Line::raw).collect()
}

// ---- what lies over it ----

/// A dialog's text, and where the person types.
struct Content {
    title: String,
    text: Text<'static>,
    scroll: usize,
    /// The line with the input, the columns before it, and the input.
    input: Option<(usize, String)>,
}

impl Content {
    fn new(title: String) -> Self {
        Self {
            title,
            text: Text::default(),
            scroll: 0,
            input: None,
        }
    }

    fn say(&mut self, text: &str, style: Style, width: usize) {
        for line in wrapped(text, width, style) {
            self.text.push_line(line);
        }
    }

    /// It is one word, which is broken hard rather than cut, so that it can be read. Nothing in it can steer a terminal: the
    /// core gives addresses out in ASCII, with everything else encoded.
    fn address(&mut self, address: &str, width: usize) {
        for line in textwrap::wrap(address, textwrap::Options::new(width).break_words(true)) {
            self.text.push_line(Line::raw(line.into_owned()));
        }
    }

    fn gap(&mut self) {
        self.text.push_line(Line::default());
    }

    /// A line to type into, with the part around the cursor where it is too long.
    fn ask(&mut self, prompt: &str, input: &Input, masked: bool, width: usize) {
        let text: String = match masked {
            true => "*".repeat(input.text().chars().count()),
            false => input.text().to_owned(),
        };
        let room = width.saturating_sub(prompt.width() + 2);
        let before: String = text.chars().take(input.cursor()).collect();
        let mut start = 0;
        while before[start..].width() > room {
            start += before[start..].chars().next().map_or(1, char::len_utf8);
        }
        let line = format!("{prompt} {}", &before[start..]);
        self.input = Some((self.text.lines.len(), line.clone()));
        let after: String = text.chars().skip(input.cursor()).collect();
        self.text.push_line(Line::raw(fit(&format!("{line}{after}"), width)));
    }
}

fn draw_dialog(frame: &mut Frame<'_>, page: &Page, dialog: &Dialog, look: &Look) {
    let window = frame.area();
    // Scraps of the list beside it would only distract.
    let outer = match window.width {
        ..WIDE => window.width,
        WIDE.. => WIDEST_DIALOG,
    };
    let width = usize::from(outer.saturating_sub(4));
    let content = match dialog {
        Dialog::Help => help(page, width),
        Dialog::Details {
            device_id,
            entry,
            scroll,
        } => details(page, device_id, entry.as_ref(), *scroll, width),
        Dialog::Rename {
            session,
            input,
            complaint,
            busy,
        } => {
            let mut content = Content::new(say!("page-rename-title"));
            content.say(
                &format!("{} ({})", words::label(session), clean(&session.device_id)),
                BOLD,
                width,
            );
            content.say(&say!("page-rename-public"), Style::new(), width);
            content.gap();
            content.ask(&say!("page-rename-new"), input, false, width);
            content.gap();
            said(&mut content, complaint.as_deref(), look, width);
            let foot = match busy {
                true => say!("page-rename-working"),
                false => say!("page-rename-keys"),
            };
            content.say(&foot, DIM, width);
            content
        }
        Dialog::SignOut { device_ids, stage } => sign_out(page, device_ids, stage, look, width),
        Dialog::Verify {
            other,
            state,
            complaint,
            busy,
            ..
        } => verify(other, state, complaint.as_deref(), *busy, look, width),
    };
    let height = u16::try_from(content.text.lines.len() + 2)
        .unwrap_or(u16::MAX)
        .min(window.height);
    let area = Rect {
        x: window.x + (window.width - outer) / 2,
        y: window.y + (window.height - height) / 2,
        width: outer,
        height,
    };
    let block = Block::bordered().title(Span::styled(format!(" {} ", content.title), BOLD));
    let inside = area.inner(Margin::new(2, 1));
    let most = content.text.lines.len().saturating_sub(usize::from(inside.height));
    let scroll = u16::try_from(content.scroll.min(most)).unwrap_or(u16::MAX);
    frame.render_widget(Clear, area);
    frame.render_widget(block, area);
    frame.render_widget(Paragraph::new(content.text).scroll((scroll, 0)), inside);
    if let Some((line, before)) = content.input {
        let column = u16::try_from(before.width()).unwrap_or(u16::MAX);
        let line = u16::try_from(line).unwrap_or(u16::MAX);
        frame.set_cursor_position(Position::new(inside.x + column, inside.y + line));
    }
}

fn said(content: &mut Content, complaint: Option<&str>, look: &Look, width: usize) {
    if let Some(complaint) = complaint {
        content.say(complaint, look.warning(), width);
        content.gap();
    }
}

fn help(page: &Page, width: usize) -> Content {
    let mut content = Content::new(say!("page-help-title"));
    let verify = match page.attached {
        true => "page-help-verify-there",
        false => "page-help-verify",
    };
    let select = say!("page-help-keys-select");
    let rows = [
        ("↑ ↓ j k", "page-help-move"),
        ("Tab ← →", "page-help-filter"),
        ("u  i", "page-help-view"),
        (select.as_str(), "page-help-select"),
        ("Enter", "page-help-details"),
        ("r", "page-help-rename"),
        ("p", "page-help-push"),
        ("v", verify),
        ("s", "page-help-sign-out"),
        ("y  n", "page-help-new-login"),
        ("g", "page-help-refresh"),
        ("q  Esc", "page-help-leave"),
    ];
    let keys = column(rows.iter().map(|(key, _)| *key), 10);
    for (key, does) in rows {
        let text = format!("{}{}", pad(key, keys), say!(does));
        content.text.push_line(Line::raw(fit(&text, width)));
    }
    content.gap();
    content.say(&say!("page-help-plain"), Style::new(), width);
    content.say(&say!("page-any-key"), DIM, width);
    content
}

fn details(
    page: &Page,
    device_id: &str,
    entry: Option<&keyward::sessions::LedgerEntry>,
    scroll: usize,
    width: usize,
) -> Content {
    let mut content = Content::new(say!("page-details-title"));
    content.scroll = scroll;
    if let (Some(session), Some(snapshot)) = (page.session(device_id), &page.snapshot) {
        let is_current = snapshot.list.current.device_id == device_id;
        let rows = words::details(session, is_current, entry, page.now);
        let names = words::names_width(&rows);
        for (name, value) in rows {
            let value = wrap(&value, width.saturating_sub(names));
            for (index, line) in value.lines().enumerate() {
                let name = if index == 0 { name.as_str() } else { "" };
                content.text.push_line(Line::from(vec![
                    Span::styled(pad(name, names), BOLD),
                    Span::raw(line.to_owned()),
                ]));
            }
        }
    }
    content.gap();
    let keys = match page.attached {
        true => say!("page-details-keys-attached"),
        false => say!("page-details-keys"),
    };
    content.say(&keys, DIM, width);
    content
}

fn sign_out(page: &Page, device_ids: &[String], stage: &SignOutStage, look: &Look, width: usize) -> Content {
    let mut content = Content::new(say!("page-sign-out-title"));
    if let SignOutStage::Links(links) = stage {
        let (done, total) = links.progress();
        content.say(&say!("page-sign-out-on-page"), Style::new(), width);
        content.gap();
        if let Some(link) = links.next() {
            content.say(&page.name_of(&link.device_id), BOLD, width);
            content.address(&link.url, width);
            content.gap();
        }
        let progress = say!("page-sign-out-progress", done = done as u64, total = total as u64);
        content.say(&progress, Style::new(), width);
        content.say(&say!("page-sign-out-page-keys"), DIM, width);
        return content;
    }
    for device_id in device_ids.iter().take(NAMED) {
        let line = match page.session(device_id) {
            Some(session) => words::summary_within(session, page.now, width),
            None => say!("page-sign-out-gone", name = page.name_of(device_id)),
        };
        content.text.push_line(Line::raw(fit(&line, width)));
    }
    if device_ids.len() > NAMED {
        let more = say!("page-sign-out-more", count = (device_ids.len() - NAMED) as u64);
        content.say(&more, Style::new(), width);
    }
    content.gap();
    match stage {
        SignOutStage::Weighing => content.say(&say!("page-sign-out-weighing"), DIM, width),
        SignOutStage::Consequences(consequences) => {
            for point in texts().sign_out_consequences(consequences, device_ids.len() as u64) {
                content.say(&format!("! {point}"), look.warning(), width);
            }
            if consequences.current {
                content.say(&words::to_sign_this_one_out(page.attached), BOLD, width);
                content.say(&say!("page-sign-out-back"), DIM, width);
            } else {
                let question = say!("page-sign-out-question", count = device_ids.len() as u64);
                content.say(&question, BOLD, width);
                content.say(&say!("page-sign-out-keys"), DIM, width);
            }
        }
        SignOutStage::Asking => content.say(&say!("page-asking"), DIM, width),
        SignOutStage::Password { input, complaint, busy } => {
            content.ask(&say!("ask-password"), input, true, width);
            content.gap();
            said(&mut content, complaint.as_deref(), look, width);
            let foot = match busy {
                true => say!("page-sign-out-working"),
                false => say!("page-sign-out-password-keys"),
            };
            content.say(&foot, DIM, width);
        }
        SignOutStage::Browser {
            page: address,
            other_account,
        } => {
            let what = match other_account {
                false => say!("page-sign-out-browser"),
                true => say!("page-sign-out-other-account"),
            };
            content.say(&what, Style::new(), width);
            content.gap();
            content.address(address, width);
            content.gap();
            content.say(&say!("page-sign-out-browser-keys"), DIM, width);
        }
        SignOutStage::Links(_) => {}
    }
    content
}

fn verify(
    other: &str,
    state: &VerificationState,
    complaint: Option<&str>,
    busy: bool,
    look: &Look,
    width: usize,
) -> Content {
    use VerificationState as State;
    let mut content = Content::new(say!("page-verify-title"));
    let style = match state {
        State::Done => look.coloured(Color::Green).add_modifier(Modifier::BOLD),
        State::Cancelled { .. } => look.warning(),
        _ => BOLD,
    };
    content.say(&words::verification(state, other), style, width);
    content.gap();
    match state {
        State::Emoji { emoji, .. } => {
            for line in words::emoji(emoji) {
                content.text.push_line(Line::raw(line));
            }
            content.gap();
        }
        State::Decimals { decimals } => {
            content.say(&format!("  {}", words::decimals(decimals)), BOLD, width);
            content.gap();
        }
        _ => {}
    }
    said(&mut content, complaint, look, width);
    let keys = match state {
        _ if busy => "page-verify-moment",
        State::Waiting | State::Confirmed => "page-verify-cancel",
        State::Requested => "page-verify-accept",
        State::Ready {
            emoji: true,
            show_qr: true,
            ..
        } => "page-verify-emoji-or-code",
        State::Ready { emoji: true, .. } => "page-verify-emoji",
        State::Ready { show_qr: true, .. } => "page-verify-code",
        State::Ready { .. } => "page-verify-cancel",
        State::Emoji { .. } | State::Decimals { .. } => "page-verify-match",
        State::Scanned => "page-verify-scanned",
        State::Done | State::Cancelled { .. } => "page-any-key",
    };
    content.say(&say!(keys), DIM, width);
    content
}

/// The code in the whole window, with the words beside it or below.
fn draw_code(frame: &mut Frame<'_>, code: &Code, other: &str, look: &Look) {
    let area = frame.area();
    let Some(lines) = code.lines(usize::from(area.width), usize::from(area.height)) else {
        let text = say!("page-code-too-small");
        frame.render_widget(Clear, area);
        frame.render_widget(Paragraph::new(text).wrap(Wrap { trim: true }), area);
        return;
    };
    let columns = lines[0].chars().count();
    let rows = lines.len();
    // Without colours the terminal's own have to do; most are light on dark, as it must be.
    let style = match look.colour {
        true => Style::new().fg(Color::Rgb(255, 255, 255)).bg(Color::Rgb(0, 0, 0)),
        false => Style::new(),
    };
    frame.render_widget(Clear, area);
    let text: Vec<Line<'_>> = lines.into_iter().map(Line::raw).collect();
    let left = Rect {
        width: u16::try_from(columns).unwrap_or(area.width),
        height: u16::try_from(rows).unwrap_or(area.height),
        ..area
    };
    frame.render_widget(Paragraph::new(text).style(style), left);
    let right = Rect {
        x: area.x + left.width + 1,
        width: area.width.saturating_sub(left.width + 1),
        ..area
    };
    let words = format!(
        "{}\n\n{}\n\n{}\n{}",
        say!("page-code-scan", other = other),
        say!("page-code-worked"),
        say!("page-code-emoji"),
        say!("page-verify-cancel")
    );
    frame.render_widget(Paragraph::new(words).wrap(Wrap { trim: true }), right);
}
