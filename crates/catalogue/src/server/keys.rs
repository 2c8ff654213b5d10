//! The help of the configuration's keys, each of which is a flag of every command.

use crate::words;

words! {
    /// The meaning of each key of the configuration: a flag of every command.
    KEY "server_key"

    ":data" "数据文件夹" "The data folder.";
    ":listen" "监听的地址；本机以外只用 TLS" "The address to listen on; beyond this machine only with TLS.";
    ":metrics_listen" "在本机的这个地址上读指标（`/metrics`），供 Prometheus 用；空的就只用 `metrics` 命令读" "Where this machine's Prometheus reads the metrics (`/metrics`); if empty, only the command `metrics` reads them.";
    ":public_url" "设备和居民怎样访问服务器；空的就用监听地址" "How devices and residents reach the server; the listen address if empty.";
    ":tls_certificate" "证书和为它作保的证书（PEM）；有变化时和收到 SIGHUP 时重读" "The certificate and those that vouch for it (PEM); read again when it changes and on SIGHUP.";
    ":tls_key" "证书的私钥（PEM）" "The certificate's private key (PEM).";
    ":allow_plain_http" "本机以外不用 TLS 监听：只在前面有代理做 TLS 时用" "Listens beyond this machine without TLS: only behind a proxy that speaks TLS.";
    ":address_requests_per_minute" "一个地址每分钟的请求数。在代理或同一个 NAT 地址后面，是所有客户端合计" "Requests a minute from one address. Behind a proxy or one NAT address: of all clients together.";
    ":address_connections_max" "一个地址同时的连接数。在代理或同一个 NAT 地址后面，是所有客户端合计" "Connections of one address at once. Behind a proxy or one NAT address: of all clients together.";
    ":address_enrolments_per_minute" "一个地址每分钟的登记次数" "Attempts to enrol a minute from one address.";
    ":device_requests_per_minute" "一台已登记的设备每分钟的请求数，不论在哪里" "Requests a minute of one enrolled device, wherever it is.";
    ":device_commands_per_day" "一台设备每天可以交的步骤数，不论结果" "Steps a day of one device, whatever becomes of them.";
    ":device_documents_per_day" "一台设备每天可以新建的事项和住户数" "New cases and households a day of one device.";
    ":device_bytes_per_day" "一台设备每天可以交的字节数" "Bytes a day of one device, of steps as they are sealed.";
    ":device_budget_days" "没用完的限额最多累积几天" "Days whose unused amounts add up for a device.";
    ":limit_loopback" "按地址的限额是否也管本机自己的地址，比如本机上的代理" "Whether the limits by address hold for this machine's own address too, as for a proxy on it.";
    ":connections_max" "同时服务的连接数" "Connections served at once.";
    ":header_seconds_max" "请求头最多几秒，连接最多空闲几秒；TLS 握手最多为其六倍" "Seconds a request's head may take, and a connection may be idle; a TLS handshake takes six times as long at most.";
    ":body_seconds_max" "请求正文最多几秒" "Seconds a request's body may take.";
    ":chunk_seconds_max" "客户端接收 16 KiB 应答最多几秒" "Seconds a client may take to accept 16 KiB of an answer.";
    ":drain_seconds_max" "服务器停止时等待进行中的请求几秒" "Seconds that requests in flight are waited for when the server stops.";
    ":requests_waiting_max" "可以排队等待写入的请求数" "Requests that may wait for the writer.";
    ":group_requests_max" "一起提交的请求数" "Requests committed together.";
    ":group_bytes_max" "一起提交的请求字节数" "Bytes of requests committed together.";
    ":loaded_documents_max" "留在内存里的文档数，每份 20 至 46 kB" "Documents held in memory, 20 to 46 kB each.";
    ":disk_reserve_bytes" "数据文件夹所在磁盘要留空的字节数：不足时什么都不收（507 `disk_full`）；0 为不留" "Bytes that stay free on the data folder's disk: below, nothing is taken in (507 `disk_full`); 0 for no reserve.";
    ":log_level" "记录哪些日志" "What is logged.";
    ":log_format" "日志行的样式" "How log lines look.";
}
