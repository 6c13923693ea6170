//! The `stanchion` command: reads arguments and files, prints, and turns answers into exit codes.

mod cli;
mod command;
mod git;

use std::io::{self, Write as _};
use std::process::ExitCode;

use clap::Parser as _;

use cli::{Cli, Verb};
use command::Answer;

fn main() -> ExitCode {
    let cli = Cli::parse();
    let answer = match &cli.verb {
        Verb::Init(arguments) => command::init::run(arguments),
        Verb::Check(arguments) => command::check::run(arguments),
        Verb::Build(arguments) => command::build::run(arguments),
        Verb::Diff(arguments) => command::diff::run(arguments),
        Verb::Explain(arguments) => command::explain::run(arguments),
        Verb::Import(arguments) => command::import::run(arguments),
        Verb::Verify(arguments) => command::verify::run(arguments),
        Verb::Sign(arguments) => command::sign::run(arguments),
        Verb::Schema(arguments) => command::schema::run(arguments),
        Verb::Completions(arguments) => command::completions::run(arguments),
    };
    match answer {
        Ok(Answer::Yes) => ExitCode::SUCCESS,
        Ok(Answer::No) => ExitCode::from(1),
        Ok(Answer::Nothing) => ExitCode::from(2),
        // Whoever closes the pipe early has read enough.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => {
            // Nothing is left to do when even stderr is gone.
            _ = writeln!(anstream::stderr(), "stanchion: {error}");
            ExitCode::from(2)
        }
    }
}
