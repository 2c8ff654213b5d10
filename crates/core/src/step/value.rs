//! The types of fields, as texts and on the wire.

use crate::crypto::PublicKey;
use crate::id::{CommandId, DeviceId, DocumentId, MemberId};
use crate::kinds::case::Point;
use crate::kinds::tray::{KeptWhy, TrayItem};
use crate::number::TrackingCode;
use crate::text::Text;
use crate::time::{Date, Time};
use crate::wire::{Blob, List};

/// A type that a field of a step can have.
pub trait FieldType: Sized {
    /// The bytes that a value may have at most as text; 0 where nobody types one.
    const BYTES_MAX: usize;

    /// Whether a step can be without a value.
    const OPTIONAL: bool = false;

    /// Nothing filled in.
    fn blank() -> Self;

    /// The value as text: empty for a blank one, and for what is never shown.
    fn written(&self) -> String;

    /// The value of a text; none if the type does not take it.
    fn read(text: &str) -> Option<Self>;
}

/// The bytes of an id as text, hyphens included.
const ID_BYTES: usize = 36;
/// The bytes of a whole number of 64 bits as text, its sign included.
const NUMBER_BYTES: usize = 20;

impl<const MAX: usize> FieldType for Text<MAX> {
    const BYTES_MAX: usize = MAX;

    fn blank() -> Self {
        Self::default()
    }

    fn written(&self) -> String {
        self.as_str().to_owned()
    }

    fn read(text: &str) -> Option<Self> {
        Self::new(text).ok()
    }
}

macro_rules! ids {
    ($($id:ident),*) => {$(
        impl FieldType for $id {
            const BYTES_MAX: usize = ID_BYTES;

            fn blank() -> Self {
                Self([0; 16])
            }

            fn written(&self) -> String {
                if *self == Self::blank() { String::new() } else { self.key() }
            }

            fn read(text: &str) -> Option<Self> {
                Self::parse(text)
            }
        }
    )*};
}
ids!(CommandId, DeviceId, DocumentId, MemberId);

macro_rules! numbers {
    ($($number:ty),*) => {$(
        impl FieldType for $number {
            const BYTES_MAX: usize = NUMBER_BYTES;

            fn blank() -> Self {
                0
            }

            fn written(&self) -> String {
                self.to_string()
            }

            fn read(text: &str) -> Option<Self> {
                text.parse().ok()
            }
        }
    )*};
}
numbers!(u16, u32);

impl FieldType for Date {
    const BYTES_MAX: usize = NUMBER_BYTES;

    fn blank() -> Self {
        Self::default()
    }

    fn written(&self) -> String {
        self.0.to_string()
    }

    fn read(text: &str) -> Option<Self> {
        text.parse().ok().map(Self)
    }
}

impl FieldType for Time {
    const BYTES_MAX: usize = NUMBER_BYTES;

    fn blank() -> Self {
        Self::default()
    }

    fn written(&self) -> String {
        self.0.to_string()
    }

    fn read(text: &str) -> Option<Self> {
        text.parse().ok().map(Self)
    }
}

impl FieldType for bool {
    const BYTES_MAX: usize = "false".len();

    fn blank() -> Self {
        false
    }

    fn written(&self) -> String {
        if *self {
            "true".to_owned()
        } else {
            String::new()
        }
    }

    fn read(text: &str) -> Option<Self> {
        text.parse().ok()
    }
}

/// A field that may be left out: a blank text is nothing.
impl<T: FieldType> FieldType for Option<T> {
    const BYTES_MAX: usize = T::BYTES_MAX;
    const OPTIONAL: bool = true;

    fn blank() -> Self {
        None
    }

    fn written(&self) -> String {
        self.as_ref().map(T::written).unwrap_or_default()
    }

    fn read(text: &str) -> Option<Self> {
        if text.is_empty() {
            return Some(None);
        }
        T::read(text).map(Some)
    }
}

impl<T, const MAX: usize> FieldType for List<T, MAX> {
    const BYTES_MAX: usize = 0;

    fn blank() -> Self {
        Self::default()
    }

    fn written(&self) -> String {
        String::new()
    }

    fn read(_: &str) -> Option<Self> {
        None
    }
}

impl FieldType for PublicKey {
    const BYTES_MAX: usize = 0;

    fn blank() -> Self {
        Self([0; 32])
    }

    fn written(&self) -> String {
        String::new()
    }

    fn read(_: &str) -> Option<Self> {
        None
    }
}

/// Never shown: who knows the code acts as the resident.
impl FieldType for TrackingCode {
    const BYTES_MAX: usize = 0;

    fn blank() -> Self {
        Self::from_random([0; 15])
    }

    fn written(&self) -> String {
        String::new()
    }

    fn read(_: &str) -> Option<Self> {
        None
    }
}

impl FieldType for Point {
    const BYTES_MAX: usize = "-90.0000000,-180.0000000".len();

    fn blank() -> Self {
        Self {
            latitude_e7: 0,
            longitude_e7: 0,
        }
    }

    fn written(&self) -> String {
        self.to_string()
    }

    fn read(text: &str) -> Option<Self> {
        Self::parse(text)
    }
}

impl FieldType for TrayItem {
    const BYTES_MAX: usize = 0;

    fn blank() -> Self {
        Self {
            device: PublicKey::blank(),
            member: MemberId::blank(),
            why: KeptWhy::blank(),
            received: Time::blank(),
            command: Blob::default(),
        }
    }

    fn written(&self) -> String {
        String::new()
    }

    fn read(_: &str) -> Option<Self> {
        None
    }
}
