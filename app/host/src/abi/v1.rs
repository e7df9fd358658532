//! Contract 1.x: bindings, linking, calls.
//!
//! Host functions stand in `services`, what is pushed in `sink`, conversion in `convert`.

mod convert;
mod entries;
#[cfg(test)]
mod fuzz;
mod services;
mod sink;
mod wording;

use std::time::Instant;

use wasmtime::{
    Engine, Store,
    component::{Component, ComponentExportIndex, HasSelf, Linker},
};

use self::bindings::{exports::samsyn::adapter::adapter, samsyn::adapter::types};
use super::{Called, Failure, FailureKind, Query};
use crate::call::Call;

/// Generated from `wit/`.
mod bindings {
    wasmtime::component::bindgen!({
        path: "../../wit",
        world: "producer",
        imports: {
            "samsyn:adapter/http": async | trappable,
            default: trappable,
        },
        exports: { default: async },
        additional_derives: [serde::Serialize],
    });
}

/// Interface of the optional self test; a later minor version is found by this name too.
const SELFTEST: &str = "samsyn:adapter/selftest@1.0.0";

/// A component linked against contract 1.x.
pub(crate) struct Adapter {
    pre: bindings::ProducerPre<Call>,
    selftest: Option<ComponentExportIndex>,
}

impl Adapter {
    pub(super) fn link(engine: &Engine, component: &Component) -> wasmtime::Result<Self> {
        let mut linker = Linker::<Call>::new(engine);
        bindings::Producer::add_to_linker::<_, HasSelf<_>>(&mut linker, |call| call)?;
        let pre = bindings::ProducerPre::new(linker.instantiate_pre(component)?)?;
        let selftest = component
            .get_export_index(None, SELFTEST)
            .and_then(|interface| component.get_export_index(Some(&interface), "check"));
        Ok(Self { pre, selftest })
    }

    pub(super) const fn has_selftest(&self) -> bool {
        self.selftest.is_some()
    }

    pub(super) async fn describe(&self, store: &mut Store<Call>) -> wasmtime::Result<String> {
        let producer = self.pre.instantiate_async(&mut *store).await?;
        producer.samsyn_adapter_adapter().call_describe(store).await
    }

    pub(super) async fn lookup(
        &self,
        store: &mut Store<Call>,
        query: &Query<'_>,
        instantiated: impl FnOnce(Instant),
    ) -> Called<()> {
        let producer = self.pre.instantiate_async(&mut *store).await?;
        instantiated(Instant::now());
        let answer = producer.samsyn_adapter_adapter().call_lookup(store, &written(query)).await?;
        Ok(answer.map_err(read_failure))
    }

    pub(super) async fn selftest(&self, store: &mut Store<Call>) -> Option<Called<String>> {
        let check = self.selftest.as_ref()?;
        Some(self.check(check, store).await)
    }

    async fn check(&self, check: &ComponentExportIndex, store: &mut Store<Call>) -> Called<String> {
        let instance = self.pre.instance_pre().instantiate_async(&mut *store).await?;
        let check = instance.get_typed_func::<(), (Result<String, types::Failure>,)>(&mut *store, check)?;
        let (answer,) = check.call_async(store, ()).await?;
        Ok(answer.map_err(read_failure))
    }
}

/// The query in the contract's types.
fn written(query: &Query<'_>) -> adapter::Query {
    let viewer = query.viewer;
    adapter::Query {
        identifiers: query
            .identifiers
            .iter()
            .map(|identifier| types::Identifier { system: identifier.system.clone(), value: identifier.value.clone() })
            .collect(),
        sections: query.sections.iter().map(|section| (*section).to_owned()).collect(),
        since: None,
        now: query.now.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string(),
        language: query.language.to_owned(),
        budget_ms: u32::try_from(query.budget.as_millis()).unwrap_or(u32::MAX),
        viewer: Some(adapter::Viewer {
            user_id: viewer.user_id.clone(),
            name: Some(viewer.name.clone()),
            role: Some(viewer.title.clone()),
            assignment: Some(viewer.assignment.clone()),
            care_provider: types::Organisation {
                id: Some(viewer.provider.id.as_str().to_owned()),
                name: Some(viewer.organisation_name.clone()),
            },
            care_unit: Some(types::Organisation { id: viewer.unit.id.clone(), name: viewer.unit.name.clone() }),
            purpose: viewer.purpose.clone(),
        }),
        extensions: Vec::new(),
    }
}

fn read_failure(failure: types::Failure) -> Failure {
    Failure {
        kind: match failure.kind {
            types::FailureKind::PatientUnknown => FailureKind::PatientUnknown,
            types::FailureKind::PatientAmbiguous => FailureKind::PatientAmbiguous,
            types::FailureKind::ConsentMissing => FailureKind::ConsentMissing,
            types::FailureKind::UpstreamUnavailable => FailureKind::UpstreamUnavailable,
            types::FailureKind::UpstreamRejected => FailureKind::UpstreamRejected,
            types::FailureKind::UpstreamMalformed => FailureKind::UpstreamMalformed,
            types::FailureKind::NotConfigured => FailureKind::NotConfigured,
            types::FailureKind::Internal => FailureKind::Internal,
            types::FailureKind::Other => FailureKind::Other,
        },
        code: failure.code,
        message: failure.message,
    }
}
