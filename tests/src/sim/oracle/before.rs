//! What the server had said before it was restored from a backup. The oracle goes back together with
//! the server; what people and phones were told does not.

use std::collections::{BTreeMap, BTreeSet};

use alleyway_core::command::{Body, Command};
use alleyway_core::id::{CommandId, DocumentId};
use alleyway_core::kinds::case::CaseCommand;
use alleyway_core::refusal::RefusalCode;
use alleyway_core::sync::frame::{AdmittedAt, Verdict};
use alleyway_core::time::Time;

use super::life::Actor;
use super::{Answered, Oracle, Paper};
use crate::sim::violation::{AUTHORITY, Checked, DURABLE, ensure};

/// What was said in older incarnations.
#[derive(Debug, Clone, Default)]
pub(crate) struct Before {
    /// When the server was restored last.
    restored: Option<Time>,
    /// Where a command stood.
    stood: BTreeMap<CommandId, Vec<AdmittedAt>>,
    kept: BTreeSet<CommandId>,
    refused: BTreeSet<CommandId>,
    /// Commands that came in more than one batch, or by a courier: whoever brings them first to a
    /// restored server gives them their time.
    other_times: BTreeSet<CommandId>,
    /// Commands that stood on a case that was not there when their author was told that nobody may see them.
    of_nobody: BTreeSet<CommandId>,
    /// How often something stood again.
    pub(super) again: u64,
}

impl Before {
    /// Where a command stood, if it did.
    pub(super) fn places(&self, id: CommandId) -> Option<&[AdmittedAt]> {
        self.stood.get(&id).map(Vec::as_slice)
    }

    pub(super) fn was_kept(&self, id: CommandId) -> bool {
        self.kept.contains(&id)
    }
}

impl Oracle {
    /// The server goes on from a backup: it knows what it knew then. Who was stopped is known from the
    /// journal, or from those who look after it.
    pub(crate) fn go_back_to(&mut self, backup: &Self, at: Time) {
        let now = std::mem::replace(self, backup.clone());
        self.before = now.before;
        self.before.restored = Some(at);
        for (id, at) in now.admitted {
            let places = self.before.stood.entry(id).or_default();
            if !places.contains(&at) {
                places.push(at);
            }
        }
        self.before.kept.extend(now.trays.all());
        self.before.refused.extend(now.refused);
        self.stops = now.stops;
        self.restored = now.restored;
        self.latest = now.latest;
        self.nonces_twice = now.nonces_twice;
        self.events = now.events + 1;
        for (id, body) in now.bodies {
            self.bodies.entry(id).or_insert(body);
        }
    }

    /// When the server was restored last.
    pub(crate) fn server_restored(&self) -> Option<Time> {
        self.before.restored
    }

    /// Whether a command was said to stand, or to lie in a tray, before the server was restored.
    pub(crate) fn stood_or_was_kept_before(&self, id: CommandId) -> bool {
        self.before.stood.contains_key(&id) || self.before.was_kept(id)
    }

    /// Whether a command was refused before the server was restored.
    pub(crate) fn was_refused_before(&self, id: CommandId) -> bool {
        self.before.refused.contains(&id)
    }

    /// Whether a command had any verdict before the server was restored.
    pub(crate) fn had_verdict_before(&self, id: CommandId) -> bool {
        self.stood_or_was_kept_before(id) || self.was_refused_before(id)
    }

    /// Notes whether a command came by a courier, or stood since another batch.
    pub(super) fn note_time(&mut self, id: CommandId, by: &Answered, verdict: &Verdict) {
        if by.is_carried || matches!(verdict, Verdict::Stands(_)) {
            self.before.other_times.insert(id);
        }
    }

    /// Notes what stood before the restore on a case that did not come back in time: who may read that,
    /// nobody can say; or on a confidential one that nobody is cleared for any more. Where nobody is cleared,
    /// it is its author's to see, and nobody else's; also if the case comes yet.
    pub(super) fn note_of_nobody(
        &mut self,
        by: &Answered,
        id: CommandId,
        target: DocumentId,
        code: &RefusalCode,
    ) {
        let town = self.town.as_in_force(by.at);
        let life = self.papers.get(&target).map(|paper| paper.life.as_ref());
        let is_read = match life {
            None => false,
            Some(life) => {
                life.is_none_or(|life| !life.is_confidential || town.is_read_in(life.owner, by.at))
            }
        };
        let stood = self.before.stood.contains_key(&id);
        if *code == RefusalCode::NobodyCleared && stood && !is_read {
            self.before.of_nobody.insert(id);
        }
    }

