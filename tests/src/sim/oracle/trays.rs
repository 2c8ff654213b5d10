//! Trays as the oracle has them: what the server said it kept, and what people said became of it.

use std::collections::BTreeSet;

use alleyway_core::command::{Body, Command};
use alleyway_core::id::{CommandId, DocumentId, UnitId};
use alleyway_core::kinds::case::{CaseCommand, Report};
use alleyway_core::kinds::tray::TrayCommand;
use alleyway_core::kinds::tray::{SettleItem, TrayOutcome};
use alleyway_core::sync::frame::{AdmittedAt, KeptWhy};
use alleyway_core::time::Time;
use alleyway_replica::Replica;

use super::life::Actor;
use super::{Answered, Oracle, Paper, Reader};
use crate::sim::violation::{AUTHORITY, Checked, DURABLE, IDEMPOTENT, SCOPE, broken, ensure};

/// How long after its end a post still adds, to those who do not know.
const AFTER_POST_DAYS: i64 = 180;

/// Items.
#[derive(Debug, Clone, Default)]
pub(crate) struct Trays {
    kept: BTreeSet<CommandId>,
    /// Those that only who is cleared may read.
    confidential: BTreeSet<CommandId>,
    settled: BTreeSet<CommandId>,
}

impl Trays {
    /// All items that ever lay in one.
    pub(super) fn all(self) -> BTreeSet<CommandId> {
        self.kept
    }
}

/// Whether a step only adds to what is known.
pub(super) fn adds_only(body: &Body) -> bool {
    matches!(
        body,
        Body::Case(CaseCommand::Report(_) | CaseCommand::Note(_) | CaseCommand::Visit(_))
    ) || matches!(body, Body::Tray(TrayCommand::Settle(settle)) if settle.outcome == TrayOutcome::Taken)
}

/// Whether it reports a confidential case.
fn is_confidential(body: &Body) -> bool {
    matches!(body, Body::Case(CaseCommand::Report(report)) if report.confidential)
}

/// The settling of an item, if the command is one.
pub(super) fn settling(command: &Command) -> Option<&SettleItem> {
    match &command.body {
        Body::Tray(TrayCommand::Settle(settle)) => Some(settle),
        _ => None,
    }
}

impl Oracle {
    /// The server says that it put a command into a tray.
    pub(super) fn kept(&mut self, by: &Answered, command: &Command, why: &KeptWhy) -> Checked {
        let id = command.id(&by.key);
        ensure(!self.admitted.contains_key(&id), DURABLE, || {
            format!("{id} was admitted, and is now said to be kept")
        })?;
        if !self.trays.kept.insert(id) {
            return Ok(());
        }
        if self.is_about_confidential(command) {
            self.trays.confidential.insert(id);
        }
        let again = self.refused.contains(&id) && !self.was_restored(by);
        ensure(!again, IDEMPOTENT, || {
            format!("{id} was refused, and is now kept")
        })?;
        // What stands on something that lies in a tray lies there too.
        let follows = command
            .document
            .is_some_and(|document| self.was_kept(CommandId(document.0)));
        let phone = by.phone.unwrap_or(usize::MAX);
        match why {
            KeptWhy::BeforeRestore => self.kept_since_it_stood(by, command, id),
            // By the server's own older word.
            _ if follows || self.before.was_kept(id) => Ok(()),
            KeptWhy::PostEnded => self.kept_after_post(by, command, id),
            KeptWhy::DeviceRevoked => ensure(self.is_stopped(phone), AUTHORITY, || {
                format!("{id} was kept because its device is revoked, and it is not")
            }),
            KeptWhy::DeviceLost => ensure(self.is_lost(phone), AUTHORITY, || {
                format!("{id} was kept because its device is lost, and it is not")
            }),
            // Two phones with one identity: the second one is a copy of the first.
            why => ensure(self.was_restored(by), AUTHORITY, || {
                format!(
                    "{id} was kept ({}), and its phone was never restored",
                    why.word()
                )
            }),
        }
    }

    /// Whether a command reports something confidential, or says something about it.
    fn is_about_confidential(&self, command: &Command) -> bool {
        let about = match (&command.body, command.document) {
            (Body::Tray(TrayCommand::Settle(settle)), _) => settle.item,
            (_, Some(document)) => CommandId(document.0),
            (body, None) => return is_confidential(body),
        };
        self.trays.confidential.contains(&about) || self.body(about).is_some_and(is_confidential)
    }

