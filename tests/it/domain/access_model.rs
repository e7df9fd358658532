//! The access decision against an independent restatement of the law, over a generated product of facts.
//!
//! The model is flat: one struct of facts, one sentence of the law per rule (`domain-facts` §5.1, L-01 … L-15, product.md Law 1–5
//! and 10). Rooms: [`scene`] turns facts into values of the domain and asks it · [`product`] every case of them ·
//! [`rows`] the named ones.
//! Not here: what may be registered, and until when (`grounds`). Invariant: no rule of the model is taken from the code.
//! To add a fact: a word in its list, what the law says of it in the model, what it is in `scene`.

mod product;
mod rows;
mod scene;

use std::collections::BTreeMap;

use samsyn_domain::viewer::Role;

use self::{
    product::{ANY, Digits, ORDINARY},
    scene::Scene,
};

/// A closed list of words, with all of them in [`ALL`](Self::ALL).
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($word:ident),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        enum $name { $($word),+ }
        impl $name { const ALL: &'static [Self] = &[$(Self::$word),+]; }
    };
}

words! { /// For whom the reader acts (L-03).
Reader { MunicipalCare, SocialServices, PrivateCareHome } }
words! { /// The button on the search form (Law 2), and a purpose that is none of care (SVOD 3:7).
Choice { Own, Shared, SharedForStatistics } }
words! { /// Whose record it is. `Sibling`: the reader's municipality or company as the other kind of provider. `OtherAuthority`: another board
/// of the municipality that gives health care, with direct access between the two (PDL 5:4); `ClosedAuthority`: without.
Whose { OwnUnit, OwnOtherUnit, Sibling, OtherCare, OtherSocial, OtherCareHome, OtherAuthority, ClosedAuthority } }
words! { /// What the record says of where it comes from.
Ids { Complete, NoProvider, PlaceholderUnit, NoPatient } }
words! { /// What it is.
What { Alert, Infection, CareLimit, Medication, Service, Contact, Sip, Implementation, CrisisPlan } }
words! { /// Relation of care, or measures by social services.
Relation { None, Holds, OtherUnit, Over } }
words! { /// The patient's consent: by whom registered, for whom, until when.
Consent { None, ForUnit, ForReader, ByOthersAccepted, ByOthersNotAccepted, OtherUnit, Colleague, Revoked, Over, NotBegun } }
words! { /// What was stated instead of a consent. `FirstStep`: an emergency before anything was said to be needed (L-13).
Exception { None, Child, ChildOver, Incapable, IncapableOver, Emergency, EmergencyOver, FirstStep, OtherSection } }
words! { /// The block on the record's own provider (outer) or unit (inner); `Elsewhere` is somebody else's altogether. `ByOwner`: a
/// temporary lift by the provider whose block it is. Unverified: every list, or the list of one provider only.
Block { None, Outer, OuterButAlerts, OuterButMedicines, OuterLongAgo, OuterButReader, OuterOnlyReader, OuterOnlyColleague,
    OuterNotYet, OuterOver, OuterLiftedByOwner, OuterLiftedByOwnerForReader, OuterLiftedByOwnerForColleague,
    OuterLiftedByOwnerForOtherUnit, OuterLiftByOwnerOver, Inner, InnerLifted, InnerLiftedForColleague, InnerLiftOver,
    InnerLiftedByOwner, Elsewhere, Unverified, UnverifiedHere, UnverifiedElsewhere } }
words! { /// What the reader's organisation has made of its matrix (Law 10): nothing, less for everybody, all it can for everybody.
Matrix { Default, WithoutServicesAndLimits, Everything } }
words! { /// What becomes of one record, alone in its cell.
Outcome { Shown, Role, MissingIds, BlockUnverified, MayExist, NothingHeld } }

const ROLES: [Role; 7] = [
    Role::Physician,
    Role::Nurse,
    Role::Therapist,
    Role::CareWorker,
    Role::CaseOfficer,
    Role::Administrator,
    Role::Reviewer,
];

/// Everything the law asks about.
#[derive(Debug, Clone, Copy)]
struct Facts {
    reader: Reader,
    role: Role,
    matrix: Matrix,
    choice: Choice,
    whose: Whose,
    ids: Ids,
    what: What,
    relation: Relation,
    consent: Consent,
    exception: Exception,
    is_child: bool,
    block: Block,
}

/// The law.
impl Facts {
    fn reader_is_care(self) -> bool {
        self.reader != Reader::SocialServices
    }

    fn own(self) -> bool {
        matches!(self.whose, Whose::OwnUnit | Whose::OwnOtherUnit)
    }

