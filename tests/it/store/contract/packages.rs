//! Cases of catalogues of packages, their content, and the keys of vendors.

use jiff::Timestamp;
use samsyn_domain::{
    access::Registrar,
    package::{Signature, Uploaded, VendorKey, Verdict},
    source::OrganisationId,
};
use samsyn_service::port::packages::Packages;
use sha2::{Digest as _, Sha256};

use crate::store::{
    place::Here,
    sample::{after, viewer},
};

fn kept(at: Timestamp) -> Timestamp {
    Timestamp::from_microsecond(at.as_microsecond()).unwrap()
}

fn by(organisation: &str) -> Registrar {
    Registrar { organisation: OrganisationId::new(organisation), ..Registrar::from(&viewer()) }
}

fn uploaded(organisation: &str, digest: &str, number: u32) -> Uploaded {
    Uploaded { digest: digest.into(), number, at: kept(after(number.into())), by: by(organisation), verdict: None }
}

fn passed() -> Verdict {
    Verdict {
        trouble: None,
        cases: 3,
        component: Some("c".into()),
        signature: Signature::Unknown,
        ..Verdict::refused("", "")
    }
}

fn address(content: &[u8]) -> String {
    hex::encode(Sha256::digest(content))
}

pub async fn the_newest_trial_of_a_package_stands_on_every_node(here: Here) {
    let (one, two) = (here.open().await, here.open().await);
    let storsjo = OrganisationId::new("storsjo");
    let first = uploaded("storsjo", "a", 1);
    assert!(one.keep_uploaded(&first).await.unwrap());
    assert!(!two.keep_uploaded(&first).await.unwrap(), "its number is taken");
    assert!(!two.keep_uploaded(&uploaded("storsjo", "a", 3)).await.unwrap(), "no number is left out");
    assert_eq!(two.packages(&storsjo).await.unwrap(), std::slice::from_ref(&first));
    let refused = Verdict::refused("x", "y");
    one.keep_verdict(&first, &refused, None).await.unwrap();
    assert_eq!(two.packages(&storsjo).await.unwrap(), [Uploaded { verdict: Some(refused), ..first }]);

    // Tried again; the second trial is broken off, the third passes.
    assert!(two.keep_uploaded(&uploaded("storsjo", "a", 2)).await.unwrap());
    let third = uploaded("storsjo", "a", 3);
    assert!(one.keep_uploaded(&third).await.unwrap());
    let (package, component) = (b"package".as_slice(), b"component".as_slice());
    one.keep_verdict(&third, &passed(), Some((package, component))).await.unwrap();
    let other = uploaded("storsjo", "b", 1);
    assert!(one.keep_uploaded(&other).await.unwrap());
    one.keep_verdict(&other, &passed(), Some((b"another", component))).await.unwrap();
    let all = two.packages(&storsjo).await.unwrap();
    let told: Vec<_> = all.iter().map(|one| (one.digest.as_str(), one.number, one.verdict.is_some())).collect();
    assert_eq!(told, [("a", 3, true), ("b", 1, true)]);
    for content in [package, component] {
        assert_eq!(two.content(&address(content)).await.unwrap().as_deref(), Some(content));
    }
    assert_eq!(two.content(&address(b"none")).await.unwrap(), None);
    assert_eq!(two.packages(&OrganisationId::new("fjallnas")).await.unwrap(), [], "another organisation's");
}

pub async fn a_vendors_key_is_enrolled_once_and_withdrawn_once_for_one_organisation(here: Here) {
    let (one, two) = (here.open().await, here.open().await);
    let key = VendorKey { key: "k".into(), name: "Leverantören AB".into(), at: kept(after(1)), by: by("storsjo") };
    let both = tokio::join!(one.enrol(&key), two.enrol(&key));
    assert_ne!(both.0.unwrap(), both.1.unwrap());
    let (storsjo, region) = (OrganisationId::new("storsjo"), OrganisationId::new("region"));
    assert_eq!(two.vendor_keys(&storsjo).await.unwrap(), std::slice::from_ref(&key));
    assert_eq!(two.vendor_keys(&region).await.unwrap(), []);
    assert!(!one.withdraw_key("k", kept(after(2)), &by("region")).await.unwrap());
    assert!(one.withdraw_key("k", kept(after(2)), &by("storsjo")).await.unwrap());
    assert!(!two.withdraw_key("k", kept(after(3)), &by("storsjo")).await.unwrap());
    assert_eq!(two.vendor_keys(&storsjo).await.unwrap(), []);
    let again = VendorKey { name: "Samma AB".into(), at: kept(after(4)), ..key };
    assert!(two.enrol(&again).await.unwrap());
    assert_eq!(one.vendor_keys(&storsjo).await.unwrap(), [again]);
}

pub async fn what_is_in_a_catalogue_can_be_neither_changed_nor_removed_nor_misread(here: Here) {
    let store = here.open().await;
    let (one, key) =
        (uploaded("storsjo", "a", 1), VendorKey { key: "k".into(), name: "A".into(), at: after(1), by: by("storsjo") });
    store.keep_uploaded(&one).await.unwrap();
    store.keep_verdict(&one, &passed(), Some((b"package", b"component"))).await.unwrap();
    store.enrol(&key).await.unwrap();
    for statement in [
        "UPDATE package SET verdict = NULL",
        "DELETE FROM package",
        "UPDATE package_content SET address = 'x'",
        "DELETE FROM package_content",
        "UPDATE vendor_key SET name = 'B'",
        "DELETE FROM vendor_key",
    ] {
        let said = here.run(statement).await.unwrap_err().to_string();
        assert!(said.contains("append only"), "{statement}: {said}");
    }
    store.check().await.unwrap();
    here.run("INSERT INTO package_content VALUES ('0000', 'x')").await.unwrap();
    assert!(store.content("0000").await.unwrap_err().to_string().contains("was changed"));
    here.run("INSERT INTO package VALUES ('storsjo', 'b', 1, 0, '{\"x\":1}', NULL)").await.unwrap();
    let said = store.packages(&OrganisationId::new("storsjo")).await.unwrap_err().to_string();
    assert!(said.contains("maker of package b"), "{said}");
}
