//! A long flight is handed in slice by slice.

use super::*;
use alleyway_core::limits::BUDGET_BYTES_MAX;
use alleyway_core::sync::flight::{Flight, VerifiedFlight, encode};
use alleyway_core::sync::frame::{DeviceFrame, Hello, Opaque};
use alleyway_core::wire::Blob;

/// A flight of batches with so many notes on a case each, in the device's chain.
fn flight(stage: &mut Stage, case: DocumentId, batches: &[usize]) -> VerifiedFlight {
    let mut frames = Vec::new();
    let device = DeviceId::of(&stage.phone.public());
    for notes in batches {
        let notes = (0..*notes).map(|_| stage.note(case)).collect();
        stage.sealed += 1;
        let batch =
            Batch::seal(TOWN, &stage.phone, stage.sealed, stage.last, [9; 16], notes).unwrap();
        stage.last = batch.hash(TOWN, device);
        let packed = Blob::new(batch.pack(&stage.phone.public())).unwrap();
        frames.push(DeviceFrame::Batch(packed));
    }
    let hello = Hello {
        device,
        challenge: None,
        cursor: Opaque::default(),
        acknowledged: 0,
        budget_bytes: BUDGET_BYTES_MAX,
        clock: NOW,
        more: false,
    };
    let flight = Flight::parse(&encode(TOWN, &stage.phone, &hello, &frames)).unwrap();
    let signed = flight.verify(TOWN, &stage.phone.public()).unwrap();
    signed.read().unwrap()
}

/// One slice; whether all is handed in.
fn slice(stage: &mut Stage, handed_in: &mut HandedIn, flight: &VerifiedFlight) -> bool {
    let feeds = BTreeSet::from([alleyway_core::feeds::FeedId::unit(stage.alley)]);
    let (mut tx, memory) = stage.ledger.handing_in(&stage.store);
    let device = tx.device(flight.hello.device).unwrap().unwrap();
    let by = HandIn::of_member(&device, &feeds, Receipt::new(NOW, 0), NOW);
    let done = handed_in.go_on(&mut tx, memory, &by, flight).unwrap();
    stage.commit();
    done
}

fn reported() -> (Stage, DocumentId) {
    let mut stage = Stage::new();
    let report = stage.report();
    let case = report.target(&stage.phone.public());
    stage.hand_in(vec![report]);
    (stage, case)
}

#[test]
fn a_slice_ends_with_a_batch_and_what_happens_behind_it_is_known_to_the_next() {
    let (mut stage, case) = reported();
    let flight = flight(&mut stage, case, &[130, 130, 3]);
    let mut handed_in = HandedIn::default();
    assert!(!slice(&mut stage, &mut handed_in, &flight));
    let held = |stage: &mut Stage| {
        let tx = stage.ledger.tx(&stage.store);
        tx.device(flight.hello.device).unwrap().unwrap().last
    };
    assert_eq!(held(&mut stage), 3, "of the report and of two batches");
    stage.revoke();
    assert!(slice(&mut stage, &mut handed_in, &flight));
    assert_eq!(held(&mut stage), 4);
    let frames = handed_in.into_frames();
    let said: Vec<_> = frames
        .iter()
        .map(|frame| match frame {
            ServerFrame::Verdicts(said) => said.verdicts.to_vec(),
            other => panic!("{other:?}"),
        })
        .collect();
    assert!(said[..2].iter().flatten().all(Verdict::stands));
    let is_kept = |verdict: &Verdict| matches!(verdict, Verdict::Kept(_));
    assert!(said[2].iter().all(is_kept), "{:?}", said[2]);
}

#[test]
fn a_flight_that_fits_a_slice_is_handed_in_at_once_and_so_is_one_long_batch() {
    let (mut stage, case) = reported();
    for batches in [[1; 40].as_slice(), &[256]] {
        let flight = flight(&mut stage, case, batches);
        let mut handed_in = HandedIn::default();
        assert!(slice(&mut stage, &mut handed_in, &flight));
        assert_eq!(handed_in.into_frames().len(), batches.len());
    }
}
