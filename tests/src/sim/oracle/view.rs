//! What a phone shows when all is quiet, against what the oracle has.

use std::collections::BTreeSet;

use alleyway_core::command::Body;
use alleyway_core::documents::LogEntry;
use alleyway_core::id::{CommandId, DocumentId, MemberId};
use alleyway_core::kinds::case::CaseCommand;
use alleyway_core::kinds::unit::Post;
use alleyway_core::sync::frame::check_of;
use alleyway_core::time::Time;
use alleyway_replica::{CaseDetail, CaseLine, EntryState, Replica};

use super::rows::rows;
use super::{Oracle, Paper, Reader};
use crate::sim::violation::{CLOCK, Checked, NOTHING_LOST, SAME, SCOPE, broken, ensure};

impl Oracle {
    /// Checks a phone that is up to date and has nothing pending.
    pub(crate) fn quiet(&self, phone: &Replica, reader: Reader, now: Time) -> Checked {
        rows(phone)?;
        let shown: BTreeSet<DocumentId> = phone
            .cases()
            .into_iter()
            .map(|line| line.document)
            .collect();
        let may: BTreeSet<DocumentId> = self.cases_of(reader, now);
        ensure(shown == may, SCOPE, || {
            let (more, fewer) = (shown.difference(&may), may.difference(&shown));
            format!(
                "cases not to be seen: {:?}; not there: {:?}",
                more.collect::<Vec<_>>(),
                fewer.collect::<Vec<_>>()
            )
        })?;
        let filed = |line: &CaseLine| phone.is_filed(line.document);
        for line in phone.cases().into_iter().filter(filed) {
            self.filed(&line)?;
        }
        for id in shown.iter().filter(|id| !phone.is_filed(**id)) {
            let detail = phone
                .case(*id)
                .ok_or_else(|| broken(SAME, format!("{id} cannot be shown")))?;
            let paper = self
                .papers
                .get(id)
                .ok_or_else(|| broken(SCOPE, format!("{id} does not exist")))?;
            self.case(*id, &detail, paper)?;
        }
        self.quiet_trays(phone, reader, now)?;
        self.households(phone, reader.member, now)
    }

    /// The cases and households that somebody sees.
    pub(crate) fn seen_by(&self, reader: Reader, now: Time) -> BTreeSet<DocumentId> {
        self.papers
            .iter()
            .filter(|(_, paper)| self.sees(paper, reader, now))
            .map(|(id, _)| *id)
            .collect()
    }

    fn cases_of(&self, reader: Reader, now: Time) -> BTreeSet<DocumentId> {
        let is_case = |paper: &Paper| paper.life.is_some();
        let seen = self
            .papers
            .iter()
            .filter(|(_, paper)| is_case(paper) && self.sees(paper, reader, now));
        seen.map(|(id, _)| *id).collect()
    }

    /// Whether somebody sees a case or a household by the posts in force.
    pub(super) fn sees(&self, paper: &Paper, reader: Reader, now: Time) -> bool {
        // The book is everybody's who has a post.
        let is_book = paper.book.is_some();
        self.town
            .posts_of(reader.member, now)
            .any(|held| match &paper.life {
                _ if is_book => true,
                // Administrators look after units, and read no case.
                Some(_) if held.post == Post::Administrator => false,
                Some(life) if life.is_confidential => {
                    // Not by a post in the unit complained of, whatever else may have happened.
                    held.cleared
                        && self.is_confirmed(reader)
                        && life.units.contains(&held.unit)
                        && life.about != Some(held.unit)
                }
                Some(life) => held.post == Post::Auditor || life.units.contains(&held.unit),
                None => paper.alley == Some(held.unit),
            })
    }

    /// Of a case that has long been over, only the row is on a phone.
    fn filed(&self, line: &CaseLine) -> Checked {
        let (id, row) = (line.document, &line.row);
        let life = self.papers.get(&id).and_then(|paper| paper.life.as_ref());
        let same = life.is_some_and(|life| {
            row.stage == life.stage
                && row.holder == life.holder
                && row.confidential == life.is_confidential
        });
        ensure(same && !row.is_open(), SAME, || {
            format!("the row of {id} is {row:?}; by the table {life:?}")
        })
    }

