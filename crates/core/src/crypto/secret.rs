//! Secret bytes at rest in memory: wiped when dropped, never printed.

use zeroize::Zeroizing;

use crate::wire::{Reader, Wire, WireError};

/// Thirty-two secret bytes.
#[derive(Clone, PartialEq, Eq)]
pub struct SecretBytes(Zeroizing<[u8; 32]>);

impl SecretBytes {
    /// Takes the bytes.
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// The bytes.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl std::fmt::Debug for SecretBytes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SecretBytes(…)")
    }
}

impl Wire for SecretBytes {
    fn encode(&self, out: &mut Vec<u8>) {
        self.0.encode(out);
    }
    fn decode(from: &mut Reader<'_>) -> Result<Self, WireError> {
        Ok(Self::new(Wire::decode(from)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secret_bytes_are_stored_as_they_are_and_never_printed() {
        let secret = SecretBytes::new([0x5a; 32]);
        assert_eq!(secret.to_bytes(), [0x5a; 32]);
        assert_eq!(SecretBytes::from_bytes(&[0x5a; 32]), Ok(secret.clone()));
        assert_eq!(format!("{secret:?}"), "SecretBytes(…)");
    }
}
