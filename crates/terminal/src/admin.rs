//! Administration: what administrators ask for, confirm, end and stop.

mod lists;

use alleyway_client::views::administration::{AskedItem, NewPost, OpenPost, TownDevice};
use alleyway_device::Device;
use alleyway_device::transport::Halt;

use super::Shown;
use super::args::{AdminStep, AppointArgs};
use super::context::Context;
use super::exit::Failure;
use super::steps::saved;
use super::table::Table;
use super::texts::{say, words};

/// `admin`
pub(super) fn admin(context: &Context, what: Option<&AdminStep>) -> Result<Shown, Failure> {
    let device = context.open()?;
    let recorded = match what {
        None => return list(context, &device),
        Some(AdminStep::Devices) => return devices(context, &device),
        Some(AdminStep::Code { asked }) => return code(context, &device, asked),
        Some(AdminStep::Import { folder, dry_run }) => {
            return lists::import(context, &device, folder, *dry_run);
        }
        Some(AdminStep::Imports) => return lists::imports(context, &device),
        Some(AdminStep::Appoint(args)) => device.ask_appointment(&new_post(args)),
        Some(AdminStep::End { post, until }) => device.end_post(post, until.as_deref()),
        Some(AdminStep::Invite { post, replaces }) => {
            device.ask_invitation(post, replaces.as_deref())
        }
        Some(AdminStep::Stop {
            member,
            device: named,
            lost,
        }) => device.stop_device(member, named.as_deref(), *lost),
        Some(AdminStep::Thaw {
            member,
            device: named,
        }) => device.ask_thaw(member, named),
        Some(AdminStep::Confirm { asked }) => device.confirm_asked(asked),
        Some(AdminStep::Withdraw { asked }) => device.withdraw_asked(asked),
    };
    saved(context, &context.done(recorded)?)
}

fn new_post(args: &AppointArgs) -> NewPost {
    NewPost {
        unit: args.unit.clone(),
        post: args.post.clone(),
        key: args.key.clone(),
        name: args.name.clone(),
        from: args.from.clone(),
        until: args.until.clone(),
    }
}

/// The askings, and the posts that are not over.
fn list(context: &Context, device: &Device) -> Result<Shown, Failure> {
    let found = context.done(device.administration())?;
    let mut lines = asked(context, &found.asked);
    lines.extend(posts(context, &found.posts));
    if lines.is_empty() {
        lines.push(context.say(say::administration::NOTHING));
    }
    lines.push(context.say(say::hint::ADMINISTRATION));
    Shown::new(&found, lines)
}

fn asked(context: &Context, asked: &[AskedItem]) -> Vec<String> {
    if asked.is_empty() {
        return Vec::new();
    }
    let heads = [
        say::administration::ASKED,
        say::administration::WHAT,
        say::member::UNIT,
        say::member::NAME,
        say::administration::ABOUT,
        say::administration::STATE,
    ];
    let mut table = Table::new(heads.map(|head| context.say(head)).to_vec());
    for item in asked {
        table.row(vec![
            item.asked.to_string(),
            context.word(words::KIND, item.step),
            item.unit.clone(),
            item.name.clone(),
            about(context, item),
            state(context, item),
        ]);
    }
    table.lines()
}

/// The thing that is asked for, in one cell.
fn about(context: &Context, item: &AskedItem) -> String {
    let post = item.post.as_ref();
    let post = post.map(|post| context.word(words::POST, post));
    let device = item.device.map(|device| device.to_string());
    let until = item.until.as_ref().map(|until| format!("– {until}"));
    let rows = item.changes.map(|changes| {
        let rows = changes.to_string();
        context.fill(say::administration::ROWS, &[("rows", &rows)])
    });
    let parts = [post, device, item.from.clone(), until, rows];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    parts.join(" ")
}

fn state(context: &Context, item: &AskedItem) -> String {
    match &item.confirmed_by {
        None => context.fill(say::administration::WAITS, &[("by", &item.asked_by)]),
        Some(confirmed) => {
            let values = [("by", item.asked_by.as_str()), ("confirmed", confirmed)];
            context.fill(say::administration::GIVEN, &values)
        }
    }
}

fn posts(context: &Context, posts: &[OpenPost]) -> Vec<String> {
    if posts.is_empty() {
        return Vec::new();
    }
    let heads = [
        say::clearance::APPOINTMENT,
        say::member::UNIT,
        say::member::NAME,
        say::administration::KEY,
        say::member::POSTS,
        say::administration::FROM,
        say::administration::UNTIL,
    ];
    let mut table = Table::new(heads.map(|head| context.say(head)).to_vec());
    for post in posts {
        table.row(vec![
            post.appointment.to_string(),
            post.unit.clone(),
            post.name.clone(),
            post.key.clone(),
            context.word(words::POST, &post.post),
            post.from.clone(),
            post.until.clone().unwrap_or_default(),
        ]);
    }
    table.lines()
}

fn devices(context: &Context, device: &Device) -> Result<Shown, Failure> {
    let found = context.done(device.town_devices(&Halt::new()))?;
    let heads = [
        say::administration::CODE,
        say::member::DEVICE,
        say::member::NAME,
        say::administration::ENROLLED,
        say::administration::LAST,
        say::administration::STOPPED,
    ];
    let mut table = Table::new(heads.map(|head| context.say(head)).to_vec());
    for device in &found.devices {
        table.row(device_row(context, device));
    }
    Shown::new(&found, table.lines())
}

fn device_row(context: &Context, device: &TownDevice) -> Vec<String> {
    let stopped = device.stopped.as_ref();
    vec![
        format!("{:04} {}", device.code, device.name),
        device.id.clone(),
        device.member_name.clone(),
        device.enrolled.clone(),
        device.last_received.clone().unwrap_or_default(),
        stopped.map_or_else(String::new, |why| context.word(words::STOP, why)),
    ]
}

/// The code of an invitation, on this screen alone.
fn code(context: &Context, device: &Device, asked: &str) -> Result<Shown, Failure> {
    let shown = context.done(device.invitation_code(asked, &Halt::new()))?;
    let values = [
        ("name", shown.name.as_str()),
        ("code", &shown.code),
        ("until", &shown.valid_until),
    ];
    let said = context.fill(say::administration::INVITED, &values);
    let mut lines: Vec<String> = said.lines().map(str::to_owned).collect();
    lines.push(context.fill(say::administration::LINK, &[("link", &shown.link)]));
    Shown::new(&shown, lines)
}
