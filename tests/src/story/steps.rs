//! The steps, chapter by chapter. What a step expects it checks with the programs' own answers.

mod arrival;
mod down;
mod end;
mod report;
mod two_phones;
mod up;

use serde_json::Value;

use super::stage::expect;
use super::{Person, Stage, StoryError};

/// How many hexadecimal digits of a head are shown.
const HEAD_SHOWN: usize = 16;

/// A step.
#[derive(Debug, Clone, Copy)]
pub struct Step {
    /// When, in RFC 3339.
    pub at: &'static str,
    /// What happens, in a line.
    pub title: &'static str,
    /// How.
    pub(super) play: fn(&mut Stage<'_>) -> Result<(), StoryError>,
}

/// All steps, in order.
pub fn steps() -> Vec<Step> {
    [
        arrival::STEPS,
        report::STEPS,
        two_phones::STEPS,
        up::STEPS,
        down::STEPS,
        end::STEPS,
    ]
    .concat()
}

impl Stage<'_> {
    /// The case must stand so on this phone.
    fn stands(&self, who: Person, status: &str, holder: &str) -> Result<(), StoryError> {
        let case = self.shows(who)?;
        expect("the status", &case["status"], &status.into())?;
        expect("the holder", &case["holder"], &holder.into())
    }

    /// Both chiefs' phones must show the same confirmed document.
    fn phones_agree(&mut self) -> Result<(), StoryError> {
        let (xie, lu) = (self.shows(Person::Xie)?, self.shows(Person::Lu)?);
        expect("the version on Lu's phone", &lu["version"], &xie["version"])?;
        expect("the heads on Lu's phone", &lu["heads"], &xie["heads"])?;
        let head: String = text(&xie["heads"][0]).chars().take(HEAD_SHOWN).collect();
        self.tell(&format!(
            "(version {} with head {head}… on both phones)",
            xie["version"]
        ));
        Ok(())
    }

    /// The kinds of the steps that the resident sees.
    fn tracked(&self) -> Result<Vec<String>, StoryError> {
        let seen = self.track("application/json", "zh-CN")?.json()?;
        let steps = seen["steps"].as_array().cloned().unwrap_or_default();
        Ok(steps
            .iter()
            .map(|step| text(&step["kind"]).to_owned())
            .collect())
    }
}

/// A JSON text; empty if it is none.
fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}
