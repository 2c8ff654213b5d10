//! What devices send: flights, from the first byte to the verdict.

use alleyway_core::batch::Batch;
use alleyway_core::sync::frame::{Closed, DeviceFrame, Hello, Want, Why, put_frame};
use alleyway_core::wire::{Blob, List, Reader, Wire, WireError};

use super::bench::{Peer, bench};
use super::desk::{Desk, handed_in, signed};
use super::typed::{Chain, ON_CASE, ON_NEW, ON_NOTHING, Said, Typed, every};
use super::{Outcome, Target, grow};
use crate::forge::{note, report};

/// The frames behind a hello, signed and sealed by their devices once they are damaged.
pub(super) const FLIGHT: Target = Target {
    name: "flight",
    about: "frames behind a hello; batches in the open, signed and sealed after: judged, twice the same, a sound ledger",
    run: frames,
    seeds: frame_seeds,
    shape: Some(grow::some::<Frame>),
    mutations: 800,
};

/// A hello, signed once it is damaged.
pub(super) const HELLO: Target = Target {
    name: "hello",
    about: "a hello, signed after: answered with pages, or turned away",
    run: hello,
    seeds: hello_seeds,
    shape: Some(grow::one::<Hello>),
    mutations: 250,
};

/// A flight as it comes off the line.
pub(super) const RAW: Target = Target {
    name: "flight-raw",
    about: "a whole flight as it comes off the line: nothing passes but what its device signed",
    run: raw,
    seeds: raw_seeds,
    shape: None,
    mutations: 600,
};

/// A frame of an input.
enum Frame {
    /// A batch of the device's own.
    Own(Said),
    /// One that it sealed to the town.
    Closed(Said),
    /// One of another device, carried.
    Carried(Said),
    /// Any frame, as it stands.
    Plain(DeviceFrame),
}

impl Wire for Frame {
    fn encode(&self, out: &mut Vec<u8>) {
        match self {
            Self::Own(said) => put(out, 1, said),
            Self::Closed(said) => put(out, 2, said),
            Self::Carried(said) => put(out, 3, said),
            Self::Plain(frame) => put(out, 4, frame),
        }
    }

    fn decode(from: &mut Reader<'_>) -> Result<Self, WireError> {
        Ok(match from.byte()? {
            1 => Self::Own(Said::decode(from)?),
            2 => Self::Closed(Said::decode(from)?),
            3 => Self::Carried(Said::decode(from)?),
            4 => Self::Plain(DeviceFrame::decode(from)?),
            _ => return Err(WireError::Invalid("a frame")),
        })
    }
}

fn put(out: &mut Vec<u8>, number: u8, value: &impl Wire) {
    out.push(number);
    value.encode(out);
}

fn frames(input: &[u8]) -> Outcome {
    let said = match grow::all_of::<Frame>(input) {
        Ok(said) => said,
        Err(error) => return Outcome::refused(format!("not said: {error}")),
    };
    let rest = signed_frames(&said);
    let mut desk = Desk::new();
    let hello = desk.hello();
    handed_in(|hello| signed(hello, &rest), hello, &mut desk)
}

/// The frames, with signatures and seals in order.
fn signed_frames(said: &[Frame]) -> Vec<u8> {
    let bench = bench();
    let (mut own, mut others, mut rest) = (Chain::default(), Chain::default(), Vec::new());
    for frame in said {
        let frame = match frame {
            Frame::Own(said) => {
                let packed = own
                    .sealed(&bench.peer, said)
                    .pack(&bench.peer.secret.public());
                DeviceFrame::Batch(Blob::new(packed).unwrap_or_default())
            }
            Frame::Closed(said) => {
                DeviceFrame::Closed(closed(&bench.peer, &own.sealed(&bench.peer, said)))
            }
            Frame::Carried(said) => {
                DeviceFrame::Closed(closed(&bench.other, &others.sealed(&bench.other, said)))
            }
            Frame::Plain(frame) => frame.clone(),
        };
        put_frame(&mut rest, &frame);
    }
    rest
}

