//! A town's life: load, kill, restart, compare; again and again.

use std::thread;
use std::time::Duration;

use alleyway_core::crypto::hash;
use alleyway_demo::Chance;
use tempfile::TempDir;

use super::killer::{Kill, Meter};
use super::phone::{CLOCK, Clock, Phone, Settled, answer};
use super::register::Register;
use super::terminal::Terminal;
use super::{Found, Tally};
use crate::process::{Port, ProcessError, Server};

/// Two chiefs of one alley: each reads what the other writes.
const MEMBERS: [&str; 2] = ["xie", "lu"];
/// Devices at once.
const PHONES: usize = 4;
/// Commands typed between two syncs, at most.
const TYPED_TOGETHER_MAX: usize = 5;
/// Syncs of a device in a round, at most.
const SYNCS_MAX: u32 = 100;
/// A start is killed within this, in milliseconds.
const START_MILLISECONDS: usize = 300;
/// One round in so many: a start is killed too; the terminal program takes part; a device enrols
/// while the server is killed; the whole folder is checked.
const START_KILLED_ONE_IN: usize = 3;
const TERMINAL_ONE_IN: usize = 5;
const NEWCOMER_ONE_IN: usize = 3;
const CHECKED_ONE_IN: u32 = 5;

/// A device that is no more.
struct Wiped {
    code: u32,
    key: &'static str,
}

/// A town and its devices.
pub(super) struct Life {
    seed: u64,
    server: Server,
    clock: Clock,
    phones: Vec<Phone>,
    named: u32,
    /// Commands typed on terminals.
    on_terminals: u64,
    register: Register,
    pub(super) tally: Tally,
    _folder: TempDir,
}

impl Life {
    /// Makes the town, and enrols its first devices.
    pub(super) fn begin(seed: u64) -> Result<Self, Found> {
        let folder = TempDir::new().map_err(ProcessError::system("a temporary folder"))?;
        let clock = Clock::begin();
        let server = serve(&[], &folder)?;
        let mut life = Self {
            seed,
            server,
            clock,
            phones: Vec::new(),
            named: 0,
            on_terminals: 0,
            register: Register::default(),
            tally: Tally::default(),
            _folder: folder,
        };
        life.fill_up(&mut Chance::new(seed), &mut Vec::new())?;
        Ok(life)
    }

    /// The chance of a round.
    fn rng(&self, round: u32, of: u64) -> Chance {
        let mixed = hash(
            "crash round",
            &[
                &self.seed.to_be_bytes(),
                &round.to_be_bytes(),
                &of.to_be_bytes(),
            ],
        );
        Chance::new(u64::from_be_bytes(alleyway_core::crypto::first(&mixed)))
    }

    /// One round.
    pub(super) fn round(&mut self, round: u32) -> Result<(), Found> {
        let mut rng = self.rng(round, 0);
        let terminal = self.load_until_killed(round, &mut rng)?;
        self.tally.rounds += 1;
        if rng.one_in(START_KILLED_ONE_IN) {
            let after = u64::try_from(rng.below(START_MILLISECONDS)).unwrap_or_default();
            self.server.restart_and_kill(Duration::from_millis(after))?;
            self.tally.starts_killed += 1;
        }
        self.server.restart()?;
        let mut places = self.wipe_those_who_were_told(&mut rng)?;
        self.fill_up(&mut rng, &mut places)?;
        self.compare_newest(terminal.as_ref())?;
        if round.is_multiple_of(CHECKED_ONE_IN) {
            self.server.administer(&["check"])?;
        }
        self.verdict()
    }

    /// Lets all devices work until the server is dead.
    fn load_until_killed(
        &mut self,
        round: u32,
        rng: &mut Chance,
    ) -> Result<Option<Terminal>, Found> {
        let kill = Kill::draw(rng);
        let mut terminal = None;
        if rng.one_in(TERMINAL_ONE_IN) {
            let code = self.server.invite("lu")?;
            let name = self.name();
            terminal = Some(Terminal::enrol(&self.server, &code, name)?);
        }
        let newcomer = if rng.one_in(NEWCOMER_ONE_IN) {
            Some(self.server.invite("xie")?)
        } else {
            None
        };
        let chances: Vec<Chance> = (1..)
            .take(self.phones.len())
            .map(|of| self.rng(round, of))
            .collect();
        let name = self.name();
        let (meter, pid, clock) = (Meter::default(), self.server.pid(), self.clock);
        let url = self.server.url().to_owned();
        let (worked, enrolled, killed) = thread::scope(|scope| {
            let killing = scope.spawn(|| meter.kill(pid, kill));
            let typing = terminal
                .as_mut()
                .map(|terminal| scope.spawn(|| terminal.works(&meter)));
            let coming = newcomer.map(|code| {
                scope.spawn({
                    let url = &url;
                    move || Phone::enrol(url, &code, "xie", &name, clock)
                })
            });
            let works = self.phones.iter_mut().zip(chances);
            let works: Vec<_> = works
                .map(|(phone, rng)| scope.spawn(|| work(phone, rng, &meter)))
                .collect();
            let worked: Vec<_> = works
                .into_iter()
                .map(joined)
                .chain(typing.map(|typing| joined(typing).map(|()| Settled::default())))
                .collect();
            meter.ends();
            // One that was cut off may or may not be enrolled; one that was told so is.
            let enrolled = coming.map(joined).and_then(Result::ok);
            (worked, enrolled, joined(killing))
        });
        killed?;
        self.server.kill()?;
        for settled in worked {
            self.settled(settled?);
        }
        self.phones.extend(enrolled);
        Ok(terminal)
    }

