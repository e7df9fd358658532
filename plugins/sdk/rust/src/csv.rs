//! A CSV file as rows with named columns. Feature `csv`.
//!
//! Room: encoding, delimiter, header row, width of rows. Not here: what a column means.
//! Invariant: a file without a header row is no file; a row of the wrong width is never read, and [`Table::tell`] says so together
//! with columns that nobody asked for, because a misspelt column is information that would be lost.

use std::{borrow::Cow, cell::Cell};

use crate::{Notes, when};

/// How the file is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8, with or without byte order mark.
    Utf8,
    /// Windows-1252, as spreadsheets in western Europe save; a file that is UTF-8 all the same is read as that.
    Windows1252,
}

/// Why a file cannot be read. Names the rule, never the content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unreadable {
    /// Not in the encoding.
    Encoding,
    /// No header row.
    Header,
}

impl Unreadable {
    /// For the administrator.
    pub const fn rule(self) -> &'static str {
        match self {
            Self::Encoding => "not UTF-8, or characters that windows-1252 does not have",
            Self::Header => "no header row with two columns or more",
        }
    }
}

/// A column.
#[derive(Debug)]
struct Column {
    name: String,
    asked: Cell<bool>,
}

/// A file.
#[derive(Debug)]
pub struct Table {
    columns: Vec<Column>,
    rows: Vec<Vec<String>>,
    broken: usize,
}

/// A row.
#[derive(Debug, Clone, Copy)]
pub struct Row<'t> {
    table: &'t Table,
    cells: &'t [String],
}

impl Table {
    /// Reads a file; the delimiter is `;` when the header row has one, `,` otherwise.
    ///
    /// # Errors
    /// Which rule it breaks.
    pub fn read(bytes: &[u8], encoding: Encoding) -> Result<Self, Unreadable> {
        let text = decode(bytes, encoding).ok_or(Unreadable::Encoding)?;
        let first = text.lines().next().unwrap_or_default();
        let delimiter = if first.contains(';') { b';' } else { b',' };
        let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).flexible(true).from_reader(text.as_bytes());
        let names = reader.headers().map_err(|_| Unreadable::Header)?;
        if names.len() < 2 {
            return Err(Unreadable::Header);
        }
        let column = |name: &str| Column { name: name.trim().to_owned(), asked: Cell::new(false) };
        let columns: Vec<Column> = names.iter().map(column).collect();
        let mut table = Self { columns, rows: Vec::new(), broken: 0 };
        for line in reader.records() {
            match line {
                Ok(line) if line.len() == table.columns.len() => {
                    table.rows.push(line.iter().map(|cell| cell.trim().to_owned()).collect());
                }
                _ => table.broken += 1,
            }
        }
        Ok(table)
    }

    /// Rows that could be read.
    pub fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        self.rows.iter().map(|cells| Row { table: self, cells })
    }

    /// Rows in the file, those of the wrong width included: what a source that states a number means.
    pub fn rows_in_file(&self) -> usize {
        self.rows.len() + self.broken
    }

    /// Whether the file has this column.
    pub fn has(&self, name: &str) -> bool {
        self.columns.iter().any(|column| column.name == name)
    }

    /// Notes rows of the wrong width and columns that nobody asked for. Call it when every row has been read.
    pub fn tell(&self, notes: &Notes) {
        (0..self.broken).for_each(|_| notes.unreadable("row"));
        for column in self.columns.iter().filter(|column| !column.asked.get()) {
            notes.unknown(&column.name);
        }
    }
}

impl<'t> Row<'t> {
    /// The text in a column; blank is none.
    pub fn text(&self, name: &str) -> Option<&'t str> {
        let mut columns = self.table.columns.iter().zip(self.cells);
        let (column, cell) = columns.find(|(column, _)| column.name == name)?;
        column.asked.set(true);
        (!cell.is_empty()).then_some(cell.as_str())
    }

    /// Text without which the row cannot be shown.
    pub fn required(&self, name: &'static str, notes: &Notes) -> Option<&'t str> {
        let text = self.text(name);
        if text.is_none() {
            notes.missing(name);
        }
        text
    }

    /// A time; one that cannot be read leaves a note and is kept as it is written, which is shown and never reckoned with.
    pub fn time(&self, name: &'static str, notes: &Notes) -> Option<String> {
        let written = self.text(name)?;
        when::when(written).or_else(|| {
            notes.unreadable(name);
            Some(written.to_owned())
        })
    }

    /// `ja`/`nej`, `yes`/`no`, `true`/`false`, `1`/`0`; anything else leaves a note.
    pub fn flag(&self, name: &'static str, notes: &Notes) -> Option<bool> {
        match self.text(name)?.to_lowercase().as_str() {
            "ja" | "yes" | "true" | "1" => Some(true),
            "nej" | "no" | "false" | "0" => Some(false),
            _ => {
                notes.unreadable(name);
                None
            }
        }
    }
}