    /// PDL 5:4: one authority's health records, read by another of the same municipality. Social services and companies are none.
    fn beside(self) -> bool {
        self.reader == Reader::MunicipalCare && self.whose == Whose::OtherAuthority
    }

    fn record_is_care(self) -> bool {
        match self.whose {
            Whose::OwnUnit | Whose::OwnOtherUnit => self.reader_is_care(),
            Whose::Sibling => !self.reader_is_care(),
            Whose::OtherCare | Whose::OtherCareHome | Whose::OtherAuthority | Whose::ClosedAuthority => true,
            Whose::OtherSocial => false,
        }
    }

    fn takes_part(self) -> bool {
        !matches!(self.role, Role::Administrator | Role::Reviewer)
    }

    fn without_licence(self) -> bool {
        matches!(self.role, Role::CareWorker | Role::CaseOfficer)
    }

    /// Law 10: the section. Whatever an organisation grants, whoever takes no part in care sees nothing.
    fn sees_section(self) -> bool {
        let basic = !matches!(self.what, What::Alert | What::Infection | What::CareLimit | What::Medication);
        let by_default = match self.role {
            Role::Therapist => self.what != What::Medication,
            Role::CareWorker | Role::CaseOfficer => basic,
            _ => true,
        };
        self.takes_part()
            && match self.matrix {
                Matrix::Default => by_default,
                Matrix::WithoutServicesAndLimits => by_default && !matches!(self.what, What::Service | What::CareLimit),
                Matrix::Everything => true,
            }
    }

    /// Law 10: the record. Staff without licence see two kinds of plan, and of alerts and care limits infections and limits that are
    /// known to be their own provider's.
    fn sees(self) -> bool {
        let part = match self.what {
            What::CrisisPlan | What::Alert => false,
            What::Infection | What::CareLimit => self.own() && self.ids != Ids::NoProvider,
            _ => true,
        };
        self.sees_section() && (part || !self.without_licence())
    }

    /// SVOD 3:1–3:7: others' information, block or no block.
    fn may_reach(self) -> bool {
        self.reaches(self.record_is_care())
    }

    /// Law 3: there is a ground, whatever it opens; an emergency is one whichever sections were asked for. Nobody who takes no part in
    /// care has any.
    fn decided(self) -> bool {
        let emergency = matches!(self.exception, Exception::Emergency | Exception::OtherSection);
        let begun = self.choice == Choice::Shared && emergency && self.reader_is_care();
        self.takes_part() && (begun || self.reaches(true) || self.reaches(false))
    }

    fn reaches(self, care: bool) -> bool {
        let needed = self.choice == Choice::Shared;
        let related = self.relation == Relation::Holds;
        let consent = matches!(self.consent, Consent::ForUnit | Consent::ForReader | Consent::ByOthersAccepted);
        let child = self.is_child && self.exception == Exception::Child;
        // SVOD 3:3 and 3:4 name no relation; the portal asks for one here too, which is stricter and meant to be.
        let incapable = self.exception == Exception::Incapable;
        let danger = self.exception == Exception::Emergency;
        if self.reader_is_care() {
            needed && ((related && (consent || child || incapable)) || (danger && care))
        } else {
            needed && related && (consent || ((child || incapable) && !care))
        }
    }

    /// Whether its source is asked for such records at all (Law 3): which plan or alert it is cannot be told before it has come.
    fn asked(self) -> bool {
        let own_only = matches!(self.what, What::Alert | What::Infection | What::CareLimit) && self.without_licence();
        self.sees_section() && (self.own() || ((self.beside() || self.may_reach()) && !own_only))
    }

    /// A block that keeps this reader out of something, of this record or another (SVOD 2:3, PDL 4:4): one that holds now, is about
    /// this reader, and has not been lifted for this reader.
    fn kept_out(self) -> bool {
        match self.block {
            Block::Outer
            | Block::OuterButAlerts
            | Block::OuterButMedicines
            | Block::OuterLongAgo
            | Block::OuterOnlyReader
            | Block::OuterLiftedByOwnerForColleague
            | Block::OuterLiftedByOwnerForOtherUnit
            | Block::OuterLiftByOwnerOver => !self.own(),
            // PDL 4:4 speaks of all who work for the municipality, whichever its authority.
            Block::Inner | Block::InnerLiftedForColleague | Block::InnerLiftOver => {
                self.whose == Whose::OwnOtherUnit || self.beside()
            }
            // Another authority's block is lifted there and not here, which is stricter than PDL 4:5 and meant to be.
            Block::InnerLifted => self.beside(),
            Block::Elsewhere => true,
            // None, about somebody else, not now, lifted by its owner for this reader; or nobody knows, which is told as such.
            _ => false,
        }
    }

