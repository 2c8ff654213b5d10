use std::collections::BTreeSet;

use automerge::transaction::Transactable;
use automerge::{Automerge, ROOT};
use proptest::prelude::*;

use super::samples::{
    self, Chain, accept, case_steps, command, directory_steps, edit, household_steps, member, note,
    receipt, report, unit, unit_steps,
};
use super::{ApplyError, Document, DocumentKind, Execution, LoadError};
use crate::command::Body;
use crate::id::CommandId;
use crate::kinds::case::CaseCommand;
use crate::limits::{LIVE_VALUES_MAX, REPLACES_MAX};
use crate::refusal::RefusalCode;
use crate::time::Time;

fn chain_of(first: u16, steps: Vec<(u8, Body)>) -> Chain {
    steps
        .into_iter()
        .fold(Chain::new(first), |chain, (by, body)| chain.then(by, body))
}

fn reported() -> Chain {
    Chain::new(10).then(1, report(unit(1)))
}

/// Any field and value an edit may have, good or bad.
fn any_edit() -> impl Strategy<Value = CaseCommand> {
    let field = prop::sample::select(vec![
        "title",
        "category",
        "place",
        "point",
        "household",
        "colour",
    ]);
    let value = prop::sample::select(vec![
        "",
        "road",
        "23.5,109.25",
        "91,0",
        "44444444444444444444444444444444",
    ]);
    let replaces = prop::collection::vec((0_u16..12).prop_map(|number| command(10 + number)), 0..4);
    (field, value, replaces)
        .prop_map(|(field, value, replaces)| CaseCommand::Edit(edit(field, value, &replaces)))
}

/// Any step, whether or not it can be executed.
fn any_step() -> impl Strategy<Value = Body> {
    let step = prop::sample::select(case_steps(10)).prop_map(|(_, body)| body);
    let stranger = prop::sample::select(unit_steps(10)).prop_map(|(_, body)| body);
    prop_oneof![6 => step, 3 => any_edit().prop_map(Body::Case), 1 => stranger]
}

fn reload(document: &Document) -> Document {
    let receipts = document.receipts().to_vec();
    Document::load(
        document.id(),
        document.generation(),
        &document.save(),
        receipts,
    )
    .unwrap()
}

