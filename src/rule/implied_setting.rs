//! Settings that move another one, which the policy leaves open.

use super::{Context, Machine};
use crate::finding::{Finding, IMPLIED_SETTING, Severity};
use crate::platform::Platform;
use crate::version::Version;

/// From here on components update by themselves.
const MODULES: Version = Version::new(4, 46);
/// From here on an MSI installation updates itself only where `disableUpdate` is false.
const MSI: Version = Version::new(4, 60);
/// Before this, Model Runner was a beta feature.
const GENERAL_INFERENCE: Version = Version::new(4, 70);
/// From here on Model Runner listens on the host unless told otherwise.
const INFERENCE_LISTENS: Version = Version::new(4, 71);

pub(super) fn check(context: &Context<'_>, machine: &Machine<'_>, findings: &mut Vec<Finding>) {
    if let Some(said) = machine.is("disableUpdate", true)
        && machine.lacks("silentModulesUpdate")
        && context.reaches(MODULES)
    {
        let message = format!(
            "updates are off, yet from Docker Desktop {MODULES} on its components update themselves unless \
             `silentModulesUpdate` is false"
        );
        let finding = Finding::new(&IMPLIED_SETTING, said.name, message).label("leaves components open");
        findings.push(finding.help(format!(
            "{}{}",
            context.raise_first_for("silentModulesUpdate"),
            context.beside(said.name, said.key, "silentModulesUpdate", "false")
        )));
    }
    if let Some(said) = machine.is("disableUpdate", false)
        && machine.platform == Platform::Windows
        && context.reaches(MSI)
    {
        let message = format!(
            "on Windows an installation by MSI leaves updates to you; from {MSI} on this line makes it update itself again"
        );
        let mut finding = Finding::new(&IMPLIED_SETTING, said.name, message).label("switches updates on");
        finding.severity = Severity::Note;
        findings.push(finding.help("remove the line, or write `disableUpdate = true`, if your tool ships updates"));
    }
    let Some(inference) = machine.is("enableInference", true) else { return };
    if machine.lacks("enableInferenceTCP") && context.reaches(INFERENCE_LISTENS) {
        let message = format!(
            "from Docker Desktop {INFERENCE_LISTENS} on this also opens a TCP port on the host, on which models answer"
        );
        let finding = Finding::new(&IMPLIED_SETTING, inference.name, message).label("opens a port");
        let first = context.raise_first_for("enableInferenceTCP");
        let add = context.beside(inference.name, inference.key, "enableInferenceTCP", "false");
        findings.push(finding.help(format!("{first}{add}, or `true` if the port is wanted")));
    }
    if let Some(beta) = machine.is("allowBetaFeatures", false)
        && context.oldest() < GENERAL_INFERENCE
    {
        let oldest = context.policy.fleet.oldest;
        let message = format!(
            "Model Runner stays off on Docker Desktop {}: before {GENERAL_INFERENCE} it goes with beta features",
            oldest.value
        );
        let finding = Finding::new(&IMPLIED_SETTING, inference.name, message)
            .label("without effect there")
            .related(beta.name, "beta features are off")
            .related(oldest.span, "the oldest version in use")
            .help(context.raise(GENERAL_INFERENCE));
        findings.push(finding);
    }
}
