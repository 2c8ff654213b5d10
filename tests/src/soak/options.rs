//! The command line.

use std::thread;

use crate::power::Life;

pub(super) const HELP: &str = "\
soak [--seeds N] [--from N] [--jobs N] [--rounds N] [--images N] [--seconds N] [PART…]

Parts; all of them, in this order, where none is named:
  seeds     the simulator: phones, couriers and a server from one number, faults and all
  crashes   a real server under load from real devices, SIGKILL again and again; what was
            acknowledged must be on a new device
  power     power cuts made from recordings of the writes of a real server and of a real phone's
            store (needs strace)
  fuzz      hostile input to everything that reads bytes from outside

  --seeds N     seeds of the simulator (10000)
  --from N      the first seed; also the first of crashes, power and fuzz (1)
  --jobs N      threads (as many as there are processors)
  --rounds N    kills under load (200); each 20 are one town with a seed of its own
  --images N    power cuts of servers, and as many of phones (4000); each 500 are of one recording
                with a seed of its own
  --seconds N   for each fuzz target (30)

The first failure ends the soak with exit code 1. It is printed with the line that shows it again: of
the simulator a shortened run, of crashes and power the seed, of fuzz the input's file.

Examples:
  make soak SEEDS=100000                     everything, for a night
  make soak ARGS='--jobs 8 seeds'            the simulator alone
  make soak ARGS='crashes --from 7 --rounds 20'   one town again
";

/// Kills under load.
const ROUNDS: u64 = 200;
/// Seeds.
const SEEDS: u64 = 10_000;
/// Power cuts.
const IMAGES: u64 = 4_000;
/// Seconds for each fuzz target.
const SECONDS: u64 = 30;
/// Threads that may be asked for.
const JOBS_MAX: u64 = 1_024;

/// A part of the soak.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Seeds,
    Crashes,
    Power,
    Fuzz,
}

impl Part {
    pub(super) const ALL: [Self; 4] = [Self::Seeds, Self::Crashes, Self::Power, Self::Fuzz];

    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Seeds => "seeds",
            Self::Crashes => "crashes",
            Self::Power => "power",
            Self::Fuzz => "fuzz",
        }
    }
}

/// What is to be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Options {
    pub(super) seeds: u64,
    pub(super) from: u64,
    pub(super) jobs: u64,
    pub(super) rounds: u64,
    pub(super) images: u64,
    pub(super) seconds: u64,
    parts: Vec<Part>,
}

/// What was asked for.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Asked {
    Help,
    Soak(Options),
    /// One fuzz target: how the soak starts itself for each.
    OneTarget(String, Options),
    /// One life of a phone's store: how power cuts have it recorded.
    StoreLife(Life),
}

impl Options {
    pub(super) fn read(mut words: impl Iterator<Item = String>) -> Result<Asked, String> {
        let jobs = thread::available_parallelism().map_or(1, |jobs| jobs.get() as u64);
        let (seeds, rounds, images, seconds) = (SEEDS, ROUNDS, IMAGES, SECONDS);
        let mut options = Self {
            seeds,
            from: 1,
            jobs,
            rounds,
            images,
            seconds,
            parts: Vec::new(),
        };
        let mut one = None;
        while let Some(word) = words.next() {
            if matches!(word.as_str(), "--help" | "-h" | "help") {
                return Ok(Asked::Help);
            }
            if let Some(part) = Part::ALL.into_iter().find(|part| part.word() == word) {
                options.parts.push(part);
                continue;
            }
            if word == Life::WORD {
                return Life::read(words)
                    .map(Asked::StoreLife)
                    .ok_or_else(|| "this is no life of a store".to_owned());
            }
            if word == ONE_TARGET {
                one = words.next();
                continue;
            }
            let (place, most) = match word.as_str() {
                "--seeds" => (&mut options.seeds, u64::MAX),
                "--from" => (&mut options.from, u64::MAX),
                "--jobs" => (&mut options.jobs, JOBS_MAX),
                "--rounds" => (&mut options.rounds, u64::from(u32::MAX)),
                "--images" => (&mut options.images, u64::from(u32::MAX)),
                "--seconds" => (&mut options.seconds, u64::from(u32::MAX)),
                _ => return Err(format!("`{word}` is not understood")),
            };
            let number = words
                .next()
                .and_then(|text| text.parse().ok())
                .filter(|number| (1..=most).contains(number));
            *place = number.ok_or_else(|| format!("{word} needs a number, 1 or more"))?;
        }
        Ok(one.map_or(Asked::Soak(options.clone()), |target| {
            Asked::OneTarget(target, options)
        }))
    }

    pub(super) fn wants(&self, part: Part) -> bool {
        self.parts.is_empty() || self.parts.contains(&part)
    }
}

/// Runs one fuzz target.
pub(super) const ONE_TARGET: &str = "--one-target";

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Result<Asked, String> {
        Options::read(line.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn a_line_is_read_word_by_word_and_help_tells_every_word() {
        let Ok(Asked::Soak(options)) = read("--seeds 5 crashes --from 7 power") else {
            panic!("not read")
        };
        assert_eq!(
            (options.seeds, options.from, options.rounds),
            (5, 7, ROUNDS)
        );
        assert!(options.wants(Part::Power) && !options.wants(Part::Seeds));
        for part in Part::ALL {
            assert!(HELP.contains(part.word()));
        }
        for flag in [
            "--seeds",
            "--from",
            "--jobs",
            "--rounds",
            "--images",
            "--seconds",
        ] {
            assert!(
                HELP.contains(flag) && read(&format!("{flag} 3")).is_ok(),
                "{flag}"
            );
        }
        assert_eq!(read("seeds --help"), Ok(Asked::Help));
    }

    #[test]
    fn what_is_no_number_or_no_word_is_told() {
        for line in [
            "--seeds",
            "--seeds 0",
            "--jobs many",
            "everything",
            "--jobs 2000",
        ] {
            assert!(read(line).is_err(), "{line}");
        }
    }
}
