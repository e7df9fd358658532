//! What somebody with the database in hand can do to the log, and that it is found: twelve ways, each at several places, by the store
//! and by a verifier that shares no code with it (I3).
//!
//! Everybody who verifies holds one checkpoint from earlier, as the quality goals presuppose: against what is changed and signed anew, and
//! against an older copy, nothing in the database itself can help.

use std::fs;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use futures::future::join_all;
use ring::{
    rand::SystemRandom,
    signature::{Ed25519KeyPair, KeyPair as _},
};
use samsyn_service::port::audit_log::AuditLog;
use samsyn_store::{AuditFile, AuditVerdict, LogCheckpoint, Store};
use samsyn_tests::reliability::{MUTATIONS, Row, times};
use sha2::{Digest, Sha256};

use super::{outsider, place::Here, sample};

/// More than one full tile, so that there is a level above the leaves'.
const RECORDS: u64 = 300;
const KEPT: u64 = 280;
const OLDER: u64 = 260;
/// In CI, of each class, as the quality goals ask for.
const SMALL: usize = 10;
/// Of each exported file.
const TIMES: u64 = 10;

/// A log, an older copy of it, and what somebody noted in between.
struct Log {
    whole: Here,
    older: Here,
    /// From a log of somebody else's.
    foreign: String,
    verifier_key: String,
    kept: LogCheckpoint,
}

async fn grow(store: &Store, from: u64, to: u64) {
    let appended = join_all((from..to).map(|number| {
        let store = store.clone();
        tokio::spawn(async move { store.append(&sample::intent(&number.to_string())).await.unwrap() })
    }));
    assert!(appended.await.into_iter().all(|told| told.is_ok()));
}

async fn head(store: &Store) -> String {
    match store.verify_audit(&[]).await.unwrap() {
        AuditVerdict::Intact(head) => head.checkpoint,
        AuditVerdict::Broken(broken) => panic!("{broken}"),
    }
}

async fn log() -> Log {
    let whole = Here::sqlite();
    let store = whole.open().await;
    grow(&store, 0, OLDER).await;
    store.close().await.unwrap();
    let older = whole.copy();
    let store = whole.open().await;
    grow(&store, OLDER, KEPT).await;
    let verifier_key = store.audit_key().await.unwrap();
    let kept = LogCheckpoint::open(&head(&store).await, &verifier_key).unwrap();
    grow(&store, KEPT, RECORDS).await;
    store.close().await.unwrap();
    for here in [&whole, &older] {
        here.drop_protection().await.unwrap();
    }
    let elsewhere = Here::sqlite().open().await;
    grow(&elsewhere, 0, RECORDS).await;
    Log { whole, older, foreign: head(&elsewhere).await, verifier_key, kept }
}

/// What the store says, and what the outsider says.
async fn said(log: &Log, here: &Here) -> (AuditVerdict, Result<(), &'static str>) {
    let file = AuditFile::open(&here.config).await.unwrap();
    let verdict = file.verify(std::slice::from_ref(&log.kept), |_, _, _| {}).await.unwrap();
    (verdict, outsider::verify(here, &log.verifier_key, &log.kept.note).await)
}

/// A place that is another one each time and the same in every run.
fn place(time: u64, below: u64) -> u64 {
    let hash = Sha256::digest(format!("{time} of {below}"));
    u64::from_be_bytes(hash[..8].try_into().unwrap()) % below
}

/// A head for a size and root, signed by somebody else under the log's own name.
fn signed_by_another(origin: &str, size: u64, root: &[u8]) -> String {
    let pair = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).unwrap();
    let pair = Ed25519KeyPair::from_pkcs8(pair.as_ref()).unwrap();
    let text = format!("{origin}\n{size}\n{}\n", STANDARD.encode(root));
    let key = [&[1], pair.public_key().as_ref()].concat();
    let id = Sha256::digest([origin.as_bytes(), b"\n", &key].concat());
    let signature = [&id[..4], pair.sign(text.as_bytes()).as_ref()].concat();
    format!("{text}\n— {origin} {}\n", STANDARD.encode(signature))
}

fn digest(root: &[u8]) -> sha2::digest::Output<Sha256> {
    <[u8; 32]>::try_from(root).unwrap().into()
}

