//! Implementations by listing fields, variants or words.

/// Implements [`Wire`](crate::wire::Wire) for a struct, field after field in the order given.
#[macro_export]
macro_rules! wire_struct {
    ($name:ident { $($field:ident),* $(,)? }) => {
        impl $crate::wire::Wire for $name {
            #[allow(unused_variables)]
            fn encode(&self, out: &mut Vec<u8>) {
                $( $crate::wire::Wire::encode(&self.$field, out); )*
            }
            #[allow(unused_variables)]
            fn decode(from: &mut $crate::wire::Reader<'_>) -> Result<Self, $crate::wire::WireError> {
                Ok(Self { $( $field: $crate::wire::Wire::decode(from)?, )* })
            }
        }
    };
}

/// Implements [`Wire`](crate::wire::Wire) for an enum whose variants each hold one value, by a stable number.
/// With `else`, numbers of later versions are kept in a variant of their own.
#[macro_export]
macro_rules! wire_enum {
    ($name:ident { $($tag:literal => $variant:ident),* $(,)? }) => {
        impl $crate::wire::Wire for $name {
            fn encode(&self, out: &mut Vec<u8>) {
                match self {
                    $( Self::$variant(value) => {
                        $crate::wire::put_varint(out, $tag);
                        $crate::wire::Wire::encode(value, out);
                    } )*
                }
            }
            fn decode(from: &mut $crate::wire::Reader<'_>) -> Result<Self, $crate::wire::WireError> {
                match from.varint()? {
                    $( $tag => Ok(Self::$variant($crate::wire::Wire::decode(from)?)), )*
                    _ => Err($crate::wire::WireError::Invalid(stringify!($name))),
                }
            }
        }
    };
    ($name:ident { $($tag:literal => $variant:ident,)* else $later:ident($of:ty) $(,)? }) => {
        impl $crate::wire::Wire for $name {
            fn encode(&self, out: &mut Vec<u8>) {
                match self {
                    $( Self::$variant(value) => {
                        $crate::wire::put_varint(out, $tag);
                        $crate::wire::Wire::encode(value, out);
                    } )*
                    Self::$later(value) => value.encode_later(out),
                }
            }
            fn decode(from: &mut $crate::wire::Reader<'_>) -> Result<Self, $crate::wire::WireError> {
                match from.varint()? {
                    $( $tag => Ok(Self::$variant($crate::wire::Wire::decode(from)?)), )*
                    other => Ok(Self::$later(<$of>::decode_later(other, from)?)),
                }
            }
        }
    };
}

/// An enum that is a word on the wire and in documents, with room for words of later versions.
#[macro_export]
macro_rules! word_enum {
    ($(#[$meta:meta])* $name:ident { $( $(#[$doc:meta])* $variant:ident = $word:literal ),* $(,)? }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $( $(#[$doc])* $variant, )*
            /// A word of a later version: kept, shown as it is, never acted on.
            Unknown($crate::text::Text<40>),
        }

        impl $name {
            /// Every known value.
            pub const ALL: &'static [Self] = &[$( Self::$variant ),*];

            /// The words of every known value.
            pub const WORDS: &'static [&'static str] = &[$( $word ),*];

            /// The word used in documents, in files and on the wire.
            pub fn word(&self) -> &str {
                match self {
                    $( Self::$variant => $word, )*
                    Self::Unknown(word) => word,
                }
            }

            /// The value for a word; an unknown word is kept.
            pub fn from_word(word: &str) -> Self {
                match word {
                    $( $word => Self::$variant, )*
                    other => Self::Unknown($crate::text::Text::cut(other)),
                }
            }

            /// The value for a word, if it is a known one.
            pub fn known(word: &str) -> Option<Self> {
                match word {
                    $( $word => Some(Self::$variant), )*
                    _ => None,
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.word())
            }
        }

        impl $crate::step::FieldType for $name {
            const BYTES_MAX: usize = 40;

            fn blank() -> Self {
                Self::Unknown($crate::text::Text::default())
            }

            fn written(&self) -> String {
                self.word().to_owned()
            }

            fn read(text: &str) -> Option<Self> {
                Self::known(text)
            }
        }

        impl $crate::wire::Wire for $name {
            fn encode(&self, out: &mut Vec<u8>) {
                let word = self.word();
                $crate::wire::put_varint(out, word.len() as u64);
                out.extend_from_slice(word.as_bytes());
            }
            fn decode(from: &mut $crate::wire::Reader<'_>) -> Result<Self, $crate::wire::WireError> {
                let text = $crate::text::Text::<40>::decode(from)?;
                Ok(Self::known(&text).unwrap_or(Self::Unknown(text)))
            }
        }
    };
}
