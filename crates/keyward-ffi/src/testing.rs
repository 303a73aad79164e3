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

/// An account that was shut down reports `Closed`, and one that is paused `Paused`, each with its text.
macro_rules! no_account_says_so {
    ($($ours:ident),+ $(,)?) => {
        $({
            let closed = $ours::from(crate::login::NoAccount::Closed);
            assert!(matches!(closed, $ours::Closed { .. }), "{closed:?}");
            assert_eq!(closed.advice().code, "account.closed");
            let paused = $ours::from(crate::login::NoAccount::Paused);
            assert!(matches!(paused, $ours::Paused { .. }), "{paused:?}");
            assert_eq!(paused.advice().code, "account.paused");
        })+
    };
}
pub(crate) use no_account_says_so;
