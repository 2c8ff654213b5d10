//! Why a backup was not made, is not whole, or was not restored.

use std::io;
use std::path::{Path, PathBuf};

use alleyway_core::store::StoreError;
use thiserror::Error;

use crate::secrets::SecretsError;
use crate::store::OpenError;
use crate::writer::AskError;

/// Why a backup was not made, is not whole, or was not restored. What was there before stays as it was.
#[derive(Debug, Error)]
pub enum BackupError {
    /// The keys are to lie apart, and nothing in the data folder.
    #[error("{} and {} are not apart: name a folder for the backup, another for the keys, neither in the other nor in the data folder", .0.display(), .1.display())]
    NotApart(PathBuf, PathBuf),
    /// Another backup is made.
    #[error("a backup is being made of this town, or to {}; wait for its end", .0.display())]
    UnderWay(PathBuf),
    /// The folder holds another town's backups.
    #[error("{} holds backups of another town; name an empty folder", .0.display())]
    AnotherTown(PathBuf),
    /// The keys' folder is that of other backups: their keys would be cleared away.
    #[error("{} holds the keys of another folder of backups, or of another town; name a folder of its own for these keys", .0.display())]
    AnotherFolder(PathBuf),
    /// The keys' folder is empty, and there are backups, whose keys are elsewhere.
    #[error("{} holds no keys, and there are backups already, whose keys lie elsewhere: is its disk mounted? To move the keys, copy all files of their folder there; if they are lost, name a new folder for the backups too", .0.display())]
    KeysElsewhere(PathBuf),
    /// More was written meanwhile than is kept in memory.
    #[error(
        "more than 256 MiB were written while the backup was made; try again when less is going on"
    )]
    TooMuchWritten,
    /// There is no such backup.
    #[error("{} holds no backup{}", .0.display(), .1.as_ref().map(|name| format!(" {name}")).unwrap_or_default())]
    NoBackup(PathBuf, Option<String>),
    /// The manifest is not what was written.
    #[error("{} is damaged or cut off; use an earlier backup (--name NAME)", .0.display())]
    Manifest(PathBuf),
    /// The backup is of another version.
    #[error("{} was made of a data folder of format {found}; this program reads format {known}: restore it with the program that made it, and let this one upgrade that folder", .path.display())]
    Format {
        /// The manifest.
        path: PathBuf,
        /// The folder's format.
        found: u32,
        /// The format this program reads.
        known: u32,
    },
    /// A chunk is missing.
    #[error("the chunk {} is missing; use an earlier backup (--name NAME), or a copy of this one", .0.display())]
    ChunkMissing(PathBuf),
    /// A chunk is not what its name says.
    #[error("the chunk {} is damaged; use an earlier backup (--name NAME), or a copy of this one", .0.display())]
    ChunkDamaged(PathBuf),
    /// The chunks are not the town's records.
    #[error(
        "the backup {0} is not whole: its entries are not those its end speaks of; use an earlier one (--name NAME)"
    )]
    NotWhole(String),
    /// A value does not open.
    #[error("the backup {0} holds damaged records: {1}; use an earlier one (--name NAME)")]
    Unsound(String, String),
    /// The keys' file is missing.
    #[error("{} is missing; --keys names the folder that the backup's keys were written to", .0.display())]
    KeysMissing(PathBuf),
    /// The keys' file is not what was written, or another's.
    #[error("{} is damaged, or of another town or backup; --keys names the folder that the backup's keys were written to", .0.display())]
    Keys(PathBuf),
    /// The server's own keys are another's.
    #[error("{} holds the keys of another server: devices would not trust it; --secrets names the folder `secrets` of the server that was backed up", .0.display())]
    AnotherServer(PathBuf),
    /// The new folder is not empty.
    #[error("{} is not empty; restore into a new folder (one that a restore left half made can be removed)", .0.display())]
    NotEmpty(PathBuf),
    /// The security journal cannot be read.
    #[error("{}: {source}; leave --journal out if it is lost: the devices are then to be confirmed", .path.display())]
    Journal {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The file system refused.
    #[error("{}: {source}; check that there is room and that this user may write there. Earlier backups are as they were", .path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The new folder was not made.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The server's own keys.
    #[error(
        "the server's own keys cannot be used: {0}. --secrets names the folder `secrets` that was kept of the server"
    )]
    Secrets(#[from] SecretsError),
    /// The ledger.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The writer.
    #[error(transparent)]
    Ask(#[from] AskError),
    /// This store has no files.
    #[error("this town is in memory only")]
    NoFiles,
}

impl BackupError {
    pub(crate) fn io(path: &Path) -> impl FnOnce(io::Error) -> Self + '_ {
        move |source| Self::Io {
            path: path.to_owned(),
            source,
        }
    }

    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotApart(..) => "not_apart",
            Self::UnderWay(_) => "under_way",
            Self::AnotherTown(_) => "another_town",
            Self::AnotherFolder(_) => "keys_of_others",
            Self::KeysElsewhere(_) => "keys_elsewhere",
            Self::TooMuchWritten => "too_much_written",
            Self::NoBackup(..) => "no_backup",
            Self::Manifest(_) => "manifest_damaged",
            Self::Format { .. } => "another_format",
            Self::ChunkMissing(_) => "chunk_missing",
            Self::ChunkDamaged(_) => "chunk_damaged",
            Self::NotWhole(_) => "not_whole",
            Self::Unsound(..) => "unsound",
            Self::KeysMissing(_) => "keys_missing",
            Self::Keys(_) => "keys_wrong",
            Self::AnotherServer(_) => "another_server",
            Self::NotEmpty(_) => "not_empty",
            Self::Journal { .. } => "journal_unreadable",
            Self::Io { .. } => "disk",
            Self::Open(_) => "folder",
            Self::Secrets(_) => "secrets",
            Self::Store(_) => "store",
            Self::Ask(_) => "stopping",
            Self::NoFiles => "no_files",
        }
    }

    /// Why, in Chinese.
    pub fn zh(&self) -> String {
        match self {
            Self::NotApart(a, b) => {
                format!(
                    "{} 与 {} 没有分开：备份和密钥要放在两个文件夹，互不包含，也不在数据文件夹里",
                    a.display(),
                    b.display()
                )
            }
            Self::UnderWay(path) => {
                format!("正在备份本镇，或正在备份到 {}；请等它完成", path.display())
            }
            Self::AnotherTown(path) => {
                format!("{} 里是别的镇的备份；请指定空文件夹", path.display())
            }
            Self::AnotherFolder(path) => {
                format!(
                    "{} 里是别的备份文件夹或别的镇的密钥；请为这些密钥另指定文件夹",
                    path.display()
                )
            }
            Self::KeysElsewhere(path) => format!(
                "{} 里没有密钥，而已有备份的密钥在别处：磁盘是否已挂载？要搬移密钥，请把原文件夹的全部文件复制过来；密钥若已丢失，请为备份也另指定新文件夹",
                path.display()
            ),
            Self::TooMuchWritten => "备份期间写入超过 256 MiB；请在不忙时再试".to_owned(),
            Self::NoBackup(path, _) => format!("{} 里没有这个备份", path.display()),
            Self::Manifest(path) => format!(
                "清单 {} 已损坏或不完整；请用更早的备份（--name 名称）",
                path.display()
            ),
            Self::Format { path, found, known } => format!(
                "{} 备份的是格式 {found} 的数据文件夹，本程序读格式 {known}：请用当时的程序恢复，再由本程序升级",
                path.display()
            ),
            Self::ChunkMissing(path) => {
                format!(
                    "缺少数据块 {}；请用更早的备份（--name 名称），或这个备份的副本",
                    path.display()
                )
            }
            Self::ChunkDamaged(path) => {
                format!(
                    "数据块 {} 已损坏；请用更早的备份（--name 名称），或这个备份的副本",
                    path.display()
                )
            }
            Self::NotWhole(name) => {
                format!("备份 {name} 不完整：内容与末尾记录不符；请用更早的备份（--name 名称）")
            }
            Self::Unsound(name, what) => {
                format!("备份 {name} 里有损坏的记录：{what}；请用更早的备份（--name 名称）")
            }
            Self::KeysMissing(path) => format!(
                "缺少密钥文件 {}；--keys 应为备份时存放密钥的文件夹",
                path.display()
            ),
            Self::Keys(path) => format!("密钥文件 {} 已损坏，或不属于这个备份", path.display()),
            Self::AnotherServer(path) => {
                format!(
                    "{} 是别的服务器的密钥，设备不会信任；--secrets 应为原服务器的 secrets 文件夹",
                    path.display()
                )
            }
            Self::NotEmpty(path) => {
                format!(
                    "{} 不是空的；请恢复到新文件夹（恢复中断留下的文件夹可以删除）",
                    path.display()
                )
            }
            Self::Journal { path, source } => {
                format!(
                    "{}：{source}；安全日志若已丢失，请不带 --journal，恢复后逐一确认设备",
                    path.display()
                )
            }
            Self::Io { path, source } => {
                format!(
                    "{}：{source}；请检查空间和权限。以前的备份没有变化",
                    path.display()
                )
            }
            Self::Ask(_) => "服务器正在停止。".to_owned(),
            Self::NoFiles => "这个镇只在内存里。".to_owned(),
            Self::Secrets(error) => {
                format!(
                    "服务器自己的密钥用不了：{error}。--secrets 应为另外保管的原服务器 secrets 文件夹"
                )
            }
            Self::Open(_) | Self::Store(_) => self.to_string(),
        }
    }
}
