//! Proofs: that a record is in the log, and that an earlier log is the beginning of this one (C2SP tlog-proof, C2SP tlog-witness).
//!
//! Not here: the mathematics (`tlog_tiles`).
//! Invariant: a proof is made against the signed head, in the same snapshot.

use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
};

use sea_orm::{ConnectionTrait, DbErr};
use tlog_tiles::{
    Hash,
    tlog::{self, HashReader},
};

use super::{
    head,
    tree::{Place, hash_in, place_of},
};

/// The first line of a proof.
const FORM: &str = "c2sp.org/tlog-proof@v1";

/// Tiles fetched so far, and those that were asked for in vain.
#[derive(Default)]
struct Fetched {
    tiles: BTreeMap<Place, Vec<u8>>,
    missing: RefCell<BTreeSet<Place>>,
}

impl HashReader for Fetched {
    fn read_hashes(&self, indexes: &[u64]) -> Result<Vec<Hash>, tlog::Error> {
        let places = indexes.iter().map(|index| place_of(*index));
        self.missing.borrow_mut().extend(places.filter(|place| !self.tiles.contains_key(place)));
        let read = |index: &u64| {
            let place = place_of(*index);
            hash_in(place, self.tiles.get(&place).ok_or(tlog::Error::IndexesNotInTree)?, *index)
        };
        indexes.iter().map(read).collect()
    }
}

/// Makes a proof, fetching the tiles that it turns out to need. None when the tree does not have what is to be proven.
async fn make<P>(
    database: &impl ConnectionTrait,
    prove: impl Fn(&Fetched) -> Result<P, tlog::Error>,
) -> Result<Option<P>, DbErr> {
    let mut fetched = Fetched::default();
    loop {
        if let Ok(proof) = prove(&fetched) {
            return Ok(Some(proof));
        }
        let missing = fetched.missing.take();
        if missing.is_empty() {
            return Ok(None);
        }
        let found = head::read(database, missing.iter().copied()).await?;
        if found.len() < missing.len() {
            return Ok(None);
        }
        fetched.tiles.extend(found);
    }
}

/// That the record at an index is in the log of a size.
pub(super) async fn of_record(
    database: &impl ConnectionTrait,
    size: u64,
    index: u64,
    note: &str,
) -> Result<Option<String>, DbErr> {
    if index >= size {
        return Ok(None);
    }
    let proof = make(database, |tiles| tlog::prove_record(size, index, tiles)).await?;
    Ok(proof.map(|hashes| format!("{FORM}\nindex {index}\n{}\n{note}", lines(&hashes))))
}

/// That the log of a size begins with that of a smaller one, in the form a witness is asked in.
pub(super) async fn of_beginning(
    database: &impl ConnectionTrait,
    size: u64,
    before: u64,
    note: &str,
) -> Result<Option<String>, DbErr> {
    let proof = match before {
        0 => Some(Vec::new()),
        before if before == size => Some(Vec::new()),
        before if before > size => None,
        before => make(database, |tiles| tlog::prove_tree(size, before, tiles)).await?,
    };
    Ok(proof.map(|hashes| format!("old {before}\n{}\n{note}", lines(&hashes))))
}

fn lines(hashes: &[Hash]) -> String {
    hashes.iter().fold(String::new(), |mut text, hash| {
        let _ = writeln!(text, "{hash}");
        text
    })
}
