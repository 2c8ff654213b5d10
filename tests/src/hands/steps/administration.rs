//! Administration without the server's machine: two administrators' phones give a post and a phone,
//! one takes them away.

use std::time::Duration;

use serde_json::Value;

use super::{NOT_ALLOWED, REFUSED, STOPPED, Stage, Step, StoryError, USAGE};
use crate::process::ProcessError;
use crate::story::expect;

/// How often it is looked whether the server has carried an import out, which takes it a moment.
const TRIES_MAX: usize = 100;
/// Between two looks.
const TRY_PAUSE: Duration = Duration::from_millis(50);

pub(super) const STEPS: &[Step] = &[
    Step {
        at: "2026-05-30T09:00:00+08:00",
        title: "A new chief for 桂花巷: one administrator asks on her phone, and cannot confirm it herself",
        play: one_asks,
    },
    Step {
        at: "2026-05-30T10:00:00+08:00",
        title: "The other one confirms the post, and then an invitation; its code is shown to who asked alone",
        play: the_other_confirms,
    },
    Step {
        at: "2026-05-30T11:00:00+08:00",
        title: "农小兰 enrols with the code and works",
        play: she_enrols,
    },
    Step {
        at: "2026-05-30T15:00:00+08:00",
        title: "A new service centre is in the lists: one administrator asks that they be imported, the other looks and confirms",
        play: lists_are_imported,
    },
    Step {
        at: "2026-05-31T09:00:00+08:00",
        title: "Her phone is lost, and she leaves: one administrator stops the one and ends the other",
        play: one_stops,
    },
];

/// What was asked for and waits, as the phone lists it.
fn waiting(stage: &Stage<'_>, phone: &str, step: &str) -> Result<String, StoryError> {
    let listed = stage.looks(phone, &["admin"])?;
    let mut asked = listed["asked"].as_array().into_iter().flatten();
    let found = asked.find(|item| item["step"] == step && item["confirmed_by"] == Value::Null);
    let id = found.and_then(|item| item["asked"].as_str());
    let missing = || ProcessError::Answer(listed.to_string());
    Ok(id.map(str::to_owned).ok_or_else(missing)?)
}

/// The lists of before say nothing that cannot be imported; root need not be asked for that.
fn compares_lists(stage: &mut Stage<'_>, phone: &str) -> Result<(), StoryError> {
    stage.meets_the_clock()?;
    let named = |folder: &str| stage.file(folder).display().to_string();
    let (lists, other) = (named("lists"), named("phones"));
    let told = stage.types(phone, &["admin", "import", &lists, "--dry-run"])?;
    if stage.reads_json() {
        expect(
            "what is wrong in lists",
            &told["faults"],
            &Value::Array(Vec::new()),
        )?;
    }
    stage.is_told(
        phone,
        &["admin", "import", &other, "--dry-run"],
        USAGE,
        "no_lists",
    )
}

/// The lists of before with one more unit. It is carried out by the server, and said in the town's document.
fn lists_are_imported(stage: &mut Stage<'_>) -> Result<(), StoryError> {
    let units = stage.file("lists").join("units.csv");
    let mut text = std::fs::read_to_string(&units).map_err(ProcessError::system("units.csv"))?;
    text.push_str("east-centre,东片服务中心,centre,town\n");
    let folder = stage.file("new-lists");
    std::fs::create_dir_all(&folder).map_err(ProcessError::system("new-lists"))?;
    let file = folder.join("units.csv");
    std::fs::write(file, text).map_err(ProcessError::system("units.csv"))?;
    let folder = folder.display().to_string();
    stage.meets_the_clock()?;
    stage.types("zhou", &["admin", "import", &folder])?;
    stage.syncs("zhou", &[("admitted", 1)])?;
    let asked = waiting(stage, "zhou", "ask_import")?;
    stage.is_told(
        "zhou",
        &["admin", "confirm", &asked],
        NOT_ALLOWED,
        "second_person",
    )?;
    stage.syncs("tang", &[])?;
    stage.meets_the_clock()?;
    stage.types("tang", &["admin", "imports"])?;
    let shown = stage.looks("tang", &["admin", "imports"])?;
    let changed = &shown["differences"]["changed"];
    expect("what it would change", changed, &1.into())?;
    stage.types("tang", &["admin", "confirm", &asked])?;
    stage.syncs("tang", &[("admitted", 1)])?;
    let mut ended = Value::Null;
    for _ in 0..TRIES_MAX {
        stage.syncs("zhou", &[])?;
        ended = stage.looks("zhou", &["admin", "imports"])?["ended"].clone();
        if ended["asked"] == asked.as_str() {
            break;
        }
        std::thread::sleep(TRY_PAUSE);
    }
    expect("how it ended", &ended["fault"], &Value::Null)?;
    expect("which ended", &ended["asked"], &asked.as_str().into())?;
    stage.types("zhou", &["admin", "imports"])?;
    let is_logged = stage.server_log().contains("东片服务中心");
    expect("whether a name is in the log", &is_logged, &false)
}

