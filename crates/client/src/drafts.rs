//! Drafts: a step as a person fills it in, by name, made into what a replica records.
//!
//! A step is known by its word and its fields by theirs ([`mod@alleyway_core::step`]); what a field
//! takes says how its text is read: units, households and cases are looked up by what people call
//! them, days and places are read, texts and codes are bounded.

mod fields;
mod report;

use std::collections::BTreeMap;

use alleyway_catalogue::{answer, words};
use alleyway_core::command::Body;
use alleyway_core::documents::{DocumentKind, LiveValue, NO, YES, code_list, text_bytes_max};
use alleyway_core::id::DocumentId;
use alleyway_core::kinds::case::CaseCommand;
use alleyway_core::limits::TEXT_BYTES_MAX;
use alleyway_core::policy::{self, Form, OfferedField};
use alleyway_core::refusal::RefusalCode;
use alleyway_core::step::{Lack, Steps as _};
use alleyway_core::text::{fold, typed};
use alleyway_replica::{Draft, OutboxRow, RecordError};

pub use fields::unfit;
pub(crate) use report::REPORT;

use crate::fault::{Candidate, Fault, Problem};
use crate::screen::Screen;

/// A step of a case as a person fills it in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Step {
    /// The step's word: `report`, `note`, `dispatch` …; besides, `pick` settles a conflict with one of
    /// the values of a `field`, `keep` by keeping all.
    pub word: String,
    /// The name that the person gives the case; none for a report.
    pub case: Option<String>,
    /// Its fields by name, as they were typed.
    pub fields: BTreeMap<String, String>,
}

/// A step that can be recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drafted {
    /// The draft to record.
    pub draft: Draft,
}

impl Drafted {
    fn new(target: DocumentId, body: Body) -> Self {
        Self::of(Draft {
            target: Some(target),
            body,
        })
    }

    fn of(draft: Draft) -> Self {
        Self { draft }
    }
}

/// The steps that a person types on what has a case number, each with the fields that he fills in.
pub fn forms() -> Vec<Form> {
    let kinds = DocumentKind::ALL.iter().filter(|kind| kind.is_numbered());
    let mut forms: Vec<Form> = kinds.flat_map(|kind| policy::forms(*kind)).collect();
    for form in forms.iter_mut().filter(|form| form.step.word == REPORT) {
        form.fields.push(for_unit_below());
    }
    forms
}

/// The field of a report by which a branch or a town says for whom below it reports.
pub(crate) fn for_unit_below() -> OfferedField {
    OfferedField {
        field: &report::FOR,
        needed: false,
    }
}

/// Whether all that a person fills in is one text in his own words, which the step cannot be without.
pub fn is_text_alone(form: &Form) -> bool {
    fields::is_text_alone(form.step, Lack::Text)
}

/// The answer that was typed to a question of yes or no, in either language or as documents hold it.
/// Policy has a word for what is neither.
fn yes_or_no(typed: &str) -> String {
    let folded = fold::fold(typed);
    match answer::yes_or_no(&folded) {
        Some(true) => YES.to_owned(),
        Some(false) => NO.to_owned(),
        None => folded,
    }
}

fn unknown_step(step: &Step) -> Fault {
    Fault::new(Problem::UnknownStep, vec![("reason", step.word.clone())])
}

impl Step {
    fn field(&self, name: &str) -> &str {
        self.fields.get(name).map_or("", String::as_str)
    }
}

