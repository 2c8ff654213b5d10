//! A real device against the HTTP edge, on a made-up town.

use std::sync::Arc;
use std::time::Duration;

use alleyway_core::batch::Batch;
use alleyway_core::command::{Base, Body as CommandBody, Command, Nonce};
use alleyway_core::crypto::SecretKey;
use alleyway_core::id::{DeviceId, DocumentId, MemberId, UnitId};
use alleyway_core::kinds::case::{CaseCommand, Note, Report};
use alleyway_core::kinds::unit::EndedImport;
use alleyway_core::number::TrackingCode;
use alleyway_core::store::{MemoryStore, Store as _, Transaction, Write};
use alleyway_core::sync::challenge::Challenge;
use alleyway_core::sync::enrol::{Enrolled, InvitationCode};
use alleyway_core::sync::flight;
use alleyway_core::sync::frame::{DeviceFrame, Hello, PROTOCOL_VERSION, next_frame};
use alleyway_core::sync::read::ReadProof;
use alleyway_core::text::Text;
use alleyway_core::time::Time;
use alleyway_core::wire::{Blob, Reader, Wire as _};
use alleyway_demo::{Size, generate};
use alleyway_replica::{Draft, Effect, Recorded, Replica, SealingPair, SyncSummary};
use axum::http::Method;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::watch;

use super::super::compression::Packer;
use super::super::{App, listen, serve};
use super::{TOWN, app_on, limits, request, respond, writer_limits};
use crate::config::HttpLimits;
use crate::direct::files;
use crate::disk::Disk;

/// 2026-03-01.
pub(super) const NOW: Time = Time(1_772_323_200_000);

/// A device with its store.
pub(super) struct Phone {
    replica: Replica,
    store: MemoryStore,
    device_code: u32,
    secret: SecretKey,
    /// The first one, of its enrolment.
    challenge: Challenge,
    id: DeviceId,
    drawn: u8,
}

impl Phone {
    /// Enrols a member of the town.
    pub(super) async fn of(app: &Arc<App>, member: &str) -> Self {
        let code = InvitationCode::from_random(std::array::from_fn(|at| {
            member.as_bytes()[at % member.len()]
        }));
        let id = MemberId::derive(TOWN, member);
        app.writer
            .ask(0, move |desk| {
                let invited = desk.ledger.invite(desk.store, id, &code, desk.now);
                invited.unwrap();
                Ok(())
            })
            .await
            .unwrap();
        let mut store = MemoryStore::default();
        let mut replica = Replica::open(&store).unwrap();
        let signing = id.0.repeat(2).try_into().unwrap();
        let secret = SecretKey::from_bytes(&signing);
        let id = DeviceId::of(&secret.public());
        let sealing = SealingPair::of([6; 32]);
        let (writes, enrol) = replica
            .enrol_request(code, Text::cut("phone"), signing, sealing, NOW)
            .unwrap();
        persist(&mut store, writes);
        let (status, _, body) =
            respond(app, request(Method::POST, "/v1/enrol", &enrol.to_bytes())).await;
        assert_eq!(status, 200);
        let enrolled = Enrolled::from_bytes(&body).unwrap();
        let writes = replica.enrolled(&enrolled, NOW);
        persist(&mut store, writes);
        Self {
            replica,
            store,
            device_code: enrolled.device_code,
            secret,
            challenge: enrolled.challenge,
            id,
            drawn: 0,
        }
    }

    /// Its id.
    pub(super) fn id(&self) -> DeviceId {
        self.id
    }

    /// Its code.
    pub(super) fn code(&self) -> u32 {
        self.device_code
    }

    /// The proof that it asks for `target`, over the challenge of its enrolment.
    pub(super) fn proves(&self, target: &str, at: Time, drawn: u8) -> ReadProof {
        self.proves_over(self.challenge, target, at, drawn)
    }

    /// The same over another challenge.
    pub(super) fn proves_over(
        &self,
        challenge: Challenge,
        target: &str,
        at: Time,
        drawn: u8,
    ) -> ReadProof {
        ReadProof::sign(TOWN, &self.secret, challenge, at, [drawn; 8], target)
    }

    fn random(&mut self) -> [u8; 32] {
        self.drawn += 1;
        [self.drawn; 32]
    }

    /// Reports a case; the code by which it can then be followed.
    pub(super) fn report(&mut self) -> (DocumentId, TrackingCode) {
        let recorded = self.record(report(alley(self), self.device_code));
        (recorded.document, recorded.code.unwrap())
    }

    /// Adds a note to a case.
    pub(super) fn note(&mut self, case: DocumentId) {
        let text = Text::cut("x");
        self.record(Draft {
            target: Some(case),
            body: CommandBody::Case(CaseCommand::Note(Note { text })),
        });
    }

    /// The proof that it asks for `target`, over the challenge of its last sync.
    pub(super) fn proves_now(&self, target: &str, drawn: u8) -> ReadProof {
        self.replica.prove_read(target, [drawn; 8], NOW).unwrap()
    }

