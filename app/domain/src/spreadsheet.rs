//! What a table must be like to be read by a spreadsheet in Swedish: its separator, its mark, and cells that are no formula.
//!
//! Shared by every table the portal hands out. Not here: which rows (`ui`, `service::audit_export`), writing them.
//! Invariant: no cell is a formula, whatever somebody has written; what a cell is changed by is one apostrophe before it.

/// Between two cells.
pub const SEPARATOR: u8 = b';';
/// Before the first line: that the text is UTF-8.
pub const BYTE_ORDER_MARK: &str = "\u{feff}";

/// What a spreadsheet may take for the beginning of a formula, full-width forms and what it skips before one included.
const FORMULA: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];

/// A text that no spreadsheet takes for a formula.
pub fn harmless(cell: String) -> String {
    if cell.trim_start_matches(' ').starts_with(FORMULA) { format!("'{cell}") } else { cell }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_be_a_formula_is_text() {
        for (cell, safe) in [
            ("=1+1", "'=1+1"),
            ("+46 63 555", "'+46 63 555"),
            ("-1", "'-1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\t=1", "'\t=1"),
            ("  =1", "'  =1"),
            ("＝1", "'＝1"),
            ("a=1", "a=1"),
            ("", ""),
        ] {
            assert_eq!(harmless(cell.to_owned()), safe);
        }
    }
}
