//! Why the program ended, for people and for programs.

use alleyway_client::Kind;
use serde_json::json;

/// The exit codes. A released code keeps its meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Something that should not happen.
    Unexpected = 1,
    /// The line was not understood, or something is missing in it.
    Usage = 2,
    /// The rules do not allow it, by what this device knows.
    NotAllowed = 3,
    /// Nothing, or more than one thing, is called so.
    NotFound = 4,
    /// No connection, a broken one, or a busy server: try again later.
    NoNetwork = 5,
    /// The server does not take this device, this code or this program.
    Refused = 6,
    /// Another process uses the device's folder.
    Locked = 7,
    /// The device's store is damaged, or of another version.
    Damaged = 8,
    /// The device belongs to no town yet.
    NotEnrolled = 9,
    /// The administrator has stopped the device.
    Stopped = 10,
    /// The device was reported lost, and has been wiped.
    Wiped = 11,
}

impl Exit {
    /// How the program ends with a fault of this kind.
    pub(crate) fn of(kind: Kind) -> Self {
        match kind {
            Kind::Unexpected | Kind::Halted => Self::Unexpected,
            Kind::BadInput => Self::Usage,
            Kind::NotAllowed => Self::NotAllowed,
            Kind::NotFound => Self::NotFound,
            Kind::Offline => Self::NoNetwork,
            Kind::Refused => Self::Refused,
            Kind::InUse => Self::Locked,
            Kind::Damaged => Self::Damaged,
            Kind::NotEnrolled => Self::NotEnrolled,
            Kind::Stopped => Self::Stopped,
            Kind::Wiped => Self::Wiped,
        }
    }
}

/// A failure as it is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// How the program ends.
    pub exit: Exit,
    /// A stable code for programs.
    pub code: String,
    /// The fault and the next step, in the user's language.
    pub text: String,
}

/// Something that is told beside what a command has to show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warning {
    /// A stable code for programs.
    pub code: &'static str,
    /// The finding and the next step, in the user's language.
    pub text: String,
}

impl Warning {
    /// The one line of `--json`.
    pub fn json(&self) -> String {
        json!({"warning": {"code": self.code, "text": self.text}}).to_string()
    }
}

impl Failure {
    /// A failure.
    pub fn new(exit: Exit, code: &str, text: impl Into<String>) -> Self {
        Self {
            exit,
            code: code.to_owned(),
            text: text.into(),
        }
    }

    /// The one line of `--json`.
    pub fn json(&self) -> String {
        json!({"error": {"code": self.code, "text": self.text}}).to_string()
    }
}
