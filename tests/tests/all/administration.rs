//! Administration as commands of phones: two administrators give, one takes away; what a phone
//! without the post, a stopped one, a late and a repeated command get.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "what goes wrong ends the test"
)]

#[path = "administration/imports.rs"]
mod imports;

use alleyway_core::command::Body;
use alleyway_core::id::{CommandId, DeviceId, UnitId};
use alleyway_core::kinds::unit::{
    Appoint, AskInvitation, AskThaw, ConfirmAsked, EndPost, Post, StopDevice, StopWord,
    UnitCommand, UnitKind, WithdrawAsked,
};
use alleyway_core::number::TrackingCode;
use alleyway_core::refusal::RefusalCode;
use alleyway_core::store::MemoryStore;
use alleyway_core::sync::enrol::EnrolError;
use alleyway_core::sync::frame::Stop;
use alleyway_core::text::Text;
use alleyway_core::time::Time;
use alleyway_ledger::{LedgerError, ReadError};
use alleyway_replica::{Draft, RecordError};
use alleyway_tests::pure::{Device, Town};

/// A minute, in milliseconds.
const MINUTE: i64 = 60_000;

/// Two administrators with phones, and a chief with one.
struct Stage {
    town: Town,
    he: Device,
    fan: Device,
    xie: Device,
}

impl Stage {
    fn new() -> Self {
        let mut town = Town::new();
        let hall = {
            let mut units = town.ledger.organisation().units();
            units.find(|row| row.kind == UnitKind::Town).unwrap().unit
        };
        for key in ["he", "fan"] {
            town.appoint(hall, key, Post::Administrator);
        }
        let mut phone = |key| {
            let mut device = town.device(key);
            town.sync(&mut device);
            device
        };
        let (he, fan, xie) = (phone("he"), phone("fan"), phone("xie"));
        let mut stage = Self { town, he, fan, xie };
        stage.all_sync();
        stage
    }

    /// The server goes on from a backup, and with its security journal.
    fn is_restored(&mut self, backup: MemoryStore) {
        let restored = backup.with_journal_of(&self.town.store);
        let town = &mut self.town;
        town.restore(restored);
        town.ledger
            .begin_incarnation(&town.store, town.now)
            .unwrap();
        town.commit();
    }

    fn all_sync(&mut self) {
        for device in [&mut self.he, &mut self.fan] {
            self.town.sync(device);
        }
    }

    /// The first administrator's phone types it and hands it in; the second's hears of it.
    fn he_does(&mut self, command: UnitCommand) -> CommandId {
        let typed = types(&mut self.town, &mut self.he, command);
        self.all_sync();
        typed
    }

    /// The other way round.
    fn fan_does(&mut self, command: UnitCommand) -> CommandId {
        let typed = types(&mut self.town, &mut self.fan, command);
        self.town.sync(&mut self.fan);
        self.all_sync();
        typed
    }

    /// One asks, the other confirms.
    fn both_want(&mut self, command: UnitCommand) -> CommandId {
        let asked = self.he_does(command);
        self.fan_does(confirm(asked));
        asked
    }

    fn asks_for_nong(&self) -> UnitCommand {
        UnitCommand::AskAppointment(Appoint {
            member: self.town.member("nong"),
            key: Text::cut("nong"),
            name: Text::cut("农"),
            post: Post::AlleyChief,
            from: self.town.now,
            until: None,
        })
    }

    /// The code of an invitation, as a phone is shown it.
    fn shown(&mut self, asked: CommandId, is_he: bool) -> Result<TrackingCode, ReadError> {
        let random = self.town.random();
        let (town, device) = (&mut self.town, if is_he { &self.he } else { &self.fan });
        let id = device_of(device);
        let (store, now) = (&town.store, town.now);
        let shown = town.ledger.read_invitation(store, id, asked, random, now);
        let shown = match shown {
            Ok(shown) => shown,
            Err(LedgerError::Refused(refusal)) => return Err(refusal),
            Err(LedgerError::Store(error)) => panic!("{error}"),
        };
        town.commit();
        let other = if is_he { &self.fan } else { &self.he };
        assert_eq!(other.replica.open_invitation(asked, &shown.sealed), None);
        let opened = device.replica.open_invitation(asked, &shown.sealed);
        Ok(opened.unwrap())
    }

