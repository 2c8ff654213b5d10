//! A new case.

use alleyway_core::id::UnitId;
use alleyway_core::kinds::case::CaseCommand;
use alleyway_core::kinds::unit::UnitKind;
use alleyway_core::step::{Field, FieldType as _, Steps as _, unit};
use alleyway_core::text::typed;
use alleyway_replica::{Draft, ReportsFor};

use super::{Drafted, Step, fields};
use crate::fault::{Fault, Problem};
use crate::screen::Screen;

/// The unit below that a branch or a town reports for. The report itself names it as its owner.
pub(crate) static FOR: Field = Field {
    name: "for",
    bytes_max: UnitId::BYTES_MAX,
    optional: true,
    spec: unit(),
};

/// The field of a report that names the unit complained of.
const ABOUT: &str = "about";

/// The word of the step.
pub(crate) const REPORT: &str = "report";

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
        report.device_code = self.status()?.device_code;
        let about = step.fields.get(ABOUT);
        let about = about.filter(|about| !typed::is_nothing(about));
        (report.owner, report.taken_at) = if let Some(about) = about {
            report.confidential = true;
            self.reports_to_desk(&self.unit_named(about)?, step)?
        } else if let Some(named) = step.fields.get(FOR.name) {
            let unit = UnitId::parse(&self.field(&FOR, named)?);
            self.reports_below(unit.ok_or_else(unknown)?)?
        } else {
            let household = report.household.and_then(|id| self.replica.household(id));
            self.reports_for(household.map(|line| line.row.alley))?
        };
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

    /// The unit that the case comes from, and where it was taken: the household's alley if its chief
    /// reports, or somebody above it, else what the reporter's first post reports for.
    fn reports_for(&self, alley: Option<UnitId>) -> Result<ReportsFor, Fault> {
        let owners = self.owners()?;
        let of_household = owners.iter().find(|(owner, _)| Some(*owner) == alley);
        let above = || {
            let alley = alley?;
            self.above(&owners, alley).map(|at| (alley, Some(at)))
        };
        let found = of_household.copied().or_else(above);
        found
            .or(owners.first().copied())
            .ok_or_else(|| Fault::plain(Problem::NoAlley))
    }

    /// A complaint about a person of a unit: to the desk that is named, else to the town's only one; taken
    /// down by a unit of the reporter's that is not complained of, if he has one. Whoever acts for the
    /// desk takes it down there.
    fn reports_to_desk(&self, about: &UnitId, step: &Step) -> Result<ReportsFor, Fault> {
        let organisation = self.replica.organisation();
        let owners = self.owners()?;
        let desk = if let Some(named) = step.fields.get(FOR.name) {
            Some(self.unit_named(named)?)
        } else {
            let mut desks = organisation
                .units()
                .filter(|row| row.kind == UnitKind::Desk);
            let first = desks.next().filter(|_| desks.next().is_none());
            first.map(|row| row.unit)
        };
        let own = || owners.iter().map(|(owner, at)| at.unwrap_or(*owner));
        if let Some(desk) = desk.filter(|desk| own().any(|unit| unit == *desk)) {
            return Ok((desk, None));
        }
        let apart = own().find(|unit| !organisation.is_within(*unit, *about));
        let at = apart.or_else(|| own().next());
        // Without a desk policy says that it needs one.
        let at = at.ok_or_else(|| Fault::plain(Problem::NoAlley))?;
        Ok(desk.map_or((at, None), |desk| (desk, Some(at))))
    }

    /// A report for a unit that is named: the reporter's own, or one below it.
    fn reports_below(&self, unit: UnitId) -> Result<ReportsFor, Fault> {
        let owners = self.owners()?;
        let own = owners.iter().find(|(owner, _)| *owner == unit);
        let above = || Some((unit, Some(self.above(&owners, unit)?)));
        // Nobody's own and below nobody's: policy says so, to who asks.
        Ok(own.copied().or_else(above).unwrap_or((unit, None)))
    }

    /// The first of the reporter's own units that leads and is above a unit.
    fn above(&self, owners: &[ReportsFor], unit: UnitId) -> Option<UnitId> {
        let organisation = self.replica.organisation();
        let leads = |at: UnitId| {
            let kind = organisation.kind(at);
            matches!(kind, Some(UnitKind::Branch | UnitKind::Town))
                && organisation.is_below(unit, at)
        };
        let mut own = owners.iter().filter(|(_, taken_at)| taken_at.is_none());
        own.find(|(owner, _)| leads(*owner))
            .map(|(owner, _)| *owner)
    }

    /// The units that the reporter's posts report for.
    fn owners(&self) -> Result<Vec<ReportsFor>, Fault> {
        let owners = self.replica.reports_for(self.now);
        if owners.is_empty() {
            return Err(Fault::plain(if self.has_no_post() {
                Problem::PostsEnded
            } else {
                Problem::NoAlley
            }));
        }
        Ok(owners)
    }
}
