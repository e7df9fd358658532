//! Alert information, read from replies written in the test.

use samsyn_adapter::Language;

use super::*;
use crate::xml;

const NOW: &str = "2026-11-21T12:00:00";

fn read_body(kind: &str, body: &str) -> Found {
    let reply = format!(
        "<r><alertInformation><alertInformationHeader><documentId>d1</documentId><sourceSystemHSAId>SE-SYS</sourceSystemHSAId>\
         <patientId><id>191212121212</id><type>1.2.752.129.2.1.3.1</type></patientId><accountableHealthcareProfessional>\
         <authorTime>20260401103000</authorTime><healthcareProfessionalRoleCode><originalText>Överläkare</originalText>\
         </healthcareProfessionalRoleCode></accountableHealthcareProfessional><approvedForPatient>true</approvedForPatient>\
         </alertInformationHeader><alertInformationBody>{kind}{body}</alertInformationBody></alertInformation></r>"
    );
    let reading =
        Reading { language: Language::Swedish, now: NOW, note: None, information_type: "upp", emergency_units: &[] };
    read(&xml::parse(reply.as_bytes()).unwrap(), reading)
}

fn typed(text: &str) -> String {
    format!("<typeOfAlertInformation><originalText>{text}</originalText></typeOfAlertInformation>")
}

fn coded(code: &str) -> String {
    format!(
        "<typeOfAlertInformation><code>{code}</code><codeSystem>1.2.752.116.2.1.1</codeSystem><displayName>namn</displayName>\
         </typeOfAlertInformation>"
    )
}

const FREE: &str = "<unstructuredAlertInformation><unstructuredAlertInformationHeading>R</unstructuredAlertInformationHeading>\
                    <unstructuredAlertInformationContent>I</unstructuredAlertInformationContent></unstructuredAlertInformation>";

#[test]
fn the_body_decides_and_the_label_is_kept_beside_it() {
    let body = "<restrictionOfCare><restrictionOfCareComment>Ej HLR</restrictionOfCareComment></restrictionOfCare>";
    let found = read_body(&typed("Överkänslighet"), body);
    assert!(found.alerts.is_empty());
    let limit = found.limits.first().unwrap();
    assert_eq!((limit.text.as_str(), limit.nature.as_str()), ("Ej HLR", "unspecified"));
    assert_eq!(limit.author_kind, "physician");
    assert_eq!(limit.provenance.extensions, [extension("source-label", "Överkänslighet")]);
    assert_eq!(limit.provenance.id, "SE-SYS#d1");
}

#[test]
fn free_text_is_a_care_limit_when_its_type_says_so() {
    for kind in [typed("Vårdbegränsning"), coded("upp-vbe"), coded("60741000052100")] {
        let found = read_body(&kind, FREE);
        assert_eq!(found.limits.first().unwrap().text, "R: I", "{kind}");
        assert!(found.alerts.is_empty());
    }
    let kinds = [("60781000052105", "threat"), ("699128009", "special-routine"), ("x", "unstructured")];
    for (code, kind) in kinds {
        assert_eq!(read_body(&coded(code), FREE).alerts.first().unwrap().kind, kind);
    }
}

#[test]
fn only_the_three_codes_give_a_nature() {
    for (code, expected) in [
        ("61921000052102", "withhold"),
        ("61931000052100", "withdraw"),
        ("60741000052100", "palliative-talk"),
        ("upp-vbe", "unspecified"),
    ] {
        let found = read_body(&coded(code), "<restrictionOfCare/>");
        assert_eq!(found.limits.first().unwrap().nature, expected, "{code}");
    }
}

#[test]
fn a_limit_without_words_is_still_shown() {
    let found = read_body(
        &typed("Vårdbegränsning"),
        "<restrictionOfCare><restrictionOfCareComment>?</restrictionOfCareComment></restrictionOfCare>",
    );
    assert_eq!(found.limits.first().unwrap().text, "Vårdbegränsning utan text i källan");
    let commented = read_body(
        &typed("Vårdbegränsning"),
        "<alertInformationComment>Ej IVA</alertInformationComment><restrictionOfCare/>",
    );
    assert_eq!(commented.limits.first().unwrap().text, "Ej IVA");
}

