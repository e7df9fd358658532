//! An adapter as one function per section: leaving a section unanswered does not compile.
//!
//! Room: [`adapter!`](crate::adapter). Rooms: [`manifest`] comparing its sections with the manifest's. Not here: what an answer is
//! ([`crate::answer`]), what a function is given ([`crate::ask`]).
//! Invariant: the sections of the manifest, of the macro and of the functions are the same, or the build fails and names the difference.

pub mod manifest;

/// Makes an adapter out of a manifest and one function per section.
///
/// It writes the adapter's type and a trait `Sections` with one required function for each section. A function that is not there, or
/// that can end without an [`Answer`](crate::Answer), is an error of the compiler; so is a section that is in the manifest and not here,
/// or here and not in the manifest.
///
/// ```
/// use samsyn_adapter::{Answer, Ask, Call, Problem, Reply, sink::{Contact, Service}, types::Failure};
///
/// samsyn_adapter::adapter! {
///     /// Reads home care from the sample source.
///     HomeCare {
///         manifest: r#"{ "id": "home-care", "sections": ["services", "contacts"] }"#,
///         shared: Reply,
///         sections: [services, contacts],
///     }
/// }
///
/// impl Sections for HomeCare {
///     fn prepare(ask: &mut Ask<'_>) -> Result<Reply, Failure> {
///         Ok(ask.read(Call::get("api", "/visits"))?)
///     }
///
///     fn services(ask: &mut Ask<'_>, visits: &Reply) -> Result<Answer<Service>, Problem> {
///         Ok(Answer::nothing_held())
///     }
///
///     fn contacts(ask: &mut Ask<'_>, visits: &Reply) -> Result<Answer<Contact>, Problem> {
///         Ok(Answer::nothing_held())
///     }
/// }
/// ```
///
/// `shared` is what sections have in common, read once by `prepare`. Without it there is no `prepare`, and each function sends its own
/// requests:
///
/// ```
/// # use samsyn_adapter::{Answer, Ask, Problem, sink::{Contact, Service}};
/// samsyn_adapter::adapter! {
///     HomeCare { manifest: r#"{ "sections": ["services", "contacts"] }"#, sections: [services, contacts] }
/// }
///
/// impl Sections for HomeCare {
///     fn services(ask: &mut Ask<'_>) -> Result<Answer<Service>, Problem> {
///         Ok(Answer::nothing_held())
///     }
///     fn contacts(ask: &mut Ask<'_>) -> Result<Answer<Contact>, Problem> {
///         Ok(Answer::nothing_held())
///     }
/// }
/// ```
///
/// The same without `contacts` does not compile (`not all trait items implemented, missing: contacts`):
///
/// ```compile_fail,E0046
/// # use samsyn_adapter::{Answer, Ask, Problem, sink::{Contact, Service}};
/// samsyn_adapter::adapter! {
///     HomeCare { manifest: r#"{ "sections": ["services", "contacts"] }"#, sections: [services, contacts] }
/// }
///
/// impl Sections for HomeCare {
///     fn services(ask: &mut Ask<'_>) -> Result<Answer<Service>, Problem> {
///         Ok(Answer::nothing_held())
///     }
/// }
/// ```
///
/// Nor does a function that can end without an answer (`mismatched types`):
///
/// ```compile_fail,E0308
/// # use samsyn_adapter::{Answer, Ask, Problem, sink::{Contact, Service}};
/// samsyn_adapter::adapter! {
///     HomeCare { manifest: r#"{ "sections": ["services", "contacts"] }"#, sections: [services, contacts] }
/// }
///
/// impl Sections for HomeCare {
///     fn services(ask: &mut Ask<'_>) -> Result<Answer<Service>, Problem> {
///         Ok(Answer::nothing_held())
///     }
///     fn contacts(ask: &mut Ask<'_>) -> Result<Answer<Contact>, Problem> {
///         if ask.setting("contacts").is_some() {
///             Ok(Answer::nothing_held())
///         }
///     }
/// }
/// ```
///
/// Nor "complete" out of a list that may be empty (`mismatched types`; use [`Answer::held`](crate::Answer::held)):
///
/// ```compile_fail,E0308
/// # use samsyn_adapter::{Answer, sink::Service};
/// let services: Vec<Service> = Vec::new();
/// let answer: Answer<Service> = Answer::complete(services);
/// ```
///
/// Nor a section that only the manifest names (``the manifest names the section `contacts`, and `sections: […]` does not``):
///
/// ```compile_fail,E0080
/// # use samsyn_adapter::{Answer, Ask, Problem, sink::{Contact, Service}};
/// samsyn_adapter::adapter! {
///     HomeCare { manifest: r#"{ "sections": ["services", "contacts"] }"#, sections: [services] }
/// }
///
/// impl Sections for HomeCare {
///     fn services(ask: &mut Ask<'_>) -> Result<Answer<Service>, Problem> {
///         Ok(Answer::nothing_held())
///     }
/// }
/// ```
#[macro_export]
macro_rules! adapter {
    (
        $(#[$about:meta])*
        $name:ident {
            manifest: $manifest:expr,
            shared: $shared:ty,
            sections: [$($section:ident),+ $(,)?] $(,)?
        }
    ) => {
        $crate::adapter_type!($(#[$about])* $name, $manifest, [$($section),+]);

        /// One function per section of the manifest, and what they share.
        #[allow(clippy::ptr_arg, reason = "what is shared may be a list")]
        pub trait Sections {
            /// Reads what the sections share. What fails here and is not returned leaves every section partial.
            ///
            /// # Errors
            /// A failure of the whole lookup, e.g. that the source does not know the person.
            fn prepare(ask: &mut $crate::Ask<'_>) -> Result<$shared, $crate::types::Failure>;
            $(
                /// Answers the section.
                ///
                /// # Errors
                /// Why it could not be read; the section is then unavailable and the others go on.
                fn $section(
                    ask: &mut $crate::Ask<'_>,
                    shared: &$shared,
                ) -> Result<$crate::Answer<$crate::section_entry!($section)>, $crate::Problem>;
            )+
        }

        impl $crate::Plugin for $name {
            fn describe() -> String {
                String::from($manifest)
            }

            fn lookup(host: &mut impl $crate::Host, query: &$crate::Query) -> Result<(), $crate::types::Failure> {
                let mut ask = $crate::Ask::new(host, query)?;
                let shared = <Self as Sections>::prepare(&mut ask);
                for section in &query.sections {
                    match (section.as_str(), &shared) {
                        $(($crate::section_name!($section), Ok(shared)) => {
                            ask.answer(section, |ask| <Self as Sections>::$section(ask, shared));
                        })+
                        // Nothing is said of what could not be read: the failure tells.
                        $(($crate::section_name!($section), Err(_)) => {})+
                        _ => ask.lacks(section),
                    }
                }
                shared.map(|_| ())
            }
        }
    };
    (
        $(#[$about:meta])*
        $name:ident {
            manifest: $manifest:expr,
            sections: [$($section:ident),+ $(,)?] $(,)?
        }
    ) => {
        $crate::adapter_type!($(#[$about])* $name, $manifest, [$($section),+]);

        /// One function per section of the manifest.
        pub trait Sections {
            $(
                /// Answers the section.
                ///
                /// # Errors
                /// Why it could not be read; the section is then unavailable and the others go on.
                fn $section(
                    ask: &mut $crate::Ask<'_>,
                ) -> Result<$crate::Answer<$crate::section_entry!($section)>, $crate::Problem>;
            )+
        }

        impl $crate::Plugin for $name {
            fn describe() -> String {
                String::from($manifest)
            }

            fn lookup(host: &mut impl $crate::Host, query: &$crate::Query) -> Result<(), $crate::types::Failure> {
                let mut ask = $crate::Ask::new(host, query)?;
                for section in &query.sections {
                    match section.as_str() {
                        $($crate::section_name!($section) => {
                            ask.answer(section, <Self as Sections>::$section);
                        })+
                        _ => ask.lacks(section),
                    }
                }
                Ok(())
            }
        }
    };
}

/// The adapter's type, its export, and the comparison with the manifest.
#[doc(hidden)]
#[macro_export]
macro_rules! adapter_type {
    ($(#[$about:meta])* $name:ident, $manifest:expr, [$($section:ident),+]) => {
        $(#[$about])*
        #[derive(Debug, Clone, Copy)]
        pub struct $name;

        const _: () = $crate::sections::manifest::compare($manifest, &[$($crate::section_name!($section)),+]);

        $crate::plugin!($name);
    };
}

/// The section a function answers, as the contract writes it.
#[doc(hidden)]
#[macro_export]
macro_rules! section_name {
    (person) => {
        "person"
    };
    (alerts) => {
        "alerts"
    };
    (care_limits) => {
        "care-limits"
    };
    (services) => {
        "services"
    };
    (contacts) => {
        "contacts"
    };
    (medications) => {
        "medications"
    };
    (functional_status) => {
        "functional-status"
    };
    (plans) => {
        "plans"
    };
    (covid_19) => {
        "covid-19"
    };
    (consents) => {
        "consents"
    };
    (documents) => {
        "documents"
    };
    ($other:ident) => {
        compile_error!(concat!(
            "there is no section `",
            stringify!($other),
            "`; write person, alerts, care_limits, services, contacts, \
             medications, functional_status, plans, covid_19, consents or documents"
        ))
    };
}

/// The entry of a section.
#[doc(hidden)]
#[macro_export]
macro_rules! section_entry {
    (person) => {
        $crate::sink::PersonDetails
    };
    (alerts) => {
        $crate::sink::Alert
    };
    (care_limits) => {
        $crate::sink::CareLimit
    };
    (services) => {
        $crate::sink::Service
    };
    (contacts) => {
        $crate::sink::Contact
    };
    (medications) => {
        $crate::sink::Medication
    };
    (functional_status) => {
        $crate::sink::FunctionalAssessment
    };
    (plans) => {
        $crate::sink::Plan
    };
    (covid_19) => {
        $crate::answer::Covid19
    };
    (consents) => {
        $crate::sink::Consent
    };
    (documents) => {
        $crate::sink::Document
    };
    ($other:ident) => {
        ()
    };
}
