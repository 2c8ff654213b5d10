//! Households: the list, and one of them, whose fields can be changed.

use std::collections::BTreeMap;

use alleyway_client::drafts::Step;
use alleyway_client::views::case::Conflict;
use alleyway_client::views::list::Listing;

use super::args::{FieldStep, HouseholdArgs};
use super::context::Context;
use super::exit::Failure;
use super::look::last_contact;
use super::show::{Picking, capital, card};
use super::table::Table;
use super::texts::{say, words};
use super::{Shown, lease, steps, stopping};

/// `households`
pub(super) fn households(context: &Context) -> Result<Shown, Failure> {
    let device = context.open()?;
    let me = context.done(device.whoami())?;
    stopping::told(context, &me);
    let rows = match context.done(device.households())? {
        Listing::Rows(rows) => rows,
        Listing::Index(rows) => {
            let (head, nothing) = (say::household::DOOR, say::household::NONE);
            return lease::index(context, &me, &rows, head, nothing);
        }
    };
    let heads = [
        say::household::DOOR,
        say::household::CONTACT,
        say::household::PHONE,
        say::household::COUNT,
    ];
    let mut table = Table::new(heads.map(|head| context.say(head)).to_vec());
    for row in &rows {
        table.row(vec![
            row.door.clone(),
            row.contact.clone(),
            row.phone.clone(),
            row.count.to_string(),
        ]);
    }
    let mut lines = if rows.is_empty() {
        vec![stopping::empty(context, &me, say::household::NONE)]
    } else {
        table.lines()
    };
    lines.push(last_contact(context, &me));
    Shown::new(&rows, lines)
}

/// `household H`, and a change of one of its fields.
pub(super) fn household(context: &Context, args: &HouseholdArgs) -> Result<Shown, Failure> {
    match &args.what {
        None => show(context, &args.household),
        Some(what) => {
            let (step, device) = (typed(context, what)?, context.open()?);
            let recorded = device.record_on_household(&args.household, &step);
            steps::saved(context, &context.done(recorded)?)
        }
    }
}

fn show(context: &Context, named: &str) -> Result<Shown, Failure> {
    let device = context.open()?;
    let detail = context.done(device.household(named))?;
    let me = context.done(device.whoami())?;
    let mut table = Table::plain();
    table.row(vec![
        context.say(say::household::ALLEY),
        detail.alley.clone(),
    ]);
    for (name, value) in &detail.shown {
        let head = capital(&context.word(words::FIELD, name));
        table.row(vec![head, value.clone()]);
    }
    let mut lines = table.lines();
    let door = detail.fields.get("door").map_or(named, String::as_str);
    let picking = Picking {
        on: door,
        pick: say::hint::PICK_HOUSEHOLD,
        keep: say::hint::KEEP_HOUSEHOLD,
    };
    let shown = |conflict: &Conflict| card(context, &picking, conflict);
    lines.extend(detail.conflicts.iter().flat_map(shown));
    if detail.pending > 0 {
        let count = detail.pending.to_string();
        lines.push(context.fill(say::case::PENDING_MARK, &[("count", &count)]));
    }
    lines.push(last_contact(context, &me));
    Shown::new(&detail, lines)
}

fn typed(context: &Context, what: &FieldStep) -> Result<Step, Failure> {
    let (word, field, value) = match what {
        FieldStep::Edit { field, value } => ("edit", field, Some(value)),
        FieldStep::Pick { field, value } => ("pick", field, Some(value)),
        FieldStep::Keep { field } => ("keep", field, None),
    };
    let mut fields = BTreeMap::from([("field".to_owned(), field.clone())]);
    if let Some(value) = value {
        let value = if value == "-" {
            context.input_or("--value", value)?
        } else {
            value.clone()
        };
        fields.insert("value".to_owned(), value);
    }
    Ok(Step {
        word: word.to_owned(),
        case: None,
        fields,
    })
}
