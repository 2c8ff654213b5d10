//! The commands that make the town what the rows say.

mod book;
mod households;
mod members;
mod step;
mod units;

use std::collections::BTreeMap;

use alleyway_core::command::Body;
use alleyway_core::id::{CommandId, DocumentId, UnitId};

use super::current::Current;
use super::row::{File, Rows};
pub use step::{Change, Left, PlannedBody, Step, Target, UnitRef, What};

/// The steps of an import, in order; empty if the town is as the rows say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Plan {
    /// One command each. A unit is created before anything refers to it.
    pub steps: Vec<Step>,
    /// The rows that the town has and the files no longer name. They are left as they are.
    pub left: Vec<Left>,
    /// Appointments that were ended since their rows were written. They stay ended.
    pub ended: Vec<Left>,
    /// Files that are not in UTF-8, and in which encoding they were read.
    pub read_as: Vec<(File, &'static str)>,
}

impl Plan {
    /// Whether there is nothing to do.
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    /// The plan as an administrator's device is told of it. Administrators read no households:
    /// neither what stands in one, nor which there are that the files do not name.
    #[must_use]
    pub fn without_households(mut self) -> Self {
        for step in &mut self.steps {
            if let What::HouseholdMoved { from, .. } | What::CountChanged { from, .. } =
                &mut step.change.what
            {
                "…".clone_into(from);
            }
        }
        self.left.retain(|left| left.file != File::Households);
        self
    }

    /// Hands the commands to `carry`, in the order of the steps: the document that each changes (none if
    /// it creates one) and the change. It returns the command's id, which later steps may name.
    pub fn carry_out(&self, mut carry: impl FnMut(Option<DocumentId>, Body) -> CommandId) {
        let mut done: Vec<CommandId> = Vec::with_capacity(self.steps.len());
        for step in &self.steps {
            // A step names none behind it. If one did, nothing has this id, and the ledger refuses.
            let command = |step: usize| done.get(step).copied().unwrap_or(CommandId([0; 16]));
            let by = |step: usize| command(step).document();
            let mut unit = |unit: &UnitRef| match unit {
                UnitRef::Existing(id) => *id,
                UnitRef::CreatedBy(step) => by(*step),
            };
            let body = step.body.resolve(&mut unit, &command);
            let document = match step.target {
                Target::New => None,
                Target::Existing(document) => Some(document),
                Target::CreatedBy(step) => Some(by(step)),
            };
            done.push(carry(document, body));
        }
    }
}

/// Compares rows that passed the checks with what the town has.
pub fn plan(current: &Current, rows: &Rows) -> Plan {
    let mut planner = Planner {
        current,
        plan: Plan {
            read_as: rows.read_as.clone(),
            ..Plan::default()
        },
        created: BTreeMap::new(),
    };
    units::plan(&mut planner, rows);
    members::plan(&mut planner, rows);
    households::plan(&mut planner, rows);
    book::plan(&mut planner, rows);
    planner.plan
}

/// A plan while it is made.
struct Planner<'a> {
    current: &'a Current,
    plan: Plan,
    /// Units that do not exist yet, and the steps that create them.
    created: BTreeMap<String, usize>,
}

impl Planner<'_> {
    fn step(
        &mut self,
        file: File,
        line: u64,
        key: String,
        what: What,
        target: Target,
        body: PlannedBody,
    ) {
        self.plan.steps.push(Step {
            change: Change {
                file,
                line,
                key,
                what,
            },
            target,
            body,
        });
    }

    /// A unit by key: one that exists, or one that an earlier step creates.
    fn unit(&self, key: &str) -> Option<UnitRef> {
        let existing: Option<UnitId> = self.current.units.get(key).map(|unit| unit.id);
        existing
            .map(UnitRef::Existing)
            .or_else(|| self.created.get(key).map(|step| UnitRef::CreatedBy(*step)))
    }

    fn ended(&mut self, file: File, key: String) {
        self.plan.ended.push(Left { file, key });
    }

    fn left(&mut self, file: File, key: String) {
        self.plan.left.push(Left { file, key });
    }
}
