//! Faults and the notices beside them, as data: a stable code, a kind that an app can act on, and
//! the values that a text is filled in with. No text and no command line is in it; those are the
//! catalogue's, at the edge.

mod table;
mod texts;

pub use table::{Notice, Problem};

/// A name and its value, as a text of the catalogue is filled in with.
pub type Value = (&'static str, String);

/// The kind of a fault, by which an app chooses its next step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Nothing: it should not happen.
    Unexpected,
    /// Let the person put right what was typed.
    BadInput,
    /// Show why: the rules do not allow it, by what this device knows.
    NotAllowed,
    /// Let the person choose: nothing, or more than one thing, is called so.
    NotFound,
    /// Try again later: no connection, a broken one, or a busy server.
    Offline,
    /// Show why: the server does not take this device, this code or this program.
    Refused,
    /// Close the other program: it holds the device's store.
    InUse,
    /// Show what to do: the device's store is damaged, or of another version.
    Damaged,
    /// Enrol first: the device belongs to no town yet.
    NotEnrolled,
    /// Show why: the administrator has stopped the device.
    Stopped,
    /// Begin anew: the device was reported lost, and has been wiped.
    Wiped,
    /// Nothing: the app itself ended it.
    Halted,
}

/// Why something was not done. Nothing has changed then, unless the problem says otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The problem.
    pub problem: Problem,
    /// A stable code: the problem's, or the one that a rule or the server gave.
    pub code: String,
    /// The values of its text's places.
    pub values: Vec<Value>,
    /// The meanings that an ambiguous name may have.
    pub candidates: Vec<Candidate>,
    /// How many seconds the server asks to wait.
    pub retry_after: Option<u32>,
}

/// One of the things that an ambiguous name may mean.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Candidate {
    /// The name that people know it by.
    pub name: String,
    /// Its subject, for people.
    pub about: Option<String>,
    /// Its id, where the name does not tell it apart.
    pub id: Option<String>,
}

impl Fault {
    /// A fault with its problem's own code.
    pub fn new(problem: Problem, values: Vec<Value>) -> Self {
        Self {
            problem,
            code: problem.code().to_owned(),
            values,
            candidates: Vec::new(),
            retry_after: None,
        }
    }

    /// A fault that needs no values.
    pub fn plain(problem: Problem) -> Self {
        Self::new(problem, Vec::new())
    }

    /// Something that should not happen.
    pub fn unexpected(reason: &dyn std::fmt::Display) -> Self {
        Self::new(Problem::Unexpected, vec![("reason", reason.to_string())])
    }

    /// The same fault under a code of a rule or of the server.
    #[must_use]
    pub fn with_code(mut self, code: impl Into<String>) -> Self {
        self.code = code.into();
        self
    }

    /// Its kind, by which an app chooses its next step.
    pub fn kind(&self) -> Kind {
        self.problem.kind()
    }

    /// The value of a name; empty if there is none.
    pub fn value(&self, name: &str) -> &str {
        let found = self.values.iter().find(|(known, _)| *known == name);
        found.map_or("", |(_, value)| value)
    }
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.code)?;
        for (name, value) in &self.values {
            write!(f, " {name}={value:?}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Fault {}

/// Something that is told beside what was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warning {
    /// The finding.
    pub notice: Notice,
    /// The values of its text's places.
    pub values: Vec<Value>,
}

impl Warning {
    /// A warning.
    pub fn new(notice: Notice, values: Vec<Value>) -> Self {
        Self { notice, values }
    }

    /// A stable code.
    pub fn code(&self) -> &'static str {
        self.notice.code()
    }
}
