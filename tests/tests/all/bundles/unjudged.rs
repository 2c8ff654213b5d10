//! What a bundle's author may not do shows nothing: nobody but the server admits it.

use alleyway_core::batch::{Batch, Disclosed};
use alleyway_core::bundle::{Bundle, Item};
use alleyway_core::command::{Base, Body, Command, Nonce};
use alleyway_core::crypto::{SealingSecret, SecretKey, hash};
use alleyway_core::id::{CommandId, DeviceId, DocumentId, MemberId};
use alleyway_core::kinds::case::CaseCommand;
use alleyway_core::kinds::case::CaseStage;
use alleyway_core::kinds::case::{Accept, Escalate, Note, Start};
use alleyway_core::kinds::tray::TrayCommand;
use alleyway_core::kinds::tray::{KeptWhy, PutItem, SettleItem, TrayItem, TrayOutcome};
use alleyway_core::kinds::unit::{Amend, Appoint, Post, UnitCommand, UnitKind};
use alleyway_core::number::TrackingCode;
use alleyway_core::store::Records;
use alleyway_core::sync::certificate::Certificate;
use alleyway_core::sync::enrol::Enrol;
use alleyway_core::sync::frame::Closed;
use alleyway_core::text::Text;
use alleyway_core::wire::{Blob, List};
use alleyway_ledger::AdminCommand;
use alleyway_replica::{Draft, EntryState};
use alleyway_tests::pure::{Device, TOWN, Town};

use super::{case, import, two_chiefs};

/// A device with the server's certificate that seals whatever it likes.
struct Forger {
    secret: SecretKey,
    certificate: Certificate,
}

impl Forger {
    fn new(town: &mut Town, key: &str) -> Self {
        let (member, now) = (town.member(key), town.now);
        let code = TrackingCode::from_random([7; 15]);
        town.ledger.invite(&town.store, member, &code, now).unwrap();
        let secret = SecretKey::from_bytes(&hash("forger", &[key.as_bytes()]));
        let sealing = SealingSecret::from_bytes([7; 32]).public().0;
        let request = Enrol::new(code, &secret, sealing, Text::cut("p"), now)
            .verify()
            .unwrap();
        let certificate = town
            .ledger
            .enrol(&town.store, &request, now)
            .unwrap()
            .certificate;
        town.commit();
        Self {
            secret,
            certificate,
        }
    }

    /// A bundle with the commands, all of them shown.
    fn bundle(&self, commands: Vec<Command>) -> Vec<u8> {
        let batch = Batch::seal(TOWN, &self.secret, 1, [0; 32], [9; 16], commands).unwrap();
        let device = DeviceId::of(&self.secret.public());
        let closed = Closed {
            device,
            number: 1,
            sealed: Blob::new(vec![7; 100]).unwrap(),
        };
        let item = Item {
            certificate: self.certificate,
            shown: Disclosed::of(&batch, |_| true),
            closed,
        };
        Bundle {
            items: List::new(vec![item]).unwrap(),
        }
        .seal(TOWN, &[], &[1; 32])
        .unwrap()
    }
}

fn command(town: &Town, counter: u64, document: DocumentId, body: Body) -> Command {
    let base = Base {
        generation: 1,
        ..Base::default()
    };
    Command {
        nonce: Nonce::Drawn(counter.to_be_bytes()),
        document: Some(document),
        base,
        at: town.now,
        body,
    }
}

fn note(text: &str) -> Body {
    Body::Case(CaseCommand::Note(Note {
        text: Text::cut(text),
    }))
}

fn step_of(device: &Device, document: DocumentId, id: CommandId) -> Option<EntryState> {
    let log = case(device, document).log;
    log.into_iter()
        .find(|row| row.entry.command == id)
        .map(|row| row.state)
}

