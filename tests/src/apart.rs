//! What a portal does in processes of its own, in this one: the adapters and packages of tests are one's own.

use std::sync::Arc;

use samsyn::packages::Here;
use samsyn_host::prepared::CompileBy;
use samsyn_server::wiring::Apart;

/// Nothing apart.
pub fn apart_here() -> Apart {
    Apart { compile: CompileBy::Here, inspector: Arc::new(Here) }
}
