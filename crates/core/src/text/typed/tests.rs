use super::*;
use crate::text::seen::is_unseen;

/// Every character before, between and behind two others.
fn each(mut look: impl FnMut(char, &str)) {
    for c in '\0'..=char::MAX {
        for typed in [format!("{c}谢兰"), format!("谢{c}兰"), format!("谢兰{c}")] {
            look(c, &typed);
        }
    }
}

#[test]
fn a_line_keeps_every_character_that_is_seen_and_names_the_one_that_it_refuses() {
    each(|c, typed| {
        let at = format!("U+{:04X} in {typed:?}", u32::from(c));
        let refused = c.is_control() || ends_line(c);
        match line::<40>(typed) {
            Err(UnfitText::Control(named)) => assert!(named == c && refused, "{at}"),
            Err(UnfitText::TooLong { .. }) => panic!("{at} is not too long"),
            // At an end it is a blank, and no fault.
            Ok(taken) if refused => assert_eq!(&*taken, "谢兰", "{at}"),
            Ok(taken) => {
                let is_seen = !is_unseen(c) && !is_blank(c);
                let is_between = typed.starts_with('谢') && typed.ends_with('兰');
                if is_seen || (is_blank(c) && is_between) {
                    assert_eq!(&*taken, typed, "{at}");
                } else if taken.as_str() != "谢兰" {
                    // A form of the ideograph before it.
                    let chooses = matches!(c,
                        '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}');
                    assert!(chooses && &*taken == typed, "{at}: {taken:?}");
                }
                assert_eq!(line::<40>(&taken).unwrap(), taken, "{at}: once is enough");
            }
        }
    });
}

#[test]
fn prose_keeps_every_character_but_marks_of_direction_and_names_the_one_that_it_refuses() {
    each(|c, typed| {
        let at = format!("U+{:04X} in {typed:?}", u32::from(c));
        let is_between = typed.starts_with('谢') && typed.ends_with('兰');
        match prose::<40>(typed) {
            Err(UnfitText::Control(named)) => assert!(named == c && c.is_control(), "{at}"),
            Err(UnfitText::TooLong { .. }) => panic!("{at} is not too long"),
            Ok(taken) => {
                if turns(c) {
                    assert_eq!(&*taken, "谢兰", "{at}");
                } else if ends_line(c) && is_between {
                    assert_eq!(&*taken, "谢\n兰", "{at}");
                } else if is_between || (!is_unseen(c) && !is_blank(c)) {
                    assert_eq!(&*taken, typed, "{at}");
                }
                assert_eq!(prose::<40>(&taken).unwrap(), taken, "{at}: once is enough");
            }
        }
    });
}

#[test]
fn what_shapes_what_is_seen_stays() {
    for shaped in [
        "👨\u{200d}👩\u{200d}👧",
        "❤\u{fe0f}\u{200d}🔥",
        "1\u{fe0f}\u{20e3}号",
        "☎\u{fe0f}",
        "🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}",
        "邉\u{e0100}",
        "渡邉\u{e0100}家",
        "می\u{200c}خواهم",
        "क\u{94d}\u{200d}ष",
        "ශ\u{dca}\u{200d}ර\u{dd3}",
        "র\u{200d}\u{9cd}য",
        "ᠮᠣᠩᠭᠣᠯ\u{180e}ᠠ\u{180b}",
    ] {
        assert_eq!(line_of(shaped).unwrap(), shaped);
        assert_eq!(prose_of(shaped).unwrap(), shaped);
    }
}

#[test]
fn what_came_along_with_what_was_pasted_is_taken_off() {
    for (typed, taken) in [
        ("\u{202a}13800000003\u{202c}", "13800000003"),
        ("\u{2068}138\u{2069}", "138"),
        ("谢玉兰\u{200f}", "谢玉兰"),
        ("谢\u{200d}玉\u{200b}兰", "谢玉兰"),
        ("138\u{200d}0000\u{feff}", "1380000"),
        (
            " \u{3000}\u{200b} \u{a0}路\u{ad}\u{fe0f}\u{200d} \u{2800}\n",
            "路\u{fe0f}",
        ),
        ("\u{200b}\u{3164}\u{2800} ", ""),
        ("路\u{e0041}\u{e0042}", "路"),
    ] {
        assert_eq!(line_of(typed).unwrap(), taken, "{typed:?}");
    }
    assert_eq!(
        prose_of("a\r\nb\rc\u{b}d\u{2028}e\tf\r\n").unwrap(),
        "a\nb\nc\nd\ne\tf"
    );
    assert!(is_nothing("\u{200f} \u{3164}\n") && !is_nothing("\u{200f}0"));
}

#[test]
fn what_is_too_long_is_refused_as_that_and_what_is_taken_off_does_not_count() {
    let marked = format!("\u{202a}{}\u{202c} ", "路".repeat(3));
    assert_eq!(&*line::<9>(&marked).unwrap(), "路路路");
    assert_eq!(line::<8>(&marked), Err(UnfitText::TooLong { limit: 8 }));
    assert_eq!(prose::<8>(&marked), Err(UnfitText::TooLong { limit: 8 }));
    assert_eq!(
        UnfitText::Control('\u{7}').to_string(),
        "the control character U+0007"
    );
}
