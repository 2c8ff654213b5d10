//! Faults that a review of the protocol found, each as the small scenario that showed it.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "what goes wrong ends the test"
)]

#[path = "mended/carried.rs"]
mod carried;
#[path = "mended/codes.rs"]
mod codes;
#[path = "mended/peer.rs"]
mod peer;

use std::collections::BTreeMap;

use alleyway_core::command::Body;
use alleyway_core::crypto::{SealingSecret, SecretKey};
use alleyway_core::id::{DocumentId, UnitId};
use alleyway_core::kinds::case::CaseCommand;
use alleyway_core::kinds::case::Report;
use alleyway_core::kinds::unit::{Amend, CreateUnit, MoveUnit, Post, UnitCommand, UnitKind};
use alleyway_core::limits::FLIGHT_FRAMES_MAX;
use alleyway_core::number::TrackingCode;
use alleyway_core::sync::enrol::Enrol;
use alleyway_core::sync::flight::{Flight, SignedFlight};
use alleyway_core::sync::frame::{Item, ServerFrame, Stop, next_frame};
use alleyway_core::text::Text;
use alleyway_core::time::Time;
use alleyway_core::wire::{Reader, Wire};
use alleyway_ledger::{AdminCommand, DeviceChange, DeviceError, device_key};
use alleyway_replica::{Draft, Effect, Recorded, Replica};
use alleyway_tests::pure::{Device, TOWN, Town};

fn create(key: &str, name: &str, kind: UnitKind, parent: UnitId) -> AdminCommand {
    let create = CreateUnit {
        key: Text::cut(key),
        name: Text::cut(name),
        kind,
        parent: Some(parent),
    };
    AdminCommand {
        document: None,
        body: Body::Unit(UnitCommand::Create(create)),
    }
}

fn unit_of(town: &Town, kind: &UnitKind) -> UnitId {
    town.ledger
        .organisation()
        .units()
        .find(|row| row.kind == *kind)
        .unwrap()
        .unit
}

/// Ends or opens a member's post in a unit.
fn post_until(town: &mut Town, key: &str, unit: UnitId, until: Option<Time>) {
    let member = town.member(key);
    let row = town
        .ledger
        .organisation()
        .appointments_of(member)
        .find(|row| row.unit == unit)
        .unwrap()
        .clone();
    amend(
        town,
        unit,
        Amend {
            appointment: row.appointment,
            name: row.name,
            from: row.from,
            until,
        },
    );
}

/// What is typed in a post that has not begun is refused, where an ended one hands in.
fn post_from(town: &mut Town, key: &str, unit: UnitId, from: Time) -> Time {
    let member = town.member(key);
    let row = town
        .ledger
        .organisation()
        .appointments_of(member)
        .find(|row| row.unit == unit)
        .unwrap()
        .clone();
    amend(
        town,
        unit,
        Amend {
            appointment: row.appointment,
            name: row.name,
            from,
            until: row.until,
        },
    );
    row.from
}

fn amend(town: &mut Town, unit: UnitId, amend: Amend) {
    town.administer(vec![AdminCommand {
        document: Some(unit),
        body: Body::Unit(UnitCommand::Amend(amend)),
    }]);
}

fn report_with(
    town: &mut Town,
    device: &mut Device,
    owner: UnitId,
    tracking: TrackingCode,
    text: &str,
) -> Recorded {
    let report = Report {
        owner,
        device_code: device.replica.status(town.now).unwrap().device_code,
        tracking,
        category: Text::cut("road"),
        title: Text::cut("路"),
        text: Text::cut(text),
        place: Text::default(),
        point: None,
        contact: Text::default(),
        household: None,
        taken_at: None,
        confidential: false,
        door: None,
        slip: None,
        origin: None,
        external_system: Text::default(),
        external_number: Text::default(),
        external_due: None,
        phone: Text::default(),
        may_text: false,
        about: None,
    };
    town.record(
        device,
        Draft {
            target: None,
            body: Body::Case(CaseCommand::Report(report)),
        },
    )
}

/// The flight that a sync begins with; what it seals is kept.
fn first_flight(town: &mut Town, device: &mut Device) -> Vec<u8> {
    let random = town.random();
    let mut flight = Vec::new();
    for effect in device.replica.begin_sync(town.now, random) {
        match effect {
            Effect::Persist(writes) | Effect::PersistAnew(writes) => device.persist(writes),
            Effect::Send(bytes) => flight = bytes,
            Effect::Wipe | Effect::Done(_) => {}
        }
    }
    flight
}

