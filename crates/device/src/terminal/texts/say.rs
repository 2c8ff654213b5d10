//! The terminal's own texts, by name: a text that is used cannot be missing unnoticed.

/// Names every text once; [`Say::ALL`] lets a test look each of them up.
macro_rules! says {
    ($($name:ident = $key:literal,)*) => {
        /// A text of the terminal; what it says stands in the catalogue.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(in crate::terminal) enum Say { $($name),* }

        impl Say {
            /// Every text.
            #[cfg(test)]
            pub(in crate::terminal) const ALL: &'static [Self] = &[$(Self::$name),*];

            /// Its key in the catalogue.
            pub(in crate::terminal) fn key(self) -> &'static str {
                match self { $(Self::$name => $key),* }
            }
        }
    };
}

says! {
    Colon = "terminal.colon",
    Name = "terminal.name",
    Posts = "terminal.posts",
    NoPosts = "terminal.no_posts",
    Town = "terminal.town",
    Device = "terminal.device",
    LastContact = "terminal.last_contact",
    NeverContact = "terminal.never_contact",
    Door = "terminal.door",
    Contact = "terminal.contact",
    Count = "terminal.count",
    NoHouseholds = "terminal.no_households",
    Number = "terminal.number",
    Title = "terminal.title",
    Category = "terminal.category",
    Status = "terminal.status",
    Holder = "terminal.holder",
    Due = "terminal.due",
    Marks = "terminal.marks",
    Late = "terminal.late",
    SupervisedMark = "terminal.supervised_mark",
    PendingMark = "terminal.pending_mark",
    RefusedMark = "terminal.refused_mark",
    ConflictMark = "terminal.conflict_mark",
    ChangedMark = "terminal.changed_mark",
    NoCases = "terminal.no_cases",
    CaseCount = "terminal.case_count",
    Referral = "terminal.referral",
    ReferralTo = "terminal.referral_to",
    Owner = "terminal.owner",
    Tracking = "terminal.tracking",
    Steps = "terminal.steps",
    Unconfirmed = "terminal.unconfirmed",
    RefusedState = "terminal.refused_state",
    NoConflicts = "terminal.no_conflicts",
    ConflictCard = "terminal.conflict_card",
    ConflictHow = "terminal.conflict_how",
    Command = "terminal.command",
    Case = "terminal.case",
    Kind = "terminal.kind",
    At = "terminal.at",
    Reason = "terminal.reason",
    NothingPending = "terminal.nothing_pending",
    PendingHow = "terminal.pending_how",
    NothingRefused = "terminal.nothing_refused",
    RefusedHow = "terminal.refused_how",
    Saved = "terminal.saved",
    SavedLater = "terminal.saved_later",
    SendHow = "terminal.send_how",
    TrackingSaid = "terminal.tracking_said",
    Dropped = "terminal.dropped",
    NotCase = "terminal.not_case",
    Enrolled = "terminal.enrolled",
    EnrolledHow = "terminal.enrolled_how",
    SyncSent = "terminal.sync_sent",
    SyncReceived = "terminal.sync_received",
    SyncCost = "terminal.sync_cost",
    SyncUpToDate = "terminal.sync_up_to_date",
    SyncMore = "terminal.sync_more",
    SyncRefused = "terminal.sync_refused",
    SyncForked = "terminal.sync_forked",
    SyncProgress = "terminal.sync_progress",
    HomeMissing = "terminal.home_missing",
    BadLang = "terminal.bad_lang",
    BadNow = "terminal.bad_now",
    BadUrl = "terminal.bad_url",
    BadCode = "terminal.bad_code",
    BadDate = "terminal.bad_date",
    BadPlace = "terminal.bad_place",
    BadStatus = "terminal.bad_status",
    BadValue = "terminal.bad_value",
    TextTooLong = "terminal.text_too_long",
    TextMissing = "terminal.text_missing",
    InputUnreadable = "terminal.input_unreadable",
    MendTakesNot = "terminal.mend_takes_not",
    NotFound = "terminal.not_found",
    HouseholdNotFound = "terminal.household_not_found",
    CommandNotFound = "terminal.command_not_found",
    UnitNotFound = "terminal.unit_not_found",
    Ambiguous = "terminal.ambiguous",
    NotRefused = "terminal.not_refused",
    NoLevelAbove = "terminal.no_level_above",
    NotEnrolled = "terminal.not_enrolled",
    AlreadyEnrolled = "terminal.already_enrolled",
    NoAlley = "terminal.no_alley",
    NotAllowed = "terminal.not_allowed",
    NoNetwork = "terminal.no_network",
    Broken = "terminal.broken",
    Busy = "terminal.busy",
    ServerRefuses = "terminal.server_refuses",
    ForkedAgain = "terminal.forked_again",
    OlderIncarnation = "terminal.older_incarnation",
    BadAnswer = "terminal.bad_answer",
    StoreLocked = "terminal.store_locked",
    StoreDamaged = "terminal.store_damaged",
    StoreNewer = "terminal.store_newer",
    StoreOlder = "terminal.store_older",
    StoreUnusable = "terminal.store_unusable",
    Unexpected = "terminal.unexpected",
    Usage = "terminal.usage",
}
