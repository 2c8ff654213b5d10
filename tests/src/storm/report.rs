//! The figures of a storm.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use super::line::Cost;
use super::settled::Settled;
use super::{Plan, Stormed};
use crate::load::table::{Goal, Table, grouped};
use crate::load::{Outcome, ratio, system};

/// What came of a storm.
#[derive(Debug, Clone)]
pub struct Report {
    /// What was played.
    pub plan: Plan,
    /// Phones that are complete in the end: their digest is the server's, nothing is left to send.
    pub complete: u64,
    /// Commands that were typed offline.
    pub typed: u64,
    /// Commands that the server says it admitted.
    pub admitted: u64,
    /// Commands that it refused or laid into a tray, and those that some phone still holds.
    pub not_admitted: u64,
    /// Cases that were typed, and those that phones have, each of them once.
    pub cases: (u64, u64),
    /// Cases that two phones have different heads of.
    pub differing: u64,
    /// How often `/healthz` was asked, and how often it failed.
    pub health: (u64, u64),
    /// The longest answer of `/healthz`.
    pub health_worst: Duration,
    /// The server's resident memory in kB, by the time since the minute began.
    pub memory: Vec<(Duration, u64)>,
    /// The most that was ever resident, in kB.
    pub memory_most_kb: u64,
    /// When each phone came back, in order.
    pub arrivals: Vec<Duration>,
    /// When phones were complete, in order.
    pub synced: Vec<Duration>,
    /// From coming back to complete, the shortest first.
    pub waits: Vec<Duration>,
    /// How often phones were sent away, by the code of the error.
    pub sent_away: BTreeMap<String, u64>,
    /// Most phones that were syncing or waiting at one time.
    pub at_once: usize,
    /// Bytes of each phone, up and down, the fewest first.
    pub bytes: Vec<u64>,
    cost: Cost,
    cost_most: Cost,
    fsyncs: u64,
    commits: u64,
    server_cpu: f64,
    phones_cpu: f64,
}

impl Report {
    pub(super) fn new(
        plan: &Plan,
        typed: u64,
        stormed: Stormed,
        settled: &Settled,
        metrics: &str,
    ) -> Outcome<Self> {
        let Stormed {
            minute,
            watched,
            metrics: right_after,
            server_cpu,
            phones_cpu,
        } = stormed;
        let sorted = |of: fn(&super::minute::Back) -> Duration| {
            let mut times: Vec<Duration> = minute.back.iter().map(of).collect();
            times.sort_unstable();
            times
        };
        let (mut cost, mut cost_most, mut sent_away) =
            (Cost::default(), Cost::default(), BTreeMap::new());
        for back in &minute.back {
            cost.add(back.cost);
            cost_most.up = cost_most.up.max(back.cost.up);
            cost_most.down = cost_most.down.max(back.cost.down);
            for (code, times) in &back.sent_away {
                *sent_away.entry(code.clone()).or_default() += times;
            }
        }
        let mut bytes: Vec<u64> = minute
            .back
            .iter()
            .map(|back| back.cost.up + back.cost.down)
            .collect();
        bytes.sort_unstable();
        Ok(Self {
            plan: plan.clone(),
            complete: settled.complete,
            typed,
            admitted: system::metric(metrics, "alleyway_commands_admitted_total")?,
            not_admitted: settled.unanswered + labelled(metrics, "alleyway_commands_refused_total"),
            cases: (settled.typed_cases, settled.cases),
            differing: settled.differing,
            health: (watched.asked, watched.failed),
            health_worst: watched.worst,
            memory: watched.memory,
            memory_most_kb: watched.most_kb,
            arrivals: sorted(|back| back.arrived),
            synced: sorted(|back| back.synced),
            waits: sorted(super::minute::Back::wait),
            sent_away,
            at_once: minute.at_once,
            bytes,
            cost,
            cost_most,
            fsyncs: system::metric(&right_after, "alleyway_store_fsyncs_total")?,
            commits: system::metric(&right_after, "alleyway_store_commits_total")?,
            server_cpu,
            phones_cpu,
        })
    }

    /// Whether every goal was reached.
    pub fn is_good(&self) -> bool {
        self.table().is_reached()
    }

