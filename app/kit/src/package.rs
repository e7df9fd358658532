//! The one file a vendor hands over: component, manifest, report, cases, and perhaps a signature.
//!
//! A gzipped tar that any tool opens, named `.samsyn`. `package.json` stands first and lists every other file with its SHA-256; a minisign
//! signature of it covers them all. Not here: what a portal does with it.
//! Invariant: the same input gives the same bytes, a signature aside, and a package that was read holds what its list says, nothing more.

#[cfg(test)]
mod fuzz;
#[cfg(test)]
mod tests;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    io::{Cursor, Read},
    path::Path,
};

use flate2::{Compression, GzBuilder, bufread::GzDecoder};
use minisign::{PublicKey, SecretKey, SignatureBox};
use samsyn_host::{limits::Limits, manifest::Manifest};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use url::Url;

use crate::{
    project::Project,
    refusal::Refusal,
    rehearsal::{Metering, Stage},
    report::Report,
    trial,
};

/// Version of the form.
const FORMAT: u32 = 1;
/// The list; always the first file.
const LIST: &str = "package.json";
/// The signature of the list; always the second, when there is one.
const SIGNATURE: &str = "package.json.minisig";
/// The component.
const COMPONENT: &str = "component.wasm";
/// What `describe` returned.
const MANIFEST: &str = "manifest.json";
/// What the trial found.
const REPORT: &str = "report.json";
/// Largest package that is read, packed and unpacked.
const PACKED_MAX_BYTES: u64 = 64 * 1024 * 1024;
const UNPACKED_MAX_BYTES: u64 = 256 * 1024 * 1024;
/// Most files.
const FILES_MAX: usize = 2_000;

/// A package, read and checked against its own list.
#[derive(Clone)]
pub struct Package {
    list: List,
    list_bytes: Vec<u8>,
    signature: Option<String>,
    files: BTreeMap<String, Vec<u8>>,
}

#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct List {
    format: u32,
    id: String,
    version: String,
    limits: Limits,
    origins: BTreeMap<String, Url>,
    files: Vec<Listed>,
}

#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Listed {
    path: String,
    bytes: u64,
    sha256: String,
}

impl std::fmt::Debug for Package {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Package").field("id", &self.list.id).field("files", &self.files.keys()).finish_non_exhaustive()
    }
}

impl Package {
    /// Tries a project and packs it.
    ///
    /// # Errors
    /// When a case fails: what does not pass is not handed over.
    pub fn of(project: &Project, progress: &mut dyn FnMut(&str)) -> Result<(Self, Report), Refusal> {
        let report = trial::run(project, progress)?;
        if !report.passed() {
            return Err(Refusal::new(format!("not packed:\n{}", report.table()), "mend what failed, and pack again"));
        }
        let stage = Stage::open(project, Metering::Off)?;
        let manifest = json(&stage.manifest())?;
        let mut files = BTreeMap::from([
            (COMPONENT.to_owned(), stage.component().to_vec()),
            (MANIFEST.to_owned(), manifest),
            (REPORT.to_owned(), json(&report)?),
        ]);
        if let Some(cases) = &project.cases {
            for case in crate::case::read_all(cases)? {
                collect(&case.folder, &format!("cases/{}", case.name), &mut files)?;
            }
        }
        let listed = |(path, content): (&String, &Vec<u8>)| Listed {
            path: path.clone(),
            bytes: content.len() as u64,
            sha256: hex::encode(Sha256::digest(content)),
        };
        let list = List {
            format: FORMAT,
            id: report.adapter.id.clone(),
            version: report.adapter.version.clone(),
            limits: project.limits.clone(),
            origins: project.origins.clone(),
            files: files.iter().map(listed).collect(),
        };
        let list_bytes = json(&list)?;
        Ok((Self { list, list_bytes, signature: None, files }, report))
    }