impl Screen<'_> {
    /// A step, ready to be recorded.
    ///
    /// # Errors
    /// What of it cannot be read or found, or is not allowed.
    pub fn draft(&self, step: &Step) -> Result<Drafted, Fault> {
        self.goes_on()?;
        let Some(case) = &step.case else {
            return self.report(step);
        };
        let case = self.case_named(case)?;
        self.is_here(case)?;
        match self.field_step(case, step) {
            Some(drafted) => drafted,
            None => self.case_step(case, step),
        }
    }

    /// A change of a household's field, ready to be recorded: `edit`, `pick` or `keep`.
    ///
    /// # Errors
    /// What of it cannot be read or found, or is not allowed; [`Problem::UnknownStep`].
    pub fn household_draft(&self, household: DocumentId, step: &Step) -> Result<Drafted, Fault> {
        self.goes_on()?;
        let drafted = self.field_step(household, step);
        drafted.unwrap_or_else(|| Err(unknown_step(step)))
    }

    /// A step on a field of a document; none for a step of another sort.
    fn field_step(&self, on: DocumentId, step: &Step) -> Option<Result<Drafted, Fault>> {
        match step.word.as_str() {
            "edit" => Some(self.edit(on, step)),
            "pick" => Some(self.pick(on, step)),
            "keep" => {
                let kept = self.replica.keep_both(on, step.field("field"));
                Some(self.drafted(on, kept))
            }
            _ => None,
        }
    }

    fn case_step(&self, case: DocumentId, step: &Step) -> Result<Drafted, Fault> {
        let mut body = CaseCommand::blank(&step.word).ok_or_else(|| unknown_step(step))?;
        for field in body.step().typed() {
            if let Some(text) = step.fields.get(field.name) {
                let value = self.field(field, text)?;
                fields::set(&mut body, field, &value)?;
            }
        }
        if fields::is_text_alone(body.step(), Lack::Text) && typed::is_nothing(step.field("text")) {
            return Err(Fault::plain(Problem::TextMissing));
        }
        Ok(Drafted::new(case, body.into()))
    }

    fn edit(&self, on: DocumentId, step: &Step) -> Result<Drafted, Fault> {
        let (field, value) = (step.field("field"), self.value(on, step)?);
        self.drafted(on, self.replica.edit(on, field, &value))
    }

    fn pick(&self, on: DocumentId, step: &Step) -> Result<Drafted, Fault> {
        let (field, value) = (step.field("field"), self.picked(on, step)?);
        match self.replica.pick(on, field, &value) {
            Err(RecordError::Refused(refusal)) if refusal.code == RefusalCode::BadValue => {
                Err(self.no_such_value(on, field, &value))
            }
            picked => self.drafted(on, picked),
        }
    }

    fn drafted(&self, on: DocumentId, draft: Result<Draft, RecordError>) -> Result<Drafted, Fault> {
        match draft {
            Ok(draft) => Ok(Drafted::of(draft)),
            Err(error) => Err(self.record_fault(on, &error)),
        }
    }

    /// A field's new value, as documents hold it. A household is named as everywhere; an id is taken
    /// also where this device does not know the household.
    fn value(&self, on: DocumentId, step: &Step) -> Result<String, Fault> {
        let (field, value) = (step.field("field"), step.field("value"));
        match field {
            "point" => Ok(fold::plain(value)),
            "may_text" => Ok(yes_or_no(value)),
            "household" if !typed::is_nothing(value) => {
                let household = DocumentId::parse(&fold::plain(value));
                let household = household.map_or_else(|| self.household_named(value), Ok)?;
                Ok(household.key())
            }
            _ => {
                let kind = self
                    .replica
                    .working(on)
                    .and_then(|document| document.kind());
                let limit = kind.and_then(|kind| text_bytes_max(kind, field));
                let limit = limit.unwrap_or(TEXT_BYTES_MAX);
                let taken = fields::taken("value", limit, value)?;
                match kind.and_then(|kind| code_list(kind, field)) {
                    Some(list) => self.code_named(list, &taken),
                    None => Ok(taken),
                }
            }
        }
    }

    fn live_fields(&self, on: DocumentId) -> BTreeMap<String, Vec<LiveValue>> {
        let working = self.replica.working(on);
        working
            .map(|document| document.fields())
            .unwrap_or_default()
    }

    /// The value of a conflict that is meant: as it stands, or as people read it.
    fn picked(&self, on: DocumentId, step: &Step) -> Result<String, Fault> {
        let (field, value) = (step.field("field"), step.field("value"));
        let mut fields = self.live_fields(on);
        let standing = fields.remove(field).unwrap_or_default();
        let mut values = standing.iter();
        let is_meant = |live: &&LiveValue| {
            fold::same(&live.value, value) || fold::same(&self.live_value(field, live), value)
        };
        let found = values.clone().find(|live| live.value == value);
        match found.or_else(|| values.find(is_meant)) {
            Some(live) => Ok(live.value.clone()),
            None => self.value(on, step),
        }
    }

    /// None of a field's values is the one that was picked: the candidates are.
    fn no_such_value(&self, on: DocumentId, field: &str, value: &str) -> Fault {
        let fields = self.live_fields(on);
        let standing = fields.get(field).into_iter().flatten();
        let candidates = standing.map(|live| Candidate {
            name: self.live_value(field, live),
            ..Candidate::default()
        });
        let name = words::FIELD.word(self.lang, field).to_owned();
        let values = vec![("field", name), ("value", value.to_owned())];
        Fault {
            candidates: candidates.collect(),
            ..Fault::new(Problem::NoSuchValue, values)
        }
    }

    /// The fields of a refused command that are to change, as a replica takes them.
    ///
    /// # Errors
    /// [`Problem::UnknownField`], and what of a field cannot be read or found.
    pub fn mended(
        &self,
        row: &OutboxRow,
        fields: &BTreeMap<String, String>,
    ) -> Result<BTreeMap<String, String>, Fault> {
        let known = fields::known(&row.kind);
        let mut mended = BTreeMap::new();
        for (name, text) in fields {
            let field = known.iter().find(|field| field.name == name.as_str());
            let field = field.ok_or_else(|| self.unknown_field(row, name))?;
            mended.insert(name.clone(), self.field(field, text)?);
        }
        Ok(mended)
    }

    /// A step has no such field.
    pub(crate) fn unknown_field(&self, row: &OutboxRow, name: &str) -> Fault {
        let kind = words::KIND.word(self.lang, &row.kind).to_owned();
        let known = fields::known(&row.kind).into_iter();
        let known: Vec<&str> = known.map(|field| field.name).collect();
        let values = vec![
            ("kind", kind),
            ("field", name.to_owned()),
            ("known", known.join(" ")),
        ];
        Fault::new(Problem::UnknownField, values)
    }
}
