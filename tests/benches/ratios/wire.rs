//! How many bytes a page is, plain and after brotli and gzip.
//!
//! The overview itself is sent uncompressed (a compressed page with a secret in it can be guessed from its length); a
//! reverse proxy may decide otherwise, so both are told. Not here: goals; there is no peer to compare with yet.

use std::io::Write as _;

use anyhow::Result;
use serde::Serialize;

use crate::{
    producers::{Density, SOURCES, reply},
    reader::Reader,
};

/// Quality that servers use for pages made on the spot.
const BROTLI_QUALITY: i32 = 5;

/// The size of one thing.
#[derive(Debug, Clone, Serialize)]
pub struct Size {
    /// Of what.
    pub what: &'static str,
    /// As it is.
    pub bytes: usize,
    /// After brotli, quality 5.
    pub brotli_bytes: usize,
    /// After gzip, level 6.
    pub gzip_bytes: usize,
}

/// Sizes of everything a browser fetches to read one overview, and of what the sources said.
///
/// # Errors
/// When a page cannot be read.
pub async fn measure(reader: &Reader) -> Result<Vec<Size>> {
    let mut replies = Vec::new();
    for source in 0..SOURCES {
        replies.extend_from_slice(&reply(source, Density::Usual).await?);
    }
    Ok(vec![
        size("what the 8 sources said (JSON)", &replies)?,
        size("overview in pieces (HTML)", reader.pieces().await?.as_bytes())?,
        size("overview as one page (HTML)", reader.page().await?.as_bytes())?,
        size("overview (canonical JSON)", reader.json().await?.as_bytes())?,
        size("stylesheet", samsyn_ui::stylesheet().as_bytes())?,
        size("script", samsyn_ui::script().as_bytes())?,
    ])
}

fn size(what: &'static str, bytes: &[u8]) -> Result<Size> {
    let mut brotli = Vec::new();
    let parameters = brotli::enc::BrotliEncoderParams { quality: BROTLI_QUALITY, ..Default::default() };
    brotli::BrotliCompress(&mut &*bytes, &mut brotli, &parameters)?;
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    gzip.write_all(bytes)?;
    Ok(Size { what, bytes: bytes.len(), brotli_bytes: brotli.len(), gzip_bytes: gzip.finish()?.len() })
}
