//! Power cuts: some recordings, many cuts of each.

use super::Report;
use super::options::Options;
use super::workers::Work;
use crate::power::{Lies, Plan, PowerError, Recording, Tally, run as cut};

/// Power cuts of one recording.
const IMAGES_OF_A_RECORDING: u64 = 500;
/// Syncs in each life of a recording.
const SYNCS: u32 = 40;
/// One image in so many is opened by the server's own program.
const BY_PROGRAM_ONE_IN: u32 = 50;

/// Runs the power cuts.
pub(super) fn run(options: &Options) -> Report {
    let recordings = options.images.div_ceil(IMAGES_OF_A_RECORDING);
    let work = Work::new("recordings", options.from, recordings, Tally::default());
    let missing = std::sync::Mutex::new(None);
    let (tally, failure) = work.share_out(options.jobs, |work, seed| {
        let left = options.images - (seed - options.from) * IMAGES_OF_A_RECORDING;
        let images = u32::try_from(left.min(IMAGES_OF_A_RECORDING)).unwrap_or(u32::MAX);
        let recording = match Recording::make(seed, SYNCS) {
            Ok(recording) => recording,
            Err(error @ PowerError::NoStrace(_)) => {
                missing.lock().unwrap().get_or_insert(error.to_string());
                return Ok(());
            }
            Err(error) => return Err(format!("seed {seed}: {error}")),
        };
        // Every second one goes on from where the power has gone once before.
        let recording = if seed.is_multiple_of(2) {
            recording.after_a_power_cut(seed, SYNCS).map_err(|error| format!("seed {seed}: {error}"))?
        } else {
            recording
        };
        let plan = Plan { seed, images, by_program_one_in: BY_PROGRAM_ONE_IN, disk: Lies::None };
        let mut told = |one: &Tally| work.add(|sum| sum.add(one));
        cut(&recording, plan, &mut told).map(drop).map_err(|error| error.to_string())
    });
    let missing = missing.into_inner().unwrap();
    match (failure, missing) {
        (Some(failure), _) => Report::bad(tally, failure),
        (None, Some(missing)) => Report::good(format!("not run: {missing} (apt-get install strace)")),
        (None, None) => Report::good(tally),
    }
}
