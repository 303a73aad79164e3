// SPDX-License-Identifier: Apache-2.0

//! What a Maven repository has of the library, as files and as data: `keyward` is the classes, and each platform's
//! native library is an artifact of its own that depends on it. No class is in two of them.

pub(crate) mod archive;
pub(crate) mod classes;
pub(crate) mod native;
pub(crate) mod pom;
pub(crate) mod repository;

/// The version of everything that is published together.
pub(crate) const VERSION: &str = env!("CARGO_PKG_VERSION");

/// The group of every artifact.
pub(crate) const GROUP: &str = "org.keyward";

/// The artifact that has the classes.
pub(crate) const CLASSES: &str = "keyward";

/// The artifact that has Android's native libraries.
pub(crate) const ANDROID: &str = "keyward-android";

/// The screens in Compose, for desktops.
pub(crate) const COMPOSE: &str = "keyward-compose-desktop";

/// For previews and UI tests.
pub(crate) const FAKES: &str = "keyward-fakes";
