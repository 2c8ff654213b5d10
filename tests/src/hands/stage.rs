//! The stage: a town's folder with its server, the phones, one simulated clock, and what the story
//! has to remember.

mod office;
mod phones;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use alleyway_core::time::Time;
use alleyway_server::clock::parse_rfc3339;

use super::Step;
use crate::process::{Port, ProcessError, Server};
use crate::story::{Audience, Reader, StoryError};

/// The server, the phones, and what the story remembers.
pub struct Stage<'a> {
    folder: PathBuf,
    port: Port,
    server: Option<Server>,
    now: Time,
    /// What the server's clock was last set to; it goes on by itself.
    shown: Time,
    remembered: BTreeMap<&'static str, String>,
    reader: Reader,
    lang: &'a str,
    audience: &'a mut dyn Audience,
}

impl<'a> Stage<'a> {
    /// An empty stage in this folder; the server will listen at `port`. Where people read, the
    /// programs speak `lang` (`zh` or `en`).
    pub fn new(
        folder: &Path,
        port: Port,
        reader: Reader,
        lang: &'a str,
        audience: &'a mut dyn Audience,
    ) -> Self {
        Self {
            folder: folder.to_owned(),
            port,
            server: None,
            now: Time::EARLIEST,
            shown: Time::EARLIEST,
            remembered: BTreeMap::new(),
            reader,
            lang,
            audience,
        }
    }

    /// Whether the audience wants more.
    pub(super) fn is_watched(&self) -> bool {
        self.audience.wants_more()
    }

    /// Whether the programs' answers are JSON.
    pub(super) fn reads_json(&self) -> bool {
        self.reader == Reader::Programs
    }

    /// All that the server has logged.
    pub(super) fn server_log(&self) -> String {
        self.server.as_ref().map(Server::log).unwrap_or_default()
    }

    /// Moves the world to the step's time.
    pub(super) fn begin(&mut self, step: &Step) -> Result<(), StoryError> {
        self.now =
            parse_rfc3339(step.at).ok_or_else(|| ProcessError::Answer(step.at.to_owned()))?;
        self.audience.step(self.now, step.title);
        Ok(())
    }

    /// Keeps something for a later step.
    pub(super) fn remember(&mut self, what: &'static str, value: String) {
        self.remembered.insert(what, value);
    }

    /// What was kept.
    pub(super) fn recall(&self, what: &str) -> Result<String, StoryError> {
        let missing = || ProcessError::Answer(format!("{what} is not remembered"));
        Ok(self.remembered.get(what).cloned().ok_or_else(missing)?)
    }

    /// A file that goes from hand to hand.
    pub(super) fn file(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// Shows the audience something that no program says.
    pub(super) fn tell(&mut self, text: &str) {
        self.audience.said(text);
    }
}
