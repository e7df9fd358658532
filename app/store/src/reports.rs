//! Reports of what is wrong, and what became of each.
//!
//! Not here: who may report and answer, and the record in the log that comes before (`service::reports`).
//! Invariant: what was reported is sealed; a row that cannot be understood fails the whole answer and is never no report.

use std::collections::BTreeMap;

use async_trait::async_trait;
use jiff::Timestamp;
use samsyn_domain::{
    access::Registrar,
    report::{About, Filed, Report, Step, Taken},
    source::OrganisationId,
};
use samsyn_service::port::{PortError, reports::Reports};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, Statement, sea_query::OnConflict};

use crate::{
    Store,
    entity::report::{ActiveModel, Column, Entity, Model},
    error::failed,
    seal::Cell,
};

const READ: &str = "read reports";
const FILE: &str = "keep a report";
const TAKE: &str = "keep a step of a report";

/// The last step of each that an organisation answers for; by the primary key, a step of it for each.
const NEWEST: &str = "SELECT * FROM report AS one WHERE one.answers = $1 \
     AND one.step = (SELECT MAX(other.step) FROM report AS other WHERE other.id = one.id)";
/// The step of what was reported.
const REPORTED: i64 = 0;

#[async_trait]
impl Reports for Store {
    async fn file(&self, report: &Report) -> Result<bool, PortError> {
        let row = self.row(report)?;
        self.keep_step(FILE, row).await
    }

    async fn take(&self, id: &str, taken: &Taken) -> Result<bool, PortError> {
        let first = Entity::find_by_id((id.to_owned(), REPORTED)).one(&self.connections.reads);
        let Some(first) = self.answer(TAKE, first).await? else { return Ok(false) };
        let row = Model {
            id: first.id,
            step: i64::from(taken.number),
            answers: first.answers,
            reporter: first.reporter,
            employee: first.employee,
            content: taken.step.word().to_owned(),
            at_us: taken.at.as_microsecond(),
            made_by: written(TAKE, &taken.by)?,
        };
        self.keep_step(TAKE, row).await
    }

    async fn of_organisation(&self, organisation: &OrganisationId) -> Result<Vec<Filed>, PortError> {
        let of_it = Condition::any()
            .add(Column::Answers.eq(organisation.as_str()))
            .add(Column::Reporter.eq(organisation.as_str()));
        self.reports_where(of_it).await
    }

    async fn of_reporter(&self, organisation: &OrganisationId, employee: &str) -> Result<Vec<Filed>, PortError> {
        let of_them =
            Condition::all().add(Column::Reporter.eq(organisation.as_str())).add(Column::Employee.eq(lower(employee)));
        self.reports_where(of_them).await
    }

    async fn open(&self, organisation: &OrganisationId) -> Result<usize, PortError> {
        let backend = self.connections.reads.get_database_backend();
        let newest = Statement::from_sql_and_values(backend, NEWEST, [organisation.as_str().into()]);
        let rows = Entity::find().from_raw_sql(newest).all(&self.connections.reads);
        let is_open = |row: &Model| row.step == REPORTED || !Step::of_word(&row.content).is_some_and(Step::is_end);
        Ok(self.answer(READ, rows).await?.iter().filter(|row| is_open(row)).count())
    }
}

impl Store {
    fn row(&self, report: &Report) -> Result<Model, PortError> {
        let Report { id, about, to, by, at } = report;
        let about = written(FILE, about)?;
        let cell = Cell::of_report(id, to.as_str());
        Ok(Model {
            id: id.clone(),
            step: REPORTED,
            answers: to.as_str().to_owned(),
            reporter: by.organisation.as_str().to_owned(),
            employee: lower(&by.user_id),
            content: self.key.seal_text(&about, cell).map_err(|why| PortError::new(FILE, why))?,
            at_us: at.as_microsecond(),
            made_by: written(FILE, by)?,
        })
    }

    /// Whether it follows on what is there, and is there now.
    async fn keep_step(&self, what: &'static str, row: Model) -> Result<bool, PortError> {
        let work = async {
            let failed = failed(what);
            let transaction = self.begin_write().await.map_err(&failed)?;
            let newest = Entity::find().filter(Column::Id.eq(&row.id)).order_by_desc(Column::Step);
            let newest = newest.one(&transaction).await.map_err(&failed)?;
            if newest.map_or(REPORTED, |newest| newest.step + 1) != row.step {
                return Ok(false);
            }
            // PostgreSQL: another node may be keeping the same step at this very moment.
            let there_stays = OnConflict::columns([Column::Id, Column::Step]).do_nothing().to_owned();
            let kept = Entity::insert(ActiveModel::from(row))
                .on_conflict(there_stays)
                .exec_without_returning(&transaction)
                .await
                .map_err(&failed)?;
            transaction.commit().await.map_err(&failed)?;
            Ok(kept > 0)
        };
        self.work(what, work).await
    }

    async fn reports_where(&self, which: Condition) -> Result<Vec<Filed>, PortError> {
        let rows = Entity::find().filter(which).order_by_asc(Column::Step).all(&self.connections.reads);
        let (mut filed, mut steps) = (Vec::new(), BTreeMap::<String, Vec<Taken>>::new());
        for row in self.answer(READ, rows).await? {
            if row.step == REPORTED {
                filed.push(self.report(&row)?);
            } else {
                steps.entry(row.id.clone()).or_default().push(step(&row)?);
            }
        }
        filed.sort_by(|one: &Report, other| other.at.cmp(&one.at).then_with(|| one.id.cmp(&other.id)));
        Ok(filed
            .into_iter()
            .map(|report| Filed { steps: steps.remove(&report.id).unwrap_or_default(), report })
            .collect())
    }

    fn report(&self, row: &Model) -> Result<Report, PortError> {
        let unreadable = |what: &str| PortError::new(READ, format_args!("{what} of report {} cannot be read", row.id));
        let about = self.key.open_text(&row.content, Cell::of_report(&row.id, &row.answers));
        let about = about.map_err(|_| unreadable("what is said"))?;
        Ok(Report {
            id: row.id.clone(),
            about: serde_json::from_str::<About>(&about).map_err(|_| unreadable("what is said"))?,
            to: OrganisationId::new(&row.answers),
            by: serde_json::from_str(&row.made_by).map_err(|_| unreadable("maker"))?,
            at: Timestamp::from_microsecond(row.at_us).map_err(|_| unreadable("time"))?,
        })
    }
}

fn step(row: &Model) -> Result<Taken, PortError> {
    let unreadable = |what: &str| {
        PortError::new(READ, format_args!("{what} of step {} of report {} cannot be read", row.step, row.id))
    };
    Ok(Taken {
        number: u32::try_from(row.step).map_err(|_| unreadable("number"))?,
        step: Step::of_word(&row.content).ok_or_else(|| unreadable("word"))?,
        by: serde_json::from_str::<Registrar>(&row.made_by).map_err(|_| unreadable("maker"))?,
        at: Timestamp::from_microsecond(row.at_us).map_err(|_| unreadable("time"))?,
    })
}

fn written(what: &'static str, said: &impl serde::Serialize) -> Result<String, PortError> {
    serde_json::to_string(said).map_err(|_| PortError::new(what, "it cannot be written as JSON"))
}

/// HSA-ids are the same in either case.
fn lower(id: &str) -> String {
    id.trim().to_ascii_lowercase()
}
