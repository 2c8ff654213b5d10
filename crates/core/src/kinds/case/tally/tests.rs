use super::*;
use crate::command::Body;
use crate::documents::samples::{Chain, START, confidential, edit, member, receipt, report, unit};
use crate::kinds::case::{
    Accept, CaseCommand, Close, Escalate, Finding, Merge, Reject, Reopen, Resolve, Resume, Return,
    Start, Verify, Wait, Withdraw,
};
use crate::time::Date;
use crate::wire::Wire as _;

const CHIEF: u8 = 1;
/// Stands for the case's resident.
const RESIDENT: u8 = 9;

/// A case to which steps were taken, one a day, and the tally kept along the way.
fn kept(steps: Vec<(u8, CaseCommand)>) -> (Document, CaseTally) {
    let mut chain = Chain::new(10).then(CHIEF, report(unit(1)));
    let mut tally = CaseTally::of(&chain.document, member(RESIDENT)).unwrap();
    for (by, step) in steps {
        let (word, body) = (step.kind(), Body::from(step));
        chain.try_then(by, &body).unwrap();
        let last = *chain.document.commands().last().unwrap();
        let field = body.edit().map(|edit| edit.field.as_str());
        if CaseTally::is_changed_by(word, field) {
            tally = tally.with(&chain.document, last, member(RESIDENT));
        }
        assert_eq!(
            tally.is_open(),
            chain.document.case().unwrap().stage.is_open(),
            "{word}"
        );
        let recounted = CaseTally::of(&chain.document, member(RESIDENT)).unwrap();
        assert_eq!(tally, recounted, "{word}");
        assert_eq!(CaseTally::from_bytes(&tally.to_bytes()), Ok(tally.clone()));
    }
    (chain.document, tally)
}

/// All that was counted, as words: `category figure[/code][ hours] amount`.
fn words(tally: &CaseTally) -> Vec<String> {
    let word = |(counted, amount): (&Counted, u64)| {
        let FigureKey { figure, code, span } = &counted.key;
        let hours = figure.is_time().then(|| format!(" {}h", span.hours()));
        let code = (!code.is_empty()).then(|| format!("/{code}"));
        format!(
            "{} {}{}{} {amount}",
            counted.category,
            figure.word(),
            code.unwrap_or_default(),
            hours.unwrap_or_default()
        )
    };
    tally.counts().iter().map(word).collect()
}

fn text<const MAX: usize>(text: &str) -> Text<MAX> {
    Text::cut(text)
}

fn verify(result: Finding) -> CaseCommand {
    CaseCommand::Verify(Verify {
        result,
        text: text(""),
        code_of: None,
    })
}

fn resolve() -> CaseCommand {
    CaseCommand::Resolve(Resolve {
        text: text("done"),
        verifier: None,
        resident_text: text("it is done"),
    })
}

fn wait() -> CaseCommand {
    CaseCommand::Wait(Wait {
        reason: text("weather"),
        resident_text: text(""),
    })
}

fn close(code: &str) -> CaseCommand {
    CaseCommand::Close(Close {
        code: text(code),
        text: text(""),
    })
}

#[test]
fn a_life_is_counted_step_by_step() {
    let resume = CaseCommand::Resume(Resume { text: text("") });
    let (_, tally) = kept(vec![
        (CHIEF, CaseCommand::Accept(Accept {})),
        (CHIEF, CaseCommand::Start(Start {})),
        (CHIEF, wait()),
        (CHIEF, resume),
        (CHIEF, resolve()),
        (CHIEF, verify(Finding::Not)),
        (CHIEF, resolve()),
        (RESIDENT, verify(Finding::Fixed)),
        (CHIEF, close("fixed")),
        (
            CHIEF,
            CaseCommand::Reopen(Reopen {
                reason: text("again"),
                reviewer: None,
            }),
        ),
    ]);
    let counted = words(&tally);
    let expected = [
        "road reported 1",
        "road open 1",
        "road closed/fixed 1",
        "road reopened 1",
        "road waits/weather 1",
        "road waiting_days/weather 1",
        "road verified/resident 1",
        "road accept_time 24h 1",
        // Accepted on day 1 and resolved on days 5 and 7, less one day of waiting.
        "road handle_time 72h 1",
        "road handle_time 120h 1",
        "road whole_wait 216h 1",
        "road verify_time 24h 1",
    ];
    assert_eq!(counted, expected);
}

