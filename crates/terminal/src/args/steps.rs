//! The steps of a case as commands, made of their descriptions: what is described in
//! `alleyway_core::step` can be typed here.

use std::sync::LazyLock;

use alleyway_client::drafts;
use alleyway_core::limits::TEXT_BYTES_MAX;
use alleyway_core::policy::{Form, OfferedField};
use alleyway_core::step::{Field, Takes};
use clap::error::ErrorKind;
use clap::{Arg, ArgAction, ArgMatches, Args, Command, Error, FromArgMatches, Subcommand};

/// The word of the argument that names the case.
const CASE: &str = "case";
/// The step that sets a field, of whose fields those that settle a conflict are made.
const EDIT: &str = "edit";
/// Settles a conflict with one of the values.
const PICK: &str = "pick";
/// Settles a conflict by keeping all values.
const KEEP: &str = "keep";
/// Fields whose flags have other names: `place` has always been the point on the map, and a hyphen
/// stands where a name has two words.
const FLAGS: [(&str, &str); 7] = [
    ("may_text", "may-text"),
    ("external_system", "external-system"),
    ("external_number", "external-number"),
    ("external_due", "external-due"),
    ("point", "place"),
    ("place", "where"),
    ("resident_text", "resident-text"),
];
/// Steps whose commands have other names: a hyphen, as everywhere on the line.
const NAMES: [(&str, &str); 4] = [
    ("part_done", "part-done"),
    ("new_code", "new-code"),
    ("answer_supervision", "answer-supervision"),
    ("end_supervision", "end-supervision"),
];
/// The values of fields whose flags are left out: step, field, value.
const DEFAULTS: [(&str, &str, &str); 1] = [("close", "code", "fixed")];
/// Fields that policy does not ask for and this program does.
const ASKED: [(&str, &str); 1] = [("report", "title")];

/// A step as a command.
#[derive(Debug)]
struct Typed {
    word: &'static str,
    /// Whether it is a step on a case, not a new one.
    on_case: bool,
    fields: Vec<TypedField>,
}

#[derive(Debug, Clone, Copy)]
struct TypedField {
    field: &'static Field,
    required: bool,
}

static STEPS: LazyLock<Vec<Typed>> = LazyLock::new(|| {
    let mut steps: Vec<Typed> = drafts::forms().iter().map(Typed::of).collect();
    let edit = steps.iter().find(|step| step.word == EDIT);
    let settling = edit.map_or_else(Vec::new, |edit| {
        let field = edit.fields.iter().take(1).copied();
        let settle = |word, fields| Typed {
            word,
            on_case: true,
            fields,
        };
        vec![
            settle(PICK, edit.fields.clone()),
            settle(KEEP, field.collect()),
        ]
    });
    steps.extend(settling);
    steps
});

impl Typed {
    fn of(form: &Form) -> Self {
        let word = form.step.word;
        // A text that stands alone is asked for by what is recorded, in the words of the product.
        let asks = !drafts::is_text_alone(form);
        let required = |offered: &OfferedField| {
            let field = offered.field;
            let is_asked = ASKED.contains(&(word, field.name));
            let is_value = matches!(field.spec.takes, Takes::FieldName | Takes::FieldValue);
            asks && (offered.needed || is_asked || is_value) && default(word, field).is_none()
        };
        let fields = form.fields.iter().map(|offered| TypedField {
            field: offered.field,
            required: required(offered),
        });
        Self {
            word,
            on_case: !form.creates,
            fields: fields.collect(),
        }
    }

    fn command(&self) -> Command {
        let case = Arg::new(CASE).required(true).value_name("CASE");
        Command::new(name_of(self.word))
            .args(self.on_case.then_some(case))
            .args(self.fields.iter().map(|typed| {
                let arg = flag(typed.field).required(typed.required);
                match default(self.word, typed.field) {
                    Some(value) => arg.default_value(value),
                    None => arg,
                }
            }))
    }
}

/// Values of a flag that is written several times, one a line.
fn lines_of(matches: &ArgMatches, name: &str) -> Option<String> {
    let values: Vec<&str> = matches
        .get_many::<String>(name)?
        .map(String::as_str)
        .collect();
    Some(values.join("\n"))
}

/// The name of the command of a step.
fn name_of(word: &'static str) -> &'static str {
    let mut names = NAMES.iter();
    let found = names.find(|(step, _)| *step == word);
    found.map_or(word, |(_, name)| name)
}

fn default(word: &str, field: &Field) -> Option<&'static str> {
    let mut defaults = DEFAULTS.iter();
    let found = defaults.find(|(step, name, _)| *step == word && *name == field.name);
    found.map(|(_, _, value)| *value)
}

/// The name of the flag of a field, without the hyphens.
pub(crate) fn flag_of(field: &str) -> &str {
    let mut flags = FLAGS.iter();
    flags
        .find(|(name, _)| *name == field)
        .map_or(field, |(_, flag)| flag)
}

