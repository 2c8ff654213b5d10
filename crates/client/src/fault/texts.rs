//! Which text of the catalogue tells of a problem or a notice.

use alleyway_catalogue::screens::{
    administration, book, bundle, case, clearance, common, conflict, damage, enrol, household,
    lease, line, member, outbox, passphrase, step, stopped, store, sync, tray, wipe,
};
use alleyway_catalogue::terminal::usage;
use alleyway_catalogue::{Lang, Message, words};

use super::{Fault, Notice, Problem, Warning};

/// How a text's places are filled in.
type Fill = fn(&Message, Lang, &[(&str, String)]) -> String;

impl Fault {
    /// The fault, and the next step on any screen.
    pub fn text(&self, lang: Lang) -> String {
        self.told(lang, Message::fill)
    }

    /// The same, and what to type next.
    pub fn at_terminal(&self, lang: Lang) -> String {
        self.told(lang, Message::at_terminal)
    }

    fn told(&self, lang: Lang, fill: Fill) -> String {
        let reason = self.value("reason");
        let why = words::KEPT.word(lang, self.value("why"));
        let said = match lang {
            Lang::Zh => self.value("text_zh"),
            Lang::En => self.value("text_en"),
        };
        let flag = format!("--{}", self.value("field"));
        let values = self.values.iter().filter(|(name, _)| *name != "why");
        let mut values: Vec<(&str, String)> = values.cloned().collect();
        values.push(("why", why.to_owned()));
        values.push(("flag", flag));
        if self.problem.is_in_the_servers_words() {
            let said = if said.is_empty() { reason } else { said };
            values.push(("text", said.to_owned()));
        }
        match self.problem.message() {
            Some(message) => fill(message, lang, &values),
            None => reason.to_owned(),
        }
    }
}

impl Warning {
    /// The finding, and the next step on any screen.
    pub fn text(&self, lang: Lang) -> String {
        self.told(lang, Message::fill)
    }

    /// The same, and what to type next.
    pub fn at_terminal(&self, lang: Lang) -> String {
        self.told(lang, Message::at_terminal)
    }

    fn told(&self, lang: Lang, fill: Fill) -> String {
        fill(self.notice.message(), lang, &self.values)
    }
}

impl Problem {
    /// Whether the server itself says what happened.
    fn is_in_the_servers_words(self) -> bool {
        matches!(self, Self::ServerFails | Self::ServerRefuses)
    }

