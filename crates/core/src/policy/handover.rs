//! Hand-over: what becomes of a command that only a post of its author which has ended would have
//! allowed. It was typed before its author could know, so it is not refused.

use super::{Authority, Question, judge};
use crate::id::UnitId;
use crate::kinds::directory::PostRow;
use crate::limits::AFTER_POST_DAYS_MAX;
use crate::organisation::{Standing, acting_post, is_active};
use crate::time::Time;

/// The outcome for a command that its author's posts in force do not allow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Handover<'a> {
    /// No post that ended would have allowed it: it is refused.
    No,
    /// It adds to what is known and moves nothing, and the post ended of late: it is taken, marked,
    /// by that post.
    Take(&'a PostRow),
    /// It is for the successor in the post that ended to do as his own.
    Propose(&'a PostRow),
}

impl<'a> Handover<'a> {
    /// The post that ended.
    pub fn post(self) -> Option<&'a PostRow> {
        match self {
            Self::No => None,
            Self::Take(post) | Self::Propose(post) => Some(post),
        }
    }
}

/// Decides on a command that was refused under [`Standing::InForce`]. Whether its author's device
/// had been told that the post had ended is not asked here.
pub fn handover<'a>(question: &Question<'a>) -> Handover<'a> {
    let ended = posts_by_end(question).filter(|post| !is_active(post, question.now));
    match allowing(question, ended) {
        Some(post) if question.body.may_be_added_late() && ended_of_late(post, question.now) => {
            Handover::Take(post)
        }
        Some(post) if question.body.is_proposed() => Handover::Propose(post),
        _ => Handover::No,
    }
}

/// The unit whose affair a member's command is, whether or not it may be carried out: that of the
/// post, in force or ended, which allows it; else that of the author's last acting post. None for
/// an author without any.
pub fn concerned_unit(question: &Question<'_>) -> Option<UnitId> {
    let in_force_first = || {
        let (active, ended): (Vec<_>, Vec<_>) =
            posts_by_end(question).partition(|post| is_active(post, question.now));
        active.into_iter().chain(ended)
    };
    let acting = |post: &&PostRow| {
        let organisation = question.organisation;
        organisation.kind(post.unit).and_then(acting_post).as_ref() == Some(&post.post)
    };
    allowing(question, in_force_first())
        .or_else(|| in_force_first().find(acting))
        .map(|post| post.unit)
}

/// Whether it is not long since the post ended. Whoever never lets himself be told of it does not
/// add to cases for ever.
fn ended_of_late(post: &PostRow, now: Time) -> bool {
    post.until
        .is_none_or(|until| now <= until.plus_days(AFTER_POST_DAYS_MAX))
}

/// The first of the posts that by itself allows the command.
fn allowing<'a>(
    question: &Question<'a>,
    posts: impl Iterator<Item = &'a PostRow>,
) -> Option<&'a PostRow> {
    let alone = |post: &&PostRow| {
        let standing = Standing::Only(post.appointment);
        judge(&Question {
            standing,
            ..*question
        })
        .is_ok()
    };
    posts.into_iter().find(alone)
}

/// The author's posts that have begun, the last to end first.
fn posts_by_end<'a>(question: &Question<'a>) -> impl Iterator<Item = &'a PostRow> {
    let Authority::Member(member) = question.author else {
        return Vec::new().into_iter();
    };
    let organisation = question.organisation;
    let mut posts: Vec<&PostRow> = organisation
        .posts_standing(member, question.now, Standing::Ended)
        .collect();
    posts.sort_by_key(|post| {
        std::cmp::Reverse((
            post.until.is_none(),
            post.until,
            post.from,
            post.appointment,
        ))
    });
    posts.into_iter()
}

#[cfg(test)]
mod tests {
    use super::{Handover, concerned_unit, handover};
    use crate::command::Body;
    use crate::documents::samples::{Chain, START, accept, escalate, note, report, unit, visit};
    use crate::id::CommandId;
    use crate::kinds::directory::PostRow;
    use crate::kinds::unit::Post;
    use crate::limits::AFTER_POST_DAYS_MAX;
    use crate::organisation::samples::{CHIEF, SECRETARY, appointment, town};
    use crate::organisation::{Organisation, Standing};
    use crate::policy::{Authority, Question};
    use crate::time::Time;

