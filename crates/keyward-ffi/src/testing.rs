// SPDX-License-Identifier: Apache-2.0

//! How conversions are tested.

/// Each error or state of the core becomes the variant that is named, and says the same.
macro_rules! each_becomes {
    ($ours:ty: $($core:expr => $variant:pat),+ $(,)?) => {
        $({
            let core = $core;
            let text = core.to_string();
            let ours = <$ours>::from(core);
            assert!(matches!(ours, $variant), "{text}: {ours:?}");
            assert_eq!(ours.to_string(), text);
        })+
    };
}
pub(crate) use each_becomes;

/// Whoever was shut down hears it in words.
macro_rules! closed_says_so {
    ($($ours:ident),+ $(,)?) => {
        $({
            let ours = $ours::from(crate::login::Closed);
            assert!(matches!(ours, $ours::Closed { .. }), "{ours:?}");
            assert_eq!(ours.to_string(), crate::login::Closed::REASON);
        })+
    };
}
pub(crate) use closed_says_so;
