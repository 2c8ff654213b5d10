//! A backup's manifest: what it is of, how far it reaches, and which chunks it is made of.
//!
//! Two lines of JSON: the manifest, and the BLAKE3 of that line.

use std::path::Path;

use alleyway_core::crypto::Hash;
use alleyway_core::id::{DeviceId, TownId};
use alleyway_core::store::HighWater;
use alleyway_core::wire::Wire as _;
use hex::FromHex as _;
use serde::{Deserialize, Serialize};

use super::chunks::ChunkName;
use super::error::BackupError;
use crate::store::{FORMAT, Tail};

/// The version of manifests and chunks that this program reads and writes.
const BACKUP_FORMAT: u32 = 1;
/// The longest manifest, in bytes: a million chunks.
pub(super) const MANIFEST_BYTES_MAX: u64 = 256 * 1024 * 1024;

/// A backup's manifest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Manifest {
    /// The version of this layout.
    pub(super) backup: u32,
    /// The backup's name: incarnation, commits, and when it was made. Names are in the order of what
    /// the backups hold, whatever the clock said.
    pub(super) name: String,
    /// When it was made (RFC 3339).
    pub(super) taken: String,
    /// The town.
    pub(super) town: String,
    /// Its name.
    pub(super) town_name: String,
    /// The server's own device: whose signature phones trust.
    pub(super) server: String,
    /// The data folder's format.
    pub(super) format: u32,
    /// The ledger's incarnation.
    pub(super) incarnation: u32,
    /// The last sequence.
    pub(super) sequence: u64,
    /// The chain hash there.
    pub(super) chain: String,
    /// Commits of the store.
    pub(super) commits: u64,
    /// Document keys that records may use.
    pub(super) keys: u64,
    /// Entries in all chunks.
    pub(super) entries: u64,
    /// The tree's tail, in hexadecimal.
    pub(super) tail: String,
    /// The last batch of each device that is in it.
    pub(super) devices: Vec<Held>,
    /// The chunks, in the order of their keys.
    pub(super) chunks: Vec<ChunkName>,
}

/// How many of a device's batches are held.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Held {
    pub(super) device: String,
    pub(super) batch: u64,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Seal {
    blake3: String,
}

/// The state of the ledger that was copied, as a manifest has it.
#[derive(Debug, Clone)]
pub(super) struct Origin {
    pub(super) town: TownId,
    pub(super) town_name: String,
    pub(super) server: DeviceId,
    pub(super) incarnation: u32,
    pub(super) held: Vec<(DeviceId, u64)>,
    /// When it was copied (RFC 3339).
    pub(super) taken: String,
}

impl Manifest {
    pub(super) fn new(origin: Origin, tail: &Tail, chunks: Vec<ChunkName>) -> Self {
        let Origin {
            town,
            town_name,
            server,
            incarnation,
            held,
            taken,
        } = origin;
        let HighWater { sequence, chain } = tail.reach;
        let moment: String = taken.chars().filter(char::is_ascii_alphanumeric).collect();
        Self {
            backup: BACKUP_FORMAT,
            name: format!("{incarnation:010}-{:012}-{moment}", tail.commits),
            taken,
            town: town.to_string(),
            town_name,
            server: server.key(),
            format: FORMAT,
            incarnation,
            sequence,
            chain: hex::encode(chain),
            commits: tail.commits,
            keys: tail.slots,
            entries: chunks.iter().map(|chunk| chunk.entries).sum(),
            tail: hex::encode(tail.to_bytes()),
            devices: held
                .into_iter()
                .map(|(device, batch)| Held {
                    device: device.key(),
                    batch,
                })
                .collect(),
            chunks,
        }
    }

    pub(super) fn to_bytes(&self) -> Vec<u8> {
        // Strings and numbers alone: this cannot fail, and an empty manifest would not be read.
        let mut line = serde_json::to_vec(self).unwrap_or_default();
        let seal = Seal {
            blake3: hex::encode(blake3::hash(&line).as_bytes()),
        };
        line.push(b'\n');
        line.extend(serde_json::to_vec(&seal).unwrap_or_default());
        line.push(b'\n');
        line
    }

