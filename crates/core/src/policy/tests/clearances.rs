//! Confidential cases, and the two persons who clear somebody to read them.

use super::people::peopled;
use super::{ask_at, question};
use crate::command::Body;
use crate::documents::samples::{
    self, Chain, START, accept, command, confidential, dispatch, escalate, member, note, receive,
    report, resolve, resolve_asking, start, supervise, taken_at, unit, verify,
};
use crate::id::{CommandId, DeviceId, MemberId};
use crate::kinds::case::CaseCommand;
use crate::kinds::case::Finding;
use crate::kinds::directory::PostRow;
use crate::kinds::unit::{Clear, ConfirmClearance, ConfirmDevice, EndClearance, Post, UnitCommand};
use crate::organisation::Organisation;
use crate::organisation::samples::{
    ADMINISTRATOR, AUDITOR, CHIEF, CLERK, DISPATCHER, HANDLER, MEDIATOR, NEIGHBOUR, SECRETARY,
    appointment,
};
use crate::policy::{Authority, judge};
use crate::refusal::{Refusal, RefusalCode};

/// A second administrator.
const SECOND: MemberId = MemberId([120; 16]);
/// The appointment of the samples' unit, member 1's.
const CHIEFS: CommandId = CommandId([
    0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0, 13,
]);

/// The town with a second administrator, and these members cleared for their posts.
fn town(cleared: &[u8]) -> Organisation {
    let mut town = peopled();
    town.put_appointment(appointment(120, Post::Administrator, 2));
    for number in cleared {
        town.put_clearance(command((*number).into()), true);
    }
    town
}

/// The samples' unit with its appointment, and more: an auditor's (command 15).
fn staffed() -> Chain {
    let steps = samples::unit_steps(10);
    let chain = steps[..5].iter().fold(Chain::new(10), |chain, (_, body)| {
        chain.then(9, body.clone())
    });
    let Body::Unit(UnitCommand::Appoint(appoint)) = steps[3].1.clone() else {
        panic!("an appointment")
    };
    let auditor = crate::kinds::unit::Appoint {
        post: Post::Auditor,
        member: member(2),
        ..appoint
    };
    chain.then(9, Body::Unit(UnitCommand::Appoint(auditor)))
}

fn clear() -> Body {
    Body::Unit(UnitCommand::Clear(Clear {
        appointment: CHIEFS,
    }))
}

fn confirm(clear: CommandId) -> Body {
    Body::Unit(UnitCommand::ConfirmClearance(ConfirmClearance {
        appointment: CHIEFS,
        clear,
    }))
}

fn end() -> Body {
    Body::Unit(UnitCommand::EndClearance(EndClearance {
        appointment: CHIEFS,
    }))
}

fn asked(chain: &Chain, author: MemberId, body: &Body) -> Result<(), Refusal> {
    ask_at(&town(&[]), chain, Some(author), body, START)
}

fn code(chain: &Chain, author: MemberId, body: &Body) -> Option<RefusalCode> {
    asked(chain, author, body).err().map(|refusal| refusal.code)
}

#[test]
fn a_clearance_takes_two_persons_and_neither_is_who_it_is_for() {
    let mut town = town(&[]);
    let of_them = PostRow {
        member: member(1),
        ..appointment(121, Post::Administrator, 2)
    };
    town.put_appointment(of_them);
    let ask = |chain: &Chain, author, body: &Body| ask_at(&town, chain, Some(author), body, START);
    assert_eq!(ask(&staffed(), ADMINISTRATOR, &clear()), Ok(()));
    assert_eq!(
        ask(&staffed(), member(1), &clear()),
        Err(RefusalCode::SecondPerson.into()),
        "for oneself"
    );
    let begun = staffed().then(108, clear());
    let of_first = command(16);
    assert_eq!(
        ask(&begun, ADMINISTRATOR, &confirm(of_first)),
        Err(RefusalCode::SecondPerson.into()),
        "who asked"
    );
    assert_eq!(
        ask(&begun, member(1), &confirm(of_first)),
        Err(RefusalCode::SecondPerson.into()),
        "who it is for"
    );
    assert_eq!(ask(&begun, SECOND, &confirm(of_first)), Ok(()));
    assert_eq!(
        ask(&begun, MEDIATOR, &confirm(of_first)),
        Ok(()),
        "is cleared there"
    );
    assert_eq!(
        ask(&begun, DISPATCHER, &confirm(of_first)),
        Err(RefusalCode::NotPermitted.into())
    );
    let server = ask_at(&town, &begun, None, &confirm(of_first), START).unwrap_err();
    assert_eq!(
        server.code,
        RefusalCode::NotPermitted,
        "the second person is a person"
    );
}

