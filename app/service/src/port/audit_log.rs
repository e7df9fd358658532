//! The audit log: durable before anything is shown.

use async_trait::async_trait;
use jiff::Timestamp;
use samsyn_domain::{identifier::PersonIdentifier, viewer::Viewer};
use serde::{Deserialize, Serialize};

use super::PortError;

/// What was done. The first seven are the words of the national log service (`activityType`, log TKB 2.0); the last three are ours, and
/// are not exported to it: [`Activity::is_national`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Activity {
    /// Opened an overview.
    #[serde(rename = "Läsa")]
    Read,
    /// Registered or ended a consent, a relation or an exception; without a patient, changed something of the organisation.
    #[serde(rename = "Skriva")]
    Write,
    /// Signed a record. The portal signs none: for records that come from elsewhere.
    #[serde(rename = "Signera")]
    Sign,
    /// Printed.
    #[serde(rename = "Utskrift")]
    Print,
    /// Attested a record. The portal attests none.
    #[serde(rename = "Vidimera")]
    Attest,
    /// Erased a record. The portal erases none: what is registered by mistake is voided, and stays.
    #[serde(rename = "Radera")]
    Erase,
    /// Opened in danger to life.
    #[serde(rename = "Nödöppning")]
    Emergency,
    /// Signed in; no patient.
    #[serde(rename = "Inloggning")]
    SignIn,
    /// Signed out; no patient.
    #[serde(rename = "Utloggning")]
    SignOut,
    /// Something was refused.
    #[serde(rename = "Nekad")]
    Refused,
}

impl Activity {
    /// Its word in the log.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Read => "Läsa",
            Self::Write => "Skriva",
            Self::Sign => "Signera",
            Self::Print => "Utskrift",
            Self::Attest => "Vidimera",
            Self::Erase => "Radera",
            Self::Emergency => "Nödöppning",
            Self::SignIn => "Inloggning",
            Self::SignOut => "Utloggning",
            Self::Refused => "Nekad",
        }
    }

    /// Whether it is a word of the national log. Signing in and out and refusals stay in the portal's own.
    pub const fn is_national(self) -> bool {
        !matches!(self, Self::SignIn | Self::SignOut | Self::Refused)
    }
}

/// Before the first byte, or after the last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stage {
    /// What is about to happen.
    Intent,
    /// What happened.
    Outcome,
}

/// One record. Appended, never changed.
#[derive(Debug, Clone)]
pub struct AuditRecord {
    /// Intent or outcome.
    pub stage: Stage,
    /// The intent an outcome belongs to.
    pub intent: Option<String>,
    /// What was done.
    pub activity: Activity,
    /// When.
    pub at: Timestamp,
    /// Who, in which assignment; the record belongs to this provider. None only for a failed sign-in, for the start of the program, and
    /// for what the operator does at the command line.
    pub viewer: Option<Viewer>,
    /// About whom.
    pub patient: Option<PersonIdentifier>,
    /// Everything else, without any content shown, in the shapes of [`crate::record`].
    pub details: serde_json::Value,
}

impl AuditRecord {
    /// What the viewer is about to do, durable before it is done; with a patient, before anything about that patient is shown.
    pub fn intent(
        activity: Activity,
        viewer: &Viewer,
        patient: Option<&PersonIdentifier>,
        at: Timestamp,
        details: serde_json::Value,
    ) -> Self {
        let (viewer, patient) = (Some(viewer.clone()), patient.cloned());
        Self { stage: Stage::Intent, intent: None, activity, at, viewer, patient, details }
    }
}

/// The log.
#[async_trait]
pub trait AuditLog: Send + Sync {
    /// Appends one record and returns its id once it is durable on disk.
    ///
    /// # Errors
    /// When it could not be made durable. Then nothing may be shown (L-35).
    async fn append(&self, record: &AuditRecord) -> Result<String, PortError>;

    /// Whether the log has an outcome of this intent: an append that failed may have been written all the same.
    ///
    /// # Errors
    /// When the log cannot be read.
    async fn has_outcome(&self, intent: &str) -> Result<bool, PortError>;
}

/// A record as it stands in the log.
#[derive(Debug, Clone)]
pub struct Logged {
    /// Its leaf index: 0, 1, 2 … in the order of commits.
    pub index: u64,
    /// What [`AuditLog::append`] returned.
    pub id: String,
    /// What was appended.
    pub record: AuditRecord,
}

/// Which records somebody wants to read. Always one provider's: nobody reads another's log (L-37).
#[derive(Debug, Clone, Copy)]
pub struct AuditQuery<'a> {
    /// HSA-id of the readers' provider, whose log it is; HSA-ids are the same in either case.
    pub provider: &'a str,
    /// Only what is about this patient.
    pub patient: Option<&'a PersonIdentifier>,
    /// The first moment of the period.
    pub from: Timestamp,
    /// The first moment after it.
    pub before: Timestamp,
    /// Leaf index to begin at: 0, or one more than that of the last record of the page before.
    pub from_index: u64,
    /// At most so many records.
    pub limit: u64,
}

/// Reads the log back, for those who may: reviewers, whoever answers a patient, statistics.
#[async_trait]
pub trait AuditReader: Send + Sync {
    /// A page of one provider's records of a period, in the order they were written. Fewer than `limit` means that there are no more.
    ///
    /// # Errors
    /// When the log cannot be read, or a record of it cannot be understood or its patient does not open or is not the one asked for;
    /// it names the record.
    async fn read(&self, query: &AuditQuery<'_>) -> Result<Vec<Logged>, PortError>;

    /// One record of a provider's by its id, with the outcome that belongs to it if the log has one.
    ///
    /// # Errors
    /// As [`Self::read`].
    async fn with_outcome(&self, provider: &str, id: &str) -> Result<Option<(Logged, Option<Logged>)>, PortError>;
}

#[cfg(test)]
mod tests {
    use super::Activity;

    #[test]
    fn the_national_words_are_those_of_the_national_log_and_ours_are_told_apart() {
        use Activity::{Attest, Emergency, Erase, Print, Read, Refused, Sign, SignIn, SignOut, Write};
        let all = [Read, Write, Sign, Print, Attest, Erase, Emergency, SignIn, SignOut, Refused];
        let words = |national| {
            let of_kind = all.into_iter().filter(move |one| one.is_national() == national);
            of_kind.map(|one| serde_json::json!(one).as_str().unwrap_or_default().to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(words(true), ["Läsa", "Skriva", "Signera", "Utskrift", "Vidimera", "Radera", "Nödöppning"]);
        assert_eq!(words(false), ["Inloggning", "Utloggning", "Nekad"]);
    }
}
