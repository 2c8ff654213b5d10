//! A server from its start to its end.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use alleyway_catalogue::Lang;
use alleyway_catalogue::server::start as said;
use alleyway_ledger::Quarantine;
use thiserror::Error;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::admin::{self, Office, SocketError};
use crate::backup::LastBackup;
use crate::by_time;
use crate::clock::{Clock, rfc3339};
use crate::config::{Config, HttpLimits};
use crate::descriptors;
use crate::disk::Disk;
use crate::failure::{self, Cause};
use crate::http::{self, App, AppParts, DemoClock, Tls, TlsError};
use crate::importing;
use crate::instance::Instance;
use crate::said::{Said, because, told};
use crate::scrub;
use crate::telemetry::Metrics;
use crate::writer;

/// Why a server did not start.
#[derive(Debug, Error)]
pub enum ServeError {
    /// The address cannot be had.
    Listen {
        /// The address.
        address: SocketAddr,
        /// The system's reason.
        error: io::Error,
    },
    /// The certificate or its key cannot be used.
    Tls(#[from] TlsError),
    /// The administration's socket cannot be had.
    Socket(#[from] SocketError),
    /// No thread or no signal handler could be had.
    System(#[from] io::Error),
}

impl ServeError {
    /// The text, and the values of its places.
    pub(crate) fn said(&self, lang: Lang) -> Said {
        match self {
            Self::Listen { address, error } => (
                said::CANNOT_LISTEN,
                vec![("address", address.to_string()), because(error)],
            ),
            Self::Tls(error) => error.said(lang),
            Self::Socket(error) => error.said(lang),
            Self::System(error) => (said::SYSTEM_REFUSED, vec![because(error)]),
        }
    }
}

told!(ServeError);

/// Serves until SIGTERM, SIGINT or an administrator ends it; then lets what is in flight finish,
/// commits it, and returns. `announce` is told the address once connections are accepted, and whether
/// the server is in quarantine.
///
/// # Errors
/// [`ServeError`], before anything is served.
pub async fn run(
    config: &Config,
    instance: Instance,
    clock: Clock,
    demo: Option<DemoClock>,
    announce: impl FnOnce(&str, Option<Quarantine>),
) -> Result<(), ServeError> {
    let limits = fitted(&config.http);
    let Instance {
        town,
        ledger,
        store,
        ..
    } = instance;
    let quarantine = ledger.quarantine();
    let tls = config.tls.as_ref().map(Tls::open).transpose()?;
    let listener = listen(config.listen)?;
    let address = listener.local_addr()?;
    let metrics_listener = config.metrics_listen.map(listen).transpose()?;
    let socket = admin::listen(&config.data)?;

    let metrics = metrics(config);
    let (sealing, challenge_key) = (ledger.sealing(), ledger.challenge_key());
    let (writer, thread) = writer::start_on(
        Disk::of(store.room(), config.disk_reserve_bytes),
        ledger,
        store,
        clock.clone(),
        config.writer.clone(),
        metrics.clone(),
        writer::exit_process(&config.data),
    )?;
    let (stop, stopped) = watch::channel(false);
    let url = config.url(address);
    let mut beside = vec![
        tokio::spawn(scrub::scrub(writer.clone(), metrics.clone())),
        tokio::spawn(by_time::watch(writer.clone())),
        tokio::spawn(importing::watch(writer.clone(), town)),
    ];
    if demo.is_none() {
        beside.push(reload(tls.clone(), metrics.clone())?);
    }
    let app = Arc::new(App::new(AppParts {
        writer: writer.clone(),
        town,
        sealing,
        challenge_key,
        metrics,
        limits,
        clock,
        demo,
        tls,
    }));
    let office = Office {
        writer: writer.clone(),
        town,
        data: Some(config.data.clone()),
        url: url.clone(),
        clock: app.clock.clone(),
        metrics: app.metrics.clone(),
        demo: app.demo.clone(),
        edge: Some(app.clone()),
        stop: Some(stop.clone()),
    };
    beside.push(tokio::spawn(admin::serve(socket, office, app.places())));
    if let Some(listener) = metrics_listener {
        let metrics = http::serve_metrics(listener, app.clone(), stopped.clone());
        beside.push(tokio::spawn(metrics));
    }
    stop_on_signals(stop)?;

    tracing::info!(%address, %town, "serving");
    if let Some(why) = quarantine {
        tracing::warn!(
            why = why.word(),
            "in quarantine: no device is answered until its administrator has confirmed the devices; see `quarantine show`, then `quarantine confirm`"
        );
    }
    announce(&url, quarantine);
    http::serve(listener, app, stopped).await;

    beside.iter().for_each(JoinHandle::abort);
    // Its absence tells administrators that no server runs; a killed server leaves it behind.
    let _ = std::fs::remove_file(config.data.join(admin::SOCKET_NAME));
    writer.stop().await;
    let _ = tokio::task::spawn_blocking(move || thread.join()).await;
    tracing::info!("stopped");
    Ok(())
}

/// Opens a listening socket.
fn listen(address: SocketAddr) -> Result<TcpListener, ServeError> {
    http::listen(address).map_err(|error| ServeError::Listen { address, error })
}

/// The counters, with what is known from before this start.
fn metrics(config: &Config) -> Arc<Metrics> {
    let metrics = Arc::new(Metrics::default());
    metrics.started.set(Clock::System.now().seconds());
    if let Some(last) = failure::last(&config.data) {
        metrics.last_failure.set(last.time().seconds());
        if last.cause == Cause::Damage {
            metrics.last_damage.set(last.time().seconds());
        }
        tracing::warn!(
            at = rfc3339(last.time()),
            reason = last.reason,
            "a server of this folder ended by itself"
        );
    }
    if let Some(last) = LastBackup::read(&config.data) {
        metrics.backed_up(last.seconds(), last.sequence);
    }
    metrics
        .loaded_documents_max
        .set(i64::try_from(config.loaded_documents_max).unwrap_or(i64::MAX));
    metrics
}

/// Takes new certificates. SIGHUP never ends a server, with TLS or without: `systemctl reload` sends
/// it. A demo, which belongs to a terminal, does not come here and ends with it.
fn reload(tls: Option<Tls>, metrics: Arc<Metrics>) -> io::Result<JoinHandle<()>> {
    let mut hangup = signal(SignalKind::hangup())?;
    Ok(tokio::spawn(async move {
        match tls {
            Some(tls) => http::keep_current(tls, metrics, http::POLL_PERIOD, hangup).await,
            None => {
                while hangup.recv().await.is_some() {
                    tracing::info!("SIGHUP: there is no certificate to read again");
                }
            }
        }
    }))
}

/// The limits of the HTTP edge, with no more connections than the system has files for.
fn fitted(configured: &HttpLimits) -> HttpLimits {
    let descriptors = descriptors::raise();
    let connections_max = descriptors::fit(configured.connections_max, descriptors);
    if connections_max < configured.connections_max {
        tracing::warn!(
            connections_max,
            configured = configured.connections_max,
            descriptors,
            "the system grants this process too few open files for `connections_max`: fewer connections are served. Raise the limit (`LimitNOFILE=` of a unit, `ulimit -n` in a shell)"
        );
    }
    HttpLimits {
        connections_max,
        ..configured.clone()
    }
}

fn stop_on_signals(stop: watch::Sender<bool>) -> io::Result<()> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    tokio::spawn(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        tracing::info!("told to stop");
        stop.send_replace(true);
    });
    Ok(())
}
