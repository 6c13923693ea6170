//! Intune for macOS: a custom profile, a shell script and a custom attribute, as Microsoft Graph (beta) takes them.
//!
//! Every field is written, because the service's defaults differ between its portal and its interface.

use serde_json::json;

use super::mdm::{SETTINGS, file, profiles};
use crate::bundle::Artifact;
use crate::format::json as json_file;
use crate::literal::base64;
use crate::resolve::{Machine, Plan};
use crate::target::scripts;
use crate::template::Template;

/// Intune stores the last line that a custom attribute prints, and wants it to exit 0.
const ATTRIBUTE: Template =
    Template { text: include_str!("../../../templates/macos/intune/attribute.sh"), parts: scripts::PARTS };

/// The objects.
pub(in crate::target) fn emit(plan: &Plan, machine: &Machine) -> Vec<Artifact> {
    let state = &machine.state;
    let product = state.product;
    let name = format!("{} policy ({})", product.name, state.ring);
    let description =
        format!("{} for {}, ring={} policy={}", product.name, plan.organization, state.ring, machine.digest.short());
    let mut artifacts = Vec::new();
    for kind in profiles(plan, machine) {
        let is_settings = kind.role == SETTINGS;
        let name = format!("{} {} ({})", product.name, kind.title, state.ring);
        let object = json!({
            "@odata.type": "#microsoft.graph.macOSCustomConfiguration",
            "displayName": name,
            "description": description,
            "roleScopeTagIds": ["0"],
            "deploymentChannel": "deviceChannel",
            "payloadName": name,
            "payloadFileName": file(machine, &kind.role),
            "payload": base64(&kind.profile(plan, machine).xml()),
        });
        let guide = if is_settings {
            "POST to `/beta/deviceManagement/deviceConfigurations`. By hand: Devices > macOS > Configuration > Create > Templates > Custom, with the profile of any MDM."
        } else {
            "Another profile of any MDM, in the same way."
        };
        let path =
            if is_settings { "intune/profile.json".into() } else { format!("intune/profile-{}.json", kind.role) };
        artifacts.push(Artifact::new(path, json_file::pretty(&object), guide));
    }
    let script = json!({
        "@odata.type": "#microsoft.graph.deviceShellScript",
        "displayName": name,
        "description": description,
        "scriptContent": base64(scripts::install(machine).as_bytes()),
        "runAsAccount": "system",
        "fileName": "install.sh",
        "roleScopeTagIds": ["0"],
        "blockExecutionNotifications": true,
        "executionFrequency": "PT1H",
        "retryCount": 3,
    });
    let guide = "POST to `/beta/deviceManagement/deviceShellScripts`. By hand: Devices > macOS > Scripts > Add `../install.sh`, not as signed-in user, every hour.";
    artifacts.push(Artifact::new("intune/script.json", json_file::pretty(&script), guide));
    let attribute = scripts::audit(machine, &ATTRIBUTE);
    let object = json!({
        "@odata.type": "#microsoft.graph.deviceCustomAttributeShellScript",
        "displayName": name,
        "description": description,
        "customAttributeName": name,
        "customAttributeType": "string",
        "scriptContent": base64(attribute.as_bytes()),
        "runAsAccount": "system",
        "fileName": "attribute.sh",
        "roleScopeTagIds": ["0"],
    });
    let guide = "POST to `/beta/deviceManagement/deviceCustomAttributeShellScripts`. By hand: Devices > macOS > Custom attributes > Add `attribute.sh`, type String.";
    artifacts.push(Artifact::new("intune/attribute.json", json_file::pretty(&object), guide));
    artifacts.push(Artifact::new("intune/attribute.sh", attribute, "The script inside `attribute.json`."));
    artifacts
}
