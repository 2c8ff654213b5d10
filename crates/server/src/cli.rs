//! The command line.

mod admin;
mod demo;
mod exit;
mod init;
mod serve;

use std::path::PathBuf;
use std::process::ExitCode;

use alleyway_core::catalogue::Lang;
use clap::{Args, Parser, Subcommand};

use crate::config::{Config, ConfigError, Layers};
use exit::Exit;

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

`import`, `invite` and `check` reach a running server through its socket in the data folder, and open
the folder themselves when no server runs.

Exit codes: 0 done; 1 the check found damage; 64 no command given; 65 the input is wrong, nothing was
changed; 69 the address cannot be had; 70 the store failed; 73 the folder cannot be made; 74 the
system refused; 75 another process has the folder; 76 the folder is damaged or of another version;
78 the configuration is wrong. A command line that cannot be read: 2.";

/// What every command takes.
#[derive(Debug, Args)]
struct Common {
    /// A configuration file (TOML). Flags win over the environment (`ALLEYWAY_SERVER_…`), that over the file.
    #[arg(long, global = true, value_name = "FILE", env = "ALLEYWAY_SERVER_CONFIG")]
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

/// The keys of the configuration, as flags.
#[derive(Debug, Args)]
struct Settings {
    /// The data folder.
    #[arg(long, global = true, value_name = "DIR")]
    data: Option<String>,
    /// The address to listen on.
    #[arg(long, global = true, value_name = "ADDR")]
    listen: Option<String>,
    /// How devices and residents reach the server.
    #[arg(long, global = true, value_name = "URL")]
    public_url: Option<String>,
    /// Connections served at once.
    #[arg(long, global = true, value_name = "N", hide_short_help = true)]
    connections_max: Option<String>,
    /// Seconds a request's head may take, and a connection may be idle.
    #[arg(long, global = true, value_name = "SECONDS", hide_short_help = true)]
    header_seconds_max: Option<String>,
    /// Seconds a request's body may take.
    #[arg(long, global = true, value_name = "SECONDS", hide_short_help = true)]
    body_seconds_max: Option<String>,
    /// Seconds a client may take to accept 16 KiB of an answer.
    #[arg(long, global = true, value_name = "SECONDS", hide_short_help = true)]
    chunk_seconds_max: Option<String>,
    /// Seconds that requests in flight are waited for when the server stops.
    #[arg(long, global = true, value_name = "SECONDS", hide_short_help = true)]
    drain_seconds_max: Option<String>,
    /// Requests that may wait for the writer.
    #[arg(long, global = true, value_name = "N", hide_short_help = true)]
    requests_waiting_max: Option<String>,
    /// Requests committed together.
    #[arg(long, global = true, value_name = "N", hide_short_help = true)]
    group_requests_max: Option<String>,
    /// Bytes of requests committed together.
    #[arg(long, global = true, value_name = "BYTES", hide_short_help = true)]
    group_bytes_max: Option<String>,
    /// Documents held in memory, 20 to 46 kB each.
    #[arg(long, global = true, value_name = "N", hide_short_help = true)]
    loaded_documents_max: Option<String>,
    /// error, warn, info, debug, trace, or a filter.
    #[arg(long, global = true, value_name = "FILTER")]
    log_level: Option<String>,
    /// json or text.
    #[arg(long, global = true, value_name = "FORMAT")]
    log_format: Option<String>,
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
        after_help = "Example:\n  alleyway-server serve --data town --listen 0.0.0.0:8470 --public-url https://alleyway.example.cn"
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
    #[command(after_help = "Example:\n  alleyway-server invite xie --data town")]
    Invite {
        /// The member's key in members.csv, or id.
        #[arg(value_name = "MEMBER")]
        member: String,
        /// Prints JSON.
        #[arg(long)]
        json: bool,
    },
    /// Checks every record, the ledger's chain, and every document.
    #[command(after_help = "Example:\n  alleyway-server check --data town")]
    Check {
        /// Prints JSON.
        #[arg(long)]
        json: bool,
    },
}

/// Runs the program.
pub fn main() -> ExitCode {
    // The engine makes its files itself: they too are for this user alone.
    rustix::process::umask(rustix::fs::Mode::from_raw_mode(0o077));
    let cli = Cli::parse();
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
        None => {
            Err(Exit::new(exit::USAGE, "name a command: init, serve, demo, import, invite or check; --help says more"))
        }
        Some(Command::Init { town_name }) => init::init(&config, &town_name, language),
        Some(Command::Serve) => serve::serve(&config),
        Some(Command::Demo(options)) => demo::demo(&config, &options, layers.is_set("data")),
        Some(Command::Import { folder, dry_run, json }) => admin::import(&config, &folder, dry_run, json, language),
        Some(Command::Invite { member, json }) => admin::invite(&config, member, json, language),
        Some(Command::Check { json }) => admin::check(&config, json, language),
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
    let settings = &common.settings;
    for (key, value) in [
        ("data", &settings.data),
        ("listen", &settings.listen),
        ("public_url", &settings.public_url),
        ("connections_max", &settings.connections_max),
        ("header_seconds_max", &settings.header_seconds_max),
        ("body_seconds_max", &settings.body_seconds_max),
        ("chunk_seconds_max", &settings.chunk_seconds_max),
        ("drain_seconds_max", &settings.drain_seconds_max),
        ("requests_waiting_max", &settings.requests_waiting_max),
        ("group_requests_max", &settings.group_requests_max),
        ("group_bytes_max", &settings.group_bytes_max),
        ("loaded_documents_max", &settings.loaded_documents_max),
        ("log_level", &settings.log_level),
        ("log_format", &settings.log_format),
    ] {
        layers.add_flag(key, value.clone());
    }
    Ok(layers)
}

fn language(asked: Option<Lang>) -> Lang {
    asked.unwrap_or_else(|| {
        let lang = std::env::var("LC_ALL").or_else(|_| std::env::var("LANG")).unwrap_or_default();
        if lang.starts_with("zh") { Lang::Zh } else { Lang::En }
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
    fn every_key_is_a_flag() {
        for key in KEYS {
            let flag = format!("--{}", key.name.replace('_', "-"));
            let cli = Cli::try_parse_from(["alleyway-server", &flag, "7", "serve"]).unwrap();
            let printed = layers(&cli.common).unwrap().print();
            assert!(printed.contains(&format!("(from {flag})\n{} = \"7\"", key.name)), "{printed}");
        }
    }
}
