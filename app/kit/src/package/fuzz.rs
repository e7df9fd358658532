//! Fuzz target of the package reader: somebody else's tar, and somebody else's gzip, against a model of what a package may be.
//!
//! An input is a script of members, written as an archive by other code than the reader's; or the bytes of a tar, which are compressed first;
//! or the bytes of the file itself. Not here: how inputs are made (`samsyn_fuzz`).
//! Invariant: the model knows the rules of the form from its description, not from the reader's code.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::Write as _,
    path::{Component, Path},
};

use flate2::{Compression, write::GzEncoder};
use samsyn_fuzz::{fuzz, outcome, size};
use serde_json::json;
use sha2::{Digest as _, Sha256};

use super::{Limits, Package};

const WORDS: [&str; 38] = [
    "component.wasm",
    "manifest.json",
    "report.json",
    "package.json",
    "PACKAGE.json",
    "package.json.minisig",
    "cases/one/query.json",
    "cases/",
    "+component.wasm\n",
    "+manifest.json\n",
    "+report.json\n",
    "+package.json\n",
    "component.wasm\tX\n",
    "manifest.json\tM\n",
    "report.json\tR\n",
    "\n",
    "\t",
    "+",
    "@",
    "!",
    "..",
    "../",
    "/",
    "//",
    ".",
    "\\",
    "\0",
    "\u{1b}",
    "å",
    "\u{202e}",
    "ustar  \0",
    "ustar\u{0}00",
    "././@LongLink",
    "%",
    "T",
    "Z",
    "\u{1f}\u{8b}",
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
];

const MANIFEST: &str = r#"{"id":"demo","name":"Demo","vendor":"V","version":"1.0","contract":"1.0","sections":["services"],"identifier_kinds":["personal-number"]}"#;

/// A member as the script says it.
struct Member {
    path: String,
    content: Vec<u8>,
    is_link: bool,
}

/// What the script says.
struct Script {
    members: Vec<Member>,
    listed: Vec<String>,
    list_is_first: bool,
}

fn hash(content: &[u8]) -> String {
    hex::encode(Sha256::digest(content))
}

impl Script {
    /// Lines: `+PATH` is listed, `@PATH` is a link, `!` puts the list last, anything else is a member, `PATH<tab>CONTENT`. `M` is a manifest,
    /// `R` the report about the first component.
    fn read(text: &str) -> Self {
        let mut script = Self { members: Vec::new(), listed: Vec::new(), list_is_first: true };
        for line in text.lines().take(40) {
            match (line.strip_prefix('+'), line.strip_prefix('@')) {
                (Some(path), _) => script.listed.push(path.to_owned()),
                (_, Some(path)) => {
                    script.members.push(Member { path: path.to_owned(), content: Vec::new(), is_link: true });
                }
                _ if line == "!" => script.list_is_first = false,
                _ => {
                    let (path, content) = line.split_once('\t').unwrap_or((line, ""));
                    let content = if content == "M" { MANIFEST } else { content };
                    script.members.push(Member { path: path.to_owned(), content: content.into(), is_link: false });
                }
            }
        }
        let component = script.content("component.wasm").to_vec();
        for member in script.members.iter_mut().filter(|member| member.content == b"R") {
            let adapter =
                json!({ "id": "demo", "version": "1.0", "vendor": "V", "contract": "1.0", "digest": hash(&component) });
            member.content = json!({ "adapter": adapter, "cases": [], "untried": [] }).to_string().into_bytes();
        }
        script
    }

    fn content(&self, path: &str) -> &[u8] {
        self.members.iter().find(|member| member.path == path).map_or(&[], |member| &member.content)
    }

    fn list(&self) -> Vec<u8> {
        let files: Vec<_> = self
            .listed
            .iter()
            .map(|path| {
                let content = self.content(path);
                json!({ "path": path, "bytes": content.len(), "sha256": hash(content) })
            })
            .collect();
        let limits = serde_json::to_value(Limits::default()).unwrap();
        json!({ "format": 1, "id": "demo", "version": "1.0", "limits": limits, "origins": {}, "files": files })
            .to_string()
            .into_bytes()
    }

    /// The archive. Headers are made here, so that they hold names which the library would not write.
    fn tar(&self) -> Vec<u8> {
        let mut tar = Vec::new();
        let list = self.list();
        if self.list_is_first {
            entry(&mut tar, "package.json", &list, b'0');
        }
        for member in &self.members {
            entry(&mut tar, &member.path, &member.content, if member.is_link { b'2' } else { b'0' });
        }
        if !self.list_is_first {
            entry(&mut tar, "package.json", &list, b'0');
        }
        tar.extend_from_slice(&[0; 1024]);
        tar
    }

