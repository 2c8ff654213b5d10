//! Laws that hold whatever happens in whatever town, written without the table.

mod small;

use std::collections::BTreeSet;

use proptest::prelude::*;

use crate::admission::{Origin, admit};
use crate::command::{Base, Body, Command, Nonce};
use crate::crypto::PublicKey;
use crate::documents::samples::{
    START, accept, answer_supervision, close, dispatch, dispatch_with, edit, end_supervision,
    escalate, extend, merge, note, part_done, recall, receive, reject, reopen, report, resolve,
    resume, rule, send_back, send_back_under, start, supervise, taken_at, unit, verify, visit,
    wait, withdraw,
};
use crate::documents::{Document, Receipt};
use crate::id::{MemberId, UnitId};
use crate::kinds::case::CaseCommand;
use crate::kinds::case::Finding;
use crate::kinds::case::{CaseStage, CaseState};
use crate::policy::Authority;
use crate::time::Time;
use small::{SmallTown, plan};

const DEVICE: PublicKey = PublicKey([0xd0; 32]);

/// A step to try: which, towards which unit, which member begins to try.
type Try = (usize, usize, usize);

fn step(
    which: usize,
    to: UnitId,
    other: UnitId,
    up: Option<UnitId>,
    ruler: Option<UnitId>,
) -> CaseCommand {
    match which {
        0 => accept(),
        1 => reject(),
        2 | 3 => start(),
        4 => note(),
        5 => visit(),
        6 => CaseCommand::Edit(edit("title", "橙园路", &[])),
        7 => escalate(to),
        8..=10 => escalate(up.unwrap_or(to)),
        11 | 12 => receive(),
        13..=15 => ruler.map_or_else(send_back, send_back_under),
        16 | 17 => rule(to),
        18..=20 => dispatch(to, 400),
        21 => wait(),
        22 => resume(),
        23 => extend(400),
        24 => supervise(),
        25..=27 => resolve(),
        28 => verify(Finding::Fixed),
        29 => verify(Finding::Not),
        30 => close("fixed"),
        31 => close("no_funds"),
        32 => reopen(),
        33 => withdraw(),
        34 | 35 => recall(),
        36 => answer_supervision(),
        37 => end_supervision(),
        38 => dispatch_with(to, 400, &[other]),
        39 => part_done(other),
        _ => merge(unit(0xee)),
    }
}
const STEPS: usize = 41;

/// What the laws remember of a case.
#[derive(Default)]
struct Past {
    resolvers: BTreeSet<MemberId>,
    returns: u32,
}

impl Past {
    fn take(&mut self, author: Authority, body: &CaseCommand) {
        match body {
            CaseCommand::Return(_) => self.returns += 1,
            CaseCommand::Receive(_) | CaseCommand::Rule(_) | CaseCommand::Reopen(_) => {
                self.returns = 0;
            }
            CaseCommand::Resolve(_) => {
                if let Authority::Member(member) = author {
                    self.resolvers.insert(member);
                }
            }
            _ => {}
        }
    }
}

/// What leaves the state and the holder alone, or ends the case: possible while a case is between
/// two units.
fn waits_for_nobody(body: &CaseCommand) -> bool {
    let unfixed = matches!(body, CaseCommand::Close(body) if body.code.as_str() != "fixed");
    unfixed
        || matches!(
            body,
            CaseCommand::Note(_)
                | CaseCommand::Visit(_)
                | CaseCommand::Edit(_)
                | CaseCommand::Extend(_)
                | CaseCommand::Supervise(_)
                | CaseCommand::AnswerSupervision(_)
                | CaseCommand::PartDone(_)
                | CaseCommand::EndSupervision(_)
                | CaseCommand::Merge(_)
                | CaseCommand::Withdraw(_)
        )
}

