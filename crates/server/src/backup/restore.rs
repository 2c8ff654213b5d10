//! A new data folder from a backup.
//!
//! Everything is verified before the new folder is begun, and its `FORMAT` is written last: a restore
//! that is cut off leaves a folder that does not open and can be removed. The backup is only read.

use std::path::PathBuf;

use alleyway_core::limits::NAME_BYTES_MAX;
use alleyway_core::store::Store as _;
use alleyway_core::text::Text;
use alleyway_core::time::Time;
use alleyway_files::read_bounded;
use alleyway_ledger::{self, Quarantine};
use serde::Serialize;

use super::error::BackupError;
use super::folder::BackupFolder;
use super::{keys, verify};
use crate::instance::{Instance, InstanceError};
use crate::problems::ProblemShown;
use crate::secrets::{self, Secrets};
use crate::store::engine::Sled;
use crate::store::{OpenError, OpenOptions, Rebuild, Rebuilt, Upkeep as _};

/// The longest security journal, in bytes.
const JOURNAL_BYTES_MAX: u64 = 512 * 1024 * 1024;
/// Documents in memory while the folder is made.
const LOADED_DOCUMENTS_MAX: usize = 256;

/// The request for a restore.
#[derive(Debug, Clone)]
pub struct RestoreRequest {
    /// The folder of the backups.
    pub from: PathBuf,
    /// Which one; the newest if none is said.
    pub name: Option<String>,
    /// The folder of the document keys.
    pub keys: PathBuf,
    /// The materials that the new folder needs besides.
    pub new: NewFolder,
}

/// A data folder to be made from what was kept.
#[derive(Debug, Clone)]
pub struct NewFolder {
    /// The new data folder: empty, or not there.
    pub data: PathBuf,
    /// The server's own keys: a folder `secrets`, or the data folder it lies in.
    pub secrets: PathBuf,
    /// The security journal; none where it is lost.
    pub journal: Option<PathBuf>,
    /// The incarnation begins now.
    pub now: Time,
}

/// The outcome of a restore.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Restored {
    /// The town.
    pub town: String,
    /// Its name.
    pub town_name: String,
    /// The backup's name.
    pub backup: String,
    /// When the backup was made (RFC 3339).
    pub taken: String,
    /// The last sequence in it.
    pub sequence: u64,
    /// The incarnation that begins.
    pub incarnation: u32,
    /// Why nobody is answered until the devices are confirmed, if so.
    pub quarantine: Option<String>,
    /// Devices that the server knows now.
    pub devices: u64,
    /// Documents compared with their heads.
    pub documents: u64,
}

/// Restores a backup. `progress` hears what is done, and how many.
///
/// # Errors
/// [`BackupError`]; the backup is as it was, and the new folder does not open.
pub fn restore(
    request: &RestoreRequest,
    progress: &mut dyn FnMut(&str, u64),
) -> Result<Restored, BackupError> {
    let RestoreRequest {
        from,
        name,
        keys: keys_folder,
        new,
    } = request;
    let folder = BackupFolder::open(from);
    let manifest = folder.choose(name.as_deref())?;
    let document_keys = keys::read(keys_folder, &manifest)?;
    let damaged = || BackupError::NotWhole(manifest.name.clone());
    let (town, tail) = (
        manifest.town().ok_or_else(damaged)?,
        manifest.tail().ok_or_else(damaged)?,
    );
    let name = Text::new(&manifest.town_name).map_err(|_| damaged())?;
    let materials = new.materials(&manifest.server)?;
    let mut verified = 0;
    verify::verify(&folder, &manifest, &mut |entries| {
        verified += entries.len() as u64;
        progress("verified", verified);
        Ok(())
    })?;

    let rebuild = Rebuild::<Sled>::begin(
        &new.data,
        town,
        document_keys.bytes(),
        materials.journal(),
        OpenOptions::default(),
    );
    let mut rebuild = rebuild.map_err(begun)?;
    let mut restored = 0;
    verify::verify(&folder, &manifest, &mut |entries| {
        restored += entries.len() as u64;
        progress("restored", restored);
        Ok(rebuild.put(entries)?)
    })?;
    let rebuilt = rebuild.finish(tail)?;
    let made = begin(rebuilt, name, materials, new, progress)?;
    Ok(Restored {
        town: manifest.town,
        town_name: manifest.town_name,
        backup: manifest.name,
        taken: manifest.taken,
        sequence: manifest.sequence,
        incarnation: made.incarnation,
        quarantine: made.quarantine.map(|why| why.word().to_owned()),
        devices: made.devices,
        documents: made.documents,
    })
}

