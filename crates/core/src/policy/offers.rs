//! The steps that somebody could take, before anybody has filled in their fields: so that a screen
//! can show each of them, greyed with its reason, without knowing any.

use super::row::{From, Row};
use super::rules::Rules;
use super::{Authority, Question, judge_by, there};
use crate::command::Body;
use crate::documents::{Document, DocumentKind};
use crate::id::{CommandId, UnitId};
use crate::kinds::Stands;
use crate::kinds::directory::PostRow;
use crate::organisation::{Organisation, Standing};
use crate::refusal::Refusal;
use crate::step::{Field, FieldType, FilledBy, Step, Steps, Takes};
use crate::time::Time;

/// Where somebody stands who could take a step.
#[derive(Debug, Clone, Copy)]
pub struct Situation<'a> {
    /// Units and posts.
    pub organisation: &'a Organisation,
    /// Whose authority a step would have.
    pub author: Authority,
    /// When it would be taken.
    pub now: Time,
    /// The document as it stands; none for steps that create one.
    pub document: Option<&'a Document>,
    /// The unit for which a document would be created: it fills the fields that name one.
    pub unit: Option<UnitId>,
    /// The service centre at which it would be taken, if its author is a clerk of one.
    pub centre: Option<UnitId>,
}

/// A step that could be taken, or why it cannot be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// The name of its row in the table of policy. A step that differs by what it says has several.
    pub row: &'static str,
    /// The step: its word and all of its fields.
    pub step: &'static Step,
    /// The fields that its author fills, in order.
    pub fields: Vec<OfferedField>,
    /// The step with its author's fields blank, and filled in what policy fills.
    pub body: Body,
    /// The refusal that it would get, whatever its author fills in; none if that decides.
    pub refusal: Option<Refusal>,
}

/// A field to be filled in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OfferedField {
    /// The field.
    pub field: &'static Field,
    /// Whether the step is refused without it.
    pub needed: bool,
}

/// A step that people can take, whatever stands: what a form or a command line is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Form {
    /// The step: its word and all of its fields.
    pub step: &'static Step,
    /// Whether it creates its document.
    pub creates: bool,
    /// The fields that its author fills, in order.
    pub fields: Vec<OfferedField>,
}

/// Every step of a kind that people can take, in the order of the table. A step that differs by what
/// it says has several rows there: a field is needed if each of them needs it. Steps of the server
/// alone are left out.
pub fn forms(kind: DocumentKind) -> Vec<Form> {
    kind.forms()
}

/// As [`forms`], of one kind.
pub(crate) fn forms_of<K: Rules>() -> Vec<Form> {
    let mut forms: Vec<Form> = Vec::new();
    for row in K::ROWS.iter().filter(|row| is_for_people(row)) {
        let steps = <K::Command as Steps>::STEPS;
        let Some(step) = steps.iter().find(|step| step.word == row.word()) else {
            continue;
        };
        let fields = offered_fields(row, step);
        match forms.iter_mut().find(|form| form.step.word == step.word) {
            Some(form) => {
                for (field, other) in form.fields.iter_mut().zip(fields) {
                    field.needed &= other.needed;
                }
            }
            None => forms.push(Form {
                step,
                creates: row.from == From::Nothing,
                fields,
            }),
        }
    }
    forms
}

/// Every step that people can take on the situation's document, or, without one, that creates a
/// document of the kind; in the order of the table. Steps of the server alone are left out.
///
/// An offer without a refusal is no promise: what is filled in is judged by
/// [`judge`](super::judge).
pub fn offers(situation: &Situation<'_>, kind: DocumentKind) -> Vec<Offer> {
    kind.offers(situation)
}

/// As [`offers`], of one kind.
pub(crate) fn offers_of<K: Rules>(situation: &Situation<'_>) -> Vec<Offer> {
    let creates = situation.document.is_none();
    K::ROWS
        .iter()
        .filter(|row| is_for_people(row))
        .filter(|row| (row.from == From::Nothing) == creates)
        .filter_map(|row| offer(row, situation))
        .collect()
}

