//! Long documents are loaded outside of the writer before the request that needs them has its turn:
//! others go on meanwhile. Few are loaded at once, whoever asks for them; who gives up waiting is not
//! worked for.

use std::sync::Arc;

use alleyway_core::documents::Document;
use alleyway_core::id::DocumentId;
use alleyway_core::store::StoreError;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::AbortHandle;

use super::App;
use crate::disk::Writes;
use crate::writer::{AskError, Desk, Slice};

/// Requests whose documents are loaded at once. What those of one take up in memory is bounded by the
/// ledger.
const LOADING_MAX: usize = 2;

/// The places in which documents are loaded.
pub(super) struct LoadingPlaces(Arc<Semaphore>);

impl Default for LoadingPlaces {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(LOADING_MAX)))
    }
}

#[cfg(test)]
impl LoadingPlaces {
    /// All places, held; and who waits for one holds the semaphore too.
    pub(super) async fn take_all(&self) -> (Arc<Semaphore>, OwnedSemaphorePermit) {
        let places = u32::try_from(LOADING_MAX).unwrap();
        let held = self.0.clone().acquire_many_owned(places).await.unwrap();
        (self.0.clone(), held)
    }
}

/// Loaded documents, and the place that they take until they are in the ledger's memory and the request
/// has had its turn: that many are in memory beside the ledger's own.
struct LoadedAhead {
    documents: Vec<Document>,
    place: OwnedSemaphorePermit,
}

impl LoadedAhead {
    /// Does `work` with the documents in the ledger's memory.
    fn with<T>(
        self,
        desk: &mut Desk<'_>,
        work: impl FnOnce(&mut Desk<'_>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let (store, now) = (desk.store, desk.now);
        let done = desk.ledger.with_loaded(store, self.documents, |ledger| {
            work(&mut Desk { ledger, store, now })
        });
        drop(self.place);
        done
    }
}

/// Ends a task when whoever waits for it gives up.
struct EndsWithItsAsker(Option<AbortHandle>);

impl Drop for EndsWithItsAsker {
    fn drop(&mut self) {
        if let Some(task) = &self.0 {
            task.abort();
        }
    }
}

enum DoneOrNeeds<T, W> {
    Done(T),
    /// These are to be loaded first.
    Needs(Vec<DocumentId>, W),
}

/// Has `work` done by the writer. `needs` says which long documents are not in memory; they are loaded
/// first.
///
/// # Errors
/// As [`crate::writer::Writer::ask_to_write`].
pub(super) async fn ask_to_write<T, N, W>(
    app: &Arc<App>,
    writes: Writes,
    bytes: usize,
    needs: N,
    work: W,
) -> Result<T, AskError>
where
    T: Send + 'static,
    N: FnOnce(&mut Desk<'_>) -> Result<Vec<DocumentId>, StoreError> + Send + 'static,
    W: FnOnce(&mut Desk<'_>) -> Result<T, StoreError> + Send + 'static,
{
    let first = move |desk: &mut Desk<'_>| {
        let needed = needs(desk)?;
        if needed.is_empty() {
            work(desk).map(DoneOrNeeds::Done)
        } else {
            Ok(DoneOrNeeds::Needs(needed, work))
        }
    };
    match app.writer.ask_to_write(writes, bytes, first).await? {
        DoneOrNeeds::Done(done) => Ok(done),
        DoneOrNeeds::Needs(needed, work) => {
            let app = app.clone();
            let task = async move {
                let loaded = load(&app, needed).await?;
                let work = move |desk: &mut Desk<'_>| loaded.with(desk, work);
                app.writer.ask_patiently_to_write(writes, bytes, work).await
            };
            apart(task, false).await
        }
    }
}

/// Has `work` done by the writer, slice by slice, once these documents are loaded for the first of
/// them. It was begun, and waits for a place in the queue; `in_any_case` even if nobody waits for it.
///
/// # Errors
/// As [`crate::writer::Writer::ask_patiently_to_write_in_slices`].
pub(super) async fn in_slices<T, W>(
    app: &Arc<App>,
    writes: Writes,
    needed: Vec<DocumentId>,
    in_any_case: bool,
    mut work: W,
) -> Result<T, AskError>
where
    T: Send + 'static,
    W: FnMut(&mut Desk<'_>) -> Result<Slice<T>, StoreError> + Send + 'static,
{
    let app = app.clone();
    let task = async move {
        let mut loaded = Some(load(&app, needed).await?);
        let work = move |desk: &mut Desk<'_>| match loaded.take() {
            Some(loaded) => loaded.with(desk, &mut work),
            None => work(desk),
        };
        app.writer
            .ask_patiently_to_write_in_slices(writes, work)
            .await
    };
    apart(task, in_any_case).await
}

/// Does it as a task of its own, so that a connection that takes nothing does not keep a place. It ends
/// with whoever waits for it, unless it is to be done in any case.
async fn apart<T: Send + 'static>(
    task: impl Future<Output = Result<T, AskError>> + Send + 'static,
    in_any_case: bool,
) -> Result<T, AskError> {
    let task = tokio::spawn(task);
    let _ends = EndsWithItsAsker((!in_any_case).then(|| task.abort_handle()));
    task.await.unwrap_or(Err(AskError::Stopped))
}

/// Loads those of the documents that are not in memory when there is a place.
async fn load(app: &App, needed: Vec<DocumentId>) -> Result<LoadedAhead, AskError> {
    let place = app.loading.0.clone().acquire_owned().await;
    let place = place.map_err(|_| AskError::Stopped)?;
    let read = move |desk: &mut Desk<'_>| desk.ledger.stored(desk.store, &needed);
    let stored = app.writer.ask_patiently(0, read).await?;
    // The place goes with the work, which cannot be broken off.
    let load = move || LoadedAhead {
        // One that is damaged is found by the writer, which ends the server.
        documents: stored
            .into_iter()
            .filter_map(|stored| stored.load().ok())
            .collect(),
        place,
    };
    let loaded = tokio::task::spawn_blocking(load).await;
    loaded.map_err(|_| AskError::Stopped)
}
