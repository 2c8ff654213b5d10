//! Posts, what they act for and what they read, asked of the organisation and the feeds themselves
//! with a model of a town.

use alleyway_catalogue::{Lang, words};

use super::{in_both, table};
use crate::feeds::{FeedClass, FeedId, subscriptions};
use crate::id::{CommandId, DocumentId, MemberId, UnitId};
use crate::kinds::directory::{PostRow, UnitRow};
use crate::kinds::unit::{Post, UnitKind};
use crate::organisation::{Organisation, acting_post};
use crate::text::Text;
use crate::time::Time;

const POSTS: &str = "
## Posts

A member acts for a unit by having the post that runs it, from its first moment to before its last. A village or a \
community is a place: its branch acts. Other posts act for no unit: they do no step of a case, but an auditor \
supervises. A member with several posts may do what any of them allows; who is an administrator and a chief acts as a \
chief.
";

const READING: &str = "
## Who reads

A document is in feeds, a post reads feeds (above); a member reads a document if one of his posts reads one of its \
feeds. A post that has ended reads nothing. A unit's confidential feed is read by those of its posts that two persons \
cleared for it, whichever post it is.
";

/// The feeds that a kind of document is in. Said beside `feeds::audience`, which needs a document
/// to say it.
pub(in crate::policy) const AUDIENCES: &[(&str, &str)] = &[
    (
        "case",
        "the unit's feed of every unit that is or was owner, holder, a referral's receiver or asked to verify, and of \
         the centre where it was taken; the supervision feed",
    ),
    (
        "confidential case",
        "the confidential feeds of the same units, and no other",
    ),
    ("household", "its alley's feed"),
    (
        "tray",
        "its unit's feed; one for what concerns confidential cases: its unit's confidential feed",
    ),
    ("unit", "the administration feed; its own confidential feed"),
    (
        "directory",
        "the directory feed of its village, community or town",
    ),
    ("book", "its town's directory feed"),
];

const RESIDENT: &str = "
A case keeps the door of the household that it names as it was when that was typed: who reads the case reads the \
door, wherever the household has moved. The household itself, its contact and its count, stays with its alley.

An administrator reads no case and no household by that post. The resident has no account and reads, with the \
tracking code, the steps, their dates and the texts written for the resident.
";

/// A town with one unit of each kind, and a second village: number, kind, parent.
const UNITS: &[(u8, UnitKind, u8)] = &[
    (1, UnitKind::County, 0),
    (2, UnitKind::Town, 1),
    (3, UnitKind::Village, 2),
    (4, UnitKind::Branch, 3),
    (5, UnitKind::Alley, 3),
    (6, UnitKind::Centre, 3),
    (7, UnitKind::Department, 2),
    (8, UnitKind::Community, 2),
    (9, UnitKind::Committee, 3),
    (10, UnitKind::Desk, 2),
];

/// The sections on posts and on reading.
pub(super) fn sections() -> String {
    let mut out = POSTS.to_owned();
    let posts = Post::ALL
        .iter()
        .flat_map(|post| places(post).into_iter().map(move |at| post_cells(post, at)));
    out += &table(&["post", "中文", "in", "acts for it", "reads"], posts);
    out += READING;
    let audiences = AUDIENCES
        .iter()
        .map(|(kind, feeds)| vec![(*kind).to_owned(), (*feeds).to_owned()]);
    out += &table(&["document", "is in"], audiences);
    out += RESIDENT;
    out
}

/// The units of the model that a post acts for; for one that acts for none, a usual place.
fn places(post: &Post) -> Vec<u8> {
    let runs = |kind: &UnitKind| acting_post(kind).as_ref() == Some(post);
    let run: Vec<_> = UNITS
        .iter()
        .filter(|(_, kind, _)| runs(kind))
        .map(|(number, ..)| *number)
        .collect();
    match post {
        _ if !run.is_empty() => run,
        Post::CanteenClerk => vec![6],
        Post::Mediator => vec![4],
        _ => vec![2],
    }
}

fn post_cells(post: &Post, at: u8) -> Vec<String> {
    let (town, member) = (model(post, at), MemberId([at; 16]));
    let kind = town
        .kind(unit(at))
        .map(|kind| in_both(words::UNIT, kind.word()))
        .unwrap_or_default();
    let acts = if town.acts_for(member, unit(at), Time(0)) {
        "yes"
    } else {
        "no"
    };
    let mut reads: Vec<_> = subscriptions(&town, member, Time(0))
        .into_iter()
        .map(|feed| feed_words(&town, feed))
        .collect();
    reads.dedup();
    let chinese = words::POST.word(Lang::Zh, post.word()).to_owned();
    vec![
        format!("`{post}`"),
        chinese,
        kind,
        acts.to_owned(),
        reads.join("; "),
    ]
}

/// The model, with one member in the post.
fn model(post: &Post, at: u8) -> Organisation {
    let mut town = Organisation::default();
    for (number, kind, parent) in UNITS {
        let parent = (*parent > 0).then(|| unit(*parent));
        town.put_unit(UnitRow {
            unit: unit(*number),
            kind: kind.clone(),
            parent,
            name: Text::default(),
        });
    }
    town.put_appointment(PostRow {
        appointment: CommandId([at; 16]),
        unit: unit(at),
        post: post.clone(),
        member: MemberId([at; 16]),
        name: Text::default(),
        from: Time(0),
        until: None,
    });
    town
}

fn unit(number: u8) -> UnitId {
    DocumentId([number; 16])
}

fn feed_words(town: &Organisation, feed: FeedId) -> &'static str {
    match feed.class {
        FeedClass::Unit => "the unit's feed",
        FeedClass::Administration => "the administration feed",
        FeedClass::Supervision => "the supervision feed",
        FeedClass::Confidential => "the unit's confidential feed",
        FeedClass::Directory => match town.kind(feed.unit) {
            Some(UnitKind::Town) => "the town's directory",
            Some(UnitKind::Village) => "the village's directory",
            _ => "every other village's directory",
        },
    }
}