#[test]
fn many_syncs_without_signal_do_not_lock_a_device_out() {
    let mut town = Town::new();
    let mut xie = town.device("xie");
    town.sync(&mut xie);
    let case = town.report(&mut xie, "路", "坏了", "", "").document;
    town.sync(&mut xie);
    let mut flight = Vec::new();
    for _ in 0..300 {
        town.note(&mut xie, case, "x");
        flight = first_flight(&mut town, &mut xie);
    }
    let flight = Flight::parse(&flight).unwrap();
    let key = device_key(&town.store, flight.device()).unwrap().unwrap();
    assert_eq!(
        flight
            .verify(TOWN, &key)
            .and_then(SignedFlight::read)
            .unwrap()
            .batches
            .len(),
        FLIGHT_FRAMES_MAX
    );
    assert!(town.sync(&mut xie).summary.up_to_date);
}

#[test]
fn all_that_was_typed_on_a_refused_report_is_mended_with_it() {
    let mut town = Town::new();
    let mut xie = town.device("xie");
    town.sync(&mut xie);
    let case = town.report(&mut xie, "路", "坏了", "", "").document;
    for _ in 0..16 {
        // So long that they need a second flight.
        town.note(&mut xie, case, &"长".repeat(2_000));
    }
    let (alley, tomorrow) = (town.alley, town.now.plus_days(1));
    let from = post_from(&mut town, "xie", alley, tomorrow);
    assert_eq!(town.sync(&mut xie).summary.refused, 17);
    post_from(&mut town, "xie", alley, from);
    town.sync(&mut xie);
    let report = xie.replica.refused()[0].command;
    let random = town.random();
    let (writes, _) = xie
        .replica
        .mend(report, &BTreeMap::new(), town.now, random)
        .unwrap();
    xie.persist(writes);
    assert_eq!(
        (xie.replica.refused().len(), xie.replica.pending().len()),
        (0, 17)
    );
    assert_eq!(town.sync(&mut xie).summary.admitted, 17);
}

#[test]
fn a_refused_edit_of_a_household_is_mended() {
    let mut town = Town::new();
    town.households(1);
    let mut xie = town.device("xie");
    town.sync(&mut xie);
    let household = xie.replica.households()[0].document;
    town.edit(&mut xie, household, "count", "5");
    let (alley, tomorrow) = (town.alley, town.now.plus_days(1));
    let from = post_from(&mut town, "xie", alley, tomorrow);
    assert_eq!(town.sync(&mut xie).summary.refused, 1);
    post_from(&mut town, "xie", alley, from);
    town.sync(&mut xie);
    let edit = xie.replica.refused()[0].command;
    let random = town.random();
    let fields = BTreeMap::from([("value".to_owned(), "6".to_owned())]);
    let (writes, _) = xie.replica.mend(edit, &fields, town.now, random).unwrap();
    xie.persist(writes);
    assert!(xie.replica.refused().is_empty());
    assert_eq!(town.sync(&mut xie).summary.admitted, 1);
    assert_eq!(xie.replica.households()[0].row.count, 6);
}

#[test]
fn the_longest_names_fit_into_a_directory() {
    let mut town = Town::new();
    let mut xie = town.device("xie");
    let village = unit_of(&town, &UnitKind::Village);
    let long = "长".repeat(80);
    let alleys = (0..70)
        .map(|i| create(&format!("k{i}"), &long, UnitKind::Alley, village))
        .collect();
    town.administer(alleys);
    assert!(town.sync(&mut xie).summary.up_to_date);
    assert!(
        xie.replica
            .organisation()
            .units()
            .filter(|row| row.name.as_str() == long)
            .count()
            == 70
    );
}

#[test]
fn a_moved_alley_keeps_its_chief() {
    let mut town = Town::new();
    let mut xie = town.device("xie");
    town.sync(&mut xie);
    let root = unit_of(&town, &UnitKind::Town);
    let other = town.administer(vec![create("v2", "新村", UnitKind::Village, root)])[0];
    let body = Body::Unit(UnitCommand::Move(MoveUnit { parent: other }));
    town.administer(vec![AdminCommand {
        document: Some(town.alley),
        body,
    }]);
    town.sync(&mut xie);
    assert_eq!(xie.replica.status(town.now).unwrap().posts.len(), 1);
}

/// Syncs until the first page of the answer, then the line is cut.
fn first_page_only(town: &mut Town, device: &mut Device) {
    let flight = first_flight(town, device);
    let parsed = Flight::parse(&flight).unwrap();
    let key = device_key(&town.store, parsed.device()).unwrap().unwrap();
    let verified = parsed.verify(TOWN, &key).and_then(SignedFlight::read);
    let reply = town
        .ledger
        .sync(&town.store, &verified.unwrap(), town.now)
        .unwrap();
    town.commit();
    assert!(reply.next.is_some(), "there is more than a page");
    let mut from = Reader::new(&reply.frames);
    while let Some(frame) = next_frame(&mut from).unwrap() {
        for effect in device.replica.receive(frame, town.now).unwrap() {
            if let Effect::Persist(writes) = effect {
                device.persist(writes);
            }
        }
    }
}

