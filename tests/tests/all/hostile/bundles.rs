//! Files that are no bundle, or not for this phone, given to the terminal program: an exit code, a
//! text in both languages that says what to do, and the phone as it was.

use std::path::Path;

use alleyway_tests::process::Device;
use serde_json::Value;

use super::stage::{CLOCK, Stage};

/// The phone was given something that does not fit.
const EXIT_REFUSED: i32 = 3;

fn run(device: &Device, args: &[&str]) -> Value {
    device
        .run(Some(CLOCK), args)
        .expect("a program")
        .done()
        .expect("a line that is carried out")
}

fn phone(stage: &Stage, folder: &Path, name: &str) -> Device {
    let device = Device::new(&folder.join(name)).expect("a program");
    let code = stage.server.invite(name).expect("a member");
    run(&device, &["enrol", stage.server.url(), &code]);
    run(&device, &["sync"]);
    device
}

/// All that a phone holds, as its screens say it.
fn held(device: &Device) -> Vec<Value> {
    [
        &["cases"][..],
        &["pending"],
        &["refused"],
        &["bundle", "list"],
        &["receipts"],
    ]
    .iter()
    .map(|args| run(device, args))
    .collect()
}

/// What is wrong with the file is said, and the phone is as it was.
fn turned_down(device: &Device, file: &Path, code: &str) {
    let before = held(device);
    let args = ["bundle", "import", file.to_str().expect("a path")];
    let told = device
        .run(Some(CLOCK), &args)
        .expect("a program")
        .failed_with(EXIT_REFUSED)
        .expect("an error");
    assert_eq!(told, code);
    let [zh, en] =
        ["zh", "en"].map(|lang| device.speak(Some(CLOCK), lang, &args).expect("a program"));
    assert_eq!((zh.exit, en.exit), (EXIT_REFUSED, EXIT_REFUSED));
    assert!(zh.text.contains("请"), "it says what to do: {}", zh.text);
    assert!(en.text.len() > 30 && en.text != zh.text, "{}", en.text);
    assert!(!en.text.contains("panicked"), "{}", en.text);
    assert_eq!(held(device), before);
}

#[test]
fn a_bundle_for_somebody_else_cut_in_half_spoiled_or_doubled_changes_nothing() {
    let mut stage = Stage::new();
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (xie, lu, lan) = (
        phone(&stage, folder.path(), "xie"),
        phone(&stage, folder.path(), "lu"),
        phone(&stage, folder.path(), "lan"),
    );
    // Whose device is known by the directory.
    run(&xie, &["sync"]);
    let report = [
        "report",
        "--category",
        "road",
        "--title",
        "甜橙路坏了",
        "--text",
        "过不了车。",
    ];
    let number = run(&xie, &report)["number"]
        .as_str()
        .expect("a number")
        .to_owned();
    let file = folder.path().join("to-lu.bundle");
    let lus = run(&lu, &["whoami"])["member"]
        .as_str()
        .expect("an id")
        .to_owned();
    run(
        &xie,
        &[
            "bundle",
            "export",
            file.to_str().expect("a path"),
            "--for",
            &lus,
        ],
    );
    let bytes = std::fs::read(&file).expect("a file");
    let stored = stage.stored();

    turned_down(&lan, &file, "not_for_you");
    let put = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).expect("a temporary folder");
        path
    };
    turned_down(
        &lu,
        &put("half", &bytes[..bytes.len() / 2]),
        "damaged_bundle",
    );
    turned_down(&lu, &put("empty", b""), "damaged_bundle");
    turned_down(
        &lu,
        &put("twice-over", &[&bytes[..], &bytes].concat()),
        "damaged_bundle",
    );
    let spoiled: Vec<u8> = bytes
        .iter()
        .enumerate()
        .map(|(at, byte)| byte ^ u8::from(at == bytes.len() / 2))
        .collect();
    turned_down(&lu, &put("spoiled", &spoiled), "damaged_bundle");

    // Whole, it is taken once; a second time it is no news, and nothing is there twice.
    let good = file.to_str().expect("a path");
    assert_eq!(run(&lu, &["bundle", "import", good])["commands"], 1);
    let once = held(&lu);
    let again = run(&lu, &["bundle", "import", good]);
    assert_eq!((&again["batches"], &again["known"]), (&0.into(), &1.into()));
    assert_eq!(held(&lu), once);
    assert_eq!(stage.stored(), stored, "all of this without a server");
    run(&lu, &["sync"]);
    let admitted = stage.sequence();
    run(&lu, &["bundle", "import", good]);
    run(&lu, &["sync"]);
    run(&xie, &["sync"]);
    assert_eq!(stage.sequence(), admitted, "admitted once");
    assert_eq!(
        run(&lu, &["show", &number])["log"].as_array().map(Vec::len),
        Some(1)
    );
    stage.goes_on();
}
