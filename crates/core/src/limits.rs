//! Every bound, in one place, with its unit in its name. Checked before memory is taken.

/// A title, in bytes (about 80 Chinese characters).
pub const TITLE_BYTES_MAX: usize = 240;
/// A note, a report's text, a reason for the resident, in bytes (about 2,000 Chinese characters).
pub const TEXT_BYTES_MAX: usize = 6_000;
/// A name, a door, a contact, a place, in bytes.
pub const NAME_BYTES_MAX: usize = 240;
/// A coded reason, a field's name, a category, in bytes.
pub const CODE_BYTES_MAX: usize = 40;
/// A telephone number as it is typed, with what stands between its digits, in bytes.
pub const PHONE_BYTES_MAX: usize = 64;
/// The digits that a telephone number has at least: those of a hotline.
pub const PHONE_DIGITS_MIN: usize = 5;
/// The digits that a telephone number has at most (ITU-T E.164).
pub const PHONE_DIGITS_MAX: usize = 15;
/// Units that a dispatch asks to do a part beside the one that handles the case.
pub const CO_HANDLERS_MAX: usize = 5;
/// Ids of values that one edit replaces.
pub const REPLACES_MAX: usize = 64;
/// Live values of one field.
pub const LIVE_VALUES_MAX: usize = 8;
/// Others' unadmitted commands that one command was typed upon.
pub const AFTER_MAX: usize = 16;
/// Open items of one tray, beyond what each device has a right to ([`TRAY_DEVICE_SHARE`]).
pub const TRAY_OPEN_ITEMS_MAX: usize = 1_000;
/// Of those, how many are left free for what was typed before its author's post ended: what comes
/// from devices that are not to go on does not fill them.
pub const TRAY_RESERVED_ITEMS: usize = 250;
/// Open items of one device in one tray, if it goes on; beyond it, what would be kept is refused.
pub const TRAY_DEVICE_ITEMS_MAX: usize = 100;
/// Open items that each device may have in a tray, however full the others have made it.
pub const TRAY_DEVICE_SHARE: usize = 25;
/// Items that one step dismisses; of more, the oldest.
pub const DISMISSED_ITEMS_MAX: usize = 1_000;
/// Items of one device in trays, ever, if it is not to go on; beyond it, its commands are refused.
pub const STOPPED_ITEMS_MAX: u64 = 250;
/// Receipts that a device keeps of what left it; beyond it, the two oldest become one.
pub const RECEIPTS_MAX: usize = 100;
/// Case numbers, and commands, that one receipt names; more are counted.
pub const RECEIPT_ROWS_MAX: usize = 256;
/// Rows of each kind in one update of a directory: as many of the longest as one command holds.
pub const DIRECTORY_ROWS_MAX: usize = 40;
/// Log entries of a case behind which nobody adds notes, visits and corrections any more. A case
/// that nobody attacks has fewer than a hundred.
pub const CASE_ADDED_MAX: u64 = 5_000;
/// Log entries of one author in a case behind which he adds none of these any more: one person leaves
/// room for the others.
pub const CASE_ADDED_BY_AUTHOR_MAX: u64 = 1_000;
/// The same of a household, for corrections.
pub const HOUSEHOLD_ADDED_MAX: u64 = 1_000;
/// The same of one author in a household.
pub const HOUSEHOLD_ADDED_BY_AUTHOR_MAX: u64 = 500;
/// The same of a unit, for clearances that people ask for.
pub const UNIT_ADDED_MAX: u64 = 5_000;
/// The same of one author in a unit.
pub const UNIT_ADDED_BY_AUTHOR_MAX: u64 = 1_000;
/// Log entries of one tray; the server puts further items into another one.
pub const TRAY_ENTRIES_MAX: u64 = 5_000;
/// Log entries of one directory.
pub const DIRECTORY_ENTRIES_MAX: u64 = 50_000;
/// Log entries of one document.
pub const DOCUMENT_ENTRIES_MAX: u64 = 100_000;
/// The last of them that only the server writes: what it has to say of devices and posts.
pub const DOCUMENT_ENTRIES_RESERVED: u64 = 1_000;

/// The room that a document may take up in the store, in bytes; it is full beyond.
pub const DOCUMENT_STORED_BYTES_MAX: u64 = 16 * 1024 * 1024;
/// The room beyond that for the server alone, in bytes.
pub const DOCUMENT_RESERVED_BYTES: u64 = 8 * 1024 * 1024;

