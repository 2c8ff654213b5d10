//! What people type: mostly what makes sense where the case stands, now and then what does not.

use super::came::Came;
use super::temper::Temper;
use super::town::Places;
use alleyway_core::command::Body;
use alleyway_core::id::UnitId;
use alleyway_core::kinds::case::CaseCommand;
use alleyway_core::kinds::case::CaseStage;
use alleyway_core::kinds::case::verifier_of;
use alleyway_core::kinds::case::{
    Accept, AnswerSupervision, Close, CoHandlers, Dispatch, EndSupervision, Escalate, Extend,
    Finding, Merge, NewCode, Note, PartDone, Prose, Recall, Receive, Recuse, Reject, Reopen,
    Report, Resolve, Resume, Return, Rule, Start, Supervise, Verify, Visit, Wait, Withdraw,
};
use alleyway_core::kinds::unit::Post;
use alleyway_core::number::TrackingCode;
use alleyway_core::text::Text;
use alleyway_core::time::{Date, Time};
use alleyway_core::wire::List;
use alleyway_demo::Chance;
use alleyway_replica::{CaseLine, Draft, Replica};

const FIELDS: [&str; 5] = ["title", "text", "place", "contact", "category"];
/// Who calls an office leaves a number.
const CALLER: &str = "138 1234-1234";
const WORDS: [&str; 6] = [
    "路",
    "the orange road",
    "broken pipe",
    "灯不亮",
    "x",
    "the well",
];

/// What somebody looks at who wants to type.
pub(crate) struct Desk<'a> {
    pub(crate) phone: &'a Replica,
    pub(crate) cases: &'a [CaseLine],
    pub(crate) places: &'a Places,
    pub(crate) now: Time,
    pub(crate) temper: Temper,
}

/// A command that somebody may think of.
pub(crate) fn draft(rng: &mut Chance, desk: &Desk<'_>) -> Option<Draft> {
    let Desk {
        phone,
        cases,
        places,
        now,
        temper,
    } = *desk;
    if phone.is_locked() {
        return blind(rng, desk);
    }
    if cases.is_empty() || (cases.len() < temper.cases_max && rng.one_in(6)) {
        return report(rng, phone, places, now);
    }
    if rng.one_in(12) {
        return edit_household(rng, phone);
    }
    let case = rng.pick(cases)?;
    let step = match rng.below(17 + temper.notes) {
        0..=2 => return edit(rng, phone, case),
        17.. => note(rng, temper.notes_per_long_one),
        3..=15 => sensible(rng, desk, case),
        _ => {
            let which = u8::try_from(rng.below(28)).unwrap_or(0);
            step(which, rng, desk, case)
        }
    };
    Some(Draft {
        target: Some(case.document),
        body: Body::Case(step),
    })
}

/// What somebody thinks of whose phone shows no more than numbers and doors.
fn blind(rng: &mut Chance, desk: &Desk<'_>) -> Option<Draft> {
    let Desk {
        phone,
        places,
        now,
        temper,
        ..
    } = *desk;
    let index = phone.index();
    if index.is_empty() || rng.one_in(6) {
        return report(rng, phone, places, now);
    }
    let row = rng.pick(&index)?;
    let step = match rng.below(8) {
        0 if row.kind.is_numbered() => {
            return phone
                .edit(row.document, FIELDS[rng.below(FIELDS.len())], "x")
                .ok();
        }
        1 => CaseCommand::Accept(Accept {}),
        2 => CaseCommand::Start(Start {}),
        3 => CaseCommand::Withdraw(Withdraw { text: words(rng) }),
        _ => note(rng, temper.notes_per_long_one),
    };
    Some(Draft {
        target: Some(row.document),
        body: Body::Case(step),
    })
}

fn words<const MAX: usize>(rng: &mut Chance) -> Text<MAX> {
    let word = rng.pick(&WORDS).copied().unwrap_or_default();
    Text::cut(&format!("{word} {}", rng.below(1_000)))
}

