//! What an adapter says of itself: the JSON that `describe` returns, by `wit/manifest.schema.json`.
//!
//! Not here: what an administrator grants (`egress`), which adapter a source uses (`runtime`).
//! Invariant: a manifest that parses is consistent: every name is well-formed and appears once, every choice has choices.
//! To add a key: a field here, its description in the schema, a check in [`Manifest::validate`].

#[cfg(test)]
mod fuzz;

use std::collections::{BTreeMap, BTreeSet};

use http::Method;
use samsyn_domain::{
    identifier::IdentifierKind,
    section::{PERSON, Section},
    vocabulary::ServiceKind,
};
use serde::{Deserialize, Serialize};

/// Largest manifest that is read.
pub const MANIFEST_MAX_BYTES: usize = 64 * 1024;

/// An adapter's description of itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// Stable id, e.g. `fhir-r4`.
    pub id: String,
    /// Name for the administrator.
    pub name: String,
    /// Who makes it.
    pub vendor: String,
    /// Version of the adapter.
    pub version: String,
    /// Version of the contract it was built for, e.g. `1.0`.
    pub contract: String,
    /// Sections it answers, `person` included. A name this portal does not know is never asked for.
    pub sections: Vec<String>,
    /// Badges it can light.
    #[serde(default)]
    pub service_kinds: Vec<ServiceKind>,
    /// Identifier kinds it can be asked by.
    pub identifier_kinds: Vec<IdentifierKind>,
    /// Origins it wants to reach; the administrator binds each alias to a base URL.
    #[serde(default)]
    pub origins: Vec<Origin>,
    /// Secrets it wants used on its behalf.
    #[serde(default)]
    pub credential_slots: Vec<CredentialSlot>,
    /// What the administrator may set.
    #[serde(default)]
    pub settings: Vec<Setting>,
    /// Languages of the texts it writes itself, BCP 47.
    #[serde(default)]
    pub languages: Vec<String>,
    /// Its records may belong to several providers.
    #[serde(default)]
    pub multi_provider: bool,
}

/// An origin the adapter wants to reach.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Origin {
    /// Name used in requests, e.g. `api`.
    pub alias: String,
    /// For the administrator: what it is for.
    pub description: String,
    /// Methods it uses.
    #[serde(with = "methods")]
    pub methods: Vec<Method>,
}

/// A named place for a secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CredentialSlot {
    /// Name used in requests.
    pub name: String,
    /// Kinds of credential that work.
    pub kinds: Vec<CredentialKind>,
    /// For the administrator: what it is for.
    pub description: String,
}

/// How a credential is applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CredentialKind {
    /// A header with a fixed value.
    StaticHeader,
    /// HTTP basic authentication.
    Basic,
    /// OAuth2 client credentials, with secret or `private_key_jwt`.
    #[serde(rename = "oauth2-client-credentials")]
    OAuth2ClientCredentials,
    /// A client certificate.
    ClientCertificate,
    /// A key for `keys.hmac-sha256`.
    Hmac,
}

/// Something the administrator may set for a source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Setting {
    /// Name used in `settings.get`.
    pub key: String,
    /// Type of the value.
    #[serde(rename = "type")]
    pub kind: SettingKind,
    /// Whether the source cannot be asked without it.
    #[serde(default)]
    pub required: bool,
    /// Value when the administrator leaves it out.
    #[serde(default)]
    pub default: Option<String>,
    /// What it does, for the administrator.
    pub help: String,
    /// Values of a `choice`.
    #[serde(default)]
    pub choices: Vec<String>,
}

/// Type of a setting's value. Values are carried as text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SettingKind {
    /// Any text.
    String,
    /// A whole number.
    Integer,
    /// `true` or `false`.
    Boolean,
    /// One of `choices`.
    Choice,
}

/// Why a manifest is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ManifestError {
    /// Longer than [`MANIFEST_MAX_BYTES`].
    #[error("the manifest is longer than {MANIFEST_MAX_BYTES} bytes")]
    TooLong,
    /// Not JSON, or not by the schema.
    #[error("the manifest does not follow manifest.schema.json: {0}")]
    Unreadable(String),
    /// A value breaks a rule.
    #[error("manifest, `{field}`: {why}")]
    Rule {
        /// Which.
        field: &'static str,
        /// What is wrong.
        why: String,
    },
}

