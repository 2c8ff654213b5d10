//! The line to type next, where a screen has nothing else to say.

use crate::texts;

texts! {
    "hint"

    BUNDLE
        "有信号时代交服务器：alleyway sync；也可以再交给别人：alleyway bundle export FILE"
        "Handed in when there is signal: alleyway sync. Or passed on: alleyway bundle export FILE";
    ADMINISTRATION
        "任职、邀请、恢复设备要两个人：一人提出，另一人 admin confirm 编号；免职 admin end、停用设备 admin stop 一个人就可以。"
        "A post, an invitation and a device that is to go on take two persons: one asks, another types `admin confirm`; one person ends a post (`admin end`) or stops a device (`admin stop`).";
    CLEARANCES
        "授权要两个人：一人 confidential clear，另一人 confidential confirm；confidential end 终止。用 --all 看可以授权的岗位。"
        "A clearance takes two persons: one types `confidential clear`, another `confidential confirm`; `confidential end` ends it. --all shows the posts that may be cleared.";
    PICK
        "选定：alleyway pick {on} --field {field} --value …"
        "Pick: alleyway pick {on} --field {field} --value …";
    KEEP
        "都保留：alleyway keep {on} --field {field}"
        "Keep all: alleyway keep {on} --field {field}";
    PICK_HOUSEHOLD
        "选定：alleyway household {on} pick --field {field} --value …"
        "Pick: alleyway household {on} pick --field {field} --value …";
    KEEP_HOUSEHOLD
        "都保留：alleyway household {on} keep --field {field}"
        "Keep all: alleyway household {on} keep --field {field}";
    CONFIRM_IMPORT
        "确认：alleyway admin confirm {asked}；撤回：alleyway admin withdraw {asked}；然后 alleyway sync"
        "Confirm it: alleyway admin confirm {asked}; withdraw it: alleyway admin withdraw {asked}; then alleyway sync";
    FETCH
        "下一步，取回本人的事项：alleyway sync"
        "Next, fetch what is yours: alleyway sync";
    BEFORE_MOVING
        "先处理：alleyway sync；被退回的见 alleyway refused。"
        "First: alleyway sync; what was refused: alleyway refused";
    PENDING
        "有信号时发送：alleyway sync；还没有交出的可以撤销：alleyway take-back 操作号"
        "Send them when there is signal: alleyway sync. To take back one that was not handed over: alleyway take-back COMMAND";
    REFUSED
        "修改后重发：alleyway mend 操作号 …；原样重发：resend；放弃：drop"
        "Change and send again: alleyway mend COMMAND …; as it was: resend; give up: drop";
    SEND
        "有信号时发送：alleyway sync"
        "Send it when there is signal: alleyway sync";
    STEPS
        "×：现在不能办理，后面是原因；*：必须填写。写法见 alleyway help 操作名"
        "×: not possible now, and why; *: needed. How to type one: alleyway help STEP";
    PROPOSALS
        "以自己的名义办理：alleyway proposals take ID；不办：alleyway proposals dismiss ID（加 --all-of author 连同此人的其他各条）"
        "To do one as your own: alleyway proposals take ID; not to: alleyway proposals dismiss ID (with --all-of author: all of that person)";
    REVIEW
        "以自己的名义办理：alleyway review take ID；不办：alleyway review dismiss ID（加 --all-of author 连同此人的其他各条）"
        "To do one as your own: alleyway review take ID; not to: alleyway review dismiss ID (with --all-of author: all of that person)";
}
