//! `Consent` on information. Only what the source marks as consent to sammanhållen dokumentation is called that.
//!
//! Not here: blocks (spärrar), which are decided by the portal's own registry; advance directives ([`super::care_limits`]).
//! Invariant: a consent of unknown meaning never becomes `shared-record`, the only kind that opens anything.

use samsyn_adapter::sink::Consent;

use super::{Found, care_limits, notes};
use crate::{
    node::Node,
    origin::{Reader, Roles},
};

const ROLES: Roles = Roles { author: &[], organisation: &["organization", "custodian"], recorded: &["dateTime"] };
/// Inner and outer block, and the category that Swedish systems give them.
const BLOCKS: [&str; 3] = ["416409005", "416308001", "59284-0"];

/// A `Consent`: a directive, a consent on information, or something that belongs to no section.
pub fn consent<'p>(reader: &Reader<'p>, resource: Node<'p>, found: &mut Found) {
    if care_limits::is_directive(resource) {
        found.care_limits.push(care_limits::consent(reader, resource));
        return;
    }
    let is_block = resource.get("category").has_code(&BLOCKS);
    let on_information = resource.get("scope").has_code(&["patient-privacy", "research"])
        || resource.get("category").own_code("consent-kind").is_some();
    if on_information && !is_block {
        found.consents.push(on_information_of(reader, resource));
    }
}

fn on_information_of<'p>(reader: &Reader<'p>, resource: Node<'p>) -> Consent {
    let provision = resource.get("provision");
    let actors = provision.get("actor").items();
    Consent {
        kind: kind(reader, resource),
        status: status(resource),
        text: resource.ext("consent-text").text().or_else(|| notes(resource)),
        given_to: actors.filter_map(|actor| reader.organisation(resource, actor.get("reference"))).collect(),
        given_by: given_by(reader, resource),
        valid_from: provision.get("period").get("start").when(),
        valid_to: provision.get("period").get("end").when(),
        provenance: reader.provenance(resource, ROLES),
    }
}

fn kind(reader: &Reader<'_>, resource: Node<'_>) -> String {
    let category = resource.get("category");
    if let Some(own) = category.own_code("consent-kind") {
        return own.into();
    }
    if category.codes().any(|code| reader.shared_record_codes.iter().any(|known| known == code)) {
        return "shared-record".into();
    }
    if resource.get("scope").has_code(&["research"]) { "research".into() } else { "other".into() }
}

fn status(resource: Node<'_>) -> String {
    let denied = resource.get("provision").get("type").is("deny");
    resource.ext("consent-status").text().unwrap_or_else(|| {
        match resource.get("status").str() {
            Some("active") if denied => "refused",
            Some("active") => "active",
            Some("rejected") => "refused",
            Some("inactive") => "ended",
            _ => "unknown",
        }
        .into()
    })
}

fn given_by(reader: &Reader<'_>, resource: Node<'_>) -> String {
    if let Some(stated) = resource.ext("given-by").text() {
        return stated;
    }
    let performer = resource.get("performer").first();
    let address = performer.get("reference").str().unwrap_or_default();
    let kind = reader.pool.target(resource, performer).get("resourceType").str();
    match kind {
        Some("Patient") => "patient",
        Some("RelatedPerson") => "representative",
        _ if address.starts_with("Patient/") => "patient",
        _ => "unknown",
    }
    .into()
}
