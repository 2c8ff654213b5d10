//! What the audit says of posts, clearances, confirmed devices, and of what supervisors are sent.

use alleyway_core::command::Body;
use alleyway_core::id::{CommandId, DeviceId, UnitId};
use alleyway_core::kinds::unit::{Amend, Clear, Post, UnitCommand};
use alleyway_core::text::Text;
use alleyway_core::time::Time;
use alleyway_ledger::{
    AdminCommand, Audited, DeviceConfirmed, LateList, PostAudited, ReadAudited, Search, audit_rows,
    verify_audit,
};
use alleyway_replica::{ClearanceStep, Draft};
use alleyway_tests::pure::{Device, Town};

/// What was written down from record number `from` on, without what became of batches.
fn written(town: &Town, from: u64) -> Vec<Audited> {
    let rows = audit_rows(&town.store, from, usize::MAX).expect("store");
    rows.into_iter()
        .map(|(_, record)| record.what)
        .filter(|what| what.kind() != "verdicts")
        .collect()
}

/// The number of the next record, of a chain that holds.
fn next(town: &Town) -> u64 {
    let report = verify_audit(&town.store, None, &mut |_| ()).expect("store");
    assert!(report.problems.is_empty(), "{:?}", report.problems);
    report.records + 1
}

fn kinds(written: &[Audited]) -> Vec<&'static str> {
    written.iter().map(Audited::kind).collect()
}

fn appointment(town: &mut Town, unit: UnitId, key: &str) -> CommandId {
    let member = town.member(key);
    let units = town.ledger.units(&town.store).expect("store");
    let of = units
        .into_iter()
        .find(|view| view.id == unit)
        .expect("a unit");
    of.appointments
        .iter()
        .find(|known| known.member == member)
        .expect("an appointment")
        .id
}

fn device_id(town: &Town, device: &Device) -> DeviceId {
    device.replica.status(town.now).expect("enrolled").device
}

fn does(town: &mut Town, device: &mut Device, draft: Draft) {
    town.record(device, draft);
    town.sync(device);
}

fn takes_step(town: &mut Town, device: &mut Device, step: ClearanceStep, appointment: CommandId) {
    town.sync(device);
    let draft = device
        .replica
        .clearance_step(step, &appointment.to_string(), town.now)
        .expect("a unit it has");
    does(town, device, draft);
}

#[test]
fn posts_are_written_down_with_the_unit_and_who_gave_them() {
    let mut town = Town::new();
    let (from, office) = (next(&town), town.unit("town"));
    town.appoint(office, "fan", Post::Administrator);
    let given = appointment(&mut town, office, "fan");
    let amend = |until| {
        let amend = Amend {
            appointment: given,
            name: Text::cut("fan"),
            from: Time::EARLIEST,
            until,
        };
        vec![AdminCommand {
            document: Some(office),
            body: Body::Unit(UnitCommand::Amend(amend)),
        }]
    };
    let end = town.now;
    town.administer(amend(Some(end)));
    town.administer(amend(None));
    let written = written(&town, from);
    assert_eq!(kinds(&written), ["appointed", "post_ended", "post_amended"]);
    let member = town.member("fan");
    for what in &written {
        let PostAudited {
            unit,
            appointment,
            member: whose,
            by,
        } = *what.post().expect("about a post");
        assert_eq!((unit, appointment, whose), (office, given, member));
        assert_ne!(by.member, member, "the server did it");
    }
    next(&town);
}

#[test]
fn clearances_and_devices_confirmed_with_them_or_singly_are_written_down_with_their_authors() {
    let mut town = Town::new();
    let (office, alley) = (town.unit("town"), town.alley);
    town.appoint(office, "he", Post::Administrator);
    let mut admin = town.device("he");
    let mut chief = town.device("xie");
    town.sync(&mut chief);
    let from = next(&town);
    let cleared = appointment(&mut town, alley, "xie");
    let clear = Body::Unit(UnitCommand::Clear(Clear {
        appointment: cleared,
    }));
    town.administer(vec![AdminCommand {
        document: Some(alley),
        body: clear,
    }]);
    takes_step(&mut town, &mut admin, ClearanceStep::Confirm, cleared);
    let found = written(&town, from);
    assert_eq!(
        kinds(&found),
        ["cleared", "clearance_confirmed", "device_confirmed"]
    );
    let (he, his, xie) = (
        town.member("he"),
        device_id(&town, &admin),
        town.member("xie"),
    );
    assert_ne!(found[0].by().expect("an author").member, he);
    for what in &found[1..] {
        let by = what.by().expect("an author");
        assert_eq!(
            (by.member, by.device, what.unit(), what.member()),
            (he, his, Some(alley), Some(xie))
        );
    }
    assert_eq!(found[2].device(), Some(device_id(&town, &chief)));

    let mut second = town.device("xie");
    town.sync(&mut second);
    let (from, new) = (next(&town), device_id(&town, &second));
    town.sync(&mut admin);
    let draft = admin
        .replica
        .device_step(&new.to_string(), town.now)
        .expect("a device that was noted");
    does(&mut town, &mut admin, draft);
    takes_step(&mut town, &mut admin, ClearanceStep::End, cleared);
    let found = written(&town, from);
    assert_eq!(kinds(&found), ["device_confirmed", "clearance_ended"]);
    let Audited::DeviceConfirmed(DeviceConfirmed {
        unit,
        device,
        member,
        by,
    }) = found[0]
    else {
        panic!("{found:?}");
    };
    assert_eq!((unit, device, member, by.member), (alley, new, xie, he));
    next(&town);
}

