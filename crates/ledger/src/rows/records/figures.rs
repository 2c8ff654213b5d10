//! The rows of figures.

use std::collections::BTreeMap;

use alleyway_core::id::UnitId;
use alleyway_core::kinds::case::{CaseTally, FigureKey};
use alleyway_core::limits::CODE_BYTES_MAX;
use alleyway_core::text::Text;
use alleyway_core::wire::List;
use alleyway_core::wire_struct;

/// Grows with each release that counts something else: then all is counted anew.
pub(crate) const FIGURES_RULES: u32 = 2;
/// Figures of one month, place and category: eighteen kinds, spans, and the codes of closed lists.
const FIGURES_MAX: usize = 65_536;

/// A case's part in the figures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PartRecord {
    /// The place that it came from, as the town was when it was first counted.
    pub(crate) place: UnitId,
    /// Its counts.
    pub(crate) tally: CaseTally,
}
wire_struct!(PartRecord { place, tally });

/// The figures of one month, place and category. Nothing in it is 0.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct FiguresRow {
    amounts: List<(FigureKey, u64), FIGURES_MAX>,
}
wire_struct!(FiguresRow { amounts });

impl FiguresRow {
    /// A row of these amounts; none of nothing.
    pub(crate) fn of(amounts: BTreeMap<FigureKey, u64>) -> Option<Self> {
        let amounts: Vec<_> = amounts
            .into_iter()
            .filter(|(_, amount)| *amount > 0)
            .collect();
        let amounts = List::new(amounts).ok()?;
        (!amounts.is_empty()).then_some(Self { amounts })
    }

    /// Each figure with its amount, in order.
    pub(crate) fn amounts(&self) -> impl Iterator<Item = (&FigureKey, u64)> {
        self.amounts.iter().map(|(key, amount)| (key, *amount))
    }
}

/// Lines of one month: places, categories, figures.
const LINES_MAX: usize = 1_000_000;

/// A place and a category, and a figure of theirs.
type Line = ((UnitId, Text<CODE_BYTES_MAX>), (FigureKey, u64));

/// The print of a month, before anything is hidden.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PrintRecord {
    pub(crate) lines: List<Line, LINES_MAX>,
}
wire_struct!(PrintRecord { lines });
