//! What the server says: over HTTP, on its command line, and on the resident's page.

pub mod backup;
pub mod export;
pub mod http;
pub mod import;
pub mod resident;
