//! A small town behind a real socket: the real ledger on a store in memory.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::thread;

use alleyway_core::command::Body;
use alleyway_core::crypto::SecretKey;
use alleyway_core::id::{DocumentId, MemberId, TownId, UnitId};
use alleyway_core::kinds::household::CreateHousehold;
use alleyway_core::kinds::household::HouseholdCommand;
use alleyway_core::kinds::unit::UnitCommand;
use alleyway_core::kinds::unit::{Amend, Appoint, CreateUnit, Post, UnitKind};
use alleyway_core::number::TrackingCode;
use alleyway_core::store::{MemoryStore, Store};
use alleyway_core::sync::enrol::Enrol;
use alleyway_core::sync::flight::Flight;
use alleyway_core::sync::frame::{PROTOCOL_VERSION, Stop};
use alleyway_core::text::Text;
use alleyway_core::time::Time;
use alleyway_core::wire::Wire;
use alleyway_ledger::{
    AdminCommand, DeviceChange, Ledger, ResidentRequest, ResidentStep, Setup, device_key,
};
use serde_json::Value;

use super::type_line;
use alleyway_client::dates as parse;

const TOWN: TownId = TownId([3; 16]);
const SEED: [u8; 32] = [5; 32];

/// The server's side.
struct Desk {
    ledger: Ledger,
    store: MemoryStore,
    now: Time,
    /// 橘园巷
    east: UnitId,
    /// The next answer is cut off after so many bytes of its body.
    cut: Option<usize>,
}

/// A town and its people's devices.
pub(super) struct Town {
    desk: Arc<Mutex<Desk>>,
    address: String,
    folder: tempfile::TempDir,
    codes: u8,
}

impl Town {
    /// 四排镇: a department, a village with its branch, two alleys, three households.
    pub(super) fn new() -> Self {
        let mut store = MemoryStore::default();
        Ledger::found(&mut store).unwrap();
        let setup = Setup {
            town: TOWN,
            town_name: Text::cut("四排镇"),
            secret: SecretKey::from_bytes(&[1; 32]),
            token_key: [2; 32],
            challenge_key: [4; 32],
            loaded_documents_max: 100,
        };
        let mut ledger = Ledger::open(&store, setup).unwrap();
        let now = parse::time("2026-03-01T08:00:00+08:00").unwrap();
        let east = found(&mut ledger, &mut store, now);
        let desk = Arc::new(Mutex::new(Desk {
            ledger,
            store,
            now,
            east,
            cut: None,
        }));
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let served = Arc::clone(&desk);
        thread::spawn(move || {
            for stream in listener.incoming() {
                serve(stream.unwrap(), &served);
            }
        });
        Self {
            desk,
            address,
            folder: tempfile::tempdir().unwrap(),
            codes: 0,
        }
    }

    /// Enrols and syncs a device of a member.
    pub(super) fn device(&mut self, member: &str, name: &str) -> Phone<'_> {
        self.codes += 1;
        let code = TrackingCode::from_random([self.codes; 15]);
        let mut desk = self.desk.lock().unwrap();
        let (desk, id) = (&mut *desk, MemberId::derive(TOWN, member));
        desk.ledger
            .invite(&desk.store, id, &code, desk.now)
            .unwrap();
        commit(&mut desk.ledger, &mut desk.store);
        let home = self.folder.path().join(name);
        Phone {
            home,
            enrol: vec!["enrol".to_owned(), self.address.clone(), code.to_string()],
            town: std::marker::PhantomData,
        }
    }

    /// Sets the server's clock.
    pub(super) fn set_clock(&self, now: &str) {
        self.desk.lock().unwrap().now = parse::time(now).unwrap();
    }

    /// The resident adds a word to the case of this tracking code.
    pub(super) fn resident_says(&self, code: &str, text: &str) {
        let mut desk = self.desk.lock().unwrap();
        let (desk, step) = (
            &mut *desk,
            ResidentStep::Word {
                text: Text::cut(text),
            },
        );
        let request = ResidentRequest {
            code: TrackingCode::parse(code).unwrap(),
            token: [1; 16],
            step,
        };
        desk.ledger
            .resident(&desk.store, &request, [9; 32], desk.now)
            .unwrap();
        commit(&mut desk.ledger, &mut desk.store);
    }

    /// The administrator stops the device of this code.
    pub(super) fn stop(&self, code: u32, why: Stop) {
        let mut desk = self.desk.lock().unwrap();
        let desk = &mut *desk;
        desk.ledger
            .change_device(&desk.store, code, DeviceChange::Stop(why), desk.now)
            .unwrap();
        commit(&mut desk.ledger, &mut desk.store);
    }

    /// A command about the alley 橘园巷, at the server's console.
    pub(super) fn console(&self, command: UnitCommand) {
        let mut desk = self.desk.lock().unwrap();
        let desk = &mut *desk;
        let document = Some(desk.east);
        let commands = vec![AdminCommand {
            document,
            body: Body::Unit(command),
        }];
        desk.ledger
            .administer(&desk.store, commands, [6; 32], desk.now)
            .unwrap();
        commit(&mut desk.ledger, &mut desk.store);
    }

    /// The posts in the village's branch end, at the server's console.
    pub(super) fn empties_the_branch(&self) {
        let mut desk = self.desk.lock().unwrap();
        let desk = &mut *desk;
        let organisation = desk.ledger.organisation();
        let held = organisation.appointments();
        let held = held.filter(|row| row.post == Post::BranchSecretary);
        let ends = held.map(|row| AdminCommand {
            document: Some(row.unit),
            body: Body::Unit(UnitCommand::Amend(Amend {
                appointment: row.appointment,
                name: row.name.clone(),
                from: row.from,
                until: Some(desk.now),
            })),
        });
        let ends: Vec<AdminCommand> = ends.collect();
        assert_eq!(ends.len(), 1);
        desk.ledger
            .administer(&desk.store, ends, [8; 32], desk.now)
            .unwrap();
        commit(&mut desk.ledger, &mut desk.store);
    }

    /// The town gets a complaints desk, whose officer nobody has cleared.
    pub(super) fn opens_a_desk(&self) {
        let mut desk = self.desk.lock().unwrap();
        let desk = &mut *desk;
        let hall = desk.ledger.organisation().towns().next();
        let mut list = desk.ledger.admin_list([7; 32], desk.now);
        let unit = list.push(None, unit("desk", "监督受理窗口", UnitKind::Desk, hall));
        let now = desk.now;
        list.extend([appoint(unit, "tang", "唐受理", Post::DeskOfficer, now)]);
        desk.ledger.administer_list(&desk.store, list).unwrap();
        commit(&mut desk.ledger, &mut desk.store);
    }

    /// Cuts the next answer off after so many bytes of its body.
    pub(super) fn cut_next_answer(&self, after: usize) {
        self.desk.lock().unwrap().cut = Some(after);
    }
}