    /// Signs it. The signature's own bytes differ each time; everything else stays.
    ///
    /// # Errors
    /// When the key cannot be used.
    pub fn sign(&mut self, key: &SecretKey) -> Result<(), Refusal> {
        let trusted = format!("samsyn package {} {}", self.list.id, self.list.version);
        let signed = minisign::sign(
            None,
            key,
            Cursor::new(&self.list_bytes),
            Some(&trusted),
            Some("signature of a Samsyn adapter package"),
        );
        let signed =
            signed.map_err(|error| Refusal::new(format!("cannot be signed: {error}"), "give a minisign secret key"))?;
        self.signature = Some(signed.into_string());
        Ok(())
    }

    /// Whether this key signed it.
    ///
    /// # Errors
    /// When it is not signed, or not by this key, or was changed since.
    pub fn verify(&self, key: &PublicKey) -> Result<(), Refusal> {
        let unsigned = || Refusal::new("the package is not signed", "pack it with --key");
        let text = self.signature.as_deref().ok_or_else(unsigned)?;
        let wrong = |error: minisign::PError| {
            Refusal::new(
                format!("the signature is not this key's: {error}"),
                "ask the vendor which key it is, by another way than the package",
            )
        };
        let signature = SignatureBox::from_string(text).map_err(wrong)?;
        minisign::verify(key, &signature, Cursor::new(&self.list_bytes), true, false, false).map_err(wrong)
    }

    /// Name of the file it is handed over as.
    pub fn file_name(&self) -> String {
        format!("{}-{}.samsyn", self.list.id, self.list.version)
    }

    /// The component.
    pub fn component(&self) -> &[u8] {
        self.files.get(COMPONENT).map_or(&[], Vec::as_slice)
    }

    /// Whether it carries a signature.
    pub const fn is_signed(&self) -> bool {
        self.signature.is_some()
    }

    /// What `describe` returned when it was packed.
    ///
    /// # Errors
    /// When it is no manifest.
    pub fn manifest(&self) -> Result<Manifest, Refusal> {
        let text = String::from_utf8_lossy(self.files.get(MANIFEST).map_or(&[], Vec::as_slice));
        Manifest::read(&text).map_err(|error| Refusal::new(format!("{MANIFEST}: {error}"), "pack it again"))
    }

    /// What the vendor's own trial found.
    ///
    /// # Errors
    /// When it is no report.
    pub fn report(&self) -> Result<Report, Refusal> {
        let bytes = self.files.get(REPORT).map_or(&[][..], Vec::as_slice);
        serde_json::from_slice(bytes).map_err(|error| Refusal::new(format!("{REPORT}: {error}"), "pack it again"))
    }

    /// The bytes of the file.
    ///
    /// # Errors
    /// When memory cannot be written, which does not happen.
    pub fn write(&self) -> Result<Vec<u8>, Refusal> {
        let failed = |error: std::io::Error| Refusal::new(format!("cannot be packed: {error}"), "free some memory");
        let packed = GzBuilder::new().mtime(0).write(Vec::new(), Compression::default());
        let mut tar = tar::Builder::new(packed);
        append(&mut tar, LIST, &self.list_bytes).map_err(failed)?;
        if let Some(signature) = &self.signature {
            append(&mut tar, SIGNATURE, signature.as_bytes()).map_err(failed)?;
        }
        for (path, content) in &self.files {
            append(&mut tar, path, content).map_err(failed)?;
        }
        tar.into_inner().and_then(flate2::write::GzEncoder::finish).map_err(failed)
    }

