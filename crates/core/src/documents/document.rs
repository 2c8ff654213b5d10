//! A document: an Automerge document that is a chain, with its receipts.

use std::any::Any;
use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use automerge::transaction::CommitOptions;
use automerge::{ActorId, Automerge, Change, ChangeHash, ObjId, PatchAction, PatchLog, ReadDoc};

use super::node::Node;
use super::plan::{LOG, Plan};
use super::{ApplyError, DocumentKind, Executed, Execution, Head, LoadError, Receipt};
use crate::id::{CommandId, DocumentId, MemberId};
use crate::limits::DOCUMENT_ENTRIES_MAX;
use crate::refusal::RefusalCode;

/// The room that a document takes up in memory, in bytes: by itself, for each of its entries, and
/// for each byte of what it was loaded from and of the changes since. Of 10,000 short notes, 1 MB
/// as they are saved, the engine holds 4.6 MB; twice their bytes more are held for a moment while
/// they are loaded or saved.
const MEMORY_BYTES: usize = 16 * 1024;
const MEMORY_ENTRY_BYTES: usize = 600;
const MEMORY_HISTORY_FACTOR: usize = 2;

/// A document with its receipts, in memory.
#[derive(Clone)]
pub struct Document {
    id: DocumentId,
    generation: u32,
    doc: Automerge,
    kind: Option<DocumentKind>,
    head: Head,
    receipts: Vec<Receipt>,
    commands: Vec<CommandId>,
    versions: BTreeMap<CommandId, u64>,
    /// Where the document stands, once its kind has read it: that takes many look-ups, and most
    /// commands change none of the values.
    standing: OnceLock<Option<Arc<dyn Any + Send + Sync>>>,
    /// How many entries each author made, once somebody has asked.
    authors: OnceLock<BTreeMap<MemberId, u64>>,
    history_bytes: usize,
}

impl std::fmt::Debug for Document {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Document")
            .field("id", &self.id)
            .field("generation", &self.generation)
            .field("kind", &self.kind)
            .field("version", &self.version())
            .finish_non_exhaustive()
    }
}

impl Document {
    /// An empty document: version 0, no kind.
    pub fn new(id: DocumentId, generation: u32) -> Self {
        Self {
            id,
            generation,
            doc: Automerge::new(),
            kind: None,
            head: Head::default(),
            receipts: Vec::new(),
            commands: Vec::new(),
            versions: BTreeMap::new(),
            standing: OnceLock::new(),
            authors: OnceLock::new(),
            history_bytes: 0,
        }
    }

    /// Loads what [`Document::save`] wrote, and the changes behind it: `saved` is what was saved with
    /// the bytes of later changes after it, in their order, or those of all changes. To load them
    /// together costs as much as if all had been saved; to apply them one by one costs a look at the
    /// whole document for each. The bytes must come from a server or a store: bytes of another device
    /// are never given to the engine.
    ///
    /// # Errors
    /// [`LoadError`], if it is not a chain with one receipt per log entry.
    pub fn load(
        id: DocumentId,
        generation: u32,
        saved: &[u8],
        receipts: Vec<Receipt>,
    ) -> Result<Self, LoadError> {
        let doc = Automerge::load(saved).map_err(|_| LoadError::Damaged)?;
        let heads = doc.get_heads();
        let [head] = heads.as_slice() else {
            return Err(LoadError::Heads(heads.len()));
        };
        let head = head.0;
        let root = Node::root(&doc);
        // The counter of the operation that made an entry grows along the chain.
        let mut entries = root.map(LOG).ok_or(LoadError::NoLog)?.children();
        entries.sort_by_key(|(counter, ..)| *counter);
        if entries.len() != receipts.len() {
            return Err(LoadError::Receipts {
                receipts: receipts.len(),
                entries: entries.len(),
            });
        }
        let kind = root
            .text("kind")
            .and_then(|word| DocumentKind::known(&word));
        let keys: Vec<String> = entries.into_iter().map(|(_, key, _)| key).collect();
        let mut document = Self {
            doc,
            kind,
            head,
            history_bytes: saved.len(),
            ..Self::new(id, generation)
        };
        for (key, receipt) in keys.iter().zip(receipts) {
            document.append(CommandId::parse(key).ok_or(LoadError::NoLog)?, receipt);
        }
        Ok(document)
    }

    /// The document's bytes, uncompressed: what carries or keeps them compresses.
    pub fn save(&self) -> Vec<u8> {
        self.doc.save_nocompress()
    }

    /// The room that it takes up in memory, in bytes, as far as its length tells; a test compares
    /// it with a counting allocator (`crates/ledger/tests/memory.rs`). An entry takes several times
    /// the bytes that it is saved as.
    pub fn memory_bytes(&self) -> usize {
        Self::memory_bytes_of(self.commands.len(), self.history_bytes)
    }

