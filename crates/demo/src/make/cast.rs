//! Everybody in a town's stories, each with a phone.

use std::collections::{BTreeMap, BTreeSet};

use alleyway_core::crypto::hash;
use alleyway_core::id::DocumentId;
use alleyway_core::time::Time;

use super::Made;
use super::rounds::Turn;
use super::step::{self, Scene};
use crate::line::{Line, Operator};
use crate::phone::{Phone, PhoneError};
use crate::together::{side_by_side, sync_all};
use crate::town::Town;

/// The name under which everybody's phone is enrolled.
const PHONE: &str = "demo";
/// The days after which a command is handed in at the latest.
const UNSENT_DAYS_MAX: i64 = 2;
/// A phone is synced after so many days at the latest, while its member still has something to do:
/// well before its lease ends.
const UNSYNCED_DAYS_MAX: i64 = 10;
/// When a phone has waited for that long, those that have waited for this long are synced too: several
/// at one time use all processors.
const UNSYNCED_DAYS_ALONG: i64 = 5;
/// With a phone's first sync go those of members whose first step comes within so many days.
const FIRST_DAYS_ALONG: i64 = 30;

/// The members of the stories.
pub(super) struct Cast<'a> {
    scene: Scene<'a>,
    actors: BTreeMap<&'a str, Actor>,
    /// Cases that were reported, by their places among the town's.
    cases: BTreeMap<usize, Case<'a>>,
    /// How often phones were synced, several at one time counting once.
    syncs: usize,
    /// Steps of members without a phone.
    untyped: usize,
}

/// A member with a phone.
struct Actor {
    phone: Phone,
    /// Which of the syncs was the phone's last, and when; none before its first.
    synced: Option<(usize, Time)>,
    /// Cases in which something was typed since, and when the first of it was.
    unsent: BTreeSet<usize>,
    unsent_since: Option<Time>,
    /// When the member takes his first step.
    begins: Time,
    /// Steps that the member has still to take.
    steps_left: usize,
    made: Made,
}

/// A case on its way.
struct Case<'a> {
    document: DocumentId,
    /// Who made the last step.
    by: &'a str,
    /// The sync that handed it in.
    handed_in: Option<usize>,
}

/// The steps of one member in a round, and the documents that they changed or created.
struct Part<'p, 't, 'a> {
    key: &'a str,
    actor: &'p mut Actor,
    turns: Vec<&'t Turn<'a>>,
    typed: Vec<(usize, DocumentId)>,
}

impl<'a> Cast<'a> {
    /// Invites and enrols everybody in the stories.
    pub(super) fn enrol(
        line: &mut impl Operator,
        town: &'a Town,
        secret: [u8; 32],
        now: Time,
    ) -> Result<Self, PhoneError> {
        let mut steps: BTreeMap<&str, (usize, Time)> = BTreeMap::new();
        for step in town.cases.iter().flat_map(|case| &case.steps) {
            let (count, begins) = steps.entry(&step.actor).or_insert((0, step.at));
            *count += 1;
            *begins = step.at.min(*begins);
        }
        let keys: Vec<&str> = steps.keys().copied().collect();
        let codes = line.invite(&keys, now)?;
        let (mut phones, mut requests) = (Vec::new(), Vec::new());
        for (key, code) in keys.into_iter().zip(codes) {
            let seed = hash("alleyway demo phone 1", &[&secret, key.as_bytes()]);
            let mut phone = Phone::new(seed)?;
            requests.push(phone.enrolment(code, PHONE, now)?);
            phones.push(phone);
        }
        let answers = line.enrol(requests, now)?;
        let mut actors = BTreeMap::new();
        for (((key, (steps, begins)), mut phone), answer) in
            steps.into_iter().zip(phones).zip(answers)
        {
            phone.take_identity(&answer, now);
            actors.insert(key, Actor::new(phone, begins, steps));
        }
        Ok(Self {
            scene: Scene::new(town),
            actors,
            cases: BTreeMap::new(),
            syncs: 0,
            untyped: 0,
        })
    }

