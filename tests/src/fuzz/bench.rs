//! A small town in which targets begin, always the same: every input is judged on it, and changes
//! nothing for the next one.

use std::sync::OnceLock;

use alleyway_core::batch::Batch;
use alleyway_core::command::{Base, Body, Command, Nonce};
use alleyway_core::crypto::{SealingSecret, SecretKey};
use alleyway_core::id::{DeviceId, DocumentId, TownId, UnitId};
use alleyway_core::number::TrackingCode;
use alleyway_core::store::{MemoryStore, Store as _, Transaction};
use alleyway_core::sync::enrol::{Enrol, Enrolled};
use alleyway_core::text::Text;
use alleyway_core::time::Time;
use alleyway_core::wire::List;
use alleyway_replica::{Effect, Replica};

use crate::pure::{self, Device, Town};

/// What a device draws its sync's randomness from, so that its batches are the same each time.
pub(super) const DRAWN: [u8; 32] = [9; 32];

/// The town, as it is before each input.
pub(super) struct Bench {
    /// Everybody's clock.
    pub(super) now: Time,
    /// The server's store.
    pub(super) server: MemoryStore,
    /// A chief's device: it has the case, and typed upon it what it has not handed in.
    pub(super) phone: MemoryStore,
    /// What the server answered it, as the device heard it first.
    pub(super) answer: Vec<u8>,
    /// That device's answer when it enrolled, as if for a new one.
    pub(super) enrolled: Enrolled,
    /// A chief's device whose keys lie open.
    pub(super) peer: Peer,
    /// Another chief's.
    pub(super) other: Peer,
    /// The alley.
    pub(super) alley: UnitId,
    /// The case that the phone reported, which stands.
    pub(super) case: DocumentId,
}

/// A device whose keys lie open.
pub(super) struct Peer {
    pub(super) secret: SecretKey,
    pub(super) enrolled: Enrolled,
}

/// Some number that is the command's own.
pub(super) fn number(command: &Command) -> u64 {
    match command.nonce {
        Nonce::Drawn(nonce) => u64::from_be_bytes(nonce),
        Nonce::Counted(counted) => counted.counter,
    }
}

impl Peer {
    pub(super) fn id(&self) -> DeviceId {
        DeviceId::of(&self.secret.public())
    }

    /// Its secret to open what is sealed to it.
    pub(super) fn sealing(&self) -> SealingSecret {
        SealingSecret::from_bytes(self.secret.derive("fuzz sealing"))
    }

    /// Its batch of these bodies, on a document or creating one.
    pub(super) fn batch(&self, at: Time, bodies: Vec<(Option<DocumentId>, Body)>) -> Batch {
        let commands = (1_u64..).zip(bodies).map(|(number, (document, body))| {
            let base = Base {
                generation: u32::from(document.is_some()),
                ..Base::default()
            };
            Command {
                nonce: Nonce::Drawn(number.to_be_bytes()),
                document,
                base,
                at,
                body,
            }
        });
        Batch::seal(
            pure::TOWN,
            &self.secret,
            1,
            [0; 32],
            [9; 16],
            commands.collect(),
        )
        .expect("few")
    }
}

/// The town; made once.
pub(super) fn bench() -> &'static Bench {
    static BENCH: OnceLock<Bench> = OnceLock::new();
    BENCH.get_or_init(Bench::new)
}

impl Bench {
    fn new() -> Self {
        let mut town = Town::new();
        town.households(2);
        let (peer, other) = (peer(&mut town, "xie", 1), peer(&mut town, "lu", 2));
        let mut phone = town.device("xie");
        town.sync(&mut phone);
        let case = town
            .report(
                &mut phone,
                "甜橙路坏了",
                "去果园的路全是坑。",
                "村口",
                "谢家",
            )
            .document;
        town.note(&mut phone, case, "又下雨了。");
        town.sync(&mut phone);
        // Not handed in yet: on what stands, and on what is not there.
        town.note(&mut phone, case, "坑更深。");
        town.edit(&mut phone, case, "place", "村口东");
        let new = town
            .report(&mut phone, "路灯不亮", "第二盏。", "巷口", "")
            .document;
        town.note(&mut phone, new, "天黑以后。");
        let (server, store) = (town.store.clone(), phone.store.clone());
        let answer = first_answer(&mut town, &phone);
        let enrolled = peer.enrolled.clone();
        Self {
            now: town.now,
            server,
            phone: store,
            answer,
            enrolled,
            peer,
            other,
            alley: town.alley,
            case,
        }
    }

    /// The phone, opened anew, with its store.
    pub(super) fn phone(&self) -> (Replica, MemoryStore) {
        let store = self.phone.clone();
        (Replica::open(&store).expect("a good store"), store)
    }
}

/// Enrols a device whose keys lie open.
fn peer(town: &mut Town, member: &str, seed: u8) -> Peer {
    let code = TrackingCode::from_random([seed; 15]);
    let (id, now) = (town.member(member), town.now);
    town.ledger
        .invite(&town.store, id, &code, now)
        .expect("a member");
    let secret = SecretKey::from_bytes(&[100 + seed; 32]);
    let sealing = SealingSecret::from_bytes(secret.derive("fuzz sealing")).public();
    let request = Enrol::new(code, &secret, sealing.0, Text::cut("forged"), now);
    let request = request.verify().expect("its own signature");
    let enrolled = town
        .ledger
        .enrol(&town.store, &request, now)
        .expect("a good code");
    town.commit();
    Peer { secret, enrolled }
}

/// What the server says to the phone's first flight.
fn first_answer(town: &mut Town, phone: &Device) -> Vec<u8> {
    let store = phone.store.clone();
    let mut replica = Replica::open(&store).expect("a good store");
    let effects = replica.begin_sync(town.now, DRAWN);
    let flight = effects.into_iter().find_map(|effect| match effect {
        Effect::Send(flight) => Some(flight),
        _ => None,
    });
    town.answer(&flight.expect("a flight")).split_off(1)
}

/// Commits a device's writes.
pub(super) fn persist(store: &mut MemoryStore, writes: Vec<alleyway_core::store::Write>) {
    store
        .commit(&Transaction {
            writes,
            ..Transaction::default()
        })
        .expect("memory");
}

/// Signs what commands of a batch say anew, at its own place of its device's chain.
pub(super) fn sealed_again(town: TownId, secret: &SecretKey, batch: &Batch) -> Batch {
    let commands = List::into_vec(batch.commands.clone());
    Batch::seal(
        town,
        secret,
        batch.number,
        batch.previous,
        batch.seed,
        commands,
    )
    .expect("as many as before")
}
