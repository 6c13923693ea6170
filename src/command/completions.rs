//! `stanchion completions`: a script for the shell.

use std::io;

use clap::CommandFactory as _;

use super::{Answer, print};
use crate::cli::{Cli, Completions};

/// Prints the script.
pub(crate) fn run(arguments: &Completions) -> io::Result<Answer> {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut Cli::command(), "stanchion", &mut script);
    print(script)?;
    Ok(Answer::Yes)
}
