//! The writing half: content, certificates and one signature, as DER.
//!
//! The signature covers the type and the digest of the content and no time of signing, so that the same key signs the
//! same content with the same bytes.

use der::asn1::{Any, ObjectIdentifier, OctetString, SetOfVec};
use der::{Decode as _, Encode as _, Sequence, ValueOrd};
use sha2::{Digest as _, Sha256};
use x509_cert::Certificate;
use x509_cert::attr::Attribute;
use x509_cert::name::Name;
use x509_cert::serial_number::SerialNumber;
use x509_cert::spki::AlgorithmIdentifierOwned;

const ID_DATA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.7.1");
const ID_SIGNED_DATA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.7.2");
const ID_CONTENT_TYPE: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.3");
const ID_MESSAGE_DIGEST: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.4");
const ID_SHA256: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.2.1");

/// Whoever signs: a certificate, and what its key makes of the bytes to be signed.
pub struct Signatory<'a> {
    /// The certificate of the key.
    pub certificate: &'a Certificate,
    /// The algorithm of the signature, over a SHA-256 digest.
    pub algorithm: AlgorithmIdentifierOwned,
    /// The signature over these bytes.
    pub sign: &'a dyn Fn(&[u8]) -> Vec<u8>,
}

#[derive(Sequence)]
struct ContentInfo {
    content_type: ObjectIdentifier,
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT")]
    content: SignedData,
}

#[derive(Sequence)]
struct SignedData {
    version: u8,
    digest_algorithms: SetOfVec<AlgorithmIdentifierOwned>,
    content: EncapsulatedContentInfo,
    #[asn1(context_specific = "0", tag_mode = "IMPLICIT")]
    certificates: SetOfVec<Any>,
    signers: SetOfVec<SignerInfo>,
}

#[derive(Sequence)]
struct EncapsulatedContentInfo {
    content_type: ObjectIdentifier,
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT")]
    content: OctetString,
}

#[derive(Sequence, ValueOrd)]
struct SignerInfo {
    version: u8,
    signer: IssuerAndSerialNumber,
    digest_algorithm: AlgorithmIdentifierOwned,
    #[asn1(context_specific = "0", tag_mode = "IMPLICIT")]
    signed_attributes: SetOfVec<Attribute>,
    signature_algorithm: AlgorithmIdentifierOwned,
    signature: OctetString,
}

#[derive(Sequence, ValueOrd)]
struct IssuerAndSerialNumber {
    issuer: Name,
    serial_number: SerialNumber,
}

/// The signed message, with these certificates in it, each in DER.
#[must_use]
pub fn signed(content: &[u8], signatory: &Signatory<'_>, certificates: &[&[u8]]) -> Vec<u8> {
    let sha256 = AlgorithmIdentifierOwned { oid: ID_SHA256, parameters: None };
    let signed_attributes = set([
        attribute(ID_CONTENT_TYPE, &Any::from(ID_DATA)),
        attribute(ID_MESSAGE_DIGEST, &any(&octets(Sha256::digest(content).as_slice()))),
    ]);
    let to_be_signed = signed_attributes.to_der().expect("two attributes have an encoding");
    let certificate = signatory.certificate.tbs_certificate();
    let signer = SignerInfo {
        version: 1,
        signer: IssuerAndSerialNumber {
            issuer: certificate.issuer().clone(),
            serial_number: certificate.serial_number().clone(),
        },
        digest_algorithm: sha256.clone(),
        signed_attributes,
        signature_algorithm: signatory.algorithm.clone(),
        signature: octets(&(signatory.sign)(&to_be_signed)),
    };
    let message = ContentInfo {
        content_type: ID_SIGNED_DATA,
        content: SignedData {
            version: 1,
            digest_algorithms: set([sha256]),
            content: EncapsulatedContentInfo { content_type: ID_DATA, content: octets(content) },
            certificates: set(certificates.iter().map(|der| Any::from_der(der).expect("a certificate is an element"))),
            signers: set([signer]),
        },
    };
    message.to_der().expect("a message below 256 MiB has an encoding")
}

fn attribute(oid: ObjectIdentifier, value: &Any) -> Attribute {
    Attribute { oid, values: set([value.clone()]) }
}

fn any(value: &OctetString) -> Any {
    Any::encode_from(value).expect("a string has an encoding")
}

fn octets(bytes: &[u8]) -> OctetString {
    OctetString::new(bytes).expect("a string below 256 MiB has an encoding")
}

/// A set in the order of DER.
fn set<T: der::DerOrd>(members: impl IntoIterator<Item = T>) -> SetOfVec<T> {
    SetOfVec::from_iter(members).expect("members that have an encoding have an order")
}