/// A device.
pub(super) struct Phone<'a> {
    home: PathBuf,
    enrol: Vec<String>,
    town: std::marker::PhantomData<&'a ()>,
}

impl Phone<'_> {
    /// Enrols and fetches what is the member's. The device then outlives the borrow of the town.
    pub(super) fn ready(self) -> Phone<'static> {
        let line: Vec<&str> = self.enrol.iter().map(String::as_str).collect();
        let phone = Phone {
            home: self.home,
            enrol: Vec::new(),
            town: std::marker::PhantomData,
        };
        phone.json(&line);
        phone.json(&["sync"]);
        phone
    }

    /// Its folder.
    pub(super) fn home(&self) -> &std::path::Path {
        &self.home
    }

    /// The line that enrols it.
    pub(super) fn enrol_line(&self) -> Vec<&str> {
        self.enrol.iter().map(String::as_str).collect()
    }

    /// Exit code, output, error output of a line.
    pub(super) fn line(&self, line: &[&str]) -> (u8, String, String) {
        if line.contains(&"--now") {
            return type_line(&self.home, line);
        }
        type_line(
            &self.home,
            &[&["--now", "2026-03-01T09:00:00+08:00"], line].concat(),
        )
    }

    /// The JSON of a line that succeeds.
    pub(super) fn json(&self, line: &[&str]) -> Value {
        let (code, out, err) = self.line(&[&["--json"], line].concat());
        assert_eq!(code, 0, "{line:?}: {err}");
        serde_json::from_str(&out).unwrap()
    }

    /// Exit code and error code of a line that fails.
    pub(super) fn error(&self, line: &[&str]) -> (u8, String) {
        let (code, out, err) = self.line(&[&["--json"], line].concat());
        assert_eq!(out, "", "{line:?}");
        (code, super::error_of(&err).0)
    }

    /// Reports the orange road, in these words; the case's number.
    pub(super) fn reports(&self, text: &str) -> String {
        let line = [
            "report",
            "--household",
            "橘园巷12号",
            "--category",
            "road",
            "--title",
            "橘园路坏了",
            "--text",
            text,
        ];
        self.json(&line)["number"].as_str().unwrap().to_owned()
    }

    /// What people read of a line that succeeds.
    pub(super) fn text(&self, line: &[&str]) -> String {
        let (code, out, err) = self.line(line);
        assert_eq!(code, 0, "{line:?}: {err}");
        out
    }
}

fn commit(ledger: &mut Ledger, store: &mut MemoryStore) {
    if let Some(transaction) = ledger.take_transaction() {
        store.commit(&transaction).unwrap();
    }
}