    fn kept_after_post(&self, by: &Answered, command: &Command, id: CommandId) -> Checked {
        let forbidden = |rule: &str| {
            broken(
                AUTHORITY,
                format!("{} {id} was kept: {rule}", command.body.kind()),
            )
        };
        let late = self
            .town
            .ended_by(by.member, by.at.plus_days(-AFTER_POST_DAYS));
        ensure(late || !adds_only(&command.body), AUTHORITY, || {
            format!("{id} adds only, and was kept")
        })?;
        let target = command.target(&by.key);
        // An item of another tray is nobody's proposal.
        let paper = self
            .papers
            .get(&target)
            .ok_or_else(|| forbidden("its document does not exist"))?;
        let merged_into_is_open = self.merged_into_is_open(command, target);
        let past = self.town.as_if_not_ended(by.member, by.at);
        let tries = |town| {
            let actor = Actor {
                town,
                member: by.member,
                at: by.at,
                received: by.at,
            };
            Paper::take(
                &mut paper.clone(),
                &actor,
                id,
                &command.body,
                merged_into_is_open,
            )
        };
        tries(&past).map_err(forbidden)?;
        let may = tries(&self.town).is_ok() && self.sees(paper, by.reader(), by.at);
        ensure(!may, AUTHORITY, || {
            format!("{id} was kept, though its author may do it")
        })
    }

    /// Whether a command was put into a tray.
    pub(crate) fn was_kept(&self, id: CommandId) -> bool {
        self.trays.kept.contains(&id)
    }

    /// An item is said to be done with.
    pub(super) fn settles(
        &mut self,
        by: &Answered,
        id: CommandId,
        settle: &SettleItem,
        at: AdmittedAt,
        after_post: bool,
    ) -> Checked {
        let past = self.town.as_if_not_ended(by.member, by.at);
        let town = if after_post { &past } else { &self.town };
        let cleared = town.of_the_cleared();
        let town = if self.trays.confidential.contains(&settle.item) {
            &cleared
        } else {
            town
        };
        let stood = self.before.places(id).is_some();
        let may = stood || !after_post || settle.outcome == TrayOutcome::Taken;
        ensure(may, AUTHORITY, || {
            format!("{id} dismisses {} after the post", settle.item)
        })?;
        ensure(self.was_kept(settle.item), SCOPE, || {
            format!("{} was settled, and never kept", settle.item)
        })?;
        ensure(self.trays.settled.insert(settle.item), IDEMPOTENT, || {
            format!("{} was settled twice", settle.item)
        })?;
        let as_it_stood = self.is_as_it_stood(id, at);
        ensure(
            as_it_stood || town.acts_somewhere(by.member, by.at),
            AUTHORITY,
            || {
                format!(
                    "{id} settles {}, by somebody who acts for nobody",
                    settle.item
                )
            },
        )?;
        self.admitted.insert(id, at);
        Ok(())
    }

    /// The unit that a kept report complains of.
    fn complains_of(&self, item: CommandId) -> Option<UnitId> {
        match self.body(item) {
            Some(Body::Case(CaseCommand::Report(report))) => report.about,
            _ => None,
        }
    }

    /// What a phone that is up to date shows of trays.
    pub(super) fn quiet_trays(&self, phone: &Replica, reader: Reader, now: Time) -> Checked {
        let reads = self.is_confirmed(reader)
            && self
                .town
                .of_the_cleared()
                .posts_of(reader.member, now)
                .next()
                .is_some();
        for row in phone.proposals().into_iter().chain(phone.review()) {
            let open = self.was_kept(row.item) && !self.trays.settled.contains(&row.item);
            ensure(open, IDEMPOTENT, || {
                format!("{} is shown as open", row.item)
            })?;
            let complained_of = self.complains_of(row.item);
            ensure(complained_of != Some(row.unit), SCOPE, || {
                format!("{} lies with those whom it complains of", row.item)
            })?;
            ensure(
                reads || !self.trays.confidential.contains(&row.item),
                SCOPE,
                || {
                    format!(
                        "{} is confidential, and shown to somebody who is not cleared",
                        row.item
                    )
                },
            )?;
        }
        Ok(())
    }

    /// Confidential cases, and items of trays about such.
    pub(crate) fn confidential_count(&self) -> u64 {
        let is_one = |paper: &&Paper| paper.life.as_ref().is_some_and(|life| life.is_confidential);
        (self.papers.values().filter(is_one).count() + self.trays.confidential.len()) as u64
    }

    /// Complaints about a person, and those of them that are not the desk's alone.
    pub(crate) fn complaints_count(&self) -> (u64, u64) {
        let lives = self.papers.values().filter_map(|paper| paper.life.as_ref());
        let complaints: Vec<_> = lives.filter(|life| life.about.is_some()).collect();
        let sent_on = complaints.iter().filter(|life| life.units.len() > 1);
        (complaints.len() as u64, sent_on.count() as u64)
    }

    /// Cases whose report said how it came, and cases that were not reported as a road's.
    pub(crate) fn reported_counts(&self) -> (u64, u64) {
        let reports = self.papers.keys().filter_map(|id| self.report_of(*id));
        let reports: Vec<&Report> = reports.collect();
        let origins = reports.iter().filter(|report| report.origin.is_some());
        let others = reports
            .iter()
            .filter(|report| report.category.as_str() != "road");
        (origins.count() as u64, others.count() as u64)
    }

    fn report_of(&self, case: DocumentId) -> Option<&Report> {
        match self.body(CommandId(case.0))? {
            Body::Case(CaseCommand::Report(report)) => Some(report),
            _ => None,
        }
    }

    pub(crate) fn kept_count(&self) -> u64 {
        self.trays.kept.len() as u64
    }
}
