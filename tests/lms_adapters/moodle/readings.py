"""How each exchange recorded with Moodle 4.5.6 must be read: a name here stands for one of them.

A line is a function and its cases. The situations are those of the web services' behaviour as it was recorded: most
refusals come with status 200, `accessexception` stands for four causes, and some failures are no exceptions at all.
"""

from __future__ import annotations

from dataclasses import dataclass

from gleanery.errors import BadInput, ConfigError, Denied, GleaneryError, Gone, Unreachable


@dataclass(frozen=True)
class Situation:
    """A kind of refusal: the error by who can put it right, words of its message and of its remedy, the exchanges."""

    kind: type[GleaneryError]
    message: str
    remedy: str
    exchanges: str


ANSWERS = """
core_badges_get_user_badges: badges badge_list issued_bot issued_admin
core_blog_add_entry: ok_blog
core_calendar_create_calendar_events: ok_event
core_cohort_get_cohort_members: cohort_members_admin
core_cohort_get_cohorts: cohorts_admin
core_competency_grade_competency_in_course: grade_in_course
core_competency_list_competency_frameworks: comp_frameworks
core_competency_list_course_competencies: course_comp course_comp_admin
core_competency_list_plan_competencies: plan_comps
core_competency_list_user_plans: user_plans
core_competency_read_plan: plan
core_competency_search_competencies: comp_list
core_completion_get_activities_completion_status: ok_activities after_override
core_completion_get_course_completion_status: ok
core_completion_override_activity_completion_status: override override_auto
core_completion_update_activity_completion_status_manually: manual_self
core_course_delete_modules: delete_modules
core_course_get_contents: ok_contents contents_admin contents_with_data ok_contents_full
    contents_filter_modname course_scoped_role_own_course
core_course_get_course_content_items: content_items
core_course_get_course_module: cm_idnumber
core_course_get_courses_by_field: ok_by_shortname by_field_none_found
core_course_get_updates_since: updates_since
core_course_update_courses: update_course_summary
core_courseformat_new_module: new_module_subsection
core_courseformat_update_course: cm_duplicate section_add cm_hide
core_enrol_get_enrolled_users: ok_enrolled ok_enrolled_paged course_scoped_role_enrolled
core_enrol_get_users_courses: my_courses
core_files_upload: upload_to_private_draft
core_grades_update_grades: ok_update no_such_activity
core_notes_create_notes: ok_note
core_update_inplace_editable: rename_activity rename_section
core_user_get_users: users_all
core_user_get_users_by_field: ok_users_by_email ok_users_by_idnumber users_by_idnumber_admin
    users_by_username_bot course_scoped_user_lookup
core_webservice_get_site_info: ok_site_info get_method_ok site_admin_usage ok_after
core_xapi_get_state: ok
core_xapi_get_states: ok
core_xapi_post_state: ok
core_xapi_statement_post: ok_completed_own_actor actor_mbox_own no_context with_id_and_timestamp
    with_id_and_timestamp_again
gradereport_user_get_grade_items: ok_grades_one ok_grades_all grades_after grades_after_h5p
mod_assign_save_grade: save_grade
mod_data_add_entry: ok_add ok_add_second ok_add_without_approve_capability js_url course_scoped_add
mod_data_approve_entry: ok_approve
mod_data_delete_entry: ok_delete
mod_data_get_databases_by_courses: databases
mod_data_get_entries: ok_list student_cannot_see_pending list_after_js
mod_data_get_entry: ok_get_entry pending_entry
mod_data_get_fields: fields
mod_data_search_entries: ok_search
mod_data_update_entry: ok_update
mod_forum_add_discussion: ok_add
mod_forum_add_discussion_post: ok_reply
mod_forum_get_discussion_posts: ok_get
mod_forum_get_forums_by_courses: forums
mod_glossary_add_entry: ok_add
mod_glossary_get_entry_by_id: ok_get
mod_h5pactivity_get_attempts: attempts
mod_h5pactivity_get_results: results
mod_page_get_pages_by_courses: pages
mod_url_get_urls_by_courses: urls
report_competency_data_for_report: report_competency
tool_lp_data_for_user_competency_summary_in_course: user_comp_in_course
"""
"""What is simply an answer."""

