//! Signs a configuration profile, for people who install it by hand.
//!
//! Nothing here is part of a build: keys are no policy. The certificate's whole days decide whether it is valid, and
//! what is wrong with any of the files is said in a sentence that names the file and what to type.
//!
//! An RSA signature is computed with random blinding, against those who measure how long it takes. Its bytes are the same
//! every time, as are those of an ECDSA signature, whose nonce is derived from key and content
//! ([RFC 6979](https://www.rfc-editor.org/rfc/rfc6979)).

mod certificate;
mod key;
mod pem;
mod profile;

pub use profile::is_signed_form_of;

use certificate::Certificate;
use key::Key;

use crate::date::Date;
use crate::format::cms;

/// A file and how the user calls it.
#[derive(Debug, Clone, Copy)]
pub struct File<'a> {
    /// Its path as it was typed.
    pub name: &'a str,
    /// What is in it.
    pub bytes: &'a [u8],
}

/// A key, its certificate, and the certificates that lead from there to one that Macs know.
pub struct Signer {
    key: Key,
    certificate: Certificate,
    chain: Vec<Certificate>,
}

impl Signer {
    /// Reads key, certificate and chain; certificates may be in DER instead of PEM. Those behind the first in
    /// `certificate` belong to the chain.
    ///
    /// # Errors
    ///
    /// What is wrong with the first file in which something is.
    pub fn read(certificate: File<'_>, key: File<'_>, chain: Option<File<'_>>, today: Date) -> Result<Self, String> {
        let mut certificates = certificate::read(certificate)?;
        let signer = certificates.remove(0);
        if let Some(chain) = chain {
            certificates.extend(certificate::read(chain)?);
        }
        let secret = key::read(key)?;
        if signer.public_key() != secret.public() {
            return Err(format!(
                "{} is not the key of {}, which belongs to {}; name the two that were made together",
                key.name,
                certificate.name,
                signer.subject()
            ));
        }
        signer.may_sign(certificate.name)?;
        signer.is_valid_on(today, certificate.name)?;
        for link in &certificates {
            link.is_valid_on(today, chain.unwrap_or(certificate).name)?;
        }
        let signer = Self { key: secret, certificate: signer, chain: certificates };
        match (chain, signer.missing_issuer()) {
            (Some(chain), Some(issuer)) => Err(format!(
                "{} does not hold the certificate of {issuer}, which issued {}; a Mac could not trace it",
                chain.name, certificate.name
            )),
            _ => Ok(signer),
        }
    }

    /// Who issued the certificate, when that certificate is not among those given.
    pub fn missing_issuer(&self) -> Option<String> {
        let issuer = self.certificate.issuer();
        let is_here = [&self.certificate].into_iter().chain(&self.chain).any(|link| link.subject() == issuer);
        (!is_here).then_some(issuer)
    }

    /// Whose certificate it is, as in `CN=Profile signing,O=Northwind Traders`.
    pub fn subject(&self) -> String {
        self.certificate.subject()
    }

    /// The last day on which a Mac takes the signature for valid.
    pub fn valid_until(&self) -> Date {
        self.certificate.last_day()
    }

    /// The profile, signed.
    ///
    /// # Errors
    ///
    /// When it is no profile, or one that is signed already.
    pub fn sign(&self, profile: File<'_>) -> Result<Vec<u8>, String> {
        profile::is_unsigned(profile)?;
        let signatory = cms::Signatory {
            certificate: self.certificate.parsed(),
            algorithm: self.key.algorithm(),
            sign: &|bytes| self.key.sign(bytes),
        };
        let mut certificates: Vec<&[u8]> =
            [&self.certificate].into_iter().chain(&self.chain).map(Certificate::der).collect();
        certificates.sort_unstable();
        certificates.dedup();
        Ok(cms::signed(profile.bytes, &signatory, &certificates))
    }
}
