use std::sync::{Arc, Mutex, mpsc as std_mpsc};

use alleyway_core::command::Body;
use alleyway_core::crypto::SecretKey;
use alleyway_core::id::TownId;
use alleyway_core::kinds::unit::{CreateUnit, UnitCommand, UnitKind};
use alleyway_core::store::{HighWater, MemoryStore, Records, Row, Store, Transaction};
use alleyway_core::text::Text;
use std::thread::JoinHandle;

use alleyway_ledger::{AdminCommand, LedgerError, Setup};
use tokio::sync::oneshot;

use super::*;
use crate::clock::Clock;
use crate::config::WriterLimits;
use crate::store::{Copied, Room, StoreStats, Verified};

/// What a test's ledger is opened with.
pub(crate) fn setup() -> Setup {
    Setup {
        town: TownId([7; 16]),
        town_name: Text::cut("四排镇"),
        secret: SecretKey::from_bytes(&[1; 32]),
        token_key: [2; 32],
        challenge_key: [3; 32],
        loaded_documents_max: 16,
    }
}

/// A request that refuses nothing.
fn asked<T, W>(writes: Writes, bytes: usize, work: W) -> (Message, Answer<T>)
where
    T: Send + 'static,
    W: FnOnce(&mut Desk<'_>) -> Result<T, StoreError> + Send + 'static,
{
    request(writes, bytes, unrefused(work))
}

/// Writes something: a unit of its own for each seed.
fn write_unit(desk: &mut Desk<'_>, seed: u8) -> Result<(), StoreError> {
    let create = CreateUnit {
        key: Text::cut(&seed.to_string()),
        name: Text::cut("unit"),
        kind: UnitKind::County,
        parent: None,
    };
    let command = AdminCommand {
        document: None,
        body: Body::Unit(UnitCommand::Create(create)),
    };
    let written = desk
        .ledger
        .administer(desk.store, vec![command], [seed; 32], desk.now);
    match written {
        Ok(_) | Err(LedgerError::Refused(_)) => Ok(()),
        Err(LedgerError::Store(failed)) => Err(failed),
    }
}

fn started(waiting: usize) -> (Writer, JoinHandle<()>, std_mpsc::Receiver<String>) {
    let mut store = MemoryStore::default();
    Ledger::found(&mut store).unwrap();
    started_on(Box::new(store), waiting)
}

fn started_on(
    store: Box<dyn Upkeep>,
    waiting: usize,
) -> (Writer, JoinHandle<()>, std_mpsc::Receiver<String>) {
    let ledger = Ledger::open(&*store, setup()).unwrap();
    let limits = WriterLimits {
        requests_waiting_max: waiting,
        group_requests_max: 4,
        group_bytes_max: 1_000,
    };
    let (failed, failure) = std_mpsc::channel();
    let on_failure = Box::new(move |_, reason: &str| drop(failed.send(reason.to_owned())));
    let metrics = Arc::new(Metrics::default());
    let (writer, thread) =
        start(ledger, store, Clock::System, limits, metrics, on_failure).unwrap();
    (writer, thread, failure)
}

/// Holds the writer until the returned sender is dropped.
async fn hold(writer: &Writer) -> std_mpsc::Sender<()> {
    let (release, released) = std_mpsc::channel::<()>();
    let (working, worked) = oneshot::channel();
    let writer = writer.clone();
    tokio::spawn(async move {
        let work = move |_: &mut Desk<'_>| {
            let _ = working.send(());
            let _ = released.recv();
            Ok(())
        };
        writer.ask(0, work).await
    });
    worked.await.unwrap();
    release
}

#[tokio::test]
async fn requests_are_handled_in_order_and_answered_in_groups() {
    let (writer, _thread, _failure) = started(16);
    let held = hold(&writer).await;
    let order = Arc::new(Mutex::new(Vec::new()));
    let answers: Vec<_> = (0..6)
        .map(|number| {
            let (message, answer) = asked(Writes::Nothing, 0, {
                let order = order.clone();
                move |_: &mut Desk<'_>| {
                    order.lock().unwrap().push(number);
                    Ok(number)
                }
            });
            writer.queue.try_send(message).ok().unwrap();
            answer
        })
        .collect();
    drop(held);
    for (number, answer) in answers.into_iter().enumerate() {
        assert_eq!(answer.await.unwrap(), Ok(number));
    }
    assert_eq!(*order.lock().unwrap(), [0, 1, 2, 3, 4, 5]);
    // Seven requests, four at most in a group.
    let metrics = writer.metrics.encode().unwrap();
    assert!(
        !metrics.contains("alleyway_group_requests_count 1\n"),
        "{metrics}"
    );
}

