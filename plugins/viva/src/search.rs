//! Finding the person: the number goes in a POST body, and what comes back is Viva's own id and the banner.
//!
//! Invariant: the banner and the lists are read only when Viva states the number that was asked for.

use samsyn_adapter::{
    Answers, Call, Fields, Host, Json, Notes, Problem, Query, request, sink,
    types::{Failure, FailureKind},
};
use serde_json::json;

use crate::{Law, part, words};

/// Where the search goes.
pub const PATH: &str = "/api/v2/brukare/sok";

/// Fields of which one at least makes a banner. Somebody known by number only is nobody Viva can describe.
const TELLING: [&str; 9] = [
    "fornamn",
    "efternamn",
    "fodelsedatum",
    "kon",
    "sekretessmarkering",
    "skyddadFolkbokforing",
    "avliden",
    "tolksprak",
    "kommunikationsbehov",
];

/// Viva's id of the person; none when Viva does not know the number. The banner is pushed on the way.
pub fn find<H: Host>(answers: &mut Answers<'_, H>, query: &Query, law: Law) -> Result<Option<String>, Failure> {
    let language = answers.language;
    let Some(asked) = query.identifiers.first() else {
        let why = language.text("ingen identitet att fråga med", "no identifier to ask by");
        return Err(Problem::new(FailureKind::PatientUnknown, "no-identifier", why).failure);
    };
    let body = json!({ "personnummer": asked.value, "lagrum": law.word() }).to_string();
    let call = Call::post("viva", PATH).header("accept", "application/json").body("application/json", body);
    let reply = request::success(language, answers.host.send(&call.credential("licens").build()))
        .map_err(|problem| problem.failure)?;
    let malformed = |code, what: &str| Problem::malformed(language, code, format!("sok: {what}")).failure;
    let reply = Json::parse(&reply.body).map_err(|_| malformed("not-json", "not JSON"))?;
    let found = reply
        .get("brukare")
        .and_then(Json::as_list)
        .ok_or_else(|| malformed("no-brukare", "field brukare is missing"))?;
    if reply.get("antal").and_then(Json::as_count) != u64::try_from(found.len()).ok() {
        return Err(malformed("antal", "field antal does not agree with brukare"));
    }
    match found {
        [] => Ok(None),
        [user] => one(answers, query, user).map(Some),
        _ => {
            let why =
                language.text("källan har flera personer med numret", "the source has several people of this number");
            Err(Problem::new(FailureKind::PatientAmbiguous, "several", why).failure)
        }
    }
}

fn one<H: Host>(answers: &mut Answers<'_, H>, query: &Query, user: &Json<'_>) -> Result<String, Failure> {
    let language = answers.language;
    let malformed = |what: &str| Problem::malformed(language, "brukare", format!("sok: {what}")).failure;
    let notes = Notes::new(language);
    let fields = Fields::of(user, "brukare", &notes).ok_or_else(|| malformed("brukare is no object"))?;
    let number = fields.required("personnummer").ok_or_else(|| malformed("field personnummer is missing"))?;
    let user_id = fields.required("brukarId").ok_or_else(|| malformed("field brukarId is missing"))?;
    let of_id = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    if user_id.len() > 64 || !user_id.bytes().all(of_id) {
        return Err(malformed("field brukarId cannot stand in a path"));
    }
    if answers.asks("person") {
        // Read even when the number is another one: the host then sees that the source answered about somebody else.
        if TELLING.iter().any(|field| fields.has(field))
            && let Some(person) = person(&fields, number.clone())
        {
            answers.push(person);
        }
        answers.read("person");
        notes.tell(answers, "person");
    }
    if query.identifiers.iter().any(|asked| part::compact(&asked.value) == part::compact(&number)) {
        return Ok(user_id);
    }
    let why = language.text("svaret gäller inte den som frågan gällde", "the reply is about somebody else");
    Err(Problem::new(FailureKind::UpstreamMalformed, "wrong-patient", why).failure)
}

/// The banner.
pub fn person(fields: &Fields<'_>, number: String) -> Option<sink::PersonDetails> {
    Some(sink::PersonDetails {
        identifier: part::identifier(number),
        given_name: fields.text("fornamn"),
        family_name: fields.text("efternamn"),
        birth_date: fields.time("fodelsedatum"),
        sex: part::word(fields, "kon", words::SEX),
        protection: part::protection(fields),
        life: life(fields),
        interpreter_language: fields.text("tolksprak"),
        communication_need: fields.text("kommunikationsbehov"),
        provenance: part::provenance(fields)?,
    })
}

fn life(fields: &Fields<'_>) -> sink::Life {
    let at = fields.time("avlidenDatum");
    match (fields.flag("avliden"), at) {
        (Some(true), at) => sink::Life::Deceased(at),
        (_, Some(at)) => sink::Life::Deceased(Some(at)),
        (Some(false), None) => sink::Life::Alive,
        (None, None) => sink::Life::NotStated,
    }
}
