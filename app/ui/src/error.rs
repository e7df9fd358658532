//! What can go wrong, as the user meets it: what happened, what it means for the patient in front of you, what to do.
//!
//! Coarse, with stable codes. Not here: causes (they go to the log, once). Invariant: no text of a fault, and nothing about
//! a patient, is on an error page.
//! To add one: a case here and four texts in both locale files.

use leptos::prelude::*;
use samsyn_domain::identifier::IdentifierError;

use crate::{context::PageContext, document, paths, support::support, text::Texts};

/// Whether what was sent to be registered is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    /// It is, and cannot be read now.
    Yes,
    /// It is not.
    No,
    /// Nobody can tell now.
    Unclear,
}

/// An error a user can meet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UserError {
    /// Several assignments, and none chosen yet.
    AssignmentNotChosen,
    /// The way of signing in was not strong enough.
    AssuranceTooLow,
    /// A field is missing or has the wrong form.
    BadRequest,
    /// The database does not answer, or takes nothing.
    DatabaseUnavailable,
    /// The request did not come from the portal's own pages.
    ForbiddenOrigin,
    /// A fault of the portal; the reference finds it in the log.
    Internal {
        /// Random reference.
        reference: String,
    },
    /// The access could not be logged, so nothing is shown.
    LogUnavailable,
    /// What is registered of consents and relations cannot be read or written.
    RegisterUnavailable,
    /// Signed in, but without an assignment.
    NoAssignment,
    /// The assignment has no care purpose.
    NoCarePurpose,
    /// The organisation's text on confidentiality has not been acknowledged.
    NotAcknowledged,
    /// The assignment lacks a capability.
    NotAllowed {
        /// What is needed, in words.
        capability: String,
        /// Who can grant it.
        who_can_grant: String,
    },
    /// What was typed is not an identifier.
    NotAnIdentifier(IdentifierError),
    /// No such page.
    NotFound,
    /// The handle is not of this session.
    OtherSession,
    /// Too many requests by this session or user.
    RateLimited,
    /// Something was sent to be registered, and the register failed; this is what became of it.
    Registration(Kept),
    /// The session's idle or absolute limit has passed.
    SessionExpired,
    /// The session had ended when a text was sent.
    SessionOverWriting {
        /// Whether the browser keeps it, sealed, until somebody has signed in.
        kept: bool,
    },
    /// Whoever was signing in, or the provider for it, said no.
    SignInCancelled,
    /// The identity provider gave no usable answer.
    SignInFailed,
    /// The identity provider did not ask the person anew.
    SignInNotFresh,
    /// What came back from the provider belongs to no sign-in that this browser has begun, or to one that is used up.
    SignInVoid,
    /// Nobody is signed in.
    SignedOut,
    /// What was sent is larger than any form of ours.
    TooLarge,
    /// No source that answered knows the number.
    UnknownPatient,
}