/// Commands in one batch.
pub const BATCH_COMMANDS_MAX: usize = 256;
/// One command, encoded, in bytes.
pub const COMMAND_BYTES_MAX: usize = 16 * 1024;
/// The length of one request of a device before compression, in bytes.
pub const FLIGHT_BYTES_MAX: usize = 64 * 1024;
/// Frames in one request.
pub const FLIGHT_FRAMES_MAX: usize = 256;
/// One page of changes, in bytes; a document that is longer comes in parts.
pub const PAGE_BYTES_MAX: usize = 32 * 1024;
/// The least that a device can ask a page to be, in bytes: its line is slow.
pub const SLOW_PAGE_BYTES_MIN: usize = 512;
/// Beginnings of documents that one request names, on a slow line.
pub const HELD_PARTS_MAX: usize = 8;
/// Devices of which the server keeps pieces of what is too long for their lines, at most
/// [`FLIGHT_BYTES_MAX`] of each; beyond it, the one that was heard longest ago begins again.
pub const PIECES_DEVICES_MAX: usize = 256;
/// How long pieces wait for the next one.
pub const PIECES_HOURS_MAX: i64 = 24;
/// One part of a long document, in bytes.
pub const PART_BYTES_MAX: usize = 24 * 1024;
/// Commands of one document that are sent one by one; beyond it comes whole.
pub const CHANGES_ENTRIES_MAX: usize = 64;
/// Tail records kept behind a folded document, so that devices that are little behind are sent
/// commands and not the whole document.
pub const TAIL_VERSIONS_KEPT: u64 = 8;
/// A document's tail is folded into its snapshot when it is longer than this and than the
/// snapshot, in bytes: what is written over a document's life stays within twice its size.
pub const TAIL_BYTES_MIN: u64 = 9 * 1024;
/// One frame, in bytes: a page or a flight with its head.
pub const FRAME_BYTES_MAX: usize = 72 * 1024;
/// One saved document with its receipts, in bytes.
pub const DOCUMENT_BYTES_MAX: usize = 64 * 1024 * 1024;
/// Decoded documents that a device keeps in memory, in bytes as they are there. The one that was
/// looked at last stays, however long it is.
pub const DECODED_BYTES_MAX: usize = 32 * 1024 * 1024;
/// A row that lists show of a document, as it is kept, in bytes.
pub const ROW_BYTES_MAX: usize = 640;
/// The length of a response that a device may ask for, in bytes before compression.
pub const BUDGET_BYTES_MAX: u64 = 256 * 1024 * 1024;
/// A cursor as the device holds it, in bytes.
pub const CURSOR_BYTES_MAX: usize = 160;
/// Feeds that one member subscribes to.
pub const SUBSCRIPTIONS_MAX: usize = 512;
/// Batches that a welcome names as missing.
pub const MISSING_BATCHES_MAX: usize = 32;
/// Documents that one request asks for whole.
pub const WANTED_DOCUMENTS_MAX: usize = 256;
/// Refusals kept for a device that does not acknowledge them; beyond it, it is told to come later.
pub const REFUSALS_UNACKNOWLEDGED_MAX: usize = 2_048;
/// Ranges by which a feed is compared when digests differ.
pub const DIGEST_RANGES: usize = 64;

/// How long a challenge is good for.
pub const CHALLENGE_DAYS: i64 = 14;
/// How long after a post's end what only adds to a case is taken from who had it and was not told,
/// by the server's clock; beyond it, it is kept for the successor.
pub const AFTER_POST_DAYS_MAX: i64 = 180;
/// Batches that a device which was told of a post's end, and had not handed in everything by then,
/// is still given.
pub const TOLD_BATCHES_MAX: u64 = 32;
/// How long what is on a device may be read without hearing from the server.
pub const LEASE_DAYS: i64 = 14;
/// How long before that its member is warned.
pub const LEASE_WARNING_DAYS: i64 = 3;
/// How long an invitation's code is good for.
pub const INVITATION_DAYS: i64 = 14;
/// An invitation's code is shown again for so many minutes after it was shown first, to the same
/// device: an answer may be lost on the way.
pub const INVITATION_SHOWN_MINUTES_MAX: i64 = 10;
/// A town's lists, all files together, as an administrator's device sends them, in bytes: ten times
/// those of the largest town.
pub const LISTS_BYTES_MAX: usize = 4 * 1024 * 1024;
/// Hexadecimal digits of the hash of lists.
pub const LISTS_HASH_DIGITS: usize = 64;
/// For so many days the server keeps lists that an administrator handed to it, and nobody confirmed.
pub const LISTS_KEPT_DAYS: i64 = 7;
/// How long after its end a case can be reopened (`domain.md`, the case's life).
pub const REOPEN_DAYS: i64 = 30;