    /// Whether a package may be like this.
    fn is_good(&self) -> bool {
        let paths: BTreeSet<&str> = self.members.iter().map(|member| member.path.as_str()).collect();
        let listed: BTreeSet<&str> = self.listed.iter().map(String::as_str).collect();
        let signature = self.members.first().is_some_and(|first| first.path == "package.json.minisig");
        let covered = if signature {
            paths.iter().copied().filter(|path| *path != "package.json.minisig").collect()
        } else {
            paths.clone()
        };
        self.list_is_first
            && self.members.iter().all(|member| !member.is_link && stays(&member.path))
            && paths.len() == self.members.len()
            && listed.len() == self.listed.len()
            && covered == listed
            && paths.iter().all(|path| !path.eq_ignore_ascii_case("package.json"))
            && covered.iter().all(|path| !path.eq_ignore_ascii_case("package.json.minisig"))
            && listed.contains("component.wasm")
            && self.content("manifest.json") == MANIFEST.as_bytes()
            && self.content("report.json").starts_with(b"{\"adapter\"")
            && listed.is_superset(&BTreeSet::from(["manifest.json", "report.json"]))
    }
}

/// A plain name that unpacks below the folder it is unpacked into, on any system.
fn stays(path: &str) -> bool {
    let parts: Vec<_> = Path::new(path).components().collect();
    let normal = parts.iter().all(|part| matches!(part, Component::Normal(_)));
    let plain = path.chars().all(|letter| letter.is_alphanumeric() || ['-', '_', '.', '/'].contains(&letter));
    let same = parts.iter().map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/") == path;
    normal
        && plain
        && same
        && !path.split('/').any(|part| part.starts_with('.'))
        && parts.len() <= 3
        && !parts.is_empty()
}

/// A header and its content. A name that does not fit is cut, as a wrong writer would.
fn entry(tar: &mut Vec<u8>, path: &str, content: &[u8], kind: u8) {
    let mut header = [0_u8; 512];
    let name: Vec<u8> = path.bytes().take(100).collect();
    header[..name.len()].copy_from_slice(&name);
    header[100..107].copy_from_slice(b"0000644");
    header[124..135].copy_from_slice(format!("{:011o}", content.len()).as_bytes());
    header[136..147].copy_from_slice(b"00000000000");
    header[156] = kind;
    header[257..265].copy_from_slice(b"ustar\x0000");
    header[148..156].fill(b' ');
    let sum: u32 = header.iter().copied().map(u32::from).sum();
    header[148..155].copy_from_slice(format!("{sum:06o}\0").as_bytes());
    tar.extend_from_slice(&header);
    tar.extend_from_slice(content);
    tar.resize(tar.len().next_multiple_of(512), 0);
}

fn gzip(tar: &[u8]) -> Vec<u8> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    packed.write_all(tar).unwrap();
    packed.finish().unwrap()
}

/// What holds of everything that was read; what became of it otherwise.
fn judge(bytes: &[u8]) -> (bool, String) {
    match Package::read(bytes) {
        Err(refused) => {
            let told = refused.to_string();
            assert!(!told.chars().any(|letter| letter.is_control() && letter != '\n'), "{told:?}");
            (false, told.chars().filter(char::is_ascii_lowercase).take(60).collect())
        }
        Ok(package) => {
            assert!(package.files.keys().all(|path| stays(path)), "{package:?}");
            let listed: BTreeMap<&str, &str> =
                package.list.files.iter().map(|file| (file.path.as_str(), file.sha256.as_str())).collect();
            let held: BTreeMap<&str, String> =
                package.files.iter().map(|(path, content)| (path.as_str(), hash(content))).collect();
            assert!(held.iter().all(|(path, hash)| listed.get(path) == Some(&hash.as_str())), "{package:?}");
            assert_eq!(listed.len(), held.len());
            let written = package.write().unwrap();
            let again = Package::read(&written).unwrap();
            assert_eq!((&again.files, &again.list_bytes), (&package.files, &package.list_bytes));
            (true, size(package.files.len()).to_string())
        }
    }
}

#[test]
fn what_is_read_as_a_package_is_one() {
    fuzz("package", &WORDS, |input| match input {
        [b'Z', file @ ..] => outcome(judge(file)),
        [b'T', tar @ ..] => outcome(judge(&gzip(tar))),
        _ => {
            let script = Script::read(&String::from_utf8_lossy(input));
            // A cut name is another name, of which the script knows nothing.
            if script.members.iter().any(|member| member.path.len() > 100 || member.path.contains('\0')) {
                return outcome("cut");
            }
            let (read, told) = judge(&gzip(&script.tar()));
            assert_eq!(read, script.is_good(), "{told}");
            outcome((read, told))
        }
    });
}
