//! A device's budget: what is beyond it is to be handed in later.
//!
//! It is looked at once a flight. If something is left then, the rest of the flight goes through, whatever
//! it comes to: what stands on one another comes together, and nothing that was typed later is judged
//! before what was typed first. If nothing is left, nothing new of the device is judged in this flight.
//! What a courier brings counts for its author. A device that is not to go on is never delayed: what it
//! still has is its last. What is given back behind a restore is judged by its older verdict and not
//! counted ([`super::given_back`]), and nothing that the server itself does comes by here.

use std::collections::BTreeMap;

use crate::audit::{self, Audited, BudgetAudited};
use crate::rows::Tx;
use crate::rows::budgets::{Amounts, BudgetRecord, budget_of};
use crate::rows::records::DeviceRecord;
use crate::setup::DeviceBudget;
use crate::stats::LedgerStats;
use alleyway_core::batch::VerifiedBatch;
use alleyway_core::command::Command;
use alleyway_core::id::DeviceId;
use alleyway_core::store::StoreError;
use alleyway_core::time::{Date, Time};
use alleyway_core::wire::Wire as _;

/// The budgets of devices.
#[derive(Debug, Default)]
pub(crate) struct Budgets {
    budget: DeviceBudget,
    flight: FlightBudgets,
}

/// The devices whose batches are in a flight, as they were when it began.
#[derive(Debug, Clone, Default)]
pub(crate) struct FlightBudgets(BTreeMap<DeviceId, Begun>);

impl FlightBudgets {
    /// From when on what a device has is taken, if something of it in the flight is not taken now.
    pub(crate) fn waits_until(&self, device: DeviceId) -> Option<Time> {
        self.0.get(&device)?.waits_until
    }
}

/// A device whose batches are in the flight at hand.
#[derive(Debug, Clone, Copy)]
struct Begun {
    record: BudgetRecord,
    /// From when on the rest of its batches is taken, if nothing more is now.
    waits_until: Option<Time>,
}

impl Budgets {
    pub(crate) fn grant(&mut self, budget: DeviceBudget) {
        self.budget = budget;
    }

    /// A flight begins, or goes on where it was left.
    pub(crate) fn resume(&mut self, flight: FlightBudgets) {
        self.flight = flight;
    }

    /// The flight at hand is left, for others or for good.
    pub(crate) fn pause(&mut self) -> FlightBudgets {
        std::mem::take(&mut self.flight)
    }

    /// Whether what is new in a batch is to be handed in later.
    pub(super) fn delays(
        &mut self,
        tx: &mut Tx<'_>,
        device: &DeviceRecord,
        batch: &VerifiedBatch,
        now: Time,
    ) -> Result<bool, StoreError> {
        if device.stopped.is_some() {
            return Ok(false);
        }
        let id = device.id();
        let mut begun = match self.flight.0.get(&id) {
            Some(begun) => *begun,
            None => Begun {
                record: budget_of(tx.view(), &self.budget, device, now)?,
                waits_until: None,
            },
        };
        let creates = batch.batch().commands.iter().any(creates);
        if begun.waits_until.is_none() && begun.record.is_used_up(creates) {
            begun.waits_until = Some(begun.record.goes_on_at(&self.budget));
        }
        self.flight.0.insert(id, begun);
        Ok(begun.waits_until.is_some())
    }

    /// Takes off what was handed in of a device, and notes it.
    pub(super) fn spend(
        &self,
        tx: &mut Tx<'_>,
        device: &DeviceRecord,
        spent: Amounts,
        now: Time,
    ) -> Result<(), StoreError> {
        if spent == Amounts::default() || device.stopped.is_some() {
            return Ok(());
        }
        // As it is by now, not as it was when the flight began.
        let mut record = budget_of(tx.view(), &self.budget, device, now)?;
        record.spend(spent);
        tx.put_budget(device.id(), &record);
        Ok(())
    }

    /// Writes down, once a day, that a device's budget is used up.
    pub(super) fn note_used_up(
        &self,
        tx: &mut Tx<'_>,
        device: &DeviceRecord,
        now: Time,
    ) -> Result<(), StoreError> {
        let id = device.id();
        let Some(until) = self.flight.waits_until(id) else {
            return Ok(());
        };
        let mut record = budget_of(tx.view(), &self.budget, device, now)?;
        let today = Some(Date::of(now));
        if record.noted == today {
            return Ok(());
        }
        record.noted = today;
        tx.put_budget(id, &record);
        LedgerStats::count(&mut tx.stats().budgets_used_up, 1);
        audit::write(
            tx,
            now,
            Audited::BudgetUsedUp(BudgetAudited { device: id, until }),
        );
        Ok(())
    }
}

fn creates(command: &Command) -> bool {
    command.document.is_none()
}

/// The amounts that a command takes of the budget of its device.
pub(super) fn taken_by(command: &Command) -> Amounts {
    Amounts {
        commands: 1,
        documents: i64::from(creates(command)),
        bytes: i64::try_from(command.to_bytes().len()).unwrap_or(i64::MAX),
    }
}
