//! What a power cut leaves: chance over what was not synced.

use std::collections::BTreeMap;
use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use alleyway_demo::Chance;

use super::disk::{Content, Disk, Done, Folder, Named, Node, apply, place, put};

/// A disk writes these whole or not at all, in bytes.
const SECTOR_BYTES: usize = 512;

/// How a file's open operations fare.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    /// All are there.
    Kept,
    /// None is.
    Dropped,
    /// The first ones are, and one more in part.
    Prefix,
    /// Any of them.
    AnyOperations,
    /// Any sector of any of them.
    AnySectors,
}

const FATES: [Fate; 5] = [
    Fate::Kept,
    Fate::Dropped,
    Fate::Prefix,
    Fate::AnyOperations,
    Fate::AnySectors,
];

/// A folder after a power cut.
#[derive(Debug)]
pub(super) struct Image {
    folder: Folder,
    /// How many operations had not been synced.
    pub(super) open_operations: u64,
    /// Whether it is to be kept if something is wrong with it.
    pub(super) is_worth_keeping: bool,
}

impl Image {
    /// Draws one of the folders that a power cut at this moment may leave.
    pub(super) fn draw(disk: &Disk, rng: &mut Chance, is_worth_keeping: bool) -> Self {
        let names = draw_names(disk, rng);
        let mut drawn: BTreeMap<Node, Option<Vec<u8>>> = BTreeMap::new();
        for node in names.values() {
            let content = &disk.nodes[*node];
            drawn.insert(
                *node,
                (!content.is_folder).then(|| draw_bytes(content, rng)),
            );
        }
        let folder = names
            .into_iter()
            .map(|(path, node)| (path, drawn[&node].clone()))
            .collect();
        Self {
            folder,
            open_operations: disk.open_operations() as u64,
            is_worth_keeping,
        }
    }

    /// Writes it to an empty folder, for this user alone. What lies in a folder whose name did not
    /// reach the disk is not there.
    pub(super) fn write(&self, to: &Path) -> io::Result<()> {
        for (path, bytes) in &self.folder {
            let there = to.join(path);
            let parent_is_there =
                path.as_os_str().is_empty() || there.parent().is_some_and(Path::is_dir);
            if !parent_is_there {
                continue;
            }
            match bytes {
                None if path.as_os_str().is_empty() => {}
                None => DirBuilder::new().mode(0o700).create(there)?,
                Some(bytes) => {
                    OpenOptions::new()
                        .write(true)
                        .create_new(true)
                        .mode(0o600)
                        .open(there)?
                        .write_all(bytes)?;
                }
            }
        }
        Ok(())
    }
}

/// Half of the time names change in order, as a journal of the file system has it; else any of them.
fn draw_names(disk: &Disk, rng: &mut Chance) -> BTreeMap<PathBuf, Node> {
    let mut names = disk.names.clone();
    let kept: Vec<&Named> = if rng.one_in(2) {
        disk.open
            .iter()
            .take(rng.below(disk.open.len() + 1))
            .collect()
    } else {
        disk.open.iter().filter(|_| rng.one_in(2)).collect()
    };
    for named in kept {
        named.apply(&mut names);
    }
    names
}

fn draw_bytes(content: &Content, rng: &mut Chance) -> Vec<u8> {
    let mut bytes = content.durable.clone();
    let fate = FATES[rng.below(FATES.len())];
    let first = rng.below(content.open.len() + 1);
    for (at, done) in content.open.iter().enumerate() {
        let whole = match fate {
            Fate::Kept => true,
            Fate::Prefix => at < first,
            Fate::AnyOperations => rng.one_in(2),
            Fate::Dropped | Fate::AnySectors => false,
        };
        let parts = fate == Fate::AnySectors || (fate == Fate::Prefix && at == first);
        if whole {
            apply(&mut bytes, done);
        } else if parts {
            torn(&mut bytes, done, rng);
        } else {
            dropped(&mut bytes, done, rng);
        }
    }
    bytes
}

/// The bytes are not there; the length that they gave the file may be.
fn dropped(bytes: &mut Vec<u8>, done: &Done, rng: &mut Chance) {
    if let Done::Wrote(offset, written) = done
        && rng.one_in(2)
    {
        let end = place(*offset) + written.len();
        if bytes.len() < end {
            bytes.resize(end, 0);
        }
    }
}

/// Some sectors are there. A length is or is not.
fn torn(bytes: &mut Vec<u8>, done: &Done, rng: &mut Chance) {
    match done {
        Done::Wrote(offset, written) => {
            let mut at = place(*offset);
            let mut rest = written.as_slice();
            while !rest.is_empty() {
                let to_the_next = SECTOR_BYTES - at % SECTOR_BYTES;
                let (sector, behind) = rest.split_at(to_the_next.min(rest.len()));
                if rng.one_in(2) {
                    put(bytes, at, sector);
                }
                at += sector.len();
                rest = behind;
            }
            dropped(bytes, done, rng);
        }
        Done::Cut(_) if rng.one_in(2) => apply(bytes, done),
        Done::Cut(_) => {}
    }
}

/// Reads a folder.
pub(super) fn read(folder: &Path) -> io::Result<Folder> {
    let mut out = Folder::from([(PathBuf::new(), None)]);
    let mut left = vec![PathBuf::new()];
    while let Some(inner) = left.pop() {
        for entry in fs::read_dir(folder.join(&inner))? {
            let entry = entry?;
            let path = inner.join(entry.file_name());
            let kind = entry.file_type()?;
            if kind.is_dir() {
                out.insert(path.clone(), None);
                left.push(path);
            } else if kind.is_file() {
                out.insert(path, Some(fs::read(entry.path())?));
            }
        }
    }
    Ok(out)
}
