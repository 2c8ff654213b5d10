//! Who one is on this device.

use alleyway_core::id::{DeviceId, MemberId};
use alleyway_core::sync::frame::Stop;
use alleyway_core::time::Time;
use alleyway_replica::Reading;
use serde::Serialize;

use super::utc_or_null;
use crate::fault::Fault;
use crate::screen::Screen;

/// The device's member, and how the device stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Whoami {
    /// The member.
    pub member: MemberId,
    /// The member's name.
    pub name: String,
    /// The posts held now.
    pub posts: Vec<Post>,
    /// The device.
    pub device: DeviceId,
    /// Batches that are carried for others.
    pub carried: usize,
    /// When the server last answered, by its clock.
    #[serde(serialize_with = "utc_or_null")]
    pub last_contact: Option<Time>,
    /// Open proposals of those whose post had ended.
    pub proposals: usize,
    /// Open items for review.
    pub review: usize,
    /// Until when this device may be read without a contact; none once it may not.
    #[serde(serialize_with = "utc_or_null")]
    pub readable_until: Option<Time>,
    /// The town's name.
    #[serde(skip)]
    pub town: String,
    /// The device's code, of which case numbers are made.
    #[serde(skip)]
    pub device_code: u32,
    /// For how long the device may be read.
    #[serde(skip)]
    pub reading: Option<Reading>,
    /// Why the device is not to go on, if it is not.
    #[serde(skip)]
    pub stopped: Option<Stop>,
    /// The member holds no post, by what a sync brought.
    #[serde(skip)]
    pub has_no_post: bool,
}

/// A post held.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Post {
    /// Its word.
    pub post: String,
    /// The unit's name.
    pub unit: String,
}

impl Screen<'_> {
    /// Who one is.
    ///
    /// # Errors
    /// [`crate::fault::Problem::NotEnrolled`].
    pub fn whoami(&self) -> Result<Whoami, Fault> {
        let status = self.status()?;
        let posts = status.posts.iter().map(|(post, unit)| Post {
            post: post.word().to_owned(),
            unit: self.unit(*unit),
        });
        let stopped = self.replica.stopped();
        let readable_until = match status.reading.filter(|_| stopped.is_none()) {
            Some(Reading::Until(ends) | Reading::EndsSoon(ends)) => Some(ends),
            Some(Reading::Ended) | None => None,
        };
        Ok(Whoami {
            member: status.member,
            posts: posts.collect(),
            device: status.device,
            carried: status.carried,
            last_contact: status.last_contact,
            proposals: self.replica.proposals().len(),
            review: self.replica.review().len(),
            readable_until,
            town: status.town_name,
            device_code: status.device_code,
            reading: status.reading,
            stopped,
            has_no_post: self.has_no_post(),
            name: status.name,
        })
    }
}
