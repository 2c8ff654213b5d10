//! A step's fields, described once.
//!
//! [`step!`](macro@crate::step) declares a step's fields: each with its type, who fills it, if it is
//! needed, and what may fill it. [`steps!`](crate::steps) puts the steps of a kind of document
//! together. Everything else is made of that: the form on the wire, reading and writing a field by
//! its name, what of a refused step can be mended, what a tray says of an item, the arguments of a
//! command line, the form of an app, and the page `docs/policy.md`.

mod macros;
mod trailing;
mod value;

#[cfg(test)]
mod tests;

pub use trailing::{TailIn, TailOut, Trailing};
pub use value::FieldType;

use crate::refusal::RefusalCode;

/// The type of a field's values, by which a screen offers the right input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Takes {
    /// A text in people's own words.
    Text,
    /// A code of the named list ("reject", "wait", …). A town can have codes of its own.
    Code(&'static str),
    /// One of these words.
    Choice(Choices),
    /// A unit: its id.
    Unit,
    /// Units: their ids, a blank between two.
    Units,
    /// A household: its id.
    Household,
    /// A case: its id.
    Case,
    /// A day, as [`crate::time::Date`] counts them.
    Date,
    /// A moment, as [`crate::time::Time`] counts it.
    Time,
    /// A member: its id.
    Member,
    /// An appointment: its id.
    Appointment,
    /// A device: its id.
    Device,
    /// A proposed section of the town's book: the id of its command.
    Proposal,
    /// Something that somebody asked for, and a second person is to confirm: the id of the command that
    /// asked.
    Asked,
    /// A point on the map, `lat,lng` in decimal degrees.
    Point,
    /// Yes (`true`) or no (`false`).
    Flag,
    /// A whole number.
    Count,
    /// The name of one of the document's fields.
    FieldName,
    /// A value for the field that [`Takes::FieldName`] names.
    FieldValue,
    /// Something that is neither typed nor shown: an id, a key, a list of rows.
    Opaque,
}

/// The words that a field takes, and no others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Choices {
    /// The name of their list, under which people's texts for them are found.
    pub list: &'static str,
    /// The words.
    pub words: &'static [&'static str],
}

impl Takes {
    /// Whether a value names something that there is: a blank one names nothing.
    pub fn names_something(self) -> bool {
        matches!(
            self,
            Self::Unit
                | Self::Household
                | Self::Case
                | Self::Member
                | Self::Appointment
                | Self::Device
                | Self::Proposal
                | Self::Asked
        )
    }
}

/// Who fills a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FilledBy {
    /// Whoever takes the step.
    Author,
    /// Policy, from what stands: [`Body::complete`](crate::command::Body::complete).
    Policy,
    /// The device or the server that records the step.
    Machine,
}

/// How a step fails that lacks what it needs in a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Lack {
    /// The reason or code is blank.
    Reason,
    /// The text is blank.
    Text,
    /// The value is none that the field takes.
    Value,
    /// The day is over.
    Day,
}

impl Lack {
    /// The refusal of a step that lacks it.
    pub fn refusal(self) -> RefusalCode {
        match self {
            Self::Reason => RefusalCode::NeedsReason,
            Self::Text => RefusalCode::NeedsText,
            Self::Value => RefusalCode::BadValue,
            Self::Day => RefusalCode::DateInPast,
        }
    }
}

/// Why a step cannot be without a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Needed {
    /// How it fails without it.
    pub lack: Lack,
    /// The need, as `docs/policy.md` calls it.
    pub words: &'static str,
}

/// The declaration of a field beside its name and its type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spec {
    /// The type of its values.
    pub takes: Takes,
    /// Who fills it.
    pub filled_by: FilledBy,
    /// Why the step cannot be without it; none if it can, or if that depends on another field.
    pub needed: Option<Needed>,
    /// Whether it is a text that the resident reads on the tracking page.
    pub for_resident: bool,
}

/// A field of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Field {
    /// Its name: on the command line, in JSON and in apps.
    pub name: &'static str,
    /// The bytes that its value may have at most.
    pub bytes_max: usize,
    /// Whether the step can be without it, by its type.
    pub optional: bool,
    /// Its declaration.
    pub spec: Spec,
}

/// A step of a kind of document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// Its word, as logs, documents and screens use it.
    pub word: &'static str,
    /// Its fields, in the order of the wire.
    pub fields: &'static [Field],
}

impl Step {
    /// The field of a name.
    pub fn field(&self, name: &str) -> Option<&'static Field> {
        self.fields.iter().find(|field| field.name == name)
    }

    /// The field of a name, if whoever takes the step fills it.
    pub fn typed_field(&self, name: &str) -> Option<&'static Field> {
        self.typed().find(|field| field.name == name)
    }

    /// Whether two commands of this step are the same but for what policy fills in.
    pub fn is_filled_alike<C: Steps>(&self, one: &C, other: &C) -> bool {
        let mut fields = self.fields.iter();
        fields.all(|field| {
            field.spec.filled_by == FilledBy::Policy || one.get(field.name) == other.get(field.name)
        })
    }

    /// The fields that whoever takes the step fills, in order.
    pub fn typed(&self) -> impl Iterator<Item = &'static Field> + use<> {
        let by_author = |field: &&Field| field.spec.filled_by == FilledBy::Author;
        self.fields.iter().filter(by_author)
    }
}

