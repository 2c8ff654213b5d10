//! `serve`

use alleyway_catalogue::Lang;
use alleyway_catalogue::server::cli as said;
use alleyway_ledger::Quarantine;

use super::exit::Exit;
use crate::clock::Clock;
use crate::config::Config;
use crate::instance::Instance;
use crate::server::{self, ServeError};
use crate::telemetry;

pub(super) fn serve(config: &Config, language: Lang) -> Result<(), Exit> {
    telemetry::start_logging(config);
    let instance = Instance::open(&config.data, config.loaded_documents_max)?;
    run(config, instance, Clock::System, None, language)
}

/// Serves an opened folder until told to stop.
pub(super) fn run(
    config: &Config,
    instance: Instance,
    clock: Clock,
    demo: Option<crate::http::DemoClock>,
    language: Lang,
) -> Result<(), Exit> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    let announced = |url: &str, quarantine: Option<Quarantine>| {
        if let Some(why) = quarantine {
            eprintln!("{}", quarantine_told(why, language));
        }
        announce(url);
    };
    runtime
        .block_on(server::run(config, instance, clock, demo, announced))
        .map_err(|error| {
            let code = match &error {
                ServeError::Listen { .. } => super::exit::UNAVAILABLE,
                ServeError::Tls(_) => super::exit::BAD_CONFIG,
                ServeError::Socket(_) | ServeError::System(_) => super::exit::IO,
            };
            Exit::told(code, |lang| error.text(lang))
        })
}

/// That the server is in quarantine, and what to do.
fn quarantine_told(why: Quarantine, language: Lang) -> String {
    said::IN_QUARANTINE.fill(language, &[("why", why.word())])
}

/// Says on stdout where the server listens: with port 0 the system chose.
fn announce(url: &str) {
    use std::io::Write as _;
    println!("listening on {url}");
    // Whoever waits for the line reads a pipe. If it is closed, nobody waits.
    let _ = std::io::stdout().flush();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quarantine_is_announced_with_why_and_what_to_do_in_both_languages() {
        for language in [Lang::Zh, Lang::En] {
            let told = quarantine_told(Quarantine::Shorter, language);
            for part in ["shorter", "quarantine show", "quarantine confirm"] {
                assert!(told.contains(part), "{part} in {told}");
            }
        }
    }
}
