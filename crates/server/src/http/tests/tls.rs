//! TLS over real sockets, with the certificates of `tests/certificates`.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use tempfile::TempDir;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;
use tokio::signal::unix::{SignalKind, signal};
use tokio::task::JoinHandle;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

use super::super::{Tls, TlsError, keep_current};
use super::connections::{Running, rest, running_as};
use super::{NEVER, app_with, limits, writer_limits};
use crate::config::{HttpLimits, TlsFiles};

const ASK: &[u8] = b"GET /healthz HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n";

fn made(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../tests/certificates")
        .join(name)
}

fn certificate(name: &str) -> CertificateDer<'static> {
    CertificateDer::from_pem_file(made(name)).unwrap()
}

/// A folder whose files can be changed.
struct Files {
    _folder: TempDir,
    files: TlsFiles,
}

impl Files {
    fn of(name: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let files = TlsFiles {
            certificate: folder.path().join("town.pem"),
            key: folder.path().join("town.key"),
        };
        let made = Self {
            _folder: folder,
            files,
        };
        made.put(name);
        made
    }

    fn put(&self, name: &str) {
        fs::copy(made(&format!("{name}.pem")), &self.files.certificate).unwrap();
        fs::copy(made(&format!("{name}.key")), &self.files.key).unwrap();
    }
}

fn serving(files: &Files, limits: HttpLimits) -> Running {
    let tls = Tls::open(&files.files).unwrap();
    running_as(app_with(limits, writer_limits(), false, Some(tls)))
}

/// Reads the certificate again at each look that finds other files, and on the signal.
fn renewing(server: &Running, look: Duration, on: SignalKind) -> JoinHandle<()> {
    let tls = server.app.tls.clone().unwrap();
    let hangup = signal(on).unwrap();
    tokio::spawn(keep_current(tls, server.app.metrics.clone(), look, hangup))
}

async fn shake(server: &Running) -> std::io::Result<TlsStream<TcpStream>> {
    let mut roots = RootCertStore::empty();
    roots.add(certificate("authority.pem")).unwrap();
    let mut config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    let name = ServerName::try_from("localhost").unwrap();
    TlsConnector::from(Arc::new(config))
        .connect(name, server.connect().await)
        .await
}

/// The certificate that the server shows.
async fn shown(server: &Running) -> CertificateDer<'static> {
    let stream = shake(server).await.unwrap();
    stream.get_ref().1.peer_certificates().unwrap()[0]
        .clone()
        .into_owned()
}

async fn is_well(server: &Running) {
    let mut stream = shake(server).await.unwrap();
    assert_eq!(stream.get_ref().1.alpn_protocol(), Some(&b"http/1.1"[..]));
    stream.write_all(ASK).await.unwrap();
    let answer = rest(&mut stream).await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
}