#[test]
fn what_is_confirmed_is_the_present_asking_and_one_ends_it() {
    let begun = staffed().then(108, clear());
    let first = Some(command(16));
    for late in [clear(), confirm(command(14))] {
        let refusal = asked(&begun, SECOND, &late).unwrap_err();
        let expected = Refusal {
            code: RefusalCode::WrongState,
            first,
            by: Some(ADMINISTRATOR),
        };
        assert_eq!(refusal, expected, "{}", late.kind());
    }
    let cleared = begun.clone().then(120, confirm(command(16)));
    assert_eq!(
        code(&cleared, MEDIATOR, &confirm(command(16))),
        Some(RefusalCode::WrongState),
        "confirmed already"
    );
    assert_eq!(code(&cleared, SECOND, &end()), None);
    assert_eq!(
        code(&staffed(), SECOND, &end()),
        Some(RefusalCode::WrongState),
        "nobody asked"
    );
    assert_eq!(
        code(&staffed(), SECOND, &confirm(command(16))),
        Some(RefusalCode::WrongState)
    );
    assert_eq!(
        code(&cleared.then(108, end()), SECOND, &clear()),
        None,
        "asked for anew"
    );
}

#[test]
fn auditors_administrators_and_unknown_appointments_are_not_cleared() {
    for appointment in [command(15), command(99)] {
        let body = Body::Unit(UnitCommand::Clear(Clear { appointment }));
        assert_eq!(
            code(&staffed(), ADMINISTRATOR, &body),
            Some(RefusalCode::BadValue)
        );
    }
}

#[test]
fn a_later_device_is_confirmed_by_another_member_once() {
    let device = DeviceId([0xde; 16]);
    let body = Body::Unit(UnitCommand::ConfirmDevice(ConfirmDevice { device }));
    assert_eq!(
        code(&staffed(), SECOND, &body),
        Some(RefusalCode::BadValue),
        "not noted"
    );
    let note = crate::kinds::unit::NoteDevice {
        device,
        member: ADMINISTRATOR,
    };
    let noted = staffed().then(9, Body::Unit(UnitCommand::NoteDevice(note)));
    assert_eq!(
        code(&noted, ADMINISTRATOR, &body),
        Some(RefusalCode::SecondPerson),
        "his own"
    );
    assert_eq!(code(&noted, SECOND, &body), None);
    assert_eq!(
        code(&noted.then(120, body.clone()), MEDIATOR, &body),
        Some(RefusalCode::WrongState)
    );
}

fn judged(
    town: &Organisation,
    chain: &Chain,
    author: MemberId,
    body: CaseCommand,
) -> Option<RefusalCode> {
    judge(&question(
        town,
        chain,
        Authority::Member(author),
        &body.into(),
        START,
    ))
    .err()
    .map(|refusal| refusal.code)
}