    fn case(&self, id: DocumentId, detail: &CaseDetail, paper: &Paper) -> Checked {
        ensure(detail.version == paper.version(), SAME, || {
            format!(
                "{id} is at version {}, the ledger at {}",
                detail.version,
                paper.version()
            )
        })?;
        let check = detail.head.as_ref().map(check_of);
        ensure(paper.check.is_none() || paper.check == check, SAME, || {
            format!(
                "{id} has the head {check:?}, the last verdict said {:?}",
                paper.check
            )
        })?;
        let admitted = |row: &&alleyway_replica::LogRow| row.state == EntryState::Admitted;
        let log: Vec<_> = detail
            .log
            .iter()
            .filter(admitted)
            .map(|row| &row.entry)
            .collect();
        // The server's own say what stood before it was restored, and what was merged into the case.
        let is = |(shown, known): (&&LogEntry, &Option<CommandId>)| match known {
            Some(command) => shown.command == *command,
            None => matches!(
                shown.kind.as_str(),
                "stood" | "merged_in" | "passed_on" | "late" | "redated" | "vacant"
            ),
        };
        let same = log.len() == paper.commands.len() && log.iter().zip(&paper.commands).all(is);
        ensure(same, NOTHING_LOST, || {
            let log: Vec<_> = log
                .iter()
                .map(|entry| (entry.command, &entry.kind))
                .collect();
            format!("{id} shows {log:?}, admitted were {:?}", paper.commands)
        })?;
        for row in &detail.log {
            let received = self.received(row.entry.command);
            let same = row.state != EntryState::Admitted
                || received.is_none()
                || row.entry.received.map(|receipt| receipt.received) == received;
            ensure(same, CLOCK, || {
                format!(
                    "{} was received at {received:?}, and shows {:?}",
                    row.entry.command, row.entry.received
                )
            })?;
            let said = match self.body(row.entry.command) {
                Some(Body::Case(CaseCommand::Note(note))) => Some(note.text.as_str()),
                Some(Body::Case(CaseCommand::Visit(visit))) => Some(visit.text.as_str()),
                _ => None,
            };
            ensure(
                said.is_none_or(|said| said == row.entry.text),
                NOTHING_LOST,
                || {
                    format!(
                        "{} says {:?}, typed was {said:?}",
                        row.entry.command, row.entry.text
                    )
                },
            )?;
        }
        for field in paper.registers.fields() {
            let shown: Vec<(CommandId, String)> = detail
                .fields
                .get(field)
                .into_iter()
                .flatten()
                .filter(|live| !live.value.is_empty())
                .map(|live| (live.command, live.value.clone()))
                .collect();
            let live = paper.registers.live(field);
            ensure(shown == live, SAME, || {
                format!("{id}: {field} shows {shown:?}, but {live:?} live")
            })?;
        }
        let Some(life) = &paper.life else {
            return Err(broken(SAME, format!("{id} is no case")));
        };
        let state = &detail.state;
        let sent_to = state.referral.as_ref().map(|referral| referral.to);
        let same = state.stage == life.stage
            && state.holder == life.holder
            && sent_to == life.sent_to
            && state.confidential == life.is_confidential;
        ensure(same, SAME, || {
            format!(
                "{id} is {} with {} to {sent_to:?}; by the table {} with {} to {:?}",
                state.stage.word(),
                state.holder,
                life.stage.word(),
                life.holder,
                life.sent_to
            )
        })
    }

    /// Checks that a phone which is up to date has the town's book as it was put into force, and shows every
    /// date by it.
    pub(crate) fn quiet_rules(&self, phone: &Replica, now: Time) -> Checked {
        self.all_dates(phone, now)?;
        let organisation = phone.organisation();
        let town = organisation.towns().next();
        let Some(book) = town.and_then(|town| self.rulebook(town)) else {
            return Ok(());
        };
        ensure(*organisation.rulebook() == book, SAME, || {
            format!(
                "the book is {:?}, and here {:?}",
                book,
                organisation.rulebook()
            )
        })
    }

    fn households(&self, phone: &Replica, member: MemberId, now: Time) -> Checked {
        let lines = phone.households();
        let alleys: BTreeSet<DocumentId> = self
            .town
            .posts_of(member, now)
            .map(|held| held.unit)
            .collect();
        let lives_there = |paper: &Paper| paper.alley.is_some_and(|alley| alleys.contains(&alley));
        let may: BTreeSet<DocumentId> = self
            .papers
            .iter()
            .filter(|(_, paper)| lives_there(paper))
            .map(|(id, _)| *id)
            .collect();
        let shown: BTreeSet<DocumentId> = lines.iter().map(|line| line.document).collect();
        ensure(shown == may, SCOPE, || {
            format!("households shown: {shown:?}; of the member's alleys: {may:?}")
        })?;
        for line in lines {
            let Some(paper) = self.papers.get(&line.document) else {
                continue;
            };
            let last = |field: &str| {
                paper
                    .registers
                    .live(field)
                    .pop()
                    .map(|(_, value)| value)
                    .unwrap_or_default()
            };
            let row = line.row;
            let seen = (
                Some(row.alley),
                row.door.to_string(),
                row.contact.to_string(),
                row.count.to_string(),
            );
            let true_ones = (paper.alley, last("door"), last("contact"), last("count"));
            ensure(seen == true_ones, SAME, || {
                format!("{} is {seen:?}, should be {true_ones:?}", line.document)
            })?;
        }
        Ok(())
    }
}
