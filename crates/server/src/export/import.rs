//! A new data folder from an export.
//!
//! Every row is written anew, sealed under fresh document keys. As at a restore the folder is a new
//! incarnation, is checked from end to end, and gets its `FORMAT` last.

use std::fs::File;
use std::io::{BufRead as _, BufReader, Read as _};
use std::path::{Path, PathBuf};

use alleyway_core::crypto::Hash;
use alleyway_core::id::TownId;
use alleyway_core::store::{HighWater, Store as _, Transaction, Write};
use alleyway_core::text::Text;
use base64ct::{Base64, Encoding as _};
use hex::FromHex as _;
use serde::Serialize;

use super::error::ExportError;
use super::format::{
    DOCUMENTS, EXPORT_FORMAT, ExportManifest, FileSeal, LINE_BYTES_MAX, MANIFEST, ROWS, RowLine,
};
use crate::backup::{BackupError, NewFolder, begin};
use crate::store::engine::Sled;
use crate::store::{FORMAT, OpenOptions, Rebuild, SledStore};

/// Rows written in one commit.
const ROWS_AT_ONCE: usize = 1_000;
/// Bytes of their values, about.
const BYTES_AT_ONCE: usize = 8 * 1024 * 1024;
/// The longest manifest, in bytes.
const MANIFEST_BYTES_MAX: u64 = 64 * 1024;

/// The request for an import of an export.
#[derive(Debug, Clone)]
pub struct ImportRequest {
    /// The export.
    pub from: PathBuf,
    /// The new data folder.
    pub new: NewFolder,
}

/// The outcome of such an import.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ImportedTown {
    /// The town.
    pub town: String,
    /// Its name.
    pub town_name: String,
    /// When the export was made (RFC 3339).
    pub taken: String,
    /// The last sequence in it.
    pub sequence: u64,
    /// The incarnation that begins.
    pub incarnation: u32,
    /// Why nobody is answered until the devices are confirmed, if so.
    pub quarantine: Option<String>,
    /// Devices that it knows.
    pub devices: u64,
    /// Rows written.
    pub rows: u64,
    /// Documents compared with their heads.
    pub documents: u64,
}

/// Makes a data folder from an export. `progress` hears what is done, and how many.
///
/// # Errors
/// [`ExportError`]; the new folder then does not open.
pub fn import(
    request: &ImportRequest,
    progress: &mut dyn FnMut(&str, u64),
) -> Result<ImportedTown, ExportError> {
    let ImportRequest { from, new } = request;
    let manifest = read_manifest(from)?;
    for name in [ROWS, DOCUMENTS] {
        let seal = manifest.files.get(name);
        let seal = seal.ok_or_else(|| {
            ExportError::damaged(&from.join(MANIFEST), format!("it does not name {name}"))
        })?;
        is_sealed(&from.join(name), seal)?;
    }
    let wrong = |what: &str| ExportError::damaged(&from.join(MANIFEST), what);
    let town = TownId::parse(&manifest.town).ok_or_else(|| wrong("town"))?;
    let name = Text::new(&manifest.town_name).map_err(|_| wrong("town_name"))?;
    let chain = Hash::from_hex(&manifest.chain).map_err(|_| wrong("chain"))?;
    let materials = new.materials(&manifest.server)?;
    let journal = materials.journal();
    let rebuilt = Rebuild::<Sled>::empty(&new.data, town, journal, OpenOptions::default());
    let mut rebuilt = rebuilt.map_err(BackupError::from)?;
    let rows = write_rows(&mut rebuilt.store, &from.join(ROWS), progress)?;
    if rows != manifest.rows {
        return Err(ExportError::damaged(
            &from.join(ROWS),
            format!("{rows} rows, not {}", manifest.rows),
        ));
    }
    let high_water = HighWater {
        sequence: manifest.sequence,
        chain,
    };
    rebuilt
        .store
        .commit(&Transaction {
            high_water,
            ..Transaction::default()
        })
        .map_err(BackupError::from)?;
    let begun = begin(rebuilt, name, materials, new, progress)?;
    Ok(ImportedTown {
        town: manifest.town,
        town_name: manifest.town_name,
        taken: manifest.taken,
        sequence: manifest.sequence,
        incarnation: begun.incarnation,
        quarantine: begun.quarantine.map(|why| why.word().to_owned()),
        devices: begun.devices,
        rows,
        documents: begun.documents,
    })
}

fn read_manifest(from: &Path) -> Result<ExportManifest, ExportError> {
    let path = from.join(MANIFEST);
    let mut text = Vec::new();
    let read =
        File::open(&path).and_then(|file| file.take(MANIFEST_BYTES_MAX).read_to_end(&mut text));
    if read
        .as_ref()
        .is_err_and(|error| error.kind() == std::io::ErrorKind::NotFound)
    {
        return Err(ExportError::NotThere(from.to_owned()));
    }
    read.map_err(ExportError::io(&path))?;
    let manifest: ExportManifest = serde_json::from_slice(&text)
        .map_err(|error| ExportError::damaged(&path, error.to_string()))?;
    for (found, known) in [(manifest.export, EXPORT_FORMAT), (manifest.format, FORMAT)] {
        if found != known {
            return Err(ExportError::Format { path, found, known });
        }
    }
    Ok(manifest)
}

/// Whether a file is the one that was written.
fn is_sealed(path: &Path, seal: &FileSeal) -> Result<(), ExportError> {
    let mut hash = blake3::Hasher::new();
    let mut file = File::open(path).map_err(ExportError::io(path))?;
    let mut buffer = vec![0; 1024 * 1024];
    let mut bytes = 0;
    loop {
        let read = file.read(&mut buffer).map_err(ExportError::io(path))?;
        let Some(some) = buffer.get(..read).filter(|some| !some.is_empty()) else {
            break;
        };
        hash.update(some);
        bytes += read as u64;
    }
    if bytes != seal.bytes || hex::encode(hash.finalize().as_bytes()) != seal.blake3 {
        return Err(ExportError::damaged(
            path,
            "its BLAKE3 is not that of the manifest",
        ));
    }
    Ok(())
}

fn write_rows(
    store: &mut SledStore,
    path: &Path,
    progress: &mut dyn FnMut(&str, u64),
) -> Result<u64, ExportError> {
    let mut input = BufReader::new(File::open(path).map_err(ExportError::io(path))?);
    let mut rows = 0;
    let (mut writes, mut bytes) = (Vec::new(), 0);
    loop {
        let mut line = String::new();
        let read = (&mut input)
            .take(LINE_BYTES_MAX)
            .read_line(&mut line)
            .map_err(ExportError::io(path))?;
        if read > 0 {
            let write = read_row(&line)
                .ok_or_else(|| ExportError::damaged(path, format!("line {}", rows + 1)))?;
            bytes += write.value.as_ref().map_or(0, Vec::len);
            writes.push(write);
            rows += 1;
        }
        if read == 0 || writes.len() >= ROWS_AT_ONCE || bytes >= BYTES_AT_ONCE {
            let writes = std::mem::take(&mut writes);
            bytes = 0;
            store
                .commit(&Transaction {
                    writes,
                    ..Transaction::default()
                })
                .map_err(BackupError::from)?;
            progress("rows", rows);
        }
        if read == 0 {
            return Ok(rows);
        }
    }
}

fn read_row(line: &str) -> Option<Write> {
    let RowLine { key, value, slot } = serde_json::from_str(line).ok()?;
    Some(Write {
        key: hex::decode(&key).ok()?,
        value: Some(Base64::decode_vec(&value).ok()?),
        slot,
    })
}
