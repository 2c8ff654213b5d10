//! The lists of all areas.

use crate::{Area, refusals, screens, server, terminal, words};

/// What any screen of a device may say, an app's too.
pub const FOR_APPS: &[Area] = &[
    refusals::RULE,
    refusals::AREA,
    words::STAGE,
    words::KIND,
    words::FIELD,
    words::SAID,
    words::CATEGORY,
    words::FINDING,
    words::REFERRAL,
    words::WAIT,
    words::REJECT,
    words::CLOSURE,
    words::TRACK,
    words::UNIT,
    words::POST,
    words::KEPT,
    words::FATE,
    words::EVICTION,
    screens::bundle::AREA,
    screens::case::AREA,
    screens::clearance::AREA,
    screens::common::AREA,
    screens::conflict::AREA,
    screens::damage::AREA,
    screens::enrol::AREA,
    screens::household::AREA,
    screens::lease::AREA,
    screens::line::AREA,
    screens::member::AREA,
    screens::moving::AREA,
    screens::outbox::AREA,
    screens::passphrase::AREA,
    screens::receipt::AREA,
    screens::step::AREA,
    screens::stopped::AREA,
    screens::store::AREA,
    screens::sync::AREA,
    screens::tray::AREA,
    screens::wipe::AREA,
];

/// What only the programs say.
pub const FOR_PROGRAMS: &[Area] = &[
    terminal::hint::AREA,
    terminal::usage::AREA,
    server::backup::AREA,
    server::export::AREA,
    server::http::AREA,
    server::import::AREA,
    server::resident::AREA,
];
