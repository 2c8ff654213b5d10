//! `device`, `member`

use std::fmt::{Display, Write as _};

use alleyway_catalogue::server::cli as said;
use alleyway_catalogue::{Lang, words};

use super::admin::{ask, print_json, shown_time, unexpected};
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
        return Err(unexpected(language));
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
        return Err(unexpected(language));
    };
    if json {
        return print_json(&members);
    }
    if members.is_empty() {
        println!("{}", said::NO_MEMBERS.text(language));
    }
    for member in &members {
        print!("{}", member_told(member, language));
    }
    Ok(())
}

fn devices_told(devices: &[DeviceShown], language: Lang) -> String {
    if devices.is_empty() {
        return format!("{}\n", said::NO_DEVICES.text(language));
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
    let state = device.stopped.as_deref().unwrap_or("in_use");
    let state = said::DEVICE_STATE.word(language, state);
    let forked = if device.forked {
        said::DEVICE_RESTORED.text(language)
    } else {
        ""
    };
    let last = device
        .last_received
        .as_deref()
        .map_or_else(|| "-".to_owned(), shown_time);
    let enrolled = shown_time(enrolled);
    let values: [(&str, &dyn Display); 7] = [
        ("enrolled", &enrolled),
        ("batch", last_batch),
        ("last", &last),
        ("missing", missing),
        ("admitted", admitted),
        ("refused", refused),
        ("kept", kept),
    ];
    let second = said::DEVICE.fill(language, &values);
    format!("{code}  {member_name} ({member_key})  {name}  {state}{forked}\n      {second}\n")
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
        let active = if post.active {
            ""
        } else {
            said::NOT_IN_FORCE.text(language)
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
        // Writing to a string does not fail.
        let _ = writeln!(out, "  {}", said::NO_POSTS.text(language));
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