/// The materials that were kept beside the backup.
pub(crate) struct Materials {
    secrets: Secrets,
    journal: Option<Vec<u8>>,
}

impl Materials {
    pub(crate) fn journal(&self) -> Option<&[u8]> {
        self.journal.as_deref()
    }
}

impl NewFolder {
    /// Reads what was kept; the keys must be those of the server whose device is `server`.
    pub(crate) fn materials(&self, server: &str) -> Result<Materials, BackupError> {
        if self
            .data
            .read_dir()
            .is_ok_and(|mut names| names.next().is_some())
        {
            return Err(BackupError::NotEmpty(self.data.clone()));
        }
        let inner = self.secrets.join("secrets");
        let folder = if inner.is_dir() {
            &inner
        } else {
            &self.secrets
        };
        let secrets = secrets::read_keys(folder)?;
        if alleyway_core::id::DeviceId::of(&secrets.signing.public()).key() != server {
            return Err(BackupError::AnotherServer(folder.clone()));
        }
        let read = |path: &PathBuf| {
            let failed = |source| BackupError::Journal {
                path: path.clone(),
                source,
            };
            read_bounded(path, JOURNAL_BYTES_MAX).map_err(failed)
        };
        Ok(Materials {
            secrets,
            journal: self.journal.as_ref().map(read).transpose()?,
        })
    }
}

/// A new incarnation.
pub(crate) struct Begun {
    pub(crate) incarnation: u32,
    pub(crate) quarantine: Option<Quarantine>,
    pub(crate) devices: u64,
    pub(crate) documents: u64,
}

/// Begins the next incarnation on a store that was put together anew: everything in it is checked,
/// what the journal knows is carried out, and only then the folder is one that opens.
pub(crate) fn begin(
    rebuilt: Rebuilt<Sled>,
    name: Text<NAME_BYTES_MAX>,
    materials: Materials,
    new: &NewFolder,
    progress: &mut dyn FnMut(&str, u64),
) -> Result<Begun, BackupError> {
    let Rebuilt { store, folder } = rebuilt;
    let unsound = |problem| OpenError::Unsound {
        folder: new.data.clone(),
        problem,
    };
    let report = store.verify_all(&mut |done| progress("records", done))?;
    if !report.is_sound() {
        return Err(unsound(ProblemShown::from(&report)).into());
    }
    secrets::put(&new.data, &name, &materials.secrets)?;
    let town = store.town();
    let keys = materials.secrets;
    let mut instance =
        Instance::with(Box::new(store), town, name, keys, LOADED_DOCUMENTS_MAX).map_err(opened)?;
    let Instance { ledger, store, .. } = &mut instance;
    let incarnation = ledger.begin_incarnation(store.as_ref(), new.now)?;
    if let Some(transaction) = instance.ledger.take_transaction() {
        instance.store.commit(&transaction)?;
    }
    let checking = instance.ledger.checking();
    let report = checking.run(&instance.store, &mut |done| progress("entries", done))?;
    if let Some(problem) = report.problems.first() {
        return Err(unsound(ProblemShown::from(problem)).into());
    }
    folder.publish()?;
    let devices = instance.ledger.devices(&instance.store)?.len() as u64;
    Ok(Begun {
        incarnation,
        quarantine: instance.ledger.quarantine(),
        devices,
        documents: report.documents,
    })
}

fn begun(error: OpenError) -> BackupError {
    match error {
        OpenError::NotEmpty(path) => BackupError::NotEmpty(path),
        other => other.into(),
    }
}

fn opened(error: InstanceError) -> BackupError {
    match error {
        InstanceError::Open(error) => error.into(),
        InstanceError::Secrets(error) => error.into(),
        InstanceError::Store(error) => error.into(),
    }
}
