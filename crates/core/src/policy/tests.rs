//! What `domain.md` says, written out by hand.

mod administration;
mod book;
mod cells;
mod clearances;
mod complaints;
mod laws;
mod page;
mod people;
mod room;
mod rows;
mod rules;
mod table;
mod verifying;

use super::{Authority, Question, Standing, judge};
use crate::command::Body;
use crate::documents::samples::{
    Chain, START, accept, command, dispatch, escalate, receive, report, resolve, start, unit,
};
use crate::id::MemberId;
use crate::kinds::case::CaseCommand;
use crate::organisation::Organisation;
use crate::organisation::samples::town;
use crate::refusal::{Refusal, RefusalCode};
use crate::time::Time;

/// Whether the author may do it to the document, at `now`.
fn question<'a>(
    organisation: &'a Organisation,
    chain: &'a Chain,
    author: Authority,
    body: &'a Body,
    now: Time,
) -> Question<'a> {
    Question {
        organisation,
        author,
        now,
        standing: Standing::InForce,
        command: command(chain.next),
        document: Some(&chain.document),
        body,
    }
}

/// Asks whether a member (none: the server) may do it to the document, at `now`.
fn ask_at(
    organisation: &Organisation,
    chain: &Chain,
    author: Option<MemberId>,
    body: &Body,
    now: Time,
) -> Result<(), Refusal> {
    let author = author.map_or(Authority::Server, Authority::Member);
    judge(&question(organisation, chain, author, body, now))
}

fn ask(chain: &Chain, author: MemberId, body: CaseCommand) -> Result<(), Refusal> {
    ask_at(&town(), chain, Some(author), &body.into(), START)
}

fn code(chain: &Chain, author: MemberId, body: CaseCommand) -> Option<RefusalCode> {
    ask(chain, author, body).err().map(|refusal| refusal.code)
}

/// Reported by the chief for alley 7.
fn reported() -> Chain {
    Chain::new(10).then(101, report(unit(7)))
}

/// Accepted, escalated to branch 5, not yet received.
fn referred() -> Chain {
    reported().then(101, accept()).then(101, escalate(unit(5)))
}

/// Received by the branch.
fn at_branch() -> Chain {
    referred().then(102, receive())
}

/// Escalated on, received by the town.
fn at_town() -> Chain {
    at_branch()
        .then(102, escalate(unit(2)))
        .then(103, receive())
}

/// Dispatched to department 9, received, begun.
fn in_progress() -> Chain {
    at_town()
        .then(103, dispatch(unit(9), 30))
        .then(104, receive())
        .then(104, start())
}

/// Resolved by the handler.
fn resolved() -> Chain {
    in_progress().then(104, resolve())
}
