//! An adapter's package as an administrator judges it: what it says of itself, how it was tried, who signed it, and how it differs from what is
//! in use.
//!
//! Not here: reading, admitting and trying it (the kit), who may upload one (`service::catalogue`).
//! Invariant: a verdict that has a problem, or a case that failed, is never a pass; nothing that a package says of itself is a grant.

use std::{cmp::Ordering, collections::BTreeSet};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::access::Registrar;

/// What an adapter says of itself: the manifest by `wit/manifest.schema.json`, as text to be read. A key that this portal does not know is passed
/// over: the host has judged the manifest.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Described {
    /// Stable id of the adapter.
    pub id: String,
    /// Name for the administrator.
    pub name: String,
    /// Who makes it.
    pub vendor: String,
    /// Version of the adapter.
    pub version: String,
    /// Version of the contract.
    pub contract: String,
    /// Sections it answers, `person` included.
    pub sections: Vec<String>,
    /// Badges it can light.
    pub service_kinds: Vec<String>,
    /// Identifier kinds it can be asked by.
    pub identifier_kinds: Vec<String>,
    /// Where it wants to go.
    pub origins: Vec<DescribedOrigin>,
    /// Secrets it wants used on its behalf.
    pub credential_slots: Vec<DescribedSlot>,
    /// What can be set.
    pub settings: Vec<DescribedSetting>,
    /// Languages of its own texts.
    pub languages: Vec<String>,
    /// Its records may belong to several providers.
    pub multi_provider: bool,
}

/// An origin it wants to reach.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct DescribedOrigin {
    /// Its name.
    pub alias: String,
    /// What it is for.
    pub description: String,
    /// Methods it uses.
    pub methods: Vec<String>,
}

/// A place for a secret.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct DescribedSlot {
    /// Its name.
    pub name: String,
    /// Kinds of credential that work.
    pub kinds: Vec<String>,
    /// What it is for.
    pub description: String,
}

/// Something that can be set.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct DescribedSetting {
    /// Its name.
    pub key: String,
    /// string, integer, boolean or choice.
    #[serde(rename = "type")]
    pub kind: String,
    /// Whether the source cannot be asked without it.
    pub required: bool,
    /// Value when it is left out.
    pub default: Option<String>,
    /// What it does.
    pub help: String,
    /// Values of a choice.
    pub choices: Vec<String>,
}

/// Who signed a package.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "who", rename_all = "kebab-case")]
pub enum Signature {
    /// Nobody.
    Nobody,
    /// Somebody whose key the organisation has not enrolled; or it was changed after it was signed.
    Unknown,
    /// The vendor of this enrolled key.
    Vendor {
        /// The public key, as minisign writes it.
        key: String,
    },
}

/// Why a package is not one that can be used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trouble {
    /// What is wrong, for the vendor, in English.
    pub what: String,
    /// What the vendor can do.
    pub advice: String,
}

/// What the portal found when it read, admitted and tried a package.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict {
    /// Why it could not be tried to the end.
    pub trouble: Option<Trouble>,
    /// What it says of itself, when it could be read.
    pub described: Option<Described>,
    /// SHA-256 of its component, hex.
    pub component: Option<String>,
    /// Bytes of its component.
    pub component_bytes: u64,
    /// Who signed it.
    pub signature: Signature,
    /// Cases that were tried.
    pub cases: usize,
    /// Lookups that were made, variations included.
    pub lookups: usize,
    /// What went wrong, by case.
    pub failed: Vec<FailedCase>,
    /// Sections that no case asks for.
    pub untried: Vec<String>,
}

/// A case that failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FailedCase {
    /// Its name.
    pub case: String,
    /// What was found, in the kit's words.
    pub found: Vec<String>,
}

impl Verdict {
    /// One of a package that could not be tried.
    pub fn refused(what: impl Into<String>, advice: impl Into<String>) -> Self {
        Self {
            trouble: Some(Trouble { what: what.into(), advice: advice.into() }),
            described: None,
            component: None,
            component_bytes: 0,
            signature: Signature::Nobody,
            cases: 0,
            lookups: 0,
            failed: Vec::new(),
            untried: Vec::new(),
        }
    }

