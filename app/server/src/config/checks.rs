//! What a configuration that could be read must not say: unsafe values, contradictions, files that are not there.
//!
//! Not here: sources ([`source`]), what only a prepared adapter can tell (`wiring::agreement`).
//! Invariant: every check is made, whatever the others found; no text repeats an address, which may hold a password.

mod source;

use std::{borrow::Cow, collections::BTreeSet, net::SocketAddr};

use samsyn_domain::{snapshot::SnapshotTerms, source::ProviderKind, support::SupportCard};
use url::{Host, Url};

use super::{
    Config, SourceConfig, files,
    problem::{Findings, KeyPath},
};

impl Config {
    /// Everything that is unsafe or contradictory, as far as it can be told without adapters and database.
    pub fn findings(&self) -> Findings {
        let mut found = Findings::default();
        self.check_portal(&mut found);
        self.check_database(&mut found);
        self.check_audit(&mut found);
        self.check_metrics(&mut found);
        self.check_traces(&mut found);
        self.check_identity(&mut found);
        self.check_session(&mut found);
        for (key, why) in self.limits.unreasonable() {
            found.refuse(KeyPath::from("limits").key(key), why);
        }
        self.check_organisations(&mut found);
        self.check_adapters(&mut found);
        source::check(self, &mut found);
        found
    }

    /// The same of a source that was bound at the screen.
    pub(crate) fn check_terms(&self, terms: &SourceConfig, key: &KeyPath, found: &mut Findings) {
        source::terms(self, terms, key, found);
    }

    pub(crate) fn in_production(&self) -> bool {
        !self.portal.environment.allows_loopback()
    }

    fn check_portal(&self, found: &mut Findings) {
        let portal = KeyPath::from("portal");
        if self.portal.listen.parse::<SocketAddr>().is_err() {
            found.refuse(portal.key("listen"), "expected an address and a port; write e.g. 127.0.0.1:8480");
        }
        let (key, url) = (portal.key("public_url"), &self.portal.public_url);
        let bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
        if let Some(why) = unsafe_address(url, self.in_production()) {
            found.refuse(key, why);
        } else if !bare || holds_user(url) {
            let origin = url.origin().ascii_serialization();
            found.refuse(key, format!("expected scheme, host and port only; write {origin}"));
        }
    }

    /// A collector beside the portal is the usual one, and what it is sent names nobody: plain HTTP on this machine is allowed.
    fn check_traces(&self, found: &mut Findings) {
        let Some(url) = &self.traces.collector else { return };
        let beside = match url.host() {
            Some(Host::Ipv4(address)) => address.is_loopback(),
            Some(Host::Ipv6(address)) => address.is_loopback(),
            Some(Host::Domain(name)) => name == "localhost",
            None => false,
        };
        let key = KeyPath::from("traces").key("collector");
        if holds_user(url) {
            found.refuse(key, "holds a name or password, which is not sent");
        } else if !(beside && matches!(url.scheme(), "http" | "https"))
            && let Some(why) = unsafe_address(url, self.in_production())
        {
            found.refuse(key, why);
        }
    }

    fn check_metrics(&self, found: &mut Findings) {
        if let Some(file) = &self.metrics.token_file {
            files::secret(found, KeyPath::from("metrics").key("token_file"), file, self.in_production());
        }
    }

    fn check_audit(&self, found: &mut Findings) {
        let audit = KeyPath::from("audit");
        if let Some(file) = &self.audit.checkpoint_file {
            let dir = file.parent().filter(|dir| !dir.as_os_str().is_empty());
            if dir.is_some_and(|dir| !dir.is_dir()) {
                found.refuse(
                    audit.key("checkpoint_file"),
                    "the directory it is to stand in does not exist; make it, or name another",
                );
            }
        }
        for url in &self.audit.checkpoint_to {
            let why = unsafe_address(url, self.in_production());
            if let Some(why) = why.or_else(|| holds_user(url).then_some("holds a name or password, which is not sent"))
            {
                found.refuse(audit.key("checkpoint_to"), why);
            }
        }
        let seconds = self.audit.checkpoint_every_seconds;
        if !(1..=60).contains(&seconds) {
            found.refuse(audit.key("checkpoint_every_seconds"), format!("{seconds} is outside 1 … 60"));
        }
    }

    fn check_database(&self, found: &mut Findings) {
        let database = KeyPath::from("database");
        files::directory(found, database.key("data_dir"), &self.database.data_dir);
        // The key's file is the store's to judge: what a missing one means depends on what has been sealed with it.
        if let Some(file) = &self.database.postgres_url_file {
            files::secret(found, database.key("postgres_url_file"), file, self.in_production());
        }
    }

    fn check_identity(&self, found: &mut Findings) {
        let (identity, key) = (&self.identity, KeyPath::from("identity"));
        if let Some(why) = unsafe_address(&identity.issuer, self.in_production()) {
            found.refuse(key.key("issuer"), why);
        } else if holds_user(&identity.issuer) || identity.issuer.query().or(identity.issuer.fragment()).is_some() {
            found.refuse(key.key("issuer"), "must not hold a user, password, query or fragment; leave them out");
        }
        if identity.client_id.trim().is_empty() {
            found.refuse(key.key("client_id"), "is empty; write the id registered at the issuer");
        }
        identity.check(found, &key, self.in_production());
        if identity.required_acr.is_empty() && self.in_production() {
            let why =
                "must name at least one level of assurance in production; write e.g. [\"http://id.sambi.se/loa/loa3\"]";
            found.refuse(key.key("required_acr"), why);
        }
        for (name, list) in [("required_acr", &identity.required_acr), ("administrators", &identity.administrators)] {
            let blank = list.iter().enumerate().filter(|(_, text)| text.trim().is_empty());
            for (index, _) in blank {
                found.refuse(key.key(name).item(index), "is empty; write a value, or leave it out");
            }
        }
    }

