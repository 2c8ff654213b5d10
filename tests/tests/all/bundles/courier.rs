//! Others on the way: who may see what, who carries on, who is judged.

use alleyway_core::sync::frame::Stop;
use alleyway_ledger::DeviceChange;
use alleyway_replica::{EntryState, ExportError, Replica};
use alleyway_tests::pure::Town;

use super::{case, export, hand_over, head, import, restored, state, two_chiefs};

#[test]
fn a_courier_who_may_not_see_a_case_carries_it_unread() {
    let mut town = Town::new();
    let (mut xie, _, old) = two_chiefs(&mut town);
    let mut wei = town.device("wei");
    town.sync(&mut wei);
    // Xie's phone hears of wei's.
    town.sync(&mut xie);
    town.note(&mut xie, old, "只给巷里看的话");
    let new = town.report(&mut xie, "水管漏了", "半夜开始漏。", "巷口", "");
    let taken = hand_over(&mut town, &mut xie, &mut wei);
    assert_eq!((taken.batches, taken.commands, taken.withheld), (1, 0, 2));
    assert!(wei.replica.cases().is_empty() && wei.replica.working(new.document).is_none());
    assert_eq!(wei.replica.carried()[0].withheld, 2);
    let held = alleyway_core::store::Records::scan(&wei.store, b"c", b"d", 10).unwrap();
    let text = "只给巷里看的话".as_bytes();
    assert!(
        held.iter()
            .all(|(_, value)| !value.windows(text.len()).any(|bytes| bytes == text))
    );
    let summary = town.sync(&mut wei).summary;
    assert_eq!(
        (summary.carried, summary.received, summary.up_to_date),
        (1, 0, true)
    );
    assert!(wei.replica.carried().is_empty() && wei.replica.cases().is_empty());
    let summary = town.sync(&mut xie).summary;
    assert_eq!((summary.admitted, summary.up_to_date), (2, true));
}

#[test]
fn a_bundle_for_nobody_in_particular_shows_nothing_and_is_handed_in_by_whoever_has_it() {
    let mut town = Town::new();
    let (mut xie, mut lu, old) = two_chiefs(&mut town);
    let note = town.note(&mut xie, old, "谁都可以带");
    let file = export(&mut town, &mut xie, None).unwrap();
    let taken = import(&town, &mut lu, &file).unwrap();
    assert_eq!((taken.batches, taken.commands, taken.withheld), (1, 0, 1));
    assert_eq!(state(&lu, &note), None);
    // The same batch, readable, shows what was withheld.
    let shown = hand_over(&mut town, &mut xie, &mut lu);
    assert_eq!((shown.batches, shown.commands, shown.known), (0, 1, 0));
    assert_eq!(state(&lu, &note), Some(EntryState::Carried));
    assert_eq!(town.sync(&mut lu).summary.carried, 1);
    assert_eq!(state(&lu, &note), Some(EntryState::Admitted));
}

#[test]
fn a_third_phone_carries_on_what_it_was_handed() {
    let mut town = Town::new();
    let (mut xie, mut lu, old) = two_chiefs(&mut town);
    let mut other = town.device("lu");
    town.sync(&mut other);
    town.sync(&mut lu);
    let first = town.note(&mut xie, old, "谢：一");
    hand_over(&mut town, &mut xie, &mut lu);
    let second = town.note(&mut lu, old, "陆：二");
    let taken = hand_over(&mut town, &mut lu, &mut other);
    assert_eq!((taken.batches, taken.commands), (2, 2));
    assert_eq!(head(&other, old), head(&lu, old));
    let summary = town.sync(&mut other).summary;
    assert_eq!((summary.carried, summary.up_to_date), (2, true));
    // Everybody hands the same in once more: each id is admitted once.
    assert_eq!(town.sync(&mut lu).summary.admitted, 1);
    assert_eq!(town.sync(&mut xie).summary.admitted, 1);
    let shown = case(&xie, old);
    assert_eq!(shown.version, 3);
    assert!(
        [first, second]
            .iter()
            .all(|one| state(&lu, one) == Some(EntryState::Admitted))
    );
}

