//! Tables for other programs: semicolons and a byte order mark, because spreadsheets in Swedish read them so.
//!
//! Not here: which rows; what a spreadsheet takes for a formula (`domain::spreadsheet`). Invariant: no cell is a formula, whatever somebody has
//! written.

use csv::{QuoteStyle, WriterBuilder};
use samsyn_domain::spreadsheet::{BYTE_ORDER_MARK, SEPARATOR, harmless};

/// The rows as a file. Empty when the writer fails, which memory does not.
pub(crate) fn csv(rows: impl IntoIterator<Item = Vec<String>>) -> String {
    let mut writer = WriterBuilder::new()
        .delimiter(SEPARATOR)
        .quote_style(QuoteStyle::Always)
        .flexible(true)
        .terminator(csv::Terminator::CRLF)
        .from_writer(Vec::new());
    for row in rows {
        if writer.write_record(row.into_iter().map(harmless)).is_err() {
            return String::new();
        }
    }
    let text = writer.into_inner().ok().and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default();
    format!("{BYTE_ORDER_MARK}{text}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula_and_every_text_stays_in_its_cell() {
        let cells = [
            ("=1+1", "'=1+1"),
            ("+46 63 555", "'+46 63 555"),
            ("-1", "'-1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\t=1", "'\t=1"),
            ("  =1", "'  =1"),
            ("＝1", "'＝1"),
            ("a=1", "a=1"),
            ("a;b", "a;b"),
            ("rad ett\nrad \"två\"", "rad ett\nrad \"två\""),
            ("", ""),
        ];
        let text = csv(cells.map(|(cell, _)| vec!["först".to_owned(), cell.to_owned()]));
        let text = text.strip_prefix('\u{feff}').unwrap();
        let mut reader = csv::ReaderBuilder::new().delimiter(b';').has_headers(false).from_reader(text.as_bytes());
        let read: Vec<String> = reader.records().map(|row| row.unwrap()[1].to_owned()).collect();
        assert_eq!(read, cells.map(|(_, safe)| safe));
    }
}
