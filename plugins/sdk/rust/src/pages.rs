//! Following the pages of a list, within a bound.
//!
//! Invariant: a page that cannot be read, a bound that is reached and pages that go round in a circle are remembered as missing;
//! what came before them is kept.

use crate::{Ask, Call, Language, Problem, Reply};

impl Ask<'_> {
    /// Reads the pages of a list, beginning with the reply that is already there. `turn` reads a page and names the call for
    /// the next one, if there is one. Never more than `most` pages.
    ///
    /// # Errors
    /// When the first page cannot be read. A later one leaves what came, and the section is partial.
    pub fn pages<T>(
        &mut self,
        first: &Reply,
        most: usize,
        mut turn: impl FnMut(&Reply) -> Result<(T, Option<Call>), Problem>,
    ) -> Result<Vec<T>, Problem> {
        let (page, mut next) = turn(first)?;
        let mut pages = vec![page];
        let mut asked = vec![first.request().clone()];
        while let Some(call) = next.take() {
            let request = call.build();
            if asked.contains(&request) {
                self.missing(circle(self.language()));
                break;
            }
            if pages.len() >= most {
                self.missing(bound(self.language(), most));
                break;
            }
            asked.push(request.clone());
            match self.exchange(request).and_then(|reply| turn(&reply)) {
                Ok((page, following)) => {
                    pages.push(page);
                    next = following;
                }
                Err(problem) => self.missing(unread(self.language(), pages.len() + 1, &problem.text)),
            }
        }
        Ok(pages)
    }
}

fn circle(language: Language) -> &'static str {
    language.text(
        "källans sidor hänvisar i en cirkel, resten kunde inte läsas",
        "the source's pages lead in a circle, the rest could not be read",
    )
}

fn bound(language: Language, most: usize) -> String {
    match language {
        Language::Swedish => format!("fler än {most} sidor, resten hämtades inte"),
        Language::English => format!("more than {most} pages, the rest was not fetched"),
    }
}

fn unread(language: Language, number: usize, why: &str) -> String {
    match language {
        Language::Swedish => format!("sida {number} kunde inte läsas ({why})"),
        Language::English => format!("page {number} could not be read ({why})"),
    }
}
