//! What `samsyn demo --list` prints: who can sign in and which people show what.
//!
//! A stable surface. Not here: any content of the records.

use serde_json::{Value, json};

use crate::seed::Seed;

/// The list as JSON: `staff[]`, `people[]`, `organisations[]`, `sources[]`.
pub fn list_json(seed: &Seed) -> Value {
    let staff: Vec<Value> = seed
        .staff
        .iter()
        .map(|member| {
            json!({
                "id": member.id,
                "name": member.name(),
                "role": member.title,
                "organisation": member.organisation,
                "assignments": member.commissions.iter().map(|commission| &commission.name).collect::<Vec<_>>(),
            })
        })
        .collect();
    let people: Vec<Value> = seed
        .people
        .iter()
        .map(|person| {
            json!({
                "personal_number": person.personal_number,
                "name": person.name,
                "organisation": person.organisation,
                "shows": person.shows,
            })
        })
        .collect();
    let organisations: Vec<Value> = seed
        .organisations
        .iter()
        .map(|organisation| json!({ "id": organisation.id, "name": organisation.name, "providers": organisation.providers }))
        .collect();
    let sources: Vec<Value> = seed
        .sources
        .iter()
        .map(|source| {
            json!({
                "id": source.id,
                "system": source.system,
                "adapter": source.adapter,
                "organisation": source.organisation,
            })
        })
        .collect();
    json!({ "staff": staff, "people": people, "organisations": organisations, "sources": sources })
}
