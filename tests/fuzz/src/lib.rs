//! Fuzzing under the stable toolchain, in `cargo test`: a target is a function of some bytes, a corpus is a folder of files.
//!
//! Each run first replays the whole corpus, then mutates it until its time is over. A target says what became of its input (a rule's code, a state,
//! a length in powers of two); an input with a new outcome is mutated further, which goes deeper than chance and needs no instrumented build.
//! Values with structure come from the bytes through [`arbitrary`], so that the same targets can be driven by any other fuzzer.
//! Not here: targets, which stand in a `fuzz` module beside what they attack (`samsyn_host::fuzz`); a package reader's belongs beside it.
//! Invariant: a finding is written to `tests/corpus/TARGET/found-…`, made as small as it gets, before the test fails, and is replayed for ever after.
//! To add a target: a `#[test]` that calls [`fuzz`], and at least one seed in `tests/corpus/TARGET/`.

mod mutation;

use std::{
    any::Any,
    collections::HashSet,
    env, fs,
    hash::{DefaultHasher, Hash, Hasher as _},
    panic::{self, AssertUnwindSafe},
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

pub use arbitrary;
use mutation::Mutator;

/// How long a target is fuzzed, in seconds. `cargo xtask test --nightly` asks for more.
pub const SECONDS: &str = "SAMSYN_FUZZ_SECONDS";
/// Where a run starts; the same number gives the same inputs for as long as the targets say the same of them.
pub const SEED: &str = "SAMSYN_FUZZ_SEED";
/// When set, inputs with a new outcome are kept in the corpus.
pub const KEEP: &str = "SAMSYN_FUZZ_KEEP";

/// Where `cargo xtask test --nightly` collects what was done, as in `samsyn_tests::reliability`.
const ROWS: &str = "SAMSYN_RELIABILITY_ROWS";

/// What a run of every day takes.
const USUAL_SECONDS: u64 = 2;
/// Inputs that are mutated further, beside the corpus.
const POOL_MAX: usize = 4_000;
/// How often a finding is tried to be made smaller.
const SHRINKS: usize = 2_000;

/// What became of an input, in one number.
pub fn outcome(of: impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    of.hash(&mut hasher);
    hasher.finish()
}

/// A length as an outcome: its power of two.
pub const fn size(length: usize) -> u32 {
    usize::BITS - length.leading_zeros()
}

/// What a run did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ran {
    /// Inputs tried, the corpus included.
    pub executions: u64,
    /// Different outcomes among them.
    pub outcomes: usize,
}

/// Fuzzes a target: replays its corpus, then mutates it for as long as the environment says. `words` are pieces that inputs are made of.
///
/// # Panics
/// When the target does, after the input has been written to the corpus; and when there is no corpus.
pub fn fuzz(target: &str, words: &[&str], run: impl Fn(&[u8]) -> u64) -> Ran {
    let given = |name: &str| {
        env::var(name).ok().map(|text| text.parse().unwrap_or_else(|_| panic!("{name}={text} is no number")))
    };
    let seconds = given(SECONDS).unwrap_or(USUAL_SECONDS);
    let seed = given(SEED).unwrap_or(0x5eed);
    let corpus = corpus(target);
    let ran = Campaign::begin(target, &corpus, words, seed, run).go(Duration::from_secs(seconds));
    println!("fuzz {target}: {} executions in {seconds} s, {} outcomes", ran.executions, ran.outcomes);
    leave(target, seconds, ran);
    ran
}

/// Leaves a row of the nightly report. A target that fails leaves none, and the night fails with it.
fn leave(target: &str, seconds: u64, ran: Ran) {
    let Some(folder) = env::var_os(ROWS).map(PathBuf::from) else { return };
    let Ran { executions, outcomes } = ran;
    let row = format!(
        r#"{{"row": "G7", "what": "fuzzing of {target}", "counted": "executions", "count": {executions}, "outcomes": {outcomes}, "failures": 0, "seconds": {seconds}}}"#
    );
    let file = folder.join(format!("G7 fuzzing of {target}.json"));
    if let Err(error) = fs::create_dir_all(&folder).and_then(|()| fs::write(&file, row)) {
        eprintln!("{}: {error}", file.display());
    }
}

/// The folder of a target's corpus.
fn corpus(target: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../corpus").join(target)
}

struct Campaign<'a, F> {
    target: &'a str,
    folder: &'a Path,
    pool: Vec<Vec<u8>>,
    mutator: Mutator<'a>,
    seen: HashSet<u64>,
    executions: u64,
    run: F,
}

