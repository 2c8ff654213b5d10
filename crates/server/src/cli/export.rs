//! `export` and `import-export`

use std::fmt::Display;
use std::path::PathBuf;

use alleyway_catalogue::Lang;
use alleyway_catalogue::server::cli as said;
use clap::Args;

use super::admin::{ask, print_json, shown_time, unexpected};
use super::backup::{code, failed, stages};
use super::exit::{BAD_BACKUP, BAD_INPUT, Exit, IO};
use super::restore::{Kept, next_steps};
use crate::admin::{Outcome, Request};
use crate::config::Config;
use crate::export::{ExportError, Exported, ImportRequest, ImportedTown, import};

/// Where an export goes.
#[derive(Debug, Args)]
pub(super) struct ExportOptions {
    /// A new folder, for its owner alone: names, texts and addresses lie in it as plain text.
    #[arg(long, value_name = "DIR")]
    to: PathBuf,
    /// Prints JSON.
    #[arg(long)]
    json: bool,
}

/// Which export, and what was kept beside it.
#[derive(Debug, Args)]
pub(super) struct ImportOptions {
    /// The folder of the export. It is only read.
    #[arg(long, value_name = "DIR")]
    from: PathBuf,
    #[command(flatten)]
    kept: Kept,
}

pub(super) fn export(config: &Config, options: &ExportOptions, language: Lang) -> Result<(), Exit> {
    let to = std::path::absolute(&options.to)?;
    let Outcome::Exported(made) = ask(config, Request::Export { to }, options.json, language)?
    else {
        return Err(unexpected(language));
    };
    // Whoever reads JSON has eyes too.
    eprintln!("{}", said::EXPORT_WARNING.text(language));
    if options.json {
        return print_json(&made);
    }
    let Exported {
        to,
        sequence,
        rows,
        documents,
        ..
    } = made;
    let to = to.display();
    let values: [(&str, &dyn Display); 4] = [
        ("to", &to),
        ("sequence", &sequence),
        ("rows", &rows),
        ("documents", &documents),
    ];
    println!("{}", said::EXPORTED.fill(language, &values));
    Ok(())
}

pub(super) fn import_export(
    config: &Config,
    options: &ImportOptions,
    language: Lang,
) -> Result<(), Exit> {
    let ImportOptions { from, kept } = options;
    let request = ImportRequest {
        from: from.clone(),
        new: kept.new_folder(config),
    };
    let imported =
        import(&request, &mut stages(language)).map_err(|error| exit(&error, kept.json))?;
    if kept.json {
        return print_json(&imported);
    }
    let ImportedTown {
        town_name,
        taken,
        sequence,
        incarnation,
        rows,
        documents,
        ..
    } = &imported;
    let (taken, data) = (shown_time(taken), config.data.display().to_string());
    let values: [(&str, &dyn Display); 7] = [
        ("town", town_name),
        ("taken", &taken),
        ("sequence", sequence),
        ("data", &data),
        ("rows", rows),
        ("documents", documents),
        ("incarnation", incarnation),
    ];
    println!("{}", said::EXPORT_IMPORTED.fill(language, &values));
    print!(
        "{}",
        next_steps(
            imported.quarantine.as_deref(),
            imported.devices,
            &data,
            language
        )
    );
    Ok(())
}

fn exit(error: &ExportError, json: bool) -> Exit {
    let exit = match error {
        ExportError::Copy(error) => code(error),
        ExportError::Io { .. } => IO,
        ExportError::NotEmpty(_) | ExportError::NotThere(_) => BAD_INPUT,
        ExportError::Damaged { .. } | ExportError::Format { .. } => BAD_BACKUP,
    };
    failed(exit, error.code(), |lang| error.text(lang), json)
}