/// Now and then a note that makes the document long.
fn note(rng: &mut Chance, notes_per_long_one: usize) -> CaseCommand {
    let mut text = words::<6_000>(rng);
    if rng.one_in(notes_per_long_one) {
        let length = 1_000 + rng.below(4_900);
        text = Text::cut(&format!("{text} {}", hex(rng, length)));
    }
    if rng.one_in(3) {
        CaseCommand::Visit(Visit { text })
    } else {
        CaseCommand::Note(Note { text })
    }
}

/// Text that does not compress.
fn hex(rng: &mut Chance, length: usize) -> String {
    (0..length)
        .map(|_| char::from_digit(u32::from(rng.bytes::<1>()[0] & 15), 16).unwrap_or('0'))
        .collect()
}

/// A complaint about a person, which goes to the desk where somebody there is cleared: now and then about
/// the own unit, or by who acts for none, which is refused.
fn complaint(
    rng: &mut Chance,
    phone: &Replica,
    places: &Places,
    now: Time,
    report: Report,
) -> Option<Report> {
    let organisation = phone.organisation();
    let (member, at) = (phone.status(now)?.member, phone.server_time(now));
    let acts = |unit: &UnitId| organisation.acts_for(member, *unit, at);
    let people: Vec<UnitId> = [&places.alleys[..], &places.branches].concat();
    let own: Vec<UnitId> = people
        .iter()
        .copied()
        .chain([places.town, places.desk])
        .collect();
    let own: Vec<UnitId> = own.into_iter().filter(acts).collect();
    let taken_at = rng.pick(&own).copied().filter(|unit| *unit != places.desk);
    Some(Report {
        owner: places.desk,
        category: Text::cut("conduct"),
        household: None,
        confidential: !rng.one_in(10),
        taken_at,
        about: rng.pick(&people).copied(),
        ..report
    })
}

fn report(rng: &mut Chance, phone: &Replica, places: &Places, now: Time) -> Option<Draft> {
    let owner = *rng.pick(&places.alleys)?;
    // Where anybody is cleared; also by those who are not.
    let organisation = phone.organisation();
    let is_thought_of = organisation
        .appointments()
        .any(|row| organisation.is_cleared(row.appointment));
    let confidential = is_thought_of && rng.one_in(2);
    let households = phone.households();
    let household = rng.pick(&households).filter(|_| rng.one_in(3));
    // Now and then somebody above the alley takes it down for it.
    let taken_at = leads_above(phone, owner, now).filter(|_| rng.one_in(2));
    let drawn = rng.bytes();
    let came = Came::draw(&drawn, phone, now);
    let body = Report {
        owner,
        device_code: phone.status(now)?.device_code,
        tracking: TrackingCode::from_random(drawn),
        category: came.category,
        title: words(rng),
        text: words(rng),
        place: if rng.one_in(2) {
            words(rng)
        } else {
            Text::default()
        },
        point: None,
        contact: Text::default(),
        household: household.map(|row| row.document),
        taken_at,
        confidential,
        door: None,
        slip: None,
        origin: came.origin,
        external_system: came.system,
        external_number: came.number,
        external_due: came.due,
        phone: Text::cut(if taken_at.is_some() { CALLER } else { "" }),
        may_text: taken_at.is_some(),
        about: None,
    };
    let is_read = organisation.takes_confidential(places.desk, phone.server_time(now));
    let body = if is_read && rng.one_in(4) {
        complaint(rng, phone, places, now, body)?
    } else {
        body
    };
    Some(Draft {
        target: None,
        body: Body::Case(CaseCommand::Report(body)),
    })
}

/// The branch or the town that the phone's member acts for, if it is above the unit.
fn leads_above(phone: &Replica, unit: UnitId, now: Time) -> Option<UnitId> {
    let organisation = phone.organisation();
    let member = phone.status(now)?.member;
    let mut posts = organisation.posts_of(member, phone.server_time(now));
    let leads = |post: &Post| matches!(post, Post::BranchSecretary | Post::TownDispatcher);
    let above = posts.find(|row| leads(&row.post) && organisation.is_below(unit, row.unit))?;
    Some(above.unit)
}

