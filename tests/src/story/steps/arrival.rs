//! Everybody takes a phone into the town.

use super::{Step, expect};
use crate::story::{Person, Stage, StoryError};

pub(super) const STEPS: &[Step] = &[
    Step {
        at: "2026-03-02T08:30:00+08:00",
        title: "The two chiefs of 甜橙巷 enrol their phones and fetch what is theirs",
        play: chiefs_enrol,
    },
    Step {
        at: "2026-03-02T09:30:00+08:00",
        title: "The branch secretary, the town's dispatcher and the roads department enrol theirs",
        play: offices_enrol,
    },
];

fn chiefs_enrol(stage: &mut Stage<'_>) -> Result<(), StoryError> {
    for chief in [Person::Xie, Person::Lu] {
        stage.enrols(chief)?;
        stage.types(chief, &["whoami"])?;
        let known = stage.looks(chief, &["whoami"])?;
        expect(
            "the post",
            &known["posts"][0]["post"],
            &"alley_chief".into(),
        )?;
        expect("the unit", &known["posts"][0]["unit"], &"甜橙巷".into())?;
    }
    Ok(())
}

fn offices_enrol(stage: &mut Stage<'_>) -> Result<(), StoryError> {
    for person in [Person::Qin, Person::Wei, Person::Mo] {
        stage.enrols(person)?;
    }
    Ok(())
}
