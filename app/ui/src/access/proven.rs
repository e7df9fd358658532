//! A relation that the own provider's source reports: said before the forms, and noted with what is registered on it.
//!
//! Invariant: it is offered, never chosen beforehand; a source that did not answer is not taken for one that reports nothing.

use leptos::prelude::*;
use samsyn_domain::access::{Proof, ProofKind};

use super::AccessPage;
use crate::{context::PageContext, parts::day, text::Texts, words};

/// What the source reports, or that it did not answer.
pub(super) fn note(context: &PageContext, page: &AccessPage<'_>) -> AnyView {
    let words = context.texts().access;
    match &page.proof {
        Some(proof) => view! {
            <div class="proof" id="proof">
                <p><strong>{says(context.texts(), proof)}</strong></p>
                <p class="quiet">{words.proof_explained()}</p>
            </div>
        }
        .into_any(),
        None if page.proof_incomplete => {
            view! { <p class="quiet" id="proof">{words.proof_unanswered()}</p> }.into_any()
        }
        None => ().into_any(),
    }
}

/// The choice in the form.
pub(super) fn choice(texts: Texts, proof: &Proof) -> String {
    texts.access.relation_proven(&source(texts, proof))
}

/// The same in the list, as it was reported when it was registered.
pub(super) fn noted(texts: Texts, proof: &Proof) -> String {
    texts.access.proof_noted(&source(texts, proof), what(texts, proof.kind), &service(texts, proof))
}

fn says(texts: Texts, proof: &Proof) -> String {
    texts.access.proof_says(&source(texts, proof), what(texts, proof.kind), &service(texts, proof))
}

/// Its name, or that it is one of the own ones where names are masked.
fn source(texts: Texts, proof: &Proof) -> String {
    if proof.label.is_empty() { texts.access.proof_source_masked().to_owned() } else { proof.label.clone() }
}

fn what(texts: Texts, kind: ProofKind) -> &'static str {
    let words = texts.access;
    match kind {
        ProofKind::Admitted => words.proof_admitted(),
        ProofKind::Enrolled => words.proof_enrolled(),
        ProofKind::Booked => words.proof_booked(),
        ProofKind::Measure => words.proof_measure(),
    }
}

/// `hemsjukvård, 2026-07-24`
fn service(texts: Texts, proof: &Proof) -> String {
    let name = words::service_kind(texts, &proof.service);
    proof.at.as_ref().map_or(name.clone(), |at| format!("{name}, {}", day(at)))
}
