//! Posts, invitations and devices by administrators: who, whether a second person, and what stands in
//! the way.

use super::people::{CANTEEN_CLERK, FORMER_CHIEF, NEXT_CHIEF, OUTSIDER, peopled};
use super::{ask_at, question};
use crate::command::Body;
use crate::documents::samples::{self, Chain, START, command, member};
use crate::id::{CommandId, DeviceId, MemberId};
use crate::kinds::directory::PostRow;
use crate::kinds::unit::{
    Appoint, AskInvitation, AskThaw, ConfirmAsked, EndPost, Post, StopDevice, StopWord,
    UnitCommand, WithdrawAsked,
};
use crate::organisation::Organisation;
use crate::organisation::samples::{
    ADMINISTRATOR, AUDITOR, CHIEF, CLERK, DISPATCHER, HANDLER, MEDIATOR, NEIGHBOUR, SECRETARY,
    STRANGER, appointment,
};
use crate::policy::{Authority, judge};
use crate::refusal::{Refusal, RefusalCode};
use crate::text::Text;
use crate::time::Time;

/// A second administrator.
const SECOND: MemberId = MemberId([120; 16]);
/// A third one.
const THIRD: MemberId = MemberId([121; 16]);
/// When all of it is asked: behind what the chains hold.
const NOW: Time = Time(START.0 + 20 * 86_400_000);
/// The device of member 1.
const DEVICE: DeviceId = DeviceId([0xde; 16]);

/// The town with three administrators. Member 1, the chief of the samples' unit, is one of them in
/// [`of_themselves`].
fn town() -> Organisation {
    let mut town = peopled();
    for number in [120, 121] {
        town.put_appointment(appointment(number, Post::Administrator, 2));
    }
    town
}

/// The town in which member 1 is an administrator too.
fn of_themselves() -> Organisation {
    let mut town = town();
    town.put_appointment(PostRow {
        member: member(1),
        ..appointment(122, Post::Administrator, 2)
    });
    town
}

/// The samples' unit, an alley, with member 1 as its chief for a year (command 13).
fn staffed() -> Chain {
    let steps = samples::unit_steps(10);
    steps[..5].iter().fold(Chain::new(10), |chain, (_, body)| {
        chain.then(9, body.clone())
    })
}

/// The chief's appointment.
fn chiefs() -> CommandId {
    command(13)
}

fn text<const MAX: usize>(text: &str) -> Text<MAX> {
    Text::cut(text)
}

fn body(command: UnitCommand) -> Body {
    Body::Unit(command)
}

fn post(asked: Appoint) -> Body {
    body(UnitCommand::AskAppointment(asked))
}

fn asked() -> Appoint {
    Appoint {
        member: member(2),
        key: text("M-0002"),
        name: text("覃秀英"),
        post: Post::AlleyChief,
        from: START.plus_days(400),
        until: None,
    }
}

fn invite() -> Body {
    body(UnitCommand::AskInvitation(AskInvitation {
        appointment: chiefs(),
        replaces: None,
    }))
}

fn thaw() -> Body {
    body(UnitCommand::AskThaw(AskThaw {
        device: DEVICE,
        member: member(1),
    }))
}

fn stop(of: MemberId, why: StopWord) -> Body {
    body(UnitCommand::StopDevice(StopDevice {
        device: DEVICE,
        member: of,
        why,
    }))
}

fn end(days: Option<i64>) -> Body {
    body(UnitCommand::EndPost(EndPost {
        appointment: chiefs(),
        until: days.map(|days| START.plus_days(days)),
    }))
}

fn confirm(place: u16) -> Body {
    body(UnitCommand::ConfirmAsked(ConfirmAsked {
        asked: command(place),
    }))
}

fn withdraw(place: u16) -> Body {
    body(UnitCommand::WithdrawAsked(WithdrawAsked {
        asked: command(place),
    }))
}

fn refusal(town: &Organisation, chain: &Chain, author: MemberId, body: &Body) -> Option<Refusal> {
    ask_at(town, chain, Some(author), body, NOW).err()
}

fn code(town: &Organisation, chain: &Chain, author: MemberId, body: &Body) -> Option<RefusalCode> {
    refusal(town, chain, author, body).map(|refusal| refusal.code)
}