    /// The memory, in bytes, of a document with so many entries that is loaded from so many bytes.
    pub fn memory_bytes_of(entries: usize, history_bytes: usize) -> usize {
        let entries = entries.saturating_mul(MEMORY_ENTRY_BYTES);
        let history = history_bytes.saturating_mul(MEMORY_HISTORY_FACTOR);
        MEMORY_BYTES.saturating_add(entries).saturating_add(history)
    }

    /// The document's id.
    pub fn id(&self) -> DocumentId {
        self.id
    }

    /// Its generation: erasing rewrites a document as the next one.
    pub fn generation(&self) -> u32 {
        self.generation
    }

    /// Its kind; none while it is empty, or if a later version knows.
    pub fn kind(&self) -> Option<DocumentKind> {
        self.kind
    }

    /// The hash of its last change.
    pub fn head(&self) -> Head {
        self.head
    }

    /// The head that a version had: the hash of the change that made its log entry. Versions count
    /// from 1.
    pub fn head_at(&self, version: u64) -> Option<Head> {
        if version == self.version() && version > 0 {
            return Some(self.head);
        }
        let index = usize::try_from(version.checked_sub(1)?).ok()?;
        self.entry(*self.commands.get(index)?)?.made_by()
    }

    /// How many commands made it.
    pub fn version(&self) -> u64 {
        self.commands.len() as u64
    }

    /// The version that a command made.
    pub fn version_of(&self, command: CommandId) -> Option<u64> {
        self.versions.get(&command).copied()
    }

    /// When a version's command was handed in. Versions count from 1.
    pub fn receipt(&self, version: u64) -> Option<&Receipt> {
        self.receipts
            .get(usize::try_from(version.checked_sub(1)?).ok()?)
    }

    /// The receipts, in version order.
    pub fn receipts(&self) -> &[Receipt] {
        &self.receipts
    }

    /// The commands, in version order.
    pub fn commands(&self) -> &[CommandId] {
        &self.commands
    }

    /// A copy for provisional execution.
    #[must_use]
    pub fn fork(&self) -> Self {
        self.clone()
    }

    /// Executes a command at the head: one change, one log entry, the next version.
    ///
    /// # Errors
    /// What the document itself does not allow (policy is asked before); it is then unchanged.
    pub fn execute(
        &mut self,
        execution: &Execution<'_>,
        receipt: Receipt,
    ) -> Result<Executed, RefusalCode> {
        let plan = self.plan(execution)?;
        if !plan.only_logs() {
            self.standing = OnceLock::new();
        }
        self.doc.set_actor(ActorId::from(execution.actor));
        let mut tx = self.doc.transaction();
        if plan.write(&mut tx, execution).is_err() {
            // The engine takes every plan of an executor; a document written by something else is
            // left alone.
            tx.rollback();
            return Err(RefusalCode::UnknownCommand);
        }
        let options = CommitOptions::default().with_time(execution.at.clamped().seconds());
        let (Some(hash), _) = tx.commit_with(options) else {
            return Err(RefusalCode::UnknownCommand);
        };
        self.head = hash.0;
        self.kind = self.kind.or_else(|| DocumentKind::of(execution.body));
        self.append(execution.id, receipt);
        let change = self
            .doc
            .get_change_by_hash(&hash)
            .map(|change| change.raw_bytes().to_vec())
            .unwrap_or_default();
        self.history_bytes = self.history_bytes.saturating_add(change.len());
        Ok(Executed {
            head: self.head,
            change,
        })
    }

    fn plan(&self, execution: &Execution<'_>) -> Result<Plan, RefusalCode> {
        let kind = DocumentKind::of(execution.body).ok_or(RefusalCode::UnknownCommand)?;
        if execution.document != self.id {
            return Err(RefusalCode::UnknownDocument);
        }
        if self.versions.contains_key(&execution.id) {
            return Err(RefusalCode::IdTaken);
        }
        if execution.body.creates() {
            if self.version() > 0 || execution.id.document() != self.id {
                return Err(RefusalCode::IdTaken);
            }
        } else if self.version() == 0 {
            return Err(RefusalCode::UnknownDocument);
        } else if self.kind != Some(kind) {
            return Err(RefusalCode::UnknownCommand);
        } else if self.version() >= DOCUMENT_ENTRIES_MAX {
            return Err(RefusalCode::DocumentFull);
        }
        execution.body.plan(self, execution)
    }