impl UserError {
    /// The stable code: in the page, in JSON answers, in support calls.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::AssignmentNotChosen => "assignment-not-chosen",
            Self::AssuranceTooLow => "assurance-too-low",
            Self::BadRequest => "bad-request",
            Self::DatabaseUnavailable => "database-unavailable",
            Self::ForbiddenOrigin => "forbidden-origin",
            Self::Internal { .. } => "internal",
            Self::LogUnavailable => "log-unavailable",
            Self::RegisterUnavailable => "register-unavailable",
            Self::NoAssignment => "no-assignment",
            Self::NoCarePurpose => "no-care-purpose",
            Self::NotAcknowledged => "not-acknowledged",
            Self::NotAllowed { .. } => "not-allowed",
            Self::NotAnIdentifier(_) => "not-an-identifier",
            Self::NotFound => "not-found",
            Self::OtherSession => "other-session",
            Self::RateLimited => "rate-limited",
            Self::Registration(Kept::Yes) => "registration-kept",
            Self::Registration(Kept::No) => "registration-not-kept",
            Self::Registration(Kept::Unclear) => "registration-unclear",
            Self::SessionExpired => "session-expired",
            Self::SessionOverWriting { .. } => "session-over-writing",
            Self::SignInCancelled => "sign-in-cancelled",
            Self::SignInFailed => "sign-in-failed",
            Self::SignInNotFresh => "sign-in-not-fresh",
            Self::SignInVoid => "sign-in-void",
            Self::SignedOut => "signed-out",
            Self::TooLarge => "too-large",
            Self::UnknownPatient => "unknown-patient",
        }
    }

    /// The HTTP status of the page.
    pub const fn status(&self) -> u16 {
        match self {
            Self::BadRequest | Self::SignInVoid => 400,
            Self::SessionExpired | Self::SessionOverWriting { .. } | Self::SignedOut => 401,
            Self::AssignmentNotChosen
            | Self::AssuranceTooLow
            | Self::ForbiddenOrigin
            | Self::NoAssignment
            | Self::NoCarePurpose
            | Self::NotAcknowledged
            | Self::NotAllowed { .. }
            | Self::SignInCancelled
            | Self::SignInNotFresh => 403,
            Self::NotFound | Self::OtherSession | Self::UnknownPatient => 404,
            Self::TooLarge => 413,
            Self::NotAnIdentifier(_) => 422,
            Self::RateLimited => 429,
            Self::Internal { .. } => 500,
            Self::SignInFailed => 502,
            Self::DatabaseUnavailable | Self::LogUnavailable | Self::RegisterUnavailable | Self::Registration(_) => 503,
        }
    }

    /// Title of the page.
    pub const fn title(&self, texts: Texts) -> &'static str {
        let words = texts.errors;
        match self {
            Self::AssignmentNotChosen => words.assignment_not_chosen_title(),
            Self::AssuranceTooLow => words.assurance_too_low_title(),
            Self::BadRequest => words.bad_request_title(),
            Self::DatabaseUnavailable => words.database_unavailable_title(),
            Self::ForbiddenOrigin => words.forbidden_origin_title(),
            Self::Internal { .. } => words.internal_title(),
            Self::LogUnavailable => words.log_unavailable_title(),
            Self::RegisterUnavailable => words.register_unavailable_title(),
            Self::NoAssignment => words.no_assignment_title(),
            Self::NoCarePurpose => words.no_care_purpose_title(),
            Self::NotAcknowledged => words.not_acknowledged_title(),
            Self::NotAllowed { .. } => words.not_allowed_title(),
            Self::NotAnIdentifier(_) => words.not_an_identifier_title(),
            Self::NotFound => words.not_found_title(),
            Self::OtherSession => words.other_session_title(),
            Self::RateLimited => words.rate_limited_title(),
            Self::Registration(Kept::Yes) => words.registration_kept_title(),
            Self::Registration(Kept::No) => words.registration_not_kept_title(),
            Self::Registration(Kept::Unclear) => words.registration_unclear_title(),
            Self::SessionExpired => words.session_expired_title(),
            Self::SessionOverWriting { .. } => words.session_over_writing_title(),
            Self::SignInCancelled => words.sign_in_cancelled_title(),
            Self::SignInFailed => words.sign_in_failed_title(),
            Self::SignInNotFresh => words.sign_in_not_fresh_title(),
            Self::SignInVoid => words.sign_in_void_title(),
            Self::SignedOut => words.signed_out_title(),
            Self::TooLarge => words.too_large_title(),
            Self::UnknownPatient => words.unknown_patient_title(),
        }
    }

    /// What happened.
    pub fn happened(&self, texts: Texts) -> String {
        let words = texts.errors;
        match self {
            Self::AssignmentNotChosen => words.assignment_not_chosen_happened(),
            Self::AssuranceTooLow => words.assurance_too_low_happened(),
            Self::BadRequest => words.bad_request_happened(),
            Self::DatabaseUnavailable => words.database_unavailable_happened(),
            Self::ForbiddenOrigin => words.forbidden_origin_happened(),
            Self::Internal { reference } => return words.internal_happened(reference),
            Self::LogUnavailable => words.log_unavailable_happened(),
            Self::RegisterUnavailable => words.register_unavailable_happened(),
            Self::NoAssignment => words.no_assignment_happened(),
            Self::NoCarePurpose => words.no_care_purpose_happened(),
            Self::NotAcknowledged => words.not_acknowledged_happened(),
            Self::NotAllowed { capability, .. } => return words.not_allowed_happened(capability),
            Self::NotAnIdentifier(error) => identifier_words(texts, *error),
            Self::NotFound => words.not_found_happened(),
            Self::OtherSession => words.other_session_happened(),
            Self::RateLimited => words.rate_limited_happened(),
            Self::Registration(Kept::Yes) => words.registration_kept_happened(),
            Self::Registration(Kept::No) => words.registration_not_kept_happened(),
            Self::Registration(Kept::Unclear) => words.registration_unclear_happened(),
            Self::SessionExpired => words.session_expired_happened(),
            Self::SessionOverWriting { .. } => words.session_over_writing_happened(),
            Self::SignInCancelled => words.sign_in_cancelled_happened(),
            Self::SignInFailed => words.sign_in_failed_happened(),
            Self::SignInNotFresh => words.sign_in_not_fresh_happened(),
            Self::SignInVoid => words.sign_in_void_happened(),
            Self::SignedOut => words.signed_out_happened(),
            Self::TooLarge => words.too_large_happened(),
            Self::UnknownPatient => words.unknown_patient_happened(),
        }
        .to_owned()
    }

    /// What it means for the patient in front of you.
    pub const fn means(&self, texts: Texts) -> &'static str {
        let words = texts.errors;
        match self {
            Self::AssignmentNotChosen => words.assignment_not_chosen_means(),
            Self::AssuranceTooLow => words.assurance_too_low_means(),
            Self::BadRequest => words.bad_request_means(),
            Self::DatabaseUnavailable => words.database_unavailable_means(),
            Self::ForbiddenOrigin => words.forbidden_origin_means(),
            Self::Internal { .. } => words.internal_means(),
            Self::LogUnavailable => words.log_unavailable_means(),
            Self::RegisterUnavailable => words.register_unavailable_means(),
            Self::NoAssignment => words.no_assignment_means(),
            Self::NoCarePurpose => words.no_care_purpose_means(),
            Self::NotAcknowledged => words.not_acknowledged_means(),
            Self::NotAllowed { .. } => words.not_allowed_means(),
            Self::NotAnIdentifier(_) => words.not_an_identifier_means(),
            Self::NotFound => words.not_found_means(),
            Self::OtherSession => words.other_session_means(),
            Self::RateLimited => words.rate_limited_means(),
            Self::Registration(Kept::Yes) => words.registration_kept_means(),
            Self::Registration(Kept::No) => words.registration_not_kept_means(),
            Self::Registration(Kept::Unclear) => words.registration_unclear_means(),
            Self::SessionExpired => words.session_expired_means(),
            Self::SessionOverWriting { kept: true } => words.session_over_writing_means_kept(),
            Self::SessionOverWriting { kept: false } => words.session_over_writing_means_lost(),
            Self::SignInCancelled => words.sign_in_cancelled_means(),
            Self::SignInFailed => words.sign_in_failed_means(),
            Self::SignInNotFresh => words.sign_in_not_fresh_means(),
            Self::SignInVoid => words.sign_in_void_means(),
            Self::SignedOut => words.signed_out_means(),
            Self::TooLarge => words.too_large_means(),
            Self::UnknownPatient => words.unknown_patient_means(),
        }
    }

    /// What to do.
    pub fn next(&self, texts: Texts) -> String {
        let words = texts.errors;
        match self {
            Self::AssignmentNotChosen => words.assignment_not_chosen_next(),
            Self::AssuranceTooLow => words.assurance_too_low_next(),
            Self::BadRequest => words.bad_request_next(),
            Self::DatabaseUnavailable => words.database_unavailable_next(),
            Self::ForbiddenOrigin => words.forbidden_origin_next(),
            Self::Internal { .. } => words.internal_next(),
            Self::LogUnavailable => words.log_unavailable_next(),
            Self::RegisterUnavailable => words.register_unavailable_next(),
            Self::NoAssignment => words.no_assignment_next(),
            Self::NoCarePurpose => words.no_care_purpose_next(),
            Self::NotAcknowledged => words.not_acknowledged_next(),
            Self::NotAllowed { who_can_grant, .. } => return words.not_allowed_next(who_can_grant),
            Self::NotAnIdentifier(_) => words.not_an_identifier_next(),
            Self::NotFound => words.not_found_next(),
            Self::OtherSession => words.other_session_next(),
            Self::RateLimited => words.rate_limited_next(),
            Self::Registration(Kept::Yes) => words.registration_kept_next(),
            Self::Registration(Kept::No) => words.registration_not_kept_next(),
            Self::Registration(Kept::Unclear) => words.registration_unclear_next(),
            Self::SessionExpired => words.session_expired_next(),
            Self::SessionOverWriting { kept: true } => words.session_over_writing_next_kept(),
            Self::SessionOverWriting { kept: false } => words.session_over_writing_next_lost(),
            Self::SignInCancelled => words.sign_in_cancelled_next(),
            Self::SignInFailed => words.sign_in_failed_next(),
            Self::SignInNotFresh => words.sign_in_not_fresh_next(),
            Self::SignInVoid => words.sign_in_void_next(),
            Self::SignedOut => words.signed_out_next(),
            Self::TooLarge => words.too_large_next(),
            Self::UnknownPatient => words.unknown_patient_next(),
        }
        .to_owned()
    }

    /// Whether what the identity provider stated tells the reason.
    const fn lies_in_claims(&self) -> bool {
        matches!(self, Self::AssuranceTooLow | Self::NoAssignment | Self::NoCarePurpose)
    }

    /// Whether signing in is the way on.
    const fn leads_to_sign_in(&self) -> bool {
        matches!(
            self,
            Self::AssuranceTooLow
                | Self::NoAssignment
                | Self::SessionExpired
                | Self::SessionOverWriting { .. }
                | Self::SignInCancelled
                | Self::SignInFailed
                | Self::SignInVoid
                | Self::SignedOut
        )
    }
}