/// By each author, in the order in which `docs/policy.md` names posts; of sixteen one may.
#[test]
fn every_step_is_an_administrators_and_nobody_elses() {
    let (town, waiting) = (town(), staffed().then(120, invite()));
    let steps = [
        end(None),
        end(Some(10)),
        stop(member(1), StopWord::Revoked),
        stop(member(1), StopWord::Lost),
        post(asked()),
        thaw(),
        confirm(15),
    ];
    for step in steps.iter().chain([&withdraw(15)]) {
        assert_eq!(
            code(&town, &waiting, ADMINISTRATOR, step),
            None,
            "{}",
            step.kind()
        );
        for other in [
            CHIEF,
            SECRETARY,
            DISPATCHER,
            HANDLER,
            NEIGHBOUR,
            STRANGER,
            CLERK,
            CANTEEN_CLERK,
            // Reads the unit's confidential feed: clears and is told, and no more.
            MEDIATOR,
            AUDITOR,
            OUTSIDER,
            FORMER_CHIEF,
            NEXT_CHIEF,
            member(1),
        ] {
            assert_eq!(
                code(&town, &waiting, other, step),
                Some(RefusalCode::NotPermitted),
                "{} {other}",
                step.kind()
            );
        }
        for nobody in [Authority::Resident, Authority::Server] {
            if step == &withdraw(15) {
                continue;
            }
            let question = question(&town, &waiting, nobody, step, NOW);
            let refused = judge(&question).unwrap_err();
            assert_eq!(refused.code, RefusalCode::NotPermitted, "{}", step.kind());
        }
    }
    // The server ends what was asked for, where that has become another thing; a resident does not.
    let end = withdraw(15);
    let by = |nobody| judge(&question(&town, &waiting, nobody, &end, NOW));
    assert!(by(Authority::Server).is_ok());
    assert_eq!(
        by(Authority::Resident).unwrap_err().code,
        RefusalCode::NotPermitted
    );
    assert_eq!(code(&town, &staffed(), ADMINISTRATOR, &invite()), None);
    assert_eq!(
        code(&town, &staffed(), MEDIATOR, &invite()),
        Some(RefusalCode::NotPermitted)
    );
}

#[test]
fn what_gives_takes_two_and_neither_is_who_it_is_for() {
    let (town, of_themselves) = (town(), of_themselves());
    let second = Some(RefusalCode::SecondPerson);
    for asking in [
        post(Appoint {
            member: member(1),
            name: text("谢国强"),
            key: text("M-0001"),
            ..asked()
        }),
        invite(),
        thaw(),
    ] {
        let kind = asking.kind();
        assert_eq!(
            code(&of_themselves, &staffed(), member(1), &asking),
            second,
            "{kind}"
        );
        let waiting = staffed().then(120, asking);
        assert_eq!(
            code(&town, &waiting, SECOND, &confirm(15)),
            second,
            "who asked: {kind}"
        );
        assert_eq!(
            code(&of_themselves, &waiting, member(1), &confirm(15)),
            second,
            "{kind}"
        );
        assert_eq!(code(&town, &waiting, THIRD, &confirm(15)), None, "{kind}");
        // One takes back what one asked for, and anybody else does.
        for any in [SECOND, THIRD] {
            assert_eq!(code(&town, &waiting, any, &withdraw(15)), None, "{kind}");
        }
        assert_eq!(
            code(&of_themselves, &waiting, member(1), &withdraw(15)),
            None,
            "{kind}"
        );
    }
    for taking in [end(None), stop(member(1), StopWord::Lost)] {
        assert_eq!(
            code(&of_themselves, &staffed(), member(1), &taking),
            None,
            "of oneself"
        );
    }
}

#[test]
fn what_was_answered_is_answered_once() {
    let town = town();
    let waiting = staffed().then(120, invite());
    let first = |place: u16, by: MemberId| {
        Some(Refusal {
            code: RefusalCode::DoneAlready,
            first: Some(command(place)),
            by: Some(by),
        })
    };
    assert_eq!(
        refusal(&town, &waiting, THIRD, &invite()),
        first(15, SECOND)
    );
    let given = waiting.clone().then(121, confirm(15));
    assert_eq!(
        refusal(&town, &given, ADMINISTRATOR, &confirm(15)),
        first(16, THIRD)
    );
    assert_eq!(
        code(&town, &given, ADMINISTRATOR, &withdraw(15)),
        None,
        "unused, perhaps"
    );
    assert_eq!(code(&town, &given, THIRD, &invite()), None, "another phone");
    let withdrawn = waiting.then(121, withdraw(15));
    for late in [confirm(15), withdraw(15)] {
        assert_eq!(
            code(&town, &withdrawn, ADMINISTRATOR, &late),
            Some(RefusalCode::BadValue)
        );
    }
    assert_eq!(
        code(&town, &withdrawn, THIRD, &invite()),
        None,
        "asked for anew"
    );

    let frozen = staffed().then(120, thaw()).then(121, confirm(15));
    assert_eq!(
        refusal(&town, &frozen, SECOND, &withdraw(15)),
        first(16, THIRD)
    );
    let appointed = staffed().then(120, post(asked())).then(121, confirm(15));
    assert_eq!(
        refusal(&town, &appointed, SECOND, &withdraw(15)),
        first(16, THIRD)
    );
    for unknown in [confirm(99), withdraw(99), confirm(13), withdraw(13)] {
        assert_eq!(
            code(&town, &staffed(), THIRD, &unknown),
            Some(RefusalCode::BadValue)
        );
    }
}

