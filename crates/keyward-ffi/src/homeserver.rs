// SPDX-License-Identifier: Apache-2.0

//! From what a person types to a homeserver.

use std::sync::Arc;

use keyward::server;

use crate::{AccountError, Advice, LoginMethod, advice::error_for_apps, runtime};

/// A homeserver that answered like one.
#[derive(Debug, uniffi::Object)]
pub struct Homeserver(pub(crate) server::Homeserver);

#[uniffi::export]
impl Homeserver {
    /// Finds the homeserver behind a server name (through its well-known file), a user id, or a URL, and checks that it
    /// answers like one. Plain HTTP is refused, except to this machine itself.
    #[uniffi::constructor]
    pub async fn discover(address: String) -> Result<Arc<Self>, DiscoveryError> {
        let found = runtime::run(async move { server::Homeserver::discover(&address).await }).await?;
        Ok(Arc::new(Self(found)))
    }

    /// The ways to log in, the best one first. Empty where the server offers none that this version has.
    pub async fn login_methods(&self) -> Result<Vec<LoginMethod>, AccountError> {
        let homeserver = self.0.clone();
        Ok(runtime::run(async move { homeserver.login_methods().await }).await?)
    }

    /// The address for the client-server API.
    pub fn url(&self) -> String {
        self.0.url().to_string()
    }
}

error_for_apps! {
    /// Why no homeserver was found.
    pub enum DiscoveryError {
        /// The text is neither a server name (`example.org`) nor an address (`https://matrix.example.org`).
        NotAServerName {},
        /// Plain HTTP would show password and tokens to everyone on the way.
        Insecure {},
        /// Nothing answers there.
        Unreachable {},
        /// What answers there cannot prove who it is (TLS).
        Certificate {},
        /// Something answers, and it is no Matrix homeserver.
        NotMatrix {},
    }
}

impl From<server::DiscoveryError> for DiscoveryError {
    fn from(error: server::DiscoveryError) -> Self {
        let advice = Advice::of(&error);
        match error {
            server::DiscoveryError::NotAServerName => Self::NotAServerName { advice },
            server::DiscoveryError::Insecure => Self::Insecure { advice },
            server::DiscoveryError::Unreachable => Self::Unreachable { advice },
            server::DiscoveryError::Certificate => Self::Certificate { advice },
            server::DiscoveryError::NotMatrix => Self::NotMatrix { advice },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::each_becomes;

    #[test]
    fn errors_of_a_discovery_keep_kind_and_text() {
        each_becomes!(DiscoveryError:
            server::DiscoveryError::NotAServerName => DiscoveryError::NotAServerName { .. },
            server::DiscoveryError::Insecure => DiscoveryError::Insecure { .. },
            server::DiscoveryError::Unreachable => DiscoveryError::Unreachable { .. },
            server::DiscoveryError::Certificate => DiscoveryError::Certificate { .. },
            server::DiscoveryError::NotMatrix => DiscoveryError::NotMatrix { .. },
        );
    }
}
