//! Identifiers that are the same at every build and different for everybody else.

use uuid::Uuid;

/// A UUID in upper case, made in two steps from an organization and the full identifier of a thing.
///
/// Content has no part in it: what changes is updated in place instead of standing beside its older self.
pub(crate) fn uuid(organization_id: &str, identifier: &str) -> String {
    let namespace = Uuid::new_v5(&Uuid::NAMESPACE_DNS, organization_id.as_bytes());
    Uuid::new_v5(&namespace, identifier.as_bytes()).hyphenated().to_string().to_uppercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identity_depends_on_organization_and_identifier_and_never_moves() {
        let uuid_of = |organization| uuid(organization, "com.northwind.docker-desktop.pilot.settings");
        assert_eq!(uuid_of("com.northwind"), "66329E8F-53F4-53D4-88E4-4E664DE6CAA8");
        assert_ne!(uuid_of("com.northwind"), uuid_of("com.contoso"));
    }
}
