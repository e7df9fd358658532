//! CSV files: semicolons, a byte order mark as spreadsheets write it, and the columns of the adapter's README.
//!
//! Invariant: a field that has no column is lost here; a source that needs it uses the JSON form.

use serde_json::Value;

/// In every file.
const EVERY: [(&str, &str); 22] = [
    ("id", "provenance.id"),
    ("patientSystem", "provenance.patient.system"),
    ("patient", "provenance.patient.value"),
    ("careProviderId", "provenance.careProvider.id"),
    ("careProviderName", "provenance.careProvider.name"),
    ("careUnitId", "provenance.careUnit.id"),
    ("careUnitName", "provenance.careUnit.name"),
    ("informationType", "provenance.informationType"),
    ("recorded", "provenance.recorded"),
    ("authorName", "provenance.author.name"),
    ("authorRole", "provenance.author.role"),
    ("authorId", "provenance.author.id"),
    ("authorUnitId", "provenance.author.unit.id"),
    ("authorUnitName", "provenance.author.unit.name"),
    ("signing", "provenance.signing.is"),
    ("signedAt", "provenance.signing.at"),
    ("signedByName", "provenance.signing.by.name"),
    ("signedByRole", "provenance.signing.by.role"),
    ("signedById", "provenance.signing.by.id"),
    ("signedByUnitId", "provenance.signing.by.unit.id"),
    ("signedByUnitName", "provenance.signing.by.unit.name"),
    ("link", "provenance.link"),
];

/// Of entries with a unit.
const UNIT: [(&str, &str); 2] = [("unitId", "unit.id"), ("unitName", "unit.name")];

/// Of entries with phones.
const PHONES: [(&str, &str); 6] = [
    ("phone", "phones.0.number"),
    ("phoneNote", "phones.0.note"),
    ("phoneStaffOnly", "phones.0.staffOnly"),
    ("phone2", "phones.1.number"),
    ("phone2Note", "phones.1.note"),
    ("phone2StaffOnly", "phones.1.staffOnly"),
];

/// Of services.
const SERVICES: [(&str, &str); 6] = [
    ("kind", "kind"),
    ("phase", "phase"),
    ("text", "text"),
    ("started", "started"),
    ("ended", "ended"),
    ("lastNoted", "lastNoted"),
];

/// Of contacts.
const CONTACTS: [(&str, &str); 18] = [
    ("kind", "kind"),
    ("protection", "protection"),
    ("name", "name"),
    ("role", "role"),
    ("order", "order"),
    ("mayBeInformed", "mayBeInformed"),
    ("callAtNight", "callAtNight"),
    ("openDays", "openings.0.days"),
    ("openFrom", "openings.0.from"),
    ("openTo", "openings.0.to"),
    ("absentFrom", "absent.from"),
    ("absentTo", "absent.to"),
    ("substituteName", "substitute.name"),
    ("substituteRole", "substitute.role"),
    ("substitutePhone", "substitute.phones.0.number"),
    ("note", "note"),
    ("validFrom", "validFrom"),
    ("validTo", "validTo"),
];

/// Of care limits.
const CARE_LIMITS: [(&str, &str); 23] = [
    ("text", "text"),
    ("nature", "nature"),
    ("measures", "measures"),
    ("grounds", "grounds"),
    ("authorKind", "authorKind"),
    ("decidedByName", "decidedBy.name"),
    ("decidedByRole", "decidedBy.role"),
    ("decidedById", "decidedBy.id"),
    ("decidedByUnitId", "decidedBy.unit.id"),
    ("decidedByUnitName", "decidedBy.unit.name"),
    ("consultedName", "consulted.0.name"),
    ("consultedRole", "consulted.0.role"),
    ("consultedId", "consulted.0.id"),
    ("consultedUnitId", "consulted.0.unit.id"),
    ("consultedUnitName", "consulted.0.unit.name"),
    ("patientAttitude", "patientAttitude"),
    ("relativesAttitude", "relativesAttitude"),
    ("decided", "decided"),
    ("validFrom", "validFrom"),
    ("validTo", "validTo"),
    ("reassessed", "reassessed"),
    ("phase", "phase"),
    ("decisionId", "decisionId"),
];

/// Of documents.
const DOCUMENTS: [(&str, &str); 5] =
    [("kind", "kind"), ("title", "title"), ("date", "date"), ("text", "text"), ("mediaType", "mediaType")];

/// Name in the header row and place in the record; none for a section without a file.
pub(super) fn columns(section: &str) -> Option<Vec<(&'static str, &'static str)>> {
    let own: &[&[(&str, &str)]] = match section {
        "services" => &[&SERVICES, &UNIT, &PHONES],
        "contacts" => &[&CONTACTS, &UNIT, &PHONES],
        "care-limits" => &[&CARE_LIMITS],
        "documents" => &[&DOCUMENTS, &UNIT],
        _ => return None,
    };
    Some(EVERY.iter().chain(own.iter().copied().flatten()).copied().collect())
}

/// The file of a section.
///
/// # Errors
/// When writing to memory fails.
pub(super) fn write(section: &str, entries: &[Value]) -> anyhow::Result<String> {
    let columns = columns(section).unwrap_or_default();
    let mut writer = csv::WriterBuilder::new().delimiter(b';').from_writer(Vec::new());
    writer.write_record(columns.iter().map(|(name, _)| name))?;
    for entry in entries {
        writer.write_record(columns.iter().map(|(_, path)| cell(entry, path)))?;
    }
    Ok(format!("\u{feff}{}", String::from_utf8(writer.into_inner()?)?))
}

fn cell(entry: &Value, path: &str) -> String {
    let value = entry.pointer(&format!("/{}", path.replace('.', "/")));
    match value {
        None | Some(Value::Null) => String::new(),
        Some(Value::Bool(flag)) => if *flag { "ja" } else { "nej" }.to_owned(),
        Some(Value::String(text)) => text.clone(),
        Some(Value::Array(items)) if path.ends_with("days") => days(items),
        Some(Value::Array(items)) => items.iter().map(text).collect::<Vec<_>>().join("|"),
        Some(Value::Object(_)) => value.map(text).unwrap_or_default(),
        Some(Value::Number(number)) => number.to_string(),
    }
}

/// A term is written by its text; its codes have no column.
fn text(value: &Value) -> String {
    value.get("text").or(Some(value)).and_then(Value::as_str).unwrap_or_default().to_owned()
}

fn days(items: &[Value]) -> String {
    const DAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
    let number =
        |day: &Value| DAYS.iter().position(|name| day.as_str() == Some(name)).map(|place| (place + 1).to_string());
    items.iter().filter_map(number).collect::<Vec<_>>().join(",")
}
