//! The program `alleyway-server`.

fn main() -> std::process::ExitCode {
    alleyway_server::cli::main()
}
