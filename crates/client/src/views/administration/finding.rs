//! Posts, devices and askings by what people type.

use alleyway_core::id::{CommandId, DeviceId, MemberId, UnitId};
use alleyway_core::text::fold::{self, Named};

use crate::fault::{Candidate, Fault, Problem};
use crate::screen::Screen;

impl Screen<'_> {
    /// The asking that `text` means: an id, or an unambiguous beginning.
    ///
    /// # Errors
    /// [`Problem::AskedNotFound`], [`Problem::Ambiguous`].
    pub fn asked_named(&self, text: &str) -> Result<(UnitId, CommandId), Fault> {
        let typed = Named::new(text);
        let all = self.replica.asked();
        let fitting = all
            .iter()
            .filter_map(|(unit, asked)| Some((typed.fits(&asked.id.key())?, (*unit, asked.id))));
        one(
            text,
            Problem::AskedNotFound,
            &fold::best(fitting),
            |(unit, id)| Candidate {
                name: id.to_string(),
                about: Some(self.unit(*unit)),
                id: None,
            },
        )
    }

    /// The post that is not over that `text` means: the id of its appointment, the name of who holds
    /// it, or an unambiguous beginning of either.
    pub(super) fn open_post_named(
        &self,
        text: &str,
    ) -> Result<(UnitId, CommandId, MemberId), Fault> {
        let typed = Named::new(text);
        let posts = self.replica.open_posts(self.now);
        let fitting = posts.iter().filter_map(|(unit, made)| {
            let by_id = typed.fits(&made.id.key());
            let fit = by_id.into_iter().chain(typed.fits(&made.name)).min()?;
            Some((fit, (*unit, made.id, made.member)))
        });
        one(
            text,
            Problem::AppointmentNotFound,
            &fold::best(fitting),
            |(unit, id, _)| Candidate {
                name: id.to_string(),
                about: Some(self.unit(*unit)),
                id: None,
            },
        )
    }

    /// The device of a member that `text` means: the only one, or an id, or the beginning of one that
    /// the directories name.
    pub(super) fn device_named(
        &self,
        member: MemberId,
        text: Option<&str>,
    ) -> Result<DeviceId, Fault> {
        let devices = self.replica.devices_of(member);
        let said = text.unwrap_or_default();
        // A stopped device is in no directory: it is meant by its whole id.
        if let Some(device) = text.and_then(|text| DeviceId::parse(&fold::plain(text))) {
            return Ok(device);
        }
        let typed = text.map(Named::new);
        let fits = |device: &DeviceId| {
            let typed = typed.as_ref();
            typed.is_none_or(|typed| typed.fits(&device.key()).is_some())
        };
        let fitting: Vec<DeviceId> = devices.into_iter().filter(fits).collect();
        one(said, Problem::TownDeviceNotFound, &fitting, |device| {
            Candidate {
                name: device.to_string(),
                ..Candidate::default()
            }
        })
    }

    pub(super) fn unit_of_member(&self, member: MemberId) -> Result<UnitId, Fault> {
        let unit = self.replica.unit_of(member, self.now);
        unit.ok_or_else(|| {
            let name = self.replica.organisation().name(member);
            let text = name.map_or_else(|| member.to_string(), str::to_owned);
            Fault::new(Problem::AppointmentNotFound, vec![("text", text)])
        })
    }
}

/// The only one of those that fit.
fn one<T: Copy>(
    text: &str,
    none: Problem,
    fitting: &[T],
    shown: impl Fn(&T) -> Candidate,
) -> Result<T, Fault> {
    let fault = |problem| Fault::new(problem, vec![("text", text.to_owned())]);
    match fitting {
        [only] => Ok(*only),
        [] => Err(fault(none)),
        several => Err(Fault {
            candidates: several.iter().map(shown).collect(),
            ..fault(Problem::Ambiguous)
        }),
    }
}
