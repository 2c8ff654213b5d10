//! A town's data folder, opened: its store, its keys, its ledger.

use std::path::Path;

use alleyway_catalogue::Lang;
use alleyway_catalogue::server::start as said;
use alleyway_core::id::TownId;
use alleyway_core::limits::NAME_BYTES_MAX;
use alleyway_core::store::{Store as _, StoreError};
use alleyway_core::text::Text;
use alleyway_ledger::{Ledger, Setup};
use thiserror::Error;

use crate::problems::ProblemShown;
use crate::said::{Said, because, told};
use crate::secrets::{self, Secrets, SecretsError};
use crate::store::{OpenCheck, OpenError, OpenOptions, SledStore, Upkeep};

/// A town, its ledger and its store: all that a server runs on.
#[derive(Debug)]
pub struct Instance {
    /// The town.
    pub town: TownId,
    /// Its name.
    pub name: Text<NAME_BYTES_MAX>,
    /// The ledger.
    pub ledger: Ledger,
    /// The ledger's store. This process holds the folder's lock.
    pub store: Box<dyn Upkeep>,
}

/// Why a data folder was not made or opened.
#[derive(Debug, Error)]
pub enum InstanceError {
    /// The store.
    Open(#[from] OpenError),
    /// The keys.
    Secrets(#[from] SecretsError),
    /// The ledger.
    Store(#[from] StoreError),
}

impl InstanceError {
    /// The text, and the values of its places.
    pub(crate) fn said(&self, lang: Lang) -> Said {
        match self {
            Self::Open(error) => error.said(lang),
            Self::Secrets(error) => error.said(lang),
            Self::Store(error) => {
                let problem = ProblemShown::from(error);
                (said::REASON, vec![because(&problem.text(lang))])
            }
        }
    }
}

told!(InstanceError);

impl Instance {
    /// Makes the folder of a new town. It must be empty, or not exist.
    ///
    /// # Errors
    /// Whatever stands in the way; the folder may then be half made, and is not opened.
    pub fn create(
        folder: &Path,
        name: Text<NAME_BYTES_MAX>,
        loaded_documents_max: usize,
    ) -> Result<Self, InstanceError> {
        let town = TownId(secrets::random()?);
        let mut store = SledStore::create(folder, town, OpenOptions::default())?;
        Ledger::found(&mut store)?;
        let keys = secrets::create(folder, &name)?;
        Self::with(Box::new(store), town, name, keys, loaded_documents_max)
    }

    /// Opens the folder that [`Instance::create`] made.
    ///
    /// # Errors
    /// Among others: another process holds it, it is of another version, damaged, or lacks
    /// acknowledged records.
    pub fn open(folder: &Path, loaded_documents_max: usize) -> Result<Self, InstanceError> {
        // The background scan reads the rest.
        let options = OpenOptions {
            check: OpenCheck::Tail,
            ..OpenOptions::default()
        };
        let store = SledStore::open(folder, options)?;
        let (name, keys) = secrets::open(folder)?;
        let town = store.town();
        Self::with(Box::new(store), town, name, keys, loaded_documents_max)
    }

    /// Opens the ledger on a store that was opened or made.
    pub(crate) fn with(
        mut store: Box<dyn Upkeep>,
        town: TownId,
        name: Text<NAME_BYTES_MAX>,
        keys: Secrets,
        loaded_documents_max: usize,
    ) -> Result<Self, InstanceError> {
        let setup = Setup {
            town,
            town_name: name.clone(),
            secret: keys.signing,
            token_key: keys.token_key,
            challenge_key: secrets::random()?,
            loaded_documents_max,
        };
        let mut ledger = Ledger::open(&store, setup)?;
        // What a restored ledger did not know is durable before anybody is answered.
        if let Some(transaction) = ledger.take_transaction() {
            store.commit(&transaction)?;
        }
        let (older, records) = (&mut ledger, store.as_mut());
        bring_up_to_date(
            older,
            records,
            "the figures of cases were counted",
            |ledger, records| ledger.count_figures(records),
        )?;
        bring_up_to_date(
            older,
            records,
            "the rows for lists were made",
            |ledger, records| ledger.make_rows(records),
        )?;
        Ok(Self {
            town,
            name,
            ledger,
            store,
        })
    }
}

/// Documents gone through between two lines in the log.
const LOGGED_EVERY: usize = 10_000;

/// Makes what a folder of an earlier release lacks of each document, before anybody is answered. `go_on` does
/// some more of it, and says how many documents it went through; `done` is logged behind the last.
fn bring_up_to_date(
    ledger: &mut Ledger,
    store: &mut dyn Upkeep,
    done: &str,
    go_on: impl Fn(&mut Ledger, &dyn Upkeep) -> Result<Option<usize>, StoreError>,
) -> Result<(), StoreError> {
    let (mut seen, mut logged) = (0_usize, 0);
    while let Some(more) = go_on(ledger, store)? {
        if let Some(transaction) = ledger.take_transaction() {
            store.commit(&transaction)?;
        }
        seen += more;
        if seen >= logged + LOGGED_EVERY {
            logged = seen;
            tracing::info!(documents = seen, "a folder of before is brought up to date");
        }
    }
    if seen > 0 {
        tracing::info!(documents = seen, "{done}");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_opened_as_it_was_made_by_one_process_at_a_time() {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().join("town");
        let made = Instance::create(&folder, Text::cut("四排镇"), 16).unwrap();
        let second = Instance::open(&folder, 16).unwrap_err();
        assert!(
            matches!(second, InstanceError::Open(OpenError::Locked(_))),
            "{second}"
        );
        let town = made.town;
        drop(made);
        let opened = Instance::open(&folder, 16).unwrap();
        assert_eq!((opened.town, opened.name.as_str()), (town, "四排镇"));
    }

    #[test]
    fn a_folder_whose_making_was_cut_off_is_not_opened() {
        let dir = tempfile::tempdir().unwrap();
        drop(SledStore::create(dir.path(), TownId([1; 16]), OpenOptions::default()).unwrap());
        let error = Instance::open(dir.path(), 16).unwrap_err();
        assert!(
            matches!(error, InstanceError::Secrets(SecretsError::Missing(_))),
            "{error}"
        );
    }
}
