//! Flights with random damage, seeded: at every layer from the compression down to what commands
//! say, signed anew so that the layers behind the signature see it.

use alleyway_core::batch::Batch;
use alleyway_core::command::{Base, Body, Command};
use alleyway_core::crypto::hash;
use alleyway_core::sync::frame::{
    DeviceFrame, Hello, Holdings, Opaque, ServerFrame, Want, Why, put_frame,
};
use alleyway_core::time::Time;
use alleyway_core::wire::{List, Reader, Wire as _, put_varint};
use alleyway_tests::forge::{Peer, Typist, note, post, report};
use alleyway_tests::process::get;

use super::stage::{NOW, Stage};

/// Flights of one run; `FLIGHTS` and `SEED` make it longer, and another.
const FLIGHTS: u64 = 400;

fn from_environment(name: &str, default: u64) -> u64 {
    std::env::var(name)
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(default)
}

/// Random numbers of a seed.
struct Dice(u64, u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.1 += 1;
        let bytes = hash(
            "mutated flights",
            &[&self.0.to_be_bytes(), &self.1.to_be_bytes()],
        );
        u64::from_be_bytes(bytes[..8].try_into().expect("eight"))
    }

    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % end.max(1) as u64).expect("below a usize")
    }

    /// Numbers where things overflow, and others.
    fn number(&mut self) -> u64 {
        let edges = [
            0,
            1,
            2,
            127,
            128,
            255,
            65_535,
            u64::from(u32::MAX),
            1 << 63,
            i64::MAX as u64,
            u64::MAX,
        ];
        if self.below(3) == 0 {
            self.next()
        } else {
            edges[self.below(edges.len())]
        }
    }

    /// Flips, overwrites, cuts, doubles or puts in a few bytes.
    fn damage(&mut self, bytes: &mut Vec<u8>) {
        for _ in 0..=self.below(3) {
            let at = self.below(bytes.len());
            let byte = self.number().to_le_bytes()[0];
            match self.below(6) {
                0 | 1 if !bytes.is_empty() => bytes[at] ^= 1 << self.below(8),
                2 if !bytes.is_empty() => bytes[at] = byte,
                3 => bytes.truncate(at),
                4 => {
                    let copied = bytes[at..].iter().copied().take(16).collect::<Vec<u8>>();
                    bytes.splice(at..at, copied);
                }
                _ => bytes.insert(at, byte),
            }
        }
    }
}

/// A command like a good one, with damage in what it says and what it claims.
fn command(dice: &mut Dice, stage: &Stage, peer: &mut Peer) -> Command {
    let unit = stage.good.unit().expect("a chief");
    let bodies = [
        report(
            unit,
            peer.enrolled.device_code,
            "桥栏杆松了",
            dice.number().to_le_bytes()[0],
        ),
        note("看过了。"),
        // Every number that a case's step may have, and some that it may not.
        Body::from_bytes(&[4, 1, dice.number().to_le_bytes()[0] | 1, 1, 0])
            .unwrap_or_else(|_| note("")),
    ];
    let body = bodies[dice.below(bodies.len())].clone();
    let mut payload = body.to_bytes();
    let mut reader = Reader::new(&payload);
    let length = reader.length("a body", 100_000).unwrap_or_default();
    payload = reader.take(length).unwrap_or_default().to_vec();
    if dice.below(3) > 0 {
        dice.damage(&mut payload);
    }
    let mut encoded = Vec::new();
    put_varint(&mut encoded, payload.len() as u64);
    encoded.extend_from_slice(&payload);
    let body = Body::from_bytes(&encoded).unwrap_or_else(|_| note("x"));
    let document = (!body.creates()).then_some(stage.case);
    let mut command = peer.command(document, body);
    if dice.below(2) == 0 {
        command.at = Time(dice.number().cast_signed());
    }
    if dice.below(4) == 0 {
        let narrow = |number: u64| u32::try_from(number).unwrap_or(u32::MAX);
        let (incarnation, generation) = (narrow(dice.number()), narrow(dice.number()));
        command.base = Base {
            incarnation,
            generation,
            version: dice.number(),
            after: List::default(),
        };
    }
    command
}

