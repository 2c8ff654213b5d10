//! The order of what is not confirmed: the same on every device that holds the same.
//!
//! A command comes behind the one before it of its own device, behind those its author typed it
//! upon, and behind the one that creates its document; among those that may come next, the smallest
//! id is first. A command from another device whose base is not here waits, and whatever follows it.

use std::collections::{BTreeMap, BTreeSet};

use alleyway_core::command::Command;
use alleyway_core::crypto::PublicKey;
use alleyway_core::documents::Document;
use alleyway_core::id::{CommandId, MemberId};
use alleyway_core::limits::{AFTER_MAX, CARRIED_STEPS_MAX};
use alleyway_core::time::Time;

/// A command that is not confirmed.
#[derive(Debug, Clone, Copy)]
pub(super) struct Step<'a> {
    pub(super) id: CommandId,
    pub(super) device: PublicKey,
    /// Its place among those of its device: the order of what was typed here, or the batch and the
    /// place in it.
    pub(super) place: (u64, u32),
    pub(super) author: MemberId,
    pub(super) command: &'a Command,
    /// Of another device.
    pub(super) carried: bool,
    /// The time for which policy is asked, by this device's clock: it was typed here then, or handed
    /// over.
    pub(super) since: Time,
}

impl<'a> Step<'a> {
    /// A command that the member typed on this device, whose key is `device`, at the first place.
    pub(super) fn own(
        id: CommandId,
        command: &'a Command,
        device: PublicKey,
        author: MemberId,
    ) -> Self {
        Self {
            id,
            device,
            place: (0, 0),
            author,
            command,
            carried: false,
            since: command.at,
        }
    }
}

/// A document's unconfirmed commands.
#[derive(Debug, Default)]
pub(super) struct Ordered<'a> {
    /// In their order.
    pub(super) steps: Vec<Step<'a>>,
    /// Those of others that are not executed: their base is not here, policy forbids them by what is
    /// known here, or there are too many.
    pub(super) waiting: Vec<Step<'a>>,
}

/// Puts the unconfirmed commands of a document in order. `confirmed` is the document as the server
/// has it, none if it is not here; `incarnation` is the server's that
/// it is of.
pub(super) fn order<'a>(
    confirmed: Option<&Document>,
    incarnation: u32,
    steps: Vec<Step<'a>>,
) -> Ordered<'a> {
    let is_new =
        |step: &Step<'_>| confirmed.is_none_or(|document| document.version_of(step.id).is_none());
    let (steps, beyond) = bounded(steps.into_iter().filter(is_new).collect());
    let steps: BTreeMap<CommandId, Step<'a>> =
        steps.into_iter().map(|step| (step.id, step)).collect();
    let created_here = steps.values().any(|step| step.command.document.is_none());
    let mut needs = needs(confirmed, &steps);
    let mut followers: BTreeMap<CommandId, Vec<CommandId>> = BTreeMap::new();
    for (id, before) in &needs {
        for needed in before {
            followers.entry(*needed).or_default().push(*id);
        }
    }
    let blocked = |step: &Step<'_>| {
        step.carried && !has_base(confirmed, incarnation, created_here, &steps, step)
    };
    let blocked: BTreeSet<CommandId> = steps
        .values()
        .filter(|step| blocked(step))
        .map(|step| step.id)
        .collect();
    let free = |id: &CommandId, needs: &BTreeMap<CommandId, BTreeSet<CommandId>>| {
        needs.get(id).is_none_or(BTreeSet::is_empty) && !blocked.contains(id)
    };
    let mut ready: BTreeSet<CommandId> = steps
        .keys()
        .copied()
        .filter(|id| free(id, &needs))
        .collect();
    // What was typed here is never left out, whatever has become of what it was typed upon.
    let own = steps
        .values()
        .filter(|step| !step.carried)
        .map(|step| (step.place, step.id));
    let mut own: BTreeSet<((u64, u32), CommandId)> = own.collect();
    let (mut left, mut ordered) = (steps.clone(), Ordered::default());
    while let Some(next) = ready
        .pop_first()
        .or_else(|| own.pop_first().map(|(_, id)| id))
    {
        let Some(step) = left.remove(&next) else {
            continue;
        };
        own.remove(&(step.place, next));
        ordered.steps.push(step);
        for follower in followers.remove(&next).unwrap_or_default() {
            if let Some(before) = needs.get_mut(&follower) {
                before.remove(&next);
            }
            if free(&follower, &needs) {
                ready.insert(follower);
            }
        }
    }
    ordered.waiting = left.into_values().chain(beyond).collect();
    ordered
}

