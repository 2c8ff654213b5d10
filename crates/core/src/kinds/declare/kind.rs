//! The part of the list of kinds that is about documents: [`DocumentKind`](crate::kinds::DocumentKind).

/// Makes `DocumentKind` of the list of kinds, with its questions and its encoding.
macro_rules! document_kind {
    ($( $(#[$doc:meta])* $number:literal => $folder:ident: $Kind:ident($Command:ident), )*) => {
        /// The kind of a document.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum DocumentKind { $( $(#[$doc])* $Kind, )* }

        impl DocumentKind {
            /// Every kind.
            pub const ALL: &'static [Self] = &[$( Self::$Kind ),*];

            /// The word in documents and on screens.
            pub fn word(self) -> &'static str {
                match self { $( Self::$Kind => $folder::$Kind::WORD, )* }
            }

            /// The kind of the documents that a command's body changes; none for an unknown body.
            pub fn of(body: &Body) -> Option<Self> {
                match body {
                    $( Body::$Kind(_) => Some(Self::$Kind), )*
                    Body::Unknown(_) => None,
                }
            }

            /// Every step of the kind, in the order of their numbers.
            pub fn steps(self) -> &'static [Step] {
                match self { $( Self::$Kind => <$folder::$Command as Steps>::STEPS, )* }
            }

            /// As [`forms`](crate::policy::forms).
            pub(crate) fn forms(self) -> Vec<Form> {
                match self { $( Self::$Kind => forms_of::<$folder::$Kind>(), )* }
            }

            /// As [`offers`](crate::policy::offers).
            pub(crate) fn offers(self, situation: &Situation<'_>) -> Vec<Offer> {
                match self { $( Self::$Kind => offers_of::<$folder::$Kind>(situation), )* }
            }

            /// The step of a word, with nothing filled in; none if the kind has no such step.
            pub fn blank(self, word: &str) -> Option<Body> {
                match self {
                    $( Self::$Kind => <$folder::$Command as Steps>::blank(word).map(Body::$Kind), )*
                }
            }

            /// Whether time alone does something to its documents.
            pub fn has_clocks(self) -> bool {
                match self { $( Self::$Kind => $folder::$Kind::HAS_CLOCKS, )* }
            }

            /// Whether its documents have a case number, made of the code of the device that created
            /// them.
            pub fn is_numbered(self) -> bool {
                match self { $( Self::$Kind => $folder::$Kind::IS_NUMBERED, )* }
            }

            /// Whether people call its documents by a name: a number, a door.
            pub fn is_named(self) -> bool {
                match self { $( Self::$Kind => $folder::$Kind::IS_NAMED, )* }
            }

            /// Whether others' commands, received from a phone nearby, are shown before the server
            /// admits them.
            pub fn is_shown_before_admission(self) -> bool {
                match self { $( Self::$Kind => $folder::$Kind::IS_SHOWN_BEFORE_ADMISSION, )* }
            }

            /// Whether a member who creates a document may make it confidential, so that nobody can
            /// say who reads the document before that command has come.
            pub fn may_be_created_confidential(self) -> bool {
                match self { $( Self::$Kind => $folder::$Kind::MAY_BE_CREATED_CONFIDENTIAL, )* }
            }

            /// How much its documents hold.
            pub fn room(self) -> Room {
                match self { $( Self::$Kind => $folder::$Kind::ROOM, )* }
            }

            /// The kind's table of policy, in words.
            #[cfg(test)]
            pub(crate) fn told(self) -> Vec<crate::policy::page::Told> {
                match self {
                    $( Self::$Kind => crate::policy::page::told::<$folder::$Kind>(), )*
                }
            }

            fn is_created_by(self, step: &str) -> bool {
                match self { $( Self::$Kind => $folder::$Kind::CREATED_BY == step, )* }
            }

            /// The command that edits a field; none if the kind has no fields.
            pub fn edit(self, edit: Edit) -> Option<Body> {
                match self { $( Self::$Kind => $folder::$Kind::of_edit(edit).map(Body::$Kind), )* }
            }

            /// The fields that can be edited, in the order in which screens show them.
            pub(crate) fn fields(self) -> Fields {
                match self { $( Self::$Kind => $folder::$Kind::FIELDS, )* }
            }

            pub(crate) fn audience(self, document: &Document) -> BTreeSet<FeedId> {
                match self { $( Self::$Kind => $folder::$Kind::audience(document), )* }
            }

            pub(crate) fn apart(self, document: &Document) -> Option<Apart> {
                match self { $( Self::$Kind => $folder::$Kind::apart(document), )* }
            }

            pub(crate) fn name_of(self, document: &Document) -> String {
                match self { $( Self::$Kind => $folder::$Kind::name(document), )* }
            }

            pub(crate) fn number_of(self, document: &Document) -> Option<CaseNumber> {
                match self { $( Self::$Kind => $folder::$Kind::number(document), )* }
            }

            pub(crate) fn goes_on_in(self, document: &Document) -> Option<DocumentId> {
                match self { $( Self::$Kind => $folder::$Kind::goes_on_in(document), )* }
            }

            pub(crate) fn turn_state(
                self,
                document: &Document,
                organisation: &Organisation,
            ) -> Option<TurnState> {
                match self { $( Self::$Kind => $folder::$Kind::turn_state(document, organisation), )* }
            }

            pub(crate) fn turned(
                self,
                document: &Document,
                organisation: &Organisation,
                now: Time,
            ) -> Option<Body> {
                match self { $(
                    Self::$Kind => $folder::$Kind::turned(document, organisation, now).map(Body::from),
                )* }
            }

            pub(crate) fn waits_for(self, document: &Document) -> Option<UnitId> {
                match self { $( Self::$Kind => $folder::$Kind::waits_for(document), )* }
            }

            pub(crate) fn vacant(
                self,
                document: &Document,
                organisation: &Organisation,
                now: Time,
            ) -> Option<Body> {
                match self { $(
                    Self::$Kind => $folder::$Kind::vacant(document, organisation, now).map(Body::from),
                )* }
            }

            pub(crate) fn redated(
                self,
                document: &Document,
                organisation: &Organisation,
                now: Time,
            ) -> Option<Body> {
                match self { $(
                    Self::$Kind => $folder::$Kind::redated(document, organisation, now).map(Body::from),
                )* }
            }

            pub(crate) fn is_open(self, document: &Document) -> bool {
                match self { $( Self::$Kind => $folder::$Kind::is_open(document), )* }
            }

            /// How lists show its documents: their rows, and the rules that these rest on.
            pub fn listed(self) -> Listed {
                match self { $( Self::$Kind => $folder::$Kind::LISTED, )* }
            }

            pub(crate) fn list_row_of(
                self,
                document: &Document,
                by: Option<ReadBy<'_>>,
            ) -> Option<RowBytes> {
                match self { $( Self::$Kind => $folder::$Kind::list_row(document, by), )* }
            }
        }

        impl Wire for DocumentKind {
            fn encode(&self, out: &mut Vec<u8>) {
                let number: u8 = match self { $( Self::$Kind => $number, )* };
                number.encode(out);
            }

            fn decode(from: &mut Reader<'_>) -> Result<Self, WireError> {
                match u8::decode(from)? {
                    $( $number => Ok(Self::$Kind), )*
                    _ => Err(WireError::Invalid("document kind")),
                }
            }
        }
    };
}
