//! Confidential cases: two persons clear somebody to read them, and nobody else is sent them.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "what goes wrong ends the test"
)]

use std::collections::BTreeSet;

use alleyway_catalogue::{Lang, refusal};
use alleyway_core::command::Body;
use alleyway_core::id::{CommandId, DocumentId, UnitId};
use alleyway_core::kinds::case::CaseCommand;
use alleyway_core::kinds::case::{Accept, Escalate, Note, Receive, Report, Withdraw};
use alleyway_core::kinds::unit::{
    Amend, Appoint, Clear, ConfirmDevice, CreateUnit, Post, UnitCommand, UnitKind,
};
use alleyway_core::limits::{
    STOPPED_ITEMS_MAX, TRAY_DEVICE_SHARE, TRAY_OPEN_ITEMS_MAX, TRAY_RESERVED_ITEMS,
};
use alleyway_core::number::TrackingCode;
use alleyway_core::refusal::RefusalCode;
use alleyway_core::store::Records as _;
use alleyway_core::sync::frame::Stop;
use alleyway_core::text::Text;
use alleyway_core::time::Time;
use alleyway_ledger::{AdminCommand, Search};
use alleyway_replica::{ClearanceStep, Draft, Effect, RecordError, Recorded};
use alleyway_tests::pure::{Device, Town};

use crate::handover::cut::Forger;

/// A town with phones: two administrators', an auditor's, the chief's, the secretary's.
struct Stage {
    town: Town,
    branch: UnitId,
    first: Device,
    second: Device,
    auditor: Device,
    chief: Device,
    secretary: Device,
}

impl Stage {
    fn new() -> Self {
        let mut town = Town::new();
        let (office, branch) = (town.unit("town"), town.unit("branch"));
        for (key, post) in [
            ("he", Post::Administrator),
            ("fan", Post::Administrator),
            ("mo", Post::Auditor),
        ] {
            town.appoint(office, key, post);
        }
        let mut phone = |key: &str| {
            let mut device = town.device(key);
            town.sync(&mut device);
            device
        };
        let (first, second, auditor) = (phone("he"), phone("fan"), phone("mo"));
        let (chief, secretary) = (phone("xie"), phone("qin"));
        Self {
            town,
            branch,
            first,
            second,
            auditor,
            chief,
            secretary,
        }
    }

    fn appointment(&mut self, unit: UnitId, key: &str) -> CommandId {
        let member = self.town.member(key);
        let units = self.town.ledger.units(&self.town.store).unwrap();
        let made = units.iter().find(|view| view.id == unit).unwrap();
        made.appointments
            .iter()
            .find(|made| made.member == member)
            .unwrap()
            .id
    }

    /// Two administrators clear somebody.
    fn clears(&mut self, unit: UnitId, key: &str) {
        let appointment = self.appointment(unit, key);
        takes_step(
            &mut self.town,
            &mut self.first,
            ClearanceStep::Clear,
            appointment,
        )
        .unwrap();
        takes_step(
            &mut self.town,
            &mut self.second,
            ClearanceStep::Confirm,
            appointment,
        )
        .unwrap();
    }

    fn alley(&self) -> UnitId {
        self.town.alley
    }

    /// The chief is cleared, and has reported a confidential case.
    fn reported(&mut self) -> DocumentId {
        let alley = self.alley();
        self.clears(alley, "xie");
        self.town.sync(&mut self.chief);
        let case = reports(&mut self.town, &mut self.chief).unwrap().document;
        self.town.sync(&mut self.chief);
        case
    }
}

/// Types something, and syncs before and after.
fn does(
    town: &mut Town,
    device: &mut Device,
    target: Option<DocumentId>,
    body: Body,
) -> Result<Recorded, RefusalCode> {
    town.sync(device);
    let (random, now) = (town.random(), town.now);
    match device.replica.record(Draft { target, body }, now, random) {
        Ok((writes, recorded)) => {
            device.persist(writes);
            assert_eq!(town.sync(device).summary.admitted, 1);
            Ok(recorded)
        }
        Err(RecordError::Refused(refusal)) => Err(refusal.code),
        Err(error) => panic!("{error}"),
    }
}

