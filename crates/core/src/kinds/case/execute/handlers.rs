//! The writes of the steps about who handles a case, and orders to. Frozen once released, as all of them.

use super::Step;
use crate::documents::plan::Scalar;
use crate::id::UnitId;
use crate::kinds::case::{ANSWER, ASKED, CO_HANDLERS, CoHandlers, DONE, ORDER, RECUSED, UNITS};
use crate::step::FieldType as _;

impl Step<'_> {
    /// An order of before there were answers names no unit, and leaves what stood of another one.
    pub(super) fn supervise(self, unit: Option<UnitId>) -> Self {
        let id = self.execution.id.key();
        let step = self.with(|plan| plan.put("supervised", Scalar::True));
        match unit {
            None => step,
            Some(unit) => step
                .text("unit", &unit.key())
                .with(|plan| plan.put_text(ORDER, id).remove(ANSWER)),
        }
    }

    /// Who was asked to do a part is asked no more. Each goes on reading the case.
    pub(super) fn asks_nobody(self) -> Self {
        let asked = self.document.co_handlers();
        self.with(|plan| {
            let keys = asked.into_keys().map(UnitId::key);
            keys.fold(plan, |plan, unit| plan.take(CO_HANDLERS, unit))
        })
    }

    /// Asks units to do a part, in place of those that were asked before.
    pub(super) fn asks(self, with: &CoHandlers) -> Self {
        self.text("with", &with.written())
            .asks_nobody()
            .with(|plan| {
                let units = with.0.iter().map(|unit| unit.key());
                units.fold(plan, |plan, unit| {
                    plan.add(UNITS, unit.clone())
                        .set(CO_HANDLERS, unit, ASKED.to_owned())
                })
            })
    }

    pub(super) fn part_done(self, unit: UnitId) -> Self {
        self.text("unit", &unit.key())
            .with(|plan| plan.set(CO_HANDLERS, unit.key(), DONE.to_owned()))
    }

    pub(super) fn recuse(self, above: Option<UnitId>) -> Self {
        let author = self.execution.author.key();
        let step = self.with(|plan| plan.add(RECUSED, author));
        match above {
            None => step,
            Some(above) => step
                .text("above", &above.key())
                .with(|plan| plan.add(UNITS, above.key())),
        }
    }

    pub(super) fn answers(self) -> Self {
        let id = self.execution.id.key();
        self.with(|plan| plan.put_text(ANSWER, id))
    }

    pub(super) fn ends_supervision(self) -> Self {
        self.with(|plan| plan.remove("supervised").remove(ORDER).remove(ANSWER))
    }
}
