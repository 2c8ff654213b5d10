use super::*;
use crate::rows::records::{FeedEntry, HeadRecord};
use crate::rows::{keys, read};
use crate::{Ledger, Setup};
use alleyway_core::crypto::SecretKey;
use alleyway_core::feeds::{digest_of, range_of};
use alleyway_core::id::{DocumentId, TownId, UnitId};
use alleyway_core::kinds::household::{CreateHousehold, HouseholdCommand, MoveHousehold};
use alleyway_core::kinds::unit::{CreateUnit, UnitCommand, UnitKind};
use alleyway_core::store::{MemoryStore, Store as _};
use alleyway_core::sync::frame::{RangeSum, Slow, check_of};
use alleyway_core::text::Text;
use alleyway_core::time::Time;
use std::collections::BTreeSet;

const NOW: Time = Time(1_800_000_000_000);

/// A town of three alleys, whose households move about.
struct Stage {
    store: MemoryStore,
    ledger: Ledger,
    alleys: Vec<UnitId>,
    households: Vec<DocumentId>,
    drawn: u64,
}

impl Stage {
    fn new(seed: u64) -> Self {
        let mut store = MemoryStore::default();
        Ledger::found(&mut store).unwrap();
        let setup = Setup {
            town: TownId([7; 16]),
            town_name: Text::cut("a town"),
            secret: SecretKey::from_bytes(&[1; 32]),
            token_key: [2; 32],
            challenge_key: [3; 32],
            loaded_documents_max: 16,
        };
        let mut ledger = Ledger::open(&store, setup).unwrap();
        let mut list = ledger.admin_list([4; 32], NOW);
        let mut unit = |key: &str, kind, parent| {
            let create = CreateUnit {
                key: Text::cut(key),
                name: Text::cut(key),
                kind,
                parent,
            };
            list.push(None, UnitCommand::Create(create))
        };
        let town = unit("town", UnitKind::Town, None);
        let village = unit("village", UnitKind::Village, Some(town));
        let mut alley = |key| unit(key, UnitKind::Alley, Some(village));
        let alleys = vec![alley("first"), alley("second"), alley("third")];
        ledger.administer_list(&store, list).unwrap();
        let mut stage = Self {
            store,
            ledger,
            alleys,
            households: Vec::new(),
            drawn: seed,
        };
        stage.commit();
        stage
    }

    /// Numbers of chance below a bound.
    fn below(&mut self, bound: usize) -> usize {
        self.drawn = self
            .drawn
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.drawn >> 33).unwrap() % bound
    }

    fn commit(&mut self) {
        if let Some(transaction) = self.ledger.take_transaction() {
            self.store.commit(&transaction).unwrap();
        }
    }

    /// A household comes, or moves to another alley; not always is it committed at once.
    fn happens(&mut self) {
        let alley = self.below(3);
        let alley = self.alleys[alley];
        let moved = self.below(3) > 0 && !self.households.is_empty();
        let household = self.below(self.households.len().max(1));
        let document = moved.then(|| self.households[household]);
        let seed = [u8::try_from(self.below(200)).unwrap(); 32];
        let mut list = self.ledger.admin_list(seed, NOW);
        if moved {
            list.push(document, HouseholdCommand::Move(MoveHousehold { alley }));
        } else {
            let create = CreateHousehold {
                alley,
                door: Text::cut(&self.households.len().to_string()),
                contact: Text::default(),
                count: 1,
                phone: Text::default(),
                may_text: false,
            };
            let household = list.push(None, HouseholdCommand::Create(create));
            self.households.push(household);
        }
        self.ledger.administer_list(&self.store, list).unwrap();
        if self.below(2) == 0 {
            self.commit();
        }
    }

    /// Some feeds, which a device compares.
    fn scope(&mut self) -> Scope {
        let mut feeds = BTreeSet::new();
        for alley in self.alleys.clone() {
            if self.below(3) > 0 {
                feeds.insert(FeedId::unit(alley));
            }
        }
        if self.below(2) == 0 {
            feeds.insert(FeedId::ADMINISTRATION);
        }
        Scope { version: 1, feeds }
    }

    /// What a device claims that holds all but some ranges as they are here.
    fn holdings(&mut self, scope: &Scope) -> Holdings {
        let mut sums = Vec::new();
        for feed in &scope.feeds {
            for (range, held) in scanned(&self.ledger.tx(&self.store), *feed) {
                let sum = match self.below(4) {
                    0 => continue,
                    1 => [9; 16],
                    _ => held.0.to_le_bytes(),
                };
                sums.push(RangeSum {
                    feed: *feed,
                    range,
                    sum,
                });
            }
        }
        let sums = List::new(sums).unwrap();
        Holdings { sums }
    }

    /// One slice; how to go on.
    fn slice(
        &mut self,
        comparing: Comparing,
        scope: &Scope,
        pages: &Pages,
        frames: &mut Vec<u8>,
    ) -> Option<Comparing> {
        let mut tx = self.ledger.tx(&self.store);
        list_differences(&mut tx, comparing, scope, pages, frames).unwrap()
    }
}