    fn is_in_office(&self, key: &str) -> bool {
        let (town, member) = (&self.town, self.town.member(key));
        town.ledger
            .organisation()
            .posts_of(member, town.now)
            .next()
            .is_some()
    }

    fn post_of(&self, key: &str) -> CommandId {
        let organisation = self.town.ledger.organisation();
        let mut posts = organisation.appointments_of(self.town.member(key));
        posts.next().unwrap().appointment
    }

    fn stops(&self, device: &Device, key: &str, why: StopWord) -> UnitCommand {
        UnitCommand::StopDevice(StopDevice {
            device: device_of(device),
            member: self.town.member(key),
            why,
        })
    }
}

fn device_of(device: &Device) -> DeviceId {
    DeviceId::of(&device.secret().public())
}

fn confirm(asked: CommandId) -> UnitCommand {
    UnitCommand::ConfirmAsked(ConfirmAsked { asked })
}

fn withdraw(asked: CommandId) -> UnitCommand {
    UnitCommand::WithdrawAsked(WithdrawAsked { asked })
}

fn invite(appointment: CommandId) -> UnitCommand {
    UnitCommand::AskInvitation(AskInvitation {
        appointment,
        replaces: None,
    })
}

fn draft(town: &Town, command: UnitCommand) -> Draft {
    draft_on(town.alley, command)
}

fn draft_on(unit: UnitId, command: UnitCommand) -> Draft {
    Draft {
        target: Some(unit),
        body: Body::Unit(command),
    }
}

/// Types what the phone allows, and hands it in.
fn types(town: &mut Town, device: &mut Device, command: UnitCommand) -> CommandId {
    let alley = town.alley;
    types_on(town, device, alley, command)
}

fn types_on(town: &mut Town, device: &mut Device, unit: UnitId, command: UnitCommand) -> CommandId {
    let draft = draft_on(unit, command);
    let typed = town.record(device, draft).command;
    let summary = town.sync(device).summary;
    assert_eq!((summary.admitted, summary.refused), (1, 0));
    typed
}

/// The code under which a phone refuses it.
fn refused_here(town: &mut Town, device: &mut Device, command: UnitCommand) -> RefusalCode {
    refused_on(town, device, town.alley, command)
}

fn refused_on(
    town: &mut Town,
    device: &mut Device,
    unit: UnitId,
    command: UnitCommand,
) -> RefusalCode {
    let (draft, random) = (draft_on(unit, command), town.random());
    match device.replica.record(draft, town.now, random) {
        Err(RecordError::Refused(refusal)) => refusal.code,
        other => panic!("{other:?}"),
    }
}