fn assert_laws(
    town: &SmallTown,
    past: &Past,
    author: Authority,
    body: &CaseCommand,
    case: &CaseState,
    now: Time,
) {
    let ended = matches!(
        case.stage,
        CaseStage::Rejected | CaseStage::Withdrawn | CaseStage::Duplicate
    );
    assert!(
        !ended
            || matches!(body, CaseCommand::Reopen(_))
            || (case.stage == CaseStage::Duplicate
                && matches!(body, CaseCommand::Note(_) | CaseCommand::Visit(_))),
        "an end is followed by a reopening only, and by what is passed on to another case"
    );
    assert!(
        !matches!(body, CaseCommand::Reopen(_))
            || !matches!(case.stage, CaseStage::Withdrawn | CaseStage::Duplicate),
        "and these not even by that"
    );
    if case.referral.is_some() {
        let answers = matches!(
            body,
            CaseCommand::Receive(_) | CaseCommand::Return(_) | CaseCommand::Recall(_)
        );
        assert!(
            answers || waits_for_nobody(body),
            "a case that was sent on waits for its receiver, or is taken back"
        );
    } else if past.returns >= 2 && !ended && case.stage != CaseStage::Closed {
        let rules = matches!(body, CaseCommand::Rule(_));
        assert!(
            rules || waits_for_nobody(body),
            "after two returns only a ruling takes a case on"
        );
    }
    match author {
        Authority::Server => panic!("the server has no part in a case"),
        Authority::Resident => assert!(
            matches!(
                body,
                CaseCommand::Verify(_) | CaseCommand::Reopen(_) | CaseCommand::Note(_)
            ),
            "the resident verifies, reopens and adds a word"
        ),
        Authority::Member(member) => assert_laws_of_members(town, past, member, body, case, now),
    }
}

fn assert_laws_of_members(
    town: &SmallTown,
    past: &Past,
    member: MemberId,
    body: &CaseCommand,
    case: &CaseState,
    now: Time,
) {
    let runs = town.runs(member, now);
    if runs.is_empty() {
        let orders = matches!(
            body,
            CaseCommand::Supervise(_) | CaseCommand::EndSupervision(_)
        );
        let audits = town.audits(member, now) && orders;
        assert!(
            audits,
            "who runs no unit does nothing, but that an auditor supervises, and ends that"
        );
        return;
    }
    let concerned = case.units.iter().any(|unit| runs.contains(unit))
        || runs
            .iter()
            .any(|unit| town.is_above(*unit, case.holder) || town.is_above(*unit, case.owner))
        || (member == case.reporter
            && matches!(body, CaseCommand::Edit(_) | CaseCommand::Withdraw(_)))
        || (town.audits(member, now)
            && matches!(
                body,
                CaseCommand::Supervise(_) | CaseCommand::EndSupervision(_)
            ));
    assert!(concerned, "nobody whom the case does not concern");
    match body {
        CaseCommand::Verify(_) => assert!(
            !past.resolvers.contains(&member),
            "who resolved it never verifies it"
        ),
        CaseCommand::Rule(_) => {
            assert!(past.returns >= 2, "only after a second return");
            assert!(
                case.units.iter().any(|unit| runs.contains(unit)),
                "who rules was sent the case"
            );
        }
        CaseCommand::Return(_) => {
            let to = case.referral.as_ref().map(|referral| referral.to);
            assert!(case.ruled.is_none() || case.ruled != to, "a ruling binds");
        }
        CaseCommand::Escalate(body) => {
            assert!(town.level(body.to) > town.level(case.holder), "up");
            assert!(town.is_above(body.to, case.holder), "its own line");
            assert!(!town.any_between(case.holder, body.to), "one level only");
        }
        CaseCommand::PartDone(body) => {
            assert!(runs.contains(&body.unit), "a part is done by its unit");
            assert!(case.co_handlers.contains_key(&body.unit), "that was asked");
        }
        CaseCommand::Dispatch(body) => {
            let beside = |unit: &UnitId| {
                *unit != case.holder
                    && *unit != body.to
                    && (town.level(*unit) < town.level(case.holder) || town.is_department(*unit))
            };
            assert!(
                body.with.0.iter().all(beside),
                "a part is done below, beside the work"
            );
            assert!(
                town.level(body.to) < town.level(case.holder) || town.is_department(body.to),
                "down"
            );
        }
        CaseCommand::Reject(_) => assert!(town.level(case.holder) >= 2, "a branch or above"),
        CaseCommand::Accept(_) | CaseCommand::Start(_) | CaseCommand::Resolve(_) => {
            assert!(runs.contains(&case.holder), "the holder works");
        }
        _ => {}
    }
}

