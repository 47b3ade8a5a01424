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

use context_course;
use core\lock\lock_config;
use core_external\external_api;
use core_external\external_multiple_structure;
use core_external\external_single_structure;
use core_external\external_value;
use local_gleanery\local\moodle_shelf;
use local_gleanery\local\placing;
use local_gleanery\local\refused;
use moodle_exception;

if (!class_exists(external_api::class)) {
    // Moodle 4.1 has these classes without a namespace.
    require_once($GLOBALS['CFG']->libdir . '/externallib.php');
    foreach (['api', 'function_parameters', 'multiple_structure', 'single_structure', 'value'] as $class) {
        class_alias("external_$class", "core_external\\external_$class");
    }
}

/**
 * What the functions have in common: they open one course, alone, and say why they refuse.
 *
 * @package    local_gleanery
 * @copyright  2026 The gleanery project
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
abstract class course_function extends external_api {
    /** Seconds to wait for another call that changes the same course. */
    private const PATIENCE = 10;

    /** What one function or another needs beside what all need. */
    private const SOMETIMES = [
        'moodle/course:update',
        'mod/url:addinstance',
        'mod/page:addinstance',
        'mod/label:addinstance',
    ];

    /**
     * The course, once the token's account may do all of this there.
     *
     * @param int $courseid
     * @param string ...$capabilities beside those that every function needs
     * @return placing
     */
    protected static function opened(int $courseid, string ...$capabilities): placing {
        $course = get_course($courseid);
        $context = context_course::instance($course->id);
        self::validate_context($context);
        foreach (['local/gleanery:manage', 'moodle/course:manageactivities', ...$capabilities] as $capability) {
            require_capability($capability, $context);
        }
        return new placing(new moodle_shelf($course, $context));
    }

    /**
     * The capabilities that the account lacks in a course: it is told before anything is brought.
     *
     * @param int $courseid
     * @return string[]
     */
    protected static function lacking(int $courseid): array {
        $context = context_course::instance($courseid);
        return array_values(array_filter(self::SOMETIMES, fn($capability) => !has_capability($capability, $context)));
    }

    /**
     * What the rules answer; a refusal becomes an exception whose error code is its reason.
     *
     * @param callable $act
     * @return array
     */
    protected static function asked(callable $act): array {
        try {
            return $act();
        } catch (refused $refusal) {
            throw new moodle_exception($refusal->reason, 'local_gleanery', '', $refusal->about);
        }
    }

    /**
     * The same for what writes: one call at a time for a course.
     *
     * Two calls at once would each find no activity with the id number, and both make one.
     *
     * @param int $courseid
     * @param callable $act
     * @return array
     */
    protected static function alone(int $courseid, callable $act): array {
        $lock = lock_config::get_lock_factory('local_gleanery')->get_lock("course_$courseid", self::PATIENCE);
        if (!$lock) {
            throw new moodle_exception('busy', 'local_gleanery');
        }
        try {
            return self::asked($act);
        } finally {
            $lock->release();
        }
    }

    /**
     * The same, all of it or nothing.
     *
     * Not for deleting: Moodle makes a backup for its recycle bin then, which is no part of a transaction.
     *
     * @param int $courseid
     * @param callable $act
     * @return array
     */
    protected static function whole(int $courseid, callable $act): array {
        return self::alone($courseid, function () use ($act): array {
            global $DB;
            $transaction = $DB->start_delegated_transaction();
            try {
                $done = $act();
                $transaction->allow_commit();
                return $done;
            } catch (\Throwable $fault) {
                $transaction->rollback($fault); // Throws it again.
                throw $fault;
            }
        });
    }

    /**
     * An activity in an answer.
     *
     * @param array $more further members
     * @return external_single_structure
     */
    protected static function activity(array $more = []): external_single_structure {
        return new external_single_structure([
            'cmid' => new external_value(PARAM_INT, 'Id of the course module'),
            'idnumber' => new external_value(PARAM_ALPHANUMEXT, 'Its id number'),
            'kind' => new external_value(PARAM_ALPHA, 'url, page or label'),
            'visible' => new external_value(PARAM_BOOL, 'Whether learners see it'),
            'section' => new external_value(PARAM_INT, 'Number of its section'),
            'timemodified' => new external_value(PARAM_INT, 'When it was last changed, in seconds'),
            'viewurl' => new external_value(PARAM_URL, 'Where it is seen'),
            'digests' => new external_single_structure([
                'name' => new external_value(PARAM_ALPHANUM, 'SHA-256 of its name, of a label that of its section'),
                'address' => new external_value(PARAM_ALPHANUM, 'SHA-256 of the address it leads to'),
                'text' => new external_value(PARAM_ALPHANUM, 'SHA-256 of its text as Moodle keeps it'),
            ]),
        ] + $more);
    }

    /**
     * An activity that was written, in an answer.
     *
     * @param array $more further members
     * @return external_single_structure
     */
    protected static function written(array $more = []): external_single_structure {
        return self::activity([
            'outcome' => new external_value(PARAM_ALPHA, 'created, updated or replaced'),
            'twins' => new external_multiple_structure(
                new external_value(PARAM_INT, 'Id of another course module with the same id number')
            ),
        ] + $more);
    }
}
