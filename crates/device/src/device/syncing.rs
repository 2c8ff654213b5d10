//! The server: enrolment, syncs, moving to another phone.

use std::sync::{MutexGuard, TryLockError};

use alleyway_client::link::Invitation;
use alleyway_client::store::Store as _;
use alleyway_client::views::moving::{Enrolled, Move};
use alleyway_client::views::sync::Synced;
use alleyway_client::{Fault, Notice, Problem, Warning};
use alleyway_core::limits::NAME_BYTES_MAX;
use alleyway_core::sync::enrol;
use alleyway_core::text::{Text, typed};
use alleyway_core::wire::Wire as _;
use alleyway_replica::{EnrolmentError, Replica, SealingPair};

use super::held::Noting;
use super::{Device, Platform};
use crate::session::{self, Hold, Surroundings, SyncError};
use crate::transport::{Halt, ServerUrl, Transport as _};

/// The setting that holds the server's address.
const SERVER: &str = "server";

impl<P: Platform> Device<P> {
    /// Takes the device into a town. `name` is what the administrator sees of the device. If the
    /// answer is lost, the same call again is the same device to the server.
    ///
    /// # Errors
    /// [`Problem::AlreadyEnrolled`], [`Problem::BadUrl`]; [`Problem::TextTooLong`] and
    /// [`Problem::ControlCharacter`] for the name; what is wrong with the line, or what the server
    /// says.
    pub fn enrol(
        &self,
        invitation: &Invitation,
        name: &str,
        halt: &Halt,
    ) -> Result<Enrolled, Fault> {
        let url = ServerUrl::parse(&invitation.url);
        let url = url.map_err(|_| Fault::plain(Problem::BadUrl))?;
        let name: Text<NAME_BYTES_MAX> =
            typed::line(name).map_err(|error| alleyway_client::drafts::unfit("name", error))?;
        let _line = self.only()?;
        let sealing = SealingPair::of(self.random()?);
        // Keys and address are on disk before the first byte leaves.
        let request = self.hold(|open| {
            let (now, random) = (self.now(), self.random()?);
            let asked = open
                .replica
                .enrol_request(invitation.code, name, random, sealing, now);
            let (writes, request) =
                asked.map_err(|EnrolmentError::Enrolled| taken(&open.replica))?;
            open.commit(&writes)?;
            let kept = open.store.set(SERVER, url.to_string().as_bytes());
            kept.map_err(|error| Fault::unexpected(&error))?;
            Ok(request)
        })?;
        let mut line = self.reach(&url, halt)?;
        let answer = line.enrol(request.to_bytes())?;
        let enrolled = enrol::Enrolled::from_bytes(&answer).map_err(|error| {
            Fault::new(Problem::NotTheServer, vec![("reason", error.to_string())])
        })?;
        self.hold(|open| {
            let writes = open.replica.enrolled(&enrolled, self.now());
            open.commit(&writes)?;
            self.screen(open).enrolled(&enrolled)
        })
    }

    /// Asks for all cases of which only the rows are here: the next sync fetches them. How many they are.
    ///
    /// # Errors
    /// [`Problem::NotEnrolled`], [`Problem::NotSaved`], [`Problem::StorageFull`].
    pub fn fetch_all(&self) -> Result<usize, Fault> {
        self.hold(|open| {
            let writes = open.replica.fetch_all();
            open.commit(&writes)?;
            Ok(writes.len())
        })
    }

