//! The end of a run: no more faults, everybody syncs, and everything is compared.

use super::oracle::{Answered, Event};
use super::violation::{Broken, Checked, DURABLE, IDEMPOTENT, NOTHING_LOST, QUIET, SAME, broken, ensure};
use super::world::World;
use alleyway_core::replica::SyncSummary;
use alleyway_core::store::Records;

/// Rounds of syncs after which everybody must be up to date and nothing new be said.
const ROUNDS_MAX: usize = 6;
/// Frames and flights of one sync.
const TURNS_MAX: usize = 10_000;
/// The rows of a phone's outbox.
const OUTBOX: u8 = b'o';

impl World {
    pub(crate) fn quiesce(&mut self) -> Checked {
        self.calm = true;
        self.tell(|| "no more faults".to_owned());
        for index in 0..self.phones.len() {
            self.phones[index].connection = None;
        }
        self.late_requests(2)?;
        self.sync_all()?;
        self.compare_all()?;
        // What still was on its way arrives now, and changes nothing.
        self.late_requests(1)?;
        self.sync_all()?;
        self.enrol("mo", "mo")?;
        let fresh = ["xie", "lan", "qin", "wei"][self.rng.below(4)];
        self.enrol("a fresh phone", fresh)?;
        self.sync_all()?;
        for index in 0..self.phones.len() {
            self.phones[index].crash()?;
        }
        self.compare_all()?;
        self.check_server()?;
        self.done.admitted = self.oracle.admitted.len() as u64;
        self.done.refused = self.oracle.refused_count();
        self.done.kept = self.oracle.kept_count();
        self.done.server_crashes = self.server.counted().lives;
        self.done.phone_crashes = self.phones.iter().map(|phone| phone.crashes).sum();
        Ok(())
    }

    /// One in `often` of the requests still on their way reaches the server; nobody hears the answer.
    fn late_requests(&mut self, often: usize) -> Checked {
        let requests = std::mem::take(&mut self.network.requests);
        for request in requests {
            if !self.rng.one_in(often) {
                self.network.requests.push(request);
                continue;
            }
            self.now.0 += 1;
            let part = self.server.sync(&request.bytes, self.now)?;
            self.server.commit(&mut self.rng)?;
            let phone = &self.phones[request.phone];
            let (key, member, at) = (phone.key, phone.member, self.now);
            let answered = Answered { phone: request.phone, key, member, at, verdicts: part.verdicts };
            self.oracle.committed(&Event::Answered(answered))?;
        }
        Ok(())
    }

    fn sync_all(&mut self) -> Checked {
        for _ in 0..ROUNDS_MAX {
            let mut quiet = true;
            for index in 0..self.phones.len() {
                let summary = self.sync_calmly(index)?;
                let nothing = summary.sent == 0 && summary.received == 0 && summary.forgotten == 0;
                quiet &= nothing && summary.up_to_date;
            }
            if quiet {
                return Ok(());
            }
        }
        let behind: Vec<_> = self.phones.iter().map(|phone| (phone.name, phone.summary.clone())).collect();
        Err(broken(QUIET, format!("after {ROUNDS_MAX} rounds: {behind:?}")))
    }

    pub(crate) fn sync_calmly(&mut self, index: usize) -> Result<SyncSummary, Broken> {
        self.now.0 += 1_000;
        let random = self.random();
        let phone = &mut self.phones[index];
        phone.summary = None;
        let effects = phone.replica.begin_sync(phone.clock(self.now), random);
        self.perform(index, effects)?;
        for _ in 0..TURNS_MAX {
            if let Some(summary) = &self.phones[index].summary {
                return Ok(summary.clone());
            }
            let connection = self.phones[index].connection;
            let waits = connection.and_then(|id| self.network.answers.get(&id));
            if waits.is_some_and(|answer| answer.frames.is_empty() && (!answer.begun || answer.next.is_some())) {
                self.serve_only(connection.unwrap_or_default())?;
            }
            self.deliver(index)?;
        }
        Err(broken(QUIET, format!("{} never ends its sync", self.phones[index].name)))
    }

    fn compare_all(&mut self) -> Checked {
        for index in 0..self.phones.len() {
            self.check_notebook(index)?;
            let phone = &self.phones[index];
            let named = |error: Broken| broken(error.invariant, format!("{}: {}", phone.name, error.what));
            let (pending, refused) = (phone.replica.pending().len(), phone.replica.refused().len());
            ensure(pending == 0, QUIET, || format!("{pending} commands of {} are still pending", phone.name))?;
            let rows = phone.disk.rows.scan(&[OUTBOX], &[OUTBOX + 1], usize::MAX).map_or(0, |rows| rows.len());
            ensure(rows == refused, NOTHING_LOST, || {
                format!("{} keeps {rows} commands, but shows {refused} as refused", phone.name)
            })?;
            self.oracle.quiet(&phone.replica, phone.member, self.now).map_err(named)?;
        }
        Ok(())
    }

    fn check_server(&mut self) -> Checked {
        let report = self.server.check()?;
        ensure(report.problem_count == 0, DURABLE, || format!("the ledger has problems: {:?}", report.problems))?;
        let counted = self.server.counted();
        ensure(counted.comparisons == 0, SAME, || format!("{} comparisons were needed", counted.comparisons))?;
        ensure(counted.admitted_as == 0, SAME, || format!("{} commands gave another hash", counted.admitted_as))?;
        let forked = counted.forks > 0 && self.oracle.restored.is_empty();
        ensure(!forked, IDEMPOTENT, || "a phone that was never restored forked".to_owned())
    }
}
