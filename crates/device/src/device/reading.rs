//! The content of screens.

use alleyway_client::views::book::BookSection;
use alleyway_client::views::bundle::CarriedBatch;
use alleyway_client::views::case::{Conflicts, Opened};
use alleyway_client::views::clearance::Confidential;
use alleyway_client::views::household::{Household, HouseholdDetail};
use alleyway_client::views::list::{Case, CaseQuery, Listing};
use alleyway_client::views::member::Whoami;
use alleyway_client::views::offer::Offer;
use alleyway_client::views::outbox::Outgoing;
use alleyway_client::views::receipt::Receipt;
use alleyway_client::views::tray::{Tray, TrayItem};
use alleyway_client::{Fault, Notice, Problem, Screen, Warning};
use serde_json::Value as Json;

use super::{Device, Open, Platform};

impl<P: Platform> Device<P> {
    /// Whether the device belongs to a town.
    ///
    /// # Errors
    /// The store cannot be opened.
    pub fn is_enrolled(&self) -> Result<bool, Fault> {
        self.hold(|open| Ok(open.replica.is_enrolled()))
    }

    /// Who one is here.
    ///
    /// # Errors
    /// [`Problem::NotEnrolled`].
    pub fn whoami(&self) -> Result<Whoami, Fault> {
        self.read(|screen| screen.whoami())
    }

    /// The households on the device, by door.
    ///
    /// # Errors
    /// [`Problem::NotEnrolled`], [`Problem::NotSaved`], [`Problem::StorageFull`].
    pub fn households(&self) -> Result<Listing<Household>, Fault> {
        self.read_documents(|screen| Ok(screen.households()))
    }

    /// The household that `named` means.
    ///
    /// # Errors
    /// Those of [`Screen::household_named`] and [`Screen::household`].
    pub fn household(&self, named: &str) -> Result<HouseholdDetail, Fault> {
        self.read_documents(|screen| screen.household(screen.household_named(named)?))
    }

    /// The cases on the device that meet `query`, by number. None is opened for it but those that wait
    /// for an answer, and those that `query.text` is searched for in: one of them that turns out damaged
    /// is left out, a warning, and fetched again by the next sync.
    ///
    /// # Errors
    /// [`Problem::NotEnrolled`], [`Problem::NotSaved`], [`Problem::StorageFull`].
    pub fn cases(&self, query: &CaseQuery) -> Result<Listing<Case>, Fault> {
        self.read_documents(|screen| Ok(screen.cases(query)))
    }

    /// The case that `named` means, which counts as looked at. One of which only the row is here is
    /// fetched by the next sync ([`Problem::CaseFiled`]).
    ///
    /// # Errors
    /// Those of [`Screen::case_named`] and [`Screen::case`].
    pub fn case(&self, named: &str) -> Result<Opened, Fault> {
        let opened = self.read_documents(|screen| {
            let document = screen.case_named(named)?;
            Ok((document, screen.case(document)?))
        });
        let (document, opened) = self.fetching(Some(named), opened)?;
        if matches!(opened, Opened::Detail(_)) {
            // A full disk costs the mark "changed", not the reading.
            let _ = self.hold(|open| {
                let writes = open.replica.look_at(document);
                open.commit(&writes)
            });
        }
        Ok(opened)
    }

    /// The fields of a case that have different values.
    ///
    /// # Errors
    /// Those of [`Screen::case_named`] and [`Screen::conflicts`].
    pub fn conflicts(&self, named: &str) -> Result<Conflicts, Fault> {
        let conflicts = self.read_documents(|screen| screen.conflicts(screen.case_named(named)?));
        self.fetching(Some(named), conflicts)
    }

    /// Passes on how a step ended on the case that `named` means. If only its row is here, the next sync
    /// fetches it.
    pub(super) fn fetching<T>(
        &self,
        named: Option<&str>,
        done: Result<T, Fault>,
    ) -> Result<T, Fault> {
        let is_filed = |fault: &Fault| fault.problem == Problem::CaseFiled;
        if let Some(named) = named.filter(|_| done.as_ref().is_err_and(is_filed)) {
            // A full disk costs that it is fetched, not the word that it is to be.
            let _ = self.hold(|open| {
                let document = self.screen(open).case_named(named)?;
                let writes: Vec<_> = open.replica.fetch(document).into_iter().collect();
                open.commit(&writes)
            });
        }
        done
    }

    /// Every step of the case that `named` means, or, without one, every step that creates a
    /// document: each with the refusal that it would get by what this device knows, whatever is
    /// filled in.
    ///
    /// # Errors
    /// Those of [`Screen::case_named`]; [`Problem::CaseFiled`]; [`Problem::LeaseEnded`],
    /// [`Problem::DeviceStopped`].
    pub fn offers(&self, named: Option<&str>) -> Result<Vec<Offer>, Fault> {
        let offers = self.read_documents(|screen| {
            screen.goes_on()?;
            screen.may_be_read()?;
            let case = named.map(|named| screen.case_named(named)).transpose()?;
            case.map_or(Ok(()), |case| screen.is_here(case))?;
            Ok(screen.offers(case))
        });
        self.fetching(named, offers)
    }

