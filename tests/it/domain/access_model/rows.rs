//! The cases people ask about, each with its answer written out.
//!
//! Invariant: an answer is what somebody who knows the law said, not what the model or the domain computes.
//! Both are held to it.

use samsyn_domain::viewer::Role;

use super::{
    Block, Choice, Consent, Exception, Facts, Ids, Matrix, Outcome, Reader, Relation, What, Whose,
    scene::{Scene, kinds},
};

/// A municipal nurse who takes part in the care and chose the shared overview; nothing else is registered.
const NURSE: Facts = Facts {
    reader: Reader::MunicipalCare,
    role: Role::Nurse,
    matrix: Matrix::Default,
    choice: Choice::Shared,
    whose: Whose::Sibling,
    ids: Ids::Complete,
    what: What::Service,
    relation: Relation::Holds,
    consent: Consent::None,
    exception: Exception::None,
    is_child: false,
    block: Block::None,
};

/// A case officer whose unit investigates the person's needs.
const OFFICER: Facts = Facts { reader: Reader::SocialServices, role: Role::CaseOfficer, ..NURSE };

/// A nurse at a private care home where the person lives.
const HOME: Facts = Facts { reader: Reader::PrivateCareHome, whose: Whose::OtherCare, ..NURSE };

const CHILD: Facts = Facts { exception: Exception::Child, is_child: true, ..NURSE };

#[track_caller]
fn check(rows: &[(&str, Facts, Outcome)]) {
    for (name, facts, answer) in rows {
        assert_eq!(facts.outcome(), *answer, "the model: {name}");
        let scene = Scene::new(*facts);
        assert_eq!(scene.decide(&scene.access(), &kinds()).0, *answer, "the domain: {name}");
    }
}

#[test]
fn a_municipal_nurse_and_the_municipalitys_own_social_services() {
    check(&[
        ("is another provider: not without consent", NURSE, Outcome::NothingHeld),
        ("with consent", Facts { consent: Consent::ForUnit, ..NURSE }, Outcome::Shown),
        (
            "with consent, without relation",
            Facts { consent: Consent::ForUnit, relation: Relation::None, ..NURSE },
            Outcome::NothingHeld,
        ),
        (
            "with consent, without the active choice",
            Facts { consent: Consent::ForUnit, choice: Choice::Own, ..NURSE },
            Outcome::NothingHeld,
        ),
        (
            "with consent, for statistics: not even then (SVOD 3:7)",
            Facts { consent: Consent::ForUnit, choice: Choice::SharedForStatistics, ..NURSE },
            Outcome::NothingHeld,
        ),
        ("a child who cannot consent (SVOD 3:1)", CHILD, Outcome::Shown),
        ("a child no more", Facts { is_child: false, ..CHILD }, Outcome::NothingHeld),
        ("lastingly incapable (SVOD 3:3)", Facts { exception: Exception::Incapable, ..NURSE }, Outcome::Shown),
        (
            "danger to life opens care providers only (SVOD 3:6)",
            Facts { exception: Exception::Emergency, ..NURSE },
            Outcome::NothingHeld,
        ),
        (
            "a consent that social services took for her unit",
            Facts { consent: Consent::ByOthersNotAccepted, ..NURSE },
            Outcome::NothingHeld,
        ),
        (
            "the same, where her organisation accepts such",
            Facts { consent: Consent::ByOthersAccepted, ..NURSE },
            Outcome::Shown,
        ),
        (
            "a blocked record, with consent",
            Facts { consent: Consent::ForUnit, block: Block::Outer, ..NURSE },
            Outcome::MayExist,
        ),
    ]);
}

#[test]
fn a_case_officer_and_the_own_home_care() {
    let home_care = Facts { whose: Whose::OwnOtherUnit, relation: Relation::None, choice: Choice::Own, ..OFFICER };
    check(&[
        ("is the same provider: nothing has to be registered", home_care, Outcome::Shown),
        ("with an inner block", Facts { block: Block::Inner, ..home_care }, Outcome::MayExist),
        ("a crisis plan is not for the role", Facts { what: What::CrisisPlan, ..home_care }, Outcome::Role),
        ("the implementation plan is", Facts { what: What::Implementation, ..home_care }, Outcome::Shown),
        ("medicines are not", Facts { what: What::Medication, ..home_care }, Outcome::Role),
        ("a record without provider", Facts { ids: Ids::NoProvider, ..home_care }, Outcome::MissingIds),
        ("the register of blocks is silent", Facts { block: Block::Unverified, ..home_care }, Outcome::BlockUnverified),
    ]);
}

