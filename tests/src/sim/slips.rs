//! When all is quiet: the codes on the phones' slips lead to their cases, and those that ended say so. The
//! day that a resident was promised is the one of the document as it lies on the server's disk, by the
//! book as the oracle has it.

use std::collections::BTreeMap;

use super::violation::{Broken, Checked, DURABLE, SAME, broken, ensure};
use super::world::World;
use alleyway_core::calendar::Due;
use alleyway_core::id::DocumentId;
use alleyway_core::kinds::case::clocks::ReadBy;
use alleyway_core::slip::SlipMark;
use alleyway_ledger::Tracking;

impl World {
    pub(crate) fn check_slips(&mut self) -> Checked {
        let mut led = Vec::new();
        for phone in self.phones.iter().filter(|phone| !phone.is_wiped) {
            let cases = phone.replica.cases().into_iter();
            for detail in cases.filter_map(|line| phone.replica.case(line.document)) {
                let document = detail.line.document;
                for entry in detail.log.into_iter().map(|row| row.entry) {
                    let mark = entry.details.get("slip");
                    let mark = mark.and_then(|mark| SlipMark::parse(mark));
                    let code = mark.and_then(|mark| phone.replica.own_code(&mark));
                    let Some(code) = code else { continue };
                    let counts = detail
                        .state
                        .code
                        .is_some_and(|code| code.step == entry.command);
                    led.push((code, counts.then_some(document), phone.name));
                }
            }
        }
        let numbers = self.numbers();
        let promised = self.promised()?;
        for (code, case, name) in led {
            let page = self.server.ledger.track(&self.server.disk, code, self.now);
            let page = page.map_err(|error| broken(SAME, error.to_string()))?;
            // Merged into another, a case is followed there.
            let last = case.map(|case| self.oracle.goes_on_in(case));
            if let (Tracking::Found(found), Some(last)) = (&page, last)
                && let Some(promised) = promised.get(&last)
            {
                let shown = found.due.map(|day| Due {
                    day,
                    is_provisional: found.is_provisional,
                });
                ensure(shown == *promised, SAME, || {
                    format!("{last} is promised for {promised:?}, and its page says {shown:?}")
                })?;
            }
            let leads = match (&page, last) {
                (Tracking::Found(found), Some(last)) => {
                    // None if no phone has that one.
                    numbers
                        .get(&last)
                        .is_none_or(|number| *number == found.number)
                }
                (Tracking::Ended, None) => true,
                _ => false,
            };
            ensure(leads, SAME, || {
                format!("a code of {name} is to lead to {last:?}, and its page is {page:?}")
            })?;
        }
        Ok(())
    }

    /// The days that residents of open cases were promised.
    fn promised(&self) -> Result<BTreeMap<DocumentId, Option<Due>>, Broken> {
        let heard = self.server.ledger.organisation();
        let Some(organisation) = self.oracle.by_the_book(heard) else {
            return Ok(BTreeMap::new());
        };
        let documents = alleyway_ledger::documents(&self.server.disk, None, usize::MAX);
        let documents = documents.map_err(|error| broken(DURABLE, error.to_string()))?;
        let promised = documents.into_iter().filter_map(|document| {
            let times = document.case_times(ReadBy::all(&organisation))?;
            document.case()?.stage.is_open().then_some(())?;
            Some((document.id(), times.promised))
        });
        Ok(promised.collect())
    }

    /// The numbers of all cases that some phone has.
    fn numbers(&self) -> BTreeMap<DocumentId, String> {
        let phones = self.phones.iter().filter(|phone| !phone.is_wiped);
        let lines = phones.flat_map(|phone| phone.replica.cases());
        lines
            .map(|line| (line.document, line.row.number.to_string()))
            .collect()
    }
}
