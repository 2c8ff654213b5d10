//! A case's story: who did what, when.

use alleyway_core::kinds::case::{Finding, Point};
use alleyway_core::time::{Date, Time};

/// A case from its report to its end, or to the present.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseStory {
    /// The member who reports it, by key.
    pub reporter: String,
    /// The alley it comes from, by key.
    pub alley: String,
    /// The household that asked, by its place in the town's list.
    pub household: Option<usize>,
    /// The steps, the report first, each later than the one before.
    pub steps: Vec<StoryStep>,
}

/// One step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoryStep {
    /// The member who makes it, by key.
    pub actor: String,
    /// When.
    pub at: Time,
    /// The act.
    pub act: Act,
}

/// The act of a step. Units are given by key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Act {
    /// Reports the case.
    Report {
        /// A category of the domain.
        category: String,
        /// A line.
        title: String,
        /// The words of the resident.
        text: String,
        /// Where, in words; may be empty.
        place: String,
        /// Where, on the map.
        point: Option<Point>,
        /// Whom to ask; may be empty.
        contact: String,
    },
    /// Accepts it.
    Accept,
    /// Declines it.
    Reject {
        /// A code.
        reason: &'static str,
        /// For the resident.
        text: String,
    },
    /// Begins to work on it.
    Start,
    /// Adds a note.
    Note(String),
    /// Writes down a visit.
    Visit(String),
    /// Hands it to the next level.
    Escalate {
        /// The unit of the next level.
        to: String,
        /// Why.
        reason: String,
        /// The attempt.
        tried: String,
    },
    /// Takes what was sent.
    Receive,
    /// Sends back what was sent.
    Return {
        /// Why.
        reason: String,
    },
    /// Rules who handles it.
    Rule {
        /// Who.
        to: String,
        /// Why.
        reason: String,
    },
    /// Sends it to a unit below.
    Dispatch {
        /// To whom.
        to: String,
        /// By when.
        by: Date,
    },
    /// Lets it rest.
    Wait {
        /// A code.
        reason: &'static str,
    },
    /// Goes on with it.
    Resume,
    /// Gives more time.
    Extend {
        /// The new date.
        by: Date,
        /// Why.
        reason: String,
        /// For the resident.
        told: String,
    },
    /// Gives an order from above.
    Supervise {
        /// The order.
        text: String,
    },
    /// Says that the work is done.
    Resolve {
        /// The work.
        text: String,
        /// For the resident.
        told: String,
    },
    /// Says what a look at the work found.
    Verify {
        /// The finding.
        result: Finding,
        /// The words of the resident.
        text: String,
    },
    /// Closes it.
    Close {
        /// `fixed`, or why it cannot be fixed.
        code: &'static str,
        /// For the resident.
        text: String,
    },
    /// Opens it again.
    Reopen {
        /// Why.
        reason: String,
    },
    /// Takes it back.
    Withdraw {
        /// Why.
        text: String,
    },
}
