//! A device for tests: enrolled, with a lease and one case.

use super::Replica;
use alleyway_core::batch::Batch;
use alleyway_core::command::{Base, Command, Nonce};
use alleyway_core::crypto::{Hash, SealingKey, SealingSecret, SecretBytes, SecretKey};
use alleyway_core::documents::samples::{Chain, START, report, unit};
use alleyway_core::id::{DeviceId, DocumentId, MemberId, TownId};
use alleyway_core::kinds::case::{CaseCommand, Note};
use alleyway_core::number::TrackingCode;
use alleyway_core::store::{MemoryStore, Write};
use alleyway_core::sync::certificate::Certificate;
use alleyway_core::sync::challenge::Challenge;
use alleyway_core::sync::enrol::Enrolled;
use alleyway_core::sync::frame::Lease;
use alleyway_core::text::Text;
use alleyway_core::wire::{List, Wire};

pub(crate) const SIGNING: [u8; 32] = [3; 32];
pub(crate) const SEALING: [u8; 32] = [4; 32];
/// The secret of the town's key, to which batches are sealed.
pub(crate) const TOWN_SEALING: [u8; 32] = [8; 32];
const TOWN: TownId = TownId([1; 16]);
const CODE: u32 = 1_000;

/// A device, and what is to be written of it.
pub(crate) struct Sample {
    pub(crate) replica: Replica,
    pub(crate) writes: Vec<Write>,
    pub(crate) case: DocumentId,
}

/// The device's key, which is the server's too.
pub(crate) fn key() -> SecretKey {
    SecretKey::from_bytes(&SIGNING)
}

/// The server's half of the lease.
pub(crate) fn half() -> Lease {
    Lease {
        half: SecretBytes::new([6; 32]),
    }
}

/// An enrolled device with a lease from [`START`], and one case.
pub(crate) fn device() -> Sample {
    let mut replica = Replica::open(&MemoryStore::default()).unwrap();
    let code = TrackingCode::from_random([7; 15]);
    let sealing = crate::SealingPair {
        secret: SEALING,
        public: [5; 32],
    };
    let asked = replica.enrol_request(code, Text::cut("phone"), SIGNING, sealing, START);
    let mut writes = asked.unwrap().0;
    let (member, public) = (MemberId([2; 16]), key().public());
    let answer = Enrolled {
        town: TOWN,
        town_name: Text::cut("四排镇"),
        server: public,
        member,
        name: Text::cut("谢"),
        device_code: CODE,
        certificate: Certificate::sign(TOWN, &key(), public, SealingKey([5; 32]), member, CODE),
        town_sealing: SealingSecret::from_bytes(TOWN_SEALING).public(),
        lease: half(),
        challenge: Challenge::from_bytes(&[0; 24]).unwrap(),
        clock: START,
        moved: None,
    };
    writes.extend(replica.enrolled(&answer, START));
    let document = Chain::new(1).then(1, report(unit(1))).document;
    let case = document.id();
    writes.extend(replica.held.put(document));
    Sample {
        replica,
        writes,
        case,
    }
}

/// A note on a case, as its author typed it at [`START`].
pub(crate) fn note_on(case: DocumentId, number: u64, text: &str) -> Command {
    Command {
        nonce: Nonce::Drawn(number.to_be_bytes()),
        document: Some(case),
        base: Base {
            incarnation: 1,
            generation: 1,
            version: 1,
            after: List::default(),
        },
        at: START,
        body: CaseCommand::Note(Note {
            text: Text::cut(text),
        })
        .into(),
    }
}

impl Sample {
    /// Types notes, numbered from 1, on the case.
    pub(crate) fn type_notes(&mut self, count: u64, text: &str) {
        for counter in 1..=count {
            let note = note_on(self.case, counter, text);
            let written = self.replica.outbox.put(counter, note);
            self.writes.push(written);
            self.replica.state.count(counter);
        }
    }

    /// Seals the first so many commands into batch 1. Returns its hash.
    pub(crate) fn seal_first(&mut self, count: usize) -> Hash {
        let commands = self.replica.outbox.commands().take(count);
        let commands = commands.map(|(counter, outgoing)| (counter, outgoing.command.clone()));
        let (counters, commands): (Vec<u64>, Vec<Command>) = commands.unzip();
        let batch = Batch::seal(TOWN, &key(), 1, [0; 32], [0; 16], commands).unwrap();
        let hash = batch.hash(TOWN, DeviceId::of(&key().public()));
        let written = self.replica.outbox.keep(&batch, hash, counters).unwrap();
        self.writes.extend(written);
        self.replica.state.continue_behind(1, hash);
        hash
    }

    /// All that is to be written, with the state as it is.
    pub(crate) fn written(&self) -> Vec<Write> {
        let mut writes = self.writes.clone();
        writes.push(self.replica.state.write());
        crate::rows::latest_of_each(writes)
    }
}
