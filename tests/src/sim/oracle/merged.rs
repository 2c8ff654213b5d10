//! What the server says by itself on a case that others were merged into. It says so behind the batch
//! that asks for it, in the order in which it was asked; a verdict's version tells whether it has.

use alleyway_core::command::{Body, Command};
use alleyway_core::id::DocumentId;
use alleyway_core::kinds::case::CaseCommand;

use super::{Oracle, Paper};

/// Cases that are followed, each merged into the next.
const MERGES_FOLLOWED: usize = 16;

/// Something to be said on the case in which another goes on.
#[derive(Debug, Clone, Copy)]
pub(super) struct ToSay {
    /// The other case.
    from: DocumentId,
    /// That it was merged; else what was noted on it.
    is_merge: bool,
}

impl Oracle {
    /// A command stands on a case: what the server has to say of it elsewhere.
    pub(super) fn goes_on(&mut self, from: DocumentId, command: &Command) {
        let is_merge = match &command.body {
            Body::Case(CaseCommand::Merge(_)) => true,
            Body::Case(CaseCommand::Note(_) | CaseCommand::Visit(_)) => false,
            _ => return,
        };
        if self.merged_into(from).is_some() {
            self.to_say.push_back(ToSay { from, is_merge });
        }
    }

    /// The server says the next of what it has to say, on the case in which that goes on. False if there
    /// is nothing. It says nothing of a confidential case where others would read that.
    pub(super) fn says_one(&mut self) -> bool {
        let Some(ToSay { from, is_merge }) = self.to_say.pop_front() else {
            return false;
        };
        let last = self.goes_on_in(from);
        let life_of =
            |case: DocumentId| self.papers.get(&case).and_then(|paper| paper.life.clone());
        if let (Some(other), Some(into)) = (life_of(from), life_of(last))
            && other.may_be_named_in(&into)
            && let Some(paper) = self.papers.get_mut(&last)
        {
            if let Some(life) = paper.life.as_mut().filter(|_| is_merge) {
                life.takes_in(&other);
            }
            paper.noted_by_the_server();
        }
        true
    }

    /// The case in which a case goes on; itself if it was not merged.
    pub(crate) fn goes_on_in(&self, case: DocumentId) -> DocumentId {
        let mut last = case;
        // The first of them is the merge itself.
        for _ in 0..=MERGES_FOLLOWED {
            last = self.merged_into(last).unwrap_or(last);
        }
        last
    }

    fn merged_into(&self, case: DocumentId) -> Option<DocumentId> {
        self.papers
            .get(&case)
            .and_then(|paper: &Paper| paper.life.as_ref())
            .and_then(|life| life.into)
    }
}
