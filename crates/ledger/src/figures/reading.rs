//! The figures of a month as a reader gets them: what counts few is hidden, with what would tell it.
//!
//! What is hidden is worked out of the whole town's print, by the floor and the classes that the
//! town's book had on the month's last day. Neither changes later, so it is the same for every reader
//! and at every time: what several readers have together is no more than what one of the town has.

use std::collections::{BTreeMap, BTreeSet};

use super::FigureRow;
use super::hiding::{Cell, Column, Table};
use alleyway_core::id::UnitId;
use alleyway_core::kinds::book::{CategoryClass, Rulebook};
use alleyway_core::kinds::case::{Figure, FigureKey, Span};
use alleyway_core::limits::CODE_BYTES_MAX;
use alleyway_core::text::Text;
use alleyway_core::time::Month;

/// The figures of a month, of the town or of one place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MonthFigures {
    /// The month.
    pub month: Month,
    /// Below it amounts are hidden.
    pub floor: u16,
    /// The amounts.
    pub amounts: Vec<Amount>,
    /// How long it took.
    pub times: Vec<Took>,
}

/// Of which cases a figure speaks.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Of {
    /// The place; none for the town.
    pub place: Option<UnitId>,
    /// The class, as a word; none for all.
    pub class: Option<String>,
    /// The category's code; none for all.
    pub category: Option<Text<CODE_BYTES_MAX>>,
}

/// An amount.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Amount {
    /// The figure.
    pub figure: Figure,
    /// Its code; empty if it has none.
    pub code: Text<CODE_BYTES_MAX>,
    /// Of which cases.
    pub of: Of,
    /// The amount; none if it is hidden.
    pub amount: Option<u64>,
}

/// How long something took, of at least as many as the floor says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Took {
    /// The figure.
    pub figure: Figure,
    /// Of which cases.
    pub of: Of,
    /// Half of them took so many hours or less, to the beginning of a span.
    pub median_hours: u64,
    /// Nine in ten took so many hours or less, likewise.
    pub ninth_hours: u64,
}

/// The rules and the names that a month's print is read by.
struct Reading<'a> {
    floor: u16,
    /// The place that is read, if not the town.
    only: Option<UnitId>,
    places: Vec<UnitId>,
    categories: Vec<&'a Text<CODE_BYTES_MAX>>,
    classes: Vec<String>,
    class_of: Vec<usize>,
}

/// A month's figures, for the town or for one place.
pub(crate) fn month_figures(
    rulebook: &Rulebook,
    month: Month,
    print: &[FigureRow],
    only: Option<UnitId>,
) -> MonthFigures {
    let reading = Reading::new(rulebook, month, print, only);
    let mut tables: BTreeMap<FigureKey, BTreeMap<(usize, usize), u64>> = BTreeMap::new();
    let mut times: BTreeMap<(Figure, Cell), BTreeMap<Span, u64>> = BTreeMap::new();
    for row in print {
        let Some(at) = reading.at(row) else {
            continue;
        };
        if row.key.figure.is_time() {
            for cell in reading.cells_with(at) {
                let spans = times.entry((row.key.figure, cell)).or_default();
                *spans.entry(row.key.span).or_default() += row.amount;
            }
        } else {
            *tables
                .entry(row.key.clone())
                .or_default()
                .entry(at)
                .or_default() += row.amount;
        }
    }
    let mut amounts = Vec::new();
    for (key, table) in &tables {
        if key.figure != Figure::Waits {
            let few = reading.few_waits(key, &tables);
            amounts.extend(reading.amounts(key, table, &few));
        }
    }
    let times = times.iter().filter_map(|((figure, cell), spans)| {
        reading.is_read(*cell).then_some(())?;
        reading.took(*figure, *cell, spans)
    });
    MonthFigures {
        month,
        floor: reading.floor,
        amounts,
        times: times.collect(),
    }
}

