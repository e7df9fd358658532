//! What an administrator needs before the first `samsyn serve`.
//!
//! A commented configuration, the secret of the identity provider's client and the key of the database in files of their own, and
//! the data directory.
//! Not here: the command (`init` of the binary). Invariant: nothing that exists is overwritten; what is written is read
//! back and checked.

use std::{
    fs::{self, OpenOptions},
    io::Write as _,
    os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _},
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result, ensure};
use clap::Args;
use samsyn_server::config::Config;
use samsyn_store::StoreKey;
use url::Url;

/// The first organisation and its administrator.
#[derive(Debug, Args)]
pub struct InitArguments {
    /// Directory to create the configuration in.
    #[arg(long)]
    pub dir: PathBuf,
    /// Name of the first organisation, e.g. "Storsjö kommun".
    #[arg(long)]
    pub organisation: String,
    /// Its id in the portal: lower-case letters, digits and hyphens, e.g. storsjo.
    #[arg(long)]
    pub organisation_id: String,
    /// HSA-id of the organisation as care provider (vårdgivare).
    #[arg(long)]
    pub care_provider: String,
    /// HSA-id of the organisation as social-care provider (omsorgsgivare), if it is one.
    #[arg(long)]
    pub social_care_provider: Option<String>,
    /// HSA-id of the first administrator.
    #[arg(long)]
    pub administrator: String,
    /// Address in the browser, e.g. <https://samsyn.example>.
    #[arg(long)]
    pub public_url: Url,
    /// Issuer of the identity provider.
    #[arg(long)]
    pub issuer: Url,
    /// Client id registered at the identity provider. Its secret is read from standard input.
    #[arg(long)]
    pub client_id: String,
}

/// Writes the directory and checks it; gives the configuration file.
///
/// # Errors
/// What is wrong with the arguments or the secret, or what could not be written. Then nothing that existed was changed.
pub fn write(arguments: &InitArguments, secret: &str) -> Result<PathBuf> {
    let id_is_plain = |text: &str| {
        !text.is_empty() && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
    };
    ensure!(
        id_is_plain(&arguments.organisation_id),
        "--organisation-id {}: only lower-case letters, digits and hyphens",
        arguments.organisation_id
    );
    let file = arguments.dir.join("samsyn.toml");
    ensure!(!file.exists(), "{} exists already; nothing was changed", file.display());
    ensure!(!secret.trim().is_empty(), "give the client secret on standard input, e.g. `samsyn init … < secret.txt`");

    private_dir(&arguments.dir)?;
    private_dir(&arguments.dir.join("secrets"))?;
    private_dir(&arguments.dir.join("data"))?;
    private_file(&arguments.dir.join("secrets/identity-client"), secret.trim())?;
    StoreKey::make(&key_file(&arguments.dir))?;
    private_file(&file, &configuration(arguments))?;
    Config::read(&file).context("the configuration that was written is not accepted")?;
    Ok(file)
}

/// Where the key of the database is in a directory that [`write`] has prepared.
pub fn key_file(dir: &Path) -> PathBuf {
    StoreKey::file_in(&dir.join("data"))
}

fn private_dir(path: &Path) -> Result<()> {
    if path.is_dir() {
        return Ok(());
    }
    fs::DirBuilder::new().recursive(true).mode(0o700).create(path).with_context(|| path.display().to_string())
}

fn private_file(path: &Path, content: &str) -> Result<()> {
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
        .with_context(|| path.display().to_string())?;
    file.write_all(content.as_bytes()).with_context(|| path.display().to_string())
}

/// A TOML string literal.
fn quoted(text: &str) -> String {
    serde_json::Value::String(text.to_owned()).to_string()
}

/// What else an organisation can say of itself.
const ORGANISATION_KEYS: &str = r#"# phone = "…"            number to call when its information is missing
# recent_months = 3      the "recently" window, 1–12
# shift_hours = 12       whoever signed in longer ago signs in anew before an emergency, 1–24
# authorities_have_direct_access = true  a region or municipality whose care providers here are its own authorities (boards),
#                        which read each other's health records (PDL 5:4); blocks hold
# publishes_for_all = true  its administrators publish notices to the staff of all organisations
# care_limit_text = "…"  own closing text on the care-limit card
# confidentiality_text = "…"  own text that staff acknowledge before their first patient
# extract_names = "name"  how staff are named in a patient's extract of the log: "name", "role" or "unit"
# [organisation.review]  what counts as unusual when the log is reviewed
# day_begins_hour = 6
# day_ends_hour = 22
# day_roles = ["therapist", "case-officer"]   roles that work by day; others work at any hour
# patients_in_an_hour = 20
# patients_in_a_day = 60
# times_own_day = 3      so many times the patients of the reader's own ordinary day
# [organisation.snapshots]  keeps what staff were shown, sealed, so that it can be shown again; without this nothing is kept
# purpose = "…"          what for; staff read it
# retention_days = 90    then the content is destroyed, 1–3650
# disposal_decision = "…"  the decision by which it is disposed of
# [organisation.support] whom staff turn to: stands on every page that fails
# first_line = "…"       what to try and whom to ask first
# reserve_routine = "…"  how the work goes on while the portal is down
# helpdesk = { name = "…", phone = "…", hours = "…" }
# direct = { phone = "…", who = "…" }   a number past the helpdesk, and who may call it"#;

