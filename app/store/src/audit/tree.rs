//! The Merkle tree over the log: one leaf for each record, kept as tiles of at most 256 hashes (C2SP tlog-tiles, RFC 6962).
//!
//! Here: the right edge of a tree, which is all that is needed to make it longer and to tell its root; how much of which tile a tree
//! of some size has; what a tile is called outside.
//! Not here: what a leaf says (`entry`), where tiles are kept (`head`, `exported`), who signs the root (`checkpoint`). The hashes
//! themselves are those of the crate `tlog_tiles`.
//! Invariant: an edge holds no full tile; the same records in the same order always give the same tiles.

use tlog_tiles::{
    Hash,
    tile::Tile,
    tlog::{self, HashReader},
};

/// A tile holds 2⁸ hashes, as C2SP tlog-tiles fixes it.
pub(super) const HEIGHT: u8 = 8;
/// Hashes in a full tile.
pub(super) const WIDTH: u64 = 1 << HEIGHT;
/// Bytes of a hash.
pub(super) const HASH_BYTES: usize = 32;
/// Bytes of a full tile.
pub(super) const TILE_BYTES: usize = HASH_BYTES << HEIGHT;

/// Where a tile stands: level 0 holds the leaves' hashes, each hash above is that of a full tile below.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    pub level: u8,
    pub index: u64,
}

/// A tile as far as a tree of some size fills it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Filled {
    pub place: Place,
    /// 1 to 256 hashes.
    pub width: u64,
}

impl Filled {
    /// Its path below the log's own: `tile/0/x001/067.p/23`.
    pub fn path(self) -> String {
        format!("tile/{}/{}", self.place.level, numbered(self.place.index, self.width))
    }

    /// The path of the entries whose hashes stand in this tile of level 0.
    pub fn entries_path(self) -> String {
        format!("tile/entries/{}", numbered(self.place.index, self.width))
    }

    pub fn bytes(self) -> usize {
        usize::try_from(self.width).unwrap_or(usize::MAX).saturating_mul(HASH_BYTES)
    }
}

/// Three digits at a time, all but the last behind an `x`; a tile that is not full carries its width.
fn numbered(index: u64, width: u64) -> String {
    let mut path = format!("{:03}", index % 1000);
    let mut rest = index / 1000;
    while rest > 0 {
        path = format!("x{:03}/{path}", rest % 1000);
        rest /= 1000;
    }
    if width < WIDTH { format!("{path}.p/{width}") } else { path }
}

/// Every tile of a tree, from the leaves up and from the left.
pub(super) fn tiles(size: u64) -> impl Iterator<Item = Filled> {
    levels(size).flat_map(|(level, hashes)| {
        let last = hashes.div_ceil(WIDTH);
        (0..last).map(move |index| Filled { place: Place { level, index }, width: (hashes - index * WIDTH).min(WIDTH) })
    })
}

/// The tiles of a tree's right edge that hold anything.
pub(super) fn edge_tiles(size: u64) -> impl Iterator<Item = Filled> {
    levels(size).filter_map(|(level, hashes)| {
        let width = hashes % WIDTH;
        (width > 0).then_some(Filled { place: Place { level, index: hashes / WIDTH }, width })
    })
}

/// How many hashes each level of a tree has.
fn levels(size: u64) -> impl Iterator<Item = (u8, u64)> {
    (0..u8::MAX)
        .map(move |level| (level, size.checked_shr(u32::from(level) * u32::from(HEIGHT)).unwrap_or(0)))
        .take_while(|(_, hashes)| *hashes > 0)
}

/// The tiles do not form a tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the tiles do not form a tree")]
pub(super) struct NoTree;

/// The right edge of a tree.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Edge {
    size: u64,
    /// For each level the bytes of its last tile, which is not full and may be empty.
    tiles: Vec<Vec<u8>>,
}

impl Edge {
    /// The edge of a tree whose tiles are kept elsewhere. `tile` gives what is kept of one, which may be more than is asked for:
    /// a tile only grows.
    ///
    /// # Errors
    /// When one gives less.
    pub fn read(size: u64, mut tile: impl FnMut(Place) -> Option<Vec<u8>>) -> Result<Self, NoTree> {
        let mut edge = Self { size, tiles: vec![Vec::new(); levels(size).count()] };
        for filled in edge_tiles(size) {
            let mut bytes = tile(filled.place).ok_or(NoTree)?;
            if bytes.len() < filled.bytes() {
                return Err(NoTree);
            }
            bytes.truncate(filled.bytes());
            *edge.tiles.get_mut(usize::from(filled.place.level)).ok_or(NoTree)? = bytes;
        }
        Ok(edge)
    }

    /// How many records there are.
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// Adds a record by the hash of its leaf. `full` is handed each tile that this fills.
    pub fn push(&mut self, leaf: Hash, mut full: impl FnMut(Place, &[u8])) {
        let (mut hash, mut level) = (leaf, 0_u8);
        loop {
            let at = usize::from(level);
            if self.tiles.len() <= at {
                self.tiles.resize(at + 1, Vec::new());
            }
            let Some(tile) = self.tiles.get_mut(at) else { return };
            tile.extend_from_slice(&hash.0);
            if tile.len() < TILE_BYTES {
                break;
            }
            let index = self.size >> ((u32::from(level) + 1) * u32::from(HEIGHT));
            full(Place { level, index }, tile);
            hash = Tile::subtree_hash(tile);
            tile.clear();
            level += 1;
        }
        self.size += 1;
    }

