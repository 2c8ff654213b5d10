//! Every problem and every notice, with its stable code.

use super::Kind;

macro_rules! problems {
    ($( $(#[$doc:meta])* $name:ident = $kind:ident $code:literal, )*) => {
        /// The problem.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Problem { $( $(#[$doc])* $name, )* }

        impl Problem {
            /// Every problem.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// Its kind, by which an app chooses its next step.
            pub fn kind(self) -> Kind {
                match self { $(Self::$name => Kind::$kind),* }
            }

            /// Its stable code. Several problems that a program treats alike share one.
            pub fn code(self) -> &'static str {
                match self { $(Self::$name => $code),* }
            }
        }
    };
}

problems! {
    /// Something that should not happen: `reason`.
    Unexpected = Unexpected "unexpected",
    /// The store did not take what was to be kept: `reason`. The device opens itself anew.
    NotSaved = Unexpected "not_saved",
    /// The disk has no room for what was to be kept: `reason`. What was kept before stands; the
    /// device opens itself anew.
    StorageFull = Unexpected "storage_full",
    /// The room that is left on the disk is kept for handing in what was recorded before.
    RoomKept = Unexpected "storage_full",
    /// The device was closed.
    Closed = Halted "closed",
    /// The wait for the line was ended by the app.
    Halted = Halted "halted",
    /// Another sync of this device goes on.
    Syncing = InUse "syncing",

    /// No server's address.
    BadUrl = BadInput "usage",
    /// No enrolment link.
    BadLink = BadInput "bad_link",
    /// No enrolment code.
    BadCode = BadInput "bad_code",
    /// No calendar day: `value`.
    BadDate = BadInput "bad_date",
    /// No point on the map: `value`.
    BadPlace = BadInput "bad_place",
    /// No state of a case: `value`; `known` are.
    BadStatus = BadInput "bad_status",
    /// No code of the town's list: `value`; `known` can be chosen.
    UnknownCode = BadInput "unknown_code",
    /// `field` does not take such a value.
    BadValue = BadInput "bad_value",
    /// The document does not take it: `reason`.
    Unfit = BadInput "bad_value",
    /// The text of `field` is longer than `limit` bytes.
    TextTooLong = BadInput "text_too_long",
    /// The text of `field` holds the control `character`, which no text has.
    ControlCharacter = BadInput "control_character",
    /// The step cannot be without its text.
    TextMissing = BadInput "needs_text",
    /// A step that nobody takes: `reason`.
    UnknownStep = BadInput "usage",
    /// A step of `kind` has no `field`; `known` are.
    UnknownField = BadInput "usage",
    /// `http://` to another machine: `reason`.
    PlainHttp = BadInput "plain_http",
    /// The town's own authority cannot be used: `reason`.
    BadAuthority = BadInput "bad_authority",
    /// A passphrase guards the key, and none was given.
    PassphraseNeeded = BadInput "passphrase_needed",

    /// The rules do not allow it: `reason`, under the rule's own code.
    NotPermitted = NotAllowed "not_permitted",
    /// No post of the member reports for a unit.
    NoAlley = NotAllowed "not_permitted",
    /// The member's posts have ended.
    PostsEnded = NotAllowed "not_permitted",
    /// `value` is none of the `values` of `field`.
    NoSuchValue = NotAllowed "no_such_value",
    /// It needs reading, and the lease has ended.
    LeaseEnded = NotAllowed "lease_ended",
    /// The device has an owner and a town; `unsent` and `refused` commands wait on it.
    AlreadyEnrolled = NotAllowed "already_enrolled",
    /// The command is not refused.
    NotRefused = NotAllowed "not_refused",
    /// The command was handed over, or is none of this device's: it cannot be taken back.
    NotTakenBack = NotAllowed "not_unsealed",
    /// The command may have been sent, in a batch that is no more: it cannot be taken back.
    PerhapsSent = NotAllowed "perhaps_sent",
    /// `item` is to be taken first.
    TakeFirst = NotAllowed "take_first",
    /// The item is of a later version.
    UnknownItem = NotAllowed "unknown_command",
    /// Two persons have confirmed it; the second was `by`.
    ConfirmedAlready = NotAllowed "confirmed_already",
    /// The passphrase does not open the key.
    WrongPassphrase = NotAllowed "wrong_passphrase",
    /// `unsent` and `refused` commands would be lost.
    WorkWaits = NotAllowed "work_waits",
    /// A bundle for somebody needs reading, and the lease has ended.
    BundleLocked = NotAllowed "locked",
    /// More is carried for others than fits.
    BundleFull = NotAllowed "too_much_carried",
    /// A bundle has at most `limit` bytes.
    BundleTooLarge = NotAllowed "too_large",
    /// The bundle is not what was written.
    BundleDamaged = NotAllowed "damaged",
    /// The bundle is of a later version.
    BundleUnknownVersion = NotAllowed "unknown_version",
    /// The bundle is of another town.
    BundleOtherTown = NotAllowed "other_town",
    /// The bundle is for somebody else.
    BundleNotForYou = NotAllowed "not_for_you",
    /// A certificate in the bundle is not the server's.
    BundleBadCertificate = NotAllowed "bad_certificate",
    /// A signature in the bundle does not fit.
    BundleBadSignature = NotAllowed "bad_signature",

    /// No case is called `text`.
    CaseNotFound = NotFound "not_found",
    /// No case is called so, and the member's posts have ended.
    CaseGone = NotFound "not_found",
    /// Only the case's row is here: it is to be fetched first.
    CaseFiled = NotFound "filed",
    /// No household is called `text`.
    HouseholdNotFound = NotFound "not_found",
    /// No command of this device is called `text`.
    CommandNotFound = NotFound "not_found",
    /// No unit is called `text`; `known` are some.
    UnitNotFound = NotFound "not_found",
    /// No member is called `text`; `known` are some.
    MemberNotFound = NotFound "not_found",
    /// No appointment is called `text`.
    AppointmentNotFound = NotFound "not_found",
    /// No device that was noted is called `text`.
    NotedDeviceNotFound = NotFound "not_found",
    /// Nothing that was asked for is called `text`.
    AskedNotFound = NotFound "not_found",
    /// No import was asked for that has not ended.
    NoImport = NotFound "no_import",
    /// The member has no device that is called `text`.
    TownDeviceNotFound = NotFound "not_found",
    /// No proposal of the town's book is called `text`.
    ProposalNotFound = NotFound "not_found",
    /// The town has no book yet, or it has not come.
    NoBook = NotFound "no_book",
    /// No section of the town's book: `value`; `known` are.
    UnknownSection = BadInput "unknown_section",
    /// A section of the town's book has flaws: `section`; the candidates are their places.
    BadSection = BadInput "bad_rules",
    /// No open item of the tray is called `text`.
    ItemNotFound = NotFound "not_found",
    /// More than one thing is called `text`: the candidates.
    Ambiguous = NotFound "ambiguous",
    /// `name` has no device that could read it.
    BundleNoDevice = NotFound "no_device",
    /// Nothing is unconfirmed or carried.
    BundleNothing = NotFound "nothing_to_export",

    /// No connection: `reason`.
    NoNetwork = Offline "no_network",
    /// The server or the line fell silent: `reason`.
    TimedOut = Offline "timed_out",
    /// The connection broke: `reason`.
    Broken = Offline "broken",
    /// The server is busy; again in `seconds`.
    Busy = Offline "busy",
    /// Too many requests; again in `seconds`.
    TooMany = Offline "too_many",
    /// The server is in quarantine behind a restore; again in `seconds`.
    Quarantine = Offline "quarantine",
    /// The server or the line failed, by the server's own words: `text_zh`, `text_en`, `reason`.
    ServerFails = Offline "http",

    /// Somebody else answered in the server's place: `reason`.
    NotTheServer = Offline "not_the_server",
    /// The certificate is for another name: `reason`.
    CertificateName = Offline "bad_certificate",
    /// Nobody whom the device trusts vouches for the certificate: `reason`.
    CertificateAuthority = Offline "bad_certificate",
    /// The server does not show the whole chain of its certificate: `reason`.
    CertificateChain = Offline "certificate_chain",
    /// No encrypted connection: `reason`.
    NoTls = Offline "no_tls",

    /// The server refuses, by its own words: `text_zh`, `text_en`, `reason`.
    ServerRefuses = Refused "http",
    /// The certificate is not valid now: `reason`.
    CertificateTime = Refused "bad_certificate",
    /// The answer is not HTTP: `reason`.
    NotHttp = Refused "not_http",
    /// The reply is no answer: `reason`.
    BadAnswer = Refused "bad_answer",
    /// The device goes on from a copy of itself, and has done so before.
    ForkedAgain = Refused "forked_again",
    /// The server is older than what the device knows.
    OlderIncarnation = Refused "older_incarnation",

    /// Another program holds the store at `path`.
    StoreLocked = InUse "store_locked",
    /// The store at `path` is damaged: `reason`.
    StoreDamaged = Damaged "store_damaged",
    /// The store at `path` has a later format, `found`.
    StoreNewer = Damaged "store_newer",
    /// An earlier version of the program made the store at `path`.
    StoreOlder = Damaged "store_older",
    /// The key does not open the store at `path`.
    WrongKey = Damaged "wrong_key",
    /// The store at `path` cannot be read without its key, `key`.
    KeyMissing = Damaged "key_missing",
    /// The store at `path` cannot be used: `reason`.
    StoreUnusable = Unexpected "store_unusable",
    /// The host's key store cannot be asked: `reason`.
    KeysUnavailable = Unexpected "keys_unavailable",
    /// Others can read the key at `path`.
    KeyExposed = Damaged "key_exposed",
    /// The key at `path` is damaged: `reason`.
    KeyDamaged = Damaged "key_damaged",
    /// A later version wrote the key at `path`.
    KeyNewer = Damaged "key_newer",
    /// The device's identity cannot be read; the store is at `path`.
    IdentityDamaged = Damaged "identity_damaged",
    /// The device's place in the sync cannot be read; the store is at `path`.
    StateDamaged = Damaged "state_damaged",

    /// The device belongs to no town yet.
    NotEnrolled = NotEnrolled "not_enrolled",
    /// The device is not to go on.
    DeviceStopped = Stopped "device_stopped",
    /// The document asked for is not here, for the device is not to go on: `why`.
    StoppedHere = Stopped "device_stopped",
    /// The device was revoked; `sent` commands were handed in, `unsent` were not.
    Revoked = Stopped "device_revoked",
    /// The device was reported lost; `sent` commands were handed in, `unsent` were not.
    ReportedLost = Stopped "device_lost",
    /// The device is frozen; `sent` commands were handed in, `unsent` were not.
    Frozen = Stopped "device_frozen",
    /// The device was reported lost, and is empty now.
    Wiped = Wiped "wiped",
}

macro_rules! notices {
    ($( $(#[$doc:meta])* $name:ident = $code:literal, )*) => {
        /// A notice beside the outcome of a step.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Notice { $( $(#[$doc])* $name, )* }

        impl Notice {
            /// Every notice.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// Its stable code.
            pub fn code(self) -> &'static str {
                match self { $(Self::$name => $code),* }
            }
        }
    };
}

notices! {
    /// The store was damaged and rebuilt; the damaged one is at `path`, `count` rows are lost.
    Rebuilt = "store_rebuilt",
    /// A document cannot be read and is fetched again: `name`.
    DocumentDamaged = "document_damaged",
    /// `count` documents cannot be read and are fetched again.
    DocumentsDamaged = "document_damaged",
    /// A command that could not be read was restored from its batch: `name`.
    CommandRestored = "command_restored",
    /// A command cannot be read: `name`.
    CommandDamaged = "command_damaged",
    /// A batch cannot be read: `name`.
    BatchDamaged = "batch_damaged",
    /// The lease ends soon: `ends`.
    LeaseEndsSoon = "lease_ends_soon",
    /// The lease has ended.
    LeaseEnded = "lease_ended",
    /// The device's clock is known to be wrong: the last contact was at `contact`.
    ClockWrong = "clock_wrong",
    /// Everything sent to `to` can be read on its way.
    NotEncrypted = "not_encrypted",
}
