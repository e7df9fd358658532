//! The contract of the ports, written once and run on each engine.
//!
//! SQLite runs each case as a test of its own; PostgreSQL runs the same list in one test, because the server it needs is started
//! once (`postgres`).

mod audit;
mod bindings;
mod decisions;
mod enablement;
mod follow_ups;
mod go_live;
mod moving;
mod notices;
mod packages;
mod registrations;
mod reports;
mod reviews;
mod roles;
mod schema;
mod sealing;
mod sessions;
mod sign_ins;
mod snapshots;
mod stages;
mod units;
mod users;

use std::{future::Future, pin::Pin};

use super::place::Here;

/// One case of the contract.
pub type Case = fn(Here) -> Pin<Box<dyn Future<Output = ()>>>;

/// Names the cases once: a test each on SQLite, and a list for PostgreSQL.
macro_rules! cases {
    ($($room:ident::$case:ident),+ $(,)?) => {
        /// Every case, with its name.
        pub const CASES: &[(&str, Case)] = &[$((stringify!($case), |here| Box::pin($room::$case(here)))),+];

        mod on_sqlite {
            use super::Here;

            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $case() {
                super::$room::$case(Here::sqlite()).await;
            })+
        }
    };
}

cases! {
    audit::records_come_back_as_they_were_written_and_in_order,
    audit::many_at_once_are_all_there_exactly_once,
    audit::an_acknowledged_record_survives_closing_and_opening_again,
    audit::a_record_can_be_neither_changed_nor_removed,
    audit::a_changed_record_is_found,
    audit::a_removed_record_is_found,
    audit::a_record_forged_together_with_its_tile_is_found,
    audit::two_nodes_write_one_log,
    audit::a_log_that_was_put_back_is_not_gone_on_with,
    audit::a_log_without_a_head_or_with_another_one_is_not_opened,
    audit::only_the_records_of_a_provider_and_a_period_are_read,
    audit::what_is_about_a_patient_is_found_and_nothing_else,
    audit::a_record_is_found_by_its_id_with_what_came_of_it_by_its_own_provider_only,
    audit::an_index_by_patient_that_is_not_that_of_the_records_is_found,
    audit::the_tree_only_grows,
    audit::a_record_that_cannot_be_stored_fails_alone,
    audit::a_closed_log_refuses,
    sessions::a_session_is_found_until_it_expires,
    sessions::an_ended_session_stays_ended_even_if_a_slow_request_saves_it,
    sessions::a_handle_belongs_to_the_session_that_made_it,
    sessions::a_handle_dies_with_its_session,
    sessions::purging_removes_what_has_expired_and_nothing_else,
    sessions::what_has_expired_is_ended_once_and_given_as_it_was,
    sessions::a_sign_out_on_one_node_holds_on_the_next_request_of_another,
    sign_ins::the_provider_ends_the_session_it_names_and_no_other,
    sign_ins::the_provider_ends_everything_of_a_person,
    sign_ins::a_session_the_provider_did_not_name_ends_with_its_person,
    sign_ins::a_notice_counts_once_and_is_forgotten_when_it_cannot_come_again,
    sign_ins::a_sign_in_that_was_under_way_is_not_tied_to_an_ended_session,
    sign_ins::what_the_provider_calls_a_person_is_not_stored,
    sign_ins::the_handles_of_a_session_can_be_carried_over,
    sign_ins::a_later_test_of_signing_in_replaces_the_former,
    decisions::blocks_come_back_for_their_patient_only,
    decisions::a_list_comes_back_whole_and_replaces_its_own_provider_only,
    decisions::a_list_older_than_the_one_held_or_with_a_foreign_block_changes_nothing,
    decisions::a_register_without_any_list_is_unreadable,
    decisions::a_block_that_cannot_be_read_fails_the_answer,
    decisions::replacing_a_list_holds_on_the_next_request_of_another_node,
    decisions::links_come_back_for_their_patient_only,
    registrations::every_kind_comes_back_as_it_was_registered_newest_first,
    registrations::the_same_form_sent_twice_is_kept_once,
    registrations::an_id_taken_by_something_else_is_refused_and_changes_nothing,
    registrations::what_could_not_be_read_back_is_not_kept,
    registrations::a_registration_ends_once_and_stays_in_the_history,
    registrations::of_two_who_end_it_at_once_one_does,
    registrations::only_the_patients_own_registration_is_ended_or_extended,
    registrations::a_registration_is_extended_until_it_has_ended,
    registrations::registering_and_ending_hold_on_the_next_request_of_another_node,
    registrations::a_row_that_cannot_be_understood_fails_the_whole_answer,
    registrations::a_row_moved_to_another_patient_or_receiver_fails_the_whole_answer,
    registrations::neither_a_row_nor_the_file_carries_the_number,
    registrations::a_registration_can_be_neither_changed_nor_removed,
    registrations::a_protection_that_is_missing_is_found_by_the_check,
    moving::a_running_store_is_copied_whole_without_who_is_signed_in,
    moving::a_store_is_moved_into_this_engine_and_goes_on_there,
    moving::a_copy_under_another_key_or_of_an_unprotected_log_is_refused_and_leaves_nothing,
    moving::every_table_is_copied_or_left_behind_on_purpose,
    enablement::of_the_versions_that_have_begun_the_newest_holds_on_every_node,
    enablement::of_two_who_change_what_is_enabled_at_once_one_does,
    enablement::what_is_enabled_that_cannot_be_understood_is_an_error_and_never_everything,
    enablement::what_was_enabled_can_be_neither_changed_nor_removed,
    go_live::what_is_decided_of_going_live_holds_on_every_node_and_is_decided_once,
    go_live::what_is_decided_of_going_live_can_be_neither_changed_nor_removed_nor_misread,
    notices::a_notice_comes_back_on_every_node_until_its_end_and_says_when_it_was_taken_back,
    notices::a_notice_that_cannot_be_understood_is_an_error_and_never_none,
    notices::a_notice_can_be_neither_changed_nor_removed,
    reports::a_report_and_its_steps_are_told_to_both_organisations_on_every_node,
    reports::what_waits_for_an_organisation_is_counted_until_it_is_done,
    reports::what_is_reported_is_sealed_and_can_be_neither_changed_nor_removed,
    stages::the_newest_stage_of_each_source_holds_on_every_node,
    stages::of_two_who_decide_on_a_source_at_once_one_does,
    stages::a_stage_that_cannot_be_understood_is_an_error_and_never_in_use,
    stages::a_stage_can_be_neither_changed_nor_removed,
    units::a_unit_comes_back_as_it_was_written_on_every_node_and_is_written_once,
    units::a_unit_can_be_neither_changed_nor_removed_nor_misread,
    users::what_was_stated_last_of_an_assignment_stands_on_every_node,
    users::a_user_that_cannot_be_understood_is_an_error_and_never_nobody,
    bindings::what_is_granted_through_one_node_is_there_on_the_other_with_its_secret,
    bindings::a_secret_is_sealed_for_its_place_and_a_grant_can_be_neither_changed_nor_removed,
    packages::the_newest_trial_of_a_package_stands_on_every_node,
    packages::a_vendors_key_is_enrolled_once_and_withdrawn_once_for_one_organisation,
    packages::what_is_in_a_catalogue_can_be_neither_changed_nor_removed_nor_misread,
    roles::the_newest_version_of_an_organisations_matrix_holds_on_every_node,
    roles::of_two_who_change_a_matrix_at_once_one_does,
    roles::a_matrix_that_cannot_be_understood_is_an_error_and_never_the_defaults,
    roles::an_acknowledgement_is_of_one_text_of_one_organisation_by_one_employee,
    roles::neither_a_version_nor_an_acknowledgement_can_be_changed_or_removed,
    follow_ups::a_follow_up_comes_back_for_its_reader_until_it_is_written,
    follow_ups::a_follow_up_can_be_neither_changed_nor_removed_nor_moved,
    reviews::a_review_comes_back_as_it_was_kept_for_its_provider_only,
    reviews::nothing_of_a_review_can_be_changed_or_removed,
    snapshots::what_was_shown_comes_back_for_its_patient_and_provider_until_its_time_is_up,
    snapshots::the_same_content_stands_once_and_goes_with_the_last_opening_that_needs_it,
    snapshots::where_the_key_is_gone_a_copy_of_the_content_cannot_be_read_and_the_log_verifies,
    snapshots::no_row_of_what_is_kept_carries_the_number,
    schema::a_newer_schema_is_refused_and_left_alone,
    schema::a_missing_protection_is_found_by_the_check,
    schema::several_nodes_may_start_on_an_empty_database,
    schema::errors_carry_no_stored_value,
    schema::a_log_begun_before_it_was_a_transparency_log_is_refused_and_left_alone,
    schema::a_database_from_before_the_transparency_log_is_carried_over_when_its_log_is_empty,
    schema::a_log_from_before_the_index_by_patient_is_indexed_when_it_is_opened,
    sealing::no_row_of_the_log_or_of_a_handle_carries_the_number,
    sealing::a_patient_moved_to_another_record_does_not_open,
    sealing::a_patient_moved_to_another_handle_does_not_open,
    sealing::a_record_that_does_not_open_is_named_and_never_left_out,
    sealing::a_database_is_used_with_the_key_it_was_first_used_with_or_not_at_all,
    sealing::of_two_nodes_with_different_keys_one_is_refused,
    sealing::without_a_key_of_its_own_nothing_is_opened,
}
