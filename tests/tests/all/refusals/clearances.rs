//! Confidential cases and those who are cleared for them.

use std::collections::BTreeMap;

use alleyway_core::command::Body;
use alleyway_core::id::{CommandId, DocumentId};
use alleyway_core::kinds::case::CaseCommand;
use alleyway_core::kinds::case::Report;
use alleyway_core::kinds::unit::{Clear, ConfirmClearance, Post, UnitCommand};
use alleyway_core::refusal::RefusalCode;
use alleyway_replica::{Draft, MendError, RecordError};
use alleyway_tests::pure::{Device, Town};

use super::bench::{Bench, appoint, dropped, mended, planted, refused, replanted, types, visible};
use super::steps::{escalate, merge, report};

fn confidential(town: &Town, device: &Device) -> Body {
    let code = device.replica.status(town.now).unwrap().device_code;
    Body::Case(CaseCommand::Report(Report {
        confidential: true,
        ..report(town.alley, code)
    }))
}

pub(super) fn a_confidential_report_without_a_clearance_is_dropped() {
    let mut bench = Bench::new();
    let Bench {
        town, xie, aside, ..
    } = &mut bench;
    let body = confidential(town, xie);
    let command = planted(town, xie, *aside, None, body);
    refused(town, xie, &[*aside], (command, RefusalCode::NotCleared));
    // Only what is said in the report can be mended; whom it is for is a new one's.
    let fields = BTreeMap::from([("owner".to_owned(), "other".to_owned())]);
    let random = town.random();
    assert_eq!(
        xie.replica.mend(command, &fields, town.now, random),
        Err(MendError::UnknownField("owner".to_owned()))
    );
    visible(xie, command, &RefusalCode::NotCleared);
    dropped(town, xie, command);
}

/// An administrator's phone, which has the units.
fn administrator(town: &mut Town, hall: alleyway_core::id::UnitId, key: &str) -> Device {
    appoint(town, key, Post::Administrator, hall);
    let mut device = town.device(key);
    town.sync(&mut device);
    device
}

fn appointment(town: &Town, key: &str) -> CommandId {
    let member = town.member(key);
    town.ledger
        .organisation()
        .appointments_of(member)
        .next()
        .unwrap()
        .appointment
}

/// Asks for a clearance in the alley.
fn asks(town: &mut Town, device: &mut Device, key: &str) -> alleyway_replica::Recorded {
    let body = Body::Unit(UnitCommand::Clear(Clear {
        appointment: appointment(town, key),
    }));
    let alley = town.alley;
    town.record(
        device,
        Draft {
            target: Some(alley),
            body,
        },
    )
}

fn confirmation(town: &Town, key: &str, clear: CommandId) -> Body {
    let appointment = appointment(town, key);
    Body::Unit(UnitCommand::ConfirmClearance(ConfirmClearance {
        appointment,
        clear,
    }))
}

pub(super) fn who_asked_for_a_clearance_does_not_confirm_it() {
    let mut bench = Bench::new();
    let hall = bench.town_hall();
    let town = &mut bench.town;
    let (mut jin, mut su) = (
        administrator(town, hall, "jin"),
        administrator(town, hall, "su"),
    );
    let clear = asks(town, &mut jin, "xie").command;
    town.sync(&mut jin);
    // A step that the phone allows, changed into one that it does not.
    asks(town, &mut jin, "lu");
    let body = confirmation(town, "xie", clear);
    let command = replanted(&mut jin, |command| command.body = body.clone());
    asks(town, &mut jin, "lu");
    refused(town, &mut jin, &[], (command, RefusalCode::SecondPerson));
    dropped(town, &mut jin, command);
    town.sync(&mut su);
    let alley = town.alley;
    town.record(
        &mut su,
        Draft {
            target: Some(alley),
            body,
        },
    );
    assert_eq!(town.sync(&mut su).summary.admitted, 1);
}

pub(super) fn a_confidential_case_does_not_go_where_nobody_may_read_it() {
    confidential_at_the_branch();
}

/// Nobody without a clearance reads of a confidential case in another that was merged into it, and
/// who does not see it is told what he would be told of a case that is not there.
pub(super) fn a_case_is_not_merged_into_a_confidential_one_that_others_would_read_of() {
    let (mut bench, hidden) = confidential_at_the_branch();
    let (aside, branch) = (bench.aside, bench.branch());
    types(&mut bench.town, &mut bench.xie, aside, escalate(branch));
    bench.all_sync();
    let Bench { town, qin, lu, .. } = &mut bench;
    let body = |into| Body::Case(merge(into));
    let draft = Draft {
        target: Some(aside),
        body: body(hidden),
    };
    let random = town.random();
    assert_eq!(
        qin.replica.record(draft, town.now, random).unwrap_err(),
        RecordError::Refused(RefusalCode::NamesConfidential.into())
    );
    let command = planted(town, qin, aside, Some(aside), body(hidden));
    let code = RefusalCode::NamesConfidential;
    refused(town, qin, &[aside], (command, code));
    dropped(town, qin, command);
    for into in [hidden, DocumentId([8; 16])] {
        let command = planted(town, lu, aside, Some(aside), body(into));
        refused(town, lu, &[aside], (command, RefusalCode::BadMerge));
        dropped(town, lu, command);
    }
}

/// A confidential case that its chief escalated to the branch once somebody there was cleared, and
/// that the branch received.
fn confidential_at_the_branch() -> (Bench, DocumentId) {
    let mut bench = Bench::new();
    let (hall, branch, aside) = (bench.town_hall(), bench.branch(), bench.aside);
    let Bench { town, xie, .. } = &mut bench;
    let (mut jin, mut su) = (
        administrator(town, hall, "jin"),
        administrator(town, hall, "su"),
    );
    let clear = asks(town, &mut jin, "xie").command;
    town.sync(&mut jin);
    town.sync(&mut su);
    let (alley, body) = (town.alley, confirmation(town, "xie", clear));
    town.record(
        &mut su,
        Draft {
            target: Some(alley),
            body,
        },
    );
    town.sync(&mut su);
    town.sync(xie);
    let body = confidential(town, xie);
    let case = town.record(xie, Draft { target: None, body }).document;
    assert_eq!(town.sync(xie).summary.admitted, 1);
    let command = planted(town, xie, aside, Some(case), Body::Case(escalate(branch)));
    refused(
        town,
        xie,
        &[case, aside],
        (command, RefusalCode::NobodyCleared),
    );
    // Once somebody there is cleared, it goes as it is.
    let secretary = appointment(town, "qin");
    let body = Body::Unit(UnitCommand::Clear(Clear {
        appointment: secretary,
    }));
    town.sync(&mut jin);
    let clear = town
        .record(
            &mut jin,
            Draft {
                target: Some(branch),
                body,
            },
        )
        .command;
    town.sync(&mut jin);
    town.sync(&mut su);
    let body = confirmation(town, "qin", clear);
    town.record(
        &mut su,
        Draft {
            target: Some(branch),
            body,
        },
    );
    town.sync(&mut su);
    town.sync(xie);
    mended(town, xie, command, &[]);
    let Bench { town, qin, .. } = &mut bench;
    town.sync(qin);
    types(town, qin, case, super::steps::receive());
    assert_eq!(town.sync(qin).summary.admitted, 1);
    (bench, case)
}
