//! The terminal program: a line in, a few lines or one JSON value out.
//!
//! Each group of commands is a file; none of them prints. What there is to show comes back as a
//! [`Shown`], what went wrong as a [`Failure`], and this file alone writes and ends.

mod admin;
pub mod args;
mod book;
mod bundle;
mod confidential;
mod context;
mod coverage;
mod damaged;
mod enrol;
mod exit;
mod figures;
mod household;
mod late;
mod lease;
mod look;
mod moving;
mod offers;
mod outbox;
mod passphrase;
mod receipts;
mod search;
mod show;
mod steps;
mod stopping;
mod sync;
pub mod table;
mod texts;
mod told;
mod trays;
mod wipe;

use std::ffi::OsString;
use std::io::Write;
use std::process::ExitCode;

use alleyway_catalogue::help::asked;
use clap::FromArgMatches as _;

use alleyway_client::views::archive::LateQuery;
use alleyway_client::views::figures::FiguresQuery;
use alleyway_client::views::tray::Tray;
use args::{Cli, Command};
use context::Context;
pub use exit::{Exit, Failure, Warning};
use serde::Serialize;
use texts::{Lang, say};

/// The output of a command, for both readers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// One line of JSON.
    pub json: String,
    /// Lines for people.
    pub lines: Vec<String>,
}

impl Shown {
    /// A value for programs and lines for people.
    fn new(value: &impl Serialize, lines: Vec<String>) -> Result<Self, Failure> {
        let json = serde_json::to_string(value)
            .map_err(|error| Failure::new(Exit::Unexpected, "unexpected", error.to_string()))?;
        Ok(Self { json, lines })
    }
}

/// The program: arguments and environment of the process, its exit code.
pub fn main() -> ExitCode {
    let environment = |name: &str| std::env::var(name).ok();
    let code = run(
        std::env::args_os(),
        &environment,
        &mut std::io::stdout().lock(),
        &mut std::io::stderr(),
    );
    ExitCode::from(code)
}

