//! A program's help in the reader's language: the texts of vocabularies put over clap's tree.
//!
//! The words of such a vocabulary are paths in the tree: a command is `bundle export`, its argument
//! `bundle export:file`, an argument that several commands share `:case`, the program itself is
//! the empty word, and what ends a command's help is `bundle export:after-help`.

use std::ffi::OsString;

use clap::{Arg, Command};

use crate::terminal::frame;
use crate::{Area, Lang, Message};

/// The word for what ends a command's help.
const AFTER_HELP: &str = "after-help";
/// Clap's own command, with a copy of the tree below it.
const HELP: &str = "help";

/// The language that a line asks for with `--lang`, if it can be read: help comes before the line is
/// understood.
pub fn asked(args: &[OsString]) -> Option<Lang> {
    let text = |arg: &OsString| arg.to_str().map(str::to_owned);
    let after = args.iter().position(|arg| arg == "--lang");
    let after = after.and_then(|at| args.get(at + 1)).and_then(text);
    let joined = || {
        args.iter()
            .find_map(|arg| arg.to_str()?.strip_prefix("--lang=").map(str::to_owned))
    };
    after.or_else(joined).and_then(|lang| Lang::parse(&lang))
}

/// The command line with its help in a language. What no vocabulary knows stays.
pub fn told(command: Command, help: &[Area], lang: Lang) -> Command {
    let mut command = command;
    // Clap's own arguments, `--help` among them, are there from now on.
    command.build();
    walk(command, "", help, lang)
}

fn walk(command: Command, path: &str, help: &[Area], lang: Lang) -> Command {
    let get = |word: &str| Some(find(help, word)?.text(lang));
    let mut command = command
        .help_template(frame::TEMPLATE.text(lang))
        .subcommand_help_heading(frame::COMMANDS.text(lang))
        .mut_args(|arg| argument(arg, path, help, lang));
    if let Some(about) = get(path) {
        command = command.about(about).long_about(None);
    }
    if let Some(after) = get(&format!("{path}:{AFTER_HELP}")) {
        command = command.after_help(after);
    }
    command.mut_subcommands(|sub| {
        if sub.get_name() == HELP {
            return sub.about(frame::HELP.text(lang));
        }
        let path = below(path, sub.get_name());
        walk(sub, &path, help, lang)
    })
}

fn argument(arg: Arg, path: &str, help: &[Area], lang: Lang) -> Arg {
    let heading = if arg.is_positional() {
        frame::ARGUMENTS
    } else {
        frame::OPTIONS
    };
    let own = arg.get_help_heading().is_some();
    let arg = if own {
        arg
    } else {
        arg.help_heading(heading.text(lang))
    };
    match word(&arg, path, help) {
        Some(message) => arg.help(message.text(lang)).long_help(None),
        None => arg,
    }
}

/// The text for an argument: its own at this command, else that which commands share.
fn word(arg: &Arg, path: &str, help: &[Area]) -> Option<&'static Message> {
    let named = |path: &str| find(help, &format!("{path}:{}", arg.get_id()));
    named(path).or_else(|| named(""))
}

fn find(help: &[Area], word: &str) -> Option<&'static Message> {
    help.iter().find_map(|area| area.message(word))
}

fn below(path: &str, name: &str) -> String {
    if path.is_empty() {
        name.to_owned()
    } else {
        format!("{path} {name}")
    }
}

/// The commands and arguments that no vocabulary has a text for, and the words of them that nothing
/// in the tree takes. For a test of each program: both are to be none.
pub fn unmatched(command: Command, help: &[Area]) -> (Vec<String>, Vec<&'static str>) {
    let (mut missing, mut taken) = (Vec::new(), Vec::new());
    let mut command = command;
    command.build();
    collect(&command, "", help, &mut missing, &mut taken);
    let words = help.iter().flat_map(Area::words);
    let unused = words.filter(|word| !taken.contains(word)).collect();
    (missing, unused)
}

fn collect(
    command: &Command,
    path: &str,
    help: &[Area],
    missing: &mut Vec<String>,
    taken: &mut Vec<&'static str>,
) {
    match find(help, path) {
        Some(message) => taken.push(message.name()),
        None => missing.push(path.to_owned()),
    }
    let after = find(help, &format!("{path}:{AFTER_HELP}"));
    taken.extend(after.map(Message::name));
    for arg in command.get_arguments() {
        match word(arg, path, help) {
            Some(message) => taken.push(message.name()),
            None => missing.push(format!("{path}:{}", arg.get_id())),
        }
    }
    for sub in command
        .get_subcommands()
        .filter(|sub| sub.get_name() != HELP)
    {
        collect(sub, &below(path, sub.get_name()), help, missing, taken);
    }
}
