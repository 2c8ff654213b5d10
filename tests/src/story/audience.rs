//! Who watches the story.

use alleyway_core::time::Time;

use super::Person;

/// Hears of everything as it happens.
pub trait Audience {
    /// Whether the story is to go on.
    fn wants_more(&self) -> bool {
        true
    }
    /// A step begins, at this simulated time.
    fn step(&mut self, _at: Time, _title: &str) {}
    /// Somebody types a line, without the program's name and folder.
    fn types(&mut self, _who: Person, _args: &[&str]) {}
    /// The program, or the page, says this.
    fn said(&mut self, _text: &str) {}
}

/// Nobody watches.
#[derive(Debug, Clone, Copy)]
pub struct Nobody;

impl Audience for Nobody {}
