//! `device`, `member`

use std::fmt::Write as _;

use alleyway_catalogue::{Lang, words};

use super::admin::{ask, pick, print_json, shown_time, unexpected};
use super::exit::Exit;
use crate::admin::{DeviceRequest, DeviceShown, MemberRequest, MemberShown, Outcome, Request};
use crate::config::Config;

pub(super) fn device(
    config: &Config,
    command: DeviceRequest,
    json: bool,
    language: Lang,
) -> Result<(), Exit> {
    let Outcome::Devices(devices) = ask(config, Request::Device(command), json, language)? else {
        return Err(unexpected());
    };
    if json {
        return print_json(&devices);
    }
    print!("{}", devices_told(&devices, language));
    Ok(())
}

pub(super) fn member(
    config: &Config,
    command: MemberRequest,
    json: bool,
    language: Lang,
) -> Result<(), Exit> {
    let Outcome::Members(members) = ask(config, Request::Member(command), json, language)? else {
        return Err(unexpected());
    };
    if json {
        return print_json(&members);
    }
    if members.is_empty() {
        println!(
            "{}",
            pick(
                language,
                "没有人员；先运行 import 或 member appoint",
                "no members; `import` or `member appoint` first"
            )
        );
    }
    for member in &members {
        print!("{}", member_told(member, language));
    }
    Ok(())
}

fn devices_told(devices: &[DeviceShown], language: Lang) -> String {
    if devices.is_empty() {
        return pick(
            language,
            "没有设备；用 invite 邀请\n",
            "no devices; `invite` makes a code for one\n",
        )
        .to_owned();
    }
    devices
        .iter()
        .map(|device| device_told(device, language))
        .collect()
}

/// A device on two lines.
pub(super) fn device_told(device: &DeviceShown, language: Lang) -> String {
    let DeviceShown {
        code,
        name,
        member_name,
        member_key,
        enrolled,
        last_batch,
        missing,
        ..
    } = device;
    let DeviceShown {
        admitted,
        refused,
        kept,
        ..
    } = device;
    let state = match (device.stopped.as_deref(), language) {
        (None, Lang::Zh) => "在用",
        (None, Lang::En) => "in use",
        (Some("revoked"), Lang::Zh) => "已停用",
        (Some("lost"), Lang::Zh) => "已挂失",
        (Some("frozen"), Lang::Zh) => "已冻结（两部手机用同一身份）",
        (Some("frozen"), Lang::En) => "frozen: two phones use its identity",
        (Some(word), _) => word,
    };
    let forked = match (device.forked, language) {
        (false, _) => "",
        (true, Lang::Zh) => "；曾从备份恢复",
        (true, Lang::En) => "; was restored from a backup",
    };
    let last = device
        .last_received
        .as_deref()
        .map_or_else(|| "-".to_owned(), shown_time);
    let enrolled = shown_time(enrolled);
    let mut out = format!("{code}  {member_name} ({member_key})  {name}  {state}{forked}\n");
    // Writing to a string does not fail.
    let _ = match language {
        Lang::Zh => writeln!(
            out,
            "      登记 {enrolled}；收到第 {last_batch} 批（{last}），缺 {missing} 批；采纳 {admitted}，退回 {refused}，待审 {kept}"
        ),
        Lang::En => writeln!(
            out,
            "      enrolled {enrolled}; batch {last_batch} held ({last}), {missing} missing; {admitted} admitted, {refused} refused, {kept} in trays"
        ),
    };
    out
}

fn member_told(member: &MemberShown, language: Lang) -> String {
    let mut out = format!("{} ({})  {}\n", member.name, member.key, member.id);
    for post in &member.posts {
        let word = words::POST.word(language, &post.post);
        let from = shown_time(&post.from);
        let until = post
            .until
            .as_deref()
            .map_or_else(|| "…".to_owned(), shown_time);
        let active = match (post.active, language) {
            (true, _) => "",
            (false, Lang::Zh) => "（不在任）",
            (false, Lang::En) => " (not in force)",
        };
        // Writing to a string does not fail.
        let _ = writeln!(
            out,
            "  {word}  {}  {from} – {until}{active}  {}",
            post.unit_name, post.appointment
        );
    }
    for device in &member.devices {
        out.push_str("  ");
        out.push_str(&device_told(device, language).replace("\n      ", "\n        "));
    }
    if member.posts.is_empty() && member.devices.is_empty() {
        out.push_str(pick(language, "  没有职务\n", "  no posts\n"));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_devices_are_said_to_be_none() {
        assert!(devices_told(&[], Lang::En).starts_with("no devices"));
        assert!(devices_told(&[], Lang::Zh).starts_with("没有设备"));
    }
}