#[test]
fn a_case_officer_and_the_municipalitys_home_nursing() {
    let social = Facts { whose: Whose::OtherSocial, ..OFFICER };
    check(&[
        ("is another provider: not without consent", OFFICER, Outcome::MayExist),
        ("with consent", Facts { consent: Consent::ForUnit, ..OFFICER }, Outcome::Shown),
        ("a child (SVOD 3:2)", Facts { exception: Exception::Child, is_child: true, ..OFFICER }, Outcome::MayExist),
        ("lastingly incapable (SVOD 3:4)", Facts { exception: Exception::Incapable, ..OFFICER }, Outcome::MayExist),
        ("danger to life", Facts { exception: Exception::Emergency, ..OFFICER }, Outcome::MayExist),
        (
            "a child, at another social-care provider",
            Facts { exception: Exception::Child, is_child: true, ..social },
            Outcome::Shown,
        ),
        (
            "incapable, at another social-care provider",
            Facts { exception: Exception::Incapable, ..social },
            Outcome::Shown,
        ),
        ("danger to life, there", Facts { exception: Exception::Emergency, ..social }, Outcome::MayExist),
    ]);
}

#[test]
fn another_authority_of_the_same_municipality() {
    let beside = Facts { whose: Whose::OtherAuthority, relation: Relation::None, choice: Choice::Own, ..NURSE };
    let blocked = |block| Facts { block, ..beside };
    let consented = Facts { relation: Relation::Holds, consent: Consent::ForUnit, choice: Choice::Shared, ..beside };
    check(&[
        ("is read without consent, relation or choice (PDL 5:4)", beside, Outcome::Shown),
        (
            "unless the municipality keeps it shut",
            Facts { whose: Whose::ClosedAuthority, ..beside },
            Outcome::NothingHeld,
        ),
        ("then as another provider's", Facts { whose: Whose::ClosedAuthority, ..consented }, Outcome::Shown),
        (
            "a case officer does not",
            Facts { reader: Reader::SocialServices, role: Role::CaseOfficer, ..beside },
            Outcome::MayExist,
        ),
        ("its social services are none", Facts { whose: Whose::Sibling, ..beside }, Outcome::NothingHeld),
        ("a private care home is none", Facts { reader: Reader::PrivateCareHome, ..beside }, Outcome::NothingHeld),
        ("an inner block there holds here (PDL 4:4)", blocked(Block::Inner), Outcome::MayExist),
        ("with consent too", Facts { block: Block::Inner, ..consented }, Outcome::MayExist),
        ("and is not lifted here", blocked(Block::InnerLifted), Outcome::MayExist),
        ("but where it was made", blocked(Block::InnerLiftedByOwner), Outcome::Shown),
        ("a block for other providers holds", blocked(Block::Outer), Outcome::MayExist),
        ("while its list of blocks is too old", blocked(Block::UnverifiedHere), Outcome::BlockUnverified),
        (
            "a role without the section",
            Facts { role: Role::Therapist, what: What::Medication, ..beside },
            Outcome::Role,
        ),
    ]);
}