/// Why a field was not set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SetError {
    /// The step has no such field, or not one that its author fills.
    #[error("the step has no such field")]
    UnknownField,
    /// The field does not take this value.
    #[error("the field does not take this value")]
    BadValue,
}

/// The fields of one step, by name.
pub trait Fields: Sized {
    /// Its fields, in the order of the wire.
    const FIELDS: &'static [Field];

    /// The step with nothing filled in.
    fn blank() -> Self;

    /// The value of a field as text, empty if nothing was written; none if there is no such field.
    fn get(&self, name: &str) -> Option<String>;

    /// Sets a field from text, whoever is to fill it.
    ///
    /// # Errors
    /// [`SetError`]; the step is then as it was.
    fn set(&mut self, name: &str, text: &str) -> Result<(), SetError>;
}

/// The steps of a kind of document: implemented by its command, dispatched to the step's fields.
pub trait Steps: Sized {
    /// Every step, in the order of their numbers.
    const STEPS: &'static [Step];

    /// The description of this step.
    fn step(&self) -> &'static Step;

    /// The step of a word, with nothing filled in.
    fn blank(word: &str) -> Option<Self>;

    /// As [`Fields::get`].
    fn get(&self, name: &str) -> Option<String>;

    /// As [`Fields::set`].
    ///
    /// # Errors
    /// [`SetError`]; the step is then as it was.
    fn set(&mut self, name: &str, text: &str) -> Result<(), SetError>;
}

/// A text in people's own words.
pub const fn text() -> Spec {
    Spec::of(Takes::Text)
}

/// A code of a list.
pub const fn code(list: &'static str) -> Spec {
    Spec::of(Takes::Code(list))
}

/// One of the words of a list.
pub const fn choice(list: &'static str, words: &'static [&'static str]) -> Spec {
    Spec::of(Takes::Choice(Choices { list, words }))
}

/// A unit.
pub const fn unit() -> Spec {
    Spec::of(Takes::Unit)
}

/// Units.
pub const fn units() -> Spec {
    Spec::of(Takes::Units)
}

/// A household.
pub const fn household() -> Spec {
    Spec::of(Takes::Household)
}

/// A case.
pub const fn case() -> Spec {
    Spec::of(Takes::Case)
}

/// A day.
pub const fn date() -> Spec {
    Spec::of(Takes::Date)
}

/// A moment.
pub const fn time() -> Spec {
    Spec::of(Takes::Time)
}

/// A member.
pub const fn member() -> Spec {
    Spec::of(Takes::Member)
}

/// An appointment.
pub const fn appointment() -> Spec {
    Spec::of(Takes::Appointment)
}

/// A device.
pub const fn device() -> Spec {
    Spec::of(Takes::Device)
}

/// A proposed section of the town's book.
pub const fn proposal() -> Spec {
    Spec::of(Takes::Proposal)
}

/// Something that somebody asked for.
pub const fn asked() -> Spec {
    Spec::of(Takes::Asked)
}

/// A point on the map.
pub const fn point() -> Spec {
    Spec::of(Takes::Point)
}

/// Yes or no.
pub const fn flag() -> Spec {
    Spec::of(Takes::Flag)
}

/// A whole number.
pub const fn count() -> Spec {
    Spec::of(Takes::Count)
}

/// The name of one of the document's fields.
pub const fn field_name() -> Spec {
    Spec::of(Takes::FieldName)
}

/// A value for the named field.
pub const fn field_value() -> Spec {
    Spec::of(Takes::FieldValue)
}

/// Something that the device or the server fills in, and nobody types.
pub const fn opaque() -> Spec {
    Spec::of(Takes::Opaque).by_machine()
}

impl Spec {
    const fn of(takes: Takes) -> Self {
        Self {
            takes,
            filled_by: FilledBy::Author,
            needed: None,
            for_resident: false,
        }
    }

    /// The step cannot be without it.
    #[must_use]
    pub const fn needed(self, lack: Lack, words: &'static str) -> Self {
        let needed = Some(Needed { lack, words });
        Self { needed, ..self }
    }

    /// The resident reads it on the tracking page.
    #[must_use]
    pub const fn for_resident(self) -> Self {
        let for_resident = true;
        Self {
            for_resident,
            ..self
        }
    }

    /// Policy fills it, from what stands.
    #[must_use]
    pub const fn by_policy(self) -> Self {
        let filled_by = FilledBy::Policy;
        Self { filled_by, ..self }
    }

    /// The device or the server fills it.
    #[must_use]
    pub const fn by_machine(self) -> Self {
        let filled_by = FilledBy::Machine;
        Self { filled_by, ..self }
    }
}
