//! The town of a run: two villages with a branch each, three alleys, a department, a desk, six members.

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
use alleyway_ledger::{AdminCommand, AdminList, Ledger};

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
    /// Complaints about a person go to it.
    pub(crate) desk: UnitId,
}

pub(crate) fn member(key: &str) -> MemberId {
    MemberId::derive(TOWN, key)
}

fn unit(key: &str, kind: UnitKind, parent: Option<UnitId>) -> UnitCommand {
    UnitCommand::Create(CreateUnit {
        key: Text::cut(key),
        name: Text::cut(key),
        kind,
        parent,
    })
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
        phone: Text::default(),
        may_text: false,
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
pub(crate) fn found(ledger: &Ledger, seed: [u8; 32], from: Time) -> (AdminList, Places) {
    let mut list = ledger.admin_list(seed, from);
    let mut unit = |key: &str, kind, parent| list.push(None, unit(key, kind, parent));
    let town = unit("town", UnitKind::Town, None);
    let villages = ["village-1", "village-2"].map(|key| unit(key, UnitKind::Village, Some(town)));
    let [one, two] = villages;
    let branches = [("branch-1", one), ("branch-2", two)]
        .map(|(key, village)| unit(key, UnitKind::Branch, Some(village)));
    let alleys = [("alley-1", one), ("alley-2", one), ("alley-3", two)]
        .map(|(key, village)| unit(key, UnitKind::Alley, Some(village)));
    let department = unit("roads", UnitKind::Department, Some(town));
    let desk = unit("desk", UnitKind::Desk, Some(town));
    let places = Places {
        town,
        villages: villages.to_vec(),
        branches: branches.to_vec(),
        alleys: alleys.to_vec(),
        department,
        desk,
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
        (places.desk, "mo", Post::DeskOfficer),
    ];
    list.extend(
        posts
            .into_iter()
            .map(|(unit, key, post)| appoint(unit, key, post, from, None)),
    );
    for (index, alley) in places.alleys.iter().enumerate() {
        list.extend([household(*alley, &format!("door {index}"))]);
    }
    (list, places)
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
