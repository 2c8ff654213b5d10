//! The command line.

mod admin;
mod audit;
mod backup;
#[cfg(feature = "demo")]
mod demo;
mod exit;
mod export;
mod help;
mod init;
mod people;
mod qr;
mod restore;
mod serve;
mod settings;

use std::path::PathBuf;
use std::process::ExitCode;

use alleyway_catalogue::Lang;
use alleyway_catalogue::help::asked;
use clap::{Args, FromArgMatches as _, Parser, Subcommand};

use crate::config::{Config, ConfigError, Layers};
use exit::Exit;
use settings::Settings;

/// The Alleyway server: admits what alley chiefs record, keeps it, and answers devices and residents.
#[derive(Debug, Parser)]
#[command(name = "alleyway-server", version, disable_help_subcommand = true)]
struct Cli {
    #[command(flatten)]
    common: Common,
    #[command(subcommand)]
    command: Option<Command>,
}

/// The options of every command.
#[derive(Debug, Args)]
struct Common {
    /// A configuration file (TOML). Flags win over the environment (`ALLEYWAY_SERVER_…`), that over the file.
    #[arg(
        long,
        global = true,
        value_name = "FILE",
        env = "ALLEYWAY_SERVER_CONFIG"
    )]
    config: Option<PathBuf>,
    /// Prints every key with its value and where that comes from, and ends.
    #[arg(long, global = true)]
    print_config: bool,
    /// The language of what is printed; by default as in LANG.
    #[arg(long, global = true, value_name = "zh|en", value_parser = read_lang)]
    lang: Option<Lang>,
    #[command(flatten)]
    settings: Settings,
}

fn read_lang(text: &str) -> Result<Lang, &'static str> {
    Lang::parse(text).ok_or("zh or en")
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Makes the data folder of a new town: its id, its keys, an empty ledger.
    Init {
        /// The town's name, as devices show it.
        #[arg(long, value_name = "NAME")]
        town_name: String,
    },
    /// Serves devices and residents until SIGTERM or SIGINT.
    Serve,
    #[cfg(feature = "demo")]
    /// Makes a town up, and serves it. The clock can be set: `POST /demo/clock`.
    Demo(demo::Options),
    /// Makes the town what units.csv, members.csv and households.csv say.
    Import {
        /// The folder with the files; those that are not there say nothing.
        #[arg(value_name = "DIR")]
        folder: PathBuf,
        /// Only says what would change.
        #[arg(long)]
        dry_run: bool,
        /// Prints JSON.
        #[arg(long)]
        json: bool,
    },
    /// Makes a one-time code with which a member's device enrols.
    Invite(admin::InviteOptions),
    /// Devices: list, rename, revoke, report lost, let a frozen one go on.
    Device {
        /// The step.
        #[command(subcommand)]
        command: crate::admin::DeviceRequest,
        /// Prints JSON.
        #[arg(long, global = true)]
        json: bool,
    },
    /// Members: list, appoint, end an appointment.
    Member {
        /// The step.
        #[command(subcommand)]
        command: crate::admin::MemberRequest,
        /// Prints JSON.
        #[arg(long, global = true)]
        json: bool,
    },
    /// The audit: who was let in, what was decided, who was stopped, what supervisors read.
    Audit {
        /// The step.
        #[command(subcommand)]
        command: crate::admin::AuditRequest,
        /// Prints JSON.
        #[arg(long, global = true)]
        json: bool,
    },
    /// The quarantine of a server that was restored without its security journal.
    Quarantine {
        /// The step.
        #[command(subcommand)]
        command: crate::admin::QuarantineRequest,
        /// Prints JSON.
        #[arg(long, global = true)]
        json: bool,
    },
    /// The server's steps by time, which stop when its clock leaps.
    #[command(name = "by-time")]
    ByTime {
        /// The step.
        #[command(subcommand)]
        command: crate::admin::ByTimeRequest,
        /// Prints JSON.
        #[arg(long, global = true)]
        json: bool,
    },
    /// Prints the metrics of the running server, as Prometheus reads them.
    Metrics,
    /// Checks every record, the ledger's chain, every document and every feed; or a backup.
    Check(backup::CheckOptions),
    /// Makes a backup, while the server goes on: only what changed since the last one is written.
    Backup(backup::BackupOptions),
    /// Makes a new data folder from a backup.
    Restore(restore::RestoreOptions),
    /// Writes the whole town out as plain text, for other programs.
    Export(export::ExportOptions),
    /// Makes a new data folder from an export.
    #[command(name = "import-export")]
    ImportExport(export::ImportOptions),
}

