//! The samples' town with the people who are not in it: posts that act for no unit, no posts, posts
//! that ended or are to begin.

use crate::documents::samples::{START, command, unit};
use crate::id::MemberId;
use crate::kinds::directory::{PostRow, UnitRow};
use crate::kinds::unit::{Post, UnitKind};
use crate::organisation::Organisation;
use crate::organisation::samples::{MEDIATOR, appointment, town};
use crate::text::Text;

/// A canteen's clerk at the centre.
pub(super) const CANTEEN_CLERK: MemberId = MemberId([111; 16]);
/// Had the post of alley 7's chief until [`START`].
pub(super) const FORMER_CHIEF: MemberId = MemberId([112; 16]);
/// Has it from a year after.
pub(super) const NEXT_CHIEF: MemberId = MemberId([113; 16]);
/// Never had a post.
pub(super) const OUTSIDER: MemberId = MemberId([114; 16]);

/// The town and these.
pub(super) fn peopled() -> Organisation {
    let mut town = town();
    town.put_appointment(appointment(111, Post::CanteenClerk, 10));
    let chief = |number| appointment(number, Post::AlleyChief, 7);
    town.put_appointment(PostRow {
        from: START.plus_days(-100),
        until: Some(START),
        ..chief(112)
    });
    town.put_appointment(PostRow {
        from: START.plus_days(365),
        ..chief(113)
    });
    put_unit_of_the_sheets(&mut town);
    town
}

/// The unit that the sheets of units change: in the village. The mediator is cleared for it.
fn put_unit_of_the_sheets(town: &mut Organisation) {
    let of_the_sheets = command(10).document();
    town.put_unit(UnitRow {
        unit: of_the_sheets,
        kind: UnitKind::Alley,
        parent: Some(unit(3)),
        name: Text::cut(""),
    });
    let cleared = PostRow {
        unit: of_the_sheets,
        member: MEDIATOR,
        ..appointment(115, Post::Mediator, 5)
    };
    let id = cleared.appointment;
    town.put_appointment(cleared);
    town.put_clearance(id, true);
}
