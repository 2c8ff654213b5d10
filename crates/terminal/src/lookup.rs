//! What people call cases, households, units and commands.

use std::collections::BTreeSet;

use alleyway_core::id::{CommandId, DocumentId, MemberId, UnitId};
use alleyway_core::organisation::Organisation;
use alleyway_replica::{FindError, Replica};

use super::context::Context;
use super::exit::{Exit, Failure};
use super::stopping;
use super::table::{Table, shorten};
use super::texts::{say, words};

/// Candidates that an error lists.
const CANDIDATES_MAX: usize = 10;

/// The case that `text` means: a number, an id, or an unambiguous prefix of either.
pub(super) fn case(
    context: &Context,
    replica: &Replica,
    text: &str,
) -> Result<DocumentId, Failure> {
    replica.find_case(text).map_err(|error| match error {
        FindError::NotFound(_) => stopping::case_gone(context, replica).unwrap_or_else(|| {
            context.failure(
                Exit::NotFound,
                "not_found",
                say::case::NOT_FOUND,
                &[("text", text)],
            )
        }),
        FindError::Ambiguous { candidates, .. } => {
            let title = |number: &str| {
                let row = replica
                    .cases()
                    .into_iter()
                    .find(|row| row.number.to_string() == number);
                row.map(|row| shorten(&row.title, 40)).unwrap_or_default()
            };
            ambiguous(
                context,
                text,
                candidates
                    .into_iter()
                    .map(|number| vec![number.clone(), title(&number)]),
            )
        }
    })
}

/// The household that `text` means: a door, an id, or an unambiguous prefix.
pub(super) fn household(
    context: &Context,
    replica: &Replica,
    text: &str,
) -> Result<DocumentId, Failure> {
    replica.find_household(text).map_err(|error| match error {
        FindError::NotFound(_) => context.failure(
            Exit::NotFound,
            "not_found",
            say::household::NOT_FOUND,
            &[("text", text)],
        ),
        // Two alleys may have a door of one name: the id tells them apart.
        FindError::Ambiguous { candidates, .. } => {
            let rows = replica
                .households()
                .into_iter()
                .filter(|row| candidates.contains(&row.door));
            ambiguous(
                context,
                text,
                rows.map(|row| vec![row.door, row.document.to_string()]),
            )
        }
    })
}

/// The command of one's own that `text` means: an id, or an unambiguous prefix.
pub(super) fn command(
    context: &Context,
    replica: &Replica,
    text: &str,
) -> Result<CommandId, Failure> {
    replica.find_command(text).map_err(|error| match error {
        FindError::NotFound(_) => context.failure(
            Exit::NotFound,
            "not_found",
            say::outbox::NOT_FOUND,
            &[("text", text)],
        ),
        FindError::Ambiguous { candidates, .. } => ambiguous(
            context,
            text,
            candidates.into_iter().map(|command| vec![command]),
        ),
    })
}

/// The unit that `text` means: its name, its id, or an unambiguous prefix of either. A name that is
/// given in full is meant, whatever else begins with it.
pub(super) fn unit(
    context: &Context,
    organisation: &Organisation,
    text: &str,
) -> Result<UnitId, Failure> {
    let text = text.trim();
    let mut found: Vec<_> = organisation
        .units()
        .filter(|row| row.name.as_str() == text)
        .collect();
    if found.is_empty() && !text.is_empty() {
        let key: String = text
            .chars()
            .filter(|c| *c != '-')
            .map(|c| c.to_ascii_lowercase())
            .collect();
        let begins = |name: &str, id: UnitId| {
            name.starts_with(text) || (key.len() >= 4 && id.key().starts_with(&key))
        };
        found = organisation
            .units()
            .filter(|row| begins(&row.name, row.unit))
            .collect();
    }
    match found.as_slice() {
        [only] => Ok(only.unit),
        [] => {
            let names: Vec<&str> = organisation
                .units()
                .map(|row| row.name.as_str())
                .take(CANDIDATES_MAX)
                .collect();
            let known = names.join(say::common::COMMA.text(context.lang));
            Err(context.failure(
                Exit::NotFound,
                "not_found",
                say::member::UNIT_NOT_FOUND,
                &[("text", text), ("known", &known)],
            ))
        }
        several => {
            let rows = several
                .iter()
                .map(|row| vec![unit_path(organisation, row.unit), row.unit.to_string()]);
            Err(ambiguous(context, text, rows))
        }
    }
}

/// The member that `text` means: a name, an id, or an unambiguous prefix of either. A name that is
/// given in full is meant, whatever else begins with it.
pub(super) fn member(
    context: &Context,
    organisation: &Organisation,
    text: &str,
) -> Result<MemberId, Failure> {
    let text = text.trim();
    let members: BTreeSet<MemberId> = organisation
        .appointments()
        .map(|post| post.member)
        .collect();
    let name = |member: MemberId| organisation.name(member).unwrap_or_default();
    let mut found: Vec<MemberId> = members
        .iter()
        .copied()
        .filter(|member| name(*member) == text)
        .collect();
    if found.is_empty() && !text.is_empty() {
        let key: String = text
            .chars()
            .filter(|c| *c != '-')
            .map(|c| c.to_ascii_lowercase())
            .collect();
        let begins = |member: MemberId| key.len() >= 4 && member.key().starts_with(&key);
        found = members
            .iter()
            .copied()
            .filter(|member| name(*member).starts_with(text) || begins(*member))
            .collect();
    }
    match found.as_slice() {
        [only] => Ok(*only),
        [] => {
            let known: BTreeSet<&str> = members.iter().map(|member| name(*member)).collect();
            let known = known
                .into_iter()
                .take(CANDIDATES_MAX)
                .collect::<Vec<_>>()
                .join(say::common::COMMA.text(context.lang));
            let values = [("text", text), ("known", known.as_str())];
            Err(context.failure(
                Exit::NotFound,
                "not_found",
                say::member::MEMBER_NOT_FOUND,
                &values,
            ))
        }
        several => {
            let rows = several.iter().map(|member| {
                let posts = organisation.appointments_of(*member);
                let posts = posts.map(|row| {
                    format!(
                        "{} · {}",
                        context.word(words::POST, row.post.word()),
                        unit_name(organisation, row.unit)
                    )
                });
                vec![
                    name(*member).to_owned(),
                    posts.take(1).collect(),
                    member.to_string(),
                ]
            });
            Err(ambiguous(context, text, rows))
        }
    }
}

/// A unit's name; its id where this device does not know it.
pub(super) fn unit_name(organisation: &Organisation, unit: UnitId) -> String {
    organisation
        .unit(unit)
        .map_or_else(|| unit.to_string(), |row| row.name.to_string())
}

/// A unit's name and those of what it belongs to, to tell two of one name apart.
fn unit_path(organisation: &Organisation, unit: UnitId) -> String {
    let mut names: Vec<String> = organisation
        .ancestors(unit)
        .map(|above| unit_name(organisation, above))
        .collect();
    names.reverse();
    names.push(unit_name(organisation, unit));
    names.join(" / ")
}

pub(super) fn ambiguous(
    context: &Context,
    text: &str,
    candidates: impl Iterator<Item = Vec<String>>,
) -> Failure {
    let mut table = Table::plain();
    candidates
        .take(CANDIDATES_MAX)
        .for_each(|row| table.row(row));
    let mut lines = vec![context.fill(say::usage::AMBIGUOUS, &[("text", text)])];
    lines.extend(table.lines().into_iter().map(|line| format!("  {line}")));
    Failure::new(Exit::NotFound, "ambiguous", lines.join("\n"))
}
