//! The context that every command needs: folder, time, language, and the device itself.

use std::cell::RefCell;
use std::io::{BufRead as _, IsTerminal as _, Read, Write as _};
use std::path::PathBuf;
use std::sync::Arc;

use alleyway_client::{Fault, Problem, dates};
use alleyway_core::limits::{NAME_BYTES_MAX, TEXT_BYTES_MAX};
use alleyway_core::text::Text;
use alleyway_core::time::Time;
use alleyway_device::device::Keys;
use alleyway_device::keys::Passphrase;
use alleyway_device::{Device, Local, Platform as _};

use super::args::Cli;
use super::exit::{Exit, Failure, Warning};
use super::passphrase::{self, NEW_PASSPHRASE, PASSPHRASE};
use super::texts::{self, Area, Lang, Message, say};
use super::told;
use zeroize::Zeroizing;

/// The part of the input that is read, in bytes: ten times the longest text, for its blanks.
const INPUT_BYTES_MAX: u64 = 65_536;

/// Everything a command is told besides its own arguments.
pub(super) struct Context {
    home: PathBuf,
    clock: Option<Time>,
    /// The language.
    pub(super) lang: Lang,
    /// Whether programs read the output: no progress is shown then.
    pub(super) json: bool,
    /// Passphrases from the environment: the one that opens the store, and a new one.
    pub(super) passphrases: (Option<Zeroizing<String>>, Option<Zeroizing<String>>),
    warnings: RefCell<Vec<Warning>>,
    /// The device that was opened: what it has to tell besides is told at the end.
    device: RefCell<Option<Device>>,
}

impl Context {
    /// Reads what is common to all commands.
    pub(super) fn new(
        cli: &Cli,
        environment: &dyn Fn(&str) -> Option<String>,
    ) -> Result<Self, Failure> {
        let usage = |lang, text: &Message| Failure::new(Exit::Usage, "usage", text.text(lang));
        let lang = texts::choose(cli.lang.as_deref(), environment)
            .ok_or_else(|| usage(Lang::Zh, say::usage::BAD_LANG))?;
        let clock = match &cli.now {
            None => None,
            Some(text) => Some(dates::time(text).ok_or_else(|| usage(lang, say::usage::BAD_NOW))?),
        };
        let home = cli
            .home
            .clone()
            .ok_or_else(|| usage(lang, say::usage::HOME_MISSING))?;
        let secret = |name| environment(name).map(Zeroizing::new);
        let passphrases = (secret(PASSPHRASE), secret(NEW_PASSPHRASE));
        Ok(Self {
            home,
            clock,
            lang,
            json: cli.json,
            passphrases,
            warnings: RefCell::default(),
            device: RefCell::default(),
        })
    }

    /// The device's folder, its key and its clock. `first` guards a key that is made.
    pub(super) fn platform(&self, first: Option<Passphrase>) -> Local {
        let (given, lang, json) = (self.passphrases.0.clone(), self.lang, self.json);
        let platform = Local::new(&self.home).with_keys(Keys::File {
            ask: Arc::new(move || passphrase::given_or_asked(given.clone(), lang, json)),
            first: first.map(Arc::new),
        });
        match self.clock {
            Some(now) => platform.with_clock(Arc::new(move || now)),
            None => platform,
        }
    }

    /// The device, enrolled or not; its folder is made if there is none.
    pub(super) fn open_any(&self, platform: Local) -> Result<Device, Failure> {
        let device = Device::open(platform, self.lang).map_err(|fault| self.failed(&fault))?;
        self.device.replace(Some(device.clone()));
        Ok(device)
    }

    /// The enrolled device, its lease looked at. A folder that is not there is not made: nothing
    /// could be in it.
    pub(super) fn open(&self) -> Result<Device, Failure> {
        let platform = self.platform(None);
        if !platform.has_store() {
            return Err(self.failed(&Fault::plain(Problem::NotEnrolled)));
        }
        let device = self.open_any(platform)?;
        self.done(device.tick())?;
        Ok(device)
    }

    /// Returns the outcome of a step, or its fault as a failure of the program.
    pub(super) fn done<T>(&self, outcome: Result<T, Fault>) -> Result<T, Failure> {
        outcome.map_err(|fault| self.failed(&fault))
    }

    /// Why something was not done, as it is told.
    pub(super) fn failed(&self, fault: &Fault) -> Failure {
        Failure::new(
            Exit::of(fault.kind()),
            &fault.code,
            told::text(fault, self.lang),
        )
    }

    /// A text in the user's language.
    pub(super) fn say(&self, text: &Message) -> String {
        self.fill(text, &[])
    }

    /// A text in the user's language, filled in.
    pub(super) fn fill(&self, text: &Message, values: &[(&str, &str)]) -> String {
        text.at_terminal(self.lang, values)
    }

    /// The text for a word of a vocabulary, in the user's language.
    pub(super) fn word(&self, vocabulary: Area, word: &str) -> String {
        vocabulary.word(self.lang, word).to_owned()
    }

