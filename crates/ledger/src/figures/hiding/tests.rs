//! A small solver, which knows nothing of rings: it looks for another table with the same cells shown.

use super::*;
use alleyway_demo::Chance;

const FLOOR: u64 = 5;

fn sum(amounts: &[Vec<u64>], cell: Cell, class_of: &[usize]) -> u64 {
    let mut sum = 0;
    for (place, row) in amounts.iter().enumerate() {
        for (category, amount) in row.iter().enumerate() {
            let is_in = match cell.column {
                Column::All => true,
                Column::Class(class) => class_of[category] == class,
                Column::Category(of) => of == category,
            };
            if is_in && cell.place.is_none_or(|of| of == place) {
                sum += amount;
            }
        }
    }
    sum
}

/// Whether some table has the same shown cells, and another amount in `cell`. Amounts are tried one by
/// one, up to `most`.
fn has_another(table: &Table, truth: &[Vec<u64>], cell: Cell, most: u64, budget: &mut u64) -> bool {
    let shown: Vec<(Cell, u64)> = table
        .cells()
        .filter_map(|(cell, amount)| Some((cell, amount?)))
        .collect();
    let known = sum(truth, cell, &table.class_of);
    let mut tried = vec![vec![0; table.class_of.len()]; table.places];
    search(table, &shown, &mut tried, 0, (cell, known, most), budget)
}

fn search(
    table: &Table,
    shown: &[(Cell, u64)],
    tried: &mut Vec<Vec<u64>>,
    at: usize,
    (cell, known, most): (Cell, u64, u64),
    budget: &mut u64,
) -> bool {
    *budget = budget
        .checked_sub(1)
        .expect("the table is too large to be searched");
    // What is filled in so far may not be more than any shown sum.
    if shown
        .iter()
        .any(|(of, amount)| sum(tried, *of, &table.class_of) > *amount)
    {
        return false;
    }
    let width = table.class_of.len();
    if at == table.places * width {
        let fits = shown
            .iter()
            .all(|(of, amount)| sum(tried, *of, &table.class_of) == *amount);
        return fits && sum(tried, cell, &table.class_of) != known;
    }
    let (place, category) = (at / width, at % width);
    let fixed = shown.iter().find(|(of, _)| {
        *of == Cell {
            place: Some(place),
            column: Column::Category(category),
        }
    });
    let range = fixed.map_or(0..=most, |(_, amount)| *amount..=*amount);
    for amount in range {
        tried[place][category] = amount;
        if search(table, shown, tried, at + 1, (cell, known, most), budget) {
            tried[place][category] = 0;
            return true;
        }
    }
    tried[place][category] = 0;
    false
}

fn table_of(amounts: &[Vec<u64>], class_of: &[usize]) -> Table {
    let mut by_place = BTreeMap::new();
    for (place, row) in amounts.iter().enumerate() {
        for (category, amount) in row.iter().enumerate() {
            by_place.insert((place, category), *amount);
        }
    }
    Table::new(amounts.len(), class_of.to_vec(), &by_place)
}

fn hidden(table: &Table) -> Vec<Cell> {
    let hidden = table.cells().filter(|(_, amount)| amount.is_none());
    hidden.map(|(cell, _)| cell).collect()
}

#[test]
fn no_hidden_cell_follows_from_those_that_are_shown() {
    let (mut some_hidden, mut more_hidden) = (0, 0);
    for seed in 0..120 {
        let mut chance = Chance::new(seed);
        let (places, class_of) = match seed % 3 {
            0 => (2, vec![0, 0]),
            1 => (2, vec![0, 0, 1]),
            _ => (3, vec![0, 1]),
        };
        let amount = |chance: &mut Chance| match chance.below(4) {
            0 => 0,
            1 => 5 + chance.below(4) as u64,
            _ => 1 + chance.below(4) as u64,
        };
        let row = |chance: &mut Chance| class_of.iter().map(|_| amount(chance)).collect();
        let truth: Vec<Vec<u64>> = (0..places).map(|_| row(&mut chance)).collect();
        let mut table = table_of(&truth, &class_of);
        table.hide(FLOOR, &BTreeSet::new());
        let most = truth.iter().flatten().max().unwrap() + 2;
        for (cell, shown) in table.cells() {
            let amount = sum(&truth, cell, &class_of);
            if let Some(shown) = shown {
                assert_eq!(shown, amount);
                assert!(
                    shown == 0 || shown >= FLOOR,
                    "seed {seed}: {cell:?} {shown}"
                );
            } else {
                some_hidden += 1;
                more_hidden += usize::from(amount >= FLOOR);
                let is_open = has_another(&table, &truth, cell, most, &mut 3_000_000);
                assert!(
                    is_open,
                    "seed {seed}: {cell:?} is {amount}: {truth:?} {table:?}"
                );
            }
        }
    }
    assert!(
        some_hidden > 300 && more_hidden > 30,
        "{some_hidden} {more_hidden}"
    );
}

/// The solver finds a cell that only the floor hides: it would find others, too.
#[test]
fn the_solver_tells_a_cell_that_only_the_floor_hides() {
    let truth = vec![vec![7, 3], vec![9, 8]];
    let mut table = table_of(&truth, &[0, 1]);
    for edge in &mut table.edges {
        edge.is_hidden = edge.amount < FLOOR;
    }
    let few = Cell {
        place: Some(0),
        column: Column::Category(1),
    };
    assert!(hidden(&table).contains(&few));
    assert!(!has_another(&table, &truth, few, 12, &mut 1_000_000));
    table.hide(FLOOR, &BTreeSet::new());
    assert!(has_another(&table, &truth, few, 12, &mut 1_000_000));
}

#[test]
fn what_counts_enough_is_shown_and_so_is_a_nothing_that_follows() {
    let mut table = table_of(&[vec![7, 0], vec![9, 8]], &[0, 0]);
    table.hide(FLOOR, &BTreeSet::new());
    assert_eq!(hidden(&table), Vec::new());
}

#[test]
fn totals_are_the_last_to_be_hidden() {
    let mut table = table_of(&[vec![7, 3, 9], vec![9, 8, 6], vec![6, 9, 9]], &[0, 0, 0]);
    table.hide(FLOOR, &BTreeSet::new());
    let hidden = hidden(&table);
    assert!(
        hidden
            .iter()
            .all(|cell| { cell.place.is_some() && matches!(cell.column, Column::Category(_)) })
    );
    assert_eq!(hidden.len(), 4, "{hidden:?}");
}
