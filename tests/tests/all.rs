//! All integration tests, in one binary.

#[path = "all/administration.rs"]
mod administration;
#[path = "all/archive.rs"]
mod archive;
#[path = "all/asked.rs"]
mod asked;
#[path = "all/authority.rs"]
mod authority;
#[path = "all/backup.rs"]
mod backup;
#[path = "all/behind.rs"]
mod behind;
#[path = "all/bounced.rs"]
mod bounced;
#[path = "all/bundles.rs"]
mod bundles;
#[path = "all/comments.rs"]
mod comments;
#[path = "all/compaction.rs"]
mod compaction;
#[path = "all/confidential.rs"]
mod confidential;
#[path = "all/conformance.rs"]
mod conformance;
#[path = "all/counts.rs"]
mod counts;
#[path = "all/crashes.rs"]
mod crashes;
#[path = "all/device.rs"]
mod device;
#[path = "all/doors.rs"]
mod doors;
#[path = "all/fuzz.rs"]
mod fuzz;
#[path = "all/handover.rs"]
mod handover;
#[path = "all/hands.rs"]
mod hands;
#[path = "all/hostile.rs"]
mod hostile;
#[path = "all/kinds.rs"]
mod kinds;
#[path = "all/lease.rs"]
mod lease;
#[path = "all/limits.rs"]
mod limits;
#[path = "all/lists.rs"]
mod lists;
#[path = "all/mended.rs"]
mod mended;
#[path = "all/merged.rs"]
mod merged;
#[path = "all/older.rs"]
mod older;
#[path = "all/power.rs"]
mod power;
#[path = "all/protocol.rs"]
mod protocol;
#[path = "all/reading.rs"]
mod reading;
#[path = "all/refusals.rs"]
mod refusals;
#[path = "all/restored.rs"]
mod restored;
#[path = "all/simulation.rs"]
mod simulation;
#[path = "all/slow_lines.rs"]
mod slow_lines;
#[path = "all/storm.rs"]
mod storm;
#[path = "all/story.rs"]
mod story;
#[path = "all/upgrades.rs"]
mod upgrades;
