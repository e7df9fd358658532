//! What can be read and must not be: unsafe addresses, numbers out of range, names that lead nowhere, contradictions.

use samsyn_service::record::SOURCES_MAX;

use super::{GOOD, directory, refused, tells, told, told_in};

#[test]
fn an_unsafe_address_is_refused_in_production() {
    let loopback = "leads to this machine, which only environment = \"demo\" or \"test\" may do";
    let plain = "must be https in production; write https://";
    let base_url = "https://omsorg.example/samsyn";
    let token =
        ("kind = \"basic\"\n  user = \"samsyn\"", "kind = \"client-credentials\"\n  client_id = \"x\"\n  token_url = ");
    let token = (token.0, format!("{}\"http://token.example\"", token.1));
    refused(&[
        (&[("https://samsyn.example", "http://samsyn.example")], &[("3:14: portal.public_url", plain)]),
        (&[("https://samsyn.example", "https://localhost:8480")], &[("3:14: portal.public_url", loopback)]),
        (
            &[("https://samsyn.example", "https://u:p@samsyn.example/a?b")],
            &[("3:14: portal.public_url", "expected scheme, host and port only; write https://samsyn.example")],
        ),
        (&[("https://identity.example", "http://identity.example")], &[("9:10: identity.issuer", plain)]),
        (&[("https://identity.example", "https://[::1]/")], &[("9:10: identity.issuer", loopback)]),
        (&[("https://identity.example", "https://identity.example?a=b")], &[("9:10: identity.issuer", "query")]),
        (&[(base_url, "http://omsorg.example")], &[("29:14: source[0].origin[0].base_url", plain)]),
        (&[(base_url, "http://127.0.0.1:9000/")], &[("29:14: source[0].origin[0].base_url", plain)]),
        (&[(base_url, "https://127.0.0.1/")], &[("29:14: source[0].origin[0].base_url", loopback)]),
        (&[(base_url, "https://a.localhost/")], &[("29:14: source[0].origin[0].base_url", loopback)]),
        (&[(base_url, "ftp://omsorg.example/")], &[("29:14: source[0].origin[0].base_url", "begin with https://")]),
        (
            &[(base_url, "https://u:p@omsorg.example/")],
            &[("29:14: source[0].origin[0].base_url", "must not hold a user or password; use a credential slot")],
        ),
        (
            &[(base_url, "https://10.0.0.7/")],
            &[("29:14: source[0].origin[0].base_url", "private network; name its range in address_ranges")],
        ),
        (&[(base_url, "https://169.254.169.254/")], &[("29:14: source[0].origin[0].base_url", "nothing can permit")]),
        (
            &[(base_url, "https://10.0.0.7/\"\n  address_ranges = [\"10.20.0.0/16\"]\n  #\"")],
            &[("29:14: source[0].origin[0].base_url", "outside this origin's address_ranges")],
        ),
        (&[(token.0, &token.1)], &[("34:15: source[0].credential[0].token_url", plain)]),
    ]);
    let private = [(base_url, "https://10.0.0.7/\"\n  address_ranges = [\"10.0.0.0/16\"]\n  #\"")];
    assert!(told(&private).is_empty());
}

#[test]
fn plain_http_and_this_machine_are_for_the_demo_and_for_tests_only() {
    let plain = [
        ("https://samsyn.example", "http://samsyn.example"),
        ("https://identity.example", "http://127.0.0.1:1/"),
        ("https://omsorg.example/samsyn", "http://127.0.0.1:9000/"),
        ("client_id = \"samsyn\"", "client_id = \"samsyn\"\nrequired_acr = []"),
    ];
    let with = |environment| plain.into_iter().chain([("[database]", environment)]).collect::<Vec<_>>();
    assert!(told(&with("environment = \"demo\"\n[database]")).is_empty());
    assert!(told(&with("environment = \"test\"\n[database]")).is_empty());
    assert_eq!(told(&with("environment = \"production\"\n[database]")).len(), 4);
    assert_eq!(told(&plain).len(), 4);
}

