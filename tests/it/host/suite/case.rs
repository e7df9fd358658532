//! One row of the hostile suite: what is tried, what must become of it, and how the row reads in the README.
//!
//! Not here: playing it (`stage`). Invariant: a row that says less than how it ends and what the administrator reads cannot be built.

use samsyn_host::{limits::Limits, report::StopKind};

/// What is attacked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Family {
    Cpu,
    Memory,
    HostResources,
    Time,
    Network,
    Truthfulness,
    Isolation,
    Compile,
}

impl Family {
    pub const ALL: [Self; 8] = [
        Self::Cpu,
        Self::Memory,
        Self::HostResources,
        Self::Time,
        Self::Network,
        Self::Truthfulness,
        Self::Isolation,
        Self::Compile,
    ];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Cpu => "Computing time",
            Self::Memory => "Memory",
            Self::HostResources => "The host's own resources",
            Self::Time => "Time",
            Self::Network => "Network",
            Self::Truthfulness => "Truthfulness",
            Self::Isolation => "State and isolation",
            Self::Compile => "Admission and compiling",
        }
    }
}

/// How the attack is made.
#[derive(Debug, Clone)]
pub enum Way {
    /// `plugins/hostile` behaves like this, about that.
    Adapter { behaviour: &'static str, target: String },
    /// A component made for the case.
    Component(fn() -> Vec<u8>),
}

/// Where the source's alias leads.
#[derive(Debug, Clone)]
pub enum Leads {
    /// To the source's own server on this machine.
    Home,
    /// To this base URL as an administrator would grant it in production, and its name to these addresses, question by question.
    Strictly { base: &'static str, answers: &'static [&'static [&'static str]] },
    /// To the source's own server by a name that leads to these addresses, question by question; this machine is granted.
    ByName(&'static [&'static [&'static str]]),
}

/// How it must end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ends {
    /// The component is not admitted.
    NotAdmitted,
    Returned,
    Failed(&'static str),
    Stopped(StopKind),
    TimedOut,
}

impl Ends {
    fn words(&self) -> String {
        match self {
            Self::NotAdmitted => "not admitted".to_owned(),
            Self::Returned => "returns".to_owned(),
            Self::Failed(code) => format!("fails, `{code}`"),
            Self::Stopped(by) => format!("stopped, `{by:?}`"),
            Self::TimedOut => "out of time".to_owned(),
        }
    }
}

/// A row.
#[derive(Debug, Clone)]
pub struct Case {
    pub family: Family,
    pub name: &'static str,
    /// What it does.
    pub does: &'static str,
    /// What the host must do.
    pub must: &'static str,
    pub way: Way,
    pub leads: Leads,
    pub limits: Limits,
    /// How long the page waits for it.
    pub within_ms: u64,
    pub ends: Ends,
    /// The state of the documents: the word of `State`, and its reason after a slash. Empty when nothing can be asked.
    pub state: &'static str,
    /// A word that the message to the administrator must hold.
    pub says: &'static str,
    /// Titles of the documents shown, when that is the point.
    pub titles: Option<&'static [&'static str]>,
    /// For the second patient it ends otherwise: the state, and what the administrator reads.
    pub second: Option<(&'static str, &'static str)>,
    /// Whether its own source may be asked at all.
    pub silent: bool,
}

impl Case {
    /// Something `plugins/hostile` does.
    pub fn adapter(family: Family, name: &'static str, behaviour: &'static str, target: &str) -> Self {
        Self::of(family, name, Way::Adapter { behaviour, target: target.to_owned() })
    }

    /// Something only a component made by hand does.
    pub fn component(family: Family, name: &'static str, make: fn() -> Vec<u8>) -> Self {
        Self::of(family, name, Way::Component(make))
    }

    fn of(family: Family, name: &'static str, way: Way) -> Self {
        // Enough computing time for what a busy machine makes slow, unless a case is about that.
        let limits = Limits { guest_cpu_ms: 10_000, ..Limits::default() };
        Self {
            family,
            name,
            does: "",
            must: "",
            way,
            leads: Leads::Home,
            limits,
            within_ms: 20_000,
            ends: Ends::Returned,
            state: "",
            says: "",
            titles: None,
            second: None,
            silent: false,
        }
    }

    pub fn does(self, does: &'static str, must: &'static str) -> Self {
        Self { does, must, ..self }
    }

    pub fn stopped(self, by: StopKind, says: &'static str) -> Self {
        let state = if by == StopKind::WrongPatient { "unanswered/wrong-patient" } else { "unanswered/adapter-fault" };
        Self { ends: Ends::Stopped(by), state, says, ..self }
    }

    /// A rule of the host's refused the request, and nothing was sent.
    pub fn refused(self, code: &'static str, says: &'static str) -> Self {
        Self { silent: true, ..self.fails(code, "unanswered/adapter-fault", says) }
    }

    pub fn fails(self, code: &'static str, state: &'static str, says: &'static str) -> Self {
        Self { ends: Ends::Failed(code), state, says, ..self }
    }

    pub fn returns(self, state: &'static str, says: &'static str) -> Self {
        Self { ends: Ends::Returned, state, says, ..self }
    }

    pub fn not_admitted(self, says: &'static str) -> Self {
        Self { ends: Ends::NotAdmitted, says, ..self }
    }

    pub fn out_of_time(self, within_ms: u64) -> Self {
        let (state, says) = ("unanswered/timeout", "the time for the lookup ran out");
        Self { within_ms, ends: Ends::TimedOut, state, says, ..self }
    }

    pub fn state(self, state: &'static str) -> Self {
        Self { state, ..self }
    }

    pub fn shows(self, titles: &'static [&'static str]) -> Self {
        Self { titles: Some(titles), ..self }
    }

    pub fn second(self, state: &'static str, says: &'static str) -> Self {
        Self { second: Some((state, says)), ..self }
    }

    pub fn leads(self, leads: Leads) -> Self {
        Self { leads, ..self }
    }

    pub fn limits(self, change: impl FnOnce(&mut Limits)) -> Self {
        let mut limits = self.limits.clone();
        change(&mut limits);
        Self { limits, ..self }
    }

    /// The row in the README.
    pub fn row(&self) -> String {
        let second = self.second.map_or_else(String::new, |(state, _)| format!("; the second patient: {state}"));
        let (name, does, must, ends, state) = (self.name, self.does, self.must, self.ends.words(), self.state);
        let says = self.says.replace('|', "\\|");
        format!("| `{name}` | {does} | {must} | {ends} | {state}{second} | {says} |")
    }
}
