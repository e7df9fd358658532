//! Which addresses a granted name may lead to.
//!
//! Not here: resolving (`resolver`). Invariant: an address that carries another one inside (IPv4 in IPv6, NAT64, 6to4,
//! Teredo) is judged by the one inside, and what no table names is refused.
//! To add a range: a row in [`NEVER_V4`] or [`NEVER_V6`], and a row in the test.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::grant::{AddressRule, Grant};

/// What kind of address it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AddressClass {
    /// Globally reachable.
    Public,
    /// RFC 1918 or unique local.
    Private,
    /// This machine.
    Loopback,
    /// Never permitted; the text names the range.
    Never(&'static str),
}

/// First address, prefix length, name.
const NEVER_V4: [(Ipv4Addr, u32, &str); 15] = [
    (Ipv4Addr::UNSPECIFIED, 8, "an unspecified address"),
    (Ipv4Addr::new(100, 64, 0, 0), 10, "a carrier-grade NAT address"),
    (Ipv4Addr::new(168, 63, 129, 16), 32, "a cloud metadata address"),
    (Ipv4Addr::new(169, 254, 0, 0), 16, "a link-local or metadata address"),
    (Ipv4Addr::new(192, 0, 0, 0), 24, "a protocol assignment"),
    (Ipv4Addr::new(192, 0, 2, 0), 24, "a documentation address"),
    (Ipv4Addr::new(192, 31, 196, 0), 24, "an anycast sink"),
    (Ipv4Addr::new(192, 52, 193, 0), 24, "a tunnel relay"),
    (Ipv4Addr::new(192, 88, 99, 0), 24, "a tunnel relay"),
    (Ipv4Addr::new(192, 175, 48, 0), 24, "an anycast sink"),
    (Ipv4Addr::new(198, 18, 0, 0), 15, "a benchmarking address"),
    (Ipv4Addr::new(198, 51, 100, 0), 24, "a documentation address"),
    (Ipv4Addr::new(203, 0, 113, 0), 24, "a documentation address"),
    (Ipv4Addr::new(224, 0, 0, 0), 4, "a multicast address"),
    (Ipv4Addr::new(240, 0, 0, 0), 4, "a reserved or broadcast address"),
];

const NEVER_V6: [(Ipv6Addr, u32, &str); 9] = [
    (Ipv6Addr::new(0xfe80, 0, 0, 0, 0, 0, 0, 0), 10, "a link-local address"),
    (Ipv6Addr::new(0xff00, 0, 0, 0, 0, 0, 0, 0), 8, "a multicast address"),
    (Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0), 32, "a cloud metadata address"),
    (Ipv6Addr::new(0xfd20, 0xce, 0, 0, 0, 0, 0, 0), 32, "a cloud metadata address"),
    (Ipv6Addr::new(0x64, 0xff9b, 1, 0, 0, 0, 0, 0), 48, "a local NAT64 address"),
    (Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0), 32, "a documentation address"),
    (Ipv6Addr::new(0x3fff, 0, 0, 0, 0, 0, 0, 0), 20, "a documentation address"),
    // 2001::/23 holds the IETF's special cases (benchmarking, ORCHID); Teredo is unfolded before.
    (Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 23, "a protocol assignment"),
    (Ipv6Addr::new(0x2620, 0x4f, 0x8000, 0, 0, 0, 0, 0), 48, "an anycast sink"),
];

/// The kind of an address, carried addresses unfolded.
pub fn classify(address: IpAddr) -> AddressClass {
    match address {
        IpAddr::V4(address) => classify_v4(address),
        IpAddr::V6(address) => classify_v6(address),
    }
}

fn classify_v4(address: Ipv4Addr) -> AddressClass {
    if address.is_loopback() {
        return AddressClass::Loopback;
    }
    if address.is_private() {
        return AddressClass::Private;
    }
    let bits = address.to_bits();
    let row = NEVER_V4.iter().find(|(first, length, _)| (bits ^ first.to_bits()) >> (32 - length) == 0);
    row.map_or(AddressClass::Public, |(_, _, name)| AddressClass::Never(name))
}

fn classify_v6(address: Ipv6Addr) -> AddressClass {
    if address.is_loopback() {
        return AddressClass::Loopback;
    }
    if address.is_unspecified() {
        return AddressClass::Never("an unspecified address");
    }
    if let Some(carried) = unfold(address) {
        // Teredo carries two; the stricter one decides.
        return carried
            .into_iter()
            .map(classify_v4)
            .find(|class| *class != AddressClass::Public)
            .unwrap_or(AddressClass::Public);
    }
    // The outer address is the one on the wire here, so both must be harmless.
    if let Some(inner) = isatap(address).map(classify_v4).filter(|class| *class != AddressClass::Public) {
        return inner;
    }
    let bits = address.to_bits();
    let row = NEVER_V6.iter().find(|(first, length, _)| (bits ^ first.to_bits()) >> (128 - length) == 0);
    if let Some((_, _, name)) = row {
        return AddressClass::Never(name);
    }
    if address.is_unique_local() {
        return AddressClass::Private;
    }
    // Only 2000::/3 is handed out as global unicast.
    if bits >> 125 == 1 { AddressClass::Public } else { AddressClass::Never("a reserved address") }
}