/// Why settings do not fit the manifest.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SettingsError {
    /// The adapter has no such setting.
    #[error("setting `{0}` is not one of this adapter's settings")]
    Unknown(String),
    /// Missing and required.
    #[error("setting `{0}` is required")]
    Missing(String),
    /// Of the wrong type.
    #[error("setting `{key}` must be {expected}")]
    Type {
        /// Which.
        key: String,
        /// What it must be.
        expected: String,
    },
}

impl Manifest {
    /// Reads and checks a manifest.
    ///
    /// # Errors
    /// What does not follow the schema, for the vendor.
    pub fn read(json: &str) -> Result<Self, ManifestError> {
        if json.len() > MANIFEST_MAX_BYTES {
            return Err(ManifestError::TooLong);
        }
        let manifest: Self =
            serde_json::from_str(json).map_err(|error| ManifestError::Unreadable(error.to_string()))?;
        manifest.validate()?;
        Ok(manifest)
    }

    fn validate(&self) -> Result<(), ManifestError> {
        name("id", &self.id)?;
        for (field, text) in [("name", &self.name), ("vendor", &self.vendor), ("version", &self.version)] {
            words(field, text)?;
        }
        contract(&self.contract)?;
        names("sections", self.sections.iter())?;
        names("origins.alias", self.origins.iter().map(|origin| &origin.alias))?;
        names("credential_slots.name", self.credential_slots.iter().map(|slot| &slot.name))?;
        names("settings.key", self.settings.iter().map(|setting| &setting.key))?;
        if self.sections.is_empty() {
            return rule("sections", "at least one section");
        }
        if self.identifier_kinds.is_empty() {
            return rule("identifier_kinds", "at least one kind of identifier");
        }
        for origin in &self.origins {
            words("origins.description", &origin.description)?;
            if origin.methods.is_empty() {
                return rule("origins.methods", format!("`{}` names no method", origin.alias));
            }
        }
        for slot in &self.credential_slots {
            words("credential_slots.description", &slot.description)?;
            if slot.kinds.is_empty() {
                return rule("credential_slots.kinds", format!("`{}` names no kind", slot.name));
            }
        }
        if self.service_kinds.iter().any(|kind| kind.word().is_empty()) {
            return rule("service_kinds", "a kind is a word of vocabulary.json, or one of your own");
        }
        if self.languages.iter().any(|tag| tag.chars().count() < 2) {
            return rule("languages", "a language is a tag such as `sv`");
        }
        self.settings.iter().try_for_each(Setting::validate)
    }

    /// Sections this portal can ask it for.
    pub fn known_sections(&self) -> Vec<Section> {
        self.sections.iter().filter_map(|name| Section::named(name)).collect()
    }

    /// Whether it answers the section.
    pub fn answers(&self, section: Section) -> bool {
        self.sections.iter().any(|name| name == section.name())
    }

    /// Whether it answers the banner.
    pub fn answers_person(&self) -> bool {
        self.sections.iter().any(|name| name == PERSON)
    }

    /// Checks the administrator's settings and adds the defaults.
    ///
    /// # Errors
    /// The first setting that is unknown, missing or of the wrong type.
    pub fn settings(&self, given: &BTreeMap<String, String>) -> Result<BTreeMap<String, String>, SettingsError> {
        if let Some((_, error)) = self.unfit(given).into_iter().next() {
            return Err(error);
        }
        let value = |setting: &Setting| given.get(&setting.key).or(setting.default.as_ref()).cloned();
        Ok(self.settings.iter().filter_map(|setting| Some((setting.key.clone(), value(setting)?))).collect())
    }

    /// Every setting that is unknown, missing or of the wrong type. A blank one is missing: the adapter is not given it.
    pub fn unfit(&self, given: &BTreeMap<String, String>) -> Vec<(String, SettingsError)> {
        let is_unknown = |key: &&String| self.settings.iter().all(|setting| setting.key != **key);
        let unknown = given.keys().filter(is_unknown).map(|key| (key.clone(), SettingsError::Unknown(key.clone())));
        let known = self.settings.iter().filter_map(|setting| {
            let value = given.get(&setting.key).or(setting.default.as_ref());
            let error = match value {
                Some(value) if !(setting.required && value.trim().is_empty()) => setting.check(value).err()?,
                None if !setting.required => return None,
                _ => SettingsError::Missing(setting.key.clone()),
            };
            Some((setting.key.clone(), error))
        });
        unknown.chain(known).collect()
    }
}

