//! The figures of cases.

use alleyway_client::views::figures::{Figures, FiguresQuery, MonthFigures};
use alleyway_device::Device;
use alleyway_device::transport::Halt;

use super::Shown;
use super::context::Context;
use super::exit::Failure;
use super::table::Table;
use super::texts::{say, words};

/// `figures`
pub(super) fn figures(context: &Context, query: &FiguresQuery) -> Result<Shown, Failure> {
    let device = context.open()?;
    let figures = context.done(device.figures(query, &Halt::new()))?;
    let mut lines = Vec::new();
    for month in &figures.months {
        lines.extend(month_lines(context, &device, &figures, month)?);
    }
    match figures.months.last() {
        None => lines.push(context.say(say::figures::NONE)),
        Some(month) => {
            let floor = month.floor.to_string();
            lines.push(context.fill(say::figures::NOTE, &[("floor", &floor)]));
        }
    }
    Shown::new(&figures, lines)
}

fn month_lines(
    context: &Context,
    device: &Device,
    figures: &Figures,
    month: &MonthFigures,
) -> Result<Vec<String>, Failure> {
    let values = [
        ("unit", figures.unit.name.as_str()),
        ("month", month.month.as_str()),
    ];
    let mut lines = vec![context.fill(say::figures::HEAD, &values)];
    let of = |place: Option<&String>, class: Option<&String>, category: Option<&String>| {
        let category = category.map(|code| context.done(device.figure_category(code)));
        Ok::<_, Failure>(match (place, class, category) {
            (_, _, Some(category)) => category?,
            (_, Some(class), None) => context.word(words::CLASS, class),
            (Some(id), None, None) => place_name(figures, id),
            (None, None, None) => context.say(say::figures::ALL),
        })
    };
    let heads = [say::figures::FIGURE, say::figures::OF, say::figures::AMOUNT];
    let mut table = Table::new(heads.map(|head| context.say(head)).to_vec());
    for row in month.amounts.iter().filter(|row| row.amount != Some(0)) {
        let mut figure = context.word(words::FIGURE, &row.figure);
        if !row.code.is_empty() {
            let code = context.done(device.figure_code(&row.figure, &row.code))?;
            figure = format!("{figure} · {code}");
        }
        let amount = row.amount.map(|amount| amount.to_string());
        table.row(vec![
            figure,
            of(
                row.place.as_ref(),
                row.class.as_ref(),
                row.category.as_ref(),
            )?,
            amount.unwrap_or_else(|| context.say(say::figures::HIDDEN)),
        ]);
    }
    lines.extend(table.lines());
    let heads = [
        say::figures::FIGURE,
        say::figures::OF,
        say::figures::MEDIAN,
        say::figures::NINTH,
    ];
    let mut table = Table::new(heads.map(|head| context.say(head)).to_vec());
    for row in &month.times {
        table.row(vec![
            context.word(words::FIGURE, &row.figure),
            of(
                row.place.as_ref(),
                row.class.as_ref(),
                row.category.as_ref(),
            )?,
            row.median_hours.to_string(),
            row.ninth_hours.to_string(),
        ]);
    }
    if !month.times.is_empty() {
        lines.extend(table.lines());
    }
    Ok(lines)
}

/// The place's name: in a table of a place every row is of that place.
fn place_name(figures: &Figures, id: &str) -> String {
    let mut places = figures.places.iter().chain([&figures.unit]);
    let named = places.find(|place| place.id == id);
    named.map_or_else(|| id.to_owned(), |place| place.name.clone())
}
