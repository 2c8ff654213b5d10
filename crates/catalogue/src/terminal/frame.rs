//! The frame of the help of both programs.

use crate::texts;

texts! {
    "frame"

    TEMPLATE
        "{before-help}{about-with-newline}\n用法：{usage}\n\n{all-args}{after-help}"
        "{before-help}{about-with-newline}\nUsage: {usage}\n\n{all-args}{after-help}";
    COMMANDS "命令" "Commands";
    ARGUMENTS "参数" "Arguments";
    OPTIONS "选项" "Options";
    HELP "显示这份帮助，或某个命令的帮助" "Print this message or the help of the given subcommand(s)";
}
