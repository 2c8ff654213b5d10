//! How a case came: what its report says of that.

use alleyway_replica::CaseDetail;

use super::log;
use crate::screen::Screen;

/// How a case came, and the order of another system that it is: what its report says of that.
pub(super) fn came_by(detail: &CaseDetail) -> Vec<(String, String)> {
    let report = detail.log.first().map(|row| &row.entry.details);
    let said = |name: &str| report.and_then(|details| details.get(name));
    let rows = CAME_BY.iter().filter_map(|name| {
        let value = match *name {
            "external_due" => log::day(said(name)?),
            _ => said(name)?.clone(),
        };
        Some(((*name).to_owned(), value))
    });
    rows.collect()
}

impl Screen<'_> {
    /// Of a complaint about a person the unit complained of, by name.
    pub(super) fn complained_of(&self, detail: &CaseDetail) -> Option<(String, String)> {
        let about = detail.state.about?;
        Some(("about".to_owned(), self.unit(about)))
    }
}

/// The parts of a report that say how it came.
const CAME_BY: [&str; 4] = [
    "origin",
    "external_system",
    "external_number",
    "external_due",
];
