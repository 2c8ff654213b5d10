//! Where the programs are.

use std::path::{Path, PathBuf};

use super::ProcessError;

/// The programs `alleyway-server` and `alleyway` of the same build as the running one.
#[derive(Debug, Clone)]
pub struct Binaries {
    /// `alleyway-server`.
    pub server: PathBuf,
    /// `alleyway`.
    pub device: PathBuf,
}

impl Binaries {
    /// Looks beside the running program: `target/PROFILE`, or its folder `deps` for a test.
    ///
    /// # Errors
    /// [`ProcessError::NotBuilt`], which says what to run.
    pub fn find() -> Result<Self, ProcessError> {
        let own = std::env::current_exe().map_err(ProcessError::system("the running program's path"))?;
        let folder = own.parent().unwrap_or(Path::new("."));
        let profile = match folder.file_name().and_then(|name| name.to_str()) {
            Some("deps" | "examples") => folder.parent().unwrap_or(folder),
            _ => folder,
        };
        let found = |name: &str| {
            let path = profile.join(name);
            if path.is_file() { Ok(path) } else { Err(ProcessError::NotBuilt(path.display().to_string())) }
        };
        Ok(Self { server: found("alleyway-server")?, device: found("alleyway")? })
    }
}