#[test]
fn a_confidential_report_is_of_somebody_cleared_to_where_somebody_is() {
    let empty = Chain::new(10);
    let own = || confidential(report(unit(7)));
    assert_eq!(
        judged(&town(&[]), &empty, CHIEF, own()),
        Some(RefusalCode::NotCleared)
    );
    assert_eq!(judged(&town(&[101]), &empty, CHIEF, own()), None);
    assert_eq!(
        judged(&town(&[101]), &empty, NEIGHBOUR, own()),
        Some(RefusalCode::NotPermitted)
    );
    let taken = || confidential(taken_at(unit(10), unit(5)));
    assert_eq!(
        judged(&town(&[102]), &empty, CLERK, taken()),
        Some(RefusalCode::NotCleared)
    );
    assert_eq!(
        judged(&town(&[106]), &empty, CLERK, taken()),
        Some(RefusalCode::NobodyCleared)
    );
    assert_eq!(
        judged(&town(&[106, 110]), &empty, CLERK, taken()),
        Some(RefusalCode::NobodyCleared),
        "does not act"
    );
    assert_eq!(judged(&town(&[106, 102]), &empty, CLERK, taken()), None);
    let by_form = |town: &Organisation| {
        judge(&question(
            town,
            &empty,
            Authority::Resident,
            &own().into(),
            START,
        ))
    };
    assert_eq!(by_form(&town(&[])), Err(RefusalCode::NobodyCleared.into()));
    assert_eq!(by_form(&town(&[101])), Ok(()));
}

#[test]
fn a_step_in_a_confidential_case_is_of_somebody_cleared() {
    let case = Chain::new(10).then(101, confidential(report(unit(7))));
    assert_eq!(
        judged(&town(&[]), &case, CHIEF, accept()),
        Some(RefusalCode::NotCleared)
    );
    assert_eq!(judged(&town(&[101]), &case, CHIEF, accept()), None);
    assert_eq!(
        judged(&town(&[101]), &case, SECRETARY, accept()),
        Some(RefusalCode::NotPermitted),
        "told nothing"
    );
    assert_eq!(
        judged(&town(&[101, 107]), &case, AUDITOR, supervise()),
        None,
        "no auditor is cleared, but by mistake"
    );
    assert_eq!(
        judged(&town(&[101]), &case, AUDITOR, supervise()),
        Some(RefusalCode::NotCleared)
    );
    let resolved = case
        .then(101, accept())
        .then(101, start())
        .then(101, resolve());
    let resident = |body: CaseCommand| {
        judge(&question(
            &town(&[]),
            &resolved,
            Authority::Resident,
            &body.into(),
            START,
        ))
    };
    assert_eq!(
        resident(verify(Finding::Fixed)),
        Ok(()),
        "the resident has the code"
    );
    assert_eq!(resident(note()), Ok(()));
}

#[test]
fn a_confidential_case_goes_only_where_somebody_is_cleared() {
    let held = Chain::new(10)
        .then(101, confidential(report(unit(7))))
        .then(101, accept());
    let to_branch = || escalate(unit(5));
    assert_eq!(
        judged(&town(&[101]), &held, CHIEF, to_branch()),
        Some(RefusalCode::NobodyCleared)
    );
    assert_eq!(judged(&town(&[101, 102]), &held, CHIEF, to_branch()), None);
    let at_branch = held.clone().then(101, to_branch()).then(102, receive());
    let down =
        |cleared: &[u8]| judged(&town(cleared), &at_branch, SECRETARY, dispatch(unit(9), 30));
    assert_eq!(down(&[102]), Some(RefusalCode::NobodyCleared));
    assert_eq!(down(&[102, 104]), None);
    assert_eq!(
        judged(&town(&[102]), &at_branch, HANDLER, note()),
        Some(RefusalCode::NotPermitted)
    );
    let started = held.then(101, start());
    let asking = || resolve_asking(unit(5));
    assert_eq!(
        judged(&town(&[101]), &started, CHIEF, asking()),
        Some(RefusalCode::NobodyCleared)
    );
    assert_eq!(judged(&town(&[101, 102]), &started, CHIEF, asking()), None);
}
