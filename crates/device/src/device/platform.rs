//! The parts of the machine that a device needs: a port.

use alleyway_client::store::Store;
use alleyway_client::{Fault, Problem};
use alleyway_core::time::Time;

use crate::transport::{Halt, ServerUrl, Transport};

/// A machine that a device can be on.
///
/// # Contract
/// * The store is one, in one place, and its key is kept apart from it: durable before the store is
///   made, and destroyed before the store is removed.
/// * The clock may be wrong, and be set back and forth: nothing rests on it but when something is
///   shown to have happened, and the lease, which counts what has gone by.
/// * Random bytes are unpredictable, and other ones each time.
/// * All of it can be called from any thread; nothing of it calls the device.
pub trait Platform: Send + Sync {
    /// Where rows are kept.
    type Store: Store + Send;
    /// How the server is reached.
    type Line: Transport + Send;

    /// Whether there is a store, or what is left of one.
    fn has_store(&self) -> bool;

    /// Opens the store, or makes it where there is none.
    ///
    /// # Errors
    /// [`Problem::StoreLocked`] if another holds it; what is wrong with it or with its key.
    fn open_store(&self) -> Result<Self::Store, Fault>;

    /// Takes the store away for good, its key first. `open` is the store, if it could be opened: it
    /// is held until the key is gone. Cut off in between, it is to be called again.
    ///
    /// # Errors
    /// What could not be removed.
    fn wipe_store(&self, open: Option<Self::Store>) -> Result<(), Fault>;

    /// Where the store is, for people.
    fn place(&self) -> String;

    /// A way to the server at `url`, which is not used yet. `halt` ends its waits.
    ///
    /// # Errors
    /// [`Problem::PlainHttp`], [`Problem::BadAuthority`], [`Problem::Unexpected`].
    fn line(&self, url: &ServerUrl, halt: &Halt) -> Result<Self::Line, Fault>;

    /// The clock.
    fn now(&self) -> Time;

    /// 32 random bytes.
    ///
    /// # Errors
    /// [`Problem::Unexpected`].
    fn random(&self) -> Result<[u8; 32], Fault>;
}

/// 32 random bytes of the system.
///
/// # Errors
/// [`Problem::Unexpected`].
pub fn system_random() -> Result<[u8; 32], Fault> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes)
        .map_err(|error| Fault::new(Problem::Unexpected, vec![("reason", error.to_string())]))?;
    Ok(bytes)
}