impl Setting {
    fn validate(&self) -> Result<(), ManifestError> {
        words("settings.help", &self.help)?;
        if (self.kind == SettingKind::Choice) == self.choices.is_empty() {
            return rule(
                "settings.choices",
                format!("`{}`: choices belong to the type `choice`, and only there", self.key),
            );
        }
        match &self.default {
            Some(value) => self.check(value).or_else(|error| rule("settings.default", error.to_string())),
            None => Ok(()),
        }
    }

    fn check(&self, value: &str) -> Result<(), SettingsError> {
        let (fits, expected) = match self.kind {
            SettingKind::String => (true, String::new()),
            SettingKind::Integer => (value.parse::<i64>().is_ok(), "a whole number".to_owned()),
            SettingKind::Boolean => (matches!(value, "true" | "false"), "`true` or `false`".to_owned()),
            SettingKind::Choice => {
                (self.choices.iter().any(|choice| choice == value), format!("one of {}", self.choices.join(", ")))
            }
        };
        if fits { Ok(()) } else { Err(SettingsError::Type { key: self.key.clone(), expected }) }
    }
}

fn rule<T>(field: &'static str, why: impl Into<String>) -> Result<T, ManifestError> {
    Err(ManifestError::Rule { field, why: why.into() })
}

/// A name: `[a-z0-9]` and single separators `-`, `_` or `.`, at most 64.
fn name(field: &'static str, text: &str) -> Result<(), ManifestError> {
    let ok = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b'_' | b'.');
    let starts = text.bytes().next().is_some_and(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
    if starts && text.len() <= 64 && text.bytes().all(ok) {
        Ok(())
    } else {
        rule(field, "must be 1 to 64 of a-z, 0-9, `-`, `_`, `.` and begin with a letter or digit")
    }
}

fn names<'a>(field: &'static str, all: impl Iterator<Item = &'a String>) -> Result<(), ManifestError> {
    let mut seen = BTreeSet::new();
    for text in all {
        name(field, text)?;
        if !seen.insert(text) {
            return rule(field, format!("`{text}` appears twice"));
        }
    }
    Ok(())
}

fn words(field: &'static str, text: &str) -> Result<(), ManifestError> {
    if text.trim().is_empty() || text.chars().count() > 2_000 || text.chars().any(char::is_control) {
        rule(field, "must be one line of 1 to 2000 characters")
    } else {
        Ok(())
    }
}

fn contract(version: &str) -> Result<(), ManifestError> {
    let parts: Vec<&str> = version.split('.').collect();
    let numbers = parts.iter().all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()));
    if numbers && (2..=3).contains(&parts.len()) && parts.first() == Some(&"1") {
        Ok(())
    } else {
        rule("contract", format!("`{version}` is not a version of contract 1, e.g. `1.0`"))
    }
}

/// Methods as the contract has them, in capitals as HTTP writes them.
mod methods {
    use http::Method;
    use serde::{Deserialize as _, Deserializer, Serializer, de::Error as _};

    const KNOWN: [Method; 6] = [Method::GET, Method::HEAD, Method::POST, Method::PUT, Method::PATCH, Method::DELETE];

