//! Long documents are loaded outside of the writer, and others are served meanwhile.

use std::sync::Arc;

use alleyway_core::number::TrackingCode;
use alleyway_ledger::{Ledger, LedgerStats};
use axum::http::Method;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::sync::{Phone, town};
use super::{limits, request, respond};
use crate::http::App;
use crate::writer;

/// A town in which a phone has a note to hand in on a case that is long, and not in memory.
struct Stage {
    app: Arc<App>,
    phone: Phone,
    code: TrackingCode,
    /// While it is held no document is loaded.
    held: OwnedSemaphorePermit,
    places: Arc<Semaphore>,
}

impl Stage {
    async fn new() -> Self {
        let app = town(limits()).await;
        let mut phone = Phone::of(&app, "xie").await;
        phone.sync(&app).await;
        let (case, code) = phone.report();
        phone.sync(&app).await;
        phone.note(case);
        let restart = |desk: &mut writer::Desk<'_>| {
            *desk.ledger = Ledger::open(desk.store, writer::test_setup())?;
            desk.ledger.set_short_entries_max(0);
            Ok(())
        };
        app.writer.ask(0, restart).await.unwrap();
        let (places, held) = app.loading.take_all().await;
        Self {
            app,
            phone,
            code,
            held,
            places,
        }
    }

    /// Who knows of the places: the app, the permit, the stage, and each who waits for one.
    fn waiting(places: &Arc<Semaphore>) -> usize {
        Arc::strong_count(places) - 3
    }

    async fn stats(app: &Arc<App>) -> LedgerStats {
        let stats = app.writer.ask(0, |desk| Ok(desk.ledger.stats())).await;
        stats.unwrap()
    }
}

#[tokio::test]
async fn others_are_served_while_a_long_document_is_loaded() {
    let Stage {
        app,
        mut phone,
        code,
        held,
        places,
    } = Stage::new().await;
    let asked = app.clone();
    let syncing = tokio::spawn(async move { phone.sync(&asked).await });
    while Stage::waiting(&places) == 0 && !syncing.is_finished() {
        tokio::task::yield_now().await;
    }
    assert!(!syncing.is_finished(), "it waits for the case");
    let path = format!("/v1/track/{code}");
    let (status, ..) = respond(&app, request(Method::GET, &path, b"")).await;
    assert_eq!(status.as_u16(), 200);
    drop(held);
    let summary = syncing.await.unwrap();
    assert_eq!((summary.sent, summary.admitted), (1, 1));
    let stats = Stage::stats(&app).await;
    assert_eq!((stats.loaded_documents, stats.long_loaded_at_turn), (1, 0));
}

#[tokio::test]
async fn nothing_is_loaded_for_who_gave_up_waiting() {
    let Stage {
        app,
        mut phone,
        held,
        places,
        ..
    } = Stage::new().await;
    let asked = app.clone();
    let syncing = tokio::spawn(async move { phone.sync(&asked).await });
    while Stage::waiting(&places) == 0 && !syncing.is_finished() {
        tokio::task::yield_now().await;
    }
    assert!(!syncing.is_finished(), "it waits for the case");
    syncing.abort();
    assert!(syncing.await.is_err());
    while Stage::waiting(&places) > 0 {
        tokio::task::yield_now().await;
    }
    drop(held);
    let stats = Stage::stats(&app).await;
    assert_eq!((stats.loaded_documents, stats.admitted), (0, 0));
}