/// Puts work of so many slices into the queue; each notes its name in `order`.
fn long(writer: &Writer, name: char, slices: usize, order: &Arc<Mutex<String>>) -> Answer<usize> {
    let order = order.clone();
    let mut left = slices;
    let (message, answer) = request_in_slices(Writes::Nothing, 0, move |_: &mut Desk<'_>| {
        order.lock().unwrap().push(name);
        left -= 1;
        Ok(match left {
            0 => Slice::Done(slices),
            _ => Slice::More,
        })
    });
    writer.queue.try_send(message).ok().unwrap();
    answer
}

#[tokio::test]
async fn long_work_is_done_slice_by_slice_between_what_others_ask_for() {
    let (writer, _thread, _failure) = started(16);
    let held = hold(&writer).await;
    let order = Arc::new(Mutex::new(String::new()));
    let a = long(&writer, 'a', 5, &order);
    let b = long(&writer, 'b', 2, &order);
    let short: Vec<_> = ('1'..='6')
        .map(|name| long(&writer, name, 1, &order))
        .collect();
    drop(held);
    for answer in short {
        assert_eq!(answer.await.unwrap(), Ok(1));
    }
    assert_eq!(b.await.unwrap(), Ok(2));
    assert_eq!(a.await.unwrap(), Ok(5));
    // Four slices at most in a group, of which half are of work that is under way. The first group
    // has the one that holds the writer.
    assert_eq!(*order.lock().unwrap(), "ab1ab23a456aa");
}

#[tokio::test]
async fn long_work_that_only_reads_ends_once_nobody_waits_for_it() {
    let (writer, _thread, _failure) = started(16);
    let held = hold(&writer).await;
    let order = Arc::new(Mutex::new(String::new()));
    drop(long(&writer, 'a', 9, &order));
    let b = long(&writer, 'b', 2, &order);
    drop(held);
    assert_eq!(b.await.unwrap(), Ok(2));
    assert_eq!(*order.lock().unwrap(), "bb");
}

#[tokio::test]
async fn a_writer_that_is_stopped_finishes_long_work() {
    let (writer, thread, _failure) = started(16);
    let held = hold(&writer).await;
    let order = Arc::new(Mutex::new(String::new()));
    let answer = long(&writer, 'a', 9, &order);
    writer.stop().await;
    let late = long(&writer, 'b', 3, &order);
    drop(held);
    assert_eq!(answer.await.unwrap(), Ok(9));
    assert_eq!(late.await.unwrap(), Ok(3));
    thread.join().unwrap();
}

#[tokio::test]
async fn a_full_queue_refuses_at_once_and_the_patient_wait() {
    let (writer, _thread, _failure) = started(1);
    let held = hold(&writer).await;
    let patient =
        |writer: Writer| tokio::spawn(async move { writer.ask_patiently(0, |_| Ok(1)).await });
    let first = patient(writer.clone());
    while writer.waiting() == 0 {
        tokio::task::yield_now().await;
    }
    let second = patient(writer.clone());
    assert_eq!(writer.ask(0, |_| Ok(())).await, Err(AskError::Busy));
    drop(held);
    assert_eq!(first.await.unwrap(), Ok(1));
    assert_eq!(second.await.unwrap(), Ok(1));
}

#[tokio::test]
async fn a_store_that_fails_answers_nobody_and_ends_the_writer() {
    let (writer, thread, failure) = started(16);
    let held = hold(&writer).await;
    let (good, good_answer) = asked(Writes::Nothing, 0, |_: &mut Desk<'_>| Ok(()));
    let (bad, bad_answer) = asked(Writes::Nothing, 0, |_: &mut Desk<'_>| {
        Err::<(), _>(StoreError::Failed("disk".to_owned()))
    });
    writer.queue.try_send(good).ok().unwrap();
    writer.queue.try_send(bad).ok().unwrap();
    drop(held);
    // The good one was of the same group: it was not committed, so it is not answered.
    assert!(good_answer.await.is_err());
    assert!(bad_answer.await.is_err());
    assert!(failure.recv().unwrap().contains("disk"));
    thread.join().unwrap();
    assert_eq!(writer.ask(0, |_| Ok(())).await, Err(AskError::Stopped));
}

