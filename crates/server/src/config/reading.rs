//! A key's value out of the layers, checked.

use std::path::PathBuf;
use std::time::Duration;

use super::keys::{Expected, Key};
use super::{ConfigError, Layers};

impl Key {
    /// The key's value, as `parse` reads it.
    pub(super) fn read<T>(
        self,
        layers: &Layers,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Result<T, ConfigError> {
        let (value, source_of) = layers.value(self);
        parse(&value).ok_or(ConfigError::BadValue {
            key: self.name,
            value,
            source_of,
            expected: self.expected,
        })
    }

    /// A whole number within the key's bounds.
    pub(super) fn number<N: TryFrom<u64>>(self, layers: &Layers) -> Result<N, ConfigError> {
        self.read(layers, |text| {
            let number = text.parse().ok().filter(|number| match self.expected {
                Expected::Number(least, most) => (least..=most).contains(number),
                _ => false,
            });
            N::try_from(number?).ok()
        })
    }

    /// Yes or no.
    pub(super) fn yes_or_no(self, layers: &Layers) -> Result<bool, ConfigError> {
        self.read(layers, |text| text.parse().ok())
    }

    /// A file, if one is named.
    pub(super) fn file(self, layers: &Layers) -> Result<Option<PathBuf>, ConfigError> {
        self.read(layers, |text| {
            Some((!text.is_empty()).then(|| PathBuf::from(text)))
        })
    }

    /// Seconds within the key's bounds.
    pub(super) fn seconds(self, layers: &Layers) -> Result<Duration, ConfigError> {
        self.number(layers).map(Duration::from_secs)
    }
}
