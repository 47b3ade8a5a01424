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

namespace local_gleanery\local;

/**
 * The one restriction that we set: an activity opens once another one is completed.
 *
 * @package    local_gleanery
 * @copyright  2026 The gleanery project
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class availability {
    /**
     * The restriction, as course_modules keeps it.
     *
     * @param int $first the course module to be completed; 0 for no restriction
     * @return string|null
     */
    public static function after(int $first): ?string {
        $condition = ['type' => 'completion', 'cm' => $first, 'e' => 1];
        return $first ? json_encode(['op' => '&', 'c' => [$condition], 'showc' => [true]]) : null;
    }

    /**
     * The course module that must be completed, 0 where nothing is restricted.
     *
     * @param string|null $kept
     * @return int|null null for any other restriction: it is a teacher's
     */
    public static function first(?string $kept): ?int {
        $tree = json_decode($kept ?? '', true);
        if (!is_array($tree) || empty($tree['c'])) {
            return trim($kept ?? '') === '' || is_array($tree) ? 0 : null;
        }
        $cmid = $tree['c'][0]['cm'] ?? null;
        return is_int($cmid) && $tree == json_decode(self::after($cmid) ?? '', true) ? $cmid : null;
    }
}
