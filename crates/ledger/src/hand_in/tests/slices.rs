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

/// One slice; whether all is handed in. It is asked for no documents.
fn slice(stage: &mut Stage, handed_in: &mut HandedIn, flight: &VerifiedFlight) -> bool {
    match progress(stage, handed_in, flight, &[]) {
        Progress::All => true,
        Progress::More => false,
        needs @ Progress::Needs(_) => panic!("{needs:?}"),
    }
}

fn progress(
    stage: &mut Stage,
    handed_in: &mut HandedIn,
    flight: &VerifiedFlight,
    asked: &[DocumentId],
) -> Progress {
    let feeds = BTreeSet::from([alleyway_core::feeds::FeedId::unit(stage.alley)]);
    let (mut tx, memory) = stage.ledger.handing_in(&stage.store);
    let device = tx.device(flight.hello.device).unwrap().unwrap();
    let by = HandIn::of_member(&device, &feeds, Receipt::new(NOW, 0), NOW);
    let done = handed_in.go_on(&mut tx, memory, &by, flight, asked);
    let done = done.unwrap();
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

#[test]
fn a_batch_waits_for_the_long_documents_that_it_needs_and_those_before_it_are_judged() {
    let (mut stage, case) = reported();
    stage.ledger.set_short_entries_max(1);
    // A short case goes before, in a batch of its own.
    let other = stage.report();
    let other_case = other.target(&stage.phone.public());
    stage.hand_in(vec![other]);
    let note = stage.note(case);
    stage.hand_in(vec![note]);
    let mut flight_of = |on: DocumentId| flight(&mut stage, on, &[1]);
    let (mut short, long) = (flight_of(other_case), flight_of(case));
    short.batches.extend(long.batches);
    stage.ledger = Ledger::open(&stage.store, setup()).unwrap();
    stage.ledger.set_short_entries_max(1);
    let mut handed_in = HandedIn::default();
    let first = progress(&mut stage, &mut handed_in, &short, &[]);
    assert_eq!(first, Progress::Needs(vec![case]));
    assert!(handed_in.has_begun());
    // Asked again before anything is loaded, it is told again; whoever was asked and comes without it
    // is served all the same.
    let again = progress(&mut stage, &mut handed_in, &short, &[]);
    assert_eq!(again, Progress::Needs(vec![case]));
    assert_eq!(stage.ledger.stats().long_loaded_at_turn, 0);
    let last = progress(&mut stage, &mut handed_in, &short, &[case]);
    assert_eq!(last, Progress::All);
    assert_eq!(stage.ledger.stats().long_loaded_at_turn, 1);
    assert_eq!(handed_in.into_frames().len(), 2);
}

/// The stage goes on with the phone of a chief of another alley, who is sent nothing of the first.
fn of_another_alley(stage: &mut Stage) {
    let chief = MemberId::derive(TOWN, "another");
    let mut list = stage.ledger.admin_list([7; 32], NOW);
    let create = CreateUnit {
        key: Text::cut("alley 2"),
        name: Text::cut("alley 2"),
        kind: UnitKind::Alley,
        parent: stage
            .ledger
            .organisation()
            .unit(stage.alley)
            .unwrap()
            .parent,
    };
    let alley = list.push(None, UnitCommand::Create(create));
    let appoint = Appoint {
        member: chief,
        key: Text::cut("another"),
        name: Text::cut("another"),
        post: Post::AlleyChief,
        from: Time::EARLIEST,
        until: None,
    };
    list.push(Some(alley), UnitCommand::Appoint(appoint));
    stage.ledger.administer_list(&stage.store, list).unwrap();
    let code = InvitationCode::from_random([8; 15]);
    stage
        .ledger
        .invite(&stage.store, chief, &code, NOW)
        .unwrap();
    stage.phone = SecretKey::from_bytes(&[8; 32]);
    let sealing = SealingSecret::from_bytes([8; 32]).public().0;
    let request = Enrol::new(code, &stage.phone, sealing, Text::cut("a phone"), NOW);
    let request = request.verify().unwrap();
    stage.ledger.enrol(&stage.store, &request, NOW).unwrap();
    stage.commit();
    (stage.alley, stage.sealed, stage.last) = (alley, 0, [0; 32]);
}

#[test]
fn what_its_author_was_never_sent_is_not_loaded_for_a_flight() {
    let (mut stage, case) = reported();
    let cold = |stage: &mut Stage| {
        stage.ledger = Ledger::open(&stage.store, setup()).unwrap();
        stage.ledger.set_short_entries_max(0);
    };
    let own = flight(&mut stage, case, &[1]);
    cold(&mut stage);
    let needs = progress(&mut stage, &mut HandedIn::default(), &own, &[]);
    assert_eq!(needs, Progress::Needs(vec![case]));
    of_another_alley(&mut stage);
    let others = flight(&mut stage, case, &[1]);
    cold(&mut stage);
    let judged = progress(&mut stage, &mut HandedIn::default(), &others, &[]);
    assert_eq!(judged, Progress::All);
    assert_eq!(stage.ledger.stats().loaded_at_turn, 0);
}
