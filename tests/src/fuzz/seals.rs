//! What is sealed: boxes, tokens, cursors.

use alleyway_core::crypto::{SealingSecret, open_token, seal_token};
use alleyway_core::sync::cursor::{Backfill, Cursor};
use alleyway_core::sync::frame::{Closed, Opaque};
use alleyway_core::wire::Wire as _;

use super::bench::bench;
use super::desk::{Desk, handed_in, signed};
use super::{Outcome, Target, grow};
use crate::pure;

/// Sealed bytes.
pub(super) const BOXES: Target = Target {
    name: "seals",
    about: "sealed bytes as box, token, cursor, closed batch: only what was sealed opens",
    run: boxes,
    seeds: box_seeds,
    shape: None,
    mutations: 600,
};

/// A cursor in the open.
pub(super) const CURSOR: Target = Target {
    name: "cursor",
    about: "what a cursor says, sealed after: a device that shows it is answered",
    run: cursor,
    seeds: cursor_seeds,
    shape: Some(grow::one::<Cursor>),
    mutations: 250,
};

const PLAIN: &[u8] = b"what nobody on the way is to read";
const KEY: [u8; 32] = [6; 32];

fn boxes(input: &[u8]) -> Outcome {
    let secret = SealingSecret::from_bytes([8; 32]);
    let mut opened = Vec::new();
    let by_secret = secret.open(b"fuzz", input);
    let by_key = open_token(&KEY, b"fuzz", input);
    for plain in [&by_secret, &by_key].into_iter().flatten() {
        assert_eq!(plain, PLAIN, "something opens that nobody sealed");
        opened.push("opened");
    }
    if let Ok(closed) = Closed::from_bytes(input) {
        assert_eq!(closed.to_bytes(), input);
        if let Some(plain) = closed.open(&secret) {
            assert_eq!(plain, PLAIN);
            opened.push("a closed batch");
        }
    }
    let opaque = Opaque::new(input.to_vec()).unwrap_or_default();
    if let Some(cursor) = Cursor::open(&KEY, bench().peer.id(), &opaque) {
        assert_eq!(cursor, Cursor::default());
        opened.push("a cursor");
    }
    if opened.is_empty() {
        Outcome::refused("closed")
    } else {
        Outcome::taken(opened.join(", "))
    }
}

fn box_seeds() -> Vec<Vec<u8>> {
    let (secret, device) = (SealingSecret::from_bytes([8; 32]), bench().peer.id());
    vec![
        secret
            .public()
            .seal([2; 32], b"fuzz", PLAIN)
            .expect("a key"),
        seal_token(&KEY, b"fuzz", PLAIN),
        Closed::seal(&secret.public(), [2; 32], device, 7, PLAIN)
            .expect("a key")
            .to_bytes(),
        Cursor::default().seal(&KEY, device).into_vec(),
    ]
}

fn cursor(input: &[u8]) -> Outcome {
    let said = match Cursor::from_bytes(input) {
        Ok(cursor) => cursor,
        Err(error) => return Outcome::refused(error),
    };
    assert_eq!(said.to_bytes(), input);
    let mut desk = Desk::new();
    let mut hello = desk.hello();
    hello.cursor = said.seal(&pure::setup().token_key, hello.device);
    handed_in(|hello| signed(hello, &[]), hello, &mut desk)
}

fn cursor_seeds() -> Vec<Vec<u8>> {
    // As the server gave them: over the pages of a device that begins.
    let mut desk = Desk::new();
    let hello = desk.hello();
    let flight = desk.read(&signed(&hello, &[])).expect("signed");
    let said = desk.answer(&flight);
    let given = said.into_iter().filter_map(|frame| match frame {
        alleyway_core::sync::frame::ServerFrame::Page(page) => {
            Cursor::open(&pure::setup().token_key, hello.device, &page.cursor)
        }
        _ => None,
    });
    let given: Vec<Cursor> = given.collect();
    let feed = alleyway_core::feeds::FeedId::unit(bench().alley);
    let gaining = given.last().cloned().map(|cursor| Cursor {
        scope: 0,
        backfill: Some(Backfill {
            target: cursor.scope,
            feed,
            sequence: 0,
            over: false,
            began: cursor.sequence,
        }),
        ..cursor
    });
    given
        .into_iter()
        .chain(gaining)
        .chain([Cursor::default()])
        .map(|cursor| cursor.to_bytes())
        .collect()
}
