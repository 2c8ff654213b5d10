//! The passphrase that guards the device's key: set, changed, removed.

use std::io::IsTerminal;

use alleyway_device::keys::{Passphrase, PassphraseError};
use serde::Serialize;
use zeroize::Zeroizing;

use super::Shown;
use super::args::PassphraseStep;
use super::context::Context;
use super::exit::{Exit, Failure};
use super::texts::{Lang, Message, say};

/// The environment's passphrase, for scripts.
pub(super) const PASSPHRASE: &str = "ALLEYWAY_PASSPHRASE";
/// The environment's new passphrase, for `passphrase change`.
pub(super) const NEW_PASSPHRASE: &str = "ALLEYWAY_NEW_PASSPHRASE";

/// `passphrase`, for programs.
#[derive(Debug, Serialize)]
struct Guarded {
    passphrase: bool,
}

/// `passphrase set|change|remove`
pub(super) fn passphrase(context: &Context, step: PassphraseStep) -> Result<Shown, Failure> {
    let device = context.open()?;
    let refuse = |code, text| Err(context.failure(Exit::NotAllowed, code, text, &[]));
    let passphrase = match (step, context.done(device.platform().is_guarded())?) {
        (PassphraseStep::Set, true) => {
            return refuse("passphrase_there", say::passphrase::THERE);
        }
        (PassphraseStep::Change | PassphraseStep::Remove, false) => {
            return refuse("passphrase_none", say::passphrase::NONE);
        }
        (PassphraseStep::Set, false) => Some(context.new_passphrase()?),
        (PassphraseStep::Change, true) => Some(context.other_passphrase()?),
        (PassphraseStep::Remove, true) => None,
    };
    context.done(device.platform().guard(passphrase.as_ref()))?;
    let line = context.say(if passphrase.is_some() {
        say::passphrase::SET
    } else {
        say::passphrase::REMOVED
    });
    let value = Guarded {
        passphrase: passphrase.is_some(),
    };
    Shown::new(&value, vec![line])
}

/// The passphrase that opens the store: the one given, else a person's; none if neither is there.
pub(super) fn given_or_asked(
    given: Option<Zeroizing<String>>,
    lang: Lang,
    json: bool,
) -> Option<Passphrase> {
    let typed = given.or_else(|| ask(say::passphrase::ASK.text(lang), json));
    typed.map(Passphrase::typed)
}

/// Asks a person, without showing what is typed; `None` if nobody is there.
fn ask(text: &str, json: bool) -> Option<Zeroizing<String>> {
    if json || !std::io::stdin().is_terminal() {
        return None;
    }
    rpassword::prompt_password(text).ok().map(Zeroizing::new)
}

impl Context {
    /// The first passphrase: the environment's, else a person's, typed twice.
    pub(super) fn new_passphrase(&self) -> Result<Passphrase, Failure> {
        self.fresh(self.passphrases.0.as_ref(), say::passphrase::NEEDED)
    }

    /// Another passphrase.
    fn other_passphrase(&self) -> Result<Passphrase, Failure> {
        self.fresh(self.passphrases.1.as_ref(), say::passphrase::NEW_NEEDED)
    }

    fn fresh(
        &self,
        given: Option<&Zeroizing<String>>,
        missing: &Message,
    ) -> Result<Passphrase, Failure> {
        let usage = |code, text| self.failure(Exit::Usage, code, text, &[]);
        let text = if let Some(text) = given {
            text.clone()
        } else {
            let missing = || usage("passphrase_needed", missing);
            let text = self.ask(say::passphrase::NEW).ok_or_else(missing)?;
            let again = self.ask(say::passphrase::AGAIN).ok_or_else(missing)?;
            if text != again {
                return Err(usage("passphrase_differs", say::passphrase::DIFFERS));
            }
            text
        };
        Passphrase::new(text).map_err(|error| match error {
            PassphraseError::TooShort => usage("passphrase_short", say::passphrase::SHORT),
            PassphraseError::Unfit => usage("passphrase_unfit", say::passphrase::UNFIT),
        })
    }

    fn ask(&self, text: &Message) -> Option<Zeroizing<String>> {
        ask(text.text(self.lang), self.json)
    }
}
