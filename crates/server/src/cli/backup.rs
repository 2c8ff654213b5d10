//! `backup`, and `check --backup`

use std::fmt::Display;
use std::path::{Path, PathBuf};

use alleyway_catalogue::Lang;
use alleyway_catalogue::server::cli as said;
use alleyway_core::store::StoreError;
use clap::Args;

use super::admin::{ask, print_json, show_progress, shown_time, unexpected};
use super::exit::{BAD_BACKUP, BAD_INPUT, Exit, IO, STORE_FAILED, TRY_LATER};
use crate::admin::{Outcome, Progress, Request};
use crate::backup::{self, BackedUp, BackupError, BackupRequest, CheckedBackup, KEEP_DEFAULT};
use crate::config::Config;
use crate::secrets::SecretsError;
use crate::store::OpenError;

/// Progress is shown each time so many more are done.
const PROGRESS_STEP: u64 = 50_000;

/// Where a backup goes.
#[derive(Debug, Args)]
pub(super) struct BackupOptions {
    /// The folder of the backups; each run adds what changed.
    #[arg(long, value_name = "DIR")]
    to: PathBuf,
    /// The folder of the document keys, on another disk or machine: without them the backup cannot be read.
    #[arg(long, value_name = "DIR")]
    keys: PathBuf,
    /// Backups kept, and keys files; older ones are cleared away once the new one is verified.
    #[arg(long, value_name = "N", default_value_t = KEEP_DEFAULT)]
    keep: usize,
    /// Prints JSON.
    #[arg(long)]
    json: bool,
}

/// Which backup.
#[derive(Debug, Args)]
pub(super) struct CheckOptions {
    /// Checks the newest backup in this folder, without restoring it, instead of the data folder.
    #[arg(long, value_name = "DIR")]
    backup: Option<PathBuf>,
    /// Another backup than the newest.
    #[arg(long, value_name = "NAME", requires = "backup")]
    name: Option<String>,
    /// The folder of its keys: every record is then opened, and every document compared with its head.
    #[arg(long, value_name = "DIR", requires = "backup")]
    keys: Option<PathBuf>,
    /// Prints JSON.
    #[arg(long)]
    json: bool,
}

pub(super) fn backup(config: &Config, options: &BackupOptions, language: Lang) -> Result<(), Exit> {
    let BackupOptions {
        to,
        keys,
        keep,
        json,
    } = options;
    // The server has another working folder.
    let (to, keys) = (std::path::absolute(to)?, std::path::absolute(keys)?);
    let request = BackupRequest {
        to: to.clone(),
        keys: keys.clone(),
        keep: *keep,
    };
    let Outcome::BackedUp(made) = ask(config, Request::Backup(request), *json, language)? else {
        return Err(unexpected(language));
    };
    if *json {
        return print_json(&made);
    }
    print!("{}", told(&made, &to, &keys, language));
    Ok(())
}

fn told(made: &BackedUp, to: &Path, keys_folder: &Path, language: Lang) -> String {
    let BackedUp {
        name,
        sequence,
        entries,
        chunks,
        new_chunks,
        bytes,
        new_bytes,
        keys,
        ..
    } = made;
    let (to, keys_folder) = (to.display(), keys_folder.display());
    let values: [(&str, &dyn Display); 10] = [
        ("name", name),
        ("sequence", sequence),
        ("entries", entries),
        ("to", &to),
        ("chunks", chunks),
        ("bytes", bytes),
        ("new_chunks", new_chunks),
        ("new_bytes", new_bytes),
        ("keys_folder", &keys_folder),
        ("keys", keys),
    ];
    let mut out = said::BACKED_UP.fill(language, &values) + "\n";
    if let Some(why) = &made.not_cleared {
        out += &said::NOT_CLEARED.fill(language, &[("why", why)]);
        out.push('\n');
    }
    out
}

pub(super) fn check(config: &Config, options: &CheckOptions, language: Lang) -> Result<(), Exit> {
    let CheckOptions {
        backup: from,
        name,
        keys,
        json,
    } = options;
    let Some(from) = from else {
        return super::admin::check(config, *json, language);
    };
    let checked = backup::check(
        from,
        name.as_deref(),
        keys.as_deref(),
        &mut stages(language),
    )
    .map_err(|error| exit(&error, *json))?;
    if *json {
        return print_json(&checked);
    }
    print!("{}", checked_told(&checked, language));
    Ok(())
}

