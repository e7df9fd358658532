//! Care plans; a SIP is a service too, because it lights a badge.
//!
//! Invariant: the contract has no period and no status, so a plan that is returned and not struck out is active. Content
//! that is not plain text is named, never turned into text.

use samsyn_adapter::{
    Language,
    sink::{Plan, Service, ServicePhase},
    types::Organisation,
};

use crate::{
    record::{Reading, extension, extension_of, is_nullified, joined, provenance, time_at},
    xml::Node,
};

/// Reads every plan of a response.
pub fn read(response: &Node, reading: Reading<'_>) -> Vec<Plan> {
    response.all("carePlan").filter_map(|record| plan(record, reading)).collect()
}

/// The plans that light a badge, as services.
pub fn as_services(plans: &[Plan]) -> Vec<Service> {
    let badge = |plan: &Plan| matches!(plan.kind.as_str(), "sip" | "care-plan").then(|| plan.kind.clone());
    let service = |plan: &Plan| {
        Some(Service {
            kind: badge(plan)?,
            phase: ServicePhase::Ongoing,
            text: Some(plan.title.clone()),
            started: plan.decided.clone(),
            ended: None,
            last_noted: None,
            events: Vec::new(),
            unit: plan.provenance.care_unit.clone(),
            phones: Vec::new(),
            provenance: plan.provenance.clone(),
        })
    };
    plans.iter().filter_map(service).collect()
}

fn plan(record: &Node, reading: Reading<'_>) -> Option<Plan> {
    let nothing = Node::default();
    let header = record.at("carePlanHeader").unwrap_or(&nothing);
    let body = record.at("carePlanBody").unwrap_or(&nothing);
    if is_nullified(header) {
        return None;
    }
    let stated = body.text("typeOfCarePlanEnum").or_else(|| body.text("typeOfCarePlan"));
    let mut provenance = provenance(header, record, reading);
    let mut texts = Vec::new();
    for content in body.all("content") {
        match plain_text(content) {
            Some(text) => texts.push(Some(text)),
            None => provenance.extensions.push(extension("attachment", attachment(content))),
        }
    }
    let unit = |id: String| Organisation { id: Some(id), name: None };
    let participants =
        body.all("participatingCareUnitHSAId").filter_map(|node| extension_of_self(node).map(unit)).collect();
    let decided = time_at(header, "documentTime");
    Some(Plan {
        kind: stated.as_deref().map_or("other", kind).into(),
        title: header.text("documentTitle").unwrap_or_else(|| type_name(stated.as_deref(), reading.language)),
        instruction: None,
        text: joined(texts, "\n"),
        phase: "active".into(),
        responsible: provenance.author.clone(),
        participants,
        decided,
        valid_from: None,
        valid_to: None,
        next_follow_up: None,
        provenance,
    })
}

fn extension_of_self(node: &Node) -> Option<String> {
    extension_of(node, "extension").or_else(|| node.own_text().map(str::to_owned))
}

/// The national types of plan.
fn kind(stated: &str) -> &'static str {
    match stated {
        "SIP" => "sip",
        "VP" | "SVP" | "SPU" | "SPLPTLRV" => "care-plan",
        "RP" => "rehabilitation",
        "GP" => "implementation",
        _ => "other",
    }
}

fn type_name(stated: Option<&str>, language: Language) -> String {
    let name = match stated {
        Some("SIP") => "Samordnad individuell plan",
        Some("SPLPTLRV") => "Samordnad plan enligt LPT/LRV",
        Some("SPU") => "Samordnad plan vid utskrivning",
        Some("VP") => "Vårdplan",
        Some("HP") => "Habiliteringsplan",
        Some("RP") => "Rehabiliteringsplan",
        Some("GP") => "Genomförandeplan",
        Some("SVP") => "Standardiserad vårdplan",
        Some(other) => other,
        None => language.text("Plan utan rubrik", "Plan without title"),
    };
    name.to_owned()
}

/// The content when it is plain text.
fn plain_text(content: &Node) -> Option<String> {
    if content.text("mediaType").as_deref() != Some("text/plain") {
        return None;
    }
    let bytes = base64(&content.text("value")?)?;
    String::from_utf8(bytes).ok().filter(|text| !text.trim().is_empty())
}

/// What the content is, when it cannot be shown here.
fn attachment(content: &Node) -> String {
    let kind = content.text("mediaType");
    let reference = content.text("reference");
    joined([kind, reference], " ").unwrap_or_else(|| "?".to_owned())
}

/// Standard base64; white space is ignored. None when it is anything else.
fn base64(text: &str) -> Option<Vec<u8>> {
    let symbols: Vec<u8> = text.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
    let data = symbols.iter().rposition(|&byte| byte != b'=').map_or(0, |last| last + 1);
    if symbols.len() - data > 2 || data % 4 == 1 {
        return None;
    }
    let (mut bits, mut count, mut bytes) = (0_u32, 0_u32, Vec::with_capacity(data));
    for &symbol in symbols.iter().take(data) {
        let value = match symbol {
            b'A'..=b'Z' => symbol - b'A',
            b'a'..=b'z' => symbol - b'a' + 26,
            b'0'..=b'9' => symbol - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        };
        bits = (bits << 6) | u32::from(value);
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push(u8::try_from((bits >> count) & 0xFF).ok()?);
        }
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_read_with_and_without_padding_and_refused_otherwise() {
        for (text, expected) in [("aGrDpGxw", "hjälp"), ("YQ==", "a"), ("YWI=", "ab"), ("YWI", "ab"), ("", "")] {
            assert_eq!(base64(text).and_then(|bytes| String::from_utf8(bytes).ok()).as_deref(), Some(expected));
        }
        for text in ["a", "a-b_", "====", "Y=Q="] {
            assert_eq!(base64(text), None, "{text}");
        }
    }
}
