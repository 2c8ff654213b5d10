//! Tracking codes: to whom one leads, and what ends it.

use super::first_flight;
use super::peer::{Peer, verdicts};
use alleyway_catalogue::Lang;
use alleyway_client::screen::Screen;
use alleyway_client::views::case::{Code, Opened};
use alleyway_core::crypto::SecretBytes;
use alleyway_core::id::DocumentId;
use alleyway_core::kinds::case::{CaseCommand, NewCode, Report};
use alleyway_core::number::TrackingCode;
use alleyway_core::slip::Slip;
use alleyway_core::sync::flight::{Flight, SignedFlight};
use alleyway_core::sync::frame::{Stop, Verdict};
use alleyway_core::text::Text;
use alleyway_ledger::{Tracking, device_key};
use alleyway_replica::{Draft, Replica};
use alleyway_tests::pure::{Device, TOWN, Town};

/// The case as a phone shows it; the code that leads to it, if this phone gave it out.
fn code_of(device: &Device, case: DocumentId) -> Option<TrackingCode> {
    let given = device.replica.case(case)?.state.code?;
    device.replica.own_code(&given.mark)
}

/// The slip of the first command that a phone sends, as who carries its batch reads it.
fn sent_slip(town: &mut Town, device: &mut Device) -> Option<Slip> {
    let flight = first_flight(town, device);
    let parsed = Flight::parse(&flight).unwrap();
    let key = device_key(&town.store, parsed.device()).unwrap().unwrap();
    let read = parsed
        .verify(TOWN, &key)
        .and_then(SignedFlight::read)
        .unwrap();
    let batch = read.batches.into_iter().next()?;
    let mut body = batch.batch().commands.first()?.body.clone();
    body.slip()?.clone()
}

fn tracked(town: &mut Town, code: TrackingCode) -> Tracking {
    let (store, now) = (&town.store, town.now);
    town.ledger.track(store, code, now).unwrap()
}

#[test]
fn a_colleague_who_saw_a_slip_or_copied_it_gets_no_case_with_its_code() {
    let mut town = Town::new();
    let mut xie = town.device("xie");
    let mut thief = Peer::enrol(&mut town, "lu", 1);
    thief.say(&mut town, &[]);
    town.sync(&mut xie);
    let mine = town.report(&mut xie, "先报的", "路坏了", "", "");
    let code = mine.code.unwrap();
    // He has the command itself, as from a bundle, and is the first to hand it in: the slip as it
    // is, and the code in plain, as an earlier release wrote it.
    let slip = sent_slip(&mut town, &mut xie);
    assert!(slip.is_some());
    let report = report_of(&town, &thief, slip, code);
    let stolen = thief.creating(CaseCommand::Report(report).into());
    let theirs = stolen.target(&thief.key());
    let batch = thief.seal(vec![stolen]);
    let frame = thief.frame(&batch);
    let said = verdicts(&thief.say(&mut town, &[frame]));
    assert!(matches!(said[..], [Verdict::Admitted(_)]), "{said:?}");
    assert!(matches!(tracked(&mut town, code), Tracking::NotArrived));
    town.sync(&mut xie);
    town.sync(&mut xie);
    // The report stands without a code, and its log says so.
    let case = xie.replica.case(theirs).unwrap();
    assert_eq!(case.state.code, None);
    assert_eq!(case.log.last().unwrap().entry.kind, "void_code");
    let Tracking::Found(found) = tracked(&mut town, code) else {
        panic!("its own device brought it")
    };
    assert_eq!(Some(found.number), mine.number.map(|n| n.to_string()));
    assert_eq!(code_of(&xie, mine.document), Some(code));
}

