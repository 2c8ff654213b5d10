//! Who reads what, written out by hand from `domain.md`. It shares nothing with the product but ids
//! and the names of units and posts.

use std::collections::{BTreeMap, BTreeSet};

use alleyway_core::id::{CommandId, DocumentId, MemberId, UnitId};
use alleyway_core::kinds::unit::{Post, UnitKind};
use alleyway_core::time::Time;

/// An appointment.
#[derive(Debug, Clone)]
pub(super) struct Appointed {
    pub(super) id: CommandId,
    pub(super) unit: UnitId,
    pub(super) post: Post,
    pub(super) member: MemberId,
    pub(super) from: Time,
    pub(super) until: Option<Time>,
    /// The first person and what was asked, while a clearance is asked for or in force.
    pub(super) asked: Option<(CommandId, MemberId)>,
    /// Two persons have cleared it.
    pub(super) cleared: bool,
}

impl Appointed {
    pub(super) fn is_in_force(&self, now: Time) -> bool {
        self.from.0 <= now.0 && self.until.is_none_or(|until| now.0 < until.0)
    }

    /// Gives the post another end. Whom two persons cleared for it is cleared no longer, if it is
    /// ever in force again when it was not to be.
    pub(super) fn ends(&mut self, until: Option<Time>, now: Time) {
        let before = std::mem::replace(&mut self.until, until);
        let was = Self {
            until: before,
            ..self.clone()
        };
        let moments = [Some(now), before, Some(self.from)]
            .into_iter()
            .flatten()
            .filter(|moment| moment.0 >= now.0);
        let longer = moments
            .into_iter()
            .any(|moment| self.is_in_force(moment) && !was.is_in_force(moment));
        if self.cleared && longer {
            (self.asked, self.cleared) = (None, false);
        }
    }
}

/// A case, as far as reading and the next step depend on it.
#[derive(Debug, Clone)]
pub(super) struct Case {
    pub(super) confidential: bool,
    pub(super) holder: UnitId,
    /// The receiver that has not answered.
    pub(super) asked: Option<UnitId>,
    /// The owner, where it was taken, whoever held it or was to receive it, or is to verify it: and
    /// so the offices above that it was escalated to, and those that it was dispatched from.
    pub(super) concerned: BTreeSet<UnitId>,
}

/// A document.
#[derive(Debug, Clone)]
pub(super) enum Paper {
    Case(Case),
    Household(UnitId),
    Unit(UnitId),
    Directory(UnitId),
}

/// A device, as far as reading depends on it.
#[derive(Debug, Clone)]
pub(super) struct Reader {
    pub(super) member: MemberId,
    /// The units where it is one of those that two persons knew of when they cleared its member, or
    /// where a second person confirmed it since.
    pub(super) confirmed: BTreeSet<UnitId>,
    pub(super) stopped: bool,
}

/// The town on paper.
#[derive(Debug, Default)]
pub(super) struct Town {
    pub(super) units: BTreeMap<UnitId, (UnitKind, Option<UnitId>)>,
    pub(super) posts: Vec<Appointed>,
    pub(super) documents: BTreeMap<DocumentId, Paper>,
}

/// The post of whoever works for a unit, and so reads what comes to it.
pub(super) fn works_for(kind: &UnitKind) -> Option<Post> {
    Some(match kind {
        UnitKind::Alley => Post::AlleyChief,
        UnitKind::Branch => Post::BranchSecretary,
        UnitKind::Town => Post::TownDispatcher,
        UnitKind::Department => Post::DepartmentHandler,
        UnitKind::Centre => Post::CentreClerk,
        _ => return None,
    })
}

impl Town {
    pub(super) fn kind(&self, unit: UnitId) -> &UnitKind {
        &self.units[&unit].0
    }

    /// The posts that a member has now.
    pub(super) fn posts_of(&self, member: MemberId, now: Time) -> impl Iterator<Item = &Appointed> {
        self.posts
            .iter()
            .filter(move |post| post.member == member && post.is_in_force(now))
    }

    /// Whether somebody works for a unit by this post.
    pub(super) fn works(&self, post: &Appointed) -> bool {
        works_for(self.kind(post.unit)).as_ref() == Some(&post.post)
    }

    /// The village that a unit lies in, or is.
    pub(super) fn village(&self, unit: UnitId) -> Option<UnitId> {
        let (kind, parent) = &self.units[&unit];
        if *kind == UnitKind::Village {
            Some(unit)
        } else {
            parent.and_then(|parent| self.village(parent))
        }
    }

    /// What a device holds.
    pub(super) fn read_by(&self, reader: &Reader, now: Time) -> BTreeSet<DocumentId> {
        let read = |(id, document): (&DocumentId, &Paper)| {
            self.reads(reader, document, now).then_some(*id)
        };
        self.documents.iter().filter_map(read).collect()
    }

    fn reads(&self, reader: &Reader, document: &Paper, now: Time) -> bool {
        !reader.stopped
            && self
                .posts_of(reader.member, now)
                .any(|post| self.reads_by(reader, post, document))
    }

    /// Whether one post of a member is enough to read a document.
    fn reads_by(&self, reader: &Reader, post: &Appointed, document: &Paper) -> bool {
        let trusted = post.cleared && reader.confirmed.contains(&post.unit);
        match document {
            Paper::Case(case) if case.confidential => {
                trusted && case.concerned.contains(&post.unit)
            }
            Paper::Case(case) => {
                post.post == Post::Auditor
                    || (self.works(post) && case.concerned.contains(&post.unit))
            }
            Paper::Household(alley) => self.works(post) && post.unit == *alley,
            Paper::Unit(unit) => {
                post.post == Post::Administrator || (trusted && post.unit == *unit)
            }
            Paper::Directory(of) => self.needs_directory(post, *of),
        }
    }

    /// Everybody needs the town's and their own village's; whoever deals with all villages, all.
    fn needs_directory(&self, post: &Appointed, of: UnitId) -> bool {
        let office = matches!(self.kind(post.unit), UnitKind::Town | UnitKind::Department);
        let everywhere = office || matches!(post.post, Post::Auditor | Post::Administrator);
        *self.kind(of) == UnitKind::Town || self.village(post.unit) == Some(of) || everywhere
    }

    /// Whether somebody who works for the unit reads what is confidential there.
    pub(super) fn takes_confidential(&self, unit: UnitId, now: Time) -> bool {
        let works =
            |post: &&Appointed| post.unit == unit && post.is_in_force(now) && self.works(post);
        self.posts.iter().filter(works).any(|post| post.cleared)
    }
}
