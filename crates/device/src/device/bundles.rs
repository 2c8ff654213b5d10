//! Bundles: what is not confirmed goes from phone to phone, and on to the server.

use alleyway_client::views::bundle::{Exported, Taken};
use alleyway_client::{Fault, faults};

use super::{Device, Platform};

/// A bundle to be handed over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bundle {
    /// The content, counted.
    pub about: Exported,
    /// The file.
    pub file: Vec<u8>,
}

impl<P: Platform> Device<P> {
    /// Puts what is not confirmed, and what is carried for others, into a bundle that `member` can
    /// read, or nobody but the server. What was sealed for it is durable when this returns: the file
    /// may leave the device.
    ///
    /// # Errors
    /// What of it cannot be found; [`alleyway_client::Problem::BundleNothing`],
    /// [`alleyway_client::Problem::BundleNoDevice`], [`alleyway_client::Problem::BundleLocked`].
    pub fn export(&self, member: Option<&str>) -> Result<Bundle, Fault> {
        self.hold(|open| {
            open.is_enrolled()?;
            let screen = self.screen(open);
            let to = member.map(|named| screen.member_named(named)).transpose()?;
            let name = to.map(|member| screen.member(member)).unwrap_or_default();
            let sealed = open.replica.seal_typed(self.random()?);
            open.commit_reserved(&sealed)?;
            let exported = open.replica.export(to, self.now(), self.random()?);
            let exported = exported.map_err(|error| faults::export_fault(&error, name.clone()))?;
            Ok(Bundle {
                about: Exported {
                    member: to,
                    bytes: exported.file.len(),
                    batches: exported.batches,
                    commands: exported.commands,
                    left_out: exported.left_out,
                    name,
                },
                file: exported.file,
            })
        })
    }

    /// Takes a bundle that somebody handed over.
    ///
    /// # Errors
    /// What is wrong with it, or that it does not fit.
    pub fn import(&self, file: &[u8]) -> Result<Taken, Fault> {
        self.hold(|open| {
            open.is_enrolled()?;
            let taken = open.replica.import(file, self.now());
            let (writes, imported) = taken.map_err(|error| faults::import_fault(&error))?;
            open.commit_recorded(&writes)?;
            Ok(Taken::from(&imported))
        })
    }
}
