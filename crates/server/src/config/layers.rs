//! Where values come from: a file, the environment, flags.

use alleyway_catalogue::Lang;
use alleyway_catalogue::server::start as said;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use super::ConfigError;
use super::keys::{KEYS, Key};

/// Where a value came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// Nobody set it.
    Default,
    /// This file.
    File(String),
    /// This variable.
    Environment(String),
    /// A flag.
    Flag(String),
}

impl Source {
    /// Where it stands, for people.
    pub fn text(&self, lang: Lang) -> String {
        match self {
            Self::Default => said::SOURCE_DEFAULT.text(lang).to_owned(),
            Self::File(path) => said::SOURCE_FILE.fill(lang, &[("path", path)]),
            Self::Environment(variable) => {
                said::SOURCE_ENVIRONMENT.fill(lang, &[("variable", variable)])
            }
            Self::Flag(flag) => said::SOURCE_FLAG.fill(lang, &[("flag", flag)]),
        }
    }
}

/// The beginning of the environment's variables.
const PREFIX: &str = "ALLEYWAY_SERVER_";
/// Variables with the prefix that are not keys.
const OTHER_VARIABLES: &[&str] = &["ALLEYWAY_SERVER_CONFIG"];

/// Values as texts, each with its source. What is added later wins.
#[derive(Debug, Clone, Default)]
pub struct Layers {
    values: BTreeMap<&'static str, (String, Source)>,
}

impl Layers {
    /// Adds a configuration file.
    pub fn add_file(&mut self, path: &Path) -> Result<(), ConfigError> {
        let name = path.display().to_string();
        let text = std::fs::read_to_string(path).map_err(|error| ConfigError::Unreadable {
            path: name.clone(),
            reason: error.to_string(),
        })?;
        self.add_file_text(&name, &text)
    }

    /// Adds the text of a configuration file called `path`.
    pub fn add_file_text(&mut self, path: &str, text: &str) -> Result<(), ConfigError> {
        let table: toml::Table =
            text.parse()
                .map_err(|error: toml::de::Error| ConfigError::Syntax {
                    path: path.to_owned(),
                    reason: error.to_string(),
                })?;
        for (key, value) in table {
            let source = Source::File(path.to_owned());
            let value = match value {
                toml::Value::String(text) => text,
                other => other.to_string(),
            };
            self.add(&key, &key, value, source)?;
        }
        Ok(())
    }

    /// Adds variables that begin with `ALLEYWAY_SERVER_`.
    pub fn add_environment(
        &mut self,
        variables: impl Iterator<Item = (String, String)>,
    ) -> Result<(), ConfigError> {
        for (variable, value) in variables {
            let Some(key) = variable.strip_prefix(PREFIX) else {
                continue;
            };
            if OTHER_VARIABLES.contains(&variable.as_str()) {
                continue;
            }
            let key = key.to_ascii_lowercase();
            self.add(
                &key,
                &variable,
                value,
                Source::Environment(variable.clone()),
            )?;
        }
        Ok(())
    }

    /// Adds the value of a key's flag.
    pub fn add_flag(&mut self, key: &Key, value: String) {
        self.values
            .insert(key.name, (value, Source::Flag(key.flag())));
    }

    fn add(
        &mut self,
        key: &str,
        written: &str,
        value: String,
        source: Source,
    ) -> Result<(), ConfigError> {
        let Some(known) = KEYS.iter().find(|known| known.name == key) else {
            let known = KEYS
                .iter()
                .map(|known| known.name)
                .collect::<Vec<_>>()
                .join(", ");
            return Err(ConfigError::UnknownKey {
                key: written.to_owned(),
                source_of: source,
                known,
            });
        };
        self.values.insert(known.name, (value, source));
        Ok(())
    }

    /// Whether anybody set a key.
    pub fn is_set(&self, key: &str) -> bool {
        self.values.contains_key(key)
    }

    /// The value of a key that stands, and where it came from.
    pub(super) fn value(&self, key: Key) -> (String, Source) {
        self.values
            .get(key.name)
            .cloned()
            .unwrap_or_else(|| (key.default.to_owned(), Source::Default))
    }

    /// Every key with its value, as a configuration file that says where each came from.
    pub fn print(&self, lang: Lang) -> String {
        let mut out = String::new();
        for key in KEYS {
            let (value, source) = self.value(*key);
            // Writing to a string does not fail.
            let _ = writeln!(
                out,
                "# {} ({})\n{} = {}",
                key.about(lang),
                source.text(lang),
                key.name,
                toml::Value::String(value)
            );
        }
        out
    }
}