/// Others' commands that are put in order, and those beyond [`CARRIED_STEPS_MAX`]. Of every device the
/// first ones come in, in turn: none crowds out another's.
fn bounded(mut steps: Vec<Step<'_>>) -> (Vec<Step<'_>>, Vec<Step<'_>>) {
    if steps.len() <= CARRIED_STEPS_MAX {
        return (steps, Vec::new());
    }
    steps.sort_by_key(|step| (step.device, step.place, step.id));
    let (mut own, mut others) = (Vec::new(), Vec::new());
    let mut last: Option<(PublicKey, usize)> = None;
    for step in steps {
        let turn = last
            .filter(|(device, _)| *device == step.device)
            .map_or(0, |(_, turn)| turn + 1);
        last = Some((step.device, turn));
        if step.carried {
            others.push((turn, step));
        } else {
            own.push(step);
        }
    }
    others.sort_by_key(|(turn, step)| (*turn, step.id));
    let beyond = others.split_off(others.len().min(CARRIED_STEPS_MAX));
    own.extend(others.into_iter().map(|(_, step)| step));
    (own, beyond.into_iter().map(|(_, step)| step).collect())
}

/// The unconfirmed commands that have to come before each of them.
fn needs(
    confirmed: Option<&Document>,
    steps: &BTreeMap<CommandId, Step<'_>>,
) -> BTreeMap<CommandId, BTreeSet<CommandId>> {
    let mut chain: Vec<&Step<'_>> = steps.values().collect();
    chain.sort_by_key(|step| (step.device, step.place, step.id));
    let mut needs: BTreeMap<CommandId, BTreeSet<CommandId>> = BTreeMap::new();
    for (before, step) in chain.iter().zip(chain.iter().skip(1)) {
        if before.device == step.device {
            needs.entry(step.id).or_default().insert(before.id);
        }
    }
    let creator = steps
        .values()
        .find(|step| step.command.document.is_none())
        .map(|step| step.id);
    let creator = creator.filter(|_| confirmed.is_none());
    for step in steps.values() {
        let upon = step
            .command
            .base
            .after
            .iter()
            .copied()
            .filter(|id| steps.contains_key(id));
        let upon: Vec<CommandId> = upon.chain(creator).filter(|id| *id != step.id).collect();
        needs.entry(step.id).or_default().extend(upon);
    }
    needs
}

/// Whether everything that a command's author had seen is here.
fn has_base(
    confirmed: Option<&Document>,
    incarnation: u32,
    created_here: bool,
    steps: &BTreeMap<CommandId, Step<'_>>,
    step: &Step<'_>,
) -> bool {
    let base = &step.command.base;
    let creates = step.command.document.is_none();
    let Some(document) = confirmed else {
        return created_here
            && base.version == 0
            && base.after.iter().all(|id| steps.contains_key(id));
    };
    let older = base.incarnation < incarnation;
    let seen = base.version == 0
        || older
        || (base.incarnation == incarnation && base.version <= document.version());
    let there = |id: &CommandId| steps.contains_key(id) || document.version_of(*id).is_some();
    !creates
        && (base.generation == 0 || base.generation == document.generation())
        && seen
        && base.after.iter().all(there)
}

/// The commands of others that a new one is typed upon: the last ones of those that stand on
/// `working`, without those that others of them were typed upon.
pub(super) fn upon(ordered: &Ordered<'_>, working: &Document) -> Vec<CommandId> {
    let shown = |step: &&Step<'_>| step.carried && working.version_of(step.id).is_some();
    let mut last: Vec<CommandId> = Vec::new();
    let mut last_of: BTreeMap<PublicKey, CommandId> = BTreeMap::new();
    for step in ordered.steps.iter().filter(shown) {
        let before = last_of.insert(step.device, step.id);
        last.retain(|id| Some(*id) != before && !step.command.base.after.contains(id));
        last.push(step.id);
    }
    last.split_off(last.len().saturating_sub(AFTER_MAX))
}

#[cfg(test)]
mod tests;
