//! The metrics' names and help, as Prometheus reads them.

use super::Metrics;

impl Metrics {
    pub(super) fn register(&mut self) {
        self.register_edge();
        self.register_writer();
        self.register_surroundings();
    }

    fn register_edge(&mut self) {
        let to = &mut self.registry;
        to.register(
            "http_requests",
            "Requests answered, by route and status",
            self.requests.clone(),
        );
        to.register(
            "http_request_seconds",
            "Until the answer's head was ready",
            self.request_seconds.clone(),
        );
        to.register("connections", "Open connections", self.connections.clone());
        to.register(
            "connections_refused",
            "Connections beyond the limit",
            self.connections_refused.clone(),
        );
        to.register(
            "connections_ended",
            "Silent connections that made room for others",
            self.connections_ended.clone(),
        );
        to.register(
            "limited",
            "Requests and connections beyond a limit by address or device",
            self.limited.clone(),
        );
        to.register(
            "tls_handshakes_failed",
            "TLS handshakes without an end",
            self.tls_handshakes_failed.clone(),
        );
        to.register(
            "tls_reloads",
            "Certificates read again, by result",
            self.tls_reloads.clone(),
        );
        to.register(
            "http_errors",
            "Requests answered with an error, by its code",
            self.errors.clone(),
        );
        to.register(
            "signatures_checked",
            "Signatures of flights and batches that were checked",
            self.signatures_checked.clone(),
        );
        to.register(
            "flight_in_bytes",
            "Bytes of flights received, unpacked",
            self.flight_bytes_in.clone(),
        );
        to.register(
            "flight_out_bytes",
            "Bytes of responses, before packing",
            self.flight_bytes_out.clone(),
        );
        to.register(
            "flight_in_packed_bytes",
            "Bytes of flights received, packed",
            self.packed_bytes_in.clone(),
        );
        to.register(
            "flight_out_packed_bytes",
            "Bytes of responses, packed",
            self.packed_bytes_out.clone(),
        );
    }

    fn register_writer(&mut self) {
        let to = &mut self.registry;
        to.register(
            "writer_requests_waiting",
            "Requests that wait for the writer",
            self.requests_waiting.clone(),
        );
        to.register(
            "writer_requests_refused",
            "Requests for which the queue was full",
            self.writer_refused.clone(),
        );
        to.register(
            "writer_wait_seconds",
            "How long each request waited for its turn",
            self.writer_wait_seconds.clone(),
        );
        to.register(
            "commit_seconds",
            "How long each commit took",
            self.commit_seconds.clone(),
        );
        to.register(
            "scanned_records",
            "Records the background scan has read",
            self.scanned_records.clone(),
        );
        to.register(
            "backup_made_seconds",
            "When the last verified backup was made; 0 for none",
            self.backup_made.clone(),
        );
        to.register(
            "backup_sequence",
            "The last sequence in that backup",
            self.backup_sequence.clone(),
        );
        to.register(
            "commit_bytes",
            "Bytes handed to the engine by each commit",
            self.commit_bytes.clone(),
        );
        to.register(
            "fsync_seconds",
            "Until a file was synced, by file",
            self.fsync_seconds.clone(),
        );
        to.register(
            "group_requests",
            "Requests answered after one commit",
            self.group_requests.clone(),
        );
        to.register(
            "scans",
            "Rounds the background scan has finished",
            self.scans.clone(),
        );
        to.register(
            "scan_ended_seconds",
            "When the last round ended, since 1970",
            self.scan_ended.clone(),
        );
    }

    fn register_surroundings(&mut self) {
        let to = &mut self.registry;
        to.register(
            "started_seconds",
            "When this process started to serve, since 1970",
            self.started.clone(),
        );
        let failure = "When a server of this folder last ended by itself, since 1970; 0 if never";
        to.register("last_failure_seconds", failure, self.last_failure.clone());
        let damage = "The same, if a record, the chain or a sum did not hold";
        to.register("last_damage_seconds", damage, self.last_damage.clone());
        let documents = "How many documents may be in memory";
        to.register(
            "loaded_documents_max",
            documents,
            self.loaded_documents_max.clone(),
        );
        to.register(
            "disk_free_bytes",
            "Free on the data folder's disk",
            self.disk_free_bytes.clone(),
        );
        let reserve = "Below this nothing is taken in; below half of it nothing is written";
        to.register(
            "disk_reserve_bytes",
            reserve,
            self.disk_reserve_bytes.clone(),
        );
        to.register(
            "disk_used_bytes",
            "What the data folder's parts take up",
            self.disk_used_bytes.clone(),
        );
        let ends = "When the TLS certificate that is shown ends, since 1970; none without TLS";
        to.register("tls_certificate_ends_seconds", ends, self.tls_ends.clone());
        to.register(
            "cache_entries",
            "Entries of each bounded table in memory",
            self.cache_entries.clone(),
        );
        to.register(
            "cache_entries_max",
            "The bound of each table",
            self.cache_entries_max.clone(),
        );
    }
}
