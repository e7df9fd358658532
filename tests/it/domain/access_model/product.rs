//! The product of all facts, each case a number, so that one can step through it.
//!
//! Invariant: the steps that are taken divide the length of no list.

use super::{Block, Choice, Consent, Exception, Facts, Ids, Matrix, ROLES, Reader, Relation, What, Whose};

/// Reads a number as one word of each list.
pub(super) struct Digits(pub usize);

impl Digits {
    fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        let one = from[self.0 % from.len()];
        self.0 /= from.len();
        one
    }

    /// Any case of the whole product.
    pub(super) fn any(mut self) -> Facts {
        Facts {
            role: self.pick(&ROLES),
            matrix: self.pick(Matrix::ALL),
            ids: self.pick(Ids::ALL),
            what: self.pick(What::ALL),
            ..self.ordinary()
        }
    }

    /// A role that sees the section, and a record that says where it comes from.
    pub(super) fn ordinary(mut self) -> Facts {
        let reader = self.pick(Reader::ALL);
        Facts {
            reader,
            role: if reader == Reader::SocialServices { ROLES[4] } else { ROLES[1] },
            matrix: Matrix::Default,
            choice: self.pick(Choice::ALL),
            whose: self.pick(Whose::ALL),
            ids: Ids::Complete,
            what: What::Service,
            relation: self.pick(Relation::ALL),
            consent: self.pick(Consent::ALL),
            exception: self.pick(Exception::ALL),
            is_child: self.pick(&[false, true]),
            block: self.pick(Block::ALL),
        }
    }
}

/// How many ordinary cases there are.
pub(super) const ORDINARY: usize = Reader::ALL.len()
    * Choice::ALL.len()
    * Whose::ALL.len()
    * Relation::ALL.len()
    * Consent::ALL.len()
    * Exception::ALL.len()
    * 2
    * Block::ALL.len();

/// How many cases there are of everything.
pub(super) const ANY: usize = ORDINARY * ROLES.len() * Matrix::ALL.len() * Ids::ALL.len() * What::ALL.len();
