//! The processes of a run and the processors they are tied to, and what is said of the machine.
//!
//! Reader and producers share the last processor. The portal may use all of them, as it would in a machine of its own with as
//! many, and for a second look the first one alone; without `taskset` or with one processor all share, and the report says so. Not here: what the processes do.
//! Invariant: a child ends when its standard input does, so none outlives the run.

use std::{
    io::{BufRead as _, BufReader},
    process::{Child, Command, Stdio},
};

use anyhow::{Context as _, Result};
use serde::Serialize;

use crate::figures::to_f64;

/// First argument of the process that plays the sources.
pub const PRODUCERS: &str = "producers";
/// First argument of the process that is the portal.
pub const PORTAL: &str = "portal";
/// Milliseconds per tick of `/proc/PID/stat` on Linux.
const TICK_MS: f64 = 10.0;

/// What the numbers were measured on.
#[derive(Debug, Clone, Serialize)]
pub struct Machine {
    /// Processors.
    pub processors: usize,
    /// Model.
    pub model: String,
    /// Kernel.
    pub kernel: String,
    /// Compiler.
    pub rustc: String,
    /// Version of the portal.
    pub samsyn: &'static str,
    /// Who runs where.
    pub pinned: String,
}

impl Machine {
    fn look() -> Self {
        let first = |text: &str, key: &str| {
            text.lines()
                .find_map(|line| line.strip_prefix(key)?.split_once(':').map(|(_, rest)| rest.trim().to_owned()))
        };
        let processors = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let text = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
        let pinned = if pins(processors) {
            format!("portal on every processor, sources and reader on {}", processors - 1)
        } else {
            "not pinned".to_owned()
        };
        Self {
            processors,
            model: first(&text, "model name").unwrap_or_else(|| "unknown".to_owned()),
            kernel: said(Command::new("uname").arg("-sr")),
            rustc: said(Command::new("rustc").arg("--version")),
            samsyn: env!("CARGO_PKG_VERSION"),
            pinned,
        }
    }

    /// In one line.
    pub fn line(&self) -> String {
        let Self { processors, model, kernel, rustc, samsyn, pinned } = self;
        format!("samsyn {samsyn} · {rustc} · {kernel} · {processors} × {model} · {pinned}")
    }
}

fn said(command: &mut Command) -> String {
    let output = command.stderr(Stdio::null()).output();
    output.map_or_else(|_| "unknown".to_owned(), |output| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// All processors, as `taskset` writes them.
fn every(machine: &Machine) -> String {
    format!("0-{}", machine.processors - 1)
}

fn pins(processors: usize) -> bool {
    processors > 1
        && Command::new("taskset").arg("-V").stdout(Stdio::null()).status().is_ok_and(|status| status.success())
}

/// A running part.
pub struct Part {
    child: Child,
    /// The line it greeted with, without the first word.
    pub greeting: Vec<String>,
}

impl Part {
    /// `processors` as `taskset` writes them; what is not said is inherited.
    fn start(processors: Option<&str>, arguments: &[String]) -> Result<Self> {
        let program = std::env::current_exe()?;
        let mut command = match processors {
            Some(list) => {
                let mut command = Command::new("taskset");
                command.args(["-c", list]).arg(program);
                command
            }
            None => Command::new(program),
        };
        let mut child = command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let stdout = child.stdout.take().context("a part without output")?;
        let mut line = String::new();
        BufReader::new(stdout).read_line(&mut line)?;
        let mut words = line.split_whitespace().map(str::to_owned);
        let what = arguments.first().cloned().unwrap_or_default();
        anyhow::ensure!(words.next().as_deref() == Some("ready"), "the {what} did not start; its message is above");
        Ok(Self { child, greeting: words.collect() })
    }

    /// Computing time it has used so far, user and system.
    pub fn cpu_ms(&self) -> f64 {
        cpu_ticks(&self.child.id().to_string()) * TICK_MS
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        let _ = self.child.wait();
    }
}

/// Everything that runs, and how busy others kept the machine meanwhile.
pub struct Rig {
    /// The sources; greets with their addresses.
    pub producers: Part,
    /// The portal; greets with its address.
    pub portal: Part,
    /// What it runs on.
    pub machine: Machine,
    busy_before: f64,
    ours_before: f64,
}

impl Rig {
    /// Starts both parts and ties this process to its processor.
    ///
    /// # Errors
    /// When a part does not greet.
    pub fn start() -> Result<Self> {
        let machine = Machine::look();
        let pinned = pins(machine.processors);
        let last = machine.processors - 1;
        if pinned {
            let me = std::process::id().to_string();
            let _tied = said(Command::new("taskset").args(["-a", "-p", "-c", &last.to_string(), &me]));
        }
        let (last, all) = (last.to_string(), every(&machine));
        let producers = Part::start(pinned.then_some(&*last), &[PRODUCERS.to_owned()])?;
        let mut arguments = vec![PORTAL.to_owned()];
        arguments.extend(producers.greeting.iter().cloned());
        let portal = Part::start(pinned.then_some(&*all), &arguments)?;
        let mut rig = Self { producers, portal, machine, busy_before: busy_ticks(), ours_before: 0.0 };
        rig.ours_before = rig.ours();
        Ok(rig)
    }

    /// Ties the portal to the first processor, or lets it go. False where nothing can be tied.
    pub fn tie_portal(&self, tied: bool) -> bool {
        let list = if tied { "0".to_owned() } else { every(&self.machine) };
        let portal = self.portal.child.id().to_string();
        let _tied = said(Command::new("taskset").args(["-a", "-p", "-c", &list, &portal]));
        pins(self.machine.processors)
    }

    /// Lets this process run on every processor meanwhile, for what is not about the portal.
    pub fn untied<T>(&self, measure: impl FnOnce() -> T) -> T {
        self.tie_me(&every(&self.machine));
        let measured = measure();
        self.tie_me(&(self.machine.processors - 1).to_string());
        measured
    }

    fn tie_me(&self, list: &str) {
        if pins(self.machine.processors) {
            let me = std::process::id().to_string();
            let _tied = said(Command::new("taskset").args(["-a", "-p", "-c", list, &me]));
        }
    }

    fn ours(&self) -> f64 {
        let child = |part: &Part| cpu_ticks(&part.child.id().to_string());
        cpu_ticks("self") + child(&self.producers) + child(&self.portal)
    }

    /// Computing time of everybody else since the start, in percent of all processors over our own. Above five the
    /// numbers deserve another run.
    pub fn foreign_percent(&self) -> f64 {
        let busy = busy_ticks() - self.busy_before;
        let ours = self.ours() - self.ours_before;
        if busy > 0.0 { (100.0 * (busy - ours) / busy).clamp(0.0, 100.0) } else { 0.0 }
    }
}

fn cpu_ticks(process: &str) -> f64 {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    // The name may hold blanks; what follows it does not.
    let after_name = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
    after_name.split_whitespace().skip(11).take(2).filter_map(|word| word.parse::<usize>().ok()).map(to_f64).sum()
}

/// User, nice, system, interrupts and stolen time of all processors.
fn busy_ticks() -> f64 {
    let stat = std::fs::read_to_string("/proc/stat").unwrap_or_default();
    let line = stat.lines().next().unwrap_or_default();
    let values = line.split_whitespace().skip(1).map(|word| word.parse::<u32>().map_or(0.0, f64::from));
    values.enumerate().filter(|(index, _)| !matches!(index, 3 | 4 | 8 | 9)).map(|(_, value)| value).sum()
}
