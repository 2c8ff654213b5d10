//! Faults as a terminal tells them.

use alleyway_client::fault::Candidate;
use alleyway_client::{Fault, Problem};

use super::args::flag_of;
use super::table::{Table, one_line, shorten};
use super::texts::{Lang, say};

/// Cells that the title of a candidate may take.
const ABOUT_CELLS: usize = 40;

/// The fault and the next step.
pub(super) fn text(fault: &Fault, lang: Lang) -> String {
    match fault.problem {
        Problem::Ambiguous | Problem::BadSection => {
            let mut table = Table::plain();
            fault
                .candidates
                .iter()
                .for_each(|candidate| table.row(cells(candidate)));
            let lines = table.lines().into_iter().map(|line| format!("  {line}"));
            let head = std::iter::once(fault.at_terminal(lang));
            head.chain(lines).collect::<Vec<_>>().join("\n")
        }
        Problem::NoSuchValue => {
            let quoted = fault.candidates.iter();
            let quoted = quoted.map(|candidate| format!("“{}”", one_line(&candidate.name)));
            let values = quoted.collect::<Vec<_>>().join(" ");
            let values = if values.is_empty() {
                say::common::NONE.text(lang).to_owned()
            } else {
                values
            };
            filled(fault, ("values", values)).at_terminal(lang)
        }
        Problem::UnknownField => {
            let known = fault.value("known").split(' ').map(flag_of);
            let known: Vec<String> = known.map(|flag| format!("--{flag}")).collect();
            filled(&flagged(fault), ("known", known.join(" "))).at_terminal(lang)
        }
        _ => flagged(fault).at_terminal(lang),
    }
}

fn cells(candidate: &Candidate) -> Vec<String> {
    let about = candidate.about.as_deref();
    let about = about.map(|about| shorten(about, ABOUT_CELLS));
    std::iter::once(candidate.name.clone())
        .chain(about)
        .chain(candidate.id.clone())
        .collect()
}

/// A field under the name of its flag.
fn flagged(fault: &Fault) -> Fault {
    match fault.value("field") {
        "" => fault.clone(),
        field => filled(fault, ("field", flag_of(field).to_owned())),
    }
}

/// With another value in the place of the one of this name.
fn filled(fault: &Fault, value: alleyway_client::fault::Value) -> Fault {
    let mut fault = fault.clone();
    fault.values.retain(|(name, _)| *name != value.0);
    fault.values.push(value);
    fault
}
