//! A device, for every app: opened or made, enrolled, read, typed on, synced, listened to, wiped.
//!
//! | file | what |
//! | --- | --- |
//! | `platform`, `local` | what a device needs of its machine; a folder and HTTP |
//! | `held` | the replica and its store, one step at a time; opened anew behind a failure |
//! | `reading` | what screens show |
//! | `recording` | steps, mending, dropping, taking back |
//! | `trays` | proposals and review, clearances |
//! | `administration` | posts, invitations and devices, by two administrators or one |
//! | `bundles` | phone to phone |
//! | `syncing` | enrolment, sync, moving |
//! | `asking` | signed reads: figures, coverage, cases by title, late cases |
//! | `keeping` | the lease, damaged records, wiping |
//! | `listening` | which documents changed |

mod administration;
mod asking;
mod bundles;
mod held;
mod keeping;
mod listening;
mod local;
mod platform;
mod reading;
mod recording;
mod syncing;
mod trays;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use alleyway_catalogue::Lang;
use alleyway_client::{Fault, Notice, Screen, Warning};
use alleyway_core::time::Time;

pub use bundles::Bundle;
pub use held::Damages;
use held::{Held, Open};
pub use keeping::Waiting;
use listening::Listeners;
pub use listening::{Change, Listener, Subscription};
pub use local::{Ask, Clock, Keys, Local};
pub use platform::{Platform, system_random};

use crate::transport::Halt;

/// A device. Clones are the same device; it can be used from any thread.
///
/// Every call does one step on the replica and its store, and no two do at once. None of them waits
/// for the line but [`Device::enrol`] and [`Device::sync`], and those hold nothing while they wait:
/// an app reads and records meanwhile. What was recorded is durable when the call returns.
///
/// A commit that fails, and a panic in a call, end no app: the device lets go of what it has in
/// memory, and the next call opens the store anew.
///
/// ```
/// use std::collections::BTreeMap;
///
/// use alleyway_client::Problem;
/// use alleyway_client::drafts::Step;
/// use alleyway_client::views::list::CaseQuery;
/// use alleyway_catalogue::Lang;
/// use alleyway_device::{Device, Local};
///
/// let home = tempfile::tempdir()?;
/// let device = Device::open(Local::new(home.path()), Lang::En)?;
/// assert!(!device.is_enrolled()?);
///
/// // Before enrolment there is nothing to read, and nothing can be recorded.
/// let fault = device.whoami().unwrap_err();
/// assert_eq!(fault.problem, Problem::NotEnrolled);
/// let report = Step {
///     word: "report".to_owned(),
///     case: None,
///     fields: BTreeMap::from([("title".to_owned(), "The orange road is broken".to_owned())]),
/// };
/// assert_eq!(device.record(&report).unwrap_err().code, "not_enrolled");
///
/// // One program holds a store; when it is closed another may open it.
/// let second = Device::open(Local::new(home.path()), Lang::En).unwrap_err();
/// assert_eq!(second.problem, Problem::StoreLocked);
/// device.close();
/// Device::open(Local::new(home.path()), Lang::En)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Device<P: Platform = Local> {
    shared: Arc<Shared<P>>,
    lang: Lang,
}

impl<P: Platform> std::fmt::Debug for Device<P> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Device")
            .field("place", &self.shared.platform.place())
            .finish_non_exhaustive()
    }
}

impl<P: Platform> Clone for Device<P> {
    fn clone(&self) -> Self {
        Self {
            shared: Arc::clone(&self.shared),
            lang: self.lang,
        }
    }
}

/// The state that clones share.
struct Shared<P: Platform> {
    platform: P,
    held: Mutex<Held<P::Store>>,
    /// Held by the sync or the enrolment that goes on.
    line: Mutex<()>,
    /// Ends every wait for the line: the device is being closed.
    closing: Halt,
    listeners: Listeners,
    warnings: Mutex<Vec<Warning>>,
}

/// Warnings that a contact with the server settles.
const OF_THE_LEASE: [Notice; 2] = [Notice::LeaseEndsSoon, Notice::LeaseEnded];

impl<P: Platform> Device<P> {
    /// Opens the device that is on the platform, or makes one. Names of people and reasons are told
    /// in `lang`. What was found damaged is a warning.
    ///
    /// # Errors
    /// What is wrong with the store or its key.
    pub fn open(platform: P, lang: Lang) -> Result<Self, Fault> {
        let (open, warnings) = Open::of(&platform)?;
        Ok(Self {
            shared: Arc::new(Shared {
                platform,
                held: Mutex::new(Held::Open(Box::new(open))),
                line: Mutex::new(()),
                closing: Halt::new(),
                listeners: Listeners::default(),
                warnings: Mutex::new(warnings),
            }),
            lang,
        })
    }

    /// The same device, which tells names of people and reasons in another language.
    #[must_use]
    pub fn speaking(&self, lang: Lang) -> Self {
        Self {
            lang,
            ..self.clone()
        }
    }

    /// The machine that it is on.
    pub fn platform(&self) -> &P {
        &self.shared.platform
    }

    /// Closes the device: a sync ends at its next wait, and the store may be opened by others when
    /// this returns. Further calls are answered with [`alleyway_client::Problem::Closed`].
    pub fn close(&self) {
        self.shared.closing.trip();
        let _line = lock(&self.shared.line);
        *lock(&self.shared.held) = Held::Closed;
    }

    /// Lets go of what is in memory, and opens the store anew.
    ///
    /// # Errors
    /// As [`Device::open`]; the next call tries again.
    pub fn reopen(&self) -> Result<(), Fault> {
        let mut held = lock(&self.shared.held);
        if !matches!(*held, Held::Closed) {
            *held = Held::Broken;
        }
        drop(held);
        self.hold(|_| Ok(()))
    }

    /// Takes what was to be told besides, each once.
    pub fn take_warnings(&self) -> Vec<Warning> {
        std::mem::take(&mut *lock(&self.shared.warnings))
    }

    fn warn(&self, warning: Warning) {
        let mut warnings = lock(&self.shared.warnings);
        if !warnings.contains(&warning) {
            warnings.push(warning);
        }
    }

    /// The server was heard: what was said about the lease is no longer so.
    fn lease_renewed(&self) {
        lock(&self.shared.warnings).retain(|warning| !OF_THE_LEASE.contains(&warning.notice));
    }

    fn now(&self) -> Time {
        self.shared.platform.now()
    }

    fn random(&self) -> Result<[u8; 32], Fault> {
        self.shared.platform.random()
    }

    fn screen<'a>(&self, open: &'a Open<P::Store>) -> Screen<'a> {
        Screen {
            replica: &open.replica,
            now: self.now(),
            lang: self.lang,
        }
    }
}

/// Takes the value that a mutex guards, whoever panicked while holding it: a step that was left
/// half done is dealt with by [`Held`].
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
