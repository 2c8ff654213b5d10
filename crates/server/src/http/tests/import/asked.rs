//! Imports that one administrator's device asks for and another's confirms: carried out wholly, once, or not
//! at all.

use alleyway_core::command::Body;
use alleyway_core::id::{CommandId, UnitId};
use alleyway_core::kinds::unit::{
    Appoint, AskImport, ConfirmAsked, CreateUnit, ImportFault, Post, UnitCommand, UnitKind,
};
use alleyway_core::sync::lists::digits_of;
use alleyway_core::text::Text;
use alleyway_core::time::Time;
use alleyway_replica::Draft;

use super::*;
use crate::importing::carry_out;
use crate::writer::Desk;

/// A unit more.
const OFFICE: &str = "new-office,新办公室,department,town\n";

/// Two administrators with phones.
struct Two {
    app: Arc<App>,
    zhou: Phone,
    tang: Phone,
    drawn: u8,
}

impl Two {
    async fn new() -> Self {
        let app = town(limits()).await;
        appoint(&app, "tang", Post::Administrator).await;
        let mut two = Self {
            zhou: Phone::of(&app, "zhou").await,
            tang: Phone::of(&app, "tang").await,
            app,
            drawn: 0,
        };
        two.sync().await;
        two
    }

    async fn sync(&mut self) {
        self.zhou.sync(&self.app).await;
        self.tang.sync(&self.app).await;
    }

    /// The first one's phone sends lists that are to be kept.
    async fn keeps(&mut self, lists: &Lists) -> (u16, Value) {
        let bytes = lists.to_bytes();
        self.drawn += 1;
        let path = format!("/v1/q/import?hash={}&keep=yes", digits_of(&hash_of(&bytes)));
        let proof = self.zhou.proves_now(&path, self.drawn);
        ask(&self.app, Method::POST, &path, &proof, &bytes).await
    }

    /// The lists that wait, compared for the second one's phone.
    async fn waiting(&mut self, asked: CommandId) -> (u16, Value) {
        self.drawn += 1;
        let path = format!("/v1/q/import?asked={}", asked.key());
        let proof = self.tang.proves_now(&path, self.drawn);
        ask(&self.app, Method::GET, &path, &proof, b"").await
    }

    /// The first one's phone sends lists and asks.
    async fn asks(&mut self, lists: &Lists) -> CommandId {
        let (status, told) = self.keeps(lists).await;
        assert_eq!((status, &told["kept"]), (200, &json!(true)), "{told}");
        let bytes = lists.to_bytes();
        let import = AskImport {
            hash: Text::cut(&digits_of(&hash_of(&bytes))),
            bytes: u32::try_from(bytes.len()).unwrap(),
            changes: u32::try_from(told["changed"].as_u64().unwrap()).unwrap(),
        };
        let draft = self.draft(UnitCommand::AskImport(import));
        let asked = self.zhou.record(draft).command;
        self.sync().await;
        asked
    }

    async fn confirms(&mut self, asked: CommandId) {
        let draft = self.draft(UnitCommand::ConfirmAsked(ConfirmAsked { asked }));
        self.tang.record(draft);
        assert_eq!(self.tang.sync(&self.app).await.admitted, 1);
    }

    fn draft(&self, command: UnitCommand) -> Draft {
        Draft {
            target: self.zhou.hall(),
            body: Body::Unit(command),
        }
    }

    /// Both want it, and the server does what is to be done. How it ended, and how many units there are.
    async fn both_want(&mut self, asked: CommandId) -> (Option<ImportFault>, usize) {
        self.confirms(asked).await;
        carry_out(&self.app.writer, TOWN).await.unwrap();
        self.sync().await;
        let ended = self.zhou.ended_import().unwrap();
        assert_eq!(ended.asked, asked);
        (ended.fault, units(&self.app).await)
    }
}

async fn ask(
    app: &Arc<App>,
    method: Method,
    path: &str,
    proof: &alleyway_core::sync::read::ReadProof,
    body: &[u8],
) -> (u16, Value) {
    let mut asked = request(method, path, body);
    let value = HeaderValue::from_str(&hex::encode(proof.to_bytes())).unwrap();
    asked.headers_mut().insert(PROOF_HEADER, value);
    let (status, _, body) = respond(app, asked).await;
    (status.as_u16(), serde_json::from_slice(&body).unwrap())
}

async fn appoint(app: &Arc<App>, key: &'static str, post: Post) {
    let give = move |desk: &mut Desk<'_>| {
        let member = MemberId::derive(TOWN, key);
        let name = desk.ledger.organisation().name(member).unwrap().to_owned();
        let appoint = Appoint {
            member,
            key: Text::cut(key),
            name: Text::cut(&name),
            post,
            from: Time::EARLIEST,
            until: None,
        };
        let (store, now) = (desk.store, desk.now);
        let given = desk.ledger.appoint(store, "town", appoint, [7; 32], now);
        given.unwrap();
        Ok(())
    };
    app.writer.ask(0, give).await.unwrap();
}

/// Root puts a unit into the town meanwhile.
async fn creates(app: &Arc<App>, key: &'static str, kind: UnitKind) {
    let create = move |desk: &mut Desk<'_>| {
        let town: Option<UnitId> = desk.ledger.organisation().towns().next();
        let create = CreateUnit {
            key: Text::cut(key),
            name: Text::cut("新办公室"),
            kind,
            parent: town,
        };
        let mut list = desk.ledger.admin_list([8; 32], desk.now);
        list.push(None, UnitCommand::Create(create));
        desk.ledger.administer_list(desk.store, list).unwrap();
        Ok(())
    };
    app.writer.ask(0, create).await.unwrap();
}