#[test]
fn a_value_that_makes_no_sense_is_refused_with_its_range() {
    let with = |text: &'static str| [("[database]", text)];
    refused(&[
        (
            &[("127.0.0.1:8480", "everywhere")],
            &[("2:10: portal.listen", "an address and a port; write e.g. 127.0.0.1:8480")],
        ),
        (&[("client_id = \"samsyn\"", "client_id = \" \"")], &[("10:13: identity.client_id", "is empty")]),
        (
            &[("client_id = \"samsyn\"", "client_id = \"samsyn\"\nrequired_acr = []")],
            &[(
                "11:16: identity.required_acr",
                "must name at least one level of assurance in production; write e.g. [\"http://id.sambi.se/loa/loa3\"]",
            )],
        ),
        (
            &[("client_id = \"samsyn\"", "client_id = \"samsyn\"\nrequired_acr = [\"x\", \"\"]")],
            &[("11:22: identity.required_acr[1]", "is empty")],
        ),
        (
            &with("[audit]\ncheckpoint_every_seconds = 61\n[database]"),
            &[("6:28: audit.checkpoint_every_seconds", "61 is outside 1 … 60")],
        ),
        (
            &with("[audit]\ncheckpoint_to = [\"http://x.example\"]\n[database]"),
            &[("6:17: audit.checkpoint_to", "must be https")],
        ),
        (
            &with("[audit]\ncheckpoint_file = \"no/such/x\"\n[database]"),
            &[("6:19: audit.checkpoint_file", "does not exist; make it, or name another")],
        ),
        (&with("[session]\nidle_minutes = 0\n[database]"), &[("6:16: session.idle_minutes", "0 is outside 1 … 240")]),
        (
            &with("[session]\nidle_minutes = 60\nabsolute_minutes = 30\n[database]"),
            &[("7:20: session.absolute_minutes", "30 is outside 60 … 1440")],
        ),
        (
            &with("[limits]\npause_ms = 0\nanswer_within_max_ms = 60000\n[database]"),
            &[
                ("6:12: limits.pause_ms", "0 is outside 1000 … 600000"),
                ("7:24: limits.answer_within_max_ms", "60000 is outside 500 … 28000"),
            ],
        ),
        (
            &[("name = \"Storsjö kommun\"", "name = \"Storsjö kommun\"\nrecent_months = 13")],
            &[("15:17: organisation[0].recent_months", "13 is outside 1 … 12")],
        ),
        (
            &[(
                "name = \"Storsjö kommun\"",
                "name = \"Storsjö kommun\"\nreview = { day_begins_hour = 6, day_ends_hour = 6 }",
            )],
            &[("15:49: organisation[0].review.day_ends_hour", "6 is outside 7 … 24")],
        ),
        (
            &[("name = \"Storsjö kommun\"", "name = \"Storsjö kommun\"\nextract_names = \"all\"")],
            &[("15:17: organisation[0].extract_names", "expected one of `name`, `role`, `unit`")],
        ),
        (
            &[("name = \"Storsjö kommun\"", "name = \"Storsjö kommun\"\nshift_hours = 0")],
            &[("15:15: organisation[0].shift_hours", "0 is outside 1 … 24")],
        ),
        (
            &[("name = \"Storsjö kommun\"", "name = \"Storsjö kommun\"\nconfidentiality_text = \" \"")],
            &[("15:24: organisation[0].confidentiality_text", "is empty; write the text, or leave it out")],
        ),
        (
            &[("name = \"Storsjö kommun\"", "name = \"Storsjö kommun\"\nauthorities_have_direct_access = true")],
            &[("15:34: organisation[0].authorities_have_direct_access", "needs at least two care providers")],
        ),
        (
            &[(
                "name = \"Storsjö kommun\"",
                "name = \"Storsjö kommun\"\nsupport = { first_line = \" \", reserve_routine = \"x\", \
                 helpdesk = { name = \"x\", phone = \"växeln\", hours = \"x\" } }",
            )],
            &[
                ("15:26: organisation[0].support.first_line", "is empty; it stands on the page"),
                ("15:87: organisation[0].support.helpdesk.phone", "is no number that can be called"),
            ],
        ),
        (
            &[(
                "system = \"Omsorg\"",
                "system = \"Omsorg\"\nmaintenance = [{ day = \"monday\", from = \"02:00\", minutes = 0 }]",
            )],
            &[("24:60: source[0].maintenance[0].minutes", "0 is outside 1 … 1440")],
        ),
        (
            &[(
                "system = \"Omsorg\"",
                "system = \"Omsorg\"\nmaintenance = [{ day = \"måndag\", from = \"02:00\", minutes = 60 }]",
            )],
            &[("24:24: source[0].maintenance[0].day", "expected one of `monday`, `tuesday`")],
        ),
        (
            &[("system = \"Omsorg\"", "system = \"Omsorg\"\nanswer_within_ms = 99")],
            &[("24:20: source[0].answer_within_ms", "99 is outside 100 … 28000")],
        ),
        (
            &[("system = \"Omsorg\"", "system = \"Omsorg\"\nsections = []")],
            &[("24:12: source[0].sections", "would never be asked; leave it out for all")],
        ),
        (
            &[(
                "  [[source.origin]]",
                "  [source.limits]\n  guest_cpu_ms = 0\n  text = { list_max = 0 }\n  egress = { parallel = 0 }\n  [[source.origin]]",
            )],
            &[
                ("28:18: source[0].limits.guest_cpu_ms", "0 is outside 10 … 28000"),
                ("29:23: source[0].limits.text.list_max", "0 is outside 1 … 10000"),
                ("30:25: source[0].limits.egress.parallel", "0 is outside 1 … 64"),
            ],
        ),
    ]);
}

