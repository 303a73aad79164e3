// SPDX-License-Identifier: Apache-2.0

//! How this process reaches servers.

use std::sync::Arc;

use keyward::server;

use crate::{Advice, Password, advice::error_for_apps};

/// How servers are reached, where that is not as usual.
#[derive(uniffi::Record)]
pub struct NetworkSettings {
    /// Everything goes through it but what stays on this machine. It sees the names of servers, and nothing of what is said.
    /// Without one: what the environment says (`HTTPS_PROXY`, and `NO_PROXY`, which counts only then).
    #[uniffi(default = None)]
    pub proxy: Option<ProxySettings>,
    /// Certificate authorities that are trusted besides the system's: each one certificate in DER, or a file of nothing but
    /// certificates in PEM. Each counts as an authority for every name, a server's own certificate as well.
    #[uniffi(default = [])]
    pub authorities: Vec<Vec<u8>>,
    /// What servers are told, and may show to people beside a session: `My app/1.0`. Without one: this library and its
    /// version.
    #[uniffi(default = None)]
    pub user_agent: Option<String>,
}

/// An HTTP proxy.
#[derive(uniffi::Record)]
pub struct ProxySettings {
    /// `http://proxy.example.org:8080`, or `https://…`, without a name and a password.
    pub address: String,
    /// For a proxy that asks.
    #[uniffi(default = None)]
    pub login: Option<ProxyLogin>,
}

/// Who is known to a proxy (HTTP's "Basic").
#[derive(uniffi::Record)]
pub struct ProxyLogin {
    /// The name, without a colon.
    pub user: String,
    /// Goes to the proxy with each connection, in clear where its address begins with `http://`.
    pub password: Arc<Password>,
}

/// Servers are reached so from now on, by all accounts of this process. This comes first when an app starts: an account that is
/// open keeps its connection to the homeserver, and renews its tokens in the new way. If it fails, nothing is changed.
#[uniffi::export]
pub fn use_network(settings: NetworkSettings) -> Result<(), NetworkError> {
    let login = |login: ProxyLogin| server::ProxyLogin {
        user: login.user,
        password: login.password.0.clone(),
    };
    let proxy = settings.proxy.map(|proxy| server::Proxy {
        address: proxy.address,
        login: proxy.login.map(login),
    });
    let network = server::Network {
        proxy,
        authorities: settings.authorities,
        user_agent: settings.user_agent,
    };
    Ok(network.apply()?)
}

error_for_apps! {
    /// Why the network cannot be used so.
    pub enum NetworkError {
        /// The address of the proxy is none, or of a kind that is not known here.
        Proxy {},
        /// What should be certificate authorities is none.
        Authority {},
        /// The text cannot be sent as a header.
        UserAgent {},
    }
}

impl From<server::NetworkError> for NetworkError {
    fn from(error: server::NetworkError) -> Self {
        let advice = Advice::of(&error);
        match error {
            server::NetworkError::Proxy => Self::Proxy { advice },
            server::NetworkError::Authority => Self::Authority { advice },
            server::NetworkError::UserAgent => Self::UserAgent { advice },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::each_becomes;

    #[test]
    fn errors_of_the_network_keep_kind_and_text() {
        each_becomes!(NetworkError:
            server::NetworkError::Proxy => NetworkError::Proxy { .. },
            server::NetworkError::Authority => NetworkError::Authority { .. },
            server::NetworkError::UserAgent => NetworkError::UserAgent { .. },
        );
    }
}