    fn settled(&mut self, settled: Settled) {
        self.tally.acknowledged += settled.admitted.len() as u64;
        self.tally.refused += settled.refused as u64;
        self.register.acknowledged(settled.admitted);
    }

    /// Devices that have nothing unacknowledged are wiped; returns which. The others are
    /// started again or not, and hand in what they have, now or in the next round.
    fn wipe_those_who_were_told(&mut self, rng: &mut Chance) -> Result<Vec<Wiped>, Found> {
        let mut wiped = Vec::new();
        for phone in std::mem::take(&mut self.phones) {
            self.register.sees("a phone after the kill", &phone.replica);
            if phone.open() == 0 {
                wiped.push(Wiped {
                    code: phone.code,
                    key: phone.key,
                });
                self.tally.wiped += 1;
                continue;
            }
            self.tally.handed_in_again += phone.open() as u64;
            let mut phone = if rng.one_in(2) {
                phone.started_again(self.server.url())?
            } else {
                phone
            };
            if rng.one_in(2) {
                phone.sync()?;
                let settled = phone.settle();
                self.settled(settled);
            }
            self.phones.push(phone);
        }
        Ok(wiped)
    }

    /// Enrols new devices, some in the place of wiped ones, until there are enough; at least one.
    fn fill_up(&mut self, rng: &mut Chance, places: &mut Vec<Wiped>) -> Result<(), Found> {
        loop {
            let key = MEMBERS[self.named as usize % MEMBERS.len()];
            let (key, code) = match places.pop() {
                Some(wiped) if rng.one_in(2) => (wiped.key, self.invite_in_place_of(&wiped)?),
                _ => (key, self.server.invite(key)?),
            };
            let name = self.name();
            let mut phone = Phone::enrol(self.server.url(), &code, key, &name, self.clock)?;
            phone.sync()?;
            self.phones.push(phone);
            if self.phones.len() >= PHONES {
                return Ok(());
            }
        }
    }

    fn invite_in_place_of(&self, wiped: &Wiped) -> Result<String, Found> {
        let invited = self.server.administer(&[
            "invite",
            wiped.key,
            "--replaces",
            &wiped.code.to_string(),
        ])?;
        let code = invited["code"].as_str().ok_or_else(|| answer(&invited))?;
        Ok(code.to_owned())
    }

    fn name(&mut self) -> String {
        self.named += 1;
        format!("phone {} of seed {}", self.named, self.seed)
    }

    /// The newest device has all that was ever acknowledged.
    fn compare_newest(&mut self, terminal: Option<&Terminal>) -> Result<(), Found> {
        if let Some(terminal) = terminal {
            terminal.hands_in()?;
            self.tally.terminals += 1;
            self.on_terminals += terminal.reported() as u64;
            self.tally.acknowledged += terminal.reported() as u64;
        }
        let Some(newest) = self.phones.last_mut() else {
            return Ok(());
        };
        let synced = newest.sync()?;
        if !synced.summary.up_to_date {
            self.register
                .problem(format!("a new device is not up to date: {synced:?}"));
        }
        self.register.compare("a new device", &newest.replica);
        self.tally.compared += 1;
        for number in terminal
            .map(|terminal| terminal.missing_on(&newest.replica))
            .unwrap_or_default()
        {
            self.register.problem(format!(
                "the terminal's case {number} is not there, or not once"
            ));
        }
        Ok(())
    }

    fn verdict(&mut self) -> Result<(), Found> {
        let typed: usize =
            self.phones.iter().map(Phone::open).sum::<usize>() + self.register.count();
        self.tally.typed = typed as u64 + self.tally.refused + self.on_terminals;
        self.register
            .problems()
            .map_or(Ok(()), |problems| Err(Found::Broken(problems)))
    }

    /// Everybody hands in what is left: then all that was typed is there, once.
    pub(super) fn end(&mut self) -> Result<(), Found> {
        for mut phone in std::mem::take(&mut self.phones) {
            let synced = phone.sync()?;
            let settled = phone.settle();
            self.settled(settled);
            if phone.open() > 0 {
                self.register.problem(format!(
                    "{} commands stay without an answer: {synced:?}",
                    phone.open()
                ));
            }
        }
        self.fill_up(&mut Chance::new(self.seed), &mut Vec::new())?;
        self.compare_newest(None)?;
        self.server.administer(&["check"])?;
        self.verdict()
    }
}

/// A demo's server without the limits that one machine's many devices would meet.
pub(crate) fn serve(under: &[String], folder: &TempDir) -> Result<Server, ProcessError> {
    let codes = folder.path().join("codes.json").display().to_string();
    let first = [
        "--codes".to_owned(),
        codes,
        "--clock".to_owned(),
        CLOCK.to_owned(),
    ];
    let args = [
        "demo",
        "--town",
        "small",
        "--device-requests-per-minute",
        "1000000",
    ];
    Server::start_under(
        under,
        &folder.path().join("town"),
        &Port::hidden()?,
        &args,
        &first,
    )
}

/// Types and syncs until the server is dead.
fn work(phone: &mut Phone, mut rng: Chance, meter: &Meter) -> Result<Settled, ProcessError> {
    let mut all = Settled::default();
    for _ in 0..SYNCS_MAX {
        if meter.is_over() {
            break;
        }
        for _ in 0..=rng.below(TYPED_TOGETHER_MAX) {
            phone.types(&mut rng)?;
        }
        meter.begins();
        let synced = phone.sync();
        let settled = phone.settle();
        meter.acknowledged(settled.admitted.len());
        all.admitted.extend(settled.admitted);
        all.refused += settled.refused;
        if !meter.is_over() {
            synced?;
        }
    }
    Ok(all)
}

fn joined<T>(thread: thread::ScopedJoinHandle<'_, T>) -> T {
    thread
        .join()
        .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}
