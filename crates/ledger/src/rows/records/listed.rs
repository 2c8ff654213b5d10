//! How far documents have their rows for lists.

use alleyway_core::id::DocumentId;
use alleyway_core::kinds::ListRow as _;
use alleyway_core::kinds::case::CaseRow;
use alleyway_core::kinds::household::HouseholdRow;
use alleyway_core::wire_struct;

/// The forms of the rows that this release makes: of any other, all are made anew.
const FORM: u32 = u32::from_be_bytes([0, 0, CaseRow::FORM, HouseholdRow::FORM]);

/// How far the documents have their rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ListedState {
    /// The forms of the rows.
    form: u32,
    /// The last document that was looked at; none once all were.
    last: Option<DocumentId>,
}
wire_struct!(ListedState { form, last });

impl ListedState {
    /// The state once every document has its row, as of a new ledger.
    pub(crate) const WHOLE: Self = Self {
        form: FORM,
        last: None,
    };

    /// The state when the first row is to be made.
    pub(crate) const BEGUN: Self = Self {
        form: FORM,
        last: Some(DocumentId([0; 16])),
    };

    /// The state once the documents up to this one have their rows.
    pub(crate) fn behind(last: DocumentId) -> Self {
        Self {
            form: FORM,
            last: Some(last),
        }
    }

    pub(crate) fn is_of_this_release(self) -> bool {
        self.form == FORM
    }

    /// The last document that was looked at; none once all were.
    pub(crate) fn last(self) -> Option<DocumentId> {
        self.last
    }

    /// Whether all documents have rows of this release's form.
    pub(crate) fn is_whole(self) -> bool {
        self.is_of_this_release() && self.last.is_none()
    }
}