    pub fn serialize<S: Serializer>(methods: &[Method], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(methods.iter().map(Method::as_str))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Method>, D::Error> {
        let words = Vec::<String>::deserialize(deserializer)?;
        words
            .into_iter()
            .map(|word| {
                KNOWN.into_iter().find(|method| method.as_str() == word).ok_or_else(|| {
                    D::Error::custom(format!("method `{word}` is none of GET, HEAD, POST, PUT, PATCH, DELETE"))
                })
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn json() -> serde_json::Value {
        serde_json::json!({
            "id": "example", "name": "Example", "vendor": "Example AB", "version": "1.2.0", "contract": "1.0",
            "sections": ["person", "alerts", "care-limits"],
            "service_kinds": ["home-nursing"],
            "identifier_kinds": ["personal-number", "coordination-number"],
            "origins": [{"alias": "api", "description": "The record system", "methods": ["GET", "POST"]}],
            "credential_slots": [{"name": "api", "kinds": ["basic", "oauth2-client-credentials"], "description": "Account"}],
            "settings": [
                {"key": "page-size", "type": "integer", "default": "50", "help": "Records per page"},
                {"key": "act", "type": "choice", "choices": ["hsl", "sol"], "required": true, "help": "Which law"}
            ],
            "languages": ["sv"], "multi_provider": false
        })
    }

    fn read(json: &serde_json::Value) -> Result<Manifest, ManifestError> {
        Manifest::read(&json.to_string())
    }

    #[test]
    fn a_full_manifest_says_what_it_answers() {
        let manifest = read(&json()).unwrap();
        assert!(manifest.answers_person() && manifest.answers(Section::CareLimits));
        assert!(!manifest.answers(Section::Plans));
        assert_eq!(manifest.known_sections(), [Section::Alerts, Section::CareLimits]);
        assert_eq!(manifest.origins[0].methods, [Method::GET, Method::POST]);
    }

    #[test]
    fn an_unknown_key_or_method_is_refused_by_name() {
        let mut unknown = json();
        unknown["colour"] = "red".into();
        assert!(read(&unknown).unwrap_err().to_string().contains("colour"));
        let mut method = json();
        method["origins"][0]["methods"] = serde_json::json!(["TRACE"]);
        assert!(read(&method).unwrap_err().to_string().contains("TRACE"));
    }

    #[test]
    fn broken_rules_name_their_field() {
        for (pointer, value, field) in [
            ("/id", serde_json::json!("Has Space"), "id"),
            ("/contract", serde_json::json!("2.0"), "contract"),
            ("/sections", serde_json::json!([]), "sections"),
            ("/sections", serde_json::json!(["alerts", "alerts"]), "sections"),
            ("/identifier_kinds", serde_json::json!([]), "identifier_kinds"),
            ("/origins/0/methods", serde_json::json!([]), "origins.methods"),
            ("/service_kinds/0", serde_json::json!(""), "service_kinds"),
            ("/languages/0", serde_json::json!("s"), "languages"),
            ("/settings/0/default", serde_json::json!("many"), "settings.default"),
            ("/settings/1/choices", serde_json::json!([]), "settings.choices"),
        ] {
            let mut broken = json();
            *broken.pointer_mut(pointer).unwrap() = value;
            match read(&broken) {
                Err(ManifestError::Rule { field: found, .. }) => assert_eq!(found, field, "{pointer}"),
                other => panic!("{pointer}: {other:?}"),
            }
        }
    }

    #[test]
    fn a_section_of_a_later_contract_is_kept_but_never_asked_for() {
        let mut later = json();
        later["sections"] = serde_json::json!(["alerts", "dental"]);
        assert_eq!(read(&later).unwrap().known_sections(), [Section::Alerts]);
    }

    #[test]
    fn settings_are_completed_and_checked_against_the_manifest() {
        let manifest = read(&json()).unwrap();
        let given = |pairs: &[(&str, &str)]| {
            let given = pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
            manifest.settings(&given)
        };
        assert_eq!(given(&[("act", "sol")]).unwrap()["page-size"], "50");
        assert_eq!(given(&[]), Err(SettingsError::Missing("act".into())));
        assert_eq!(given(&[("act", "sol"), ("colour", "red")]), Err(SettingsError::Unknown("colour".into())));
        assert!(given(&[("act", "lss")]).unwrap_err().to_string().contains("one of hsl, sol"));
        assert!(given(&[("act", "sol"), ("page-size", "ten")]).is_err());
    }

    #[test]
    fn the_published_schema_names_every_key_and_no_other() {
        let schema: serde_json::Value =
            serde_json::from_str(include_str!("../../../wit/manifest.schema.json")).unwrap();
        let written = serde_json::to_value(read(&json()).unwrap()).unwrap();
        let keys = |value: &serde_json::Value| value.as_object().unwrap().keys().cloned().collect::<BTreeSet<_>>();
        assert_eq!(keys(&schema["properties"]), keys(&written));
        let defs = &schema["$defs"];
        assert_eq!(keys(&defs["origin"]["properties"]), keys(&written["origins"][0]));
        assert_eq!(keys(&defs["credential-slot"]["properties"]), keys(&written["credential_slots"][0]));
        assert_eq!(keys(&defs["setting"]["properties"]), keys(&written["settings"][0]));
    }
}