/// The bytes behind a hello.
fn rest(dice: &mut Dice, stage: &Stage, peer: &mut Peer) -> Vec<u8> {
    let commands = (0..=dice.below(4))
        .map(|_| command(dice, stage, peer))
        .collect();
    let number = if dice.below(4) == 0 {
        dice.number()
    } else {
        peer.number + 1
    };
    let previous = if dice.below(6) == 0 {
        [8; 32]
    } else {
        peer.last_hash
    };
    let town = peer.enrolled.town;
    let batch = Batch::seal(town, &peer.secret, number, previous, [9; 16], commands).expect("few");
    if number == peer.number + 1 && previous == peer.last_hash {
        // Whether it is taken shows by the welcome; a fork that follows is an input too.
        peer.number = number;
        peer.last_hash = batch.hash(town, peer.hello.device);
    }
    let wanted =
        List::new(vec![(stage.case, Why::Differs), (stage.case, Why::Missing)]).expect("few");
    let frames = [
        peer.frame(&batch),
        DeviceFrame::Want(Want { documents: wanted }),
        DeviceFrame::Holdings(Holdings::default()),
    ];
    let mut rest = Vec::new();
    for frame in frames.iter().take(1 + dice.below(3)) {
        put_frame(&mut rest, frame);
    }
    if dice.below(3) == 0 {
        dice.damage(&mut rest);
    }
    rest
}

/// Sends one flight; what comes back is an answer or a code.
fn send(dice: &mut Dice, stage: &Stage, peer: &mut Peer) -> String {
    let (hello, stood) = (peer.hello.clone(), (peer.number, peer.last_hash));
    match dice.below(6) {
        0 => peer.hello.clock = Time(dice.number().cast_signed()),
        1 => peer.hello.acknowledged = dice.number(),
        2 => peer.hello.budget_bytes = dice.number(),
        3 => {
            let mut cursor = peer.hello.cursor.to_vec();
            dice.damage(&mut cursor);
            peer.hello.cursor = Opaque::new(cursor).unwrap_or_default();
        }
        _ => {}
    }
    let rest = rest(dice, stage, peer);
    let mut flight = peer.flight_of(&rest);
    let heard = match dice.below(8) {
        0 => {
            dice.damage(&mut flight);
            peer.send(&flight)
        }
        1 => {
            let mut packed = zstd::bulk::compress(&flight, 3).expect("memory");
            dice.damage(&mut packed);
            post(&mut peer.client, "/v1/sync", packed)
        }
        _ => peer.send(&flight),
    };
    let heard = heard.expect("an answer, or an error with a code");
    peer.hello = Hello {
        challenge: peer.hello.challenge,
        cursor: peer.hello.cursor.clone(),
        ..hello
    };
    if heard.status != 200 {
        // Nothing of it was taken: the chain goes on where it stood.
        (peer.number, peer.last_hash) = stood;
    }
    follow_fork(peer, &heard.frames);
    if heard.status == 200 {
        "200".to_owned()
    } else {
        heard.code
    }
}

/// Goes on behind what the server holds, as a restored device does.
fn follow_fork(peer: &mut Peer, frames: &[ServerFrame]) {
    for frame in frames {
        if let ServerFrame::Fork(fork) = frame {
            (peer.number, peer.last_hash) = (fork.last, fork.hash);
        }
    }
}

#[test]
fn no_mutated_flight_stops_the_server() {
    let mut stage = Stage::new();
    let mut peers = [stage.peer("lu"), stage.peer("lu")];
    let (flights, seed) = (
        from_environment("FLIGHTS", FLIGHTS),
        from_environment("SEED", 1),
    );
    let mut dice = Dice(seed, 0);
    let mut heard = std::collections::BTreeMap::<String, u32>::new();
    let before = stage.sequence();
    for index in 0..flights {
        let peer = &mut peers[usize::from(index % 2 == 1)];
        let code = send(&mut dice, &stage, peer);
        *heard.entry(code).or_default() += 1;
        if index % 50 == 0 {
            assert_eq!(
                get(&format!("{}/healthz", stage.server.url()))
                    .expect("alive")
                    .status,
                200,
                "flight {index} of seed {seed}"
            );
        }
    }
    println!(
        "{flights} mutated flights of seed {seed}: {heard:?}; {} commands of theirs stand",
        stage.sequence() - before
    );
    assert!(
        heard.get("200").is_some_and(|taken| *taken > 50),
        "{heard:?}"
    );
    assert!(
        heard.len() >= 4 && !heard.contains_key("internal"),
        "{heard:?}"
    );
    assert!(
        stage.sequence() > before,
        "nothing got far enough to be judged"
    );
    stage.goes_on();
    // What of it stands reaches a device that has nothing yet.
    let code = stage.server.invite("xie").expect("a member");
    let mut fresh = Typist::enrol(stage.server.url(), &code, "fresh", NOW, 1).expect("a good code");
    let report = fresh.sync().expect("a server that answers");
    assert!(report.summary.up_to_date, "{report:?}");
    stage.server.kill().expect("our own child");
    stage.server.restart().expect("the same folder");
    stage.goes_on();
}
