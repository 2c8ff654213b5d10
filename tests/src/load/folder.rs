//! A data folder with a town and what has happened in it, made through the ledger's own admission.

use std::collections::BTreeMap;
use std::path::Path;

use alleyway_core::command::Body;
use alleyway_core::crypto::{first, hash};
use alleyway_core::id::{DocumentId, MemberId, UnitId};
use alleyway_core::kinds::case::CaseCommand;
use alleyway_core::kinds::case::Note;
use alleyway_core::kinds::household::CreateHousehold;
use alleyway_core::kinds::household::HouseholdCommand;
use alleyway_core::kinds::unit::{Appoint, CreateUnit, Post, UnitCommand, UnitKind};
use alleyway_core::limits::BATCH_COMMANDS_MAX;
use alleyway_core::number::TrackingCode;
use alleyway_core::store::Store as _;
use alleyway_core::text::Text;
use alleyway_core::time::Time;
use alleyway_ledger::AdminCommand;
use alleyway_server::instance::Instance;
use tempfile::TempDir;

use super::hand::Hand;
use super::{Outcome, now, progress};
use crate::workload::Typed;

/// Alleys of one village.
const VILLAGE_ALLEYS: usize = 20;
/// Households in one transaction.
const HOUSEHOLDS_AT_ONCE: usize = 2_000;
/// Batches in one transaction.
const BATCHES_AT_ONCE: u32 = 16;
/// Documents held in memory while the folder is made.
const LOADED_DOCUMENTS_MAX: usize = 2_000;

/// The folder, open for making.
pub(super) struct Folder {
    instance: Instance,
    place: TempDir,
    /// The alleys. The chief of alley n is `chief n`; alley 0 has a `second` one.
    pub(super) alleys: Vec<UnitId>,
    /// The chiefs' devices, by the place of their alley.
    hands: BTreeMap<usize, Hand>,
    drawn: u64,
    batches: u32,
    documents: u64,
}

impl Folder {
    /// A town with so many alleys and their chiefs.
    pub(super) fn create(alleys: usize) -> Outcome<Self> {
        let place = TempDir::with_prefix("alleyway-load-")?;
        let instance = Instance::create(
            &place.path().join("data"),
            Text::cut("四排镇"),
            LOADED_DOCUMENTS_MAX,
        )?;
        let mut folder = Self {
            instance,
            place,
            alleys: Vec::new(),
            hands: BTreeMap::new(),
            drawn: 0,
            batches: 0,
            documents: 0,
        };
        folder.found(alleys)?;
        Ok(folder)
    }

    fn found(&mut self, alleys: usize) -> Outcome<()> {
        let seed = self.random();
        let mut list = self.instance.ledger.admin_list(seed, now());
        let mut unit = |key: String, kind: UnitKind, parent: Option<UnitId>| {
            let (key, name) = (Text::cut(&key), Text::cut(&key));
            let create = CreateUnit {
                key,
                name,
                kind,
                parent,
            };
            list.push(None, UnitCommand::Create(create))
        };
        let town = unit("town".to_owned(), UnitKind::Town, None);
        let mut village = town;
        for alley in 0..alleys {
            if alley.is_multiple_of(VILLAGE_ALLEYS) {
                village = unit(format!("village {alley}"), UnitKind::Village, Some(town));
            }
            let alley = unit(format!("alley {alley}"), UnitKind::Alley, Some(village));
            self.alleys.push(alley);
        }
        let chiefs = self
            .alleys
            .iter()
            .enumerate()
            .map(|(at, alley)| (chief(at), *alley));
        let second = self
            .alleys
            .first()
            .map(|alley| ("second".to_owned(), *alley));
        for (key, alley) in chiefs.chain(second) {
            let (member, from, until) = (self.member(&key), Time::EARLIEST, None);
            let (key, name) = (Text::cut(&key), Text::cut(&key));
            let appoint = Appoint {
                member,
                key,
                name,
                post: Post::AlleyChief,
                from,
                until,
            };
            list.push(Some(alley), UnitCommand::Appoint(appoint));
        }
        let Instance { ledger, store, .. } = &mut self.instance;
        ledger.administer_list(store, list)?;
        self.commit()
    }

    fn administer(&mut self, commands: Vec<AdminCommand>, seed: [u8; 32]) -> Outcome<()> {
        let Instance { ledger, store, .. } = &mut self.instance;
        ledger.administer(store, commands, seed, now())?;
        self.commit()
    }

    fn commit(&mut self) -> Outcome<()> {
        if let Some(transaction) = self.instance.ledger.take_transaction() {
            self.instance.store.commit(&transaction)?;
        }
        self.batches = 0;
        Ok(())
    }

    fn random(&mut self) -> [u8; 32] {
        self.drawn += 1;
        hash("load folder", &[&self.drawn.to_be_bytes()])
    }

    fn member(&self, key: &str) -> MemberId {
        MemberId::derive(self.instance.town, key)
    }