#[test]
fn two_phones_give_a_post_and_a_phone_and_one_takes_them_away() {
    let mut stage = Stage::new();
    let asked = stage.he_does(stage.asks_for_nong());
    assert!(!stage.is_in_office("nong"), "one asks");
    let code = refused_here(&mut stage.town, &mut stage.he, confirm(asked));
    assert_eq!(code, RefusalCode::SecondPerson);
    stage.fan_does(confirm(asked));
    assert!(stage.is_in_office("nong"));
    assert_eq!(
        stage.post_of("nong"),
        asked,
        "the post is what was asked for"
    );

    // The directories name the new chief on everybody's phone.
    stage.town.sync(&mut stage.xie);
    let named = stage
        .xie
        .replica
        .organisation()
        .appointment(asked)
        .is_some();
    assert!(named);

    let invitation = stage.he_does(invite(asked));
    assert_eq!(stage.shown(invitation, true), Err(ReadError::NotConfirmed));
    stage.fan_does(confirm(invitation));
    assert_eq!(stage.shown(invitation, false), Err(ReadError::OutOfScope));
    let code = stage.shown(invitation, true).unwrap();
    let mut nong = stage.town.enrol(code).unwrap();
    assert!(stage.town.sync(&mut nong).summary.up_to_date);
    let case = stage
        .town
        .report(&mut nong, "灯坏了", "巷口的灯。", "巷口", "");
    assert_eq!(stage.town.sync(&mut nong).summary.admitted, 1);
    assert_eq!(stage.shown(invitation, true), Err(ReadError::CodeUsed));

    stage.all_sync();
    stage.he_does(stage.stops(&nong, "nong", StopWord::Revoked));
    stage.town.note(&mut nong, case.document, "还没有修好。");
    let summary = stage.town.sync(&mut nong).summary;
    assert_eq!(
        (summary.admitted, summary.kept),
        (0, 1),
        "it lies in a tray"
    );
    assert_eq!(nong.replica.stopped(), Some(Stop::Revoked));

    let end = EndPost {
        appointment: asked,
        until: None,
    };
    stage.he_does(UnitCommand::EndPost(end));
    assert!(!stage.is_in_office("nong"));
    let code = refused_here(&mut stage.town, &mut stage.fan, UnitCommand::EndPost(end));
    assert_eq!(code, RefusalCode::DoneAlready);
}

#[test]
fn a_code_is_shown_once_and_for_ten_minutes_again() {
    let mut stage = Stage::new();
    let invitation = stage.both_want(invite(stage.post_of("xie")));
    let code = stage.shown(invitation, true).unwrap();
    stage.town.now.0 += 9 * MINUTE;
    assert_eq!(
        stage.shown(invitation, true),
        Ok(code),
        "an answer may be lost"
    );
    stage.town.now.0 += 2 * MINUTE;
    assert_eq!(stage.shown(invitation, true), Err(ReadError::CodeShown));
    // It is good all the same, for who has it.
    stage.town.enrol(code).unwrap();
}

#[test]
fn who_is_no_administrator_any_more_is_shown_no_code() {
    let mut stage = Stage::new();
    let invitation = stage.both_want(invite(stage.post_of("xie")));
    let hall = {
        let organisation = stage.town.ledger.organisation();
        let mut posts = organisation.appointments_of(stage.town.member("he"));
        posts.next().unwrap().clone()
    };
    let end = UnitCommand::EndPost(EndPost {
        appointment: hall.appointment,
        until: None,
    });
    let draft = Draft {
        target: Some(hall.unit),
        body: Body::Unit(end),
    };
    stage.town.record(&mut stage.fan, draft);
    stage.town.sync(&mut stage.fan);
    assert_eq!(stage.shown(invitation, true), Err(ReadError::OutOfScope));
    stage.town.stop(&stage.fan, Stop::Lost);
    assert_eq!(stage.shown(invitation, false), Err(ReadError::Stopped));
}

#[test]
fn a_withdrawn_invitation_is_good_for_nothing() {
    let mut stage = Stage::new();
    let invitation = stage.both_want(invite(stage.post_of("xie")));
    let code = stage.shown(invitation, true).unwrap();
    let backup = stage.town.store.clone();
    stage.fan_does(withdraw(invitation));
    assert_eq!(stage.shown(invitation, true), Err(ReadError::OutOfScope));
    assert_eq!(stage.town.enrol(code).err(), Some(EnrolError::CodeExpired));

    // A restore revives it for nobody: the journal knows.
    stage.is_restored(backup);
    assert_eq!(stage.town.enrol(code).err(), Some(EnrolError::CodeExpired));
}

