//! Lists as people write and paste them: marks that nobody sees, wide characters, rows of blanks.

use std::fmt::Write as _;

use alleyway_core::text::seen::{is_blank, is_unseen};

use super::*;

/// Every character that is not seen, and many of each block of those that are.
fn characters() -> impl Iterator<Item = char> {
    let is_told_of = |c: &char| {
        let code = u32::from(*c);
        let is_special = is_unseen(*c) || is_blank(*c) || c.is_control();
        is_special || code < 0x600 || code.is_multiple_of(61)
    };
    ('\0'..=char::MAX).filter(is_told_of)
}

fn quoted(field: &str) -> String {
    format!("\"{}\"", field.replace('"', "\"\""))
}

#[test]
fn no_row_is_dropped_without_a_word_whatever_character_is_in_it() {
    for place in ["{c}韦秀", "韦{c}秀", "韦秀{c}"] {
        let mut households = "alley,door,contact,count\n".to_owned();
        let mut all = Vec::new();
        for (door, c) in characters().enumerate() {
            let contact = quoted(&place.replace("{c}", &c.to_string()));
            writeln!(households, "tiancheng,{door}号,{contact},1").unwrap();
            all.push(c);
        }
        let only = |households: String| Files {
            households: Some(households.into()),
            ..good()
        };
        let (is_bad, rest): (Vec<char>, Vec<char>) = all.iter().partition(|c| {
            let is_end = matches!(c, '\u{b}' | '\u{c}' | '\u{2028}' | '\u{2029}');
            let is_edge = !place.starts_with('韦') || place.ends_with("{c}");
            (c.is_control() || is_end) && !(is_edge && is_blank(**c))
        });
        let rejected = parse(&only(households.clone()), &empty()).unwrap_err();
        assert_eq!(rejected.rows, is_bad.len(), "{place}");
        for c in &is_bad {
            let named = format!("(U+{:04X})", u32::from(*c));
            let told =
                |error: &RowError| error.code == "control_character" && error.en.contains(&named);
            assert!(rejected.errors.iter().any(told), "{named} {place}");
        }
        let mut good = "alley,door,contact,count\n".to_owned();
        for (door, c) in rest.iter().enumerate() {
            let contact = quoted(&place.replace("{c}", &c.to_string()));
            writeln!(good, "tiancheng,{door}号,{contact},1").unwrap();
        }
        let rows = parse(&only(good), &empty()).unwrap();
        assert_eq!(rows.households().len(), rest.len(), "{place}");
    }
}

#[test]
fn a_pasted_mark_is_taken_off_and_the_row_is_carried_out() {
    let current = imported(&good());
    let members = MEMBERS.replace(
        "谢玉兰,alley_chief,tiancheng,2024-03-01,",
        "谢玉兰\u{200f},alley_chief,tiancheng,2024-03-01,2026-01-01",
    );
    let households = format!("{HOUSEHOLDS}tiancheng,甜橙巷3号,\u{202a}13800000003\u{202c},5\n");
    let plan = replan(&current, &files(UNITS, &members, &households));
    let told: Vec<_> = plan.steps.iter().map(|step| &step.change.what).collect();
    assert_eq!(told, [&What::AppointmentAmended, &What::HouseholdCreated]);
    let Body::Household(HouseholdCommand::Create(made)) = bodies(&plan).pop().unwrap() else {
        panic!("{plan:?}");
    };
    assert_eq!(&*made.contact, "13800000003");
}

#[test]
fn a_key_that_would_change_is_named_and_one_that_the_town_has_stays() {
    let marked = UNITS.replace("tiancheng,", "tiancheng\u{200b},");
    let found = codes(&files(&marked, MEMBERS, HOUSEHOLDS), &empty());
    assert_eq!(found, [(File::Units, 4, "unseen_in_key")]);
    let members = MEMBERS.replace("xie,", "xie\u{200f},");
    let rejected = parse(&files(UNITS, &members, HOUSEHOLDS), &empty()).unwrap_err();
    assert!(rejected.errors[0].en.contains("U+200F"), "{rejected:?}");
    let mut current = imported(&good());
    let kept = current.units.remove("tiancheng").unwrap();
    current.units.insert("tiancheng\u{200b}".to_owned(), kept);
    let lists =
        [UNITS, MEMBERS, HOUSEHOLDS].map(|list| list.replace("tiancheng,", "tiancheng\u{200b},"));
    assert!(parse(&files(&lists[0], &lists[1], &lists[2]), &current).is_ok());
}

#[test]
fn a_key_that_looks_like_another_is_named() {
    let members = format!("{MEMBERS}ｘｉｅ,谢玉兰,alley_chief,tiancheng,2020-01-01,2021-01-01\n");
    let found = codes(&files(UNITS, &members, HOUSEHOLDS), &imported(&good()));
    assert_eq!(found, [(File::Members, 4, "key_looks_like")]);
}

#[test]
fn a_door_is_its_household_however_wide_it_is_written() {
    let current = imported(&good());
    let wide = HOUSEHOLDS.replace("甜橙巷1号", "甜橙巷\u{3000}１号");
    let plan = replan(&current, &files(UNITS, MEMBERS, &wide));
    assert!(plan.is_empty() && plan.left.is_empty(), "{plan:?}");
    let both = format!("{HOUSEHOLDS}tiancheng,甜橙巷１号,,0\n");
    let found = codes(&files(UNITS, MEMBERS, &both), &empty());
    assert_eq!(found, [(File::Households, 4, "duplicate")]);
}

#[test]
fn wide_digits_are_digits() {
    let members = MEMBERS.replace("2024-03-01", "２０２４－０３－０１");
    let households = HOUSEHOLDS.replace(",4\n", ",４\n");
    let units = UNITS.replace(",alley,", ",Ａｌｌｅｙ,");
    assert_eq!(
        parse(&files(&units, &members, &households), &empty()).unwrap(),
        parse(&good(), &empty()).unwrap()
    );
}

#[test]
fn rows_of_blanks_are_skipped_and_faults_are_counted_by_rows() {
    let blanks = format!("{HOUSEHOLDS} , , , \n\u{3000},,,\n\u{feff}\u{200b},\u{a0},\t,\n,\n");
    assert_eq!(
        parse(&files(UNITS, MEMBERS, &blanks), &empty()).unwrap(),
        parse(&good(), &empty()).unwrap()
    );
    let bad = format!("{HOUSEHOLDS}x,,\u{7},y\n,,,z\n");
    let rejected = parse(&files(UNITS, MEMBERS, &bad), &empty()).unwrap_err();
    assert_eq!((rejected.rows, rejected.faults()), (2, 6), "{rejected:?}");
    assert!(
        rejected
            .to_string()
            .contains("2 rows cannot be imported (6 faults)")
    );
}

#[test]
fn a_list_in_another_encoding_is_read_and_the_summary_says_so() {
    let (gbk, _, _) = encoding_rs::GB18030.encode(HOUSEHOLDS);
    let files = Files {
        households: Some(gbk.into_owned()),
        ..good()
    };
    let plan = plan(&empty(), &parse(&files, &empty()).unwrap());
    let told = plan.summary(Lang::En);
    assert!(
        told.starts_with("households.csv was read as GB18030\n"),
        "{told}"
    );
    assert!(told.contains("甜橙巷1号"), "{told}");
    let unclear = b"alley,door,contact,count\ntiancheng,\xd0\xa1\xc2\xa5,,3\n";
    let files = Files {
        households: Some(unclear.to_vec()),
        ..good()
    };
    assert_eq!(
        codes(&files, &empty()),
        [(File::Households, 2, "unclear_encoding")]
    );
}
