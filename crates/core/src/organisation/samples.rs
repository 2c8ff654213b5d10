//! A small town for tests: county 1, town 2, village 3 (branch 5, alleys 7 and 8, centre 10),
//! community 4 (branch 6, alley 11), departments 9 and 12.

use super::Organisation;
use crate::documents::samples::{START, command, member, unit};
use crate::id::MemberId;
use crate::kinds::directory::{PostRow, UnitRow};
use crate::kinds::unit::{Post, UnitKind};
use crate::text::Text;

/// The chief.
pub const CHIEF: MemberId = MemberId([101; 16]);
/// The secretary.
pub const SECRETARY: MemberId = MemberId([102; 16]);
/// The dispatcher.
pub const DISPATCHER: MemberId = MemberId([103; 16]);
/// The handler.
pub const HANDLER: MemberId = MemberId([104; 16]);
/// The chief of the next alley.
pub const NEIGHBOUR: MemberId = MemberId([105; 16]);
/// The clerk.
pub const CLERK: MemberId = MemberId([106; 16]);
/// The auditor.
pub const AUDITOR: MemberId = MemberId([107; 16]);
/// The administrator.
pub const ADMINISTRATOR: MemberId = MemberId([108; 16]);
/// The secretary of the other village's branch.
pub const STRANGER: MemberId = MemberId([109; 16]);
/// A mediator at the branch.
pub const MEDIATOR: MemberId = MemberId([110; 16]);

/// Units and their parents, as above.
const UNITS: &[(u8, UnitKind, u8)] = &[
    (2, UnitKind::Town, 0),
    (3, UnitKind::Village, 2),
    (4, UnitKind::Community, 2),
    (5, UnitKind::Branch, 3),
    (6, UnitKind::Branch, 4),
    (7, UnitKind::Alley, 3),
    (8, UnitKind::Alley, 3),
    (9, UnitKind::Department, 2),
    (10, UnitKind::Centre, 3),
    (11, UnitKind::Alley, 4),
    (12, UnitKind::Department, 2),
];

/// Who has which post where, from [`START`].
const POSTS: &[(u8, Post, u8)] = &[
    (101, Post::AlleyChief, 7),
    (102, Post::BranchSecretary, 5),
    (103, Post::TownDispatcher, 2),
    (104, Post::DepartmentHandler, 9),
    (105, Post::AlleyChief, 8),
    (106, Post::CentreClerk, 10),
    (107, Post::Auditor, 2),
    (108, Post::Administrator, 2),
    (109, Post::BranchSecretary, 6),
    (110, Post::Mediator, 5),
];

/// The town, without its county.
pub fn town() -> Organisation {
    let mut organisation = Organisation::default();
    for (number, kind, parent) in UNITS {
        put_unit(&mut organisation, *number, kind.clone(), *parent);
    }
    for (number, post, at) in POSTS {
        organisation.put_appointment(appointment(*number, post.clone(), *at));
    }
    organisation
}

/// Puts a unit; parent 0 is none.
pub fn put_unit(organisation: &mut Organisation, number: u8, kind: UnitKind, parent: u8) {
    let parent = (parent > 0).then(|| unit(parent));
    organisation.put_unit(UnitRow {
        unit: unit(number),
        kind,
        parent,
        name: Text::cut(&format!("unit {number}")),
    });
}

/// The appointment of a member, whose id is the member's number.
pub fn appointment(number: u8, post: Post, at: u8) -> PostRow {
    PostRow {
        appointment: command(number.into()),
        unit: unit(at),
        post,
        member: member(number),
        name: Text::cut(&format!("member {number}")),
        from: START,
        until: None,
    }
}