    /// The wait that so many of a hundred phones did not exceed.
    pub fn percentile(&self, percent: usize) -> Duration {
        let rank = (self.waits.len() * percent).div_ceil(100);
        self.waits
            .get(rank.saturating_sub(1))
            .copied()
            .unwrap_or_default()
    }

    fn table(&self) -> Table {
        let mut table = Table::default();
        self.counts(&mut table);
        self.server(&mut table);
        self.fairness(&mut table);
        self.costs(&mut table);
        table
    }

    fn counts(&self, table: &mut Table) {
        table.count(
            "phones complete in the end",
            self.complete,
            "",
            Goal::Exactly(self.plan.phones as u64),
        );
        table.count(
            "commands admitted",
            self.admitted,
            "",
            Goal::Exactly(self.typed),
        );
        table.count(
            "  refused, laid aside, or without an answer",
            self.not_admitted,
            "",
            Goal::AtMost(0),
        );
        table.count(
            "cases that the phones have",
            self.cases.1,
            "",
            Goal::Exactly(self.cases.0),
        );
        table.count(
            "  not the same on all of them",
            self.differing,
            "",
            Goal::AtMost(0),
        );
    }

    fn server(&self, table: &mut Table) {
        table.count(
            "/healthz without an answer",
            self.health.1,
            "",
            Goal::AtMost(0),
        );
        table.plain("  asked", grouped(self.health.0));
        table.plain("  the longest answer", milliseconds(self.health_worst));
        let mib = self.memory_most_kb.div_ceil(1_024);
        table.count(
            "resident memory, most",
            mib,
            "MiB",
            Goal::AtMost(self.plan.memory_mib_max),
        );
        table.plain("server, CPU-seconds", format!("{:.1}", self.server_cpu));
        table.plain(
            "  commands per CPU-second",
            format!("{:.0}", ratio(self.admitted, self.server_cpu)),
        );
        table.plain(
            "phones, CPU-seconds, on the same processors",
            format!("{:.1}", self.phones_cpu),
        );
    }

    fn fairness(&self, table: &mut Table) {
        let most = self.waits.last().copied().unwrap_or_default();
        let in_time = self
            .waits
            .iter()
            .filter(|wait| wait.as_secs() < u64::from(self.plan.seconds))
            .count();
        table.plain(
            "phones complete within that time of coming back",
            grouped(in_time as u64),
        );
        table.plain(
            "from coming back to complete: p50",
            milliseconds(self.percentile(50)),
        );
        table.plain("  p90", milliseconds(self.percentile(90)));
        table.plain("  p99", milliseconds(self.percentile(99)));
        table.plain("  the longest", milliseconds(most));
        let median = self.percentile(50).as_secs_f64().max(0.001);
        table.plain(
            "  the longest by the median",
            format!("{:.1}", most.as_secs_f64() / median),
        );
        table.plain(
            "phones under way at once, most",
            grouped(self.at_once as u64),
        );
        let times: u64 = self.sent_away.values().sum();
        table.plain("sent away, and came again", grouped(times));
        for (code, times) in &self.sent_away {
            table.plain(&format!("  {code}"), grouped(*times));
        }
    }

    fn costs(&self, table: &mut Table) {
        let phones = ratio(self.plan.phones as u64, 1.0);
        let admitted = ratio(self.admitted, 1.0);
        table.plain(
            "bytes up of a phone, mean",
            format!("{:.0}", ratio(self.cost.up, phones)),
        );
        table.plain("  most", grouped(self.cost_most.up));
        table.plain(
            "bytes down of a phone, mean",
            format!("{:.0}", ratio(self.cost.down, phones)),
        );
        table.plain("  most", grouped(self.cost_most.down));
        table.plain(
            "requests of a phone, mean",
            format!("{:.2}", ratio(self.cost.requests, phones)),
        );
        table.plain("commits", grouped(self.commits));
        table.plain(
            "  fsyncs per admitted command",
            format!("{:.3}", ratio(self.fsyncs, admitted)),
        );
        table.plain(
            "  requests per commit",
            format!("{:.1}", ratio(self.cost.requests, ratio(self.commits, 1.0))),
        );
    }

    /// How many phones waited up to so many milliseconds, more than the row before; the last row has
    /// no bound.
    pub(super) fn histogram(&self) -> Vec<(Option<u64>, usize)> {
        let milliseconds = |wait: &Duration| u64::try_from(wait.as_millis()).unwrap_or(u64::MAX);
        counted(&BOUNDS_MS, self.waits.iter().map(milliseconds))
    }
}

