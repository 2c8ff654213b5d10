//! A [`Transport`] over HTTP: flights and answers compressed, one after another on one connection.

use hyper::body::Bytes;
use std::pin::Pin;
use std::sync::mpsc;
use tokio::runtime::Runtime;

use super::connection::Connection;
use super::counted::Traffic;
use super::error::TransportError;
use super::halt::Halt;
use super::inflate::{InflateError, Inflater, deflate};
use super::tls::Trust;
use super::url::ServerUrl;
use super::{ANSWER_BYTES_MAX, ENROLLED_BYTES_MAX, READ_BYTES_MAX, Spent, Timeouts, Transport};

/// A client of one server. Its connection is made when first needed and kept for all requests.
///
/// It is called from any thread, one of an async program included: the waiting is done by a thread
/// of its own, and [`Halt`] ends it.
#[derive(Debug)]
pub struct Client {
    url: ServerUrl,
    /// None while a thread waits for it, or for good if that thread ended.
    connection: Option<Connection>,
    lines: Lines,
    halt: Halt,
    traffic: Traffic,
    spent: Spent,
    answer: Option<Inflating>,
}

/// A compressed answer that is being received.
#[derive(Debug)]
struct Inflating {
    inflater: Inflater,
    /// The bytes that came and are not inflated yet.
    chunk: Bytes,
    /// Whether anything was inflated: then it was the server that began it.
    begun: bool,
}

/// The thread that waits.
#[derive(Debug)]
struct Lines(Option<Runtime>);

impl Drop for Lines {
    fn drop(&mut self) {
        // Not waited for: that is forbidden in a thread of an async program.
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}

type Work<'a, T> = Pin<Box<dyn Future<Output = Result<T, TransportError>> + Send + 'a>>;

impl Client {
    /// A client that has not connected yet, and trusts whom the environment says.
    ///
    /// # Errors
    /// As [`Self::trusting`].
    pub fn new(url: ServerUrl, timeouts: Timeouts) -> Result<Self, TransportError> {
        Self::trusting(url, timeouts, &Trust::from_environment())
    }

    /// A client that has not connected yet.
    ///
    /// # Errors
    /// [`TransportError::PlainHttp`] where the address is not encrypted and `trust` does not allow
    /// it; [`TransportError::Authority`]; [`TransportError::Failed`] if the system gives no I/O.
    pub fn trusting(
        url: ServerUrl,
        timeouts: Timeouts,
        trust: &Trust,
    ) -> Result<Self, TransportError> {
        let tls = trust.tls(&url)?;
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .thread_name("alleyway-line")
            .enable_all()
            .build()
            .map_err(|error| TransportError::Failed(error.to_string()))?;
        let connection = Connection::new(url.clone(), timeouts, tls);
        Ok(Self {
            url,
            traffic: connection.traffic.clone(),
            connection: Some(connection),
            lines: Lines(Some(runtime)),
            halt: Halt::new(),
            spent: Spent::default(),
            answer: None,
        })
    }

    /// The same client, whose waits `halt` ends with [`TransportError::Halted`].
    #[must_use]
    pub fn halted_by(mut self, halt: &Halt) -> Self {
        self.halt = halt.clone();
        self
    }

    /// Bytes of HTTP so far, over all connections, heads included, before encryption.
    pub fn traffic(&self) -> Traffic {
        self.traffic.clone()
    }

    /// Posts `body`; the answer's body is read by [`Answer::chunk`].
    ///
    /// # Errors
    /// A status other than 200 is [`TransportError::Refused`] with what the server says.
    pub fn post(&mut self, path: &str, body: Vec<u8>) -> Result<Answer<'_>, TransportError> {
        let (path, body) = (path.to_owned(), Bytes::from(body));
        self.answer = None;
        self.wait(move |line| Box::pin(async move { line.post(&path, body).await }))?;
        Ok(Answer { client: self })
    }