fn edit(rng: &mut Chance, phone: &Replica, case: &CaseLine) -> Option<Draft> {
    let field = rng.pick(&FIELDS).copied()?;
    let conflicting: Vec<_> = phone
        .case(case.document)?
        .fields
        .remove(field)
        .unwrap_or_default();
    if conflicting.len() > 1 && rng.one_in(3) {
        return phone
            .pick(case.document, field, &rng.pick(&conflicting)?.value)
            .ok();
    }
    phone.edit(case.document, field, &words::<40>(rng)).ok()
}

fn edit_household(rng: &mut Chance, phone: &Replica) -> Option<Draft> {
    let households = phone.households();
    let household = rng.pick(&households)?;
    if rng.one_in(3) {
        return phone
            .edit(household.document, "count", &rng.below(9).to_string())
            .ok();
    }
    let field = if rng.one_in(2) { "door" } else { "contact" };
    phone
        .edit(household.document, field, &words::<40>(rng))
        .ok()
}

fn sensible(rng: &mut Chance, desk: &Desk<'_>, case: &CaseLine) -> CaseCommand {
    let detail = || desk.phone.case(case.document);
    let has_part = || {
        let state = detail().map(|detail| detail.state);
        state.is_some_and(|state| state.co_handlers.values().any(|is_done| !is_done))
    };
    if case.row.is_open() && has_part() && rng.one_in(3) {
        return step(26, rng, desk, case);
    }
    let is_ordered = case.row.dues.supervised && case.row.is_open();
    if is_ordered && rng.one_in(3) {
        let which = if rng.one_in(2) { 24 } else { 25 };
        return step(which, rng, desk, case);
    }
    let likely: &[u8] = if case.row.sent_to.is_some() {
        &[10, 10, 10, 11, 21, 23]
    } else if case.row.awaits_ruling() {
        &[12, 12, 12, 20]
    } else {
        match case.row.stage {
            CaseStage::Reported => &[0, 0, 0, 1, 9, 18],
            CaseStage::Accepted => &[2, 2, 9, 13, 13, 1],
            CaseStage::InProgress => &[3, 5, 5, 9, 13, 20, 14],
            CaseStage::Waiting => &[4, 4, 9],
            CaseStage::Resolved => &[6, 6, 6],
            CaseStage::Verified => &[7, 7],
            CaseStage::Closed | CaseStage::Rejected => &[8],
            _ => &[21],
        }
    };
    let which = rng.pick(likely).copied().unwrap_or(21);
    step(which, rng, desk, case)
}

/// Of a petition the level above may review it, and some name it for what is none.
fn reopening(rng: &mut Chance, desk: &Desk<'_>, case: &CaseLine) -> CaseCommand {
    let above = desk.phone.organisation().next_level_up(case.row.holder);
    CaseCommand::Reopen(Reopen {
        reason: words(rng),
        reviewer: above.filter(|_| rng.one_in(4)),
    })
}