/// An invitation that was confirmed and not used, by how its post ends: at once, or on a day.
#[test]
fn an_invitation_ends_with_the_post_that_it_is_for() {
    for at_once in [true, false] {
        let mut stage = Stage::new();
        let invitation = stage.both_want(invite(stage.post_of("xie")));
        let code = stage.shown(invitation, true).unwrap();
        let end = EndPost {
            appointment: stage.post_of("xie"),
            until: (!at_once).then(|| Time(stage.town.now.0 + 5 * MINUTE)),
        };
        stage.fan_does(UnitCommand::EndPost(end));
        if !at_once {
            assert_eq!(stage.shown(invitation, true), Ok(code), "until then");
            stage.town.now.0 += 5 * MINUTE;
        }
        assert_eq!(stage.shown(invitation, true), Err(ReadError::CodeExpired));
        assert_eq!(stage.town.enrol(code).err(), Some(EnrolError::CodeExpired));
    }
}

/// A backup of before a code was shown does not know of it; the security journal does.
#[test]
fn a_code_that_was_shown_is_not_shown_again_behind_a_restore() {
    let mut stage = Stage::new();
    let invitation = stage.both_want(invite(stage.post_of("xie")));
    let backup = stage.town.store.clone();
    let code = stage.shown(invitation, true).unwrap();
    stage.is_restored(backup);
    assert_eq!(stage.shown(invitation, true), Ok(code), "minutes ago");
    stage.town.now.0 += 11 * MINUTE;
    assert_eq!(stage.shown(invitation, true), Err(ReadError::CodeShown));
}

#[test]
fn what_is_withdrawn_is_confirmed_by_nobody() {
    let mut stage = Stage::new();
    let asked = stage.he_does(stage.asks_for_nong());
    // The second administrator confirms without having heard of the withdrawal.
    let late = draft(&stage.town, confirm(asked));
    stage.town.record(&mut stage.fan, late);
    types(&mut stage.town, &mut stage.he, withdraw(asked));
    let summary = stage.town.sync(&mut stage.fan).summary;
    assert_eq!((summary.admitted, summary.refused), (0, 1));
    assert!(!stage.is_in_office("nong"));
}

#[test]
fn a_stopped_administrators_phone_stops_and_ends_nothing() {
    let mut stage = Stage::new();
    let stop = stage.stops(&stage.xie, "xie", StopWord::Lost);
    let late = draft(&stage.town, stop);
    stage.town.record(&mut stage.he, late);
    let end = EndPost {
        appointment: stage.post_of("xie"),
        until: None,
    };
    let late = draft(&stage.town, UnitCommand::EndPost(end));
    stage.town.record(&mut stage.he, late);
    stage.town.stop(&stage.he, Stop::Lost);
    let summary = stage.town.sync(&mut stage.he).summary;
    assert_eq!((summary.admitted, summary.kept), (0, 2));
    assert!(stage.is_in_office("xie"));
    assert!(stage.town.sync(&mut stage.xie).summary.up_to_date);
    assert_eq!(stage.xie.replica.stopped(), None);
}

#[test]
fn a_phone_without_the_post_does_none_of_it() {
    let mut stage = Stage::new();
    let asked = stage.asks_for_nong();
    let code = refused_here(&mut stage.town, &mut stage.xie, asked);
    assert_eq!(code, RefusalCode::UnknownDocument, "it holds no unit");
}

/// A batch that is handed in twice, and one whose answer is lost, end one post and make one code.
#[test]
fn a_command_that_comes_again_changes_nothing() {
    let mut stage = Stage::new();
    let invitation = stage.he_does(invite(stage.post_of("xie")));
    let confirmed = draft(&stage.town, confirm(invitation));
    stage.town.record(&mut stage.fan, confirmed);
    let before = stage.fan.store.clone();
    stage.town.sync(&mut stage.fan);
    let code = stage.shown(invitation, true).unwrap();
    // The phone as it was before it heard the answer.
    stage.fan.replica = alleyway_replica::Replica::open(&before).unwrap();
    stage.fan.store = before;
    stage.town.sync(&mut stage.fan);
    assert_eq!(stage.shown(invitation, true), Ok(code));
    stage.town.enrol(code).unwrap();
    assert_eq!(stage.shown(invitation, true), Err(ReadError::CodeUsed));
}

