//! A QR code on a terminal: two modules in each character's height.

use qrcode::{EcLevel, QrCode};

/// Light modules around the code, as readers need them.
const MARGIN: usize = 2;

/// The lines of a code; none if the text is too long for one. Dark modules are spaces, so that it
/// reads on a dark terminal and, inverted, on a light one.
pub(super) fn lines(text: &str) -> Option<Vec<String>> {
    let code = QrCode::with_error_correction_level(text, EcLevel::L).ok()?;
    let width = code.width();
    let colors = code.to_colors();
    let is_light = |x: usize, y: usize| {
        let inside = |at: usize| at.checked_sub(MARGIN).filter(|at| *at < width);
        let (Some(x), Some(y)) = (inside(x), inside(y)) else {
            return true;
        };
        colors
            .get(y * width + x)
            .is_none_or(|color| *color == qrcode::Color::Light)
    };
    let side = width + 2 * MARGIN;
    let line = |y: usize| {
        let half = |x| match (is_light(x, y), is_light(x, y + 1)) {
            (true, true) => '█',
            (true, false) => '▀',
            (false, true) => '▄',
            (false, false) => ' ',
        };
        (0..side).map(half).collect()
    };
    Some((0..side).step_by(2).map(line).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_invitations_code_fits_a_terminal_and_has_its_margin() {
        let lines =
            lines("alleyway:enrol?url=https://alleyway.example.cn:8470&code=ABCD-EFGH-JKLM-NPQR")
                .unwrap();
        assert!(lines.len() <= 24, "{}", lines.len());
        let wide = lines[0].chars().count();
        assert!(
            wide <= 80 && lines.iter().all(|line| line.chars().count() == wide),
            "{wide}"
        );
        assert!(lines[0].chars().all(|block| block == '█'));
        // The finder in the upper left corner: a dark frame around light around dark.
        let second: String = lines[1].chars().take(MARGIN + 7).collect();
        assert_eq!(second, "██ ▄▄▄▄▄ ");
    }

    #[test]
    fn a_text_that_no_code_holds_has_none() {
        assert_eq!(lines(&"x".repeat(4_000)), None);
    }
}