    /// Applies a change that a server made, which must stand on the head.
    ///
    /// # Errors
    /// [`ApplyError`]; the document is then unchanged.
    pub fn apply_change(&mut self, change: &[u8], receipt: Receipt) -> Result<Head, ApplyError> {
        let parsed = Change::from_bytes(change.to_vec()).map_err(|_| ApplyError::Damaged)?;
        let hash = parsed.hash();
        // The engine does not compare the checksum, bytes 4 to 8, which is the start of the hash.
        if change.get(4..8) != hash.0.get(..4) {
            return Err(ApplyError::Damaged);
        }
        // Beside the head, a change names its actor's change before, where that is not the head.
        let stands_on_head = match self.version() {
            0 => parsed.deps().is_empty(),
            _ => parsed.deps().iter().any(|dep| dep.0 == self.head),
        };
        if !stands_on_head {
            return Err(ApplyError::OtherHead);
        }
        self.standing = OnceLock::new();
        match self.try_apply(parsed, hash) {
            Ok(command) => {
                self.head = hash.0;
                self.kind = Node::root(&self.doc)
                    .text("kind")
                    .and_then(|word| DocumentKind::known(&word));
                self.append(command, receipt);
                self.history_bytes = self.history_bytes.saturating_add(change.len());
                Ok(self.head)
            }
            Err(error) => {
                self.restore();
                Err(error)
            }
        }
    }

    fn try_apply(&mut self, change: Change, hash: ChangeHash) -> Result<CommandId, ApplyError> {
        let mut patches = PatchLog::active();
        self.doc
            .apply_changes_log_patches([change], &mut patches)
            .map_err(|_| ApplyError::DoesNotFit)?;
        if self.doc.get_heads() != [hash] {
            return Err(ApplyError::DoesNotFit);
        }
        let log = Node::root(&self.doc)
            .map(LOG)
            .ok_or(ApplyError::NotOneEntry)?;
        let mut added = Vec::new();
        for patch in self.doc.make_patches(&mut patches) {
            if patch.obj == *log.object() {
                added.push(added_entry(&patch.action).ok_or(ApplyError::NotOneEntry)?);
            }
        }
        match added.as_slice() {
            [command] if !self.versions.contains_key(command) => Ok(*command),
            _ => Err(ApplyError::NotOneEntry),
        }
    }

    /// Back to the head, after a change that did not fit. Slow, and never needed with an honest
    /// server; a copy kept before every change would cost more.
    fn restore(&mut self) {
        if self.version() == 0 {
            self.doc = Automerge::new();
        } else if let Ok(doc) = self.doc.fork_at(&[ChangeHash(self.head)]) {
            self.doc = doc;
        }
    }

    fn append(&mut self, command: CommandId, receipt: Receipt) {
        self.commands.push(command);
        self.receipts.push(receipt);
        self.versions.insert(command, self.version());
        let by = self.authors.get().and_then(|_| self.author_of(command));
        if let (Some(by), Some(authors)) = (by, self.authors.get_mut()) {
            *authors.entry(by).or_default() += 1;
        }
    }

    /// How many of its entries an author made. The first question costs a look at each entry.
    pub fn entries_by(&self, author: MemberId) -> u64 {
        let count = || {
            let mut authors = BTreeMap::new();
            for by in self.commands.iter().filter_map(|id| self.author_of(*id)) {
                *authors.entry(by).or_default() += 1;
            }
            authors
        };
        let authors = self.authors.get_or_init(count);
        authors.get(&author).copied().unwrap_or_default()
    }

    /// Where the document stands, as it was read before if nothing has moved it since; `read` reads
    /// it. A kind reads one type.
    pub(crate) fn standing<T: Any + Send + Sync>(
        &self,
        read: impl FnOnce() -> Option<T>,
    ) -> Option<&T> {
        self.standing
            .get_or_init(|| Some(Arc::new(read()?)))
            .as_ref()?
            .downcast_ref()
    }

    /// Where the document stands, if it was read and nothing has moved it since.
    pub(crate) fn known_standing<T: Any>(&self) -> Option<&T> {
        self.standing.get()?.as_ref()?.downcast_ref()
    }

    /// The root map.
    pub(crate) fn root(&self) -> Node<'_> {
        Node::root(&self.doc)
    }

    /// A command's log entry.
    pub(crate) fn entry(&self, command: CommandId) -> Option<Node<'_>> {
        self.root().entry(LOG, &command.key())
    }

    /// The log entry of the command that created the document.
    pub(crate) fn first_entry(&self) -> Option<Node<'_>> {
        self.entry(CommandId(self.id.0))
    }
}

/// The command whose new log entry a patch of the log is.
fn added_entry(action: &PatchAction) -> Option<CommandId> {
    match action {
        PatchAction::PutMap {
            key,
            value: (automerge::Value::Object(_), ObjId::Id(..)),
            ..
        } => CommandId::parse(key),
        _ => None,
    }
}
