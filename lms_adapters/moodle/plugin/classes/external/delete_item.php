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
use core_external\external_single_structure;
use core_external\external_value;

/**
 * Deletes what bears the id number of one learning item or path.
 *
 * @package    local_gleanery
 * @copyright  2026 The gleanery project
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class delete_item extends course_function {
    /**
     * What the function takes.
     *
     * @return external_function_parameters
     */
    public static function execute_parameters(): external_function_parameters {
        return new external_function_parameters([
            'courseid' => new external_value(PARAM_INT, 'Id of the course'),
            'idnumber' => new external_value(PARAM_ALPHANUMEXT, 'The id number, which begins with gleanery-'),
            'section' => new external_value(PARAM_INT, 'Number of the section that items go back to', VALUE_DEFAULT, 0),
        ]);
    }

    /**
     * Deletes what bears the id number of one learning item or path.
     *
     * @param int $courseid
     * @param string $idnumber
     * @param int $section
     * @return array
     */
    public static function execute(
        int $courseid,
        string $idnumber,
        int $section = 0
    ): array {
        $given = self::validate_parameters(self::execute_parameters(), [
            'courseid' => $courseid,
            'idnumber' => $idnumber,
            'section' => $section,
        ]);
        $course = self::opened($given['courseid']);
        return self::alone($given['courseid'], fn() => $course->remove($given['idnumber'], $given['section']));
    }

    /**
     * What the function answers.
     *
     * @return external_single_structure
     */
    public static function execute_returns(): external_single_structure {
        return new external_single_structure([
            'deleted' => new external_value(PARAM_INT, 'How many activities were deleted'),
            'returned' => new external_value(PARAM_INT, 'How many items of a path went back'),
        ]);
    }
}
