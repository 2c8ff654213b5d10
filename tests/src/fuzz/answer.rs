//! What a server answers, or whoever stands between: frames into a phone's machine.

use std::collections::BTreeSet;

use alleyway_client::driver::{DriveError, Driver};
use alleyway_core::crypto::{Hash, SecretKey};
use alleyway_core::id::DeviceId;
use alleyway_core::store::MemoryStore;
use alleyway_core::sync::enrol::Enrolled;
use alleyway_core::sync::flight::{Flight, SignedFlight};
use alleyway_core::sync::frame::{PROTOCOL_VERSION, ServerFrame, Stopped, Verdicts, next_frame};
use alleyway_core::time::Time;
use alleyway_core::wire::{Reader, Wire as _, WireError};
use alleyway_ledger::device_key;
use alleyway_replica::{Effect, Replica, SealingPair};

use super::bench::{DRAWN, bench, persist};
use super::{Outcome, Target, grow};
use crate::pure;

/// The frames of an answer.
pub(super) const ANSWER: Target = Target {
    name: "answer",
    about: "frames of an answer to a phone; verdicts signed after: what was typed stays, and the store says the same",
    run: answer,
    seeds: answer_seeds,
    shape: Some(shape),
    mutations: 400,
};

/// The answer to an enrolment.
pub(super) const ENROLLED: Target = Target {
    name: "enrolled",
    about: "a server's answer to an enrolment: the phone opens again",
    run: enrolled,
    seeds: || vec![bench().enrolled.to_bytes()],
    shape: Some(grow::one::<Enrolled>),
    mutations: 300,
};

fn shape(bytes: &[u8]) -> Result<(), WireError> {
    let mut from = Reader::new(bytes);
    if bytes.is_empty() {
        return Err(WireError::Truncated);
    }
    while let Some(frame) = next_frame(&mut from)? {
        ServerFrame::from_bytes(frame).map_err(|_| WireError::Invalid("a frame"))?;
    }
    Ok(())
}

/// A phone in the middle of a sync.
struct Phone {
    replica: Replica,
    store: MemoryStore,
    driver: Driver,
    now: Time,
    device: DeviceId,
    /// The hash of each batch that it sent.
    sent: Vec<(u64, Hash)>,
    wiped: bool,
}

impl Phone {
    fn new() -> Self {
        let (mut replica, store) = bench().phone();
        let now = bench().now;
        let device = replica.status(now).expect("enrolled").device;
        let driver = Driver::begin(&mut replica, now, DRAWN);
        let mut phone = Self {
            replica,
            store,
            driver,
            now,
            device,
            sent: Vec::new(),
            wiped: false,
        };
        phone.goes_on().expect("a first flight");
        phone.driver.answer(&[PROTOCOL_VERSION]);
        phone
    }

    /// Carries effects out until more of an answer is needed, or the sync is over.
    fn goes_on(&mut self) -> Result<(), DriveError> {
        while let Some(effect) = self.driver.next(&mut self.replica, self.now)? {
            match effect {
                Effect::Persist(writes) | Effect::PersistAnew(writes) => {
                    persist(&mut self.store, writes);
                    self.driver.persisted();
                }
                Effect::Send(flight) => self.note_sent(&flight),
                Effect::Wipe => {
                    self.wiped = true;
                    return Ok(());
                }
                Effect::Done(_) => return Ok(()),
            }
        }
        Ok(())
    }

    /// Takes a frame of the answer.
    fn hears(&mut self, frame: &[u8]) -> Result<(), DriveError> {
        self.driver.answer(&framed(frame));
        self.goes_on()
    }

    /// Takes the answer's end. Nobody answers what it then sends.
    fn heard_all(&mut self) -> Result<(), DriveError> {
        self.driver
            .response_ended(&mut self.replica, self.now, DRAWN)?;
        self.goes_on()
    }

    fn note_sent(&mut self, flight: &[u8]) {
        let key = device_key(&bench().server, self.device)
            .expect("a store")
            .expect("enrolled");
        let flight = Flight::parse(flight)
            .expect("its own flight")
            .verify(pure::TOWN, &key)
            .and_then(SignedFlight::read)
            .expect("its own signature");
        self.sent.extend(
            flight
                .batches
                .iter()
                .map(|batch| (batch.batch().number, batch.hash())),
        );
    }

    /// A frame as the server would have signed it.
    fn signed(&self, frame: ServerFrame) -> ServerFrame {
        let server = SecretKey::from_bytes(&pure::SERVER);
        match frame {
            ServerFrame::Verdicts(mut verdicts) => {
                let hash = self
                    .sent
                    .iter()
                    .find(|(number, _)| *number == verdicts.batch);
                let hash = hash.map_or([0; 32], |(_, hash)| *hash);
                verdicts.signature =
                    server.sign(Verdicts::DOMAIN, &verdicts.message(self.device, &hash));
                ServerFrame::Verdicts(verdicts)
            }
            ServerFrame::Stopped(stopped) => {
                ServerFrame::Stopped(Stopped::sign(&server, self.device, stopped.why))
            }
            other => other,
        }
    }