#[tokio::test]
async fn what_two_want_is_imported_once() {
    let mut two = Two::new().await;
    let before = units(&two.app).await;
    let asked = two.asks(&lists(OFFICE, "")).await;
    let (status, told) = two.waiting(asked).await;
    assert_eq!((status, &told["changed"]), (200, &json!(1)));
    assert!(told["text_en"].as_str().unwrap().contains("new-office"));
    // One person's word is none.
    carry_out(&two.app.writer, TOWN).await.unwrap();
    assert_eq!(units(&two.app).await, before);
    let (status, told) = two.keeps(&lists("b,乙,village,town\n", "")).await;
    assert_eq!((status, &told["code"]), (409, &json!("import_waits")));

    assert_eq!(two.both_want(asked).await, (None, before + 1));
    carry_out(&two.app.writer, TOWN).await.unwrap();
    assert_eq!(units(&two.app).await, before + 1);
    let told = two.waiting(asked).await;
    assert_eq!(code(&told), (403, "out_of_scope"), "it has ended");
}

/// Whoever confirms sees what would be written, and nothing of it is hidden behind many others.
#[tokio::test]
async fn the_second_person_is_shown_what_would_be_written() {
    let mut two = Two::new().await;
    let mut many = lists(OFFICE, "");
    let mut bytes = many.members.unwrap().to_vec();
    bytes.extend_from_slice(
        "nong-lan,农小兰,department_handler,new-office,2026-04-01,2027-01-01\n".as_bytes(),
    );
    many.members = ListFile::new(bytes).ok();
    many.book = ListFile::new(b"[measures]\nfloor = 7\n".to_vec()).ok();
    let asked = two.asks(&many).await;
    let (_, told) = two.waiting(asked).await;
    let text = told["text_zh"].as_str().unwrap();
    for shown in [
        "新办公室 · 部门 < town",
        "农小兰 2026-04-01 – 2027-01-01",
        "\"floor\":7",
    ] {
        assert!(text.contains(shown), "{shown}: {text}");
    }
}

#[tokio::test]
async fn who_is_no_administrator_any_more_imports_nothing() {
    let mut two = Two::new().await;
    let asked = two.asks(&lists(OFFICE, "")).await;
    two.confirms(asked).await;
    let end = |desk: &mut Desk<'_>| {
        let post = {
            let organisation = desk.ledger.organisation();
            let mut posts = organisation.appointments_of(MemberId::derive(TOWN, "zhou"));
            posts.next().unwrap().appointment
        };
        let (store, now) = (desk.store, desk.now);
        desk.ledger
            .end_appointment(store, post, now, [9; 32], now)
            .unwrap();
        Ok(())
    };
    two.app.writer.ask(0, end).await.unwrap();
    let before = units(&two.app).await;
    carry_out(&two.app.writer, TOWN).await.unwrap();
    two.tang.sync(&two.app).await;
    let ended = two.tang.ended_import().unwrap();
    assert_eq!(ended.fault, Some(ImportFault::PostEnded));
    assert_eq!(units(&two.app).await, before);
}

#[tokio::test]
async fn lists_that_change_nothing_or_are_bad_are_not_kept() {
    let mut two = Two::new().await;
    let (status, told) = two.keeps(&lists("", "")).await;
    assert_eq!((status, &told["kept"]), (200, &json!(false)));
    let (status, told) = two.keeps(&lists("a,甲,villag,town\n", "")).await;
    assert_eq!((status, &told["kept"]), (200, &json!(false)));
    assert!(!told["faults"].as_array().unwrap().is_empty());
}

#[tokio::test]
async fn a_town_that_is_another_one_by_then_is_not_changed() {
    let mut two = Two::new().await;
    let both = lists(
        &format!("{OFFICE}second-office,第二办公室,department,town\n"),
        "",
    );
    let asked = two.asks(&both).await;
    creates(&two.app, "new-office", UnitKind::Department).await;
    let (_, told) = two.waiting(asked).await;
    assert_eq!(told["changed"], 1, "as it is at the moment: {told}");
    let before = units(&two.app).await;
    let ended = two.both_want(asked).await;
    assert_eq!(ended, (Some(ImportFault::Differs), before));

    let mut two = Two::new().await;
    let asked = two.asks(&lists(OFFICE, "")).await;
    creates(&two.app, "new-office", UnitKind::Village).await;
    let before = units(&two.app).await;
    assert_eq!(
        two.both_want(asked).await,
        (Some(ImportFault::Unfit), before)
    );
}

#[tokio::test]
async fn nobody_gives_himself_a_post_by_an_import() {
    for member in ["zhou", "tang"] {
        let mut two = Two::new().await;
        let name = two.zhou.name_of(member);
        let mut posts = lists("", "");
        let mut bytes = posts.members.unwrap().to_vec();
        let row = format!("{member},{name},town_dispatcher,town,2026-01-01,\n");
        bytes.extend_from_slice(row.as_bytes());
        posts.members = ListFile::new(bytes).ok();
        let asked = two.asks(&posts).await;
        let before = units(&two.app).await;
        let ended = two.both_want(asked).await;
        assert_eq!(ended, (Some(ImportFault::ForOneself), before), "{member}");
    }
}
