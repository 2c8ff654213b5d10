//! What the system and the server's own metrics say of a process.

use super::Outcome;

/// The unit of processor times in `/proc`: `USER_HZ` is 100 on every Linux that this runs on.
const TICKS_PER_SECOND: f64 = 100.0;

/// Processor time of all threads of a process, in seconds.
pub(crate) fn cpu_seconds(process: u32) -> Outcome<f64> {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat"))?;
    // The name, in brackets, may hold anything; what follows it begins with the third field.
    let (_, fields) = stat
        .rsplit_once(')')
        .ok_or("/proc/PID/stat is of another shape")?;
    let ticks: Vec<f64> = fields
        .split_whitespace()
        .skip(11)
        .take(2)
        .map(str::parse)
        .collect::<Result<_, _>>()?;
    Ok(ticks.iter().sum::<f64>() / TICKS_PER_SECOND)
}

/// The resident memory of a process now, and the most it was, in kB.
pub(crate) fn memory_kb(process: u32) -> Outcome<(u64, u64)> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status"))?;
    let value = |name: &str| -> Outcome<u64> {
        let line = status
            .lines()
            .find_map(|line| line.strip_prefix(name))
            .ok_or("/proc/PID/status is of another shape")?;
        Ok(line.trim().trim_end_matches("kB").trim().parse()?)
    };
    Ok((value("VmRSS:")?, value("VmHWM:")?))
}

/// A value of a server's metrics, by its full name.
pub(crate) fn metric(text: &str, name: &str) -> Outcome<u64> {
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
    Ok(line
        .ok_or_else(|| format!("the metrics have no {name}"))?
        .trim()
        .parse()?)
}
