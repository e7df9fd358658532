//! A new project: a template, the SDK of its language, the guides and the contract, in one folder that builds by itself.
//!
//! Rooms: [`links`] the links between its documents.
//!
//! Not here: the templates (`plugins/templates`) and SDKs (`plugins/sdk`), embedded when this program is built.
//! Invariant: nothing that exists is written over, and nothing is downloaded.

mod links;

use std::{
    fs,
    path::{Path, PathBuf},
};

use crate::refusal::Refusal;

mod embedded {
    include!(concat!(env!("OUT_DIR"), "/files.rs"));
}

/// Language of a project.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// Rust.
    Rust,
    /// TypeScript.
    TypeScript,
    /// JavaScript.
    JavaScript,
    /// Python.
    Python,
}

impl Language {
    /// Every language.
    pub const ALL: [Self; 4] = [Self::Rust, Self::TypeScript, Self::JavaScript, Self::Python];

    /// As it is written on the command line; also the name of the template's folder.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Rust => "rust",
            Self::TypeScript => "ts",
            Self::JavaScript => "js",
            Self::Python => "python",
        }
    }

    /// Folder of the SDK.
    const fn sdk(self) -> &'static str {
        match self {
            Self::Rust => "rust",
            Self::TypeScript | Self::JavaScript => "js",
            Self::Python => "python",
        }
    }
}

/// Writes a project into a folder of its own below `dir` and gives that folder.
///
/// # Errors
/// When the name is not one, or something stands there already.
pub fn create(language: Language, dir: &Path, name: &str) -> Result<PathBuf, Refusal> {
    check_name(name)?;
    let folder = dir.join(name);
    let taken = folder.exists() && fs::read_dir(&folder).map_or(true, |mut entries| entries.next().is_some());
    if taken {
        return Err(Refusal::new(
            format!("{} is not empty", folder.display()),
            "take another name or another --dir; nothing was written",
        ));
    }
    for (path, content) in embedded::FILES {
        if let Some(there) = place(language, path) {
            write(&folder, &there, &linked(language, path, content), name)?;
        }
    }
    Ok(folder)
}

/// Where a file of the repository stands in a project, if it does.
fn place(language: Language, path: &str) -> Option<String> {
    let sources = [
        (format!("plugins/templates/{}/", language.name()), ""),
        (format!("plugins/sdk/{}/", language.sdk()), "sdk/"),
        ("plugins/guide/".to_owned(), "guide/"),
        ("wit/".to_owned(), "wit/"),
    ];
    sources.iter().find_map(|(from, to)| Some(format!("{to}{}", path.strip_prefix(from.as_str())?)))
}

fn linked(language: Language, path: &str, content: &[u8]) -> Vec<u8> {
    match std::str::from_utf8(content) {
        // A template's own links are those of a project.
        Ok(text)
            if Path::new(path).extension().is_some_and(|kind| kind == "md")
                && !path.starts_with("plugins/templates/") =>
        {
            links::moved(text, path, |path| place(language, path)).into_bytes()
        }
        _ => content.to_vec(),
    }
}

fn check_name(name: &str) -> Result<(), Refusal> {
    let starts = name.starts_with(|letter: char| letter.is_ascii_lowercase());
    let plain = name.chars().all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-');
    if starts && plain && name.len() <= 40 && !name.ends_with('-') && !name.contains("--") {
        return Ok(());
    }
    Err(Refusal::new(
        format!("`{name}` cannot be an adapter's name"),
        "use small letters, digits and single hyphens, beginning with a letter, e.g. home-care",
    ))
}

fn write(folder: &Path, path: &str, content: &[u8], name: &str) -> Result<(), Refusal> {
    let parts: Vec<String> = path.split('/').map(|part| filled(&undotted(part), name)).collect();
    let file = parts.iter().fold(folder.to_owned(), |path, part| path.join(part));
    let content = match std::str::from_utf8(content) {
        Ok(text) => filled(text, name).into_bytes(),
        Err(_) => content.to_vec(),
    };
    let written = file.parent().map_or(Ok(()), fs::create_dir_all).and_then(|()| fs::write(&file, content));
    written.map_err(|error| Refusal::file(&file, &error, "give a --dir that can be written"))
}

/// A template's `dot-gitignore` is a project's `.gitignore`.
fn undotted(part: &str) -> String {
    part.strip_prefix("dot-").map_or_else(|| part.to_owned(), |rest| format!(".{rest}"))
}

fn filled(text: &str, name: &str) -> String {
    text.replace("{{name}}", name).replace("{{name_snake}}", &name.replace('-', "_")).replace("{{Name}}", &pascal(name))
}

fn pascal(name: &str) -> String {
    let capital = |word: &str| {
        let mut letters = word.chars();
        letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters).collect::<String>()
    };
    name.split('-').map(capital).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_filled_in_the_way_each_language_writes_them() {
        assert_eq!(filled("{{name}} {{name_snake}} {{Name}}", "home-care2"), "home-care2 home_care2 HomeCare2");
        assert_eq!(undotted("dot-gitignore"), ".gitignore");
    }

    #[test]
    fn every_link_of_a_new_project_leads_to_a_file_of_it() {
        for language in Language::ALL {
            let dir = std::env::temp_dir().join(format!("samsyn-links-{}-{}", language.name(), std::process::id()));
            let project = create(language, &dir, "home-care").unwrap();
            let mut seen = 0;
            for document in ["README.md", "sdk/README.md", "wit/README.md", "guide/README.md", "guide/tutorial.md"] {
                let text = fs::read_to_string(project.join(document)).unwrap();
                for target in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
                    let file = target.split('#').next().unwrap();
                    let there = project.join(document).parent().unwrap().join(file);
                    assert!(
                        file.is_empty() || target.contains(':') || there.exists(),
                        "{language:?} {document}: {target}"
                    );
                    seen += 1;
                }
            }
            assert!(seen > 10, "{language:?}: {seen} links");
            fs::remove_dir_all(dir).unwrap();
        }
    }

    #[test]
    fn a_name_that_no_language_takes_is_refused() {
        for name in ["", "Home", "1a", "a_b", "a--b", "a-", "../a", "å"] {
            assert!(check_name(name).is_err(), "{name}");
        }
    }
}
