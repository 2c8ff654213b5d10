//! The phones, each named by its folder.

use std::process::Command;

use alleyway_core::time::{Date, Time};
use alleyway_server::clock::rfc3339;
use serde_json::Value;

use super::Stage;
use crate::process::{Device, ProcessError};
use crate::story::{StoryError, expect};

/// Between two lines that are typed, in milliseconds.
const TYPING_MILLISECONDS: i64 = 4 * 60_000;
/// How many hexadecimal digits of a head are shown.
const HEAD_SHOWN: usize = 16;

impl Stage<'_> {
    /// Types a line that must be carried out. Returns its JSON where programs read.
    pub(in crate::hands) fn types(
        &mut self,
        phone: &str,
        args: &[&str],
    ) -> Result<Value, StoryError> {
        self.type_line(phone, args, None)
    }

    /// Types a line that the program must turn down with this exit code and this code.
    pub(in crate::hands) fn is_told(
        &mut self,
        phone: &str,
        args: &[&str],
        exit: i32,
        code: &str,
    ) -> Result<(), StoryError> {
        self.type_line(phone, args, Some((exit, code))).map(drop)
    }

    /// Syncs. The counts (`admitted`, `kept`, …) are as the program must tell them; those that are not
    /// named must be 0, but `received` and `forgotten`.
    pub(in crate::hands) fn syncs(
        &mut self,
        phone: &str,
        counts: &[(&str, u64)],
    ) -> Result<Value, StoryError> {
        self.meets_the_clock()?;
        let value = self.types(phone, &["sync"])?;
        if self.reads_json() {
            for count in ["admitted", "refused", "kept", "carried"] {
                let wanted = counts
                    .iter()
                    .find(|(name, _)| *name == count)
                    .map_or(0, |(_, wanted)| *wanted);
                expect(count, &value[count], &wanted.into())?;
            }
            expect("up to date", &value["up_to_date"], &true.into())?;
        }
        Ok(value)
    }

    /// Tries to sync, as [`Stage::is_told`].
    pub(in crate::hands) fn syncs_in_vain(
        &mut self,
        phone: &str,
        exit: i32,
        code: &str,
    ) -> Result<(), StoryError> {
        self.meets_the_clock()?;
        self.is_told(phone, &["sync"], exit, code)
    }

    /// What a phone answers to a question, unheard by the audience.
    pub(in crate::hands) fn looks(&self, phone: &str, args: &[&str]) -> Result<Value, StoryError> {
        Ok(self.phone(phone)?.run(Some(&self.clock()), args)?.done()?)
    }

    /// The rows that a phone answers with, unheard by the audience.
    pub(in crate::hands) fn rows(
        &self,
        phone: &str,
        args: &[&str],
    ) -> Result<Vec<Value>, StoryError> {
        let answer = self.looks(phone, args)?;
        let none = || ProcessError::Answer(format!("{}: {answer}", args.join(" ")));
        Ok(answer.as_array().cloned().ok_or_else(none)?)
    }

    /// Reports something, and says its number.
    pub(in crate::hands) fn reports(
        &mut self,
        phone: &str,
        args: &[&str],
    ) -> Result<String, StoryError> {
        self.types(phone, &[&["report"], args].concat())?;
        let pending = self.rows(phone, &["pending"])?;
        let number = pending
            .iter()
            .rfind(|row| row["kind"] == "report")
            .and_then(|row| row["number"].as_str());
        Ok(number
            .map(str::to_owned)
            .ok_or_else(|| ProcessError::Answer("no report is pending".to_owned()))?)
    }

    /// Every phone must show the same confirmed document.
    pub(in crate::hands) fn phones_agree(
        &mut self,
        phones: &[&str],
        case: &str,
    ) -> Result<(), StoryError> {
        let Some((first, others)) = phones.split_first() else {
            return Ok(());
        };
        let shown = self.looks(first, &["show", case])?;
        for other in others {
            let others = self.looks(other, &["show", case])?;
            expect(
                &format!("the heads on {other}"),
                &others["heads"],
                &shown["heads"],
            )?;
            expect(
                &format!("the version on {other}"),
                &others["version"],
                &shown["version"],
            )?;
        }
        let head = shown["heads"][0].as_str().unwrap_or_default();
        let head = head.get(..HEAD_SHOWN).unwrap_or(head);
        self.tell(&format!(
            "(version {} with head {head}… on {})",
            shown["version"],
            phones.join(", ")
        ));
        Ok(())
    }

    /// Copies a phone's folder, as a backup that is put back on another phone.
    pub(in crate::hands) fn copies(&mut self, from: &str, to: &str) -> Result<(), StoryError> {
        self.audience.types("cp", &["-a", from, to]);
        let copied = Command::new("cp")
            .current_dir(&self.folder)
            .args(["-a", from, to])
            .status();
        let copied = copied.map_err(ProcessError::system("cp"))?;
        expect("whether it is copied", &copied.success(), &true)
    }

    fn type_line(
        &mut self,
        phone: &str,
        args: &[&str],
        down: Option<(i32, &str)>,
    ) -> Result<Value, StoryError> {
        // Files stand in the stage's folder, from which people type.
        let folder = format!("{}/", self.folder.display());
        let shown: Vec<&str> = args
            .iter()
            .map(|arg| arg.strip_prefix(&folder).unwrap_or(arg))
            .collect();
        self.audience
            .types(&format!("alleyway --home {phone}"), &shown);
        let clock = self.clock();
        self.now = Time(self.now.0.saturating_add(TYPING_MILLISECONDS));
        let device = self.phone(phone)?;
        if !self.reads_json() {
            let spoken = device.speak(Some(&clock), self.lang, args)?;
            self.audience.said(&spoken.text.replace(&folder, ""));
            expect(
                &args.join(" "),
                &spoken.exit,
                &down.map_or(0, |(exit, _)| exit),
            )?;
            return Ok(Value::Null);
        }
        let answer = device.run(Some(&clock), args)?;
        match down {
            None => Ok(answer.done()?),
            Some((exit, code)) => {
                expect(&args.join(" "), &answer.failed_with(exit)?.as_str(), &code)?;
                Ok(Value::Null)
            }
        }
    }

    fn phone(&self, name: &str) -> Result<Device, ProcessError> {
        Device::new(&self.file(name))
    }

    /// What every clock shows, in China's zone.
    fn clock(&self) -> String {
        let local = Time(self.now.0.saturating_add(Date::OFFSET_MILLISECONDS));
        rfc3339(local).replace('Z', "+08:00")
    }
}
