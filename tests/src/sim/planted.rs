//! How the planted bugs do what they do.

use std::collections::BTreeMap;

use alleyway_core::batch::VerifiedBatch;
use alleyway_core::command::Nonce;
use alleyway_core::crypto::{PublicKey, SecretKey, hash};
use alleyway_core::id::DeviceId;
use alleyway_core::store::{Transaction, Write};
use alleyway_core::sync::cursor::Cursor;
use alleyway_core::sync::frame::{Page, ServerFrame, Verdict, Verdicts};
use alleyway_core::wire::{List, Wire};

use super::phone::{DOCUMENT_ROWS, Phone, STATE_ROW};
use super::plant::Plant;
use super::server::Server;
use super::temper::{Move, Temper};

/// Rows of the server's store, by what they hold.
const FEED_LOGS: u8 = b'f';
const FEED_SUMS: u8 = b'g';
const BATCHES: u8 = b'b';
const DEVICES: u8 = b'd';
pub(crate) const KEPT: u8 = b'i';
pub(crate) const REFUSALS: u8 = b'x';

/// How an entry of the security journal begins that says that a device is stopped.
const STOPPED: u8 = 3;

/// One write or frame in so many, for bugs that need it.
const CRASHES_OFTEN: usize = 6;

/// One page in so many is skipped.
const PAGES_PER_SKIPPED_ONE: u8 = 8;

fn is(write: &Write, kind: u8) -> bool {
    write.key.first() == Some(&kind)
}

impl Plant {
    /// A bug that only backups and restores show is planted where they come often; one that only a long
    /// answer shows, where notes are long, posts change, and everybody of a unit reads all of its cases.
    pub(crate) fn tempers(self, temper: &mut Temper) {
        match self {
            Self::CoversTooMuch
            | Self::RevocationForgotten
            | Self::IncarnationNotBegun
            | Self::WordNotBelieved => {
                temper.set(Move::Backup, 4);
                temper.set(Move::Restore, 2);
                temper.set(Move::Sync, 40);
                temper.set(Move::Deliver, 60);
                temper.set(Move::Serve, 60);
            }
            // Who gives nonces twice comes often.
            Self::BodyNotInId => {
                temper.set(Move::Hostile, 12);
                temper.set(Move::Restore, 0);
            }
            Self::BackfillNotResumed => {
                temper.set(Move::Administer, 30);
                temper.set(Move::Restore, 0);
                temper.set(Move::Type, 90);
                temper.notes = 30;
                temper.notes_per_long_one = 1;
                temper.clears = false;
            }
            // What waits is more than a connection carries.
            Self::LineForgotten => {
                temper.set(Move::Type, 90);
                temper.notes_per_long_one = 1;
            }
            _ => {}
        }
    }

    /// A bug that only a crash shows is planted in phones that crash often.
    pub(crate) fn writes_per_crash(self, usual: usize) -> usize {
        if matches!(self, Self::CursorBeforePage | Self::SendsBeforeSeal) {
            usual.min(CRASHES_OFTEN)
        } else {
            usual
        }
    }

    /// One that only a cut line shows, on lines that are cut often.
    pub(crate) fn frames_per_cut(self, usual: usize) -> usize {
        if self == Self::BackfillNotResumed {
            usual.min(CRASHES_OFTEN)
        } else {
            usual
        }
    }

    /// What a crash before a write leaves of it on a phone.
    pub(crate) fn torn(self, mut writes: Vec<Write>) -> Vec<Write> {
        writes.retain(|write| self == Self::CursorBeforePage && write.key == STATE_ROW);
        writes
    }

    /// What a phone writes.
    pub(crate) fn on_phone(self, mut writes: Vec<Write>) -> Vec<Write> {
        if self == Self::ForgetsEviction {
            writes.retain(|write| write.value.is_some() || !is(write, DOCUMENT_ROWS));
        }
        writes
    }

