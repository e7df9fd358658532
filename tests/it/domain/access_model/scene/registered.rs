//! What has been registered, fact by fact.
//!
//! Not here: whether it would have been accepted (`grounds`): the decision has to hold for whatever is in the register.

use jiff::Timestamp;
use samsyn_domain::{
    access::{Ended, Kind, Period, Receiver, Registrar, Registration, Stated},
    provenance::Organisation,
    section::Section,
    source::ProviderId,
};

use super::{
    super::{Block, Consent, Exception, Relation},
    NOW, STRANGER, Scene,
};

impl Scene {
    pub(super) fn relation(&mut self) {
        let own = Receiver::unit_of(&self.viewer);
        match self.facts.relation {
            Relation::None => {}
            Relation::Holds => self.register(Kind::Relation, own, HOLDS),
            Relation::OtherUnit => self.register(Kind::Relation, other_unit(own), HOLDS),
            Relation::Over => self.register(Kind::Relation, own, OVER),
        }
    }

    pub(super) fn consent(&mut self) {
        let own = Receiver::unit_of(&self.viewer);
        match self.facts.consent {
            Consent::None => return,
            Consent::ForUnit | Consent::Revoked | Consent::ByOthersAccepted | Consent::ByOthersNotAccepted => {
                self.register(Kind::Consent, own, HOLDS);
            }
            Consent::ForReader => self.register(Kind::Consent, Receiver::only(&self.viewer), HOLDS),
            Consent::OtherUnit => self.register(Kind::Consent, other_unit(own), HOLDS),
            Consent::Colleague => self.register(Kind::Consent, colleague(own), HOLDS),
            Consent::Over => self.register(Kind::Consent, own, OVER),
            Consent::NotBegun => self.register(Kind::Consent, own, NOT_BEGUN),
        }
        let by = Registrar::from(&self.viewer);
        let consent = self.registered.last_mut().unwrap();
        match self.facts.consent {
            Consent::ByOthersAccepted | Consent::ByOthersNotAccepted => {
                consent.registered_by.provider.id = ProviderId::new(STRANGER);
            }
            Consent::Revoked => consent.ended = Some(Ended { voided: false, at: NOW.timestamp(), by }),
            _ => {}
        }
    }

    pub(super) fn exception(&mut self) {
        let own = Receiver::unit_of(&self.viewer);
        let only = Receiver::only(&self.viewer);
        match self.facts.exception {
            Exception::None => {}
            Exception::Child => self.register(Kind::Child, own, HOLDS),
            Exception::ChildOver => self.register(Kind::Child, own, OVER),
            Exception::Incapable => self.register(Kind::Incapable, own, HOLDS),
            Exception::IncapableOver => self.register(Kind::Incapable, own, OVER),
            Exception::Emergency | Exception::FirstStep | Exception::OtherSection => {
                self.register(Kind::Emergency, only, HOLDS);
            }
            Exception::EmergencyOver => self.register(Kind::Emergency, only, OVER),
        }
        let needed = match self.facts.exception {
            Exception::Emergency | Exception::EmergencyOver => vec![self.section()],
            Exception::OtherSection => vec![Section::Documents],
            _ => return,
        };
        self.registered.last_mut().unwrap().stated.sections = needed;
    }

    pub(super) fn lift(&mut self) {
        let only = Receiver::only(&self.viewer);
        match self.facts.block {
            Block::InnerLifted => self.register(Kind::Lift, only, HOLDS),
            Block::InnerLiftedForColleague => self.register(Kind::Lift, colleague(only), HOLDS),
            Block::InnerLiftOver => self.register(Kind::Lift, only, OVER),
            _ => return,
        }
        let unit = self.record_unit();
        self.registered.last_mut().unwrap().stated.unit = Some(unit);
    }

    fn register(&mut self, kind: Kind, receiver: Receiver, (from, to): (i64, i64)) {
        let at = super::minutes_from_now;
        self.registered.push(Registration {
            id: format!("{kind:?}"),
            kind,
            patient: self.patient.clone(),
            receiver,
            period: Period { from: at(from), to: Some(at(to)) },
            stated: Stated::default(),
            registered_at: Timestamp::UNIX_EPOCH,
            registered_by: Registrar::from(&self.viewer),
            ended: None,
        });
    }
}

/// From and to, in minutes from now. What is over ends at this very minute.
const HOLDS: (i64, i64) = (-30, 30);
const OVER: (i64, i64) = (-60, 0);
const NOT_BEGUN: (i64, i64) = (1, 60);

fn other_unit(receiver: Receiver) -> Receiver {
    Receiver { unit: Some(Organisation::new("SE9999000017-E001", "En annan enhet")), ..receiver }
}

fn colleague(receiver: Receiver) -> Receiver {
    Receiver { employee: Some("SE9999000018-P001".into()), ..receiver }
}
