//! `.intunewin`, the form in which Intune takes a Win32 app.
//!
//! ```text
//! IntuneWinPackage/Contents/IntunePackage.intunewin   HMAC (32) · IV (16) · AES-256-CBC of a ZIP of the files
//! IntuneWinPackage/Metadata/Detection.xml             how to open that again
//! ```
//!
//! The HMAC (SHA-256) covers IV and ciphertext. Both keys and the IV stand in Detection.xml, so they keep nothing secret
//! and need not be random: here they come from the digest of the files, and the same files give the same bytes.
//! The layout is that of Microsoft's packaging tool, which has no specification:
//! <https://learn.microsoft.com/en-us/intune/intune-service/apps/apps-win32-prepare>

use aes::{
    Aes256,
    cipher::{BlockModeEncrypt, KeyIvInit, block_padding::Pkcs7},
};
use hmac::{Hmac, KeyInit, Mac};
use quick_xml::Writer;
use sha2::{Digest, Sha256};

use super::{xml, zip};
use crate::literal::base64;

/// Packs the files. Paths are ASCII with `/`; `setup_file` is one of them, the one that names the app.
#[must_use]
pub fn write(setup_file: &str, files: &[(&str, &[u8])]) -> Vec<u8> {
    let content = zip::write(files);
    let digest: [u8; 32] = Sha256::digest(&content).into();
    let derive = |purpose: &str| -> [u8; 32] { Sha256::digest([purpose.as_bytes(), &digest].concat()).into() };
    let (encryption_key, mac_key) = (derive("encryption"), derive("authentication"));
    let iv: [u8; 16] = *derive("initialization").first_chunk().expect("a digest is longer than 16 bytes");

    let ciphertext =
        cbc::Encryptor::<Aes256>::new(&encryption_key.into(), &iv.into()).encrypt_padded_vec::<Pkcs7>(&content);
    let sealed = [&iv[..], &ciphertext].concat();
    let mut mac = Hmac::<Sha256>::new_from_slice(&mac_key).expect("HMAC takes keys of any length");
    mac.update(&sealed);
    let mac: [u8; 32] = mac.finalize().into_bytes().into();

    let texts = [
        ("EncryptionKey", base64(&encryption_key)),
        ("MacKey", base64(&mac_key)),
        ("InitializationVector", base64(&iv)),
        ("Mac", base64(&mac)),
        ("ProfileIdentifier", "ProfileVersion1".to_owned()),
        ("FileDigest", base64(&digest)),
        ("FileDigestAlgorithm", "SHA256".to_owned()),
    ];
    zip::write(&[
        ("IntuneWinPackage/Contents/IntunePackage.intunewin", &[&mac[..], &sealed].concat()),
        ("IntuneWinPackage/Metadata/Detection.xml", &metadata(setup_file, content.len(), &texts)),
    ])
}

/// Detection.xml, which has no declaration. The version is that of the packaging tool whose output this follows.
fn metadata(setup_file: &str, content_size: usize, encryption: &[(&str, String)]) -> Vec<u8> {
    let attributes = [
        ("xmlns:xsd", "http://www.w3.org/2001/XMLSchema"),
        ("xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance"),
        ("ToolVersion", "1.8.6.0"),
    ];
    xml::written(Writer::new_with_indent(Vec::new(), b' ', 2), |xml| {
        xml.create_element("ApplicationInfo").with_attributes(attributes).write_inner_content(|xml| {
            xml::text(xml, "Name", setup_file)?;
            xml::text(xml, "UnencryptedContentSize", &content_size.to_string())?;
            xml::text(xml, "FileName", "IntunePackage.intunewin")?;
            xml::text(xml, "SetupFile", setup_file)?;
            xml.create_element("EncryptionInfo")
                .write_inner_content(|xml| encryption.iter().try_for_each(|(name, text)| xml::text(xml, name, text)))?;
            Ok(())
        })?;
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use aes::cipher::BlockModeDecrypt;
    use proptest::prelude::*;

    /// Opens a package as a device would: everything it needs stands in Detection.xml.
    fn open(package: &[u8]) -> Option<Vec<u8>> {
        let text = String::from_utf8_lossy(package);
        let value = |name: &str| {
            let (_, rest) = text.split_once(&format!("<{name}>"))?;
            Some(decode(rest.split_once('<')?.0))
        };
        let start = b"PK\x03\x04".len() + 26 + "IntuneWinPackage/Contents/IntunePackage.intunewin".len();
        let size = usize::try_from(u32::from_le_bytes(*package[18..].first_chunk()?)).ok()?;
        let (mac, sealed) = package[start..start + size].split_at(32);
        assert_eq!(value("Mac")?, mac);
        let mut check = Hmac::<Sha256>::new_from_slice(&value("MacKey")?).ok()?;
        check.update(sealed);
        check.verify_slice(mac).ok()?;
        let (iv, ciphertext) = sealed.split_at(16);
        assert_eq!(value("InitializationVector")?, iv);
        let cipher = cbc::Decryptor::<Aes256>::new_from_slices(&value("EncryptionKey")?, iv).ok()?;
        let content = cipher.decrypt_padded_vec::<Pkcs7>(ciphertext).ok()?;
        assert_eq!(value("FileDigest")?, Sha256::digest(&content)[..]);
        assert!(text.contains(&format!("<UnencryptedContentSize>{}<", content.len())));
        Some(content)
    }

    fn decode(text: &str) -> Vec<u8> {
        let digits = text.bytes().map_while(|digit| match digit {
            b'A'..=b'Z' => Some(digit - b'A'),
            b'a'..=b'z' => Some(digit - b'a' + 26),
            b'0'..=b'9' => Some(digit - b'0' + 52),
            b'+' => Some(62),
            b'/' => Some(63),
            _ => None,
        });
        let bits: Vec<u8> = digits.flat_map(|digit| (0..6).rev().map(move |bit| digit >> bit & 1)).collect();
        bits.chunks_exact(8).map(|bits| bits.iter().fold(0, |byte, bit| byte << 1 | bit)).collect()
    }

    #[test]
    fn one_flipped_bit_is_noticed() {
        let mut package = write("a.ps1", &[("a.ps1", b"exit 0")]);
        package[200] ^= 1;
        assert_eq!(open(&package), None);
    }

    proptest! {
        #[test]
        fn a_package_holds_its_files(bytes in proptest::collection::vec(any::<u8>(), 0..100)) {
            let files = [("install.ps1", &bytes[..]), ("remove.ps1", b"exit 0")];
            let package = write("install.ps1", &files);
            prop_assert_eq!(open(&package), Some(zip::write(&files)));
            prop_assert_eq!(write("install.ps1", &files), package);
        }
    }
}