/// A store whose disk is full.
#[derive(Debug)]
struct Full(MemoryStore);

impl Records for Full {
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        self.0.get(key)
    }

    fn scan(&self, from: &[u8], to: &[u8], limit: usize) -> Result<Vec<Row>, StoreError> {
        self.0.scan(from, to, limit)
    }
}

impl Store for Full {
    fn commit(&mut self, _transaction: &Transaction) -> Result<(), StoreError> {
        Err(StoreError::Failed("no space".to_owned()))
    }

    fn high_water(&self) -> Result<HighWater, StoreError> {
        self.0.high_water()
    }

    fn journal(&self) -> Result<Option<Vec<Vec<u8>>>, StoreError> {
        self.0.journal()
    }
}

impl Upkeep for Full {
    fn stats(&self) -> StoreStats {
        self.0.stats()
    }

    fn room(&self) -> Arc<dyn Room> {
        self.0.room()
    }

    fn verify_some(&self, check: u32) -> Result<Verified, StoreError> {
        self.0.verify_some(check)
    }

    fn begin_copy(&self) -> bool {
        self.0.begin_copy()
    }

    fn copy_some(&self) -> Result<Copied, StoreError> {
        self.0.copy_some()
    }

    fn abandon_copy(&self) {
        self.0.abandon_copy();
    }

    fn document_keys(&self, slots: std::ops::Range<u64>) -> Result<Vec<u8>, StoreError> {
        self.0.document_keys(slots)
    }
}

#[tokio::test]
async fn an_answer_whose_commit_fails_is_never_given() {
    let mut store = MemoryStore::default();
    Ledger::found(&mut store).unwrap();
    let (writer, thread, failure) = started_on(Box::new(Full(store)), 16);
    // Reading needs no commit.
    assert_eq!(writer.ask(0, |_| Ok(1)).await, Ok(1));
    let written = writer.ask(0, |desk| write_unit(desk, 1)).await;
    assert_eq!(written, Err(AskError::Stopped));
    assert!(failure.recv().unwrap().contains("no space"));
    thread.join().unwrap();
}

#[tokio::test]
async fn a_panic_is_a_failure_too() {
    let (writer, thread, failure) = started(16);
    let asked = writer.ask::<(), _>(0, |_| panic!("a bug")).await;
    assert_eq!(asked, Err(AskError::Stopped));
    assert!(failure.recv().unwrap().contains("panicked"));
    assert!(thread.join().is_err());
}

