//! What the forms of consents, relations and exceptions say, as what is to be registered.
//!
//! Not here: the rules it must pass (`domain::access`). Invariant: a field that is missing, or none of the form's words, is not
//! guessed: what needed it is refused. A missing review date of an inability to consent is none: it is six months off.

use jiff::Zoned;
use samsyn_domain::{
    access::{Assertion, Kind, Period, Preset, Proof, Receiver, Refusal, RelationReason, Stated},
    provenance::Organisation,
    source::ReceivingUnit,
    viewer::Viewer,
};
use samsyn_service::access::New;
use samsyn_ui::Typed;

use crate::http::typed::{text, word};

/// A form on its way to become registrations.
pub struct Draft<'a> {
    /// Who fills it in.
    pub viewer: &'a Viewer,
    /// What was typed.
    pub typed: &'a Typed,
    /// When.
    pub now: &'a Zoned,
}

impl Draft<'_> {
    /// A consent, a relation or an exception, and the relation stated in the same form. `units` can be named as receivers; `proof` is
    /// what the own source reports.
    pub fn registrations(&self, units: &[ReceivingUnit], proof: Option<Proof>) -> Result<Vec<New>, Refusal> {
        let kind: Kind = word(self.typed, "kind").ok_or(Refusal::NotStated)?;
        let period = self.preset(kind)?.period(self.now);
        let main = match kind {
            Kind::Consent => {
                let stated = Stated { given_by: word(self.typed, "given_by"), ..Stated::default() };
                Some(New { kind, receiver: self.receiver(units)?, period, stated })
            }
            Kind::Child => Some(New { kind, receiver: self.own_unit(), period, stated: Stated::default() }),
            Kind::Relation => None,
            Kind::Incapable => {
                let all = [
                    ("necessary", Assertion::Necessary),
                    ("attitude-clarified", Assertion::AttitudeClarified),
                    ("no-objection", Assertion::NoObjection),
                ];
                let given = all.into_iter().filter(|(name, _)| self.typed.contains_key(*name));
                let assertions = given.map(|(_, assertion)| assertion).collect();
                Some(New {
                    kind,
                    receiver: self.own_unit(),
                    period,
                    stated: Stated { assertions, ..Stated::default() },
                })
            }
            Kind::Emergency | Kind::Lift => return Err(Refusal::NotStated),
        };
        Ok(self.relation(period, proof)?.into_iter().chain(main).collect())
    }

    /// How long: what is chosen, and until its review where nothing is said of an inability to consent.
    fn preset(&self, kind: Kind) -> Result<Preset, Refusal> {
        match self.typed.get("period") {
            None if kind == Kind::Incapable => Ok(Preset::SixMonths),
            _ => word(self.typed, "period").ok_or(Refusal::NotStated),
        }
    }

    fn relation(&self, period: Period, proof: Option<Proof>) -> Result<Option<New>, Refusal> {
        if text(self.typed, "relation").is_none() {
            return Ok(None);
        }
        let reason: RelationReason = word(self.typed, "relation").ok_or(Refusal::NotStated)?;
        // A relation has an end even where the consent has none.
        let longest = Preset::TwelveMonths.period(self.now);
        let to = period.to.or(longest.to).min(longest.to);
        let proof = proof.filter(|_| reason == RelationReason::Proven);
        let stated = Stated { relation: Some(reason), proof, ..Stated::default() };
        Ok(Some(New { kind: Kind::Relation, receiver: self.own_unit(), period: Period { to, ..period }, stated }))
    }

    /// The first step of danger to life: why.
    pub fn emergency(&self, sign_in_not_renewed: bool) -> New {
        let (reason, text) = (word(self.typed, "reason"), text(self.typed, "text"));
        New {
            kind: Kind::Emergency,
            receiver: Receiver::only(self.viewer),
            period: Period::of_emergency(self.now),
            stated: Stated { reason, text, sign_in_not_renewed, ..Stated::default() },
        }
    }

    fn own_unit(&self) -> Receiver {
        Receiver::unit_of(self.viewer)
    }

    fn receiver(&self, units: &[ReceivingUnit]) -> Result<Receiver, Refusal> {
        match self.typed.get("for").map(String::as_str) {
            Some("me") => Ok(Receiver::only(self.viewer)),
            Some("unit") => Ok(self.own_unit()),
            Some(id) => {
                let unit = units.iter().find(|unit| unit.unit == id).ok_or(Refusal::UnknownUnit)?;
                Ok(Receiver {
                    provider: unit.provider.clone(),
                    unit: Some(Organisation { id: Some(unit.unit.clone()), name: Some(unit.name.clone()) }),
                    employee: None,
                })
            }
            None => Err(Refusal::NotStated),
        }
    }
}