    /// Commands without a verdict, in the order typed.
    ///
    /// # Errors
    /// [`Problem::NotEnrolled`].
    pub fn pending(&self) -> Result<Vec<Outgoing>, Fault> {
        self.read(|screen| Ok(screen.pending()))
    }

    /// Refused commands that were not dealt with, in the order typed.
    ///
    /// # Errors
    /// [`Problem::NotEnrolled`].
    pub fn refused(&self) -> Result<Vec<Outgoing>, Fault> {
        self.read(|screen| Ok(screen.refused()))
    }

    /// Open items of trays.
    ///
    /// # Errors
    /// [`Problem::NotEnrolled`], [`Problem::LeaseEnded`].
    pub fn tray(&self, tray: Tray) -> Result<Vec<TrayItem>, Fault> {
        self.read(|screen| {
            screen.may_be_read()?;
            Ok(screen.tray(tray))
        })
    }

    /// The town's book, section by section.
    ///
    /// # Errors
    /// [`Problem::NotEnrolled`], [`Problem::LeaseEnded`], [`Problem::NoBook`].
    pub fn book(&self) -> Result<Vec<BookSection>, Fault> {
        self.read(|screen| screen.book())
    }

    /// A section of the town's book as it holds today, or as a proposal has it, as JSON.
    ///
    /// # Errors
    /// [`Problem::UnknownSection`], [`Problem::ProposalNotFound`], as [`Device::book`].
    pub fn rules(&self, section: &str, proposal: Option<&str>) -> Result<Json, Fault> {
        self.read(|screen| screen.rules(section, proposal))
    }

    /// Says every flaw of a section that somebody wrote; nothing is recorded.
    ///
    /// # Errors
    /// [`Problem::UnknownSection`], [`Problem::BadSection`].
    pub fn check_rules(&self, section: &str, json: &str) -> Result<(), Fault> {
        self.read(|screen| screen.rules_checked(section, json).map(|_| ()))
    }

    /// Clearances and devices, which count as looked at; with `all`, posts that may be cleared too.
    ///
    /// # Errors
    /// [`Problem::NotEnrolled`], [`Problem::LeaseEnded`].
    pub fn confidential(&self, all: bool) -> Result<Confidential, Fault> {
        let found = self.read(|screen| {
            screen.may_be_read()?;
            Ok(screen.confidential(all))
        })?;
        // A full disk costs the notice, not the reading.
        let _ = self.hold(|open| {
            let units: Vec<_> = open.replica.held_units().collect();
            let writes = units
                .into_iter()
                .flat_map(|unit| open.replica.look_at(unit))
                .collect::<Vec<_>>();
            open.commit(&writes)
        });
        Ok(found)
    }

    /// The documents that left the device, and the commands that were handed in then.
    ///
    /// # Errors
    /// [`Problem::NotEnrolled`].
    pub fn receipts(&self) -> Result<Vec<Receipt>, Fault> {
        self.read(|screen| Ok(screen.receipts()))
    }

    /// The batches that are carried for others.
    ///
    /// # Errors
    /// [`Problem::NotEnrolled`].
    pub fn carried(&self) -> Result<Vec<CarriedBatch>, Fault> {
        self.read(|screen| Ok(screen.carried()))
    }

    /// Reads an enrolled device.
    pub(super) fn read<T>(
        &self,
        read: impl FnOnce(Screen<'_>) -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        self.hold(|open| {
            open.is_enrolled()?;
            read(self.screen(open))
        })
    }

    /// Reads documents, and keeps it that those which turned out damaged are to be fetched, and the
    /// rows that a list had to make.
    fn read_documents<T>(
        &self,
        read: impl FnOnce(Screen<'_>) -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        self.hold(|open| {
            open.is_enrolled()?;
            let found = read(self.screen(open));
            let writes = open.replica.want_unreadable();
            if !writes.is_empty() {
                let count = ("count", writes.len().to_string());
                self.warn(Warning::new(Notice::DocumentsDamaged, vec![count]));
            }
            open.commit(&writes)?;
            // A full disk costs that the next list makes them again, not the reading.
            let rows = open.replica.keep_rows();
            let _ = open.commit(&rows);
            found
        })
    }
}

impl<S> Open<S> {
    /// # Errors
    /// [`Problem::NotEnrolled`].
    pub(super) fn is_enrolled(&self) -> Result<(), Fault> {
        if self.replica.is_enrolled() {
            Ok(())
        } else {
            Err(Fault::plain(Problem::NotEnrolled))
        }
    }
}
