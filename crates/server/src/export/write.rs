//! Writing a town out.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{BufWriter, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use alleyway_core::documents::Document;
use automerge::{AutoSerde, Automerge};
use base64ct::{Base64, Encoding as _};
use serde::{Deserialize, Serialize};

use super::error::ExportError;
use super::format::{
    DOCUMENTS, DocumentLine, EXPORT_FORMAT, ExportManifest, FileSeal, MANIFEST, ROWS, RowLine,
};
use crate::backup::{
    BackupError, BackupRecords, Source, Spool, TownFacts, make_folder, sync_folder,
};

/// Documents loaded at once.
const DOCUMENTS_AT_ONCE: usize = 64;
/// The copy that the export is made from; it goes when that is done.
const SPOOL: &str = "copy-in-progress";

/// The outcome of an export.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exported {
    /// The folder.
    pub to: PathBuf,
    /// When (RFC 3339).
    pub taken: String,
    /// The last sequence in it.
    pub sequence: u64,
    /// Rows.
    pub rows: u64,
    /// Rows left out because their key was destroyed.
    pub erased: u64,
    /// Documents.
    pub documents: u64,
}

/// Writes the town out into `to`, which must be empty or not exist. That it is done is in the audit
/// before anything of it can be read. What fails half-way leaves no plain text behind.
pub(crate) fn export(source: &Source, to: &Path) -> Result<Exported, ExportError> {
    export_with(source, to, &|| ())
}

/// The same, with what happens once the rows are written.
pub(super) fn export_with(
    source: &Source,
    to: &Path,
    between: &dyn Fn(),
) -> Result<Exported, ExportError> {
    if to.read_dir().is_ok_and(|mut names| names.next().is_some()) {
        return Err(ExportError::NotEmpty(to.to_owned()));
    }
    make_folder(to)?;
    write_town(source, to, between).inspect_err(|_| {
        for name in [ROWS, DOCUMENTS, MANIFEST] {
            // It may not have been begun.
            let _ = std::fs::remove_file(to.join(name));
        }
    })
}

fn write_town(source: &Source, to: &Path, between: &dyn Fn()) -> Result<Exported, ExportError> {
    let spool = Spool::make(source, &to.join(SPOOL))?;
    let records = spool.entries();
    source.ask(move |desk| {
        desk.ledger.audit_export(desk.store, records, desk.now);
        Ok(())
    })?;
    let facts = spool.facts();
    let mut files = BTreeMap::new();
    let (rows, erased) = write_rows(source, &spool.records(), &to.join(ROWS), &mut files)?;
    between();
    let documents = write_documents(source, &spool.records(), &to.join(DOCUMENTS), &mut files)?;
    drop(spool);
    let TownFacts {
        town,
        town_name,
        server,
        incarnation,
        sequence,
        chain,
        taken,
        format,
    } = facts;
    let told = taken.clone();
    let manifest = ExportManifest {
        export: EXPORT_FORMAT,
        format,
        town,
        town_name,
        server,
        taken,
        incarnation,
        sequence,
        chain,
        rows,
        erased,
        documents,
        files,
    };
    write_manifest(&manifest, to)?;
    Ok(Exported {
        to: to.to_owned(),
        taken: told,
        sequence,
        rows,
        erased,
        documents,
    })
}

type FileSeals = BTreeMap<String, FileSeal>;

fn write_rows(
    source: &Source,
    records: &BackupRecords<'_>,
    path: &Path,
    files: &mut FileSeals,
) -> Result<(u64, u64), ExportError> {
    let mut file = LineFile::create(path)?;
    let mut rows = 0;
    let erased = records.each(&mut |key, opened| {
        let value = Base64::encode_string(&opened.value);
        file.write(&RowLine {
            key: hex::encode(key),
            value,
            slot: opened.slot,
        })?;
        source.progress.count("rows", rows, 1);
        rows += 1;
        Ok(())
    })?;
    files.insert(ROWS.to_owned(), file.finish()?);
    Ok((rows, erased))
}

fn write_documents(
    source: &Source,
    records: &BackupRecords<'_>,
    path: &Path,
    files: &mut FileSeals,
) -> Result<u64, ExportError> {
    let mut file = LineFile::create(path)?;
    let mut count = 0;
    let mut after = None;
    loop {
        let some = alleyway_ledger::documents(records, after, DOCUMENTS_AT_ONCE)
            .map_err(BackupError::from)?;
        let Some(last) = some.last() else { break };
        after = Some(last.id());
        for document in &some {
            file.write(&line(document, path)?)?;
        }
        source.progress.count("documents", count, some.len() as u64);
        count += some.len() as u64;
    }
    files.insert(DOCUMENTS.to_owned(), file.finish()?);
    Ok(count)
}

fn line(document: &Document, path: &Path) -> Result<DocumentLine, ExportError> {
    let saved = document.save();
    // These bytes are the server's own, and were just compared with their head.
    let engine =
        Automerge::load(&saved).map_err(|error| ExportError::damaged(path, error.to_string()))?;
    let state = serde_json::to_value(AutoSerde::from(&engine));
    Ok(DocumentLine {
        id: document.id().key(),
        kind: document
            .kind()
            .map(alleyway_core::documents::DocumentKind::word),
        generation: document.generation(),
        version: document.version(),
        head: hex::encode(document.head()),
        automerge: Base64::encode_string(&saved),
        state: state.map_err(|error| ExportError::damaged(path, error.to_string()))?,
    })
}

fn write_manifest(manifest: &ExportManifest, to: &Path) -> Result<(), ExportError> {
    let path = to.join(MANIFEST);
    let text = serde_json::to_vec_pretty(manifest)
        .map_err(|error| ExportError::io(&path)(error.into()))?;
    sync_folder(to)?;
    crate::secrets::replace_private(&path, &text).map_err(BackupError::from)?;
    Ok(())
}

/// A file of lines, hashed as it is written.
struct LineFile {
    path: PathBuf,
    file: BufWriter<File>,
    hash: blake3::Hasher,
    bytes: u64,
}

impl LineFile {
    fn create(path: &Path) -> Result<Self, BackupError> {
        let file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(path);
        let file = BufWriter::new(file.map_err(BackupError::io(path))?);
        Ok(Self {
            path: path.to_owned(),
            file,
            hash: blake3::Hasher::new(),
            bytes: 0,
        })
    }

    fn write(&mut self, line: &impl Serialize) -> Result<(), BackupError> {
        let mut text =
            serde_json::to_vec(line).map_err(|error| BackupError::io(&self.path)(error.into()))?;
        text.push(b'\n');
        self.hash.update(&text);
        self.bytes += text.len() as u64;
        self.file
            .write_all(&text)
            .map_err(BackupError::io(&self.path))
    }

    fn finish(self) -> Result<FileSeal, BackupError> {
        let Self {
            path,
            mut file,
            hash,
            bytes,
        } = self;
        file.flush()
            .and_then(|()| file.get_ref().sync_all())
            .map_err(BackupError::io(&path))?;
        Ok(FileSeal {
            bytes,
            blake3: hex::encode(hash.finalize().as_bytes()),
        })
    }
}
