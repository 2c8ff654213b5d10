//! A town's lists, as an administrator's device sends them: the files that an import reads.
//!
//! They follow a signed read ([`super::read`]) as its body. The proof covers the address alone, so the
//! address names the hash of what follows: nobody on the way can put other lists under a proof.

use std::fmt::Write as _;

use crate::crypto::{Hash, hash};
use crate::limits::LISTS_BYTES_MAX;
use crate::wire::Blob;
use crate::wire_struct;

/// A file of the lists, as it is.
pub type ListFile = Blob<LISTS_BYTES_MAX>;

/// The files; one that is not there is none, and says nothing of its rows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lists {
    /// `units.csv`
    pub units: Option<ListFile>,
    /// `members.csv`
    pub members: Option<ListFile>,
    /// `households.csv`
    pub households: Option<ListFile>,
    /// `book.toml`
    pub book: Option<ListFile>,
}
wire_struct!(Lists {
    units,
    members,
    households,
    book
});

/// The hash of lists as they are sent.
pub fn hash_of(bytes: &[u8]) -> Hash {
    hash("alleyway lists 1", &[bytes])
}

/// A hash, as a step that asks for an import says it: in hexadecimal digits.
pub fn digits_of(hash: &Hash) -> String {
    hash.iter().fold(String::new(), |mut digits, byte| {
        // Writing to a string cannot fail.
        let _ = write!(digits, "{byte:02x}");
        digits
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::Wire as _;

    #[test]
    fn lists_are_read_as_they_were_sent_and_nothing_is_read_behind_them() {
        let lists = Lists {
            units: Some(Blob::new(b"unit,name".to_vec()).unwrap()),
            book: Some(Blob::new(Vec::new()).unwrap()),
            ..Lists::default()
        };
        let mut bytes = lists.to_bytes();
        assert_eq!(Lists::from_bytes(&bytes), Ok(lists));
        let before = hash_of(&bytes);
        bytes.push(0);
        assert!(Lists::from_bytes(&bytes).is_err());
        assert_ne!(hash_of(&bytes), before);
    }

    /// A length that is announced takes no memory.
    #[test]
    fn a_file_that_is_said_to_be_longer_than_any_is_not_read() {
        let mut bytes = vec![1];
        crate::wire::put_varint(&mut bytes, LISTS_BYTES_MAX as u64 + 1);
        assert!(Lists::from_bytes(&bytes).is_err());
    }
}
