//! Alert information (uppmärksamhetsinformation): alerts, and care limits that arrive as alerts.
//!
//! Invariants: classified by which body the record holds, never by its type label; a type refines only the body that says
//! nothing of its kind (`unstructuredAlertInformation`). The source's words become the text; a record without words is still
//! shown, as what it is. The limit is never derived from a code.

use samsyn_adapter::{
    sink::{Alert, CareLimit},
    types::{Actor, Concept, Extension, Provenance},
};

use crate::{
    record::{
        Reading, concept, concept_at, earlier, end_at, extension, has_ended, is_nullified, joined, numbered,
        provenance, time_at,
    },
    xml::Node,
};

/// What one answer holds.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Found {
    /// Alerts.
    pub alerts: Vec<Alert>,
    /// Care limits.
    pub limits: Vec<CareLimit>,
}

/// Reads every record of a response.
pub fn read(response: &Node, reading: Reading<'_>) -> Found {
    let mut found = Found::default();
    for record in response.all("alertInformation") {
        let nothing = Node::default();
        let header = record.at("alertInformationHeader").unwrap_or(&nothing);
        if !is_nullified(header) {
            let body = record.at("alertInformationBody").unwrap_or(&nothing);
            Record::new(header, body, record, reading).classify(&mut found);
        }
    }
    found
}

/// What every body shares.
struct Record<'n> {
    body: &'n Node,
    reading: Reading<'n>,
    provenance: Provenance,
    label: Option<Concept>,
    comment: Option<String>,
    noted: Option<String>,
    valid_from: Option<String>,
    valid_to: Option<String>,
}

impl<'n> Record<'n> {
    fn new(header: &'n Node, body: &'n Node, record: &'n Node, reading: Reading<'n>) -> Self {
        let mut provenance = provenance(header, record, reading);
        provenance.extensions.extend(facts_without_a_field(body));
        Self {
            body,
            reading,
            provenance,
            label: concept_at(body, "typeOfAlertInformation"),
            comment: body.text("alertInformationComment"),
            noted: time_at(body, "ascertainedDate"),
            valid_from: time_at(body, "validityTimePeriod/start"),
            valid_to: earlier(end_at(body, "validityTimePeriod/end"), end_at(body, "obsoleteTime")),
        }
    }

    /// One entry per body. The schema allows one; should there be more, none is dropped.
    fn classify(&self, found: &mut Found) {
        let mut count = 0;
        for body in self.body.children() {
            let entry = match body.name() {
                "restrictionOfCare" => Entry::Limit(self.restriction(body)),
                "hypersensitivity" => Entry::Alert(self.hypersensitivity(body)),
                "seriousDisease" => Entry::Alert(self.disease(body)),
                "treatment" => Entry::Alert(self.treatment(body)),
                "communicableDisease" => Entry::Alert(self.infection(body)),
                "unstructuredAlertInformation" => self.unstructured(body),
                _ => continue,
            };
            found.add(entry, count);
            count += 1;
        }
        if count == 0 {
            found.add(self.unstructured(&Node::default()), 0);
        }
    }

    fn words(&self, swedish: &str, english: &str) -> String {
        self.reading.language.text(swedish, english).to_owned()
    }

    fn alert(&self, kind: &str, text: String) -> Alert {
        Alert {
            kind: kind.into(),
            text,
            severity: None,
            certainty: None,
            agent: None,
            label: self.label.clone(),
            comment: self.comment.clone(),
            noted: self.noted.clone(),
            valid_from: self.valid_from.clone(),
            valid_to: self.valid_to.clone(),
            provenance: self.provenance.clone(),
        }
    }

    fn hypersensitivity(&self, body: &Node) -> Alert {
        let text = concept_at(body, "typeOfHypersensitivity").map(|concept| concept.text);
        let unnamed = || self.words("Överkänslighet, ej närmare angiven", "Hypersensitivity, not specified");
        let mut alert = self.alert("hypersensitivity", text.unwrap_or_else(unnamed));
        alert.severity = body.at("degreeOfSeverity").and_then(severity);
        alert.certainty = body.at("degreeOfCertainty").and_then(certainty);
        alert.agent = agent(body);
        let substance = body.text("pharmaceuticalHypersensitivity/nonATCSubstanceComment");
        alert.comment = joined([self.comment.clone(), substance], "\n");
        alert
    }

    fn disease(&self, body: &Node) -> Alert {
        let disease = concept_at(body, "disease");
        let unnamed = || self.words("Allvarlig sjukdom, ej närmare angiven", "Serious disease, not specified");
        let text = disease.as_ref().map_or_else(unnamed, |disease| disease.text.clone());
        Alert { agent: disease, ..self.alert("serious-disease", text) }
    }

