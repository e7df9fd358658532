//! Addresses: the classifier against a table of ranges, written from the IANA special-purpose registries and not from the code.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::IpNet;
use samsyn_fuzz::{
    arbitrary::{self, Unstructured},
    fuzz, outcome,
};
use url::Url;

use super::super::{
    address::{AddressClass, AddressPolicy, classify},
    grant::{AddressRule, Grant},
};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Verdict {
    Public,
    Private,
    Loopback,
    Never,
    /// IPv4 in the bits from here.
    Carried(u32),
    /// Two of them, the second turned over.
    Teredo,
}
use Verdict::{Carried, Loopback, Never, Private, Public, Teredo};

/// The narrowest range that holds an address decides.
const RANGES: [(&str, Verdict); 41] = [
    ("0.0.0.0/0", Public),
    ("0.0.0.0/8", Never),
    ("10.0.0.0/8", Private),
    ("100.64.0.0/10", Never),
    ("127.0.0.0/8", Loopback),
    ("168.63.129.16/32", Never),
    ("169.254.0.0/16", Never),
    ("172.16.0.0/12", Private),
    ("192.0.0.0/24", Never),
    ("192.0.2.0/24", Never),
    ("192.31.196.0/24", Never),
    ("192.52.193.0/24", Never),
    ("192.88.99.0/24", Never),
    ("192.168.0.0/16", Private),
    ("192.175.48.0/24", Never),
    ("198.18.0.0/15", Never),
    ("198.51.100.0/24", Never),
    ("203.0.113.0/24", Never),
    ("224.0.0.0/4", Never),
    ("240.0.0.0/4", Never),
    ("::/0", Never),
    ("2000::/3", Public),
    ("::/128", Never),
    ("::1/128", Loopback),
    ("::/96", Carried(0)),
    ("::ffff:0:0/96", Carried(0)),
    ("::ffff:0:0:0/96", Carried(0)),
    ("64:ff9b::/96", Carried(0)),
    ("64:ff9b:1::/48", Never),
    ("100::/64", Never),
    ("2001::/23", Never),
    ("2001::/32", Teredo),
    ("2001:db8::/32", Never),
    ("2002::/16", Carried(80)),
    ("2620:4f:8000::/48", Never),
    ("3fff::/20", Never),
    ("fc00::/7", Private),
    ("fd00:ec2::/32", Never),
    ("fd20:ce::/32", Never),
    ("fe80::/10", Never),
    ("ff00::/8", Never),
];

fn ranges() -> Vec<(IpNet, Verdict)> {
    RANGES.iter().map(|(range, verdict)| (range.parse().unwrap(), *verdict)).collect()
}

fn judged(ranges: &[(IpNet, Verdict)], address: IpAddr) -> Verdict {
    let holding = ranges.iter().filter(|(range, _)| range.contains(&address));
    let verdict = holding.max_by_key(|(range, _)| range.prefix_len()).map_or(Never, |(_, verdict)| *verdict);
    let IpAddr::V6(six) = address else { return verdict };
    let bits = six.to_bits();
    let four = |at: u32| judged(ranges, Ipv4Addr::from_bits(u32::try_from((bits >> at) & 0xffff_ffff).unwrap()).into());
    let strictest = |both: [Verdict; 2]| both.into_iter().find(|verdict| *verdict != Public).unwrap_or(Public);
    match verdict {
        Carried(at) => four(at),
        Teredo => {
            let client = Ipv4Addr::from_bits(!u32::try_from(bits & 0xffff_ffff).unwrap());
            strictest([four(64), judged(ranges, client.into())])
        }
        // ISATAP: the address of the other protocol is in the interface's part.
        outer if six != Ipv6Addr::LOCALHOST && matches!((bits >> 32) & 0xffff_ffff, 0x5efe | 0x0200_5efe) => {
            strictest([four(0), outer])
        }
        outer => outer,
    }
}

