//! More municipalities of the same region, for who wants to see a whole one: `samsyn demo --organisations 9`.
//!
//! Each has a health-care and a social-care system, a nurse and an administrator; nobody among the people lives there. Not here: the
//! municipalities that every demo has (`organisations`). Invariant: names, HSA-ids and phone numbers are invented; nothing of the others changes.
//! To add one: a row in [`ALL`].

use samsyn_domain::{
    source::{OrganisationInfo, ProviderKind},
    viewer::Role,
};

use crate::{
    organisations::{self, provider},
    sources::{DemoSource, lifecare, viva},
    staff::{Place, Staff},
};

/// A region and the municipalities that every demo has.
pub const FEWEST: usize = 4;
/// The same with every row of [`ALL`].
pub const MOST: usize = FEWEST + ALL.len();

/// Which system the municipality has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum System {
    Viva,
    Lifecare,
}

/// One municipality.
struct Municipality {
    id: &'static str,
    name: &'static str,
    phone: &'static str,
    system: System,
    /// Source, number to call when it is silent.
    care_source: (&'static str, &'static str),
    social_source: (&'static str, &'static str),
    care: &'static str,
    social: &'static str,
    nursing: Place,
    administration: Place,
    nurse: (&'static str, &'static str, (&'static str, &'static str)),
    admin: (&'static str, &'static str, (&'static str, &'static str)),
}

/// Writes a row: only names and numbers differ.
macro_rules! municipality {
    ($id:literal, $name:literal, $genitive:literal, $hsa:literal, $digits:literal, $system:ident, $source:literal, $nurse:expr, $admin:expr) => {
        Municipality {
            id: $id,
            name: $name,
            phone: concat!("0980-31 9", $digits, " 00"),
            system: System::$system,
            care_source: (concat!($source, "-", $id, "-hsl"), concat!("0980-31 9", $digits, " 40")),
            social_source: (concat!($source, "-", $id, "-sol"), concat!("0980-31 9", $digits, " 50")),
            care: concat!($hsa, "-HSL"),
            social: concat!($hsa, "-SOL"),
            nursing: (
                concat!($hsa, "-E201"),
                concat!("Hemsjukvården ", $genitive),
                concat!($hsa, "-HSL"),
                concat!($name, ", hälso- och sjukvård"),
            ),
            administration: (
                concat!($hsa, "-E290"),
                "Vård- och omsorgsförvaltningen",
                concat!($hsa, "-HSL"),
                concat!($name, ", hälso- och sjukvård"),
            ),
            nurse: (concat!("nurse-", $id), concat!($hsa, "-P201"), $nurse),
            admin: (concat!("admin-", $id), concat!($hsa, "-P290"), $admin),
        }
    };
}

const ALL: [Municipality; 5] = [
    municipality!(
        "backdalen",
        "Bäckdalens kommun",
        "Bäckdalen",
        "SE9999110011",
        "3",
        Viva,
        "viva",
        ("Helena", "Qvist"),
        ("Rolf", "Edin")
    ),
    municipality!(
        "hogtjarn",
        "Högtjärns kommun",
        "Högtjärn",
        "SE9999120012",
        "4",
        Lifecare,
        "lifecare",
        ("Samir", "Haddad"),
        ("Gun", "Åslund")
    ),
    municipality!(
        "lovsunda",
        "Lövsunda kommun",
        "Lövsunda",
        "SE9999130013",
        "5",
        Viva,
        "viva",
        ("Petra", "Sund"),
        ("Ove", "Malm")
    ),
    municipality!(
        "norrvatten",
        "Norrvattens kommun",
        "Norrvatten",
        "SE9999140014",
        "6",
        Lifecare,
        "lifecare",
        ("Maj", "Hellgren"),
        ("Ali", "Rahimi")
    ),
    municipality!(
        "stenforsa",
        "Stenforsa kommun",
        "Stenforsa",
        "SE9999150015",
        "7",
        Viva,
        "viva",
        ("Jonas", "Ödman"),
        ("Karin", "Sjölund")
    ),
];

/// What so many municipalities more add: organisations, sources and staff.
pub fn first(count: usize) -> (Vec<OrganisationInfo>, Vec<DemoSource>, Vec<Staff>) {
    let some = || ALL.iter().take(count);
    let organisations = some().map(Municipality::organisation).collect();
    let sources = some().flat_map(Municipality::sources).collect();
    (organisations, sources, some().flat_map(Municipality::staff).collect())
}

impl Municipality {
    fn organisation(&self) -> OrganisationInfo {
        let providers = vec![provider(self.care, ProviderKind::Care), provider(self.social, ProviderKind::SocialCare)];
        organisations::organisation(self.id, self.name, providers, self.phone)
    }

    fn sources(&self) -> [DemoSource; 2] {
        let care = Some(provider(self.care, ProviderKind::Care));
        let social = Some(provider(self.social, ProviderKind::SocialCare));
        let bound = match self.system {
            System::Viva => viva,
            System::Lifecare => lifecare,
        };
        [(self.care_source, care), (self.social_source, social)]
            .map(|((id, phone), provider)| DemoSource { phone, ..bound(id, self.id, provider) })
    }

    fn staff(&self) -> [Staff; 2] {
        let (id, employee, name) = self.nurse;
        let nurse = Staff::of(id, employee, name, ("leg. sjuksköterska", "206010"), &["SJ"], self.id);
        let (id, employee, name) = self.admin;
        let mut admin = Staff::of(id, employee, name, ("systemförvaltare", "151000"), &[], self.id)
            .acting(self.administration, Role::Administrator);
        admin.system_roles = vec!["samsyn;admin"];
        [nurse.acting(self.nursing, Role::Nurse), admin]
    }
}