    fn treatment(&self, body: &Node) -> Alert {
        let code = concept_at(body, "treatmentCode");
        let drug = concept_at(body, "pharmaceuticalTreatment");
        let described = body.text("treatmentDescription");
        let text = described
            .or_else(|| code.as_ref().map(|code| code.text.clone()))
            .or_else(|| drug.as_ref().map(|drug| drug.text.clone()))
            .unwrap_or_else(|| self.words("Behandling, ej närmare angiven", "Treatment, not specified"));
        Alert { agent: drug.or(code), ..self.alert("treatment", text) }
    }

    fn infection(&self, body: &Node) -> Alert {
        let disease = concept_at(body, "communicableDiseaseCode");
        let unnamed = || self.words("Smittsam sjukdom, ej närmare angiven", "Communicable disease, not specified");
        let text = disease.as_ref().map_or_else(unnamed, |disease| disease.text.clone());
        let route = concept_at(body, "routeOfTransmission")
            .map(|route| format!("{}: {}", self.words("Smittväg", "Route of transmission"), route.text));
        let comment = joined([self.comment.clone(), route], "\n");
        Alert { agent: disease, comment, ..self.alert("infection", text) }
    }

    /// Free text: the only body whose kind is said by the type.
    fn unstructured(&self, body: &Node) -> Entry {
        let heading = body.text("unstructuredAlertInformationHeading");
        let content = body.text("unstructuredAlertInformationContent");
        let text = joined([heading, content], ": ");
        let kind = self.label.as_ref().map_or("unstructured", kind_of_type);
        if kind == "care-limit" {
            return Entry::Limit(self.limit(text));
        }
        let unnamed = || self.words("Uppmärksamhetsinformation utan text", "Alert information without text");
        Entry::Alert(self.alert(kind, text.unwrap_or_else(unnamed)))
    }

    fn restriction(&self, body: &Node) -> CareLimit {
        self.limit(body.text("restrictionOfCareComment"))
    }

    fn limit(&self, text: Option<String>) -> CareLimit {
        let mut provenance = self.provenance.clone();
        // The comment is the only text where the source left the body's own text empty.
        let (text, comment) = match (text, self.comment.clone()) {
            (Some(text), comment) => (text, comment),
            (None, Some(comment)) => (comment, None),
            (None, None) => {
                (self.words("Vårdbegränsning utan text i källan", "Care limit without text in the source"), None)
            }
        };
        provenance.extensions.extend(comment.map(|comment| extension("comment", comment)));
        provenance.extensions.extend(self.label.as_ref().map(|label| extension("source-label", label.text.clone())));
        CareLimit {
            text,
            nature: self.label.as_ref().map_or("unspecified", nature).into(),
            measures: Vec::new(),
            grounds: None,
            author_kind: author_kind(self.provenance.author.as_ref()).into(),
            decided_by: self.provenance.author.clone(),
            consulted: Vec::new(),
            patient_attitude: None,
            relatives_attitude: None,
            decided: self.noted.clone(),
            valid_from: self.valid_from.clone(),
            valid_to: self.valid_to.clone(),
            reassessed: None,
            phase: if has_ended(self.valid_to.as_ref(), self.reading.now) { "ended" } else { "current" }.into(),
            decision_id: None,
            provenance,
        }
    }
}

enum Entry {
    Alert(Alert),
    Limit(CareLimit),
}

impl Found {
    fn add(&mut self, entry: Entry, index: usize) {
        match entry {
            Entry::Alert(mut alert) => {
                alert.provenance = numbered(alert.provenance, index);
                self.alerts.push(alert);
            }
            Entry::Limit(mut limit) => {
                limit.provenance = numbered(limit.provenance, index);
                self.limits.push(limit);
            }
        }
    }
}

/// Facts of the contract that no field of an alert holds.
fn facts_without_a_field(body: &Node) -> Vec<Extension> {
    let verified = time_at(body, "verifiedTime").map(|time| extension("verified", time));
    let obsolete = body.text("obsoleteComment").map(|text| extension("obsolete-comment", text));
    let related = body.all("relatedAlertInformation").filter_map(|related| {
        let relation = concept_at(related, "typeOfAlertInformationRelationship").map(|relation| relation.text);
        let records = related.all("documentId").map(|id| id.own_text().map(str::to_owned));
        let parts = [relation, related.text("relationComment")].into_iter().chain(records);
        joined(parts, " ").map(|text| extension("related", text))
    });
    verified.into_iter().chain(obsolete).chain(related).collect()
}

/// What an unstructured record is, by its type: the national texts, KV informationstyp and KV uppmärksamhetssignal (SNOMED).
fn kind_of_type(label: &Concept) -> &'static str {
    let code = label.codings.first().map_or("", |coding| coding.code.as_str()).to_ascii_lowercase();
    match code.as_str() {
        "upp-vbe" | "upp-vbe-vbe" | "61921000052102" | "61931000052100" | "60741000052100" => "care-limit",
        "60781000052105" => "threat",
        "699128009" | "60761000052104" | "713670002" | "1304232008" | "133571000052106" | "306103005" => {
            "special-routine"
        }
        _ if label.text.trim().eq_ignore_ascii_case("vårdbegränsning") => "care-limit",
        _ => "unstructured",
    }
}

