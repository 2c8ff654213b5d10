//! What the document, its number or its place in time does not allow.

use alleyway_core::command::{Base, Body, Command, Nonce};
use alleyway_core::crypto::SecretKey;
use alleyway_core::documents::DocumentKind;
use alleyway_core::id::{CommandId, DocumentId, MemberId};
use alleyway_core::kinds::case::{CaseCommand, Stood};
use alleyway_core::kinds::tray::TrayCommand;
use alleyway_core::kinds::tray::{KeptWhy, OpenTray, PutItem, TrayItem};
use alleyway_core::kinds::unit::{Appoint, CreateUnit, Post, UnitCommand, UnitKind};
use alleyway_core::limits::{
    CASE_ADDED_BY_AUTHOR_MAX, CASE_ADDED_MAX, DOCUMENT_STORED_BYTES_MAX, STOPPED_ITEMS_MAX,
    TRAY_DEVICE_ITEMS_MAX,
};
use alleyway_core::refusal::RefusalCode;
use alleyway_core::store::{Records as _, Store as _, Transaction, Write};
use alleyway_core::sync::frame::Stop;
use alleyway_core::text::Text;
use alleyway_core::time::Time;
use alleyway_core::wire::{Reader, Wire as _};
use alleyway_ledger::{AdminCommand, DeviceChange, LedgerError};
use alleyway_replica::{Draft, Effect, RecordError, Replica};
use alleyway_tests::pure::{Device, Town};

use super::bench::{
    Bench, dropped, end_post, mended, planted, refused, replanted, told, types, unit_of, visible,
};
use super::steps::{accept, note, report};

/// A command of the server's own that is refused, as no other way into the ledger is there for it.
pub(super) fn refused_to_the_server(town: &mut Town, command: AdminCommand, code: &RefusalCode) {
    let (seed, now) = (town.random(), town.now);
    let before = town.ledger.organisation().units().count();
    let answer = town
        .ledger
        .administer(&town.store, vec![command], seed, now);
    let Err(LedgerError::Refused(error)) = answer else {
        panic!("it was not refused");
    };
    assert_eq!(
        error.refusal.map(|refusal| refusal.code).as_ref(),
        Some(code)
    );
    assert_eq!(town.ledger.organisation().units().count(), before);
    told(code);
}

fn unit(kind: UnitKind, parent: Option<DocumentId>) -> AdminCommand {
    let key = Text::cut("pingshan");
    let name = Text::cut("平山");
    let create = CreateUnit {
        key,
        name,
        kind,
        parent,
    };
    AdminCommand {
        document: None,
        body: Body::Unit(UnitCommand::Create(create)),
    }
}

pub(super) fn a_second_town_is_not_made() {
    let mut bench = Bench::new();
    let second = unit(UnitKind::Town, None);
    refused_to_the_server(&mut bench.town, second, &RefusalCode::SecondTown);
}

pub(super) fn nobody_is_appointed_in_a_county() {
    let mut bench = Bench::new();
    let town = &mut bench.town;
    town.administer(vec![unit(UnitKind::County, None)]);
    let county = unit_of(town, &UnitKind::County);
    let appoint = Appoint {
        member: town.member("deng"),
        key: Text::cut("deng"),
        name: Text::cut("邓科"),
        post: Post::Auditor,
        from: Time::EARLIEST,
        until: None,
    };
    let command = AdminCommand {
        document: Some(county),
        body: Body::Unit(UnitCommand::Appoint(appoint)),
    };
    refused_to_the_server(town, command, &RefusalCode::PeopleElsewhere);
}

pub(super) fn a_step_on_nothing_is_dropped() {
    let mut bench = Bench::new();
    let Bench {
        town,
        xie,
        case,
        aside,
        ..
    } = &mut bench;
    let command = planted(
        town,
        xie,
        *aside,
        Some(DocumentId([8; 16])),
        Body::Case(note("看过了。")),
    );
    refused(
        town,
        xie,
        &[*case, *aside],
        (command, RefusalCode::UnknownDocument),
    );
    dropped(town, xie, command);
}

