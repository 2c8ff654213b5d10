//! The part of the list of kinds that is about commands: [`Body`](crate::kinds::Body).

/// Makes `Body` of the list of kinds, with its questions, its encoding, and the way from a body to
/// the command of a kind and back.
macro_rules! body {
    ($( $(#[$doc:meta])* $number:literal => $folder:ident: $Kind:ident($Command:ident), )*) => {
        /// The body of a command: its step with its fields, by the kind of document it changes.
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub enum Body {
            $( $(#[$doc])* $Kind($folder::$Command), )*
            /// A command of a later version: kept whole, carried on, never executed.
            Unknown(Blob<COMMAND_BYTES_MAX>),
        }

        impl Body {
            /// The word for what it does, as logs, documents and screens use it.
            pub fn kind(&self) -> &'static str {
                match self {
                    $( Self::$Kind(command) => command.kind(), )*
                    Self::Unknown(_) => "unknown",
                }
            }

            /// The description of the step: its word and its fields; none for one of a later version.
            pub fn step(&self) -> Option<&'static Step> {
                match self {
                    $( Self::$Kind(command) => Some(Steps::step(command)), )*
                    Self::Unknown(_) => None,
                }
            }

            /// The value of a field as text, empty if nothing was written; none if there is no such
            /// field.
            pub fn get(&self, field: &str) -> Option<String> {
                match self {
                    $( Self::$Kind(command) => Steps::get(command, field), )*
                    Self::Unknown(_) => None,
                }
            }

            /// Sets a field from text, whoever is to fill it.
            ///
            /// # Errors
            /// [`SetError`]; the command is then as it was.
            pub fn set(&mut self, field: &str, text: &str) -> Result<(), SetError> {
                match self {
                    $( Self::$Kind(command) => Steps::set(command, field, text), )*
                    Self::Unknown(_) => Err(SetError::UnknownField),
                }
            }

            /// Fills in what follows from what stands, and nobody types: the next level up, who
            /// rules, who is asked to verify, at which door.
            ///
            /// # Errors
            /// The step is not possible, for nothing follows.
            pub fn complete(&mut self, stands: &Stands<'_>) -> Result<(), RefusalCode> {
                match self {
                    $( Self::$Kind(command) => $folder::$Kind::complete(command, stands), )*
                    Self::Unknown(_) => Ok(()),
                }
            }

            /// Whether it creates its document.
            pub fn creates(&self) -> bool {
                match self {
                    $( Self::$Kind(command) => command.kind() == $folder::$Kind::CREATED_BY, )*
                    Self::Unknown(_) => false,
                }
            }

            /// Whether it creates a confidential document.
            pub fn creates_confidential(&self) -> bool {
                match self {
                    $( Self::$Kind(command) => $folder::$Kind::creates_confidential(command), )*
                    Self::Unknown(_) => false,
                }
            }

            /// Of one that creates a document which some unit is never told of: which, and who
            /// receives it.
            pub fn creates_apart(&self) -> Option<Apart> {
                match self {
                    $( Self::$Kind(command) => $folder::$Kind::creates_apart(command), )*
                    Self::Unknown(_) => None,
                }
            }

            /// The edit of a field that it is, if it is one.
            pub fn edit(&self) -> Option<&Edit> {
                match self {
                    $( Self::$Kind(command) => $folder::$Kind::edit(command), )*
                    Self::Unknown(_) => None,
                }
            }

            /// Whether it shows no effect until it is admitted.
            pub fn takes_effect_on_admission(&self) -> bool {
                match self {
                    $( Self::$Kind(command) => {
                        takes_effect_on_admission::<$folder::$Kind>(command)
                    } )*
                    Self::Unknown(_) => false,
                }
            }

            /// Whether it stands by itself: a server that lacks what its author typed before it need
            /// not wait for that.
            pub fn stands_alone(&self) -> bool {
                match self {
                    $( Self::$Kind(command) => $folder::$Kind::stands_alone(command), )*
                    Self::Unknown(_) => false,
                }
            }

            /// Whether it only adds to what is known, so that it is taken although its author's post
            /// has ended of late.
            pub fn may_be_added_late(&self) -> bool {
                match self {
                    $( Self::$Kind(command) => $folder::$Kind::may_be_added_late(command), )*
                    Self::Unknown(_) => false,
                }
            }

            /// Whether it merely adds to its document or corrects it, and so ends once the document
            /// has no room for that.
            pub fn takes_room(&self) -> bool {
                match self {
                    $( Self::$Kind(command) => $folder::$Kind::takes_room(command), )*
                    Self::Unknown(_) => false,
                }
            }

            /// Whether it is proposed to the successor, if a post of its author that has ended would
            /// have allowed it.
            pub fn is_proposed(&self) -> bool {
                match self {
                    $( Self::$Kind(command) => $folder::$Kind::is_proposed(command), )*
                    Self::Unknown(_) => true,
                }
            }

            /// Whether two commands say the same, though two devices typed them.
            pub fn says_the_same(&self, other: &Self) -> bool {
                match (self, other) {
                    $( (Self::$Kind(one), Self::$Kind(other)) => {
                        $folder::$Kind::says_the_same(one, other)
                    } )*
                    _ => self == other,
                }
            }

            /// The device code that the number of the document it creates is made of.
            pub fn device_code(&self) -> Option<u32> {
                match self {
                    $( Self::$Kind(command) => $folder::$Kind::device_code(command), )*
                    Self::Unknown(_) => None,
                }
            }

            /// The command as a device with this code would have typed it.
            #[must_use]
            pub fn with_device_code(self, code: u32) -> Self {
                match self {
                    $( Self::$Kind(command) => {
                        Self::$Kind($folder::$Kind::with_device_code(command, code))
                    } )*
                    Self::Unknown(_) => self,
                }
            }

            /// Another document that it names: whoever reads this one reads of that.
            pub fn names(&self) -> Option<DocumentId> {
                match self {
                    $( Self::$Kind(command) => $folder::$Kind::names(command), )*
                    Self::Unknown(_) => None,
                }
            }

            /// Another document that must be open, and seen by the author.
            pub fn needs_open(&self) -> Option<DocumentId> {
                match self {
                    $( Self::$Kind(command) => $folder::$Kind::needs_open(command), )*
                    Self::Unknown(_) => None,
                }
            }

            /// The ledger's index that the command writes once it stands.
            pub fn index(&self) -> Option<Index<'_>> {
                match self {
                    $( Self::$Kind(command) => $folder::$Kind::index(command), )*
                    Self::Unknown(_) => None,
                }
            }

            /// The place for the slip of a command that gives out a code; none for every other one.
            pub fn slip(&mut self) -> Option<&mut Option<Slip>> {
                match self {
                    $( Self::$Kind(command) => $folder::$Kind::slip(command), )*
                    Self::Unknown(_) => None,
                }
            }

            /// The entry that says in the document's log that the code which this step gave out, by
            /// its id, leads nowhere; none if no step of the kind gives out a code.
            pub fn void_code(&self, step: CommandId) -> Option<Self> {
                match self {
                    $( Self::$Kind(_) => $folder::$Kind::void_code(step).map(Self::$Kind), )*
                    Self::Unknown(_) => None,
                }
            }

            /// The entry that says in the document's log that a step of this kind stood there before
            /// a restore; none if the kind's log does not say so.
            pub fn stood_before(&self, stood: StoodBefore) -> Option<Self> {
                match self {
                    $( Self::$Kind(_) => $folder::$Kind::stood_before(stood).map(Self::$Kind), )*
                    Self::Unknown(_) => None,
                }
            }

            /// The command of the server on another document because this was admitted on one,
            /// which is as it stands behind it: on which other one, and what.
            pub fn said_elsewhere(
                &self,
                document: &Document,
                admitted: Said,
            ) -> Option<(DocumentId, Self)> {
                match self {
                    $( Self::$Kind(command) => {
                        let said = $folder::$Kind::said_elsewhere(document, command, admitted);
                        said.map(|(other, command)| (other, Self::$Kind(command)))
                    } )*
                    Self::Unknown(_) => None,
                }
            }

            /// The plan of its writes into a document.
            pub(crate) fn plan(
                &self,
                document: &Document,
                execution: &Execution<'_>,
            ) -> Result<Plan, RefusalCode> {
                match self {
                    $( Self::$Kind(command) => $folder::$Kind::plan(document, execution, command), )*
                    Self::Unknown(_) => Err(RefusalCode::UnknownCommand),
                }
            }

            /// Whether the command is allowed.
            pub(crate) fn judge(&self, question: &Question<'_>) -> Result<(), Refusal> {
                match self {
                    $( Self::$Kind(command) => judge_of::<$folder::$Kind>(question, command), )*
                    Self::Unknown(_) => Err(RefusalCode::UnknownCommand.into()),
                }
            }

            /// The name of its row in the kind's table of policy.
            #[cfg(test)]
            pub(crate) fn row(&self) -> Option<&'static str> {
                match self {
                    $( Self::$Kind(command) => Some($folder::$Kind::row_of(command)), )*
                    Self::Unknown(_) => None,
                }
            }

            /// The need that it lacks of itself.
            #[cfg(test)]
            pub(crate) fn lacks(&self, question: &Question<'_>) -> Option<RefusalCode> {
                match self {
                    $( Self::$Kind(command) => {
                        crate::policy::lacks::<$folder::$Kind>(question, command)
                    } )*
                    Self::Unknown(_) => None,
                }
            }

            /// The kind's number and the command; of a later version, what it came as.
            fn payload(&self) -> Vec<u8> {
                let mut out = Vec::new();
                match self {
                    $( Self::$Kind(command) => {
                        crate::wire::put_varint(&mut out, $number);
                        command.encode(&mut out);
                    } )*
                    Self::Unknown(bytes) => out.extend_from_slice(bytes),
                }
                out
            }

            /// The command that a whole payload is, if this version knows it.
            fn of_payload(payload: &[u8]) -> Result<Self, WireError> {
                let mut from = Reader::new(payload);
                let body = match from.varint()? {
                    $( $number => Self::$Kind(Wire::decode(&mut from)?), )*
                    _ => return Err(WireError::Invalid("document kind")),
                };
                if from.remaining() > 0 {
                    return Err(WireError::Trailing);
                }
                Ok(body)
            }
        }

        $(
            impl From<$folder::$Command> for Body {
                fn from(command: $folder::$Command) -> Self {
                    Self::$Kind(command)
                }
            }

            impl $folder::$Command {
                /// The command, if a body is one of this kind of document.
                pub fn of(body: &Body) -> Option<&Self> {
                    match body {
                        Body::$Kind(command) => Some(command),
                        _ => None,
                    }
                }
            }
        )*
    };
}
