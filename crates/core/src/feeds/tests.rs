use std::collections::BTreeSet;

use proptest::prelude::*;

use super::{
    FeedClass, FeedId, audience, digest_of, is_confidential, may_name, may_name_each_other,
    range_of, subscriptions,
};
use crate::command::Body;
use crate::documents::samples::{
    Chain, START, book_steps, command, confidential, directory_steps, dispatch, escalate,
    household_steps, member, receive, report, send_back, start, unit, unit_steps,
};
use crate::documents::{Document, DocumentKind};
use crate::id::{DocumentId, MemberId};
use crate::kinds::case::CaseCommand;
use crate::kinds::tray::OpenTray;
use crate::kinds::tray::TrayCommand;
use crate::kinds::unit::{Post, UnitKind};
use crate::limits::DIGEST_RANGES;
use crate::organisation::samples::{
    ADMINISTRATOR, AUDITOR, CHIEF, CLERK, DISPATCHER, HANDLER, MEDIATOR, SECRETARY, put_unit, town,
};
use crate::organisation::{Organisation, is_active};
use crate::wire::Wire;

fn sees(organisation: &Organisation, member: MemberId, document: &Document) -> bool {
    !audience(document).is_disjoint(&subscriptions(organisation, member, START))
}

proptest! {
    #[test]
    fn who_is_in_a_case_reads_it_and_nobody_else(
        owner in prop::sample::select(vec![5_u8, 7, 8, 11]),
        referrals in prop::collection::vec((prop::sample::select(vec![2_u8, 5, 6, 7, 8, 9, 10, 11, 12]), 0_u8..3), 0..6),
    ) {
        let organisation = town();
        let mut chain = Chain::new(10).then(101, report(unit(owner)));
        for (to, answer) in referrals {
            chain = chain.then(101, escalate(unit(to)));
            chain = match answer {
                0 => chain.then(101, receive()),
                1 => chain.then(101, send_back()),
                _ => chain,
            };
        }
        let case = chain.document.case().unwrap();
        let pending = case.referral.as_ref().map(|referral| referral.to);
        for number in 101..=110 {
            let person = member(number);
            let posts: Vec<_> = organisation.posts_of(person, START).collect();
            let runs_none = |post: &Post| matches!(post, Post::Auditor | Post::Administrator | Post::Mediator | Post::CanteenClerk);
            let in_it = |unit| posts.iter().any(|post| post.unit == unit && !runs_none(&post.post));
            let involved = in_it(case.holder) || in_it(case.owner) || pending.is_some_and(in_it);
            if involved || person == AUDITOR {
                prop_assert!(sees(&organisation, person, &chain.document), "{number} is in it");
            } else if !case.units.iter().any(|unit| in_it(*unit)) {
                prop_assert!(!sees(&organisation, person, &chain.document), "{number} is not in it");
            }
        }
    }

    #[test]
    fn a_feed_survives_the_wire(class in 1_u8..=5, id: [u8; 16]) {
        let mut bytes = vec![class];
        bytes.extend_from_slice(&id);
        prop_assert_eq!(FeedId::from_bytes(&bytes).unwrap().to_bytes(), bytes);
    }

    #[test]
    fn every_document_has_a_range(id: [u8; 16]) {
        prop_assert!(usize::from(range_of(DocumentId(id))) < DIGEST_RANGES);
    }
}

#[test]
fn a_confidential_document_is_named_only_where_its_readers_alone_read() {
    let feeds = |make: fn(DocumentId) -> FeedId, numbers: &[u8]| -> BTreeSet<FeedId> {
        numbers.iter().map(|number| make(unit(*number))).collect()
    };
    let open = |numbers| feeds(FeedId::unit, numbers);
    let closed = |numbers| feeds(FeedId::confidential, numbers);
    assert!(may_name(&open(&[5]), &open(&[7])) && may_name(&closed(&[5]), &open(&[7])));
    assert!(may_name(&closed(&[7]), &closed(&[5, 7])) && may_name(&closed(&[5]), &closed(&[5])));
    assert!(!may_name(&open(&[5]), &closed(&[5])) && !may_name(&closed(&[5, 7]), &closed(&[5])));
    // Of two that are merged each says it, so neither reader may be told too much.
    assert!(may_name_each_other(&open(&[5]), &open(&[7])));
    assert!(may_name_each_other(&closed(&[5]), &closed(&[5])));
    assert!(!may_name_each_other(&closed(&[5]), &open(&[5])));
    assert!(!may_name_each_other(&closed(&[5]), &closed(&[5, 7])));
}

