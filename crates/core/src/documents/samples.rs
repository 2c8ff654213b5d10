//! One of every command, and a document to try them on.

use super::plan::LOG;
use super::{Document, Executed, Execution, Receipt};
use crate::command::fields::Edit;
use crate::command::{Base, Body, Command, Counted, Nonce};
use crate::crypto::{PublicKey, SealingSecret, SecretBytes, SecretKey};
use crate::id::{CommandId, DeviceId, DocumentId, MemberId, UnitId};
use crate::kinds::book::{AdoptRules, BookCommand, OpenBook, SectionName};
use crate::kinds::case::CaseCommand;
use crate::kinds::case::clocks::{ClockKind, Turn};
use crate::kinds::case::{
    Accept, AnswerSupervision, Close, CoHandlers, Dispatch, EndSupervision, Escalate, Extend,
    Finding, Late, Merge, MergedIn, NewCode, Note, Origin, PartDone, PassedOn, Point, Recall,
    Receive, Recuse, Redated, Reject, Reopen, Report, Resolve, Resume, Return, Rule, Start, Stood,
    Supervise, Vacant, Verify, Visit, VoidCode, Wait, Withdraw,
};
use crate::kinds::directory::DirectoryCommand;
use crate::kinds::directory::{
    Clearances, DeviceRow, OpenDirectory, PostRow, RetireDevices, UnitRow, UpdateDirectory,
};
use crate::kinds::household::HouseholdCommand;
use crate::kinds::household::{CreateHousehold, MoveHousehold};
use crate::kinds::tray::TrayCommand;
use crate::kinds::tray::{
    DismissItems, KeptWhy, OpenTray, PutItem, SettleItem, TrayItem, TrayOutcome,
};
use crate::kinds::unit::UnitCommand;
use crate::kinds::unit::{
    Amend, Appoint, AskImport, AskInvitation, AskThaw, Clear, ConfirmAsked, ConfirmClearance,
    ConfirmDevice, CreateUnit, EndClearance, EndPost, ImportFailed, ImportFault, Imported,
    MoveUnit, NoteDevice, Post, RenameUnit, StopDevice, StopWord, UnitKind, WithdrawAsked,
};
use crate::number::TrackingCode;
use crate::refusal::RefusalCode;
use crate::slip::Slip;
use crate::step::Steps as _;
use crate::text::Text;
use crate::time::{Date, Time};
use crate::wire::List;
use automerge::transaction::Transactable as _;
use automerge::{ActorId, Automerge, ObjType, ROOT, ReadDoc as _};

/// 2026-03-02, early in the morning in China.
pub const START: Time = Time(1_772_409_600_000);

/// The member of a number.
pub fn member(number: u8) -> MemberId {
    MemberId([number; 16])
}

/// The unit of a number.
pub fn unit(number: u8) -> UnitId {
    DocumentId([number; 16])
}

/// The id of a numbered command.
pub fn command(number: u16) -> CommandId {
    let mut id = [0xc0; 16];
    let [.., high, low] = &mut id;
    [*high, *low] = number.to_be_bytes();
    CommandId(id)
}

/// The receipt of a document's version.
pub fn receipt(version: u64) -> Receipt {
    Receipt::new(START.plus_days(i64::try_from(version).unwrap()), 3)
}

fn text<const MAX: usize>(text: &str) -> Text<MAX> {
    Text::new(text).unwrap()
}

/// A document under construction: commands are numbered, each by the member given.
#[derive(Debug, Clone)]
pub struct Chain {
    /// The document so far.
    pub document: Document,
    /// The number of its first command.
    pub first: u16,
    /// The number of its next command.
    pub next: u16,
}

impl Chain {
    /// An empty document whose commands are numbered from `first`.
    pub fn new(first: u16) -> Self {
        Self {
            document: Document::new(command(first).document(), 1),
            first,
            next: first,
        }
    }

    /// Executes the next command.
    ///
    /// # Errors
    /// What the document does not allow.
    pub fn try_then(&mut self, by: u8, body: &Body) -> Result<Executed, RefusalCode> {
        let number = self.next;
        let execution = Execution {
            id: command(number),
            document: self.document.id(),
            actor: [by; 16],
            author: member(by),
            at: START.plus_days(i64::from(number - self.first)),
            body,
        };
        let executed = self
            .document
            .execute(&execution, receipt(self.document.version() + 1))?;
        self.next += 1;
        Ok(executed)
    }