/// The IPv4 addresses an IPv6 address stands for.
fn unfold(address: Ipv6Addr) -> Option<Vec<Ipv4Addr>> {
    match address.segments() {
        // IPv4-compatible, IPv4-mapped, IPv4-translated, NAT64, 6to4.
        [0, 0, 0, 0, 0, 0 | 0xffff, a, b]
        | [0, 0, 0, 0, 0xffff, 0, a, b]
        | [0x64, 0xff9b, 0, 0, 0, 0, a, b]
        | [0x2002, a, b, ..] => Some(vec![pair(a, b)]),
        // Teredo: the server, and the client with its bits turned over.
        [0x2001, 0, a, b, _, _, c, d] => Some(vec![pair(a, b), pair(!c, !d)]),
        _ => None,
    }
}

/// ISATAP carries an IPv4 address in the interface identifier.
fn isatap(address: Ipv6Addr) -> Option<Ipv4Addr> {
    match address.segments() {
        [_, _, _, _, 0 | 0x200, 0x5efe, a, b] => Some(pair(a, b)),
        _ => None,
    }
}

fn pair(high: u16, low: u16) -> Ipv4Addr {
    Ipv4Addr::from_bits((u32::from(high) << 16) | u32::from(low))
}

/// The address part of a grant, in the form each new connection is checked with.
#[derive(Debug, Clone)]
pub(crate) struct AddressPolicy {
    alias: String,
    rule: AddressRule,
    loopback: bool,
    unencrypted: bool,
}

/// Why an address is not permitted; names the class and the remedy, never the address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub(crate) struct AddressRefused(pub String);

impl AddressPolicy {
    pub fn of(grant: &Grant) -> Self {
        Self {
            alias: grant.alias.clone(),
            rule: grant.address_ranges.clone(),
            loopback: grant.allow_loopback,
            unencrypted: grant.base_url.scheme() != "https",
        }
    }

    /// Whether a connection may go to this address.
    pub fn permit(&self, address: IpAddr) -> Result<(), AddressRefused> {
        let refused = |why: &str| Err(AddressRefused(format!("origin `{}` leads to {why}", self.alias)));
        match (classify(address), &self.rule) {
            (AddressClass::Never(name), _) => refused(&format!("{name}, which no grant can permit")),
            (AddressClass::Loopback, _) if self.loopback => Ok(()),
            (AddressClass::Loopback, _) => refused("this machine, which only demo and test configuration may permit"),
            (AddressClass::Public | AddressClass::Private, _) if self.unencrypted => {
                refused("another machine without encryption; allow_http is for this machine only")
            }
            (AddressClass::Public, AddressRule::Public) => Ok(()),
            (AddressClass::Private, AddressRule::Public) => {
                refused("a private network; name its range in the grant's address_ranges")
            }
            (_, AddressRule::Ranges(ranges)) if ranges.iter().any(|range| range.contains(&canonical(address))) => {
                Ok(())
            }
            (_, AddressRule::Ranges(_)) => {
                refused("an address outside the grant's address_ranges; add the range if it is the source's own")
            }
        }
    }
}

/// The address the ranges are compared with.
fn canonical(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V6(inner) => match unfold(inner).as_deref() {
            Some([only]) => IpAddr::V4(*only),
            _ => address,
        },
        IpAddr::V4(_) => address,
    }
}

#[cfg(test)]
mod tests {
    use url::Url;

    use super::*;

    fn class(text: &str) -> AddressClass {
        classify(text.parse().unwrap())
    }

    #[test]
    fn ordinary_addresses_are_public_or_private() {
        for text in ["8.8.8.8", "193.10.1.1", "172.32.0.1", "100.128.0.1", "169.253.1.1", "2a00:801::1", "2001:6b0::1"]
        {
            assert_eq!(class(text), AddressClass::Public, "{text}");
        }
        for text in ["10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "fc00::1", "fd12:3456::1"] {
            assert_eq!(class(text), AddressClass::Private, "{text}");
        }
    }

