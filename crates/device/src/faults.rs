//! Errors of this machine, as faults.

use std::path::Path;

use alleyway_client::fault::Value;
use alleyway_client::{Fault, Problem};
use alleyway_core::store::StoreError;
use alleyway_replica::OpenError;

use crate::keys::file::KeyFileError;
use crate::session::SyncError;
use crate::store::OpenStoreError;
use crate::transport::{CertificateFault, ServerError, TransportError};

/// For how long a busy server is left alone that does not say, in seconds.
const BUSY_SECONDS: u32 = 5;

fn show(path: &Path) -> String {
    path.display().to_string()
}

fn at(path: &Path) -> Value {
    ("path", show(path))
}

impl From<OpenStoreError> for Fault {
    fn from(error: OpenStoreError) -> Self {
        match error {
            OpenStoreError::Locked(path) => Self::new(Problem::StoreLocked, vec![at(&path)]),
            OpenStoreError::Damaged { path, reason } => {
                Self::new(Problem::StoreDamaged, vec![at(&path), ("reason", reason)])
            }
            OpenStoreError::Newer { path, found } => {
                let found = ("found", found.to_string());
                Self::new(Problem::StoreNewer, vec![at(&path), found])
            }
            OpenStoreError::Older(path) => Self::new(Problem::StoreOlder, vec![at(&path)]),
            OpenStoreError::WrongKey(path) => Self::new(Problem::WrongKey, vec![at(&path)]),
            OpenStoreError::KeyMissing { store, key } => {
                Self::new(Problem::KeyMissing, vec![at(&store), ("key", show(&key))])
            }
            OpenStoreError::Key(error) => error.into(),
            OpenStoreError::Unusable { path, reason } => {
                Self::new(Problem::StoreUnusable, vec![at(&path), ("reason", reason)])
            }
        }
    }
}

impl From<KeyFileError> for Fault {
    fn from(error: KeyFileError) -> Self {
        match error {
            KeyFileError::Missing(path) => {
                let home = path.parent().unwrap_or(Path::new(""));
                Self::new(Problem::KeyMissing, vec![at(home), ("key", show(&path))])
            }
            KeyFileError::Exposed(path) => Self::new(Problem::KeyExposed, vec![at(&path)]),
            KeyFileError::Damaged { path, reason } => {
                let reason = ("reason", reason.to_owned());
                Self::new(Problem::KeyDamaged, vec![at(&path), reason])
            }
            KeyFileError::Newer(path) => Self::new(Problem::KeyNewer, vec![at(&path)]),
            KeyFileError::PassphraseNeeded(_) => Self::plain(Problem::PassphraseNeeded),
            KeyFileError::WrongPassphrase(_) => Self::plain(Problem::WrongPassphrase),
            KeyFileError::Io { path, error } => {
                let reason = ("reason", error.to_string());
                Self::new(Problem::StoreUnusable, vec![at(&path), reason])
            }
            KeyFileError::Seal(error) => Self::unexpected(&error),
            KeyFileError::Keeper(error) => {
                let reason = ("reason", error.to_string());
                Self::new(Problem::KeysUnavailable, vec![reason])
            }
        }
    }
}

/// Why a replica at `place` was not opened.
pub(crate) fn open_fault(place: String, error: &OpenError) -> Fault {
    let at = ("path", place);
    match error {
        OpenError::Identity => Fault::new(Problem::IdentityDamaged, vec![at]),
        OpenError::State => Fault::new(Problem::StateDamaged, vec![at]),
        OpenError::Store(_) => {
            let reason = ("reason", error.to_string());
            Fault::new(Problem::StoreDamaged, vec![at, reason])
        }
    }
}

/// Why something new was not kept.
pub(crate) fn not_recorded(error: &StoreError) -> Fault {
    match error {
        StoreError::Full(_) => Fault::plain(Problem::RoomKept),
        error => not_saved(error),
    }
}

/// Why something was not kept.
pub(crate) fn not_saved(error: &StoreError) -> Fault {
    match error {
        StoreError::Full(reason) => {
            Fault::new(Problem::StorageFull, vec![("reason", reason.clone())])
        }
        error => Fault::new(Problem::NotSaved, vec![("reason", error.to_string())]),
    }
}

impl From<TransportError> for Fault {
    fn from(error: TransportError) -> Self {
        let problem = match &error {
            TransportError::Refused(said) => return refused(said, &error),
            TransportError::NoConnection { .. } => Problem::NoNetwork,
            TransportError::Untrusted { fault, .. } => match fault {
                CertificateFault::Time => Problem::CertificateTime,
                CertificateFault::Name => Problem::CertificateName,
                CertificateFault::Authority => Problem::CertificateAuthority,
                CertificateFault::Chain => Problem::CertificateChain,
            },
            TransportError::NoTls { .. } => Problem::NoTls,
            TransportError::PlainHttp { .. } => Problem::PlainHttp,
            TransportError::Authority { .. } => Problem::BadAuthority,
            TransportError::TimedOut => Problem::TimedOut,
            TransportError::Broken(_) => Problem::Broken,
            TransportError::TooLong { .. } | TransportError::Inflate(_) => Problem::BadAnswer,
            TransportError::NotTheServer { .. } => Problem::NotTheServer,
            TransportError::NotHttp(_) => Problem::NotHttp,
            TransportError::Halted => Problem::Halted,
            TransportError::Failed(_) => Problem::Unexpected,
        };
        Self::new(problem, vec![("reason", error.to_string())])
    }
}

/// The fault that a refusal of the server is, and whether it passes by itself.
fn refused(said: &ServerError, error: &TransportError) -> Fault {
    if said.status == 503 || said.status == 429 {
        let problem = match (said.status, said.code.as_str()) {
            (429, _) => Problem::TooMany,
            (_, "quarantine") => Problem::Quarantine,
            _ => Problem::Busy,
        };
        let seconds = said.retry_after.unwrap_or(BUSY_SECONDS);
        let fault = Fault::new(problem, vec![("seconds", seconds.to_string())]);
        return Fault {
            retry_after: Some(seconds),
            ..fault.with_code(&said.code)
        };
    }
    // What the line or the server's own fault caused passes; the rest does not by itself.
    let passes = said.status == 408 || said.status >= 500 || said.code == "incomplete";
    let problem = if passes {
        Problem::ServerFails
    } else {
        Problem::ServerRefuses
    };
    let values = vec![
        ("text_zh", said.text_zh.clone()),
        ("text_en", said.text_en.clone()),
        ("reason", error.to_string()),
    ];
    Fault::new(problem, values).with_code(&said.code)
}

impl From<SyncError> for Fault {
    fn from(error: SyncError) -> Self {
        match error {
            SyncError::Transport(error) => error.into(),
            SyncError::Drive(error) => Self::from(&error),
            SyncError::Device(fault) => *fault,
            SyncError::Store(error) => not_saved(&error),
            SyncError::Random(_) => Self::unexpected(&error),
        }
    }
}
