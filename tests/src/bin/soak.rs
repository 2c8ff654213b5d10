//! Seeds, crashes, power cuts and hostile input for as long as one likes; `soak --help` says how.

use std::process::ExitCode;

fn main() -> ExitCode {
    alleyway_tests::soak::main()
}
