//! Identifiers. All are 16 bytes and shown as UUIDs; none reveals a person or a count.

use crate::command::{Body, Counted};
use crate::crypto::{PublicKey, hash16};
use crate::time::Time;
use crate::wire::{Reader, Wire, WireError};

macro_rules! id {
    ($(#[$meta:meta])* $name:ident) => {
        $(#[$meta])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub [u8; 16]);

        impl $name {
            /// The form used as a key in documents: 32 hexadecimal digits.
            pub fn key(self) -> String {
                uuid::Uuid::from_bytes(self.0).simple().to_string()
            }

            /// Reads either form, with or without hyphens.
            pub fn parse(text: &str) -> Option<Self> {
                uuid::Uuid::try_parse(text).ok().map(|id| Self(id.into_bytes()))
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                uuid::Uuid::from_bytes(self.0).hyphenated().fmt(f)
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, "{}({self})", stringify!($name))
            }
        }

        impl Wire for $name {
            fn encode(&self, out: &mut Vec<u8>) {
                self.0.encode(out);
            }
            fn decode(from: &mut Reader<'_>) -> Result<Self, WireError> {
                Ok(Self(Wire::decode(from)?))
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }
    };
}

id!(
    /// One thing a person did.
    CommandId
);
id!(
    /// A document: the id of the command that created it.
    DocumentId
);
id!(
    /// A person with a post, or the server's own member.
    MemberId
);
id!(
    /// A device: a hash of its public signing key.
    DeviceId
);
id!(
    /// A town: one ledger, one server's key.
    TownId
);

/// A unit is a document.
pub type UnitId = DocumentId;

impl CommandId {
    /// Rule 2: `BLAKE3(device public key ‖ nonce ‖ document or none ‖ time typed ‖ body)[..16]` as a
    /// UUIDv8: all that every reader of the document is sent.
    pub(crate) fn of_content(
        device: &PublicKey,
        nonce: [u8; 8],
        document: Option<DocumentId>,
        at: Time,
        body: &Body,
    ) -> Self {
        Self::version_8(hash16(
            "alleyway command 2",
            &[
                &device.0,
                &nonce,
                &document.to_bytes(),
                &at.to_bytes(),
                &body.to_bytes(),
            ],
        ))
    }

    /// Rule 1: `BLAKE3(device public key ‖ counter ‖ nonce)[..16]` as a UUIDv8.
    pub(crate) fn of_counted(device: &PublicKey, counted: Counted) -> Self {
        let Counted { counter, nonce } = counted;
        Self::version_8(hash16(
            "alleyway command 1",
            &[&device.0, &counter.to_be_bytes(), &nonce],
        ))
    }

    fn version_8(mut id: [u8; 16]) -> Self {
        let [_, _, _, _, _, _, version, _, variant, ..] = &mut id;
        *version = (*version & 0x0f) | 0x80;
        *variant = (*variant & 0x3f) | 0x80;
        Self(id)
    }

    /// The document this command creates, if it creates one.
    pub fn document(self) -> DocumentId {
        DocumentId(self.0)
    }
}

impl MemberId {
    /// A member's id in a town, from the key that the town's lists use for the person.
    pub fn derive(town: TownId, key: &str) -> Self {
        Self(hash16("alleyway member 1", &[&town.0, key.as_bytes()]))
    }

    /// In whose name the server does what is asked for at its console.
    pub fn server_of(town: TownId) -> Self {
        Self::derive(town, "alleyway-server")
    }

    /// In whose name the server carries out a resident's steps in `case`. Another one in each case,
    /// so that nobody can tell whether two cases have one resident.
    pub fn resident_of(town: TownId, case: DocumentId) -> Self {
        Self(hash16("alleyway resident 1", &[&town.0, &case.0]))
    }
}

impl DeviceId {
    /// The id of the device with this key.
    pub fn of(key: &PublicKey) -> Self {
        Self(hash16("alleyway device 1", &[&key.0]))
    }
}

/// Whether `member`, an author in `document`, is the resident whose case it is.
pub fn is_resident(town: TownId, document: DocumentId, member: MemberId) -> bool {
    MemberId::resident_of(town, document) == member
}

/// Whether `member` is the town's server: what it did was typed at its console.
pub fn is_server(town: TownId, member: MemberId) -> bool {
    MemberId::server_of(town) == member
}

/// Who a device's changes to one document come from, as the document engine knows it:
/// `BLAKE3(device public key ‖ document id)[..16]`.
pub fn actor(device: &PublicKey, document: DocumentId) -> [u8; 16] {
    hash16("alleyway actor 1", &[&device.0, &document.0])
}