    /// A failure with a text of the catalogue.
    pub(super) fn failure(
        &self,
        exit: Exit,
        code: &str,
        text: &Message,
        values: &[(&str, &str)],
    ) -> Failure {
        Failure::new(exit, code, self.fill(text, values))
    }

    /// The device's folder's own name, as far as it can be a device's: nobody typed it for one.
    pub(super) fn home_name(&self) -> Text<NAME_BYTES_MAX> {
        let name = self.home.file_name().unwrap_or_default();
        Text::cut(&name.to_string_lossy())
    }

    /// Tells something that does not keep a command from being carried out.
    pub(super) fn warn(&self, code: &'static str, text: String) {
        self.warnings.borrow_mut().push(Warning { code, text });
    }

    /// Takes the warnings that are to be told beside the outcome.
    pub(super) fn take_warnings(&self) -> Vec<Warning> {
        let mut warnings = self.warnings.take();
        if let Some(device) = &*self.device.borrow() {
            let of_device = device.take_warnings().into_iter();
            warnings.extend(of_device.map(|warning| Warning {
                code: warning.code(),
                text: warning.at_terminal(self.lang),
            }));
        }
        warnings
    }

    /// Asks a person, who confirms by typing `word`. Nobody at a terminal is a no.
    pub(super) fn is_confirmed(&self, asked: &str, word: &str) -> bool {
        if self.json || !std::io::stdin().is_terminal() {
            return false;
        }
        let mut answer = String::new();
        write!(std::io::stderr(), "{asked}")
            .and_then(|()| std::io::stderr().flush())
            .and_then(|()| std::io::stdin().lock().read_line(&mut answer))
            .is_ok()
            && answer.trim() == word
    }

    /// A flag's text; `-` reads it from the input.
    pub(super) fn input_or(&self, flag: &str, text: &str) -> Result<String, Failure> {
        if text == "-" {
            self.input(flag)
        } else {
            Ok(text.to_owned())
        }
    }

    /// The text of a file; `-` reads the input.
    pub(super) fn file_or_input(&self, file: &str) -> Result<String, Failure> {
        if file == "-" {
            return self.input(file);
        }
        let read = std::fs::File::open(file).and_then(read_whole);
        let text = read.map_err(|error| {
            let values = [("file", file), ("reason", &error.to_string())];
            self.failure(
                Exit::Usage,
                "file_unreadable",
                say::bundle::UNREADABLE,
                &values,
            )
        })?;
        text.ok_or_else(|| self.too_long(file, TEXT_BYTES_MAX))
    }

    pub(super) fn too_long(&self, flag: &str, limit: usize) -> Failure {
        let limit = limit.to_string();
        self.failure(
            Exit::Usage,
            "text_too_long",
            say::usage::TEXT_TOO_LONG,
            &[("flag", flag), ("limit", &limit)],
        )
    }

    /// All that stands on the input: what is left out of it as blanks or ends of lines is known only
    /// then, and nothing may be cut off unsaid.
    fn input(&self, flag: &str) -> Result<String, Failure> {
        let read = read_whole(std::io::stdin());
        let text = read.map_err(|_| {
            self.failure(
                Exit::Usage,
                "input_unreadable",
                say::usage::INPUT_UNREADABLE,
                &[],
            )
        })?;
        text.ok_or_else(|| self.too_long(flag, TEXT_BYTES_MAX))
    }
}

/// All of a text, without the blanks at its end; none if there is more than is read. What becomes of
/// it else is as for any text that is typed.
fn read_whole(from: impl Read) -> std::io::Result<Option<String>> {
    let mut bytes = Vec::new();
    from.take(INPUT_BYTES_MAX + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > INPUT_BYTES_MAX {
        return Ok(None);
    }
    let text = String::from_utf8(bytes)
        .map_err(|error| std::io::Error::new(std::io::ErrorKind::InvalidData, error))?;
    Ok(Some(text.trim_end().to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_read_is_whole_or_too_long_and_never_cut_off() {
        let lines = |count: usize| vec!["x".repeat(48); count].join("\r\n");
        // Longer than a text may be only by the ends of its lines.
        let long = format!("{}\r\n  ", lines(122));
        assert!(long.len() > TEXT_BYTES_MAX + 2);
        let read = read_whole(long.as_bytes()).unwrap().unwrap();
        let taken = alleyway_core::text::typed::prose::<TEXT_BYTES_MAX>(&read).unwrap();
        assert_eq!(&*taken, lines(122).replace("\r\n", "\n"));
        let too_long = lines(180);
        assert_eq!(
            read_whole(too_long.as_bytes()).unwrap().unwrap().len(),
            180 * 50 - 2,
            "which the bound refuses"
        );
        assert_eq!(read_whole(std::io::repeat(b' ')).unwrap(), None);
        assert_eq!(read_whole("路".as_bytes()).unwrap().unwrap(), "路");
        assert!(read_whole(&[0xff][..]).is_err());
    }
}
