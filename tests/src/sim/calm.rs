//! The end of a run: no more faults, everybody syncs, and everything is compared.

use super::oracle;
use super::phone::{LOCKED_ROWS, OUTBOX_ROWS, Phone};
use super::server::Trouble;
use super::service::Work;
use super::violation::{
    Broken, Checked, DURABLE, IDEMPOTENT, NOTHING_LOST, QUIET, SAME, SCOPE, broken, ensure,
};
use super::world::World;
use alleyway_core::limits::STOOD_WAIT_DAYS;
use alleyway_core::store::Records;
use alleyway_core::time::Time;
use alleyway_replica::SyncSummary;

/// Rounds of syncs after which everybody must be up to date and nothing new be said.
const ROUNDS_MAX: usize = 8;
/// Days that are waited for where devices are granted little.
const DAYS_WAITED_MAX: usize = 40;
/// Frames and flights of one sync.
const TURNS_MAX: usize = 10_000;

impl World {
    pub(crate) fn quiesce(&mut self) -> Checked {
        self.begin_calm()?;
        self.late_requests(2)?;
        self.sync_all()?;
        self.compare_all()?;
        // What still was on its way arrives now, and changes nothing.
        self.late_requests(1)?;
        self.sync_all()?;
        self.days_go_by()?;
        self.enrol("mo", "mo")?;
        let fresh = ["xie", "lan", "qin", "wei"][self.rng.below(4)];
        self.enrol("a fresh phone", fresh)?;
        self.sync_all()?;
        for index in 0..self.phones.len() {
            if !self.phones[index].is_wiped {
                self.phones[index].crash()?;
            }
        }
        self.compare_all()?;
        self.check_costs()?;
        self.check_thin()?;
        self.check_server()?;
        self.check_slips()?;
        self.check_newcomer()?;
        self.done.admitted = self.oracle.admitted.len() as u64;
        self.done.refused = self.oracle.refused_count();
        self.done.nonces_twice = self.oracle.nonces_twice_count();
        self.done.kept = self.oracle.kept_count();
        self.done.stood_again = self.oracle.stood_again_count();
        self.done.confidential = self.oracle.confidential_count();
        (self.done.complaints, self.done.complaints_sent_on) = self.oracle.complaints_count();
        let [proposed, adopted, calendars, versions] = self.oracle.book_counts();
        (self.done.proposed, self.done.adopted) = (proposed, adopted);
        (self.done.calendars, self.done.third_versions) = (calendars, u64::from(versions >= 3));
        let is_restored = self.oracle.server_restored().is_some();
        self.done.books_restored = u64::from(is_restored && adopted > 0);
        (self.done.origins, self.done.categories) = self.oracle.reported_counts();
        self.done.server_crashes = self.server.counted().lives;
        self.done.fallen_back = self.server.counted().admitted_as;
        self.done.phone_crashes = self.phones.iter().map(|phone| phone.crashes).sum();
        Ok(())
    }

    fn begin_calm(&mut self) -> Checked {
        self.calm = true;
        // The server's clock is set right: it stands still or goes back a little, and catches up.
        self.lag = 0;
        self.server.disk.mend();
        self.tell(|| "no more faults".to_owned());
        for phone in &mut self.phones {
            phone.connection = None;
            phone.full_for = 0;
        }
        self.network.given_up.clear();
        self.serve_waiting()?;
        self.serve_group(vec![Work::Thaw])?;
        self.says_all_by_time()?;
        self.check_touched()
    }

    /// One in `often` of the requests still on their way reaches the server; nobody hears the answer.
    fn late_requests(&mut self, often: usize) -> Checked {
        self.network.reset();
        for request in std::mem::take(&mut self.network.requests) {
            if self.rng.one_in(often) {
                self.serve_group(vec![Work::Flight(request)])?;
            } else {
                self.network.requests.push(request);
            }
        }
        Ok(())
    }

