//! The form of a binding: read into what is granted, and what was granted written as a form.
//!
//! Not here: whether what is granted can be used (`wiring::fleet::faults`). Invariant: a field that the package does not ask for grants nothing; what
//! was typed is kept as it was typed, but for secrets, which are taken out first.

use std::collections::BTreeMap;

use samsyn_domain::{
    binding::{Binding, Fault, GrantedCredential, GrantedOrigin, Wrong},
    maintenance::Recurring,
    package::Described,
    source::{LinkRule, ProviderId, SourceId},
};
use samsyn_service::sources::binding::ToBind;
use samsyn_ui::Typed;
use secrecy::SecretString;
use serde_json::json;

/// Milliseconds for an answer, unless something else is written.
const USUAL_ANSWER_MS: u64 = 5_000;
/// Most occasions of recurring maintenance that are read.
const OCCASIONS_MOST: usize = 20;
const SECRET: &str = ".secret";

/// A form that was sent.
pub struct Sent {
    pub source: Option<SourceId>,
    pub package: String,
    base: u32,
    secrets: Vec<(String, SecretString)>,
    /// Without secrets.
    pub typed: Typed,
}

impl Sent {
    /// None when it is no form of ours.
    pub fn read(pairs: Vec<(String, String)>) -> Option<Self> {
        let (mut typed, mut secrets) = (Typed::new(), Vec::new());
        for (name, value) in pairs {
            if let Some(slot) = name.strip_prefix("credential.").and_then(|rest| rest.strip_suffix(SECRET)) {
                let secret = value.trim_end_matches(['\r', '\n']);
                if !secret.is_empty() {
                    secrets.push((slot.to_owned(), SecretString::from(secret.to_owned())));
                }
            } else {
                typed.insert(name, value);
            }
        }
        let source = typed.remove("source").map(SourceId::new);
        let package = typed.remove("package")?;
        let base = typed.remove("base")?.parse().ok()?;
        Some(Self { source, package, base, secrets, typed })
    }

    /// What is to be bound. `former` is what the source was granted last: a secret that is not sent anew stays.
    pub fn into_grant(
        self,
        described: &Described,
        component: String,
        former: Option<&Binding>,
    ) -> Result<ToBind, Vec<Fault>> {
        let mut faults = Vec::new();
        let form = Fields(&self.typed);
        let answer_within_ms = form.number("answer_within_ms", Some(USUAL_ANSWER_MS), &mut faults);
        let memory_mib = form.number("memory_mib", None, &mut faults);
        let lookups_at_once = form.number("lookups_at_once", None, &mut faults);
        let credentials = described.credential_slots.iter().filter_map(|slot| form.credential(&slot.name, former));
        let binding = Binding {
            package: self.package.clone(),
            component,
            described: described.clone(),
            system: form.text("system").unwrap_or_default(),
            provider: form.text("provider").map(ProviderId::new),
            link_rule: if form.text("link_rule").as_deref() == Some("always") {
                LinkRule::Always
            } else {
                LinkRule::Known
            },
            answer_within_ms: answer_within_ms.unwrap_or_default(),
            lookups_at_once: lookups_at_once.map(|number| usize::try_from(number).unwrap_or(usize::MAX)),
            memory_mib: memory_mib.map(|number| usize::try_from(number).unwrap_or(usize::MAX)),
            phone: form.text("phone"),
            contact: form.text("contact"),
            maintenance: form.maintenance(&mut faults),
            settings: form.settings(described),
            origins: described.origins.iter().map(|origin| form.origin(&origin.alias, &origin.methods)).collect(),
            credentials: credentials.collect(),
            compared_with: form.text("compared_with").map(SourceId::new),
        };
        let mut secrets = self.secrets;
        secrets.retain(|(slot, _)| binding.credentials.iter().any(|credential| credential.slot == *slot));
        if !faults.is_empty() {
            return Err(faults);
        }
        let reason = form.text("reason").unwrap_or_default();
        Ok(ToBind { source: self.source, base: self.base, binding, secrets, reason })
    }
}

/// What was typed, by field; blank is nothing.
struct Fields<'a>(&'a Typed);

