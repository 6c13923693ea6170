//! A backup of a Group Policy Object, as the Group Policy Management Console writes and imports it.
//!
//! ```text
//! manifest.xml                  one line: the list of backups
//! {BACKUP}\bkupInfo.xml         one line: the same entry alone
//! {BACKUP}\Backup.xml           the object: who, which extensions, and a row for every file
//! {BACKUP}\DomainSysvol\GPO\Machine\…   the files
//! ```
//!
//! `Import-GPO -BackupId {BACKUP} -Path FOLDER -TargetName NAME -CreateIfNeeded` finds files by the rows of Backup.xml, so
//! the two must agree. There is no specification; the shape follows backups made by Windows Server 2025. Not among those
//! was a startup script with its file: its row follows the pattern of the folder beside it.
//! <https://learn.microsoft.com/en-us/powershell/module/grouppolicy/import-gpo>

use quick_xml::events::{BytesCData, Event};

use super::xml::{self, Xml};

/// A backup and what its forms ask for. Names hold no control characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Backup {
    /// The backup's GUID, in upper case and braces. Names its folder.
    pub id: String,
    /// The GUID of the object that was backed up, likewise; not the same one.
    pub object_id: String,
    /// The name that the console shows.
    pub name: String,
    /// A remark beside the name; may be empty.
    pub comment: String,
    /// The DNS name of the domain it comes from; any domain may import it.
    pub domain: String,
    /// That domain's GUID, in lower case and braces.
    pub domain_id: String,
    /// `YYYY-MM-DDThh:mm:ss`
    pub time: String,
    /// What the object brings to a machine.
    pub content: Content,
}

/// What a Group Policy Object brings to a machine. One kind in each object: backups with several are untested.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// A `Registry.pol`.
    Registry(Vec<u8>),
    /// `PowerShell` scripts that run when the machine starts.
    Startup {
        /// The `psscripts.ini` that lists them.
        psscripts_ini: Vec<u8>,
        /// The name and the bytes of each.
        scripts: Vec<(String, Vec<u8>)>,
    },
}

const MANIFEST: &str = "http://www.microsoft.com/GroupPolicy/GPOOperations/Manifest";
const OPERATIONS: &str = "http://www.microsoft.com/GroupPolicy/GPOOperations";

/// `O:BAG:BAD:(A;;GA;;;SY)(A;;GA;;;BA)`, good in every domain: an import keeps the permissions of its target.
const SECURITY_DESCRIPTOR: &str = "01 00 04 80 14 00 00 00 24 00 00 00 00 00 00 00 34 00 00 00 \
    01 02 00 00 00 00 00 05 20 00 00 00 20 02 00 00 01 02 00 00 00 00 00 05 20 00 00 00 20 02 00 00 \
    02 00 34 00 02 00 00 00 00 00 14 00 00 00 00 10 01 01 00 00 00 00 00 05 12 00 00 00 \
    00 00 18 00 00 00 00 10 01 02 00 00 00 00 00 05 20 00 00 00 20 02 00 00";

impl Content {
    /// The client-side extension that carries it out, with the tool that edits it.
    fn extension(&self) -> &'static str {
        match self {
            Self::Registry(_) => "[{35378EAC-683F-11D2-A89A-00C04FBBCFA2}{D02B1F72-3407-48AE-BA88-E8213C6761F1}]",
            Self::Startup { .. } => "[{42B5FAAE-6536-11D2-AE5A-0000F87571E3}{40B6664F-4972-11D1-A7CA-0000F87571E3}]",
        }
    }

    /// Paths below `Machine`, with `\`.
    fn files(&self) -> Vec<(String, &[u8])> {
        match self {
            Self::Registry(pol) => vec![("registry.pol".to_owned(), pol)],
            Self::Startup { psscripts_ini, scripts } => {
                let list = (r"Scripts\PSscripts.ini".to_owned(), &psscripts_ini[..]);
                let scripts = scripts.iter().map(|(name, bytes)| (format!(r"Scripts\Startup\{name}"), &bytes[..]));
                std::iter::once(list).chain(scripts).collect()
            }
        }
    }
}

/// Writes the folder: paths with `/`, and their bytes.
#[must_use]
pub fn write(backup: &Backup) -> Vec<(String, Vec<u8>)> {
    let folder = &backup.id;
    let mut files = vec![
        ("manifest.xml".to_owned(), manifest(backup)),
        (format!("{folder}/bkupInfo.xml"), xml::line(|xml| instance(xml, backup, Some(MANIFEST)))),
        (format!("{folder}/Backup.xml"), object(backup)),
    ];
    for (path, bytes) in backup.content.files() {
        files.push((format!("{folder}/DomainSysvol/GPO/Machine/{}", path.replace('\\', "/")), bytes.to_vec()));
    }
    files
}

