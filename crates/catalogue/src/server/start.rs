//! Why a data folder is not opened, or a server not started.

use crate::texts;

texts! {
    "start"

    REASON "{reason}" "{reason}";

    FOLDER_NOT_THERE
        "{folder} 里没有数据文件夹，或建立时中断了；请核对路径，或清空后重新建立"
        "{folder} holds no data folder, or one whose creation was cut off; check the path, or empty the folder and create it";
    FOLDER_NOT_EMPTY
        "{folder} 不是空的；请指定空文件夹，或打开已有的"
        "{folder} is not empty; name an empty folder, or open the one that is there";
    FOLDER_LOCKED
        "另一个程序正开着 {folder}；请用它的套接字，或先停止它"
        "another process has {folder} open; use its control socket, or stop it first";
    OLDER_FORMAT
        "{folder} 的格式是 {found}；本程序读格式 {known}，只升级它的前一种，不升级更早的：请用写它的程序，或用 `init` 建立新文件夹再 `import` 名录"
        "{folder} has format {found}; this program reads format {known} and migrates the one before it, no older one: use the program that wrote it, or make a new folder with `init` and `import` the town's lists";
    NEWER_FORMAT
        "{folder} 的格式是更新版本的 {found}；本程序读格式 {known}：请用写它的程序"
        "{folder} has format {found}, of a later version; this program reads format {known}: use the program that wrote it";
    NOT_COPIED
        "{folder} 是本程序前一种格式，没能复制到其中的 before-format-3（{reason}）；什么也没有改：请腾出副本的空间，再启动"
        "{folder} has the format before this program's and could not be copied to before-format-3 in it ({reason}); nothing was changed: make room for a copy, and start again";
    COPY_IN_THE_WAY
        "{folder} 是以前升级时的副本；请移出数据文件夹，再启动"
        "{folder} is a copy from before an earlier migration; move it out of the data folder, and start again";
    NOT_MIGRATED
        "{folder} 的升级中断了：{reason}；再启动会继续，或放回 before-format-3 的文件并用写它们的程序"
        "the migration of {folder} stopped: {reason}; start again to go on, or put the files of before-format-3 back and use the program that wrote them";
    FORMAT_UNREADABLE
        "{folder}/FORMAT 已损坏；请从备份恢复数据文件夹"
        "{folder}/FORMAT is damaged; restore the data folder from a backup";
    HIGH_WATER_UNREADABLE
        "{folder}/high-water 缺失或已损坏；请从备份恢复数据文件夹"
        "{folder}/high-water is missing or damaged; restore the data folder from a backup";
    TAIL_MISSING
        "{folder} 里缺少已确认过的记录：{detail}；请从备份恢复数据文件夹"
        "acknowledged records are missing in {folder}: {detail}; restore the data folder from a backup";
    UNSOUND
        "{folder} 里有记录损坏或缺失：{detail}；请从备份恢复数据文件夹"
        "records in {folder} are damaged or missing: {detail}; restore the data folder from a backup";
    KEYS_MISSING
        "{folder}/keys/slots 里缺少文档密钥；请从密钥的备份恢复"
        "document keys are missing in {folder}/keys/slots; restore the keys from their backup";
    ENGINE
        "{folder} 里的账本打不开：{detail}；请从备份恢复数据文件夹"
        "the ledger in {folder} does not open: {detail}; restore the data folder from a backup";
    FOLDER_IO
        "{path}：{reason}；请核对文件夹存在、属于本用户、有空间"
        "{path}: {reason}; check that the folder exists, belongs to this user and has room";

    SECRET_MISSING
        "缺少 {path}：建立文件夹时中断了，或有人删了它；请恢复它，或用 `init` 建立新文件夹"
        "{path} is missing: the folder's creation was cut off, or somebody removed it; restore it, or make a new folder with `init`";
    SECRET_DAMAGED
        "{path} 已损坏（{reason}）；请从备份恢复"
        "{path} is damaged ({reason}); restore it from a backup";
    SECRET_OPEN
        "别人也能读 {path}；请对它运行 `chmod 600`，并想想谁看过"
        "{path} can be read by others; run `chmod 600` on it, and think about who has seen it";
    SECRET_IO "{path}：{reason}" "{path}: {reason}";
    NO_RANDOM "系统不给随机数：{reason}" "the system gives no random bytes: {reason}";

    CONFIG_UNREADABLE
        "配置文件 {path} 读不了：{reason}"
        "the configuration file {path} cannot be read: {reason}";
    CONFIG_SYNTAX
        "配置文件 {path} 不是有效的 TOML：{reason}"
        "the configuration file {path} is not valid TOML: {reason}";
    UNKNOWN_KEY
        "没有配置项 `{key}`（{source}）；可用：{known}"
        "unknown key `{key}` ({source}); the keys are: {known}";
    BAD_VALUE
        "`{key}` 是 `{value}`（{source}），但只能是：{expected}"
        "`{key}` is `{value}` ({source}), but must be {expected}";
    SOURCE_DEFAULT "默认值" "by default";
    SOURCE_FILE "来自 {path}" "from {path}";
    SOURCE_ENVIRONMENT "来自环境变量 {variable}" "from {variable} in the environment";
    SOURCE_FLAG "来自 --{flag}" "from --{flag}";
    EXPECTED_FOLDER "一个文件夹" "a folder";
    EXPECTED_ADDRESS
        "带端口的地址，如 127.0.0.1:8470"
        "an address with a port, such as 127.0.0.1:8470";
    EXPECTED_OWN_ADDRESS
        "空，或本机自己的、带端口的地址，如 127.0.0.1:8471"
        "empty or an address of this machine alone with a port, such as 127.0.0.1:8471";
    EXPECTED_URL "空，或 http、https 地址" "empty or an http or https address";
    EXPECTED_PEM
        "空，或 PEM 文件，并同时设 `{other}`"
        "empty or a PEM file, and `{other}` with it";
    EXPECTED_YES_NO "true（是）或 false（否）" "true or false";
    EXPECTED_NUMBER
        "{least} 至 {most} 的整数"
        "a whole number from {least} to {most}";
    EXPECTED_LEVEL
        "级别（error、warn、info、debug、trace）或过滤条件"
        "a level (error, warn, info, debug, trace) or a filter";
    EXPECTED_FORMAT "json 或 text" "json or text";
    HALF_TLS
        "没有设 `{missing}`：TLS 要同时设 `tls_certificate` 和 `tls_key`"
        "`{missing}` is not set: TLS needs both `tls_certificate` and `tls_key`";
    PLAIN_BEYOND_LOOPBACK
        "`listen` 是 `{listen}`（{source}）：本机以外只用 TLS；请设 `tls_certificate` 和 `tls_key`，或监听 127.0.0.1；前面有代理做 TLS、别人都到不了这个地址的，可设 `allow_plain_http = true`"
        "`listen` is `{listen}` ({source}): beyond this machine only with TLS; set `tls_certificate` and `tls_key`, or listen on 127.0.0.1, or set `allow_plain_http = true` if a proxy in front of it speaks TLS and nobody else reaches this address";

    CANNOT_LISTEN
        "不能监听 {address}：{reason}；它被别的程序占用，或不是本机的地址"
        "cannot listen on {address}: {reason}; another program has it, or it is not this machine's";
    SYSTEM_REFUSED "系统拒绝：{reason}" "the system refused: {reason}";
    SOCKET
        "管理套接字 {path} 打不开：{reason}；它的路径最长 107 字节"
        "the administration socket {path} cannot be opened: {reason}; its path may be at most 107 bytes long";
    NO_ANSWER "运行中的服务器没有答复：{reason}" "the running server did not answer: {reason}";

    TLS_UNREADABLE
        "{path} 读不了：{reason}；请让服务器的用户能读，或改正路径"
        "{path} cannot be read: {reason}; give the server's user access to it, or mend the path";
    TLS_MISSING
        "{path} 里没有 PEM 格式的 {what}；请放进去，从 `-----BEGIN` 到 `-----END`"
        "{path} holds no {what} in PEM; put it there, from `-----BEGIN` to `-----END`";
    TLS_UNUSABLE
        "证书 {certificate} 不能与私钥 {key} 一起用：{reason}；请放入同一次签发的两个文件"
        "the certificate {certificate} cannot be used with the key {key}: {reason}; put both from the same issue there";
    TLS_OTHER_KEY
        "私钥 {key} 不是证书 {certificate} 的（{reason}）；请把同一次签发的证书和私钥放在一起"
        "the private key {key} is not that of the certificate {certificate} ({reason}); put the certificate and the key that were made for each other";
    TLS_WRONG_ORDER
        "{path} 里证书的顺序不对；服务器自己的证书要放在最前面，中间证书放在后面"
        "the certificates in {path} are in the wrong order; the server's own must come first, those in between behind it";
    TLS_ENCRYPTED_KEY
        "{path} 里的私钥用口令加密了；服务器启动时没有人输入口令，请放没有加密的私钥，权限设为 0600"
        "the private key in {path} is encrypted with a passphrase; nobody types one when a server starts: put the key unencrypted, with mode 0600";
    TLS_BYTE_ORDER_MARK
        "{path} 开头有字节顺序标记（BOM），第一行读不到；请另存为不带 BOM 的 UTF-8 或 ASCII"
        "{path} begins with a byte order mark (BOM), which hides its first line; save it as UTF-8 without BOM, or ASCII";
    TLS_CUT_OFF
        "{path} 里的证书链不完整，设备认不出服务器；请放整条链（如 fullchain.pem），不要只放服务器自己的证书（cert.pem）；镇上换了自己的证书机构的，请重启服务器"
        "the certificate chain in {path} is not whole, so that no device could know the server; put the whole chain (such as fullchain.pem), not the server's own certificate alone (cert.pem); if the town has changed its own authority, start the server again";
    TLS_NOT_FOLLOWED
        "{path} 里的证书设备不会接受（{reason}）；请放服务器用的证书和它的整条链"
        "no device would take the certificate in {path} ({reason}); put a certificate for servers with its whole chain";
    TLS_ENDED
        "证书 {certificate} 已于 {until} 到期；请换上新证书，或校准本机时钟"
        "the certificate {certificate} ended at {until}; put a renewed one there, or set this machine's clock right";
    TLS_NOT_YET
        "证书 {certificate} 从 {from} 起才有效；在那之前请用原来的，或校准本机时钟"
        "the certificate {certificate} holds from {from} on; until then leave the one before there, or set this machine's clock right";
    TLS_SETUP "TLS 建立不了：{reason}" "TLS cannot be set up: {reason}";
}
