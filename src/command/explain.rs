//! `stanchion explain`: what the catalog knows, and which line of a policy decides.

use std::io;

use stanchion::catalog::{Setting, catalog, registries};
use stanchion::explain;
use stanchion::finding::{self, Code, all_of, nearest};
use stanchion::platform::Platform;

use super::{Answer, known_ring, print, read, show};
use crate::cli::Explain;

/// Explains one word, or lists all.
pub(crate) fn run(arguments: &Explain) -> io::Result<Answer> {
    let question = match (&arguments.word, &arguments.url) {
        (None, None) => {
            print(explain::list())?;
            return Ok(Answer::Yes);
        }
        (Some(word), _) => {
            if let Some(code) = Code::from_name(word) {
                print(explain::code(code))?;
                return Ok(Answer::Yes);
            }
            let host = word.to_lowercase();
            if let Some(found) = registries::registry(&host) {
                print(explain::registry(&host, &found))?;
                return Ok(Answer::Yes);
            }
            Question::Setting(find(word)?)
        }
        (None, Some(url)) => Question::Url(complete(url)?),
    };
    let Some(path) = &arguments.policy else {
        if let Question::Setting(setting) = question {
            print(explain::setting(setting))?;
        }
        return Ok(Answer::Yes);
    };
    let reading = read(path)?;
    let Some(policy) = reading.policy.as_ref().filter(|_| !reading.findings.iter().any(finding::Finding::is_error))
    else {
        show(&reading)?;
        return Err(io::Error::other(format!("{} has errors; mend them first", path.display())));
    };
    let rings: Vec<&str> = policy.rings.iter().map(|ring| ring.name.as_str()).collect();
    known_ring(&arguments.ring, &rings)?;
    let platforms: Vec<Platform> = match arguments.platform.as_deref().and_then(Platform::from_name) {
        Some(platform) if !policy.fleet.platforms.contains(&platform) => {
            let names = all_of(policy.fleet.platforms.iter().map(|platform| platform.name()));
            return Err(io::Error::other(format!("the policy is not about {platform}; its `platforms` are {names}")));
        }
        Some(platform) => vec![platform],
        None => policy.fleet.platforms.clone(),
    };
    print(match question {
        Question::Setting(setting) => explain::decision(setting, &reading, policy, &arguments.ring, &platforms),
        Question::Url(url) => explain::url(&reading, policy, &arguments.ring, &platforms, &url),
    })?;
    Ok(Answer::Yes)
}

/// The URL of a request. A person means what the address bar of a browser takes.
fn complete(url: &str) -> io::Result<String> {
    let (scheme, rest) = url.split_once("://").unwrap_or(("https", url));
    let is_web = ["http", "https"].contains(&scheme.to_ascii_lowercase().as_str());
    if !is_web
        || rest.is_empty()
        || rest.contains(|character: char| character.is_whitespace() || character.is_control())
    {
        return Err(io::Error::other(format!(
            "`{url}` is no URL of a pull or a request: name a host, as in `stanchion explain --url ghcr.io`"
        )));
    }
    Ok(format!("{scheme}://{rest}"))
}

/// What can be asked of a policy.
enum Question {
    Setting(&'static Setting),
    Url(String),
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
    Err(io::Error::other(format!("there is no setting, no finding and no known registry `{word}`; {help}")))
}
