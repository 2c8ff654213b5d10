//! The command line.

mod admin;
mod audit;
mod backup;
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
use clap::{Args, FromArgMatches as _, Parser, Subcommand};

use crate::config::{Config, ConfigError, Layers};
use exit::Exit;
use settings::Settings;

/// The Alleyway server: admits what alley chiefs record, keeps it, and answers devices and residents.
#[derive(Debug, Parser)]
#[command(name = "alleyway-server", version, disable_help_subcommand = true, after_help = AFTER_HELP)]
struct Cli {
    #[command(flatten)]
    common: Common,
    #[command(subcommand)]
    command: Option<Command>,
}

const AFTER_HELP: &str = "\
A town from nothing:
  alleyway-server init --data town --town-name 四排镇
  alleyway-server import lists/ --data town       units.csv, members.csv, households.csv
  alleyway-server serve --data town &
  alleyway-server invite xie --data town          a one-time code for the member's device

A look around, with a town made up:
  alleyway-server demo --town small --codes codes.json

`import`, `invite`, `device`, `member`, `audit`, `quarantine`, `check`, `backup` and `export`
reach a running server through its socket in the data folder, and open the folder themselves when no
server runs.

Exit codes: 0 done; 1 the check found damage; 64 no command given; 65 the input is wrong, nothing was
changed; 69 the address cannot be had; 70 the store failed; 73 the folder cannot be made; 74 the
system refused; 75 another process has the folder; 76 the folder is damaged or of another version;
78 the configuration is wrong. A command line that cannot be read: 2.";

