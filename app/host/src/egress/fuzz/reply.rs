//! A reply as it is read: counted, unpacked, searched for secrets, and stripped of what is not the adapter's business.

use std::{io::Write as _, time::Duration};

use flate2::{Compression, write::GzEncoder};
use futures::executor::block_on;
use samsyn_fuzz::{
    arbitrary::{self, Unstructured},
    fuzz, outcome, size,
};
use tokio::time::Instant;

use super::super::{
    CallBudget, EgressError, EgressLimits, Reply,
    exchange::{decode, visible},
};

const LIMITS: EgressLimits = EgressLimits {
    requests: 1,
    parallel: 1,
    request_max_bytes: 1,
    reply_max_bytes: 4_096,
    total_max_bytes: 6_144,
    connect_timeout_ms: 1_000,
    answer_timeout_ms: 1_000,
};
const WORDS: [&str; 8] =
    ["content-encoding", "gzip", "identity", "x-gzip", "content-length", "set-cookie", "transfer-encoding", "br"];

/// What a source says, and what the adapter must get of it if anything.
struct Said {
    response: http::Response<Vec<u8>>,
    /// The body without its encoding. None when it was not encoded as it claims.
    plain: Option<Vec<u8>>,
    head: bool,
}

fn said(mut bytes: Unstructured<'_>) -> arbitrary::Result<Said> {
    let mut response = http::Response::builder().status(bytes.int_in_range(100..=999)?);
    let head = bytes.ratio(1, 16)?;
    // Nothing, gzip, two of it, something else, or whatever comes.
    let claim: u8 = bytes.int_in_range(0..=4)?;
    let encodings: &[&[u8]] = match claim {
        0 => &[],
        1 => &[b"gzip"],
        2 => &[b"gzip", b"gzip"],
        3 => &[b"br"],
        _ => &[b"IDENTITY"],
    };
    for encoding in encodings {
        response = response.header("content-encoding", *encoding);
    }
    for _ in 0..bytes.int_in_range(0..=6)? {
        let name =
            bytes.choose(&["x-a", "set-cookie", "connection", "etag", "link", "alt-svc", "trailer", "content-type"])?;
        let value: Vec<u8> =
            bytes.arbitrary::<Vec<u8>>()?.into_iter().filter(|byte| *byte >= 0x20 && *byte != 0x7f).collect();
        response = response.header(*name, value);
    }
    let repeated = 1 + bytes.int_in_range(0..=60)?;
    let packed = bytes.ratio(3, 4)?;
    let cut = bytes.ratio(1, 8)?;
    let plain = bytes.take_rest().repeat(repeated);
    let (body, plain) = match (claim, packed, cut) {
        (1, true, false) => (gzip(&plain), Some(plain)),
        (1, true, true) => (gzip(&plain)[..9].to_vec(), None),
        (1, false, _) => (plain, None),
        _ => (plain.clone(), Some(plain)),
    };
    let Ok(response) = response.body(body) else { return Err(arbitrary::Error::IncorrectFormat) };
    Ok(Said { response, plain, head })
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn a_reply_is_what_was_sent_or_an_error_and_never_more_than_the_limit() {
    fuzz("reply", &WORDS, |input| {
        let Ok(said) = said(Unstructured::new(input)) else { return 0 };
        let encodings = said.response.headers().get_all("content-encoding").iter().count();
        let strange =
            said.response.headers().get("content-encoding").is_some_and(|value| value == "br") || encodings > 1;
        let budget = CallBudget::new(Instant::now() + Duration::from_secs(9), &LIMITS);
        let (sent, plain, head) = (said.response.body().len(), said.plain, said.head);
        let method = if head { http::Method::HEAD } else { http::Method::GET };
        let read = block_on(decode("api", &method, said.response.into(), &LIMITS, &budget)).map(visible);
        match read {
            Ok(reply) => {
                assert!(!strange, "an encoding nobody asked for was read");
                judge(&reply, plain.as_deref(), head);
                assert!(budget.bytes_received() >= u64::try_from(reply.body.len()).unwrap(), "not counted");
                outcome((reply.status / 100, size(reply.body.len()), reply.headers.len()))
            }
            Err(error) => {
                let small = plain.as_ref().is_some_and(|plain| plain.len() + sent < 1_000);
                let gzip_of_nothing_else = encodings == 0 || plain.is_some();
                assert!(strange || !small || !gzip_of_nothing_else, "refused without reason: {error}");
                judge_error(&error);
                outcome(error.code)
            }
        }
    });
}

fn judge(reply: &Reply, plain: Option<&[u8]>, head: bool) {
    let kept: usize =
        reply.body.len() + reply.headers.iter().map(|(name, value)| name.len() + value.len()).sum::<usize>();
    assert!(u64::try_from(kept).unwrap() <= LIMITS.reply_max_bytes * 4, "{kept} bytes were kept");
    assert!(u64::try_from(reply.body.len()).unwrap() <= LIMITS.reply_max_bytes, "{} bytes of body", reply.body.len());
    if head {
        assert!(reply.body.is_empty(), "a body of HEAD");
    } else if let Some(plain) = plain {
        assert_eq!(reply.body, plain, "not what was sent");
    } else {
        // What is no gzip may be empty, and nothing else.
        assert!(reply.body.is_empty(), "{} bytes out of damaged gzip", reply.body.len());
    }
    for hidden in
        ["set-cookie", "content-encoding", "content-length", "transfer-encoding", "connection", "trailer", "alt-svc"]
    {
        assert!(reply.headers.iter().all(|(name, _)| name != hidden), "{hidden} reached the adapter");
    }
}

fn judge_error(error: &EgressError) {
    assert!(error.code.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-'), "{}", error.code);
    assert!(
        error.message.len() < 300 && error.message.contains("`api`") || error.code == "lookup-too-large",
        "{error}"
    );
}
