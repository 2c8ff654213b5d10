//! A release that knows less than its server.

use super::*;
use crate::held::Confirmed;
use crate::samples::{self, Sample};
use crate::{Effect, SyncSummary};
use alleyway_core::documents::samples::{START, of_a_later_kind, unit};
use alleyway_core::documents::{Document, DocumentKind, Head};
use alleyway_core::feeds::{FeedId, digest_of, range_of};
use alleyway_core::id::DocumentId;
use alleyway_core::sync::challenge::Challenge;
use alleyway_core::sync::frame::{
    Item, Listed, Listing, Opaque, Page, Part, Saved, Scope, Welcome, Whole, check_of,
};
use alleyway_core::wire::{Blob, List};

/// The server in these tests: one document, in feeds that the device does not know of.
struct Server {
    document: Document,
    feeds: Vec<FeedId>,
    scope: Vec<FeedId>,
}

impl Server {
    fn id(&self) -> DocumentId {
        self.document.id()
    }

    fn digest(&self) -> [u8; 16] {
        let (id, head): (DocumentId, Head) = (self.id(), self.document.head());
        let once = digest_of(id, 1, &head);
        let held = self.feeds.iter().filter(|feed| self.scope.contains(feed));
        held.fold(0_u128, |sum, _| sum.wrapping_add(once))
            .to_le_bytes()
    }

    fn page(&self) -> Page {
        let whole = Whole::Saved(Saved::of(&self.document)).to_bytes();
        let part = Part {
            document: self.id(),
            version: self.document.version(),
            index: 0,
            count: 1,
            bytes: Blob::new(whole).unwrap(),
        };
        Page {
            items: List::new(vec![Item::Part(part)]).unwrap(),
            cursor: Opaque::default(),
            ..Page::default()
        }
    }

    /// What it says where the sums of the document's range differ.
    fn listings(&self) -> Vec<Listing> {
        let listed = Listed {
            document: self.id(),
            version: self.document.version(),
            check: check_of(&self.document.head()),
        };
        let of = |feed: &FeedId| Listing {
            feed: *feed,
            range: range_of(self.id()),
            last: true,
            documents: List::new(if self.feeds.contains(feed) {
                vec![listed]
            } else {
                Vec::new()
            })
            .unwrap(),
        };
        self.scope.iter().map(of).collect()
    }

    fn welcome(&self) -> Welcome {
        Welcome {
            incarnation: 1,
            held: 0,
            missing: List::default(),
            challenge: Challenge::from_bytes(&[0; 24]).unwrap(),
            complete: true,
            compare: false,
            digest: self.digest(),
            covered: 0,
            clock: START,
        }
    }
}

fn hear(replica: &mut Replica, frame: &ServerFrame) {
    replica.receive(&frame.to_bytes(), START).unwrap();
}

/// A sync in which the server sends its document at once if it `sends`; lists its feeds if it is asked;
/// and sends it if it is asked for. Returns the summary, and the round trips.
fn sync(replica: &mut Replica, server: &Server, sends: bool) -> (SyncSummary, usize) {
    replica.begin_sync(START, [1; 32]);
    for round_trips in 1..5 {
        if round_trips == 1 {
            let feeds = List::new(server.scope.clone()).unwrap();
            hear(replica, &ServerFrame::Scope(Scope { feeds }));
            hear(replica, &ServerFrame::Page(Page::default()));
            if sends {
                hear(replica, &ServerFrame::Page(server.page()));
            }
        } else if round_trips == 2 {
            for listing in server.listings() {
                hear(replica, &ServerFrame::Listing(listing));
            }
        } else {
            hear(replica, &ServerFrame::Page(server.page()));
        }
        hear(replica, &ServerFrame::Welcome(server.welcome()));
        let effects = replica.response_ended(START, [2; 32]);
        if let Some(Effect::Done(summary)) = effects.last() {
            return (summary.clone(), round_trips);
        }
    }
    panic!("the sync does not end");
}

