//! What is printed: figure, measured, goal, reached, and the best that peers reach.

use std::fmt;

/// The head of the last column.
const PEERS: &str = "best of five peers";

/// The figures, in the order measured.
#[derive(Debug, Default)]
pub(crate) struct Table {
    rows: Vec<Row>,
}

#[derive(Debug)]
struct Row {
    figure: String,
    measured: String,
    goal: String,
    reached: &'static str,
    /// The best of the peers on the same work.
    peers: &'static str,
}

/// A goal, in the figure's unit.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Goal {
    /// More than.
    Over(u64),
    /// At most.
    AtMost(u64),
    /// No more and no less.
    Exactly(u64),
}

impl Goal {
    fn text(self, unit: &str) -> String {
        match self {
            Self::Over(least) => format!("over {}{unit}", grouped(least)),
            Self::AtMost(most) => format!("at most {}{unit}", grouped(most)),
            Self::Exactly(count) => format!("{}{unit}", grouped(count)),
        }
    }

    fn reached(self, value: u64) -> &'static str {
        match self {
            Self::Over(least) => yes(value > least),
            Self::AtMost(most) => yes(value <= most),
            Self::Exactly(count) => yes(value == count),
        }
    }
}

fn yes(reached: bool) -> &'static str {
    if reached { "yes" } else { "NO" }
}

impl Table {
    /// Whether every goal was reached.
    pub(crate) fn is_reached(&self) -> bool {
        self.rows.iter().all(|row| row.reached != yes(false))
    }

    /// A whole number.
    pub(crate) fn count(&mut self, figure: &str, value: u64, unit: &str, goal: Goal) {
        let unit = if unit.is_empty() {
            String::new()
        } else {
            format!(" {unit}")
        };
        self.rows.push(Row {
            figure: figure.to_owned(),
            measured: format!("{}{unit}", grouped(value)),
            goal: goal.text(&unit),
            reached: goal.reached(value),
            peers: "",
        });
    }

    /// Puts the best that a peer reached on the same work beside the figure that was told last.
    pub(super) fn beside(&mut self, peers: &'static str) {
        if let Some(row) = self.rows.last_mut() {
            row.peers = peers;
        }
    }

    /// A rate or a time, without a goal of its own.
    pub(crate) fn plain(&mut self, figure: &str, measured: String) {
        self.rows.push(Row {
            figure: figure.to_owned(),
            measured,
            goal: String::new(),
            reached: "",
            peers: "",
        });
    }
}

/// Digits in groups of three.
pub(crate) fn grouped(value: u64) -> String {
    let digits = value.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = |of: fn(&Row) -> &str, head: &str| {
            self.rows
                .iter()
                .map(|row| of(row).chars().count())
                .max()
                .unwrap_or(0)
                .max(head.len())
        };
        let figure = width(|row| &row.figure, "figure");
        let measured = width(|row| &row.measured, "measured");
        let goal = width(|row| &row.goal, "goal");
        let peers = width(|row| row.peers, PEERS);
        writeln!(
            f,
            "| {:figure$} | {:>measured$} | {:>goal$} | reached | {PEERS:>peers$} |",
            "figure", "measured", "goal"
        )?;
        writeln!(
            f,
            "| {:-<figure$} | {:->measured$} | {:->goal$} | ------- | {:->peers$} |",
            "", "", "", ""
        )?;
        for row in &self.rows {
            let Row {
                figure: what,
                measured: is,
                goal: aim,
                reached,
                peers: best,
            } = row;
            writeln!(
                f,
                "| {what:figure$} | {is:>measured$} | {aim:>goal$} | {reached:7} | {best:>peers$} |"
            )?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_goal_is_reached_at_its_most_and_missed_at_its_least_and_peers_stand_beside() {
        assert_eq!(Goal::AtMost(500).reached(500), "yes");
        assert_eq!(Goal::AtMost(500).reached(501), "NO");
        assert_eq!(Goal::Over(10_000).reached(10_000), "NO");
        assert_eq!(Goal::Over(10_000).reached(10_001), "yes");
        assert_eq!(Goal::Exactly(7).reached(7), "yes");
        assert_eq!(Goal::Exactly(7).reached(8), "NO");
        let mut table = Table::default();
        table.count("a rate", 12_000, "", Goal::Over(10_000));
        table.beside("2,003");
        table.plain("a time", "3 ms".to_owned());
        let printed = table.to_string();
        assert!(
            printed.contains("| a rate |   12,000 | over 10,000 | yes     |              2,003 |"),
            "{printed}"
        );
        assert!(
            printed.contains("| a time |     3 ms |             |         |                    |"),
            "{printed}"
        );
        assert_eq!(
            (grouped(7), grouped(1_000), grouped(1_234_567)),
            ("7".into(), "1,000".into(), "1,234,567".into())
        );
    }
}
