use super::*;

fn parse(line: &str) -> Result<Cli, clap::Error> {
    Cli::try_parse_from(std::iter::once("alleyway").chain(line.split(' ')))
}

#[test]
fn the_definition_holds_together() {
    Cli::command().debug_assert();
}

#[test]
fn everything_that_can_be_typed_has_its_help_in_both_languages() {
    let (missing, unused) = help::unmatched(Cli::command(), &[HELP]);
    assert_eq!((missing, unused), (Vec::new(), Vec::new()));
    let shown = |lang, name: &str| {
        let mut command = command(lang);
        let sub = command.find_subcommand_mut(name).unwrap();
        sub.render_long_help().to_string()
    };
    let zh = shown(Lang::Zh, "report");
    assert!(zh.contains("用法：") && zh.contains("选项") && zh.contains("上报"));
    assert!(!zh.contains("Usage") && !zh.contains("Options"), "{zh}");
    let en = shown(Lang::En, "report");
    assert!(
        en.contains("Usage: alleyway report") && en.contains("Options:"),
        "{en}"
    );
}

#[test]
fn every_documented_command_is_read() {
    for line in [
        "--home d enrol http://h:1 CODE",
        "--home d --json --lang zh --now 2026-03-01T08:00:00+08:00 whoami",
        "households",
        "cases",
        "cases --all --status reported --late --find 路 --changed",
        "cases --due today",
        "cases --due week --title 路",
        "show 2047-51938-6",
        "pending",
        "refused",
        "mend 3f2a",
        "mend 3f2a --text 新 --json",
        "mend 3f2a --field title --value 新",
        "resend 3f2a",
        "drop 3f2a",
        "report --household 12号 --category road --title 路 --text 坏了 --place 22.4,109.3",
        "report --category road --title 路 --text 坏了",
        "report --category road --title 路 --place -22.4,-109.3",
        "note 2047 --text 看过",
        "visit 2047 --text 看过",
        "resolve 2047 --text 修好了 --resident-text 请看看",
        "withdraw 2047",
        "resume 2047",
        "supervise 2047 --text 抓紧",
        "accept 2047",
        "start 2047",
        "receive 2047",
        "return 2047 --reason 不归我们",
        "wait 2047 --reason weather",
        "reopen 2047 --reason 又坏了",
        "edit 2047 --field title --value 新",
        "edit 2047 --field contact --value -",
        "reject 2047 --reason not_ours --text 不属于本镇",
        "close 2047",
        "close 2047 --code cannot_fund --text 没有资金",
        "escalate 2047 --reason 修不了 --tried 垫过石子",
        "dispatch 2047 --to 交通 --by 2026-06-30",
        "extend 2047 --by 2026-07-30 --reason 下雨 --resident-text 要晚几天",
        "dispatch 2047 --to 交通 --by 2026-06-30 --with 水利 --with 供电",
        "part-done 2047 --text 水管已改道",
        "recall 2047 --reason 派错了",
        "answer-supervision 2047 --text 明天动工",
        "end-supervision 2047",
        "report --category road --title 路 --text 坏了 --for 橘园巷 --origin phone",
        "report --category road --title 路 --text 坏了 --origin 12345 --external-system 12345热线 --external-number 77 --external-due 2026-06-30",
        "rule 2047 --to 交通 --reason 归它管",
        "verify 2047 --result fixed",
        "verify 2047 --result partly",
        "verify 2047 --result not",
        "merge 2047 --into 2048",
        "new-code 2047",
        "conflicts 2047",
        "pick 2047 --field title --value 新",
        "sync",
        "sync --json",
    ] {
        assert!(parse(line).is_ok(), "{line}: {}", parse(line).unwrap_err());
    }
}

#[test]
fn what_is_missing_or_unknown_is_a_usage_error() {
    for line in [
        "report --title 路 --text 坏了",
        "return 2047",
        "escalate 2047 --reason 修不了",
        "dispatch 2047 --to 交通",
        "resolve 2047 --text 修好了",
        "recall 2047",
        "verify 2047 --result maybe",
        "show",
        "cases --sort",
        "cases --due",
        "cases --due month",
        "fly",
    ] {
        assert_eq!(parse(line).unwrap_err().exit_code(), 2, "{line}");
    }
}

#[test]
fn mend_names_what_is_to_change() {
    let Command::Mend(args) = parse("mend 3f2a --to 交通 --by 2026-06-30")
        .unwrap()
        .command
    else {
        panic!()
    };
    let given: Vec<&str> = args.given.iter().map(|given| given.field.name).collect();
    assert_eq!(given, ["to", "by"]);
}