    /// Reads a package. Nothing of it is believed: sizes, names, order and digests are checked.
    ///
    /// # Errors
    /// What does not fit.
    pub fn read(bytes: &[u8]) -> Result<Self, Refusal> {
        let refuse = |why: String| {
            Refusal::new(
                // What a library says of a header repeats the header.
                format!("not a package: {}", shown(&why)),
                "hand over the file that `samsyn adapter pack` wrote, unchanged",
            )
        };
        if bytes.len() as u64 > PACKED_MAX_BYTES {
            return Err(refuse(format!("larger than {PACKED_MAX_BYTES} bytes")));
        }
        let mut members = members(bytes).map_err(refuse)?.into_iter();
        let (name, list_bytes) = members.next().ok_or_else(|| refuse("it is empty".to_owned()))?;
        if name != LIST {
            return Err(refuse(format!("it begins with `{name}`, not with {LIST}")));
        }
        let list: List = serde_json::from_slice(&list_bytes).map_err(|error| refuse(format!("{LIST}: {error}")))?;
        if list.format != FORMAT {
            return Err(refuse(format!("its form is version {}; this program reads version {FORMAT}", list.format)));
        }
        list.limits.validate().map_err(|error| refuse(error.to_string()))?;
        let mut signature = None;
        let mut files = BTreeMap::new();
        for (index, (path, content)) in members.enumerate() {
            if path == SIGNATURE && index == 0 {
                signature = Some(String::from_utf8(content).map_err(|_| refuse(format!("{SIGNATURE} is not text")))?);
            } else if [LIST, SIGNATURE].contains(&path.to_lowercase().as_str()) {
                // A tool that unpacks it would put this one in the place of what was signed.
                return Err(refuse(format!("`{path}` stands where the package has its own")));
            } else if files.insert(path.clone(), content).is_some() {
                return Err(refuse(format!("`{path}` stands in it twice")));
            }
        }
        compare(&list, &files).map_err(refuse)?;
        let package = Self { list, list_bytes, signature, files };
        let manifest = package.manifest()?;
        if (manifest.id.as_str(), manifest.version.as_str())
            != (package.list.id.as_str(), package.list.version.as_str())
        {
            return Err(refuse(format!("{LIST} and {MANIFEST} name different adapters")));
        }
        if package.report()?.adapter.digest != hex::encode(Sha256::digest(package.component())) {
            return Err(refuse(format!("{REPORT} is about another component")));
        }
        Ok(package)
    }

    /// Writes the cases into a folder and gives a project that tries this very component with them.
    ///
    /// # Errors
    /// When a file cannot be written.
    pub fn unpack(&self, folder: &Path) -> Result<Project, Refusal> {
        for (path, content) in &self.files {
            let file = folder.join(path);
            let written = file.parent().map_or(Ok(()), fs::create_dir_all).and_then(|()| fs::write(&file, content));
            written.map_err(|error| Refusal::file(&file, &error, "give a folder that can be written"))?;
        }
        Ok(Project {
            folder: Some(folder.to_owned()),
            component: folder.join(COMPONENT),
            build: None,
            cases: Some(folder.join("cases")),
            limits: self.list.limits.clone(),
            origins: self.list.origins.clone(),
            compiled: None,
        })
    }
}

fn json(value: &impl Serialize) -> Result<Vec<u8>, Refusal> {
    let written = serde_json::to_vec_pretty(value);
    written.map_err(|error| Refusal::new(format!("cannot be written as JSON: {error}"), "tell the makers of the kit"))
}

/// Every file of a case, by name; a folder within a case is not part of it.
fn collect(folder: &Path, prefix: &str, files: &mut BTreeMap<String, Vec<u8>>) -> Result<(), Refusal> {
    let unreadable = |error: std::io::Error| Refusal::file(folder, &error, "make it readable");
    for entry in fs::read_dir(folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_file() && !name.starts_with('.') {
            let inside = format!("{prefix}/{name}");
            if !is_plain(&inside) {
                return Err(Refusal::new(
                    format!("{}: the name cannot be packed", path.display()),
                    "use letters, digits, `-`, `_` and `.`",
                ));
            }
            files.insert(inside, fs::read(&path).map_err(unreadable)?);
        }
    }
    Ok(())
}

