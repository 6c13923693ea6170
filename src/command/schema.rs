//! `stanchion schema`: the JSON Schema of a policy.

use std::io;

use stanchion::format::json;

use super::{Answer, print};
use crate::cli::Schema;

/// Prints the schema.
pub(crate) fn run(_: &Schema) -> io::Result<Answer> {
    print(json::pretty(&stanchion::schema::schema()))?;
    Ok(Answer::Yes)
}
