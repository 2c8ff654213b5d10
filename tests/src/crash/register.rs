//! What was acknowledged, and whether a new device has it.

use std::collections::BTreeMap;

use alleyway_core::id::{CommandId, DocumentId};
use alleyway_replica::{EntryState, Replica};

use super::phone::Line;

/// Problems that are told; more are counted.
const TOLD_MAX: usize = 20;

/// What devices were told.
#[derive(Debug, Default)]
pub(crate) struct Register {
    lines: BTreeMap<CommandId, Line>,
    /// The head of each version of a document that any device saw.
    heads: BTreeMap<(DocumentId, u64), [u8; 32]>,
    problems: Vec<String>,
}

/// A line of a log as a new device shows it.
struct Shown {
    document: DocumentId,
    admitted: bool,
    text: String,
}

impl Register {
    /// These were acknowledged.
    pub(crate) fn acknowledged(&mut self, lines: Vec<Line>) {
        self.lines
            .extend(lines.into_iter().map(|line| (line.command, line)));
    }

    /// How many commands were acknowledged.
    pub(crate) fn count(&self) -> usize {
        self.lines.len()
    }

    /// Notes the heads that a device has; two devices must agree on each.
    pub(crate) fn sees(&mut self, who: &str, replica: &Replica) {
        for row in replica.cases() {
            let Some(case) = replica.case(row.document) else {
                continue;
            };
            let Some(head) = case.head else { continue };
            let seen = *self
                .heads
                .entry((row.document, case.version))
                .or_insert(head);
            if seen != head {
                self.problems.push(format!(
                    "{who}: {} has another head at version {}",
                    row.document, case.version
                ));
            }
        }
    }

    /// Compares a device that was enrolled just now with all that was ever acknowledged.
    pub(crate) fn compare(&mut self, who: &str, replica: &Replica) {
        self.sees(who, replica);
        for (document, version) in self.heads.keys() {
            let has = replica.case(*document).map_or(0, |case| case.version);
            if has < *version {
                self.problems.push(format!(
                    "{who}: {document} is at version {has}, was at {version}"
                ));
            }
        }
        let (shown, twice) = shown(replica);
        self.problems.extend(
            twice
                .into_iter()
                .map(|what| format!("{who}: twice: {what}")),
        );
        for (command, line) in &self.lines {
            let problem = match shown.get(command) {
                None => "missing",
                Some(shown) if !shown.admitted => "not admitted",
                Some(shown) if shown.document != line.document => "in another document",
                Some(shown) if shown.text != line.text => "with another text",
                Some(_) => continue,
            };
            self.problems.push(format!(
                "{who}: acknowledged, and {problem}: {} ({command})",
                line.text
            ));
        }
    }

    /// Says that something is wrong.
    pub(crate) fn problem(&mut self, what: String) {
        self.problems.push(what);
    }

    /// What is wrong so far; nothing if all is well.
    pub(crate) fn problems(&mut self) -> Option<Vec<String>> {
        let mut problems = std::mem::take(&mut self.problems);
        let more = problems.len().saturating_sub(TOLD_MAX);
        problems.truncate(TOLD_MAX);
        if more > 0 {
            problems.push(format!("and {more} more"));
        }
        (!problems.is_empty()).then_some(problems)
    }
}

/// Every line of every log, and what is there twice: a command, or a text that was typed once.
fn shown(replica: &Replica) -> (BTreeMap<CommandId, Shown>, Vec<String>) {
    let (mut rows, mut texts, mut twice) = (BTreeMap::new(), BTreeMap::new(), Vec::new());
    for document in replica.cases().iter().map(|row| row.document) {
        for row in replica
            .case(document)
            .map(|case| case.log)
            .unwrap_or_default()
        {
            let admitted = row.state == EntryState::Admitted && row.entry.received.is_some();
            let (command, text) = (row.entry.command, row.entry.text);
            let typed_here = text.contains(" says line ");
            if typed_here && texts.insert(text.clone(), command).is_some() {
                twice.push(text.clone());
            }
            if rows
                .insert(
                    command,
                    Shown {
                        document,
                        admitted,
                        text,
                    },
                )
                .is_some()
            {
                twice.push(command.to_string());
            }
        }
    }
    (rows, twice)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pure::Town;

    /// A chief's case with a note, both acknowledged, and another chief's new device.
    fn told() -> (Town, crate::pure::Device, Replica, Vec<Line>) {
        let mut town = Town::new();
        let mut xie = town.device("xie");
        town.sync(&mut xie);
        let report = town.report(&mut xie, "the road", "xie says line 1", "", "");
        let note = town.note(&mut xie, report.document, "xie says line 2");
        town.sync(&mut xie);
        let mut lu = town.device("lu");
        town.sync(&mut lu);
        let line = |command, text: &str| Line {
            command,
            document: report.document,
            text: text.to_owned(),
        };
        let lines = vec![
            line(report.command, "xie says line 1"),
            line(note.command, "xie says line 2"),
        ];
        (town, xie, lu.replica, lines)
    }

    #[test]
    fn a_device_that_has_everything_once_is_good() {
        let (_, xie, lu, lines) = told();
        let mut register = Register::default();
        register.acknowledged(lines);
        register.sees("xie", &xie.replica);
        register.compare("lu", &lu);
        assert_eq!(register.problems(), None);
    }

    #[test]
    fn what_is_missing_or_other_than_it_was_is_told() {
        let (_, _, lu, mut lines) = told();
        lines[1].text.push('!');
        let lost = Line {
            command: CommandId([7; 16]),
            ..lines[0].clone()
        };
        let mut register = Register::default();
        register.acknowledged([lines, vec![lost]].concat());
        register.compare("lu", &lu);
        let problems = register.problems().unwrap().join("; ");
        assert!(
            problems.contains("missing: xie says line 1") && problems.contains("another text"),
            "{problems}"
        );
    }

    #[test]
    fn what_is_there_twice_is_told_and_so_are_heads_that_differ() {
        let (mut town, mut xie, lu, lines) = told();
        let mut register = Register::default();
        register.sees("lu", &lu);
        for head in register.heads.values_mut() {
            head[0] ^= 1;
        }
        register.sees("lu", &lu);
        assert!(
            register
                .problems()
                .unwrap()
                .join("; ")
                .contains("another head")
        );
        town.note(&mut xie, lines[0].document, "xie says line 2");
        town.sync(&mut xie);
        let mut register = Register::default();
        register.compare("xie", &xie.replica);
        assert_eq!(
            register.problems(),
            Some(vec!["xie: twice: xie says line 2".to_owned()])
        );
    }

    #[test]
    fn a_document_that_went_back_is_told() {
        let (mut town, mut xie, lu, lines) = told();
        town.note(&mut xie, lines[0].document, "xie says line 3");
        town.sync(&mut xie);
        let mut register = Register::default();
        register.sees("xie", &xie.replica);
        register.compare("lu", &lu);
        assert!(
            register
                .problems()
                .unwrap()
                .join("; ")
                .contains("is at version 2, was at 3")
        );
    }
}
