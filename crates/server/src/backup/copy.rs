//! The copy of a town that is being written: slice by slice, and what changed meanwhile laid over.

use std::collections::BTreeSet;
use std::io;
use std::path::PathBuf;

use alleyway_core::id::TownId;
use alleyway_core::store::StoreError;
use alleyway_ledger::batches_held;
use tokio::runtime::Handle;
use zeroize::Zeroizing;

use super::chunks::{Chunk, ChunkName, Cutter, parse};
use super::error::BackupError;
use super::folder::BackupFolder;
use super::keys::DocumentKeys;
use super::manifest::{Manifest, Origin};
use crate::clock::rfc3339;
use crate::progress::Teller;
use crate::secrets;
use crate::store::engine::Entry;
use crate::store::{Changed, Copied, CopyEnd, KEYS_SLICE, Tail};
use crate::writer::{Desk, Writer};

/// Whose town is copied, and who hears how far it is. For a thread that may wait.
pub(crate) struct Source {
    pub(crate) writer: Writer,
    pub(crate) town: TownId,
    /// The town's data folder.
    pub(crate) data: PathBuf,
    pub(crate) runtime: Handle,
    pub(crate) progress: Teller,
}

/// A copy of the town at one sequence.
pub(super) struct Copy {
    pub(super) manifest: Manifest,
    pub(super) keys: DocumentKeys,
    /// Chunks that were not there before.
    pub(super) written: BTreeSet<String>,
}

/// A slice of a copy.
enum CopySlice {
    Entries(Vec<Entry>),
    /// The last one, and what the ledger said of itself at that moment.
    End(Box<(CopyEnd, Origin)>),
}

impl Source {
    /// Has something done by the writer, between others' requests.
    pub(crate) fn ask<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Desk<'_>) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, BackupError> {
        Ok(self.runtime.block_on(self.writer.ask_patiently(0, work))?)
    }

    /// The town's name, from its file: one that cannot be read is no failure of the ledger.
    fn town_name(&self) -> Result<String, BackupError> {
        let name = secrets::town_name(&self.data)
            .map_err(|error| BackupError::io(&self.data)(io::Error::other(error)))?;
        Ok(name.as_str().to_owned())
    }

    fn slice(&self, town_name: &str) -> Result<CopySlice, BackupError> {
        let (town, town_name) = (self.town, town_name.to_owned());
        let slice = self.ask(move |desk| match desk.store.copy_some()? {
            Copied::Entries(entries) => Ok(Some(CopySlice::Entries(entries))),
            Copied::End(end) => {
                let origin = Origin {
                    town,
                    town_name,
                    server: desk.ledger.server_device(),
                    incarnation: desk.ledger.incarnation(),
                    held: batches_held(desk.store)?,
                    taken: rfc3339(desk.now),
                };
                Ok(Some(CopySlice::End(Box::new((end, origin)))))
            }
            Copied::Abandoned => Ok(None),
        })?;
        slice.ok_or(BackupError::TooMuchWritten)
    }

    fn keys(&self, count: u64) -> Result<DocumentKeys, BackupError> {
        let mut keys = Zeroizing::new(Vec::new());
        for from in (0..count).step_by(usize::try_from(KEYS_SLICE).unwrap_or(usize::MAX)) {
            let some =
                self.ask(move |desk| desk.store.document_keys(from..count).map(Zeroizing::new))?;
            keys.extend_from_slice(&some);
        }
        Ok(DocumentKeys::new(keys))
    }
}

/// Copies the town into chunks in `folder`: the ledger first, then the keys, in memory.
pub(super) fn copy(source: &Source, folder: &BackupFolder) -> Result<Copy, BackupError> {
    let town_name = source.town_name()?;
    if !source.ask(|desk| Ok(desk.store.begin_copy()))? {
        return Err(BackupError::UnderWay(source.data.clone()));
    }
    let copied = chunks(source, folder, &town_name);
    if copied.is_err() {
        // The first error is the one to tell.
        let _ = source.ask(|desk| {
            desk.store.abandon_copy();
            Ok(())
        });
    }
    let Chunks {
        names,
        tail,
        origin,
        written,
    } = copied?;
    let keys = source.keys(tail.slots)?;
    Ok(Copy {
        manifest: Manifest::new(origin, &tail, names),
        keys,
        written,
    })
}

/// A copy that lies in chunks.
struct Chunks {
    names: Vec<ChunkName>,
    tail: Tail,
    origin: Origin,
    /// Chunks that were not there before.
    written: BTreeSet<String>,
}

fn chunks(source: &Source, folder: &BackupFolder, town_name: &str) -> Result<Chunks, BackupError> {
    let mut writer = ChunkWriter {
        folder,
        names: Vec::new(),
        written: BTreeSet::new(),
    };
    let mut cutter = Cutter::default();
    let mut copied = 0;
    loop {
        match source.slice(town_name)? {
            CopySlice::Entries(entries) => {
                writer.take(&mut cutter, &entries)?;
                let more = entries.len() as u64;
                source.progress.count("copied", copied, more);
                copied += more;
            }
            CopySlice::End(end) => {
                let (end, origin) = *end;
                writer.take(&mut cutter, &end.entries)?;
                writer.put(cutter.finish())?;
                let ChunkWriter { names, written, .. } = writer.laid_over(&end.changed)?;
                return Ok(Chunks {
                    names,
                    tail: end.tail,
                    origin,
                    written,
                });
            }
        }
    }
}

/// Chunks on their way into a folder.
struct ChunkWriter<'a> {
    folder: &'a BackupFolder,
    names: Vec<ChunkName>,
    written: BTreeSet<String>,
}

impl ChunkWriter<'_> {
    fn take(&mut self, cutter: &mut Cutter, entries: &[Entry]) -> Result<(), BackupError> {
        entries
            .iter()
            .try_for_each(|(key, value)| self.put(cutter.push(key, value)))
    }

    fn put(&mut self, chunk: Option<Chunk>) -> Result<(), BackupError> {
        let Some(chunk) = chunk else { return Ok(()) };
        if self.folder.put_chunk(&chunk)? {
            self.written.insert(chunk.name.blake3.clone());
        }
        self.names.push(chunk.name);
        Ok(())
    }

    /// The same chunks with what changed meanwhile. Those without a change stay.
    fn laid_over(self, changed: &Changed) -> Result<Self, BackupError> {
        let Self {
            folder,
            names,
            written,
        } = self;
        let mut over = ChunkWriter {
            folder,
            names: Vec::new(),
            written,
        };
        let first = |at: usize| names.get(at).and_then(|name| hex::decode(&name.first).ok());
        let mut left = changed.clone();
        for (at, name) in names.iter().enumerate() {
            let next = first(at + 1);
            let behind = next.map_or_else(std::collections::BTreeMap::new, |next| {
                left.split_off(&next)
            });
            let here = std::mem::replace(&mut left, behind);
            if here.is_empty() {
                over.names.push(name.clone());
            } else {
                over.put_merged(&folder.read_chunk(name)?, &here)?;
            }
        }
        Ok(over)
    }

    fn put_merged(&mut self, chunk: &[u8], changed: &Changed) -> Result<(), BackupError> {
        let mut entries: std::collections::BTreeMap<_, _> =
            parse(chunk).unwrap_or_default().into_iter().collect();
        for (key, value) in changed {
            match value {
                Some(value) => entries.insert(key.clone(), value.clone()),
                None => entries.remove(key),
            };
        }
        let mut cutter = Cutter::default();
        for (key, value) in &entries {
            self.put(cutter.push(key, value))?;
        }
        self.put(cutter.finish())
    }
}
