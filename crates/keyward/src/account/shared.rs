// SPDX-License-Identifier: Apache-2.0

//! What modules keep for an account while it is open: one value of each type. The account does not know these types.

use std::{
    any::{Any, TypeId},
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

/// One value of each type.
#[derive(Default)]
pub(super) struct Shared(Mutex<HashMap<TypeId, Arc<dyn Any + Send + Sync>>>);

impl Shared {
    /// The value of type `T`, made now if there is none yet.
    pub(super) fn get<T: Default + Send + Sync + 'static>(&self) -> Arc<T> {
        let mut values = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let value = values.entry(TypeId::of::<T>()).or_insert_with(|| Arc::<T>::default());
        value
            .clone()
            .downcast()
            .expect("a value of this type lies under its id")
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU8, Ordering};

    use super::*;

    #[test]
    fn everybody_gets_the_same_value_of_a_type() {
        let shared = Shared::default();
        shared.get::<AtomicU8>().store(7, Ordering::Relaxed);
        assert_eq!(shared.get::<AtomicU8>().load(Ordering::Relaxed), 7);
        assert_eq!(*shared.get::<u8>(), 0);
    }
}
