//! Somebody else's verifier: reads the database with its own statements, writes entries in its own words and builds the tree with
//! another crate. Shares nothing with the store but the published form of an entry and a checkpoint.
//!
//! Not here: tiles, which say nothing that the records do not.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use ct_merkle::mem_backed_tree::MemoryBackedTree;
use ring::signature::{ED25519, UnparsedPublicKey};
use sea_orm::{ConnectionTrait, Statement};
use sha2::{Digest, Sha256};

use super::place::Here;

/// A signed note as it stands in a file.
pub struct Note<'n> {
    pub origin: &'n str,
    pub size: u64,
    pub root: Vec<u8>,
}

/// Reads and verifies a checkpoint under a verifier key.
pub fn note<'n>(note: &'n str, verifier_key: &str) -> Result<Note<'n>, &'static str> {
    let (text, signatures) = note.split_once("\n\n").ok_or("no signature")?;
    let (name, rest) = verifier_key.split_once('+').ok_or("no key")?;
    let (id, key) = rest.split_once('+').ok_or("no key")?;
    let key = STANDARD.decode(key).map_err(|_| "no key")?;
    let line = signatures.lines().find_map(|line| line.strip_prefix("— ")?.strip_prefix(name)?.strip_prefix(' '));
    let signature = STANDARD.decode(line.ok_or("another log's")?).map_err(|_| "no signature")?;
    if hex::encode(&signature[..4]) != id {
        return Err("another key");
    }
    let signed = format!("{text}\n");
    UnparsedPublicKey::new(&ED25519, &key[1..]).verify(signed.as_bytes(), &signature[4..]).map_err(|_| "forged")?;
    let [origin, size, root] = text.lines().collect::<Vec<_>>().try_into().map_err(|_| "three lines")?;
    let size = size.parse().map_err(|_| "no size")?;
    if origin != name {
        return Err("another log");
    }
    Ok(Note { origin, size, root: STANDARD.decode(root).map_err(|_| "no root")? })
}

/// The entries in the database, in the order of their places, which must have no gap.
pub async fn entries(here: &Here) -> Result<Vec<String>, &'static str> {
    let raw = here.raw().await;
    let rows = raw
        .query_all_raw(Statement::from_string(
            raw.get_database_backend(),
            "SELECT leaf_index, activity, at, details, id, intent, patient, provider, stage, user_id, viewer \
             FROM audit_record ORDER BY leaf_index",
        ))
        .await
        .unwrap();
    raw.close().await.unwrap();
    let mut entries = Vec::new();
    for (place, row) in rows.iter().enumerate() {
        let column = |name: &str| row.try_get::<Option<String>>("", name).unwrap();
        let text = |name: &str| serde_json::to_string(&column(name)).unwrap();
        if row.try_get::<i64>("", "leaf_index").unwrap() != i64::try_from(place).unwrap() {
            return Err("a gap");
        }
        entries.push(format!(
            "{{\"activity\":{},\"at\":{},\"details\":{},\"id\":{},\"intent\":{},\"patient\":{},\"provider\":{},\
             \"stage\":{},\"user\":{},\"viewer\":{}}}",
            text("activity"),
            text("at"),
            column("details").unwrap(),
            text("id"),
            text("intent"),
            text("patient"),
            text("provider"),
            text("stage"),
            text("user_id"),
            column("viewer").unwrap_or_else(|| "null".into()),
        ));
    }
    Ok(entries)
}

/// The tree over entries.
pub fn tree<T: AsRef<[u8]>>(entries: impl IntoIterator<Item = T>) -> MemoryBackedTree<Sha256, Vec<u8>> {
    let mut tree = MemoryBackedTree::new();
    for entry in entries {
        tree.push(entry.as_ref().to_vec());
    }
    tree
}

/// The root of a tree; that of no records is the hash of nothing.
pub fn root(tree: &MemoryBackedTree<Sha256, Vec<u8>>) -> Vec<u8> {
    if tree.is_empty() { Sha256::digest([]).to_vec() } else { tree.root().as_bytes().to_vec() }
}

/// Whether the database holds the log that a checkpoint kept elsewhere and its own head speak of.
pub async fn verify(here: &Here, verifier_key: &str, kept: &str) -> Result<(), &'static str> {
    let kept = note(kept, verifier_key)?;
    let head = here.texts("SELECT checkpoint FROM audit_head").await.pop().ok_or("no head")?;
    let head = note(&head, verifier_key)?;
    let entries = entries(here).await?;
    let at = |size: u64| entries.get(..usize::try_from(size).unwrap()).map(tree).ok_or("shorter");
    if entries.len() as u64 != head.size || root(&at(head.size)?) != head.root {
        return Err("the head is not that of the records");
    }
    if kept.origin == head.origin && root(&at(kept.size)?) == kept.root { Ok(()) } else { Err("another log") }
}
