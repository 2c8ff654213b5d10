//! The part of a command's id that is drawn, and the two rules by which ids are made.

use crate::command::Body;
use crate::crypto::PublicKey;
use crate::id::{CommandId, DocumentId};
use crate::time::Time;
use crate::wire::{Reader, Wire, WireError};
use crate::wire_struct;

/// The part of a command's id beside its content and the key of its device.
///
/// Encoded, a nonce of rule 2 begins with two bytes that no counter of rule 1 begins with, so that
/// what was stored under rule 1 is read as it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Nonce {
    /// Rule 1: the content is no part of the id. Commands that stand may have such ids; none is
    /// admitted any more.
    Counted(Counted),
    /// Rule 2: 8 bytes, drawn when the command is typed. A restored phone reuses no id, and a short
    /// body that is withheld cannot be guessed from its id.
    Drawn([u8; 8]),
}

/// The parts of an id of rule 1 beside the key of its device.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Counted {
    /// Counted the device's commands.
    pub counter: u64,
    /// Drawn when the command was typed.
    pub nonce: [u8; 4],
}
wire_struct!(Counted { counter, nonce });

impl Nonce {
    /// The id of a command of `device` that changes `document` (none if it creates one), was typed
    /// `at` that time, and does what `body` says.
    pub fn id(
        self,
        device: &PublicKey,
        document: Option<DocumentId>,
        at: Time,
        body: &Body,
    ) -> CommandId {
        match self {
            Self::Counted(counted) => CommandId::of_counted(device, counted),
            Self::Drawn(nonce) => CommandId::of_content(device, nonce, document, at, body),
        }
    }
}

impl Wire for Nonce {
    fn encode(&self, out: &mut Vec<u8>) {
        match self {
            Self::Counted(counted) => counted.encode(out),
            Self::Drawn(nonce) => {
                out.extend_from_slice(&NO_COUNTER);
                nonce.encode(out);
            }
        }
    }

    fn decode(from: &mut Reader<'_>) -> Result<Self, WireError> {
        if from.skip(&NO_COUNTER) {
            Ok(Self::Drawn(Wire::decode(from)?))
        } else {
            Ok(Self::Counted(Wire::decode(from)?))
        }
    }
}

/// A zero in two bytes: integers are minimal, so that no counter is written like that.
pub(crate) const NO_COUNTER: [u8; 2] = [0x80, 0x00];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::{Base, Command};
    use crate::kinds::case::{CaseCommand, Note};
    use crate::text::Text;

    fn note(nonce: Nonce) -> Command {
        Command {
            nonce,
            document: Some(DocumentId([5; 16])),
            base: Base::default(),
            at: Time(1_700_000_000_000),
            body: Body::Case(CaseCommand::Note(Note {
                text: Text::cut("the road is broken"),
            })),
        }
    }

    #[test]
    fn an_id_of_rule_2_is_that_of_one_content() {
        let device = PublicKey([7; 32]);
        let command = note(Nonce::Drawn([1; 8]));
        let id = command.id(&device);
        let mut others = vec![command.clone(); 5];
        others[0].nonce = Nonce::Drawn([2; 8]);
        others[1].document = None;
        others[2].document = Some(DocumentId([6; 16]));
        others[3].at = Time(1_700_000_000_001);
        others[4].body = Body::Case(CaseCommand::Note(Note {
            text: Text::cut("the road is fine"),
        }));
        for other in &others {
            assert_ne!(other.id(&device), id, "{other:?}");
        }
        assert_ne!(command.id(&PublicKey([8; 32])), id);
        // The base is what the author had seen. Readers are not sent it.
        let mut rebased = command.clone();
        rebased.base.version = 4;
        assert_eq!(rebased.id(&device), id);
    }

    #[test]
    fn an_id_of_rule_1_is_what_it_was() {
        let counted = Counted {
            counter: 0x0102,
            nonce: [9; 4],
        };
        let command = note(Nonce::Counted(counted));
        let mut other = command.clone();
        other.at = Time(0);
        let device = PublicKey([7; 32]);
        assert_eq!(other.id(&device), command.id(&device));
        assert_eq!(
            command.id(&device).to_string(),
            "db080a55-098e-8d61-b50b-45a98d48f86e"
        );
    }

    #[test]
    fn both_rules_are_told_apart_in_what_is_stored() {
        for nonce in [
            Nonce::Drawn([0; 8]),
            Nonce::Drawn([0xff; 8]),
            Nonce::Counted(Counted {
                counter: 0,
                nonce: [0; 4],
            }),
            Nonce::Counted(Counted {
                counter: 128,
                nonce: [0; 4],
            }),
            Nonce::Counted(Counted {
                counter: u64::MAX,
                nonce: [0xff; 4],
            }),
        ] {
            let bytes = nonce.to_bytes();
            assert_eq!(Nonce::from_bytes(&bytes), Ok(nonce));
            for length in 0..bytes.len() {
                assert!(Nonce::from_bytes(&bytes[..length]).is_err());
            }
        }
        // As it always was: the counter, then four bytes.
        let counted = Nonce::Counted(Counted {
            counter: 300,
            nonce: [1; 4],
        });
        assert_eq!(counted.to_bytes(), [0xac, 0x02, 1, 1, 1, 1]);
    }
}