    fn made(&mut self, count: usize) {
        let before = self.documents;
        self.documents += count as u64;
        if before / 10_000 != self.documents / 10_000 {
            progress(&format!("{} documents made", self.documents));
        }
    }

    /// Makes households, evenly over the alleys.
    pub(super) fn households(&mut self, count: usize) -> Outcome<()> {
        let doors: Vec<usize> = (0..count).collect();
        for doors in doors.chunks(HOUSEHOLDS_AT_ONCE) {
            let commands = doors
                .iter()
                .zip(self.alleys.iter().cycle())
                .map(|(door, alley)| {
                    let door = Text::cut(&format!("{}号", door + 1));
                    let create = CreateHousehold {
                        alley: *alley,
                        door,
                        contact: Text::cut("谢家"),
                        count: 4,
                        phone: Text::default(),
                        may_text: false,
                    };
                    AdminCommand {
                        document: None,
                        body: Body::Household(HouseholdCommand::Create(create)),
                    }
                });
            let commands = commands.collect();
            let seed = self.random();
            self.administer(commands, seed)?;
            self.made(doors.len());
        }
        Ok(())
    }

    /// Makes cases, evenly over the alleys, with at most so many notes each. `typed` is gone
    /// through again when it is used up.
    pub(super) fn cases(&mut self, count: usize, notes_max: usize, typed: &[Typed]) -> Outcome<()> {
        let share = count
            .div_ceil(self.alleys.len())
            .clamp(1, BATCH_COMMANDS_MAX);
        let mut left = count;
        let mut typed = typed.iter().cycle();
        while left > 0 {
            for at in 0..self.alleys.len() {
                let cases: Vec<&Typed> = typed.by_ref().take(share.min(left)).collect();
                left -= cases.len();
                if !cases.is_empty() {
                    self.chief_makes(at, &cases, notes_max)?;
                }
            }
        }
        self.commit()
    }

    fn chief_makes(&mut self, at: usize, cases: &[&Typed], notes_max: usize) -> Outcome<()> {
        let owner = *self.alleys.get(at).ok_or("no such alley")?;
        let mut hand = if let Some(hand) = self.hands.remove(&at) {
            hand
        } else {
            let code = self.invite(&chief(at))?;
            Hand::enrol(&mut self.instance, code)?
        };
        let mut reports = Vec::new();
        for case in cases {
            let tracking = TrackingCode::from_random(first(&self.random()));
            reports.push((None, case.report(owner, hand.device_code(), tracking)));
        }
        let documents = self.hand_in(&mut hand, reports)?;
        let mut notes = Vec::new();
        for (document, case) in documents.iter().zip(cases) {
            for text in case.notes.iter().take(notes_max) {
                let note = Note {
                    text: Text::cut(text),
                };
                notes.push((Some(*document), Body::Case(CaseCommand::Note(note))));
            }
        }
        for batch in notes.chunks(BATCH_COMMANDS_MAX) {
            self.hand_in(&mut hand, batch.to_vec())?;
        }
        self.hands.insert(at, hand);
        self.made(cases.len());
        Ok(())
    }

    fn hand_in(
        &mut self,
        hand: &mut Hand,
        commands: Vec<(Option<DocumentId>, Body)>,
    ) -> Outcome<Vec<DocumentId>> {
        let documents = hand.hand_in(&mut self.instance, commands)?;
        self.batches += 1;
        if self.batches >= BATCHES_AT_ONCE {
            self.commit()?;
        }
        Ok(documents)
    }

    /// A code for a member.
    pub(super) fn invite(&mut self, key: &str) -> Outcome<TrackingCode> {
        let code = TrackingCode::from_random(first(&self.random()));
        let member = self.member(key);
        let Instance { ledger, store, .. } = &mut self.instance;
        ledger.invite(store, member, &code, now())?;
        self.commit()?;
        Ok(code)
    }

    /// Closes the folder, so that a server can open it.
    pub(super) fn close(self) -> Closed {
        Closed {
            place: self.place,
            alleys: self.alleys,
        }
    }
}

/// A folder that is made. Dropped, it is removed.
pub(super) struct Closed {
    place: TempDir,
    /// The alleys.
    pub(super) alleys: Vec<UnitId>,
}

impl Closed {
    /// The data folder.
    pub(super) fn path(&self) -> std::path::PathBuf {
        self.place.path().join("data")
    }
}

/// The key of an alley's chief.
pub(super) fn chief(alley: usize) -> String {
    format!("chief {alley}")
}

/// What a folder's files take on the disk, in bytes.
pub(super) fn bytes_in(folder: &Path) -> Outcome<u64> {
    let mut bytes = 0;
    for entry in folder.read_dir()? {
        let entry = entry?;
        let kind = entry.file_type()?;
        if kind.is_dir() {
            bytes += bytes_in(&entry.path())?;
        } else if kind.is_file() {
            bytes += entry.metadata()?.len();
        }
    }
    Ok(bytes)
}
