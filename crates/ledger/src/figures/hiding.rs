//! Hides what counts few cases, and with it whatever would tell it.
//!
//! A figure of a month is a table: places down, categories across, with sums by class, by place, by
//! category, and of all. Each cell is an edge of a network in which amounts flow: from the town to a
//! class, to a category, to a place's class, to the place, and back to the town. What flows into a
//! knot flows out of it: these are all the sums. A reader who knows some edges knows another one if,
//! and only if, no ring of edges that he does not know leads through it on which the amounts could be
//! one more in one direction and one less in the other, none below nothing. So a cell that counts a
//! few cases is hidden, and if there is no such ring, the cells of the cheapest ring are hidden too.
//!
//! A cell that counts nobody is hidden like those that count few: unless it follows from what is
//! shown; then it is shown.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap};

/// The knots that a search has reached, each with what it cost, and the knot and the cell it was reached
/// by; none for the first.
type Reached = BTreeMap<usize, (u64, Option<(usize, usize)>)>;

/// A table: amounts by place and category, in any order, and the class of each category.
#[derive(Debug, Clone, Default)]
pub(super) struct Table {
    places: usize,
    classes: usize,
    /// Each category's class.
    class_of: Vec<usize>,
    edges: Vec<Edge>,
    /// The edges at each knot.
    beside: BTreeMap<usize, Vec<usize>>,
}

/// A row and a column of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Cell {
    /// The place; none for all.
    pub(super) place: Option<usize>,
    /// The category, or the class, or all.
    pub(super) column: Column,
}

/// A column of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Column {
    /// All categories.
    All,
    /// A class.
    Class(usize),
    /// A category.
    Category(usize),
}

#[derive(Debug, Clone, Copy)]
struct Edge {
    cell: Cell,
    from: usize,
    to: usize,
    amount: u64,
    is_hidden: bool,
}

impl Table {
    /// A table of amounts by place and category. Every category has a class below `classes`.
    pub(super) fn new(
        places: usize,
        class_of: Vec<usize>,
        amounts: &BTreeMap<(usize, usize), u64>,
    ) -> Self {
        let classes = class_of.iter().max().map_or(0, |last| last + 1);
        let mut table = Self {
            places,
            classes,
            class_of,
            edges: Vec::new(),
            beside: BTreeMap::new(),
        };
        for place in std::iter::once(None).chain((0..places).map(Some)) {
            table.add(Cell {
                place,
                column: Column::All,
            });
            for class in 0..classes {
                table.add(Cell {
                    place,
                    column: Column::Class(class),
                });
            }
            for category in 0..table.class_of.len() {
                table.add(Cell {
                    place,
                    column: Column::Category(category),
                });
            }
        }
        table.fill(amounts);
        table
    }

    fn add(&mut self, cell: Cell) {
        let (from, to) = self.ends(cell);
        for knot in [from, to] {
            self.beside.entry(knot).or_default().push(self.edges.len());
        }
        self.edges.push(Edge {
            cell,
            from,
            to,
            amount: 0,
            is_hidden: false,
        });
    }

    fn fill(&mut self, amounts: &BTreeMap<(usize, usize), u64>) {
        for edge in &mut self.edges {
            let counts = amounts.iter().filter(|((place, category), _)| {
                let is_there = edge.cell.place.is_none_or(|of| of == *place);
                is_there
                    && match edge.cell.column {
                        Column::All => true,
                        Column::Class(class) => self.class_of.get(*category) == Some(&class),
                        Column::Category(of) => of == *category,
                    }
            });
            edge.amount = counts.map(|(_, amount)| *amount).sum();
        }
    }

    /// The knots that a cell lies between: town 0, all places together 1, then classes, categories,
    /// places, and places' classes.
    fn ends(&self, cell: Cell) -> (usize, usize) {
        let (town, together) = (0, 1);
        let class = |class| 2 + class;
        let category = |category| 2 + self.classes + category;
        let place = |place| 2 + self.classes + self.class_of.len() + place;
        let of_place =
            |at: usize, class: usize| place(self.places) + at.saturating_mul(self.classes) + class;
        match (cell.place, cell.column) {
            (None, Column::All) => (together, town),
            (None, Column::Class(of)) => (town, class(of)),
            (None, Column::Category(of)) => (class(self.class(of)), category(of)),
            (Some(at), Column::All) => (place(at), together),
            (Some(at), Column::Class(of)) => (of_place(at, of), place(at)),
            (Some(at), Column::Category(of)) => (category(of), of_place(at, self.class(of))),
        }
    }

    fn class(&self, category: usize) -> usize {
        self.class_of.get(category).copied().unwrap_or_default()
    }

