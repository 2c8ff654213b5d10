//! Bundles: files from another phone.

use alleyway_core::batch::{Batch, Disclosed};
use alleyway_core::bundle::{Bundle, Item};
use alleyway_core::crypto::{first, hash};
use alleyway_core::sync::frame::Closed;
use alleyway_core::wire::{List, Wire as _};
use alleyway_replica::Replica;

use super::bench::{Peer, bench, number, persist};
use super::typed::{Chain, ON_CASE, ON_NEW, ON_NOTHING, Said, Typed, every};
use super::{Outcome, Target, grow};
use crate::forge::{note, report};
use crate::pure;

/// Batches of one input.
const BATCHES_MAX: usize = 16;

/// A file as it is found.
pub(super) const FILE: Target = Target {
    name: "bundle-file",
    about: "a bundle's file, as it is and with its checksum mended: what is not signed changes nothing",
    run: file,
    seeds: file_seeds,
    shape: None,
    mutations: 200,
};

/// Batches of another phone that it really signed, in a bundle that is whole.
pub(super) const SEALED: Target = Target {
    name: "bundle-batches",
    about: "batches, signed and put into a bundle after: carried, shown, handed on, there after opening again",
    run: sealed,
    seeds: sealed_seeds,
    shape: Some(grow::some::<Said>),
    mutations: 250,
};

fn file(input: &[u8]) -> Outcome {
    let (mut replica, store) = bench().phone();
    let before = shown(&replica);
    let mut mended = input.to_vec();
    if let Some((whole, sum)) = mended.split_last_chunk_mut::<16>() {
        *sum = first(&hash("alleyway bundle checksum 1", &[whole]));
    }
    let mut told = Vec::new();
    for file in [input, &mended] {
        match replica.import(file, bench().now) {
            Ok((_, imported)) => told.push(format!("{} batches", imported.batches)),
            Err(error) => {
                told.push(error.to_string());
                assert_eq!(
                    shown(&replica),
                    before,
                    "turned down, and changed all the same"
                );
            }
        }
    }
    drop(store);
    let told = told.join("; ");
    if told.contains("batches") {
        Outcome::Taken(told)
    } else {
        Outcome::Refused(told)
    }
}

fn shown(replica: &Replica) -> String {
    let cases = replica.cases();
    let cases: Vec<String> = cases
        .iter()
        .map(|row| format!("{:?}", replica.case(row.document)))
        .collect();
    format!(
        "{cases:?} {:?} {:?} {:?}",
        replica.carried(),
        replica.pending(),
        replica.households()
    )
}

/// A batch as it is carried.
fn item(author: &Peer, batch: &Batch, index: u64) -> Item {
    let bench = bench();
    let shown = Disclosed::of(batch, |command| {
        number(command) % 3 != index % 3 || index == 0
    });
    let packed = batch.pack(&author.secret.public());
    let random = hash("fuzz box", &[&index.to_be_bytes()]);
    let closed = Closed::seal(
        &bench.peer.enrolled.town_sealing,
        random,
        author.id(),
        batch.number,
        &packed,
    );
    Item {
        certificate: author.enrolled.certificate,
        shown,
        closed: closed.expect("a key"),
    }
}

fn sealed(input: &[u8]) -> Outcome {
    let (bench, author) = (bench(), &bench().other);
    let said = match grow::all_of::<Said>(input) {
        Ok(said) if said.len() <= BATCHES_MAX => said,
        Ok(_) => return Outcome::refused("too many"),
        Err(error) => return Outcome::refused(error),
    };
    if said.iter().any(|said| said.commands.is_empty()) {
        return Outcome::refused("an empty batch");
    }
    let mut chain = Chain::default();
    let items = (0..)
        .zip(&said)
        .map(|(index, said)| item(author, &chain.sealed(author, said), index));
    let bundle = Bundle {
        items: List::new(items.collect()).expect("few"),
    };
    let file = match bundle.seal(pure::TOWN, &[], &[3; 32]) {
        Ok(file) => file,
        Err(error) => return Outcome::refused(error),
    };
    let (mut replica, mut store) = bench.phone();
    let pending = format!("{:?}", replica.pending());
    let imported = match replica.import(&file, bench.now) {
        Ok((writes, imported)) => {
            persist(&mut store, writes);
            imported
        }
        Err(error) => return Outcome::refused(error),
    };
    assert_eq!(
        format!("{:?}", replica.pending()),
        pending,
        "others' commands are not one's own"
    );
    let told = shown(&replica);
    let mut again = Replica::open(&store).expect("a store that opens again");
    assert_eq!(shown(&again), told, "what was stored is not what was shown");
    again.seal_typed([3; 32]);
    let handed_on = again.export(None, bench.now, [4; 32]);
    let refused = handed_on.as_ref().err().map(ToString::to_string);
    assert!(
        replica
            .import(&file, bench.now)
            .is_ok_and(|(_, again)| again.batches == 0),
        "the same file is news twice"
    );
    Outcome::taken(format!("{imported:?} {refused:?}"))
}

fn sealed_seeds() -> Vec<Vec<u8>> {
    let (bench, author) = (bench(), &bench().other);
    let said = |commands| {
        Said {
            number: 0,
            commands,
        }
        .to_bytes()
    };
    let noted = |text| Typed::new(ON_CASE, note(text));
    let reported = || {
        Typed::new(
            ON_NOTHING,
            report(bench.alley, author.enrolled.device_code, "桥栏杆松了", 1),
        )
    };
    let mut seeds = vec![
        said(vec![
            reported(),
            noted("看过了。"),
            Typed::new(ON_NEW, note("再看。")),
        ]),
        [
            said(vec![reported()]),
            said(vec![noted("二")]),
            said(vec![noted("三")]),
        ]
        .concat(),
    ];
    seeds.extend(every().into_iter().map(|typed| said(vec![typed])));
    seeds
}

fn file_seeds() -> Vec<Vec<u8>> {
    let (bench, author) = (bench(), &bench().other);
    let batch = author.batch(bench.now, vec![(Some(bench.case), note("看过了。"))]);
    let bundle = Bundle {
        items: List::new(vec![item(author, &batch, 0)]).expect("one"),
    };
    let readers = [bench.peer.sealing().public(), author.sealing().public()];
    let sealed = |readers: &[_]| bundle.seal(pure::TOWN, readers, &[3; 32]).expect("short");
    vec![sealed(&[]), sealed(&readers)]
}
