//! A disk, as a program sees it and as a power cut would leave it.
//!
//! Every file is what is durable and, in order, what was done since. A sync makes durable what was
//! done to that file before the sync began; of a folder, the names in it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::Lies;
use super::trace::{Event, nameless};

/// A file or a folder, by number.
pub(super) type Node = usize;

/// Something done to a file.
#[derive(Debug, Clone)]
pub(super) enum Done {
    /// Bytes at a place.
    Wrote(u64, Vec<u8>),
    /// A length.
    Cut(u64),
}

/// Something done to a name.
#[derive(Debug, Clone)]
pub(super) enum Named {
    /// The name is this file's or folder's now.
    Set(PathBuf, Node),
    /// There is no such name.
    Removed(PathBuf),
    /// The name is that one now.
    Moved(PathBuf, PathBuf, Node),
}

impl Named {
    /// The folder in which it happened.
    fn folder(&self) -> &Path {
        let (Self::Set(path, _) | Self::Removed(path) | Self::Moved(path, _, _)) = self;
        path.parent().unwrap_or(Path::new(""))
    }

    /// Does it.
    pub(super) fn apply(&self, names: &mut BTreeMap<PathBuf, Node>) {
        let _replaced = self.replace(names);
    }

    /// Does it; whose name is gone by it, and which.
    fn replace(&self, names: &mut BTreeMap<PathBuf, Node>) -> Option<(&Path, Node)> {
        let (path, node) = match self {
            Self::Set(path, node) => (path, names.insert(path.clone(), *node)),
            Self::Removed(path) => (path, names.remove(path)),
            Self::Moved(from, to, node) => {
                names.remove(from);
                (to, names.insert(to.clone(), *node))
            }
        };
        Some((path, node?))
    }
}

/// What a file is.
#[derive(Debug, Clone, Default)]
pub(super) struct Content {
    /// A folder has no content.
    pub(super) is_folder: bool,
    /// What no power cut takes.
    pub(super) durable: Vec<u8>,
    /// What was done since.
    pub(super) open: Vec<Done>,
}

/// What a sync covers.
#[derive(Debug)]
enum Covers {
    /// So many of a file's open operations.
    File(Node, usize),
    /// So many of all open operations on names, those of this folder.
    Folder(PathBuf, usize),
}

/// Which syncs do what they say.
#[derive(Debug, Clone, Copy)]
pub(super) struct Trust(Lies);

impl Trust {
    pub(super) fn of(lies: Lies) -> Self {
        Self(lies)
    }

    fn holds(self, path: &Path) -> bool {
        match self.0 {
            Lies::None => true,
            Lies::AboutTheLedger => path != Path::new("ledger/db"),
            Lies::AboutEverything => false,
        }
    }
}

/// The disk.
#[derive(Debug)]
pub(super) struct Disk {
    pub(super) nodes: Vec<Content>,
    /// Names that no power cut takes.
    pub(super) names: BTreeMap<PathBuf, Node>,
    /// What was done to names since.
    pub(super) open: Vec<Named>,
    /// Names as the program sees them.
    seen: BTreeMap<PathBuf, Node>,
    /// Files without a name that the program may still have open, the last one of each name.
    nameless: BTreeMap<PathBuf, Node>,
    syncs: BTreeMap<u64, Covers>,
    trust: Trust,
}

/// A folder as it lies on a disk: files with their bytes, folders without.
pub(super) type Folder = BTreeMap<PathBuf, Option<Vec<u8>>>;

impl Disk {
    /// A disk on which all of this is durable.
    pub(super) fn of(base: &Folder, trust: Trust) -> Self {
        let mut disk = Self {
            nodes: Vec::new(),
            names: BTreeMap::new(),
            open: Vec::new(),
            seen: BTreeMap::new(),
            nameless: BTreeMap::new(),
            syncs: BTreeMap::new(),
            trust,
        };
        for (path, bytes) in base {
            let durable = bytes.clone().unwrap_or_default();
            disk.names.insert(path.clone(), disk.nodes.len());
            disk.nodes.push(Content {
                is_folder: bytes.is_none(),
                durable,
                open: Vec::new(),
            });
        }
        disk.seen.clone_from(&disk.names);
        disk
    }

