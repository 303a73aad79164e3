// SPDX-License-Identifier: Apache-2.0

//! How conversions are tested.

/// Each error of the core becomes the variant that is named, and says the same.
macro_rules! each_becomes {
    ($ours:ty: $($core:expr => $variant:pat),+ $(,)?) => {
        $({
            let core = $core;
            let advice = $crate::Advice::of(&core);
            let ours = <$ours>::from(core);
            assert!(matches!(ours, $variant), "{advice:?}: {ours:?}");
            assert_eq!(ours.advice(), advice);
            assert_eq!(ours.to_string(), advice.reason);
        })+
    };
}
pub(crate) use each_becomes;

/// An account that was shut down reports `Closed` with its text.
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