/// A batch, sealed to the town.
fn closed(peer: &Peer, batch: &Batch) -> Closed {
    let packed = batch.pack(&peer.secret.public());
    Closed::seal(
        &peer.enrolled.town_sealing,
        [7; 32],
        peer.id(),
        batch.number,
        &packed,
    )
    .expect("a key")
}

fn frame_seeds() -> Vec<Vec<u8>> {
    let mut seeds: Vec<Vec<u8>> = good_frames().iter().map(|frames| encoded(frames)).collect();
    // Every command there is, each in a batch of its own; and every frame.
    for typed in every() {
        seeds.push(
            Frame::Own(Said {
                number: 0,
                commands: vec![typed],
            })
            .to_bytes(),
        );
    }
    let grown = grow::by_number(grow::one::<DeviceFrame>, 1);
    seeds.extend(grown.into_iter().map(|frame| [vec![4], frame].concat()));
    seeds
}

fn encoded(frames: &[Frame]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for frame in frames {
        frame.encode(&mut bytes);
    }
    bytes
}

fn good_frames() -> Vec<Vec<Frame>> {
    let bench = bench();
    let batch = |commands| Said {
        number: 0,
        commands,
    };
    let noted = |text| Typed::new(ON_CASE, note(text));
    let reported = || {
        Typed::new(
            ON_NOTHING,
            report(
                bench.alley,
                bench.peer.enrolled.device_code,
                "桥栏杆松了",
                1,
            ),
        )
    };
    let documents = List::new(vec![
        (bench.case, Why::Differs),
        (bench.alley, Why::Missing),
    ])
    .expect("few");
    vec![
        vec![Frame::Own(batch(vec![
            reported(),
            noted("看过了。"),
            Typed::new(ON_NEW, note("新的。")),
        ]))],
        vec![Frame::Closed(batch(vec![noted("看过了。")]))],
        vec![Frame::Carried(batch(vec![noted("我也看过。"), reported()]))],
        vec![
            Frame::Own(batch(vec![noted("一")])),
            Frame::Own(batch(vec![noted("三")])),
            Frame::Carried(batch(vec![noted("二")])),
            Frame::Plain(DeviceFrame::Want(Want { documents })),
        ],
    ]
}

fn hello(input: &[u8]) -> Outcome {
    let said = match Hello::from_bytes(input) {
        Ok(hello) => hello,
        Err(error) => return Outcome::refused(error),
    };
    let mut desk = Desk::new();
    let (device, challenge) = (bench().peer.id(), desk.hello().challenge);
    // One that it makes up is refused; what stands behind it is to be seen as well.
    let challenge = if said.challenge.is_some() {
        said.challenge
    } else {
        challenge
    };
    handed_in(
        |hello| signed(hello, &[]),
        Hello {
            device,
            challenge,
            ..said
        },
        &mut desk,
    )
}

fn hello_seeds() -> Vec<Vec<u8>> {
    let mut desk = Desk::new();
    let hello = Hello {
        challenge: None,
        ..desk.hello()
    };
    let asked = Hello {
        budget_bytes: 0,
        acknowledged: 3,
        more: true,
        ..hello.clone()
    };
    vec![hello.to_bytes(), asked.to_bytes(), desk.hello().to_bytes()]
}

fn raw(input: &[u8]) -> Outcome {
    let mut desk = Desk::new();
    match desk.read(input) {
        Ok(flight) => {
            // A signature is a function of key and message: whose it is, is seen by making it again.
            let head = signed(&flight.hello, &[]).len();
            assert_eq!(
                signed(&flight.hello, &input[head..]),
                input,
                "a flight that its device did not sign"
            );
            Outcome::taken(format!("{} frames", desk.answer(&flight).len()))
        }
        Err(error) => Outcome::refused(error),
    }
}

fn raw_seeds() -> Vec<Vec<u8>> {
    let mut desk = Desk::new();
    let hello = desk.hello();
    good_frames()
        .iter()
        .map(|frames| signed(&hello, &signed_frames(frames)))
        .collect()
}
