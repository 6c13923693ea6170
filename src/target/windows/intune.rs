//! Intune: a Remediation, which repairs, and other ways to bring the registry value, as Microsoft Graph takes them.
//!
//! Every field is written, because the service's defaults differ between its portal and its interface.

use serde_json::{Value, json};

use super::scripts::{Registry, detect, install, remove};
use super::template::template;
use super::{compact_name, description, title, values};
use crate::bundle::Artifact;
use crate::format::{admx, json as json_file};
use crate::literal::base64;
use crate::resolve::{Machine, Plan};

/// The artifacts.
pub(in crate::target) fn emit(plan: &Plan, machine: &Machine) -> Vec<Artifact> {
    let (look, repair, take) =
        (detect(machine, Registry::Written), install(machine, Registry::Written), remove(machine, Registry::Written));
    let remediation = health_script(plan, machine, &look, &repair);
    let platform_script = script(machine, &repair);
    let title = title(machine);
    let mut artifacts = Vec::new();
    let mut add = |path: String, bytes: Vec<u8>, guide: &'static str| {
        artifacts.push(Artifact::new(format!("intune/{path}"), bytes, guide));
    };
    add(
        "detect.ps1".into(),
        look.clone(),
        "Devices > Scripts and remediations > Remediations > Create: the detection script. Run in 64-bit PowerShell, as SYSTEM, every day or more often.",
    );
    add(
        "remediate.ps1".into(),
        repair.clone(),
        "The remediation script of the same package. Without the licence for Remediations: Platform scripts > Add, which runs it once after every change.",
    );
    add("remove.ps1".into(), take, "A platform script that takes everything away; first unassign the others.");
    add(
        "remediation.json".into(),
        json_file::pretty(&remediation),
        "The package for Microsoft Graph: POST to `/beta/deviceManagement/deviceHealthScripts`.",
    );
    add(
        "platform-script.json".into(),
        json_file::pretty(&platform_script),
        "The platform script for Microsoft Graph: POST to `/beta/deviceManagement/deviceManagementScripts`.",
    );
    // Under the file names that IntuneCD's backup would give them, for tenants that are kept in git.
    let tree = "intunecd/Proactive Remediations";
    let (detection, repairing) = (format!("{title}_detectionScript.ps1"), format!("{title}_remediationScript.ps1"));
    add(
        format!("{tree}/{title}.json"),
        json_file::pretty(&remediation),
        "Merge `intunecd/` into the tree that IntuneCD keeps of a tenant; one remediation a tree, since it tells scripts apart by id only.",
    );
    add(format!("{tree}/Script Data/{detection}"), look, "");
    add(format!("{tree}/Script Data/{repairing}"), repair, "");
    if !values(machine).is_empty() {
        let custom = custom_configuration(plan, machine);
        add(
            "custom-configuration.json".into(),
            json_file::pretty(&custom),
            "Only the registry value, as OMA-URI with its template: POST to `/beta/deviceManagement/deviceConfigurations`. It cannot drop files.",
        );
        add(
            format!("intunecd/Device Configurations/{title}_windows10CustomConfiguration.json"),
            json_file::pretty(&custom),
            "",
        );
        add(
            "imported-template.json".into(),
            json_file::pretty(&uploaded_template(plan, machine)),
            "Only the template, to be set in Configuration > Create > Templates > Imported Administrative templates: POST to `/beta/deviceManagement/groupPolicyUploadedDefinitionFiles`.",
        );
    }
    artifacts
}

fn health_script(plan: &Plan, machine: &Machine, detection: &[u8], remediation: &[u8]) -> Value {
    json!({
        "@odata.type": "#microsoft.graph.deviceHealthScript",
        "displayName": title(machine),
        "description": description(machine),
        "publisher": plan.organization,
        "detectionScriptContent": base64(detection),
        "remediationScriptContent": base64(remediation),
        "runAsAccount": "system",
        "enforceSignatureCheck": false,
        "runAs32Bit": false,
        "roleScopeTagIds": ["0"],
        "deviceHealthScriptType": "deviceHealthScript",
        "detectionScriptParameters": [],
        "remediationScriptParameters": [],
    })
}

fn script(machine: &Machine, script: &[u8]) -> Value {
    json!({
        "@odata.type": "#microsoft.graph.deviceManagementScript",
        "displayName": title(machine),
        "description": description(machine),
        "scriptContent": base64(script),
        "runAsAccount": "system",
        "enforceSignatureCheck": false,
        "fileName": "remediate.ps1",
        "roleScopeTagIds": ["0"],
        "runAs32Bit": false,
    })
}

/// The template, then the value: [ADMX-backed policies](https://learn.microsoft.com/en-us/windows/client-management/win32-and-centennial-app-policy-configuration)
fn custom_configuration(plan: &Plan, machine: &Machine) -> Value {
    let template = template(plan, machine);
    let app = compact_name(machine);
    let setting = |name: &str, uri: String, value: String| {
        json!({
            "@odata.type": "#microsoft.graph.omaSettingString",
            "displayName": name,
            "description": description(machine),
            "omaUri": uri,
            "value": value,
        })
    };
    let definitions = String::from_utf8(admx::definitions(&template)).expect("XML in UTF-8");
    let install = format!("./Device/Vendor/MSFT/Policy/ConfigOperations/ADMXInstall/{app}/Policy/{app}Admx");
    let mut settings = vec![setting("Template", install, definitions)];
    for (policy, value) in template.policies.iter().zip(values(machine)) {
        // U+F000 stands between the strings of a list.
        let strings = value.strings.join("&#xF000;");
        let data = format!("<enabled/><data id=\"{}\" value=\"{strings}\"/>", policy.list_id());
        let uri = format!("./Device/Vendor/MSFT/Policy/Config/{app}~Policy~{}/{}", template.category.id, policy.id);
        settings.push(setting(&policy.name, uri, data));
    }
    json!({
        "@odata.type": "#microsoft.graph.windows10CustomConfiguration",
        "displayName": title(machine),
        "description": description(machine),
        "roleScopeTagIds": ["0"],
        "omaSettings": settings,
    })
}

fn uploaded_template(plan: &Plan, machine: &Machine) -> Value {
    let template = template(plan, machine);
    let name = compact_name(machine);
    json!({
        "@odata.type": "#microsoft.graph.groupPolicyUploadedDefinitionFile",
        "fileName": format!("{name}.admx"),
        "content": base64(&admx::definitions(&template)),
        "defaultLanguageCode": "",
        "groupPolicyUploadedLanguageFiles": [{
            "fileName": format!("{name}.adml"),
            "languageCode": "en-US",
            "content": base64(&admx::resources(&template)),
        }],
    })
}