    /// The tiles of the edge that hold anything.
    pub fn partial(&self) -> impl Iterator<Item = (Place, &[u8])> {
        edge_tiles(self.size).filter_map(|filled| {
            let tile = self.tiles.get(usize::from(filled.place.level))?;
            Some((filled.place, tile.as_slice()))
        })
    }

    /// The hash over all records: RFC 6962, 2.1.
    ///
    /// # Errors
    /// Never for an edge that was pushed or read here.
    pub fn root(&self) -> Result<Hash, NoTree> {
        tlog::tree_hash(self.size, self).map_err(|_| NoTree)
    }
}

impl HashReader for Edge {
    fn read_hashes(&self, indexes: &[u64]) -> Result<Vec<Hash>, tlog::Error> {
        let read = |index: &u64| {
            let place = place_of(*index);
            let tile = self.partial().find(|(at, _)| *at == place).ok_or(tlog::Error::IndexesNotInTree)?;
            hash_in(place, tile.1, *index)
        };
        indexes.iter().map(read).collect()
    }
}

/// The tile that a hash of the tree is found in, or made of.
pub(super) fn place_of(hash_index: u64) -> Place {
    let tile = Tile::from_index(HEIGHT, hash_index);
    Place { level: tile.level(), index: tile.level_index() }
}

/// A hash of the tree out of the tile it is found in.
pub(super) fn hash_in(place: Place, tile: &[u8], hash_index: u64) -> Result<Hash, tlog::Error> {
    let width = u32::try_from(tile.len() / HASH_BYTES).map_err(|_| tlog::Error::InvalidTile)?;
    if width == 0 || u64::from(width) > WIDTH {
        return Err(tlog::Error::InvalidTile);
    }
    Tile::new(HEIGHT, place.level, place.index, width, false).hash_at_index(tile, hash_index)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    /// RFC 6962, 2.1, as it is written there.
    fn by_the_book(leaves: &[Hash]) -> Hash {
        match leaves {
            [] => tlog::EMPTY_HASH,
            [leaf] => *leaf,
            _ => {
                let half = leaves.len().next_power_of_two() / 2;
                tlog::node_hash(by_the_book(&leaves[..half]), by_the_book(&leaves[half..]))
            }
        }
    }

    fn leaf(number: u64) -> Hash {
        tlog::record_hash(&number.to_be_bytes())
    }

    #[test]
    fn the_root_of_any_size_is_that_of_the_rfc() {
        let leaves: Vec<Hash> = (0..1100).map(leaf).collect();
        let mut edge = Edge::default();
        for size in 0..=leaves.len() {
            if size < 20 || size % 97 == 0 || (250..262).contains(&size) || (508..516).contains(&size) || size > 1095 {
                assert!(edge.root().unwrap() == by_the_book(&leaves[..size]), "{size}");
            }
            if let Some(leaf) = leaves.get(size) {
                edge.push(*leaf, |_, _| {});
            }
        }
    }

    #[test]
    fn an_edge_read_from_tiles_goes_on_as_if_it_had_never_stopped() {
        let mut kept: BTreeMap<Place, Vec<u8>> = BTreeMap::new();
        let mut whole = Edge::default();
        let mut edges = Vec::new();
        for number in 0..66_000 {
            if [0, 1, 255, 256, 257, 511, 512, 65_535, 65_536, 65_537].contains(&number) {
                edges.push(whole.clone());
            }
            whole.push(leaf(number), |place, tile| drop(kept.insert(place, tile.to_vec())));
        }
        kept.extend(whole.partial().map(|(place, tile)| (place, tile.to_vec())));
        for edge in edges {
            let read = Edge::read(edge.size(), |place| kept.get(&place).cloned()).unwrap();
            assert!(read.root().unwrap() == edge.root().unwrap(), "{}", edge.size());
            assert_eq!(read, edge);
        }
        assert_eq!(tiles(66_000).count(), kept.len());
        for filled in tiles(66_000) {
            assert_eq!(kept[&filled.place].len(), filled.bytes(), "{filled:?}");
        }
        assert_eq!(Edge::read(3, |_| Some(vec![0; 64])), Err(NoTree), "too short");
        assert_eq!(Edge::read(3, |_| None), Err(NoTree), "not there");
    }

    #[test]
    fn paths_are_those_of_the_specification() {
        let at = |level, index, width| Filled { place: Place { level, index }, width }.path();
        assert_eq!(at(0, 0, 256), "tile/0/000");
        assert_eq!(at(0, 1_234_067, 256), "tile/0/x001/x234/067");
        assert_eq!(at(2, 273, 112), "tile/2/273.p/112");
        let entries = Filled { place: Place { level: 0, index: 70_000 }, width: 8 };
        assert_eq!(entries.entries_path(), "tile/entries/x070/000.p/8");
    }
}
