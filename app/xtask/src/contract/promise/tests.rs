//! Each kind of change, made to the contract itself.

use std::fs;

use super::*;

/// The released contract and the one in `wit/` after every `from` in a file has become `to`.
fn after(changes: &[(&str, &str, &str)]) -> Result<()> {
    let root = step::root();
    let folder = root.join("target/promise").join(format!("{:?}", std::thread::current().id()));
    drop(fs::remove_dir_all(&folder));
    fs::create_dir_all(&folder).unwrap();
    let released = root.join("plugins/compat/1.0.0/wit");
    for entry in fs::read_dir(&released).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        let mut text = fs::read_to_string(&path).unwrap();
        for (file, from, to) in changes.iter().filter(|(file, _, _)| *file == "*" || *file == name) {
            assert!(*file == "*" || text.contains(from), "{name} no longer holds `{from}`");
            text = text.replace(from, to);
        }
        fs::write(folder.join(name), text).unwrap();
    }
    let result = keeps(&Contract::of_folder(&released).unwrap(), &Contract::of_folder(&folder).unwrap());
    fs::remove_dir_all(&folder).unwrap();
    result
}

#[track_caller]
fn refused(changes: &[(&str, &str, &str)], words: &str) {
    let said = after(changes).unwrap_err().to_string();
    assert!(said.contains(words), "{said}");
    assert!(said.contains("What may change: comments;"), "{said}");
}

const RAISED: (&str, &str, &str) = ("*", "samsyn:adapter@1.0.0", "samsyn:adapter@1.1.0");

#[test]
fn what_was_released_keeps_its_promise_to_itself() {
    after(&[]).unwrap();
}

#[test]
fn a_changed_field_is_refused() {
    let changes = [("types.wit", "staff-only: bool,", "staff-only: option<bool>,")];
    refused(&changes, "record `types.phone`: field `staff-only` was `bool` and is `option<bool>`");
}

#[test]
fn a_new_a_removed_and_a_renamed_field_are_refused() {
    refused(&[("types.wit", "staff-only: bool,", "staff-only: bool,\n mobile: bool,")], "field `mobile` is new");
    refused(&[("sink.wit", "dose-number: option<u32>,", "")], "record `sink.vaccination`: field `dose-number` is gone");
    let renamed = [("sink.wit", "media-type: option<string>", "media-kind: option<string>")];
    refused(&renamed, "field `media-type` is gone");
    refused(&renamed, "field `media-kind` is new");
}

#[test]
fn a_removed_case_is_refused() {
    refused(&[("types.wit", "unsigned,\n", "\n")], "variant `types.signing`: case `unsigned` is gone");
    refused(&[("http.wit", "too-large,", "")], "enum `http.error-kind`: case `too-large` is gone");
}

#[test]
fn a_reordered_enum_is_refused() {
    let changes = [("sink.wit", "{ planned, ongoing, ended, unknown }", "{ ongoing, planned, ended, unknown }")];
    refused(&changes, "enum `sink.service-phase`: the order was planned ongoing ended unknown and is ongoing planned");
}

#[test]
fn a_changed_parameter_or_result_is_refused() {
    let changes = [("keys.wit", "slot: string, data: list<u8>", "slot: string, data: string")];
    refused(&changes, "function `keys.hmac-sha256`: parameter `data` was `list<u8>` and is `string`");
    let changes = [("settings.wit", "get: func(key: string) -> option<string>", "get: func(key: string) -> string")];
    refused(&changes, "function `settings.get`: gave `option<string>` and gives `string`");
    let changes = [("log.wit", "log: func(level: level, message: string)", "log: func(message: string, level: level)")];
    refused(&changes, "function `log.log`: the order was level message and is message level");
}

#[test]
fn a_name_that_means_another_type_is_refused() {
    refused(
        &[("types.wit", "type when = string;", "type when = u64;")],
        "type `types.when`: was `string` and is `u64`",
    );
    let changes = [("types.wit", "enum weekday { monday", "variant weekday { monday")];
    refused(&changes, "type `types.weekday`: was an enum and is a variant");
}

#[test]
fn a_function_that_is_gone_and_one_that_adapters_would_have_to_export_are_refused() {
    let gone = [("sink.wit", "    documents: func(items: list<document>);\n", "")];
    refused(&gone, "function `sink.documents` is gone");
    let exported =
        [RAISED, ("adapter.wit", "describe: func() -> string;", "describe: func() -> string;\n ping: func();")];
    refused(&exported, "function `adapter.ping` is new in an interface that adapters export");
    let world = [RAISED, ("adapter.wit", "    export adapter;\n", "    export adapter;\n    export selftest;\n")];
    refused(&world, "world `producer` now exports `selftest`");
}

const NEW_FUNCTION: (&str, &str, &str) = (
    "sink.wit",
    "    documents: func(items: list<document>);\n",
    "    documents: func(items: list<document>);\n    record wound { where: string, provenance: provenance }\n    wounds: func(items: list<wound>);\n",
);

#[test]
fn a_new_function_with_a_new_type_in_an_imported_interface_is_what_may_change() {
    after(&[RAISED, NEW_FUNCTION]).unwrap();
    let interface = "interface clock { now: func() -> string; }\n\nworld producer {\n    import clock;";
    after(&[RAISED, ("adapter.wit", "world producer {", interface)]).unwrap();
    after(&[("types.wit", "/// A telephone number.", "/// A number to call.")]).unwrap();
}

#[test]
fn growth_without_a_higher_version_is_refused() {
    refused(
        &[NEW_FUNCTION],
        "function `sink.wounds` is new, and the version is still 1.0.0: raise it in every file of wit/",
    );
}

#[test]
fn a_version_that_goes_back_or_to_another_major_is_refused() {
    for (version, words) in
        [("0.9.0", "the version was 1.0.0 and is 0.9.0"), ("2.0.0", "the version was 1.0.0 and is 2.0.0")]
    {
        refused(&[("*", "samsyn:adapter@1.0.0", &format!("samsyn:adapter@{version}"))], words);
    }
}