/// A path of plain names that stays where it is unpacked.
fn is_plain(path: &str) -> bool {
    let plain = |part: &str| {
        !part.is_empty()
            && !part.starts_with('.')
            && part.chars().all(|letter| letter.is_alphanumeric() || "-_.".contains(letter))
    };
    path.len() <= 200 && path.split('/').count() <= 3 && path.split('/').all(plain)
}

fn append(tar: &mut tar::Builder<impl std::io::Write>, path: &str, content: &[u8]) -> std::io::Result<()> {
    let mut header = tar::Header::new_ustar();
    header.set_size(content.len() as u64);
    header.set_mode(0o644);
    header.set_mtime(0);
    tar.append_data(&mut header, path, content)
}

/// The files in order, none larger than what is left of the whole.
fn members(bytes: &[u8]) -> Result<Vec<(String, Vec<u8>)>, String> {
    let mut left = UNPACKED_MAX_BYTES;
    let unpacked = GzDecoder::new(bytes).take(UNPACKED_MAX_BYTES + 1024 * 1024);
    let mut archive = tar::Archive::new(unpacked);
    let mut members = Vec::new();
    for entry in archive.entries().map_err(|error| error.to_string())? {
        let mut entry = entry.map_err(|error| error.to_string())?;
        let path =
            String::from_utf8(entry.path_bytes().into_owned()).map_err(|_| "a name that is not UTF-8".to_owned())?;
        if entry.header().entry_type() != tar::EntryType::Regular {
            return Err(format!("`{}` is not a plain file", shown(&path)));
        }
        if !is_plain(&path) {
            return Err(format!("`{}` is not a name that a package has", shown(&path)));
        }
        if members.len() >= FILES_MAX {
            return Err(format!("more than {FILES_MAX} files"));
        }
        let size = entry.header().entry_size().map_err(|error| error.to_string())?;
        left =
            left.checked_sub(size).ok_or_else(|| format!("unpacked it is larger than {UNPACKED_MAX_BYTES} bytes"))?;
        let mut content = Vec::new();
        entry.read_to_end(&mut content).map_err(|error| error.to_string())?;
        if content.len() as u64 != size {
            return Err(format!("`{path}` is cut off"));
        }
        members.push((path, content));
    }
    ended(archive.into_inner())?;
    Ok(members)
}

/// The archive is followed by nothing, and its own check sum is right.
fn ended(mut unpacked: std::io::Take<GzDecoder<&[u8]>>) -> Result<(), String> {
    let mut rest = Vec::new();
    unpacked.read_to_end(&mut rest).map_err(|_| "it is cut off".to_owned())?;
    let after = unpacked.into_inner().into_inner();
    if rest.iter().any(|byte| *byte != 0) || !after.is_empty() {
        return Err("something follows after its end".to_owned());
    }
    Ok(())
}

/// A text that nobody has checked, fit to be shown.
fn shown(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_control()).take(200).collect()
}

fn compare(list: &List, files: &BTreeMap<String, Vec<u8>>) -> Result<(), String> {
    for required in [COMPONENT, MANIFEST, REPORT] {
        if !files.contains_key(required) {
            return Err(format!("{required} is missing"));
        }
    }
    let listed: BTreeSet<&str> = list.files.iter().map(|listed| listed.path.as_str()).collect();
    if listed.len() != list.files.len() {
        return Err(format!("{LIST} lists a file twice"));
    }
    if list.files.len() != files.len() {
        return Err(format!("{LIST} lists {} files, and there are {}", list.files.len(), files.len()));
    }
    for listed in &list.files {
        let content =
            files.get(&listed.path).ok_or_else(|| format!("`{}` is listed and missing", shown(&listed.path)))?;
        if content.len() as u64 != listed.bytes || hex::encode(Sha256::digest(content)) != listed.sha256 {
            return Err(format!("`{}` is not what {LIST} says", shown(&listed.path)));
        }
    }
    Ok(())
}
