//! The walk over a log, from the first record to its head, whatever it is kept in.
//!
//! Not here: reading (`verify` out of the database, `exported` out of files).
//! Invariant: every entry is compared with the hash the tree has for it, every tile with those below it, and the root with each
//! checkpoint at its size; the first thing that is wrong is named by its place.

use tlog_tiles::{Hash, tlog::record_hash};

use super::{
    checkpoint::LogCheckpoint,
    tree::{Edge, Filled, HASH_BYTES, NoTree, Place, WIDTH, tiles},
    verify::AuditBreak,
};

/// A log of a known size, as far as it has been walked.
pub(super) struct Walk<'k> {
    size: u64,
    edge: Edge,
    /// Tiles above the leaves', as they follow from what was read.
    above: Vec<(Place, Vec<u8>)>,
    /// Checkpoints from elsewhere.
    kept: &'k [LogCheckpoint],
}

impl<'k> Walk<'k> {
    /// Begins a walk over so many records.
    ///
    /// # Errors
    /// When a checkpoint was signed of more.
    pub fn new(size: u64, kept: &'k [LogCheckpoint]) -> Result<Self, AuditBreak> {
        if let Some(longer) = kept.iter().find(|kept| kept.size > size) {
            return Err(AuditBreak::Shorter { records: size, checkpoint: longer.size });
        }
        let walk = Self { size, edge: Edge::default(), above: Vec::new(), kept };
        walk.compare_kept()?;
        Ok(walk)
    }

    /// How many records have been walked.
    pub const fn walked(&self) -> u64 {
        self.edge.size()
    }

    /// The tile that holds the hashes of the next records; none at the end.
    pub fn next(&self) -> Option<Filled> {
        let at = self.edge.size();
        (at < self.size).then(|| {
            let place = Place { level: 0, index: at / WIDTH };
            Filled { place, width: (self.size - at).min(WIDTH) }
        })
    }

    /// Takes the next record: its entry, and the tile its hash stands in.
    pub fn entry(&mut self, entry: &[u8], tile: Option<&[u8]>) -> Result<(), AuditBreak> {
        let index = self.edge.size();
        let hash = record_hash(entry);
        let at = usize::try_from(index % WIDTH).unwrap_or(usize::MAX) * HASH_BYTES;
        let Some(expected) = tile.and_then(|tile| tile.get(at..at + HASH_BYTES)) else {
            return Err(AuditBreak::Tile { level: 0, index: index / WIDTH });
        };
        if expected != hash.0 {
            return Err(AuditBreak::Changed { index });
        }
        let above = &mut self.above;
        self.edge.push(hash, |place, tile| {
            if place.level > 0 {
                above.push((place, tile.to_vec()));
            }
        });
        self.compare_kept()
    }

    fn compare_kept(&self) -> Result<(), AuditBreak> {
        for kept in self.kept.iter().filter(|kept| kept.size == self.edge.size()) {
            if self.root()? != kept.root {
                return Err(AuditBreak::Fork { records: kept.size });
            }
        }
        Ok(())
    }

    fn root(&self) -> Result<Hash, AuditBreak> {
        self.edge.root().map_err(|NoTree| AuditBreak::Head)
    }

    /// The tiles above the leaves' that must be kept beside what was walked.
    pub fn tiles_above(&self) -> impl Iterator<Item = (Filled, &[u8])> {
        tiles(self.size).filter(|filled| filled.place.level > 0).filter_map(|filled| {
            let full = self.above.iter().find(|(place, _)| *place == filled.place).map(|(_, tile)| tile.as_slice());
            let hashes =
                full.or_else(|| self.edge.partial().find(|(at, _)| *at == filled.place).map(|(_, tile)| tile))?;
            Some((filled, hashes))
        })
    }

    /// Ends the walk at the head it must lead to.
    pub fn end(&self, head: &LogCheckpoint) -> Result<(), AuditBreak> {
        if head.size == self.size && self.edge.size() == self.size && self.root()? == head.root {
            Ok(())
        } else {
            Err(AuditBreak::Head)
        }
    }
}
