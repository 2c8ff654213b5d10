//! Servers that prove who they are, and others; with the certificates of `tests/certificates`.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::{self, JoinHandle};

use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::{ServerConfig, ServerConnection, StreamOwned};

use super::super::{
    Authorities, CertificateFault, Client, ServerUrl, Timeouts, TransportError, Trust,
};
use super::ok;

fn made(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../tests/certificates")
        .join(name)
}

/// Trusts the authority of the tests, as a town's own.
fn town() -> Trust {
    Trust {
        authorities: Some(Authorities::File(made("authority.pem"))),
        plain_http: false,
    }
}

fn config(certificate: &str) -> Arc<ServerConfig> {
    let chain = CertificateDer::pem_file_iter(made(&format!("{certificate}.pem")))
        .unwrap()
        .collect::<Result<Vec<_>, _>>()
        .unwrap();
    let key = PrivateKeyDer::from_pem_file(made(&format!("{certificate}.key"))).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .unwrap();
    Arc::new(config)
}

/// Answers one request over TLS, if one comes; returns what it read of HTTP.
fn server(certificate: &str, answer: Vec<u8>) -> (u16, JoinHandle<Vec<u8>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let connection = ServerConnection::new(config(certificate)).unwrap();
    let handle = thread::spawn(move || {
        let (stream, _) = listener.accept().unwrap();
        let mut stream = StreamOwned::new(connection, stream);
        let mut request = Vec::new();
        let mut buffer = [0; 4096];
        while !request.ends_with(b"BODY") {
            match stream.read(&mut buffer) {
                Ok(read) if read > 0 => request.extend_from_slice(&buffer[..read]),
                _ => return request,
            }
        }
        stream.write_all(&answer).unwrap();
        stream.flush().unwrap();
        request
    });
    (port, handle)
}

fn client(url: &str, trust: &Trust) -> Result<Client, TransportError> {
    Client::trusting(ServerUrl::parse(url).unwrap(), Timeouts::default(), trust)
}

/// What came of a post to a server with this certificate under this name, and what it read.
fn post(
    certificate: &str,
    host: &str,
    trust: &Trust,
) -> (Result<Vec<u8>, TransportError>, Vec<u8>) {
    let (port, handle) = server(certificate, ok("answer"));
    let mut client = client(&format!("https://{host}:{port}"), trust).unwrap();
    let answer = client
        .post("/v1/sync", b"BODY".to_vec())
        .and_then(|answer| answer.whole(100));
    drop(client);
    (answer, handle.join().unwrap())
}

#[test]
fn a_server_that_the_towns_authority_vouches_for_is_spoken_to() {
    for (certificate, host) in [
        ("first", "localhost"),
        ("first", "127.0.0.1"),
        ("whole", "localhost"),
    ] {
        let (answer, request) = post(certificate, host, &town());
        assert_eq!(answer.unwrap(), b"answer", "{certificate} {host}");
        assert!(request.starts_with(b"POST /v1/sync HTTP/1.1\r\n"));
    }
}

#[test]
fn counted_are_the_bytes_of_http_as_without_tls() {
    let (port, handle) = server("first", ok("answer"));
    let mut client = client(&format!("https://localhost:{port}"), &town()).unwrap();
    client
        .post("/v1/sync", b"BODY".to_vec())
        .unwrap()
        .whole(100)
        .unwrap();
    let traffic = client.traffic();
    assert_eq!(traffic.up(), handle.join().unwrap().len() as u64);
    assert_eq!(traffic.down(), ok("answer").len() as u64);
}

#[test]
fn a_certificate_that_proves_nothing_is_refused_with_its_fault_and_nothing_is_sent() {
    for (certificate, trust, fault) in [
        ("first", Trust::default(), CertificateFault::Authority),
        ("expired", town(), CertificateFault::Time),
        ("elsewhere", town(), CertificateFault::Name),
        // As a Wi-Fi's log-in page shows itself.
        ("self", Trust::default(), CertificateFault::Authority),
        ("self", town(), CertificateFault::Authority),
        ("whole", Trust::default(), CertificateFault::Authority),
        ("alone", town(), CertificateFault::Chain),
        ("public", town(), CertificateFault::Chain),
        ("public", Trust::default(), CertificateFault::Chain),
    ] {
        let (answer, request) = post(certificate, "localhost", &trust);
        match answer {
            Err(TransportError::Untrusted {
                fault: found, to, ..
            }) => {
                assert_eq!(found, fault, "{certificate}");
                assert!(to.starts_with("localhost:"));
            }
            other => panic!("{certificate}: {other:?}"),
        }
        assert_eq!(request, b"", "{certificate}");
    }
}

#[test]
fn a_certificate_that_vouches_for_itself_is_taken_where_it_was_given() {
    let trust = Trust {
        authorities: Some(Authorities::File(made("self.pem"))),
        plain_http: false,
    };
    assert_eq!(post("self", "localhost", &trust).0.unwrap(), b"answer");
}

#[test]
fn a_server_that_speaks_plain_http_where_tls_is_expected_is_told_apart() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let handle = thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let _ = stream.read(&mut [0; 4096]);
        let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n");
    });
    let mut client = client(&format!("https://localhost:{port}"), &town()).unwrap();
    let error = client.post("/v1/sync", b"BODY".to_vec()).unwrap_err();
    assert!(matches!(error, TransportError::NoTls { .. }), "{error}");
    handle.join().unwrap();
}

#[test]
fn plain_http_leaves_this_machine_only_if_it_is_asked_for() {
    let far = "http://192.0.2.1:8470";
    let error = client(far, &Trust::default()).unwrap_err();
    assert_eq!(
        error,
        TransportError::PlainHttp {
            to: "192.0.2.1:8470".to_owned()
        }
    );
    client(
        far,
        &Trust {
            plain_http: true,
            ..Trust::default()
        },
    )
    .unwrap();
    client("http://127.0.0.1:8470", &Trust::default()).unwrap();
}

#[test]
fn an_authority_that_cannot_be_used_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let empty = folder.path().join("empty.pem");
    std::fs::write(&empty, "nothing").unwrap();
    for path in [folder.path().join("absent.pem"), empty] {
        let trust = Trust {
            authorities: Some(Authorities::File(path.clone())),
            plain_http: false,
        };
        match client("https://localhost:1", &trust) {
            Err(TransportError::Authority { path: named, .. }) => {
                assert_eq!(named, path.display().to_string());
            }
            other => panic!("{other:?}"),
        }
    }
}
