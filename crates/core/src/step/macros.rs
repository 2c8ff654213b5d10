//! The declarations of steps.

/// Declares the fields of a step: the struct, its form on the wire, and [`Fields`](crate::step::Fields).
///
/// Behind each field's type stands what it takes, by the functions of [`mod@crate::step`]. The fields
/// behind `trailing` are the last of the payload, and left out while they are blank up to its end: a
/// release that does not know one reads the step without it only where it is blank.
#[macro_export]
macro_rules! step {
    (
        $(#[$meta:meta])*
        $name:ident {
            $( $(#[$doc:meta])* $field:ident: $type:ty = $spec:expr ),* $(,)?
        }
        $( trailing {
            $( $(#[$last_doc:meta])* $last:ident: $last_type:ty = $last_spec:expr ),+ $(,)?
        } )?
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct $name {
            $( $(#[$doc])* pub $field: $type, )*
            $($( $(#[$last_doc])* pub $last: $last_type, )+)?
        }

        impl $crate::wire::Wire for $name {
            #[allow(unused_variables)]
            fn encode(&self, out: &mut Vec<u8>) {
                $( $crate::wire::Wire::encode(&self.$field, out); )*
                $(
                    let tail = $crate::step::TailOut::of(&[
                        $( $crate::step::Trailing::is_blank(&self.$last), )+
                    ]);
                    $( tail.put(&self.$last, out); )+
                )?
            }
            #[allow(unused_variables)]
            fn decode(
                from: &mut $crate::wire::Reader<'_>,
            ) -> Result<Self, $crate::wire::WireError> {
                let tail = $crate::step::TailIn::default();
                let step = Self {
                    $( $field: $crate::wire::Wire::decode(from)?, )*
                    $($( $last: tail.next(from)?, )+)?
                };
                tail.finish()?;
                Ok(step)
            }
        }

        $crate::fields!($name {
            $( $field: $type = $spec, )* $($( $last: $last_type = $last_spec, )+)?
        });
    };
}

/// Implements [`Fields`](crate::step::Fields) for a struct.
#[macro_export]
macro_rules! fields {
    ($name:ident { $( $field:ident: $type:ty = $spec:expr ),* $(,)? }) => {
        impl $crate::step::Fields for $name {
            const FIELDS: &'static [$crate::step::Field] = &[$(
                $crate::step::Field {
                    name: stringify!($field),
                    bytes_max: <$type as $crate::step::FieldType>::BYTES_MAX,
                    optional: <$type as $crate::step::FieldType>::OPTIONAL,
                    spec: $spec,
                },
            )*];

            fn blank() -> Self {
                Self { $( $field: $crate::step::FieldType::blank(), )* }
            }

            #[allow(unused_variables)]
            fn get(&self, name: &str) -> Option<String> {
                $( if name == stringify!($field) {
                    return Some($crate::step::FieldType::written(&self.$field));
                } )*
                None
            }

            #[allow(unused_variables)]
            fn set(&mut self, name: &str, text: &str) -> Result<(), $crate::step::SetError> {
                $( if name == stringify!($field) {
                    self.$field = $crate::step::FieldType::read(text)
                        .ok_or($crate::step::SetError::BadValue)?;
                    return Ok(());
                } )*
                Err($crate::step::SetError::UnknownField)
            }
        }
    };
}

/// Declares the steps of a kind of document: the enum, its form on the wire, the words, and
/// [`Steps`](crate::step::Steps). A step's number is `step << 3 | version`; a released number is
/// never used again.
#[macro_export]
macro_rules! steps {
    (
        $(#[$meta:meta])*
        $name:ident {
            $( $(#[$doc:meta])* $number:literal => $variant:ident($fields:ident) = $word:literal ),* $(,)?
        }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub enum $name {
            $( $(#[$doc])* $variant($fields), )*
        }

        $crate::wire_enum!($name { $( $number => $variant, )* });

        impl $name {
            /// The step's word, as logs, documents and screens use it.
            pub fn kind(&self) -> &'static str {
                match self {
                    $( Self::$variant(_) => $word, )*
                }
            }
        }

        impl $crate::step::Steps for $name {
            const STEPS: &'static [$crate::step::Step] = &[$(
                $crate::step::Step {
                    word: $word,
                    fields: <$fields as $crate::step::Fields>::FIELDS,
                },
            )*];

            fn step(&self) -> &'static $crate::step::Step {
                match self {
                    $( Self::$variant(_) => &const {
                        $crate::step::Step {
                            word: $word,
                            fields: <$fields as $crate::step::Fields>::FIELDS,
                        }
                    }, )*
                }
            }

            fn blank(word: &str) -> Option<Self> {
                match word {
                    $( $word => Some(Self::$variant($crate::step::Fields::blank())), )*
                    _ => None,
                }
            }

            fn get(&self, name: &str) -> Option<String> {
                match self {
                    $( Self::$variant(step) => $crate::step::Fields::get(step, name), )*
                }
            }

            fn set(&mut self, name: &str, text: &str) -> Result<(), $crate::step::SetError> {
                match self {
                    $( Self::$variant(step) => $crate::step::Fields::set(step, name, text), )*
                }
            }
        }
    };
}
