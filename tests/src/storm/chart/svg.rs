//! As much SVG as a chart needs; readable in a light and in a dark page.

use std::fmt::Write as _;

/// Classes instead of colours in the marks, so that a dark page has its own.
const STYLE: &str = "\
text{font-family:sans-serif;font-size:11px;fill:#333}.head{font-size:13px;font-weight:bold}.small{font-size:8px}\
.page{fill:#fff}.axis{stroke:#777}.grid{stroke:#ddd}.bar{fill:#7aa6d8}\
.arrived,.synced,.memory{fill:none}.arrived{stroke:#bbb;stroke-width:5}.synced{stroke:#1f5fa8;stroke-width:1.5}\
.memory{stroke:#c0602a;stroke-width:1.5}.mark{stroke:#2c8a4b;stroke-dasharray:4 3}.of-mark{fill:#2c8a4b}\
.of-memory{fill:#c0602a}\
@media(prefers-color-scheme:dark){text{fill:#ccc}.page{fill:#0d1117}.axis{stroke:#888}.grid{stroke:#2a3038}\
.bar{fill:#3d6ea5}.arrived{stroke:#555}.synced{stroke:#79b0ee}.memory{stroke:#e0884f}.mark{stroke:#5cc480}\
.of-mark{fill:#5cc480}.of-memory{fill:#e0884f}}";

/// Which end of a text stands at its place.
#[derive(Debug, Clone, Copy)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

/// A picture in the making.
#[derive(Debug)]
pub(super) struct Svg {
    out: String,
}

impl Svg {
    /// An empty page of this size, in pixels.
    pub(super) fn new(width: f64, height: f64) -> Self {
        let mut svg = Self { out: String::new() };
        svg.put(&format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width:.0}\" height=\"{height:.0}\" \
             viewBox=\"0 0 {width:.0} {height:.0}\">\n<style>{STYLE}</style>\n\
             <rect class=\"page\" width=\"100%\" height=\"100%\"/>"
        ));
        svg
    }

    fn put(&mut self, element: &str) {
        self.out.push_str(element);
        self.out.push('\n');
    }

    /// A line.
    pub(super) fn line(&mut self, from: (f64, f64), to: (f64, f64), class: &str) {
        let ((x1, y1), (x2, y2)) = (from, to);
        self.put(&format!(
            "<path class=\"{class}\" d=\"M{x1:.1} {y1:.1}L{x2:.1} {y2:.1}\"/>"
        ));
    }

    /// A line through all points.
    pub(super) fn curve(&mut self, points: &[(f64, f64)], class: &str) {
        let mut path = String::new();
        for (at, (x, y)) in points.iter().enumerate() {
            // Writing to a string does not fail.
            let _ = write!(path, "{}{x:.1} {y:.1}", if at == 0 { 'M' } else { 'L' });
        }
        self.put(&format!("<path class=\"{class}\" d=\"{path}\"/>"));
    }

    /// A filled rectangle, by its upper left and lower right corner.
    pub(super) fn bar(&mut self, from: (f64, f64), to: (f64, f64)) {
        let ((x, y), (right, bottom)) = (from, to);
        let (width, height) = (right - x, bottom - y);
        self.put(&format!(
            "<rect class=\"bar\" x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{height:.1}\"/>"
        ));
    }

    /// A text; `class` may be empty.
    pub(super) fn text(&mut self, x: f64, y: f64, anchor: Anchor, class: &str, text: &str) {
        let anchor = match anchor {
            Anchor::Start => "start",
            Anchor::Middle => "middle",
            Anchor::End => "end",
        };
        let text = text.replace('&', "&amp;").replace('<', "&lt;");
        self.put(&format!("<text class=\"{class}\" x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"{anchor}\">{text}</text>"));
    }

    /// The file.
    pub(super) fn finish(mut self) -> String {
        self.put("</svg>");
        self.out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_cannot_break_the_picture() {
        let mut svg = Svg::new(10.0, 10.0);
        svg.text(1.0, 2.0, Anchor::End, "", "a < b & c");
        let out = svg.finish();
        assert!(out.contains("a &lt; b &amp; c"), "{out}");
        assert!(out.trim_end().ends_with("</svg>"));
    }
}