pub(super) fn what_was_typed_on_a_refused_report_hears_so() {
    let mut bench = Bench::new();
    let Bench {
        town,
        xie,
        lu,
        aside,
        ..
    } = &mut bench;
    let foreign = lu.replica.status(town.now).unwrap().device_code;
    let body = Body::Case(CaseCommand::Report(report(town.alley, foreign)));
    let reported = planted(town, xie, *aside, None, body);
    // The report has a batch of its own, of which the note's knows nothing.
    begin_in_vain(town, xie);
    let target = reported.document();
    let command = planted(
        town,
        xie,
        *aside,
        Some(target),
        Body::Case(note("先拦起来了。")),
    );
    town.note(xie, *aside, "路灯也看了。");
    let summary = town.sync(xie).summary;
    assert_eq!(
        (summary.admitted, summary.refused, summary.up_to_date),
        (1, 2, true),
        "{summary:?}"
    );
    let codes: Vec<_> = xie
        .replica
        .refused()
        .into_iter()
        .map(|row| (row.command, row.refusal.unwrap().code))
        .collect();
    assert_eq!(
        codes,
        [
            (reported, RefusalCode::BadNumber),
            (command, RefusalCode::DocumentRefused)
        ]
    );
    told(&RefusalCode::DocumentRefused);
    let writes = xie.replica.drop_refused(reported).unwrap();
    xie.persist(writes);
    dropped(town, xie, command);
}

pub(super) fn what_was_typed_upon_anothers_refused_step_is_sent_again() {
    let mut bench = Bench::new();
    let Bench {
        town,
        xie,
        lu,
        qin,
        case,
        aside,
    } = &mut bench;
    let mut third = town.device("xie");
    town.sync(&mut third);
    // Two phones without signal: one accepts, the other has that in a bundle, and notes upon it.
    types(town, xie, *case, accept());
    let random = town.random();
    let sealed = xie.replica.seal_typed(random);
    xie.persist(sealed);
    let bundle = xie
        .replica
        .export(Some(town.member("lu")), town.now, random)
        .unwrap();
    let (writes, _) = lu.replica.import(&bundle.file, town.now).unwrap();
    lu.persist(writes);
    let command = town.note(lu, *case, "受理以后又看了一次。").command;
    town.note(lu, *aside, "路灯也看了。");
    // Meanwhile the case was accepted on another phone.
    types(town, &mut third, *case, accept());
    town.sync(&mut third);
    let summary = town.sync(lu).summary;
    assert_eq!(
        (summary.admitted, summary.refused, summary.up_to_date),
        (1, 1, true),
        "{summary:?}"
    );
    visible(lu, command, &RefusalCode::BaseRefused);
    mended(town, lu, command, &[]);
    assert!(town.sync(qin).summary.up_to_date);
}

pub(super) fn the_server_puts_an_item_into_a_tray_once() {
    let mut bench = Bench::new();
    let town = &mut bench.town;
    let seed = town.random();
    let mut list = town.ledger.admin_list(seed, town.now);
    let tray = list.push(
        None,
        TrayCommand::Open(OpenTray {
            unit: town.alley,
            confidential: false,
        }),
    );
    let device = SecretKey::from_bytes(&[4; 32]).public();
    let kept = Command {
        nonce: Nonce::Drawn(1_u64.to_be_bytes()),
        document: Some(bench.case),
        base: Base::default(),
        at: town.now,
        body: Body::Case(note("看过了。")),
    };
    let item = TrayItem::new(
        device,
        town.member("xie"),
        KeptWhy::PostEnded,
        town.now,
        &kept,
    )
    .unwrap();
    for item in [item.clone(), item] {
        list.push(Some(tray), TrayCommand::Put(PutItem { item }));
    }
    let before = town.store.clone();
    let error = town
        .ledger
        .administer_list(&town.store, list)
        .unwrap_err()
        .refusal()
        .unwrap();
    assert_eq!(
        (error.index, error.refusal.map(|refusal| refusal.code)),
        (2, Some(RefusalCode::IdTaken))
    );
    town.commit();
    let all =
        |store: &alleyway_core::store::MemoryStore| store.scan(&[], &[255], usize::MAX).unwrap();
    assert_eq!(all(&town.store), all(&before), "none of them stands");
    told(&RefusalCode::IdTaken);
}