    /// Plays a round: who has something that another one needs hands it in, who lacks something
    /// fetches it, and everybody types.
    pub(super) fn play(
        &mut self,
        line: &mut impl Line,
        turns: &[Turn<'a>],
    ) -> Result<(), PhoneError> {
        let Some(begins) = turns.first().map(|turn| turn.step.at) else {
            return Ok(());
        };
        let needed: BTreeSet<&str> = turns
            .iter()
            .filter_map(|turn| self.cases.get(&turn.case).map(|case| (turn, case)))
            .filter(|(turn, case)| case.by != turn.step.actor && case.handed_in.is_none())
            .map(|(_, case)| case.by)
            .collect();
        let days = self.days_unsynced_max(begins);
        self.sync(line, begins, |key, actor| {
            needed.contains(key) || actor.has_unsent_too_long(begins) || actor.is_due(begins, days)
        })?;

        let mut by_actor: BTreeMap<&'a str, Vec<&Turn<'a>>> = BTreeMap::new();
        for turn in turns {
            by_actor.entry(&turn.step.actor).or_default().push(turn);
        }
        let lacking: BTreeSet<&str> = by_actor
            .iter()
            .filter(|(key, turns)| self.lacks(key, turns))
            .map(|(key, _)| *key)
            .collect();
        let first = |actor: &Actor| actor.synced.is_none();
        let soon = begins.plus_days(FIRST_DAYS_ALONG);
        let some_first = self
            .actors
            .iter()
            .any(|(key, actor)| first(actor) && lacking.contains(key));
        self.sync(line, begins, |key, actor| {
            lacking.contains(key) || some_first && first(actor) && actor.begins <= soon
        })?;
        self.type_steps(by_actor);
        Ok(())
    }

    /// The days after which phones are synced now: fewer, if one has waited for as long as it may.
    fn days_unsynced_max(&self, now: Time) -> i64 {
        let mut actors = self.actors.values();
        if actors.any(|actor| actor.is_due(now, UNSYNCED_DAYS_MAX)) {
            UNSYNCED_DAYS_ALONG
        } else {
            UNSYNCED_DAYS_MAX
        }
    }

    /// Whether a member's phone lacks what was done in one of these cases.
    fn lacks(&self, key: &str, turns: &[&Turn<'a>]) -> bool {
        let synced = self.actors.get(key).and_then(|actor| actor.synced);
        let Some((synced, _)) = synced else {
            return true;
        };
        let mut cases = turns.iter().filter_map(|turn| self.cases.get(&turn.case));
        cases.any(|case| {
            case.by != key && case.handed_in.is_none_or(|handed_in| handed_in >= synced)
        })
    }

    /// Types the steps of a round.
    fn type_steps(&mut self, mut by_actor: BTreeMap<&'a str, Vec<&Turn<'a>>>) {
        let (scene, cases) = (&self.scene, &self.cases);
        let mut parts: Vec<Part<'_, '_, 'a>> = Vec::new();
        for (key, actor) in &mut self.actors {
            if let Some(turns) = by_actor.remove(key) {
                parts.push(Part {
                    key,
                    actor,
                    turns,
                    typed: Vec::new(),
                });
            }
        }
        self.untyped += by_actor.values().map(Vec::len).sum::<usize>();
        side_by_side(&mut parts, |part| part.type_steps(scene, cases));
        let typed: Vec<_> = parts
            .into_iter()
            .flat_map(|part| part.typed.into_iter().map(move |typed| (part.key, typed)))
            .collect();
        for (by, (case, document)) in typed {
            let handed_in = None;
            let case_there = Case {
                document,
                by,
                handed_in,
            };
            self.cases.insert(case, case_there);
        }
    }

    /// Hands in whatever is still unsent.
    pub(super) fn end(&mut self, line: &mut impl Line, now: Time) -> Result<(), PhoneError> {
        self.sync(line, now, |_, actor| !actor.unsent.is_empty())
    }

    /// Syncs the phones of some members at one time.
    fn sync(
        &mut self,
        line: &mut impl Line,
        now: Time,
        which: impl Fn(&str, &Actor) -> bool,
    ) -> Result<(), PhoneError> {
        let actors = self.actors.iter_mut();
        let mut syncing: Vec<(&'a str, &mut Actor)> = actors
            .map(|(key, actor)| (*key, actor))
            .filter(|(key, actor)| which(key, actor))
            .collect();
        if syncing.is_empty() {
            return Ok(());
        }
        self.syncs += 1;
        let phones = syncing.iter_mut().map(|(_, actor)| &mut actor.phone);
        sync_all(phones.collect(), line, now)?;
        for (key, actor) in syncing {
            for case in actor.synced(self.syncs, now) {
                if let Some(case) = self.cases.get_mut(&case).filter(|case| case.by == key) {
                    case.handed_in = Some(self.syncs);
                }
            }
        }
        Ok(())
    }

    /// The outcome of the stories so far.
    pub(super) fn made(&self) -> Made {
        let mut made = Made {
            admitted: 0,
            refused: self.untyped,
        };
        for actor in self.actors.values() {
            made.admitted += actor.made.admitted;
            made.refused += actor.made.refused;
        }
        made
    }
}

impl Actor {
    fn new(phone: Phone, begins: Time, steps_left: usize) -> Self {
        Self {
            phone,
            synced: None,
            unsent: BTreeSet::new(),
            unsent_since: None,
            begins,
            steps_left,
            made: Made {
                admitted: 0,
                refused: 0,
            },
        }
    }

    /// Whether something was typed so long ago that it is to be handed in whoever needs it.
    fn has_unsent_too_long(&self, now: Time) -> bool {
        self.unsent_since
            .is_some_and(|since| since.plus_days(UNSENT_DAYS_MAX) <= now)
    }

    /// Whether the last sync was so many days ago, and the member has still something to do.
    fn is_due(&self, now: Time, days: i64) -> bool {
        let due = |(_, at): (usize, Time)| at.plus_days(days) <= now;
        self.steps_left > 0 && self.synced.is_some_and(due)
    }

    /// Notes a sync, and what it brought. The cases of which something was handed in.
    fn synced(&mut self, sync: usize, now: Time) -> BTreeSet<usize> {
        let summary = self.phone.summary();
        let count = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
        self.made.admitted += count(summary.admitted);
        self.made.refused += count(summary.refused + summary.kept);
        self.synced = Some((sync, now));
        self.unsent_since = None;
        std::mem::take(&mut self.unsent)
    }
}

impl Part<'_, '_, '_> {
    /// Types the steps, each at its time.
    fn type_steps(&mut self, scene: &Scene<'_>, cases: &BTreeMap<usize, Case<'_>>) {
        for turn in &self.turns {
            let here = self.typed.iter().rev().find(|(case, _)| *case == turn.case);
            let document = here
                .map(|(_, document)| *document)
                .or_else(|| cases.get(&turn.case).map(|case| case.document));
            let (actor, at) = (&mut *self.actor, turn.step.at);
            actor.steps_left = actor.steps_left.saturating_sub(1);
            let typed = step::draft(scene, turn, document, &mut actor.phone)
                .and_then(|draft| actor.phone.record(draft, at).ok());
            match typed {
                Some(recorded) => {
                    actor.unsent.insert(turn.case);
                    actor.unsent_since.get_or_insert(at);
                    self.typed.push((turn.case, recorded.document));
                }
                None => actor.made.refused += 1,
            }
        }
    }
}