#[test]
fn a_private_care_home() {
    let region = |exception| Facts { exception, relation: Relation::None, ..HOME };
    check(&[
        (
            "reads its own residents without asking",
            Facts { whose: Whose::OwnUnit, choice: Choice::Own, ..HOME },
            Outcome::Shown,
        ),
        ("is no part of the region", HOME, Outcome::NothingHeld),
        ("with consent", Facts { consent: Consent::ForUnit, ..HOME }, Outcome::Shown),
        (
            "with a consent for another unit of the company",
            Facts { consent: Consent::OtherUnit, ..HOME },
            Outcome::NothingHeld,
        ),
        ("danger to life", region(Exception::Emergency), Outcome::Shown),
        ("the first step of it", region(Exception::FirstStep), Outcome::NothingHeld),
        ("an hour later", region(Exception::EmergencyOver), Outcome::NothingHeld),
        (
            "danger to life opens no block",
            Facts { block: Block::Outer, ..region(Exception::Emergency) },
            Outcome::MayExist,
        ),
        (
            "a block that leaves alerts open shows the care limit",
            Facts { block: Block::OuterButAlerts, what: What::CareLimit, ..region(Exception::Emergency) },
            Outcome::Shown,
        ),
        ("seen by the municipality's nurse", Facts { whose: Whose::OtherCareHome, ..NURSE }, Outcome::NothingHeld),
        (
            "seen by her in danger to life",
            Facts { whose: Whose::OtherCareHome, exception: Exception::Emergency, ..NURSE },
            Outcome::Shown,
        ),
    ]);
}

#[test]
fn what_must_leave_no_trace_leaves_none_when_the_record_is_bare() {
    let consented = Facts { consent: Consent::ForUnit, whose: Whose::OtherCare, ..NURSE };
    let worker = Facts { role: Role::CareWorker, whose: Whose::OwnUnit, what: What::CrisisPlan, ..OFFICER };
    check(&[
        (
            "of a blocked provider, without unit",
            Facts { ids: Ids::PlaceholderUnit, block: Block::Outer, ..consented },
            Outcome::MayExist,
        ),
        (
            "of another provider, without patient, before there is a ground",
            Facts { ids: Ids::NoPatient, consent: Consent::None, ..consented },
            Outcome::NothingHeld,
        ),
        ("a plan that is not for the role, without provider", Facts { ids: Ids::NoProvider, ..worker }, Outcome::Role),
        (
            "the same while the register of blocks is silent",
            Facts { whose: Whose::OwnOtherUnit, block: Block::Unverified, ..worker },
            Outcome::Role,
        ),
    ]);
}

#[test]
fn what_others_have_blocked_tells_nothing_before_there_is_a_ground_to_ask_them() {
    let own = Facts { whose: Whose::OwnUnit, choice: Choice::Own, block: Block::Elsewhere, ..NURSE };
    let empty = Facts { whose: Whose::OtherCare, block: Block::Outer, ..NURSE };
    for (name, facts, told) in [
        ("in the own scope", own, false),
        ("chosen, and no consent", Facts { choice: Choice::Shared, ..own }, false),
        ("with consent", Facts { choice: Choice::Shared, consent: Consent::ForUnit, ..own }, true),
        ("with consent, in the own scope", Facts { consent: Consent::ForUnit, ..own }, false),
        ("in danger to life", Facts { choice: Choice::Shared, exception: Exception::Emergency, ..own }, true),
        ("after its first step", Facts { choice: Choice::Shared, exception: Exception::FirstStep, ..own }, false),
        ("an inner block of the own provider", Facts { whose: Whose::OwnOtherUnit, block: Block::Inner, ..own }, true),
        (
            "an inner block of an authority beside",
            Facts { whose: Whose::OtherAuthority, block: Block::Inner, ..own },
            true,
        ),
        ("a block of an authority beside", Facts { whose: Whose::OtherAuthority, block: Block::Outer, ..own }, true),
        (
            "a block of an authority that is shut",
            Facts { whose: Whose::ClosedAuthority, block: Block::Outer, ..own },
            false,
        ),
        ("social services are told nothing at all", Facts { consent: Consent::ForUnit, ..empty_for(OFFICER) }, false),
    ] {
        assert_eq!(facts.told_of_blocks(), told, "the model: {name}");
        let scene = Scene::new(facts);
        assert_eq!(scene.decide(&scene.access(), &kinds()).1, told, "the domain: {name}");
    }
    check(&[
        ("a blocked record of others, before", empty, Outcome::NothingHeld),
        ("the same, after", Facts { consent: Consent::ForUnit, ..empty }, Outcome::MayExist),
    ]);
}

