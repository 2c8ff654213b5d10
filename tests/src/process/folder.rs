//! Folders of servers and devices, as files.

use std::fs;
use std::io;
use std::path::Path;

/// Copies a folder with all files and folders in it; sockets stay behind.
///
/// # Errors
/// If the system refuses.
pub fn copy_folder(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in from.read_dir()? {
        let entry = entry?;
        let (kind, target) = (entry.file_type()?, to.join(entry.file_name()));
        if kind.is_dir() {
            copy_folder(&entry.path(), &target)?;
        } else if kind.is_file() {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}
