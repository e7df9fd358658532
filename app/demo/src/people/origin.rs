//! Where the seeded records were made: units with their provider and one author each.
//!
//! Not here: what was recorded. Invariant: the provider of an origin is the custodian of its source; only the national
//! platform carries records of several. To add a unit: a constant here.

use samsyn_domain::provenance::{Actor, Organisation};

use crate::organisations as org;

/// A unit that makes records in a source.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Origin {
    /// Source id.
    pub source: &'static str,
    /// Provider HSA-id and name.
    pub provider: (&'static str, &'static str),
    /// Unit HSA-id and name.
    pub unit: (&'static str, &'static str),
    /// Author's name, role and HSA-id.
    pub author: (&'static str, &'static str, &'static str),
}

impl Origin {
    pub fn provider(&self) -> Organisation {
        Organisation::new(self.provider.0, self.provider.1)
    }

    pub fn unit(&self) -> Organisation {
        Organisation::new(self.unit.0, self.unit.1)
    }

    pub fn author(&self) -> Actor {
        let (name, role, id) = self.author;
        Actor {
            name: Some(name.to_owned()),
            role: Some(role.to_owned()),
            id: Some(id.to_owned()),
            unit: Some(self.unit()),
        }
    }

    /// The same unit's record as it comes through another source.
    pub const fn through(self, source: &'static str) -> Self {
        Self { source, ..self }
    }
}

const REGION: (&str, &str) = (org::REGION, "Region Fjäll");
const STORSJO_HSL: (&str, &str) = (org::STORSJO_HSL, "Storsjö kommun, hälso- och sjukvård");
const STORSJO_SOL: (&str, &str) = (org::STORSJO_SOL, "Storsjö kommun, socialtjänst");
const FJALLNAS_HSL: (&str, &str) = (org::FJALLNAS_HSL, "Fjällnäs kommun, hälso- och sjukvård");
const FJALLNAS_SOL: (&str, &str) = (org::FJALLNAS_SOL, "Fjällnäs kommun, socialtjänst");
const GRANLIDEN_HSL: (&str, &str) = (org::GRANLIDEN_HSL, "Granlidens kommun, hälso- och sjukvård");
const GRANLIDEN_SOL: (&str, &str) = (org::GRANLIDEN_SOL, "Granlidens kommun, socialtjänst");

