//! Names of claims, and how the portal proves itself to the provider.

use rcgen::{KeyPair, PKCS_ECDSA_P256_SHA256, PKCS_ECDSA_P384_SHA384};

use super::{changed, directory, permit, private, refused, tells, told, told_in};

const AFTER_CLIENT: &str = "client_id = \"samsyn\"";

/// The good text with a table of claims.
fn claims(lines: &str) -> String {
    format!("{AFTER_CLIENT}\n[identity.claims]\n{lines}")
}

#[test]
fn both_mappings_and_names_of_ones_own_are_accepted() {
    for lines in [
        "mapping = \"inera\"",
        "mapping = \"generic\"",
        "mapping = \"generic\"\nemployee_id = [\"sub\"]\nassignments = [\"commissions\", \"assignments\"]",
    ] {
        let told = told(&[(AFTER_CLIENT, &claims(lines))]);
        assert!(told.is_empty(), "{lines}: {told:?}");
    }
}

#[test]
fn an_unknown_mapping_and_an_empty_claim_are_refused_where_they_stand() {
    let rows = [
        (
            "mapping = \"siths\"",
            "12:11: identity.claims.mapping",
            "unknown value `siths`, expected `inera` or `generic`",
        ),
        ("employee = [\"sub\"]", "12:1: identity.claims.employee", "unknown key `employee`"),
        ("employee_id = []", "12:15: identity.claims.employee_id", "names no claim"),
        ("purpose = [\"purpose\", \" \"]", "12:23: identity.claims.purpose[1]", "is empty; write the name of a claim"),
        ("unit_id = \"unit\"", "12:11: identity.claims.unit_id", "expected an array"),
    ];
    for (line, place, words) in rows {
        refused(&[(&[(AFTER_CLIENT, &claims(line))], &[(place, words)])]);
    }
}

#[test]
fn a_private_key_is_a_p256_key_that_only_the_portal_may_read() {
    let p256 = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).unwrap().serialize_pem();
    let p384 = KeyPair::generate_for(&PKCS_ECDSA_P384_SHA384).unwrap().serialize_pem();
    let keyed = changed(&[(AFTER_CLIENT, &format!("{AFTER_CLIENT}\nprivate_key_file = \"key.pem\""))]);
    let told = |content: &str, mode: u32| {
        let dir = directory(&keyed);
        private(&dir.path().join("key.pem"), content);
        permit(&dir.path().join("key.pem"), mode);
        told_in(&dir)
    };
    assert!(told(&p256, 0o600).is_empty());
    for (content, mode, words) in [
        (p384.as_str(), 0o600, "is no P-256 private key in PKCS#8 PEM"),
        ("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", 0o600, "is no P-256 private key"),
        (" ", 0o600, "is empty"),
        (p256.as_str(), 0o644, "others than its owner may use this secret"),
    ] {
        let lines = told(content, mode);
        tells(&lines, &[("11:20: identity.private_key_file", words)]);
        assert!(!lines.join("").contains("BEGIN"), "nothing of the key is told");
    }
    tells(&told_in(&directory(&keyed)), &[("11:20: identity.private_key_file", "there is no such file")]);
}

#[test]
fn one_way_of_proving_oneself_is_enough_and_a_name_needs_its_key() {
    let both = format!("{AFTER_CLIENT}\nclient_secret_file = \"secret\"\nprivate_key_file = \"key.pem\"");
    let dir = directory(&changed(&[(AFTER_CLIENT, &both)]));
    private(&dir.path().join("key.pem"), &KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).unwrap().serialize_pem());
    tells(&told_in(&dir), &[("12:20: identity.private_key_file", "stands beside client_secret_file")]);
    let nameless = format!("{AFTER_CLIENT}\nprivate_key_id = \"portal\"");
    refused(&[(&[(AFTER_CLIENT, &nameless)], &[("11:18: identity.private_key_id", "private_key_file is missing")])]);
    let audience = format!("{AFTER_CLIENT}\nprivate_key_audience = \"everybody\"");
    let words = "unknown value `everybody`, expected `issuer` or `token-endpoint`";
    refused(&[(&[(AFTER_CLIENT, &audience)], &[("11:24: identity.private_key_audience", words)])]);
}
