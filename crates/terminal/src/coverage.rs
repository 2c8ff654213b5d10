//! How alleys are looked after, as the server tells it.

use alleyway_client::views::coverage::{AlleyCovered, Coverage};
use alleyway_device::transport::Halt;

use super::Shown;
use super::context::Context;
use super::exit::Failure;
use super::table::Table;
use super::texts::say;

/// `coverage`
pub(super) fn coverage(context: &Context, unit: Option<&str>) -> Result<Shown, Failure> {
    let device = context.open()?;
    let coverage = context.done(device.coverage(unit, &Halt::new()))?;
    let vacant = coverage.alleys.iter().filter(|alley| !alley.has_chief);
    let values = [
        ("unit", coverage.name.as_str()),
        ("alleys", &coverage.alleys.len().to_string()),
        ("vacant", &vacant.count().to_string()),
        ("min", &coverage.alley_min.to_string()),
        ("max", &coverage.alley_max.to_string()),
    ];
    let mut lines = vec![context.fill(say::coverage::NOTE, &values)];
    let heads = [
        say::coverage::ALLEY,
        say::coverage::CHIEF,
        say::coverage::ENDS,
        say::coverage::HOUSEHOLDS,
    ];
    let mut table = Table::new(heads.map(|head| context.say(head)).to_vec());
    for alley in &coverage.alleys {
        let chief = if alley.has_chief {
            say::coverage::HAS_CHIEF
        } else {
            say::coverage::NO_CHIEF
        };
        table.row(vec![
            alley.name.clone(),
            context.say(chief),
            alley.ends.clone().unwrap_or_default(),
            households(context, &coverage, alley),
        ]);
    }
    lines.extend(table.lines());
    Shown::new(&coverage, lines)
}

/// The number of households, marked where it is outside the town's bounds.
fn households(context: &Context, coverage: &Coverage, alley: &AlleyCovered) -> String {
    let count = alley.households;
    if count < u64::from(coverage.alley_min) {
        format!("{count} {}", context.say(say::coverage::FEW))
    } else if count > u64::from(coverage.alley_max) {
        format!("{count} {}", context.say(say::coverage::MANY))
    } else {
        count.to_string()
    }
}
