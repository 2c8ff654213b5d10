//! Bundles: signed batches in a file, from phone to phone where there is no signal.
//!
//! | bytes | what |
//! | --- | --- |
//! | 8 | `AWBUNDLE` |
//! | 1 | the version, 2 |
//! | 16 | the town |
//! | a list | for every device that may read it, the content's key, sealed to that device |
//! | a blob | the content: sealed under that key, or plain if nobody is to read it |
//! | 16 | a checksum over all before it, so that a cut or damaged file is known as one |
//!
//! The content is a list of batches. Each has its author's certificate, the batch as far as the
//! readers may see it, and the whole batch sealed to the town, which every carrier hands on. A
//! bundle without readers shows no command: it can only be carried to the server.

use thiserror::Error;

use crate::batch::Disclosed;
use crate::crypto::{
    PublicKey, SealingKey, SealingSecret, blake3_keyed, first, hash, open_token, seal_token,
};
use crate::id::TownId;
use crate::limits::{BUNDLE_BATCHES_MAX, BUNDLE_BYTES_MAX, BUNDLE_READERS_MAX, CLOSED_BYTES_MAX};
use crate::sync::certificate::Certificate;
use crate::sync::frame::Closed;
use crate::wire::{Blob, List, Reader, Wire, WireError};
use crate::wire_struct;

const MAGIC: &[u8; 8] = b"AWBUNDLE";
/// The version of the format that is written and read.
pub const BUNDLE_VERSION: u8 = 2;
/// The context of a reader's box.
const READER: &[u8] = b"alleyway bundle reader 1";
const CHECKSUM: &str = "alleyway bundle checksum 1";
const CHECKSUM_BYTES: usize = 16;
/// A sealed key of 32 bytes.
const BOX_BYTES_MAX: usize = 80;

/// Why a bundle was not taken. Nothing of it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum BundleError {
    /// Longer than [`BUNDLE_BYTES_MAX`].
    #[error("the bundle is longer than {BUNDLE_BYTES_MAX} bytes")]
    TooLarge,
    /// No bundle, or one that is cut off or damaged.
    #[error("the file is no bundle, or is cut off or damaged")]
    Damaged,
    /// A later version wrote it.
    #[error("the bundle's version {0} is not known here")]
    UnknownVersion(u8),
    /// It is another town's.
    #[error("the bundle is another town's")]
    OtherTown,
    /// It is sealed to other devices.
    #[error("the bundle is for somebody else")]
    NotForYou,
    /// A batch's certificate is not signed by the town's server.
    #[error("a certificate in the bundle is not signed by the town's server")]
    BadCertificate,
    /// A batch is not signed by the device whose it says it is, or a command is not the one signed.
    #[error("a batch in the bundle is not signed by its device")]
    BadSignature,
}

impl BundleError {
    /// The stable code.
    pub fn code(self) -> &'static str {
        match self {
            Self::TooLarge => "too_large",
            Self::Damaged => "damaged_bundle",
            Self::UnknownVersion(_) => "unknown_version",
            Self::OtherTown => "other_town",
            Self::NotForYou => "not_for_you",
            Self::BadCertificate => "bad_certificate",
            Self::BadSignature => "bad_signature",
        }
    }
}

impl From<WireError> for BundleError {
    fn from(_: WireError) -> Self {
        Self::Damaged
    }
}

/// A batch on its way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Whose device sealed it.
    pub certificate: Certificate,
    /// The batch, as far as the readers may see it: what nobody sees is its device's all the same.
    pub shown: Disclosed,
    /// All of it, sealed to the town.
    pub closed: Closed,
}
wire_struct!(Item {
    certificate,
    shown,
    closed
});

impl Item {
    fn verify(&self, town: TownId, server: &PublicKey) -> Result<(), BundleError> {
        if !self.certificate.is_of(town, server) {
            return Err(BundleError::BadCertificate);
        }
        let same =
            self.closed.device == self.certificate.id() && self.closed.number == self.shown.number;
        if !same || !self.shown.is_of(town, &self.certificate.device) {
            return Err(BundleError::BadSignature);
        }
        if self.closed.sealed.len() > CLOSED_BYTES_MAX {
            return Err(BundleError::TooLarge);
        }
        Ok(())
    }
}

/// Batches; one of which different sealed copies are carried once for each.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Bundle {
    /// The batches.
    pub items: List<Item, BUNDLE_BATCHES_MAX>,
}
wire_struct!(Bundle { items });