    /// Whether a command that stood was refused because its case was gone.
    pub(super) fn is_of_nobody(&self, id: CommandId) -> bool {
        self.before.of_nobody.contains(&id)
    }

    /// Whether a command can stand again with another time than it had at first.
    pub(crate) fn has_other_times(&self, id: CommandId) -> bool {
        self.before.restored.is_some() && self.before.other_times.contains(&id)
    }

    /// How often a command stood again that had stood before.
    pub(crate) fn stood_again_count(&self) -> u64 {
        self.before.again
    }

    /// The document with a command that had stood before: nothing is asked where it makes the same version
    /// with the same head. Else it is as new as anything: its author needs a post, and a device that
    /// goes on.
    pub(super) fn again(
        &self,
        by: &Answered,
        received: Time,
        command: &Command,
        at: AdmittedAt,
    ) -> Result<Paper, &'static str> {
        let id = command.id(&by.key);
        if !self.is_as_it_stood(id, at) {
            return self.elsewhere(by, received, command);
        }
        let past = self.town.as_if_always(by.member);
        let actor = Actor {
            town: &past,
            member: by.member,
            at: received,
            received,
        };
        match self.papers.get(&command.target(&by.key)) {
            Some(paper) => {
                let mut paper = paper.clone();
                paper.put(&actor, id, &command.body);
                Ok(paper)
            }
            None => Paper::reported(&actor, id, &command.body),
        }
    }

    /// Whether a command stood at this place before, with what was before it then.
    pub(super) fn is_as_it_stood(&self, id: CommandId, at: AdmittedAt) -> bool {
        self.before
            .places(id)
            .is_some_and(|places| places.contains(&at))
    }

    /// The document with a command on it that had other steps before it when it stood.
    fn elsewhere(
        &self,
        by: &Answered,
        received: Time,
        command: &Command,
    ) -> Result<Paper, &'static str> {
        if self.has_stopped(by) {
            return Err("its device is stopped, and other steps stand before it");
        }
        let sees = |id: DocumentId| {
            let paper = self.papers.get(&id);
            paper.is_some_and(|paper| self.sees(paper, by.reader(), by.at))
        };
        let into = match &command.body {
            Body::Case(CaseCommand::Merge(merge)) => Some(merge.into),
            _ => None,
        };
        if !command.document.into_iter().chain(into).all(sees) {
            return Err("its author does not see it");
        }
        let town = self.town.as_in_force(by.at);
        let actor = Actor {
            town: &town,
            member: by.member,
            at: received,
            received,
        };
        self.next_paper(
            &actor,
            command.id(&by.key),
            command,
            command.target(&by.key),
        )
    }

    /// The server says that a command stood before it was restored, does not fit any more, and lies in
    /// a tray. A case's log says so too.
    pub(super) fn kept_since_it_stood(
        &mut self,
        by: &Answered,
        command: &Command,
        id: CommandId,
    ) -> Checked {
        ensure(self.before.places(id).is_some(), AUTHORITY, || {
            format!("{id} was kept because it stood before the restore, and it never did")
        })?;
        let target: DocumentId = command.target(&by.key);
        let received = by.received;
        // A phone that was restored may be frozen. Whoever was told behind an earlier restore that it lies in
        // a tray says so behind the next one, whatever fits again.
        let fits = self.papers.contains_key(&target)
            && !self.before.was_kept(id)
            && !self.was_restored(by)
            && self.elsewhere(by, received, command).is_ok();
        ensure(!fits, DURABLE, || {
            format!("{id} stood before the restore, would stand again, and lies in a tray")
        })?;
        if let (Body::Case(_), Some(case), Some(paper)) = (
            &command.body,
            command.document,
            self.papers.get_mut(&target),
        ) {
            debug_assert_eq!(case, target);
            paper.noted_by_the_server();
        }
        Ok(())
    }
}
