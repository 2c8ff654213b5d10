//! A new case.

use alleyway_core::id::UnitId;
use alleyway_core::kinds::case::CaseCommand;
use alleyway_core::step::Steps as _;
use alleyway_replica::Draft;

use super::{Drafted, Step, fields};
use crate::fault::{Fault, Problem};
use crate::screen::Screen;

impl Screen<'_> {
    /// A report. Whoever records it draws its tracking code.
    pub(super) fn report(&self, step: &Step) -> Result<Drafted, Fault> {
        let unknown = || Fault::new(Problem::UnknownStep, vec![("reason", step.word.clone())]);
        let Some(CaseCommand::Report(mut report)) = CaseCommand::blank(&step.word) else {
            return Err(unknown());
        };
        if let Some(household) = step.fields.get("household") {
            report.household = Some(self.household_named(household)?);
        }
        let households = || self.replica.households().into_iter();
        let alley = report.household.and_then(|document| {
            let mut rows = households();
            rows.find(|row| row.document == document)
        });
        report.device_code = self.status()?.device_code;
        (report.owner, report.taken_at) = self.reports_for(alley.map(|row| row.alley))?;
        let mut body = CaseCommand::Report(report);
        for field in body
            .step()
            .typed()
            .filter(|field| field.name != "household")
        {
            if let Some(text) = step.fields.get(field.name) {
                let value = self.field(field, text)?;
                fields::set(&mut body, field, &value)?;
            }
        }
        let draft = Draft {
            target: None,
            body: body.into(),
        };
        Ok(Drafted { draft })
    }

    /// The unit that the case comes from, and the centre that took it: the household's alley if its
    /// chief reports, else what the reporter's first post reports for.
    fn reports_for(&self, alley: Option<UnitId>) -> Result<(UnitId, Option<UnitId>), Fault> {
        let owners = self.replica.reports_for(self.now);
        let of_household = owners.iter().find(|(owner, _)| Some(*owner) == alley);
        of_household.or(owners.first()).copied().ok_or_else(|| {
            Fault::plain(if self.has_no_post() {
                Problem::PostsEnded
            } else {
                Problem::NoAlley
            })
        })
    }
}