    /// Whether it was admitted and every case passed; without a case nothing was tried.
    pub fn passed(&self) -> bool {
        self.trouble.is_none() && self.failed.is_empty() && self.cases > 0 && self.component.is_some()
    }
}

/// A package that was uploaded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Uploaded {
    /// SHA-256 of the file, hex.
    pub digest: String,
    /// 1, 2, 3 …: a package can be tried again.
    pub number: u32,
    /// When.
    pub at: Timestamp,
    /// By whom, in an assignment of the organisation whose catalogue it is in.
    pub by: Registrar,
    /// What was found; none while it is being tried, or when that was broken off.
    pub verdict: Option<Verdict>,
}

/// A vendor's key that an organisation has enrolled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VendorKey {
    /// The public key, as minisign writes it.
    pub key: String,
    /// Whose it is, in the administrator's words.
    pub name: String,
    /// When it was enrolled.
    pub at: Timestamp,
    /// By whom.
    pub by: Registrar,
}

/// Something in which a package differs from the one in use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Difference {
    /// Another vendor makes it.
    Vendor {
        /// Who made the one in use.
        before: String,
    },
    /// Another version of the contract.
    Contract {
        /// Of the one in use.
        before: String,
    },
    /// It wants to go somewhere else, too.
    OriginGained {
        /// Where.
        alias: String,
        /// What for.
        description: String,
        /// How.
        methods: Vec<String>,
    },
    /// It does not go there any more.
    OriginLost(String),
    /// It wants to send other kinds of requests.
    MethodsGained {
        /// Where.
        alias: String,
        /// Which.
        methods: Vec<String>,
    },
    /// It does not send these any more.
    MethodsLost {
        /// Where.
        alias: String,
        /// Which.
        methods: Vec<String>,
    },
    /// It wants another secret used.
    SlotGained {
        /// Which.
        name: String,
        /// What for.
        description: String,
    },
    /// It needs this secret no more.
    SlotLost(String),
    /// Its records may belong to several providers, which they did not before.
    SeveralProviders,
    /// Its records belong to one provider now.
    OneProvider,
    /// Sections it answers now.
    SectionsGained(Vec<String>),
    /// Sections it answers no more.
    SectionsLost(Vec<String>),
    /// Badges it lights now.
    BadgesGained(Vec<String>),
    /// Badges it lights no more.
    BadgesLost(Vec<String>),
    /// Kinds of numbers it can be asked by now.
    IdentifiersGained(Vec<String>),
    /// Kinds of numbers it cannot be asked by any more.
    IdentifiersLost(Vec<String>),
    /// There is more to set.
    SettingGained {
        /// What.
        key: String,
        /// Whether it has to be.
        required: bool,
        /// What it does.
        help: String,
    },
    /// This cannot be set any more.
    SettingLost(String),
    /// This setting means something else: its type, default, choices, or that it has to be set.
    SettingChanged(String),
}

impl Difference {
    /// Whether it lets the adapter do what it could not: somebody has to grant it.
    pub const fn asks_for_more(&self) -> bool {
        matches!(
            self,
            Self::Vendor { .. }
                | Self::OriginGained { .. }
                | Self::MethodsGained { .. }
                | Self::SlotGained { .. }
                | Self::SeveralProviders
        )
    }
}

