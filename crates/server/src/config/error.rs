//! The reasons for which a configuration is not taken, and their texts.

use std::fmt::Display;
use std::net::SocketAddr;

use alleyway_catalogue::Lang;
use alleyway_catalogue::server::start as said;
use thiserror::Error;

use super::{Expected, Source};
use crate::said::{Said, because};

/// Why a configuration was not taken.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ConfigError {
    /// The file could not be read.
    Unreadable {
        /// The file.
        path: String,
        /// The system's reason.
        reason: String,
    },
    /// The file is no TOML.
    Syntax {
        /// The file.
        path: String,
        /// Where and why.
        reason: String,
    },
    /// A key that does not exist.
    UnknownKey {
        /// The key.
        key: String,
        /// Where it stands.
        source_of: Source,
        /// Every key there is.
        known: String,
    },
    /// A value that its key does not take.
    BadValue {
        /// The key.
        key: &'static str,
        /// The value.
        value: String,
        /// Where it stands.
        source_of: Source,
        /// The values that the key takes.
        expected: Expected,
    },
    /// A certificate without its key, or the other way round.
    HalfTls {
        /// The key that is not set.
        missing: &'static str,
    },
    /// Whoever is between would read everything.
    PlainBeyondLoopback {
        /// The address.
        listen: SocketAddr,
        /// Where it stands.
        source_of: Source,
    },
}

impl ConfigError {
    /// The text, and the values of its places, some of which are texts themselves.
    fn said(&self, lang: Lang) -> Said {
        let text = |name, value: &dyn Display| (name, value.to_string());
        match self {
            Self::Unreadable { path, reason } => (
                said::CONFIG_UNREADABLE,
                vec![text("path", path), because(reason)],
            ),
            Self::Syntax { path, reason } => (
                said::CONFIG_SYNTAX,
                vec![text("path", path), because(reason)],
            ),
            Self::UnknownKey {
                key,
                source_of,
                known,
            } => (
                said::UNKNOWN_KEY,
                vec![
                    text("key", key),
                    ("source", source_of.text(lang)),
                    text("known", known),
                ],
            ),
            Self::BadValue {
                key,
                value,
                source_of,
                expected,
            } => (
                said::BAD_VALUE,
                vec![
                    text("key", key),
                    text("value", value),
                    ("source", source_of.text(lang)),
                    ("expected", expected.text(lang)),
                ],
            ),
            Self::HalfTls { missing } => (said::HALF_TLS, vec![text("missing", missing)]),
            Self::PlainBeyondLoopback { listen, source_of } => (
                said::PLAIN_BEYOND_LOOPBACK,
                vec![text("listen", listen), ("source", source_of.text(lang))],
            ),
        }
    }
}

impl ConfigError {
    /// Why, for people.
    pub fn text(&self, lang: Lang) -> String {
        let (message, values) = self.said(lang);
        message.fill(lang, &values)
    }
}

impl Display for ConfigError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.text(Lang::En))
    }
}
