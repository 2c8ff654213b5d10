//! The steps about who handles a case, and orders to.

use super::Prose;
use crate::id::UnitId;
use crate::limits::CO_HANDLERS_MAX;
use crate::step::{FieldType, Lack, Trailing, date, text, unit, units};
use crate::time::Date;
use crate::wire::{List, Reader, Wire, WireError};

crate::step! {
    /// Work is sent to a department or a unit below.
    Dispatch {
        /// To whom.
        to: UnitId = unit(),
        /// By when.
        by: Date = date().needed(Lack::Day, "by when"),
    }
    trailing {
        /// For the resident, who reads it on the tracking page.
        resident_text: Prose = text().for_resident(),
        /// Units that are to do a part of it: they read the case, note, and say when they have done it.
        /// Whom it is sent to handles it, and alone says that the work is done.
        with: CoHandlers = units(),
    }
}

crate::step! {
    /// A unit that was asked to do a part has done it.
    PartDone {
        /// The part that it did.
        text: Prose = text().needed(Lack::Text, "what was done"),
        /// The unit.
        unit: UnitId = unit().by_policy(),
    }
}

crate::step! {
    /// Who sent the case on takes it back, as long as its receiver has not answered.
    Recall {
        /// Why.
        reason: Prose = text().needed(Lack::Reason, "a reason"),
    }
}

crate::step! {
    /// Who has an interest in the case withdraws from handling it (regulations on petitions, 2022,
    /// art. 28): somebody else of the unit acts, or, where there is nobody else, the level above.
    Recuse {
        /// Why.
        reason: Prose = text().needed(Lack::Reason, "a reason"),
        /// The level above, which is sent the case from then on; none above a town.
        above: Option<UnitId> = unit().by_policy(),
    }
}

crate::step! {
    /// A leader orders it to be handled.
    Supervise {
        /// The order.
        text: Prose = text().needed(Lack::Text, "the order"),
    }
    trailing {
        /// The unit in whose name it is given: whoever acts for it, or is an auditor in it, may end it.
        /// Orders of before the field have none.
        unit: Option<UnitId> = unit().by_policy(),
    }
}

crate::step! {
    /// The holder says what was done about the last order.
    AnswerSupervision {
        /// The answer.
        text: Prose = text().needed(Lack::Text, "the answer"),
    }
}

crate::step! {
    /// Who ordered the case to be handled ends that.
    EndSupervision {
        /// Why.
        text: Prose = text(),
    }
}

/// Units that a dispatch asks to do a part.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CoHandlers(pub List<UnitId, CO_HANDLERS_MAX>);

impl Wire for CoHandlers {
    fn encode(&self, out: &mut Vec<u8>) {
        self.0.encode(out);
    }

    fn decode(from: &mut Reader<'_>) -> Result<Self, WireError> {
        Ok(Self(List::decode(from)?))
    }
}

impl Trailing for CoHandlers {
    fn is_blank(&self) -> bool {
        self.0.is_empty()
    }

    fn encode_trailing(&self, out: &mut Vec<u8>) {
        self.encode(out);
    }

    fn decode_trailing(from: &mut Reader<'_>) -> Result<Self, WireError> {
        Self::decode(from)
    }
}

/// As text the ids, a blank between two.
impl FieldType for CoHandlers {
    const BYTES_MAX: usize = CO_HANDLERS_MAX * (UnitId::BYTES_MAX + 1);
    const OPTIONAL: bool = true;

    fn blank() -> Self {
        Self::default()
    }

    fn written(&self) -> String {
        let keys: Vec<String> = self.0.iter().map(|unit| unit.key()).collect();
        keys.join(" ")
    }

    fn read(text: &str) -> Option<Self> {
        let units: Option<Vec<UnitId>> = text.split_whitespace().map(UnitId::parse).collect();
        List::new(units?).ok().map(Self)
    }
}
