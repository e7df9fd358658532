//! The stylesheet and the script, with addresses that change with their content so that they can be cached for ever.
//!
//! Not here: serving them (`server`). To add a style file: a line in `STYLES`, in reading order.

use std::sync::LazyLock;

/// Style files in cascade order.
const STYLES: &[&str] = &[
    include_str!("../../../style/tokens.css"),
    include_str!("../../../style/base.css"),
    include_str!("../../../style/layout.css"),
    include_str!("../../../style/kit/button.css"),
    include_str!("../../../style/kit/banner.css"),
    include_str!("../../../style/kit/badge.css"),
    include_str!("../../../style/kit/card.css"),
    include_str!("../../../style/kit/limit.css"),
    include_str!("../../../style/kit/form.css"),
    include_str!("../../../style/kit/access.css"),
    include_str!("../../../style/kit/roles.css"),
    include_str!("../../../style/kit/enablement.css"),
    include_str!("../../../style/kit/review.css"),
    include_str!("../../../style/kit/sources.css"),
    include_str!("../../../style/kit/admin.css"),
    include_str!("../../../style/kit/support.css"),
    include_str!("../../../style/kit/notices.css"),
    include_str!("../../../style/kit/sheet.css"),
    include_str!("../../../style/print.css"),
];

static STYLESHEET: LazyLock<String> = LazyLock::new(|| STYLES.concat());
static STYLE_PATH: LazyLock<String> = LazyLock::new(|| format!("/assets/samsyn-{:016x}.css", mark(&STYLESHEET)));
static SCRIPT_PATH: LazyLock<String> = LazyLock::new(|| format!("/assets/samsyn-{:016x}.js", mark(script())));

/// The whole stylesheet.
pub fn stylesheet() -> &'static str {
    &STYLESHEET
}

/// The script that enhances the pages: an ES module.
pub fn script() -> &'static str {
    include_str!("enhance.js")
}

/// Address of the stylesheet.
pub fn style_path() -> &'static str {
    &STYLE_PATH
}

/// Address of the script.
pub fn script_path() -> &'static str {
    &SCRIPT_PATH
}

/// FNV-1a: tells one content from the next; guards nothing.
fn mark(content: &str) -> u64 {
    content.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}
