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
use local_gleanery\local\item;

/**
 * Creates or updates the activity of one learning item.
 *
 * @package    local_gleanery
 * @copyright  2026 The gleanery project
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
class upsert_item extends course_function {
    /**
     * What the function takes.
     *
     * @return external_function_parameters
     */
    public static function execute_parameters(): external_function_parameters {
        return new external_function_parameters([
            'courseid' => new external_value(PARAM_INT, 'Id of the course'),
            'idnumber' => new external_value(PARAM_ALPHANUMEXT, 'The id number, which begins with gleanery-'),
            'kind' => new external_value(PARAM_ALPHA, 'url, page or label'),
            'name' => new external_value(PARAM_TEXT, 'The name'),
            // PARAM_URL would let ftp and mailto pass and refuse valid characters: item::is_web_address() checks.
            'url' => new external_value(PARAM_RAW_TRIMMED, 'An http or https address', VALUE_DEFAULT, ''),
            // Cleaned by moodle_shelf with the course's context before it is kept.
            'text' => new external_value(PARAM_RAW, 'HTML', VALUE_DEFAULT, ''),
            'embed' => new external_value(PARAM_BOOL, 'Whether the address may be shown inside a page', VALUE_DEFAULT, false),
            'section' => new external_value(PARAM_INT, 'Number of the section for a new one', VALUE_DEFAULT, 0),
            'hidden' => new external_value(PARAM_BOOL, 'Whether a new one waits for a teacher', VALUE_DEFAULT, false),
        ]);
    }

    /**
     * Creates or updates the activity of one learning item.
     *
     * @param int $courseid
     * @param string $idnumber
     * @param string $kind
     * @param string $name
     * @param string $url
     * @param string $text
     * @param bool $embed
     * @param int $section
     * @param bool $hidden
     * @return array
     */
    public static function execute(
        int $courseid,
        string $idnumber,
        string $kind,
        string $name,
        string $url = '',
        string $text = '',
        bool $embed = false,
        int $section = 0,
        bool $hidden = false
    ): array {
        $given = self::validate_parameters(self::execute_parameters(), [
            'courseid' => $courseid,
            'idnumber' => $idnumber,
            'kind' => $kind,
            'name' => $name,
            'url' => $url,
            'text' => $text,
            'embed' => $embed,
            'section' => $section,
            'hidden' => $hidden,
        ]);
        $addinstance = in_array($given['kind'], item::KINDS, true) ? ["mod/{$given['kind']}:addinstance"] : [];
        $course = self::opened($given['courseid'], ...$addinstance);
        return self::whole($given['courseid'], fn() => $course->upsert(
            item::checked(
                $given['idnumber'],
                $given['kind'],
                $given['name'],
                $given['url'],
                $given['text'],
                (bool) $given['embed']
            ),
            $given['section'],
            (bool) $given['hidden']
        ));
    }

    /**
     * What the function answers.
     *
     * @return external_single_structure
     */
    public static function execute_returns(): external_single_structure {
        return self::written();
    }
}