/// Waits until the reloads so far are these.
/// Waits until so many reloads were counted. There may be more: files that were half written when
/// they were looked at count too, and a look and a signal can come for the same change.
async fn until_counted(server: &Running, result: &str, count: u32) {
    let line = format!("alleyway_tls_reloads_total{{result=\"{result}\"}} ");
    let counted = || {
        let text = server.app.metrics.encode().unwrap();
        text.lines()
            .find_map(|found| found.strip_prefix(&line)?.parse::<u32>().ok())
            .unwrap_or(0)
    };
    while counted() < count {
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

#[tokio::test]
async fn a_request_over_tls_is_answered() {
    let server = serving(&Files::of("first"), limits());
    is_well(&server).await;
}

#[tokio::test]
async fn plain_http_on_a_tls_port_gets_no_answer_and_hurts_nobody() {
    let server = serving(&Files::of("first"), limits());
    let mut stream = server.connect().await;
    stream.write_all(ASK).await.unwrap();
    let answer = rest(&mut stream).await;
    assert!(!answer.contains("HTTP/1.1"), "{answer}");
    is_well(&server).await;
    assert_eq!(server.app.metrics.tls_handshakes_failed.get(), 1);
}

#[tokio::test]
async fn a_handshake_that_does_not_begin_stops_halfway_or_comes_byte_by_byte_is_cut() {
    let server = serving(
        &Files::of("first"),
        HttpLimits {
            header_time_max: Duration::from_millis(200),
            ..limits()
        },
    );
    // A record that announces a client hello of 256 bytes, and the first of them.
    let halfway = b"\x16\x03\x01\x01\x00\x01\x00";
    for said in [&b""[..], halfway] {
        let mut stream = server.connect().await;
        stream.write_all(said).await.unwrap();
        // Reading ends only because the server closes.
        rest(&mut stream).await;
    }
    let mut stream = server.connect().await;
    stream.write_all(halfway).await.unwrap();
    while stream.write_all(b"\0").await.is_ok() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    while server.app.metrics.connections.get() > 0 {
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    assert_eq!(server.app.metrics.tls_handshakes_failed.get(), 3);
}

#[tokio::test]
async fn who_says_nothing_after_the_handshake_is_cut() {
    let server = serving(
        &Files::of("first"),
        HttpLimits {
            header_time_max: Duration::from_millis(500),
            ..limits()
        },
    );
    let mut stream = shake(&server).await.unwrap();
    assert_eq!(rest(&mut stream).await, "");
}

#[tokio::test]
async fn an_unfinished_handshake_takes_a_connections_place() {
    let server = serving(
        &Files::of("first"),
        HttpLimits {
            connections_max: 1,
            ..limits()
        },
    );
    let silent = server.connect().await;
    while server.app.metrics.connections.get() == 0 {
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    let mut second = server.connect().await;
    assert_eq!(rest(&mut second).await, "");
    assert_eq!(server.app.metrics.connections_refused.get(), 1);
    drop(silent);
    while server.app.metrics.connections.get() > 0 {
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    is_well(&server).await;
}

#[tokio::test]
async fn a_silent_handshake_makes_room_for_who_comes() {
    let server = serving(
        &Files::of("first"),
        HttpLimits {
            connections_max: 1,
            unproven_time: Duration::ZERO,
            ..limits()
        },
    );
    let mut silent = server.connect().await;
    while server.app.metrics.connections.get() == 0 {
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    is_well(&server).await;
    assert_eq!(rest(&mut silent).await, "");
    assert_eq!(server.app.metrics.connections_refused.get(), 0);
}

#[tokio::test]
async fn a_server_that_ends_does_not_wait_for_handshakes() {
    let server = serving(
        &Files::of("first"),
        HttpLimits {
            header_time_max: NEVER,
            drain_time_max: NEVER,
            ..limits()
        },
    );
    let mut silent = server.connect().await;
    while server.app.metrics.connections.get() == 0 {
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    server.stop.send_replace(true);
    assert_eq!(rest(&mut silent).await, "");
    server.serving.await.unwrap();
}

#[tokio::test]
async fn a_new_certificate_is_shown_once_its_files_have_changed() {
    let files = Files::of("first");
    let server = serving(&files, limits());
    let renewing = renewing(
        &server,
        Duration::from_millis(5),
        SignalKind::window_change(),
    );
    assert_eq!(shown(&server).await, certificate("first.pem"));
    let mut old = shake(&server).await.unwrap();

    fs::write(
        &files.files.certificate,
        "-----BEGIN CERTIFICATE-----\nhalf written",
    )
    .unwrap();
    until_counted(&server, "refused", 1).await;
    assert_eq!(
        shown(&server).await,
        certificate("first.pem"),
        "a broken file changes nothing"
    );

    fs::copy(made("second.pem"), &files.files.certificate).unwrap();
    until_counted(&server, "refused", 2).await;
    assert_eq!(
        shown(&server).await,
        certificate("first.pem"),
        "nor does one without its key"
    );

    files.put("expired");
    until_counted(&server, "refused", 3).await;
    assert_eq!(
        shown(&server).await,
        certificate("first.pem"),
        "nor one that has ended"
    );

    fs::remove_file(&files.files.key).unwrap();
    until_counted(&server, "refused", 4).await;
    files.put("second");
    until_counted(&server, "taken", 1).await;
    assert_eq!(shown(&server).await, certificate("second.pem"));
    old.write_all(ASK).await.unwrap();
    assert!(
        rest(&mut old).await.starts_with("HTTP/1.1 200"),
        "connections that stand go on"
    );
    renewing.abort();
}

#[tokio::test]
async fn a_chain_that_is_cut_off_is_not_taken_and_the_one_before_is_still_shown() {
    let files = Files::of("whole");
    let server = serving(&files, limits());
    let renewing = renewing(
        &server,
        Duration::from_millis(5),
        SignalKind::window_change(),
    );
    is_well(&server).await;
    fs::copy(made("alone.pem"), &files.files.certificate).unwrap();
    until_counted(&server, "refused", 1).await;
    is_well(&server).await;
    files.put("public");
    until_counted(&server, "refused", 2).await;
    is_well(&server).await;
    files.put("whole");
    until_counted(&server, "taken", 1).await;
    is_well(&server).await;
    renewing.abort();
}

#[test]
fn a_chain_of_the_towns_own_may_leave_its_authority_out_and_may_be_one_certificate() {
    for name in ["first", "whole", "self", "alone"] {
        let files = Files::of(name);
        assert!(Tls::open(&files.files).is_ok(), "{name}");
    }
    let files = Files::of("first");
    let whole = ["first.pem", "authority.pem"].map(|name| fs::read(made(name)).unwrap());
    fs::write(&files.files.certificate, whole.concat()).unwrap();
    assert!(Tls::open(&files.files).is_ok(), "with its authority");
}

#[tokio::test]
async fn a_signal_has_the_files_read_at_once() {
    let files = Files::of("first");
    let server = serving(&files, limits());
    let renewing = renewing(&server, NEVER, SignalKind::hangup());
    files.put("second");
    rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::HUP).unwrap();
    until_counted(&server, "taken", 1).await;
    assert_eq!(shown(&server).await, certificate("second.pem"));
    renewing.abort();
}

#[test]
fn what_is_wrong_with_the_files_is_said_with_what_to_do() {
    let files = Files::of("first");
    let error = |change: &dyn Fn()| {
        files.put("first");
        change();
        Tls::open(&files.files).unwrap_err()
    };
    let unreadable = error(&|| fs::remove_file(&files.files.key).unwrap());
    assert!(
        matches!(&unreadable, TlsError::Unreadable { path, .. } if *path == files.files.key),
        "{unreadable}"
    );
    let empty = error(&|| fs::write(&files.files.certificate, "").unwrap());
    assert!(
        matches!(&empty, TlsError::Missing { path, .. } if *path == files.files.certificate),
        "{empty}"
    );
    let swapped = error(&|| {
        fs::copy(made("first.pem"), &files.files.key).unwrap();
    });
    assert!(
        matches!(&swapped, TlsError::Missing { path, .. } if *path == files.files.key),
        "{swapped}"
    );
    let others = error(&|| {
        fs::copy(made("second.key"), &files.files.key).unwrap();
    });
    assert!(matches!(others, TlsError::OtherKey { .. }), "{others}");
    let encrypted = error(&|| {
        files.put("alone");
        fs::copy(made("encrypted.key"), &files.files.key).unwrap();
    });
    assert!(
        matches!(encrypted, TlsError::EncryptedKey(_)),
        "{encrypted}"
    );
    let marked = |path: &Path, name: &str| {
        let whole = fs::read(made(name)).unwrap();
        fs::write(path, [b"\xef\xbb\xbf", whole.as_slice()].concat()).unwrap();
    };
    let mark = error(&|| marked(&files.files.certificate, "whole.pem"));
    assert!(
        matches!(&mark, TlsError::ByteOrderMark(path) if *path == files.files.certificate),
        "{mark}"
    );
    let key_mark = error(&|| marked(&files.files.key, "first.key"));
    assert!(
        matches!(&key_mark, TlsError::ByteOrderMark(path) if *path == files.files.key),
        "{key_mark}"
    );
    let reversed = error(&|| files.put("reversed"));
    assert!(
        matches!(reversed, TlsError::WrongOrder { .. }),
        "{reversed}"
    );
    let public = error(&|| files.put("public"));
    assert!(matches!(public, TlsError::CutOff { .. }), "{public}");
    let ended = error(&|| files.put("expired"));
    assert!(
        matches!(&ended, TlsError::Ended { until, .. } if until == "2020-02-01T00:00:00Z"),
        "{ended}"
    );
    for error in [
        unreadable, empty, swapped, others, ended, encrypted, mark, key_mark, reversed, public,
    ] {
        let text = error.to_string();
        assert!(text.contains("town.") && text.contains(';'), "{text}");
    }
}
