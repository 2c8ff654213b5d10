//! Administration: what an administrator asks for, confirms, ends and stops, each a step like any
//! other; and what the server shows administrators beside their documents.

use alleyway_client::views::administration::{
    Administration, AskedImport, Differences, NewPost, SealedInvitation, ShownInvitation,
    TownDevices,
};
use alleyway_client::views::outbox::Recorded;
use alleyway_client::{Fault, Problem};
use alleyway_core::sync::lists::{Lists, digits_of, hash_of};
use alleyway_core::wire::Wire as _;

use super::{Device, Platform};
use crate::transport::Halt;

impl<P: Platform> Device<P> {
    /// The askings, and the posts that are not over.
    ///
    /// # Errors
    /// [`Problem::NotEnrolled`]; [`Problem::LeaseEnded`].
    pub fn administration(&self) -> Result<Administration, Fault> {
        self.read(|screen| {
            screen.may_be_read()?;
            Ok(screen.administration())
        })
    }

    /// Asks that somebody be given a post; another administrator confirms it.
    ///
    /// # Errors
    /// What of it cannot be found, or is not allowed.
    pub fn ask_appointment(&self, asked: &NewPost) -> Result<Recorded, Fault> {
        self.readable_step(|screen| screen.appointment_asked(asked))
    }

    /// Asks that who holds the post that `post` means be invited to enrol a device; another
    /// administrator confirms it, and this device then shows the code ([`Device::invitation_code`]).
    ///
    /// # Errors
    /// As [`Device::ask_appointment`].
    pub fn ask_invitation(&self, post: &str, replaces: Option<&str>) -> Result<Recorded, Fault> {
        self.readable_step(|screen| screen.invitation_asked(post, replaces))
    }

    /// Asks that a frozen device go on; another administrator confirms it.
    ///
    /// # Errors
    /// As [`Device::ask_appointment`].
    pub fn ask_thaw(&self, member: &str, device: &str) -> Result<Recorded, Fault> {
        self.readable_step(|screen| screen.thaw_asked(member, device))
    }

    /// Confirms what another administrator asked for.
    ///
    /// # Errors
    /// As [`Device::ask_appointment`].
    pub fn confirm_asked(&self, asked: &str) -> Result<Recorded, Fault> {
        self.readable_step(|screen| screen.asked_confirmed(asked))
    }

    /// Withdraws what was asked for, or an invitation.
    ///
    /// # Errors
    /// As [`Device::ask_appointment`].
    pub fn withdraw_asked(&self, asked: &str) -> Result<Recorded, Fault> {
        self.readable_step(|screen| screen.asked_withdrawn(asked))
    }

    /// Ends a post: at once, or at a later time.
    ///
    /// # Errors
    /// As [`Device::ask_appointment`].
    pub fn end_post(&self, post: &str, until: Option<&str>) -> Result<Recorded, Fault> {
        self.readable_step(|screen| screen.post_ended(post, until))
    }

    /// Stops a member's device: the only one, or the one that `device` means. A lost one is wiped too.
    ///
    /// # Errors
    /// As [`Device::ask_appointment`].
    pub fn stop_device(
        &self,
        member: &str,
        device: Option<&str>,
        lost: bool,
    ) -> Result<Recorded, Fault> {
        self.readable_step(|screen| screen.device_stopped(member, device, lost))
    }

    /// The town's devices, as the server tells administrators.
    ///
    /// # Errors
    /// What is wrong with the line, or what the server says.
    pub fn town_devices(&self, halt: &Halt) -> Result<TownDevices, Fault> {
        self.ask("/v1/q/devices", halt)
    }

    /// The changes that lists would make, or why they cannot be imported; nothing is changed or kept.
    ///
    /// # Errors
    /// [`Problem::NotEnrolled`]; what is wrong with the line, or what the server says.
    pub fn differences(&self, lists: &Lists, halt: &Halt) -> Result<Differences, Fault> {
        self.send_lists(&lists.to_bytes(), "", halt)
    }

    /// Hands lists to the server, and asks that they be imported; another administrator confirms it. Nothing is
    /// asked for if they change nothing, or if a row cannot be imported.
    ///
    /// # Errors
    /// As [`Device::differences`] and [`Device::ask_appointment`].
    pub fn ask_import(&self, lists: &Lists, halt: &Halt) -> Result<AskedImport, Fault> {
        let bytes = lists.to_bytes();
        let differences = self.send_lists(&bytes, "&keep=yes", halt)?;
        let recorded = if differences.kept {
            let (hash, changed) = (hash_of(&bytes), differences.changed);
            let step =
                self.readable_step(|screen| screen.import_asked(&hash, bytes.len(), changed))?;
            Some(step)
        } else {
            None
        };
        Ok(AskedImport {
            differences,
            recorded,
        })
    }

    /// The changes that the lists would make now whose import was asked for.
    ///
    /// # Errors
    /// As [`Device::differences`]; [`Problem::NoImport`].
    pub fn waiting_import(&self, halt: &Halt) -> Result<Differences, Fault> {
        let asked = self.read(|screen| screen.waiting_import())?;
        self.ask(&format!("/v1/q/import?asked={}", asked.key()), halt)
    }

    fn send_lists(&self, bytes: &[u8], more: &str, halt: &Halt) -> Result<Differences, Fault> {
        let hash = digits_of(&hash_of(bytes));
        let target = format!("/v1/q/import?hash={hash}{more}");
        self.ask_about(&target, Some(bytes), halt)
    }

    /// The one-time code of an invitation that this device asked for and another administrator has
    /// confirmed. The server shows it once; for ten minutes it answers again, for the answer may be
    /// lost on the way. It is kept nowhere.
    ///
    /// # Errors
    /// [`Problem::AskedNotFound`], [`Problem::Ambiguous`]; what is wrong with the line, or what the
    /// server says: `not_confirmed`, `code_shown`, `code_was_used`, `code_is_over`, `out_of_scope`.
    pub fn invitation_code(&self, asked: &str, halt: &Halt) -> Result<ShownInvitation, Fault> {
        let (_, asked) = self.read(|screen| screen.asked_named(asked))?;
        let target = format!("/v1/q/invitation?asked={}", asked.key());
        let sealed: SealedInvitation = self.ask(&target, halt)?;
        let bytes = hex::decode(&sealed.sealed)
            .map_err(|error| Fault::new(Problem::BadAnswer, vec![("reason", error.to_string())]))?;
        let url = self.server()?.to_string();
        self.read(|screen| screen.invitation_shown(asked, sealed, &bytes, url))
    }
}
