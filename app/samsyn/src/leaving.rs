//! Everything of one organisation out of the database of a configuration, for when it leaves.
//!
//! Not here: the command line (`admin`), the log's and the lists' own forms (`audit_files`, `block_lists`). What is written holds patients'
//! numbers: it is handed to the organisation and to nobody else.
//! Invariant: it is logged before anything is written; nothing of another organisation is in it, and no secret; a directory is new or empty, and
//! its owner's alone.

use std::{
    fs::OpenOptions,
    io::Write as _,
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result};
use jiff::Timestamp;
use samsyn_domain::{
    access::Registration,
    report::Filed,
    source::{OrganisationId, OrganisationInfo, ProviderId},
    user::User,
};
use samsyn_server::{
    config::ConfigFile,
    wiring::{open_store, store_config},
};
use samsyn_service::{
    block_file,
    port::{
        audit_log::{Activity, AuditLog as _, AuditRecord, Stage},
        bindings::Bindings as _,
        blocks::BlockLists as _,
        enablements::Enablements,
        go_live::GoLive as _,
        notices::Notices as _,
        reports::Reports,
        role_matrices::RoleMatrices,
        stages::Stages,
        units::Units as _,
        users::Users,
    },
    record::Deed,
};
use samsyn_store::Store;
use serde_json::{Value, json};

use crate::audit_files::{self, Form, Selection};

/// What was written.
#[derive(Debug, Default)]
pub struct Handed {
    /// The files, in the order they were written.
    pub files: Vec<PathBuf>,
    /// How many registrations about patients.
    pub registrations: usize,
    /// How many events of the log.
    pub events: u64,
}

/// Writes everything of an organisation into a new or empty directory. `progress` is told of the log's records.
///
/// # Errors
/// When there is no such organisation, the database or the directory cannot be used, or it cannot be logged that this is done.
pub async fn export(
    config: &Path,
    organisation: &str,
    dir: &Path,
    mut progress: impl FnMut(u64, u64),
) -> Result<Handed> {
    let config = ConfigFile::read(config)?.config()?;
    let found = config.organisations.iter().find(|one| one.id.as_str() == organisation);
    let found = found.with_context(|| format!("--organisation: there is no {organisation} in the configuration"))?;
    let store = open_store(&config).await?;
    let written = export_from(&store, found, dir).await;
    store.close().await?;
    let mut handed = written?;
    let place = store_config(&config)?;
    for provider in &found.providers {
        let to = dir.join(format!("log-{}", plain(&provider.id)));
        let what = Selection { provider: Some(provider.id.as_str().to_owned()), ..Selection::default() };
        handed.events += audit_files::write(&place, &to, Form::Csv, &what, &mut progress).await?.events;
        handed.files.push(to);
    }
    Ok(handed)
}

async fn export_from(store: &Store, organisation: &OrganisationInfo, dir: &Path) -> Result<Handed> {
    audit_files::empty(dir)?;
    let id = &organisation.id;
    store.append(&noted(id)).await.context("nothing was exported, because it could not be logged")?;
    let mut handed = Handed::default();
    write(&mut handed, dir, "organisation.json", &decisions(store, organisation).await?)?;
    let mut registrations = Vec::new();
    for provider in &organisation.providers {
        let registered = store.registrations_for(&provider.id).await?;
        registrations.extend(registered.iter().map(registration));
        if let Some(list) = store.list_of(&provider.id).await? {
            let name = format!("blocks-{}.json", plain(&provider.id));
            write_text(&mut handed, dir, &name, &block_file::write(&list)?)?;
        }
    }
    handed.registrations = registrations.len();
    write(&mut handed, dir, "registrations.json", &Value::Array(registrations))?;
    Ok(handed)
}

fn noted(organisation: &OrganisationId) -> AuditRecord {
    AuditRecord {
        stage: Stage::Intent,
        intent: None,
        activity: Activity::Read,
        at: Timestamp::now(),
        viewer: None,
        patient: None,
        details: Deed::OrganisationExport { organisation }.details(),
    }
}

