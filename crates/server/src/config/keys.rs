//! The table of keys: the one place where a key is written down. File, environment, flags and help
//! are made of it.

use alleyway_catalogue::{Lang, server as meaning};

/// One key: as written in the file; `ALLEYWAY_SERVER_` and capitals in the environment; a flag with hyphens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Key {
    /// The name.
    pub name: &'static str,
    /// The value if none is given.
    pub default: &'static str,
    /// A word for the value, in help.
    pub takes: &'static str,
    /// What it takes, to end the sentence "must be …".
    pub expected: &'static str,
    /// Which help shows it.
    pub shown: Shown,
}

/// Which help shows a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shown {
    /// `-h` and `--help`.
    Always,
    /// `--help` alone: few will ever set it.
    InLongHelp,
}

impl Key {
    /// What it means, for people.
    pub fn about(&self, lang: Lang) -> &'static str {
        meaning::KEY
            .get(lang, &format!(":{}", self.name))
            .unwrap_or_default()
    }

    /// The flag that sets it, without the hyphens in front.
    pub fn flag(&self) -> String {
        self.name.replace('_', "-")
    }
}

macro_rules! keys {
    ($($constant:ident {
        name: $name:literal,
        default: $default:literal,
        takes: $takes:literal,
        expected: $expected:literal,
        shown: $shown:ident,
    })*) => {
        $(
            #[doc = concat!("The key `", $name, "`.")]
            pub(super) const $constant: Key = Key {
                name: $name,
                default: $default,
                takes: $takes,
                expected: $expected,
                shown: Shown::$shown,
            };
        )*
        /// Every key.
        pub const KEYS: &[Key] = &[$($constant),*];
    };
}

keys! {
    DATA {
        name: "data",
        default: "alleyway-data",
        takes: "DIR",
        expected: "a folder",
        shown: Always,
    }
    LISTEN {
        name: "listen",
        default: "127.0.0.1:8470",
        takes: "ADDR",
        expected: "an address with a port, such as 127.0.0.1:8470",
        shown: Always,
    }
    PUBLIC_URL {
        name: "public_url",
        default: "",
        takes: "URL",
        expected: "empty or an http or https address",
        shown: Always,
    }
    TLS_CERTIFICATE {
        name: "tls_certificate",
        default: "",
        takes: "FILE",
        expected: "empty or a PEM file, and `tls_key` with it",
        shown: Always,
    }
    TLS_KEY {
        name: "tls_key",
        default: "",
        takes: "FILE",
        expected: "empty or a PEM file, and `tls_certificate` with it",
        shown: Always,
    }
    ALLOW_PLAIN_HTTP {
        name: "allow_plain_http",
        default: "false",
        takes: "true|false",
        expected: "true or false",
        shown: Always,
    }
    ADDRESS_REQUESTS_PER_MINUTE {
        name: "address_requests_per_minute",
        default: "6000",
        takes: "N",
        expected: "a whole number from 1 to 10000000",
        shown: InLongHelp,
    }
    ADDRESS_CONNECTIONS_MAX {
        name: "address_connections_max",
        default: "512",
        takes: "N",
        expected: "a whole number from 1 to 65536",
        shown: InLongHelp,
    }
    ADDRESS_ENROLMENTS_PER_MINUTE {
        name: "address_enrolments_per_minute",
        default: "30",
        takes: "N",
        expected: "a whole number from 1 to 10000000",
        shown: InLongHelp,
    }
    DEVICE_REQUESTS_PER_MINUTE {
        name: "device_requests_per_minute",
        default: "1200",
        takes: "N",
        expected: "a whole number from 1 to 10000000",
        shown: InLongHelp,
    }
    LIMIT_LOOPBACK {
        name: "limit_loopback",
        default: "false",
        takes: "true|false",
        expected: "true or false",
        shown: InLongHelp,
    }
    CONNECTIONS_MAX {
        name: "connections_max",
        default: "1024",
        takes: "N",
        expected: "a whole number from 1 to 65536",
        shown: InLongHelp,
    }
    HEADER_SECONDS_MAX {
        name: "header_seconds_max",
        default: "10",
        takes: "SECONDS",
        expected: "a whole number from 1 to 3600",
        shown: InLongHelp,
    }
    BODY_SECONDS_MAX {
        name: "body_seconds_max",
        default: "30",
        takes: "SECONDS",
        expected: "a whole number from 1 to 3600",
        shown: InLongHelp,
    }
    CHUNK_SECONDS_MAX {
        name: "chunk_seconds_max",
        default: "30",
        takes: "SECONDS",
        expected: "a whole number from 1 to 3600",
        shown: InLongHelp,
    }
    DRAIN_SECONDS_MAX {
        name: "drain_seconds_max",
        default: "20",
        takes: "SECONDS",
        expected: "a whole number from 1 to 3600",
        shown: InLongHelp,
    }
    REQUESTS_WAITING_MAX {
        name: "requests_waiting_max",
        default: "1024",
        takes: "N",
        expected: "a whole number from 1 to 65536",
        shown: InLongHelp,
    }
    GROUP_REQUESTS_MAX {
        name: "group_requests_max",
        default: "256",
        takes: "N",
        expected: "a whole number from 1 to 4096",
        shown: InLongHelp,
    }
    GROUP_BYTES_MAX {
        name: "group_bytes_max",
        default: "4194304",
        takes: "BYTES",
        expected: "a whole number from 1 to 67108864",
        shown: InLongHelp,
    }
    LOADED_DOCUMENTS_MAX {
        name: "loaded_documents_max",
        default: "2000",
        takes: "N",
        expected: "a whole number from 16 to 1000000",
        shown: InLongHelp,
    }
    DISK_RESERVE_BYTES {
        name: "disk_reserve_bytes",
        default: "268435456",
        takes: "BYTES",
        expected: "a whole number from 0 to 1125899906842624",
        shown: InLongHelp,
    }
    LOG_LEVEL {
        name: "log_level",
        default: "info",
        takes: "FILTER",
        expected: "a level (error, warn, info, debug, trace) or a filter",
        shown: Always,
    }
    LOG_FORMAT {
        name: "log_format",
        default: "json",
        takes: "FORMAT",
        expected: "json or text",
        shown: Always,
    }
}

/// The largest reserve that is taken: a pebibyte.
pub(super) const DISK_RESERVE_BYTES_MAX: u64 = 1 << 50;
