//! What an import does, for people.

use alleyway_catalogue::Lang;
use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::plan::{Change, Plan, What};

/// Changed rows that are shown one by one; more are counted.
pub const CHANGES_SHOWN_MAX: usize = 1_000;

fn pick<'a>(language: Lang, zh: &'a str, en: &'a str) -> &'a str {
    match language {
        Lang::Zh => zh,
        Lang::En => en,
    }
}

impl Plan {
    /// Counts, each changed row, what is no longer in the files, and what was ended since; ends with
    /// a line feed.
    pub fn summary(&self, language: Lang) -> String {
        let mut out = String::new();
        if self.is_empty() {
            line(&mut out, pick(language, "没有变化。", "Nothing to change."));
        }
        for (name, count) in self.counts(language) {
            line(&mut out, &format!("{name}: {count}"));
        }
        for step in self.steps.iter().take(CHANGES_SHOWN_MAX) {
            line(&mut out, &step.change.told(language));
        }
        more(&mut out, self.steps.len(), language);
        for left in self.left.iter().take(CHANGES_SHOWN_MAX) {
            let told = pick(
                language,
                "文件中已无此项，保持原样",
                "no longer in the file, left as it is",
            );
            line(&mut out, &format!("  {}: {}: {told}", left.file, left.key));
        }
        more(&mut out, self.left.len(), language);
        for ended in self.ended.iter().take(CHANGES_SHOWN_MAX) {
            let told = pick(
                language,
                "任职后来已终止，保持终止；要恢复请用 member appoint，或在名单中另写一行新的 from",
                "was ended since and stays ended; to reinstate, use `member appoint`, or add a row with a later `from`",
            );
            line(
                &mut out,
                &format!("  {}: {}: {told}", ended.file, ended.key),
            );
        }
        more(&mut out, self.ended.len(), language);
        out
    }

    /// How many changes there are of each sort, in the order in which they first come.
    fn counts(&self, language: Lang) -> Vec<(&'static str, usize)> {
        let mut counts: BTreeMap<u8, (&'static str, usize)> = BTreeMap::new();
        for step in &self.steps {
            let (order, zh, en) = step.change.what.sort();
            let name = match language {
                Lang::Zh => zh,
                Lang::En => en,
            };
            counts.entry(order).or_insert((name, 0)).1 += 1;
        }
        counts.into_values().collect()
    }
}

fn line(out: &mut String, text: &str) {
    out.push_str(text);
    out.push('\n');
}

fn more(out: &mut String, count: usize, language: Lang) {
    let rest = count.saturating_sub(CHANGES_SHOWN_MAX);
    if rest > 0 {
        let told = match language {
            Lang::Zh => format!("  ……另有 {rest} 行"),
            Lang::En => format!("  … and {rest} more"),
        };
        line(out, &told);
    }
}

impl Change {
    /// A line: where, what, from what to what.
    fn told(&self, language: Lang) -> String {
        let (_, zh, en) = self.what.sort();
        let mut told = format!(
            "  {}:{}: {}: {}",
            self.file,
            self.line,
            self.key,
            pick(language, zh, en)
        );
        let values = match &self.what {
            What::UnitRenamed { from, to }
            | What::HouseholdMoved { from, to }
            | What::CountChanged { from, to } => Some((from.as_str(), to.as_str())),
            What::UnitMoved { from, to } => Some((from.as_deref().unwrap_or("-"), to.as_str())),
            _ => None,
        };
        if let Some((from, to)) = values {
            // Writing to a string cannot fail.
            let _ = write!(told, ": {from} → {to}");
        }
        told
    }
}

impl What {
    fn sort(&self) -> (u8, &'static str, &'static str) {
        match self {
            Self::UnitCreated => (0, "新建组织", "unit created"),
            Self::UnitRenamed { .. } => (1, "组织更名", "unit renamed"),
            Self::UnitMoved { .. } => (2, "组织调整上级", "unit moved"),
            Self::Appointed => (3, "任职", "appointed"),
            Self::AppointmentAmended => (4, "任职修改", "appointment amended"),
            Self::HouseholdCreated => (5, "新建住户", "household created"),
            Self::HouseholdMoved { .. } => (6, "住户迁移", "household moved"),
            Self::ContactChanged => (7, "住户联系人修改", "household's contact changed"),
            Self::CountChanged { .. } => (8, "住户人数修改", "household's count changed"),
        }
    }
}