/// In what a package differs from the one in use: what asks for more first.
pub fn differences(used: &Described, new: &Described) -> Vec<Difference> {
    let mut all = Vec::new();
    if used.vendor != new.vendor {
        all.push(Difference::Vendor { before: used.vendor.clone() });
    }
    if used.contract != new.contract {
        all.push(Difference::Contract { before: used.contract.clone() });
    }
    origins(used, new, &mut all);
    for slot in missing(&new.credential_slots, &used.credential_slots, |slot| &slot.name) {
        all.push(Difference::SlotGained { name: slot.name.clone(), description: slot.description.clone() });
    }
    for slot in missing(&used.credential_slots, &new.credential_slots, |slot| &slot.name) {
        all.push(Difference::SlotLost(slot.name.clone()));
    }
    match (used.multi_provider, new.multi_provider) {
        (false, true) => all.push(Difference::SeveralProviders),
        (true, false) => all.push(Difference::OneProvider),
        _ => {}
    }
    lists(&used.sections, &new.sections, &mut all, Difference::SectionsGained, Difference::SectionsLost);
    lists(&used.service_kinds, &new.service_kinds, &mut all, Difference::BadgesGained, Difference::BadgesLost);
    let (gained, lost) = (Difference::IdentifiersGained, Difference::IdentifiersLost);
    lists(&used.identifier_kinds, &new.identifier_kinds, &mut all, gained, lost);
    settings(used, new, &mut all);
    all.sort_by_key(|difference| !difference.asks_for_more());
    all
}

/// What is in one list and not in the other, by name.
fn missing<'a, T>(of: &'a [T], from: &'a [T], name: impl Fn(&T) -> &String) -> Vec<&'a T> {
    of.iter().filter(|one| !from.iter().any(|other| name(other) == name(one))).collect()
}

fn lists(
    used: &[String],
    new: &[String],
    all: &mut Vec<Difference>,
    gained: fn(Vec<String>) -> Difference,
    lost: fn(Vec<String>) -> Difference,
) {
    let only = |of: &[String], not: &[String]| -> Vec<String> {
        of.iter().filter(|one| !not.contains(one)).cloned().collect()
    };
    for (names, told) in [(only(new, used), gained), (only(used, new), lost)] {
        if !names.is_empty() {
            all.push(told(names));
        }
    }
}

fn origins(used: &Described, new: &Described, all: &mut Vec<Difference>) {
    for origin in &new.origins {
        let Some(before) = used.origins.iter().find(|one| one.alias == origin.alias) else {
            all.push(Difference::OriginGained {
                alias: origin.alias.clone(),
                description: origin.description.clone(),
                methods: origin.methods.clone(),
            });
            continue;
        };
        let alias = || origin.alias.clone();
        let (had, has): (BTreeSet<_>, BTreeSet<_>) = (before.methods.iter().collect(), origin.methods.iter().collect());
        let gained: Vec<String> = has.difference(&had).map(|method| (*method).clone()).collect();
        let lost: Vec<String> = had.difference(&has).map(|method| (*method).clone()).collect();
        if !gained.is_empty() {
            all.push(Difference::MethodsGained { alias: alias(), methods: gained });
        }
        if !lost.is_empty() {
            all.push(Difference::MethodsLost { alias: alias(), methods: lost });
        }
    }
    for origin in missing(&used.origins, &new.origins, |origin| &origin.alias) {
        all.push(Difference::OriginLost(origin.alias.clone()));
    }
}

fn settings(used: &Described, new: &Described, all: &mut Vec<Difference>) {
    for setting in missing(&new.settings, &used.settings, |setting| &setting.key) {
        all.push(Difference::SettingGained {
            key: setting.key.clone(),
            required: setting.required,
            help: setting.help.clone(),
        });
    }
    for setting in missing(&used.settings, &new.settings, |setting| &setting.key) {
        all.push(Difference::SettingLost(setting.key.clone()));
    }
    for setting in &new.settings {
        let means = |one: &DescribedSetting| (one.kind.clone(), one.required, one.default.clone(), one.choices.clone());
        let before = used.settings.iter().find(|one| one.key == setting.key);
        if before.is_some_and(|before| means(before) != means(setting)) {
            all.push(Difference::SettingChanged(setting.key.clone()));
        }
    }
}

