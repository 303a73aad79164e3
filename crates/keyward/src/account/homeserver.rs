// SPDX-License-Identifier: Apache-2.0

//! From what a person types to the address of a homeserver.
//!
//! Specification: Client-Server API, "Server discovery".

use std::time::Duration;

use matrix_sdk::{Client, ClientBuildError, config::RequestConfig};
use url::{Host, Url};

use crate::account::http;

/// How long to wait for the well-known file and for the server's versions, each.
const DISCOVERY_TIMEOUT: Duration = Duration::from_secs(15);

/// A homeserver that answered like one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Homeserver {
    url: Url,
}

/// Why no homeserver was found.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DiscoveryError {
    /// The text is neither a server name (`example.org`) nor an address (`https://matrix.example.org`).
    #[error("That is neither a server name like example.org nor an address like https://matrix.example.org.")]
    NotAServerName,
    /// Plain HTTP would show password and tokens to everyone on the way.
    #[error("Refused to use plain HTTP: passwords would travel unencrypted. Use an https:// address.")]
    Insecure,
    /// Nothing answers there.
    #[error("Nothing answers there. Check the spelling and the connection.")]
    Unreachable,
    /// Something answers, and it is no Matrix homeserver.
    #[error("Something answers there, and it is no Matrix homeserver. Check the address.")]
    NotMatrix,
}

impl DiscoveryError {
    /// A short stable name, for scripts.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::NotAServerName => "not_a_server_name",
            Self::Insecure => "insecure",
            Self::Unreachable => "unreachable",
            Self::NotMatrix => "not_matrix",
        }
    }
}

impl Homeserver {
    /// Finds the homeserver behind a server name (through its well-known file), a user id, or a URL, and checks that it
    /// answers like one.
    ///
    /// # Errors
    /// [`DiscoveryError`]; plain HTTP is refused except to this machine itself.
    pub async fn discover(input: &str) -> Result<Self, DiscoveryError> {
        let input = input.trim();
        let server = match input.strip_prefix('@').and_then(|user_id| user_id.split_once(':')) {
            Some((_, server_name)) => server_name,
            None => input,
        };
        if server.is_empty() || server.contains(char::is_whitespace) {
            return Err(DiscoveryError::NotAServerName);
        }
        if let Ok(url) = Url::parse(server)
            && matches!(url.scheme(), "http" | "https")
        {
            require_secure(&url)?;
        }

        // A hostile or broken well-known file must not lead to plain HTTP either: the result is checked again below.
        let builder = Client::builder()
            .server_name_or_homeserver_url(server)
            .request_config(RequestConfig::new().retry_limit(2).timeout(DISCOVERY_TIMEOUT))
            .http_client(
                http::discovery_client(server.starts_with("http://")).map_err(|_| DiscoveryError::Unreachable)?,
            );
        let client = builder.build().await.map_err(from_build)?;
        let url = client.homeserver();
        require_secure(&url)?;
        client
            .fetch_server_versions(None)
            .await
            .map_err(|error| match (&error).into() {
                crate::error::ServerError::Unreachable => DiscoveryError::Unreachable,
                _ => DiscoveryError::NotMatrix,
            })?;
        Ok(Self { url })
    }

    /// The address for the client-server API.
    pub fn url(&self) -> &Url {
        &self.url
    }
}

pub(super) fn require_secure(url: &Url) -> Result<(), DiscoveryError> {
    let this_machine = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => return Err(DiscoveryError::NotAServerName),
    };
    match url.scheme() {
        "https" => Ok(()),
        "http" if this_machine => Ok(()),
        "http" => Err(DiscoveryError::Insecure),
        _ => Err(DiscoveryError::NotAServerName),
    }
}

fn from_build(error: ClientBuildError) -> DiscoveryError {
    match error {
        ClientBuildError::Http(error) => match error.into() {
            crate::error::ServerError::Unreachable => DiscoveryError::Unreachable,
            _ => DiscoveryError::NotMatrix,
        },
        ClientBuildError::AutoDiscovery(_) => DiscoveryError::NotMatrix,
        _ => DiscoveryError::NotAServerName,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_http_is_for_this_machine_only() {
        for (url, expected) in [
            ("https://example.org", Ok(())),
            ("http://127.0.0.1:8008", Ok(())),
            ("http://[::1]:8008", Ok(())),
            ("http://localhost:8008", Ok(())),
            ("http://example.org", Err(DiscoveryError::Insecure)),
            ("http://10.0.0.1", Err(DiscoveryError::Insecure)),
            ("http://localhost.example.org", Err(DiscoveryError::Insecure)),
            ("ftp://example.org", Err(DiscoveryError::NotAServerName)),
        ] {
            assert_eq!(require_secure(&Url::parse(url).expect("a URL")), expected, "{url}");
        }
    }
}
