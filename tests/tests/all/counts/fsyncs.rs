//! What is acknowledged was synced first, once for all who wait.

use std::io::{BufRead as _, BufReader, Read as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;

use alleyway_tests::forge::Typist;
use alleyway_tests::process::Server;
use rustix::process::{Pid, Signal, kill_process};

use super::{CLOCK, NOW, device, metric, sync};

const COMMITS: &str = "alleyway_store_commits_total";
const FSYNCS: &str = "alleyway_store_fsyncs_total";
/// A third file is synced when a block of document keys is drawn: once in 1,024 documents.
const FSYNCS_A_GROUP: u64 = 2;
/// Devices that sync at once.
const DEVICES: u8 = 24;

fn both(server: &Server) -> (u64, u64) {
    (metric(server, COMMITS), metric(server, FSYNCS))
}

#[test]
fn a_sync_that_changes_something_costs_one_group_of_fsyncs_and_a_quiet_one_none() {
    let (server, codes) = Server::demo(CLOCK).expect("a server");
    let mut xie = device(&server, &codes, "xie");
    sync(&mut xie);
    let case = xie
        .report("甜橙路坏了", "去果园的路全是坑。", "村口", "")
        .expect("a chief reports");
    sync(&mut xie);
    for typed in [1, 20] {
        let before = both(&server);
        for _ in 0..typed {
            xie.note(case, "又下雨了，坑更深。").expect("a chief notes");
        }
        assert_eq!(sync(&mut xie).round_trips, 1);
        let after = both(&server);
        println!(
            "{typed} commands in one request: {} commits, {} fsyncs",
            after.0 - before.0,
            after.1 - before.1
        );
        assert_eq!(
            (after.0 - before.0, after.1 - before.1),
            (1, FSYNCS_A_GROUP)
        );
    }
    let before = both(&server);
    sync(&mut xie);
    assert_eq!(both(&server), before, "a quiet sync syncs nothing");
}

#[test]
fn requests_that_wait_together_share_their_fsyncs() {
    let (server, codes) = Server::demo(CLOCK).expect("a server");
    let mut xie = device(&server, &codes, "xie");
    sync(&mut xie);
    let case = xie
        .report("甜橙路坏了", "去果园的路全是坑。", "村口", "")
        .expect("a chief reports");
    sync(&mut xie);
    let mut devices: Vec<Typist> = (0..DEVICES)
        .map(|index| {
            let code = server.invite("lu").expect("a member");
            Typist::enrol(server.url(), &code, &format!("lu-{index}"), NOW, 1).expect("a good code")
        })
        .collect();
    for device in &mut devices {
        sync(device);
        device.note(case, "去看过了。").expect("a chief notes");
    }
    let before = both(&server);
    // The server stands still until every request lies in its socket, so that they do wait together.
    let pid = Pid::from_raw(i32::try_from(server.pid()).expect("a pid")).expect("a pid");
    kill_process(pid, Signal::STOP).expect("our own child");
    let syncing: Vec<_> = devices
        .into_iter()
        .map(|mut device| thread::spawn(move || device.sync()))
        .collect();
    await_queued(&server, usize::from(DEVICES));
    kill_process(pid, Signal::CONT).expect("our own child");
    for one in syncing {
        let report = one
            .join()
            .expect("no panic")
            .expect("a server that answers");
        assert_eq!(
            (report.summary.admitted, report.round_trips),
            (1, 1),
            "{report:?}"
        );
    }
    let after = both(&server);
    let (commits, fsyncs) = (after.0 - before.0, after.1 - before.1);
    println!("{DEVICES} requests at once: {commits} commits, {fsyncs} fsyncs");
    assert_eq!(fsyncs, commits * FSYNCS_A_GROUP);
    assert!(commits < u64::from(DEVICES), "{commits} commits");
}

/// Waits until so many connections to the server hold unread bytes.
fn await_queued(server: &Server, count: usize) {
    let port: u16 = server
        .url()
        .rsplit(':')
        .next()
        .and_then(|port| port.parse().ok())
        .expect("a port");
    let local = format!(":{port:04X}");
    loop {
        let table = std::fs::read_to_string("/proc/net/tcp").expect("Linux");
        let waiting = table.lines().skip(1).filter(|line| {
            let fields: Vec<&str> = line.split_whitespace().collect();
            let unread = fields[4]
                .split(':')
                .nth(1)
                .is_some_and(|queue| queue != "00000000");
            // 01 is an established connection; the listener's own queue does not count.
            fields[1].ends_with(&local) && fields[3] == "01" && unread
        });
        if waiting.count() >= count {
            return;
        }
        thread::yield_now();
    }
}

#[test]
fn both_files_are_synced_before_the_answer_leaves() {
    let (server, codes) = Server::demo(CLOCK).expect("a server");
    let mut xie = device(&server, &codes, "xie");
    sync(&mut xie);
    let case = xie
        .report("甜橙路坏了", "去果园的路全是坑。", "村口", "")
        .expect("a chief reports");
    sync(&mut xie);
    let folder = tempfile::tempdir().expect("a temporary folder");
    let trace = folder.path().join("trace");
    let Some(mut strace) = attach(server.pid(), &trace) else {
        return;
    };
    xie.note(case, "又下雨了，坑更深。").expect("a chief notes");
    sync(&mut xie);
    sync(&mut xie);
    // strace writes what it saw, and ends, when the server has.
    drop(server);
    strace.wait().expect("our own child");
    let text = std::fs::read_to_string(&trace).expect("strace's output");
    let (before, after) = around_first_answer(&text);
    let synced: Vec<&str> = before
        .lines()
        .filter(|line| line.contains("sync("))
        .filter_map(path_of)
        .collect();
    println!("before the answer: {synced:?}");
    assert_eq!(synced.len(), 2, "{text}");
    assert!(
        synced[0].ends_with("/ledger/db") && synced[1].ends_with("/high-water"),
        "{synced:?}"
    );
    let done = before
        .lines()
        .filter(|line| line.contains("fdatasync") && line.ends_with("= 0"))
        .count();
    assert_eq!(done, 2, "{text}");
    assert!(!after.lines().any(|line| line.contains("sync(")), "{text}");
}

/// Lets strace watch a process; none, with a line that says so, where that cannot be had.
fn attach(pid: u32, trace: &Path) -> Option<Child> {
    let calls = "trace=fsync,fdatasync,write,writev,sendto,sendmsg";
    let started = Command::new("strace")
        .args([
            "-f",
            "-y",
            "-s",
            "24",
            "-e",
            calls,
            "-p",
            &pid.to_string(),
            "-o",
        ])
        .arg(trace)
        .stderr(Stdio::piped())
        .spawn();
    let Ok(mut strace) = started else {
        println!("skipped: strace is not installed");
        return None;
    };
    let mut said = BufReader::new(strace.stderr.take().expect("piped"));
    let mut line = String::new();
    said.read_line(&mut line).expect("a pipe");
    if !line.contains("attached") {
        println!("skipped: strace may not attach: {line}");
        strace.wait().expect("our own child");
        return None;
    }
    // Read to the end, so that it never writes into a full pipe.
    thread::spawn(move || said.read_to_end(&mut Vec::new()));
    Some(strace)
}

/// What happened before the first answer was begun to be sent, and after it.
fn around_first_answer(trace: &str) -> (&str, &str) {
    let answer = trace
        .find("HTTP/1.1 200")
        .unwrap_or_else(|| panic!("no answer in\n{trace}"));
    let line = trace[..answer].rfind('\n').map_or(0, |at| at + 1);
    (&trace[..line], &trace[answer..])
}

/// The path of `fdatasync(7</path>)`.
fn path_of(line: &str) -> Option<&str> {
    line.split_once('<')?
        .1
        .split_once('>')
        .map(|(path, _)| path)
}
