use super::*;

fn flaws(name: SectionName, json: &str) -> Vec<String> {
    let (_, flaws) = Section::read(name, json);
    flaws.iter().map(ToString::to_string).collect()
}

#[test]
fn every_section_as_it_ships_can_be_left_out_of_a_book() {
    for name in SectionName::ALL {
        assert_eq!(SectionName::known(name.word()), Some(*name));
        let empty = if matches!(name, SectionName::Categories | SectionName::Contacts) {
            "[]"
        } else {
            "{}"
        };
        let (section, flaws) = Section::read(*name, empty);
        if *name == SectionName::Categories {
            assert_eq!(flaws.len(), 1, "a town without categories takes no report");
        } else {
            assert_eq!(section, Section::shipped(*name));
            assert!(flaws.is_empty());
        }
    }
}

#[test]
fn a_section_is_read_as_it_was_written_out() {
    let town = [
        (
            SectionName::Categories,
            r#"[{"code":"well","zh":"水井","en":"well","class":"safety","unit":"water","hidden":true}]"#,
        ),
        (
            SectionName::Texts,
            r#"{"categories":[{"category":"road","phrases":["塌方"],"emergency":"119"}],
            "templates":[{"step":"resolve","title":"修好","text":"已修好。"}]}"#,
        ),
        (
            SectionName::Calendar,
            r#"{"local":[{"year":2027,"paper":"x","off":["2027-04-09"],"work":["2027-04-10"]}]}"#,
        ),
        (
            SectionName::Codes,
            r#"{"wait":[{"code":"flood","zh":"洪水","en":"flood"}]}"#,
        ),
        (
            SectionName::Contacts,
            r#"[{"name":"镇政府","phone":"0772","hours":"8-18"}]"#,
        ),
        (
            SectionName::Deadlines,
            r#"{"classes":[{"class":"help","handle":"5wd"}],"waiting":"20d"}"#,
        ),
        (SectionName::Measures, r#"{"floor":7}"#),
    ];
    assert_eq!(town.len(), SectionName::ALL.len());
    let shipped = SectionName::ALL
        .iter()
        .map(|name| (*name, Section::shipped(*name)));
    let written = town.map(|(name, json)| (name, Section::read(name, json).0));
    for (name, section) in shipped.chain(written) {
        let json = section.to_json().to_string();
        let (read, flaws) = Section::read(name, &json);
        assert_eq!((read, flaws), (section, vec![]), "{json}");
    }
}

/// Sections as somebody may write them, with every flaw of each.
const BAD: &[(SectionName, &str, &[&str])] = &[
    (SectionName::Measures, "{", &[": unreadable"]),
    (SectionName::Measures, "[]", &[": not_table"]),
    (SectionName::Categories, "{}", &[": not_list"]),
    (
        SectionName::Categories,
        r#"[{"code":"road","class":"help"},
                {"code":"road","class":"help"},
                {"code":"Bad Code","class":"help","zh":"x","en":"x"},
                {"code":"well","class":"later"},
                {"class":"help","zh":"x","en":"x","colour":"red"},
                7]"#,
        &[
            "[3].code: not_code",
            "[4].zh: missing",
            "[4].en: missing",
            "[4].class: unknown_word",
            "[5].code: missing",
            "[5].colour: unknown_key",
            "[6]: not_table",
            "[2].code: twice",
        ],
    ),
    (
        SectionName::Deadlines,
        r#"{"classes":[{"class":"help","handle":"0wd"},{"class":"help","handle":"-1d"}],
                "verify":"5","inform":15,"petition":"367d","waiting":"366d","return":"6wd"}"#,
        &[
            "classes[1].handle: not_term",
            "classes[2].handle: not_term",
            "classes[2].class: twice",
            "return: not_number",
            "inform: not_term",
            "petition: not_term",
            "verify: not_term",
        ],
    ),
    (
        SectionName::Codes,
        r#"{"closure":[{"code":"no_funds"}],"reject":[],
                "wait":[{"code":"weather"},{"code":"flood"}]}"#,
        &[
            "reject: empty",
            "wait[2].zh: missing",
            "wait[2].en: missing",
            "closure: no_fixed",
        ],
    ),
    (
        SectionName::Codes,
        r#"{"closure":[{"code":"fixed","hidden":true}]}"#,
        &["closure: no_fixed"],
    ),
    (
        SectionName::Texts,
        r#"{"categories":[{"category":"road","phrases":["", 3]},{"category":"road"}],
                "templates":[{"step":"resolve","title":"x"}]}"#,
        &[
            "categories[1].phrases[1]: missing",
            "categories[1].phrases[2]: not_text",
            "categories[2].category: twice",
            "templates[1].text: missing",
        ],
    ),
    (
        SectionName::Calendar,
        r#"{"national":[{"year":2028,"paper":"x"}],
                "local":[{"year":2027,"paper":"x","off":["2027-04-08","2027-04-08","2027-02-30","2028-01-01"],
                          "work":["2027-04-08"]},
                         {"year":2027,"paper":"x"},
                         {"paper":"x"}]}"#,
        &[
            "national: year_gap",
            "local[1].off[3]: not_date",
            "local[1].off[4]: wrong_year",
            "local[1].off[2]: twice",
            "local[1]: off_and_work",
            "local[3].year: missing",
            "local[2].year: twice",
        ],
    ),
    (
        SectionName::Measures,
        r#"{"alley_min":30,"floor":2,"notice_days":"five"}"#,
        &[
            "notice_days: not_number",
            "floor: not_number",
            "alley_min: upside_down",
        ],
    ),
    (
        SectionName::Contacts,
        r#"[{"name":" ","phone":"0772"}]"#,
        &["[1].name: missing"],
    ),
];