    pub(super) fn sync_all(&mut self) -> Checked {
        if self.oracle.server_restored().is_some()
            && (!self.is_quiet_after(ROUNDS_MAX)? || self.something_waits())
        {
            // For what nobody has any more, or for a proof that does not come.
            self.now = self.now.plus_days(STOOD_WAIT_DAYS + 1);
            self.tell(|| "what was lost is waited for no longer".to_owned());
        }
        if self.is_quiet_after(ROUNDS_MAX)? {
            return Ok(());
        }
        let behind: Vec<_> = self
            .phones
            .iter()
            .map(|phone| (phone.name, phone.summary.clone()))
            .collect();
        Err(broken(
            QUIET,
            format!("after {ROUNDS_MAX} rounds: {behind:?}"),
        ))
    }

    fn something_waits(&self) -> bool {
        let waits = |phone: &Phone| {
            !phone.replica.pending().is_empty() || !phone.replica.carried().is_empty()
        };
        self.phones
            .iter()
            .any(|phone| !phone.is_wiped && waits(phone))
    }

    /// Everybody syncs, until a whole round has nothing to say.
    fn is_quiet_after(&mut self, rounds: usize) -> Result<bool, Broken> {
        let (mut round, mut days_waited) = (0, 0);
        while round < rounds {
            let needed = self.server.ledger.stats().needed;
            let (mut quiet, mut later) = (true, None);
            for index in 0..self.phones.len() {
                if self.phones[index].is_wiped {
                    continue;
                }
                let summary = self.sync_calmly(index)?;
                later = later.max(summary.later_until);
                let nothing = summary.sent == 0 && summary.received == 0 && summary.forgotten == 0;
                quiet &= nothing && (summary.up_to_date || self.oracle.is_stopped(index));
            }
            let may_wait = self.plan.grants_little() && days_waited < DAYS_WAITED_MAX;
            // Its author's budget may be used up for days.
            let carries = || {
                let mut phones = self.phones.iter().filter(|phone| !phone.is_wiped);
                phones.any(|phone| !phone.replica.carried().is_empty())
            };
            quiet &= !(may_wait && carries());
            // What lay in a tray before a restore is nobody's to see while it waits for what it is about.
            if quiet && self.server.ledger.stats().needed == needed {
                return Ok(true);
            }
            // A phone that was restored twice is frozen, and its administrator is quick.
            self.serve_group(vec![Work::Thaw])?;
            if may_wait {
                days_waited += 1;
                self.waits_for_a_budget(later);
            } else {
                round += 1;
            }
        }
        Ok(false)
    }

    /// A phone was told from when on more is taken of it, or one carries what its author has no budget
    /// for: the day passes.
    fn waits_for_a_budget(&mut self, until: Option<Time>) {
        self.now = match until {
            Some(until) => self.now.max(until),
            None => self.now.plus_days(1),
        };
        self.done.delayed += u64::from(until.is_some());
        self.tell(|| "more is taken of devices again".to_owned());
    }

    pub(crate) fn sync_calmly(&mut self, index: usize) -> Result<SyncSummary, Broken> {
        self.now.0 += 1_000;
        let random = self.random();
        self.phones[index].summary = None;
        self.start_sync(index, random)?;
        for _ in 0..TURNS_MAX {
            if let Some(summary) = &self.phones[index].summary {
                let summary = summary.clone();
                self.check_touched()?;
                return Ok(summary);
            }
            if self.phones[index].driver.is_none() {
                // Its line broke: it goes on where it stopped.
                let random = self.random();
                self.start_sync(index, random)?;
                continue;
            }
            let connection = self.phones[index].connection;
            let waits = connection.and_then(|id| self.network.answers.get(&id));
            if waits.is_some_and(|answer| {
                answer.frames.is_empty() && (!answer.begun || answer.next.is_some())
            }) {
                self.serve_only(connection.unwrap_or_default())?;
            }
            self.deliver(index)?;
        }
        Err(broken(
            QUIET,
            format!("{} never ends its sync", self.phones[index].name),
        ))
    }

