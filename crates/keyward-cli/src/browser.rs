// SPDX-License-Identifier: Apache-2.0

//! What a person does in a browser: the page to open is shown, and scripts get it as a line of JSON.

use keyward::auth::{AuthError, Challenge, Stage};
use serde::Serialize;

use crate::{
    context::Context,
    language::{name, say},
    output::{self, Failure},
    terminal::text::clean,
};

/// What a page is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// Logging in.
    LogIn,
    /// Authorising what was asked.
    Authorise,
}

/// What scripts get.
#[derive(Serialize)]
#[serde(tag = "status", rename_all = "snake_case")]
enum Line<'a> {
    Open {
        url: &'a str,
        #[serde(flatten)]
        code: Option<Code<'a>>,
    },
    Authorise {
        url: &'a str,
        /// It was done for another account.
        #[serde(skip_serializing_if = "std::ops::Not::not")]
        other_account: bool,
    },
}

/// A code that is entered on a page.
#[derive(Clone, Copy, Serialize)]
pub(crate) struct Code<'a> {
    pub(crate) user_code: &'a str,
    /// Seconds.
    pub(crate) expires_in: u64,
}

/// How a person authorises what was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// With the account password.
    Password,
    /// In a browser, at this page.
    Page(String),
}

/// Takes the way to go on, and asks where there is a choice and somebody to ask.
///
/// # Errors
/// `AuthError::Unsupported` if there is none.
pub(crate) async fn choose(context: &Context, challenge: &Challenge, has_password: bool) -> Result<Way, Failure> {
    let mut ways: Vec<(String, Way)> = Vec::new();
    for stage in challenge.next_stages() {
        match stage {
            Stage::Password => ways.push((say!("browser-by-password"), Way::Password)),
            Stage::Browser(stage) => ways.push((say!("browser-by-browser"), Way::Page(stage.page.clone()))),
            Stage::Unsupported(_) => {}
        }
    }
    if has_password && ways.iter().any(|(_, way)| *way == Way::Password) {
        return Ok(Way::Password);
    }
    match ways.as_slice() {
        [] => {
            let stages = challenge.unsupported();
            let stages = stages.into_iter().map(str::to_owned).collect();
            Err(AuthError::Unsupported { stages }.into())
        }
        [(_, only)] => Ok(only.clone()),
        several if context.terminal.is_interactive() => {
            let labels: Vec<&str> = several.iter().map(|(label, _)| label.as_str()).collect();
            let chosen = context.terminal.choose(&say!("browser-how"), &labels).await?;
            Ok(several[chosen].1.clone())
        }
        // Without a password only a browser is left.
        several => {
            let in_browser = several.iter().find(|(_, way)| *way != Way::Password);
            Ok(in_browser.unwrap_or(&several[0]).1.clone())
        }
    }
}

/// Shows a page to open. `what`: what the person does there, without the colon.
pub(crate) fn show(context: &Context, what: &str, page: &str, purpose: Purpose) -> Result<(), Failure> {
    if context.json {
        return output::object(&match purpose {
            Purpose::LogIn => Line::Open { url: page, code: None },
            Purpose::Authorise => Line::Authorise {
                url: page,
                other_account: false,
            },
        });
    }
    // A login ends at this program, on this machine; everything else can be done on any device.
    let scanned = (purpose == Purpose::Authorise).then_some(page);
    write(context, what, scanned, &format!("  {page}\n"))
}

/// Tells that another account has done it, and what to do.
pub(crate) fn show_other_account(context: &Context, user_id: &str, page: &str) -> Result<(), Failure> {
    if context.json {
        return output::object(&Line::Authorise {
            url: page,
            other_account: true,
        });
    }
    let what = say!("browser-other-account", user = name(user_id));
    write(context, &what, Some(page), &format!("  {page}\n"))
}

/// Shows a page to open on any device, and the code to enter there. `with_code`: the same page, which has the code already.
pub(crate) fn show_code(context: &Context, page: &str, with_code: Option<&str>, code: Code<'_>) -> Result<(), Failure> {
    if context.json {
        return output::object(&Line::Open {
            url: page,
            code: Some(code),
        });
    }
    let minutes = (code.expires_in / 60).max(1);
    let what = say!("browser-enter-code", minutes = minutes);
    let user_code = say!("browser-code", code = clean(code.user_code));
    let below = format!("  {page}\n\n  {user_code}\n");
    write(context, &what, Some(with_code.unwrap_or(page)), &below)
}

/// The address is printed as it is, in a line of its own: a line that is broken cannot be opened. Nothing in it can steer a
/// terminal: the core gives addresses out in ASCII, with everything else encoded. Without a terminal it is a
/// result, because somebody has to see it. `scanned`: the address that a phone may open instead.
fn write(context: &Context, what: &str, scanned: Option<&str>, below: &str) -> Result<(), Failure> {
    let terminal = context.terminal;
    if !terminal.shows_progress() {
        let what = say!("browser-page", what = what);
        return output::text(&format!("{what}\n\n{below}"));
    }
    // With the line that says what is waited for.
    let rows = 1 + below
        .lines()
        .map(|line| 1 + line.len() / terminal.width())
        .sum::<usize>();
    match scanned.and_then(|address| terminal.code_of(address, rows + 1)) {
        Some(code) => {
            terminal.say(&say!("browser-page-or-scan", what = what));
            terminal.say_unbroken(&format!("\n{code}\n{below}"));
        }
        None => {
            terminal.say(&say!("browser-page", what = what));
            terminal.say_unbroken(&format!("\n{below}"));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_have_the_form_that_scripts_rely_on() {
        let url = "https://account.example.org/x?y";
        let code = Code {
            user_code: "ABC123",
            expires_in: 1200,
        };
        for (line, expected) in [
            (
                Line::Open { url, code: None },
                r#"{"status":"open","url":"https://account.example.org/x?y"}"#,
            ),
            (
                Line::Open { url, code: Some(code) },
                r#"{"status":"open","url":"https://account.example.org/x?y","user_code":"ABC123","expires_in":1200}"#,
            ),
            (
                Line::Authorise {
                    url,
                    other_account: false,
                },
                r#"{"status":"authorise","url":"https://account.example.org/x?y"}"#,
            ),
            (
                Line::Authorise {
                    url,
                    other_account: true,
                },
                r#"{"status":"authorise","url":"https://account.example.org/x?y","other_account":true}"#,
            ),
        ] {
            assert_eq!(serde_json::to_string(&line).unwrap(), expected);
        }
    }
}
