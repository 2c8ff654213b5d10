//! What comes through the administrator's socket.

use std::sync::Arc;
use std::time::Duration;

use alleyway_ledger::check;
use alleyway_server::admin::{self, Line, Office, Outcome as Done, SOCKET_NAME};
use alleyway_server::clock::Clock;
use alleyway_server::places::{Bounds, Places};
use alleyway_server::telemetry::Metrics;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::UnixStream;
use tokio::runtime::Builder;

use super::bench::bench;
use super::http::writer;
use super::{Outcome, Target};
use crate::pure;

/// A connection's bytes.
pub(super) const SOCKET: Target = Target {
    name: "socket",
    about: "a line to the administrator's socket, and files behind it: answered in lines, the ledger is sound",
    run,
    seeds,
    shape: None,
    mutations: 150,
};

/// The longest answer on the bench, in bytes.
const ANSWER_BYTES_MAX: u64 = 4 << 20;

fn run(input: &[u8]) -> Outcome {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let runtime = Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(async {
        let (metrics, clock) = (Arc::new(Metrics::default()), Clock::demo(0));
        let writer = writer(clock.clone(), &metrics);
        let url = "http://127.0.0.1:1".to_owned();
        let office = Office {
            writer: writer.clone(),
            town: pure::TOWN,
            data: None,
            url,
            clock,
            metrics,
            demo: None,
            edge: None,
            stop: None,
        };
        let serving = tokio::spawn(admin::serve(
            admin::listen(folder.path()).expect("a socket"),
            office,
            Places::new(Bounds {
                public_max: 1,
                address_max: 1,
                unproven_time: Duration::from_mins(1),
            }),
        ));
        let mut stream = UnixStream::connect(folder.path().join(SOCKET_NAME))
            .await
            .expect("a socket");
        // What is not read to its end may be answered before.
        let _ = stream.write_all(input).await;
        let _ = stream.shutdown().await;
        let mut answer = Vec::new();
        let heard = (&mut stream)
            .take(ANSWER_BYTES_MAX)
            .read_to_end(&mut answer)
            .await;
        serving.abort();
        let sound = writer
            .ask(0, |desk| check(desk.store, &mut |_| ()))
            .await
            .expect("a writer that goes on");
        assert!(sound.problems.is_empty(), "{:?}", sound.problems);
        outcome(input, heard.is_ok(), &answer)
    })
}

fn outcome(input: &[u8], whole: bool, answer: &[u8]) -> Outcome {
    if answer.is_empty() {
        // Cut off inside a file; or turned down while there was more to read.
        let cut = input.starts_with(b"{\"import\"")
            || input.windows(8).any(|window| window == b"\"import\"");
        let behind = input
            .iter()
            .position(|byte| *byte == b'\n')
            .is_some_and(|at| at + 1 < input.len());
        assert!(
            cut || (behind && !whole) || input.len() > 64 * 1024,
            "no answer"
        );
        return Outcome::refused("no answer");
    }
    let lines: Vec<Line> = answer
        .split(|byte| *byte == b'\n')
        .filter(|line| !line.is_empty())
        .map(|line| serde_json::from_slice(line).expect("a line that a program reads"))
        .collect();
    match lines.last().expect("a line") {
        Line::Progress(_) => panic!("an answer without an end"),
        Line::Done(Done::Failed(failure)) => {
            assert!(
                !failure.text_zh.is_empty() && !failure.text_en.is_empty(),
                "{failure:?}"
            );
            assert!(
                failure.code != "internal" && failure.code != "stopping",
                "{failure:?}"
            );
            Outcome::refused(&failure.code)
        }
        Line::Done(done) => {
            let word = serde_json::to_value(done).expect("it came as JSON");
            let word = word
                .as_object()
                .and_then(|object| object.keys().next().cloned());
            Outcome::taken(word.unwrap_or_else(|| "done".to_owned()))
        }
    }
}

fn seeds() -> Vec<Vec<u8>> {
    let units = "unit,name,kind,parent\ntown,四排镇,town,\nvillage,新安村,village,town\nnew,新巷,alley,village\n";
    let import = format!(
        "{{\"import\":{{\"dry_run\":false,\"units\":{},\"members\":null,\"households\":null}}}}\n{units}",
        units.len()
    );
    let code = bench().other.enrolled.device_code;
    let mut seeds = vec![import];
    for line in [
        r#"{"invite":{"member":"xie"}}"#.to_owned(),
        format!(r#"{{"invite":{{"member":"lu","replaces":{code}}}}}"#),
        r#"{"device":{"list":{}}}"#.to_owned(),
        format!(r#"{{"device":{{"revoke":{{"code":{code}}}}}}}"#),
        r#"{"member":{"list":{}}}"#.to_owned(),
        r#"{"member":{"show":{"member":"xie"}}}"#.to_owned(),
        r#"{"member":{"appoint":{"unit":"alley","post":"alley_chief","key":"new","name":"新","from":null,"until":null}}}"#
            .to_owned(),
        r#"{"member":{"end":{"which":{"appointment":null,"member":"lu","unit":"alley"},"at":null}}}"#.to_owned(),
        r#"{"audit":{"verify":{"expect":null}}}"#.to_owned(),
        r#"{"audit":{"list":{"after":0,"limit":10}}}"#.to_owned(),
        r#"{"quarantine":{"show":{}}}"#.to_owned(),
        r#"{"check":{}}"#.to_owned(),
        r#"{"clock":{"now":"2026-03-01T08:00:00+08:00"}}"#.to_owned(),
        r#"{"stop":{}}"#.to_owned(),
        "[".repeat(2_000),
        String::new(),
    ] {
        seeds.push(line + "\n");
    }
    seeds.into_iter().map(String::into_bytes).collect()
}
