//! `stanchion explain`: what the catalog knows, and which line of a policy decides.

use std::io;

use stanchion::catalog::{Setting, catalog};
use stanchion::explain;
use stanchion::finding::{self, Code, nearest, one_of};
use stanchion::platform::Platform;

use super::{Answer, print, read, show};
use crate::cli::Explain;

/// Explains one word, or lists all.
pub(crate) fn run(arguments: &Explain) -> io::Result<Answer> {
    let Some(word) = &arguments.word else {
        print(explain::list())?;
        return Ok(Answer::Yes);
    };
    if let Some(code) = Code::from_name(word) {
        print(explain::code(code))?;
        return Ok(Answer::Yes);
    }
    let setting = find(word)?;
    let Some(path) = &arguments.policy else {
        print(explain::setting(setting))?;
        return Ok(Answer::Yes);
    };
    let reading = read(path)?;
    let Some(policy) = reading.policy.as_ref().filter(|_| !reading.findings.iter().any(finding::Finding::is_error))
    else {
        show(&reading)?;
        return Err(io::Error::other(format!("{} has errors; mend them first", path.display())));
    };
    let rings = || policy.rings.iter().map(|ring| ring.name.as_str());
    if !rings().any(|ring| ring == arguments.ring) {
        return Err(io::Error::other(format!(
            "the policy has no ring `{}`; there are {}",
            arguments.ring,
            one_of(rings())
        )));
    }
    let platforms: Vec<Platform> = match arguments.platform.as_deref().and_then(Platform::from_name) {
        Some(platform) => vec![platform],
        None => policy.fleet.platforms.clone(),
    };
    print(explain::decision(setting, &reading, policy, &arguments.ring, &platforms))?;
    Ok(Answer::Yes)
}

/// The setting with this key, or an error that names what was probably meant.
fn find(word: &str) -> io::Result<&'static Setting> {
    let catalog = catalog();
    if let Some(setting) = catalog.find(word) {
        return Ok(setting);
    }
    if let Some((setting, _)) = catalog.aliased(word).next() {
        return Err(io::Error::other(format!(
            "`{word}` is a wrong name of `{0}`; try `stanchion explain {0}`",
            setting.key
        )));
    }
    let words =
        catalog.settings().iter().map(|setting| setting.key.as_str()).chain(finding::ALL.iter().map(|code| code.name));
    let part = word.to_lowercase();
    let near = nearest(word, words.clone()).or_else(|| words.clone().find(|key| key.to_lowercase().contains(&part)));
    let help =
        near.map_or("`stanchion explain` lists all settings".to_owned(), |near| format!("did you mean `{near}`?"));
    Err(io::Error::other(format!("there is no setting and no finding `{word}`; {help}")))
}
