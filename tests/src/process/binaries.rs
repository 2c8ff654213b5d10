//! Where the programs are.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::ProcessError;

/// The programs `alleyway-server` and `alleyway` of the same build as the running one.
#[derive(Debug, Clone)]
pub struct Binaries {
    /// `alleyway-server`.
    pub server: PathBuf,
    /// `alleyway`.
    pub device: PathBuf,
}

/// A program whose files may grow no further than so many blocks of 512 bytes, as on a full disk.
#[must_use]
pub fn cramped(program: &Path, blocks: u64) -> Command {
    // The signal is ignored, so that the write fails, as it does on a full disk.
    let script = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" \"$@\"");
    let mut shell = Command::new("sh");
    shell.args(["-c", &script]).arg(program);
    shell
}

impl Binaries {
    /// Looks beside the running program: `target/PROFILE`, or its folder `deps` for a test.
    ///
    /// # Errors
    /// [`ProcessError::NotBuilt`], which says what to run.
    pub fn find() -> Result<Self, ProcessError> {
        let own =
            std::env::current_exe().map_err(ProcessError::system("the running program's path"))?;
        let folder = own.parent().unwrap_or(Path::new("."));
        let profile = match folder.file_name().and_then(|name| name.to_str()) {
            Some("deps" | "examples") => folder.parent().unwrap_or(folder),
            _ => folder,
        };
        let found = |name: &str| {
            let path = profile.join(name);
            if path.is_file() {
                Ok(path)
            } else {
                Err(ProcessError::NotBuilt(path.display().to_string()))
            }
        };
        Ok(Self {
            server: found("alleyway-server")?,
            device: found("alleyway")?,
        })
    }
}