    /// The next command, by a member.
    pub fn then(mut self, by: u8, body: impl Into<Body>) -> Self {
        self.try_then(by, &body.into()).unwrap();
        self
    }
}

/// A document of a kind that only a later release knows, made by so many commands, numbered from
/// `first`.
pub fn of_a_later_kind(first: u16, versions: u16) -> Document {
    let mut doc = Automerge::new().with_actor(ActorId::from([9; 16]));
    for number in first..first + versions {
        let mut tx = doc.transaction();
        let log = if number == first {
            tx.put(ROOT, "kind", "later").unwrap();
            tx.put_object(ROOT, LOG, ObjType::Map).unwrap()
        } else {
            tx.get(ROOT, LOG).unwrap().unwrap().1
        };
        let key = command(number).key();
        tx.put_object(&log, key, ObjType::Map).unwrap();
        tx.commit();
    }
    let receipts = (1..=u64::from(versions)).map(receipt).collect();
    let id = command(first).document();
    Document::load(id, 1, &doc.save_nocompress(), receipts).unwrap()
}

/// A report of a road.
pub fn report(owner: UnitId) -> CaseCommand {
    CaseCommand::Report(Report {
        owner,
        device_code: 2047,
        tracking: TrackingCode::from_random([7; 15]),
        category: text("road"),
        title: text("通往橙园的路坏了"),
        text: text("通往橙园的路有五百八十米坏了，雨天车进不去，请修。"),
        place: text("橙园路"),
        point: Some(Point {
            latitude_e7: 234_567_890,
            longitude_e7: 1_091_234_500,
        }),
        contact: text("谢大叔"),
        household: Some(unit(0x44)),
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
    })
}

/// A report that only those who are cleared read.
pub fn confidential(report: CaseCommand) -> CaseCommand {
    match report {
        CaseCommand::Report(report) => CaseCommand::Report(Report {
            confidential: true,
            ..report
        }),
        other => other,
    }
}

/// A report that a centre's clerk took.
pub fn taken_at(centre: UnitId, owner: UnitId) -> CaseCommand {
    match report(owner) {
        CaseCommand::Report(report) => CaseCommand::Report(Report {
            taken_at: Some(centre),
            ..report
        }),
        other => other,
    }
}

/// A report of an order of another system, taken by a unit for an owner.
pub fn ordered_elsewhere(at: UnitId, owner: UnitId, days: i32) -> CaseCommand {
    match taken_at(at, owner) {
        CaseCommand::Report(report) => CaseCommand::Report(Report {
            origin: Some(Origin::Hotline),
            external_system: text("12345热线"),
            external_number: text("GX2026-0301-77"),
            external_due: Some(Date(Date::of(START).0 + days)),
            ..report
        }),
        other => other,
    }
}

/// Reports that say how they came.
pub fn origin_steps(_first: u16) -> Vec<(u8, Body)> {
    vec![(3, ordered_elsewhere(unit(3), unit(1), 9).into())]
}

/// A report of somebody who left a number, and agreed to messages.
pub fn called(owner: UnitId, phone: &str) -> CaseCommand {
    match report(owner) {
        CaseCommand::Report(report) => CaseCommand::Report(Report {
            phone: text(phone),
            may_text: true,
            ..report
        }),
        other => other,
    }
}

/// A complaint about a person of a unit, which a desk receives.
pub fn complaint(about: UnitId, desk: UnitId, at: Option<UnitId>) -> CaseCommand {
    match report(desk) {
        CaseCommand::Report(report) => CaseCommand::Report(Report {
            category: text("conduct"),
            household: None,
            confidential: true,
            taken_at: at,
            about: Some(about),
            ..report
        }),
        other => other,
    }
}

/// A complaint that the town took down for the desk, which handles it.
pub fn complained_steps(_first: u16) -> Vec<(u8, Body)> {
    let (alley, town, desk) = (unit(1), unit(3), unit(7));
    let steps = [
        (3, complaint(alley, desk, Some(town))),
        (7, accept()),
        (7, escalate(town)),
    ];
    steps.map(|(by, step)| (by, Body::Case(step))).to_vec()
}

/// A case with a telephone number, which is mended, and whose messages are taken back.
pub fn called_steps(first: u16) -> Vec<(u8, Body)> {
    let replaces = [command(first)];
    let steps = [
        called(unit(1), "138 1234-1234"),
        CaseCommand::Edit(edit("phone", "(0771) 123 4567", &replaces)),
        CaseCommand::Edit(edit("may_text", "false", &replaces)),
        CaseCommand::Edit(edit("may_text", "", &[command(first + 2)])),
    ];
    steps.map(|step| (1, Body::Case(step))).to_vec()
}

