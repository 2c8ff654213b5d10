//! A device: the product's replica on its own store, and its own way to the server.

use std::collections::BTreeSet;
use std::time::Instant;

use alleyway_core::command::Body;
use alleyway_core::crypto::{first, hash};
use alleyway_core::id::{CommandId, DocumentId, MemberId};
use alleyway_core::kinds::case::{CaseCommand, Note};
use alleyway_core::number::TrackingCode;
use alleyway_core::sync::enrol::Enrolled;
use alleyway_core::text::Text;
use alleyway_core::time::Time;
use alleyway_core::wire::Wire as _;
use alleyway_demo::Chance;
use alleyway_device::session::{self, Alone, Surroundings, SyncReport};
use alleyway_device::store::DeviceStore;
use alleyway_device::transport::Client;
use alleyway_replica::{Draft, Replica, SealingPair};
use tempfile::TempDir;

use crate::forge::{client, post};
use crate::process::ProcessError;
use crate::workload::Typed;

/// Everybody's clock, as the demo town wants it: 2026-03-01, eight in the morning.
pub(crate) const CLOCK: &str = "2026-03-01T08:00:00+08:00";
pub(crate) const NOW: Time = Time(1_772_323_200_000);

/// A clock that began with the town.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Clock(Instant);

impl Clock {
    pub(crate) fn begin() -> Self {
        Self(Instant::now())
    }

    fn now(self) -> Time {
        let since = i64::try_from(self.0.elapsed().as_millis()).unwrap_or_default();
        Time(NOW.0 + since)
    }
}

/// A command that was typed.
#[derive(Debug, Clone)]
pub(crate) struct Line {
    /// The command.
    pub(crate) command: CommandId,
    /// Its document.
    pub(crate) document: DocumentId,
    /// What was typed, which is nowhere else.
    pub(crate) text: String,
}

/// What became of what was typed, since it was last asked.
#[derive(Debug, Default)]
pub(crate) struct Settled {
    /// Acknowledged as admitted.
    pub(crate) admitted: Vec<Line>,
    /// Refused.
    pub(crate) refused: usize,
}

/// An enrolled device.
#[derive(Debug)]
pub(crate) struct Phone {
    /// The machine.
    pub(crate) replica: Replica,
    /// Its code, the first digits of its case numbers.
    pub(crate) code: u32,
    /// Its member's key in the town's lists.
    pub(crate) key: &'static str,
    store: DeviceStore,
    client: Client,
    member: MemberId,
    clock: Clock,
    name: String,
    drawn: u64,
    /// What was typed and has no answer yet.
    open: Vec<Line>,
    home: TempDir,
}

impl Phone {
    /// Enrols a device. Its keys come from its name.
    ///
    /// # Errors
    /// If the server does not answer, or refuses.
    pub(crate) fn enrol(
        url: &str,
        code: &str,
        key: &'static str,
        name: &str,
        clock: Clock,
    ) -> Result<Self, ProcessError> {
        let home = TempDir::new().map_err(ProcessError::system("a temporary folder"))?;
        let mut store = DeviceStore::open(home.path()).map_err(answer)?;
        let mut replica = Replica::open(&store).map_err(answer)?;
        let mut client = client(url)?;
        let code = TrackingCode::parse(code).ok_or_else(|| answer("not a code"))?;
        let (signing, sealing) = (draw(name, 1), draw(name, 2));
        let sealing = SealingPair::of(sealing);
        let (writes, request) = replica
            .enrol_request(code, Text::cut(name), signing, sealing, clock.now())
            .map_err(answer)?;
        store.commit(&writes).map_err(answer)?;
        let heard = post(&mut client, "/v1/enrol", request.to_bytes())?;
        if heard.status != 200 {
            return Err(answer(format!("enrolment: {}", heard.code)));
        }
        let enrolled = Enrolled::from_bytes(&heard.body).map_err(answer)?;
        store
            .commit(&replica.enrolled(&enrolled, clock.now()))
            .map_err(answer)?;
        let (member, code, name) = (enrolled.member, enrolled.device_code, name.to_owned());
        Ok(Self {
            replica,
            code,
            key,
            store,
            client,
            member,
            clock,
            name,
            drawn: 2,
            open: Vec::new(),
            home,
        })
    }

