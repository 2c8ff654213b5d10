//! Why a command was not admitted: a stable code, and what came first.

use crate::id::{CommandId, MemberId};
use crate::{wire_struct, word_enum};

/// A refusal. Its text for the screen comes from the catalogue, in the reader's language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The rule.
    pub code: RefusalCode,
    /// The step that came first, where one did.
    pub first: Option<CommandId>,
    /// Whose step that was.
    pub by: Option<MemberId>,
}
wire_struct!(Refusal { code, first, by });

impl From<RefusalCode> for Refusal {
    fn from(code: RefusalCode) -> Self {
        Self {
            code,
            first: None,
            by: None,
        }
    }
}

word_enum!(
    /// The stable codes of refusals. A released code keeps its meaning.
    RefusalCode {
        /// No post of the author allows the step.
        NotPermitted = "not_permitted",
        /// The author's unit does not hold the case.
        NotHolder = "not_holder",
        /// The case's state does not allow the step.
        WrongState = "wrong_state",
        /// A referral waits for its receiver; the step is not possible until then.
        ReferralPending = "referral_pending",
        /// No referral waits.
        NoReferral = "no_referral",
        /// The author's unit is not the referral's receiver.
        NotReceiver = "not_receiver",
        /// It was returned twice; the town dispatcher rules.
        ReturnedTwice = "returned_twice",
        /// It has not been returned twice.
        NotReturnedTwice = "not_returned_twice",
        /// No order to handle it stands.
        NotSupervised = "not_supervised",
        /// The unit was ruled to handle it and may not return it.
        Ruled = "ruled",
        /// The unit is not the next level above the holder.
        NotNextLevel = "not_next_level",
        /// Above a town nobody is here: a case does not go up from it.
        NoLevelAbove = "no_level_above",
        /// The unit is neither below the author's nor a department.
        NotBelow = "not_below",
        /// The author withdrew from handling the case.
        Recused = "recused",
        /// A unit that is to do a part holds the case, is to handle it, or is named twice.
        BadCoHandler = "bad_co_handler",
        /// No such unit is known.
        UnknownUnit = "unknown_unit",
        /// Who resolved a case does not verify it.
        ResolvedByAuthor = "resolved_by_author",
        /// Only who was cleared for the unit's confidential feed reports a confidential case there.
        NotCleared = "not_cleared",
        /// Nobody in the unit was cleared to read a confidential case.
        NobodyCleared = "nobody_cleared",
        /// A second person is needed: the one who asked, and the one it is for, do not confirm it.
        SecondPerson = "second_person",
        /// The step needs a text.
        NeedsText = "needs_text",
        /// The step needs a reason.
        NeedsReason = "needs_reason",
        /// A complaint about a person names the unit complained of and goes to a desk; nothing else does.
        NeedsDesk = "needs_desk",
        /// The step names the unit complained of, or one within it.
        AboutThem = "about_them",
        /// A report needs a category, and a place or a text.
        NeedsCategory = "needs_category",
        /// No such field.
        UnknownField = "unknown_field",
        /// The field does not take such a value.
        BadValue = "bad_value",
        /// It is no telephone number.
        BadPhone = "bad_phone",
        /// The field is no text: two of its values cannot stand side by side.
        NotText = "not_text",
        /// The field has not several values.
        NoConflict = "no_conflict",
        /// The field holds as many values as it can.
        TooManyValues = "too_many_values",
        /// The date lies in the past.
        DateInPast = "date_in_past",
        /// A date is put off, and this one is not later than the one that counts.
        NotLater = "not_later",
        /// A petition's date is not put off by so much.
        TooFar = "too_far",
        /// It was put off once; another time needs two levels above the holder, and a petition's is not.
        ExtendedAlready = "extended_already",
        /// The time for it has passed.
        TooLate = "too_late",
        /// The other case is not open, is not known, or is this one.
        BadMerge = "bad_merge",
        /// By the step, others than the readers of a confidential document would read of it.
        NamesConfidential = "names_confidential",
        /// A ledger is of one town, and this one has it.
        SecondTown = "second_town",
        /// The unit is above the town, or of no town: its people are not here.
        PeopleElsewhere = "people_elsewhere",
        /// There is no such post in a unit of this kind.
        PostUnfit = "post_unfit",
        /// The member has this post in the unit at some of that time.
        AppointedAlready = "appointed_already",
        /// The key belongs to somebody who is called otherwise.
        NameDiffers = "name_differs",
        /// It was done, has ended, or was asked for already.
        DoneAlready = "done_already",
        /// The member has no such device.
        UnknownDevice = "unknown_device",
        /// A town has one book, and this one has it.
        SecondBook = "second_book",
        /// The section of the town's book cannot be read, or has faults.
        BadRules = "bad_rules",
        /// It is no proposal that stands alone: it was replaced, is in conflict with another one, or
        /// is in force already.
        NotProposed = "not_proposed",
        /// Rules begin tomorrow at the earliest.
        TooEarly = "too_early",
        /// No version of the town's book has this code.
        UnknownCode = "unknown_code",
        /// The document is not known, or not to be seen.
        UnknownDocument = "unknown_document",
        /// The command that would have created the document was refused.
        DocumentRefused = "document_refused",
        /// Another's command that it was typed upon does not stand.
        BaseRefused = "base_refused",
        /// The server does not know this kind of command.
        UnknownCommand = "unknown_command",
        /// The command's id is another's.
        IdTaken = "id_taken",
        /// The case number is not this device's.
        BadNumber = "bad_number",
        /// The document holds as many entries as it can.
        DocumentFull = "document_full",
        /// The document is so long that nobody adds to it; the steps of its life go on.
        NoRoomForMore = "no_room_for_more",
        /// The author has written as much in the document as one person may add.
        ShareUsed = "share_used",
        /// The device is not to go on, and as much of it lies in trays as may.
        TooManyKept = "too_many_kept",
        /// As much of the device lies open in the tray as may, or the tray is full.
        TrayFull = "tray_full",
        /// The document is of another generation.
        StaleGeneration = "stale_generation",
        /// The command was refused before, and its device said that it knows.
        AlreadyAnswered = "already_answered",
    }
);