    fn check_session(&self, found: &mut Findings) {
        let key = KeyPath::from("session");
        let (idle, absolute) = (self.session.idle_minutes, self.session.absolute_minutes);
        if !(1..=240).contains(&idle) {
            found.refuse(key.key("idle_minutes"), format!("{idle} is outside 1 … 240"));
        }
        // Against the limit itself when `idle_minutes` makes no sense.
        let least = idle.clamp(1, 240);
        if !(least..=24 * 60).contains(&absolute) {
            let why = format!("{absolute} is outside {least} … 1440; it must not be less than idle_minutes");
            found.refuse(key.key("absolute_minutes"), why);
        }
    }

    fn check_organisations(&self, found: &mut Findings) {
        let key = KeyPath::from("organisation");
        let ids = self.organisations.iter().enumerate();
        unique(found, ids.map(|(index, organisation)| (key.item(index).key("id"), organisation.id.as_str())));
        let providers = self.organisations.iter().enumerate().flat_map(|(index, organisation)| {
            let list = key.item(index).key("providers");
            organisation.providers.iter().enumerate().map(move |(number, one)| (list.item(number).key("id"), &one.id))
        });
        // HSA-ids are the same in either case.
        unique(found, providers.map(|(key, id)| (key, id.as_str().trim().to_ascii_uppercase())));
        for (index, organisation) in self.organisations.iter().enumerate() {
            let months = organisation.recent_months;
            if !(1..=12).contains(&months) {
                found.refuse(key.item(index).key("recent_months"), format!("{months} is outside 1 … 12"));
            }
            let hours = organisation.shift_hours;
            if !(1..=24).contains(&hours) {
                found.refuse(key.item(index).key("shift_hours"), format!("{hours} is outside 1 … 24"));
            }
            for (name, why) in organisation.review.unreasonable() {
                found.refuse(key.item(index).key("review").key(name), why);
            }
            for (name, why) in organisation.snapshots.iter().flat_map(SnapshotTerms::unreasonable) {
                found.refuse(key.item(index).key("snapshots").key(name), why);
            }
            for (name, why) in organisation.support.iter().flat_map(SupportCard::unreasonable) {
                let under = name.split('.').fold(key.item(index).key("support"), |under, part| under.key(part));
                found.refuse(under, why);
            }
            let care = organisation.providers.iter().filter(|one| one.kind == ProviderKind::Care).count();
            if organisation.authorities_have_direct_access && care < 2 {
                let why = "needs at least two care providers in the organisation: the authorities that read each other's \
                    health records; leave it out";
                found.refuse(key.item(index).key("authorities_have_direct_access"), why);
            }
            if organisation.confidentiality_text.as_ref().is_some_and(|text| text.trim().is_empty()) {
                let why = "is empty; write the text, or leave it out for the portal's own";
                found.refuse(key.item(index).key("confidentiality_text"), why);
            }
        }
    }

    fn check_adapters(&self, found: &mut Findings) {
        let key = KeyPath::from("adapter");
        let names = self.adapters.iter().enumerate();
        unique(found, names.map(|(index, adapter)| (key.item(index).key("name"), adapter.name.as_str())));
        for (index, adapter) in self.adapters.iter().enumerate() {
            match (&adapter.file, &adapter.bytes) {
                (Some(file), _) => files::readable(found, key.item(index).key("file"), file),
                (None, Some(_)) => {}
                (None, None) => found.refuse(key.item(index), "key `file` is missing; name the adapter's component"),
            }
        }
    }
}

/// Refuses what is empty or given a second time.
fn unique<'a>(found: &mut Findings, ids: impl Iterator<Item = (KeyPath, impl Into<Cow<'a, str>>)>) {
    let mut seen = BTreeSet::new();
    for (key, id) in ids {
        let id: Cow<'a, str> = id.into();
        if id.trim().is_empty() {
            found.refuse(key, "is empty; write a name that nothing else in this list has");
        } else if seen.contains(&id) {
            found.refuse(key, format!("`{id}` is given twice; write a name that nothing else in this list has"));
        } else {
            seen.insert(id);
        }
    }
}

/// Why an address must not be used. Plain HTTP and this machine are for demo and test.
fn unsafe_address(url: &Url, in_production: bool) -> Option<&'static str> {
    match url.scheme() {
        "https" => {}
        "http" if !in_production => {}
        "http" => return Some("must be https in production; write https://…"),
        _ => return Some("must begin with https://"),
    }
    let is_loopback = match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => return Some("has no host; write https://…"),
    };
    (is_loopback && in_production)
        .then_some("leads to this machine, which only environment = \"demo\" or \"test\" may do")
}

fn holds_user(url: &Url) -> bool {
    !url.username().is_empty() || url.password().is_some()
}