    /// Ends the program and starts it again: what is not on the disk is gone.
    ///
    /// # Errors
    /// If the store does not open.
    pub(crate) fn started_again(self, url: &str) -> Result<Self, ProcessError> {
        let Self {
            replica,
            code,
            key,
            store,
            client: _,
            member,
            clock,
            name,
            drawn,
            open,
            home,
        } = self;
        drop((replica, store));
        let store = DeviceStore::open(home.path()).map_err(answer)?;
        let replica = Replica::open(&store).map_err(answer)?;
        Ok(Self {
            replica,
            code,
            key,
            store,
            client: client(url)?,
            member,
            clock,
            name,
            drawn,
            open,
            home,
        })
    }

    /// Types a command: mostly a note on a case that the device has, else a report.
    ///
    /// # Errors
    /// If the device does not take it.
    pub(crate) fn types(&mut self, rng: &mut Chance) -> Result<(), ProcessError> {
        let cases: Vec<DocumentId> = self
            .replica
            .cases()
            .iter()
            .map(|row| row.document)
            .collect();
        let text = format!("{} says line {}", self.name, self.drawn);
        let draft = match rng.pick(&cases) {
            Some(case) if !rng.one_in(4) => {
                let body = Body::Case(CaseCommand::Note(Note {
                    text: Text::cut(&text),
                }));
                Draft {
                    target: Some(*case),
                    body,
                }
            }
            _ => self.report(&text)?,
        };
        let (now, random) = (self.clock.now(), self.random());
        let (writes, recorded) = self.replica.record(draft, now, random).map_err(answer)?;
        self.store.commit(&writes).map_err(answer)?;
        self.open.push(Line {
            command: recorded.command,
            document: recorded.document,
            text,
        });
        Ok(())
    }

    fn report(&mut self, text: &str) -> Result<Draft, ProcessError> {
        let unit = {
            let mut posts = self
                .replica
                .organisation()
                .posts_of(self.member, self.clock.now());
            posts
                .next()
                .map(|post| post.unit)
                .ok_or_else(|| answer("no post is known"))?
        };
        let tracking = TrackingCode::from_random(first(&self.random()));
        let body =
            Typed::plain("the road is broken", text, "", "").report(unit, self.code, tracking);
        Ok(Draft { target: None, body })
    }

    /// Syncs, as the terminal program does.
    ///
    /// # Errors
    /// If it does not come to its end.
    pub(crate) fn sync(&mut self) -> Result<SyncReport, ProcessError> {
        let (name, drawn) = (&self.name, &mut self.drawn);
        let mut random = || {
            *drawn += 1;
            Ok(draw(name, *drawn))
        };
        let now = self.clock.now();
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

    /// How many commands have no answer yet.
    pub(crate) fn open(&self) -> usize {
        self.open.len()
    }

    /// What was answered since this was last asked. The device knows an answer once it is on its disk.
    pub(crate) fn settle(&mut self) -> Settled {
        let ids = |rows: Vec<alleyway_replica::OutboxRow>| -> BTreeSet<CommandId> {
            rows.into_iter().map(|row| row.command).collect()
        };
        let (pending, refused) = (ids(self.replica.pending()), ids(self.replica.refused()));
        let (open, done): (Vec<Line>, Vec<Line>) = std::mem::take(&mut self.open)
            .into_iter()
            .partition(|line| pending.contains(&line.command));
        self.open = open;
        let (no, yes): (Vec<Line>, Vec<Line>) = done
            .into_iter()
            .partition(|line| refused.contains(&line.command));
        Settled {
            admitted: yes,
            refused: no.len(),
        }
    }

    fn random(&mut self) -> [u8; 32] {
        self.drawn += 1;
        draw(&self.name, self.drawn)
    }
}

fn draw(name: &str, index: u64) -> [u8; 32] {
    hash("crash phone", &[name.as_bytes(), &index.to_be_bytes()])
}

pub(crate) fn answer(error: impl std::fmt::Display) -> ProcessError {
    ProcessError::Answer(error.to_string())
}
