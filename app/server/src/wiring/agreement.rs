//! What an adapter's manifest and its source's configuration must agree on.
//!
//! Not here: what can be told without the adapter (`config::checks`). Invariant: a source is given everything its adapter
//! cannot do without, and nothing that its adapter does not know.

use samsyn_host::manifest::{CredentialKind as Asked, Manifest, SettingsError};

use crate::config::{CredentialKind, Findings, KeyPath, OriginConfig, SourceConfig};

/// Everything on which they do not agree. A slot left empty is only noted: a manifest cannot say that it needs one.
pub fn check(source: &SourceConfig, manifest: &Manifest, key: &KeyPath, found: &mut Findings) {
    let adapter = &source.adapter;
    for (index, name) in source.sections.iter().flatten().enumerate() {
        if !manifest.sections.contains(name) {
            let known = listed(manifest.sections.iter());
            let why = format!("adapter `{adapter}` does not answer section `{name}`; it answers {known}");
            found.refuse(key.key("sections").item(index), why);
        }
    }
    if source.provider.is_none() && !manifest.multi_provider {
        let why = format!(
            "key `provider` is missing, and adapter `{adapter}` is not for several providers; write the custodian's HSA-id"
        );
        found.refuse(key.clone(), why);
    }
    origins(source, manifest, key, found);
    credentials(source, manifest, key, found);
    settings(source, manifest, key, found);
}

fn origins(source: &SourceConfig, manifest: &Manifest, key: &KeyPath, found: &mut Findings) {
    let adapter = &source.adapter;
    for (index, origin) in source.origins.iter().enumerate() {
        let key = key.key("origin").item(index);
        if let Some(asked) = manifest.origins.iter().find(|asked| asked.alias == origin.alias) {
            methods(adapter, origin, &asked.methods, &key, found);
        } else {
            let known = listed(manifest.origins.iter().map(|asked| &asked.alias));
            let why = format!("adapter `{adapter}` does not ask for origin `{}`; it asks for {known}", origin.alias);
            found.refuse(key.key("alias"), why);
        }
    }
    for asked in &manifest.origins {
        if !source.origins.iter().any(|origin| origin.alias == asked.alias) {
            let (alias, what) = (&asked.alias, &asked.description);
            let why = format!("origin `{alias}` is missing ({what}); add [[source.origin]] with alias = \"{alias}\"");
            found.refuse(key.clone(), why);
        }
    }
}

fn methods(adapter: &str, origin: &OriginConfig, asked: &[http::Method], key: &KeyPath, found: &mut Findings) {
    for (index, method) in origin.methods.iter().enumerate() {
        if !asked.iter().any(|asked| asked.as_str() == method) {
            let known = listed(asked.iter());
            let why = format!("adapter `{adapter}` does not ask for method `{method}`; it asks for {known}");
            found.refuse(key.key("methods").item(index), why);
        }
    }
}

fn credentials(source: &SourceConfig, manifest: &Manifest, key: &KeyPath, found: &mut Findings) {
    let adapter = &source.adapter;
    for (index, credential) in source.credentials.iter().enumerate() {
        let (key, slot) = (key.key("credential").item(index), &credential.slot);
        let Some(asked) = manifest.credential_slots.iter().find(|asked| asked.name == *slot) else {
            let known = listed(manifest.credential_slots.iter().map(|asked| &asked.name));
            found.refuse(
                key.key("slot"),
                format!("adapter `{adapter}` has no credential slot `{slot}`; it has {known}"),
            );
            continue;
        };
        if !fitting(&asked.kinds).any(|kind| kind == credential.kind) {
            let (given, known) = (credential.kind.name(), listed(fitting(&asked.kinds).map(CredentialKind::name)));
            let why = format!("slot `{slot}` of adapter `{adapter}` does not take `{given}`; it takes {known}");
            found.refuse(key.key("kind"), why);
        }
    }
    for asked in &manifest.credential_slots {
        if !source.credentials.iter().any(|credential| credential.slot == asked.name) {
            let (slot, what) = (&asked.name, &asked.description);
            let why = format!(
                "credential slot `{slot}` is empty ({what}); unless the source is asked without it, add [[source.credential]] \
                 with slot = \"{slot}\""
            );
            found.noted.add(key.clone(), why);
        }
    }
}

/// The kinds of configuration that the kinds of the contract stand for.
fn fitting(asked: &[Asked]) -> impl Iterator<Item = CredentialKind> {
    asked
        .iter()
        .flat_map(|kind| -> &[CredentialKind] {
            match kind {
                Asked::StaticHeader => &[CredentialKind::StaticHeader],
                Asked::Basic => &[CredentialKind::Basic],
                Asked::OAuth2ClientCredentials => &[CredentialKind::ClientCredentials, CredentialKind::PrivateKeyJwt],
                Asked::ClientCertificate => &[CredentialKind::ClientCertificate],
                Asked::Hmac => &[CredentialKind::Hmac],
            }
        })
        .copied()
}

fn settings(source: &SourceConfig, manifest: &Manifest, key: &KeyPath, found: &mut Findings) {
    let (adapter, table) = (&source.adapter, key.key("settings"));
    for (name, error) in manifest.unfit(&source.settings) {
        match error {
            SettingsError::Unknown(_) => {
                let known = listed(manifest.settings.iter().map(|known| &known.key));
                let why = format!("adapter `{adapter}` has no setting `{name}`; it has {known}");
                found.refused.add_name(table.key(&name), why);
            }
            SettingsError::Missing(_) => {
                let help = manifest.settings.iter().find(|asked| asked.key == name).map_or("", |asked| &asked.help);
                let why = format!(
                    "adapter `{adapter}` cannot be asked without setting `{name}` ({help}); add it to settings"
                );
                let is_blank = source.settings.contains_key(&name);
                found.refuse(if is_blank { table.key(&name) } else { table.clone() }, why);
            }
            wrong @ SettingsError::Type { .. } => found.refuse(table.key(&name), wrong.to_string()),
        }
    }
}

fn listed(names: impl Iterator<Item = impl std::fmt::Display>) -> String {
    let names: Vec<String> = names.map(|name| format!("`{name}`")).collect();
    if names.is_empty() { "none".into() } else { names.join(", ") }
}
