//! The command line.

use std::fmt::Display;
use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::str::FromStr;

use super::Plan;
use crate::load::Outcome;

const USAGE: &str = "\
storm [--quick] [--phones N] [--seconds N] [--seed N] [--memory-mib N] [--chart FILE]
  --quick         40 and 200 phones over 5 seconds; the figures mean little
  --phones N      so many phones only (default: 472, then 10,000)
  --seconds N     over how many seconds they come back (default 60)
  --seed N        what their times are drawn from (default 1)
  --memory-mib N  what the server's memory may come to (default 512)
  --chart FILE    where the chart goes (default docs/storm.svg; with --quick or --phones: nowhere)";

/// Sipai's phones; and many more than any town has.
const PHONES: [usize; 2] = [472, 10_000];
const QUICK_PHONES: [usize; 2] = [40, 200];
/// The default of `address_requests_per_minute` and what else holds for an address is made for a
/// village behind one NAT address (`docs/serving.md`): up to here all phones share one.
const ONE_ADDRESS_PHONES_MAX: usize = 500;
/// What the server's memory may come to, in MiB (`docs/benchmarks.md` says why).
const MEMORY_MIB_MAX: u64 = 512;

/// What was asked for.
#[derive(Debug)]
pub(super) struct Options {
    phones: Vec<usize>,
    seconds: u32,
    seed: u64,
    memory_mib_max: u64,
    /// Where the chart goes.
    pub(super) chart: Option<PathBuf>,
}

impl Options {
    /// Reads the arguments.
    pub(super) fn read(mut arguments: impl Iterator<Item = String>) -> Outcome<Self> {
        let mut options = Self {
            phones: PHONES.to_vec(),
            seconds: 60,
            seed: 1,
            memory_mib_max: MEMORY_MIB_MAX,
            chart: Some("docs/storm.svg".into()),
        };
        let mut chart = None;
        while let Some(argument) = arguments.next() {
            let mut value = || {
                arguments
                    .next()
                    .ok_or_else(|| format!("{argument} needs a value\n{USAGE}"))
            };
            match argument.as_str() {
                "--quick" => {
                    (options.phones, options.seconds, options.chart) =
                        (QUICK_PHONES.to_vec(), 5, None);
                }
                "--phones" => {
                    (options.phones, options.chart) =
                        (vec![number(&value()?, &(1..=20_000))?], None);
                }
                "--seconds" => options.seconds = number(&value()?, &(1..=3_600))?,
                "--seed" => options.seed = number(&value()?, &(0..=u64::MAX))?,
                "--memory-mib" => options.memory_mib_max = number(&value()?, &(1..=1 << 20))?,
                "--chart" => chart = Some(value()?.into()),
                _ => return Err(format!("`{argument}` is not understood\n{USAGE}").into()),
            }
        }
        options.chart = chart.or(options.chart);
        Ok(options)
    }

    /// The storms, in order.
    pub(super) fn plans(&self) -> Vec<Plan> {
        let plan = |phones: &usize| Plan {
            phones: *phones,
            seconds: self.seconds,
            seed: self.seed,
            memory_mib_max: self.memory_mib_max,
            one_address: *phones <= ONE_ADDRESS_PHONES_MAX,
        };
        self.phones.iter().map(plan).collect()
    }
}

fn number<N: FromStr + PartialOrd + Display>(text: &str, within: &RangeInclusive<N>) -> Outcome<N> {
    let number = text.parse().ok().filter(|number| within.contains(number));
    let (least, most) = (within.start(), within.end());
    number.ok_or_else(|| {
        format!("`{text}` must be a whole number from {least} to {most}\n{USAGE}").into()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Outcome<Options> {
        Options::read(line.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn only_the_whole_storm_is_drawn_unless_a_file_is_named() {
        assert_eq!(read("").unwrap().chart, Some("docs/storm.svg".into()));
        assert_eq!(read("--quick").unwrap().chart, None);
        assert_eq!(
            read("--chart x.svg --phones 7").unwrap().chart,
            Some("x.svg".into())
        );
    }

    #[test]
    fn a_village_shares_one_address_and_ten_thousand_do_not() {
        let plans = read("--seed 5").unwrap().plans();
        let of: Vec<_> = plans
            .iter()
            .map(|plan| (plan.phones, plan.one_address, plan.seed))
            .collect();
        assert_eq!(of, [(472, true, 5), (10_000, false, 5)]);
    }

    #[test]
    fn what_is_not_understood_is_named() {
        assert!(
            read("--phone 7")
                .unwrap_err()
                .to_string()
                .contains("--phone")
        );
        assert!(read("--phones 0").is_err());
        assert!(read("--phones").is_err());
    }
}
