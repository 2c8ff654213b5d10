//! Made-up towns and phones, for the tests of this crate.

use std::path::Path;

use alleyway_core::id::{MemberId, TownId};
use alleyway_core::kinds::unit::{Appoint, CreateUnit, Post, UnitCommand, UnitKind};
use alleyway_core::sync::enrol::InvitationCode;
use alleyway_core::text::Text;
use alleyway_core::time::Time;
use alleyway_demo::{Operator as _, Phone, Size, generate};

use super::{Direct, Folder};
use crate::instance::Instance;
use crate::writer::{Desk, Writer};

/// A new folder with the small town.
pub(crate) fn small_town(folder: &Path, now: Time) -> Instance {
    let town = generate(Size::Small, 1, now).unwrap();
    let mut instance = Instance::create(folder, Text::cut(&town.name), 64).unwrap();
    Folder(&mut instance).import(&town.lists, now).unwrap();
    instance
}

/// A town with one alley, and the alley's chief.
pub(crate) fn found_alley(desk: &mut Desk<'_>, town: TownId, chief: &str) {
    let seed = [7; 32];
    let units = [
        ("town", UnitKind::Town),
        ("village", UnitKind::Village),
        ("alley", UnitKind::Alley),
    ];
    let (mut list, mut parent) = (desk.ledger.admin_list(seed, desk.now), None);
    for (key, kind) in units {
        let (key, name) = (Text::cut(key), Text::cut(key));
        let create = CreateUnit {
            key,
            name,
            kind,
            parent,
        };
        parent = Some(list.push(None, UnitCommand::Create(create)));
    }
    let appoint = Appoint {
        member: MemberId::derive(town, chief),
        key: Text::cut(chief),
        name: Text::cut(chief),
        post: Post::AlleyChief,
        from: Time::EARLIEST,
        until: None,
    };
    list.push(parent, UnitCommand::Appoint(appoint));
    desk.ledger.administer_list(desk.store, list).unwrap();
}

/// The line to a desk.
pub(crate) fn line<'a>(desk: &'a mut Desk<'_>, town: TownId) -> Direct<'a> {
    Direct {
        ledger: desk.ledger,
        records: desk.store,
        town,
    }
}

/// A new phone of a member, all of whose chance is made of `seed`. It syncs only once the desk's
/// writes are committed.
pub(crate) fn phone(desk: &mut Desk<'_>, town: TownId, member: &str, seed: u8) -> Phone {
    let code = InvitationCode::from_random([seed; 15]);
    let (member, now) = (MemberId::derive(town, member), desk.now);
    desk.ledger.invite(desk.store, member, &code, now).unwrap();
    Phone::enrolled(&mut line(desk, town), code, [seed; 32], now).unwrap()
}

/// The same, by way of the writer, and synced.
pub(crate) async fn enrolled(
    writer: &Writer,
    town: TownId,
    member: &'static str,
    seed: u8,
) -> Phone {
    // A phone is large, and so is a future that holds one.
    let made = writer.ask(0, move |desk| Ok(phone(desk, town, member, seed)));
    let phone = Box::pin(made).await.unwrap();
    Box::pin(synced(writer, town, phone)).await
}

/// Syncs a phone, all of whose commands are admitted.
pub(crate) async fn synced(writer: &Writer, town: TownId, mut phone: Phone) -> Phone {
    let work = move |desk: &mut Desk<'_>| {
        let now = desk.now;
        let summary = phone.sync(&mut line(desk, town), now).unwrap();
        assert!(summary.up_to_date && summary.refused == 0, "{summary:?}");
        Ok(phone)
    };
    Box::pin(writer.ask(0, work)).await.unwrap()
}
