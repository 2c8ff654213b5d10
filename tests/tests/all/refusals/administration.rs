//! Posts, invitations and devices, by administrators' commands.

use alleyway_core::command::Body;
use alleyway_core::id::{CommandId, DeviceId};
use alleyway_core::kinds::unit::{
    Appoint, AskInvitation, AskThaw, Post, StopDevice, StopWord, UnitCommand,
};
use alleyway_core::refusal::RefusalCode;
use alleyway_core::text::Text;
use alleyway_replica::Draft;
use alleyway_tests::pure::{Device, Town};

use super::bench::{Bench, dropped, refused, replanted};

/// An administrator's phone, which has the units.
fn administrator(bench: &mut Bench) -> Device {
    let hall = bench.town_hall();
    let town = &mut bench.town;
    town.appoint(hall, "jin", Post::Administrator);
    let mut device = town.device("jin");
    town.sync(&mut device);
    device
}

fn device_of(device: &Device) -> DeviceId {
    DeviceId::of(&device.secret().public())
}

fn post_of(town: &Town, key: &str) -> CommandId {
    let mut posts = town.ledger.organisation().appointments_of(town.member(key));
    posts.next().unwrap().appointment
}

fn asks(town: &Town, key: &str, name: &str, post: Post) -> UnitCommand {
    UnitCommand::AskAppointment(Appoint {
        member: town.member(key),
        key: Text::cut(key),
        name: Text::cut(name),
        post,
        from: town.now,
        until: None,
    })
}

fn types(town: &mut Town, device: &mut Device, command: UnitCommand) -> CommandId {
    let target = Some(town.alley);
    let body = Body::Unit(command);
    town.record(device, Draft { target, body }).command
}

/// The server refuses what a program without this one's checks typed on the alley's unit, under this
/// code, and it can be dropped; what was typed behind it stands.
fn is_refused(bench: &mut Bench, command: UnitCommand, code: RefusalCode) {
    let mut jin = administrator(bench);
    let town = &mut bench.town;
    let fitting = asks(town, "nong", "农", Post::AlleyChief);
    types(town, &mut jin, fitting);
    let body = Body::Unit(command);
    let planted = replanted(&mut jin, |typed| typed.body = body);
    let behind = asks(town, "meng", "蒙", Post::AlleyChief);
    types(town, &mut jin, behind);
    refused(town, &mut jin, &[], (planted, code));
    dropped(town, &mut jin, planted);
}

pub(super) fn a_post_that_the_unit_has_not_is_dropped() {
    let mut bench = Bench::new();
    let command = asks(&bench.town, "nong", "农", Post::CentreClerk);
    is_refused(&mut bench, command, RefusalCode::PostUnfit);
}

pub(super) fn a_key_under_another_name_is_dropped() {
    let mut bench = Bench::new();
    let command = asks(&bench.town, "qin", "somebody else", Post::AlleyChief);
    is_refused(&mut bench, command, RefusalCode::NameDiffers);
}

pub(super) fn a_post_that_somebody_has_is_not_asked_for() {
    let mut bench = Bench::new();
    let name = bench.town.ledger.organisation();
    let name = name.name(bench.town.member("xie")).unwrap().to_owned();
    let command = asks(&bench.town, "xie", &name, Post::AlleyChief);
    is_refused(&mut bench, command, RefusalCode::AppointedAlready);
}

pub(super) fn a_device_that_is_stopped_is_not_stopped_again() {
    let mut bench = Bench::new();
    let (device, member) = (device_of(&bench.lu), bench.town.member("lu"));
    bench
        .town
        .stop(&bench.lu, alleyway_core::sync::frame::Stop::Lost);
    let command = UnitCommand::StopDevice(StopDevice {
        device,
        member,
        why: StopWord::Revoked,
    });
    is_refused(&mut bench, command, RefusalCode::DoneAlready);
}

pub(super) fn a_device_that_is_anothers_is_not_stopped() {
    let mut bench = Bench::new();
    let (device, member) = (device_of(&bench.lu), bench.town.member("xie"));
    let stop = |device| {
        UnitCommand::StopDevice(StopDevice {
            device,
            member,
            why: StopWord::Lost,
        })
    };
    is_refused(&mut bench, stop(device), RefusalCode::UnknownDevice);
}

/// Whoever is no administrator is told that, and nothing of which devices there are.
#[test]
fn who_may_not_stop_devices_learns_of_none() {
    for is_there in [true, false] {
        let mut bench = Bench::new();
        let member = bench.town.member("lu");
        let device = if is_there {
            device_of(&bench.lu)
        } else {
            DeviceId([9; 16])
        };
        let stop = StopDevice {
            device,
            member,
            why: StopWord::Lost,
        };
        let alley = bench.town.alley;
        let Bench {
            town, xie, aside, ..
        } = &mut bench;
        let body = Body::Unit(UnitCommand::StopDevice(stop));
        let planted = super::bench::planted(town, xie, *aside, Some(alley), body);
        let code = RefusalCode::UnknownDocument;
        refused(town, xie, &[*aside], (planted, code));
    }
}

#[test]
fn a_thaw_and_a_replacement_are_of_the_members_own_devices() {
    for is_thaw in [true, false] {
        let mut bench = Bench::new();
        let device = device_of(&bench.lu);
        let command = if is_thaw {
            let member = bench.town.member("xie");
            UnitCommand::AskThaw(AskThaw { device, member })
        } else {
            UnitCommand::AskInvitation(AskInvitation {
                appointment: post_of(&bench.town, "xie"),
                replaces: Some(device),
            })
        };
        is_refused(&mut bench, command, RefusalCode::UnknownDevice);
    }
}

/// The id of a member is the one that the key makes: nobody is appointed under another's.
#[test]
fn a_member_is_who_the_key_means() {
    let mut bench = Bench::new();
    let UnitCommand::AskAppointment(asked) = asks(&bench.town, "nong", "农", Post::AlleyChief)
    else {
        panic!("an asking")
    };
    let member = bench.town.member("somebody else");
    let command = UnitCommand::AskAppointment(Appoint { member, ..asked });
    is_refused(&mut bench, command, RefusalCode::BadValue);
}
