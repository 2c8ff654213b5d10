//! One request of a device with the writer at a time.

use std::sync::mpsc;

use axum::http::Method;

use super::sync::{Phone, town};
use super::{limits, request, respond};

#[tokio::test]
async fn what_a_device_asks_besides_waits_at_the_door_and_another_passes_it() {
    let app = town(limits()).await;
    let mut many = Phone::of(&app, "xie").await;
    let mut one = Phone::of(&app, "qin").await;
    // Their keys are remembered from here on.
    many.sync(&app).await;
    one.sync(&app).await;
    let (working, worked) = tokio::sync::oneshot::channel();
    let (release, released) = mpsc::channel::<()>();
    let writer = app.writer.clone();
    let held = tokio::spawn(async move {
        let work = move |_: &mut crate::writer::Desk<'_>| {
            let _ = working.send(());
            let _ = released.recv();
            Ok(())
        };
        writer.ask(0, work).await
    });
    worked.await.unwrap();
    let sent = |phone: &Phone| {
        let (app, flight) = (app.clone(), phone.flight_with(0));
        tokio::spawn(async move {
            let (status, ..) = respond(&app, request(Method::POST, "/v1/sync", &flight)).await;
            status.as_u16()
        })
    };
    let asked: Vec<_> = (0..5).map(|_| sent(&many)).collect();
    while app.writer.waiting() == 0 {
        tokio::task::yield_now().await;
    }
    let other = sent(&one);
    while app.writer.waiting() == 1 {
        tokio::task::yield_now().await;
    }
    assert_eq!(app.writer.waiting(), 2, "one of each");
    drop(release);
    assert_eq!(other.await.unwrap(), 200);
    for answer in asked {
        assert_eq!(
            answer.await.unwrap(),
            200,
            "those at the door are answered too"
        );
    }
    held.await.unwrap().unwrap();
}