#[test]
fn a_frozen_phone_goes_on_when_two_want_it() {
    let mut stage = Stage::new();
    let thaw = UnitCommand::AskThaw(AskThaw {
        device: device_of(&stage.xie),
        member: stage.town.member("xie"),
    });
    let not_frozen = draft(&stage.town, thaw.clone());
    stage.town.record(&mut stage.he, not_frozen);
    assert_eq!(stage.town.sync(&mut stage.he).summary.refused, 1);

    stage.town.stop(&stage.xie, Stop::Frozen);
    let asked = stage.he_does(thaw);
    stage.town.sync(&mut stage.xie);
    assert_eq!(stage.xie.replica.stopped(), Some(Stop::Frozen), "one asks");
    stage.fan_does(confirm(asked));
    stage.town.sync(&mut stage.xie);
    assert_eq!(stage.xie.replica.stopped(), None);
}

/// What was asked for a frozen phone ends with that: whoever freezes it later is not let go on by it.
#[test]
fn an_old_asking_lets_no_phone_go_on_that_is_frozen_later() {
    let mut stage = Stage::new();
    let thaw = UnitCommand::AskThaw(AskThaw {
        device: device_of(&stage.xie),
        member: stage.town.member("xie"),
    });
    stage.town.stop(&stage.xie, Stop::Frozen);
    let asked = stage.he_does(thaw.clone());
    // The second administrator confirms, and root has been quicker; then it is frozen once more.
    let late = draft(&stage.town, confirm(asked));
    stage.town.record(&mut stage.fan, late);
    stage.town.thaw(&stage.xie);
    stage.town.stop(&stage.xie, Stop::Frozen);
    assert_eq!(stage.town.sync(&mut stage.fan).summary.refused, 1);
    stage.town.sync(&mut stage.xie);
    assert_eq!(stage.xie.replica.stopped(), Some(Stop::Frozen));

    // Everybody reads that nothing waits, and it is asked for anew.
    stage.all_sync();
    assert!(stage.he.replica.asked().is_empty());
    stage.both_want(thaw);
    stage.town.sync(&mut stage.xie);
    assert_eq!(stage.xie.replica.stopped(), None);
}

/// A device that stops itself is stopped: what it has typed behind that lies in a tray.
#[test]
fn an_administrator_stops_the_phone_that_he_types_on() {
    let mut stage = Stage::new();
    let hall = {
        let organisation = stage.town.ledger.organisation();
        let mut posts = organisation.appointments_of(stage.town.member("he"));
        posts.next().unwrap().unit
    };
    let stop = stage.stops(&stage.he, "he", StopWord::Revoked);
    let draft = Draft {
        target: Some(hall),
        body: Body::Unit(stop),
    };
    stage.town.record(&mut stage.he, draft);
    stage.town.sync(&mut stage.he);
    stage.town.sync(&mut stage.he);
    assert_eq!(stage.he.replica.stopped(), Some(Stop::Revoked));
}

/// A post ends when the server hears of it, whatever the phone's clock shows.
#[test]
fn a_post_that_ends_at_once_ends_by_the_servers_clock() {
    for ahead in [-400, 400] {
        let mut stage = Stage::new();
        let appointment = stage.post_of("xie");
        let until = None;
        let end = draft(
            &stage.town,
            UnitCommand::EndPost(EndPost { appointment, until }),
        );
        let (random, clock) = (stage.town.random(), stage.town.now.plus_days(ahead));
        let (writes, _) = stage.he.replica.record(end, clock, random).unwrap();
        stage.he.persist(writes);
        assert_eq!(stage.town.sync(&mut stage.he).summary.admitted, 1);
        let row = stage.town.ledger.organisation().appointment(appointment);
        let until = row.unwrap().until.unwrap();
        let off = stage.town.now.0 - until.0;
        assert!((0..=5_000).contains(&off), "{ahead}: {off}");
    }
}
