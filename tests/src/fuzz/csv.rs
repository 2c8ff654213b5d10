//! A town's lists, and its book.

use alleyway_catalogue::Lang;
use alleyway_server::import::{Current, ERRORS_SHOWN_MAX, Files, parse, plan};

use super::{Outcome, Target};
use crate::pure;

/// Four files in one input, each behind the last's end by this byte.
const NEXT_FILE: u8 = 0x1c;

/// The files of an import.
pub(super) const CSV: Target = Target {
    name: "csv",
    about: "units, members, households, the book with 0x1c between: bad rows are told, good ones make a plan that can be told",
    run,
    seeds,
    shape: None,
    mutations: 1_000,
};

fn run(input: &[u8]) -> Outcome {
    let mut parts = input.split(|byte| *byte == NEXT_FILE).map(<[u8]>::to_vec);
    let files = Files {
        units: parts.next(),
        members: parts.next(),
        households: parts.next(),
        book: parts.next(),
    };
    let current = Current::empty(pure::TOWN);
    match parse(&files, &current) {
        Ok(rows) => {
            let plan = plan(&current, &rows);
            for lang in [Lang::Zh, Lang::En] {
                assert!(plan.summary(lang).ends_with('\n'));
            }
            let lines = input.split(|byte| *byte == b'\n' || *byte == b'\r').count();
            assert!(
                // The book is opened, too.
                plan.steps.len() <= lines * 2 + 1,
                "{} steps of {lines} lines",
                plan.steps.len()
            );
            Outcome::taken(format!("{} steps", plan.steps.len().min(8)))
        }
        Err(rejected) => {
            assert!(rejected.errors.len() <= ERRORS_SHOWN_MAX);
            let first = rejected.errors.first().expect("a reason");
            assert!(!first.zh.is_empty() && !first.en.is_empty());
            Outcome::refused(format!("{}: {}", first.file, first.code))
        }
    }
}

fn seeds() -> Vec<Vec<u8>> {
    let units = "unit,name,kind,parent\nsipai,四排镇,town,\nchengshan,橙山村,village,sipai\n\
                 chengshan-branch,橙山村党支部,branch,chengshan\ntiancheng,甜橙巷,alley,chengshan\n";
    let members = "member,name,post,unit,from,until\nxie,谢,alley_chief,tiancheng,2026-01-01,\n\
                   qin,覃,branch_secretary,chengshan-branch,2026-01-01,2027-01-01\n";
    let households = "alley,door,contact,count\ntiancheng,1号,谢家,4\ntiancheng,2号,\"覃,家\",0\n";
    let book = "from = 2199-01-01\n[measures]\nalley_max = 30\n[[contacts]]\nname = \"镇\"\nphone = \"1\"\n\
                [calendar]\nlocal = [{ year = 2027, paper = \"x\", off = [2027-04-09] }]\n";
    let joined = [units, members, households].join("\u{1c}");
    vec![
        joined.clone().into_bytes(),
        format!("\u{feff}{}", joined.replace('\n', "\r\n")).into_bytes(),
        units.as_bytes().to_vec(),
        [units, "", ""].join("\u{1c}").into_bytes(),
        [&joined, book].join("\u{1c}").into_bytes(),
        b"\"".to_vec(),
    ]
}