#[test]
fn validity_ends_when_the_period_does_or_when_made_obsolete_whichever_is_first() {
    let ends = |period: &str, obsolete: &str| {
        let body = format!(
            "<validityTimePeriod><start>20260101000000</start>{period}</validityTimePeriod>{obsolete}<restrictionOfCare/>"
        );
        let found = read_body(&typed("x"), &body);
        let limit = found.limits.first().unwrap().clone();
        (limit.valid_to, limit.phase)
    };
    let obsolete = "<obsoleteTime>20260301120000</obsoleteTime>";
    assert_eq!(ends("", ""), (None, "current".into()));
    assert_eq!(ends("", obsolete), (Some("2026-03-01T12:00:00".into()), "ended".into()));
    assert_eq!(ends("<end>20261231235959</end>", obsolete), (Some("2026-03-01T12:00:00".into()), "ended".into()));
    assert_eq!(ends("<end>20260201235959</end>", obsolete), (Some("2026-02-01".into()), "ended".into()));
    assert_eq!(ends("<end>20261121235959</end>", ""), (Some("2026-11-21".into()), "current".into()));
    assert_eq!(ends("<end>20260301235959</end>", obsolete), (Some("2026-03-01T12:00:00".into()), "ended".into()));
}

#[test]
fn an_unreadable_end_is_said_instead_of_guessed() {
    let body =
        "<validityTimePeriod><start>20260101000000</start><end>20261399</end></validityTimePeriod><restrictionOfCare/>";
    let found = read_body(&typed("x"), body);
    let limit = found.limits.first().unwrap();
    assert_eq!((limit.valid_to.as_deref(), limit.phase.as_str()), (None, "current"));
    assert!(limit.provenance.extensions.contains(&extension("unreadable-time", "end: 20261399")));
}

#[test]
fn severity_and_certainty_follow_the_words_before_the_codes() {
    let graded = |severity: &str, certainty: &str| {
        let of = |element: &str, text: &str| format!("<{element}><originalText>{text}</originalText></{element}>");
        let body = format!(
            "<hypersensitivity>{}{}</hypersensitivity>",
            of("degreeOfSeverity", severity),
            of("degreeOfCertainty", certainty)
        );
        let alert = read_body(&typed("x"), &body).alerts.first().unwrap().clone();
        (alert.severity.unwrap(), alert.certainty.unwrap())
    };
    for (stated, expected) in [
        (("Livshotande", "Konstaterad"), ("life-threatening", "confirmed")),
        (("Skadlig", "Sannolik"), ("harmful", "probable")),
        (("Besvärande", "Misstänkt"), ("discomforting", "suspected")),
        (("Ej livshotande", "Osäker"), ("Ej livshotande", "Osäker")),
        (("lindrig", "Avfärdad"), ("lindrig", "refuted")),
    ] {
        assert_eq!(graded(stated.0, stated.1), (expected.0.into(), expected.1.into()));
    }
}

#[test]
fn every_agent_is_named_with_its_code() {
    let body = "<hypersensitivity><pharmaceuticalHypersensitivity><atcSubstance><code>J01CE02</code>\
                <codeSystem>1.2.752.129.2.2.3.1.1</codeSystem><displayName>Fenoximetylpenicillin</displayName></atcSubstance>\
                <nonATCSubstance>latex</nonATCSubstance></pharmaceuticalHypersensitivity><otherHypersensitivity>\
                <hypersensitivityAgent>latex</hypersensitivityAgent></otherHypersensitivity></hypersensitivity>";
    let agent = read_body(&typed("x"), body).alerts.first().unwrap().agent.clone().unwrap();
    assert_eq!(agent.text, "Fenoximetylpenicillin, latex");
    assert_eq!(agent.codings.first().unwrap().system, "http://www.whocc.no/atc");
}

#[test]
fn a_note_by_a_nurse_or_assistant_never_passes_for_a_physicians() {
    let kind = |role: &str| author_kind(Some(&Actor { name: None, role: Some(role.into()), id: None, unit: None }));
    for role in ["Överläkare", "Distriktsläkare", "leg. läkare", "ST-läkare", "specialistläkare, allmänmedicin"]
    {
        assert_eq!(kind(role), "physician", "{role}");
    }
    for role in ["Sjuksköterska", "leg. sjuksköterska", "Distriktssjuksköterska", "Tandläkare", "Fysioterapeut"] {
        assert_eq!(kind(role), "licensed", "{role}");
    }
    for role in ["Undersköterska", "Läkarsekreterare", "ej legitimerad läkare", "läkarstuderande"] {
        assert_eq!(kind(role), "other-staff", "{role}");
    }
    for role in ["Läkarassistent", "läkaresekreterare", "chef", ""] {
        assert_eq!(kind(role), "unknown", "{role}");
    }
    assert_eq!(author_kind(None), "unknown");
}

#[test]
fn several_bodies_in_one_record_are_all_kept_under_ids_of_their_own() {
    let body = "<hypersensitivity/><restrictionOfCare><restrictionOfCareComment>x</restrictionOfCareComment></restrictionOfCare>";
    let found = read_body(&typed("x"), body);
    assert_eq!(found.alerts.first().unwrap().provenance.id, "SE-SYS#d1");
    assert_eq!(found.limits.first().unwrap().provenance.id, "SE-SYS#d1/2");
    assert_eq!(read_body(&typed("x"), "").alerts.first().unwrap().kind, "unstructured");
}
