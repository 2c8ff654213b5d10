use super::*;
use alleyway_core::command::{Base, Body, Nonce};
use alleyway_core::id::DocumentId;
use alleyway_core::kinds::case::CaseCommand;
use alleyway_core::kinds::case::Note;
use alleyway_core::text::Text;
use alleyway_core::time::Time;
use alleyway_core::wire::List;

const CASE: DocumentId = DocumentId([5; 16]);

/// The command that is typed as the so many-th of its device.
fn command(number: u64, after: &[CommandId]) -> Command {
    let base = Base {
        after: List::new(after.to_vec()).unwrap(),
        ..Base::default()
    };
    let body = Body::Case(CaseCommand::Note(Note {
        text: Text::cut("x"),
    }));
    Command {
        nonce: Nonce::Drawn(number.to_be_bytes()),
        document: Some(CASE),
        base,
        at: Time(0),
        body,
    }
}

fn step(device: u8, command: &Command, carried: bool) -> Step<'_> {
    let device = PublicKey([device; 32]);
    Step {
        id: command.id(&device),
        device,
        place: match command.nonce {
            Nonce::Drawn(number) => (u64::from_be_bytes(number), 0),
            Nonce::Counted(_) => unreachable!("typed here"),
        },
        author: MemberId([0; 16]),
        command,
        carried,
        since: Time(0),
    }
}

/// The id of that command, on a device.
fn id(device: u8, number: u64) -> CommandId {
    command(number, &[]).id(&PublicKey([device; 32]))
}

fn creating(number: u64) -> Command {
    Command {
        document: None,
        ..command(number, &[])
    }
}

/// The id of the first command of a device, if it creates the document.
fn report_of(device: u8) -> CommandId {
    creating(1).id(&PublicKey([device; 32]))
}

#[test]
fn the_order_does_not_depend_on_which_device_holds_the_commands_nor_on_how_they_came() {
    let of_one = [creating(1), command(2, &[]), command(3, &[id(2, 2)])];
    let of_two = [command(1, &[report_of(1)]), command(2, &[])];
    let of_three = [command(7, &[report_of(1)])];
    let orders = (1..=3_u8).map(|here| {
        let mut steps: Vec<Step<'_>> = Vec::new();
        for (device, commands) in [(1, &of_one[..]), (2, &of_two), (3, &of_three)] {
            steps.extend(
                commands
                    .iter()
                    .map(|command| step(device, command, device != here)),
            );
        }
        steps.rotate_left(usize::from(here));
        let ordered = order(None, 1, steps);
        assert!(ordered.waiting.is_empty());
        ordered.steps.iter().map(|step| step.id).collect::<Vec<_>>()
    });
    let orders: Vec<_> = orders.collect();
    assert!(orders.iter().all(|order| *order == orders[0]));
    let at = |id| orders[0].iter().position(|one| *one == id).unwrap();
    assert_eq!(at(report_of(1)), 0);
    assert!(at(id(1, 2)) < at(id(1, 3)));
    assert!(at(id(2, 1)) < at(id(2, 2)) && at(id(2, 2)) < at(id(1, 3)));
}

#[test]
fn a_carried_command_without_its_base_waits_and_what_follows_it_too() {
    let (report, stray) = (creating(1), command(2, &[id(9, 9)]));
    let (follower, apart) = (command(3, &[]), command(1, &[]));
    let steps = vec![
        step(1, &report, true),
        step(1, &stray, true),
        step(1, &follower, true),
        step(2, &apart, true),
    ];
    let ordered = order(None, 1, steps);
    assert_eq!(
        ordered.steps.iter().map(|step| step.id).collect::<Vec<_>>(),
        [report_of(1), id(2, 1)]
    );
    assert_eq!(ordered.waiting.len(), 2);
    // Without the report, nothing can stand.
    assert_eq!(order(None, 1, vec![step(2, &apart, true)]).waiting.len(), 1);
}

#[test]
fn what_was_typed_here_is_never_left_out() {
    let (mine, theirs) = (command(1, &[id(2, 1)]), command(1, &[id(3, 1)]));
    let ordered = order(None, 1, vec![step(1, &mine, false), step(2, &theirs, true)]);
    assert_eq!(
        ordered.steps.iter().map(|step| step.id).collect::<Vec<_>>(),
        [id(1, 1)]
    );
    assert_eq!(ordered.waiting.len(), 1);
}

#[test]
fn commands_that_name_each_other_wait_for_ever_and_keep_nothing_up() {
    let (a, b, report) = (
        command(1, &[id(2, 1)]),
        command(1, &[id(1, 1)]),
        creating(1),
    );
    let ordered = order(
        None,
        1,
        vec![step(1, &a, true), step(2, &b, true), step(3, &report, true)],
    );
    assert_eq!((ordered.steps.len(), ordered.waiting.len()), (1, 2));
}

#[test]
fn of_too_many_commands_the_first_of_every_device_are_shown_and_the_rest_wait() {
    let many: Vec<Command> = (1..=CARRIED_STEPS_MAX as u64 + 10)
        .map(|counter| command(counter, &[]))
        .collect();
    let (few, mine) = (
        [creating(1), command(2, &[])],
        [command(1, &[]), command(2, &[])],
    );
    let mut steps: Vec<Step<'_>> = many.iter().map(|command| step(1, command, true)).collect();
    steps.extend(few.iter().map(|command| step(2, command, true)));
    steps.extend(mine.iter().map(|command| step(3, command, false)));
    let ordered = order(None, 1, steps);
    assert_eq!(
        (ordered.steps.len(), ordered.waiting.len()),
        (CARRIED_STEPS_MAX + 2, 12)
    );
    let stands = |id| ordered.steps.iter().any(|step| step.id == id);
    assert!(stands(id(2, 2)) && stands(id(3, 1)) && stands(id(3, 2)));
    let last_of_many = CARRIED_STEPS_MAX as u64 - 2;
    assert!(stands(id(1, last_of_many)) && !stands(id(1, last_of_many + 1)));
}