    /// Plays an event; whether it was an answer.
    pub(super) fn play(&mut self, event: &Event) -> Result<bool, String> {
        match event {
            Event::Opened { path, emptied } => {
                let node = self.made(path, false);
                if *emptied {
                    self.nodes[node].open.push(Done::Cut(0));
                }
            }
            Event::Wrote {
                path,
                offset,
                bytes,
            } => {
                let node = self.node(path)?;
                self.nodes[node]
                    .open
                    .push(Done::Wrote(*offset, bytes.clone()));
            }
            Event::Cut { path, length } => {
                let node = self.node(path)?;
                self.nodes[node].open.push(Done::Cut(*length));
            }
            Event::SyncBegun { path, number } => {
                let node = self.node(path)?;
                let covers = if self.nodes[node].is_folder {
                    Covers::Folder(path.clone(), self.open.len())
                } else {
                    Covers::File(node, self.nodes[node].open.len())
                };
                if self.trust.holds(path) {
                    self.syncs.insert(*number, covers);
                }
            }
            Event::SyncEnded { number } => self.synced(*number),
            Event::Renamed { from, to } => {
                let node = self.node(from)?;
                if from.parent() != to.parent() {
                    return Err("a file went from one folder to another".to_owned());
                }
                self.named(Named::Moved(from.clone(), to.clone(), node));
            }
            Event::Removed(path) => self.named(Named::Removed(path.clone())),
            Event::Folder(path) => drop(self.made(path, true)),
            Event::Answer => return Ok(true),
        }
        Ok(false)
    }

    fn node(&self, path: &Path) -> Result<Node, String> {
        self.seen
            .get(path)
            .or_else(|| self.nameless.get(path))
            .copied()
            .ok_or_else(|| format!("{} was never made", path.display()))
    }

    fn made(&mut self, path: &Path, is_folder: bool) -> Node {
        if let Some(node) = self.seen.get(path) {
            return *node;
        }
        self.nodes.push(Content {
            is_folder,
            ..Content::default()
        });
        let node = self.nodes.len() - 1;
        self.named(Named::Set(path.to_owned(), node));
        node
    }

    fn named(&mut self, named: Named) {
        if let Some((path, node)) = named.replace(&mut self.seen) {
            self.nameless.insert(nameless(path), node);
        }
        self.open.push(named);
    }

    fn synced(&mut self, number: u64) {
        // Not there where the disk lies.
        match self.syncs.remove(&number) {
            Some(Covers::File(node, count)) => {
                let content = &mut self.nodes[node];
                // Another sync may have covered some of it in the meantime.
                for done in content.open.drain(..count.min(content.open.len())) {
                    apply(&mut content.durable, &done);
                }
                self.shift(node, count);
            }
            Some(Covers::Folder(folder, count)) => self.folder_synced(&folder, count),
            None => {}
        }
    }

    /// Syncs of the same file that are under way cover so many operations less now.
    fn shift(&mut self, synced: Node, by: usize) {
        for covers in self.syncs.values_mut() {
            if let Covers::File(node, count) = covers
                && *node == synced
            {
                *count = count.saturating_sub(by);
            }
        }
    }

    fn folder_synced(&mut self, folder: &Path, count: usize) {
        let mut at = 0;
        let names = &mut self.names;
        self.open.retain(|named| {
            at += 1;
            let covered = at <= count && named.folder() == folder;
            if covered {
                named.apply(names);
            }
            !covered
        });
    }

    /// How many operations are not synced.
    pub(super) fn open_operations(&self) -> usize {
        self.open.len()
            + self
                .nodes
                .iter()
                .map(|content| content.open.len())
                .sum::<usize>()
    }

    /// The folder as the program sees it.
    pub(super) fn seen(&self) -> Folder {
        let content = |node: &Node| {
            let content = &self.nodes[*node];
            let mut bytes = content.durable.clone();
            content.open.iter().for_each(|done| apply(&mut bytes, done));
            (!content.is_folder).then_some(bytes)
        };
        self.seen
            .iter()
            .map(|(path, node)| (path.clone(), content(node)))
            .collect()
    }
}

