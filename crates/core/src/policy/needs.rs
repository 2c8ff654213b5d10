//! The needs of a command of itself: the last column of the table. What stands is not asked, but for
//! the codes that the town has laid down.
//!
//! Most of it is said where a step's fields are described; a row adds what only its kind knows of.

use super::Question;
use super::row::Row;
use super::rules::Rules;
use crate::documents::{DocumentKind, code_list, parse_field};
use crate::id::UnitId;
use crate::organisation::Organisation;
use crate::refusal::RefusalCode;
use crate::step::{Field, FieldType, Lack, Needed, Steps, Takes};
use crate::time::{Date, Time};

/// Whether a command has what its row and its fields need.
///
/// # Errors
/// The first need that it lacks.
pub(super) fn check<K: Rules>(
    row: &Row<K>,
    question: &Question<'_>,
    command: &K::Command,
) -> Result<(), RefusalCode> {
    row.needs
        .iter()
        .try_for_each(|need| K::has(*need, question, command))?;
    for (field, needed) in needed_fields(command.step().fields) {
        let value = command.get(field.name).unwrap_or_default();
        if !is_met(field, needed.lack, &value, question.now) {
            return Err(needed.lack.refusal());
        }
    }
    for field in command.step().typed() {
        if let Takes::Code(list) = field.spec.takes {
            is_known(question, list, &command.get(field.name).unwrap_or_default())?;
        }
    }
    match (DocumentKind::of(question.body), K::edit(command)) {
        (Some(kind), Some(edit)) => {
            parse_field(kind, &edit.field, &edit.value)?;
            code_list(kind, &edit.field)
                .map_or(Ok(()), |list| is_known(question, list, &edit.value))
        }
        _ => Ok(()),
    }
}

/// Whether a code is one that the town's book has, or ever had: a list is closed, and what was typed
/// by yesterday's is not lost today.
fn is_known(question: &Question<'_>, list: &str, code: &str) -> Result<(), RefusalCode> {
    let rulebook = question.organisation.rulebook();
    if code.is_empty() || rulebook.has_code(list, code) {
        Ok(())
    } else {
        Err(RefusalCode::UnknownCode)
    }
}

/// The fields that a step cannot be without, in the order in which they are asked for.
pub(super) fn needed_fields(fields: &'static [Field]) -> Vec<(&'static Field, Needed)> {
    let mut needed: Vec<_> = fields
        .iter()
        .filter_map(|field| Some((field, field.spec.needed?)))
        .collect();
    needed.sort_by_key(|(_, needed)| needed.lack);
    needed
}

fn is_met(field: &Field, lack: Lack, value: &str, now: Time) -> bool {
    match (lack, field.spec.takes) {
        (Lack::Reason | Lack::Text, _) => !is_blank(value),
        (Lack::Day, _) => Date::read(value).is_some_and(|day| !day.is_over(now)),
        (Lack::Value, Takes::Choice(choices)) => choices.words.contains(&value),
        (Lack::Value, _) => !value.is_empty(),
    }
}

/// Whether a unit is known.
///
/// # Errors
/// It is not.
pub(crate) fn known(organisation: &Organisation, unit: UnitId) -> Result<(), RefusalCode> {
    organisation
        .unit(unit)
        .map(|_| ())
        .ok_or(RefusalCode::UnknownUnit)
}

/// Whether a text says nothing.
pub(crate) fn is_blank(text: &str) -> bool {
    text.trim().is_empty()
}
