//! The picture: one line per ratio, its interval as a bar, its median as a dot, its goal as a stroke.
//!
//! Written by hand: it is rectangles and words, and a drawing library would change how the database driver is built.
//! Not here: the numbers. Invariant: the axis begins at 0, and the same length means the same ratio on every line.

use std::fmt::Write as _;

use crate::{
    figures::{Ratio, to_f64},
    report::escape,
};

const WIDTH: f64 = 1_150.0;
const LABELS: f64 = 590.0;
const LINE: f64 = 30.0;
const AXIS: f64 = 44.0;
/// Ratios beyond this end at the edge; their number is written beside them.
const WIDEST: f64 = 4.0;
const BLUE: &str = "#0b5cad";
const BAD: &str = "#b00020";

/// Draws it as SVG for the middle of a page.
pub fn draw(ratios: &[Ratio]) -> String {
    let ends = ratios.iter().map(|ratio| ratio.high.max(ratio.goal.map_or(0.0, |goal| goal.at_most)));
    let right = (ends.fold(1.5, f64::max) * 1.1).min(WIDEST);
    let x = |value: f64| LABELS + value.clamp(0.0, right) / right * (WIDTH - LABELS - 16.0);
    let bottom = to_f64(ratios.len()) * LINE;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {}\" role=\"img\" font-family=\"sans-serif\" \
         font-size=\"14\"><title>Ratios with their intervals and goals</title>",
        bottom + AXIS
    );
    let mut mark = 0.0;
    while mark <= right {
        let colour = if (mark - 1.0).abs() < 0.01 { "#555" } else { "#ddd" };
        // Writing to a String cannot fail.
        let _ = write!(
            svg,
            "<path d=\"M{0:.1} 0V{bottom}\" stroke=\"{colour}\"/><text x=\"{0:.1}\" y=\"{1}\" text-anchor=\"middle\">{mark}\
             </text>",
            x(mark),
            bottom + 20.0
        );
        mark += 0.5;
    }
    for (place, ratio) in ratios.iter().enumerate() {
        line(&mut svg, ratio, to_f64(place).mul_add(LINE, LINE / 2.0), x);
    }
    let _ = write!(
        svg,
        "<text x=\"{LABELS}\" y=\"{}\" font-size=\"12\">Red stroke: the goal. 1 is the limit of the possible.</text></svg>",
        bottom + 40.0
    );
    svg
}

fn line(svg: &mut String, ratio: &Ratio, y: f64, x: impl Fn(f64) -> f64) {
    let colour = if ratio.met() == Some(false) { BAD } else { BLUE };
    let (low, high, median, start) = (x(ratio.low), x(ratio.high), x(ratio.median), x(0.0));
    let _ = write!(
        svg,
        "<text x=\"0\" y=\"{:.1}\">{} {:.2} · {}</text>\
         <path d=\"M{start:.1} {y}H{median:.1}\" stroke=\"{colour}\" stroke-opacity=\".25\" stroke-width=\"12\"/>\
         <path d=\"M{low:.1} {y}H{high:.1}\" stroke=\"{colour}\" stroke-width=\"4\"/>\
         <circle cx=\"{median:.1}\" cy=\"{y}\" r=\"5\" fill=\"{colour}\"/>",
        y + 5.0,
        ratio.id,
        ratio.median,
        escape(&ratio.what)
    );
    if let Some(goal) = ratio.goal {
        let _ = write!(
            svg,
            "<path d=\"M{:.1} {:.1}V{:.1}\" stroke=\"{BAD}\" stroke-width=\"2\"/>",
            x(goal.at_most),
            y - 11.0,
            y + 11.0
        );
    }
}
