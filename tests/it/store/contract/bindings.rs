//! Cases of what sources are granted at the screen, and their secrets.

use jiff::Timestamp;
use samsyn_domain::{
    access::Registrar,
    binding::{Binding, BindingVersion, GrantedCredential, GrantedOrigin},
    package::Described,
    source::{LinkRule, OrganisationId, SourceId},
};
use samsyn_service::port::bindings::Bindings;
use secrecy::{ExposeSecret as _, SecretString};

use crate::store::{
    place::Here,
    sample::{after, viewer},
};

const SECRET: &str = "hemlig nyckel åäö";

fn version(source: &str, number: u32) -> BindingVersion {
    let binding = Binding {
        package: "p".into(),
        component: "c".into(),
        described: Described { id: "viva".into(), ..Described::default() },
        system: "Viva".into(),
        provider: None,
        link_rule: LinkRule::Known,
        answer_within_ms: 5_000,
        lookups_at_once: Some(4),
        memory_mib: None,
        phone: None,
        contact: Some("fel@viva.example".into()),
        maintenance: Vec::new(),
        settings: [("lagrum".to_owned(), "HSL".to_owned())].into(),
        origins: vec![GrantedOrigin {
            alias: "api".into(),
            base_url: "https://viva.example/".into(),
            methods: vec!["GET".into()],
            address_ranges: vec!["10.0.0.0/8".into()],
            ca_pem: None,
        }],
        credentials: vec![GrantedCredential { slot: "key".into(), secret: number, ..GrantedCredential::default() }],
        compared_with: None,
    };
    BindingVersion {
        source: SourceId::new(source),
        organisation: OrganisationId::new("storsjo"),
        number,
        binding,
        reason: "Nytt avtal".into(),
        at: Timestamp::from_microsecond(after(number.into()).as_microsecond()).unwrap(),
        by: Registrar::from(&viewer()),
    }
}

fn secrets() -> Vec<(String, SecretString)> {
    vec![("key".to_owned(), SecretString::from(SECRET))]
}

pub async fn what_is_granted_through_one_node_is_there_on_the_other_with_its_secret(here: Here) {
    let (one, two) = (here.open().await, here.open().await);
    let (viva, first) = (SourceId::new("viva-1"), version("viva-1", 1));
    assert!(one.keep_binding(&first, &secrets()).await.unwrap());
    assert_eq!(two.binding(&viva, 1).await.unwrap().as_ref(), Some(&first));
    assert!(!two.keep_binding(&version("viva-1", 1), &secrets()).await.unwrap(), "its number is taken");
    assert!(!two.keep_binding(&version("viva-1", 3), &secrets()).await.unwrap(), "no number is left out");
    let of_another = BindingVersion { organisation: OrganisationId::new("fjallnas"), ..version("viva-1", 2) };
    assert!(!two.keep_binding(&of_another, &[]).await.unwrap(), "it is another organisation's");
    assert!(two.keep_binding(&version("viva-1", 2), &[]).await.unwrap());
    let secret = |number| two.secret(&viva, "key", number);
    assert_eq!(secret(1).await.unwrap().unwrap().expose_secret(), SECRET);
    assert!(secret(2).await.unwrap().is_none(), "none came along");
    assert!(two.secret(&SourceId::new("viva-2"), "key", 1).await.unwrap().is_none());
    let numbers: Vec<u32> =
        one.bindings_of(&OrganisationId::new("storsjo")).await.unwrap().iter().map(|version| version.number).collect();
    assert_eq!(numbers, [2, 1]);
    one.forget_secrets(&viva).await.unwrap();
    assert!(secret(1).await.unwrap().is_none());
    assert!(two.binding(&viva, 1).await.unwrap().is_some(), "what was granted stays");
}

pub async fn a_secret_is_sealed_for_its_place_and_a_grant_can_be_neither_changed_nor_removed(here: Here) {
    let store = here.open().await;
    store.keep_binding(&version("viva-1", 1), &secrets()).await.unwrap();
    store.keep_binding(&version("viva-2", 1), &secrets()).await.unwrap();
    for statement in ["UPDATE source_binding SET reason = 'x'", "DELETE FROM source_binding"] {
        let said = here.run(statement).await.unwrap_err().to_string();
        assert!(said.contains("append only"), "{statement}: {said}");
    }
    here.run(
        "UPDATE source_secret SET sealed = (SELECT sealed FROM source_secret WHERE source = 'viva-2') \
         WHERE source = 'viva-1'",
    )
    .await
    .unwrap();
    let said = store.secret(&SourceId::new("viva-1"), "key", 1).await.unwrap_err().to_string();
    assert!(said.contains("does not open") || said.contains("moved"), "{said}");
    assert!(!said.contains("hemlig"));
    store.check().await.unwrap();
}
