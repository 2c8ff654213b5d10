//! The soak: what `make test` does in small, for as long as one likes, on all processors.
//!
//! | file | what |
//! | --- | --- |
//! | `options` | the command line and its help |
//! | `workers` | numbers shared out to threads, and the line that says how far they are |
//! | `seeds` | the simulator, seed by seed; a failing one is made short |
//! | `crashes`, `power` | real kills, power cuts |
//! | `fuzz` | hostile input, each target in a process of its own |

mod crashes;
mod fuzz;
mod options;
mod power;
mod seeds;
mod workers;

use std::process::ExitCode;
use std::time::{Duration, Instant};

use options::{Asked, Options, Part};

/// What a part did.
#[derive(Debug)]
struct Report {
    /// In words and numbers.
    done: String,
    /// What went wrong, with how to see it again; none if all is well.
    failure: Option<String>,
}

impl Report {
    fn good(done: impl std::fmt::Display) -> Self {
        Self {
            done: done.to_string(),
            failure: None,
        }
    }

    fn bad(done: impl std::fmt::Display, failure: impl std::fmt::Display) -> Self {
        Self {
            done: done.to_string(),
            failure: Some(failure.to_string()),
        }
    }
}

/// A row of the table at the end.
struct Row {
    part: &'static str,
    took: Duration,
    report: Option<Report>,
}

/// Runs the program on its own arguments.
pub fn main() -> ExitCode {
    let options = match Options::read(std::env::args().skip(1)) {
        Ok(Asked::Help) => {
            print!("{}", options::HELP);
            return ExitCode::SUCCESS;
        }
        Ok(Asked::OneTarget(target, options)) => return fuzz::one(&target, &options),
        Ok(Asked::StoreLife(life)) => return power::live(&life),
        Ok(Asked::Soak(options)) => options,
        Err(what) => {
            eprintln!("soak: {what}; soak --help says more");
            return ExitCode::from(2);
        }
    };
    let mut rows: Vec<Row> = Vec::new();
    for part in Part::ALL.into_iter().filter(|part| options.wants(*part)) {
        let failed = rows.iter().any(|row| {
            row.report
                .as_ref()
                .is_some_and(|report| report.failure.is_some())
        });
        let begun = Instant::now();
        // The first failure ends the soak: it is what the reader is to see.
        let report = (!failed).then(|| match part {
            Part::Seeds => seeds::run(&options),
            Part::Crashes => crashes::run(&options),
            Part::Power => power::run(&options),
            Part::Fuzz => fuzz::run(&options),
        });
        if let Some(failure) = report.as_ref().and_then(|report| report.failure.as_ref()) {
            println!("\n{failure}\n");
        }
        rows.push(Row {
            part: part.word(),
            took: begun.elapsed(),
            report,
        });
    }
    print!("{}", table(&rows));
    let good = rows.iter().all(|row| {
        row.report
            .as_ref()
            .is_some_and(|report| report.failure.is_none())
    });
    if good {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

fn table(rows: &[Row]) -> String {
    let row = |row: &Row| {
        let (result, done) = match &row.report {
            None => ("not run", "stopped at the failure before"),
            Some(report) if report.failure.is_some() => ("FAILED", report.done.as_str()),
            Some(report) => ("good", report.done.as_str()),
        };
        format!(
            "| {:7} | {:7} | {:>6} s | {done}\n",
            row.part,
            result,
            row.took.as_secs()
        )
    };
    let rows: String = rows.iter().map(row).collect();
    format!(
        "\n| part    | result  | took     | what was done\n| ------- | ------- | -------- | -------------\n{rows}"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_says_what_was_done_what_failed_and_what_was_not_run() {
        let row = |part, report| Row {
            part,
            took: Duration::from_secs(61),
            report,
        };
        let rows = [
            row("seeds", Some(Report::good("10 seeds"))),
            row(
                "crashes",
                Some(Report::bad("3 rounds", "something is missing")),
            ),
            row("power", None),
        ];
        let table = table(&rows);
        for line in [
            "| seeds   | good    |     61 s | 10 seeds",
            "| crashes | FAILED  |     61 s | 3 rounds",
            "| power   | not run |",
        ] {
            assert!(table.contains(line), "{table}");
        }
    }
}