fn one_asks(stage: &mut Stage<'_>) -> Result<(), StoryError> {
    stage.syncs("zhou", &[])?;
    compares_lists(stage, "zhou")?;
    let line = [
        "admin",
        "appoint",
        "--unit",
        "桂花巷",
        "--post",
        "alley_chief",
        "--key",
        "nong",
        "--name",
        "农小兰",
    ];
    stage.types("zhou", &line)?;
    stage.syncs("zhou", &[("admitted", 1)])?;
    let asked = waiting(stage, "zhou", "ask_appointment")?;
    stage.is_told(
        "zhou",
        &["admin", "confirm", &asked],
        NOT_ALLOWED,
        "second_person",
    )
}

fn the_other_confirms(stage: &mut Stage<'_>) -> Result<(), StoryError> {
    stage.syncs("tang", &[])?;
    stage.types("tang", &["admin"])?;
    let asked = waiting(stage, "tang", "ask_appointment")?;
    stage.types("tang", &["admin", "confirm", &asked])?;
    stage.syncs("tang", &[("admitted", 1)])?;
    stage.syncs("zhou", &[])?;
    stage.types("zhou", &["admin", "invite", "农小兰"])?;
    stage.syncs("zhou", &[("admitted", 1)])?;
    let asked = waiting(stage, "zhou", "ask_invitation")?;
    // Nobody has confirmed it.
    stage.meets_the_clock()?;
    stage.is_told("zhou", &["admin", "code", &asked], REFUSED, "not_confirmed")?;
    stage.syncs("tang", &[])?;
    stage.types("tang", &["admin", "confirm", &asked])?;
    stage.syncs("tang", &[("admitted", 1)])?;
    stage.is_told("tang", &["admin", "code", &asked], REFUSED, "out_of_scope")?;
    stage.meets_the_clock()?;
    stage.types("zhou", &["admin", "code", &asked])?;
    let shown = stage.looks("zhou", &["admin", "code", &asked])?;
    expect("who is invited", &shown["name"], &"农小兰".into())?;
    let code = shown["code"].as_str().unwrap_or_default().to_owned();
    let is_logged = stage.server_log().contains(&code);
    expect("whether the code is in the log", &is_logged, &false)?;
    stage.remember("nong's code", code);
    Ok(())
}

fn she_enrols(stage: &mut Stage<'_>) -> Result<(), StoryError> {
    let code = stage.recall("nong's code")?;
    stage.enrols("nong", &code)?;
    let line = [
        "--category",
        "road",
        "--title",
        "桂花巷口积水",
        "--text",
        "下雨就积水。",
        "--where",
        "巷口",
    ];
    stage.reports("nong", &line)?;
    stage.syncs("nong", &[("admitted", 1)]).map(drop)
}

fn one_stops(stage: &mut Stage<'_>) -> Result<(), StoryError> {
    stage.syncs("tang", &[])?;
    stage.meets_the_clock()?;
    stage.types("tang", &["admin", "devices"])?;
    let devices = stage.looks("tang", &["admin", "devices"])?;
    let mut rows = devices["devices"].as_array().into_iter().flatten();
    let hers = rows.find(|row| row["member_name"] == "农小兰").cloned();
    let hers = hers.ok_or_else(|| ProcessError::Answer(devices.to_string()))?;
    expect("whether it goes on", &hers["stopped"], &Value::Null)?;
    stage.types("tang", &["admin", "stop", "农小兰"])?;
    stage.types("tang", &["admin", "end", "农小兰"])?;
    stage.syncs("tang", &[("admitted", 2)])?;
    stage.syncs_in_vain("nong", STOPPED, "device_revoked")?;
    let stopped = stage.asks(&["audit", "list", "--kind", "commanded"])?;
    let by = stopped.as_array().and_then(|rows| rows.last());
    let by = by.map(|row| row["author_name"].clone());
    expect("who stopped it", &by, &Some("唐小燕 (tang)".into()))
}
