//! The work of a person: steps; refused commands mended, sent again, dropped; typed ones taken
//! back.

use std::collections::BTreeMap;

use alleyway_client::drafts::Step;
use alleyway_client::views::outbox::{Recorded, Shows};
use alleyway_client::{Fault, Problem};
use alleyway_core::id::{CommandId, DocumentId};
use alleyway_replica::{Draft, OutboxRow, TakeBackError};

use super::{Device, Open, Platform};

impl<P: Platform> Device<P> {
    /// Records a step; it is durable when this returns. A case of which only the row is here is fetched by
    /// the next sync ([`Problem::CaseFiled`]).
    ///
    /// # Errors
    /// What of it cannot be read or found, or is not allowed by what this device knows;
    /// [`Problem::NotSaved`], [`Problem::RoomKept`].
    pub fn record(&self, step: &Step) -> Result<Recorded, Fault> {
        let recorded = self.hold(|open| {
            open.is_enrolled()?;
            let drafted = self.screen(open).draft(step)?;
            self.record_draft(open, drafted.draft)
        });
        self.fetching(step.case.as_deref(), recorded)
    }

    /// Records a change of a field of the household that `named` means: `edit`, `pick` or `keep`, as
    /// [`Step`] has them. It is durable when this returns.
    ///
    /// # Errors
    /// As [`Device::record`].
    pub fn record_on_household(&self, named: &str, step: &Step) -> Result<Recorded, Fault> {
        self.hold(|open| {
            open.is_enrolled()?;
            let screen = self.screen(open);
            let household = screen.household_named(named)?;
            let drafted = screen.household_draft(household, step)?;
            self.record_draft(open, drafted.draft)
        })
    }

    pub(super) fn record_draft(
        &self,
        open: &mut Open<P::Store>,
        draft: Draft,
    ) -> Result<Recorded, Fault> {
        let (target, kind) = (draft.target, draft.body.kind());
        let outcome = open.replica.record(draft, self.now(), self.random()?);
        let (writes, recorded) = outcome.map_err(|error| {
            let document = target.unwrap_or(DocumentId([0; 16]));
            self.screen(open).record_fault(document, &error)
        })?;
        open.commit_recorded(&writes)?;
        Ok(self.screen(open).recorded(kind, &recorded))
    }

    /// Changes fields of a refused command, as they were typed, and sends it again.
    ///
    /// # Errors
    /// What of it cannot be found, or is not allowed; it is still refused then.
    pub fn mend(&self, named: &str, typed: &BTreeMap<String, String>) -> Result<Recorded, Fault> {
        self.hold(|open| {
            open.is_enrolled()?;
            let screen = self.screen(open);
            screen.goes_on()?;
            let row = screen.refused_named(named)?;
            let fields = screen.mended(&row, typed)?;
            self.again(open, &row, &fields)
        })
    }

    /// Sends a refused command again as it was.
    ///
    /// # Errors
    /// As [`Device::mend`].
    pub fn resend(&self, named: &str) -> Result<Recorded, Fault> {
        self.hold(|open| {
            open.is_enrolled()?;
            let screen = self.screen(open);
            screen.goes_on()?;
            let row = screen.refused_named(named)?;
            self.again(open, &row, &BTreeMap::new())
        })
    }

    fn again(
        &self,
        open: &mut Open<P::Store>,
        row: &OutboxRow,
        fields: &BTreeMap<String, String>,
    ) -> Result<Recorded, Fault> {
        let (now, random) = (self.now(), self.random()?);
        let outcome = open.replica.mend(row.command, fields, now, random);
        let (writes, recorded) =
            outcome.map_err(|error| self.screen(open).mend_fault(row, &error))?;
        open.commit_recorded(&writes)?;
        Ok(self.screen(open).recorded(&row.kind, &recorded))
    }

    /// Gives up a refused command.
    ///
    /// # Errors
    /// What of it cannot be found.
    pub fn drop_refused(&self, named: &str) -> Result<Recorded, Fault> {
        self.hold(|open| {
            open.is_enrolled()?;
            let row = self.screen(open).refused_named(named)?;
            let outcome = open.replica.drop_refused(row.command);
            let writes = outcome.map_err(|error| self.screen(open).mend_fault(&row, &error))?;
            open.commit_reserved(&writes)?;
            Ok(done(&row, "dropped"))
        })
    }

    /// The commands that [`Device::take_back`] would take back: the named one and those that stand on
    /// it, in the order typed. Nothing changes.
    ///
    /// # Errors
    /// As [`Device::take_back`].
    pub fn would_take_back(&self, named: &str) -> Result<Vec<Recorded>, Fault> {
        self.hold(|open| {
            let command = self.typed_named(open, named)?;
            let outcome = open.replica.would_take_back(command);
            let rows = outcome.map_err(not_taken_back)?;
            Ok(rows.iter().map(|row| done(row, "pending")).collect())
        })
    }

    /// Takes back a command that was typed and not handed over yet, with what stands on it: the
    /// document is as if they had not been typed. All that was taken back, in the order typed.
    ///
    /// # Errors
    /// [`Problem::NotTakenBack`] once a sync or a bundle has sealed it, [`Problem::PerhapsSent`] if
    /// that batch is no more; [`Problem::LeaseEnded`]; what of it cannot be found.
    pub fn take_back(&self, named: &str) -> Result<Vec<Recorded>, Fault> {
        self.hold(|open| {
            let command = self.typed_named(open, named)?;
            let outcome = open.replica.take_back_typed(command);
            let (writes, taken) = outcome.map_err(not_taken_back)?;
            open.commit_reserved(&writes)?;
            Ok(taken.iter().map(|row| done(row, "taken_back")).collect())
        })
    }

    /// The command of this device that is named, where it can be read.
    fn typed_named(&self, open: &Open<P::Store>, named: &str) -> Result<CommandId, Fault> {
        open.is_enrolled()?;
        let screen = self.screen(open);
        screen.may_be_read()?;
        screen.command_named(named)
    }
}

fn not_taken_back(error: TakeBackError) -> Fault {
    Fault::plain(match error {
        TakeBackError::NotThere | TakeBackError::Sealed => Problem::NotTakenBack,
        TakeBackError::PerhapsSent => Problem::PerhapsSent,
    })
}

/// A command of the outbox, as it is told.
fn done(row: &OutboxRow, state: &'static str) -> Recorded {
    let name = row.number.map(|number| number.to_string());
    Recorded {
        command: row.command,
        document: row.document,
        number: row.number,
        state,
        warnings: Vec::new(),
        kind: row.kind.clone(),
        name: name.unwrap_or_else(|| row.document.to_string()),
        shows: Shows::Now,
        tracking: None,
    }
}