fn manifest(backup: &Backup) -> Vec<u8> {
    let attributes = [("xmlns", MANIFEST), ("xmlns:mfst", MANIFEST), ("mfst:version", "1.0")];
    xml::line(|xml| {
        xml.create_element("Backups")
            .with_attributes(attributes)
            .write_inner_content(|xml| instance(xml, backup, None))?;
        Ok(())
    })
}

fn instance(xml: &mut Xml, backup: &Backup, namespace: Option<&str>) -> std::io::Result<()> {
    xml.create_element("BackupInst").with_attributes(namespace.map(|name| ("xmlns", name))).write_inner_content(
        |xml| {
            cdata(xml, "GPOGuid", &backup.object_id)?;
            cdata(xml, "GPODomain", &backup.domain)?;
            cdata(xml, "GPODomainGuid", &backup.domain_id)?;
            cdata(xml, "GPODomainController", &controller(backup))?;
            cdata(xml, "BackupTime", &backup.time)?;
            cdata(xml, "ID", &backup.id)?;
            cdata(xml, "Comment", &backup.comment)?;
            cdata(xml, "GPODisplayName", &backup.name)
        },
    )?;
    Ok(())
}

fn object(backup: &Backup) -> Vec<u8> {
    let attributes = [
        ("bkp:version", "2.0"),
        ("bkp:type", "GroupPolicyBackupTemplate"),
        ("xmlns:bkp", OPERATIONS),
        ("xmlns", OPERATIONS),
    ];
    xml::document(|xml| {
        xml.create_element("GroupPolicyBackupScheme").with_attributes(attributes).write_inner_content(|xml| {
            xml.create_element("GroupPolicyObject").write_inner_content(|xml| {
                xml.create_element("SecurityGroups").write_empty()?;
                xml.create_element("FilePaths").write_empty()?;
                core_settings(xml, backup)?;
                for (id, name, rows) in extensions(&backup.content) {
                    xml.create_element("GroupPolicyExtension")
                        .with_attributes([("bkp:ID", id), ("bkp:DescName", name)])
                        .write_inner_content(|xml| rows.iter().try_for_each(|row| row.write(xml, backup)))?;
                }
                Ok(())
            })?;
            Ok(())
        })?;
        Ok(())
    })
}

fn core_settings(xml: &mut Xml, backup: &Backup) -> std::io::Result<()> {
    xml.create_element("GroupPolicyCoreSettings").write_inner_content(|xml| {
        cdata(xml, "ID", &backup.object_id)?;
        cdata(xml, "Domain", &backup.domain)?;
        xml::text(xml, "SecurityDescriptor", SECURITY_DESCRIPTOR)?;
        cdata(xml, "DisplayName", &backup.name)?;
        // Both halves are on. Versions count up in both 16-bit halves: edited once for the machine, never for users.
        cdata(xml, "Options", "0")?;
        cdata(xml, "UserVersionNumber", "0")?;
        cdata(xml, "MachineVersionNumber", "65537")?;
        cdata(xml, "MachineExtensionGuids", backup.content.extension())?;
        xml.create_element("UserExtensionGuids").write_empty()?;
        xml.create_element("WMIFilter").write_empty()?;
        Ok(())
    })?;
    Ok(())
}

/// A row of Backup.xml. One whose path ends with `*` is a question, and the rows inside are what was found.
struct Row {
    element: &'static str,
    /// Below `Machine`, or below the object itself.
    machine: bool,
    path: String,
    stored: bool,
    found: Vec<Row>,
}

impl Row {
    fn stored(element: &'static str, path: &str) -> Self {
        Self { element, machine: true, path: path.to_owned(), stored: true, found: Vec::new() }
    }

    fn question(element: &'static str, path: &str, found: Vec<Self>) -> Self {
        Self { element, machine: true, path: path.to_owned(), stored: false, found }
    }

    fn write(&self, xml: &mut Xml, backup: &Backup) -> std::io::Result<()> {
        let Self { machine, path, .. } = self;
        let (variable, folder) = if *machine { ("%GPO_MACH_FSPATH%", r"\Machine") } else { ("%GPO_FSPATH%", "") };
        let Backup { domain, object_id, .. } = backup;
        let source = format!(r"\\{}\sysvol\{domain}\Policies\{object_id}{folder}\{path}", controller(backup));
        let location = format!(r"DomainSysvol\GPO{folder}\{path}");
        let element = xml
            .create_element(self.element)
            .with_attribute(("bkp:Path", &*format!(r"{variable}\{path}")))
            .with_attribute(("bkp:SourceExpandedPath", &*source))
            .with_attributes(self.stored.then_some(("bkp:Location", &*location)));
        if self.found.is_empty() {
            element.write_empty()?;
        } else {
            element.write_inner_content(|xml| self.found.iter().try_for_each(|row| row.write(xml, backup)))?;
        }
        Ok(())
    }
}

