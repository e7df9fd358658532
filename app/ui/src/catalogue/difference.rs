//! What a package would change where it replaced the one in use, in words.
//!
//! Invariant: what asks for more than before is told apart and first; that nothing differs is said, too.

use std::cmp::Ordering;

use leptos::prelude::*;
use samsyn_domain::{
    package::{Described, Difference},
    section::{PERSON, Section},
    vocabulary::ServiceKind,
};

use super::Compared;
use crate::{text::Texts, words};

/// Names of sections as the reader knows them; one that this portal does not know by its own.
pub(super) fn section_names(texts: Texts, sections: &[String]) -> String {
    let name = |section: &String| match Section::ALL.into_iter().find(|known| known.name() == section) {
        Some(known) => words::section(texts, known).to_owned(),
        None if section == PERSON => texts.catalogue.person().to_owned(),
        None => section.clone(),
    };
    sections.iter().map(name).collect::<Vec<_>>().join(", ")
}

/// Names of badges, as they stand on the overview.
pub(super) fn badge_names(texts: Texts, kinds: &[String]) -> Vec<String> {
    kinds.iter().map(|kind| words::service_kind(texts, &ServiceKind::read(kind))).collect()
}

/// Names of the kinds of person number.
pub(super) fn identifier_names(texts: Texts, kinds: &[String]) -> Vec<String> {
    kinds.iter().map(|kind| words::identifier_kind(texts, kind)).collect()
}

/// Beside each adapter of this name in use.
pub(super) fn compared(texts: Texts, compared: &[Compared], described: Option<&Described>) -> AnyView {
    let words = texts.catalogue;
    if described.is_none() {
        return ().into_any();
    }
    if compared.is_empty() {
        return view! { <section><h2>{words.differences()}</h2><p>{words.new_adapter()}</p></section> }.into_any();
    }
    view! { <section><h2>{words.differences()}</h2>{compared.iter().map(|one| beside(texts, one)).collect::<Vec<_>>()}</section> }
        .into_any()
}

fn beside(texts: Texts, compared: &Compared) -> AnyView {
    let words = texts.catalogue;
    let age = match compared.newer {
        Some(Ordering::Greater) => words.newer(&compared.version),
        Some(Ordering::Equal) => words.same_version(&compared.version),
        Some(Ordering::Less) => words.older(&compared.version),
        None => words.unordered(&compared.version),
    };
    let older = compared.newer == Some(Ordering::Less);
    let (more, others): (Vec<_>, Vec<_>) = compared.differences.iter().partition(|one| one.asks_for_more());
    let list = |all: &[&Difference]| all.iter().map(|one| view! { <li>{told(texts, one)}</li> }).collect::<Vec<_>>();
    view! {
        <p>{words.used_by(&compared.sources.join(", "))}</p>
        <p class=if older { "standing quarantined" } else { "quiet" }>{age}</p>
        {(!more.is_empty()).then(|| view! {
            <div class="form-error"><h3>{words.asks_for_more()}</h3><ul>{list(&more)}</ul></div>
        })}
        {(!others.is_empty()).then(|| view! { <ul>{list(&others)}</ul> })}
        {compared.differences.is_empty().then(|| view! { <p>{words.no_difference()}</p> })}
    }
    .into_any()
}

fn told(texts: Texts, difference: &Difference) -> String {
    let words = texts.catalogue;
    let methods = |methods: &[String]| methods.join(", ");
    match difference {
        Difference::Vendor { before } => words.other_vendor(before),
        Difference::Contract { before } => words.other_contract(before),
        Difference::OriginGained { alias, description, methods: all } => {
            words.origin_gained(alias, &methods(all), description)
        }
        Difference::OriginLost(alias) => words.origin_lost(alias),
        Difference::MethodsGained { alias, methods: all } => words.methods_gained(alias, &methods(all)),
        Difference::MethodsLost { alias, methods: all } => words.methods_lost(alias, &methods(all)),
        Difference::SlotGained { name, description } => words.slot_gained(name, description),
        Difference::SlotLost(name) => words.slot_lost(name),
        Difference::SeveralProviders => words.several_providers().to_owned(),
        Difference::OneProvider => words.one_provider().to_owned(),
        Difference::SectionsGained(all) => words.sections_gained(&section_names(texts, all)),
        Difference::SectionsLost(all) => words.sections_lost(&section_names(texts, all)),
        Difference::BadgesGained(all) => words.badges_gained(&badge_names(texts, all).join(", ")),
        Difference::BadgesLost(all) => words.badges_lost(&badge_names(texts, all).join(", ")),
        Difference::IdentifiersGained(all) => words.identifiers_gained(&identifier_names(texts, all).join(", ")),
        Difference::IdentifiersLost(all) => words.identifiers_lost(&identifier_names(texts, all).join(", ")),
        Difference::SettingGained { key, required: true, help } => words.setting_required(key, help),
        Difference::SettingGained { key, required: false, help } => words.setting_gained(key, help),
        Difference::SettingLost(key) => words.setting_lost(key),
        Difference::SettingChanged(key) => words.setting_changed(key),
    }
}
