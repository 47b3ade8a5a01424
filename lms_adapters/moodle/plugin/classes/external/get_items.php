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
use local_gleanery\local\placing;

/**
 * Lists the activities of a course that bear an id number of gleanery.
 *
 * @package    local_gleanery
 * @copyright  2026 The gleanery project
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class get_items extends course_function {
    /**
     * What the function takes.
     *
     * @return external_function_parameters
     */
    public static function execute_parameters(): external_function_parameters {
        return new external_function_parameters([
            'courseid' => new external_value(PARAM_INT, 'Id of the course'),
            'idnumbers' => new external_multiple_structure(
                new external_value(PARAM_ALPHANUMEXT, 'An id number'),
                'Only these; none for all',
                VALUE_DEFAULT,
                []
            ),
            'after' => new external_value(PARAM_INT, 'Only course modules with a greater id', VALUE_DEFAULT, 0),
            'limit' => new external_value(PARAM_INT, 'How many at most', VALUE_DEFAULT, placing::MOST),
        ]);
    }

    /**
     * Lists the activities of a course that bear an id number of gleanery.
     *
     * @param int $courseid
     * @param string[] $idnumbers
     * @param int $after
     * @param int $limit
     * @return array
     */
    public static function execute(
        int $courseid,
        array $idnumbers = [],
        int $after = 0,
        int $limit = placing::MOST
    ): array {
        $given = self::validate_parameters(self::execute_parameters(), [
            'courseid' => $courseid,
            'idnumbers' => $idnumbers,
            'after' => $after,
            'limit' => $limit,
        ]);
        $course = self::opened($given['courseid']);
        return self::asked(fn() => [
            'items' => $course->listing($given['idnumbers'], $given['after'], $given['limit']),
            'lacking' => self::lacking($given['courseid']),
            'lastsection' => $course->last_section(),
        ]);
    }

    /**
     * What the function answers.
     *
     * @return external_single_structure
     */
    public static function execute_returns(): external_single_structure {
        return new external_single_structure([
            'items' => new external_multiple_structure(self::activity()),
            'lacking' => new external_multiple_structure(
                new external_value(PARAM_CAPABILITY, 'A capability that another function needs and the account lacks')
            ),
            'lastsection' => new external_value(PARAM_INT, 'Number of the last section'),
        ]);
    }
}