/// A case's life, each step tried by everybody from a member on until somebody may.
fn live(town: &SmallTown, owner: UnitId, tries: &[Try]) -> BTreeSet<&'static str> {
    let mut admitted = BTreeSet::new();
    let mut past = Past::default();
    let first = command(0, None, report(owner).into());
    let mut document = Document::new(first.target(&DEVICE), 1);
    // The chief, if there is one; else a resident's form.
    let reports = |author: &Authority| hand_in(town, &mut document, *author, &first, START).is_ok();
    assert!(
        SmallTown::authors(0).iter().any(reports),
        "a resident's form is taken"
    );
    for (at, &(which, to, begins)) in (1_u32..).zip(tries) {
        let now = START.plus_days(i64::from(at));
        let case = document.case().unwrap();
        let (up, ruler) = (
            town.organisation.next_level_up(case.holder),
            town.organisation.town_of(case.holder),
        );
        let (to, other) = (town.unit(to), town.unit(to + 4));
        let body = step(which % STEPS, to, other, up, ruler);
        let command = command(at, Some(&document), body.clone().into());
        for author in SmallTown::authors(begins) {
            let before = (document.head(), document.version());
            if hand_in(town, &mut document, author, &command, now).is_err() {
                assert_eq!(
                    before,
                    (document.head(), document.version()),
                    "a refused step changes nothing"
                );
                continue;
            }
            assert_laws(town, &past, author, &body, &case, now);
            let after = document.case().unwrap();
            let hands_over = matches!(body, CaseCommand::Receive(_) | CaseCommand::Rule(_));
            assert!(
                hands_over || after.holder == case.holder,
                "only a receipt or a ruling moves a case"
            );
            past.take(author, &body);
            admitted.insert(body.kind());
            break;
        }
    }
    admitted
}

fn command(number: u32, document: Option<&Document>, body: Body) -> Command {
    let document = document.map(Document::id);
    Command {
        nonce: Nonce::Drawn(u64::from(number).to_be_bytes()),
        document,
        base: Base::default(),
        at: START,
        body,
    }
}

fn hand_in(
    town: &SmallTown,
    document: &mut Document,
    authority: Authority,
    command: &Command,
    now: Time,
) -> Result<(), crate::refusal::Refusal> {
    let author = match authority {
        Authority::Member(member) => member,
        Authority::Resident | Authority::Server => MemberId([0xff; 16]),
    };
    let receipt = Receipt::new(now, 0);
    let origin = Origin {
        authority,
        author,
        device: DEVICE,
    };
    admit(&town.organisation, origin, command, document, receipt, now).map(|_| ())
}

/// How a life may begin, so that few tries lead far: reported; resolved by the owner; resolved and
/// not fixed; returned twice; ruled, and sent there again; resolved by the department.
const BEGINNINGS: &[&[usize]] = &[
    &[],
    &[0, 2, 25],
    &[0, 2, 25, 29, 25],
    &[0, 8, 11, 8, 11, 18, 13, 18, 13],
    &[0, 8, 11, 8, 11, 18, 13, 18, 13, 16, 8, 11, 18],
    &[0, 8, 11, 8, 11, 18, 11, 2, 25],
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn whatever_is_tried_in_whatever_town_the_laws_hold(
        plan in plan(),
        begins in prop::sample::select(BEGINNINGS),
        by in 0_usize..16,
        more in prop::collection::vec((0..STEPS, 0_usize..64, 0_usize..16), 0..40),
    ) {
        let town = SmallTown::new(&plan);
        let department = town.last_unit();
        let tries: Vec<Try> = begins.iter().map(|which| (*which, department, by)).chain(more).collect();
        live(&town, town.first_alley(), &tries);
        // What a clerk takes, and a member reports, has an author who acts there.
        for author in SmallTown::authors(0) {
            for body in [report(town.first_alley()), taken_at(town.unit(tries.len()), town.unit(0))] {
                let command = command(0, None, body.into());
                let mut document = Document::new(command.target(&DEVICE), 1);
                let admitted = hand_in(&town, &mut document, author, &command, START).is_ok();
                let acts = match author {
                    Authority::Member(member) => !town.runs(member, START).is_empty(),
                    Authority::Resident => true,
                    Authority::Server => false,
                };
                prop_assert!(acts || !admitted);
                prop_assert_eq!(admitted, document.version() == 1);
            }
        }
    }
}

/// The laws are no use where nothing is admitted.
#[test]
fn in_a_full_town_long_lives_see_every_step_admitted() {
    const DEPARTMENT: usize = 6;
    let up_twice = [0, 8, 34, 8, 11, 23, 24, 36, 37, 8, 11, 38, 39, 34];
    let back_twice = [18, 13, 18, 13, 16];
    let worked_on = [2, 21, 22, 4, 5, 6, 25, 29, 25, 28, 30, 32];
    let town = SmallTown::full();
    let mut admitted = BTreeSet::new();
    let withdrawn: Try = (33, DEPARTMENT, 0);
    admitted.extend(live(&town, town.first_alley(), &[withdrawn]));
    for end in [&[0, 8, 11, 1, 32][..], &[31, 32, 40]] {
        let steps = [&up_twice[..], &back_twice, &worked_on, end].concat();
        let tries: Vec<Try> = steps
            .into_iter()
            .map(|which| (which, DEPARTMENT, 0))
            .collect();
        admitted.extend(live(&town, town.first_alley(), &tries));
    }
    assert_eq!(admitted.len(), 25, "{admitted:?}");
}
