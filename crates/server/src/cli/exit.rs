//! How the program ends (codes as in sysexits.h).

use std::process::ExitCode;

use alleyway_catalogue::Lang;
use alleyway_core::store::StoreError;

use crate::admin::ClientError;
use crate::config::ConfigError;
use crate::instance::InstanceError;
use crate::secrets::SecretsError;
use crate::store::OpenError;

/// The check found damage.
pub(super) const DAMAGE_FOUND: u8 = 1;
/// No command.
pub(super) const USAGE: u8 = 64;
/// The input is wrong; nothing was changed.
pub(super) const BAD_INPUT: u8 = 65;
/// The address cannot be had.
pub(super) const UNAVAILABLE: u8 = 69;
/// The store failed.
pub(super) const STORE_FAILED: u8 = 70;
/// The folder cannot be made.
pub(super) const CANNOT_CREATE: u8 = 73;
/// The system refused.
pub(super) const IO: u8 = 74;
/// Another process has the folder, or the server ends just now.
pub(super) const TRY_LATER: u8 = 75;
/// The backup, the keys or the export is damaged, another's, or of another version.
pub(super) const BAD_BACKUP: u8 = 76;
/// The folder is damaged, or of another version.
pub(super) const BAD_FOLDER: u8 = 76;
/// The configuration is wrong.
pub(super) const BAD_CONFIG: u8 = 78;

/// An end that is not a success.
#[derive(Debug)]
pub(super) struct Exit {
    code: u8,
    /// In Chinese and English.
    text: [String; 2],
}

impl Exit {
    /// An end with a text for stderr; an empty one says nothing.
    pub(super) fn new(code: u8, text: impl Into<String>) -> Self {
        let text = text.into();
        Self {
            code,
            text: [text.clone(), text],
        }
    }

    /// An end with a text that waits for the reader's language.
    pub(super) fn told(code: u8, text: impl Fn(Lang) -> String) -> Self {
        Self {
            code,
            text: Lang::ALL.map(text),
        }
    }

    /// Says why.
    pub(super) fn report(self, language: Lang) -> ExitCode {
        let [zh, en] = self.text;
        let text = language.of(zh, en);
        if !text.is_empty() {
            eprintln!("alleyway-server: {text}");
        }
        ExitCode::from(self.code)
    }
}

impl From<ConfigError> for Exit {
    fn from(error: ConfigError) -> Self {
        Self::told(BAD_CONFIG, |lang| error.text(lang))
    }
}

impl From<InstanceError> for Exit {
    fn from(error: InstanceError) -> Self {
        let code = match &error {
            InstanceError::Open(OpenError::Locked(_)) => TRY_LATER,
            InstanceError::Open(OpenError::NotEmpty(_)) => CANNOT_CREATE,
            InstanceError::Open(OpenError::Io { .. } | OpenError::NotCopied { .. })
            | InstanceError::Secrets(SecretsError::Io { .. } | SecretsError::Random(_)) => IO,
            InstanceError::Open(OpenError::NotMigrated {
                source: StoreError::Failed(_),
                ..
            })
            | InstanceError::Store(StoreError::Failed(_)) => STORE_FAILED,
            InstanceError::Open(_) | InstanceError::Secrets(_) | InstanceError::Store(_) => {
                BAD_FOLDER
            }
        };
        Self::told(code, |lang| error.text(lang))
    }
}

impl From<ClientError> for Exit {
    fn from(error: ClientError) -> Self {
        match error {
            ClientError::Instance(error) => error.into(),
            ClientError::Socket(_) => Self::told(TRY_LATER, |lang| error.text(lang)),
        }
    }
}

impl From<std::io::Error> for Exit {
    fn from(error: std::io::Error) -> Self {
        Self::new(IO, error.to_string())
    }
}