    #[test]
    fn special_ranges_are_never_permitted() {
        for text in [
            "0.0.0.0",
            "0.1.2.3",
            "100.64.0.1",
            "100.100.100.200",
            "168.63.129.16",
            "169.254.169.254",
            "169.254.0.1",
            "192.0.0.1",
            "192.0.0.192",
            "192.0.2.1",
            "192.88.99.1",
            "198.18.0.1",
            "198.19.255.255",
            "198.51.100.1",
            "203.0.113.1",
            "224.0.0.1",
            "239.255.255.250",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "fe80::1",
            "febf::1",
            "fec0::1",
            "ff02::1",
            "fd00:ec2::254",
            "fd20:ce::254",
            "2001:db8::1",
            "3fff::1",
            "100::1",
            "2001:2::1",
            "2001:10::1",
            "2001:20::1",
            "64:ff9b:1::1",
            "5f00::1",
            "fe80::5efe:808:808",
            "4000::1",
            "1::1",
        ] {
            assert!(matches!(class(text), AddressClass::Never(_)), "{text}: {:?}", class(text));
        }
    }

    #[test]
    fn carried_addresses_are_unfolded() {
        for text in [
            "127.0.0.1",
            "127.255.255.254",
            "::1",
            "::ffff:127.0.0.1",
            "::ffff:7f00:1",
            "::127.0.0.1",
            "::7f00:1",
            "::ffff:0:127.0.0.1",
            "64:ff9b::7f00:1",
            "2002:7f00:1::",
            "2002:7f00:1::5",
            "2001:0:808:808::80ff:fffe",
            "2001:0:7f00:1::f7f7:f7f7",
            "2a00::5efe:7f00:1",
            "2a00::200:5efe:7f00:1",
        ] {
            assert_eq!(class(text), AddressClass::Loopback, "{text}");
        }
        for text in
            ["::ffff:169.254.169.254", "::ffff:a9fe:a9fe", "64:ff9b::a9fe:a9fe", "2002:a9fe:a9fe::", "::a9fe:a9fe"]
        {
            assert!(matches!(class(text), AddressClass::Never(_)), "{text}");
        }
        for text in ["::ffff:10.0.0.1", "64:ff9b::a00:1", "2002:a00:1::1"] {
            assert_eq!(class(text), AddressClass::Private, "{text}");
        }
        assert_eq!(class("::ffff:8.8.8.8"), AddressClass::Public);
        assert_eq!(class("64:ff9b::808:808"), AddressClass::Public);
    }

    fn policy(rule: AddressRule, loopback: bool, base: &str) -> AddressPolicy {
        let grant = Grant {
            address_ranges: rule,
            allow_loopback: loopback,
            ..Grant::read_only("api", Url::parse(base).unwrap())
        };
        AddressPolicy::of(&grant)
    }

    fn permits(policy: &AddressPolicy, text: &str) -> bool {
        policy.permit(text.parse().unwrap()).is_ok()
    }

    #[test]
    fn a_private_network_is_open_only_where_the_positive_list_covers_it() {
        let public = policy(AddressRule::Public, false, "https://h.example/");
        assert!(permits(&public, "8.8.8.8") && !permits(&public, "10.1.2.3") && !permits(&public, "127.0.0.1"));
        let ranges = AddressRule::Ranges(vec!["10.1.0.0/16".parse().unwrap(), "fd12::/16".parse().unwrap()]);
        let sjunet = policy(ranges, false, "https://h.example/");
        assert!(permits(&sjunet, "10.1.2.3") && permits(&sjunet, "::ffff:10.1.2.3") && permits(&sjunet, "fd12::1"));
        assert!(!permits(&sjunet, "10.2.0.1") && !permits(&sjunet, "8.8.8.8") && !permits(&sjunet, "127.0.0.1"));
    }

    #[test]
    fn a_range_that_covers_everything_still_cannot_open_what_is_never_permitted() {
        let all = AddressRule::Ranges(vec!["0.0.0.0/0".parse().unwrap(), "::/0".parse().unwrap()]);
        let wide = policy(all, false, "https://h.example/");
        for text in
            ["169.254.169.254", "::ffff:169.254.169.254", "fd00:ec2::254", "127.0.0.1", "::1", "0.0.0.0", "100.64.0.1"]
        {
            assert!(!permits(&wide, text), "{text}");
        }
        assert!(permits(&wide, "10.0.0.1"));
    }

    #[test]
    fn an_unencrypted_grant_reaches_this_machine_only() {
        let demo = policy(AddressRule::Public, true, "http://localhost:1/");
        assert!(permits(&demo, "127.0.0.1") && permits(&demo, "::1"));
        assert!(!permits(&demo, "8.8.8.8") && !permits(&demo, "10.0.0.1") && !permits(&demo, "169.254.169.254"));
    }

    #[test]
    fn a_refusal_names_the_alias_and_the_remedy_but_no_address() {
        let public = policy(AddressRule::Public, false, "https://h.example/");
        let text = public.permit("10.99.1.7".parse().unwrap()).unwrap_err().to_string();
        assert!(text.contains("`api`") && text.contains("address_ranges") && !text.contains("10.99"), "{text}");
    }
}