/// Takes one class of tampering to a copy, and returns it.
async fn tampered(log: &Log, class: &str, time: u64) -> Here {
    let any = place(time, RECORDS);
    let here = if matches!(class, "older copy" | "fork") { log.older.copy() } else { log.whole.copy() };
    let steps: Vec<String> = match class {
        "flipped bit" => {
            let column = ["details", "viewer", "patient", "id", "provider", "user_id", "activity"]
                [usize::try_from(time % 7).unwrap()];
            let text =
                here.texts(&format!("SELECT {column} FROM audit_record WHERE leaf_index = {any}")).await.swap_remove(0);
            let mut bytes = text.into_bytes();
            // The lowest bit of an ASCII character; what no longer is JSON is found as well.
            let ascii: Vec<usize> = (0..bytes.len()).filter(|at| bytes[*at].is_ascii_alphanumeric()).collect();
            let at = ascii[usize::try_from(place(time, ascii.len() as u64)).unwrap()];
            bytes[at] ^= 1;
            let text = String::from_utf8(bytes).unwrap().replace('\'', "''");
            vec![format!("UPDATE audit_record SET {column} = '{text}' WHERE leaf_index = {any}")]
        }
        "deleted" => vec![format!("DELETE FROM audit_record WHERE leaf_index = {any}")],
        "inserted" => vec![
            format!("UPDATE audit_record SET leaf_index = -1 - leaf_index WHERE leaf_index >= {any}"),
            "UPDATE audit_record SET leaf_index = -leaf_index WHERE leaf_index < 0".into(),
            format!(
                "INSERT INTO audit_record (leaf_index, id, stage, activity, at, details) \
                 VALUES ({any}, 'new', 'intent', 'Läsa', '2026-11-21T11:00:00.000000000Z', '{{}}')"
            ),
        ],
        "swapped" => {
            let other = (any + 1 + place(time + 100, RECORDS - 1)) % RECORDS;
            [(any, 9999), (other, any), (9999, other)]
                .map(|(from, to)| format!("UPDATE audit_record SET leaf_index = {to} WHERE leaf_index = {from}"))
                .to_vec()
        }
        "cut off" => vec![format!("DELETE FROM audit_record WHERE leaf_index >= {}", RECORDS - 1 - place(time, 20))],
        "older copy" => Vec::new(),
        "fork" => {
            let store = here.open().await;
            grow(&store, 1000, 1000 + RECORDS - OLDER + time % SMALL as u64).await;
            store.close().await.unwrap();
            Vec::new()
        }
        "signed anew" => {
            here.run(&format!("UPDATE audit_record SET details = '{{}}' WHERE leaf_index = {any}")).await.unwrap();
            let root = outsider::root(&outsider::tree(outsider::entries(&here).await.unwrap()));
            let origin = log.kept.origin.as_str();
            let note = signed_by_another(origin, RECORDS, &root);
            vec![format!("UPDATE audit_head SET checkpoint = '{note}', root = '{}'", STANDARD.encode(root))]
        }
        "another time" => {
            let at = format!("2026-11-21T11:00:{:02}.000000000Z", time);
            vec![format!("UPDATE audit_record SET at = '{at}' WHERE leaf_index = {any}")]
        }
        "another place" => {
            vec![format!("UPDATE audit_record SET leaf_index = {} WHERE leaf_index = {any}", RECORDS + time)]
        }
        "dropped tile" => {
            let (level, index) = [(0, 0), (0, 1), (1, 0)][usize::try_from(time % 3).unwrap()];
            vec![format!("DELETE FROM audit_tile WHERE level = {level} AND tile_index = {index}")]
        }
        "head of another log" => vec![format!("UPDATE audit_head SET checkpoint = '{}'", log.foreign)],
        _ => panic!("{class}"),
    };
    for step in steps {
        here.run(&step).await.unwrap();
    }
    here
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn twelve_ways_to_bend_the_log_are_all_found() {
    let log = log().await;
    let each = times(MUTATIONS, SMALL);
    let mut row = Row::begin("G3", "clean logs", "logs");
    for _ in 0..each {
        let clean = log.whole.copy();
        let (verdict, outsider) = said(&log, &clean).await;
        assert!(matches!(&verdict, AuditVerdict::Intact(head) if head.records == RECORDS), "{verdict:?}");
        assert_eq!(outsider, Ok(()));
        row.done(1);
    }
    drop(row);
    let classes = [
        "flipped bit",
        "deleted",
        "inserted",
        "swapped",
        "cut off",
        "older copy",
        "fork",
        "signed anew",
        "another time",
        "another place",
        "dropped tile",
        "head of another log",
    ];
    let mut row = Row::begin("G3", "twelve ways to bend a log", "mutations");
    for class in classes {
        for time in 0..each as u64 {
            let here = tampered(&log, class, time).await;
            let (verdict, outsider) = said(&log, &here).await;
            assert!(matches!(verdict, AuditVerdict::Broken(_)), "{class}, {time}: not found");
            // Tiles say nothing that the records do not: without them the log is slower to prove from, not less true.
            assert_eq!(outsider.is_err(), class != "dropped tile", "{class}, {time}: {outsider:?}");
            row.done(1);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_log_in_files_is_verified_by_anybody_and_every_changed_file_is_found() {
    let log = log().await;
    let file = AuditFile::open(&log.whole.config).await.unwrap();
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("log");
    let mut told = Vec::new();
    file.export(&out, |done, of| told.push((done, of))).await.unwrap();
    assert_eq!(told, [(256, RECORDS), (RECORDS, RECORDS)]);
    assert!(file.export(&out, |_, _| {}).await.is_err(), "a directory that is not empty is left as it is");
    let key = samsyn_store::exported_key(&out).unwrap();
    assert_eq!(key, log.verifier_key);
    let verify = |kept: &[LogCheckpoint]| samsyn_store::verify_exported(&out, &key, kept, |_, _| {}).unwrap();
    assert!(matches!(verify(std::slice::from_ref(&log.kept)), AuditVerdict::Intact(head) if head.records == RECORDS));

    // The outsider reads the files in its own way.
    let mut entries: Vec<Vec<u8>> = Vec::new();
    for bundle in ["tile/entries/000", "tile/entries/001.p/44"] {
        let bytes = fs::read(out.join(bundle)).unwrap();
        let mut rest = bytes.as_slice();
        while let [high, low, after @ ..] = rest {
            let length = usize::from(*high) * 256 + usize::from(*low);
            entries.push(after[..length].to_vec());
            rest = &after[length..];
        }
    }
    let checkpoint = fs::read_to_string(out.join("checkpoint")).unwrap();
    let signed = outsider::note(&checkpoint, &key).unwrap();
    assert_eq!((signed.size, signed.root), (RECORDS, outsider::root(&outsider::tree(&entries))));

    let files =
        ["checkpoint", "tile/0/000", "tile/0/001.p/44", "tile/1/000.p/1", "tile/entries/000", "tile/entries/001.p/44"];
    for name in files {
        let path = out.join(name);
        let whole = fs::read(&path).unwrap();
        for time in 0..TIMES {
            let mut changed = whole.clone();
            let at = usize::try_from(place(time, whole.len() as u64)).unwrap();
            changed[at] ^= 1;
            fs::write(&path, &changed).unwrap();
            let verdict = samsyn_store::verify_exported(&out, &key, &[], |_, _| {});
            assert!(!matches!(verdict, Ok(AuditVerdict::Intact(_))), "{name}, byte {at}");
            fs::write(&path, &whole[..at]).unwrap();
            let verdict = samsyn_store::verify_exported(&out, &key, &[], |_, _| {});
            assert!(!matches!(verdict, Ok(AuditVerdict::Intact(_))), "{name}, cut at {at}");
        }
        fs::remove_file(&path).unwrap();
        let verdict = samsyn_store::verify_exported(&out, &key, &[], |_, _| {});
        assert!(!matches!(verdict, Ok(AuditVerdict::Intact(_))), "{name} gone");
        fs::write(&path, &whole).unwrap();
    }
    assert!(matches!(verify(&[]), AuditVerdict::Intact(_)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_proof_holds_with_another_crate_and_for_nothing_else() {
    use ct_merkle::{ConsistencyProof, InclusionProof, RootHash};

    let log = log().await;
    let file = AuditFile::open(&log.whole.config).await.unwrap();
    let hashes = |text: &str| -> Vec<u8> { text.lines().flat_map(|line| STANDARD.decode(line).unwrap()).collect() };
    for index in [0, 1, 255, 256, 299] {
        let proven = file.prove(index).await.unwrap();
        let (proof, checkpoint) = proven.proof.split_once("\n\n").unwrap();
        let signed = outsider::note(checkpoint, &log.verifier_key).unwrap();
        let lines = proof.strip_prefix(&format!("c2sp.org/tlog-proof@v1\nindex {index}\n")).unwrap();
        let proof = InclusionProof::<Sha256>::try_from_bytes(hashes(lines)).unwrap();
        let root = RootHash::<Sha256>::new(digest(&signed.root), signed.size);
        root.verify_inclusion(&proven.entry, index, &proof).unwrap();
        assert!(root.verify_inclusion(&b"something else".to_vec(), index, &proof).is_err());
        let entry: serde_json::Value = serde_json::from_slice(&proven.entry).unwrap();
        let id = entry["id"].as_str().unwrap();
        assert_eq!(file.index_of(id).await.unwrap(), Some(index));
        assert!(
            !String::from_utf8(proven.entry).unwrap().contains(sample::patient().digits()),
            "the patient is sealed"
        );
    }
    assert!(file.prove(RECORDS).await.is_err());

    let asked = file.prove_since(&log.kept).await.unwrap();
    let (proof, checkpoint) = asked.split_once("\n\n").unwrap();
    let signed = outsider::note(checkpoint, &log.verifier_key).unwrap();
    let kept = outsider::note(&log.kept.note, &log.verifier_key).unwrap();
    let proof = hashes(proof.strip_prefix("old 280\n").unwrap());
    let proof = ConsistencyProof::<Sha256>::try_from_bytes(proof).unwrap();
    let root = |note: &outsider::Note| RootHash::<Sha256>::new(digest(&note.root), note.size);
    root(&signed).verify_consistency(&root(&kept), &proof).unwrap();
    let older = AuditFile::open(&log.older.config).await.unwrap();
    assert!(older.prove_since(&log.kept).await.is_err(), "the older copy does not begin with it");
}