#[test]
fn each_post_reads_its_unit_and_the_directories_it_works_with() {
    let town = town();
    let directories = |numbers: &[u8]| {
        numbers
            .iter()
            .map(|number| FeedId::directory(unit(*number)))
            .collect::<Vec<_>>()
    };
    let with = |first: FeedId, numbers: &[u8]| {
        [vec![first], directories(numbers)]
            .concat()
            .into_iter()
            .collect()
    };
    let reads = |member| subscriptions(&town, member, START);
    assert_eq!(reads(CHIEF), with(FeedId::unit(unit(7)), &[2, 3]));
    assert_eq!(reads(SECRETARY), with(FeedId::unit(unit(5)), &[2, 3]));
    assert_eq!(reads(CLERK), with(FeedId::unit(unit(10)), &[2, 3]));
    assert_eq!(
        reads(MEDIATOR)
            .iter()
            .filter(|feed| feed.class == FeedClass::Unit)
            .count(),
        0,
        "runs no unit"
    );
    assert_eq!(reads(DISPATCHER), with(FeedId::unit(unit(2)), &[2, 3, 4]));
    assert_eq!(reads(HANDLER), with(FeedId::unit(unit(9)), &[2, 3, 4]));
    assert_eq!(reads(AUDITOR), with(FeedId::SUPERVISION, &[2, 3, 4]));
    assert_eq!(
        reads(ADMINISTRATOR),
        with(FeedId::ADMINISTRATION, &[2, 3, 4])
    );
    assert!(subscriptions(&town, CHIEF, crate::time::Time(0)).is_empty());
    // A second town, which an earlier release could let in: no feed spans the two.
    let mut two = town.clone();
    put_unit(&mut two, 98, UnitKind::Town, 0);
    let reads = |member| subscriptions(&two, member, START);
    assert_eq!(
        reads(AUDITOR),
        directories(&[2, 3, 4]).into_iter().collect()
    );
    assert_eq!(reads(ADMINISTRATOR), reads(AUDITOR));
    assert_eq!(reads(CHIEF), with(FeedId::unit(unit(7)), &[2, 3]));
    assert!(town.appointments().all(|post| is_active(post, START)));
}

#[test]
fn each_kind_of_document_has_its_audience() {
    let of = |steps: Vec<(u8, crate::command::Body)>| {
        let chain = steps
            .into_iter()
            .take(1)
            .fold(Chain::new(10), |chain, (by, body)| chain.then(by, body));
        audience(&chain.document).into_iter().collect::<Vec<_>>()
    };
    assert_eq!(of(household_steps(10)), [FeedId::unit(unit(1))]);
    let made = command(10).document();
    assert_eq!(
        of(unit_steps(10)),
        [FeedId::ADMINISTRATION, FeedId::confidential(made)]
    );
    assert_eq!(
        of(directory_steps(10)),
        [FeedId {
            class: FeedClass::Directory,
            unit: unit(8)
        }]
    );
    let case = Chain::new(10)
        .then(1, report(unit(7)))
        .then(1, start())
        .then(1, dispatch(unit(9), 5));
    let feeds: Vec<_> = audience(&case.document).into_iter().collect();
    assert_eq!(
        feeds,
        [
            FeedId::unit(unit(7)),
            FeedId::unit(unit(9)),
            FeedId::SUPERVISION
        ]
    );
    assert!(audience(&Document::new(unit(1), 1)).is_empty());
}

