use super::{DismissItems, KeptWhy, OpenTray, PutItem, TrayChange, TrayCommand, TrayItem};
use crate::command::Command;
use crate::crypto::PublicKey;
use crate::documents::samples::{Chain, command, member, tray_item, unit};
use crate::id::{CommandId, DeviceId};
use crate::kinds::tray::TrayOutcome;
use crate::refusal::RefusalCode;

/// An item of a member, typed on a device.
fn item(counter: u64, by: u8, device: u8, why: KeptWhy) -> TrayItem {
    let typed: Command = tray_item(counter).command().unwrap();
    let device = PublicKey([device; 32]);
    let received = tray_item(counter).received;
    TrayItem::new(device, member(by), why, received, &typed).unwrap()
}

fn tray(items: &[TrayItem]) -> Chain {
    let open = TrayCommand::Open(OpenTray {
        unit: unit(1),
        confidential: false,
    });
    let put = |chain: Chain, item: &TrayItem| {
        let item = item.clone();
        chain.then(9, TrayCommand::Put(PutItem { item }))
    };
    items.iter().fold(Chain::new(10).then(9, open), put)
}

fn dismiss(of: &TrayItem, on_device: bool) -> DismissItems {
    DismissItems {
        member: of.member,
        device: on_device.then(|| DeviceId::of(&of.device)),
        proposals: of.why == KeptWhy::PostEnded,
        last: of.id().unwrap(),
    }
}

fn open(chain: &Chain) -> Vec<CommandId> {
    let view = chain.document.tray().unwrap();
    view.open.into_iter().map(|entry| entry.id).collect()
}

fn ids(items: &[&TrayItem]) -> Vec<CommandId> {
    items.iter().map(|item| item.id().unwrap()).collect()
}

#[test]
fn all_items_of_an_author_are_dismissed_in_one_entry_that_says_whose_and_how_many() {
    let items = [
        item(1, 1, 0xa, KeptWhy::PostEnded),
        item(2, 2, 0xb, KeptWhy::PostEnded),
        item(3, 1, 0xc, KeptWhy::PostEnded),
        item(4, 1, 0xa, KeptWhy::DeviceLost),
        item(5, 1, 0xa, KeptWhy::PostEnded),
        item(6, 1, 0xa, KeptWhy::PostEnded),
    ];
    let full = tray(&items);
    // The last one came after the owner had looked.
    let step = dismiss(&items[4], false);
    let (by, at) = (full.next, full.document.version());
    let done = full.then(7, TrayCommand::Dismiss(step));
    assert_eq!(open(&done), ids(&[&items[1], &items[3], &items[5]]));
    let settled = done.document.tray_settled(items[0].id().unwrap()).unwrap();
    assert_eq!(settled.by_command, command(by));
    assert_eq!(
        (settled.by, settled.outcome),
        (member(7), TrayOutcome::Dismissed)
    );
    assert_eq!(done.document.version(), at + 1);
    let entry = done.document.entry(command(by)).unwrap();
    assert_eq!(entry.text_or_empty("member"), member(1).key());
    assert_eq!(entry.int("count"), Some(3));
}

#[test]
fn items_of_one_device_are_dismissed_and_those_of_another_stay() {
    let items = [
        item(1, 1, 0xa, KeptWhy::PostEnded),
        item(2, 1, 0xc, KeptWhy::PostEnded),
    ];
    let step = TrayCommand::Dismiss(dismiss(&items[0], true));
    let done = tray(&items).then(7, step);
    assert_eq!(open(&done), ids(&[&items[1]]));
}

#[test]
fn what_names_no_open_item_dismisses_nothing() {
    let items = [item(1, 1, 0xa, KeptWhy::PostEnded)];
    let step = TrayCommand::Dismiss(dismiss(&items[0], false));
    let mut done = tray(&items).then(7, step.clone());
    let again = done.try_then(7, &step.into()).unwrap_err();
    assert_eq!(again, RefusalCode::WrongState);
    let never_there = item(9, 1, 0xa, KeptWhy::PostEnded);
    let step = TrayCommand::Dismiss(dismiss(&never_there, false));
    let unknown = done.try_then(7, &step.into()).unwrap_err();
    assert_eq!(unknown, RefusalCode::BadValue);
}

#[test]
fn what_was_done_to_a_tray_is_told_from_a_version_on() {
    let items = [
        item(1, 1, 0xa, KeptWhy::PostEnded),
        item(2, 1, 0xa, KeptWhy::PostEnded),
    ];
    let full = tray(&items);
    let put = |item: &TrayItem| TrayChange::Put(item.id().unwrap(), item.clone());
    let since = |chain: &Chain, version| chain.document.tray_changes_since(version);
    assert_eq!(since(&full, 2), Some(vec![put(&items[1])]));
    assert_eq!(since(&full, 3), Some(vec![]));
    assert_eq!(since(&full, 4), None);
    let done = full.then(7, TrayCommand::Dismiss(dismiss(&items[1], false)));
    assert_eq!(since(&done, 3), None, "many at once");
}
