//! `serve`

use super::exit::Exit;
use crate::clock::Clock;
use crate::config::Config;
use crate::instance::Instance;
use crate::server::{self, ServeError};
use crate::telemetry;

pub(super) fn serve(config: &Config) -> Result<(), Exit> {
    telemetry::start_logging(config);
    let instance = Instance::open(&config.data, config.loaded_documents_max)?;
    run(config, instance, Clock::System, None)
}

/// Serves an opened folder until told to stop.
pub(super) fn run(
    config: &Config,
    instance: Instance,
    clock: Clock,
    demo: Option<crate::http::DemoClock>,
) -> Result<(), Exit> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(server::run(config, instance, clock, demo, announce)).map_err(|error| {
        let code = match &error {
            ServeError::Listen { .. } => super::exit::UNAVAILABLE,
            ServeError::Tls(_) => super::exit::BAD_CONFIG,
            ServeError::Socket(_) | ServeError::System(_) => super::exit::IO,
        };
        Exit::new(code, error.to_string())
    })
}

/// Says on stdout where the server listens: with port 0 the system chose.
fn announce(url: &str) {
    use std::io::Write as _;
    println!("listening on {url}");
    // Whoever waits for the line reads a pipe. If it is closed, nobody waits.
    let _ = std::io::stdout().flush();
}