/// An edit of one field.
pub fn edit(field: &str, value: &str, replaces: &[CommandId]) -> Edit {
    Edit {
        field: text(field),
        value: text(value),
        replaces: List::new(replaces.to_vec()).unwrap(),
        door: None,
    }
}

/// A device's slip; other ones for other numbers.
pub fn slip(number: u8) -> Slip {
    let own = SecretBytes::new([number; 32]);
    let town = SealingSecret::from_bytes([8; 32]).public();
    let device = SecretKey::from_bytes(&[3; 32]).public();
    let (slip, _) = Slip::give_out(&own, &device, &town, [number; 16]).unwrap();
    slip
}

/// A sample `new_code` step.
pub fn new_code() -> CaseCommand {
    CaseCommand::NewCode(NewCode {
        slip: Some(slip(2)),
    })
}

/// A sample `void_code` step.
pub fn void_code() -> CaseCommand {
    CaseCommand::VoidCode(VoidCode {
        command: command(10),
    })
}

/// A resident's verification, with a code that this member gave out.
pub fn verify_by_code(result: Finding, code_of: MemberId) -> CaseCommand {
    CaseCommand::Verify(Verify {
        result,
        text: text("群众说的"),
        code_of: Some(code_of),
    })
}

/// Steps that give codes out, and take them back.
pub fn code_steps(first: u16) -> Vec<(u8, Body)> {
    let CaseCommand::Report(reported) = report(unit(1)) else {
        return Vec::new();
    };
    let reported = Report {
        tracking: TrackingCode::from_random([0; 15]),
        slip: Some(slip(1)),
        ..reported
    };
    let void = |at| {
        CaseCommand::VoidCode(VoidCode {
            command: command(at),
        })
    };
    let steps = [
        (1, CaseCommand::Report(reported)),
        (1, accept()),
        (1, start()),
        (1, untold(resolve())),
        (9, verify_by_code(Finding::Fixed, member(1))),
        (9, verify_by_code(Finding::Fixed, member(2))),
        (2, new_code()),
        (9, void(first)),
        (9, void(first + 6)),
    ];
    steps.map(|(by, step)| (by, step.into())).into()
}

/// Steps that write a household's door down.
pub fn door_steps(first: u16) -> Vec<(u8, Body)> {
    let written = |door: &str| Some(text(door));
    let CaseCommand::Report(reported) = report(unit(1)) else {
        return Vec::new();
    };
    let reported = Report {
        door: written("橙园巷2号"),
        ..reported
    };
    let moved = Edit {
        door: written("橙园巷12号"),
        ..edit("household", &unit(0x45).key(), &[command(first)])
    };
    vec![
        (1, CaseCommand::Report(reported).into()),
        (1, CaseCommand::Edit(moved).into()),
    ]
}

