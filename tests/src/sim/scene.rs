//! Told runs: what a fault needed to show itself, step by step, under the same oracle.

use alleyway_core::command::Body;
use alleyway_core::id::DocumentId;
use alleyway_core::kinds::case::CaseCommand;
use alleyway_core::kinds::case::{Note, Report};
use alleyway_core::kinds::unit::Post;
use alleyway_core::number::TrackingCode;
use alleyway_core::sync::frame::Stop;
use alleyway_core::text::Text;
use alleyway_replica::Draft;

use super::service::Work;
use super::town;
use super::violation::{Broken, IDEMPOTENT, broken};
use super::world::World;
use super::{Plan, Plant, Violation};

/// The phones of a scene, in this order: the chief of alleys 0 and 1, another chief of alley 0 who
/// has alley 2 too, and the secretary of both branches.
const PHONES: [&str; 3] = ["xie", "lan", "qin"];

/// A run without chance: no faults but those that are told.
pub struct Scene {
    world: World,
}

impl Scene {
    /// A town, and three phones that have synced.
    ///
    /// # Errors
    /// A promise that was not kept.
    pub fn new() -> Result<Self, Box<Violation>> {
        let world = World::new(Plan {
            seed: 1,
            steps: 0,
            plant: Plant::Nothing,
        })
        .map_err(|e| tell(e, Vec::new()))?;
        let mut scene = Self { world };
        scene.world.calm = true;
        for name in PHONES {
            scene.act(|world| world.enrol(name, name))?;
        }
        scene.sync(0)?;
        scene.sync(1)?;
        scene.sync(2)?;
        Ok(scene)
    }

    fn act<T>(
        &mut self,
        act: impl FnOnce(&mut World) -> Result<T, Broken>,
    ) -> Result<T, Box<Violation>> {
        act(&mut self.world).map_err(|error| tell(error, self.world.done.story.clone()))
    }

