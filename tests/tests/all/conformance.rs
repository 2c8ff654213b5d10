//! The suites of the store's port and of its upkeep, run by a crate that is neither the core nor the
//! server: as whoever writes an adapter elsewhere runs them.

#![expect(clippy::expect_used, reason = "a test that cannot go on panics")]

use alleyway_core::id::TownId;
use alleyway_core::store::{Store, conformance};
use alleyway_server::store::conformance::Bench;
use alleyway_server::store::{OpenOptions, SledStore, Upkeep};
use tempfile::TempDir;

/// The store that servers run on, in a folder.
struct Folder {
    store: Option<SledStore>,
    folder: TempDir,
}

impl conformance::Bench for Folder {
    fn create() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let options = OpenOptions::default();
        let store = SledStore::create(folder.path(), TownId([1; 16]), options);
        Self {
            store: Some(store.expect("an empty folder")),
            folder,
        }
    }

    fn store(&mut self) -> &mut dyn Store {
        self.store.as_mut().expect("it is open")
    }

    fn restart(&mut self) {
        drop(self.store.take());
        let store = SledStore::open(self.folder.path(), OpenOptions::default());
        self.store = Some(store.expect("what was just closed"));
    }
}

impl Bench for Folder {
    fn upkeep(&mut self) -> &mut dyn Upkeep {
        self.store.as_mut().expect("it is open")
    }
}

mod port {
    alleyway_core::store_conformance!(super::Folder);
}

mod upkeep {
    alleyway_server::upkeep_conformance!(super::Folder);
}
