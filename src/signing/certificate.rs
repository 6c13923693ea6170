//! The certificates: whose they are, what they are for, and until when.

use der::Decode as _;
use x509_cert::ext::pkix::KeyUsage;
use x509_cert::time::Time;

use super::File;
use super::pem::blocks;
use crate::date::Date;

pub(super) struct Certificate {
    der: Vec<u8>,
    parsed: x509_cert::Certificate,
}

/// All certificates in a file, at least one.
pub(super) fn read(file: File<'_>) -> Result<Vec<Certificate>, String> {
    let name = file.name;
    let blocks = blocks(file.bytes);
    let mut ders: Vec<Option<Vec<u8>>> =
        blocks.iter().filter(|block| block.label == "CERTIFICATE").map(super::pem::Block::der).collect();
    if blocks.is_empty() {
        // What Apple's developer site and Keychain Access hand out as `.cer`.
        ders.push(Some(file.bytes.to_vec()));
    }
    if ders.is_empty() {
        return Err(format!("{name} holds no certificate, but something else in PEM"));
    }
    let certificates = ders.into_iter().map(|der| {
        let der = der?;
        let parsed = x509_cert::Certificate::from_der(&der).ok()?;
        Some(Certificate { der, parsed })
    });
    certificates.collect::<Option<_>>().ok_or_else(|| {
        format!(
            "{name} holds no certificate in PEM or DER, or a damaged one; from a .p12 take it with\n  openssl pkcs12 -in FILE.p12 -nokeys -out cert.pem"
        )
    })
}

impl Certificate {
    pub(super) fn der(&self) -> &[u8] {
        &self.der
    }

    pub(super) fn parsed(&self) -> &x509_cert::Certificate {
        &self.parsed
    }

    pub(super) fn subject(&self) -> String {
        self.parsed.tbs_certificate().subject().to_string()
    }

    pub(super) fn issuer(&self) -> String {
        self.parsed.tbs_certificate().issuer().to_string()
    }

    /// The public key, without the name of its algorithm.
    pub(super) fn public_key(&self) -> &[u8] {
        self.parsed.tbs_certificate().subject_public_key_info().subject_public_key.raw_bytes()
    }

    /// The last whole day before it ends.
    pub(super) fn last_day(&self) -> Date {
        day(&self.parsed.tbs_certificate().validity().not_after, -1)
    }

    /// A certificate that ends today would be worthless before tomorrow, and a day is all that is asked about.
    pub(super) fn is_valid_on(&self, today: Date, name: &str) -> Result<(), String> {
        let first = day(&self.parsed.tbs_certificate().validity().not_before, 0);
        let last = self.last_day();
        let subject = self.subject();
        if today < first {
            return Err(format!(
                "the certificate of {subject} in {name} is not valid before {first}; today is {today}"
            ));
        }
        if today > last {
            return Err(format!(
                "the certificate of {subject} in {name} was valid until {last}; today is {today}: a Mac would not trust it, so have it renewed"
            ));
        }
        Ok(())
    }

    /// Without the extension nothing is ruled out: RFC 5280, section 4.2.1.3.
    pub(super) fn may_sign(&self, name: &str) -> Result<(), String> {
        match self.parsed.tbs_certificate().get_extension::<KeyUsage>() {
            Ok(None) => Ok(()),
            Ok(Some((_, usage))) if usage.digital_signature() || usage.non_repudiation() => Ok(()),
            Ok(Some(_)) => Err(format!(
                "the certificate of {} in {name} is not for signing: its key usage lacks digitalSignature; have one issued for code signing or S/MIME",
                self.subject()
            )),
            Err(_) => Err(format!("the key usage of the certificate of {} in {name} is damaged", self.subject())),
        }
    }
}

fn day(time: &Time, later: i64) -> Date {
    let days = i64::try_from(time.to_unix_duration().as_secs() / (24 * 60 * 60)).expect("years have four digits");
    let days = u64::try_from(days + later).unwrap_or_default();
    Date::from_unix_days(days).expect("years have four digits")
}