/// What every command takes.
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
    #[command(after_help = "Example:\n  alleyway-server init --data town --town-name 四排镇")]
    Init {
        /// The town's name, as devices show it.
        #[arg(long, value_name = "NAME")]
        town_name: String,
    },
    /// Serves devices and residents until SIGTERM or SIGINT.
    #[command(
        after_help = "Example:\n  alleyway-server serve --data town --listen 0.0.0.0:8470 --public-url https://alleyway.example.cn:8470 \\\n    --tls-certificate town.pem --tls-key town.key\n\nBeyond this machine the server listens only with TLS. Where a proxy in front of it speaks TLS:\n--allow-plain-http true, and for a proxy on another machine higher limits by address, for all clients\nthen have the proxy's. New certificates are taken without a restart."
    )]
    Serve,
    /// Makes a town up, and serves it. The clock can be set: `POST /demo/clock`.
    #[command(
        after_help = "Example:\n  alleyway-server demo --town sipai --codes codes.json\n\nA folder that holds a demo already is served unchanged."
    )]
    Demo(demo::Options),
    /// Makes the town what units.csv, members.csv and households.csv say.
    #[command(
        after_help = "Example:\n  alleyway-server import lists/ --data town --dry-run\n\nAll or nothing. Run again with changed rows, it changes just those and says which."
    )]
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
    #[command(
        after_help = "Examples:\n  alleyway-server invite xie --data town\n  alleyway-server invite xie --replaces 1004 --data town   a new phone in the place of the old one\n\nThe QR code says the same as the line to type: server and code. A member may have several devices."
    )]
    Invite(admin::InviteOptions),
    /// Devices: list, rename, revoke, report lost, let a frozen one go on.
    #[command(
        after_help = "Examples:\n  alleyway-server device list --member xie --data town\n  alleyway-server device lost 1004 --data town\n\nA device is named by its code, the first digits of its case numbers. All of it works while the server runs."
    )]
    Device {
        /// What to do.
        #[command(subcommand)]
        command: crate::admin::DeviceRequest,
        /// Prints JSON.
        #[arg(long, global = true)]
        json: bool,
    },
    /// Members: list, appoint, end an appointment.
    #[command(
        after_help = "Examples:\n  alleyway-server member appoint --unit a3 --post alley_chief --key lan --name 蓝小妹 --data town\n  alleyway-server member end --member xie --unit a3 --data town\n\nKeys are those of members.csv and units.csv; import compares with what was done here."
    )]
    Member {
        /// What to do.
        #[command(subcommand)]
        command: crate::admin::MemberRequest,
        /// Prints JSON.
        #[arg(long, global = true)]
        json: bool,
    },
    /// The audit: who was let in, what was decided, who was stopped, what supervisors read.
    #[command(
        after_help = "Examples:\n  alleyway-server audit list --kind stopped --since 2026-03-01T00:00:00+08:00 --data town\n  alleyway-server audit verify --data town\n\nRecords hold ids and codes, no names and nothing of what a case is about. Verify ends with code 1 if something is wrong."
    )]
    Audit {
        /// What to do.
        #[command(subcommand)]
        command: crate::admin::AuditRequest,
        /// Prints JSON.
        #[arg(long, global = true)]
        json: bool,
    },
    /// The quarantine of a server that was restored without its security journal.
    #[command(
        after_help = "Examples:\n  alleyway-server quarantine show --data town\n  alleyway-server quarantine confirm --device 1000 --device 1002 --data town\n\nUntil it is ended no device is answered and no resident's step is taken; residents can still read their page. security/journal is to be kept apart from the backups of ledger/."
    )]
    Quarantine {
        /// What to do.
        #[command(subcommand)]
        command: crate::admin::QuarantineRequest,
        /// Prints JSON.
        #[arg(long, global = true)]
        json: bool,
    },
    /// Checks every record, the ledger's chain, every document and every feed; or a backup.
    #[command(
        after_help = "Examples:\n  alleyway-server check --data town\n  alleyway-server check --backup /backup/town --keys /keys/town\n\nA running server goes on meanwhile: what is checked is looked at piece by piece. A backup is read where it lies and not restored; with --keys its records are opened too. Ends with code 1 if the folder is damaged, 76 if the backup is."
    )]
    Check(backup::CheckOptions),
    /// Makes a backup, while the server goes on: only what changed since the last one is written.
    #[command(
        after_help = "Example, each night:\n  alleyway-server backup --to /backup/town --keys /keys/town --data town\n\nIt is read back before it counts; until then the older ones stay. The keys go to a folder apart, best on another machine: the backup without them is unreadable, and a key that is destroyed is gone for good once --keep backups have followed. Not in it: secrets/ (keep a copy from the day the town is made) and security/journal (copy it as often as you can). docs/backup.md says more."
    )]
    Backup(backup::BackupOptions),
    /// Makes a new data folder from a backup.
    #[command(
        after_help = "Example:\n  alleyway-server restore --from /backup/town --keys /keys/town --secrets /kept/secrets \\\n    --journal /kept/security-journal --data town-restored\n\nEverything is verified first. With the journal, who was stopped since the backup stays out; without it nobody is answered until the devices are confirmed (`quarantine`). Phones hand in again what the backup lacks. A restore that is cut off leaves a folder that does not open: remove it and run this again."
    )]
    Restore(restore::RestoreOptions),
    /// Writes the whole town out as plain text, for other programs.
    #[command(
        after_help = "Example:\n  alleyway-server export --to /safe/town-export --data town\n\nJSON lines that need no engine (docs/export.md): rows.jsonl makes a new data folder (`import-export`), documents.jsonl is for people and other programs. Nothing in it is sealed, confidential cases neither; that it was made is in the audit."
    )]
    Export(export::ExportOptions),
    /// Makes a new data folder from an export.
    #[command(
        name = "import-export",
        after_help = "Example:\n  alleyway-server import-export --from /safe/town-export --secrets /kept/secrets \\\n    --journal /kept/security-journal --data town-new\n\nAs after a restore it is a new incarnation; documents are sealed under fresh keys."
    )]
    ImportExport(export::ImportOptions),
}

/// Runs the program.
pub fn main() -> ExitCode {
    // The engine makes its files itself: they too are for this user alone.
    rustix::process::umask(rustix::fs::Mode::from_raw_mode(0o077));
    let cli =
        Cli::from_arg_matches(&help::command().get_matches()).unwrap_or_else(|error| error.exit());
    match run(cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(exit) => exit.report(),
    }
}

fn run(cli: Cli) -> Result<(), Exit> {
    let layers = layers(&cli.common)?;
    let config = Config::resolve(&layers)?;
    if cli.common.print_config {
        print!("{}", layers.print());
        return Ok(());
    }
    let language = language(cli.common.lang);
    match cli.command {
        None => Err(Exit::new(
            exit::USAGE,
            "name a command: init, serve, demo, import, invite, device, member, audit, quarantine, check, backup, restore, export or import-export; --help says more",
        )),
        Some(Command::Init { town_name }) => init::init(&config, &town_name, language),
        Some(Command::Serve) => serve::serve(&config, language),
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
            let printed = layers(&cli.common).unwrap().print();
            assert!(
                printed.contains(&format!("(from {flag})\n{} = \"7\"", key.name)),
                "{printed}"
            );
        }
    }
}
