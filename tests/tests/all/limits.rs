//! What happens at the limits: refused or slowed down with a code, nothing unsafe acknowledged, and on
//! it goes by itself when there is room.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that cannot go on panics"
)]

#[path = "limits/budget.rs"]
mod budget;
#[path = "limits/counted.rs"]
mod counted;
#[path = "limits/crowds.rs"]
mod crowds;
#[path = "limits/descriptors.rs"]
mod descriptors;
#[path = "limits/disk.rs"]
mod disk;
#[path = "limits/documented.rs"]
mod documented;
#[path = "limits/feed.rs"]
mod feed;
#[path = "limits/long.rs"]
mod long;
