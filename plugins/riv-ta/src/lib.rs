//! RIV-TA: the Swedish national service contracts over SOAP, from the service platform, an aggregating service or a source.
//!
//! Rooms: `contract` (what can be asked), `soap` (envelopes, faults, results), `record` (the shared
//! header), one file per kind of record, `manifest`. Everything but this file is pure: bytes in, entries out.
//! Invariants: the contracts are asked at the same time and fail one by one; what one returned is never thrown away because
//! another failed, and a section that needs two is never complete when one of them failed.
//! To add a contract: see `contract`, then a line in `push`.

pub mod alerts;
pub mod contract;
pub mod functional_status;
pub mod managers;
pub mod manifest;
pub mod medications;
pub mod plans;
pub mod record;
pub mod services;
pub mod soap;
pub mod vaccinations;
pub mod when;

pub use samsyn_adapter::xml;
use samsyn_adapter::{
    Answers, Host, Language, Plugin, Problem, Query,
    log::Level,
    types::{Failure, FailureKind, Identifier},
};

use crate::{
    contract::Contract,
    record::Reading,
    soap::{Caller, Reply},
};

/// The adapter.
#[derive(Debug)]
pub struct RivTa;

impl Plugin for RivTa {
    fn describe() -> String {
        manifest::manifest()
    }

    fn lookup(host: &mut impl Host, query: &Query) -> Result<(), Failure> {
        let patient = patient(query)?;
        let caller = caller(host)?;
        let mut answers = Answers::new(host, query);
        answers.unsupported_but(&SECTIONS);
        let wanted: Vec<Contract> = Contract::ALL
            .into_iter()
            .filter(|contract| contract.facts().sections.iter().any(|section| answers.asks(section)))
            .collect();
        let (asked, off): (Vec<_>, Vec<_>) = wanted
            .into_iter()
            .map(|contract| (contract, path(answers.host, contract)))
            .partition(|(_, path)| path.is_some());
        let problems = ask(&mut answers, query, &asked, &caller, patient);
        switched_off(&mut answers, &asked, &off);
        let unread = problems.len();
        match problems.into_iter().next() {
            // Not one contract could be read: the lookup as a whole failed, and the kind of failure tells why.
            Some(problem) if unread == asked.len() => answers.fail(problem.failure),
            _ => {
                answers.finish();
                Ok(())
            }
        }
    }
}

samsyn_adapter::plugin!(RivTa);

/// Asks the contracts at the same time, pushes what they returned, and gives what went wrong with the others.
fn ask<H: Host>(
    answers: &mut Answers<'_, H>,
    query: &Query,
    asked: &[(Contract, Option<String>)],
    caller: &Caller,
    patient: &Identifier,
) -> Vec<Problem> {
    let request = |(contract, path): &(Contract, Option<String>)| {
        soap::request(*contract, path.as_deref().unwrap_or_default(), caller, patient)
    };
    let requests: Vec<_> = asked.iter().map(request).collect();
    let results = answers.host.send_all(&requests);
    let emergency_units = emergency_units(answers.host);
    let now = query.now.get(..19).unwrap_or(&query.now).to_owned();
    let mut problems = Vec::new();
    for ((contract, _), result) in asked.iter().zip(results) {
        match soap::read(*contract, answers.language, result) {
            Ok(reply) => push(answers, *contract, &reply, &now, &emergency_units),
            Err(problem) => {
                fail(answers, *contract, &problem);
                problems.push(problem);
            }
        }
    }
    problems
}

/// Sections that some contract answers.
const SECTIONS: [&str; 8] =
    ["alerts", "care-limits", "services", "contacts", "medications", "functional-status", "plans", "covid-19"];

/// The platform routes on personal and coordination numbers only: reserve numbers cannot pass the engagement index.
fn patient(query: &Query) -> Result<&Identifier, Failure> {
    const ROUTED: [&str; 2] = ["1.2.752.129.2.1.3.1", "1.2.752.129.2.1.3.3"];
    let is_routed = |identifier: &&Identifier| ROUTED.contains(&identifier.system.trim_start_matches("urn:oid:"));
    query.identifiers.iter().find(is_routed).ok_or_else(|| {
        failure(FailureKind::Other, "identifier-kind", "only personal and coordination numbers can be asked for")
    })
}

