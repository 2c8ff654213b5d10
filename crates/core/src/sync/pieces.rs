//! The pieces that devices on slow lines send, as far as they have come. Kept in memory: whoever loses it
//! is sent it again.

use std::collections::BTreeMap;

use crate::id::DeviceId;
use crate::limits::{FLIGHT_BYTES_MAX, PIECES_DEVICES_MAX, PIECES_HOURS_MAX};
use crate::sync::frame::{Arrived, Piece};
use crate::time::Time;

/// Pieces by device: of each, those of one thing.
#[derive(Debug, Default)]
pub struct Pieces(BTreeMap<DeviceId, Arriving>);

/// One thing, as far as it has come.
#[derive(Debug)]
struct Arriving {
    of: [u8; 16],
    /// From the beginning, without a gap.
    bytes: Vec<u8>,
    /// When the last piece came.
    at: Time,
}

/// The effect of a piece.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Taken {
    /// Everything has come: encoded frames.
    Whole(Vec<u8>),
    /// There is more to come.
    Part(Arrived),
}

impl Pieces {
    /// How many devices send something in pieces now.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether no device does.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Takes a piece that a device has signed. What is whole stays here until the device sends
    /// something else: its answer can be lost.
    pub fn take(&mut self, device: DeviceId, piece: &Piece, now: Time) -> Taken {
        self.expire(now);
        let none = Arrived {
            of: piece.of,
            bytes: 0,
        };
        let total = usize::try_from(piece.total).unwrap_or(usize::MAX);
        if total > FLIGHT_BYTES_MAX {
            return Taken::Part(none);
        }
        let mut arriving = match self.0.remove(&device) {
            Some(arriving) if arriving.of == piece.of => arriving,
            _ => Arriving {
                of: piece.of,
                bytes: Vec::new(),
                at: now,
            },
        };
        arriving.at = now;
        let here = arriving.bytes.len();
        let offset = usize::try_from(piece.offset).unwrap_or(usize::MAX);
        // What is here already is sent again behind an answer that was lost.
        let known = here.checked_sub(offset);
        if let Some(new) = known.and_then(|known| piece.bytes.get(known..)) {
            let room = total.saturating_sub(here);
            arriving.bytes.extend(new.iter().take(room));
        }
        let bytes = arriving.bytes.len();
        let is_whole = bytes == total && Piece::name(&arriving.bytes) == piece.of;
        if bytes >= total && !is_whole {
            return Taken::Part(none);
        }
        let taken = if is_whole {
            Taken::Whole(arriving.bytes.clone())
        } else {
            Taken::Part(Arrived {
                of: piece.of,
                bytes: u32::try_from(bytes).unwrap_or(u32::MAX),
            })
        };
        self.make_room();
        self.0.insert(device, arriving);
        taken
    }

    /// Nothing more comes of what a device began: it has sent something else.
    pub fn forget(&mut self, device: DeviceId) {
        self.0.remove(&device);
    }

    fn expire(&mut self, now: Time) {
        self.0.retain(|_, arriving| {
            now.0.saturating_sub(arriving.at.0) < PIECES_HOURS_MAX * 3_600_000
        });
    }

