//! Batches as they are packed for the line.

use alleyway_core::batch::{Batch, Disclosed};
use alleyway_core::wire::{Wire as _, WireError};

use super::bench::{bench, number, sealed_again};
use super::typed::every;
use super::{Outcome, Target};
use crate::forge::{note, report};
use crate::pure;

/// A packed batch.
pub(super) const BATCH: Target = Target {
    name: "batch",
    about: "a packed batch: packed to the same again; signed after, and shown in part: proven for whom it is, for nobody else",
    run,
    seeds,
    shape: Some(shape),
    mutations: 500,
};

fn shape(bytes: &[u8]) -> Result<(), WireError> {
    Batch::unpack(bytes, &bench().peer.secret.public()).map(drop)
}

fn run(input: &[u8]) -> Outcome {
    let (peer, other) = (&bench().peer, &bench().other);
    let key = peer.secret.public();
    let batch = match Batch::unpack(input, &key) {
        Ok(batch) => batch,
        Err(error) => return Outcome::refused(error),
    };
    assert_eq!(
        Batch::unpack(&batch.pack(&key), &key).as_ref(),
        Ok(&batch),
        "packed to something else"
    );
    let sealed = sealed_again(pure::TOWN, &peer.secret, &batch);
    // A signature is a function of key and message: whose it is, is seen by making it again.
    let genuine = sealed.signature == batch.signature;
    assert_eq!(batch.clone().verify(pure::TOWN, &key).is_some(), genuine);
    let leaves = sealed.leaves();
    assert!(
        sealed
            .clone()
            .verify(pure::TOWN, &other.secret.public())
            .is_none()
    );
    let shown = Disclosed::of(&sealed, |command| number(command).is_multiple_of(2));
    assert_eq!(
        Disclosed::from_bytes(&shown.to_bytes()).as_ref(),
        Ok(&shown)
    );
    assert!(shown.is_of(pure::TOWN, &key) && !shown.is_of(pure::TOWN, &other.secret.public()));
    assert_eq!(
        (shown.visible.len() + shown.withheld(), leaves.len()),
        (leaves.len(), sealed.commands.len())
    );
    let verified = sealed.verify(pure::TOWN, &key).expect("its own signature");
    assert_eq!(verified.leaves(), leaves);
    let (commands, on) = (
        batch.commands.len(),
        batch
            .commands
            .iter()
            .filter(|c| c.document.is_some())
            .count(),
    );
    Outcome::taken(format!(
        "about {} commands, {} on documents",
        bucket(commands),
        bucket(on)
    ))
}

fn bucket(count: usize) -> u32 {
    count.checked_ilog2().map_or(0, |log| log + 1)
}

fn seeds() -> Vec<Vec<u8>> {
    let (bench, peer) = (bench(), &bench().peer);
    let key = peer.secret.public();
    let case = Some(bench.case);
    let report = report(bench.alley, peer.enrolled.device_code, "桥栏杆松了", 1);
    let every = every()
        .into_iter()
        .map(|typed| (case.filter(|_| typed.on > 0), typed.body))
        .collect();
    let typed = vec![
        vec![(case, note("看过了。"))],
        vec![
            (None, report.clone()),
            (case, note("一")),
            (None, report),
            (Some(bench.alley), note("二")),
        ],
        every,
    ];
    typed
        .into_iter()
        .map(|typed| peer.batch(bench.now, typed).pack(&key))
        .collect()
}
