//! `make storm`: the whole town comes back online within a minute; `docs/benchmarks.md` says how.

use std::process::ExitCode;

fn main() -> ExitCode {
    alleyway_tests::storm::main()
}