/// A sample `accept` step.
pub fn accept() -> CaseCommand {
    CaseCommand::Accept(Accept {})
}
/// A sample `reject` step.
pub fn reject() -> CaseCommand {
    CaseCommand::Reject(Reject {
        reason: text("not_ours"),
        text: text("不属于本镇管辖，已告知去处。"),
    })
}
/// A sample `start` step.
pub fn start() -> CaseCommand {
    CaseCommand::Start(Start {})
}
/// A sample `note` step.
pub fn note() -> CaseCommand {
    CaseCommand::Note(Note {
        text: text("已到现场看过，路面塌陷三处，雨后积水，拖拉机进不去。"),
    })
}
/// A sample `visit` step.
pub fn visit() -> CaseCommand {
    CaseCommand::Visit(Visit {
        text: text("走访了三户果农，都盼着年前修好，愿意出工。"),
    })
}
/// A sample `escalate` step.
pub fn escalate(to: UnitId) -> CaseCommand {
    CaseCommand::Escalate(Escalate {
        to,
        reason: text("巷里没有资金"),
        tried: text("填过碎石，雨后又坏"),
    })
}
/// A sample `receive` step.
pub fn receive() -> CaseCommand {
    CaseCommand::Receive(Receive {})
}
/// A sample `send_back` step.
pub fn send_back() -> CaseCommand {
    CaseCommand::Return(Return {
        reason: text("不属于我们的职责"),
        ruler: None,
        resident_text: Text::default(),
        code: Text::default(),
    })
}
/// A sample `send_back_under` step.
pub fn send_back_under(ruler: UnitId) -> CaseCommand {
    CaseCommand::Return(Return {
        reason: text("不属于我们的职责"),
        ruler: Some(ruler),
        resident_text: Text::default(),
        code: Text::default(),
    })
}
/// A sample `rule` step.
pub fn rule(to: UnitId) -> CaseCommand {
    CaseCommand::Rule(Rule {
        to,
        reason: text("路由交通站管"),
    })
}
/// A sample `dispatch` step.
pub fn dispatch(to: UnitId, days: i32) -> CaseCommand {
    CaseCommand::Dispatch(Dispatch {
        to,
        by: Date(Date::of(START).0 + days),
        resident_text: Text::default(),
        with: CoHandlers::default(),
    })
}
/// A dispatch that asks other units to do a part.
pub fn dispatch_with(to: UnitId, days: i32, with: &[UnitId]) -> CaseCommand {
    let mut step = dispatch(to, days);
    let keys: Vec<String> = with.iter().map(|unit| unit.key()).collect();
    step.set("with", &keys.join(" ")).unwrap();
    step
}
/// A sample `part_done` step.
pub fn part_done(unit: UnitId) -> CaseCommand {
    CaseCommand::PartDone(PartDone {
        text: text("水管已改道"),
        unit,
    })
}
/// A sample `wait` step.
pub fn wait() -> CaseCommand {
    CaseCommand::Wait(Wait {
        reason: text("weather"),
        resident_text: Text::default(),
    })
}
/// A sample `resume` step.
pub fn resume() -> CaseCommand {
    CaseCommand::Resume(Resume {
        text: text("天晴了"),
    })
}
/// A sample `extend` step.
pub fn extend(days: i32) -> CaseCommand {
    CaseCommand::Extend(Extend {
        by: Date(Date::of(START).0 + days),
        reason: text("连日大雨"),
        resident_text: text("连日大雨，工期推迟，请您谅解。"),
    })
}
/// A sample `supervise` step.
pub fn supervise() -> CaseCommand {
    CaseCommand::Supervise(Supervise {
        text: text("月底前必须动工"),
        unit: None,
    })
}
/// An order in a unit's name.
pub fn supervise_for(unit: UnitId) -> CaseCommand {
    CaseCommand::Supervise(Supervise {
        text: text("月底前必须动工"),
        unit: Some(unit),
    })
}
/// A sample `recuse` step.
pub fn recuse(above: UnitId) -> CaseCommand {
    CaseCommand::Recuse(Recuse {
        reason: text("当事人是我的亲属"),
        above: Some(above),
    })
}
/// A sample `recall` step.
pub fn recall() -> CaseCommand {
    CaseCommand::Recall(Recall {
        reason: text("派错了单位"),
    })
}
/// A sample `answer_supervision` step.
pub fn answer_supervision() -> CaseCommand {
    CaseCommand::AnswerSupervision(AnswerSupervision {
        text: text("材料已到，周三动工"),
    })
}
/// A sample `end_supervision` step.
pub fn end_supervision() -> CaseCommand {
    CaseCommand::EndSupervision(EndSupervision {
        text: text("已按期动工"),
    })
}
/// A sample `resolve` step.
pub fn resolve() -> CaseCommand {
    CaseCommand::Resolve(Resolve {
        text: text("五百八十米水泥路已修好"),
        verifier: None,
        resident_text: text("您反映的路已修好，请看看是否满意。"),
    })
}
/// The owner itself resolved it, and asks the next level to verify.
pub fn resolve_asking(verifier: UnitId) -> CaseCommand {
    CaseCommand::Resolve(Resolve {
        text: text("换了灯泡"),
        verifier: Some(verifier),
        resident_text: text("路灯换好了。"),
    })
}

/// A step without its text for the resident, as it was before there were such texts.
pub fn untold(mut step: CaseCommand) -> CaseCommand {
    step.set("resident_text", "").unwrap();
    step
}

/// A step with this text for the resident.
pub fn told(mut step: CaseCommand, words: &str) -> CaseCommand {
    step.set("resident_text", words).unwrap();
    step
}

/// Steps with texts for the resident.
pub fn told_steps(_first: u16) -> Vec<(u8, Body)> {
    let department = unit(4);
    let steps = [
        (1, report(unit(1))),
        (1, accept()),
        (1, told(dispatch(department, 20), "已转交交通站。")),
        (4, told(send_back(), "交通站已退回，另行安排。")),
        (1, start()),
        (1, told(wait(), "等天晴再动工。")),
        (1, resume()),
        (3, extend(50)),
        (1, resolve()),
    ];
    steps.map(|(by, step)| (by, Body::Case(step))).to_vec()
}