/// The bytes by which a sealed bundle is longer than its items, at most.
pub const BUNDLE_OVERHEAD_BYTES: usize = 128 + BUNDLE_READERS_MAX * (BOX_BYTES_MAX + 1);

impl Bundle {
    /// The file. `random` is 32 random bytes that are used for nothing else; without readers the
    /// content is plain.
    ///
    /// # Errors
    /// [`BundleError::TooLarge`] beyond [`BUNDLE_BYTES_MAX`] or [`BUNDLE_READERS_MAX`];
    /// [`BundleError::NotForYou`] if a reader's key is one that no secret has.
    pub fn seal(
        &self,
        town: TownId,
        readers: &[SealingKey],
        random: &[u8; 32],
    ) -> Result<Vec<u8>, BundleError> {
        let key = blake3_keyed(random, &[b"bundle key"]);
        let mut boxes = Vec::new();
        for (index, reader) in (0_u32..).zip(readers) {
            let random = blake3_keyed(random, &[b"bundle reader", &index.to_be_bytes()]);
            let sealed = reader
                .seal(random, READER, &key)
                .ok_or(BundleError::NotForYou)?;
            boxes.push(Blob::<BOX_BYTES_MAX>::new(sealed).map_err(|_| BundleError::TooLarge)?);
        }
        let boxes = List::<_, BUNDLE_READERS_MAX>::new(boxes).map_err(|_| BundleError::TooLarge)?;
        let mut out = MAGIC.to_vec();
        out.push(BUNDLE_VERSION);
        town.encode(&mut out);
        boxes.encode(&mut out);
        let plain = self.to_bytes();
        let content = if readers.is_empty() {
            plain
        } else {
            seal_token(&key, &out, &plain)
        };
        Blob::<BUNDLE_BYTES_MAX>::new(content)
            .map_err(|_| BundleError::TooLarge)?
            .encode(&mut out);
        let checksum = checksum(&out);
        out.extend_from_slice(&checksum);
        if out.len() > BUNDLE_BYTES_MAX {
            Err(BundleError::TooLarge)
        } else {
            Ok(out)
        }
    }

    /// Reads a file and checks every certificate and every signature in it. The file's length is
    /// bounded by whoever reads it into memory; it is checked here again.
    ///
    /// # Errors
    /// [`BundleError`].
    pub fn open(
        file: &[u8],
        town: TownId,
        server: &PublicKey,
        secret: &SealingSecret,
    ) -> Result<Self, BundleError> {
        if file.len() > BUNDLE_BYTES_MAX {
            return Err(BundleError::TooLarge);
        }
        // The version comes before the checksum: a later version may have another one.
        let mut from = Reader::new(file);
        if from.take(MAGIC.len())? != MAGIC {
            return Err(BundleError::Damaged);
        }
        let version = from.byte()?;
        if version != BUNDLE_VERSION {
            return Err(BundleError::UnknownVersion(version));
        }
        let (whole, sum) = file
            .split_last_chunk::<CHECKSUM_BYTES>()
            .ok_or(BundleError::Damaged)?;
        if checksum(whole) != *sum {
            return Err(BundleError::Damaged);
        }
        if TownId::decode(&mut from)? != town {
            return Err(BundleError::OtherTown);
        }
        let boxes = List::<Blob<BOX_BYTES_MAX>, BUNDLE_READERS_MAX>::decode(&mut from)?;
        let head = whole
            .get(..file.len().saturating_sub(from.remaining()))
            .ok_or(BundleError::Damaged)?;
        let content = Blob::<BUNDLE_BYTES_MAX>::decode(&mut from)?;
        if from.remaining() != CHECKSUM_BYTES {
            return Err(BundleError::Damaged);
        }
        let plain = if boxes.is_empty() {
            content.into_vec()
        } else {
            let key = boxes
                .iter()
                .find_map(|sealed| secret.open(READER, sealed))
                .ok_or(BundleError::NotForYou)?;
            let key = <[u8; 32]>::try_from(key).map_err(|_| BundleError::Damaged)?;
            open_token(&key, head, &content).ok_or(BundleError::Damaged)?
        };
        let bundle = Self::from_bytes(&plain)?;
        bundle
            .items
            .iter()
            .try_for_each(|item| item.verify(town, server))?;
        Ok(bundle)
    }
}

fn checksum(bytes: &[u8]) -> [u8; CHECKSUM_BYTES] {
    first(&hash(CHECKSUM, &[bytes]))
}

#[cfg(test)]
mod tests;