    fn make_room(&mut self) {
        while self.0.len() >= PIECES_DEVICES_MAX {
            let oldest = self.0.iter().min_by_key(|(_, arriving)| arriving.at);
            let Some(oldest) = oldest.map(|(device, _)| *device) else {
                return;
            };
            self.0.remove(&oldest);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::SecretKey;
    use crate::id::{DocumentId, TownId};
    use crate::sync::flight::{self, Flight, VerifiedFlight};
    use crate::sync::frame::{AskLease, DeviceFrame, Hello, Want, Why, put_frame};
    use crate::wire::{Blob, List};

    const NOW: Time = Time(1_790_000_000_000);
    const ONE: DeviceId = DeviceId([1; 16]);

    fn piece(of: &[u8], offset: usize, bytes: usize) -> Piece {
        let end = of.len().min(offset + bytes);
        Piece {
            of: Piece::name(of),
            total: u32::try_from(of.len()).unwrap(),
            offset: u32::try_from(offset).unwrap(),
            bytes: Blob::new(of[offset..end].to_vec()).unwrap(),
        }
    }

    fn part(of: &[u8], bytes: u32) -> Taken {
        Taken::Part(Arrived {
            of: Piece::name(of),
            bytes,
        })
    }

    #[test]
    fn pieces_are_joined_also_where_one_comes_twice_or_reaches_back() {
        let (mut pieces, all) = (Pieces::default(), vec![7; 1_000]);
        assert_eq!(pieces.take(ONE, &piece(&all, 0, 300), NOW), part(&all, 300));
        assert_eq!(pieces.take(ONE, &piece(&all, 0, 300), NOW), part(&all, 300));
        assert_eq!(
            pieces.take(ONE, &piece(&all, 200, 400), NOW),
            part(&all, 600)
        );
        // A gap is not taken: it is said where to go on.
        assert_eq!(
            pieces.take(ONE, &piece(&all, 700, 300), NOW),
            part(&all, 600)
        );
        let whole = Taken::Whole(all.clone());
        assert_eq!(pieces.take(ONE, &piece(&all, 600, 400), NOW), whole);
        // The answer was lost: the last piece comes again.
        assert_eq!(pieces.take(ONE, &piece(&all, 600, 400), NOW), whole);
        pieces.forget(ONE);
        assert_eq!(pieces.take(ONE, &piece(&all, 600, 400), NOW), part(&all, 0));
    }

    #[test]
    fn another_thing_begins_again_and_what_is_not_what_it_says_is_dropped() {
        let (mut pieces, all, other) = (Pieces::default(), vec![7; 1_000], vec![8; 900]);
        pieces.take(ONE, &piece(&all, 0, 900), NOW);
        assert_eq!(
            pieces.take(ONE, &piece(&other, 0, 100), NOW),
            part(&other, 100)
        );
        let forged = Piece {
            of: Piece::name(&all),
            ..piece(&other, 0, 900)
        };
        assert_eq!(pieces.take(ONE, &forged, NOW), part(&all, 0));
        assert!(pieces.is_empty());
        let long = Piece {
            total: u32::MAX,
            ..piece(&all, 0, 900)
        };
        assert_eq!(pieces.take(ONE, &long, NOW), part(&all, 0));
    }

    /// What a flight with these frames is read as, behind what came before.
    fn read(
        pieces: &mut Pieces,
        frames: &[DeviceFrame],
    ) -> Result<VerifiedFlight, crate::sync::flight::FlightError> {
        let (secret, town) = (SecretKey::from_bytes(&[9; 32]), TownId([1; 16]));
        let hello = Hello {
            device: DeviceId::of(&secret.public()),
            challenge: None,
            cursor: Blob::default(),
            acknowledged: 0,
            budget_bytes: 0,
            clock: NOW,
            more: true,
        };
        let flight = Flight::parse(&flight::encode(town, &secret, &hello, frames))?;
        let signed = flight.verify(town, &secret.public())?;
        signed.joined(pieces, NOW)?.read()
    }

    #[test]
    fn a_flight_with_the_last_piece_is_read_as_if_the_frames_stood_in_it() {
        let mut pieces = Pieces::default();
        let wanted = (0..40_u8).map(|id| (DocumentId([id; 16]), Why::Missing));
        let want = DeviceFrame::Want(Want {
            documents: List::new(wanted.collect()).unwrap(),
        });
        let mut all = Vec::new();
        put_frame(&mut all, &want);
        let asks = DeviceFrame::AskLease(AskLease {});
        let cut = |offset, bytes| DeviceFrame::Piece(piece(&all, offset, bytes));
        let flight = read(&mut pieces, &[asks.clone(), cut(0, 300)]).unwrap();
        assert!(flight.asks_lease && flight.wanted.is_empty());
        assert_eq!(flight.arrived.map(|arrived| arrived.bytes), Some(300));
        let flight = read(&mut pieces, &[cut(300, 4_000)]).unwrap();
        assert_eq!((flight.wanted.len(), flight.arrived), (40, None));
        // One thing at a time; and what is whole is read like any flight, pieces are not in it.
        assert!(read(&mut pieces, &[cut(0, 300), cut(300, 300)]).is_err());
        let mut within = Vec::new();
        put_frame(&mut within, &cut(0, 300));
        let within = DeviceFrame::Piece(piece(&within, 0, 4_000));
        assert!(read(&mut pieces, &[within]).is_err());
        // A flight without a piece: nothing more comes of it.
        assert!(read(&mut pieces, &[asks]).is_ok());
        assert!(pieces.is_empty());
    }

    #[test]
    fn what_is_kept_is_bounded_in_devices_and_in_time() {
        let (mut pieces, all) = (Pieces::default(), vec![7; 1_000]);
        for index in 0..PIECES_DEVICES_MAX + 5 {
            let device = DeviceId(crate::crypto::first(&crate::crypto::hash(
                "alleyway test 1",
                &[&index.to_be_bytes()],
            )));
            let at = Time(NOW.0 + i64::try_from(index).unwrap());
            pieces.take(device, &piece(&all, 0, 300), at);
        }
        assert_eq!(pieces.len(), PIECES_DEVICES_MAX);
        let later = Time(NOW.0 + (PIECES_HOURS_MAX + 1) * 3_600_000);
        assert_eq!(
            pieces.take(ONE, &piece(&all, 300, 300), later),
            part(&all, 0)
        );
        assert_eq!(pieces.len(), 1);
    }
}