/// Units that are told in one case that another was merged into it: those that the other came from.
pub const MERGED_OWNERS_MAX: usize = 64;
/// Cases that are followed, each merged into the next, to the one in which they all go on.
pub const MERGES_FOLLOWED_MAX: usize = 16;

/// The length of a text that a resident writes at once, in bytes (about 500 Chinese characters).
pub const RESIDENT_TEXT_BYTES_MAX: usize = 1_500;
/// A resident's steps in one case within any 24 hours.
pub const RESIDENT_STEPS_PER_DAY_MAX: usize = 10;

/// A bundle, as a file, in bytes.
pub const BUNDLE_BYTES_MAX: usize = 4 * 1024 * 1024;
/// Batches in one bundle.
pub const BUNDLE_BATCHES_MAX: usize = 1_024;
/// Devices that one bundle is sealed to.
pub const BUNDLE_READERS_MAX: usize = 32;
/// A batch sealed to the town that one device carries for another, in bytes: it fits into a flight
/// beside whatever else that says.
pub const CLOSED_BYTES_MAX: usize = 56 * 1024;
/// Batches that one device carries for others.
pub const CARRIED_BATCHES_MAX: usize = 1_024;
/// The bytes that one device carries for others.
pub const CARRIED_BYTES_MAX: usize = 16 * 1024 * 1024;
/// Batches of one device that another one carries: the many of one do not keep out the few of others.
pub const CARRIED_BATCHES_BY_DEVICE_MAX: usize = 128;
/// The bytes that one device carries of another one, one copy of each batch counted.
pub const CARRIED_BYTES_BY_DEVICE_MAX: usize = 2 * 1024 * 1024;
/// Others' commands on one document that are put in order and shown; those beyond wait.
pub const CARRIED_STEPS_MAX: usize = 4_096;
/// Working documents that a device keeps beside the confirmed ones, so that typing on begins with the
/// last command and not with the first that is pending.
pub const WORKING_DOCUMENTS_MAX: usize = 32;
/// The memory that they take up, in bytes. The one that was typed on last stays, however long it is.
pub const WORKING_BYTES_MAX: usize = 32 * 1024 * 1024;
/// Sealed copies of one batch that are carried, if they differ: only the server can tell which is one.
pub const CARRIED_SEALS_MAX: usize = 4;
/// How long a batch that waits for its base is carried; its author still has it.
pub const CARRIED_DAYS_MAX: i64 = 60;

/// How long a server that was restored from a backup waits for what it lost: a step that does not fit
/// while steps before it are missing is kept waiting so long, then goes to the review tray.
pub const STOOD_WAIT_DAYS: i64 = 14;
/// Batches with final verdicts that a device keeps for a server that never says that a backup covers
/// them; beyond it, the oldest go.
pub const ANSWERED_BATCHES_MAX: usize = 2_048;
/// The room that those may take up, as they were sealed, in bytes.
pub const ANSWERED_BYTES_MAX: usize = 4 * 1024 * 1024;
/// Entries of a town's book that propose something.
pub const BOOK_ADDED_MAX: u64 = 2_000;
/// Of these, by one author.
pub const BOOK_ADDED_BY_AUTHOR_MAX: u64 = 1_000;
/// Categories in a town's book.
pub const BOOK_CATEGORIES_MAX: usize = 40;
/// Codes in one list of a town's book.
pub const BOOK_CODES_MAX: usize = 32;
/// Phrases for one category in a town's book.
pub const BOOK_PHRASES_MAX: usize = 12;
/// Templates in a town's book.
pub const BOOK_TEMPLATES_MAX: usize = 24;
/// Years of one layer of the calendar in a town's book.
pub const BOOK_LAYERS_MAX: usize = 8;
/// Days off, or worked, of one year in a town's book.
pub const BOOK_LAYER_DAYS_MAX: usize = 60;
/// Offices that a town's book names to the public.
pub const BOOK_CONTACTS_MAX: usize = 24;
/// Clocks of one case that run at once, in a row of a list and in a step of the server.
pub const CLOCKS_MAX: usize = 12;
