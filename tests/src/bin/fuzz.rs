//! Hostile input for a long time, or one input again; `fuzz help` says how.

use std::process::ExitCode;

fn main() -> ExitCode {
    alleyway_tests::fuzz::main()
}
