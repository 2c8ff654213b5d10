//! The outcome of a sync.

use alleyway_core::number::CaseNumber;
use alleyway_replica::SyncSummary;
use serde::Serialize;

use super::{shown, utc_or_null};
use crate::fault::{Fault, Problem};
use crate::screen::Screen;
use alleyway_core::sync::frame::Stop;
use alleyway_core::time::Time;

/// The outcome of a sync, and its cost.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Synced {
    /// Commands sent.
    pub sent: u64,
    /// Commands admitted.
    pub admitted: u64,
    /// Commands refused.
    pub refused: u64,
    /// Commands that lie in a tray.
    pub kept: u64,
    /// Changes of others received.
    pub received: u64,
    /// Documents that left the device.
    pub forgotten: u64,
    /// Batches handed in for other devices.
    pub carried: u64,
    /// Bytes of flights, compressed.
    pub bytes_up: u64,
    /// Bytes of answers, compressed.
    pub bytes_down: u64,
    /// Bytes on the socket, HTTP's heads included.
    pub tcp_up: u64,
    /// Bytes on the socket, HTTP's heads included.
    pub tcp_down: u64,
    /// Flights.
    pub round_trips: u64,
    /// The device has what the server has, and nothing waits to be sent.
    pub up_to_date: bool,
    /// From when on the server takes more of this device, if it has handed in as much as it may.
    #[serde(serialize_with = "utc_or_null")]
    pub later_until: Option<Time>,
    /// Units in which who reads confidential cases, or on which device, has changed.
    pub confidential_changed: Vec<String>,
    /// Slips of this device that lead to their cases no more, of cases that it reported, that others
    /// changed in this sync, and that were not looked at since: the case's number and the code.
    pub void_codes: Vec<VoidCode>,
    /// Batches carried for others that the server could not read.
    #[serde(skip)]
    pub unreadable: u64,
    /// The phone was restored from a backup: what was unsent went out under new numbers.
    #[serde(skip)]
    pub forked: bool,
}

/// A slip that leads to its case no more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct VoidCode {
    /// The case's number.
    #[serde(serialize_with = "shown")]
    pub number: CaseNumber,
    /// The code on the slip.
    pub code: String,
}

impl Screen<'_> {
    /// The outcome of a sync; its cost is for the line to say.
    pub fn synced(&self, summary: &SyncSummary) -> Synced {
        Synced {
            sent: summary.sent,
            admitted: summary.admitted,
            refused: summary.refused,
            kept: summary.kept,
            received: summary.received,
            forgotten: summary.forgotten,
            carried: summary.carried,
            up_to_date: summary.up_to_date,
            later_until: summary.later_until,
            confidential_changed: self.confidential_news(),
            void_codes: self.void_code_news(summary),
            unreadable: summary.unreadable,
            forked: summary.forked,
            ..Synced::default()
        }
    }

    fn void_code_news(&self, summary: &SyncSummary) -> Vec<VoidCode> {
        if self.replica.is_locked() {
            return Vec::new();
        }
        let changed = self.replica.own_changed(&summary.changed).into_iter();
        let void = changed.flat_map(|(case, number)| {
            let detail = self.replica.case(case);
            let codes = detail.map(|detail| self.void_codes(&detail));
            let codes = codes.unwrap_or_default().into_iter();
            codes.map(move |code| VoidCode {
                number,
                code: code.to_string(),
            })
        });
        void.collect()
    }

    /// Why the device is not to go on behind a sync in which `sent` commands were handed in.
    pub fn stopped(&self, why: Stop, sent: u64) -> Fault {
        let problem = match why {
            Stop::Revoked => Problem::Revoked,
            Stop::Lost => Problem::ReportedLost,
            Stop::Frozen => Problem::Frozen,
        };
        let unsent = self.replica.pending().len().to_string();
        Fault::new(
            problem,
            vec![("sent", sent.to_string()), ("unsent", unsent)],
        )
    }
}
