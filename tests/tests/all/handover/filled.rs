//! A dismissed member who has not been told fills the successor's tray, and honest work has its place.

use super::cut::Forger;
use super::stage::{Alley, LEAVES, accept, escalate, replace_chief, step};
use alleyway_core::id::{DocumentId, UnitId};
use alleyway_core::kinds::case::{CaseCommand, Escalate};
use alleyway_core::limits::TRAY_DEVICE_ITEMS_MAX;
use alleyway_core::refusal::RefusalCode;
use alleyway_core::sync::frame::Verdict;
use alleyway_core::text::Text;
use alleyway_replica::{DismissBy, Draft, TakeError};

/// Another escalation each time.
fn escalation((case, branch): (DocumentId, UnitId), number: usize) -> Draft {
    let escalate = Escalate {
        to: branch,
        reason: Text::cut(&number.to_string()),
        tried: Text::cut("gravel"),
    };
    step(case, CaseCommand::Escalate(escalate))
}

fn kept(verdicts: &[Verdict]) -> usize {
    let is_kept = |said: &&Verdict| matches!(said, Verdict::Kept(_));
    verdicts.iter().filter(is_kept).count()
}

#[test]
fn a_dismissed_members_phone_has_its_part_of_the_tray_and_all_of_it_is_dismissed_at_once() {
    let mut alley = Alley::new();
    let (case, branch) = (alley.case.document, alley.branch);
    let on = (case, branch);
    let mut phone = alley.town.device(LEAVES);
    alley.town.sync(&mut phone);
    let mut dismissed = Forger::of(&phone);
    let proposed = alley.types(step(case, escalate(branch))).command;
    replace_chief(&mut alley.town);
    // The same, twelve hundred times, lies there once.
    for _ in 0..6 {
        let steps: Vec<_> = (0..200).map(|_| step(case, accept())).collect();
        let verdicts = dismissed.hands_in(&mut alley.town, &steps);
        assert_eq!(kept(&verdicts), 200, "{verdicts:?}");
    }
    let mut successor = alley.successor();
    assert_eq!(successor.replica.proposals().len(), 1);
    // Of different ones as many as may lie there of one device; the others are refused.
    let steps: Vec<_> = (0..150).map(|number| escalation(on, number)).collect();
    let verdicts = dismissed.hands_in(&mut alley.town, &steps);
    assert_eq!(kept(&verdicts), TRAY_DEVICE_ITEMS_MAX - 1);
    let full = Verdict::Refused(RefusalCode::TrayFull.into());
    assert!(
        verdicts[TRAY_DEVICE_ITEMS_MAX - 1..]
            .iter()
            .all(|said| *said == full)
    );
    // The honest phone of the same member was in a drawer.
    let summary = alley.town.sync(&mut alley.old).summary;
    assert_eq!((summary.kept, summary.refused), (1, 0));

    alley.town.sync(&mut successor);
    let proposals = successor.replica.proposals();
    assert_eq!(proposals.len(), TRAY_DEVICE_ITEMS_MAX + 1);
    // Offline, in one step: what that device brought.
    let (now, random) = (alley.town.now, alley.town.random());
    let item = proposals[0].item;
    let by = DismissBy::Device;
    let (writes, count) = successor
        .replica
        .dismiss_all(item, by, now, random)
        .unwrap();
    successor.persist(writes);
    assert_eq!(count, TRAY_DEVICE_ITEMS_MAX);
    let left = |device: &alleyway_tests::pure::Device| -> Vec<_> {
        let rows = device.replica.proposals();
        rows.iter().map(|row| row.item).collect()
    };
    assert_eq!(left(&successor), [proposed]);
    assert_eq!(successor.replica.pending().len(), 1);
    let summary = alley.town.sync(&mut successor).summary;
    assert_eq!((summary.admitted, summary.refused), (1, 0));
    assert_eq!(left(&successor), [proposed]);
    let random = alley.town.random();
    let again = successor.replica.dismiss_all(item, by, now, random);
    assert_eq!(again.unwrap_err(), TakeError::NotThere);
    // There is room again.
    let verdicts = dismissed.hands_in(&mut alley.town, &[escalation(on, 900)]);
    assert_eq!(kept(&verdicts), 1);
    alley.town.sync(&mut successor);
    let random = alley.town.random();
    let all = successor
        .replica
        .dismiss_all(proposed, DismissBy::Author, now, random);
    let (writes, count) = all.unwrap();
    successor.persist(writes);
    assert_eq!(count, 2);
    alley.town.sync(&mut successor);
    assert!(successor.replica.proposals().is_empty());
}

#[test]
fn what_came_into_a_tray_meanwhile_is_not_dismissed_unseen() {
    let mut alley = Alley::new();
    let on = (alley.case.document, alley.branch);
    let mut phone = alley.town.device(LEAVES);
    alley.town.sync(&mut phone);
    let mut dismissed = Forger::of(&phone);
    replace_chief(&mut alley.town);
    dismissed.hands_in(&mut alley.town, &[escalation(on, 1), escalation(on, 2)]);
    let mut successor = alley.successor();
    let item = successor.replica.proposals()[0].item;
    let (now, random) = (alley.town.now, alley.town.random());
    let by = DismissBy::Author;
    let (writes, count) = successor
        .replica
        .dismiss_all(item, by, now, random)
        .unwrap();
    successor.persist(writes);
    assert_eq!(count, 2);
    dismissed.hands_in(&mut alley.town, &[escalation(on, 3)]);
    assert_eq!(alley.town.sync(&mut successor).summary.refused, 0);
    alley.town.sync(&mut successor);
    assert_eq!(successor.replica.proposals().len(), 1);
}
