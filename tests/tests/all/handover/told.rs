//! How long who had a post still hands in as if in office: until told, and not for ever.

use super::cut::Forger;
use super::stage::{
    Alley, LEAVES, days_pass, marked, note, receipt_of, replace_chief, report, step,
};
use alleyway_core::command::Body;
use alleyway_core::id::{CommandId, DocumentId};
use alleyway_core::kinds::tray::TrayCommand;
use alleyway_core::kinds::tray::{SettleItem, TrayOutcome};
use alleyway_core::limits::{AFTER_POST_DAYS_MAX, TOLD_BATCHES_MAX};
use alleyway_core::store::Records;
use alleyway_core::sync::frame::{KeptWhy, Stop, Verdict};
use alleyway_core::wire::List;
use alleyway_replica::{Became, Draft};
use alleyway_tests::pure::Device;

/// A chief with a second phone, on which nothing is what its program would do.
struct Dismissed {
    alley: Alley,
    forger: Forger,
    code: u32,
    days: u8,
}

impl Dismissed {
    /// In office still.
    fn soon() -> Self {
        let mut alley = Alley::new();
        let device = alley.town.device(LEAVES);
        let code = device.replica.status(alley.town.now).unwrap().device_code;
        let mut forger = Forger::of(&device);
        forger.more = false;
        forger.listens(&mut alley.town);
        Self {
            alley,
            forger,
            code,
            days: 0,
        }
    }

    /// The post ends, and the phone hears of it.
    fn is_told(&mut self) {
        replace_chief(&mut self.alley.town);
        self.forger.listens(&mut self.alley.town);
    }

    /// Whether anything of a note and a report, typed a day later, is taken or kept.
    fn goes_on(&mut self) -> bool {
        self.days += 1;
        days_pass(&mut self.alley.town, 1);
        let reported = report(self.alley.town.alley, self.code, self.days);
        let drafts = [step(self.alley.case.document, note("still here")), reported];
        let verdicts = self.forger.hands_in(&mut self.alley.town, &drafts);
        verdicts
            .iter()
            .any(|said| !matches!(said, Verdict::Refused(_) | Verdict::Need(_)))
    }
}

#[test]
fn who_was_told_hands_in_once_more_and_then_no_more() {
    let mut chief = Dismissed::soon();
    chief.is_told();
    assert!(
        chief.goes_on(),
        "it may have been typed before the answer came"
    );
    assert!(!chief.goes_on());
}

#[test]
fn a_batch_left_out_does_not_keep_a_post_alive() {
    let mut chief = Dismissed::soon();
    let drafts = [step(chief.alley.case.document, note("never sent"))];
    chief.forger.seals(&chief.alley.town, &drafts);
    assert!(chief.goes_on());
    chief.is_told();
    chief.goes_on();
    assert!(!chief.goes_on());
}

#[test]
fn a_step_that_waits_for_ever_does_not_keep_a_post_alive() {
    let mut chief = Dismissed::soon();
    chief.forger.after = List::new(vec![CommandId([9; 16])]).unwrap();
    let case = chief.alley.case.document;
    let waits = chief
        .forger
        .hands_in(&mut chief.alley.town, &[step(case, note("waits"))]);
    assert!(matches!(waits[0], Verdict::Need(_)));
    chief.is_told();
    chief.goes_on();
    assert!(!chief.goes_on());
}

#[test]
fn an_old_cursor_does_not_keep_a_post_alive() {
    let mut chief = Dismissed::soon();
    let old = chief.forger.cursor.clone();
    chief.is_told();
    chief.forger.cursor = old.clone();
    chief.goes_on();
    chief.forger.cursor = old;
    assert!(!chief.goes_on());
}

#[test]
fn to_say_that_more_follows_does_not_keep_a_post_alive() {
    let mut chief = Dismissed::soon();
    chief.is_told();
    chief.forger.more = true;
    let taken = (0..=2 * TOLD_BATCHES_MAX)
        .take_while(|_| chief.goes_on())
        .count();
    assert_eq!(taken as u64, 1 + TOLD_BATCHES_MAX);
}