    /// Hides every cell below `floor`, those of `more`, and what would tell one of them. Shows again
    /// what follows anyway.
    pub(super) fn hide(&mut self, floor: u64, more: &BTreeSet<Cell>) {
        let mut guarded = Vec::new();
        for (at, edge) in self.edges.iter_mut().enumerate() {
            edge.is_hidden = edge.amount < floor || more.contains(&edge.cell);
            if edge.is_hidden && edge.amount > 0 {
                guarded.push(at);
            }
        }
        for at in guarded {
            if self.follows(at) {
                for other in self.cheapest_ring(at) {
                    if let Some(edge) = self.edges.get_mut(other) {
                        edge.is_hidden = true;
                    }
                }
            }
        }
        let following: Vec<usize> = (0..self.edges.len())
            .filter(|at| self.is_hidden_at(*at) && self.follows(*at))
            .collect();
        for at in following {
            if let Some(edge) = self.edges.get_mut(at) {
                edge.is_hidden = false;
            }
        }
    }

    fn is_hidden_at(&self, at: usize) -> bool {
        self.edges.get(at).is_some_and(|edge| edge.is_hidden)
    }

    /// Each cell with its amount; none where that is hidden.
    pub(super) fn cells(&self) -> impl Iterator<Item = (Cell, Option<u64>)> {
        self.edges.iter().map(|edge| {
            let amount = (!edge.is_hidden).then_some(edge.amount);
            (edge.cell, amount)
        })
    }

    /// Whether a hidden cell follows from those that are shown: it can be neither more nor less.
    fn follows(&self, at: usize) -> bool {
        let Some(edge) = self.edges.get(at) else {
            return false;
        };
        let more = self.path(edge.to, edge.from, at, |_| None);
        let less = || self.path(edge.from, edge.to, at, |_| None);
        more.is_none() && (edge.amount == 0 || less().is_none())
    }

    /// The cells that are shown on the cheapest ring through a cell, with which it could be more.
    fn cheapest_ring(&self, at: usize) -> Vec<usize> {
        let Some(edge) = self.edges.get(at) else {
            return Vec::new();
        };
        let path = self.path(edge.to, edge.from, at, |shown| Some(Self::price(shown)));
        path.unwrap_or_default()
    }

    /// A cell's price: sums are dearer, and so is what counts more.
    fn price(edge: &Edge) -> u64 {
        let level = match (edge.cell.place, edge.cell.column) {
            (Some(_), Column::Category(_)) => 1,
            (Some(_), Column::Class(_)) => 1_000,
            (None, Column::Category(_)) => 30_000,
            (Some(_), Column::All) => 100_000,
            (None, Column::Class(_)) => 300_000,
            (None, Column::All) => 10_000_000,
        };
        edge.amount.min(900).saturating_add(level)
    }

    /// The cheapest way from a knot to another along hidden cells, which cost nothing, and shown ones
    /// at their price, if they have one; never along the cell `but`. With the flow always, against it
    /// where there is something to take away. The shown cells on it.
    fn path(
        &self,
        from: usize,
        to: usize,
        but: usize,
        price: impl Fn(&Edge) -> Option<u64>,
    ) -> Option<Vec<usize>> {
        let mut best = Reached::new();
        let mut open = BinaryHeap::from([Reverse((0_u64, from))]);
        best.insert(from, (0, None));
        while let Some(Reverse((cost, knot))) = open.pop() {
            if knot == to {
                return Some(self.shown_on(&best, to));
            }
            if best.get(&knot).is_some_and(|(known, _)| *known < cost) {
                continue;
            }
            let beside = self.beside.get(&knot).into_iter().flatten().copied();
            for at in beside.filter(|at| *at != but) {
                let Some(edge) = self.edges.get(at) else {
                    continue;
                };
                let next = if edge.from == knot {
                    edge.to
                } else if edge.to == knot && edge.amount > 0 {
                    edge.from
                } else {
                    continue;
                };
                let Some(more) = (if edge.is_hidden { Some(0) } else { price(edge) }) else {
                    continue;
                };
                let cost = cost.saturating_add(more);
                if best.get(&next).is_none_or(|(known, _)| cost < *known) {
                    best.insert(next, (cost, Some((knot, at))));
                    open.push(Reverse((cost, next)));
                }
            }
        }
        None
    }

    fn shown_on(&self, best: &Reached, to: usize) -> Vec<usize> {
        let mut shown = Vec::new();
        let mut knot = to;
        while let Some((_, Some((before, at)))) = best.get(&knot) {
            if !self.is_hidden_at(*at) {
                shown.push(*at);
            }
            knot = *before;
        }
        shown
    }
}

#[cfg(test)]
mod tests;