fn step(which: u8, rng: &mut Chance, desk: &Desk<'_>, case: &CaseLine) -> CaseCommand {
    let Desk {
        phone,
        cases,
        places,
        now,
        ..
    } = *desk;
    let units: Vec<UnitId> = places
        .alleys
        .iter()
        .chain(&places.branches)
        .copied()
        .chain([places.town, places.department])
        .collect();
    let somewhere = rng.pick(&units).copied().unwrap_or(places.town);
    let days = i32::try_from(rng.below(30)).unwrap_or(0) - 1;
    let by = Date(Date::of(now).0 + days);
    let code = Text::cut("reason");
    let at = Towards {
        phone,
        units: &units,
        somewhere,
        by,
    };
    match which {
        0 => CaseCommand::Accept(Accept {}),
        1 => CaseCommand::Reject(Reject {
            reason: code,
            text: words(rng),
        }),
        2 => CaseCommand::Start(Start {}),
        3 => CaseCommand::Wait(Wait {
            reason: code,
            resident_text: Prose::default(),
        }),
        4 => CaseCommand::Resume(Resume { text: words(rng) }),
        5 => {
            let state = phone.case(case.document).map(|detail| detail.state);
            let verifier = state.and_then(|state| verifier_of(phone.organisation(), &state));
            let verifier = verifier.filter(|_| !rng.one_in(4));
            let text: Prose = words(rng);
            CaseCommand::Resolve(Resolve {
                resident_text: text.clone(),
                text,
                verifier,
            })
        }
        6 => {
            let results = [
                Finding::Fixed,
                Finding::Fixed,
                Finding::Partly,
                Finding::Not,
            ];
            let result = rng.pick(&results).cloned().unwrap_or(Finding::Not);
            CaseCommand::Verify(Verify {
                result,
                text: words(rng),
                code_of: None,
            })
        }
        7 => close("fixed", rng),
        8 => reopening(rng, desk, case),
        10 => CaseCommand::Receive(Receive {}),
        11 => CaseCommand::Return(Return {
            reason: words(rng),
            ruler: None,
            resident_text: Prose::default(),
            code: Text::default(),
        }),
        12 => CaseCommand::Rule(Rule {
            to: somewhere,
            reason: words(rng),
        }),
        14 => {
            let reason: Prose = words(rng);
            CaseCommand::Extend(Extend {
                by,
                resident_text: reason.clone(),
                reason,
            })
        }
        15 => close("no_money", rng),
        16 => {
            let into = rng
                .pick(cases)
                .map_or(case.document, |other| other.document);
            CaseCommand::Merge(Merge {
                into,
                code: Text::default(),
            })
        }
        17 | 18 => CaseCommand::Withdraw(Withdraw { text: words(rng) }),
        9 | 13 => send(which == 9, rng, &at, case),
        19 | 20 | 23..=27 => order(which, rng, somewhere),
        22 => CaseCommand::NewCode(NewCode { slip: None }),
        _ => note(rng, 100),
    }
}

fn close(code: &str, rng: &mut Chance) -> CaseCommand {
    CaseCommand::Close(Close {
        code: Text::cut(code),
        text: words(rng),
    })
}

/// Towards which units a step goes, and by when.
struct Towards<'a> {
    phone: &'a Replica,
    units: &'a [UnitId],
    somewhere: UnitId,
    by: Date,
}

/// A step that sends the case up or down.
fn send(up: bool, rng: &mut Chance, at: &Towards<'_>, case: &CaseLine) -> CaseCommand {
    if up {
        let above = at
            .phone
            .organisation()
            .next_level_up(case.row.holder)
            .filter(|_| !rng.one_in(8));
        CaseCommand::Escalate(Escalate {
            to: above.unwrap_or(at.somewhere),
            reason: words(rng),
            tried: words(rng),
        })
    } else {
        let resident_text = Prose::default();
        let mut with = Vec::new();
        while with.len() < 5 && rng.one_in(4) {
            with.extend(rng.pick(at.units).copied());
        }
        CaseCommand::Dispatch(Dispatch {
            to: at.somewhere,
            by: at.by,
            resident_text,
            with: CoHandlers(List::new(with).unwrap_or_default()),
        })
    }
}

/// A step about who handles the case, and orders to.
fn order(which: u8, rng: &mut Chance, somewhere: UnitId) -> CaseCommand {
    match which {
        19 | 20 => CaseCommand::Supervise(Supervise {
            text: words(rng),
            unit: None,
        }),
        26 => CaseCommand::PartDone(PartDone {
            text: words(rng),
            unit: somewhere,
        }),
        27 => CaseCommand::Recuse(Recuse {
            reason: words(rng),
            above: Some(somewhere),
        }),
        23 => CaseCommand::Recall(Recall { reason: words(rng) }),
        24 => CaseCommand::AnswerSupervision(AnswerSupervision { text: words(rng) }),
        _ => CaseCommand::EndSupervision(EndSupervision { text: words(rng) }),
    }
}