/// The population register.
pub(crate) const REGISTER: Origin = Origin {
    source: "folkbokforing",
    provider: (org::REGISTER, "Befolkningsregistret"),
    unit: ("SE9999600006-E601", "Folkbokföringen"),
    author: ("Folkbokföringen", "register", "SE9999600006-P601"),
};
/// Hospital medicine.
pub(crate) const MEDICINE: Origin = Origin {
    source: "cosmic-region",
    provider: REGION,
    unit: ("SE9999100001-E101", "Medicinkliniken"),
    author: ("Anders Holm", "överläkare", "SE9999100001-P101"),
};
/// Emergency department.
pub(crate) const EMERGENCY: Origin = Origin {
    source: "cosmic-region",
    provider: REGION,
    unit: ("SE9999100001-E102", "Akutmottagningen"),
    author: ("Nadia Berglund", "ST-läkare", "SE9999100001-P102"),
};
/// Infectious diseases.
pub(crate) const INFECTION: Origin = Origin {
    source: "cosmic-region",
    provider: REGION,
    unit: ("SE9999100001-E103", "Infektionskliniken"),
    author: ("Henrik Löv", "specialistläkare", "SE9999100001-P103"),
};
/// Psychiatry.
pub(crate) const PSYCHIATRY: Origin = Origin {
    source: "cosmic-region",
    provider: REGION,
    unit: ("SE9999100001-E104", "Psykiatriska öppenvården"),
    author: ("Ylva Franzén", "överläkare i psykiatri", "SE9999100001-P104"),
};
/// Paediatrics.
pub(crate) const PAEDIATRICS: Origin = Origin {
    source: "cosmic-region",
    provider: REGION,
    unit: ("SE9999100001-E105", "Barn- och ungdomskliniken"),
    author: ("Petra Wiklund", "barnläkare", "SE9999100001-P105"),
};
/// Primary care.
pub(crate) const HEALTH_CENTRE: Origin = Origin {
    source: "cosmic-region",
    provider: REGION,
    unit: ("SE9999100001-E120", "Hälsocentralen Backen"),
    author: ("Maria Lindqvist", "specialist i allmänmedicin", "SE9999100001-P120"),
};
/// Home nursing of Storsjö.
pub(crate) const STORSJO_NURSING: Origin = Origin {
    source: "viva-storsjo-hsl",
    provider: STORSJO_HSL,
    unit: ("SE9999200002-E201", "Hemsjukvården Storsjö norr"),
    author: ("Karin Dahl", "leg. sjuksköterska", "SE9999200002-P201"),
};
/// Rehabilitation of Storsjö.
pub(crate) const STORSJO_REHAB: Origin = Origin {
    source: "viva-storsjo-hsl",
    provider: STORSJO_HSL,
    unit: ("SE9999200002-E203", "Rehabenheten Storsjö"),
    author: ("Mats Åkerlund", "leg. arbetsterapeut", "SE9999200002-P203"),
};
/// Home care of Storsjö.
pub(crate) const STORSJO_HOME_CARE: Origin = Origin {
    source: "viva-storsjo-sol",
    provider: STORSJO_SOL,
    unit: ("SE9999200002-E251", "Hemtjänsten Solgläntan"),
    author: ("Fatima Lundgren", "undersköterska", "SE9999200002-P251"),
};
/// Case officers of Storsjö.
pub(crate) const STORSJO_OFFICE: Origin = Origin {
    source: "viva-storsjo-sol",
    provider: STORSJO_SOL,
    unit: ("SE9999200002-E252", "Biståndsenheten Storsjö"),
    author: ("Johan Strand", "biståndshandläggare", "SE9999200002-P252"),
};
/// Home nursing of Fjällnäs.
pub(crate) const FJALLNAS_NURSING: Origin = Origin {
    source: "viva-fjallnas-hsl",
    provider: FJALLNAS_HSL,
    unit: ("SE9999300003-E301", "Hemsjukvården Fjällnäs"),
    author: ("Lena Hägg", "leg. sjuksköterska", "SE9999300003-P301"),
};
/// Case officers of Fjällnäs.
pub(crate) const FJALLNAS_OFFICE: Origin = Origin {
    source: "viva-fjallnas-sol",
    provider: FJALLNAS_SOL,
    unit: ("SE9999300003-E352", "Biståndsenheten Fjällnäs"),
    author: ("Ulla Grahn", "biståndshandläggare", "SE9999300003-P352"),
};
/// Home nursing of Granliden.
pub(crate) const GRANLIDEN_NURSING: Origin = Origin {
    source: "lifecare-granliden-hsl",
    provider: GRANLIDEN_HSL,
    unit: ("SE9999400004-E401", "Hemsjukvården Granliden"),
    author: ("Roger Palm", "leg. sjuksköterska", "SE9999400004-P401"),
};
/// Home care of Granliden.
pub(crate) const GRANLIDEN_HOME_CARE: Origin = Origin {
    source: "lifecare-granliden-sol",
    provider: GRANLIDEN_SOL,
    unit: ("SE9999400004-E451", "Hemtjänsten Granliden"),
    author: ("Siv Modin", "enhetschef", "SE9999400004-P451"),
};
/// The private care home.
pub(crate) const ASGARDEN: Origin = Origin {
    source: "asgarden",
    provider: (org::ASGARDEN, "Åsgården vård AB"),
    unit: ("SE9999500005-E501", "Åsgården, avdelning 2"),
    author: ("Omar Saleh", "leg. sjuksköterska", "SE9999500005-P501"),
};
/// Home nursing by the private provider that leaves files.
pub(crate) const HEMREHAB_NURSING: Origin = Origin {
    source: "filfall-hemrehab",
    provider: (org::HEMREHAB, "Hemrehab Fjäll AB"),
    unit: ("SE9999900009-E901", "Hemrehab Fjäll, hemsjukvård"),
    author: ("Maj Lindgren", "leg. sjuksköterska", "SE9999900009-P901"),
};
/// Rehabilitation at home by the same.
pub(crate) const HEMREHAB_REHAB: Origin = Origin {
    unit: ("SE9999900009-E902", "Hemrehab Fjäll, rehabilitering"),
    author: ("Ida Norman", "leg. fysioterapeut", "SE9999900009-P902"),
    ..HEMREHAB_NURSING
};
/// Medicine in Region Tjärn, under one of its boards.
pub(crate) const TJARN_MEDICINE: Origin = Origin {
    source: "tjarn-sjukvard",
    provider: (org::TJARN_CARE, "Region Tjärn, hälso- och sjukvårdsnämnden"),
    unit: ("SE9999800008-E801", "Medicinmottagningen Tjärn"),
    author: ("Inger Fors", "leg. sjuksköterska", "SE9999800008-P801"),
};
/// Habilitation in Region Tjärn, under the other.
pub(crate) const TJARN_HABILITATION: Origin = Origin {
    source: "tjarn-habilitering",
    provider: (org::TJARN_HABILITATION, "Region Tjärn, habiliteringsnämnden"),
    unit: ("SE9999800008-E851", "Vuxenhabiliteringen Tjärn"),
    author: ("Per Strömmer", "leg. fysioterapeut", "SE9999800008-P851"),
};
