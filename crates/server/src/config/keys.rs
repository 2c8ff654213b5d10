//! The table of keys: the one place where a key is written down. File, environment, flags and help
//! are made of it.

use alleyway_catalogue::server::start as said;
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
    /// The values that it takes.
    pub expected: Expected,
    /// Which help shows it.
    pub shown: Shown,
}

/// The values that a key takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expected {
    /// A folder.
    Folder,
    /// An address with a port.
    Address,
    /// Nothing, or an address of this machine alone, with a port.
    OwnAddress,
    /// Nothing, or an `http` or `https` address.
    Url,
    /// Nothing, or a PEM file, and the other key with it.
    PemWith(&'static str),
    /// Yes or no.
    YesNo,
    /// A whole number, from the one to the other.
    Number(u64, u64),
    /// A filter of log lines.
    Level,
    /// How log lines look.
    Format,
}

impl Expected {
    /// The same, to end the sentence "must be …".
    pub fn text(self, lang: Lang) -> String {
        match self {
            Self::Folder => said::EXPECTED_FOLDER.text(lang).to_owned(),
            Self::Address => said::EXPECTED_ADDRESS.text(lang).to_owned(),
            Self::OwnAddress => said::EXPECTED_OWN_ADDRESS.text(lang).to_owned(),
            Self::Url => said::EXPECTED_URL.text(lang).to_owned(),
            Self::PemWith(other) => said::EXPECTED_PEM.fill(lang, &[("other", other)]),
            Self::YesNo => said::EXPECTED_YES_NO.text(lang).to_owned(),
            Self::Number(least, most) => {
                let bounds = [("least", least.to_string()), ("most", most.to_string())];
                said::EXPECTED_NUMBER.fill(lang, &bounds)
            }
            Self::Level => said::EXPECTED_LEVEL.text(lang).to_owned(),
            Self::Format => said::EXPECTED_FORMAT.text(lang).to_owned(),
        }
    }
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
    /// Its meaning, for people.
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
        expected: $expected:expr,
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
        expected: Expected::Folder,
        shown: Always,
    }
    LISTEN {
        name: "listen",
        default: "127.0.0.1:8470",
        takes: "ADDR",
        expected: Expected::Address,
        shown: Always,
    }
    METRICS_LISTEN {
        name: "metrics_listen",
        default: "",
        takes: "ADDR",
        expected: Expected::OwnAddress,
        shown: Always,
    }
    PUBLIC_URL {
        name: "public_url",
        default: "",
        takes: "URL",
        expected: Expected::Url,
        shown: Always,
    }
    TLS_CERTIFICATE {
        name: "tls_certificate",
        default: "",
        takes: "FILE",
        expected: Expected::PemWith("tls_key"),
        shown: Always,
    }
    TLS_KEY {
        name: "tls_key",
        default: "",
        takes: "FILE",
        expected: Expected::PemWith("tls_certificate"),
        shown: Always,
    }
    ALLOW_PLAIN_HTTP {
        name: "allow_plain_http",
        default: "false",
        takes: "true|false",
        expected: Expected::YesNo,
        shown: Always,
    }
    ADDRESS_REQUESTS_PER_MINUTE {
        name: "address_requests_per_minute",
        default: "6000",
        takes: "N",
        expected: Expected::Number(1, 10_000_000),
        shown: InLongHelp,
    }
    ADDRESS_CONNECTIONS_MAX {
        name: "address_connections_max",
        default: "512",
        takes: "N",
        expected: Expected::Number(1, 65_536),
        shown: InLongHelp,
    }
    ADDRESS_ENROLMENTS_PER_MINUTE {
        name: "address_enrolments_per_minute",
        default: "30",
        takes: "N",
        expected: Expected::Number(1, 10_000_000),
        shown: InLongHelp,
    }
    DEVICE_REQUESTS_PER_MINUTE {
        name: "device_requests_per_minute",
        default: "240",
        takes: "N",
        expected: Expected::Number(1, 10_000_000),
        shown: InLongHelp,
    }
    DEVICE_COMMANDS_PER_DAY {
        name: "device_commands_per_day",
        default: "2000",
        takes: "N",
        expected: Expected::Number(1, 1_000_000_000_000),
        shown: InLongHelp,
    }
    DEVICE_DOCUMENTS_PER_DAY {
        name: "device_documents_per_day",
        default: "300",
        takes: "N",
        expected: Expected::Number(1, 1_000_000_000_000),
        shown: InLongHelp,
    }
    DEVICE_BYTES_PER_DAY {
        name: "device_bytes_per_day",
        default: "8388608",
        takes: "BYTES",
        expected: Expected::Number(1, 1_000_000_000_000),
        shown: InLongHelp,
    }
    DEVICE_BUDGET_DAYS {
        name: "device_budget_days",
        default: "30",
        takes: "DAYS",
        expected: Expected::Number(1, 3_650),
        shown: InLongHelp,
    }
    LIMIT_LOOPBACK {
        name: "limit_loopback",
        default: "false",
        takes: "true|false",
        expected: Expected::YesNo,
        shown: InLongHelp,
    }
    CONNECTIONS_MAX {
        name: "connections_max",
        default: "1024",
        takes: "N",
        expected: Expected::Number(1, 65_536),
        shown: InLongHelp,
    }
    HEADER_SECONDS_MAX {
        name: "header_seconds_max",
        default: "10",
        takes: "SECONDS",
        expected: Expected::Number(1, 3_600),
        shown: InLongHelp,
    }
    BODY_SECONDS_MAX {
        name: "body_seconds_max",
        default: "30",
        takes: "SECONDS",
        expected: Expected::Number(1, 3_600),
        shown: InLongHelp,
    }
    CHUNK_SECONDS_MAX {
        name: "chunk_seconds_max",
        default: "30",
        takes: "SECONDS",
        expected: Expected::Number(1, 3_600),
        shown: InLongHelp,
    }
    DRAIN_SECONDS_MAX {
        name: "drain_seconds_max",
        default: "20",
        takes: "SECONDS",
        expected: Expected::Number(1, 3_600),
        shown: InLongHelp,
    }
    REQUESTS_WAITING_MAX {
        name: "requests_waiting_max",
        default: "1024",
        takes: "N",
        expected: Expected::Number(1, 65_536),
        shown: InLongHelp,
    }
    GROUP_REQUESTS_MAX {
        name: "group_requests_max",
        default: "256",
        takes: "N",
        expected: Expected::Number(1, 4_096),
        shown: InLongHelp,
    }
    GROUP_BYTES_MAX {
        name: "group_bytes_max",
        default: "262144",
        takes: "BYTES",
        expected: Expected::Number(1, 67_108_864),
        shown: InLongHelp,
    }
    LOADED_DOCUMENTS_MAX {
        name: "loaded_documents_max",
        default: "2000",
        takes: "N",
        expected: Expected::Number(16, 1_000_000),
        shown: InLongHelp,
    }
    DISK_RESERVE_BYTES {
        name: "disk_reserve_bytes",
        default: "268435456",
        takes: "BYTES",
        expected: Expected::Number(0, DISK_RESERVE_BYTES_MAX),
        shown: InLongHelp,
    }
    LOG_LEVEL {
        name: "log_level",
        default: "info",
        takes: "FILTER",
        expected: Expected::Level,
        shown: Always,
    }
    LOG_FORMAT {
        name: "log_format",
        default: "json",
        takes: "FORMAT",
        expected: Expected::Format,
        shown: Always,
    }
}

/// The largest reserve that is taken: a pebibyte.
pub(super) const DISK_RESERVE_BYTES_MAX: u64 = 1 << 50;
