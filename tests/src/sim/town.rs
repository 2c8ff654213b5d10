//! The town of a run: two villages with a branch each, three alleys, a department, six members.

use alleyway_core::command::Body;
use alleyway_core::id::{CommandId, DocumentId, MemberId, TownId, UnitId};
use alleyway_core::kinds::household::HouseholdCommand;
use alleyway_core::kinds::household::{CreateHousehold, MoveHousehold};
use alleyway_core::kinds::unit::{
    Amend, Appoint, Clear, CreateUnit, EndClearance, MoveUnit, Post, UnitCommand, UnitKind,
};
use alleyway_core::organisation::Organisation;
use alleyway_core::text::Text;
use alleyway_core::time::Time;
use alleyway_ledger::{AdminCommand, Ledger};

use super::oracle::{Held, Town};

pub(crate) const TOWN: TownId = TownId([7; 16]);

/// The units by place, as the founding commands make them.
#[derive(Debug, Clone)]
pub(crate) struct Places {
    pub(crate) town: UnitId,
    pub(crate) villages: Vec<UnitId>,
    pub(crate) branches: Vec<UnitId>,
    pub(crate) alleys: Vec<UnitId>,
    pub(crate) department: UnitId,
}

pub(crate) fn member(key: &str) -> MemberId {
    MemberId::derive(TOWN, key)
}

fn unit(key: &str, kind: UnitKind, parent: Option<UnitId>) -> AdminCommand {
    let body = UnitCommand::Create(CreateUnit {
        key: Text::cut(key),
        name: Text::cut(key),
        kind,
        parent,
    });
    AdminCommand {
        document: None,
        body: Body::Unit(body),
    }
}

pub(crate) fn appoint(
    unit: UnitId,
    key: &str,
    post: Post,
    from: Time,
    until: Option<Time>,
) -> AdminCommand {
    let (name, key_text) = (Text::cut(key), Text::cut(key));
    let body = UnitCommand::Appoint(Appoint {
        member: member(key),
        key: key_text,
        name,
        post,
        from,
        until,
    });
    AdminCommand {
        document: Some(unit),
        body: Body::Unit(body),
    }
}

pub(crate) fn household(alley: UnitId, door: &str) -> AdminCommand {
    let body = CreateHousehold {
        alley,
        door: Text::cut(door),
        contact: Text::cut("grandmother"),
        count: 3,
    };
    AdminCommand {
        document: None,
        body: Body::Household(HouseholdCommand::Create(body)),
    }
}

pub(crate) fn move_household(household: DocumentId, alley: UnitId) -> AdminCommand {
    let body = Body::Household(HouseholdCommand::Move(MoveHousehold { alley }));
    AdminCommand {
        document: Some(household),
        body,
    }
}

pub(crate) fn move_unit(unit: UnitId, parent: UnitId) -> AdminCommand {
    AdminCommand {
        document: Some(unit),
        body: Body::Unit(UnitCommand::Move(MoveUnit { parent })),
    }
}

/// Ends an appointment at `until`.
pub(crate) fn end(
    organisation: &Organisation,
    appointment: CommandId,
    until: Time,
) -> Option<AdminCommand> {
    let row = organisation.appointment(appointment)?;
    let body = Amend {
        appointment,
        name: row.name.clone(),
        from: row.from,
        until: Some(until),
    };
    Some(AdminCommand {
        document: Some(row.unit),
        body: Body::Unit(UnitCommand::Amend(body)),
    })
}

/// Asks, as the first of two persons, for an appointment's clearance.
pub(crate) fn clear(unit: UnitId, appointment: CommandId) -> AdminCommand {
    AdminCommand {
        document: Some(unit),
        body: Body::Unit(UnitCommand::Clear(Clear { appointment })),
    }
}

/// Ends an appointment's clearance.
pub(crate) fn end_clearance(unit: UnitId, appointment: CommandId) -> AdminCommand {
    AdminCommand {
        document: Some(unit),
        body: Body::Unit(UnitCommand::EndClearance(EndClearance { appointment })),
    }
}

/// The founding commands, and where they put things.
pub(crate) fn found(ledger: &Ledger, seed: &[u8; 32], from: Time) -> (Vec<AdminCommand>, Places) {
    let id = |index| ledger.admin_document(seed, index);
    let (town, villages) = (id(0), vec![id(1), id(2)]);
    let mut commands = vec![
        unit("town", UnitKind::Town, None),
        unit("village-1", UnitKind::Village, Some(id(0))),
        unit("village-2", UnitKind::Village, Some(id(0))),
        unit("branch-1", UnitKind::Branch, Some(id(1))),
        unit("branch-2", UnitKind::Branch, Some(id(2))),
        unit("alley-1", UnitKind::Alley, Some(id(1))),
        unit("alley-2", UnitKind::Alley, Some(id(1))),
        unit("alley-3", UnitKind::Alley, Some(id(2))),
        unit("roads", UnitKind::Department, Some(id(0))),
    ];
    let places = Places {
        town,
        villages,
        branches: vec![id(3), id(4)],
        alleys: vec![id(5), id(6), id(7)],
        department: id(8),
    };
    let posts = [
        (places.alleys[0], "xie", Post::AlleyChief),
        (places.alleys[1], "xie", Post::AlleyChief),
        (places.alleys[0], "lan", Post::AlleyChief),
        (places.alleys[2], "lan", Post::AlleyChief),
        (places.branches[0], "qin", Post::BranchSecretary),
        (places.branches[1], "qin", Post::BranchSecretary),
        (places.town, "wei", Post::TownDispatcher),
        (places.department, "wei", Post::DepartmentHandler),
        (places.town, "mo", Post::Auditor),
    ];
    commands.extend(
        posts
            .into_iter()
            .map(|(unit, key, post)| appoint(unit, key, post, from, None)),
    );
    for (index, alley) in places.alleys.iter().enumerate() {
        commands.push(household(*alley, &format!("door {index}")));
    }
    (commands, places)
}

/// The town as it can be asked for at the server's edge.
pub(crate) fn observe(organisation: &Organisation) -> Town {
    let units = organisation
        .units()
        .map(|row| (row.unit, (row.kind.clone(), row.parent)))
        .collect();
    let posts = organisation
        .appointments()
        .map(|row| Held {
            appointment: row.appointment,
            member: row.member,
            unit: row.unit,
            post: row.post.clone(),
            from: row.from,
            until: row.until,
            // Nobody at the edge is asked: the oracle was there when it was said.
            cleared: false,
        })
        .collect();
    Town::new(units, posts)
}
