//! Power cuts: some recordings, many cuts of each.

use std::fmt;
use std::process::ExitCode;

use super::Report;
use super::options::Options;
use super::workers::Work;
use crate::power::{Lies, Life, Plan, PowerError, ServerRecording, StoreRecording, Tally};
use crate::process::ProcessError;

/// Power cuts of one recording.
const IMAGES_OF_A_RECORDING: u64 = 500;
/// Syncs in each life of a recorded server.
const SYNCS: u32 = 40;
/// Steps in each life of a recorded phone's store.
const STEPS: usize = 60;
/// One folder of a server in so many is opened by the server's own program.
const BY_PROGRAM_ONE_IN: u32 = 50;

/// What was done.
#[derive(Debug, Clone, Default)]
struct Sum {
    servers: Tally,
    phones: Tally,
}

impl fmt::Display for Sum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "of servers: {}; of phones: {}",
            self.servers, self.phones
        )
    }
}

/// Runs the power cuts: of a server and of a phone, as many.
pub(super) fn run(options: &Options) -> Report {
    let recordings = options.images.div_ceil(IMAGES_OF_A_RECORDING);
    let work = Work::new("recordings", options.from, recordings, Sum::default());
    let missing = std::sync::Mutex::new(None);
    let (sum, failure) = work.share_out(options.jobs, |work, seed| {
        let left = options.images - (seed - options.from) * IMAGES_OF_A_RECORDING;
        let images = u32::try_from(left.min(IMAGES_OF_A_RECORDING)).unwrap_or(u32::MAX);
        match of_one_seed(work, seed, images) {
            Err(error @ PowerError::NoStrace(_)) => {
                missing.lock().unwrap().get_or_insert(error.to_string());
                Ok(())
            }
            done => done.map_err(|error| format!("seed {seed}: {error}")),
        }
    });
    let missing = missing.into_inner().unwrap();
    match (failure, missing) {
        (Some(failure), _) => Report::bad(sum, failure),
        (None, Some(missing)) => {
            Report::good(format!("not run: {missing} (apt-get install strace)"))
        }
        (None, None) => Report::good(sum),
    }
}

/// Every second seed goes on from where the power has gone once before.
fn of_one_seed(work: &Work<Sum>, seed: u64, images: u32) -> Result<(), PowerError> {
    let goes_on = seed.is_multiple_of(2);
    let mut server = ServerRecording::make(seed, SYNCS)?;
    if goes_on {
        server = server.after_a_power_cut(seed, SYNCS)?;
    }
    let plan = Plan {
        seed,
        images,
        by_program_one_in: Some(BY_PROGRAM_ONE_IN),
        disk: Lies::None,
    };
    server.cut(plan, &mut |one| work.add(|sum| sum.servers.add(one)))?;

    let program =
        std::env::current_exe().map_err(ProcessError::system("the running program's path"))?;
    let mut phone = StoreRecording::make(&program, seed, STEPS)?;
    if goes_on {
        phone = phone.after_a_power_cut(&program, STEPS)?;
    }
    let plan = Plan {
        by_program_one_in: None,
        ..plan
    };
    phone.cut(plan, &mut |one| work.add(|sum| sum.phones.add(one)))?;
    Ok(())
}

/// Lives one life of a phone's store: what a recording is made of.
pub(super) fn live(life: &Life) -> ExitCode {
    match life.live() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
