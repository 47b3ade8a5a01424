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

namespace local_gleanery\external;

use core_external\external_function_parameters;
use core_external\external_multiple_structure;
use core_external\external_single_structure;
use core_external\external_value;
use local_gleanery\local\item;

/**
 * Creates or updates the section of one learning path, with its items in order.
 *
 * @package    local_gleanery
 * @copyright  2026 The gleanery project
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class upsert_section extends course_function {
    /**
     * What the function takes.
     *
     * @return external_function_parameters
     */
    public static function execute_parameters(): external_function_parameters {
        return new external_function_parameters([
            'courseid' => new external_value(PARAM_INT, 'Id of the course'),
            'idnumber' => new external_value(PARAM_ALPHANUMEXT, 'The id number, which begins with gleanery-'),
            'name' => new external_value(PARAM_TEXT, 'The name of the section'),
            // Cleaned by moodle_shelf with the course's context before it is kept.
            'text' => new external_value(PARAM_RAW, 'HTML of the label that heads the section'),
            'order' => new external_multiple_structure(
                new external_value(PARAM_ALPHANUMEXT, 'The id number of an item'),
                'The items in their order',
                VALUE_DEFAULT,
                []
            ),
            'section' => new external_value(PARAM_INT, 'Number of the section that items go back to', VALUE_DEFAULT, 0),
            'hidden' => new external_value(PARAM_BOOL, 'Whether a new label waits for a teacher', VALUE_DEFAULT, false),
            'named' => new external_value(PARAM_ALPHANUM, 'SHA-256 of the name given last', VALUE_DEFAULT, ''),
            'after' => new external_multiple_structure(
                new external_single_structure([
                    'idnumber' => new external_value(PARAM_ALPHANUMEXT, 'The id number of an item'),
                    'first' => new external_value(PARAM_ALPHANUMEXT, 'That of the item to be completed before it opens'),
                ]),
                'Which items open only after another one',
                VALUE_DEFAULT,
                []
            ),
        ]);
    }

    /**
     * Creates or updates the section of one learning path, with its items in order.
     *
     * @param int $courseid
     * @param string $idnumber
     * @param string $name
     * @param string $text
     * @param string[] $order
     * @param int $section
     * @param bool $hidden
     * @param string $named
     * @param array[] $after
     * @return array
     */
    public static function execute(
        int $courseid,
        string $idnumber,
        string $name,
        string $text,
        array $order = [],
        int $section = 0,
        bool $hidden = false,
        string $named = '',
        array $after = []
    ): array {
        $given = self::validate_parameters(self::execute_parameters(), [
            'courseid' => $courseid,
            'idnumber' => $idnumber,
            'name' => $name,
            'text' => $text,
            'order' => $order,
            'section' => $section,
            'hidden' => $hidden,
            'named' => $named,
            'after' => $after,
        ]);
        $course = self::opened($given['courseid'], 'moodle/course:update', 'mod/label:addinstance');
        return self::whole($given['courseid'], fn() => $course->section(
            item::checked($given['idnumber'], 'label', $given['name'], '', $given['text']),
            $given['order'],
            $given['section'],
            (bool) $given['hidden'],
            $given['named'],
            array_column($given['after'], 'first', 'idnumber')
        ));
    }

    /**
     * What the function answers.
     *
     * @return external_single_structure
     */
    public static function execute_returns(): external_single_structure {
        $idnumber = new external_value(PARAM_ALPHANUMEXT, 'The id number of an item');
        return self::written([
            'missing' => new external_multiple_structure($idnumber, 'Items that are not in the course'),
            'elsewhere' => new external_multiple_structure($idnumber, 'Items in the section of another path'),
            'open' => new external_multiple_structure($idnumber, 'Items that cannot wait: no completion is tracked'),
            'returned' => new external_value(PARAM_INT, 'How many items went back'),
        ]);
    }
}