/// A step with a code.
pub fn coded(mut step: CaseCommand, code: &str) -> CaseCommand {
    step.set("code", code).unwrap();
    step
}

/// Steps whose codes came with a later release.
pub fn coded_steps(_first: u16) -> Vec<(u8, Body)> {
    let department = unit(4);
    let steps = [
        (1, report(unit(1))),
        (1, accept()),
        (1, dispatch(department, 20)),
        (4, coded(send_back(), "not_ours")),
        (2, coded(merge(unit(0x71)), "same_matter")),
    ];
    steps.map(|(by, step)| (by, Body::Case(step))).to_vec()
}

/// A sample `verify` step.
pub fn verify(result: Finding) -> CaseCommand {
    CaseCommand::Verify(Verify {
        result,
        text: text("与村民一起看过"),
        code_of: None,
    })
}
/// A sample `close` step.
pub fn close(code: &str) -> CaseCommand {
    CaseCommand::Close(Close {
        code: text(code),
        text: text("感谢反映"),
    })
}
/// A sample `reopen` step.
pub fn reopen() -> CaseCommand {
    reopen_for(None)
}
/// A sample `reopen` step of a petition, which another unit reviews.
pub fn reopen_for(reviewer: Option<UnitId>) -> CaseCommand {
    CaseCommand::Reopen(Reopen {
        reason: text("又塌了一段"),
        reviewer,
    })
}
/// A sample `withdraw` step.
pub fn withdraw() -> CaseCommand {
    CaseCommand::Withdraw(Withdraw {
        text: text("报错了"),
    })
}
/// A sample `merge` step.
pub fn merge(into: DocumentId) -> CaseCommand {
    CaseCommand::Merge(Merge {
        into,
        code: Text::default(),
    })
}

/// A sample `stood` step.
pub fn stood() -> CaseCommand {
    CaseCommand::Stood(Stood {
        step: text("receive"),
        member: member(2),
        received: START.plus_days(3),
        command: command(900),
    })
}

/// A sample `merged_in` step.
pub fn merged_in(owner: UnitId) -> CaseCommand {
    CaseCommand::MergedIn(MergedIn {
        from: unit(0x70),
        number: text("2047-51938-6"),
        title: text("橙园路的坑"),
        text: text("雨后积水，车过不去"),
        owners: List::new(vec![owner]).unwrap_or_default(),
    })
}

/// A sample `passed_on` step.
pub fn passed_on() -> CaseCommand {
    CaseCommand::PassedOn(PassedOn {
        from: unit(0x70),
        number: text("2047-51938-6"),
        step: text("note"),
        member: member(6),
        command: command(901),
        text: text("还有人受伤"),
    })
}

/// Steps that take back what was sent on, and answer and end orders.
pub fn ordered_steps(_first: u16) -> Vec<(u8, Body)> {
    let (branch, town) = (unit(2), unit(3));
    let steps = [
        (1, report(unit(1))),
        (1, accept()),
        (1, dispatch(unit(4), 20)),
        (1, recall()),
        (1, supervise_for(branch)),
        (1, answer_supervision()),
        (3, supervise_for(town)),
        (1, answer_supervision()),
        (3, end_supervision()),
        (1, escalate(branch)),
        (1, recall()),
    ];
    steps.map(|(by, step)| (by, Body::Case(step))).to_vec()
}

/// Steps of a case that several units have a part in.
pub fn shared_steps(_first: u16) -> Vec<(u8, Body)> {
    let (department, first, second) = (unit(4), unit(5), unit(6));
    let steps = [
        (3, report(unit(1))),
        (1, accept()),
        (1, dispatch_with(department, 20, &[first, second])),
        (4, receive()),
        (5, part_done(first)),
        (4, escalate(unit(3))),
        (3, receive()),
        (3, dispatch_with(department, 30, &[second])),
        (6, part_done(second)),
        (4, send_back()),
    ];
    steps.map(|(by, step)| (by, Body::Case(step))).to_vec()
}

/// A case whose handler withdraws.
pub fn recused_steps(_first: u16) -> Vec<(u8, Body)> {
    let steps = [(1, report(unit(1))), (1, recuse(unit(2))), (2, accept())];
    steps.map(|(by, step)| (by, Body::Case(step))).to_vec()
}

