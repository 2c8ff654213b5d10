//! Posts and clearances that had ended before a restore are not revived by it.

use alleyway_core::command::Body;
use alleyway_core::id::{CommandId, UnitId};
use alleyway_core::kinds::unit::{
    Amend, Appoint, Clear, ConfirmClearance, EndClearance, Post, UnitCommand, UnitKind,
};
use alleyway_core::text::Text;
use alleyway_core::time::Time;
use alleyway_ledger::AdminCommand;
use alleyway_replica::Draft;
use alleyway_tests::pure::{Device, Town};

use super::stage::{Stage, ends, restore};

/// Something typed at the server about a unit.
fn console(town: &mut Town, unit: UnitId, command: UnitCommand) {
    town.administer(vec![AdminCommand {
        document: Some(unit),
        body: Body::Unit(command),
    }]);
}

fn appointment(town: &Town, key: &str) -> CommandId {
    let organisation = town.ledger.organisation();
    let mut posts = organisation.appointments_of(town.member(key));
    posts.next().unwrap().appointment
}

fn is_in_office(town: &Town, key: &str) -> bool {
    let organisation = town.ledger.organisation();
    organisation.posts_of(town.member(key), town.now).count() > 0
}

fn is_cleared(town: &Town, key: &str) -> bool {
    let organisation = town.ledger.organisation();
    organisation.is_cleared(appointment(town, key))
}

/// The post of a member goes on, by a decision at the server.
fn goes_on(town: &mut Town, key: &str, unit: UnitId) {
    let amend = Amend {
        appointment: appointment(town, key),
        name: Text::cut(key),
        from: Time::EARLIEST,
        until: None,
    };
    console(town, unit, UnitCommand::Amend(amend));
}

#[test]
fn a_post_that_ended_stays_ended_and_one_that_goes_on_goes_on() {
    let mut stage = Stage::new();
    let alley = stage.town.alley;
    let backup = stage.town.store.clone();
    ends(&mut stage.town, "xie", alley);
    ends(&mut stage.town, "lu", alley);
    goes_on(&mut stage.town, "lu", alley);
    restore(&mut stage.town, &backup);
    assert!(!is_in_office(&stage.town, "xie"));
    assert!(is_in_office(&stage.town, "lu"), "the newest word counts");
    for device in [&mut stage.lu, &mut stage.qin] {
        assert!(stage.town.sync(device).summary.up_to_date);
    }
    assert!(!is_in_office(&stage.town, "xie"));

    // An administrator decides anew, and no later restore of this ledger undoes that.
    goes_on(&mut stage.town, "xie", alley);
    let decided = stage.town.store.clone();
    restore(&mut stage.town, &decided);
    assert!(is_in_office(&stage.town, "xie"));
    // The backup of before knows nothing of it, and the journal does.
    restore(&mut stage.town, &backup);
    assert!(is_in_office(&stage.town, "xie"));
}

fn types(town: &mut Town, device: &mut Device, unit: UnitId, command: UnitCommand) -> CommandId {
    let draft = Draft {
        target: Some(unit),
        body: Body::Unit(command),
    };
    let typed = town.record(device, draft).command;
    assert!(town.sync(device).summary.up_to_date);
    typed
}

/// An administrator of the whole town, with a phone.
fn administrator(town: &mut Town, key: &str) -> Device {
    let hall = {
        let mut units = town.ledger.organisation().units();
        units.find(|row| row.kind == UnitKind::Town).unwrap().unit
    };
    let appoint = Appoint {
        member: town.member(key),
        key: Text::cut(key),
        name: Text::cut(key),
        post: Post::Administrator,
        from: Time::EARLIEST,
        until: None,
    };
    console(town, hall, UnitCommand::Appoint(appoint));
    let mut device = town.device(key);
    town.sync(&mut device);
    device
}

/// Two administrators clear a post.
fn is_cleared_by_two(stage: &mut Stage, jin: &mut Device, su: &mut Device) {
    let (alley, town) = (stage.town.alley, &mut stage.town);
    let appointment = appointment(town, "xie");
    let clear = types(town, jin, alley, UnitCommand::Clear(Clear { appointment }));
    town.sync(su);
    let confirm = ConfirmClearance { appointment, clear };
    types(town, su, alley, UnitCommand::ConfirmClearance(confirm));
    assert!(is_cleared(town, "xie"));
}

#[test]
fn a_clearance_that_ended_stays_ended_when_phones_give_back_what_began_it() {
    for is_backup_of_before in [true, false] {
        let mut stage = Stage::new();
        let (mut jin, mut su) = (
            administrator(&mut stage.town, "jin"),
            administrator(&mut stage.town, "su"),
        );
        let before = stage.town.store.clone();
        is_cleared_by_two(&mut stage, &mut jin, &mut su);
        let cleared = stage.town.store.clone();
        let (alley, town) = (stage.town.alley, &mut stage.town);
        let appointment = appointment(town, "xie");
        console(
            town,
            alley,
            UnitCommand::EndClearance(EndClearance { appointment }),
        );
        restore(
            town,
            if is_backup_of_before {
                &before
            } else {
                &cleared
            },
        );
        for _ in 0..3 {
            for device in [&mut jin, &mut su, &mut stage.xie] {
                town.sync(device);
                assert!(!is_cleared(town, "xie"), "{is_backup_of_before}");
            }
        }
        assert!(town.sync(&mut jin).summary.up_to_date);
    }
}
