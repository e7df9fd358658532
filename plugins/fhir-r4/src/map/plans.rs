//! `CarePlan`: plans, with the one line to act on.
//!
//! Not here: documents that hold a plan's full text ([`super::documents`]).
//! Invariant: the instruction is verbatim; it is never taken from a description.

use samsyn_adapter::sink::Plan;

use super::{joined, notes};
use crate::{
    node::Node,
    origin::{Reader, Roles},
};

const ROLES: Roles = Roles { author: &["author"], organisation: &[], recorded: &["created"] };

/// Words in a category or title that say which kind of plan it is.
const KINDS: [(&str, &str); 9] = [
    ("samordnad individuell plan", "sip"),
    ("krisplan", "crisis-plan"),
    ("överenskommelse", "agreement"),
    ("palliativ", "palliative"),
    ("genomförandeplan", "implementation"),
    ("ordination", "order"),
    ("omvårdnadsplan", "nursing-plan"),
    ("rehabilitering", "rehabilitation"),
    ("vårdplan", "care-plan"),
];

/// A plan.
pub fn care_plan<'p>(reader: &Reader<'p>, plan: Node<'p>) -> Plan {
    let category = plan.get("category");
    let words = joined(category.items().map(Node::words), ", ");
    let own = category.own_code("plan-kind");
    let title = plan.get("title").text();
    let description = plan.get("description").text();
    let named = title.clone().or_else(|| words.clone().filter(|_| own.is_none())).or_else(|| description.clone());
    Plan {
        kind: own.map_or_else(|| kind(plan, title.as_deref(), words.as_deref()), Into::into),
        title: named.or(words).unwrap_or_else(|| reader.language.text("Plan utan rubrik", "Untitled plan").into()),
        instruction: plan.ext("instruction").text(),
        text: joined([description, notes(plan)], "\n"),
        phase: phase(plan),
        responsible: reader.actor(plan, plan.get("author")),
        participants: plan.get("contributor").items().filter_map(|who| reader.organisation(plan, who)).collect(),
        decided: plan.get("created").when(),
        valid_from: plan.get("period").get("start").when(),
        valid_to: plan.get("period").get("end").when(),
        next_follow_up: plan.ext("next-follow-up").when(),
        provenance: reader.provenance(plan, ROLES),
    }
}

fn kind(plan: Node<'_>, title: Option<&str>, category: Option<&str>) -> String {
    let said = format!("{} {}", title.unwrap_or_default(), category.unwrap_or_default()).to_lowercase();
    let is_sip = said.split(|c: char| !c.is_alphanumeric()).any(|word| word == "sip");
    if is_sip {
        return "sip".into();
    }
    let known = KINDS.iter().find(|(word, _)| said.contains(word));
    known
        .map_or(if plan.get("category").has_code(&["734163000"]) { "care-plan" } else { "other" }, |(_, kind)| kind)
        .into()
}

fn phase(plan: Node<'_>) -> String {
    plan.ext("phase").text().unwrap_or_else(|| {
        match plan.get("status").str() {
            Some("active" | "on-hold") => "active",
            Some("draft") => "planned",
            Some("completed" | "revoked") => "ended",
            _ => "unknown",
        }
        .into()
    })
}