fn assert_same(a: &Document, b: &Document) {
    assert_eq!(
        (a.head(), a.kind(), a.commands(), a.receipts()),
        (b.head(), b.kind(), b.commands(), b.receipts())
    );
    assert_eq!(
        (a.log(), a.case(), a.case_fields()),
        (b.log(), b.case(), b.case_fields())
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_command_gives_one_change_one_entry_and_one_hash_everywhere(steps in prop::collection::vec((1_u8..5, any_step()), 1..24)) {
        let mut original = reported();
        let mut reloaded = Chain { document: reload(&original.document), ..original.clone() };
        let mut applied = reload(&original.document);
        for (by, body) in steps {
            let (before, saved) = (original.document.clone(), original.document.save());
            let made = original.try_then(by, &body);
            prop_assert_eq!(&reloaded.try_then(by, &body), &made);
            if let Ok(made) = made {
                prop_assert_eq!(original.document.version(), before.version() + 1);
                prop_assert_eq!(original.document.log().len(), before.log().len() + 1);
                prop_assert_ne!(made.head, before.head());
                // One change on the former head is the whole difference.
                prop_assert_eq!(applied.apply_change(&made.change, receipt(applied.version() + 1)), Ok(made.head));
            } else {
                assert_same(&original.document, &before);
                prop_assert_eq!(original.document.save(), saved);
            }
            reloaded.document = reload(&reloaded.document);
        }
        assert_same(&original.document, &applied);
        assert_same(&original.document, &reloaded.document);
    }

    #[test]
    fn live_values_do_not_depend_on_the_order_in_which_edits_arrive(
        edits in prop::collection::vec(
            (prop::sample::select(vec!["title", "place"]), "[a-c]", prop::collection::btree_set(0_u16..9, 0..5)),
            1..LIVE_VALUES_MAX,
        ),
        order in any::<u64>(),
    ) {
        // Edit i has the id 11 + i and may replace any, itself and those that never arrive included.
        let bodies: Vec<(CommandId, Body)> = edits.iter().zip(11_u16..).map(|((field, value, replaces), number)| {
            let replaces: Vec<CommandId> = replaces.iter().map(|other| command(10 + other)).collect();
            (command(number), Body::Case(CaseCommand::Edit(edit(field, value, &replaces))))
        }).collect();
        let mut shuffled = bodies.clone();
        let mut seed = order;
        for at in (1..shuffled.len()).rev() {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            shuffled.swap(at, usize::try_from(seed >> 33).unwrap() % (at + 1));
        }
        let live = |bodies: &[(CommandId, Body)]| {
            let mut document = reported().document;
            for (id, body) in bodies {
                let execution = Execution { id: *id, document: document.id(), actor: [1; 16], author: member(1), at: Time(0), body };
                document.execute(&execution, receipt(1)).unwrap();
            }
            let fields = document.case_fields().into_iter();
            fields.map(|(field, values)| (field, values.into_iter().map(|live| (live.command, live.value)).collect())).collect::<Vec<(String, BTreeSet<_>)>>()
        };
        prop_assert_eq!(live(&bodies), live(&shuffled));
    }

    #[test]
    fn junk_is_neither_loaded_nor_applied(bytes: Vec<u8>) {
        prop_assert!(Document::load(unit(1), 1, &bytes, Vec::new()).is_err());
        let mut document = reported().document;
        prop_assert!(document.apply_change(&bytes, receipt(2)).is_err());
        assert_same(&document, &reported().document);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn where_a_case_stands_is_known_as_it_is_read_anew(steps in proptest::collection::vec(any_step(), 1..12)) {
        let mut chain = reported();
        for step in steps {
            let before = chain.document.case();
            prop_assert!(before.is_some());
            let _ = chain.try_then(1, &step);
            let anew = reload(&chain.document);
            prop_assert_eq!(chain.document.case_units(), anew.case_units());
            prop_assert_eq!(chain.document.case(), anew.case());
        }
    }
}

#[test]
fn every_kind_of_document_is_read_back_after_loading() {
    let kinds = [
        (DocumentKind::Case, case_steps(10)),
        (DocumentKind::Unit, unit_steps(10)),
        (DocumentKind::Household, household_steps(10)),
        (DocumentKind::Directory, directory_steps(10)),
        (DocumentKind::Tray, samples::tray_steps(10)),
    ];
    for (kind, steps) in kinds {
        let document = chain_of(10, steps).document;
        assert_eq!(document.kind(), Some(kind));
        assert_same(&document, &reload(&document));
    }
}

#[test]
fn a_changed_or_misplaced_change_leaves_the_document_as_it_was() {
    let mut server = reported();
    let mut device = server.document.clone();
    let first = server.try_then(1, &accept().into()).unwrap();
    let second = server.try_then(1, &note().into()).unwrap();
    assert_eq!(
        device.apply_change(&second.change, receipt(2)),
        Err(ApplyError::OtherHead)
    );
    for at in 0..first.change.len() {
        let mut damaged = first.change.clone();
        damaged[at] ^= 0x20;
        assert!(
            device.apply_change(&damaged, receipt(2)).is_err(),
            "byte {at}"
        );
        assert_same(&device, &reported().document);
    }
    assert_eq!(
        device.apply_change(&first.change, receipt(2)),
        Ok(first.head)
    );
    assert_eq!(
        device.apply_change(&first.change, receipt(2)),
        Err(ApplyError::OtherHead)
    );
    assert_eq!(
        device.apply_change(&second.change, receipt(3)),
        Ok(second.head)
    );
    assert_same(&device, &server.document);
}

#[test]
fn a_change_without_a_log_entry_is_undone() {
    let mut device = reported().document;
    let mut foreign = Automerge::load(&device.save()).unwrap();
    let mut tx = foreign.transaction();
    tx.put(ROOT, "state", "closed").unwrap();
    tx.commit();
    let change = foreign
        .get_last_local_change()
        .unwrap()
        .raw_bytes()
        .to_vec();
    assert_eq!(
        device.apply_change(&change, receipt(2)),
        Err(ApplyError::NotOneEntry)
    );
    assert_same(&device, &reported().document);
    let made = Chain {
        document: device.clone(),
        ..reported()
    }
    .try_then(1, &accept().into())
    .unwrap();
    assert_eq!(
        made.head,
        reported().try_then(1, &accept().into()).unwrap().head
    );
    assert_eq!(device.apply_change(&made.change, receipt(2)), Ok(made.head));
}

#[test]
fn what_is_no_chain_with_one_receipt_an_entry_is_not_loaded() {
    let document = reported().document;
    let load = |saved: &[u8], receipts: usize| {
        Document::load(document.id(), 1, saved, vec![receipt(1); receipts])
            .map(|_| ())
            .unwrap_err()
    };
    assert_eq!(
        load(&document.save(), 2),
        LoadError::Receipts {
            receipts: 2,
            entries: 1
        }
    );
    let mut cut = document.save();
    cut.truncate(cut.len() / 2);
    assert_eq!(load(&cut, 1), LoadError::Damaged);
    let mut ours = Automerge::load(&document.save()).unwrap();
    let mut theirs = ours.fork();
    for doc in [&mut ours, &mut theirs] {
        let mut tx = doc.transaction();
        tx.put(ROOT, "title", "x").unwrap();
        tx.commit();
    }
    ours.merge(&mut theirs).unwrap();
    assert_eq!(load(&ours.save(), 1), LoadError::Heads(2));
}

#[test]
fn a_version_keeps_its_head_and_its_receipt() {
    let mut chain = Chain::new(10);
    let mut heads = Vec::new();
    for (by, body) in case_steps(10) {
        heads.push(chain.try_then(by, &body).unwrap().head);
    }
    let document = reload(&chain.document);
    for (version, head) in (1..).zip(heads) {
        assert_eq!(document.head_at(version), Some(head));
        assert_eq!(document.receipt(version), Some(&receipt(version)));
        let number = u16::try_from(version).unwrap() + 9;
        assert_eq!(document.version_of(command(number)), Some(version));
    }
    assert_eq!(
        (
            document.head_at(0),
            document.head_at(99),
            document.receipt(0)
        ),
        (None, None, None)
    );
}

#[test]
fn what_the_document_itself_does_not_allow_is_refused() {
    let mut chain = reported();
    let mut refused = |body: Body| chain.try_then(1, &body).unwrap_err();
    assert_eq!(refused(report(unit(1)).into()), RefusalCode::IdTaken);
    assert_eq!(refused(samples::receive().into()), RefusalCode::NoReferral);
    assert_eq!(
        refused(samples::send_back().into()),
        RefusalCode::NoReferral
    );
    assert_eq!(
        refused(household_steps(10).swap_remove(1).1),
        RefusalCode::UnknownCommand
    );
    assert_eq!(
        refused(Body::Unknown(crate::wire::Blob::default())),
        RefusalCode::UnknownCommand
    );
    let mut empty = Chain::new(50);
    assert_eq!(
        empty.try_then(1, &accept().into()).unwrap_err(),
        RefusalCode::UnknownDocument
    );
    chain.next = 10;
    assert_eq!(
        chain.try_then(1, &accept().into()).unwrap_err(),
        RefusalCode::IdTaken
    );
}

#[test]
fn two_values_set_in_ignorance_of_each_other_both_stand_until_one_is_picked() {
    let by = |chain: Chain, by: u8, value: &str, replaces: &[u16]| {
        let replaces: Vec<CommandId> = replaces.iter().map(|number| command(*number)).collect();
        chain.then(by, CaseCommand::Edit(edit("title", value, &replaces)))
    };
    let values = |chain: &Chain| -> Vec<String> {
        chain
            .document
            .live("title")
            .into_iter()
            .map(|live| live.value)
            .collect()
    };
    let chain = by(by(reported(), 1, "橙园路", &[10]), 2, "果园路", &[10]);
    assert_eq!(values(&chain), ["橙园路", "果园路"]);
    let second = &chain.document.live("title")[1];
    assert_eq!((second.command, second.author), (command(12), member(2)));
    let chain = by(chain, 1, "橙园路", &[11, 12]);
    assert_eq!(values(&chain), ["橙园路"]);
}

#[test]
fn a_field_holds_at_most_so_many_values_side_by_side() {
    let mut chain = reported();
    for _ in 1..LIVE_VALUES_MAX {
        chain = chain.then(1, CaseCommand::Edit(edit("place", "x", &[])));
    }
    let one_more = Body::Case(CaseCommand::Edit(edit("place", "y", &[])));
    assert_eq!(
        chain.try_then(1, &one_more).unwrap_err(),
        RefusalCode::TooManyValues
    );
    assert!(
        chain
            .try_then(
                1,
                &Body::Case(CaseCommand::Edit(edit("place", "y", &[command(10)])))
            )
            .is_ok()
    );
    let all: Vec<CommandId> = (0..u16::try_from(REPLACES_MAX).unwrap())
        .map(|number| command(10 + number))
        .collect();
    let chain = chain.then(1, CaseCommand::Edit(edit("place", "z", &all)));
    assert_eq!(chain.document.live("place").len(), 1);
}

#[test]
fn impossible_times_are_clamped_in_what_is_written() {
    let mut document = Document::new(command(10).document(), 1);
    let body = Body::Case(report(unit(1)));
    let at = Time(i64::MIN);
    let execution = Execution {
        id: command(10),
        document: document.id(),
        actor: [1; 16],
        author: member(1),
        at,
        body: &body,
    };
    document.execute(&execution, receipt(1)).unwrap();
    assert_eq!(document.log()[0].at, Time::EARLIEST);
}

#[test]
fn a_case_with_eight_entries_is_small() {
    let chain = chain_of(10, case_steps(10).into_iter().take(8).collect());
    let bytes = chain.document.save().len();
    assert!(bytes < 2_800, "{bytes} bytes saved");
}

#[test]
fn changes_are_loaded_behind_what_was_saved_as_if_they_were_applied() {
    let mut chain = reported().then(1, accept());
    let (id, saved) = (chain.document.id(), chain.document.save());
    let mut receipts = chain.document.receipts().to_vec();
    let mut applied = reload(&chain.document);
    let mut together = saved.clone();
    for body in [
        CaseCommand::Edit(edit("title", "另一个", &[])),
        note(),
        note(),
    ] {
        let change = chain.try_then(2, &body.into()).unwrap().change;
        let receipt = receipt(chain.document.version());
        applied.apply_change(&change, receipt).unwrap();
        together.extend_from_slice(&change);
        receipts.push(receipt);
    }
    let loaded = Document::load(id, 1, &together, receipts.clone()).unwrap();
    assert_eq!(loaded.head(), applied.head());
    assert_eq!(loaded.commands(), applied.commands());
    assert_eq!(loaded.receipts(), applied.receipts());
    assert_eq!(loaded.case(), applied.case());
    assert_eq!(loaded.entries_by(member(2)), 3);
    // One that is missing, or changed, is found.
    let (last, behind) = receipts.split_last().unwrap();
    assert_eq!(last.received, loaded.receipts()[4].received);
    assert!(matches!(
        Document::load(id, 1, &together, behind.to_vec()),
        Err(LoadError::Receipts { .. })
    ));
    let mut harmed = together.clone();
    let at = saved.len() + 60;
    harmed[at] ^= 1;
    let harmed = Document::load(id, 1, &harmed, receipts);
    assert!(harmed.is_err() || harmed.unwrap().head() != loaded.head());
}