#[tokio::test]
async fn a_writer_that_is_stopped_finishes_what_waits() {
    let (writer, thread, _failure) = started(16);
    let held = hold(&writer).await;
    let (message, answer) = asked(Writes::Nothing, 0, |_: &mut Desk<'_>| Ok(5));
    writer.queue.try_send(message).ok().unwrap();
    writer.stop().await;
    let (late, late_answer) = asked(Writes::Nothing, 0, |_: &mut Desk<'_>| Ok(6));
    writer.queue.try_send(late).ok().unwrap();
    drop(held);
    assert_eq!(answer.await.unwrap(), Ok(5));
    assert_eq!(late_answer.await.unwrap(), Ok(6));
    thread.join().unwrap();
    assert_eq!(writer.ask(0, |_| Ok(())).await, Err(AskError::Stopped));
}

/// What the disk of a test has free, in bytes, and the writer on it.
fn started_short() -> (Writer, Arc<std::sync::atomic::AtomicU64>) {
    let mut store = MemoryStore::default();
    Ledger::found(&mut store).unwrap();
    let ledger = Ledger::open(&store, setup()).unwrap();
    let limits = WriterLimits {
        requests_waiting_max: 8,
        group_requests_max: 8,
        group_bytes_max: 1_000,
    };
    let free = Arc::new(std::sync::atomic::AtomicU64::new(u64::MAX));
    let asked = free.clone();
    let disk = Disk::with_reading(1_000, move || {
        Some(asked.load(std::sync::atomic::Ordering::Relaxed))
    });
    let failed = Box::new(|_, reason: &str| panic!("{reason}"));
    let (writer, _) = start_on(
        disk,
        ledger,
        Box::new(store),
        Clock::System,
        limits,
        Arc::new(Metrics::default()),
        failed,
    )
    .unwrap();
    (writer, free)
}

#[tokio::test]
async fn a_disk_without_room_takes_nothing_in_still_reads_and_takes_again_by_itself() {
    let (writer, free) = started_short();
    let write = |seed| {
        let work = move |desk: &mut Desk<'_>| write_unit(desk, seed);
        writer.ask_to_write(Writes::HandedIn, 1, work)
    };
    assert!(write(1).await.is_ok());
    let commits = || writer.ask(0, |desk| Ok(desk.store.high_water()?.sequence));
    let stood = commits().await.unwrap();
    for short in [999, 499, 0] {
        free.store(short, std::sync::atomic::Ordering::Relaxed);
        assert_eq!(write(2).await, Err(AskError::DiskFull), "{short}");
        let noted = writer.ask_to_write(Writes::Little, 0, |_| Ok(())).await;
        assert_eq!(noted.is_ok(), short >= 500, "{short}");
        assert_eq!(
            commits().await,
            Ok(stood),
            "what is read is answered, and nothing was written"
        );
        // An administrator's stop of a device has to be possible.
        assert_eq!(writer.ask_patiently(0, |_| Ok(7)).await, Ok(7));
        let import = writer
            .ask_patiently_to_write(Writes::HandedIn, 0, |_| Ok(()))
            .await;
        assert_eq!(import, Err(AskError::DiskFull));
    }
    free.store(1_000, std::sync::atomic::Ordering::Relaxed);
    assert!(write(2).await.is_ok());
}

#[tokio::test]
async fn what_waited_while_the_disk_filled_is_refused_when_its_turn_comes() {
    let (writer, free) = started_short();
    let held = hold(&writer).await;
    let (message, answer) = asked(Writes::HandedIn, 1, |_: &mut Desk<'_>| Ok(()));
    writer.queue.try_send(message).ok().unwrap();
    free.store(0, std::sync::atomic::Ordering::Relaxed);
    drop(held);
    assert_eq!(answer.await.unwrap(), Err(AskError::DiskFull));
}

#[tokio::test]
async fn who_gave_up_waiting_is_not_worked_for() {
    let (writer, _thread, _failure) = started(16);
    let held = hold(&writer).await;
    let order = Arc::new(Mutex::new(String::new()));
    let named = |name: char| {
        let order = order.clone();
        let work = move |_: &mut Desk<'_>| {
            order.lock().unwrap().push(name);
            Ok(())
        };
        let (message, answer) = asked(Writes::Nothing, 0, work);
        writer.queue.try_send(message).ok().unwrap();
        answer
    };
    drop(named('a'));
    drop(long(&writer, 'b', 3, &order));
    let waits = named('c');
    drop(held);
    assert_eq!(waits.await.unwrap(), Ok(()));
    assert_eq!(*order.lock().unwrap(), "c");
}

#[tokio::test]
async fn long_work_ends_when_nobody_waits_for_it_unless_some_of_it_stands() {
    for (in_any_case, slices) in [(false, 1), (true, 3)] {
        let (writer, _thread, _failure) = started(16);
        let (told, heard) = std_mpsc::channel();
        let (release, released) = std_mpsc::channel::<()>();
        let mut left = 3;
        let work = move |_: &mut Desk<'_>| {
            left -= 1;
            let _ = told.send(());
            let _ = released.recv();
            Ok(match left {
                0 => Slice::Done(()),
                _ if in_any_case => Slice::MoreInAnyCase,
                _ => Slice::More,
            })
        };
        let (message, answer) = request_in_slices(Writes::Nothing, 0, work);
        writer.queue.try_send(message).ok().unwrap();
        heard.recv().unwrap();
        // It is gone while the first slice is done.
        drop(answer);
        drop(release);
        assert_eq!(writer.ask(0, |_| Ok(7)).await, Ok(7));
        writer.stop().await;
        assert_eq!(1 + heard.iter().count(), slices, "{in_any_case}");
    }
}
