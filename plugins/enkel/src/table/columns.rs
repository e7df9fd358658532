//! The columns each file may have: name in the header row, and the field of the JSON form that it becomes.
//!
//! Invariant: a column means the same in every file that has it. To add one: a row here and a line in the README.

/// How a cell is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cell {
    /// Text, word or time.
    Text,
    /// `ja`/`nej`, `true`/`false`, `1`/`0`.
    Flag,
    /// A whole number.
    Count,
    /// Texts separated by `|`.
    List,
    /// Days of the week, Monday is 1: `1-5`, `6,7`, `1,3,5`.
    Days,
}

/// One column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// Name in the header row.
    pub name: &'static str,
    /// Field of the JSON form; a number is a place in a list.
    pub path: &'static str,
    /// How it is written.
    pub cell: Cell,
}

const fn text(name: &'static str, path: &'static str) -> Column {
    Column { name, path, cell: Cell::Text }
}

const fn of(name: &'static str, path: &'static str, cell: Cell) -> Column {
    Column { name, path, cell }
}

/// In every file.
const EVERY: [Column; 22] = [
    text("id", "provenance.id"),
    text("patientSystem", "provenance.patient.system"),
    text("patient", "provenance.patient.value"),
    text("careProviderId", "provenance.careProvider.id"),
    text("careProviderName", "provenance.careProvider.name"),
    text("careUnitId", "provenance.careUnit.id"),
    text("careUnitName", "provenance.careUnit.name"),
    text("informationType", "provenance.informationType"),
    text("recorded", "provenance.recorded"),
    text("authorName", "provenance.author.name"),
    text("authorRole", "provenance.author.role"),
    text("authorId", "provenance.author.id"),
    text("authorUnitId", "provenance.author.unit.id"),
    text("authorUnitName", "provenance.author.unit.name"),
    text("signing", "provenance.signing.is"),
    text("signedAt", "provenance.signing.at"),
    text("signedByName", "provenance.signing.by.name"),
    text("signedByRole", "provenance.signing.by.role"),
    text("signedById", "provenance.signing.by.id"),
    text("signedByUnitId", "provenance.signing.by.unit.id"),
    text("signedByUnitName", "provenance.signing.by.unit.name"),
    text("link", "provenance.link"),
];

const UNIT: [Column; 2] = [text("unitId", "unit.id"), text("unitName", "unit.name")];

const PHONES: [Column; 6] = [
    text("phone", "phones.0.number"),
    text("phoneNote", "phones.0.note"),
    of("phoneStaffOnly", "phones.0.staffOnly", Cell::Flag),
    text("phone2", "phones.1.number"),
    text("phone2Note", "phones.1.note"),
    of("phone2StaffOnly", "phones.1.staffOnly", Cell::Flag),
];

const SERVICES: [Column; 6] = [
    text("kind", "kind"),
    text("phase", "phase"),
    text("text", "text"),
    text("started", "started"),
    text("ended", "ended"),
    text("lastNoted", "lastNoted"),
];

const CONTACTS: [Column; 18] = [
    text("kind", "kind"),
    text("protection", "protection"),
    text("name", "name"),
    text("role", "role"),
    of("order", "order", Cell::Count),
    of("mayBeInformed", "mayBeInformed", Cell::Flag),
    of("callAtNight", "callAtNight", Cell::Flag),
    of("openDays", "openings.0.days", Cell::Days),
    text("openFrom", "openings.0.from"),
    text("openTo", "openings.0.to"),
    text("absentFrom", "absent.from"),
    text("absentTo", "absent.to"),
    text("substituteName", "substitute.name"),
    text("substituteRole", "substitute.role"),
    text("substitutePhone", "substitute.phones.0.number"),
    text("note", "note"),
    text("validFrom", "validFrom"),
    text("validTo", "validTo"),
];

const CARE_LIMITS: [Column; 23] = [
    text("text", "text"),
    text("nature", "nature"),
    of("measures", "measures", Cell::List),
    text("grounds", "grounds"),
    text("authorKind", "authorKind"),
    text("decidedByName", "decidedBy.name"),
    text("decidedByRole", "decidedBy.role"),
    text("decidedById", "decidedBy.id"),
    text("decidedByUnitId", "decidedBy.unit.id"),
    text("decidedByUnitName", "decidedBy.unit.name"),
    text("consultedName", "consulted.0.name"),
    text("consultedRole", "consulted.0.role"),
    text("consultedId", "consulted.0.id"),
    text("consultedUnitId", "consulted.0.unit.id"),
    text("consultedUnitName", "consulted.0.unit.name"),
    text("patientAttitude", "patientAttitude"),
    text("relativesAttitude", "relativesAttitude"),
    text("decided", "decided"),
    text("validFrom", "validFrom"),
    text("validTo", "validTo"),
    text("reassessed", "reassessed"),
    text("phase", "phase"),
    text("decisionId", "decisionId"),
];

const DOCUMENTS: [Column; 5] = [
    text("kind", "kind"),
    text("title", "title"),
    text("date", "date"),
    text("text", "text"),
    text("mediaType", "mediaType"),
];

/// Columns of the file of one section; none for a section without a file.
pub fn columns(section: &str) -> Vec<Column> {
    let own: &[&[Column]] = match section {
        "services" => &[&SERVICES, &UNIT, &PHONES],
        "contacts" => &[&CONTACTS, &UNIT, &PHONES],
        "care-limits" => &[&CARE_LIMITS],
        "documents" => &[&DOCUMENTS, &UNIT],
        _ => return Vec::new(),
    };
    EVERY.iter().chain(own.iter().copied().flatten()).copied().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_column_name_stands_twice_in_a_file_and_the_readme_names_every_one() {
        let readme = include_str!("../../README.md");
        for section in super::super::SECTIONS {
            let mut names: Vec<_> = columns(section).iter().map(|column| column.name).collect();
            for name in &names {
                assert!(readme.contains(&format!("`{name}`")), "{name}");
            }
            let all = names.len();
            names.sort_unstable();
            names.dedup();
            assert_eq!(names.len(), all, "{section}");
        }
    }
}