/// What supervisors read, from record number `from` on.
fn read(town: &Town, from: u64) -> Vec<ReadAudited> {
    let written = written(town, from).into_iter();
    let reads = written.filter_map(|what| match what {
        Audited::Read(read) => Some(read),
        _ => None,
    });
    reads.collect()
}

#[test]
fn cases_that_a_search_shows_a_supervisor_are_written_down_and_what_it_shows_others_is_not() {
    let mut town = Town::new();
    let office = town.unit("town");
    town.appoint(office, "mo", Post::Auditor);
    let (mut auditor, mut chief) = (town.device("mo"), town.device("xie"));
    town.sync(&mut auditor);
    town.sync(&mut chief);
    let case = town
        .report(&mut chief, "路灯坏了", "晚上看不见", "巷口", "")
        .document;
    town.sync(&mut chief);
    let from = next(&town);
    let mut search = |device: &Device, text: &str| {
        let id = device_id(&town, device);
        let mut search = Search::new(text, None);
        let now = town.now;
        while !town
            .ledger
            .search(&town.store, id, &mut search, now)
            .expect("a device that may ask")
        {}
        town.commit();
        (search.found().len(), read(&town, from))
    };
    assert_eq!(search(&chief, "路灯"), (1, Vec::new()));
    assert_eq!(search(&auditor, "水管"), (0, Vec::new()));
    let (found, reads) = search(&auditor, "路灯");
    assert_eq!((found, reads.len()), (1, 1));
    assert_eq!(reads[0].documents.to_vec(), [case]);
    assert_eq!(reads[0].member, town.member("mo"));
    next(&town);
}

#[test]
fn late_cases_that_a_supervisor_is_shown_are_written_down() {
    let mut town = Town::new();
    let office = town.unit("town");
    town.appoint(office, "mo", Post::Auditor);
    let (auditor, mut chief) = (town.device("mo"), town.device("xie"));
    town.sync(&mut chief);
    let case = town
        .report(&mut chief, "路灯坏了", "晚上看不见", "巷口", "")
        .document;
    town.sync(&mut chief);
    town.serve_days(3);
    let from = next(&town);
    let mut late = |device: &Device| {
        let id = device_id(&town, device);
        let mut list = LateList::new(None, None);
        let now = town.now;
        while !town
            .ledger
            .late(&town.store, id, &mut list, now)
            .expect("a device that may ask")
        {}
        town.commit();
        (list.cases().len(), read(&town, from))
    };
    assert_eq!(late(&chief), (1, Vec::new()));
    let (shown, reads) = late(&auditor);
    assert_eq!((shown, reads.len()), (1, 1));
    assert_eq!(reads[0].documents.to_vec(), [case]);
}

#[test]
fn cases_that_a_supervisor_is_sent_are_written_down_and_what_others_are_sent_is_not() {
    let mut town = Town::new();
    let office = town.unit("town");
    town.appoint(office, "mo", Post::Auditor);
    let (mut auditor, mut chief) = (town.device("mo"), town.device("xie"));
    town.sync(&mut auditor);
    town.sync(&mut chief);
    let case = town
        .report(&mut chief, "路灯坏了", "晚上看不见", "巷口", "")
        .document;
    let from = next(&town);
    town.sync(&mut chief);
    let mut colleague = town.device("lu");
    town.sync(&mut colleague);
    let reads = |town: &Town| read(town, from);
    assert!(colleague.replica.case(case).is_some() && reads(&town).is_empty());
    town.sync(&mut auditor);
    let found = reads(&town);
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(
        (found[0].device, found[0].member),
        (device_id(&town, &auditor), town.member("mo"))
    );
    assert_eq!(found[0].documents.to_vec(), [case]);
    town.sync(&mut auditor);
    assert_eq!(
        reads(&town).len(),
        1,
        "a sync that shows nothing is no read"
    );
    next(&town);
}
