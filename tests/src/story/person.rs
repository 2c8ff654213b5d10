//! Who plays.

/// A member of the demo town `small`, with a phone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Person {
    /// A chief of 甜橙巷, who reports the case.
    Xie,
    /// The other chief of 甜橙巷.
    Lu,
    /// The branch secretary of 橙山村.
    Qin,
    /// The town's dispatcher.
    Wei,
    /// The handler of the roads department.
    Mo,
}

impl Person {
    /// Everybody, in the order in which they appear.
    pub const ALL: [Self; 5] = [Self::Xie, Self::Lu, Self::Qin, Self::Wei, Self::Mo];

    /// The member's key, and the name of the phone's folder.
    pub fn key(self) -> &'static str {
        match self {
            Self::Xie => "xie",
            Self::Lu => "lu",
            Self::Qin => "qin",
            Self::Wei => "wei",
            Self::Mo => "mo",
        }
    }
}
