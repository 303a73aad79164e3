// SPDX-License-Identifier: Apache-2.0

//! What this module needs to know of an endpoint beside ruma's description: how a token gets into the request, and
//! whether the path depends on what the server supports.

use std::borrow::Cow;

use ruma::api::{
    Metadata, OutgoingRequest, SupportedVersions,
    auth_scheme::{self, AuthScheme, SendAccessToken},
    path_builder::{self, PathBuilder},
};

use super::AccessToken;

/// A request of the Matrix client-server API.
pub(crate) trait Endpoint:
    OutgoingRequest<Authentication: Scheme, PathBuilder: Paths> + Send + Sync + 'static
{
}

impl<R> Endpoint for R where R: OutgoingRequest<Authentication: Scheme, PathBuilder: Paths> + Send + Sync + 'static {}

/// All paths that the endpoint has had.
pub(super) fn paths<R: Metadata>() -> Vec<&'static str> {
    R::PATH_BUILDER.all_paths().collect()
}

/// How a token gets into a request.
pub(crate) trait Scheme: AuthScheme {
    /// Whether a token is sent, where there is one.
    const NEEDS_TOKEN: bool;

    fn input(token: Option<&AccessToken>) -> Self::Input<'_>;
}

/// The token goes where the endpoint wants one.
fn if_required(token: Option<&AccessToken>) -> SendAccessToken<'_> {
    token.map_or(SendAccessToken::None, |token| {
        SendAccessToken::IfRequired(token.reveal())
    })
}

impl Scheme for auth_scheme::AccessToken {
    const NEEDS_TOKEN: bool = true;

    fn input(token: Option<&AccessToken>) -> Self::Input<'_> {
        if_required(token)
    }
}

impl Scheme for auth_scheme::AccessTokenOptional {
    const NEEDS_TOKEN: bool = true;

    fn input(token: Option<&AccessToken>) -> Self::Input<'_> {
        if_required(token)
    }
}

impl Scheme for auth_scheme::AppserviceTokenOptional {
    const NEEDS_TOKEN: bool = false;

    fn input(_: Option<&AccessToken>) -> Self::Input<'_> {
        SendAccessToken::None
    }
}

impl Scheme for auth_scheme::NoAccessToken {
    const NEEDS_TOKEN: bool = false;

    fn input(_: Option<&AccessToken>) -> Self::Input<'_> {
        SendAccessToken::None
    }
}

impl Scheme for auth_scheme::NoAuthentication {
    const NEEDS_TOKEN: bool = false;

    fn input(_: Option<&AccessToken>) -> Self::Input<'_> {}
}

/// Whether a path depends on what the server supports.
pub(crate) trait Paths: PathBuilder {
    const NEEDS_VERSIONS: bool;

    fn input(supported: Option<&SupportedVersions>) -> Self::Input<'_>;
}

impl Paths for path_builder::VersionHistory {
    const NEEDS_VERSIONS: bool = true;

    fn input(supported: Option<&SupportedVersions>) -> Self::Input<'_> {
        Cow::Borrowed(supported.expect("asked for, since NEEDS_VERSIONS is set"))
    }
}

impl Paths for path_builder::SinglePath {
    const NEEDS_VERSIONS: bool = false;

    fn input(_: Option<&SupportedVersions>) -> Self::Input<'_> {}
}