    /// Sends what is unsent and fetches what is new. `progress` is told the bytes of answers so far;
    /// `halt` ends it at its next wait, and another one goes on where it stopped. A device that was
    /// reported lost is wiped by it.
    ///
    /// # Errors
    /// What is wrong with the line, or what the server says; that the device is not to go on; one
    /// sync goes on at a time ([`Problem::Syncing`]).
    pub fn sync(&self, halt: &Halt, progress: &mut dyn FnMut(u64)) -> Result<Synced, Fault> {
        let _line = self.only()?;
        self.hold(|open| open.is_enrolled())?;
        if self.hold(|open| Ok(open.replica.is_to_be_wiped()))? {
            // The last sync was ended before it was.
            return Err(self.wiped());
        }
        let mut line = self.reach(&self.server()?, halt)?;
        let report = session::sync(
            &mut HeldDevice(self),
            &mut line,
            &mut Surroundings {
                now: &|| self.now(),
                random: &mut || {
                    let random = self.random();
                    random.map_err(|fault| SyncError::Device(Box::new(fault)))
                },
                progress,
            },
        )?;
        let (stopped, is_locked, synced) = self.hold(|open| {
            open.reserve();
            let screen = self.screen(open);
            let why = open.replica.stopped();
            let stopped = why.map(|why| screen.stopped(why, report.summary.sent));
            Ok((
                stopped,
                open.replica.is_locked(),
                screen.synced(&report.summary),
            ))
        })?;
        if !is_locked {
            self.lease_renewed();
        }
        if report.wipe {
            return Err(self.wiped());
        }
        match stopped {
            Some(stopped) => Err(stopped),
            None => Ok(Synced {
                bytes_up: report.bytes_up,
                bytes_down: report.bytes_down,
                tcp_up: report.tcp_up,
                tcp_down: report.tcp_down,
                round_trips: report.round_trips,
                ..synced
            }),
        }
    }

    /// The work that is only on this device; `heard` if a sync came to its end just now.
    ///
    /// # Errors
    /// [`Problem::NotEnrolled`].
    pub fn moving(&self, heard: bool) -> Result<Move, Fault> {
        self.read(|screen| screen.moving(heard))
    }

    /// Nothing is unsent on a device that was reported lost: its keys go first.
    fn wiped(&self) -> Fault {
        match self.take_away() {
            Ok(()) => Fault::plain(Problem::Wiped),
            Err(fault) => fault,
        }
    }

    /// One sync or enrolment goes on at a time.
    pub(super) fn only(&self) -> Result<MutexGuard<'_, ()>, Fault> {
        match self.shared.line.try_lock() {
            Ok(line) => Ok(line),
            Err(TryLockError::Poisoned(line)) => Ok(line.into_inner()),
            Err(TryLockError::WouldBlock) => Err(Fault::plain(Problem::Syncing)),
        }
    }

    /// The address of the server that the device is enrolled with.
    pub(super) fn server(&self) -> Result<ServerUrl, Fault> {
        let address = self.hold(|open| {
            let address = open.store.setting(SERVER);
            address.map_err(|error| Fault::unexpected(&error))
        })?;
        address
            .and_then(|bytes| String::from_utf8(bytes).ok())
            .and_then(|text| ServerUrl::parse(&text).ok())
            .ok_or_else(|| Fault::plain(Problem::NotEnrolled))
    }

    /// A way to the server, with a warning where what is sent can be read on its way.
    pub(super) fn reach(&self, url: &ServerUrl, halt: &Halt) -> Result<P::Line, Fault> {
        let halt = halt.clone().joined(&self.shared.closing);
        let line = self.shared.platform.line(url, &halt)?;
        if url.is_exposed() {
            let to = ("to", url.authority());
            self.warn(Warning::new(Notice::NotEncrypted, vec![to]));
        }
        Ok(line)
    }
}

/// A phone has one owner and one town. What waits on it is named, so that nobody clears it away
/// unseen.
fn taken(replica: &Replica) -> Fault {
    let values = vec![
        ("unsent", replica.pending().len().to_string()),
        ("refused", replica.refused().len().to_string()),
    ];
    Fault::new(Problem::AlreadyEnrolled, values)
}

/// The device as a sync finds it: held for one step at a time.
struct HeldDevice<'a, P: Platform>(&'a Device<P>);

impl<P: Platform> Hold for HeldDevice<'_, P> {
    type Store = Noting<P::Store>;

    fn hold<T>(
        &mut self,
        work: impl FnOnce(&mut Replica, &mut Self::Store) -> Result<T, SyncError>,
    ) -> Result<T, SyncError> {
        let lost = |fault| SyncError::Device(Box::new(fault));
        self.0
            .step(|open| work(&mut open.replica, &mut open.store), lost)
    }
}