#[test]
fn a_post_that_ends_and_comes_back_within_a_cut_sync_hides_nothing() {
    let mut town = Town::new();
    let village = unit_of(&town, &UnitKind::Village);
    let other = town.administer(vec![create("b", "柚子巷", UnitKind::Alley, village)])[0];
    for key in ["xie", "lu"] {
        town.appoint(other, key, Post::AlleyChief);
    }
    let (mut xie, mut lu) = (town.device("xie"), town.device("lu"));
    town.sync(&mut xie);
    town.sync(&mut lu);
    for owner in [other, town.alley].repeat(60) {
        let mut random = [0; 15];
        random.copy_from_slice(&town.random()[..15]);
        report_with(
            &mut town,
            &mut lu,
            owner,
            TrackingCode::from_random(random),
            &"x".repeat(2_000),
        );
    }
    town.sync(&mut lu);
    first_page_only(&mut town, &mut xie);
    let now = town.now;
    post_until(&mut town, "xie", other, Some(now));
    // The challenge of the cut answer is used up: one round trip more.
    let flight = first_flight(&mut town, &mut xie);
    let answer = town.answer(&flight);
    let mut from = Reader::new(&answer[1..]);
    while let Some(frame) = next_frame(&mut from).unwrap() {
        for effect in xie.replica.receive(frame, town.now).unwrap() {
            if let Effect::Persist(writes) = effect {
                xie.persist(writes);
            }
        }
    }
    first_page_only(&mut town, &mut xie);
    post_until(&mut town, "xie", other, None);
    assert!(town.sync(&mut xie).summary.up_to_date);
    assert_eq!(
        (xie.replica.cases().len(), town.ledger.stats().comparisons),
        (120, 0)
    );
}

#[test]
fn what_a_restored_server_lost_is_sent_again() {
    let mut town = Town::new();
    let mut xie = town.device("xie");
    town.sync(&mut xie);
    let backup = town.store.clone();
    let case: DocumentId = town.report(&mut xie, "路", "坏了", "", "").document;
    town.note(&mut xie, case, "塌方三处");
    assert_eq!(town.sync(&mut xie).summary.admitted, 2);
    town.restore(backup);
    assert!(town.sync(&mut xie).summary.up_to_date);
    assert_eq!(xie.replica.case(case).unwrap().log.len(), 2);
    let mut lu = town.device("lu");
    town.sync(&mut lu);
    assert_eq!(
        lu.replica.case(case).unwrap().head,
        xie.replica.case(case).unwrap().head
    );
}

#[test]
fn a_verdict_of_a_phones_other_life_is_not_taken() {
    let mut town = Town::new();
    let mut xie = town.device("xie");
    town.sync(&mut xie);
    let case = town.report(&mut xie, "路", "坏了", "", "").document;
    town.sync(&mut xie);
    let backup = xie.store.clone();
    town.note(&mut xie, case, "A");
    let flight = first_flight(&mut town, &mut xie);
    let answer = town.answer(&flight);
    let mut from = Reader::new(&answer[1..]);
    let mut verdict = Vec::new();
    while let Some(frame) = next_frame(&mut from).unwrap() {
        if matches!(ServerFrame::from_bytes(frame), Ok(ServerFrame::Verdicts(_))) {
            verdict = frame.to_vec();
        }
    }
    let mut xie = Device {
        replica: Replica::open(&backup).unwrap(),
        store: backup,
        wiped: false,
    };
    town.note(&mut xie, case, "B");
    first_flight(&mut town, &mut xie);
    assert!(xie.replica.receive(&verdict, town.now).is_err());
    assert_eq!(xie.replica.pending().len(), 1);
    let done = town.sync(&mut xie).summary;
    assert!(done.forked && done.up_to_date);
    let texts: Vec<String> = xie
        .replica
        .case(case)
        .unwrap()
        .log
        .into_iter()
        .map(|row| row.entry.text)
        .collect();
    assert_eq!(texts[1..], ["A".to_owned(), "B".to_owned()]);
}

/// The frames of an answer's part.
fn frames_of(frames: &[u8]) -> Vec<ServerFrame> {
    let (mut from, mut heard) = (Reader::new(frames), Vec::new());
    while let Some(frame) = next_frame(&mut from).unwrap() {
        heard.push(ServerFrame::from_bytes(frame).unwrap());
    }
    heard
}

