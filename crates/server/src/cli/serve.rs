//! `serve`

use alleyway_catalogue::Lang;
use alleyway_catalogue::server::cli as said;
use alleyway_core::organisation::Organisation;
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
    mut instance: Instance,
    clock: Clock,
    demo: Option<crate::http::DemoClock>,
    language: Lang,
) -> Result<(), Exit> {
    if let Some(told) = towns_told(instance.ledger.organisation(), language) {
        tracing::warn!("more than one town in this ledger: {told}");
        eprintln!("{told}");
    }
    instance.ledger.set_device_budget(config.device_budget);
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

/// That an earlier release let a second town into the ledger, and what that means; none for one town.
fn towns_told(organisation: &Organisation, language: Lang) -> Option<String> {
    let names: Vec<&str> = organisation
        .towns()
        .filter_map(|town| Some(organisation.unit(town)?.name.as_str()))
        .collect();
    let towns = names.join(", ");
    (names.len() > 1).then(|| said::SECOND_TOWN.fill(language, &[("towns", &towns)]))
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
    use alleyway_core::id::DocumentId;
    use alleyway_core::kinds::directory::UnitRow;
    use alleyway_core::kinds::unit::UnitKind;
    use alleyway_core::text::Text;

    #[test]
    fn a_ledger_that_has_two_towns_says_which_and_one_of_one_town_says_nothing() {
        let mut organisation = Organisation::default();
        let mut put = |number: u8, name: &str| {
            let row = UnitRow {
                unit: DocumentId([number; 16]),
                kind: UnitKind::Town,
                parent: None,
                name: Text::cut(name),
            };
            organisation.put_unit(row);
            [Lang::Zh, Lang::En].map(|language| towns_told(&organisation, language))
        };
        assert_eq!(put(1, "四排镇"), [None, None]);
        for told in put(2, "平山镇") {
            let told = told.unwrap();
            assert!(told.contains("四排镇") && told.contains("平山镇"), "{told}");
        }
    }

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
