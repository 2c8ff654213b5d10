//! The rows for lists.

use alleyway_core::kinds::ListRow as _;
use alleyway_core::kinds::case::CaseRow;
use alleyway_core::kinds::household::HouseholdRow;

/// The forms of the rows that this release makes: of any other, all are made anew.
pub(crate) const LISTED_FORM: u32 = u32::from_be_bytes([0, 0, CaseRow::FORM, HouseholdRow::FORM]);
