//! A commit behind which nothing that was there before can be read again.
//!
//! All live rows go, with the writes, into a new file under a new data key; the moment the new file
//! takes the store's name is the commit. Then the old data key is destroyed, and with it every copy
//! of an old value that the old file, the journal or the disk still holds. Cut off before the
//! commit, the store is as it was; cut off behind it, the next opening destroys the old key.

use std::fs::{self, OpenOptions};
use std::path::Path;

use alleyway_core::store::{StoreError, Write};

use super::data_key::{self, check};
use super::journal::Journal;
use super::open::{FORMAT_KEY, KEY_CHECK_KEY};
use super::rows::Rows;
use super::salvage::{KEPT_NAME, NEW_NAME, remove};
use super::{DeviceStore, FILE_NAME, failed, record_place, setting_place};
use crate::keys::StoreKey;
use crate::keys::file::{blank, sync_folder};

impl DeviceStore {
    /// Commits `writes` as [`DeviceStore::commit`] does, and destroys the key under which everything
    /// lay until then: what they replace or remove rests nowhere in the folder readable, not even
    /// to who holds the store's key. As far as the disk lets a file be written over.
    ///
    /// # Errors
    /// [`StoreError::Failed`]: the program must end. Either nothing was written, or all; then the
    /// next opening destroys the old key.
    pub fn commit_anew(&mut self, writes: &[Write]) -> Result<(), StoreError> {
        self.renew(writes, &mut || {})
    }

    /// `step` is called wherever the program may be cut off.
    pub(super) fn renew(
        &mut self,
        writes: &[Write],
        step: &mut dyn FnMut(),
    ) -> Result<(), StoreError> {
        let (path, beside) = (self.home.join(FILE_NAME), self.home.join(NEW_NAME));
        let data = StoreKey::random().map_err(failed)?;
        data_key::write(&self.home, data_key::NEW_NAME, &self.host, &data).map_err(failed)?;
        step();
        let rows = self.resealed(&data, writes)?;
        remove(&beside).map_err(failed)?;
        let database = rows.write(&beside)?;
        step();
        let old = OpenOptions::new().write(true).open(&path).map_err(failed)?;
        fs::rename(&beside, &path).map_err(failed)?;
        // From here on the new file is the store, and the key of the old one is not kept.
        (self.database, self.data) = (database, data);
        sync_folder(&self.home).map_err(failed)?;
        step();
        data_key::promote(&self.home).map_err(failed)?;
        step();
        self.journal = Journal::make(&self.home, &Rows::read(&self.database)?).map_err(failed)?;
        step();
        // What the old file holds cannot be read any more: what cannot be written over is no failure.
        let _ = blank(old);
        let _ = discard(&self.home.join(KEPT_NAME));
        step();
        Ok(())
    }

    /// All rows under the key `data`, with the writes. A row that cannot be read stays as one.
    fn resealed(&self, data: &StoreKey, writes: &[Write]) -> Result<Rows, StoreError> {
        let mut rows = Rows::read(&self.database)?;
        let again = |place: &[u8], sealed: &[u8]| match self.data.open(place, sealed) {
            Some(value) => data.seal(place, &value).map_err(failed),
            None => Ok(Vec::new()),
        };
        for (key, sealed) in &mut rows.records {
            *sealed = again(&record_place(key), sealed)?;
        }
        for (key, sealed) in rows
            .settings
            .iter_mut()
            .filter(|(key, _)| *key != FORMAT_KEY)
        {
            *sealed = again(&setting_place(key), sealed)?;
        }
        rows.settings.insert(KEY_CHECK_KEY.to_owned(), check(data));
        for write in writes {
            match &write.value {
                Some(value) => {
                    let sealed = data
                        .seal(&record_place(&write.key), value)
                        .map_err(failed)?;
                    rows.records.insert(write.key.clone(), sealed)
                }
                None => rows.records.remove(&write.key),
            };
        }
        Ok(rows)
    }
}

/// Writes over a file, as far as the disk lets that happen, and removes it.
pub(super) fn discard(path: &Path) -> std::io::Result<()> {
    if let Ok(file) = OpenOptions::new().write(true).open(path) {
        let _ = blank(file);
    }
    remove(path)
}
