//! Measures a real server process under load, beside the goals; `docs/benchmarks.md` says how.

use std::process::ExitCode;

fn main() -> ExitCode {
    alleyway_tests::load::main()
}