/// How many values are up to each bound, and more than the one before; the last row has no bound.
fn counted(bounds: &[u64], values: impl Iterator<Item = u64>) -> Vec<(Option<u64>, usize)> {
    let mut rows: Vec<(Option<u64>, usize)> =
        bounds.iter().map(|bound| (Some(*bound), 0)).collect();
    rows.push((None, 0));
    for value in values {
        if let Some((_, count)) = rows.get_mut(bounds.partition_point(|bound| *bound < value)) {
            *count += 1;
        }
    }
    rows
}

/// The rows as bars, up to the last that is not empty.
fn bars(
    f: &mut fmt::Formatter<'_>,
    rows: &[(Option<u64>, usize)],
    named: fn(Option<u64>) -> String,
) -> fmt::Result {
    let most = rows
        .iter()
        .map(|(_, count)| *count)
        .max()
        .unwrap_or(0)
        .max(1);
    let first = rows.iter().position(|(_, count)| *count > 0).unwrap_or(0);
    let last = rows.iter().rposition(|(_, count)| *count > 0).unwrap_or(0);
    for (upto, count) in rows.iter().take(last + 1).skip(first) {
        let bar = "#".repeat((count * BAR_CHARACTERS).div_ceil(most));
        writeln!(
            f,
            "  up to {:>8} {:>6} {bar}",
            named(*upto),
            grouped(*count as u64)
        )?;
    }
    Ok(())
}

/// Upper bounds of the histogram's rows, in milliseconds.
const BOUNDS_MS: [u64; 14] = [
    5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000,
];
/// The same of the bytes of a phone.
const BOUNDS_BYTES: [u64; 10] = [
    1_000, 2_000, 3_000, 4_000, 6_000, 8_000, 12_000, 16_000, 32_000, 64_000,
];
/// The longest bar on the screen, in characters.
const BAR_CHARACTERS: usize = 40;

/// The sum over all labels of a counter.
fn labelled(metrics: &str, name: &str) -> u64 {
    let of = |line: &str| {
        line.strip_prefix(name)?
            .strip_prefix('{')?
            .rsplit_once(' ')?
            .1
            .parse::<u64>()
            .ok()
    };
    metrics.lines().filter_map(of).sum()
}

fn milliseconds(time: Duration) -> String {
    format!(
        "{} ms",
        grouped(u64::try_from(time.as_millis()).unwrap_or(u64::MAX))
    )
}

/// The bound of a row, for people.
pub(super) fn bound(bound: Option<u64>) -> String {
    match bound {
        Some(ms) if ms < 1_000 => format!("{ms} ms"),
        Some(ms) => format!("{} s", ms / 1_000),
        None => "more".to_owned(),
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Plan {
            phones,
            seconds,
            seed,
            one_address,
            ..
        } = &self.plan;
        writeln!(
            f,
            "{} phones within {seconds} seconds, seed {seed}",
            grouped(*phones as u64)
        )?;
        let limits = if *one_address {
            "All limits are the defaults; all phones share one address, and the limits by address hold."
        } else {
            "All limits are the defaults; this machine's own address is exempt from those by address."
        };
        writeln!(f, "{limits}")?;
        let processors = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        writeln!(f, "Server and phones share {processors} processors.\n")?;
        write!(f, "{}", self.table())?;
        writeln!(f, "\nFrom coming back to complete:")?;
        bars(f, &self.histogram(), bound)?;
        writeln!(f, "\nBytes of a phone, up and down:")?;
        let kilobytes = |bytes: Option<u64>| {
            bytes.map_or("more".to_owned(), |bytes| format!("{} kB", bytes / 1_000))
        };
        bars(
            f,
            &counted(&BOUNDS_BYTES, self.bytes.iter().copied()),
            kilobytes,
        )?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_counter_is_summed_over_its_labels() {
        let text =
            "a_total{code=\"x\"} 3\na_total{code=\"y\"} 4\nab_total{code=\"x\"} 9\na_total 1\n";
        assert_eq!(labelled(text, "a_total"), 7);
        assert_eq!(labelled(text, "c_total"), 0);
    }
}
