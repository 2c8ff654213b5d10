//! Refusal and repair: every code is reached through a real ledger, or on the device where only the
//! device gives it; its text says what rule and what to do; what was typed later stands, and nothing
//! else waits; it is mended, sent again, or dropped.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "what goes wrong ends the test"
)]

#[path = "refusals/administration.rs"]
mod administration;
#[path = "refusals/bench.rs"]
mod bench;
#[path = "refusals/book.rs"]
mod book;
#[path = "refusals/clearances.rs"]
mod clearances;
#[path = "refusals/conflicts.rs"]
mod conflicts;
#[path = "refusals/contents.rs"]
mod contents;
#[path = "refusals/documents.rs"]
mod documents;
#[path = "refusals/life.rs"]
mod life;
#[path = "refusals/referrals.rs"]
mod referrals;
#[path = "refusals/steps.rs"]
mod steps;
#[path = "refusals/texts.rs"]
mod texts;

use alleyway_core::refusal::RefusalCode;

/// The scenario of each code, and a test for each. A code without one does not compile.
macro_rules! codes {
    ($($code:ident => $area:ident::$scenario:ident,)*) => {
        /// What reaches the code; none for one of a later version.
        fn scenario(code: &RefusalCode) -> Option<fn()> {
            match code {
                $(RefusalCode::$code => Some($area::$scenario),)*
                RefusalCode::Unknown(_) => None,
            }
        }

        $(
            #[test]
            fn $scenario() {
                $area::$scenario();
            }
        )*
    };
}

codes! {
    NotPermitted => life::a_step_that_no_post_allows_is_dropped,
    NotHolder => life::who_no_longer_holds_the_case_hears_who_received_it,
    WrongState => life::the_second_of_two_equal_steps_hears_of_the_first,
    NotLater => life::an_extension_to_an_earlier_day_is_mended,
    TooFar => life::a_petition_that_is_put_off_too_far_is_mended,
    ExtendedAlready => life::a_second_extension_by_the_level_above_is_dropped,
    TooLate => life::a_reopening_that_was_under_way_too_long_is_dropped,
    ResolvedByAuthor => life::who_resolved_leaves_the_verification_to_another,
    BadMerge => life::a_merge_into_a_case_that_ended_is_mended_to_another,
    ReferralPending => referrals::a_step_under_a_pending_referral_waits_for_its_answer,
    NoReferral => referrals::a_second_answer_to_a_referral_hears_of_the_first,
    NotReceiver => referrals::an_answer_by_another_than_the_receiver_is_dropped,
    ReturnedTwice => referrals::after_two_returns_everybody_waits_for_the_ruling,
    NotReturnedTwice => referrals::a_ruling_without_two_returns_is_dropped,
    NotSupervised => life::an_answer_to_an_order_that_was_ended_is_dropped,
    Ruled => referrals::a_unit_that_was_ruled_to_handle_it_does_not_return_it,
    NotNextLevel => referrals::an_escalation_past_a_level_is_mended_to_the_next,
    NoLevelAbove => referrals::a_case_does_not_go_up_from_the_town,
    SecondTown => documents::a_second_town_is_not_made,
    SecondBook => book::a_second_book_is_not_opened,
    BadRules => book::a_section_with_a_fault_is_not_proposed,
    NotProposed => book::of_two_proposals_neither_is_put_into_force,
    TooEarly => book::rules_do_not_begin_today,
    UnknownCode => book::a_code_that_the_book_never_had_is_dropped,
    PostUnfit => administration::a_post_that_the_unit_has_not_is_dropped,
    NameDiffers => administration::a_key_under_another_name_is_dropped,
    AppointedAlready => administration::a_post_that_somebody_has_is_not_asked_for,
    DoneAlready => administration::a_device_that_is_stopped_is_not_stopped_again,
    UnknownDevice => administration::a_device_that_is_anothers_is_not_stopped,
    PeopleElsewhere => documents::nobody_is_appointed_in_a_county,
    NotBelow => referrals::a_dispatch_upward_is_mended_to_a_unit_below,
    Recused => life::who_withdrew_on_another_phone_hears_so,
    BadCoHandler => referrals::a_dispatch_that_asks_its_own_sender_for_a_part_is_mended,
    UnknownUnit => referrals::an_escalation_to_nowhere_is_mended,
    DateInPast => referrals::a_dispatch_whose_date_passed_on_the_way_is_given_another,
    NotCleared => clearances::a_confidential_report_without_a_clearance_is_dropped,
    NamesConfidential => clearances::a_case_is_not_merged_into_a_confidential_one_that_others_would_read_of,
    NobodyCleared => clearances::a_confidential_case_does_not_go_where_nobody_may_read_it,
    SecondPerson => clearances::who_asked_for_a_clearance_does_not_confirm_it,
    NeedsText => contents::a_note_without_a_text_is_given_one,
    NeedsReason => contents::an_escalation_without_a_reason_is_given_one,
    NeedsCategory => contents::a_report_without_a_category_is_mended_with_all_that_was_typed_on_it,
    UnknownField => contents::an_edit_of_no_field_is_mended,
    BadValue => contents::an_edit_to_no_value_is_mended,
    UnknownCommand => contents::a_step_of_a_later_version_is_dropped,
    TooManyValues => conflicts::a_value_too_many_is_sent_again_after_a_pick,
    NeedsDesk => clearances::a_complaint_about_a_person_without_a_desk_is_dropped,
    AboutThem => clearances::a_complaint_does_not_go_to_whom_it_is_about,
    BadPhone => contents::an_edit_to_no_telephone_number_is_mended,
    NotText => conflicts::two_categories_are_not_kept_side_by_side,
    NoConflict => conflicts::a_field_of_one_value_is_not_settled,
    UnknownDocument => documents::a_step_on_nothing_is_dropped,
    DocumentRefused => documents::what_was_typed_on_a_refused_report_hears_so,
    BaseRefused => documents::what_was_typed_upon_anothers_refused_step_is_sent_again,
    IdTaken => documents::the_server_puts_an_item_into_a_tray_once,
    BadNumber => documents::a_report_under_another_devices_number_is_reported_again,
    DocumentFull => documents::a_case_that_is_full_takes_nothing_and_another_one_does,
    NoRoomForMore => documents::a_case_that_is_long_takes_steps_and_no_more_notes,
    ShareUsed => documents::who_has_added_a_persons_share_leaves_the_rest_to_others,
    TooManyKept => documents::a_stopped_phone_that_left_more_than_is_kept_hears_so,
    TrayFull => documents::a_proposal_beyond_what_a_tray_takes_of_a_phone_hears_so,
    StaleGeneration => documents::a_step_on_an_older_generation_is_sent_again,
    AlreadyAnswered => documents::a_restored_phone_hears_that_the_step_was_answered,
}

#[test]
fn every_code_says_its_rule_and_what_to_do_and_no_two_say_the_same() {
    let mut said = std::collections::BTreeSet::new();
    for code in RefusalCode::ALL {
        assert!(scenario(code).is_some(), "{code}");
        bench::told(code);
        for lang in [alleyway_catalogue::Lang::Zh, alleyway_catalogue::Lang::En] {
            assert!(
                said.insert(alleyway_catalogue::refusal(lang, code.word(), None, None)),
                "{code}"
            );
        }
    }
}