#[test]
fn a_name_that_is_unknown_or_given_twice_is_refused_with_those_that_are_known() {
    let twice = "is given twice; write a name that nothing else in this list has";
    let organisation = "[[organisation]]\nid = \"storsjo\"\nname = \"B\"\nproviders = [{ id = \"se9999200002-hsl\", kind = \"care\" }]\n";
    let origin = "  [[source.origin]]\n  alias = \"api\"\n  base_url = \"https://b.example\"\n";
    let credential = "  [[source.credential]]\n  slot = \"access\"\n  kind = \"hmac\"\n  secret_file = \"secret\"\n";
    refused(&[
        (
            &[("adapter = \"enkel\"", "adapter = \"annan\"")],
            &[("24:11: source[0].adapter", "`annan` is not among [[adapter]]; known: `enkel`")],
        ),
        (
            &[("organisation = \"storsjo\"", "organisation = \"annan\"")],
            &[("25:16: source[0].organisation", "`annan` is not among [[organisation]]; known: `storsjo`")],
        ),
        (
            &[("provider = \"SE9999200002-HSL\"", "provider = \"SE1\"")],
            &[(
                "26:12: source[0].provider",
                "`SE1` is not a provider of organisation `storsjo`; known: `SE9999200002-HSL`",
            )],
        ),
        (
            &[("[[adapter]]", &format!("{organisation}[[adapter]]"))],
            &[("18:6: organisation[1].id", twice), ("20:21: organisation[1].providers[0].id", twice)],
        ),
        (
            &[("[[source]]", "[[adapter]]\nname = \"enkel\"\nfile = \"enkel.wasm\"\n[[source]]")],
            &[("22:8: adapter[1].name", twice)],
        ),
        (
            &[("  [[source.credential]]", &format!("{origin}  [[source.credential]]"))],
            &[("31:11: source[0].origin[1].alias", twice)],
        ),
        (
            &[("  [[source.credential]]", &format!("{credential}  [[source.credential]]"))],
            &[("35:10: source[0].credential[1].slot", twice)],
        ),
        (&[("id = \"omsorg\"", "id = \"\"")], &[("22:6: source[0].id", "is empty")]),
    ]);
    let source = &GOOD[GOOD.find("[[source]]").unwrap()..];
    let numbered = |count: usize| {
        let one = |number: usize| source.replacen("\"omsorg\"", &format!("\"omsorg-{number}\""), 1);
        format!("{GOOD}{}", (1..count).map(one).collect::<String>())
    };
    assert!(told_in(&directory(&numbered(SOURCES_MAX))).is_empty());
    let told_of_many = told_in(&directory(&numbered(SOURCES_MAX + 1)));
    let why = "101 sources, and the log has room for 100 in the record of an opening";
    assert!(
        told_of_many.len() == 1 && told_of_many[0].contains("source[100].id") && told_of_many[0].contains(why),
        "{told_of_many:?}"
    );
    let long = format!("\"{}\"", "x".repeat(49));
    tells(&told(&[("\"omsorg\"", &long)]), &[("22:6: source[0].id", "longer than 48 bytes")]);
    tells(&told_in(&directory(&format!("{GOOD}{source}"))), &[("36:6: source[1].id", twice)]);
}

#[test]
fn a_credential_has_the_keys_of_its_kind_and_no_others() {
    let kind = |kind: &str| format!("kind = \"{kind}\"");
    refused(&[
        (
            &[("kind = \"basic\"", &kind("static-header"))],
            &[
                ("30:3: source[0].credential[0]", "key `header` is missing; kind `static-header` needs it"),
                ("33:3: source[0].credential[0].user", "kind `static-header` has no use for it; leave it out"),
            ],
        ),
        (
            &[("kind = \"basic\"", &kind("private-key-jwt")), ("  user = \"samsyn\"\n", "")],
            &[
                ("30:3: source[0].credential[0]", "key `token_url` is missing"),
                ("30:3: source[0].credential[0]", "key `client_id` is missing"),
            ],
        ),
        (
            &[("kind = \"basic\"", &kind("client-certificate")), ("  user = \"samsyn\"\n", "")],
            &[("30:3: source[0].credential[0]", "key `certificate_file` is missing")],
        ),
        (
            &[("  secret_file = \"secret\"\n", "")],
            &[("30:3: source[0].credential[0]", "key `secret_file` is missing; name the file that holds the secret")],
        ),
    ]);
}