fn checked_told(checked: &CheckedBackup, language: Lang) -> String {
    let CheckedBackup {
        name,
        taken,
        sequence,
        chunks,
        entries,
        records,
        documents,
        ..
    } = checked;
    let taken = shown_time(taken);
    let values: [(&str, &dyn Display); 5] = [
        ("name", name),
        ("taken", &taken),
        ("sequence", sequence),
        ("chunks", chunks),
        ("entries", entries),
    ];
    let whole = said::BACKUP_WHOLE.fill(language, &values);
    let opened = if checked.opened {
        let values = [("records", records), ("documents", documents)];
        said::BACKUP_OPENED.fill(language, &values)
    } else {
        said::BACKUP_UNOPENED.text(language).to_owned()
    };
    format!("{whole}\n{opened}\n")
}

/// Shows progress in steps.
pub(super) fn stages(language: Lang) -> impl FnMut(&str, u64) {
    let mut told = (String::new(), 0);
    move |what, done| {
        if told.0 != what {
            told = (what.to_owned(), 0);
        }
        if done >= told.1 + PROGRESS_STEP {
            told.1 = done;
            show_progress(
                &Progress {
                    what: what.to_owned(),
                    done,
                },
                language,
            );
        }
    }
}

/// The end of a command that met this.
pub(super) fn exit(error: &BackupError, json: bool) -> Exit {
    failed(code(error), error.code(), |lang| error.text(lang), json)
}

pub(super) fn code(error: &BackupError) -> u8 {
    match error {
        BackupError::Io { .. }
        | BackupError::Journal { .. }
        | BackupError::Open(OpenError::Io { .. })
        | BackupError::Secrets(SecretsError::Io { .. } | SecretsError::Random(_)) => IO,
        BackupError::Store(StoreError::Failed(_)) => STORE_FAILED,
        BackupError::UnderWay(_) | BackupError::TooMuchWritten | BackupError::Ask(_) => TRY_LATER,
        BackupError::NotApart(..)
        | BackupError::AnotherTown(_)
        | BackupError::AnotherFolder(_)
        | BackupError::KeysElsewhere(_)
        | BackupError::NotEmpty(_)
        | BackupError::NoBackup(..) => BAD_INPUT,
        _ => BAD_BACKUP,
    }
}

/// The end of a command that met this: for a program as JSON, for people in words.
pub(super) fn failed(exit: u8, code: &str, text: impl Fn(Lang) -> String, json: bool) -> Exit {
    if json {
        let [zh, en] = Lang::ALL.map(text);
        let error = serde_json::json!({ "error": { "code": code, "text_zh": zh, "text_en": en } });
        eprintln!("{error}");
        return Exit::new(exit, "");
    }
    Exit::told(exit, |language| format!("{} [{code}]", text(language)))
}

#[cfg(test)]
mod tests {
    use super::super::admin::exit_of;
    use super::*;
    use crate::problems::ProblemShown;

    #[test]
    fn a_failure_ends_the_program_alike_with_a_server_and_without() {
        let path = PathBuf::from("backup");
        let io = || std::io::Error::from(std::io::ErrorKind::StorageFull);
        for error in [
            BackupError::Io {
                path: path.clone(),
                source: io(),
            },
            BackupError::UnderWay(path.clone()),
            BackupError::TooMuchWritten,
            BackupError::NotApart(path.clone(), path.clone()),
            BackupError::AnotherTown(path.clone()),
            BackupError::AnotherFolder(path.clone()),
            BackupError::NotEmpty(path.clone()),
            BackupError::NoBackup(path.clone(), None),
            BackupError::ChunkMissing(path.clone()),
            BackupError::ChunkDamaged(path.clone()),
            BackupError::Manifest(path.clone()),
            BackupError::NotWhole("name".to_owned()),
            BackupError::Unsound("name".to_owned(), ProblemShown::incomplete()),
            BackupError::KeysMissing(path.clone()),
            BackupError::Keys(path.clone()),
            BackupError::Store(StoreError::Failed("sync".to_owned())),
        ] {
            assert_eq!(exit_of(error.code()), code(&error), "{}", error.code());
        }
    }

    #[test]
    fn a_disk_that_is_full_does_not_end_as_damage_does() {
        let source = std::io::Error::from(std::io::ErrorKind::StorageFull);
        let full = OpenError::Io {
            path: PathBuf::from("town"),
            source,
        };
        assert_eq!(code(&BackupError::Open(full)), IO);
    }
}
