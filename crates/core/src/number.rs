//! Case numbers and tracking codes: made offline, checked by a digit, revealing no counts.
//!
//! Both check digits are the hybrid systems of ISO/IEC 7064 (MOD 11,10 for digits, the same
//! construction with MOD 33,32 for the 32 letters of a tracking code): every wrong single
//! character is found.

use crate::crypto::hash;
use crate::id::DocumentId;
use crate::text::{Text, fold};
use crate::wire::{Reader, Wire, WireError};
use crate::wire_struct;

/// The hybrid check character of ISO/IEC 7064 over an alphabet of `modulus` characters.
fn check(digits: impl Iterator<Item = u32>, modulus: u32) -> u32 {
    let mut product = modulus;
    for digit in digits {
        let sum = (product + digit) % modulus;
        let sum = if sum == 0 { modulus } else { sum };
        product = (sum * 2) % (modulus + 1);
    }
    (modulus + 1 - product) % modulus
}

/// A case's number for people: device code, five digits from the document's id, check digit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CaseNumber {
    /// The code of the device that reported the case.
    pub device_code: u32,
    /// Five digits from the document's id.
    pub digits: u32,
}

wire_struct!(CaseNumber {
    device_code,
    digits
});

impl CaseNumber {
    /// The number of the case `document`, reported on the device with `device_code`.
    pub fn of(device_code: u32, document: DocumentId) -> Self {
        let hash = hash("number", &[&document.0]);
        let (head, _) = hash.split_first_chunk::<4>().unwrap_or((&[0; 4], &[]));
        Self {
            device_code,
            digits: u32::from_be_bytes(*head) % 100_000,
        }
    }

    fn check_digit(self) -> u32 {
        let text = format!("{:04}{:05}", self.device_code, self.digits);
        check(text.chars().filter_map(|c| c.to_digit(10)), 10)
    }

    /// Reads a number, with or without hyphens; `None` if the check digit is wrong.
    pub fn parse(text: &str) -> Option<Self> {
        let digits: String = text.chars().filter(|c| *c != '-').collect();
        if digits.len() < 10 || digits.len() > 16 || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        let (code, rest) = digits.split_at_checked(digits.len() - 6)?;
        let (five, last) = rest.split_at_checked(5)?;
        if code.len() > 4 && code.starts_with('0') {
            // It is not how the number is written, so the check digit would not be its own.
            return None;
        }
        let number = Self {
            device_code: code.parse().ok()?,
            digits: five.parse().ok()?,
        };
        (number.check_digit() == last.parse::<u32>().ok()?).then_some(number)
    }
}

impl std::fmt::Display for CaseNumber {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "{:04}-{:05}-{}",
            self.device_code,
            self.digits,
            self.check_digit()
        )
    }
}

/// The letters of a tracking code: no I, L, O or U (Crockford's base 32).
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// The code by which a resident follows a case: 15 random letters (75 bits) and a check letter.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TrackingCode([u8; 16]);

impl TrackingCode {
    /// The code of 15 random bytes, of which five bits each are used.
    pub fn from_random(random: [u8; 15]) -> Self {
        let mut letters = [0; 16];
        for (letter, byte) in letters.iter_mut().zip(random) {
            *letter = byte & 31;
        }
        letters[15] = Self::check_letter(&letters);
        Self(letters)
    }

    #[expect(clippy::cast_possible_truncation, reason = "below 32")]
    fn check_letter(letters: &[u8; 16]) -> u8 {
        check(letters.iter().take(15).map(|l| u32::from(*l)), 32) as u8
    }

    /// Reads a code as people type it: as [`TrackingCode::parse`], and wide letters, hyphens and
    /// blanks of any kind, and what came along with what was pasted.
    pub fn typed(text: &str) -> Option<Self> {
        Self::parse(&fold::bare(text))
    }

    /// Reads a code: any case, hyphens and blanks, O for 0, I and L for 1; `None` if the check letter
    /// is wrong.
    pub fn parse(text: &str) -> Option<Self> {
        let mut letters = [0; 16];
        let mut count = 0;
        for c in text.chars().filter(|c| !matches!(c, '-' | ' ')) {
            let c = match c.to_ascii_uppercase() {
                'O' => '0',
                'I' | 'L' => '1',
                other => other,
            };
            let value = ALPHABET.iter().position(|a| char::from(*a) == c)?;
            *letters.get_mut(count)? = u8::try_from(value).ok()?;
            count += 1;
        }
        (count == 16 && letters[15] == Self::check_letter(&letters)).then_some(Self(letters))
    }

    /// The value that the server's index holds in place of the code.
    pub fn index(self) -> [u8; 16] {
        crate::crypto::hash16("alleyway tracking 1", &[&self.0])
    }

    /// The code in groups of four.
    pub fn text(self) -> Text<CODE_TEXT_BYTES> {
        Text::cut(&self.to_string())
    }
}

/// Sixteen letters and three hyphens.
pub const CODE_TEXT_BYTES: usize = 19;

impl std::fmt::Display for TrackingCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (i, letter) in self.0.iter().enumerate() {
            if i > 0 && i % 4 == 0 {
                f.write_str("-")?;
            }
            write!(
                f,
                "{}",
                char::from(*ALPHABET.get(usize::from(*letter)).unwrap_or(&b'0'))
            )?;
        }
        Ok(())
    }
}

impl std::fmt::Debug for TrackingCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TrackingCode(…)")
    }
}

impl Wire for TrackingCode {
    fn encode(&self, out: &mut Vec<u8>) {
        self.0.encode(out);
    }
    fn decode(from: &mut Reader<'_>) -> Result<Self, WireError> {
        let letters: [u8; 16] = Wire::decode(from)?;
        if letters.iter().any(|l| *l > 31) || letters[15] != Self::check_letter(&letters) {
            return Err(WireError::Invalid("tracking code"));
        }
        Ok(Self(letters))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_case_number_is_read_back_and_a_wrong_digit_is_found(code in 1000_u32..999_999, id: [u8; 16], at in 0_usize..9, add in 1_u8..10) {
            let number = CaseNumber::of(code, DocumentId(id));
            let text = number.to_string();
            prop_assert_eq!(CaseNumber::parse(&text), Some(number));
            let mut plain: Vec<u8> = text.bytes().filter(|b| *b != b'-').collect();
            plain[at] = b'0' + (plain[at] - b'0' + add) % 10;
            prop_assert_eq!(CaseNumber::parse(std::str::from_utf8(&plain).unwrap()), None);
        }

        #[test]
        fn a_tracking_code_is_read_back_and_a_wrong_letter_is_found(random: [u8; 15], at in 0_usize..16, add in 1_u8..32) {
            let code = TrackingCode::from_random(random);
            prop_assert_eq!(TrackingCode::parse(&code.to_string().to_lowercase()), Some(code));
            let mut wrong = code;
            wrong.0[at] = (wrong.0[at] + add) % 32;
            prop_assert_eq!(TrackingCode::parse(&wrong.to_string()), None);
        }
    }

    #[test]
    fn the_check_digit_is_that_of_the_standard() {
        // ISO/IEC 7064 MOD 11,10, the example of the standard: 0794 has check digit 5.
        assert_eq!(check([0, 7, 9, 4].into_iter(), 10), 5);
    }
}