/// Characters of windows-1252 from 0x80 to 0x9f; `\0` stands in the five places that are empty.
const WINDOWS_1252: &str = "€\0‚ƒ„…†‡ˆ‰Š‹Œ\0Ž\0\0‘’“”•–—˜™š›œ\0žŸ";

/// The bytes as text; none when they are not in the encoding.
pub fn decode(bytes: &[u8], encoding: Encoding) -> Option<Cow<'_, str>> {
    let bytes = bytes.strip_prefix(&[0xEF, 0xBB, 0xBF]).unwrap_or(bytes);
    match (std::str::from_utf8(bytes), encoding) {
        (Ok(text), _) => Some(Cow::Borrowed(text)),
        (Err(_), Encoding::Utf8) => None,
        (Err(_), Encoding::Windows1252) => {
            bytes.iter().map(|&byte| character(byte)).collect::<Option<String>>().map(Cow::Owned)
        }
    }
}

fn character(byte: u8) -> Option<char> {
    match byte {
        0x80..=0x9f => WINDOWS_1252.chars().nth(usize::from(byte - 0x80)).filter(|&found| found != '\0'),
        _ => Some(char::from(byte)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Language;

    #[test]
    fn a_spreadsheets_file_is_read_whatever_its_delimiter_ends_and_mark() {
        let plain = "id;namn\r\n1;Åsa\r\n";
        for text in [plain.to_owned(), plain.replace(';', ","), format!("\u{feff}{plain}"), plain.replace('\r', "")] {
            let table = Table::read(text.as_bytes(), Encoding::Utf8).unwrap();
            assert_eq!(table.rows().map(|row| row.text("namn")).collect::<Vec<_>>(), [Some("Åsa")]);
        }
    }

    #[test]
    fn windows_1252_is_read_only_where_it_is_said() {
        let file = b"id;pris\n1;\x80 5 \xe5\n";
        let table = Table::read(file, Encoding::Windows1252).unwrap();
        assert_eq!(table.rows().next().unwrap().text("pris"), Some("€ 5 å"));
        assert_eq!(Table::read(file, Encoding::Utf8).unwrap_err(), Unreadable::Encoding);
        assert_eq!(Table::read(b"id;a\n1;\x81\n", Encoding::Windows1252).unwrap_err(), Unreadable::Encoding);
    }

    #[test]
    fn what_is_no_file_is_refused() {
        for body in ["", "\n", "<!DOCTYPE html>\n<html></html>"] {
            assert_eq!(Table::read(body.as_bytes(), Encoding::Utf8).unwrap_err(), Unreadable::Header, "{body}");
        }
    }

    #[test]
    fn a_row_cut_short_and_a_misspelt_column_are_told() {
        let table = Table::read(b"id;kind;statred\n1;home-care;2026\n2;hom", Encoding::Utf8).unwrap();
        let notes = Notes::new(Language::English);
        let read: Vec<_> = table.rows().map(|row| (row.required("id", &notes), row.text("kind"))).collect();
        assert_eq!((read, table.rows_in_file()), (vec![(Some("1"), Some("home-care"))], 2));
        table.tell(&notes);
        assert_eq!(notes.texts(), ["field row could not be read (1)", "unknown field statred (1)"]);
    }

    #[test]
    fn a_flag_or_a_time_that_cannot_be_read_is_named() {
        let table = Table::read("id;natt;slut\n1;kanske;i går\n".as_bytes(), Encoding::Utf8).unwrap();
        let notes = Notes::new(Language::English);
        let row = table.rows().next().unwrap();
        assert_eq!((row.flag("natt", &notes), row.time("slut", &notes).as_deref()), (None, Some("i går")));
        assert_eq!(notes.texts(), ["field natt could not be read (1)", "field slut could not be read (1)"]);
    }
}
