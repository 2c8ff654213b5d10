//! `import`, `invite`, `metrics`, `check`

use std::fmt::Display;
use std::path::Path;

use super::exit::{BAD_BACKUP, BAD_INPUT, DAMAGE_FOUND, Exit, IO, STORE_FAILED, TRY_LATER};
use crate::admin::{
    self, BadRow, ByTimeRequest, Failure, ImportRequest, InviteRequest, Outcome, Progress, Request,
};
use crate::clock::{parse_rfc3339, town_minute};
use crate::config::Config;
use crate::import::{Files, read_folder};
use alleyway_catalogue::Lang;
use alleyway_catalogue::server::cli as said;
use clap::Args;

pub(super) fn import(
    config: &Config,
    folder: &Path,
    dry_run: bool,
    json: bool,
    language: Lang,
) -> Result<(), Exit> {
    let files = read_folder(folder).map_err(|error| Exit::new(BAD_INPUT, error.to_string()))?;
    let request = Request::Import(ImportRequest::of(&files, dry_run));
    let Outcome::Imported(imported) = ask_with(config, request, files, json, language)? else {
        return Err(unexpected(language));
    };
    if json {
        return print_json(&imported);
    }
    print!(
        "{}",
        language.of(&imported.summary_zh, &imported.summary_en)
    );
    if dry_run {
        println!("{}", said::DRY_RUN.text(language));
    }
    Ok(())
}

/// `invite …`
#[derive(Debug, Args)]
pub(super) struct InviteOptions {
    #[command(flatten)]
    request: InviteRequest,
    /// Prints no QR code.
    #[arg(long)]
    no_qr: bool,
    /// Prints JSON.
    #[arg(long)]
    json: bool,
}

pub(super) fn invite(config: &Config, options: InviteOptions, language: Lang) -> Result<(), Exit> {
    let InviteOptions {
        request,
        no_qr,
        json,
    } = options;
    let replaces = request.replaces;
    let Outcome::Invited(invited) = ask(config, Request::Invite(request), json, language)? else {
        return Err(unexpected(language));
    };
    if json {
        return print_json(&invited);
    }
    let code_lines = if no_qr {
        None
    } else {
        super::qr::lines(&invited.link)
    };
    for line in code_lines.unwrap_or_default() {
        println!("{line}");
    }
    let admin::Invited {
        code,
        valid_until,
        url,
        link,
        ..
    } = invited;
    let valid_until = shown_time(&valid_until);
    let values: [(&str, &dyn Display); 2] = [("code", &code), ("until", &valid_until)];
    println!("{}", said::INVITED.fill(language, &values));
    println!("  alleyway --home DIR enrol {url} {code}");
    println!("  {link}");
    if let Some(replaced) = replaces {
        let device = format!("{replaced:04}");
        println!("{}", said::REPLACES.fill(language, &[("device", device)]));
    }
    Ok(())
}

pub(super) fn by_time(
    config: &Config,
    request: ByTimeRequest,
    json: bool,
    language: Lang,
) -> Result<(), Exit> {
    let Outcome::ByTime(shown) = ask(config, Request::ByTime(request), json, language)? else {
        return Err(unexpected(language));
    };
    if json {
        return print_json(&shown);
    }
    let now = shown_time(&shown.now);
    let text = if shown.held {
        let believed = shown_time(&shown.believed);
        let values: [(&str, &dyn Display); 2] = [("now", &now), ("believed", &believed)];
        said::CLOCK_HELD.fill(language, &values)
    } else {
        said::CLOCK_BELIEVED.fill(language, &[("now", &now)])
    };
    println!("{text}");
    if let Some(steps) = shown.steps {
        println!(
            "{}",
            said::STEPS_BY_TIME.fill(language, &[("steps", &steps)])
        );
    }
    Ok(())
}

pub(super) fn metrics(config: &Config, language: Lang) -> Result<(), Exit> {
    let Outcome::Metrics(text) = ask(config, Request::Metrics {}, false, language)? else {
        return Err(unexpected(language));
    };
    print!("{text}");
    Ok(())
}

pub(super) fn check(config: &Config, json: bool, language: Lang) -> Result<(), Exit> {
    let Outcome::Checked(checked) = ask(config, Request::Check {}, json, language)? else {
        return Err(unexpected(language));
    };
    if json {
        print_json(&checked)?;
    } else {
        print!("{}", checked.told(language));
    }
    if checked.sound {
        Ok(())
    } else {
        Err(Exit::new(DAMAGE_FOUND, ""))
    }
}

/// Has a request carried out; progress goes to stderr.
pub(super) fn ask(
    config: &Config,
    request: Request,
    json: bool,
    language: Lang,
) -> Result<Outcome, Exit> {
    ask_with(config, request, Files::default(), json, language)
}

/// The same, with the files of an import.
fn ask_with(
    config: &Config,
    request: Request,
    files: Files,
    json: bool,
    language: Lang,
) -> Result<Outcome, Exit> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    match runtime.block_on(admin::run(config, request, files, |made| {
        show_progress(&made, language);
    }))? {
        Outcome::Failed(failure) => Err(failed(&failure, json, language)),
        outcome => Ok(outcome),
    }
}

pub(super) fn show_progress(Progress { what, done }: &Progress, language: Lang) {
    let counted: [(&str, &dyn Display); 2] = [
        ("what", &said::COUNTED.word(language, what)),
        ("done", done),
    ];
    eprintln!("{}", said::PROGRESS.fill(language, &counted));
}

fn failed(failure: &Failure, json: bool, language: Lang) -> Exit {
    let code = exit_of(&failure.code);
    if json && let Ok(text) = serde_json::to_string(&serde_json::json!({ "error": failure })) {
        eprintln!("{text}");
        return Exit::new(code, "");
    }
    for BadRow {
        file,
        line,
        column,
        code,
        text_zh,
        text_en,
    } in &failure.rows
    {
        let column = column
            .as_ref()
            .map(|column| format!("{column}: "))
            .unwrap_or_default();
        eprintln!(
            "{file}:{line}: {column}{} [{code}]",
            language.of(text_zh, text_en)
        );
    }
    let text = language.of(&failure.text_zh, &failure.text_en);
    Exit::new(code, format!("{text} [{}]", failure.code))
}

/// How the program ends on a failure of this code; what is not named here is the input's fault.
pub(super) fn exit_of(code: &str) -> u8 {
    match code {
        "stopping" | "under_way" | "too_much_written" => TRY_LATER,
        "disk" | "disk_full" | "no_random" => IO,
        "folder" | "manifest_damaged" | "chunk_damaged" | "chunk_missing" | "not_whole"
        | "unsound" | "keys_missing" | "keys_wrong" => BAD_BACKUP,
        "store" | "broke_off" => STORE_FAILED,
        _ => BAD_INPUT,
    }
}

pub(super) fn print_json(value: &impl serde::Serialize) -> Result<(), Exit> {
    let text = serde_json::to_string(value).map_err(std::io::Error::from)?;
    println!("{text}");
    Ok(())
}

/// A time of an answer as people read it: day and minute in the town's zone.
pub(super) fn shown_time(text: &str) -> String {
    parse_rfc3339(text).map_or_else(|| text.to_owned(), town_minute)
}

pub(super) fn unexpected(language: Lang) -> Exit {
    Exit::new(TRY_LATER, said::OTHER_VERSION.text(language))
}
