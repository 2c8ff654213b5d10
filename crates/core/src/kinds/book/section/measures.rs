//! Bounds and floors of a town.

use serde_json::Value;

use super::flaw::FlawKind;
use super::reading::Reading;

/// Bounds and floors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Measures {
    /// The households that an alley has at least: below it, coverage says so.
    pub alley_min: u16,
    /// The households that an alley has at most.
    pub alley_max: u16,
    /// The working days for which a candidate is on notice.
    pub notice_days: u16,
    /// Figures below it are not shown: whoever knows the village would know the family.
    pub floor: u16,
    /// The days for which a closed case stays on devices.
    pub retention_days: u16,
}

impl Default for Measures {
    fn default() -> Self {
        Self {
            alley_min: 10,
            alley_max: 20,
            notice_days: 5,
            floor: 5,
            retention_days: 90,
        }
    }
}

pub(super) fn read(reading: &mut Reading, value: &Value) -> Measures {
    let shipped = Measures::default();
    let measures = reading.table(value, |reading, table| {
        let mut number = |key, bounds, otherwise| table.number(reading, key, bounds, otherwise);
        let measures = Measures {
            alley_min: number("alley_min", (1, 1_000), shipped.alley_min),
            alley_max: number("alley_max", (1, 1_000), shipped.alley_max),
            notice_days: number("notice_days", (1, 60), shipped.notice_days),
            // Below three, a cell tells a reader who is in it of the one other.
            floor: number("floor", (3, 100), shipped.floor),
            retention_days: number("retention_days", (1, 3_650), shipped.retention_days),
        };
        if measures.alley_min > measures.alley_max {
            reading.flaw_at("alley_min", FlawKind::UpsideDown);
        }
        Some(measures)
    });
    measures.unwrap_or(shipped)
}
