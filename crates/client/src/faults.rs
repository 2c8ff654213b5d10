//! The errors of a replica, as faults.

use alleyway_core::bundle::BundleError;
use alleyway_core::id::DocumentId;
use alleyway_core::limits::BUNDLE_BYTES_MAX;
use alleyway_replica::{
    ExportError, ImportError, MendError, OutboxRow, ReceiveError, RecordError, TakeError, TrayRow,
};

use crate::driver::DriveError;
use crate::fault::{Fault, Problem};
use crate::screen::Screen;

impl Screen<'_> {
    /// Why nothing was recorded on a document.
    pub fn record_fault(&self, document: DocumentId, error: &RecordError) -> Fault {
        match error {
            RecordError::Locked => Fault::plain(Problem::LeaseEnded),
            RecordError::Filed => Fault::plain(Problem::CaseFiled),
            RecordError::Stopped(_) => Fault::plain(Problem::DeviceStopped),
            RecordError::NotEnrolled => Fault::plain(Problem::NotEnrolled),
            RecordError::Refused(refusal) => {
                let reason = self.reason(document, refusal);
                Fault::new(Problem::NotPermitted, vec![("reason", reason)])
                    .with_code(refusal.code.to_string())
            }
            RecordError::Unfit(error) => {
                Fault::new(Problem::Unfit, vec![("reason", error.to_string())])
            }
        }
    }

    /// Why a refused command was not mended, or not dropped.
    pub fn mend_fault(&self, row: &OutboxRow, error: &MendError) -> Fault {
        match error {
            MendError::Locked => Fault::plain(Problem::LeaseEnded),
            MendError::NotRefused => Fault::plain(Problem::NotRefused),
            MendError::UnknownField(field) => self.unknown_field(row, field),
            MendError::BadValue(field) => {
                Fault::new(Problem::BadValue, vec![("field", field.clone())])
            }
            MendError::Record(error) => self.record_fault(row.document, error),
        }
    }

    /// Why an item of a tray was not taken, or not dismissed.
    pub fn take_fault(&self, row: &TrayRow, error: &TakeError) -> Fault {
        match error {
            TakeError::NotThere => {
                Fault::new(Problem::ItemNotFound, vec![("text", row.item.to_string())])
            }
            TakeError::TakeFirst(first) => {
                Fault::new(Problem::TakeFirst, vec![("item", first.to_string())])
            }
            TakeError::Unknown => Fault::plain(Problem::UnknownItem),
            TakeError::Mend(MendError::Record(error)) => self.record_fault(row.document, error),
            TakeError::Mend(error) => Fault::unexpected(error),
        }
    }
}

/// Why no bundle was written for somebody called `name`.
pub fn export_fault(error: &ExportError, name: String) -> Fault {
    match error {
        ExportError::NotEnrolled => Fault::plain(Problem::NotEnrolled),
        ExportError::NoDevice => Fault::new(Problem::BundleNoDevice, vec![("name", name)]),
        ExportError::Locked => Fault::plain(Problem::BundleLocked),
        ExportError::Nothing => Fault::plain(Problem::BundleNothing),
        ExportError::Failed(error) => Fault::unexpected(error),
    }
}

/// Why nothing was taken from a bundle.
pub fn import_fault(error: &ImportError) -> Fault {
    match error {
        ImportError::Bundle(error) => bundle_fault(*error),
        ImportError::TooMuchCarried => Fault::plain(Problem::BundleFull),
        ImportError::Stopped => Fault::plain(Problem::DeviceStopped),
        ImportError::NotEnrolled => Fault::plain(Problem::NotEnrolled),
    }
}

fn bundle_fault(error: BundleError) -> Fault {
    let problem = match error {
        BundleError::TooLarge => Problem::BundleTooLarge,
        BundleError::Damaged => Problem::BundleDamaged,
        BundleError::UnknownVersion(_) => Problem::BundleUnknownVersion,
        BundleError::OtherTown => Problem::BundleOtherTown,
        BundleError::NotForYou => Problem::BundleNotForYou,
        BundleError::BadCertificate => Problem::BundleBadCertificate,
        BundleError::BadSignature => Problem::BundleBadSignature,
    };
    Fault::new(problem, vec![("limit", BUNDLE_BYTES_MAX.to_string())]).with_code(error.code())
}

impl From<&DriveError> for Fault {
    fn from(error: &DriveError) -> Self {
        match error {
            DriveError::Receive(ReceiveError::ForkedAgain) => Self::plain(Problem::ForkedAgain),
            DriveError::Receive(ReceiveError::OlderIncarnation) => {
                Self::plain(Problem::OlderIncarnation)
            }
            error => Self::new(Problem::BadAnswer, vec![("reason", error.to_string())]),
        }
    }
}