    /// Its text; none if its reason says all.
    fn message(self) -> Option<&'static Message> {
        self.of_a_step()
            .or_else(|| self.of_a_name())
            .or_else(|| self.of_the_line())
            .or_else(|| self.of_the_store())
    }

    fn of_a_step(self) -> Option<&'static Message> {
        Some(match self {
            Self::BadUrl => enrol::BAD_URL,
            Self::BadLink => enrol::BAD_LINK,
            Self::BadCode => enrol::BAD_CODE,
            Self::BadDate => usage::BAD_DATE,
            Self::BadPlace => usage::BAD_PLACE,
            Self::BadStatus => usage::BAD_STATUS,
            Self::UnknownCode => step::UNKNOWN_CODE,
            Self::BadValue => usage::BAD_VALUE,
            Self::Unfit | Self::UnknownStep => usage::NOT_UNDERSTOOD,
            Self::TextTooLong => usage::TEXT_TOO_LONG,
            Self::ControlCharacter => usage::CONTROL_CHARACTER,
            Self::TextMissing => usage::TEXT_MISSING,
            Self::UnknownField => usage::MEND_TAKES_NOT,
            Self::NotPermitted => step::NOT_ALLOWED,
            Self::NoAlley => step::NO_ALLEY,
            Self::PostsEnded | Self::CaseGone => member::NO_POST_HOW,
            Self::NoSuchValue => conflict::NO_SUCH_VALUE,
            Self::LeaseEnded => lease::NEEDS_READING,
            Self::AlreadyEnrolled => enrol::ALREADY_ENROLLED,
            Self::NotRefused => outbox::NOT_REFUSED,
            Self::NotTakenBack => outbox::NOT_TAKEN_BACK,
            Self::PerhapsSent => outbox::PERHAPS_SENT,
            Self::TakeFirst => tray::TAKE_FIRST,
            Self::UnknownItem => tray::UNKNOWN,
            Self::ConfirmedAlready => clearance::CONFIRMED_ALREADY,
            Self::WorkWaits => wipe::WAITS,
            Self::BundleLocked => bundle::LOCKED,
            Self::BundleFull => bundle::FULL,
            Self::BundleTooLarge => bundle::TOO_LARGE,
            Self::BundleDamaged => bundle::DAMAGED,
            Self::BundleUnknownVersion => bundle::UNKNOWN_VERSION,
            Self::BundleOtherTown => bundle::OTHER_TOWN,
            Self::BundleNotForYou => bundle::NOT_FOR_YOU,
            Self::BundleBadCertificate => bundle::BAD_CERTIFICATE,
            Self::BundleBadSignature => bundle::BAD_SIGNATURE,
            _ => return None,
        })
    }

    fn of_a_name(self) -> Option<&'static Message> {
        Some(match self {
            Self::CaseNotFound => case::NOT_FOUND,
            Self::CaseFiled => case::FILED,
            Self::HouseholdNotFound => household::NOT_FOUND,
            Self::CommandNotFound => outbox::NOT_FOUND,
            Self::UnitNotFound => member::UNIT_NOT_FOUND,
            Self::MemberNotFound => member::MEMBER_NOT_FOUND,
            Self::AppointmentNotFound => clearance::APPOINTMENT_NOT_FOUND,
            Self::AskedNotFound => administration::ASKED_NOT_FOUND,
            Self::NoImport => administration::NO_IMPORT,
            Self::TownDeviceNotFound => administration::DEVICE_NOT_FOUND,
            Self::ProposalNotFound => book::PROPOSAL_NOT_FOUND,
            Self::NoBook => book::NO_BOOK,
            Self::UnknownSection => book::UNKNOWN_SECTION,
            Self::BadSection => book::BAD_SECTION,
            Self::NotedDeviceNotFound => clearance::NOTED_DEVICE_NOT_FOUND,
            Self::ItemNotFound => tray::NOT_FOUND,
            Self::Ambiguous => usage::AMBIGUOUS,
            Self::BundleNoDevice => bundle::NO_DEVICE,
            Self::BundleNothing => bundle::NOTHING,
            Self::NotEnrolled => enrol::NOT_ENROLLED,
            Self::DeviceStopped => stopped::NOTHING_RECORDED,
            Self::StoppedHere => stopped::HERE,
            Self::Revoked => stopped::REVOKED,
            Self::ReportedLost => stopped::LOST,
            Self::Frozen => stopped::FROZEN,
            Self::Wiped => stopped::WIPED,
            _ => return None,
        })
    }

    fn of_the_line(self) -> Option<&'static Message> {
        Some(match self {
            Self::NoNetwork | Self::TimedOut => line::NO_NETWORK,
            Self::Broken => line::BROKEN,
            Self::Busy => line::BUSY,
            Self::TooMany => line::TOO_MANY,
            Self::Quarantine => line::QUARANTINE,
            Self::ServerFails => line::SERVER_FAILS,
            Self::ServerRefuses => line::SERVER_REFUSES,
            Self::PlainHttp => line::PLAIN_HTTP,
            Self::BadAuthority => line::BAD_AUTHORITY,
            Self::CertificateTime => line::CERTIFICATE_TIME,
            Self::CertificateName => line::CERTIFICATE_NAME,
            Self::CertificateAuthority => line::CERTIFICATE_AUTHORITY,
            Self::CertificateChain => line::CERTIFICATE_CHAIN,
            Self::NotTheServer => line::NOT_THE_SERVER,
            Self::NoTls => line::NO_TLS,
            Self::NotHttp => line::NOT_HTTP,
            Self::BadAnswer => line::BAD_ANSWER,
            Self::ForkedAgain => line::FORKED_AGAIN,
            Self::OlderIncarnation => line::OLDER_INCARNATION,
            Self::Syncing => sync::GOES_ON,
            Self::Halted => sync::HALTED,
            _ => return None,
        })
    }

    fn of_the_store(self) -> Option<&'static Message> {
        Some(match self {
            Self::Unexpected | Self::KeysUnavailable => common::UNEXPECTED,
            Self::NotSaved => step::NOT_SAVED,
            Self::StorageFull => step::STORAGE_FULL,
            Self::RoomKept => step::ROOM_KEPT,
            Self::Closed => store::CLOSED,
            Self::PassphraseNeeded => passphrase::NEEDED,
            Self::WrongPassphrase => passphrase::WRONG,
            Self::StoreLocked => store::LOCKED,
            Self::StoreDamaged => store::DAMAGED,
            Self::StoreNewer => store::NEWER,
            Self::StoreOlder => store::OLDER,
            Self::WrongKey => store::WRONG_KEY,
            Self::KeyMissing => store::KEY_MISSING,
            Self::StoreUnusable => store::UNUSABLE,
            Self::KeyExposed => store::KEY_EXPOSED,
            Self::KeyDamaged => store::KEY_DAMAGED,
            Self::KeyNewer => store::KEY_NEWER,
            Self::IdentityDamaged => store::IDENTITY_DAMAGED,
            Self::StateDamaged => store::STATE_DAMAGED,
            _ => return None,
        })
    }
}

impl Notice {
    /// Its text.
    fn message(self) -> &'static Message {
        match self {
            Self::Rebuilt => damage::REBUILT,
            Self::DocumentDamaged => damage::DOCUMENT,
            Self::DocumentsDamaged => damage::DOCUMENTS,
            Self::CommandRestored => damage::RESTORED,
            Self::CommandDamaged => damage::COMMAND,
            Self::BatchDamaged => damage::BATCH,
            Self::LeaseEndsSoon => lease::ENDS_SOON,
            Self::LeaseEnded => lease::ENDED,
            Self::ClockWrong => lease::CLOCK_WRONG,
            Self::NotEncrypted => line::EXPOSED,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_problem_has_a_text_in_which_nothing_is_left_open() {
        for problem in Problem::ALL {
            let message = problem.message();
            let message = message.unwrap_or_else(|| panic!("{problem:?} has no text"));
            let values = message.places().into_iter();
            let values: Vec<_> = values.map(|place| (place, "x".to_owned())).collect();
            for lang in [Lang::Zh, Lang::En] {
                let text = Fault::new(*problem, values.clone()).text(lang);
                assert!(!text.contains('{'), "{problem:?}: {text}");
            }
        }
    }

    #[test]
    fn a_server_speaks_the_persons_language_or_says_what_happened() {
        let fault = |zh: &str| {
            let values = [
                ("text_zh", zh),
                ("text_en", "Gone."),
                ("reason", "410 gone"),
            ];
            let values = values.map(|(name, value)| (name, value.to_owned()));
            Fault::new(Problem::ServerRefuses, values.to_vec())
        };
        assert!(fault("x").text(Lang::En).ends_with("Gone."));
        assert!(fault("").text(Lang::Zh).ends_with("410 gone"));
    }
}