pub(super) fn a_report_under_another_devices_number_is_reported_again() {
    let mut bench = Bench::new();
    let Bench {
        town,
        xie,
        lu,
        case,
        aside,
        ..
    } = &mut bench;
    let foreign = lu.replica.status(town.now).unwrap().device_code;
    let body = Body::Case(CaseCommand::Report(report(town.alley, foreign)));
    let command = planted(town, xie, *aside, None, body);
    refused(
        town,
        xie,
        &[*case, *aside],
        (command, RefusalCode::BadNumber),
    );
    dropped(town, xie, command);
    town.report(xie, "桥栏杆松了", "小孩常在那里玩。", "桥头", "");
    assert_eq!(town.sync(xie).summary.admitted, 1);
}

/// Lets the server's record of a document say that it takes up more than a document may.
fn fill(town: &mut Town, document: DocumentId) {
    let key = [&b"h"[..], &document.0].concat();
    let value = town.store.get(&key).unwrap().unwrap();
    let mut row = Reader::new(&value);
    DocumentKind::decode(&mut row).unwrap();
    // Generation, version, head, key slot, the snapshot's version.
    u32::decode(&mut row).unwrap();
    u64::decode(&mut row).unwrap();
    <[u8; 32]>::decode(&mut row).unwrap();
    u64::decode(&mut row).unwrap();
    u64::decode(&mut row).unwrap();
    let before = value.len() - row.remaining();
    u64::decode(&mut row).unwrap();
    let behind = row.take(row.remaining()).unwrap();
    let full = [
        &value[..before],
        &(DOCUMENT_STORED_BYTES_MAX + 1).to_bytes(),
        behind,
    ]
    .concat();
    let high_water = town.store.high_water().unwrap();
    let writes = vec![Write {
        key,
        value: Some(full),
        slot: None,
    }];
    town.store
        .commit(&Transaction {
            writes,
            high_water,
            ..Transaction::default()
        })
        .unwrap();
}

pub(super) fn a_case_that_is_full_takes_nothing_and_another_one_does() {
    let mut bench = Bench::new();
    let Bench {
        town,
        xie,
        case,
        aside,
        ..
    } = &mut bench;
    fill(town, *case);
    let command = town.note(xie, *case, "看过了。").command;
    refused(town, xie, &[*aside], (command, RefusalCode::DocumentFull));
    dropped(town, xie, command);
    town.report(xie, "甜橙路坏了（续）", "原来的事项满了。", "村口", "");
    assert_eq!(town.sync(xie).summary.admitted, 1);
}

pub(super) fn a_case_that_is_long_takes_steps_and_no_more_notes() {
    let mut bench = Bench::new();
    let Bench {
        town,
        xie,
        case,
        aside,
        ..
    } = &mut bench;
    let said = || AdminCommand {
        document: Some(*case),
        body: Body::Case(CaseCommand::Stood(Stood {
            step: Text::cut("note"),
            member: MemberId([7; 16]),
            received: Time(0),
            command: CommandId([8; 16]),
        })),
    };
    town.administer((1..CASE_ADDED_MAX).map(|_| said()).collect());
    let command = town.note(xie, *case, "看过了。").command;
    refused(town, xie, &[*aside], (command, RefusalCode::NoRoomForMore));
    dropped(town, xie, command);
    // Now the phone knows, and says so before anything is typed.
    let draft = Draft {
        target: Some(*case),
        body: Body::Case(note("看过了。")),
    };
    let (now, random) = (town.now, town.random());
    let Err(RecordError::Refused(refusal)) = xie.replica.record(draft, now, random) else {
        panic!("it was recorded");
    };
    assert_eq!(refusal.code, RefusalCode::NoRoomForMore);
    types(town, xie, *case, accept());
    assert_eq!(town.sync(xie).summary.admitted, 1);
}

