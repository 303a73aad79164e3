// SPDX-License-Identifier: Apache-2.0
//! A stand-in for a person with a browser: opens the pages of the test servers, fills in their forms, follows where they
//! lead.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};

use anyhow::{Context as _, Result, bail, ensure};
use reqwest::{
    Client, Response,
    header::{COOKIE, LOCATION, SET_COOKIE},
    redirect::Policy,
};
use url::Url;

/// More pages than any way through the servers has.
const MOST_PAGES: usize = 20;

/// The browser of one person.
#[derive(Debug)]
pub struct Browser {
    localpart: String,
    http: Client,
    /// Kept by hand: Synapse's cookies are for HTTPS alone, and the tests have none.
    cookies: Mutex<BTreeMap<String, String>>,
}

impl Browser {
    /// The browser of a person who logs in as this user wherever a page asks.
    ///
    /// # Panics
    /// Never: the options are constant and valid.
    pub fn of(localpart: &str) -> Self {
        let http = Client::builder()
            .no_proxy()
            .redirect(Policy::none())
            .tls_certs_only([])
            .build()
            .expect("the options are constant and valid");
        Self {
            localpart: localpart.to_owned(),
            http,
            cookies: Mutex::default(),
        }
    }

    /// Opens a page and says yes to whatever is asked there. Returns the address that the servers hand back to the client,
    /// with a code or a token in it; `None` where they say that it is done.
    ///
    /// # Errors
    /// When a page is an error, or leads nowhere.
    pub async fn allow(&self, page: &str) -> Result<Option<String>> {
        self.walk(page, "allow").await
    }

    /// The same, and says no.
    ///
    /// # Errors
    /// As [`Browser::allow`].
    pub async fn deny(&self, page: &str) -> Result<Option<String>> {
        self.walk(page, "deny").await
    }

    /// Enters a device's code on its page, and allows or denies it.
    ///
    /// # Errors
    /// When the page is an error.
    pub async fn enter_code(&self, page: &str, user_code: &str, allow: bool) -> Result<()> {
        let answer = if allow { "allow" } else { "deny" };
        let form = [("user_code", user_code), ("username", &self.localpart), ("do", answer)];
        self.http.post(page).form(&form).send().await?.error_for_status()?;
        Ok(())
    }

    /// Opens a page that a program of this machine shows, as after a redirect. Returns its status and text.
    ///
    /// # Errors
    /// When nothing answers.
    pub async fn visit(&self, page: &str) -> Result<(u16, String)> {
        let reply = self.http.get(page).send().await?;
        Ok((reply.status().as_u16(), reply.text().await?))
    }

    async fn walk(&self, page: &str, answer: &str) -> Result<Option<String>> {
        let mut url = Url::parse(page).context("the page's address")?;
        let mut reply = self.get(&url).await?;
        for _ in 0..MOST_PAGES {
            if reply.status().is_redirection() {
                let to = reply.headers().get(LOCATION).context("a redirect without address")?;
                url = url.join(to.to_str()?)?;
                if is_for_the_client(&url) {
                    return Ok(Some(url.into()));
                }
                reply = self.get(&url).await?;
                continue;
            }
            let status = reply.status();
            let text = reply.text().await?;
            ensure!(status.is_success(), "{url}: {status} {text}");
            if text.contains("<form") {
                let form = [("username", self.localpart.as_str()), ("do", answer)];
                reply = self.keep(
                    self.http
                        .post(url.clone())
                        .header(COOKIE, self.cookies())
                        .form(&form)
                        .send()
                        .await?,
                )?;
            } else if let Some(link) = link_of(&text) {
                url = url.join(&link)?;
                if is_for_the_client(&url) {
                    return Ok(Some(url.into()));
                }
                reply = self.get(&url).await?;
            } else {
                return Ok(None);
            }
        }
        bail!("{page} leads nowhere")
    }

    async fn get(&self, url: &Url) -> Result<Response> {
        let sent = self.http.get(url.clone()).header(COOKIE, self.cookies()).send().await;
        self.keep(sent.with_context(|| format!("GET {url}"))?)
    }

    fn cookies(&self) -> String {
        let kept = self.cookies.lock().unwrap_or_else(PoisonError::into_inner);
        let all: Vec<_> = kept.iter().map(|(name, value)| format!("{name}={value}")).collect();
        all.join("; ")
    }

    fn keep(&self, reply: Response) -> Result<Response> {
        let mut kept = self.cookies.lock().unwrap_or_else(PoisonError::into_inner);
        for cookie in reply.headers().get_all(SET_COOKIE) {
            let (name, rest) = cookie.to_str()?.split_once('=').context("a cookie")?;
            let value = rest.split(';').next().unwrap_or_default();
            kept.insert(name.to_owned(), value.to_owned());
        }
        drop(kept);
        Ok(reply)
    }
}

/// Whether an address is the end of a login, for the program that began it.
fn is_for_the_client(url: &Url) -> bool {
    let has = |wanted: &str| url.query_pairs().any(|(name, _)| name == wanted);
    let is_of_synapse = url.path().starts_with("/_synapse/");
    has("loginToken") || !is_of_synapse && (has("code") || has("error")) && has("state")
}

/// Where the only link of a page leads.
fn link_of(page: &str) -> Option<String> {
    let (_, rest) = page.split_once("<a href=\"")?;
    let (link, _) = rest.split_once('"')?;
    Some(link.replace("&amp;", "&"))
}
