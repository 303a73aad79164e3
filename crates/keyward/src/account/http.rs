// SPDX-License-Identifier: Apache-2.0

//! The HTTP clients under matrix-sdk. Its own follow every redirect, also from HTTPS to HTTP and with the password or
//! the token in the repeated request. How long a request may take is set for each by matrix-sdk's `RequestConfig`.

use matrix_sdk::reqwest::{self, Client, ClientBuilder, redirect::Policy, tls};
use url::Url;

use crate::account::homeserver::require_secure;

const USER_AGENT: &str = concat!("Keyward/", env!("CARGO_PKG_VERSION"));
/// Of a well-known file, each.
const REDIRECTS: usize = 10;

/// For everything that carries a password or a token: follows no redirect.
///
/// A redirect is an error rather than a reply, because a reply without a body passes for success where the
/// specification wants an empty object.
pub(super) fn session_client(homeserver: &Url) -> reqwest::Result<Client> {
    builder(homeserver.scheme() == "http")
        .redirect(Policy::custom(|attempt| {
            attempt.error("a homeserver's API does not redirect")
        }))
        .build()
}

/// For finding the homeserver: the well-known file may be elsewhere, and nothing else may.
///
/// Specification: Client-Server API, "Well-known URI": clients follow redirects.
pub(super) fn discovery_client(plain: bool) -> reqwest::Result<Client> {
    builder(plain)
        .redirect(Policy::custom(|attempt| {
            let asked = attempt.previous();
            let well_known = asked
                .first()
                .is_some_and(|url| url.path() == "/.well-known/matrix/client");
            if well_known && asked.len() <= REDIRECTS && require_secure(attempt.url()).is_ok() {
                attempt.follow()
            } else {
                attempt.error("only a well-known file may be elsewhere, and there encrypted")
            }
        }))
        .build()
}

/// `plain` is for this machine's own addresses, which [`require_secure`] alone lets pass.
fn builder(plain: bool) -> ClientBuilder {
    // TLS as BCP 195 recommends it.
    let builder = Client::builder()
        .user_agent(USER_AGENT)
        .min_tls_version(tls::Version::TLS_1_2)
        .https_only(!plain);
    #[cfg(target_os = "android")]
    let builder = builder.tls_certs_only(mozilla_roots());
    builder
}

/// The certificate authorities that browsers trust.
///
/// Elsewhere the operating system is asked. Android's check has to be reached through Java, by code that each app would
/// have to install, and reports valid certificates as revoked (rustls-platform-verifier#221); the first request of a client
/// that was not given these would end the process.
#[cfg(any(target_os = "android", test))]
fn mozilla_roots() -> Vec<reqwest::Certificate> {
    webpki_root_certs::TLS_SERVER_ROOT_CERTS
        .iter()
        .map(|der| reqwest::Certificate::from_der(der).expect("the crate has nothing but certificates"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_can_be_made_with_the_roots_that_android_uses() {
        let roots = mozilla_roots();
        assert!(roots.len() > 100, "{}", roots.len());
        builder(false).tls_certs_only(roots).build().expect("a client");
    }

    #[tokio::test]
    async fn plain_http_is_not_even_tried_where_the_address_is_not_plain() {
        let secure = Url::parse("https://matrix.example.org").expect("a URL");
        for client in [session_client(&secure), discovery_client(false)] {
            let refused = client
                .expect("a client")
                .get("http://127.0.0.1:9")
                .send()
                .await
                .expect_err("plain HTTP");
            assert!(refused.is_builder(), "{refused:?}");
        }
    }
}
