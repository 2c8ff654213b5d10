//! Who watches the story.

use alleyway_core::time::Time;

/// Hears of everything as it happens.
pub trait Audience {
    /// Whether the story is to go on.
    fn wants_more(&self) -> bool {
        true
    }
    /// A step begins, at this simulated time.
    fn step(&mut self, _at: Time, _title: &str) {}
    /// Somebody types a line: the program with its folder, and what comes after that.
    fn types(&mut self, _program: &str, _args: &[&str]) {}
    /// The program, or the page, says this.
    fn said(&mut self, _text: &str) {}
}

/// Nobody watches.
#[derive(Debug, Clone, Copy)]
pub struct Nobody;

impl Audience for Nobody {}
