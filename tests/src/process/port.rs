//! Ports that belong to one story or test for as long as it plays, servers that are down included.

use std::fs::{File, TryLockError};
use std::net::{Ipv4Addr, TcpListener};
use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;

use super::ProcessError;

/// Where stories that people watch listen, so that the address looks the same each time.
const SHOWN: Range<u16> = 8470..8490;
/// Where all others listen: below the ports that systems give to outgoing connections, which would
/// be taken by one while the server is restarted.
const HIDDEN: Range<u16> = 20_000..30_000;

/// A port of this machine. While a value or its clone lives no other process that asks for a [`Port`]
/// is given the same, whether anybody listens there or not.
#[derive(Debug, Clone)]
pub struct Port {
    number: u16,
    /// Locked; the system lets go of it with the process.
    _held: Arc<File>,
}

impl Port {
    /// A port for whoever reads no address.
    ///
    /// # Errors
    /// If none is free, or the system refuses.
    pub fn hidden() -> Result<Self, ProcessError> {
        Self::first(HIDDEN)
    }

    /// A port for a story that people watch; any, if those are taken.
    ///
    /// # Errors
    /// If none is free, or the system refuses.
    pub fn shown() -> Result<Self, ProcessError> {
        Self::first(SHOWN.chain(HIDDEN))
    }

    /// This machine's address with it.
    pub fn address(&self) -> String {
        format!("{}:{}", Ipv4Addr::LOCALHOST, self.number)
    }

    fn first(numbers: impl IntoIterator<Item = u16>) -> Result<Self, ProcessError> {
        let folder = folder()?;
        for number in numbers {
            let file = folder.join(number.to_string());
            let failed = || ProcessError::system(file.display().to_string());
            let held = File::create(&file).map_err(failed())?;
            match held.try_lock() {
                // Programs that know nothing of these files have ports too.
                Ok(()) if TcpListener::bind((Ipv4Addr::LOCALHOST, number)).is_ok() => {
                    return Ok(Self {
                        number,
                        _held: Arc::new(held),
                    });
                }
                Ok(()) | Err(TryLockError::WouldBlock) => {}
                Err(TryLockError::Error(error)) => return Err(failed()(error)),
            }
        }
        Err(ProcessError::Answer("no port is free".to_owned()))
    }
}

/// The folder of the locked files: one for each user, whom another one's files would be closed to.
fn folder() -> Result<PathBuf, ProcessError> {
    let user = rustix::process::getuid().as_raw();
    let folder = std::env::temp_dir().join(format!("alleyway-ports-{user}"));
    std::fs::create_dir_all(&folder).map_err(ProcessError::system("the folder of ports"))?;
    Ok(folder)
}
