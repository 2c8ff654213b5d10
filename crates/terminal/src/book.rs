//! The town's book: what holds, what was proposed, and what two administrators do about it.

use alleyway_client::views::book::{BookSection, Proposed};
use alleyway_device::Device;

use super::Shown;
use super::args::BookStep;
use super::context::Context;
use super::exit::Failure;
use super::steps::saved;
use super::table::Table;
use super::texts::say;

/// `book`
pub(super) fn book(context: &Context, what: Option<&BookStep>) -> Result<Shown, Failure> {
    let device = context.open()?;
    match what {
        None => list(context, &device),
        Some(BookStep::Show { section, proposal }) => {
            show(context, &device, section, proposal.as_deref())
        }
        Some(BookStep::Check { section, file }) => {
            let text = context.file_or_input(file)?;
            context.done(device.check_rules(section, &text))?;
            Shown::new(
                &serde_json::json!({ "faults": [] }),
                vec![context.say(say::book::NO_FAULT)],
            )
        }
        Some(BookStep::Propose { section, file }) => {
            let text = context.file_or_input(file)?;
            saved(
                context,
                &context.done(device.propose_rules(section, &text))?,
            )
        }
        Some(BookStep::Adopt { proposal, from }) => {
            saved(context, &context.done(device.adopt_rules(proposal, from))?)
        }
    }
}

fn list(context: &Context, device: &Device) -> Result<Shown, Failure> {
    let sections = context.done(device.book())?;
    let heads = [
        say::book::SECTION,
        say::book::SINCE,
        say::book::COMING,
        say::book::PROPOSALS,
    ];
    let mut table = Table::new(heads.map(|head| context.say(head)).to_vec());
    for section in &sections {
        let coming = section.coming.iter().map(|coming| coming.from.as_str());
        table.row(vec![
            format!("{} {}", section.section, section.label),
            since(context, section),
            coming.collect::<Vec<_>>().join(" "),
            proposals(context, &section.proposals),
        ]);
    }
    Shown::new(&sections, table.lines())
}

fn since(context: &Context, section: &BookSection) -> String {
    let shipped = || context.say(say::book::AS_SHIPPED);
    section.since.clone().unwrap_or_else(shipped)
}

fn proposals(context: &Context, proposals: &[Proposed]) -> String {
    let told = proposals.iter().map(|proposed| {
        let id = proposed.proposal.to_string();
        let values = [("proposal", id.as_str()), ("by", &proposed.by)];
        context.fill(say::book::PROPOSED, &values)
    });
    let mut told = told.collect::<Vec<_>>().join("  ");
    if proposals.len() > 1 {
        let count = proposals.len().to_string();
        told += &context.fill(say::book::CONFLICT, &[("count", &count)]);
    }
    told
}

fn show(
    context: &Context,
    device: &Device,
    section: &str,
    proposal: Option<&str>,
) -> Result<Shown, Failure> {
    let value = context.done(device.rules(section, proposal))?;
    let text = serde_json::to_string_pretty(&value).unwrap_or_default();
    Shown::new(&value, text.lines().map(str::to_owned).collect())
}