    fn compare_all(&mut self) -> Checked {
        for index in 0..self.phones.len() {
            self.check_notebook(index)?;
            let phone = &self.phones[index];
            if phone.is_wiped {
                continue;
            }
            let named =
                |error: Broken| broken(error.invariant, format!("{}: {}", phone.name, error.what));
            let (pending, refused) = (phone.replica.pending(), phone.replica.refused().len());
            ensure(pending.is_empty(), QUIET, || {
                format!("commands of {} are still pending: {pending:?}", phone.name)
            })?;
            phone
                .disk
                .notebook
                .check_settled(&self.oracle, &phone.replica)
                .map_err(named)?;
            let rows_of = |kind: u8| {
                phone
                    .disk
                    .rows
                    .keys(&[kind], &[kind + 1], usize::MAX)
                    .map_or(0, |rows| rows.len())
            };
            let rows = rows_of(OUTBOX_ROWS) + rows_of(LOCKED_ROWS);
            ensure(rows == refused, NOTHING_LOST, || {
                format!(
                    "{} keeps {rows} commands, but shows {refused} as refused",
                    phone.name
                )
            })?;
            let carried = phone.replica.carried().len();
            ensure(carried == 0, QUIET, || {
                format!("{} still carries {carried} batches", phone.name)
            })?;
            let now = self.now;
            if self.oracle.is_stopped(index) {
                let left = phone.documents();
                ensure(left.is_empty(), SCOPE, || {
                    format!("{} is stopped, and holds {left:?}", phone.name)
                })?;
                continue;
            }
            let reader = self.reader(index);
            let seen = self.oracle.seen_by(reader, now);
            let mut held = phone.documents().into_iter();
            let more = held.find(|id| self.oracle.papers.contains_key(id) && !seen.contains(id));
            ensure(more.is_none(), SCOPE, || {
                format!("{} holds {more:?} on its disk", phone.name)
            })?;
            self.oracle
                .quiet(&phone.replica, reader, now)
                .map_err(named)?;
            // An older program knows no book.
            if !phone.is_older {
                self.oracle
                    .quiet_rules(&phone.replica, now)
                    .map_err(named)?;
            }
        }
        Ok(())
    }

    fn check_server(&mut self) -> Checked {
        let report = self.server.check()?;
        ensure(report.problem_count == 0, DURABLE, || {
            format!("the ledger has problems: {:?}", report.problems)
        })?;
        let (kept, recounted) = self.server.figures()?;
        ensure(kept == recounted, SAME, || {
            let differs = |line: &&oracle::Line| kept.get(*line) != recounted.get(*line);
            let lines = kept.keys().chain(recounted.keys()).filter(differs);
            let told = lines
                .map(|line| format!("{line:?} {:?} {:?}", kept.get(line), recounted.get(line)));
            format!(
                "figures are not those of a recount: {:?}",
                told.collect::<Vec<_>>()
            )
        })?;
        let counted = self.server.counted();
        let is_restored = self.oracle.server_restored().is_some();
        let has_older = self.phones.iter().any(|phone| phone.is_older);
        ensure(
            counted.comparisons == 0 || is_restored || has_older,
            SAME,
            || format!("{} comparisons were needed", counted.comparisons),
        )?;
        let is_odd = counted.admitted_as > 0 && !has_older;
        ensure(!is_odd, SAME, || {
            format!("{} commands gave another hash", counted.admitted_as)
        })?;
        let forked = counted.forks > 0 && self.oracle.restored.is_empty();
        ensure(!forked, IDEMPOTENT, || {
            "a phone that was never restored forked".to_owned()
        })?;
        // Once more from the disk alone.
        self.server.end(true, &mut self.rng);
        match self.server.start(&mut self.rng) {
            Ok(()) => Ok(()),
            Err(Trouble::Broken(broken)) => Err(broken),
            Err(Trouble::Store(error)) => {
                Err(broken(DURABLE, format!("the server cannot start: {error}")))
            }
        }
    }
}
