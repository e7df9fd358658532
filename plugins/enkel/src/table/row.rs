//! One row as a record of the JSON form.
//!
//! Invariant: an empty cell is an absent field; a cell that cannot be read as its kind stays text, so that the record's
//! reader names it.

use csv::StringRecord;
use serde_json::{Map, Value};

use super::{Cell, Column};

/// Builds the record.
pub fn record(layout: &[Option<&Column>], row: &StringRecord) -> Value {
    let mut record = Value::Object(Map::new());
    for (column, cell) in layout.iter().zip(row) {
        if let Some(column) = column
            && !cell.trim().is_empty()
        {
            put(&mut record, column.path, value(column.cell, cell.trim()));
        }
    }
    without_gaps(&mut record);
    record
}

fn value(cell: Cell, text: &str) -> Value {
    let read = match cell {
        Cell::Text => None,
        Cell::Flag => flag(text).map(Value::Bool),
        Cell::Count => text.parse::<u32>().ok().map(Value::from),
        Cell::List => Some(text.split('|').map(str::trim).filter(|item| !item.is_empty()).collect()),
        Cell::Days => days(text),
    };
    read.unwrap_or_else(|| text.into())
}

fn flag(text: &str) -> Option<bool> {
    match text.to_lowercase().as_str() {
        "ja" | "true" | "1" | "yes" => Some(true),
        "nej" | "false" | "0" | "no" => Some(false),
        _ => None,
    }
}

const DAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

fn days(text: &str) -> Option<Value> {
    let day = |text: &str| text.trim().parse::<usize>().ok().filter(|day| (1..=7).contains(day));
    let mut found = Vec::new();
    for part in text.split(',') {
        match part.split_once('-') {
            Some((from, to)) => found.extend(day(from)?..=day(to)?),
            None => found.push(day(part)?),
        }
    }
    Some(found.into_iter().filter_map(|day| DAYS.get(day - 1)).copied().collect())
}

/// Puts a value where the path leads, making objects and lists on the way.
fn put(at: &mut Value, path: &str, value: Value) {
    let (step, rest) = path.split_once('.').map_or((path, None), |(step, rest)| (step, Some(rest)));
    let next = if let Ok(place) = step.parse::<usize>() {
        if !at.is_array() {
            *at = Value::Array(Vec::new());
        }
        let Some(list) = at.as_array_mut() else { return };
        while list.len() <= place {
            list.push(Value::Null);
        }
        list.get_mut(place)
    } else {
        if !at.is_object() {
            *at = Value::Object(Map::new());
        }
        at.as_object_mut().map(|object| object.entry(step).or_insert(Value::Null))
    };
    match (next, rest) {
        (Some(next), Some(rest)) => put(next, rest, value),
        (Some(next), None) => *next = value,
        (None, _) => {}
    }
}

/// A second phone without a first leaves a hole, which is no phone.
fn without_gaps(value: &mut Value) {
    match value {
        Value::Array(items) => {
            items.retain(|item| !item.is_null());
            items.iter_mut().for_each(without_gaps);
        }
        Value::Object(object) => object.values_mut().for_each(without_gaps),
        _ => {}
    }
}