    /// A chief reports a case of an alley.
    ///
    /// # Errors
    /// A promise that was not kept.
    pub fn reports(&mut self, phone: usize, alley: usize) -> Result<DocumentId, Box<Violation>> {
        let tracking = TrackingCode::from_random(self.world.rng.bytes());
        let owner = self.world.places.alleys[alley];
        let now = self.world.now;
        let device_code = self.world.phones[phone]
            .replica
            .status(now)
            .map_or(0, |status| status.device_code);
        let report = Report {
            owner,
            device_code,
            tracking,
            category: Text::cut("road"),
            title: Text::cut("the orange road"),
            text: Text::cut("broken"),
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
        self.types(
            phone,
            Draft {
                target: None,
                body: Body::Case(CaseCommand::Report(report)),
            },
        )
    }

    /// Somebody notes something.
    ///
    /// # Errors
    /// A promise that was not kept.
    pub fn notes(
        &mut self,
        phone: usize,
        case: DocumentId,
        text: &str,
    ) -> Result<(), Box<Violation>> {
        let body = Body::Case(CaseCommand::Note(Note {
            text: Text::cut(text),
        }));
        self.types(
            phone,
            Draft {
                target: Some(case),
                body,
            },
        )
        .map(|_| ())
    }

    /// Somebody types a command.
    ///
    /// # Errors
    /// A promise that was not kept, or the phone does not take it.
    pub fn types(&mut self, phone: usize, draft: Draft) -> Result<DocumentId, Box<Violation>> {
        self.act(|world| {
            let random = world.random();
            let phone = &mut world.phones[phone];
            let now = world.now;
            let refused = |e| broken(IDEMPOTENT, format!("the phone does not take it: {e}"));
            let (writes, recorded) = phone.replica.record(draft, now, random).map_err(refused)?;
            phone.keep(writes);
            phone.disk.notebook.typed.insert(recorded.command);
            Ok(recorded.document)
        })
    }

    /// A phone syncs.
    ///
    /// # Errors
    /// A promise that was not kept.
    pub fn sync(&mut self, phone: usize) -> Result<(), Box<Violation>> {
        self.act(|world| world.sync_calmly(phone).map(|_| ()))
    }

    /// A phone begins to sync, and hears no more than so many frames. Returns how many it heard.
    ///
    /// # Errors
    /// A promise that was not kept.
    pub fn sync_cut_after(&mut self, phone: usize, frames: usize) -> Result<usize, Box<Violation>> {
        self.begins(phone)?;
        let heard = self.hears(phone, frames)?;
        self.act(|world| world.phones[phone].crash())?;
        Ok(heard)
    }

    /// A phone seals and sends, and the network loses it.
    ///
    /// # Errors
    /// A promise that was not kept.
    pub fn sends_in_vain(&mut self, phone: usize) -> Result<(), Box<Violation>> {
        self.act(|world| {
            let random = world.random();
            world.start_sync(phone, random)?;
            world.network.requests.clear();
            world.phones[phone].crash()
        })
    }

    /// The phone's store is copied.
    pub fn is_copied(&mut self, phone: usize) {
        let phone = &mut self.world.phones[phone];
        phone.copy = Some(phone.disk.clone());
    }

    /// The phone goes on from its copy.
    ///
    /// # Errors
    /// A promise that was not kept.
    pub fn is_restored(&mut self, phone: usize) -> Result<(), Box<Violation>> {
        self.act(|world| {
            if let Some(copy) = world.phones[phone].copy.take() {
                world.phones[phone].disk = copy;
            }
            world.oracle.restored.insert(phone);
            world.phones[phone].crash()
        })
    }

    /// A phone begins to sync; the server has its flight.
    ///
    /// # Errors
    /// A promise that was not kept.
    pub fn begins(&mut self, phone: usize) -> Result<(), Box<Violation>> {
        self.act(|world| {
            let random = world.random();
            world.start_sync(phone, random)?;
            world.serve_only(world.phones[phone].connection.unwrap_or_default())
        })
    }

    /// A phone hears so many frames more of its answer, if there are so many. Returns how many.
    ///
    /// # Errors
    /// A promise that was not kept.
    pub fn hears(&mut self, phone: usize, frames: usize) -> Result<usize, Box<Violation>> {
        for heard in 0..frames {
            let Some(connection) = self.world.phones[phone].connection else {
                return Ok(heard);
            };
            let answer = self.world.network.answers.get(&connection);
            let (empty, more) =
                answer.map_or((true, false), |a| (a.frames.is_empty(), a.next.is_some()));
            if empty && !more {
                return Ok(heard);
            }
            self.act(|world| {
                if empty {
                    world.serve_only(connection)?;
                }
                world.deliver(phone)
            })?;
        }
        Ok(frames)
    }

    /// A chief's post ends now.
    ///
    /// # Errors
    /// A promise that was not kept.
    pub fn post_ends(&mut self, phone: usize, alley: usize) -> Result<(), Box<Violation>> {
        self.act(|world| {
            let (unit, member, now) = (
                world.places.alleys[alley],
                world.phones[phone].member,
                world.now,
            );
            let organisation = world.server.ledger.organisation();
            let posts = organisation.posts_of(member, now);
            let commands: Vec<_> = posts
                .filter(|row| row.unit == unit)
                .filter_map(|row| town::end(organisation, row.appointment, now))
                .collect();
            world.carry_out(commands)
        })
    }

    /// Somebody becomes an alley's chief now.
    ///
    /// # Errors
    /// A promise that was not kept.
    pub fn post_begins(&mut self, phone: usize, alley: usize) -> Result<(), Box<Violation>> {
        self.act(|world| {
            let unit = world.places.alleys[alley];
            let appoint = town::appoint(unit, PHONES[phone], Post::AlleyChief, world.now, None);
            world.carry_out(vec![appoint])
        })
    }

    /// The phone's device is revoked now.
    ///
    /// # Errors
    /// A promise that was not kept.
    pub fn is_revoked(&mut self, phone: usize) -> Result<(), Box<Violation>> {
        self.act(|world| world.serve_group(vec![Work::Stop(phone, Stop::Revoked)]))
    }

    /// Everybody syncs, and everything is compared.
    ///
    /// # Errors
    /// A promise that was not kept.
    pub fn ends_well(mut self) -> Result<(), Box<Violation>> {
        self.act(World::quiesce)
    }
}

#[expect(clippy::unnecessary_box_returns, reason = "errors are returned boxed")]
fn tell(error: Broken, story: Vec<String>) -> Box<Violation> {
    let (invariant, what) = (error.invariant, error.what);
    Box::new(Violation {
        seed: 0,
        plant: Plant::Nothing,
        invariant,
        what,
        story,
        steps: Vec::new(),
        is_whole: true,
    })
}
