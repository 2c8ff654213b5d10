//! A failing run is made shorter: moves are left out as long as the same promise is broken.

use super::{Plan, Violation, run, run_steps};

/// Runs that one shrinking may take.
const RUNS_MAX: u32 = 400;

/// A failing run with fewer moves.
#[derive(Debug, Clone)]
pub struct Shrunk {
    /// What the shorter run shows. Its story is the shorter one.
    pub violation: Box<Violation>,
    /// Moves of the seed up to where it failed first.
    pub moves_before: usize,
    /// Runs that it took.
    pub runs: u32,
}

impl std::fmt::Display for Shrunk {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(f, "{}", self.violation)?;
        write!(
            f,
            "{} moves of {}, after {} runs",
            self.violation.steps.len(),
            self.moves_before,
            self.runs
        )
    }
}

/// Makes a failing run shorter; none if the plan keeps every promise.
pub fn shrink(plan: Plan) -> Option<Shrunk> {
    let first = run(plan).err()?;
    let moves_before = first.steps.len();
    let mut shrunk = Shrunk {
        violation: first,
        moves_before,
        runs: 1,
    };
    // As in delta debugging (Zeller, Hildebrandt 2002): ever smaller pieces are left out.
    let mut piece = moves_before.div_ceil(2);
    while piece > 0 && shrunk.runs < RUNS_MAX {
        let before = shrunk.violation.steps.len();
        shrunk.leave_out(plan, piece);
        // Pieces of one move are tried again as long as that helps.
        if piece > 1 || shrunk.violation.steps.len() == before {
            piece /= 2;
        }
    }
    Some(shrunk)
}

impl Shrunk {
    /// Tries to leave out each piece of so many moves, from the last to the first.
    fn leave_out(&mut self, plan: Plan, piece: usize) {
        let mut end = self.violation.steps.len();
        while end > 0 && self.runs < RUNS_MAX {
            let begin = end.saturating_sub(piece);
            let steps = &self.violation.steps;
            let fewer = [
                steps.get(..begin).unwrap_or_default(),
                steps.get(end..).unwrap_or_default(),
            ]
            .concat();
            self.runs += 1;
            if let Err(violation) = run_steps(plan, &fewer)
                && violation.invariant == self.violation.invariant
            {
                self.violation = violation;
            }
            end = begin.min(self.violation.steps.len());
        }
    }
}
