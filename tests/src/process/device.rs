//! A device: a folder, and the terminal program run on it.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

use super::{Binaries, ProcessError};

/// A device's folder and the program.
#[derive(Debug, Clone)]
pub struct Device {
    binaries: Binaries,
    home: PathBuf,
}

/// What a command with `--json` ended with.
#[derive(Debug, Clone)]
pub struct Answer {
    /// What was typed, for failures.
    line: String,
    /// The exit code; -1 if a signal ended it.
    pub exit: i32,
    /// The JSON of its output, or of its error output if it failed; null if there was none.
    pub value: Value,
    /// Both outputs as they were.
    said: String,
}

/// What a command without `--json` said.
#[derive(Debug, Clone)]
pub struct Spoken {
    /// The exit code; -1 if a signal ended it.
    pub exit: i32,
    /// Its output and error output.
    pub text: String,
}

impl Answer {
    /// The output of a command that succeeded.
    ///
    /// # Errors
    /// If it failed.
    pub fn done(self) -> Result<Value, ProcessError> {
        if self.exit == 0 {
            Ok(self.value)
        } else {
            Err(self.unexpected())
        }
    }

    /// The stable code of a command that failed with this exit code.
    ///
    /// # Errors
    /// If it ended otherwise.
    pub fn failed_with(self, exit: i32) -> Result<String, ProcessError> {
        let code = self
            .value
            .pointer("/error/code")
            .and_then(Value::as_str)
            .map(str::to_owned);
        match code {
            Some(code) if self.exit == exit => Ok(code),
            _ => Err(self.unexpected()),
        }
    }

    fn unexpected(self) -> ProcessError {
        ProcessError::Device {
            line: self.line,
            exit: self.exit,
            said: self.said,
        }
    }
}

impl Device {
    /// The device whose folder is `home`; `enrol` makes it.
    ///
    /// # Errors
    /// If the program is not built.
    pub fn new(home: &Path) -> Result<Self, ProcessError> {
        Ok(Self {
            binaries: Binaries::find()?,
            home: home.to_owned(),
        })
    }

    /// Its folder.
    pub fn home(&self) -> &Path {
        &self.home
    }

    /// Runs a command with `--json`. `now` is the device's clock in RFC 3339; none is the system's.
    ///
    /// # Errors
    /// If the program cannot be run.
    pub fn run(&self, now: Option<&str>, args: &[&str]) -> Result<Answer, ProcessError> {
        let output = self.output(now, &["--json"], args)?;
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        // Warnings are lines before the error.
        let last = output
            .stderr
            .trim_ascii_end()
            .rsplit(|byte| *byte == b'\n')
            .next()
            .unwrap_or_default();
        let told = if output.status.success() {
            output.stdout.as_slice()
        } else {
            last
        };
        Ok(Answer {
            line: args.join(" "),
            exit: output.status.code().unwrap_or(-1),
            value: serde_json::from_slice(told).unwrap_or(Value::Null),
            said: format!("{}{}", text(&output.stdout), text(&output.stderr)),
        })
    }

    /// Runs a command as a person does, in this language (`zh` or `en`).
    ///
    /// # Errors
    /// If the program cannot be run.
    pub fn speak(
        &self,
        now: Option<&str>,
        lang: &str,
        args: &[&str],
    ) -> Result<Spoken, ProcessError> {
        let output = self.output(now, &["--lang", lang], args)?;
        let text = [output.stdout, output.stderr].concat();
        Ok(Spoken {
            exit: output.status.code().unwrap_or(-1),
            text: String::from_utf8_lossy(&text).into_owned(),
        })
    }

    fn output(
        &self,
        now: Option<&str>,
        flags: &[&str],
        args: &[&str],
    ) -> Result<Output, ProcessError> {
        let mut command = Command::new(&self.binaries.device);
        command.arg("--home").arg(&self.home).args(flags);
        if let Some(now) = now {
            command.args(["--now", now]);
        }
        let failed = ProcessError::system(self.binaries.device.display().to_string());
        command.args(args).output().map_err(failed)
    }
}
