//! What somebody changes on the way. Answers to a real phone: it takes nothing of them, keeps what
//! it has, and its next honest sync brings all. Flights to the server: nothing of them is taken.

use alleyway_core::batch::Batch;
use alleyway_core::crypto::{SecretKey, Signature};
use alleyway_core::documents::Mark;
use alleyway_core::refusal::RefusalCode;
use alleyway_core::sync::frame::{DeviceFrame, PROTOCOL_VERSION, put_frame};
use alleyway_core::sync::frame::{Kept, KeptWhy, ServerFrame, Stop, Stopped, Verdict, Verdicts};
use alleyway_core::wire::List;
use alleyway_tests::forge::{flight_bytes, flight_message, fly, note};

use super::stage::Stage;

/// The phone notes, and syncs while its verdicts are changed: it takes none of them.
fn changed(stage: &mut Stage, change: impl Fn(&mut Verdicts)) {
    stage
        .good
        .note(stage.case, "看过了。")
        .expect("a chief notes");
    let mut seen = 0;
    let failed = stage.good.sync_meddled(|frame| {
        if let ServerFrame::Verdicts(verdicts) = frame {
            seen += 1;
            change(verdicts);
        }
    });
    let error = failed
        .expect_err("verdicts that the server did not sign")
        .to_string();
    assert!(error.contains("not signed by the town's server"), "{error}");
    assert_eq!(
        (
            seen,
            stage.good.replica.pending().len(),
            stage.good.replica.refused().len()
        ),
        (1, 1, 0)
    );
    // The server has had it all along; the next answer says so, once.
    let before = stage.sequence();
    let report = stage.good.sync().expect("a server that answers");
    assert_eq!(
        (
            report.summary.admitted,
            report.summary.refused,
            report.summary.up_to_date
        ),
        (1, 0, true)
    );
    assert!(stage.good.replica.pending().is_empty());
    assert_eq!(stage.sequence(), before);
}

#[test]
fn a_verdict_that_was_changed_on_the_way_is_not_taken() {
    let mut stage = Stage::new();
    let one = |verdict| List::new(vec![verdict]).expect("one");
    changed(&mut stage, |verdicts| {
        verdicts.verdicts = one(Verdict::Refused(RefusalCode::NotPermitted.into()));
    });
    changed(&mut stage, |verdicts| {
        verdicts.verdicts = one(Verdict::Kept(Kept {
            why: KeptWhy::DeviceRevoked,
        }));
    });
    changed(&mut stage, |verdicts| {
        let mut verdict = verdicts.verdicts[0].clone();
        if let Verdict::Admitted(at) = &mut verdict {
            at.version += 1;
        }
        verdicts.verdicts = one(verdict);
    });
    changed(&mut stage, |verdicts| {
        if let Verdict::Admitted(at) = verdicts.verdicts[0].clone() {
            verdicts.verdicts = one(Verdict::AfterPost(at));
        }
    });
    changed(&mut stage, |verdicts| verdicts.verdicts = List::default());
    changed(&mut stage, |verdicts| {
        verdicts.receipt.mark = Mark::AfterPost;
    });
    changed(&mut stage, |verdicts| verdicts.receipt.received.0 += 1);
    changed(&mut stage, |verdicts| verdicts.incarnation += 1);
    changed(&mut stage, |verdicts| {
        verdicts.signature = Signature([0; 64]);
    });
    changed(&mut stage, |verdicts| {
        let stranger = SecretKey::from_bytes(&[77; 32]);
        verdicts.signature = stranger.sign(Verdicts::DOMAIN, b"anything");
    });
    stage.goes_on();
}

#[test]
fn verdicts_of_another_batch_played_in_its_place_are_not_taken() {
    let mut stage = Stage::new();
    stage
        .good
        .note(stage.case, "第一条。")
        .expect("a chief notes");
    let mut heard = None;
    let keep = |frame: &mut ServerFrame| {
        if let ServerFrame::Verdicts(verdicts) = frame {
            heard = Some(verdicts.clone());
        }
    };
    stage.good.sync_meddled(keep).expect("nothing was changed");
    let old = heard.expect("verdicts");
    // As they were: they are about a batch that is answered. In the new one's name: not signed so.
    stage
        .good
        .note(stage.case, "第二条。")
        .expect("a chief notes");
    let play = |frame: &mut ServerFrame| {
        if matches!(frame, ServerFrame::Verdicts(_)) {
            *frame = ServerFrame::Verdicts(old.clone());
        }
    };
    // Whether or not the sync comes to an end, the note is not taken as answered.
    drop(stage.good.sync_meddled(play));
    let ids = stage.good.replica.pending().len();
    let log = stage.good.replica.case(stage.case).expect("a case").log;
    assert_eq!(
        log.iter()
            .filter(|row| row.entry.text == "第二条。")
            .count(),
        1,
        "{ids}"
    );
    assert!(stage.good.replica.refused().is_empty());
    assert!(
        stage
            .good
            .sync()
            .expect("a server that answers")
            .summary
            .up_to_date
    );
    assert!(stage.good.replica.pending().is_empty());
    changed(&mut stage, |verdicts| {
        *verdicts = Verdicts {
            batch: verdicts.batch,
            ..old.clone()
        }
    });
    stage.goes_on();
}