#[test]
fn a_courier_may_bring_the_third_batch_before_its_author_brings_the_first() {
    let mut town = Town::new();
    let (mut xie, mut lu, old) = two_chiefs(&mut town);
    for text in ["一", "二"] {
        town.note(&mut xie, old, text);
        export(&mut town, &mut xie, None).unwrap();
    }
    town.note(&mut xie, old, "三");
    let file = export(&mut town, &mut xie, None).unwrap();
    // Of the three batches only the last goes along.
    import(&town, &mut lu, &file).unwrap();
    let places = alleyway_core::store::Records::keys(&lu.store, b"c", b"d", 10).unwrap();
    assert_eq!(places.len(), 3);
    let early = places[..2].iter().map(|key| alleyway_core::store::Write {
        key: key.clone(),
        value: None,
        slot: None,
    });
    lu.persist(early.collect());
    lu.replica = Replica::open(&lu.store).unwrap();
    assert_eq!(town.sync(&mut lu).summary.carried, 1);
    let summary = town.sync(&mut xie).summary;
    assert_eq!(
        (
            summary.admitted,
            summary.refused,
            summary.forked,
            summary.up_to_date
        ),
        (3, 0, false, true)
    );
}

#[test]
fn of_two_batches_under_one_number_the_first_is_kept_and_the_other_reported() {
    let mut town = Town::new();
    let (mut xie, mut lu, old) = two_chiefs(&mut town);
    let backup = xie.store.clone();
    let first = town.note(&mut xie, old, "一");
    hand_over(&mut town, &mut xie, &mut lu);
    // The phone is restored from its backup, and something else is typed.
    let mut restored = restored(backup);
    let other = town.note(&mut restored, old, "另一个");
    let taken = hand_over(&mut town, &mut restored, &mut lu);
    assert_eq!((taken.batches, taken.differing), (0, 1));
    assert_eq!(
        (state(&lu, &first), state(&lu, &other)),
        (Some(EntryState::Carried), None)
    );
    assert_eq!(town.sync(&mut lu).summary.carried, 1);
    // The restored phone learns of the fork as ever, and loses nothing.
    let summary = town.sync(&mut restored).summary;
    assert_eq!(
        (summary.forked, summary.admitted, summary.up_to_date),
        (true, 1, true)
    );
    assert_eq!(case(&restored, old).version, 3);
}

#[test]
fn a_revoked_devices_batch_through_an_honest_courier_goes_to_the_tray() {
    let mut town = Town::new();
    let (mut xie, mut lu, old) = two_chiefs(&mut town);
    let note = town.note(&mut xie, old, "撤销以前写的");
    hand_over(&mut town, &mut xie, &mut lu);
    let code = xie.replica.status(town.now).unwrap().device_code;
    let now = town.now;
    town.ledger
        .change_device(&town.store, code, DeviceChange::Stop(Stop::Revoked), now)
        .unwrap();
    town.commit();
    let before = case(&lu, old).version;
    let summary = town.sync(&mut lu).summary;
    assert_eq!(
        (summary.carried, summary.refused),
        (1, 0),
        "the courier is not to blame"
    );
    assert_eq!(case(&lu, old).version, before);
    assert_eq!(state(&lu, &note), None);
    // The author's own phone is told that it lies in the tray.
    assert_eq!(town.sync(&mut xie).summary.kept, 1);
}

#[test]
fn nothing_to_hand_over_and_a_member_without_a_device_are_said_to_be_so() {
    let mut town = Town::new();
    let (mut xie, _, old) = two_chiefs(&mut town);
    let (lu, wei) = (town.member("lu"), town.member("wei"));
    assert_eq!(
        export(&mut town, &mut xie, Some(lu)),
        Err(ExportError::Nothing)
    );
    town.note(&mut xie, old, "一");
    assert_eq!(
        export(&mut town, &mut xie, Some(wei)),
        Err(ExportError::NoDevice)
    );
    assert!(export(&mut town, &mut xie, Some(lu)).is_ok());
}