/// A sample `late` step.
pub fn late(to: Option<UnitId>) -> CaseCommand {
    let turns = [ClockKind::Accept, ClockKind::Handle].map(|kind| Turn {
        kind,
        by: command(1),
        due: Date(20_500),
    });
    CaseCommand::Late(Late {
        turns: List::new(turns.to_vec()).unwrap_or_default(),
        to,
    })
}

/// A sample `redated` step.
pub fn redated() -> CaseCommand {
    CaseCommand::Redated(Redated {})
}

/// A sample `vacant` step.
pub fn vacant(to: UnitId) -> CaseCommand {
    CaseCommand::Vacant(Vacant { to })
}

/// Steps of the server by time alone.
pub fn time_steps(_first: u16) -> Vec<(u8, Body)> {
    let steps = [
        report(unit(1)),
        late(Some(unit(2))),
        late(None),
        redated(),
        accept(),
        escalate(unit(2)),
        vacant(unit(3)),
        rule(unit(3)),
    ];
    steps.map(|step| (9, Body::Case(step))).to_vec()
}

/// Every case command, each where it can be executed.
pub fn case_steps(first: u16) -> Vec<(u8, Body)> {
    let (alley, branch, town, department) = (unit(1), unit(2), unit(3), unit(4));
    let retitle = edit("title", "橙园路", &[command(first)]);
    let steps = [
        (1, report(alley)),
        (1, CaseCommand::Edit(retitle)),
        (1, accept()),
        (1, note()),
        (1, escalate(branch)),
        (2, send_back()),
        (1, escalate(branch)),
        (2, receive()),
        (2, dispatch(department, 20)),
        (3, untold(extend(25))),
        (4, send_back()),
        (2, dispatch(department, 30)),
        (4, send_back()),
        (3, rule(town)),
        (3, dispatch(department, 40)),
        (4, receive()),
        (4, start()),
        (4, wait()),
        (4, resume()),
        (3, supervise()),
        (3, untold(extend(50))),
        (4, untold(resolve_asking(unit(0x33)))),
        (1, verify(Finding::Partly)),
        (4, untold(resolve())),
        (1, visit()),
        (1, verify(Finding::Fixed)),
        (1, close("fixed")),
        (1, reopen()),
        (4, reject()),
        (1, reopen()),
        (1, withdraw()),
        (2, merge(unit(9))),
        (2, dispatch(department, 60)),
        (4, send_back_under(unit(0x33))),
        (2, dispatch(department, 70)),
        (4, send_back_under(unit(0x33))),
        (9, stood()),
        (9, merged_in(unit(0x34))),
        (9, passed_on()),
    ];
    steps.map(|(by, step)| (by, Body::Case(step))).to_vec()
}

/// The steps of a confidential case that differ from those of another.
pub fn confidential_steps(_first: u16) -> Vec<(u8, Body)> {
    vec![
        (1, Body::Case(confidential(report(unit(1))))),
        (1, Body::Case(note())),
    ]
}

/// Every unit command.
pub fn unit_steps(first: u16) -> Vec<(u8, Body)> {
    let create = CreateUnit {
        key: text("SP-01"),
        name: text("橙园巷"),
        kind: UnitKind::Alley,
        parent: Some(unit(8)),
    };
    let appoint = Appoint {
        member: member(1),
        key: text("M-0001"),
        name: text("谢国强"),
        post: Post::AlleyChief,
        from: START,
        until: None,
    };
    let amend = Amend {
        appointment: command(first + 3),
        name: text("谢国强"),
        from: START,
        until: Some(START.plus_days(365)),
    };
    let (appointment, device) = (command(first + 3), DeviceId([0xde; 16]));
    let of_people = administered_steps(first);
    let steps = [
        (9, UnitCommand::Create(create)),
        (
            9,
            UnitCommand::Rename(RenameUnit {
                name: text("橙园一巷"),
            }),
        ),
        (9, UnitCommand::Move(MoveUnit { parent: unit(9) })),
        (9, UnitCommand::Appoint(appoint)),
        (9, UnitCommand::Amend(amend)),
        (9, UnitCommand::Clear(Clear { appointment })),
        (
            10,
            UnitCommand::ConfirmClearance(ConfirmClearance {
                appointment,
                clear: command(first + 5),
            }),
        ),
        (
            9,
            UnitCommand::NoteDevice(NoteDevice {
                device,
                member: member(1),
            }),
        ),
        (10, UnitCommand::ConfirmDevice(ConfirmDevice { device })),
        (9, UnitCommand::EndClearance(EndClearance { appointment })),
    ];
    let steps = steps.into_iter().chain(of_people);
    steps.map(|(by, step)| (by, Body::Unit(step))).collect()
}