#[test]
fn a_case_is_counted_where_it_was_when_the_step_came() {
    let (_, tally) = kept(vec![
        (CHIEF, CaseCommand::Accept(Accept {})),
        (CHIEF, CaseCommand::Edit(edit("title", "another", &[]))),
        (CHIEF, CaseCommand::Edit(edit("category", "water", &[]))),
        (CHIEF, close("cannot")),
    ]);
    let expected = [
        "road reported 1",
        "road accept_time 24h 1",
        "water closed/cannot 1",
        "water verified/nobody 1",
        "water whole_wait 96h 1",
    ];
    assert_eq!(words(&tally), expected);
}

#[test]
fn every_end_is_told_from_others() {
    let reject = CaseCommand::Reject(Reject {
        reason: text("not_ours"),
        text: text("why"),
    });
    let ends = [
        (
            CaseCommand::Withdraw(Withdraw { text: text("") }),
            "road withdrawn 1",
        ),
        (
            CaseCommand::Merge(Merge {
                into: unit(7),
                code: Text::default(),
            }),
            "road merged 1",
        ),
        (reject, "road rejected/not_ours 1"),
    ];
    for (end, word) in ends {
        let (_, tally) = kept(vec![(CHIEF, end)]);
        let counted = words(&tally);
        assert!(counted.contains(&word.to_owned()), "{counted:?}");
        assert!(!counted.contains(&"road open 1".to_owned()));
    }
}

#[test]
fn a_second_return_is_counted_once_and_a_wait_ends_where_another_takes_over() {
    let sent = || {
        CaseCommand::Escalate(Escalate {
            to: unit(2),
            reason: text(""),
            tried: text(""),
        })
    };
    let back = || {
        CaseCommand::Return(Return {
            reason: text("not ours"),
            ruler: None,
            resident_text: text(""),
            code: Text::default(),
        })
    };
    let (_, tally) = kept(vec![
        (CHIEF, CaseCommand::Accept(Accept {})),
        (CHIEF, CaseCommand::Start(Start {})),
        (CHIEF, wait()),
        (CHIEF, sent()),
        (CHIEF, back()),
        (CHIEF, sent()),
        (CHIEF, back()),
        (CHIEF, sent()),
        (CHIEF, CaseCommand::Receive(crate::kinds::case::Receive {})),
        (CHIEF, CaseCommand::Start(Start {})),
        (CHIEF, resolve()),
    ]);
    let counted = words(&tally);
    for word in [
        "road returned 2",
        "road returned_twice 1",
        "road waits/weather 1",
        "road waiting_days/weather 6",
        // Sent on day 8 for the last time, received on day 9, resolved on day 11, less one day.
        "road handle_time 48h 1",
    ] {
        assert!(counted.contains(&word.to_owned()), "{word}: {counted:?}");
    }
}

#[test]
fn a_confidential_case_is_in_no_figure() {
    let chain = Chain::new(10).then(CHIEF, confidential(report(unit(1))));
    assert_eq!(CaseTally::of(&chain.document, member(RESIDENT)), None);
}

#[test]
fn a_receipt_of_before_counts_as_the_newest() {
    let mut clocks = Clocks::begun(receipt(5).received);
    clocks.goes_on(START);
    assert_eq!(clocks.now, receipt(5).received);
}

#[test]
fn spans_are_in_order_and_begin_where_the_one_before_ends() {
    let hour = 3_600_000;
    let mut last = Span::of(-1);
    assert_eq!(last, Span::default());
    for hours in 0..9_000_i64 {
        let span = Span::of(hours * hour);
        assert!(span == last || number(span) == number(last) + 1, "{hours}");
        assert!(i64::try_from(span.hours()).unwrap() <= hours);
        if span != last {
            assert_eq!(i64::try_from(span.hours()).unwrap(), hours);
        }
        last = span;
    }
    assert_eq!(number(Span::of(i64::MAX)), number(Span::of(7_200 * hour)));
    assert_eq!(Span::of(Date::MILLISECONDS * 300).hours(), 7_200);
}

fn number(span: Span) -> u8 {
    span.to_bytes().first().copied().unwrap()
}