/// The three natures that have a national code; every other limit is only what its text says.
fn nature(label: &Concept) -> &'static str {
    match label.codings.first().map_or("", |coding| coding.code.as_str()) {
        "61921000052102" => "withhold",
        "61931000052100" => "withdraw",
        "60741000052100" => "palliative-talk",
        _ => "unspecified",
    }
}

/// Who took the position, by the role's words. In doubt unknown: a note must never pass for a physician's position.
pub fn author_kind(author: Option<&Actor>) -> &'static str {
    const LICENSED: [&str; 11] = [
        "sjuksköterska",
        "barnmorska",
        "fysioterapeut",
        "sjukgymnast",
        "arbetsterapeut",
        "psykolog",
        "logoped",
        "dietist",
        "tandläkare",
        "apotekare",
        "receptarie",
    ];
    const OTHER_STAFF: [&str; 6] =
        ["undersköterska", "skötare", "vårdbiträde", "läkarsekreterare", "stödassistent", "biståndshandläggare"];
    let Some(role) = author.and_then(|author| author.role.as_deref()) else { return "unknown" };
    let role = role.to_lowercase();
    let words: Vec<&str> = role.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty()).collect();
    let any = |list: &[&str]| words.iter().any(|word| list.contains(word));
    if role.contains("ej leg") || role.contains("olegitimerad") || role.contains("studerande") || any(&OTHER_STAFF) {
        "other-staff"
    } else if any(&LICENSED) || words.iter().any(|word| word.ends_with("sjuksköterska")) {
        "licensed"
    } else if words.iter().any(|word| word.ends_with("läkare")) {
        "physician"
    } else {
        "unknown"
    }
}

/// KV allvarlighetsgrad (1.2.752.129.2.2.3.3) or SNOMED; the words come first, because producers number the codes differently.
fn severity(node: &Node) -> Option<String> {
    let concept = concept(node)?;
    let words = said(&concept);
    let code = concept.codings.first().map_or("", |coding| coding.code.as_str());
    // "Ej livshotande" is not in the code set; such words are shown as they are.
    let negated = words.split_whitespace().any(|word| matches!(word, "ej" | "icke" | "inte"));
    Some(match code {
        _ if negated => concept.text,
        _ if words.contains("livshotande") => "life-threatening".into(),
        _ if words.contains("skadlig") => "harmful".into(),
        _ if words.contains("besvär") => "discomforting".into(),
        "442452003" => "life-threatening".into(),
        "59021000052107" => "harmful".into(),
        "59031000052109" => "discomforting".into(),
        _ => concept.text,
    })
}

/// KV visshetsgrad (1.2.752.129.2.2.3.11), by its words.
fn certainty(node: &Node) -> Option<String> {
    let concept = concept(node)?;
    let words = said(&concept);
    let any = |signs: &[&str]| signs.iter().any(|sign| words.contains(sign));
    Some(if any(&["avfärda", "utesl", "dementera", "refuted"]) {
        "refuted".into()
    } else if any(&["konstatera", "bekräfta", "säkerställ"]) {
        "confirmed".into()
    } else if any(&["sannolik"]) {
        "probable".into()
    } else if any(&["misstänk"]) {
        "suspected".into()
    } else {
        concept.text
    })
}

fn said(concept: &Concept) -> String {
    let displays = concept.codings.iter().filter_map(|coding| coding.display.as_deref());
    std::iter::once(concept.text.as_str()).chain(displays).collect::<Vec<_>>().join(" ").to_lowercase()
}

/// What the patient reacts to: substance, substance without ATC code, products, other agents. All of them.
fn agent(body: &Node) -> Option<Concept> {
    let mut named: Vec<Concept> = Vec::new();
    if let Some(drug) = body.at("pharmaceuticalHypersensitivity") {
        named.extend(concept_at(drug, "atcSubstance"));
        named.extend(drug.text("nonATCSubstance").map(plain));
        named.extend(drug.all("pharmaceuticalProductId").filter_map(concept));
    }
    if let Some(other) = body.at("otherHypersensitivity") {
        named.extend(other.text("hypersensitivityAgent").map(plain));
        named.extend(concept_at(other, "hypersensitivityAgentCode"));
    }
    let mut texts: Vec<String> = Vec::new();
    for concept in &named {
        if !texts.contains(&concept.text) {
            texts.push(concept.text.clone());
        }
    }
    let codings = named.into_iter().flat_map(|concept| concept.codings).collect();
    (!texts.is_empty()).then(|| Concept { text: texts.join(", "), codings })
}

const fn plain(text: String) -> Concept {
    Concept { text, codings: Vec::new() }
}

#[cfg(test)]
#[path = "alerts_tests.rs"]
mod tests;
