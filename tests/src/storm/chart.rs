//! The chart: phones that are back and complete over time, the server's memory, and how long phones
//! took. Places are fixed; only what was measured differs from run to run.

mod svg;

use std::time::Duration;

use super::report::{Report, bound};
use crate::load::{ratio, table::grouped};
use svg::{Anchor, Svg};

const WIDTH: f64 = 800.0;
/// Of one storm, its head included.
const PANEL_HEIGHT: f64 = 270.0;
const LEGEND_HEIGHT: f64 = 30.0;
/// Points of a curve: more than there are pixels would only make the file longer.
const POINTS: u32 = 200;

/// Steps of the axis of time, in seconds, and how many of them are readable.
const STEPS_SECONDS: [u64; 10] = [1, 2, 5, 10, 20, 30, 60, 120, 300, 600];
const STEPS_MAX: u64 = 7;

/// A rectangle in which something is drawn.
#[derive(Debug, Clone, Copy)]
struct Plot {
    left: f64,
    right: f64,
    top: f64,
    bottom: f64,
}

impl Plot {
    /// Where a share of the width is.
    fn x(self, share: f64) -> f64 {
        self.left + (self.right - self.left) * share.clamp(0.0, 1.0)
    }

    /// Where a share of the height is, from below.
    fn y(self, share: f64) -> f64 {
        self.bottom - (self.bottom - self.top) * share.clamp(0.0, 1.0)
    }
}

/// Draws the storms, one below the other.
pub(super) fn draw(reports: &[Report]) -> String {
    let panels = ratio(reports.len() as u64, 1.0);
    let mut svg = Svg::new(WIDTH, LEGEND_HEIGHT + PANEL_HEIGHT * panels);
    legend(&mut svg);
    let mut top = LEGEND_HEIGHT;
    for report in reports {
        let phones = grouped(report.plan.phones as u64);
        let title = format!(
            "{phones} phones come back within {} seconds",
            report.plan.seconds
        );
        svg.text(10.0, top + 18.0, Anchor::Start, "head", &title);
        let (above, below) = (top + 40.0, top + PANEL_HEIGHT - 40.0);
        over_time(
            &mut svg,
            Plot {
                left: 60.0,
                right: 470.0,
                top: above,
                bottom: below,
            },
            report,
        );
        waits(
            &mut svg,
            Plot {
                left: 570.0,
                right: 790.0,
                top: above,
                bottom: below,
            },
            report,
        );
        top += PANEL_HEIGHT;
    }
    svg.finish()
}

fn legend(svg: &mut Svg) {
    let named = [
        (60.0, "arrived", "back online"),
        (190.0, "synced", "complete"),
        (310.0, "memory", "server's memory"),
    ];
    for (x, class, name) in named {
        svg.line((x, 16.0), (x + 24.0, 16.0), class);
        svg.text(x + 30.0, 20.0, Anchor::Start, "", name);
    }
    svg.text(
        570.0,
        20.0,
        Anchor::Start,
        "",
        "phones, by the time until complete",
    );
}

/// Left: how many are back and complete, and the server's memory.
fn over_time(svg: &mut Svg, plot: Plot, report: &Report) {
    let last = report
        .synced
        .last()
        .copied()
        .unwrap_or_default()
        .max(Duration::from_secs(report.plan.seconds.into()));
    let (step, steps) = axis(last);
    let whole = Duration::from_secs(step * steps);
    for tick in 0..=steps {
        let x = plot.x(ratio(tick, ratio(steps, 1.0)));
        svg.line((x, plot.bottom), (x, plot.bottom + 4.0), "axis");
        svg.text(
            x,
            plot.bottom + 17.0,
            Anchor::Middle,
            "",
            &format!("{} s", tick * step),
        );
    }
    let (phones, memory) = (report.plan.phones as u64, report.plan.memory_mib_max);
    for quarter in 0..=4_u32 {
        let (share, y) = (f64::from(quarter) / 4.0, plot.y(f64::from(quarter) / 4.0));
        svg.line(
            (plot.left, y),
            (plot.right, y),
            if quarter == 0 { "axis" } else { "grid" },
        );
        svg.text(
            plot.left - 6.0,
            y + 4.0,
            Anchor::End,
            "",
            &grouped(phones * u64::from(quarter) / 4),
        );
        let mib = ratio(memory, 1.0) * share;
        svg.text(
            plot.right + 6.0,
            y + 4.0,
            Anchor::Start,
            "of-memory",
            &format!("{mib:.0} MiB"),
        );
    }
    svg.curve(&counted(plot, &report.arrivals, whole), "arrived");
    svg.curve(&counted(plot, &report.synced, whole), "synced");
    svg.curve(&memory_points(plot, report, whole), "memory");
    let most = report
        .synced
        .get((report.synced.len() * 99).div_ceil(100).saturating_sub(1))
        .copied()
        .unwrap_or_default();
    let x = plot.x(share(most, whole));
    svg.line((x, plot.top), (x, plot.bottom), "mark");
    svg.text(
        x - 4.0,
        plot.top - 5.0,
        Anchor::End,
        "of-mark",
        &format!("99 % complete: {:.1} s", most.as_secs_f64()),
    );
}