/// Pages of a line that takes the least of them.
fn least() -> Pages {
    Pages::of(Some(&Slow::default()))
}

/// The ranges of a feed, read from all of its log: what is kept in memory is to be the same.
fn scanned(tx: &Tx<'_>, feed: FeedId) -> BTreeMap<u8, (u128, Vec<Listed>)> {
    let mut ranges: BTreeMap<u8, (u128, Vec<Listed>)> = BTreeMap::new();
    for (key, value) in tx.scan_all(&keys::feed_log(feed)).unwrap() {
        let entry: FeedEntry = read(&key, &value).unwrap();
        let head: Option<HeadRecord> = tx.get(&keys::head(entry.document)).unwrap();
        let (Some(head), false) = (head, entry.leaves) else {
            continue;
        };
        let held = ranges.entry(range_of(entry.document)).or_default();
        let digest = digest_of(entry.document, head.generation, &head.head);
        held.0 = held.0.wrapping_add(digest);
        held.1.push(Listed {
            document: entry.document,
            version: head.version,
            check: check_of(&head.head),
        });
    }
    ranges
}

/// The whole answer as it is made of the logs.
fn listed(tx: &Tx<'_>, holdings: &Holdings, scope: &Scope) -> Vec<u8> {
    let theirs = Comparing::new(holdings).theirs;
    let mut frames = Vec::new();
    for feed in &scope.feeds {
        let ours = scanned(tx, *feed);
        for range in 0..u8::try_from(DIGEST_RANGES).unwrap() {
            let (sum, documents) = ours.get(&range).cloned().unwrap_or_default();
            if sum != theirs.get(&(*feed, range)).copied().unwrap_or(0) {
                put_listings(&mut frames, *feed, range, &documents);
            }
        }
    }
    frames
}

#[test]
fn what_is_kept_in_memory_answers_byte_by_byte_as_the_logs_do() {
    for seed in 1..=4 {
        let mut stage = Stage::new(seed);
        for _ in 0..40 {
            for _ in 0..stage.below(4) {
                stage.happens();
            }
            let scope = stage.scope();
            if stage.below(3) == 0 {
                // A part of a feed comes into memory, and what happens next happens to the rest too.
                let rows = 1 + stage.below(3);
                if let Some(feed) = scope.feeds.first() {
                    let mut tx = stage.ledger.tx(&stage.store);
                    let reading = tx.read_ranges(*feed, rows).unwrap();
                    assert!(reading.rows <= rows);
                }
                continue;
            }
            let holdings = stage.holdings(&scope);
            let expected = listed(&stage.ledger.tx(&stage.store), &holdings, &scope);
            let (mut next, mut frames) = (Some(Comparing::new(&holdings)), Vec::new());
            let pages = if seed % 2 == 0 {
                least()
            } else {
                Pages::of(None)
            };
            while let Some(comparing) = next {
                next = stage.slice(comparing, &scope, &pages, &mut frames);
            }
            assert_eq!(frames, expected, "seed {seed}");
        }
    }
}

