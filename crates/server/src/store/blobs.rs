//! The alarm for sled's `blobs` folder.

use std::io;
use std::path::Path;

/// Whether sled has put anything into files of their own, which it never syncs. It never should:
/// values are cut to a size at which it does not.
pub(super) fn alarm(ledger: &Path) -> io::Result<bool> {
    let found = ledger.join("blobs").read_dir()?.next().is_some();
    if found {
        tracing::error!(
            "sled wrote a file into ledger/blobs, which it never syncs; report this, and back up the data folder now"
        );
    }
    Ok(found)
}
