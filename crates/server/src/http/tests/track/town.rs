//! A town with one case, behind the real routes.

use std::sync::{Arc, OnceLock};

use alleyway_core::command::Body;
use alleyway_core::id::{DocumentId, MemberId};
use alleyway_core::kinds::case::CaseCommand;
use alleyway_core::kinds::case::{Accept, Close, Finding, Report, Resolve, Start};
use alleyway_core::kinds::unit::{Appoint, Post, UnitCommand};
use alleyway_core::limits::RESIDENT_STEPS_PER_DAY_MAX;
use alleyway_core::number::TrackingCode;
use alleyway_core::text::Text;
use alleyway_core::time::Time;
use alleyway_demo::Phone;
use alleyway_ledger::{AdminCommand, ResidentRequest, ResidentStep, Words};
use alleyway_replica::{Draft, Recorded};

use super::super::{TOWN, plain_app};
use crate::direct::testing::{enrolled, found_alley, line};
use crate::http::App;
use crate::writer::Desk;

/// How far the case is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stand {
    /// The chief reported it.
    Reported,
    /// The chief's helper says that it is done.
    Resolved,
    /// The resident said so too, and it was closed.
    Closed,
    /// Reported, and the resident has said as much as one day takes.
    Spoken,
}

pub(super) struct Town {
    pub(super) app: Arc<App>,
    /// The ledger's sequence before the test.
    pub(super) began: u64,
}

/// The number that the case's report left, and that no page shows.
pub(super) const PHONE: &str = "13800004821";

/// What the case is followed with.
pub(super) fn code() -> TrackingCode {
    *CODE.get().expect("a town was made")
}

/// The chief's phone draws it anew in each town, and the same each time.
static CODE: OnceLock<TrackingCode> = OnceLock::new();

impl Town {
    pub(super) async fn new(stand: Stand) -> Self {
        // On the heap: what tests await is small.
        Box::pin(Self::standing(stand)).await
    }

    async fn standing(stand: Stand) -> Self {
        let app = plain_app();
        app.writer
            .ask(0, |desk| {
                found_alley(desk, TOWN, "chief");
                appoint_helper(desk);
                Ok(())
            })
            .await
            .unwrap();
        let chief = Box::pin(enrolled(&app.writer, TOWN, "chief", 5)).await;
        let helper = Box::pin(enrolled(&app.writer, TOWN, "helper", 6)).await;
        let stage = move |desk: &mut Desk<'_>| {
            let setting = Setting {
                desk,
                chief,
                helper,
                drawn: 0,
            };
            Ok(setting.stage(stand))
        };
        let began = app.writer.ask(0, stage).await.unwrap();
        Self { app, began }
    }

    pub(super) async fn sequence(&self) -> u64 {
        self.app
            .writer
            .ask(0, |desk| Ok(desk.ledger.stats().sequence))
            .await
            .unwrap()
    }
}

struct Setting<'a, 'd> {
    desk: &'a mut Desk<'d>,
    chief: Phone,
    helper: Phone,
    drawn: u8,
}

impl Setting<'_, '_> {
    /// Brings the case so far; the ledger's sequence then.
    fn stage(mut self, stand: Stand) -> u64 {
        let case = self.report();
        if stand == Stand::Spoken {
            for number in 0..RESIDENT_STEPS_PER_DAY_MAX {
                self.resident(ResidentStep::Word {
                    text: Words::cut(&number.to_string()),
                });
            }
        }
        if matches!(stand, Stand::Resolved | Stand::Closed) {
            self.helper(case, CaseCommand::Accept(Accept {}));
            self.helper(case, CaseCommand::Start(Start {}));
            let done = Resolve {
                text: Text::cut("修好了"),
                verifier: None,
                resident_text: Text::cut("已修好，请您看看。"),
            };
            self.helper(case, CaseCommand::Resolve(done));
        }
        if stand == Stand::Closed {
            self.resident(ResidentStep::Verify {
                result: Finding::Fixed,
                text: Words::default(),
            });
            let close = Close {
                code: Text::cut("fixed"),
                text: Text::cut("谢谢您"),
            };
            self.chief(Some(case), CaseCommand::Close(close));
        }
        self.desk.ledger.stats().sequence
    }

    fn report(&mut self) -> DocumentId {
        let member = MemberId::derive(TOWN, "chief");
        let organisation = self.chief.replica.organisation();
        let owner = organisation.appointments_of(member).next().unwrap().unit;
        let report = Report {
            owner,
            device_code: self.chief.device_code().unwrap(),
            tracking: TrackingCode::from_random([0; 15]),
            category: Text::cut("road"),
            title: Text::cut("路坏了"),
            text: Text::cut("路坏了"),
            place: Text::default(),
            point: None,
            contact: Text::default(),
            household: None,
            taken_at: None,
            confidential: false,
            door: None,
            slip: None,
            origin: None,
            external_system: Text::default(),
            external_number: Text::default(),
            external_due: None,
            phone: Text::cut(PHONE),
            may_text: true,
            about: None,
        };
        self.chief(None, CaseCommand::Report(report))
    }

    /// The chief goes on with the case.
    fn chief(&mut self, target: Option<DocumentId>, body: CaseCommand) -> DocumentId {
        let recorded = types(self.desk, &mut self.chief, target, body);
        if let Some(code) = recorded.code {
            assert_eq!(*CODE.get_or_init(|| code), code);
        }
        recorded.document
    }

    /// The helper, who gave no code out, goes on with it.
    fn helper(&mut self, case: DocumentId, body: CaseCommand) {
        types(self.desk, &mut self.helper, Some(case), body);
    }

    fn resident(&mut self, step: ResidentStep) {
        self.drawn += 1;
        let request = ResidentRequest {
            code: code(),
            token: [self.drawn; 16],
            step,
        };
        let seed = [self.drawn; 32];
        self.desk
            .ledger
            .resident(self.desk.store, &request, seed, self.desk.now)
            .unwrap();
    }
}

/// Somebody sees how the case stands, goes on with it, and hands that in.
fn types(
    desk: &mut Desk<'_>,
    phone: &mut Phone,
    target: Option<DocumentId>,
    body: CaseCommand,
) -> Recorded {
    let (now, body) = (desk.now, Body::Case(body));
    phone.sync(&mut line(desk, TOWN), now).unwrap();
    let recorded = phone.record(Draft { target, body }, now).unwrap();
    let summary = phone.sync(&mut line(desk, TOWN), now).unwrap();
    assert_eq!((summary.admitted, summary.refused), (1, 0));
    recorded
}

/// A second chief of the alley.
fn appoint_helper(desk: &mut Desk<'_>) {
    let organisation = desk.ledger.organisation();
    let chief = MemberId::derive(TOWN, "chief");
    let alley = organisation.appointments_of(chief).next().unwrap().unit;
    let appoint = Appoint {
        member: MemberId::derive(TOWN, "helper"),
        key: Text::cut("helper"),
        name: Text::cut("helper"),
        post: Post::AlleyChief,
        from: Time::EARLIEST,
        until: None,
    };
    let command = AdminCommand {
        document: Some(alley),
        body: UnitCommand::Appoint(appoint).into(),
    };
    let (store, now) = (desk.store, desk.now);
    desk.ledger
        .administer(store, vec![command], [8; 32], now)
        .unwrap();
}
