//! Inputs made of others: bytes turned, repeated, taken away and put in, words put in, two inputs joined.
//!
//! Invariant: everything follows from the seed; nothing here knows what an input means.

/// Longest input that is made.
const LONGEST: usize = 16 * 1024;
/// Numbers on which length and sign go wrong.
const EDGES: [u8; 8] = [0, 1, 0x7f, 0x80, 0xff, b'0', b' ', b'\n'];

pub struct Mutator<'a> {
    state: u64,
    words: &'a [&'a str],
}

impl<'a> Mutator<'a> {
    pub const fn new(seed: u64, words: &'a [&'a str]) -> Self {
        Self { state: seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1, words }
    }

    /// A new input from those there are.
    pub fn next(&mut self, pool: &[Vec<u8>]) -> Vec<u8> {
        let mut input = self.one(pool);
        // Mostly little; sometimes much at once.
        let times = 1 + self.below(4) * self.below(4);
        for _ in 0..times {
            self.change(&mut input, pool);
        }
        input.truncate(LONGEST);
        input
    }

    fn change(&mut self, input: &mut Vec<u8>, pool: &[Vec<u8>]) {
        let at = self.below(input.len() + 1);
        let to = at + self.below((input.len() - at).min(32) + 1);
        match self.below(9) {
            0 => self.turn(input, at),
            1 => drop(input.drain(at..to)),
            2..=4 if !self.words.is_empty() => {
                let word = self.words[self.below(self.words.len())];
                // In place of something as often as beside it.
                let end = if self.below(2) == 0 { at } else { to };
                drop(input.splice(at..end, word.bytes()));
            }
            5 => {
                let piece = input[at..to].repeat(1 + self.below(8));
                drop(input.splice(at..at, piece));
            }
            6 => {
                let other = self.one(pool);
                let from = self.below(other.len() + 1);
                input.truncate(at);
                input.extend_from_slice(&other[from..]);
            }
            7 => input.insert(at, EDGES[self.below(EDGES.len())]),
            _ => {
                let fresh = (0..self.below(9)).map(|_| self.byte()).collect::<Vec<_>>();
                drop(input.splice(at..at, fresh));
            }
        }
    }

    fn turn(&mut self, input: &mut [u8], at: usize) {
        let bit = 1 << self.below(8);
        let fresh = self.byte();
        if let Some(byte) = input.get_mut(at) {
            *byte = if bit > 8 { *byte ^ bit } else { fresh };
        }
    }

    fn one(&mut self, pool: &[Vec<u8>]) -> Vec<u8> {
        let index = self.below(pool.len().max(1));
        pool.get(index).cloned().unwrap_or_default()
    }

    fn byte(&mut self) -> u8 {
        self.draw().to_le_bytes()[3]
    }

    fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.draw() >> 16).unwrap_or(0) % bound.max(1)
    }

    /// xorshift64*
    fn draw(&mut self) -> u64 {
        self.state ^= self.state >> 12;
        self.state ^= self.state << 25;
        self.state ^= self.state >> 27;
        self.state.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }
}
