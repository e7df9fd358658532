//! The locale files and the words of vocabularies.

use crate::{Language, Texts, words};

const FILES: [&str; 2] = [include_str!("../../locales/sv.toml"), include_str!("../../locales/en.toml")];

#[test]
fn every_word_of_every_vocabulary_has_a_text_in_both_languages() {
    for language in Language::ALL {
        let words = words::all(Texts::of(language));
        assert!(words.len() > 90, "{} words", words.len());
        for (word, text) in words {
            let registered = word.split(' ').nth(1).unwrap();
            let untranslated = language == Language::Swedish && text == registered && registered.contains('-');
            assert!(!text.trim().is_empty() && !untranslated, "{word} reads {text} in {}", language.tag());
        }
    }
}

#[test]
fn a_word_outside_the_registry_is_shown_as_the_source_wrote_it() {
    let kind = samsyn_domain::vocabulary::ServiceKind::read("anhörigstöd");
    assert_eq!(words::service_kind(Texts::of(Language::English), &kind), "anhörigstöd");
}

#[test]
fn keys_and_groups_of_the_locale_files_are_sorted() {
    for file in FILES {
        let groups: Vec<&str> = file.lines().filter(|line| line.starts_with('[')).collect();
        assert!(groups.is_sorted(), "{groups:?}");
        for group in file.split("\n[").skip(1) {
            let keys: Vec<&str> = group.lines().filter_map(|line| line.split_once(" = ")).map(|(key, _)| key).collect();
            assert!(keys.is_sorted(), "{keys:?}");
        }
    }
}

#[test]
fn arguments_stand_where_the_text_of_the_language_puts_them() {
    let texts = |language| Texts::of(language).completeness.answered_some("4", "5");
    assert_eq!(texts(Language::Swedish), "4 av 5 källor har svarat");
    assert_eq!(texts(Language::English), "4 of 5 sources have answered");
}
