//! `import`, `invite`, `check`

use std::path::Path;

use super::exit::{BAD_BACKUP, BAD_INPUT, DAMAGE_FOUND, Exit, IO, STORE_FAILED, TRY_LATER};
use crate::admin::{
    self, BadRow, Failure, ImportRequest, InviteRequest, Outcome, Progress, Request,
};
use crate::clock::{parse_rfc3339, town_minute};
use crate::config::Config;
use crate::import::{Files, read_folder};
use alleyway_catalogue::Lang;
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
        return Err(unexpected());
    };
    if json {
        return print_json(&imported);
    }
    print!(
        "{}",
        pick(language, &imported.summary_zh, &imported.summary_en)
    );
    if dry_run {
        println!(
            "{}",
            pick(
                language,
                "试运行：未作更改。",
                "A dry run: nothing was changed."
            )
        );
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
        return Err(unexpected());
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
    match language {
        Lang::Zh => {
            println!("{code}\n一次有效，{valid_until} 前使用。在本人的设备上运行：");
        }
        Lang::En => {
            println!("{code}\nGood once, until {valid_until}. On the member's device:");
        }
    }
    println!("  alleyway --home DIR enrol {url} {code}");
    println!("  {link}");
    if let Some(replaced) = replaces {
        let replaced = format!("{replaced:04}");
        match language {
            Lang::Zh => println!(
                "请先在旧手机（{replaced}）上运行 alleyway move，把未发的发完；新手机登记时旧手机即停用，旧机上未发的内容只有再同步才不会丢。"
            ),
            Lang::En => println!(
                "First run `alleyway move` on the old phone ({replaced}), so that nothing on it is unsent. It is revoked when the new one enrols; what is unsent then is lost with it, unless it still syncs."
            ),
        }
    }
    Ok(())
}

pub(super) fn check(config: &Config, json: bool, language: Lang) -> Result<(), Exit> {
    let Outcome::Checked(checked) = ask(config, Request::Check {}, json, language)? else {
        return Err(unexpected());
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
    let zh = match what.as_str() {
        "copied" => "已复制",
        "verified" => "已核对",
        "restored" => "已恢复",
        "records" => "记录",
        "entries" => "账目",
        "rows" => "行",
        "documents" => "文档",
        "audit" => "审计",
        other => other,
    };
    eprintln!("{}: {done}", pick(language, zh, what));
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
            pick(language, text_zh, text_en)
        );
    }
    let text = pick(language, &failure.text_zh, &failure.text_en);
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

pub(super) fn unexpected() -> Exit {
    Exit::new(
        TRY_LATER,
        "the running server is of another version; use the program that runs",
    )
}

pub(super) fn pick<'a>(language: Lang, zh: &'a str, en: &'a str) -> &'a str {
    match language {
        Lang::Zh => zh,
        Lang::En => en,
    }
}