#[test]
fn a_post_is_the_units_in_order_and_once() {
    let town = town();
    let of = |asked| code(&town, &staffed(), ADMINISTRATOR, &post(asked));
    assert_eq!(of(asked()), None);
    let dates = |from: i64, until: i64| Appoint {
        from: START.plus_days(from),
        until: Some(START.plus_days(until)),
        ..asked()
    };
    assert_eq!(of(dates(1, 2)), None);
    assert_eq!(of(dates(2, 2)), Some(RefusalCode::BadValue));
    assert_eq!(
        of(Appoint {
            key: text(" "),
            ..asked()
        }),
        Some(RefusalCode::BadValue)
    );
    assert_eq!(
        of(Appoint {
            name: text(""),
            ..asked()
        }),
        Some(RefusalCode::NeedsText)
    );
    assert_eq!(
        of(Appoint {
            post: Post::BranchSecretary,
            ..asked()
        }),
        Some(RefusalCode::PostUnfit)
    );
    assert_eq!(
        of(Appoint {
            post: Post::from_word("mayor"),
            ..asked()
        }),
        Some(RefusalCode::PostUnfit)
    );
    let chief = |from: i64| Appoint {
        member: member(1),
        key: text("M-0001"),
        name: text("谢国强"),
        from: START.plus_days(from),
        ..asked()
    };
    assert_eq!(of(chief(364)), Some(RefusalCode::AppointedAlready));
    assert_eq!(of(chief(365)), None, "from the end of his term");
    let named = Appoint {
        member: CHIEF,
        name: text("nobody"),
        ..asked()
    };
    assert_eq!(of(named), Some(RefusalCode::NameDiffers));

    // Somebody else has given the post since: what was asked for does not fit any more.
    let asking = || {
        post(Appoint {
            from: START,
            ..asked()
        })
    };
    let given = staffed().then(120, asking()).then(
        9,
        body(UnitCommand::Appoint(crate::kinds::unit::Appoint {
            member: member(2),
            key: text("M-0002"),
            name: text("覃秀英"),
            post: Post::AlleyChief,
            from: START,
            until: None,
        })),
    );
    assert_eq!(
        code(&town, &given, THIRD, &confirm(15)),
        Some(RefusalCode::AppointedAlready)
    );
}

#[test]
fn a_post_ends_earlier_than_it_would_and_once() {
    let (town, done) = (town(), Some(RefusalCode::DoneAlready));
    assert_eq!(code(&town, &staffed(), SECOND, &end(Some(364))), None);
    for later in [365, 366] {
        assert_eq!(code(&town, &staffed(), SECOND, &end(Some(later))), done);
    }
    let sooner = staffed().then(120, end(Some(30)));
    assert_eq!(code(&town, &sooner, THIRD, &end(Some(30))), done);
    assert_eq!(code(&town, &sooner, THIRD, &end(Some(29))), None);
    let at_once = sooner.then(120, end(None));
    for late in [end(None), end(Some(1)), invite()] {
        assert_eq!(code(&town, &at_once, THIRD, &late), done, "{}", late.kind());
    }
    // Nobody is invited whose post ended while the invitation waited.
    let waiting = staffed().then(120, invite()).then(121, end(None));
    assert_eq!(code(&town, &waiting, THIRD, &confirm(15)), done);
    let unknown = EndPost {
        appointment: command(99),
        until: None,
    };
    assert_eq!(
        code(
            &town,
            &staffed(),
            SECOND,
            &body(UnitCommand::EndPost(unknown))
        ),
        Some(RefusalCode::BadValue)
    );
}

#[test]
fn a_device_is_stopped_in_the_unit_of_its_member_for_a_known_reason() {
    let town = town();
    let later = StopWord::from_word("bored");
    for wrong in [stop(member(5), StopWord::Lost), stop(member(1), later)] {
        assert_eq!(
            code(&town, &staffed(), SECOND, &wrong),
            Some(RefusalCode::BadValue)
        );
    }
    let past = staffed().then(120, end(None));
    assert_eq!(
        code(&town, &past, SECOND, &stop(member(1), StopWord::Lost)),
        None,
        "of a past post"
    );
}
