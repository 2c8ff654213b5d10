//! The passphrase that guards the device's key: set, changed, removed.

use std::io::IsTerminal;

use zeroize::Zeroizing;

use super::args::PassphraseStep;
use super::context::Context;
use super::exit::{Exit, Failure};
use super::texts::{Message, say};
use super::{Shown, json};
use alleyway_device::keys::file::{self, Guard};
use alleyway_device::keys::{Cost, Passphrase, PassphraseError};
use alleyway_device::store::DeviceStore;

/// The environment's passphrase, for scripts.
pub(super) const PASSPHRASE: &str = "ALLEYWAY_PASSPHRASE";
/// The environment's new passphrase, for `passphrase change`.
pub(super) const NEW_PASSPHRASE: &str = "ALLEYWAY_NEW_PASSPHRASE";

/// `passphrase set|change|remove`
pub(super) fn passphrase(context: &Context, step: PassphraseStep) -> Result<Shown, Failure> {
    let device = context.open()?;
    let refuse = |code, text| Err(context.failure(Exit::NotAllowed, code, text, &[]));
    match (step, context.is_guarded()?) {
        (PassphraseStep::Set, true) => return refuse("passphrase_there", say::passphrase::THERE),
        (PassphraseStep::Change | PassphraseStep::Remove, false) => {
            return refuse("passphrase_none", say::passphrase::NONE);
        }
        (PassphraseStep::Set, false) => {
            context.guard(&device.store, Some(&context.new_passphrase()?))?;
        }
        (PassphraseStep::Change, true) => {
            context.guard(&device.store, Some(&context.other_passphrase()?))?;
        }
        (PassphraseStep::Remove, true) => context.guard(&device.store, None)?,
    }
    let guarded = step != PassphraseStep::Remove;
    let line = context.say(if guarded {
        say::passphrase::SET
    } else {
        say::passphrase::REMOVED
    });
    Shown::new(
        &json::Guarded {
            passphrase: guarded,
        },
        vec![line],
    )
}

impl Context {
    /// Whether a passphrase guards the device's key.
    pub(super) fn is_guarded(&self) -> Result<bool, Failure> {
        file::is_wrapped(self.home()).map_err(|error| self.key_failure(&error))
    }

    /// Keeps the store's key under a passphrase, or without one.
    pub(super) fn guard(
        &self,
        store: &DeviceStore,
        passphrase: Option<&Passphrase>,
    ) -> Result<(), Failure> {
        let guard = passphrase.map_or(Guard::Mode, |passphrase| {
            Guard::Passphrase(passphrase, Cost::STANDARD)
        });
        file::write(self.home(), store.key(), guard).map_err(|error| self.key_failure(&error))
    }

    /// The passphrase that opens the store: the environment's, else a person's; none if neither is
    /// there.
    pub(super) fn passphrase(&self) -> Option<Passphrase> {
        let typed = || self.ask(say::passphrase::ASK);
        self.passphrases
            .0
            .clone()
            .or_else(typed)
            .map(Passphrase::typed)
    }

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

    /// Asks a person, without showing what is typed; `None` if nobody is there.
    fn ask(&self, text: &Message) -> Option<Zeroizing<String>> {
        if self.json || !std::io::stdin().is_terminal() {
            return None;
        }
        rpassword::prompt_password(self.say(text))
            .ok()
            .map(Zeroizing::new)
    }
}
