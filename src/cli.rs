//! The command line, once: help, completions and the verbs' own arguments come from here.

use std::io::ErrorKind;
use std::path::PathBuf;

use clap::{ArgGroup, Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use stanchion::date::{Date, NotADate};
use stanchion::finding::Finding;
use stanchion::platform::Platform;
use stanchion::policy;
use stanchion::policy::preset::PRESETS;
use stanchion::target;
use stanchion::version::{NotAVersion, Version};

/// One policy for Docker Desktop in; everything that Jamf, Intune, Group Policy and Ansible need out.
///
/// Exit status: 0 yes or clean, 1 findings or differences, 2 no answer (usage, unreadable, disk).
#[derive(Debug, Parser)]
#[command(version, max_term_width = 80)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) verb: Verb,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    Init(Init),
    Check(Check),
    Build(Build),
    Diff(Diff),
    Explain(Explain),
    Import(Import),
    Verify(Verify),
    Sign(Sign),
    Schema(Schema),
    Completions(Completions),
}

/// Write a commented policy to start from.
#[derive(Debug, Args)]
pub(crate) struct Init {
    /// The file to write; it must not exist.
    #[arg(default_value = "policy.toml")]
    pub(crate) file: PathBuf,
    /// The preset to extend.
    #[arg(long, default_value = "baseline", value_parser = PRESETS.iter().map(|preset| preset.name).collect::<Vec<_>>())]
    pub(crate) preset: String,
    /// The organization in Docker Home whose members may sign in.
    #[arg(long, value_name = "NAME", default_value = "your-docker-org", hide_default_value = true)]
    pub(crate) organization: String,
}

/// Say what is wrong with a policy and what would happen on a machine.
#[derive(Debug, Args)]
pub(crate) struct Check {
    /// Policy files.
    #[arg(required = true)]
    pub(crate) policies: Vec<PathBuf>,
    /// How to show the findings.
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: Report,
    /// Fail on warnings too.
    #[arg(long, value_enum, value_name = "WHAT")]
    pub(crate) deny: Option<Deny>,
    /// The day on which exceptions are judged, as YYYY-MM-DD. [default: the system's]
    #[arg(long, value_parser = day)]
    pub(crate) today: Option<Date>,
}

/// How findings are shown.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub(crate) enum Report {
    /// The offending lines, for people.
    #[default]
    Text,
    /// One document, for programs; docs/check.md describes it.
    Json,
    /// SARIF 2.1.0, for code scanning services.
    Sarif,
    /// Annotations, for GitHub Actions.
    Github,
}

/// How an answer is shown.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub(crate) enum Format {
    /// Lines, for people.
    #[default]
    Text,
    /// One document, for programs.
    Json,
}

/// What else makes a check fail.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Deny {
    /// Warnings.
    Warnings,
}

/// Write the artifacts of a policy into a folder.
///
/// The folder must be new, empty, or hold an earlier build. Files of the earlier build that are no longer wanted are
/// removed; nothing else is.
#[derive(Debug, Args)]
pub(crate) struct Build {
    /// The policy file.
    pub(crate) policy: PathBuf,
    /// The folder to write into.
    #[arg(short, long, value_name = "DIR", default_value = "dist")]
    pub(crate) output: PathBuf,
    /// Write nothing; show how the folder differs from the policy and exit 1 if it does.
    #[arg(long)]
    pub(crate) check: bool,
    /// Only this ring; may be repeated.
    #[arg(long)]
    pub(crate) ring: Vec<String>,
    /// Only this platform; may be repeated.
    #[arg(long, value_parser = platform_names())]
    pub(crate) platform: Vec<String>,
    /// Only this target; may be repeated.
    #[arg(long, value_parser = target::names())]
    pub(crate) target: Vec<String>,
}

/// Say what a change of a policy means: which machines, setting by setting, and whether it loosens or tightens.
///
/// Compares two policies, two built folders, or one of each. Differences are an answer, so the exit status is 0 unless
/// --fail-on says otherwise.
#[derive(Debug, Args)]
#[command(override_usage = "stanchion diff [OPTIONS] OLD NEW\n       stanchion diff [OPTIONS] --base REV [OLD] POLICY")]
pub(crate) struct Diff {
    /// The old and the new policy or built folder; with --base, the new one, after the old one if that had another name.
    #[arg(required = true, num_args = 1..=2, value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,
    /// Compare with the same path, and with what it extends, at this Git revision.
    #[arg(long, value_name = "REV")]
    pub(crate) base: Option<String>,
    /// How to show the difference.
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: DiffFormat,
    /// Exit 1 when something loosens, or may loosen, and no new exception covers it.
    #[arg(long, value_enum, value_name = "WHAT")]
    pub(crate) fail_on: Option<FailOn>,
}

/// How a difference is shown.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub(crate) enum DiffFormat {
    /// For a terminal.
    #[default]
    Text,
    /// For a comment on a pull request.
    Markdown,
    /// One document, for programs.
    Json,
}

/// What a gate stops.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum FailOn {
    /// Whatever loosens the policy.
    Loosens,
}

