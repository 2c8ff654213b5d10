//! A line to a server, as phones and an operator have it.

use alleyway_core::sync::enrol::{Enrol, Enrolled, InvitationCode};
use alleyway_core::time::Time;

use crate::lists::Lists;

/// Why a server did not do what it was asked for.
pub type LineError = Box<dyn std::error::Error + Send + Sync>;

/// The requests of phones to a server. Requests that are given together come at one time: the
/// server may commit them together, and gives no answer before that.
pub trait Line {
    /// `POST /v1/enrol` of several phones; the answers in their order.
    ///
    /// # Errors
    /// If one is refused, or the server fails.
    fn enrol(&mut self, requests: Vec<Enrol>, now: Time) -> Result<Vec<Enrolled>, LineError>;

    /// `POST /v1/sync` of several phones, each request a flight and each answer a version byte and
    /// frames, neither of them compressed; the answers in the order of the flights.
    ///
    /// # Errors
    /// If one is refused, or the server fails.
    fn sync(&mut self, flights: Vec<Vec<u8>>, now: Time) -> Result<Vec<Vec<u8>>, LineError>;
}

/// The requests of an operator to a server.
pub trait Operator: Line {
    /// Imports a town's lists into a town that has nothing.
    ///
    /// # Errors
    /// If they are refused, or the server fails.
    fn import(&mut self, lists: &Lists, now: Time) -> Result<(), LineError>;

    /// Time passes: the server says all that is over at `now`.
    ///
    /// # Errors
    /// If the server fails.
    fn pass(&mut self, now: Time) -> Result<(), LineError>;

    /// Invites members, by key: a one-time code for each, in their order.
    ///
    /// # Errors
    /// If one is refused, or the server fails.
    fn invite(&mut self, members: &[&str], now: Time) -> Result<Vec<InvitationCode>, LineError>;
}
