//! The text of a configuration: read into its shapes, and asked where a key stands in it.
//!
//! Not here: what is wrong (`reading`, `checks`). Invariant: whatever is refused gets a place, if need be that of the table
//! in which a key is missing, or the beginning of the file.

use std::{
    fs,
    path::{Path, PathBuf},
};

use secrecy::SecretString;
use sha2::{Digest as _, Sha256};
use toml::de::{DeTable, DeValue};

use super::{
    Config, ConfigError,
    problem::{Part, Place, Problem, Problems, Step},
    reading::{self, Misread},
};

/// A configuration file that has been read.
#[derive(Debug, Clone)]
pub struct ConfigFile {
    path: PathBuf,
    text: String,
}

impl ConfigFile {
    /// Reads the text.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn read(path: &Path) -> Result<Self, ConfigError> {
        let text =
            std::fs::read_to_string(path).map_err(|error| ConfigError::Unreadable { path: path.to_owned(), error })?;
        Ok(Self { path: path.to_owned(), text })
    }

    /// The text in its shapes, not yet checked. Relative paths in it are relative to the file.
    ///
    /// # Errors
    /// Every place where it is no TOML, every unknown key and every unreadable value. If it is readable but for unknown
    /// keys, it is checked too, so that everything is told at once.
    pub fn config(&self) -> Result<Config, ConfigError> {
        let (config, misread) = reading::read(&self.text);
        let config = config.map(|config| self.completed(config));
        let mut problems = Problems::default();
        for Misread { offset, key, detail } in misread {
            problems.add_at(self.place(offset), key, detail);
        }
        match config {
            Some(config) if problems.is_empty() => return Ok(config),
            Some(config) => problems.append(config.findings().refused),
            None => {}
        }
        Err(ConfigError::Refused(self.located(problems)))
    }

    fn completed(&self, mut config: Config) -> Config {
        config.rebase(self.path.parent().unwrap_or(Path::new(".")));
        config.identity.read_secrets();
        if let Some(token) = config.metrics.token_file.as_ref().and_then(|file| fs::read_to_string(file).ok()) {
            config.metrics.token = Some(SecretString::from(token.trim().to_owned()));
        }
        config.file_sha256 = Some(hex::encode(Sha256::digest(self.text.as_bytes())));
        config
    }

    /// Each problem with the place in this text that its key leads to, in the order of the text.
    pub fn located(&self, problems: Problems) -> Problems {
        let root = DeTable::parse(&self.text).map(|table| DeValue::Table(table.into_inner())).ok();
        let offset = |problem: &Problem| root.as_ref().map_or(0, |root| offset(root, problem));
        problems.placed(|problem| self.place(offset(problem)))
    }

    fn place(&self, offset: usize) -> Place {
        let before = self.text.get(..offset).unwrap_or(&self.text);
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        Place {
            file: self.path.clone(),
            line: before.matches('\n').count() + 1,
            column: before.get(line_start..).unwrap_or_default().chars().count() + 1,
        }
    }
}

/// Where the key stands, or the innermost table on the way to it that is in the text.
fn offset(root: &DeValue<'_>, problem: &Problem) -> usize {
    let (mut here, mut offset) = (root, 0);
    let steps = problem.key.steps();
    for (number, step) in steps.iter().enumerate() {
        let found = match (step, here) {
            (Step::Key(name), DeValue::Table(table)) => {
                table.get_key_value(name.as_str()).map(|(name, value)| (name.span(), value))
            }
            (Step::Item(index), DeValue::Array(items)) => items.get(*index).map(|item| (item.span(), item)),
            _ => None,
        };
        let Some((name, value)) = found else { break };
        let is_last = number + 1 == steps.len();
        offset = if is_last && problem.part == Part::Name { name.start } else { value.span().start };
        here = value.get_ref();
    }
    offset
}
