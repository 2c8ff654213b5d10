//! A town with one case, behind the real routes.

use std::sync::Arc;

use alleyway_core::command::Body;
use alleyway_core::crypto::SecretKey;
use alleyway_core::id::{DocumentId, MemberId, UnitId};
use alleyway_core::kinds::case::CaseCommand;
use alleyway_core::kinds::case::{Accept, Close, Finding, Report, Resolve, Start};
use alleyway_core::kinds::unit::{Appoint, CreateUnit, Post, UnitCommand, UnitKind};
use alleyway_core::limits::RESIDENT_STEPS_PER_DAY_MAX;
use alleyway_core::number::TrackingCode;
use alleyway_core::store::{Records, StoreError};
use alleyway_core::sync::frame::Verdict;
use alleyway_core::text::Text;
use alleyway_core::time::Time;
use alleyway_ledger::{AdminCommand, Ledger, Player, ResidentRequest, ResidentStep, Words};

use super::super::{TOWN, plain_app};
use crate::http::App;

/// How far the case is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stand {
    /// The chief reported it.
    Reported,
    /// The chief says that it is done.
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

/// What the case is followed with.
pub(super) fn code() -> TrackingCode {
    TrackingCode::from_random([4; 15])
}

impl Town {
    pub(super) async fn new(stand: Stand) -> Self {
        let app = plain_app();
        let began = app
            .writer
            .ask(0, move |desk| {
                Setting {
                    ledger: desk.ledger,
                    store: desk.store,
                    now: desk.now,
                    drawn: 0,
                }
                .stage(stand)?;
                Ok(desk.ledger.stats().sequence)
            })
            .await
            .unwrap();
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

struct Setting<'a> {
    ledger: &'a mut Ledger,
    store: &'a dyn Records,
    now: Time,
    drawn: u8,
}

impl Setting<'_> {
    fn stage(mut self, stand: Stand) -> Result<(), StoreError> {
        let alley = self.alley()?;
        let case = self.report(alley)?;
        if stand == Stand::Spoken {
            for number in 0..RESIDENT_STEPS_PER_DAY_MAX {
                self.resident(ResidentStep::Word {
                    text: Words::cut(&number.to_string()),
                })?;
            }
        }
        if matches!(stand, Stand::Resolved | Stand::Closed) {
            self.chief(Some(case), CaseCommand::Accept(Accept {}))?;
            self.chief(Some(case), CaseCommand::Start(Start {}))?;
            let done = Resolve {
                text: Text::cut("修好了"),
                verifier: None,
            };
            self.chief(Some(case), CaseCommand::Resolve(done))?;
        }
        if stand == Stand::Closed {
            self.resident(ResidentStep::Verify {
                result: Finding::Fixed,
                text: Words::default(),
            })?;
            let close = Close {
                code: Text::cut("fixed"),
                text: Text::cut("谢谢您"),
            };
            self.chief(Some(case), CaseCommand::Close(close))?;
        }
        Ok(())
    }

    fn seed(&mut self) -> [u8; 32] {
        self.drawn += 1;
        [self.drawn; 32]
    }

    fn alley(&mut self) -> Result<UnitId, StoreError> {
        let seed = self.seed();
        let alley = self.ledger.admin_document(&seed, 0);
        let create = CreateUnit {
            key: Text::cut("a"),
            name: Text::cut("橘园巷"),
            kind: UnitKind::Alley,
            parent: None,
        };
        let appoint = Appoint {
            member: MemberId::derive(TOWN, "chief"),
            key: Text::cut("chief"),
            name: Text::cut("谢巷长"),
            post: Post::AlleyChief,
            from: Time::EARLIEST,
            until: None,
        };
        let commands = vec![
            AdminCommand {
                document: None,
                body: Body::Unit(UnitCommand::Create(create)),
            },
            AdminCommand {
                document: Some(alley),
                body: Body::Unit(UnitCommand::Appoint(appoint)),
            },
        ];
        self.ledger
            .administer(self.store, commands, seed, self.now)?
            .unwrap();
        Ok(alley)
    }

    fn report(&mut self, owner: UnitId) -> Result<DocumentId, StoreError> {
        let device_code = self.ledger.player_code(self.store, &chief())?;
        let report = Report {
            owner,
            device_code,
            tracking: code(),
            category: Text::cut("road"),
            title: Text::cut("路坏了"),
            text: Text::cut("路坏了"),
            place: Text::default(),
            point: None,
            contact: Text::default(),
            household: None,
            taken_at: None,
            confidential: false,
        };
        self.chief(None, CaseCommand::Report(report))
    }

    fn chief(
        &mut self,
        document: Option<DocumentId>,
        body: CaseCommand,
    ) -> Result<DocumentId, StoreError> {
        let seed = self.seed();
        let commands = vec![(document, Body::Case(body), self.now)];
        let played = self
            .ledger
            .play(self.store, &chief(), commands, seed, self.now)?
            .pop()
            .unwrap();
        assert!(
            matches!(played.verdict, Verdict::Admitted(_)),
            "{:?}",
            played.verdict
        );
        Ok(played.document)
    }

    fn resident(&mut self, step: ResidentStep) -> Result<(), StoreError> {
        let seed = self.seed();
        let request = ResidentRequest {
            code: code(),
            token: [self.drawn; 16],
            step,
        };
        self.ledger
            .resident(self.store, &request, seed, self.now)?
            .unwrap();
        Ok(())
    }
}

fn chief() -> Player {
    Player {
        member: MemberId::derive(TOWN, "chief"),
        secret: SecretKey::from_bytes(&[5; 32]),
    }
}
