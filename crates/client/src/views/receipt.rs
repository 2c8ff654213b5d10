//! Receipts: what left this device, and what became of what was handed in then.

use alleyway_core::id::CommandId;
use alleyway_core::number::CaseNumber;
use alleyway_core::time::Time;
use alleyway_replica::{Became, ReceiptRow};
use serde::Serialize;

use super::{shown_or_null, utc};
use crate::screen::Screen;

/// A receipt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Receipt {
    /// Its number on this device.
    pub number: u64,
    /// When, by this device's clock.
    #[serde(serialize_with = "utc")]
    pub at: Time,
    /// The word for why documents left, if some did.
    pub why: Option<String>,
    /// Documents that left.
    pub documents: u64,
    /// Numbers of cases that left.
    pub cases: Vec<String>,
    /// Commands that were handed in.
    pub handed_in: Vec<HandedIn>,
    /// Commands that were handed in besides, and are not listed.
    pub unnamed: u64,
}

/// A command of a receipt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct HandedIn {
    /// The command.
    pub command: CommandId,
    /// The case's number, for a case.
    #[serde(serialize_with = "shown_or_null")]
    pub number: Option<CaseNumber>,
    /// The word of its kind.
    pub kind: String,
    /// When it was typed, by this device's clock.
    #[serde(serialize_with = "utc")]
    pub at: Time,
    /// The word for what became of it.
    pub became: &'static str,
    /// The code for why it was kept or refused.
    pub code: Option<String>,
    /// It lies in a tray, and the code says why.
    #[serde(skip)]
    pub kept: bool,
}

impl Screen<'_> {
    /// The receipts on this device, oldest first.
    pub fn receipts(&self) -> Vec<Receipt> {
        let rows = self.replica.receipts();
        rows.iter().map(receipt).collect()
    }
}

fn receipt(row: &ReceiptRow) -> Receipt {
    Receipt {
        number: row.number,
        at: row.at,
        why: row.why.as_ref().map(ToString::to_string),
        documents: row.documents,
        cases: row.cases.iter().map(ToString::to_string).collect(),
        handed_in: row.handed_in.iter().map(handed_in).collect(),
        unnamed: row.unnamed,
    }
}

fn handed_in(row: &alleyway_replica::HandedIn) -> HandedIn {
    HandedIn {
        command: row.command,
        number: row.number,
        kind: row.kind.to_string(),
        at: row.at,
        became: row.became.word(),
        code: match &row.became {
            Became::Kept(kept) => Some(kept.why.to_string()),
            Became::Refused(refused) => Some(refused.code.to_string()),
            Became::Admitted(_) | Became::AfterPost(_) => None,
        },
        kept: matches!(row.became, Became::Kept(_)),
    }
}
