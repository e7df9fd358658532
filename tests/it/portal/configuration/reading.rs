//! What cannot be read at all: unknown keys, values of the wrong kind, text that is no TOML.

use super::{directory, refused, tells, told_in};

#[test]
fn an_unknown_key_is_refused_where_it_stands_with_those_that_would_be_known() {
    refused(&[
        (
            &[("client_id = \"samsyn\"", "client_id = \"samsyn\"\nclient_secret = \"x\"")],
            &[(
                "11:1: identity.client_secret",
                "unknown key `client_secret`, expected one of `issuer`, `client_id`, `client_secret_file`",
            )],
        ),
        (
            &[("  alias = \"api\"", "  alias = \"api\"\n  adress = \"x\"")],
            &[(
                "29:3: source[0].origin[0].adress",
                "unknown key `adress`, expected one of `alias`, `base_url`, `methods`, `address_ranges`, `ca_file`",
            )],
        ),
        (
            &[("data_dir = ", "data_dirr = ")],
            &[
                ("5:1: database", "key `data_dir` is missing; add it to this table"),
                ("6:1: database.data_dirr", "unknown key `data_dirr`, expected one of `data_dir`, `postgres_url_file`"),
            ],
        ),
        (
            &[("[database]", "[databas]")],
            &[
                ("1:1", "table `database` is missing; add it"),
                (
                    "5:2: databas",
                    "unknown key `databas`, expected one of `portal`, `database`, `audit`, `metrics`, `traces`",
                ),
            ],
        ),
        (
            &[("[database]", "[session]\nidle = 5\n[source_limits]\n[database]")],
            &[
                ("6:1: session.idle", "unknown key `idle`, expected `idle_minutes` or `absolute_minutes`"),
                ("7:2: source_limits", "unknown key `source_limits`"),
            ],
        ),
    ]);
}

#[test]
fn an_unreadable_value_is_refused_where_it_stands_with_what_to_write_instead() {
    refused(&[
        (
            &[("\"https://samsyn.example\"", "\"samsyn\"")],
            &[(
                "3:14: portal.public_url",
                "relative URL without a base; write the whole address, e.g. https://samsyn.example",
            )],
        ),
        (
            &[("[database]", "[session]\nidle_minutes = \"long\"\nabsolute_minutes = -1\n[database]")],
            &[
                ("6:16: session.idle_minutes", "string \"long\", expected a whole number, 0 or more"),
                ("7:20: session.absolute_minutes", "integer `-1`, expected a whole number, 0 or more"),
            ],
        ),
        (
            &[("kind = \"care\"", "kind = \"hospital\"")],
            &[(
                "15:48: organisation[0].providers[0].kind",
                "unknown value `hospital`, expected `care` or `social-care`",
            )],
        ),
        (
            &[("[database]", "trusted_proxies = [\"10.0.0.0/8\", \"10.0.0.0/99\"]\n[database]")],
            &[("5:34: portal.trusted_proxies[1]", "write an address with the length of its prefix, e.g. 10.20.0.0/16")],
        ),
        (&[("[[adapter]]", "[adapter]")], &[("17:1: adapter", "write [[adapter]]")]),
        (
            &[("[[organisation]]", "[[organisations]]")],
            &[
                ("12:3: organisations", "unknown key `organisations`, expected one of `portal`"),
                ("25:16: source[0].organisation", "`storsjo` is not among [[organisation]]; there is none"),
            ],
        ),
        (
            &[("https://omsorg.example/samsyn", "https://u:hidden@omsorg.example:99999/")],
            &[("29:14: source[0].origin[0].base_url", "base_url: invalid port number")],
        ),
        (&[("[[source.origin]]", "[source.origin]")], &[("27:3: source[0].origin", "write [[source.origin]]")]),
        (&[("[portal]", "[[portal]]")], &[("1:1: portal", "this is no list of tables; write [portal], once")]),
        (&[("  slot", "  settings = 1\n  slot")], &[("31:3: source[0].credential[0].settings", "unknown key")]),
        (
            &[("[[source.origin]]", "[source.settings]\n  max-pages = 5\n  [[source.origin]]")],
            &[("28:15: source[0].settings.max-pages", "integer `5`, expected a string")],
        ),
        (
            &[("  base_url = \"https://omsorg.example/samsyn\"\n", "")],
            &[("27:3: source[0].origin[0]", "key `base_url` is missing; add it to this table")],
        ),
    ]);
    tells(&told_in(&directory("")), &[("1:1", "table `portal`"), ("1:1", "`database`"), ("1:1", "`identity`")]);
}

#[test]
fn a_text_that_is_no_toml_is_refused_line_by_line() {
    refused(&[
        (&[("data_dir = \"data\"", "data_dir = ")], &[("6:12", "string values must be quoted")]),
        (
            &[("[database]", "[database"), ("client_id = \"samsyn\"", "client_id = \"samsyn\" x")],
            &[("5:10", "unclosed table, expected `]`"), ("10:22", "unexpected key or value, expected newline")],
        ),
        (&[("client_id", "issuer")], &[("10:1", "duplicate key")]),
    ]);
}
