//! Packages as they are written, and as somebody else would write them.

use minisign::KeyPair;

use super::*;

fn manifest() -> &'static str {
    r#"{"id":"demo","name":"Demo","vendor":"V","version":"1.0","contract":"1.0","sections":["services"],"identifier_kinds":["personal-number"]}"#
}

fn package() -> Package {
    let digest = hex::encode(Sha256::digest(b"\0asm"));
    let adapter = format!(r#"{{"id":"demo","version":"1.0","vendor":"V","contract":"1.0","digest":"{digest}"}}"#);
    let report = format!(r#"{{"adapter":{adapter},"cases":[],"untried":[]}}"#);
    let files = BTreeMap::from([
        (COMPONENT.to_owned(), b"\0asm".to_vec()),
        (MANIFEST.to_owned(), manifest().as_bytes().to_vec()),
        (REPORT.to_owned(), report.into_bytes()),
        ("cases/one/query.json".to_owned(), b"{}".to_vec()),
    ]);
    listing(files)
}

fn listing(files: BTreeMap<String, Vec<u8>>) -> Package {
    let listed = |(path, content): (&String, &Vec<u8>)| Listed {
        path: path.clone(),
        bytes: content.len() as u64,
        sha256: hex::encode(Sha256::digest(content)),
    };
    let list = List {
        format: FORMAT,
        id: "demo".to_owned(),
        version: "1.0".to_owned(),
        limits: Limits::default(),
        origins: BTreeMap::new(),
        files: files.iter().map(listed).collect(),
    };
    let list_bytes = json(&list).unwrap();
    Package { list, list_bytes, signature: None, files }
}

fn refusal(package: &Package) -> String {
    Package::read(&package.write().unwrap()).unwrap_err().to_string()
}

#[test]
fn what_is_read_is_what_was_written_and_the_bytes_are_the_same_each_time() {
    let written = package().write().unwrap();
    assert_eq!(written, package().write().unwrap());
    let read = Package::read(&written).unwrap();
    assert_eq!(read.component(), b"\0asm");
    assert_eq!(read.file_name(), "demo-1.0.samsyn");
    assert!(!read.is_signed());
}

#[test]
fn a_signature_covers_every_file() {
    let keys = KeyPair::generate_unencrypted_keypair().unwrap();
    let other = KeyPair::generate_unencrypted_keypair().unwrap();
    let mut signed = package();
    assert!(signed.verify(&keys.pk).is_err());
    signed.sign(&keys.sk).unwrap();
    let read = Package::read(&signed.write().unwrap()).unwrap();
    read.verify(&keys.pk).unwrap();
    assert!(read.verify(&other.pk).unwrap_err().to_string().contains("not this key's"));
    // Another case with a list of its own, under the old signature.
    let mut files = package().files;
    files.insert("cases/one/query.json".to_owned(), b"[]".to_vec());
    let forged = Package { signature: signed.signature.clone(), ..listing(files) };
    assert!(Package::read(&forged.write().unwrap()).unwrap().verify(&keys.pk).is_err());
}

#[test]
fn a_file_that_is_not_listed_or_not_as_listed_is_refused() {
    let mut changed = package();
    changed.files.insert(COMPONENT.to_owned(), b"\0asX".to_vec());
    assert!(refusal(&changed).contains("`component.wasm` is not what package.json says"));
    let mut more = package();
    more.files.insert("cases/one/more".to_owned(), Vec::new());
    assert!(refusal(&more).contains("lists 4 files, and there are 5"));
    let mut twice = package();
    twice.files.insert("cases/one/more".to_owned(), Vec::new());
    twice.list.files.push(twice.list.files[0].clone());
    twice.list_bytes = json(&twice.list).unwrap();
    assert!(refusal(&twice).contains("lists a file twice"));
    for reserved in [LIST, "Package.JSON", SIGNATURE] {
        let mut second = package().files;
        second.insert(reserved.to_owned(), b"{}".to_vec());
        second.insert("a".to_owned(), Vec::new());
        let second = listing(second);
        assert!(refusal(&second).contains("has its own"), "{reserved}");
    }
    let mut fewer = package();
    fewer.files.remove(REPORT);
    assert!(refusal(&fewer).contains("report.json is missing"));
}

#[test]
fn a_name_that_leads_elsewhere_is_refused() {
    for path in ["../etc/passwd", "/etc/passwd", "a/../b", ".ssh", "a//b", "a/b/c/d", "a\\b", "a\u{1b}"] {
        assert!(!is_plain(path), "{path}");
    }
    assert!(is_plain("cases/två-sidor/query.json"));
}

#[test]
fn a_link_and_a_cut_file_are_refused() {
    let packed = GzBuilder::new().mtime(0).write(Vec::new(), Compression::default());
    let mut tar = tar::Builder::new(packed);
    let mut header = tar::Header::new_ustar();
    header.set_entry_type(tar::EntryType::Symlink);
    header.set_size(0);
    tar.append_link(&mut header, LIST, "/etc/passwd").unwrap();
    let linked = tar.into_inner().unwrap().finish().unwrap();
    let refused = Package::read(&linked).unwrap_err().to_string();
    assert!(refused.contains("is not a plain file"), "{refused}");
    let whole = package().write().unwrap();
    for length in [0, 10, whole.len() / 2, whole.len() - 9] {
        assert!(Package::read(whole.get(..length).unwrap()).is_err(), "{length}");
    }
    let longer = [whole.as_slice(), b"more"].concat();
    assert!(Package::read(&longer).unwrap_err().to_string().contains("something follows"));
}

#[test]
fn a_bomb_is_refused_by_what_it_claims_and_by_what_it_holds() {
    let packed = GzBuilder::new().mtime(0).write(Vec::new(), Compression::best());
    let mut tar = tar::Builder::new(packed);
    let mut header = tar::Header::new_ustar();
    header.set_size(UNPACKED_MAX_BYTES + 1);
    header.set_mode(0o644);
    header.set_path(LIST).unwrap();
    header.set_cksum();
    tar.append(&header, std::io::repeat(b' ').take(1024)).unwrap();
    let bomb = tar.into_inner().unwrap().finish().unwrap();
    assert!(Package::read(&bomb).unwrap_err().to_string().contains("unpacked it is larger"));
}