fn class(address: IpAddr) -> Verdict {
    match classify(address) {
        AddressClass::Public => Public,
        AddressClass::Private => Private,
        AddressClass::Loopback => Loopback,
        AddressClass::Never(_) => Never,
    }
}

/// What each kind of grant permits, told from the verdict alone.
fn assert_permitted(address: IpAddr, verdict: Verdict) {
    let policy = |rule: AddressRule, loopback: bool, base: &str| {
        let grant = Grant {
            address_ranges: rule,
            allow_loopback: loopback,
            ..Grant::read_only("api", Url::parse(base).unwrap())
        };
        AddressPolicy::of(&grant).permit(address).is_ok()
    };
    let all = || AddressRule::Ranges(vec!["0.0.0.0/0".parse().unwrap(), "::/0".parse().unwrap()]);
    assert_eq!(policy(AddressRule::Public, false, "https://h.example/"), verdict == Public, "{address}");
    assert_eq!(policy(all(), false, "https://h.example/"), matches!(verdict, Public | Private), "{address}");
    assert_eq!(policy(all(), true, "http://h.example/"), verdict == Loopback, "{address}");
}

/// An address near a border, carried in another, or anywhere.
fn address(bytes: &mut Unstructured<'_>, ranges: &[(IpNet, Verdict)]) -> arbitrary::Result<IpAddr> {
    let near = |bytes: &mut Unstructured<'_>| -> arbitrary::Result<IpAddr> {
        let (range, _) = bytes.choose(ranges)?;
        let border = if bytes.arbitrary()? { range.network() } else { range.broadcast() };
        let step: i8 = bytes.arbitrary()?;
        Ok(match border {
            IpAddr::V4(four) => Ipv4Addr::from_bits(four.to_bits().wrapping_add_signed(step.into())).into(),
            IpAddr::V6(six) => Ipv6Addr::from_bits(six.to_bits().wrapping_add_signed(step.into())).into(),
        })
    };
    Ok(match bytes.int_in_range(0..=3)? {
        0 => near(bytes)?,
        1 => Ipv6Addr::from_bits(bytes.arbitrary()?).into(),
        2 => Ipv4Addr::from_bits(bytes.arbitrary()?).into(),
        _ => {
            let low = match near(bytes)? {
                IpAddr::V4(four) => u128::from(four.to_bits()),
                IpAddr::V6(six) => six.to_bits(),
            };
            let outer = bytes.choose(&[
                "::",
                "::ffff:0:0",
                "::ffff:0:0:0",
                "64:ff9b::",
                "2a00::5efe:0:0",
                "fe80::200:5efe:0:0",
                "2001::",
                "2002::",
            ])?;
            let outer = outer.parse::<Ipv6Addr>().unwrap().to_bits();
            let shift = bytes.choose(&[0, 64, 80])?;
            let turned = if bytes.arbitrary()? { low ^ 0xffff_ffff } else { low };
            Ipv6Addr::from_bits(outer | ((turned & 0xffff_ffff) << shift)).into()
        }
    })
}

#[test]
fn the_classifier_says_what_the_registries_say() {
    let ranges = ranges();
    for (range, _) in &ranges {
        for border in [range.network(), range.broadcast()] {
            assert_eq!(class(border), judged(&ranges, border), "{border}");
        }
    }
    fuzz("address", &["127.0.0.1", "::1", "169.254.169.254"], |input| {
        let written = std::str::from_utf8(input).ok().and_then(|text| text.parse().ok());
        let Some(address) = written.or_else(|| address(&mut Unstructured::new(input), &ranges).ok()) else { return 0 };
        let verdict = judged(&ranges, address);
        assert_eq!(class(address), verdict, "{address}");
        assert_permitted(address, verdict);
        let in_range = ranges.iter().filter(|(range, _)| range.contains(&address)).map(|(range, _)| range.prefix_len());
        outcome((verdict, in_range.collect::<Vec<_>>()))
    });
}