fn configuration(arguments: &InitArguments) -> String {
    let mut providers = format!("{{ id = {}, kind = \"care\" }}", quoted(&arguments.care_provider));
    if let Some(social) = &arguments.social_care_provider {
        providers = format!("{providers}, {{ id = {}, kind = \"social-care\" }}", quoted(social));
    }
    let at = |path: &str| format!("{}{path}", arguments.public_url.as_str().trim_end_matches('/'));
    format!(
        r#"# Samsyn. Unknown keys are refused; paths are relative to this file.

[portal]
listen = "127.0.0.1:8480"
public_url = {public_url}
# Proxies whose x-forwarded-for is believed, e.g. ["10.0.0.5/32"].
trusted_proxies = []

[database]
data_dir = "data"
# For several nodes: a file that holds postgres://user:password@host/database.
# postgres_url_file = "secrets/postgres-url"
# The key that patients are sealed with; the same file on every node. Back it up apart from the database: who has
# both reads whom the log is about, and without it nobody ever does.
# key_file = "data/keys/store.key"

[identity]
issuer = {issuer}
client_id = {client_id}
# At the provider, register {callback} to come back to, {signed_out}
# after signing out, and {backchannel} for logout that it begins (back-channel).
client_secret_file = "secrets/identity-client"
# Instead of the secret, a P-256 key (PKCS#8 PEM) for private_key_jwt:
# private_key_file = "secrets/identity-client.pem"
# private_key_id = "…"   # its kid at the provider
# scopes = []            # besides openid
# userinfo = false       # true: claims are fetched from the userinfo endpoint too
required_acr = ["http://id.sambi.se/loa/loa3"]
# HSA-ids that administer the portal in an assignment without care purpose.
administrators = [{administrator}]

[identity.claims]
mapping = "inera"        # or "generic"; single fields can have names of their own, tried in order:
# employee_id = ["employeeHsaId", "sub"]

# The log's newest signed head, kept elsewhere, shows a database that was put back to an older copy: the portal does not start on one.
[audit]
# checkpoint_file = "/mnt/other-disk/samsyn.checkpoint"
# checkpoint_to = ["https://…"]          posted there as text, e.g. to another organisation
# checkpoint_every_seconds = 10          1–60

# Counts for whoever watches the process, at /metrics.
# [metrics]
# token_file = "secrets/metrics-token"

[session]
idle_minutes = 30
absolute_minutes = 720

[[organisation]]
id = {organisation_id}
name = {organisation}
providers = [{providers}]
{ORGANISATION_KEYS}

# [[adapter]]
# name = "enkel"
# file = "adapters/enkel.wasm"

# [[source]]
# id = "omsorg-{plain_id}"
# system = "Omsorg"
# adapter = "enkel"
# organisation = {organisation_id}
# provider = {care_provider}
# link_rule = "known"
# maintenance = [{{ day = "wednesday", week_of_month = 3, from = "23:00", minutes = 60 }}]   it is not asked then; Swedish time
# phone = "…"
#   [[source.origin]]
#   alias = "api"
#   base_url = "https://omsorg.example/samsyn"
#   address_ranges = ["10.20.0.0/16"]
#   [[source.credential]]
#   slot = "access"
#   kind = "basic"
#   user = "samsyn"
#   secret_file = "secrets/omsorg"
"#,
        public_url = quoted(arguments.public_url.as_str()),
        callback = at("/login/callback"),
        signed_out = at("/signed-out"),
        backchannel = at("/logout/backchannel"),
        issuer = quoted(arguments.issuer.as_str()),
        client_id = quoted(&arguments.client_id),
        administrator = quoted(&arguments.administrator),
        organisation_id = quoted(&arguments.organisation_id),
        plain_id = arguments.organisation_id,
        organisation = quoted(&arguments.organisation),
        care_provider = quoted(&arguments.care_provider),
    )
}