/// Does it to a file's bytes.
pub(super) fn apply(bytes: &mut Vec<u8>, done: &Done) {
    match done {
        Done::Wrote(offset, written) => put(bytes, place(*offset), written),
        Done::Cut(length) => bytes.resize(place(*length), 0),
    }
}

/// Puts bytes at a place; what was never written before it is zeros.
pub(super) fn put(bytes: &mut Vec<u8>, at: usize, written: &[u8]) {
    let end = at + written.len();
    if bytes.len() < end {
        bytes.resize(end, 0);
    }
    bytes[at..end].copy_from_slice(written);
}

/// An offset in memory.
pub(super) fn place(offset: u64) -> usize {
    usize::try_from(offset).expect("a file that fits into memory")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrote(bytes: &[u8]) -> Event {
        Event::Wrote {
            path: "db".into(),
            offset: 0,
            bytes: bytes.to_vec(),
        }
    }

    #[test]
    fn a_sync_covers_what_was_written_before_it_began() {
        let base = Folder::from([(PathBuf::new(), None), ("db".into(), Some(b"old".to_vec()))]);
        let mut disk = Disk::of(&base, Trust::of(Lies::None));
        for event in [
            wrote(b"1"),
            Event::SyncBegun {
                path: "db".into(),
                number: 1,
            },
            wrote(b"2"),
            Event::SyncBegun {
                path: "db".into(),
                number: 2,
            },
            Event::SyncEnded { number: 1 },
        ] {
            disk.play(&event).unwrap();
        }
        let node = disk.names[Path::new("db")];
        assert_eq!(
            (
                disk.nodes[node].durable.as_slice(),
                disk.nodes[node].open.len()
            ),
            (b"1ld".as_slice(), 1)
        );
        assert_eq!(disk.seen()[Path::new("db")], Some(b"2ld".to_vec()));
        disk.play(&Event::SyncEnded { number: 2 }).unwrap();
        assert_eq!(disk.nodes[node].durable, b"2ld");
    }

    #[test]
    fn what_is_written_to_a_file_that_lost_its_name_is_there_while_the_disk_has_the_name() {
        let base = Folder::from([(PathBuf::new(), None), ("db".into(), Some(b"old".to_vec()))]);
        let mut disk = Disk::of(&base, Trust::of(Lies::None));
        disk.play(&Event::Opened {
            path: "new".into(),
            emptied: false,
        })
        .unwrap();
        disk.play(&Event::Renamed {
            from: "new".into(),
            to: "db".into(),
        })
        .unwrap();
        let path = nameless(Path::new("db"));
        disk.play(&Event::Wrote {
            path,
            offset: 0,
            bytes: b"000".to_vec(),
        })
        .unwrap();
        let node = disk.names[Path::new("db")];
        assert_eq!(
            (
                disk.nodes[node].durable.as_slice(),
                disk.nodes[node].open.len()
            ),
            (b"old".as_slice(), 1)
        );
        assert_eq!(disk.seen()[Path::new("db")], Some(Vec::new()));
    }

    #[test]
    fn a_name_is_durable_when_its_folder_was_synced() {
        let base = Folder::from([(PathBuf::new(), None)]);
        let mut disk = Disk::of(&base, Trust::of(Lies::None));
        disk.play(&Event::Opened {
            path: "new".into(),
            emptied: false,
        })
        .unwrap();
        disk.play(&Event::Renamed {
            from: "new".into(),
            to: "file".into(),
        })
        .unwrap();
        assert_eq!((disk.names.len(), disk.open.len()), (1, 2));
        disk.play(&Event::SyncBegun {
            path: PathBuf::new(),
            number: 1,
        })
        .unwrap();
        disk.play(&Event::SyncEnded { number: 1 }).unwrap();
        assert!(disk.names.contains_key(Path::new("file")) && disk.open.is_empty());
    }
}