#[test]
fn steps_of_somebody_without_a_post_there_wait_and_spoil_nothing_that_is_typed_upon_them() {
    let mut town = Town::new();
    let (mut xie, mut lu, old) = two_chiefs(&mut town);
    let wei = Forger::new(&mut town, "wei");
    let bodies = [
        Body::Case(CaseCommand::Accept(Accept {})),
        Body::Case(CaseCommand::Start(Start {})),
        note("由没有职务的人写的"),
    ];
    let commands: Vec<Command> = (1..)
        .zip(bodies)
        .map(|(counter, body)| command(&town, counter, old, body))
        .collect();
    let theirs: Vec<CommandId> = commands
        .iter()
        .map(|command| command.id(&wei.secret.public()))
        .collect();
    let before = case(&lu, old).state.stage;
    assert_eq!(
        import(&town, &mut lu, &wei.bundle(commands))
            .unwrap()
            .commands,
        3
    );
    assert_eq!(
        (case(&lu, old).state.stage, before),
        (CaseStage::Reported, CaseStage::Reported)
    );
    for id in theirs {
        assert_eq!(step_of(&lu, old, id), Some(EntryState::Waits));
    }
    let row = &lu.replica.carried()[0];
    assert_eq!((row.commands, row.waiting), (3, 3));
    let mine = town.note(&mut lu, old, "我自己的");
    let summary = town.sync(&mut lu).summary;
    assert_eq!(
        (summary.admitted, summary.refused, summary.up_to_date),
        (1, 0, true)
    );
    assert_eq!(step_of(&lu, old, mine.command), Some(EntryState::Admitted));
    town.sync(&mut xie);
    assert_eq!(case(&xie, old).head, case(&lu, old).head);
}

/// What somebody proposed whose post had ended, in the tray that pan acts for.
fn proposed(town: &mut Town) -> (Device, DocumentId, CommandId, DocumentId) {
    let (mut xie, _, old) = two_chiefs(town);
    let branch = town
        .ledger
        .organisation()
        .units()
        .find(|row| row.kind == UnitKind::Branch)
        .unwrap()
        .unit;
    let escalate = Escalate {
        to: branch,
        reason: Text::cut("no money"),
        tried: Text::cut("gravel"),
    };
    let body = Body::Case(CaseCommand::Escalate(escalate));
    let real = town.record(
        &mut xie,
        Draft {
            target: Some(old),
            body,
        },
    );
    replaces_the_chief(town);
    town.sync(&mut xie);
    let mut pan = town.device("pan");
    town.sync(&mut pan);
    town.sync(&mut pan);
    let rows = pan.store.scan(b"d", b"e", usize::MAX).unwrap();
    let ids = rows
        .iter()
        .map(|(key, _)| DocumentId(key[1..17].try_into().unwrap()));
    let is_tray = |id: &DocumentId| {
        pan.replica
            .working(*id)
            .is_some_and(|held| held.tray_unit().is_some())
    };
    let tray = ids.into_iter().find(is_tray).expect("a tray");
    (pan, old, real.command, tray)
}

fn replaces_the_chief(town: &mut Town) {
    let (alley, now) = (town.alley, town.now);
    let (leaves, comes): (MemberId, MemberId) = (town.member("xie"), town.member("pan"));
    let row = town
        .ledger
        .organisation()
        .posts_of(leaves, now)
        .find(|row| row.unit == alley)
        .unwrap()
        .clone();
    let amend = Amend {
        appointment: row.appointment,
        name: row.name,
        from: row.from,
        until: Some(now),
    };
    let (key, name) = (Text::cut("pan"), Text::cut("pan"));
    let appoint = Appoint {
        member: comes,
        key,
        name,
        post: Post::AlleyChief,
        from: now,
        until: None,
    };
    let commands = [UnitCommand::Amend(amend), UnitCommand::Appoint(appoint)];
    let admin = commands.map(|command| AdminCommand {
        document: Some(alley),
        body: Body::Unit(command),
    });
    town.administer(admin.to_vec());
}

#[test]
fn a_bundle_neither_puts_anything_into_a_tray_nor_hides_what_lies_there() {
    let mut town = Town::new();
    let (mut pan, old, real, tray) = proposed(&mut town);
    let lu = Forger::new(&mut town, "lu");
    let listed = |pan: &Device| {
        pan.replica
            .proposals()
            .into_iter()
            .map(|row| row.item)
            .collect::<Vec<_>>()
    };
    assert_eq!(listed(&pan), [real]);
    // Made up: under a key that nobody has, in the name of another.
    let nobody = SecretKey::from_bytes(&[77; 32]).public();
    let fake = command(&town, 1, old, note("以别人的名义编造的"));
    let item = TrayItem::new(
        nobody,
        town.member("xie"),
        KeptWhy::PostEnded,
        town.now,
        &fake,
    )
    .unwrap();
    let settle = SettleItem {
        item: real,
        outcome: TrayOutcome::Dismissed,
        became: None,
    };
    let commands = vec![
        command(
            &town,
            1,
            tray,
            Body::Tray(TrayCommand::Put(PutItem { item })),
        ),
        command(&town, 2, tray, Body::Tray(TrayCommand::Settle(settle))),
    ];
    let taken = import(&town, &mut pan, &lu.bundle(commands)).unwrap();
    assert_eq!((taken.batches, taken.commands, taken.withheld), (1, 0, 2));
    assert_eq!(listed(&pan), [real]);
}