    /// The town, after the alley's chief has left.
    fn after() -> Organisation {
        let mut town = town();
        town.put_appointment(PostRow {
            until: Some(START.plus_days(10)),
            ..appointment(101, Post::AlleyChief, 7)
        });
        town
    }

    fn ask<T>(
        town: &Organisation,
        author: Authority,
        chain: &Chain,
        body: &Body,
        answer: fn(&Question<'_>) -> T,
    ) -> T {
        ask_at(START.plus_days(60), town, author, chain, body, answer)
    }

    fn ask_at<T>(
        now: Time,
        town: &Organisation,
        author: Authority,
        chain: &Chain,
        body: &Body,
        answer: fn(&Question<'_>) -> T,
    ) -> T {
        answer(&Question {
            organisation: town,
            author,
            now,
            standing: Standing::InForce,
            command: CommandId([1; 16]),
            document: Some(&chain.document),
            body,
        })
    }

    fn what(
        town: &Organisation,
        author: Authority,
        chain: &Chain,
        body: impl Into<Body>,
    ) -> &'static str {
        let body = body.into();
        let answer = |question: &Question<'_>| match handover(question) {
            Handover::No => "no",
            Handover::Take(_) => "take",
            Handover::Propose(_) => "propose",
        };
        ask(town, author, chain, &body, answer)
    }

    #[test]
    fn what_adds_is_taken_and_what_moves_is_proposed() {
        let (town, chief) = (after(), Authority::Member(CHIEF));
        let reported = Chain::new(10).then(101, report(unit(7)));
        assert_eq!(what(&town, chief, &reported, note()), "take");
        assert_eq!(what(&town, chief, &reported, visit()), "take");
        assert_eq!(what(&town, chief, &Chain::new(20), report(unit(7))), "take");
        assert_eq!(what(&town, chief, &reported, accept()), "propose");
        assert_eq!(what(&town, chief, &reported, escalate(unit(5))), "propose");
    }

    #[test]
    fn what_adds_is_proposed_once_the_post_ended_long_ago() {
        let (town, chief) = (after(), Authority::Member(CHIEF));
        let reported = Chain::new(10).then(101, report(unit(7)));
        let taken = |days: i64| {
            let answer = |question: &Question<'_>| matches!(handover(question), Handover::Take(_));
            ask_at(
                START.plus_days(10 + days),
                &town,
                chief,
                &reported,
                &note().into(),
                answer,
            )
        };
        assert!(taken(AFTER_POST_DAYS_MAX) && !taken(AFTER_POST_DAYS_MAX + 1));
    }

    #[test]
    fn what_no_post_ever_allowed_or_no_longer_fits_is_refused() {
        let (town, chief) = (after(), Authority::Member(CHIEF));
        let accepted = Chain::new(10)
            .then(101, report(unit(7)))
            .then(101, accept());
        assert_eq!(what(&town, chief, &accepted, accept()), "no");
        assert_eq!(what(&town, chief, &Chain::new(20), report(unit(8))), "no");
        assert_eq!(
            what(&town, Authority::Member(SECRETARY), &accepted, accept()),
            "no"
        );
        assert_eq!(what(&town, Authority::Resident, &accepted, accept()), "no");
    }

    #[test]
    fn a_post_that_is_in_force_hands_nothing_over() {
        let reported = Chain::new(10).then(101, report(unit(7)));
        assert_eq!(
            what(&town(), Authority::Member(CHIEF), &reported, accept()),
            "no"
        );
    }

    #[test]
    fn a_command_concerns_the_unit_of_the_post_that_allows_it_else_of_the_last() {
        let reported = Chain::new(10).then(101, report(unit(7)));
        let concerns = |town: &Organisation, body: &Body| {
            ask(
                town,
                Authority::Member(CHIEF),
                &reported,
                body,
                concerned_unit,
            )
        };
        let mut moved = after();
        moved.put_appointment(PostRow {
            member: CHIEF,
            from: START.plus_days(20),
            ..appointment(120, Post::BranchSecretary, 5)
        });
        let of_tomorrow = Body::Unknown(crate::wire::Blob::default());
        assert_eq!(concerns(&after(), &accept().into()), Some(unit(7)));
        assert_eq!(concerns(&after(), &of_tomorrow), Some(unit(7)));
        assert_eq!(concerns(&moved, &of_tomorrow), Some(unit(5)));
        assert_eq!(concerns(&moved, &accept().into()), Some(unit(7)));
    }
}