    /// The town's own unit, as it knows it.
    pub(super) fn hall(&self) -> Option<UnitId> {
        self.replica.organisation().towns().next()
    }

    /// The name of a member.
    pub(super) fn name_of(&self, member: &str) -> String {
        let member = MemberId::derive(TOWN, member);
        self.replica.organisation().name(member).unwrap().to_owned()
    }

    /// The end of the last import that was asked for.
    pub(super) fn ended_import(&self) -> Option<EndedImport> {
        let mut units = self.replica.unit_views();
        units.find_map(|unit| unit.ended_import)
    }

    /// Records a command.
    pub(super) fn record(&mut self, draft: Draft) -> Recorded {
        let random = self.random();
        let (writes, recorded) = self.replica.record(draft, NOW, random).unwrap();
        persist(&mut self.store, writes);
        recorded
    }

    /// A flight over the challenge of its enrolment with so many batches, packed.
    pub(super) fn flight_with(&self, batches: u64) -> Vec<u8> {
        self.signed(&self.hello(), &self.batches(batches))
    }

    /// A flight with these frames, packed.
    pub(super) fn signed(&self, hello: &Hello, frames: &[DeviceFrame]) -> Vec<u8> {
        packed(&flight::encode(TOWN, &self.secret, hello, frames))
    }

    /// So many batches, from the first.
    pub(super) fn batches(&self, count: u64) -> Vec<DeviceFrame> {
        let note = CaseCommand::Note(Note {
            text: Text::cut("x"),
        });
        let mut previous = [0; 32];
        let mut frames = Vec::new();
        for number in 1..=count {
            let command = Command {
                nonce: Nonce::Drawn(number.to_be_bytes()),
                document: Some(DocumentId([5; 16])),
                base: Base::default(),
                at: NOW,
                body: CommandBody::Case(note.clone()),
            };
            let batch =
                Batch::seal(TOWN, &self.secret, number, previous, [9; 16], vec![command]).unwrap();
            previous = batch.hash(TOWN, self.id);
            frames.push(DeviceFrame::Batch(
                Blob::new(batch.pack(&self.secret.public())).unwrap(),
            ));
        }
        frames
    }

    /// The hello of such a flight.
    pub(super) fn hello(&self) -> Hello {
        Hello {
            device: self.id,
            challenge: Some(self.challenge),
            cursor: Blob::default(),
            acknowledged: 0,
            budget_bytes: 1 << 20,
            clock: NOW,
            more: false,
        }
    }

    /// The flight that a sync would begin with, packed.
    pub(super) fn flight(&mut self) -> Vec<u8> {
        let random = self.random();
        let effects = self.replica.begin_sync(NOW, random);
        let flight = effects.into_iter().find_map(|effect| match effect {
            Effect::Send(flight) => Some(flight),
            Effect::Persist(_) | Effect::PersistAnew(_) | Effect::Wipe | Effect::Done(_) => None,
        });
        packed(&flight.unwrap())
    }

    pub(super) async fn sync(&mut self, app: &Arc<App>) -> SyncSummary {
        let random = self.random();
        let mut effects = self.replica.begin_sync(NOW, random);
        loop {
            let mut flight = None;
            for effect in effects {
                match effect {
                    Effect::Persist(writes) | Effect::PersistAnew(writes) => {
                        persist(&mut self.store, writes);
                    }
                    Effect::Send(bytes) => flight = Some(bytes),
                    Effect::Wipe => panic!("nobody lost this device"),
                    Effect::Done(summary) => return summary,
                }
            }
            let sent = packed(&flight.unwrap());
            let (status, _, body) = respond(app, request(Method::POST, "/v1/sync", &sent)).await;
            assert_eq!(status, 200);
            let plain = zstd::stream::decode_all(body.as_slice()).unwrap();
            let mut frames = Reader::new(&plain);
            assert_eq!(frames.byte().unwrap(), PROTOCOL_VERSION);
            while let Some(frame) = next_frame(&mut frames).unwrap() {
                for effect in self.replica.receive(frame, NOW).unwrap() {
                    let Effect::Persist(writes) = effect else {
                        panic!("{effect:?}")
                    };
                    persist(&mut self.store, writes);
                }
            }
            let random = self.random();
            effects = self.replica.response_ended(NOW, random);
        }
    }
}

fn persist(store: &mut MemoryStore, writes: Vec<Write>) {
    store
        .commit(&Transaction {
            writes,
            ..Transaction::default()
        })
        .unwrap();
}

fn packed(plain: &[u8]) -> Vec<u8> {
    Packer::new(Some(plain.len()))
        .unwrap()
        .pack(plain, true)
        .unwrap()
}

/// A server with the small town in it; its clock stands near [`NOW`].
pub(super) async fn town(limits: HttpLimits) -> Arc<App> {
    town_on(Disk::unwatched(), limits).await
}