#[test]
fn an_all_or_nothing_request_that_is_undone_leaves_what_is_in_memory_true() {
    let mut stage = Stage::new(1);
    for _ in 0..20 {
        stage.happens();
    }
    let feeds = stage.alleys.iter().copied().map(FeedId::unit).collect();
    let scope = Scope { version: 1, feeds };
    let nothing = Holdings::default();
    let mut before = Vec::new();
    assert!(
        stage
            .slice(
                Comparing::new(&nothing),
                &scope,
                &Pages::of(None),
                &mut before
            )
            .is_none()
    );
    let (alley, moved) = (stage.alleys[0], stage.households[0]);
    let mut list = stage.ledger.admin_list([9; 32], NOW);
    for to in [alley, moved] {
        let to = MoveHousehold { alley: to };
        list.push(Some(moved), HouseholdCommand::Move(to));
    }
    let done = stage.ledger.administer_list(&stage.store, list);
    assert!(done.is_err(), "the second is refused, and the first undone");
    let mut after = Vec::new();
    assert!(
        stage
            .slice(
                Comparing::new(&nothing),
                &scope,
                &Pages::of(None),
                &mut after
            )
            .is_none()
    );
    assert_eq!(after, before);
}

#[test]
fn a_comparison_reads_and_lists_so_much_at_a_turn() {
    let mut stage = Stage::new(1);
    let feed = FeedId::unit(stage.alleys[0]);
    let mut tx = stage.ledger.tx(&stage.store);
    let households = 5_000_u32;
    // As of a unit's document: where it stands is all that is read.
    let unit = tx.scan_all(keys::HEADS).unwrap().remove(0);
    let head: HeadRecord = read(&unit.0, &unit.1).unwrap();
    for number in 1..=households {
        let mut document = DocumentId([0; 16]);
        document.0[..4].copy_from_slice(&number.to_be_bytes());
        let entry = FeedEntry {
            document,
            leaves: false,
        };
        tx.put(keys::feed(feed, u64::from(number)), &entry);
        tx.put(keys::head(document), &head);
    }
    stage.commit();
    let scope = Scope {
        version: 1,
        feeds: BTreeSet::from([feed]),
    };
    let compare = |stage: &mut Stage, pages: &Pages| {
        let mut next = Some(Comparing::new(&Holdings::default()));
        let mut parts = Vec::new();
        while let Some(comparing) = next {
            let mut frames = Vec::new();
            next = stage.slice(comparing, &scope, pages, &mut frames);
            parts.push(frames.len());
        }
        parts
    };
    let fast = Pages::of(None);
    let first = compare(&mut stage, &fast);
    let reading = usize::try_from(households).unwrap() / SLICE_ROWS;
    assert_eq!(first.iter().filter(|bytes| **bytes == 0).count(), reading);
    let again = compare(&mut stage, &fast);
    assert!(
        again.iter().all(|bytes| *bytes > 0),
        "nothing is read again"
    );
    assert!(again.len() >= 4, "{again:?}");
    let most = SLICE_LISTED + usize::try_from(households).unwrap() / DIGEST_RANGES * 2;
    let listed_bytes = 16 + 8 + 4;
    assert!(
        again.iter().all(|bytes| *bytes < most * listed_bytes),
        "{again:?}"
    );
    assert_eq!(again.iter().sum::<usize>(), first.iter().sum::<usize>());
    // Over a slow line a part is a page, and the range in which it ends: what comes whole counts, however
    // soon the line breaks behind it.
    let range_bytes = usize::try_from(households).unwrap() / DIGEST_RANGES * 2 * listed_bytes;
    let slow = compare(&mut stage, &least());
    assert!(
        slow.iter().all(|bytes| *bytes <= 512 + range_bytes),
        "{slow:?}"
    );
    assert_eq!(slow.iter().sum::<usize>(), first.iter().sum::<usize>());
}