    /// What was typed here and is not dealt with.
    fn typed(&self) -> BTreeSet<String> {
        let rows = [self.replica.pending(), self.replica.refused()].concat();
        rows.into_iter()
            .map(|row| format!("{:?}", row.command))
            .collect()
    }
}

/// All that its screens show.
fn screens(replica: &Replica) -> String {
    let cases = replica.cases();
    let shown: Vec<String> = cases
        .iter()
        .map(|row| format!("{:?}", replica.case(row.document)))
        .collect();
    format!(
        "{shown:?} {:?} {:?} {:?} {:?} {:?} {:?} {:?} {:?} {:?}",
        replica.households(),
        replica.pending(),
        replica.refused(),
        replica.proposals(),
        replica.review(),
        replica.receipts(),
        replica.carried(),
        replica.index(),
        replica.stopped(),
    )
}

fn answer(input: &[u8]) -> Outcome {
    let mut phone = Phone::new();
    let typed = phone.typed();
    let mut from = Reader::new(input);
    let (mut heard, mut judged, mut ended) = (BTreeSet::new(), false, false);
    let problem = loop {
        let bytes = match next_frame(&mut from) {
            Ok(Some(bytes)) => bytes.to_vec(),
            Ok(None) => break None,
            Err(error) => break Some(error.to_string()),
        };
        let bytes = match ServerFrame::from_bytes(&bytes) {
            Ok(frame) => {
                judged |= matches!(frame, ServerFrame::Verdicts(_));
                ended |= matches!(frame, ServerFrame::Stopped(_));
                heard.insert(bytes.first().copied().unwrap_or_default());
                phone.signed(frame).to_bytes()
            }
            Err(_) => bytes,
        };
        if let Err(error) = phone.hears(&bytes) {
            break Some(error.to_string());
        }
    };
    let problem = problem.or_else(|| phone.heard_all().err().map(|error| error.to_string()));
    phone.replica.sync_failed();
    let shown = screens(&phone.replica);
    if !judged && !ended {
        let left = phone.typed();
        assert!(
            typed.is_subset(&left),
            "typed: {typed:?}, left without a verdict: {left:?}"
        );
    }
    if !phone.wiped {
        let opened = Replica::open_tolerantly(&phone.store).expect("a store that opens again");
        assert_eq!(opened.damage, Vec::new());
        assert_eq!(
            screens(&opened.replica),
            shown,
            "what was stored is not what was shown"
        );
    }
    match problem {
        Some(problem) => Outcome::refused(problem),
        None => Outcome::taken(format!("{heard:?} {} typed", phone.typed().len())),
    }
}

fn answer_seeds() -> Vec<Vec<u8>> {
    let mut seeds = vec![bench().answer.clone()];
    // Each frame of it alone, and every frame there is.
    let mut from = Reader::new(&bench().answer);
    while let Ok(Some(frame)) = next_frame(&mut from) {
        seeds.push(framed(frame));
    }
    seeds.extend(
        grow::by_number(grow::one::<ServerFrame>, 2)
            .iter()
            .map(|frame| framed(frame)),
    );
    seeds
}

fn framed(frame: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    alleyway_core::wire::put_varint(&mut bytes, frame.len() as u64);
    [bytes, frame.to_vec()].concat()
}

fn enrolled(input: &[u8]) -> Outcome {
    use alleyway_core::number::TrackingCode;
    use alleyway_core::text::Text;

    let answer = match Enrolled::from_bytes(input) {
        Ok(answer) => answer,
        Err(error) => return Outcome::refused(error),
    };
    let mut store = MemoryStore::default();
    let mut replica = Replica::open(&store).expect("an empty store");
    let now = bench().now;
    let code = TrackingCode::from_random([1; 15]);
    let asked = replica.enrol_request(
        code,
        Text::cut("phone"),
        [4; 32],
        SealingPair::of([5; 32]),
        now,
    );
    persist(&mut store, asked.expect("not enrolled").0);
    persist(&mut store, replica.enrolled(&answer, now));
    let shown = format!("{:?}", replica.status(now));
    let again = Replica::open(&store).expect("a store that opens again");
    assert_eq!(format!("{:?}", again.status(now)), shown);
    let mut replica = again;
    let sends = replica
        .begin_sync(now, DRAWN)
        .iter()
        .any(|effect| matches!(effect, Effect::Send(_)));
    Outcome::taken(format!("moved {}, sends {sends}", answer.moved.is_some()))
}
