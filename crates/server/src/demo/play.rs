//! The past of a made-up town: every step a signed command of the member who makes it, judged by
//! the same admission as everybody's.

use std::collections::BTreeMap;

use alleyway_core::crypto::SecretKey;
use alleyway_core::id::{DocumentId, MemberId};
use alleyway_core::number::TrackingCode;
use alleyway_core::store::StoreError;
use alleyway_core::sync::frame::Verdict;
use alleyway_ledger::{Named, Player};

use super::make::{Places, commit};
use super::step::{ReportedBy, body};
use crate::instance::{Instance, InstanceError};
use crate::town::{Act, CaseStory, StoryStep, Town};

/// Steps committed together.
const GROUP_STEPS: usize = 500;

/// A step and where it belongs.
struct Turn<'a> {
    case: usize,
    story: &'a CaseStory,
    step: &'a StoryStep,
}

/// Plays every step of every story, in order of time.
pub(super) fn all(
    instance: &mut Instance,
    town: &Town,
    places: &Places,
    seed: u64,
    progress: &mut dyn FnMut(usize, usize),
) -> Result<(), InstanceError> {
    let mut turns: Vec<Turn<'_>> = Vec::new();
    for (case, story) in town.cases.iter().enumerate() {
        turns.extend(story.steps.iter().map(|step| Turn { case, story, step }));
    }
    // Stable: the steps of a case keep their order.
    turns.sort_by_key(|turn| turn.step.at);
    let mut stage = Stage {
        instance,
        places,
        seed,
        players: BTreeMap::new(),
        documents: BTreeMap::new(),
        refused: 0,
    };
    for (at, turn) in turns.iter().enumerate() {
        stage.play(at, turn)?;
        if (at + 1) % GROUP_STEPS == 0 || at + 1 == turns.len() {
            commit(stage.instance)?;
            progress(at + 1, turns.len());
        }
    }
    if stage.refused > 0 {
        tracing::warn!(
            refused = stage.refused,
            "steps of the made-up past were not admitted"
        );
    }
    Ok(())
}

struct Stage<'a> {
    instance: &'a mut Instance,
    places: &'a Places,
    seed: u64,
    players: BTreeMap<String, (Player, u32)>,
    documents: BTreeMap<usize, DocumentId>,
    refused: usize,
}

impl Stage<'_> {
    fn play(&mut self, at: usize, turn: &Turn<'_>) -> Result<(), StoreError> {
        let Turn { case, story, step } = turn;
        let (player, device_code) = self.player(&step.actor)?;
        let tracking = self.random("tracking", &case.to_be_bytes());
        let (tracking, _) = tracking
            .split_first_chunk::<15>()
            .unwrap_or((&[0; 15], &[]));
        let reported = ReportedBy {
            device_code,
            tracking: TrackingCode::from_random(*tracking),
            story,
        };
        let document = self.documents.get(case).copied();
        // A unit that the story names and the town lacks, or a step after a refused report.
        let named = match (&step.act, document) {
            (Act::Resolve { .. } | Act::Return { .. }, Some(document)) => self
                .instance
                .ledger
                .named_by(&self.instance.store, document)?,
            _ => Named::default(),
        };
        let body = body(&step.act, self.places, &reported, named)
            .filter(|body| document.is_some() != body.creates());
        let Some(body) = body else {
            self.refused += 1;
            return Ok(());
        };
        let kind = body.kind();
        let seed = self.random("step", &at.to_be_bytes());
        let Instance { ledger, store, .. } = &mut *self.instance;
        let played = ledger.play(
            store,
            &player,
            vec![(document, body, step.at)],
            seed,
            step.at,
        )?;
        for played in played {
            if matches!(played.verdict, Verdict::Admitted(_)) {
                self.documents.entry(*case).or_insert(played.document);
            } else {
                tracing::debug!(verdict = ?played.verdict, kind, case, at, "a step of the past was not admitted");
                self.refused += 1;
            }
        }
        Ok(())
    }

    /// A member's device, and its code.
    fn player(&mut self, member: &str) -> Result<(Player, u32), StoreError> {
        if let Some(known) = self.players.get(member) {
            return Ok(known.clone());
        }
        let secret = SecretKey::from_bytes(&self.random("device", member.as_bytes()));
        let player = Player {
            member: MemberId::derive(self.instance.town, member),
            secret,
        };
        let Instance { ledger, store, .. } = &mut *self.instance;
        let code = ledger.player_code(store, &player)?;
        self.players
            .insert(member.to_owned(), (player.clone(), code));
        Ok((player, code))
    }

    /// The same bytes for the same seed.
    fn random(&self, what: &str, of: &[u8]) -> [u8; 32] {
        let mut hasher = blake3::Hasher::new_derive_key("alleyway demo 1");
        hasher.update(&self.seed.to_be_bytes());
        hasher.update(what.as_bytes());
        hasher.update(&[0]);
        hasher.update(of);
        *hasher.finalize().as_bytes()
    }
}