/// The unit's commands with which administrators ask, confirm, withdraw and end: the eleventh and
/// later ones.
fn administered_steps(first: u16) -> Vec<(u8, UnitCommand)> {
    let (appointment, device) = (command(first + 3), DeviceId([0xde; 16]));
    let ask = Appoint {
        member: member(2),
        key: text("M-0002"),
        name: text("覃秀英"),
        post: Post::AlleyChief,
        from: START,
        until: Some(START.plus_days(365)),
    };
    let invite = |replaces| {
        UnitCommand::AskInvitation(AskInvitation {
            appointment,
            replaces,
        })
    };
    let asked = |place: u16| command(first + place);
    let confirm = |place| {
        UnitCommand::ConfirmAsked(ConfirmAsked {
            asked: asked(place),
        })
    };
    let withdraw = |place| {
        UnitCommand::WithdrawAsked(WithdrawAsked {
            asked: asked(place),
        })
    };
    vec![
        (9, UnitCommand::AskAppointment(ask)),
        (10, confirm(10)),
        (9, invite(None)),
        (10, confirm(12)),
        (9, withdraw(12)),
        (9, invite(Some(device))),
        (10, withdraw(15)),
        (
            9,
            UnitCommand::AskThaw(AskThaw {
                device,
                member: member(1),
            }),
        ),
        (10, confirm(17)),
        (
            9,
            UnitCommand::EndPost(EndPost {
                appointment: asked(10),
                until: Some(START.plus_days(30)),
            }),
        ),
        (
            9,
            UnitCommand::EndPost(EndPost {
                appointment: asked(10),
                until: None,
            }),
        ),
        (
            9,
            UnitCommand::StopDevice(StopDevice {
                device,
                member: member(1),
                why: StopWord::Lost,
            }),
        ),
        (9, ask_import()),
        (10, confirm(22)),
        (8, UnitCommand::Imported(Imported { asked: asked(22) })),
        (9, ask_import()),
        (
            8,
            UnitCommand::ImportFailed(ImportFailed {
                asked: asked(25),
                why: ImportFault::Gone,
            }),
        ),
    ]
}

fn ask_import() -> UnitCommand {
    UnitCommand::AskImport(AskImport {
        hash: text(&"5e".repeat(32)),
        bytes: 4_096,
        changes: 12,
    })
}

/// Every household command.
pub fn household_steps(first: u16) -> Vec<(u8, Body)> {
    let create = CreateHousehold {
        alley: unit(1),
        door: text("橙园巷 12 号"),
        contact: text("谢大叔"),
        count: 5,
        phone: Text::default(),
        may_text: false,
    };
    let steps = [
        (9, HouseholdCommand::Create(create)),
        (
            1,
            HouseholdCommand::Edit(edit("count", "6", &[command(first)])),
        ),
        (9, HouseholdCommand::Move(MoveHousehold { alley: unit(5) })),
    ];
    steps.map(|(by, step)| (by, Body::Household(step))).to_vec()
}

/// Every directory command.
pub fn directory_steps(_first: u16) -> Vec<(u8, Body)> {
    let row = UnitRow {
        unit: unit(1),
        kind: UnitKind::Alley,
        parent: Some(unit(8)),
        name: text("橙园巷"),
    };
    let post = PostRow {
        appointment: command(900),
        unit: unit(1),
        post: Post::AlleyChief,
        member: member(1),
        name: text("谢国强"),
        from: START,
        until: Some(START.plus_days(10)),
    };
    let device = DeviceRow {
        member: member(1),
        signing: PublicKey([0xab; 32]),
        sealing: [0x0c; 32],
    };
    let first_rows = UpdateDirectory {
        units: List::new(vec![row.clone()]).unwrap(),
        posts: List::new(vec![post.clone()]).unwrap(),
        devices: List::new(vec![device]).unwrap(),
    };
    let second_rows = UpdateDirectory {
        units: List::new(vec![UnitRow {
            parent: None,
            ..row
        }])
        .unwrap(),
        posts: List::new(vec![PostRow {
            until: None,
            name: text("谢国富"),
            ..post
        }])
        .unwrap(),
        devices: List::default(),
    };
    let retired = |back| RetireDevices {
        devices: List::new(vec![PublicKey([0xab; 32])]).unwrap(),
        back,
    };
    let cleared = |cleared| Clearances {
        rows: List::new(vec![(command(900), cleared)]).unwrap(),
    };
    let steps = [
        DirectoryCommand::Open(OpenDirectory { of: unit(8) }),
        DirectoryCommand::Update(first_rows),
        DirectoryCommand::Update(second_rows),
        DirectoryCommand::Retire(retired(false)),
        DirectoryCommand::Retire(retired(true)),
        DirectoryCommand::Clearances(cleared(true)),
        DirectoryCommand::Clearances(cleared(false)),
    ];
    steps.map(|step| (9, Body::Directory(step))).to_vec()
}

