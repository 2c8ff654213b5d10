//! A store key under a passphrase.

use argon2::{Algorithm, Argon2, Params, Version};
use thiserror::Error;
use zeroize::Zeroizing;

use super::{SealError, StoreKey};

/// A passphrase has at least so many characters (NIST SP 800-63B: eight for what a person chooses).
pub const PASSPHRASE_CHARACTERS_MIN: usize = 8;
/// A passphrase has at most so many bytes.
pub const PASSPHRASE_BYTES_MAX: usize = 1_024;
/// The memory that a key file may ask for, in KiB: 1 GiB.
const MEMORY_KIB_MAX: u32 = 1024 * 1024;
/// The passes, and the lanes, that a key file may ask for.
const PASSES_MAX: u32 = 64;

/// Binds a wrapped key to its use.
const PLACE: &[u8] = b"alleyway device store key under a passphrase 1";

/// Why a text is no passphrase.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum PassphraseError {
    /// It has too few characters.
    #[error("a passphrase has at least {PASSPHRASE_CHARACTERS_MIN} characters")]
    TooShort,
    /// It has too many bytes, or control characters.
    #[error("a passphrase has at most {PASSPHRASE_BYTES_MAX} bytes, and no control characters")]
    Unfit,
}

/// A passphrase, which a person types to open a store. Wiped from memory when dropped.
pub struct Passphrase(Zeroizing<String>);

impl std::fmt::Debug for Passphrase {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Passphrase(…)")
    }
}

impl Passphrase {
    /// A passphrase for a new key file.
    ///
    /// # Errors
    /// [`PassphraseError`].
    pub fn new(text: Zeroizing<String>) -> Result<Self, PassphraseError> {
        if text.len() > PASSPHRASE_BYTES_MAX || text.chars().any(char::is_control) {
            return Err(PassphraseError::Unfit);
        }
        if text.chars().count() < PASSPHRASE_CHARACTERS_MIN {
            return Err(PassphraseError::TooShort);
        }
        Ok(Self(text))
    }

    /// The passphrase that somebody typed to open a key file; anything may be tried.
    pub fn typed(text: Zeroizing<String>) -> Self {
        Self(text)
    }
}

impl PartialEq for Passphrase {
    fn eq(&self, other: &Self) -> bool {
        *self.0 == *other.0
    }
}

/// The cost of a guess at a passphrase. It stands in the key file, so that it can change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cost {
    /// Memory, in KiB.
    pub memory_kib: u32,
    /// Passes over the memory.
    pub passes: u32,
    /// Lanes.
    pub lanes: u32,
}

impl Cost {
    /// RFC 9106, section 4, the second recommended option, for where memory is short: Argon2id with
    /// 3 passes, 4 lanes and 64 MiB; salt of 128 bits, tag of 256.
    pub const STANDARD: Self = Self {
        memory_kib: 64 * 1024,
        passes: 3,
        lanes: 4,
    };

    /// Whether a file may ask for it: what exceeds these bounds is no file of this program.
    pub(super) fn is_bounded(self) -> bool {
        (8..=MEMORY_KIB_MAX).contains(&self.memory_kib)
            && (1..=PASSES_MAX).contains(&self.passes)
            && (1..=PASSES_MAX).contains(&self.lanes)
    }
}

/// A store key that a passphrase opens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Wrapped {
    pub(super) cost: Cost,
    pub(super) salt: [u8; 16],
    pub(super) sealed: Vec<u8>,
}

impl Wrapped {
    pub(super) fn new(
        key: &StoreKey,
        passphrase: &Passphrase,
        cost: Cost,
    ) -> Result<Self, SealError> {
        let mut salt = [0; 16];
        getrandom::fill(&mut salt).map_err(|error| SealError::Random(error.to_string()))?;
        let stretched = stretch(passphrase, &salt, cost).ok_or(SealError::TooLong)?;
        Ok(Self {
            cost,
            salt,
            sealed: stretched.seal(PLACE, key.bytes())?,
        })
    }

    /// The key; none to a wrong passphrase.
    pub(super) fn open(&self, passphrase: &Passphrase) -> Option<StoreKey> {
        let bytes =
            Zeroizing::new(stretch(passphrase, &self.salt, self.cost)?.open(PLACE, &self.sealed)?);
        Some(StoreKey::from_bytes(
            bytes.first_chunk::<32>().filter(|_| bytes.len() == 32)?,
        ))
    }
}

fn stretch(passphrase: &Passphrase, salt: &[u8; 16], cost: Cost) -> Option<StoreKey> {
    let mut out = Zeroizing::new([0; 32]);
    let params = Params::new(cost.memory_kib, cost.passes, cost.lanes, Some(out.len())).ok()?;
    let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    argon
        .hash_password_into(passphrase.0.as_bytes(), salt, out.as_mut_slice())
        .ok()?;
    Some(StoreKey::from_bytes(&out))
}
