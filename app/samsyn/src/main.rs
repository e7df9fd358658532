//! The binary: command line and dispatch. Wiring is in `server`, the demo's data in `demo`.
//!
//! Invariant: what a person reads on standard output is stable; everything else goes to standard error.

mod adapter;
mod admin;
mod audit;
mod blocks;
mod compile;
#[cfg(feature = "demo")]
mod demo;
mod init;
mod inspect;
mod serve;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// An overview is made of some ten thousand small texts; the system's allocator took a fifth of the time of one.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// One patient on one screen: care limits, consent, contacts, covid status and active services, fetched live from
/// competing sources through sandboxed adapters.
#[derive(Parser)]
#[command(name = "samsyn", version, about, long_about = None)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Starts the portal with invented people, simulated sources and a demo identity provider, all on this machine.
    #[cfg(feature = "demo")]
    Demo(demo::DemoArguments),
    /// Starts the portal with a configuration file.
    Serve(serve::ServeArguments),
    /// Prepares a directory for the first start: configuration, keys, first organisation and administrator.
    Init(Box<init::InitArguments>),
    /// Imports or exports a provider's list of patients' blocks.
    #[command(subcommand)]
    Blocks(blocks::BlocksCommand),
    /// Verifies the audit log, exports it, and proves what stands in it.
    #[command(subcommand)]
    Audit(audit::AuditCommand),
    /// Backs the database up, restores it, moves it to another engine.
    #[command(subcommand)]
    Admin(admin::AdminCommand),
    /// Makes, tries and packs an adapter, offline, on the host that a portal runs it on.
    #[command(subcommand)]
    Adapter(adapter::AdapterCommand),
    /// Compiles one adapter from standard input into a directory; started by the portal itself.
    #[command(hide = true)]
    CompileAdapter(compile::CompileArguments),
    /// Tries the package in a directory; started by the portal itself.
    #[command(hide = true)]
    InspectPackage(inspect::InspectArguments),
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match run(arguments.command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("samsyn: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> anyhow::Result<()> {
    // One cryptography for every TLS connection of the process.
    if rustls::crypto::ring::default_provider().install_default().is_err() {
        anyhow::bail!("another cryptography provider was installed first");
    }
    match command {
        Command::CompileAdapter(arguments) => compile::run(&arguments),
        Command::InspectPackage(arguments) => inspect::run(&arguments),
        Command::Adapter(command) => adapter::run(command),
        Command::Admin(command) => start(admin::run(command)),
        Command::Audit(command) => start(audit::run(command)),
        Command::Blocks(command) => start(blocks::run(command)),
        Command::Init(arguments) => init::run(&arguments),
        Command::Serve(arguments) => start(serve::run(arguments)),
        #[cfg(feature = "demo")]
        Command::Demo(arguments) => start(demo::run(arguments)),
    }
}

fn start(task: impl Future<Output = anyhow::Result<()>>) -> anyhow::Result<()> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(task)
}