/// The step of the axis of time in seconds, and how many of them hold it all.
fn axis(last: Duration) -> (u64, u64) {
    let seconds = last.as_secs() + u64::from(last.subsec_nanos() > 0);
    let enough = |step: &u64| step * STEPS_MAX >= seconds;
    let step = STEPS_SECONDS.into_iter().find(enough).unwrap_or(seconds);
    (step, seconds.div_ceil(step).max(1))
}

fn share(time: Duration, whole: Duration) -> f64 {
    time.as_secs_f64() / whole.as_secs_f64().max(f64::EPSILON)
}

/// How many of the times have passed, as a curve.
fn counted(plot: Plot, times: &[Duration], whole: Duration) -> Vec<(f64, f64)> {
    let of = ratio(times.len() as u64, 1.0).max(1.0);
    (0..=POINTS)
        .map(|point| {
            let at = whole.mul_f64(f64::from(point) / f64::from(POINTS));
            let passed = times.partition_point(|time| *time <= at);
            (plot.x(share(at, whole)), plot.y(ratio(passed as u64, of)))
        })
        .collect()
}

/// The highest sample of each step, so that no peak is left out.
fn memory_points(plot: Plot, report: &Report, whole: Duration) -> Vec<(f64, f64)> {
    let per_point = report.memory.len().div_ceil(POINTS as usize).max(1);
    let bound_kb = ratio(report.plan.memory_mib_max * 1_024, 1.0);
    let highest = |samples: &[(Duration, u64)]| samples.iter().copied().max_by_key(|(_, kb)| *kb);
    let points = report.memory.chunks(per_point).filter_map(highest);
    points
        .map(|(at, kb)| (plot.x(share(at, whole)), plot.y(ratio(kb, bound_kb))))
        .collect()
}

/// Right: how many phones took how long.
fn waits(svg: &mut Svg, plot: Plot, report: &Report) {
    let rows = report.histogram();
    let most = rows
        .iter()
        .map(|(_, count)| *count)
        .max()
        .unwrap_or(0)
        .max(1);
    let width = 1.0 / ratio(rows.len() as u64, 1.0);
    svg.line((plot.left, plot.bottom), (plot.right, plot.bottom), "axis");
    let mut from = 0.0;
    for (at, (upto, count)) in rows.iter().enumerate() {
        let (left, right) = (plot.x(from), plot.x(from + width));
        // A single phone is seen too.
        let height = (ratio(*count as u64, ratio(most as u64, 1.0)) * 0.72).max(if *count > 0 {
            0.01
        } else {
            0.0
        });
        svg.bar((left + 1.0, plot.y(height)), (right - 1.0, plot.bottom));
        if *count > 0 {
            svg.text(
                f64::midpoint(left, right),
                plot.y(height) - 3.0,
                Anchor::Middle,
                "small",
                &count.to_string(),
            );
        }
        // 10 ms, 100 ms, 1 s, 10 s, 100 s.
        if at % 3 == 1 {
            svg.line((right, plot.bottom), (right, plot.bottom + 4.0), "axis");
            svg.text(right, plot.bottom + 17.0, Anchor::Middle, "", &bound(*upto));
        }
        from += width;
    }
    let longest = report.waits.last().copied().unwrap_or_default();
    let marks = [("p50", 50), ("p90", 90), ("p99", 99)]
        .map(|(name, percent)| (name, report.percentile(percent)));
    for (row, (name, time)) in (0_u32..).zip(marks.into_iter().chain([("longest", longest)])) {
        let (x, y) = (plot.left, plot.top + f64::from(row) * 13.0 - 8.0);
        svg.text(
            x,
            y,
            Anchor::Start,
            "of-mark",
            &format!("{name} {}", spoken(time)),
        );
    }
}

/// A time to three digits.
fn spoken(time: Duration) -> String {
    let ms = time.as_millis();
    if ms < 1_000 {
        format!("{ms} ms")
    } else {
        format!("{:.2} s", time.as_secs_f64())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_curve_ends_with_all_that_came() {
        let plot = Plot {
            left: 0.0,
            right: 100.0,
            top: 0.0,
            bottom: 50.0,
        };
        let times = [1, 2, 3].map(Duration::from_secs);
        let points = counted(plot, &times, Duration::from_secs(4));
        assert_eq!(points.first(), Some(&(0.0, 50.0)));
        assert_eq!(points.last(), Some(&(100.0, 0.0)));
        assert_eq!(points.len(), POINTS as usize + 1);
    }

    #[test]
    fn the_axis_holds_what_took_longer_than_planned() {
        assert_eq!(axis(Duration::from_millis(60_020)), (10, 7));
        assert_eq!(axis(Duration::from_secs(5)), (1, 5));
        assert_eq!(axis(Duration::from_millis(1)), (1, 1));
    }

    #[test]
    fn a_time_is_spoken_in_its_unit() {
        assert_eq!(spoken(Duration::from_millis(999)), "999 ms");
        assert_eq!(spoken(Duration::from_millis(1_004)), "1.00 s");
    }
}