/// What a device is sent of a case of many pages behind the first part, if something happens then.
fn behind_the_first_part(happens: impl FnOnce(&mut Town, u32)) -> (DocumentId, Vec<ServerFrame>) {
    let mut town = Town::new();
    let (mut xie, mut lu) = (town.device("xie"), town.device("lu"));
    town.sync(&mut xie);
    let case = town.report(&mut xie, "路", "坏了", "", "").document;
    for _ in 0..100 {
        town.note(&mut xie, case, &"长".repeat(2_000));
    }
    town.sync(&mut xie);
    let flight = first_flight(&mut town, &mut lu);
    let parsed = Flight::parse(&flight).unwrap();
    let key = device_key(&town.store, parsed.device()).unwrap().unwrap();
    let verified = parsed
        .verify(TOWN, &key)
        .and_then(SignedFlight::read)
        .unwrap();
    let mut reply = town.ledger.sync(&town.store, &verified, town.now).unwrap();
    // Until the case is begun.
    while parts_of(case, &frames_of(&reply.frames)) == 0 {
        reply = town
            .ledger
            .page(&town.store, &reply.next.unwrap(), town.now)
            .unwrap();
    }
    town.commit();
    let code = lu.replica.status(town.now).unwrap().device_code;
    happens(&mut town, code);
    let mut heard = Vec::new();
    while let Some(next) = reply.next.take() {
        reply = town.ledger.page(&town.store, &next, town.now).unwrap();
        town.commit();
        heard.extend(frames_of(&reply.frames));
    }
    (case, heard)
}

fn items(frames: &[ServerFrame]) -> impl Iterator<Item = &Item> {
    let pages = frames.iter().filter_map(|frame| match frame {
        ServerFrame::Page(page) => Some(page),
        _ => None,
    });
    pages.flat_map(|page| page.items.iter())
}

fn parts_of(document: DocumentId, frames: &[ServerFrame]) -> usize {
    items(frames)
        .filter(|item| matches!(item, Item::Part(part) if part.document == document))
        .count()
}

#[test]
fn a_device_that_is_stopped_in_the_middle_of_an_answer_is_told_so_and_sent_nothing_more() {
    let (case, heard) = behind_the_first_part(|_, _| {});
    assert!(parts_of(case, &heard) > 3, "there is more to be sent");
    let (_, heard) = behind_the_first_part(|town, code| {
        let change = DeviceChange::Stop(Stop::Lost);
        town.ledger
            .change_device(&town.store, code, change, town.now)
            .unwrap();
        town.commit();
    });
    assert!(
        matches!(&heard[..], [ServerFrame::Stopped(stopped), ServerFrame::Welcome(_)] if stopped.why == Stop::Lost)
    );
}

#[test]
fn a_case_that_leaves_a_devices_feeds_while_it_is_sent_is_not_sent_to_its_end() {
    let (case, heard) = behind_the_first_part(|town, _| {
        let (alley, now) = (town.alley, town.now);
        post_until(town, "lu", alley, Some(now));
    });
    assert_eq!(parts_of(case, &heard), 0);
    assert!(items(&heard).any(|item| matches!(item, Item::Forget(document) if *document == case)));
}

#[test]
fn a_frozen_device_that_was_replaced_cannot_be_thawed() {
    let mut town = Town::new();
    let (member, old) = (town.member("xie"), town.device("xie"));
    let code = old.replica.status(town.now).unwrap().device_code;
    let now = town.now;
    let freeze = DeviceChange::Stop(Stop::Frozen);
    town.ledger
        .change_device(&town.store, code, freeze, now)
        .unwrap();
    let invitation = TrackingCode::from_random([3; 15]);
    town.ledger
        .invite_to_move(&town.store, member, &invitation, code, now)
        .unwrap();
    let sealing = SealingSecret::from_bytes([4; 32]).public().0;
    let request = Enrol::new(
        invitation,
        &SecretKey::from_bytes(&[5; 32]),
        sealing,
        Text::cut("new"),
        now,
    );
    town.ledger
        .enrol(&town.store, &request.verify().unwrap(), now)
        .unwrap();
    town.commit();
    let change = town
        .ledger
        .change_device(&town.store, code, DeviceChange::Thaw, now);
    let refusal = change.unwrap_err().refusal().unwrap();
    assert_eq!(refusal, DeviceError::NotFrozen);
    let rows = town.ledger.devices(&town.store).unwrap();
    assert_eq!(
        rows.iter().find(|row| row.code == code).unwrap().stopped,
        Some(Stop::Revoked)
    );
}
