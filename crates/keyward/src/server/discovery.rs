// SPDX-License-Identifier: Apache-2.0

//! From what a person types to the address of a homeserver.
//!
//! Specification: Client-Server API, "Server discovery".

use ruma::{
    ServerName,
    api::client::discovery::{discover_homeserver, get_supported_versions},
};
use url::{Host, Url};

use super::{Endpoints, Fixed, Server, http};
use crate::error::{FlowError, Remedy, RequestError, ServerError};

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
    /// What answers there cannot prove who it is (TLS).
    #[error(
        "The certificate of what answers there is not valid: somebody else may answer in its place. Check the spelling \
         and this device's date, or try another network."
    )]
    Certificate,
    /// Something answers, and it is no Matrix homeserver.
    #[error("Something answers there, and it is no Matrix homeserver. Check the address.")]
    NotMatrix,
}

impl FlowError for DiscoveryError {
    fn advice(&self) -> (&'static str, Remedy) {
        match self {
            Self::NotAServerName => ("discovery.not_a_server_name", Remedy::AskAgain),
            Self::Insecure => ("discovery.insecure", Remedy::AskAgain),
            Self::Unreachable => ("discovery.unreachable", Remedy::Retry),
            Self::Certificate => ("discovery.certificate", Remedy::Retry),
            Self::NotMatrix => ("discovery.not_matrix", Remedy::AskAgain),
        }
    }
}

impl From<RequestError> for DiscoveryError {
    fn from(error: RequestError) -> Self {
        match error {
            RequestError::Server(ServerError::Unreachable) => Self::Unreachable,
            RequestError::Server(ServerError::Certificate) => Self::Certificate,
            _ => Self::NotMatrix,
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
        match Url::parse(server) {
            Ok(url) if matches!(url.scheme(), "http" | "https") => Self::at_address(url).await,
            _ => Self::of_name(<&ServerName>::try_from(server).map_err(|_| DiscoveryError::NotAServerName)?).await,
        }
    }

    /// Uses the address that a person typed. If no homeserver answers there, its host may be a server name.
    async fn at_address(url: Url) -> Result<Self, DiscoveryError> {
        require_secure(&url)?;
        match Self::probe(url.clone()).await {
            Err(DiscoveryError::NotMatrix) => {
                let named = well_known(url).await?;
                Self::probe(named.ok_or(DiscoveryError::NotMatrix)?).await
            }
            other => other,
        }
    }

    /// Finds the address of a server name in its well-known file. Without such a file the name itself is the address.
    async fn of_name(name: &ServerName) -> Result<Self, DiscoveryError> {
        let url = Url::parse(&format!("https://{name}")).map_err(|_| DiscoveryError::NotAServerName)?;
        Self::behind(url).await
    }

    /// Where the well-known file leads nowhere, the homeserver may be at the address itself: Conduit serves such a file by
    /// itself, whether anybody has set the name up or not.
    async fn behind(url: Url) -> Result<Self, DiscoveryError> {
        let named = match well_known(url.clone()).await {
            Ok(None) | Err(DiscoveryError::Unreachable) => return Self::probe(url).await,
            Ok(Some(named)) => Self::probe(named).await,
            Err(error) => Err(error),
        };
        match named {
            Err(first) => Self::probe(url).await.map_err(|_| first),
            found => found,
        }
    }

    /// Checks that a homeserver answers at `url`. Plain HTTP is refused here too: the URL may come from a hostile or
    /// broken well-known file.
    async fn probe(url: Url) -> Result<Self, DiscoveryError> {
        require_secure(&url)?;
        match asked(&url)?.probe(get_supported_versions::Request::new()).await {
            Ok(_) => Ok(Self { url }),
            Err(error) => Err(error.into()),
        }
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

/// The address that the well-known file names; `None` where there is no such file.
async fn well_known(url: Url) -> Result<Option<Url>, DiscoveryError> {
    match asked(&url)?.probe(discover_homeserver::Request::new()).await {
        Ok(found) => Url::parse(&found.homeserver.base_url)
            .map(Some)
            .map_err(|_| DiscoveryError::NotMatrix),
        Err(error) if error.is_not_found() => Ok(None),
        Err(error) => Err(error.into()),
    }
}

fn asked(url: &Url) -> Result<Server, DiscoveryError> {
    let http = http::discovery_client(url.scheme() == "http").map_err(|error| {
        tracing::error!(%error, "no HTTP client can be made");
        DiscoveryError::Unreachable
    })?;
    Ok(Server::new(
        url.clone(),
        http,
        Endpoints::DISCOVERY,
        Box::new(Fixed(None)),
    ))
}

/// Whether a page that a server names is safe to open for a person: encrypted or on this machine, and without a user name,
/// which could look like the server's name.
pub(crate) fn may_be_opened(url: &Url) -> bool {
    require_secure(url).is_ok() && url.username().is_empty() && url.password().is_none()
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use wiremock::{Mock, MockServer, ResponseTemplate, matchers};

    use super::*;

    #[tokio::test]
    async fn a_well_known_file_that_leads_nowhere_leaves_the_address_itself() {
        let versions = json!({"versions": ["v1.11"], "unstable_features": {}});
        for (well_known, expected) in [
            (ResponseTemplate::new(404), Ok(())),
            (ResponseTemplate::new(500), Ok(())),
            (ResponseTemplate::new(200).set_body_string("<html>"), Ok(())),
            (
                ResponseTemplate::new(200).set_body_json(json!({"m.homeserver": {"base_url": "http://127.0.0.1:9"}})),
                Ok(()),
            ),
            (
                ResponseTemplate::new(200).set_body_json(json!({"m.homeserver": {"base_url": "http://192.0.2.1"}})),
                Err(DiscoveryError::Insecure),
            ),
        ] {
            let server = MockServer::start().await;
            let url = Url::parse(&server.uri()).expect("a URL");
            let serve = |path, reply| Mock::given(matchers::path(path)).respond_with(reply).mount(&server);
            serve("/.well-known/matrix/client", well_known).await;
            if expected.is_ok() {
                serve(
                    "/_matrix/client/versions",
                    ResponseTemplate::new(200).set_body_json(&versions),
                )
                .await;
            }
            let found = Homeserver::behind(url.clone()).await;
            assert_eq!(found, expected.map(|()| Homeserver { url }));
        }
    }

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
