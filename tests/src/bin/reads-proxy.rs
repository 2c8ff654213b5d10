//! `make reads`: what devices sign, against its description; `docs/testing.md` says how.

use std::process::ExitCode;

fn main() -> ExitCode {
    alleyway_tests::reads::main()
}