/// An item of a tray: a note that a device of a member typed.
pub fn tray_item(counter: u64) -> TrayItem {
    let typed = Command {
        nonce: Nonce::Counted(Counted {
            counter,
            nonce: [1; 4],
        }),
        document: Some(unit(9)),
        base: Base::default(),
        at: START,
        body: Body::Case(note()),
    };
    TrayItem::new(
        PublicKey([0xab; 32]),
        member(1),
        KeptWhy::PostEnded,
        START.plus_days(60),
        &typed,
    )
    .unwrap()
}

/// Every command of a tray.
pub fn tray_steps(_first: u16) -> Vec<(u8, Body)> {
    let settle = |item: &TrayItem, outcome, became| {
        TrayCommand::Settle(SettleItem {
            item: item.id().unwrap(),
            outcome,
            became,
        })
    };
    let (first, second, third) = (tray_item(1), tray_item(2), tray_item(3));
    let steps = [
        (
            9,
            TrayCommand::Open(OpenTray {
                unit: unit(1),
                confidential: false,
            }),
        ),
        (
            9,
            TrayCommand::Put(PutItem {
                item: first.clone(),
            }),
        ),
        (
            9,
            TrayCommand::Put(PutItem {
                item: second.clone(),
            }),
        ),
        (1, settle(&first, TrayOutcome::Taken, Some(unit(9)))),
        (1, settle(&second, TrayOutcome::Dismissed, None)),
        (
            9,
            TrayCommand::Put(PutItem {
                item: third.clone(),
            }),
        ),
        (
            1,
            TrayCommand::Dismiss(DismissItems {
                member: third.member,
                device: Some(DeviceId::of(&third.device)),
                proposals: true,
                last: third.id().unwrap(),
            }),
        ),
    ];
    steps.map(|(by, step)| (by, Body::Tray(step))).to_vec()
}

/// A section of a town's book, proposed.
pub fn propose(section: SectionName, json: &str, replaces: &[CommandId]) -> BookCommand {
    BookCommand::Propose(Edit {
        field: text(section.word()),
        value: text(json),
        replaces: List::new(replaces.to_vec()).unwrap(),
        door: None,
    })
}

/// A proposal put into force.
pub fn adopt(proposal: CommandId, from: Date) -> BookCommand {
    BookCommand::Adopt(AdoptRules { proposal, from })
}

/// Every command of a town's book; `first` is the number of the first.
pub fn book_steps(first: u16) -> Vec<(u8, Body)> {
    let open = BookCommand::Open(OpenBook { town: unit(2) });
    let tomorrow = Date::of(START).plus(1);
    let measures = propose(SectionName::Measures, r#"{"alley_max": 30}"#, &[]);
    let other = propose(
        SectionName::Measures,
        r#"{"alley_max": 25}"#,
        &[command(first + 1)],
    );
    let steps = [
        (9, open),
        (110, measures),
        (9, adopt(command(first + 1), tomorrow)),
        (110, other),
    ];
    steps.map(|(by, step)| (by, Body::Book(step))).to_vec()
}

/// One of every command, some more than once.
pub fn all() -> Vec<Body> {
    let chains = [
        case_steps(1),
        confidential_steps(1),
        door_steps(1),
        code_steps(1),
        time_steps(1),
        told_steps(1),
        ordered_steps(1),
        origin_steps(1),
        called_steps(1),
        complained_steps(1),
        shared_steps(1),
        recused_steps(1),
        coded_steps(1),
        unit_steps(1),
        household_steps(1),
        directory_steps(1),
        tray_steps(1),
        book_steps(1),
    ];
    let bodies = chains.into_iter().flatten().map(|(_, body)| body);
    // What was typed before there were texts for the resident is executed, and not taken any more.
    let is_of_before = |body: &Body| {
        let untold = body
            .get("resident_text")
            .is_some_and(|text| text.is_empty());
        untold && matches!(body.kind(), "resolve" | "extend")
    };
    bodies.filter(|body| !is_of_before(body)).collect()
}
