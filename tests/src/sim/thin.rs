//! A line of 100 bytes a second that breaks again and again: everything gets through over it in the
//! end, both ways, and little of it more than once.

use alleyway_core::sync::frame::{Item, ServerFrame};
use alleyway_core::wire::Wire as _;
use alleyway_demo::Chance;
use alleyway_replica::BrokenOff;

use super::plant::Plant;
use super::violation::{COST, Checked, ensure};
use super::world::World;

/// How long a byte takes, in milliseconds.
const BYTE_MS: i64 = 10;
/// What HTTP says beside a flight and its answer, in bytes.
const HEADS_BYTES: usize = 400;
/// What a connection carries before it breaks, in bytes: one to two minutes.
const CONNECTION_BYTES: (i64, i64) = (6_000, 12_000);
/// One run in so many has such a line.
const RUNS_PER_LINE: usize = 3;
/// Connections of which all may be lost while a phone learns what its line can do: down to the least
/// of what it sends, and of what it is sent, each a few times, for what is quick is tried again.
const LEARNING: usize = 24;

/// A phone's line, if it is such a one.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Thin {
    /// What a connection carries, in bytes.
    connection: usize,
    /// What is left of the present one.
    left: usize,
    /// Bytes that came through.
    through: usize,
    /// Bytes that were cut off, and are to be sent again.
    lost: usize,
}

impl World {
    /// In some runs one phone has such a line; with another bug planted in none, so that each is found by
    /// its own.
    pub(crate) fn thin_one(&mut self) {
        let mut rng = Chance::new(self.plan.seed.rotate_left(23));
        let (least, most) = CONNECTION_BYTES;
        let connection = usize::try_from(rng.between(least, most)).unwrap_or(0);
        let index = rng.below(self.phones.len());
        let is_thin = match self.plan.plant {
            Plant::Nothing => rng.one_in(RUNS_PER_LINE),
            plant => plant == Plant::LineForgotten,
        };
        if is_thin {
            self.phones[index].thin = Some(Thin {
                connection,
                ..Thin::default()
            });
            let name = self.phones[index].name;
            self.tell(|| format!("{name} has a line that breaks each {connection} bytes"));
        }
    }

    /// A phone connects.
    pub(crate) fn connects(&mut self, index: usize) {
        if let Some(thin) = &mut self.phones[index].thin {
            thin.left = thin.connection;
        }
    }

    /// Whether a flight gets over a phone's line.
    pub(crate) fn carries_flight(&mut self, index: usize, bytes: usize) -> bool {
        self.carries(index, bytes + HEADS_BYTES)
    }

    /// Whether so many bytes get over a phone's line before it breaks; they take their time.
    pub(crate) fn carries(&mut self, index: usize, bytes: usize) -> bool {
        let Some(thin) = &mut self.phones[index].thin else {
            return true;
        };
        let carried = bytes.min(thin.left);
        thin.left -= carried;
        let is_through = carried == bytes;
        let counted = if is_through {
            &mut thin.through
        } else {
            &mut thin.lost
        };
        *counted += carried;
        self.now.0 += i64::try_from(carried).unwrap_or(0) * BYTE_MS;
        is_through
    }

    /// Notes pieces and slices, as a frame tells of them.
    pub(crate) fn count_pieces(&mut self, frame: &[u8]) {
        self.done.pieces += match ServerFrame::from_bytes(frame) {
            Ok(ServerFrame::Arrived(_)) => 1,
            Ok(ServerFrame::Page(page)) => {
                let is_slice = |item: &&Item| matches!(item, Item::Slice(_));
                page.items.iter().filter(is_slice).count() as u64
            }
            _ => 0,
        };
    }

    /// A thin line broke, and the phone's program notices.
    pub(crate) fn breaks(&mut self, index: usize, broken: BrokenOff) -> Checked {
        self.done.lines_broken += 1;
        let name = self.phones[index].name;
        self.tell(|| format!("the thin line of {name} breaks"));
        let phone = &mut self.phones[index];
        if let Some(connection) = phone.connection.take() {
            self.network.hang_up(connection, index);
        }
        self.touched.insert(index);
        let forgets = self.plan.plant == Plant::LineForgotten;
        let phone = &mut self.phones[index];
        let writes = match phone.driver.take() {
            Some(driver) if forgets => {
                driver.failed(&mut phone.replica);
                Vec::new()
            }
            Some(driver) => driver.broken(&mut phone.replica, broken),
            None => Vec::new(),
        };
        if !writes.is_empty() {
            // A phone that crashes at it learns it again.
            self.persist(index, writes)?;
        }
        Ok(())
    }

    /// What was sent more than once is little.
    pub(crate) fn check_thin(&self) -> Checked {
        for phone in &self.phones {
            let Some(thin) = phone.thin else { continue };
            ensure(
                thin.lost <= thin.through + LEARNING * thin.connection,
                COST,
                || format!("{}: over its line went {thin:?}", phone.name),
            )?;
        }
        Ok(())
    }
}
