//! Whom to turn to and what to do while the portal is down, on every page that fails.
//!
//! Needs neither the database nor the identity provider: the cards are configuration. Whoever is not known sees every organisation's, folded,
//! and finds their own. Not here: what a card may say (`domain::support`).

use std::sync::Arc;

use leptos::prelude::*;
use samsyn_domain::{
    source::{OrganisationId, OrganisationInfo},
    support::SupportCard,
};

use crate::{
    context::PageContext,
    parts::{paragraphs, phone_link},
    text::{Language, Texts},
};

/// The cards, and whose is the reader's.
#[derive(Debug, Clone, Default)]
pub struct Support {
    cards: Arc<[Card]>,
    own: Option<OrganisationId>,
}

#[derive(Debug)]
struct Card {
    organisation: OrganisationId,
    name: String,
    says: SupportCard,
}

impl Support {
    /// Of these organisations, in their order. Those without a card are left out.
    pub fn of(organisations: &[OrganisationInfo]) -> Self {
        let card = |organisation: &OrganisationInfo| {
            let says = organisation.support.clone()?;
            Some(Card { organisation: organisation.id.clone(), name: organisation.name.clone(), says })
        };
        Self { cards: organisations.iter().filter_map(card).collect(), own: None }
    }

    /// The same for a reader of an organisation.
    #[must_use]
    pub fn for_reader(&self, organisation: Option<&OrganisationId>) -> Self {
        Self { cards: self.cards.clone(), own: organisation.cloned() }
    }
}

/// What a page that fails says at its end: the reader's own card, or everybody's while nobody is known. An organisation without a card gets
/// nothing rather than another's.
pub(crate) fn support(context: &PageContext) -> Option<AnyView> {
    let texts = context.texts();
    let Support { cards, own } = &context.support;
    if let Some(own) = own {
        let card = cards.iter().find(|card| card.organisation == *own)?;
        return Some(section(texts, vec![(card.name.clone(), content(texts, &card.says))], false));
    }
    let all: Vec<_> = cards.iter().map(|card| (card.name.clone(), content(texts, &card.says))).collect();
    (!all.is_empty()).then(|| section(texts, all, true))
}

fn section(texts: Texts, cards: Vec<(String, AnyView)>, folded: bool) -> AnyView {
    let words = texts.support;
    let cards = cards.into_iter().map(|(name, content)| {
        if folded {
            view! { <details><summary>{name}</summary>{content}</details> }.into_any()
        } else {
            view! { <h3>{name}</h3>{content} }.into_any()
        }
    });
    view! {
        <section class="support" aria-labelledby="support-heading">
            <h2 id="support-heading">{words.heading()}</h2>
            {folded.then(|| view! { <p class="quiet">{words.choose()}</p> })}
            {cards.collect::<Vec<_>>()}
        </section>
    }
    .into_any()
}

/// The organisation's words are in Swedish, whatever the page is in.
fn content(texts: Texts, card: &SupportCard) -> AnyView {
    let words = texts.support;
    let direct = card.direct.as_ref().map(|direct| {
        view! { <div><dt>{words.direct()}</dt><dd>{phone_link(&direct.phone)}" "<span lang="sv">{direct.who.clone()}</span></dd></div> }
    });
    view! {
        <dl class="explained">
            <div><dt>{words.first_line()}</dt><dd>{paragraphs(&card.first_line, Language::Swedish)}</dd></div>
            <div>
                <dt>{words.helpdesk()}</dt>
                <dd>
                    <span lang="sv">{card.helpdesk.name.clone()}</span>" "{phone_link(&card.helpdesk.phone)}" "
                    <span lang="sv">{card.helpdesk.hours.clone()}</span>
                </dd>
            </div>
            {direct}
            <div><dt>{words.reserve_routine()}</dt><dd>{paragraphs(&card.reserve_routine, Language::Swedish)}</dd></div>
        </dl>
    }
    .into_any()
}
