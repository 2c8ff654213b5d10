//! The product's own programs as processes, over TCP: a server on a folder, devices beside it.
//!
//! Nothing here waits a fixed time: a server has started when it says so and is ready.

mod binaries;
mod device;
mod folder;
mod http;
mod metrics;
mod port;
mod server;

use std::io;

use thiserror::Error;

pub use binaries::{Binaries, cramped};
pub use device::{Answer, Device, Spoken};
pub use folder::copy_folder;
pub use http::{Response, get, get_as, post};
pub use metrics::metrics;
pub use port::Port;
pub use server::{DemoCode, Server};

/// Why a process did not do what it was asked.
#[derive(Debug, Error)]
pub enum ProcessError {
    /// The programs are not built.
    #[error("{0} is missing; build the programs first: make build (make test does)")]
    NotBuilt(String),
    /// The system refused.
    #[error("{what}: {error}")]
    System {
        /// What was tried.
        what: String,
        /// What the system said.
        error: io::Error,
    },
    /// The server did not start or ended.
    #[error("the server {what}; it said:\n{said}")]
    Server {
        /// What it did.
        what: String,
        /// The end of its error output.
        said: String,
    },
    /// A device's command ended otherwise than expected.
    #[error("alleyway {line}\nended with {exit} and said:\n{said}")]
    Device {
        /// What was typed.
        line: String,
        /// The exit code.
        exit: i32,
        /// Its output and error output.
        said: String,
    },
    /// An answer of another shape.
    #[error("not understood: {0}")]
    Answer(String),
}

impl ProcessError {
    /// What the system refused.
    pub(crate) fn system(what: impl Into<String>) -> impl FnOnce(io::Error) -> Self {
        let what = what.into();
        move |error| Self::System { what, error }
    }
}
