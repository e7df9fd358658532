//! The report of a review: who, when, selection, result; to print, and as a table for other programs.
//!
//! Invariant: no patient stands in it: the record's id leads to the log, for those who may read that.

use leptos::prelude::*;
use samsyn_domain::review::{Pick, ReviewFile};

use super::{LogOwner, days, file::selected, said};
use crate::{access::moment, context::PageContext, csv::csv, document, paths};

/// The page to print.
pub fn report_page(context: &PageContext, owner: LogOwner<'_>, file: &ReviewFile) -> String {
    let texts = context.texts();
    let words = texts.review;
    let heads = [words.csv_number(), words.at(), words.reader(), words.why(), words.verdict(), words.note()];
    let heads = heads.map(|head| view! { <th scope="col">{head}</th> });
    let row = |pick: &Pick| {
        let [number, at, reader, why, verdict, note] = cells(context, file, pick);
        view! {
            <tr><th scope="row">{number}</th><td>{at}</td><td>{reader}</td><td>{why}</td><td>{verdict}</td>
                <td class="verbatim">{note}</td></tr>
        }
    };
    let stands = file.closing.as_ref().map_or_else(
        || view! { <p>{words.status_open()}</p> }.into_any(),
        |closing| {
            view! {
                <p>{words.closed(&moment(closing.at), &said::who(texts, &closing.by))}</p>
                <blockquote class="verbatim">{closing.result.clone()}</blockquote>
            }
            .into_any()
        },
    );
    let inner = view! {
        <nav class="print-controls">
            <a href=paths::review(&file.review.id)>{words.back_to_file()}</a>
            <button class="button" type="button" data-print="">{words.print()}</button>
        </nav>
        <main id="content" class="plain roles report" tabindex="-1">
            <h1>{words.report_heading()}</h1>
            <p>{owner.said(context)}" · "{days(context, file.review.selection.period)}</p>
            <p><strong>{said::counts(texts, file)}</strong></p>
            <h2>{words.how()}</h2>
            {selected(context, file)}
            <h2>{words.result()}</h2>
            {stands}
            <h2 id="picks">{words.picks()}</h2>
            <div class="scroll" role="region" aria-labelledby="picks" tabindex="0">
                <table class="matrix">
                    <thead><tr>{heads.into_iter().collect::<Vec<_>>()}</tr></thead>
                    <tbody>{file.picks.iter().map(row).collect::<Vec<_>>()}</tbody>
                </table>
            </div>
        </main>
    };
    document::page(context, words.report_title(), "print-page", inner.into_any())
}

/// The same as a table for other programs.
pub fn report_csv(context: &PageContext, file: &ReviewFile) -> String {
    let words = context.texts().review;
    let head = [
        words.csv_number(),
        words.at(),
        words.reader(),
        words.why(),
        words.verdict(),
        words.note(),
        words.csv_user_id(),
        words.csv_unit(),
        words.csv_record(),
    ];
    let row = |pick: &Pick| {
        let unit = pick.reader.unit.name.clone().unwrap_or_default();
        let more = [pick.reader.user_id.clone(), unit, pick.record.clone()];
        cells(context, file, pick).into_iter().chain(more).collect()
    };
    csv(std::iter::once(head.map(str::to_owned).to_vec()).chain(file.picks.iter().map(row)))
}

fn cells(context: &PageContext, file: &ReviewFile, pick: &Pick) -> [String; 6] {
    let texts = context.texts();
    let mark = file.mark(pick.number);
    let verdict = mark.map_or_else(|| texts.review.not_marked(), |mark| said::verdict(texts, mark.verdict));
    [
        pick.number.to_string(),
        moment(pick.place.at),
        said::who(texts, &pick.reader),
        said::reasons(texts, &pick.reasons),
        verdict.to_owned(),
        mark.map(|mark| mark.note.clone()).unwrap_or_default(),
    ]
}
