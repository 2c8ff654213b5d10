//! Where a document stands in the logs of its feeds, and the feeds' sums.

use crate::rows::ranges::InFeed;
use crate::rows::records::{FeedEntry, FeedSum, HeadRecord, Placed};
use crate::rows::{Tx, keys};
use alleyway_core::admission::Admitted;
use alleyway_core::feeds::{FeedId, digest_of};
use alleyway_core::store::StoreError;
use alleyway_core::sync::frame::{Listed, check_of};
use alleyway_core::wire::List;

/// Moves the document's places to the end of the logs of its feeds, and keeps the sums.
pub(super) fn move_in_feeds(
    tx: &mut Tx<'_>,
    admitted: &Admitted,
    head: &mut HeadRecord,
    sequence: u64,
) -> Result<(), StoreError> {
    let document = admitted.document();
    let known = head.version > 0;
    let before = InFeed {
        sequence: 0,
        digest: digest_of(document, head.generation, &head.head),
        listed: Listed {
            document,
            version: head.version,
            check: check_of(&head.head),
        },
    };
    let after = InFeed {
        sequence,
        digest: digest_of(document, admitted.generation(), &admitted.head()),
        listed: Listed {
            document,
            version: admitted.version(),
            check: check_of(&admitted.head()),
        },
    };
    let mut placed = Vec::new();
    let mut left: Vec<(FeedId, u64)> = head.left.to_vec();
    for place in head.placed.iter() {
        tx.remove_written_at(keys::feed(place.feed, place.sequence), place.sequence);
        let stays = admitted.audience().contains(&place.feed);
        if stays {
            placed.push(Placed { sequence, ..*place });
        } else {
            tx.put(
                keys::feed(place.feed, sequence),
                &FeedEntry {
                    document,
                    leaves: true,
                },
            );
            left.push((place.feed, sequence));
        }
        let before = InFeed {
            sequence: place.sequence,
            ..before
        };
        let (taken, put) = (known.then_some(before), stays.then_some(after));
        change_sum(tx, place.feed, taken, put)?;
    }
    for feed in admitted.audience() {
        if !placed.iter().any(|place| place.feed == *feed) {
            placed.push(Placed {
                feed: *feed,
                sequence,
                entered: sequence,
            });
            change_sum(tx, *feed, None, Some(after))?;
        }
        if let Some(at) = left.iter().position(|(other, _)| other == feed) {
            let (_, gone) = left.swap_remove(at);
            tx.remove_written_at(keys::feed(*feed, gone), gone);
        }
        tx.put(
            keys::feed(*feed, sequence),
            &FeedEntry {
                document,
                leaves: false,
            },
        );
    }
    let key = keys::head(document);
    head.placed = List::new(placed).map_err(|_| StoreError::damaged(&key))?;
    head.left = List::new(left).map_err(|_| StoreError::damaged(&key))?;
    Ok(())
}

fn change_sum(
    tx: &mut Tx<'_>,
    feed: FeedId,
    taken: Option<InFeed>,
    put: Option<InFeed>,
) -> Result<(), StoreError> {
    let key = keys::sum(feed);
    let mut sum = tx.get::<FeedSum>(&key)?.unwrap_or_default();
    let mut value = u128::from_le_bytes(sum.sum);
    if let Some(taken) = taken {
        value = value.wrapping_sub(taken.digest);
        sum.documents = sum.documents.saturating_sub(1);
    }
    if let Some(put) = put {
        value = value.wrapping_add(put.digest);
        sum.documents += 1;
    }
    sum.sum = value.to_le_bytes();
    tx.change_range(feed, taken.as_ref(), put.as_ref());
    tx.put(key, &sum);
    Ok(())
}
