//! How a story ended, without what is random (ids, numbers, codes, heads) and without the hour.

use serde_json::Value;

use super::{Person, Stage, StoryError};

/// What is compared between two tellings of the story.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ending {
    /// The case's state.
    pub status: String,
    /// Who held it last.
    pub holder: String,
    /// Its version: the number of admitted steps.
    pub version: u64,
    /// Its fields, without the tracking code and the household's id.
    pub fields: Vec<(String, String)>,
    /// Its log.
    pub log: Vec<LogLine>,
    /// What the resident sees.
    pub tracking: Vec<TrackLine>,
    /// How many conflicts, pending and refused commands are left on the chiefs' phones.
    pub left: usize,
}

/// An entry of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogLine {
    /// What was done.
    pub kind: String,
    /// What was written.
    pub text: String,
    /// By whom.
    pub author: String,
    /// The day on which the server received it.
    pub received: String,
    /// `admitted`, unless something went wrong.
    pub state: String,
}

/// A step on the resident's page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrackLine {
    /// What was done.
    pub kind: String,
    /// The day.
    pub day: String,
    /// What was written for the resident.
    pub text: String,
}

impl Ending {
    /// How the story on this stage ended, as Xie's phone and the tracking page show it.
    ///
    /// # Errors
    /// If they show nothing.
    pub fn of(stage: &Stage<'_>) -> Result<Self, StoryError> {
        let case = stage.shows(Person::Xie)?;
        let seen = stage.track("application/json", "zh-CN")?.json()?;
        let mut left = rows(&case["conflicts"]).len();
        for chief in [Person::Xie, Person::Lu] {
            left += rows(&stage.looks(chief, &["pending"])?).len()
                + rows(&stage.looks(chief, &["refused"])?).len();
        }
        let fields = case["fields"].as_object().into_iter().flatten();
        Ok(Self {
            status: text(&case["status"]),
            holder: text(&case["holder"]),
            version: case["version"].as_u64().unwrap_or(0),
            fields: fields
                .filter(|(name, _)| *name != "tracking" && *name != "household")
                .map(|(name, value)| (name.clone(), text(value)))
                .collect(),
            log: rows(&case["log"]).iter().map(log_line).collect(),
            tracking: rows(&seen["steps"]).iter().map(track_line).collect(),
            left,
        })
    }
}

fn log_line(entry: &Value) -> LogLine {
    LogLine {
        kind: text(&entry["kind"]),
        text: text(&entry["text"]),
        author: text(&entry["author"]),
        received: day(&entry["received_at"]),
        state: text(&entry["state"]),
    }
}

fn track_line(step: &Value) -> TrackLine {
    TrackLine {
        kind: text(&step["kind"]),
        day: day(&step["at"]),
        text: text(&step["text"]),
    }
}

fn rows(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn day(value: &Value) -> String {
    text(value).chars().take("2026-03-02".len()).collect()
}
