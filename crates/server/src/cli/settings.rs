//! The keys of the configuration as flags, made of their table.

use clap::{Arg, ArgMatches, Args, Command, Error, FromArgMatches};

use crate::config::{KEYS, Key, Layers, Shown};

/// The flags that were given, each with its key.
#[derive(Debug, Clone, Default)]
pub(super) struct Settings(Vec<(&'static Key, String)>);

impl Settings {
    /// Lays the flags over what was set otherwise.
    pub(super) fn lay_over(&self, layers: &mut Layers) {
        for (key, value) in &self.0 {
            layers.add_flag(key, value.clone());
        }
    }
}

fn flag(key: &'static Key) -> Arg {
    Arg::new(key.name)
        .long(key.flag())
        .value_name(key.takes)
        .hide_short_help(key.shown == Shown::InLongHelp)
        .global(true)
}

impl Args for Settings {
    fn augment_args(command: Command) -> Command {
        command.args(KEYS.iter().map(flag))
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for Settings {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, Error> {
        let mut settings = Self::default();
        settings.update_from_arg_matches(matches)?;
        Ok(settings)
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), Error> {
        let given = KEYS
            .iter()
            .filter_map(|key| Some((key, matches.get_one::<String>(key.name)?.clone())));
        self.0.extend(given);
        Ok(())
    }
}