/// What it has decided, been told and said, and who has signed in for it.
async fn decisions(store: &Store, organisation: &OrganisationInfo) -> Result<Value> {
    let id = &organisation.id;
    let gone_live = store.decided(id).await?;
    let gone_live = gone_live.iter().map(|one| {
        json!({ "number": one.number, "item": one.item, "done": one.done, "note": one.note, "at": one.at, "by": one.by })
    });
    let enabled = enabled(store, id).await?;
    let roles = RoleMatrices::history(store, id).await?;
    let roles =
        roles.iter().map(|one| json!({ "number": one.number, "matrix": one.matrix, "at": one.at, "by": one.by }));
    let notices = store.ending_after(Timestamp::MIN).await?;
    let notices = notices.iter().filter(|one| one.by.organisation == *id);
    let notices = notices.map(
        |one| json!({ "id": one.id, "notice": one.notice, "at": one.at, "by": one.by, "withdrawn": one.withdrawn }),
    );
    let bindings = store.bindings_of(id).await?;
    let bindings = bindings.iter().map(|one| {
        json!({
            "source": one.source, "number": one.number, "binding": one.binding, "reason": one.reason, "at": one.at,
            "by": one.by,
        })
    });
    let filed = Reports::of_organisation(store, id).await?;
    let reports: Vec<_> = filed.iter().map(|one| report(one, id)).collect();
    let units = store.units_of(id).await?;
    let units = units
        .iter()
        .map(|one| json!({ "number": one.number, "unit": one.unit, "reason": one.reason, "at": one.at, "by": one.by }));
    let users = Users::of_organisation(store, id).await?;
    Ok(json!({
        "organisation": organisation,
        "going_live": gone_live.collect::<Vec<_>>(),
        "enablement": enabled,
        "roles": roles.collect::<Vec<_>>(),
        "notices": notices.collect::<Vec<_>>(),
        "bindings": bindings.collect::<Vec<_>>(),
        "stages": stages(store, id).await?,
        "reports": reports,
        "units": units.collect::<Vec<_>>(),
        "users": users.iter().map(user).collect::<Vec<_>>(),
    }))
}

async fn enabled(store: &Store, id: &OrganisationId) -> Result<Vec<Value>> {
    let versions = Enablements::history(store, id).await?;
    let told = versions.iter().map(|one| {
        json!({
            "number": one.number, "enablement": one.enablement, "from": one.from, "reason": one.reason, "at": one.at,
            "by": one.by,
        })
    });
    Ok(told.collect())
}

/// What it answers for, whole; of what its staff have reported to others the entry's id is the others'.
fn report(filed: &Filed, organisation: &OrganisationId) -> Value {
    let report = &filed.report;
    let mut about = json!(report.about);
    if report.to != *organisation
        && let Some(fields) = about.as_object_mut()
    {
        fields.remove("entry");
        if fields.get("masked") == Some(&Value::Bool(true)) {
            fields.remove("source");
        }
    }
    let is_others = report.by.organisation != *organisation && about.get("masked") == Some(&Value::Bool(true));
    let steps = filed.steps.iter().map(|one| json!({ "number": one.number, "step": one.step, "at": one.at }));
    json!({
        "id": report.id, "about": about, "at": report.at, "steps": steps.collect::<Vec<_>>(),
        "by": (!is_others).then_some(&report.by),
    })
}

async fn stages(store: &Store, organisation: &OrganisationId) -> Result<Vec<Value>> {
    let mut told = Vec::new();
    for newest in store.newest().await?.into_iter().filter(|one| one.organisation == *organisation) {
        for one in Stages::history(store, &newest.source).await? {
            told.push(json!({
                "source": one.source, "number": one.number, "stage": one.stage, "running": one.running,
                "trial": one.trial, "at": one.at, "decider": one.decider,
            }));
        }
    }
    Ok(told)
}

fn user(user: &User) -> Value {
    json!({
        "user_id": user.user_id, "assignment": user.assignment, "name": user.name, "post": user.post,
        "first_at": user.first_at, "used_at": user.used_at, "gone_at": user.gone_at,
        "changed": user.changed.as_ref().map(|(at, former)| json!({ "at": at, "former": former })),
    })
}

fn registration(one: &Registration) -> Value {
    json!({
        "id": one.id, "kind": one.kind, "patient": one.patient.digits(), "receiver": one.receiver, "period": one.period,
        "stated": one.stated, "registered_at": one.registered_at, "registered_by": one.registered_by, "ended": one.ended,
    })
}

fn write(handed: &mut Handed, dir: &Path, name: &str, value: &Value) -> Result<()> {
    write_text(handed, dir, name, &format!("{}\n", serde_json::to_string_pretty(value)?))
}

fn write_text(handed: &mut Handed, dir: &Path, name: &str, text: &str) -> Result<()> {
    let to = dir.join(name);
    let created = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&to);
    let mut created = created.with_context(|| format!("{}: cannot be created", to.display()))?;
    let written = created.write_all(text.as_bytes()).and_then(|()| created.sync_all());
    written.with_context(|| format!("{}: cannot be written", to.display()))?;
    handed.files.push(to);
    Ok(())
}

/// An id as a part of a file's name.
fn plain(id: &ProviderId) -> String {
    id.as_str().chars().map(|sign| if sign.is_ascii_alphanumeric() || sign == '-' { sign } else { '_' }).collect()
}
