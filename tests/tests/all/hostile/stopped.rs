//! Devices that were stopped: what they hand in, by themselves or through others, and what they ask.

use std::collections::BTreeSet;

use alleyway_core::command::Body;
use alleyway_core::id::DeviceId;
use alleyway_core::kinds::case::Accept;
use alleyway_core::kinds::case::CaseCommand;
use alleyway_core::number::TrackingCode;
use alleyway_core::sync::enrol::Enrol;
use alleyway_core::sync::frame::{
    AskLease, CarriedState, Closed, DeviceFrame, ServerFrame, Stop, Want, Why,
};
use alleyway_core::text::Text;
use alleyway_core::wire::{List, Wire as _};
use alleyway_tests::forge::{Heard, Peer, client, note, post};

use super::batches::codes;
use super::stage::{NOW, Stage};

fn stop(stage: &Stage, how: &str, peer: &Peer) {
    let code = peer.enrolled.device_code.to_string();
    stage
        .server
        .administer(&["device", how, &code])
        .expect("a device");
}

fn carried(heard: &Heard) -> Vec<CarriedState> {
    let of = |frame: &ServerFrame| match frame {
        ServerFrame::Carried(carried) => Some(carried.state),
        _ => None,
    };
    heard.frames.iter().filter_map(of).collect()
}

fn stopped(heard: &Heard) -> Option<Stop> {
    heard.frames.iter().find_map(|frame| match frame {
        ServerFrame::Stopped(stopped) => Some(stopped.why),
        _ => None,
    })
}

/// What nobody who was stopped is given.
fn gives_anything(heard: &Heard) -> bool {
    let given = |frame: &ServerFrame| {
        matches!(
            frame,
            ServerFrame::Page(_)
                | ServerFrame::Lease(_)
                | ServerFrame::Scope(_)
                | ServerFrame::Listing(_)
        )
    };
    heard.frames.iter().any(given)
        || heard
            .welcome()
            .is_none_or(|welcome| welcome.digest != [0; 16])
}

/// Its next batch, sealed to the town.
fn closed(author: &mut Peer, commands: Vec<alleyway_core::command::Command>) -> DeviceFrame {
    let batch = author.seal(commands).expect("short");
    let (town, packed) = (author.enrolled.town_sealing, batch.pack(&author.key()));
    let (random, device) = ([author.number.to_le_bytes()[0]; 32], author.hello.device);
    DeviceFrame::Closed(Closed::seal(&town, random, device, batch.number, &packed).expect("short"))
}

#[test]
fn a_revoked_devices_batch_through_an_honest_courier_goes_to_the_tray_and_not_into_the_case() {
    let mut stage = Stage::new();
    let (mut author, mut courier) = (stage.peer("lu"), stage.peer("lan"));
    author.say(&[]).expect("an answer");
    let accept = Body::Case(CaseCommand::Accept(Accept {}));
    let typed = vec![
        author.command(Some(stage.case), note("看过了。")),
        author.command(Some(stage.case), accept),
    ];
    let ids: BTreeSet<_> = typed
        .iter()
        .map(|command| command.id(&author.key()))
        .collect();
    let frame = closed(&mut author, typed.clone());
    stop(&stage, "revoke", &author);
    stage.goes_on();
    let log = stage
        .good
        .replica
        .case(stage.case)
        .expect("a case")
        .log
        .len();
    let before = stage.sequence();
    assert_eq!(
        carried(
            &courier
                .say(std::slice::from_ref(&frame))
                .expect("an answer")
        ),
        [CarriedState::Done]
    );
    assert_eq!(stage.sequence(), before + 3, "the tray, and its two items");
    // Brought again, and by its author: put once.
    assert_eq!(
        carried(
            &courier
                .say(&[frame.clone(), frame.clone()])
                .expect("an answer")
        ),
        [CarriedState::Done; 2]
    );
    let heard = author.say(std::slice::from_ref(&frame)).expect("an answer");
    assert_eq!(
        (codes(&heard, 1), stopped(&heard)),
        (vec!["device_revoked".to_owned(); 2], Some(Stop::Revoked))
    );
    assert!(!gives_anything(&heard), "{heard:?}");
    assert_eq!(stage.sequence(), before + 3);
    stage.goes_on();
    assert_eq!(
        stage
            .good
            .replica
            .case(stage.case)
            .expect("a case")
            .log
            .len(),
        log + 1,
        "only the good phone's note"
    );
    let review = stage.good.replica.review();
    assert_eq!(
        review.iter().map(|row| row.item).collect::<BTreeSet<_>>(),
        ids
    );
    assert!(stage.good.replica.proposals().is_empty());
}

