//! Power cuts at any operation, on a disk in memory.

use std::collections::BTreeMap;

use super::*;

type Model = BTreeMap<Vec<u8>, Vec<u8>>;

/// A row and its value behind a step.
type Step = (Vec<u8>, Option<Vec<u8>>);

/// Chance, from one number (SplitMix64).
fn dice(mut seed: u64) -> impl FnMut(usize) -> usize {
    move |below| {
        seed = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = seed;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((z ^ (z >> 31)) % below as u64).unwrap()
    }
}

fn step(dice: &mut impl FnMut(usize) -> usize) -> Vec<Step> {
    let row = |dice: &mut dyn FnMut(usize) -> usize| {
        let key = vec![b"dosp"[dice(4)], u8::try_from(dice(6)).unwrap()];
        let length = [1, 300, 3_000, 90_000][dice(4)];
        let value = vec![u8::try_from(dice(256)).unwrap(); length];
        (key, (dice(5) > 0).then_some(value))
    };
    (0..=dice(3)).map(|_| row(dice)).collect()
}

fn done_to(mut model: Model, step: &[Step]) -> Model {
    for (key, value) in step {
        match value {
            Some(value) => drop(model.insert(key.clone(), value.clone())),
            None => drop(model.remove(key)),
        }
    }
    model
}

fn rows(log: &Log<Disk>) -> Model {
    let names = log.keys(Table::Records, &[], &[u8::MAX]);
    names
        .map(|name| (name.key.clone(), log.get(name).unwrap().unwrap()))
        .collect()
}

/// Commits until the power goes; what was acknowledged, and the step under way.
fn lives(
    disk: &Disk,
    dice: &mut impl FnMut(usize) -> usize,
    mut model: Model,
) -> (Model, Vec<Step>) {
    let Ok((mut log, unreadable)) = open(disk) else {
        return (model, Vec::new());
    };
    assert_eq!(unreadable, None, "a power cut is no damage");
    loop {
        let steps = step(dice);
        let changes: Vec<_> = steps
            .iter()
            .map(|(key, value)| (name(key), value.as_deref()))
            .collect();
        let done = if dice(8) == 0 {
            log.commit_anew(&changes)
        } else {
            log.commit(&changes)
        };
        if done.is_err() {
            return (model, steps);
        }
        model = done_to(model, &steps);
    }
}

#[test]
fn a_power_cut_leaves_what_was_acknowledged_and_at_most_the_commit_behind_it() {
    let mut torn = 0;
    for seed in 0..150 {
        let mut dice = dice(seed);
        let mut disk = Disk::default();
        let mut model = Model::new();
        for _ in 0..4 {
            disk.fail_after(dice(60), false);
            let (acknowledged, begun) = lives(&disk, &mut dice, model);
            disk = disk.after_a_power_cut(&mut dice);
            let there = rows(&whole(&disk));
            let later = done_to(acknowledged.clone(), &begun);
            assert!(there == acknowledged || there == later, "seed {seed}");
            torn += usize::from(there != later);
            model = there;
        }
    }
    assert!(torn > 40, "{torn}");
}

#[test]
fn a_process_that_is_killed_leaves_what_the_next_one_makes_durable() {
    for seed in 0..80 {
        let mut dice = dice(seed);
        let disk = Disk::default();
        disk.fail_after(dice(60), false);
        let (acknowledged, begun) = lives(&disk, &mut dice, Model::new());
        // Killed: what was written is there, synced or not.
        disk.repair();
        let there = rows(&whole(&disk));
        assert!(there == acknowledged || there == done_to(acknowledged, &begun));
        // And what was seen once does not go by a power cut.
        let disk = disk.after_a_power_cut(&mut dice);
        assert_eq!(rows(&whole(&disk)), there, "seed {seed}");
    }
}