    /// Lets the thread of its own do `work`, and waits for it without entering an async program.
    fn wait<T: Send + 'static>(
        &mut self,
        work: impl for<'a> FnOnce(&'a mut Connection) -> Work<'a, T> + Send + 'static,
    ) -> Result<T, TransportError> {
        let lost = || TransportError::Failed("the thread of the line ended".to_owned());
        let mut line = self.connection.take().ok_or_else(lost)?;
        let (halt, (done, waits)) = (self.halt.clone(), mpsc::sync_channel(1));
        self.lines.0.as_ref().ok_or_else(lost)?.spawn(async move {
            let result = tokio::select! {
                biased;
                () = halt.tripped() => Err(TransportError::Halted),
                result = work(&mut line) => result,
            };
            if matches!(result, Err(TransportError::Halted)) {
                line.hang_up();
            }
            // Whoever waits is there: nothing lets go of the other end before.
            let _ = done.send((line, result));
        });
        let (line, result) = waits.recv().map_err(|_| lost())?;
        self.connection = Some(line);
        result
    }

    fn chunk(&mut self) -> Result<Option<Bytes>, TransportError> {
        self.wait(|line| Box::pin(line.chunk()))
    }
}

/// A body that is being received.
#[derive(Debug)]
pub struct Answer<'a> {
    client: &'a mut Client,
}

impl Answer<'_> {
    /// The next bytes of the body; `None` at its proper end.
    ///
    /// # Errors
    /// [`TransportError::Broken`] where the connection ends before the body does.
    pub fn chunk(&mut self) -> Result<Option<Bytes>, TransportError> {
        self.client.chunk()
    }

    /// The whole body.
    ///
    /// # Errors
    /// [`TransportError::TooLong`] beyond `limit` bytes.
    pub fn whole(self, limit: usize) -> Result<Vec<u8>, TransportError> {
        self.client
            .wait(move |line| Box::pin(async move { line.whole(limit).await }))
    }
}

impl Transport for Client {
    fn enrol(&mut self, request: Vec<u8>) -> Result<Vec<u8>, TransportError> {
        self.post("/v1/enrol", request)?.whole(ENROLLED_BYTES_MAX)
    }

    fn send(&mut self, flight: &[u8]) -> Result<(), TransportError> {
        let body = deflate(flight).map_err(|error| InflateError::Invalid(error.to_string()))?;
        self.spent.round_trips += 1;
        self.spent.bytes_up += body.len() as u64;
        self.post("/v1/sync", body)?;
        self.answer = Some(Inflating {
            inflater: Inflater::new(ANSWER_BYTES_MAX)?,
            chunk: Bytes::new(),
            begun: false,
        });
        Ok(())
    }

    fn read(&mut self) -> Result<Option<Vec<u8>>, TransportError> {
        let Some(mut answer) = self.answer.take() else {
            return Ok(None);
        };
        let to = self.url.authority();
        let others = |reason| TransportError::NotTheServer {
            to: to.clone(),
            reason,
        };
        loop {
            let bytes = match answer.inflater.step(&mut answer.chunk) {
                Ok(bytes) => bytes.to_vec(),
                Err(InflateError::Invalid(reason)) if !answer.begun => return Err(others(reason)),
                Err(error) => return Err(error.into()),
            };
            if !bytes.is_empty() {
                answer.begun = true;
                self.answer = Some(answer);
                return Ok(Some(bytes));
            }
            let Some(chunk) = self.chunk()? else {
                if let Err(error) = answer.inflater.finish() {
                    // No length said how long it would be, or somebody on the way cut it.
                    return Err(TransportError::Broken(error.to_string()));
                }
                if !answer.begun {
                    return Err(others("200, and nothing".to_owned()));
                }
                return Ok(None);
            };
            self.spent.bytes_down += chunk.len() as u64;
            answer.chunk = chunk;
        }
    }

    fn get(&mut self, target: &str, proof: &str) -> Result<Vec<u8>, TransportError> {
        let (target, proof) = (target.to_owned(), proof.to_owned());
        self.answer = None;
        self.wait(move |line| Box::pin(async move { line.get(&target, &proof).await }))?;
        Answer { client: self }.whole(READ_BYTES_MAX)
    }

    fn ask_about(
        &mut self,
        target: &str,
        proof: &str,
        body: Vec<u8>,
    ) -> Result<Vec<u8>, TransportError> {
        let (target, proof, body) = (target.to_owned(), proof.to_owned(), Bytes::from(body));
        self.answer = None;
        self.wait(move |line| {
            Box::pin(async move { line.ask_about(&target, &proof, body).await })
        })?;
        Answer { client: self }.whole(READ_BYTES_MAX)
    }

    fn spent(&self) -> Spent {
        Spent {
            tcp_up: self.traffic.up(),
            tcp_down: self.traffic.down(),
            ..self.spent
        }
    }
}
