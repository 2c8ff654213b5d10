use std::collections::BTreeSet;

use super::{Offer, Situation, offers};
use crate::documents::samples::{
    self, Chain, START, accept, close, dispatch, escalate, receive, report, resolve, start, unit,
    verify,
};
use crate::documents::{Document, DocumentKind};
use crate::id::MemberId;
use crate::kinds::case::Finding;
use crate::organisation::samples::{
    ADMINISTRATOR, AUDITOR, CHIEF, CLERK, DISPATCHER, HANDLER, NEIGHBOUR, SECRETARY, STRANGER, town,
};
use crate::policy::{Authority, Question, Standing, judge};
use crate::refusal::RefusalCode;
use crate::step::{FilledBy, Takes};

const PEOPLE: &[MemberId] = &[
    CHIEF,
    NEIGHBOUR,
    SECRETARY,
    DISPATCHER,
    HANDLER,
    CLERK,
    AUDITOR,
    ADMINISTRATOR,
    STRANGER,
];

fn offered(document: Option<&Document>, kind: DocumentKind, member: MemberId) -> Vec<Offer> {
    let situation = Situation {
        organisation: &town(),
        author: Authority::Member(member),
        now: START,
        document,
        unit: document.is_none().then_some(unit(7)),
        centre: None,
    };
    offers(&situation, kind)
}

fn on(chain: &Chain, member: MemberId) -> Vec<Offer> {
    let kind = chain.document.kind().unwrap();
    offered(Some(&chain.document), kind, member)
}

/// The words of the rows that are offered without a refusal.
fn possible(chain: &Chain, member: MemberId) -> BTreeSet<&'static str> {
    let offers = on(chain, member).into_iter();
    offers
        .filter(|offer| offer.refusal.is_none())
        .map(|offer| offer.row)
        .collect()
}

/// A case in each of the states that its steps go through, ordinary and confidential.
fn cases() -> Vec<Chain> {
    let mut chains = vec![Chain::new(10).then(101, report(unit(7)))];
    let then = |chains: &mut Vec<Chain>, by, step: crate::kinds::case::CaseCommand| {
        let next = chains[chains.len() - 1].clone().then(by, step);
        chains.push(next);
    };
    then(&mut chains, 101, accept());
    then(&mut chains, 101, escalate(unit(5)));
    then(&mut chains, 102, receive());
    then(&mut chains, 102, escalate(unit(2)));
    then(&mut chains, 103, receive());
    then(&mut chains, 103, dispatch(unit(9), 30));
    then(&mut chains, 104, receive());
    then(&mut chains, 104, start());
    then(&mut chains, 104, resolve());
    then(&mut chains, 101, verify(Finding::Fixed));
    then(&mut chains, 101, close("fixed"));
    chains.push(Chain::new(10).then(101, samples::confidential(report(unit(7)))));
    chains
}

#[test]
fn an_offer_says_what_judging_a_filled_step_would_say() {
    let town = town();
    let bodies = samples::all();
    let mut compared = 0;
    for (chain, &member) in cases()
        .iter()
        .flat_map(|chain| PEOPLE.iter().map(move |member| (chain, member)))
    {
        for offer in on(chain, member) {
            let words = bodies.iter().filter(|body| {
                DocumentKind::of(body) == chain.document.kind() && body.row() == Some(offer.row)
            });
            for body in words {
                let mut body = body.clone();
                // What policy fills in is not the sample's to say.
                for field in offer.step.fields {
                    if field.spec.filled_by == FilledBy::Policy {
                        let value = offer.body.get(field.name).unwrap();
                        let _ = body.set(field.name, &value);
                    }
                }
                let judged = judge(&Question {
                    organisation: &town,
                    author: Authority::Member(member),
                    now: START,
                    standing: Standing::InForce,
                    command: samples::command(999),
                    document: Some(&chain.document),
                    body: &body,
                });
                if judged.is_ok() {
                    assert_eq!(offer.refusal, None, "{} {member}", offer.row);
                }
                if let Some(refusal) = &offer.refusal {
                    assert_eq!(judged.as_ref(), Err(refusal), "{} {member}", offer.row);
                    compared += 1;
                }
            }
        }
    }
    assert!(compared > 500, "{compared}");
}

#[test]
fn the_chief_of_a_new_case_is_offered_what_its_table_says() {
    let reported = &cases()[0];
    assert_eq!(
        possible(reported, CHIEF),
        BTreeSet::from([
            "accept", "note", "visit", "edit", "escalate", "recuse", "withdraw", "new_code"
        ])
    );
    assert_eq!(possible(reported, STRANGER), BTreeSet::new());
    let refused = on(reported, SECRETARY)
        .into_iter()
        .find(|offer| offer.row == "accept")
        .unwrap();
    assert_eq!(refused.refusal.unwrap().code, RefusalCode::NotHolder);
}

#[test]
fn a_step_of_the_server_alone_is_offered_to_nobody() {
    for chain in &cases() {
        for &member in PEOPLE {
            assert!(on(chain, member).iter().all(|offer| offer.row != "stood"));
        }
    }
    for kind in [
        DocumentKind::Unit,
        DocumentKind::Directory,
        DocumentKind::Tray,
    ] {
        assert_eq!(offered(None, kind, ADMINISTRATOR), Vec::new());
    }
}

#[test]
fn an_offer_names_the_fields_to_fill_in_and_those_that_it_cannot_do_without() {
    let at_town = &cases()[5];
    let offers = on(at_town, DISPATCHER);
    let fields = |row: &str| {
        let offer = offers.iter().find(|offer| offer.row == row).unwrap();
        let fields = offer.fields.iter();
        fields
            .map(|asked| (asked.field.name, asked.field.spec.takes, asked.needed))
            .collect::<Vec<_>>()
    };
    assert_eq!(
        fields("dispatch"),
        [
            ("to", Takes::Unit, true),
            ("by", Takes::Date, true),
            ("resident_text", Takes::Text, false),
            ("with", Takes::Units, false)
        ]
    );
    assert_eq!(
        fields("close, cannot be fixed"),
        [
            ("code", Takes::Code("closure"), true),
            ("text", Takes::Text, true)
        ]
    );
    // The next level is nobody's to choose.
    assert_eq!(
        fields("escalate"),
        [("reason", Takes::Text, true), ("tried", Takes::Text, true)]
    );
}

#[test]
fn a_clerk_is_offered_a_report_for_the_branch_of_the_centre() {
    let report = |centre| {
        let situation = Situation {
            organisation: &town(),
            author: Authority::Member(CLERK),
            now: START,
            document: None,
            unit: Some(unit(5)),
            centre,
        };
        let offers = offers(&situation, DocumentKind::Case);
        offers[0].refusal.clone().map(|refusal| refusal.code)
    };
    assert_eq!(report(Some(unit(10))), None);
    assert_eq!(report(None), Some(RefusalCode::NotPermitted));
}

#[test]
fn who_may_report_is_offered_a_report_for_his_own_alley() {
    let report = |member| {
        let offers = offered(None, DocumentKind::Case, member);
        assert_eq!(offers.len(), 1);
        assert_eq!(offers[0].row, "report");
        assert_eq!(offers[0].body.get("owner"), Some(unit(7).key()));
        offers[0].refusal.clone().map(|refusal| refusal.code)
    };
    assert_eq!(report(CHIEF), None);
    assert_eq!(report(HANDLER), Some(RefusalCode::NotPermitted));
}
