//! The kinds of documents, a folder each: what is asked of a document of the kind (`command`), what
//! each command writes (`execute`, frozen once released), and what can be read in it (`view`).

pub mod case;
pub mod directory;
pub mod household;
pub mod tray;
pub mod unit;
