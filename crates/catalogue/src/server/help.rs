//! The help of the program `alleyway-server`: its commands and their arguments, by their paths.

use crate::words;

words! {
    /// The purpose of each command and argument.
    HELP "server_help"

    ""
        "Alleyway 服务器：核准巷长记录的内容并保存，答复设备和居民"
        "The Alleyway server: admits what alley chiefs record, keeps it, and answers devices and residents.";
    ":after-help"
        "从零建立一个镇：
  alleyway-server init --data town --town-name 四排镇
  alleyway-server import lists/ --data town       units.csv、members.csv、households.csv
  alleyway-server serve --data town &
  alleyway-server invite xie --data town          给该成员的设备一个一次性邀请码

{look}`import`、`invite`、`device`、`member`、`audit`、`quarantine`、`by-time`、`check`、`backup`、`export`、`metrics`
通过数据文件夹里的套接字交给运行中的服务器；没有服务器在运行时自己打开文件夹。

退出码：0 完成；1 检查发现损坏；64 没有写命令；65 输入有误，什么也没有改；69 地址不能用；
70 存储失败；73 文件夹建不成；74 系统拒绝；75 文件夹正被另一个程序使用；76 文件夹已损坏或版本不同；
78 配置有误。命令写法不对：2。"
        "A town from nothing:
  alleyway-server init --data town --town-name 四排镇
  alleyway-server import lists/ --data town       units.csv, members.csv, households.csv
  alleyway-server serve --data town &
  alleyway-server invite xie --data town          a one-time code for the member's device

{look}`import`, `invite`, `device`, `member`, `audit`, `quarantine`, `by-time`, `check`, `backup`, `export` and
`metrics` reach a running server through its socket in the data folder, and open the folder themselves when no
server runs.

Exit codes: 0 done; 1 the check found damage; 64 no command given; 65 the input is wrong, nothing was
changed; 69 the address cannot be had; 70 the store failed; 73 the folder cannot be made; 74 the
system refused; 75 another process has the folder; 76 the folder is damaged or of another version;
78 the configuration is wrong. A command line that cannot be read: 2.";
    ":help" "显示帮助" "Print help";
    ":version" "显示版本" "Print version";
    ":config"
        "配置文件（TOML）。命令行优先于环境变量（`ALLEYWAY_SERVER_…`），环境变量优先于文件"
        "A configuration file (TOML). Flags win over the environment (`ALLEYWAY_SERVER_…`), that over the file";
    ":print_config"
        "打印每一项配置的值和来源，然后结束"
        "Prints every key with its value and where that comes from, and ends";
    ":lang" "输出的语言；默认看 LANG" "The language of what is printed; by default as in LANG";
    ":json" "输出 JSON" "Prints JSON";

    "init"
        "为新的镇建立数据文件夹：镇的 id、密钥、空账本"
        "Makes the data folder of a new town: its id, its keys, an empty ledger";
    "init:after-help"
        "例：
  alleyway-server init --data town --town-name 四排镇"
        "Example:
  alleyway-server init --data town --town-name 四排镇";
    "init:town_name" "镇名，设备上显示的就是它" "The town's name, as devices show it";
    "serve" "为设备和居民服务，直到 SIGTERM 或 SIGINT" "Serves devices and residents until SIGTERM or SIGINT";
    "serve:after-help"
        "例：
  alleyway-server serve --data town --listen 0.0.0.0:8470 --public-url https://alleyway.example.cn:8470 \\
    --tls-certificate town.pem --tls-key town.key

本机以外只用 TLS 监听。前面有代理做 TLS 的：--allow-plain-http true；代理在另一台机器上的，
还要把按地址的限额放宽，因为所有客户端都用代理的地址。换证书不必重启。"
        "Example:
  alleyway-server serve --data town --listen 0.0.0.0:8470 --public-url https://alleyway.example.cn:8470 \\
    --tls-certificate town.pem --tls-key town.key

Beyond this machine the server listens only with TLS. Where a proxy in front of it speaks TLS:
--allow-plain-http true, and for a proxy on another machine higher limits by address, for all clients
then have the proxy's. New certificates are taken without a restart.";
    "demo"
        "编造一个镇并为它服务。时钟可以拨：`POST /demo/clock`"
        "Makes a town up, and serves it. The clock can be set: `POST /demo/clock`";
    "demo:after-help"
        "例：
  alleyway-server demo --town sipai --codes codes.json

文件夹里已有演示的，原样提供服务。"
        "Example:
  alleyway-server demo --town sipai --codes codes.json

A folder that holds a demo already is served unchanged.";
    "demo:codes"
        "邀请码写到哪里：[{\"member\",\"name\",\"post\",\"unit\",\"code\"}]"
        "Where to write enrolment codes: [{\"member\",\"name\",\"post\",\"unit\",\"code\"}]";
    "demo:town"
        "small：两个村、六条巷；sipai：472 条巷、一年 1,260 件事项"
        "Two villages and six alleys, or 472 alleys with a year of 1,260 cases";
    "demo:clock"
        "现在的时间，按 RFC 3339；默认接着文件夹上次的"
        "What time it is, as RFC 3339 writes it; by default as the folder last had it";
    "demo:seed" "换一个种子就是另一个镇" "Another seed is another town";
    "import"
        "按 units.csv、members.csv、households.csv 建立或更改镇的名录"
        "Makes the town what units.csv, members.csv and households.csv say";
    "import:after-help"
        "例：
  alleyway-server import lists/ --data town --dry-run

要么全做，要么不做。改了几行再运行，就只改那几行，并说明是哪几行。"
        "Example:
  alleyway-server import lists/ --data town --dry-run

All or nothing. Run again with changed rows, it changes just those and says which.";
    "import:folder"
        "文件所在的文件夹；没有的文件就不动"
        "The folder with the files; those that are not there say nothing";
    "import:dry_run" "只说会改什么" "Only says what would change";
    "invite"
        "给成员的设备一个一次性邀请码"
        "Makes a one-time code with which a member's device enrols";
    "invite:after-help"
        "例：
  alleyway-server invite xie --data town
  alleyway-server invite xie --replaces 1004 --data town   新手机接替旧手机

二维码和要输入的那一行内容相同：服务器和邀请码。一个成员可以有几台设备。"
        "Examples:
  alleyway-server invite xie --data town
  alleyway-server invite xie --replaces 1004 --data town   a new phone in the place of the old one

The QR code says the same as the line to type: server and code. A member may have several devices.";
    "invite:member" "members.csv 中的 key，或 id" "The member's key in members.csv, or id";
    "invite:replaces"
        "新设备接替的旧设备编号：旧设备随即停用"
        "The code of the member's device whose place the new one takes: it is revoked then";
    "invite:no_qr" "不显示二维码" "Prints no QR code";
    "device"
        "设备：列表、改名、停用、挂失、让被冻结的继续"
        "Devices: list, rename, revoke, report lost, let a frozen one go on";
    "device:after-help"
        "例：
  alleyway-server device list --member xie --data town
  alleyway-server device lost 1004 --data town

设备用它的编号来称呼，就是它的事项编号的头几位。服务器运行时都可以做。"
        "Examples:
  alleyway-server device list --member xie --data town
  alleyway-server device lost 1004 --data town

A device is named by its code, the first digits of its case numbers. All of it works while the server runs.";
    "device list"
        "有哪些设备：谁的、从何时起、最后收到什么"
        "Which devices there are: whose, since when, what was held of them last";
    "device list:member" "只看这个成员的，写 key 或 id" "Only this member's, by key or id";
    "device show" "一台设备的全部情况" "Everything about one device";
    "device rename" "给设备改名" "Gives a device another name";
    "device rename:name" "新名称" "The name";
    "device revoke"
        "停用设备：下次联系时清除其内容，交来的进入待审"
        "Ends a device: its documents go at its next contact, what it hands in goes to a tray";
    "device lost"
        "挂失设备：同停用，并在交完未发送的以后清除全部数据"
        "Ends a device that was lost: as revoke, and it is wiped once it has handed in what is unsent";
    "device thaw"
        "让因两部手机用同一身份而被冻结的设备继续"
        "Lets a device go on that was frozen because two phones used its identity";
    "member" "成员：列表、任职、终止任职" "Members: list, appoint, end an appointment";
    "member:after-help"
        "例：
  alleyway-server member appoint --unit a3 --post alley_chief --key lan --name 蓝小妹 --data town
  alleyway-server member end --member xie --unit a3 --data town

key 就是 members.csv 和 units.csv 中的；import 会与这里做过的比较。"
        "Examples:
  alleyway-server member appoint --unit a3 --post alley_chief --key lan --name 蓝小妹 --data town
  alleyway-server member end --member xie --unit a3 --data town

Keys are those of members.csv and units.csv; import compares with what was done here.";
    "member list" "有哪些人，有什么职务和设备" "Who there is, with posts and devices";
    "member show" "一个成员的全部情况" "Everything about one member";
    "member show:member" "members.csv 中的 key，或 id" "The member's key in members.csv, or id";
    "member appoint" "任命职务" "Gives somebody a post";
    "member appoint:unit" "units.csv 中单位的 key，或 id" "The unit's key in units.csv, or id";
    "member appoint:post"
        "什么职务：alley_chief、branch_secretary、town_dispatcher、……"
        "What as: alley_chief, branch_secretary, town_dispatcher, …";
    "member appoint:key"
        "members.csv 中本人的 key，或新的 key"
        "The person's key in members.csv, or a new one";
    "member appoint:name"
        "本人姓名；已有的人不必写"
        "The person's name; not needed for somebody who is known";
    "member appoint:from" "从何时起；不写就是现在" "From when; now, if not given";
    "member appoint:until" "到何时止；不写就是不定" "Until when; open, if not given";
    "member end"
        "终止任职：本人设备当时未发送的不会丢失"
        "Ends an appointment: what the member's devices have not sent by then is not lost";
    "member end:at" "何时；不写就是现在" "When; now, if not given";
    "member clear"
        "申请阅读该单位保密事项的授权。另一人确认后才生效：由管理员或已获授权的人运行 `alleyway confidential confirm 任职编号`"
        "Asks for a clearance to read the unit's confidential cases. It is in force once a member has confirmed it: `alleyway confidential confirm APPOINTMENT`, by an administrator or somebody cleared";
    ":appointment"
        "任职编号，见 `member show`；或写 --member 和 --unit"
        "The appointment, as `member show` says it; or --member and --unit";
    ":member" "谁的" "Whose";
    ":unit" "在哪个单位" "Where";
    "audit"
        "审计：谁被准入、作了什么裁决、谁被停用、督查员看了什么"
        "The audit: who was let in, what was decided, who was stopped, what supervisors read";
    "audit:after-help"
        "例：
  alleyway-server audit list --kind stopped --since 2026-03-01T00:00:00+08:00 --data town
  alleyway-server audit verify --data town

记录里只有 id 和代码，没有姓名，也没有事项的内容。verify 发现问题时退出码为 1。"
        "Examples:
  alleyway-server audit list --kind stopped --since 2026-03-01T00:00:00+08:00 --data town
  alleyway-server audit verify --data town

Records hold ids and codes, no names and nothing of what a case is about. Verify ends with code 1 if something is wrong.";
    "audit list"
        "最新的记录，按顺序。加 --json 就是把记录带出服务器：这也会记下来"
        "The newest records, in order. With --json they leave the server's hands: that is written down";
    "audit list:last" "多少条" "So many";
    "audit list:before"
        "只看编号更小的：往前翻"
        "Only those with a lower number: to look further back";
    "audit list:since" "只看从这时起的" "Only those from this time on";
    "audit list:kind"
        "只看这一类：verdicts、invited、enrolled、stopped、appointed、cleared、read、……"
        "Only those of this kind: verdicts, invited, enrolled, stopped, appointed, cleared, read, …";
    "audit list:device"
        "只看关于这个编号的设备的，或用它做的"
        "Only those about the device with this code, or about what was done with it";
    "audit verify"
        "核对全部记录的链，并说出末尾：请记在这里的人改不了的地方"
        "Follows the chain of all records, and says its end: note it where nobody here can change it";
    "audit verify:expect"
        "以前 `audit verify` 说过的：核对那条记录是否仍是原样"
        "What an earlier `audit verify` said: the record is still the one that it was";
    "quarantine"
        "没有安全日志就恢复的服务器的隔离"
        "The quarantine of a server that was restored without its security journal";
    "quarantine:after-help"
        "例：
  alleyway-server quarantine show --data town
  alleyway-server quarantine confirm --device 1000 --device 1002 --data town

结束之前不答复任何设备，也不收居民的提交；居民仍可看自己的页面。security/journal 要与 ledger/ 的备份分开保管。"
        "Examples:
  alleyway-server quarantine show --data town
  alleyway-server quarantine confirm --device 1000 --device 1002 --data town

Until it is ended no device is answered and no resident's step is taken; residents can still read their page. security/journal is to be kept apart from the backups of ledger/.";
    "quarantine show"
        "是否在隔离中，要确认哪些设备"
        "Whether there is one, and which devices are to be confirmed";
    "quarantine confirm"
        "结束隔离：写明的设备继续使用，其余停用，未用的邀请作废"
        "Ends it: the devices named go on, the others are revoked, unused invitations are withdrawn";
    "quarantine confirm:devices"
        "继续使用的设备编号；可以写多次"
        "The code of a device that goes on; as often as needed";
    "quarantine confirm:all" "没有停用的设备都继续使用" "Every device that is not stopped goes on";
    "quarantine confirm:none" "没有设备继续使用" "No device goes on";
    "by-time"
        "服务器按时间所做的步骤；时钟跳动时停下"
        "The server's steps by time, which stop when its clock leaps";
    "by-time:after-help"
        "例：
  alleyway-server by-time show --data town
  alleyway-server by-time confirm --data town

时钟比上次确认的快一天以上（或停机超过一天）时，到期的一概不提示，直到管理员确认时钟是对的。"
        "Examples:
  alleyway-server by-time show --data town
  alleyway-server by-time confirm --data town

While the clock is more than a day beyond what it last showed, or behind an outage of more than a day, nothing turns late until an administrator says that the clock is right.";
    "by-time show"
        "显示服务器时钟，到期的是否照常提示"
        "Shows the server's clock, and whether steps by time go on";
    "by-time confirm"
        "确认时钟是对的：到期的照常提示"
        "Says that the clock is right: steps by time go on";
    "metrics"
        "打印运行中的服务器的指标（OpenMetrics）"
        "Prints the metrics of the running server (OpenMetrics)";
    "metrics:after-help"
        "例：
  alleyway-server metrics --data town

指标不在对外的端口上：谁做了多少事，外人数不出来。"
        "Example:
  alleyway-server metrics --data town

The public port does not show them: strangers cannot count what is done.";

    "check"
        "检查每条记录、账本的链、每份文档、每个分发；或检查一个备份"
        "Checks every record, the ledger's chain, every document and every feed; or a backup";
    "check:after-help"
        "例：
  alleyway-server check --data town
  alleyway-server check --backup /backup/town --keys /keys/town

服务器照常运行，逐块检查。备份就地读取，不恢复；加 --keys 还会打开其中的记录。
文件夹有损坏时退出码为 1，备份有损坏时为 76。"
        "Examples:
  alleyway-server check --data town
  alleyway-server check --backup /backup/town --keys /keys/town

A running server goes on meanwhile: what is checked is looked at piece by piece. A backup is read where it lies and not restored; with --keys its records are opened too. Ends with code 1 if the folder is damaged, 76 if the backup is.";
    "check:backup"
        "不检查数据文件夹，而检查这个文件夹里最新的备份，不恢复"
        "Checks the newest backup in this folder, without restoring it, instead of the data folder";
    "check:name" "不是最新的那一个备份" "Another backup than the newest";
    "check:keys"
        "它的密钥文件夹：会打开每条记录，核对每份文档"
        "The folder of its keys: every record is then opened, and every document compared with its head";
    "backup"
        "备份，服务器照常运行：只写上次以后变化的"
        "Makes a backup, while the server goes on: only what changed since the last one is written";
    "backup:after-help"
        "例，每天夜里：
  alleyway-server backup --to /backup/town --keys /keys/town --data town

写完读回核对才算数，在此之前旧备份都留着。密钥放在另一个文件夹，最好在另一台机器上：没有密钥，备份读不出来；
销毁了的密钥，再过 --keep 次备份就彻底没有了。备份里没有：secrets/（建镇那天留一份）和 security/journal
（尽量常复制）。详见 docs/backup.md。"
        "Example, each night:
  alleyway-server backup --to /backup/town --keys /keys/town --data town

It is read back before it counts; until then the older ones stay. The keys go to a folder apart, best on another machine: the backup without them is unreadable, and a key that is destroyed is gone for good once --keep backups have followed. Not in it: secrets/ (keep a copy from the day the town is made) and security/journal (copy it as often as you can). docs/backup.md says more.";
    "backup:to" "备份的文件夹；每次加上变化的" "The folder of the backups; each run adds what changed";
    "backup:keys"
        "文档密钥的文件夹，放在另一个磁盘或机器上：没有它，备份读不出来"
        "The folder of the document keys, on another disk or machine: without them the backup cannot be read";
    "backup:keep"
        "保留多少个备份和密钥文件；新的核对过后清理更旧的"
        "Backups kept, and keys files; older ones are cleared away once the new one is verified";
    "restore" "从备份建立新的数据文件夹" "Makes a new data folder from a backup";
    "restore:after-help"
        "例：
  alleyway-server restore --from /backup/town --keys /keys/town --secrets /kept/secrets \\
    --journal /kept/security-journal --data town-restored

先全部核对。有日志，备份以后被停用的仍被挡住；没有日志，就要先确认设备才答复（`quarantine`）。
备份里没有的，手机会再交来。恢复中断留下的文件夹打不开：删掉后重做。"
        "Example:
  alleyway-server restore --from /backup/town --keys /keys/town --secrets /kept/secrets \\
    --journal /kept/security-journal --data town-restored

Everything is verified first. With the journal, who was stopped since the backup stays out; without it nobody is answered until the devices are confirmed (`quarantine`). Phones hand in again what the backup lacks. A restore that is cut off leaves a folder that does not open: remove it and run this again.";
    "restore:from" "备份的文件夹，只读" "The folder of the backups. It is only read";
    "restore:name" "不是最新的那一个备份" "Another backup than the newest";
    "restore:keys" "文档密钥的文件夹" "The folder of the document keys";
    ":secrets"
        "原服务器的 `secrets` 文件夹，建镇时保管的：没有它，手机不信任新服务器"
        "The folder `secrets` of the server that was, kept when the town was made: without it no phone trusts the new one";
    ":journal"
        "原服务器最新的 `security/journal`：知道此后谁被准入、谁被停用"
        "The newest `security/journal` of the server that was: it knows who was let in and stopped since";
    "export"
        "把整个镇写成明文，供别的程序使用"
        "Writes the whole town out as plain text, for other programs";
    "export:after-help"
        "例：
  alleyway-server export --to /safe/town-export --data town

JSON 行，不需要数据库（docs/export.md）：rows.jsonl 可以建新的数据文件夹（`import-export`），
documents.jsonl 供人和别的程序看。里面什么都没有加密，保密事项也没有；导出会记入审计。"
        "Example:
  alleyway-server export --to /safe/town-export --data town

JSON lines that need no engine (docs/export.md): rows.jsonl makes a new data folder (`import-export`), documents.jsonl is for people and other programs. Nothing in it is sealed, confidential cases neither; that it was made is in the audit.";
    "export:to"
        "新文件夹，只有所有者可读：里面有明文的姓名、内容、地址"
        "A new folder, for its owner alone: names, texts and addresses lie in it as plain text";
    "import-export" "从导出建立新的数据文件夹" "Makes a new data folder from an export";
    "import-export:after-help"
        "例：
  alleyway-server import-export --from /safe/town-export --secrets /kept/secrets \\
    --journal /kept/security-journal --data town-new

和恢复一样，是新的一任服务器；文档用新密钥封存。"
        "Example:
  alleyway-server import-export --from /safe/town-export --secrets /kept/secrets \\
    --journal /kept/security-journal --data town-new

As after a restore it is a new incarnation; documents are sealed under fresh keys.";
    "import-export:from" "导出的文件夹，只读" "The folder of the export. It is only read";
    ":code" "设备编号" "The device's code";
}
