//! In the pure machines: revoked, lost, frozen, moved, restored.

use alleyway_core::sync::frame::Stop;
use alleyway_ledger::{Audited, DeviceChange, audit_rows, verify_audit};
use alleyway_replica::{Draft, RecordError, Replica};
use alleyway_tests::pure::{Device, Town};

fn code(town: &Town, device: &Device) -> u32 {
    device
        .replica
        .status(town.now)
        .expect("enrolled")
        .device_code
}

fn change(town: &mut Town, device: &Device, change: DeviceChange) {
    let code = code(town, device);
    town.ledger
        .change_device(&town.store, code, change, town.now)
        .expect("a device");
    town.commit();
}

/// The same phone, as it was: restored from a backup of itself.
fn copy(device: &Device) -> Device {
    Device {
        replica: Replica::open(&device.store).expect("its store"),
        store: device.store.clone(),
        wiped: false,
    }
}

/// What is kept in trays of a device, as the server counts it.
fn kept(town: &Town, device: &Device) -> u64 {
    let code = code(town, device);
    let rows = town.ledger.devices(&town.store).expect("store");
    rows.iter()
        .find(|row| row.code == code)
        .expect("a device")
        .kept
}

/// A chief's device with a case that everybody has.
fn begun(town: &mut Town) -> (Device, alleyway_core::id::DocumentId) {
    let mut xie = town.device("xie");
    town.sync(&mut xie);
    let case = town
        .report(&mut xie, "路灯坏了", "晚上看不见", "巷口", "")
        .document;
    town.sync(&mut xie);
    (xie, case)
}

#[test]
fn a_revoked_device_hands_in_what_it_has_and_keeps_nothing() {
    let mut town = Town::new();
    let (mut xie, case) = begun(&mut town);
    town.note(&mut xie, case, "灯杆歪了");
    change(&mut town, &xie, DeviceChange::Stop(Stop::Revoked));
    let summary = town.sync(&mut xie).summary;
    assert_eq!((summary.stopped, summary.kept), (Some(Stop::Revoked), 1));
    assert!(xie.replica.cases().is_empty() && xie.replica.organisation().units().next().is_none());
    assert!(!xie.wiped);
    assert_eq!(kept(&town, &xie), 1);
    // Nothing new is recorded; a later sync changes nothing and ends.
    let body = alleyway_core::command::Body::Case(alleyway_core::kinds::case::CaseCommand::Accept(
        alleyway_core::kinds::case::Accept {},
    ));
    let (now, random) = (town.now, town.random());
    let refused = xie.replica.record(
        Draft {
            target: Some(case),
            body,
        },
        now,
        random,
    );
    assert_eq!(
        refused.map(|_| ()),
        Err(RecordError::Stopped(Stop::Revoked))
    );
    let again = town.sync(&mut xie);
    assert_eq!(
        (again.round_trips, again.summary.stopped),
        (1, Some(Stop::Revoked))
    );
    // Its answer is the same over a restart.
    let mut restarted = copy(&xie);
    assert_eq!(restarted.replica.stopped(), Some(Stop::Revoked));
    town.sync(&mut restarted);
    assert_eq!(kept(&town, &xie), 1);
}

#[test]
fn a_lost_device_is_wiped_once_nothing_on_it_is_unsent() {
    let mut town = Town::new();
    let (mut xie, case) = begun(&mut town);
    town.note(&mut xie, case, "灯杆歪了");
    change(&mut town, &xie, DeviceChange::Stop(Stop::Lost));
    town.sync(&mut xie);
    assert!(xie.wiped && xie.replica.is_to_be_wiped());
    assert_eq!(
        kept(&town, &xie),
        1,
        "what was typed is with the server first"
    );
}

#[test]
fn two_phones_restored_from_one_backup_are_frozen_and_one_goes_on_when_thawed() {
    let mut town = Town::new();
    let (mut first, case) = begun(&mut town);
    let mut second = copy(&first);
    town.note(&mut first, case, "一");
    town.sync(&mut first);
    // The other one's first batch has a number that is taken: it is sealed again, behind.
    town.note(&mut second, case, "二");
    let summary = town.sync(&mut second).summary;
    assert!(summary.forked && summary.up_to_date && summary.stopped.is_none());
    // Now the first one's is: two phones use the identity.
    town.note(&mut first, case, "三");
    let summary = town.sync(&mut first).summary;
    assert_eq!(summary.stopped, Some(Stop::Frozen));
    assert_eq!(town.ledger.stats().stopped.get("frozen"), Some(&1));
    assert_eq!(kept(&town, &first), 1, "what it typed waits in the tray");
    assert!(first.replica.cases().is_empty());

    change(&mut town, &first, DeviceChange::Thaw);
    let summary = town.sync(&mut first).summary;
    assert!(
        summary.up_to_date && summary.stopped.is_none(),
        "{summary:?}"
    );
    assert_eq!(first.replica.cases().len(), 1);
    town.note(&mut first, case, "四");
    assert!(town.sync(&mut first).summary.up_to_date);
}

#[test]
fn what_was_done_is_in_the_audit_and_a_quiet_sync_is_not() {
    let mut town = Town::new();
    let (mut xie, case) = begun(&mut town);
    town.note(&mut xie, case, "灯杆歪了");
    town.sync(&mut xie);
    let records = |town: &Town| audit_rows(&town.store, 1, 1_000).expect("store");
    let before = records(&town).len();
    town.sync(&mut xie);
    assert_eq!(records(&town).len(), before, "a quiet sync");
    change(&mut town, &xie, DeviceChange::Stop(Stop::Revoked));
    let kinds: Vec<&str> = records(&town)
        .iter()
        .map(|(_, record)| record.what.kind())
        .collect();
    for kind in ["invited", "enrolled", "verdicts", "stopped"] {
        assert!(kinds.contains(&kind), "{kind} in {kinds:?}");
    }
    let device = xie.replica.status(town.now).expect("enrolled").device;
    let admitted: u32 = records(&town)
        .iter()
        .filter_map(|(_, record)| match &record.what {
            Audited::Verdicts(of) if of.device == device => Some(of.admitted),
            _ => None,
        })
        .sum();
    assert_eq!(admitted, 2, "a report and a note, each once");
    let report = verify_audit(&town.store, None, &mut |_| ()).expect("store");
    assert_eq!(
        (report.problem_count, report.records),
        (0, records(&town).len() as u64)
    );
}

#[test]
fn a_restored_server_still_knows_who_was_revoked_and_who_came_since() {
    let mut town = Town::new();
    let (mut xie, case) = begun(&mut town);
    let backup = town.store.clone();
    change(&mut town, &xie, DeviceChange::Stop(Stop::Revoked));
    let mut lu = town.device("lu");
    let journal = town.store.clone();
    town.restore(backup.with_journal_of(&journal));
    assert_eq!(town.ledger.quarantine(), None);
    town.commit();
    assert!(
        town.sync(&mut lu).summary.up_to_date,
        "enrolled since the backup"
    );
    town.note(&mut xie, case, "还在");
    assert_eq!(town.sync(&mut xie).summary.stopped, Some(Stop::Revoked));
}
