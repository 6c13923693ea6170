//! `stanchion init`: a policy to start from.

use std::io::{self, Write as _};

use super::{Answer, print};
use crate::cli::Init;

const STARTER: &str = include_str!("../../templates/policy.toml");

/// Writes the starter policy to a new file.
pub(crate) fn run(arguments: &Init) -> io::Result<Answer> {
    let name = arguments.file.display();
    let mut file = match fs_err::File::create_new(&arguments.file) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            return Err(io::Error::other(format!(
                "{name} exists; name another file, as in `stanchion init other.toml`"
            )));
        }
        file => file?,
    };
    file.write_all(starter(&arguments.preset, &arguments.organization).as_bytes())?;
    print(format!("wrote {name}: fill in `[organization]`, then run `stanchion check {name}`\n"))?;
    Ok(Answer::Yes)
}

fn starter(preset: &str, organization: &str) -> String {
    let quoted = |text: &str| toml::Value::from(text).to_string();
    STARTER.replace("\"baseline\"", &quoted(preset)).replace("\"your-docker-org\"", &quoted(organization))
}

#[cfg(test)]
mod tests {
    use super::*;
    use stanchion::policy::{self, preset::PRESETS};

    #[test]
    fn the_starter_is_a_policy_whatever_the_preset() {
        for preset in PRESETS {
            let text = starter(preset.name, "northwind");
            let reading =
                policy::read("policy.toml", text.as_bytes(), &|name| panic!("the starter reads no file, not {name}"));
            assert!(
                reading.findings.iter().all(|finding| !finding.is_error()),
                "{}: {:?}",
                preset.name,
                reading.findings
            );
            assert!(reading.sources.iter().any(|source| source.name == format!("preset:{}", preset.name)));
        }
    }
}