#[test]
fn a_stopped_device_is_told_so_and_given_nothing_whatever_it_asks() {
    let mut stage = Stage::new();
    for (how, why) in [("revoke", Stop::Revoked), ("lost", Stop::Lost)] {
        let mut peer = stage.peer("lu");
        let fresh = peer
            .say(&[DeviceFrame::AskLease(AskLease {})])
            .expect("an answer");
        assert!(
            fresh
                .frames
                .iter()
                .any(|frame| matches!(frame, ServerFrame::Lease(_))),
            "before that it has one"
        );
        stop(&stage, how, &peer);
        let before = stage.sequence();
        let wanted = Want {
            documents: List::new(vec![(stage.case, Why::Missing)]).expect("short"),
        };
        let holdings = alleyway_core::sync::frame::Holdings::default();
        let asked = [
            vec![],
            vec![DeviceFrame::AskLease(AskLease {})],
            vec![DeviceFrame::Want(wanted)],
            vec![DeviceFrame::Holdings(holdings)],
        ];
        let cursors = [
            peer.hello.cursor.clone(),
            alleyway_core::sync::frame::Opaque::default(),
        ];
        for frames in &asked {
            for cursor in &cursors {
                peer.hello.cursor = cursor.clone();
                let heard = peer.say(frames).expect("an answer");
                assert_eq!(stopped(&heard), Some(why));
                assert!(!gives_anything(&heard), "{heard:?}");
            }
        }
        assert_eq!(stage.sequence(), before);
        stage.goes_on();
    }
}

#[test]
fn a_stopped_device_still_carries_what_is_an_honest_ones() {
    let mut stage = Stage::new();
    let (mut author, mut courier) = (stage.peer("lu"), stage.peer("lan"));
    let typed = author.command(Some(stage.case), note("看过了。"));
    let frame = closed(&mut author, vec![typed]);
    stop(&stage, "revoke", &courier);
    let before = stage.sequence();
    let heard = courier.say(&[frame]).expect("an answer");
    assert_eq!(
        (carried(&heard), stopped(&heard)),
        (vec![CarriedState::Done], Some(Stop::Revoked))
    );
    assert_eq!(
        stage.sequence(),
        before + 1,
        "nobody's work is lost with another's phone"
    );
    stage.goes_on();
}

#[test]
fn a_stopped_devices_keys_do_not_come_back_with_another_code() {
    let mut stage = Stage::new();
    let peer = stage.peer("lu");
    stop(&stage, "revoke", &peer);
    let code = stage.server.invite("lu").expect("a member");
    let code = TrackingCode::parse(&code).expect("a code");
    let before = stage.stored();
    let mut line = client(stage.server.url()).expect("an address");
    let request = Enrol::new(code, &peer.secret, [1; 32], Text::cut("again"), NOW);
    let heard = post(&mut line, "/v1/enrol", request.to_bytes()).expect("an answer");
    assert_eq!(heard.refusal(), (403, "device_stopped"));
    assert_eq!(stage.stored(), before);
    // The code is still good for another phone.
    let other = alleyway_core::crypto::SecretKey::from_bytes(&[99; 32]);
    let request = Enrol::new(code, &other, [2; 32], Text::cut("another"), NOW);
    assert_eq!(
        post(&mut line, "/v1/enrol", request.to_bytes())
            .expect("an answer")
            .status,
        200
    );
    assert_ne!(DeviceId::of(&other.public()), peer.hello.device);
    stage.goes_on();
}

#[test]
fn batches_of_an_earlier_life_that_a_courier_brings_do_not_stop_their_author() {
    let mut stage = Stage::new();
    let (mut author, mut courier) = (stage.peer("lu"), stage.peer("lan"));
    let typed: Vec<_> = ["一", "二", "三"]
        .map(|text| author.command(Some(stage.case), note(text)))
        .into();
    // Two batches were handed to a courier; then the phone was restored from a backup, and sealed
    // what it had in them, and more, in another way.
    let (number, last_hash) = (author.number, author.last_hash);
    let earlier = [
        closed(&mut author, vec![typed[0].clone()]),
        closed(&mut author, vec![typed[1].clone()]),
    ];
    (author.number, author.last_hash) = (number, last_hash);
    assert_eq!(
        codes(&author.hand_in(typed.clone()).expect("an answer"), 1),
        ["admitted"; 3]
    );
    let more = author.command(Some(stage.case), note("四"));
    assert_eq!(
        codes(&author.hand_in(vec![more]).expect("an answer"), 2),
        ["admitted"]
    );
    let before = stage.sequence();
    assert_eq!(
        carried(&courier.say(&earlier).expect("an answer")),
        [CarriedState::Done; 2]
    );
    assert_eq!(
        stage.sequence(),
        before,
        "nothing stands twice, and nobody was stopped"
    );
    let heard = author.say(&[]).expect("an answer");
    assert_eq!(
        stopped(&heard),
        None,
        "the courier had it in hand to stop the author's phone"
    );
    stage.goes_on();
}