/// The rows, by the extension that they belong to.
fn extensions(content: &Content) -> Vec<(&'static str, &'static str, Vec<Row>)> {
    let (file, folder) = ("FSObjectFile", "FSObjectDir");
    // Windows asks for old ADM templates in every backup.
    let templates = Row { machine: false, ..Row::question(file, r"Adm\*.*", Vec::new()) };
    let registry = ("{35378EAC-683F-11D2-A89A-00C04FBBCFA2}", "Registry");
    match content {
        Content::Registry(_) => vec![(registry.0, registry.1, vec![Row::stored(file, "registry.pol"), templates])],
        Content::Startup { scripts, .. } => {
            let startup =
                scripts.iter().map(|(name, _)| Row::stored(file, &format!(r"Scripts\Startup\{name}"))).collect();
            let rows = vec![
                Row::stored(file, r"Scripts\PSscripts.ini"),
                Row::question(folder, r"Scripts\Startup\*", vec![Row::stored(folder, r"Scripts\Startup")]),
                Row::question(file, r"Scripts\Startup\*", startup),
                Row::question(folder, r"Scripts\Shutdown\*", Vec::new()),
                Row::question(file, r"Scripts\Shutdown\*", Vec::new()),
            ];
            vec![
                (registry.0, registry.1, vec![templates]),
                ("{42B5FAAE-6536-11d2-AE5A-0000F87571E3}", "Scripts", rows),
                // What no extension claims: the folder around the scripts.
                ("{F15C46CD-82A0-4C2D-A210-5D0D3182A418}", "Unknown Extension", vec![Row::stored(folder, "Scripts")]),
            ]
        }
    }
}

fn controller(backup: &Backup) -> String {
    format!("dc.{}", backup.domain)
}

