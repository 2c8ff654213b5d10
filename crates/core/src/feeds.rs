//! Feeds: who is sent what.
//!
//! A feed is a unit's in-tray. [`audience`] says which feeds a document is in, [`subscriptions`]
//! which feeds a member reads; the member sees the document if and only if the two meet. Both are
//! pure, so a server and a device agree on scope.

use std::collections::BTreeSet;

use crate::crypto::{Hash, first, hash};
use crate::documents::{Document, Head};
use crate::id::{DocumentId, MemberId, UnitId};
use crate::kinds::directory::PostRow;
use crate::kinds::unit::{Post, UnitKind};
use crate::limits::DIGEST_RANGES;
use crate::organisation::{Organisation, acting_post};
use crate::time::Time;
use crate::wire::{Reader, Wire, WireError};

/// The kind of the documents that a feed carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FeedClass {
    /// A unit's cases, and an alley's households.
    Unit,
    /// The directory of a village, a community or a town.
    Directory,
    /// The unit documents, for administrators.
    Administration,
    /// Every case that is not confidential, for auditors.
    Supervision,
    /// A unit's confidential cases, and who may read them, for those who were cleared.
    Confidential,
}

impl FeedClass {
    /// The class's number on the wire and in keys.
    pub fn number(self) -> u8 {
        match self {
            Self::Unit => 1,
            Self::Directory => 2,
            Self::Administration => 3,
            Self::Supervision => 4,
            Self::Confidential => 5,
        }
    }
}

impl Wire for FeedClass {
    fn encode(&self, out: &mut Vec<u8>) {
        out.push(self.number());
    }

    fn decode(from: &mut Reader<'_>) -> Result<Self, WireError> {
        match from.byte()? {
            1 => Ok(Self::Unit),
            2 => Ok(Self::Directory),
            3 => Ok(Self::Administration),
            4 => Ok(Self::Supervision),
            5 => Ok(Self::Confidential),
            _ => Err(WireError::Invalid("feed class")),
        }
    }
}

/// A feed. Its encoding has 17 bytes, ordered as the feeds are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FeedId {
    /// The kind of its documents.
    pub class: FeedClass,
    /// Whose it is; all zero for a feed of the whole town.
    pub unit: UnitId,
}
crate::wire_struct!(FeedId { class, unit });

impl FeedId {
    /// The feed of the unit documents.
    pub const ADMINISTRATION: Self = Self {
        class: FeedClass::Administration,
        unit: DocumentId([0; 16]),
    };
    /// The feed of every case.
    pub const SUPERVISION: Self = Self {
        class: FeedClass::Supervision,
        unit: DocumentId([0; 16]),
    };

    /// A unit's feed.
    pub fn unit(unit: UnitId) -> Self {
        Self {
            class: FeedClass::Unit,
            unit,
        }
    }

    /// A unit's confidential feed.
    pub fn confidential(unit: UnitId) -> Self {
        Self {
            class: FeedClass::Confidential,
            unit,
        }
    }

    /// The feed of a village's, a community's or a town's directory.
    pub fn directory(of: UnitId) -> Self {
        Self {
            class: FeedClass::Directory,
            unit: of,
        }
    }
}

/// The feeds that a document is in. Depends on the document alone.
pub fn audience(document: &Document) -> BTreeSet<FeedId> {
    document
        .kind()
        .map(|kind| kind.audience(document))
        .unwrap_or_default()
}

/// Whether only those who were cleared read a document that is in these feeds: every one of them is
/// confidential. A unit's document, which says who reads the unit's confidential feed, is in that feed
/// and is read by administrators too.
pub fn is_confidential(feeds: impl IntoIterator<Item = FeedId>) -> bool {
    let mut feeds = feeds.into_iter().peekable();
    feeds.peek().is_some() && feeds.all(|feed| feed.class == FeedClass::Confidential)
}

