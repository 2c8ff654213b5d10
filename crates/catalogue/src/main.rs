//! Prints the catalogue for apps: `json zh`, `json en`, `android zh`, `android en`.

use std::io::Write;
use std::process::ExitCode;

use alleyway_catalogue::{Lang, print};

const USAGE: &str = "usage: catalogue json|android zh|en";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let printed = match args.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [format, lang] => printed(format, lang),
        _ => None,
    };
    let Some(printed) = printed else {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    match std::io::stdout().write_all(printed.as_bytes()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

fn printed(format: &str, lang: &str) -> Option<String> {
    let lang = Lang::parse(lang)?;
    match format {
        "json" => Some(print::json(lang)),
        "android" => Some(print::strings_xml(lang)),
        _ => None,
    }
}