impl Fields<'_> {
    fn text(&self, name: &str) -> Option<String> {
        self.0.get(name).map(|value| value.trim()).filter(|value| !value.is_empty()).map(str::to_owned)
    }

    fn number(&self, name: &str, usual: Option<u64>, faults: &mut Vec<Fault>) -> Option<u64> {
        let Some(text) = self.text(name) else { return usual };
        let number = text.parse().ok();
        if number.is_none() {
            faults.push(Fault::of(name, Wrong::Number(1, 28_000)));
        }
        number
    }

    fn origin(&self, alias: &str, methods: &[String]) -> GrantedOrigin {
        let field = |name: &str| self.text(&format!("origin.{alias}.{name}"));
        let ranges = field("address_ranges").unwrap_or_default();
        GrantedOrigin {
            alias: alias.to_owned(),
            base_url: field("base_url").unwrap_or_default(),
            methods: methods.to_vec(),
            address_ranges: ranges.split_whitespace().map(str::to_owned).collect(),
            ca_pem: field("ca"),
        }
    }

    /// None when no kind was chosen: the slot is left empty.
    fn credential(&self, slot: &str, former: Option<&Binding>) -> Option<GrantedCredential> {
        let field = |name: &str| self.text(&format!("credential.{slot}.{name}"));
        let kind = field("kind")?;
        let before = former.and_then(|former| former.credentials.iter().find(|one| one.slot == slot));
        // What belongs to another kind is left in the form, and grants nothing.
        let of = |kinds: &[&str], name: &str| field(name).filter(|_| kinds.contains(&kind.as_str()));
        let oauth = ["client-credentials", "private-key-jwt"];
        Some(GrantedCredential {
            slot: slot.to_owned(),
            secret: before.map_or(0, |before| before.secret),
            header: of(&["static-header"], "header"),
            user: of(&["basic"], "user"),
            token_url: of(&oauth, "token_url"),
            client_id: of(&oauth, "client_id"),
            scope: of(&oauth, "scope"),
            key_id: of(&["private-key-jwt"], "key_id"),
            certificate_pem: of(&["client-certificate"], "certificate"),
            kind,
        })
    }

    fn settings(&self, described: &Described) -> BTreeMap<String, String> {
        let asked = described.settings.iter();
        asked.filter_map(|asked| Some((asked.key.clone(), self.text(&format!("setting.{}", asked.key))?))).collect()
    }

    fn maintenance(&self, faults: &mut Vec<Fault>) -> Vec<Recurring> {
        let mut all = Vec::new();
        for row in 0..OCCASIONS_MOST {
            let name = |field: &str| format!("maintenance.{row}.{field}");
            let Some(day) = self.text(&name("day")) else { continue };
            let Some(minutes) = self.number(&name("minutes"), None, faults) else {
                faults.push(Fault::of(name("minutes"), Wrong::Missing));
                continue;
            };
            let week = self.text(&name("week_of_month")).and_then(|week| week.parse::<i8>().ok());
            let from = self.text(&name("from")).unwrap_or_default();
            // A browser sends hours and minutes; the time of day has seconds.
            let from = if from.len() == 5 { format!("{from}:00") } else { from };
            let read = json!({ "day": day, "week_of_month": week, "from": from, "minutes": minutes });
            match serde_json::from_value(read) {
                Ok(occasion) => all.push(occasion),
                Err(_) => faults.push(Fault::of(name("from"), Wrong::Time)),
            }
        }
        all
    }
}

/// The form of a source that is new.
pub fn beginning(described: &Described) -> Typed {
    let mut typed = Typed::new();
    typed.insert("system".into(), described.name.clone());
    typed.insert("link_rule".into(), "known".into());
    typed.insert("answer_within_ms".into(), USUAL_ANSWER_MS.to_string());
    typed
}

/// The form of what was granted, without the reason.
pub fn written(binding: &Binding) -> Typed {
    let mut typed = Typed::new();
    let mut put = |name: String, value: Option<String>| {
        if let Some(value) = value {
            typed.insert(name, value);
        }
    };
    put("system".into(), Some(binding.system.clone()));
    put("provider".into(), binding.provider.as_ref().map(ToString::to_string));
    let rule = match binding.link_rule {
        LinkRule::Always => "always",
        LinkRule::Known => "known",
    };
    put("link_rule".into(), Some(rule.into()));
    put("answer_within_ms".into(), Some(binding.answer_within_ms.to_string()));
    put("lookups_at_once".into(), binding.lookups_at_once.map(|number| number.to_string()));
    put("memory_mib".into(), binding.memory_mib.map(|number| number.to_string()));
    put("phone".into(), binding.phone.clone());
    put("contact".into(), binding.contact.clone());
    put("compared_with".into(), binding.compared_with.as_ref().map(ToString::to_string));
    for origin in &binding.origins {
        let name = |field: &str| format!("origin.{}.{field}", origin.alias);
        put(name("base_url"), Some(origin.base_url.clone()));
        put(name("address_ranges"), Some(origin.address_ranges.join("\n")));
        put(name("ca"), origin.ca_pem.clone());
    }
    for credential in &binding.credentials {
        let name = |field: &str| format!("credential.{}.{field}", credential.slot);
        put(name("kind"), Some(credential.kind.clone()));
        put(name("header"), credential.header.clone());
        put(name("user"), credential.user.clone());
        put(name("token_url"), credential.token_url.clone());
        put(name("client_id"), credential.client_id.clone());
        put(name("scope"), credential.scope.clone());
        put(name("key_id"), credential.key_id.clone());
        put(name("certificate"), credential.certificate_pem.clone());
    }
    for (key, value) in &binding.settings {
        put(format!("setting.{key}"), Some(value.clone()));
    }
    for (row, occasion) in binding.maintenance.iter().enumerate() {
        let name = |field: &str| format!("maintenance.{row}.{field}");
        let day = serde_json::to_value(occasion.day).ok().and_then(|day| day.as_str().map(str::to_owned));
        put(name("day"), day);
        put(name("week_of_month"), occasion.week_of_month.map(|week| week.to_string()));
        put(name("from"), Some(occasion.from.strftime("%H:%M").to_string()));
        put(name("minutes"), Some(occasion.minutes.to_string()));
    }
    typed
}
