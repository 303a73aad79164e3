// SPDX-License-Identifier: Apache-2.0

//! Which versions this library is made of, for bug reports.

/// Versions, for bug reports.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct Versions {
    /// Keyward.
    pub keyward: String,
    /// The library that talks Matrix.
    pub matrix_sdk: String,
}

/// Which versions this library is made of.
#[uniffi::export]
pub fn versions() -> Versions {
    Versions {
        keyward: keyward::VERSION.to_owned(),
        matrix_sdk: keyward::MATRIX_SDK_VERSION.to_owned(),
    }
}