/// Founds the town; 橘园巷.
fn found(ledger: &mut Ledger, store: &mut MemoryStore, now: Time) -> UnitId {
    let mut list = ledger.admin_list(SEED, now);
    let mut unit = |key, name, kind, parent| list.push(None, unit(key, name, kind, parent));
    let town = unit("town", "四排镇", UnitKind::Town, None);
    let works = unit("works", "交通办", UnitKind::Department, Some(town));
    let village = unit("village", "橘园村", UnitKind::Village, Some(town));
    let branch = unit("branch", "橘园村支部", UnitKind::Branch, Some(village));
    let east = unit("east", "橘园巷", UnitKind::Alley, Some(village));
    let west = unit("west", "橘园西巷", UnitKind::Alley, Some(village));
    list.extend([
        appoint(east, "xie", "谢桂兰", Post::AlleyChief, now),
        appoint(west, "qin", "覃建国", Post::AlleyChief, now),
        appoint(branch, "wei", "韦书记", Post::BranchSecretary, now),
        appoint(town, "liang", "梁调度", Post::TownDispatcher, now),
        appoint(town, "he", "何静", Post::Administrator, now),
        appoint(town, "fan", "范平", Post::Administrator, now),
        appoint(works, "huang", "黄经办", Post::DepartmentHandler, now),
    ]);
    for (alley, door, count) in [
        (east, "橘园巷12号", 4),
        (east, "橘园巷14号", 2),
        (west, "橘园西巷1号", 6),
    ] {
        let create = CreateHousehold {
            alley,
            door: Text::cut(door),
            contact: Text::cut("老三"),
            count,
            phone: Text::default(),
            may_text: false,
        };
        list.push(None, HouseholdCommand::Create(create));
    }
    ledger.administer_list(store, list).unwrap();
    commit(ledger, store);
    east
}

fn unit(key: &str, name: &str, kind: UnitKind, parent: Option<UnitId>) -> UnitCommand {
    let create = CreateUnit {
        key: Text::cut(key),
        name: Text::cut(name),
        kind,
        parent,
    };
    UnitCommand::Create(create)
}

fn appoint(unit: DocumentId, key: &str, name: &str, post: Post, now: Time) -> AdminCommand {
    let member = MemberId::derive(TOWN, key);
    let from = Time(now.0 - 86_400_000);
    let appoint = Appoint {
        member,
        key: Text::cut(key),
        name: Text::cut(name),
        post,
        from,
        until: None,
    };
    AdminCommand {
        document: Some(unit),
        body: Body::Unit(UnitCommand::Appoint(appoint)),
    }
}

/// Answers requests on one connection until it is closed or cut.
fn serve(stream: TcpStream, desk: &Mutex<Desk>) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut writer = stream;
    while let Some((path, body)) = request(&mut reader) {
        let mut desk = desk.lock().unwrap();
        let (status, body) = if path == "/v1/enrol" {
            enrol(&mut desk, &body)
        } else {
            sync(&mut desk, &body)
        };
        let head = format!(
            "HTTP/1.1 {status}\r\ncontent-length: {}\r\n\r\n",
            body.len()
        );
        writer.write_all(head.as_bytes()).unwrap();
        if let Some(cut) = desk.cut.take() {
            writer.write_all(&body[..cut.min(body.len())]).unwrap();
            return;
        }
        writer.write_all(&body).unwrap();
    }
}

fn request(reader: &mut BufReader<TcpStream>) -> Option<(String, Vec<u8>)> {
    let mut first = String::new();
    if reader.read_line(&mut first).ok()? == 0 {
        return None;
    }
    let mut length = 0;
    loop {
        let mut head = String::new();
        reader.read_line(&mut head).ok()?;
        if head == "\r\n" {
            break;
        }
        if let Some(value) = head.to_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some((first.split(' ').nth(1)?.to_owned(), body))
}

fn enrol(desk: &mut Desk, body: &[u8]) -> (&'static str, Vec<u8>) {
    let outcome = desk
        .ledger
        .enrol(
            &desk.store,
            &Enrol::from_bytes(body).unwrap().verify().unwrap(),
            desk.now,
        )
        .map_err(|error| error.refusal().unwrap());
    commit(&mut desk.ledger, &mut desk.store);
    match outcome {
        Ok(enrolled) => ("200 OK", enrolled.to_bytes()),
        Err(error) => {
            let body = format!(
                r#"{{"code":"{}","text_zh":"不行","text_en":"no"}}"#,
                error.code()
            );
            ("409 Conflict", body.into_bytes())
        }
    }
}

fn sync(desk: &mut Desk, body: &[u8]) -> (&'static str, Vec<u8>) {
    let flight = Flight::parse(&zstd::stream::decode_all(body).unwrap()).unwrap();
    let key = device_key(&desk.store, flight.device()).unwrap().unwrap();
    let key_of = |device| device_key(&desk.store, device).unwrap();
    let flight = flight
        .verify(TOWN, &key)
        .unwrap()
        .read()
        .unwrap()
        .open(TOWN, &desk.ledger.sealing(), key_of)
        .unwrap();
    let mut reply = desk.ledger.sync(&desk.store, &flight, desk.now).unwrap();
    commit(&mut desk.ledger, &mut desk.store);
    let mut out = vec![PROTOCOL_VERSION];
    out.extend_from_slice(&reply.frames);
    while let Some(next) = reply.next.take() {
        reply = desk.ledger.page(&desk.store, &next, desk.now).unwrap();
        commit(&mut desk.ledger, &mut desk.store);
        out.extend_from_slice(&reply.frames);
    }
    ("200 OK", zstd::bulk::compress(&out, 3).unwrap())
}
