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
fn pasted_marks_are_taken_off_and_a_control_character_is_refused_by_its_name() {
    let mut town = Town::new();
    let xie = town.device("xie", "xie").ready();
    let number = report(&xie);
    let value = "\u{202a}13800000003\u{202c}";
    xie.json(&["edit", &number, "--field", "contact", "--value", value]);
    assert_eq!(
        xie.json(&["show", &number])["fields"]["contact"],
        "13800000003"
    );
    let noted = xie.json(&["note", &number, "--text", "\u{2068}路\u{2069}\r\n坏"]);
    let log = &xie.json(&["show", &number])["log"];
    let entries = log.as_array().unwrap();
    let entry = entries
        .iter()
        .find(|entry| entry["command"] == noted["command"]);
    assert_eq!(entry.unwrap()["text"], "路\n坏");
    let (code, _, err) = xie.line(&["--json", "note", &number, "--text", "路\u{7}"]);
    let (word, text) = error_of(&err);
    assert_eq!((code, word.as_str()), (2, "control_character"));
    assert!(text.contains("--text") && text.contains("U+0007"), "{text}");
    assert_eq!(
        xie.error(&["note", &number, "--text", "\u{200b} \u{3164}"]),
        (2, "needs_text".to_owned())
    );
    let long = "路".repeat(81);
    assert_eq!(
        xie.error(&["edit", &number, "--field", "title", "--value", &long]),
        (2, "text_too_long".to_owned())
    );
}

#[test]
fn what_is_typed_wide_is_found_as_what_is_seen() {
    let mut town = Town::new();
    let xie = town.device("xie", "xie").ready();
    let households = xie.json(&["households"]);
    let door = households[0]["door"].as_str().unwrap().to_owned();
    let wide = |text: &str| -> String {
        let widened = |c: char| match c {
            '!'..='~' => char::from_u32(u32::from(c) + 0xfee0).unwrap(),
            other => other,
        };
        text.chars().map(widened).collect()
    };
    let line = [
        "report",
        "--category",
        "road",
        "--title",
        "路坏了",
        "--text",
        "３.５米宽，Ａ栋",
    ];
    let number = xie.json(&[&line[..], &["--household", &wide(&door)]].concat())["number"]
        .as_str()
        .unwrap()
        .to_owned();
    let category = "道路交通";
    for sought in [
        "3.5米",
        "a栋",
        &number,
        &wide(&number),
        &number.replace('-', ""),
        " 路 坏 了 ",
        &door,
        &wide(&door),
    ] {
        let found = xie.json(&["cases", "--find", sought]);
        assert_eq!(found.as_array().unwrap().len(), 1, "{sought}");
    }
    assert_eq!(
        xie.json(&["cases", "--find", "桥"])
            .as_array()
            .unwrap()
            .len(),
        0
    );
    let (_, shown, _) = xie.line(&["--lang", "zh", "show", &number]);
    let read = shown.lines().find_map(|line| line.strip_prefix("类别"));
    let read = read.map_or(category, str::trim);
    let (_, found, _) = xie.line(&["--lang", "zh", "cases", "--find", read]);
    assert!(found.contains(&number), "{read}: {found}");
    for named in [
        wide(&number),
        number.replace('-', "－"),
        format!(" {number}\u{200f}"),
    ] {
        assert_eq!(xie.json(&["show", &named])["number"], number.as_str());
    }
}

#[test]
fn a_category_that_the_town_does_not_have_is_not_taken_and_those_that_it_has_are_named() {
    let mut town = Town::new();
    let xie = town.device("xie", "xie").ready();
    let number = report(&xie);
    let (code, _, err) = xie.line(&[
        "--json", "edit", &number, "--field", "category", "--value", "bogus",
    ]);
    assert_eq!(
        (
            code,
            err.contains("unknown_code"),
            err.contains("road water")
        ),
        (2, true, true),
        "{err}"
    );
    assert_eq!(xie.json(&["show", &number])["fields"]["category"], "road");
    // As people call it.
    xie.json(&["edit", &number, "--field", "category", "--value", "用水"]);
    assert_eq!(xie.json(&["show", &number])["fields"]["category"], "water");
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
        answered(b"HTTP/1.1 429 Too Many\r\nretry-after: 7\r\ncontent-length: 45\r\n\r\n{\"code\":\"too_many\",\"text_zh\":\"\",\"text_en\":\"\"}");
    assert_eq!((code, word.as_str()), (5, "too_many"));
    assert!(
        text.contains("Too many requests") && text.contains("7 seconds"),
        "{text}"
    );
    let (code, word, text) =
        answered(b"HTTP/1.1 503 No\r\ncontent-length: 47\r\n\r\n{\"code\":\"quarantine\",\"text_zh\":\"\",\"text_en\":\"\"}");
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
