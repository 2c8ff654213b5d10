//! Slips of the hand, and answers of a server that does not go on.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::thread;

use super::town::{Phone, Town};
use super::{error_of, type_line};

fn report(phone: &Phone<'_>) -> String {
    let line = [
        "report",
        "--category",
        "road",
        "--title",
        "路坏了",
        "--text",
        "过不了车",
    ];
    phone.json(&line)["number"].as_str().unwrap().to_owned()
}

#[test]
fn a_field_that_is_not_there_and_a_value_that_does_not_stand_are_told_apart() {
    let mut town = Town::new();
    let xie = town.device("xie", "xie").ready();
    let number = report(&xie);
    assert_eq!(
        xie.error(&["keep", &number, "--field", "nofield"]),
        (3, "unknown_field".to_owned())
    );
    assert_eq!(
        xie.error(&["keep", &number, "--field", "category"]),
        (3, "not_text".to_owned())
    );
    assert_eq!(
        xie.error(&["pick", &number, "--field", "nofield", "--value", "x"]),
        (3, "unknown_field".to_owned())
    );
    let (code, _, err) = xie.line(&[
        "--json", "pick", &number, "--field", "title", "--value", "zzz",
    ]);
    let (word, text) = error_of(&err);
    assert_eq!((code, word.as_str()), (3, "no_such_value"));
    assert!(text.contains("zzz") && text.contains("“路坏了”"), "{text}");
}

#[test]
fn a_category_that_nobody_knows_is_kept_with_a_warning() {
    let mut town = Town::new();
    let xie = town.device("xie", "xie").ready();
    let number = report(&xie);
    let (code, _, err) = xie.line(&[
        "--json", "edit", &number, "--field", "category", "--value", "bogus",
    ]);
    assert_eq!(
        (
            code,
            err.contains("unknown_category"),
            err.contains("road water")
        ),
        (0, true, true),
        "{err}"
    );
    assert_eq!(xie.json(&["show", &number])["fields"]["category"], "bogus");
    let (code, _, err) = xie.line(&["edit", &number, "--field", "category", "--value", "water"]);
    assert_eq!((code, err.as_str()), (0, ""));
}

#[test]
fn a_passphrase_line_without_a_word_names_the_words() {
    let home = tempfile::tempdir().unwrap();
    for line in [&["passphrase"][..], &["--json", "passphrase"]] {
        let (code, _, err) = type_line(home.path(), line);
        assert_eq!(code, 2);
        assert!(
            ["set", "change", "remove"]
                .iter()
                .all(|word| err.contains(word)),
            "{err}"
        );
    }
}

/// The error of an enrolment at a server that answers with these bytes.
fn answered(bytes: &'static [u8]) -> (u8, String, String) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let server = thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut head = Vec::new();
        while !head.windows(4).any(|end| end == b"\r\n\r\n") {
            let mut byte = [0];
            stream.read_exact(&mut byte).unwrap();
            head.push(byte[0]);
        }
        stream.write_all(bytes).unwrap();
        // The rest of the request is read, so that the answer is not lost to a reset.
        stream.shutdown(std::net::Shutdown::Write).unwrap();
        let _ = stream.read_to_end(&mut Vec::new());
    });
    let home = tempfile::tempdir().unwrap();
    let line = [
        "--json",
        "--lang",
        "en",
        "enrol",
        &address,
        "0000-0000-0000-0000",
    ];
    let (code, _, err) = type_line(&home.path().join("xie"), &line);
    server.join().unwrap();
    let (word, text) = error_of(err.lines().last().unwrap());
    (code, word, text)
}

#[test]
fn a_server_that_does_not_go_on_is_told_from_one_that_is_busy() {
    let (code, word, text) =
        answered(b"HTTP/1.1 429 Too Many\r\nretry-after: 7\r\ncontent-length: 19\r\n\r\n{\"code\":\"too_many\"}");
    assert_eq!((code, word.as_str()), (5, "too_many"));
    assert!(
        text.contains("Too many requests") && text.contains("7 seconds"),
        "{text}"
    );
    let (code, word, text) =
        answered(b"HTTP/1.1 503 No\r\ncontent-length: 21\r\n\r\n{\"code\":\"quarantine\"}");
    assert_eq!((code, word.as_str()), (5, "quarantine"));
    assert!(
        text.contains("waits for its administrator") && text.contains("safe"),
        "{text}"
    );
}

#[test]
fn an_answer_of_tls_to_plain_http_hints_at_https() {
    let (code, word, text) = answered(&[0x15, 3, 3, 0, 2, 2, 10]);
    assert_eq!((code, word.as_str()), (6, "not_http"));
    assert!(text.contains("https://"), "{text}");
}