#[test]
fn an_order_to_stop_or_wipe_that_the_towns_server_did_not_give_this_phone_is_not_followed() {
    let mut stage = Stage::new();
    let mut other = stage.peer("lan");
    let code = other.enrolled.device_code.to_string();
    stage
        .server
        .administer(&["device", "lost", &code])
        .expect("a device");
    let heard = other.say(&[]).expect("an answer");
    let of_the_other = heard.frames.into_iter().find_map(|frame| match frame {
        ServerFrame::Stopped(stopped) => Some(stopped),
        _ => None,
    });
    let of_the_other = of_the_other.expect("it was reported lost");
    let stranger = SecretKey::from_bytes(&[77; 32]);
    let device = stage.good.device();
    let orders = [
        of_the_other,
        Stopped {
            why: Stop::Revoked,
            ..of_the_other
        },
        Stopped::sign(&stranger, device, Stop::Lost),
        Stopped::sign(&other.secret, device, Stop::Frozen),
        Stopped {
            why: Stop::Lost,
            signature: Signature([0; 64]),
        },
    ];
    for order in orders {
        stage
            .good
            .note(stage.case, "没有信号时写的。")
            .expect("a chief notes");
        let before = stage
            .good
            .replica
            .case(stage.case)
            .expect("a case")
            .log
            .len();
        // In the place of whatever comes first.
        let mut given = false;
        let meddle = |frame: &mut ServerFrame| {
            if !std::mem::replace(&mut given, true) {
                *frame = ServerFrame::Stopped(order);
            }
        };
        assert!(stage.good.sync_meddled(meddle).is_err());
        assert_eq!(stage.good.replica.stopped(), None);
        assert_eq!(
            stage
                .good
                .replica
                .case(stage.case)
                .expect("still there")
                .log
                .len(),
            before
        );
        assert!(
            stage
                .good
                .sync()
                .expect("a server that answers")
                .summary
                .up_to_date
        );
        assert!(stage.good.replica.pending().is_empty());
    }
    stage.goes_on();
}

#[test]
fn batches_and_flights_whose_parts_were_put_in_another_order_or_cut_are_refused() {
    let mut stage = Stage::new();
    let mut peer = stage.peer("lu");
    let (one, two) = (
        peer.command(Some(stage.case), note("一")),
        peer.command(Some(stage.case), note("二")),
    );
    let first = peer.seal(vec![one.clone(), two.clone()]).expect("short");
    let three = peer.command(Some(stage.case), note("三"));
    let second = peer.seal(vec![three]).expect("short");
    // The first contact writes that it was there.
    for _ in 0..2 {
        peer.say(&[]).expect("an answer");
    }
    let before = stage.stored();
    // Within a batch: the signatures of the two changed places, its commands did, one is missing.
    let swapped = [
        Batch {
            signature: second.signature,
            ..first.clone()
        },
        Batch {
            signature: first.signature,
            ..second.clone()
        },
        Batch {
            commands: List::new(vec![two, one.clone()]).expect("short"),
            ..first.clone()
        },
        Batch {
            commands: List::new(vec![one]).expect("short"),
            ..first.clone()
        },
        Batch {
            previous: [3; 32],
            ..second.clone()
        },
    ];
    for bad in &swapped {
        peer.say(&[]).expect("a challenge");
        let heard = peer.say(&[peer.frame(bad)]).expect("an answer");
        assert_eq!(heard.refusal(), (400, "bad_batch_signature"));
    }
    // Within a flight: the frames are those that were signed, in another order, one less, one more.
    let rest = |frames: &[&Batch]| {
        let mut rest = Vec::new();
        for batch in frames {
            put_frame(&mut rest, &peer.frame(batch));
        }
        rest
    };
    let signed = rest(&[&first, &second]);
    let message = flight_message(peer.enrolled.town, &peer.hello, &signed);
    let signature = peer.secret.sign("alleyway flight 1", &message);
    let others = [
        rest(&[&second, &first]),
        rest(&[&first]),
        rest(&[&first, &second, &second]),
        Vec::new(),
    ];
    for other in others {
        let flight = flight_bytes(PROTOCOL_VERSION, &peer.hello, signature, &other);
        assert_eq!(
            fly(&mut peer.client, &flight).expect("an answer").refusal(),
            (401, "unknown_device")
        );
    }
    assert_eq!(stage.stored(), before);
    // As it was signed it is taken; the later batch first, too.
    peer.say(&[]).expect("a challenge");
    let frames: [DeviceFrame; 2] = [peer.frame(&second), peer.frame(&first)];
    let heard = peer.say(&frames).expect("an answer");
    assert_eq!((heard.verdicts(1).len(), heard.verdicts(2).len()), (2, 1));
    assert!(
        heard
            .verdicts(1)
            .iter()
            .chain(&heard.verdicts(2))
            .all(Verdict::is_final)
    );
    assert_eq!(stage.sequence(), before.0 + 3);
    stage.goes_on();
}