#[test]
fn a_code_stays_with_its_device_and_a_new_one_ends_it() {
    let mut town = Town::new();
    let (mut xie, mut lu) = (town.device("xie"), town.device("lu"));
    town.sync(&mut xie);
    let reported = town.report(&mut xie, "路", "路坏了", "", "");
    let first = reported.code.unwrap();
    town.sync(&mut xie);
    town.sync(&mut lu);
    // The phone opened again tells the code; a colleague's, which has the case, does not.
    xie.replica = Replica::open(&xie.store).unwrap();
    let case = reported.document;
    assert_eq!(
        (code_of(&xie, case), code_of(&lu, case)),
        (Some(first), None)
    );
    let second = gives_out(&mut town, &mut lu, case);
    // Until it is handed in the first one leads to the case.
    assert!(matches!(tracked(&mut town, second), Tracking::NotArrived));
    assert!(matches!(tracked(&mut town, first), Tracking::Found(_)));
    town.sync(&mut lu);
    assert!(matches!(tracked(&mut town, first), Tracking::Ended));
    assert!(matches!(tracked(&mut town, second), Tracking::Found(_)));
    let summary = town.sync(&mut xie).summary;
    let screen = Screen {
        replica: &xie.replica,
        now: town.now,
        lang: Lang::Zh,
    };
    let void = screen.synced(&summary).void_codes;
    let void: Vec<_> = void.into_iter().map(|void| void.code).collect();
    assert_eq!(void, [first.to_string()]);
    let Opened::Detail(detail) = screen.case(case).unwrap() else {
        panic!("the lease runs")
    };
    assert_eq!(
        (detail.code, detail.void_codes),
        (Code::GivenBy("lu".to_owned()), vec![first])
    );
}

#[test]
fn a_report_out_of_a_tray_has_a_code_of_who_takes_it_and_the_slip_s_page_says_so() {
    let mut town = Town::new();
    let (mut xie, mut lu) = (town.device("xie"), town.device("lu"));
    town.sync(&mut xie);
    town.sync(&mut lu);
    let reported = town.report(&mut xie, "路", "路坏了", "", "");
    let first = reported.code.unwrap();
    town.stop(&xie, Stop::Lost);
    town.sync(&mut xie);
    assert!(matches!(tracked(&mut town, first), Tracking::Ended));
    town.sync(&mut lu);
    let item = lu.replica.review().pop().unwrap().item;
    let (now, random) = (town.now, town.random());
    let (writes, taken) = lu.replica.take(item, now, random).unwrap();
    lu.persist(writes);
    town.sync(&mut lu);
    let second = taken.code.unwrap();
    assert_ne!(first, second);
    assert!(matches!(tracked(&mut town, second), Tracking::Found(_)));
    assert!(matches!(tracked(&mut town, first), Tracking::Ended));
}

/// A member gives out another code on a device.
fn gives_out(town: &mut Town, device: &mut Device, case: DocumentId) -> TrackingCode {
    let draft = Draft {
        target: Some(case),
        body: CaseCommand::NewCode(NewCode { slip: None }).into(),
    };
    town.record(device, draft).code.unwrap()
}

/// A slip of a peer's own device, of a salt; and the code on it.
fn sealed(town: &Town, peer: &Peer, salt: u8) -> (Slip, TrackingCode) {
    let (own, salt) = (SecretBytes::new([salt; 32]), [salt; 16]);
    Slip::give_out(&own, &peer.key(), &town.ledger.sealing().public(), salt).unwrap()
}

/// A report of a device for the alley.
fn report_of(town: &Town, peer: &Peer, slip: Option<Slip>, tracking: TrackingCode) -> Report {
    Report {
        owner: town.alley,
        device_code: peer.code(),
        tracking,
        category: Text::cut("road"),
        title: Text::cut("后报的"),
        text: Text::cut("路坏了"),
        place: Text::default(),
        point: None,
        contact: Text::default(),
        household: None,
        taken_at: None,
        confidential: false,
        door: None,
        slip,
        origin: None,
        external_system: Text::default(),
        external_number: Text::default(),
        external_due: None,
        phone: Text::default(),
        may_text: false,
        about: None,
    }
}

/// Hands in what creates or changes a document, a batch each; the verdicts.
fn hands_in(
    town: &mut Town,
    peer: &mut Peer,
    body: CaseCommand,
    on: Option<DocumentId>,
) -> Verdict {
    let command = match on {
        None => peer.creating(body.into()),
        Some(case) => peer.command(case, body.into(), &[]),
    };
    let batch = peer.seal(vec![command]);
    let frame = peer.frame(&batch);
    verdicts(&peer.say(town, &[frame])).pop().unwrap()
}

fn nothing_plain() -> TrackingCode {
    TrackingCode::from_random([0; 15])
}

#[test]
fn a_slip_of_a_report_that_is_refused_says_so_until_that_is_mended() {
    let mut town = Town::new();
    let mut peer = Peer::enrol(&mut town, "lu", 1);
    peer.say(&mut town, &[]);
    let (slip, code) = sealed(&town, &peer, 1);
    let report = report_of(&town, &peer, Some(slip), nothing_plain());
    let faulty = Report {
        title: Text::default(),
        text: Text::default(),
        ..report.clone()
    };
    let said = hands_in(&mut town, &mut peer, CaseCommand::Report(faulty), None);
    assert!(matches!(said, Verdict::Refused(_)), "{said:?}");
    assert!(matches!(tracked(&mut town, code), Tracking::Ended));
    let said = hands_in(&mut town, &mut peer, CaseCommand::Report(report), None);
    assert!(matches!(said, Verdict::Admitted(_)), "{said:?}");
    assert!(matches!(tracked(&mut town, code), Tracking::Found(_)));
}

