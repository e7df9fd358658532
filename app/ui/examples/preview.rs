//! Writes a rich overview and the other pages to `target/preview/*.html` with their styles inside, to be looked at and
//! photographed without a server.
//!
//! Not here: real data. To add a page: a line in `main`.

use std::{error::Error, fs, path::Path, time::Duration};

use samsyn_domain::{access::RoleMatrix, identifier::IdentifierError, source::ProviderKind, viewer::Role};
use samsyn_ui::{
    FragmentId, Language, PageContext, Preset, SearchForm, UserError, ViewerLine, error_page, fragment,
    fragment_update, overview_page, overview_shell, print_page, search_page, sign_in_page, stylesheet,
};

#[path = "../src/tests/sample.rs"]
#[expect(clippy::expect_used, reason = "a wrong sample should stop the preview")]
mod sample;
#[path = "../src/tests/waiting.rs"]
mod waiting;

fn main() -> Result<(), Box<dyn Error>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/preview");
    fs::create_dir_all(&folder)?;
    let overview = sample::overview();
    let sv = context(Language::Swedish);
    let en = context(Language::English);
    let typed = SearchForm {
        value_error: Some(UserError::NotAnIdentifier(IdentifierError::CheckDigit)),
        typed: Some("19381107-238".to_owned()),
        ..SearchForm::default()
    };
    let shell = overview_shell(&sv, &waiting::waiting(), "demo", true);
    let updates: String =
        FragmentId::all().into_iter().map(|part| fragment_update(&sv, part, &fragment(&sv, &overview, part))).collect();
    let live = [shell.head_and_body_open.as_str(), &updates, &shell.tail].concat();
    let printed = |preset| print_page(&sv, &overview, preset, "demo", &sample::now(), "Maja Lind, leg. sjuksköterska");
    let pages = [
        ("overview-sv", overview_page(&sv, &overview, "demo")),
        ("overview-en", overview_page(&en, &overview, "demo")),
        ("live-sv", live),
        ("waiting-sv", shell.head_and_body_open + &shell.tail),
        ("search-sv", search_page(&sv, &SearchForm::default())),
        ("search-error-sv", search_page(&sv, &typed)),
        ("sign-in-sv", sign_in_page(&PageContext { viewer: None, ..sv.clone() })),
        ("error-sv", error_page(&sv, &UserError::UnknownPatient)),
        ("akutblad-sv", printed(Preset::Akutblad)),
        ("lakemedelslista-sv", printed(Preset::Lakemedelslista)),
    ];
    for (name, page) in pages {
        fs::write(folder.join(format!("{name}.html")), with_styles(&page))?;
    }
    Ok(())
}

fn context(language: Language) -> PageContext {
    PageContext {
        language,
        nonce: "preview".to_owned(),
        viewer: Some(ViewerLine {
            name: "Maja Lind".to_owned(),
            title: "leg. sjuksköterska".to_owned(),
            unit: "Hemsjukvården norr".to_owned(),
            organisation: "Storsjö kommun".to_owned(),
            assignment: "Vård och behandling".to_owned(),
            can_change_assignment: true,
            rights: RoleMatrix::default().rights(Role::Nurse, ProviderKind::Care),
            administers: false,
            reviews: false,
        }),
        path: "/overview/demo".to_owned(),
        idle_limit: Some(Duration::from_mins(15)),
        keeps_snapshots: false,
        page_tag: "a1b2".into(),
        ..PageContext::default()
    }
}

fn with_styles(page: &str) -> String {
    let style = format!("<style>{}</style></head>", stylesheet());
    page.replacen("</head>", &style, 1)
}
