//! What a vendor points the kit at: a folder with `adapter.toml`, or a component by itself.
//!
//! Not here: reading the component (`component`) and the cases (`case`).
//! Invariant: every path that leaves this room is one the vendor can open from where the command was started.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    time::SystemTime,
};

use samsyn_host::limits::Limits;
use serde::Deserialize;
use url::Url;

use crate::refusal::{Refusal, read_text};

/// File of a project that says what is where.
pub const PROJECT_FILE: &str = "adapter.toml";

/// Folders that are never sources of an adapter.
const NOT_SOURCES: &[&str] = &["node_modules", "target", "dist", "cases", "__pycache__"];

/// An adapter on the vendor's disk.
#[derive(Debug, Clone)]
pub struct Project {
    /// Folder of the project; none for a component by itself.
    pub folder: Option<PathBuf>,
    /// The component, or a core module of it.
    pub component: PathBuf,
    /// Command that builds it, for messages.
    pub build: Option<String>,
    /// Folder of the cases.
    pub cases: Option<PathBuf>,
    /// Limits it is run under.
    pub limits: Limits,
    /// Base URLs of its origins, where a case follows absolute links.
    pub origins: BTreeMap<String, Url>,
    /// Where compiled adapters are kept between runs; without it they are compiled each time.
    pub compiled: Option<PathBuf>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    component: PathBuf,
    #[serde(default)]
    build: Option<String>,
    #[serde(default = "default_cases")]
    cases: PathBuf,
    #[serde(default)]
    limits: Limits,
    #[serde(default)]
    origins: BTreeMap<String, Url>,
}

fn default_cases() -> PathBuf {
    "cases".into()
}

impl Project {
    /// Opens a folder with `adapter.toml`, or a `.wasm` file.
    ///
    /// # Errors
    /// What is missing or cannot be read.
    pub fn open(path: &Path) -> Result<Self, Refusal> {
        if path.is_file() {
            return Ok(Self {
                folder: None,
                component: path.to_owned(),
                build: None,
                cases: None,
                limits: Limits::default(),
                origins: BTreeMap::new(),
                compiled: None,
            });
        }
        if !path.exists() {
            return Err(Refusal::new(
                format!("{}: there is no such file or folder", path.display()),
                "name a folder with an adapter.toml, or a .wasm file; `samsyn adapter new` makes a project",
            ));
        }
        let file = path.join(PROJECT_FILE);
        let text = read_text(
            &file,
            "name a folder with an adapter.toml, or a .wasm file; `samsyn adapter new` makes a project",
        )?;
        let written: Written = toml::from_str(&text).map_err(|error| {
            Refusal::file(
                &file,
                &error.to_string().trim_end(),
                "correct this line; the keys are component, build, cases, [limits] and [origins]",
            )
        })?;
        written.limits.validate().map_err(|error| Refusal::file(&file, &error, "correct it under [limits]"))?;
        Ok(Self {
            folder: Some(path.to_owned()),
            component: path.join(written.component),
            build: written.build,
            cases: Some(path.join(written.cases)),
            limits: written.limits,
            origins: written.origins,
            compiled: None,
        })
    }

    /// The same, with compiled adapters kept in this folder.
    #[must_use]
    pub fn keeping(self, compiled: Option<PathBuf>) -> Self {
        Self { compiled, ..self }
    }

    /// How to build the component, as advice.
    pub fn how_to_build(&self) -> String {
        match (&self.build, &self.folder) {
            (Some(build), Some(folder)) => format!("build it: `{build}` in {}", folder.display()),
            _ => "name the file that your build writes".to_owned(),
        }
    }

    /// A source file that was changed after the component was built.
    pub fn newer_source(&self) -> Option<PathBuf> {
        let folder = self.folder.as_ref()?;
        let built = fs::metadata(&self.component).and_then(|file| file.modified()).ok()?;
        newer_in(&folder.join("src"), built).or_else(|| newer_in(&folder.join("sdk"), built))
    }
}

fn newer_in(folder: &Path, built: SystemTime) -> Option<PathBuf> {
    let mut entries: Vec<PathBuf> = fs::read_dir(folder).ok()?.filter_map(|entry| Some(entry.ok()?.path())).collect();
    entries.sort();
    entries.into_iter().find_map(|path| {
        let name = path.file_name()?.to_str()?;
        if NOT_SOURCES.contains(&name) || name.starts_with('.') {
            return None;
        }
        if path.is_dir() {
            return newer_in(&path, built);
        }
        let changed = fs::metadata(&path).and_then(|file| file.modified()).ok()?;
        (changed > built).then_some(path)
    })
}
