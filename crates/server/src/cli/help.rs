//! The help of the program, in the reader's language: the keys that only a server reads are shown
//! at `serve` and `demo`.

use alleyway_catalogue::server::cli::{KEYS_HEADING, LOOK_AROUND};
use alleyway_catalogue::server::{HELP, KEY};
use alleyway_catalogue::{Lang, help};
use clap::{Arg, Command, CommandFactory as _};

/// Flags that every command heeds.
const EVERYWHERE: [&str; 4] = ["config", "print_config", "lang", "data"];
/// Commands that serve, and so heed all keys.
const SERVING: [&str; 2] = ["serve", "demo"];
/// The command line. Every key is taken everywhere; where it has no effect, help does not show it.
pub(super) fn command(lang: Lang) -> Command {
    let command = help::told(arranged(lang), &[HELP, KEY], lang);
    let look = if cfg!(feature = "demo") {
        LOOK_AROUND.text(lang)
    } else {
        ""
    };
    let after = command.get_after_help().map(ToString::to_string);
    command.after_help(after.unwrap_or_default().replace("{look}", look))
}

/// The names of the commands.
pub(super) fn commands() -> Vec<String> {
    let command = super::Cli::command();
    let commands = command.get_subcommands();
    commands
        .map(|command| command.get_name().to_owned())
        .collect()
}

fn arranged(lang: Lang) -> Command {
    let mut serving = commands();
    serving.retain(|name| SERVING.contains(&name.as_str()));
    let heading = KEYS_HEADING.fill(lang, &[("commands", serving.join(", "))]);
    let command = super::Cli::command().mut_args(|arg| {
        if of_server(&arg) {
            arg.help_heading(heading.clone())
        } else {
            arg
        }
    });
    let hidden: Vec<Arg> = command
        .get_arguments()
        .filter(|arg| of_server(arg))
        .map(|arg| arg.clone().hide(true))
        .collect();
    command.mut_subcommands(|sub| {
        if SERVING.contains(&sub.get_name()) {
            return sub;
        }
        // A global argument that a subcommand has already is not given to it once more.
        sub.args(hidden.clone())
    })
}

fn of_server(arg: &Arg) -> bool {
    arg.is_global_set() && !EVERYWHERE.contains(&arg.get_id().as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(of: &[&str]) -> String {
        let mut command = command(Lang::En);
        command.build();
        let mut found = &mut command;
        for name in of {
            found = found.find_subcommand_mut(name).unwrap();
        }
        found.render_long_help().to_string()
    }

    /// Where the keys of a server are shown.
    fn serving() -> Vec<Vec<&'static str>> {
        let mut of = vec![vec![]];
        of.extend(SERVING.map(|name| vec![name]));
        of.retain(|path| {
            path.iter()
                .all(|name| commands().contains(&(*name).to_owned()))
        });
        of
    }

    #[cfg(feature = "demo")]
    #[test]
    fn everything_that_can_be_typed_has_its_help_in_both_languages() {
        let (missing, unused) = help::unmatched(arranged(Lang::En), &[HELP, KEY]);
        assert_eq!((missing, unused), (Vec::new(), Vec::new()));
        let mut command = command(Lang::Zh);
        let zh = command.render_long_help().to_string();
        assert!(zh.contains("用法：") && zh.contains("备份"), "{zh}");
        assert!(!zh.contains("Usage") && !zh.contains("Options"), "{zh}");
    }

    #[test]
    fn a_servers_keys_are_shown_only_where_it_is_served() {
        for of in [
            &["device"][..],
            &["device", "list"],
            &["member", "appoint"],
            &["audit", "list"],
            &["invite"],
            &["check"],
        ] {
            let help = shown(of);
            assert!(help.contains("--data") && help.contains("--lang"), "{help}");
            for key in ["--listen", "--tls-key", "--group-bytes-max", "--log-level"] {
                assert!(!help.contains(key), "{key} at {of:?}");
            }
        }
        for of in serving() {
            let help = shown(&of);
            assert!(
                help.contains("--listen") && help.contains("--group-bytes-max"),
                "{of:?}: {help}"
            );
        }
    }

    #[test]
    fn a_key_that_is_not_shown_is_taken_all_the_same() {
        command(Lang::En).debug_assert();
        let matches = command(Lang::En).get_matches_from([
            "alleyway-server",
            "device",
            "list",
            "--log-level",
            "warn",
        ]);
        let cli = <super::super::Cli as clap::FromArgMatches>::from_arg_matches(&matches).unwrap();
        let printed = super::super::layers(&cli.common).unwrap().print(Lang::En);
        assert!(printed.contains("log_level = \"warn\""), "{printed}");
    }

    #[test]
    fn help_names_every_command_that_reaches_a_running_server() {
        let help = shown(&[]);
        let told = help.split("reach a running server").next().unwrap();
        let told = told.rsplit("\n\n").next().unwrap();
        for name in command(Lang::En).get_subcommands().map(Command::get_name) {
            let reaches = !["init", "serve", "demo", "restore", "import-export"].contains(&name);
            assert_eq!(
                told.contains(&format!("`{name}`")),
                reaches,
                "{name} in {told}"
            );
        }
    }
}