/// Runs the program.
pub fn main() -> ExitCode {
    // The engine makes its files itself: they too are for this user alone.
    rustix::process::umask(rustix::fs::Mode::from_raw_mode(0o077));
    let args: Vec<_> = std::env::args_os().collect();
    let language = language(asked(&args));
    let matches = help::command(language).get_matches_from(&args);
    let cli = Cli::from_arg_matches(&matches).unwrap_or_else(|error| error.exit());
    match run(cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(exit) => exit.report(language),
    }
}

fn run(cli: Cli) -> Result<(), Exit> {
    let layers = layers(&cli.common)?;
    let config = Config::resolve(&layers)?;
    let language = language(cli.common.lang);
    if cli.common.print_config {
        print!("{}", layers.print(language));
        return Ok(());
    }
    match cli.command {
        None => Err(Exit::new(
            exit::USAGE,
            alleyway_catalogue::server::cli::COMMAND_MISSING
                .fill(language, &[("commands", help::commands().join(", "))]),
        )),
        Some(Command::Init { town_name }) => init::init(&config, &town_name, language),
        Some(Command::Serve) => serve::serve(&config, language),
        #[cfg(feature = "demo")]
        Some(Command::Demo(options)) => {
            demo::demo(&config, &options, layers.is_set("data"), language)
        }
        Some(Command::Import {
            folder,
            dry_run,
            json,
        }) => admin::import(&config, &folder, dry_run, json, language),
        Some(Command::Invite(options)) => admin::invite(&config, options, language),
        Some(Command::Device { command, json }) => people::device(&config, command, json, language),
        Some(Command::Member { command, json }) => people::member(&config, command, json, language),
        Some(Command::Audit { command, json }) => audit::audit(&config, command, json, language),
        Some(Command::Quarantine { command, json }) => {
            audit::quarantine(&config, command, json, language)
        }
        Some(Command::ByTime { command, json }) => admin::by_time(&config, command, json, language),
        Some(Command::Metrics) => admin::metrics(&config, language),
        Some(Command::Check(options)) => backup::check(&config, &options, language),
        Some(Command::Backup(options)) => backup::backup(&config, &options, language),
        Some(Command::Restore(options)) => restore::restore(&config, &options, language),
        Some(Command::Export(options)) => export::export(&config, &options, language),
        Some(Command::ImportExport(options)) => export::import_export(&config, &options, language),
    }
}

fn layers(common: &Common) -> Result<Layers, ConfigError> {
    let mut layers = Layers::default();
    if let Some(path) = &common.config {
        layers.add_file(path)?;
    }
    layers.add_environment(std::env::vars_os().filter_map(|(key, value)| {
        // A variable that is not UTF-8 is none of ours.
        Some((key.into_string().ok()?, value.into_string().ok()?))
    }))?;
    common.settings.lay_over(&mut layers);
    Ok(layers)
}

fn language(asked: Option<Lang>) -> Lang {
    asked.unwrap_or_else(|| {
        let lang = std::env::var("LC_ALL")
            .or_else(|_| std::env::var("LANG"))
            .unwrap_or_default();
        if lang.starts_with("zh") {
            Lang::Zh
        } else {
            Lang::En
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::KEYS;
    use clap::CommandFactory as _;

    #[test]
    fn the_command_line_is_well_formed() {
        Cli::command().debug_assert();
    }

    #[test]
    fn an_appointment_and_whose_it_is_are_not_named_both() {
        for step in ["end", "clear"] {
            let line = [
                "alleyway-server",
                "member",
                step,
                "ab12",
                "--member",
                "wang",
                "--unit",
                "orange",
            ];
            let refused = Cli::try_parse_from(line).unwrap_err();
            assert_eq!(
                refused.kind(),
                clap::error::ErrorKind::ArgumentConflict,
                "{step}"
            );
            assert!(Cli::try_parse_from(&line[..4]).is_ok());
        }
    }

    #[test]
    fn every_key_is_a_flag() {
        for key in KEYS {
            let flag = format!("--{}", key.flag());
            let cli = Cli::try_parse_from(["alleyway-server", &flag, "7", "serve"]).unwrap();
            let printed = layers(&cli.common).unwrap().print(Lang::En);
            assert!(
                printed.contains(&format!("(from {flag})\n{} = \"7\"", key.name)),
                "{printed}"
            );
        }
    }
}