#[test]
fn every_flaw_of_a_section_is_told_with_its_place() {
    for (name, json, expected) in BAD {
        let found = flaws(*name, json);
        assert_eq!(found, *expected, "{}: {json}", name.word());
    }
}

#[test]
fn a_paper_may_speak_of_the_december_before_its_year() {
    let json = r#"{"national":[{"year":2027,"paper":"x","off":["2026-12-31","2027-01-01"]}]}"#;
    assert_eq!(flaws(SectionName::Calendar, json), Vec::<String>::new());
    let json = json.replace("2026-12-31", "2026-11-30");
    assert_eq!(
        flaws(SectionName::Calendar, &json),
        ["national[1].off[1]: wrong_year"]
    );
}

#[test]
fn what_a_later_release_wrote_is_read_without_what_this_one_does_not_know() {
    let json = r#"{"alley_max": 40, "of_a_later_release": {"x": 1}}"#;
    let (section, flaws) = Section::read(SectionName::Measures, json);
    let known = Measures {
        alley_max: 40,
        ..Measures::default()
    };
    assert_eq!(section, Section::Measures(known));
    assert_eq!(flaws.len(), 1, "and it is not proposed here");
}

#[test]
fn a_list_is_cut_at_its_bound_and_says_so() {
    let row = |number| format!(r#"{{"code":"c{number}","class":"help","zh":"x","en":"x"}}"#);
    let rows: Vec<_> = (0..=crate::limits::BOOK_CATEGORIES_MAX).map(row).collect();
    let json = format!("[{}]", rows.join(","));
    assert_eq!(flaws(SectionName::Categories, &json), [": too_many"]);
}

#[test]
fn terms_are_days_of_work_or_of_the_calendar() {
    for (text, term) in [
        ("10wd", Some(Term::working(10))),
        ("60d", Some(Term::calendar(60))),
        ("366wd", Some(Term::working(366))),
        ("367wd", None),
        ("0d", None),
        ("-1d", None),
        ("+1d", None),
        ("1", None),
        ("d", None),
        ("", None),
    ] {
        assert_eq!(Term::parse(text), term, "{text}");
        if let Some(term) = term {
            assert_eq!(term.to_string(), text);
        }
    }
}

#[test]
fn the_default_terms_are_those_of_their_sources() {
    let terms = Deadlines::default();
    let handle = |class| terms.of(&class).unwrap().handle;
    assert_eq!(handle(CategoryClass::Consult), Term::working(2));
    assert_eq!(handle(CategoryClass::Help), Term::working(10));
    assert_eq!(handle(CategoryClass::Complaint), Term::working(15));
    let later = CategoryClass::from_word("of_a_later_release");
    assert_eq!(handle(later), Term::working(10));
}