SOFT = """
core_course_update_courses: update_course_nonexistent
core_message_send_instant_messages: nonexistent_user ok_message
core_xapi_statement_post: ok_batch_one_ignored
mod_data_add_entry: unknown_field value_not_json
tool_mobile_call_external_functions: batch
"""
"""An answer that says within that something was not done: who calls the function looks for it."""

SITUATIONS = (
    Situation(
        ConfigError,
        "does not know the token",
        "Manage tokens",
        """
core_webservice_get_site_info: bad_token no_token
        """,
    ),
    Situation(
        ConfigError,
        "refuses the token for",
        "authorises the account",
        """
core_blog_add_entry: not_in_service
core_course_create_courses: function_not_in_service
core_webservice_get_site_info: expired_token ip_restricted_token user_not_authorised_for_service
tool_mobile_get_public_config: mobile_config
        """,
    ),
    Situation(
        ConfigError,
        "service is not available",
        "Enable the service",
        """
login_token: ok
        """,
    ),
    Situation(
        ConfigError,
        "does not know the function",
        "Moodle 3.3 or newer",
        """
core_nope_nope: unknown_function
        """,
    ),
    Situation(
        ConfigError,
        "has no such course",
        "Set `course`",
        """
core_calendar_create_calendar_events: nonexistent_course
core_course_get_contents: nonexistent_course
core_enrol_get_enrolled_users: nonexistent_enrolled
        """,
    ),
    Situation(
        ConfigError,
        "no such Database activity",
        "Set `database`",
        """
mod_data_add_entry: nonexistent_db
        """,
    ),
    Situation(
        ConfigError,
        "switched off (403)",
        "Enable web services",
        """
core_webservice_get_site_info: rest_protocol_disabled webservices_disabled
        """,
    ),
    Situation(
        Unreachable,
        "under maintenance",
        "tried again by itself",
        """
core_webservice_get_site_info: maintenance_mode
        """,
    ),
    Situation(
        Gone,
        "no longer has this entry",
        "deleted there",
        """
mod_data_get_entry: get_deleted
        """,
    ),
    Situation(
        Gone,
        "no longer has a record",
        "Moodle's log",
        """
mod_forum_add_discussion: nonexistent
        """,
    ),
    Situation(
        Denied,
        "lacks a capability",
        "Give the token's account a role",
        """
core_cohort_get_cohort_members: cohort_members
core_cohort_get_cohorts: cohorts
core_competency_list_user_plans: user_plans_nocap
core_completion_override_activity_completion_status: override_nocap
mod_data_approve_entry: approve_nocap
        """,
    ),
    Situation(
        Denied,
        "into the course",
        "Give the token's account a role",
        """
core_course_get_contents: course_scoped_role_other_course missing_capability
core_enrol_get_enrolled_users: nocap_enrolled
mod_data_add_entry: nocap
mod_forum_add_discussion: nocap
        """,
    ),
    Situation(
        Denied,
        "change this entry",
        "maximum of entries",
        """
mod_data_update_entry: update_other_users_entry
        """,
    ),
    Situation(
        BadInput,
        "does not accept the parameters",
        "turn on debugging",
        """
_no_function: no_function
core_course_get_contents: bad_parameter_type missing_parameter unknown_parameter_key
mod_data_add_entry: empty_data
mod_glossary_add_entry: missing_format
        """,
    ),
    Situation(
        BadInput,
        "something other than a web service does",
        "site's root",
        """
core_webservice_get_site_info: xml_error_when_no_format
        """,
    ),
    Situation(
        BadInput,
        "refused",
        "Moodle's log",
        """
core_comment_add_comments: comment_add_unsupported
core_competency_grade_competency_in_course: grade_in_course_bad_grade
core_completion_get_course_completion_status: nocriteria
core_courseformat_create_module: create_module_url
core_courseformat_new_module: new_module_label new_module_url
core_files_upload: upload_to_module_area_refused
core_xapi_get_state: other_user
core_xapi_post_state: other_component
core_xapi_statement_post: actor_other_user admin_for_student bad_json component_core component_unknown
    component_without_handler object_foreign_iri verb_not_handled
login_token: bad_password
mod_glossary_add_entry: duplicate_concept
        """,
    ),
)


def named(exchanges: str) -> list[str]:
    """The exchanges of such a list, as function/case."""
    found, function = [], ""
    for word in exchanges.split():
        if word.endswith(":"):
            function = word[:-1]
        else:
            found.append(f"{function}/{word}")
    return found