fn empty_for(reader: Facts) -> Facts {
    Facts { whose: Whose::OtherCare, block: Block::Outer, ..reader }
}

#[test]
fn a_block_that_is_over_or_lifted_or_about_somebody_else() {
    let blocked = |block| Facts { consent: Consent::ForUnit, block, ..NURSE };
    let own = |block| Facts { whose: Whose::OwnOtherUnit, block, ..NURSE };
    check(&[
        ("a block that holds no more", blocked(Block::OuterOver), Outcome::Shown),
        ("one that does not hold yet", blocked(Block::OuterNotYet), Outcome::Shown),
        ("from which the patient left the reader out", blocked(Block::OuterButReader), Outcome::Shown),
        ("about the reader alone", blocked(Block::OuterOnlyReader), Outcome::MayExist),
        ("about a colleague alone", blocked(Block::OuterOnlyColleague), Outcome::Shown),
        ("lifted by its owner for the reader's unit", blocked(Block::OuterLiftedByOwner), Outcome::Shown),
        ("lifted by its owner for a colleague", blocked(Block::OuterLiftedByOwnerForColleague), Outcome::MayExist),
        ("lifted by its owner until now", blocked(Block::OuterLiftByOwnerOver), Outcome::MayExist),
        ("an inner one, lifted by its owner for the reader's unit", own(Block::InnerLiftedByOwner), Outcome::Shown),
        ("an inner one, lifted here by the reader", own(Block::InnerLifted), Outcome::Shown),
        ("an inner one", own(Block::Inner), Outcome::MayExist),
        ("no list of the record's provider", blocked(Block::UnverifiedHere), Outcome::BlockUnverified),
        ("no list of another provider", blocked(Block::UnverifiedElsewhere), Outcome::Shown),
    ]);
}

#[test]
fn an_organisation_that_grants_its_roles_less() {
    let nurse = Facts { matrix: Matrix::WithoutServicesAndLimits, whose: Whose::OwnUnit, ..NURSE };
    check(&[
        ("a nurse loses what she saw by default, her own unit's too", nurse, Outcome::Role),
        ("and keeps the rest", Facts { what: What::Medication, ..nurse }, Outcome::Shown),
        (
            "danger to life brings nothing back",
            Facts { whose: Whose::OtherCare, exception: Exception::Emergency, ..nurse },
            Outcome::Role,
        ),
        ("a record without provider is not counted either", Facts { ids: Ids::NoProvider, ..nurse }, Outcome::Role),
    ]);
}

#[test]
fn an_organisation_that_grants_its_roles_all_it_can() {
    let worker = Facts { role: Role::CareWorker, matrix: Matrix::Everything, whose: Whose::OwnUnit, ..OFFICER };
    let consented = Facts { whose: Whose::OtherSocial, consent: Consent::ForUnit, ..worker };
    check(&[
        ("a care worker sees the own provider's care limit", Facts { what: What::CareLimit, ..worker }, Outcome::Shown),
        ("and its alert of infection", Facts { what: What::Infection, ..worker }, Outcome::Shown),
        ("of no other alert", Facts { what: What::Alert, ..worker }, Outcome::Role),
        ("a care limit of others not even with consent", Facts { what: What::CareLimit, ..consented }, Outcome::Role),
        ("a medicine of others with consent", Facts { what: What::Medication, ..consented }, Outcome::Shown),
        ("a crisis plan still not", Facts { what: What::CrisisPlan, ..worker }, Outcome::Role),
        (
            "whether a blocked care limit exists is not told",
            Facts { what: What::CareLimit, whose: Whose::OwnOtherUnit, block: Block::Inner, ..worker },
            Outcome::Role,
        ),
        ("an administrator sees nothing", Facts { role: Role::Administrator, ..worker }, Outcome::Role),
        (
            "nor a reviewer, in danger to life",
            Facts { role: Role::Reviewer, exception: Exception::Emergency, ..worker },
            Outcome::Role,
        ),
        (
            "an occupational therapist sees medicines",
            Facts { role: Role::Therapist, what: What::Medication, ..worker },
            Outcome::Shown,
        ),
    ]);
}
