//! The private key: RSA, or ECDSA on the curve P-256.

use der::Decode as _;
use der::asn1::{Any, Null, ObjectIdentifier};
use p256::ecdsa::{self, signature::Signer as _};
use p256::pkcs8::PrivateKeyInfoRef;
use rsa::pkcs1::{DecodeRsaPrivateKey as _, EncodeRsaPublicKey as _};
use rsa::pkcs1v15;
use rsa::traits::PublicKeyParts as _;
use sha2::Sha256;
use x509_cert::spki::AlgorithmIdentifierOwned;

use super::File;
use super::pem::{Block, blocks};

const RSA_ENCRYPTION: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");
const EC_PUBLIC_KEY: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
const ECDSA_WITH_SHA256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.4.3.2");

/// Bytes of the shortest RSA modulus that anybody should sign with.
const LEAST_RSA: usize = 2048 / 8;

pub(super) enum Key {
    P256(ecdsa::SigningKey),
    Rsa(pkcs1v15::SigningKey<Sha256>),
}

/// The first private key in a file.
pub(super) fn read(file: File<'_>) -> Result<Key, String> {
    let name = file.name;
    let blocks = blocks(file.bytes);
    let Some(block) = blocks.iter().find(|block| block.label.ends_with("PRIVATE KEY")) else {
        return Err(format!(
            "{name} holds no private key in PEM; take it from a .p12, or turn it from DER, with\n  openssl pkcs12 -in FILE.p12 -nocerts -nodes -out key.pem\n  openssl pkey -inform DER -in FILE.der -out key.pem"
        ));
    };
    if block.is_encrypted() {
        return Err(format!(
            "the key in {name} is encrypted; decrypt it into a file that nobody else can read, and remove that afterwards:\n  (umask 077; openssl pkey -in {name} -out key.pem)"
        ));
    }
    let der = block.der().ok_or_else(|| format!("the key in {name} is damaged: it is no base64"))?;
    parse(block, &der).ok_or_else(|| {
        format!("the key in {name} is neither RSA of 2048 to 8192 bits nor EC on the curve P-256 (prime256v1)")
    })
}

fn parse(block: &Block<'_>, der: &[u8]) -> Option<Key> {
    match block.label {
        "PRIVATE KEY" => {
            let info = PrivateKeyInfoRef::from_der(der).ok()?;
            match info.algorithm.oid {
                EC_PUBLIC_KEY => ecdsa::SigningKey::try_from(info).ok().map(Key::P256),
                RSA_ENCRYPTION => rsa::PrivateKey::try_from(info).ok().and_then(rsa),
                _ => None,
            }
        }
        "EC PRIVATE KEY" => p256::SecretKey::from_sec1_der(der).ok().map(|key| Key::P256(key.into())),
        "RSA PRIVATE KEY" => rsa::PrivateKey::from_pkcs1_der(der).ok().and_then(rsa),
        _ => None,
    }
}

fn rsa(key: rsa::PrivateKey) -> Option<Key> {
    (key.size() >= LEAST_RSA).then(|| Key::Rsa(pkcs1v15::SigningKey::new(key)))
}

impl Key {
    /// The public key as a certificate has it.
    pub(super) fn public(&self) -> Vec<u8> {
        match self {
            Self::P256(key) => key.verifying_key().to_sec1_point(false).as_bytes().to_vec(),
            Self::Rsa(key) => {
                let public = key.as_ref().to_public_key().to_pkcs1_der().expect("a public key has an encoding");
                public.into_vec()
            }
        }
    }

    /// What the signature says about how it was made.
    pub(super) fn algorithm(&self) -> AlgorithmIdentifierOwned {
        match self {
            Self::P256(_) => AlgorithmIdentifierOwned { oid: ECDSA_WITH_SHA256, parameters: None },
            // The digest's name stands elsewhere, and every reader must know this one: RFC 5754, section 3.2.
            Self::Rsa(_) => AlgorithmIdentifierOwned { oid: RSA_ENCRYPTION, parameters: Some(Any::from(Null)) },
        }
    }

    /// The signature over the SHA-256 digest of `bytes`.
    pub(super) fn sign(&self, bytes: &[u8]) -> Vec<u8> {
        match self {
            Self::P256(key) => {
                let signature: ecdsa::DerSignature = key.sign(bytes);
                signature.as_bytes().to_vec()
            }
            Self::Rsa(key) => {
                let signature: pkcs1v15::Signature = key.sign(bytes);
                Box::<[u8]>::from(signature).into_vec()
            }
        }
    }
}