impl<'a> Reading<'a> {
    fn new(
        rulebook: &Rulebook,
        month: Month,
        print: &'a [FigureRow],
        only: Option<UnitId>,
    ) -> Self {
        let rules = rulebook.at(month.last_day());
        let book = rules.categories();
        let places: BTreeSet<UnitId> = print.iter().map(|row| row.place).collect();
        let categories: BTreeSet<_> = print.iter().map(|row| &row.category).collect();
        let class = |category: &Text<CODE_BYTES_MAX>| {
            let row = book.iter().find(|row| row.code == *category);
            row.map_or(String::new(), |row| {
                CategoryClass::word(&row.class).to_owned()
            })
        };
        let words: Vec<String> = categories.iter().map(|category| class(category)).collect();
        let classes: BTreeSet<String> = words.iter().cloned().collect();
        let classes: Vec<String> = classes.into_iter().collect();
        let place_of = |word: &String| classes.iter().position(|class| class == word);
        Self {
            floor: rules.measures().floor,
            only,
            places: places.into_iter().collect(),
            categories: categories.into_iter().collect(),
            class_of: words.iter().filter_map(place_of).collect(),
            classes,
        }
    }

    /// The place and the category of a row.
    fn at(&self, row: &FigureRow) -> Option<(usize, usize)> {
        let place = self.places.binary_search(&row.place).ok()?;
        let category = self.categories.binary_search(&&row.category).ok()?;
        Some((place, category))
    }

    /// All cells in which a place's category is.
    fn cells_with(&self, (place, category): (usize, usize)) -> Vec<Cell> {
        let class = self.class_of.get(category).copied().unwrap_or_default();
        let columns = [
            Column::All,
            Column::Class(class),
            Column::Category(category),
        ];
        let cells = columns
            .into_iter()
            .flat_map(|column| [None, Some(place)].map(|place| Cell { place, column }));
        cells.collect()
    }

    /// Of a figure of days: where so few cases waited that the days would be one's own.
    fn few_waits(
        &self,
        key: &FigureKey,
        tables: &BTreeMap<FigureKey, BTreeMap<(usize, usize), u64>>,
    ) -> BTreeSet<Cell> {
        if key.figure != Figure::WaitingDays {
            return BTreeSet::new();
        }
        let nothing = BTreeMap::new();
        let waits = tables.get(&Figure::Waits.of(&key.code)).unwrap_or(&nothing);
        let mut waits = Table::new(self.places.len(), self.class_of.clone(), waits);
        waits.hide(self.floor.into(), &BTreeSet::new());
        let few = waits.cells().filter(|(_, amount)| amount.is_none());
        few.map(|(cell, _)| cell).collect()
    }

    fn amounts(
        &self,
        key: &FigureKey,
        table: &BTreeMap<(usize, usize), u64>,
        few: &BTreeSet<Cell>,
    ) -> Vec<Amount> {
        let mut table = Table::new(self.places.len(), self.class_of.clone(), table);
        table.hide(self.floor.into(), few);
        let read = table.cells().filter(|(cell, _)| self.is_read(*cell));
        let amount = |(cell, amount)| Amount {
            figure: key.figure,
            code: key.code.clone(),
            of: self.of(cell),
            amount,
        };
        read.map(amount).collect()
    }

    /// Whether a cell is one of those that are read: of the town its own, and each place as a whole;
    /// of a place the place's own.
    fn is_read(&self, cell: Cell) -> bool {
        match (self.only, cell.place) {
            (None, None) => true,
            (None, Some(_)) => cell.column == Column::All,
            (Some(_), None) => false,
            (Some(only), Some(place)) => self.places.get(place) == Some(&only),
        }
    }

    fn of(&self, cell: Cell) -> Of {
        let category = |at: usize| self.categories.get(at).copied().cloned();
        Of {
            place: cell.place.and_then(|at| self.places.get(at).copied()),
            class: match cell.column {
                Column::Class(at) => self.classes.get(at).cloned(),
                Column::All | Column::Category(_) => None,
            },
            category: match cell.column {
                Column::Category(at) => category(at),
                Column::All | Column::Class(_) => None,
            },
        }
    }

    fn took(&self, figure: Figure, cell: Cell, spans: &BTreeMap<Span, u64>) -> Option<Took> {
        let count: u64 = spans.values().sum();
        (count >= u64::from(self.floor)).then_some(())?;
        Some(Took {
            figure,
            of: self.of(cell),
            median_hours: reached(spans, count.div_ceil(2)),
            ninth_hours: reached(spans, count.saturating_mul(9).div_ceil(10)),
        })
    }
}

/// The hours of the span in which the case with this number is, from the quickest on.
fn reached(spans: &BTreeMap<Span, u64>, number: u64) -> u64 {
    let mut seen = 0_u64;
    for (span, amount) in spans {
        seen = seen.saturating_add(*amount);
        if seen >= number {
            return span.hours();
        }
    }
    0
}
