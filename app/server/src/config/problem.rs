//! What is wrong with a configuration, tied to the key it is wrong about.
//!
//! Not here: what is wrong (`checks`, `reading`, `wiring`), and where a key stands in the text (`file`).
//! Invariant: a problem is one line that says what is wrong and what to write instead, and never holds a secret.

use std::{fmt, path::PathBuf};

use super::ConfigError;

/// The way to a key: `source[2].origin[0].base_url`. Empty: the file as a whole.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KeyPath(Vec<Step>);

/// One step of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    /// A key of a table.
    Key(String),
    /// An item of an array, counted from 0.
    Item(usize),
}

impl KeyPath {
    /// A key of the table this path leads to.
    #[must_use]
    pub fn key(&self, name: &str) -> Self {
        self.then(Step::Key(name.to_owned()))
    }

    /// An item of the array this path leads to, counted from 0.
    #[must_use]
    pub fn item(&self, index: usize) -> Self {
        self.then(Step::Item(index))
    }

    /// Whether this path leads to `other`, or to something in it.
    pub fn is_in(&self, other: &Self) -> bool {
        self.0.starts_with(&other.0)
    }

    pub(super) fn steps(&self) -> &[Step] {
        &self.0
    }

    fn then(&self, step: Step) -> Self {
        let mut steps = self.0.clone();
        steps.push(step);
        Self(steps)
    }
}

/// Keys with dots between.
impl From<&str> for KeyPath {
    fn from(keys: &str) -> Self {
        Self(keys.split('.').map(|key| Step::Key(key.to_owned())).collect())
    }
}

impl fmt::Display for KeyPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bare = |key: &str| key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-');
        for (number, step) in self.0.iter().enumerate() {
            match step {
                Step::Item(index) => write!(f, "[{index}]")?,
                Step::Key(key) => {
                    f.write_str(if number > 0 { "." } else { "" })?;
                    if bare(key) { f.write_str(key)? } else { write!(f, "{key:?}")? }
                }
            }
        }
        Ok(())
    }
}

/// Which part of an entry a problem is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The key itself: nobody knows it.
    Name,
    /// What it is given.
    Value,
}

/// Where something stands. Lines and columns (in characters) count from 1.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The file.
    pub file: PathBuf,
    /// Line.
    pub line: usize,
    /// Column.
    pub column: usize,
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Which key.
    pub key: KeyPath,
    /// Which part of it.
    pub part: Part,
    /// What is wrong and what to write instead.
    pub detail: String,
    /// Where, when there is a file.
    pub place: Option<Place>,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(Place { file, line, column }) = &self.place {
            write!(f, "{}:{line}:{column}: ", file.display())?;
        }
        if !self.key.steps().is_empty() {
            write!(f, "{}: ", self.key)?;
        }
        f.write_str(&self.detail)
    }
}

/// Things that are wrong, one line each.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Problems(Vec<Problem>);

impl Problems {
    /// Adds one about what a key is given, or about what is missing in a table.
    pub fn add(&mut self, key: KeyPath, detail: impl Into<String>) {
        self.push(key, Part::Value, &detail.into());
    }

    /// Adds one about a key that nobody knows.
    pub fn add_name(&mut self, key: KeyPath, detail: impl Into<String>) {
        self.push(key, Part::Name, &detail.into());
    }

    /// Adds one whose place is known already.
    pub(super) fn add_at(&mut self, place: Place, key: KeyPath, detail: String) {
        self.0.push(Problem { key, part: Part::Value, detail, place: Some(place) });
    }

    fn push(&mut self, key: KeyPath, part: Part, detail: &str) {
        // The texts of others may be longer than a line.
        let detail = detail.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" ");
        let problem = Problem { key, part, detail, place: None };
        if !self.0.contains(&problem) {
            self.0.push(problem);
        }
    }

    /// Adds those of another list.
    pub fn append(&mut self, others: Self) {
        self.0.extend(others.0);
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// One by one.
    pub fn iter(&self) -> impl Iterator<Item = &Problem> {
        self.0.iter()
    }

    /// Whether one of them is about this key or something in it.
    pub fn concern(&self, key: &KeyPath) -> bool {
        self.0.iter().any(|problem| problem.key.is_in(key))
    }

    /// Tells each that has no place where it stands, and puts all in the order of the file.
    #[must_use]
    pub(super) fn placed(mut self, place: impl Fn(&Problem) -> Place) -> Self {
        for problem in &mut self.0 {
            if problem.place.is_none() {
                problem.place = Some(place(problem));
            }
        }
        self.0.sort_by(|one, other| one.place.cmp(&other.place));
        self
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, problem) in self.0.iter().enumerate() {
            f.write_str(if number > 0 { "\n" } else { "" })?;
            problem.fmt(f)?;
        }
        Ok(())
    }
}

/// What a check comes to.
#[derive(Debug, Clone, Default)]
pub struct Findings {
    /// With these the portal does not start.
    pub refused: Problems,
    /// With these it does, and says so.
    pub noted: Problems,
}

impl Findings {
    /// Refuses the configuration for what a key is given, or for what is missing in a table.
    pub fn refuse(&mut self, key: KeyPath, detail: impl Into<String>) {
        self.refused.add(key, detail);
    }

    /// The notes, when nothing is refused.
    ///
    /// # Errors
    /// Everything that is refused.
    pub fn verdict(self) -> Result<Problems, ConfigError> {
        if self.refused.is_empty() { Ok(self.noted) } else { Err(ConfigError::Refused(self.refused)) }
    }
}