/// Whether a document in the feeds `by` may name one in the feeds `named`: all who read the first may
/// read a confidential one that it names. Of any other, an id tells nothing.
pub fn may_name(by: &BTreeSet<FeedId>, named: &BTreeSet<FeedId>) -> bool {
    !is_confidential(named.iter().copied()) || by.is_subset(named)
}

/// Whether two documents may name each other, as two cases do of which one is merged into the other.
pub fn may_name_each_other(one: &BTreeSet<FeedId>, other: &BTreeSet<FeedId>) -> bool {
    may_name(one, other) && may_name(other, one)
}

/// Whether two documents are kept from the same unit, or neither from any: of one merged into another
/// that one tells, and goes where the other may not.
pub fn is_kept_alike(one: &Document, other: &Document) -> bool {
    let from = |document: &Document| document.apart().map(|apart| apart.from);
    from(one) == from(other)
}

/// The feeds that a member reads, by the posts in force at `now`. The feeds of the whole ledger are
/// those of its town: while there are two, which only an earlier release could make, nobody is sent
/// them.
pub fn subscriptions(organisation: &Organisation, member: MemberId, now: Time) -> BTreeSet<FeedId> {
    let mut feeds = BTreeSet::new();
    for post in organisation.posts_of(member, now) {
        subscribe(organisation, post, &mut feeds);
    }
    feeds
}

fn subscribe(organisation: &Organisation, post: &PostRow, feeds: &mut BTreeSet<FeedId>) {
    match post.post {
        // A post of a later version grants nothing that this version could know.
        Post::Unknown(_) => return,
        Post::Auditor => {
            feeds.extend(is_of_one_town(organisation).then_some(FeedId::SUPERVISION));
        }
        Post::Administrator => {
            feeds.extend(is_of_one_town(organisation).then_some(FeedId::ADMINISTRATION));
        }
        _ => {
            // Only who runs a unit reads its in-tray.
            if organisation.kind(post.unit).and_then(acting_post).as_ref() == Some(&post.post) {
                feeds.insert(FeedId::unit(post.unit));
            }
            if organisation.is_cleared(post.appointment) {
                feeds.insert(FeedId::confidential(post.unit));
            }
        }
    }
    let town = organisation.town_of(post.unit);
    feeds.extend(town.map(FeedId::directory));
    feeds.extend(organisation.village_of(post.unit).map(FeedId::directory));
    if sees_all_directories(organisation, post)
        && let Some(town) = town
    {
        feeds.extend(organisation.villages_of(town).map(FeedId::directory));
    }
}

/// Whether the feeds of the whole ledger span no towns.
fn is_of_one_town(organisation: &Organisation) -> bool {
    organisation.towns().nth(1).is_none()
}

/// Posts of the town's level deal with every village.
fn sees_all_directories(organisation: &Organisation, post: &PostRow) -> bool {
    matches!(post.post, Post::Auditor | Post::Administrator)
        || matches!(
            organisation.kind(post.unit),
            Some(UnitKind::Town | UnitKind::Department | UnitKind::Desk)
        )
}

/// The number that a document adds to the digest of a feed it is in: BLAKE3-128 over id, generation
/// and head, as a little-endian number. Digests are sums modulo 2¹²⁸ (wrapping), so they are kept
/// up to date by subtracting the old and adding the new.
pub fn digest_of(document: DocumentId, generation: u32, head: &Head) -> u128 {
    let hash: Hash = hash(
        "alleyway digest 1",
        &[&document.0, &generation.to_le_bytes(), head],
    );
    u128::from_le_bytes(first(&hash))
}

/// The range by which a feed's documents are compared when digests differ, below
/// [`DIGEST_RANGES`].
pub fn range_of(document: DocumentId) -> u8 {
    let [byte] = first(&hash("alleyway range 1", &[&document.0]));
    byte % RANGES
}

#[expect(clippy::cast_possible_truncation, reason = "checked on the next line")]
const RANGES: u8 = DIGEST_RANGES as u8;
const _: () = assert!(RANGES as usize == DIGEST_RANGES && RANGES > 0);

#[cfg(test)]
mod tests;