impl<'a, F: Fn(&[u8]) -> u64> Campaign<'a, F> {
    fn begin(target: &'a str, folder: &'a Path, words: &'a [&'a str], seed: u64, run: F) -> Self {
        let mutator = Mutator::new(seed, words);
        let mut campaign = Self { target, folder, pool: Vec::new(), mutator, seen: HashSet::new(), executions: 0, run };
        let seeds = read(folder);
        assert!(!seeds.is_empty(), "{} holds no seed for the fuzzing of {target}", folder.display());
        for seed in seeds {
            campaign.try_one(&seed);
            campaign.pool.push(seed);
        }
        campaign
    }

    fn go(mut self, time: Duration) -> Ran {
        let begun = Instant::now();
        while begun.elapsed() < time {
            let input = self.mutator.next(&self.pool);
            let new = self.try_one(&input);
            if new && self.pool.len() < POOL_MAX {
                if env::var_os(KEEP).is_some() {
                    self.write("kept", &input);
                }
                self.pool.push(input);
            }
        }
        Ran { executions: self.executions, outcomes: self.seen.len() }
    }

    /// Tries an input. Whether its outcome is new.
    fn try_one(&mut self, input: &[u8]) -> bool {
        self.executions += 1;
        match attempt(&self.run, input) {
            Ok(outcome) => self.seen.insert(outcome),
            Err(why) => self.fail(input, &why),
        }
    }

    fn fail(&mut self, input: &[u8], why: &str) -> ! {
        let small = self.smaller(input);
        let file = self.write("found", &small);
        panic!(
            "fuzzing {}: execution {} failed: {why}\nthe input, {} bytes, is in {}: {:?}",
            self.target,
            self.executions,
            small.len(),
            file.display(),
            String::from_utf8_lossy(small.get(..400).unwrap_or(&small))
        );
    }

    /// The input with as much taken away as it can lose and still fail.
    fn smaller(&self, input: &[u8]) -> Vec<u8> {
        let quiet = panic::take_hook();
        panic::set_hook(Box::new(|_| {}));
        let mut small = input.to_vec();
        let (mut piece, mut tries) = (small.len() / 2, 0);
        while piece > 0 && tries < SHRINKS {
            let mut at = 0;
            while at < small.len() && tries < SHRINKS {
                let mut less = small.clone();
                less.drain(at..(at + piece).min(small.len()));
                tries += 1;
                if attempt(&self.run, &less).is_err() {
                    small = less;
                } else {
                    at += piece;
                }
            }
            piece /= 2;
        }
        panic::set_hook(quiet);
        small
    }

    fn write(&self, what: &str, input: &[u8]) -> PathBuf {
        let file = self.folder.join(format!("{what}-{:016x}", outcome(input)));
        if let Err(error) = fs::write(&file, input) {
            eprintln!("{}: {error}", file.display());
        }
        file
    }
}

/// The outcome, or the words of the panic.
fn attempt(run: &impl Fn(&[u8]) -> u64, input: &[u8]) -> Result<u64, String> {
    panic::catch_unwind(AssertUnwindSafe(|| run(input))).map_err(|payload| words(payload.as_ref()))
}

fn words(payload: &(dyn Any + Send)) -> String {
    let text = payload.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| payload.downcast_ref::<&str>().copied()).unwrap_or("a panic without words").to_owned()
}

/// Every file of a folder, in the order of their names.
fn read(folder: &Path) -> Vec<Vec<u8>> {
    let Ok(files) = fs::read_dir(folder) else { return Vec::new() };
    let mut files: Vec<PathBuf> = files.flatten().map(|file| file.path()).filter(|file| file.is_file()).collect();
    files.sort();
    files.iter().filter_map(|file| fs::read(file).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(name: &str, seeds: &[&[u8]]) -> PathBuf {
        let folder = env::temp_dir().join(format!("samsyn-fuzz-{name}-{}", std::process::id()));
        let _left_over = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        for (index, seed) in seeds.iter().enumerate() {
            fs::write(folder.join(index.to_string()), seed).unwrap();
        }
        folder
    }

    #[test]
    fn a_bug_behind_three_doors_is_found_made_small_and_written_down() {
        let folder = folder("doors", &[b"a harmless seed"]);
        // Each door is an outcome, so an input that opens one is mutated further.
        let doors = |input: &[u8]| {
            let text = String::from_utf8_lossy(input);
            let open = ["<", "<!", "<!x"].iter().filter(|door| text.contains(**door)).count();
            assert!(open < 3, "the third door opened");
            outcome(open)
        };
        let caught = panic::catch_unwind(|| {
            Campaign::begin("doors", &folder, &["<", "!", "x"], 1, doors).go(Duration::from_secs(20))
        });
        let told = words(caught.unwrap_err().as_ref());
        assert!(told.contains("the third door opened"), "{told}");
        assert_eq!(read(&folder).into_iter().filter(|input| input == b"<!x").count(), 1, "{told}");
        // What was found is replayed, and fails again without any mutation.
        let again = panic::catch_unwind(|| Campaign::begin("doors", &folder, &[], 1, doors).go(Duration::ZERO));
        assert!(words(again.unwrap_err().as_ref()).contains("the third door opened"));
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn a_target_without_a_corpus_is_refused() {
        let folder = folder("empty", &[]);
        let refused = panic::catch_unwind(|| Campaign::begin("empty", &folder, &[], 1, |_| 0).go(Duration::ZERO));
        assert!(words(refused.unwrap_err().as_ref()).contains("holds no seed"));
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn the_same_seed_gives_the_same_inputs() {
        let pool = vec![b"one".to_vec(), b"two".to_vec()];
        let run = |seed| {
            let mut mutator = Mutator::new(seed, &["word"]);
            (0..100).map(|_| mutator.next(&pool)).collect::<Vec<_>>()
        };
        assert_eq!(run(7), run(7));
        assert_ne!(run(7), run(8));
        assert!(run(7).iter().any(|input| input.windows(4).any(|window| window == b"word")));
    }
}
