//! Every adapter through the real host: published messages, the demo's servers, servers that misbehave.

mod complete_records;
mod enkel;
#[cfg(test)]
mod fhir;
mod loopback;
mod riv_ta;
mod viva;
mod vocabulary;
