//! A key's value out of the layers, checked.

use std::path::PathBuf;
use std::time::Duration;

use super::keys::Key;
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

    /// A whole number within bounds.
    pub(super) fn number(
        self,
        layers: &Layers,
        least: usize,
        most: usize,
    ) -> Result<usize, ConfigError> {
        self.read(layers, |text| {
            text.parse().ok().filter(|n| (least..=most).contains(n))
        })
    }

    /// How many a minute.
    pub(super) fn per_minute(self, layers: &Layers) -> Result<u32, ConfigError> {
        self.read(layers, |text| {
            text.parse().ok().filter(|n| (1..=10_000_000).contains(n))
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

    /// From a second to an hour.
    pub(super) fn seconds(self, layers: &Layers) -> Result<Duration, ConfigError> {
        self.read(layers, |text| {
            text.parse()
                .ok()
                .filter(|n| (1..=3_600).contains(n))
                .map(Duration::from_secs)
        })
    }
}
