//! Everything done to the repository from outside: setup, adapters, build, check, test, demo, bench.
//!
//! CI and people call the same commands. Not here: anything the product does at run time.
//! Invariant: a step that is skipped says so and why; a step that fails names the command that would fix it.
//! To add a step: a function in its own file, and a line in the command it belongs to.

mod adapters;
mod bench;
mod browser;
mod check;
mod configuration;
mod contract;
mod demo;
mod kit;
mod layers;
mod licences;
mod reliability;
mod setup;
mod step;
mod ten_ways;
mod test;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(name = "cargo xtask", about = "Samsyn's own tasks", long_about = None)]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Installs what the other tasks need: wasm target, browser, browser test packages.
    Setup,
    /// Builds every adapter into target/adapters/NAME.wasm.
    Adapters {
        /// Those in TypeScript and Python too.
        #[arg(long)]
        all_languages: bool,
    },
    /// Builds adapters and the binary.
    Build {
        /// Optimised, into target/release/samsyn.
        #[arg(long)]
        release: bool,
    },
    /// Format, lints, layers, licences, the contract. No test is run.
    Check,
    /// Everything CI asks for: check, unit, integration, adapter and browser tests.
    Test {
        /// Leaves the browser tests out.
        #[arg(long)]
        no_browser: bool,
        /// Kills, failures and mutations by the hundred, and target/reliability.json with what came of them.
        #[arg(long)]
        nightly: bool,
    },
    /// The vendor's way alone: the cases of every adapter, the tests of the SDKs, and a project of each language made, built, tried, broken and packed.
    Kit,
    /// Builds what is needed and starts the demo; further arguments go to `samsyn demo`.
    Demo {
        /// For example --clock 2026-11-21T12:00:00+01:00.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
    /// Measures the ratios of tests/benches/ratios and writes target/bench/report.{html,json}.
    Bench,
    /// Writes wit/reference.md anew from wit/*.wit, and app/configuration.md from the sources.
    Reference,
    /// Renews the screenshots of the README from the browser tests.
    Screenshots,
}

fn main() -> ExitCode {
    match run(Arguments::parse().task) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(task: Task) -> Result<()> {
    match task {
        Task::Setup => setup::everything(),
        Task::Adapters { all_languages: true } => adapters::build_all_languages(),
        Task::Adapters { all_languages: false } => adapters::build(),
        Task::Build { release } => demo::build(release).map(drop),
        Task::Check => check::everything(),
        Task::Test { no_browser, nightly } => test::everything(!no_browser, nightly),
        Task::Kit => kit::everything(),
        Task::Demo { arguments } => demo::start(&arguments),
        Task::Bench => bench::run(),
        Task::Reference => contract::reference::renew().and_then(|()| configuration::renew()),
        Task::Screenshots => browser::screenshots(),
    }
}
