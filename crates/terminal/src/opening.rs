//! Opening the device's store: its key, what may be wrong with it, and what of it cannot be read.

use std::path::Path;

use alleyway_replica::{Damage, Damaged, OpenError, Opened, Replica};

use super::context::{Context, Device};
use super::exit::{Exit, Failure};
use super::texts::{Message, say};
use alleyway_device::keys::file::{Guard, KeyFileError};
use alleyway_device::keys::{Cost, Passphrase};
use alleyway_device::store::{DeviceStore, KeyFile, OpenStoreError};

impl Context {
    /// The device, enrolled or not; its folder is made if there is none.
    pub(super) fn open_any(&self) -> Result<Device, Failure> {
        self.open_as(Guard::Mode)
    }

    /// As [`Context::open_any`], and from now on a passphrase guards it.
    pub(super) fn open_guarded(&self) -> Result<Device, Failure> {
        if !alleyway_device::keys::file::exists(self.home()) {
            let passphrase = self.new_passphrase()?;
            return self.open_as(Guard::Passphrase(&passphrase, Cost::STANDARD));
        }
        let device = self.open_any()?;
        if !device.replica.is_enrolled() && !self.is_guarded()? {
            self.guard(&device.store, Some(&self.new_passphrase()?))?;
        }
        Ok(device)
    }

    fn open_as(&self, guard: Guard<'_>) -> Result<Device, Failure> {
        let mut store = self
            .open_store(guard)
            .map_err(|error| self.open_failure(&error))?;
        let Opened {
            replica,
            damage,
            repairs,
        } = self.replica(&store)?;
        self.commit(&mut store, &repairs)?;
        if let Some(salvaged) = store.salvaged() {
            let values = [
                ("path", show(&salvaged.kept)),
                ("count", salvaged.unreadable.to_string()),
            ];
            self.warn(
                "store_rebuilt",
                self.fill(say::damage::REBUILT, &borrowed(&values)),
            );
        }
        self.warn_of(&damage);
        Ok(Device {
            replica,
            store,
            damage,
        })
    }

    /// The store, with the passphrase asked for if one guards it.
    pub(super) fn open_store(&self, guard: Guard<'_>) -> Result<DeviceStore, OpenStoreError> {
        let mut ask = || self.passphrase();
        let passphrase: &mut dyn FnMut() -> Option<Passphrase> = &mut ask;
        DeviceStore::open_with(
            self.home(),
            &mut KeyFile {
                home: self.home(),
                guard,
                passphrase,
            },
        )
    }

    /// What the store holds.
    pub(super) fn replica(&self, store: &DeviceStore) -> Result<Opened, Failure> {
        Replica::open_tolerantly(store).map_err(|error| {
            let values = [("path", show(self.home())), ("reason", error.to_string())];
            match error {
                OpenError::Identity => self.store_failure(
                    "identity_damaged",
                    say::store::IDENTITY_DAMAGED,
                    values.get(..1).unwrap_or_default(),
                ),
                OpenError::State => self.store_failure(
                    "state_damaged",
                    say::store::STATE_DAMAGED,
                    values.get(..1).unwrap_or_default(),
                ),
                OpenError::Store(_) => {
                    self.store_failure("store_damaged", say::store::DAMAGED, &values)
                }
            }
        })
    }

    /// Keeps it that documents which were looked at and are damaged are to be fetched, and says so.
    pub(super) fn keep_unreadable(&self, device: &mut Device) -> Result<(), Failure> {
        let writes = device.replica.want_unreadable();
        if !writes.is_empty() {
            self.warn(
                "document_damaged",
                self.fill(
                    say::damage::DOCUMENTS,
                    &[("count", &writes.len().to_string())],
                ),
            );
        }
        self.commit(&mut device.store, &writes)
    }

