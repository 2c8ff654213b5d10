//! `restore`

use std::fmt::Display;
use std::path::PathBuf;

use alleyway_catalogue::Lang;
use alleyway_catalogue::server::cli as said;
use clap::Args;

use super::admin::{print_json, shown_time};
use super::backup::{exit, stages};
use super::exit::Exit;
use crate::backup::{NewFolder, RestoreRequest, Restored, restore as restore_backup};
use crate::clock::Clock;
use crate::config::Config;

/// The parts that a new data folder needs besides the records.
#[derive(Debug, Args)]
pub(super) struct Kept {
    /// The folder `secrets` of the server that was, kept when the town was made: without it no phone trusts the new one.
    #[arg(long, value_name = "DIR")]
    secrets: PathBuf,
    /// The newest `security/journal` of the server that was: it knows who was let in and stopped since.
    #[arg(long, value_name = "FILE")]
    journal: Option<PathBuf>,
    /// Prints JSON.
    #[arg(long)]
    pub(super) json: bool,
}

impl Kept {
    pub(super) fn new_folder(&self, config: &Config) -> NewFolder {
        NewFolder {
            data: config.data.clone(),
            secrets: self.secrets.clone(),
            journal: self.journal.clone(),
            now: Clock::System.now(),
        }
    }
}

/// Which backup, and what was kept beside it.
#[derive(Debug, Args)]
pub(super) struct RestoreOptions {
    /// The folder of the backups. It is only read.
    #[arg(long, value_name = "DIR")]
    from: PathBuf,
    /// Another backup than the newest.
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// The folder of the document keys.
    #[arg(long, value_name = "DIR")]
    keys: PathBuf,
    #[command(flatten)]
    kept: Kept,
}

pub(super) fn restore(
    config: &Config,
    options: &RestoreOptions,
    language: Lang,
) -> Result<(), Exit> {
    let RestoreOptions {
        from,
        name,
        keys,
        kept,
    } = options;
    let new = kept.new_folder(config);
    let request = RestoreRequest {
        from: from.clone(),
        name: name.clone(),
        keys: keys.clone(),
        new,
    };
    let restored =
        restore_backup(&request, &mut stages(language)).map_err(|error| exit(&error, kept.json))?;
    if kept.json {
        return print_json(&restored);
    }
    print!(
        "{}",
        told(&restored, &config.data.display().to_string(), language)
    );
    Ok(())
}

fn told(restored: &Restored, data: &str, language: Lang) -> String {
    let Restored {
        town_name,
        backup,
        taken,
        sequence,
        incarnation,
        devices,
        documents,
        ..
    } = restored;
    let taken = shown_time(taken);
    let values: [(&str, &dyn Display); 7] = [
        ("town", town_name),
        ("backup", backup),
        ("taken", &taken),
        ("sequence", sequence),
        ("data", &data),
        ("documents", documents),
        ("incarnation", incarnation),
    ];
    let first = said::RESTORED.fill(language, &values) + "\n";
    let confirm = next_steps(restored.quarantine.as_deref(), *devices, data, language);
    let lost = said::GIVEN_BACK.text(language);
    format!("{first}{confirm}{lost}\n")
}

/// The next steps.
pub(super) fn next_steps(
    quarantine: Option<&str>,
    devices: u64,
    data: &str,
    language: Lang,
) -> String {
    let told = match quarantine {
        None => said::NEXT_SERVE.fill(language, &[("data", data)]),
        Some(why) => {
            let values: [(&str, &dyn Display); 3] =
                [("why", &why), ("devices", &devices), ("data", &data)];
            said::NEXT_CONFIRM.fill(language, &values)
        }
    };
    told + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    fn restored(quarantine: Option<&str>) -> Restored {
        Restored {
            town: String::new(),
            town_name: "四排镇".to_owned(),
            backup: "20260301T000000Z-000000000012".to_owned(),
            taken: "2026-03-01T00:00:00Z".to_owned(),
            sequence: 7,
            incarnation: 2,
            quarantine: quarantine.map(str::to_owned),
            devices: 3,
            documents: 9,
        }
    }

    #[test]
    fn a_restore_says_what_to_do_next_in_both_languages() {
        for language in [Lang::Zh, Lang::En] {
            let plain = told(&restored(None), "new", language);
            assert!(
                plain.contains("serve --data new") && !plain.contains("quarantine"),
                "{plain}"
            );
            let confirm = told(&restored(Some("missing")), "new", language);
            for part in [
                "quarantine show",
                "quarantine confirm",
                "missing",
                "serve --data new",
            ] {
                assert!(confirm.contains(part), "{part} in {confirm}");
            }
        }
    }
}
