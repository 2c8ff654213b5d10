//! The device library, typing fast.

use crate::workload::Typed;
use alleyway_client::driver::Driver;
use alleyway_core::command::Body;
use alleyway_core::crypto::hash;
use alleyway_core::id::{DeviceId, DocumentId, MemberId, UnitId};
use alleyway_core::kinds::case::{CaseCommand, Note};
use alleyway_core::number::TrackingCode;
use alleyway_core::store::Write;
use alleyway_core::sync::enrol::Enrolled;
use alleyway_core::sync::frame::{PROTOCOL_VERSION, ServerFrame, put_frame};
use alleyway_core::text::Text;
use alleyway_core::time::Time;
use alleyway_core::wire::Wire as _;
use alleyway_device::session::{self, Alone, Surroundings, SyncReport};
use alleyway_device::store::DeviceStore;
use alleyway_device::transport::Client;
use alleyway_replica::{Draft, Effect, Replica, SealingPair, SyncSummary};
use tempfile::TempDir;

use super::{answer, client, fly, post};
use crate::process::ProcessError;

/// Between two commands, in milliseconds: people do not type in step.
const PAUSE_MILLISECONDS: i64 = 61_337;

/// A member's device: the real replica on a real store, and the real way to the server.
#[derive(Debug)]
pub struct Typist {
    /// The machine.
    pub replica: Replica,
    /// Its store.
    pub store: DeviceStore,
    /// Its way to the server.
    pub client: Client,
    /// Its member's first unit; known after the first sync.
    member: MemberId,
    device: DeviceId,
    device_code: u32,
    /// The clock of whoever types.
    typing: Time,
    /// The clock at a sync.
    now: Time,
    unwritten: Vec<Write>,
    drawn: u64,
    name: String,
    _home: TempDir,
}

impl Typist {
    /// Enrols a device at `now`. Typing begins `days` before that.
    ///
    /// # Errors
    /// If the server refuses.
    pub fn enrol(
        url: &str,
        code: &str,
        name: &str,
        now: Time,
        days: i64,
    ) -> Result<Self, ProcessError> {
        let home = TempDir::new().map_err(ProcessError::system("a temporary folder"))?;
        let mut store = DeviceStore::open(home.path()).map_err(answer)?;
        let mut replica = Replica::open(&store).map_err(answer)?;
        let mut client = client(url)?;
        let code = TrackingCode::parse(code).ok_or_else(|| answer("not a code"))?;
        let (signing, sealing) = (draw(name, 1), draw(name, 2));
        let (writes, request) = replica
            .enrol_request(
                code,
                Text::cut(name),
                signing,
                SealingPair::of(sealing),
                now,
            )
            .map_err(answer)?;
        store.commit(&writes).map_err(answer)?;
        let device = DeviceId::of(&request.signing);
        let heard = post(&mut client, "/v1/enrol", request.to_bytes())?;
        if heard.status != 200 {
            return Err(ProcessError::Answer(heard.code));
        }
        let enrolled = Enrolled::from_bytes(&heard.body).map_err(answer)?;
        store
            .commit(&replica.enrolled(&enrolled, now))
            .map_err(answer)?;
        let (member, device_code) = (enrolled.member, enrolled.device_code);
        let (typing, unwritten, name) = (now.plus_days(-days), Vec::new(), name.to_owned());
        Ok(Self {
            replica,
            store,
            client,
            member,
            device,
            device_code,
            typing,
            now,
            unwritten,
            drawn: 2,
            name,
            _home: home,
        })
    }

    /// Its member's first unit, once the directory has arrived.
    ///
    /// # Errors
    /// If it has not.
    pub fn unit(&self) -> Result<UnitId, ProcessError> {
        let mut posts = self.replica.organisation().posts_of(self.member, self.now);
        posts
            .next()
            .map(|post| post.unit)
            .ok_or_else(|| answer("no post is known; sync first"))
    }

    /// Its id.
    pub fn device(&self) -> DeviceId {
        self.device
    }

    /// The code its case numbers begin with.
    pub fn device_code(&self) -> u32 {
        self.device_code
    }

    /// Reports a case.
    ///
    /// # Errors
    /// If the device does not allow it.
    pub fn report(
        &mut self,
        title: &str,
        text: &str,
        place: &str,
        contact: &str,
    ) -> Result<DocumentId, ProcessError> {
        let random = self.draw();
        let tracking = TrackingCode::from_random(alleyway_core::crypto::first(&random));
        let body = Typed::plain(title, text, place, contact).report(
            self.unit()?,
            self.device_code,
            tracking,
        );
        self.record(Draft { target: None, body })
    }