    /// What the server writes.
    pub(crate) fn on_server(self, mut transaction: Transaction) -> Transaction {
        let writes = &mut transaction.writes;
        match self {
            Self::DigestNotUpdated => writes.retain(|write| !is(write, FEED_SUMS)),
            Self::FeedLogNotMoved => writes.retain(|write| !is(write, FEED_LOGS)),
            Self::TrayForgotten => writes.retain(|write| !is(write, KEPT)),
            Self::ChainBrokenAtRefusal if writes.iter().any(|write| is(write, REFUSALS)) => {
                writes.retain(|write| !is(write, BATCHES) && !is(write, DEVICES));
            }
            _ => {}
        }
        transaction
    }

    /// What the server says of a batch. `spoken_of` is what it has said of nonces of devices.
    pub(crate) fn on_verdicts(
        self,
        said: Verdicts,
        batch: &VerifiedBatch,
        of: &PublicKey,
        key: &SecretKey,
        spoken_of: &mut BTreeMap<(PublicKey, Nonce), Verdict>,
    ) -> Verdicts {
        let mut verdicts = List::into_vec(said.verdicts.clone());
        match self {
            Self::VerdictsSwapped if verdicts.len() >= 2 => verdicts.swap(0, 1),
            Self::BodyNotInId => {
                for (command, verdict) in batch.batch().commands.iter().zip(&mut verdicts) {
                    let nonce = (*of, command.nonce);
                    if let Some(first) = spoken_of.get(&nonce) {
                        *verdict = first.clone();
                    } else if verdict.stands() || matches!(verdict, Verdict::Kept(_)) {
                        spoken_of.insert(nonce, verdict.clone());
                    }
                }
            }
            _ => return said,
        }
        let mut changed = Verdicts {
            verdicts: List::new(verdicts).unwrap_or_default(),
            ..said
        };
        let message = changed.message(DeviceId::of(of), &batch.hash());
        changed.signature = key.sign(Verdicts::DOMAIN, &message);
        changed
    }

    /// What a phone hears.
    pub(crate) fn on_frame(self, frame: &[u8], server: &Server, phone: &Phone) -> Vec<u8> {
        let page = match ServerFrame::from_bytes(frame) {
            Ok(ServerFrame::Page(page))
                if self == Self::SkipsPages || self == Self::BackfillNotResumed =>
            {
                page
            }
            _ => return frame.to_vec(),
        };
        let page = if self == Self::SkipsPages {
            skipped(page)
        } else {
            done_with(page, server, phone)
        };
        ServerFrame::Page(page).to_bytes()
    }
}

/// The security journal without what it says since then of devices that are stopped.
pub(crate) fn forgetful(then: &[Vec<u8>], newest: &[Vec<u8>]) -> Vec<Vec<u8>> {
    let is_known =
        |(at, entry): (usize, &Vec<u8>)| at < then.len() || entry.first() != Some(&STOPPED);
    newest
        .iter()
        .enumerate()
        .filter(|each| is_known(*each))
        .map(|(_, entry)| entry.clone())
        .collect()
}

fn skipped(page: Page) -> Page {
    let [draw, ..] = hash("skips pages", &[&page.to_bytes()]);
    if draw % PAGES_PER_SKIPPED_ONE == 0 {
        Page {
            items: List::default(),
            ..page
        }
    } else {
        page
    }
}

/// The page with a cursor that says that all feeds it was about have been sent.
fn done_with(page: Page, server: &Server, phone: &Phone) -> Page {
    let opened = Cursor::open(server.token_key(), phone.device(), &page.cursor);
    let Some(Cursor {
        backfill: Some(backfill),
        ..
    }) = opened
    else {
        return page;
    };
    let done = opened.map(|cursor| Cursor {
        scope: backfill.target,
        backfill: None,
        part: None,
        ..cursor
    });
    let cursor = done
        .map(|cursor| cursor.seal(server.token_key(), phone.device()))
        .unwrap_or_default();
    Page { cursor, ..page }
}