fn cdata(xml: &mut Xml, name: &str, text: &str) -> std::io::Result<()> {
    xml.create_element(name).write_inner_content(|xml| {
        // Several sections where the text holds `]]>`.
        BytesCData::escaped(text).try_for_each(|section| xml.write_event(Event::CData(section)))
    })?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use quick_xml::{Reader, XmlVersion};
    use std::collections::BTreeMap;

    fn backup(content: Content) -> Backup {
        Backup {
            id: "{0B111111-1111-5111-8111-111111111111}".to_owned(),
            object_id: "{0A222222-2222-5222-8222-222222222222}".to_owned(),
            name: "Example".to_owned(),
            comment: String::new(),
            domain: "example.test".to_owned(),
            domain_id: "{0c333333-3333-5333-8333-333333333333}".to_owned(),
            time: "2026-01-01T00:00:00".to_owned(),
            content,
        }
    }

    fn startup() -> Content {
        let scripts = vec![("Set-Policy.ps1".to_owned(), b"exit 0".to_vec()), ("b.ps1".to_owned(), Vec::new())];
        Content::Startup { psscripts_ini: b"ini".to_vec(), scripts }
    }

    fn text_of(files: &[(String, Vec<u8>)], end: &str) -> String {
        let (_, bytes) = files.iter().find(|(path, _)| path.ends_with(end)).expect("the file is written");
        String::from_utf8(bytes.clone()).expect("XML is UTF-8")
    }

    /// The text of every element that holds only text, and every `bkp:Location`.
    fn read(document: &str) -> (BTreeMap<String, String>, Vec<String>) {
        let mut reader = Reader::from_str(document);
        let (mut texts, mut locations, mut name) = (BTreeMap::<String, String>::new(), Vec::new(), String::new());
        loop {
            match reader.read_event().expect("well-formed XML") {
                Event::Start(element) | Event::Empty(element) => {
                    element.name().as_ref().clone_into(&mut name);
                    if let Some(location) = element.try_get_attribute("bkp:Location").expect("an attribute") {
                        let location = location.normalized_value(XmlVersion::Explicit1_0);
                        locations.push(location.expect("text").into_owned());
                    }
                }
                Event::CData(text) => {
                    *texts.entry(name.clone()).or_default() += &*text.into_inner();
                }
                Event::Eof => return (texts, locations),
                _ => {}
            }
        }
    }

    #[test]
    fn the_manifest_is_one_line_without_a_declaration() {
        let files = write(&backup(Content::Registry(Vec::new())));
        let entry = "<GPOGuid><![CDATA[{0A222222-2222-5222-8222-222222222222}]]></GPOGuid>\
            <GPODomain><![CDATA[example.test]]></GPODomain>\
            <GPODomainGuid><![CDATA[{0c333333-3333-5333-8333-333333333333}]]></GPODomainGuid>\
            <GPODomainController><![CDATA[dc.example.test]]></GPODomainController>\
            <BackupTime><![CDATA[2026-01-01T00:00:00]]></BackupTime>\
            <ID><![CDATA[{0B111111-1111-5111-8111-111111111111}]]></ID>\
            <Comment><![CDATA[]]></Comment><GPODisplayName><![CDATA[Example]]></GPODisplayName>";
        let manifest = "http://www.microsoft.com/GroupPolicy/GPOOperations/Manifest";
        assert_eq!(
            text_of(&files, "manifest.xml"),
            format!(
                "<Backups xmlns=\"{manifest}\" xmlns:mfst=\"{manifest}\" mfst:version=\"1.0\">\
                 <BackupInst>{entry}</BackupInst></Backups>"
            )
        );
        assert_eq!(text_of(&files, "bkupInfo.xml"), format!("<BackupInst xmlns=\"{manifest}\">{entry}</BackupInst>"));
    }

    #[test]
    fn the_object_lists_the_registry_file_as_windows_does() {
        let files = write(&backup(Content::Registry(Vec::new())));
        let expected = r#"    <GroupPolicyExtension bkp:ID="{35378EAC-683F-11D2-A89A-00C04FBBCFA2}" bkp:DescName="Registry">
      <FSObjectFile bkp:Path="%GPO_MACH_FSPATH%\registry.pol" bkp:SourceExpandedPath="\\dc.example.test\sysvol\example.test\Policies\{0A222222-2222-5222-8222-222222222222}\Machine\registry.pol" bkp:Location="DomainSysvol\GPO\Machine\registry.pol"/>
      <FSObjectFile bkp:Path="%GPO_FSPATH%\Adm\*.*" bkp:SourceExpandedPath="\\dc.example.test\sysvol\example.test\Policies\{0A222222-2222-5222-8222-222222222222}\Adm\*.*"/>
    </GroupPolicyExtension>
  </GroupPolicyObject>
</GroupPolicyBackupScheme>
"#;
        assert!(text_of(&files, "Backup.xml").ends_with(&expected.replace('\n', "\r\n")));
    }

    #[test]
    fn every_stored_file_has_a_row_and_every_row_a_file() {
        for content in [Content::Registry(b"PReg".to_vec()), startup()] {
            let files = write(&backup(content));
            let (_, mut locations) = read(&text_of(&files, "Backup.xml"));
            locations.retain(|location| location.rsplit('\\').next().is_some_and(|name| name.contains('.')));
            let stored: Vec<_> = files[3..]
                .iter()
                .map(|(path, _)| path.split_once('/').expect("a folder").1.replace('/', "\\"))
                .collect();
            assert_eq!(locations, stored);
        }
    }

    #[test]
    fn the_security_descriptor_is_104_bytes() {
        let bytes = SECURITY_DESCRIPTOR.split(' ').map(|byte| u8::from_str_radix(byte, 16));
        assert_eq!(bytes.collect::<Result<Vec<_>, _>>().map(|bytes| bytes.len()), Ok(104));
    }

    proptest! {
        #[test]
        fn names_are_read_back(
            name in "([^\\p{Cc}\u{FFFE}\u{FFFF}]|[<>&\"'\\]]|\\]\\]>){0,12}",
            comment in "([^\\p{Cc}\u{FFFE}\u{FFFF}]|[<>&\\]]){0,12}",
        ) {
            let backup = Backup { name, comment, ..backup(startup()) };
            let files = write(&backup);
            let (info, _) = read(&text_of(&files, "bkupInfo.xml"));
            prop_assert_eq!(&info["GPODisplayName"], &backup.name);
            prop_assert_eq!(&info["Comment"], &backup.comment);
            prop_assert_eq!(&info["ID"], &backup.id);
            let (object, _) = read(&text_of(&files, "Backup.xml"));
            prop_assert_eq!(&object["DisplayName"], &backup.name);
            prop_assert_eq!(&object["ID"], &backup.object_id);
            prop_assert_eq!(&object["MachineExtensionGuids"], backup.content.extension());
        }
    }
}
