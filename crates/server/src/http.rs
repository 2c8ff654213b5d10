//! The HTTP edge: what devices, residents and the operator's tools reach.
//!
//! | route | who | file |
//! | --- | --- | --- |
//! | `POST /v1/sync` | a device | `http/sync.rs` |
//! | `POST /v1/enrol` | a new device | `http/enrol.rs` |
//! | `GET`, `POST /v1/track/{code}` | a resident | `http/track.rs` |
//! | `GET /healthz`, `/readyz` | a supervisor | `http/health.rs` |
//! | `POST /demo/clock` | only in a demo, only from this machine | `http/demo.rs` |
//!
//! `GET /metrics` is on a listener of its own, which only this machine reaches: `http/metrics.rs`.
//!
//! A handler extracts, asks the writer, answers. What a connection may cost is bounded in
//! `http/serve.rs`.

mod answers;
mod body;
mod compression;
mod demo;
mod device_keys;
mod enrol;
mod error;
mod health;
mod limits;
mod loading;
mod metrics;
mod observe;
mod paced;
mod pages;
mod quarantine;
mod reads;
mod serve;
mod slices;
mod slow_bodies;
mod sync;
#[cfg(test)]
mod tests;
mod tls;
mod track;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use alleyway_core::crypto::SealingSecret;
use alleyway_core::id::TownId;
use alleyway_core::limits::FLIGHT_BYTES_MAX;
use alleyway_core::sync::pieces::Pieces;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::header::CONNECTION;
use axum::routing::{get, post};

use crate::clock::Clock;
use crate::config::HttpLimits;
use crate::places::{Bounds, Places};
use crate::telemetry::Metrics;
use crate::writer::Writer;

pub use demo::DemoClock;
pub use metrics::serve_metrics;
pub use serve::{listen, serve};
pub use tls::{POLL_PERIOD, Tls, TlsError, keep_current};

use compression::Packers;
use device_keys::DeviceKeys;
use error::HttpError;
use limits::Limits;
use loading::LoadingPlaces;
use reads::{ImportTurn, SeenProofs};
use track::StepLimit;

/// The state that the handlers share.
pub struct App {
    /// The one way to the ledger.
    pub writer: Writer,
    /// Whose server this is.
    pub town: TownId,
    /// Opens batches that are sealed to the town.
    pub sealing: SealingSecret,
    /// Counters.
    pub metrics: Arc<Metrics>,
    /// The limits of the HTTP edge.
    pub limits: HttpLimits,
    /// The clock.
    pub clock: Clock,
    /// Set in a demo: where its clock is kept.
    pub demo: Option<DemoClock>,
    /// The certificate that the server shows, and its key; none speaks plain HTTP.
    pub tls: Option<Tls>,
    by_client: Limits,
    places: Places,
    draining: AtomicBool,
    keys: DeviceKeys,
    pieces: Mutex<Pieces>,
    resident_steps: StepLimit,
    proofs: SeenProofs,
    comparing: ImportTurn,
    loading: LoadingPlaces,
    packers: Packers,
}

/// The parts of an [`App`] that are given to it.
pub struct AppParts {
    /// The one way to the ledger.
    pub writer: Writer,
    /// Whose server this is.
    pub town: TownId,
    /// Opens batches that are sealed to the town.
    pub sealing: SealingSecret,
    /// The key of the ledger's challenges.
    pub challenge_key: [u8; 32],
    /// Counters.
    pub metrics: Arc<Metrics>,
    /// The limits of the HTTP edge.
    pub limits: HttpLimits,
    /// The clock.
    pub clock: Clock,
    /// Set in a demo: where its clock is kept.
    pub demo: Option<DemoClock>,
    /// The certificate; none speaks plain HTTP.
    pub tls: Option<Tls>,
}

impl App {
    /// Puts the parts together.
    pub fn new(parts: AppParts) -> Self {
        let AppParts {
            writer,
            town,
            sealing,
            challenge_key,
            metrics,
            limits,
            clock,
            demo,
            tls,
        } = parts;
        let by_client = Limits::new(&limits, metrics.clone());
        let places = Places::new(Bounds {
            public_max: limits.connections_max,
            address_max: limits.address_connections_max,
            unproven_time: limits.unproven_time,
        });
        Self {
            writer,
            town,
            sealing,
            metrics,
            limits,
            clock,
            demo,
            tls,
            by_client,
            places,
            draining: AtomicBool::new(false),
            keys: DeviceKeys::new(challenge_key),
            pieces: Mutex::default(),
            resident_steps: StepLimit::default(),
            proofs: SeenProofs::default(),
            comparing: ImportTurn::default(),
            loading: LoadingPlaces::default(),
            packers: Packers::default(),
        }
    }

    /// The table of all connections' places, for the server's other doors.
    pub fn places(&self) -> Places {
        self.places.clone()
    }

    /// From now on the server is not ready: it ends.
    pub fn begin_draining(&self) {
        self.draining.store(true, Ordering::Relaxed);
    }

    /// Whether the server ends.
    pub fn is_draining(&self) -> bool {
        self.draining.load(Ordering::Relaxed)
    }
}

/// Every route that devices, residents and supervisors reach.
pub fn router(app: &Arc<App>) -> Router {
    let mut router = Router::new()
        .route("/v1/sync", post(sync::post))
        .route("/v1/enrol", post(enrol::post))
        .route("/v1/track/{code}", get(track::get).post(track::post))
        .route("/v1/q/figures", get(reads::figures))
        .route("/v1/q/coverage", get(reads::coverage))
        .route("/v1/q/devices", get(reads::devices))
        .route(
            "/v1/q/import",
            post(reads::import).get(reads::waiting_import),
        )
        .route("/v1/q/invitation", get(reads::invitation))
        .route("/v1/q/late", get(reads::late))
        .route("/v1/q/search", get(reads::search))
        .route("/v1/openapi.json", get(reads::describe))
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready));
    if app.demo.is_some() {
        router = router.route("/demo/clock", post(demo::set_clock));
    }
    router
        .fallback(|| async { HttpError::NotFound })
        .method_not_allowed_fallback(|| async { HttpError::MethodNotAllowed })
        .layer(axum::middleware::from_fn_with_state(
            app.clone(),
            quarantine::gate,
        ))
        .layer(axum::middleware::from_fn_with_state(
            app.clone(),
            observe::observe,
        ))
        .with_state(app.clone())
}

/// The answers to a connection for which there is no place: whether the server is alive, for busy
/// is not dead and not to be restarted; and `error` to all else.
fn router_when_full(app: &Arc<App>, error: HttpError) -> Router {
    let alive = || async { ([(CONNECTION, "close")], health::alive().await) };
    // Read to its end: closing with unread bytes would reset the connection and lose the answer.
    let full = move |body: Body| async move {
        let _ = to_bytes(body, FLIGHT_BYTES_MAX).await;
        error
    };
    Router::new()
        .route("/healthz", get(alive))
        .fallback(full)
        .layer(axum::middleware::from_fn_with_state(
            app.clone(),
            observe::observe,
        ))
}
