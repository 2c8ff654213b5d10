//! An alley goes to another village.

use super::stage::{Alley, accept, escalate, note, step, unit_of};
use alleyway_core::command::Body;
use alleyway_core::id::UnitId;
use alleyway_core::kinds::unit::{Appoint, CreateUnit, Post, UnitCommand, UnitKind};
use alleyway_core::refusal::RefusalCode;
use alleyway_core::text::Text;
use alleyway_core::time::Time;
use alleyway_ledger::AdminCommand;
use alleyway_replica::MendError;
use alleyway_tests::pure::Town;

pub(super) fn appoint_in(town: &Town, key: &str, unit: UnitId) -> AdminCommand {
    let member = town.member(key);
    let (key, name) = (Text::cut(key), Text::cut(key));
    let appoint = Appoint {
        member,
        key,
        name,
        post: Post::BranchSecretary,
        from: Time::EARLIEST,
        until: None,
    };
    AdminCommand {
        document: Some(unit),
        body: Body::Unit(UnitCommand::Appoint(appoint)),
    }
}

fn create(name: &str, kind: UnitKind, parent: UnitId) -> AdminCommand {
    let create = CreateUnit {
        key: Text::cut(name),
        name: Text::cut(name),
        kind,
        parent: Some(parent),
    };
    AdminCommand {
        document: None,
        body: Body::Unit(UnitCommand::Create(create)),
    }
}

#[test]
fn its_chief_loses_nothing_and_a_step_to_the_old_branch_says_why_it_does_not_fit() {
    let mut alley = Alley::new();
    let case = alley.case.document;
    let above = unit_of(&alley.town, &UnitKind::Town);
    let village =
        alley
            .town
            .administer(vec![create("the other village", UnitKind::Village, above)])[0];
    let branch = alley
        .town
        .administer(vec![create("its branch", UnitKind::Branch, village)])[0];
    let (old_branch, moved) = (alley.branch, alley.town.alley);
    alley.types(step(case, note("three holes")));
    alley.types(step(case, accept()));
    let escalated = alley.types(step(case, escalate(old_branch))).command;
    super::stage::move_unit(&mut alley.town, moved, village);

    let summary = alley.town.sync(&mut alley.old).summary;
    assert_eq!((summary.admitted, summary.kept, summary.refused), (2, 0, 1));
    let refused = alley.old.replica.refused();
    assert_eq!(refused[0].command, escalated);
    assert_eq!(
        refused[0].refusal.as_ref().unwrap().code,
        RefusalCode::NotNextLevel
    );
    // Sent again, it goes to the branch that the alley is under now: policy says to which, and
    // nobody types it.
    let fields = |named: &[(&str, String)]| {
        named
            .iter()
            .map(|(name, value)| ((*name).to_owned(), value.clone()))
            .collect()
    };
    let (now, random) = (alley.town.now, alley.town.random());
    let typed = fields(&[("to", branch.to_string())]);
    let typed = alley.old.replica.mend(escalated, &typed, now, random);
    assert_eq!(typed, Err(MendError::UnknownField("to".to_owned())));
    let (writes, _) = alley
        .old
        .replica
        .mend(escalated, &fields(&[]), now, random)
        .unwrap();
    alley.old.persist(writes);
    let summary = alley.town.sync(&mut alley.old).summary;
    assert_eq!((summary.admitted, summary.refused), (1, 0));
    let held = alley.old.replica.receipts();
    assert!(
        held.iter().all(|receipt| receipt.cases.is_empty()),
        "the alley's cases stay with its chief: {held:?}"
    );
    assert!(matches!(alley.old.replica.case(case), Some(detail) if detail.log.len() == 4));
}