/// The same on a disk of its own.
pub(super) async fn town_on(disk: Disk, limits: HttpLimits) -> Arc<App> {
    let app = app_on(disk, limits, writer_limits(), true, None);
    app.clock.set(NOW);
    let made = app
        .writer
        .ask(0, |desk| {
            let town = generate(Size::Small, 1, NOW).unwrap();
            let files = files(&town.lists).unwrap();
            let made = crate::admin::import_at(desk, TOWN, &files, false, [8; 32]);
            Ok(made.map(drop).map_err(|undone| format!("{undone:?}")))
        })
        .await
        .unwrap();
    made.unwrap();
    app
}

fn alley(phone: &Phone) -> DocumentId {
    let member = MemberId::derive(TOWN, "xie");
    phone
        .replica
        .organisation()
        .posts_of(member, NOW)
        .next()
        .unwrap()
        .unit
}

fn report(owner: DocumentId, device_code: u32) -> Draft {
    let report = Report {
        owner,
        device_code,
        tracking: TrackingCode::from_random([0; 15]),
        category: Text::new("road").unwrap(),
        title: Text::new("甜橙路坏了").unwrap(),
        text: Text::new("去果园的路全是坑。").unwrap(),
        place: Text::default(),
        point: None,
        contact: Text::default(),
        household: None,
        taken_at: None,
        confidential: false,
        door: None,
        slip: None,
        origin: None,
        external_system: Text::default(),
        external_number: Text::default(),
        external_due: None,
        phone: Text::default(),
        may_text: false,
        about: None,
    };
    Draft {
        target: None,
        body: CommandBody::Case(CaseCommand::Report(report)),
    }
}

#[tokio::test]
async fn a_device_enrols_and_gets_its_part_of_the_town() {
    let app = town(limits()).await;
    let mut phone = Phone::of(&app, "xie").await;
    let summary = phone.sync(&app).await;
    assert!(summary.up_to_date && summary.received >= 10, "{summary:?}");
    let again = phone.sync(&app).await;
    assert!(again.up_to_date && again.received == 0, "{again:?}");
}

#[tokio::test]
async fn what_a_device_hands_in_is_admitted_and_can_be_followed_by_its_code() {
    let app = town(limits()).await;
    let mut phone = Phone::of(&app, "xie").await;
    phone.sync(&app).await;
    let (_, tracking) = phone.report();
    let summary = phone.sync(&app).await;
    assert_eq!((summary.sent, summary.admitted, summary.refused), (1, 1, 0));
    let (_, _, body) = respond(
        &app,
        request(Method::GET, &format!("/v1/track/{tracking}"), b""),
    )
    .await;
    let followed: serde_json::Value = serde_json::from_slice(&body).unwrap();
    assert_eq!(
        (
            followed["state"].as_str(),
            followed["steps"][0]["kind"].as_str()
        ),
        (Some("reported"), Some("report"))
    );
    assert!(!followed.to_string().contains("谢"), "{followed}");
}

#[tokio::test]
async fn a_flight_that_was_tampered_with_is_refused() {
    let app = town(limits()).await;
    let mut phone = Phone::of(&app, "xie").await;
    let flight = zstd::stream::decode_all(phone.flight().as_slice()).unwrap();
    for at in 20..flight.len() {
        let mut forged = flight.clone();
        forged[at] ^= 1;
        let (status, ..) = respond(&app, request(Method::POST, "/v1/sync", &packed(&forged))).await;
        assert!(matches!(status.as_u16(), 400 | 401), "byte {at}: {status}");
    }
}

#[tokio::test]
async fn a_client_that_does_not_read_its_pages_is_cut_and_holds_nobody_up() {
    let short = HttpLimits {
        chunk_time_max: Duration::from_millis(100),
        ..limits()
    };
    let app = town(short).await;
    let mut phone = Phone::of(&app, "wei").await;
    let listener = listen("127.0.0.1:0".parse().unwrap()).unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = watch::channel(false);
    let serving = tokio::spawn(serve(listener, app.clone(), stopped));
    let mut stream = TcpStream::connect(address).await.unwrap();
    let body = phone.flight();
    // The same flight again and again: all but the first are answered with a challenge.
    let head = format!(
        "POST /v1/sync HTTP/1.1\r\nhost: a\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    let one = [head.as_bytes(), &body].concat();
    // Without reading an answer, until the server stops taking requests and then gives up.
    let sending = async { while stream.write_all(&one).await.is_ok() {} };
    tokio::time::timeout(Duration::from_mins(1), sending)
        .await
        .unwrap();
    while app.metrics.connections.get() > 0 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let mut other = TcpStream::connect(address).await.unwrap();
    other
        .write_all(b"GET /readyz HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n")
        .await
        .unwrap();
    let mut answer = String::new();
    other.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    stop.send_replace(true);
    serving.await.unwrap();
}
