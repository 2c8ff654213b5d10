//! One step of a plan.

use alleyway_core::command::Body;
use alleyway_core::id::{CommandId, DocumentId, UnitId};
use alleyway_core::kinds::book::{AdoptRules, BookCommand, OpenBook};
use alleyway_core::kinds::household::{CreateHousehold, HouseholdCommand, MoveHousehold};
use alleyway_core::kinds::unit::{CreateUnit, MoveUnit, UnitCommand, UnitKind};
use alleyway_core::time::Date;

use crate::import::row::{File, Key, Name, Phone};

/// One command, and the row that asks for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// For people: which row, and what it changes.
    pub change: Change,
    /// The document it changes.
    pub target: Target,
    /// The change that it makes.
    pub body: PlannedBody,
}

/// Which row changed, and what of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The file.
    pub file: File,
    /// The line, from 1.
    pub line: u64,
    /// The unit's key; the member's key, post and unit; the household's alley and door.
    pub key: String,
    /// The differences.
    pub what: What,
}

/// The difference, with the values before and after where there is one before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// A unit.
    UnitCreated,
    /// A unit's name.
    UnitRenamed {
        /// Before.
        from: String,
        /// After.
        to: String,
    },
    /// A unit's parent.
    UnitMoved {
        /// Before; none for the root.
        from: Option<String>,
        /// After.
        to: String,
    },
    /// The town's book.
    BookOpened,
    /// A section of the book, proposed.
    RulesProposed,
    /// The same, put into force.
    RulesAdopted {
        /// The first day on which it holds.
        from: Date,
    },
    /// An appointment.
    Appointed,
    /// An appointment's name or dates.
    AppointmentAmended,
    /// A household.
    HouseholdCreated,
    /// A household's alley.
    HouseholdMoved {
        /// Before.
        from: String,
        /// After.
        to: String,
    },
    /// A household's contact. Names are not repeated here: summaries may end in logs.
    ContactChanged,
    /// A household's telephone number, which is not repeated here either.
    PhoneChanged,
    /// A household's consent to messages.
    MayTextChanged,
    /// A household's count.
    CountChanged {
        /// Before.
        from: String,
        /// After.
        to: String,
    },
}

/// Something that is left as the town has it: the files no longer name it, or it was ended since.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Left {
    /// The file that names it, or would.
    pub file: File,
    /// As [`Change::key`].
    pub key: String,
}

/// The document that a step changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// The step creates it.
    New,
    /// The town has it.
    Existing(DocumentId),
    /// An earlier step creates it.
    CreatedBy(usize),
}

/// A unit that a step refers to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnitRef {
    /// The town has it.
    Existing(UnitId),
    /// An earlier step creates it.
    CreatedBy(usize),
}

impl From<UnitRef> for Target {
    fn from(unit: UnitRef) -> Self {
        match unit {
            UnitRef::Existing(id) => Self::Existing(id),
            UnitRef::CreatedBy(step) => Self::CreatedBy(step),
        }
    }
}

/// The effect of a step. A unit's id is the id of the command that creates it, which nobody knows
/// while planning: bodies that need one, or a command's own, are completed by
/// [`PlannedBody::resolve`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PlannedBody {
    /// Creates a unit.
    CreateUnit {
        /// Its key.
        key: Key,
        /// Its name.
        name: Name,
        /// Its kind.
        kind: UnitKind,
        /// The unit above.
        parent: Option<UnitRef>,
    },
    /// Puts a unit under another parent.
    MoveUnit {
        /// The parent.
        parent: UnitRef,
    },
    /// Creates a household.
    CreateHousehold {
        /// Its alley.
        alley: UnitRef,
        /// Its door.
        door: Name,
        /// Its contact.
        contact: Name,
        /// Its telephone number.
        phone: Phone,
        /// It agreed to messages.
        may_text: bool,
        /// How many people live in it.
        count: u16,
    },
    /// Puts a household under another alley.
    MoveHousehold {
        /// The alley.
        alley: UnitRef,
    },
    /// Opens the town's book.
    OpenBook {
        /// The town.
        town: UnitRef,
    },
    /// Puts a section of the book into force.
    AdoptRules {
        /// The earlier step that proposes it.
        proposal: usize,
        /// The first day on which it holds.
        from: Date,
    },
    /// Anything that refers to no unit and no step.
    Ready(Body),
}

impl PlannedBody {
    /// The command's body, once `id_of` can say the ids of units and `command_of` those of earlier
    /// steps' commands.
    pub fn resolve(
        &self,
        id_of: &mut dyn FnMut(&UnitRef) -> UnitId,
        command_of: &dyn Fn(usize) -> CommandId,
    ) -> Body {
        match self {
            Self::CreateUnit {
                key,
                name,
                kind,
                parent,
            } => {
                let parent = parent.as_ref().map(id_of);
                let create = CreateUnit {
                    key: key.clone(),
                    name: name.clone(),
                    kind: kind.clone(),
                    parent,
                };
                Body::from(UnitCommand::Create(create))
            }
            Self::MoveUnit { parent } => Body::from(UnitCommand::Move(MoveUnit {
                parent: id_of(parent),
            })),
            Self::CreateHousehold {
                alley,
                door,
                contact,
                phone,
                may_text,
                count,
            } => {
                let create = CreateHousehold {
                    alley: id_of(alley),
                    door: door.clone(),
                    contact: contact.clone(),
                    count: *count,
                    phone: phone.clone(),
                    may_text: *may_text,
                };
                Body::from(HouseholdCommand::Create(create))
            }
            Self::MoveHousehold { alley } => Body::from(HouseholdCommand::Move(MoveHousehold {
                alley: id_of(alley),
            })),
            Self::OpenBook { town } => {
                Body::from(BookCommand::Open(OpenBook { town: id_of(town) }))
            }
            Self::AdoptRules { proposal, from } => Body::from(BookCommand::Adopt(AdoptRules {
                proposal: command_of(*proposal),
                from: *from,
            })),
            Self::Ready(body) => body.clone(),
        }
    }
}