fn flag(field: &'static Field) -> Arg {
    let name = flag_of(field.name);
    let arg = Arg::new(name).long(name);
    let named = |value| arg.clone().value_name(value);
    match field.spec.takes {
        Takes::Flag => arg.action(ArgAction::SetTrue),
        Takes::Choice(choices) => named("RESULT").value_parser(choices.words.to_vec()),
        Takes::Point => named("LAT,LNG").allow_hyphen_values(true),
        Takes::FieldValue => named("VALUE").allow_hyphen_values(true),
        Takes::Date => named("YYYY-MM-DD"),
        Takes::Code(_) => named("CODE"),
        Takes::Unit => named("UNIT"),
        Takes::Units => named("UNIT").action(ArgAction::Append),
        Takes::Household => named("HOUSEHOLD"),
        Takes::Case => named("CASE"),
        Takes::Proposal => named("PROPOSAL"),
        Takes::FieldName => named("FIELD"),
        Takes::Text
        | Takes::Time
        | Takes::Member
        | Takes::Appointment
        | Takes::Device
        | Takes::Asked
        | Takes::Count
        | Takes::Opaque => named("TEXT"),
    }
}

/// A value that was typed for a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Given {
    /// The field.
    pub field: &'static Field,
    /// The text, as it was typed.
    pub text: String,
}

impl Given {
    /// Whether `-` says that it is read from the input: long texts and values are.
    pub fn is_from_input(&self) -> bool {
        match self.field.spec.takes {
            Takes::Text => self.field.bytes_max >= TEXT_BYTES_MAX,
            Takes::FieldValue => true,
            _ => false,
        }
    }

    fn of(field: &'static Field, matches: &ArgMatches) -> Option<Self> {
        let name = flag_of(field.name);
        let text = match field.spec.takes {
            Takes::Flag => matches.get_flag(name).then(|| true.to_string()),
            Takes::Units => lines_of(matches, name),
            _ => matches.get_one::<String>(name).cloned(),
        };
        text.map(|text| Self { field, text })
    }
}

/// A step as it was typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepArgs {
    /// Its word.
    pub word: &'static str,
    /// The name that the line gives its case; none for a new one.
    pub case: Option<String>,
    /// Its fields.
    pub given: Vec<Given>,
}

impl Subcommand for StepArgs {
    fn augment_subcommands(command: Command) -> Command {
        command.subcommands(STEPS.iter().map(Typed::command))
    }

    fn augment_subcommands_for_update(command: Command) -> Command {
        Self::augment_subcommands(command)
    }

    fn has_subcommand(name: &str) -> bool {
        STEPS.iter().any(|step| name_of(step.word) == name)
    }
}

impl FromArgMatches for StepArgs {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, Error> {
        let missing = || Error::new(ErrorKind::MissingSubcommand);
        let (name, matches) = matches.subcommand().ok_or_else(missing)?;
        let step = STEPS.iter().find(|step| name_of(step.word) == name);
        let step = step.ok_or_else(missing)?;
        let fields = step.fields.iter();
        Ok(Self {
            word: step.word,
            case: step
                .on_case
                .then(|| matches.get_one::<String>(CASE).cloned())
                .flatten(),
            given: fields
                .filter_map(|typed| Given::of(typed.field, matches))
                .collect(),
        })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

/// A refused command, and what to change in it: any field that a step has. What is not named stays as
/// it was.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MendArgs {
    /// Its id, or a beginning of it.
    pub command: String,
    /// The fields that are to change.
    pub given: Vec<Given>,
}

/// The word of the argument that names the command.
const COMMAND: &str = "command";

/// Every field that a step has, once.
fn every_field() -> Vec<&'static Field> {
    let mut fields: Vec<&'static Field> = Vec::new();
    for typed in STEPS.iter().flat_map(|step| &step.fields) {
        if !fields.iter().any(|known| known.name == typed.field.name) {
            fields.push(typed.field);
        }
    }
    fields
}

/// A flag that changes a field: one that is set can be taken back too.
fn mending(field: &'static Field) -> Arg {
    let arg = flag(field);
    match field.spec.takes {
        Takes::Flag => arg
            .action(ArgAction::Set)
            .value_name("BOOL")
            .value_parser(["true", "false"]),
        _ => arg,
    }
}

impl Args for MendArgs {
    fn augment_args(command: Command) -> Command {
        let which = Arg::new(COMMAND).required(true).value_name("COMMAND");
        command
            .arg(which)
            .args(every_field().into_iter().map(mending))
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for MendArgs {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, Error> {
        let given = every_field().into_iter().filter_map(|field| {
            let name = flag_of(field.name);
            let text = match field.spec.takes {
                Takes::Units => lines_of(matches, name)?,
                _ => matches.get_one::<String>(name)?.clone(),
            };
            Some(Given { field, text })
        });
        Ok(Self {
            command: matches
                .get_one::<String>(COMMAND)
                .cloned()
                .unwrap_or_default(),
            given: given.collect(),
        })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}
