//! Who is told which documents changed.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, Weak};

use alleyway_core::id::DocumentId;

use super::{Device, Platform, lock};

/// The change that one step made to what screens show.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Change {
    /// Documents that are new, gone, or look different.
    pub documents: BTreeSet<DocumentId>,
    /// Commands were typed, answered, or dealt with.
    pub outbox: bool,
    /// The batches carried for others are different: any case may look different.
    pub carried: bool,
    /// Who the device is, or how it stands with the server.
    pub standing: bool,
}

/// Is told of changes.
pub trait Listener: Send + Sync {
    /// Called behind every step that changed something, once it is durable, by the thread that took
    /// the step and outside of every lock: the device may be called from here.
    fn changed(&self, change: &Change);
}

/// Ends when it is dropped: the listener is not called any more by steps that begin then.
#[derive(Debug)]
pub struct Subscription {
    listeners: Weak<Mutex<Registered>>,
    number: u64,
}

impl Drop for Subscription {
    fn drop(&mut self) {
        if let Some(listeners) = self.listeners.upgrade() {
            lock(&listeners).all.remove(&self.number);
        }
    }
}

/// All listeners of a device.
#[derive(Debug, Default)]
pub(super) struct Listeners(Arc<Mutex<Registered>>);

#[derive(Default)]
struct Registered {
    all: BTreeMap<u64, Arc<dyn Listener>>,
    last: u64,
}

impl std::fmt::Debug for Registered {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Registered")
            .field("all", &self.all.len())
            .finish_non_exhaustive()
    }
}

impl Listeners {
    pub(super) fn tell(&self, change: &Change) {
        let all: Vec<Arc<dyn Listener>> = lock(&self.0).all.values().cloned().collect();
        for listener in all {
            listener.changed(change);
        }
    }
}

impl<P: Platform> Device<P> {
    /// Tells `listener` of every change, until the subscription is dropped.
    pub fn listen(&self, listener: Arc<dyn Listener>) -> Subscription {
        let mut registered = lock(&self.shared.listeners.0);
        registered.last += 1;
        let number = registered.last;
        registered.all.insert(number, listener);
        Subscription {
            listeners: Arc::downgrade(&self.shared.listeners.0),
            number,
        }
    }
}
