//! The line to the server, and what is wrong with it or with the answer.

use crate::texts;

texts! {
    "line"

    NO_NETWORK
        "连不上服务器（{reason}）。已记录的都在设备上，有信号时再同步"
        "No connection to the server ({reason}). All you recorded is safe here; sync again with signal"
        terminal
        "：alleyway sync"
        ": alleyway sync";
    BROKEN
        "连接中断（{reason}）。已收到的都保存了，再运行一次会接着传。"
        "The connection broke ({reason}). What arrived is kept; run it again and it goes on from there.";
    BUSY
        "服务器正忙，请{seconds}秒后再试。"
        "The server is busy; try again in {seconds} seconds.";
    TOO_MANY
        "请求太多，服务器暂不受理。请{seconds}秒后再试；填写的都还在。"
        "Too many requests were made. Try again in {seconds} seconds; what was typed is kept.";
    QUARANTINE
        "服务器刚从备份恢复，要等管理员确认设备。填写的内容都在本机，不会丢失；请稍后再试，或问管理员。"
        "The server was restored and waits for its administrator. What was typed is safe on this device; try again later, or ask the administrator.";
    CERTIFICATE_TIME
        "服务器的证书不在有效期内（{reason}）。先核对本机的日期和时间；时间没错就请管理员换证书。什么也没有发出。"
        "The server's certificate is not valid now ({reason}). Check this device's date and time first; if they are right, ask the administrator to renew it. Nothing was sent.";
    CERTIFICATE_NAME
        "对方的证书是给别的地址的（{reason}）。连着 Wi-Fi 的，多半是它的登录页：先登录，或换一个网络再试。不是的话，请向管理员核对地址。什么也没有发出。"
        "The certificate shown is for another address ({reason}). On a Wi-Fi it is most likely its log-in page: log in first, or try another network. If not, compare the address with the administrator. Nothing was sent.";
    CERTIFICATE_AUTHORITY
        "对方的证书没有可信的机构作保（{reason}）。连着要登录的 Wi-Fi 的，先登录，或换一个网络再试。镇上自己签发证书的，向管理员要机构证书文件；否则可能有人冒充服务器，请告诉管理员。什么也没有发出。"
        "Nobody trusted vouches for the certificate shown ({reason}). On a Wi-Fi with a log-in page, log in first, or try another network. If the town has an authority of its own, ask the administrator for its file; if not, somebody may pose as the server: tell the administrator. Nothing was sent."
        terminal
        "有了机构证书文件，把路径设为 ALLEYWAY_CA。"
        " With the authority's file, set ALLEYWAY_CA to its path.";
    CERTIFICATE_CHAIN
        "服务器没有出示完整的证书链（{reason}）：少了中间证书，本机认不出它。请告诉管理员：证书文件里要放整条链（如 fullchain.pem）。填写的都还在，换好后再同步。什么也没有发出。"
        "The server does not show the whole chain of its certificate ({reason}): one in between is missing, so this device cannot know the server. Tell the administrator that the whole chain belongs into the certificate's file (such as fullchain.pem). What was typed is kept; sync again behind that. Nothing was sent.";
    NOT_THE_SERVER
        "应答的不是镇里的服务器（{reason}）：多半是 Wi-Fi 的登录页、途中的代理，或服务器正在重启。填写的都还在；先登录 Wi-Fi 或换一个网络，过一会儿再试。"
        "It was not the town's server that answered ({reason}): most likely a Wi-Fi's log-in page, a proxy on the way, or a server that starts again. What was typed is kept; log in to the Wi-Fi or try another network, and try again later.";
    BAD_AUTHORITY
        "机构证书文件不能用（{reason}）。请向管理员重新要这个文件"
        "The authority's certificate file cannot be used ({reason}). Ask the administrator for the file again"
        terminal
        "，或核对 ALLEYWAY_CA 所指的路径。"
        ", or check the path that ALLEYWAY_CA names.";
    NO_TLS
        "没有建立加密连接（{reason}）。连着要登录的 Wi-Fi 的，先登录再试；否则请向管理员核对地址和端口。什么也没有发出。"
        "No encrypted connection ({reason}). On a Wi-Fi with a log-in page, log in first and try again; if not, compare address and port with the administrator. Nothing was sent.";
    PLAIN_HTTP
        "http:// 的内容途中谁都能看到，没有发出（{reason}）。请用 https:// 的地址"
        "Whoever is between can read http://, so nothing was sent ({reason}). Use an https:// address"
        terminal
        "；确知线路安全时可设 ALLEYWAY_ALLOW_HTTP=1。"
        "; where the line is known to be safe, set ALLEYWAY_ALLOW_HTTP=1.";
    EXPOSED
        "注意：与 {to} 的连接没有加密，途中谁都能看到内容。请改用 https:// 的地址。"
        "Careful: the connection to {to} is not encrypted; whoever is between can read it. Use an https:// address instead.";
    NOT_HTTP
        "对方的答复不是 HTTP（{reason}）。地址若是 http://，请改用 https:// 再试；请向管理员核对地址和端口。"
        "The answer is not HTTP ({reason}). If the address begins with http://, try https://; compare address and port with the administrator.";
    BAD_ANSWER
        "服务器的应答无法理解（{reason}）。请核对地址，或更新程序。"
        "The server's answer was not understood ({reason}). Check the address, or update this program.";
    SERVER_REFUSES "服务器拒绝：{text}" "The server refuses: {text}";
    SERVER_FAILS
        "服务器此刻办不了：{text}填写的都还在，过一会儿再试。"
        "The server cannot for now: {text} What was typed is kept; try again later.";
    FORKED_AGAIN
        "另一台设备正用着这台设备的身份。请向管理员要新邀请码，用新目录登记。"
        "Another device uses this device's identity. Ask the administrator for a code and enrol in a new folder.";
    OLDER_INCARNATION
        "服务器回到了更旧的状态，请告诉管理员。本机没有改动。"
        "The server has gone back to an older state; tell the administrator. Nothing was changed here.";
}
