//! The terminal program `alleyway`.

use std::process::ExitCode;

fn main() -> ExitCode {
    alleyway_terminal::main()
}
