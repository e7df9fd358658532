//! What is written: a table for the terminal, JSON for programs, one HTML file with the picture for people.
//!
//! Not here: the picture itself. Invariant: the three say the same, from the same values.

use std::{
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

use anyhow::Result;
use serde::Serialize;

use crate::{
    decision::{STATEMENTS_MAX, Statements},
    figures::Ratio,
    log::Commits,
    picture,
    rig::Machine,
    wire::Size,
};

/// Above this share of others' computing time the run deserves to be repeated.
const FOREIGN_MAX_PERCENT: f64 = 5.0;

/// Everything measured.
#[derive(Debug, Clone, Serialize)]
pub struct Report {
    /// When.
    pub at: String,
    /// On what.
    pub machine: Machine,
    /// Others' part of the computing time spent on this machine meanwhile.
    pub foreign_percent: f64,
    /// Computing time of the portal per overview of eight sources, in milliseconds.
    pub portal_cpu_ms: f64,
    /// The ratios.
    pub ratios: Vec<Ratio>,
    /// What one opening reads from the database.
    pub statements: Statements,
    /// How records share commits.
    pub commits: Commits,
    /// The sizes.
    pub wire: Vec<Size>,
}

/// The ratios as a table.
pub fn rows(ratios: &[Ratio]) -> String {
    let mut text = String::new();
    // Writing to a String cannot fail.
    let _ = writeln!(text, "\n{:<4}{:<80}{:>8}{:>17}{:>8}{:>8}  result", "", "ratio", "median", "95 %", "p90", "goal");
    for ratio in ratios {
        let interval = format!("{:.3} … {:.3}", ratio.low, ratio.high);
        let goal = ratio.goal.map_or_else(String::new, |goal| format!("≤ {:.2}", goal.at_most));
        let (id, what, median, p90, result) = (ratio.id, &ratio.what, ratio.median, ratio.p90, result(ratio));
        let _ = writeln!(text, "{id:<4}{what:<80}{median:>8.3}{interval:>17}{p90:>8.3}{goal:>8}  {result}");
    }
    text
}

impl Report {
    /// Whether no gate was missed.
    pub fn gates_hold(&self) -> bool {
        self.statements.facts <= STATEMENTS_MAX
            && self.commits.met()
            && self.ratios.iter().all(|ratio| !ratio.goal.is_some_and(|goal| goal.gate) || ratio.met() == Some(true))
    }

    /// The table of the terminal.
    pub fn table(&self) -> String {
        let mut text = rows(&self.ratios);

        let _ = writeln!(text, "\n{:<44}{:>10}{:>10}{:>10}", "bytes", "plain", "brotli", "gzip");
        for size in &self.wire {
            let _ =
                writeln!(text, "{:<44}{:>10}{:>10}{:>10}", size.what, size.bytes, size.brotli_bytes, size.gzip_bytes);
        }
        let _ = writeln!(text, "\n{}", self.remark());
        text
    }

    fn remark(&self) -> String {
        let mut remark = format!(
            "Computing time of the portal per overview: {:.1} ms. Others used {:.0} % of the computing time.",
            self.portal_cpu_ms, self.foreign_percent
        );
        let Statements { facts, all } = self.statements;
        let result = if facts <= STATEMENTS_MAX { "met" } else { "MISSED" };
        // Writing to a String cannot fail.
        let _ = write!(
            remark,
            " The facts of an access decision are read in {facts} statements (at most {STATEMENTS_MAX}: {result}), an opening in \
             {all} before the sources are asked."
        );
        let _ = write!(remark, " {}", self.commits.line());
        if self.foreign_percent > FOREIGN_MAX_PERCENT {
            remark.push_str(" The machine was busy with something else: repeat the run before believing a miss.");
        }
        remark
    }

    /// Writes `target/bench/report.json` and `report.html`; gives back the latter.
    ///
    /// # Errors
    /// When the directory cannot be written.
    pub fn write(&self) -> Result<PathBuf> {
        let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/bench");
        fs::create_dir_all(&directory)?;
        let directory = directory.canonicalize()?;
        fs::write(directory.join("report.json"), serde_json::to_string_pretty(self)?)?;
        let page = directory.join("report.html");
        fs::write(&page, self.html())?;
        Ok(page)
    }

    fn html(&self) -> String {
        let mut rows = String::new();
        for ratio in &self.ratios {
            let goal = ratio.goal.map_or_else(|| "–".to_owned(), |goal| format!("≤ {:.2}", goal.at_most));
            let _ = write!(
                rows,
                "<tr><th scope=\"row\">{}</th><td>{}</td><td class=\"n\">{:.3}</td><td class=\"n\">{:.3} … {:.3}</td>\
                 <td class=\"n\">{:.3}</td><td class=\"n\">{}</td><td>{}</td><td class=\"n\">{:.3}</td>\
                 <td class=\"n\">{:.3}</td><td class=\"n\">{}</td></tr>",
                ratio.id,
                escape(&ratio.what),
                ratio.median,
                ratio.low,
                ratio.high,
                ratio.p90,
                goal,
                result(ratio),
                ratio.tested_ms,
                ratio.base_ms,
                ratio.rounds,
            );
        }
        let mut sizes = String::new();
        for size in &self.wire {
            let Size { what, bytes, brotli_bytes, gzip_bytes } = size;
            let _ = write!(
                sizes,
                "<tr><th scope=\"row\">{}</th><td class=\"n\">{bytes}</td><td class=\"n\">{brotli_bytes}</td>\
                 <td class=\"n\">{gzip_bytes}</td></tr>",
                escape(what)
            );
        }
        let picture = picture::draw(&self.ratios);
        let (at, machine, remark) = (escape(&self.at), escape(&self.machine.line()), escape(&self.remark()));
        format!(
            "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Samsyn: ratios</title><style>{STYLE}\
             </style></head><body><h1>Ratios of {at}</h1><p>{machine}</p><p>Both sides of a ratio are measured in one run, \
             in the order tested, other, other, tested. The median of the rounds counts; the interval is a bootstrap of it. \
             Times are shown for understanding and are no goals.</p>{picture}<table><thead><tr><th scope=\"col\"></th>\
             <th scope=\"col\">Ratio</th><th scope=\"col\">Median</th><th scope=\"col\">95 %</th><th scope=\"col\">p90</th>\
             <th scope=\"col\">Goal</th><th scope=\"col\">Result</th><th scope=\"col\">Tested, ms</th>\
             <th scope=\"col\">Other, ms</th><th scope=\"col\">Rounds</th></tr></thead><tbody>{rows}</tbody></table>\
             <h2>Bytes</h2><table><thead><tr><th scope=\"col\"></th><th scope=\"col\">Plain</th><th scope=\"col\">Brotli</th>\
             <th scope=\"col\">Gzip</th></tr></thead><tbody>{sizes}</tbody></table><p>{remark}</p></body></html>"
        )
    }
}

const STYLE: &str = "body{font:1rem/1.5 system-ui,sans-serif;max-width:72rem;margin:2rem auto;padding:0 1rem;color:#1a1a1a}\
table{border-collapse:collapse;margin:1rem 0}th,td{padding:.25rem .75rem;border-bottom:1px solid #bbb;text-align:left}\
.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}svg{max-width:100%;height:auto}";

fn result(ratio: &Ratio) -> &'static str {
    match (ratio.met(), ratio.goal.is_some_and(|goal| goal.gate)) {
        (Some(true), _) => "met",
        (Some(false), true) => "MISSED",
        (Some(false), false) => "missed (reported)",
        (None, _) => "for information",
    }
}

/// For text of ours only: nothing here comes from outside.
pub fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
