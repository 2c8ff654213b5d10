//! Confidential cases and those who are cleared for them.

use std::collections::BTreeMap;

use alleyway_core::command::Body;
use alleyway_core::id::{CommandId, DocumentId, UnitId};
use alleyway_core::kinds::case::CaseCommand;
use alleyway_core::kinds::case::Report;
use alleyway_core::kinds::tray::{TrayCommand, TrayOutcome};
use alleyway_core::kinds::unit::{
    Clear, ConfirmClearance, CreateUnit, Post, UnitCommand, UnitKind,
};
use alleyway_core::refusal::RefusalCode;
use alleyway_core::sync::frame::Stop;
use alleyway_core::text::Text;
use alleyway_ledger::AdminCommand;
use alleyway_replica::{Draft, MendError, RecordError};
use alleyway_tests::pure::{Device, Town};

use super::bench::{Bench, dropped, mended, planted, refused, replanted, types, visible};
use super::steps::{edit, escalate, merge, report};

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

/// A complaint about a person that the chief takes down.
fn complaint(town: &Town, device: &Device, owner: UnitId, about: Option<UnitId>) -> Body {
    let code = device.replica.status(town.now).unwrap().device_code;
    Body::Case(CaseCommand::Report(Report {
        category: Text::cut("conduct"),
        confidential: about.is_some(),
        taken_at: about.map(|_| town.alley),
        about,
        ..report(owner, code)
    }))
}

pub(super) fn a_complaint_about_a_person_without_a_desk_is_dropped() {
    let mut bench = Bench::new();
    let Bench {
        town, xie, aside, ..
    } = &mut bench;
    let body = complaint(town, xie, town.alley, None);
    let command = planted(town, xie, *aside, None, body);
    refused(town, xie, &[*aside], (command, RefusalCode::NeedsDesk));
    dropped(town, xie, command);
}

pub(super) fn a_complaint_does_not_go_to_whom_it_is_about() {
    let mut bench = Bench::new();
    let (hall, branch) = (bench.town_hall(), bench.branch());
    let Bench {
        town, xie, aside, ..
    } = &mut bench;
    let create = CreateUnit {
        key: Text::cut("desk"),
        name: Text::cut("监督受理窗口"),
        kind: UnitKind::Desk,
        parent: Some(hall),
    };
    let desk = town.administer(vec![AdminCommand {
        document: None,
        body: Body::Unit(UnitCommand::Create(create)),
    }]);
    // The chief is one of the branch's people.
    let body = complaint(town, xie, desk[0], Some(branch));
    let command = planted(town, xie, *aside, None, body);
    refused(town, xie, &[*aside], (command, RefusalCode::AboutThem));
    dropped(town, xie, command);
}

/// An administrator's phone, which has the units.
fn administrator(town: &mut Town, hall: alleyway_core::id::UnitId, key: &str) -> Device {
    town.appoint(hall, key, Post::Administrator);
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

/// The code under which a phone refuses a draft itself.
fn refused_at_typing(town: &mut Town, device: &mut Device, draft: Draft) -> RefusalCode {
    let random = town.random();
    match device.replica.record(draft, town.now, random).unwrap_err() {
        RecordError::Refused(refusal) => refusal.code,
        other => panic!("{other:?}"),
    }
}

/// The other case would say in its log which one was merged into it: not where people read that who
/// may not read the confidential one.
#[test]
fn a_confidential_case_is_not_merged_into_one_that_others_read() {
    let (mut bench, hidden) = confidential_at_the_branch();
    let (aside, branch) = (bench.aside, bench.branch());
    types(&mut bench.town, &mut bench.xie, aside, escalate(branch));
    bench.all_sync();
    let Bench { town, qin, .. } = &mut bench;
    let draft = || Draft {
        target: Some(hidden),
        body: Body::Case(merge(aside)),
    };
    let code = RefusalCode::NamesConfidential;
    assert_eq!(refused_at_typing(town, qin, draft()), code);
    let offered = qin.replica.offers(Some(hidden), town.now);
    let merge_offer = offered.iter().find(|offer| offer.step.word == "merge");
    let refusal = merge_offer.unwrap().refusal.clone();
    assert_eq!(
        refusal.map(|refusal| refusal.code),
        Some(RefusalCode::BadMerge)
    );
    let command = planted(town, qin, hidden, Some(hidden), draft().body);
    refused(town, qin, &[hidden], (command, code));
    dropped(town, qin, command);
}

/// A field that holds a household's id may hold any id.
#[test]
fn a_case_names_no_confidential_one_as_its_household() {
    let (mut bench, hidden) = confidential_at_the_branch();
    let (aside, alley) = (bench.aside, bench.town.alley);
    bench.all_sync();
    let Bench { town, xie, lu, .. } = &mut bench;
    let code = RefusalCode::NamesConfidential;
    let edited = || Body::Case(edit("household", &hidden.key()));
    let device_code = xie.replica.status(town.now).unwrap().device_code;
    let reported = Body::Case(CaseCommand::Report(Report {
        household: Some(hidden),
        ..report(alley, device_code)
    }));
    for (target, body) in [(Some(aside), edited()), (None, reported)] {
        let draft = Draft {
            target,
            body: body.clone(),
        };
        assert_eq!(refused_at_typing(town, xie, draft), code);
        let command = planted(town, xie, aside, target, body);
        refused(town, xie, &[aside], (command, code.clone()));
        dropped(town, xie, command);
    }
    // Whoever never was sent that case learns nothing: it is as an id of which nothing is known.
    for id in [hidden, DocumentId([8; 16])] {
        let body = Body::Case(edit("household", &id.key()));
        planted(town, lu, aside, Some(aside), body);
        let summary = town.sync(lu).summary;
        assert_eq!((summary.admitted, summary.refused), (1, 0), "{summary:?}");
    }
}

/// What was made of an item is written in the tray, which all read who act for its unit.
#[test]
fn a_tray_names_no_confidential_case_that_others_would_read_of() {
    let (mut bench, hidden) = confidential_at_the_branch();
    let aside = bench.aside;
    bench.all_sync();
    let Bench { town, xie, lu, .. } = &mut bench;
    town.note(lu, aside, "left behind");
    town.stop(lu, Stop::Revoked);
    assert_eq!(town.sync(lu).summary.kept, 1);
    town.sync(xie);
    let item = xie.replica.review()[0].item;
    let random = town.random();
    let writes = xie.replica.dismiss(item, town.now, random).unwrap();
    xie.persist(writes);
    let mut settled = None;
    let command = replanted(xie, |command| {
        if let Body::Tray(TrayCommand::Settle(settle)) = &mut command.body {
            (settle.outcome, settle.became) = (TrayOutcome::Taken, Some(hidden));
        }
        settled = command.document.map(|tray| (tray, command.body.clone()));
    });
    let code = RefusalCode::NamesConfidential;
    refused(town, xie, &[aside], (command, code.clone()));
    dropped(town, xie, command);
    let (tray, body) = settled.unwrap();
    let draft = Draft {
        target: Some(tray),
        body,
    };
    assert_eq!(refused_at_typing(town, xie, draft), code);
    // The item is open still, and what is made of it in the open is named.
    let random = town.random();
    let taken = xie.replica.take(item, town.now, random).unwrap();
    xie.persist(taken.0);
    assert_eq!(town.sync(xie).summary.admitted, 2);
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