    /// This record (L-10, L-15). A unit's block cannot be known to cover a record without a unit.
    fn blocked(self) -> bool {
        let open = match self.block {
            Block::OuterButAlerts => matches!(self.what, What::Alert | What::Infection | What::CareLimit),
            Block::OuterButMedicines => self.what == What::Medication,
            Block::OuterLongAgo | Block::Elsewhere => true,
            Block::Inner | Block::InnerLifted | Block::InnerLiftedForColleague | Block::InnerLiftOver => {
                self.ids == Ids::PlaceholderUnit
            }
            _ => false,
        };
        self.kept_out() && !open
    }

    /// L-14: somebody's blocks are not known.
    fn not_all_verified(self) -> bool {
        matches!(self.block, Block::Unverified | Block::UnverifiedHere | Block::UnverifiedElsewhere)
    }

    /// L-11: care providers are told that there is something, nobody else is. Law 3: of what others have blocked not before there is a
    /// ground to ask them; of what is read without one, always.
    fn told_of_blocks(self) -> bool {
        let without_ground = self.block != Block::Elsewhere && (self.own() || self.beside());
        self.reader_is_care() && self.kept_out() && (without_ground || self.decided())
    }

    /// L-01, L-09, L-10, L-14, in this order: what must leave no trace goes before what is said to be withheld.
    fn outcome(self) -> Outcome {
        if !self.sees() {
            Outcome::Role
        } else if self.ids == Ids::NoProvider {
            Outcome::MissingIds
        } else if !(self.own() || self.beside() || self.may_reach()) || self.blocked() {
            self.as_if_it_were_not_there()
        } else if self.ids != Ids::Complete {
            Outcome::MissingIds
        } else if matches!(self.block, Block::Unverified | Block::UnverifiedHere) && self.whose != Whose::OwnUnit {
            Outcome::BlockUnverified
        } else {
            Outcome::Shown
        }
    }

    /// I4: "none" only to those who would be told otherwise.
    fn as_if_it_were_not_there(self) -> Outcome {
        let whole = matches!(self.what, What::Medication | What::Service | What::Contact);
        if !whole && self.without_licence() {
            Outcome::Role
        } else if !self.reader_is_care() || self.not_all_verified() || self.told_of_blocks() {
            Outcome::MayExist
        } else {
            Outcome::NothingHeld
        }
    }
}

/// Holds the domain to the model; gives how often each outcome came, so that no fact can lose its meaning unseen.
fn compare(cases: impl Iterator<Item = Facts>) -> BTreeMap<Outcome, usize> {
    let kinds = scene::kinds();
    let mut seen = BTreeMap::new();
    for facts in cases {
        let scene = Scene::new(facts);
        let access = scene.access();
        let law = (facts.outcome(), facts.told_of_blocks());
        assert_eq!(scene.decide(&access, &kinds), law, "the record and the word on blocks: {facts:#?}");
        assert_eq!(scene.asks(&access), facts.asked(), "whether the source is asked: {facts:#?}");
        *seen.entry(law.0).or_default() += 1;
    }
    seen
}

#[test]
fn the_model_is_short_enough_to_be_read() {
    let source = include_str!("access_model.rs");
    let model = source.split("/// Holds the domain to the model").next().unwrap();
    let code = model.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with("//"));
    let count = code.count();
    assert!(
        (100..=200).contains(&count),
        "{count} lines of code: an independent model is read beside the law, 200 at most"
    );
}

// The products are some hundred thousand and some hundred million cases. A prime step through them, which divides the length
// of no list, meets every pair of facts and nearly every three, evenly.

#[test]
fn the_decision_is_the_laws_for_every_ordinary_record() {
    let seen = compare((0..ORDINARY).step_by(7).map(|n| Digits(n).ordinary()));
    for outcome in [Outcome::Shown, Outcome::BlockUnverified, Outcome::MayExist, Outcome::NothingHeld] {
        assert!(seen[&outcome] > 500, "{outcome:?} came only {} times", seen[&outcome]);
    }
}

#[test]
fn the_decision_is_the_laws_for_every_role_and_kind_of_record() {
    let seen = compare((0..ANY).step_by(3_001).map(|n| Digits(n).any()));
    for outcome in Outcome::ALL {
        assert!(seen[outcome] > 100, "{outcome:?} came only {} times", seen[outcome]);
    }
}
