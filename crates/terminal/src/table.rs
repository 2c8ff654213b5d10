//! Tables for people: columns aligned as a terminal shows them, where a Chinese character takes
//! two cells.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Between two columns, in cells.
const GAP: usize = 2;

/// Rows of cells under heads.
#[derive(Debug, Clone, Default)]
pub struct Table {
    rows: Vec<Vec<String>>,
}

impl Table {
    /// A table with these heads.
    pub fn new(heads: Vec<String>) -> Self {
        Self { rows: vec![heads] }
    }

    /// A table without heads: names and values.
    pub fn plain() -> Self {
        Self::default()
    }

    /// Adds a row. Line breaks become blanks: a row is a line.
    pub fn row(&mut self, cells: Vec<String>) {
        self.rows
            .push(cells.into_iter().map(|cell| one_line(&cell)).collect());
    }

    /// The lines, without blanks at their ends.
    pub fn lines(&self) -> Vec<String> {
        let columns = self.rows.iter().map(Vec::len).max().unwrap_or(0);
        let width = |column: usize| {
            self.rows
                .iter()
                .filter_map(|row| row.get(column))
                .map(|cell| cell.width())
                .max()
                .unwrap_or(0)
        };
        let widths: Vec<usize> = (0..columns).map(width).collect();
        self.rows.iter().map(|row| line(row, &widths)).collect()
    }
}

fn line(row: &[String], widths: &[usize]) -> String {
    let mut line = String::new();
    for (cell, width) in row.iter().zip(widths) {
        line.push_str(cell);
        let blanks = width.saturating_sub(cell.width()) + GAP;
        line.extend(std::iter::repeat_n(' ', blanks));
    }
    line.truncate(line.trim_end().len());
    line
}

/// A text on one line, without characters that move the cursor.
pub fn one_line(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' | '\t' | '\r' => out.push(' '),
            c if c.is_control() || is_bidi_control(c) => {}
            c => out.push(c),
        }
    }
    out
}

/// Marks that turn the direction of what follows: a name must not rearrange a table.
fn is_bidi_control(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}')
}

/// As much of a text as fits into `cells`, with an ellipsis if something is left out.
pub fn shorten(text: &str, cells: usize) -> String {
    let text = one_line(text);
    if text.width() <= cells {
        return text;
    }
    let mut out = String::new();
    let mut used = 1;
    for c in text.chars() {
        used += c.width().unwrap_or(0);
        if used > cells {
            break;
        }
        out.push(c);
    }
    out.push('…');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(cells: &[&str]) -> Vec<String> {
        cells.iter().map(|cell| (*cell).to_owned()).collect()
    }

    #[test]
    fn columns_are_aligned_by_cells_not_by_characters() {
        let mut table = Table::new(texts(&["号码", "title", "状态"]));
        table.row(texts(&["2047-51938-6", "橘园路坏了", "reported"]));
        table.row(texts(&["1", "a", "已上报"]));
        let lines = table.lines();
        assert_eq!(lines[0], "号码          title       状态");
        assert_eq!(lines[1], "2047-51938-6  橘园路坏了  reported");
        assert_eq!(lines[2], "1             a           已上报");
        let starts: Vec<usize> = lines
            .iter()
            .zip(["状态", "reported", "已上报"])
            .map(|(line, last)| line[..line.find(last).unwrap()].width())
            .collect();
        assert_eq!(starts, [26, 26, 26]);
    }

    #[test]
    fn a_text_cannot_break_its_row_or_steer_the_terminal() {
        let mut table = Table::plain();
        table.row(texts(&["a\nb\u{1b}[2J\u{202e}c", "d"]));
        assert_eq!(table.lines(), ["a b[2Jc  d"]);
    }

    #[test]
    fn a_long_text_is_shortened_to_cells() {
        assert_eq!(shorten("橘园路坏了", 10), "橘园路坏了");
        assert_eq!(shorten("橘园路坏了", 9), "橘园路坏…");
        assert_eq!(shorten("橘园路坏了", 8), "橘园路…");
        assert_eq!(shorten("abc", 2), "a…");
    }
}
