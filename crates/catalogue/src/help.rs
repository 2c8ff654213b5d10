//! A program's help in the reader's language: the texts of a vocabulary put over clap's tree.
//!
//! The words of the vocabulary are paths in the tree: a command is `bundle export`, its argument
//! `bundle export:file`, an argument that several commands share `:case`, the program itself is
//! the empty word, and what ends a command's help is `bundle export:after-help`.

use clap::{Arg, Command};

use crate::terminal::frame;
use crate::{Area, Lang};

/// The word for what ends a command's help.
const AFTER_HELP: &str = "after-help";
/// Clap's own command, with a copy of the tree below it.
const HELP: &str = "help";

/// The command line with its help in a language. What the vocabulary does not know stays.
pub fn told(command: Command, help: Area, lang: Lang) -> Command {
    let mut command = command;
    // Clap's own arguments, `--help` among them, are there from now on.
    command.build();
    walk(command, "", help, lang)
}

fn walk(command: Command, path: &str, help: Area, lang: Lang) -> Command {
    let get = |word: &str| help.get(lang, word);
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

fn argument(arg: Arg, path: &str, help: Area, lang: Lang) -> Arg {
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
    match help.get(lang, word(&arg, path, help)) {
        Some(text) => arg.help(text).long_help(None),
        None => arg,
    }
}

/// The word for an argument: its own at this command, else that which commands share.
fn word(arg: &Arg, path: &str, help: Area) -> &'static str {
    let (own, shared) = (
        format!("{path}:{}", arg.get_id()),
        format!(":{}", arg.get_id()),
    );
    let found = help.message(&own).or_else(|| help.message(&shared));
    found.map_or("", |message| message.name())
}

fn below(path: &str, name: &str) -> String {
    if path.is_empty() {
        name.to_owned()
    } else {
        format!("{path} {name}")
    }
}

/// The commands and arguments that the vocabulary has no text for, and the words of it that nothing
/// in the tree takes. For a test of each program: both are to be none.
pub fn unmatched(command: Command, help: Area) -> (Vec<String>, Vec<&'static str>) {
    let (mut missing, mut taken) = (Vec::new(), Vec::new());
    let mut command = command;
    command.build();
    collect(&command, "", help, &mut missing, &mut taken);
    let unused = help.words().filter(|word| !taken.contains(word)).collect();
    (missing, unused)
}

fn collect(
    command: &Command,
    path: &str,
    help: Area,
    missing: &mut Vec<String>,
    taken: &mut Vec<&'static str>,
) {
    let mut take = |word: String, needed: bool| match help.message(&word) {
        Some(message) => taken.push(message.name()),
        None if needed => missing.push(word),
        None => {}
    };
    take(path.to_owned(), true);
    take(format!("{path}:{AFTER_HELP}"), false);
    for arg in command.get_arguments() {
        let word = word(arg, path, help);
        let known = !word.is_empty();
        let own = format!("{path}:{}", arg.get_id());
        take(if known { word.to_owned() } else { own }, true);
    }
    for sub in command
        .get_subcommands()
        .filter(|sub| sub.get_name() != HELP)
    {
        collect(sub, &below(path, sub.get_name()), help, missing, taken);
    }
}