fn caller(host: &impl Host) -> Result<Caller, Failure> {
    let logical_address = host.setting(manifest::LOGICAL_ADDRESS).ok_or_else(|| {
        failure(FailureKind::NotConfigured, "logical-address-missing", "the setting logical-address is not set")
    })?;
    let yes = |value: String| matches!(value.trim().to_lowercase().as_str(), "true" | "yes" | "ja" | "1" | "on");
    Ok(Caller {
        logical_address,
        consumer: host.setting(manifest::CONSUMER),
        certificate: host.setting(manifest::USE_CERTIFICATE).is_some_and(yes),
    })
}

fn failure(kind: FailureKind, code: &str, message: &str) -> Failure {
    Failure { kind, code: code.into(), message: message.into(), retry_after_ms: None }
}

fn emergency_units(host: &impl Host) -> Vec<String> {
    let named = host.setting(manifest::EMERGENCY_UNITS).unwrap_or_else(|| manifest::EMERGENCY_DEFAULT.to_owned());
    named.split(',').map(|unit| unit.trim().to_lowercase()).filter(|unit| !unit.is_empty()).collect()
}

/// Where a contract is asked; none when it is turned off.
fn path(host: &impl Host, contract: Contract) -> Option<String> {
    let facts = contract.facts();
    let path = host.setting(facts.setting).unwrap_or_else(|| facts.path.to_owned());
    let path = path.trim();
    (!matches!(path.to_lowercase().as_str(), "off" | "av")).then(|| path.to_owned())
}

/// Pushes what one contract returned.
fn push<H: Host>(
    answers: &mut Answers<'_, H>,
    contract: Contract,
    reply: &Reply,
    now: &str,
    emergency_units: &[String],
) {
    let facts = contract.facts();
    let reading = Reading {
        language: answers.language,
        now,
        note: reply.note.as_deref(),
        information_type: facts.information_type,
        emergency_units,
    };
    for section in facts.sections {
        answers.read(section);
        for what in &reply.missing {
            answers.missing(section, said_of(contract, answers.language, what));
        }
    }
    let response = &reply.response;
    match contract {
        Contract::AlertInformation => {
            let found = alerts::read(response, reading);
            answers.push(found.limits);
            answers.push(found.alerts);
        }
        Contract::VaccinationHistory => answers.push(vaccinations::read(response, reading)),
        Contract::CareServices => answers.push(services::read_services(response, reading)),
        Contract::CareContacts => answers.push(services::read_contacts(response, reading)),
        Contract::CarePlans => {
            let plans = plans::read(response, reading);
            answers.push(plans::as_services(&plans));
            answers.push(plans);
        }
        Contract::CareManagers => answers.push(managers::read(response, reading)),
        Contract::FunctionalStatus => answers.push(functional_status::read(response, reading)),
        Contract::MedicationHistory => answers.push(medications::read(response, reading)),
    }
}

fn said_of(contract: Contract, language: Language, what: &str) -> String {
    format!("{}: {what}", contract.label(language))
}

fn fail<H: Host>(answers: &mut Answers<'_, H>, contract: Contract, problem: &Problem) {
    let facts = contract.facts();
    for section in facts.sections {
        answers.missing(section, said_of(contract, answers.language, &problem.text));
    }
    let line = format!("{}: {} ({})", facts.operation, problem.failure.code, problem.failure.message);
    answers.host.log(Level::Warn, &line);
}

/// A contract that is turned off: its section is unsupported, unless another contract answers a part of it.
fn switched_off<H: Host>(
    answers: &mut Answers<'_, H>,
    asked: &[(Contract, Option<String>)],
    off: &[(Contract, Option<String>)],
) {
    for (contract, _) in off {
        for section in contract.facts().sections {
            if asked.iter().any(|(other, _)| other.facts().sections.contains(section)) {
                let what = answers.language.text("lämnas inte av denna källa", "not given by this source");
                answers.missing(section, said_of(*contract, answers.language, what));
            } else {
                answers.unsupported(section);
            }
        }
    }
}

#[cfg(test)]
#[path = "lib_tests.rs"]
mod tests;
