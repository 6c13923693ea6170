//! A Win32 app of Intune, for tenants without the licence for Remediations.

use serde_json::json;

use super::scripts::{Registry, detect, install, remove};
use super::{description, title};
use crate::bundle::Artifact;
use crate::format::{intunewin, json as json_file};
use crate::literal::base64;
use crate::resolve::{Machine, Plan};

/// Intune starts the commands of an app in a 32-bit process, which would see another half of the registry.
const POWERSHELL: &str = r"%SystemRoot%\Sysnative\WindowsPowerShell\v1.0\powershell.exe -NoProfile -NonInteractive -ExecutionPolicy Bypass -File";

/// The package, its detection, and the app for Microsoft Graph.
pub(in crate::target) fn emit(plan: &Plan, machine: &Machine) -> Vec<Artifact> {
    let (look, put, take) =
        (detect(machine, Registry::Written), install(machine, Registry::Written), remove(machine, Registry::Written));
    let package =
        intunewin::write("install.ps1", &[("install.ps1", put.as_slice()), ("uninstall.ps1", take.as_slice())]);
    let app = json!({
        "@odata.type": "#microsoft.graph.win32LobApp",
        "displayName": title(machine),
        "description": description(machine),
        "publisher": plan.organization,
        "fileName": format!("{}.intunewin", machine.state.product.slug),
        "setupFilePath": "install.ps1",
        "installCommandLine": format!("{POWERSHELL} install.ps1"),
        "uninstallCommandLine": format!("{POWERSHELL} uninstall.ps1"),
        "roleScopeTagIds": ["0"],
        "applicableArchitectures": "x64,arm64",
        "minimumSupportedWindowsRelease": "Windows10_21H2",
        "installExperience": { "runAsAccount": "system", "deviceRestartBehavior": "suppress" },
        "returnCodes": [{ "returnCode": 0, "type": "success" }, { "returnCode": 1, "type": "failed" }],
        "rules": [{
            "@odata.type": "#microsoft.graph.win32LobAppPowerShellScriptRule",
            "ruleType": "detection",
            "scriptContent": base64(&look),
            "enforceSignatureCheck": false,
            "runAs32Bit": false,
            "operationType": "notConfigured",
            "operator": "notConfigured",
        }],
    });
    vec![
        Artifact::new(
            format!("win32/{}.intunewin", machine.state.product.slug),
            package,
            "Apps > Windows > Add > Windows app (Win32): the package. Install command, uninstall command and the rest are in `app.json`.",
        ),
        Artifact::new(
            "win32/detect.ps1",
            look,
            "The custom detection script of the app: no to 32-bit, no to the signature check.",
        ),
        Artifact::new(
            "win32/app.json",
            json_file::pretty(&app),
            "The app for Microsoft Graph: POST to `/beta/deviceAppManagement/mobileApps`, then upload the package.",
        ),
        Artifact::new("win32/install.ps1", put, ""),
        Artifact::new("win32/uninstall.ps1", take, ""),
    ]
}