    /// Adds a note.
    ///
    /// # Errors
    /// If the device does not allow it.
    pub fn note(&mut self, target: DocumentId, text: &str) -> Result<DocumentId, ProcessError> {
        let body = Body::Case(CaseCommand::Note(Note {
            text: Text::cut(text),
        }));
        self.record(Draft {
            target: Some(target),
            body,
        })
    }

    /// Edits a field.
    ///
    /// # Errors
    /// If the device does not allow it.
    pub fn edit(
        &mut self,
        target: DocumentId,
        field: &str,
        value: &str,
    ) -> Result<DocumentId, ProcessError> {
        let draft = self.replica.edit(target, field, value).map_err(answer)?;
        self.record(draft)
    }

    /// Types a command. What is typed is written, all together, by the next sync.
    ///
    /// # Errors
    /// If the device does not allow it.
    pub fn record(&mut self, draft: Draft) -> Result<DocumentId, ProcessError> {
        self.typing = Time(self.typing.0 + PAUSE_MILLISECONDS);
        let random = self.draw();
        let (writes, recorded) = self
            .replica
            .record(draft, self.typing, random)
            .map_err(answer)?;
        self.unwritten.extend(writes);
        Ok(recorded.document)
    }

    fn write(&mut self) -> Result<(), ProcessError> {
        let writes = std::mem::take(&mut self.unwritten);
        self.store.commit(&writes).map_err(answer)
    }

    /// Syncs, as the terminal program does.
    ///
    /// # Errors
    /// If it does not come to its end.
    pub fn sync(&mut self) -> Result<SyncReport, ProcessError> {
        self.write()?;
        let (name, drawn) = (&self.name, &mut self.drawn);
        let mut random = || {
            *drawn += 1;
            Ok(draw(name, *drawn))
        };
        let now = self.now;
        session::sync(
            &mut Alone {
                replica: &mut self.replica,
                store: &mut self.store,
            },
            &mut self.client,
            &mut Surroundings {
                now: &|| now,
                random: &mut random,
                progress: &mut |_| (),
            },
        )
        .map_err(answer)
    }

    /// Syncs while somebody changes what the server says.
    ///
    /// # Errors
    /// If it does not come to its end.
    pub fn sync_meddled(
        &mut self,
        mut meddle: impl FnMut(&mut ServerFrame),
    ) -> Result<(SyncSummary, u32), ProcessError> {
        self.write()?;
        let random = self.draw();
        let mut driver = Driver::begin(&mut self.replica, self.now, random);
        let outcome = self.converse_meddled(&mut driver, &mut meddle);
        if outcome.is_err() {
            driver.failed(&mut self.replica);
        }
        outcome
    }

    fn converse_meddled(
        &mut self,
        driver: &mut Driver,
        meddle: &mut dyn FnMut(&mut ServerFrame),
    ) -> Result<(SyncSummary, u32), ProcessError> {
        let mut round_trips = 0;
        loop {
            match driver.next(&mut self.replica, self.now).map_err(answer)? {
                Some(Effect::Persist(writes)) => {
                    self.store.commit(&writes).map_err(answer)?;
                    driver.persisted();
                }
                Some(Effect::PersistAnew(writes)) => {
                    self.store.commit_anew(&writes).map_err(answer)?;
                    driver.persisted();
                }
                Some(Effect::Send(flight)) => {
                    round_trips += 1;
                    let mut changed = vec![PROTOCOL_VERSION];
                    for mut frame in fly(&mut self.client, &flight)?.frames {
                        meddle(&mut frame);
                        put_frame(&mut changed, &frame);
                    }
                    driver.answer(&changed);
                }
                Some(Effect::Wipe) => return Err(answer("the server has this device wiped")),
                Some(Effect::Done(summary)) => return Ok((summary, round_trips)),
                None => {
                    let random = self.draw();
                    driver
                        .response_ended(&mut self.replica, self.now, random)
                        .map_err(answer)?;
                }
            }
        }
    }

    fn draw(&mut self) -> [u8; 32] {
        self.drawn += 1;
        draw(&self.name, self.drawn)
    }
}

fn draw(name: &str, index: u64) -> [u8; 32] {
    hash("typist", &[name.as_bytes(), &index.to_be_bytes()])
}