fn device() -> (Replica, Server) {
    let Sample { mut replica, .. } = samples::device();
    let feeds = vec![FeedId::directory(unit(1)), FeedId::unit(unit(2))];
    let server = Server {
        document: of_a_later_kind(40, 1),
        scope: feeds.clone(),
        feeds,
    };
    // The sample's own case is in no feed of these.
    replica.held.remove(samples::device().case);
    (replica, server)
}

#[test]
fn a_document_of_a_later_kind_is_held_and_counted_and_nothing_of_it_is_shown() {
    let (mut replica, server) = device();
    let (summary, round_trips) = sync(&mut replica, &server, true);
    assert!(summary.up_to_date, "{summary:?}");
    assert_eq!(round_trips, 2, "its feeds are asked for once");
    // From now on a quiet sync is quiet.
    let (quiet, round_trips) = sync(&mut replica, &server, false);
    assert!(quiet.up_to_date, "{quiet:?}");
    assert_eq!((quiet.received, round_trips), (0, 1));
    let shown = replica.cases().len() + replica.households().len() + replica.index().len();
    assert_eq!(shown, 0);
    assert!(replica.held.contains(server.id()));
}

#[test]
fn a_later_version_of_it_is_in_the_same_feeds() {
    let (mut replica, mut server) = device();
    sync(&mut replica, &server, true);
    server.document = of_a_later_kind(40, 3);
    let (summary, round_trips) = sync(&mut replica, &server, true);
    assert!(summary.up_to_date, "{summary:?}");
    assert_eq!(round_trips, 1);
    assert_eq!(replica.held.version(server.id()), 3);
}

#[test]
fn it_leaves_with_its_last_feed_and_is_counted_in_those_that_stay() {
    let (mut replica, mut server) = device();
    sync(&mut replica, &server, true);
    // It leaves one of them, as a comparison tells.
    server.feeds.pop();
    let (summary, _) = sync(&mut replica, &server, false);
    assert_eq!(replica.held.digest(&replica.state.feeds()), server.digest());
    assert_eq!(summary.forgotten, 0);
    // The device's feeds are others from now on.
    server.scope = vec![FeedId::unit(unit(7))];
    let (summary, _) = sync(&mut replica, &server, false);
    assert_eq!(summary.forgotten, 1, "{summary:?}");
    assert!(!replica.held.contains(server.id()));
}

#[test]
fn it_is_stored_and_read_again_with_its_feeds() {
    let (mut replica, server) = device();
    sync(&mut replica, &server, true);
    let held = replica.held.get(server.id()).unwrap();
    let written = held.write().value.unwrap();
    let read = Confirmed::read(server.id(), &written).unwrap();
    assert_eq!(read.kind(), None);
    assert_eq!(read.audience(), server.feeds.iter().copied().collect());
    assert_eq!(read.head(), server.document.head());
}

/// What an earlier release wrote down of the sample's case, which knew so many kinds.
fn as_a_release_wrote_that_knew(kinds: u8, sample: &Sample) -> Confirmed {
    let mut value = sample
        .replica
        .held
        .get(sample.case)
        .unwrap()
        .write()
        .value
        .unwrap();
    value[0] = 128 + kinds;
    Confirmed::read(sample.case, &value).unwrap()
}

#[test]
fn a_release_that_knows_more_kinds_looks_at_what_an_earlier_one_did_not_know() {
    let sample = samples::device();
    let identity = sample.replica.identity.as_ref().unwrap();
    let lease = sample.replica.state.lease();
    let key = lease.resting_key(identity.sealing_secret()).unwrap();
    let all = u8::try_from(DocumentKind::ALL.len()).unwrap();
    let mut indexed = as_a_release_wrote_that_knew(all - 1, &sample);
    assert_eq!((indexed.kind(), indexed.number()), (None, ""));
    assert!(indexed.learn_kind(&key));
    let known = sample.replica.held.get(sample.case).unwrap();
    assert_eq!(indexed.write().value, known.write().value);
    assert!(!indexed.learn_kind(&key), "it is known");
    // Nobody opens it again and again where nothing more is known.
    let mut indexed = as_a_release_wrote_that_knew(all, &sample);
    assert!(!indexed.learn_kind(&key));
    assert_eq!(indexed.kind(), None);
}