#[test]
fn a_confidential_case_is_in_the_confidential_feeds_of_its_units_and_in_no_other() {
    let case = Chain::new(10)
        .then(1, confidential(report(unit(7))))
        .then(1, escalate(unit(5)));
    let feeds: Vec<_> = audience(&case.document).into_iter().collect();
    assert_eq!(
        feeds,
        [FeedId::confidential(unit(5)), FeedId::confidential(unit(7))]
    );
}

#[test]
fn a_tray_is_in_its_units_feed_and_a_confidential_one_in_its_confidential_feed() {
    for (confidential, feed) in [
        (false, FeedId::unit(unit(7))),
        (true, FeedId::confidential(unit(7))),
    ] {
        let open = TrayCommand::Open(OpenTray {
            unit: unit(7),
            confidential,
        });
        let tray = Chain::new(10).then(9, Body::Tray(open));
        assert_eq!(audience(&tray.document), [feed].into());
    }
}

#[test]
fn who_was_cleared_reads_the_units_confidential_feed_whichever_post_it_is() {
    let mut town = town();
    let feeds = |town: &Organisation, member| {
        let feeds = subscriptions(town, member, START).into_iter();
        feeds
            .filter(|feed| feed.class == FeedClass::Confidential)
            .collect::<Vec<_>>()
    };
    for number in 101..=110 {
        assert_eq!(feeds(&town, member(number)), [], "nobody was cleared");
        town.put_clearance(command(number.into()), true);
    }
    assert_eq!(feeds(&town, CHIEF), [FeedId::confidential(unit(7))]);
    assert_eq!(feeds(&town, MEDIATOR), [FeedId::confidential(unit(5))]);
    assert_eq!(
        feeds(&town, AUDITOR),
        [],
        "an auditor reads what is not confidential"
    );
    assert_eq!(
        feeds(&town, ADMINISTRATOR),
        [],
        "an administrator reads no case"
    );
    town.put_clearance(command(101), false);
    assert_eq!(feeds(&town, CHIEF), []);
}

#[test]
fn a_document_of_any_kind_is_confidential_by_its_feeds_alone() {
    let told = |steps: Vec<(u8, Body)>| {
        let chain = steps
            .into_iter()
            .fold(Chain::new(10), |chain, (by, body)| chain.then(by, body));
        let kind = chain.document.kind().unwrap();
        (kind, is_confidential(audience(&chain.document)))
    };
    let tray = |confidential| {
        let open = OpenTray {
            unit: unit(7),
            confidential,
        };
        vec![(9, TrayCommand::Open(open).into())]
    };
    let case = |report: CaseCommand| vec![(101, report.into())];
    let confidential_ones = [case(confidential(report(unit(7)))), tray(true)];
    for steps in confidential_ones {
        let (kind, is) = told(steps);
        assert!(is, "{}", kind.word());
    }
    let open_ones = [
        case(report(unit(7))),
        tray(false),
        unit_steps(10),
        household_steps(10),
        directory_steps(10),
        book_steps(10),
    ];
    let kinds: BTreeSet<_> = open_ones
        .into_iter()
        .map(|steps| {
            let (kind, is) = told(steps);
            assert!(!is, "{}", kind.word());
            kind
        })
        .collect();
    assert_eq!(kinds.len(), DocumentKind::ALL.len(), "of every kind");
    assert!(
        !is_confidential([]),
        "what nobody reads is not confidential"
    );
}

#[test]
fn a_digest_tells_id_generation_and_head_apart() {
    let digest = digest_of(unit(1), 1, &[1; 32]);
    assert_eq!(digest, digest_of(unit(1), 1, &[1; 32]));
    let others = [
        digest_of(unit(2), 1, &[1; 32]),
        digest_of(unit(1), 2, &[1; 32]),
        digest_of(unit(1), 1, &[2; 32]),
    ];
    assert!(others.iter().all(|other| *other != digest));
}
