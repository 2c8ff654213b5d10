//! A town as it stood yesterday evening: units, people, phones that are enrolled and complete.
//!
//! Made through the ledger's own admission, in the data folder that the server is then started on,
//! so that nothing of the making shows in the server's memory.

use std::path::PathBuf;

use alleyway_core::crypto::{first, hash};
use alleyway_core::id::{MemberId, UnitId};
use alleyway_core::kinds::unit::{Appoint, CreateUnit, Post, UnitCommand, UnitKind};
use alleyway_core::number::TrackingCode;
use alleyway_core::store::Store as _;
use alleyway_core::text::Text;
use alleyway_core::time::Time;
use alleyway_ledger::AdminList;
use alleyway_server::instance::Instance;
use tempfile::TempDir;

use super::line::Direct;
use super::phone::{Owner, Phone};
use super::progress;
use crate::load::{Outcome, now};
use crate::workload::Typed;

/// Phones of a village: twenty chiefs', and the last is the secretary's of its branch.
const VILLAGE_PHONES: usize = 21;
/// Phones whose writes are one transaction while the folder is made.
const PHONES_AT_ONCE: usize = 256;
/// Documents held in memory while the folder is made.
const LOADED_DOCUMENTS_MAX: usize = 2_000;

/// The folder, and everybody's phone.
pub(super) struct Town {
    place: TempDir,
    /// The phones, in the order of the villages.
    pub(super) phones: Vec<Phone>,
}

impl Town {
    /// Makes a town with so many phones. Each chief has reported a case and escalated it to the
    /// branch; every phone has what it may see.
    pub(super) fn make(phones: usize, typed: &[Typed]) -> Outcome<Self> {
        let place = TempDir::with_prefix("alleyway-storm-")?;
        let instance = Instance::create(
            &place.path().join("town"),
            Text::cut("四排镇"),
            LOADED_DOCUMENTS_MAX,
        )?;
        let mut making = Making {
            list: instance.ledger.admin_list(hash("storm town", &[]), now()),
            instance,
            drawn: 0,
        };
        let owners = making.found(phones)?;
        let mut phones = making.enrol(&owners)?;
        making.yesterday(&mut phones, typed)?;
        Ok(Self { place, phones })
    }

    /// The data folder.
    pub(super) fn folder(&self) -> PathBuf {
        self.place.path().join("town")
    }
}

/// A member's key: his phone's number.
fn key(phone: usize) -> String {
    format!("member {phone}")
}

struct Making {
    instance: Instance,
    /// The units and posts so far, which are one transaction.
    list: AdminList,
    drawn: u64,
}

impl Making {
    /// Units and posts; whose each phone is.
    fn found(&mut self, phones: usize) -> Outcome<Vec<Owner>> {
        let mut owners = Vec::new();
        let town = self.unit(UnitKind::Town, None);
        let (mut village, mut branch) = (town, town);
        let mut posts = Vec::new();
        for phone in 0..phones {
            let in_village = phone % VILLAGE_PHONES;
            if in_village == 0 {
                village = self.unit(UnitKind::Village, Some(town));
                branch = self.unit(UnitKind::Branch, Some(village));
            }
            if in_village == VILLAGE_PHONES - 1 {
                posts.push((branch, Post::BranchSecretary));
                owners.push(Owner::Secretary);
            } else {
                let alley = self.unit(UnitKind::Alley, Some(village));
                posts.push((alley, Post::AlleyChief));
                owners.push(Owner::Chief { alley, branch });
            }
        }
        for (phone, (unit, post)) in posts.into_iter().enumerate() {
            self.appoint(phone, unit, post);
        }
        let Instance { ledger, store, .. } = &mut self.instance;
        ledger.administer_list(store, self.list.clone())?;
        self.commit()?;
        Ok(owners)
    }

    fn unit(&mut self, kind: UnitKind, parent: Option<UnitId>) -> UnitId {
        let at = self.list.len();
        let (key, name) = (
            Text::cut(&format!("unit {at}")),
            Text::cut(&format!("{at}号组织")),
        );
        let create = CreateUnit {
            key,
            name,
            kind,
            parent,
        };
        self.list.push(None, UnitCommand::Create(create))
    }

    fn appoint(&mut self, phone: usize, unit: UnitId, post: Post) {
        let (member, from, until) = (self.member(phone), Time::EARLIEST, None);
        let (key, name) = (Text::cut(&key(phone)), Text::cut(&format!("{phone}号")));
        let appoint = Appoint {
            member,
            key,
            name,
            post,
            from,
            until,
        };
        self.list.push(Some(unit), UnitCommand::Appoint(appoint));
    }

    fn member(&self, phone: usize) -> MemberId {
        MemberId::derive(self.instance.town, &key(phone))
    }

    fn commit(&mut self) -> Outcome<()> {
        if let Some(transaction) = self.instance.ledger.take_transaction() {
            self.instance.store.commit(&transaction)?;
        }
        Ok(())
    }

    fn enrol(&mut self, owners: &[Owner]) -> Outcome<Vec<Phone>> {
        let mut phones = Vec::new();
        for (at, owner) in owners.iter().enumerate() {
            let mut phone = Phone::new(&key(at), *owner)?;
            self.drawn += 1;
            let code =
                TrackingCode::from_random(first(&hash("storm code", &[&self.drawn.to_be_bytes()])));
            let member = self.member(at);
            let request = phone.enrolment(code)?.verify()?;
            let Instance { ledger, store, .. } = &mut self.instance;
            ledger.invite(store, member, &code, now())?;
            let answer = ledger.enrol(store, &request, now())?;
            phone.enrolled(&answer)?;
            phones.push(phone);
            self.made(at, owners.len(), "enrolled")?;
        }
        self.commit()?;
        Ok(phones)
    }

    /// Chiefs come before the secretary of their village, who thus has their cases.
    fn yesterday(&mut self, phones: &mut [Phone], typed: &[Typed]) -> Outcome<()> {
        let of = phones.len();
        for (at, (phone, typed)) in phones.iter_mut().zip(typed.iter().cycle()).enumerate() {
            phone.sync(&mut Direct(&mut self.instance))?;
            phone.type_yesterday(typed)?;
            let summary = phone.sync(&mut Direct(&mut self.instance))?;
            if !summary.up_to_date {
                return Err("a phone was not complete yesterday".into());
            }
            self.made(at, of, "at work yesterday")?;
        }
        self.commit()
    }

    /// A phone is done; the transaction goes when it is time.
    fn made(&mut self, at: usize, of: usize, what: &str) -> Outcome<()> {
        let done = at + 1;
        if done.is_multiple_of(2_000) {
            progress(&format!("{done} of {of} phones {what}"));
        }
        if done.is_multiple_of(PHONES_AT_ONCE) {
            self.commit()
        } else {
            Ok(())
        }
    }
}
