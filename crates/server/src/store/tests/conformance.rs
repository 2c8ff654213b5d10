//! The contracts of the port and of its upkeep, on every adapter and engine.

use alleyway_core::store::{MemoryStore, Store, conformance};

use super::super::engine::Engine;
use super::super::engine::map::Map;
use super::super::{OpenOptions, Sled, TownStore, Upkeep};
use super::TOWN;

/// Stores in a data folder, on an engine.
struct Folder<E> {
    store: Option<TownStore<E>>,
    folder: tempfile::TempDir,
}

impl<E: Engine> conformance::Bench for Folder<E> {
    fn create() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = TownStore::create(folder.path(), TOWN, OpenOptions::default()).unwrap();
        Self {
            store: Some(store),
            folder,
        }
    }

    fn store(&mut self) -> &mut dyn Store {
        self.store.as_mut().unwrap()
    }

    fn restart(&mut self) {
        drop(self.store.take());
        self.store = Some(TownStore::open(self.folder.path(), OpenOptions::default()).unwrap());
    }
}

impl<E: Engine> super::super::conformance::Bench for Folder<E> {
    fn upkeep(&mut self) -> &mut dyn Upkeep {
        self.store.as_mut().unwrap()
    }
}

struct Memory(MemoryStore);

impl conformance::Bench for Memory {
    fn create() -> Self {
        Self(MemoryStore::default())
    }

    fn store(&mut self) -> &mut dyn Store {
        &mut self.0
    }

    fn restart(&mut self) {}
}

impl super::super::conformance::Bench for Memory {
    fn upkeep(&mut self) -> &mut dyn Upkeep {
        &mut self.0
    }
}

mod sled {
    alleyway_core::store_conformance!(super::Folder<super::Sled>);
    crate::upkeep_conformance!(super::Folder<super::Sled>);
}

/// What is above the engine is not sled's.
mod map {
    alleyway_core::store_conformance!(super::Folder<super::Map>);
    crate::upkeep_conformance!(super::Folder<super::Map>);
}

mod memory {
    crate::upkeep_conformance!(super::Memory);
}
