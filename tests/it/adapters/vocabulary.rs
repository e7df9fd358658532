//! The registry of open vocabularies beside the words of the domain.

use std::collections::BTreeMap;

use samsyn_domain::{
    identifier::IdentifierKind,
    section::{PERSON, Section},
    vocabulary::{
        AbilityLevel, AlertKind, AuthorKind, Certainty, ConsentGiver, ConsentKind, ConsentStatus, ContactKind,
        EventKind, InfectionCertainty, LimitNature, Phase, PlanKind, Protection, ServiceKind, ServicePhase, Severity,
        Sex,
    },
};
use serde_json::Value;

fn registry() -> Value {
    serde_json::from_str(include_str!("../../../wit/vocabulary.json")).unwrap()
}

fn list<'v>(value: &'v Value, key: &str) -> &'v [Value] {
    value[key].as_array().unwrap()
}

fn texts<'v>(items: &'v [Value], key: &str) -> Vec<&'v str> {
    items.iter().map(|item| item[key].as_str().unwrap()).collect()
}

#[test]
fn the_registry_and_the_domain_have_the_same_words_in_the_same_order() {
    let mut domain = BTreeMap::new();
    macro_rules! words {
        ($($name:ident),+ $(,)?) => {
            $(domain.insert(stringify!($name), $name::KNOWN.iter().map(|word| word.word().to_owned()).collect::<Vec<_>>());)+
        };
    }
    words!(
        AbilityLevel,
        AlertKind,
        AuthorKind,
        Certainty,
        ConsentGiver,
        ConsentKind,
        ConsentStatus,
        ContactKind,
        EventKind,
        InfectionCertainty,
        LimitNature,
        Phase,
        PlanKind,
        Protection,
        ServiceKind,
        ServicePhase,
        Severity,
        Sex,
    );
    let source = include_str!("../../../app/domain/src/vocabulary.rs");
    let defined = source.lines().filter(|line| line.trim() == "vocabulary! {").count();
    assert_eq!(domain.len(), defined, "a vocabulary of the domain is not compared here");
    let registry = registry();
    let registered: BTreeMap<_, _> = list(&registry, "vocabularies")
        .iter()
        .map(|vocabulary| {
            let words = texts(list(vocabulary, "words"), "word").into_iter().map(str::to_owned).collect::<Vec<_>>();
            (vocabulary["rust"].as_str().unwrap(), words)
        })
        .collect();
    assert_eq!(registered, domain);
}

#[test]
fn every_registered_word_has_a_meaning_in_both_languages() {
    let registry = registry();
    let words = list(&registry, "vocabularies").iter().flat_map(|vocabulary| list(vocabulary, "words"));
    let extensions = list(&registry["extensions"], "provenance");
    let others = [list(&registry, "sections"), list(&registry, "identifier_systems"), extensions];
    for item in words.chain(others.into_iter().flatten()).chain(list(&registry["information_types"], "types")) {
        for language in ["sv", "en"] {
            assert!(item[language].as_str().is_some_and(|text| !text.is_empty()), "{item}");
        }
    }
}

#[test]
fn sections_and_identifier_systems_are_those_of_the_domain() {
    let registry = registry();
    let names: Vec<_> = [PERSON].into_iter().chain(Section::ALL.map(Section::name)).collect();
    assert_eq!(texts(list(&registry, "sections"), "name"), names);
    for kind in [IdentifierKind::PersonalNumber, IdentifierKind::CoordinationNumber, IdentifierKind::ReserveNumber] {
        let systems = list(&registry, "identifier_systems");
        let registered = systems.iter().find(|system| system["system"] == kind.system()).unwrap();
        assert_eq!(serde_json::to_value(kind).unwrap(), registered["kind"]);
        for also in list(registered, "also") {
            assert_eq!(IdentifierKind::of_system(also.as_str().unwrap()), Some(kind));
        }
    }
}