/// Runs one line, `args` with the program's name first, and returns the exit code.
pub fn run(
    args: impl IntoIterator<Item = OsString>,
    environment: &dyn Fn(&str) -> Option<String>,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> u8 {
    let args: Vec<OsString> = args.into_iter().collect();
    let json = args.iter().any(|arg| arg == "--json");
    let lang = language_asked(&args, environment);
    let cli = match parse(&args, lang) {
        Ok(cli) => cli,
        Err(error) => return misunderstood(&error, json, lang, out, err),
    };
    match answer(&cli, environment, err) {
        Ok(shown) => print(&shown, json, out),
        Err(failure) => fail(&failure, json, err),
    }
}

/// Reads a line. Help that is asked for is an error too.
fn parse(args: &[OsString], lang: Lang) -> Result<Cli, clap::Error> {
    let mut command = args::command(lang);
    let mut matches = command.try_get_matches_from_mut(args)?;
    Cli::from_arg_matches_mut(&mut matches).map_err(|error| error.format(&mut command))
}

/// The language of help, and of a line that is not understood.
fn language_asked(args: &[OsString], environment: &dyn Fn(&str) -> Option<String>) -> Lang {
    asked(args)
        .or_else(|| texts::choose(None, environment))
        .unwrap_or(Lang::Zh)
}

fn answer(
    cli: &Cli,
    environment: &dyn Fn(&str) -> Option<String>,
    err: &mut dyn Write,
) -> Result<Shown, Failure> {
    let context = Context::new(cli, environment)?;
    let answer = carry_out(&context, cli);
    for warning in context.take_warnings() {
        let text = if context.json {
            warning.json()
        } else {
            warning.text
        };
        // Nothing is left to do if even that cannot be told.
        let _ = writeln!(err, "{text}");
    }
    answer
}

fn carry_out(context: &Context, cli: &Cli) -> Result<Shown, Failure> {
    match &cli.command {
        Command::Enrol {
            url,
            code,
            passphrase,
        } => enrol::enrol(context, url, code.as_deref(), *passphrase),
        Command::Move => moving::move_away(context),
        Command::Passphrase { what } => passphrase::passphrase(context, *what),
        Command::Damaged { drop } => damaged::damaged(context, *drop),
        Command::Wipe { force, yes } => wipe::wipe(context, *force, *yes),
        Command::Sync { all } => sync::sync(context, *all),
        Command::Proposals { what } => trays::trays(context, Tray::Proposals, what.as_ref()),
        Command::Review { what } => trays::trays(context, Tray::Review, what.as_ref()),
        Command::Book { what } => book::book(context, what.as_ref()),
        Command::Admin { what } => admin::admin(context, what.as_ref()),
        Command::Confidential { all, what } => {
            confidential::confidential(context, *all, what.as_ref())
        }
        Command::Figures { unit, from, to } => {
            let query = FiguresQuery {
                unit: unit.clone(),
                from: from.clone(),
                to: to.clone(),
            };
            figures::figures(context, &query)
        }
        Command::Coverage { unit } => coverage::coverage(context, unit.as_deref()),
        Command::Late { unit, after } => {
            let query = LateQuery {
                unit: unit.clone(),
                after: after.clone(),
            };
            late::late(context, &query)
        }
        Command::Search {
            text,
            archive,
            after,
        } => {
            if *archive {
                search::in_the_archive(context, text, after.as_deref())
            } else {
                search::on_the_device(context, text)
            }
        }
        Command::Receipts => receipts::receipts(context),
        Command::Bundle { what } => bundle::bundle(context, what),
        Command::Whoami => look::whoami(context),
        Command::Households => household::households(context),
        Command::Household(args) => household::household(context, args),
        Command::Cases(args) => look::cases(context, args),
        Command::Show(args) => show::show(context, &args.case),
        Command::Steps { case } => offers::steps(context, case.as_deref()),
        Command::Conflicts(args) => show::conflicts(context, &args.case),
        Command::Pending => outbox::pending(context),
        Command::Refused => outbox::refused(context),
        Command::Mend(args) => outbox::mend(context, args),
        Command::Resend(args) => outbox::resend(context, &args.command),
        Command::Drop(args) => outbox::drop_command(context, &args.command),
        Command::TakeBack { command, yes } => outbox::take_back(context, command, *yes),
        Command::Step(args) => steps::step(context, args),
    }
}

/// A line that is not understood; help and version are asked for in the same way, and are no error.
fn misunderstood(
    error: &clap::Error,
    json: bool,
    lang: Lang,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> u8 {
    if error.exit_code() == 0 {
        return match write!(out, "{}", error.render()) {
            Ok(()) => 0,
            Err(_) => Exit::Unexpected as u8,
        };
    }
    if !json {
        // Nothing is left to do if even that cannot be told.
        let _ = write!(err, "{}", error.render());
        return Exit::Usage as u8;
    }
    let rendered = error.render().to_string();
    let reason = rendered
        .trim_start_matches("error: ")
        .trim_end()
        .replace('\n', " ");
    fail(
        &Failure::new(
            Exit::Usage,
            "usage",
            say::usage::NOT_UNDERSTOOD.fill(lang, &[("reason", &reason)]),
        ),
        json,
        err,
    )
}

fn print(shown: &Shown, json: bool, out: &mut dyn Write) -> u8 {
    let text = if json {
        shown.json.clone()
    } else {
        shown.lines.join("\n")
    };
    match writeln!(out, "{text}").and_then(|()| out.flush()) {
        Ok(()) => 0,
        // Whoever read the output has seen enough (`alleyway cases | head`).
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => 0,
        Err(_) => Exit::Unexpected as u8,
    }
}

fn fail(failure: &Failure, json: bool, err: &mut dyn Write) -> u8 {
    let text = if json {
        failure.json()
    } else {
        failure.text.clone()
    };
    // Nothing is left to do if even that cannot be told.
    let _ = writeln!(err, "{text}");
    failure.exit as u8
}

#[cfg(test)]
mod tests;
