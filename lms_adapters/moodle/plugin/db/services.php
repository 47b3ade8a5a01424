<?php
// This file is part of Moodle - https://moodle.org/
//
// Moodle is free software: you can redistribute it and/or modify
// it under the terms of the GNU General Public License as published by
// the Free Software Foundation, either version 3 of the License, or
// (at your option) any later version.
//
// Moodle is distributed in the hope that it will be useful,
// but WITHOUT ANY WARRANTY; without even the implied warranty of
// MERCHANTABILITY or FITNESS FOR A PARTICULAR PURPOSE.  See the
// GNU General Public License for more details.
//
// You should have received a copy of the GNU General Public License
// along with Moodle.  If not, see <https://www.gnu.org/licenses/>.

/**
 * The functions, and a service that holds them with the core functions gleanery reads with.
 *
 * @package    local_gleanery
 * @copyright  2026 The gleanery project
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */

defined('MOODLE_INTERNAL') || die();

$functions = [
    'local_gleanery_upsert_item' => [
        'classname' => 'local_gleanery\external\upsert_item',
        'description' => 'Creates or updates the URL, page or label of one learning item.',
        'type' => 'write',
        'capabilities' => 'local/gleanery:manage, moodle/course:manageactivities',
        'ajax' => false,
    ],
    'local_gleanery_upsert_section' => [
        'classname' => 'local_gleanery\external\upsert_section',
        'description' => 'Creates or updates the section of one learning path, with its items in order.',
        'type' => 'write',
        'capabilities' => 'local/gleanery:manage, moodle/course:manageactivities, moodle/course:update',
        'ajax' => false,
    ],
    'local_gleanery_delete_item' => [
        'classname' => 'local_gleanery\external\delete_item',
        'description' => 'Deletes what bears the id number of one learning item or path.',
        'type' => 'write',
        'capabilities' => 'local/gleanery:manage, moodle/course:manageactivities',
        'ajax' => false,
    ],
    'local_gleanery_get_items' => [
        'classname' => 'local_gleanery\external\get_items',
        'description' => 'Lists the activities of a course that bear an id number of gleanery.',
        'type' => 'read',
        'capabilities' => 'local/gleanery:manage, moodle/course:manageactivities',
        'ajax' => false,
    ],
];

$services = [
    'gleanery' => [
        'shortname' => 'local_gleanery',
        'functions' => [
            ...array_keys($functions),
            'core_webservice_get_site_info',
            'core_enrol_get_enrolled_users',
            'core_completion_get_activities_completion_status',
            'gradereport_user_get_grade_items',
            'core_badges_get_user_badges',
            'core_competency_list_course_competencies',
            'report_competency_data_for_report',
            'tool_mobile_call_external_functions',
        ],
        'restrictedusers' => 1,
        'enabled' => 1,
        'downloadfiles' => 0,
        'uploadfiles' => 0,
    ],
];
