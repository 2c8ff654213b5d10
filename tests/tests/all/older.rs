//! A device of the release before: it knows neither the town's book nor the newest steps, and still syncs,
//! shows and hands in.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "what goes wrong ends the test"
)]

use alleyway_core::kinds::case::{CaseCommand, Visit};
use alleyway_core::sync::frame::ServerFrame;
use alleyway_core::text::Text;
use alleyway_core::time::Time;
use alleyway_core::wire::Wire as _;
use alleyway_replica::{Draft, SyncSummary};
use alleyway_tests::forge::Typist;
use alleyway_tests::process::{DemoCode, Server};
use alleyway_tests::sim::seen_by_an_older_program;

/// The clock of everybody.
const CLOCK: &str = "2026-03-01T08:00:00+08:00";
const NOW: Time = Time(1_772_323_200_000);

fn enrolled(server: &Server, codes: &[DemoCode], member: &str) -> Typist {
    let code = codes.iter().find(|row| row.member == member).unwrap();
    Typist::enrol(server.url(), &code.code, member, NOW, 2).unwrap()
}

/// The older program's sync, over the line. Returns the round trips, and how many frames it read
/// otherwise than they were sent.
fn sync_as_before(older: &mut Typist) -> (SyncSummary, u32, usize) {
    let mut unknown = 0;
    let (summary, round_trips) = older
        .sync_meddled(|frame| {
            let sent = frame.to_bytes();
            let read = seen_by_an_older_program(sent.clone());
            unknown += usize::from(read != sent);
            *frame = ServerFrame::from_bytes(&read).unwrap();
        })
        .unwrap();
    (summary, round_trips, unknown)
}

#[test]
fn a_device_of_the_release_before_syncs_shows_and_hands_in() {
    let (server, codes) = Server::demo(CLOCK).unwrap();
    let mut older = enrolled(&server, &codes, "xie");
    let mut newer = enrolled(&server, &codes, "lu");
    newer.sync().unwrap();

    // The town's book is among what it is sent first.
    let (first, _, unknown) = sync_as_before(&mut older);
    assert!(first.up_to_date && unknown > 0, "{first:?}, {unknown}");
    let case = older.report("路灯", "不亮了", "巷口", "").unwrap();
    let (handed_in, ..) = sync_as_before(&mut older);
    assert_eq!((handed_in.admitted, handed_in.refused), (1, 0));

    // Somebody takes a step on it that the older program has never heard of.
    newer.sync().unwrap();
    let visit = Visit {
        text: Text::cut("去看过了，要换灯"),
    };
    let body = CaseCommand::Visit(visit).into();
    let target = Some(case);
    newer.record(Draft { target, body }).unwrap();
    assert_eq!(newer.sync().unwrap().summary.admitted, 1);

    let (told, round_trips, unknown) = sync_as_before(&mut older);
    assert!(told.up_to_date && unknown > 0, "{told:?}, {unknown}");
    assert_eq!(round_trips, 2, "what it cannot carry out comes whole");
    let shown = older.replica.cases();
    let shown = shown.iter().find(|row| row.document == case).unwrap();
    assert_eq!((shown.row.title.as_str(), shown.pending), ("路灯", 0));

    // It goes on upon that step, and both have the same.
    older.note(case, "灯泡买到了").unwrap();
    let (again, ..) = sync_as_before(&mut older);
    assert_eq!((again.admitted, again.refused), (1, 0));
    assert!(again.up_to_date);
    assert_eq!(newer.sync().unwrap().summary.received, 1);
    let head = |of: &Typist| of.replica.working(case).unwrap().head();
    assert_eq!(head(&older), head(&newer));

    // A quiet sync is quiet for it too.
    let (quiet, round_trips, unknown) = sync_as_before(&mut older);
    assert!(quiet.up_to_date, "{quiet:?}");
    assert_eq!((quiet.received, round_trips, unknown), (0, 1, 0));
}