/// What is wrong with what was typed.
pub(crate) const fn identifier_words(texts: Texts, error: IdentifierError) -> &'static str {
    match error {
        IdentifierError::Length => texts.identifier_error.length(),
        IdentifierError::Characters => texts.identifier_error.characters(),
        IdentifierError::Date => texts.identifier_error.date(),
        IdentifierError::Future => texts.identifier_error.future(),
        IdentifierError::CheckDigit => texts.identifier_error.check_digit(),
    }
}

/// The page of an error.
pub fn error_page(context: &PageContext, error: &UserError) -> String {
    let texts = context.texts();
    let title = error.title(texts);
    // A callback that is fetched once more, or a step-up that is cancelled, signs nobody out.
    let is_in = matches!(error, UserError::SignInVoid | UserError::SignInCancelled) && context.viewer.is_some();
    let way_on = if error.leads_to_sign_in() && !is_in {
        view! { <a class="button" href=paths::LOGIN>{texts.page.sign_in_again()}</a> }.into_any()
    } else {
        view! { <a class="button" href=paths::SEARCH>{texts.error_page.to_search()}</a> }.into_any()
    };
    let inner = view! {
        <main id="content" class="plain" tabindex="-1" data-error=error.code()>
            <h1>{title}</h1>
            {explained(texts, error)}
            <p>{way_on}</p>
            {error.lies_in_claims().then(|| view! { <p><a href=paths::LOGIN_TEST>{texts.login_test.way_here()}</a></p> })}
            <p class="quiet">{texts.error_page.code(error.code())}</p>
            {support(context)}
        </main>
    };
    document::page(context, &texts.error_page.title(title), "page error", inner.into_any())
}

/// The three answers.
pub(crate) fn explained(texts: Texts, error: &UserError) -> AnyView {
    let words = texts.error_page;
    view! {
        <dl class="explained">
            <div><dt>{words.happened()}</dt><dd>{error.happened(texts)}</dd></div>
            <div><dt>{words.means()}</dt><dd>{error.means(texts)}</dd></div>
            <div><dt>{words.next()}</dt><dd>{error.next(texts)}</dd></div>
        </dl>
    }
    .into_any()
}
