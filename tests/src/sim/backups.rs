//! Backups of the server, and servers restored from them: the machine is lost, and another one goes
//! on from the newest backup, as a new incarnation.
//!
//! A backup is copied, and verified later; only then do phones hear what it covers. One that was not
//! verified can be restored too, but not one that is older than the newest verified one: phones may
//! have dropped what that one holds.

use alleyway_core::id::DeviceId;
use alleyway_ledger::batches_held;

use super::disk::Disk;
use super::oracle::Oracle;
use super::plant::Plant;
use super::planted::forgetful;
use super::service::Work;
use super::violation::{Checked, DURABLE, broken};
use super::world::World;

/// What the server held at one moment, and what the oracle believed then.
#[derive(Debug)]
pub(crate) struct Backup {
    disk: Disk,
    /// As it was then, for a planted bug: the product is given the newest there is.
    journal: Vec<Vec<u8>>,
    oracle: Oracle,
}

/// The backups that a restore may begin with.
#[derive(Debug, Default)]
pub(crate) struct Backups {
    copied: Option<Backup>,
    verified: Option<Backup>,
}

impl World {
    /// A backup is begun, or the one that was begun is verified: phones will hear what it covers.
    pub(crate) fn back_up(&mut self) -> Checked {
        if !self.server.is_up {
            return Ok(());
        }
        let Some(backup) = self.backups.copied.take() else {
            let disk = &self.server.disk;
            let journal = disk.journal_entries().to_vec();
            let backup = Backup {
                disk: disk.copied(),
                journal,
                oracle: self.oracle.clone(),
            };
            self.backups.copied = Some(backup);
            self.tell(|| "a backup of the server is copied".to_owned());
            return Ok(());
        };
        let held = batches_held(&backup.disk)
            .map_err(|e| broken(DURABLE, format!("a backup cannot be read: {e}")))?;
        let held = if self.plan.plant == Plant::CoversTooMuch {
            held.into_iter()
                .map(|(device, _)| (device, u64::MAX))
                .collect()
        } else {
            held
        };
        self.backups.verified = Some(backup);
        self.tell(|| "the backup of the server is verified".to_owned());
        self.serve_group(vec![Work::Cover(held)])
    }

    /// The server's machine is lost. Another one goes on from a backup; now and then without the
    /// security journal, and then the administrators say who goes on.
    pub(crate) fn restore_server(&mut self) -> Checked {
        let from_copied = self.backups.verified.is_none() || self.rng.one_in(2);
        let newest = self.backups.copied.take().filter(|_| from_copied);
        let Some(backup) = newest.or_else(|| self.backups.verified.take()) else {
            return Ok(());
        };
        let is_journal_lost = self.rng.one_in(4);
        let journal = match self.plan.plant {
            Plant::RevocationForgotten => {
                forgetful(&backup.journal, self.server.disk.journal_entries())
            }
            _ if is_journal_lost => Vec::new(),
            _ => self.server.disk.journal_entries().to_vec(),
        };
        let without = if is_journal_lost {
            ", without its journal"
        } else {
            ""
        };
        self.tell(|| format!("the server is restored from its backup{without}"));
        self.done.servers_restored += 1;
        if self.server.is_up {
            self.server.end(false, &mut self.rng);
        }
        self.network.reset();
        let now = self.server_clock();
        let posts = self.oracle.town.posts.clone();
        self.oracle.go_back_to(&backup.oracle, now);
        let stopped: Vec<DeviceId> = (0..self.phones.len())
            .filter(|phone| self.oracle.is_stopped(*phone))
            .map(|phone| self.phones[phone].device())
            .collect();
        let goes_on = |device: DeviceId| !stopped.contains(&device);
        let restored =
            self.server
                .restore(backup.disk.restored(journal), &goes_on, now, &mut self.rng);
        // It can be restored once more.
        self.backups.verified = Some(backup);
        match restored {
            Ok(()) => {
                let plant = self.plan.plant;
                let forgets = [Plant::RevocationForgotten, Plant::ClearanceNotEnded];
                if !is_journal_lost && !forgets.contains(&plant) {
                    self.check_ended(&posts, now)?;
                }
                self.observe_start()
            }
            Err(trouble) => self.outage(trouble),
        }
    }
}
