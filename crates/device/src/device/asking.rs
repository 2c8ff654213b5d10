//! Signed reads: what a device asks the server for beside its syncs.

use alleyway_client::views::archive::{Archive, ArchiveQuery, LateCases, LateQuery};
use alleyway_client::views::coverage::Coverage;
use alleyway_client::views::figures::{Figures, FiguresQuery};
use alleyway_client::{Fault, Problem};
use alleyway_core::crypto::first;
use alleyway_core::sync::read::escaped;
use alleyway_core::time::{Month, Time};
use alleyway_core::wire::Wire as _;
use serde::de::DeserializeOwned;

use super::{Device, Platform};
use crate::transport::{Halt, Transport as _, TransportError};

/// The server's word that the device's challenge is good no more: a sync brings another.
const VOID_CHALLENGE: &str = "void_challenge";

impl<P: Platform> Device<P> {
    /// The figures of cases, of months that are over. If the device's last contact is too long ago
    /// for the server to know it by, it syncs first.
    ///
    /// # Errors
    /// [`Problem::BadDate`] for what is no month; [`Problem::UnitNotFound`], [`Problem::Ambiguous`];
    /// what is wrong with the line, or what the server says.
    pub fn figures(&self, query: &FiguresQuery, halt: &Halt) -> Result<Figures, Fault> {
        let month = |text: &String| {
            let bad = || Fault::new(Problem::BadDate, vec![("value", text.clone())]);
            Month::parse(text).ok_or_else(bad)
        };
        let from = query.from.as_ref().map(month).transpose()?;
        let from = from.unwrap_or_else(|| self.last_month());
        let to = query.to.as_ref().map(month).transpose()?.unwrap_or(from);
        let mut target = format!("/v1/q/figures?from={from}&to={to}");
        if let Some(unit) = &query.unit {
            let unit = self.read(|screen| screen.unit_named(unit))?;
            target = format!("{target}&unit={}", unit.key());
        }
        self.ask(&target, halt)
    }

    /// How the alleys of a unit are looked after; without one, of the widest that one may read.
    ///
    /// # Errors
    /// [`Problem::UnitNotFound`], [`Problem::Ambiguous`]; what is wrong with the line, or what the
    /// server says.
    pub fn coverage(&self, unit: Option<&str>, halt: &Halt) -> Result<Coverage, Fault> {
        let mut target = "/v1/q/coverage".to_owned();
        if let Some(unit) = unit {
            let unit = self.read(|screen| screen.unit_named(unit))?;
            target = format!("{target}?unit={}", unit.key());
        }
        self.ask(&target, halt)
    }

    /// A page of the cases that the server finds by their titles and numbers, among all that the member
    /// may read now.
    ///
    /// # Errors
    /// What is wrong with the line, or what the server says.
    pub fn archive(&self, query: &ArchiveQuery, halt: &Halt) -> Result<Archive, Fault> {
        let text = Some(&query.text).filter(|text| !text.is_empty());
        let text = text.map(|text| format!("text={}", escaped(text)));
        let after = query
            .after
            .as_ref()
            .map(|after| format!("after={}", escaped(after)));
        let fields: Vec<String> = text.into_iter().chain(after).collect();
        self.ask(&format!("/v1/q/search?{}", fields.join("&")), halt)
    }

    /// A page of what is late, by the server's word, of all cases that the member may read now: those that
    /// have been late for longest first.
    ///
    /// # Errors
    /// [`Problem::UnitNotFound`], [`Problem::Ambiguous`]; what is wrong with the line, or what the server
    /// says.
    pub fn late(&self, query: &LateQuery, halt: &Halt) -> Result<LateCases, Fault> {
        let mut fields = Vec::new();
        if let Some(unit) = &query.unit {
            let unit = self.read(|screen| screen.unit_named(unit))?;
            fields.push(format!("unit={}", unit.key()));
        }
        if let Some(after) = &query.after {
            fields.push(format!("after={}", escaped(after)));
        }
        self.ask(&format!("/v1/q/late?{}", fields.join("&")), halt)
    }

    /// The name by which people call a figure's code.
    ///
    /// # Errors
    /// [`Problem::NotEnrolled`].
    pub fn figure_code(&self, figure: &str, code: &str) -> Result<String, Fault> {
        self.read(|screen| Ok(screen.figure_code(figure, code)))
    }

    /// The name by which people call a category.
    ///
    /// # Errors
    /// [`Problem::NotEnrolled`].
    pub fn figure_category(&self, code: &str) -> Result<String, Fault> {
        self.read(|screen| Ok(screen.code_word("category", code)))
    }

    fn last_month(&self) -> Month {
        Month::of(self.server_now()).before()
    }

    fn server_now(&self) -> Time {
        let now = self.now();
        let told = self.hold(|open| Ok(open.replica.server_time(now)));
        told.unwrap_or(now)
    }

    /// Asks for an address, and once more behind a sync if the server has forgotten the challenge.
    pub(super) fn ask<T: DeserializeOwned>(&self, target: &str, halt: &Halt) -> Result<T, Fault> {
        self.ask_about(target, None, halt)
    }

    /// The same for an address that a body follows to.
    pub(super) fn ask_about<T: DeserializeOwned>(
        &self,
        target: &str,
        body: Option<&[u8]>,
        halt: &Halt,
    ) -> Result<T, Fault> {
        let asked = self.ask_once(target, body, halt);
        let body = match asked {
            Err(fault) if fault.code == VOID_CHALLENGE => {
                self.sync(halt, &mut |_| ())?;
                self.ask_once(target, body, halt)?
            }
            asked => asked?,
        };
        let read = serde_json::from_slice(&body);
        read.map_err(|error| Fault::new(Problem::BadAnswer, vec![("reason", error.to_string())]))
    }

    fn ask_once(&self, target: &str, body: Option<&[u8]>, halt: &Halt) -> Result<Vec<u8>, Fault> {
        let _line = self.only()?;
        let (now, random) = (self.now(), self.random()?);
        let proof = self.hold(|open| {
            open.is_enrolled()?;
            let proof = open.replica.prove_read(target, first(&random), now);
            proof.ok_or_else(|| Fault::plain(Problem::NotEnrolled))
        })?;
        let mut line = self.reach(&self.server()?, halt)?;
        let proof = hex::encode(proof.to_bytes());
        let answer = match body {
            Some(body) => line.ask_about(target, &proof, body.to_vec()),
            None => line.get(target, &proof),
        };
        answer.map_err(|error: TransportError| error.into())
    }
}
