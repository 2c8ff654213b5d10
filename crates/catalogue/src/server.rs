//! The texts of the server: over HTTP, on its command line, and on the resident's page.

pub mod admin;
mod audit;
pub mod backup;
pub mod check;
pub mod cli;
pub mod export;
mod help;
pub mod http;
pub mod import;
mod keys;
pub mod reads;
pub mod resident;
pub mod start;

pub use audit::AUDIT;
pub use help::HELP;
pub use keys::KEY;