fn offer<K: Rules>(row: &'static Row<K>, situation: &Situation<'_>) -> Option<Offer> {
    let mut command = K::Command::blank(row.word())?;
    let step = command.step();
    if situation.document.is_none() {
        for field in step.fields.iter().filter(|field| names_unit(field)) {
            let unit = if field.optional {
                situation.centre
            } else {
                situation.unit
            };
            if let Some(unit) = unit {
                command.set(field.name, &unit.key()).ok()?;
            }
        }
    }
    let completed = match situation.document {
        Some(document) => K::complete(
            &mut command,
            &Stands {
                now: situation.now,
                posts: &posts_of(situation),
                organisation: situation.organisation,
                document: Some(document),
                name_of: &|_| None,
            },
        ),
        None => Ok(()),
    };
    let body: Body = command.clone().into();
    let filled = |field: &Field| field.spec.filled_by == FilledBy::Policy && completed.is_ok();
    let refusal = stands(row, &question(situation, &body), &command, filled)
        .and_then(|()| Ok(completed?))
        .err();
    Some(Offer {
        row: row.step,
        step,
        fields: offered_fields(row, step),
        body,
        refusal,
    })
}

/// The posts in force of whoever would take the step.
fn posts_of<'a>(situation: &Situation<'a>) -> Vec<&'a PostRow> {
    let Authority::Member(member) = situation.author else {
        return Vec::new();
    };
    let posts = situation.organisation.posts_of(member, situation.now);
    posts.collect()
}

fn is_for_people<K: Rules>(row: &Row<K>) -> bool {
    row.who.iter().any(|role| *role != K::SERVER)
}

fn offered_fields<K: Rules>(row: &Row<K>, step: &'static Step) -> Vec<OfferedField> {
    let typed = step.typed().map(|field| OfferedField {
        field,
        needed: is_needed(row, field),
    });
    typed.collect()
}

/// Whether a field of a step that creates a document names the unit that it is created for, or, one
/// that the step can be without, the centre at which it is taken.
fn names_unit(field: &Field) -> bool {
    let by_machine = field.spec.filled_by == FilledBy::Machine;
    field.spec.takes == Takes::Unit && (by_machine || !field.optional)
}

fn is_needed<K: Rules>(row: &Row<K>, field: &Field) -> bool {
    let by_row = || {
        row.needs
            .iter()
            .any(|need| K::asks_for(*need) == Some(field.name))
    };
    let names_nothing = || !field.optional && field.spec.takes.names_something();
    field.spec.needed.is_some() || names_nothing() || by_row()
}

fn question<'a>(situation: &Situation<'a>, body: &'a Body) -> Question<'a> {
    Question {
        organisation: situation.organisation,
        author: situation.author,
        now: situation.now,
        standing: Standing::InForce,
        command: CommandId::blank(),
        document: situation.document,
        body,
    }
}

/// Judges all of the row that hangs on nothing but what stands and on fields that are `filled`.
fn stands<K: Rules>(
    row: &'static Row<K>,
    question: &Question<'_>,
    command: &K::Command,
    filled: impl Fn(&Field) -> bool,
) -> Result<(), Refusal> {
    let fields = command.step().fields;
    let is_open = |name: &str| {
        fields
            .iter()
            .any(|field| field.name == name && !filled(field))
    };
    let bounds: Vec<K::Bound> = row
        .bounds
        .iter()
        .copied()
        .filter(|bound| !K::looks_at(*bound).iter().any(|name| is_open(name)))
        .collect();
    let document = there(question, row.from == From::Nothing)?;
    let subject = K::subject(command, document)?;
    judge_by(row, &bounds, question, command, &subject)
        .map_err(|refusal| K::with_first(refusal, &subject))
}

#[cfg(test)]
mod tests;
