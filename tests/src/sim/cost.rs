//! A sync that finds nothing new costs the same whatever is held.

use super::violation::{COST, Checked, ensure};
use super::world::World;

/// A flight that says nothing new, in bytes.
const FLIGHT_BYTES_MAX: usize = 400;
/// An answer that says nothing new, in bytes: a page's cursor, and the welcome.
const ANSWER_BYTES_MAX: usize = 400;
/// Rows that a phone writes when it hears nothing new: where it stands.
const PHONE_WRITES_MAX: u64 = 3;
/// Records that the server reads to answer it: the device and its scope; the sums of its feeds.
const READS_MAX: u64 = 60;

/// What a sync took so far.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Spent {
    pub(crate) flight_bytes: usize,
    pub(crate) answer_bytes: usize,
    pub(crate) phone_commits: u64,
    pub(crate) server_writes: usize,
}

impl World {
    /// Everybody syncs once more, and is counted.
    pub(crate) fn check_costs(&mut self) -> Checked {
        for index in 0..self.phones.len() {
            if self.phones[index].is_wiped || self.oracle.is_stopped(index) {
                continue;
            }
            // The first one may meet a challenge that the server forgot.
            self.sync_calmly(index)?;
            let reads = self.server.disk.reads();
            self.spent = Spent::default();
            self.sync_calmly(index)?;
            let (spent, reads) = (self.spent, self.server.disk.reads() - reads);
            let is_cheap = spent.flight_bytes <= FLIGHT_BYTES_MAX
                && spent.answer_bytes <= ANSWER_BYTES_MAX
                && spent.phone_commits <= PHONE_WRITES_MAX
                && spent.server_writes == 0
                && reads <= READS_MAX;
            let (name, held) = (
                self.phones[index].name,
                self.phones[index].documents().len(),
            );
            ensure(is_cheap, COST, || {
                format!("{name} holds {held} documents; a quiet sync took {spent:?}, {reads} reads")
            })?;
        }
        Ok(())
    }
}