    /// Reads what [`Manifest::to_bytes`] wrote, of a backup that this program can restore.
    pub(super) fn from_bytes(bytes: &[u8], path: &Path) -> Result<Self, BackupError> {
        let damaged = || BackupError::Manifest(path.to_owned());
        let text = std::str::from_utf8(bytes).map_err(|_| damaged())?;
        let (line, seal) = text
            .strip_suffix('\n')
            .and_then(|text| text.split_once('\n'))
            .ok_or_else(damaged)?;
        let seal: Seal = serde_json::from_str(seal).map_err(|_| damaged())?;
        if seal.blake3 != hex::encode(blake3::hash(line.as_bytes()).as_bytes()) {
            return Err(damaged());
        }
        let manifest: Self = serde_json::from_str(line).map_err(|_| damaged())?;
        if manifest.backup != BACKUP_FORMAT || manifest.format != FORMAT {
            return Err(BackupError::Format {
                path: path.to_owned(),
                found: manifest.format,
                known: FORMAT,
            });
        }
        let names_chunks = |chunk: &ChunkName| {
            Hash::from_hex(&chunk.blake3).is_ok() && hex::decode(&chunk.first).is_ok()
        };
        let agrees = manifest.tail().is_some_and(|tail| {
            let reach = HighWater {
                sequence: manifest.sequence,
                chain: manifest.chain().unwrap_or_default(),
            };
            tail.reach == reach && tail.slots == manifest.keys && tail.commits == manifest.commits
        });
        if agrees && manifest.chunks.iter().all(names_chunks) {
            Ok(manifest)
        } else {
            Err(damaged())
        }
    }

    pub(super) fn tail(&self) -> Option<Tail> {
        Tail::from_bytes(&hex::decode(&self.tail).ok()?).ok()
    }

    fn chain(&self) -> Option<Hash> {
        Hash::from_hex(&self.chain).ok()
    }

    /// The last batch of each device that is in it.
    pub(super) fn held(&self) -> Option<Vec<(DeviceId, u64)>> {
        self.devices
            .iter()
            .map(|held| Some((DeviceId::parse(&held.device)?, held.batch)))
            .collect()
    }

    /// The town.
    pub(super) fn town(&self) -> Option<TownId> {
        TownId::parse(&self.town)
    }
}

#[cfg(test)]
pub(super) fn sample() -> Manifest {
    let origin = Origin {
        town: TownId([1; 16]),
        town_name: "四排镇".to_owned(),
        server: DeviceId([2; 16]),
        incarnation: 1,
        held: vec![(DeviceId([3; 16]), 7)],
        taken: "2026-03-01T00:00:00Z".to_owned(),
    };
    let chunk = ChunkName {
        blake3: hex::encode([4; 32]),
        bytes: 100,
        entries: 2,
        first: "00".to_owned(),
    };
    Manifest::new(origin, &Tail::default(), vec![chunk])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manifest_is_read_back_and_any_change_of_it_is_seen() {
        let manifest = sample();
        let path = Path::new("m");
        let bytes = manifest.to_bytes();
        assert_eq!(Manifest::from_bytes(&bytes, path).unwrap(), manifest);
        assert_eq!(manifest.name, "0000000001-000000000000-20260301T000000Z");
        for length in 0..bytes.len() {
            assert!(
                matches!(
                    Manifest::from_bytes(&bytes[..length], path),
                    Err(BackupError::Manifest(_))
                ),
                "{length}"
            );
        }
        for at in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[at] ^= 1;
            assert!(Manifest::from_bytes(&changed, path).is_err(), "{at}");
        }
    }

    #[test]
    fn a_backup_of_another_format_says_which_program_reads_it() {
        let old = Manifest {
            format: FORMAT - 1,
            ..sample()
        };
        let error = Manifest::from_bytes(&old.to_bytes(), Path::new("m")).unwrap_err();
        assert!(matches!(error, BackupError::Format { .. }), "{error}");
    }
}