#[test]
fn one_slip_on_two_reports_leads_to_the_first_and_the_second_stands_without_a_code() {
    let mut town = Town::new();
    let mut xie = town.device("xie");
    let mut peer = Peer::enrol(&mut town, "lu", 1);
    peer.say(&mut town, &[]);
    let (slip, code) = sealed(&town, &peer, 1);
    for title in ["甲", "乙"] {
        let report = report_of(&town, &peer, Some(slip.clone()), nothing_plain());
        let report = Report {
            title: Text::cut(title),
            ..report
        };
        let said = hands_in(&mut town, &mut peer, CaseCommand::Report(report), None);
        assert!(matches!(said, Verdict::Admitted(_)), "{said:?}");
    }
    town.sync(&mut xie);
    let cases = xie.replica.cases();
    let titled = |title: &str| {
        let mut lines = cases.iter();
        let line = lines.find(|line| line.row.title.as_str() == title).unwrap();
        xie.replica.case(line.document).unwrap()
    };
    let Tracking::Found(found) = tracked(&mut town, code) else {
        panic!("the first one has it")
    };
    assert_eq!(found.number, titled("甲").state.number.to_string());
    assert!(titled("甲").state.code.is_some() && titled("乙").state.code.is_none());
    let log = titled("乙").log;
    assert_eq!(log.last().unwrap().entry.kind, "void_code");
}

#[test]
fn a_code_that_a_device_has_not_sealed_is_void_and_ends_the_one_before_it() {
    let mut town = Town::new();
    let mut xie = town.device("xie");
    let mut peer = Peer::enrol(&mut town, "lu", 1);
    town.sync(&mut xie);
    let reported = town.report(&mut xie, "路", "路坏了", "", "");
    let (case, first) = (reported.document, reported.code.unwrap());
    let slip = sent_slip(&mut town, &mut xie);
    town.sync(&mut xie);
    peer.say(&mut town, &[]);
    let step = CaseCommand::NewCode(NewCode { slip });
    let said = hands_in(&mut town, &mut peer, step, Some(case));
    assert!(matches!(said, Verdict::Admitted(_)), "{said:?}");
    // What he copied is no code of his; the one that he meant to replace has ended.
    assert!(matches!(tracked(&mut town, first), Tracking::Ended));
    town.sync(&mut xie);
    let log = xie.replica.case(case).unwrap().log;
    let kinds: Vec<&str> = log.iter().map(|row| row.entry.kind.as_str()).collect();
    assert_eq!(kinds, ["report", "new_code", "void_code"]);
    // Its own device gives out the next one.
    let next = gives_out(&mut town, &mut xie, case);
    town.sync(&mut xie);
    assert!(matches!(tracked(&mut town, next), Tracking::Found(_)));
    assert!(matches!(tracked(&mut town, first), Tracking::Ended));
}

#[test]
fn a_restored_server_is_brought_the_codes_that_were_given_out_since() {
    let mut town = Town::new();
    let (mut xie, mut lu) = (town.device("xie"), town.device("lu"));
    town.sync(&mut xie);
    let reported = town.report(&mut xie, "路", "路坏了", "", "");
    let (case, first) = (reported.document, reported.code.unwrap());
    town.sync(&mut xie);
    town.sync(&mut lu);
    let backup = town.store.clone();
    let second = gives_out(&mut town, &mut lu, case);
    town.sync(&mut lu);
    let later = town.report(&mut xie, "灯", "灯不亮", "", "").code.unwrap();
    town.sync(&mut xie);
    town.restore(backup.with_journal_of(&town.store));
    let now = town.now;
    town.ledger.begin_incarnation(&town.store, now).unwrap();
    town.commit();
    // Until the phones come the server knows no more than the backup.
    assert!(matches!(tracked(&mut town, first), Tracking::Found(_)));
    for _ in 0..2 {
        town.sync(&mut lu);
        town.sync(&mut xie);
    }
    assert!(matches!(tracked(&mut town, first), Tracking::Ended));
    for code in [second, later] {
        assert!(matches!(tracked(&mut town, code), Tracking::Found(_)));
    }
}
