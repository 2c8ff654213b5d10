//! Bindings that give the core and the device to mobile apps.
//!
//! The crate holds the boundary, and not yet what crosses it: the objects, records and errors come
//! with the apps. Until then it says which protocol the core speaks, so that a build of the
//! library can be told from another.

/// The version of the sync protocol that this library speaks.
#[must_use]
pub fn protocol_version() -> u8 {
    alleyway_core::sync::frame::PROTOCOL_VERSION
}