fn takes_step(
    town: &mut Town,
    device: &mut Device,
    step: ClearanceStep,
    appointment: CommandId,
) -> Result<Recorded, RefusalCode> {
    town.sync(device);
    let Draft { target, body } = device
        .replica
        .clearance_step(step, &appointment.to_string(), town.now)
        .unwrap();
    does(town, device, target, body)
}

fn reports(town: &mut Town, device: &mut Device) -> Result<Recorded, RefusalCode> {
    let body = confidential_report(town, device);
    does(town, device, None, body)
}

fn confidential_report(town: &Town, device: &Device) -> Body {
    let report = Report {
        owner: town.alley,
        device_code: device.replica.status(town.now).unwrap().device_code,
        tracking: TrackingCode::from_random([4; 15]),
        category: Text::cut("dispute"),
        title: Text::cut("家里的事"),
        text: Text::cut("不想让别人知道"),
        place: Text::default(),
        point: None,
        contact: Text::default(),
        household: None,
        taken_at: None,
        confidential: true,
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
    Body::Case(CaseCommand::Report(report))
}

/// The chief's confidential report, not sent.
fn types(stage: &mut Stage) -> CommandId {
    let Stage { town, chief, .. } = stage;
    let draft = Draft {
        target: None,
        body: confidential_report(town, chief),
    };
    town.record(chief, draft).command
}

/// Whether a phone's store has anything of a document, or of what it says.
fn holds(device: &Device, document: DocumentId) -> bool {
    let rows = device.store.scan(&[], &[0xff; 2], usize::MAX).unwrap();
    rows.iter().any(|(key, value)| {
        let named = |bytes: &[u8]| bytes.windows(16).any(|part| part == document.0);
        named(key) || named(value)
    })
}

/// Whether a phone has a document itself; others may name it.
fn has(device: &Device, document: DocumentId) -> bool {
    device
        .store
        .get(&[&b"d"[..], &document.0].concat())
        .unwrap()
        .is_some()
}

fn escalate(to: UnitId) -> Body {
    let (reason, tried) = (Text::cut("needs the branch"), Text::cut("talked to both"));
    Body::Case(CaseCommand::Escalate(Escalate { to, reason, tried }))
}

#[test]
fn a_clearance_takes_two_persons_and_who_asked_does_not_confirm() {
    let mut stage = Stage::new();
    let alley = stage.alley();
    let appointment = stage.appointment(alley, "xie");
    let Stage {
        town,
        first,
        second,
        chief,
        ..
    } = &mut stage;
    assert_eq!(reports(town, chief).unwrap_err(), RefusalCode::NotCleared);
    takes_step(town, first, ClearanceStep::Clear, appointment).unwrap();
    town.sync(chief);
    assert_eq!(
        reports(town, chief).unwrap_err(),
        RefusalCode::NotCleared,
        "one person is not enough"
    );
    let again = takes_step(town, first, ClearanceStep::Confirm, appointment).unwrap_err();
    assert_eq!(again, RefusalCode::SecondPerson);
    takes_step(town, second, ClearanceStep::Confirm, appointment).unwrap();
    town.sync(chief);
    reports(town, chief).unwrap();
    let row = chief
        .replica
        .confidential(town.now)
        .posts
        .into_iter()
        .find(|row| row.appointment == appointment);
    let clearance = row.unwrap().clearance.unwrap();
    assert_eq!(
        (clearance.by, clearance.confirmed_by),
        (town.member("he"), Some(town.member("fan")))
    );
}

#[test]
fn the_server_may_be_the_first_person_and_is_never_the_second() {
    let mut stage = Stage::new();
    let alley = stage.alley();
    let appointment = stage.appointment(alley, "xie");
    let body = Body::Unit(UnitCommand::Clear(Clear { appointment }));
    stage.town.administer(vec![AdminCommand {
        document: Some(alley),
        body,
    }]);
    let Stage {
        town, first, chief, ..
    } = &mut stage;
    town.sync(chief);
    assert_eq!(reports(town, chief).unwrap_err(), RefusalCode::NotCleared);
    takes_step(town, first, ClearanceStep::Confirm, appointment).unwrap();
    town.sync(chief);
    reports(town, chief).unwrap();
}

#[test]
fn a_confidential_case_is_sent_to_nobody_who_is_not_cleared() {
    let mut stage = Stage::new();
    let (case, branch) = (stage.reported(), stage.branch);
    stage.clears(branch, "qin");
    // Cleared later than the colleague who also works for the alley, and is not.
    let mut colleague = stage.town.device("lu");
    let Stage {
        town,
        first,
        second,
        auditor,
        chief,
        secretary,
        ..
    } = &mut stage;
    does(
        town,
        chief,
        Some(case),
        Body::Case(CaseCommand::Accept(Accept {})),
    )
    .unwrap();
    for device in [&mut *first, second, auditor, secretary, &mut colleague] {
        town.sync(device);
        assert!(!holds(device, case));
    }
    does(town, chief, Some(case), escalate(branch)).unwrap();
    town.sync(secretary);
    assert!(
        holds(secretary, case),
        "the branch is its receiver, and the secretary is cleared"
    );
    does(
        town,
        secretary,
        Some(case),
        Body::Case(CaseCommand::Receive(Receive {})),
    )
    .unwrap();
    for device in [first, second, auditor, &mut colleague] {
        town.sync(device);
        assert!(!holds(device, case));
    }
    town.sync(chief);
    let (of_chief, of_secretary) = (
        chief.replica.case(case).unwrap(),
        secretary.replica.case(case).unwrap(),
    );
    assert_eq!(of_chief.head, of_secretary.head);
    assert!(of_chief.state.confidential);
}

/// A desk of the town with its officer's phone, which two administrators cleared.
fn desk(stage: &mut Stage) -> (UnitId, Device) {
    let hall = stage.town.ledger.organisation().towns().next();
    let create = CreateUnit {
        key: Text::cut("desk"),
        name: Text::cut("监督受理窗口"),
        kind: UnitKind::Desk,
        parent: hall,
    };
    let commands = vec![AdminCommand {
        document: None,
        body: Body::Unit(UnitCommand::Create(create)),
    }];
    let desk = stage.town.administer(commands)[0];
    let appoint = Appoint {
        member: stage.town.member("tang"),
        key: Text::cut("tang"),
        name: Text::cut("tang"),
        post: Post::DeskOfficer,
        from: Time::EARLIEST,
        until: None,
    };
    stage.town.administer(vec![AdminCommand {
        document: Some(desk),
        body: Body::Unit(UnitCommand::Appoint(appoint)),
    }]);
    let mut officer = stage.town.device("tang");
    stage.town.sync(&mut officer);
    stage.clears(desk, "tang");
    stage.town.sync(&mut officer);
    (desk, officer)
}

/// A complaint about the alley's chief, which the branch takes down.
fn complaint(stage: &Stage, desk: UnitId) -> Body {
    let Body::Case(CaseCommand::Report(report)) =
        confidential_report(&stage.town, &stage.secretary)
    else {
        panic!("a report")
    };
    Body::Case(CaseCommand::Report(Report {
        owner: desk,
        category: Text::cut("conduct"),
        taken_at: Some(stage.branch),
        about: Some(stage.alley()),
        ..report
    }))
}

#[test]
fn a_complaint_about_a_person_is_with_the_desk_alone_whoever_took_it_down() {
    let mut stage = Stage::new();
    let (desk, mut officer) = desk(&mut stage);
    // The chief himself, and the secretary who takes it down, are cleared for their own units.
    let (alley, branch) = (stage.alley(), stage.branch);
    stage.clears(alley, "xie");
    stage.clears(branch, "qin");
    let body = complaint(&stage, desk);
    let Stage {
        town,
        first,
        auditor,
        chief,
        secretary,
        ..
    } = &mut stage;
    let case = does(town, secretary, None, body).unwrap().document;
    town.sync(secretary);
    assert!(!has(secretary, case) && secretary.replica.cases().is_empty());
    assert!(secretary.replica.pending().is_empty() && secretary.replica.refused().is_empty());
    for device in [&mut *first, auditor, chief] {
        town.sync(device);
        assert!(!holds(device, case));
    }
    town.sync(&mut officer);
    let shown = officer.replica.case(case).unwrap().state;
    assert_eq!((shown.about, shown.holder), (Some(alley), desk));
    does(
        town,
        &mut officer,
        Some(case),
        Body::Case(CaseCommand::Accept(Accept {})),
    )
    .unwrap();
    // Nor does what a stopped phone leaves lie where the chief reads.
    let draft = Draft {
        target: None,
        body: complaint(&stage, desk),
    };
    let Stage {
        town,
        chief,
        secretary,
        ..
    } = &mut stage;
    let typed = town.record(secretary, draft);
    let taken_back = Draft {
        target: Some(typed.document),
        body: Body::Case(CaseCommand::Withdraw(Withdraw {
            text: Text::cut("so she says"),
        })),
    };
    let taken_back = town.record(secretary, taken_back).command;
    town.stop(secretary, Stop::Revoked);
    assert_eq!(town.sync(secretary).summary.kept, 2);
    town.sync(&mut officer);
    let review = officer.replica.review();
    let items: BTreeSet<_> = review.iter().map(|row| (row.item, row.unit)).collect();
    assert_eq!(
        items,
        BTreeSet::from([(typed.command, desk), (taken_back, desk)])
    );
    town.sync(chief);
    assert!(chief.replica.review().is_empty());
}

#[test]
fn who_is_cleared_is_sent_what_was_there_before_and_loses_it_when_the_clearance_ends() {
    let mut stage = Stage::new();
    let (case, alley) = (stage.reported(), stage.alley());
    let mut colleague = stage.town.device("lu");
    stage.town.sync(&mut colleague);
    assert!(!holds(&colleague, case));
    stage.clears(alley, "lu");
    stage.town.sync(&mut colleague);
    assert!(colleague.replica.case(case).is_some());
    let note = || {
        Body::Case(CaseCommand::Note(Note {
            text: Text::cut("seen both"),
        }))
    };
    does(&mut stage.town, &mut colleague, Some(case), note()).unwrap();
    let appointment = stage.appointment(alley, "lu");
    takes_step(
        &mut stage.town,
        &mut stage.first,
        ClearanceStep::End,
        appointment,
    )
    .unwrap();
    let summary = stage.town.sync(&mut colleague).summary;
    assert!(
        summary.forgotten >= 2,
        "the case, and the unit: {summary:?}"
    );
    assert!(colleague.replica.case(case).is_none());
    let refused = does(&mut stage.town, &mut colleague, Some(case), note()).unwrap_err();
    assert_eq!(refused, RefusalCode::UnknownDocument);
    stage.town.sync(&mut stage.chief);
    assert!(
        stage.chief.replica.case(case).is_some(),
        "who is still cleared keeps it"
    );
}

#[test]
fn a_second_phone_gets_nothing_confidential_until_another_confirms_it() {
    let mut stage = Stage::new();
    let case = stage.reported();
    let alley = stage.alley();
    stage.clears(alley, "lu");
    let mut colleague = stage.town.device("lu");
    stage.town.sync(&mut colleague);
    let Stage {
        town, chief, first, ..
    } = &mut stage;
    let mut new = town.device("xie");
    town.sync(&mut new);
    assert!(!holds(&new, case) && new.replica.cases().is_empty());
    town.sync(chief);
    assert_eq!(
        chief.replica.confidential_news(),
        [alley],
        "those who read the feed are told"
    );
    let id = new.replica.status(town.now).unwrap().device;
    let noted = chief
        .replica
        .confidential(town.now)
        .devices
        .into_iter()
        .find(|noted| noted.device == id)
        .unwrap();
    assert_eq!(
        (noted.member, noted.confirmed_by),
        (town.member("xie"), None)
    );
    let confirm = |device: &mut Device, town: &mut Town| {
        town.sync(device);
        let Draft { target, body } = device
            .replica
            .device_step(&id.to_string(), town.now)
            .unwrap();
        does(town, device, target, body)
    };
    assert_eq!(
        confirm(chief, town).unwrap_err(),
        RefusalCode::SecondPerson,
        "one's own"
    );
    confirm(first, town).unwrap();
    town.sync(&mut new);
    assert!(new.replica.case(case).is_some());
}

#[test]
fn a_confidential_case_does_not_go_where_nobody_would_see_it() {
    let mut stage = Stage::new();
    let (case, branch) = (stage.reported(), stage.branch);
    let Stage { town, chief, .. } = &mut stage;
    does(
        town,
        chief,
        Some(case),
        Body::Case(CaseCommand::Accept(Accept {})),
    )
    .unwrap();
    let code = does(town, chief, Some(case), escalate(branch)).unwrap_err();
    assert_eq!(code, RefusalCode::NobodyCleared);
    for lang in [Lang::Zh, Lang::En] {
        assert!(
            refusal(lang, code.word(), None, None).chars().count() > 20,
            "says what to do"
        );
    }
    stage.clears(branch, "qin");
    does(
        &mut stage.town,
        &mut stage.chief,
        Some(case),
        escalate(branch),
    )
    .unwrap();
}

#[test]
fn a_clearance_moves_with_its_alley_and_ends_with_its_post() {
    let mut stage = Stage::new();
    let (case, alley) = (stage.reported(), stage.alley());
    let office = {
        let units = stage.town.ledger.units(&stage.town.store).unwrap();
        units
            .into_iter()
            .find(|unit| unit.key == "town")
            .unwrap()
            .id
    };
    let create = alleyway_core::kinds::unit::CreateUnit {
        key: Text::cut("second"),
        name: Text::cut("second"),
        kind: alleyway_core::kinds::unit::UnitKind::Village,
        parent: Some(office),
    };
    let create = AdminCommand {
        document: None,
        body: Body::Unit(UnitCommand::Create(create)),
    };
    let parent = stage.town.administer(vec![create])[0];
    let moved = alleyway_core::kinds::unit::MoveUnit { parent };
    stage.town.administer(vec![AdminCommand {
        document: Some(alley),
        body: Body::Unit(UnitCommand::Move(moved)),
    }]);
    let Stage { town, chief, .. } = &mut stage;
    town.sync(chief);
    assert!(chief.replica.case(case).is_some());
    reports(town, chief).unwrap();
    let appointment = stage.appointment(alley, "xie");
    let amend = alleyway_core::kinds::unit::Amend {
        appointment,
        name: Text::cut("xie"),
        from: Time::EARLIEST,
        until: Some(stage.town.now),
    };
    stage.town.administer(vec![AdminCommand {
        document: Some(alley),
        body: Body::Unit(UnitCommand::Amend(amend)),
    }]);
    stage.town.sync(&mut stage.chief);
    assert!(stage.chief.replica.cases().is_empty());
}

#[test]
fn what_a_stopped_phone_hands_in_about_a_confidential_case_is_for_those_who_are_cleared() {
    let mut stage = Stage::new();
    let (case, alley) = (stage.reported(), stage.alley());
    let mut colleague = stage.town.device("lu");
    stage.town.sync(&mut colleague);
    let Stage { town, chief, .. } = &mut stage;
    town.note(chief, case, "said in confidence");
    town.stop(chief, Stop::Revoked);
    assert_eq!(town.sync(chief).summary.kept, 1);
    town.sync(&mut colleague);
    assert!(colleague.replica.review().is_empty() && !holds(&colleague, case));
    stage.clears(alley, "lu");
    stage.town.sync(&mut colleague);
    let texts: Vec<_> = colleague
        .replica
        .review()
        .into_iter()
        .map(|row| row.text)
        .collect();
    assert_eq!(texts, ["said in confidence"]);
}

/// A confidential report on a phone that is revoked then, and whose chief is not cleared any more.
fn left_behind(stage: &mut Stage) -> CommandId {
    let alley = stage.alley();
    stage.clears(alley, "xie");
    stage.town.sync(&mut stage.chief);
    let reported = types(stage);
    is_left_behind(stage);
    reported
}

/// The chief is cleared no more.
fn clearance_ends(stage: &mut Stage) {
    let alley = stage.alley();
    let appointment = stage.appointment(alley, "xie");
    takes_step(
        &mut stage.town,
        &mut stage.first,
        ClearanceStep::End,
        appointment,
    )
    .unwrap();
}

fn is_left_behind(stage: &mut Stage) {
    clearance_ends(stage);
    stage.town.stop(&stage.chief, Stop::Revoked);
}

#[test]
fn what_a_stopped_phone_reports_in_confidence_goes_up_to_where_somebody_is_cleared() {
    let mut stage = Stage::new();
    let (alley, branch) = (stage.alley(), stage.branch);
    stage.clears(branch, "qin");
    let reported = left_behind(&mut stage);
    assert_eq!(stage.town.sync(&mut stage.chief).summary.kept, 1);
    stage.town.sync(&mut stage.secretary);
    let rows = stage.secretary.replica.review();
    assert_eq!(
        rows.iter()
            .map(|row| (row.item, row.unit))
            .collect::<Vec<_>>(),
        [(reported, branch)]
    );
    assert_ne!(alley, branch);
}

#[test]
fn what_a_stopped_phone_reports_in_confidence_is_refused_where_nobody_would_see_it() {
    let mut stage = Stage::new();
    let reported = left_behind(&mut stage);
    let summary = stage.town.sync(&mut stage.chief).summary;
    assert_eq!((summary.kept, summary.refused), (0, 1));
    let rows = stage.chief.replica.refused();
    let codes: Vec<_> = rows
        .iter()
        .map(|row| {
            (
                row.command,
                row.refusal.as_ref().map(|why| why.code.clone()),
            )
        })
        .collect();
    assert_eq!(
        codes,
        [(reported, Some(RefusalCode::NobodyCleared))],
        "its author has it still"
    );
}

/// So much that it takes more than one flight: behind the first the phone has acknowledged that its
/// report was refused.
#[test]
fn what_is_said_about_a_refused_confidential_report_of_a_stopped_phone_lies_in_no_open_tray() {
    const NOTES: u64 = 24;
    let mut stage = Stage::new();
    let alley = stage.alley();
    let mut colleague = stage.town.device("lu");
    stage.clears(alley, "xie");
    stage.town.sync(&mut stage.chief);
    let reported = types(&mut stage);
    let mut random = 1_u64;
    for _ in 0..NOTES {
        let mut digit = || {
            random = random
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            char::from_digit(u32::try_from(random >> 60).unwrap(), 16).unwrap()
        };
        let text: String = (0..5_900).map(|_| digit()).collect();
        stage
            .town
            .note(&mut stage.chief, DocumentId(reported.0), &text);
    }
    is_left_behind(&mut stage);
    let exchange = stage.town.sync(&mut stage.chief);
    assert!(exchange.round_trips > 1);
    stage.town.sync(&mut stage.chief);
    assert_eq!(
        stage.chief.replica.refused().len() as u64,
        NOTES + 1,
        "its author has it still"
    );
    stage.town.sync(&mut colleague);
    assert!(colleague.replica.review().is_empty());
}

/// The tray that it would go to is full, and the phone's share of it is used up.
#[test]
fn what_is_said_about_a_confidential_report_that_found_no_room_lies_in_no_open_tray() {
    let mut stage = Stage::new();
    let (case, branch) = (stage.reported(), stage.branch);
    stage.clears(branch, "qin");
    let mut colleague = stage.town.device("lu");
    let body = |thief: usize, number: u64| {
        Body::Case(CaseCommand::Note(Note {
            text: Text::cut(&format!("{thief}, {number}")),
        }))
    };
    for thief in 0..(TRAY_OPEN_ITEMS_MAX - TRAY_RESERVED_ITEMS) / 250 {
        let notes: Vec<_> = (0..STOPPED_ITEMS_MAX)
            .map(|number| Draft {
                target: Some(case),
                body: body(thief, number),
            })
            .collect();
        let stolen = stage.town.device("xie");
        stage.town.stop(&stolen, Stop::Revoked);
        Forger::of(&stolen).hands_in(&mut stage.town, &notes);
    }
    for number in 0..TRAY_DEVICE_SHARE {
        let text = format!("honest {number}");
        stage.town.note(&mut stage.chief, case, &text);
    }
    let reported = types(&mut stage);
    stage.town.note(
        &mut stage.chief,
        DocumentId(reported.0),
        "in the same batch",
    );
    let (random, now) = (stage.town.random(), stage.town.now);
    for effect in stage.chief.replica.begin_sync(now, random) {
        if let Effect::Persist(writes) = effect {
            stage.chief.persist(writes);
        }
    }
    stage.chief.replica.sync_failed();
    stage
        .town
        .note(&mut stage.chief, DocumentId(reported.0), "in the next one");
    stage.town.stop(&stage.chief, Stop::Revoked);
    let summary = stage.town.sync(&mut stage.chief).summary;
    assert_eq!((summary.kept, summary.refused), (25, 3));
    assert!(stage.chief.replica.pending().is_empty(), "nothing waits");
    let refused = stage.chief.replica.refused();
    let codes = refused.iter().filter_map(|row| row.refusal.as_ref());
    let codes: Vec<_> = codes.map(|refusal| &refusal.code).collect();
    assert_eq!(codes, [&RefusalCode::TrayFull; 3]);
    stage.town.sync(&mut colleague);
    assert!(colleague.replica.review().is_empty());
    // What was taken is for those who are cleared.
    let alley = stage.alley();
    stage.clears(alley, "lu");
    stage.town.sync(&mut colleague);
    let full = TRAY_OPEN_ITEMS_MAX - TRAY_RESERVED_ITEMS + TRAY_DEVICE_SHARE;
    assert_eq!(colleague.replica.review().len(), full);
}

#[test]
fn a_device_that_is_confirmed_for_one_unit_is_sent_nothing_confidential_of_another() {
    let mut stage = Stage::new();
    let (case, alley, branch) = (stage.reported(), stage.alley(), stage.branch);
    let member = stage.town.member("xie");
    let (key, name, post) = (Text::cut("xie"), Text::cut("xie"), Post::Mediator);
    let appoint = Appoint {
        member,
        key,
        name,
        post,
        from: Time::EARLIEST,
        until: None,
    };
    stage.town.administer(vec![AdminCommand {
        document: Some(branch),
        body: Body::Unit(UnitCommand::Appoint(appoint)),
    }]);
    stage.clears(branch, "xie");
    stage.clears(branch, "qin");
    let Stage {
        town,
        first,
        secretary,
        ..
    } = &mut stage;
    let mut new = town.device("xie");
    town.sync(&mut new);
    let device = new.replica.status(town.now).unwrap().device;
    let confirm = || Body::Unit(UnitCommand::ConfirmDevice(ConfirmDevice { device }));
    // Who reads the branch's feed alone speaks for the branch alone.
    does(town, secretary, Some(branch), confirm()).unwrap();
    town.sync(&mut new);
    assert!(has(&new, branch) && !has(&new, alley) && !holds(&new, case));
    let rows = town.ledger.devices(&town.store).unwrap();
    assert_eq!(
        rows.into_iter()
            .find(|row| row.device == device)
            .unwrap()
            .confirmed,
        [branch]
    );
    does(town, first, Some(alley), confirm()).unwrap();
    town.sync(&mut new);
    assert!(new.replica.case(case).is_some());
}

#[test]
fn a_post_that_is_given_back_by_one_person_is_not_cleared_until_a_second_one_says_so() {
    let mut stage = Stage::new();
    let (case, alley) = (stage.reported(), stage.alley());
    let appointment = stage.appointment(alley, "xie");
    let now = stage.town.now;
    let amend = |stage: &mut Stage, until: Option<Time>| {
        let amend = Amend {
            appointment,
            name: Text::cut("xie"),
            from: Time::EARLIEST,
            until,
        };
        stage.town.administer(vec![AdminCommand {
            document: Some(alley),
            body: Body::Unit(UnitCommand::Amend(amend)),
        }]);
        stage.town.sync(&mut stage.chief);
    };
    amend(&mut stage, Some(now.plus_days(30)));
    amend(&mut stage, Some(now.plus_days(20)));
    assert!(holds(&stage.chief, case), "a shorter time changes nothing");
    amend(&mut stage, Some(now));
    assert!(!holds(&stage.chief, case));
    stage.town.now = now.plus_days(1);
    amend(&mut stage, None);
    assert!(!holds(&stage.chief, case) && !has(&stage.chief, alley));
    assert_eq!(
        stage
            .chief
            .replica
            .status(stage.town.now)
            .unwrap()
            .posts
            .len(),
        1,
        "the post itself is back"
    );
    assert_eq!(
        reports(&mut stage.town, &mut stage.chief).unwrap_err(),
        RefusalCode::NotCleared
    );
    stage.clears(alley, "xie");
    stage.town.sync(&mut stage.chief);
    assert!(stage.chief.replica.case(case).is_some());
}

#[test]
fn a_clearance_is_not_for_the_time_by_which_its_post_is_prolonged() {
    let mut stage = Stage::new();
    let alley = stage.alley();
    let (appointment, now) = (stage.appointment(alley, "xie"), stage.town.now);
    let amend = |stage: &mut Stage, until: Option<Time>| {
        let amend = Amend {
            appointment,
            name: Text::cut("xie"),
            from: Time::EARLIEST,
            until,
        };
        stage.town.administer(vec![AdminCommand {
            document: Some(alley),
            body: Body::Unit(UnitCommand::Amend(amend)),
        }]);
    };
    amend(&mut stage, Some(now.plus_days(10)));
    let case = stage.reported();
    assert!(holds(&stage.chief, case));
    amend(&mut stage, None);
    stage.town.sync(&mut stage.chief);
    assert!(!holds(&stage.chief, case));
}

/// The titles that a search on the server finds for a phone.
fn finds(town: &mut Town, device: &Device) -> usize {
    let id = device.replica.status(town.now).unwrap().device;
    let mut search = Search::new("家里", None);
    while !town
        .ledger
        .search(&town.store, id, &mut search, town.now)
        .unwrap()
    {}
    assert_eq!(search.next(), None);
    search.found().len()
}

#[test]
fn a_search_on_the_server_finds_a_confidential_case_for_those_alone_who_are_cleared() {
    let mut stage = Stage::new();
    stage.reported();
    let Stage {
        town,
        chief,
        secretary,
        auditor,
        first,
        ..
    } = &mut stage;
    assert_eq!(finds(town, chief), 1);
    for other in [secretary, auditor, first] {
        assert_eq!(finds(town, other), 0);
    }
    // A second phone of who is cleared waits for a second person.
    let mut second = town.device("xie");
    town.sync(&mut second);
    assert_eq!(finds(town, &second), 0);
    clearance_ends(&mut stage);
    assert_eq!(
        finds(&mut stage.town, &stage.chief),
        0,
        "the clearance ended"
    );
}
