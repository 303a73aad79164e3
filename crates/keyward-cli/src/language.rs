// SPDX-License-Identifier: Apache-2.0

//! What the flows say to people: the words of the core. This program's own are about its commands, options and questions.

use std::sync::LazyLock;

use keyward::texts::Texts;

/// The texts of this program's language: English, in which its own words are.
pub(crate) fn texts() -> &'static Texts {
    static TEXTS: LazyLock<Texts> = LazyLock::new(|| Texts::english().without_isolates());
    &TEXTS
}