/// Show all that is known about a setting, a finding or a registry, or which line of a policy decides.
#[derive(Debug, Args)]
#[command(group = ArgGroup::new("question").args(["word", "url"]))]
pub(crate) struct Explain {
    /// A setting as Docker spells it, the code of a finding or a registry. Without one, all settings and codes are listed.
    pub(crate) word: Option<String>,
    /// What becomes of a pull or a request that goes there, and by which line.
    #[arg(long, requires = "policy")]
    pub(crate) url: Option<String>,
    /// A policy: show the line that won and the lines that lost.
    #[arg(long, requires = "question")]
    pub(crate) policy: Option<PathBuf>,
    /// The ring to look at.
    #[arg(long, requires = "policy", default_value = "default")]
    pub(crate) ring: String,
    /// The platform to look at. [default: all]
    #[arg(long, requires = "policy", value_parser = platform_names())]
    pub(crate) platform: Option<String>,
}

/// Make a policy of the files that are there by now, and say what is wrong with them.
///
/// Takes admin-settings.json and registry.json (also broken ones), the user's settings-store.json, .mobileconfig (also
/// signed), desktop.plist and other property lists, .reg and Registry.pol. Several files become one policy. It goes to
/// stdout unless --output names a new file; the findings go to stderr.
#[derive(Debug, Args)]
pub(crate) struct Import {
    /// Files; `macos=FILE`, `windows=FILE` or `linux=FILE` where neither kind nor folder tells the platform.
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<String>,
    /// Extend this preset, and write only what differs from it.
    #[arg(long, value_parser = PRESETS.iter().map(|preset| preset.name).collect::<Vec<_>>())]
    pub(crate) preset: Option<String>,
    /// The file to write; it must not exist.
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// How to show the findings.
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: Format,
    /// The organization's name. [default: the profile's]
    #[arg(long, value_name = "NAME", value_parser = organization_name)]
    pub(crate) organization_name: Option<String>,
    /// The prefix of profile identifiers. [default: the profile's]
    #[arg(long, value_name = "ID", value_parser = organization_id)]
    pub(crate) organization_id: Option<String>,
    /// The oldest Docker Desktop in use, which no file tells.
    #[arg(long, value_name = "VERSION", value_parser = version)]
    pub(crate) oldest_version: Option<Version>,
}

/// Say whether this machine, or a mounted image, holds what its policy says.
///
/// Reads only. The last line is what `audit.sh` prints: `Compliant ring=… policy=…`, `Drift: …` or `Absent`.
#[derive(Debug, Args)]
#[command(group = ArgGroup::new("expected").required(true).args(["policy", "manifest"]))]
pub(crate) struct Verify {
    /// The policy file.
    pub(crate) policy: Option<PathBuf>,
    /// Instead of a policy, the `manifest.json` of a build.
    #[arg(long, value_name = "FILE")]
    pub(crate) manifest: Option<PathBuf>,
    /// The ring of the machine.
    #[arg(long, default_value = "default")]
    pub(crate) ring: String,
    /// The platform of the image. [default: this one]
    #[arg(long, value_parser = platform_names())]
    pub(crate) platform: Option<String>,
    /// Where an image is mounted; without it, this machine.
    #[arg(long, value_name = "DIR")]
    pub(crate) root: Option<PathBuf>,
    /// How to show the answer.
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: Format,
}

/// Sign a configuration profile, for people who install it by hand.
///
/// An MDM signs what it delivers, and the Jamf Pro API, Fleet and Terraform take profiles only unsigned. The same files
/// give the same bytes on every day. To look inside on a Mac: `security cms -D -i FILE`.
#[derive(Debug, Args)]
pub(crate) struct Sign {
    /// The configuration profile.
    pub(crate) profile: PathBuf,
    /// The certificate to sign with; more of them in the file belong to the chain.
    #[arg(long)]
    pub(crate) cert: PathBuf,
    /// Its private key in PEM, not encrypted: RSA, or EC on the curve P-256.
    #[arg(long)]
    pub(crate) key: PathBuf,
    /// The certificates between it and one that Macs know.
    #[arg(long, value_name = "PEM")]
    pub(crate) chain: Option<PathBuf>,
    /// The file to write. [default: PROFILE with `.signed` in its name]
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// The day on which certificates are judged, as YYYY-MM-DD. [default: the system's]
    #[arg(long, value_parser = day)]
    pub(crate) today: Option<Date>,
}

/// Print the JSON Schema of a policy, for editors.
#[derive(Debug, Args)]
pub(crate) struct Schema {}

/// Print a script that completes commands in a shell.
#[derive(Debug, Args)]
pub(crate) struct Completions {
    /// The shell.
    pub(crate) shell: Shell,
}

fn platform_names() -> Vec<&'static str> {
    Platform::ALL.into_iter().map(Platform::name).collect()
}

fn day(text: &str) -> Result<Date, String> {
    text.parse().map_err(|NotADate| "expected a day such as 2027-01-31".to_owned())
}

fn version(text: &str) -> Result<Version, String> {
    text.parse().map_err(|NotAVersion| "expected a version of Docker Desktop such as 4.72.0".to_owned())
}

fn organization_name(text: &str) -> Result<String, String> {
    organization("name", text)
}

fn organization_id(text: &str) -> Result<String, String> {
    organization("id", text)
}

/// Asks the reader of policies, who knows what either may be.
fn organization(key: &str, text: &str) -> Result<String, String> {
    let policy = format!("[organization]\n{key} = {}\n", toml::Value::from(text));
    let reading = policy::read("arguments", policy.as_bytes(), &|_| Err(ErrorKind::NotFound.into()));
    // That the rest of a policy is missing is no news.
    match reading.findings.into_iter().find(|finding| finding.code.name != "missing-key") {
        Some(Finding { message, help, .. }) => {
            Err(help.map_or_else(|| message.clone(), |help| format!("{message}; {help}")))
        }
        None => Ok(text.to_owned()),
    }
}