pub(super) fn who_has_added_a_persons_share_leaves_the_rest_to_others() {
    let mut bench = Bench::new();
    let mut other = bench.town.device("xie");
    let Bench {
        town,
        xie,
        case,
        aside,
        ..
    } = &mut bench;
    assert!(town.sync(&mut other).summary.up_to_date);
    let command = town.note(xie, *case, "看过了。").command;
    // The report is one of them.
    for _ in 1..CASE_ADDED_BY_AUTHOR_MAX {
        town.note(&mut other, *case, "又看了一次。");
        if other.replica.pending().len() == 100 {
            town.sync(&mut other);
        }
    }
    assert!(town.sync(&mut other).summary.up_to_date);
    refused(town, xie, &[*aside], (command, RefusalCode::ShareUsed));
    dropped(town, xie, command);
}

pub(super) fn a_stopped_phone_that_left_more_than_is_kept_hears_so() {
    let mut bench = Bench::new();
    let Bench {
        town, xie, case, ..
    } = &mut bench;
    for number in 0..STOPPED_ITEMS_MAX {
        town.note(xie, *case, &number.to_string());
    }
    let command = town.note(xie, *case, "看过了。").command;
    let (code, now) = (xie.replica.status(town.now).unwrap().device_code, town.now);
    town.ledger
        .change_device(&town.store, code, DeviceChange::Stop(Stop::Revoked), now)
        .unwrap();
    town.commit();
    let summary = town.sync(xie).summary;
    assert_eq!(
        (summary.admitted, summary.kept, summary.refused),
        (0, STOPPED_ITEMS_MAX, 1)
    );
    visible(xie, command, &RefusalCode::TooManyKept);
}

pub(super) fn a_proposal_beyond_what_a_tray_takes_of_a_phone_hears_so() {
    let mut bench = Bench::new();
    let Bench {
        town, xie, case, ..
    } = &mut bench;
    let fields = ["title", "text", "place", "contact"];
    for (number, field) in (0..TRAY_DEVICE_ITEMS_MAX).zip(fields.into_iter().cycle()) {
        town.edit(xie, *case, field, &number.to_string());
    }
    let command = town.edit(xie, *case, "title", "甜橙路").command;
    end_post(town, "xie");
    let summary = town.sync(xie).summary;
    assert_eq!(
        (summary.admitted, summary.kept, summary.refused),
        (0, TRAY_DEVICE_ITEMS_MAX as u64, 1)
    );
    visible(xie, command, &RefusalCode::TrayFull);
}

pub(super) fn a_step_on_an_older_generation_is_sent_again() {
    let mut bench = Bench::new();
    let Bench {
        town,
        xie,
        case,
        aside,
        ..
    } = &mut bench;
    town.note(xie, *case, "看过了。");
    let command = replanted(xie, |command| command.base.generation = 7);
    refused(
        town,
        xie,
        &[*case, *aside],
        (command, RefusalCode::StaleGeneration),
    );
    mended(town, xie, command, &[]);
}

/// Begins a sync, of which nothing arrives.
fn begin_in_vain(town: &mut Town, device: &mut Device) {
    let random = town.random();
    for effect in device.replica.begin_sync(town.now, random) {
        if let Effect::Persist(writes) = effect {
            device.persist(writes);
        }
    }
}

pub(super) fn a_restored_phone_hears_that_the_step_was_answered() {
    let mut bench = Bench::new();
    let Bench {
        town,
        xie,
        lu,
        case,
        aside,
        ..
    } = &mut bench;
    types(town, lu, *case, accept());
    town.sync(lu);
    let command = types(town, xie, *case, accept());
    begin_in_vain(town, xie);
    let backup = xie.store.clone();
    town.sync(xie);
    visible(xie, command, &RefusalCode::WrongState);
    dropped(town, xie, command);
    // The phone has said that it knows; then it is put back to where it was.
    let replica = Replica::open(&backup).unwrap();
    let mut restored = Device {
        replica,
        store: backup,
        wiped: false,
    };
    refused(
        town,
        &mut restored,
        &[*case, *aside],
        (command, RefusalCode::AlreadyAnswered),
    );
    dropped(town, &mut restored, command);
}
