//! A data folder that nobody serves, as a made-up town's phones and its operator reach it.

use alleyway_core::id::MemberId;
use alleyway_core::store::{Store as _, StoreError};
use alleyway_core::sync::enrol::{Enrol, Enrolled, InvitationCode};
use alleyway_core::time::Time;
use alleyway_demo::{Line, LineError, Lists, Operator};

use crate::admin::{self, Undone};
use crate::import::Files;
use crate::instance::Instance;
use crate::secrets;
use crate::writer::Desk;

use super::Direct;

/// An opened data folder. The writes of requests that come at one time are committed before one of
/// them is answered.
pub(crate) struct Folder<'a>(pub(crate) &'a mut Instance);

/// A made-up town's lists, as an import takes them.
///
/// # Errors
/// If a row cannot be written.
pub(crate) fn files(lists: &Lists) -> Result<Files, LineError> {
    let files = lists.files()?;
    Ok(Files {
        units: Some(files.units),
        members: Some(files.members),
        households: Some(files.households),
        book: None,
    })
}

impl Folder<'_> {
    fn direct(&mut self) -> Direct<'_> {
        Direct {
            town: self.0.town,
            ledger: &mut self.0.ledger,
            records: &*self.0.store,
        }
    }

    /// Commits what the ledger has collected.
    fn commit(&mut self) -> Result<(), StoreError> {
        match self.0.ledger.take_transaction() {
            Some(transaction) => self.0.store.commit(&transaction),
            None => Ok(()),
        }
    }
}

impl Line for Folder<'_> {
    fn enrol(&mut self, requests: Vec<Enrol>, now: Time) -> Result<Vec<Enrolled>, LineError> {
        let answers = self.direct().enrol(requests, now)?;
        self.commit()?;
        Ok(answers)
    }

    fn sync(&mut self, flights: Vec<Vec<u8>>, now: Time) -> Result<Vec<Vec<u8>>, LineError> {
        let answers = self.direct().sync(flights, now)?;
        self.commit()?;
        Ok(answers)
    }
}

impl Operator for Folder<'_> {
    fn import(&mut self, lists: &Lists, now: Time) -> Result<(), LineError> {
        let files = files(lists)?;
        let (seed, town) = (secrets::random()?, self.0.town);
        let mut desk = Desk {
            ledger: &mut self.0.ledger,
            store: &*self.0.store,
            now,
        };
        admin::import_at(&mut desk, town, &files, false, seed).map_err(|undone| match undone {
            Undone::Refused(failure) => format!("{} {:?}", failure.text_en, failure.rows).into(),
            Undone::Store(error) => LineError::from(error),
        })?;
        Ok(self.commit()?)
    }

    fn pass(&mut self, now: Time) -> Result<(), LineError> {
        loop {
            let Instance { ledger, store, .. } = &mut *self.0;
            let done = ledger.go_on_by_time(&**store, now)?;
            if done.held_since.is_some() {
                // Weeks may pass between two steps of the stories.
                ledger.believe_clock(&**store, now)?;
            }
            self.commit()?;
            if done.held_since.is_none() && !done.more {
                return Ok(());
            }
        }
    }

    fn invite(&mut self, members: &[&str], now: Time) -> Result<Vec<InvitationCode>, LineError> {
        let mut codes = Vec::with_capacity(members.len());
        for member in members {
            let id = MemberId::derive(self.0.town, member);
            let code = InvitationCode::from_random(secrets::random()?);
            let Instance { ledger, store, .. } = &mut *self.0;
            ledger.invite(&**store, id, &code, now)?;
            codes.push(code);
        }
        self.commit()?;
        Ok(codes)
    }
}