/// How two versions of an adapter stand to each other: numbers are compared as numbers, part by part; what follows a hyphen comes before the
/// version without it, as in Semantic Versioning. None when they cannot be compared.
pub fn compare_versions(one: &str, other: &str) -> Option<Ordering> {
    let read = |text: &str| -> Option<(Vec<u64>, bool, String)> {
        let text = text.trim().trim_start_matches('v');
        let text = text.split('+').next().unwrap_or(text);
        let (core, before) = text.split_once('-').map_or((text, None), |(core, before)| (core, Some(before)));
        let numbers: Option<Vec<u64>> = core.split('.').map(|part| part.parse().ok()).collect();
        let mut numbers = numbers?;
        while numbers.last() == Some(&0) {
            numbers.pop();
        }
        Some((numbers, before.is_none(), before.unwrap_or_default().to_owned()))
    };
    Some(read(one)?.cmp(&read(other)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn described() -> Described {
        let words = |all: &[&str]| all.iter().map(|&one| one.to_owned()).collect::<Vec<_>>();
        Described {
            id: "viva".into(),
            vendor: "Viva AB".into(),
            version: "1.2.0".into(),
            contract: "1.0".into(),
            sections: words(&["person", "services"]),
            origins: vec![DescribedOrigin {
                alias: "api".into(),
                description: "Viva's API".into(),
                methods: words(&["GET"]),
            }],
            settings: vec![DescribedSetting {
                key: "unit".into(),
                kind: "string".into(),
                ..DescribedSetting::default()
            }],
            ..Described::default()
        }
    }

    #[test]
    fn a_package_like_the_one_in_use_differs_in_nothing() {
        let newer = Described { version: "1.3.0".into(), name: "Viva!".into(), ..described() };
        assert_eq!(differences(&described(), &newer), []);
    }

    #[test]
    fn what_asks_for_more_comes_first_and_is_told_apart() {
        let mut new = described();
        new.vendor = "Other AB".into();
        new.multi_provider = true;
        new.sections = vec!["person".into(), "plans".into()];
        new.origins[0].methods.push("POST".into());
        new.origins.push(DescribedOrigin {
            alias: "log".into(),
            description: "Logs".into(),
            methods: vec!["POST".into()],
        });
        new.credential_slots.push(DescribedSlot { name: "key".into(), ..DescribedSlot::default() });
        new.settings[0].required = true;
        let told = differences(&described(), &new);
        let more = told.iter().take_while(|difference| difference.asks_for_more()).count();
        assert_eq!((more, told.len()), (5, 8), "{told:?}");
        assert!(told.contains(&Difference::MethodsGained { alias: "api".into(), methods: vec!["POST".into()] }));
        assert!(told.contains(&Difference::SectionsLost(vec!["services".into()])));
        assert!(told.contains(&Difference::SettingChanged("unit".into())));
        // The other way round nothing asks for more but the vendor.
        let back = differences(&new, &described());
        assert_eq!(back.iter().filter(|difference| difference.asks_for_more()).count(), 1, "{back:?}");
        assert!(back.contains(&Difference::OneProvider) && back.contains(&Difference::OriginLost("log".into())));
    }

    #[test]
    fn versions_are_compared_as_numbers_and_what_cannot_be_is_not() {
        use Ordering::{Equal, Greater, Less};
        for (one, other, expected) in [
            ("1.10.0", "1.9.9", Some(Greater)),
            ("1.0", "1.0.0", Some(Equal)),
            ("v2.0.0+build7", "2.0.0", Some(Equal)),
            ("2.0.0-rc1", "2.0.0", Some(Less)),
            ("1.2.3", "1.3", Some(Less)),
            ("winter", "1.0", None),
        ] {
            assert_eq!(compare_versions(one, other), expected, "{one} {other}");
        }
    }

    #[test]
    fn without_a_case_nothing_has_passed() {
        let tried = Verdict { trouble: None, component: Some("x".into()), cases: 1, ..Verdict::refused("", "") };
        assert!(tried.passed());
        assert!(!Verdict { cases: 0, ..tried.clone() }.passed());
        assert!(!Verdict { component: None, ..tried.clone() }.passed());
        let failed = FailedCase { case: "one".into(), found: vec!["x".into()] };
        assert!(!Verdict { failed: vec![failed], ..tried }.passed());
        assert!(!Verdict::refused("x", "y").passed());
    }
}