    /// Names what cannot be read.
    fn warn_of(&self, damage: &[Damage]) {
        for damage in damage {
            let (code, text, name) = match damage.what {
                Damaged::Document(id) => {
                    ("document_damaged", say::damage::DOCUMENT, id.to_string())
                }
                Damaged::Restored(counter) => (
                    "command_restored",
                    say::damage::RESTORED,
                    counter.to_string(),
                ),
                Damaged::Command(counter) => {
                    ("command_damaged", say::damage::COMMAND, counter.to_string())
                }
                Damaged::Batch(number) => ("batch_damaged", say::damage::BATCH, number.to_string()),
                Damaged::Unknown => (
                    "command_damaged",
                    say::damage::COMMAND,
                    super::damaged::record(&damage.key),
                ),
                // Made anew as it is needed: nobody misses it.
                Damaged::Passing => continue,
            };
            self.warn(code, self.fill(text, &[("name", &name)]));
        }
    }

    /// What is wrong with a store, and what to do.
    pub(super) fn open_failure(&self, error: &OpenStoreError) -> Failure {
        match error {
            OpenStoreError::Locked(path) => self.failure(
                Exit::Locked,
                "store_locked",
                say::store::LOCKED,
                &[("path", &show(path))],
            ),
            OpenStoreError::Damaged { path, reason } => {
                let values = [("path", show(path)), ("reason", reason.clone())];
                self.store_failure("store_damaged", say::store::DAMAGED, &values)
            }
            OpenStoreError::Newer { path, found } => {
                let values = [("path", show(path)), ("found", found.to_string())];
                self.store_failure("store_newer", say::store::NEWER, &values)
            }
            OpenStoreError::Older { path, found } => {
                let values = [("path", show(path)), ("found", found.to_string())];
                self.store_failure("store_older", say::store::OLDER, &values)
            }
            OpenStoreError::WrongKey(path) => {
                self.store_failure("wrong_key", say::store::WRONG_KEY, &[("path", show(path))])
            }
            OpenStoreError::KeyMissing { store, key } => {
                let values = [("path", show(store)), ("key", show(key))];
                self.store_failure("key_missing", say::store::KEY_MISSING, &values)
            }
            OpenStoreError::Key(error) => self.key_failure(error),
            OpenStoreError::Unusable { path, reason } => self.unusable(path, reason),
        }
    }

    /// What is wrong with a key file, and what to do.
    pub(super) fn key_failure(&self, error: &KeyFileError) -> Failure {
        let at = |path: &Path| [("path", show(path))];
        match error {
            KeyFileError::Missing(path) => {
                let values = [("path", show(self.home())), ("key", show(path))];
                self.store_failure("key_missing", say::store::KEY_MISSING, &values)
            }
            KeyFileError::Exposed(path) => {
                self.store_failure("key_exposed", say::store::KEY_EXPOSED, &at(path))
            }
            KeyFileError::Damaged { path, reason } => {
                let values = [("path", show(path)), ("reason", (*reason).to_owned())];
                self.store_failure("key_damaged", say::store::KEY_DAMAGED, &values)
            }
            KeyFileError::Newer(path) => {
                self.store_failure("key_newer", say::store::KEY_NEWER, &at(path))
            }
            KeyFileError::PassphraseNeeded(_) => self.failure(
                Exit::Usage,
                "passphrase_needed",
                say::passphrase::NEEDED,
                &[],
            ),
            KeyFileError::WrongPassphrase(_) => self.failure(
                Exit::NotAllowed,
                "wrong_passphrase",
                say::passphrase::WRONG,
                &[],
            ),
            KeyFileError::Io { path, error } => self.unusable(path, &error.to_string()),
            KeyFileError::Seal(error) => self.unexpected(error),
        }
    }

    fn unusable(&self, path: &Path, reason: &str) -> Failure {
        let values = [("path", show(path)), ("reason", reason.to_owned())];
        self.failure(
            Exit::Unexpected,
            "store_unusable",
            say::store::UNUSABLE,
            &borrowed(&values),
        )
    }

    fn store_failure(&self, code: &str, text: &Message, values: &[(&str, String)]) -> Failure {
        self.failure(Exit::Damaged, code, text, &borrowed(values))
    }
}

fn show(path: &Path) -> String {
    path.display().to_string()
}

fn borrowed<'a>(values: &'a [(&'a str, String)]) -> Vec<(&'a str, &'a str)> {
    values
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect()
}