#[test]
fn who_was_never_told_adds_to_cases_for_half_a_year_and_then_proposes() {
    let mut alley = Alley::new();
    let case = alley.case.document;
    let mut other = alley.town.device(LEAVES);
    alley.town.sync(&mut other);
    alley.types(step(case, note("three holes")));
    let late = alley.town.note(&mut other, case, "five holes").command;
    replace_chief(&mut alley.town);
    let mut successor = alley.successor();

    days_pass(&mut alley.town, AFTER_POST_DAYS_MAX - 1);
    assert_eq!(alley.town.sync(&mut alley.old).summary.admitted, 1);
    days_pass(&mut alley.town, 2);
    let summary = alley.town.sync(&mut other).summary;
    assert_eq!((summary.admitted, summary.kept, summary.refused), (0, 1, 0));
    let Some(Became::Kept(kept)) = receipt_of(&other, late) else {
        panic!("it lies in a tray")
    };
    assert_eq!(kept.why, KeptWhy::PostEnded);

    alley.town.sync(&mut successor);
    assert_eq!(marked(&successor, case), ["three holes"]);
    assert_eq!(
        successor
            .replica
            .proposals()
            .iter()
            .map(|row| row.item)
            .collect::<Vec<_>>(),
        [late]
    );
}

/// The one tray that a phone has.
fn tray_of(device: &Device) -> DocumentId {
    let rows = device.store.scan(b"d", b"e", usize::MAX).unwrap();
    let ids = rows
        .iter()
        .map(|(key, _)| DocumentId(key[1..].try_into().unwrap()));
    ids.into_iter()
        .find(|id| {
            device
                .replica
                .working(*id)
                .is_some_and(|document| document.tray().is_some())
        })
        .unwrap()
}

/// An alley with an item of a revoked phone in its tray, and that tray.
fn with_an_item() -> (Alley, CommandId, DocumentId) {
    let mut alley = Alley::new();
    let case = alley.case.document;
    let mut revoked = alley.town.device(LEAVES);
    alley.town.sync(&mut revoked);
    let item = alley.town.note(&mut revoked, case, "four holes").command;
    alley.town.stop(&revoked, Stop::Revoked);
    alley.town.sync(&mut revoked);
    alley.town.sync(&mut alley.old);
    let tray = tray_of(&alley.old);
    (alley, item, tray)
}

#[test]
fn an_item_is_not_said_to_be_done_after_the_post_by_who_did_nothing() {
    let (mut alley, item, tray) = with_an_item();
    let case = alley.case.document;
    let device = alley.town.device(LEAVES);
    let mut forger = Forger::of(&device);
    forger.more = false;
    forger.listens(&mut alley.town);
    replace_chief(&mut alley.town);
    let mut successor = alley.successor();
    let settle = |outcome| {
        let body = Body::Tray(TrayCommand::Settle(SettleItem {
            item,
            outcome,
            became: None,
        }));
        Draft {
            target: Some(tray),
            body,
        }
    };
    let drafts = [
        settle(TrayOutcome::Taken),
        settle(TrayOutcome::Dismissed),
        step(case, note("something else")),
        settle(TrayOutcome::Taken),
    ];
    let verdicts = forger.hands_in(&mut alley.town, &drafts);
    assert!(matches!(
        verdicts[..],
        [
            Verdict::Refused(_),
            Verdict::Refused(_),
            Verdict::AfterPost(_),
            Verdict::Refused(_)
        ]
    ));
    alley.town.sync(&mut successor);
    assert_eq!(
        successor
            .replica
            .review()
            .iter()
            .map(|row| row.item)
            .collect::<Vec<_>>(),
        [item]
    );
}

#[test]
fn an_item_that_was_taken_before_the_phone_knew_of_the_end_is_done() {
    let (mut alley, item, _) = with_an_item();
    let (case, now, random) = (alley.case.document, alley.town.now, alley.town.random());
    let (writes, _) = alley.old.replica.take(item, now, random).unwrap();
    alley.old.persist(writes);
    replace_chief(&mut alley.town);
    let summary = alley.town.sync(&mut alley.old).summary;
    assert_eq!((summary.admitted, summary.kept, summary.refused), (2, 0, 0));
    let successor = alley.successor();
    assert_eq!(marked(&successor, case), ["four holes"]);
    assert!(successor.replica.review().is_empty());
}
